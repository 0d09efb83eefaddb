"""GeoJSON (RFC 7946): the record travels as a member of its own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from tqdm import tqdm

from minmap.types import Geometries
from minmap.writing import geometry_forms as forms
from minmap.writing.column_types import is_text, rows_of
from minmap.writing.metadata import About
from minmap.writing.outgoing_table import table_of
from minmap.writing.read_back import Opened, frame_of

_MEMBER: Final = "minmap"
_HEAD: Final = f'{{"type": "FeatureCollection", "{_MEMBER}": '


def write(frame: gpd.GeoDataFrame, path: Path) -> None:
    """Write a frame as features in longitude and latitude, rings counter-clockwise."""
    table = table_of(frame, title=path.stem).in_degrees()
    table.require(
        lambda text: pc.invert(pc.match_substring(text, "\0")),
        kind=is_text,
        but="readers of GeoJSON end a text at the NUL; remove it, or write a .parquet.",
    )
    table.require(
        pc.is_finite,
        kind=pa.types.is_floating,
        but="JSON has no infinite number; make it missing, or write a .parquet, .gpkg or .csv.",
    )
    geometries = _geometries(table.shapes)
    read = shapely.from_geojson(geometries)
    table = table.holding(shapes=forms.differing(table.shapes, read))
    names = list(table.columns)
    rows = rows_of([pa.array(geometries, pa.string()), *table.columns.values()], len(table))
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        title = json.dumps(path.stem)
        stream.write(f'{_HEAD}{table.about.to_json()}, "name": {title}, "features": [')
        separator = "\n"
        for geometry, *values in tqdm(rows, path.name, len(table), leave=False, disable=None):
            properties = json.dumps(dict(zip(names, values, strict=True)), ensure_ascii=False)
            stream.write(
                f'{separator}{{"type": "Feature", "properties": {properties}, '
                f'"geometry": {geometry or "null"}}}'
            )
            separator = ",\n"
        stream.write("\n]}\n")


def read(document: Opened, layer: str | None) -> gpd.GeoDataFrame | None:  # noqa: ARG001
    """Return the frame that was written; None if the file has no record of one."""
    with document.path.open("rb") as stream:
        if stream.read(len(_HEAD)) != _HEAD.encode():
            return None
        stream.seek(0)
        try:
            collection = json.load(stream)
            about = About.from_json(json.dumps(collection[_MEMBER]))
            features = [(f["properties"] or {}, f["geometry"]) for f in collection["features"]]
        except (ValueError, TypeError, KeyError, RecursionError):
            return None
    if about is None:
        return None
    geometries = [None if shape is None else json.dumps(shape) for _, shape in features]
    shapes = np.asarray(shapely.from_geojson(geometries, on_invalid="ignore"), dtype=object)
    names = dict.fromkeys(name for properties, _ in features for name in properties)
    if not features:
        names = dict.fromkeys(column.stored for column in about.fields)
    columns = {
        name: _column([properties.get(name) for properties, _ in features]) for name in names
    }
    return frame_of(about, columns, shapes, label=document.label, in_degrees=True)


def _geometries(shapes: Geometries) -> list[str | None]:
    there = shapely.orient_polygons(shapes)
    there[shapely.is_empty(shapes)] = None
    written: list[str | None] = shapely.to_geojson(there).tolist()
    return written


def _column(values: list[Any]) -> pa.Array:
    try:
        return pa.array(values)
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError):
        # Somebody has put values of several kinds into one column.
        texts = [v if v is None or isinstance(v, str) else json.dumps(v) for v in values]
        return pa.array(texts, type=pa.large_string())
