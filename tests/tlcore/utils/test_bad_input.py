"""Each error names the argument, what came, what was expected and the fix; nothing is trained."""

import keras
import numpy as np
import pytest

import tlcore as tl
from tlcore.layers import ConcatLayer, DenseLayer, InputLayer

X = np.random.default_rng(0).normal(size=(20, 6)).astype("float32")
Y = np.arange(20) % 3
PIXELS = np.zeros((20, 6), "uint8")
NAN = X.copy()
NAN[7, 2] = np.nan


@pytest.fixture(scope="module")
def network():
    return DenseLayer(InputLayer((6,)), 3)


INPUTS = [
    (X[:, :5], ValueError, ["(20, 5)", "(rows, 6)", "reshape", "InputLayer"]),
    (X.reshape(20, 6, 1), ValueError, ["(20, 6, 1)", "(rows, 6)"]),
    (X[0], ValueError, ["(6,)", "(rows, 6)"]),
    (PIXELS, TypeError, ["uint8", "expected floats", "astype('float32') / 256"]),
    (X.astype(str), TypeError, ["dtype <U", "expected numbers", "np.asarray"]),
    (X.astype(object), TypeError, ["dtype object", "expected numbers"]),
    (X > 0, TypeError, ["dtype bool", "expected numbers"]),
    (NAN, ValueError, ["NaN or infinity", "row 7", "np.nan_to_num"]),
    (np.full_like(X, np.inf), ValueError, ["NaN or infinity", "row 0"]),
    (X[:0], ValueError, ["(0, 6)", "at least one row"]),
    (np.float32(3), ValueError, ["shape ()", "at least one row"]),
    (None, TypeError, ["expected an array"]),
]
TARGETS = [
    (Y[:19], ValueError, ["(19,)", "(20, 6)", "same slice"]),
    (Y + 1, ValueError, ["labels from 1 to 3", "expected 0 to 2", "3 outputs", "n_units"]),
    (Y - 1, ValueError, ["labels from -1 to 1"]),
    (np.eye(3, dtype=int)[Y], ValueError, ["(None, 3)", "(batch,)", "np.argmax"]),
    (np.eye(3)[Y], TypeError, ["target has dtype float32", "integer", "astype('int32')"]),
    (Y.astype("float32"), TypeError, ["target has dtype float32"]),
    (np.array(["cat"] * 20), TypeError, ["dtype <U3", "expected numbers"]),
    (Y[:0], ValueError, ["(0,)", "at least one row"]),
    (np.where(Y == 1, np.nan, Y), ValueError, ["NaN", "row 1"]),
]


def check(call, kind, parts):
    with pytest.raises(kind) as error:
        call()
    assert all(part in str(error.value) for part in parts), error.value


@pytest.mark.parametrize(("bad", "kind", "parts"), INPUTS)
def test_inputs(network, bad, kind, parts):
    before = keras.ops.convert_to_numpy(network.all_params[0]).copy()
    check(lambda: tl.utils.fit(network, bad, Y), kind, ["X_train", *parts])
    if bad is not None:  # None: no validation
        check(lambda: tl.utils.fit(network, X, Y, X_val=bad, y_val=Y), kind, ["X_val", *parts])
    check(lambda: tl.utils.test(network, bad, Y), kind, ["X_test", *parts])
    check(lambda: tl.utils.predict(network, bad), kind, ["X has", *parts][-len(parts) :])
    np.testing.assert_array_equal(network.all_params[0], before)


@pytest.mark.parametrize(("bad", "kind", "parts"), TARGETS)
def test_targets(network, bad, kind, parts):
    named = "cross_entropy" if kind is TypeError and "target" in parts[0] else "y_t"
    named = "cross_entropy" if "np.argmax" in parts else named
    before = keras.ops.convert_to_numpy(network.all_params[0]).copy()
    check(lambda: tl.utils.fit(network, X, bad), kind, [named, *parts])
    check(lambda: tl.utils.test(network, X, bad), kind, [named, *parts])
    np.testing.assert_array_equal(network.all_params[0], before)


@pytest.mark.parametrize(
    ("options", "kind", "parts"),
    [
        ({"optimizer": "adamm"}, ValueError, ["optimizer is 'adamm'", "adam, sgd"]),
        ({"learning_rate": 0}, ValueError, ["learning_rate is 0", "positive"]),
        ({"batch_size": 0}, ValueError, ["batch_size is 0", "at least 1"]),
        ({"n_epoch": 2.0}, TypeError, ["n_epoch is 2.0"]),
        ({"seed": None}, TypeError, ["seed is None", "whole number"]),
        ({"X_val": X}, ValueError, ["X_val and y_val", "both or neither"]),
        ({"y_val": Y}, ValueError, ["X_val and y_val", "both or neither"]),
        ({"acc": "f1"}, ValueError, ["acc is 'f1'", "'auto', None or a function"]),
        ({"train_params": []}, ValueError, ["train_params is []", "all_params"]),
        ({"train_params": ["W"]}, ValueError, ["train_params is ['W']"]),
        ({"cost": lambda y, t: y}, ValueError, ["cost gives", "(None, 3)", "tf.reduce_mean"]),
        ({"cost": tl.cost.mean_squared_error}, ValueError, ["(None, 3)", "(None,)", "n_units"]),
    ],
)
def test_options(network, options, kind, parts):
    before = keras.ops.convert_to_numpy(network.all_params[0]).copy()
    check(lambda: tl.utils.fit(network, X, Y, **options), kind, parts)
    np.testing.assert_array_equal(network.all_params[0], before)


@pytest.mark.parametrize("call", ["fit", "test", "predict"])
def test_a_keras_model_is_not_a_network(network, call):
    arguments = (network.model, X) if call == "predict" else (network.model, X, Y)
    check(lambda: getattr(tl.utils, call)(*arguments), TypeError, ["network is a Func", "a layer"])


def test_a_network_of_two_inputs_is_trained_by_hand():
    two = DenseLayer(ConcatLayer([InputLayer((6,)), InputLayer((6,))]), 3)
    check(lambda: tl.utils.fit(two, X, Y), ValueError, ["X_train", "2 inputs", "by hand"])


def test_batch_size_of_test_and_predict(network):
    check(lambda: tl.utils.test(network, X, Y, batch_size=0), ValueError, ["batch_size is 0"])
    check(lambda: tl.utils.predict(network, X, batch_size=2.5), TypeError, ["batch_size is 2.5"])


def test_what_can_be_converted_is():
    network = DenseLayer(InputLayer((6,)), 3)
    options = {"n_epoch": 1, "print_freq": 0}
    tl.utils.fit(network, X.astype("float64"), Y.astype("uint8"), **options)
    tl.utils.fit(network, X.tolist(), Y.tolist(), **options)
    whole = DenseLayer(tl.layers.InputLayer((6,), dtype="float32"), 3)
    assert tl.utils.predict(whole, X.astype("float16")).dtype == np.float32


def test_a_network_of_integers_takes_no_fractions():
    x = keras.Input((4,), dtype="int32")
    ids = InputLayer(x)
    with pytest.raises(
        TypeError, match=r"X has dtype float64; expected integers.*astype\('int32'\)"
    ):
        tl.utils.predict(ids, np.full((3, 4), 1.5))
    np.testing.assert_array_equal(tl.utils.predict(ids, np.full((3, 4), 2, "int64")), 2)
