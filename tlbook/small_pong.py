"""A small Pong: six numbers to see, three actions, and nothing but integers inside.

The page plays it too: ``tlbook/figures/small_pong.js`` is the same game, rule for rule. Both use
integers and the same random numbers, so equal seeds and equal actions give equal games.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gymnasium as gym
import numpy as np

from tlcore.check import check_choice, check_count

WIDTH, HEIGHT = 640, 400  # of the court; the origin is its top left corner
BALL = 16  # its side: the ball is a square
PADDLE, THICK = 72, 16  # length and thickness of a paddle
FACE = 32  # how far from its wall the front of a paddle is
STRIDE = 10  # of a paddle in one step
SLOW, FAST = 12, 28  # vx of a serve, and the limit: each return adds 1
LEFT, RIGHT = 0, 1
STAY, UP, DOWN = 0, 1, 2


class XorShift:
    """Random integers that JavaScript can draw as well: Marsaglia's 32-bit xorshift (2003)."""

    def __init__(self, seed: int):
        # Neighbouring seeds start far apart; 0 is the one state that xorshift can't leave.
        self.state = (seed + 1) * 2654435769 % 2**32 or 1

    def below(self, n: int) -> int:
        """Draw from 0 .. n-1, for n far below 2**24."""
        self.state ^= self.state << 13 & 0xFFFFFFFF
        self.state ^= self.state >> 17
        self.state ^= self.state << 5 & 0xFFFFFFFF
        return (self.state >> 8) % n


class SmallPong(gym.Env):
    """Pong for two paddles. The agent has the right one; a scripted player the left one.

    A step moves both paddles, then the ball. Each return makes the ball quicker, and where it hits
    the paddle decides its angle. A point is +1 or -1; all other rewards are 0. An observation is
    float32 (6,), within [-1, 1]: ball x and y, its speed in x and y, own paddle y, other paddle y,
    centres measured from the middle of the court; x grows towards the observer's own side, y
    downwards. The actions are 0 stay, 1 up, 2 down.

    Parameters
    ----------
    opponent : int or callable
        In how many of 100 steps the scripted player follows the ball when it comes. Or a function
        (observation) -> action, which sees the court as its own: an agent plays against itself.
    points, max_steps : int
        What wins the game, 21 in Atari's Pong; and the steps after which it is cut off.
    render_mode : {None, "rgb_array"}
        A picture, uint8 (100, 160, 3).

    Examples
    --------
    >>> env = SmallPong(opponent=50)
    >>> observation, info = env.reset(seed=0)
    >>> observation, reward, terminated, truncated, info = env.step(1)
    >>> observation.shape, reward, info["score"]  # of the left and the right side
    ((6,), 0.0, (0, 0))
    """

    metadata = {"render_modes": ["rgb_array"], "render_fps": 30}
    random: XorShift  # from the first reset on

    def __init__(
        self, opponent: int | Callable[[np.ndarray], int] = 60, points: int = 5,
        max_steps: int = 3000, render_mode: str | None = None,
    ):  # fmt: skip
        if not callable(opponent):
            fix = "Or give a function (observation) -> action."
            check_count("opponent", opponent, least=0, most=100, fix=fix)
        self.opponent = opponent
        self.points = check_count("points", points)
        self.max_steps = check_count("max_steps", max_steps)
        self.render_mode = check_choice("render_mode", render_mode, [None, "rgb_array"])
        self.action_space = gym.spaces.Discrete(3)
        self.observation_space = gym.spaces.Box(-1, 1, (6,), np.float32)

    def reset(self, *, seed: int | None = None, options: Any = None) -> tuple[np.ndarray, dict]:
        """Begin a game. Without a seed the random numbers go on where they were."""
        super().reset(seed=seed)
        if seed is not None or not hasattr(self, "random"):
            self.random = XorShift(int(self.np_random.integers(2**32)) if seed is None else seed)
        self.paddles = [(HEIGHT - PADDLE) // 2] * 2  # y of their upper ends
        self.score = [0, 0]
        self.steps = 0
        self._serve()
        return self.observe(), {"score": tuple(self.score)}

    def _serve(self) -> None:
        """Put the ball in the middle, at a random height, with a random direction."""
        self.x = (WIDTH - BALL) // 2
        self.y = 50 + self.random.below(HEIGHT - BALL - 99)
        self.vx = SLOW if self.random.below(2) else -SLOW
        self.vy = self.random.below(17) - 8

    def observe(self, side: int = RIGHT) -> np.ndarray:
        """Return what one side sees, float32 (6,). Both see themselves on the right."""
        sign = 1 if side == RIGHT else -1
        x = sign * (self.x + BALL // 2 - WIDTH // 2) / (WIDTH // 2)
        y = (self.y + BALL // 2 - HEIGHT // 2) / (HEIGHT // 2)
        middle = (HEIGHT - PADDLE) // 2
        own, other = ((self.paddles[s] - middle) / middle for s in (side, 1 - side))
        return np.array([x, y, sign * self.vx / FAST, self.vy / FAST, own, other], np.float32)

    def step(self, action: int) -> tuple[np.ndarray, float, bool, bool, dict]:
        """Play one step with the right paddle; return what Gymnasium asks for."""
        if not hasattr(self, "random"):
            raise gym.error.ResetNeeded("SmallPong: call reset() before the first step")
        if callable(self.opponent):
            other = self.opponent(self.observe(LEFT))
        else:
            other = self.scripted(LEFT, self.opponent)
        reward = float(self.move(other, action))
        terminated = max(self.score) >= self.points
        truncated = not terminated and self.steps >= self.max_steps
        if reward and not terminated:
            self._serve()
        return self.observe(), reward, terminated, truncated, {"score": tuple(self.score)}

    def scripted(self, side: int, strength: int) -> int:
        """Return the action of a player that follows the ball in `strength` of 100 steps."""
        awake = self.random.below(100) < strength  # drawn in each step: the page draws alike
        comes = self.vx > 0 if side == RIGHT else self.vx < 0
        distance = self._offset(side)
        if not (awake and comes) or abs(distance) < STRIDE:
            return STAY
        return UP if distance < 0 else DOWN

    def move(self, left: int, right: int) -> int:
        """Move paddles and ball; return 1 for a point of the right side, -1 of the left, else 0."""
        for side, action in enumerate((left, right)):
            if action not in (STAY, UP, DOWN):
                raise ValueError(f"action is {action!r}; expected 0 (stay), 1 (up) or 2 (down).")
            way = (0, -STRIDE, STRIDE)[int(action)]
            self.paddles[side] = min(max(self.paddles[side] + way, 0), HEIGHT - PADDLE)
        self.steps += 1
        before = self.x
        self.x += self.vx
        self.y += self.vy
        low, far = HEIGHT - BALL, WIDTH - FACE - BALL  # where the ball touches wall and paddle
        if not 0 <= self.y <= low:  # a wall throws the ball back
            self.y = -self.y if self.y < 0 else 2 * low - self.y
            self.vy = -self.vy
        side, face = (LEFT, FACE) if self.vx < 0 else (RIGHT, far)
        passed = self.x < face <= before or before <= face < self.x
        if passed and self.paddles[side] - BALL < self.y < self.paddles[side] + PADDLE:
            # Back it goes: quicker, and the steeper the farther from the paddle's middle.
            self.x = 2 * face - self.x
            self.vx = min(abs(self.vx) + 1, FAST) * (1 if side == LEFT else -1)
            offset = self._offset(side)  # -43 .. 43
            self.vy = abs(offset) * 5 // 8 * (1 if offset > 0 else -1)
        if 0 < self.x < WIDTH - BALL:
            return 0
        winner = RIGHT if self.x <= 0 else LEFT
        self.x = min(max(self.x, 0), WIDTH - BALL)
        self.score[winner] += 1
        return 1 if winner == RIGHT else -1

    def _offset(self, side: int) -> int:
        """How far the middle of the ball is below the middle of a paddle."""
        return self.y + BALL // 2 - self.paddles[side] - PADDLE // 2

    def render(self) -> np.ndarray | None:
        """Return the court as a picture, uint8 (100, 160, 3); None without a mode."""
        if self.render_mode is None:
            return None
        boxes = [
            (FACE - THICK, self.paddles[LEFT], THICK, PADDLE),
            (WIDTH - FACE, self.paddles[RIGHT], THICK, PADDLE),
            (self.x, self.y, BALL, BALL),
        ]
        colours = [(213, 130, 74), (92, 186, 92), (236, 236, 236)]
        picture = np.zeros((HEIGHT // 4, WIDTH // 4, 3), np.uint8)
        for (x, y, w, h), colour in zip(boxes, colours, strict=True):
            picture[y // 4 : (y + h) // 4, x // 4 : (x + w) // 4] = colour
        return picture
