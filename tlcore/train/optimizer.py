"""An optimizer by its name."""

from __future__ import annotations

import keras

from tlcore.check import check_rate, require
from tlcore.fast.optimizers import Adagrad, Adam


def get_optimizer(
    optimizer: str | keras.optimizers.Optimizer = "adam", learning_rate: float | None = None
) -> keras.optimizers.Optimizer:
    """Return a Keras optimizer from its name, or the given one.

    "adam" is the fused one, "adagrad" the one for tables; other names are those that Keras knows.
    The rate is for a name, 1e-4 unless told, the tutorial's. An optimizer brings its own.

    Examples
    --------
    >>> round(float(get_optimizer("sgd", learning_rate=0.5).learning_rate), 2)
    0.5
    """
    if isinstance(optimizer, keras.optimizers.Optimizer):
        require(
            learning_rate is None,
            f"learning_rate is {learning_rate} and optimizer brings its own rate; expected one of "
            "the two. Leave learning_rate out, or name the optimizer: optimizer='adam'.",
        )
        return optimizer
    require(
        isinstance(optimizer, str),
        f"optimizer is {optimizer!r}; expected a name such as 'adam' or an optimizer such as "
        "keras.optimizers.SGD(0.1).",
        TypeError,
    )
    rate = check_rate(1e-4 if learning_rate is None else learning_rate)
    if optimizer.lower() == "adam":
        return Adam(rate, epsilon=1e-8)  # the tutorial's; Keras has 1e-7
    if optimizer.lower() == "adagrad":
        return Adagrad(rate)
    try:
        found = keras.optimizers.get(optimizer)
    except ValueError as error:
        names = "adam, sgd, rmsprop, adagrad, adadelta, adamw, nadam, ftrl, lion"
        raise ValueError(
            f"optimizer is {optimizer!r}, which Keras doesn't know; expected a name: {names}."
        ) from error
    found.learning_rate = rate
    return found
