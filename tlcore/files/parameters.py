"""Save and load the parameters of a network: an ordered list of arrays in one ``.npz`` file.

The list has no names: the order of ``network.all_params`` is all that ties a stored array to its
variable. So every shape is checked before the first value is assigned. Nothing is ever pickled or
unpickled: an ``.npz`` of plain numbers can't run code when it is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tlcore.check import check_array, check_choice, require
from tlcore.files.archive import read_archive, write_archive

if TYPE_CHECKING:
    import keras

    from tlcore.layers.core import Layer


def save_npz(
    save_list: Sequence[np.ndarray | keras.Variable], name: str | Path = "model.npz",
    dtype: str | None = None,
) -> Path:  # fmt: skip
    """Write a list of parameters to one compressed ``.npz`` file, whole, and return its path.

    `save_list` is usually ``network.all_params``: any shapes, finite numbers only. ``.npz`` is
    added to `name` where it is missing. `dtype` is that of the floats in the file: "float16" halves
    it and keeps three decimal digits.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = save_npz([np.eye(2), np.zeros(3)], f"{folder}/model.npz")
    ...     [array.shape for array in load_npz(name=path)]
    [(2, 2), (3,)]
    """
    require(
        isinstance(save_list, (list, tuple)),
        f"save_npz: save_list must be a list of arrays, not {type(save_list).__name__}; to save "
        "one array write [array].",
        TypeError,
    )
    require(save_list, "save_npz: save_list is empty, there is nothing to save.")
    check_choice("dtype", dtype, [None, "float16", "float32", "float64"])
    arrays = {}
    for position, param in enumerate(save_list):
        label = f"save_npz: entry {position}{_called(param)}"
        array = _numbers(param, label)
        if dtype is not None and array.dtype.kind == "f":
            array = check_array(label, array, fix="Save it as 'float32'.", dtype=dtype)
        arrays[f"{position:04d}"] = array
    return write_archive(f"{str(name).removesuffix('.npz')}.npz", arrays)


def load_npz(path: str | Path = "", name: str | Path = "model.npz") -> list[np.ndarray]:
    """Read the list of arrays that :func:`save_npz` wrote, in the order of saving.

    `path` is the folder, `name` the file in it. ``float16`` comes back as ``float32``. A file that
    is not an ``.npz``, is damaged, or holds Python objects, which could run code, is a ValueError.
    """
    stored = read_archive(Path(path) / name, "Give a file that save_npz wrote; or fetch it anew.")
    keys = list(stored)
    if all(key.removeprefix("arr_").isdecimal() for key in keys):  # 0000, or NumPy's own arr_0
        keys.sort(key=lambda key: int(key.removeprefix("arr_")))
    arrays = [stored[key] for key in keys]
    return [a.astype(np.float32) if a.dtype == np.float16 else a for a in arrays]


def assign_params(params: Sequence[np.ndarray], network: Layer) -> None:
    """Give a network the values of a list, by position.

    A list shorter than the network is fine: the remaining parameters are left as they are, which
    is how the first layers of one network are reused in another. All entries are checked before
    the first one is assigned, so an error leaves the network untouched.

    >>> from tlcore.layers import DenseLayer, InputLayer
    >>> network = DenseLayer(InputLayer((2,)), n_units=2, name="relu1")
    >>> assign_params([np.eye(2)], network)
    >>> assign_params([np.eye(3)], network)
    Traceback (most recent call last):
    ...
    ValueError: assign_params: parameter 0 ('relu1/kernel') has shape (2, 2), the array has ...
    """
    variables = list(network.all_params)
    require(
        isinstance(params, Sequence),
        f"assign_params: params must be a list of arrays, not {type(params).__name__}.",
        TypeError,
    )
    require(
        len(params) <= len(variables),
        f"assign_params: {len(params)} arrays for a network of {len(variables)} parameters. Was "
        "the file saved from another network? To use a part of it, pass params[:n].",
    )
    arrays = [_numbers(param, f"assign_params: array {i}") for i, param in enumerate(params)]
    for position, (array, variable) in enumerate(zip(arrays, variables, strict=False)):
        require(
            array.shape == tuple(variable.shape),
            f"assign_params: parameter {position}{_called(variable)} has shape "
            f"{tuple(variable.shape)}, the array has shape {array.shape}. Nothing was assigned. "
            "Build the network as it was when its parameters were saved.",
        )
    for array, variable in zip(arrays, variables, strict=False):
        variable.assign(array)


def load_and_assign_npz(name: str | Path, network: Layer) -> Layer:
    """Read a file with :func:`load_npz`, :func:`assign_params` it to a network, and return that."""
    assign_params(load_npz(name=name), network)
    return network


def _called(param: Any) -> str:
    """Name of a variable for an error message: " ('relu1/W')", or nothing for an array."""
    name = getattr(param, "path", None) or getattr(param, "name", None)
    return f" ({name!r})" if isinstance(name, str) else ""


def _numbers(param: Any, label: str) -> np.ndarray:
    """The parameter as an array of finite numbers."""
    try:
        array = np.asarray(param.numpy() if hasattr(param, "numpy") else param)
    except ValueError as error:
        raise ValueError(f"{label} is not an array: {error}") from error
    if array.dtype.name == "bfloat16":  # NumPy's files don't know it; float32 holds it exactly
        array = array.astype(np.float32)
    require(array.dtype.kind in "fiub", f"{label} must hold numbers, it holds {array.dtype}.")
    bad = array.size - np.count_nonzero(np.isfinite(array))
    require(
        bad == 0,
        f"{label} has {bad} of {array.size} values that are NaN or infinite. Did the training "
        "diverge? A smaller learning rate is the usual cure.",
    )
    return array
