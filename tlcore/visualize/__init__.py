"""Pictures: weights as images, images side by side, curves, maps of words.

Each function that draws does so on a new figure and returns it. Nothing is shown or saved unless
you do it: ``plt.show()`` in a notebook, ``figure.savefig("filters.pdf")`` for a file.
"""

from tlcore.door import guard
from tlcore.visualize.curves import curves
from tlcore.visualize.images import CNN2d, W, images2d
from tlcore.visualize.tsne import tsne, tsne_embedding

__all__ = ["CNN2d", "W", "curves", "images2d", "tsne", "tsne_embedding"]

guard(globals())
