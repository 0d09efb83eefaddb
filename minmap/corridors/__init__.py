"""Transport corridors: the value, and the catalogue that comes with the package."""

from minmap.corridors.corridor import Corridor
from minmap.corridors.tables import (
    GEOMETRY_KINDS,
    LEG_COLUMNS,
    MODES,
    NODE_COLUMNS,
    NODE_KINDS,
    STATUSES,
)

# After the module of the same name, so that `corridor` is the function here.
from minmap.corridors.catalogue import corridor, corridors  # isort: skip
from minmap.corridors.nearest import nearest  # isort: skip

__all__ = [
    "GEOMETRY_KINDS",
    "LEG_COLUMNS",
    "MODES",
    "NODE_COLUMNS",
    "NODE_KINDS",
    "STATUSES",
    "Corridor",
    "corridor",
    "corridors",
    "nearest",
]
