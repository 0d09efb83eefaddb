"""Grids that are written as text."""

import re
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
_ENDS: Final = b"\x1a\0"  # of files of DOS
_LONGEST: Final = 400  # signs of a number
# In the spellings that GDAL reads; "1.#QNAN" is what programs of Windows wrote for no number.
_NUMBER: Final = (
    rb"[+-]?(?:\d++(?:[.,]\d*+)?|[.,]\d++)(?:[eE][+-]?\d++)?"
    rb"|\+?(?:nan|NaN)|[+-]?(?:inf|Inf|INF|Infinity)"
    rb"|-?1\.#(?:QNAN|INF)\d*+|-1\.#IND\d*+|1\.#SNAN\d*+"
)
_OF_SURFER_NUMBER: Final = rb"[+-]?(?:\d++(?:\.\d*+)?|\.\d++)(?:[eE][+-]?\d++)?"
_NO_NUMBER: Final = {
    driver: re.compile(rb"(?<!\S)(?!(?:" + number + rb")(?!\S))\S+")
    for driver, number in (("AAIGrid", _NUMBER), ("GSAG", _OF_SURFER_NUMBER))
}
_WIDE: Final = re.compile(rb"[iI][nN][fF]|\.#|[eE]\+?\d\d")
_WIDE_OF_WHOLE: Final = re.compile(rb"\d{10}|[nN#]")
_KEYS: Final = ("ncols", "nrows", "xll", "yll", "cellsize", "dx", "dy", "nodata", "byteorder")


def require_all_numbers(path: Path, dataset: Any) -> bool:
    """Return whether a grid has numbers that only floats of 8 bytes hold; raise for other faults.

    GDAL looks for a row by reading all rows before it. If the file ends before these, it looks for
    each of them in the same way, so that every missing row doubles the time.

    Raises
    ------
    FileError
        If it has fewer numbers than cells, or a word that GDAL reads as 0.
    """
    cells, numbers, rest, is_wide = dataset.width * dataset.height, 0, b"", False
    strange = _NO_NUMBER[dataset.driver]
    narrow = {"i": _WIDE_OF_WHOLE, "f": _WIDE}[np.dtype(dataset.dtypes[0]).kind]
    with path.open("rb") as file:
        file.seek(_start_of_numbers(read_head(path, _HEAD_BYTES).decode("latin-1")))
        while block := file.read(_BYTES_AT_ONCE):
            words, rest = _whole_words(rest + block)
            numbers += _count(path, words, strange)
            is_wide = is_wide or narrow.search(words) is not None
    rest = rest.rstrip(_ENDS)
    numbers += _count(path, rest, strange)
    if numbers < cells:
        raise FileError(
            f"{path} is cut short: it states {dataset.height:,} rows of {dataset.width:,} cells "
            f"and has {numbers:,} numbers; get the file again."
        )
    return is_wide or narrow.search(rest) is not None


def _whole_words(text: bytes) -> tuple[bytes, bytes]:
    """Return the words that have ended, and the last one if it may go on."""
    end = max(text.rfind(space) for space in (b" ", b"\n", b"\r", b"\t")) + 1
    if len(text) - end > _LONGEST:
        return text, b""
    return text[:end], text[end:]


def _count(path: Path, words: bytes, strange: re.Pattern[bytes]) -> int:
    if (found := strange.search(words)) is not None:
        raise FileError(
            f"{path} has {found[0][:_LONGEST].decode('latin-1')!r} among its numbers, which "
            "would be read as 0 or as another number; put spaces between numbers, and write the "
            "number of NODATA_value for missing cells."
        )
    is_number = np.frombuffer(b" " + words, np.uint8) > _SPACE
    return int(np.count_nonzero(is_number[1:] & ~is_number[:-1]))


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
