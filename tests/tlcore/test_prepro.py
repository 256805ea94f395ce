"""Padding, end ids, masks: the examples of the original, and an independent oracle for padding."""

import copy

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tlcore as tl

ids = st.lists(st.lists(st.integers(1, 9), max_size=8), min_size=1, max_size=5)
places = st.sampled_from(["pre", "post"])


@given(ids, st.none() | st.integers(1, 10), places, places)
def test_padding_is_that_of_keras(sequences, maxlen, padding, truncating):
    if not any(sequences) and maxlen is None:
        return  # nothing to see
    options = dict(maxlen=maxlen, padding=padding, truncating=truncating, value=7)
    ours = tl.prepro.pad_sequences(sequences, **options)
    np.testing.assert_array_equal(ours, keras.utils.pad_sequences(sequences, **options))
    assert ours.dtype == np.int32


def test_padding_of_steps_that_are_vectors():
    rows = [np.ones((3, 2)), np.full((1, 2), 5.0)]
    padded = tl.prepro.pad_sequences(rows, dtype="float32", value=-1)
    assert padded.shape == (2, 3, 2) and padded.dtype == np.float32
    assert padded[1].tolist() == [[5, 5], [-1, -1], [-1, -1]]


def test_no_end_id_keeps_everything():
    """The original emptied all of them."""
    assert tl.prepro.process_sequences([[1, 2], [3, 4]], end_id=9) == [[1, 2], [3, 4]]
    # One with and one without: the one without is the longest.
    rows = tl.prepro.process_sequences([[1, 9, 5], [3, 4, 6]], end_id=9)
    assert rows == [[1, 0, 0], [3, 4, 6]]


@pytest.mark.parametrize("as_array", [False, True])
def test_input_stays_as_it_was_and_arrays_are_taken(as_array):
    rows = [[4, 3, 2, 2], [5, 2, 3, 0]]
    given_rows = np.array(rows) if as_array else copy.deepcopy(rows)
    prepro = tl.prepro
    assert prepro.process_sequences(given_rows, end_id=2) == [[4, 3], [5, 0]]
    assert prepro.process_sequences(given_rows, 2, is_shorten=False) == [[4, 3, 0, 0], [5, 0, 0, 0]]
    assert prepro.sequences_add_start_id(given_rows, 1, remove_last=True)[1] == [1, 5, 2, 3]
    assert prepro.sequences_add_end_id(given_rows, 8)[0] == [4, 3, 2, 2, 8]
    assert prepro.sequences_add_end_id_after_pad(given_rows, 8) == [[4, 3, 2, 2], [5, 2, 3, 8]]
    assert prepro.sequences_get_mask(given_rows).tolist() == [[1, 1, 1, 1], [1, 1, 1, 0]]
    assert np.array_equal(given_rows, rows)


def test_a_padding_id_in_the_middle_is_a_word():
    assert tl.prepro.sequences_add_end_id_after_pad([[1, 0, 2, 0]], 9) == [[1, 0, 2, 9]]
    assert tl.prepro.sequences_get_mask([[1, 0, 2, 0], [0, 0, 0, 0]]).sum(1).tolist() == [3, 0]


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda p: p.pad_sequences([]), "sequences has 0"),
        (lambda p: p.pad_sequences([1, 2]), "holds 1; expected lists.*For one sequence"),
        (lambda p: p.process_sequences("text"), "holds 't'; expected lists"),
        (lambda p: p.pad_sequences([[1]], maxlen=0), "maxlen is 0"),
        (lambda p: p.pad_sequences([[1]], padding="left"), "padding is 'left'"),
        (lambda p: p.sequences_get_mask([[1], [1, 2]]), r"\[1, 2\].*pad_sequences first"),
    ],
)
def test_errors(call, match):
    with pytest.raises(ValueError, match=match):
        call(tl.prepro)
