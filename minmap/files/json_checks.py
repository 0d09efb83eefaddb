"""Find links and files in members of JSON that state its CRS, before GDAL opens them."""

import json
import mmap
import re
from pathlib import Path
from typing import Any, Final

from minmap.errors import FileError
from minmap.geodesy.crs import file_in_crs

# GDAL ignores case and takes names in single quotes, which JSON does not have. A letter may be
# written as an escape: "\u0063rs" is "crs".
_NAMES: Final = (b"crs", b"coordRefSys", b"spatialReference")  # GeoJSON, JSON-FG, Esri JSON


def _spelled(name: bytes) -> bytes:
    """Return a pattern of a name in either case, whose letters may be written as escapes."""
    letters = ((chr(one), one & 31) for one in name)
    spelled = (
        rf"(?:{letter}|\\u00[{4 + (place >> 4)}{6 + (place >> 4)}]{place & 15:x})"
        for letter, place in letters
    )
    return "".join(spelled).encode()


_SPELLINGS: Final = b"|".join(map(_spelled, _NAMES))
_PLAIN_NAME: Final = re.compile(b'"(?:' + b"|".join(_NAMES) + b')"', re.IGNORECASE)
_ESCAPED_NAME: Final = re.compile(b'"(?:' + _SPELLINGS + b')"', re.IGNORECASE)
_SINGLE_QUOTED: Final = re.compile(b"'(?:" + _SPELLINGS + b")'", re.IGNORECASE)
_CUT_KEY: Final = re.compile(rb"\\u0000[^\"\\]*+(?:\\.[^\"\\]*+)*+\"\s*:")  # GDAL ends a key there
_BEFORE_VALUE: Final = re.compile(rb"\s*:\s*")
_NO_VALUE: Final = re.compile(rb"\s*[,}\]]|\s*$")
_LONGEST_MEMBER: Final = 1 << 16
# The types of a member that states its CRS: GeoJSON 2008, section 3.1, and GDAL's own. Any other
# is a link if its properties name an address or a file.
_NOT_LINKS: Final = frozenset({"name", "epsg", "ogc"})
_LINKS: Final = ("link", "url")
_ADDRESS: Final = re.compile(r"://|^\s*/|\\")


def require_no_crs_link(path: Path, where: str) -> None:
    """Raise if a member of a JSON file that states its CRS is a link, or names a file.

    Members ``crs`` of the type ``link`` (GeoJSON 2008, section 3.2, dropped by RFC 7946) name an
    address or a file. GDAL opens it, for features and geometries as well.

    Parameters
    ----------
    path
        A file of JSON.
    where
        Its name in the message.

    Raises
    ------
    FileError
        If it holds such a member, or one that is not plain JSON.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "a.geojson"
    >>> link = {"type": "link", "properties": {"href": "http://example.org/crs"}}
    >>> _ = path.write_text(json.dumps({"type": "FeatureCollection", "crs": link}))
    >>> require_no_crs_link(path, "a.geojson")
    Traceback (most recent call last):
        ...
    minmap.errors.FileError: a.geojson states its CRS at byte 30 by a link to another file or
    address, or not in plain JSON; remove the member and pass crs=, such as crs='EPSG:4326'.
    """
    with (
        path.open("rb") as stream,
        mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content,
    ):
        name = _PLAIN_NAME if content.find(b"\\u00") < 0 else _ESCAPED_NAME
        for found in name.finditer(content):
            if not _is_harmless(content[found.end() : found.end() + _LONGEST_MEMBER]):
                raise _refusal(where, found.start())
        cut = _CUT_KEY.search(content) if content.find(b"\\u0000") >= 0 else None
        if cut is not None:
            raise _refusal(where, cut.start())
        single = _SINGLE_QUOTED.search(content) if content.find(b"'") >= 0 else None
        if single is not None and not _is_json(content):
            raise _refusal(where, single.start())


def named_crs(path: Path) -> str | None:
    """Return the name in the member ``crs`` of a JSON file, such as TopoJSON; None without one.

    GDAL before 3.12 drops it from TopoJSON.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "a.topojson"
    >>> _ = path.write_text('{"crs": {"type": "name", "properties": {"name": "EPSG:32642"}}}')
    >>> named_crs(path)
    'EPSG:32642'
    """
    try:
        name = json.loads(path.read_text("utf-8-sig"))["crs"]["properties"]["name"]
    except (ValueError, LookupError, TypeError, RecursionError):
        return None
    return name if isinstance(name, str) else None


def _refusal(where: str, at: int) -> FileError:
    return FileError(
        f"{where} states its CRS at byte {at:,} by a link to another file or address, or not in "
        "plain JSON; remove the member and pass crs=, such as crs='EPSG:4326'."
    )


def _is_json(content: mmap.mmap) -> bool:
    """Return whether a file is JSON, in which single quotes occur only inside texts."""
    try:
        json.loads(content[:].decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return False
    return True


def _is_harmless(rest: bytes) -> bool:
    """Return whether the text after the name of a member is not a link and names no file."""
    if _NO_VALUE.match(rest):
        return True  # a text of the data, not the name of a member
    value_at = _BEFORE_VALUE.match(rest)
    if value_at is None:
        return False
    text = rest[value_at.end() :].decode("utf-8", errors="replace")
    try:
        value, _ = json.JSONDecoder(object_pairs_hook=list).raw_decode(text)
    except (ValueError, RecursionError):
        if not text.startswith('"'):
            return False
        value = text  # a text of the data that is longer than any CRS
    if any(file_in_crs(text) for text in _texts(value)):
        return False
    # Objects are decoded to lists of pairs; only objects can be links.
    pairs = [pair for pair in value if isinstance(pair, tuple)] if isinstance(value, list) else []
    types = [str(item).lower() for name, item in pairs if str(name).lower() == "type"]
    if any(kind.startswith(_LINKS) for kind in types):
        return False
    texts = _texts([item for name, item in pairs if str(name).lower() == "properties"])
    return all(kind in _NOT_LINKS for kind in types) or not any(map(_ADDRESS.search, texts))


def _texts(value: Any) -> list[str]:
    """Return the texts in a value, and each pair of two texts as JSON."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, tuple) and isinstance(value[1], str):
        return [*value, f'"{value[0]}": "{value[1]}"']
    items = value if isinstance(value, (list, tuple)) else ()
    return [text for item in items for text in _texts(item)]
