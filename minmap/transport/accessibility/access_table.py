"""Access: how each occurrence of a table reaches a destination, in one case or several."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any, Final, Unpack

import geopandas as gpd
import numpy as np
import pandas as pd

from minmap.arguments import check_keywords, require_flag, require_kind, require_text
from minmap.errors import MinmapError
from minmap.geodesy.crs import WGS84
from minmap.partitions import by_partition, is_partitioned
from minmap.places.country_polygons import SOURCE
from minmap.reading.known_sources import described_sources
from minmap.table import each_once
from minmap.transport.accessibility.destination import (
    AccessOptions,
    Destination,
    Places,
    with_access_options,
)
from minmap.transport.accessibility.journeys import Journeys
from minmap.transport.network.step_costs import HIGH, LOW
from minmap.transport.trade_corridors.leg_table import MODES
from minmap.types import TEXT, Floats

ACCESS_COLUMNS: Final = (
    "to", "to_name", "entry", "entry_edge", "entry_lon", "entry_lat", "gate", "gate_name",
    "connector_km", "route_km", "rail_km", "road_km", "sea_km", "total_km",
    "hours_low", "hours", "hours_high",
    "cost_usd_t_low", "cost_usd_t", "cost_usd_t_high", "borders", "gauge_breaks", "countries",
    "crossings", "nearer_gate", "nearer_gate_name", "nearer_gate_km", "reason",
)  # fmt: skip
# Of entries: a metre or so.
_DECIMALS: Final = 5
_MEDIANS: Final = {"median_km": "total_km", "median_hours": "hours", "median_usd_t": "cost_usd_t"}
_CASES: Final = "give dictionaries by name, such as {'Poti': {'to': 'poti_port'}}"
_WATER_SOURCE: Final = SOURCE | {
    "citation": "Natural Earth, 1:10m and 1:50m land and lakes, naturalearthdata.com"
}


@with_access_options
def access(
    occurrences: gpd.GeoDataFrame,
    *,
    to: Places,
    routes: bool = False,
    **options: Unpack[AccessOptions],
) -> gpd.GeoDataFrame:
    """Find the best route from each occurrence to a destination, or the reason why there is none.

    A route starts with a connector, a short way off the roads to the nearest roads and gates of the
    network, and continues over the network: by road to a station or port, and on by rail and sea,
    or by road all the way. The entry to the network is the one that gives the best whole route.

    Parameters
    ----------
    occurrences
        Any GeoDataFrame in any CRS; only its geometry is used. A line or polygon is represented
        by a point on it (`shapely.point_on_surface`). A table of dask-geopandas returns a lazy one.
    to
        The destination: the id or name of a node of the network, a town or port in any of its
        names ("Aktobe", "Актобе"), the UN/LOCODE of a port ("GEPTI"), or (longitude, latitude) in
        degrees; or several, to choose the best for each occurrence. A town is all stations and
        roads of its country within 5 km of its centre, and the nearest station up to 25 km away. It
        is an error if nothing of the network lies within 25 km; ``to_name`` says how far the end of
        the route lies off.
    routes
        Add a column ``route``, EPSG:4326: the route as a line, drawn from the occurrence to the
        destination.
    network
        A `Network`; None means `Network.shipped`.
    avoid
        What routes must not use: countries (alpha-3 or names), modes, statuses, corridors, legs,
        border crossings and nodes (ids), towns and ports (names, or longitude and latitude). A word
        with two meanings is an error; a prefix chooses one (``"country:Georgia"``,
        ``"leg:horadiz-aghband"``). Connectors avoid the countries too, but are still made if
        ``"road"`` is avoided.
    allow
        Statuses besides "operating" that may be used: "under construction", "planned".
    assumptions
        Speeds, prices and delays that replace those of `minmap.assumptions`, by key: a number, or
        (low, value, high). None replaces none.
    crossings
        Border crossings that replace those of `minmap.crossings`, with the same columns: change
        rows of that table and give it here. None means those.
    reach_km
        Longest geodesic distance from an occurrence to its entry to the network.
    objective
        The quantity to minimise: ``"usd_t"`` (USD per tonne), ``"hours"`` or ``"km"``. With a value
        of time (``assumptions={"value_of_time_usd_th": 1}``) ``"usd_t"`` minimises the price and
        the value of the hours together; ``cost_usd_t`` remains the price. The value is 0 by
        default, because no source was found for it. ``"km"`` counts neither borders nor
        loadings, so that a route may take days more to save a few km.
    cost_raster
        A raster of hours per km; cells without a value cannot be passed. Connectors then follow the
        least-cost path over its cells (8 neighbours, geodesic lengths) instead of a straight line
        times ``detour_factor``, and `reach_km` limits the length of the path. None means straight
        lines.

    Returns
    -------
    geopandas.GeoDataFrame
        A copy in the CRS, order and index of `occurrences` with these columns at the end:

        - ``to``, ``to_name``: the destination
        - ``entry``: the first node of the network on the way; ``entry_edge``: the road that leads
          to it, missing where the connector ends at the node; ``entry_lon``, ``entry_lat``: where
          the connector meets the network, degrees
        - ``gate``, ``gate_name``: the station or port at which the lorry is unloaded; the
          destination where the route is by road all the way. A name is missing where the network
          has none
        - ``connector_km``: length of the connector off the roads, km
        - ``route_km``: length of the route from the entry, the sum of ``rail_km``, ``road_km`` and
          ``sea_km``; ``total_km``: the same with the connector
        - ``hours``, ``cost_usd_t``: of the whole route, loading at the gate included; each with
          ``_low`` and ``_high``, the sums of the ends of all ranges that the route uses
        - ``borders``, ``gauge_breaks``: how many the route crosses, a transit without a station
          not: "KAZ KGZ KAZ" may have none
        - ``countries``: alpha-3 in the order of travel, that of the occurrence first;
          ``crossings``: ids of the border crossings, as `minmap.crossings` has them
        - ``nearer_gate``, ``nearer_gate_name``, ``nearer_gate_km``: the station or port of the
          same country that the lorry could have reached by a shorter road, if there is one, and
          the length of that road
        - ``reason``: why there is no route; then all other columns but the first two are missing

        Columns of an earlier call are replaced. ``attrs["access"]`` holds the arguments,
        ``attrs["assumptions"]`` the assumptions, ``attrs["crossings"]`` the rows of `crossings` if
        it was given, and ``attrs["sources"]`` the sources of occurrences, network and coasts.

    Raises
    ------
    CRSError
        If `occurrences` has no CRS.
    GeometryError
        If `occurrences` is not a GeoDataFrame with geometries.
    ChoiceError
        If `to`, `objective` or a word of `avoid`, `allow` or `assumptions` is not known, or a
        keyword does not exist.
    MinmapError
        If the destination is itself avoided, or an assumption or `reach_km` is impossible.
    FileError
        If `cost_raster` cannot be read, or does not lie about the occurrences.

    Notes
    -----
    Connectors do not cross open water (sea or lake 2.5 km and more from a shore), glaciers or
    borders: they stay in the country of the occurrence, but for 5 km, the error of borders on the
    map. They lead to the nearest roads and gates; where none of the nearest can be used, to the
    nearest that can. An occurrence in a country in which the network has no road and no gate is
    joined by a straight connector over the border, which counts as one. Loading is counted where
    the lorry is unloaded onto a train. The roads are those of August 2021.

    Examples
    --------
    >>> from shapely import Point
    >>> deposits = gpd.GeoDataFrame(
    ...     {"name": ["a", "b"]}, geometry=[Point(63, 50), Point(50.5, 42)], crs=4326
    ... )
    >>> table = access(deposits, to="poti_port", avoid=["RUS", "IRN"])
    >>> table[["countries", "borders", "reason"]].values.tolist()
    [['KAZ AZE GEO', 2, nan], [nan, <NA>, 'lies in open water']]
    """
    destination = Destination.find(to, **options)
    require_flag(routes, name="routes")
    if is_partitioned(occurrences):
        return by_partition(occurrences, access_to, destination, routes=routes)
    return access_to(occurrences, destination, routes=routes, progress="access")


def access_to(
    occurrences: gpd.GeoDataFrame,
    destination: Destination,
    *,
    routes: bool = False,
    progress: str | None = None,
) -> gpd.GeoDataFrame:
    """Do what `access` does, for a destination that was found before.

    Parameters
    ----------
    occurrences, routes
        As for `access`.
    destination
        The result of `Destination.find`.
    progress
        Title of the progress bar; None shows none.
    """
    journeys = Journeys.from_occurrences(occurrences, destination, progress=progress)
    table = occurrences.drop(columns=[c for c in (*ACCESS_COLUMNS, "route") if c in occurrences])
    for name, column in access_columns(journeys, occurrences.index).items():
        table[name] = column
    if routes:
        table["route"] = gpd.GeoSeries(journeys.lines(), index=occurrences.index, crs=WGS84)
    table.attrs = copy.deepcopy(occurrences.attrs) | destination.attrs
    sources = [*described_sources(occurrences), *destination.network.sources, _WATER_SOURCE]
    table.attrs["sources"] = each_once(sources)
    return table


def access_columns(journeys: Journeys, index: pd.Index) -> pd.DataFrame:
    """Return `ACCESS_COLUMNS` of journeys, with the index of their occurrences."""
    destination, rows = journeys.destination, journeys.rows
    routes, nodes = destination.routes, destination.network.nodes[["node_id", "name"]]
    ids, names = nodes["node_id"].array, nodes["name"].array
    edge_ids = destination.network.edges["edge_id"].array
    to, gate = routes.ends_of(journeys.vertices), journeys.gates
    passed, passed_km = journeys.nearer_gates()
    borders = journeys.onward.borders + journeys.connector_borders
    lonlat = journeys.entry_lonlat().round(_DECIMALS)
    columns: dict[str, Any] = {
        "to": ids[to],
        "to_name": destination.titles_of(to),
        "entry": ids[journeys.entries.node],
        "entry_edge": edge_ids.take(journeys.entries.edge, allow_fill=True),
        "entry_lon": lonlat[:, 0],
        "entry_lat": lonlat[:, 1],
        "gate": ids[gate],
        "gate_name": names[gate],
        "connector_km": journeys.connectors["km"],
        "route_km": journeys.mode_km.sum(axis=1),
        **{f"{mode}_km": km for mode, km in zip(MODES, journeys.mode_km.T, strict=True)},
        **journeys.totals(),
        **_ranges(journeys),
        "borders": pd.array(borders, dtype="Int64"),
        "gauge_breaks": pd.array(journeys.onward.gauge_breaks, dtype="Int64"),
        "countries": pd.array(journeys.countries(), dtype=TEXT),
        "crossings": pd.array(journeys.crossings(), dtype=TEXT),
        "nearer_gate": ids.take(passed, allow_fill=True),
        "nearer_gate_name": names.take(passed, allow_fill=True),
        "nearer_gate_km": passed_km,
    }
    table = pd.DataFrame(columns, index=rows).reindex(np.arange(len(index)))
    if len(destination.places) == 1:
        table["to_name"] = destination.title
    if len(destination.targets) == 1:
        table["to"] = ids[destination.targets.repeat(len(index))]
    table["reason"] = pd.array(journeys.reasons(), dtype=TEXT)
    return table[[*ACCESS_COLUMNS]].set_axis(index)


def _ranges(journeys: Journeys) -> dict[str, Floats]:
    """Return the low and high ends of hours and prices."""
    ends = {"low": LOW, "high": HIGH}
    names = {"hours": "hours", "cost_usd_t": "usd_t"}
    return {
        f"{column}_{end}": journeys.ranges[measure][:, level]
        for column, measure in names.items()
        for end, level in ends.items()
    }


@with_access_options
def compare_access(
    occurrences: gpd.GeoDataFrame,
    cases: Mapping[str, Mapping[str, Any]],
    *,
    to: Places | None = None,
    routes: bool = False,
    **options: Unpack[AccessOptions],
) -> gpd.GeoDataFrame:
    """Find the access of occurrences in several cases, in one table.

    Parameters
    ----------
    occurrences
        As for `minmap.access`.
    cases
        Name of each case, and the arguments of `access` that it has for itself; they replace those
        that follow.
    to, routes, network, avoid, allow, assumptions, crossings, reach_km, objective, cost_raster
        As for `minmap.access`, for all cases. `to` may be None if each case has its own.

    Returns
    -------
    geopandas.GeoDataFrame
        The table that `access` returns for each case, one below the other, with the name of the
        case in the first column, ``case``. ``attrs["cases"]`` holds the arguments of each.
        `summarise_access` summarises it.

    Raises
    ------
    ChoiceError
        If a case has an argument that `access` does not take; and as `access` does.
    MinmapError
        If there is no case, or a case without a destination; and as `access` does.

    Examples
    --------
    >>> from shapely import Point
    >>> deposits = gpd.GeoDataFrame({"name": ["a"]}, geometry=[Point(63, 50)], crs=4326)
    >>> cases = {"Poti": {"to": "poti_port"}, "Poti, no sea": {"to": "poti_port", "avoid": "sea"}}
    >>> table = compare_access(deposits, cases, objective="km")
    >>> table[["case", "name", "to"]].values.tolist()
    [['Poti', 'a', 'poti_port'], ['Poti, no sea', 'a', 'poti_port']]
    """
    require_kind(cases, Mapping, name="cases", cure=_CASES)
    for name, own in cases.items():
        require_text(name, name="cases", like="Poti")
        require_kind(own, Mapping, name=f"cases[{name!r}]", cure=_CASES)
        if own.get("to", to) is None:
            raise MinmapError(f"cases[{name!r}] has no destination; give to=, such as 'poti_port'.")
    if not cases:
        raise MinmapError("cases is empty; give at least one, such as {'Poti': {'to': 'poti'}}.")
    tables = []
    attrs: dict[str, Any] = {"cases": {}, "sources": []}
    for name, own in cases.items():
        table = access(occurrences, **{"to": to, "routes": routes, **options, **own})
        attrs["cases"][name] = {key: table.attrs[key] for key in ("access", "assumptions")}
        attrs["sources"] += [s for s in table.attrs["sources"] if s not in attrs["sources"]]
        table.attrs = {}
        table = table.drop(columns="case", errors="ignore")
        table.insert(0, "case", pd.Series(name, table.index, dtype=TEXT))
        tables.append(table)
    compared: gpd.GeoDataFrame = pd.concat(tables)
    compared.attrs = attrs
    return compared


@check_keywords
def summarise_access(reached: pd.DataFrame) -> pd.DataFrame:
    """Count and summarise the rows of a table of `access` or `compare_access`.

    Parameters
    ----------
    reached
        The table that one of them returned.

    Returns
    -------
    pandas.DataFrame
        One row per case, in their order, or a single row where there is no ``case``:
        ``occurrences``, ``reached`` and their ``share`` (0 to 1), ``median_km``, ``median_hours``
        and ``median_usd_t`` of those reached, and the most frequent ``reason`` of the others.

    Raises
    ------
    MinmapError
        If the table lacks columns of `access`.

    Examples
    --------
    >>> from shapely import Point
    >>> deposits = gpd.GeoDataFrame(geometry=[Point(63, 50), Point(50.5, 42)], crs=4326)
    >>> summary = summarise_access(access(deposits, to="poti_port", avoid=["RUS", "IRN"]))
    >>> summary[["occurrences", "reached", "share", "reason"]].values.tolist()
    [[2, 1, 0.5, 'lies in open water']]
    """
    require_kind(reached, pd.DataFrame, name="reached", cure="give what access returned")
    needed = [*_MEDIANS.values(), "gate", "reason"]
    absent = [column for column in needed if column not in reached]
    if absent:
        raise MinmapError(f"reached lacks {', '.join(absent)}; give what access returned.")
    by_case = "case" in reached
    parts = reached.groupby("case", sort=False) if by_case else [(None, reached)]
    rows = []
    for name, part in parts:
        count = int(part["gate"].notna().sum())
        row: dict[str, Any] = {"case": name} if by_case else {}
        row |= {"occurrences": len(part), "reached": count}
        row["share"] = count / len(part) if len(part) else float("nan")
        row |= {median: part[column].median() for median, column in _MEDIANS.items()}
        row["reason"] = next(iter(part["reason"].value_counts().index), None)
        rows.append(row)
    return pd.DataFrame(rows).astype({"reason": TEXT})
