"""Filters over the epochs, in Python and in a browser."""

import numpy as np
import pytest

from tlbook.figures import FiltersOverEpochs


@pytest.fixture
def filters(rng):
    return rng.integers(0, 256, (4, 6, 28, 28), dtype=np.uint8)


@pytest.fixture
def figure(filters, tmp_path):
    accs = [0.9, 0.95, 0.96, 0.9712]
    np.savez(tmp_path / "f.npz", filters=filters, epochs=[1, 2, 5, 20], val_acc=accs)
    return FiltersOverEpochs(tmp_path / "f.npz")


def shown(page, filter_, row, column):
    """Return one pixel of one filter of the canvas (three filters in a row)."""
    x, y = (filter_ % 3) * 29 + column, (filter_ // 3) * 29 + row
    return page.evaluate(
        f"document.querySelector('canvas').getContext('2d').getImageData({x}, {y}, 1, 1).data[0]"
    )


def test_keyboard_moves_through_the_epochs(stage, filters, figure):
    stage = stage()
    stage.show(figure, static=True)
    page, slider = stage.page, stage.page.get_by_role("slider", name="Epoch")
    status = page.locator(".lbl-status")
    page.wait_for_function(
        "document.querySelector('.lbl-status').textContent === "
        "'Epoch 20, validation accuracy 97.12 %.'"
    )
    assert shown(page, 4, 3, 7) == filters[3, 4, 3, 7]
    slider.press("ArrowLeft")
    assert shown(page, 4, 3, 7) == filters[2, 4, 3, 7]
    assert slider.get_attribute("aria-valuetext") == "5"
    slider.press("Home")
    assert shown(page, 5, 27, 27) == filters[0, 5, 27, 27]
    page.wait_for_timeout(300)
    assert status.inner_text() == "Epoch 1, validation accuracy 90.00 %."
    assert "Epoch 1," in page.locator("canvas").get_attribute("aria-label")


def test_plays_to_the_end(stage, figure):
    stage = stage()
    stage.show(figure, static=True)
    page, slider = stage.page, stage.page.get_by_role("slider", name="Epoch")
    page.get_by_role("button", name="Play").press("Enter")  # from the beginning
    page.wait_for_function("document.querySelector('input[type=range]').value === '0'")
    page.wait_for_function("document.querySelector('input[type=range]').value === '3'")
    page.wait_for_selector("button:text-is('Play')")
    assert slider.input_value() == "3"
    stopped = page.evaluate(
        """() => {
          const [play, input] = ["button", "input[type=range]"].map((kind) => document.querySelector(kind));
          play.click();
          const before = play.textContent;
          input.dispatchEvent(new Event("input"));
          return [before, play.textContent];
        }"""  # noqa: E501
    )
    assert stopped == ["Pause", "Play"]  # who takes the slider stops it


def test_accessible_and_narrow(stage, figure):
    stage = stage(theme="dark", width=360)
    stage.show(figure, static=True)
    stage.page.wait_for_timeout(200)
    assert stage.axe() == []
    assert stage.overflow() == 0


def test_input_is_checked(filters, tmp_path):
    with pytest.raises(FileNotFoundError, match="no file .*none.npz"):
        FiltersOverEpochs(tmp_path / "none.npz")
    np.savez(tmp_path / "f.npz", filters=filters)
    with pytest.raises(ValueError, match="expected epochs, val_acc too"):
        FiltersOverEpochs(tmp_path / "f.npz")
    np.savez(tmp_path / "f.npz", filters=filters[..., 0], epochs=[1], val_acc=[0.9])
    with pytest.raises(ValueError, match=r"shape \(4, 6, 28\); expected \(snapshots, n, 28, 28\)"):
        FiltersOverEpochs(tmp_path / "f.npz")
