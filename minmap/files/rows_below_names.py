"""A row below the column names that is no record: numbers of the columns, units or field codes."""

import re
from collections.abc import Sequence
from typing import Final

import pandas as pd

_NUMBERED_COLUMNS: Final = 4  # at least, for a row of 1, 2, 3... not to count as a record
_FEWEST_UNITS: Final = 2
# Names of fields in a data base, as "SNL_PROP_NAME" below "Property Name".
_FIELD: Final = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*")
_FEWEST_FIELDS: Final = 3
# minmap's own list: units of coordinates, amounts and grades, which are never values of a record.
_UNITS: Final = frozenset(
    (
        *("m", "km", "km2", "km²", "ha", "m3", "m³", "masl", "m a.s.l.", "mm", "cm", "ft"),
        *("°", "deg", "degree", "degrees", "decimal degrees", "dd", "wgs84", "wgs 84"),
        *("t", "kt", "mt", "million t", "million tonnes", "tonnes", "kg", "lb", "oz", "ct"),
        *("%", "wt%", "wt.%", "wt. %", "g/t", "ppm", "ppb", "kg/t", "oz/t", "g/m3", "g/m³"),
        *("т", "тыс. т", "млн т", "кг", "г/т", "м", "км", "га", "град", "град."),
    )
)


def row_below_names(frame: pd.DataFrame) -> str:
    """Return a note on the first row of a table of texts if it is no record, else "".

    Such a row is 1, 2, 3 and so on, as below the headings of Russian tables, if the next row has
    words where it has numbers; or has units only, two at least; or field codes in all columns, at
    least half of them with an underscore, such as SNL_PROP_NAME.

    Examples
    --------
    >>> row_below_names(pd.DataFrame({"name": ["", "Aksu"], "x": ["km", "5"], "au": ["g/t", "2"]}))
    'The row of units below the column names (km, g/t) was left out.'
    """
    if len(frame) < 2:
        return ""
    first, second = (_cells(frame, row) for row in (0, 1))
    if _are_numbers(first, second):
        return "The row that numbers the columns, below their names, was left out."
    units = [cell for cell in first if cell]
    if len(units) >= _FEWEST_UNITS and all(
        cell.strip("()[]").casefold() in _UNITS for cell in units
    ):
        return f"The row of units below the column names ({', '.join(units)}) was left out."
    if _are_fields(first) and not _are_fields(second):
        return f"The row of field codes below the column names ({first[0]}, ...) was left out."
    return ""


def names_in_two_rows(frame: pd.DataFrame) -> list[str]:
    """Return the column names if the first row of a table of texts completes them, else none.

    It does if columns without a name stand right of others ("Coordinates" above "Longitude" and
    "Latitude"), and the row has different words below each of these groups and nothing else. The
    name of a group is added only where the name below it is not unique.

    Examples
    --------
    >>> rows = [["", "Longitude", "Latitude"], ["Aksu", "77.5", "52.0"]]
    >>> names_in_two_rows(pd.DataFrame(rows, columns=["Mine", "Coordinates", "column_3"]))
    ['Mine', 'Longitude', 'Latitude']
    """
    names = [*map(str, frame.columns)]
    unnamed = {n for n, name in enumerate(names) if name == f"column_{n + 1}"}
    if not unnamed or len(frame) < _FEWEST_UNITS:
        return []
    group = {n: max({*range(n + 1)} - unnamed, default=-1) for n in range(len(names))}
    grouped = [n for n in group if group[n] >= 0 and group[n] in map(group.get, unnamed)]
    below = _cells(frame, 0)
    filled = [n for n, cell in enumerate(below) if cell]
    words = [below[n].casefold() for n in grouped]
    are_words = all(any(map(str.isalpha, w)) and not any(map(str.isdigit, w)) for w in words)
    if filled != grouped or not are_words or len(grouped) == len(names):
        return []
    rest = [name.casefold() for n, name in enumerate(names) if n not in grouped]
    return [
        name
        if n not in grouped
        else below[n]
        if [*words, *rest].count(below[n].casefold()) == 1
        else f"{names[group[n]]} {below[n]}"
        for n, name in enumerate(names)
    ]


def _are_fields(cells: Sequence[str]) -> bool:
    joined = sum("_" in cell for cell in cells)
    is_marked = joined >= max(_FEWEST_FIELDS, len(cells) / 2)
    return is_marked and all(map(_FIELD.fullmatch, cells)) and len({*cells}) == len(cells)


def _cells(frame: pd.DataFrame, row: int) -> list[str]:
    return ["" if pd.isna(cell) else str(cell).strip() for cell in frame.iloc[row]]


def _are_numbers(first: Sequence[str], second: Sequence[str]) -> bool:
    width = len(first)
    has_words = any(any(map(str.isalpha, cell)) for cell in second)
    numbers = [str(number) for number in range(1, width + 1)]
    return width >= _NUMBERED_COLUMNS and first == numbers and has_words
