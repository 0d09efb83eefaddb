"""Turn the attributes of a vector file, as GDAL gives them, into plain text and numbers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pandas.api.extensions import ExtensionArray

from minmap.files.cells import text
from minmap.files.encoding import codec_name, guess, is_utf8
from minmap.files.shapefile import stated_encoding
from minmap.types import TEXT

# Columns that a driver adds to the attributes; they are dropped unless a record sets them.
_KML_DEFAULTS: Final = {"tessellate": -1, "extrude": 0, "visibility": -1, "drawOrder": None}
_KML_OWN: Final = ("id", "timestamp", "begin", "end", "altitudeMode", "icon", *_KML_DEFAULTS)
_GML_BOUNDS: Final = ("lowerCorner", "upperCorner")
_NESTED: Final = (list, dict, np.ndarray, bytes)


def decode_texts(
    frame: pd.DataFrame, path: Path, encoding: str | None
) -> tuple[pd.DataFrame, list[str]]:
    """Decode the names and texts of a shapefile's table, read as latin-1, and return notes."""
    texts = {
        position: pa.array(frame.iloc[:, position], pa.large_string(), from_pandas=True)
        for position, dtype in enumerate(frame.dtypes)
        if dtype == TEXT
    }
    latin = [str(name) for name in frame.columns if not str(name).isascii()]
    for column in texts.values():
        latin += column.filter(pc.invert(pc.string_is_ascii(column))).to_pylist()
    high = [text.encode("latin-1") for text in latin]
    if not high:
        return frame, []
    codec, notes = _encoding_of(high, path, encoding)
    lost = sum(cell.decode(codec, errors="replace").count("\ufffd") for cell in high)
    if lost:
        notes.append(f"{lost:,} letters are not in {codec} or were lost before, and are U+FFFD.")

    def decoded(latin: str) -> str:
        return latin.encode("latin-1").decode(codec, errors="replace")

    result = frame.copy(deep=False)
    for position, column in texts.items():
        cells = [None if c is None else decoded(c) for c in column.to_pylist()]
        result.isetitem(position, _text_array(cells, frame.index))
    return result.rename(columns=decoded), notes


def _encoding_of(high: list[bytes], path: Path, encoding: str | None) -> tuple[str, list[str]]:
    if encoding is not None:
        return codec_name(encoding), []
    doubt = ""
    if (stated := stated_encoding(path)) is not None:
        codec, place = stated
        if codec != "utf-8" or any(is_utf8(cell, cut=True) for cell in high):
            return codec, []
        doubt = f", though its {place} says {codec}"
    # Long texts may be cut at the width of their column, in the middle of a letter.
    if any(map(is_utf8, high)) and all(is_utf8(cell, cut=True) for cell in high):
        return "utf-8", []
    found = guess(high)
    return found.encoding, [
        f"The table does not state its encoding{doubt}, and was read as {found.text}; pass "
        "encoding= to change that."
    ]


def without_driver_columns(frame: pd.DataFrame, kind: str) -> pd.DataFrame:
    """Drop columns that GDAL's driver added."""
    if kind == "kml":
        empty = [
            name
            for name in _KML_OWN
            if name in frame
            and (frame[name].isna() | (frame[name] == _KML_DEFAULTS.get(name))).all()
        ]
        return frame.drop(columns=empty)
    if kind == "gml" and set(_GML_BOUNDS) <= set(frame.columns):
        return frame.drop(columns=list(_GML_BOUNDS))
    return frame


def as_plain_columns(frame: pd.DataFrame, *, dates_as_text: bool) -> pd.DataFrame:
    """Turn lists, objects and bytes, and dates if `dates_as_text`, into text."""
    result = frame.copy(deep=False)
    for position, dtype in enumerate(frame.dtypes):
        column = frame.iloc[:, position]
        if pd.api.types.is_object_dtype(dtype) and any(isinstance(v, _NESTED) for v in column):
            result.isetitem(position, _text_array(map(_as_json, column), frame.index))
        elif dates_as_text and pd.api.types.is_datetime64_any_dtype(dtype):
            days = column.dropna()
            is_day = days.dt.tz is None and bool((days == days.dt.normalize()).all())
            cells = [
                None if pd.isna(v) else v.isoformat()[: 10 if is_day else None] for v in column
            ]
            result.isetitem(position, _text_array(cells, frame.index))
    return result


def _text_array(cells: Any, index: pd.Index) -> ExtensionArray:
    column: ExtensionArray = text(pa.array(list(cells), pa.large_string()), index).array
    return column


def _as_json(value: Any) -> str | None:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    return None if pd.isna(value) else str(value)
