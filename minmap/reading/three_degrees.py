"""Eastings that begin with a zone of three degrees, but were said to be of six.

Both count from Greenwich and look alike: 3,452,118 is 8.3 E in the zones of three degrees, as in
Germany, and 14.3 E in those of six, as in the former Soviet Union.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd

from minmap.coordinates.column import read_column
from minmap.coordinates.points import read_coordinates
from minmap.coordinates.reference_systems import GAUSS_KRUGER
from minmap.coordinates.zones import ZONE_M
from minmap.places.country_polygons import land_of
from minmap.reading.column_evidence import Values
from minmap.reading.contradicted_crs import Contradiction
from minmap.reading.missing_system import GERMAN_ZONES, are_german, lands_of_table
from minmap.reading.zone_places import in_lands
from minmap.table import listed
from minmap.types import Floats

_NEARLY_ALL, _HALF = 0.8, 0.5
_GERMANY: Final = "Germany"


def three_degree_contradiction(
    values: Mapping[str, Values], columns: Mapping[str, str], label: str
) -> Contradiction | None:
    """Return what contradicts `GAUSS_KRUGER`: places far from the country that the table names.

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
    german = are_german(values)
    if lands.empty and german:
        lands = land_of(["DEU"]).set_axis([_GERMANY])
    x, y = (values[columns[field]].texts for field in ("longitude", "latitude"))
    rows = min(len(x), len(y))
    read = read_coordinates(x.iloc[:rows], y.iloc[:rows], crs=GAUSS_KRUGER)
    there = np.isfinite(read.longitude)
    if lands.empty or not there.any():
        return None
    longitude, latitude = read.longitude[there], read.latitude[there]
    # Of the two first digits, those whose zone is near are the zone.
    first = np.column_stack([_first(x.iloc[:rows])[there], _first(y.iloc[:rows])[there]])
    away = np.abs(longitude[:, None] - (6 * first - 3))
    zones = first[np.arange(len(first)), away.argmin(axis=1)]
    as_six = in_lands(longitude, latitude, lands)
    as_three = in_lands(longitude - 3 * (zones - 1), latitude, lands)
    if as_six.mean() >= _HALF:
        return None
    lost = int(np.argmin(as_six))
    where = " or ".join(map(str, lands.index))
    text = (
        f"{1 - as_six.mean():.0%} of the places that crs={GAUSS_KRUGER!r} gives, in zones of six "
        f"degrees, are outside of {where}, such as lat {latitude[lost]:.2f}, "
        f"lon {longitude[lost]:.2f}"
    )
    if as_three.mean() < _NEARLY_ALL:
        return Contradiction(f"{text}; check crs", is_certain=False)
    cure = _cure(sorted({*zones.astype(int).tolist()}), german=german or _GERMANY in lands.index)
    return Contradiction(f"{text}, and in zones of three degrees inside; {cure}", is_certain=True)


def _cure(zones: list[int], *, german: bool) -> str:
    named = [
        f"crs='EPSG:{GERMAN_ZONES[zone]}' (DHDN / 3-degree Gauss-Kruger zone {zone})"
        for zone in zones
        if german and zone in GERMAN_ZONES
    ]
    each = listed(named) if named else f"the crs of zone {listed(list(map(str, zones)))}"
    if len(zones) == 1:
        return f"give {each}"
    return f"read the rows of each zone with its own, {each}"


def _first(texts: pd.Series) -> Floats:
    return np.asarray(read_column(texts, degrees=False).value // ZONE_M, dtype=float)
