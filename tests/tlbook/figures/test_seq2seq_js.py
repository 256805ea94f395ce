"""The translator in JavaScript against TensorFlow, and its search against tl.utils.Translator."""

import numpy as np
import pytest
import tensorflow as tf
import translators
from stage import encode

from tlbook.figures import load_translator
from tlbook.figures.store import load, pack
from tlcore.utils import Translator

STEPS = """([packed, source, target]) => {
  const net = readTranslator(unpack(bytes(packed)));
  const read = encode(net, source);
  let states = read.states;
  return target.map((id) => {
    const step = advance(net, read, states, id);
    states = step.states;
    return [step.logits, step.weights, ...states].map((v) => Array.from(v));
  });
}"""
TRANSLATE = """([packed, sentences, size, penalty, buckets]) => {
  const net = readTranslator(unpack(bytes(packed)));
  return Promise.all(sentences.map(async (ids) => {
    const read = encode(net, ids);
    const most = longest(ids.length, buckets);
    const { states, looked, ...found } = await search(net, read, size, most, penalty);
    const again = follow(net, read, found, 5).map(({ logP, words, weights }) => ({ logP, words, weights: Array.from(weights) }));
    return { ...found, looked: looked.map((v) => Array.from(v)), again };
  }));
}"""  # noqa: E501

BIDIRECTIONAL = {"bidirectional": True, "tied": True, "keep": 0.8}
DEEP = {"num_layers": 2}
DOT = {"num_layers": 2, "bidirectional": True, "attention": "dot"}


@pytest.fixture
def js(stage):
    """Return a function that runs JavaScript with the translator's functions."""
    return stage().functions("load.js", "seq2seq.js", "beam.js")


def stored(path):
    return [encode(pack(load(path)))]


@pytest.mark.parametrize(
    "options, dtype",
    [
        (BIDIRECTIONAL, "int8"),
        (DEEP, "float16"),
        (DOT, "float32"),
    ],
)
def test_network_equals_tensorflow(js, tmp_path, rng, options, dtype):
    translator = translators.random_translator(rng, **options)
    path = translators.save(tmp_path / "translator.npz", translator, dtype)
    network = load_translator(path).network()
    source, target = [5, 9, 41, 3, 22, 7], [1, 30, 12, 3, 66]
    got = js(STEPS, [*stored(path), source, target])
    read = network.encode(tf.constant([[0, 0, *source[::-1]]]))  # the padding changes nothing
    states = read.states
    for id_, (logits, weights, *after) in zip(target, got, strict=True):
        expected, states, looked = network.advance(tf.constant([[id_]]), states, read)
        np.testing.assert_allclose(logits, expected[0, 0], atol=1e-4)
        np.testing.assert_allclose(weights, looked[0, 0, ::-1][: len(source)], atol=1e-4)
        for one, [true] in zip(after, states, strict=True):
            np.testing.assert_allclose(one, true[0], atol=1e-4)
    # Not all is in one place, so this says something.
    assert min(max(step[1]) for step in got) < 0.9
    assert min(np.ptp(step[0]) for step in got) > 3
    # All steps in one go, as in training.
    whole = network.model([np.array([source[::-1]]), np.array([target])])
    np.testing.assert_allclose([step[0] for step in got], whole, atol=1e-4)


@pytest.mark.parametrize(
    "options, size, penalty",
    [(BIDIRECTIONAL, 4, 0.6), (DEEP, 1, 1.0)],
)
def test_search_equals_the_translator(js, tmp_path, rng, options, size, penalty):
    translator = translators.random_translator(rng, **options)
    path = translators.save(tmp_path / "translator.npz", translator)
    sentences = [rng.integers(3, 60, n).tolist() for n in (0, 1, 3, 5, 6, 9, 12, 13)]
    buckets = [(5, 10), (10, 12)]
    expected = Translator(load_translator(path).network(), buckets, size, penalty)(sentences)
    got = js(TRANSLATE, [*stored(path), sentences, size, penalty, buckets])
    for ids, one, true in zip(sentences, got, expected, strict=True):
        assert one["ids"] == true.ids and one["done"] == true.complete
        assert one["score"] == pytest.approx(true.score, abs=1e-3)
        looked = np.reshape(one["looked"], (len(true.ids), len(ids)))
        np.testing.assert_allclose(looked, true.attention, atol=1e-4)
        again = one["again"]
        assert len(again) == len(true.ids) + true.complete
        assert sum(step["logP"] for step in again) == pytest.approx(true.score, abs=1e-3)
        for step, weights in zip(again, one["looked"], strict=False):
            assert step["weights"] == weights
            likely = [word["logP"] for word in step["words"]]
            assert likely == sorted(likely, reverse=True) and len(likely) == 5
    assert len({len(true.ids) for true in expected}) > 2
    assert {true.complete for true in expected} == {True, False}


def test_a_translation_may_be_as_long_as_the_translator_allows(js, rng):
    network = translators.random_translator(rng)[0]
    for buckets in ([(5, 10), (10, 15), (20, 25), (40, 50)], [(4, 3)], [(7, 30)]):
        translate = Translator(network, buckets)
        expected = [translate.bucket_for(n)[1] - 1 for n in range(60)]
        got = js("(b) => Array.from({ length: 60 }, (_, n) => longest(n, b))", buckets)
        assert got == expected
