"""Everything that can go wrong on the way: a clear error, no half file, nothing good lost."""

import importlib
import signal
import socket
import threading
import time

import pytest

from tldata import DataError, fetch

# `tldata.fetch` is the function; this is the module of the same name.
FETCH = importlib.import_module("tldata.fetch")
DOWNLOAD = importlib.import_module("tldata.download")


def fails(match=None, **options):
    with pytest.raises(DataError, match=match) as caught:
        fetch("toy", **options)
    return str(caught.value)


def test_the_error_lists_what_was_tried_and_what_to_do_by_hand(toy, server, tmp_path):
    server.routes.clear()
    text = fails(mirror=tmp_path / "nowhere")
    for name in toy.content:
        assert f"cache {toy.cache / name}: No such file" in text
        assert f"mirror {tmp_path / 'nowhere' / 'toy' / name}: No such file" in text
        for address in ("one", "two"):
            assert f"{server.url}/{address}/{name}: 404 Not Found" in text
    by_hand = text[text.index("By hand") :]
    for part in (str(toy.cache), "TLCORE_DATA_MIRROR", "TLCORE_DATA_CACHE", "300000 bytes"):
        assert part in by_hand
    assert toy.registry.read_text().split('sha256 = "')[1][:64] in by_hand
    assert f"{server.url}/two/small.bin" in by_hand
    assert toy.listing() == []


def test_wrong_content(toy, server):
    server.routes["/one/small.bin"] = bytes(1000)
    assert "/one/small.bin: wrong content: sha256 541b3e9d" in fails()
    assert toy.listing() == ["big.bin"]


def test_truncated(toy, server):
    def answer(handler):
        handler.send_start(1000)
        handler.wfile.write(toy.content["small.bin"][:500])

    server.routes["/one/small.bin"] = answer
    assert "/one/small.bin: the connection broke off in the middle of the file" in fails()
    assert toy.listing() == ["big.bin"]


def test_truncated_by_a_server_that_names_no_length(toy, server):
    def answer(handler):
        handler.send_start()
        handler.wfile.write(toy.content["small.bin"][:500])

    server.routes["/one/small.bin"] = answer
    assert "/one/small.bin: 500 bytes instead of 1000" in fails()
    assert toy.listing() == ["big.bin"]


def test_endless(toy, server):
    sent = []

    def answer(handler):
        handler.send_start()
        while len(sent) < 10_000:
            handler.wfile.write(bytes(10_000))
            sent.append(1)

    server.routes["/one/small.bin"] = answer
    assert "/one/small.bin: more than the 1000 bytes" in fails()
    assert len(sent) < 10_000  # the client hung up
    assert toy.listing() == ["big.bin"]


def test_server_error(toy, server):
    server.routes["/one/small.bin"] = lambda handler: handler.send_error(503, "Busy")
    assert "/one/small.bin: 503 Busy" in fails()


def test_a_web_page_instead_of_the_file(toy, server):
    """What a school's filter or a log-in page of a wireless network answers."""
    server.routes["/one/small.bin"] = b"<html>Please log in</html>"
    assert "/one/small.bin: 26 bytes instead of 1000" in fails()


def test_a_server_that_stalls_is_given_up_for_all_files(toy, server):
    release = threading.Event()
    for path in list(server.routes):
        server.routes[path] = lambda handler: release.wait(20)
    text = fails(timeout=2)
    release.set()
    assert "/one/big.bin: no answer within 2 s" in text
    assert server.gets() == ["/one/big.bin"]  # not asked for the other file
    assert toy.listing() == []


def test_a_server_that_drips(toy, server, monkeypatch):
    monkeypatch.setattr(DOWNLOAD, "SLOWEST", 1e9)  # so that 2 s are the limit

    def answer(handler):
        handler.send_start(300_000)
        for _ in range(200):  # 10 s, never 2 s without a byte
            handler.wfile.write(bytes(1024))
            time.sleep(0.05)

    server.routes["/one/big.bin"] = answer
    text = fails(timeout=2)
    assert "/one/big.bin: too slow: " in text and "of 300000 bytes in 2 s" in text
    assert toy.listing() == []


def test_no_server_at_all(toy):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    text = toy.registry.read_text()
    toy.registry.write_text(text.replace(toy.server.url, f"http://127.0.0.1:{port}"))
    assert f"127.0.0.1:{port}: no connection: refused" in fails()


def test_servers_that_drop_packets_cost_one_time_out_together(toy):
    """Sockets that listen and never answer stand in for a firewall that drops packets."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(6)]
    addresses = [f'"http://127.0.0.1:{s.getsockname()[1]}/"' for s in sockets]
    lines = toy.registry.read_text().splitlines()
    lines[5] = f"addresses = [{', '.join(addresses)}]"
    toy.registry.write_text("\n".join(lines))
    start = time.monotonic()
    text = fails(timeout=1)
    took = time.monotonic() - start
    for s in sockets:
        s.close()
    assert text.count("no answer within 1 s") == 6
    assert took < 5  # one after the other it would be 6


def test_killed_half_way(toy, server):
    half, release = threading.Event(), threading.Event()

    def answer(handler):
        handler.send_start(300_000)
        handler.wfile.write(toy.content["big.bin"][:150_000])
        half.set()
        release.wait(30)

    server.routes["/one/big.bin"] = answer
    process = toy.start()
    assert half.wait(60)
    until = time.monotonic() + 10
    while not [p for p in toy.cache.glob(".*.part") if p.stat().st_size > 100_000]:
        assert time.monotonic() < until
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    assert process.wait(10) == -signal.SIGKILL
    release.set()
    assert len(toy.listing()) == 1  # the half file, under a name that nobody takes for good
    assert not (toy.cache / "big.bin").exists()
    toy.serve("one")
    fetch("toy")
    assert toy.whole()
    assert toy.listing() == ["big.bin", "small.bin"]


def test_interrupted(toy, server, monkeypatch):
    """Ctrl-C in the middle of a download."""

    def interrupt(self, chunk):
        raise KeyboardInterrupt

    monkeypatch.setattr(DOWNLOAD._Guard, "write", interrupt)
    with pytest.raises(KeyboardInterrupt):
        fetch("toy")
    assert toy.listing() == []
    monkeypatch.undo()
    from filelock import FileLock

    FileLock(toy.cache / ".lock", timeout=0).acquire().lock.release()  # it was let go


def test_two_processes_at_once(toy, server):
    def slowly(content):
        def answer(handler):
            time.sleep(0.5)
            handler.send_whole(content)

        return answer

    for name, content in toy.content.items():
        server.routes[f"/one/{name}"] = slowly(content)
    processes = [toy.start(), toy.start()]
    for process in processes:
        out, err = process.communicate(timeout=60)
        assert process.returncode == 0, err
        assert out.strip() == str(toy.cache)
    assert sorted(server.gets()) == ["/one/big.bin", "/one/small.bin"]
    assert toy.whole()
    assert toy.listing() == ["big.bin", "small.bin"]


def test_another_process_never_ends(toy, monkeypatch):
    from filelock import FileLock

    toy.cache.mkdir(parents=True)
    monkeypatch.setattr(FETCH, "LOCK_TIMEOUT", 0.2)
    with FileLock(toy.cache / ".lock"):
        assert "Another process has been fetching toy" in fails()


def test_a_good_copy_survives_a_failing_refresh(toy, server):
    toy.write(toy.cache)
    server.routes["/one/big.bin"] = bytes(300_000)
    del server.routes["/one/small.bin"]
    text = fails(refresh=True)
    assert "wrong content" in text and "404" in text
    assert toy.whole()
    assert toy.listing() == ["big.bin", "small.bin"]
    server.requests.clear()
    assert fetch("toy") == toy.cache
    assert server.requests == []


def test_a_mirror_with_wrong_files_is_not_trusted(toy, tmp_path):
    toy.write(tmp_path / "mirror" / "toy")
    (tmp_path / "mirror" / "toy" / "big.bin").write_bytes(bytes(300_000))
    assert fetch("toy", mirror=tmp_path / "mirror") == toy.cache
    assert toy.whole()
    assert (tmp_path / "mirror" / "toy" / "big.bin").read_bytes() == bytes(300_000)  # left alone


def test_a_dead_mirror_address_does_not_stop_the_others(toy):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    fetch("toy", mirror=f"http://127.0.0.1:{port}/")
    assert toy.whole()
