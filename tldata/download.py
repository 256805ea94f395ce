"""Download one registered file: in time, in size, with the right hash, or not at all."""

from __future__ import annotations

import functools
import hashlib
import re
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import urlsplit

from tldata.atomic import replacing
from tldata.registry import DataFile

CONNECT = 5.0  # seconds; a server that is there at all answers within a few
SLOWEST = 50_000  # bytes a second, on the whole; below this a download counts as failed


#: A password, or a token, in an address.
SECRETS = re.compile(r"[^\s/]+@(?=[\w.\[-])|\?\S*?(?=:?(?:\s|$))")


def without_secrets(text: str) -> str:
    """Return a message without what addresses in it may have of passwords and tokens.

    >>> without_secrets("mirror http://me:S3CRET@host/mnist?token=1: no connection")
    'mirror http://host/mnist: no connection'
    """
    return SECRETS.sub("", text)


def in_time(call: Callable[[], Any], seconds: float) -> Any:
    """Return what a call returns, or raise TimeoutError.

    A server that sends a byte now and then would never run into the time-out of a socket. So the
    call has a thread of its own, which is left to itself then.
    """
    future: Future[Any] = Future()

    def work() -> None:
        try:
            future.set_result(call())
        except BaseException as error:
            future.set_exception(error)

    threading.Thread(target=work, daemon=True).start()
    return future.result(seconds)


class CannotStore(Exception):
    """The file can't be kept here (no room, no right): another server wouldn't help."""


def time_limit(nbytes: int, timeout: float) -> float:
    """Return the seconds that a download of ``nbytes`` may take before it counts as failed."""
    return timeout + nbytes / SLOWEST


def check(path: str | Path, file: DataFile) -> str | None:
    """Compare a file with its entry in the registry; return what is wrong, None if it is right."""
    try:
        size = Path(path).stat().st_size
        if size != file.bytes:
            return f"{size} bytes instead of {file.bytes}"
        with open(path, "rb") as stream:
            sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        return error.strerror or str(error)
    if sha256 != file.sha256:
        return f"wrong content: sha256 {sha256} instead of {file.sha256}"
    return None


def unreachable(urls: list[str], timeout: float) -> dict[str, str]:
    """Return the servers that don't answer, one address of each given, and why.

    Behind a firewall that drops packets each address of each server would cost its own time-out.
    Here all servers together get one. Any answer counts, even an error.
    """
    import requests

    limit = min(CONNECT, timeout)
    silent = {urlsplit(url).netloc: f"no answer within {limit:g} s" for url in urls}
    answers: dict[str, str | None] = {}

    def ask(url: str) -> None:
        try:
            requests.head(url, timeout=limit, allow_redirects=False).close()
            answers[urlsplit(url).netloc] = None
        except (requests.RequestException, ValueError) as error:
            answers[urlsplit(url).netloc] = _reason(error, limit)

    threads = [threading.Thread(target=ask, args=(url,), daemon=True) for url in urls]
    for thread in threads:
        thread.start()
    end = time.monotonic() + limit
    for thread in threads:
        thread.join(max(0.0, end - time.monotonic()))
    return {server: reason for server, reason in (silent | answers).items() if reason is not None}


def get_page(url: str, timeout: float) -> tuple[str, str, str | None]:
    """Return a web page, its final address, and why it can't be had (None if it can)."""
    import requests

    try:
        # A plain page even from an index that could also answer in JSON.
        ask = functools.partial(requests.get, timeout=timeout, headers={"Accept": "text/html"})
        answer = in_time(lambda: ask(url), 2 * timeout)
        answer.raise_for_status()
    except (requests.RequestException, ValueError, TimeoutError) as error:
        return "", url, _reason(error, timeout)
    return answer.text, answer.url, None


def download(
    url: str, path: str | Path, file: DataFile, *, timeout: float, progress: bool = False,
    checked: bool = True,
) -> str | None:  # fmt: skip
    """Download ``url`` to ``path``, if what comes is ``file``; otherwise ``path`` stays as it is.

    Return why it failed; None if it succeeded. The server is given up after `timeout` seconds
    without a byte, and after :func:`time_limit` whatever it sends. Without `checked` only the
    size is limited, and the content has to be checked after it has been unpacked.
    """
    import requests
    from pooch import HTTPDownloader

    fetch = HTTPDownloader(
        progressbar=progress,
        timeout=(min(CONNECT, timeout), timeout),
        # Some servers unpack a .gz on the way unless they are asked not to.
        headers={"Accept-Encoding": "identity"},
    )
    try:
        with replacing(path) as part:
            with open(part, "wb") as stream:
                guard = _Guard(stream, file, time_limit(file.bytes, timeout))
                try:
                    in_time(lambda: fetch(url, guard, None), guard.limit)
                except TimeoutError:
                    raise guard.too_slow() from None
            wrong = check(part, file) if checked else None
            if wrong:
                raise _Refused(wrong)
    except _Refused as error:
        return str(error)
    except (requests.RequestException, ValueError) as error:
        return _reason(error, timeout)
    except OSError as error:  # after RequestException, which is an OSError as well
        raise CannotStore(f"{error.strerror or error}") from error
    return None


class _Refused(Exception):
    """What the server sends is not what was asked for."""


class _Guard:
    """A file to write to that refuses too many bytes and too slow a pace."""

    def __init__(self, stream: BinaryIO, file: DataFile, limit: float) -> None:
        self.stream, self.file, self.limit = stream, file, limit
        self.count = 0
        self.end = time.monotonic() + limit

    def write(self, chunk: bytes) -> None:
        self.count += len(chunk)
        if self.count > self.file.bytes:
            raise _Refused(f"more than the {self.file.bytes} bytes that were expected")
        if time.monotonic() > self.end:
            raise self.too_slow()
        self.stream.write(chunk)

    def too_slow(self) -> _Refused:
        how = f"{self.count} of {self.file.bytes} bytes in {self.limit:.3g} s"
        return _Refused(f"too slow: {how}")

    def flush(self) -> None:
        self.stream.flush()


def _reason(error: Exception, timeout: float) -> str:
    """A network error in a few words; the libraries' own texts name their objects in memory."""
    import requests

    text = str(error)
    if isinstance(error, requests.HTTPError) and error.response is not None:
        return f"{error.response.status_code} {error.response.reason}"
    if isinstance(error, (requests.Timeout, TimeoutError)) or "timed out" in text:
        return f"no answer within {timeout:g} s"
    if "IncompleteRead" in text:
        return "the connection broke off in the middle of the file"
    if isinstance(error, requests.exceptions.SSLError):
        return f"no secure connection: {text.rsplit('(', 1)[-1].strip(')')}"
    if isinstance(error, requests.ConnectionError):
        if any(known in text for known in ("resolve", "Name or service", "getaddrinfo")):
            return "no connection: the name of the server can't be looked up"
        return "no connection" + (": refused" if "refused" in text else "")
    return f"{type(error).__name__}: {text}"
