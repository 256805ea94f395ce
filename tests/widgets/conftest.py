"""What the live figures' tests share: the browser."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
import browser  # noqa: E402


def pytest_configure(config):
    browser.register(config)
