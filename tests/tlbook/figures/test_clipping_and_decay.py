"""Recorded runs that differ in rate, clipping and decay, in Python and in a browser."""

import itertools

import pytest

from tlbook.figures import ClippingAndDecay
from tlbook.runs import load_run

RATES, NORMS, DECAYS = [1.0, 5.0], [1.0, 5.0, 1000.0], [0.5, 1.0]


def entry(rate, norm, decay):
    """Return a run whose numbers tell its settings; the lowest is rate 1, norm 5, decay 0.5."""
    final = 200 + 50 * (rate - 1) + 10 * abs(norm - 5) / norm + 20 * decay
    history = {
        "epoch": [1, 2, 3],
        "learning_rate": [rate, rate, rate * decay],
        "grad_norm": [2.0 * rate, 4.0 * rate, 6.0 * rate],
        "clipped": [0.0, 0.25, 0.996],
        "val_perplexity": [900.0, 400.0, final],
    }
    if (rate, norm) == (5.0, 1000.0):  # one that is lost
        history |= {"grad_norm": [400.0, None, None], "val_perplexity": [9e65, None, None]}
        history |= {"clipped": [0.1, None, None]}
    settings = {"learning_rate": rate, "max_grad_norm": norm, "lr_decay": decay}
    return settings | {"history": history}


@pytest.fixture
def runs():
    return [entry(*settings) for settings in itertools.product(RATES, NORMS, DECAYS)]


def chosen(page, i):
    """Return the path of the chosen curve of chart i."""
    return page.locator(".lbl-chart").nth(i).locator(".is-chosen").get_attribute("d")


def rows(page):
    rows = page.locator(".lbl-figure tbody tr").all()
    return [row.locator("th, td").all_text_contents() for row in rows]


def status(page):
    page.wait_for_timeout(60)
    return page.locator(".lbl-status").inner_text()


def test_sliders_choose_the_run(stage, runs):
    stage = stage()
    stage.show(ClippingAndDecay(runs), static=True)
    page = stage.page
    assert status(page) == (
        "Learning rate 1, max_grad_norm 1, lr_decay 0.5: perplexity 250 after 3 epochs, 41.5 % of "
        "the steps clipped. The lowest of all is 210, with learning rate 1, max_grad_norm 5, "
        "lr_decay 0.5."
    )
    assert rows(page)[0] == ["1", "1", "2", "0 %", "900"]
    assert page.locator(".lbl-chart").first.locator(".lbl-curve").count() == len(runs)
    before = [chosen(page, i) for i in range(3)]
    page.get_by_role("slider", name="max_grad_norm").press("ArrowRight")
    assert status(page).endswith("No other run ends lower.")
    assert rows(page)[2] == ["3", "0.5", "6", "99.6 %", "210"]
    after = [chosen(page, i) for i in range(3)]
    assert after[0] != before[0] and after[1:] == before[1:]
    page.get_by_role("slider", name="lr_decay").press("ArrowRight")
    assert rows(page)[2] == ["3", "1", "6", "99.6 %", "220"]
    assert chosen(page, 1) != after[1]
    page.get_by_role("slider", name="Learning rate").press("End")
    assert rows(page)[2] == ["3", "5", "30", "99.6 %", "420"]
    slider = page.get_by_role("slider", name="Learning rate")
    assert slider.get_attribute("aria-valuetext") == "5"


def test_the_longest_gradient_is_drawn_where_the_axis_has_it(stage, runs):
    stage = stage()
    stage.show(ClippingAndDecay(runs), static=True)
    page = stage.page
    line = page.locator(".lbl-chart").nth(2).locator(".is-pinned")
    low = line.get_attribute("d")
    page.get_by_role("slider", name="max_grad_norm").press("ArrowRight")
    assert line.get_attribute("d") != low
    page.get_by_role("slider", name="max_grad_norm").press("End")  # 1000: far above the axis
    assert line.count() == 0


def test_a_lost_run_is_told_and_drawn_at_the_upper_end(stage, runs):
    stage = stage()
    stage.show(ClippingAndDecay(runs), static=True)
    page = stage.page
    page.get_by_role("slider", name="Learning rate").press("End")
    page.get_by_role("slider", name="max_grad_norm").press("End")
    assert rows(page)[0] == ["1", "5", "400", "10 %", "over a million"]
    assert rows(page)[2] == ["3", "2.5", "infinite", "unknown", "infinite"]
    assert "perplexity infinite after 3 epochs, unknown of the steps" not in status(page)
    assert "perplexity infinite after 3 epochs." in status(page)
    heights = {point.split(",")[1].split("h")[0] for point in chosen(page, 0)[1:].split("L")}
    assert heights == {"22.0"}  # the upper end
    assert page.locator("svg").evaluate_all("(all) => all.every((s) => !/NaN/.test(s.outerHTML))")


def test_accessible_and_narrow(stage, runs):
    stage = stage(theme="dark", width=360)
    stage.show(ClippingAndDecay(runs), static=True)
    stage.page.wait_for_timeout(60)
    assert stage.axe() == []
    assert stage.overflow() == 0


def test_the_best_is_told(runs):
    assert repr(ClippingAndDecay(runs)) == (
        "[live figure] Clipping and decay of the rate: 12 runs; lowest final perplexity: 210.0 "
        "with learning rate 1, max grad norm 5, lr decay 0.5."
    )


def test_the_record_of_the_book():
    record = load_run("language_sweep")
    runs, begins = record["result"]["runs"], {}
    assert len(ClippingAndDecay().runs) == len(runs)
    for run in runs:
        settings, history = record["settings"], run["history"]
        for i, rate in enumerate(history["learning_rate"]):
            decayed = run["lr_decay"] ** max(i - settings["max_epoch"], 0)
            assert rate == pytest.approx(run["learning_rate"] * decayed, rel=1e-5)
        assert history["epoch"] == list(range(1, settings["n_epoch"] + 1))
        final = history["val_perplexity"][-1]
        assert run["diverged"] == (final is None or final > settings["vocabulary_size"])
        # Until the rate falls, a run doesn't know how it will.
        begin = [history[key][: settings["max_epoch"] + 1] for key in sorted(history)]
        assert begins.setdefault((run["learning_rate"], run["max_grad_norm"]), begin) == begin
        for share, median in zip(history["clipped"], history["grad_norm"], strict=True):
            assert (share > 0.5) == (median > run["max_grad_norm"])
