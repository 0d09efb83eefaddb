"""Transport corridors: the `Corridor`, the shipped catalogue, and distances to corridors."""

from minmap.transport.corridors.corridor import Corridor
from minmap.transport.corridors.corridor_distance import nearest

__all__ = ["Corridor", "nearest"]
