"""Everything measured: always on the WGS84 ellipsoid, never in degrees or in Web Mercator.

>>> from minmap import geodesy
>>> geodesy.distance_m([0, 0], [1, 0]).round(1)
array([111319.5])
"""

from minmap.geodesy.areas import area_m2
from minmap.geodesy.buffers import buffer
from minmap.geodesy.chainage import locate_along, place_along
from minmap.geodesy.lines import distance_m, line_length_m, nearest_on_lines
from minmap.geodesy.nearest_chord import Nearest
from minmap.geodesy.proximity import nearest_on_shapes, within_distance
from minmap.types import Floats

__all__ = [
    "Floats",
    "Nearest",
    "area_m2",
    "buffer",
    "distance_m",
    "line_length_m",
    "locate_along",
    "nearest_on_lines",
    "nearest_on_shapes",
    "place_along",
    "within_distance",
]
