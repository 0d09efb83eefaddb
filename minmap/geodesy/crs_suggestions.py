"""The systems that projected coordinates may be in, by the place where each would put them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import shapely
from pyproj import CRS, Transformer
from pyproj.aoi import AreaOfInterest
from pyproj.database import CRSInfo, query_crs_info
from pyproj.enums import PJType
from pyproj.exceptions import ProjError
from shapely.geometry.base import BaseGeometry

from minmap.geodesy.zones import EASTING_M, GAUSS_KRUGER_ZONES, ZONE_M

# Half the width of Web Mercator, metres: pi times the semi-major axis of WGS84.
_MERCATOR_HALF_M = 20_037_508.342789244
# The northing of the pole.
_POLE_M = 10_002_000.0
_ZONES: Final = ((32601, 32660), (32701, 32760), (28402, 28432))

NATIONAL_SHARE: Final = 0.4
NATIONAL_TIMES: Final = 3.0
"""A system is national if this share of the box where it is used lies in that of the country, and
the box is no more than this many times as large: France's extends far into the sea. minmap's own
figures."""
SHOWN: Final = 4
TRIED: Final = 40
"""Systems of a country that are tried, and places that are shown."""
NEAR_DEG: Final = 0.2
"""Mistakes of a datum, and the coast, move points by less than this."""


@dataclass(frozen=True)
class Stated:
    """The EPSG code of a system that the data name in their own words, and which these are.

    `is_exchanged` says whether the northing is in the first column.
    """

    epsg: int
    why: str
    is_exchanged: bool = False

    def place(self, x: float, y: float) -> str:
        """Return where the system puts a point, as text.

        Examples
        --------
        >>> Stated(24878, "as 'ZONE' says").place(612_979, 8_701_850)
        "at 11.74 S 73.97 W in EPSG:24878 (PSAD56 / UTM zone 18S), as 'ZONE' says"
        """
        name = CRS.from_epsg(self.epsg).name
        order = ", if y is the easting" if self.is_exchanged else ""
        x, y = (y, x) if self.is_exchanged else (x, y)
        return f"{_location(self.epsg, x, y)} ({name}), {self.why}{order}"


def usual(x: float, y: float, *, in_degrees: bool) -> Iterator[str]:
    """Yield the place of a point in each of the usual systems that it fits, and the system."""
    if in_degrees:
        yield _location(4326, x, y)
    if max(abs(x), abs(y)) <= _MERCATOR_HALF_M:
        yield _location(3857, x, y)
    zone, easting = divmod(x, ZONE_M)
    low, high = EASTING_M
    if not (low <= easting <= high and 0 <= y <= _POLE_M):
        return
    if zone in GAUSS_KRUGER_ZONES:
        # Pulkovo 1942 writes the number of the zone before the easting; EPSG:28402 to 28432.
        yield f"{_location(28400 + int(zone), x, y)} (Pulkovo 1942, zone {int(zone)})"
    if zone == 0:
        yield (
            f"{_location(32642, x, y)} (UTM zone 42 north; EPSG:32601 to 32660 are zones 1 to 60, "
            "6 degrees of longitude each)"
        )
        yield f"{_location(32742, x, y)} (UTM zone 42 south; EPSG:32701 to 32760)"


def in_countries(x: float, y: float, countries: gpd.GeoSeries) -> list[str]:
    """Return the place of a point in systems that put it into countries, national systems first.

    Parameters
    ----------
    x, y
        Easting and northing.
    countries
        Polygons in EPSG:4326, on an index of their names.

    Examples
    --------
    >>> france = gpd.GeoSeries([shapely.box(-4, 43, 8, 51)], index=["France"], crs=4326)
    >>> in_countries(652_000, 6_862_000, france)[0]
    'at 48.86 N 2.35 E in EPSG:9794 (RGF93 v2b / Lambert-93)'
    """
    found: list[str] = []
    for land in countries.dropna():
        near, box = shapely.buffer(land, NEAR_DEG), _box(land)
        ranked = sorted(_systems(box), key=lambda info: _rank(info, box))[:TRIED]
        places: dict[str, str] = {}
        for info in ranked:
            fit = _fit(info, x, y, near)
            if fit is not None:
                # Of several systems with one place, the first.
                places.setdefault(*fit)
            if len(places) == SHOWN:
                break
        found += [f"{place} in {system}" for place, system in places.items()]
    return found[:SHOWN]


def grids_at(land: BaseGeometry, longitude: float, latitude: float) -> list[CRSInfo]:
    """Return the national grids of a country that are used at a place, its own and recent first.

    Where there are none, all that are used there.

    Examples
    --------
    >>> [one.name for one in grids_at(shapely.box(-4, 43, 8, 51), 2.35, 48.86)][:1]
    ['NTF (Paris) / Lambert zone I']
    """
    box, place = _box(land), shapely.Point(longitude, latitude)
    here = [one for one in _around(box) if _used(one).intersects(place)]
    national = [one for one in here if _is_national(one, box)]

    def rank(info: CRSInfo) -> tuple[float, int]:
        used = _used(info)
        return -round(used.intersection(box).area / used.area, 1), -int(info.code)

    return sorted(national or here, key=rank)


def _box(land: BaseGeometry) -> shapely.Polygon:
    """Return the box of a country; of its largest part if it is on both sides of 180 degrees."""
    west, south, east, north = land.bounds
    if east - west < 180:
        return shapely.box(west, south, east, north)
    largest: shapely.Polygon = max(shapely.get_parts(land), key=shapely.area)
    return shapely.box(*largest.bounds)


def _systems(box: shapely.Polygon) -> list[CRSInfo]:
    """Return the national systems of a country, and the zones that most countries use."""
    return [one for one in _around(box) if _is_zone(one) or _is_national(one, box)]


def _around(box: shapely.Polygon) -> list[CRSInfo]:
    return query_crs_info(
        auth_name="EPSG",
        pj_types=PJType.PROJECTED_CRS,
        area_of_interest=AreaOfInterest(*box.bounds),
    )


def _is_zone(info: CRSInfo) -> bool:
    """Return whether a system is a UTM zone of WGS 84 or a zone of Pulkovo 1942."""
    code = int(info.code)
    return any(low <= code <= high for low, high in _ZONES)


def _is_national(info: CRSInfo, box: shapely.Polygon) -> bool:
    used = _used(info)
    shared = shapely.area(shapely.intersection(used, box))
    is_inside = used.area > 0 and shared >= NATIONAL_SHARE * used.area
    return bool(is_inside and used.area <= NATIONAL_TIMES * box.area)


def _used(info: CRSInfo) -> shapely.Polygon:
    """Return the box where a system is used; empty if it is not known or on both sides of 180."""
    area = info.area_of_use
    if area is None or area.west > area.east:
        return shapely.Polygon()
    return shapely.box(area.west, area.south, area.east, area.north)


def _rank(info: CRSInfo, box: shapely.Polygon) -> tuple[bool, float, int]:
    """Return what sorts systems: of the country, for much of it, of a recent datum."""
    share = shapely.area(shapely.intersection(_used(info), box)) / box.area
    return not _is_national(info, box), -round(share, 1), -int(info.code)


def _fit(info: CRSInfo, x: float, y: float, near: BaseGeometry) -> tuple[str, str] | None:
    """Return where a system puts a point, and the system; None outside country and area of use."""
    code = int(info.code)
    try:
        lon, lat = _degrees(code, x, y)
    except ProjError:  # a system that PROJ lists but has no method for
        return None
    if not shapely.intersects_xy([_used(info), near], lon, lat).all():
        return None
    return _words(lon, lat), f"EPSG:{code} ({info.name})"


def _degrees(epsg: int, x: float, y: float) -> tuple[float, float]:
    crs = CRS.from_epsg(epsg)
    lon, lat = Transformer.from_crs(crs, 4326, always_xy=True).transform(x, y)
    return (lon + 180) % 360 - 180, lat


def _location(epsg: int, x: float, y: float) -> str:
    return f"{_words(*_degrees(epsg, x, y))} in EPSG:{epsg}"


def _words(lon: float, lat: float) -> str:
    north, east = "N" if lat >= 0 else "S", "E" if lon >= 0 else "W"
    return f"at {abs(lat):.2f} {north} {abs(lon):.2f} {east}"
