"""From updates of a policy to a run: checkpoints, interrupts, reports."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import keras
import numpy as np

from tlcore.check import check_count
from tlcore.train.checkpoint import (
    FIX,
    UNREADABLE,
    check_same_run,
    read_checkpoint,
    write_checkpoint,
)
from tlcore.train.epochs import History, check_folder, progress_bar
from tlcore.train.interrupt import HeldInterrupt

if TYPE_CHECKING:
    from tlcore.train.policy_gradient import PolicyGradient


def run_updates(
    trainer: PolicyGradient,
    n_episodes: int,
    checkpoint: str | os.PathLike | None = None,
    on_update: Callable[[dict[str, float]], bool | None] | None = None,
    print_freq: int = 10,
    progress: bool = True,
) -> History:
    """Do what :meth:`tlcore.train.PolicyGradient.run` says."""
    check_count("n_episodes", n_episodes)
    if checkpoint is not None:
        check_folder(checkpoint)
        if Path(checkpoint).exists():
            load_policy(checkpoint, trainer)
    bar = progress_bar(n_episodes, trainer.n_episodes, progress)
    try:
        with HeldInterrupt() as interrupt:

            def stop_if_interrupted(copies: list[int]) -> None:
                if interrupt.count:
                    raise KeyboardInterrupt

            while trainer.n_episodes < n_episodes:
                result = trainer.update(on_step=stop_if_interrupted)
                bar.update(trainer.n_episodes - bar.n)
                if print_freq > 0 and trainer.n_updates % print_freq == 0:
                    _print_report(result)
                # Before the save: a learning rate that on_update sets is part of the checkpoint.
                stop = on_update is not None and on_update(result)
                if checkpoint is not None:
                    save_policy(checkpoint, trainer)
                if stop:
                    break
    except KeyboardInterrupt:
        if interrupt.count > 1:
            raise
        # The update under way is gone, weights and history are those of the last whole one, and
        # so is the checkpoint.
        print(
            f"Interrupted in update {trainer.n_updates + 1}, after {trainer.n_episodes} of "
            f"{n_episodes} episodes. The network has the weights of the last whole update."
        )
    finally:
        bar.close()
    return trainer.history


def save_policy(path: str | os.PathLike, trainer: PolicyGradient) -> None:
    """Write weights, optimizer and history of a policy's training to `path`, ending in .npz.

    Games needn't be saved: no episode lasts beyond an update, and the next ones begin from seeds.
    """
    arrays = {key: np.asarray(variable) for key, variable in _variables(trainer).items()}
    about = {
        "n_updates": trainer.n_updates,
        "gamma": trainer.gamma,
        "batch_size": trainer.batch_size,
        "history": trainer.history,
        "run": _describe(trainer),
    }
    write_checkpoint(path, about, arrays)


def load_policy(path: str | os.PathLike, trainer: PolicyGradient) -> None:
    """Put a policy's training back to where `path` was saved. All is checked before it is assigned.

    Raises
    ------
    ValueError
        If the file isn't such a checkpoint, or belongs to another network, environment or run.
    """
    try:
        about, arrays = read_checkpoint(path)
        run, n_updates = dict(about["run"]), int(about["n_updates"])
        gamma, batch_size = float(about["gamma"]), int(about["batch_size"])
        history = {name: list(about["history"][name]) for name in trainer.history}
    except UNREADABLE as error:
        raise ValueError(
            f"checkpoint: {path} can't be read as a checkpoint ({error}). {FIX}"
        ) from error
    check_same_run(path, run, _describe(trainer))
    targets = _variables(trainer)
    shapes = {key: tuple(variable.shape) for key, variable in targets.items()}
    if {key: array.shape for key, array in arrays.items()} != shapes:
        raise ValueError(f"checkpoint: {path} belongs to another network or optimizer. {FIX}")
    for key, variable in targets.items():
        variable.assign(arrays[key])
    trainer.n_updates, trainer.history = n_updates, history
    trainer.gamma, trainer.batch_size = gamma, batch_size


def _variables(trainer: PolicyGradient) -> dict[str, keras.Variable]:
    network = {f"network/{i}": v for i, v in enumerate(trainer.variables)}
    return network | {f"optimizer/{i}": v for i, v in enumerate(trainer.optimizer.variables)}


def _describe(trainer: PolicyGradient) -> dict:
    """What must agree for a run to carry on as if it had never stopped."""
    return {
        "parameters": [list(v.shape) for v in trainer.variables],
        "environment": trainer.environments.name,
        "optimizer": type(trainer.optimizer).__name__,
        "mode": trainer.mode,
        "normalize": trainer.normalize,
        "max_steps": trainer.max_steps,
        "seed": trainer.seed,
    }


def _print_report(result: dict[str, float]) -> None:
    print(
        f"Episode {result['episodes']}: reward {result['reward']:.1f}, "
        f"mean of the last 100 {result['mean_reward']:.2f}"
    )
