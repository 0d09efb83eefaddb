"""Grids that are written as text."""

from pathlib import Path
from typing import Any, Final

import numpy as np

from minmap.errors import FileError
from minmap.files.file_types import read_head

DRIVERS: Final = frozenset(("AAIGrid", "GSAG"))
"""GDAL's drivers of ASCII grids and of Surfer's text grids."""
_BYTES_AT_ONCE: Final = 1 << 22
_SPACE: Final = 32  # signs up to this separate numbers
_HEAD_BYTES: Final = 2000
_OF_SURFER: Final = 9  # words before the numbers: DSAA, two sizes and six limits
_KEYS: Final = ("ncols", "nrows", "xll", "yll", "cellsize", "dx", "dy", "nodata")


def require_all_numbers(path: Path, dataset: Any) -> None:
    """Raise if a grid has fewer numbers than cells.

    GDAL looks for a row by reading all rows before it. If the file ends before these, it looks for
    each of them in the same way, so that every missing row doubles the time.

    Raises
    ------
    FileError
        If it is cut short.
    """
    cells, was_number = dataset.width * dataset.height, False
    numbers = -_words_before(read_head(path, _HEAD_BYTES).decode("latin-1"))
    with path.open("rb") as file:
        while numbers < cells and (block := file.read(_BYTES_AT_ONCE)):
            is_number = np.frombuffer(block, np.uint8) > _SPACE
            starts = np.count_nonzero(is_number[1:] & ~is_number[:-1])
            numbers += int(starts) + int(is_number[0] and not was_number)
            was_number = bool(is_number[-1])
    if numbers < cells:
        raise FileError(
            f"{path} is cut short: it states {dataset.height:,} rows of {dataset.width:,} cells "
            f"and has {numbers:,} numbers; get the file again."
        )


def _words_before(head: str) -> int:
    r"""Return how many words are before the numbers of the cells.

    Examples
    --------
    >>> _words_before("ncols 4\nNROWS 2\ncellsize 1\n1 2 3 4")
    6
    """
    words = head.split()
    if words[:1] == ["DSAA"]:
        return _OF_SURFER
    keys = (n for n in range(0, len(words), 2) if not words[n].lower().startswith(_KEYS))
    return next(keys, len(words))
