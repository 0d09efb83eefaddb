"""Columns as arrow arrays of text, whole numbers, numbers, truth or time, and back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from minmap.errors import FileError
from minmap.vocabulary import TEXT
from minmap.writing.metadata import Held

AS_STORED: Final = "as stored"
"""The dtype of a column that a file holds in a way of its own, and gives back itself."""

_TEXT_TYPE: Final = pa.large_string()
_AT_ONCE: Final = 4096
_MASKED: Final = re.compile(r"U?Int(8|16|32|64)|Float(32|64)|boolean")
_PLAIN: Final = re.compile(r"u?int(8|16|32|64)|float(32|64)|bool")
_TRUTHS: Final = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
# Three digits may as well be thousands.
_DECIMAL_COMMA: Final = re.compile(r"^([-+]?\d+),(\d{1,2}|\d{4,})$")
_CURE: Final = "convert it, such as with .astype(str), or leave the column out"


def encode(column: pd.Series) -> tuple[pa.Array, Held]:
    """Return a column as an arrow array without loss, and how to make it again.

    Parameters
    ----------
    column
        A named column of text, whole numbers, numbers, truth values or times.

    Raises
    ------
    FileError
        If it holds anything else. The message names the column and, for a column of Python
        objects, the row.

    Examples
    --------
    >>> array, held = encode(pd.Series([1, None], dtype="Int64", name="year"))
    >>> array.to_pylist(), held.dtype
    ([1, None], 'Int64')
    """
    name, dtype = str(column.name), column.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        categories = dtype.categories.tolist()
        if not all(isinstance(category, str) for category in categories):
            raise FileError(f"column {name!r} has categories that are no text; {_CURE}.")
        held = Held(name, name, "category", tuple(categories), bool(dtype.ordered))
        return _text(column.astype(object)), held
    if isinstance(dtype, pd.StringDtype):
        missing = "NaN" if dtype.na_value is not pd.NA else "NA"
        storage = "python" if dtype.storage == "python" else "pyarrow"
        return _text(column), Held(name, name, f"string[{storage}, {missing}]")
    if dtype.kind == "O" and not isinstance(dtype, pd.api.extensions.ExtensionDtype):
        _require_text(column)
        return _text(column), Held(name, name, "object")
    held = Held(name, name, str(dtype))
    if _PLAIN.fullmatch(held.dtype) or _MASKED.fullmatch(held.dtype):
        return _whole(pa.array(column, from_pandas=True)), held
    if isinstance(dtype, np.dtype | pd.DatetimeTZDtype) and dtype.kind == "M":
        return _time(column), held
    raise FileError(f"column {name!r} holds {dtype}, which only GeoParquet keeps; {_CURE}.")


def decode(array: pa.Array | pa.ChunkedArray, held: Held) -> tuple[pd.Series, int]:
    """Return an array as a column of the dtype it had, and how many cells do not fit it.

    Parameters
    ----------
    array
        What was read: text of the values, or the values. Not necessarily what was written, for
        somebody may have changed the file.
    held
        The column as it was.

    Returns
    -------
    pandas.Series
        With a default index. A cell that does not fit is missing; a dtype that knows no missing
        values gives way to its sister that does.
    int
        Number of cells that do not fit.

    Examples
    --------
    >>> values, lost = decode(pa.array(["1", None, "many"]), Held("n", "n", "int64"))
    >>> values.tolist(), str(values.dtype), lost
    ([1, <NA>, <NA>], 'Int64', 1)
    """
    array = _whole(array)
    if held.dtype == AS_STORED:
        return pd.Series(array.to_pandas()), 0
    if held.dtype == "object" or held.dtype.startswith(("string", "category")):
        return _as_text(array, held)
    wanted = _arrow_type(held.dtype)
    try:
        values = _cast(array, wanted)
    except pa.ArrowInvalid:
        values = _cast_what_fits(array, wanted)
    return _series(values, held.dtype), values.null_count - array.null_count


def as_text(array: pa.Array) -> pa.Array:
    """Return the values as text, numbers in the fewest digits that give them back exactly.

    Examples
    --------
    >>> as_text(pa.array([0.1, None, 5])).to_pylist()
    ['0.1', None, '5']
    """
    if not pa.types.is_timestamp(array.type):
        return array.cast(_TEXT_TYPE)
    text = pc.replace_substring(array.cast(_TEXT_TYPE), " ", "T")
    return pc.replace_substring_regex(text, r"\.0+(Z?)$", r"\1")


def rows_of(columns: Sequence[pa.Array], count: int) -> Iterator[tuple[Any, ...]]:
    """Give `count` rows of Python values, times as text; few are in memory at once.

    Examples
    --------
    >>> list(rows_of([pa.array(["a", None]), pa.array([1, 2])], 2))
    [('a', 1), (None, 2)]
    """
    texts = [as_text(c) if pa.types.is_timestamp(c.type) else c for c in columns]
    for start in range(0, count, _AT_ONCE):
        size = min(_AT_ONCE, count - start)
        cells = [column.slice(start, size).to_pylist() for column in texts]
        yield from zip(*cells, strict=True) if cells else [()] * size


def plain_text(array: pa.Array) -> pd.Series:
    """Return text as a column of minmap's text dtype.

    Examples
    --------
    >>> plain_text(pa.array(["a", None])).tolist()
    ['a', nan]
    """
    values = TEXT.__from_arrow__(array.cast(_TEXT_TYPE))  # type: ignore[attr-defined]  # no stub
    return pd.Series(values)


def is_text(kind: pa.DataType) -> bool:
    """Return whether an arrow type is text.

    Examples
    --------
    >>> is_text(pa.string()), is_text(pa.int64())
    (True, False)
    """
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _whole(array: pa.Array | pa.ChunkedArray) -> pa.Array:
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def _require_text(column: pd.Series) -> None:
    values = column.to_numpy()
    strange = [i for i, v in enumerate(values) if not isinstance(v, str) and not _is_missing(v)]
    if strange:
        value = values[strange[0]]
        raise FileError(
            f"column {column.name!r}, row {column.index[strange[0]]}: {value!r} is a "
            f"{type(value).__name__} among objects; {_CURE}."
        )


def _is_missing(value: object) -> bool:
    return value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value))


def _text(column: pd.Series) -> pa.Array:
    try:
        return _whole(pa.array(column, type=_TEXT_TYPE, from_pandas=True))
    except UnicodeEncodeError as error:
        broken = [isinstance(v, str) and not _is_unicode(v) for v in column]
        raise FileError(
            f"column {column.name!r}, row {column.index[broken.index(True)]}: the text has half a "
            "letter (a lone surrogate), which no file can hold; mend it with "
            ".str.encode('utf-8', 'replace').str.decode('utf-8')."
        ) from error


def _is_unicode(text: str) -> bool:
    return not any("\ud800" <= letter <= "\udfff" for letter in text)


def _time(column: pd.Series) -> pa.Array:
    """Return times in UTC, or without a zone as they are."""
    values = _whole(pa.array(column, from_pandas=True))
    values = values.cast(pa.timestamp(values.type.unit, "UTC" if values.type.tz else None))
    try:
        fits = as_text(values).cast(values.type).equals(values)
        pd.api.types.pandas_dtype(str(column.dtype))
    except (pa.ArrowInvalid, TypeError):
        fits = False
    if not fits:
        raise FileError(f"column {column.name!r} has times beyond the years 1 to 9999; {_CURE}.")
    return values


def _arrow_type(dtype: str) -> pa.DataType:
    if dtype.startswith("datetime64"):
        unit, _, zone = dtype.removeprefix("datetime64[").removesuffix("]").partition(", ")
        return pa.timestamp(unit, "UTC" if zone else None)
    name = dtype.lower()
    return pa.type_for_alias("bool" if name == "boolean" else name)


def _cast(array: pa.Array, wanted: pa.DataType) -> pa.Array:
    if pa.types.is_timestamp(array.type) and pa.types.is_timestamp(wanted):
        # GeoPackage has no time without a zone.
        array = array.cast(pa.timestamp(array.type.unit, wanted.tz))
    if pa.types.is_boolean(array.type) and not pa.types.is_boolean(wanted):
        array = array.cast(pa.int8())
    return array.cast(wanted)


def _cast_what_fits(array: pa.Array, wanted: pa.DataType) -> pa.Array:
    """Cast cell by cell, because somebody has changed the file by hand."""
    texts = array.cast(_TEXT_TYPE).to_pylist()
    return pa.array([_one(text, wanted) for text in texts], type=wanted)


def _one(text: str | None, wanted: pa.DataType) -> Any:
    if text is None:
        return None
    if pa.types.is_boolean(wanted):
        return _TRUTHS.get(text.strip().casefold())
    try:
        if pa.types.is_integer(wanted) and float(text).is_integer():
            return pa.scalar(int(float(text)), type=wanted)
        # Excel writes decimal commas in half of the world.
        plain = _DECIMAL_COMMA.sub(r"\1.\2", text.strip())
        return pa.scalar(plain, type=_TEXT_TYPE).cast(wanted)
    except (ValueError, OverflowError):
        return None


def _series(values: pa.Array, dtype: str) -> pd.Series:
    if values.null_count and re.fullmatch(r"u?int\d+|bool", dtype):
        dtype = (
            "boolean" if dtype == "bool" else dtype.replace("uint", "UInt").replace("int", "Int")
        )
    if _MASKED.fullmatch(dtype):
        made: Any = pd.api.types.pandas_dtype(dtype)
        return pd.Series(made.__from_arrow__(values))
    wanted: Any = dtype  # the stubs know dtypes by their names one by one
    column = pd.Series(values.to_numpy(zero_copy_only=False))
    if not dtype.startswith("datetime64"):
        return column.astype(wanted)
    _, _, zone = dtype.removesuffix("]").partition(", ")
    column = column.dt.tz_localize("UTC").dt.tz_convert(zone) if zone else column
    return column.astype(wanted)


def _as_text(array: pa.Array, held: Held) -> tuple[pd.Series, int]:
    text = plain_text(array if is_text(array.type) else as_text(array))
    if held.dtype == "category":
        values = pd.Categorical(text, categories=held.categories, ordered=held.ordered)
        lost = int((values.isna() & text.notna().to_numpy()).sum())
        return (text, 0) if lost else (pd.Series(values), 0)
    if held.dtype == "object":
        return text.astype(object).where(text.notna(), None), 0
    storage, missing = held.dtype.removeprefix("string[").removesuffix("]").split(", ")
    no_value: Any = np.nan if missing == "NaN" else pd.NA
    made: Any = pd.StringDtype(storage, na_value=no_value)
    return text.astype(made), 0
