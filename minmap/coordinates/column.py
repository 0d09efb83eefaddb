"""A column of coordinates: plain numbers at once, odd spellings one by one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from minmap.coordinates.notation import DECIMAL, GRID, NO_AXIS, UNREAD, read_text
from minmap.coordinates.precision import MOST_DECIMALS, given_unit
from minmap.types import Booleans, Floats
from minmap.vocabulary import TEXT

_PLAIN: Final = r"^[+-]?[0-9]+(\.[0-9]+)?$"

_COMMA: Final = r"^[+-]?[0-9]+,[0-9]+$"
_COMMA_OF_GRID: Final = r"^[+-]?(?:0|[0-9]{4,}),[0-9]+$"


@dataclass(frozen=True)
class Readings:
    """What a column says, row by row; arrays of shape (n,).

    Attributes
    ----------
    value
        Degrees or units of the grid; NaN where nothing could be read.
    half
        Half the last unit given.
    axis
        `spelling.LATITUDE` or `spelling.LONGITUDE` where a letter says so, else 0.
    spelling
        Positions in `spelling.SPELLINGS`.
    given
        Whether there is a text.
    """

    value: Floats
    half: Floats
    axis: NDArray[np.int8]
    spelling: NDArray[np.int8]
    given: Booleans


def read_column(column: pd.Series, *, degrees: bool) -> Readings:
    """Read a column of coordinates.

    Parameters
    ----------
    column
        Texts, as they stand in the file. Not changed.
    degrees
        True for degrees, False for units of a grid.

    Returns
    -------
    Readings

    Examples
    --------
    >>> read_column(pd.Series(["67.40", "67°24'E", "here"]), degrees=True).value.tolist()
    [67.4, 67.4, nan]
    """
    array = _texts(column)
    rows = len(array)
    plain = _truth(pc.match_substring_regex(array, _PLAIN))
    if not plain.all():
        array = _with_points(array, degrees=degrees)
        plain = _truth(pc.match_substring_regex(array, _PLAIN))
    value, unit = np.full(rows, np.nan), np.full(rows, np.nan)
    axis = np.full(rows, NO_AXIS, dtype=np.int8)
    spelling = np.where(plain, DECIMAL if degrees else GRID, UNREAD).astype(np.int8)
    given = np.asarray(array.is_valid())
    numbers = array if plain.all() else array.filter(pa.array(plain))
    value[plain] = _floats(pc.cast(numbers, pa.float64()))
    unit[plain] = given_unit(value[plain], _decimals(numbers), degrees=degrees)
    odd = np.flatnonzero(given & ~plain)
    positions, texts = pd.factorize(column.iloc[odd].astype(TEXT))
    readings = [read_text(str(text), degrees=degrees) for text in texts]
    known = np.array([reading is not None for reading in readings], dtype=bool)
    if known.any():
        found = [reading for reading in readings if reading is not None]
        places = np.cumsum(known) - 1
        read = known[positions]
        rows_read, which = odd[read], places[positions[read]]
        value[rows_read] = np.array([reading.value for reading in found])[which]
        unit[rows_read] = np.array([reading.unit for reading in found])[which]
        axis[rows_read] = np.array([reading.axis for reading in found], dtype=np.int8)[which]
        spelling[rows_read] = np.array([r.spelling for r in found], dtype=np.int8)[which]
    return Readings(value, unit / 2, axis, spelling, given)


def _texts(column: pd.Series) -> pa.Array:
    array = pa.array(column.astype(TEXT), type=pa.large_string(), from_pandas=True)
    # A column of pandas may lie in several pieces.
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def _with_points(array: pa.Array, *, degrees: bool) -> pa.Array:
    """Write decimal commas as points, but not those of a grid that may part thousands."""
    comma = pc.match_substring_regex(array, _COMMA if degrees else _COMMA_OF_GRID)
    pointed = pc.replace_substring(array, ",", ".", max_replacements=1)
    return pc.if_else(comma.fill_null(fill_value=False), pointed, array)


def _truth(array: pa.Array) -> Booleans:
    return np.asarray(array.fill_null(fill_value=False).to_numpy(zero_copy_only=False), dtype=bool)


def _floats(array: pa.Array) -> Floats:
    return np.asarray(array.to_numpy(zero_copy_only=False), dtype=float)


def _decimals(numbers: pa.Array) -> Floats:
    """Count the digits behind the point; a long tail that ends in a zero was meant so."""
    point = _floats(pc.find_substring(numbers, "."))
    decimals = np.where(point >= 0, _floats(pc.binary_length(numbers)) - point - 1, 0.0)
    long = np.flatnonzero(decimals > MOST_DECIMALS)
    if long.size:
        meant = _truth(pc.ends_with(numbers.take(pa.array(long)), "0"))
        decimals[long[meant]] = MOST_DECIMALS
    return decimals
