"""A list of all commodities beside a column of the main one, as S&P-like tables have them."""

from collections.abc import Iterable, Mapping

import pandas as pd

from minmap.files.cells import Cells, evenly_sampled
from minmap.reading.column_contents import Explanation
from minmap.reading.column_evidence import MAIN, MINOR, SECOND
from minmap.reading.headings import AMONG_OTHERS
from minmap.types import TEXT
from minmap.vocabulary import parse_commodities

_COMMODITIES, _CONTAINED = 0.7, 0.8


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


def _is_likely(one: Explanation) -> bool:
    is_named = one.content in (MAIN, SECOND, MINOR) and one.heading >= AMONG_OTHERS
    return is_named and one.share >= _COMMODITIES


def _codes(cells: Cells, column: str) -> list[set[str]]:
    texts = cells.column(column)
    given = pd.Series(dtype=TEXT) if texts is None else texts
    return [{*text.split()} for text in parse_commodities(given)[0].fillna("")]


def _contains(lists: list[set[str]], mains: list[set[str]]) -> bool:
    """Return whether the lists nearly always contain the main commodities, and sometimes more."""
    both = [(all_of, main) for all_of, main in zip(lists, mains, strict=True) if all_of and main]
    within = sum(main <= all_of for all_of, main in both)
    more = any(main < all_of for all_of, main in both)
    return more and within >= _CONTAINED * len(both)
