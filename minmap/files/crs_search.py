"""Find texts in a binary file that may define a CRS by another file.

The formats have no room for a strict reader here, so a text is harmless only if it has the form of
an honest one: bare names of grids, which PROJ has in its own folders.
"""

import mmap
import re
from html import unescape
from pathlib import Path
from typing import Final

from minmap.geodesy.crs import file_in_crs


def _spaced(word: bytes) -> bytes:
    """Return a pattern of a word in UTF-8 or UTF-16."""
    return b"\\0?".join(re.escape(bytes([letter])) for letter in word)


# WKT 2 and WKT 1; a PROJ string is in an extension of WKT 1, and XML may write letters as numbers.
_LETTER: Final = rb"&\0?#\0?(?:x\0?[46]\0?[1-9a-f]|x\0?[57]\0?[0-9a]|[6-9]\0?\d|1\0?[0-2]\0?\d);"
_WORDS: Final = re.compile(
    b"(?P<direct>" + _spaced(b"PARAMETERFILE") + b"|" + _spaced(b"PROJ4_GRIDS") + b")"
    b"|(?P<proj>" + _spaced(b"PROJ4") + b")|(?P<system>" + _spaced(b"<SpatialReference") + b")"
    b"|(?P<grids>" + _spaced(b"GRIDS=") + b")|(?P<letter>" + _LETTER + b")",
    re.IGNORECASE,
)
_NAMES: Final = r"@?[\w.-]+(?:,@?[\w.-]+)*"
_HARMLESS: Final = re.compile(
    rf'PARAMETERFILE\s*\[\s*"[^"]{{1,200}}"\s*,\s*"{_NAMES}"(?!")|PROJ4_GRIDS"\s*,\s*"{_NAMES}"(?!")'
    rf"|GRIDS={_NAMES}[\s\"\]]",
    re.IGNORECASE,
)
_LONGEST_CRS: Final = 1 << 17  # bytes of a CRS in a geodatabase, in UTF-16
_SHOWN: Final = 2000
_MOST: Final = 1000  # texts of this kind in an honest file


def text_naming_file(path: Path) -> str | None:
    """Return a text in a file by which its CRS may name another file; None if there is none.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "a.img"
    >>> _ = path.write_bytes(b'..DATUM["x",EXTENSION["PROJ4_GRIDS","/home/me/own.gsb"]]')
    >>> text_naming_file(path)
    'PROJ4_GRIDS","/home/me/own.gsb"]]'
    >>> _ = path.write_bytes(b'..DATUM["x",EXTENSION["PROJ4_GRIDS","@conus,@alaska"]] Grids=1/2')
    >>> text_naming_file(path)
    """
    if path.stat().st_size == 0:
        return None
    count = 0
    last = {"proj": -_LONGEST_CRS, "system": -_LONGEST_CRS}
    with (
        path.open("rb") as stream,
        mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content,
    ):
        for found in _WORDS.finditer(content):
            kind, start = str(found.lastgroup), found.start()
            if kind in last:
                last[kind] = start
                continue
            before = {"grids": "proj", "letter": "system"}.get(kind)
            if before is not None and start - last[before] > _LONGEST_CRS:
                continue
            count += 1
            letters = content[start : start + _SHOWN].replace(b"\0", b"")
            text = unescape(letters.decode("utf-8", errors="replace"))
            harmless = _HARMLESS.match(text)
            if (
                harmless is None
                or count > _MOST
                or file_in_crs(f"+proj=longlat {harmless[0]}") is not None
            ):
                return text
    return None
