"""The hours and the price of a km and of an event, each as low, middle and high."""

from collections.abc import Mapping
from itertools import product
from typing import Final

import numpy as np

from minmap.transport.network.parameters import Range
from minmap.types import Floats

ROAD_CLASSES: Final = ("motorway", "trunk", "primary", "secondary", "tertiary")
"""Classes of roads; one without a class counts as an ordinary road, as those in the middle do."""
KM_OF: Final = {
    "rail": ("rail_km",),
    "road": ("road_km", "motorway_km", "tertiary_km"),
    "sea": ("sea_km",),
}
"""The counted lengths of each mode of transport."""
COUNTED: Final = (
    *(name for names in KM_OF.values() for name in names),
    "loadings",
    "reloadings",
    "transshipments",
    "gauge_breaks",
)
"""Quantities counted along a path: lengths in km, and events. Borders are counted apart.

A reloading is the loading onto a railway of what a lorry took from a railway; it is a loading too.
"""
MEASURES: Final = ("hours", "usd_t")
_EVENTS: Final = {
    "loadings": "loading",
    "transshipments": "transshipment",
    "gauge_breaks": "gauge_break",
}


def rates(assumptions: Mapping[str, Range], measure: str) -> Floats:
    """Return the hours or the USD per tonne of one of each of `COUNTED`.

    Parameters
    ----------
    assumptions
        By key, as `minmap.transport.network.parameters.assumed` returns them.
    measure
        ``"hours"`` or ``"usd_t"``.

    Returns
    -------
    numpy.ndarray
        Shape (len(COUNTED), 3): low, middle and high.

    Examples
    --------
    >>> from minmap.transport.network.parameters import assumed
    >>> values = assumed({"sea_kmh": 20})
    >>> rates(values, "hours")[COUNTED.index("sea_km")].tolist()
    [0.05, 0.05, 0.05]
    """
    if measure == "hours":
        km = {
            "rail_km": _inverse(assumptions["rail_kmh"]),
            "road_km": _inverse(assumptions["road_kmh"]),
            "sea_km": _inverse(assumptions["sea_kmh"]),
        }
        for name in ("motorway", "tertiary"):
            speed = assumptions[f"{name}_speed_factor"]
            km[f"{name}_km"] = km["road_km"] * _inverse(speed)
    else:
        km = {f"{mode}_km": _levels(assumptions[f"{mode}_usd_tkm"]) for mode in KM_OF}
        for name in ("motorway", "tertiary"):
            factor = _cost_factor(assumptions, assumptions[f"{name}_speed_factor"])
            km[f"{name}_km"] = km["road_km"] * factor
    events = {name: _levels(assumptions[f"{key}_{measure}"]) for name, key in _EVENTS.items()}
    events["reloadings"] = _reloading(events)
    return np.array([(km | events)[name] for name in COUNTED])


def _reloading(events: Mapping[str, Floats]) -> Floats:
    """Return what a reloading takes besides the two loadings.

    By lorry from one railway to another takes no less than a break of gauge: the load is moved over
    in both cases. Otherwise a lorry for a few metres would take the place of each break of gauge.
    """
    extra = np.maximum(events["gauge_breaks"] - 2 * events["loadings"], 0)
    return np.asarray(np.maximum.accumulate(extra))


def off_road_rates(assumptions: Mapping[str, Range]) -> dict[str, Floats]:
    """Return the hours and USD per tonne of a km in a straight line off the roads, shape (3,).

    The lorry covers ``detour_factor`` km for each of them at ``off_road_kmh``.
    """
    detour, speed = assumptions["detour_factor"], assumptions["off_road_kmh"]
    road = assumptions["road_kmh"]
    slower = Range(speed.low / road.high, speed.value / road.value, speed.high / road.low)
    price = _levels(assumptions["road_usd_tkm"]) * _cost_factor(assumptions, slower)
    return {
        "hours": _levels(detour) * _inverse(speed),
        "usd_t": _levels(detour) * price,
        "km": np.full(3, detour.value),
    }


def _cost_factor(assumptions: Mapping[str, Range], speed: Range) -> Floats:
    """Return the price of a km relative to that of an ordinary road, shape (3,).

    The share of a lorry's cost that goes by the hour grows as the speed falls.
    """
    share = assumptions["road_time_cost_share"]

    def factor(part: float, times: float) -> float:
        return 1 - part + part / times

    ends = [factor(*pair) for pair in product(share[::2], speed[::2])]
    return np.array([min(ends), factor(share.value, speed.value), max(ends)])


def _levels(given: Range) -> Floats:
    return np.array(given)


def _inverse(given: Range) -> Floats:
    """Return the low, middle and high of 1 over a quantity."""
    return 1 / np.array(given)[::-1]
