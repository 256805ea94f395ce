"""The language model in JavaScript against Keras, drawing against numpy, and the splitting."""

import language
import numpy as np
import pytest
from stage import encode

from tlbook.figures.language_files import load_language_model
from tlbook.figures.store import load, pack
from tlcore.nlp import ptb_words

READ = """([packed, sequences]) => {
  const net = readModel(unpack(bytes(packed)));
  return sequences.map((ids) => {
    let state = firstState(net);
    return ids.map((id) => {
      state = readWord(net, state, id);
      return { p: Array.from(nextWord(net, state)), states: state.map(({ h, c }) => [h, c].map((v) => Array.from(v))) };
    });
  });
}"""  # noqa: E501


SPLIT = """([text, words, ...keys]) =>
  splitText(text, new Map(words.map((word, i) => [word, i])), ...keys)"""


@pytest.fixture
def js(stage):
    """Return a function that runs JavaScript with the model's functions."""
    return stage().functions("load.js", "lstm.js", "random.js", "sampling.js", "reading.js")


def keras_model(model):
    """Probabilities after each word, and the last states of all layers, as Keras computes them."""
    import keras

    ids = keras.Input((None,), dtype="int32")
    x = keras.layers.Embedding(*model.embeddings.shape, name="embedding")(ids)
    states = []
    for _, recurrent, _ in model.lstm_weights:
        lstm = keras.layers.LSTM(len(recurrent), return_sequences=True, return_state=True)
        x, h, c = lstm(x)
        states += [h, c]
    W, b = model.softmax or (None, None)
    W = model.embeddings.T if W is None else W
    x = keras.layers.Dense(W.shape[1], activation="softmax")(x)
    network = keras.Model(ids, [x, *states])
    b = np.zeros(W.shape[1]) if b is None else b
    weights = [model.embeddings, *(a for layer in model.lstm_weights for a in layer), W, b]
    network.set_weights(weights)
    return network


CASES = [
    ({"sizes": (12, 8)}, "float16"),
    ({"sizes": (8,), "bias": False}, "float32"),
    ({"sizes": (10, 6, 14), "tied": False, "d": 5}, "int8"),
]


@pytest.mark.parametrize("settings, dtype", CASES)
def test_network_equals_keras(js, tmp_path, rng, settings, dtype):
    path = language.save(tmp_path / "lm.npz", language.random_model(rng, **settings), dtype)
    model = load_language_model(path)
    ids = rng.integers(0, len(model.words), (3, 9))  # a batch of three texts of nine words
    got = js(READ, [encode(pack(load(path))), ids.tolist()])
    probabilities, *states = (np.array(a) for a in keras_model(model)(ids))
    found = [[word["p"] for word in text] for text in got]
    np.testing.assert_allclose(found, probabilities, atol=1e-4)
    assert probabilities.max() > 0.15  # the words aren't all alike, so this says something
    for k in range(len(model.lstm_weights)):
        for j in range(2):
            last = [text[-1]["states"][k][j] for text in got]
            np.testing.assert_allclose(last, states[2 * k + j], atol=1e-4)
    np.testing.assert_allclose(language.run(model, ids[0])[0], probabilities[0], atol=1e-5)


def test_temperature_and_top_k_as_in_numpy(js, rng):
    p = rng.dirichlet(np.full(50, 0.3))
    p[7] = 0
    p /= p.sum()
    cases = [(1, 0, -1), (0.5, 0, 3), (2, 5, -1), (0.05, 0, -1), (1.3, 90, 0)]
    for temperature, k, without in cases:
        weights = p ** (1 / temperature)
        weights[without if without >= 0 else 7] = 0
        if k:
            weights[np.argsort(-weights, kind="stable")[k:]] = 0
        settings = [p.tolist(), temperature, k, without]
        got = js("([p, ...rest]) => Array.from(sharpen(p, ...rest))", settings)
        np.testing.assert_allclose(got, weights / weights.sum(), atol=1e-9)
    best = js("(p) => Array.from(sharpen(p, 0, 0))", p.tolist())
    assert best == (np.arange(50) == p.argmax()).tolist()
    assert js("() => Array.from(sharpen([0.2, 0.4, 0.4], 0, 0))") == [0, 1, 0]  # the more frequent
    assert js("() => likeliest([0.1, 0.3, 0.2, 0.3, 0.1], 4)") == [1, 3, 2, 0]
    bits = -(p[p > 0] * np.log2(p[p > 0])).sum()
    assert js("(p) => entropy(Float64Array.from(p))", p.tolist()) == pytest.approx(bits)


def test_draws_follow_the_probabilities_and_the_seed(js):
    draw = """(seed) => Array.from({ length: 6000 }, (_, n) =>
      pick([0, 0.5, 0, 0.3, 0.2], generator(seed * 1009 + n)()))"""
    first = js(draw, 1)
    assert js(draw, 1) == first and js(draw, 2) != first
    counts = np.bincount(first, minlength=5)
    np.testing.assert_allclose(counts / 6000, [0, 0.5, 0, 0.3, 0.2], atol=0.03)
    assert counts[0] == counts[2] == 0
    at = "(place) => pick([0.5, 0.5 - 1e-9, 0], place)"
    assert [js(at, place) for place in (0, 0.5, 1)] == [0, 1, 1]


@pytest.mark.parametrize(
    "text, expected",
    [
        ("The river.", "the river <eos>"),
        ("It's Mr. word1's U.S. city, isn't it?", "it 's mr. word1 's u.s. city is n't it <eos>"),
        ("$5.20 is 30%, 1,000 of it!", "$ N is N % N of it <eos>"),
        ("“Don’t” said (the) NAÏVE company", "do n't said the naïve company"),
        ("the <unk> N <eos> of", "the <unk> N <eos> of"),
        ("the U.S.", "the u.s."),
        (" \n", ""),
        ("mr. , - & mr.", "mr. mr."),
        ("the zebra's well-known city", "the zebra? 's well-known? city"),
    ],
)
def test_text_is_split_as_the_treebank_is(js, rng, text, expected):
    words = language.random_model(rng).words
    got = js(SPLIT, [text, words, "<unk>", "<eos>"])
    shown = [f"{one['text']}?" if one["unknown"] else one["text"] for one in got]
    assert " ".join(shown) == expected
    for one in got:
        assert words[one["id"]] == ("<unk>" if one["unknown"] else one["text"])


def test_text_is_split_as_the_package_does(js):
    text = (
        "Dr. Ox didn't sell 1,000 of the king's well-known shares; he'd bought 5 in Paris (1999). "
        "“Où est-il?” Zoë asked. It’s J. Smith & Co. who answered: they're café-owners!"
    )
    words = ptb_words(text)
    got = js(SPLIT, [text, sorted(set(words)), "<unk>", "<eos>"])
    assert [one["text"] for one in got] == words


def test_a_vocabulary_with_marks_and_without_unknown(js):
    words = ["the", "end", ".", ",", '"']
    got = js(SPLIT, ['"The end," the zebra.', words, "", ""])
    assert [one["id"] for one in got] == [4, 0, 1, 3, 4, 0, -1, 2]
    got = js(SPLIT, ["rose 5% and 1990s", ["rose", "N", "and", "<unk>"], "<unk>", ""])
    assert [one["id"] for one in got] == [0, 1, 1, 2, 3]  # a per cent sign is an N too
