"""Settings for reading tlcore's docstrings while the book is built."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from sphinx.application import Sphinx


def setup(app: Sphinx) -> dict[str, bool]:
    """Prepare the process that reads the docstrings."""
    # autodoc imports the package, which loads TensorFlow: keep its log lines out of the build's.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
    os.environ.setdefault("MPLBACKEND", "agg")
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
