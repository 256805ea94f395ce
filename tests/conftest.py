"""What every test shares: a quiet TensorFlow, pictures in memory, seeds, and the order."""

import os
import random
import sys
from pathlib import Path

import numpy as np
import pytest

# Set before anything imports TensorFlow or matplotlib. A value from the outside wins.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")
# A progress bar that nbval's kernels showed would be one more output to compare.
os.environ.setdefault("TQDM_DISABLE", "1")
os.environ.setdefault("MATPLOTLIBRC", str(Path(__file__).with_name("matplotlibrc")))

#: What takes longest, by the beginnings of the files' names. It comes first, so that two processes,
#: which take file after file, are done at the same time.
LONG = (
    "book/chapters/",
    "tests/book/test_views.py",
    "tests/book/test_assignments.py",
    "tests/tlbook/record/",
    "tests/tlcore/train/",
    "tests/book/test_lab.py",
    "tests/tlbook/figures/test_panel.py",
)


def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: [not item.nodeid.startswith(name) for name in LONG])


@pytest.fixture(autouse=True)
def _seeds():
    """Give each test the same random numbers, whatever ran before it.

    TensorFlow takes seconds to import, so it is seeded only where a test module has imported it.
    """
    random.seed(0)
    np.random.seed(0)
    if "keras" in sys.modules:
        sys.modules["keras"].utils.set_random_seed(0)


@pytest.fixture(scope="session")
def root() -> Path:
    """Return the folder that holds Makefile, book/ and tlcore/."""
    return Path(__file__).resolve().parent.parent
