import keras
import numpy as np
import pytest

from tlcore.train import Adagrad, get_optimizer


@pytest.mark.parametrize("name", ["sgd", "rmsprop", "adagrad", "Adam"])
def test_names_and_rates(name):
    optimizer = get_optimizer(name, learning_rate=np.float32(0.25))
    assert type(optimizer).__name__.lower() == name.lower()
    assert float(optimizer.learning_rate) == 0.25
    assert float(get_optimizer(name).learning_rate) == pytest.approx(1e-4)
    assert (type(optimizer) is Adagrad) == (name == "adagrad")


def test_an_optimizer_is_taken_as_it_is():
    optimizer = keras.optimizers.SGD(0.3)
    assert get_optimizer(optimizer) is optimizer and float(optimizer.learning_rate) == np.float32(
        0.3
    )


@pytest.mark.parametrize(
    ("arguments", "kind", "parts"),
    [
        (("adamm", 0.1), ValueError, ["optimizer is 'adamm'", "adam, sgd"]),
        (
            (keras.optimizers.SGD, None),
            TypeError,
            ["optimizer is <class", "keras.optimizers.SGD(0.1)"],
        ),
        ((None, None), TypeError, ["optimizer is None", "'adam'"]),
        ((keras.optimizers.SGD(0.1), 0.2), ValueError, ["learning_rate is 0.2", "Leave"]),
        (("adam", 0), ValueError, ["learning_rate is 0", "positive"]),
    ],
)
def test_errors_name_what_came_and_the_fix(arguments, kind, parts):
    with pytest.raises(kind) as error:
        get_optimizer(*arguments)
    assert all(part in str(error.value) for part in parts), error.value
