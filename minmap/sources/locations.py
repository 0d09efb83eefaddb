"""Where records lie: geometry of the file, or points from its coordinate columns."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from minmap.errors import FileError
from minmap.files.cells import Cells
from minmap.model import listed
from minmap.sources.source import Source


def locations(
    cells: Cells, source: Source, ids: pd.Series, *, path: Path
) -> tuple[geopandas.GeoSeries, list[str]]:
    """Return the geometry of the records, None where it cannot be told, and notes.

    Raises
    ------
    FileError
        If the file has neither geometry nor the source's coordinate columns.
    """
    if cells.geometry is not None:
        return cells.geometry, []
    x_name, y_name, x_text, y_text = _pair(cells, source, path)
    x, y = _numbers(x_text), _numbers(y_text)
    readable = np.isfinite(x) & np.isfinite(y)
    shapes = np.full(len(x), None, dtype=object)
    shapes[readable] = shapely.points(x[readable], y[readable])
    notes = []
    for name, given, number in ((x_name, x_text, x), (y_name, y_text, y)):
        wrong = given.notna().to_numpy() & ~np.isfinite(number)
        if wrong.any():
            records = zip(ids[wrong].tolist(), given[wrong].tolist(), strict=True)
            shown = listed([f"{record} {value!r}" for record, value in records])
            notes.append(f"{name}: no number in {int(wrong.sum())} records: {shown}.")
    return geopandas.GeoSeries(shapes, index=cells.index, crs=source.crs), notes


def _pair(cells: Cells, source: Source, path: Path) -> tuple[str, str, pd.Series, pd.Series]:
    for x_name, y_name in source.coordinates:
        x_text, y_text = cells.column(x_name), cells.column(y_name)
        if x_text is not None and y_text is not None:
            return x_name, y_name, x_text, y_text
    pairs = " or ".join(f"{x} and {y}" for x, y in source.coordinates)
    cure = f"it needs the columns {pairs}" if pairs else "describe them under [coordinates]"
    raise FileError(f"{path} is read as {source.id} but has no coordinates; {cure}.")


def _numbers(text: pd.Series) -> np.ndarray[Any, np.dtype[np.float64]]:
    array = pa.array(text, type=pa.large_string(), from_pandas=True)
    try:
        values = pc.cast(array, pa.float64()).to_numpy(zero_copy_only=False)
    except pa.ArrowInvalid:
        values = pd.to_numeric(text, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    return np.asarray(values, dtype=float)
