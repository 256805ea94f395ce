"""Draw a digit, in Python and in a browser."""

import numpy as np
import pytest
import tensorflow as tf
from stage import CNN, PERCEPTRON, encode

from tlbook.figures import DrawDigit, one_of_each


@pytest.fixture
def figure(weights, digits):
    return DrawDigit(
        examples=digits,
        perceptron=weights("perceptron", PERCEPTRON),
        cnn=weights("cnn", CNN),
    )


def load_files(stage, static, clear=True):
    """Wait for the networks, which come by themselves, and leave an empty pad."""
    if not static:
        stage.exchange()
    stage.page.wait_for_selector('[data-loaded="true"]', state="attached")
    if clear:
        stage.keys("Clear", "Enter")
        stage.page.wait_for_timeout(100)


def percents(page, net):
    table = page.get_by_role("table", name=net)
    return [cell.inner_text() for cell in table.locator(".lbl-percent").all()]


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)
    page.wait_for_timeout(100)


def numpy_answer(path, image):
    """The perceptron's ten probabilities, by numpy."""
    with np.load(path) as archive:
        arrays = [archive[key].astype(np.float64) for key in archive.files]
    x = image.ravel() / 256
    for i in range(0, len(arrays), 2):
        x = x @ arrays[i] + arrays[i + 1]
        x = np.maximum(x, 0) if i + 2 < len(arrays) else np.exp(x - x.max())
    return x / x.sum()


@pytest.mark.parametrize("static", [False, True])
def test_example_is_answered_as_numpy_does(stage, figure, digits, tmp_path, static):
    stage = stage()
    stage.show(figure, static=static)
    page = stage.page
    load_files(stage, static)
    page.get_by_label("centre as MNIST does").uncheck()
    page.get_by_role("button", name="Example: a 3").press("Enter")
    page.wait_for_timeout(100)
    expected = 100 * numpy_answer(tmp_path / "perceptron.npz", digits[3])
    got = [float(text.rstrip(" %")) for text in percents(page, "perceptron")]
    np.testing.assert_allclose(got, expected, atol=0.051)
    assert percents(page, "CNN") != ["–"] * 10
    page.wait_for_function("document.querySelector('.lbl-status').textContent.includes('CNN says')")
    assert f"perceptron says {expected.argmax()}" in page.locator(".lbl-status").inner_text()


def test_keyboard_draws_and_erases(stage, figure):
    stage = stage()
    stage.show(figure, static=True)
    load_files(stage, static=True)
    page = stage.page
    shot = page.locator(".lbl-pad").screenshot
    page.locator(".lbl-pad").focus()
    press(page, "ArrowUp", "ArrowDown")
    blank = shot()
    assert page.locator(".lbl-pen").bounding_box()["width"] >= 8  # the cursor can be seen
    press(page, "ArrowRight")
    assert shot() != blank
    press(page, "ArrowLeft", " ")
    one = percents(page, "CNN")
    assert one != ["–"] * 10 and shot() != blank
    press(page, *["Shift+ArrowDown"] * 6)
    assert percents(page, "CNN") != one
    page.wait_for_timeout(60)
    assert "Pen at row 21, column 15" in page.locator(".lbl-status").inner_text()
    press(page, *["Enter", "ArrowUp"] * 7)
    stage.keys("Clear", "Enter")
    page.wait_for_timeout(100)
    assert percents(page, "CNN") == ["–"] * 10
    page.wait_for_timeout(60)
    assert page.locator(".lbl-status").inner_text() == "The pad is empty."


def test_enter_erases_what_space_drew(stage, figure):
    stage = stage()
    stage.show(figure, static=True)
    load_files(stage, static=True)
    stage.page.locator(".lbl-pad").focus()
    press(stage.page, " ")
    assert percents(stage.page, "CNN") != ["–"] * 10
    press(stage.page, "Enter")
    assert percents(stage.page, "CNN") == ["–"] * 10


def test_mouse_draws_a_line(stage, figure):
    stage = stage()
    stage.show(figure, static=True)
    load_files(stage, static=True)
    page = stage.page
    box = page.locator(".lbl-pad").bounding_box()
    at = lambda x, y: (box["x"] + x * box["width"], box["y"] + y * box["height"])  # noqa: E731
    page.mouse.move(*at(0.5, 0.2))
    page.wait_for_timeout(50)
    assert percents(page, "perceptron") == ["–"] * 10  # hovering draws nothing
    page.mouse.down()
    page.mouse.move(*at(0.5, 0.8), steps=3)
    page.mouse.up()
    page.wait_for_timeout(100)
    middle = page.evaluate(
        """() => [0.3, 0.5, 0.7].map((y) => document.querySelector(".lbl-pad canvas")
             .getContext("2d").getImageData(14, Math.round(28 * y), 1, 1).data[0])"""
    )
    assert min(middle) > 200  # no gaps between the few points that the mouse gave
    assert percents(page, "perceptron") != ["–"] * 10


def test_centring_moves_the_mass_to_the_middle(stage, figure):
    stage = stage()
    stage.show(figure, static=True)
    load_files(stage, static=True)
    page = stage.page
    page.locator(".lbl-pad").focus()
    press(page, *["ArrowUp"] * 10, *["Shift+ArrowDown"] * 9)  # a bar, high on the pad
    read = """() => { const c = [...document.querySelectorAll("canvas")].find((c) =>
        c.getAttribute("aria-label") === "What the networks see");
      const d = c.getContext("2d").getImageData(0, 0, 28, 28).data;
      return Array.from({ length: 784 }, (_, i) => d[4 * i]); }"""

    def rows(image):
        image = np.array(image, float).reshape(28, 28)
        return (image.sum(1) * np.arange(28)).sum() / image.sum(), np.ptp(np.nonzero(image)[0]) + 1

    centre, height = rows(page.evaluate(read))
    assert centre == pytest.approx(14, abs=0.5) and 19 <= height <= 22
    page.get_by_label("centre as MNIST does").press(" ")
    page.wait_for_timeout(100)
    centre, height = rows(page.evaluate(read))
    assert centre == pytest.approx(8.5, abs=0.5) and height < 14


def test_an_mnist_like_digit_stays_as_it_is(stage, figure, digits):
    digit = np.zeros((28, 28), np.uint8)
    digit[4:24, 8:20] = 200  # 20 pixels high, centred
    figure.examples = np.stack([digit] * 10).tobytes()
    stage = stage()
    stage.show(figure, static=True)
    stage.page.get_by_role("button", name="Example: a 0").click()
    stage.page.wait_for_timeout(100)
    seen = stage.page.evaluate(
        """() => Array.from(document.querySelector("canvas.lbl-picture").getContext("2d")
             .getImageData(0, 0, 28, 28).data).filter((_, i) => i % 4 === 0)"""
    )
    np.testing.assert_array_equal(np.reshape(seen, (28, 28)), digit)


def test_accessible_and_narrow(stage, figure):
    stage = stage(theme="dark", width=360)
    stage.show(figure, static=True)
    load_files(stage, static=True)
    stage.keys("Example: a 5", "Enter")
    stage.check_all()


EXPLAIN = """([arrays, image, index, place]) => {
  const nets = arrays.map(([text, shape]) => ({ shape, data: new Float32Array(bytes(text)) }));
  const { steps } = classify(nets, new Float32Array(bytes(image)));
  return explain(steps[index], ...place);
}"""


@pytest.mark.parametrize(
    ("index", "place"), [(0, (1, 0, 5)), (1, (2, 3, 4)), (2, (3, 13, 6)), (4, (2,))]
)
def test_a_value_is_the_sum_of_its_parts(stage, rng, index, place):
    shapes = [(5, 5, 1, 3), (3,), (5, 5, 3, 4), (4,), (196, 5), (5,), (5, 10), (10,)]
    arrays = [rng.normal(size=shape).astype("float32") for shape in shapes]
    image = rng.random(784).astype("float32")
    run = stage().functions("nets.js", "load.js")
    packed = [[encode(a.tobytes()), a.shape] for a in arrays]
    found = run(EXPLAIN, [packed, encode(image.tobytes()), index, place])
    layers = [image.reshape(1, 28, 28, 1)]
    for W, b in zip(arrays[:4:2], arrays[1:4:2], strict=True):
        layers.append(tf.nn.relu(tf.nn.conv2d(layers[-1], W, 1, "SAME") + b))
        layers.append(tf.nn.max_pool2d(layers[-1], 2, 2, "SAME"))
    layers.append(np.maximum(np.reshape(layers[-1], (1, -1)) @ arrays[4] + arrays[5], 0))
    o, *at = place
    value = np.array(layers[index + 1])[(0, *at, o)]
    assert found["value"] == pytest.approx(value, rel=1e-4)
    if index == 1:
        assert max(found["patch"]) == found["value"]
        return
    assert max(found["sum"], 0) == pytest.approx(value, rel=1e-4, abs=1e-5)
    assert found["part"] == pytest.approx(np.dot(found["patch"], found["weights"]), rel=1e-4)


def test_pointing_at_a_map_shows_what_it_saw(stage, weights, digits):
    stage = stage()
    stage.show(DrawDigit(digits, cnn=weights("cnn", CNN)), static=True)
    load_files(stage, static=True, clear=False)
    assert percents(stage.page, "CNN") != ["–"] * 10  # it opens with a digit and its answer
    stage.keys("CNN, convolution: 64 maps", "ArrowRight", "Shift+ArrowDown")
    stage.said("Map 17, row 1, column 2, sees map")
    stage.keys("CNN, pooling: 32 maps", "ArrowDown")
    stage.said("the largest of these four")


def test_an_answer_takes_less_than_a_frame_or_two(stage, weights, digits):
    shapes = [(784, 800), (800,), (800, 800), (800,), (800, 10), (10,)]
    figure = DrawDigit(digits, perceptron=weights("big", shapes), cnn=weights("cnn", CNN))
    stage = stage()
    root = stage.show(figure, static=True)
    load_files(stage, static=True)
    times = []
    for digit in [0, 1, 2, 3]:
        stage.page.get_by_role("button", name=f"Example: a {digit}").click()
        stage.page.wait_for_timeout(60)
        times.append(float(root.get_attribute("data-milliseconds")))
    print(f"both networks and their pictures: {min(times):.1f} ms")
    assert min(times) < 80  # 20 ms on an idle machine; this guards against a slow loop


def test_examples_and_weights_are_checked(weights, digits, tmp_path):
    good = weights("good", PERCEPTRON)
    with pytest.raises(FileNotFoundError, match="none.npz"):
        DrawDigit(net=tmp_path / "none.npz")
    with pytest.raises(ValueError, match="examples holds 9 images; expected 10"):
        DrawDigit(digits[:9], net=good)
    with pytest.raises(ValueError, match=r"examples has shape \(10, 20, 20\)"):
        DrawDigit(digits[:, :20, :20], net=good)
    with pytest.raises(ValueError, match="b has the weights of another"):
        DrawDigit(a=good, b=good)
    for shapes, said in [
        ([(784, 40), (40,), (41, 10), (10,)], r"\(41, 10\) and \(10,\) of layer 2 don't fit"),
        ([(784, 40), (40,), (40, 9), (9,)], "end in 10 outputs"),
        ([(784, 10), (9,)], "layer 1"),
        ([(784, 10)], "expected weights"),
        ([(5, 5, 3, 8), (8,), (1568, 10), (10,)], "layer 1"),
        ([(5, 5, 1, 8), (8,), (784, 10), (10,)], "layer 2"),
    ]:
        with pytest.raises(ValueError, match=said):
            DrawDigit(net=weights("bad", shapes))


def test_one_of_each():
    labels = [3, 1, 0, 2, 4, 5, 6, 7, 9, 8, 3]
    np.testing.assert_array_equal(
        one_of_each(np.arange(11), labels), [2, 1, 3, 0, 4, 5, 6, 7, 9, 8]
    )
    with pytest.raises(ValueError, match=r"labels has no \[8, 9\]"):
        one_of_each(np.arange(8), range(8))
    with pytest.raises(ValueError, match=r"images has shape \(11,\) and labels \(10,\)"):
        one_of_each(np.arange(11), range(10))
