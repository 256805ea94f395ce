"""A run that is killed, and the same call again."""

import json
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

# Slow enough to be hit between two steps; MARK says that an epoch after the checkpoint has begun.
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


def start(folder, wait, seed):
    folder.mkdir(exist_ok=True)
    return subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(folder), str(wait), str(seed)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(folder, seed):
    process = start(folder, 0, seed)
    _, errors = process.communicate(timeout=200)
    assert process.returncode == 0, errors
    history = json.loads((folder / "history.json").read_text())
    del history["seconds"]
    with np.load(folder / "end.npz") as file:
        return history, [file[key] for key in sorted(file)]


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory):
    return finish(tmp_path_factory.mktemp("unbroken"), seed=1)


@pytest.mark.slow
@pytest.mark.parametrize("signal_", [signal.SIGKILL, signal.SIGINT])
def test_the_same_call_again_ends_where_an_unbroken_run_does(tmp_path, unbroken, signal_):
    folder = tmp_path / "killed"
    process = start(folder, 0.02, seed=1)
    deadline = time.monotonic() + 200
    while not (folder / "run.npz").exists():  # the first epoch is complete
        assert process.poll() is None and time.monotonic() < deadline, process.communicate()
        time.sleep(0.05)
    marks = (folder / "steps").stat().st_size
    while (folder / "steps").stat().st_size < marks + 4:  # and a few steps of the next are done
        assert process.poll() is None and time.monotonic() < deadline, process.communicate()
        time.sleep(0.01)
    process.send_signal(signal_)
    output, errors = process.communicate(timeout=200)
    if signal_ == signal.SIGKILL:
        assert process.returncode == -signal.SIGKILL and not (folder / "end.npz").exists()
    else:
        assert process.returncode == 0 and "Interrupted in epoch" in output, errors
        assert json.loads((folder / "history.json").read_text())["epoch"] != [1, 2, 3, 4]

    history, weights = finish(folder, seed=2)  # other starting weights: they come from the file
    assert history["epoch"] == [1, 2, 3, 4]
    np.testing.assert_allclose(history["loss"], unbroken[0]["loss"], rtol=1e-6)
    for mine, theirs in zip(weights, unbroken[1], strict=True):
        # Bit-equal where matrix products are: a BLAS may choose another kernel in another process.
        np.testing.assert_allclose(mine, theirs, rtol=1e-5, atol=1e-6)
