"""A translator goes into one small file and comes back, as exactly as its type allows."""

import numpy as np
import pytest
import tensorflow as tf
import translators

from tlbook.figures import load_translator, save_translator
from tlbook.figures.store import load, pack
from tlcore.layers import EmbeddingAttentionSeq2seq
from tlcore.utils import Translator

OPTIONS = [
    ({"bidirectional": True, "tied": True, "keep": 0.8, "name": "published"}, "int8", None),
    ({"num_layers": 2}, "float16", 2**-11),
    ({"num_layers": 3, "bidirectional": True, "attention": "dot"}, "float32", 0),
]


@pytest.mark.parametrize("options, dtype, tolerance", OPTIONS)
def test_round_trip(tmp_path, rng, options, dtype, tolerance):
    network, source, target = translators.random_translator(rng, **options)
    stored = load_translator(save_translator(tmp_path / "t.npz", network, source, target, dtype))
    assert (stored.source_words, stored.target_words) == (source, target)
    assert (stored.size, stored.num_layers) == (12, options.get("num_layers", 1))
    back = stored.network()
    pairs = list(zip(back.all_params, network.all_params, strict=True))
    assert len(pairs) == len(stored.arrays)
    for got, true in pairs:
        got, true = got.numpy(), true.numpy()
        assert got.shape == true.shape and got.dtype == np.float32
        if true.ndim == 1 or true.shape[0] == 2:
            np.testing.assert_array_equal(got, true)  # biases stay as they are
        elif tolerance is None:
            assert (np.abs(got - true).max(1) <= np.abs(true).max(1) / 254 * 1.001).all()
            assert (got != true).any()
        else:
            np.testing.assert_allclose(got, true, rtol=tolerance, atol=1e-7)
    if dtype == "float32":
        inputs = [tf.constant([[9, 3, 30, 8]]), tf.constant([[1, 40, 3]])]
        np.testing.assert_array_equal(back.model(inputs), network.model(inputs))
        found, true = (Translator(net, [(5, 8)])([[4, 5, 6]])[0] for net in (back, network))
        assert found.ids == true.ids


def test_the_published_size_fits(tmp_path):
    network = EmbeddingAttentionSeq2seq(8_000, 12_000, 256, bidirectional=True, keep=0.8, tied=True)
    words = translators.words("en", 8_000), translators.words("fr", 12_000)
    path = save_translator(tmp_path / "t.npz", network, *words)
    size = len(pack(load(path))) / 1e6
    assert 6 < size < 6.5 and path.stat().st_size < 6.5e6


def test_what_is_given_is_checked(tmp_path, rng):
    network, source, target = translators.random_translator(rng)
    path = tmp_path / "t.npz"

    def store(network=network, source=source, target=target, dtype="int8"):
        save_translator(path, network, source, target, dtype)

    with pytest.raises(ValueError, match="dtype is 'float8'"):
        store(dtype="float8")
    with pytest.raises(TypeError, match="network is a Functional; expected an EmbeddingAtt"):
        store(network.model)
    with pytest.raises(ValueError, match="LSTM layers; the page computes GRUs.*use_lstm=False"):
        store(EmbeddingAttentionSeq2seq(60, 70, 12, use_lstm=True))
    with pytest.raises(ValueError, match="attention='additive'; the page computes 'general' and"):
        store(EmbeddingAttentionSeq2seq(60, 70, 12, attention="additive"))
    with pytest.raises(ValueError, match="source_words begin with .*; expected _PAD, _GO, _EOS, _"):
        store(source=source[1:])
    with pytest.raises(ValueError, match="target_words are not all different"):
        store(target=[*target[:-1], target[4]])
    with pytest.raises(ValueError, match="source_words are 59 for 60 vectors"):
        store(source=source[:-1])
    with pytest.raises(ValueError, match="target_words are 71 for 70 vectors"):
        store(target=[*target, "more"])
    network.operation.b.assign(np.full(70, np.nan))
    with pytest.raises(ValueError, match="scores_bias holds NaN"):
        store()
    assert not path.exists()


def test_what_a_file_holds_is_checked(tmp_path, rng):
    path = translators.save(tmp_path / "t.npz", translators.random_translator(rng))
    arrays = dict(np.load(path))

    def read(**changed):
        kept = {name: array for name, array in (arrays | changed).items() if array is not None}
        np.savez(path, **kept)
        return load_translator(path)

    assert read().source_words[:2] == ["_PAD", "_GO"]
    with pytest.raises(ValueError, match="expected target_words too"):
        read(target_words=None)
    with pytest.raises(ValueError, match="target_words is float64; expected uint8"):
        read(target_words=np.ones(70))
    with pytest.raises(ValueError, match="expected .*encoder1_kernel"):
        read(encoder1_kernel=None, encoder1_kernel_scale=None)
    with pytest.raises(ValueError, match=r"W_c has shape \(12, 24\); expected \(24, 12\)"):
        read(W_c=np.ones((12, 24)), W_c_scale=None)
    with pytest.raises(FileNotFoundError, match=r"none\.npz"):
        load_translator(tmp_path / "none.npz")
