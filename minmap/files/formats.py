"""Vector formats that minmap reads, recognised from the file's own bytes before GDAL opens it.

GDAL asks every driver in turn whether a file is its own, and some drivers look for a text anywhere
in the first bytes. A file of one format can so be opened by the driver of another, which reads
other files or fetches addresses that the text names. pyogrio cannot limit the drivers. Therefore
each file must begin as one of the formats below, may not hold a text that such a driver looks for,
and must have been opened by the driver of its format.
"""

from __future__ import annotations

from itertools import takewhile
from pathlib import Path
from typing import Final

from minmap.errors import FileError
from minmap.files.database import require_plain_database
from minmap.files.json_links import require_no_crs_link
from minmap.files.xml_checks import kind_of_markup, require_plain_systems
from minmap.geodesy.stated_crs import file_in_crs

DRIVERS: Final = {
    "shp": ("ESRI Shapefile",),
    "sqlite": ("GPKG", "SQLite"),
    "json": ("GeoJSON", "GeoJSONSeq", "ESRIJSON", "TopoJSON", "JSONFG"),
    "kml": ("LIBKML", "KML"),
    "gml": ("GML",),
    "gpx": ("GPX",),
    "fgb": ("FlatGeobuf",),
    "gdb": ("OpenFileGDB",),
    "mif": ("MapInfo File",),
    "dxf": ("DXF",),
    "gmt": ("OGR_GMT",),
}
"""The GDAL drivers that may open each format."""

HEAD_BYTES: Final = 2 << 20
"""How much of a file is looked at. GDAL's drivers look at up to 1 MB."""

# Texts by which GDAL recognises, anywhere in the first bytes, a file that stands for other files,
# for an address or for a program: the Identify functions of its drivers VRT, GTI, WMS, WMTS, WCS,
# WFS, OGR_VRT, OGR_PDS, PDS4, GDALG and GPSBabel. In lower case, since some ignore case.
_STANDS_FOR_OTHERS: Final = {
    b"<vrtdataset": "a virtual raster",
    b"<ogrvrtdatasource": "a virtual layer",
    b"<gdaltileindexdataset": "an index of tiles",
    b"<gdal_wms": "a map service",
    b"<gdal_wmts": "a map service",
    b"<wms_tile_service": "a map service",
    b"wms_capabilities": "a map service",
    b"<wmt_ms_capabilities": "a map service",
    b"<wcs_gdal": "a coverage service",
    b"<ogrwfsdatasource": "a feature service",
    b"wfs_capabilities": "a feature service",
    b"pds_version_id": "a label of other files",
    b"http://pds.nasa.gov/pds4": "a label of other files",
    b"gdal_streamed_alg": "a processing pipeline",
    b"$gpgsa": "input of the program GPSBabel",
    b"$gpgga": "input of the program GPSBabel",
}
_STARTS: Final = {
    b"PAR1": "parquet",
    b"SQLite format 3\x00": "sqlite",
    b"\x00\x00\x27\x0a": "shp",  # ESRI Shapefile Technical Description (1998), page 4
    b"fgb\x03fgb": "fgb",  # flatgeobuf.org, specification
    b"AutoCAD Binary DXF": "dxf",
}
_STARTS_OF_TEXT: Final = {b"{": "json", b"\x1e{": "json", b"# @VGMT": "gmt"}
_UTF16_MARKUP: Final = (b"\xff\xfe<\x00", b"\xfe\xff\x00<")
# The files of a geodatabase, and what systems leave in any folder.
_GEODATABASE: Final = frozenset(
    (".gdbtable", ".gdbtablx", ".gdbindexes", ".atx", ".spx", ".horizon", ".freelist", ".cdf")
) | {"", ".lock", ".ini", ".db", ".xml"}
_CATALOGUE: Final = "a00000001.gdbtable"
_READ: Final = "a shapefile, GeoPackage, GeoJSON, KML, GML, FlatGeobuf or GeoParquet"


def format_of(path: Path, where: str) -> str:
    """Return the format of a vector file, one of `DRIVERS` or "parquet".

    Parameters
    ----------
    path
        The file, or the folder of a file geodatabase.
    where
        What messages call it.

    Raises
    ------
    FileError
        If it is none of these formats, or stands for other files, addresses or programs.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "a.geojson"
    >>> _ = path.write_text('{"type": "Point", "coordinates": [67.3, 48.1]}')
    >>> format_of(path, "a.geojson")
    'json'
    >>> _ = path.write_text("{}<OGRVRTDataSource>")
    >>> format_of(path, "a.geojson")
    Traceback (most recent call last):
        ...
    minmap.errors.FileError: a.geojson holds '<ogrvrtdatasource', by which GDAL takes a file for a
    virtual layer; minmap opens only files that hold their data themselves. Take the text out, or,
    if the file is to be trusted, convert it: ogr2ogr data.gpkg FILE, or gdal_translate FILE
    data.tif.
    """
    if path.is_dir():
        _require_geodatabase(path, where)
        return "gdb"
    with path.open("rb") as stream:
        head = stream.read(HEAD_BYTES)
    found = begins_as(head) or _by_name(path, head)
    if found == "markup":
        found = kind_of_markup(path, where)
    if found is None:
        raise FileError(f"{where} is not a vector file that minmap reads; give {_READ}.")
    if found not in {"parquet", "sqlite"}:  # the texts may be in their data, which GDAL passes over
        require_own_data(head, where)
    return found


def begins_as(head: bytes) -> str | None:
    """Return the format that a file's first bytes are the signature of, "markup" for XML, or None.

    Examples
    --------
    >>> begins_as(b"PAR1"), begins_as(b"<kml>"), begins_as(b"name,lat,lon")
    ('parquet', 'markup', None)
    """
    for start, found in _STARTS.items():
        if head.startswith(start):
            return found
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    for start, found in _STARTS_OF_TEXT.items():
        if text.startswith(start):
            return found
    return "markup" if text.startswith(b"<") or head.startswith(_UTF16_MARKUP) else None


def require_no_references(file: Path, where: str, kind: str) -> None:
    """Raise if something in a file would make its own driver read other files or addresses.

    Parameters
    ----------
    file
        The file that GDAL is going to open.
    where
        What messages call it.
    kind
        Its format, as `format_of` returns it.

    Raises
    ------
    FileError
        See `minmap.files.database`, `minmap.files.json_links` and `minmap.files.xml_checks`.
    """
    if kind == "sqlite":
        require_plain_database(file, where)
    elif kind == "json":
        require_no_crs_link(file, where)
    elif kind == "gml":
        require_plain_systems(file, where)
    elif kind == "gmt":
        _require_plain_header(file, where)


def _require_plain_header(file: Path, where: str) -> None:
    """Raise if a projection in the header of a GMT file names a file."""
    with file.open(encoding="utf-8", errors="replace") as stream:
        for line in takewhile(lambda line: line.startswith(("#", "\n", ">")), stream):
            if "@J" in line and file_in_crs(line) is not None:
                raise FileError(
                    f"{where}: its CRS names the file {file_in_crs(line)!r}, which minmap does not "
                    "open; take the line with @J out and pass crs=, such as crs='EPSG:4326'."
                )


def require_own_data(head: bytes, where: str) -> None:
    """Raise if GDAL could take the file for one that stands for other files or addresses.

    Parameters
    ----------
    head
        The first `HEAD_BYTES` of the file.
    where
        What the message calls it.

    Raises
    ------
    FileError
        If it holds a text by which one of GDAL's drivers recognises such a file.
    """
    small = head.lower()
    for text, meaning in _STANDS_FOR_OTHERS.items():
        if text in small:
            raise FileError(
                f"{where} holds {text.decode()!r}, by which GDAL takes a file for {meaning}; "
                "minmap opens only files that hold their data themselves. Take the text out, or, "
                "if the file is to be trusted, convert it: ogr2ogr data.gpkg FILE, or "
                "gdal_translate FILE data.tif."
            )


def _by_name(path: Path, head: bytes) -> str | None:
    """Recognise by its ending a file without a signature; text must begin as the format does."""
    ending, words = path.suffix.lower(), head[:1000].lower().split()
    if ending in {".parquet", ".geoparquet"}:
        return "parquet"  # damaged, as pyarrow will say
    if ending in {".json", ".geojson"} and words and words[0].startswith(b"["):
        return "json"
    if ending == ".mif" and words[:1] == [b"version"]:
        return "mif"
    # A group of code 0 or a comment begins a DXF file: DXF Reference, "Group codes".
    return "dxf" if ending == ".dxf" and words[:1] in ([b"0"], [b"999"]) else None


def _require_geodatabase(folder: Path, where: str) -> None:
    """Raise unless a folder holds a file geodatabase and nothing that another driver would read."""
    names = [entry.name.lower() for entry in folder.iterdir()]
    if _CATALOGUE not in names:
        raise FileError(f"{where} is not a file geodatabase: it has no {_CATALOGUE}; get it again.")
    for name in names:
        if not name.startswith((".ds_store", "._")) and Path(name).suffix not in _GEODATABASE:
            raise FileError(
                f"{where} holds {name!r}, which is no part of a file geodatabase; move it out."
            )
