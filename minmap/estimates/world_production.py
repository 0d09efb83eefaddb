"""What the world produces of a commodity, as a bound for capacities whose unit is in doubt."""

from collections.abc import Mapping
from functools import cache
from typing import Final

from minmap.commodity_statistics import statistics
from minmap.estimates.measured_units import find_unit

BEYOND: Final = "more than the world produces now"
"""Substance of a capacity above the world's production: usually of ore, or in a wrong unit."""


@cache
def world_production_t() -> Mapping[str, float]:
    """Return the tonnes a year that the world produces of each commodity, by its code.

    Of several series of a commodity, such as ore and metal, the largest total counts.

    References
    ----------
    USGS Mineral Commodity Summaries 2026 (`minmap.statistics`).

    Examples
    --------
    >>> production = world_production_t()
    >>> production["Ag"] < 50_000 < 1e6 < production["Cu"]
    True
    """
    largest = dict[str, float]()
    series = statistics(measure="production").drop_duplicates(["detail", "commodity_name", "year"])
    known = series[series["world_total"].notna() & series["commodity"].notna()]
    for codes, unit, total in known[["commodity", "unit", "world_total"]].itertuples(index=False):
        found = find_unit(unit.split(",")[0])
        if found is not None and found.unit.kind == "mass":
            for code in codes.split():
                largest[code] = max(largest.get(code, 0.0), total * found.unit.factor)
    return largest
