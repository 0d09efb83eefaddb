"""The columns that a popup shows: their names, units and types, and their values in Arrow."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from os.path import commonprefix
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from minmap.scene.card_columns import card_columns, colors_of_codes, names_of_places
from minmap.scene.carried_columns import OURS, TITLES, is_read
from minmap.scene.code_labels import SEARCHED_CODES, labels_of_codes
from minmap.scene.facets import CODED, facets_of
from minmap.scene.headings import heading_of, stated_unit, title_in
from minmap.scene.pair_columns import PairColumns
from minmap.scene.site_words import words_of_sites
from minmap.style.dates import date_texts, days_of
from minmap.style.fields import ALL, Fields, Off, Row, Rows
from minmap.style.looks import Looks
from minmap.style.table_columns import has_values, is_geometry, with_numpy_type
from minmap.style.value_labels import label_of
from minmap.transport.accessibility import ACCESS_COLUMNS

_USUAL = Looks()
_SEARCHED = ("other_names", "occurrence_id", "site_records")
_ROUTE = frozenset(ACCESS_COLUMNS)
# Columns of minmap for the card: texts about one record, and no groups of records.
_UNFILTERED = frozenset(
    ("url", "citation", "site_records", "value_records", "differing", "site_facts")
)
DATE = "date"
"""The type of a column of dates."""
# Columns about the source and the location of a record; a popup shows them last.
_ORIGIN = {
    "occurrence_id", "source", "source_id", "country_basis", "admin1_basis", "location_method",
    "coordinate_precision_m", "location_uncertainty_m", "location_uncertainty_basis", "url",
    "citation",
}  # fmt: skip
# Measurements are rounded to a tenth of a metre (or to four decimals of an hour or a dollar), since
# further digits differ between processors.
_EXACT_BELOW = 1e11  # below this a double has four exact decimals
_DECIMALS = 4

_FIRST_ROWS = 1_000
_FEW = 2**7  # codes of one byte
_INDEX_TYPES = ((pa.int8(), _FEW), (pa.int16(), 2**15), (pa.int32(), 2**31))


@dataclass(frozen=True)
class Columns:
    """The columns of a layer in the page.

    Columns of the occurrence table and measurements of minmap come first, and those about the
    source and the location of a record last; otherwise the order is that of the table. Columns
    without any value are left out. Measurements are rounded to four decimals.
    """

    names: tuple[str, ...]
    arrays: tuple[pa.Array, ...]
    fields: tuple[dict[str, Any], ...]
    title: int | None
    wishes: Fields = _USUAL.fields
    left_out: tuple[str, ...] = ()

    @classmethod
    def of(
        cls, frame: gpd.GeoDataFrame, looks: Looks = _USUAL, left_out: tuple[str, ...] = ()
    ) -> Columns:
        """Return the columns of a table that are not geometries.

        Parameters
        ----------
        frame
            The table, with the columns that the page carries.
        looks
            What the maker of the map wishes of them.
        left_out
            Columns of the user's table that `frame` does not have.
        """
        kept = [
            (str(name), with_numpy_type(series))
            for name, series in frame.items()
            if not is_geometry(series.dtype) and has_values(series)
        ]
        kept.sort(key=lambda column: 2 if column[0] in _ORIGIN else column[0] not in OURS)
        keys = card_columns(frame.columns)
        arrays, fields = [], []
        coded = CODED.union(looks.fields.filters or ())
        for name, series in kept:
            field = _field(name, series, stated_unit(frame, name))
            array = arrow_column(series, is_date=field["type"] == DATE)
            if name in OURS and pa.types.is_floating(array.type):
                array = _rounded(array)
            if name in coded and pa.types.is_string(array.type):
                array = dictionary_encoded(array)
            array, prefix = without_prefix(array)
            arrays.append(array)
            field |= {"prefix": prefix} if prefix else {}
            field |= {"key": name} if name in keys else {}
            field |= {"is_of_route": True} if name in keys & _ROUTE else {}
            fields.append(field | colors_of_codes(name, array, looks.house.colors))
        names = tuple(name for name, _ in kept)
        whole = cls(
            names,
            tuple(arrays),
            tuple(fields),
            _title(kept, looks.label),
            looks.fields,
            tuple(left_out),
        )
        is_usual = is_read(frame) and looks.fields.carried != ALL
        return whole._once(looks.named.union(keys & _ROUTE)) if is_usual else whole

    def _once(self, needed: frozenset[str]) -> Columns:
        """Leave out texts that an earlier column has too, unless a keyword names them."""
        found: list[int] = []
        for n, (name, array) in enumerate(zip(self.names, self.arrays, strict=True)):
            is_needed = n == self.title or name in needed or not _is_text(array)
            if is_needed or not any(array.equals(self.arrays[other]) for other in found):
                found.append(n)
        if len(found) == len(self.names):
            return self
        repeated = [name for n, name in enumerate(self.names) if n not in found]
        return replace(
            self,
            names=tuple(self.names[n] for n in found),
            arrays=tuple(self.arrays[n] for n in found),
            fields=tuple(self.fields[n] for n in found),
            title=None if self.title is None else found.index(self.title),
            left_out=(*repeated, *self.left_out),
        )

    def searched(self) -> list[int]:
        """Return the columns that the page searches: the title, other names and ids of records."""
        first = [] if self.title is None else [self.title]
        more = [self.names.index(name) for name in _SEARCHED if name in self.names]
        return [*first, *(column for column in more if column not in first)]

    def searched_codes(self) -> list[int]:
        """Return the columns of codes that the page searches by the words of the codes."""
        names = zip(self.names, self.arrays, strict=True)
        return [
            n
            for n, (name, array) in enumerate(names)
            if name in SEARCHED_CODES and pa.types.is_dictionary(array.type)
        ]

    def facets(self) -> list[dict[str, Any]]:
        """Return the facets by which a reader can filter the records."""
        # Text is not a measurement, though the page may have it as numbers.
        were_text = {n for n, field in enumerate(self.fields) if field["type"] in {"text", "link"}}
        dates = {n for n, field in enumerate(self.fields) if field["type"] == DATE}
        said = {n for n, field in enumerate(self.fields) if field.get("key") in _UNFILTERED}
        if pairs := self._pairs():
            said |= pairs.unfiltered
        return facets_of(self.names, self.arrays, texts=were_text, dates=dates, without=said)

    def as_dict(self) -> dict[str, Any]:
        """Return what the page knows of the columns; `localized` describes them in its language."""
        wishes = {"popup": self.wishes.popup, "tooltip": self.wishes.tooltip}
        return {
            "columns": self,
            "title": self.title,
            **{name: self._rows(given) for name, given in wishes.items() if given is not None},
            **({"left_out": list(self.left_out)} if self.left_out else {}),
            **({"pair": pairs} if (pairs := self._pairs()) else {}),
        }

    def _pairs(self) -> PairColumns | None:
        """Return the columns of pairs of records; None for any other table."""
        return PairColumns.of(self.names, len(self.arrays[0]) if self.arrays else 0)

    def _rows(self, rows: Rows | Off) -> list[dict[str, Any]] | None:
        """Return the rows of the columns that the page has; None for no rows."""
        if rows is False:
            return None
        return [self._row(name, row) for name, row in rows.items() if name in self.names]

    def _row(self, name: str, row: Row) -> dict[str, Any]:
        column = self.names.index(name)
        unit = self.fields[column]["unit"]
        parts = {"heading": row.heading, "format": row.format and row.format.as_dict(unit)}
        return {"column": column, **{k: part for k, part in parts.items() if part is not None}}

    def localized(self, language: str) -> list[dict[str, Any]]:
        """Return the descriptions of the columns, with their headings and labels of their codes."""
        columns = zip(self.names, self.arrays, self.fields, strict=True)
        pairs = self._pairs()
        of_records = pairs.fields(language) if pairs else {}
        return [
            {
                **field,
                "label": title_in(field["label"], language),
                **of_records.get(name, {}),
                **labels_of_codes(name, array, language),
                **names_of_places(name, array, language, columns=self.names),
                **words_of_sites(name, array, language),
            }
            for name, array, field in columns
        ]

    def position_of(self, name: str | None) -> dict[str, int]:
        """Return the position of the column that colours the layer, if the page has it."""
        return {"by": self.names.index(name)} if name in self.names else {}


def _is_text(array: pa.Array) -> bool:
    kind = array.type
    return bool(pa.types.is_string(kind) or pa.types.is_dictionary(kind))


def _rounded(array: pa.Array) -> pa.Array:
    """Round numbers to `_DECIMALS`, but not those that are too large to have such decimals."""
    is_small = pc.less(pc.abs(array), pa.scalar(_EXACT_BELOW, array.type))
    rounded = pc.round(pc.if_else(is_small, array, pa.scalar(0.0, array.type)), _DECIMALS)
    return pc.if_else(is_small, rounded, array)


def _field(name: str, series: pd.Series, stated: str | None) -> dict[str, Any]:
    kind = _type(series)
    label, unit = heading_of(name, has_numbers=kind in {"integer", "number"}, stated=stated)
    return {"name": name, "label": label, "type": kind, "unit": unit}


def _type(series: pd.Series) -> str:
    if pd.api.types.is_bool_dtype(series):
        return "text"
    if pd.api.types.is_integer_dtype(series):
        return "integer"
    if pd.api.types.is_numeric_dtype(series):
        return "number"
    if days_of(series) is not None:
        return DATE
    first = str(series.dropna().iloc[0])
    return "link" if first.startswith(("http://", "https://")) and " " not in first else "text"


def _title(columns: list[tuple[str, pd.Series]], label: object) -> int | None:
    """Return the column with the heading of a record: a name, the label, or the first text."""
    names = [name for name, _ in columns]
    lower = [name.lower() for name in names]
    for wanted in TITLES:
        if wanted in lower:
            return lower.index(wanted)
    if label in names:
        return names.index(str(label))
    text = (n for n, (_, s) in enumerate(columns) if not pd.api.types.is_numeric_dtype(s))
    return next(text, None)


def arrow_column(series: pd.Series, *, is_date: bool = False) -> pa.Array:
    """Return a column as numbers or text that the page can read: no objects, no time zones.

    Integers stay integers if they fit 32 bits, and become text if a float would round them. Dates
    become ISO text, each different one once, lists their values with commas between, and anything
    else the text that Python shows for it. Missing values stay missing.

    Examples
    --------
    >>> arrow_column(pd.Series([1, 2])).type, arrow_column(pd.Series([[1], None])).to_pylist()
    (DataType(int32), ['1', None])
    """
    if is_date or pd.api.types.is_datetime64_any_dtype(series):
        return dictionary_encoded(pa.array(date_texts(series), pa.string()))
    # A column of objects may have only Booleans and missing values.
    if pd.api.types.is_bool_dtype(series) or (
        series.dtype == object and pd.api.types.infer_dtype(series) == "boolean"
    ):
        return dictionary_encoded(
            pa.array(series.map({True: "yes", False: "no"}).astype(object), pa.string())
        )
    if pd.api.types.is_numeric_dtype(series) and not pd.api.types.is_complex_dtype(series):
        return _numbers(series)
    if isinstance(series.dtype, pd.CategoricalDtype):
        series = series.astype(object)
    return _text(series)


def without_prefix(array: pa.Array) -> tuple[pa.Array, str]:
    """Split text that is one prefix and a number in each row into the numbers and the prefix.

    Identifiers and addresses of records shrink to a quarter. If a few such texts repeat, such as
    sheet numbers or type codes, each different text is sent once, so that the page can filter by
    it. Any other array is returned unchanged, with an empty prefix.

    Examples
    --------
    >>> numbers, prefix = without_prefix(pa.array(["mrds:10", "mrds:7", None]))
    >>> numbers.to_pylist(), prefix
    ([10, 7, None], 'mrds:')
    >>> without_prefix(pa.array(["mrds:10", "mrds:07"]))[1]
    ''
    >>> without_prefix(pa.array(["L-42", "L-43", "L-42"]))[0].dictionary.to_pylist()
    ['L-42', 'L-43']
    """
    if not pa.types.is_string(array.type) or array.null_count == len(array):
        return array, ""
    # A prefix that the first and the last text in order share is shared by all texts.
    ends = pc.min_max(array).as_py()
    prefix = commonprefix([ends["min"], ends["max"]]).rstrip("0123456789")  # noqa: RUF071
    # Names of records differ from numbers in the first rows.
    if not all(_has_numbers(part, len(prefix)) for part in (array[:_FIRST_ROWS], array)):
        return array, ""
    numbers = pc.utf8_slice_codeunits(array, len(prefix)).cast(pa.int32())
    different = pc.count_distinct(numbers).as_py()
    if different <= _FEW and different < len(array) - array.null_count:
        return dictionary_encoded(array), ""
    return numbers, prefix


def _has_numbers(array: pa.Array, start: int) -> bool:
    digits = pc.utf8_slice_codeunits(array, start)
    return bool(pc.all(pc.match_substring_regex(digits, "^(0|[1-9][0-9]{0,8})$")).as_py())


def _numbers(series: pd.Series) -> pa.Array:
    array = pa.array(series, from_pandas=True)
    if pa.types.is_floating(array.type):
        return array.cast(pa.float64())
    bounds = pc.min_max(array).as_py()
    if bounds["min"] is None or (bounds["min"] >= -(2**31) and bounds["max"] < 2**31):
        return array.cast(pa.int32())
    # A float cannot represent larger integers exactly: they are identifiers, and become text.
    exact = bounds["min"] >= -(2**53) and bounds["max"] <= 2**53
    return array.cast(pa.float64()) if exact else _text(series)


def _text(series: pd.Series) -> pa.Array:
    try:
        array = pa.array(series, pa.string(), from_pandas=True)
    except (pa.ArrowException, TypeError, UnicodeEncodeError):
        array = pa.array([_as_text(value) for value in series], pa.string())
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()  # concatenated tables have several chunks
    # Each different text is sent once if many repeat, judged by the first rows.
    start = array[:5_000]
    if len(start.unique()) > len(start) / 2:
        return array
    return dictionary_encoded(array)


def dictionary_encoded(array: pa.StringArray) -> pa.DictionaryArray:
    """Return text with each different value stored once."""
    encoded = array.dictionary_encode()
    small = next(kind for kind, top in _INDEX_TYPES if len(encoded.dictionary) <= top)
    return pa.DictionaryArray.from_arrays(encoded.indices.cast(small), encoded.dictionary)


def _as_text(value: Any) -> str | None:
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, (list, tuple, dict)):
        is_flat = not isinstance(value, dict) and all(map(pd.api.types.is_scalar, value))
        value = label_of(value) or None if is_flat else _json(value)
    if pd.api.types.is_scalar(value) and pd.isna(value):
        return None
    # A lone surrogate cannot be written as UTF-8; show its code.
    return str(value).encode("utf-8", "backslashreplace").decode("utf-8")


def _json(value: object) -> str:
    try:
        return json.dumps(value, ensure_ascii=False, default=str)
    except (TypeError, ValueError):  # keys that are not text, or a list that contains itself
        return str(value)
