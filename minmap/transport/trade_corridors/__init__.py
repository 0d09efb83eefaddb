"""Transport corridors: the `Corridor`, the shipped catalogue, and distances to corridors."""

from minmap.transport.trade_corridors.corridor_distance import NEAREST_COLUMNS, nearest
from minmap.transport.trade_corridors.corridor_model import Corridor

__all__ = ["NEAREST_COLUMNS", "Corridor", "nearest"]
