"""Degrees of WGS 84, held against the units, the meridian and the datum that a table states."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np
from pyproj import CRS

from minmap.coordinates.reference_systems import crs_name
from minmap.geodesy.crs import WGS84
from minmap.reading.column_evidence import Values
from minmap.reading.contradicted_crs import FAR_M, apart_m
from minmap.reading.contradiction import MERGE, Contradiction
from minmap.reading.headings import in_words, words_of
from minmap.reading.overrides import PAIR
from minmap.reading.stated_systems import Datums, datums_of, headed_datum
from minmap.table import listed
from minmap.vocabulary.spelling import normalise

_MOSTLY: Final = 0.8
_GRAD, _RADIAN = "grad", "radian"
_UNITS: Final = {
    _GRAD: "grads, which are 0.9 degrees; multiply them by 0.9, or give the crs= of a system in "
    "grads, such as 'EPSG:4807' (NTF (Paris), whose longitudes count from Paris)",
    _RADIAN: "radians, which are 57.29578 degrees; convert them",
}
_MERIDIANS: Final = {
    "Paris": (2.33722917, ("paris", "париж", "парижа")),
    "Ferro": (-17.66666667, ("ferro", "hierro", "ферро")),
    "Madrid": (-3.68793889, ("madrid",)),
    "Rome": (12.45233333, ("rome", "roma")),
    "Lisbon": (-9.13190611, ("lisbon", "lisboa")),
    "Bern": (7.43958333, ("bern",)),
    "Jakarta": (106.80771944, ("jakarta", "batavia")),
    "Brussels": (4.36797500, ("brussels",)),
    "Stockholm": (18.05827778, ("stockholm",)),
    "Oslo": (10.72291667, ("oslo",)),
}
"""Prime meridians of EPSG (8902 to 8913), degrees east of Greenwich, and words for them."""
_PULKOVO: Final = frozenset({"pulkovo", "пулково", "пулкова", "пулковского"})
_FROM: Final = frozenset({"от", "from", "меридиана", "meridian"})
_PULKOVO_DEG: Final = 30 + 19 / 60 + 42 / 3600
"""Pulkovo observatory, degrees east of Greenwich. "Pulkovo" alone is the datum of 1942."""


def degree_contradictions(
    values: Mapping[str, Values], columns: Mapping[str, str], crs: Any
) -> list[Contradiction]:
    """Return what a table says against reading two columns as degrees, the worst first.

    Headings that name other units or another meridian than those of the CRS are certain; a column
    with another datum is not, since it moves points by some 100 m.

    Parameters
    ----------
    values
        Values of each column.
    columns
        The columns of ``"longitude"`` and ``"latitude"``.
    crs
        The geographic CRS that the user gives, or None for WGS 84.
    """
    system = CRS.from_user_input(crs or WGS84)
    found = [*_of_units(values, columns, system), *_of_meridian(columns["longitude"], system)]
    given = "" if crs is None else f"crs={crs_name(crs)!r} ({system.name})"
    middle = _middle(values, columns)
    for datums in datums_of(values):
        found += _of_datums(datums, system, given, middle)
    return [*found, *_of_headings([columns[field] for field in PAIR], system, given, middle)]


def _words(heading: str) -> set[str]:
    return {*normalise(in_words(heading)).split()}


def _of_units(
    values: Mapping[str, Values], columns: Mapping[str, str], system: CRS
) -> Iterator[Contradiction]:
    own = {axis.unit_name for axis in system.axis_info}
    for field in PAIR:
        column = columns[field]
        # A letter, or minutes and seconds in each value, say more than the heading.
        others = ~np.isfinite(values[column].numbers)
        if values[column].shares["lettered"] >= _MOSTLY or others.sum() > _MOSTLY * len(others):
            continue
        for unit, said in _UNITS.items():
            if unit not in own and not _words(column).isdisjoint(words_of(unit)):
                yield Contradiction(f"the heading {column!r} says {said}", is_certain=True)
                return


def _of_meridian(column: str, system: CRS) -> Iterator[Contradiction]:
    prime = system.prime_meridian
    if prime is None or prime.longitude:
        return
    words = _words(column)
    known = {name: east for name, (east, of) in _MERIDIANS.items() if not words.isdisjoint(of)}
    if words & _PULKOVO and words & _FROM:
        known["Pulkovo"] = _PULKOVO_DEG
    if not known:
        return
    name, east = next(iter(known.items()))
    text = f"the heading {column!r} counts from {name}, and longitudes are read from Greenwich"
    cure = f"add {east:.4f} degrees to them, or give a crs= that counts from {name}"
    yield Contradiction(f"{text}; {cure}", is_certain=True)


def _middle(values: Mapping[str, Values], columns: Mapping[str, str]) -> tuple[float, float]:
    numbers = [values[columns[field]].numbers for field in PAIR]
    there = [each[np.isfinite(each)] for each in numbers]
    if not all(len(each) for each in there):
        return np.nan, np.nan
    longitude, latitude = (float(np.median(each)) for each in there)
    return longitude, latitude


def _of_headings(
    headings: Sequence[str], system: CRS, given: str, place: tuple[float, float]
) -> Iterator[Contradiction]:
    code = headed_datum(headings)
    if code is None:
        return
    named = CRS.from_epsg(code)
    metres = apart_m(place, system, code)
    # Where PROJ knows no transformation, the ellipsoid tells datums from before satellites.
    is_old = metres == 0 and _axis_m(named) != _axis_m(system)
    if metres > FAR_M or is_old:
        apart = f"some {metres:.0f} m off" if metres else "perhaps some 100 m off"
        yield Contradiction(
            f"the headings {listed([*map(repr, headings)])} name {named.name}, and the coordinates "
            f"are read {f'with {given}' if given else 'as WGS 84'}, which puts places {apart}; "
            f"give crs='EPSG:{code}'",
            is_certain=False,
        )


def _axis_m(system: CRS) -> float:
    return system.ellipsoid.semi_major_metre if system.ellipsoid else 0.0


def _of_datums(
    datums: Datums, system: CRS, given: str, place: tuple[float, float]
) -> Iterator[Contradiction]:
    apart = {code: apart_m(place, system, code) for code in {*datums.epsg.values()}}
    other = [text for text, code in datums.epsg.items() if apart[code] > FAR_M]
    if not other:
        return
    share = sum(datums.shares[text] for text in other)
    codes = sorted({datums.epsg[text] for text in other})
    worst = max(apart[code] for code in codes)
    shown = listed([f"crs='EPSG:{code}' ({CRS.from_epsg(code).name})" for code in codes])
    is_one = len(codes) == 1 and share >= _MOSTLY
    cure = f"give {shown}" if is_one else f"read the rows of each {MERGE}: {shown}"
    yield Contradiction(
        f"{datums.column!r} says {listed(other)} ({share:.0%} of the values), and the coordinates "
        f"are read {f'with {given}' if given else 'as WGS 84'}, which puts places some "
        f"{worst:.0f} m off; {cure}",
        is_certain=False,
    )
