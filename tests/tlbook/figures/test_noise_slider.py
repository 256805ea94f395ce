"""Noise and a denoising autoencoder, in Python and in a browser."""

import numpy as np
import pytest
from stage import AUTOENCODER

from tlbook.figures import NoiseSlider
from tlbook.figures.store import load

READ = """(i) => { const c = document.querySelectorAll("canvas")[i];
  const d = c.getContext("2d").getImageData(0, 0, c.width, c.height).data;
  return [c.height, c.width, Array.from({ length: d.length / 4 }, (_, i) => d[4 * i])]; }"""


@pytest.fixture
def path(weights):
    return weights("autoencoder", AUTOENCODER)


def load_files(stage):
    stage.page.get_by_role("button", name="Load the autoencoder").press("Enter")
    stage.page.wait_for_selector('[data-loaded="true"]')


def numbers(page):
    return [float(cell.inner_text()) for cell in page.get_by_role("cell").all()]


def tiles(page, row, n):
    """Return the pictures of a row of the figure, read from its canvas."""
    height, width, data = page.evaluate(READ, row)
    image = np.array(data).reshape(height, width)
    columns = min(n, 8)
    starts = [(i // columns * 29, i % columns * 29) for i in range(n)]
    return np.stack([image[r : r + 28, c : c + 28] for r, c in starts])


def test_mends_as_numpy_does(stage, path, digits):
    stage = stage()
    stage.show(NoiseSlider(path, digits[:8]), static=True)
    load_files(stage)
    stage.page.get_by_role("slider", name="Keep").press("End")  # keep 1: no noise
    np.testing.assert_array_equal(tiles(stage.page, 0, 8), digits[:8])
    np.testing.assert_array_equal(tiles(stage.page, 1, 8), digits[:8])
    x = digits[:8].reshape(8, 784) / 256
    We, be, Wd, bd = [a.astype(np.float64) for a in load(path).values()]
    sigmoid = lambda z: 1 / (1 + np.exp(-z))  # noqa: E731
    mended = sigmoid(sigmoid(x @ We + be) @ Wd + bd)
    expected = np.clip(mended * 256, 0, 255).reshape(8, 28, 28)
    np.testing.assert_allclose(tiles(stage.page, 2, 8), expected, atol=0.51)
    after = ((mended - x) ** 2).sum(1).mean()
    cells = [cell.inner_text() for cell in stage.page.get_by_role("cell").all()]
    assert cells[0] == "0.00" and cells[2] == "–"
    assert float(cells[1]) == pytest.approx(after, abs=0.0051, rel=1e-4)


def test_noise_is_inverted_dropout(stage, path, digits):
    digits = np.where(digits > 0, 64, 0).astype(np.uint8)  # 64 / 0.5 = 128, not clipped
    stage = stage()
    stage.show(NoiseSlider(path, digits[:8]), static=True)
    load_files(stage)
    corrupted = tiles(stage.page, 1, 8)
    assert set(np.unique(corrupted)) == {0, 128}
    kept = (corrupted[digits[:8] > 0] > 0).mean()
    assert kept == pytest.approx(0.5, abs=0.06)
    x, noisy = digits[:8] / 256, corrupted / 256
    before, after, ratio = numbers(stage.page)
    assert before == pytest.approx(((noisy - x) ** 2).sum((1, 2)).mean(), abs=0.0051)
    assert ratio == pytest.approx(after / before, rel=0.01)


def test_keyboard_changes_the_noise(stage, path, digits):
    stage = stage()
    stage.show(NoiseSlider(path, digits[:8]), static=True)
    load_files(stage)
    page = stage.page
    first, picture = numbers(page), tiles(page, 1, 8)
    stage.keys("Keep", "ArrowLeft")
    assert numbers(page)[0] > first[0]
    stage.keys("Keep", "ArrowRight")
    assert numbers(page) == first  # the same noise comes back
    stage.keys("New noise", "Enter")
    assert (tiles(page, 1, 8) != picture).any()
    stage.keys("Keep", "Home")
    assert page.get_by_role("slider").get_attribute("aria-valuetext") == "0.10"
    stage.said("Keep 0.1: pixel error")
    stage.check_all()


def test_weights_are_checked(weights, digits, tmp_path):
    with pytest.raises(FileNotFoundError, match="none.npz"):
        NoiseSlider(tmp_path / "none.npz", digits)
    for shapes in [[(784, 5), (5,), (5, 784)], [(784, 5), (5,), (6, 784), (784,)], [(3,)]]:
        with pytest.raises(ValueError, match="expected encoder and decoder"):
            NoiseSlider(weights("bad", shapes), digits)
