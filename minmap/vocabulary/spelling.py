"""Normalise spellings."""

import re
import unicodedata
from functools import cache, lru_cache
from typing import Final

# Accents of the Latin, Greek and Cyrillic scripts. The marks of other scripts are kept: without
# them the Japanese words for potassium and gallium would be the same.
_ACCENTS: Final = re.compile("[\u0300-\u036f]+")
_BLANKS: Final = {code: " " for code in range(128) if not chr(code).isalnum()}

Parsed = tuple[tuple[str, ...], tuple[str, ...]]
"""Codes in the order of the text, and the words in no vocabulary."""


def normalise(text: str) -> str:
    """Return `text` in lower case, without accents and punctuation.

    Examples
    --------
    >>> normalise("Côte d'Ivoire "), normalise("Rare-Earth  Elements")
    ('cote d ivoire', 'rare earth elements')
    """
    if text.isascii():  # most texts are, and this takes a quarter of the time
        return " ".join(text.lower().translate(_BLANKS).split())
    # Twice, since casefold may leave or make characters that NFKD decomposes (İ, ℡).
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    plain = _ACCENTS.sub("", folded).casefold()
    return " ".join("".join(map(_letter_or_blank, plain)).split())


@cache
def _letter_or_blank(letter: str) -> str:
    return letter if letter.isalnum() or unicodedata.category(letter).startswith("M") else " "


def own_key(text: str) -> str:
    """Return the form in which a user's own words are compared.

    It is the normalised text, or the text itself if it has a question mark, which makes it
    uncertain, or nothing but punctuation.

    Examples
    --------
    >>> own_key("В резерве "), own_key("Producer?"), own_key(" -- ")
    ('в резерве', 'producer?', '--')
    """
    plain = normalise(text)
    return plain if plain and "?" not in text else text.strip().casefold()


# Long columns of commodities consist of few names.
@lru_cache(maxsize=1 << 14)
def commodity_key(text: str) -> str:
    """Return the form in which commodity names are compared: normalised, without the word "and".

    Examples
    --------
    >>> commodity_key("Sand and Gravel, Construction")
    'sand gravel construction'
    """
    return " ".join(word for word in normalise(text).split() if word != "and")
