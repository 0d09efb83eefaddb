"""From the words of a source to the codes of a vocabulary.

Columns of mineral tables repeat few texts many times, so each different text is looked at once.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache
from typing import Final

import numpy as np
import pandas as pd

from minmap.errors import require_one_of
from minmap.vocab.tables import TEXT, rows

_NOT_WORD: Final = re.compile(r"[\W_]+")
# A semicolon parts commodities for good; the softer marks may also stand inside one name
# ("Sand and Gravel, Construction", "Boron-Borates"), so the longest known name wins there.
_HARD: Final = re.compile(r"[;|\r\n\t]+")
_SOFT: Final = re.compile(r"[,/()\[\]&+:\u2013\u2014-]+|\.(?=\s|$)|\band\b", re.IGNORECASE)
_MRDS_SPLIT: Final = re.compile(r"[\s,;]+")

SCHEMES: Final = ("names", "mrds")
VOCABULARIES: Final = ("countries", "deposit_types", "site_types", "status")
_TERM_FILES: Final = {
    "countries": "country_terms",
    "deposit_types": "deposit_types",
    "site_types": "site_type_terms",
    "status": "status_terms",
}

Parsed = tuple[tuple[str, ...], tuple[str, ...]]
"""Codes in the order of the text, and the words that are in no vocabulary."""


def normalise(text: str) -> str:
    """Return `text` without case, accents and punctuation, for comparing spellings.

    Examples
    --------
    >>> normalise("Côte d'Ivoire "), normalise("Rare-Earth  Elements")
    ('cote d ivoire', 'rare earth elements')
    """
    # Twice, since each of the two forms can undo the other (as with the dotted I and with TEL in
    # one sign).
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    plain = "".join(letter for letter in folded if not unicodedata.combining(letter)).casefold()
    return _NOT_WORD.sub(" ", plain).strip()


def commodity_key(text: str) -> str:
    """Return the form in which commodity names are compared: as `normalise`, without "and".

    Examples
    --------
    >>> commodity_key("Sand and Gravel, Construction")
    'sand gravel construction'
    """
    return " ".join(word for word in normalise(text).split() if word != "and")


@cache
def _commodity_terms(scheme: str) -> dict[str, tuple[str, ...]]:
    key = commodity_key if scheme == "names" else str
    terms = (row for row in rows("commodity_terms") if row["scheme"] == scheme)
    return {key(row["term"]): tuple(row["codes"].split()) for row in terms}


@cache
def _commodity_codes() -> frozenset[str]:
    return frozenset(row["code"] for row in rows("commodities"))


@cache
def _commodity_group_of() -> dict[str, str]:
    return {row["code"]: row["group"] for row in rows("commodities")}


@cache
def _terms(vocabulary: str) -> dict[str, str]:
    name = "name" if vocabulary == "deposit_types" else "term"
    given = rows(_TERM_FILES[vocabulary])
    codes = {normalise(row["code"]): row["code"] for row in given}
    return codes | {normalise(row[name]): row["code"] for row in given}


def _parse_segment(segment: str, found: list[str], unknown: list[str]) -> None:
    terms = _commodity_terms("names")
    pieces = [(commodity_key(piece), piece.strip()) for piece in _SOFT.split(segment)]
    pieces = [(key, piece) for key, piece in pieces if key]
    start = 0
    while start < len(pieces):
        for stop in range(len(pieces), start, -1):
            codes = terms.get(" ".join(key for key, _ in pieces[start:stop]))
            if codes is not None:
                found.extend(codes)
                break
        else:
            stop = start + 1
            words = pieces[start][1].split()
            # minmap's own form, "Au Ag Cu", and symbols with blanks between them.
            known = _commodity_codes().issuperset(words)
            (found if known else unknown).extend(words if known else [pieces[start][1]])
        start = stop


def _parse_names(text: str) -> Parsed:
    found: list[str] = []
    unknown: list[str] = []
    for segment in _HARD.split(text):
        _parse_segment(segment, found, unknown)
    return tuple(dict.fromkeys(found)), tuple(dict.fromkeys(unknown))


def _parse_mrds(text: str) -> Parsed:
    terms = _commodity_terms("mrds")
    words = [word for word in _MRDS_SPLIT.split(text.upper()) if word]
    found = [code for word in words for code in terms.get(word, ())]
    unknown = [word for word in words if word not in terms]
    return tuple(dict.fromkeys(found)), tuple(dict.fromkeys(unknown))


def translate(
    values: pd.Series, parse: Callable[[str], Parsed]
) -> tuple[pd.Series, dict[str, int]]:
    """Parse each different text once; return the joined codes and the counted unknown words."""
    positions, uniques = pd.factorize(values)
    parsed = [parse(str(text)) for text in uniques]
    joined = [" ".join(codes) or None for codes, _ in parsed]
    # The extra last entry is what position -1, a missing value, points to.
    lookup = pd.array([*joined, None], dtype=TEXT)
    counts = np.bincount(positions[positions >= 0], minlength=len(parsed))
    unknown: dict[str, int] = {}
    for (_, words), count in zip(parsed, counts.tolist(), strict=True):
        for word in words:
            unknown[word] = unknown.get(word, 0) + count
    ordered = dict(sorted(unknown.items(), key=lambda item: (-item[1], item[0])))
    return pd.Series(lookup.take(positions), index=values.index, name=values.name), ordered


def parse_commodities(
    values: pd.Series, *, scheme: str = "names"
) -> tuple[pd.Series, dict[str, int]]:
    """Turn commodity texts into canonical codes.

    Parameters
    ----------
    values
        Texts such as ``"Copper-silver-gold"`` or ``"Nickel, Smelter; Gold"``; missing values
        stay missing. Not changed.
    scheme
        ``"names"``: names and symbols. A semicolon always parts two commodities; commas,
        hyphens, brackets and "and" do unless the longer text is itself a known name, so that
        "Sand and Gravel, Construction" is one commodity and "Boron-Borates" is too.
        ``"mrds"``: a list of MRDS commodity codes with blanks between (``" AU NA_H"``).

    Returns
    -------
    codes : pandas.Series
        Space-separated codes of `commodities` in the order of the text, each once; missing
        where the text is missing or holds no known commodity. Same index and name.
    unknown : dict of str to int
        Words in no vocabulary, with the number of rows that hold each, most frequent first.

    Raises
    ------
    ChoiceError
        If `scheme` is not one of the two.

    Examples
    --------
    >>> import pandas as pd
    >>> texts = pd.Series(["Copper-silver-gold", "Sand and Gravel, Construction", "Kryptonite"])
    >>> codes, unknown = parse_commodities(texts)
    >>> codes.tolist(), unknown
    (['Cu Ag Au', 'SandG', nan], {'Kryptonite': 1})
    >>> parse_commodities(pd.Series(["B NA LI"]), scheme="mrds")[0].item()
    'B Na Li'
    """
    require_one_of(scheme, SCHEMES, name="scheme")
    return translate(values, _parse_names if scheme == "names" else _parse_mrds)


def parse_terms(values: pd.Series, vocabulary: str) -> tuple[pd.Series, dict[str, int]]:
    """Turn texts that hold one term each into the codes of a vocabulary.

    Case, accents and punctuation do not count.

    Parameters
    ----------
    values
        Texts; missing values stay missing. Not changed.
    vocabulary
        ``"countries"`` (to ISO 3166-1 alpha-3), ``"deposit_types"``, ``"site_types"`` or
        ``"status"``.

    Returns
    -------
    codes : pandas.Series
        One code a row, missing where the text is missing or unknown. Same index and name.
    unknown : dict of str to int
        Texts in no vocabulary, with the number of rows that hold each, most frequent first.

    Raises
    ------
    ChoiceError
        If `vocabulary` is not one of the four.

    Examples
    --------
    >>> import pandas as pd
    >>> codes, unknown = parse_terms(pd.Series(["Kazakstan", "Atlantis"]), "countries")
    >>> codes.tolist(), unknown
    (['KAZ', nan], {'Atlantis': 1})
    """
    require_one_of(vocabulary, VOCABULARIES, name="vocabulary")
    terms = _terms(vocabulary)

    def parse(text: str) -> Parsed:
        key = normalise(text)
        code = terms.get(key)
        if code is not None:
            return (code,), ()
        return (), ((text.strip(),) if text.strip() else ())

    return translate(values, parse)


def group_of(codes: pd.Series) -> pd.Series:
    """Return the commodity group of the first, that is the main, commodity of each row.

    Parameters
    ----------
    codes
        Space-separated canonical codes as `parse_commodities` gives them. Not changed.

    Returns
    -------
    pandas.Series
        Codes of `commodity_groups`; missing where there is no known commodity.

    Examples
    --------
    >>> import pandas as pd
    >>> group_of(pd.Series(["Cu Ag Au", None])).tolist()
    ['base', nan]
    """
    groups = _commodity_group_of()

    def parse(text: str) -> Parsed:
        first = text.split(maxsplit=1)[:1]
        return tuple(groups[code] for code in first if code in groups), ()

    return translate(codes, parse)[0]
