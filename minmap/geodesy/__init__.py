"""Everything measured: always on the WGS84 ellipsoid, never in degrees or in Web Mercator.

>>> from minmap import geodesy
>>> geodesy.distance_m([0, 0], [1, 0]).round(1)
array([111319.5])
"""

from minmap.geodesy.ellipsoid import Floats
from minmap.geodesy.lines import Nearest, distance_m, line_length_m, nearest_on_lines

__all__ = ["Floats", "Nearest", "distance_m", "line_length_m", "nearest_on_lines"]
