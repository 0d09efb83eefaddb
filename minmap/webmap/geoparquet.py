"""Write points as a GeoParquet file; a page fetches parts of it from any web server.

The rows follow the Z-order curve in groups, so that neighbouring records are in a few neighbouring
pages of the file. Besides the columns of the table it contains the values that the page draws:
coordinates as integers (``_x``, ``_y``; see `minmap.webmap.payload`), the entry of the legend
(``_style``), and codes of sizes and other marks (``_size``). Any reader of GeoParquet 1.1 opens it.

References
----------
GeoParquet 1.1.0, https://geoparquet.org/releases/v1.1.0/.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet

from minmap.files.csv_layout import unique_names
from minmap.scene.popup_columns import Columns
from minmap.scene.world_grid import to_world, z_order
from minmap.types import Codes
from minmap.webmap.record_spec import IndexSpec, PlaceSpec
from minmap.webmap.word_index import Searched, write_index

_GROUP_ROWS = 1 << 17
_PAGE_BYTES = 1 << 16
_COORDINATES = ("_x", "_y")
_GEOMETRY = "geometry"
_RESERVED = (*_COORDINATES, "_style", _GEOMETRY)


def layer_files(folder: Path) -> list[str]:
    """Return the names of files of layers that an older page left in a folder."""
    kinds = ("parquet", "words")
    return sorted(path.name for kind in kinds for path in folder.glob(f"point_layer_*.{kind}"))


def write_points(
    path: Path,
    geometry: gpd.GeoSeries,
    style: Codes,
    columns: Columns,
    extra: Mapping[str, pa.Array],
) -> PlaceSpec:
    """Write points in EPSG:4326, and return the options with which the page reads them.

    Parameters
    ----------
    path
        The file to write. A digest of the content is added to its name, so that it never replaces
        the file of an older page, which is needed until the new page is complete.
    geometry
        n points, none of them missing.
    style
        n indices of entries in the layer's legend.
    columns
        The columns of the n points.
    extra
        Columns of the n points that only drawing needs, by names that begin with ``_``.

    Returns
    -------
    dict
        ``url`` of the file beside the page, the number of its ``rows``, the name of each column in
        it, and ``wide`` if the entries of the legend need two bytes.
    """
    lon, lat = geometry.x.to_numpy(), geometry.y.to_numpy()
    x, y = to_world(lon, lat)
    order = z_order(x, y)
    reserved = [*_RESERVED, *extra]
    names = unique_names([*reserved, *columns.names])[len(reserved) :]
    indices = pa.array(order)
    arrays = {
        name: _with_prefix(array, field.get("prefix")).take(indices)
        for name, array, field in zip(names, columns.arrays, columns.fields, strict=True)
    }
    arrays[_GEOMETRY] = pa.StructArray.from_arrays([lon[order], lat[order]], ["x", "y"])
    arrays |= {"_x": pa.array(x[order]), "_y": pa.array(y[order])}
    arrays["_style"] = pa.array(style[order])
    arrays |= {name: array.take(indices) for name, array in extra.items()}
    coded = [name for name, array in arrays.items() if pa.types.is_dictionary(array.type)]
    # Readers of the file find plain text, also in dictionary-encoded columns.
    arrays |= {name: arrays[name].dictionary_decode() for name in coded}
    bounds = geometry.total_bounds.tolist() if len(order) else []
    _write(path, pa.table(arrays), bounds, coded=[*coded, "_style"])
    searched = Searched(
        [arrays[names[n]] for n in columns.searched()],
        {columns.names[n]: arrays[names[n]] for n in columns.searched_codes()},
    )
    index: IndexSpec = write_index(path.with_suffix(".words"), searched, len(order))
    index = {**index, "url": _named(path.with_suffix(".words"))}
    place: PlaceSpec = {
        "url": _named(path),
        "rows": len(order),
        "columns": names,
        "index": index,
    }
    return {**place, "wide": True} if style.dtype.itemsize > 1 else place


def _named(path: Path) -> str:
    """Add a digest of a file to its name, and return the name."""
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()[:16]
    return path.rename(path.with_stem(f"{path.stem}_{digest}")).name


def _with_prefix(array: pa.Array, prefix: str | None) -> pa.Array:
    """Return whole texts if the page has a prefix and numbers."""
    if prefix is None:
        return array
    return pc.binary_join_element_wise(prefix, array.cast(pa.string()), "")


def _write(path: Path, table: pa.Table, bounds: list[float], *, coded: list[str]) -> None:
    column: dict[str, Any] = {"encoding": "point", "geometry_types": ["Point"]}
    column |= {"bbox": bounds} if bounds else {}
    about = {"version": "1.1.0", "primary_column": _GEOMETRY, "columns": {_GEOMETRY: column}}
    # Coordinates have no nulls, so that the page reads them faster.
    fields = [
        pa.field(field.name, field.type, nullable=table[field.name].null_count > 0)
        for field in table.schema
    ]
    table = table.cast(pa.schema(fields)).replace_schema_metadata({"geo": json.dumps(about)})
    parquet.write_table(
        table,
        path,
        row_group_size=_GROUP_ROWS,
        data_page_size=_PAGE_BYTES,
        compression="snappy",
        use_dictionary=coded,
        column_encoding=dict.fromkeys(_COORDINATES, "DELTA_BINARY_PACKED"),
        write_page_index=True,
        write_statistics=True,
    )
