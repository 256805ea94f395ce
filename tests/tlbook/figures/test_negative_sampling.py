"""A step of negative sampling against finite differences; the figure moved from the keyboard."""

import numpy as np
import pytest

from tlbook.figures import NegativeSampling
from tlcore.rein import numeric_gradient


def test_a_step_goes_down_the_gradient(stage, rng):
    js = stage().functions("negative_sampling.js")
    start = rng.normal(size=(4, 2))

    def loss(v):  # v[0] is the centre, v[1] the true context
        scores = v[1:] @ v[0]
        return np.logaddexp(0, -scores[0]) + np.logaddexp(0, scores[1:]).sum()

    values = [start[0].tolist(), start[1:].tolist()]
    assert js("([e, rows]) => negativeLoss(e, rows)", values) == pytest.approx(loss(start))
    moved = js("([e, rows]) => negativeStep(e, rows, 0.5)", values)
    expected = start - 0.5 * numeric_gradient(loss, start)
    np.testing.assert_allclose([moved["e"], *moved["rows"]], expected, atol=1e-6)


def test_steps_tell_the_words_apart(stage):
    stage = stage(theme="dark", width=360)
    stage.show(NegativeSampling())
    page = stage.page

    def beliefs():
        texts = page.locator(".lbl-percent").all_inner_texts()
        return [float(text.split("\u00a0")[0]) for text in texts]

    before = beliefs()
    page.get_by_role("button", name="One step").press("Enter")
    assert beliefs() != before
    page.get_by_role("slider", name="Drawn words").press("End")
    assert len(beliefs()) == 6
    page.get_by_role("button", name="Many steps").press("Enter")
    page.wait_for_selector("button:text-is('Many steps')")
    true, *drawn = beliefs()
    assert true > 60 > max(drawn)
    page.wait_for_timeout(60)
    assert page.locator(".lbl-status").inner_text().startswith("After 40 steps")
    assert stage.axe() == [] and stage.overflow() == 0
