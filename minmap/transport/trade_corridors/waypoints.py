"""Legs and nodes from named places: marked as schematic lines."""

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from anyascii import anyascii

from minmap.arguments import require_kind, shown
from minmap.errors import ChoiceError, GeometryError, MinmapError
from minmap.geodesy import line_length_m
from minmap.geodesy.crs import WGS84, to_degrees
from minmap.geodesy.vertices import vertices_of
from minmap.numbering import numbered
from minmap.transport.trade_corridors.countries_passed import countries_passed, country_near
from minmap.transport.trade_corridors.leg_table import NODE_COLUMNS, require_track
from minmap.types import Floats, Geometries

MAX_SEGMENT_KM: Final = 20.0
"""Longest drawn segment: on a Mercator map it lies within 10 m of the geodesic."""

Waypoint = tuple[str, float, float]
"""Name, longitude and latitude (EPSG:4326, degrees)."""


def legs_between(
    waypoints: gpd.GeoDataFrame | Iterable[Waypoint],
    *,
    mode: str | Sequence[str],
    gauge_mm: int | Sequence[int | None] | None,
    status: str | Sequence[str],
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Draw a geodesic from each waypoint to the next.

    Parameters
    ----------
    waypoints, mode, gauge_mm, status
        As for `minmap.Corridor.from_waypoints`.

    Returns
    -------
    tuple of geopandas.GeoDataFrame
        Legs and nodes, EPSG:4326, for a `minmap.Corridor`.

    Examples
    --------
    >>> legs, nodes = legs_between(
    ...     [("A", 51.0, 43.0), ("B", 50.0, 40.0)], mode="sea", gauge_mm=None, status="operating"
    ... )
    >>> legs[["leg_id", "length_km", "geometry_kind"]].round(1).values.tolist()
    [['a-b', 343.5, 'schematic']]
    >>> nodes["node_id"].tolist(), nodes["kind"].tolist()
    (['a', 'b'], ['station', 'station'])
    """
    places = _places(waypoints)
    modes, gauges, statuses = (
        _one_per_leg(value, len(places) - 1, name=name)
        for name, value in (("mode", mode), ("gauge_mm", gauge_mm), ("status", status))
    )
    for track in zip(modes, gauges, statuses, strict=True):
        require_track(*track)
    start, end = places.iloc[:-1], places.iloc[1:]
    lonlat = shapely.get_coordinates(places.geometry.to_numpy())
    lines = gpd.GeoSeries(geodesics(lonlat[:-1], lonlat[1:]), crs=WGS84)
    length_km = line_length_m(lines, geodesic_edges=True) / 1000
    ends = pd.DataFrame({"start": start["country"].array, "end": end["country"].array})
    leg_ids = start["node_id"].reset_index(drop=True) + "-" + end["node_id"].array
    legs = gpd.GeoDataFrame(
        {
            "leg_id": numbered(leg_ids.str.replace("_", "-"), ending="-{}"),
            "from_node": start["node_id"].array,
            "to_node": end["node_id"].array,
            "mode": modes,
            "gauge_mm": gauges,
            "status": statuses,
            "length_km": length_km,
            "length_source": "geodesic from waypoint to waypoint (WGS84)",
            "drawn_km": length_km,
            "countries": countries_passed(lines, ends),
            "geometry_kind": "schematic",
            "geometry_source": "waypoints",
        },
        geometry=lines,
    )
    nodes = places.drop_duplicates("node_id", ignore_index=True)
    return legs, with_kinds(nodes, legs)


def geodesics(start: Floats, end: Floats) -> Geometries:
    """Draw geodesics in segments of at most `MAX_SEGMENT_KM`.

    Parameters
    ----------
    start, end
        Shape (n, 2), longitude and latitude, EPSG:4326, degrees.

    Returns
    -------
    numpy.ndarray of shapely.LineString, shape (n,)
        Lines from start to end, exactly.

    Examples
    --------
    >>> (line,) = geodesics(np.array([[0.0, 0.0]]), np.array([[1.0, 0.0]]))
    >>> len(line.coords)
    7
    """
    straight = np.asarray(shapely.linestrings(np.stack([start, end], axis=1)))
    drawn = vertices_of(straight, what="lines").cut(1000 * MAX_SEGMENT_KM)
    return np.asarray(shapely.linestrings(drawn.lonlat, indices=drawn.shape))


def with_kinds(nodes: gpd.GeoDataFrame, legs: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return nodes with a kind for each that lacks one, derived from the legs that meet there.

    The kind is port where a leg at sea meets one on land, break of gauge where gauges differ,
    junction where three or more legs meet, else station. `note` records that it is assumed.

    Examples
    --------
    >>> nodes = gpd.GeoDataFrame({"node_id": ["a"], "kind": [None], "note": [None]})
    >>> legs = pd.DataFrame({"from_node": ["a", "a"], "to_node": ["b", "c"],
    ...                      "mode": ["rail", "sea"], "gauge_mm": [1520, None]})
    >>> with_kinds(nodes, legs).values.tolist()
    [['a', 'port', 'kind assumed by minmap from the legs that meet here']]
    """
    at_ends = [legs.rename(columns={column: "node_id"}) for column in ("from_node", "to_node")]
    ends = pd.concat([end[["node_id", "mode", "gauge_mm"]] for end in at_ends])
    at_node = (
        ends.assign(sea=ends["mode"] == "sea")
        .groupby("node_id")
        .agg(count=("mode", "size"), sea=("sea", "mean"), gauges=("gauge_mm", "nunique"))
    )
    met = at_node.reindex(nodes["node_id"])
    kinds = np.select(
        [met["sea"].between(0, 1, inclusive="neither"), met["gauges"] > 1, met["count"] > 2],
        ["port", "break of gauge", "junction"],
        "station",
    )
    unknown = nodes["kind"].isna().to_numpy()
    assumed = "kind assumed by minmap from the legs that meet here"
    return nodes.assign(
        kind=np.where(unknown, kinds, nodes["kind"]),
        note=nodes["note"].where(~(unknown & nodes["note"].isna().to_numpy()), assumed),
    )


def _places(waypoints: gpd.GeoDataFrame | Iterable[Waypoint]) -> gpd.GeoDataFrame:
    """Return checked waypoints with all columns of nodes; one id for each place."""
    given = waypoints if isinstance(waypoints, gpd.GeoDataFrame) else _from_triples(waypoints)
    points = gpd.GeoSeries(to_degrees(given, what="waypoints").to_numpy(), crs=WGS84)
    if "name" not in given:
        raise MinmapError("waypoints lacks the column name; add it.")
    if len(given) < 2:
        raise MinmapError(f"waypoints has {len(given)} places; give two or more, in order.")
    if not (given.geom_type == "Point").all() or given.is_empty.any():
        raise GeometryError("waypoints must be points, each with a location; drop the others.")
    columns = pd.DataFrame(given).reset_index(drop=True).reindex(columns=[*NODE_COLUMNS])
    places = gpd.GeoDataFrame(columns.astype(object), geometry=points)
    lonlat = shapely.get_coordinates(points.to_numpy())
    for row in np.flatnonzero((lonlat[:-1] == lonlat[1:]).all(axis=1))[:1]:
        name = places["name"].iloc[row]
        raise MinmapError(f"waypoint {name!r} is given twice in a row; remove one of them.")
    for column, found in (("country", country_near(points)), ("node_id", _node_ids(places))):
        places[column] = places[column].where(places[column].notna(), found)
    return places


def _from_triples(waypoints: Iterable[Waypoint]) -> gpd.GeoDataFrame:
    if isinstance(waypoints, str | bytes) or not isinstance(waypoints, Iterable):
        cure = "give a list of (name, longitude, latitude), or a GeoDataFrame of points"
        require_kind(waypoints, list, name="waypoints", cure=cure)
    names, points = [], []
    for number, waypoint in enumerate(waypoints):
        try:
            name, lon, lat = waypoint
            points.append(shapely.Point(float(lon), float(lat)))
        except (TypeError, ValueError, OverflowError) as error:
            raise GeometryError(
                f"waypoint {number} is {shown(waypoint)}; give (name, longitude, latitude)."
            ) from error
        if not (abs(points[-1].x) <= 180 and abs(points[-1].y) <= 90):
            raise GeometryError(
                f"waypoint {number} {name!r} lies at longitude {lon} and latitude {lat}; give "
                "(name, longitude, latitude) in degrees."
            )
        names.append(str(name))
    return gpd.GeoDataFrame({"name": names}, geometry=points, crs=WGS84)


def _node_ids(places: gpd.GeoDataFrame) -> pd.Series:
    """Make ids of the names; a different place of the same name gets a number."""
    names = places["name"].astype(str)
    number: pd.Series = names.groupby([names, places.geometry.to_wkb()], sort=False).ngroup()
    first = names[~number.duplicated()]
    ids = numbered([_slug(name) or "place" for name in first])
    return number.map(dict(enumerate(ids)))


def _slug(text: str) -> str:
    """Return a text in the letters a to z, digits and underscores.

    Examples
    --------
    >>> _slug("Ақтау порты (Aktau)")
    'aqtau_porty_aktau'
    """
    return re.sub("[^a-z0-9]+", "_", anyascii(text).lower()).strip("_")


def _one_per_leg(value: Any, legs: int, *, name: str) -> list[Any]:
    """Return one value for each leg: the same for all, or those of a list."""
    if value is None or isinstance(value, str | bytes) or not isinstance(value, Iterable):
        return [value] * legs
    values = value.ravel().tolist() if isinstance(value, np.ndarray) else list(value)
    if len(values) != legs:
        raise ChoiceError(
            f"{name} has {len(values)} values, but there are {legs} legs between the waypoints; "
            "give one for all or one for each."
        )
    return values
