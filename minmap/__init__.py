"""minmap: mineral occurrences as geometries, transport corridors, and maps that open anywhere.

import minmap as mm

deposits = mm.read("mrds.csv")
near = mm.nearest(deposits, mm.corridor("middle"))
mm.Map(near).add(mm.corridor("middle")).save("map.html")
"""

from typing import TYPE_CHECKING, Any

from minmap import vocab
from minmap.corridors import Corridor, corridor, corridors, nearest
from minmap.errors import (
    ChoiceError,
    CRSError,
    FileError,
    GeometryError,
    MinmapError,
    MinmapWarning,
)
from minmap.output import write
from minmap.sources import read, sample, sources

if TYPE_CHECKING:
    from minmap.webmap import Map

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
    "corridor",
    "corridors",
    "nearest",
    "read",
    "sample",
    "sources",
    "vocab",
    "write",
]


def __getattr__(name: str) -> Any:
    # The map brings folium, matplotlib and rasterio; who only reads tables need not wait for them.
    if name == "Map":
        from minmap.webmap import Map  # noqa: PLC0415

        return Map
    raise AttributeError(f"module 'minmap' has no attribute {name!r}")
