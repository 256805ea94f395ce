"""What the book needs and a learner needn't read: live figures, and records of full runs."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(__name__, submodules=["figures", "runs"])
