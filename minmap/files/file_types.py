"""Recognise the kind of a file by its first bytes, and by its name where these are not enough."""

from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import Final

DELIMITED: Final = (".csv", ".tsv", ".tab", ".txt")
WORKBOOKS: Final = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
VECTORS: Final = (
    *(".shp", ".gpkg", ".geojson", ".json", ".geojsonl", ".geojsons", ".ndjson", ".parquet"),
    *(".geoparquet", ".kml", ".gml", ".gpx", ".fgb", ".gdb", ".mif", ".dxf", ".gmt"),
    *(".feather", ".arrow", ".topojson"),
)
ARCHIVES: Final = (".zip", ".kmz")
ABOUT_ENDING: Final = ".about.json"
"""Ending that minmap adds to the name of a file for the record of its sources beside it."""
HEAD_BYTES: Final = 1 << 12
"""Bytes by which the kind of a file is recognised."""

_SQLITE: Final = b"SQLite format 3\x00"
_OLD_EXCEL: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
_WORKBOOK_MEMBERS: Final = ({"xl/workbook.xml"}, {"xl/workbook.bin"}, {"mimetype", "content.xml"})
_SIGNATURES: Final = {
    b"PAR1": "parquet",
    b"ARROW1\x00\x00": "arrow",  # Feather too, in its second version
    _SQLITE: "sqlite",
    b"\x00\x00\x27\x0a": "shp",  # ESRI Shapefile Technical Description (1998), page 4
    b"fgb\x03fgb": "fgb",  # flatgeobuf.org, specification
    b"AutoCAD Binary DXF": "dxf",
    b"\xff\xfe<\x00": "xml",
    b"\xfe\xff\x00<": "xml",
}
_TEXT_SIGNATURES: Final = {
    b"{": "json",
    b"\x1e{": "json",
    b"# @VGMT": "gmt",
    b"<": "xml",
    b"!table": "tab",
    b"!Table": "tab",
    b"!TABLE": "tab",  # of MapInfo
}


def read_head(path: Path, size: int = HEAD_BYTES) -> bytes:
    """Return the first bytes of a file."""
    with path.open("rb") as stream:
        return stream.read(size)


def file_type(head: bytes, name: str) -> str:
    """Return "archive", "workbook", "vector" or "delimited".

    Both an archive of tables and a workbook may be a zip archive; where the ending does not decide,
    `is_workbook` does.

    Parameters
    ----------
    head
        The first `HEAD_BYTES` of the file.
    name
        Its name, whose ending decides where the content does not.

    Examples
    --------
    >>> file_type(b"name,lat,lon", "mines.csv"), file_type(b'{"type": "Feature"}', "mines.txt")
    ('delimited', 'vector')
    """
    ending = Path(name).suffix.lower()
    if head.startswith(_ZIP):
        return "workbook" if ending in WORKBOOKS else "archive"
    if head.startswith(_OLD_EXCEL):
        return "workbook"
    if vector_signature(head) is not None:
        return "vector"
    for kind, endings in (("archive", ARCHIVES), ("workbook", WORKBOOKS), ("vector", VECTORS)):
        if ending in endings:
            return kind
    return "delimited"


def vector_signature(head: bytes) -> str | None:
    """Return the vector format that a file's first bytes prove, "xml" for any XML, or None.

    Examples
    --------
    >>> vector_signature(b"PAR1"), vector_signature(b"<kml>"), vector_signature(b"name,lat,lon")
    ('parquet', 'xml', None)
    """
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    found = [kind for start, kind in _SIGNATURES.items() if head.startswith(start)]
    found += [kind for start, kind in _TEXT_SIGNATURES.items() if text.startswith(start)]
    return next(iter(found), None)


def ending_of(head: bytes) -> str:
    r"""Return an ending for a file without one, where GDAL and minmap need it; else "".

    Parameters
    ----------
    head
        The first `HEAD_BYTES` of the file.

    Examples
    --------
    >>> ending_of(b"PAR1..."), ending_of(b"name,lat,lon"), ending_of(b"fgb\x03fgb")
    ('.parquet', '.csv', '')
    """
    if head.startswith(_SQLITE):
        # Its application id: OGC 12-128r19, requirement 2.
        return ".gpkg" if head[68:70] == b"GP" else ""
    if head.startswith(b"<") and b"<kml" in head:
        return ".kml"
    starts = {b"PAR1": ".parquet", b"{": ".geojson", b"PK": ".xlsx"}
    default = ".csv" if file_type(head, "") == "delimited" else ""
    return next((ending for start, ending in starts.items() if head.startswith(start)), default)


def is_workbook(members: Iterable[PurePosixPath]) -> bool:
    """Return whether the files in a zip archive are those of a workbook."""
    names = {str(member) for member in members}
    return any(wanted <= names for wanted in _WORKBOOK_MEMBERS)
