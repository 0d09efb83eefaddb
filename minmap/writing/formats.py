"""The formats that tables are written in, by the file's ending."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

import geopandas as gpd
import pyarrow as pa
from xlsxwriter.exceptions import XlsxWriterException  # type: ignore[import-untyped]

from minmap.errors import FileError, MinmapError
from minmap.files.damage import as_file_error
from minmap.files.file_types import RECORD
from minmap.output import atomic_files, disk_failure, require_writable, write_error
from minmap.writing import (
    delimited,
    geojson,
    geopackage,
    geoparquet,
    kml,
    shapefile,
    workbook,
)
from minmap.writing.read_back import Opened

_FAILURES: Final = (
    ValueError,
    TypeError,
    RuntimeError,
    OSError,
    pa.ArrowException,
    XlsxWriterException,
)


@dataclass(frozen=True)
class _Format:
    title: str
    write: Callable[[gpd.GeoDataFrame, Path], None]
    read: Callable[[Opened, str | None], gpd.GeoDataFrame | None]


_ALL: Final = MappingProxyType(
    {
        ".parquet": _Format("GeoParquet", geoparquet.write, geoparquet.read),
        ".gpkg": _Format("GeoPackage", geopackage.write, geopackage.read),
        ".geojson": _Format("GeoJSON", geojson.write, geojson.read),
        ".kml": _Format("KML", kml.write, kml.read),
        ".kmz": _Format("KMZ", kml.write_kmz, kml.read),
        ".shp": _Format("shapefile", shapefile.write, shapefile.read),
        ".zip": _Format("zipped shapefile", shapefile.write_zip, shapefile.read),
        ".csv": _Format("CSV", delimited.write, delimited.read),
        ".xlsx": _Format("Excel", workbook.write, workbook.read),
    }
)

_CURE: Final = (
    "Get the file again, with the file *.about.json beside it if there is one; or read it as a "
    "table of another source, such as with columns={'name': 'name'}."
)
FORMATS: Final = MappingProxyType({ending: known.title for ending, known in _ALL.items()})
"""Title of each format by its ending."""


def write(frame: gpd.GeoDataFrame, path: str | os.PathLike[str]) -> None:
    """Write a table with its sources in the format of the file's ending, whole or not at all.

    `minmap.read` gives the same table back from each: columns in order with their dtypes, missing
    values, CRS and ``attrs``. What a format cannot hold is an error that names column and row,
    before anything is written. The index is kept by GeoParquet alone; elsewhere
    ``frame.reset_index()`` makes a column of it.

    ============= ============================== =========================== =====================
    Ending        Geometry                       Sources and record          What it cannot hold
    ============= ============================== =========================== =====================
    .parquet      any kind, any CRS              in the file's metadata      objects of mixed kinds
    .gpkg         any kind, any CRS              in the layer's metadata     NUL in a text
    .geojson      any kind, in degrees           member ``minmap``           NUL, infinite numbers
    .kml, .kmz    any kind, in degrees           data of the document        control characters
    .shp, .zip    one kind, any CRS              ``x.shp.about.json`` beside texts over 254 bytes,
                                                                             whole numbers of 18
                                                                             digits, over 255
                                                                             columns
    .csv          points as ``longitude`` and    ``x.csv.about.json`` beside NUL in a text
                  ``latitude`` (and ``z``),
                  others as WKT, in degrees
    .xlsx         as .csv                        sheet ``about``             texts over 32,767
                                                                             letters, 1,048,575 rows
    ============= ============================== =========================== =====================

    In degrees means on WGS84, as these formats demand or their readers expect; a table in another
    CRS is back in its own, to the millimetre, when `minmap.read` reads it. Rings of GeoJSON and
    KML run counter-clockwise; the .parquet, .gpkg and text formats keep them as they are.

    A shapefile's names have ten letters: those of the occurrence table as in
    `minmap.writing.shapefile.NAMES`, others cut, and the record lists both.

    In a CSV a text that a spreadsheet would run as a formula has an apostrophe before the sign that
    begins the formula (also after a semicolon, tab or new line, where a spreadsheet may begin a
    cell); `minmap.read` takes it away. Excel gets such text as text. A CSV is UTF-8; to open one
    with Cyrillic in Excel by a double click write .xlsx instead.

    Parameters
    ----------
    frame
        Any GeoDataFrame with a CRS. Not changed.
    path
        Where to; the ending says which format.

    Raises
    ------
    ChoiceError
        If the ending is none of these.
    FileError
        If the folder does not exist or cannot be written to, the disk is full or fails, another
        program has the file open (on Windows), or the format cannot hold the table.
    GeometryError, CRSError
        If `frame` has no geometry or no CRS, or one that nothing ties to the Earth for a format
        in degrees.

    Warns
    -----
    MinmapWarning
        If something in ``frame.attrs`` cannot be written, or an earlier write was interrupted.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> point = gpd.points_from_xy([67.4], [47.8])
    >>> place = gpd.GeoDataFrame({"name": ["=A"]}, geometry=point, crs="EPSG:4326")
    >>> target = pathlib.Path(tempfile.mkdtemp()) / "near.csv"
    >>> write(place, target)
    >>> print(target.read_text().strip())
    "name","longitude","latitude"
    "'=A",67.4,47.8
    >>> sorted(file.name for file in target.parent.iterdir())
    ['near.csv', 'near.csv.about.json']
    """
    target = require_writable(path, endings=FORMATS)
    kind = _ALL[target.suffix.lower()]
    with atomic_files(target, replaces=_companions(target)) as folder:
        try:
            kind.write(frame, folder / target.name)
        except MinmapError:
            raise
        except _FAILURES as error:
            failure = disk_failure(error, folder)
            if failure is not None:
                raise write_error(target, failure) from error
            reason = " ".join(" ".join(map(str, error.args)).split()).rstrip(".")
            raise FileError(
                f"{target} cannot be written as {kind.title}: {reason}. Mend that in the "
                "table, or choose another format."
            ) from error


def read_back(document: Opened, layer: str | None) -> gpd.GeoDataFrame | None:
    """Return a table as `write` was given it.

    Parameters
    ----------
    document
        An opened file, as `minmap.files.open_document` gives it.
    layer
        Which layer or sheet; None takes the only table.

    Returns
    -------
    geopandas.GeoDataFrame or None
        The same columns, dtypes, missing values, CRS and ``attrs``. If somebody has changed the
        file since: columns that are gone are left out, new ones come last. None if minmap did not
        write the file, or less than half of its columns are left.

    Warns
    -----
    MinmapWarning
        If cells no longer fit their column; they are missing.

    Raises
    ------
    FileError
        If the file has a record of minmap's but its content is damaged.
    """
    known = _ALL.get(document.path.suffix.lower())
    if known is None:
        return None
    with as_file_error(
        f"{document.label} was written by minmap and cannot be read back as it was", cure=_CURE
    ):
        return known.read(document, layer)


def _companions(target: Path) -> list[str]:
    """Return names of files that would be stale beside a new `target`."""
    match target.suffix.lower():
        case ".shp":
            parts = [target.stem + ending for ending in shapefile.STALE]
            return [*parts, target.name + RECORD]
        case ".gpkg":
            return [target.name + ending for ending in geopackage.STALE]
        case _:
            return [target.name + RECORD]
