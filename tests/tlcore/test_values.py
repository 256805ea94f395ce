"""Values that once gave wrong answers without a word: each with the right one."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import tlcore as tl
from tlcore.layers import Conv2d, DenseLayer, DropoutLayer, FlattenLayer, InputLayer, MaxPool2d


def dense(n_in=4, n_units=2, **options):
    return DenseLayer(InputLayer((n_in,)), n_units, **options)


def test_a_layer_below_is_never_lost():
    a = dense(8, 8)
    with pytest.raises(ValueError, match="InputLayer: shape is what add"):
        InputLayer(a.outputs + 1.0)


def test_all_drop_applies_what_it_is_given():
    network = DropoutLayer(InputLayer((4,)), keep=0.5, name="d")
    network.all_drop["d"] = 0.25
    kept = network.model(np.ones((1000, 4)), training=True).numpy()
    assert set(np.unique(kept)) == {0.0, 4.0} and 0.2 < (kept > 0).mean() < 0.3
    network.all_drop.update(d=1.0)
    np.testing.assert_array_equal(network.model(np.ones((9, 4)), training=True), 1)
    with pytest.raises(KeyError, match="no dropout layer 'e'; expected \\['d'\\]"):
        network.all_drop["e"] = 0.5
    with pytest.raises(ValueError, match="KEPT"):
        network.all_drop["d"] = 0


def test_a_translators_longest_gradient_may_be_assigned():
    network = tl.layers.EmbeddingAttentionSeq2seq(20, 20, size=8)
    data = [[([5, 6], [7, 8, 2])] * 4]
    trainer = tl.train.TranslationTrainer(network, data, [(2, 4)], batch_size=4)
    trainer.run()
    trainer.max_grad_norm = 1e-12
    before = [v.numpy() for v in trainer.variables]
    trainer.run()
    for value, variable in zip(before, trainer.variables, strict=True):
        np.testing.assert_allclose(variable, value, atol=1e-9)
    assert trainer.max_grad_norm == 1e-12


@pytest.mark.parametrize("y", [np.eye(2)[[0, 1, 0, 1]], np.array([[0], [1], [0], [1]])])
def test_labels_of_another_form_are_named_without_a_trace(y):
    with pytest.raises((ValueError, TypeError)) as error:
        tl.utils.fit(dense(), np.ones((4, 4), "float32"), y, n_epoch=1, print_freq=0)
    assert "user code" not in str(error.value) and "target" in str(error.value)


def test_a_cost_that_is_no_scalar_is_named_without_a_trace():
    with pytest.raises(ValueError, match="^cost gives a tensor of shape"):
        tl.utils.fit(dense(), np.ones((4, 4)), [0, 1, 0, 1], cost=lambda y, t: y[:, 0])


@pytest.mark.parametrize(
    ("shape", "build", "right"),
    [
        ([None, 784], lambda x: DenseLayer(x, 2), r"InputLayer\(\(784,\)\)"),
        ([None, 28, 28, 1], lambda x: Conv2d(x, 2), r"InputLayer\(\(28, 28, 1\)\)"),
    ],
)
def test_a_shape_with_the_batch(shape, build, right):
    with pytest.raises(ValueError, match=f"Leave the batch out: {right}"):
        build(InputLayer(shape))
    assert build(InputLayer(shape[1:])).count_params() > 0


def test_classes_that_never_occur_do_not_count():
    _, f1, acc, macro = tl.utils.evaluation([0, 1], [0, 1], 4)
    assert (f1.tolist(), acc, macro) == ([1.0, 1.0, 0.0, 0.0], 1.0, 1.0)
    _, f1, _, macro = tl.utils.evaluation([0, 1], [0, 2], 4)  # 1 and 2 occur, and are wrong
    assert macro == pytest.approx(1 / 3)


HUGE = np.array([[1e300, 0, 0, 0]])


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: tl.utils.fit(dense(), HUGE, [0]), "X_train"),
        (lambda: tl.utils.predict(dense(), HUGE), "X"),
        (lambda: tl.utils.test(dense(), HUGE, [0]), "X_test"),
        (lambda: tl.utils.predict(dense(), HUGE * np.nan), "X"),
        (lambda: tl.utils.test(dense(), np.ones((1, 4)), [np.inf]), "y_test"),
        (lambda: tl.utils.fit(dense(), np.ones((1, 4)), [[1e300, 0]]), "y_train"),
        (lambda: tl.visualize.tsne(np.eye(9) * 1e300, 3), "vectors"),
        (lambda: tl.nlp.similar(np.eye(3) * 1e300, 0), "embeddings"),
        (lambda: tl.rein.discount_episode_rewards([1e300, 0]), "rewards"),
        (lambda: tl.rein.normalize_returns([1.0, np.inf]), "returns"),
    ],
)
def test_what_is_infinite_in_float32_is_refused(call, name):
    with pytest.raises(ValueError, match=f"{name} holds NaN or infinity.*finite"):
        call()


def test_ids_beyond_int32_are_not_wrapped_round():
    ids = InputLayer((2,), dtype="int32")
    network = tl.layers.EmbeddingInputlayer(ids, 10, 4)
    with pytest.raises(ValueError, match="X holds numbers beyond the range of int32, first in row"):
        tl.utils.predict(network, np.array([[1, 2], [2**32 + 3, 4]]))
    with pytest.raises(ValueError, match="raw_data has ids from 0 to 4294967296"):
        tl.iterate.ptb_iterator([0, 1, 2**32, 3], 1, 2)


@pytest.mark.parametrize("form", ["channels_first", "channels_last"])
def test_pictures_are_height_width_channels(form):
    before = keras.config.image_data_format()
    keras.config.set_image_data_format(form)
    try:
        network = Conv2d(InputLayer((28, 26, 1)), n_filter=4)
        assert network.outputs.shape == (None, 28, 26, 4)
        network = MaxPool2d(network)
        assert network.outputs.shape == (None, 14, 13, 4)
        network = FlattenLayer(tl.layers.MeanPool2d(network))
        x = np.random.default_rng(0).normal(size=(2, 7, 7, 4)).astype("float32")
        flat = FlattenLayer(InputLayer((7, 7, 4))).model(x)
        np.testing.assert_array_equal(flat, x.reshape(2, -1))
    finally:
        keras.config.set_image_data_format(before)


def test_a_mask_of_nothing_costs_nothing_as_documented():
    logits, targets = np.zeros((2, 5)), np.zeros((1, 2), int)
    mask = np.zeros((1, 2))
    assert float(tl.cost.cross_entropy_seq_with_mask(logits, targets, mask)) == 0
    assert "none does, the mean is 0" in tl.cost.cross_entropy_seq_with_mask.__doc__


@pytest.mark.parametrize(
    "call",
    [
        lambda: tl.cost.cross_entropy(np.zeros((2, 3)), [0, 5]),
        lambda: tl.cost.cross_entropy_seq(np.zeros((2, 3)), [[0, 99]]),
        lambda: tl.cost.cross_entropy_seq(np.zeros((2, 3)), [[0, -1]]),
        lambda: tl.cost.cross_entropy(tf.zeros((1, 3)), tf.constant([2**32], tf.int64)),
        lambda: tl.rein.cross_entropy_reward_loss(np.zeros((2, 3)), [0, 3], [1.0, 1.0]),
    ],
)
def test_a_label_outside_the_classes_is_named(call):
    with pytest.raises(
        ValueError, match=r"(target|seqs|actions) has values.*expected 0 to 2"
    ):
        call()


def test_regularizers_and_sigmoid_cross_entropy_against_numpy():
    W = np.random.default_rng(0).normal(size=(6, 4)).astype("float32")
    assert float(tl.cost.maxnorm_o_regularizer(2.0)(W)) == pytest.approx(2 * abs(W).max(0).sum())
    assert float(tl.cost.maxnorm_i_regularizer(2.0)(W)) == pytest.approx(2 * abs(W).max(1).sum())
    target = np.random.default_rng(1).uniform(size=(6, 4))
    s = 1 / (1 + np.exp(-W.astype(float)))
    expected = -(target * np.log(s) + (1 - target) * np.log(1 - s)).mean()
    assert float(tl.cost.sigmoid_cross_entropy(W, target)) == pytest.approx(expected, 1e-5)


def test_the_remedies_for_labels_work_when_they_are_followed():
    X = np.ones((4, 4), "float32")
    for y in (
        np.array([True, False] * 2),
        np.array(["a", "b"] * 2),
        np.array([0, "b"] * 2, object),
    ):
        with pytest.raises(TypeError) as error:
            tl.utils.fit(dense(), X, y, n_epoch=1, print_freq=0)
        fix = "int32" if y.dtype == bool else "np.unique(y_train, return_inverse=True)[1]"
        assert fix in str(error.value)
        y = (
            y.astype("int32")
            if y.dtype == bool
            else np.unique(y.astype(str), return_inverse=True)[1]
        )
        tl.utils.fit(dense(), X, y, n_epoch=1, print_freq=0)
    one = dense(n_units=1, act="sigmoid")
    y = np.array([0, 1, 0, 1])
    with pytest.raises(ValueError, match=r"binary_cross_entropy and y_train\[:, None\]"):
        tl.utils.fit(one, X, y, cost=tl.cost.binary_cross_entropy, n_epoch=1)
    tl.utils.fit(one, X, y[:, None], cost=tl.cost.binary_cross_entropy, n_epoch=1, print_freq=0)
    with pytest.raises(ValueError, match=r"\[:, None\]"):
        tl.utils.fit(one, X, y.astype("float32"), cost=tl.cost.binary_cross_entropy, n_epoch=1)
