import numpy as np
import pytest

from tlcore.nlp import nearest_words, similar

rng = np.random.default_rng(0)
E = rng.normal(size=(50, 8)) * rng.uniform(0.1, 10, (50, 1))
DICTIONARY = {f"w{i}": i for i in range(50)}
REVERSE = {i: w for w, i in DICTIONARY.items()}


def cosine(a, b):
    return a @ b / (np.linalg.norm(a) * np.linalg.norm(b))


def by_hand(query, leave_out):
    found = [(cosine(query, row), i) for i, row in enumerate(E) if i not in leave_out]
    return sorted(found, reverse=True)


@pytest.mark.parametrize("k", [1, 8, 49])
def test_neighbours_of_a_word(k):
    ids, cosines = similar(E, 7, k)
    expected = by_hand(E[7], {7})[:k]
    assert ids.tolist() == [i for _, i in expected]
    np.testing.assert_allclose(cosines, [c for c, _ in expected], atol=1e-6)


def test_neighbours_of_a_vector_of_any_length():
    query = E[3] - E[4] + E[5]
    ids, _ = similar(E, 1000 * query, 5, exclude=[3, 4, 5])
    assert ids.tolist() == [i for _, i in by_hand(query, {3, 4, 5})[:5]]
    assert similar(E, E[9], 1)[0].tolist() == [9]  # a vector is nobody's own


def test_there_are_no_more_than_there_are():
    ids, cosines = similar(E, 0, 500, exclude=[1, 1, 2])
    assert len(ids) == len(cosines) == 47 and not {0, 1, 2} & set(ids.tolist())


def test_vectors_of_zeros_are_similar_to_nothing():
    vectors = np.array([[0, 0], [1, 0], [-1, 0], [0, 0]])
    ids, cosines = similar(vectors, 1, 3)
    assert ids.tolist() == [0, 3, 2] and cosines.tolist() == [0, 0, -1]


def test_words():
    found = nearest_words(E, "w7", DICTIONARY, REVERSE, k=3)
    assert [word for word, _ in found] == [f"w{i}" for _, i in by_hand(E[7], {7})[:3]]
    assert found == nearest_words(E, 7, DICTIONARY, REVERSE, k=3)
    assert found == nearest_words(E, np.int32(7), DICTIONARY, REVERSE, k=3)
    assert all(type(c) is float for _, c in found)
    first = found[0][0]
    rest = nearest_words(E, "w7", DICTIONARY, REVERSE, k=2, exclude=[first])
    assert rest == found[1:]


@pytest.mark.parametrize(
    ("call", "kind", "parts"),
    [
        (lambda: similar(E, 50), ValueError, ["query is 50", "below 50"]),
        (lambda: similar(E, -1), ValueError, ["query is -1"]),
        (lambda: similar(E, 1.5), TypeError, ["query is 1.5", "whole number"]),
        (lambda: similar(E, 1, exclude=[99]), ValueError, ["exclude is 99"]),
        (lambda: similar(E, np.ones(9)), ValueError, ["(9,)", "vector of 8"]),
        (lambda: similar(E, 1, 0), ValueError, ["k is 0"]),
        (lambda: similar(E[0], 1), ValueError, ["(8,)", "normalized_embeddings"]),
        (
            lambda: nearest_words(E, "cat", DICTIONARY, REVERSE),
            ValueError,
            ["query: 'cat'", "50 words"],
        ),
        (
            lambda: nearest_words(E, "w1", DICTIONARY, REVERSE, exclude=["dog"]),
            ValueError,
            ["exclude: 'dog'"],
        ),
    ],
)
def test_errors(call, kind, parts):
    with pytest.raises(kind) as error:
        call()
    assert all(part in str(error.value) for part in parts), error.value
