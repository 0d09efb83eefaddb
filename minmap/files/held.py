"""Shapes that a program holds, or names by the path of a file, as a GeoDataFrame."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Mapping, Sequence
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import shapely
from pyarrow import parquet
from shapely.geometry.base import BaseGeometry

from minmap.arguments import shown
from minmap.errors import CRSError, FileError, GeometryError
from minmap.files.arrow_table import checked_table
from minmap.files.damage import as_file_error
from minmap.files.document import read_vector
from minmap.files.shape_values import is_wkt, shapes_of
from minmap.geodesy.crs import WGS84, crs_of, in_crs, missing_crs, stated_crs

KINDS: Final = (
    "a table (GeoDataFrame, GeoSeries or pyarrow), shapes (shapely, GeoJSON, WKT, or a list of "
    "them) or a vector file (a path, or a file open for bytes)"
)
"""The kinds that `layer_of` takes, for messages."""
_DEGREES: Final = (-360, -90, 360, 90)


def is_shape_text(data: object) -> bool:
    """Return whether data is a text that begins as GeoJSON or WKT, and so no path.

    Examples
    --------
    >>> is_shape_text(' {"type": "Point"}'), is_shape_text("mines.geojson")
    (True, False)
    """
    return is_wkt(data) or _is_json(data)


def _is_json(data: object) -> bool:
    return isinstance(data, str) and data.lstrip().startswith("{")


def is_file(data: object) -> bool:
    """Return whether data is a path or a file object, and not an open dataset with a CRS."""
    is_path = isinstance(data, str | os.PathLike) and not is_shape_text(data)
    return is_path or (hasattr(data, "read") and not hasattr(data, "crs"))


def is_arrow(data: object) -> bool:
    """Return whether data is a table of pyarrow, or one that gives such a table.

    Examples
    --------
    >>> is_arrow(pa.table({"a": [1]})), is_arrow(pd.DataFrame({"a": [1]}))
    (True, False)
    """
    return hasattr(data, "__arrow_c_stream__") and not isinstance(data, pd.DataFrame | pd.Series)


def are_shapes(data: object) -> bool:
    """Return whether data is a list of shapely geometries, in which some may be None.

    Examples
    --------
    >>> are_shapes([shapely.Point(1, 2), None]), are_shapes([]), are_shapes([1, 2])
    (True, False, False)
    """
    items = _items(data)
    return bool(items) and all(one is None or isinstance(one, BaseGeometry) for one in items)


def _items(data: object) -> list[Any]:
    """Return the items of a list, a tuple or an array of objects; none of anything else."""
    if isinstance(data, np.ndarray):
        return data.ravel().tolist() if data.dtype == object else []
    return list(data) if isinstance(data, list | tuple) else []


def layer_of(
    data: Any, *, name: str, crs: Any = None, layer: str | None = None
) -> gpd.GeoDataFrame | None:
    """Return shapes as a GeoDataFrame; None if they are none of `KINDS`.

    Parameters
    ----------
    data
        The shapes. They are not changed.
    name
        Name of the argument, for messages.
    crs
        The CRS of shapes without one. None means longitude and latitude for shapely geometries,
        for WKT without the number of one, and for GeoJSON without its former member "crs" (RFC
        7946, section 4).
    layer
        A layer of a file with several.

    Returns
    -------
    geopandas.GeoDataFrame
        Its CRS is None only if that of the GeoDataFrame or GeoSeries is.

    Raises
    ------
    CRSError
        If a file or a shapely geometry has no CRS that fits it, or `crs` is another one than that
        of a table.
    FileError
        If a file or GeoJSON cannot be read.
    GeometryError
        If an object gives no GeoJSON.

    Examples
    --------
    >>> import shapely
    >>> layer_of(shapely.Point(67.3, 48.1), name="data").crs.to_string()
    'EPSG:4326'
    >>> layer_of('{"type": "Point", "coordinates": [67.3, 48.1]}', name="data").geometry.tolist()
    [<POINT (67.3 48.1)>]
    """
    if isinstance(data, gpd.GeoSeries):
        data = data.to_frame("geometry")
    if isinstance(data, gpd.GeoDataFrame):
        return data if crs is None else in_crs(data, crs)
    if is_file(data):
        return read_vector(data, layer=layer, crs=crs)
    if isinstance(data, BaseGeometry) or are_shapes(data):
        return _of_geometries(_items(data) or [data], data, name, crs)
    return _of_arrow(data, name, crs) if is_arrow(data) else _of_text(data, name, crs)


def _of_geometries(shapes: Sequence[Any], data: Any, name: str, crs: Any) -> gpd.GeoDataFrame:
    bounds = shapely.total_bounds(shapes)
    signed = bounds * [-1, -1, 1, 1]  # empty ones have NaN, which is never greater
    if crs is None and (signed > np.abs(_DEGREES)).any():
        raise missing_crs(f"{name}={shown(data)}", bounds.tolist(), cure="pass it")
    system = WGS84 if crs is None else crs_of(crs)
    return gpd.GeoDataFrame(geometry=list(shapes), crs=system)


def _of_arrow(data: Any, name: str, crs: Any) -> gpd.GeoDataFrame:
    content = io.BytesIO()
    try:
        table = checked_table(data)
        # The values of dictionaries stay apart, so that they are not repeated before they count.
        encoded = [field.name for field in table.schema if pa.types.is_dictionary(field.type)]
        parquet.write_table(table, content, compression="none", use_dictionary=encoded or False)
    except (pa.ArrowException, OSError, TypeError, ValueError) as error:
        kind = type(data).__name__  # its values may not be readable
        raise GeometryError(f"{name} is a {kind} and no table: {error}. Give {KINDS}.") from error
    return _of_bytes(content.getvalue(), "parquet", data, name, crs)


def _of_text(data: Any, name: str, crs: Any) -> gpd.GeoDataFrame | None:
    """Return the shapes of WKT or GeoJSON; None of anything else."""
    if is_wkt(data):
        return _of_wkt(data, name, crs)
    text = _json_of(data, name)
    if text is None:
        return None
    return _of_bytes(text.encode("utf-8", errors="replace"), "geojson", data, name, crs)


def _of_wkt(text: str, name: str, crs: Any) -> gpd.GeoDataFrame:
    with as_file_error(f"{name}={shown(text)} cannot be read", cure=f"Give {KINDS}."):
        found = shapes_of([text])
    if found.broken:
        raise GeometryError(f"{name}={shown(text)} is not valid WKT; give {KINDS}.")
    stated = next((f"EPSG:{number}" for number in found.systems), None)
    if stated is not None and crs is None:
        crs = stated_crs(stated, what=name)
    return _of_geometries(list(found.shapes), text, name, crs)


def _json_of(data: Any, name: str) -> str | None:
    """Return the text of GeoJSON that data is or gives; None if it is something else."""
    if _is_json(data):
        return str(data)
    given = getattr(data, "__geo_interface__", data)
    if items := _items(data):
        features = [_feature(one) for one in items]
        given = None if None in features else {"type": "FeatureCollection", "features": features}
    if not isinstance(given, Mapping):
        return None
    try:
        return json.dumps(given, default=_plain)
    except (TypeError, ValueError, RecursionError) as error:
        raise GeometryError(
            f"{name}={shown(data)} is not GeoJSON: {error}. Give {KINDS}."
        ) from error


def _feature(item: Any) -> Mapping[str, Any] | None:
    """Return a feature of GeoJSON; None if the item of a list is none, and no geometry."""
    given = getattr(item, "__geo_interface__", item)
    if not isinstance(given, Mapping) or given.get("type") == "Feature":
        return given if isinstance(given, Mapping) else None
    return {"type": "Feature", "properties": {}, "geometry": given}


def _plain(value: Any) -> Any:
    """Return numbers of numpy and arrays as JSON has them, other mappings as dicts, else text."""
    if isinstance(value, Mapping):
        return dict(value)
    return value.tolist() if hasattr(value, "tolist") else str(value)


def _of_bytes(content: bytes, ending: str, data: Any, name: str, crs: Any) -> gpd.GeoDataFrame:
    stream = io.BytesIO(content)
    stream.name = f"{name}.{ending}"
    try:
        return read_vector(stream, crs=crs)
    except (CRSError, FileError) as error:
        reason = str(error).replace(f"The file object {stream.name!r}", f"{name}={shown(data)}")
        kinds = f" {name} may be {KINDS}." if isinstance(error, FileError) else ""
        raise type(error)(f"{reason}{kinds}") from error
