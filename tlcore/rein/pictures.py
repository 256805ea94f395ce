"""Pong for a network with convolutions: two small pictures of the court."""

from __future__ import annotations

import numpy as np

from tlcore.rein.pong import SIDE
from tlcore.rein.pong_environments import PongEnvironments

#: The grey of the empty court.
BACKGROUND = 87


def court_pictures(now: np.ndarray, before: np.ndarray) -> np.ndarray:
    """Return two grey courts as one picture of two channels, half as wide and high.

    A pixel is the mean of four, less the background, in fiftieths: the empty court is 0. A mean
    keeps the place of the small ball better than leaving out three pixels of four would.

    Parameters
    ----------
    now, before : ndarray
        Courts from :func:`grey_court`, shape (steps, 6400), uint8.

    Returns
    -------
    ndarray
        float32, shape (steps, 40, 40, 2): the court now, and one step earlier.

    Examples
    --------
    >>> court = np.full((1, 80, 80), 87, np.uint8)
    >>> court[0, 10:12, 20:22] = 137
    >>> pictures = court_pictures(court.reshape(1, 6400), court.reshape(1, 6400))
    >>> pictures.shape, pictures[0, 5, 10].tolist(), float(pictures.sum())
    ((1, 40, 40, 2), [1.0, 1.0], 2.0)
    """
    pictures = np.empty((len(now), SIDE // 2, SIDE // 2, 2), np.float32)
    for channel, court in enumerate((now, before)):
        court = court.reshape(-1, SIDE, SIDE)
        total = np.add(court[:, ::2, ::2], court[:, ::2, 1::2], dtype=np.uint16)
        total += court[:, 1::2, ::2]
        total += court[:, 1::2, 1::2]
        pictures[..., channel] = total
    pictures -= 4 * BACKGROUND
    pictures *= np.float32(1 / 200)
    return pictures


class PongPictures(PongEnvironments):
    """Atari Pong whose inputs are pictures, (40, 40, 2), for a network with convolutions.

    Takes the parameters of :class:`PongEnvironments`, and three actions unless told.

    Examples
    --------
    >>> environments = PongPictures(1)
    >>> environments.input_shape, environments.n_actions
    ((40, 40, 2), 3)
    """

    input_shape = (SIDE // 2, SIDE // 2, 2)

    def __init__(
        self, n_copies: int = 1, n_actions: int = 3, repeat_action_probability: float = 0.0
    ):
        super().__init__(n_copies, n_actions, repeat_action_probability)
        self.name += ", pictures"

    def inputs(self, now: np.ndarray, before: np.ndarray) -> np.ndarray:
        """Return the pictures, (steps, 40, 40, 2)."""
        return court_pictures(now, before)
