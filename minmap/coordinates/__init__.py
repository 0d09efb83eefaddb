r"""Read the coordinates of a table, in any notation and CRS, as longitude and latitude.

>>> import pandas as pd
>>> from minmap.coordinates import read_coordinates
>>> found = read_coordinates(pd.Series(["67°24'00\" E"]), pd.Series(["48,5"]), crs="EPSG:4326")
>>> found.longitude.tolist(), found.latitude.tolist()
([67.4], [48.5])
"""

from minmap.coordinates.column import Readings, read_column
from minmap.coordinates.pairs import count_without_letters
from minmap.coordinates.points import Coordinates, read_coordinate_pairs, read_coordinates
from minmap.coordinates.reference_systems import (
    GAUSS_KRUGER,
    Wgs84Points,
    crs_name,
    far_from_use,
    is_grid,
    to_wgs84,
)

__all__ = [
    "GAUSS_KRUGER",
    "Coordinates",
    "Readings",
    "Wgs84Points",
    "count_without_letters",
    "crs_name",
    "far_from_use",
    "is_grid",
    "read_column",
    "read_coordinate_pairs",
    "read_coordinates",
    "to_wgs84",
]
