"""Looking up one word of a user's: a commodity, a country, a status; members and parents."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from typing import Final

import pandas as pd

from minmap.arguments import require_one_of, require_text
from minmap.errors import ChoiceError
from minmap.vocabulary.commodity_texts import parse_commodities
from minmap.vocabulary.registry import rows
from minmap.vocabulary.spelling import commodity_key, normalise
from minmap.vocabulary.terms import known_terms, parse_terms

_SHOWN: Final = 8
_RESOLVED: Final = ("countries", "deposit_types", "site_types", "status")
_ARGUMENTS: Final = {
    "countries": "country",
    "deposit_types": "deposit_type",
    "site_types": "site_type",
    "status": "status",
}
_LABELS: Final = {"site_types": "label", "status": "label"}


def members(code: str) -> tuple[str, ...]:
    """Return the elements that a group of commodities consists of.

    Parameters
    ----------
    code
        Canonical code of a commodity.

    Returns
    -------
    tuple of str
        Codes of the members of REE (the lanthanoids, yttrium and scandium) and PGE; the code
        itself if it is no group.

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


def parents(code: str) -> tuple[str, ...]:
    """Return the groups that a commodity belongs to.

    Parameters
    ----------
    code
        Canonical code of a commodity.

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


def resolve_commodity(word: str) -> tuple[str, ...]:
    """Return the codes of one commodity as a user writes it.

    Parameters
    ----------
    word
        Code or symbol in any case, formula, MRDS code, or a name in any language known. What is
        both a symbol and an MRDS code is taken as the symbol: ``"MG"`` is magnesium.

    Raises
    ------
    ChoiceError
        If the word is unknown. The message shows the nearest names.

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


def resolve_term(word: str, vocabulary: str) -> str:
    """Return the code of one country, status, site type or deposit type as a user writes it.

    Parameters
    ----------
    word
        Code, or any spelling of the vocabulary; case, accents and punctuation do not count.
    vocabulary
        ``"countries"``, ``"status"``, ``"site_types"`` or ``"deposit_types"``.

    Raises
    ------
    ChoiceError
        If the word is unknown (the message shows the nearest), or the vocabulary is.

    Examples
    --------
    >>> resolve_term("Казахстан", "countries"), resolve_term("Past Producer", "status")
    ('KAZ', 'past_producer')
    >>> resolve_term("Kazahkstan", "countries")
    Traceback (most recent call last):
        ...
    minmap.errors.ChoiceError: country='Kazahkstan' is not known; did you mean 'Kazakhstan'...
    """
    require_one_of(vocabulary, _RESOLVED, name="vocabulary")
    require_text(word, name=_ARGUMENTS[vocabulary], like="Kazakhstan")
    code = parse_terms(pd.Series([word], dtype="object"), vocabulary)[0].item()
    if isinstance(code, str):
        return code
    table = "statuses" if vocabulary == "status" else vocabulary
    known = _terms(vocabulary)
    raise ChoiceError(_refusal(_ARGUMENTS[vocabulary], word, normalise(word), known, table))


@cache
def _commodities() -> dict[str, tuple[str, str]]:
    """Return key, name and code of every name, English ones first."""
    english = [row for row in rows("commodity_names") if row["language"] == "en"]
    others = [row for row in rows("commodity_names") if row["language"] != "en"]
    found: dict[str, tuple[str, str]] = {}
    for row in [*english, *others]:
        found.setdefault(commodity_key(row["name"]), (row["name"], row["code"]))
    for row in rows("commodities"):
        found.setdefault(normalise(row["code"]), (row["name"], row["code"]))
    return found


@cache
def _terms(vocabulary: str) -> dict[str, tuple[str, str]]:
    label = _LABELS.get(vocabulary, "name")
    names = {row["code"]: row[label] for row in rows(vocabulary)}
    return {key: (names[code], code) for key, code in known_terms(vocabulary).items()}


def _refusal(
    argument: str, word: str, key: str, known: Mapping[str, tuple[str, str]], table: str
) -> str:
    # Several spellings of one code are one choice, by the nearest.
    choices: dict[str, str] = {}
    words = set(key.split())
    # "Carlin" is no spelling of "Carlin-type gold", but surely means it.
    longer = [name for name in known if words and words <= set(name.split())]
    for match in [*longer, *get_close_matches(key, known, n=2 * _SHOWN, cutoff=0.6)]:
        name, code = known[match]
        choices.setdefault(code, f"{name!r} ({code})")
    listed = f"minmap.vocabulary.{table}() lists all."
    if not choices:
        return f"{argument}={word!r} is not known, nor is anything near it; {listed}"
    first, *others = list(choices.values())[:_SHOWN]
    more = f" Also near: {', '.join(others)};" if others else ""
    return f"{argument}={word!r} is not known; did you mean {first}?{more} {listed}"


def _require_code(code: str) -> None:
    require_text(code, name="code", like="Cu")
    if code not in {row["code"] for row in rows("commodities")}:
        raise ChoiceError(_refusal("code", code, normalise(code), _commodities(), "commodities"))
