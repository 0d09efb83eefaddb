"""Find the texts in a binary file that may define a CRS by another file."""

import mmap
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Final

# What names a file in a CRS, in UTF-8 or UTF-16, and letters that XML writes as numbers.
_WORDS: Final = (b"PARAMETERFILE", b"GRIDS")
_SPACED: Final = (b"\\0?".join(bytes([letter]) for letter in word) for word in _WORDS)
_LETTER: Final = rb"(?:x\0?(?:0\0?)*[4-7]\0?[0-9a-f]|(?:0\0?)*(?:[6-9]\0?\d|1\0?[0-2]\0?\d))"
_NAMES: Final = re.compile(b"|".join((*_SPACED, rb"&\0?#\0?" + _LETTER)), re.IGNORECASE)
_BEFORE: Final = 2 * len("PROJ4_")
_AFTER: Final = 1 << 20


def texts_naming_files(path: Path) -> Iterator[str]:
    """Yield each part of a file around a word by which a CRS names another file.

    `minmap.geodesy.crs.file_in_crs` then tells whether it does.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "a.img"
    >>> _ = path.write_bytes(b'..DATUM["x",EXTENSION["PROJ4_GRIDS","/home/me/own.gsb"]]')
    >>> [*texts_naming_files(path)]
    ['SION["PROJ4_GRIDS","/home/me/own.gsb"]]']
    """
    if path.stat().st_size == 0:
        return
    with (
        path.open("rb") as stream,
        mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content,
    ):
        end = 0
        for found in _NAMES.finditer(content):
            if found.end() > end:
                end = found.end() + _AFTER
                letters = content[max(found.start() - _BEFORE, 0) : end].replace(b"\0", b"")
                yield unescape(letters.decode("utf-8", errors="replace"))
