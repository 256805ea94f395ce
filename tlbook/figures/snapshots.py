"""A few snapshots of a training, evenly spread over it however long it gets."""

from typing import Any


class Snapshots:
    """Keep some of the things that are taken, at most `most` of them.

    When there are more, every second one goes, and from then on only every second one stays.

    Parameters
    ----------
    most : int
        How many to keep.

    Attributes
    ----------
    kept : list
        What was taken and has stayed, the oldest first. The newest is always there.

    Examples
    --------
    >>> snapshots = Snapshots(4)
    >>> for step in range(10):
    ...     snapshots.take(step)
    >>> snapshots.kept
    [0, 4, 8, 9]
    """

    def __init__(self, most: int = 12):
        self.most = most
        self._taken: list[tuple[int, Any]] = []
        self._number, self._stride = 0, 1

    @property
    def kept(self) -> list:
        """What has stayed."""
        return [one for _, one in self._taken]

    def take(self, one: Any) -> None:
        """Add the newest, and let go of those that are too many."""
        while True:
            stay = [taken for taken in self._taken if taken[0] % self._stride == 0]
            if len(stay) < self.most:
                break
            self._stride *= 2
        self._taken = [*stay, (self._number, one)]
        self._number += 1
