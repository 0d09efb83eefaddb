"""The look of a layer as a file describes it: symbols, and the records that each is for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal, Self

import numpy as np
import pandas as pd

from minmap.style.file_styles.qgis_values import number_of
from minmap.types import Booleans, Floats, Integers

Value = str | float | None
"""A value of a cell in a style: text, a number, or None for a missing one."""


@dataclass(frozen=True)
class Symbol:
    """How a record is drawn; None leaves a property to the map.

    Attributes
    ----------
    kind
        What the symbol draws.
    fill
        Colour of an area or a point, ``#rrggbb``; None for an area without fill, or for a point
        that is an outline only or whose colour is the map's.
    fill_opacity
        From 0 to 1.
    line
        Colour of a line, or of the outline of an area or a point; None for no outline.
    line_opacity
        From 0 to 1.
    line_width_px
        Width of the line or the outline, in CSS pixels; 0 for a point without outline.
    dash_px
        Lengths of dashes and gaps, in CSS pixels.
    size_px
        Diameter of a point, in CSS pixels.
    shape
        Shape of a point, one of `minmap.style.symbols.SHAPES`.
    """

    kind: Literal["area", "line", "point"]
    fill: str | None = None
    fill_opacity: float = 1.0
    line: str | None = None
    line_opacity: float = 1.0
    line_width_px: float | None = None
    dash_px: tuple[float, ...] | None = None
    size_px: float | None = None
    shape: str | None = None

    def outlined(self, lines: Iterable[Symbol], alpha: float = 1.0) -> Symbol:
        """Return the symbol outlined by the last line with a colour, its opacity times `alpha`."""
        line = next((one for one in reversed([*lines]) if one.line is not None), None)
        if line is None:
            return self
        return replace(
            self,
            line=line.line,
            line_opacity=round(line.line_opacity * alpha, 3),
            line_width_px=line.line_width_px,
            dash_px=line.dash_px,
        )

    @property
    def is_hollow(self) -> bool:
        """Whether an area or a point has an outline and no fill."""
        return self.kind != "line" and self.fill is None and self.line is not None

    @property
    def color(self) -> str | None:
        """The colour by which a reader knows the symbol: the fill, else the line."""
        return self.line if self.kind == "line" else self.fill or self.line


class ComparedCells:
    """Cells of a column as conditions compare them.

    Attributes
    ----------
    are_numbers
        Whether they are compared as numbers, not as texts.
    keys
        A number or a text of each; None for a missing cell.
    """

    def __init__(self, cells: pd.Series) -> None:
        is_bool = pd.api.types.is_bool_dtype(cells)
        self.are_numbers = pd.api.types.is_numeric_dtype(cells) and not is_bool
        self.keys: list[Value]
        missing = cells.isna()
        if self.are_numbers:
            numbers = cells.to_numpy(np.float64, na_value=np.nan).tolist()
            self.keys = [None if no else cell for cell, no in zip(numbers, missing, strict=True)]
        else:
            texts = zip(cells, missing, strict=True)
            self.keys = [None if no else _text(cell) for cell, no in texts]
        self._cells = cells

    @cached_property
    def code_by_key(self) -> dict[Value | None, int]:
        """The number of each key, from 0."""
        return {key: code for code, key in enumerate(dict.fromkeys(self.keys))}

    @cached_property
    def codes(self) -> Integers:
        """The number of the key of each cell."""
        return np.array([self.code_by_key[key] for key in self.keys], dtype=np.int64)

    def are_any_of(self, keys: Iterable[Value | None]) -> Booleans:
        """Return which cells have one of the keys."""
        codes = [self.code_by_key[key] for key in keys if key in self.code_by_key]
        return np.isin(self.codes, codes)

    @cached_property
    def numbers(self) -> Floats:
        """The cells as numbers; NaN for others."""
        found = pd.to_numeric(self._cells, errors="coerce")
        return np.asarray(found.to_numpy(np.float64, na_value=np.nan))


@dataclass(frozen=True)
class Condition:
    """A test of the cells of one column.

    Attributes
    ----------
    column
        Name of the column.
    values
        Values that the cell may have. If empty, the cell is compared with the limits.
    lower, upper
        Limits of numbers; None is no limit.
    lower_open, upper_open
        Whether a limit itself fails the test.
    is_negated
        Whether the cell must not be one of `values`. As in SQL, a missing cell fails the test.

    Examples
    --------
    >>> cells = ComparedCells(pd.Series([1.0, 2.0, None]))
    >>> Condition("grade", values=("2",)).holds(cells).tolist()
    [False, True, False]
    >>> Condition("grade", lower=1, upper=2, upper_open=True).holds(cells).tolist()
    [True, False, False]
    """

    column: str
    values: tuple[Value, ...] = ()
    lower: float | None = None
    upper: float | None = None
    lower_open: bool = False
    upper_open: bool = False
    is_negated: bool = False

    @property
    def names_values(self) -> bool:
        """Whether the condition lists the values that meet it."""
        return bool(self.values) and not self.is_negated

    def holds(self, cells: ComparedCells) -> Booleans:
        """Return for which cells the condition is true."""
        if not self.values:
            return self._in_limits(cells.numbers)
        keys = self.keys(cells)
        return ~cells.are_any_of({*keys, None}) if self.is_negated else cells.are_any_of(keys)

    def keys(self, cells: ComparedCells) -> set[Value]:
        """Return the keys of the cells that are one of `values`."""
        given = [value for value in self.values if value is not None]
        found: set[Value] = {None} if None in self.values else set()
        if cells.are_numbers:
            return found | {n for value in given if (n := number_of(value)) is not None}
        return found | {_text(value) for value in given} | {str(value) for value in given}

    def _in_limits(self, numbers: Floats) -> Booleans:
        inside: Booleans = np.isfinite(numbers)
        if self.lower is not None:
            inside &= numbers > self.lower if self.lower_open else numbers >= self.lower
        if self.upper is not None:
            inside &= numbers < self.upper if self.upper_open else numbers <= self.upper
        return inside


@dataclass(frozen=True)
class StyleEntry:
    """One symbol of a style, its label, and the records that it is for.

    Attributes
    ----------
    label
        As the file's legend shows it; may be empty.
    symbol
        How the records are drawn.
    conditions
        All must hold; none at all means every record.
    is_rest
        Whether it is for the records that meet the conditions and have no other entry.
    is_shown
        Whether the file draws the entry at first.
    """

    label: str
    symbol: Symbol
    conditions: tuple[Condition, ...] = ()
    is_rest: bool = False
    is_shown: bool = True


@dataclass(frozen=True)
class LabelStyle:
    """The column whose text stands beside each record, with its size and colour."""

    column: str
    size_px: float | None = None
    color: str | None = None


@dataclass(frozen=True)
class FileStyle:
    """The look of a layer as a file describes it.

    Attributes
    ----------
    where
        Name of the file, for messages.
    entries
        In the order of the file's legend. Empty if no symbols could be taken over.
    last_wins
        Whether the last of several entries that fit a record counts, as with rules, which are
        drawn over each other. Else the first counts.
    by_record
        The position in `entries` of each record of the layer, in the order of the file, where
        records and not conditions name their symbols. None where there are conditions.
    label
        The labels of records; None for no labels.
    opacity
        Of the whole layer, from 0 to 1.
    left_out
        Plain sentences about what was not taken over, each once.
    cover
        Whether an area hides those below it.
    looks
        The columns of sizes, shapes and so on, by the keywords of `Map.add`.
    """

    where: str
    entries: tuple[StyleEntry, ...] = ()
    last_wins: bool = False
    by_record: tuple[int, ...] | None = None
    label: LabelStyle | None = None
    opacity: float = 1.0
    left_out: tuple[str, ...] = ()
    cover: bool = False
    looks: Mapping[str, Any] = field(default_factory=dict)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the conditions test, each once; none for a single symbol."""
        names = (test.column for entry in self.entries for test in entry.conditions)
        return tuple(dict.fromkeys(names))

    @property
    def column(self) -> str | None:
        """The only column that the conditions test; None if there is none or several."""
        return self.columns[0] if len(self.columns) == 1 else None

    def without(self, sentence: str) -> Self:
        """Return the style without its symbols, and with a sentence that gives the reason."""
        left_out = (*self.left_out, sentence)
        return replace(self, entries=(), by_record=None, left_out=left_out)

    def codes(self, table: pd.DataFrame) -> Integers:
        """Return the position in `entries` of each row of a table; -1 for rows without one.

        Parameters
        ----------
        table
            It has the columns of the conditions. With `by_record`, its index is the position of
            each row in the file.
        """
        if self.by_record is not None:
            by_record: Integers = np.array(self.by_record, dtype=np.int64)
            return by_record.take(table.index.to_numpy(np.int64))
        # Test each combination of values once.
        keys = np.zeros(len(table), dtype=np.int64)
        if self.columns:
            alike = table.groupby(list(self.columns), dropna=False, sort=False, observed=True)
            keys = np.asarray(alike.ngroup(), dtype=np.int64)
        cells = table.iloc[np.unique(keys, return_index=True)[1]]
        columns = {name: ComparedCells(cells[name]) for name in self.columns}
        return self._codes_of(columns, len(cells))[keys]

    def _codes_of(self, columns: Mapping[str, ComparedCells], count: int) -> Integers:
        """Return the position in `entries` of each of `count` rows; -1 for rows without one."""
        numbered = list(enumerate(self.entries))
        ordered = numbered[::-1] if self.last_wins else numbered
        ordered.sort(key=lambda one: one[1].is_rest)
        ranks = np.full(count, len(ordered))
        by_value = {name: dict[Value, int]() for name in columns}
        for rank, (_, entry) in enumerate(ordered):
            first, *others = entry.conditions or (None,)
            if first is not None and first.names_values and not others:
                for key in first.keys(columns[first.column]):
                    by_value[first.column].setdefault(key, rank)
                continue
            free = ranks == len(ordered)
            for test in entry.conditions:
                free &= test.holds(columns[test.column])
            ranks[free] = rank
        for name, ranks_by_key in by_value.items():
            cells = columns[name]
            found = [ranks_by_key.get(key, len(ordered)) for key in cells.code_by_key]
            ranks = np.minimum(ranks, np.array(found, dtype=np.int64).take(cells.codes))
        numbers = [*(number for number, _ in ordered), -1]
        return np.array(numbers, dtype=np.int64).take(ranks)


def _text(value: object) -> str:
    """Return a value as QGIS writes it into a style."""
    if isinstance(value, (bool, np.bool_)):
        return "true" if value else "false"
    return f"{value:.15g}" if isinstance(value, (float, np.floating)) else str(value)
