"""What the agent sees of Atari Pong: the court, cut out of the screen and made small."""

from __future__ import annotations

import numpy as np

from tlcore.check import require

COURT = slice(35, 195)  # rows of the screen between the score and the lower rim
SIDE = 80  # of the court in pixels, after every second row and column is left out
SCALE = 0.01  # a difference of greys is at most 149 in Pong; this brings it to the size of 1
BACKGROUND = 87  # the grey of the empty court
BACKGROUNDS = (144, 109)  # red of the two backgrounds of the colour screen, which are wiped out

#: What the game calls the actions: a key of the joystick for each output of the network.
#: Up and down are all that is needed (Karpathy, 2016); with three there is stop too.
PONG_ACTIONS = {2: (2, 3), 3: (1, 2, 3)}
#: What the outputs mean, in order.
PONG_ACTION_NAMES = {2: ("up", "down"), 3: ("stop", "up", "down")}


def pong_frame(frame: np.ndarray) -> np.ndarray:
    """Turn a colour screen, (210, 160, 3), into zeros and ones, as Karpathy (2016) does.

    The court is cut out, every second pixel kept, of the colours the red one. What belongs to the
    background becomes 0, paddles and ball become 1: float32 (6400,), row after row.

    >>> screen = np.full((210, 160, 3), 144, np.uint8)
    >>> screen[35 + 2 * 10, 2 * 30] = 236
    >>> np.argwhere(pong_frame(screen).reshape(80, 80)).tolist()
    [[10, 30]]
    """
    frame = np.asarray(frame)
    require(
        frame.shape == (210, 160, 3),
        f"frame has shape {frame.shape}; expected (210, 160, 3), a colour screen. Make the "
        "environment with obs_type='rgb'.",
    )
    red = frame[COURT][::2, ::2, 0]
    return (~np.isin(red, BACKGROUNDS) & (red != 0)).astype(np.float32).ravel()


def grey_court(screen: np.ndarray) -> np.ndarray:
    """Cut the court, (..., 6400), out of grey screens, (..., 210, 160): every second pixel."""
    court = screen[..., COURT, :][..., ::2, ::2]  # (..., 80, 80)
    return court.reshape(*court.shape[:-2], SIDE * SIDE)


def court_difference(now: np.ndarray, before: np.ndarray) -> np.ndarray:
    """Return what has moved between two grey courts: the inputs of a network of dense layers.

    One picture doesn't say where the ball is going. The difference of two does: where something
    has come the value is positive, where it has been negative, and 0 where nothing has changed.
    It is in hundredths, float32 (..., 6400). At the first step give the same court twice.

    >>> court_difference(np.array([87, 236], np.uint8), np.array([236, 236], np.uint8)).round(2)
    array([-1.49,  0.  ], dtype=float32)
    """
    return np.subtract(now, before, dtype=np.float32) * np.float32(SCALE)


def court_pictures(now: np.ndarray, before: np.ndarray) -> np.ndarray:
    """Return two grey courts as one picture of two channels: the inputs of convolutions.

    It is half as wide and high. A pixel is the mean of four, less the background, in fiftieths: the
    empty court is 0. A mean keeps the place of the small ball better than leaving out three pixels
    of four would. Courts of shape (steps, 6400) give float32 (steps, 40, 40, 2).
    """
    pictures = np.empty((len(now), SIDE // 2, SIDE // 2, 2), np.float32)
    for channel, court in enumerate((now, before)):
        court = court.reshape(-1, SIDE, SIDE)
        # Four additions of slices: a sum over two short axes takes several times as long.
        total = np.add(court[:, ::2, ::2], court[:, ::2, 1::2], dtype=np.uint16)
        total += court[:, 1::2, ::2]
        total += court[:, 1::2, 1::2]
        pictures[..., channel] = total
    pictures -= 4 * BACKGROUND
    pictures *= np.float32(1 / 200)
    return pictures
