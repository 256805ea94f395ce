"""Six figures on how a network learns: each moved from the keyboard, and compared with numpy."""

import re

import keras
import numpy as np
import pytest
import tensorflow as tf

from tlbook.figures import (
    Activations,
    BackwardPass,
    DropoutMasks,
    LossValley,
    Neuron,
    SoftmaxLoss,
)

PASS = {"w": (0.5, 0.25, 0.8), "x": (1, 2), "target": 1}


def numbers(locator):
    """Return the numbers of a text, as a reader sees them."""
    return [float(n) for n in re.findall(r"-?\d+\.?\d*", locator.inner_text().replace("−", "-"))]


def press(page, name, times=1):
    for _ in range(times):
        page.get_by_role("button", name=name).press("Enter")


def value(page, name):
    return float(page.get_by_role("slider", name=name).input_value())


def status(page, begins):
    """Wait until the figure has spoken, and return what it says."""
    page.wait_for_function(
        "(b) => document.querySelector('.lbl-status').textContent.startsWith(b)", arg=begins
    )
    return numbers(page.locator(".lbl-status"))


@pytest.fixture
def show(stage):
    """Show a figure; at the end, check what each owes its reader."""
    one = stage()

    def shown(figure):
        one.show(figure, static=True)
        return one.page

    yield shown
    one.check_all()


def test_a_neuron_adds_up_and_learns_from_its_mistakes(show):
    page = show(Neuron())
    said = page.locator(".lbl-sum strong")
    assert said.all_inner_texts() == ["1.00", "1.00"]  # 2 * 1 - 1 * 0.5 - 0.5
    page.get_by_role("slider", name="Bias b").press("Home")
    assert said.all_inner_texts() == ["−1.50", "0.00"]
    page.get_by_role("radio", name="sigmoid").check()
    assert float(said.nth(1).inner_text()) == pytest.approx(1 / (1 + np.exp(1.5)), abs=0.005)
    page.get_by_role("application").press("ArrowRight")  # x1 by a sixtieth of 6
    assert said.first.inner_text() == "−1.30"
    for _ in range(40):
        page.get_by_role("button", name="Learn from one mistake").press("Enter")
    assert page.locator(".is-wrong").count() == 0  # what a line can part, the rule parts
    page.get_by_role("radio", name="opposite corners").check()
    press(page, "Learn from one mistake", 60)
    assert page.locator(".is-wrong").count() >= 5  # and what it can't, it doesn't


ACTS = {"step": lambda z: tf.cast(z > 0, tf.float32) + 0 * z, "sigmoid": tf.sigmoid}
ACTS |= {"tanh": tf.tanh, "leaky ReLU": lambda z: tf.nn.leaky_relu(z, 0.1)}


def test_slopes_are_those_of_tensorflow(show):
    page = show(Activations())
    slider = page.get_by_role("slider", name="Sum z")
    for _ in range(15):
        slider.press("ArrowLeft")
    z = tf.Variable(value(page, "Sum z"))
    for name, act in ACTS.items():
        page.get_by_role("radio", name=name, exact=True).check()
        with tf.GradientTape() as tape:
            a = act(z)
        expected = [float(a), float(tape.gradient(a, z))]
        shown = [s.replace("−", "-") for s in page.locator(".lbl-sum strong").all_inner_texts()]
        assert [float(s) for s in shown[:2]] == pytest.approx(expected, abs=0.0051)
        assert float(shown[2]) == pytest.approx(expected[1] ** 10, rel=0.05, abs=0.0006)


def test_probabilities_loss_and_slopes(show):
    page = show(SoftmaxLoss())
    z, y = np.array([2.0, 1.0, 0.0]), np.array([0, 1, 0])
    for _ in range(3):
        p = np.exp(z) / np.exp(z).sum()
        cells = page.locator("tbody td").all_inner_texts()
        assert [float(c) for c in cells[1::4]] == pytest.approx(p, abs=0.0051)
        slopes = [float(c.split()[0].replace("−", "-")) for c in cells[3::4]]
        assert slopes == pytest.approx(p - y, abs=0.0051)
        assert numbers(page.locator(".lbl-sum strong")) == pytest.approx(
            [-np.log(p[1])], abs=0.0051
        )
        press(page, "One step downhill")
        z = np.array([value(page, f"Logit of {digit}") for digit in (3, 5, 8)])
    before = page.locator("tbody td").all_inner_texts()
    press(page, "Add 1 to all")
    after = page.locator("tbody td").all_inner_texts()
    assert after[1::4] == before[1::4] and after[0::4] != before[0::4]


def test_optimizers_step_as_keras_does(show):
    page = show(LossValley())
    made = {
        "gradient descent": keras.optimizers.SGD(0.05),
        "with momentum": keras.optimizers.SGD(0.05, momentum=0.9),
        "Adam": keras.optimizers.Adam(0.05, epsilon=1e-8),
    }
    assert page.locator(".lbl-figure").get_attribute("data-step") == "30"  # how it opens
    press(page, "Back to the start")
    press(page, "One step", 20)
    for name, optimizer in made.items():
        at = tf.Variable([-3.6, 1.8])
        for _ in range(20):
            optimizer.apply([at * [1.0, 16.0]], [at])
        x, y = at.numpy()
        row = page.get_by_role("row", name=name).get_by_role("cell").first
        assert numbers(row)[0] == pytest.approx((x**2 + 16 * y**2) / 2, abs=0.003)
    page.get_by_role("slider", name="Learning rate").press("ArrowRight")
    page.get_by_role("slider", name="Learning rate").press("ArrowRight")  # 0.2 > 2 / 16
    press(page, "Race")
    page.wait_for_selector('td:has-text("diverged")')
    press(page, "Back to the start")
    page.get_by_role("application").press("ArrowUp")
    assert page.locator(".lbl-figure").get_attribute("data-step") == "0"


def test_dropout_keeps_the_mean(show):
    page = show(DropoutMasks())
    for _ in range(5):
        press(page, "100 batches")
    told = page.locator(".lbl-status", has_text="501 batches")
    told.wait_for()
    kept, _, worth, _, mean, _ = numbers(told)[:6]
    assert worth == 2 and mean == pytest.approx(1, abs=0.06)
    assert page.locator("svg").first.locator(".is-kept").count() == kept
    page.get_by_role("radio", name="left as they are").check()
    press(page, "100 batches")
    cells = page.locator("tbody td").all_inner_texts()
    assert float(cells[1]) == pytest.approx(0.5, abs=0.08) and cells[2] == "1.00"


def test_a_backward_pass_is_that_of_tensorflow(show):
    page = show(BackwardPass(**PASS))

    def expected():
        W = tf.Variable([[value(page, "w₁")], [value(page, "w₂")]])
        w3 = tf.Variable([[value(page, "w₃")]])
        with tf.GradientTape() as tape:
            x = tf.constant([[value(page, "x₁"), value(page, "x₂")]])
            loss = (tf.nn.relu(x @ W) @ w3 - value(page, "target"))[0, 0] ** 2
        slopes = tape.gradient(loss, [W, w3])
        return [float(loss), *slopes[0].numpy().ravel(), *slopes[1].numpy().ravel()]

    assert status(page, "Loss 0.040") == pytest.approx([0.04, -0.32, -0.64, -0.4], abs=1e-6)
    press(page, "Take a step")  # against each slope, by a tenth of it
    assert value(page, "w₃") == pytest.approx(0.84, abs=0.026)
    page.get_by_role("slider", name="w₃").press("Home")
    now = expected()
    assert status(page, f"Loss {now[0]:.3f}") == pytest.approx(now, abs=0.0051)
    press(page, "From the start")
    assert page.locator(".is-back").count() == 0 and page.locator(".is-forward").count() == 2
    press(page, "Next", 3)
    assert page.locator(".is-back").count() == 1
    for wrong, said in [({"w": (1, 2)}, "w has shape"), ({"target": 3}, "target is 3")]:
        with pytest.raises(ValueError, match=said):
            BackwardPass(**PASS | wrong)
