"""Look up codes: of the word that a user gives, and of columns with one term in each text."""

import re
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from typing import Final

import pandas as pd

from minmap.arguments import (
    NOTHING_NEAR,
    check_keywords,
    did_you_mean,
    require_one_of,
    require_text,
)
from minmap.errors import ChoiceError
from minmap.vocabulary.commodity_texts import parse_commodities
from minmap.vocabulary.registry import rows
from minmap.vocabulary.spelling import Parsed, commodity_key, normalise, translate

_SHOWN: Final = 8
_ARGUMENTS: Final = {
    "countries": "country",
    "deposit_types": "deposit_type",
    "site_types": "site_type",
    "status": "status",
}
"""Argument of `minmap.select` for each vocabulary, as in the name of the file of its terms."""

_VOCABULARIES: Final = (*_ARGUMENTS, "fips")
# A state or county of the United States in MRDS: f06, f06005.
_US_FIPS: Final = re.compile(r"f(US)?\d{2}(\d{3})?", re.IGNORECASE)
# MRDS writes models as "42: W skarn"; several follow each other directly or in braces.
_MRDS_NUMBER: Final = re.compile(r"(?<!\d)\d++:")


@check_keywords
def members(code: str) -> tuple[str, ...]:
    """Return the members of a group of commodities.

    Parameters
    ----------
    code
        Canonical code of a commodity.

    Returns
    -------
    tuple of str
        Codes of the members of REE (the lanthanoids, yttrium and scandium) and PGE; the code
        itself if it is not a group.

    Raises
    ------
    ChoiceError
        If there is no such code.

    Examples
    --------
    >>> members("PGE"), members("Cu")
    (('Ru', 'Rh', 'Pd', 'Os', 'Ir', 'Pt'), ('Cu',))
    """
    _require_code(code)
    found = tuple(row["code"] for row in rows("commodity_members") if row["parent"] == code)
    return found or (code,)


@check_keywords
def parents(code: str) -> tuple[str, ...]:
    """Return the groups that a commodity belongs to.

    Parameters
    ----------
    code
        Canonical code of a commodity.

    Returns
    -------
    tuple of str
        Codes of the groups, such as REE; empty for most commodities.

    Raises
    ------
    ChoiceError
        If there is no such code.

    Examples
    --------
    >>> parents("Nd"), parents("Cu")
    (('REE',), ())
    """
    _require_code(code)
    return tuple(row["parent"] for row in rows("commodity_members") if row["code"] == code)


@check_keywords
def resolve_commodity(word: str) -> tuple[str, ...]:
    """Return the codes of the commodity that a word means.

    Parameters
    ----------
    word
        Code or symbol in any case, formula, MRDS code, or a name in any language of
        `commodity_names`. A word that is both a symbol and an MRDS code is read as the symbol:
        ``"MG"`` is magnesium.

    Returns
    -------
    tuple of str
        Codes of `commodities`; several if the word means several.

    Raises
    ------
    ChoiceError
        If the word is unknown. The message shows the nearest names.
    MinmapError
        If it is not text.

    Examples
    --------
    >>> resolve_commodity("Kupfer"), resolve_commodity("PGE_PT"), resolve_commodity("稀土")
    (('Cu',), ('Pt',), ('REE',))
    >>> resolve_commodity("coper")
    Traceback (most recent call last):
        ...
    minmap.errors.ChoiceError: commodity='coper' is not known; did you mean 'Copper' (Cu)? ...
    """
    require_text(word, name="commodity", like="Copper")
    for scheme in ("names", "mrds"):
        found, unknown = parse_commodities(pd.Series([word], dtype="object"), scheme=scheme)
        if not unknown and isinstance(found.item(), str):
            return tuple(found.item().split())
    raise ChoiceError(
        _refusal("commodity", word, normalise(word), _commodities(), "commodity_names")
    )


@check_keywords
def resolve_term(word: str, vocabulary: str) -> str:
    """Return the code of the country, status, site type or deposit type that a word means.

    Parameters
    ----------
    word
        A code, or any spelling in the vocabulary; case, accents and punctuation are ignored.
    vocabulary
        ``"countries"``, ``"status"``, ``"site_types"`` or ``"deposit_types"``.

    Returns
    -------
    str
        Code of `countries`, `statuses`, `site_types` or `deposit_types`.

    Raises
    ------
    ChoiceError
        If the word is unknown (the message shows the nearest ones), or the vocabulary is.
    MinmapError
        If the word is not text.

    Examples
    --------
    >>> resolve_term("Казахстан", "countries"), resolve_term("Past Producer", "status")
    ('KAZ', 'past_producer')
    >>> resolve_term("Kazahkstan", "countries")
    Traceback (most recent call last):
        ...
    minmap.errors.ChoiceError: country='Kazahkstan' is not known; did you mean 'Kazakhstan'...
    """
    require_one_of(vocabulary, _ARGUMENTS, name="vocabulary")
    require_text(word, name=_ARGUMENTS[vocabulary], like="Kazakhstan")
    code = parse_terms(pd.Series([word], dtype="object"), vocabulary)[0].item()
    if isinstance(code, str):
        return code
    table = "statuses" if vocabulary == "status" else vocabulary
    known = _terms(vocabulary)
    raise ChoiceError(_refusal(_ARGUMENTS[vocabulary], word, normalise(word), known, table))


@cache
def _commodities() -> dict[str, tuple[str, str]]:
    """Return the name and code of every key; where languages share a key, the English name."""
    names = sorted(rows("commodity_names"), key=lambda row: row["language"] != "en")
    keys = [(commodity_key(row["name"]), row) for row in names]
    keys += [(normalise(row["code"]), row) for row in rows("commodities")]
    found: dict[str, tuple[str, str]] = {}
    for key, row in keys:
        found.setdefault(key, (row["name"], row["code"]))
    return found


@cache
def _terms(vocabulary: str) -> dict[str, tuple[str, str]]:
    names = {row["code"]: row.get("label") or row["name"] for row in rows(vocabulary)}
    return {key: (names[code], code) for key, code in _known_terms(vocabulary).items()}


def _refusal(
    argument: str, word: str, key: str, known: Mapping[str, tuple[str, str]], table: str
) -> str:
    # Of several spellings of one code, the nearest is shown.
    choices: dict[str, str] = {}
    words = set(key.split())
    # "Carlin" is not similar to "Carlin-type gold", but is part of it.
    longer = [name for name in known if words and words <= set(name.split())]
    for match in [*longer, *get_close_matches(key, known, n=2 * _SHOWN, cutoff=0.6)]:
        name, code = known[match]
        choices.setdefault(code, f"{name!r} ({code})")
    hint = did_you_mean(list(choices.values())[:_SHOWN], without=NOTHING_NEAR)
    return f"{argument}={word!r} is not known{hint} minmap.vocabulary.{table}() lists all."


def _require_code(code: str) -> None:
    require_text(code, name="code", like="Cu")
    if code not in {row["code"] for row in rows("commodities")}:
        raise ChoiceError(_refusal("code", code, normalise(code), _commodities(), "commodities"))


@cache
def _known_terms(vocabulary: str) -> dict[str, str]:
    """Return the normalised terms and codes of a vocabulary, with the code of each.

    Examples
    --------
    >>> _known_terms("status")["past producer"]
    'past_producer'
    """
    terms = rows(f"{_ARGUMENTS.get(vocabulary, vocabulary)}_terms")
    codes = {normalise(row["code"]): row["code"] for row in terms} if vocabulary != "fips" else {}
    return codes | {normalise(row["term"]): row["code"] for row in terms}


def _code(text: str, vocabulary: str) -> str | None:
    """Return the code of `text`; None if it is unknown or has a question mark ("Slovakia?")."""
    if "?" in text:
        return None
    code = _known_terms(vocabulary).get(normalise(text))
    if code is None and vocabulary == "fips" and _US_FIPS.fullmatch(text.strip()):
        return "USA"
    if code is None and vocabulary == "deposit_types":
        return _deposit_type(text)
    return code


def _deposit_type(text: str) -> str | None:
    """Return the deposit type of a text with several parts if all parts name the same one."""
    models = [part.strip(" {}") for part in _MRDS_NUMBER.split(text)[1:]]
    parts = models or text.split(";")
    codes = {_known_terms("deposit_types").get(normalise(part)) for part in parts}
    return codes.pop() if len(codes) == 1 else None


@check_keywords
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
    require_one_of(vocabulary, _VOCABULARIES, name="vocabulary")

    def parse(text: str) -> Parsed:
        code = _code(text, vocabulary)
        if code is not None:
            return (code,), ()
        return (), ((text.strip(),) if text.strip() else ())

    return translate(values, parse)
