"""What every live figure has in common."""

import re
import subprocess
import sys

import numpy as np
import pytest

import tlbook
from tlbook.figures.base import LiveFigure, to_pixels
from tlbook.figures.store import pack

PUBLIC = [getattr(tlbook.figures, name) for name in dir(tlbook.figures) if name[0].isupper()]
FIGURES = [thing for thing in PUBLIC if thing is not LiveFigure and issubclass(thing, LiveFigure)]


def test_every_figure_is_there():
    assert len(FIGURES) >= 13


@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: figure.__name__)
def test_module_needs_nothing_else(figure):
    source = figure._esm
    assert source.count("export default") == 1
    assert not re.search(r"^\s*import\b|\bimport\(", source, re.M)
    assert set(re.findall(r"https?://[^\s\"'`]*", source)) <= {"http://www.w3.org/2000/svg"}
    assert "innerHTML" not in source and "eval(" not in source


def test_package_is_lazy():
    code = (
        "import sys, tlbook; dir(tlbook.figures);"
        "print(sorted({'tensorflow', 'anywidget'} & set(sys.modules)), "
        "'Sweep' in dir(tlbook.figures))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["[]", "True"]


def test_text_is_the_same_in_every_run():
    class Small(LiveFigure):
        _esm = "export default { render() {} }"

    bundle, _ = Small(title="A small one")._repr_mimebundle_()
    assert bundle["text/plain"] == "[live figure] A small one"
    assert "application/vnd.jupyter.widget-view+json" in bundle


def test_asset_messages():
    arrays = {"W": np.ones((2, 3), np.float16)}
    figure = LiveFigure({"weights/small.npz": arrays}, title="x")
    assert figure.files == ["small"] and figure.megabytes == len(pack(arrays)) / 1e6
    sent = []
    figure.send = lambda content, buffers=None: sent.append((content, buffers))
    for message in [{"type": "asset", "name": "small"}, {"type": "asset", "name": "big"}, {"a": 1}]:
        figure._handle_custom_msg(message, [])
    assert [content.get("error", "") for content, _ in sent] == [
        "",
        "this figure has no file named 'big'",
    ]
    assert sent[0][1] == [pack(arrays)] and sent[1][1] is None
    with pytest.raises(ValueError, match="Two files are named 'small'; rename one"):
        LiveFigure({"a/small.npz": arrays, "b/small.npz": arrays})


@pytest.mark.parametrize("shape", [(2, 28, 28), (2, 784), (2, 28, 28, 1)])
def test_pixels_from_bytes_and_from_floats(rng, shape):
    pixels = rng.integers(0, 256, shape, dtype=np.uint8)
    for images in [pixels, (pixels / 256).astype(np.float32)]:
        out = to_pixels(images, "images")
        assert out.dtype == np.uint8 and out.shape == (2, 28, 28)
        np.testing.assert_array_equal(out.ravel(), pixels.ravel())


@pytest.mark.parametrize(
    "images, said",
    [
        (np.zeros((2, 27, 28), np.uint8), r"images has shape \(2, 27, 28\); expected"),
        (np.zeros((0, 784)), "expected .* n at least 1"),
        (np.zeros(784), "has shape"),
        (np.full((1, 784), 255.0), "floats outside"),
        (np.full((1, 784), np.nan), "floats outside"),
        (np.zeros((1, 784), np.int64), "images are int64; expected uint8"),
    ],
)
def test_pixels_refuse_others(images, said):
    with pytest.raises(ValueError, match=said):
        to_pixels(images, "images")
