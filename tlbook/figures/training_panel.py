"""A panel around a training that runs: change its settings, pause it, watch what it learns."""

import math

import numpy as np
from traitlets import Bytes, Dict, Float, Int, List, validate

from tlcore.check import check_keep
from tlcore.cost import cross_entropy
from tlcore.layers import Layer

from .base import compose
from .snapshots import Snapshots
from .steered import Steered
from .training import Training

#: Snapshots of the filters that are kept.
MOST_SNAPSHOTS = 12
CURVES = ("epoch", "train_loss", "val_loss", "val_acc")


class TrainingPanel(Steered):
    """Train a classifier in the background, with sliders for what may change meanwhile.

    Learning rate, keeping probabilities and batch size take effect within a quarter of a second.
    Training runs in a thread of its own, so the notebook's other cells stay usable. On a page
    without a kernel the panel shows what it had recorded.

    Parameters
    ----------
    network : Layer
        The last layer of the network. Its weights are those that `reset` returns to.
    X_train, y_train, X_val, y_val : ndarray
        Inputs (rows, ...) and labels (rows,). A few thousand rows to validate on are enough.
    cost : callable
        Takes (outputs, targets), returns a scalar.
    optimizer, learning_rate, batch_size, seed
        As in ``tl.utils.fit``.
    report_steps : int
        Steps between two points of the curves, and what the Step button does.
    n_filters : int
        Filters of the first layer to show.
    title : str
        Heading.

    Raises
    ------
    TypeError, ValueError
        If network, data and settings don't fit each other.

    Examples
    --------
    >>> import numpy as np
    >>> from tlcore.layers import DenseLayer, InputLayer
    >>> X = np.random.default_rng(0).random((64, 784), "float32")
    >>> y = np.arange(64) % 10
    >>> network = DenseLayer(InputLayer(shape=(784,)), n_units=10)
    >>> panel = TrainingPanel(network, X, y, X, y, batch_size=16)
    >>> panel.run(n_epoch=2)["epoch"]  # in the foreground: for tests, and for a first picture
    [1.0, 2.0]
    """

    _esm = compose("training_panel.js")

    learning_rate = Float().tag(sync=True)
    keep = Dict(help="keeping probability by the name of the layer").tag(sync=True)
    batch_size = Int().tag(sync=True)
    history = Dict(help="the curves: lists of equal length").tag(sync=True)
    snapshots = Bytes(help="uint8 (snapshots, n, height, width)").tag(sync=True)
    snapshot_epochs = List(Float()).tag(sync=True)
    shape = List(Int(), help="n, height, width of a snapshot").tag(sync=True)
    report_steps = Int(100).tag(sync=True)

    def __init__(
        self,
        network: Layer,
        X_train: np.ndarray,
        y_train: np.ndarray,
        X_val: np.ndarray,
        y_val: np.ndarray,
        cost=cross_entropy,
        optimizer: str = "adam",
        learning_rate: float = 1e-3,
        batch_size: int = 128,
        seed: int = 0,
        report_steps: int = 100,
        n_filters: int = 16,
        title: str = "A training to watch and to change",
    ):
        self._training = Training(
            network,
            X_train,
            y_train,
            X_val,
            y_val,
            cost,
            optimizer,
            learning_rate,
            batch_size,
            seed,
        )
        self._n_filters = n_filters
        self._to_report = report_steps
        super().__init__(
            title=title,
            learning_rate=learning_rate,
            keep={name: float(keep) for name, keep in network.all_drop.items()},
            batch_size=batch_size,
            report_steps=report_steps,
        )
        self._begin()

    # ---- what the reader does --------------------------------------------------------------

    def run(self, n_epoch: int = 1) -> dict[str, list]:
        """Train in the foreground to the end of `n_epoch` more epochs; return the history.

        An interrupt ends it early, and `run` carries on from there.

        Raises
        ------
        FloatingPointError
            If the loss becomes NaN or infinite.
        """
        self.pause()
        last = self._training.trainer.epoch + n_epoch
        self._foreground(lambda: self._training.trainer.epoch >= last)
        return {name: list(values) for name, values in self.history.items()}

    # ---- the training ----------------------------------------------------------------------

    def _begin(self) -> None:
        self._training.reset()
        self._to_report = self.report_steps
        self._taken = Snapshots(MOST_SNAPSHOTS)  # epoch, filters
        self._take(0.0)
        with self._lock:
            self.history = {name: [] for name in CURVES}
            self._show_filters()

    def _count(self) -> int:
        return len(self.history["epoch"])

    def _advance(self) -> None:
        # A report comes after `report_steps` steps, or at the end of the epoch.
        training = self._training
        training.set(self.learning_rate, self.keep, self.batch_size)
        self._to_report -= training.advance(self._to_report)
        if self._to_report <= 0 or training.trainer.step == 0:  # 0: the epoch has ended
            self._report()

    def _report(self) -> None:
        self._to_report = self.report_steps
        record = self._training.measure()
        history = {name: [*self.history[name], round(record[name], 6)] for name in CURVES}
        self._take(round(record["epoch"], 6))
        with self._lock:
            self._show_filters()
            self.history = history

    def _take(self, epoch: float) -> None:
        filters = self._training.filters(self._n_filters)
        if filters is not None:
            self._taken.take((epoch, filters))

    def _show_filters(self) -> None:
        kept = self._taken.kept
        if not kept:
            return
        self.shape = list(kept[0][1].shape)
        self.snapshot_epochs = [epoch for epoch, _ in kept]
        self.snapshots = b"".join(filters.tobytes() for _, filters in kept)

    # ---- the page --------------------------------------------------------------------------

    @validate("learning_rate")
    def _check_rate(self, proposal) -> float:
        rate = proposal["value"]
        if not (math.isfinite(rate) and rate > 0):
            raise ValueError(f"learning_rate is {rate}; expected a positive number such as 0.001")
        return rate

    @validate("batch_size")
    def _check_batch(self, proposal) -> int:
        if proposal["value"] < 1:
            raise ValueError(f"batch_size is {proposal['value']}; expected at least 1")
        return proposal["value"]

    @validate("keep")
    def _check_keep(self, proposal) -> dict[str, float]:
        drops = self._training.network.all_drop
        if proposal["value"].keys() != drops.keys():
            raise ValueError(f"keep has {list(proposal['value'])}; expected {list(drops)}")
        return {name: check_keep(keep) for name, keep in proposal["value"].items()}

    def alternative(self) -> str:
        """Say what the panel does."""
        return f"{self.title}: loss, accuracy and first filters of a training that you steer."
