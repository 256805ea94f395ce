import numpy as np
import pytest

from tlcore.nlp import (
    Analogies,
    analogy_accuracy,
    nearest_words,
    read_analogies_file,
    similar,
    similarity,
)

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
        (lambda: similar(E, 50), ValueError, ["query is 50", "0 to 49"]),
        (lambda: similar(E, 1.5), TypeError, ["query is 1.5", "whole number"]),
        (lambda: similar(E, 1, exclude=[99]), ValueError, ["exclude is 99"]),
        (lambda: similar(E, np.ones(9)), ValueError, ["query has shape (9,)", "(8,)"]),
        (lambda: similar([[1], [np.nan]], 0), ValueError, ["embeddings holds NaN", "row 1"]),
        (lambda: similar([[1], [np.nan]], 1), ValueError, ["query holds NaN"]),
        (lambda: similar(E, 1, 0), ValueError, ["k is 0"]),
        (lambda: similar(E[0], 1), ValueError, ["(8,)", "normalized_embeddings"]),
        (lambda: nearest_words(E, "cat", DICTIONARY, REVERSE), ValueError, ["query: 'cat'", "50"]),
        (lambda: analogy_accuracy(E, [[0, 1, 2, 50]]), ValueError, ["from 0 to 50", "0 to 49"]),
        (lambda: analogy_accuracy(E, [[0, 1, 2]]), ValueError, ["(1, 3)", "(questions, 4)"]),
    ],
)
def test_errors(call, kind, parts):
    with pytest.raises(kind) as error:
        call()
    assert all(part in str(error.value) for part in parts), error.value


# -- Analogies

FILE = """: capitals
Athens Greece Oslo Norway
Athens Greece Rome Italy
Athens Greece

: grammar
good better BAD worse extra
good better bad worse
: nobody
x y z w
"""
WORDS = "athens greece oslo norway good better bad worse".split()
VOCABULARY = {word: i for i, word in enumerate(WORDS)}


@pytest.fixture
def path(tmp_path):
    (tmp_path / "questions.txt").write_text(FILE)
    return tmp_path / "questions.txt"


def test_reading(path):
    got = read_analogies_file(path, VOCABULARY)
    assert got.questions.dtype == np.int32 and len(got) == 2
    assert got.questions.tolist() == [[0, 1, 2, 3], [4, 5, 6, 7]]
    assert {name: got.questions[rows].tolist() for name, rows in got.sections.items()} == {
        "capitals": [[0, 1, 2, 3]],
        "grammar": [[4, 5, 6, 7]],
        "nobody": [],
    }
    assert got.skipped == {"unknown": 2, "broken": 2}


def test_the_ends_of_lines_and_a_section_that_goes_on(tmp_path, path):
    (tmp_path / "dos.txt").write_bytes(FILE.replace("\n", "\r\n").encode())
    first, dos = (read_analogies_file(p, VOCABULARY) for p in (path, tmp_path / "dos.txt"))
    assert np.array_equal(first.questions, dos.questions) and first.skipped == dos.skipped
    lines = ["good better bad worse", ": a", "a", ": b", ": a", "oslo norway athens greece"]
    got = read_analogies_file(lines, VOCABULARY)
    assert got.questions.tolist() == [[4, 5, 6, 7], [2, 3, 0, 1]]
    assert got.sections == {"": slice(0, 1), "a": slice(1, 2), "b": slice(2, 2)}


def test_nothing_is_known():
    got = read_analogies_file(FILE.split("\n"), {})
    assert got.questions.shape == (0, 4) and got.skipped == {"unknown": 4, "broken": 2}
    score = analogy_accuracy(np.eye(3), got)
    assert score["total"] == {"questions": 0, "top1": None, "top4": None}


def test_the_real_file():
    from tlcore.files import load_questions_words

    lines = load_questions_words().read_text().splitlines()
    words = {word for line in lines if line[0] != ":" for word in line.lower().split()}
    got = read_analogies_file(load_questions_words(), {w: i for i, w in enumerate(sorted(words))})
    assert len(got) == 19_544 and got.skipped == {"unknown": 0, "broken": 0}
    assert len(got.sections) == 14 and got.sections["capital-common-countries"] == slice(0, 506)


def answered_by_hand(E, questions, k):
    """One question after the other: rank all words, leave out those of the question."""
    U = E / np.linalg.norm(E, axis=1, keepdims=True)
    right = []
    for a, b, c, d in questions:
        target = U[b] - U[a] + U[c]
        order = np.argsort(-(U @ target))
        right.append(d in [i for i in order if i not in (a, b, c)][:k])
    return np.mean(right)


def by_original(E, questions):
    """The loop of the original script over the four best, question words among them."""
    U = E / np.linalg.norm(E, axis=1, keepdims=True)
    correct = 0
    for a, b, c, d in questions:
        for i in np.argsort(-(U @ (U[c] + (U[b] - U[a]))))[:4]:
            correct += i == d
            if i not in (a, b, c):
                break
    return correct / len(questions)


@pytest.fixture(params=[None, 300])
def few_at_a_time(request, monkeypatch):
    if request.param:
        monkeypatch.setattr(similarity, "WORK", request.param)


def planted(seed=0):
    """Vectors in which about half of the analogies hold: pairs that differ by one direction."""
    rng = np.random.default_rng(seed)
    first = rng.normal(size=(20, 6))
    second = first + rng.normal(size=6) + 0.5 * rng.normal(size=(20, 6))
    E = np.concatenate([first, second]) * rng.uniform(0.2, 5, (40, 1))
    pairs = rng.permuted(np.tile(np.arange(20), (150, 1)), axis=1)[:, :2]
    return E, np.column_stack([pairs[:, 0], pairs[:, 0] + 20, pairs[:, 1], pairs[:, 1] + 20])


@pytest.mark.usefixtures("few_at_a_time")
def test_accuracy_is_that_of_a_loop():
    E, questions = planted()
    score = analogy_accuracy(E, questions)["total"]
    assert 0.1 < score["top1"] < score["top4"] < 0.95  # the case says something
    assert score["questions"] == 150
    assert score["top1"] == pytest.approx(answered_by_hand(E, questions, 1))
    assert score["top4"] == pytest.approx(answered_by_hand(E, questions, 4))


def test_top1_is_what_the_original_computes():
    """Though a comment in it says that any of four guesses counts."""
    E, questions = planted(1)
    score = analogy_accuracy(E, questions)["total"]
    assert score["top1"] == pytest.approx(by_original(E, questions))
    assert score["top4"] > score["top1"]


@pytest.mark.usefixtures("few_at_a_time")
def test_by_section_and_together():
    E, questions = planted()
    parts = {"a": slice(0, 40), "empty": slice(40, 40), "b": slice(40, 150)}
    score = analogy_accuracy(E, Analogies(questions, parts, {}))
    assert list(score) == ["a", "empty", "b", "total"]
    assert score["empty"] == {"questions": 0, "top1": None, "top4": None}
    for name in ("a", "b"):
        part = questions[parts[name]]
        assert score[name] == analogy_accuracy(E, part)["total"]
        assert score[name]["questions"] == len(part)
    assert score["total"] == analogy_accuracy(E, questions)["total"]


def test_vectors_that_are_all_alike_get_nothing():
    _, questions = planted()
    for E in (np.zeros((40, 6)), np.ones((40, 6))):
        assert analogy_accuracy(E, questions)["total"]["top4"] == 0


def test_an_answer_that_is_in_its_question_is_never_right():
    E = np.array([[1.0, 0], [1, 0.1], [1, 0.2], [0, 1]])
    assert analogy_accuracy(E, [[0, 1, 2, 2]])["total"]["top4"] == 0


def test_inputs_are_left_as_they_are():
    E, questions = planted()
    copies = E.copy(), questions.copy()
    analogy_accuracy(E, questions)
    assert np.array_equal(E, copies[0]) and np.array_equal(questions, copies[1])
