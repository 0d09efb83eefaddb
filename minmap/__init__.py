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
from typing import Any

__version__ = "0.1.0"

# A name is imported when it is first used: `import minmap` is fast, and reading a table does not
# wait for the packages that draw maps. The types of the names are in `__init__.pyi`.
_NAMES = {
    "commodity_statistics": "statistics",
    "errors": "CRSError ChoiceError FileError GeometryError MinmapError MinmapWarning",
    "estimates": "resources summarise_resources",
    "linking.merging": "merge",
    "linking.record_links": "link",
    "maps": "Map",
    "maps.pair_review": "review",
    "style.house_style": "Style",
    "quality": "check check_rules repair undo_repairs",
    "querying": "compare_critical select summarise",
    "reading": "describe_match read sample sources",
    "reading.parts": "read_parts",
    "reading.word_report": "draft_vocabulary unknown_words",
    "statements.claim_table": "claims",
    "transport.accessibility": (
        "Route Sensitivity access catchment closed_access closures compare_access route routes "
        "sensitivity summarise_access"
    ),
    "transport.trade_corridors": "Corridor nearest",
    "transport.trade_corridors.catalogue": "corridor corridors",
    "transport.network": "Network assumptions crossings",
    "vocabulary": "critical critical_lists",
    "widget": "Widget",
    "writing": "write",
}
_MODULE_OF = {name: module for module, names in _NAMES.items() for name in names.split()}

__all__ = ["errors", "geodesy", "vocabulary"]
__all__ += list(_MODULE_OF)
if find_spec("anywidget") is None:  # an extra: dir(), help() and import * work without it
    __all__.remove("Widget")


def __getattr__(name: str) -> Any:
    if name in _MODULE_OF:
        found = getattr(import_module(f"minmap.{_MODULE_OF[name]}"), name)
    elif name in __all__:
        found = import_module(f"minmap.{name}")
    else:
        raise AttributeError(f"module 'minmap' has no attribute {name!r}")
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted(__all__)
