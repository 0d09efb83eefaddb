"""Distances of occurrences to a corridor, and the nearest place along it."""

from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pandas.api.types import is_numeric_dtype
from tqdm import tqdm

from minmap.arguments import check_keywords
from minmap.errors import GeometryError, warn
from minmap.geodesy import Nearest, line_length_m, nearest_on_shapes
from minmap.geodesy.crs import WGS84, require_geometry, require_layer, to_degrees
from minmap.geodesy.geometries import in_degrees, lines_in_degrees
from minmap.partitions import by_partition, is_partitioned
from minmap.transport.trade_corridors.corridor_model import Corridor
from minmap.types import TEXT, Floats, Geometries

NEAREST_COLUMNS: Final = (
    "distance_km", "leg_id", "along_km", "node_id", "node_name", "node_distance_km",
)  # fmt: skip
_NO_NODES: Final = gpd.GeoDataFrame(
    pd.DataFrame(columns=["node_id", "name"], dtype=TEXT), geometry=[], crs=WGS84
)


@check_keywords
def nearest(
    occurrences: gpd.GeoDataFrame, corridor: Corridor | gpd.GeoDataFrame
) -> gpd.GeoDataFrame:
    """Measure the distance of each occurrence to a corridor, on the WGS84 ellipsoid.

    Parameters
    ----------
    occurrences
        Any GeoDataFrame in any CRS; only its geometry is needed. A dask-geopandas GeoDataFrame
        gives a lazy one. A line or polygon is measured from its nearest place: 0 km where it
        touches or crosses the corridor, or contains a part of it.
    corridor
        A `Corridor`, whose edges are geodesics, or a GeoDataFrame of lines in any CRS, whose edges
        are straight in it. Such lines have no nodes; their ids are the column ``leg_id`` if there
        is one, else the index.

    Returns
    -------
    geopandas.GeoDataFrame
        A copy in the CRS, order and index of `occurrences` with these columns at the end:

        - ``distance_km``: geodesic distance to the nearest place on the corridor, km
        - ``leg_id``: the leg of that place
        - ``along_km``: length from the start of that leg to that place, km; where the leg has
          ``length_km`` and ``drawn_km``, scaled from the drawn line to the length of the track
        - ``node_id``, ``node_name``, ``node_distance_km``: the node nearest to the occurrence and
          the geodesic distance to it, km; missing if there are no nodes

        ``attrs["nearest"]`` is the title of a `Corridor`, for maps.

        All are missing for an occurrence without a usable geometry. Columns of an earlier call are
        replaced; a column of yours with one of these names is replaced in the copy, with a warning.

    Notes
    -----
    Distances are exact for the corridor as it is drawn. Where its lines are simplified (see its
    description), the track itself may lie kilometres from the line.

    Warns
    -----
    MinmapWarning
        If occurrences have no usable geometry (missing, empty, or not on Earth), or if some but
        not all of the columns exist already and are replaced.

    Raises
    ------
    CRSError
        If `occurrences` or the lines have no CRS.
    GeometryError
        If either is not a GeoDataFrame with geometries, or there is no line to measure to.

    See Also
    --------
    minmap.geodesy.nearest_on_shapes : Distances from and to lines and polygons.
    minmap.geodesy.nearest_on_lines : Distances of points, their accuracy (within 1 m up to
        3,000 km) and the memory that they need.

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
    0  near        111.1      a      78.9
    1   far        632.1      a     157.7
    """
    if is_partitioned(occurrences):
        return by_partition(occurrences, nearest, corridor)
    places = _places(occurrences)
    legs = corridor.legs if isinstance(corridor, Corridor) else corridor
    if not isinstance(legs, gpd.GeoDataFrame):
        raise GeometryError(
            f"corridor is a {type(legs).__name__}; give a Corridor, such as "
            "minmap.corridor('middle'), or a GeoDataFrame of lines."
        )
    given, is_corridor = require_geometry(legs, name="corridor"), isinstance(corridor, Corridor)
    # Raises at polygons, which have no length along them.
    lines = lines_in_degrees(given, what="corridor", geodesic_edges=is_corridor)
    if (shapely.is_missing(lines) | shapely.is_empty(lines)).all():
        raise GeometryError("corridor has no line to measure to; give at least one leg.")
    with tqdm(total=len(places), desc="nearest", unit="places", delay=2, disable=None) as bar:
        on_leg = nearest_on_shapes(places, lines, on_chunk=bar.update, geodesic_edges=True)
    _warn_of_missing(occurrences, on_leg)
    leg_id = legs["leg_id"] if "leg_id" in legs else pd.Series(legs.index.to_flat_index())
    scale = _track_per_drawn(legs, lines)[on_leg.index]
    nodes = corridor.nodes if isinstance(corridor, Corridor) else _NO_NODES
    at_node = nearest_on_shapes(places, nodes.geometry, geodesic_edges=True)
    measured = _without_old(occurrences).assign(
        distance_km=on_leg.distance_m / 1000,
        leg_id=_pick(_as_ids(leg_id), on_leg),
        along_km=on_leg.along_m / 1000 * scale,
        node_id=_pick(nodes["node_id"], at_node),
        node_name=_pick(nodes["name"], at_node),
        node_distance_km=at_node.distance_m / 1000,
    )
    measured.attrs.pop("nearest", None)
    if isinstance(corridor, Corridor):
        measured.attrs["nearest"] = corridor.title
    return measured


def _places(occurrences: gpd.GeoDataFrame) -> Floats | Geometries:
    """Return longitude and latitude if all shapes are points (NaN if missing), else the shapes."""
    given = require_layer(occurrences, name="occurrences").geometry
    shapes = to_degrees(given, what="occurrences")
    if (shapely.get_type_id(shapes.array) > 0).any():
        return in_degrees(given, what="occurrences")
    points = np.array(shapes, dtype=object)
    points[shapely.is_empty(points)] = None
    return np.column_stack([shapely.get_x(points), shapely.get_y(points)])


def _track_per_drawn(legs: gpd.GeoDataFrame, lines: Geometries) -> Floats:
    """Return the ratio of track to drawn line for each leg; 1 where it is not known."""
    if not {"length_km", "drawn_km"} <= set(legs.columns):
        return np.ones(len(legs))
    # drawn_km may be rounded; measured anew, along_km at the end of a leg is its length.
    drawn_km = line_length_m(lines, geodesic_edges=True) / 1000
    track_km = legs["length_km"].to_numpy(dtype=float, na_value=np.nan)
    known = np.isfinite(track_km) & (drawn_km > 0)
    return np.asarray(np.divide(track_km, drawn_km, out=np.ones(len(legs)), where=known))


def _as_ids(values: pd.Series) -> pd.Series:
    """Return ids in a type that allows missing values and that every file format can store."""
    if is_numeric_dtype(values):
        return values.convert_dtypes()
    return values.map(str, na_action="ignore").astype(TEXT)


def _pick(values: pd.Series, found: Nearest) -> Any:
    """Return the value at the nearest position for each place; missing if there is none."""
    return values.array.take(found.index, allow_fill=True)


def _warn_of_missing(occurrences: gpd.GeoDataFrame, found: Nearest) -> None:
    rows = np.flatnonzero(found.index < 0)
    if rows.size:
        listed = ", ".join(repr(label) for label in occurrences.index[rows[:5]].tolist())
        more = ", ..." if rows.size > 5 else ""
        warn(
            f"{rows.size} of {len(occurrences)} occurrences have no usable geometry (missing, "
            f"empty or not on Earth) and so no distance; index {listed}{more}.",
        )


def _without_old(occurrences: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    old = [column for column in NEAREST_COLUMNS if column in occurrences.columns]
    # If all of them exist, an earlier call made them.
    if 0 < len(old) < len(NEAREST_COLUMNS):
        warn(
            f"occurrences has {', '.join(old)} already: replaced in the copy; rename your column "
            "to keep it.",
        )
    return occurrences.drop(columns=old)
