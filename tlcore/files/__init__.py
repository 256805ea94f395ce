"""Get data sets and check them; save and load parameters.

The loaders are those of `tldata`, under the names of the tutorial. Nothing here needs TensorFlow.
"""

import lazy_loader

import tldata
from tlcore.door import attributes

_our_own, _, _names = lazy_loader.attach(
    __name__,
    submod_attrs={
        "embeddings": ["load_embedding", "save_embedding"],
        "parameters": ["assign_params", "load_and_assign_npz", "load_npz", "save_npz"],
        "ptb": ["load_ptb_dataset", "load_wikipedia_ptb"],
    },
)
__all__ = sorted([*tldata.__all__, *_names])

__getattr__ = attributes(
    __name__, __all__, lambda n: getattr(tldata, n) if n in tldata.__all__ else _our_own(n)
)


def __dir__() -> list[str]:
    return __all__
