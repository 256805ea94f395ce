"""The training panel: its training against ``fit``, its settings, its filters."""

import numpy as np
import pytest
from panels import DATA, classifier, training, weights_of
from stage import wait_for

from tlbook.figures import TrainingPanel
from tlcore.cost import cross_entropy
from tlcore.layers import Conv2d, DenseLayer, FlattenLayer, InputLayer
from tlcore.utils import fit

X, y, X_val, y_val = DATA


def test_trains_as_fit_does():
    panel, other = training(), classifier()
    history = fit(
        other, X, y, learning_rate=0.003, batch_size=16, n_epoch=2, print_freq=0,
        X_val=X_val, y_val=y_val,
    )  # fmt: skip
    panel.run(n_epoch=2)
    weights = [p.value.numpy() for p in other.all_params]
    for a, b in zip(weights_of(panel), weights, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-6)
    expected = np.array([48, 96, 116, 164, 212, 232]) / 116
    assert panel.history["epoch"] == pytest.approx(expected, abs=1e-5)
    for name in ["val_loss", "val_acc"]:
        assert panel.history[name][2::3] == pytest.approx(history[name], abs=1e-5)
    rows = np.tile([48, 48, 20], 2)  # in 3 batches, 3 batches, the 2 left
    sums = (np.array(panel.history["train_loss"]) * rows).reshape(2, 3).sum(1) / 116
    np.testing.assert_allclose(sums, history["loss"], rtol=1e-4)


def test_settings_act_while_it_trains_without_retracing():
    traced = []

    def cost(y, t):  # TensorFlow calls it only to compile
        traced.append(1)
        return cross_entropy(y, t)

    panel = training(cost=cost)
    panel.start()
    wait_for(lambda: panel._reports > 1)
    compiled = len(traced)
    panel.set_state({"keep": {"drop1": 1.0, "drop2": 0.9}, "batch_size": 64})
    wait_for(lambda: panel.trainer.batch_size == 64)
    n = panel._reports
    wait_for(lambda: panel._reports > n + 1)
    panel.close()
    drops = panel.network.all_drop
    assert {name: float(keep) for name, keep in drops.items()} == {"drop1": 1.0, "drop2": 0.9}
    assert len(traced) == compiled


@pytest.mark.parametrize("size", [32, 8, 100, 7])
def test_batch_size_changes_within_an_epoch(size):
    panel = training(report_steps=5)
    panel._foreground(lambda: panel._steps >= 5)
    assert panel.trainer.step == 5
    panel.batch_size = size
    panel._hand_over()
    row = 5 * 16
    assert row - size < panel.trainer.step * size <= row
    assert panel.run(1)["epoch"][-1] == 1.0


def test_filters_are_greys_of_the_weights():
    panel = training()
    panel.run(9)
    assert [look["at"] for look in panel.looks][:: len(panel.looks) - 1] == [0, 9]
    assert len(panel.looks) <= 12 and panel.looks[0]["shape"] == [4, 6, 6]
    shown = np.frombuffer(panel.pictures, np.uint8).reshape(-1, 4, 6, 6)
    assert len(shown) == len(panel.looks)
    W = weights_of(panel)[0][:, :4].T.reshape(4, 6, 6)
    largest = np.abs(W).max((1, 2), keepdims=True)
    np.testing.assert_allclose((shown[-1] / 127.5 - 1) * largest, W, atol=0.005 * largest.max())


def test_filters_of_a_convolution():
    net = InputLayer(shape=(6, 6, 1))
    net = DenseLayer(FlattenLayer(Conv2d(net, n_filter=4, filter_size=(3, 3))), n_units=6)
    images = [X_val.reshape(-1, 6, 6, 1), y_val]
    panel = TrainingPanel(net, *images, *images)
    assert panel.looks[0]["shape"] == [4, 3, 3] and panel.keep == {}
    assert panel.run(1)["epoch"] == [1.0]


def test_input_is_checked():
    with pytest.raises(TypeError, match="network is a str"):
        TrainingPanel("net", *DATA)
    with pytest.raises(ValueError, match="X_val has shape"):
        TrainingPanel(classifier(), X, y, X_val[:, :10], y_val)
    with pytest.raises(ValueError, match="y_train has labels from 0 to 6"):
        TrainingPanel(classifier(), X, np.where(y == 5, 6, y), X_val, y_val)
    with pytest.raises(ValueError, match="learning_rate is -1"):
        training(learning_rate=-1)


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
        printed, epochs = [], []
        while len(printed) < 5:
            message = client.get_iopub_msg(timeout=60)
            content = message["content"]
            if message["msg_type"] == "stream" and content["name"] == "stdout":
                printed += content["text"].split()
            elif message["msg_type"] == "comm_msg" and "history" in content["data"].get(
                "state", {}
            ):
                epochs += content["data"]["state"]["history"]["epoch"][-1:]
        assert printed == ["running"] * 5
        assert len(epochs) > 1 and epochs == sorted(epochs)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


# ---- in a browser ------------------------------------------------------------------------------


def test_shows_the_filters_of_each_report(stage):
    panel = training()
    panel.run(2)
    stage = stage()
    stage.show(panel, static=True)
    page = stage.page
    shown = np.frombuffer(panel.pictures, np.uint8).reshape(-1, 4, 6, 6)
    slider = page.get_by_role("slider", name="Filters at epoch")
    for key, i in [("End", -1), ("Home", 0)]:
        slider.press(key)
        red = page.evaluate(
            """() => { const c = document.querySelector("canvas");
                 const { data } = c.getContext("2d").getImageData(0, 0, c.width, c.height);
                 return [c.height, c.width, ...data.filter((_, i) => i % 4 === 0)]; }"""
        )
        picture = np.reshape(red[2:], red[:2])
        np.testing.assert_array_equal(picture[7:, 7:], shown[i, 3])
    label = page.locator(".lbl-chart").first.get_attribute("aria-label")
    assert f"validation {panel.history['val_loss'][-1]:.4f}" in label
