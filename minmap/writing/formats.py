"""The formats that tables are written in, by the file's ending."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

import geopandas as gpd
import pandas as pd
import pyarrow as pa

from minmap.arguments import check_keywords, require_utf8_name
from minmap.errors import FileError, GeometryError, MinmapError
from minmap.files.file_types import ABOUT_ENDING
from minmap.output import (
    atomic_files,
    disk_failure,
    require_writable,
    resolved,
    write_error,
)
from minmap.writing import delimited, geojson, geopackage, geoparquet, kml, shapefile
from minmap.writing.export_table import ExportTable, export_table
from minmap.writing.older_file import require_one_table, require_own_crs

_TO_CSV: Final = "to_csv('x.csv', index=False)"
_FAILURES: Final = (ValueError, TypeError, RuntimeError, OSError, pa.ArrowException)


def _write_workbook(table: ExportTable, path: Path) -> None:
    # xlsxwriter takes a fifth of the time to import minmap.
    from minmap.writing import workbook  # noqa: PLC0415

    workbook.write(table, path)


_Writer = Callable[[ExportTable, Path], None]
_WRITERS: Final[Mapping[str, tuple[str, _Writer]]] = {
    ".parquet": ("GeoParquet", geoparquet.write),
    ".gpkg": ("GeoPackage", geopackage.write),
    ".geojson": ("GeoJSON", geojson.write),
    ".kml": ("KML", kml.write),
    ".kmz": ("KMZ", kml.write_kmz),
    ".shp": ("shapefile", shapefile.write),
    ".zip": ("zipped shapefile", shapefile.write_zip),
    ".csv": ("CSV", delimited.write),
    ".xlsx": ("Excel", _write_workbook),
}

FORMATS: Final = MappingProxyType({ending: title for ending, (title, _) in _WRITERS.items()})
"""Title of each format by its ending."""


@check_keywords
def write(frame: gpd.GeoDataFrame, path: str | os.PathLike[str]) -> None:
    """Write a table with its sources in the format of the file's ending, whole or not at all.

    GeoParquet and GeoPackage keep a table exactly: `minmap.read` returns the same columns with
    their dtypes, missing values, CRS and ``attrs``; occurrences without ``attrs["sources"]``, which
    pandas drops when it joins tables, get the sources that their rows name. From each of the other
    formats `minmap.read` returns an occurrence table with the dtypes of its columns, its sources
    and, in degrees, its geometry. Further columns are read as from any other file of that format.

    ============= ================================ =========================== =====================
    Ending        Geometry                         Sources and column names    Refused
    ============= ================================ =========================== =====================
    .parquet      any kind, any CRS                in the file's metadata      columns of mixed
                                                                               types
    .gpkg         any kind, any CRS                in the layer's metadata     NUL in a text
    .geojson      any kind, in degrees             member ``minmap``           NUL, infinite numbers
    .kml, .kmz    any kind, in degrees             data of the document        control characters
    .shp, .zip    one kind, any CRS                ``x.shp.about.json`` beside texts over 254 bytes,
                                                                               whole numbers of 18
                                                                               digits, over 255
                                                                               columns
    .csv          points as ``longitude`` and      ``x.csv.about.json`` beside NUL in a text
                  ``latitude`` (and ``z``), others
                  as WKT, in degrees
    .xlsx         as .csv                          sheet ``about``             texts over 32,767
                                                                               letters, 1,048,575
                                                                               rows
    ============= ================================ =========================== =====================

    A value that a format refuses is an error that names its column and row, before anything is
    written. In the formats other than GeoParquet and GeoPackage an empty text or geometry becomes a
    missing one, and a category or a time becomes text. GeoParquet alone keeps the index; for the
    others ``frame.reset_index()`` makes a column of it. In degrees means longitude and latitude on
    WGS84, as these formats demand or their readers expect. Rings of GeoJSON and KML run
    counter-clockwise.

    Names in a shapefile have at most ten letters: those of the occurrence table as in
    `minmap.writing.shapefile.NAMES`, others cut; the metadata lists both.

    In a CSV a text that a spreadsheet would run as a formula has an apostrophe before the sign that
    begins the formula (also after a semicolon, tab or new line, where a spreadsheet may begin a
    cell); `minmap.read` removes it. Excel gets such text as text. A CSV is UTF-8; to open one with
    Cyrillic in Excel by a double click write .xlsx instead.

    Parameters
    ----------
    frame
        Any GeoDataFrame with a CRS. Not changed.
    path
        The file to write; its ending selects the format.

    Raises
    ------
    ChoiceError
        If the file has another ending.
    FileError
        If the folder does not exist or cannot be written to, the disk is full or fails, another
        program has the file open (on Windows), the format cannot hold the table, the file exists
        and holds more than one table, such as a GeoPackage of several layers, or a
        shapefile would replace the .prj of a picture.
    GeometryError, CRSError
        If `frame` has no geometry or no CRS, or, for a format in degrees, a CRS without a known
        position on the Earth.

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
    target = require_table_path(path)
    ending = target.suffix.lower()
    format_title, write_format = _WRITERS[ending]
    _require_frame(frame, ending)
    title = target.stem.removesuffix(".shp") if ending == ".zip" else target.stem
    with atomic_files(target, replaces=_sidecars(target)) as folder:
        require_own_crs(resolved(target))
        try:
            table = export_table(frame, title=title, keep_all=ending == ".parquet")
            write_format(table, folder / target.name)
        except MinmapError:
            raise
        except _FAILURES as error:
            failure = disk_failure(error, folder)
            if failure is not None:
                raise write_error(target, failure) from error
            reason = " ".join(" ".join(map(str, error.args)).split()).rstrip(".")
            raise FileError(
                f"{target} cannot be written as {format_title}: {reason}. Change that in the "
                "table, or choose another format."
            ) from error


def _require_frame(frame: gpd.GeoDataFrame, ending: str) -> None:
    """Raise if a table has no geometry and is no table of geopandas, such as one of statistics."""
    if isinstance(frame, pd.DataFrame) and not isinstance(frame, gpd.GeoDataFrame):
        way = f"to_excel('x{ending}', index=False)" if ending == ".xlsx" else _TO_CSV
        raise GeometryError(
            "frame is a DataFrame without geometry, as of minmap.statistics, and minmap.write "
            f"writes tables with geometry; write it with frame.{way}. If it has coordinates, make "
            "it a geopandas.GeoDataFrame(table, geometry=geopandas.points_from_xy(lon, lat), "
            "crs=4326)."
        )


def require_table_path(path: str | os.PathLike[str]) -> Path:
    """Return the path if `write` can write a table there; raise before any work is done.

    Raises
    ------
    ChoiceError, FileError
        As `write` does because of the path.
    """
    target = require_writable(path, endings=FORMATS)
    require_utf8_name(target)
    require_one_table(target)
    return target


def _sidecars(target: Path) -> list[str]:
    """Return the names of files that an older version of `target` may have left beside it."""
    ending = target.suffix.lower()
    parts = [target.stem + part for part in shapefile.STALE] if ending == ".shp" else []
    after = geopackage.STALE if ending == ".gpkg" else (ABOUT_ENDING,)
    return [*parts, *(target.name + end for end in after)]
