"""minmap: mineral occurrences as geometries, transport corridors, and maps that open anywhere.

import minmap as mm

deposits = mm.read("mrds.csv")
findings = mm.check(deposits)
rare = mm.select(deposits, critical="US-2025", country="KAZ")
near = mm.nearest(deposits, mm.corridor("middle"))
reached = mm.access(rare, to="poti_port", avoid=["RUS", "CHN"])
mm.Map(near).add(mm.corridor("middle")).save("map.html")
"""

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from minmap.errors import (
    ChoiceError,
    CRSError,
    FileError,
    GeometryError,
    MinmapError,
    MinmapWarning,
)

if TYPE_CHECKING:
    from minmap import errors, geodesy, vocabulary
    from minmap.linking.merging import merge
    from minmap.maps import Map
    from minmap.quality import check, check_rules, repair, undo_repairs
    from minmap.querying import compare_critical, select, summarise
    from minmap.reading import read, sample, sources
    from minmap.transport.accessibility import (
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
    from minmap.transport.network import Network, assumptions
    from minmap.transport.trade_corridors import Corridor, nearest
    from minmap.transport.trade_corridors.catalogue import corridor, corridors
    from minmap.vocabulary import critical, critical_lists
    from minmap.widget import Widget
    from minmap.writing import write

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
    "Widget",
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
    "errors",
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
if find_spec("anywidget") is None:  # an extra: dir(), help() and import * work without it
    __all__.remove("Widget")

# A name is imported when it is first used: `import minmap` is fast, and reading a table does not
# wait for the packages that draw maps.
_MODULES = {
    "linking.merging": "merge",
    "maps": "Map",
    "quality": "check check_rules repair undo_repairs",
    "querying": "compare_critical select summarise",
    "reading": "read sample sources",
    "transport.accessibility": (
        "Route access catchment closed_access closures compare_access route routes summarise_access"
    ),
    "transport.trade_corridors": "Corridor nearest",
    "transport.trade_corridors.catalogue": "corridor corridors",
    "transport.network": "Network assumptions",
    "vocabulary": "critical critical_lists",
    "widget": "Widget",
    "writing": "write",
}
_SUBMODULES = ("errors", "geodesy", "vocabulary")
_MODULE_OF = {name: module for module, names in _MODULES.items() for name in names.split()}


def __getattr__(name: str) -> Any:
    if name in _MODULE_OF:
        found = getattr(import_module(f"minmap.{_MODULE_OF[name]}"), name)
    elif name in _SUBMODULES:
        found = import_module(f"minmap.{name}")
    else:
        raise AttributeError(f"module 'minmap' has no attribute {name!r}")
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted(__all__)
