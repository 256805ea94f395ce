"""Rewards and returns: moved from the keyboard, and compared with tlcore."""

import pytest

from tlbook.figures import Discounting
from tlcore.rein import discount_episode_rewards

REWARDS = [0] * 5 + [1] + [0] * 7 + [-1] + [0] * 2


def said(page):
    page.wait_for_timeout(60)
    return page.locator(".lbl-status").inner_text().replace("−", "-")


def test_returns_are_those_of_tlcore(stage):
    page = stage(theme="dark", width=360).page
    show = stage(theme="dark", width=360).show
    show(Discounting(REWARDS, gamma=0.9, marks={2: "hit"}))
    assert "Step 3 (hit), 3 before a reward of +1: return +0.73." in said(page)
    assert "worth half 7 steps earlier" in page.locator(".lbl-note").inner_text()
    gamma, step = (page.get_by_role("slider", name=name) for name in ("Discount", "Step"))
    step.press("ArrowRight")
    for mode, name in enumerate(("begins anew", "runs on")):
        page.get_by_label(name).check()
        value = discount_episode_rewards(REWARDS, 0.9, mode=mode)[3]
        assert f"return {value:+.2f}. The sum {name}" in said(page)
    gamma.press("ArrowLeft")
    value = discount_episode_rewards(REWARDS, 0.89, mode=1)[3]
    assert f"return {value:+.2f}." in said(page)
    gamma.press("End")
    assert "never fades" in page.locator(".lbl-note").inner_text()
    page.get_by_role("button", name="Walk back").press("Enter")
    page.wait_for_selector("button:text-is('Walk back')")
    assert step.input_value() == "1"
    assert stage(theme="dark", width=360).axe() == []
    assert stage(theme="dark", width=360).overflow() == 0


def test_input_is_checked():
    with pytest.raises(ValueError, match="gamma is 2"):
        Discounting(REWARDS, gamma=2)
    with pytest.raises(ValueError, match="rewards is 3"):
        Discounting([3])
