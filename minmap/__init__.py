"""minmap: mineral occurrences as geometries, transport corridors, and maps that open anywhere.

import minmap as mm

deposits = mm.read("mrds.csv")
findings = mm.check(deposits)
rare = mm.select(deposits, critical="US-2025", country="KAZ")
near = mm.nearest(deposits, mm.corridor("middle"))
reached = mm.access(rare, to="poti_port", avoid=["RUS", "CHN"])
mm.Map(near).add(mm.corridor("middle")).save("map.html")
"""

from typing import TYPE_CHECKING, Any

from minmap import geodesy, vocabulary
from minmap.errors import (
    ChoiceError,
    CRSError,
    FileError,
    GeometryError,
    MinmapError,
    MinmapWarning,
)
from minmap.linking.merging import merge
from minmap.quality import check, check_rules, repair, undo_repairs
from minmap.querying import compare_critical, select, summarise
from minmap.reading import read, sample, sources
from minmap.transport.access import (
    Route,
    access,
    catchment,
    closed_access,
    closures,
    compare_access,
    route,
    routes,
    summarise_access,
)
from minmap.transport.corridors import Corridor, nearest
from minmap.transport.corridors.catalogue import corridor, corridors
from minmap.transport.network import Network, assumptions
from minmap.vocabulary import critical, critical_lists
from minmap.writing import write

if TYPE_CHECKING:
    from minmap.maps import Map
    from minmap.widget import Widget as Widget  # an extra: not among the names of import *

__version__ = "0.1.0"

__all__ = [
    "CRSError",
    "ChoiceError",
    "Corridor",
    "FileError",
    "GeometryError",
    "Map",
    "MinmapError",
    "MinmapWarning",
    "Network",
    "Route",
    "access",
    "assumptions",
    "catchment",
    "check",
    "check_rules",
    "closed_access",
    "closures",
    "compare_access",
    "compare_critical",
    "corridor",
    "corridors",
    "critical",
    "critical_lists",
    "geodesy",
    "merge",
    "nearest",
    "read",
    "repair",
    "route",
    "routes",
    "sample",
    "select",
    "sources",
    "summarise",
    "summarise_access",
    "undo_repairs",
    "vocabulary",
    "write",
]


def __getattr__(name: str) -> Any:
    # The map brings folium, matplotlib and rasterio; who only reads tables need not wait for them.
    if name == "Map":
        from minmap.maps import Map  # noqa: PLC0415

        return Map
    if name == "Widget":
        from minmap.widget import Widget  # noqa: PLC0415

        return Widget
    raise AttributeError(f"module 'minmap' has no attribute {name!r}")
