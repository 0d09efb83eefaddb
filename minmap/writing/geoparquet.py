"""GeoParquet: everything as it is; the record travels in the file's metadata."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import geopandas as gpd
import pyarrow as pa
import pyarrow.parquet as pq

from minmap.files.parquet import require_sound_text
from minmap.writing.column_types import AS_STORED, decode
from minmap.writing.metadata import GEOMETRY, About
from minmap.writing.outgoing_table import table_of
from minmap.writing.read_back import Opened

_KEY: Final = "minmap"
# Where geopandas keeps a frame's attrs in the file.
_ATTRS: Final = b"PANDAS_ATTRS"


def write(frame: gpd.GeoDataFrame, path: Path) -> None:
    """Write a frame with its record among its ``attrs``."""
    about = table_of(frame, title=path.stem, keep_all=True).about
    marked = frame.copy(deep=False)
    marked.attrs = {**about.attrs, _KEY: json.loads(about.to_json())}
    marked.to_parquet(path)


def read(document: Opened, layer: str | None) -> gpd.GeoDataFrame | None:  # noqa: ARG001
    """Return the frame that was written; None if the file has no record of one."""
    try:
        attrs = (pq.read_schema(document.path).metadata or {}).get(_ATTRS, b"{}")
        about = About.from_json(json.dumps(json.loads(attrs).get(_KEY)))
    except (OSError, ValueError, AttributeError):
        return None
    if about is None:
        return None
    frame = gpd.read_parquet(document.path)
    frame.attrs = {}  # pandas copies them for every column that it takes out
    require_sound_text(frame)
    if set(frame.columns) != {column.name for column in about.columns}:
        return None
    for column in about.columns:
        if column.dtype not in (AS_STORED, GEOMETRY):
            # The version of pandas that reads may choose other dtypes than the one that wrote.
            values, _ = decode(pa.array(frame[column.name], from_pandas=True), column)
            frame[column.name] = values.set_axis(frame.index)
    frame.attrs = about.attrs
    return frame
