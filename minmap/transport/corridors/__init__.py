"""Transport corridors: the value, and the catalogue that comes with the package."""

from minmap.transport.corridors.corridor import Corridor
from minmap.transport.corridors.leg_table import (
    GEOMETRY_KINDS,
    LEG_COLUMNS,
    MODES,
    NODE_COLUMNS,
    NODE_KINDS,
    STATUSES,
)

# After the module of the same name, so that `corridor` is the function here.
from minmap.transport.corridors.catalogue import corridor, corridors  # isort: skip
from minmap.transport.corridors.corridor_distance import nearest  # isort: skip

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
