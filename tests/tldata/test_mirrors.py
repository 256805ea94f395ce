"""What a mirror may be called, what it may send, and what is never said about it."""

import gzip
import importlib
import time
import zipfile

import numpy as np
import pytest

import tldata
from tldata import DataError, fetch
from tldata.text import read_content

SECRET = "S3CRET"


@pytest.mark.parametrize("form", ["http://me:{s}@{host}/m/", "http://{host}/m?token={s}"])
def test_secrets_are_never_said(toy, server, form):
    server.routes.clear()
    host = server.url.removeprefix("http://")
    with pytest.raises(DataError) as error:
        fetch("toy", mirror=form.format(s=SECRET, host=host))
    assert f"mirror http://{host}/m/toy/small.bin: 404" in str(error.value)
    assert SECRET not in str(error.value) and error.value.__cause__ is None
    with pytest.raises(DataError) as error:  # a host that isn't there
        fetch("toy", mirror=form.format(s=SECRET, host="127.0.0.1:9"))
    assert SECRET not in str(error.value) and "127.0.0.1:9" in str(error.value)
    with pytest.raises(ValueError) as wrong:
        fetch("toy", mirror=form.format(s=SECRET, host="["))
    assert SECRET not in str(wrong.value)


def test_a_token_goes_with_each_file(toy, server):
    server.routes.clear()
    server.routes |= {f"/m/toy/{name}?token=1": c for name, c in toy.content.items()}
    fetch("toy", mirror=f"{server.url}/m/?token=1")
    assert toy.whole()


def trickle(handler, header):
    """Send a byte every fifth of a second, as long as somebody listens."""
    start = b"X: " if header else b"Content-Length: 1000\r\n\r\n"
    handler.wfile.write(b"HTTP/1.0 200 OK\r\n" + start)
    for _ in range(100):
        handler.wfile.write(b"x")
        handler.wfile.flush()
        time.sleep(0.2)


@pytest.mark.parametrize("header", [True, False])
def test_a_server_that_sends_a_byte_now_and_then_is_given_up(toy, server, header):
    server.routes["/one/small.bin"] = lambda handler: trickle(handler, header)
    started = time.monotonic()
    with pytest.raises(DataError, match="too slow: .* bytes in"):
        fetch("toy", timeout=0.5)
    assert time.monotonic() - started < 15  # it would be 20
    toy.serve("one")
    fetch("toy", timeout=5)  # the folder's lock is free
    assert toy.whole()


@pytest.mark.parametrize("mirror", ["~nouser-here/x", "http://[", "http://", "a\0b", "http://a\0b/"])
def test_a_mirror_that_can_not_be_one_is_named(toy, mirror):
    with pytest.raises(ValueError, match=r"^fetch: mirror \(or TLCORE_DATA_MIRROR\) is .*expected"):
        fetch("toy", mirror=mirror)


def test_capitals_and_blanks_do_not_make_another_mirror(toy, server, monkeypatch):
    toy.serve("m/toy")
    monkeypatch.setenv("TLCORE_DATA_MIRROR", f"  {server.url.replace('http', 'HTTP')}/m ")
    monkeypatch.setenv("TLCORE_DATA_TIMEOUT", "")  # as good as unset
    fetch("toy")
    assert toy.whole() and "/m/toy/small.bin" in server.gets()


def test_a_cache_of_nobody_is_named(toy, monkeypatch):
    monkeypatch.setenv("TLCORE_DATA_CACHE", "~nouser-here/x")
    with pytest.raises(ValueError, match="TLCORE_DATA_CACHE is '~nouser-here/x'"):
        fetch("toy")


def test_a_link_that_a_killed_process_left_is_no_folder(toy, tmp_path):
    (tmp_path / "mine").mkdir()
    toy.cache.mkdir(parents=True)
    (toy.cache / ".x.part").symlink_to(tmp_path / "mine")
    fetch("toy")
    assert toy.listing() == ["big.bin", "small.bin"] and (tmp_path / "mine").is_dir()


def test_what_unpacks_to_more_than_it_can_mean_is_refused(tmp_path, monkeypatch):
    for module in ("text", "tatoeba"):
        monkeypatch.setattr(importlib.import_module(f"tldata.{module}"), "MOST", 2**20)
    (tmp_path / "a.gz").write_bytes(gzip.compress(bytes(2**22)))
    with pytest.raises(ValueError, match="a.gz is a damaged gzip file: it unpacks to more than"):
        read_content(tmp_path / "a.gz", "test")
    with zipfile.ZipFile(tmp_path / "fra-eng.zip", "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("fra.txt", bytes(2**22))
    with pytest.raises(ValueError, match="it would unpack to"):
        tldata.load_tatoeba_en_fr(tmp_path)


@pytest.mark.parametrize("packed", [True, False])
def test_digits_of_your_own_by_another_name(tmp_path, packed):
    """Some sites write train-images.idx3-ubyte."""
    rng = np.random.default_rng(0)
    for name, n in (("train", 10_003), ("t10k", 7)):
        for what, kind, shape in (("images", 3, (n, 28, 28)), ("labels", 1, (n,))):
            header = bytes([0, 0, 8, kind]) + b"".join(m.to_bytes(4, "big") for m in shape)
            content = header + rng.integers(0, 10, shape, np.uint8).tobytes()
            path = tmp_path / f"{name}-{what}.idx{kind}-ubyte"
            if packed:
                path, content = path.with_name(f"{path.name}.gz"), gzip.compress(content, 1)
            path.write_bytes(content)
    X, y, X_val, _, X_test, _ = tldata.load_mnist_dataset(path=tmp_path)
    assert (X.shape, y.shape, X_val.shape, X_test.shape) == (
        (3, 784), (3,), (10_000, 784), (7, 784),
    )  # fmt: skip
