"""A table on its way out of a file."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import shapely

from minmap.errors import MinmapWarning
from minmap.files.cells import Cells
from minmap.files.file_types import RECORD
from minmap.files.geometry_depth import require_shallow_wkt
from minmap.geodesy.stated_crs import stated_crs
from minmap.table import listed
from minmap.types import Geometries
from minmap.writing import geometry_forms as forms
from minmap.writing.column_types import decode, is_text, plain_text
from minmap.writing.metadata import GEOMETRY, About, Held


class Opened(Protocol):
    """What is needed of an opened file; `minmap.files.open_document` gives it."""

    @property
    def label(self) -> str:
        """Name of the file as the user knows it."""

    @property
    def path(self) -> Path:
        """A file on disk."""

    def cells(self, layer: str | None = None) -> Cells:
        """Return the text of every cell."""


def about_beside(path: Path) -> About | None:
    """Return the record that lies beside a file, or None."""
    record = path.with_name(path.name + RECORD)
    try:
        return About.from_json(record.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        return None


def frame_of(
    about: About,
    columns: Mapping[str, pa.Array],
    shapes: Geometries,
    *,
    label: str,
    in_degrees: bool = False,
) -> gpd.GeoDataFrame | None:
    """Return what was read as the frame that was written.

    Parameters
    ----------
    about
        The table's record.
    columns
        What the file holds, by the names in the file: text of the values, or the values.
    shapes
        Geometry of the rows.
    label
        The file, for the warning.
    in_degrees
        `shapes` are in longitude and latitude whatever the CRS of the table.

    Returns
    -------
    geopandas.GeoDataFrame or None
        Columns that the file no longer has are left out; new ones come last. None if less than
        half of the columns are there: then the file is another table.

    Warns
    -----
    MinmapWarning
        If cells no longer fit their columns; they are missing.
    """
    found = {column.stored for column in about.fields} & set(columns)
    if 2 * len(found) < len(about.fields):
        return None
    stated_crs(about.crs, what=label)
    unchanged = len(shapes) == about.rows
    if unchanged:
        shapes = forms.mend(shapes, about.exact.shapes)
    if in_degrees:
        shapes = forms.from_degrees(shapes, about.crs)
    values, lost = dict[str, Any](), list[str]()
    for column in about.columns:
        if column.dtype == GEOMETRY:
            values[column.name] = shapes
        elif column.stored in columns:
            array = columns[column.stored]
            if unchanged:
                array = _mend(array, about.exact.cells.get(column.name, {}))
            values[column.name], count = decode(array, column)
            lost += [f"{count} in {column.name}"] if count else []
    known = {*found, *about.geometry_columns}
    added = {name: _as_is(columns[name]) for name in columns if name not in known}
    values |= {name: column for name, column in added.items() if name not in values}
    if lost:
        warnings.warn(
            f"{label} was changed since minmap wrote it: cells that do not fit their column are "
            f"taken as missing ({listed(lost)}).",
            MinmapWarning,
            stacklevel=2,
        )
    index = pd.RangeIndex(len(shapes))
    frame = gpd.GeoDataFrame(values, index=index, geometry=about.geometry_name, crs=about.crs)
    frame.attrs = about.attrs
    return frame


def flat_frame_of(
    about: About, columns: Mapping[str, pa.Array], *, label: str
) -> gpd.GeoDataFrame | None:
    """Return the frame of a table whose geometry is in columns; None if these are gone."""
    if not set(about.geometry_columns) <= set(columns):
        return None
    held = [columns[name] for name in about.geometry_columns]
    if about.held == "points":
        number = Held("coordinate", "coordinate", "float64")
        decoded = [decode(column, number)[0].to_numpy(np.float64) for column in held]
        shapes = forms.from_point_columns(decoded)
    else:
        texts = np.array(held[0].to_pylist(), dtype=object)
        for text in texts:
            require_shallow_wkt(text or "")
        shapes = np.asarray(shapely.from_wkt(texts, on_invalid="ignore"), dtype=object)
    return frame_of(about, columns, shapes, label=label, in_degrees=True)


def _mend(array: pa.Array | pa.ChunkedArray, exact: dict[int, Any]) -> pa.Array:
    """Put values back that the file holds otherwise; leave those that somebody has changed."""
    if not exact:
        return array
    values = array.to_pylist()
    for row, value in exact.items():
        if 0 <= row < len(values) and _may_be(values[row], value):
            values[row] = value
    return pa.array(values, type=array.type)


def _may_be(read: object, value: object) -> bool:
    if isinstance(value, str):
        return str(read or "").strip(" ") == value.strip(" ")
    if isinstance(value, float) and isinstance(read, float):
        return bool(np.isclose(read, value, rtol=1e-9, atol=1e-14))
    return False


def _as_is(array: pa.Array | pa.ChunkedArray) -> pd.Series:
    whole = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
    return plain_text(whole) if is_text(whole.type) else pd.Series(whole.to_pandas())
