"""A recorded sweep, in Python and in a browser."""

import itertools

import pytest

from tlbook.figures import Sweep
from tlbook.runs import load_run, save_run

RATES, KEEPS, WIDTHS = [0.0001, 0.001, 0.01], [0.5, 1.0], [100, 800]


def accuracy(rate, keep, width):
    """Return a final accuracy that tells the run; the best is 0.001, 1.0, 800."""
    return round(0.9 + 0.01 * (rate == 0.001) + 0.02 * keep + width / 1e5, 5)


@pytest.fixture
def runs():
    runs = []
    for rate, keep, width in itertools.product(RATES, KEEPS, WIDTHS):
        final = accuracy(rate, keep, width)
        history = {
            "epoch": [1, 2, 3],
            "train_loss": [2.0, 1.0, 0.5],
            "val_loss": [2.1, 1.1, 0.6],
            "val_acc": [0.5, 0.8, final],
        }
        runs.append({"learning_rate": rate, "keep": keep, "width": width, "history": history})
    runs[-1]["history"]["val_loss"] = [3.0, None, None]  # one that diverged
    runs[-1]["history"]["train_loss"] = [3.0, float("nan"), float("inf")]
    return runs


def cells(page, kind):
    rows = page.get_by_role("row", name=kind).all()
    return [[cell.inner_text() for cell in row.get_by_role("cell").all()] for row in rows]


def curve(page, name):
    return page.locator(f".lbl-curve.{name}").get_attribute("d")


def test_keyboard_chooses_and_pins(stage, runs):
    stage = stage()
    stage.show(Sweep(runs), static=True)
    page = stage.page
    best = [["0.001", "1", "800", "93.80 %"]]
    assert cells(page, "best of all") == cells(page, "chosen") == best
    assert page.locator(".lbl-curve").count() == 12
    before = curve(page, "is-chosen")
    page.get_by_role("button", name="Pin this curve").press("Enter")
    page.get_by_role("group", name="Learning rate").get_by_role("radio", name="0.001").press(
        "ArrowLeft"
    )
    assert cells(page, "chosen") == [["0.0001", "1", "800", "92.80 %"]]
    assert cells(page, "pinned") == best
    assert curve(page, "is-pinned") == before != curve(page, "is-chosen")
    page.get_by_role("group", name="Width").get_by_role("radio", name="800").press("ArrowUp")
    assert cells(page, "chosen") == [["0.0001", "1", "100", "92.10 %"]]
    page.wait_for_function(
        "document.querySelector('.lbl-status').textContent === "
        "'rate 0.0001, keep 1, width 100: final validation accuracy 92.10 %.'"
    )
    page.get_by_role("button", name="Unpin all").press("Enter")
    assert cells(page, "pinned") == []
    assert page.get_by_role("button", name="Unpin all").is_disabled()


def test_shows_loss_with_gaps_where_a_run_diverged(stage, runs):
    stage = stage()
    stage.show(Sweep(runs), static=True)
    page = stage.page
    radios = page.get_by_role("group", name="Show").get_by_role("radio")
    radios.first.press("ArrowDown")
    label = page.locator(".lbl-chart").get_attribute("aria-label")
    assert label.startswith("validation loss by epoch of 12 runs. Chosen: rate 0.001, keep 1,")
    page.get_by_role("radio", name="0.01", exact=True).press(" ")
    assert curve(page, "is-chosen").count("L") == 0  # one point, then nothing
    assert "NaN" not in page.locator(".lbl-chart").inner_html()


def test_accessible_and_narrow(stage, runs):
    stage = stage(theme="dark", width=360)
    stage.show(Sweep(runs), static=True)
    stage.page.get_by_role("button", name="Pin this curve").click()
    assert stage.axe() == []
    assert stage.overflow() == 0


def test_curves_fit_a_page_that_becomes_narrow(stage, runs):
    stage = stage()
    stage.show(Sweep(runs), static=True)
    stage.page.set_viewport_size({"width": 400, "height": 800})
    stage.page.wait_for_function("document.querySelector('.lbl-chart').clientWidth < 400")
    assert stage.overflow() == 0


def test_from_a_record(tmp_path, runs):
    path = save_run("sweep", tmp_path, {}, {}, {"runs": runs})
    figure = Sweep(str(path))
    assert len(figure.runs) == 12
    assert figure.runs[-1]["history"]["train_loss"] == [3.0, None, None]
    assert "12 runs; best: 0.9380 with learning rate 0.001, keep 1, width 800." in repr(figure)
    assert len(Sweep().runs) == len(load_run("sweep")["result"]["runs"])


def test_each_combination_is_expected_once(runs):
    for some in ([], runs[:-1], [*runs, runs[0]]):
        with pytest.raises(ValueError, match=r"runs has \d+ runs, .* combinations; expected each"):
            Sweep(some)
