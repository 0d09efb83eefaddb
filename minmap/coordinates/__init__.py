r"""Read the coordinates of a table, in any notation and CRS, as longitude and latitude.

>>> import pandas as pd
>>> from minmap.coordinates.points import read_coordinates
>>> found = read_coordinates(pd.Series(["67°24'00\" E"]), pd.Series(["48,5"]), crs="EPSG:4326")
>>> found.longitude.tolist(), found.latitude.tolist()
([67.4], [48.5])
"""
