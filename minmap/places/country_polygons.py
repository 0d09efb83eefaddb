"""The land of countries as polygons."""

from __future__ import annotations

from collections.abc import Iterable

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from minmap.places.country_grid import world

SOURCE = {
    "title": "Natural Earth",
    "citation": "Natural Earth, countries, 1:10m and 1:50m, naturalearthdata.com; borders as they "
    "are held, not as they are claimed",
    "licence": "public domain",
    "url": "https://www.naturalearthdata.com",
}


def land_of(codes: Iterable[str | None]) -> gpd.GeoSeries:
    """Return the land of countries as polygons.

    Parameters
    ----------
    codes
        ISO 3166-1 alpha-3. The result has the index of a Series.

    Returns
    -------
    geopandas.GeoSeries
        MultiPolygons, EPSG:4326, by position; missing for a missing code and for a country that
        is not on the map. Borders are those of Natural Earth, which shows who controls the ground
        (de facto), as in `minmap.places.country_of`.

    Examples
    --------
    >>> land = land_of(["KAZ", "XKX"])
    >>> land.geom_type.tolist(), land.bounds.round().values.tolist()[0]
    (['MultiPolygon', nan], [46.0, 41.0, 87.0, 55.0])
    """
    lands = world()
    codes = codes if isinstance(codes, pd.Series) else pd.Series([*codes], dtype=object)
    shapes = {
        code: shapely.multipolygons(lands.areas.parts[np.isin(lands.areas.owner, own)])
        for code in codes.dropna().unique()
        if (own := np.flatnonzero(lands.codes == code)).size
    }
    polygons = [None if pd.isna(code) else shapes.get(code) for code in codes]
    return gpd.GeoSeries(polygons, index=codes.index, crs="EPSG:4326")
