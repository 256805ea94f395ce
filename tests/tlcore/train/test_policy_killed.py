"""A policy's training that is killed or interrupted, and the same call again."""

import json
import signal

import numpy as np
import pytest
from killed import cut_short, finish, weights

SCRIPT = """
import json, signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it
import keras, tensorflow as tf
import tlcore as tl

folder, game, stop, seed = sys.argv[1], sys.argv[2], sys.argv[3] == "True", int(sys.argv[4])
keras.utils.set_random_seed(seed)
if game == "Pong":
    options, n_episodes = {"max_steps": 40, "n_copies": 3, "batch_size": 3}, 9
    environment = tl.rein.make_environments("Pong", 3, repeat_action_probability=0.25)
    inputs, units, rate = 6400, 20, 0.001
else:
    options, n_episodes = {"mode": 1, "normalize": "batch", "batch_size": 4}, 32
    environment, inputs, units, rate = "CartPole-v1", 4, 16, 0.01
network = tl.layers.DenseLayer(tl.layers.InputLayer((inputs,)), units, tf.nn.relu)
network = tl.layers.DenseLayer(network, 2)
trainer = tl.train.PolicyGradient(network, environment, rate, seed=5, **options)
real = trainer.environments.step

def mark(copies, actions):
    with open(f"{folder}/steps", "a") as file:
        file.write(".")
    if stop and trainer.n_updates == 2 and 3 * len(copies) >= 2 * trainer.environments.n_copies:
        time.sleep(0.2)  # in the middle of the third update: time to be hit
    return real(copies, actions)

trainer.environments.step = mark
history = trainer.run(n_episodes, checkpoint=f"{folder}/run.npz", print_freq=0)
tl.files.save_npz(network.all_params, f"{folder}/end.npz")
json.dump(history, open(f"{folder}/history.json", "w"))
"""


@pytest.fixture(scope="module", params=["CartPole-v1", "Pong"])
def unbroken(request, tmp_path_factory):
    game = request.param
    folder = tmp_path_factory.mktemp("unbroken")
    history = finish(SCRIPT, folder, game, False, 1)
    assert len(history["reward"]) == {"Pong": 9, "CartPole-v1": 32}[game]
    return game, history, weights(folder)


@pytest.mark.slow
@pytest.mark.parametrize("signal_", [signal.SIGKILL, signal.SIGINT])
def test_the_same_call_again_ends_where_an_unbroken_run_does(tmp_path, unbroken, signal_):
    game, history, end = unbroken
    folder = tmp_path / "killed"
    # Two steps after the second update the third is under way.
    output = cut_short(
        SCRIPT, folder, game, True, 1, by=signal_, after=lambda f: _updates(f) >= 2, steps=2
    )
    if signal_ == signal.SIGINT:
        assert "Interrupted in update 3" in output
    assert _updates(folder) == 2

    # Other starting weights: those of the run come from the file. Every episode has the score and
    # the length that it had.
    assert finish(SCRIPT, folder, game, False, 2) == history
    for mine, theirs in zip(weights(folder), end, strict=True):
        # Bit-equal where matrix products are: a BLAS may take another kernel in each process.
        np.testing.assert_allclose(mine, theirs, rtol=1e-5, atol=1e-6)


def _updates(folder):
    try:
        with np.load(folder / "run.npz") as file:
            return json.loads(str(file["about"]))["position"]["n_updates"]
    except FileNotFoundError:
        return 0
