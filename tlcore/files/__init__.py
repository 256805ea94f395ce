"""Get data sets and check them; save and load parameters and records of runs.

Nothing here needs TensorFlow, so it loads at once.
"""

from tlcore.files.fetch import DataError, fetch
from tlcore.files.mnist import load_mnist_dataset
from tlcore.files.parameters import assign_params, load_and_assign_npz, load_npz, save_npz
from tlcore.files.runs import load_run, save_run

__all__ = [
    "DataError",
    "assign_params",
    "fetch",
    "load_and_assign_npz",
    "load_mnist_dataset",
    "load_npz",
    "load_run",
    "save_npz",
    "save_run",
]
