r"""From the coordinates of a table, in whatever spelling and system, to longitude and latitude.

>>> import pandas as pd
>>> from minmap.coordinates import place
>>> placed = place(pd.Series(["67°24'00\" E"]), pd.Series(["48,5"]), crs="EPSG:4326")
>>> placed.longitude.tolist(), placed.latitude.tolist()
([67.4], [48.5])
"""

from minmap.coordinates.areas_of_use import far_from_use, is_grid
from minmap.coordinates.column import Readings, read_column
from minmap.coordinates.pairs import without_letters
from minmap.coordinates.points import Placed, place, place_pairs
from minmap.coordinates.reference_systems import GAUSS_KRUGER, OnGlobe, crs_name, to_globe

__all__ = [
    "GAUSS_KRUGER",
    "OnGlobe",
    "Placed",
    "Readings",
    "crs_name",
    "far_from_use",
    "is_grid",
    "place",
    "place_pairs",
    "read_column",
    "to_globe",
    "without_letters",
]
