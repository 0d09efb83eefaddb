"""What a column heading names, in several languages, run together or cut short by shapefiles."""

import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from typing import Final

from minmap.packaged_rows import packaged_rows
from minmap.reading.grid_systems import systems
from minmap.vocabulary.spelling import normalise

FULL, QUALIFIED, CUT, WEAK, AMONG_OTHERS = 1.0, 0.8, 0.7, 0.5, 0.3
"""Strength of a heading: the field's own name; the name with a qualifier ("latitude (WGS84)"); its
beginning; a name that other things have too ("type", "x"); the name among other words ("host
country")."""
OTHER: Final = "other "
"""Start of the names of contents that no field has, such as "other company"."""
FIRST_CHINESE: Final = "\u4e00"
"""First Chinese letter; Chinese is written without blanks between words."""

# The name of a shapefile's column has at most ten bytes (dBASE III table file header): ten letters
# in a code page of one byte, five Cyrillic letters in UTF-8.
_DBF_BYTES: Final = 10
_SHORTEST_CUT: Final = 4
_COORDINATES: Final = ("longitude", "latitude", "coordinates")
# Fields whose values may be codes: "commodity code", "state code".
_CODED: Final = frozenset(
    {"country", "admin1", "commodities", "secondary_commodities", "minor_commodities", "status",
     "site_type", "deposit_type"}
)  # fmt: skip
_CAMEL: Final = re.compile(r"(?<=[a-zа-я])(?=[A-ZА-Я])")
# "{http://...}name", "erl:name", "@gml:id"; not "Note: name".
_NAMESPACE: Final = re.compile(r"@?(?:\{[^{}]*\}|[A-Za-z][\w.-]{0,30}:(?=[^\s/:]))+")
_NUMBERED: Final = re.compile(r"(.*\D)0*(\d{1,2})")
# Headings that programs and people give columns without a name.
_WITHOUT_NAME: Final = re.compile(
    r"(?:unnamed|field|fld|column|col|var|attribute|attr|f|c|v|поле|столбец|графа|campo|feld|spalte"
    r"|colonne|champ)?(?: ?\d+)?|[a-z]"
)
_AFTER_YEARS: Final = 2100
_GERMAN: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})
# The zone or the EPSG code of a grid: "utm33", "z11", "25833".
_ZONE: Final = re.compile(r"(?:utm|z|gk|mga|tm|mtm|epsg)\d{1,5}[ns]?|\d{4,5}")
_SHORTEST_WORD, _SHORTEST_RUN, _LONGEST_RUN = 3, 6, 40


@cache
def words_of(role: str, *, exact: bool = False) -> frozenset[str]:
    """Return the words of `match_words.csv` with a role, normalised, or exact in lower case.

    Examples
    --------
    >>> sorted(words_of("western"))
    ['barat', 'bb', 'oeste', 'w', 'west', 'western', 'з', 'зап', 'запад', 'западная']
    """
    rows = packaged_rows(__package__, "match_words")
    words = (row["word"] for row in rows if row["role"] == role)
    return frozenset(word.lower() if exact else normalise(word) for word in words)


@cache
def _known() -> Mapping[str, Mapping[str, float]]:
    """Return the contents that each normalised name may mean, with their strengths."""
    known: dict[str, dict[str, float]] = {}
    for row in packaged_rows(__package__, "match_names"):
        strength = FULL if row["strength"] == "full" else WEAK
        for name in written(row["name"], row["language"]):
            known.setdefault(name, {})[row["field"]] = strength
    for row in packaged_rows(__package__, "other_names"):
        for name in written(row["name"], row["language"]):
            known.setdefault(name, {})[OTHER + row["kind"]] = FULL
    return known


def written(word: str, language: str) -> Iterator[str]:
    """Yield a word as it is normalised, and a German one also in the letters of ASCII."""
    yield normalise(word)
    if language == "de":
        yield normalise(word.translate(_GERMAN))


@cache
def _names_by_word() -> Mapping[str, tuple[tuple[frozenset[str], str, float], ...]]:
    """Return the names, as words with a content and its strength, by one word of each."""
    found: dict[str, list[tuple[frozenset[str], str, float]]] = {}
    for name, contents in _known().items():
        for content, strength in contents.items():
            # "Point y" names a coordinate, and "point" does not.
            silent = words_of("silent") - ({"y"} if content in _COORDINATES else set())
            words = frozenset(name.split()) - silent
            if words:
                of_word = found.setdefault(max(words, key=lambda word: (len(word), word)), [])
                of_word.append((words, content, strength))
    return {word: tuple(names) for word, names in found.items()}


@lru_cache(maxsize=4096)
def meanings(heading: str) -> Mapping[str, float]:
    """Return the contents that a heading may name, each with its strength.

    Contents are fields of the occurrence table and, starting with `OTHER`, those of no field.

    Examples
    --------
    >>> meanings("Company name")
    {'other company': 1.0, 'name': 0.3}
    """
    found: dict[str, float] = {}
    local = _NAMESPACE.sub("", heading, count=1)
    for spelling in dict.fromkeys([*spellings(heading), *spellings(local)]):
        _keep(found, _known().get(spelling, {}))
        _keep(found, _by_words(frozenset(spelling.split())))
        numbered = _NUMBERED.fullmatch(spelling)
        if numbered:
            stem = numbered[1].strip()
            same = dict(_by_words(frozenset(stem.split())))
            _keep(same, _known().get(stem, {}))
            _keep(found, {c: s * QUALIFIED for c, s in same.items() if c not in _COORDINATES})
    whole = normalise(local)
    _keep(found, _on_grid(whole.split()))
    _keep(found, _in_degrees(whole))
    if max(found.values(), default=0.0) < CUT:
        _keep(found, _cut(whole, local))
    if words_of("no_coordinate").intersection(whole.split()):
        found = {content: s for content, s in found.items() if content not in _COORDINATES}
    return dict(sorted(found.items(), key=lambda item: -item[1]))


@lru_cache(maxsize=4096)
def strengths(heading: str) -> Mapping[str, float]:
    """Return the fields that a heading may name, each with its strength.

    Examples
    --------
    >>> strengths("Latitude (WGS84)")["latitude"], strengths("DEPOSIT_NA")["name"]
    (1.0, 0.7)
    >>> strengths("erl:commodity"), strengths("NOMBREMINA"), strengths("Elevation")
    ({'commodities': 1.0}, {'name': 1.0}, {})
    """
    return {field: s for field, s in meanings(heading).items() if not field.startswith(OTHER)}


def says_nothing(heading: str) -> bool:
    """Return whether a heading is one that columns without a name have.

    Examples
    --------
    >>> says_nothing("Unnamed: 3"), says_nothing("f1"), says_nothing("Lelőhely")
    (True, True, False)
    """
    return _WITHOUT_NAME.fullmatch(normalise(heading)) is not None


def in_words(heading: str) -> str:
    """Return a heading with the words of camel case apart.

    Examples
    --------
    >>> in_words("LocationAccuracy_m")
    'Location Accuracy_m'
    """
    return _CAMEL.sub(" ", heading)


def says_name(heading: str) -> bool:
    """Return whether a heading is one of names and has the word for it.

    Examples
    --------
    >>> says_name("Deposit name"), says_name("Deposit"), says_name("Company name")
    (True, False, False)
    """
    has_word = not words_of("naming").isdisjoint(normalise(in_words(heading)).split())
    return has_word and strengths(heading).get("name") == FULL


def says_exploration(heading: str) -> bool:
    """Return whether a heading is that of the degree to which a deposit is explored.

    Examples
    --------
    >>> says_exploration("Степень изученности"), says_exploration("勘查程度")
    (True, True)
    >>> says_exploration("Степень освоения"), says_exploration("Status")
    (False, False)
    """
    whole = normalise(heading)
    words = words_of("exploration")
    unspaced = (word for word in words if word >= FIRST_CHINESE)
    return not words.isdisjoint(whole.split()) or any(word in whole for word in unspaced)


def says_site(heading: str) -> bool:
    """Return whether a heading has a word for a site of minerals.

    Examples
    --------
    >>> says_site("Grubenstatus"), says_site("矿区状态"), says_site("Status of the wall")
    (True, True, False)
    """
    sites = words_of("site")
    unspaced = [word for word in sites if word >= FIRST_CHINESE]
    return any(
        not sites.isdisjoint(spelling.split()) or any(word in spelling for word in unspaced)
        for spelling in spellings(heading)
    )


def series_of(heading: str) -> tuple[str, int] | None:
    """Return what the headings of a series share, and the number of this one.

    Examples
    --------
    >>> series_of("COMMOD_D2"), series_of("erl:mineral_10"), series_of("field_3")
    (('commod d', 2), ('erl mineral', 10), None)
    """
    found = _NUMBERED.fullmatch(normalise(heading))
    is_series = found is not None and not says_nothing(found[1])
    return (found[1].strip(), int(found[2])) if found and is_series else None


def spellings(heading: str) -> Iterator[str]:
    """Yield the normalised heading, with the words of camel case and of run-together names."""
    whole = normalise(heading)
    yield whole
    yield normalise(in_words(heading))
    letters = whole.rstrip("0123456789").replace(" ", "")
    is_one_word = " " not in whole and letters not in _known()
    if is_one_word and _SHORTEST_RUN <= len(letters) <= _LONGEST_RUN:
        parts = _parts(letters)
        if parts:
            yield " ".join(parts) + whole[len(letters) :]


@cache
def _whole_words() -> frozenset[str]:
    names = {word for name in _known() for word in name.split()}
    names |= words_of("qualifier") | words_of("naming") | words_of("coding")
    names |= {word for word in words_of("site") if len(word) >= _SHORTEST_CUT}
    found = {word for word in names if len(word) >= _SHORTEST_WORD or word == "id"}
    for row in packaged_rows(__package__, "other_subjects"):
        spelled = written(row["word"], row["language"])
        found |= {word for word in spelled if len(word) >= _SHORTEST_CUT and " " not in word}
    return frozenset(found)


def _parts(letters: str) -> tuple[str, ...]:
    """Return the fewest known words that letters consist of; none if there is no such division."""
    best: list[tuple[str, ...] | None] = [()]
    for end in range(1, len(letters) + 1):
        ways = [
            (*before, letters[start:end])
            for start in range(end)
            if (before := best[start]) is not None and letters[start:end] in _whole_words()
        ]
        best.append(min(ways, key=len, default=None))
    return best[-1] or ()


def _keep(found: dict[str, float], more: Mapping[str, float]) -> None:
    for content, strength in more.items():
        found[content] = max(found.get(content, 0.0), strength)


def _by_words(heading: frozenset[str]) -> dict[str, float]:
    words = heading - words_of("silent")
    names = [
        name for word in heading for name in _names_by_word().get(word, ()) if name[0] <= heading
    ]
    found: dict[str, float] = {}
    for known, content, strength in names:
        rest = words - known
        if not rest:
            _keep(found, {content: strength})
        elif rest <= _beside(content) | {w for w in rest if _is_name(w, content)}:
            same = any(_is_name(word, content) for word in rest)
            _keep(found, {content: strength if same else strength * QUALIFIED})
        elif strength == FULL and max(map(len, known)) >= _shortest(content):
            _keep(found, {content: AMONG_OTHERS})
    return found


def _on_grid(words: list[str]) -> dict[str, float]:
    """Return the coordinates that words name beside those of a grid, as in "Y_UTM"."""
    beside = words_of("grid") | words_of("silent") - {"y"}
    rest = [word for word in words if word not in beside and not _ZONE.fullmatch(word)]
    if not rest or len(rest) == len(words):
        return {}
    found = _by_words(frozenset(rest))
    _keep(found, _known().get(" ".join(rest), {}))
    return {content: s * QUALIFIED for content, s in found.items() if content in _COORDINATES}


def _in_degrees(whole: str) -> dict[str, float]:
    """Return the coordinate that a heading names beside words for degrees, as in "x_wgs84".

    Also run together ("LATDD"). A plain "y" with a number alone may be a year ("Y84").
    """
    beside = words_of("degrees")
    words = whole.split()
    rest = [word for word in words if word not in beside]
    said = [word for word in words if word in beside]
    if len(words) == len(rest) == 1:
        rest, said = _without_degrees(whole)
    if len(rest) != 1 or not said:
        return {}
    is_year = all(word.isdigit() and int(word) < _AFTER_YEARS for word in said)
    return {
        content: QUALIFIED
        for content, strength in _known().get(rest[0], {}).items()
        if content in _COORDINATES and not (is_year and strength < FULL)
    }


def _without_degrees(word: str) -> tuple[list[str], list[str]]:
    """Return a word without the longest one for degrees that it begins or ends with, and this."""
    for degrees in sorted(words_of("degrees"), key=lambda one: (-len(one), one)):
        for rest in (word.removesuffix(degrees), word.removeprefix(degrees)):
            if rest != word:
                return [rest], [degrees]
    return [word], []


def _shortest(content: str) -> int:
    return _SHORTEST_WORD if content in _COORDINATES else _SHORTEST_CUT  # "lat", "lon"


def _is_name(word: str, content: str) -> bool:
    """Return whether a word alone is the name of the same content, as in "nombre mina"."""
    return _known().get(word, {}).get(content, 0.0) == FULL


@cache
def _beside(content: str) -> frozenset[str]:
    """Return the words that may stand beside the name of a content without changing it."""
    words = words_of("qualifier")
    if content in _COORDINATES:
        words |= systems("datum").keys()
    if content not in {"name", "other_names", "id"}:
        words |= words_of("naming")
    return words | words_of("coding") if content in _CODED else words


def _cut(whole: str, heading: str) -> dict[str, float]:
    """Return the contents of names that a shapefile would cut to this heading."""
    size = len(heading.encode())
    letters = "".join(whole.split())
    full = len(heading) == _DBF_BYTES or _DBF_BYTES - 1 <= size <= _DBF_BYTES
    if not full or len(letters) < _SHORTEST_CUT:
        return {}
    found: dict[str, float] = {}
    for name, contents in _known().items():
        known = "".join(name.split())
        if known.startswith(letters) and known != letters:
            _keep(found, {content: CUT for content, s in contents.items() if s == FULL})
    return found
