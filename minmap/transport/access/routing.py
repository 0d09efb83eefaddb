"""One route, leg by leg."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from minmap.arguments import shown
from minmap.errors import GeometryError
from minmap.transport.access.accessibility import apply
from minmap.transport.access.destination import REACH_KM, Solved, solve
from minmap.transport.access.reasons import destination, node_names
from minmap.transport.access.route_legs import connector_leg, leg_table, legs_of, nodes_of
from minmap.transport.network.network import Network
from minmap.transport.network.node_search import find_node
from minmap.transport.network.parameters import Assumptions
from minmap.vocabulary import TEXT


@dataclass(frozen=True, eq=False, repr=False)
class Route:
    """A route from a place to a destination. Nothing about it can be changed.

    Attributes
    ----------
    start, to
        What the ends are called.
    by
        What was made least: ``"hours"``, ``"km"`` or ``"usd_t"``.
    reason
        Why there is none; None if there is one.
    total_km, hours, cost_usd_t
        Of the whole; NaN where there is no route.
    borders, gauge_breaks
        How many there are; -1 where there is no route.
    countries
        Alpha-3, in the order of travel.
    """

    start: str
    to: str
    by: str
    reason: str | None
    total_km: float
    hours: float
    cost_usd_t: float
    borders: int
    gauge_breaks: int
    countries: tuple[str, ...]
    _legs: gpd.GeoDataFrame
    _nodes: pd.DataFrame
    _sources: tuple[dict[str, Any], ...]

    @property
    def legs(self) -> gpd.GeoDataFrame:
        """The legs in the order of travel, EPSG:4326: a copy.

        ``from_node``, ``to_node`` and their names; ``mode``, ``gauge_mm``, ``status``,
        ``countries``, ``leg_id``; ``km``, ``hours``, ``cost_usd_t``; and ``before``: what had to be
        done first (loading, border, transshipment, break of gauge), in ``before_hours`` at
        ``before_usd_t``. Hours and costs of both add up to the route's.
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
        """Where the network comes from (copies)."""
        return tuple(dict(source) for source in self._sources)

    def __repr__(self) -> str:
        ends = f"{self.start!r} to {self.to!r}"
        if self.reason is not None:
            return f"Route({ends}: none, {self.reason})"
        sums = f"{self.total_km:,.0f} km, {self.hours:,.0f} h, {self.cost_usd_t:,.0f} USD/t"
        return f"Route({ends}: {sums}, {' '.join(self.countries)})"

    def _repr_html_(self) -> str:
        """Show the legs as a table in a notebook; no text of the data is taken for HTML."""
        title = f"<p><b>{escape(self.start)} - {escape(self.to)}</b> "
        if self.reason is not None:
            return f"<div>{title}no route: {escape(self.reason)}</p></div>"
        shown = self._legs.drop(columns=["geometry", "from_node", "to_node"]).round(1)
        body = pd.DataFrame(shown).to_html(escape=True, index=False, na_rep="", border=0)
        cited = "; ".join(str(source.get("citation", "")) for source in self._sources)
        return f"<div>{title}{escape(repr(self))}</p>{body}<p>{escape(cited)}</p></div>"

    @property
    def __geo_interface__(self) -> dict[str, Any]:
        """A GeoJSON FeatureCollection of the legs."""
        features = list(self._legs.iterfeatures(na="null", drop_id=True))
        return {"type": "FeatureCollection", "features": features}


def route(
    start: str | tuple[float, float],
    to: str | Iterable[str],
    *,
    network: Network | None = None,
    avoid: str | Iterable[str] = (),
    allow: str | Iterable[str] = (),
    by: str = "hours",
    assumptions: Assumptions | Mapping[str, float] | None = None,
    reach_km: float = REACH_KM,
) -> Route:
    """Find the best route from a place to a destination, leg by leg.

    Parameters
    ----------
    start
        A node of the network, by id or name, where the freight is loaded already; or a place,
        (longitude, latitude), which a connector joins to the network.
    to, network, avoid, allow, by, assumptions, reach_km
        As for `minmap.access.access`.

    Returns
    -------
    Route
        With a ``reason`` and no legs where there is no route; without legs, of 0 km, where `start`
        is the destination.

    Raises
    ------
    ChoiceError
        If a node or another word is not known.
    GeometryError
        If `start` is no longitude and latitude.
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
    solved = solve(
        to,
        network=network,
        avoid=avoid,
        allow=allow,
        by=by,
        assumptions=assumptions,
        reach_km=reach_km,
    )
    if isinstance(start, shapely.Point) and not start.is_empty:
        start = (start.x, start.y)
    if isinstance(start, str):
        return _from_node(find_node(solved.ways.network, start, argument="start"), solved)
    return _from_place(start, solved)


def _from_node(node: int, solved: Solved) -> Route:
    ways, name = solved.ways, str(node_names(solved, np.array([node]))[0])
    if not ways.reached[node]:
        without = f" without {', '.join(solved.avoid)}" if solved.avoid else ""
        reason = f"the network does not lead from {name} to {destination(solved)}{without}"
        return _none(name, reason, solved)
    legs = legs_of(node, solved)
    counts = int(ways.borders[node]), int(ways.gauge_breaks[node])
    countries = str(ways.countries[node]).split()
    passed = nodes_of(node, solved, 0.0)
    return _made(name, legs, passed, solved, counts=counts, countries=countries)


def _from_place(start: tuple[float, float], solved: Solved) -> Route:
    try:
        lon, lat = (float(number) for number in start)
    except (TypeError, ValueError, AttributeError, OverflowError) as error:
        raise GeometryError(
            f"start={shown(start)} is no place; give the name of a node or (longitude, latitude)."
        ) from error
    if not (-360 <= lon <= 360 and -90 <= lat <= 90):
        raise GeometryError(f"start={shown(start)} is no longitude and latitude in degrees.")
    point = gpd.GeoDataFrame(geometry=gpd.points_from_xy([lon], [lat]), crs="EPSG:4326")
    found = apply(point, solved).iloc[0]
    name = f"{abs(lat):.2f} {'N' if lat >= 0 else 'S'} {abs(lon):.2f} {'E' if lon >= 0 else 'W'}"
    if pd.notna(found["reason"]):
        return _none(name, str(found["reason"]), solved)
    nodes = solved.ways.network.nodes
    node = int(np.flatnonzero(nodes["node_id"] == found["gate"])[0])
    legs = legs_of(node, solved)
    first = connector_leg(np.array([[lon, lat]]), node, found, solved)
    loaded = solved.ways.assumptions
    if len(legs):
        legs.loc[0, "before"] = "loading"
        legs.loc[0, ["before_hours", "before_usd_t"]] = loaded.loading_hours, loaded.loading_usd_t
    legs = gpd.GeoDataFrame(pd.concat([first, legs], ignore_index=True), crs="EPSG:4326")
    passed = nodes_of(node, solved, float(found["connector_km"]))
    counts = int(found["borders"]), int(found["gauge_breaks"])
    countries = str(found["countries"]).split()
    return _made(name, legs, passed, solved, counts=counts, countries=countries)


def _made(
    name: str,
    legs: gpd.GeoDataFrame,
    nodes: pd.DataFrame,
    solved: Solved,
    *,
    counts: tuple[int, int],
    countries: list[str],
) -> Route:
    """Sum up the legs."""
    return Route(
        name,
        destination(solved),
        solved.ways.by,
        None,
        float(legs["km"].sum()),
        float(legs["hours"].sum() + legs["before_hours"].sum()),
        float(legs["cost_usd_t"].sum() + legs["before_usd_t"].sum()),
        *counts,
        tuple(countries),
        legs,
        nodes,
        solved.ways.network.sources,
    )


def _none(name: str, reason: str, solved: Solved) -> Route:
    nothing = float("nan")
    columns = pd.DataFrame(columns=["node_id", "name", "kind", "country"], dtype=TEXT)
    return Route(
        name,
        destination(solved),
        solved.ways.by,
        reason,
        nothing,
        nothing,
        nothing,
        -1,
        -1,
        (),
        leg_table([], np.zeros(0, dtype=object)),
        columns.assign(km=pd.Series(dtype="float64")),
        solved.ways.network.sources,
    )
