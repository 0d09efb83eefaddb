"""Find geometries with arcs in cells of SQLite; GDAL draws each arc by many points."""

import sqlite3
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
    "OR +{0} COLLATE BINARY BETWEEN 'GP' AND 'GQ') "
    "THEN may_have_arcs(coalesce(substr(CAST({0} AS BLOB), 1, 200), x'')) "
    "ELSE typeof({0}) = 'text' AND {0} LIKE '%circularstring%' END"
)
_ENVELOPES: Final = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}
_WITHOUT_ARCS: Final = frozenset(
    kind + axes
    for kind in (*range(1, 7), 15, 16, 17)  # points, lines, areas; surfaces of triangles
    for axes in (0, 1000, 2000, 3000)
)
_FLAGS: Final = 0xE0000000  # of Z, M and the system, as PostGIS marks them
_COLLECTIONS: Final = range(7, 15)


def may_have_arcs(database: sqlite3.Connection, columns: list[str]) -> str:
    """Return a condition for rows with a cell, in columns with quoted names, that may have arcs.

    Examples
    --------
    >>> from contextlib import closing
    >>> with closing(sqlite3.connect(":memory:")) as database:
    ...     query = may_have_arcs(database, ["shape"])
    ...     for shape in ("POINT (0 0)", "CIRCULARSTRING(0 0, 1 1, 2 0)"):
    ...         found = f"SELECT shape FROM (SELECT ? AS shape) WHERE {query}"
    ...         database.execute(found, [shape]).fetchall()
    []
    [('CIRCULARSTRING(0 0, 1 1, 2 0)',)]
    """
    (encoding,) = database.execute("PRAGMA encoding").fetchone()
    test = _may_have_arcs if encoding == "UTF-8" else _may_have_wide_arcs
    database.create_function("may_have_arcs", 1, test, deterministic=True)
    return " OR ".join(_CELL.format(column) for column in columns)


def _may_have_arcs(start: bytes) -> bool:
    """Return whether a cell with this start may be a geometry with arcs for GDAL.

    Types of geometry: OGC 06-103r4, 8.2.3. GDAL reads other numbers as types with arcs too, so
    only the known ones without arcs are none.
    """
    if start[:2] == b"GP":  # GeoPackage, 2.1.3: bits 1 to 3 of the flags tell the bytes before it
        envelope = _ENVELOPES.get(start[3] >> 1 & 7) if len(start) > 3 else None
        if envelope is None:
            return True
        start = start[8 + envelope :]
    # The order of bytes: 0 or 1, also as digits and with bits of old DB2; a picture has another.
    if len(start) < 5 or start[0] & 0x31 != start[0]:
        return False
    kind = int.from_bytes(start[1:5], "little" if start[0] & 1 else "big")
    if start[0] < 2 and (kind in _WITHOUT_ARCS or kind & ~_FLAGS in range(1, 7)):
        return False
    # The number is the system of a geometry of SpatiaLite, which GDAL takes for no type with arcs.
    is_system = (kind < 256 or kind >> 24 == 1) and kind & 0xFF not in _COLLECTIONS
    return not (is_system and _is_of_spatialite(start))


def _is_of_spatialite(start: bytes) -> bool:
    """Return whether a cell is a geometry of SpatiaLite, whose format has no arcs.

    It has marks at fixed places: https://www.gaia-gis.it/gaia-sins/BLOB-Geometry.html.
    """
    return start[:2] in (b"\0\0", b"\0\1") and start[38:39] == b"\x7c"


def _may_have_wide_arcs(start: bytes) -> bool:
    """Return as `_may_have_arcs` where a letter of a text may have two bytes."""
    return any(map(_may_have_arcs, (start, start[::2], start[1::2])))
