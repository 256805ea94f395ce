"""MNIST as arrays, against the raw bytes read in another way."""

import gzip
import struct

import numpy as np
import pytest

import tlcore as tl
from tldata.mnist import read_idx


@pytest.fixture(scope="module")
def mnist():
    return tl.files.load_mnist_dataset()


def raw(name, header):
    folder = tl.files.fetch("mnist")
    path = folder / f"{name}.gz"
    opened = gzip.open(path) if path.exists() else open(folder / name, "rb")
    with opened as stream:
        return np.frombuffer(stream.read(), np.uint8)[header:]


def test_shapes_and_types(mnist):
    assert [a.shape for a in mnist] == [
        (50000, 784), (50000,), (10000, 784), (10000,), (10000, 784), (10000,),
    ]  # fmt: skip
    assert [a.dtype for a in mnist] == [np.float32, np.int32] * 3


def test_pixels_are_the_byte_over_256(mnist):
    X_train, _, X_val, _, X_test, _ = mnist
    file = raw("train-images-idx3-ubyte", 16).reshape(60000, 784)
    np.testing.assert_array_equal(X_train[::9] * 256, file[:50000:9])
    np.testing.assert_array_equal(X_val * 256, file[50000:])  # the last 10,000
    np.testing.assert_array_equal(X_test * 256, raw("t10k-images-idx3-ubyte", 16).reshape(-1, 784))
    assert X_train.min() == 0 and X_train.max() == 255 / 256


def test_labels(mnist):
    _, y_train, _, y_val, _, y_test = mnist
    file = raw("train-labels-idx1-ubyte", 8)
    np.testing.assert_array_equal(np.concatenate([y_train, y_val]), file)
    np.testing.assert_array_equal(y_test, raw("t10k-labels-idx1-ubyte", 8))
    # Counts of the digits in the test set, as published in many places.
    assert np.bincount(y_test).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]


def test_arrays_can_be_changed(mnist):
    for array in mnist:
        assert array.flags.writeable and array.flags.c_contiguous


@pytest.mark.parametrize("shape", [(-1, 28, 28, 1), (-1, 28, 28), (-1, 1, 28, 28), [-1, 784]])
def test_image_shapes(mnist, small, shape):
    got = tl.files.load_mnist_dataset(shape, path=small.folder)
    flat = tl.files.load_mnist_dataset(path=small.folder)
    for a, b in zip(got[::2], flat[::2], strict=True):
        assert a.shape == (len(b), *shape[1:])
        np.testing.assert_array_equal(a.reshape(-1, 784), b)


@pytest.mark.parametrize(
    "shape",
    [
        (-1, 785),
        (784,),
        (-1,),
        (),
        (50000, 784),
        (-1, -1, 28),
        (-1, 28, -1),
        (-1, 0, 784),
        pytest.param(784, id="number"),
        None,
    ],
)
def test_shapes_that_do_not_fit(shape):
    if not isinstance(shape, tuple):
        with pytest.raises(TypeError, match=f"shape is {shape}; expected a list"):
            tl.files.load_mnist_dataset(shape=shape)
        return
    with pytest.raises(
        ValueError, match=r"shape=.* doesn't fit images of 28 x 28 = 784 .*\(-1, 784"
    ):
        tl.files.load_mnist_dataset(shape=shape)


class Small:
    """10,003 training and 2 test images in the idx format, in a folder of the user's."""

    def __init__(self, folder):
        self.folder = folder
        rng = np.random.default_rng(0)
        for kind, count in (("train", 10_003), ("t10k", 2)):
            pixels = rng.integers(0, 256, count * 784, dtype=np.uint8).tobytes()
            labels = rng.integers(0, 10, count, dtype=np.uint8).tobytes()
            self.write(f"{kind}-images-idx3-ubyte", 0x803, (count, 28, 28), pixels)
            self.write(f"{kind}-labels-idx1-ubyte", 0x801, (count,), labels)

    def write(self, name, magic, shape, content):
        header = struct.pack(f">{1 + len(shape)}I", magic, *shape)
        (self.folder / name).write_bytes(header + content)


@pytest.fixture
def small(tmp_path):
    return Small(tmp_path)


def test_a_folder_of_the_users(small):
    X_train, y_train, X_val, y_val, X_test, y_test = tl.files.load_mnist_dataset(path=small.folder)
    assert (len(X_train), len(X_val), len(X_test)) == (3, 10_000, 2)
    assert (len(y_train), len(y_val), len(y_test)) == (3, 10_000, 2)


def test_a_packed_file_of_the_users(small):
    plain = small.folder / "t10k-images-idx3-ubyte"
    before = tl.files.load_mnist_dataset(path=small.folder)[4]
    plain.with_name(f"{plain.name}.gz").write_bytes(gzip.compress(plain.read_bytes()))
    plain.unlink()
    np.testing.assert_array_equal(tl.files.load_mnist_dataset(path=small.folder)[4], before)


def test_a_folder_without_the_files(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"neither train-images-idx3-ubyte.gz nor train-im"):
        tl.files.load_mnist_dataset(path=tmp_path)


@pytest.mark.parametrize(
    ("name", "magic", "shape", "size", "match"),
    [
        ("t10k-images-idx3-ubyte", 0x801, (2,), 2, r"shape \(2,\), expected \(images, 28, 28\)"),
        ("t10k-images-idx3-ubyte", 0x803, (2, 28, 27), 1512, r"expected \(images, 28, 28\)"),
        ("t10k-images-idx3-ubyte", 0x803, (2, 28, 28), 1567, "holds 1567 bytes .* that is 1568"),
        ("t10k-images-idx3-ubyte", 0x803, (2, 28, 28), 1569, "holds 1569 bytes .* that is 1568"),
        ("t10k-images-idx3-ubyte", 0xD03, (2, 28, 28), 1568, "begins with 00000d03"),
        ("t10k-labels-idx1-ubyte", 0x801, (3,), 3, r"shape \(3,\), expected \(2,\): one label"),
        ("train-images-idx3-ubyte", 0x803, (9, 28, 28), 7056, r"expected \(9,\)"),
    ],
)
def test_files_that_are_wrong(small, name, magic, shape, size, match):
    small.write(name, magic, shape, bytes(size))
    with pytest.raises(ValueError, match=match) as caught:
        tl.files.load_mnist_dataset(path=small.folder)
    assert name.replace("t10k-labels", "t10k").split("-")[0] in str(caught.value)


def test_a_label_beyond_nine(small):
    small.write("t10k-labels-idx1-ubyte", 0x801, (2,), bytes([9, 10]))
    with pytest.raises(ValueError, match="has the label 10; labels are 0 to 9"):
        tl.files.load_mnist_dataset(path=small.folder)


def test_too_few_for_a_validation_set(small):
    small.write("train-images-idx3-ubyte", 0x803, (10, 28, 28), bytes(7840))
    small.write("train-labels-idx1-ubyte", 0x801, (10,), bytes(10))
    with pytest.raises(ValueError, match="has 10 images; more than 10000 are needed"):
        tl.files.load_mnist_dataset(path=small.folder)


@pytest.mark.parametrize("content", [b"", b"\0\0\x08", b"\0\0\x08\x00", b"\0\0\x08\x03\0\0"])
def test_a_header_that_is_cut(tmp_path, content):
    (tmp_path / "x").write_bytes(content)
    with pytest.raises(ValueError, match="is not an idx file|ends within its header"):
        read_idx(tmp_path / "x")


def test_a_damaged_gzip_file(tmp_path):
    content = bytearray(gzip.compress(bytes(range(256)) * 40))
    for name, bad in {"cut.gz": content[:-20], "none.gz": b"abc", "bad.gz": content}.items():
        if name == "bad.gz":
            bad[30] ^= 0xFF
        (tmp_path / name).write_bytes(bad)
        with pytest.raises(ValueError, match=f"{name} is a damaged gzip file"):
            read_idx(tmp_path / name)
