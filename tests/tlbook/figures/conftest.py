"""What the live figures' tests share: the browser, a stage in it, and random weights."""

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))
import browser  # noqa: E402
from stage import Stage  # noqa: E402


def pytest_configure(config):
    browser.register(config)


@pytest.fixture(scope="session")
def stages():
    """Pages by their settings: each is opened once, and shows one figure after the other."""
    return {}


@pytest.fixture
def stage(request, stages):
    """Return a function that gives a page: ``stage(theme="dark", width=360)``."""
    used = []

    def give(**settings):
        key = tuple(sorted(settings.items()))
        if key not in stages:
            stages[key] = Stage(request.getfixturevalue("browser"), **settings)
        used.append(stages[key])
        return stages[key]

    yield give
    for one in used:
        one.leave()


@pytest.fixture
def weights(tmp_path, rng):
    """Return a function that writes random weights of these shapes and gives the file's path."""

    def write(name, shapes, dtype=np.float16):
        arrays = {}
        for i, shape in enumerate(shapes):
            scale = np.sqrt(2 / np.prod(shape[:-1])) if len(shape) > 1 else 0.1
            arrays[f"{i:04d}"] = rng.normal(0, scale, shape).astype(dtype)
        path = tmp_path / f"{name}.npz"
        np.savez(path, **arrays)
        return path

    return write


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.fixture
def digits(rng):
    """Ten images with strokes: mostly zeros, some greys, some white."""
    images = np.zeros((10, 28, 28), np.uint8)
    for image in images:
        for _ in range(3):
            r, c = rng.integers(4, 20, 2)
            image[r : r + 2, c : c + 6] = rng.integers(100, 256, (2, 6))
            image[r : r + 8, c : c + 2] = 255
    return images
