"""Lists of numbers, stored as slices of one array."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from minmap.types import Integers


@dataclass(frozen=True, slots=True)
class Lists:
    """Numbers for each of several owners, as slices of one array."""

    number: Integers
    first: Integers
    count: Integers

    @classmethod
    def of(cls, owner: Integers, number: Integers, owners: int) -> Lists:
        """Sort pairs of owner and number into lists."""
        order = np.argsort(owner, kind="stable")
        count = np.bincount(owner, minlength=owners)
        return cls(number[order], np.cumsum(count) - count, count)

    def take(self, owners: Integers) -> Lists:
        """Return the lists of some owners."""
        return Lists(self.number, self.first[owners], self.count[owners])

    def pairs(self) -> tuple[Integers, Integers]:
        """Return all pairs of owner and number."""
        owner, at = ranges(self.first, self.count)
        return owner, self.number[at]


def ranges(first: Integers, count: Integers) -> tuple[Integers, Integers]:
    """Return ranges of numbers joined into one array, and which range each number belongs to.

    Examples
    --------
    >>> owner, number = ranges(np.array([5, 70]), np.array([2, 3]))
    >>> owner.tolist(), number.tolist()
    ([0, 0, 1, 1, 1], [5, 6, 70, 71, 72])
    """
    owner = np.repeat(np.arange(len(count)), count)
    begins = np.cumsum(count) - count
    return owner, np.arange(len(owner)) + (first - begins)[owner]
