"""What kind of file it is, by its content first and its name second."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import Final

from minmap.files.formats import begins_as

DELIMITED: Final = (".csv", ".tsv", ".tab", ".txt")
WORKBOOKS: Final = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
VECTORS: Final = (
    *(".shp", ".gpkg", ".geojson", ".json", ".geojsonl", ".geojsons", ".ndjson", ".parquet"),
    *(".geoparquet", ".kml", ".gml", ".gpx", ".fgb", ".gdb", ".mif", ".dxf", ".gmt"),
)
ARCHIVES: Final = (".zip", ".kmz")
RECORD: Final = ".about.json"
"""What minmap adds to the name of a file to name the record of its sources beside it."""

_SQLITE: Final = b"SQLite format 3\x00"
_OLD_EXCEL: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
_WORKBOOK_MEMBERS: Final = ({"xl/workbook.xml"}, {"xl/workbook.bin"}, {"mimetype", "content.xml"})
HEAD_BYTES: Final = 1 << 12


def kind_of(head: bytes, name: str) -> str:
    """Return "archive", "workbook", "vector" or "delimited".

    Both an archive of tables and a workbook may be a zip archive; where the ending does not tell,
    `is_workbook` does.

    Parameters
    ----------
    head
        The first `HEAD_BYTES` of the file.
    name
        Its name, whose ending counts where the content tells nothing.

    Examples
    --------
    >>> kind_of(b"name,lat,lon", "mines.csv"), kind_of(b'{"type": "Feature"}', "mines.txt")
    ('delimited', 'vector')
    """
    ending = Path(name).suffix.lower()
    if head.startswith(_ZIP):
        return "workbook" if ending in WORKBOOKS else "archive"
    if head.startswith(_OLD_EXCEL):
        return "workbook"
    if begins_as(head) is not None:
        return "vector"
    for kind, endings in (("archive", ARCHIVES), ("workbook", WORKBOOKS), ("vector", VECTORS)):
        if ending in endings:
            return kind
    return "delimited"


def ending_of(head: bytes) -> str:
    """Return the ending for a file without one, where drivers and minmap go by it; else "".

    Parameters
    ----------
    head
        The first `HEAD_BYTES` of the file.

    Examples
    --------
    >>> ending_of(b"PAR1..."), ending_of(b"name,lat,lon")
    ('.parquet', '')
    """
    if head.startswith(_SQLITE):
        # Its application id: OGC 12-128r19, requirement 2.
        return ".gpkg" if head[68:70] == b"GP" else ""
    if head.startswith(b"<") and b"<kml" in head:
        return ".kml"
    starts = {b"PAR1": ".parquet", b"{": ".geojson", b"PK": ".xlsx"}
    return next((ending for start, ending in starts.items() if head.startswith(start)), "")


def is_workbook(members: Iterable[PurePosixPath]) -> bool:
    """Tell by the files in a zip archive whether it is a workbook."""
    names = {str(member) for member in members}
    return any(wanted <= names for wanted in _WORKBOOK_MEMBERS)
