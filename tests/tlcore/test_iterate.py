import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tlcore.iterate import (
    minibatches,
    ptb_iterator,
    segments,
    seq_minibatches,
    seq_minibatches2,
)

rows = st.integers(1, 60)
sizes = st.integers(1, 70)


@settings(deadline=None)
@given(rows, sizes)
def test_in_order_every_row_comes_once_and_only_the_last_batch_is_short(n, size):
    X, y = np.arange(2 * n).reshape(n, 2), np.arange(n)
    batches = list(minibatches(X, y, size))
    assert np.array_equal(np.concatenate([x for x, _ in batches]), X)
    assert np.array_equal(np.concatenate([t for _, t in batches]), y)
    assert [len(x) for x, _ in batches[:-1]] == [size] * (n // size - (n % size == 0))
    assert len(batches[-1][0]) == (n % size or size) == len(batches[-1][1])


@settings(deadline=None)
@given(rows, sizes, st.integers(0, 5))
def test_shuffled_every_row_comes_once_with_its_own_target(n, size, seed):
    X = np.arange(n)
    batches = list(minibatches(X, X * 10, size, shuffle=True, seed=seed))
    assert all(np.array_equal(x * 10, t) for x, t in batches)
    assert sorted(np.concatenate([x for x, _ in batches])) == list(X)


def order(**options):
    return np.concatenate([x for x, _ in minibatches(np.arange(50), np.arange(50), 7, **options)])


def test_a_seed_repeats_the_order_and_none_does_not():
    assert np.array_equal(order(shuffle=True, seed=3), order(shuffle=True, seed=3))
    assert not np.array_equal(order(shuffle=True, seed=3), order(shuffle=True, seed=4))
    assert not np.array_equal(order(shuffle=True), order(shuffle=True))
    assert not np.array_equal(order(shuffle=True, seed=3), np.arange(50))


def test_the_originals_80_lost_digits_are_seen():
    y = np.arange(50_000)
    batches = list(minibatches(y, y, 128))
    assert len(batches) == 391 and len(batches[-1][0]) == 80


def test_lists_and_any_shapes_are_taken():
    ((x, y),) = minibatches([[1.0, 2.0], [3.0, 4.0]], ["a", "b"], batch_size=5)
    assert x.shape == (2, 2) and y.tolist() == ["a", "b"]


def printed(batches):
    return [[part.tolist() for part in batch] for batch in batches]


@settings(deadline=None)
@given(st.integers(1, 9), st.integers(1, 12), st.integers(0, 200))
def test_ptb_iterator_loses_nothing_but_what_the_cut_leaves(batch_size, num_steps, more):
    text = np.arange(2 * batch_size + more)
    batches = list(ptb_iterator(text, batch_size, num_steps))
    x, y = (np.concatenate(parts, axis=1) for parts in zip(*batches, strict=True))
    assert np.array_equal(y, x + 1)  # the next word
    assert np.array_equal(y, segments(text, batch_size)[:, 1:])
    assert len(text) - x.size - batch_size < batch_size  # each segment's first word is no target
    assert all(part.shape == (batch_size, num_steps) for part, _ in batches[:-1])
    assert 1 <= batches[-1][0].shape[1] <= num_steps
    assert batches[0][0].dtype == np.int32


def test_seq_minibatches_give_the_printed_examples():
    letters = np.asarray([["a", "a"], ["b", "b"], ["c", "c"], ["d", "d"], ["e", "e"], ["f", "f"]])
    batches = list(seq_minibatches(letters, np.arange(6), batch_size=2, seq_length=2, stride=1))
    assert printed(batches) == [
        [[["a", "a"], ["b", "b"], ["b", "b"], ["c", "c"]], [0, 1, 1, 2]],
        [[["c", "c"], ["d", "d"], ["d", "d"], ["e", "e"]], [2, 3, 3, 4]],
    ]
    many_to_one = [y.reshape(-1, 2)[:, -1].tolist() for _, y in batches]
    assert many_to_one == [[1, 2], [3, 4]]


def test_seq_minibatches_take_strides_and_any_shapes():
    X = np.arange(40).reshape(20, 2)
    batches = list(seq_minibatches(X, X[:, 0], batch_size=2, seq_length=4, stride=3))
    assert len(batches) == 3 and batches[0][0].shape == (8, 2)
    assert batches[1][1].tolist() == [2 * i for i in (6, 7, 8, 9, 9, 10, 11, 12)]
    pictures = np.zeros((20, 8, 8, 1))
    x, y = next(seq_minibatches2(pictures, np.arange(20), 4, 2))
    assert x.shape == (4, 2, 8, 8, 1) and y.tolist() == [[0, 1], [5, 6], [10, 11], [15, 16]]


@pytest.mark.parametrize(
    ("call", "kind", "parts"),
    [
        (lambda: minibatches([1], [1], 1.5), TypeError, ["batch_size is 1.5", "whole number"]),
        (lambda: minibatches([1, 2], [1], 1), ValueError, ["(2,)", "(1,)", "same slice"]),
        (lambda: minibatches([], [], 1), ValueError, ["inputs is empty"]),
        (lambda: ptb_iterator(range(5), 3, 2), ValueError, ["5 words", "is 3", "least 6 words"]),
        (lambda: ptb_iterator(range(9), 2, 0), ValueError, ["num_steps is 0"]),
        (lambda: ptb_iterator([[1, 2]], 1, 1), ValueError, ["raw_data has shape (1, 2)"]),
        (lambda: seq_minibatches(range(4), range(3), 1, 1), ValueError, ["(4,)", "(3,)"]),
        (lambda: seq_minibatches(range(4), range(4), 2, 4), ValueError, ["4 rows", "at least 5"]),
        (lambda: seq_minibatches(range(4), range(4), 1, 1, 0), ValueError, ["stride is 0"]),
        (lambda: seq_minibatches2(range(8), range(8), 2, 4), ValueError, ["8 rows", "10"]),
        (lambda: seq_minibatches2(range(8), range(9), 2, 3), ValueError, ["(8,)", "(9,)"]),
    ],
)
def test_bad_input_raises_at_the_call(call, kind, parts):
    with pytest.raises(kind) as error:
        call()  # nothing is drawn from it
    assert all(part in str(error.value) for part in parts), error.value
