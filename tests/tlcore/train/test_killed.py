"""A run that is killed, and the same call again."""

import json
import signal

import numpy as np
import pytest
from killed import cut_short, finish, weights

# Slow enough to be hit between two steps.
SCRIPT = """
import json, signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it
import keras, numpy as np, tensorflow as tf
import tlcore as tl

folder, wait = sys.argv[1], float(sys.argv[2])
keras.utils.set_random_seed(int(sys.argv[3]))
rng = np.random.default_rng(0)
X = rng.normal(size=(600, 6)).astype("float32")
y = (X[:, 0] > 0).astype("int32")
network = tl.layers.DropoutLayer(tl.layers.InputLayer((6,)), keep=0.8, name="drop1")
network = tl.layers.DropconnectDenseLayer(network, 0.8, 8, tf.nn.relu, name="relu1")
network = tl.layers.DenseLayer(tl.layers.BatchNormLayer(network), 2, name="out")

def slow(x):
    time.sleep(wait)
    with open(f"{folder}/steps", "a") as file:
        file.write(".")
    return x

def cost(output, target):
    if wait:
        output = tf.numpy_function(slow, [output], tf.float32) * 0 + output
        output.set_shape([None, 2])
    return tl.cost.cross_entropy(output, target)

history = tl.utils.fit(network, X, y, cost=cost, learning_rate=0.01, batch_size=32, n_epoch=4,
                       eval_train=False, print_freq=0, checkpoint=f"{folder}/run.npz")
tl.files.save_npz(network.all_params, f"{folder}/end.npz")
json.dump(history, open(f"{folder}/history.json", "w"))
"""


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory):
    folder = tmp_path_factory.mktemp("unbroken")
    return finish(SCRIPT, folder, 0, 1), weights(folder)


@pytest.mark.slow
@pytest.mark.parametrize("signal_", [signal.SIGKILL, signal.SIGINT])
def test_the_same_call_again_ends_where_an_unbroken_run_does(tmp_path, unbroken, signal_):
    folder = tmp_path / "killed"
    output = cut_short(SCRIPT, folder, 0.02, 1, by=signal_, steps=4)
    if signal_ == signal.SIGINT:
        assert "Interrupted in epoch" in output
        assert json.loads((folder / "history.json").read_text())["epoch"] != [1, 2, 3, 4]

    history = finish(SCRIPT, folder, 0, 2)  # other starting weights: they come from the file
    assert history["epoch"] == [1, 2, 3, 4]
    np.testing.assert_allclose(history["loss"], unbroken[0]["loss"], rtol=1e-6)
    for mine, theirs in zip(weights(folder), unbroken[1], strict=True):
        # Bit-equal where matrix products are: a BLAS may choose another kernel in another process.
        np.testing.assert_allclose(mine, theirs, rtol=1e-5, atol=1e-6)
