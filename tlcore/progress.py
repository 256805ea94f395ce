"""A progress bar for who can see it move."""

from __future__ import annotations

import os
import sys

from tqdm.auto import tqdm


def progress_bar(total: int, done: int, progress: bool) -> tqdm:
    """Return a bar over `total` steps, which shows nothing where nobody would see it move."""
    # A bar in a log file or in a stored notebook is noise, and TQDM_DISABLE=1 is tqdm's own switch,
    # which its bar for notebooks forgets. Whether a kernel is running is asked of IPython: other
    # programs import ipykernel too.
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    seen = hasattr(shell, "kernel") or sys.stderr.isatty()
    hidden = not (progress and seen and os.environ.get("TQDM_DISABLE", "") in ("", "0"))
    return tqdm(total=total, initial=done, unit="step", leave=False, disable=hidden)
