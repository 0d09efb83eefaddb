"""What texts are besides values of the occurrence table: addresses, codes, companies, dates..."""

import re
from functools import cache
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from minmap.packaged_rows import packaged_rows
from minmap.reading.headings import OTHER, words_of
from minmap.types import Booleans

STATE: Final = "state"
_LONG, _MANY_WORDS = 80, 10
_PATTERNS: Final = {
    # A UUID, a hash, or a gml:id such as "mines.12" or "gsq.fid--4f3a_1".
    "code": r"(?i)^\{?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?$"
    r"|^(?:[0-9]*[a-f][0-9a-f]*[0-9][0-9a-f]*|[0-9]+[a-f][0-9a-f]*)$"
    r"|^[a-z_][\w:-]*\.(?:fid-+[\w-]+|\d+)$",
    "email": r"^[^@\s]+@[^@\s]+\.\w{2,}$",
    "phone": r"^(?:\+\d[\d ()./-]{7,}|\(?\d{3}\)?[ ./-]\d{3}[ .-]\d{2,4}[ .-]?\d*)$",
    "date": r"^(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4})"
    r"(?:[T ]\d{1,2}:\d{2}.*)?$",
}
_SHORTEST_HASH: Final = 12
_ABBREVIATION: Final = r"^\p{Lu}{2,3}$"


def kinds_of(texts: pa.Array) -> dict[str, Booleans]:
    """Return, by kind, which texts are of it: kinds that no field has, and names of states.

    Examples
    --------
    >>> texts = pa.array(["12 Main Street", "Kazzinc LLP", "mines.12", "Copper", "Asia"])
    >>> {kind: flags.tolist().index(True) for kind, flags in kinds_of(texts).items() if any(flags)}
    {'other code': 2, 'other part of the world': 4, 'other address': 0, 'other company': 1}
    """
    flags = {kind: _matches(texts, pattern) for kind, pattern in _PATTERNS.items()}
    lengths = np.asarray(pc.utf8_length(texts), dtype=np.int64)
    is_marked = _matches(texts, r"[.-]")
    flags["code"] &= (lengths >= _SHORTEST_HASH) | is_marked
    words = np.asarray(pc.count_substring_regex(texts, r"\S+"), dtype=np.int64)
    flags["remarks"] = (lengths > _LONG) | (words > _MANY_WORDS)
    flags["abbreviation"] = _matches(texts, _ABBREVIATION)
    for kind, role in (("flag", "yes or no"), ("part of the world", "part of the world")):
        flags[kind] = _is_one_of(texts, role)
    digits = _matches(texts, r"\p{Nd}")
    flags["address"] = digits & _has_word(texts, "street")
    flags["company"] = _has_word(texts, "company")
    flags["way of locating"] = _are_ways_of_locating(texts)
    return {OTHER + kind: found for kind, found in flags.items()} | {STATE: _are_states(texts)}


def are_terms(texts: pa.Array) -> Booleans:
    """Return which texts are addresses of terms of a published vocabulary, and of no record.

    Examples
    --------
    >>> gold = "http://resource.geosciml.org/classifier/cgi/commodity-code/gold"
    >>> are_terms(pa.array([gold, "https://example.org/mines/7", "gold"])).tolist()
    [True, False, False]
    """
    places = "|".join(map(re.escape, sorted(words_of("vocabulary address", exact=True))))
    return _matches(texts, rf"(?i)^https?://(?:{places})")


def _are_ways_of_locating(texts: pa.Array) -> Booleans:
    """Return which texts are nothing but words such as "GPS" and "from map 1:100 000"."""
    words = sorted(map(re.escape, words_of("way of locating", exact=True)), key=len, reverse=True)
    word = rf"(?:{'|'.join(words)})"
    return _matches(_plain(texts), rf"^{word}(?:[\s:;,./()-]+(?:{word}|\d+))*[\s.)]*$")


def _matches(texts: pa.Array, pattern: str) -> Booleans:
    return np.asarray(pc.match_substring_regex(texts, pattern), dtype=bool)


def _plain(texts: pa.Array) -> pa.Array:
    return pc.utf8_lower(pc.utf8_trim_whitespace(texts))


def _is_one_of(texts: pa.Array, role: str) -> Booleans:
    known = pa.array(sorted(words_of(role, exact=True)), texts.type)
    return np.asarray(pc.is_in(_plain(texts), known), dtype=bool)


def _has_word(texts: pa.Array, role: str) -> Booleans:
    return _matches(_plain(texts), _word_pattern(role))


@cache
def _word_pattern(role: str) -> str:
    words = sorted(words_of(role, exact=True), key=lambda word: (-len(word), word))
    # RE2's \b is one of ASCII letters. Chinese has no blanks between words.
    apart = [re.escape(word) for word in words if word < "\u2e80"]
    joined = [re.escape(word) for word in words if word >= "\u2e80"]
    return rf"(?:^|[^\pL\p{{Nd}}])(?:{'|'.join(apart)})(?:$|[^\pL])|{'|'.join(joined)}"


@cache
def _state_names() -> tuple[str, ...]:
    rows = packaged_rows(__package__, "state_names")
    names = {name.lower() for row in rows for name in (row["name"], row["code"]) if name}
    return tuple(sorted(names))


def _are_states(texts: pa.Array) -> Booleans:
    """Return which texts are states of one of seven countries, by name or abbreviation."""
    return np.asarray(pc.is_in(_plain(texts), pa.array(_state_names(), texts.type)), dtype=bool)
