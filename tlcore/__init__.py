"""Layer by Layer's small library: the tutorial's vocabulary on top of TensorFlow 2 and Keras 3.

``import tlcore as tl`` is quick and silent. A submodule, and TensorFlow with it, is loaded when you
first use it.

>>> import tlcore as tl
>>> "load_mnist_dataset" in dir(tl.files)
True
"""

from typing import Any

import lazy_loader

__version__ = "0.1.0"

PARTS = "activation classic cost files iterate layers nlp prepro rein train utils visualize"
_part, __dir__, _parts = lazy_loader.attach(__name__, PARTS.split())
__all__ = [*_parts, "__version__"]


def __getattr__(name: str) -> Any:
    if name in _parts:
        return _part(name)
    from tlcore.door import attributes  # loaded where a name is wrong

    return attributes(__name__)(name)
