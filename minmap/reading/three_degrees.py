"""Eastings that begin with a zone of three degrees, read with `crs="gauss-kruger"`, that of six.

Both count from Greenwich and look alike: 3,452,118 is 8.3 E in the zones of three degrees, as in
Germany, and 14.3 E in those of six, as in the former Soviet Union.
"""

from collections.abc import Iterable, Mapping
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import CRS

from minmap.coordinates.column import read_column
from minmap.coordinates.points import read_coordinates
from minmap.coordinates.reference_systems import GAUSS_KRUGER
from minmap.geodesy.crs_suggestions import grids_at
from minmap.geodesy.zones import ZONE_M, fit_three_degrees, is_three_degree_zone
from minmap.places.country_polygons import land_of
from minmap.reading.chinese_zones import chinese_contradiction
from minmap.reading.column_evidence import Values
from minmap.reading.contradiction import Contradiction
from minmap.reading.missing_system import GERMAN_ZONES, are_german, german_utm, lands_of_table
from minmap.reading.zone_places import in_lands
from minmap.table import listed
from minmap.types import Floats

_NEARLY_ALL, _HALF = 0.8, 0.5
_FEWEST, _SHOWN = 5, 3
_GERMANY: Final = "Germany"


def three_degree_contradiction(
    values: Mapping[str, Values], columns: Mapping[str, str], label: str
) -> Contradiction | None:
    """Return what contradicts `GAUSS_KRUGER`: places far from the country that the table names.

    Where it names no country, it is a note that the eastings fit zones of three degrees too.

    Parameters
    ----------
    values
        Values of each column.
    columns
        The columns of the coordinates.
    label
        Name of the file.
    """
    lands = lands_of_table(values, label).dropna()
    if lands.empty and are_german(values):
        lands = land_of(["DEU"]).set_axis([_GERMANY])
    x, y = (values[columns[field]].texts for field in ("longitude", "latitude"))
    both = x.index.intersection(y.index)
    x, y = x.loc[both], y.loc[both]
    east, north = _numbers(x), _numbers(y)
    prefixed = _german_utm(columns.values(), east, north, lands)
    other = prefixed or chinese_contradiction(east, north)
    if other:
        return other
    read = read_coordinates(x, y, crs=GAUSS_KRUGER)
    there = np.isfinite(read.longitude)
    if not there.any():
        return None
    longitude, latitude = read.longitude[there], read.latitude[there]
    # The easting may be in either column: its leading digits are the zone nearest to the longitude
    # found.
    numbers = np.column_stack([_numbers(x)[there], _numbers(y)[there]])
    first = numbers // ZONE_M
    away = np.abs(longitude[:, None] - (6 * first - 3))
    rows, chosen = np.arange(len(first)), away.argmin(axis=1)
    zones = first[rows, chosen]
    if lands.empty:
        fits = fit_three_degrees(numbers[rows, chosen], latitude)
        is_doubtful = len(fits) >= _FEWEST and fits.mean() >= _NEARLY_ALL
        return _doubt(longitude[0] - 3 * (zones[0] - 1), latitude[0]) if is_doubtful else None
    return _judged(longitude, latitude, zones, lands)


def _german_utm(
    columns: Iterable[str], east: Floats, north: Floats, lands: gpd.GeoSeries
) -> Contradiction | None:
    """Return the contradiction that eastings begin with a zone of UTM, as in Germany."""
    there = np.isfinite(east) & np.isfinite(north)
    if not there.any():
        return None
    x, y = (float(np.percentile(each[there], 50, method="nearest")) for each in (east, north))
    code = german_utm([*columns], x, y, lands)
    if code is None:
        return None
    return Contradiction(
        f"the eastings begin with a zone of UTM, as in Germany, and crs={GAUSS_KRUGER!r} puts them "
        f"elsewhere; give crs='EPSG:{code}' ({CRS.from_epsg(code).name})",
        is_certain=True,
    )


def _doubt(longitude: float, latitude: float) -> Contradiction:
    return Contradiction(
        f"The table names no country, and crs={GAUSS_KRUGER!r} is of zones of six degrees, as in "
        "the former Soviet Union; most eastings fit zones of three degrees too, as in Poland, "
        f"Serbia or Turkey, where the first place would be at lat {latitude:.2f}, lon "
        f"{longitude:.2f}; if they are those, give the EPSG code of their zone",
        is_certain=False,
    )


def _judged(
    longitude: Floats, latitude: Floats, zones: Floats, lands: gpd.GeoSeries
) -> Contradiction | None:
    as_six = in_lands(longitude, latitude, lands)
    as_three = in_lands(longitude - 3 * (zones - 1), latitude, lands)
    if as_six.mean() >= _HALF:
        return None
    lost = int(np.argmin(as_six))
    where = " or ".join(map(str, lands.index))
    text = (
        f"{1 - as_six.mean():.0%} of the places that crs={GAUSS_KRUGER!r} gives, in zones of six "
        f"degrees, are outside of {where} (the first at lat {latitude[lost]:.2f}, "
        f"lon {longitude[lost]:.2f})"
    )
    if as_three.mean() < _NEARLY_ALL:
        return Contradiction(f"{text}; check crs", is_certain=False)
    places = {
        int(zone): (lon - 3 * (zone - 1), lat)
        for zone, lon, lat in zip(zones, longitude, latitude, strict=True)
    }
    return Contradiction(
        f"{text}; zones of three degrees put them inside; {_cure(places, lands)}", is_certain=True
    )


def _cure(places: Mapping[int, tuple[float, float]], lands: gpd.GeoSeries) -> str:
    """Return what to do with the zones that have these places."""
    found = [_named(zone, *places[zone], lands) for zone in sorted(places)]
    if len(found) == 1:
        return f"give {found[0]}"
    return f"read the rows of each zone with its own, {listed(found)}"


def _named(zone: int, longitude: float, latitude: float, lands: gpd.GeoSeries) -> str:
    """Return the systems that a zone of three degrees may be at a place, as text."""
    if _GERMANY in lands.index and zone in GERMAN_ZONES:
        code = GERMAN_ZONES[zone]
        return f"crs='EPSG:{code}' ({CRS.from_epsg(code).name})"
    near = [info for land in lands for info in grids_at(land, longitude, latitude)]
    codes = dict.fromkeys(int(info.code) for info in near)
    fitting = [code for code in codes if is_three_degree_zone(CRS.from_epsg(code), zone)]
    shown = [f"'EPSG:{code}' ({CRS.from_epsg(code).name})" for code in fitting[:_SHOWN]]
    return f"crs={' or '.join(shown)}" if shown else f"the crs of zone {zone}"


def _numbers(texts: pd.Series) -> Floats:
    return np.asarray(read_column(texts, degrees=False).value, dtype=float)
