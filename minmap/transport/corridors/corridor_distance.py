"""How far occurrences are from a corridor, and where along it that is."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pandas.api.types import is_numeric_dtype
from tqdm import tqdm

from minmap.errors import CRSError, GeometryError, MinmapWarning
from minmap.geodesy import Nearest, line_length_m, nearest_on_shapes
from minmap.geodesy.geometries import lines_in_degrees
from minmap.geodesy.stated_crs import to_degrees
from minmap.partitions import by_partition, is_partitioned
from minmap.transport.corridors.corridor import CRS, Corridor
from minmap.types import Floats
from minmap.vocabulary import TEXT

NEAREST_COLUMNS: Final = (
    "distance_km",
    "leg_id",
    "along_km",
    "node_id",
    "node_name",
    "node_distance_km",
)


def nearest(
    occurrences: gpd.GeoDataFrame, corridor: Corridor | gpd.GeoDataFrame
) -> gpd.GeoDataFrame:
    """Measure the distance of each occurrence to a corridor, on the WGS84 ellipsoid.

    Parameters
    ----------
    occurrences
        Any GeoDataFrame in any CRS; nothing but its geometry is needed. One of dask-geopandas gives
        a lazy one. Of a line or polygon the
        place nearest to the corridor counts: 0 km where they touch, cross or hold one another.
    corridor
        A `Corridor`, or a GeoDataFrame of lines in any CRS. Of such lines a column ``leg_id`` is
        used if there is one, else their index; they have no nodes.

    Returns
    -------
    geopandas.GeoDataFrame
        A copy in the CRS, order and index of `occurrences` with these columns at the end:

        - ``distance_km``: geodesic distance to the nearest place on the corridor, km
        - ``leg_id``: the leg that place is on
        - ``along_km``: length from the start of that leg to that place, km; where the leg has
          ``length_km`` and ``drawn_km``, scaled from the drawn line to the length of the track
        - ``node_id``, ``node_name``, ``node_distance_km``: the node nearest to the occurrence and
          the geodesic distance to it, km; missing if there are no nodes

        All are missing for an occurrence without a usable geometry. Run again, the columns are made
        anew; a column of yours that has one of these names is replaced in the copy, with a warning.

    Notes
    -----
    The distance is exact to the corridor as it is drawn. Where its lines are simplified (see its
    description), the track itself can lie kilometres from the line.

    Warns
    -----
    MinmapWarning
        If occurrences have no usable geometry (missing, empty, or not on Earth), or some columns
        but not all are there already and are replaced.

    Raises
    ------
    CRSError
        If `occurrences` or the lines have no CRS.
    GeometryError
        If either is no GeoDataFrame with geometries, or there is no line to measure to.

    See Also
    --------
    minmap.geodesy.nearest_on_shapes : The measuring of lines and polygons, and to polygons.
    minmap.geodesy.nearest_on_lines : The measuring of points, its accuracy (within 1 m up to
        3,000 km) and its memory.

    Examples
    --------
    >>> from shapely import LineString, Point
    >>> deposits = gpd.GeoDataFrame(
    ...     {"name": ["near", "far"]}, geometry=[Point(70, 46), Point(75, 50)], crs=4326
    ... )
    >>> railway = gpd.GeoDataFrame(
    ...     {"leg_id": ["a"]}, geometry=[LineString([(69, 45), (71, 45)])], crs=4326
    ... )
    >>> nearest(deposits, railway)[["name", "distance_km", "leg_id", "along_km"]].round(1)
       name  distance_km leg_id  along_km
    0  near        110.7      a      78.8
    1   far        632.1      a     157.7
    """
    if is_partitioned(occurrences):
        return by_partition(occurrences, nearest, corridor)
    places = _places(occurrences)
    to = _targets(corridor)
    with tqdm(total=len(places), desc="nearest", unit="places", delay=2, disable=None) as bar:
        on_leg = nearest_on_shapes(places, to.lines, on_chunk=bar.update)
    at_node = nearest_on_shapes(places, to.points)
    _report_missing(occurrences, on_leg)
    scale = to.track_per_drawn[on_leg.index]
    return _without_old(occurrences).assign(
        distance_km=on_leg.distance_m / 1000,
        leg_id=_pick(to.leg_id, on_leg),
        along_km=on_leg.along_m / 1000 * scale,
        node_id=_pick(to.node_id, at_node),
        node_name=_pick(to.node_name, at_node),
        node_distance_km=at_node.distance_m / 1000,
    )


def _places(frame: gpd.GeoDataFrame) -> Floats | gpd.GeoSeries:
    """Return longitudes and latitudes if all are points, NaN where there is none; else shapes."""
    shapes = _in_degrees(frame, "occurrences")
    if (shapely.get_type_id(shapes.array) > 0).any():
        return shapes
    points = np.array(shapes, dtype=object)
    points[shapely.is_empty(points)] = None
    return np.column_stack([shapely.get_x(points), shapely.get_y(points)])


def _in_degrees(frame: gpd.GeoDataFrame, name: str) -> gpd.GeoSeries:
    if not isinstance(frame, gpd.GeoDataFrame) or frame.active_geometry_name is None:
        raise GeometryError(
            f"{name} is a {type(frame).__name__} without geometry; give a GeoDataFrame, such as "
            "geopandas.GeoDataFrame(table, geometry=geopandas.points_from_xy(lon, lat), crs=4326)."
        )
    if frame.crs is None:
        raise CRSError(
            f"{name} has no CRS; say which with {name}.set_crs('EPSG:...'): 'EPSG:4326' for "
            "longitude and latitude on WGS84."
        )
    return to_degrees(frame.geometry, what=name)


@dataclass(frozen=True, slots=True)
class _Targets:
    """Legs with their ids and track lengths, and nodes."""

    lines: gpd.GeoSeries
    leg_id: pd.Series
    track_per_drawn: Floats
    points: gpd.GeoSeries
    node_id: pd.Series
    node_name: pd.Series


def _targets(corridor: Corridor | gpd.GeoDataFrame) -> _Targets:
    legs = corridor.legs if isinstance(corridor, Corridor) else corridor
    if not isinstance(legs, gpd.GeoDataFrame):
        raise GeometryError(
            f"corridor is a {type(legs).__name__}; give a Corridor, such as "
            "minmap.corridor('middle'), or a GeoDataFrame of lines."
        )
    lines = _in_degrees(legs, "corridor")
    lines_in_degrees(lines)  # polygons are refused: nothing is along them
    if (lines.isna() | lines.is_empty).all():
        raise GeometryError("corridor has no line to measure to; give at least one leg.")
    leg_id = legs["leg_id"] if "leg_id" in legs else pd.Series(legs.index.to_flat_index())
    empty = pd.Series([], dtype=TEXT)
    nodes = corridor.nodes if isinstance(corridor, Corridor) else None
    return _Targets(
        lines,
        _ids(leg_id),
        _track_per_drawn(legs, lines),
        gpd.GeoSeries([], crs=CRS) if nodes is None else nodes.geometry,
        empty if nodes is None else nodes["node_id"],
        empty if nodes is None else nodes["name"],
    )


def _track_per_drawn(legs: gpd.GeoDataFrame, lines: gpd.GeoSeries) -> Floats:
    """Return by how much each leg's track is longer than its line; 1 where that is not known."""
    if not {"length_km", "drawn_km"} <= set(legs.columns):
        return np.ones(len(legs))
    # The line is measured again: drawn_km may be rounded, and a leg should end at its length.
    drawn_km = line_length_m(lines) / 1000
    track_km = legs["length_km"].to_numpy(dtype=float, na_value=np.nan)
    known = np.isfinite(track_km) & (drawn_km > 0)
    scale: Floats = np.divide(track_km, drawn_km, out=np.ones(len(legs)), where=known)
    return scale


def _ids(values: pd.Series) -> pd.Series:
    """Return ids in a dtype that can be missing and that every file format takes."""
    if is_numeric_dtype(values):
        return values.convert_dtypes()
    return values.map(str, na_action="ignore").astype(TEXT)


def _pick(values: pd.Series, found: Nearest) -> Any:
    """Take the value of what was found for each point, missing where nothing was."""
    return values.array.take(found.index, allow_fill=True)


def _report_missing(occurrences: gpd.GeoDataFrame, found: Nearest) -> None:
    rows = np.flatnonzero(found.index < 0)
    if rows.size:
        listed = ", ".join(repr(label) for label in occurrences.index[rows[:5]].tolist())
        more = ", ..." if rows.size > 5 else ""
        warnings.warn(
            f"{rows.size} of {len(occurrences)} occurrences have no usable geometry (missing, "
            f"empty or not on Earth) and so no distance; index {listed}{more}.",
            MinmapWarning,
            stacklevel=3,
        )


def _without_old(occurrences: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    old = [column for column in NEAREST_COLUMNS if column in occurrences.columns]
    # All of them together are what this function made the last time.
    if 0 < len(old) < len(NEAREST_COLUMNS):
        warnings.warn(
            f"occurrences has {', '.join(old)} already: replaced in the copy; rename your own "
            "column to keep it.",
            MinmapWarning,
            stacklevel=3,
        )
    return occurrences.drop(columns=old)
