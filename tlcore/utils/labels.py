"""Labels: how many are right, where the wrong ones are, and what to do when some are rare."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import tensorflow as tf
from sklearn.metrics import accuracy_score, confusion_matrix, f1_score

from tlcore.check import check_labels, check_pair, require


def accuracy(output: tf.Tensor, target: tf.Tensor) -> tf.Tensor:
    """Share of rows whose largest output, (batch, classes), is the label in `target`, (batch,).

    >>> float(accuracy(tf.constant([[0.1, 0.9], [0.8, 0.2]]), tf.constant([1, 1])))
    0.5
    """
    correct = tf.equal(tf.argmax(output, axis=1), tf.cast(target, tf.int64))
    return tf.reduce_mean(tf.cast(correct, tf.float32))


def evaluation(
    y_test: np.ndarray, y_predict: np.ndarray, n_classes: int
) -> tuple[np.ndarray, np.ndarray, float, float]:
    """Compare predicted with true labels, numbers from 0 to `n_classes` - 1, (rows,).

    Returns the confusion matrix, (n_classes, n_classes), true label down, predicted label across;
    the F1 score of each class, (n_classes,), 0 for one that never occurs; the share of correct
    labels; and the mean F1 of the classes that occur among the true or the predicted labels.

    >>> c_mat, f1, acc, f1_macro = evaluation([0, 1, 1], [0, 1, 0], n_classes=2)
    >>> c_mat.tolist(), round(acc, 3)
    ([[1, 0], [1, 1]], 0.667)
    """
    y_test, y_predict = check_pair("evaluation: y_test", y_test, "y_predict", y_predict)
    for name, labels in (("y_test", y_test), ("y_predict", y_predict)):
        require(labels.ndim == 1, f"{name} has shape {labels.shape}; expected (rows,).")
        check_labels(f"evaluation: {name}", labels, n_classes)
    classes = list(range(n_classes))
    f1 = f1_score(y_test, y_predict, labels=classes, average=None, zero_division=0.0)
    c_mat = confusion_matrix(y_test, y_predict, labels=classes)
    occurs = c_mat.sum(axis=0) + c_mat.sum(axis=1) > 0
    return c_mat, f1, float(accuracy_score(y_test, y_predict)), float(f1[occurs].mean())


def dict_to_one(dp_dict: Mapping[str, float]) -> dict[str, float]:
    """Return the same names, each with 1: keep everything.

    It shows a network in training mode without its noise: ``net.set_keep(dict_to_one(...))``.

    >>> dict_to_one({"drop1": 0.8, "drop2": 0.5})
    {'drop1': 1.0, 'drop2': 1.0}
    """
    return dict.fromkeys(dp_dict, 1.0)


def class_balancing_oversample(
    X_train: np.ndarray, y_train: np.ndarray, printable: bool = True, seed: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """Repeat rows of the rarer classes until every class has as many as the largest.

    Every row is kept, and the extra ones are drawn evenly: no row of a class comes more than once
    more often than another. Labels, (rows,), may have any values. The rows come back shuffled;
    `printable` prints the counts before and after.

    >>> X, y = class_balancing_oversample(np.arange(5), np.array([7, 7, 7, 9, 9]), printable=False)
    >>> np.unique(y, return_counts=True)[1].tolist()
    [3, 3]
    """
    who = "class_balancing_oversample"
    X_train, y_train = check_pair(f"{who}: X_train", X_train, "y_train", y_train)
    require(y_train.ndim == 1, f"{who}: y_train has shape {y_train.shape}; expected (rows,).")
    rng = np.random.default_rng(seed)
    classes, counts = np.unique(y_train, return_counts=True)
    most = counts.max()
    rows = []
    for label, count in zip(classes, counts, strict=True):
        own = np.flatnonzero(y_train == label)
        rows += [np.tile(own, most // count), rng.permutation(own)[: most % count]]
    order = rng.permutation(np.concatenate(rows))
    if printable:
        print("before:", dict(zip(classes.tolist(), counts.tolist(), strict=True)))
        print("after: ", dict.fromkeys(classes.tolist(), int(most)))
    return X_train[order], y_train[order]
