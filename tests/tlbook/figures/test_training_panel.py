"""The training panel: its training against ``fit``, its thread, its page."""

import functools
import time

import keras
import numpy as np
import pytest
from stage import threads, wait_for

from tlbook.figures import TrainingPanel
from tlcore.cost import cross_entropy
from tlcore.layers import Conv2d, DenseLayer, DropoutLayer, FlattenLayer, InputLayer
from tlcore.utils import fit
from tlcore.utils import test as measure

RATE, BATCH = 0.003, 32


@pytest.fixture(scope="module")
def data():
    """Images whose label is the bright one of ten stripes: learnt in a few epochs."""
    rng = np.random.default_rng(1)
    y = rng.integers(0, 10, 600).astype(np.int32)
    X = rng.random((600, 28, 28), np.float32) / 2
    X[np.arange(600), 2 * y] += 0.4
    return X.reshape(-1, 784)[:500], y[:500], X.reshape(-1, 784)[500:], y[500:]


def network(seed=0):
    keras.utils.set_random_seed(seed)
    net = InputLayer(shape=(784,))
    net = DropoutLayer(net, keep=0.8, seed=1, name="drop1")
    net = DenseLayer(net, n_units=20, act="relu", name="relu1")
    net = DropoutLayer(net, keep=0.5, seed=2, name="drop2")
    return DenseLayer(net, n_units=10, name="output")


@pytest.fixture
def panel(data):
    panel = TrainingPanel(
        network(), *data, learning_rate=RATE, batch_size=BATCH, report_steps=6, n_filters=9
    )
    yield panel
    panel.close()
    assert threads() == []


def weights_of(net):
    return [p.value.numpy().copy() for p in net.all_params]


def test_trains_as_fit_does(panel, data):
    other = network()
    history = fit(
        other, *data[:2], learning_rate=RATE, batch_size=BATCH, n_epoch=3, print_freq=0,
        X_val=data[2], y_val=data[3],
    )  # fmt: skip
    panel.run(n_epoch=3)
    for a, b in zip(weights_of(panel._training.network), weights_of(other), strict=True):
        np.testing.assert_allclose(a, b, atol=1e-6)
    assert panel.history["epoch"] == pytest.approx(
        [0.384, 0.768, 1, 1.384, 1.768, 2, 2.384, 2.768, 3]
    )
    for name in ["val_loss", "val_acc"]:
        assert panel.history[name][2::3] == pytest.approx(history[name], abs=1e-5)
    rows = np.tile([192, 192, 116], 3)  # in 6 batches, 6 batches, the 4 left
    sums = (np.array(panel.history["train_loss"]) * rows).reshape(3, 3).sum(1) / 500
    np.testing.assert_allclose(sums, history["loss"], rtol=1e-5)
    assert panel.history["val_acc"][-1] == pytest.approx(
        measure(other, data[2], data[3], print_result=False)[1], abs=1e-6
    )


def test_reset_gives_the_same_run_again(panel):
    first = panel.run(2)
    panel.reset()
    assert panel.history["epoch"] == [] and panel.snapshot_epochs == [0.0]
    assert panel.run(2) == first


def test_pause_and_resume_end_with_the_same_weights(panel):
    straight = panel.run(2)
    expected = weights_of(panel._training.network)
    panel.reset()
    panel._training._n_steps = 1
    panel.start()
    wait_for(lambda: panel._training.trainer.step > 2)
    panel.pause()
    assert threads() == [] and panel.status == "paused"
    done = panel._training.epoch
    if done < 2:  # it may have run on while we looked
        panel.run(2 - panel._training.trainer.epoch)
        assert panel.history == straight
        for a, b in zip(weights_of(panel._training.network), expected, strict=True):
            np.testing.assert_array_equal(a, b)


def test_interrupt_keeps_what_there_is(panel, monkeypatch):
    straight = panel.run(1)
    panel.reset()
    advance, calls = panel._training.advance, []

    def interrupted(most):
        calls.append(most)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return advance(most)

    monkeypatch.setattr(panel._training, "advance", interrupted)
    assert len(panel.run(1)["epoch"]) < 3 and panel.status == "paused"
    assert panel.run(1) == straight


def test_settings_change_while_it_trains_without_retracing(data):
    traced = []

    def cost(y, t):  # TensorFlow calls it only to compile
        traced.append(1)
        return cross_entropy(y, t)

    panel = TrainingPanel(network(), *data, cost=cost, batch_size=BATCH, report_steps=6)
    panel.start()
    wait_for(lambda: len(panel.history["epoch"]) > 1)
    compiled = len(traced)
    # What the page sends when a slider moves.
    panel.set_state({"learning_rate": 1e-12, "keep": {"drop1": 1.0, "drop2": 0.9}})
    panel.set_state({"batch_size": 64})
    wait_for(lambda: panel._training.trainer.batch_size == 64)
    n = len(panel.history["epoch"])
    wait_for(lambda: len(panel.history["epoch"]) > n + 1)
    before = weights_of(panel._training.network)[0]
    n = len(panel.history["epoch"])
    wait_for(lambda: len(panel.history["epoch"]) > n + 2)
    panel.pause()
    np.testing.assert_allclose(weights_of(panel._training.network)[0], before, atol=1e-8)
    drops = panel._training.network.all_drop
    assert {name: float(keep) for name, keep in drops.items()} == {"drop1": 1.0, "drop2": 0.9}
    assert len(traced) == compiled


@pytest.mark.parametrize("old, new", [(32, 64), (64, 32), (32, 500), (32, 7)])
def test_batch_size_changes_within_an_epoch(data, old, new):
    panel = TrainingPanel(network(), *data, batch_size=old)
    panel._training._n_steps = 5
    panel._training.advance(5)
    row = panel._training.trainer.step * old
    panel.batch_size = new
    panel._training.set(RATE, panel.keep, new)
    assert row - new < panel._training.trainer.step * new <= row
    assert panel.run(1)["epoch"][-1] == 1.0


def test_start_returns_at_once_and_step_stops_by_itself(panel):
    panel.run(1)  # compiled
    begun = time.monotonic()
    panel.step()
    assert time.monotonic() - begun < 0.5
    wait_for(lambda: panel.status == "paused" and len(panel.history["epoch"]) == 4)
    wait_for(lambda: threads() == [])
    for _ in range(3):
        panel.start()  # more than once is once
    assert len(threads()) == 1
    panel.reset()
    assert threads() == [] and panel.history["epoch"] == []


def test_a_failure_is_shown_and_reset_mends_it(panel):
    first = panel.run(1)
    panel.reset()
    panel.learning_rate = 1e30
    panel.start()
    wait_for(lambda: panel.status == "error")
    assert panel.message.startswith("FloatingPointError: the loss is")
    wait_for(lambda: threads() == [])
    panel.start()
    assert threads() == []  # not before reset
    panel.reset()
    assert (panel.status, panel.message) == ("paused", "")
    with pytest.raises(FloatingPointError, match="learning_rate is 1e\\+30"):
        panel.run(20)
    panel.reset()
    panel.learning_rate = RATE
    assert panel.run(1) == first


def test_filters_are_greys_of_the_weights(panel):
    panel.run(2)
    panel.run(3)
    assert panel.shape == [9, 28, 28]
    assert len(panel.snapshot_epochs) <= 12 and panel.snapshot_epochs[0] == 0
    assert panel.snapshot_epochs[-1] == 5 == panel.history["epoch"][-1]
    assert np.diff(panel.snapshot_epochs[:-1]).max() < 1  # evenly spread
    shown = np.frombuffer(panel.snapshots, np.uint8).reshape(-1, 9, 28, 28)
    assert len(shown) == len(panel.snapshot_epochs)
    W = weights_of(panel._training.network)[0][:, :9].T.reshape(9, 28, 28)
    largest = np.abs(W).max((1, 2), keepdims=True)
    np.testing.assert_allclose((shown[-1] / 127.5 - 1) * largest, W, atol=0.005 * largest.max())


def test_filters_of_a_convolution(data):
    net = InputLayer(shape=(28, 28, 1))
    net = DenseLayer(FlattenLayer(Conv2d(net, n_filter=4, filter_size=(5, 5))), n_units=10)
    images = [data[0][:50].reshape(-1, 28, 28, 1), data[1][:50]]
    panel = TrainingPanel(net, *images, *images)
    assert panel.shape == [4, 5, 5] and panel.keep == {}
    assert panel.run(1)["epoch"] == [1.0]


def test_input_is_checked(data):
    X, y, X_val, y_val = data
    with pytest.raises(TypeError, match="network is a str"):
        TrainingPanel("net", *data)
    with pytest.raises(ValueError, match="X_val has shape"):
        TrainingPanel(network(), X, y, X_val[:, :10], y_val)
    with pytest.raises(ValueError, match="y_train has labels from 0 to 10"):
        TrainingPanel(network(), X, np.where(y == 9, 10, y), X_val, y_val)
    with pytest.raises(ValueError, match="learning_rate is -1"):
        TrainingPanel(network(), *data, learning_rate=-1)
    panel = TrainingPanel(network(), *data)
    with pytest.raises(ValueError, match="learning_rate is 0.0; expected a positive"):
        panel.learning_rate = 0
    with pytest.raises(ValueError, match="batch_size is 0"):
        panel.batch_size = 0
    with pytest.raises(ValueError, match=r"keep has \['drop'\]"):
        panel.keep = {"drop": 0.5}
    with pytest.raises(ValueError, match="KEPT"):
        panel.keep = {"drop1": 0.0, "drop2": 0.5}
    assert panel.learning_rate == 1e-3 and panel.keep == {"drop1": 0.8, "drop2": 0.5}


IN_A_KERNEL = """
import numpy as np
from tlcore.layers import DenseLayer, InputLayer
from tlbook.figures import TrainingPanel
X, y = np.random.default_rng(0).random((4000, 784), "float32"), np.arange(4000) % 10
network = DenseLayer(InputLayer(shape=(784,)), n_units=10)
panel = TrainingPanel(network, X, y, X[:100], y[:100], report_steps=1)
panel.start()
"""


def test_a_kernel_stays_free_and_hears_of_the_training(root, monkeypatch):
    from jupyter_client.manager import start_new_kernel

    monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", "3")
    manager, client = start_new_kernel(cwd=str(root))
    try:
        opened = client.execute_interactive(IN_A_KERNEL, timeout=200, output_hook=lambda _: None)
        assert opened["content"]["status"] == "ok"
        client.execute("import time\nwhile not panel.history['epoch']: time.sleep(0.1)")
        for _ in range(5):  # other cells run, and what the thread sets arrives meanwhile
            client.execute("time.sleep(0.3); print(panel.status)")
        printed, lengths = [], []
        while len(printed) < 5:
            message = client.get_iopub_msg(timeout=60)
            content = message["content"]
            if message["msg_type"] == "stream" and content["name"] == "stdout":
                printed += content["text"].split()
            elif message["msg_type"] == "comm_msg" and "history" in content["data"].get(
                "state", {}
            ):
                lengths.append(len(content["data"]["state"]["history"]["epoch"]))
        assert printed == ["running"] * 5
        assert len(lengths) > 1 and lengths == sorted(lengths)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


# ---- in a browser ------------------------------------------------------------------------------


def test_recorded_run_without_a_kernel(stage, panel):
    panel.run(2)
    stage = stage()
    stage.show(panel, static=True)
    page = stage.page
    stage.check_inert(
        ["Start", "Step (6 batches)", "Reset"],
        ["Learning rate", "Keep of drop1", "Keep of drop2", "Batch size"],
    )
    slider = page.get_by_role("slider", name="Filters at epoch")
    assert slider.get_attribute("aria-valuetext") == "2"
    pixels = "document.querySelector('canvas').toDataURL()"
    last = page.evaluate(pixels)
    slider.press("Home")
    assert slider.get_attribute("aria-valuetext") == "0" and page.evaluate(pixels) != last
    label = page.locator(".lbl-chart").first.get_attribute("aria-label")
    assert f"validation {panel.history['val_loss'][-1]:.4f}" in label
    page.wait_for_timeout(400)
    assert page.locator(".lbl-status").inner_text().startswith("Epoch 2: training loss")


def test_controls_drive_the_training(stage, panel):
    stage = stage()
    stage.show(panel)
    page = stage.page
    assert page.get_by_role("button", name="Reset").is_enabled()
    carry = functools.partial(
        stage.carry, "history", "snapshots", "snapshot_epochs", "shape", "status"
    )
    page.get_by_role("slider", name="Learning rate").press("ArrowRight")
    page.get_by_role("slider", name="Keep of drop2").press("ArrowLeft")
    page.get_by_role("slider", name="Batch size").press("ArrowRight")
    carry()
    assert (panel.learning_rate, panel.batch_size) == (0.01, 64)
    assert panel.keep == {"drop1": 0.8, "drop2": 0.4}
    page.get_by_role("button", name="Step").press("Enter")
    carry()
    wait_for(lambda: panel.status == "paused" and len(panel.history["epoch"]) == 1)
    carry()
    assert page.locator(".lbl-curve").count() == 3
    before = page.locator(".lbl-curve").first.get_attribute("d")
    page.get_by_role("button", name="Start").press("Enter")
    carry()
    wait_for(lambda: len(panel.history["epoch"]) > 5)
    carry()
    assert page.locator(".lbl-curve").first.get_attribute("d") != before
    page.get_by_role("button", name="Pause").press("Enter")
    carry()
    assert panel.status == "paused" and threads() == []
    carry()
    page.get_by_role("button", name="Reset").press("Enter")
    carry()
    carry()
    assert panel.history["epoch"] == [] and page.locator(".lbl-curve").count() == 0
    stage.check_clean_up()


def test_failure_is_on_the_page(stage, panel):
    panel.learning_rate = 1e30
    with pytest.raises(FloatingPointError):
        panel.run(20)
    stage = stage()
    stage.show(panel)
    assert "FloatingPointError: the loss is" in stage.page.get_by_role("alert").inner_text()
    assert stage.page.get_by_role("button", name="Start").is_disabled()
    assert stage.page.get_by_role("button", name="Reset").is_enabled()
    assert stage.axe() == []


@pytest.mark.parametrize("static", [True, False])
@pytest.mark.parametrize("theme, width", [("light", 1000), ("dark", 1000), ("dark", 360)])
def test_accessible_and_narrow(stage, panel, theme, width, static):
    panel.run(1)
    stage = stage(theme=theme, width=width)
    stage.show(panel, static=static)
    assert stage.axe() == []
    assert stage.overflow() == 0
