"""What happens to access when legs of the network close."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
from tqdm import tqdm

from minmap.arguments import require_one_of, require_words
from minmap.errors import MinmapError
from minmap.transport.access.access_columns import columns_of, totals
from minmap.transport.access.accessibility import apply, attributes, locations
from minmap.transport.access.destination import Solved, solve
from minmap.transport.access.entry_points import Reached, reach
from minmap.transport.network.exclusions import avoid_words
from minmap.types import Floats, Integers
from minmap.vocabulary import TEXT

_MEASURES: Final = {"total_km": "km", "hours": "hours", "cost_usd_t": "usd_t"}
_BEFORE_AFTER: Final = ("gate", "countries", *_MEASURES)


def closures(
    occurrences: gpd.GeoDataFrame,
    *,
    to: str | Iterable[str],
    legs: Iterable[str] | None = None,
    **same: Any,
) -> pd.DataFrame:
    """Close legs of the network one at a time, and tell what that does to access.

    Parameters
    ----------
    occurrences, to
        As for `minmap.access.access`.
    legs
        Ids of legs (``leg_id`` of ``network.edges``). None: every leg that a best way passes.
    **same
        Other arguments of `access`, but ``routes``.

    Returns
    -------
    pandas.DataFrame
        One row a leg: ``leg_id``, ``mode``, ``affected`` (occurrences whose best way passes it),
        ``lost`` (those of them that have no other), and by how much the others' ways grow:
        ``median_extra_km``, ``median_extra_hours``, ``median_extra_usd_t``, missing where there
        are none. In the order of `legs`; of None, most lost and then most affected first.
        ``attrs["occurrences"]`` and ``attrs["reached"]`` count all, and those with a way before.

    Raises
    ------
    ChoiceError
        If a leg is not in the network; and as `access` does.

    Notes
    -----
    A closure makes no way better. So an occurrence whose best way does not pass the leg keeps it,
    and the others alone are searched anew: one search for each leg.

    Examples
    --------
    >>> from shapely import Point
    >>> deposits = gpd.GeoDataFrame({"name": ["a"]}, geometry=[Point(63, 50)], crs=4326)
    >>> table = closures(deposits, to="poti_port", avoid=["RUS", "IRN"])
    >>> table.loc[table["mode"] == "sea", ["leg_id", "affected"]].values.tolist()
    [['kuryk-port-alat', 1]]
    """
    lonlat = locations(occurrences)
    avoid = avoid_words(same.pop("avoid", ()))
    solved = solve(to, avoid=avoid, **same)
    modes = _modes(solved)
    before = _reach(lonlat, solved)
    users = _users(before, solved)
    chosen = list(users) if legs is None else _known(legs, modes)
    old = _measured(before, solved)
    rows = []
    for leg in tqdm(chosen, desc="closures", unit="legs", delay=2, disable=None):
        own = users.get(leg, np.zeros(0, dtype=np.int64))
        effect: dict[Any, Any] = {"affected": len(own), "lost": 0}
        extra = pd.DataFrame(columns=[*_MEASURES], dtype=float)
        if len(own):
            closed = solve(to, avoid=(*avoid, leg), **same)
            extra = _measured(reach(lonlat[own], closed), closed) - old.iloc[own].to_numpy()
            effect["lost"] = int(extra["hours"].isna().sum())
        medians = extra.median()
        rows.append(
            {"leg_id": leg, "mode": modes[leg], **effect}
            | {f"median_extra_{unit}": medians[name] for name, unit in _MEASURES.items()}
        )
    columns: dict[str, Any] = {"leg_id": TEXT, "mode": TEXT, "affected": "int64", "lost": "int64"}
    columns |= {f"median_extra_{unit}": "float64" for unit in _MEASURES.values()}
    table = pd.DataFrame(rows, columns=[*columns]).astype(columns)
    if legs is None:
        worst = ["lost", "affected", "leg_id"]
        table = table.sort_values(worst, ascending=[False, False, True], ignore_index=True)
    reached = int((before.by.gate >= 0).sum())
    table.attrs.update(attributes(solved), occurrences=len(lonlat), reached=reached)
    return table


def closed_access(
    occurrences: gpd.GeoDataFrame,
    *,
    to: str | Iterable[str],
    legs: str | Iterable[str],
    **same: Any,
) -> gpd.GeoDataFrame:
    """Close legs of the network all at once, and list the occurrences that this affects.

    Parameters
    ----------
    occurrences, to
        As for `minmap.access.access`.
    legs
        Id of a leg, or several.
    **same
        Other arguments of `access`, but ``routes``.

    Returns
    -------
    geopandas.GeoDataFrame
        Those of `occurrences` whose best way passes one of the legs, in their order and with their
        index, with ``gate``, ``countries``, ``total_km``, ``hours`` and ``cost_usd_t`` each as
        ``..._before`` and ``..._after``, then ``extra_km``, ``extra_hours``, ``extra_usd_t`` and,
        where no way is left, ``reason``.

    Raises
    ------
    ChoiceError
        If a leg is not in the network; and as `access` does.

    Examples
    --------
    >>> from shapely import Point
    >>> deposits = gpd.GeoDataFrame({"name": ["a"]}, geometry=[Point(63, 50)], crs=4326)
    >>> past = ["RUS", "IRN"]
    >>> table = closed_access(deposits, to="poti_port", legs="kuryk-port-alat", avoid=past)
    >>> bool(table["extra_hours"].gt(0).item())
    True
    """
    lonlat = locations(occurrences)
    avoid = avoid_words(same.pop("avoid", ()))
    solved = solve(to, avoid=avoid, **same)
    shut = _known(legs, _modes(solved))
    if not shut:
        raise MinmapError("legs names no leg; give the id of one or more, as in network.edges.")
    before = _reach(lonlat, solved)
    users = _users(before, solved)
    own = np.unique(np.concatenate([users.get(leg, np.zeros(0, dtype=np.int64)) for leg in shut]))
    some = occurrences.iloc[own]
    then = columns_of(before, solved, occurrences.index)
    closed = solve(to, avoid=(*avoid, *shut), **same)
    now = apply(some, closed)
    made = some.copy()
    for name in _BEFORE_AFTER:
        made[f"{name}_before"] = then[name].iloc[own].array
        made[f"{name}_after"] = now[name].array
    for name, unit in _MEASURES.items():
        made[f"extra_{unit}"] = now[name].array - then[name].iloc[own].array
    made["reason"] = now["reason"].array
    made.attrs = now.attrs
    return made


def _reach(lonlat: Floats, solved: Solved) -> Reached:
    """Do what `reach` does, with a progress bar."""
    with tqdm(total=len(lonlat), desc="access", unit="points", delay=2, disable=None) as bar:
        return reach(lonlat, solved, on_chunk=bar.update)


def _modes(solved: Solved) -> dict[str, str]:
    """Return the mode of each leg of the network."""
    edges = solved.ways.network.edges
    legs = edges.dropna(subset=["leg_id"]).drop_duplicates("leg_id")
    return dict(zip(legs["leg_id"], legs["mode"], strict=True))


def _known(legs: str | Iterable[str], modes: dict[str, str]) -> list[str]:
    words = require_words(legs, name="legs", like=next(iter(modes), "a-b"))
    return [require_one_of(leg, modes, name="legs") for leg in dict.fromkeys(words)]


def _users(reached: Reached, solved: Solved) -> dict[str, Integers]:
    """Return for each leg the rows whose way passes it."""
    leg_of = solved.ways.network.edges["leg_id"].to_numpy(dtype=object)
    gates, place = np.unique(reached.by.gate[reached.rows], return_inverse=True)
    order = np.argsort(place, kind="stable")
    rows = np.split(reached.rows[order], np.cumsum(np.bincount(place))[:-1])
    users: dict[str, list[Integers]] = {}
    for gate, own in zip(gates, rows, strict=False):
        edges, _ = solved.ways.edges_from(int(solved.node[gate]))
        for leg in pd.unique(leg_of[edges]):
            if pd.notna(leg):
                users.setdefault(leg, []).append(own)
    return {leg: np.sort(np.concatenate(parts)) for leg, parts in users.items()}


def _measured(reached: Reached, solved: Solved) -> pd.DataFrame:
    """Return km, hours and USD per tonne of all, missing where there is no way."""
    made = np.full((len(reached.lonlat), len(_MEASURES)), np.nan)
    made[reached.rows] = np.column_stack(totals(reached, solved))
    return pd.DataFrame(made, columns=[*_MEASURES])
