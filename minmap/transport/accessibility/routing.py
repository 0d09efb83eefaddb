"""One route, leg by leg."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final, Unpack

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from minmap.arguments import with_options
from minmap.geodesy.vertices import wrapped
from minmap.transport.accessibility.destination import (
    DEFAULTS,
    RENAMED,
    Destination,
    Places,
    RouteOptions,
)
from minmap.transport.accessibility.journeys import Journeys
from minmap.transport.accessibility.route_costs import costs_of
from minmap.transport.accessibility.route_legs import legs_along, named_nodes
from minmap.transport.network.found_places import degrees_label, places_given, swapped_hint
from minmap.transport.network.node_search import lonlat_given
from minmap.transport.trade_corridors.notebook_html import summary_html

_LONGER_H: Final = 1.0


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
    crossings
        Ids of the border crossings (`minmap.crossings`), in the order of travel.
    note
        For the objective "km", what the cheapest route would save if it is faster; else None.
    """

    start: str
    to: str
    objective: str
    reason: str | None
    borders: int
    gauge_breaks: int
    countries: tuple[str, ...]
    crossings: tuple[str, ...]
    _legs: gpd.GeoDataFrame
    _nodes: pd.DataFrame
    _costs: pd.DataFrame
    _sources: tuple[dict[str, Any], ...]
    note: str | None = None

    @property
    def total_km(self) -> float:
        """Length of the route, km; NaN if there is none."""
        return self._sum("km")

    @property
    def hours(self) -> float:
        """Duration of the route, loading and stops included; NaN if there is none."""
        return self._sum("hours", "before_hours")

    @property
    def hours_range(self) -> tuple[float, float]:
        """The low and the high end of `hours`: the sums of the ends of all ranges used."""
        low, high = (self._sum(f"hours{end}", f"before_hours{end}") for end in ("_low", "_high"))
        return low, high

    @property
    def cost_usd_t(self) -> float:
        """Price of the route, USD per tonne, loading and stops included; NaN if there is none."""
        return self._sum("cost_usd_t", "before_usd_t")

    @property
    def cost_usd_t_range(self) -> tuple[float, float]:
        """The low and the high end of `cost_usd_t`."""
        ends = ("_low", "_high")
        low, high = (self._sum(f"cost_usd_t{end}", f"before_usd_t{end}") for end in ends)
        return low, high

    def _sum(self, *columns: str) -> float:
        sums = [float(self._legs[column].sum()) for column in columns]
        return sum(sums) if self.reason is None else float("nan")

    @property
    def legs(self) -> gpd.GeoDataFrame:
        """The legs in the order of travel, EPSG:4326: a copy.

        ``from_node``, ``to_node`` and their names; ``mode``, ``gauge_mm``, ``status``,
        ``countries``, ``leg_id``; ``km``, ``hours``, ``cost_usd_t``; and ``before``: what happens
        before the leg (loading, border, transshipment, break of gauge), which takes
        ``before_hours`` and costs ``before_usd_t``. Hours and costs have ``_low`` and ``_high``
        beside them. All together add up to the route's hours and cost. The status of a connector
        is "off the roads".
        """
        return self._legs.copy()

    @property
    def costs(self) -> pd.DataFrame:
        """The parts of the hours and the cost, with their sources: a copy.

        ``part`` (railway, road, loading, a border crossing...), ``quantity`` and ``unit``,
        ``hours`` and ``usd_t`` with ``_low`` and ``_high``, the keys of the ``assumptions`` that it
        rests on, and their ``source``. The sums are those of the route.
        """
        return self._costs.copy()

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
        hours, price = self.hours_range, self.cost_usd_t_range
        sums = (
            f"{self.total_km:,.0f} km, {self.hours:,.0f} h ({hours[0]:,.0f} to {hours[1]:,.0f}), "
            f"{self.cost_usd_t:,.0f} USD/t ({price[0]:,.0f} to {price[1]:,.0f})"
        )
        modes = "+".join(self._legs["mode"].unique())
        facts = [sums, modes, " ".join(self.countries), self.note]
        return f"Route({ends}: {', '.join(filter(None, facts))})"

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
    to: Places,
    **options: Unpack[RouteOptions],
) -> Route:
    """Find the best route between two places.

    Parameters
    ----------
    start
        A place as for `to`. From a point or (longitude, latitude), EPSG:4326, degrees, and from
        the centre of a town, a connector leads to the network, and loading onto a train counts.
        From a node or a port the route starts at the node itself, on its railway if it has one:
        "osm:4020137340" is a station of Aktobe, "Aktobe" the town.
    to, network, avoid, allow, assumptions, crossings, reach_km, objective
        As for `minmap.access`. For ``"km"`` the route says what the cheapest one would save.

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
        If a place is neither text nor longitude and latitude.
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
    found = _best_route(start, to, options)
    if found.objective != "km" or found.reason is not None:
        return found
    options["objective"] = "usd_t"
    return replace(found, note=_saved(found, _best_route(start, to, options)))


def _saved(shortest: Route, cheapest: Route) -> str | None:
    """Return what the cheapest route saves; None if it takes as long as the shortest."""
    hours = shortest.hours - cheapest.hours
    if hours < _LONGER_H:
        return None
    return (
        f"shortest, but the cheapest route is {cheapest.total_km - shortest.total_km:,.0f} km "
        f"longer, takes {hours:,.0f} h less and costs "
        f"{shortest.cost_usd_t - cheapest.cost_usd_t:,.0f} USD/t less"
    )


def _best_route(start: Any, to: Places, options: RouteOptions) -> Route:
    destination = Destination.find(to, **options)
    lonlat = lonlat_given(start, argument="start")
    if lonlat is not None:
        return _route_from_place(lonlat, degrees_label(*lonlat), destination)
    place = places_given(destination.network, [start], argument="start")[0]
    if place.town is not None and not np.isin(place.nodes, destination.targets).any():
        return _route_from_place(place.town, place.title, destination)
    routes = destination.routes
    node = int(place.nodes[np.argmin(routes.weight[place.nodes])])
    if not routes.reached[node]:
        return _no_route(place.title, destination, destination.no_route_from_title(place.title))
    vertex = int(routes.tree.first_vertex[node])
    return _route(place.title, vertex, destination, tuple(routes.countries[node].split()), None)


def _route_from_place(lonlat: tuple[float, float], name: str, destination: Destination) -> Route:
    journey = Journeys.from_points(wrapped(np.array([lonlat])), destination)
    reason = journey.reasons()[0]
    if reason is not None:
        hint = swapped_hint(destination.network, lonlat)
        return _no_route(name, destination, f"{reason}.{hint}" if hint else reason)
    countries = tuple(journey.countries()[0].split())
    return _route(name, int(journey.vertices[0]), destination, countries, journey)


def _route(
    start: str,
    vertex: int,
    destination: Destination,
    countries: tuple[str, ...],
    journey: Journeys | None,
) -> Route:
    totals = destination.routes.from_vertices.take(np.array([vertex]))
    borders, crossings = int(totals.borders[0]), destination.routes.crossings[vertex].split()
    first_km = 0.0
    if journey is not None:
        borders += int(journey.connector_borders[0])
        crossings = journey.crossings()[0].split()
        first_km = float(journey.connectors["km"][0] + journey.along["km"][0])
    return Route(
        start,
        destination.title,
        destination.objective,
        None,
        borders,
        int(totals.gauge_breaks[0]),
        countries,
        tuple(crossings),
        legs_along(vertex, destination, journey),
        named_nodes(vertex, destination, first_km),
        costs_of(vertex, destination, journey),
        destination.network.sources,
    )


def _no_route(start: str, destination: Destination, reason: str) -> Route:
    """Return a route without contents, with the reason why there is none."""
    target = int(destination.targets[0])
    # The route from the destination to itself has no legs.
    vertex = int(destination.routes.tree.first_vertex[target])
    return Route(
        start, destination.title, destination.objective, reason, -1, -1, (), (),
        legs_along(vertex, destination, None).iloc[:0],
        named_nodes(vertex, destination, 0.0).iloc[:0],
        costs_of(vertex, destination, None).iloc[:0],
        destination.network.sources,
    )  # fmt: skip
