"""A table in memory as a document, so that it is read as a file with its texts is."""

from functools import partial
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import pandas as pd
import pyarrow as pa

from minmap.arguments import shown
from minmap.errors import FileError, MinmapError
from minmap.files.cells import Cells, ReadOptions, text
from minmap.files.csv_layout import MOST_COLUMNS, unique_names
from minmap.files.document import Document, Table
from minmap.files.local_file import LocalFile
from minmap.files.system import with_crs
from minmap.files.vector_file import as_plain_columns
from minmap.table import require_distinct_names
from minmap.types import TEXT

_NAME: Final = "table"
_NOWHERE: Final = Path(__file__) / _NAME  # no file can be below another


def memory_document(frame: pd.DataFrame, *, label: str = _NAME) -> Document:
    """Return a table in memory as a document with one table.

    Parameters
    ----------
    frame
        A DataFrame or GeoDataFrame. Not changed. Its rows are numbered anew.
    label
        Its name in messages and in the id of its source.

    Examples
    --------
    >>> frame = pd.DataFrame({"name": ["Aksu", None], "grade": [1.5, None], "no": [7.0, None]})
    >>> cells = memory_document(frame).cells()
    >>> [cells.column(name).tolist() for name in ("name", "grade", "no")]
    [['Aksu', nan], ['1.5', nan], ['7', nan]]
    """
    source = LocalFile(_NOWHERE, label, label, None)
    is_layer = isinstance(frame, gpd.GeoDataFrame) and frame.active_geometry_name is not None
    return Document(source, _NOWHERE, [Table(_NAME, partial(_read, frame, label), is_layer)])


def _read(frame: pd.DataFrame, label: str, options: ReadOptions) -> Cells:
    if frame.shape[1] > MOST_COLUMNS:
        raise FileError(
            f"{label} has {frame.shape[1]:,} columns, and minmap reads at most {MOST_COLUMNS:,}. "
            "Leave out those that you do not need."
        )
    require_distinct_names(frame, what=label)
    geometry = frame.active_geometry_name if isinstance(frame, gpd.GeoDataFrame) else None
    rows = frame.iloc[: options.limit].reset_index(drop=True)
    names = [name for name in rows.columns if name != geometry]
    named = unique_names([_name_of(name, label) for name in names])
    columns = as_plain_columns(
        pd.DataFrame(
            {new: _plain(rows[name], label) for new, name in zip(named, names, strict=True)},
            index=rows.index,
        ),
        dates_as_text=options.dates_as_text,
    )
    if geometry is None:
        return Cells(columns, None, [])
    layer = gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries(rows[geometry]))
    layer, notes = with_crs(layer, label, options.crs)
    return Cells(layer, None, notes)


def _name_of(name: Any, label: str) -> str:
    """Return the name of a column as text."""
    try:
        found = str(name)
        found.encode()
    except Exception as error:  # the text of a user's class may raise anything
        raise MinmapError(
            f"{label} has a column whose name {shown(name)} cannot be written as text "
            f"({type(error).__name__}); rename it."
        ) from error
    return found


def _plain(column: pd.Series, label: str) -> pd.Series:
    """Return a column of categories or of objects as values or texts; others unchanged."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        column = column.astype(column.cat.categories.dtype)
    if isinstance(column.dtype, gpd.array.GeometryDtype):
        return pd.Series(gpd.GeoSeries(column).to_wkt(), dtype=TEXT)
    if not (_is_rare_text(column.dtype) or pd.api.types.is_object_dtype(column.dtype)):
        return column
    try:
        values = [None if pd.api.types.is_scalar(v) and pd.isna(v) else _as_text(v) for v in column]
        return text(pa.array(values, pa.large_string()), column.index)
    except Exception as error:  # the text of a user's class may raise anything
        raise MinmapError(
            f"{label}: the column {shown(column.name)} has a value that cannot be written as text "
            f"({type(error).__name__}); change it, or leave the column out."
        ) from error


def _is_rare_text(dtype: Any) -> bool:
    """Return whether a dtype is one of texts that Arrow and pandas know in part only."""
    if isinstance(dtype, pd.ArrowDtype):
        return dtype.pyarrow_dtype in (pa.string_view(), pa.binary_view())
    return isinstance(dtype, pd.StringDtype) and dtype.storage == "python"


def _as_text(value: Any) -> str:
    """Return a value of a column of objects as a file would have it."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))  # such as a number beside texts
    return value if isinstance(value, str) else str(value)
