"""From texts that hold one term each to the codes of a vocabulary."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

import pandas as pd

from minmap.arguments import require_one_of
from minmap.vocabulary.commodity_texts import SCHEMES
from minmap.vocabulary.registry import rows
from minmap.vocabulary.spelling import Parsed, normalise, translate

__all__ = ["SCHEMES", "VOCABULARIES", "known_terms", "normalise", "parse_terms", "translate"]

VOCABULARIES: Final = ("countries", "deposit_types", "fips", "site_types", "status")
_TERM_FILES: Final = {
    "countries": "country_terms",
    "deposit_types": "deposit_type_terms",
    "fips": "fips_terms",
    "site_types": "site_type_terms",
    "status": "status_terms",
}
# A state or county of the United States: f06, f06005.
_US_FIPS: Final = re.compile(r"f(US)?\d{2}(\d{3})?", re.IGNORECASE)
# MRDS writes models as "42: W skarn", several without a mark between or in braces.
_MRDS_MODEL: Final = re.compile(r"\{?\s*\d+:\s*(.+?)\s*\}?(?=\{|\d+:|$)")


@cache
def known_terms(vocabulary: str) -> dict[str, str]:
    """Return the normalised terms and codes of a vocabulary, with the code of each.

    Examples
    --------
    >>> known_terms("status")["past producer"]
    'past_producer'
    """
    given = rows(_TERM_FILES[vocabulary])
    codes = {normalise(row["code"]): row["code"] for row in given} if vocabulary != "fips" else {}
    return codes | {normalise(row["term"]): row["code"] for row in given}


@cache
def _as_written(vocabulary: str) -> dict[str, str]:
    """Return the terms without regard to case only: loaded far sooner than the normalised."""
    return {row["term"].casefold(): row["code"] for row in rows(_TERM_FILES[vocabulary])}


def _code(text: str, vocabulary: str) -> str | None:
    """Return the code of `text`; None if it is unknown or in doubt ("Slovakia?")."""
    if "?" in text:
        return None
    written = _as_written(vocabulary).get(text.strip().casefold())
    if written is not None:
        return written
    code = known_terms(vocabulary).get(normalise(text))
    if code is None and vocabulary == "fips" and _US_FIPS.fullmatch(text.strip()):
        return "USA"
    if code is None and vocabulary == "deposit_types":
        return _deposit_type(text)
    return code


def _deposit_type(text: str) -> str | None:
    """Return the one deposit type that all parts of a text of several name, if there is one."""
    parts = _MRDS_MODEL.findall(text) or text.split(";")
    codes = {known_terms("deposit_types").get(normalise(part)) for part in parts}
    return codes.pop() if len(codes) == 1 else None


def parse_terms(values: pd.Series, vocabulary: str) -> tuple[pd.Series, dict[str, int]]:
    """Turn texts that hold one term each into the codes of a vocabulary.

    Case, accents and punctuation do not count, except that a text with a question mark is in
    doubt and gets no code.

    Parameters
    ----------
    values
        Texts; missing values stay missing. Not changed.
    vocabulary
        ``"countries"`` (names in any language of the table, to ISO 3166-1 alpha-3), ``"fips"``
        (FIPS 10-4 country codes and codes of US states and counties as MRDS writes them, ``fKZ``
        and ``f06005``, to alpha-3), ``"deposit_types"`` (also the text of MRDS models),
        ``"site_types"`` or ``"status"``.

    Returns
    -------
    codes : pandas.Series
        One code a row, missing where the text is missing or unknown. Same index and name.
    unknown : dict of str to int
        Texts in no vocabulary, with the number of rows that hold each, most frequent first.

    Raises
    ------
    ChoiceError
        If `vocabulary` is not one of these.

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
    require_one_of(vocabulary, VOCABULARIES, name="vocabulary")

    def parse(text: str) -> Parsed:
        code = _code(text, vocabulary)
        if code is not None:
            return (code,), ()
        return (), ((text.strip(),) if text.strip() else ())

    return translate(values, parse)
