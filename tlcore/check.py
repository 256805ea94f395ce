"""Checks of the arrays that a user hands over, before anything is trained on them."""

from __future__ import annotations

from numbers import Real  # NumPy's numbers too

import keras
import numpy as np


def check_inputs(name: str, X: np.ndarray, model: keras.Model) -> np.ndarray:
    """Return `X` as the array that `model` takes, or say what is wrong with it.

    Raises
    ------
    TypeError
        If `X` holds something else than numbers, integers where the network takes floats, or
        floats where it takes integers.
    ValueError
        If `X` is empty, has the wrong shape, or holds NaN or infinity.
    """
    X = _numbers(name, X)
    expected = model.input_shape
    if len(model.inputs) > 1:
        raise ValueError(
            f"{name}: the network has {len(model.inputs)} inputs; expected a network with one. "
            "Train it by hand, as the loop in the perceptron chapter does."
        )
    if X.ndim != len(expected) or any(
        want not in (None, have) for have, want in zip(X.shape, expected, strict=True)
    ):
        shape = "(" + ", ".join("rows" if n is None else str(n) for n in expected) + ")"
        raise ValueError(
            f"{name} has shape {X.shape}; expected {shape}, what the InputLayer takes. "
            f"Use {name}.reshape, or change the shape of the InputLayer."
        )
    dtype = np.dtype(keras.backend.standardize_dtype(model.inputs[0].dtype))
    if dtype.kind == "f" and X.dtype.kind != "f":
        raise TypeError(
            f"{name} has dtype {X.dtype}; expected floats. For pixels from 0 to 255 use "
            f"{name}.astype('float32') / 256."
        )
    if dtype.kind in "iu" and X.dtype.kind == "f":
        raise TypeError(
            f"{name} has dtype {X.dtype}; expected integers, what the InputLayer takes. Use "
            f"{name}.astype('{dtype}') if it holds whole numbers."
        )
    return X.astype(dtype, copy=False)


def check_targets(name: str, y: np.ndarray, X: np.ndarray, model: keras.Model) -> np.ndarray:
    """Return `y` as an array that fits `X` and the outputs of `model`, or say what is wrong.

    Integer targets of shape (rows,) are class labels, checked against the number of outputs.

    Raises
    ------
    TypeError
        If `y` holds something else than numbers.
    ValueError
        If the lengths differ, a label is outside the classes, or `y` holds NaN or infinity.
    """
    y = _numbers(name, y)
    if len(y) != len(X):
        raise ValueError(
            f"{name} has {len(y)} rows and the inputs have {len(X)}; expected the same number. "
            "Cut both with the same slice."
        )
    if y.dtype.kind == "f":
        return y.astype("float32", copy=False)
    n_classes = model.output_shape[-1]
    if y.ndim == 1 and len(model.output_shape) == 2 and (y.min() < 0 or y.max() >= n_classes):
        raise ValueError(
            f"{name} has labels from {y.min()} to {y.max()}; expected 0 to {n_classes - 1}, since "
            f"the network has {n_classes} outputs. Change n_units of the last layer, or the labels."
        )
    return y.astype("int32", copy=False)


def check_count(name: str, value: int, least: int = 1) -> int:
    """Return `value` if it is a whole number of at least `least`.

    Raises
    ------
    TypeError, ValueError
        Otherwise.
    """
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
        raise TypeError(f"{name} is {value!r}; expected a whole number of at least {least}.")
    if value < least:
        raise ValueError(f"{name} is {value}; expected a whole number of at least {least}.")
    return int(value)


def check_positive(name: str, value: float, such_as: str = "") -> float:
    """Return `value` if it is a positive number; `such_as` is an example for the message.

    Raises
    ------
    ValueError
        Otherwise.
    """
    number = isinstance(value, Real) and not isinstance(value, bool)
    if not number or not 0 < value < float("inf"):
        example = f" such as {such_as}" if such_as else ""
        raise ValueError(f"{name} is {value!r}; expected a positive number{example}.")
    return float(value)


def check_rate(learning_rate: float) -> float:
    """Return a learning rate if it is a positive number.

    Raises
    ------
    ValueError
        Otherwise.
    """
    return check_positive("learning_rate", learning_rate, such_as="0.001")


def check_sampled(num_sampled: int | None, n_words: int) -> int | None:
    """Return how many words a sampled softmax draws, if there are so many; None is for no drawing.

    Raises
    ------
    TypeError, ValueError
        Otherwise.
    """
    if num_sampled is not None and check_count("num_sampled", num_sampled) > n_words:
        raise ValueError(
            f"num_sampled is {num_sampled}, and there are {n_words} words; expected no more words "
            "to draw than there are. Leave num_sampled out for the full softmax."
        )
    return num_sampled


def _numbers(name: str, array: np.ndarray) -> np.ndarray:
    array = np.asarray(array)
    if array.dtype.kind not in "fiu":
        raise TypeError(
            f"{name} has dtype {array.dtype}; expected numbers. Convert it, for example with "
            f"np.asarray({name}, 'float32')."
        )
    if array.ndim == 0 or len(array) == 0:
        raise ValueError(f"{name} has shape {array.shape}; expected at least one row.")
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        row = np.argwhere(~np.isfinite(array))[0][0]
        raise ValueError(
            f"{name} holds NaN or infinity, first in row {row}; expected finite numbers. "
            "Drop such rows, or use np.nan_to_num."
        )
    return array
