"""One route, leg by leg."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Final, Unpack

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from minmap.arguments import shown, with_options
from minmap.errors import GeometryError
from minmap.geodesy.crs import WGS84
from minmap.geodesy.vertices import wrapped
from minmap.transport.accessibility.barriers import connector_lines
from minmap.transport.accessibility.destination import DEFAULTS, RENAMED, Destination, RouteOptions
from minmap.transport.accessibility.journeys import Journeys
from minmap.transport.network.best_paths import joined_lines
from minmap.transport.network.node_search import find_node
from minmap.transport.trade_corridors.notebook_html import summary_html
from minmap.types import TEXT, Integers

# Consecutive edges that agree in all of these are one leg of a route.
_TRAITS: Final = ["mode", "gauge_mm", "status", "countries", "leg_id"]
_STOPS: Final = {
    "borders": "border",
    "transshipments": "transshipment",
    "gauge_breaks": "break of gauge",
}


@dataclass(frozen=True, eq=False, repr=False)
class Route:
    """A route from a place to a destination. Immutable.

    Attributes
    ----------
    start, to
        Names of the ends.
    objective
        The quantity that the route minimises: ``"hours"``, ``"km"`` or ``"usd_t"``.
    reason
        Why there is no route; None if there is one.
    borders, gauge_breaks
        How many there are; -1 where there is no route. A transit without a station, such as
        through KGZ in "KAZ KGZ KAZ", has no border.
    countries
        Alpha-3, in the order of travel.
    """

    start: str
    to: str
    objective: str
    reason: str | None
    borders: int
    gauge_breaks: int
    countries: tuple[str, ...]
    _legs: gpd.GeoDataFrame
    _nodes: pd.DataFrame
    _sources: tuple[dict[str, Any], ...]

    @property
    def total_km(self) -> float:
        """Length of the route, km; NaN if there is none."""
        return self._sum("km")

    @property
    def hours(self) -> float:
        """Duration of the route, loading and stops included; NaN if there is none."""
        return self._sum("hours", "before_hours")

    @property
    def cost_usd_t(self) -> float:
        """Price of the route, USD per tonne, loading and stops included; NaN if there is none."""
        return self._sum("cost_usd_t", "before_usd_t")

    def _sum(self, *columns: str) -> float:
        sums = [float(self._legs[column].sum()) for column in columns]
        return sum(sums) if self.reason is None else float("nan")

    @property
    def legs(self) -> gpd.GeoDataFrame:
        """The legs in the order of travel, EPSG:4326: a copy.

        ``from_node``, ``to_node`` and their names; ``mode``, ``gauge_mm``, ``status``,
        ``countries``, ``leg_id``; ``km``, ``hours``, ``cost_usd_t``; and ``before``: what happens
        before the leg (loading, border, transshipment, break of gauge), which takes
        ``before_hours`` and costs ``before_usd_t``. Both together add up to the route's hours and
        cost.
        """
        return self._legs.copy()

    @property
    def nodes(self) -> pd.DataFrame:
        """The named nodes passed, in order: node_id, name, kind, country, km from the start."""
        return self._nodes.copy()

    @property
    def line(self) -> shapely.LineString | None:
        """The route as one line in the direction of travel, EPSG:4326; None if there is none."""
        lonlat = shapely.get_coordinates(self._legs.geometry.to_numpy())
        return shapely.LineString(lonlat) if len(lonlat) > 1 else None

    @property
    def sources(self) -> tuple[dict[str, Any], ...]:
        """The sources of the network (copies)."""
        return tuple(dict(source) for source in self._sources)

    def __repr__(self) -> str:
        ends = f"{self.start!r} to {self.to!r}"
        if self.reason is not None:
            return f"Route({ends}: none, {self.reason})"
        sums = f"{self.total_km:,.0f} km, {self.hours:,.0f} h, {self.cost_usd_t:,.0f} USD/t"
        modes = "+".join(self._legs["mode"].unique())
        return f"Route({ends}: {', '.join(filter(None, [sums, modes, ' '.join(self.countries)]))})"

    def _repr_html_(self) -> str:
        """Return the legs as an HTML table for a notebook, with all text escaped."""
        if self.reason is not None:
            return summary_html(f"{self.start} - {self.to}: no route", {}, facts=[self.reason])
        legs = self._legs.drop(columns=["geometry", "from_node", "to_node"])
        tables = {"": pd.DataFrame(legs)}
        return summary_html(repr(self), tables, sources=self._sources, most_rows=len(legs))

    @property
    def __geo_interface__(self) -> dict[str, Any]:
        """A GeoJSON FeatureCollection of the legs."""
        features: dict[str, Any] = self._legs.to_geo_dict(drop_id=True)
        return features


@with_options(RouteOptions, DEFAULTS, cures=RENAMED)
def route(
    start: str | tuple[float, float] | shapely.Point,
    to: str | Iterable[str],
    **options: Unpack[RouteOptions],
) -> Route:
    """Find the best route between two places.

    Parameters
    ----------
    start
        The id or name of a node, or a place: a point or (longitude, latitude), EPSG:4326, degrees;
        from there a connector leads to the network.
    to, network, avoid, allow, assumptions, reach_km, objective
        As for `minmap.access`.

    Returns
    -------
    Route
        Without legs if there is no route, with the cause in ``reason``; also without legs, and 0 km
        long, if `start` is the destination.

    Raises
    ------
    ChoiceError
        If a node, or a word in another argument, is unknown, or a keyword does not exist.
    GeometryError
        If `start` is not a longitude and latitude.
    MinmapError
        If the destination is itself avoided.

    Examples
    --------
    >>> by_ferry = route("beyneu", "poti_port", avoid=["RUS", "IRN"])
    >>> by_ferry.countries, by_ferry.legs["mode"].unique().tolist()
    (('KAZ', 'AZE', 'GEO'), ['rail', 'sea'])
    >>> route("beyneu", "poti_port", avoid=["RUS", "IRN", "sea"]).reason
    'the network does not lead from Beyneu to Poti port without RUS, IRN, sea'
    """
    destination = Destination.find(to, **options)
    if not isinstance(start, str):
        return _route_from_place(_lonlat(start), destination)
    node = find_node(destination.network, start, argument="start")
    own = np.array([node])
    reason = None if destination.routes.reached[node] else destination.no_route_from(own)[0]
    return _route_from_node(node, destination, start=destination.names_of(own)[0], reason=reason)


def _lonlat(start: Any) -> tuple[float, float]:
    if isinstance(start, shapely.Point) and not start.is_empty:
        start = (start.x, start.y)
    try:
        lon, lat = (float(number) for number in start)
    except (TypeError, ValueError, AttributeError, OverflowError) as error:
        raise GeometryError(
            f"start={shown(start)} is not a place; give the name of a node or (longitude, "
            "latitude) in degrees."
        ) from error
    if not (-360 <= lon <= 360 and -90 <= lat <= 90):
        raise GeometryError(f"start={shown(start)} is not a longitude and latitude in degrees.")
    return lon, lat


def _route_from_node(
    node: int, destination: Destination, *, start: str, reason: str | None
) -> Route:
    """Return the route from a node; if there is a reason why there is none, without contents."""
    routes, reached = destination.routes, reason is None
    legs, nodes = _legs(node, destination), _named_nodes(node, destination)
    return Route(
        start,
        destination.title,
        destination.objective,
        reason,
        int(routes.borders[node]) if reached else -1,
        int(routes.gauge_breaks[node]) if reached else -1,
        tuple(routes.countries[node].split()) if reached else (),
        legs,
        nodes if reached else nodes.iloc[:0],
        destination.network.sources,
    )


def _route_from_place(lonlat: tuple[float, float], destination: Destination) -> Route:
    lon, lat = lonlat
    name = f"{abs(lat):.2f} {'N' if lat >= 0 else 'S'} {abs(lon):.2f} {'E' if lon >= 0 else 'W'}"
    journeys = Journeys.from_points(wrapped(np.array([lonlat])), destination)
    reason = journeys.reasons()[0]
    # The route from the destination to itself has no legs.
    node = int(journeys.nodes[0] if reason is None else destination.targets[0])
    route = _route_from_node(node, destination, start=name, reason=reason)
    if reason is not None:
        return route
    legs, nodes = route.legs, route.nodes
    if len(legs):
        assumed = destination.assumptions
        legs.loc[0, "before"] = "loading"
        legs.loc[0, ["before_hours", "before_usd_t"]] = (
            assumed["loading_hours"],
            assumed["loading_usd_t"],
        )
    nodes["km"] += journeys.connectors.km[0]
    connector = _connector_leg(journeys).reindex(columns=legs.columns)
    return replace(
        route,
        borders=route.borders + int(journeys.connector_borders[0]),
        countries=tuple(journeys.countries()[0].split()),
        _legs=pd.concat([connector.astype(legs.dtypes), legs], ignore_index=True),
        _nodes=nodes,
    )


def _connector_leg(journeys: Journeys) -> gpd.GeoDataFrame:
    """Return the road from a single point to its gate as a leg."""
    destination, assumed = journeys.destination, journeys.destination.assumptions
    gate = destination.network.nodes.iloc[journeys.nodes]
    km, border = journeys.connectors.km, journeys.connector_borders
    columns = {
        "to_node": gate["node_id"].array,
        "to_name": gate["name"].array,
        "mode": "road",
        "status": "operating",
        "km": km,
        "hours": journeys.connectors.hours + border * assumed["border_road_hours"],
        "cost_usd_t": km * assumed["road_usd_tkm"] + border * assumed["border_road_usd_t"],
        "before_hours": 0.0,
        "before_usd_t": 0.0,
    }
    line = connector_lines(journeys.lonlat, gate.get_coordinates().to_numpy())
    return gpd.GeoDataFrame(columns, geometry=line, crs=WGS84)


def _legs(node: int, destination: Destination) -> gpd.GeoDataFrame:
    """Return the legs of the route from a node, each with the stops before it.

    There are none at the destination.
    """
    network, routes = destination.network, destination.routes
    steps = routes.steps_from(node)
    on_edge = steps["edge"].to_numpy() >= 0
    forward = steps["forward"].to_numpy()[on_edge]
    edges = network.edges.iloc[steps["edge"].to_numpy()[on_edge]].reset_index(drop=True)
    backward = edges["countries"].str.split().str[::-1].str.join(" ")
    edges["countries"] = edges["countries"].where(forward, backward).replace("", None)
    # A leg starts where an edge differs from the one before, or after a stop.
    starts = np.zeros(len(steps), dtype=np.bool_)
    starts[on_edge] = edges.groupby(_TRAITS, dropna=False).ngroup().diff() != 0
    starts[1:] |= on_edge[1:] & ~on_edge[:-1]
    # A stop belongs to the leg that follows it.
    leg: Integers = np.cumsum(starts) - on_edge
    sums = steps[on_edge].groupby(leg[on_edge]).sum()
    stops = steps[~on_edge].groupby(leg[~on_edge]).sum().reindex(sums.index, fill_value=0)
    first = np.flatnonzero(starts[on_edge])
    ends = np.append(steps["node"].to_numpy()[on_edge], routes.destination[node])
    start, end = ends[first], ends[np.append(first, len(edges))[1:]]
    ids, names = network.nodes["node_id"].array, network.nodes["name"].array
    before = [_stops_text(row) for _, row in stops.iterrows()]
    columns = {
        "from_node": ids[start],
        "to_node": ids[end],
        "from_name": names[start],
        "to_name": names[end],
        **{trait: edges[trait].array[first] for trait in _TRAITS},
        **{name: sums[name] for name in ("km", "hours", "cost_usd_t")},
        "before": pd.array(before, dtype=TEXT),
        "before_hours": stops["hours"],
        "before_usd_t": stops["cost_usd_t"],
    }
    lines = joined_lines(edges.geometry.to_numpy(), forward, leg[on_edge])
    return gpd.GeoDataFrame(columns, geometry=lines, crs=WGS84)


def _stops_text(stops: pd.Series) -> str | None:
    return ", ".join(word for column, word in _STOPS.items() if stops[column]) or None


def _named_nodes(node: int, destination: Destination) -> pd.DataFrame:
    """List the named nodes of the route from a node with their distance from it."""
    edges, forward = destination.routes.edges_from(node)
    network = destination.network
    passed = np.append(node, network.ends[edges, forward.astype(np.int64)])
    table = pd.DataFrame(network.nodes[["node_id", "name", "kind", "country"]].iloc[passed])
    table["km"] = np.append(0.0, np.cumsum(network.edges["length_km"].to_numpy()[edges]))
    return table[table["name"].notna()].reset_index(drop=True)
