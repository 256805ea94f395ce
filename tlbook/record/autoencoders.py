"""The denoising autoencoder, and two of them stacked under a classifier."""

from __future__ import annotations

import keras
import numpy as np

import tlcore as tl
from tlbook.record.common import Folders, finished


def record(name: str, s: dict, to: Folders) -> None:
    """Record ``autoencoder`` or ``stacked`` with the settings `s`."""
    data = tl.files.load_mnist_dataset()
    keras.utils.set_random_seed(s["seed"])
    (autoencoder if name == "autoencoder" else stacked)(name, s, to, data)


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


def stacked(name: str, s: dict, to: Folders, data: tuple) -> None:
    """Train two layers one after the other without labels, then all of them with labels."""
    X_train, y_train, X_val, y_val, X_test, y_test = data
    keep = s["keep"]
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
    histories.append(
        tl.utils.fit(
            network, X_train, y_train, optimizer=s["optimizer"], learning_rate=s["learning_rate"],
            batch_size=s["batch_size"], n_epoch=s["n_epoch"], X_val=X_val, y_val=y_val,
            seed=s["seed"], checkpoint=to.checkpoint(f"{name}-3"),
        )
    )  # fmt: skip
    finished(len(histories[-1]["epoch"]), s["n_epoch"])
    loss, acc = tl.utils.test(network, X_test, y_test)
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
