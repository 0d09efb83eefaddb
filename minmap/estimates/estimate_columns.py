"""The columns of a table that have grade, tonnage, contents, capacity or production."""

import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd

from minmap.arguments import shown
from minmap.errors import ChoiceError
from minmap.estimates.category_columns import (
    category_column,
    is_category_heading,
    vague_categories,
)
from minmap.estimates.heading_quantities import (
    GRADE,
    RATES,
    Quantity,
    is_of_estimates,
    quantity_of,
)
from minmap.estimates.measured_units import UNCLEAR, Unit, find_unit
from minmap.estimates.stated_amounts import (
    Amounts,
    Commas,
    amounts_of,
    cell_units,
    meaning_of_commas,
)
from minmap.linking.site_columns import SITE_COLUMNS
from minmap.table import COLUMN_NAMES, listed

_UNITS: Final = ("unit", "units", "uom", "единица", "ед. изм.", "unidad", "unidade", "einheit")
_MOST_MT: Final = 100_000
"""No deposit has more million tonnes of ore: minmap's own bound for the unit "mt"."""
_DATES: Final = {
    "effective date", "estimate date", "date of estimate", "resource date", "resource year",
    "estimate year", "year of estimate", "reserve year", "reserve date", "дата оценки",
    "report date", "reporting date", "report year", "reporting year",
}  # fmt: skip
_PLAIN_DATES: Final = {
    "year",
    "date",
    "as at",
    "as of",
    "год",
    "дата",
    "año",
    "ano",
    "fecha",
    "data",
}
_NOTES: Final = {"note", "notes", "remark", "remarks"}
_KINDS: Final = {"tonnage": "mass", "contained": "mass", GRADE: "grade"}
_SAMPLE: Final = 200  # rows
_FORMS: Final = (
    "'Ore (Mt)', 'Cu (%)', 'Contained Au (koz)', 'Indicated ore (kt)' or 'Capacity (t/yr)'"
)
_CURES: Final = {GRADE: "'Au (g/t)'", "contained": "'Contained Au (koz)'", "tonnage": "'Ore (t)'"}


class EstimateColumn(NamedTuple):
    """A column of estimates.

    Attributes
    ----------
    name
        Its name.
    quantity
        What it has.
    given
        What the table states.
    amounts
        The numbers of that.
    units
        The unit of each row; None if all rows have that of `quantity`.
    """

    name: str
    quantity: Quantity
    given: pd.Series
    amounts: Amounts
    units: pd.Series | None


class EstimateColumns(NamedTuple):
    """The columns of estimates of a table, and of what belongs to them.

    Attributes
    ----------
    estimates
        The columns of numbers.
    category, date, notes
        Names of the columns of the category, the date and the notes of each row, or None.
    plain_date
        Name of a column such as "Year", whose date may be of something else, or None.
    unread
        Notes on columns whose content is not certain.
    """

    estimates: list[EstimateColumn]
    category: str | None
    date: str | None
    notes: str | None
    unread: list[str]
    plain_date: str | None


def estimate_columns(
    table: pd.DataFrame, given: Mapping[str, str], units: Mapping[str, str]
) -> EstimateColumns:
    """Return the columns of estimates of an occurrence table.

    Parameters
    ----------
    table
        The table.
    given
        Headings that the user gives to columns, by their names; "" for a column without estimates.
    units
        Units that the sources of the table declare, by column.

    Raises
    ------
    ChoiceError
        If a given heading is not that of estimates, or has no unit.
    """
    own = [name for name in map(str, table.columns) if name not in (*COLUMN_NAMES, *SITE_COLUMNS)]
    found = dict[str, Quantity]()
    for name in own:
        quantity = _given_quantity(name, given[name]) if name in given else quantity_of(name)
        if quantity is not None:
            found[name] = _with_declared(quantity, units.get(name))
    estimates, unread = _certain_columns(table[own], found)
    unread += _unknown_headings(table, [name for name in own if name not in {*found, *given}])
    estimates, mixed = _unmixed(estimates)
    category = category_column(table, own, given)
    if estimates and (vague := vague_categories(table, own, category)):
        unread.append(
            f"{listed(vague)}: no text is a category of estimates, so that none has one; if they "
            f"are, give headings={{{vague[0]!r}: 'Category'}}."
        )
    return EstimateColumns(
        estimates,
        category,
        _date_column(own, _DATES | (_PLAIN_DATES if category is not None else set())),
        next((name for name in own if _plain(name).rsplit(" ", 1)[-1] in _NOTES), None),
        [*unread, *mixed],
        _date_column(own, _PLAIN_DATES),
    )


def _certain_columns(
    own: pd.DataFrame, found: Mapping[str, Quantity]
) -> tuple[list[EstimateColumn], list[str]]:
    """Return the columns whose content is certain, and notes on the others."""
    commas = meaning_of_commas(own[name] for name in own.columns)
    has_grades = any(quantity.kind == GRADE for quantity in found.values())
    estimates, unread = list[EstimateColumn](), list[str]()
    for name, quantity in found.items():
        values = _with_texts(own, name)
        units_column = _units_column(name, own) if quantity.unit is None else None
        units = None if units_column is None else own[units_column]
        column = EstimateColumn(name, quantity, values, amounts_of(values, commas=commas), units)
        known, note = _certain_column(column, has_grades=has_grades)
        unread += [note] if note else []
        estimates += [known] if known is not None else []
    return estimates, unread


def _unknown_headings(table: pd.DataFrame, names: list[str]) -> list[str]:
    """Return a note on the columns of estimates whose headings have an unknown word."""
    left = [name for name in names if _is_left(name) and _has_numbers(table[name])]
    if not left:
        return []
    return [
        f"Not read, as a word of the heading is not known: {listed(left)}; give headings= what "
        f"they have, such as {_FORMS}."
    ]


def _date_column(own: list[str], headings: set[str]) -> str | None:
    """Return the column of the date of estimates, which may be a plain year beside categories."""
    return next((name for name in own if _plain(name) in headings), None)


def _unmixed(estimates: list[EstimateColumn]) -> tuple[list[EstimateColumn], list[str]]:
    """Return columns without grades of the main commodity in several units, and a note on these."""
    grades = [one for one in estimates if one.quantity.kind == GRADE]
    mains = [one for one in grades if one.quantity.substance is None]
    if len({one.quantity.unit for one in mains}) < 2:
        return estimates, []
    names = listed([one.name for one in mains])
    note = f"Not read, as they do not say of what: {names}; give headings= such as 'Au (g/t)'."
    return [one for one in estimates if not any(one is main for main in mains)], [note]


def _is_left(name: str) -> bool:
    texts = name.endswith("_text") or _plain(name).rsplit(" ", 1)[-1] in _UNITS
    return is_of_estimates(name) and not texts and not is_category_heading(name)


def _has_numbers(values: pd.Series) -> bool:
    """Return whether at least half of the first cells are numbers."""
    cells = values.dropna().iloc[:_SAMPLE]
    numbers = amounts_of(cells, commas=Commas.OF_THOUSANDS).numbers
    return len(cells) > 0 and 2 * int(np.isfinite(numbers).sum()) >= len(cells)


def _plain(name: str) -> str:
    return " ".join(re.sub(r"[_#+]", " ", name).casefold().split())


def _given_quantity(name: str, heading: Any) -> Quantity | None:
    """Return what the user says that a column has."""
    if heading == "" or (isinstance(heading, str) and is_category_heading(heading)):
        return None
    quantity = quantity_of(heading) if isinstance(heading, str) else None
    if quantity is None or quantity.unit is None or quantity.unit.kind == UNCLEAR:
        raise ChoiceError(
            f"headings[{name!r}]={shown(heading)} names no quantity with a unit; write it "
            f"as {_FORMS}, or 'Category', or '' for none of these."
        )
    return quantity._replace(is_vague=False)


def _with_declared(quantity: Quantity, unit: str | None) -> Quantity:
    """Return a quantity with the unit that the source of its column declares."""
    found = find_unit(unit) if unit else None
    return quantity if found is None else quantity._replace(unit=found.unit)


def _units_column(name: str, own: pd.DataFrame) -> str | None:
    """Return the column with the units of the numbers of another, if there is one.

    A column "unit" may be of rocks, so one with a unit comes first.
    """
    plain = _plain(name)
    wanted = [*(f"{plain} {word}" for word in _UNITS), *_UNITS]
    by_name = {_plain(other): other for other in reversed(own.columns.tolist())}
    given = [by_name[text] for text in wanted if text in by_name]
    return next((one for one in given if _are_units(own[one])), next(iter(given), None))


def _are_units(values: pd.Series) -> bool:
    """Return whether at least half of the different texts have a unit."""
    texts = values.dropna().map(str).unique()[:_SAMPLE]
    return 2 * sum(find_unit(text) is not None for text in texts) >= max(len(texts), 1)


def _with_texts(table: pd.DataFrame, name: str) -> pd.Series:
    """Return a column with the texts that were no numbers when the table was read."""
    column: pd.Series = table[name]
    texts = f"{name}_text"
    if texts not in table.columns or not pd.api.types.is_numeric_dtype(column.dtype):
        return column
    return column.astype(object).where(column.notna(), table[texts])


def _certain_column(
    column: EstimateColumn, *, has_grades: bool
) -> tuple[EstimateColumn | None, str]:
    """Return a column whose unit and meaning are certain, or None, and a note."""
    name, quantity = column.name, column.quantity
    if not np.isfinite(column.amounts.numbers).any():
        has_texts = quantity.unit is not None and column.amounts.is_unread.any()
        return (column if has_texts else None), ""
    if quantity.kind not in RATES:
        column = _without_words(column)
    unit = quantity.unit
    if unit is None and column.units is None and not _has_units(column):
        return None, "" if not _has_numbers(column.given) else (
            f"{name} is not read, because it has no unit; give "
            f"headings={{{name!r}: {_CURES.get(quantity.kind, _FORMS)}}}, or another that says it."
        )
    if unit is not None and unit.kind == UNCLEAR:
        return _with_clear_unit(column, unit)
    if quantity.is_vague and not has_grades:
        return None, (
            f"{name} is not read, because it may be of ore or of metal; give "
            f"headings={{{name!r}: 'Ore (Mt)'}}, or 'Contained Cu (t)', or another that says it."
        )
    return column, ""


def _with_clear_unit(column: EstimateColumn, unit: Unit) -> tuple[EstimateColumn | None, str]:
    name, quantity = column.name, column.quantity
    most = np.nanmax(column.amounts.numbers)
    if unit.name != "mt" or quantity.kind == GRADE or most >= _MOST_MT:
        return None, (
            f"{name} is not read, because its unit is ambiguous; give "
            f"headings={{{name!r}: {_CURES[quantity.kind]}}}, or another heading that says it."
        )
    sure = quantity._replace(unit=Unit("Mt", "mass", 1e6))
    note = f"{name} is read as million tonnes, as no value is above {_MOST_MT:,}."
    return column._replace(quantity=sure), note


def _has_units(column: EstimateColumn) -> bool:
    """Return whether cells have units of their own."""
    if column.quantity.kind in RATES:
        return any(find_unit(word) is not None for word in set(column.amounts.words) if word)
    kind = _KINDS[column.quantity.kind]
    return any(unit is not None for unit in cell_units(column.amounts.words, kind))


def _without_words(column: EstimateColumn) -> EstimateColumn:
    """Return a column in which words other than units after a number make it unread."""
    amounts = column.amounts
    units = cell_units(amounts.words, _KINDS[column.quantity.kind])
    has_words = np.array(
        [word != "" and unit is None for word, unit in zip(amounts.words, units, strict=True)],
        dtype=np.bool_,
    )
    numbers = np.where(has_words, np.nan, amounts.numbers)
    sure = Amounts(numbers, amounts.words, amounts.is_unread | has_words)
    return column._replace(amounts=sure)
