"""Recorded runs of a language model: learning rate x longest gradient x decay of the rate."""


from .base import compose, titled
from .sweep import Grid


class ClippingAndDecay(Grid):
    """What clipping and a falling rate do to the training of a language model, run by run.

    Sliders choose a run: its perplexity beside all others, its rate, and its gradient's length.

    Parameters
    ----------
    runs : str or list of dict
        As for `Grid`, each run ``{"learning_rate": 1.0, "max_grad_norm": 5.0, "lr_decay": 0.5,
        "history": {"epoch": [...], "learning_rate": [...], "grad_norm": [...], "clipped": [...],
        "val_perplexity": [...]}}``: in each epoch the rate, the median of the gradient's norm
        before clipping, the share of the steps that were clipped (0 to 1), and the perplexity after
        it. None stands for what has become infinite. The figure begins with the first run.

    Examples
    --------
    >>> history = {"epoch": [1, 2], "learning_rate": [1.0, 0.5], "grad_norm": [4.0, 6.0]}
    >>> history |= {"clipped": [0.25, 0.75], "val_perplexity": [400.0, 300.0]}
    >>> settings = {"learning_rate": 1.0, "max_grad_norm": 5.0, "lr_decay": 0.5}
    >>> ClippingAndDecay([settings | {"history": history}])
    [live figure] Clipping and decay of the rate: 1 run; lowest final perplexity: 300.0 with learning rate 1, max grad norm 5, lr decay 0.5.
    """  # noqa: E501

    _esm = compose("clipping_and_decay.js")

    settings = ("learning_rate", "max_grad_norm", "lr_decay")
    curves = ("epoch", "learning_rate", "grad_norm", "clipped", "val_perplexity")
    published = "language_sweep"

    title = titled("Clipping and decay of the rate")

    def alternative(self) -> str:
        """Name the best run."""
        finals = [entry["history"]["val_perplexity"][-1] for entry in self.runs]
        final, best = min((v or float("inf"), i) for i, v in enumerate(finals))
        runs, settings = self._told(self.runs[best])
        return f"{self.title}: {runs}; lowest final perplexity: {final:.1f} with {settings}."
