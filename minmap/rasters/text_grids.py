"""Grids that are written as text."""

from pathlib import Path
from typing import Any, Final

import numpy as np

from minmap.errors import FileError

DRIVERS: Final = frozenset(("AAIGrid", "GSAG"))
"""GDAL's drivers of ASCII grids and of Surfer's text grids."""
_BYTES_AT_ONCE: Final = 1 << 22
_SPACE: Final = 32  # signs up to this separate numbers


def require_all_numbers(path: Path, dataset: Any) -> None:
    """Raise if a grid has fewer numbers than cells.

    GDAL looks for a row by reading all rows before it, each of which does the same if the file
    ends before them; the time doubles with each row that is missing.

    Raises
    ------
    FileError
        If it is cut short.
    """
    cells, numbers, was_number = dataset.width * dataset.height, 0, False
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
