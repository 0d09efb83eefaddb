"""The country of a point, its distance from a country, and whether it is on land.

>>> import geopandas
>>> country_of(geopandas.GeoSeries.from_xy([76.95], [43.25], crs=4326)).item()
'KAZ'
"""

from minmap.places.point_countries import (
    claims,
    country_of,
    distance_to_country_km,
    distance_to_land_km,
    distance_to_state_km,
    map_error_km,
    on_land,
    same_state,
)

__all__ = [
    "claims",
    "country_of",
    "distance_to_country_km",
    "distance_to_land_km",
    "distance_to_state_km",
    "map_error_km",
    "on_land",
    "same_state",
]
