"""Rows inside a box or a polygon."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS, Transformer
from shapely import affinity
from shapely.geometry.base import BaseGeometry

from minmap.arguments import shown
from minmap.errors import CRSError, GeometryError, MinmapError
from minmap.files.held import KINDS, layer_of
from minmap.geodesy.crs import WGS84_CRS, require_geometry, to_degrees
from minmap.geodesy.edges import DEGREES, plane_of, true_edges
from minmap.geodesy.lonlat_plane import in_one_world
from minmap.types import Booleans, Geometries, Integers

# Bounds are transformed with 101 points per edge; between these an edge bulges by less than this.
_MARGIN_DEG: Final = 1.0


def in_box(occurrences: gpd.GeoDataFrame, rows: Integers, box: Sequence[float]) -> Booleans:
    """Return for each of these rows whether its geometry touches the box; see `minmap.select`.

    Raises
    ------
    MinmapError
        If `box` is not four numbers in range, in order.
    CRSError, GeometryError
        If the table has no CRS or no geometry.
    """
    west, south, east, north = _box_edges(box)
    shapes = _geometry(occurrences, argument="box").iloc[rows]
    return _touch_box(_in_degrees(shapes), west, south, east, north)


def in_polygon(occurrences: gpd.GeoDataFrame, rows: Integers, polygon: Any) -> Booleans:
    """Return for each of these rows whether its geometry touches the polygon; see `minmap.select`.

    The edges are straight in the polygon's own CRS, so the occurrences are transformed to it, with
    vertices where their own edges would bend; except those far away, for which the CRS may not be
    defined.

    Raises
    ------
    GeometryError
        If `polygon` is not a valid area, or the table has no geometry.
    CRSError
        If the table or a polygon layer has no CRS, or one cannot be transformed to the other.
    """
    shapes = _geometry(occurrences, argument="polygon").iloc[rows]
    area, crs = _area(polygon)
    if crs == WGS84_CRS:
        return _touch(_in_degrees(shapes), area, wraps=True)
    if shapes.crs == crs:
        return _touch(shapes.to_numpy(), area, wraps=crs.is_geographic)
    degrees = to_degrees(shapes, what="occurrences").to_numpy()
    near = _touch_box(degrees, *_bounds_in_degrees(area, crs))
    found = np.zeros(len(shapes), dtype=np.bool_)
    true = gpd.GeoSeries(true_edges(shapes[near], degrees[near], plane_of(crs)), crs=WGS84_CRS)
    found[near] = _touch(true.to_crs(crs).to_numpy(), area, wraps=crs.is_geographic)
    return found


def _in_degrees(shapes: gpd.GeoSeries) -> Geometries:
    """Return shapes with edges as straight as in their CRS, cut at the antimeridian."""
    degrees = to_degrees(shapes, what="occurrences")
    dense = true_edges(shapes, degrees.to_numpy(), DEGREES)
    cut = in_one_world(gpd.GeoSeries(dense, crs=WGS84_CRS), shapes.crs)
    return np.asarray(cut.to_numpy(), dtype=object)


def _geometry(occurrences: gpd.GeoDataFrame, *, argument: str) -> gpd.GeoSeries:
    if occurrences.active_geometry_name is None:
        raise GeometryError(
            f"{argument} needs geometry, and occurrences has no active geometry column; "
            "set one with occurrences.set_geometry(...)."
        )
    return require_geometry(occurrences, name="occurrences")


def _box_edges(box: Sequence[float]) -> tuple[float, float, float, float]:
    order = "box is (west, south, east, north) in degrees"
    try:
        west, south, east, north = (float(edge) for edge in box)
    except (TypeError, ValueError, OverflowError) as error:
        raise MinmapError(f"box={shown(box)} is not four numbers; {order}.") from error
    given = f"box=({west:g}, {south:g}, {east:g}, {north:g})"
    if not (abs(west) <= 180 and abs(east) <= 180):
        raise MinmapError(f"{given} has a longitude beyond -180 to 180; {order}.")
    if not (abs(south) <= 90 and abs(north) <= 90):
        raise MinmapError(f"{given} has a latitude beyond -90 to 90; {order}.")
    if south > north:
        raise MinmapError(f"{given} has its south ({south:g}) above its north; {order}.")
    return west, south, east, north


def _touch_box(
    shapes: Geometries, west: float, south: float, east: float, north: float
) -> Booleans:
    spans = [(west, east)] if west <= east else [(west, 180.0), (-180.0, east)]
    # 180 degrees east and west are the same meridian.
    spans += [(-180.0, -180.0)] * (spans[0][1] == 180) + [(180.0, 180.0)] * (spans[-1][0] == -180)
    # The envelope of two corners is a line or a point where the box has no width.
    corners = [shapely.multipoints([[start, south], [end, north]]) for start, end in spans]
    return _touch_any(shapes, map(shapely.envelope, corners))


def _touch(shapes: Geometries, area: BaseGeometry, *, wraps: bool) -> Booleans:
    """Return whether shapes touch the area; one in degrees may extend over the antimeridian."""
    left, _, right, _ = area.bounds
    shifts = [0, *([-360] * (right > 180)), *([360] * (left < -180))] if wraps else [0]
    return _touch_any(shapes, (affinity.translate(area, xoff=shift) for shift in shifts))


def _touch_any(shapes: Geometries, areas: Iterable[BaseGeometry]) -> Booleans:
    found: Booleans = np.zeros(len(shapes), dtype=np.bool_)
    for area in areas:
        shapely.prepare(area)
        found |= shapely.intersects(area, shapes)
    return found


def _bounds_in_degrees(area: BaseGeometry, crs: CRS) -> tuple[float, float, float, float]:
    transformer = Transformer.from_crs(crs, WGS84_CRS, always_xy=True)
    west, south, east, north = transformer.transform_bounds(*area.bounds, densify_pts=101)
    if not np.isfinite([west, south, east, north]).all():
        raise CRSError(
            f"polygon: its bounds cannot be transformed to degrees from the CRS {crs.name!r}."
        )
    width = (east - west) % 360 + 2 * _MARGIN_DEG
    south, north = max(south - _MARGIN_DEG, -90), min(north + _MARGIN_DEG, 90)
    # Near a pole a margin in degrees has hardly any width.
    if width >= 360 or north >= 90 or south <= -90 or (east - west) >= 360:
        return -180, south, 180, north
    return _turned(west - _MARGIN_DEG), south, _turned(east + _MARGIN_DEG), north


def _turned(longitude: float) -> float:
    return (longitude + 180) % 360 - 180


def _area(polygon: Any) -> tuple[BaseGeometry, CRS]:
    if isinstance(polygon, BaseGeometry):
        given, crs = [polygon], WGS84_CRS
    elif (layer := layer_of(polygon, name="polygon")) is not None:
        places = require_geometry(layer, name="polygon")
        given, crs = list(places.dropna()), places.crs
    else:
        raise GeometryError(f"polygon={shown(polygon)} is no area; give {KINDS}.")
    parts = [part for part in given if not part.is_empty]
    kinds = sorted({part.geom_type for part in parts} - {"Polygon", "MultiPolygon"})
    if kinds or not parts:
        raise GeometryError(
            f"polygon must be Polygons or MultiPolygons; it has {', '.join(kinds) or 'none'}."
        )
    for part in parts:
        if not part.is_valid:
            raise GeometryError(
                f"polygon is not valid: {shapely.is_valid_reason(part)}; "
                "mend it with polygon.make_valid()."
            )
    area = shapely.union_all(parts)
    west, south, east, north = area.bounds
    if crs == WGS84_CRS and not (-360 <= west <= east <= 360 and -90 <= south <= north <= 90):
        raise GeometryError(
            f"polygon reaches from {west:g}, {south:g} to {east:g}, {north:g}, which is not in "
            "degrees; give it with its CRS: geopandas.GeoSeries([polygon], crs='EPSG:...')."
        )
    return area, crs
