"""Access after legs of the network close."""

from __future__ import annotations

from collections.abc import Iterable
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
    with_access_options,
)
from minmap.transport.accessibility.journeys import Journeys
from minmap.transport.network.exclusions import avoid_words
from minmap.types import TEXT, Integers

_MEASURES: Final = {"total_km": "km", "hours": "hours", "cost_usd_t": "usd_t"}
_CLOSURES: Final[dict[Any, Any]] = {
    **dict.fromkeys(("leg_id", "mode"), TEXT),
    **dict.fromkeys(("affected", "lost"), "int64"),
    **{f"median_extra_{unit}": "float64" for unit in _MEASURES.values()},
}


@with_access_options
def closures(
    occurrences: gpd.GeoDataFrame,
    *,
    to: str | Iterable[str],
    legs: str | Iterable[str] | None = None,
    **options: Unpack[AccessOptions],
) -> pd.DataFrame:
    """Close legs of the network one at a time, and measure the effect on access.

    Parameters
    ----------
    occurrences, to
        As for `minmap.access`.
    legs
        Id of a leg (``leg_id`` of ``network.edges``), or several; None means every leg that a best
        route uses.
    network, avoid, allow, assumptions, reach_km, objective, cost_raster
        As for `minmap.access`.

    Returns
    -------
    pandas.DataFrame
        One row per leg: ``leg_id``, ``mode``, ``affected`` (occurrences whose best route uses it),
        ``lost`` (those of them that have no other route), and by how much the routes of the others
        grow: ``median_extra_km``, ``median_extra_hours``, ``median_extra_usd_t``, missing where
        there are none. In the order of `legs`; for None those with most lost, then most affected,
        come first. ``attrs["occurrences"]`` counts all occurrences, ``attrs["reached"]`` those with
        a route before.

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
    [['kuryk-port-alat', 1]]
    """
    before, modes = _journeys_and_modes(occurrences, to, options)
    used, old = _legs_used(before), before.totals()
    rows: list[tuple[Any, ...]] = []
    chosen = list(used.unique()) if legs is None else _known(legs, modes)
    for leg in tqdm(chosen, desc="closures", unit="legs", delay=2, disable=None):
        own = _users(before, used, [leg])
        extra = old.iloc[:0]
        if len(own):
            after = Journeys.from_points(before.lonlat[own], _closed([leg], to, options))
            extra = after.totals().set_index(own[after.rows]) - old.loc[own[after.rows]]
        rows.append((leg, modes[leg], len(own), len(own) - len(extra), *extra.median()))
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
    to: str | Iterable[str],
    legs: str | Iterable[str],
    **options: Unpack[AccessOptions],
) -> gpd.GeoDataFrame:
    """Close legs of the network all at once, and list the occurrences that this affects.

    Parameters
    ----------
    occurrences, to
        As for `minmap.access`.
    legs
        Id of a leg (``leg_id`` of ``network.edges``), or several.
    network, avoid, allow, assumptions, reach_km, objective, cost_raster
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
    >>> table = closed_access(deposits, to="poti_port", legs="kuryk-port-alat", avoid=past)
    >>> bool(table["extra_hours"].gt(0).item())
    True
    """
    before, modes = _journeys_and_modes(occurrences, to, options)
    closed_legs = _known(legs, modes)
    if not closed_legs:
        raise MinmapError("legs names no leg; give the id of one or more, as in network.edges.")
    own = _users(before, _legs_used(before), closed_legs)
    table = occurrences.iloc[own].copy()
    old = access_columns(before, occurrences.index).iloc[own]
    new = access_to(table, _closed(closed_legs, to, options))
    for name in ("gate", "countries", *_MEASURES):
        table[f"{name}_before"] = old[name].array
        table[f"{name}_after"] = new[name].array
    for name, unit in _MEASURES.items():
        table[f"extra_{unit}"] = new[name].array - old[name].array
    table["reason"] = new["reason"].array
    table.attrs = new.attrs
    return table


def _journeys_and_modes(
    occurrences: gpd.GeoDataFrame, to: str | Iterable[str], options: AccessOptions
) -> tuple[Journeys, dict[str, str]]:
    """Return the journeys before a closure, and the mode of each leg of the network."""
    options["avoid"] = avoid_words(options["avoid"])
    destination = Destination.find(to, **options)
    legs = destination.network.edges.dropna(subset=["leg_id"]).drop_duplicates("leg_id")
    modes = dict(zip(legs["leg_id"], legs["mode"], strict=True))
    return Journeys.from_occurrences(occurrences, destination, progress="access"), modes


def _closed(legs: list[str], to: str | Iterable[str], options: AccessOptions) -> Destination:
    closed: AccessOptions = {**options, "avoid": [*options["avoid"], *legs]}
    return Destination.find(to, **closed)


def _known(legs: str | Iterable[str], modes: dict[str, str]) -> list[str]:
    words = require_words(legs, name="legs", like=next(iter(modes), "a-b"))
    return [require_one_of(leg, modes, name="legs") for leg in dict.fromkeys(words)]


def _legs_used(journeys: Journeys) -> pd.Series:
    """List the legs on the route from each gate; the index is the position of the gate."""
    routes, leg_id = journeys.destination.routes, journeys.destination.network.edges["leg_id"]
    legs = {node: leg_id.iloc[routes.edges_from(node)[0]].unique() for node in set(journeys.nodes)}
    return pd.Series(legs, dtype=object).explode().dropna()


def _users(journeys: Journeys, used: pd.Series, legs: list[str]) -> Integers:
    """Return the rows whose journey uses one of some legs."""
    return journeys.rows[np.isin(journeys.nodes, used.index[used.isin(legs)])]
