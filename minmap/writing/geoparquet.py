"""GeoParquet: every column unchanged; minmap's metadata is in the metadata of the file."""

import json
from pathlib import Path
from typing import Final

import geopandas as gpd
import pyarrow.parquet as pq

from minmap.files import Document
from minmap.files.parquet import require_sound_text
from minmap.writing.column_types import restored
from minmap.writing.export_table import ExportTable
from minmap.writing.metadata import GEOMETRY, Metadata

_KEY: Final = "minmap"
# Where geopandas keeps a frame's attrs in the file.
_ATTRS: Final = b"PANDAS_ATTRS"


def write(table: ExportTable, path: Path) -> None:
    """Write a table with its metadata among its ``attrs``."""
    marked = table.frame.copy(deep=False)
    marked.attrs = {**table.metadata.attrs, _KEY: json.loads(table.metadata.to_json())}
    marked.to_parquet(path)


def read(document: Document, layer: str | None) -> gpd.GeoDataFrame | None:  # noqa: ARG001
    """Return the frame that was written; None if the file has no metadata of minmap's."""
    metadata = metadata_in(document.path)
    if metadata is None:
        return None
    frame = gpd.read_parquet(document.path)
    frame.attrs = {}  # pandas copies them for every column that it takes out
    require_sound_text(frame)
    if set(frame.columns) != {column.name for column in metadata.columns}:
        return None
    for column in metadata.columns:
        if column.dtype != GEOMETRY:
            # The version of pandas that reads may choose other dtypes than the one that wrote.
            frame[column.name] = restored(frame[column.name], column)
    frame.attrs = metadata.attrs
    return frame


def metadata_in(path: Path) -> Metadata | None:
    """Return minmap's metadata of a file; None without it."""
    try:
        attrs = (pq.read_schema(path).metadata or {}).get(_ATTRS, b"{}")
        return Metadata.from_json(json.dumps(json.loads(attrs).get(_KEY)))
    except (OSError, ValueError, AttributeError):
        return None
