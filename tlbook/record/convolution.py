"""The convolutional network on all digits, computed in 16 bits."""

from __future__ import annotations

import keras

import tlcore as tl
from tlbook.record.common import Folders, fit


def network_of(s: dict) -> tl.layers.Layer:
    """Return the chapter's network, which computes in the type that the settings name."""
    keras.utils.set_random_seed(s["seed"])
    keras.config.set_dtype_policy(s["dtype"])
    network = tl.layers.InputLayer(shape=(28, 28, 1), name="input")
    for i, shape in enumerate(s["layers"][:2], start=1):
        network = tl.layers.Conv2dLayer(
            network, act="relu", shape=shape, strides=[1, 1, 1, 1], padding="SAME",
            name=f"cnn_layer{i}",
        )  # fmt: skip
        network = tl.layers.PoolLayer(
            network, ksize=[1, 2, 2, 1], strides=[1, 2, 2, 1], padding="SAME", name=f"pool_layer{i}"
        )
    network = tl.layers.FlattenLayer(network, name="flatten_layer")
    network = tl.layers.DropoutLayer(network, s["keep"]["drop1"], name="drop1")
    network = tl.layers.DenseLayer(network, s["layers"][2][1], act="relu", name="relu1")
    network = tl.layers.DropoutLayer(network, s["keep"]["drop2"], name="drop2")
    network = tl.layers.DenseLayer(network, s["layers"][3][1], name="output_layer")
    keras.config.set_dtype_policy("float32")
    return network


def record(name: str, s: dict, to: Folders) -> None:
    """Record ``cnn``, or the same from another seed, with the settings `s`."""
    data = tl.files.load_mnist_dataset(shape=(-1, 28, 28, 1))
    network = network_of(s)
    some = [array[: s["rows"]] for array in data[:2]]
    history = fit(network, s, [*some, *data[2:]], eval_train=False, checkpoint=to.checkpoint(name))
    loss, acc = tl.utils.test(network, *data[4:])
    result = {"test_loss": loss, "test_acc": acc, "seconds": sum(history["seconds"])}
    to.save(name, history, s, result)
    if name == "cnn":
        tl.files.save_npz(network.all_params, name=to.weights(name), dtype="float16")
