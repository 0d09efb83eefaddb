"""The page: one HTML file that opens without a network."""

from minmap.webmap.data_layer import DataLayer
from minmap.webmap.layers import PointLayer, VectorLayer
from minmap.webmap.tiles import OnlineTiles

__all__ = ["DataLayer", "OnlineTiles", "PointLayer", "VectorLayer"]
