"""The denoising autoencoder, and two of them stacked under a classifier."""

from __future__ import annotations

import keras
import numpy as np

import tlcore as tl
from tlbook.record.common import Folders, finished, fit


def record(name: str, s: dict, to: Folders) -> None:
    """Record ``autoencoder``, ``latent`` or ``stacked`` with the settings `s`."""
    data = tl.files.load_mnist_dataset()
    keras.utils.set_random_seed(s["seed"])
    {"autoencoder": autoencoder, "latent": latent, "stacked": stacked}[name](name, s, to, data)


def autoencoder(name: str, s: dict, to: Folders, data: tuple) -> None:
    """Train the encoder and decoder to mend digits, and measure how well they do."""
    X_train, _, X_val, _, X_test, _ = data
    network = tl.layers.InputLayer(shape=(784,), name="input")
    network = tl.layers.DropoutLayer(network, s["keep"], name="denoising1")
    network = tl.layers.DenseLayer(network, n_units=196, act="sigmoid", name="sigmoid1")
    recon = tl.layers.ReconLayer(network, n_units=784, act="sigmoid", name="recon_layer1")
    history = pretrain(recon, X_train, X_val, s, s["n_epoch"], to.checkpoint(name))

    kept = np.random.default_rng(0).random(X_test.shape) < s["keep"]
    corrupted = np.where(kept, X_test / s["keep"], 0).astype("float32")
    rebuilt = tl.utils.predict(recon, corrupted)
    errors = [
        float(((x - X_test) ** 2).sum(axis=1).mean()) for x in (s["keep"] * corrupted, rebuilt)
    ]
    result = dict(zip(("corrupted_error", "rebuilt_error"), errors, strict=True))
    to.save(name, history, s, result | {"seconds": sum(history["seconds"])})
    tl.files.save_npz(recon.train_params, name=to.weights(name), dtype="float16")


def latent(name: str, s: dict, to: Folders, data: tuple) -> None:
    """Train a code of two numbers, kept at mean 0 and variance 1, with a little noise on it."""
    X_train, X_val, X_test = data[::2]
    n_in, *widths = s["layers"]
    middle, last = len(widths) // 2, len(widths)
    network = tl.layers.InputLayer(shape=(n_in,), name="input")
    for i, width in enumerate(widths, start=1):
        act = {middle: None, last: "sigmoid"}.get(i, "relu")
        network = tl.layers.DenseLayer(network, width, act=act, name=f"layer{i}")
        if i == middle:
            standard = keras.layers.BatchNormalization(center=False, scale=False, name="standard")
            network = tl.layers.Layer(network, standard)
            network = tl.layers.Layer(network, keras.layers.GaussianNoise(s["noise"], name="noise"))
    history = fit(
        network, s, (X_train, X_train, X_val, X_val), cost=tl.cost.mean_squared_error, acc=None,
        eval_train=False, checkpoint=to.checkpoint(name),
    )  # fmt: skip
    rebuilt = tl.utils.predict(network, X_test)
    error = float(((rebuilt - X_test) ** 2).sum(axis=1).mean())
    to.save(name, history, s, {"rebuilt_error": error, "seconds": sum(history["seconds"])})
    # What standardises the code goes into the layer below it, so that W and b are left.
    *encoder, W, b, mean, variance = (p.numpy() for p in network.all_params[: 2 * middle + 2])
    scale = 1 / np.sqrt(variance + standard.epsilon)
    params = [*encoder, W * scale, (b - mean) * scale, *network.all_params[2 * middle + 2 :]]
    tl.files.save_npz(params, name=to.weights(name), dtype="float16")


def stacked(name: str, s: dict, to: Folders, data: tuple) -> None:
    """Train two layers one after the other without labels, then all of them with labels."""
    X_train, X_val, keep = data[0], data[2], s["keep"]
    network = tl.layers.InputLayer(shape=(784,), name="input")
    network = tl.layers.DropoutLayer(network, keep["denoising1"], name="denoising1")
    network = tl.layers.DropoutLayer(network, keep["drop1"], name="drop1")
    layer1 = tl.layers.DenseLayer(network, n_units=800, act="relu", name="relu1")
    recon1 = tl.layers.ReconLayer(layer1, n_units=784, act="softplus", name="recon_layer1")
    network = tl.layers.DropoutLayer(layer1, keep["drop2"], name="drop2")
    layer2 = tl.layers.DenseLayer(network, n_units=800, act="relu", name="relu2")
    recon2 = tl.layers.ReconLayer(
        layer2, x_recon=layer1, n_units=800, act="softplus", name="recon_layer2"
    )
    network = tl.layers.DropoutLayer(layer2, keep["drop3"], name="drop3")
    network = tl.layers.DenseLayer(network, n_units=10, name="output_layer")
    histories = [
        pretrain(recon, X_train, X_val, s, s["n_epoch_pretrain"], to.checkpoint(f"{name}-{i}"))
        for i, recon in enumerate((recon1, recon2), start=1)
    ]
    network.set_keep({"denoising1": 1.0})
    histories.append(fit(network, s, data, checkpoint=to.checkpoint(f"{name}-3")))
    loss, acc = tl.utils.test(network, *data[4:])
    seconds = sum(sum(history["seconds"]) for history in histories)
    to.save(name, histories[-1], s, {"test_loss": loss, "test_acc": acc, "seconds": seconds})
    tl.files.save_npz(network.all_params, name=to.weights(name), dtype="float16")


def pretrain(recon, X_train, X_val, s: dict, n_epoch: int, checkpoint) -> tl.train.History:
    """Train an encoder and its decoder to the end."""
    history = recon.pretrain(
        X_train, X_val, denoise_name="denoising1", n_epoch=n_epoch, batch_size=s["batch_size"],
        learning_rate=s["learning_rate"], seed=s["seed"], checkpoint=checkpoint,
    )  # fmt: skip
    finished(len(history["epoch"]), n_epoch)
    return history
