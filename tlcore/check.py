"""What comes in at the door: one verb for each check.

A public function checks what it is given once, where it begins; what lies below it doesn't ask
again. Each verb returns the value in the form that is used inside, or raises an error that says
which argument it is, what came, what was expected and, where that isn't plain, the way out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from numbers import Real  # NumPy's numbers too
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import keras

#: Counts end up as int32 in compiled steps.
LARGEST = 2**31 - 1


def require(condition: Any, message: str, error: type[Exception] = ValueError) -> None:
    """Raise an error with `message` unless `condition` holds: for what only one place asks."""
    if not condition:
        raise error(message)


def check_count(name: str, value: int, least: int = 1, most: int = LARGEST, fix: str = "") -> int:
    """Return a whole number from `least` to `most`.

    >>> check_count("batch_size", 0)
    Traceback (most recent call last):
    ...
    ValueError: batch_size is 0; expected a whole number of at least 1.
    """
    whole = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
    if not whole or not least <= value <= most:
        wanted = f"of at least {least}" if most == LARGEST else f"from {least} to {most}"
        if whole and value > most == LARGEST:
            wanted += f" and at most {LARGEST}"
        message = f"{name} is {value!r}; expected a whole number {wanted}.{_after(fix)}"
        raise (ValueError if whole else TypeError)(message)
    return int(value)


def check_number(
    name: str, value: float, low: float = -np.inf, high: float = np.inf, such_as: str = ""
) -> float:
    """Return a finite number from `low` to `high`, both included."""
    wanted = f"a number from {low:g} to {high:g}" if high < np.inf else f"{low:g} or more"
    wanted = "a finite number" if (low, high) == (-np.inf, np.inf) else wanted
    message = f"{name} is {value!r}; expected {wanted}{_after(such_as and f'such as {such_as}')}."
    require(_is_finite(value) and low <= value <= high, message)
    return float(value)


def check_positive(name: str, value: float, such_as: str = "") -> float:
    """Return a finite number above 0."""
    wanted = f"a positive number{_after(such_as and f'such as {such_as}')}"
    require(_is_finite(value) and value > 0, f"{name} is {value!r}; expected {wanted}.")
    return float(value)


def check_keep(keep: float, name: str = "keep") -> float:
    """Return a keeping probability: a number above 0 and up to 1."""
    try:
        value = float(keep)  # a Keep, too
    except (TypeError, ValueError, OverflowError):
        value = np.nan
    require(
        0.0 < value <= 1.0 and not isinstance(keep, (bool, str)),
        f"{name} is {keep!r}; expected a probability in (0, 1]. It says how much is KEPT: "
        "keep=0.8 drops 20 per cent.",
    )
    return value


def check_choice(name: str, value: Any, choices: Iterable[Any], meaning: str = "") -> Any:
    """Return `value` if it is one of `choices`."""
    choices = list(choices)
    # Not `in`: 1 == True, and an array has no truth value.
    found = any(type(value) is type(choice) and value == choice for choice in choices)
    *others, last = map(repr, choices)
    listed = f"{', '.join(others)} or {last}" if others else last
    require(found, f"{name} is {value!r}; expected {listed}{_after(meaning)}.")
    return value


def check_words(name: str, words: Iterable[str], least: int = 1) -> list[str]:
    """Return a list of at least `least` words, refusing one text whose letters would be taken."""
    if isinstance(words, (str, bytes)):
        shown = f"{name} is one text, {words[:30]!r}"
        raise TypeError(f"{shown}; expected a list of words. Write words.split().")
    words = check_list(name, words, least, "words")
    for word in words:
        if not isinstance(word, str):
            raise TypeError(f"{name} holds {word!r}; expected words, each of them text.")
    return words


def check_list(name: str, values: Iterable[Any], least: int = 0, of: str = "values") -> list[Any]:
    """Return a list of at least `least` values."""
    try:
        listed = list(values)
    except TypeError:
        raise TypeError(f"{name} is a {type(values).__name__}; expected a list of {of}.") from None
    require(len(listed) >= least, f"{name} has {len(listed)} {of}; expected {least} or more.")
    return listed


def check_array(
    name: str, value: Any, axes: Sequence[str | int] | None = None, fix: str = "", dtype: Any = None
) -> np.ndarray:
    """Return an array of finite numbers whose shape is that of `axes`, in the type `dtype`.

    An axis has the length that it must have, or a name if any from 1 on will do: ``("words", 2)``.
    """
    try:
        array = np.asarray(value)
    except (TypeError, ValueError, NotImplementedError) as error:  # rows of different lengths
        raise ValueError(f"{name} is no array ({error}); expected numbers.") from None
    if array.dtype.kind not in "fiu":
        fix = f"Convert it: np.asarray({name}, 'float32'), or 'int32' for labels."
        try:
            array.astype(float)
        except (TypeError, ValueError):  # nothing makes numbers of these
            fix = f"Number the values: np.unique({name}, return_inverse=True)[1]."
        raise TypeError(f"{name} has dtype {array.dtype}; expected numbers. {fix}")
    if axes is not None:
        fits = len(axes) == array.ndim and all(
            n > 0 if isinstance(axis, str) else n == axis
            for axis, n in zip(axes, array.shape, strict=True)
        )
        wanted = ", ".join(map(str, axes)) + "," * (len(axes) == 1)
        require(fits, f"{name} has shape {array.shape}; expected ({wanted}).{_after(fix)}")
    given = array
    if dtype is not None and array.dtype != dtype:
        with np.errstate(over="ignore"):
            array = array.astype(dtype)
    fits = np.isfinite(array) if array.dtype.kind == "f" else array == given
    if not fits.all():
        row = f", first in row {np.argwhere(~fits)[0][0]}" if array.ndim else ""
        raise ValueError(
            f"{name} holds numbers beyond the range of {array.dtype}{row}; expected smaller."
            + _after(fix)
            if np.isfinite(given).all()
            else f"{name} holds NaN or infinity{row}; expected finite numbers. Drop such rows, or "
            "use np.nan_to_num."
        )
    return array


def check_ids(
    name: str, ids: Any, n_words: int | None = None, axes: Sequence[str | int] = ("words",)
) -> np.ndarray:
    """Return an array of ids: whole numbers from 0 to `n_words` - 1."""
    dtype = np.asarray(ids).dtype
    require(
        dtype.kind in "iu" or not np.size(ids),
        f"{name} has dtype {dtype}; expected ids, whole numbers. Turn words into ids with "
        "words_to_word_ids.",
        TypeError,
    )
    array = check_array(name, ids, axes)
    low, high = int(array.min()), int(array.max())
    wanted = "0 or more" if n_words is None else f"0 to {n_words - 1}"
    require(
        low >= 0 and high < (LARGEST if n_words is None else n_words),
        f"{name} has ids from {low} to {high}; expected {wanted}. Take ids and vocabulary from the "
        "same place.",
    )
    return array


def check_pair(name: str, a: Any, other: str, b: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return two arrays with the same number of rows, at least one."""
    a, b = np.asarray(a), np.asarray(b)
    require(
        a.ndim and b.ndim and len(a) == len(b),
        f"{name} has shape {a.shape} and {other.split(': ')[-1]} {b.shape}; expected the same "
        "number of rows. Cut both with the same slice.",
    )
    require(len(a), f"{name} is empty; expected at least one row.")
    return a, b


def check_inputs(name: str, X: np.ndarray, model: keras.Model) -> np.ndarray:
    """Return `X` as the array that `model` takes: its shape, its dtype, finite numbers."""
    require(
        len(model.inputs) == 1,
        f"{name}: the network has {len(model.inputs)} inputs; expected a network with one. "
        "Train it by hand, as the loop in the perceptron chapter does.",
    )
    X = check_array(name, X)
    require(X.ndim and len(X), f"{name} has shape {X.shape}; expected at least one row.")
    expected = model.input_shape
    shape = "(" + ", ".join("rows" if n is None else str(n) for n in expected) + ")"
    require(
        X.ndim == len(expected)
        and all(n in (None, m) for m, n in zip(X.shape, expected, strict=True)),
        f"{name} has shape {X.shape}; expected {shape}, what the InputLayer takes. "
        f"Use {name}.reshape, or change the shape of the InputLayer.",
    )
    dtype = np.dtype(model.inputs[0].dtype)
    wanted = f"integers. Use {name}.astype('{dtype}') if it holds whole numbers."
    if dtype.kind == "f":
        wanted = f"floats. For pixels from 0 to 255 use {name}.astype('float32') / 256."
    fits = (dtype.kind == "f") == (X.dtype.kind == "f")
    require(fits, f"{name} has dtype {X.dtype}; expected {wanted}", TypeError)
    return check_array(name, X, dtype=dtype)


def check_targets(name: str, y: np.ndarray, X: np.ndarray, model: keras.Model) -> np.ndarray:
    """Return `y` as an array with a row for each of `X`; integers of shape (rows,) are labels."""
    y = check_array(name, y)
    require(y.ndim and len(y), f"{name} has shape {y.shape}; expected at least one row.")
    check_pair(name, y, "the inputs", X)
    n_classes = model.output_shape[-1]
    if y.dtype.kind != "f" and y.ndim == 1 and len(model.output_shape) == 2:
        fix = "Change its last n_units, or the labels."
        if n_classes == 1:
            fix = f"Take n_units=2; or a sigmoid, binary_cross_entropy and {name}[:, None]."
        require(
            0 <= y.min() and y.max() < n_classes > 1,
            f"{name} has labels from {y.min()} to {y.max()}; expected 0 to {n_classes - 1}, since "
            f"the network has {n_classes} outputs. {fix}",
        )
    return check_array(name, y, dtype="float32" if y.dtype.kind == "f" else "int32")


def check_labels(name: str, labels: Any, n_classes: int) -> None:
    """Raise unless the values of a tensor are from 0 to `n_classes` - 1; a graph has none yet."""
    symbolic = not isinstance(labels, np.ndarray) and not hasattr(labels, "numpy")
    values = np.zeros(0) if symbolic else np.asarray(labels)
    low, high = (values.min(), values.max()) if values.size else (0, 0)
    require(
        low >= 0 and high < n_classes,
        f"{name} has values from {low} to {high}; expected 0 to {n_classes - 1}, one for each "
        "column of the outputs. Where they are counted from 1, subtract 1.",
    )


def check_sampled(num_sampled: int | None, n_words: int) -> int | None:
    """Return how many words a sampled softmax draws; None is for no drawing."""
    if num_sampled is None:
        return None
    fix = f"There are {n_words} words. Leave num_sampled out for the full softmax."
    return check_count("num_sampled", num_sampled, most=n_words, fix=fix)


def _is_finite(value: Any) -> bool:
    try:
        number = isinstance(value, Real) and not isinstance(value, bool)
        return number and bool(np.isfinite(float(value)))
    except OverflowError:  # a whole number of 400 digits
        return False


def _after(sentence: str) -> str:
    return f" {sentence}" if sentence else ""
