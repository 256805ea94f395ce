"""A small Pong: six numbers to see, three actions, and nothing but integers inside.

The page plays it too: ``tlbook/figures/small_pong.js`` is the same game, rule for rule. Both use
integers and the same generator of random numbers, so equal seeds and equal actions give equal
games, step by step.
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
    """Random integers that JavaScript can draw as well: Marsaglia's 32-bit xorshift (2003).

    Of the seed, an integer of 0 or more, the last 32 bits count.

    Examples
    --------
    >>> random = XorShift(0)
    >>> [random.below(100) for _ in range(5)]
    [58, 25, 31, 40, 45]
    """

    def __init__(self, seed: int):
        # Neighbouring seeds start far apart; 0 is the one state that xorshift can't leave.
        self.state = (seed + 1) * 2654435769 % 2**32 or 1

    def below(self, n: int) -> int:
        """Draw from 0 .. n-1, for n far below 2**24."""
        x = self.state
        x ^= x << 13 & 0xFFFFFFFF
        x ^= x >> 17
        x ^= x << 5 & 0xFFFFFFFF
        self.state = x
        return (x >> 8) % n


class SmallPong(gym.Env):
    """Pong for two paddles. The agent has the right one; a scripted player the left one.

    A step moves both paddles, then the ball. Each return makes the ball quicker, and where it hits
    the paddle decides its angle. A point is +1 or -1; all other rewards are 0. The game ends when
    one side has `points`, and is cut off after `max_steps`.

    Parameters
    ----------
    opponent : int or callable, default 60
        Strength of the scripted player in 0..100: in how many of 100 steps it follows the ball when
        the ball comes. Or a function (observation) -> action, which sees the court as its own: with
        an agent here, the agent plays against itself.
    points : int, default 5
        What wins the game. Atari's Pong goes to 21.
    render_mode : {None, "rgb_array", "ansi"}
        A picture, uint8 (100, 160, 3), or text.

    Attributes
    ----------
    action_space : Discrete(3)
        0 stay, 1 up, 2 down.
    observation_space : Box, float32 (6,), within [-1, 1]
        Ball x, ball y, its speed in x, its speed in y, own paddle y, other paddle y. Centres, from
        the middle of the court; x grows towards the observer's own side, y downwards.
    score : list of int
        Points of the left and of the right side; in ``info`` too.

    Examples
    --------
    >>> env = SmallPong(opponent=50)
    >>> observation, info = env.reset(seed=0)
    >>> observation, reward, terminated, truncated, info = env.step(1)
    >>> observation.shape, reward, info["score"]
    ((6,), 0.0, (0, 0))
    """

    metadata = {"render_modes": ["rgb_array", "ansi"], "render_fps": 30}
    random: XorShift  # from the first reset on

    def __init__(
        self,
        opponent: int | Callable[[np.ndarray], int] = 60,
        points: int = 5,
        max_steps: int = 3000,
        render_mode: str | None = None,
    ):
        if not callable(opponent):
            fix = "Or give a function (observation) -> action."
            check_count("opponent", opponent, least=0, most=100, fix=fix)
        self.opponent = opponent
        self.points = check_count("points", points)
        self.max_steps = check_count("max_steps", max_steps)
        modes = [None, *self.metadata["render_modes"]]
        self.render_mode = check_choice("render_mode", render_mode, modes)
        self.action_space = gym.spaces.Discrete(3)
        self.observation_space = gym.spaces.Box(-1, 1, (6,), np.float32)

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[np.ndarray, dict[str, Any]]:
        """Begin a game; return observation and info. `options` aren't used.

        Equal seeds and actions give equal games, in Python and on the page. Without a seed the
        random numbers go on where they were.
        """
        super().reset(seed=seed)
        if seed is not None:
            self.random = XorShift(seed)
        elif not hasattr(self, "random"):
            self.random = XorShift(int(self.np_random.integers(2**32)))
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
        middle = (HEIGHT - PADDLE) // 2
        return np.array(
            [
                sign * (self.x + BALL // 2 - WIDTH // 2) / (WIDTH // 2),
                (self.y + BALL // 2 - HEIGHT // 2) / (HEIGHT // 2),
                sign * self.vx / FAST,
                self.vy / FAST,
                (self.paddles[side] - middle) / middle,
                (self.paddles[1 - side] - middle) / middle,
            ],
            np.float32,
        )

    def step(self, action: int) -> tuple[np.ndarray, float, bool, bool, dict[str, Any]]:
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
        distance = self.y + BALL // 2 - self.paddles[side] - PADDLE // 2
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
        low = HEIGHT - BALL
        if self.y < 0 or self.y > low:  # a wall throws the ball back
            self.y = -self.y if self.y < 0 else 2 * low - self.y
            self.vy = -self.vy
        far = WIDTH - FACE - BALL  # x of a ball that touches the right paddle's face
        if self.x < FACE <= before and self._hits(LEFT):
            self.x = 2 * FACE - self.x
            self._return(LEFT)
        elif self.x > far >= before and self._hits(RIGHT):
            self.x = 2 * far - self.x
            self._return(RIGHT)
        if 0 < self.x < WIDTH - BALL:
            return 0
        winner = RIGHT if self.x <= 0 else LEFT
        self.x = min(max(self.x, 0), WIDTH - BALL)
        self.score[winner] += 1
        return 1 if winner == RIGHT else -1

    def _hits(self, side: int) -> bool:
        return self.paddles[side] - BALL < self.y < self.paddles[side] + PADDLE

    def _return(self, side: int) -> None:
        """Turn the ball round: quicker, and the steeper the farther from the paddle's middle."""
        speed = min(abs(self.vx) + 1, FAST)
        self.vx = speed if side == LEFT else -speed
        offset = self.y + BALL // 2 - self.paddles[side] - PADDLE // 2  # -43 .. 43
        self.vy = abs(offset) * 5 // 8 * (1 if offset > 0 else -1)

    def render(self) -> np.ndarray | str | None:
        """Return the court as a picture, uint8 (100, 160, 3), or as text; None without a mode."""
        boxes = [
            (FACE - THICK, self.paddles[LEFT], THICK, PADDLE),
            (WIDTH - FACE, self.paddles[RIGHT], THICK, PADDLE),
            (self.x, self.y, BALL, BALL),
        ]
        if self.render_mode == "rgb_array":
            picture = np.zeros((HEIGHT // 4, WIDTH // 4, 3), np.uint8)
            colours = [(213, 130, 74), (92, 186, 92), (236, 236, 236)]
            for (x, y, w, h), colour in zip(boxes, colours, strict=True):
                picture[y // 4 : (y + h) // 4, x // 4 : (x + w) // 4] = colour
            return picture
        if self.render_mode == "ansi":
            rows = [[" "] * (WIDTH // 16) for _ in range(HEIGHT // 20)]
            for (x, y, w, h), sign in zip(boxes, "||o", strict=True):
                for row in range(y // 20, max((y + h) // 20, y // 20 + 1)):
                    for column in range(x // 16, (x + w) // 16):
                        rows[row][column] = sign
            lines = ["".join(row) for row in rows]
            return "\n".join([f"{self.score[LEFT]} : {self.score[RIGHT]}".center(40), *lines])
        return None
