"""Rules about the location alone: missing, at (0, 0), off the globe, rounded."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from minmap.quality.findings import Block
from minmap.quality.records import ROUNDING_KM, Records, degrees
from minmap.types import Booleans, Floats


def find(records: Records) -> Iterator[Block]:
    """Yield ``no_location``, ``zero_location``, ``out_of_range`` and ``coarse_coordinates``.

    Whole degrees are off by up to 79 km, one decimal by up to 8 km (half the diagonal of a unit at
    the equator). Zeros at the end do not count as decimals. One pair of coordinates with two
    decimals in a hundred ends in two zeros by chance, so ``coarse_coordinates`` is a note.
    """
    given = records.unused_lonlat
    outside = off_globe(given)
    rows = np.flatnonzero(~records.has_location & ~outside)
    yield Block("no_location", "geometry", rows, [_no_location(place) for place in given[rows]])

    zero = records.has_location & records.is_point & (records.lonlat == 0).all(axis=1)
    rows = np.flatnonzero(zero)
    why = "lat 0, lon 0 is open sea in the Gulf of Guinea"
    yield Block("zero_location", "geometry", rows, [why] * len(rows), [""] * len(rows))

    rows = np.flatnonzero(outside)
    words = [f"given as {degrees(place)}" for place in given[rows]]
    yield Block("out_of_range", "geometry", rows, words)

    coarse = records.has_location & records.is_point & (records.decimals < 2) & ~zero
    rows = np.flatnonzero(coarse)
    words = [
        f"{degrees(place)}: {('no decimals', 'one decimal')[number]}, "
        f"off by up to {ROUNDING_KM[number]:.0f} km"
        for place, number in zip(records.lonlat[rows], records.decimals[rows], strict=True)
    ]
    yield Block("coarse_coordinates", "geometry", rows, words)


def _no_location(given: Floats) -> str:
    if np.isfinite(given).all():
        return f"no geometry, though its columns give {degrees(given)}"
    return "neither a geometry nor coordinates that can be read in its columns"


def off_globe(lonlat: Floats) -> Booleans:
    """Return whether points (n, 2) are numbers outside the range of degrees."""
    with np.errstate(invalid="ignore"):
        beyond = (np.abs(lonlat) > [180.0, 90.0]).any(axis=1)
    return np.asarray(beyond & np.isfinite(lonlat).all(axis=1), dtype=bool)
