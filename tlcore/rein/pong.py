"""What the agent sees of Pong: the court in 80 x 80 pixels."""

from __future__ import annotations

import numpy as np

#: Rows of the screen between the score and the lower rim: the court. (210, 160) -> (160, 160)
COURT = slice(35, 195)

#: Pixels of the court after every second row and column is left out.
SIDE = 80

#: A difference of greys is at most 149 in Pong; this brings it to the size of 1.
SCALE = 0.01

#: What the game calls the actions: a key of the joystick for each output of the network.
#: Up and down are all that is needed (Karpathy, 2016); the original tutorial has STOP too.
PONG_ACTIONS = {2: (2, 3), 3: (1, 2, 3)}

#: What the outputs mean, in order.
PONG_ACTION_NAMES = {2: ("up", "down"), 3: ("stop", "up", "down")}

#: Red of the two backgrounds that the original tutorial wipes out.
BACKGROUNDS = (144, 109)


def pong_frame(frame: np.ndarray) -> np.ndarray:
    """Turn a colour screen into 6,400 zeros and ones, as the original tutorial does.

    The court is cut out, every second pixel kept, of the colours the red one. What belongs to the
    background becomes 0, paddles and ball become 1.

    Parameters
    ----------
    frame : ndarray
        Screen, shape (210, 160, 3), integers from 0 to 255. It isn't changed.

    Returns
    -------
    ndarray
        float32 of 0 and 1, shape (6400,): the rows of the court one after the other.

    Raises
    ------
    ValueError
        If `frame` has another shape.

    Examples
    --------
    >>> screen = np.full((210, 160, 3), 144, np.uint8)
    >>> screen[35 + 2 * 10, 2 * 30] = 236
    >>> seen = pong_frame(screen).reshape(80, 80)
    >>> np.argwhere(seen).tolist()
    [[10, 30]]
    """
    frame = np.asarray(frame)
    if frame.shape != (210, 160, 3):
        raise ValueError(
            f"frame has shape {frame.shape}; expected (210, 160, 3), a colour screen. Make the "
            "environment with obs_type='rgb'."
        )
    red = frame[COURT][::2, ::2, 0]
    return (~np.isin(red, BACKGROUNDS) & (red != 0)).astype(np.float32).ravel()


def grey_court(screen: np.ndarray) -> np.ndarray:
    """Cut the court out of grey screens, and keep every second pixel.

    Parameters
    ----------
    screen : ndarray
        Grey screens, shape (..., 210, 160), uint8.

    Returns
    -------
    ndarray
        Shape (..., 6400), of the same type.

    Examples
    --------
    >>> grey_court(np.zeros((5, 210, 160), np.uint8)).shape
    (5, 6400)
    """
    court = screen[..., COURT, :][..., ::2, ::2]
    return court.reshape(*court.shape[:-2], SIDE * SIDE)


def court_difference(now: np.ndarray, before: np.ndarray) -> np.ndarray:
    """Return what has moved between two grey courts: the inputs of the network.

    One picture doesn't say where the ball is going. The difference of two does: where something
    has come the value is positive, where it has been negative, and 0 where nothing has changed.

    Parameters
    ----------
    now, before : ndarray
        Courts, shape (..., 6400), uint8. At the first step of an episode give the same one twice.

    Returns
    -------
    ndarray
        float32, shape (..., 6400): hundredths of the difference of greys.

    Examples
    --------
    >>> court_difference(np.array([236, 87], np.uint8), np.array([87, 87], np.uint8)).tolist()
    [1.4900000095367432, 0.0]
    """
    return np.subtract(now, before, dtype=np.float32) * np.float32(SCALE)
