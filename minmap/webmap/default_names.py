"""Names of layers that the user did not name."""

from __future__ import annotations

import geopandas as gpd
import shapely

from minmap.scene.legends import CATCHMENT
from minmap.webmap.route_layer import is_routes

_NAMES = {
    "ru": {
        "Occurrences": "Объекты",
        "Lines": "Линии",
        "Areas": "Площади",
        "Routes": "Маршруты",
        "Catchment": "Зоны доступности",
    }
}


def default_name(table: gpd.GeoDataFrame, language: str) -> str:
    """Return a name for the kind of a table, in the language of the page.

    Examples
    --------
    >>> areas = gpd.GeoDataFrame(geometry=[shapely.box(60, 45, 61, 46)], crs=4326)
    >>> default_name(areas, "en"), default_name(areas, "ru")
    ('Areas', 'Площади')
    """
    kinds = set(shapely.get_dimensions(table.geometry.to_numpy()).tolist()) - {-1}
    if is_routes(table):
        what = "Routes"
    elif CATCHMENT in table.columns:
        what = "Catchment"
    elif len(kinds) == 1:
        what = ("Occurrences", "Lines", "Areas")[kinds.pop()]
    else:
        what = "Occurrences"
    return _NAMES.get(language, {}).get(what, what)
