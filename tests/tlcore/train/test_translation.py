"""Training a translator: against a loop by hand, and a run that goes on."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tlcore.layers import EmbeddingAttentionSeq2seq
from tlcore.train import (
    Adam,
    TranslationTrainer,
    load_checkpoint,
    perplexity_by_bucket,
    save_checkpoint,
    train_translator,
)

WORDS = 14
BUCKETS = [(4, 6), (7, 9)]


def pairs(n, seed=0):
    """Sentences of 1 to 6 words, and the same backwards."""
    rng = np.random.default_rng(seed)
    sources = [rng.integers(4, WORDS, rng.integers(1, 7)).tolist() for _ in range(n)]
    return [(source, [*source[::-1], 2]) for source in sources]


def in_buckets(some):
    return [[pair for pair in some if len(pair[0]) < 4], [p for p in some if len(p[0]) >= 4]]


DATA = in_buckets(pairs(60))


def network(**options):
    return EmbeddingAttentionSeq2seq(WORDS, WORDS, **({"size": 8} | options))


def weights(net):
    return [param.numpy() for param in net.all_params]


def give(net, values):
    for param, value in zip(net.all_params, values, strict=True):
        param.assign(value)


def alone(net, source, target):
    """Loss of one pair without padding, through TensorFlow's own cross-entropy."""
    logits = net.model([np.array([source[::-1]]), np.array([[1, *target[:-1]]])], training=False)
    return tf.nn.sparse_softmax_cross_entropy_with_logits(np.array(target), logits)


def test_an_epoch_sees_each_pair_once_whatever_the_calls():
    net = network()
    begin = weights(net)
    trainer = TranslationTrainer(net, DATA, BUCKETS, 7, learning_rate=0.3)
    expected = sum(-(-len(bucket) // 7) for bucket in DATA)
    assert trainer.n_steps == expected
    assert trainer.n_examples == sum(len(target) for bucket in DATA for _, target in bucket)
    nats = trainer.run()
    assert (trainer.epoch, trainer.step) == (1, 0)
    end = weights(net)
    give(net, begin)
    again = TranslationTrainer(net, DATA, BUCKETS, 7, learning_rate=0.3)
    parts = [again.run(n) for n in (1, 2, 1, 3)] + [again.run()]
    assert again.epoch == 1 and sum(parts) == pytest.approx(nats, rel=1e-5)
    for a, b in zip(weights(net), end, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-6)

    # At a rate of nearly zero the losses of the epoch are those of the pairs, each of them once.
    give(net, begin)
    again.learning_rate = 1e-12
    each = [float(tf.reduce_sum(alone(net, *pair))) for bucket in DATA for pair in bucket]
    assert again.run() == pytest.approx(sum(each), rel=1e-4)


def test_steps_are_those_of_a_loop_by_hand():
    net = network(num_layers=2)
    begin = weights(net)
    trainer = TranslationTrainer(net, DATA[:1], BUCKETS[:1], 5, learning_rate=0.7,
                                 max_grad_norm=0.1)  # fmt: skip
    order = trainer._arranged()[1][0].numpy()
    trainer.run(3)
    end = weights(net)
    give(net, begin)
    values, norms = [param.value for param in net.all_params], []
    for rows in order[:5], order[5:10], order[10:15]:
        with tf.GradientTape() as tape:
            losses = tf.concat([alone(net, *DATA[0][row]) for row in rows], 0)
            cost = tf.reduce_mean(losses)
        gradients, norm = tf.clip_by_global_norm(tape.gradient(cost, values), 0.1)
        for value, gradient in zip(values, gradients, strict=True):
            value.assign_sub(0.7 * tf.convert_to_tensor(gradient))
        norms.append(float(norm))
    assert min(norms) > 0.1  # or nothing was clipped
    for mine, theirs in zip(end, weights(net), strict=True):
        # The gradient of a word that comes more than once is measured differently by a hair.
        np.testing.assert_allclose(mine, theirs, atol=2e-3)
    assert max(abs(a - b).max() for a, b in zip(begin, end, strict=True)) > 0.02


def test_buckets_change_nothing_in_the_perplexity():
    net = network(bidirectional=True, use_lstm=True)
    some = [pair for bucket in DATA for pair in bucket]
    whole, each = perplexity_by_bucket(net, DATA, BUCKETS, batch_size=7)()
    one, _ = perplexity_by_bucket(net, [some], [(12, 15)])()
    nats = np.concatenate([alone(net, *pair) for pair in some])
    assert whole == pytest.approx(np.exp(nats.mean()), rel=1e-5)
    assert one == pytest.approx(whole, rel=1e-5)
    first = np.concatenate([alone(net, *pair) for pair in DATA[0]])
    assert each[0] == pytest.approx(np.exp(first.mean()), rel=1e-5)
    nothing, second = perplexity_by_bucket(net, [[], DATA[1]], BUCKETS)()[1]
    assert nothing is None and second == pytest.approx(each[1], rel=1e-5)


@pytest.mark.parametrize("sampled", [False, True])
def test_it_learns(sampled, capsys):
    options = {"num_sampled": 10, "optimizer": Adam(0.01)} if sampled else {}
    net = network(size=16, keep=0.95)
    data = in_buckets(pairs(300))
    trainer = TranslationTrainer(net, data, BUCKETS, 20, **options)
    history = train_translator(trainer, 6, valid=DATA)
    values = history["val_perplexity"]
    assert values[-1] < 0.8 * values[0] and len(history["val_perplexities"][-1]) == 2
    report = capsys.readouterr().out
    assert report.count("global step") == 6 and report.count("eval: bucket 1") == 6
    assert ("learning rate 0.5000" in report) != sampled
    assert (history["train_perplexity"] == [None] * 6) == sampled
    if not sampled:
        np.testing.assert_allclose(history["train_perplexity"], np.exp(history["loss"]))


def test_adam_moves_tables_as_kerass_own_does():
    net = network()
    begin, ends = weights(net), []
    for optimizer in (Adam(0.01), keras.optimizers.Adam(0.01)):
        give(net, begin)
        TranslationTrainer(net, DATA[:1], BUCKETS[:1], 10, optimizer=optimizer).run(4)
        ends.append(weights(net))
    for mine, theirs in zip(*ends, strict=True):
        np.testing.assert_allclose(mine, theirs, atol=1e-4)


def test_a_loss_that_is_no_number_is_told():
    net = network()
    trainer = TranslationTrainer(net, DATA, BUCKETS, learning_rate=9.0)
    net.all_params[-1].assign(np.full(WORDS, np.nan))
    with pytest.raises(FloatingPointError, match="is 9 and max_grad_norm is 5: try smaller"):
        trainer.run()


def test_a_checkpoint_goes_on_in_the_middle_of_an_epoch(tmp_path):
    def make():
        keras.utils.set_random_seed(4)
        net = network(keep=0.8)
        return TranslationTrainer(net, DATA[:1], BUCKETS[:1], 4, num_sampled=6, seed=1)

    trainer = make()
    trainer.run(), trainer.run(3)
    trainer.learning_rate = 0.4
    save_checkpoint(tmp_path / "run.npz", trainer, {"loss": []})
    rest = [trainer.run(), trainer.run()]
    other = make()
    give(other.network, [np.zeros(p.shape) for p in other.network.all_params])
    load_checkpoint(tmp_path / "run.npz", other)
    assert (other.epoch, other.step) == (1, 3)
    np.testing.assert_allclose([other.run(), other.run()], rest, rtol=1e-5)
    for a, b in zip(other.network.all_params, trainer.network.all_params, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-6)
    assert other.learning_rate == trainer.learning_rate


@pytest.mark.parametrize(
    ("call", "parts"),
    [
        (lambda n: TranslationTrainer(n, DATA), ["buckets"]),
        (lambda n: TranslationTrainer(n, DATA[:1], BUCKETS), ["1 lists", "2 buckets"]),
        (lambda n: TranslationTrainer(n, [[], []], BUCKETS), ["no pair"]),
        (lambda n: TranslationTrainer(n, DATA[::-1], BUCKETS), ["source", "bucket (4, 6)"]),
        (lambda n: TranslationTrainer(n, [[([14], [5, 2])]], [(4, 6)]), ["source has", "to 14"]),
        (lambda n: TranslationTrainer(n, [[([4], [-5, 2])]], [(4, 6)]), ["target has", "from -5"]),
        (lambda n: TranslationTrainer(n, DATA, BUCKETS, 0), ["batch_size is 0"]),
        (lambda n: TranslationTrainer(n, DATA, BUCKETS, learning_rate=-1), ["is -1"]),
        (lambda n: TranslationTrainer(n, DATA, BUCKETS, num_sampled=15), ["15", "14 words"]),
        (lambda n: perplexity_by_bucket(n, DATA, [(7, 9), (4, 6)]), ["(4, 6)", "(7, 9)"]),
    ],
)
def test_bad_input(call, parts):
    with pytest.raises(ValueError) as error:
        call(network())
    assert all(part in str(error.value) for part in parts), error.value
