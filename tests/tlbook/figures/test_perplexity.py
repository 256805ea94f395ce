"""t-SNE in JavaScript against numpy: the bells' width, the divergence and its slopes."""

import numpy as np
import pytest

from tlbook.figures import Perplexity


@pytest.mark.parametrize("perplexity", [3, 8])
def test_affinities_and_slopes(stage, rng, perplexity):
    js = stage().functions("tsne.js")
    points, place = rng.normal(size=(12, 2)), rng.normal(size=(12, 2))
    p = np.array(js("([x, k]) => affinities(x, k)", [points.tolist(), perplexity]))
    np.testing.assert_allclose(p, p.T)
    assert p.sum() == pytest.approx(1)
    # By hand: one width for each point, found on a fine grid, whose entropy is log(perplexity).
    d = ((points[:, None] - points) ** 2).sum(2)
    conditional = np.zeros_like(d)
    for i in range(12):
        others = np.delete(d[i], i) - np.delete(d[i], i).min()  # so that not all underflow
        bells = np.exp(-np.geomspace(1e-2, 1e3, 200_001)[:, None] * others)
        bells /= bells.sum(1, keepdims=True)
        entropy = -(bells * np.log(np.maximum(bells, 1e-300))).sum(1)
        best = bells[np.abs(entropy - np.log(perplexity)).argmin()]
        conditional[i, np.arange(12) != i] = best
    np.testing.assert_allclose(p, (conditional + conditional.T) / 24, atol=1e-4)

    def kl(y):
        q = 1 / (1 + ((y[:, None] - y) ** 2).sum(2))
        np.fill_diagonal(q, 0)
        q /= q.sum()
        return sum(
            p[i, j] * np.log(p[i, j] / q[i, j]) for i, j in zip(*np.where(p > 0), strict=True)
        )

    got = js("([p, y]) => divergence(p, y)", [p.tolist(), place.tolist()])
    assert got["kl"] == pytest.approx(kl(place))
    for i, k in [(0, 0), (5, 1), (11, 0)]:
        step = np.zeros_like(place)
        step[i, k] = 1e-5
        slope = (kl(place + step) - kl(place - step)) / 2e-5
        assert got["slopes"][i][k] == pytest.approx(slope, abs=1e-6)


def test_sliders_and_sets(stage):
    stage = stage(theme="dark", width=360)
    stage.show(Perplexity())
    page = stage.page
    finished = lambda step: page.wait_for_selector(f'[data-step="{step}"]')  # noqa: E731
    finished(400)
    truth, drawn = [float(c.inner_text()) for c in page.locator(".lbl-numbers tbody td").all()[:2]]
    assert truth > 5 > 2 > drawn  # the narrow cluster is blown up
    last = page.locator(".lbl-cloud").nth(1).inner_html()
    page.get_by_role("slider", name="Step").press("Home")
    finished(0)
    assert page.locator(".lbl-cloud").nth(1).inner_html() != last
    page.get_by_role("slider", name="Step").press("End")
    finished(400)
    assert page.locator(".lbl-cloud").nth(1).inner_html() == last  # the way back is kept
    page.get_by_label("a ring").check()
    page.get_by_role("slider", name="Perplexity").press("Home")
    page.wait_for_function(
        "document.querySelector('.lbl-status').textContent.startsWith('Perplexity 2, step 400')"
    )
    assert stage.axe() == [] and stage.overflow() == 0
