"""One episode at a time: the step is that of numpy, and the better action wins."""

import numpy as np

from tlbook.figures import PushUp


def test_an_episode_moves_the_logits_by_its_gradient(stage):
    stage = stage(theme="dark", width=360)
    stage.show(PushUp())
    page = stage.page
    once = page.get_by_role("button", name="Play an episode")
    z = np.zeros(2)
    for _ in range(8):
        once.press("Enter")
        page.wait_for_timeout(60)
        said = page.locator(".lbl-status").inner_text().replace("\u00a0", " ")
        action = ["up", "down"].index(said.split("drew ")[1].split(",")[0])
        p = np.exp(z) / np.exp(z).sum()
        z += 0.3 * (-1, 1)[action] * (np.eye(2)[action] - p)
        p = np.exp(z) / np.exp(z).sum()
        assert f"Now up {100 * p[0]:.0f} %, down {100 * p[1]:.0f} %." in said
    assert stage.axe() == [] and stage.overflow() == 0
    page.get_by_role("button", name="Play many").press("Enter")
    page.wait_for_selector("button:text-is('Play many')")
    assert float(page.locator(".lbl-percent").nth(1).inner_text().split("\u00a0")[0]) > 95
    page.get_by_role("slider", name="Added").press("End")
    assert page.locator(".lbl-percent").first.inner_text().startswith("50")
