"""Find degrees, minutes, seconds and the side of the Earth in columns of their own.

"LatD, LatM, LonD, LonM" are one place. They are read together if both axes have the same parts and
the numbers fit; a column of minutes or seconds is never a coordinate.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Final, NamedTuple

import numpy as np

from minmap.coordinates.joined_degrees import joined_degrees, numbers_of_parts
from minmap.files.cells import Cells
from minmap.reading.column_evidence import Values
from minmap.reading.headings import FULL, WEAK, in_words, strengths, words_of
from minmap.reading.overrides import PAIR
from minmap.reading.sides_of_earth import SIDES, side_column
from minmap.types import Floats
from minmap.vocabulary.spelling import normalise

_DEGREES, _MINUTES, _SECONDS = range(3)
_ROLES: Final = ("arc degrees", "arc minutes", "arc seconds")
# A sign that stands between letters is an apostrophe.
_SIGNS: Final = (
    (_SECONDS, re.compile(r"[\"″”]|''|′′|’’")),
    (_MINUTES, re.compile(r"(?<![^\W\d_])['′’]|['′’](?![^\W\d_])")),
    (_DEGREES, re.compile(r"[°º˚]")),
)
_SIGNED: Final = re.compile(r"[^\w\s.,:;()/-]")
_MOST: Final = {"longitude": 180, "latitude": 90}
# Names of an axis to which a single letter may be joined, as in "LATD".
_SHORT: Final = frozenset({"lat", "lon", "long", "lng"})
_FITS: Final = 0.9
_MOSTLY: Final = 0.8
_COUNTED: Final = re.compile(r"[ _.-]?\d{1,2}$|[ _.-][a-z]$")
# A number with at most a letter or a sign, as "6", "6N" or "12'".
_WHOLE: Final = r"\s*[^\W\d_]?\s*-?\d{1,3}[^\w.,]*[^\W\d_]?\W*"
_ANY: Final = r"\s*[^\W\d_]?\s*\d{1,2}(?:[.,]\d+)?[^\w.,]*[^\W\d_]?\W*"
_NUMBERED: Final = re.compile(r"[ _.-]?\d{1,2}$")


class Part(NamedTuple):
    """What a heading says: an axis or "", a unit, and other words.

    `is_letter` is whether a single letter says the unit.
    """

    axis: str
    unit: int
    stem: tuple[str, ...]
    is_letter: bool


_NO_PART: Final = Part("", _DEGREES, (), is_letter=False)


class Joined(NamedTuple):
    """The columns of one coordinate: degrees, then minutes and perhaps seconds, and the side."""

    degrees: str
    parts: tuple[str, ...]
    side: str | None

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns, the degrees first."""
        return (self.degrees, *self.parts, *filter(None, [self.side]))


@dataclass(frozen=True)
class DegreeParts:
    """What a table has of coordinates in parts.

    Attributes
    ----------
    of_axes
        The columns of each axis; empty if they are not complete or do not fit.
    no_coordinates
        The columns of minutes and seconds.
    """

    of_axes: dict[str, Joined] = field(default_factory=dict)
    no_coordinates: tuple[str, ...] = ()

    @property
    def parts(self) -> dict[str, tuple[str, ...]]:
        """The columns of minutes and seconds by that of the degrees."""
        return {one.degrees: one.parts for one in self.of_axes.values()}

    @property
    def sides(self) -> dict[str, str]:
        """The columns of the side of the Earth by that of the degrees."""
        return {one.degrees: one.side for one in self.of_axes.values() if one.side}

    @property
    def doubt(self) -> str:
        """A sentence on minutes and seconds without their degrees; "" if there are none."""
        if self.of_axes or not self.no_coordinates:
            return ""
        names = " and ".join(self.no_coordinates)
        verb = "seems" if len(self.no_coordinates) == 1 else "seem"
        return f"{names} {verb} to be minutes or seconds, and no degrees that fit them were found. "


@lru_cache(maxsize=4096)
def part_of(heading: str) -> Part | None:
    """Return the axis and unit that a heading says; None if it says no unit.

    Examples
    --------
    >>> part_of("LatM")
    Part(axis='latitude', unit=1, stem=(), is_letter=True)
    >>> part_of("Широта, сек").unit, part_of("min").axis, part_of("Latitude")
    (2, '', None)
    """
    signs = (
        [unit for unit, sign in _SIGNS if sign.search(heading)] if _SIGNED.search(heading) else []
    )
    for spelling in dict.fromkeys([normalise(in_words(heading)), normalise(heading)]):
        words = spelling.split()
        found = _of_axis(words, signs[0], is_letter=False) if signs else None
        if found:
            return found
        for unit, at in _units_among(words):
            is_letter = len(words[at]) == 1 and words[at].isalpha()
            found = _of_axis(words[:at] + words[at + 1 :], unit, is_letter=is_letter)
            if found:
                return found
    return _run_together(normalise(heading))


def _units_among(words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield units and the positions of their words, the longest words first."""
    for at in sorted(range(len(words)), key=lambda n: (-len(words[n]), -n)):
        for unit, role in enumerate(_ROLES):
            if words[at] in words_of(role):
                yield unit, at


def _of_axis(words: Sequence[str], unit: int, *, is_letter: bool) -> Part | None:
    """Return the part of the axis that words say, or of none, as "min" alone."""
    if not words:
        return Part("", unit, (), is_letter)
    axis = _axis(words)
    return Part(axis, unit, _stem(words, axis), is_letter) if axis else None


def _axis(words: Sequence[str]) -> str:
    """Return the one axis that words name, also as "N" or "E"; "" if they name none."""
    said = strengths(" ".join(words))
    axes = [axis for axis in PAIR if said.get(axis, 0.0) >= WEAK]
    axes = axes or [axis for axis in PAIR if words_of(SIDES[axis][0]).issuperset(words)]
    return axes[0] if len(axes) == 1 else ""


def _stem(words: Sequence[str], axis: str) -> tuple[str, ...]:
    """Return the words that are no part of the name of an axis, such as "mine" in "mine lat"."""
    if strengths(" ".join(words)).get(axis) == FULL:
        return ()
    sides = words_of(SIDES[axis][0]) | words_of(SIDES[axis][1])
    named = (word in sides or any(map(strengths(word).get, PAIR)) for word in words)
    return tuple(word for word, is_axis in zip(words, named, strict=True) if not is_axis)


def _run_together(word: str) -> Part | None:
    """Return the part of one word, such as "latdeg", "latd" or "纬度分"."""
    units = _unit_names()
    if " " in word or not (word.startswith(units) or word.endswith(units)) or _axis([word]):
        return None
    for unit, role in enumerate(_ROLES):
        for name in words_of(role):
            is_letter = len(name) == 1 and name.isascii()
            for rest in (word.removesuffix(name), word.removeprefix(name)):
                if rest == word or (is_letter and rest not in _SHORT):
                    continue
                axes = [axis for axis in PAIR if strengths(rest).get(axis) == FULL]
                if axes:
                    return Part(axes[0], unit, (), is_letter)
    return None


@cache
def _unit_names() -> tuple[str, ...]:
    return tuple(sorted(frozenset[str]().union(*map(words_of, _ROLES))))


def apart_from_axis(heading: str) -> tuple[str, ...]:
    """Return the words of a heading without those that name an axis.

    Examples
    --------
    >>> apart_from_axis("mine_lat"), apart_from_axis("Longitude, mine")
    (('mine',), ('mine',))
    """
    words = normalise(heading).split()
    return tuple(word for word in words if not any(strengths(word).get(axis) for axis in PAIR))


def degree_parts(values: Mapping[str, Values]) -> DegreeParts:
    """Return the coordinates that a table has in parts.

    Parameters
    ----------
    values
        Values of each column, in the order of the table.

    Examples
    --------
    >>> import pandas as pd
    >>> from minmap.reading.column_evidence import values_of
    >>> names = ["LatD", "LatM", "LonD", "LonM"]
    >>> rows = [["49", "43.2", "81", "36"], ["47", "52.2", "67", "30"]]
    >>> found = degree_parts(values_of(pd.DataFrame(rows, columns=names).to_dict("series")))
    >>> found.parts
    {'LonD': ('LonM',), 'LatD': ('LatM',)}
    """
    headed = _headed(values)
    smaller = [column for column, part in headed.items() if part.unit != _DEGREES]
    for stem in dict.fromkeys(headed[column].stem for column in smaller):
        found = {axis: _of_stem(axis, stem, headed, values) for axis in PAIR}
        both = {axis: one for axis, one in found.items() if one is not None}
        if len(both) == len(PAIR) and len({len(one.parts) for one in both.values()}) == 1:
            return DegreeParts(both, tuple(smaller))
    return DegreeParts({}, _certain(smaller, headed, values))


def notes_on_named(named: Mapping[str, str], parts: DegreeParts) -> list[str]:
    """Return notes on columns that the user names without the minutes that belong to them."""
    return [
        f"{column} is read as it is named, without {' and '.join(parts.parts[column])}; leave "
        f"longitude and latitude out of columns= to read them together."
        for axis, column in named.items()
        if axis in PAIR and column in parts.parts
    ]


def parts_apart(pair: Mapping[str, str], values: Mapping[str, Values]) -> Iterator[str]:
    """Yield the doubt that columns are degrees or minutes whose other part is in other columns.

    It goes by the numbers if headings do not say which part a column has, as "Lat_1" and "Lat_2".
    """
    cure = "write them into one cell, such as '41 30 15'"
    columns = [*pair.values()]
    if all(values[column].shares["whole"] >= _MOSTLY for column in columns):
        parts = [
            column
            for column, sampled in values.items()
            if column not in columns and sampled.shares["below_60"] >= _MOSTLY
            if _may_be_part(column) and not _is_bound(column, values)
        ]
        if parts:
            yield (
                f"{' and '.join(columns)} are whole degrees and {' and '.join(parts)} seem to be "
                f"their minutes; {cure}"
            )
        return
    if not all(values[column].shares["below_60"] == 1 for column in columns):
        return
    others = [
        c for c, each in values.items() if c not in columns and each.shares["whole"] >= _MOSTLY
    ]
    degrees = [
        next((c for c in others if _are_degrees_of(c, pair[axis], axis, values)), "")
        for axis in PAIR
    ]
    if all(degrees):
        yield (
            f"{' and '.join(columns)} seem to be minutes and {' and '.join(degrees)} their "
            f"degrees; {cure}"
        )


def parts_with_letters(
    columns: Sequence[str], used: Iterable[str], values: Mapping[str, Values]
) -> list[str]:
    """Return columns of minutes or seconds that belong to coordinates, but were not read.

    Such are those with a letter or sign beside the numbers, as "4 N", and those of degrees with
    one, as "6N".

    Parameters
    ----------
    columns
        The columns of degrees that are taken.
    used
        These, and the columns that are read together with them.
    values
        Values of each column.
    """
    whole = [column for column in columns if _are(_WHOLE, values[column])]
    if not whole:
        return []
    axes = {_axis_of(column) or (part_of(column) or _NO_PART).axis for column in whole}
    parts = {column: part_of(column) for column in values if column not in {*used}}
    return [
        column
        for column, part in parts.items()
        if part and part.axis in axes and part.unit != _DEGREES and not part.stem
        if _are(_ANY, values[column]) and not _is_bound(column, values)
    ]


def _are(pattern: str, sampled: Values) -> bool:
    """Return whether nearly all cells have a form."""
    return bool(sampled.filled) and bool(sampled.texts.str.fullmatch(pattern).mean() >= _MOSTLY)


def _may_be_part(heading: str) -> bool:
    """Return whether a heading may be that of a part, such as "Lat_min", "Lat_2" or "min"."""
    part = part_of(heading)
    is_unit = part is not None and part.unit != _DEGREES and not part.is_letter
    return is_unit or _axis_of(heading) != ""


def _axis_of(heading: str) -> str:
    """Return the axis that a heading names, as "Lat_2" and "Lat_b" too; "" if it names none."""
    spellings = (heading, _COUNTED.sub("", heading))
    return next(filter(None, (_axis(normalise(in_words(one)).split()) for one in spellings)), "")


def _are_degrees_of(column: str, minutes: str, axis: str, values: Mapping[str, Values]) -> bool:
    """Return whether numbers are whole degrees, and those beside them minutes of a degree.

    Decimal degrees differ from whole ones by less than one.
    """
    if _axis_of(column) != axis:
        return False
    whole, smaller = (numbers_of_parts(values[name].texts).dropna() for name in (column, minutes))
    if (whole.abs() > _MOST[axis]).any() or (smaller < 0).any() or (smaller >= 60).any():
        return False
    apart = (whole - smaller).dropna().abs()
    return bool(len(apart) and (apart >= 1).mean() > 1 - _MOSTLY and whole.nunique() > 1)


def _headed(values: Mapping[str, Values]) -> dict[str, Part]:
    """Return the parts that headings say; "min" alone is of the axis of the column before it."""
    found = dict[str, Part]()
    before = ""
    for column in values:
        part = part_of(column) or part_of(_NUMBERED.sub("", column))
        if part is not None and not part.axis:
            part = _of_column_before(part, before, found)
        if part is not None and _has_numbers(values[column]) and not _is_bound(column, values):
            found[column] = part
        before = column
    return found


def _of_column_before(part: Part, before: str, found: Mapping[str, Part]) -> Part | None:
    """Return a part without an axis as that of the column before it, None if it is not the next."""
    axis = _axis(normalise(in_words(before)).split())
    plain = Part(axis, _DEGREES, (), is_letter=False) if axis else None
    larger = found.get(before, plain)
    if larger is None or part.unit != larger.unit + 1:
        return None
    return part._replace(axis=larger.axis, stem=larger.stem)


def _has_numbers(sampled: Values) -> bool:
    """Return whether a column has numbers, and so no letters of a side ("N/S") or other words."""
    return bool(numbers_of_parts(sampled.texts).notna().mean() >= _FITS)


def _is_bound(heading: str, headings: Iterable[str]) -> bool:
    """Return whether a heading is the minimum beside a maximum, as "lat_min" beside "lat_max"."""
    words = normalise(in_words(heading)).split()
    if "min" not in words:
        return False
    largest = " ".join("max" if word == "min" else word for word in words)
    return largest in {normalise(in_words(one)) for one in headings}


def _of_stem(
    axis: str, stem: tuple[str, ...], headed: Mapping[str, Part], values: Mapping[str, Values]
) -> Joined | None:
    """Return the columns of an axis whose headings have the same other words, if they fit."""
    of_unit: dict[int, list[str]] = {}
    for column, part in headed.items():
        if (part.axis, part.stem) == (axis, stem):
            of_unit.setdefault(part.unit, []).append(column)
    if _MINUTES not in of_unit:
        return None
    parts = tuple(of_unit[unit][0] for unit in (_MINUTES, _SECONDS) if unit in of_unit)
    plain = [column for column in values if column not in headed and _is_plain(column, axis, stem)]
    for degrees in [*of_unit.get(_DEGREES, []), *plain]:
        columns = (degrees, *parts)
        if _fit(axis, [values[column] for column in columns]):
            return Joined(degrees, parts, side_column(axis, columns, values))
    return None


def _is_plain(heading: str, axis: str, stem: tuple[str, ...]) -> bool:
    """Return whether a heading says an axis and no unit, such as "Lat" beside "LatM"."""
    words = normalise(in_words(heading)).split()
    return _axis(words) == axis and _stem(words, axis) == stem


def _fit(axis: str, columns: Sequence[Values]) -> bool:
    """Return whether numbers may be degrees, minutes and seconds of one coordinate.

    60 seconds come from rounding.
    """
    arrays: list[Floats] = [numbers_of_parts(each.texts).to_numpy() for each in columns]
    if not all(map(len, arrays)):
        return False
    degrees, *smaller = arrays
    fits = [np.abs(degrees) <= _MOST[axis], *(np.abs(each) <= 60 for each in smaller)]
    fits += [each % 1 == 0 for each in arrays[:-1]]
    return all(bool(np.mean(each) >= _FITS) for each in fits)


def _certain(
    smaller: Sequence[str], headed: Mapping[str, Part], values: Mapping[str, Values]
) -> tuple[str, ...]:
    """Return the columns that are certainly minutes or seconds though not all parts were found.

    A letter alone may mean something else: "LatS" the south, "LatM" the mine. So all numbers under
    one must be those of minutes, and "LatS" is of seconds only beside "LonS".
    """

    def are_small(column: str) -> bool:
        numbers = numbers_of_parts(values[column].texts)
        return bool(((numbers >= 0) & (numbers <= 60)).all())

    lettered = [column for column in smaller if headed[column].is_letter]
    are_minutes = all(map(are_small, lettered))
    in_seconds = {headed[column].axis for column in lettered if headed[column].unit == _SECONDS}
    return tuple(
        column
        for column in smaller
        if not headed[column].is_letter
        or (are_minutes and (headed[column].unit == _MINUTES or len(in_seconds) == len(PAIR)))
    )


def with_joined(
    cells: Cells,
    names: Iterable[str],
    parts: Mapping[str, Sequence[str]],
    sides: Mapping[str, str],
) -> Cells:
    """Return a table in which the columns of degrees have the whole coordinates.

    Parameters
    ----------
    cells
        The table. Not changed.
    names
        Columns of coordinates. Those without parts and side stay.
    parts
        The columns of minutes and perhaps seconds by that of the degrees.
    sides
        The columns of the side of the Earth by that of the degrees.
    """
    frame = cells.frame
    for name in names:
        if name not in parts and name not in sides:
            continue
        columns = [cells.column(column) for column in (name, *parts.get(name, ()))]
        degrees, *smaller = [column for column in columns if column is not None]
        side = cells.column(sides[name]) if name in sides else None
        joined = joined_degrees(degrees, smaller, side)
        frame = frame.assign(**{cells.folded_names[name.casefold()]: joined})
    return cells if frame is cells.frame else Cells(frame, cells.geometry, cells.notes)
