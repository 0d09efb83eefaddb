"""Rules about the location alone: none, (0, 0), off the globe, rounded."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from minmap.quality.evidence import ROUNDING_KM, Records, degrees
from minmap.quality.findings import Block
from minmap.types import Booleans, Floats


def find(records: Records) -> Iterator[Block]:
    """Yield findings of ``no_location``, ``zero_location``, ``out_of_range``, ``coarse_...``.

    Whole degrees are off by up to 79 km, one decimal by up to 8 km (half the diagonal of a unit at
    the equator). Zeros at the end do not count as decimals. Of coordinates with two decimals one
    pair in a hundred ends in two zeros by chance, so that this is a note.
    """
    stated = records.stated
    outside = off_globe(stated) & ~records.located
    rows = np.flatnonzero(~records.located & ~outside)
    words = [_no_location(place) for place in stated[rows]]
    yield Block("no_location", "geometry", rows, [None] * len(rows), words)

    zero = records.located & records.is_point & (records.lonlat == 0).all(axis=1)
    rows = np.flatnonzero(zero)
    why = "lat 0, lon 0 is open sea in the Gulf of Guinea"
    cleared = [""] * len(rows)
    yield Block(
        "zero_location", "geometry", rows, records.point_texts(rows), [why] * len(rows), cleared
    )

    rows = np.flatnonzero(outside)
    words = [f"given as {degrees(place)}" for place in stated[rows]]
    yield Block("out_of_range", "geometry", rows, records.point_texts(rows), words)

    rows = np.flatnonzero(_coarse(records) & ~zero)
    words = [
        f"{degrees(place)}: {('no decimals', 'one decimal')[number]}, "
        f"off by up to {ROUNDING_KM[number]:.0f} km"
        for place, number in zip(records.lonlat[rows], records.decimals[rows], strict=True)
    ]
    yield Block("coarse_coordinates", "geometry", rows, records.point_texts(rows), words)


def _no_location(stated: Floats) -> str:
    if np.isfinite(stated).all():
        return f"no geometry, though columns of its own say {degrees(stated)}"
    return "neither a geometry nor coordinates that can be read in columns of its own"


def _coarse(records: Records) -> Booleans:
    return records.located & records.is_point & (records.decimals < 2)


def off_globe(lonlat: Floats) -> Booleans:
    """Tell which points (n, 2) are numbers, but no place on the globe."""
    finite = np.isfinite(lonlat).all(axis=1)
    beyond: Booleans = np.asarray((np.abs(lonlat) > [180.0, 90.0]).any(axis=1) & finite)
    return beyond
