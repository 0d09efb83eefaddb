"""Tables that minmap wrote: exact from GeoParquet and GeoPackage, occurrences from every format."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import shapely

from minmap.coordinates.column import read_column, to_arrow
from minmap.files import Document
from minmap.files.cells import Cells, text
from minmap.files.csv_layout import unique_names
from minmap.files.damage import as_file_error
from minmap.files.file_types import ABOUT_ENDING, WORKBOOKS
from minmap.files.geometry_depth import require_shallow_wkt
from minmap.geodesy.crs import WGS84
from minmap.table import COLUMN_NAMES, COLUMNS, conform_with_notes, sources_of
from minmap.types import TEXT, Geometries
from minmap.writing import about_sheet, geojson, geopackage, geoparquet, kml, shapefile
from minmap.writing.added_columns import added_dtypes, numbers_of, with_numbers
from minmap.writing.column_types import is_number
from minmap.writing.delimited import unguarded
from minmap.writing.metadata import GEOMETRY, Metadata

_EXACT: Final = {".parquet": geoparquet.read, ".gpkg": geopackage.read}
_METADATA_IN: Final = {
    ".geojson": geojson.metadata_in,
    ".kml": kml.metadata_in,
    ".xlsx": about_sheet.metadata_in,
}
_FULL: Final = {short: name for name, short in shapefile.NAMES.items()}
_REQUIRED: Final = {"occurrence_id", "source"}
_LONGITUDE: Final = re.compile(r"(point_)*longitude")
_CURE: Final = (
    "Get the file again, or read it as a table of another source, such as with "
    "columns={'name': 'name'}."
)


def exact_table(document: Document, layer: str | None) -> gpd.GeoDataFrame | None:
    """Return a table exactly as `write` wrote it to GeoParquet or GeoPackage.

    Parameters
    ----------
    document
        An opened file.
    layer
        The layer to read; None means the only one.

    Returns
    -------
    geopandas.GeoDataFrame or None
        The same columns, dtypes, missing values, CRS and ``attrs``, except for what somebody has
        changed in the file since. None if minmap did not write the file, or to another format.

    Raises
    ------
    FileError
        If the file has minmap's metadata but its content is damaged.
    """
    read = _EXACT.get(document.path.suffix.lower())
    if read is None:
        return None
    with as_file_error(f"{document.label} was written by minmap and has been damaged", cure=_CURE):
        return read(document, layer)


def occurrence_sheet(document: Document) -> str | None:
    """Return the sheet with the table in a workbook that `write` wrote; None for other files."""
    sheets = [name for name in document.layers if name != about_sheet.ABOUT]
    has_about = len(sheets) < len(document.layers)
    if not (sheets and has_about and document.path.suffix.lower() in WORKBOOKS):
        return None
    return sheets[0] if about_sheet.metadata_in(document.path) is not None else None


def occurrence_table(cells: Cells, document: Document) -> tuple[gpd.GeoDataFrame, list[str]] | None:
    """Return the occurrence table in a file, recognised by the names of its columns.

    Parameters
    ----------
    cells
        The cells as the ordinary reader gives them.
    document
        Their file.

    Returns
    -------
    geopandas.GeoDataFrame
        The columns of the occurrence table with the dtypes of `minmap.table.COLUMNS`, then the
        file's other columns as the ordinary reader gives them, but numbers with the dtype that they
        had, if minmap's metadata in the file or beside it state it, or if minmap added the column
        (`minmap.writing.added_columns`); ``attrs``, with the sources, from the metadata.
    list of str
        Remarks for the user.

    None instead if the file does not have ``occurrence_id``, ``source``, at least half of the
    other columns of the occurrence table, and geometry.

    Raises
    ------
    FileError
        If a geometry in a column of text is nested too deep.
    """
    is_layer = cells.geometry is not None
    # GeoJSON has no columns without records.
    if not (are_occurrences(cells.frame.columns) or (is_layer and cells.frame.empty)):
        return None
    path = document.path
    metadata = _metadata_of(path)
    cells = _with_table_names(cells if is_layer else _without_guards(cells, path), path, metadata)
    geometry, used = _geometry(cells, document.label)
    if geometry is None or not are_occurrences(cells.frame.columns):
        return None
    notes = list(cells.notes)
    without_location = _without_location(cells, used)
    columns = dict[str, Any]()
    for column in COLUMNS[:-1]:
        values = cells.column(column.name)
        if values is not None:
            used.append(cells.folded_names[column.name])
            columns[column.name], note = _typed(values, column.name, column.dtype)
            notes += note
    columns |= _further(cells.frame.drop(columns=used), metadata)
    frame = gpd.GeoDataFrame(columns, index=cells.index, geometry=geometry)
    table, more = conform_with_notes(frame)
    if table.geometry.isna().sum() > without_location:  # the others were written without one
        notes += more
    if metadata is not None:
        table.attrs = metadata.attrs
    elif not sources_of(table):
        notes.append(
            "The sources of the table are unknown: its rows name none, and metadata of this "
            "version of minmap is neither in the file nor in "
            f"{document.label}{ABOUT_ENDING} beside it."
        )
    return table, notes


def _further(frame: pd.DataFrame, metadata: Metadata | None) -> dict[str, pd.Series]:
    """Return the columns that are not of the occurrence table, numbers as they were written."""
    columns = {str(name): frame[name] for name in frame}
    listed = () if metadata is None else metadata.columns
    dtypes = {c.name: c.dtype for c in listed if c.name in columns and is_number(c.dtype)}
    dtypes = added_dtypes(columns) | dtypes
    return columns | {name: with_numbers(columns[name], dtype) for name, dtype in dtypes.items()}


def sources_in(path: Path, layer: str | None) -> list[dict[str, Any]]:
    """Return the sources that minmap's metadata in a file, or beside it, state; none without it."""
    ending, table = path.suffix.lower(), gpd.GeoDataFrame()
    if ending == ".gpkg":
        metadata = geopackage.metadata_in(path, layer)
    else:
        metadata = geoparquet.metadata_in(path) if ending == ".parquet" else _metadata_of(path)
    if metadata is not None:
        table.attrs = metadata.attrs
    return sources_of(table)


def are_occurrences(names: Iterable[object]) -> bool:
    """Return whether column names, full or as in a shapefile, are those of occurrences."""
    given = {str(name).casefold() for name in names}
    found = given.intersection(COLUMN_NAMES) | {_FULL[name] for name in given & _FULL.keys()}
    return found >= _REQUIRED and 2 * len(found) >= len(COLUMNS)


def _metadata_of(path: Path) -> Metadata | None:
    inside = _METADATA_IN.get(path.suffix.lower())
    try:
        if inside is not None:
            return inside(path)
        beside = path.with_name(path.name + ABOUT_ENDING)
        return Metadata.from_json(beside.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        return None


def _without_guards(cells: Cells, path: Path) -> Cells:
    """Remove the guards against formulas from the texts and the names of a CSV."""
    if path.suffix.lower() in WORKBOOKS:
        return cells
    texts = {
        name: text(unguarded(to_arrow(values)), cells.index) if values.dtype == TEXT else values
        for name, values in cells.frame.items()
    }
    frame = pd.DataFrame(texts, index=cells.index)
    names = unguarded(pa.array(map(str, frame.columns), pa.large_string())).to_pylist()
    return replace(cells, frame=frame.set_axis(names, axis=1))


def _with_table_names(cells: Cells, path: Path, metadata: Metadata | None) -> Cells:
    """Restore the column names of the table; drop the description of a placemark."""
    frame, ending = cells.frame, path.suffix.lower()
    listed = {} if metadata is None else metadata.names
    if listed and frame.empty and cells.geometry is not None:
        frame = frame.reindex(columns=[*listed]).astype(TEXT)
    elif ending == ".kml":
        frame = frame.drop(columns="description", errors="ignore")
    known = (_FULL if ending == ".shp" else {}) | _as_read([*listed.values()], listed)
    known |= _as_read([*listed], listed)
    names = [known.get(str(name), str(name)) for name in frame.columns]
    if len(set(names)) == len(names):
        frame = frame.set_axis(names, axis=1)
    return replace(cells, frame=frame)


def _as_read(names: list[str], listed: Mapping[str, str]) -> dict[str, str]:
    """Return the names of columns by those that the readers make of names in a file.

    These differ where names differ only in case.
    """
    return dict(zip(unique_names(names), listed.values(), strict=True))


def _geometry(cells: Cells, label: str) -> tuple[gpd.GeoSeries | None, list[str]]:
    """Return the geometry of the records, and the columns that it comes from."""
    if cells.geometry is not None:
        return cells.geometry, []
    wkt = cells.column(GEOMETRY)
    if wkt is not None:
        shapes = _from_wkt(wkt, label)
        return gpd.GeoSeries(shapes, index=cells.index, crs=WGS84), [cells.folded_names[GEOMETRY]]
    # `write` puts a prefix before its columns where the table has columns of these names.
    longitude = max(filter(_LONGITUDE.fullmatch, cells.folded_names), key=len, default="")
    latitude = longitude.replace("longitude", "latitude")
    if not longitude or latitude not in cells.folded_names:
        return None, []
    names = [cells.folded_names[longitude], cells.folded_names[latitude]]
    x, y = (read_column(cells.frame[name], degrees=True).value for name in names)
    points = np.asarray(shapely.points(x, y), dtype=object)
    points[np.isnan(x) | np.isnan(y)] = None
    return gpd.GeoSeries(points, index=cells.index, crs=WGS84), names


def _without_location(cells: Cells, used: Sequence[str]) -> int:
    """Return the number of records for which the file has no geometry and no coordinates."""
    if cells.geometry is not None:
        return int((cells.geometry.isna() | cells.geometry.is_empty).sum())
    texts = [column for name in used if (column := cells.column(name)) is not None]
    return int(pd.concat(texts, axis=1).isna().all(axis=1).sum())


def _from_wkt(texts: pd.Series, label: str) -> Geometries:
    with as_file_error(f"{label}: a geometry cannot be read", cure=_CURE):
        values = texts.astype(object).where(texts.notna(), None).to_numpy()
        for value in values:
            require_shallow_wkt(value or "")
        return np.asarray(shapely.from_wkt(values, on_invalid="ignore"), dtype=object)


def _typed(values: pd.Series, name: str, dtype: str) -> tuple[pd.Series, list[str]]:
    """Return texts with a dtype of the occurrence table, and a remark on those that do not fit."""
    if dtype == "str":
        return values, []
    numbers: pd.Series = numbers_of(values).astype("Float64")
    if dtype == "Int64":
        numbers = numbers.where(numbers.mod(1).eq(0)).astype("Int64")
    wrong = int((numbers.isna() & values.notna()).sum())
    return numbers, [f"{wrong} values of {name} are not numbers; kept as missing."] if wrong else []
