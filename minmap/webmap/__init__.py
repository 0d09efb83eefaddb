"""Interactive maps: one HTML file that opens without a network."""

from minmap.webmap.classes import Classes
from minmap.webmap.layers import CorridorLayer, DataLayer, PointLayer, RasterLayer, VectorLayer
from minmap.webmap.map import Map
from minmap.webmap.routes import RouteLayer
from minmap.webmap.tiles import OnlineTiles

__all__ = [
    "Classes",
    "CorridorLayer",
    "DataLayer",
    "Map",
    "OnlineTiles",
    "PointLayer",
    "RasterLayer",
    "RouteLayer",
    "VectorLayer",
]
