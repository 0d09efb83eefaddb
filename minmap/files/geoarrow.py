"""Read the columns of Arrow tables that have shapes in the types of GeoArrow.

The types are extension types, which the metadata of a field names, with the CRS: geoarrow.org,
"GeoArrow Extension Types".
"""

import json
from collections.abc import Callable
from typing import Any, Final

import geopandas as gpd
import pandas as pd
import pyarrow as pa

from minmap.errors import FileError
from minmap.files.shape_values import shapes_of
from minmap.geodesy.crs import stated_crs
from minmap.types import Geometries

_NAME, _METADATA = b"ARROW:extension:name", b"ARROW:extension:metadata"
_SERIALISED: Final = frozenset({"wkb", "wkt", "ogc.wkb"})
_NATIVE: Final = frozenset(
    ("point", "linestring", "polygon", "multipoint", "multilinestring", "multipolygon")
)


def shape_fields(schema: pa.Schema) -> dict[str, str]:
    """Return the encodings of the columns with shapes, such as "polygon" or "wkb", by their names.

    Examples
    --------
    >>> field = pa.field("shape", pa.binary(), metadata={"ARROW:extension:name": "geoarrow.wkb"})
    >>> shape_fields(pa.schema([field]))
    {'shape': 'wkb'}
    """
    found = {field.name: _extension(field) for field in schema}
    return {
        name: encoding.removeprefix("geoarrow.")
        for name, encoding in found.items()
        if encoding.startswith("geoarrow.") or encoding in _SERIALISED
    }


def require_known(schema: pa.Schema, where: str) -> None:
    """Raise if a column has shapes of a type that cannot be read, or a CRS that names a file.

    Raises
    ------
    FileError, CRSError
        If so.
    """
    for name, encoding in shape_fields(schema).items():
        if encoding not in _SERIALISED | _NATIVE:
            known = ", ".join(sorted(_SERIALISED | _NATIVE))
            raise FileError(
                f"{where}: the shapes in {name!r} are of the type geoarrow.{encoding}; minmap "
                f"reads {known}. Write them as WKB."
            )
        system_of(schema.field(name), where)


def system_of(field: pa.Field, where: str) -> Any:
    """Return the CRS that a field states; None without one.

    Raises
    ------
    CRSError
        If it is not one, or names a file.
    """
    text = (field.metadata or {}).get(_METADATA) or b"{}"
    stated = json.loads(text)
    crs = stated.get("crs") if isinstance(stated, dict) else None
    return stated_crs(crs, what=where) if crs else None


def with_shapes(
    frame: pd.DataFrame, schema: pa.Schema, column: Callable[[str], pa.ChunkedArray], where: str
) -> gpd.GeoDataFrame:
    """Return a table with the shapes of its columns; those of the first are its geometry.

    Parameters
    ----------
    frame
        The table.
    schema
        Its types.
    column
        Returns one of its columns.
    where
        The name of the file in messages.
    """
    fields = shape_fields(schema)
    shapes = {
        name: gpd.GeoSeries(
            _shapes(column(name), schema.field(name), encoding),
            index=frame.index,
            crs=system_of(schema.field(name), where),
        )
        for name, encoding in fields.items()
    }
    return gpd.GeoDataFrame(frame.assign(**shapes), geometry=next(iter(fields)))


def _extension(field: pa.Field) -> str:
    if isinstance(field.type, pa.BaseExtensionType):
        return str(field.type.extension_name)
    return ((field.metadata or {}).get(_NAME) or b"").decode(errors="replace")


def _shapes(column: pa.ChunkedArray, field: pa.Field, encoding: str) -> Geometries:
    if isinstance(column.type, pa.BaseExtensionType):
        column = pa.chunked_array(
            [chunk.storage for chunk in column.chunks], column.type.storage_type
        )
    if encoding in _SERIALISED:
        return shapes_of(column.to_pylist()).shapes
    column.validate(full=True)  # shapely trusts the places of the parts
    named = pa.field(field.name, column.type, metadata={_NAME: f"geoarrow.{encoding}".encode()})
    table = pa.table([column.combine_chunks()], schema=pa.schema([named]))
    shapes: Geometries = gpd.GeoDataFrame.from_arrow(table).geometry.to_numpy()
    return shapes
