"""A real Chromium for the tests that need one.

A ``conftest.py`` that wants the ``browser`` fixture calls ``browser.register(config)`` from its own
``pytest_configure``. However many do so, one Chromium is started per test session: playwright's
synchronous interface can't be started twice in one thread.
"""

import os
import shutil
import sys
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = ["--no-sandbox", "--disable-dev-shm-usage", "--force-color-profile=srgb"]
# It draws without simulating a graphics card, and without what a distribution adds.
FLAGS += ["--disable-gpu", "--disable-software-rasterizer", "--disable-extensions"]


def find_chromium() -> str | None:
    """Path of a Chromium or Chrome on the PATH, or None where there is none."""
    return next((path for path in map(shutil.which, NAMES) if path), None)


class QuietHandler(SimpleHTTPRequestHandler):
    """Serve files, and say nothing of it."""

    def log_message(self, *args):
        pass


@pytest.fixture(scope="session")
def browser() -> Iterator:
    """A headless Chromium (a playwright ``Browser``); make a fresh context or page in each test.

    Without a browser the test is skipped, visibly. Where the environment variable CI is set a
    missing browser is a failure, so that no test is quietly left out there.
    """
    path = find_chromium()
    if path is None:
        reason = "no Chromium on the PATH: install one (Debian: apt-get install chromium)"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)

    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield chromium
        chromium.close()


def register(config: pytest.Config) -> None:
    """Make the ``browser`` fixture known to this test session, once."""
    if not config.pluginmanager.has_plugin("chromium"):
        config.pluginmanager.register(sys.modules[__name__], "chromium")
