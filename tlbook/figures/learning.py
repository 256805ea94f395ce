"""How a network learns: six figures that need no data, so that each is its ``.js`` file alone."""

from collections.abc import Sequence

from traitlets import Float, List

from tlcore.check import check_array, check_number

from .base import LiveFigure, compose, style, titled


class Learning(LiveFigure):
    """What these figures have in common: their style."""

    _css = style("learning")


class Neuron(Learning):
    """One neuron over the plane of its two inputs, to tune by hand or by Rosenblatt's rule."""

    _esm = compose("neuron.js")
    title = titled("A neuron: two weights and a bias draw a line")


class Activations(Learning):
    """Five activation functions, each with its slope and the tangent at a point to move."""

    _esm = compose("activations.js")
    title = titled("Activation functions and their slopes")


class SoftmaxLoss(Learning):
    """Three logits to move, their probabilities, the cross-entropy and its slopes."""

    _esm = compose("softmax_loss.js")
    title = titled("Three logits, their probabilities and the loss")


class LossValley(Learning):
    """Gradient descent, momentum and Adam racing into a valley, at a learning rate to choose."""

    _esm = compose("loss_valley.js")
    title = titled("Three optimizers in a valley of the loss")


class DropoutMasks(Learning):
    """A small network whose units go out in training, beside the same network in use."""

    _esm = compose("dropout_masks.js")
    title = titled("Dropout in training and in use")


class BackwardPass(Learning):
    """One pass forward and one back through three weights, to step through and to change.

    Parameters
    ----------
    w, x : sequence of float
        Three weights and two inputs, from -2 to 2.
    target : float
        What the output should be.

    Examples
    --------
    >>> BackwardPass(w=(0.5, 0.25, 0.8), x=(1, 2), target=1)
    [live figure] Forward and back through three weights
    """

    _esm = compose("backward_pass.js")
    title = titled("Forward and back through three weights")
    w = List(Float()).tag(sync=True)
    x = List(Float()).tag(sync=True)
    target = Float().tag(sync=True)

    def __init__(self, w: Sequence[float], x: Sequence[float], target: float = 1.0):
        super().__init__(
            w=check_array("w", w, (3,)).tolist(),
            x=check_array("x", x, (2,)).tolist(),
            target=check_number("target", target, -2, 2),
        )
