"""Search for words in texts of any alphabet."""

import re
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from anyascii import anyascii

from minmap.coordinates.column import to_arrow
from minmap.errors import MinmapError
from minmap.querying.code_columns import require_column
from minmap.types import Booleans, Integers

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
    given = (require_column(occurrences, name, argument="text") for name in names)
    columns = [to_arrow(column.iloc[rows]) for column in given]
    line_break = pa.scalar("\n", type=pa.large_string())
    # No word extends over a line break.
    folded = _folded(pc.binary_join_element_wise(*columns, line_break, null_handling="replace"))
    found = np.zeros(len(rows), dtype=np.bool_)
    for words in wanted:
        matches = [
            pc.match_substring(folded, word).to_numpy(zero_copy_only=False) for word in words
        ]
        found |= np.logical_and.reduce(matches)
    return found


def _words(phrase: str) -> list[str]:
    words = _WORD.findall(fold(phrase))
    if not words:
        raise MinmapError(f"text={phrase!r} has no letter or digit to look for.")
    return words


def _folded(texts: Any) -> Any:
    texts = pa.chunked_array(texts).combine_chunks()
    # Most texts are ASCII and are folded together; the others letter by letter.
    other = pc.invert(pc.and_not(pc.string_is_ascii(texts), pc.match_substring(texts, "'")))
    if pc.any(other).as_py():
        given = texts.filter(other).to_pylist()
        letters = {ord(letter): fold(letter) for letter in set().union(*given)}
        mended = pa.array([text.translate(letters) for text in given], type=texts.type)
        texts = pc.replace_with_mask(texts, other, mended)
    return pc.ascii_lower(texts)
