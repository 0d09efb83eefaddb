"""The options of a route with one assumption or border crossing at the ends of its range."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import geopandas as gpd
import pandas as pd

from minmap.transport.accessibility.destination import RouteOptions
from minmap.transport.network.border_crossings import given_crossings
from minmap.transport.network.parameters import assumed, assumptions

CROSSING: Final = "crossing:"
"""What the name of a varied border crossing starts with."""
GIVEN: Final = "given as an argument"
"""The source of a range that the user gave."""
_IN_COSTS: Final = "crossings: "
_ENDS: Final = ("_low", "_high")
_UNITS: Final = {"hours": "h", "usd_t": "USD per tonne"}


@dataclass(frozen=True, eq=False)
class Variation:
    """One assumption or border crossing, and the options of a route at its ends.

    Attributes
    ----------
    name
        Key of `minmap.assumptions`, or `CROSSING` and the id of a border crossing.
    meaning, unit, source
        Texts for the reader.
    low, value, high
        The range, in `unit`.
    at_low, at_high
        The options with this alone at its low or its high end.
    """

    name: str
    meaning: str
    low: float
    value: float
    high: float
    unit: str
    source: str
    at_low: RouteOptions
    at_high: RouteOptions


def assumption_variations(options: RouteOptions) -> Iterator[Variation]:
    """Yield a variation for each assumption that has a range.

    Parameters
    ----------
    options
        As for `minmap.route`; its ``assumptions`` are those in the middle.

    Examples
    --------
    >>> own = {"assumptions": {"rail_kmh": (30, 40, 50), "road_kmh": 45}}
    >>> found = {one.name: one for one in assumption_variations(own)}
    >>> found["rail_kmh"].at_low["assumptions"], "road_kmh" in found
    ({'rail_kmh': 30.0, 'road_kmh': 45}, False)
    """
    given: Mapping[str, Any] = options.get("assumptions") or {}
    listed = assumptions().set_index("key")
    for key, (low, value, high) in assumed(given).items():
        if low == high:
            continue
        at_low, at_high = (
            RouteOptions(**{**options, "assumptions": {**given, key: float(end)}})
            for end in (low, high)
        )
        meaning, unit = str(listed.loc[key, "meaning"]), str(listed.loc[key, "unit"])
        source = GIVEN if key in given else str(listed.loc[key, "source"])
        yield Variation(key, meaning, low, value, high, unit, source, at_low, at_high)


def crossing_variations(
    options: RouteOptions, costs: pd.DataFrame, measure: str, *, without: Iterable[str] = ()
) -> Iterator[Variation]:
    """Yield a variation for each border crossing of a route that has a range.

    Parameters
    ----------
    options
        As for `minmap.route`.
    costs
        The parts of the route's costs, as ``Route.costs`` has them.
    measure
        ``"hours"`` or ``"usd_t"``: which range the variation shows. Both are varied.
    without
        Ids of crossings to leave out.
    """
    table = given_crossings(options.get("crossings"))
    seen = set(without)
    for _, part in costs[costs["assumptions"].str.startswith(_IN_COSTS)].iterrows():
        crossing = part["assumptions"].removeprefix(_IN_COSTS)
        if crossing in seen or all(part[f"{name}_low"] == part[f"{name}_high"] for name in _UNITS):
            continue
        seen.add(crossing)
        at_low, at_high = (
            RouteOptions(**{**options, "crossings": _at_end(table, crossing, end)}) for end in _ENDS
        )
        low, value, high = (float(part[f"{measure}{level}"]) for level in ("_low", "", "_high"))
        name, unit, source = f"{CROSSING}{crossing}", _UNITS[measure], str(part["source"])
        yield Variation(name, part["part"], low, value, high, unit, source, at_low, at_high)


def _at_end(table: gpd.GeoDataFrame, crossing: str, end: str) -> gpd.GeoDataFrame:
    """Return the crossings with the hours and prices of one of them at an end, both ways."""
    changed = table.copy()
    row = changed["crossing_id"] == crossing
    for name in _UNITS:
        for way in ("ab", "ba"):
            columns = [f"{name}_{way}{level}" for level in ("_low", "", "_high")]
            changed.loc[row, columns] = changed.loc[row, [f"{name}_{way}{end}"] * 3].to_numpy()
    return changed
