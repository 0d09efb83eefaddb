"""Turn triangles, TINs and polyhedral surfaces into polygons, which shapely has, with their texts.

A TIN is the same text or binary as a MultiPolygon whose polygons are its triangles (OGC 06-103r4,
sections 6.1.12 and 8.2.3), so that only the names or numbers of the types change.
"""

import re
import struct
from typing import Final

_FACES: Final = re.compile(r"\b(TIN|POLYHEDRALSURFACE|TRIANGLE)(?![A-Za-y])", re.IGNORECASE)
_POLYGON, _MULTI_POLYGON, _COLLECTION = 3, 6, 7
_NAMES: Final = {"TRIANGLE": "POLYGON"}
_PLAIN_TYPES: Final = {15: _MULTI_POLYGON, 16: _MULTI_POLYGON, 17: _POLYGON}
_OF_PARTS: Final = frozenset(range(4, 8))
_FLAGS: Final = 0xE0000000  # of heights, measures and an SRID, as PostGIS sets them
_HAS_SRID: Final = 0x20000000
_MOST_DEPTH: Final = 64


def plain_wkt(shape: str) -> str:
    """Return the text of a geometry with polygons for its faces.

    Examples
    --------
    >>> plain_wkt("TIN Z (((0 0 1, 0 1 1, 1 0 1, 0 0 1)))")
    'MULTIPOLYGON Z (((0 0 1, 0 1 1, 1 0 1, 0 0 1)))'
    """
    return _FACES.sub(lambda found: _NAMES.get(found[1].upper(), "MULTIPOLYGON"), shape)


def plain_wkb(shape: bytes) -> bytes:
    """Return the binary of a geometry with polygons for its faces.

    Raises
    ------
    ValueError
        If it is cut short, is nested deeper than 64 geometries, or has parts of unknown types.

    Examples
    --------
    >>> triangle = struct.pack("<BIII8d", 1, 17, 1, 4, 0, 0, 0, 1, 1, 0, 0, 0)
    >>> plain_wkb(struct.pack("<BII", 1, 16, 1) + triangle)[:18].hex()
    '010600000001000000010300000001000000'
    """
    changed = bytearray(shape)
    try:
        _make_plain(changed, 0, 0)
    except struct.error as error:
        raise ValueError("the binary of a geometry is cut short") from error
    return bytes(changed)


def has_faces(shape: bytes) -> bool:
    """Return whether a geometry in binary may have faces: it is one, or a collection."""
    if len(shape) < 5:
        return False
    (kind,) = struct.unpack_from("<I" if shape[0] else ">I", shape, 1)
    kind = (kind & ~_FLAGS) % 1000
    return kind in _PLAIN_TYPES or kind == _COLLECTION


def _make_plain(shape: bytearray, at: int, depth: int) -> int:
    """Change the types of the geometry at a place and of its parts; return where it ends."""
    if depth > _MOST_DEPTH:
        raise ValueError(f"a geometry is nested more than {_MOST_DEPTH} deep")
    order = "<" if shape[at : at + 1] == b"\x01" else ">"
    (stated,) = struct.unpack_from(f"{order}I", shape, at + 1)
    kind, dimensions = (stated & ~_FLAGS) % 1000, _dimensions(stated)
    if kind in _PLAIN_TYPES:
        struct.pack_into(f"{order}I", shape, at + 1, stated - kind + _PLAIN_TYPES[kind])
        kind = _PLAIN_TYPES[kind]
    at += 9 if stated & _HAS_SRID else 5
    if kind == 1:
        return at + 8 * dimensions
    (count,) = struct.unpack_from(f"{order}I", shape, at)
    at += 4
    if kind == 2:
        return at + 8 * dimensions * int(count)
    if kind != _POLYGON and kind not in _OF_PARTS:
        raise ValueError(f"a geometry has the type {kind}")
    for _ in range(count):
        if kind == _POLYGON:
            (points,) = struct.unpack_from(f"{order}I", shape, at)
            at += 4 + 8 * dimensions * points
        else:
            at = _make_plain(shape, at, depth + 1)
    return at


def _dimensions(stated: int) -> int:
    """Return how many numbers a point has, by the type that a geometry states."""
    by_flags = 2 + bool(stated & 0x80000000) + bool(stated & 0x40000000)
    return max(by_flags, {0: 2, 1: 3, 2: 3, 3: 4}.get((stated & ~_FLAGS) // 1000, 2))
