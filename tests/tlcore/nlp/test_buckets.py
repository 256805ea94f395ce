"""Buckets and batches: the table that the tutorial prints, the original's loops as an oracle."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tlcore.nlp import (
    BUCKETS,
    bucket_of,
    bucket_scale,
    bucket_to_translate,
    choose_bucket,
    get_batch,
    lay_out_batch,
    padding_share,
    put_in_buckets,
    read_data,
)

words = st.lists(st.integers(4, 99), min_size=1, max_size=60)


def test_the_printed_table():
    pairs = [([3], [87, 2]), ([698], [71, 3, 2]), ([4061, 3233], [16748, 14195, 2])]
    encoder_inputs, decoder_inputs, target_weights = lay_out_batch(pairs, (5, 10))
    nothing = [0, 0, 0]
    assert encoder_inputs.tolist() == [nothing, nothing, nothing, [0, 0, 3233], [3, 698, 4061]]
    assert decoder_inputs.tolist() == [
        [1, 1, 1], [87, 71, 16748], [2, 3, 14195], [0, 2, 2], *[nothing] * 6
    ]  # fmt: skip
    assert target_weights.tolist() == [[1, 1, 1], [1, 1, 1], [0, 1, 1], *[nothing] * 7]


def test_the_printed_sentence():
    """I go . / Je vais . in bucket (5, 10); the tutorial prints one weight too many, 11 of 10."""
    i, go, stop, je, vais, point = range(10, 16)
    batch = lay_out_batch([([i, go, stop], [je, vais, point])], (5, 10))
    assert batch[0][:, 0].tolist() == [0, 0, stop, go, i]
    assert batch[1][:, 0].tolist() == [1, je, vais, point, 2, 0, 0, 0, 0, 0]
    assert batch[2][:, 0].tolist() == [1, 1, 1, 1, 0, 0, 0, 0, 0, 0]
    assert [part.dtype for part in batch] == [np.int32, np.int32, np.float32]


@given(st.lists(st.tuples(words, words), min_size=1, max_size=6), st.integers(0, 9))
def test_as_the_original_laid_it_out(pairs, seed):
    data = put_in_buckets(pairs)
    assert sum(map(len, data)) + data.too_long == len(pairs) and data.empty == 0
    for bucket_id, held in enumerate(data):
        if not held:
            continue
        batch = get_batch(data, bucket_id, 4, rng=seed)
        rows = np.random.default_rng(seed).integers(len(held), size=4)
        size_in, size_out = BUCKETS[bucket_id]
        for column, row in enumerate(rows):
            source, target = held[row]
            assert len(source) < size_in and len(target) < size_out
            encoder = list(reversed(source + [0] * (size_in - len(source))))
            decoder = [1] + target + [0] * (size_out - len(target) - 1)
            shifted = decoder[1:] + [0]  # the original's rule: no weight where the target is PAD
            assert batch[0][:, column].tolist() == encoder
            assert batch[1][:, column].tolist() == decoder
            assert batch[2][:, column].tolist() == [float(word != 0) for word in shifted]


@given(words, words)
def test_every_pair_is_in_the_first_bucket_with_room(source, target):
    fits = [len(source) < i and len(target) + 1 < o for i, o in BUCKETS]
    if any(fits):
        assert bucket_of(len(source), len(target)) == fits.index(True)
        assert put_in_buckets([(source, target)])[fits.index(True)]
    else:
        assert put_in_buckets([(source, target)]).too_long == 1
        with pytest.raises(ValueError, match="too long for the largest bucket.*room for 39 and 48"):
            bucket_of(len(source), len(target))


def test_a_bucket_to_translate_in():
    assert [bucket_to_translate(n) for n in (1, 4, 5, 39)] == [(5, 10), (5, 10), (10, 15), (40, 50)]
    assert bucket_to_translate(40) == (41, 52)  # the original crashed here
    lay_out_batch([([7] * 200, [])], bucket_to_translate(200))


def test_a_sentence_that_is_yet_to_be_translated():
    _, decoder_inputs, target_weights = lay_out_batch([([5], [])], (2, 4))
    assert decoder_inputs[:, 0].tolist() == [1, 0, 0, 0] and not target_weights.any()


def test_buckets_are_chosen_by_their_share():
    sizes = [239121, 1344322, 5239557, 10445326]
    u = (np.arange(20_000) + 0.5) / 20_000
    drawn = np.bincount([choose_bucket(bucket_scale(sizes), value) for value in u]) / len(u)
    assert np.allclose(drawn, np.array(sizes) / sum(sizes), atol=1e-4)


@pytest.mark.parametrize("sizes", [[0, 5, 0, 5], [1, 0], [5]])
def test_an_empty_bucket_is_never_chosen(sizes):
    scale = bucket_scale(sizes)
    draws = [*np.linspace(0, 0.999, 50), 0.5, np.nextafter(1, 0)]
    assert all(sizes[choose_bucket(scale, u)] for u in draws)


def test_padding_share_is_what_a_batch_holds():
    rng = np.random.default_rng(0)
    pairs = [([5] * int(a), [6] * int(b)) for a, b in rng.integers(1, 38, (50, 2))]
    for buckets in (BUCKETS, BUCKETS[-1:]):
        data = put_in_buckets(pairs, buckets)
        batches = [lay_out_batch(d, b) for d, b in zip(data, buckets, strict=True) if d]
        slots = sum(part.size for batch in batches for part in batch[:2])
        padding = sum(int((part == 0).sum()) for batch in batches for part in batch[:2])
        assert padding_share(data, buckets) == pytest.approx(padding / slots)


def test_reading_pairs(tmp_path):
    (tmp_path / "en").write_text("5 6\n7\n\n8 8 8 8\n9 9 9 9 9\n5\n")
    (tmp_path / "fr").write_text("50\n70 71\n60\n80\n90\n\n")
    data = read_data(tmp_path / "en", tmp_path / "fr", [(3, 4), (5, 5)])
    # (2, 1 + EOS) and (1, 2 + EOS) are below (3, 4); (4, 2) is below (5, 5); five words are not.
    assert data == [[([5, 6], [50, 2]), ([7], [70, 71, 2])], [([8, 8, 8, 8], [80, 2])]]
    assert (data.empty, data.too_long) == (2, 1)
    assert read_data(tmp_path / "en", tmp_path / "fr", [(3, 4)], EOS_ID=1, max_size=1) == [
        [([5, 6], [50, 1])]
    ]


def test_files_that_do_not_belong_together(tmp_path):
    (tmp_path / "en").write_text("5\n6\n7\n")
    (tmp_path / "fr").write_text("5\n6\n")
    for names in (("en", "fr"), ("fr", "en")):
        with pytest.raises(ValueError, match="fr ends after 2 lines"):
            read_data(*(tmp_path / name for name in names))
    assert len(read_data(tmp_path / "en", tmp_path / "fr", max_size=2)[0]) == 2
    (tmp_path / "fr").write_text("5\nsix\n7\n")
    with pytest.raises(ValueError, match="line 2 of .*fr is 'six'; expected ids"):
        read_data(tmp_path / "en", tmp_path / "fr")


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda: get_batch([[], []], 0, 2, BUCKETS[:2]), r"bucket 0, \(5, 10\), has no pairs"),
        (lambda: get_batch([[]], 4, 2), "bucket_id is 4; expected a whole number from 0 to 3"),
        (lambda: lay_out_batch([([5], [6]), ([], [6])], (5, 10)), "pair 1 has 0 words"),
        (lambda: lay_out_batch([([5] * 6, [6])], (5, 10)), "pair 0 has 6 words"),
        (lambda: lay_out_batch([([5], [6] * 9)], (5, 10)), "10 in the target.*1 to 5 and 9"),
        (lambda: put_in_buckets([], [(5, 10), (4, 12)]), "small ones first"),
        (lambda: put_in_buckets([], [(1, 10)]), "room for at least one word"),
        (lambda: bucket_of(1, 1, [5, 6]), r"buckets has shape \(2,\).*Write pairs of sizes"),
        (lambda: put_in_buckets([], max_size=0), "max_size is 0"),
        (lambda: bucket_to_translate(0), "n_source is 0"),
        (lambda: bucket_scale([0, 0]), "some above 0"),
        (lambda: choose_bucket([1.0], 1.0), "u is 1.0"),
        (lambda: padding_share([[]], [(5, 10)]), "no pairs"),
    ],
)
def test_errors(call, match):
    with pytest.raises(ValueError, match=match):
        call()
