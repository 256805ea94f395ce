"""What the scripts of all chapters share: where things lie, and when a run is whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

import tlcore as tl
from tlbook.runs import save_run


@dataclass(frozen=True)
class Folders:
    """The book's folder ``data``: parameters come from it, and what is recorded goes there.

    Attributes
    ----------
    data : Path
        Holds ``full/<chapter>.yaml``; ``checkpoints``, ``runs`` and ``weights`` are made in it.
    """

    data: Path

    def parameters(self, chapter: str) -> dict[str, dict[str, Any]]:
        """Return the settings of each published run of a chapter, by the name of its record."""
        return yaml.safe_load((self.data / "full" / f"{chapter}.yaml").read_text("utf-8"))

    def checkpoint(self, name: str) -> Path:
        """Return the file from which a training carries on."""
        return self._file("checkpoints", name)

    def weights(self, name: str) -> Path:
        """Return the file of published weights; the build makes ``_assets/<name>.js`` of it."""
        return self._file("weights", name)

    def arrays(self, name: str) -> Path:
        """Return a file that a notebook reads, and stores in its page with the figure."""
        return self._file("runs", name)

    def save(self, name: str, history: Mapping, settings: Mapping, result: Mapping) -> None:
        """Write ``runs/<name>.json``: what was trained, how, with what result, where and when."""
        print(f"{name}: wrote {save_run(name, self.data / 'runs', history, settings, result)}")

    def _file(self, folder: str, name: str) -> Path:
        (self.data / folder).mkdir(parents=True, exist_ok=True)
        return self.data / folder / f"{name}.npz"


def fit(network: tl.layers.Layer, s: Mapping, data: Sequence, **options) -> tl.train.History:
    """Train a network as the settings `s` say, to the end, and return its history.

    `data` begins with inputs and targets to train on, and those to validate on.
    """
    X_train, y_train, X_val, y_val = data[:4]
    history = tl.utils.fit(
        network, X_train, y_train, optimizer=s["optimizer"], learning_rate=s["learning_rate"],
        batch_size=s["batch_size"], n_epoch=s["n_epoch"], X_val=X_val, y_val=y_val, seed=s["seed"],
        **options,
    )  # fmt: skip
    finished(len(history["epoch"]), s["n_epoch"])
    return history


def finished(done: int, planned: int, unit: str = "epochs") -> None:
    """End the script if Ctrl-C has ended the training: what isn't whole is not recorded."""
    if done < planned:
        raise SystemExit(f"Stopped after {done} of {planned} {unit}. The same command carries on.")
