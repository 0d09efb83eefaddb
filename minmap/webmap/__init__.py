"""The page: one HTML file that opens without a network."""

from minmap.webmap.layers import CorridorLayer, DataLayer, PointLayer, RasterLayer, VectorLayer
from minmap.webmap.routes import RouteLayer
from minmap.webmap.tiles import OnlineTiles

__all__ = [
    "CorridorLayer",
    "DataLayer",
    "OnlineTiles",
    "PointLayer",
    "RasterLayer",
    "RouteLayer",
    "VectorLayer",
]
