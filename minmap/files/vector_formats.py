"""Recognise the vector formats that minmap reads before GDAL opens a file.

GDAL offers a file to every driver in turn, and some drivers search the first bytes for a text. So
the driver of another format may open the file, and read other files or fetch addresses that the
text names. pyogrio cannot limit the drivers. Therefore each file must begin as one of the formats
below, must not hold a text that such a driver searches for, and must be opened by the driver of
its format.
"""

from collections.abc import Callable, Mapping
from itertools import takewhile
from pathlib import Path
from typing import Final

from minmap.errors import FileError
from minmap.files import flatgeobuf
from minmap.files.crs_search import text_naming_file
from minmap.files.file_types import read_head, vector_signature
from minmap.files.json_checks import require_no_crs_link
from minmap.files.limited_process import Budget
from minmap.files.mapinfo import require_native
from minmap.files.proportion import require_proportion
from minmap.files.shapefile import siblings
from minmap.files.xml_checks import require_plain_elements, xml_format
from minmap.geodesy.crs import file_in_crs

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
    "tab": ("MapInfo File",),
    "dxf": ("DXF",),
    "gmt": ("OGR_GMT",),
}
"""The GDAL drivers that may open each format."""

SEARCHED_BYTES: Final = 2 << 20
"""How much of a file is searched. GDAL's drivers search up to 1 MB."""

# Texts anywhere in the first bytes by which GDAL recognises a file that refers to other files, an
# address or a program: see the Identify functions of its drivers VRT, GTI, WMS, WMTS, WCS,
# WFS, OGR_VRT, OGR_PDS, PDS4, GDALG and GPSBabel. In lower case, since some ignore case.
_REFERENCE_MARKS: Final = {
    "a virtual raster": (b"<vrtdataset",),
    "a virtual layer": (b"<ogrvrtdatasource",),
    "an index of tiles": (b"<gdaltileindexdataset",),
    "a map service": (
        *(b"<gdal_wms", b"<gdal_wmts", b"<wms_tile_service"),
        *(b"wms_capabilities", b"<wmt_ms_capabilities"),
    ),
    "a coverage service": (b"<wcs_gdal",),
    "a feature service": (b"<ogrwfsdatasource", b"wfs_capabilities"),
    "a label of other files": (b"pds_version_id", b"http://pds.nasa.gov/pds4"),
    "a processing pipeline": (b"gdal_streamed_alg",),
    "input of the program GPSBabel": (b"$gpgsa", b"$gpgga"),
}
# The files of a geodatabase, and files that systems leave in any folder.
_GEODATABASE: Final = frozenset(
    (".gdbtable", ".gdbtablx", ".gdbindexes", ".atx", ".spx", ".horizon", ".freelist", ".cdf")
) | {"", ".lock", ".ini", ".db", ".xml"}
_CATALOGUE: Final = "a00000001.gdbtable"
_READABLE: Final = "a shapefile, GeoPackage, GeoJSON, KML, GML, FlatGeobuf or GeoParquet"


def vector_format(path: Path, where: str) -> str:
    """Return the format of a vector file, one of `DRIVERS`, "parquet" or "arrow".

    Parameters
    ----------
    path
        The file, or the folder of a file geodatabase.
    where
        Its name in messages.

    Raises
    ------
    FileError
        If it has none of these formats, or refers to other files, addresses or programs.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "a.geojson"
    >>> _ = path.write_text('{"type": "Point", "coordinates": [67.3, 48.1]}')
    >>> vector_format(path, "a.geojson")
    'json'
    >>> _ = path.write_text("{}<OGRVRTDataSource>")
    >>> vector_format(path, "a.geojson")
    Traceback (most recent call last):
        ...
    minmap.errors.FileError: a.geojson holds '<ogrvrtdatasource', by which GDAL takes a file for a
    virtual layer; minmap opens only files that hold their data themselves. Remove the text, or, if
    you trust the file, convert it: ogr2ogr data.gpkg FILE, or gdal_translate FILE data.tif.
    """
    if path.is_dir():
        _require_geodatabase(path, where)
        return "gdb"
    head = read_head(path, SEARCHED_BYTES)
    found = vector_signature(head) or _by_name(path, head)
    if found == "xml":
        found = xml_format(path, where)
    if found is None:
        raise FileError(f"{where} is not a vector file that minmap reads; give {_READABLE}.")
    if found not in {"parquet", "arrow", "sqlite"}:  # GDAL does not search their data
        require_own_data(head, where)
    return found


def require_no_references(file: Path, where: str, kind: str, budget: Budget | None = None) -> None:
    """Raise if a file would make its own driver read other files or addresses.

    Parameters
    ----------
    file
        The file that GDAL will open.
    where
        Its name in messages.
    kind
        Its format, as `vector_format` returns it.
    budget
        What is left of what the vector files of an archive may take; None outside one.

    Raises
    ------
    FileError
        See `minmap.files.json_checks` and `minmap.files.xml_checks`; SQLite databases are checked
        by `minmap.files.sqlite_copy`.
    """
    if kind in {"kml", "gml", "gpx"}:
        require_plain_elements(file, where, kind)
    elif (check := _CHECKS.get(kind)) is not None:
        check(file, where)
    require_proportion(file, where, kind, budget)


def _require_plain_prj(file: Path, where: str) -> None:
    prj = siblings(file, {".prj"}).get(".prj")
    text = prj.read_text(encoding="utf-8", errors="replace") if prj is not None else ""
    _require_plain_system(text, where, "remove its .prj and pass crs=")


def _require_plain_head(file: Path, where: str) -> None:
    for text in flatgeobuf.crs_texts(file):
        _require_plain_system(text, where, "convert it: ogr2ogr -a_srs EPSG:4326 new.gpkg FILE")


def _require_plain_tables(folder: Path, where: str) -> None:
    for table in folder.glob("*.gdbtable"):
        if (named := text_naming_file(table)) is not None:
            raise FileError(
                f"{where}: a CRS in {table.name} may name a file ({named!r}), which minmap "
                "does not open; save its layers to a GeoPackage."
            )


def _require_plain_header(file: Path, where: str) -> None:
    """Raise if a projection in the header of a GMT file names a file."""
    with file.open(encoding="utf-8", errors="replace") as stream:
        for line in takewhile(lambda line: line.startswith(("#", "\n", ">")), stream):
            if "@J" in line:
                cure = "remove the line with @J and pass crs=, such as crs='EPSG:4326'"
                for text in (line, line.replace("\\", "")):  # which GDAL drops
                    _require_plain_system(text, where, cure)


def _require_plain_system(text: str, where: str, cure: str) -> None:
    if (name := file_in_crs(text)) is not None:
        raise FileError(
            f"{where}: its CRS names the file {name!r}, which minmap does not open; {cure}."
        )


_CHECKS: Final[Mapping[str, Callable[[Path, str], None]]] = {
    "shp": _require_plain_prj,
    "json": require_no_crs_link,
    "fgb": _require_plain_head,
    "gdb": _require_plain_tables,
    "tab": require_native,
    "gmt": _require_plain_header,
}


def require_own_data(head: bytes, where: str) -> None:
    """Raise if GDAL could read a file as a reference to other files or addresses.

    Parameters
    ----------
    head
        The first `SEARCHED_BYTES` of the file.
    where
        Its name in the message.

    Raises
    ------
    FileError
        If it contains a text by which a driver of GDAL recognises such a file.
    """
    small = head.lower()
    for meaning, texts in _REFERENCE_MARKS.items():
        if found := [text for text in texts if text in small]:
            raise FileError(
                f"{where} holds {found[0].decode()!r}, by which GDAL takes a file for {meaning}; "
                "minmap opens only files that hold their data themselves. Remove the text, or, if "
                "you trust the file, convert it: ogr2ogr data.gpkg FILE, or gdal_translate FILE "
                "data.tif."
            )


def _by_name(path: Path, head: bytes) -> str | None:
    """Recognise a file without a signature by its ending and its first words."""
    ending, words = path.suffix.lower(), head[:1000].lower().split()
    if ending in {".parquet", ".geoparquet"}:
        return "parquet"  # damaged; pyarrow reports how
    if ending in {".json", ".geojson"} and words and words[0].startswith(b"["):
        return "json"
    if ending == ".mif" and words[:1] == [b"version"]:
        return "mif"
    # A group of code 0 or a comment begins a DXF file: DXF Reference, "Group codes".
    return "dxf" if ending == ".dxf" and words[:1] in ([b"0"], [b"999"]) else None


def _require_geodatabase(folder: Path, where: str) -> None:
    """Raise unless a folder holds a file geodatabase and nothing that another driver reads."""
    entries = {entry.name.lower(): entry for entry in folder.iterdir()}
    if _CATALOGUE not in entries:
        raise FileError(f"{where} is not a file geodatabase: it lacks {_CATALOGUE}; get it again.")
    for name, entry in entries.items():
        is_part = name.startswith((".ds_store", "._")) or Path(name).suffix in _GEODATABASE
        if not (is_part and entry.is_file()):  # a pipe would keep GDAL waiting
            raise FileError(
                f"{where} holds {name!r}, which does not belong to a file geodatabase; move it out."
            )
