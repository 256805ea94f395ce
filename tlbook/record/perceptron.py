"""The perceptron, its sister with dropconnect, both from several seeds, and a sweep."""

from __future__ import annotations

from itertools import product

import keras

import tlbook
import tlcore as tl
from tlbook.record.common import Folders, fit

KEPT = (1, 2, 3, 5, 8, 12, 20, 30, 50, 80, 120, 200)  # epochs whose filters a figure shows


def record(name: str, s: dict, to: Folders) -> None:
    """Record ``perceptron``, ``dropconnect``, ``seeds`` or ``sweep`` with the settings `s`."""
    data = tl.files.load_mnist_dataset(shape=(-1, 784))
    {"sweep": sweep, "seeds": seeds}.get(name, published)(name, s, to, data)


def network_of(name: str, s: dict) -> tl.layers.Layer:
    """Return the chapter's network: three dense layers, thinned before each or inside each."""
    keras.utils.set_random_seed(s["seed"])
    n_in, *widths = s["layers"]
    network = tl.layers.InputLayer(shape=(n_in,), name="input")
    for i, (width, keep) in enumerate(zip(widths, s["keep"], strict=True), start=1):
        if name == "perceptron":
            network = tl.layers.DropoutLayer(network, keep, name=f"drop{i}")
        start = keras.initializers.VarianceScaling(s["init_scale"], "fan_avg", "uniform")
        act = s["act"] if i < len(widths) else None
        dense = {"n_units": width, "act": act, "W_init": start, "name": f"layer{i}"}
        if name == "perceptron":
            network = tl.layers.DenseLayer(network, **dense)
        else:
            network = tl.layers.DropconnectDenseLayer(network, keep, **dense)
    return network


def published(name: str, s: dict, to: Folders, data: tuple) -> None:
    """Train one of the two networks; the perceptron's first layer is kept on the way."""
    _, _, X_val, y_val, X_test, y_test = data
    network = network_of(name, s)
    _, acc = tl.utils.test(network, X_val, y_val, print_result=False)  # before training
    filters = tl.utils.Snapshots(network.all_params[0], KEPT, to.checkpoint(f"{name}-filters"))
    history = fit(network, s, data, checkpoint=to.checkpoint(name), on_epoch=filters)
    loss, test_acc = tl.utils.test(network, X_test, y_test)
    result = {"test_loss": loss, "test_acc": test_acc, "seconds": sum(history["seconds"])}
    to.save(name, history, s, result)
    tl.files.save_npz(network.all_params, name=to.weights(name), dtype="float16")
    if name == "perceptron":
        accs = [acc, *(history["val_acc"][epoch - 1] for epoch in filters.epochs[1:])]
        tlbook.figures.save_filters(to.arrays("filters"), filters.values, filters.epochs, accs)


def seeds(name: str, s: dict, to: Folders, data: tuple) -> None:
    """Train both networks from each of several seeds, for fewer epochs."""
    runs = []
    for which, scale in s["init_scale"].items():
        for seed in s["seed"]:
            one = s | {"seed": seed, "init_scale": scale}
            network = network_of(which, one)
            checkpoint = to.checkpoint(f"{name}-{which}-{seed}")
            history = fit(network, one, data, checkpoint=checkpoint, eval_train=False)
            _, test_acc = tl.utils.test(network, *data[4:])
            curves = {key: history[key] for key in ("epoch", "val_acc", "seconds")}
            runs.append({"network": which, "seed": seed, "test_acc": test_acc, "history": curves})
    to.save(name, {}, s, {"runs": runs})


def sweep(name: str, s: dict, to: Folders, data: tuple) -> None:
    """Train networks of two hidden layers, dropout behind each, with all settings of a grid."""
    grid = s.pop("grid")
    runs = []
    for width, keep, rate in product(grid["width"], grid["keep"], grid["learning_rate"]):
        keras.utils.set_random_seed(s["seed"])
        network = tl.layers.InputLayer(shape=(784,))
        for i in (1, 2):
            network = tl.layers.DenseLayer(network, width, act=s["act"], name=f"relu{i}")
            network = tl.layers.DropoutLayer(network, keep, name=f"drop{i}")
        network = tl.layers.DenseLayer(network, n_units=10, name="output_layer")
        checkpoint = to.checkpoint(f"{name}-{width}-{keep}-{rate}")
        one = s | {"learning_rate": rate}
        history = fit(network, one, data, checkpoint=checkpoint, print_freq=0)
        curves = {key: history[key] for key in ("epoch", "val_loss", "val_acc", "seconds")}
        curves["train_loss"] = history["loss"]  # as it was trained, dropout on
        runs.append({"learning_rate": rate, "keep": keep, "width": width, "history": curves})
    to.save(name, {}, s, {"runs": runs})
