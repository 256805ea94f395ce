"""Save and load the parameters of a network: an ordered list of arrays in one ``.npz`` file.

The list has no names, as in the original tutorial: the order of ``network.all_params`` is all that
ties a stored array to its variable. So every shape is checked before the first value is assigned.
Nothing is ever pickled or unpickled: an ``.npz`` of plain numbers can't run code when it is read.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tldata.atomic import write_bytes

__all__ = ["assign_params", "load_and_assign_npz", "load_npz", "save_npz"]


def save_npz(
    save_list: Sequence[Any], name: str | Path = "model.npz", dtype: str | None = None
) -> Path:
    """Write a list of parameters to one compressed ``.npz`` file.

    The file appears whole or not at all: it is written beside its place and then moved there, so a
    full disk or an interrupt leaves the file that was there before.

    Parameters
    ----------
    save_list : sequence of arrays or variables
        Usually ``network.all_params``. Any shapes, numbers only. An empty list is an error.
    name : str or path
        The file. ``.npz`` is added where it is missing. The folder has to exist.
    dtype : str, optional
        Store floating-point arrays in this type. ``"float16"`` halves a file and keeps three
        decimal digits. Integers stay as they are.

    Returns
    -------
    pathlib.Path
        The file that was written.

    Raises
    ------
    ValueError
        If an entry is not an array of finite numbers, or ``dtype`` is too small for its values.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = save_npz([np.eye(2), np.zeros(3)], f"{folder}/model.npz")
    ...     [array.shape for array in load_npz(name=path)]
    [(2, 2), (3,)]
    """
    if not isinstance(save_list, (list, tuple)):
        raise TypeError(
            f"save_npz: save_list must be a list of arrays, not {type(save_list).__name__}; "
            "to save one array write [array]."
        )
    if not save_list:
        raise ValueError("save_npz: save_list is empty, there is nothing to save.")
    if dtype is not None and np.dtype(dtype).kind != "f":
        raise ValueError(
            f"save_npz: dtype must be a floating-point type such as 'float16', not {dtype!r}."
        )
    arrays = {}
    for position, param in enumerate(save_list):
        label = f"save_npz: entry {position}{_called(param)}"
        array = _numbers(param, label)
        if dtype is not None and array.dtype.kind == "f":
            with np.errstate(over="ignore"):
                array = array.astype(dtype)
            if not np.isfinite(array).all():
                raise ValueError(
                    f"{label} has values beyond the range of {dtype}; save it as 'float32'."
                )
        arrays[f"{position:04d}"] = array
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    path = Path(name)
    if path.suffix != ".npz":
        path = path.with_name(path.name + ".npz")
    return write_bytes(path, buffer.getvalue())


def load_npz(path: str | Path = "", name: str | Path = "model.npz") -> list[np.ndarray]:
    """Read the list of arrays that :func:`save_npz` wrote.

    Parameters
    ----------
    path : str or path
        The folder.
    name : str or path
        The file in it.

    Returns
    -------
    list of numpy.ndarray
        In the order in which they were saved. ``float16`` comes back as ``float32``.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is not an ``.npz``, is damaged, or holds Python objects, which could run code.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = save_npz([np.ones(2)], f"{folder}/model.npz", dtype="float16")
    ...     load_npz(folder, "model.npz")
    [array([1., 1.], dtype=float32)]
    """
    file = Path(path) / name
    with open(file, "rb") as stream:
        if stream.read(4) != b"PK\x03\x04":
            raise ValueError(
                f"load_npz: {file} is not an .npz file. Give a file that save_npz wrote."
            )
        stream.seek(0)
        try:
            with np.load(stream, allow_pickle=False) as archive:
                arrays = [_read(archive, key, file) for key in _in_order(archive.files)]
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
            raise ValueError(
                f"load_npz: {file} is damaged ({error}). Save it, or fetch it, once more."
            ) from error
    return [a.astype(np.float32) if a.dtype == np.float16 else a for a in arrays]


def assign_params(params: Sequence[Any], network: Any) -> None:
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

    Raises
    ------
    ValueError
        If there are more arrays than parameters, a shape differs, or a value is not a finite
        number.

    Examples
    --------
    >>> class Variable:
    ...     def __init__(self, shape): self.name, self.shape = "W", shape
    ...     def assign(self, value): self.value = value
    >>> class Network:
    ...     all_params = [Variable((2, 2)), Variable((2,))]
    >>> assign_params([np.eye(2)], Network)
    >>> Network.all_params[0].value.tolist()
    [[1.0, 0.0], [0.0, 1.0]]
    >>> assign_params([np.eye(3)], Network)
    Traceback (most recent call last):
    ...
    ValueError: assign_params: parameter 0 ('W') has shape (2, 2), the array has shape (3, 3). ...
    """
    variables = list(network.all_params)
    if isinstance(params, np.ndarray) or not isinstance(params, Sequence):
        raise TypeError(
            f"assign_params: params must be a list of arrays, not {type(params).__name__}."
        )
    if len(params) > len(variables):
        raise ValueError(
            f"assign_params: {len(params)} arrays for a network of {len(variables)} parameters. "
            "Was the file saved from another network? To use a part of it, pass params[:n]."
        )
    checked = []
    for position, (param, variable) in enumerate(zip(params, variables, strict=False)):
        array = _numbers(param, f"assign_params: array {position}")
        if array.shape != tuple(variable.shape):
            raise ValueError(
                f"assign_params: parameter {position}{_called(variable)} has shape "
                f"{tuple(variable.shape)}, the array has shape {array.shape}. "
                "Nothing was assigned. Build the network as it was when its parameters were saved."
            )
        checked.append(array)
    for array, variable in zip(checked, variables, strict=False):
        variable.assign(array)


def load_and_assign_npz(name: str | Path, network: Any) -> Any:
    """Read an ``.npz`` file and give its arrays to a network.

    Parameters
    ----------
    name : str or path
        A file that :func:`save_npz` wrote.
    network : Layer
        Anything with ``all_params``.

    Returns
    -------
    Layer
        The same network.

    Raises
    ------
    FileNotFoundError, ValueError
        As :func:`load_npz` and :func:`assign_params` do.

    Examples
    --------
    >>> load_and_assign_npz("no-such-file.npz", network=None)
    Traceback (most recent call last):
    ...
    FileNotFoundError: [Errno 2] No such file or directory: 'no-such-file.npz'
    """
    assign_params(load_npz(name=name), network)
    return network


def _called(param: Any) -> str:
    """Name of a variable for an error message: " ('relu1/W')", or nothing for an array."""
    name = getattr(param, "path", None) or getattr(param, "name", None)
    return f" ({name!r})" if isinstance(name, str) else ""


def _numbers(param: Any, label: str) -> np.ndarray:
    """The parameter as an array, or a ValueError that says why it isn't one of finite numbers."""
    if hasattr(param, "numpy"):
        param = param.numpy()
    try:
        array = np.asarray(param)
    except ValueError as error:
        raise ValueError(f"{label} is not an array: {error}") from error
    if array.dtype.name == "bfloat16":  # numpy's files don't know it; float32 holds it exactly
        array = array.astype(np.float32)
    if array.dtype.kind not in "fiub":
        raise ValueError(f"{label} must hold numbers, it holds {array.dtype}.")
    if not np.isfinite(array).all():
        bad = int((~np.isfinite(array)).sum())
        raise ValueError(
            f"{label} has {bad} of {array.size} values that are NaN or infinite. "
            "Did the training diverge? A smaller learning rate is the usual cure."
        )
    return array


def _in_order(keys: list[str]) -> list[str]:
    """Keys of an archive in the order of saving: 0000, 0001, ... (numpy's own: arr_0, arr_1)."""
    numbers = [key.removeprefix("arr_") for key in keys]
    if not all(number.isdecimal() for number in numbers):
        return list(keys)  # named arrays: as they lie in the file
    return sorted(keys, key=lambda key: int(key.removeprefix("arr_")))


def _read(archive: Any, key: str, file: Path) -> np.ndarray:
    try:
        array = archive[key]
        if not isinstance(array, np.ndarray):  # numpy hands over what it doesn't know as bytes
            raise ValueError("it is not an array")
        return array
    except ValueError as error:
        # numpy says "Object arrays cannot be loaded when allow_pickle=False"
        raise ValueError(
            f"load_npz: {file} can't be read safely at key {key!r}: {error}. A file of Python "
            "objects may run any code when it is opened. Save plain arrays with save_npz."
        ) from error
