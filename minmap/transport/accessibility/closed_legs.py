"""Access after legs of the network close."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any, Final, Unpack

import geopandas as gpd
import numpy as np
import pandas as pd
from tqdm import tqdm

from minmap.arguments import require_one_of, require_words
from minmap.errors import MinmapError
from minmap.transport.accessibility.access_table import access_columns, access_to
from minmap.transport.accessibility.destination import (
    AccessOptions,
    Destination,
    Places,
    with_access_options,
)
from minmap.transport.accessibility.journeys import Journeys
from minmap.transport.network.exclusions import avoid_words
from minmap.types import TEXT, Integers

_MEASURES: Final = {"total_km": "km", "hours": "hours", "cost_usd_t": "usd_t"}
_ENDS: Final = ("from", "to")
_CLOSURES: Final[dict[Any, Any]] = {
    **dict.fromkeys(("leg_id", "name", "mode"), TEXT),
    **dict.fromkeys(("affected", "lost"), "int64"),
    **{f"median_extra_{unit}": "float64" for unit in _MEASURES.values()},
}


@with_access_options
def closures(
    occurrences: gpd.GeoDataFrame,
    *,
    to: Places,
    legs: str | Iterable[str] | None = None,
    **options: Unpack[AccessOptions],
) -> pd.DataFrame:
    """Close legs or border crossings one at a time, and measure the effect on access.

    Parameters
    ----------
    occurrences, to
        As for `minmap.access`.
    legs
        Id of a leg (``leg_id`` of ``network.edges``) or of a border crossing (``crossing_id`` of
        `minmap.crossings`), or several; None means all that a best route uses.
    network, avoid, allow, assumptions, crossings, reach_km, objective, cost_raster
        As for `minmap.access`.

    Returns
    -------
    pandas.DataFrame
        One row per leg or crossing: ``leg_id``, ``name`` (of a leg the names of its ends, from -
        to; the id where they have none), ``mode``, ``affected`` (occurrences whose
        best route uses it), ``lost`` (those of them that have no other route), and by how much the
        routes of the others grow: ``median_extra_km``, ``median_extra_hours``,
        ``median_extra_usd_t``, missing where there are none. In the order of `legs`; for None those
        with most lost, then most affected, come first. ``attrs["occurrences"]`` counts all
        occurrences, ``attrs["reached"]`` those with a route before.

    Raises
    ------
    ChoiceError
        If a leg is not in the network; and as `access` does.

    Notes
    -----
    A closure improves no route. So an occurrence whose best route does not use the leg keeps it,
    and only the others are searched again: one search for each leg.

    Examples
    --------
    >>> from shapely import Point
    >>> deposits = gpd.GeoDataFrame({"name": ["a"]}, geometry=[Point(63, 50)], crs=4326)
    >>> table = closures(deposits, to="poti_port", avoid=["RUS", "IRN"])
    >>> table.loc[table["mode"] == "sea", ["leg_id", "affected"]].values.tolist()
    [['aktau-port-alat', 1], ['caspian-aze-kaz', 1]]
    """
    before = _journeys(occurrences, to, options)
    parts, old = _Parts(before), before.totals()
    rows: list[tuple[Any, ...]] = []
    chosen = parts.used() if legs is None else parts.known(legs)
    for leg in tqdm(chosen, desc="closures", unit="legs", delay=2, disable=None):
        own = parts.users([leg])
        extra = old.iloc[:0]
        if len(own):
            closed = _closed(parts.words([leg]), to, options)
            after = Journeys.from_points(before.lonlat[own], closed)
            extra = after.totals().set_index(own[after.rows]) - old.loc[own[after.rows]]
        lost = len(own) - len(extra)
        rows.append((leg, *parts.title(leg), len(own), lost, *extra.median()))
    table = pd.DataFrame(rows, columns=[*_CLOSURES]).astype(_CLOSURES)
    if legs is None:
        worst = ["lost", "affected", "leg_id"]
        table = table.sort_values(worst, ascending=[False, False, True], ignore_index=True)
    counts = {"occurrences": len(before.lonlat), "reached": len(before.rows)}
    table.attrs.update(before.destination.attrs, **counts)
    return table


@with_access_options
def closed_access(
    occurrences: gpd.GeoDataFrame,
    *,
    to: Places,
    legs: str | Iterable[str],
    **options: Unpack[AccessOptions],
) -> gpd.GeoDataFrame:
    """Close legs of the network all at once, and list the occurrences that this affects.

    Parameters
    ----------
    occurrences, to
        As for `minmap.access`.
    legs
        Id of a leg or a border crossing, or several, as for `closures`.
    network, avoid, allow, assumptions, crossings, reach_km, objective, cost_raster
        As for `minmap.access`.

    Returns
    -------
    geopandas.GeoDataFrame
        Those of `occurrences` whose best route uses one of the legs, in their order and with their
        index, with ``gate``, ``countries``, ``total_km``, ``hours`` and ``cost_usd_t`` each as
        ``..._before`` and ``..._after``, then ``extra_km``, ``extra_hours``, ``extra_usd_t`` and,
        where no route is left, ``reason``.

    Raises
    ------
    ChoiceError
        If a leg is not in the network; and as `access` does.
    MinmapError
        If `legs` is empty.

    Examples
    --------
    >>> from shapely import Point
    >>> deposits = gpd.GeoDataFrame({"name": ["a"]}, geometry=[Point(63, 50)], crs=4326)
    >>> past = ["RUS", "IRN"]
    >>> table = closed_access(deposits, to="poti_port", legs="aktau-port-alat", avoid=past)
    >>> bool(table["extra_usd_t"].gt(0).item())
    True
    """
    before = _journeys(occurrences, to, options)
    parts = _Parts(before)
    closed_legs = parts.known(legs)
    if not closed_legs:
        raise MinmapError("legs names no leg; give the id of one or more, as in network.edges.")
    own = parts.users(closed_legs)
    table = occurrences.iloc[own].copy()
    old = access_columns(before, occurrences.index).iloc[own]
    new = access_to(table, _closed(parts.words(closed_legs), to, options))
    for name in ("gate", "countries", *_MEASURES):
        table[f"{name}_before"] = old[name].array
        table[f"{name}_after"] = new[name].array
    for name, unit in _MEASURES.items():
        table[f"extra_{unit}"] = new[name].array - old[name].array
    table["reason"] = new["reason"].array
    table.attrs = new.attrs
    return table


def _journeys(occurrences: gpd.GeoDataFrame, to: Places, options: AccessOptions) -> Journeys:
    """Return the journeys before a closure."""
    options["avoid"] = avoid_words(options["avoid"])
    destination = Destination.find(to, **options)
    return Journeys.from_occurrences(occurrences, destination, progress="access")


def _closed(words: list[str], to: Places, options: AccessOptions) -> Destination:
    closed: AccessOptions = {**options, "avoid": [*options["avoid"], *words]}
    return Destination.find(to, **closed)


class _Parts:
    """The legs and border crossings of a network, and the journeys that use each."""

    def __init__(self, journeys: Journeys) -> None:
        self.journeys = journeys
        self.routes = journeys.destination.routes
        self.leg_id = journeys.destination.network.edges["leg_id"]
        passages = self.routes.costs.passages
        self.crossing = passages.table["crossing_id"].iloc[passages.row].reset_index(drop=True)

    def known(self, legs: str | Iterable[str]) -> list[str]:
        """Return ids, each once; raise if one is not that of a leg or crossing."""
        ids = dict.fromkeys([*self.leg_id.dropna().unique(), *self.crossing.unique()])
        words = require_words(legs, name="legs", like=next(iter(ids), "a-b"))
        return [require_one_of(leg, ids, name="legs") for leg in dict.fromkeys(words)]

    def words(self, legs: list[str]) -> list[str]:
        """Return the words of ``avoid`` that close legs and crossings."""
        kinds = {"leg": set(self.leg_id.dropna()), "crossing": set(self.crossing)}
        return [f"{kind}:{leg}" for kind, ids in kinds.items() for leg in legs if leg in ids]

    def used(self) -> list[str]:
        """Return the legs and listed crossings that a journey uses."""
        tree, made = self.routes.tree, np.zeros(len(self.routes.costs.graph.counts), dtype=bool)
        passed = np.zeros(len(tree.step), dtype=np.bool_)
        passed[self.journeys.vertices] = True
        order = np.argsort(-tree.depth, kind="stable")
        for level in np.split(order, np.flatnonzero(np.diff(tree.depth[order])) + 1):
            passed[tree.next_vertex[level[passed[level]]]] = True
        made[tree.step[passed & (tree.step >= 0)]] = True
        first = self.journeys.entries.edge
        made[first[first >= 0]] = True
        legs = self.leg_id[made[: len(self.leg_id)]].dropna().unique()
        crossings = self.crossing[made[self.routes.costs.graph.borders.step]].unique()
        listed = [key for key in crossings if not key.startswith(("any-", "union-"))]
        return [*legs, *listed]

    def users(self, legs: list[str]) -> Integers:
        """Return the rows whose journey uses one of some legs or crossings."""
        graph, journeys = self.routes.costs.graph, self.journeys
        steps = np.zeros(len(graph.counts), dtype=np.bool_)
        steps[np.flatnonzero(self.leg_id.isin(legs))] = True
        steps[graph.borders.step[self.crossing.isin(legs)]] = True
        use = self.routes.tree.uses(steps)[journeys.vertices]
        first = journeys.entries.edge
        return journeys.rows[use | (steps[first] & (first >= 0))]

    def title(self, leg: str) -> tuple[str, str]:
        """Return the name and the mode of a leg or crossing."""
        table = self.routes.costs.passages.table
        row = np.flatnonzero(table["crossing_id"] == leg)
        if row.size:
            return table["name"].iloc[row[0]], table["mode"].iloc[row[0]]
        network = self.journeys.destination.network
        edges = np.flatnonzero(self.leg_id == leg)
        ends = self._ends_in_id(leg) or self._ends_of(edges)
        names = network.nodes["name"].iloc[ends].dropna().tolist()
        name = " - ".join(names) if len(names) == len(_ENDS) else leg
        return name, network.edges["mode"].iloc[edges[0]]

    def _ends_in_id(self, leg: str) -> list[int]:
        """Return the two nodes whose ids make the id of a leg, as they do in the catalogue."""
        words = leg.split("-")
        for at in range(1, len(words)):
            ids = ["-".join(words[:at]), "-".join(words[at:])]
            if all(node in self._node_number for node in ids):
                return [self._node_number[node] for node in ids]
        return []

    @cached_property
    def _node_number(self) -> dict[str, int]:
        """Position of each node by its id, with hyphens as in ids of legs."""
        ids = self.journeys.destination.network.nodes["node_id"].str.replace("_", "-")
        return {node: n for n, node in enumerate(ids)}

    def _ends_of(self, edges: Integers) -> list[int]:
        """Return the nodes at which the line of some edges ends, first those it leaves."""
        ends = self.journeys.destination.network.ends[edges]
        nodes, count = np.unique(ends, return_counts=True)
        outer = nodes[count % 2 == 1]
        left = np.isin(outer, ends[:, 0])
        return [int(node) for node in outer[np.argsort(~left, kind="stable")]]
