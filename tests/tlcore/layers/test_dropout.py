import keras
import numpy as np
import pytest
import tensorflow as tf

from tlcore.layers import DenseLayer, DropconnectDenseLayer, DropoutLayer, InputLayer
from tlcore.layers.dropout import Keep

X = np.random.default_rng(0).normal(size=(5, 6)).astype("float32")
ONES = np.ones((100, 1000), "float32")


def kept_share_is(keep, kept):
    """Whether a share of so many draws lies within five standard deviations of `keep`."""
    return abs(kept.mean() - keep) < 5 * np.sqrt(keep * (1 - keep) / kept.size)


@pytest.mark.parametrize("keep", [0.2, 0.8])
def test_dropout_keeps_that_share_and_the_mean(keep):
    model = DropoutLayer(InputLayer((1000,)), keep=keep).model
    out = model(ONES, training=True).numpy()
    assert kept_share_is(keep, out > 0)
    np.testing.assert_allclose(out[out > 0], 1 / keep, rtol=1e-6)
    assert out.mean() == pytest.approx(1, abs=5 * np.sqrt((1 - keep) / keep / out.size))
    assert (out[0] != out[1]).any() and (model(ONES, training=True).numpy() != out).any()


def test_dropout_is_off_in_test_mode_and_at_keep_1():
    model = DropoutLayer(InputLayer((6,)), keep=0.5).model
    np.testing.assert_array_equal(model(X), X)
    np.testing.assert_array_equal(model(X, training=False), X)
    model = DropoutLayer(InputLayer((6,)), keep=1.0).model
    np.testing.assert_array_equal(model(X, training=True), X)


@pytest.mark.parametrize(
    "layer",
    [
        lambda seed: DropoutLayer(InputLayer((1000,)), keep=0.5, seed=seed),
        lambda seed: DropconnectDenseLayer(InputLayer((1000,)), 0.5, 5, W_init="ones", seed=seed),
    ],
)
def test_the_same_seed_gives_the_same_masks(layer):
    def draws(seed):
        model = layer(seed).model
        return [model(ONES, training=True).numpy() for _ in range(2)]

    np.testing.assert_array_equal(draws(1), draws(1))
    assert (draws(1)[0] != draws(2)[0]).any() and (draws(1)[0] != draws(1)[1]).any()


def test_is_fix_hides_the_probability_and_is_train_leaves_the_layer_out():
    fixed = DropoutLayer(InputLayer((1000,)), keep=0.5, is_fix=True, name="d")
    assert fixed.all_drop == {}
    assert kept_share_is(0.5, fixed.model(ONES, training=True).numpy() > 0)
    skipped = DropoutLayer(InputLayer((6,)), keep=0.5, is_train=False, name="d")
    assert skipped.all_drop == {} and len(skipped.all_layers) == 1
    np.testing.assert_array_equal(skipped.model(X, training=True), X)


@pytest.mark.parametrize("layer", [DropoutLayer, DropconnectDenseLayer])
def test_the_door_asks_for_a_keeping_probability(layer):
    with pytest.raises(ValueError, match="keep is 0; expected a probability in .*KEPT"):
        layer(InputLayer((6,)), keep=0)
    with pytest.raises(ValueError, match="keep is 2"):
        DropoutLayer(InputLayer((6,)), keep=2, is_train=False)


def test_keep_reads_as_a_number():
    keep = Keep(0.8)
    assert float(keep) == 0.8 and repr(keep) == "Keep(0.8)" and keep.shape == ()
    assert np.asarray(keep) == np.float32(0.8)
    with pytest.raises(ValueError, match="keep is 2"):
        keep.assign(2)
    assert float(keep) == 0.8


def test_a_new_keep_takes_effect_without_a_new_trace():
    network = DropoutLayer(InputLayer((1000,)), keep=0.5, name="drop1")
    traces = []

    @tf.function
    def run(x):
        traces.append(1)
        return network.model(x, training=True)

    for keep in (0.5, 0.9, 0.1):
        network.set_keep({"drop1": keep})
        out = run(tf.constant(ONES)).numpy()
        assert kept_share_is(keep, out > 0)
        np.testing.assert_allclose(out[out > 0], 1 / keep, rtol=1e-6)
    assert len(traces) == 1


def mask(layer, shape):
    """The mask that the layer draws next, from the state of its seed, in numpy."""
    seed = keras.ops.convert_to_numpy(layer.operation.seeds.state).astype("int32")
    return tf.random.stateless_uniform(shape, seed).numpy() < float(layer.all_drop[layer.name])


def test_dropconnect_equals_numpy_with_the_mask_of_its_seed():
    layer = DropconnectDenseLayer(
        InputLayer((6,)), 0.4, 8, act=tf.nn.relu, b_init="ones", seed=5, name="d"
    )
    W, b = (keras.ops.convert_to_numpy(p) for p in layer.all_params)
    for _ in range(3):
        kept = mask(layer, (6, 8))
        out = layer.model(X, training=True)
        expected = np.maximum(X @ np.where(kept, W / np.float32(0.4), 0) + b, 0)
        np.testing.assert_allclose(out, expected, rtol=1e-5, atol=1e-6)


def test_dropconnect_drops_weights_not_units_and_never_the_bias():
    layer = DropconnectDenseLayer(
        InputLayer((1000,)), 0.3, 50, W_init="ones", b_init="ones", name="d"
    )
    eye = np.eye(1000, dtype="float32")  # row i of the outputs is row i of W, plus b
    W = layer.model(eye, training=True).numpy() - 1
    assert kept_share_is(0.3, W > 0)
    np.testing.assert_allclose(W[W > 0], 1 / 0.3, rtol=1e-5)
    assert (W > 0).any(axis=0).all() and (W == 0).any(axis=0).all()
    zeros = layer.model(np.zeros((3, 1000), "float32"), training=True)
    np.testing.assert_array_equal(zeros, np.ones((3, 50)))


def test_dropconnect_draws_one_mask_for_a_batch():
    layer = DropconnectDenseLayer(InputLayer((6,)), 0.5, 8, name="d")
    out = layer.model(np.repeat(X[:1], 4, axis=0), training=True).numpy()
    np.testing.assert_allclose(out, np.repeat(out[:1], 4, axis=0), rtol=1e-6)
    assert (layer.model(X[:1], training=True).numpy() != out[:1]).any()


def test_dropconnect_uses_all_weights_in_test_mode():
    layer = DropconnectDenseLayer(InputLayer((6,)), 0.5, 4, act=tf.nn.relu, name="d")
    dense = DenseLayer(InputLayer((6,)), 4, act=tf.nn.relu)
    for mine, theirs in zip(dense.all_params, layer.all_params, strict=True):
        mine.assign(theirs)
    np.testing.assert_allclose(layer.model(X), dense.model(X), rtol=1e-6)
    assert layer.count_params() == 28
    assert DropconnectDenseLayer(InputLayer((6,)), 0.5, 4, b_init=None).count_params() == 24


@pytest.mark.parametrize("layer", [DropoutLayer, DropconnectDenseLayer])
def test_under_bfloat16_the_share_and_the_dtype_hold(layer):
    options = {} if layer is DropoutLayer else {"n_units": 50, "W_init": "ones"}
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        model = layer(InputLayer((1000,)), keep=0.5, **options).model
        out = model(ONES if layer is DropoutLayer else np.eye(1000), training=True)
    finally:
        keras.config.set_dtype_policy("float32")
    assert out.dtype == tf.bfloat16 and kept_share_is(0.5, out.numpy() > 0)
