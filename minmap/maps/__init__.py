"""The map object: layers in, one HTML file out."""

from minmap.maps.map import Map

__all__ = ["Map"]
