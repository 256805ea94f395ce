"""Named arrays in files and as bytes for a browser: unpacked here by hand, as the format says."""

import json
import struct

import numpy as np
import pytest

from tlbook.figures.store import floats, load, pack, quantise, save, text


def unpack(packed):
    (length,) = struct.unpack_from("<I", packed)
    header = json.loads(packed[4 : 4 + length])
    arrays, start = {}, 4 + length
    assert start % 4 == 0
    for entry in header["arrays"]:
        count, dtype = int(np.prod(entry["shape"])), np.dtype(entry["dtype"]).newbyteorder("<")
        array = np.frombuffer(packed, dtype, count, start)
        arrays[entry["name"]] = array.reshape(entry["shape"])
        start += array.nbytes
    assert start == len(packed)
    return arrays


@pytest.mark.parametrize("dtype", ["<f2", "<f4", ">f4", "u1", "i1", "<u2", ">i2", "<i4"])
def test_pack_keeps_names_order_shapes_and_values(rng, dtype):
    shapes = [(3, 5), (5,), (5, 5, 1, 2), ()]
    arrays = {f"{i:04d}": (100 * rng.random(s)).astype(dtype) for i, s in enumerate(shapes)}
    out = unpack(pack(arrays))
    assert list(out) == list(arrays)
    for name, array in arrays.items():
        assert out[name].dtype.itemsize == array.dtype.itemsize
        np.testing.assert_array_equal(out[name], array)


def test_float64_becomes_float32_and_columns_first_is_mended(rng):
    array = np.asfortranarray(rng.normal(size=(4, 3)))
    np.testing.assert_array_equal(unpack(pack({"a": array}))["a"], array.astype(np.float32))
    with pytest.raises(ValueError, match="a is int64; expected floats, or one of uint8, int8"):
        pack({"a": np.arange(3)})


def test_a_file_gives_back_what_was_saved(tmp_path, rng):
    W, b, words = rng.normal(size=(6, 4)), rng.normal(size=4).astype("f4"), ["the", "naïve", "猫"]
    path = save(tmp_path / "a.npz", {"words": words, "b": b}, {"W": W}, "int8")
    stored = load(path, "W", "words")
    assert text(stored, "words") == words
    assert [(n, a.dtype.name) for n, a in stored.items()] == [
        ("words", "uint8"),
        ("b", "float32"),
        ("W", "int8"),
        ("W_scale", "float32"),
    ]
    found = floats(stored)
    assert list(found) == ["b", "W"]
    np.testing.assert_array_equal(found["b"], b)
    room = np.abs(W).max(1, keepdims=True) / 254 * 1.001
    assert (np.abs(found["W"] - W) <= room).all()
    half = load(save(path, {}, {"W": 1e6 * W}, "float16"))["W"]
    assert half.dtype == np.float16 and np.isfinite(half).all()
    with pytest.raises(ValueError, match="dtype is 'float8'; expected 'float16', 'int8' or"):
        save(path, {}, {"W": W}, "float8")


def test_one_scale_for_what_lies_along_an_axis(rng):
    values = rng.normal(size=(3, 4, 50)) * [[1.0], [10.0], [0.1], [0.0]]
    whole, scale = quantise(values, axis=(0, 2))
    assert whole.dtype == np.int8 and scale.shape == (1, 4, 1)
    assert np.abs(whole).max((0, 2)).tolist() == [127, 127, 127, 0]
    assert (np.abs(whole * scale - values) <= scale / 2 + 1e-12).all()
    assert np.abs(quantise(values, largest=32000)[0]).max() == 32000


def test_what_is_no_such_file(tmp_path):
    path = tmp_path / "w.npz"
    with pytest.raises(FileNotFoundError, match="w.npz"):
        load(path)
    np.savez(path, object=np.array([{}], object))
    pickled = path.read_bytes()
    np.save(tmp_path / "one.npy", np.ones(3))
    for content in [b"hello", pickled, pickled[:60], (tmp_path / "one.npy").read_bytes()]:
        path.write_bytes(content)
        with pytest.raises(
            ValueError,
            match="w.npz (is not an .npz|is damaged|can't be read safely).*Give an .npz file",
        ):
            load(path)
    np.savez(path, b=np.arange(3), words=np.array(["a"]))
    with pytest.raises(ValueError, match=r"holds \['b', 'words'\]; expected W, V too"):
        load(path, "W", "b", "V")
    with pytest.raises(ValueError, match="words is <U1; expected uint8, texts as UTF-8"):
        text(load(path), "words")
