"""Translating: a small network that has learned to copy, greedy and with a beam."""

import keras
import numpy as np
import pytest
from scipy.special import log_softmax

from tlcore.layers import EmbeddingAttentionSeq2seq
from tlcore.train import Adam, TranslationTrainer, train_translator
from tlcore.utils import Translator

WORDS = 16
BUCKETS = [(5, 7), (8, 10)]


def sentences(n, seed):
    """Distinct sentences of 2 to 7 words."""
    rng = np.random.default_rng(seed)
    found = {tuple(rng.integers(4, WORDS, rng.integers(2, 8)).tolist()) for _ in range(n)}
    return [list(sentence) for sentence in sorted(found)]


def in_buckets(pairs):
    return [[pair for pair in pairs if len(pair[0]) < 5], [p for p in pairs if len(p[0]) >= 5]]


@pytest.fixture(scope="module")
def trained():
    """Return a network that copies, and sentences that it never saw."""
    keras.utils.set_random_seed(0)
    network = EmbeddingAttentionSeq2seq(WORDS, WORDS, size=48)
    unseen = sentences(150, seed=1)
    known = [s for s in sentences(4000, seed=0) if s not in unseen]
    data = in_buckets([(s, [*s, 2]) for s in known])
    trainer = TranslationTrainer(network, data, BUCKETS, 64, optimizer=Adam(0.005))
    train_translator(trainer, 8, print_freq=0)
    return network, unseen


@pytest.fixture(scope="module")
def greedy(trained, untrained):
    """Return the greedy translators, compiled once, of the network that copies and of the other."""
    return {network: Translator(network, BUCKETS) for network in (trained[0], untrained)}


@pytest.fixture(scope="module")
def untrained():
    """Return a network that finds every word about as likely as another: hard to search."""
    keras.utils.set_random_seed(3)
    network = EmbeddingAttentionSeq2seq(WORDS, WORDS, 16, 2, use_lstm=True)
    rng = np.random.default_rng(0)
    for param in network.all_params:
        param.assign(np.asarray(param) + rng.normal(size=param.shape) * 0.5)
    return network


def log_p(network, sentence, ids):
    """Logarithm of the probability of each word of `ids`, by teacher forcing, without padding."""
    logits = network.model([np.array([sentence[::-1]]), np.array([[1, *ids[:-1]]])])
    return log_softmax(logits.numpy().astype("float64"), axis=1)


def greedy_by_hand(network, sentence, longest):
    ids = []
    while len(ids) < longest and 2 not in ids:
        scores = log_p(network, sentence, [*ids, 0])[-1]
        scores[:2] = -np.inf  # padding and _GO are no words
        ids.append(int(np.argmax(scores)))
    return ids


def test_it_copies_sentences_that_it_never_saw(trained, greedy):
    network, unseen = trained
    found = greedy[network](unseen)
    right = [t.ids == sentence for t, sentence in zip(found, unseen, strict=True)]
    assert np.mean(right) >= 0.95
    # Many translators of tutorials say the same to everything.
    assert len({tuple(t.ids) for t in found}) >= 0.95 * len(unseen)
    assert all(t.complete for t, ok in zip(found, right, strict=True) if ok)


def test_attention_goes_along_the_sentence(trained, greedy):
    network, unseen = trained
    longest = [s for s in unseen if len(s) == 7]
    found = greedy[network](longest)
    looked = []
    model = keras.Model(network.inputs, network.weights)
    for sentence, t in zip(longest, found, strict=True):
        assert t.attention.shape == (len(t.ids), 7)
        np.testing.assert_allclose(t.attention.sum(axis=1), 1, atol=1e-5)
        whole = model([np.array([sentence[::-1]]), np.array([[1, *t.ids]])])[0, :-1, ::-1]
        np.testing.assert_allclose(t.attention, whole, atol=1e-4)
        if t.ids == sentence:
            looked.append(t.attention.argmax(axis=1))
    # Further on in the translation it looks further on in the sentence.
    assert np.corrcoef(np.concatenate(looked), np.tile(np.arange(7), len(looked)))[0, 1] > 0.8


def test_greedy_is_the_loop_by_hand_and_teacher_forcing_agrees(trained, greedy):
    some = trained[1][:60:20]
    for network, translate in greedy.items():
        for sentence, t in zip(some, translate(some), strict=True):
            longest = BUCKETS[-1][1] - 1  # of the two, the next larger one is the last
            by_hand = greedy_by_hand(network, sentence, longest)
            ended = [*t.ids, 2] if t.complete else t.ids
            assert ended == by_hand and t.complete == (by_hand[-1] == 2)
            scores = log_p(network, sentence, ended)
            total = sum(row[word] for row, word in zip(scores, ended, strict=True))
            assert t.score == pytest.approx(total, abs=1e-3)


def test_a_beam_finds_what_is_at_least_as_likely(trained, untrained, greedy):
    some = trained[1][:40]
    for network, translate in greedy.items():
        beam = Translator(network, BUCKETS, beam_size=8, length_penalty=0)(some)
        both = list(zip(translate(some), beam, strict=True))
        if network is untrained:
            assert sum(b.score > g.score + 1e-3 for g, b in both) > 10
            # A beam may lose what greedy search finds; it does so seldom.
            assert np.mean([b.score >= g.score - 1e-3 for g, b in both]) > 0.9
        else:
            assert all(b.score >= g.score - 1e-3 for g, b in both)
        looked = keras.Model(network.inputs, network.weights)
        for sentence, t in zip(some[:3], beam[:3], strict=True):
            ended = [*t.ids, 2] if t.complete else t.ids
            scores = log_p(network, sentence, ended)
            total = sum(row[word] for row, word in zip(scores, ended, strict=True))
            assert t.score == pytest.approx(total, abs=1e-3)
            rows = looked([np.array([sentence[::-1]]), np.array([[1, *ended[:-1]]])])[0, :, ::-1]
            np.testing.assert_allclose(t.attention, rows[: len(t.ids)], atol=1e-4)


def test_a_wide_beam_finds_the_likeliest_of_all():
    """With as many beginnings as there are, nothing is lost: all translations are compared."""
    keras.utils.set_random_seed(5)
    network = EmbeddingAttentionSeq2seq(6, 6, size=8)
    for param in network.all_params:
        param.assign(np.asarray(param) + np.random.default_rng(1).normal(size=param.shape))
    words = [2, 3, 4, 5]
    every = [[a, 0] if a == 2 else [a, b] for a in words for b in words]
    lengths = np.array([1 if first == 2 else 2 for first, _ in every])
    for sentence in ([4, 5], [5, 5, 4]):
        source = np.array(len(every) * [sentence[::-1]])
        logits = network.model([source, np.array([[1, first] for first, _ in every])])
        p = log_softmax(logits.numpy().reshape(-1, 2, 6).astype("float64"), axis=2)
        scores = p[np.arange(16), 0, [first for first, _ in every]]
        second = p[np.arange(16), 1, [word for _, word in every]]
        scores = scores + np.where(lengths == 2, second, 0)
        for penalty in (0.0, 1.0):
            t = Translator(network, [(3, 3)], beam_size=4, length_penalty=penalty)([sentence])[0]
            best = int(np.argmax(scores / lengths**penalty))
            assert [*t.ids, 2][: lengths[best]] == every[best][: lengths[best]]
            assert t.score == pytest.approx(scores[best], abs=1e-4)


def test_neither_padding_nor_company_changes_a_translation(untrained, trained):
    some = [s for s in trained[1] if len(s) > 5][:12]
    together = Translator(untrained, BUCKETS, beam_size=3)(some)
    wide = Translator(untrained, [(13, 10)], beam_size=3, batch_size=5)(some)
    one = Translator(untrained, [(len(some[0]), 10)], beam_size=3)(some[:1])
    for a, b in zip(together + together[:1], wide + one, strict=True):
        assert a.ids == b.ids and a.complete == b.complete
        assert a.score == pytest.approx(b.score, abs=1e-4)
        np.testing.assert_allclose(a.attention, b.attention, atol=1e-5)


def test_long_empty_and_unknown(untrained, greedy):
    translate = greedy[untrained]
    found = translate([[4] * 13, [], [3, 3, 3], [5]])
    assert found[0].attention.shape[1] == 13 and found[1].attention.shape[1] == 0
    assert all(0 <= len(t.ids) < 26 for t in found)
    assert translate([]) == []
    assert translate.bucket_for(5) == (5, 10) and translate.bucket_for(6) == (8, 10)
    assert translate.bucket_for(43) == (50, 63) and translate.bucket_for(9) == (10, 13)
    assert Translator(untrained).bucket_for(3) == (10, 13)


@pytest.mark.parametrize(
    ("call", "kind", "part"),
    [
        (lambda n: Translator(n, beam_size=0), ValueError, "beam_size is 0"),
        (lambda n: Translator(n, beam_size=15), ValueError, "from 1 to 14"),
        (lambda n: Translator(n, length_penalty=-1), ValueError, "length_penalty is -1"),
        (lambda n: Translator(n)([4, 5]), TypeError, "[[4, 5, 6]]"),
        (lambda n: Translator(n)([["a"]]), TypeError, "a list of ids"),
        (lambda n: Translator(n)([[4], [16]]), ValueError, "sentence 1 has ids from 16"),
        (lambda n: Translator(n)([[4, 0]]), ValueError, "0 is padding"),
    ],
)
def test_bad_input(untrained, call, kind, part):
    with pytest.raises(kind) as error:
        call(untrained)
    assert part in str(error.value)


def test_a_step_is_compiled_once_for_a_length(untrained):
    searches = []

    class Counted(Translator):
        def _search(self, ids, n_steps):
            searches.append(ids.shape)
            return super()._search(ids, n_steps)

    translate = Counted(untrained, BUCKETS, beam_size=2)
    translate([[4, 5], [5]])
    translate([[4, 5, 6]] * 3)
    assert len(searches) == 1  # traced once, whatever the number of sentences
