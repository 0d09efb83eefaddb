"""The map object, which draws layers and is saved as one HTML file."""

from minmap.maps.map import Map

__all__ = ["Map"]
