"""The polygons of countries, and of disputed areas."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.compute as pc
import shapely

from minmap.geodesy.crs import WGS84, to_degrees
from minmap.places.areas import Areas
from minmap.types import Floats, Geometries, Integers, Texts

SOURCE: Final = {
    "title": "Natural Earth",
    "citation": "Natural Earth, countries, 1:10m and 1:50m, naturalearthdata.com; borders as they "
    "are held, not as they are claimed",
    "licence": "public domain",
    "url": "https://www.naturalearthdata.com",
}

FINE_BOX: Final = (24.0, 22.0, 126.0, 62.0)
"""West, south, east and north of the region that comes from Natural Earth's 1:10 million layer."""

FINE_ERROR_KM, COARSE_ERROR_KM = 5.0, 10.0
"""Error of the map in `FINE_BOX` and elsewhere."""

_OUTLINES: Final = ("x", "y", "places", "rings")
_UNITS_PER_DEGREE: Final = 1_000


@dataclass(frozen=True)
class World:
    """The countries, sorted by code.

    Attributes
    ----------
    codes, sovereigns
        Shape (n,), alpha-3 of each area and of the state it belongs to; None if it has none.
    areas
        Their polygons.
    """

    codes: Texts
    sovereigns: Texts
    areas: Areas

    def at(self, lonlat: Floats) -> Integers:
        """Return the index of the area at each point (n, 2); `NOWHERE` at sea and for NaN."""
        return self.areas.at(lonlat)


@cache
def world() -> World:
    """Return the countries that ship with minmap."""
    table, shapes = read_areas("countries")
    codes, sovereigns = (
        table[name].astype(object).where(table[name].notna(), None).to_numpy()
        for name in ("code", "sovereign")
    )
    return World(codes, sovereigns, Areas.of(shapes))


@cache
def disputed() -> tuple[Texts, Areas]:
    """Return the claims on each disputed area, and the areas."""
    table, shapes = read_areas("disputed")
    return table["claims"].to_numpy(dtype=object), Areas.of(shapes)


def read_areas(
    name: str, *, per_degree: int = _UNITS_PER_DEGREE
) -> tuple[pd.DataFrame, Geometries]:
    """Return a table and its polygons, in the format that `scripts/build_places.py` writes.

    `per_degree` is the number of units of the coordinates in a degree.
    """
    import pyarrow.parquet as pq  # noqa: PLC0415  takes longer than the rest of this package

    with as_file(files(__package__) / "data" / f"{name}.parquet") as path:
        table = pq.read_table(path)
    x, y, places, rings = (pc.list_flatten(table[column]).to_numpy() for column in _OUTLINES)
    areas = pc.list_value_length(table["rings"]).to_numpy()
    ends = tuple(np.concatenate([[0], np.cumsum(counts)]) for counts in (places, rings, areas))
    lonlat = np.column_stack([x, y]) / per_degree
    shapes = shapely.from_ragged_array(shapely.GeometryType.MULTIPOLYGON, lonlat, ends)
    return table.drop_columns([*_OUTLINES]).to_pandas(), shapes


def error_km(lonlat: Floats) -> Floats:
    """Return the error of the map at points (n, 2): see `minmap.places.map_error_km`."""
    west, south, east, north = FINE_BOX
    inside = (lonlat >= [west, south]).all(axis=1) & (lonlat <= [east, north]).all(axis=1)
    error = np.where(inside, FINE_ERROR_KM, COARSE_ERROR_KM)
    error[np.isnan(lonlat).any(axis=1)] = np.nan
    return error


def lonlat_of(points: gpd.GeoSeries) -> Floats:
    """Return longitude and latitude (n, 2) of points; NaN where a geometry is missing or empty.

    Lines and polygons are represented by a point on them.

    Raises
    ------
    CRSError
        If `points` has no CRS, or a local one that cannot be related to the Earth.
    """
    shapes = to_degrees(points, what="points").to_numpy()
    present = np.flatnonzero(~shapely.is_missing(shapes) & ~shapely.is_empty(shapes))
    shapes = shapes[present]
    other = shapely.get_type_id(shapes) != 0
    shapes[other] = shapely.point_on_surface(shapes[other])
    lonlat = np.full((len(points), 2), np.nan)
    lonlat[present] = np.column_stack([shapely.get_x(shapes), shapely.get_y(shapes)])
    return lonlat


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
    return gpd.GeoSeries(polygons, index=codes.index, crs=WGS84)
