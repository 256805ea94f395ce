"""Pictures of a game while it is played, small enough to be sent ten times a second."""

import io

import numpy as np
from PIL import Image

from tlcore.rein.games import Environments


def picture_of(environments: Environments, copy: int) -> np.ndarray | None:
    """Return what one copy of a game looks like now, or None where the game gives no pictures.

    A picture is uint8, (height, width) or (height, width, 3), at most about 250 pixels high.
    CartPole is drawn here: Gymnasium's own way needs pygame.

    Examples
    --------
    >>> from tlcore.rein import make_environments
    >>> environments = make_environments("CartPole-v1")
    >>> _ = environments.reset(0, seed=0)
    >>> picture_of(environments, 0).shape
    (100, 160)
    """
    if environments.name.startswith("CartPole"):
        state = environments.copies[copy].unwrapped.state
        return draw_cart_pole(state[0], state[2])
    screen = environments.screen(copy)
    if screen is None:
        return None
    every = -(-len(screen) // 250)
    return np.asarray(screen, np.uint8)[::every, ::every]


def draw_cart_pole(position: float, angle: float) -> np.ndarray:
    """Draw CartPole in grey, uint8 (100, 160).

    The position of the cart is -2.4 to 2.4; the pole's angle in radians is positive to the right.

    Examples
    --------
    >>> picture = draw_cart_pole(0, 0)
    >>> np.flatnonzero(picture[50] == 255)  # the pole, upright in the middle
    array([79, 80, 81])
    """
    picture = np.full((100, 160), 40, np.uint8)
    scale = 160 / 4.8  # pixels in one unit of the game
    x = 80 + position * scale
    picture[85] = 120  # the track
    columns = np.arange(160)
    picture[76:85, np.abs(columns - x) <= 12] = 170
    along = np.linspace(0, scale, 100)  # the pole has length 1
    rows = np.round(76 - along * np.cos(angle)).astype(int)
    middle = np.round(x + along * np.sin(angle)).astype(int)
    for side in (-1, 0, 1):
        inside = (middle + side >= 0) & (middle + side < 160)
        picture[rows[inside], middle[inside] + side] = 255
    return picture


def to_png(picture: np.ndarray) -> bytes:
    r"""Return a picture, uint8 (height, width) in grey or (height, width, 3), as a PNG file.

    Examples
    --------
    >>> to_png(np.zeros((2, 2), np.uint8))[:4]
    b'\x89PNG'
    """
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "PNG", compress_level=1)
    return file.getvalue()
