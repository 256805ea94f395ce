"""Fit, test, predict: the short way to train a network and to use it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from tlcore.check import check_count, check_inputs, check_number, check_targets, require
from tlcore.cost import cross_entropy
from tlcore.layers import Layer
from tlcore.layers.core import check_below
from tlcore.train import History, Trainer, get_optimizer, train_epochs
from tlcore.train.loop import OnEpoch
from tlcore.utils.labels import accuracy

Metric = Callable[[tf.Tensor, tf.Tensor], tf.Tensor]

#: Rows that go through the network at once where nothing is learnt. Only memory depends on it.
EVALUATION_ROWS = 1000


def fit(
    network: Layer, X_train: np.ndarray, y_train: np.ndarray, cost: Metric = cross_entropy,
    acc: Metric | str | None = "auto", optimizer: str | keras.optimizers.Optimizer = "adam",
    learning_rate: float | None = None, batch_size: int = 100, n_epoch: int = 100,
    print_freq: int = 5, X_val: np.ndarray | None = None, y_val: np.ndarray | None = None,
    eval_train: bool = True, train_params: Iterable[keras.Variable] | None = None,
    shuffle: bool = True, seed: int = 0, checkpoint: str | os.PathLike | None = None,
    progress: bool = True, on_epoch: OnEpoch | None = None,
    class_weight: Mapping[int, float] | str | None = None, keep_best: bool = False,
    tensorboard: bool | str | os.PathLike = False,
) -> History:  # fmt: skip
    """Train a network, given its last layer, on inputs `X` (rows, ...) and targets `y`.

    The targets are labels, (rows,), or what the `cost` compares the outputs with. That takes
    (outputs, targets) and returns a scalar. It may add a regularizer:
    ``lambda y, t: cross_entropy(y, t) + maxnorm_regularizer(1.0)(network.all_params[0])``. `acc` is
    such a function too, to report beside the cost; "auto" is the accuracy where targets are labels.

    Returned is the history, a dict of lists: ``epoch``, ``seconds`` (training only), ``loss`` (mean
    over the epoch as it was trained, dropout on), ``train_loss`` and ``train_acc`` (dropout off;
    None where not measured; not there without `eval_train`), ``val_loss`` and ``val_acc``. Ctrl-C,
    or the stop button of a notebook, ends training between two steps.

    `optimizer` and `learning_rate` are as in :func:`tlcore.train.get_optimizer`; `batch_size`,
    `shuffle` and `seed` as in :class:`tlcore.train.Trainer`; `n_epoch`, `print_freq`, `checkpoint`,
    `progress` and `on_epoch` as in :func:`tlcore.train.train_epochs`. Learning rate and keeping
    probabilities are part of a checkpoint.

    `train_params` are what may change; all trainable parameters unless told. `class_weight` is how
    much a row of each label counts in training, 1 unless told; "balanced" lets all classes count
    the same, however rare. `keep_best` gives the network the weights of the epoch with the smallest
    ``val_loss`` in the end. `tensorboard` is a folder to write to after each epoch; True is for
    "logs". Then ``tensorboard --logdir logs`` shows the curves. (It is a package of its own.)

    >>> from tlcore.layers import DenseLayer, InputLayer
    >>> X = np.random.default_rng(0).normal(size=(400, 2)).astype("float32")
    >>> y = (X[:, 0] > X[:, 1]).astype("int32")
    >>> network = DenseLayer(InputLayer(shape=(2,)), n_units=2)
    >>> history = fit(network, X, y, learning_rate=0.1, n_epoch=20, print_freq=0)
    >>> test(network, X, y, print_result=False)[1] > 0.97
    True
    """
    check_below("fit", network, name="network")
    model = network.model
    X_train = check_inputs("X_train", X_train, model)
    y_train = check_targets("y_train", y_train, X_train, model)
    n_epoch = check_count("n_epoch", n_epoch)
    sets = {"train": (X_train, y_train)} if eval_train else {}
    both = (X_val is None) == (y_val is None)
    require(both, "X_val and y_val go together; expected both or neither.")
    if X_val is not None and y_val is not None:
        X_val = check_inputs("X_val", X_val, model)
        sets["val"] = (X_val, check_targets("y_val", y_val, X_val, model))
    params = model.trainable_variables if train_params is None else list(train_params)
    require(
        params and {id(p) for p in params} <= {id(p) for p in model.trainable_variables},
        f"train_params is {params}; expected some of the network's trainable parameters. Pick from "
        "network.all_params.",
    )
    weighted = cost if class_weight is None else _weighted(class_weight, cost, y_train, model)
    wrong = f"keep_best is {keep_best}, and nothing can tell it; expected X_val and y_val."
    require(not keep_best or "val" in sets, wrong)
    best = [tf.Variable(v.value, trainable=False) for v in model.weights] if keep_best else []
    trainer = Trainer(
        lambda x, t: weighted(model(x, training=True), t), params,
        get_optimizer(optimizer, learning_rate), (X_train, y_train), batch_size, shuffle, seed,
        state=[*model.variables, *network.all_drop.values(), *best],
    )  # fmt: skip
    evaluate = evaluator(model, cost, acc, y_train)

    def measure(report: bool) -> dict[str, float]:
        record: dict[str, float] = {}
        for name, (X, y) in sets.items():
            if report or name == "val":  # the training set is large, and the curve is in `loss`
                results = zip(("loss", "acc"), evaluate(X, y), strict=True)
                record |= {f"{name}_{key}": value for key, value in results if value is not None}
        return record

    folder = "logs" if tensorboard is True else tensorboard
    board = _board(folder) if folder else None

    def after(history: History) -> bool | None:
        epoch, losses = history["epoch"][-1], history.get("val_loss", [])
        if keep_best and losses[-1] == min(losses):
            [copy.assign(v) for copy, v in zip(best, model.weights, strict=True)]
        if board is not None:
            last = {name: values[-1] for name, values in history.items() if values[-1] is not None}
            values = [{"tag": name, "simple_value": value} for name, value in last.items()]
            board(step=epoch, summary={"value": values})
        return None if on_epoch is None else on_epoch(history)

    history = train_epochs(trainer, n_epoch, measure, print_freq, checkpoint, progress, after)
    if best and history["val_loss"]:
        [v.assign(copy) for copy, v in zip(best, model.weights, strict=True)]
        place = int(np.argmin(history["val_loss"]))
        if print_freq:
            print(f"Kept the weights of epoch {history['epoch'][place]}, the best by val_loss.")
    return history


def _board(folder: str | os.PathLike) -> Callable[..., None]:
    """Return what writes an event as TensorBoard reads them; the package isn't needed for it."""
    os.makedirs(folder, exist_ok=True)
    writer = tf.io.TFRecordWriter(os.path.join(folder, f"events.out.tfevents.{time.time_ns()}"))

    def write(**event: Any) -> None:
        writer.write(tf.compat.v1.Event(wall_time=time.time(), **event).SerializeToString())
        writer.flush()

    write(file_version="brain.Event:2")
    return write


def _weighted(
    class_weight: Mapping[int, float] | str, cost: Metric, y: np.ndarray, model: keras.Model
) -> Metric:
    """Return the cross-entropy whose rows count as their class does."""
    n_classes = model.output_shape[-1]
    wrong = "class_weight goes with labels and cost=cross_entropy; another cost can weigh its rows."
    require(cost is cross_entropy and y.ndim == 1 and y.dtype.kind == "i", wrong)
    if isinstance(class_weight, str):
        wrong = f"class_weight is {class_weight!r}; expected 'balanced' or label to weight, a dict."
        require(class_weight == "balanced", wrong)
        counts = np.bincount(y, minlength=n_classes)
        class_weight = {i: len(y) / (np.sum(counts > 0) * n) for i, n in enumerate(counts) if n}
    for label, weight in class_weight.items():
        check_count("class_weight", label, least=0, most=n_classes - 1)
        check_number("class_weight", weight, low=0)
    weights = tuple(float(class_weight.get(i, 1.0)) for i in range(n_classes))

    def weighted(output: tf.Tensor, target: tf.Tensor) -> tf.Tensor:
        logits = tf.cast(output, tf.float32)
        losses = tf.nn.sparse_softmax_cross_entropy_with_logits(target, logits)  # (batch,)
        return tf.reduce_mean(losses * tf.gather(tf.constant(weights), target))

    return weighted


def test(
    network: Layer, X_test: np.ndarray, y_test: np.ndarray, cost: Metric = cross_entropy,
    acc: Metric | str | None = "auto", batch_size: int | None = None, print_result: bool = True,
) -> tuple[float, float | None]:  # fmt: skip
    """Measure cost and accuracy in test mode: dropout off, every row counted once.

    `batch_size` rows go through the network at a time; the result doesn't depend on it. The rest is
    as in :func:`fit`.
    """
    check_below("test", network, name="network")
    model = network.model
    X_test = check_inputs("X_test", X_test, model)
    y_test = check_targets("y_test", y_test, X_test, model)
    evaluate = evaluator(model, cost, acc, y_test)
    loss, share = evaluate(X_test, y_test, batch_size)
    if print_result:
        print(f"test loss: {loss:.6f}")
        if share is not None:
            print(f" test acc: {share:.6f}")
    return loss, share


def predict(
    network: Layer, X: np.ndarray, y_op: Callable[[tf.Tensor], tf.Tensor] | None = None,
    batch_size: int | None = None,
) -> np.ndarray:  # fmt: skip
    """Return the network's outputs for every row of `X`, (rows, ...), dropout off.

    `y_op` is applied to the outputs of each batch, of `batch_size` rows.

    >>> from tlcore.layers import DenseLayer, InputLayer
    >>> network = DenseLayer(InputLayer(shape=(4,)), n_units=3)
    >>> predict(network, np.zeros((7, 4), "float32"), lambda y: tf.argmax(y, 1)).shape
    (7,)
    """
    check_below("predict", network, name="network")
    model = network.model
    X = check_inputs("X", X, model)

    def outputs(x):
        y = model(x, training=False)
        y = y if y_op is None else y_op(y)
        return tf.cast(y, tf.float32) if y.dtype == tf.bfloat16 else y  # NumPy lacks bfloat16

    compiled = _compile(outputs, model)
    return np.concatenate([compiled(tf.constant(x)).numpy() for x in _parts(X, batch_size)])


def evaluator(
    model: keras.Model, cost: Metric, acc: Metric | str | None, y: np.ndarray
) -> Callable[..., tuple[float, float | None]]:
    """Return a function that measures cost and metric over all rows, each row weighing the same."""
    if isinstance(acc, str):
        require(acc == "auto", f"acc is {acc!r}; expected 'auto', None or a function.")
        is_label = y.dtype.kind == "i" and y.ndim == 1 and len(model.output_shape) == 2
        acc = accuracy if is_label else None
    measured = [cost] if acc is None else [cost, acc]

    def measure(x, t):
        y = model(x, training=False)
        return tf.stack([tf.cast(f(y, t), tf.float32) for f in measured])

    compiled = _compile(measure, model, tf.TensorSpec([None, *y.shape[1:]], y.dtype))

    def evaluate(X, y, batch_size: int | None = None) -> tuple[float, float | None]:
        parts = zip(_parts(X, batch_size), _parts(y, batch_size), strict=True)
        sums = [compiled(tf.constant(x), tf.constant(t)).numpy() * float(len(x)) for x, t in parts]
        total = np.sum(sums, axis=0, dtype="float64") / len(X)
        return float(total[0]), None if acc is None else float(total[1])

    return evaluate


def _compile(
    function: Callable, model: keras.Model, *targets: tf.TensorSpec
) -> Callable[..., tf.Tensor]:
    # One trace for batches of any length. A bare tf.function would warn of retracing when a
    # notebook calls predict a few times in a row.
    inputs = tf.TensorSpec(model.inputs[0].shape, model.inputs[0].dtype)
    return tf.function(function, [inputs, *targets], autograph=False).get_concrete_function()


def _parts(X: np.ndarray, batch_size: int | None) -> list[np.ndarray]:
    size = EVALUATION_ROWS if batch_size is None else check_count("batch_size", batch_size)
    return [X[i : i + size] for i in range(0, len(X), size)]
