"""A toy data set, and a local web server that can be told to misbehave."""

import hashlib
import importlib
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

# `tldata.fetch` is the function; this is the module of the same name.
FETCH = importlib.import_module("tldata.fetch")


def pytest_configure(config):
    config.addinivalue_line("markers", "network: needs the Python package index")


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
