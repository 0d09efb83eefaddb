"""Several columns of commodities: the list of all, kinds such as "metal", and those left out."""

from collections.abc import Iterable, Mapping
from typing import Final

import pandas as pd

from minmap.files.cells import Cells, evenly_sampled
from minmap.reading.column_assignment import Assigned
from minmap.reading.column_contents import Explanation
from minmap.reading.column_evidence import MAIN, MINOR, SECOND
from minmap.reading.headings import AMONG_OTHERS, CUT
from minmap.types import TEXT
from minmap.vocabulary import parse_commodities
from minmap.vocabulary.commodity_texts import CASED, capitals_are_symbols

_COMMODITIES, _CONTAINED = 0.7, 0.8
_KINDS: Final = frozenset({"Metal", "NonMet", "Energy"})
"""Codes that say of what kind a commodity is and not which."""
_OF_COMMODITIES: Final = (MAIN, SECOND, MINOR)
_LIKE_COMMODITIES: Final = 0.5


def with_list(
    cells: Cells,
    columns: tuple[str, ...],
    explained: Mapping[str, list[Explanation]],
    used: Iterable[str],
) -> tuple[str, ...]:
    """Return the column of the main commodity, with that of the list of all if there is one.

    A list is another column of commodities that nearly always contains those of the first column
    and sometimes more. The column with fewer comes first, so that the main commodity does.

    Parameters
    ----------
    cells
        The table.
    columns
        Columns of the commodities; several stay as they are.
    explained
        Explanations of every column.
    used
        Columns that have been taken.

    Examples
    --------
    >>> table = pd.DataFrame({"Main": ["Zinc", "Tin"], "All": ["Lead, zinc", "Tin"]})
    >>> either = {name: [Explanation(name, MAIN, 1.0, 1.0, 9.0, 0.9)] for name in table}
    >>> with_list(Cells(table, None, []), ("All",), either, ["All"])
    ('Main', 'All')
    """
    if len(columns) != 1:
        return columns
    some = Cells(evenly_sampled(cells.frame), None, [])
    own = _codes(some, columns[0])
    taken = {*used}
    for column, each in explained.items():
        if column in taken or not any(_is_likely(one) for one in each):
            continue
        other = _codes(some, column)
        if _contains(other, own):
            return (*columns, column)
        if _contains(own, other):
            return (column, *columns)
    return columns


def without_kinds(
    cells: Cells,
    columns: tuple[str, ...],
    explained: Mapping[str, list[Explanation]],
    used: Iterable[str],
) -> tuple[str, ...]:
    """Return the columns with that of the main commodity in place of one with kinds only.

    Parameters
    ----------
    cells, columns, explained, used
        As for `with_list`; the first of the columns is the main one.

    Examples
    --------
    >>> table = pd.DataFrame({"Type": ["Metal", "Metal"], "Main": ["Zinc", "Tin"]})
    >>> either = {name: [Explanation(name, MAIN, 1.0, 1.0, 9.0, 0.9)] for name in table}
    >>> without_kinds(Cells(table, None, []), ("Type",), either, ["Type"])
    ('Main',)
    """
    some = Cells(evenly_sampled(cells.frame), None, [])
    own = set[str]().union(*_codes(some, columns[0]))
    if not own or own - _KINDS:
        return columns
    for column, each in explained.items():
        if column in {*used} or not any(_is_main(one) for one in each):
            continue
        if any(codes - _KINDS for codes in _codes(some, column)):
            return (column, *columns[1:])
    return columns


def left_out(
    cells: Cells, taken: Assigned, explained: Mapping[str, list[Explanation]]
) -> list[str]:
    """Return the columns that have commodities by heading and values, and were not taken.

    Columns whose commodities are all in those taken are not listed, nor are those of kinds alone.

    Parameters
    ----------
    cells
        The table.
    taken
        Columns by field.
    explained
        Explanations of every column.
    """
    used = {column for columns in taken.values() for column in columns}
    likely = [
        column
        for column, each in explained.items()
        if column not in used and any(_is_like_commodities(one) for one in each)
    ]
    if not likely:
        return []
    some = Cells(evenly_sampled(cells.frame), None, [])
    lists = [_codes(some, name) for field in (MAIN, MINOR) for name in taken.get(field, ())]
    known = [_KINDS.union(*row) for row in zip(*lists, strict=True)] or [_KINDS] * len(some)
    return [
        column
        for column in likely
        if any(codes - of_row for codes, of_row in zip(_codes(some, column), known, strict=True))
    ]


def _is_like_commodities(one: Explanation) -> bool:
    is_named = one.content in _OF_COMMODITIES and one.heading >= AMONG_OTHERS
    return is_named and one.share >= _LIKE_COMMODITIES


def _is_main(one: Explanation) -> bool:
    return one.content == MAIN and one.heading >= CUT and one.share >= _COMMODITIES


def _is_likely(one: Explanation) -> bool:
    is_named = one.content in _OF_COMMODITIES and one.heading >= AMONG_OTHERS
    return is_named and one.share >= _COMMODITIES


def _codes(cells: Cells, column: str) -> list[set[str]]:
    texts = cells.column(column)
    given = pd.Series(dtype=TEXT) if texts is None else texts
    scheme = "names" if capitals_are_symbols(given.dropna().unique()) else CASED
    return [{*text.split()} for text in parse_commodities(given, scheme=scheme)[0].fillna("")]


def _contains(lists: list[set[str]], mains: list[set[str]]) -> bool:
    """Return whether the lists nearly always contain the main commodities, and sometimes more."""
    both = [(all_of, main) for all_of, main in zip(lists, mains, strict=True) if all_of and main]
    within = sum(main <= all_of for all_of, main in both)
    more = any(main < all_of for all_of, main in both)
    return more and within >= _CONTAINED * len(both)
