"""Columns that a source declares numeric: their numbers, and the texts that are none."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from minmap.coordinates.column import to_arrow
from minmap.files.cells import Cells
from minmap.missing_codes import MISSING_WORDS
from minmap.numbering import numbered
from minmap.reading.number_notation import DECIMALS, Notation, Sign, notation_of, with_points
from minmap.reading.source import Source
from minmap.types import TEXT, Booleans, Floats

_EXACT: Final = 1e15  # of a larger whole number, a float may lose the last digit
_DEGREES: Final = "°"
_MISSING: Final = pa.array(sorted(MISSING_WORDS), pa.large_string())


class Form(NamedTuple):
    """A summary of the values of a numeric column.

    Attributes
    ----------
    has_numbers
        Whether any is a number.
    is_whole
        Whether all numbers are whole.
    others
        How many are texts that are no numbers.
    example
        The first of these, or an empty text.
    """

    has_numbers: bool
    is_whole: bool
    others: int
    example: str

    def above(self, below: "Form") -> "Form":
        """Return the summary of this column followed by the rows of `below`."""
        return Form(
            self.has_numbers or below.has_numbers,
            self.is_whole and below.is_whole,
            self.others + below.others,
            self.example or below.example,
        )

    @property
    def words(self) -> str:
        """The number of texts that are no numbers, in words."""
        count = self.others
        return "1 text is no number" if count == 1 else f"{count} texts are no numbers"

    @property
    def is_text(self) -> bool:
        """Whether the column stays as it is, since none of its texts is a number."""
        return self.others > 0 and not self.has_numbers


@dataclass(frozen=True)
class Numbers:
    """A column as numbers.

    Attributes
    ----------
    column
        The numbers as Float64 or Int64, missing where there is none.
    is_other
        Where a text is no number; None for nowhere.
    """

    column: pd.Series
    is_other: Booleans | None = None

    def others(self, given: pd.Series) -> pd.Series:
        """Return the texts of a column, `given`, that are no numbers, and missing elsewhere."""
        nowhere = np.zeros(len(given), dtype=bool)
        return given.astype(TEXT).where(nowhere if self.is_other is None else self.is_other)

    def form(self, given: pd.Series) -> Form:
        """Return a summary of the values; `given` is the column as the file has it."""
        known = self.column.to_numpy(dtype=float, na_value=np.nan)
        known = known[~np.isnan(known)]
        is_integer = pd.api.types.is_integer_dtype(self.column.dtype)
        is_whole = is_integer or bool(((known == np.floor(known)) & (np.abs(known) < _EXACT)).all())
        others = [] if self.is_other is None else given[self.is_other].tolist()
        example = " ".join(str(others[0]).split()) if others else ""
        return Form(known.size > 0, is_whole, len(others), example)


class NumberForms(NamedTuple):
    """How the numbers of a table are written, and what its numeric columns contain.

    Attributes
    ----------
    notation
        What points and commas in them mean.
    of_columns
        The summary of each numeric column, by its name in the file.
    """

    notation: Notation
    of_columns: Mapping[Any, Form]


def numbers_in(
    cells: Cells, source: Source, *, notation: Notation | None = None
) -> dict[Any, Numbers]:
    """Return the numeric columns of a table, as its source declares them, by their names there.

    Numbers may have points or commas between thousands, and a full stop at the end. What points and
    commas mean is decided for the whole table (`number_notation.notation_of`); a text that may mean
    two numbers is no number where that is not clear.

    Parameters
    ----------
    cells
        The table. Columns that are neither texts nor numbers are left out.
    source
        Its description, which states what means missing; so do words such as "n/a".
    notation
        What points and commas mean. None: decided by the texts.

    Examples
    --------
    >>> frame = pd.DataFrame({"ore": ["1,250", "NA.", "5 (ore)", "3."]})
    >>> found = numbers_in(Cells(frame, None, []), Source("a", numbers={"Ore": "t"}))["ore"]
    >>> found.column.tolist(), found.is_other.tolist()
    ([1250.0, <NA>, <NA>, 3.0], [False, False, True, False])
    """
    marks = [number for text in source.missing if (number := _float_of(text)) is not None]
    texts, found = _texts(cells, source), dict[Any, Numbers]()
    degrees, notation = _of_degrees(cells, source), notation or number_notation(cells, source)
    for given, array in texts.items():
        own, is_other = DECIMALS if given in degrees else notation, None
        values = _quickly(array) if own.point is Sign.DECIMAL else None
        if values is None:
            values, is_other = _one_by_one(_without_marks(array, source, own), own)
        found[given] = Numbers(_nullable(values, marks, cells.index), is_other)
    for given in _given(cells, source):
        column = cells.frame[given]
        if given not in texts and _is_numeric(column.dtype):
            is_integer = pd.api.types.is_integer_dtype(column.dtype)
            numbers = column.astype("Int64" if is_integer else "Float64")
            found[given] = Numbers(numbers.mask(numbers.isin(marks)))
    return found


def number_notation(cells: Cells, source: Source, *, otherwise: Notation | None = None) -> Notation:
    """Return what points and commas mean in the columns of numbers of a table.

    `otherwise` is the notation of a table that does not show any; None means points.
    """
    texts, degrees = _texts(cells, source), _of_degrees(cells, source)
    return notation_of(texts, degrees=degrees, marks=source.missing, otherwise=otherwise)


def _of_degrees(cells: Cells, source: Source) -> set[Any]:
    """Return the columns of degrees."""
    names = (name for name, unit in source.numbers.items() if unit == _DEGREES)
    return {cells.folded_names.get(name.casefold()) for name in names}


def _without_marks(texts: pa.Array, source: Source, notation: Notation) -> pa.Array:
    """Return texts without those that mean missing, but have a point between thousands."""
    marks = [] if notation.point is Sign.DECIMAL else with_points(source.missing)
    if not marks:
        return texts
    return pc.if_else(pc.is_in(texts, pa.array(marks, texts.type)), None, texts)


def _given(cells: Cells, source: Source) -> list[Any]:
    """Return the numeric columns that a table has."""
    names = (cells.folded_names.get(name.casefold()) for name in source.numbers)
    return [name for name in dict.fromkeys(names) if name is not None]


def _texts(cells: Cells, source: Source) -> dict[Any, pa.Array]:
    """Return those numeric columns that are texts, trimmed."""
    given = [n for n in _given(cells, source) if pd.api.types.is_string_dtype(cells.frame[n].dtype)]
    columns = {name: cells.column(str(name)) for name in given}
    return {name: to_arrow(column) for name, column in columns.items() if column is not None}


def _is_numeric(dtype: Any) -> bool:
    return pd.api.types.is_numeric_dtype(dtype) and not (
        pd.api.types.is_bool_dtype(dtype) or pd.api.types.is_complex_dtype(dtype)
    )


def forms_of(found: Mapping[Any, Numbers], frame: pd.DataFrame) -> dict[Any, Form]:
    """Return the summaries of numeric columns; `frame` has the columns as in the file."""
    return {given: numbers.form(frame[given]) for given, numbers in found.items()}


def joined_forms(parts: Iterable[Mapping[Any, Form]]) -> dict[Any, Form]:
    """Return the summaries of the columns of a table from those of its parts."""
    joined = dict[Any, Form]()
    for part in parts:
        for given, form in part.items():
            joined[given] = joined[given].above(form) if given in joined else form
    return joined


def _quickly(texts: pa.Array) -> Floats | None:
    """Return the numbers of texts, NaN where missing; None if not all are plain numbers."""
    try:
        values = _floats(texts.cast(pa.float64()))
    except pa.ArrowInvalid:
        return None
    # The text may be "nan" or "inf".
    is_number = np.abs(values) < _EXACT
    return values if np.count_nonzero(is_number) == len(texts) - texts.null_count else None


def _one_by_one(texts: pa.Array, notation: Notation) -> tuple[Floats, Booleans | None]:
    """Return the numbers of texts, NaN for none, and whether a text is no number, if any is."""
    encoded = texts.dictionary_encode()
    different, other = _number_of_each(encoded.dictionary, notation)
    rows = encoded.indices.fill_null(len(different)).to_numpy()
    values = np.append(different, np.nan)[rows]
    return values, np.append(other, [False])[rows] if other.any() else None


def _nullable(values: Floats, marks: Sequence[float], index: pd.Index) -> pd.Series:
    """Return numbers as a column; NaN is missing, and so are `marks`."""
    is_missing = np.isnan(values)
    if marks:
        is_missing |= np.isin(values, marks)
    numbers = pd.arrays.FloatingArray(np.where(is_missing, 0.0, values), is_missing)
    return pd.Series(numbers, index=index)


def _number_of_each(texts: pa.Array, notation: Notation) -> tuple[Floats, Booleans]:
    """Return the number of each text, NaN for none, and whether a text is no number."""
    plain = pc.replace_substring(texts, "\u2212", "-")  # the minus sign of typesetters
    plain = pc.replace_substring_regex(plain, r"(\d)\.$", r"\1")
    plain, is_number = notation.plain(plain)
    numbers = pc.if_else(is_number, pc.utf8_ltrim(plain, "+"), None).cast(pa.float64())
    words = pc.utf8_lower(texts)
    is_missing = pc.or_(pc.is_in(words, _MISSING), pc.is_in(pc.utf8_rtrim(words, "."), _MISSING))
    is_other = pc.invert(pc.or_(is_number, is_missing))
    return _floats(numbers), np.asarray(is_other.to_numpy(zero_copy_only=False))


def _floats(numbers: pa.Array) -> Floats:
    return np.asarray(numbers.to_numpy(zero_copy_only=False), dtype=float)


def _float_of(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


class TypedColumns(NamedTuple):
    """The own columns of a table, with numbers.

    Attributes
    ----------
    columns
        All of them by their names in the occurrence table, in order.
    units
        Units of those of numbers that have one.
    """

    columns: dict[str, pd.Series]
    units: dict[str, str]


def typed_columns(
    frame: pd.DataFrame,
    names: Sequence[str],
    found: Mapping[Any, Numbers],
    forms: Mapping[Any, Form],
    units: Mapping[str, str],
) -> TypedColumns:
    """Return the columns of a file with numbers in place of texts, in their order.

    Texts that are no numbers are in a column right behind the numbers. A column in which no text is
    a number does not change.

    Parameters
    ----------
    frame
        The columns of the file.
    names
        Their names in the occurrence table.
    found
        What `numbers_in` has found.
    forms
        The summaries of these columns in the whole table.
    units
        Units of columns, as a source states them.

    Examples
    --------
    >>> frame = pd.DataFrame({"ore": ["1,250", "5 (ore)"], "year": ["1990", "NA"]})
    >>> source = Source("a", numbers={"ore": "t", "year": ""})
    >>> found = numbers_in(Cells(frame, None, []), source)
    >>> forms = forms_of(found, frame)
    >>> typed = typed_columns(frame, ["ore", "year"], found, forms, source.numbers)
    >>> {name: column.tolist() for name, column in typed.columns.items()}
    {'ore': [1250, <NA>], 'ore_text': [nan, '5 (ore)'], 'year': [1990, <NA>]}
    >>> typed.units, notes_on_texts(["ore", "year"], forms.values())
    ({'ore': 't'}, ["ore: 1 text is no number, such as '5 (ore)'; kept in ore_text."])
    """
    unit_of = {name.casefold(): unit for name, unit in units.items()}
    columns, stated = dict[str, pd.Series](), dict[str, str]()
    for name, (given, column) in zip(names, frame.items(), strict=True):
        form = forms.get(given)
        if form is None or form.is_text:
            columns[name] = column
            continue
        columns[name] = found[given].column.astype("Int64" if form.is_whole else "Float64")
        if unit := unit_of[str(given).casefold()]:
            stated[name] = unit
        if form.others:
            columns[name_beside(name, names)] = found[given].others(column)
    return TypedColumns(columns, stated)


def name_beside(name: str, names: Sequence[str]) -> str:
    """Return the name of the column for the texts of a column of numbers that are no numbers."""
    return numbered([f"{name}_text"], taken=names, same=str.casefold)[0]


def note_on_texts(name: str, form: Form, kept_in: str) -> str:
    """Return the note on texts of a column that are no numbers, and the column that keeps them."""
    return f"{name}: {form.words}, such as {form.example!r}; kept in {kept_in}."


def notes_on_texts(names: Sequence[str], forms: Iterable[Form | None]) -> list[str]:
    """Return notes on texts that are no numbers, from the summary of each column or None."""
    return [
        note_on_texts(name, form, name_beside(name, names))
        for name, form in zip(names, forms, strict=True)
        if form is not None and form.others and not form.is_text
    ]
