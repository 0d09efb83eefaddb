"""Blocks of pairs, so that what is computed of them stays in the cache of a processor."""

from collections.abc import Iterator
from typing import Final

_PAIRS: Final = 50_000


def pair_blocks(count: int) -> Iterator[slice]:
    """Yield the rows of each block of pairs.

    Parameters
    ----------
    count
        Number of pairs.

    Examples
    --------
    >>> [(block.start, block.stop) for block in pair_blocks(80_000)]
    [(0, 50000), (50000, 80000)]
    """
    for start in range(0, count, _PAIRS):
        yield slice(start, min(start + _PAIRS, count))
