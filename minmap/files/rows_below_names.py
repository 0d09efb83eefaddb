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
