"""Resolve one word of a user to a code: a commodity, a country, a status, a type."""

from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from typing import Final

import pandas as pd

from minmap.arguments import known_keywords, require_one_of, require_text
from minmap.errors import ChoiceError
from minmap.vocabulary.commodity_texts import parse_commodities
from minmap.vocabulary.registry import rows
from minmap.vocabulary.spelling import commodity_key, normalise
from minmap.vocabulary.terms import known_terms, parse_terms

_SHOWN: Final = 8
_ARGUMENTS: Final = {
    "countries": "country",
    "deposit_types": "deposit_type",
    "site_types": "site_type",
    "status": "status",
}


@known_keywords
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


@known_keywords
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


@known_keywords
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


@known_keywords
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
    return {key: (names[code], code) for key, code in known_terms(vocabulary).items()}


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
    listed = f"minmap.vocabulary.{table}() lists all."
    if not choices:
        return f"{argument}={word!r} is not known, and nothing is near it; {listed}"
    first, *others = list(choices.values())[:_SHOWN]
    more = f" Also near: {', '.join(others)};" if others else ""
    return f"{argument}={word!r} is not known; did you mean {first}?{more} {listed}"


def _require_code(code: str) -> None:
    require_text(code, name="code", like="Cu")
    if code not in {row["code"] for row in rows("commodities")}:
        raise ChoiceError(_refusal("code", code, normalise(code), _commodities(), "commodities"))
