"""Distances, lengths, areas and buffers on the WGS84 ellipsoid.

Nothing is measured in degrees or in Web Mercator. Coordinates are longitude and latitude in
degrees (EPSG:4326), and lengths are metres unless the name of an argument says otherwise. Edges
are straight in the CRS of their data, in a geographic one in longitude and latitude (RFC 7946),
unless ``geodesic_edges=True`` says that they are geodesics, as those of corridors are.

>>> from minmap import geodesy
>>> geodesy.distance_m([0, 0], [1, 0]).round(1)
array([111319.5])
"""

from minmap.geodesy.buffers import buffer
from minmap.geodesy.measures import (
    area_m2,
    distance_m,
    interpolate_along,
    line_length_m,
    locate_along,
)
from minmap.geodesy.nearest_chord import Nearest
from minmap.geodesy.proximity import nearest_on_lines, nearest_on_shapes, within_distance

__all__ = [
    "Nearest", "area_m2", "buffer", "distance_m", "interpolate_along", "line_length_m",
    "locate_along", "nearest_on_lines", "nearest_on_shapes", "within_distance",
]  # fmt: skip


def __dir__() -> list[str]:
    return __all__
