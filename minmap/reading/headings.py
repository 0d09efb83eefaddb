"""Fields that a column heading names, in several languages and cut short by shapefiles."""

import csv
import io
import re
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final

from minmap.vocabulary.spelling import normalise

FULL, QUALIFIED, CUT, WEAK, AMONG_OTHERS = 1.0, 0.8, 0.7, 0.5, 0.3
"""Strength of a heading: the field's own name; the name with a qualifier ("latitude (WGS84)"); its
beginning; a name that other things have too ("type", "x"); the name among other words ("host
country")."""

# The name of a shapefile's column has at most ten bytes (dBASE III table file header): ten letters
# in a code page of one byte, five Cyrillic letters in UTF-8.
_DBF_BYTES: Final = 10
_SHORTEST_CUT: Final = 4
_COORDINATES: Final = ("longitude", "latitude", "coordinates")
_CAMEL: Final = re.compile(r"(?<=[a-zа-я])(?=[A-ZА-Я])")


@cache
def words_of(role: str) -> frozenset[str]:
    """Return the words of `match_words.csv` with a role in headings.

    Examples
    --------
    >>> sorted(words_of("western"))
    ['w', 'west', 'western', 'з', 'зап', 'запад', 'западная']
    """
    rows = _rows("match_words.csv")
    return frozenset(normalise(row["word"]) for row in rows if row["role"] == role)


def _rows(name: str) -> list[dict[str, str]]:
    text = (files(__package__) / name).read_text(encoding="utf-8")
    return list(csv.DictReader(io.StringIO(text, newline="")))


@cache
def _known() -> Mapping[str, Mapping[str, float]]:
    """Return the fields that each normalised name may mean, with their strengths."""
    known: dict[str, dict[str, float]] = {}
    for row in _rows("match_names.csv"):
        strength = FULL if row["strength"] == "full" else WEAK
        known.setdefault(normalise(row["name"]), {})[row["field"]] = strength
    return known


@cache
def _known_words() -> tuple[tuple[frozenset[str], str, float], ...]:
    return tuple(
        (words, field, strength)
        for name, fields in _known().items()
        if (words := frozenset(name.split()))
        for field, strength in fields.items()
    )


@lru_cache(maxsize=4096)
def strengths(heading: str) -> Mapping[str, float]:
    """Return the fields that a heading may name, each with its strength.

    Examples
    --------
    >>> strengths("Latitude (WGS84)")["latitude"], strengths("DEPOSIT_NA")["name"]
    (1.0, 0.7)
    >>> strengths("Полезное ископаемое"), strengths("Lat_min"), strengths("Elevation")
    ({'commodities': 1.0}, {}, {})
    """
    whole = normalise(heading)
    spellings = {whole, normalise(_CAMEL.sub(" ", heading))}
    found: dict[str, float] = {}
    for spelling in spellings:
        words = frozenset(spelling.split())
        _keep(found, _known().get(spelling, {}))
        _keep(found, _by_words(words - words_of("silent")))
        numbered = re.fullmatch(r"(.*\D)\d", spelling)
        if numbered:
            same = _known().get(numbered[1].strip(), {})
            _keep(found, {f: s * QUALIFIED for f, s in same.items() if f not in _COORDINATES})
    if max(found.values(), default=0.0) < CUT:
        _keep(found, _cut(whole, heading))
    if words_of("no_coordinate").intersection(whole.split()):
        found = {field: s for field, s in found.items() if field not in _COORDINATES}
    return found


def _keep(found: dict[str, float], more: Mapping[str, float]) -> None:
    for field, strength in more.items():
        found[field] = max(found.get(field, 0.0), strength)


def _by_words(words: frozenset[str]) -> dict[str, float]:
    found: dict[str, float] = {}
    for name, field, strength in _known_words():
        known = name - words_of("silent")
        if not known or not known <= words:
            continue
        rest = words - known
        if not rest:
            _keep(found, {field: strength})
        elif rest <= words_of("qualifier"):
            _keep(found, {field: strength * QUALIFIED})
        elif strength == FULL and max(map(len, known)) >= _SHORTEST_CUT:
            _keep(found, {field: AMONG_OTHERS})
    return found


def _cut(whole: str, heading: str) -> dict[str, float]:
    """Return the fields of names that a shapefile would cut to this heading."""
    size = len(heading.encode())
    letters = "".join(whole.split())
    full = len(heading) == _DBF_BYTES or _DBF_BYTES - 1 <= size <= _DBF_BYTES
    if not full or len(letters) < _SHORTEST_CUT:
        return {}
    found: dict[str, float] = {}
    for name, fields in _known().items():
        known = "".join(name.split())
        if known.startswith(letters) and known != letters:
            _keep(found, {field: CUT for field, strength in fields.items() if strength == FULL})
    return found
