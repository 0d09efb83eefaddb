"""CRS members of JSON that are links: GDAL would fetch what they name."""

from __future__ import annotations

import json
import mmap
import re
from pathlib import Path
from typing import Any, Final

from minmap.errors import FileError

# GDAL takes either kind of quotes, and letters written as escapes: "\u0063rs" is "crs".
_NAME: Final = re.compile(rb"crs[\"']")
_ESCAPED_NAME: Final = re.compile(rb"(?:c|\\u0063)(?:r|\\u0072)(?:s|\\u0073)[\"']")
_ESCAPES: Final = (b"\\u006", b"\\u007")
_VALUE_FOLLOWS: Final = re.compile(rb"\s*:\s*")
_NONE_FOLLOWS: Final = re.compile(rb"\s*[,}\]]|\s*$")
_LONGEST_MEMBER: Final = 1 << 16
# The types that hold what they mean: GeoJSON 2008, section 3.1, and GDAL's own.
_NOT_LINKS: Final = frozenset({"name", "epsg", "ogc"})


def require_no_crs_link(path: Path, where: str) -> None:
    """Raise if a ``crs`` member of a GeoJSON file is a link.

    Members of the type ``link`` (GeoJSON 2008, section 3.2, dropped by RFC 7946) name an address
    or a file. GDAL opens what they name, in features and geometries as well.

    Parameters
    ----------
    path
        A file of JSON.
    where
        What the message calls it.

    Raises
    ------
    FileError
        If it holds such a member, or a ``crs`` member that is not plain JSON.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "a.geojson"
    >>> link = {"type": "link", "properties": {"href": "http://example.org/crs"}}
    >>> _ = path.write_text(json.dumps({"type": "FeatureCollection", "crs": link}))
    >>> require_no_crs_link(path, "a.geojson")
    Traceback (most recent call last):
        ...
    minmap.errors.FileError: a.geojson has a "crs" member that is a link to another file or
    address, or is not plain JSON; take the member out and pass crs=, such as crs='EPSG:4326'.
    """
    with (
        path.open("rb") as stream,
        mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content,
    ):
        escaped = any(content.find(escape) >= 0 for escape in _ESCAPES)
        for found in (_ESCAPED_NAME if escaped else _NAME).finditer(content):
            if not _is_harmless(content[found.end() : found.end() + _LONGEST_MEMBER]):
                raise FileError(
                    f'{where} has a "crs" member that is a link to another file or address, or is '
                    "not plain JSON; take the member out and pass crs=, such as crs='EPSG:4326'."
                )


def _is_harmless(rest: bytes) -> bool:
    """Tell whether what follows the name ``crs`` is no link."""
    if _NONE_FOLLOWS.match(rest):
        return True  # a text of the data, not the name of a member
    value_at = _VALUE_FOLLOWS.match(rest)
    if value_at is None:
        return False
    text = rest[value_at.end() :].decode("utf-8", errors="replace")
    try:
        value, _ = json.JSONDecoder(object_pairs_hook=list).raw_decode(text)
    except (ValueError, RecursionError):
        return False
    if not isinstance(value, list):  # not an object
        return True
    types = [_type_of(pair) for pair in value if _is_type(pair)]
    return all(kind in _NOT_LINKS for kind in types)


def _is_type(pair: Any) -> bool:
    return isinstance(pair, tuple) and str(pair[0]).lower() == "type"


def _type_of(pair: tuple[str, Any]) -> str:
    return str(pair[1]).lower()
