"""Look up codes: of the word that a user gives, and of columns with one term in each text."""

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Final

import pandas as pd

from minmap.arguments import (
    NOTHING_NEAR,
    check_keywords,
    did_you_mean,
    require_kind,
    require_one_of,
    require_text,
    shown,
)
from minmap.errors import ChoiceError
from minmap.vocabulary.cgi_addresses import term_of
from minmap.vocabulary.coded_texts import translate
from minmap.vocabulary.commodity_texts import NO_OWN_WORDS, parse_commodities
from minmap.vocabulary.near_names import NameIndex
from minmap.vocabulary.registry import rows
from minmap.vocabulary.spelling import Parsed, commodity_key, normalise, own_key

_SHOWN: Final = 8
_ARGUMENTS: Final = {
    "countries": "country",
    "deposit_types": "deposit_type",
    "site_types": "site_type",
    "status": "status",
}
"""Argument of `minmap.select` for each vocabulary, as in the name of the file of its terms."""

_VOCABULARIES: Final = (*_ARGUMENTS, "fips", "alpha2")
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
        Codes of the members of REE (the lanthanoids, yttrium and scandium), PGE and RareM (the
        rare metals lithium, beryllium, niobium, tantalum, caesium and rubidium; no rare earths);
        the code itself if it is not a group.

    Raises
    ------
    ChoiceError
        If there is no such code.

    Examples
    --------
    >>> members("PGE"), members("Cu")
    (('Ru', 'Rh', 'Pd', 'Os', 'Ir', 'Pt'), ('Cu',))
    >>> members("RareM")
    ('Li', 'Be', 'Nb', 'Ta', 'Cs', 'Rb')
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
    raise ChoiceError(_refusal("commodity", word, "commodities", "commodity_names"))


@check_keywords
def resolve_term(word: str, vocabulary: str) -> str:
    """Return the code of the country, status, site type or deposit type that a word means.

    Parameters
    ----------
    word
        A code, or any spelling in the vocabulary; case, accents and punctuation are ignored.
        For a country, also its ISO 3166-1 code of two letters.
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
    code = _code(word, vocabulary)
    if code is None and vocabulary == "countries":
        code = _code(word.upper(), "alpha2")
    if code is not None:
        return code
    table = "statuses" if vocabulary == "status" else vocabulary
    raise ChoiceError(_refusal(_ARGUMENTS[vocabulary], word, vocabulary, table))


def nearest_words(word: str, vocabulary: str) -> list[str]:
    """Return the words of a vocabulary that are nearest to an unknown one, with their codes.

    Parameters
    ----------
    word
        The unknown word.
    vocabulary
        As for `resolve_term`, or ``"commodities"``.

    Returns
    -------
    list of str
        One text for each code, the nearest first: ``"'Copper' (Cu)"``.

    Examples
    --------
    >>> nearest_words("coper", "commodities")[0], nearest_words("producr", "status")[0]
    ("'Copper' (Cu)", "'Producer' (producer)")
    """
    known = _shown(vocabulary)
    # Of several spellings of one code, the nearest is shown.
    choices: dict[str, str] = {}
    for key in _index(vocabulary).near(normalise(word)):
        name, code = known[key]
        choices.setdefault(code, f"{name!r} ({code})")
    return list(choices.values())[:_SHOWN]


def _shown(vocabulary: str) -> dict[str, tuple[str, str]]:
    """Return the name and code to show for every key of a vocabulary."""
    return _commodities() if vocabulary == "commodities" else _terms(vocabulary)


@cache
def _index(vocabulary: str) -> NameIndex:
    return NameIndex(_shown(vocabulary))


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


def unmapped_reason(word: str, vocabulary: str) -> str | None:
    """Return why a word that tables use has no code on purpose; None for other words.

    Parameters
    ----------
    word
        The word, or text.
    vocabulary
        As for `nearest_words`, or ``"fips"``.

    Examples
    --------
    >>> unmapped_reason("Soviet Union", "countries"), unmapped_reason("Georgia", "countries")
    ('fifteen countries of today', None)
    """
    return _reasons(vocabulary).get(commodity_key(word))


@cache
def _reasons(vocabulary: str) -> dict[str, str]:
    listed = (row for row in rows("unmapped_terms") if row["vocabulary"] == vocabulary)
    return {commodity_key(row["term"]): row["why"] for row in listed}


def _refusal(argument: str, word: str, vocabulary: str, table: str) -> str:
    reason, given = unmapped_reason(word, vocabulary), f"{argument}={shown(word)}"
    if reason is not None:
        return f"{given} has no code: {reason}; minmap.vocabulary.{table}() lists all."
    hint = did_you_mean(nearest_words(word, vocabulary), without=NOTHING_NEAR)
    return f"{given} is not known{hint} minmap.vocabulary.{table}() lists all."


def _require_code(code: str) -> None:
    require_text(code, name="code", like="Cu")
    if code not in {row["code"] for row in rows("commodities")}:
        raise ChoiceError(_refusal("code", code, "commodities", "commodities"))


@cache
def _known_terms(vocabulary: str) -> dict[str, str]:
    """Return the normalised terms and codes of a vocabulary, with the code of each.

    Examples
    --------
    >>> _known_terms("status")["past producer"]
    'past_producer'
    """
    terms = rows(f"{_ARGUMENTS.get(vocabulary, vocabulary)}_terms")
    has_codes = vocabulary in _ARGUMENTS
    different = dict.fromkeys(row["code"] for row in terms) if has_codes else {}
    codes = {normalise(code): code for code in different}
    return codes | {normalise(row["term"]): row["code"] for row in terms}


def _code(text: str, vocabulary: str) -> str | None:
    """Return the code of `text`; None if it is unknown or has a question mark ("Slovakia?")."""
    text = term_of(text)
    # Two small letters are more often a word than a country.
    if "?" in text or (vocabulary == "alpha2" and not text.isupper()):
        return None
    code = _known_terms(vocabulary).get(normalise(text))
    if code is None and vocabulary == "fips" and _US_FIPS.fullmatch(text.strip()):
        return "USA"
    if code is None and vocabulary == "deposit_types":
        return _deposit_type(text)
    if code is None and vocabulary in _ARGUMENTS and "/" in text:
        return _same_in_all(text, vocabulary)
    return code


def _same_in_all(text: str, vocabulary: str) -> str | None:
    """Return the code of a text in several languages, "Closed / Fermée", if all parts have it."""
    known = _known_terms(vocabulary)
    codes = {known.get(normalise(part)) for part in text.split("/")}
    return codes.pop() if len(codes) == 1 else None


def _deposit_type(text: str) -> str | None:
    """Return the deposit type of a text with several parts if all parts name the same one."""
    models = [part.strip(" {}") for part in _MRDS_NUMBER.split(text)[1:]]
    parts = models or text.split(";")
    codes = {_known_terms("deposit_types").get(normalise(part)) for part in parts}
    return codes.pop() if len(codes) == 1 else None


@check_keywords
def parse_terms(
    values: pd.Series, vocabulary: str, *, own: Mapping[str, str] = NO_OWN_WORDS
) -> tuple[pd.Series, dict[str, int]]:
    """Return the codes of texts that contain one term of a vocabulary each.

    Case, accents and punctuation are ignored, except that a text with a question mark is
    uncertain and gets no code. The address of a term of the CGI vocabularies is read as the term.

    Parameters
    ----------
    values
        Texts; missing values stay missing. Not changed.
    vocabulary
        ``"countries"`` (names in many languages, to ISO 3166-1 alpha-3), ``"fips"`` (FIPS 10-4
        codes of countries and of US states and counties as MRDS writes them, ``fKZ`` and
        ``f06005``, to alpha-3), ``"alpha2"`` (ISO 3166-1 codes of two capital letters, to
        alpha-3; they are states, languages and words too, so use it on columns of countries),
        ``"deposit_types"`` (also the texts of MRDS models), ``"site_types"`` or ``"status"``.
    own
        Words that come before those of the vocabulary, with the code of each; ``""`` means that
        the word is known and has no code.

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
    >>> parse_terms(pd.Series(["В резерве"]), "status", own={"в резерве": "inactive"})[0].item()
    'inactive'
    """
    return translate(values, term_reader(vocabulary, own))


def term_reader(vocabulary: str, own: Mapping[str, str]) -> Callable[[str], Parsed]:
    """Return the function that returns the code of one text, see `parse_terms`."""
    require_one_of(vocabulary, _VOCABULARIES, name="vocabulary")
    require_kind(own, Mapping, name="own", cure="give a mapping of words to codes")
    meant = {own_key(word): code for word, code in own.items()}

    def parse(text: str) -> Parsed:
        code = meant.get(own_key(text)) if meant else None
        if code is None:
            code = _code(text, vocabulary)
        if code is None:
            return (), ((text.strip(),) if text.strip() else ())
        return ((code,) if code else ()), ()

    return parse
