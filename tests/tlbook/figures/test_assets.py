"""The bytes that carry weights to a browser: unpacked here by hand, as the format says."""

import json
import struct

import numpy as np
import pytest

from tlbook.figures.assets import load_arrays, pack


def unpack(packed):
    (length,) = struct.unpack_from("<I", packed)
    header = json.loads(packed[4 : 4 + length])
    arrays, start = [], 4 + length
    assert start % 4 == 0
    for entry in header["arrays"]:
        count = int(np.prod(entry["shape"]))
        array = np.frombuffer(packed, entry["dtype"], count, start)
        arrays.append(array.reshape(entry["shape"]))
        start += array.nbytes
    assert start == len(packed)
    return arrays


@pytest.mark.parametrize("dtype", ["<f2", "<f4", ">f4"])
def test_pack_keeps_order_shape_and_values(tmp_path, rng, dtype):
    arrays = [rng.normal(size=shape).astype(dtype) for shape in [(3, 5), (5,), (5, 5, 1, 2), ()]]
    np.savez(tmp_path / "w.npz", **{f"{i:04d}": a for i, a in enumerate(arrays)})
    for out, array in zip(unpack(pack(tmp_path / "w.npz")), arrays, strict=True):
        assert out.dtype.itemsize == array.dtype.itemsize
        np.testing.assert_array_equal(out, array)


def test_float64_becomes_float32_and_columns_first_is_mended(tmp_path, rng):
    array = np.asfortranarray(rng.normal(size=(4, 3)))
    np.savez(tmp_path / "w.npz", array)
    (out,) = unpack(pack(tmp_path / "w.npz"))
    np.testing.assert_array_equal(out, array.astype(np.float32))


def test_whole_numbers_keep_their_type(tmp_path):
    types = ["u1", "i1", "<u2", ">i2", "<i4"]
    arrays = [np.array([0, 1, 127], t) for t in types]
    np.savez(tmp_path / "w.npz", np.ones(2, np.float16), *arrays)
    packed = pack(tmp_path / "w.npz")
    (length,) = struct.unpack_from("<I", packed)
    header = json.loads(packed[4 : 4 + length])["arrays"]
    start = 4 + length + 4
    for entry, array in zip(header[1:], arrays, strict=True):
        assert entry["dtype"] == array.dtype.name
        out = np.frombuffer(packed, np.dtype(entry["dtype"]).newbyteorder("<"), 3, start)
        np.testing.assert_array_equal(out, array)
        start += out.nbytes
    assert start == len(packed)


def test_missing_file(tmp_path):
    with pytest.raises(FileNotFoundError, match="no weights at .*gone.npz"):
        load_arrays(tmp_path / "gone.npz")


def test_not_an_archive_and_a_pickle_in_disguise(tmp_path):
    (tmp_path / "text.npz").write_text("hello")
    with pytest.raises(ValueError, match="text.npz isn't an .npz"):
        pack(tmp_path / "text.npz")
    np.savez(tmp_path / "object.npz", np.array([{}], object))
    with pytest.raises(ValueError, match="isn't an .npz file of plain arrays"):
        pack(tmp_path / "object.npz")
    (tmp_path / "cut.npz").write_bytes((tmp_path / "object.npz").read_bytes()[:60])
    with pytest.raises(ValueError, match="cut.npz"):
        pack(tmp_path / "cut.npz")
    np.save(tmp_path / "one.npy", np.ones(3))
    (tmp_path / "one.npy").rename(tmp_path / "one.npz")
    with pytest.raises(ValueError, match="one.npz"):
        pack(tmp_path / "one.npz")


def test_integers_are_not_weights(tmp_path):
    np.savez(tmp_path / "ints.npz", np.arange(3))
    with pytest.raises(ValueError, match="array 0 is int64"):
        pack(tmp_path / "ints.npz")
