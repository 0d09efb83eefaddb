"""The data in a page: compressed columns.

A payload is one Arrow IPC stream, compressed by gzip. Coordinates are integers on the grid of
`minmap.scene.world_grid`, stored as differences.
"""

from collections.abc import Iterable, Mapping, Sequence

import geopandas as gpd
import numpy as np
import pyarrow as pa
import shapely

from minmap.compression import gzipped
from minmap.scene.world_grid import to_world, z_order
from minmap.types import AnyArray, Booleans, Codes, Integers32

POINT, LINE, POLYGON = 0, 1, 2
_KINDS = np.full(8, POINT, dtype=np.uint8)
_KINDS[[1, 2, 5]] = LINE  # shapely type ids: LineString, LinearRing, MultiLineString
_KINDS[[3, 6]] = POLYGON  # Polygon, MultiPolygon


def pack(columns: Mapping[str, pa.Array], *, level: int = 5) -> bytes:
    """Return columns of one length as a compressed Arrow stream, the same bytes each time.

    Level 9 takes twice as long; use it for files that are built once.
    """
    table = pa.table(dict(columns))
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return gzipped(sink.getvalue(), level=level)


def points(
    geometry: gpd.GeoSeries, style: Codes, columns: Sequence[pa.Array], **extra: pa.Array
) -> bytes:
    """Pack points in EPSG:4326 with the style number of each and the columns of a popup.

    Parameters
    ----------
    geometry
        n points, none of them missing.
    style
        n indices into the layer's legend.
    columns
        Arrays of length n; they are packed in this order as ``c0``, ``c1``...
    **extra
        Further arrays of length n, packed under their own names.
    """
    x, y = to_world(geometry.x.to_numpy(), geometry.y.to_numpy())
    order = z_order(x, y)
    indices = pa.array(order)
    return pack(
        {
            **_steps("_x", x[order]),
            **_steps("_y", y[order]),
            "_style": pa.array(style[order]),
            **{name: array.take(indices) for name, array in extra.items()},
            **_named([array.take(indices) for array in columns]),
        }
    )


def _steps(name: str, values: Integers32) -> dict[str, pa.Array]:
    """Return the differences between numbers, as a column for each of their four bytes.

    A difference n is written as 2n, or as -2n - 1 if it is negative. Most upper bytes are then
    zero, and compress to almost nothing in columns of their own.
    """
    steps = np.diff(values, prepend=np.int32(0))
    small = ((steps << 1) ^ (steps >> 31)).astype("<u4")
    planes = small.view(np.uint8).reshape(-1, 4)
    return {f"{name}{n}": pa.array(np.ascontiguousarray(planes[:, n])) for n in range(4)}


def features(
    geometry: gpd.GeoSeries,
    style: Codes,
    columns: Sequence[pa.Array],
    *,
    level: int = 5,
    **extra: pa.Array,
) -> bytes:
    """Pack lines, polygons and points in EPSG:4326, one row a feature.

    The rings (or parts) of a feature follow one another. The page fills polygons by the even-odd
    rule, so that holes and parts need no marks. Collections must be taken apart before.

    Parameters
    ----------
    geometry
        n geometries of any kind but a collection, none of them missing or empty.
    style
        n indices into the layer's legend.
    columns
        Arrays of length n, packed in this order as ``c0``, ``c1``...
    level
        gzip's compression level.
    **extra
        Further columns, packed under their own names.
    """
    shapes = geometry.to_numpy()
    parts, part_feature = shapely.get_parts(shapes, return_index=True)
    is_area = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    ring_owner = np.repeat(
        part_feature, np.where(is_area, shapely.get_num_interior_rings(parts) + 1, 1)
    )
    rings = _rings(parts, is_area)
    ring_size = shapely.get_num_coordinates(rings)
    x, y = to_world(*shapely.get_coordinates(rings).T)
    ring_starts = _starts(np.bincount(ring_owner, minlength=len(shapes)))
    vertex_starts = _starts(ring_size)[ring_starts]
    planes = _steps("x", x) | _steps("y", y)
    vertices = pa.StructArray.from_arrays(list(planes.values()), names=list(planes))
    return pack(
        {
            "_kind": pa.array(_KINDS[shapely.get_type_id(shapes)], pa.uint8()),
            "_rings": pa.ListArray.from_arrays(pa.array(ring_starts), ring_size.astype(np.int32)),
            "_vertices": pa.ListArray.from_arrays(pa.array(vertex_starts), vertices),
            "_style": pa.array(style),
            **extra,
            **_named(columns),
        },
        level=level,
    )


def _rings(parts: AnyArray, is_area: Booleans) -> AnyArray:
    """Replace each polygon by its rings, outer first, and keep the other parts as they are."""
    rings, owner = shapely.get_rings(parts, return_index=True)
    others = np.flatnonzero(~is_area)
    together = np.concatenate([rings, parts[others]])
    return np.asarray(together[np.argsort(np.concatenate([owner, others]), kind="stable")])


def _starts(counts: AnyArray) -> Integers32:
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)


def _named(columns: Iterable[pa.Array]) -> dict[str, pa.Array]:
    return {f"c{position}": array for position, array in enumerate(columns)}
