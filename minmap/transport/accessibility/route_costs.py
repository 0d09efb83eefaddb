"""What the hours and the price of one route consist of, with the source of each part."""

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import pandas as pd

from minmap.transport.accessibility.destination import Destination
from minmap.transport.accessibility.journeys import Journeys
from minmap.transport.network.parameters import assumptions
from minmap.transport.network.rates import COUNTED, MEASURES, rates
from minmap.types import TEXT, Floats

# What is counted along a route: its name, its unit, and the assumptions that it rests on.
_PARTS: Final = {
    "rail_km": ("railway", "km", ("rail_kmh", "rail_usd_tkm")),
    "road_km": ("road", "km", ("road_kmh", "road_usd_tkm")),
    "motorway_km": (
        "motorway", "km",
        ("road_kmh", "motorway_speed_factor", "road_usd_tkm", "road_time_cost_share"),
    ),
    "tertiary_km": (
        "minor road", "km",
        ("road_kmh", "tertiary_speed_factor", "road_usd_tkm", "road_time_cost_share"),
    ),
    "sea_km": ("sea", "km", ("sea_kmh", "sea_usd_tkm")),
    "loadings": ("loading", "", ("loading_hours", "loading_usd_t")),
    "reloadings": (
        "back on a railway", "",
        ("gauge_break_hours", "gauge_break_usd_t", "loading_hours", "loading_usd_t"),
    ),
    "transshipments": ("transshipment", "", ("transshipment_hours", "transshipment_usd_t")),
    "gauge_breaks": ("break of gauge", "", ("gauge_break_hours", "gauge_break_usd_t")),
}  # fmt: skip
_OFF_ROAD: Final = (
    "off the roads", "km",
    ("detour_factor", "off_road_kmh", "road_kmh", "road_usd_tkm", "road_time_cost_share"),
)  # fmt: skip
_COLUMNS: Final[dict[Any, Any]] = {
    "part": TEXT,
    "quantity": "float64",
    "unit": TEXT,
    **{
        f"{name}{level}": "float64"
        for name in ("hours", "usd_t")
        for level in ("_low", "", "_high")
    },
    "assumptions": TEXT,
    "source": TEXT,
}


def costs_of(vertex: int, destination: Destination, journey: Journeys | None) -> pd.DataFrame:
    """Return the parts of the hours and the price of the route from a vertex.

    Parameters
    ----------
    vertex, destination, journey
        As for `minmap.transport.accessibility.route_legs.legs_along`.
    """
    rows = [*_off_road(journey), *_counted(vertex, destination, journey)]
    rows += _crossings(vertex, destination, journey)
    return pd.DataFrame(rows, columns=[*_COLUMNS]).astype(_COLUMNS)


def _off_road(journey: Journeys | None) -> Iterator[tuple[Any, ...]]:
    if journey is not None:
        own = journey.connectors
        name, unit, keys = _OFF_ROAD
        figures = (*own["hours"][0], *own["usd_t"][0])
        yield (name, own["km"][0], unit, *figures, ", ".join(keys), _sources(keys))


def _counted(
    vertex: int, destination: Destination, journey: Journeys | None
) -> Iterator[tuple[Any, ...]]:
    """Yield the parts that are counted along the network."""
    routes = destination.routes
    graph, tree = routes.costs.graph, routes.tree
    counts: Floats = graph.counts[tree.step[tree.path_from(vertex)]].sum(axis=0)
    if journey is not None:
        entry, part = journey.entries, journey.along["km"][0]
        whole = routes.costs.km[entry.edge[0]]
        if entry.edge[0] >= 0 and whole > 0:
            counts = counts + graph.counts[entry.edge[0]] * part / whole
        elif entry.edge[0] < 0 and destination.entries.loads_first[entry.node[0]]:
            counts = counts + (np.array(COUNTED) == "loadings")
    hours, usd_t = (rates(routes.assumptions, measure) for measure in MEASURES)
    for at in np.flatnonzero(counts):
        name, unit, keys = _PARTS[COUNTED[at]]
        figures = (*(counts[at] * hours[at]), *(counts[at] * usd_t[at]))
        yield (name, counts[at], unit, *figures, ", ".join(keys), _sources(keys))


def _crossings(
    vertex: int, destination: Destination, journey: Journeys | None
) -> Iterator[tuple[Any, ...]]:
    """Yield the border crossings in the order of travel."""
    routes = destination.routes
    passages, borders = routes.costs.passages, routes.costs.graph.borders
    if journey is not None and journey.connector_borders[0]:
        figures = (*passages.any_road("hours"), *passages.any_road("usd_t"))
        name, source = passages.name_and_source("any-road")
        yield (f"border: {name}", 1.0, "", *figures, "crossings: any-road", source)
    for passed in routes.tree.path_from(vertex).tolist():
        step, direction = routes.tree.step[passed], int(routes.tree.direction[passed])
        at = np.arange(*np.searchsorted(borders.step, [step, step + 1]))
        for row in at if direction else at[::-1]:
            crossing = passages.row[row]
            figures = passages.figures(int(row), direction)
            name = passages.table["name"].iloc[crossing]
            key = passages.table["crossing_id"].iloc[crossing]
            source = passages.table["source"].iloc[crossing]
            yield (f"border: {name}", 1.0, "", *figures, f"crossings: {key}", source)


def _sources(keys: tuple[str, ...]) -> str:
    source = assumptions().set_index("key")["source"]
    return " | ".join(dict.fromkeys(source[key] for key in keys))
