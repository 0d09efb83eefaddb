"""Rules about single values: numbers that stand for missing, and damaged text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from minmap.quality.evidence import Records, numbers
from minmap.quality.findings import Block
from minmap.types import Booleans, Floats
from minmap.vocabulary import TEXT

SENTINELS: Final = (-9999.0, -999.0, 9999.0)
"""Numbers that stand for missing; -9999 is that of SIR 2010-5090-Z."""

NUMERIC_SHARE: Final = 0.9
"""Share of the filled values that must be numbers for a column to count as one of numbers."""

# Of a column that holds numbers in nine of ten values, half of a sample does.
_SAMPLE: Final = 200

_LOST: Final = "\ufffd"
# What a code page without the letters of a word makes of it; three are a mark of doubt.
_WORD_LOST: Final = re.compile(r"(^|\s)\?{4,}")
# UTF-8 taken for one of these: each letter becomes two, the first one of these few.
_TWO_FOR_ONE: Final = (
    ("cp1252", re.compile("[\u00c2-\u00c5\u00ce-\u00d1\u00d0\u00e2]")),
    ("latin-1", re.compile("[\u00c2-\u00c5\u00ce-\u00d1\u00d0\u00e2]")),
    ("cp1251", re.compile("[\u0420\u0421\u0413\u0412]")),
)
# cp1251 taken for latin-1: Cyrillic becomes accented letters alone. No language of Latin letters
# has four of them in a row.
_ACCENTS_ALONE: Final = re.compile("[\u00c0-\u00ff\u00a8\u00b8]{4,}")
_CYRILLIC: Final = re.compile("[\u0410-\u044f\u0401\u0451]{4,}")


def find(records: Records) -> Iterator[Block]:
    """Yield findings of ``sentinel`` and ``damaged_text``.

    A number stands for missing if the column holds numbers in nine of ten filled values, and it is
    out of line with the rest: a negative one among values that are not negative, or one that
    occurs twice and more and is ten times the largest other. Damaged text is repaired only where
    it decodes without a rest; U+FFFD, and a word of four and more question marks, stand for letters
    that are lost for good.
    """
    for name in records.own:
        yield from _sentinels(str(name), records.frame[name])
    for name in (*records.model, *records.own):
        column = records.texts(name)
        if column is not None:
            yield from _damaged(str(name), column)


def _sentinels(name: str, column: pd.Series) -> Iterator[Block]:
    if pd.api.types.is_bool_dtype(column.dtype):
        return
    if pd.api.types.is_numeric_dtype(column.dtype):
        values: Floats = column.to_numpy(dtype=float, na_value=np.nan)
    elif pd.api.types.is_string_dtype(column.dtype) and _mentions(column):
        values = numbers(column.astype(TEXT))
        if np.isfinite(values).sum() < NUMERIC_SHARE * column.notna().sum():
            return
    else:
        return
    stands = np.isin(values, SENTINELS)
    if not stands.any():
        return
    others = values[~stands & np.isfinite(values)]
    rows = np.flatnonzero(_out_of_line(values, others))
    texts = [str(value) for value in column.iloc[rows]]
    spread = f"from {others.min():g} to {others.max():g}" if others.size else "all missing"
    words = [f"holds {value} among values {spread}" for value in texts]
    yield Block("sentinel", name, rows, texts, words, [""] * len(rows))


def _mentions(column: pd.Series) -> bool:
    """Tell cheaply whether a column looks like one of numbers and has a sentinel among them."""
    array = pa.array(column.astype(TEXT), type=pa.large_string(), from_pandas=True)
    filled = pc.indices_nonzero(pc.is_valid(array)).to_numpy()
    sample = array.take(pa.array(filled[:: max(len(filled) // _SAMPLE, 1)]))
    like_numbers = pc.sum(pc.match_substring_regex(sample, r"^\s*[-+]?[\d.,]+\s*$")).as_py() or 0
    if like_numbers * 2 < len(sample):
        return False
    array = array.filter(pc.match_substring(array, "999"))
    return bool(pc.any(pc.match_substring_regex(array, r"^\s*(-?9999|-999)([.]0*)?\s*$")).as_py())


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
    suspect = pc.fill_null(suspect, fill_value=False)
    rows = np.flatnonzero(suspect.to_numpy(zero_copy_only=False))
    if not rows.size:
        return
    codes, uniques = pd.factorize(column.iloc[rows])
    judged = [_judge(str(value)) for value in uniques]
    hit = np.array([words is not None for words, _ in judged])[codes]
    rows, codes = rows[hit], codes[hit]
    yield Block(
        "damaged_text",
        name,
        rows,
        [str(uniques[code]) for code in codes],
        [judged[code][0] or "" for code in codes],
        [judged[code][1] for code in codes],
    )


def _judge(value: str) -> tuple[str | None, str | None]:
    """Return what is wrong with a text, None if nothing, and what it should be."""
    lost = value.count(_LOST)
    if lost:
        return f"{'a letter is' if lost == 1 else f'{lost} letters are'} lost (U+FFFD)", None
    if _WORD_LOST.search(value):
        return "a word is lost: question marks stand for its letters", None
    for taken_for, first in _TWO_FOR_ONE:
        mended = _recode(value, taken_for, "utf-8") if first.search(value) else None
        if mended is not None and mended.isprintable():
            return f"reads {mended!r} as UTF-8 that was taken for {taken_for}", mended
    if _ACCENTS_ALONE.search(value):
        mended = _recode(value, "latin-1", "cp1251")
        if mended is not None and _CYRILLIC.search(mended):
            return f"reads {mended!r} as cp1251 that was taken for latin-1", mended
    return None, None


def _recode(value: str, taken_for: str, truly: str) -> str | None:
    try:
        mended = value.encode(taken_for).decode(truly)
    except UnicodeError:
        return None
    return None if mended == value or mended.isascii() else mended
