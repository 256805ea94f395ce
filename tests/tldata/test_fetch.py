"""The order of the places, and the settings."""

import os

import pytest

import tlcore as tl
from tldata import DataError, fetch


def test_downloads_once_and_then_reads_the_cache(toy, server):
    assert fetch("toy") == toy.cache
    assert toy.whole()
    assert server.gets() == ["/one/big.bin", "/one/small.bin"]
    server.requests.clear()
    assert fetch("toy") == toy.cache
    assert server.requests == []


def test_a_mirror_folder_is_read_in_place(toy, server, tmp_path):
    toy.write(tmp_path / "mirror" / "toy")
    assert fetch("toy", mirror=tmp_path / "mirror") == tmp_path / "mirror" / "toy"
    assert server.requests == []
    assert not toy.cache.exists()


def test_the_cache_comes_before_the_mirror(toy, tmp_path, monkeypatch):
    toy.write(toy.cache)
    toy.write(tmp_path / "mirror" / "toy")
    monkeypatch.setenv("TLCORE_DATA_MIRROR", str(tmp_path / "mirror"))
    assert fetch("toy") == toy.cache


def test_what_a_mirror_folder_lacks_is_downloaded(toy, server, tmp_path, monkeypatch):
    toy.write(tmp_path / "mirror" / "toy")
    (tmp_path / "mirror" / "toy" / "small.bin").unlink()
    monkeypatch.setenv("TLCORE_DATA_MIRROR", str(tmp_path / "mirror"))
    assert fetch("toy") == toy.cache
    assert toy.whole()
    assert server.gets() == ["/one/small.bin"]


@pytest.mark.parametrize("slash", ["", "/"])
def test_a_mirror_address_comes_before_the_owners(toy, server, slash):
    toy.serve("mirror/toy")
    assert fetch("toy", mirror=f"{server.url}/mirror{slash}") == toy.cache
    assert toy.whole()
    assert {path for _, path in server.requests} == {
        "/mirror/toy/big.bin",
        "/mirror/toy/small.bin",
    }


def test_the_second_address_serves_when_the_first_has_nothing(toy, server):
    server.routes.clear()
    toy.serve("two")
    fetch("toy")
    assert toy.whole()


def test_only_what_is_missing_is_downloaded(toy, server):
    toy.write(toy.cache)
    (toy.cache / "small.bin").unlink()
    fetch("toy")
    assert server.gets() == ["/one/small.bin"]


def test_a_damaged_cached_file_is_replaced(toy):
    toy.write(toy.cache)
    (toy.cache / "small.bin").write_bytes(bytes(1000))
    fetch("toy")
    assert toy.whole()


def test_refresh_downloads_again(toy, server):
    toy.write(toy.cache)
    fetch("toy", refresh=True)
    assert len(server.gets()) == 2
    assert toy.whole()


def test_a_server_that_would_unpack_is_asked_not_to(toy, server):
    seen = []

    def answer(handler):
        seen.append(handler.headers["Accept-Encoding"])
        handler.send_whole(toy.content["small.bin"])

    server.routes["/one/small.bin"] = answer
    fetch("toy")
    assert seen == ["identity"]


def test_a_new_file_has_the_rights_that_open_would_give(toy):
    fetch("toy")
    plain = toy.cache / "plain"
    plain.touch()
    assert os.stat(toy.cache / "big.bin").st_mode == os.stat(plain).st_mode


def test_unknown_set():
    with pytest.raises(ValueError, match=r"no data set 'emnist'; the registry has: mnist"):
        fetch("emnist")


@pytest.mark.parametrize("value", ["soon", "0", "-3", "nan"])
def test_timeout_that_is_no_time(toy, monkeypatch, value):
    monkeypatch.setenv("TLCORE_DATA_TIMEOUT", value)
    with pytest.raises(ValueError, match=rf"TLCORE_DATA_TIMEOUT.*not '{value}'"):
        fetch("toy")


def test_data_error_is_an_os_error():
    assert issubclass(DataError, OSError)
    assert tl.files.DataError is DataError


def test_default_cache_is_the_users(monkeypatch):
    from tldata.fetch import cache_folder

    monkeypatch.delenv("TLCORE_DATA_CACHE", raising=False)
    assert cache_folder().name == "layer-by-layer"
    monkeypatch.setenv("TLCORE_DATA_CACHE", "~/elsewhere")
    assert cache_folder() == type(cache_folder())("~/elsewhere").expanduser()
