"""The estimates of one table, a row for each occurrence, commodity, measure and category."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd

from minmap.estimates.categories import NOT_STATED, Category
from minmap.estimates.category_columns import row_categories
from minmap.estimates.estimate_columns import EstimateColumn, EstimateColumns
from minmap.estimates.heading_quantities import CONTAINED, GRADE, TONNAGE, Quantity
from minmap.estimates.measured_units import find_unit
from minmap.estimates.stated_amounts import cell_units
from minmap.estimates.substances import Substance, compound, element
from minmap.types import TEXT, Booleans, Floats, Integers
from minmap.vocabulary import group_of

_LONGEST: Final = 100  # letters that are read of a unit
STATED, ASSUMED, COMPUTED = "stated", "assumed", "tonnage times grade"
GRADE_ALONE: Final = "grade"
"""Measure of a grade in a table that has neither tonnages nor contents."""
_GRADE_UNITS: Final = {"g/t": 1e-6, "ct/t": 2e-7, "%": 1e-2}
_UNWANTED: Final = {
    "Ash": {"Ash"}, "As": {"As"}, "Hg": {"Hg"}, "P": {"P"}, "S": {"S", "Py"}, "Cl": {"Cl"},
    "Silc": {"Silc", "Si", "Sand"}, "Alu": {"Alu", "Al", "Baux"}, "MgO": {"MgO", "Mg", "Magns"},
}  # fmt: skip
"""Commodities that tables state as impurities of others, and those of which they are the grade.
minmap's own list."""
_EXCESS: Final = 1.001  # of rounding


class _Group(NamedTuple):
    """The columns of a category and substance; of several, the latest with a number counts."""

    category: Category
    substance: Substance | None
    tonnage: list[EstimateColumn]
    grade: list[EstimateColumn]
    contained: list[EstimateColumn]


def estimate_rows(table: pd.DataFrame, columns: EstimateColumns) -> pd.DataFrame:
    """Return the estimates of grade, tonnage and contents of a table.

    Parameters
    ----------
    table
        An occurrence table of n rows.
    columns
        Its columns of estimates.

    Returns
    -------
    pandas.DataFrame
        ``row`` (0 to n - 1), ``commodity``, ``measure``, ``measure_basis``, ``category``,
        ``category_scheme``, ``tonnage_t``, ``grade``, ``grade_unit``, ``contained_t``,
        ``substance``, ``basis``, ``year``, ``stated``, ``computed_t`` (tonnage times grade) and
        ``is_impossible`` (where a grade or content is more than the ore, and is left out).
    """
    given = list[pd.DataFrame]()
    covered = dict[Category, Booleans]()
    for group in _groups(columns.estimates):
        is_covered = covered.setdefault(group.category, np.zeros(len(table), dtype=np.bool_))
        part = _rows_of(table, group, columns, is_covered)
        if len(part):
            given.append(part)
            is_covered[part["row"]] = True
    return pd.concat(given, ignore_index=True) if given else pd.DataFrame()


def _groups(estimates: Sequence[EstimateColumn]) -> Iterator[_Group]:
    """Yield groups of columns: for each category each substance, and at last the main commodity."""
    by_key = dict[tuple[str, Category, Substance | None], list[EstimateColumn]]()
    # The latest year comes first.
    estimates = sorted(estimates, key=lambda one: -one.quantity.year)
    for column in estimates:
        quantity = column.quantity
        if quantity.kind in {TONNAGE, GRADE, CONTAINED}:
            substance = None if quantity.kind == TONNAGE else quantity.substance
            by_key.setdefault((quantity.kind, quantity.category, substance), []).append(column)
    categories = dict.fromkeys(key[1] for key in by_key if key[0] != GRADE)
    for category in categories or dict.fromkeys(key[1] for key in by_key):
        grades = _grades_of(category, estimates)
        given = [key[2] for key in by_key if key[:2] == (CONTAINED, category)]
        for substance in [
            *sorted(filter(None, dict.fromkeys([*grades, *given])), key=_is_part),
            None,
        ]:
            yield _Group(
                category,
                substance,
                by_key.get((TONNAGE, category, None), []),
                grades.get(substance, []),
                by_key.get((CONTAINED, category, substance), []),
            )


def _grades_of(
    category: Category, estimates: Sequence[EstimateColumn]
) -> dict[Substance | None, list[EstimateColumn]]:
    """Return the grades of a category by substance.

    They are those of the category ("Probable Cu %"), else of its measure ("Reserve grade Cu %"),
    else those whose headings do not say of which estimate they are.
    """
    grades = [column for column in estimates if column.quantity.kind == GRADE]
    found = dict[Substance | None, list[EstimateColumn]]()
    for is_meant in (_is_of_category, _is_of_measure, _is_of_any):
        meant = [column for column in grades if is_meant(column.quantity, category)]
        for substance in dict.fromkeys(column.quantity.substance for column in meant):
            of_substance = [one for one in meant if one.quantity.substance == substance]
            found.setdefault(substance, of_substance)
    return found


def _is_of_category(grade: Quantity, category: Category) -> bool:
    return grade.category == category


def _is_of_measure(grade: Quantity, category: Category) -> bool:
    own = grade.category
    return grade.says_measure and own.name == "" and own.measure == category.measure


def _is_of_any(grade: Quantity, category: Category) -> bool:
    is_unsaid = grade.category == NOT_STATED and not grade.says_measure
    return is_unsaid and category != NOT_STATED


def grades_without_amount(estimates: Sequence[EstimateColumn]) -> list[EstimateColumn]:
    """Return the columns of grades that belong to no tonnage or content."""
    used = {column.name for group in _groups(estimates) for column in group.grade}
    return [one for one in estimates if one.quantity.kind == GRADE and one.name not in used]


def _is_part(substance: Substance) -> bool:
    """Return whether a substance is a part of another of its commodity, such as HREO of REO."""
    return substance.counted_as not in {substance.commodity, "REO"}


def _rows_of(
    table: pd.DataFrame, group: _Group, columns: EstimateColumns, is_covered: Booleans
) -> pd.DataFrame:
    """Return the rows of a category and substance.

    A named substance has rows where its grade or content is given; the main commodity has those
    that no substance has, also with a tonnage alone.
    """
    (tonnage, _), (grade, _), (contained, _) = numbers = [
        _first_given(of_kind, len(table))
        for of_kind in (group.tonnage, group.grade, group.contained)
    ]
    is_given = np.isfinite(grade) | np.isfinite(contained)
    if group.substance is None:
        is_given = (is_given | np.isfinite(tonnage)) & ~is_covered
    elif group.substance.commodity in _UNWANTED:
        is_given &= _has_commodity(table, _UNWANTED[group.substance.commodity])
    at = np.flatnonzero(is_given)
    substances = _substances(table, group, at)
    factors = np.array([one.factor for one in substances])
    fractions, metal, ore = grade[at] * factors, contained[at] * factors, tonnage[at]
    is_impossible = (fractions > _EXCESS) | (metal > _EXCESS * ore)
    fractions, metal = (np.where(is_impossible, np.nan, one) for one in (fractions, metal))
    used = [*group.tonnage, *group.grade, *group.contained]
    is_assumed = not any(one.quantity.says_measure for one in used)
    heading = group.category._replace(is_assumed=group.category.is_assumed and is_assumed)
    categories = row_categories(table, columns.category, heading, at)
    amounts = _amounts(ore, fractions, metal, [one.counted_as for one in substances])
    has_amounts = any(one.quantity.kind != GRADE for one in columns.estimates)
    return pd.DataFrame(
        {
            "row": at,
            "commodity": [one.commodity or None for one in substances],
            **_measures(categories, has_amounts=has_amounts),
            "tonnage_t": ore,
            **amounts,
            "substance": [one.counted_as or None for one in substances],
            "year": _years([years[at] for _, years in numbers]),
            "stated": stated_texts(_with_category(table, used, columns.category), at),
            "is_impossible": is_impossible,
        }
    )


def _measures(categories: Sequence[Category], *, has_amounts: bool) -> dict[str, object]:
    """Return the columns of measures and categories."""
    bases = [ASSUMED if one.is_assumed else STATED for one in categories]
    return {
        "measure": [one.measure if has_amounts else GRADE_ALONE for one in categories],
        "measure_basis": bases if has_amounts else None,
        "category": [one.name or None for one in categories],
        "category_scheme": [one.scheme or None for one in categories],
    }


def _amounts(
    ore: Floats, fractions: Floats, metal: Floats, counted_as: list[str]
) -> dict[str, object]:
    """Return the columns of grades and contents."""
    computed = ore * fractions
    is_stated = np.isfinite(metal)
    units = [_grade_unit(name) for name in counted_as]
    basis = np.where(is_stated, STATED, np.where(np.isfinite(computed), COMPUTED, ""))
    return {
        "grade": fractions / np.array([_GRADE_UNITS[unit] for unit in units]),
        "grade_unit": pd.Series(units, dtype=TEXT).where(np.isfinite(fractions)),
        "contained_t": np.where(is_stated, metal, computed),
        "computed_t": computed,
        "basis": pd.Series(basis, dtype=TEXT).where(basis != ""),
    }


def _first_given(columns: Sequence[EstimateColumn], count: int) -> tuple[Floats, Floats]:
    """Return the first number that columns have in each row, and its year; NaN for none."""
    found, years = np.full(count, np.nan), np.full(count, np.nan)
    for column in columns:
        is_new = ~np.isfinite(found)
        numbers = np.where(is_new, _values(column), np.nan)
        is_new &= np.isfinite(numbers)
        found[is_new] = numbers[is_new]
        years[is_new] = column.quantity.year or np.nan
    return found, years


def _years(years: Sequence[Floats]) -> Floats:
    """Return the latest of the years that the headings of the numbers state."""
    known = np.array([np.nan_to_num(one, nan=0.0) for one in years])
    latest: Floats = known.max(axis=0)
    return np.where(latest > 0, latest, np.nan)


def _values(column: EstimateColumn) -> Floats:
    """Return the numbers of a column in tonnes or as fractions; NaN where a unit is not known."""
    unit = column.quantity.unit
    kind = "grade" if column.quantity.kind == GRADE else "mass"
    shared = _row_factors(column, kind) if unit is None else np.float64(unit.factor)
    own = np.array([0.0 if u is None else u.factor for u in cell_units(column.amounts.words, kind)])
    numbers: Floats = column.amounts.numbers * np.where(own > 0, own, shared)
    return numbers


def _row_factors(column: EstimateColumn, kind: str) -> Floats:
    """Return the factor of the unit of each row, NaN where it is not one of the quantity's kind."""
    texts = _unit_texts(column)
    found = {text: find_unit(text) for text in set(texts)}
    factors = {
        text: unit.unit.factor if unit is not None and unit.unit.kind == kind else np.nan
        for text, unit in found.items()
    }
    return np.array([factors[text] for text in texts], dtype=np.float64)


def _unit_texts(column: EstimateColumn) -> list[str]:
    if column.units is None:
        return [""] * len(column.given)
    return ["" if pd.isna(text) else str(text)[:_LONGEST] for text in column.units]


def _has_commodity(table: pd.DataFrame, codes: set[str]) -> Booleans:
    """Return which records have one of several commodities, or name none."""
    texts = table["commodities"].fillna("") + " " + table["minor_commodities"].fillna("")
    of_rows = [set(str(text).split()) for text in texts]
    return np.array([not one or not one.isdisjoint(codes) for one in of_rows], dtype=np.bool_)


def _substances(table: pd.DataFrame, group: _Group, at: Integers) -> list[Substance]:
    """Return what each row is of: the substance of its column, or else its main commodity.

    The main commodity is a compound where the unit of the row ("% Cr2O3") or the commodity of the
    record ("U3O8") says so.
    """
    if group.substance is not None:
        return [group.substance] * len(at)
    units = next((_unit_texts(one) for one in group.grade if one.units is not None), None)
    texts = table["commodities"].iloc[at].tolist()
    forms = table["commodity_qualifiers"].iloc[at].tolist()
    found = list[Substance]()
    for row, codes, qualifiers in zip(at.tolist(), texts, forms, strict=True):
        main = str(codes).split()[0] if isinstance(codes, str) else ""
        words = [
            *str(qualifiers).split("; ")[0].split(" ")[1:],
            *(units[row].split() if units else []),
        ]
        named = next((one for word in words if (one := compound(word)) is not None), None)
        is_of_main = named is not None and named.commodity == main
        found.append(named if named is not None and is_of_main else element(main))
    return found


@cache
def _grade_unit(substance: str) -> str:
    """Return the unit in which grades of a substance are usual."""
    if substance == "Diam":
        return "ct/t"
    group = group_of(pd.Series([substance], dtype=TEXT)).iloc[0]
    return "g/t" if group == "precious" else "%"


def _with_category(
    table: pd.DataFrame, used: Sequence[EstimateColumn], category: str | None
) -> dict[str, pd.Series]:
    """Return the columns of an estimate as the table has them, with that of categories."""
    columns = {column.name: column.given for column in used}
    return columns if category is None else {**columns, category: table[category]}


def stated_texts(columns: Mapping[str, pd.Series], at: Integers) -> list[str | None]:
    """Return what a table states in each row: its columns and their values, as they are."""
    parts = [
        [
            f"{' '.join(name.split())} {_text(value)}" if _is_stated(value) else ""
            for value in values
        ]
        for name, column in columns.items()
        for values in [column.iloc[at].tolist()]
    ]
    return ["; ".join(filter(None, texts)) or None for texts in zip(*parts, strict=True)]


def _is_stated(value: Any) -> bool:
    return not pd.api.types.is_scalar(value) or bool(pd.notna(value))


def _text(value: object) -> str:
    return f"{value:.15g}" if isinstance(value, float) else str(value)
