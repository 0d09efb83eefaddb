"""The columns that tell what reaches which market."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from minmap.transport.access.destination import Solved, country_codes
from minmap.transport.access.entry_points import Reached
from minmap.transport.access.reasons import reasons
from minmap.types import Floats, Geometries, Integers
from minmap.vocabulary import TEXT

ACCESS_COLUMNS: Final = (
    "to",
    "to_name",
    "gate",
    "gate_name",
    "connector_km",
    "route_km",
    "rail_km",
    "road_km",
    "sea_km",
    "total_km",
    "hours",
    "cost_usd_t",
    "borders",
    "gauge_breaks",
    "countries",
    "reason",
)
_MODES: Final = ("rail", "road", "sea")


def columns_of(reached: Reached, solved: Solved, index: pd.Index) -> dict[str, pd.Series]:
    """Return `ACCESS_COLUMNS`."""
    ways, rows = solved.ways, reached.rows
    gate = reached.by.gate[rows]
    node = solved.node[gate]
    nodes = ways.network.nodes
    km_by_mode = {mode: ways.km[mode][node] for mode in _MODES}
    total_km, hours, cost = totals(reached, solved)
    said = np.full(len(reached.lonlat), None, dtype=object)
    others = np.flatnonzero(reached.by.gate < 0)
    said[others] = reasons(
        reached.lonlat[others],
        reached.country[others],
        reached.held[others],
        reached.by.barred[others],
        solved,
    )
    ids, names = (nodes[name].to_numpy(dtype=object) for name in ("node_id", "name"))
    # Of one destination we know that it is meant, of several only where one is reached.
    to = np.full(len(reached.lonlat), solved.targets[0] if len(solved.targets) == 1 else -1)
    to[rows] = ways.destination[node]
    meant = np.flatnonzero(to >= 0)
    values: dict[str, Any] = {
        "gate": ids[node],
        "gate_name": names[node],
        "connector_km": reached.by.km[rows],
        "route_km": ways.route_km[node],
        **{f"{mode}_km": by_mode for mode, by_mode in km_by_mode.items()},
        "total_km": total_km,
        "hours": hours,
        "cost_usd_t": cost,
        "borders": ways.borders[node] + _crosses(reached, solved),
        "gauge_breaks": ways.gauge_breaks[node],
        "countries": _countries(reached, solved),
    }
    made = {
        "to": _spread(ids[to[meant]], meant, index),
        "to_name": _spread(names[to[meant]], meant, index),
    }
    for name, given in values.items():
        made[name] = _spread(given, rows, index)
    made["reason"] = pd.Series(said, index, dtype=TEXT)
    return made


def totals(reached: Reached, solved: Solved) -> tuple[Floats, Floats, Floats]:
    """Return km, hours and USD per tonne of the whole ways, of those that have one."""
    ways, assumed, rows = solved.ways, solved.ways.assumptions, reached.rows
    node = solved.node[reached.by.gate[rows]]
    border = _crosses(reached, solved)
    loaded = ways.destination[node] != node
    km = reached.by.km[rows]
    hours = reached.by.hours[rows] + ways.hours[node]
    hours += loaded * assumed.loading_hours + border * assumed.border_road_hours
    cost = km * assumed.road_usd_tkm + ways.cost_usd_t[node]
    cost += loaded * assumed.loading_usd_t + border * assumed.border_road_usd_t
    return km + ways.route_km[node], hours, cost


def _spread(values: Any, rows: Integers, index: pd.Index) -> pd.Series:
    """Return a column with values in some rows, missing in the others."""
    if values.dtype == object:
        texts = np.full(len(index), None, dtype=object)
        texts[rows] = values
        return pd.Series(texts, index, dtype=TEXT)
    numbers = np.full(len(index), np.nan)
    numbers[rows] = values
    column = pd.Series(numbers, index)
    return column.astype("Int64") if values.dtype.kind == "i" else column


def _crosses(reached: Reached, solved: Solved) -> Integers:
    """Tell (0 or 1) which connectors end in another country than they begin in."""
    rows = reached.rows
    one, other = reached.country[rows], solved.gates.country[reached.by.gate[rows]]
    crosses: Integers = ((one >= 0) & (other >= 0) & (one != other)).astype(np.int64)
    return crosses


def _countries(reached: Reached, solved: Solved) -> Geometries:
    """Put the country of each occurrence and gate before those of the way."""
    rows = reached.rows
    node = solved.node[reached.by.gate[rows]]
    way, text = pd.factorize(solved.ways.countries[node])
    own, gates = reached.country[rows], solved.gates.country[reached.by.gate[rows]]
    # As few texts as there are combinations.
    pairs, first = np.unique(np.column_stack([own, gates, way]), axis=0, return_inverse=True)
    codes = country_codes()
    made = np.empty(len(pairs), dtype=object)
    for number, (one, other, passed) in enumerate(pairs):
        start = [code for code in (codes[one], codes[other]) if code is not None]
        names = [*start, *str(text[passed]).split()]
        # The road's countries are named before the way's, each once in a row.
        made[number] = " ".join(
            name for at, name in enumerate(names) if at == 0 or name != names[at - 1]
        )
    return made[first.ravel()]
