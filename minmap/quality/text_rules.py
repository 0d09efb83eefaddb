"""Rules about single values: numbers that mean "missing", and damaged text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from minmap.quality.findings import Block
from minmap.quality.records import Records, numbers
from minmap.types import TEXT, Booleans, Floats

SENTINELS: Final = (-9999.0, -999.0, 9999.0)
"""Numbers that mean "missing"; SIR 2010-5090-Z uses -9999."""

NUMERIC_SHARE: Final = 0.9
"""Share of the filled values that must be numbers for a column to count as one of numbers."""

# Half of a sample are numbers in a column with nine numbers in ten values.
_SAMPLE: Final = 200
_SENTINEL_TEXT: Final = r"^\s*(-?9999|-999)([.]0*)?\s*$"
_LOST: Final = "\ufffd"
# A code page without the letters of a word makes question marks of it; three express doubt.
_WORD_LOST: Final = re.compile(r"(^|\s)\?{4,}")
# UTF-8 read as one of these code pages: each letter becomes two, the first one of these few.
_TWO_FOR_ONE: Final = (
    ("cp1252", re.compile("[\u00c2-\u00c5\u00ce-\u00d1\u00d0\u00e2]")),
    ("latin-1", re.compile("[\u00c2-\u00c5\u00ce-\u00d1\u00d0\u00e2]")),
    ("cp1251", re.compile("[\u0420\u0421\u0413\u0412]")),
)
# cp1251 read as latin-1: Cyrillic becomes accented letters alone. No language of Latin letters
# has four of them in a row.
_ACCENTS_ALONE: Final = re.compile("[\u00c0-\u00ff\u00a8\u00b8]{4,}")
_CYRILLIC: Final = re.compile("[\u0410-\u044f\u0401\u0451]{4,}")


def find(records: Records) -> Iterator[Block]:
    """Yield findings of ``sentinel`` and ``damaged_text``.

    A number means missing if nine of ten filled values of the column are numbers, and it is
    out of line with the rest: a negative one among values that are not negative, or one that
    occurs twice and more and is ten times the largest other. A repair of damaged text is proposed
    only if all of it decodes; U+FFFD, and a word of four and more question marks, stand for letters
    that are lost for good.
    """
    for name in records.own:
        yield from _sentinels(name, records.frame[name])
    for name in (*records.standard, *records.own):
        column = records.texts(name)
        if column is not None:
            yield from _damaged(name, column)


def _sentinels(name: str, column: pd.Series) -> Iterator[Block]:
    if pd.api.types.is_bool_dtype(column.dtype):
        return
    if pd.api.types.is_numeric_dtype(column.dtype):
        values: Floats = column.to_numpy(dtype=float, na_value=np.nan)
    elif pd.api.types.is_string_dtype(column.dtype) and _mentions_sentinel(column):
        values = numbers(column.astype(TEXT))
        if np.isfinite(values).sum() < NUMERIC_SHARE * column.notna().sum():
            return
    else:
        return
    others = values[np.isfinite(values) & ~np.isin(values, SENTINELS)]
    rows = np.flatnonzero(_out_of_line(values, others))
    spread = f"from {others.min():g} to {others.max():g}" if others.size else "all missing"
    words = [f"is {value} among values {spread}" for value in column.iloc[rows]]
    yield Block("sentinel", name, rows, words, [""] * len(rows))


def _mentions_sentinel(column: pd.Series) -> bool:
    """Return whether a text column contains a sentinel and seems to be numeric.

    It seems numeric if at least half of a sample of its values are numbers.
    """
    array = pa.array(column.astype(TEXT), type=pa.large_string(), from_pandas=True)
    filled = pc.indices_nonzero(pc.is_valid(array)).to_numpy()
    sample = array.take(pa.array(filled[:: max(len(filled) // _SAMPLE, 1)]))
    numeric = pc.sum(pc.match_substring_regex(sample, r"^\s*[-+]?[\d.,]+\s*$")).as_py() or 0
    if numeric * 2 < len(sample):
        return False
    # A fast search for "999" leaves few texts to the slow regular expression.
    array = array.filter(pc.match_substring(array, "999"))
    return bool(pc.any(pc.match_substring_regex(array, _SENTINEL_TEXT)).as_py())


def _out_of_line(values: Floats, others: Floats) -> Booleans:
    low = bool((others >= 0).all())
    found = np.isin(values, SENTINELS[:2]) & low
    high = values == SENTINELS[2]
    if high.sum() >= 2 and (not others.size or others.max() * 10 <= SENTINELS[2]):
        found |= high
    return found


def _damaged(name: str, column: pd.Series) -> Iterator[Block]:
    array = pa.array(column, type=pa.large_string(), from_pandas=True)
    suspect = pc.or_(pc.invert(pc.string_is_ascii(array)), pc.match_substring(array, "????"))
    rows = np.flatnonzero(pc.fill_null(suspect, fill_value=False).to_numpy(zero_copy_only=False))
    found = column.iloc[rows]
    judged = {value: _judge(str(value)) for value in found.unique()}
    damaged = [(row, *judged[value]) for row, value in found.items() if judged[value][0]]
    if damaged:
        hit, words, mended = zip(*damaged, strict=True)
        yield Block("damaged_text", name, np.array(hit, dtype=np.int64), words, mended)


def _judge(value: str) -> tuple[str, str | None]:
    """Return the damage of a text, empty for none, and the text that it should be, if known."""
    lost = value.count(_LOST)
    if lost:
        return f"{'a letter is' if lost == 1 else f'{lost} letters are'} lost (U+FFFD)", None
    if _WORD_LOST.search(value):
        return "a word is lost: question marks stand for its letters", None
    for read_as, first in _TWO_FOR_ONE:
        mended = _decoded(value, read_as, "utf-8") if first.search(value) else None
        if mended is not None and mended.isprintable():
            return f"reads {mended!r} as UTF-8 that was taken for {read_as}", mended
    if _ACCENTS_ALONE.search(value):
        mended = _decoded(value, "latin-1", "cp1251")
        if mended is not None and _CYRILLIC.search(mended):
            return f"reads {mended!r} as cp1251 that was taken for latin-1", mended
    return "", None


def _decoded(value: str, read_as: str, encoding: str) -> str | None:
    try:
        mended = value.encode(read_as).decode(encoding)
    except UnicodeError:
        return None
    return None if mended == value or mended.isascii() else mended
