"""Word vectors and their words in one file."""

import os

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tlcore.files import load_embedding, load_npz, save_embedding, save_npz

words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n"), min_size=1)
E = np.random.default_rng(0).normal(size=(3, 4))


@settings(deadline=None, max_examples=30)
@given(
    st.lists(words, min_size=1, max_size=9, unique=True),
    st.sampled_from(["float32", "float16"]),
)
def test_what_is_saved_comes_back(tmp_path_factory, names, dtype):
    path = tmp_path_factory.mktemp("e") / "e.npz"
    vectors = np.random.default_rng(len(names)).normal(size=(len(names), 5))
    assert save_embedding(path, vectors, names, dtype=dtype) == path
    got, got_names = load_embedding(path)
    assert got_names == names and got.dtype == np.float32
    assert np.array_equal(got, vectors.astype(dtype).astype("float32"))
    assert os.listdir(path.parent) == ["e.npz"]


def test_the_words_may_be_a_reverse_dictionary(tmp_path):
    path = save_embedding(tmp_path / "e", E, {2: "c", 0: "a", 1: "b"})
    assert path.name == "e.npz"
    assert load_embedding(path)[1] == ["a", "b", "c"]


def test_the_form_that_pages_read(tmp_path):
    """Two plain arrays: the numbers, and bytes of a text with a word a line."""
    path = save_embedding(tmp_path / "e.npz", E, ["a", "é", "c"], dtype="float16")
    with np.load(path, allow_pickle=False) as archive:
        assert sorted(archive.files) == ["embeddings", "words"]
        assert archive["embeddings"].dtype == np.float16
        assert archive["words"].dtype == np.uint8
        assert archive["words"].tobytes().decode() == "a\né\nc"
    assert load_npz(name=path)[0].shape == (3, 4)


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        ((E, ["a", "b"]), ["2 words for 3 rows"]),
        ((E, ["a", "b", "a"]), ["'a' 2 times", "each word once"]),
        ((E, ["a", "", "c"]), ["'' 1 times", "one letter or more"]),
        ((E, ["a", "b\nx", "c"]), ["line break"]),
        ((E, "abc"), ["one text", "words.split()"]),
        ((E, {"a": 0, "b": 1, "c": 2}), ["ids 0, 1, 2", "id to word"]),
        ((E[0], ["a"]), ["(4,)", "(words, dimensions)"]),
        ((E * 1e6, ["a", "b", "c"], "float16"), ["beyond the range of float16"]),
        ((E, ["a", "b", "c"], "int8"), ["dtype is 'int8'"]),
    ],
)
def test_what_can_not_be_saved_leaves_no_file(tmp_path, arguments, parts):
    with pytest.raises((ValueError, TypeError)) as error:
        save_embedding(tmp_path / "e.npz", *arguments)
    assert all(part in str(error.value) for part in parts), error.value
    assert os.listdir(tmp_path) == []


def test_files_of_another_kind(tmp_path):
    good = save_embedding(tmp_path / "good.npz", E, ["a", "b", "c"])
    (tmp_path / "half.npz").write_bytes(good.read_bytes()[:300])
    (tmp_path / "text.npz").write_text("no zip")
    np.save(tmp_path / "plain.npy", E)
    np.savez(tmp_path / "fewer.npz", embeddings=E, words=np.frombuffer(b"a\nb", np.uint8))
    np.savez(tmp_path / "bytes.npz", embeddings=E, words=np.frombuffer(b"a\nb\n\xff", np.uint8))
    save_npz([E], tmp_path / "params.npz")
    for name in sorted({path.name for path in tmp_path.iterdir()} - {"good.npz"}):
        with pytest.raises(ValueError, match=f"{name} .*Give a file that save_embedding wrote"):
            load_embedding(tmp_path / name)
    with pytest.raises(ValueError, match="load_npz"):
        load_embedding(tmp_path / "params.npz")
    with pytest.raises(FileNotFoundError):
        load_embedding(tmp_path / "none.npz")
