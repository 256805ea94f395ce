"""A panel around an agent that learns: watch it play, change its settings, pause it."""

import time
from collections import deque

from traitlets import Bytes, Dict, Float, Int, List, validate

from tlcore.train.policy_gradient import PolicyGradient

from .base import compose, style
from .game_pictures import picture_of, to_png
from .steered import Steered

#: Points of the curves. When there are more, every second one goes.
MOST_POINTS = 400

#: Pictures that are kept to look back at: every second step of the game that is watched.
MOST_PICTURES = 60

#: Seconds between two pictures that are sent to the page while training runs.
SECONDS_A_PICTURE = 0.1

CURVES = ("episode", "reward", "mean_reward")


class PolicyPanel(Steered):
    """Train an agent in the background, watch it play, and move its settings meanwhile.

    The picture is that of the first of the games that are played for training. Learning rate and
    discount act from the update under way on, the batch size from the next one. A pause comes at
    once: the update under way is dropped, and its episodes are played again. On a page without a
    kernel the panel shows what it had recorded, with the last pictures to look through.

    Parameters
    ----------
    trainer : PolicyGradient
        What trains the agent, on CartPole, Pong or another game. `reset` returns to the state in
        which it is handed over.
    title : str
        Heading.

    Raises
    ------
    TypeError
        If `trainer` is something else.

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

    learning_rate = Float().tag(sync=True)
    gamma = Float().tag(sync=True)
    batch_size = Int(help="episodes in an update").tag(sync=True)
    history = Dict(help="the curves: lists of equal length, one entry an update").tag(sync=True)
    frame = Bytes(help="the game now, a PNG file").tag(sync=True)
    film = Bytes(help="the last pictures, PNG files one after the other").tag(sync=True)
    film_lengths = List(Int(), help="bytes of each of them").tag(sync=True)

    def __init__(
        self, trainer: PolicyGradient, title: str = "An agent that learns while you watch"
    ):
        if not isinstance(trainer, PolicyGradient):
            raise TypeError(
                f"trainer is a {type(trainer).__name__}; expected a tl.train.PolicyGradient"
            )
        self._trainer = trainer
        self._start = [v.value.numpy().copy() for v in self._variables()]
        self._start_history = {name: list(values) for name, values in trainer.history.items()}
        self._start_updates = trainer.n_updates
        super().__init__(
            title=title,
            learning_rate=float(f"{trainer.learning_rate:.6g}"),
            gamma=trainer.gamma,
            batch_size=trainer.batch_size,
        )
        self._begin()

    # ---- what the reader does --------------------------------------------------------------

    def run(self, n_updates: int = 1) -> dict[str, list]:
        """Train in the foreground for `n_updates` updates; return the curves.

        An interrupt ends it early, and `run` carries on from there.

        Raises
        ------
        FloatingPointError
            If the weights become NaN.
        """
        self.pause()
        last = self._trainer.n_updates + n_updates
        self._foreground(lambda: self._trainer.n_updates >= last)
        return {name: list(values) for name, values in self.history.items()}

    # ---- the training ----------------------------------------------------------------------

    def _variables(self) -> list:
        return [*self._trainer.variables, *self._trainer.optimizer.variables]

    def _begin(self) -> None:
        rate = self._trainer.learning_rate  # one of the optimizer's variables, but a setting
        for variable, value in zip(self._variables(), self._start, strict=True):
            variable.assign(value)
        self._trainer.learning_rate = rate
        self._trainer.history = {name: list(values) for name, values in self._start_history.items()}
        self._trainer.n_updates = self._start_updates
        self._pictures: deque[bytes] = deque(maxlen=MOST_PICTURES)
        self._n_steps, self._sent = 0, 0.0
        self._set(history={name: [] for name in CURVES}, status="paused", message="")
        self._show_film()

    def _count(self) -> int:
        return self._trainer.n_updates

    def _train(self, done) -> None:
        super()._train(done)
        self._show_film()

    def _advance(self) -> None:
        try:
            result = self._trainer.update(on_step=self._watch)
        except _Paused:
            return
        record = {"episode": result["episodes"]}
        record |= {name: round(result[name], 4) for name in CURVES[1:]}
        history = {name: [*self.history[name], record[name]] for name in CURVES}
        if len(history["episode"]) > MOST_POINTS:  # an odd number: the last one stays
            history = {name: values[::2] for name, values in history.items()}
        self._set(history=history)

    def _watch(self, copies: list[int]) -> None:
        """Take a picture after every second step, and stop between two steps."""
        if self._stop.is_set():
            raise _Paused
        self._n_steps += 1
        if self._n_steps % 2 or not copies:
            return
        picture = picture_of(self._trainer.environments, copies[0])
        if picture is None:
            return
        self._pictures.append(to_png(picture))
        now = time.monotonic()
        if now - self._sent >= SECONDS_A_PICTURE:
            self._sent = now
            self._set(frame=self._pictures[-1])

    def _show_film(self) -> None:
        pictures = list(self._pictures)
        self._set(
            frame=pictures[-1] if pictures else b"",
            film=b"".join(pictures),
            film_lengths=[len(picture) for picture in pictures],
        )

    # ---- the page --------------------------------------------------------------------------

    @validate("learning_rate", "gamma", "batch_size")
    def _hand_over(self, proposal):
        setattr(self._trainer, proposal["trait"].name, proposal["value"])  # it checks the value
        return proposal["value"]

    def alternative(self) -> str:
        """Say what the panel does."""
        return f"{self.title}: the game, and the reward by episode, of a training that you steer."


class _Paused(Exception):
    """Leaves an update that is under way."""
