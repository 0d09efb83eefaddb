"""Parse texts of one term each into the codes of a vocabulary."""

import re
from functools import cache
from typing import Final

import pandas as pd

from minmap.arguments import known_keywords, require_one_of
from minmap.vocabulary.registry import rows
from minmap.vocabulary.spelling import Parsed, normalise, translate

_TERM_FILES: Final = {
    "countries": "country_terms",
    "deposit_types": "deposit_type_terms",
    "fips": "fips_terms",
    "site_types": "site_type_terms",
    "status": "status_terms",
}
# A state or county of the United States in MRDS: f06, f06005.
_US_FIPS: Final = re.compile(r"f(US)?\d{2}(\d{3})?", re.IGNORECASE)
# MRDS writes models as "42: W skarn"; several follow each other directly or in braces.
_MRDS_MODEL: Final = re.compile(r"\{?\s*\d+:\s*(.+?)\s*\}?(?=\{|\d+:|$)")


@cache
def known_terms(vocabulary: str) -> dict[str, str]:
    """Return the normalised terms and codes of a vocabulary, with the code of each.

    Examples
    --------
    >>> known_terms("status")["past producer"]
    'past_producer'
    """
    terms = rows(_TERM_FILES[vocabulary])
    codes = {normalise(row["code"]): row["code"] for row in terms} if vocabulary != "fips" else {}
    return codes | {normalise(row["term"]): row["code"] for row in terms}


def _code(text: str, vocabulary: str) -> str | None:
    """Return the code of `text`; None if it is unknown or has a question mark ("Slovakia?")."""
    if "?" in text:
        return None
    code = known_terms(vocabulary).get(normalise(text))
    if code is None and vocabulary == "fips" and _US_FIPS.fullmatch(text.strip()):
        return "USA"
    if code is None and vocabulary == "deposit_types":
        return _deposit_type(text)
    return code


def _deposit_type(text: str) -> str | None:
    """Return the deposit type of a text with several parts if all parts name the same one."""
    parts = _MRDS_MODEL.findall(text) or text.split(";")
    codes = {known_terms("deposit_types").get(normalise(part)) for part in parts}
    return codes.pop() if len(codes) == 1 else None


@known_keywords
def parse_terms(values: pd.Series, vocabulary: str) -> tuple[pd.Series, dict[str, int]]:
    """Return the codes of texts that contain one term of a vocabulary each.

    Case, accents and punctuation are ignored, except that a text with a question mark is
    uncertain and gets no code.

    Parameters
    ----------
    values
        Texts; missing values stay missing. Not changed.
    vocabulary
        ``"countries"`` (names in many languages, to ISO 3166-1 alpha-3), ``"fips"`` (FIPS 10-4
        codes of countries and of US states and counties as MRDS writes them, ``fKZ`` and
        ``f06005``, to alpha-3), ``"deposit_types"`` (also the texts of MRDS models),
        ``"site_types"`` or ``"status"``.

    Returns
    -------
    codes : pandas.Series
        One code per row, missing where the text is missing or unknown. Same index and name.
    unknown : dict of str to int
        Texts that are not in the vocabulary, with the number of rows of each, most frequent
        first.

    Raises
    ------
    ChoiceError
        If `vocabulary` is another word.
    MinmapError
        If `values` is not a Series of texts.

    Examples
    --------
    >>> import pandas as pd
    >>> texts = pd.Series(["Kazakstan", "Узбекистан", "Atlantis"])
    >>> codes, unknown = parse_terms(texts, "countries")
    >>> codes.tolist(), unknown
    (['KAZ', 'UZB', nan], {'Atlantis': 1})
    >>> parse_terms(pd.Series(["fKZ", "f06005"]), "fips")[0].tolist()
    ['KAZ', 'USA']
    """
    require_one_of(vocabulary, _TERM_FILES, name="vocabulary")

    def parse(text: str) -> Parsed:
        code = _code(text, vocabulary)
        if code is not None:
            return (code,), ()
        return (), ((text.strip(),) if text.strip() else ())

    return translate(values, parse)
