"""Comparing spellings, and looking at each different text of a column once."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Final

import numpy as np
import pandas as pd

from minmap.arguments import require_kind, shown
from minmap.errors import MinmapError
from minmap.types import Integers
from minmap.vocabulary.registry import TEXT

# Accents of the Latin, Greek and Cyrillic scripts. The marks of other scripts are letters of their
# own: without them the Japanese for potassium is that for gallium.
_ACCENTS: Final = re.compile("[\u0300-\u036f]+")
_BLANKS: Final = {code: " " for code in range(128) if not chr(code).isalnum()}

Parsed = tuple[tuple[str, ...], tuple[str, ...]]
"""Codes in the order of the text, and the words that are in no vocabulary."""


def normalise(text: str) -> str:
    """Return `text` without case, accents and punctuation, for comparing spellings.

    Examples
    --------
    >>> normalise("Côte d'Ivoire "), normalise("Rare-Earth  Elements")
    ('cote d ivoire', 'rare earth elements')
    """
    if text.isascii():  # as most are, and a quarter of the work
        return " ".join(text.lower().translate(_BLANKS).split())
    # Twice, since each of the two forms can undo the other (as with the dotted I and with TEL in
    # one sign).
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    plain = _ACCENTS.sub("", folded).casefold()
    return " ".join("".join(map(_letter_or_blank, plain)).split())


@cache
def _letter_or_blank(sign: str) -> str:
    return sign if sign.isalnum() or unicodedata.category(sign).startswith("M") else " "


# Long lists of commodities are made of few names.
@lru_cache(maxsize=1 << 14)
def commodity_key(text: str) -> str:
    """Return the form in which commodity names are compared: as `normalise`, without "and".

    Examples
    --------
    >>> commodity_key("Sand and Gravel, Construction")
    'sand gravel construction'
    """
    return " ".join(word for word in normalise(text).split() if word != "and")


def _different(values: pd.Series) -> tuple[Integers, pd.Index]:
    try:
        positions, uniques = pd.factorize(values)
    except TypeError as error:  # lists and dictionaries cannot be told apart
        raise MinmapError(
            f"values={shown(values)} holds values of type "
            f"{type(values.dropna().iloc[0]).__name__}; give a pandas Series of texts."
        ) from error
    return np.asarray(positions, np.int64), pd.Index(uniques)


def translate(
    values: pd.Series, parse: Callable[[str], Parsed], *, between: str = " "
) -> tuple[pd.Series, dict[str, int]]:
    """Parse each different text once; return the joined codes and the counted unknown words."""
    require_kind(values, pd.Series, name="values", cure="give a pandas Series of texts")
    positions, uniques = _different(values)
    parsed = [parse(str(text)) for text in uniques]
    joined = [between.join(codes) or None for codes, _ in parsed]
    # The extra last entry is what position -1, a missing value, points to.
    lookup = pd.array([*joined, None], dtype=TEXT)
    counts = np.bincount(positions[positions >= 0], minlength=len(parsed))
    unknown: dict[str, int] = {}
    for (_, words), count in zip(parsed, counts.tolist(), strict=True):
        for word in words:
            unknown[word] = unknown.get(word, 0) + count
    ordered = dict(sorted(unknown.items(), key=lambda item: (-item[1], item[0])))
    return pd.Series(lookup.take(positions), index=values.index, name=values.name), ordered
