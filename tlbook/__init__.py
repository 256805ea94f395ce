"""What the book needs and a learner needn't read: live figures, records of full runs, a game."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submodules=["figures", "runs"],
    submod_attrs={"runs": ["weights"], "small_pong": ["SmallPong"]},
)
