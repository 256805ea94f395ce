"""The handle: what a layer object knows of the network below it."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import tlcore as tl
from tlcore.layers import (
    ConcatLayer,
    DenseLayer,
    DropoutLayer,
    ElementwiseLayer,
    InputLayer,
)

X = np.random.default_rng(0).normal(size=(5, 6)).astype("float32")


def perceptron():
    network = InputLayer(shape=(784,), name="input")
    network = DropoutLayer(network, keep=0.8, name="drop1")
    network = DenseLayer(network, n_units=800, act=tf.nn.relu, name="relu1")
    network = DropoutLayer(network, keep=0.5, name="drop2")
    network = DenseLayer(network, n_units=800, act=tf.nn.relu, name="relu2")
    network = DropoutLayer(network, keep=0.5, name="drop3")
    return DenseLayer(network, n_units=10, name="output")


def test_the_perceptron_has_the_tutorials_lists():
    network = perceptron()
    assert network.count_params() == 1_276_810
    paths = [param.path for param in network.all_params]
    assert paths == [f"{n}/{w}" for n in ("relu1", "relu2", "output") for w in ("kernel", "bias")]
    names = [layer._keras_history.operation.name for layer in network.all_layers]
    assert names == ["drop1", "relu1", "drop2", "relu2", "drop3", "output"]
    assert {name: float(keep) for name, keep in network.all_drop.items()} == {
        "drop1": 0.8,
        "drop2": 0.5,
        "drop3": 0.5,
    }
    assert network.all_layers[-1] is network.outputs and network.outputs.shape == (None, 10)


def test_a_cell_can_be_run_twice():
    first, second = perceptron(), perceptron()
    assert not {id(p) for p in first.all_params} & {id(p) for p in second.all_params}
    first.set_keep({"drop1": 0.3})
    assert float(second.all_drop["drop1"]) == 0.8


def test_unnamed_layers_do_not_collide():
    network = InputLayer((6,))
    for _ in range(3):
        network = DropoutLayer(DenseLayer(network, n_units=6))
    assert len(network.all_drop) == 3 and len(network.model.layers) == 7


def test_a_lower_handle_stays_what_it_was():
    below = DenseLayer(InputLayer((6,)), 4, name="a")
    DenseLayer(below, 3, name="b")
    assert len(below.all_params) == 2 and len(below.all_layers) == 1
    assert below.model(X).shape == (5, 4)


def branches():
    trunk = DropoutLayer(InputLayer((6,), name="x"), keep=0.7, name="drop")
    trunk = DenseLayer(trunk, 4, name="trunk")
    left = DropoutLayer(DenseLayer(trunk, 3, name="left"), keep=0.6, name="drop_left")
    return trunk, left, DenseLayer(trunk, 3, name="right")


@pytest.mark.parametrize("join", [ConcatLayer, ElementwiseLayer])
def test_what_branches_share_comes_once(join):
    _, left, right = branches()
    network = DenseLayer(join([left, right], name="join"), 2, name="out")
    owners = [param.path.split("/")[0] for param in network.all_params]
    assert owners == ["trunk", "trunk", "left", "left", "right", "right", "out", "out"]
    layers = [layer._keras_history.operation.name for layer in network.all_layers]
    assert layers == ["drop", "trunk", "left", "drop_left", "right", "join", "out"]
    assert list(network.all_drop) == ["drop", "drop_left"]
    assert network.model(X).shape == (5, 2)
    network.model.summary(print_fn=lambda *_, **__: None)


def test_two_inputs():
    a, b = InputLayer((6,), name="a"), InputLayer((2,), name="b")
    network = DenseLayer(ConcatLayer([a, DenseLayer(b, 3, name="d")]), 2, name="out")
    out = network.model([X, X[:, :2]])
    (Wd, bd, W, bias) = (keras.ops.convert_to_numpy(p) for p in network.all_params)
    expected = np.concatenate([X, X[:, :2] @ Wd + bd], axis=1) @ W + bias
    np.testing.assert_allclose(out, expected, rtol=1e-5, atol=1e-6)


def test_a_deep_residual_network_is_built_in_a_moment():
    network = DenseLayer(InputLayer((6,)), 6)
    for _ in range(40):  # walking all paths would take 2 ** 40 steps
        network = ElementwiseLayer([network, DenseLayer(network, 6)], tf.add)
    assert network.count_params() == 41 * 42 and len(network.all_layers) == 81


@pytest.mark.parametrize(
    "build",
    [
        lambda: DenseLayer(DenseLayer(InputLayer((6,)), 3, name="a"), 3, name="a"),
        lambda: DenseLayer(InputLayer((6,), name="a"), 3, name="a"),
        lambda: ConcatLayer([DenseLayer(InputLayer((6,)), 3, name="a") for _ in range(2)]),
    ],
)
def test_a_name_used_twice_in_one_network_is_an_error(build):
    with pytest.raises(ValueError, match="name is 'a'.*expected a name.*relu2"):
        build()


def test_input_layer_takes_a_keras_input_and_other_shapes():
    x = keras.Input((6,), name="x")
    assert InputLayer(x).outputs is x and InputLayer(x).name == "x"
    assert InputLayer((None, 3), dtype="int32").outputs.dtype == "int32"
    assert InputLayer(6).outputs.shape == (None, 6)
    assert InputLayer((6,)).all_layers == InputLayer((6,)).all_params == []


@pytest.mark.parametrize(
    ("build", "kind", "parts"),
    [
        (lambda: InputLayer(X), TypeError, ["(5, 6)", "shape=(6,)", "fit"]),
        (lambda: InputLayer((0, 3)), ValueError, ["(0, 3)", "positive", "(784,)"]),
        (lambda: DenseLayer(X, 3), TypeError, ["DenseLayer", "ndarray", "InputLayer"]),
        (lambda: DropoutLayer(None), TypeError, ["DropoutLayer", "NoneType"]),
        (lambda: InputLayer(DenseLayer(InputLayer((6,)), 3, name="a").outputs), ValueError,
         ["what a computes", "keras.Input"]),
    ],
)  # fmt: skip
def test_a_bad_beginning_is_named(build, kind, parts):
    with pytest.raises(kind) as error:
        build()
    assert all(part in str(error.value) for part in parts), error.value


def test_set_keep_changes_all_or_nothing():
    network = perceptron()
    network.set_keep({"drop1": 1, "drop3": 0.25})
    assert [float(keep) for keep in network.all_drop.values()] == [1.0, 0.5, 0.25]
    with pytest.raises(KeyError, match="drop9.*drop1"):
        network.set_keep({"drop1": 0.1, "drop9": 0.1})
    with pytest.raises(ValueError, match="keep is 0.*KEPT"):
        network.set_keep({"drop1": 0.1, "drop2": 0})
    assert float(network.all_drop["drop1"]) == 1.0


def test_print_params_and_layers(capsys):
    network = DropoutLayer(InputLayer((2, 3)), name="drop1")
    network = DenseLayer(tl.layers.FlattenLayer(network, name="flat"), 2, name="out")
    network.all_params[0].assign(np.arange(12).reshape(6, 2))
    network.print_params()
    network.print_params(details=False)
    network.print_layers()
    lines = capsys.readouterr().out.splitlines()
    std = np.arange(12).std()
    assert (
        lines[0].split("(", 2)[2] == f"mean: 5.500000, median: 5.500000, std: {std:.6f}) out/kernel"
    )
    assert lines[2] == lines[5] == "num of params: 14"
    assert lines[3].split() == ["param", "0:", "(6,", "2)", "out/kernel"]
    assert [line.split()[2] for line in lines[6:]] == ["drop1", "flat", "out"]
    assert "(batch, 6)" in lines[7] and "float32" in lines[7]
    assert "14 parameters" in repr(network)


def everything():
    network = DropoutLayer(InputLayer((6,), name="x"), keep=0.5, seed=3, name="drop1")
    network = tl.layers.DropconnectDenseLayer(network, 0.5, 5, tf.nn.relu, name="connect")
    network = tl.layers.BatchNormLayer(network, act=tl.activation.leaky_relu, name="norm")
    left = DenseLayer(network, 3, act=tl.activation.leaky_relu, name="left")
    right = DenseLayer(network, 3, act=tl.activation.ramp, name="right")
    return ElementwiseLayer([left, right], tf.multiply, act=tf.nn.tanh, name="join")


def test_the_model_can_be_saved_exported_and_cloned(tmp_path):
    network = everything()
    network.all_drop["drop1"].assign(0.75)
    network.model(X, training=True)  # so that the moving averages aren't at their start
    expected = network.model(X).numpy()
    network.model.save(tmp_path / "x.keras")
    loaded = keras.saving.load_model(tmp_path / "x.keras")
    np.testing.assert_allclose(loaded(X), expected, rtol=1e-6)
    assert float(loaded.get_layer("drop1").keep) == 0.75
    assert loaded(X, training=True).shape == expected.shape
    network.model.export(tmp_path / "x", verbose=False)
    exported = tf.saved_model.load(str(tmp_path / "x"))
    np.testing.assert_allclose(exported.serve(X), expected, rtol=1e-6)
    assert keras.models.clone_model(network.model)(X).shape == expected.shape


def test_a_function_that_cannot_be_found_again_is_not_saved(tmp_path):
    x = InputLayer((6,))
    network = ElementwiseLayer([DenseLayer(x, 3), DenseLayer(x, 3)], lambda a, b: a - 2 * b)
    with pytest.raises(ValueError, match="combine_fn.*tf.add.*export"):
        network.model.save(tmp_path / "x.keras")
