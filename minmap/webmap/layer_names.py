"""What a layer is called that nobody named."""

from __future__ import annotations

import geopandas as gpd
import shapely

from minmap.scene.legends import CATCHMENT
from minmap.webmap.routes import is_routes

_NAMES = {
    "ru": {
        "Occurrences": "Объекты",
        "Lines": "Линии",
        "Areas": "Площади",
        "Routes": "Маршруты",
        "Catchment": "Зоны доступности",
    }
}


def name_of(frame: gpd.GeoDataFrame, language: str) -> str:
    """Call a layer by what minmap's own tables hold, in the language of the page.

    Examples
    --------
    >>> areas = gpd.GeoDataFrame(geometry=[shapely.box(60, 45, 61, 46)], crs=4326)
    >>> name_of(areas, "en"), name_of(areas, "ru")
    ('Areas', 'Площади')
    """
    kinds = set(shapely.get_dimensions(frame.geometry.to_numpy()).tolist()) - {-1}
    if is_routes(frame):
        what = "Routes"
    elif CATCHMENT in frame.columns:
        what = "Catchment"
    elif len(kinds) == 1:
        what = ("Occurrences", "Lines", "Areas")[kinds.pop()]
    else:
        what = "Occurrences"
    return _NAMES.get(language, {}).get(what, what)
