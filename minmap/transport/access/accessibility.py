"""What reaches which market: from occurrences over a connector and a network to a destination."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from os import PathLike
from typing import Any, Final

import geopandas as gpd
import numpy as np
from tqdm import tqdm

from minmap.arguments import require_flag
from minmap.geodesy.rings import wrapped
from minmap.geodesy.stated_crs import require_layer
from minmap.partitions import by_partition, is_partitioned
from minmap.places.country_grid import lonlat_of
from minmap.table import sources_of
from minmap.transport.access.access_columns import ACCESS_COLUMNS, columns_of
from minmap.transport.access.destination import REACH_KM, Solved, solve
from minmap.transport.access.entry_points import reach, route_lines
from minmap.transport.network.network import Network
from minmap.transport.network.parameters import Assumptions
from minmap.types import Floats

_WATER_SOURCE: Final = {
    "title": "Natural Earth",
    "citation": "Natural Earth, 1:10m and 1:50m land and lakes, naturalearthdata.com",
    "licence": "public domain",
    "url": "https://www.naturalearthdata.com",
}


def access(
    occurrences: gpd.GeoDataFrame,
    *,
    to: str | Iterable[str],
    network: Network | None = None,
    avoid: str | Iterable[str] = (),
    allow: str | Iterable[str] = (),
    by: str = "hours",
    assumptions: Assumptions | Mapping[str, float] | None = None,
    reach_km: float = REACH_KM,
    cost_raster: str | PathLike[str] | None = None,
    routes: bool = False,
) -> gpd.GeoDataFrame:
    """Find from each occurrence the best way to a destination, or say why there is none.

    A way is a connector, by road from the occurrence to a gate of the network, and the best way on
    from there. Of all gates within reach the one is taken from which the whole weighs least.

    Parameters
    ----------
    occurrences
        Any GeoDataFrame in any CRS; nothing but its geometry is needed. A line or polygon counts
        as a point on it (`shapely.point_on_surface`). One of dask-geopandas gives a lazy one.
    to
        The destination: a node of the network, by id or name; or several, of which the best is
        taken for each occurrence.
    network
        A `Network`; None: `Network.shipped`.
    avoid
        Words for what may not be used: countries (alpha-3 or names), ids of nodes and legs, modes,
        statuses. A country is avoided by connectors too.
    allow
        Statuses besides "operating" that may be used: "under construction", "planned".
    by
        What is made least: ``"hours"``, ``"km"`` or ``"usd_t"`` (USD per tonne).
    assumptions
        Speeds, prices and delays that replace those of `minmap.transport.network.parameters`, by
        key; None replaces none.
    reach_km
        How far from an occurrence a gate may be, geodesic.
    cost_raster
        A raster of hours per km; where it has no value nothing passes. Connectors then follow the
        path over its cells that weighs least (8 neighbours, geodesic lengths), instead of a
        straight line times ``detour_factor``; `reach_km` limits the length of the path. None:
        straight lines.
    routes
        Add a column ``route``, EPSG:4326: the way as a line, drawn from the occurrence to the
        destination.

    Returns
    -------
    geopandas.GeoDataFrame
        A copy in the CRS, order and index of `occurrences` with these columns at the end:

        - ``to``, ``to_name``: the destination; ``gate``, ``gate_name``: where the network is
          entered. A name is missing where the network knows none
        - ``connector_km``: length of the road to the gate, km
        - ``route_km``: length of the way on from there, of which ``rail_km``, ``road_km`` and
          ``sea_km``; ``total_km``: with the connector
        - ``hours``, ``cost_usd_t``: of the whole, loading at the gate included
        - ``borders``, ``gauge_breaks``: how many there are, that between occurrence and gate
          included
        - ``countries``: alpha-3 in the order of travel, that of the occurrence first
        - ``reason``: why there is no route; then all the others but the first two are missing

        Run again, the columns are made anew. ``attrs["access"]`` holds the arguments,
        ``attrs["assumptions"]`` what was assumed, ``attrs["sources"]`` the sources of occurrences,
        network and coasts.

    Raises
    ------
    CRSError
        If `occurrences` has no CRS.
    GeometryError
        If `occurrences` is no GeoDataFrame with geometries.
    ChoiceError
        If `to`, `by` or a word of `avoid`, `allow` or `assumptions` is not known.
    MinmapError
        If the destination is itself avoided, or an assumption or `reach_km` cannot be.
    FileError
        If `cost_raster` cannot be read, or does not lie about the occurrences.

    Notes
    -----
    Connectors do not cross open water, sea or lake 2.5 km and more from a shore, nor run over an
    avoided country by more than 5 km, which borders on the map may be off. A connector whose ends
    lie in different countries counts one border, by road. Loading is not counted where the gate
    is the destination.

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
    solved = solve(
        to,
        network=network,
        avoid=avoid,
        allow=allow,
        by=by,
        assumptions=assumptions,
        reach_km=reach_km,
        cost_raster=cost_raster,
    )
    require_flag(routes, name="routes")
    if is_partitioned(occurrences):
        return by_partition(occurrences, apply, solved, routes=routes)
    require_layer(occurrences, name="occurrences")
    with tqdm(total=len(occurrences), desc="access", unit="points", delay=2, disable=None) as bar:
        return apply(occurrences, solved, routes=routes, on_chunk=bar.update)


def apply(
    occurrences: gpd.GeoDataFrame,
    solved: Solved,
    *,
    routes: bool = False,
    on_chunk: Callable[[int], object] | None = None,
) -> gpd.GeoDataFrame:
    """Do what `access` does, for a destination that is solved already.

    Parameters
    ----------
    occurrences, routes
        As for `access`.
    solved
        What `minmap.transport.access.destination.solve` returned.
    on_chunk
        Called with the number of occurrences done since the last call; None means nobody listens.
    """
    lonlat = locations(occurrences)
    reached = reach(lonlat, solved, on_chunk=on_chunk)
    made = occurrences.drop(columns=[c for c in (*ACCESS_COLUMNS, "route") if c in occurrences])
    made = made.assign(**columns_of(reached, solved, occurrences.index))
    if routes:
        lines = gpd.GeoSeries(route_lines(reached, solved), index=occurrences.index, crs=4326)
        made["route"] = lines
    made.attrs = copy.deepcopy(occurrences.attrs) | attributes(solved)
    made.attrs["sources"] = _sources(occurrences, solved)
    return made


def locations(occurrences: gpd.GeoDataFrame) -> Floats:
    """Return longitude and latitude (n, 2) of occurrences, NaN where there is none on Earth.

    Raises
    ------
    CRSError, GeometryError
        As `access` does.
    """
    require_layer(occurrences, name="occurrences")
    lonlat = lonlat_of(occurrences.geometry)
    lonlat[~(np.isfinite(lonlat).all(axis=1) & (np.abs(lonlat[:, 1]) <= 90))] = np.nan
    return wrapped(lonlat)


def attributes(solved: Solved) -> dict[str, Any]:
    """Return what a table of access says about how it was made."""
    nodes = solved.ways.network.nodes["node_id"]
    return {
        "access": {
            "to": nodes.iloc[solved.targets].tolist(),
            "avoid": list(solved.avoid),
            "allow": list(solved.allow),
            "by": solved.ways.by,
            "reach_km": solved.reach_km,
        },
        "assumptions": asdict(solved.ways.assumptions),
    }


def _sources(occurrences: gpd.GeoDataFrame, solved: Solved) -> list[dict[str, Any]]:
    """List the sources of occurrences, network and coasts, each once."""
    listed: list[dict[str, Any]] = []
    for source in [*sources_of(occurrences), *solved.ways.network.sources, _WATER_SOURCE]:
        if source not in listed:
            listed.append(copy.deepcopy(source))
    return listed
