"""Figures on images: a sliding filter, pooling, the receptive field, the latent space."""

import numpy as np
import pytest
import tensorflow as tf

from tlbook.figures import LatentSpace, Pooling, ReceptiveField, SlidingFilter

READ = """(i) => { const c = document.querySelectorAll(".lbl-board canvas")[i];
  const d = c.getContext("2d").getImageData(0, 0, c.width, c.height).data;
  return Array.from({ length: c.height }, (_, r) =>
    Array.from({ length: c.width }, (_, k) => d[4 * (r * c.width + k)])); }"""


def pixels(stage, board):
    """Return what a board shows, as bytes."""
    return np.array(stage.page.evaluate(READ, board))


@pytest.mark.parametrize(("padding", "stride"), [("VALID", 1), ("SAME", 2), ("SAME", 3)])
def test_a_filter_slides_as_tensorflow_does(stage, digits, rng, padding, stride):
    stage, learned = stage(), np.round(rng.normal(size=(5, 5)), 2)
    stage.show(SlidingFilter(digits[3], learned))
    stage.keys("learned", " ")
    stage.keys(padding, " ")
    stage.keys("Stride", *["ArrowRight"] * (stride - 1))
    x = (digits[3] / 256).reshape(1, 28, 28, 1).astype("float32")
    W = learned.reshape(5, 5, 1, 1).astype("float32")
    z = tf.nn.conv2d(x, W, stride, padding).numpy()[0, :, :, 0]
    expected = 127.5 + 127.5 * z / np.abs(z).max()
    np.testing.assert_allclose(pixels(stage, 1), expected, atol=0.51)
    assert f"gives {len(z)}." in stage.page.locator(".lbl-note").last.inner_text()
    stage.keys("Feature map", *["ArrowUp"] * 30, *["ArrowLeft"] * 30, "ArrowRight", "ArrowDown")
    stage.said(f"Row 2, column 2 of {len(z)} by {len(z)}: {z[1, 1]:.2f}.".replace("-0.00", "0.00"))


def test_weights_can_be_changed_and_the_filter_moves_with_the_image(stage, digits):
    stage = stage()
    stage.show(SlidingFilter(digits[3]))
    for name in [f"Weight in row {r}, column {c}" for r in (1, 2, 3) for c in (1, 2, 3)]:
        stage.page.get_by_label(name).fill("1" if "row 2, column 2" in name else "0")
    shown = pixels(stage, 1).astype(float)
    inside = digits[3][1:-1, 1:-1]
    np.testing.assert_allclose(shown, 127.5 + 127.5 * inside / inside.max(), atol=0.51)
    stage.keys("Image", "ArrowRight")
    stage.said("Row 11, column 19 of 26 by 26")
    stage.keys("Slide", "Enter")
    stage.page.wait_for_function("document.querySelector('button').textContent === 'Slide'")
    stage.check_all()


def test_pooling_keeps_the_largest_or_the_mean(stage):
    stage = stage()
    stage.show(Pooling())
    large = stage.page.locator(".lbl-numerals").first.locator("span").all_inner_texts()
    windows = np.reshape([float(v) for v in large], (4, 2, 4, 2))
    for kind, name in [(windows.max, "max"), (windows.mean, "mean")]:
        stage.keys(name, " ")
        small = stage.page.locator(".lbl-numerals").last.locator("span").all_inner_texts()
        expected = kind(axis=(1, 3)).ravel()
        np.testing.assert_allclose([float(v) for v in small], expected, atol=0.051)
    stage.keys("Move right", "Enter")
    stage.said("The move changed")
    stage.keys("Map of 8 by 8 values", "Enter", "ArrowDown")
    stage.check_all()


def test_a_unit_sees_what_the_gradient_says(stage, rng):
    layers = [(5, 1), (2, 2), (5, 1), (2, 2)]
    maps = {f"layer {i}": rng.random((n, n)) for i, n in enumerate((28, 28, 14, 14, 7))}
    stage = stage()
    stage.show(ReceptiveField(maps, layers))
    stage.said("Row 4, column 4 of layer 4 depends on 16 by 16 pixels")
    stage.keys("layer 3", "ArrowRight")
    stage.said("of layer 3 depends on 14 by 14 pixels")
    stage.check_all()


def test_the_decoder_draws_as_numpy_does(stage, weights, digits, rng):
    shapes = [(784, 8), (8,), (8, 2), (2,), (2, 8), (8,), (8, 784), (784,)]
    path = weights("latent", shapes, np.float32)
    codes = rng.normal(size=(10, 2)).astype("float32")
    stage = stage()
    stage.show(LatentSpace(codes, range(10), digits, (3, 4), weights=path), static=True)
    stage.page.wait_for_selector('[data-loaded="true"]', state="attached")
    W1, b1, W2, b2 = (a.astype(float) for a in list(np.load(path).values())[4:])
    z = 1 / (1 + np.exp(-(np.maximum(codes[3] @ W1 + b1, 0) @ W2 + b2)))
    np.testing.assert_allclose(pixels(stage, 1).ravel(), np.minimum(256 * z, 255), atol=0.51)
    np.testing.assert_array_equal(pixels(stage, 2), digits[3])
    stage.said("The nearest digit is a 3.")
    stage.keys("On the way", "End")
    stage.said("The nearest digit is a 4.")
    stage.keys("Map of codes", "ArrowLeft", "ArrowUp")
    stage.keys("End here", "Enter")
    stage.keys("what the decoder draws", " ")
    stage.check_all()
