"""The original's translator: its step against TensorFlow's own pieces."""

import numpy as np
import pytest
import tensorflow as tf
from scipy.special import log_softmax

import tlcore as tl
from tlcore import classic

RNG = np.random.default_rng(0)
# The source reversed with the padding in front, _GO, and _EOS.
SOURCE = np.array([[0, 0, 7, 9, 4], [8, 4, 6, 5, 5], [0, 0, 0, 0, 11]])
TARGET = np.array([[1, 5, 6, 2, 0, 0], [1, 9, 8, 7, 6, 2], [1, 4, 2, 0, 0, 0]])
WEIGHTS = np.pad(TARGET[:, 1:] != 0, [(0, 0), (0, 1)]).astype("float32")


def wrapper(buckets=((3, 4), (5, 6)), **options):
    made = tl.layers.EmbeddingAttentionSeq2seqWrapper(
        12, 13, buckets, **({"size": 6, "num_layers": 1, "num_samples": 0} | options)
    )
    for param in made.all_params:
        param.assign(np.asarray(param) + RNG.normal(size=param.shape) * 0.2)
    return made


def test_the_layers_have_its_names_too():
    assert set(classic.__all__) < set(tl.layers.__all__) & set(dir(tl.layers))
    assert all(getattr(tl.layers, name) is getattr(classic, name) for name in classic.__all__)
    with pytest.raises(AttributeError, match="no attribute 'Seq3Seq'"):
        _ = tl.layers.Seq3Seq


def test_a_step_is_gradient_descent_with_the_gradient_clipped():
    made = wrapper(learning_rate=0.7, max_gradient_norm=0.05)
    begin = [param.numpy() for param in made.all_params]
    norm, loss, nothing = made.step(SOURCE.T, TARGET.T, WEIGHTS.T, 1)
    end = [param.numpy() for param in made.all_params]
    for param, value in zip(made.all_params, begin, strict=True):
        param.assign(value)
    values = [param.value for param in made.all_params]
    with tf.GradientTape() as tape:
        logits = tf.reshape(made.model([SOURCE, TARGET]), (3, 6, 13))[:, :-1]
        each = tf.nn.sparse_softmax_cross_entropy_with_logits(TARGET[:, 1:], logits)
        cost = tf.reduce_sum(each * WEIGHTS[:, :-1]) / WEIGHTS.sum()
    gradients = tape.gradient(cost, values)
    gradients, length = tf.clip_by_global_norm(gradients, 0.05)
    assert nothing is None and float(length) > 0.05
    np.testing.assert_allclose([norm, loss], [length, cost], rtol=1e-5)
    for before, g, after in zip(begin, gradients, end, strict=True):
        np.testing.assert_allclose(after, before - 0.7 * tf.convert_to_tensor(g), atol=1e-5)


def test_forward_only_measures_and_changes_nothing():
    made = wrapper(keep=0.5)
    before = [param.numpy() for param in made.all_params]
    norm, loss, outputs = made.step(SOURCE.T, TARGET.T, WEIGHTS.T, 1, forward_only=True)
    log_p = log_softmax(outputs.transpose(1, 0, 2).astype("float64"), axis=-1)
    words = [(i, t) for i in range(3) for t in range(5) if TARGET[i, t + 1]]
    by_words = -np.mean([log_p[i, t, TARGET[i, t + 1]] for i, t in words])
    assert norm is None and loss == pytest.approx(by_words, rel=1e-5)
    for a, b in zip(made.all_params, before, strict=True):
        np.testing.assert_array_equal(a, b)
    other = made.step(SOURCE.T, np.where(TARGET.T == 0, 7, TARGET.T), WEIGHTS.T, 1, True)[1]
    assert other == pytest.approx(loss, rel=1e-6)  # what has no weight doesn't count


def test_steps_on_drawn_words_lower_the_loss_and_the_rate_is_a_setting():
    made = wrapper(num_samples=8, keep=0.9, tied=True, learning_rate_decay_factor=0.9)
    data = [[], [([4, 5, 6, 7], [8, 9, 10, 2]), ([4, 5], [6, 5, 7, 2])]]
    batch = made.get_batch(data, 1, rng=np.random.default_rng(0))
    assert [np.asarray(part).shape for part in batch] == [(5, 64), (6, 64), (6, 64)]
    first = made.step(*batch, 1, True)[1]
    for _ in range(40):
        made.step(*batch, 1)
    assert made.step(*batch, 1, True)[1] < 0.7 * first
    assert made.global_step == 40 and made.num_samples == 8
    assert made.decay_learning_rate() == pytest.approx(0.45)
    made.learning_rate = 1e-8
    before = made.all_params[0].numpy()
    made.step(*batch, 1)
    np.testing.assert_allclose(made.all_params[0], before, atol=1e-7)


@pytest.fixture(scope="module")
def made():
    return wrapper()


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        ((SOURCE.T, TARGET.T, WEIGHTS.T, 2), ["bucket_id is 2", "0 to 1"]),
        ((SOURCE.T, TARGET.T, WEIGHTS.T, 0), ["encoder_inputs has shape (5, 3)", "(3, batch)"]),
        ((SOURCE.T, TARGET, WEIGHTS.T, 1), ["decoder_inputs", "(6, 3)"]),
        ((SOURCE.T + 2, TARGET.T, WEIGHTS.T, 1), ["from 2 to 13", "0 to 11"]),
        ((SOURCE.T, TARGET.T - 1, WEIGHTS.T, 1), ["decoder_inputs", "-1"]),
    ],
)
def test_a_batch_that_does_not_fit_is_an_error(made, arguments, parts):
    with pytest.raises(ValueError) as error:
        made.step(*arguments)
    assert all(part in str(error.value) for part in parts), error.value


@pytest.mark.parametrize(
    ("options", "part"),
    [
        ({"learning_rate": 0}, "learning_rate is 0"),
        ({"buckets": [(5, 6), (3, 4)]}, "(3, 4)"),
    ],
)
def test_bad_settings(options, part):
    with pytest.raises(ValueError) as error:
        wrapper(**options)
    assert part in str(error.value)


def test_a_network_for_use_is_not_trained():
    with pytest.raises(ValueError, match="forward_only=True"):
        wrapper(forward_only=True).step(SOURCE.T, TARGET.T, WEIGHTS.T, 1)
