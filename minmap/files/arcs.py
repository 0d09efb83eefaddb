"""Count the bytes that GDAL makes of geometries with arcs, above all in cells of SQLite."""

import sqlite3
import struct
from typing import Final

GROWTH_OF_ARC: Final = 90
"""How much larger an arc becomes in memory: GDAL makes up to 45 points of each, and each is twice
in memory, as GDAL's bytes and in a geometry."""
ARC_WORD: Final = b"circularstring"
BYTES_OF_ARC_NUMBER: Final = 8 * GROWTH_OF_ARC
"""Bytes that come out of each coordinate of an arc."""
# Texts that begin as well-known binary or as a geometry of GeoPackage are taken for one by GDAL.
_CELL: Final = (
    "CASE WHEN typeof({0}) = 'blob' OR typeof({0}) = 'text' AND (+{0} COLLATE BINARY < '2' "
    "OR +{0} COLLATE BINARY BETWEEN 'GP' AND 'GQ' OR {0} LIKE '%circularstring%') "
    "THEN bytes_of_arcs(CAST({0} AS BLOB)) ELSE 0 END"
)
_ENVELOPES: Final = {1: 32, 2: 48, 3: 48, 4: 64}
_WITH_ARCS: Final = range(7, 16)  # types from collections to surfaces, also as PostGIS counts them
_OF_DRAFT: Final = range(1_000_001, 1_000_006)  # types of curves in a draft of ISO, for GDAL too
_POINT, _LINE, _ARC, _OF_RINGS = 1, 2, 8, (3, 17)  # types of parts
_DEEPEST: Final = 32  # parts in parts, as in GDAL


def arc_totals(database: sqlite3.Connection, columns: list[str]) -> list[str]:
    """Return expressions for the bytes that come out of the arcs in columns with quoted names.

    Examples
    --------
    >>> from contextlib import closing
    >>> shape = "SELECT 'CIRCULARSTRING(0 0, 1 1, 2 0)' AS shape"
    >>> with closing(sqlite3.connect(":memory:")) as database:
    ...     (total,) = arc_totals(database, ["shape"])
    ...     database.execute(f"SELECT {total} FROM ({shape})").fetchone()
    (5760.0,)
    """
    (encoding,) = database.execute("PRAGMA encoding").fetchone()
    count = _bytes_of_arcs if encoding == "UTF-8" else _bytes_of_wide_arcs
    database.create_function("bytes_of_arcs", 1, count, deterministic=True)
    return [f"total({_CELL.format(column)})" for column in columns]


def _bytes_of_arcs(cell: bytes) -> int:
    """Return how many bytes come out of the arcs in a cell."""
    if ARC_WORD in cell.lower():
        return BYTES_OF_ARC_NUMBER * (len(cell.split()) + cell.count(b","))
    # Bits 1 to 3 of the flags tell what is before the well-known binary: GeoPackage, 2.1.3.1.
    start = 8 + _ENVELOPES.get(cell[3] >> 1 & 7, 0) if cell[:2] == b"GP" and len(cell) > 3 else 0
    if len(cell) <= start:
        return 0
    kind = int.from_bytes(cell[start + 1 : start + 5], "little" if cell[start] & 1 else "big")
    number = kind & 0xFFFFF
    if number % 1000 not in _WITH_ARCS and number not in _OF_DRAFT:
        return 0
    try:
        arcs, end = _arcs_at(cell, start, _DEEPEST)
    except (IndexError, struct.error):
        return 0 if _is_of_spatialite(cell) else GROWTH_OF_ARC * (len(cell) - start)
    # What is behind the geometry counts too: GDAL may read the cell in another way.
    return GROWTH_OF_ARC * (arcs + len(cell) - end)


def _is_of_spatialite(cell: bytes) -> bool:
    """Return whether a cell is a geometry of SpatiaLite, whose format has no arcs.

    It has marks at fixed places: https://www.gaia-gis.it/gaia-sins/BLOB-Geometry.html.
    """
    return cell[:2] in (b"\0\0", b"\0\1") and cell[38:39] == b"\x7c" and cell[-1:] == b"\xfe"


def _arcs_at(cell: bytes, at: int, depth: int) -> tuple[int, int]:
    """Return how many bytes the arcs of a geometry have, and where it ends.

    Raises
    ------
    IndexError, struct.error
        If it is no well-known binary (OGC 06-103r4, 8.2), or has parts in parts too deep.
    """
    order = "<" if cell[at] & 1 else ">"  # also of digits, and with bits of old DB2
    (kind,) = struct.unpack_from(f"{order}I", cell, at + 1)
    number = (kind & 0xFFFFF) % 1000
    # PostGIS marks Z, M and the system by the highest bits; ISO adds thousands.
    axes = 2 + bool(kind & 0x80000000) + bool(kind & 0x40000000)
    axes += (0, 1, 1, 2)[(kind & 0xFFFFF) // 1000]
    at += 9 if kind & 0x20000000 else 5
    if number == _POINT:
        return 0, at + 8 * axes
    (count,) = struct.unpack_from(f"{order}I", cell, at)
    at, arcs = at + 4, 0
    if number in (_LINE, _ARC):
        size = 8 * axes * count
        return size * (number == _ARC), at + size
    for _ in range(count):
        if at > len(cell) or depth == 0:
            raise IndexError
        if number in _OF_RINGS:
            (points,) = struct.unpack_from(f"{order}I", cell, at)
            at += 4 + 8 * axes * points
        else:
            inner, at = _arcs_at(cell, at, depth - 1)
            arcs += inner
    return arcs, at


def _bytes_of_wide_arcs(cell: bytes) -> int:
    """Return how many bytes come out of a cell whose text may have two bytes for each letter."""
    return max(map(_bytes_of_arcs, (cell, cell[::2], cell[1::2])))
