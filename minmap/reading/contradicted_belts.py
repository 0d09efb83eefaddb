"""A CRS that the user gives, held against belts of its grid: meridians, first digits and names."""

from collections.abc import Iterator, Mapping
from typing import Final

import pandas as pd
from pyproj import CRS

from minmap.geodesy.sibling_grids import same_datum, siblings
from minmap.geodesy.zones import EASTING_M, ZONE_M, central_meridian, first_digits, zone_numbers
from minmap.reading.column_evidence import Values
from minmap.reading.contradiction import MERGE, ONE_AMONG, Contradiction
from minmap.reading.headings import in_words, words_of
from minmap.reading.stated_meridians import Meridians, headed_meridian, meridians_of
from minmap.reading.stated_systems import headed_zone
from minmap.reading.zone_places import pair_numbers
from minmap.table import listed
from minmap.vocabulary.spelling import normalise

_MOSTLY: Final = 0.8
_NEAR_DEG: Final = 0.02
_MOST_NAMES: Final = 8
_SAME: Final = {
    **dict.fromkeys(("oeste", "ouest", "occidental"), "west"),
    **dict.fromkeys(("este", "est", "oriental"), "east"),
    **dict.fromkeys(("norte", "nord"), "north"),
    **dict.fromkeys(("sur", "sud", "sul"), "south"),
    "centro": "central",
}
"""Words for directions, as some names of EPSG have them in English and some in French."""


def contradicting_belts(
    values: Mapping[str, Values], system: CRS, crs: str, pair: tuple[str, ...]
) -> Iterator[Contradiction]:
    """Yield what says that points are in other belts of a grid than that of a CRS.

    Parameters
    ----------
    values
        Values of each column.
    system
        The projected CRS.
    crs
        Its name as the user gives it.
    pair
        The columns of the coordinates, that of the easting first.
    """
    label = f"crs={crs!r} ({system.name})"
    middle = central_meridian(system)
    if middle is not None:
        for meridians in meridians_of({c: v for c, v in values.items() if c not in pair}):
            yield from _of_meridians(meridians, middle, system, label)
    yield from _of_headings(pair, middle, system, label)
    yield from _of_first_digits(values, pair, system, label)
    yield from _of_names(values, system, label)


def _of_meridians(
    meridians: Meridians, middle: float, system: CRS, label: str
) -> Iterator[Contradiction]:
    other = sorted(each for each in meridians.counts if abs(each - middle) > _NEAR_DEG)
    if not other:
        return
    rows = sum(meridians.counts[each] for each in other)
    if rows == 1 and sum(meridians.counts.values()) >= ONE_AMONG:
        text = f"{meridians.column!r} says {other[0]:g} in one row, and {label} has the meridian"
        yield Contradiction(f"{text} {middle:g}; check that row", is_certain=False)
        return
    codes = _by_meridian(system)
    if len(meridians.counts) > 1:
        every = sorted(meridians.counts)
        shown = ", ".join(f"{each:g}{codes.get(each, '')}" for each in every)
        text = f"{meridians.column!r} has the central meridians {shown}, and {label} has {middle:g}"
        yield Contradiction(f"{text}; read the rows of each {MERGE}", is_certain=True)
        return
    text = f"{meridians.column!r} says the central meridian {other[0]:g}, and {label} has"
    yield Contradiction(f"{text} {middle:g}; {_give(codes, other[0])}", is_certain=True)


def _by_meridian(system: CRS) -> dict[float, str]:
    """Return the code of each belt of the grid by its meridian, in brackets."""
    known = ((central_meridian(crs), code) for code, crs in siblings(system).items())
    return {degrees: f" (EPSG:{code})" for degrees, code in known if degrees is not None}


def _give(codes: Mapping[float, str], meridian: float) -> str:
    code = codes.get(meridian, "").strip(" ()")
    return f"give crs={code!r}" if code else "give the crs of that meridian"


def _of_headings(
    pair: tuple[str, ...], middle: float | None, system: CRS, label: str
) -> Iterator[Contradiction]:
    """Yield the zone or meridian in the headings of the coordinates, if it is another."""
    where = " and ".join(pair)
    stated = headed_meridian(pair)
    if stated is not None and middle is not None and abs(stated - middle) > _NEAR_DEG:
        text = f"{where} name Lo{stated:.0f}, and {label} has the central meridian {middle:g}"
        yield Contradiction(f"{text}; {_give(_by_meridian(system), stated)}", is_certain=True)
    zone, (numbers, _) = headed_zone(pair), zone_numbers(system)
    if zone and numbers and zone.number not in numbers:
        text = f"{where} name zone {zone}, and {label} is of another"
        yield Contradiction(f"{text}; give the crs of that zone", is_certain=True)


def _of_first_digits(
    values: Mapping[str, Values], pair: tuple[str, ...], system: CRS, label: str
) -> Iterator[Contradiction]:
    """Yield the zones with which eastings begin, where the grid has one and they begin with others.

    A false easting of 2,500,000 m means that 1,500,000 m is never in that zone.
    """
    own = first_digits(system)
    if own is None or len(pair) != 2:
        return
    eastings = pair_numbers(values, pair)["x"]
    digits, rest = (eastings // ZONE_M).astype(int), eastings % ZONE_M
    known = {first_digits(crs): code for code, crs in siblings(system).items()}
    low, high = EASTING_M
    fits = digits.isin([*known]) & (rest >= low) & (rest <= high)
    other = digits.ne(own)
    if eastings.empty or not other.any() or fits.mean() < _MOSTLY:
        return
    zones = sorted({*digits[fits].tolist()})
    if other.sum() == 1 and len(digits) >= ONE_AMONG:
        first = f"{eastings[other].iloc[0]:,.0f} in {pair[0]!r} begins with another zone than {own}"
        yield Contradiction(f"{first}, which is that of {label}; check that row", is_certain=False)
        return
    shown = listed([f"{zone} (EPSG:{known[zone]})" for zone in zones])
    text = f"{pair[0]!r} has eastings of the zones {shown}, by their digits, and {label} is {own}"
    one = f"give crs='EPSG:{known[zones[0]]}'"
    cure = f"read the rows of each {MERGE}" if len(zones) > 1 else one
    yield Contradiction(f"{text}; {cure}", is_certain=True)


def _of_names(values: Mapping[str, Values], system: CRS, label: str) -> Iterator[Contradiction]:
    """Yield the columns whose values name other belts of the grid, such as "Sud Maroc (II)"."""
    if not any(map(_may_name_a_belt, values)):
        return
    belts = {code: _words(name.partition("/")[2]) for code, name in same_datum(system).items()}
    for column, sampled in values.items():
        if not sampled.filled or not _may_name_a_belt(column):
            continue
        if len(sampled.different) > _MOST_NAMES:
            continue
        named = {t: code for t in sampled.different if (code := _belt_of(t, belts)) is not None}
        codes = sampled.texts.map(named)
        if codes.notna().mean() >= _MOSTLY:
            yield from _judged_names(column, codes.dropna().astype(int), system, label)


def _judged_names(
    column: str, codes: pd.Series, system: CRS, label: str
) -> Iterator[Contradiction]:
    names = same_datum(system)
    found = sorted({*codes.tolist()})
    if all(names[code] == system.name for code in found):
        return
    shown = listed([f"EPSG:{code} ({names[code]})" for code in found])
    if len(found) == 1:
        text = f"{column!r} says {shown}, and {label} is another; give crs='EPSG:{found[0]}'"
    else:
        text = f"{column!r} names {shown}, and {label} is one; read the rows of each {MERGE}"
    words = set(normalise(in_words(column)).split())
    yield Contradiction(text, not words.isdisjoint(words_of("grid") | words_of("origin of a grid")))


def _may_name_a_belt(column: str) -> bool:
    words = set(normalise(in_words(column)).split())
    if not words.isdisjoint(words_of("origin of a grid")):
        return True
    is_other = not words.isdisjoint(words_of("other zone") | words_of("other system"))
    return not is_other and not words.isdisjoint(words_of("zone"))


def _words(text: str) -> frozenset[str]:
    return frozenset(_SAME.get(word, word) for word in normalise(text).split())


def _belt_of(text: str, belts: Mapping[int, frozenset[str]]) -> int | None:
    """Return the code of the belt with the fewest words besides those of a text."""
    behind = words_of("zone") | {"i", "ii", "iii", "iv"}
    words = frozenset(word for word in _words(text) if word not in behind)
    if not words or not any(len(word) > 2 and word.isalpha() for word in words):
        return None
    fitting = [code for code, name in belts.items() if words <= name]
    return min(fitting, key=lambda code: (len(belts[code]), code), default=None)
