"""The page: one HTML file that opens without a network."""

from minmap.webmap.data_layer import DataLayer
from minmap.webmap.layers import (
    CorridorLayer,
    PointLayer,
    RasterLayer,
    RouteLayer,
    VectorLayer,
)
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
