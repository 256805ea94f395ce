"""Snapshots: what a parameter looked like after chosen epochs."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import keras
import numpy as np

from tlcore.check import require
from tlcore.files import load_npz, save_npz
from tlcore.train import History


class Snapshots:
    """Copy a parameter before training and after chosen epochs; give it to ``fit`` as `on_epoch`.

    The start, epoch 0, is always there. An .npz file, `path`, may hold the copies: it is rewritten
    after each, and read again where it exists, so that a run that resumes keeps what it had.

    `epochs` are those that have been copied, `values` the copies, each of the parameter's shape.

    >>> from tlcore.layers import DenseLayer, InputLayer
    >>> network = DenseLayer(InputLayer(shape=(4,)), n_units=2)
    >>> snapshots = Snapshots(network.all_params[0], epochs=[1, 5])
    >>> snapshots({"epoch": [1]})
    >>> snapshots.epochs, snapshots.values[1].shape
    ([0, 1], (4, 2))
    """

    def __init__(
        self, param: keras.Variable, epochs: Iterable[int], path: str | os.PathLike | None = None
    ):
        self.param, self.wanted = param, set(epochs)
        self.path = None if path is None else Path(path)
        self.epochs: list[int] = []
        self.values: list[np.ndarray] = []
        if self.path is None or not self.path.exists():
            require(
                self.path is None or self.path.suffix == ".npz",
                f"Snapshots: path is {str(path)!r}; expected a name that ends in .npz.",
            )
            self._copy(0)
            return
        marks, *self.values = load_npz(name=self.path)
        self.epochs = [int(mark) for mark in marks]
        require(
            all(value.shape == tuple(param.shape) for value in self.values),
            f"Snapshots: {path} holds copies of shape {self.values[0].shape}; expected "
            f"{tuple(param.shape)}, the shape of param. Name another file, or delete it.",
        )

    def __call__(self, history: History) -> None:
        """Copy the parameter if the last epoch of `history` is one of the wanted."""
        epoch = history["epoch"][-1]
        if epoch in self.wanted and epoch not in self.epochs:
            self._copy(epoch)

    def _copy(self, epoch: int) -> None:
        self.epochs.append(epoch)
        self.values.append(keras.ops.convert_to_numpy(self.param).copy())
        if self.path is not None:
            save_npz([np.array(self.epochs), *self.values], name=self.path)
