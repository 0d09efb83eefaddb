"""Read a column of coordinates: decimal numbers all at once, other notations one by one."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from minmap.coordinates.notation import DECIMAL, GRID, NO_AXIS, UNREAD, Reading, read_text
from minmap.coordinates.precision import MOST_DECIMALS, given_unit
from minmap.types import TEXT, Booleans, Floats

_DECIMAL: Final = r"^[+-]?[0-9]+(\.[0-9]+)?$"
_COMMA: Final = r"^[+-]?[0-9]+,[0-9]+$"
_COMMA_OF_GRID: Final = r"^[+-]?(?:0|[0-9]{4,}),[0-9]+$"
# Of so many numbers that keep their zeros, none ends in one once in 200 tables (0.9 to the 50th).
_ENOUGH: Final = 50
_NOT_READ: Final = Reading(np.nan, np.nan, NO_AXIS, UNREAD)


@dataclass(frozen=True)
class Readings:
    """The coordinates in a column; arrays of shape (n,).

    Attributes
    ----------
    value
        Degrees or units of the grid; NaN if the text could not be read.
    half
        Half the last unit given.
    finest
        Half the last unit that the number may have been written to: many programs drop zeros at
        the end, so that 45.35 beside numbers of four decimals may have been 45.3500.
    axis
        `notation.LATITUDE` or `notation.LONGITUDE` if a letter names the axis, else 0.
    notation
        Positions in `notation.NOTATIONS`.
    given
        Whether there is a text.
    zero_unit
        The unit of the most frequent number of decimals if no number ends in a zero; infinity if
        one does, or if there are too few numbers to know.
    """

    value: Floats
    half: Floats
    finest: Floats
    axis: NDArray[np.int8]
    notation: NDArray[np.int8]
    given: Booleans
    zero_unit: float


def read_column(column: pd.Series, *, degrees: bool, zero_unit: float | None = None) -> Readings:
    """Read a column of coordinates.

    Parameters
    ----------
    column
        The texts of a file. Not changed.
    degrees
        True for degrees, False for units of a grid.
    zero_unit
        As in `Readings`, of the table that the column is a part of. None: that of the column.

    Examples
    --------
    >>> read_column(pd.Series(["67.40", "67°24'E", "here"]), degrees=True).value.tolist()
    [67.4, 67.4, nan]
    """
    texts = to_arrow(column)
    given = np.asarray(texts.is_valid())
    is_decimal = _booleans(pc.match_substring_regex(texts, _DECIMAL))
    if not is_decimal.all():
        texts = _with_points(texts, degrees=degrees)
        is_decimal = _booleans(pc.match_substring_regex(texts, _DECIMAL))
    value, unit = np.full(len(texts), np.nan), np.full(len(texts), np.nan)
    axis = np.full(len(texts), NO_AXIS, dtype=np.int8)
    notation = np.where(is_decimal, DECIMAL if degrees else GRID, UNREAD).astype(np.int8)
    numbers = texts if is_decimal.all() else texts.filter(pa.array(is_decimal))
    value[is_decimal] = _floats(pc.cast(numbers, pa.float64()))
    decimals = _decimals(numbers)
    unit[is_decimal] = given_unit(value[is_decimal], decimals, degrees=degrees)
    others = np.flatnonzero(given & ~is_decimal)
    positions, different = pd.factorize(column.iloc[others].astype(TEXT))
    readings = [read_text(str(text), degrees=degrees) or _NOT_READ for text in different]
    table = np.array(readings, dtype=float).reshape(len(readings), 4)
    value[others], unit[others], axis[others], notation[others] = table[positions].T
    finest = unit.copy()
    if zero_unit is None:
        zero_unit = _unit_without_zeros(numbers, decimals)
    finest[is_decimal] = np.minimum(unit[is_decimal], zero_unit)
    return Readings(value, unit / 2, finest / 2, axis, notation, given, zero_unit)


def to_arrow(column: pd.Series) -> pa.Array:
    """Return the texts of a column as one array of pyarrow."""
    texts = column if column.dtype == TEXT else column.astype(TEXT)
    array = pa.array(texts, type=pa.large_string(), from_pandas=True)
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def _with_points(texts: pa.Array, *, degrees: bool) -> pa.Array:
    """Replace decimal commas by points, but not those of a grid that may separate thousands."""
    comma = pc.match_substring_regex(texts, _COMMA if degrees else _COMMA_OF_GRID)
    with_points = pc.replace_substring(texts, ",", ".", max_replacements=1)
    return pc.if_else(comma.fill_null(fill_value=False), with_points, texts)


def _booleans(array: pa.Array) -> Booleans:
    return np.asarray(array.fill_null(fill_value=False).to_numpy(zero_copy_only=False), dtype=bool)


def _floats(array: pa.Array) -> Floats:
    return np.asarray(array.to_numpy(zero_copy_only=False), dtype=float)


def _decimals(numbers: pa.Array) -> Floats:
    """Return the number of decimals; count at most seven if more than seven end in 0."""
    point = _floats(pc.find_substring(numbers, "."))
    decimals = np.where(point >= 0, _floats(pc.binary_length(numbers)) - point - 1, 0.0)
    many = np.flatnonzero(decimals > MOST_DECIMALS)
    if many.size:
        on_purpose = _booleans(pc.ends_with(numbers.take(pa.array(many)), "0"))
        decimals[many[on_purpose]] = MOST_DECIMALS
    return decimals


def _unit_without_zeros(numbers: pa.Array, decimals: Floats) -> float:
    """Return the unit of the most frequent number of decimals if no number ends in a zero.

    Where zeros are kept, or there are too few numbers to know, return infinity. The zero of "45.0"
    does not count, since programs write it behind whole numbers.
    """
    counted = decimals[(decimals > 1) & (decimals <= MOST_DECIMALS)]
    if counted.size < _ENOUGH or _booleans(pc.ends_with(numbers, "0"))[decimals > 1].any():
        return np.inf
    return float(10.0 ** -np.bincount(counted.astype(np.int64)).argmax())
