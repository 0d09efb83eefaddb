"""Names of commodities that are other commodities in another language, decided by a column."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from typing import Final, NamedTuple

from minmap.vocabulary.registry import rows
from minmap.vocabulary.spelling import commodity_key

_WORD: Final = re.compile(r"[^\W_]+")


class _Meaning(NamedTuple):
    """A meaning of a name, with the words and the parts of words that only its languages have."""

    codes: str
    words: frozenset[str]
    spellings: tuple[str, ...]


@cache
def names_of_two_meanings() -> dict[str, tuple[_Meaning, ...]]:
    """Return the meanings of each name that has several, by its key.

    Examples
    --------
    >>> [meaning.codes for meaning in names_of_two_meanings()["olovo"]]
    ['Pb', 'Sn']
    """
    found: dict[str, tuple[_Meaning, ...]] = {}
    for row in rows("commodity_two_meanings"):
        words = frozenset(map(commodity_key, row["words"].split()))
        meaning = _Meaning(row["codes"], words, tuple(row["spellings"].split()))
        key = commodity_key(row["term"])
        found[key] = (*found.get(key, ()), meaning)
    return found


def decided_meanings(texts: Iterable[str]) -> dict[str, str]:
    """Return the codes of the names of two meanings that the other words of a column decide.

    A name is decided if words or letters of the languages of one meaning occur in the column,
    and none of another meaning.

    Parameters
    ----------
    texts
        The different texts of a column.

    Examples
    --------
    >>> decided_meanings(["olovo, cink", "bakar"]), decided_meanings(["олово", "медь"])
    ({'olovo': 'Pb'}, {'олово': 'Sn'})
    >>> decided_meanings(["olovo"]), decided_meanings(["lead, zinc"])
    ({}, {})
    """
    joined = "\n".join(texts)
    present = _names_in(joined)
    if not present:
        return {}
    plain = unicodedata.normalize("NFC", joined).casefold()
    words = {*map(commodity_key, _WORD.findall(plain))}
    found = {}
    for name in present:
        codes = {
            meaning.codes
            for meaning in names_of_two_meanings()[name]
            if not words.isdisjoint(meaning.words)
            or any(spelling in plain for spelling in meaning.spellings)
        }
        if len(codes) == 1:
            found[name] = codes.pop()
    return found


def _names_in(text: str) -> list[str]:
    names = names_of_two_meanings()
    # Most columns have none, and this takes a small part of the time of reading their words.
    if _start_of_name().search(text) is None:
        return []
    return sorted(names.keys() & {*map(commodity_key, _WORD.findall(text))})


@cache
def _start_of_name() -> re.Pattern[str]:
    """Return a pattern of the beginnings of the names, before the letters with accents."""
    starts = sorted({name[:4] for name in names_of_two_meanings()})
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(map(re.escape, starts))})", re.IGNORECASE)
