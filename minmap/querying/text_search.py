"""Search for words in texts of any alphabet."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from anyascii import anyascii

from minmap.errors import MinmapError
from minmap.types import TEXT, Booleans, Integers

SEARCHED: Final = ("name", "other_names", "deposit_type_text", "admin1")
"""The columns that `select` searches for text."""

_WORD: Final = re.compile(r"[a-z0-9]+")


def fold(text: str) -> str:
    """Return `text` in lower-case Latin letters without accents and apostrophes.

    Other alphabets are transliterated letter by letter by the package anyascii, for Russian close
    to the BGN/PCGN system of maps.

    Examples
    --------
    >>> fold("Жезказган"), fold("Ég-O'Neil")
    ('zhezkazgan', 'eg-oneil')
    """
    return anyascii(text).lower().replace("'", "")


def with_text(occurrences: gpd.GeoDataFrame, rows: Integers, phrases: list[str]) -> Booleans:
    """Return for each of these rows whether it contains all words of one of the phrases.

    Raises
    ------
    MinmapError
        If a phrase has no letter or digit, or the table has none of the columns `SEARCHED`.
    """
    names = [name for name in SEARCHED if name in occurrences.columns]
    if not names:
        raise MinmapError(
            f"text= searches the columns {', '.join(SEARCHED)}; occurrences has none of them."
        )
    wanted = [_words(phrase) for phrase in phrases]
    words = sorted(set(chain.from_iterable(wanted)))
    texts = occurrences if len(rows) == len(occurrences) else occurrences[names].iloc[rows]

    def matches(name: str) -> list[Booleans]:
        folded = _folded(texts[name])
        return [_contains(folded, word) for word in words]

    with ThreadPoolExecutor() as pool:
        columns = list(pool.map(matches, names))
    anywhere = {
        word: np.logical_or.reduce(hits) for word, *hits in zip(words, *columns, strict=True)
    }
    found = np.zeros(len(rows), dtype=np.bool_)
    for phrase in wanted:
        found |= np.logical_and.reduce([anywhere[word] for word in phrase])
    return found


def _words(phrase: str) -> list[str]:
    words = _WORD.findall(fold(phrase))
    if not words:
        raise MinmapError(f"text={phrase!r} has no letter or digit to look for.")
    return words


def _contains(texts: Any, word: str) -> Booleans:
    hits = pc.fill_null(pc.match_substring(texts, word), fill_value=False)
    found: Booleans = hits.to_numpy(zero_copy_only=False)
    return found


def _folded(values: pd.Series) -> Any:
    texts = pa.chunked_array(pa.array(values.astype(TEXT))).combine_chunks()
    # Most texts are ASCII and are folded together; the others letter by letter.
    plain = pc.and_not(pc.string_is_ascii(texts), pc.match_substring(texts, "'"))
    other = pc.fill_null(pc.invert(plain), fill_value=False)
    if pc.any(other).as_py():
        given = texts.filter(other).to_pylist()
        letters = {ord(letter): fold(letter) for letter in set().union(*given)}
        mended = pa.array([text.translate(letters) for text in given], type=texts.type)
        texts = pc.replace_with_mask(texts, other, mended)
    return pc.ascii_lower(texts)
