"""A panel around an agent that learns: watch it play, change its settings, pause it."""

import time
from collections import deque

from traitlets import Bytes

from tlcore.check import check_count, check_number, require
from tlcore.train import PolicyGradient

from .base import compose, style
from .game_pictures import picture_of, to_png
from .panel import Panel, Setting, rate_setting, to_look_at

#: Pictures that are kept to look back at: every second step of the game that is watched.
MOST_PICTURES = 60

#: Seconds between two pictures that are sent to the page while training runs.
SECONDS_A_PICTURE = 0.1


class PolicyPanel(Panel):
    """Train an agent in the background, watch it play, and move its settings meanwhile.

    The picture is that of the first of the games that are played for training. Learning rate and
    discount act from the update under way on, the batch size from the next one. A pause comes at
    once: the update under way is dropped, and its episodes are played again.
    When it stops, the last pictures are there to look through.

    Parameters
    ----------
    trainer : PolicyGradient
        What trains the agent, on CartPole, Pong or another game. `reset` returns to the state in
        which it is handed over.

    Examples
    --------
    >>> from tlcore.layers import DenseLayer, InputLayer
    >>> network = DenseLayer(DenseLayer(InputLayer((4,)), 16, "relu"), 2)
    >>> trainer = PolicyGradient(network, "CartPole-v1", learning_rate=0.01, batch_size=2, mode=1)
    >>> panel = PolicyPanel(trainer)
    >>> panel.run(n_updates=3)["episode"]  # in the foreground: for tests, and for a first picture
    [2, 4, 6]
    """

    _esm = compose("policy_panel.js")
    _css = style("pong")

    curves = ("episode", "reward", "mean_reward")
    shows = "the game, and the reward by episode, of a training that you steer"

    learning_rate = rate_setting(1e-5, 0.1)
    gamma = Setting(
        "Discount γ",
        [0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 1],
        lambda _, gamma: check_number("gamma", gamma, 0, 1),
    )
    batch_size = Setting(
        "Episodes an update", [1, 2, 5, 10, 20, 50], lambda _, n: check_count("batch_size", n)
    )

    frame = Bytes(help="the game now, a PNG file").tag(sync=True)

    def __init__(self, trainer: PolicyGradient):
        found = f"trainer is a {type(trainer).__name__}; expected a tl.train.PolicyGradient"
        require(isinstance(trainer, PolicyGradient), found, TypeError)
        super().__init__(trainer, trainer.network, title="An agent that learns while you watch")

    def run(self, n_updates: int = 1) -> dict[str, list]:
        """Train in the foreground for `n_updates` updates; else as `Panel.run`.

        Ctrl-C drops the update under way, whose episodes are then played again.
        """
        return super().run(n_updates)

    def _begin(self) -> None:
        super()._begin()
        self._film: deque[bytes] = deque(maxlen=MOST_PICTURES)
        self._game_steps, self._sent = 0, 0.0
        self._set(frame=b"")

    def _train(self, done):
        failure = super()._train(done)
        film = [({"at": i}, png) for i, png in enumerate(self._film, 1)]
        self._set(frame=self._film[-1] if self._film else b"", **to_look_at(film))
        return failure

    def _train_some(self) -> None:
        self._updated = self.trainer.update(on_step=self._watch)
        self._steps, self._to_report = self._steps + 1, 0

    def _measure(self) -> dict[str, float]:
        return self._updated | {"episode": self._updated["episodes"]}

    def _watch(self, copies: list[int]) -> None:
        """Take a picture after every second step, and stop between two steps."""
        self._loop.interrupt.hear()
        if self._stop.is_set():
            raise KeyboardInterrupt  # for the loop the same
        self._hand_over()
        self._game_steps += 1
        if self._game_steps % 2 or not copies:
            return
        picture = picture_of(self.trainer.environments, copies[0])
        if picture is None:
            return
        self._film.append(to_png(picture))
        now = time.monotonic()
        if now - self._sent >= SECONDS_A_PICTURE:
            self._sent = now
            self._set(frame=self._film[-1])
