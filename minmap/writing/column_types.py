"""Columns as arrow arrays of text, numbers, truth values or times, and back."""

import re
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from minmap.errors import FileError
from minmap.types import TEXT
from minmap.writing.metadata import ColumnMetadata

AS_STORED: Final = "as stored"
"""The dtype of a column whose file format restores its type without minmap's metadata."""

_TEXT_TYPE: Final = pa.large_string()
_NUMBERS: Final = re.compile(r"[Uu]?[Ii]nt(8|16|32|64)|[Ff]loat(32|64)|bool|boolean")
_WITHOUT_MISSING: Final = re.compile(r"u?int\d+|bool")
_YEARS: Final = -62_135_596_800, 253_402_300_799  # seconds of the years 1 to 9999
_DAY: Final = 86_400
_CURE: Final = "convert it, such as with .astype(str), or leave the column out"


def encode(column: pd.Series) -> tuple[pa.Array, ColumnMetadata]:
    """Return a column as an arrow array, and the metadata that `restored` needs.

    Parameters
    ----------
    column
        A named column of text, numbers, truth values or times.

    Raises
    ------
    FileError
        If it holds anything else. The message names the column and, for a column of Python
        objects, the row.

    Examples
    --------
    >>> array, metadata = encode(pd.Series([1, None], dtype="Int64", name="year"))
    >>> array.to_pylist(), metadata.dtype
    ([1, None], 'Int64')
    """
    name, dtype = str(column.name), column.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        categories = dtype.categories.tolist()
        if not all(isinstance(category, str) for category in categories):
            raise FileError(f"column {name!r} has categories that are not text; {_CURE}.")
        described = ColumnMetadata(name, name, "category", tuple(categories), bool(dtype.ordered))
        return _text(column.astype(object)), described
    if isinstance(dtype, pd.StringDtype):
        missing = "NaN" if dtype.na_value is not pd.NA else "NA"
        storage = "python" if dtype.storage == "python" else "pyarrow"
        return _text(column), ColumnMetadata(name, name, f"string[{storage}, {missing}]")
    if dtype.kind == "O" and not isinstance(dtype, pd.api.extensions.ExtensionDtype):
        _require_text(column)
        return _text(column), ColumnMetadata(name, name, "object")
    described = ColumnMetadata(name, name, str(dtype))
    if _NUMBERS.fullmatch(described.dtype):
        return _combined(pa.array(column, from_pandas=True)), described
    if isinstance(dtype, np.dtype | pd.DatetimeTZDtype) and dtype.kind == "M":
        return _time(column), described
    raise FileError(f"column {name!r} holds {dtype}, which only GeoParquet keeps; {_CURE}.")


def restored(values: pd.Series, column: ColumnMetadata) -> pd.Series:
    """Return values from a file with the dtype that the column had when it was written.

    Parameters
    ----------
    values
        The column as the file has it; somebody may have changed the file since.
    column
        The metadata of the column.

    Returns
    -------
    pandas.Series
        The same index. If values are missing and the dtype cannot hold that, the nullable dtype is
        used (int64: Int64). Values that do not fit the dtype keep the type of the file.

    Examples
    --------
    >>> years = restored(pd.Series([1, None]), ColumnMetadata("year", "year", "int64"))
    >>> years.tolist(), str(years.dtype)
    ([1, <NA>], 'Int64')
    """
    dtype: Any = column.dtype  # the stubs list the dtype names one by one
    if dtype == AS_STORED:
        return values
    try:
        if dtype == "object" or dtype.startswith(("string", "category")):
            return _as_text(values, column)
        if dtype.startswith("datetime64"):
            return _as_time(values, dtype)
        if values.hasnans and _WITHOUT_MISSING.fullmatch(dtype):
            dtype = dtype.replace("uint", "UInt").replace("int", "Int").replace("bool", "boolean")
        return values.astype(dtype)
    except (ValueError, TypeError, OverflowError, pa.ArrowException):
        return values.convert_dtypes(dtype_backend="numpy_nullable")


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


def without_times(array: pa.Array) -> pa.Array:
    """Return times as text, and other values unchanged.

    Examples
    --------
    >>> without_times(pa.array([0], pa.timestamp("s"))).to_pylist()
    ['1970-01-01T00:00:00']
    """
    return as_text(array) if pa.types.is_timestamp(array.type) else array


def has_far_times(times: pa.Array) -> bool:
    """Return whether any time is beyond the years 1 to 9999, which the dates of Python have.

    Times with a zone count as beyond if they are within a day of the ends.

    Examples
    --------
    >>> years = pa.array(["0001-01-01", "9999-12-31"]).cast(pa.timestamp("s"))
    >>> has_far_times(years), has_far_times(pa.array([10_000 * 365], pa.date32()))
    (False, True)
    """
    zone = getattr(times.type, "tz", None)
    ends = pc.min_max(times.cast(pa.timestamp("s", zone), safe=False).cast(pa.int64()))
    first, last = ends["min"].as_py(), ends["max"].as_py()
    margin = _DAY if zone else 0
    least, most = _YEARS
    return first is not None and (first < least + margin or last > most - margin)


def is_number(dtype: str) -> bool:
    """Return whether the name of a dtype is that of whole or other numbers.

    Examples
    --------
    >>> is_number("Int64"), is_number("float32"), is_number("bool"), is_number("object")
    (True, True, False, False)
    """
    return bool(_NUMBERS.fullmatch(dtype)) and not dtype.startswith("bool")


def is_text(kind: pa.DataType) -> bool:
    """Return whether an arrow type is text.

    Examples
    --------
    >>> is_text(pa.string()), is_text(pa.int64())
    (True, False)
    """
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _combined(array: pa.Array | pa.ChunkedArray) -> pa.Array:
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def _require_text(column: pd.Series) -> None:
    values = column.to_numpy()
    missing = pd.isna(values)
    for row, (value, is_missing) in enumerate(zip(values, missing, strict=True)):
        if not (is_missing or isinstance(value, str)):
            raise FileError(
                f"column {column.name!r}, row {column.index[row]}: {value!r} is of type "
                f"{type(value).__name__} in a column of objects; {_CURE}."
            )


def _text(column: pd.Series) -> pa.Array:
    try:
        return _combined(pa.array(column, type=_TEXT_TYPE, from_pandas=True))
    except UnicodeEncodeError as error:
        broken = column.astype(object).str.contains("[\ud800-\udfff]", na=False).tolist()
        raise FileError(
            f"column {column.name!r}, row {column.index[broken.index(True)]}: the text has half a "
            "letter (a lone surrogate), which no file can hold; repair it with "
            ".str.encode('utf-8', 'replace').str.decode('utf-8')."
        ) from error


def _time(column: pd.Series) -> pa.Array:
    """Return times in UTC, or unchanged if they have no time zone."""
    values = _combined(pa.array(column, from_pandas=True))
    values = values.cast(pa.timestamp(values.type.unit, "UTC" if values.type.tz else None))
    try:
        fits = not has_far_times(values)
        pd.api.types.pandas_dtype(str(column.dtype))
    except TypeError:
        fits = False
    if not fits:
        raise FileError(f"column {column.name!r} has times beyond the years 1 to 9999; {_CURE}.")
    return values


def _as_text(values: pd.Series, column: ColumnMetadata) -> pd.Series:
    text = values.astype(TEXT)
    if column.dtype == "category":
        dtype = pd.CategoricalDtype(pd.Index(column.categories or (), dtype=TEXT), column.ordered)
        return text.astype(dtype) if text.dropna().isin(dtype.categories).all() else text
    if column.dtype == "object":
        return text.astype(object).where(text.notna(), None)
    storage, missing = column.dtype.removeprefix("string[").removesuffix("]").split(", ")
    no_value: Any = np.nan if missing == "NaN" else pd.NA
    string: Any = pd.StringDtype(storage, na_value=no_value)
    return text.astype(string)


def _as_time(values: pd.Series, dtype: str) -> pd.Series:
    unit, _, zone = dtype.removeprefix("datetime64[").removesuffix("]").partition(", ")
    utc: Any = f"datetime64[{unit}, UTC]"
    times = values.astype(utc).dt
    return times.tz_convert(zone) if zone else times.tz_localize(None)
