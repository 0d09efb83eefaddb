"""Assign the columns of an unknown table to fields, one to one, and series of columns together."""

from collections.abc import Iterable, Mapping
from typing import Final

from minmap.reading.column_contents import (
    LEAST_CONFIDENCE,
    Explanation,
    Odds,
    explanations,
    without_field,
)
from minmap.reading.column_evidence import MAIN, MINOR, SECOND, Values
from minmap.reading.headings import OTHER, WEAK, says_exploration, series_of
from minmap.reading.overrides import PLACE
from minmap.vocabulary.spelling import normalise

_JOINED: Final = (MAIN, SECOND, MINOR)
"""Fields whose series of columns ("COMMOD_1" to "COMMOD_8") belong together."""
_STATUS: Final = "status"
# Share of the values that are statuses in a column with another heading.
_STATUSES: Final = 0.8
# MRDS numbers main, secondary and minor commodities 1 to 3; more numbers are a list.
_RANKS: Final = 3

Assigned = dict[str, tuple[str, ...]]


def assign(
    odds: Odds, values: Mapping[str, Values], taken: Mapping[str, Iterable[str]]
) -> tuple[Assigned, dict[str, list[Explanation]]]:
    """Return the columns of each field, and the explanations of every column in the end.

    The likeliest pair of column and field is taken first. What remains is explained anew, as
    another column with the content of a field that has its column is less likely.

    Parameters
    ----------
    odds
        Odds of the contents of each column. Not changed.
    values
        Values of each column.
    taken
        Columns that are known, by field.
    """
    found: Assigned = {}
    used = {column for columns in taken.values() for column in columns}
    # A table may have thousands of columns of numbers, which no field has.
    plain = {column: each for column, each in odds.items() if not _has_field(each)}
    odds = {column: each for column, each in odds.items() if column not in plain}
    for field in taken:
        odds = without_field(odds, field)
    while True:
        explained = explanations(odds, values)
        best = _best(explained, {*taken, *found, *PLACE}, used)
        if best is None:
            break
        columns = _with_series(best, explained, used)
        if best.content == SECOND:
            columns += tuple(_of_content(SECOND, explained, {*used, *columns}))
        found[best.content] = columns
        used |= {*columns}
        kept = {column: odds[column] for column in columns}
        odds = without_field(odds, best.content) | kept
    _take_other_names(found, taken, used, list(values))
    if MAIN not in taken and (MAIN in found or SECOND in found):
        found[MAIN] = (*found.get(MAIN, ()), *found.pop(SECOND, ()))
    found.pop(SECOND, None)
    explained |= explanations(plain, values)
    return found, {column: explained[column] for column in values}


def _has_field(contents: Iterable[str]) -> bool:
    return any(content not in PLACE and not content.startswith(OTHER) for content in contents)


def _best(
    explained: Mapping[str, list[Explanation]], filled: set[str], used: set[str]
) -> Explanation | None:
    """Return the likeliest explanation by a field without a column, if it is likely enough."""
    likely = [
        one
        for column, each in explained.items()
        if column not in used
        for one in each
        if one.is_field and one.content not in filled and one.confidence >= LEAST_CONFIDENCE
    ]
    return max(_without_exploration(likely), key=lambda one: one.odds, default=None)


def _without_exploration(likely: list[Explanation]) -> list[Explanation]:
    """Return the explanations without degrees of exploration, if another column has the status.

    Registers have both: a deposit is explored in detail, and a mine that was closed.
    """
    statuses = [one for one in likely if one.content == _STATUS]
    degrees = [one for one in statuses if says_exploration(one.column)]
    others = [one for one in statuses if one not in degrees]
    if not any(one.heading >= WEAK or one.share >= _STATUSES for one in others):
        return likely
    return [one for one in likely if one not in degrees]


def _of_content(
    content: str, explained: Mapping[str, list[Explanation]], used: set[str]
) -> list[str]:
    """Return the columns whose best explanation is a content, if it is likely enough."""
    return [
        column
        for column, each in explained.items()
        if column not in used
        and each
        and each[0].content == content
        and each[0].confidence >= LEAST_CONFIDENCE
    ]


def _with_series(
    best: Explanation, explained: Mapping[str, list[Explanation]], used: set[str]
) -> tuple[str, ...]:
    """Return the column with the others of its series, by number, or the first of the series."""
    of_series = _members(best.column, explained)
    is_list = max(of_series, default=0) > _RANKS
    same = {
        number: column
        for number, column in sorted(of_series.items())
        if column not in used and _has_content(explained[column], best.content, is_list=is_list)
    }
    if len(same) < 2:
        return (best.column,)
    return tuple(same.values()) if best.content in _JOINED else (next(iter(same.values())),)


def _members(column: str, columns: Iterable[str]) -> dict[int, str]:
    """Return the columns of the series of a column, by number.

    The column with the name alone is the first of "Metal", "Metal_2", unless there is "Metal_1".
    """
    series = series_of(column)
    stem = normalise(column) if series is None else series[0]
    numbered = [(series_of(other), other) for other in columns]
    found = {one[1]: other for one, other in numbered if one and one[0] == stem}
    if 2 in found and 1 not in found:
        plain = [other for one, other in numbered if not one and normalise(other) == stem]
        found |= dict(zip([1], plain, strict=False))
    return found if column in found.values() else {}


def _has_content(explained: list[Explanation], content: str, *, is_list: bool) -> bool:
    alike = _JOINED if is_list and content in _JOINED else (content,)
    return bool(explained) and explained[0].content in alike


def _take_other_names(
    found: Assigned, taken: Mapping[str, Iterable[str]], used: set[str], columns: list[str]
) -> None:
    """Add the second and further names of a series to the other names."""
    name = found.get("name", ())
    if not name or "other_names" in taken or "other_names" in found:
        return
    others = sorted(_members(name[0], columns).items())
    more = tuple(column for _, column in others if column not in used)
    if more:
        found["other_names"] = more
        used |= {*more}
