"""Labels of the codes of minmap's vocabularies, in the language of the page."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import cache
from typing import Any, Final

import pyarrow as pa

from minmap import vocabulary
from minmap.errors import ChoiceError
from minmap.renderer import asset
from minmap.scene.folding import folded
from minmap.scene.place_names import country_names
from minmap.style.value_names import Names
from minmap.table import VOCABULARIES
from minmap.vocabulary.registry import rows
from minmap.vocabulary.spelling import normalise

COUNTRIES: Final = "countries"
"""Column of the countries that a route or a leg passes, in order."""
_LISTS_OF_CODES = {"commodities", "minor_commodities"}
_CODES = {
    "commodities": "commodity", "minor_commodities": "commodity", "commodity_group": "group",
    "status": "status", "country": "country", "deposit_type": "deposit_type",
    "site_type": "site_type",
}  # fmt: skip
SEARCHED_CODES = frozenset({"commodities", "minor_commodities", "country"})
"""Columns whose codes are found by words in the languages of the page."""
_SEARCH_LANGUAGES = ("en", "ru")
# Adjectives and names of ores, which would make the words of a page many times as long.
_OURS = "minmap (ours)"
# The names of these in many languages, as table and column; the page has the other words.
_NAMES = {"commodity": ("commodity_names", "name"), "country": ("country_terms", "term")}


def labels_of_codes(name: str, array: pa.Array, language: str) -> dict[str, Any]:
    """Return the labels of the codes of a column for a page; empty if it has no such codes.

    Parameters
    ----------
    name
        Name of the column; only columns of the occurrence table have codes.
    array
        The column in the page.
    language
        BCP 47 tag without region. English replaces missing words.

    Returns
    -------
    dict
        ``words``, the labels by code; ``found``, further words by which the search finds them;
        ``regions``, the two-letter ISO 3166-1 codes of countries, with which the page gets names
        in its language from the browser; and ``codes``, true if a cell has several codes separated
        by spaces.

    Examples
    --------
    >>> mine = pa.array(["Cu Au", "Cu"]).dictionary_encode()
    >>> labels_of_codes("commodities", mine, "en")
    {'words': {'Au': 'Gold', 'Cu': 'Copper'}, 'found': {'Au': 'zoloto', 'Cu': 'med'}, 'codes': True}
    """
    is_route = name == COUNTRIES and pa.types.is_string(different(array).type)
    kind = "country" if is_route else _CODES.get(name)
    # A user's column of that name may contain anything.
    if kind is None or not (is_route or pa.types.is_dictionary(array.type)):
        return {}
    several = is_route or has_commodity_codes(name, array)
    texts = [str(text) for text in different(array).to_pylist() if text]
    known = _words(kind, language)
    used = {code for text in texts for code in (text.split() if several else [text])}
    if is_route and not used <= known.keys():
        return {}
    words = {code: known[code] for code in sorted(used) if code in known}
    found = search_words(name, words, language)
    labels: dict[str, Any] = {"words": words, "found": found, "regions": {}, "codes": several}
    if kind == "country":
        iso = vocabulary.countries().dropna(subset="alpha2").set_index("code")["alpha2"]
        labels["regions"] = iso.reindex(list(words)).dropna().to_dict()
    return {key: value for key, value in labels.items() if value} if words else {}


def different(array: pa.Array) -> pa.Array:
    """Return the different values of a column."""
    return array.dictionary if pa.types.is_dictionary(array.type) else array.unique()


def search_words(name: str, codes: Iterable[str], language: str) -> dict[str, str]:
    """Return the words, folded, by which codes are found besides their labels in a language.

    Examples
    --------
    >>> search_words("commodities", ["W"], "en")["W"]
    'trioxide volfram'
    """
    if name not in SEARCHED_CODES:
        return {}
    kind, labels = _CODES[name], words_of(name, language)
    names = _names_by_code(kind)
    found = {}
    for code in codes:
        known = {code.lower(), *folded(labels.get(code, "")).split()}
        words = {word for text in names.get(code, ()) for word in folded(text).split()} - known
        if words:
            found[code] = " ".join(sorted(words))
    return found


@cache
def _names_by_code(kind: str) -> dict[str, list[str]]:
    """Return the names of each code of a vocabulary in the languages of the page."""
    table, column = _NAMES[kind]
    found: dict[str, list[str]] = {}
    for row in rows(table):
        is_usual = not row["source"].startswith(_OURS)
        if row["language"] in _SEARCH_LANGUAGES and is_usual:
            found.setdefault(row["code"], []).append(row[column])
    return found


def words_of(name: str, language: str) -> dict[str, str]:
    """Return the words of the codes of a column, in a language; empty if it has no codes.

    Examples
    --------
    >>> words_of("commodities", "en")["Au"], words_of("grade", "en")
    ('Gold', {})
    """
    return _words(_CODES[name], language) if name in _CODES else {}


def names_of(name: str) -> Mapping[str, str]:
    """Return the English words of the codes of a column; empty if it has no codes.

    Words of other languages are found too: names of countries and commodities in those of the
    vocabularies, and the other words in those of the page; and the spellings that `minmap.select`
    takes.

    Examples
    --------
    >>> names_of("country")["KAZ"], names_of("grade")
    ('Kazakhstan', {})
    >>> sorted(names_of("commodities").more("Kupfer"))
    ['Cu']
    >>> sorted(names_of("country").more("Kazakstan"))
    ['KAZ']
    """
    if name not in _CODES:
        return {}
    return Names(words_of(name, "en"), lambda text: _meant(_CODES[name], text))


def _meant(kind: str, text: str) -> frozenset[str]:
    """Return the codes that a text means: a word of another language, or any spelling of a term."""
    return _codes_by_word(kind).get(normalise(text)) or _parsed(kind, text)


def _parsed(kind: str, text: str) -> frozenset[str]:
    """Return the codes that `minmap.select` takes a text for; none if it is in no vocabulary."""
    if not text.strip():
        return frozenset()
    with suppress(ChoiceError):
        if kind in VOCABULARIES:
            return frozenset({vocabulary.resolve_term(text, VOCABULARIES[kind])})
        if kind == "commodity":
            return frozenset(vocabulary.resolve_commodity(text))
    return frozenset()


@cache
def _codes_by_word(kind: str) -> dict[str, frozenset[str]]:
    """Return the codes that each word of other languages than English means."""
    if kind in _NAMES:
        table, column = _NAMES[kind]
        pairs = [(row[column], row["code"]) for row in rows(table) if row["language"] != "en"]
    else:
        labels = vocabulary.labels(kind).items()
        words = _terms().values()
        pairs = [(own[label], code) for own in words for code, label in labels if label in own]
    found: dict[str, frozenset[str]] = {}
    for word, code in pairs:
        key = normalise(word)
        found[key] = found.get(key, frozenset()) | {code}
    return found


def page_terms(language: str) -> dict[str, str]:
    """Return the page's words in a language for English ones; empty for a language without any.

    Examples
    --------
    >>> page_terms("ru")["distance"], page_terms("en")
    ('расстояние', {})
    """
    return _terms().get(language, {})


@cache
def _terms() -> dict[str, dict[str, str]]:
    words: dict[str, dict[str, str]] = json.loads(asset("terms.json"))
    return words


def has_single_codes(name: str) -> bool:
    """Return whether a column of this name has a code in each cell, not several."""
    return name in _CODES and name not in _LISTS_OF_CODES


def has_commodity_codes(name: str, array: pa.Array) -> bool:
    """Return whether a column has codes of commodities separated by spaces."""
    if name not in _LISTS_OF_CODES or not pa.types.is_dictionary(array.type):
        return False
    return are_commodities(array.dictionary.to_pylist())


def codes_of_commodities(name: str, array: pa.Array) -> frozenset[str]:
    """Return the codes in a column of commodities; empty for any other column."""
    if not has_commodity_codes(name, array):
        return frozenset()
    texts = array.dictionary.to_pylist()
    return frozenset(code for text in texts if text for code in str(text).split())


def are_commodities(texts: Iterable[object]) -> bool:
    """Return whether all texts are codes of commodities separated by spaces."""
    known = frozenset(vocabulary.commodities()["code"])
    return all(known.issuperset(str(text).split()) for text in texts)


@cache
def _words(kind: str, language: str) -> dict[str, str]:
    """Return the words of a vocabulary by code: in English if the language has none."""
    words = vocabulary.labels(kind)
    if kind == "commodity":
        names = vocabulary.commodity_names()
        own = names[names["language"] == language]
        # The CGI vocabulary names ores and oxides; prefer sources that name the element.
        ores = own["source"].str.startswith(("IUGS-CGI", "minmap"))
        own = own.assign(ores=ores).sort_values("ores", kind="stable").drop_duplicates("code")
        words |= dict(zip(own["code"], own["name"], strict=True))
    if kind == "country" and (known := country_names(language)):
        codes = vocabulary.countries()[["code", "alpha2"]].itertuples(index=False)
        words |= {code: known[alpha2] for code, alpha2 in codes if alpha2 in known}
    # Some languages write them in lower case.
    return {str(code): str(word)[:1].upper() + str(word)[1:] for code, word in words.items()}
