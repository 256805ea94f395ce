"""A language model goes into one small file and comes back, as exactly as its type allows."""

import numpy as np
import pytest
from language import random_model, save

from tlbook.figures.language_files import load_language_model, save_language_model
from tlbook.figures.store import load, pack


def arrays_of(model):
    W, b = model.softmax or (None, None)
    found = [model.embeddings, *(a for layer in model.lstm_weights for a in layer), W, b]
    return [a for a in found if a is not None]


@pytest.mark.parametrize(
    "tied, bias, dtype, tolerance",
    [
        (True, True, "int8", None),
        (True, False, "float16", 2**-11),
        (False, True, "float32", 0),
        (False, True, "int8", None),
    ],
)
def test_round_trip(tmp_path, rng, tied, bias, dtype, tolerance):
    model = random_model(rng, tied=tied, bias=bias)
    back = load_language_model(save(tmp_path / "lm.npz", model, dtype))
    assert back.words == model.words
    pairs = list(zip(arrays_of(back), arrays_of(model), strict=True))
    assert [(a.shape, a.dtype) for a, _ in pairs] == [(b.shape, np.float32) for _, b in pairs]
    for got, true in pairs:
        if true.ndim == 1:
            np.testing.assert_array_equal(got, true)  # biases stay as they are
        elif tolerance is None:
            assert np.abs(got - true).max() <= np.abs(true).max() / 254 * 1.001
            assert (got != true).any()
        else:
            np.testing.assert_allclose(got, true, rtol=tolerance, atol=1e-7)


def test_a_scale_for_each_row_keeps_a_small_row(tmp_path, rng):
    model = random_model(rng)
    model.embeddings[3] *= 1e-4
    back = load_language_model(save(tmp_path / "lm.npz", model, "int8"))
    np.testing.assert_allclose(back.embeddings[3], model.embeddings[3], atol=5e-6)


@pytest.mark.parametrize("dtype, tied, megabytes", [("float16", True, 5.40), ("int8", False, 4.85)])
def test_the_published_size_fits(tmp_path, rng, dtype, tied, megabytes):
    model = random_model(rng, 10_000, 200, (200, 200), tied)
    size = len(pack(load(save(tmp_path / "lm.npz", model, dtype)))) / 1e6
    assert size == pytest.approx(megabytes, abs=0.05) and size < 5.5


def test_what_keras_gives_is_checked(tmp_path, rng):
    embeddings, layers, softmax, words = random_model(rng)
    path = tmp_path / "lm.npz"

    def store(embeddings=embeddings, layers=layers, softmax=softmax, words=words, dtype="float16"):
        save_language_model(path, embeddings, layers, softmax, words, dtype)

    with pytest.raises(ValueError, match="dtype is 'float8'"):
        store(dtype="float8")
    with pytest.raises(ValueError, match="words are 60 for 59 vectors"):
        store(embeddings=embeddings[:-1])
    with pytest.raises(ValueError, match="words are not all different"):
        store(words=words[:-1] + words[:1])
    with pytest.raises(ValueError, match="there is no LSTM layer"):
        store(layers=[])
    with pytest.raises(ValueError, match=r"lstm1_kernel has shape \(8, 48\); expected \(12, 32\)"):
        store(layers=[layers[0], [layers[0][0], *layers[1][1:]]])
    with pytest.raises(ValueError, match="8 numbers and the last layer 12; to tie"):
        store(layers=layers[:1])
    with pytest.raises(ValueError, match=r"softmax has shape \(60, 12\); expected \(60, 8\)"):
        store(softmax=(np.ones((12, 60)), np.ones(60)))
    broken = embeddings.copy()
    broken[0, 0] = np.nan
    with pytest.raises(ValueError, match="embeddings holds NaN"):
        store(embeddings=broken)
    assert not path.exists()
    np.savez(path, words=np.zeros(3, np.uint8), embeddings=np.ones((2, 2)))
    with pytest.raises(ValueError, match="expected words, embeddings, lstm0_kernel|lstm0_kernel"):
        load_language_model(path)
    with pytest.raises(FileNotFoundError):
        load_language_model(tmp_path / "none.npz")
