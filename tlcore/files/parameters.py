"""Save and load the parameters of a network: an ordered list of arrays in one ``.npz`` file.

The list has no names: the order of ``network.all_params`` is all that ties a stored array to its
variable. So every shape is checked before the first value is assigned. Nothing is ever pickled or
unpickled: an ``.npz`` of plain numbers can't run code when it is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tlcore.check import require
from tlcore.files.archive import read_archive, with_ending, write_archive

if TYPE_CHECKING:
    import keras

    from tlcore.layers.core import Layer


def save_npz(
    save_list: Sequence[np.ndarray | keras.Variable],
    name: str | Path = "model.npz",
    dtype: str | None = None,
) -> Path:
    """Write a list of parameters to one compressed ``.npz`` file, and return its path.

    The file appears whole or not at all: a full disk or an interrupt leaves the file that was there
    before.

    Parameters
    ----------
    save_list : sequence of arrays or variables
        Usually ``network.all_params``. Any shapes, finite numbers only.
    name : str or path
        The file. ``.npz`` is added where it is missing. The folder has to exist.
    dtype : str, optional
        Store floating-point arrays in this type. ``"float16"`` halves a file and keeps three
        decimal digits. Integers stay as they are.

    Examples
    --------
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
    require(
        dtype is None or np.dtype(dtype).kind == "f",
        f"save_npz: dtype must be a floating-point type such as 'float16', not {dtype!r}.",
    )
    arrays = {}
    for position, param in enumerate(save_list):
        label = f"save_npz: entry {position}{_called(param)}"
        array = _numbers(param, label)
        if dtype is not None and array.dtype.kind == "f":
            with np.errstate(over="ignore"):
                array = array.astype(dtype)
            require(
                np.isfinite(array).all(),
                f"{label} has values beyond the range of {dtype}; save it as 'float32'.",
            )
        arrays[f"{position:04d}"] = array
    return write_archive(with_ending(name), arrays)


def load_npz(path: str | Path = "", name: str | Path = "model.npz") -> list[np.ndarray]:
    """Read the list of arrays that :func:`save_npz` wrote, in the order of saving.

    Parameters
    ----------
    path, name : str or path
        The folder, and the file in it. ``float16`` comes back as ``float32``.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is not an ``.npz``, is damaged, or holds Python objects, which could run code.

    Examples
    --------
    >>> load_npz(name="no-such-file.npz")
    Traceback (most recent call last):
    ...
    FileNotFoundError: [Errno 2] No such file or directory: 'no-such-file.npz'
    """
    arrays = read_archive(Path(path) / name, "Give a file that save_npz wrote; or fetch it anew.")
    in_order = [arrays[key] for key in _in_order(arrays)]
    return [a.astype(np.float32) if a.dtype == np.float16 else a for a in in_order]


def assign_params(params: Sequence[np.ndarray], network: Layer) -> None:
    """Give a network the values of a list, by position.

    A list shorter than the network is fine: the remaining parameters are left as they are, which
    is how the first layers of one network are reused in another. All entries are checked before
    the first one is assigned, so an error leaves the network untouched.

    Parameters
    ----------
    params : sequence of arrays
        Usually what :func:`load_npz` returned.
    network : Layer
        Anything with ``all_params``, an ordered list of variables.

    Examples
    --------
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
    checked = []
    for position, (param, variable) in enumerate(zip(params, variables, strict=False)):
        array = _numbers(param, f"assign_params: array {position}")
        require(
            array.shape == tuple(variable.shape),
            f"assign_params: parameter {position}{_called(variable)} has shape "
            f"{tuple(variable.shape)}, the array has shape {array.shape}. Nothing was assigned. "
            "Build the network as it was when its parameters were saved.",
        )
        checked.append(array)
    for array, variable in zip(checked, variables, strict=False):
        variable.assign(array)


def load_and_assign_npz(name: str | Path, network: Layer) -> Layer:
    """Read a file with :func:`load_npz`, give it to a network with :func:`assign_params`.

    Returns the same network.
    """
    assign_params(load_npz(name=name), network)
    return network


def _called(param: Any) -> str:
    """Name of a variable for an error message: " ('relu1/W')", or nothing for an array."""
    name = getattr(param, "path", None) or getattr(param, "name", None)
    return f" ({name!r})" if isinstance(name, str) else ""


def _numbers(param: Any, label: str) -> np.ndarray:
    """The parameter as an array of finite numbers."""
    if hasattr(param, "numpy"):
        param = param.numpy()
    try:
        array = np.asarray(param)
    except ValueError as error:
        raise ValueError(f"{label} is not an array: {error}") from error
    if array.dtype.name == "bfloat16":  # numpy's files don't know it; float32 holds it exactly
        array = array.astype(np.float32)
    require(array.dtype.kind in "fiub", f"{label} must hold numbers, it holds {array.dtype}.")
    bad = array.size - np.count_nonzero(np.isfinite(array))
    require(
        bad == 0,
        f"{label} has {bad} of {array.size} values that are NaN or infinite. Did the training "
        "diverge? A smaller learning rate is the usual cure.",
    )
    return array


def _in_order(keys: Iterable[str]) -> list[str]:
    """Keys of an archive in the order of saving: 0000, 0001, ... (numpy's own: arr_0, arr_1)."""
    numbers = {key: key.removeprefix("arr_") for key in keys}
    if not all(number.isdecimal() for number in numbers.values()):
        return list(numbers)  # named arrays: as they lie in the file
    return sorted(numbers, key=lambda key: int(numbers[key]))
