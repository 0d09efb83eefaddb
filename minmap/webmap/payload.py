"""What travels inside the page: columns, compressed, and never as text that runs.

A payload is one Arrow IPC stream, gzip-compressed. Coordinates are whole numbers on the
Web Mercator square scaled to 2**30 units a side (3.7 cm at the equator), stored as
differences. Points are sorted along the Z-order curve, so that a map tile is one contiguous
range and the level of detail can be read off neighbouring points.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import factorial
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import shapely

from minmap.compressed import gzipped

IntArray = npt.NDArray[np.int32]
FloatArray = npt.NDArray[np.float64]

WORLD = 2**30
# Web Mercator is cut where its square ends: atan(sinh(pi)).
MAX_LATITUDE = 85.051128779806604

# Of sin(x) / x and artanh(x) / x by x squared.
_SINE = [(-1.0) ** n / factorial(2 * n + 1) for n in range(13)]
_ARTANH = [1.0 / (2 * n + 1) for n in range(12)]
_HALF_ROOT, _HALF_LN_2 = 0.7071067811865476, 0.34657359027997264
# Latitudes worked on at a time, so that they stay near the processor.
_BLOCK = 1 << 14

POINT, LINE, POLYGON = 0, 1, 2
_KINDS = np.full(8, POINT, dtype=np.uint8)
_KINDS[[1, 2, 5]] = LINE  # shapely type ids: LineString, LinearRing, MultiLineString
_KINDS[[3, 6]] = POLYGON  # Polygon, MultiPolygon


def to_world(lon: FloatArray, lat: FloatArray) -> tuple[IntArray, IntArray]:
    """Project longitudes and latitudes to the page's whole-number Mercator square.

    Parameters
    ----------
    lon, lat
        Degrees, WGS 84. Latitudes beyond the square are moved to its edge.

    Returns
    -------
    tuple of numpy.ndarray
        x from 180 W eastwards and y from the north southwards, int32, below 2**30.

    Examples
    --------
    >>> x, y = to_world(np.array([0.0, -180.0]), np.array([0.0, 90.0]))
    >>> x.tolist(), y.tolist()
    ([536870912, 0], [536870912, 0])
    """
    x = (lon + 180.0) / 360.0 % 1.0
    # A longitude of exactly 180 is the right-hand edge, not the left-hand one.
    x = np.where((x == 0.0) & (lon > 0), 1.0, x)
    y = 0.5 - _isometric(np.clip(lat, -MAX_LATITUDE, MAX_LATITUDE)) / (2.0 * np.pi)
    top = WORLD - 1
    return (
        np.clip(np.floor(x * WORLD), 0, top).astype(np.int32),
        np.clip(np.floor(y * WORLD), 0, top).astype(np.int32),
    )


def _isometric(lat: FloatArray) -> FloatArray:
    """Return ln((1 + sin lat) / (1 - sin lat)) / 2, the same to the last bit on every machine.

    Processors and libraries differ in the last bit of sines and logarithms, but not (IEEE 754) in
    that of sums, products and quotients: both series are written in these, and cut where their rest
    is below 1e-18 at 85 degrees.
    """
    blocks = (lat[start : start + _BLOCK] for start in range(0, len(lat), _BLOCK))
    return np.concatenate([_isometric_of(block) for block in blocks] or [lat])


def _isometric_of(lat: FloatArray) -> FloatArray:
    phi = lat * (np.pi / 180.0)
    sine = phi * _series(phi * phi, _SINE)
    # ln(m * 2**e) = ln(m) + e ln(2), and ln(m) = 2 artanh((m - 1) / (m + 1)) for m near 1.
    mantissa, exponent = np.frexp((1.0 + sine) / (1.0 - sine))
    low = mantissa < _HALF_ROOT
    mantissa = np.where(low, 2.0 * mantissa, mantissa)
    part = (mantissa - 1.0) / (mantissa + 1.0)
    return part * _series(part * part, _ARTANH) + (exponent - low) * _HALF_LN_2


def _series(square: FloatArray, factors: Sequence[float]) -> FloatArray:
    total = np.full_like(square, factors[-1])
    for factor in reversed(factors[:-1]):
        total *= square
        total += factor
    return total


def z_order(x: IntArray, y: IntArray) -> npt.NDArray[np.int64]:
    """Return the stable order of points along the Z-order (Morton) curve, y bit above x bit.

    Examples
    --------
    >>> z_order(np.array([1, 0, 1, 0], np.int32), np.array([1, 1, 0, 0], np.int32)).tolist()
    [3, 2, 1, 0]
    """
    return np.argsort(_spread(x) | (_spread(y) << np.uint64(1)), kind="stable")


def _spread(values: IntArray) -> npt.NDArray[np.uint64]:
    """Put a zero bit above each bit of a 30-bit number."""
    bits = values.astype(np.uint64)
    for shift, mask in (
        (16, 0x0000FFFF0000FFFF),
        (8, 0x00FF00FF00FF00FF),
        (4, 0x0F0F0F0F0F0F0F0F),
        (2, 0x3333333333333333),
        (1, 0x5555555555555555),
    ):
        bits = (bits | (bits << np.uint64(shift))) & np.uint64(mask)
    return bits


def pack(columns: Mapping[str, pa.Array], *, level: int = 5) -> bytes:
    """Write columns of one length as a gzip-compressed Arrow stream, the same bytes each time.

    What is packed once and kept deserves level 9, which takes twice as long.
    """
    table = pa.table(dict(columns))
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return gzipped(sink.getvalue(), level=level)


def points(
    geometry: gpd.GeoSeries, style: npt.NDArray[np.uint8], columns: Sequence[pa.Array]
) -> bytes:
    """Pack points in EPSG:4326 with a style number each and the columns that a popup shows.

    Parameters
    ----------
    geometry
        n points, none of them missing.
    style
        n indices into the layer's legend.
    columns
        Arrays of length n; they are packed in this order as ``c0``, ``c1``...
    """
    x, y = to_world(geometry.x.to_numpy(), geometry.y.to_numpy())
    order = z_order(x, y)
    return pack(
        {
            **_steps("_x", x[order]),
            **_steps("_y", y[order]),
            "_style": pa.array(style[order], pa.uint8()),
            **_named(columns, pa.array(order)),
        }
    )


def _steps(name: str, values: IntArray) -> dict[str, pa.Array]:
    """Write numbers as the steps between them, a column for each of their four bytes.

    A step of either sign is a small whole number (2n, or -2n - 1 below zero), whose upper bytes are
    mostly zero: apart from the lower ones they shrink to nothing.
    """
    steps = np.diff(values, prepend=np.int32(0))
    small = ((steps << 1) ^ (steps >> 31)).astype("<u4")
    planes = small.view(np.uint8).reshape(-1, 4)
    return {f"{name}{n}": pa.array(np.ascontiguousarray(planes[:, n])) for n in range(4)}


def features(
    geometry: gpd.GeoSeries,
    style: npt.NDArray[np.uint8],
    columns: Sequence[pa.Array],
    *,
    level: int = 5,
    **extra: pa.Array,
) -> bytes:
    """Pack lines, polygons and points in EPSG:4326, one row a feature.

    A feature's rings (or parts) lie one after another; a polygon is filled even-odd, so its
    holes and parts need no further word. Geometry collections must be taken apart before.

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
    lonlat, _ = shapely.get_coordinates(rings, return_index=True)
    x, y = to_world(lonlat[:, 0], lonlat[:, 1])
    ring_starts = _starts(np.bincount(ring_owner, minlength=len(shapes)))
    vertex_starts = _starts(
        np.bincount(ring_owner, weights=ring_size, minlength=len(shapes)).astype(np.int64)
    )
    return pack(
        {
            "_kind": pa.array(_KINDS[shapely.get_type_id(shapes)], pa.uint8()),
            "_rings": _lists(ring_starts, pa.array(ring_size, pa.int32())),
            "_vertices": _lists(vertex_starts, _vertices(x, y)),
            "_style": pa.array(style, pa.uint8()),
            **extra,
            **_named(columns, None),
        },
        level=level,
    )


def _rings(parts: npt.NDArray[Any], is_area: npt.NDArray[np.bool_]) -> npt.NDArray[Any]:
    """Replace each polygon by its rings, outer first, and keep the other parts as they are."""
    rings, owner = shapely.get_rings(parts, return_index=True)
    others = np.flatnonzero(~is_area)
    together = np.concatenate([rings, parts[others]])
    result: npt.NDArray[Any] = together[np.argsort(np.concatenate([owner, others]), kind="stable")]
    return result


def _starts(counts: npt.NDArray[np.int64]) -> npt.NDArray[np.int32]:
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)


def _lists(starts: npt.NDArray[np.int32], values: pa.Array) -> pa.Array:
    return pa.ListArray.from_arrays(pa.array(starts, pa.int32()), values)


def _vertices(x: IntArray, y: IntArray) -> pa.StructArray:
    planes = _steps("x", x) | _steps("y", y)
    return pa.StructArray.from_arrays(list(planes.values()), names=list(planes))


def _named(columns: Sequence[pa.Array], order: pa.Array | None) -> dict[str, pa.Array]:
    return {
        f"c{position}": array if order is None else array.take(order)
        for position, array in enumerate(columns)
    }
