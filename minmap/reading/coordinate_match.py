"""Find the coordinate columns of an unknown table.

Coordinates are refused if another column contains a part of them (the minutes, the hemisphere):
without that part records would be up to a degree off, or on the other side of the Earth. Of columns
that the user names, only this is checked: whether they are of a grid whose system is not given.
"""

import re
from collections.abc import Collection, Mapping
from functools import partial
from typing import Final

import numpy as np

from minmap.coordinates.pairs import split_column
from minmap.coordinates.reference_systems import (
    GAUSS_KRUGER,
    degrees_on_grid,
    grid_in_degrees,
    is_grid,
)
from minmap.coordinates.thousands import without_system
from minmap.errors import CRSError, FileError
from minmap.reading.column_evidence import Candidate, Values, too_little_evidence
from minmap.reading.contradicted_crs import contradictions
from minmap.reading.contradicted_degrees import degree_contradictions
from minmap.reading.contradiction import Contradiction
from minmap.reading.degree_parts import DegreeParts, apart_from_axis, parts_apart
from minmap.reading.easting_column import ordered
from minmap.reading.empty_coordinates import notes_on_empty
from minmap.reading.headings import AMONG_OTHERS, CUT, QUALIFIED, WEAK, strengths, words_of
from minmap.reading.missing_system import lands_of_table, missing_system
from minmap.reading.overrides import PAIR, PLACE
from minmap.reading.sides_of_earth import lost_signs
from minmap.reading.three_degrees import three_degree_contradiction
from minmap.types import Floats
from minmap.vocabulary.spelling import normalise

_MOSTLY: Final = 0.8
_MOST_TRIED: Final = 8
_MOST_DEGREES: Final = 360.0
_BEYOND_NORTHINGS: Final = 10_100_000
"""No northing reaches this."""
_CODE: Final = re.compile(r"[^\W\d]?[ -]?\d{1,2}[ -]?[^\W\d]?")


def coordinate_columns(
    named: Mapping[str, str],
    candidates: list[Candidate],
    values: Mapping[str, Values],
    *,
    parts: DegreeParts,
    crs: str | None,
    label: str,
) -> tuple[dict[str, str], list[str]]:
    """Return the columns of ``"longitude"`` and ``"latitude"``, or of ``"coordinates"``, and notes.

    Parameters
    ----------
    named
        Columns that the user names, by field.
    candidates
        Fields that the other columns may contain, those with the most evidence first.
    values
        Values of each column; those of degrees in `parts` are the whole coordinates.
    parts
        The coordinates that the table has in degrees, minutes and seconds.
    crs
        CRS of the coordinates that the user gives, or None.
    label
        Name of the file.

    Raises
    ------
    FileError
        If there is too little evidence, or a part of the coordinates is in another column.
    CRSError
        If the numbers are not degrees and `crs` is None, or are degrees and `crs` is a grid, or the
        table has another zone, datum or EPSG code.
    """
    if "coordinates" in named:
        if crs is None:
            _require_pairs_of_degrees(named["coordinates"], values, label)
        return {}, []
    grid = crs is not None and is_grid(crs)
    likely = [
        candidate
        for candidate in candidates
        if candidate.field in PAIR
        and candidate.column not in parts.no_coordinates
        and _is_coordinate(candidate, values[candidate.column], grid=grid, known=crs is not None)
    ]
    found = _best_pair(named, likely, values, grid=grid)
    if parts.of_axes and not _is_whole(found, parts, values, grid=grid):
        found = {axis: joined.degrees for axis, joined in parts.of_axes.items()}
    both = next((c for c in candidates if c.field == "coordinates" and _is_pair(c)), None)
    is_empty = len(found) < len(PAIR) or not any(values[c].filled for c in found.values())
    if both is not None and is_empty and named.keys().isdisjoint(PAIR):
        return {"coordinates": both.column}, []
    if len(found) == len(PAIR):
        if named.keys() >= {*PAIR}:
            return found, _notes_on_named(found, values, crs, label, grid=grid)
        in_parts = {*found.values()} <= parts.parts.keys()
        empty = notes_on_empty(found, values, label, whole=in_parts)
        columns, notes = _checked(found, values, crs, label, grid=grid)
        return columns, [*empty, *notes]
    if crs is not None and not grid:
        of_grid = [c for c in candidates if c.field in PAIR and _is_on_grid(c, values[c.column])]
        _require_degrees(_best_pair(named, of_grid, values, grid=True), values, label, crs)
    near = [
        candidate
        for candidate in candidates
        if candidate.field in PLACE and candidate.column not in parts.no_coordinates
    ]
    raise too_little_evidence(
        label, near, "the coordinates of its records", dict.fromkeys(PAIR, "..."), parts.doubt
    )


def _notes_on_named(
    found: Mapping[str, str],
    values: Mapping[str, Values],
    crs: str | None,
    label: str,
    *,
    grid: bool,
) -> list[str]:
    """Return notes on columns that the user names; refuse numbers of a grid without a system."""
    if crs is None or not grid:
        _require_degrees(found, values, label, crs)
    if crs is not None and grid:
        return _texts(_grid_contradictions(values, crs, found, label))
    of_degrees = _degree_notes(found, values, crs, label, is_free=crs is None)
    return [*(f"{doubt}." for doubt in lost_signs(found, values)), *of_degrees]


def _best_pair(
    named: Mapping[str, str],
    likely: list[Candidate],
    values: Mapping[str, Values],
    *,
    grid: bool,
) -> dict[str, str]:
    """Return the best pair of different columns, those that the user names first.

    Columns whose headings are alike but for the axis belong together ("mine_lat", "mine_lon").
    """
    found = {field: named[field] for field in PAIR if field in named}
    x, y = (
        [c for c in likely if c.field == field and field not in found][:_MOST_TRIED]
        for field in PAIR
    )

    def merit(*pair: Candidate) -> float:
        # A table may have both "lon" and "easting": on a grid, large numbers go first.
        large = grid and all(values[c.column].shares["on_grid"] >= _MOSTLY for c in pair)
        empty = not all(values[c.column].filled for c in pair)
        together = len({apart_from_axis(c.column) for c in pair}) == 1
        return sum(c.evidence for c in pair) + 0.1 * together + 2.0 * large - empty

    if not found:
        pairs = [
            (one, other)
            for one in x
            for other in y
            if one.column != other.column and not _has_code((one, other), values)
        ]
        best = max(pairs, key=lambda pair: merit(*pair), default=())
        return {candidate.field: candidate.column for candidate in best}
    rest = [
        candidate
        for candidate in (*x, *y)
        if candidate.column not in found.values()
        and not _is_code(candidate, [values[column] for column in found.values()], values)
    ]
    if rest:
        found |= {rest[0].field: rest[0].column}
    return found


def _is_whole(
    found: Mapping[str, str], parts: DegreeParts, values: Mapping[str, Values], *, grid: bool
) -> bool:
    """Return whether a pair is better than degrees with their minutes in other columns.

    It has decimals, or is on the grid that the user gives, and is filled as often as not.
    """
    if len(found) < len(PAIR) or not parts.parts.keys().isdisjoint(found.values()):
        return False
    least = min(values[joined.degrees].filled for joined in parts.of_axes.values()) / 2
    pair = [values[column] for column in found.values()]
    if any(not each.filled or each.filled < least for each in pair):
        return False
    if any(each.shares["on_grid"] >= _MOSTLY for each in pair):
        return grid
    named = all(strengths(found[axis]).get(axis, 0.0) >= WEAK * QUALIFIED for axis in PAIR)
    return named and not any(each.shares["whole"] >= _MOSTLY for each in pair)


def other_pairs(
    taken: Collection[str], candidates: list[Candidate], values: Mapping[str, Values]
) -> list[tuple[str, str]]:
    """Return the pairs of columns beside those taken that have coordinates by their headings."""
    by_stem: dict[tuple[str, ...], dict[str, str]] = {}
    for candidate in candidates:
        if candidate.field not in PAIR or not candidate.heading or candidate.share < _MOSTLY:
            continue
        if candidate.column in taken or values[candidate.column].shares["whole"] > _MOSTLY:
            continue
        by_stem.setdefault(apart_from_axis(candidate.column), {}).setdefault(
            candidate.field, candidate.column
        )
    return [(pair["longitude"], pair["latitude"]) for pair in by_stem.values() if len(pair) == 2]


def _is_coordinate(candidate: Candidate, sampled: Values, *, grid: bool, known: bool) -> bool:
    heading, share = candidate.heading, candidate.share
    # Numbers beyond 90 under a heading of the latitude may be those of the other axis.
    if candidate.field == "latitude" and heading >= WEAK:
        share = max(share, sampled.share("longitude"))
    if not sampled.filled:
        return heading >= QUALIFIED
    if grid:
        return heading > AMONG_OTHERS and float(np.isfinite(sampled.numbers).mean()) >= 0.5
    # Refused later, with the systems that the numbers may be in.
    if not known and _is_on_grid(candidate, sampled):
        return True
    if sampled.shares["lettered"] >= _MOSTLY and share >= _MOSTLY:
        return True
    # "x_etrs89" may be degrees or on a grid.
    least = ((QUALIFIED, 0.3), (CUT, 0.5), (WEAK * QUALIFIED, _MOSTLY))
    return any(heading >= strength and share >= enough for strength, enough in least)


def _is_on_grid(candidate: Candidate, sampled: Values) -> bool:
    return candidate.heading > AMONG_OTHERS and sampled.shares["on_grid"] >= _MOSTLY


def _has_code(pair: tuple[Candidate, Candidate], values: Mapping[str, Values]) -> bool:
    return any(
        _is_code(one, [values[other.column]], values)
        for one, other in zip(pair, reversed(pair), strict=True)
    )


def _is_code(candidate: Candidate, partners: list[Values], values: Mapping[str, Values]) -> bool:
    """Return whether letters with numbers under another heading are codes, such as "N1" or "S-2".

    They are beside numbers of a grid; whole ones also under a heading such as "Block", or beside
    coordinates without letters.
    """
    sampled = values[candidate.column]
    if candidate.heading >= WEAK or sampled.shares["lettered"] < _MOSTLY:
        return False
    if any(partner.shares["on_grid"] >= _MOSTLY for partner in partners):
        return True
    if not all(map(_CODE.fullmatch, sampled.different)):
        return False
    words = {*normalise(candidate.column).split()}
    is_part = not words.isdisjoint(words_of("zone") | words_of("part of a site"))
    return is_part or not any(partner.shares["lettered"] >= _MOSTLY for partner in partners)


def _is_pair(candidate: Candidate) -> bool:
    return candidate.share >= (0.6 if candidate.heading >= WEAK else 0.9)


def _checked(
    found: dict[str, str], values: Mapping[str, Values], crs: str | None, label: str, *, grid: bool
) -> tuple[dict[str, str], list[str]]:
    """Return the pair, exchanged if need be, and notes; refuse another system and parts."""
    columns = {field: found[field] for field in PAIR}
    if crs is None:
        _require_degrees(columns, values, label, crs)
    if crs is None or not grid:
        doubts = [*parts_apart(columns, values), *lost_signs(columns, values)]
        if doubts:
            raise FileError(
                f"{label}: {doubts[0]}. If that is not so, name the columns: columns={columns}."
            )
        return columns, _degree_notes(columns, values, crs, label, is_free=True)
    pair = [values[column] for column in columns.values()]
    if all(sampled.shares["in_degrees"] >= _MOSTLY for sampled in pair):
        raise degrees_on_grid(label, crs, columns.values())
    order = ordered(columns, values, crs, partial(lands_of_table, values, label))
    found_of_grid = _grid_contradictions(values, crs, order.columns, label)
    _require_no_certain(found_of_grid, order.columns, label)
    return order.columns, [*filter(None, [order.note]), *_texts(found_of_grid)]


def _degree_notes(
    columns: Mapping[str, str],
    values: Mapping[str, Values],
    crs: str | None,
    label: str,
    *,
    is_free: bool,
) -> list[str]:
    """Return notes on degrees that the table contradicts; refuse other units if `is_free`."""
    found = degree_contradictions(values, columns, crs)
    certain = [one for one in found if one.is_certain]
    if certain and is_free:
        raise CRSError(
            f"{label}: {certain[0].text}. If they are degrees from Greenwich, give "
            f"crs='EPSG:4326' and columns={dict(columns)}."
        )
    return [f"{one.text[0].upper()}{one.text[1:]}." for one in found]


def _texts(found: list[Contradiction]) -> list[str]:
    return [f"{one.text}." for one in found]


def _grid_contradictions(
    values: Mapping[str, Values], crs: str, columns: Mapping[str, str], label: str
) -> list[Contradiction]:
    """Return what the table says against the CRS of its grid in the columns of coordinates."""
    pair = [values[columns[field]] for field in PAIR]
    if not all(np.isfinite(sampled.numbers).any() for sampled in pair):
        return []
    lands = partial(lands_of_table, values, label)
    found = contradictions(values, crs, (*columns.values(),), _middles(pair), lands)
    zoned = three_degree_contradiction(values, columns, label) if crs == GAUSS_KRUGER else None
    return [zoned, *found] if zoned else found


def _require_no_certain(found: list[Contradiction], columns: Mapping[str, str], label: str) -> None:
    """Refuse a CRS that is not that of the zone, the datum or the EPSG code in the table."""
    certain = [one for one in found if one.is_certain]
    if certain:
        raise CRSError(
            f"{label}: {certain[0].text}. If that is not so, name the columns of the coordinates: "
            f"columns={dict(columns)}."
        )


def _require_degrees(
    columns: Mapping[str, str], values: Mapping[str, Values], label: str, crs: str | None
) -> None:
    """Refuse numbers of a grid if no system is given, or one of degrees."""
    pair = [values[columns[field]] for field in PAIR if field in columns]
    are_on_grid = (each.filled and each.shares["on_grid"] >= _MOSTLY for each in pair)
    if len(pair) < len(PAIR) or not all(are_on_grid):
        return
    if crs is not None:
        raise grid_in_degrees(label, crs, columns.values())
    x, y = _middles(pair)
    if y > x and y >= _BEYOND_NORTHINGS:
        x, y = y, x  # in Russian usage X is the northing
    raise missing_system(label, values, (*columns.values(),), x, y)


def _require_pairs_of_degrees(column: str, values: Mapping[str, Values], label: str) -> None:
    """Refuse pairs of a grid in one column if no system is given."""
    x, y = without_system(*split_column(values[column].texts, degrees=False))
    if ((np.abs(x) > _MOST_DEGREES) & (np.abs(y) > _MOST_DEGREES)).mean() >= _MOSTLY:
        raise missing_system(label, values, (column,), _middle(x), _middle(y))


def _middles(pair: list[Values]) -> tuple[float, float]:
    """Return a middle easting and northing."""
    x, y = map(_middle, without_system(*(sampled.texts for sampled in pair)))
    return x, y


def _middle(numbers: Floats) -> float:
    # The mean of eastings in two zones would lie in neither, so a number of the table is taken.
    return float(np.nanpercentile(numbers, 50, method="nearest"))
