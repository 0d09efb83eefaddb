"""Words looked for in texts of any alphabet."""

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
from minmap.querying.code_columns import Positions
from minmap.types import Booleans
from minmap.vocabulary import TEXT

SEARCHED: Final = ("name", "other_names", "deposit_type_text", "admin1")
"""The columns in which `select` looks for text."""

_WORD: Final = re.compile(r"[a-z0-9]+")


def fold(text: str) -> str:
    """Return `text` in small Latin letters without accents and apostrophes.

    Other alphabets are written letter by letter as the package anyascii does, which for Russian
    is close to the BGN/PCGN system of the maps.

    Examples
    --------
    >>> fold("Жезказган"), fold("Ég-O'Neil")
    ('zhezkazgan', 'eg-oneil')
    """
    return anyascii(text).lower().replace("'", "")


def with_text(occurrences: gpd.GeoDataFrame, rows: Positions, phrases: list[str]) -> Booleans:
    """Return for each of these rows whether all words of any of the phrases occur in it.

    Raises
    ------
    MinmapError
        If a phrase holds no letter or digit, or the table has none of the columns `SEARCHED`.
    """
    names = [name for name in SEARCHED if name in occurrences.columns]
    if not names:
        raise MinmapError(
            f"text= looks in the columns {', '.join(SEARCHED)}; occurrences has none of them."
        )
    wanted = [_words(phrase) for phrase in phrases]
    words = sorted(set(chain.from_iterable(wanted)))
    asked = occurrences if len(rows) == len(occurrences) else occurrences[names].iloc[rows]

    def held(name: str) -> list[Booleans]:
        folded = _folded(asked[name])
        return [_holds(folded, word) for word in words]

    with ThreadPoolExecutor() as cores:
        columns = list(cores.map(held, names))
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


def _holds(texts: Any, word: str) -> Booleans:
    hits = pc.fill_null(pc.match_substring(texts, word), fill_value=False)
    found: Booleans = hits.to_numpy(zero_copy_only=False)
    return found


def _folded(values: pd.Series) -> Any:
    texts = pa.chunked_array(pa.array(values.astype(TEXT))).combine_chunks()
    # Plain ASCII, which most texts are, is folded a column at a time; the rest letter by letter.
    plain = pc.and_not(pc.string_is_ascii(texts), pc.match_substring(texts, "'"))
    other = pc.fill_null(pc.invert(plain), fill_value=False)
    if pc.any(other).as_py():
        given = texts.filter(other).to_pylist()
        letters = {ord(letter): fold(letter) for letter in set().union(*given)}
        mended = pa.array([text.translate(letters) for text in given], type=texts.type)
        texts = pc.replace_with_mask(texts, other, mended)
    return pc.ascii_lower(texts)
