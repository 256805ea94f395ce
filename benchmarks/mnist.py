"""An epoch of the perceptron and of the CNN: tlcore's fit, Keras's Model.fit, PyTorch.

The same model, batch, data, order of magnitude of everything: Adam at 1e-4, batch 128, real MNIST.
Compilation is left out for all three. PyTorch runs eagerly with its fused Adam.
"""

from __future__ import annotations

import statistics

import keras
import numpy as np
import tensorflow as tf

import tlbook
import tlcore as tl
from benchmarks.interleaved import ratios, take_turns

BATCH = 128
RATE = 1e-4


def perceptron() -> tl.layers.Layer:
    """Return the network of the first chapter."""
    network = tl.layers.InputLayer(shape=(784,))
    network = tl.layers.DropoutLayer(network, keep=0.8)
    network = tl.layers.DenseLayer(network, n_units=800, act=tf.nn.relu)
    network = tl.layers.DropoutLayer(network, keep=0.5)
    network = tl.layers.DenseLayer(network, n_units=800, act=tf.nn.relu)
    network = tl.layers.DropoutLayer(network, keep=0.5)
    return tl.layers.DenseLayer(network, n_units=10)


def cnn() -> tl.layers.Layer:
    """Return the network of the third chapter."""
    network = tl.layers.InputLayer(shape=(28, 28, 1))
    network = tl.layers.Conv2d(network, n_filter=32, filter_size=(5, 5), act=tf.nn.relu)
    network = tl.layers.MaxPool2d(network)
    network = tl.layers.Conv2d(network, n_filter=64, filter_size=(5, 5), act=tf.nn.relu)
    network = tl.layers.MaxPool2d(network)
    network = tl.layers.FlattenLayer(network)
    network = tl.layers.DropoutLayer(network, keep=0.5)
    network = tl.layers.DenseLayer(network, n_units=256, act=tf.nn.relu)
    network = tl.layers.DropoutLayer(network, keep=0.5)
    return tl.layers.DenseLayer(network, n_units=10)


def keras_twin(name: str) -> keras.Model:
    """Return the same network as a reader would write it in Keras."""
    layers = keras.layers
    if name == "perceptron":
        stack = [
            keras.Input((784,)),
            layers.Dropout(0.2),
            layers.Dense(800, activation="relu"),
            layers.Dropout(0.5),
            layers.Dense(800, activation="relu"),
            layers.Dropout(0.5),
            layers.Dense(10),
        ]
    else:
        stack = [
            keras.Input((28, 28, 1)),
            layers.Conv2D(32, 5, padding="same", activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(64, 5, padding="same", activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dropout(0.5),
            layers.Dense(256, activation="relu"),
            layers.Dropout(0.5),
            layers.Dense(10),
        ]
    model = keras.Sequential(stack)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(RATE), loss)
    return model


def torch_epoch(name: str, X: np.ndarray, y: np.ndarray):
    """Return a function that trains the same network in PyTorch for an epoch; None without it."""
    try:
        import torch
        from torch import nn
    except ImportError:
        return None
    if name == "perceptron":
        model = nn.Sequential(
            nn.Dropout(0.2),
            nn.Linear(784, 800),
            nn.ReLU(),
            nn.Dropout(0.5),
            nn.Linear(800, 800),
            nn.ReLU(),
            nn.Dropout(0.5),
            nn.Linear(800, 10),
        )
        inputs = torch.tensor(X)
    else:
        model = nn.Sequential(
            nn.Conv2d(1, 32, 5, padding="same"),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(32, 64, 5, padding="same"),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Flatten(),
            nn.Dropout(0.5),
            nn.Linear(3136, 256),
            nn.ReLU(),
            nn.Dropout(0.5),
            nn.Linear(256, 10),
        )
        inputs = torch.tensor(X).permute(0, 3, 1, 2).contiguous()
    targets = torch.tensor(y, dtype=torch.long)
    optimizer = torch.optim.Adam(model.parameters(), lr=RATE, fused=True)
    cost = nn.CrossEntropyLoss()

    def epoch() -> None:
        model.train()
        for rows in torch.randperm(len(inputs)).split(BATCH):
            optimizer.zero_grad()
            cost(model(inputs[rows]), targets[rows]).backward()
            optimizer.step()

    return epoch


def tlcore_epoch(network: tl.layers.Layer, X: np.ndarray, y: np.ndarray):
    """Return a function that trains `network` by fit and says what its second epoch took."""

    def epoch() -> float:
        options = dict(learning_rate=RATE, batch_size=BATCH, print_freq=0, progress=False)
        # The first epoch includes the compilation, which Keras and PyTorch have behind them.
        history = tl.utils.fit(network, X, y, n_epoch=2, eval_train=False, **options)
        return history["seconds"][1]

    return epoch


def compare(name: str, rows: int, rounds: int) -> dict:
    """Time one network. Returns what goes into the record."""
    shape = (-1, 784) if name == "perceptron" else (-1, 28, 28, 1)
    X, y, _, _, X_test, y_test = tl.files.load_mnist_dataset(shape=shape)
    X, y = X[:rows], y[:rows]
    build = {"perceptron": perceptron, "cnn": cnn}[name]
    networks = {"tlcore": build()}
    if name == "cnn":
        keras.config.set_dtype_policy("mixed_bfloat16")
        try:
            networks["tlcore bfloat16"] = build()
        finally:
            keras.config.set_dtype_policy("float32")
        for to, value in zip(
            networks["tlcore bfloat16"].all_params, networks["tlcore"].all_params, strict=True
        ):
            to.assign(value)
    contenders = {key: tlcore_epoch(network, X, y) for key, network in networks.items()}
    twin = keras_twin(name)
    contenders["Keras fit"] = lambda: twin.fit(X, y, batch_size=BATCH, verbose=0) and None
    in_torch = torch_epoch(name, X, y)
    if in_torch is not None:
        contenders["PyTorch"] = in_torch
    times = take_turns(contenders, rounds)
    result = {"rows": rows, "rounds": rounds, "seconds": {}, "ratios": {}, "test_acc": {}}
    for key in contenders:
        result["seconds"][key] = statistics.median(turn[key]["wall"] for turn in times)
    for key, network in networks.items():
        result["test_acc"][key] = tl.utils.test(network, X_test, y_test, print_result=False)[1]
        for peer in contenders:
            if peer not in networks:
                for clock in ("wall", "cpu"):
                    found = ratios(times, key, peer, clock)
                    result["ratios"][f"{key} against {peer}, {clock}"] = found
    return result


def main(options) -> None:
    """Time both networks of the MNIST chapters and write benchmarks/mnist.json."""
    results, rows = {}, round(50_000 * options.scale)
    for name, n in (("perceptron", rows), ("cnn", rows // 5)):
        results[name] = compare(name, n, options.rounds)
        show(name, results[name])
    settings = {"batch_size": BATCH, "optimizer": "Adam", "learning_rate": RATE}
    tlbook.runs.save_run("mnist", "benchmarks/mnist.json", {}, settings, results)


def show(name: str, result: dict) -> None:
    """Print one comparison."""
    print(f"\n{name}, {result['rows']} rows, median of {result['rounds']} rounds")
    for contender, seconds in result["seconds"].items():
        accuracy = result["test_acc"].get(contender)
        note = "" if accuracy is None else f"   test acc {accuracy:.4f}"
        print(f"  {contender:16} {seconds:6.2f} s an epoch{note}")
    for pair, ratio in result["ratios"].items():
        print(f"  {pair:40} {ratio['median']:.2f}x  ({ratio['least']:.2f} to {ratio['most']:.2f})")
