import keras
import numpy as np
import pytest
import tensorflow as tf

import tlcore as tl
from tlcore.layers import (
    DenseLayer,
    DropconnectDenseLayer,
    DropoutLayer,
    InputLayer,
    ReconLayer,
)
from tlcore.layers.autoencoder import kl_sparsity

X = np.random.default_rng(0).uniform(0, 1, (40, 12)).astype("float32")
# Keras warns, and computes on, where a model gets its inputs in another structure.
pytestmark = pytest.mark.filterwarnings("error:The structure of")
QUIET = {"print_freq": 0, "progress": False}


def autoencoder(act=tf.nn.softplus, encoder_act=tf.nn.relu, keep=0.5):
    network = DropoutLayer(InputLayer((12,)), keep=keep, name="denoising1")
    network = DropoutLayer(network, keep=0.8, name="drop1")
    network = DenseLayer(network, 5, act=encoder_act, b_init="ones", name="encoder")
    return ReconLayer(network, n_units=12, act=act, name="recon")


def stack():
    recon1 = autoencoder()
    hidden = recon1.encoder
    network = DropoutLayer(hidden, keep=0.5, name="drop2")
    network = DenseLayer(network, 4, act=tf.nn.relu, b_init="ones", name="encoder2")
    return recon1, ReconLayer(network, x_recon=hidden, n_units=5, name="recon2")


def values(params):
    return [keras.ops.convert_to_numpy(param).copy() for param in params]


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


@pytest.mark.parametrize("act", ["softplus", "relu", "sigmoid"])
def test_the_cost_is_the_originals(act):
    is_sigmoid = act == "sigmoid"
    recon = autoencoder(getattr(tf.nn, act), tf.nn.sigmoid if is_sigmoid else tf.nn.relu)
    We, be, Wd, bd = (value.astype("float64") for value in values(recon.train_params))
    hidden = X @ We + be
    hidden = sigmoid(hidden) if is_sigmoid else np.maximum(hidden, 0)
    rebuilt = hidden @ Wd + bd
    rebuilt = {
        "softplus": lambda z: np.log1p(np.exp(z)),
        "relu": lambda z: np.maximum(z, 0),
        "sigmoid": sigmoid,
    }[act](rebuilt)
    error = ((rebuilt - X) ** 2).sum(axis=1).mean()  # sum over pixels, mean over the batch
    decay = 0.004 * ((We**2).sum() + (Wd**2).sum()) / 2
    expected = error + decay
    if is_sigmoid:
        p = hidden.mean(axis=0)
        expected += 4 * (0.15 * np.log(0.15 / p) + 0.85 * np.log(0.85 / (1 - p))).sum()
    else:
        expected += 0.001 * hidden.mean()
    assert float(recon.cost(X, training=False)) == pytest.approx(expected, rel=1e-5)


def test_kl_sparsity_is_finite_at_the_ends_and_grows_away_from_rho():
    at = [float(kl_sparsity(tf.fill([3, 2], p), 0.15)) for p in (0.0, 0.05, 0.15, 0.5, 1.0)]
    assert np.isfinite(at).all() and at[0] > at[1] > at[2] < at[3] < at[4]
    assert at[3] == pytest.approx(2 * (0.15 * np.log(0.3) + 0.85 * np.log(1.7)), rel=1e-5)


def test_the_target_is_clean_though_the_input_is_not():
    recon = autoencoder(keep=1e-6)  # nothing of the input is left
    for param in recon.train_params:
        param.assign(tf.zeros_like(param))
    expected = ((np.log(2) - X) ** 2).sum(axis=1).mean()  # softplus(0) = log 2
    assert float(recon.cost(X, training=True)) == pytest.approx(expected, rel=1e-5)


def test_the_target_of_a_second_layer_is_the_clean_code_of_the_first():
    _, recon = stack()
    W, b = values(recon.encoder.all_params)[:2]
    code = np.maximum(X @ W + b, 0)
    for param in recon.train_params:
        param.assign(tf.zeros_like(param))
    expected = ((np.log(2) - code) ** 2).sum(axis=1).mean()
    for training in (True, False):
        assert float(recon.cost(X, training=training)) == pytest.approx(expected, rel=1e-5)


def test_pretraining_lowers_the_cost_and_moves_four_parameters():
    recon1, recon2 = stack()
    for recon in (recon1, recon2):
        own = {id(param) for param in recon.train_params}
        others = [param for param in recon2.all_params if id(param) not in own]
        others += [p for p in recon1.all_params[2:] if id(p) not in own]  # the other decoder
        before, still = values(recon.train_params), values(others)
        assert len(before) == 4 and len(still) == 4
        history = recon.pretrain(
            X, X[:9], n_epoch=20, batch_size=16, learning_rate=0.01, print_freq=10, progress=False
        )
        for was, now in zip(before, values(recon.train_params), strict=True):
            assert (was != now).any()
        for was, now in zip(still, values(others), strict=True):
            np.testing.assert_array_equal(was, now)
        assert history["epoch"] == list(range(1, 21))
        assert history["loss"][-1] < history["loss"][0]
        measured = [i + 1 for i, loss in enumerate(history["val_loss"]) if loss is not None]
        assert measured == [1, 10, 20]
        assert history["train_loss"][-1] == pytest.approx(
            float(recon.cost(X, training=False)), rel=1e-5
        )


def test_only_the_named_noise_is_on_and_all_is_restored():
    recon = autoencoder()
    seen = []

    def watch(history):
        seen.append({name: float(keep) for name, keep in recon.all_drop.items()})

    recon.pretrain(X, denoise_name="denoising1", n_epoch=1, on_epoch=watch, **QUIET)
    recon.pretrain(X, denoise_name=None, n_epoch=1, on_epoch=watch, **QUIET)
    assert seen == [{"denoising1": 0.5, "drop1": 1.0}, {"denoising1": 1.0, "drop1": 1.0}]
    assert {n: float(k) for n, k in recon.all_drop.items()} == {"denoising1": 0.5, "drop1": 0.8}


def test_the_noise_is_restored_after_an_error():
    recon = autoencoder()

    def fail(history):
        raise RuntimeError("stop")

    with pytest.raises(RuntimeError):
        recon.pretrain(X, n_epoch=1, on_epoch=fail, **QUIET)
    assert {n: float(k) for n, k in recon.all_drop.items()} == {"denoising1": 0.5, "drop1": 0.8}


def test_without_noise_pretraining_is_a_hand_written_adam_loop():
    recon, twin = autoencoder(), autoencoder()
    for mine, theirs in zip(twin.train_params, recon.train_params, strict=True):
        mine.assign(theirs)
    recon.pretrain(X, n_epoch=3, batch_size=16, learning_rate=0.01, seed=4, **QUIET)
    optimizer = keras.optimizers.Adam(0.01, epsilon=1e-8)
    for epoch in range(3):
        rows = np.arange(40, dtype=np.int32)
        np.random.default_rng([4, epoch]).shuffle(rows)
        for i in range(0, 40, 16):
            with tf.GradientTape() as tape:
                cost = twin.cost(X[rows[i : i + 16]], training=False)
            gradients = tape.gradient(cost, twin.train_params)
            optimizer.apply(gradients, twin.train_params)
    for mine, theirs in zip(values(twin.train_params), values(recon.train_params), strict=True):
        np.testing.assert_allclose(mine, theirs, atol=1e-5)


def test_save_writes_the_four_parameters_at_each_report(tmp_path, capsys):
    recon = autoencoder()
    name = str(tmp_path / "w1pre_")
    recon.pretrain(X, X, n_epoch=3, print_freq=2, progress=False, save=True, save_name=name)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["w1pre_1.npz", "w1pre_2.npz"]
    assert [a.shape for a in tl.files.load_npz(name=name + "1.npz")] == [
        (12, 5),
        (5,),
        (5, 12),
        (12,),
    ]
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("Epoch 1 of 3 took ") and lines[3].startswith("Epoch 2 of 3")
    assert lines[1].startswith("   train loss: ") and lines[2].startswith("   val loss: ")
    assert lines[-1].startswith("Pretrained encoder in ")


def test_an_interrupted_pretraining_resumes(tmp_path):
    options = {"denoise_name": "denoising1", "batch_size": 16, "learning_rate": 0.01, **QUIET}
    keras.utils.set_random_seed(7)
    whole = autoencoder()
    whole.pretrain(X, n_epoch=4, **options)
    keras.utils.set_random_seed(7)
    parts = autoencoder()
    for n_epoch in (2, 4):
        history = parts.pretrain(X, n_epoch=n_epoch, checkpoint=str(tmp_path / "c.npz"), **options)
    assert history["epoch"] == [1, 2, 3, 4]
    for a, b in zip(values(whole.all_params), values(parts.all_params), strict=True):
        np.testing.assert_array_equal(a, b)


def test_a_dropconnect_encoder_works():
    encoder = DropconnectDenseLayer(InputLayer((12,)), 0.5, 5, tf.nn.relu, name="connect")
    recon = ReconLayer(encoder, n_units=12)
    assert len(recon.pretrain(X, denoise_name="connect", n_epoch=1, **QUIET)["loss"]) == 1


@pytest.mark.parametrize(
    ("build", "kind", "parts"),
    [
        (lambda x: ReconLayer(x, n_units=12), TypeError, ["ReconLayer", "encoder", "DenseLayer"]),
        (
            lambda x: ReconLayer(DenseLayer(x, 5), n_units=12, act=tf.nn.tanh),
            ValueError,
            ["tanh", "tf.nn.sigmoid", "tf.nn.softplus", "fit"],
        ),
        (lambda x: ReconLayer(DenseLayer(x, 5)), ValueError, ["n_units is 784", "expected 12"]),
        (
            lambda x: ReconLayer(DenseLayer(x, 5, name="a"), x_recon=DenseLayer(x, 3), n_units=12),
            ValueError,
            ["n_units is 12", "expected 3"],
        ),
    ],
)
def test_what_cannot_be_rebuilt_is_named(build, kind, parts):
    with pytest.raises(kind) as error:
        build(InputLayer((12,)))
    assert all(part in str(error.value) for part in parts), error.value


@pytest.mark.parametrize(
    ("options", "kind", "parts"),
    [
        ({"X_train": X[:, :5]}, ValueError, ["X_train", "(40, 5)", "(rows, 12)"]),
        ({"denoise_name": "noise"}, KeyError, ["'noise'", "denoising1"]),
        ({"n_epoch": 0}, ValueError, ["n_epoch is 0"]),
    ],
)
def test_bad_arguments_change_nothing(options, kind, parts):
    recon = autoencoder()
    before = values(recon.all_params)
    with pytest.raises(kind) as error:
        recon.pretrain(**{"X_train": X, "n_epoch": 1, **QUIET} | options)
    assert all(part in str(error.value) for part in parts), error.value
    assert [float(keep) for keep in recon.all_drop.values()] == [0.5, 0.8]
    for was, now in zip(before, values(recon.all_params), strict=True):
        np.testing.assert_array_equal(was, now)
