"""Grids that are written as text."""

import re
from pathlib import Path
from typing import Any, Final

import numpy as np

from minmap.errors import FileError
from minmap.files.file_types import read_head
from minmap.types import Booleans

DRIVERS: Final = frozenset(("AAIGrid", "GSAG"))
"""GDAL's drivers of ASCII grids and of Surfer's text grids."""
_BYTES_AT_ONCE: Final = 1 << 22
_SPACE: Final = 32  # signs up to this separate numbers
_HEAD_BYTES: Final = 2000
_OF_SURFER: Final = 9  # words before the numbers: DSAA, two sizes and six limits
_SHOWN: Final = 20  # signs of a word
_KEYS: Final = ("ncols", "nrows", "xll", "yll", "cellsize", "dx", "dy", "nodata")


def require_all_numbers(path: Path, dataset: Any) -> None:
    """Raise if a grid has fewer numbers than cells, or words that GDAL reads as 0.

    GDAL looks for a row by reading all rows before it. If the file ends before these, it looks for
    each of them in the same way, so that every missing row doubles the time.

    Raises
    ------
    FileError
        If it is cut short, or has such a word.
    """
    cells, numbers, was_number = dataset.width * dataset.height, 0, False
    is_whole = np.dtype(dataset.dtypes[0]).kind == "i"
    with path.open("rb") as file:
        file.seek(_start_of_numbers(read_head(path, _HEAD_BYTES).decode("latin-1")))
        while block := file.read(_BYTES_AT_ONCE):
            signs = np.frombuffer(block, np.uint8)
            if (strange := np.flatnonzero((_WHOLE if is_whole else _OTHER)[signs])).size:
                raise _strange_word(path, block, int(strange[0]), is_whole=is_whole)
            is_number = signs > _SPACE
            starts = np.count_nonzero(is_number[1:] & ~is_number[:-1])
            numbers += int(starts) + int(is_number[0] and not was_number)
            was_number = bool(is_number[-1])
    if numbers < cells:
        raise FileError(
            f"{path} is cut short: it states {dataset.height:,} rows of {dataset.width:,} cells "
            f"and has {numbers:,} numbers; get the file again, or put spaces between its numbers."
        )


def _strange_word(path: Path, block: bytes, place: int, *, is_whole: bool) -> FileError:
    start = max(block.rfind(one, 0, place) for one in (b" ", b"\n", b"\t")) + 1
    word = block[start : start + _SHOWN].split()[0].decode("latin-1")
    cure = " or a decimal point to the first number, if it is one" if is_whole else ""
    return FileError(
        f"{path} has {word!r} among its {'whole ' * is_whole}numbers, which would be read as 0; "
        f"write the number of NODATA_value for missing cells{cure}."
    )


def _start_of_numbers(head: str) -> int:
    r"""Return where the numbers of the cells start.

    Examples
    --------
    >>> _start_of_numbers("ncols 4\nNROWS 2\ncellsize 1\n1 2 3 4")
    27
    """
    words = list(re.finditer(r"\S+", head))
    count = _OF_SURFER
    if not words or words[0][0] != "DSAA":
        keys = range(0, len(words), 2)
        count = next((n for n in keys if not words[n][0].lower().startswith(_KEYS)), len(words))
    return words[count].start() if count < len(words) else len(head)


def _without(signs: bytes) -> Booleans:
    """Return for each byte whether it is neither a space nor one of some signs."""
    others = np.arange(256) > _SPACE
    others[[*signs]] = False
    return others


_WHOLE: Final = _without(b"0123456789+-")
_OTHER: Final = _without(b"0123456789+-.,eEdDnNaAiIfF")  # "nan" and "inf" too
