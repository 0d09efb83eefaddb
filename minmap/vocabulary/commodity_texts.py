"""From the commodity texts of a source to canonical codes and what is said beside them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final, NamedTuple

import pandas as pd

from minmap.arguments import require_one_of
from minmap.vocabulary.registry import rows
from minmap.vocabulary.spelling import Parsed, commodity_key, translate

# A semicolon parts commodities for good; the softer marks may also stand inside one name
# ("Sand and Gravel, Construction", "Boron-Borates"), so the longest known name wins there.
_HARD: Final = re.compile(r"[;；|\r\n\t]+")
_SOFT: Final = re.compile(
    r"[,/()\[\]&+±:，、：／（）·\u2010-\u2014-]+|\.(?=\s|$)|\b(?i:and)\b"
    # "and" in other languages; a lone Y is yttrium.
    r"|(?<=\s)(?:и|und|et|y|e|och|ja|en|dan|ve|və|және)(?=\s)"
)
_NUMBER: Final = re.compile(r"[\d.,%<>~]+")
_MRDS_SPLIT: Final = re.compile(r"[\s,;]+")
# No name has more pieces or words; keeps the work on a hostile text in proportion to its length.
_LONGEST: Final = 8

SCHEMES: Final = ("names", "mrds")


class _Term(NamedTuple):
    codes: tuple[str, ...]
    qualifier: str


@cache
def _english() -> dict[str, _Term]:
    terms = (row for row in rows("commodity_terms") if row["scheme"] == "names")
    return {
        commodity_key(row["term"]): _Term(tuple(row["codes"].split()), row["qualifier"])
        for row in terms
    }


@cache
def _all_names() -> dict[str, _Term]:
    named = {
        commodity_key(row["name"]): _Term((row["code"],), "") for row in rows("commodity_names")
    }
    return named | _english()


@dataclass(frozen=True)
class _Names:
    """Names by their key, and what the longer of them begin with."""

    terms: Mapping[str, _Term]
    beginnings: frozenset[str]


def _names(terms: Mapping[str, _Term]) -> _Names:
    keys = [key.split() for key in (*terms, *_qualifiers(), *_unmapped()) if " " in key]
    beginnings = (" ".join(words[:stop]) for words in keys for stop in range(1, len(words)))
    return _Names(terms, frozenset(beginnings))


@cache
def _of_english() -> _Names:
    return _names(_english())


@cache
def _of_all_languages() -> _Names:
    return _names(_all_names())


@cache
def _mrds() -> dict[str, _Term]:
    terms = (row for row in rows("commodity_terms") if row["scheme"] == "mrds")
    return {row["term"]: _Term(tuple(row["codes"].split()), row["qualifier"]) for row in terms}


@cache
def _qualifiers() -> dict[str, str]:
    return {commodity_key(row["word"]): row["qualifier"] for row in rows("commodity_qualifiers")}


@cache
def _unmapped() -> frozenset[str]:
    listed = (row for row in rows("unmapped_terms") if row["vocabulary"] == "commodities")
    return frozenset(commodity_key(row["term"]) for row in listed)


@cache
def _codes() -> dict[str, str]:
    return {row["code"]: row["code"] for row in rows("commodities")}


@cache
def _capitals() -> dict[str, str]:
    return {code.upper(): code for code in _codes()}


@cache
def _group_of() -> dict[str, str]:
    return {row["code"]: row["group"] for row in rows("commodities")}


class _Reading:
    """What has been read of one text."""

    def __init__(self) -> None:
        self.said: dict[str, list[str]] = {}
        self.unknown: list[str] = []
        self.last = ""
        self.empty: list[str] = []

    def add(self, term: _Term) -> None:
        for code in term.codes:
            self.said.setdefault(code, [])
        self.last = term.codes[-1]
        self.qualify(term.qualifier)

    def qualify(self, qualifier: str) -> None:
        if qualifier and qualifier not in self.said[self.last]:
            self.said[self.last].append(qualifier)

    @property
    def understood(self) -> bool:
        """Whether nothing is left that another language might know."""
        return bool(self.said) and not self.unknown

    def codes(self) -> Parsed:
        unknown = self.unknown if self.said else self.empty + self.unknown
        return tuple(self.said), tuple(dict.fromkeys(unknown))

    def qualified(self) -> Parsed:
        return tuple(f"{code} {word}" for code, words in self.said.items() for word in words), ()


def _read_names(text: str) -> _Reading:
    # Nearly all tables are in English, whose names are loaded in a fraction of the time.
    reading = _read_in(text, _of_english())
    return reading if reading.understood else _read_in(text, _of_all_languages())


def _read_in(text: str, names: _Names) -> _Reading:
    reading = _Reading()
    for segment in _HARD.split(text):
        reading.last = ""
        _read_segment(segment, reading, names)
    return reading


def _read_segment(segment: str, reading: _Reading, names: _Names) -> None:
    pieces = [(commodity_key(piece), piece.strip()) for piece in _SOFT.split(segment)]
    pieces = [(key, piece) for key, piece in pieces if key]
    start = 0
    while start < len(pieces):
        # Only what longer names begin with is worth to look further than one piece.
        longest = _LONGEST if pieces[start][0] in names.beginnings else 1
        for stop in range(min(len(pieces), start + longest), start, -1):
            key = " ".join(key for key, _ in pieces[start:stop])
            # "Copper: metal" says what the copper is; "Metal" alone is a commodity.
            if reading.last and stop == start + 1 and key in _qualifiers():
                reading.qualify(_qualifiers()[key])
                break
            if key in _unmapped():
                reading.unknown.append(" ".join(piece for _, piece in pieces[start:stop]))
                break
            term = names.terms.get(key)
            if term is not None:
                reading.add(term)
                break
        else:
            stop = start + 1
            _read_piece(pieces[start][1], reading)
        start = stop


def _read_piece(piece: str, reading: _Reading) -> None:
    """Read a piece that is no name as a whole: "Au Ag Cu", or a name among qualifiers."""
    words = piece.split()
    for known in (_codes(), _capitals()):
        if known.keys() >= set(words):
            for word in words:
                reading.add(_Term((known[word],), ""))
            return
    parts = _parts(words, named=bool(reading.last))
    if parts is None:
        reading.unknown.append(piece)
        return
    terms = [part for part in parts if isinstance(part, _Term)]
    qualifiers = [part for part in parts if isinstance(part, str) and part]
    if not terms and not reading.last:
        (reading.unknown if qualifiers else reading.empty).append(piece)
        return
    for term in terms:
        reading.add(term)
    for qualifier in qualifiers:
        reading.qualify(qualifier)


def _parts(words: list[str], *, named: bool) -> list[_Term | str] | None:
    """Return the names and qualifiers that `words` consist of; None if any word is neither."""
    parts: list[_Term | str] = []
    start = 0
    while start < len(words):
        if _NUMBER.fullmatch(words[start]):
            start += 1
            continue
        for stop in range(min(len(words), start + _LONGEST), start, -1):
            part = _part(words[start:stop], named=named)
            if part is not None:
                break
        else:
            return None
        parts.append(part)
        named = named or isinstance(part, _Term)
        start = stop
    return parts


def _part(words: list[str], *, named: bool) -> _Term | str | None:
    key = commodity_key(" ".join(words))
    qualifier = _qualifiers().get(key)
    if len(words) == 1 and words[0] in _codes():
        return _Term((words[0],), "")
    if named and qualifier is not None:
        return qualifier
    # Among other words a symbol counts only as it is written: "in" is no indium.
    term = _english().get(key) if len(key) > 2 else None
    return qualifier if term is None else term


def _read_mrds(text: str) -> _Reading:
    reading = _Reading()
    for word in filter(None, _MRDS_SPLIT.split(text.upper())):
        term = _mrds().get(word)
        if term is None:
            reading.unknown.append(word)
        else:
            reading.add(term)
    return reading


def parse_commodities(
    values: pd.Series, *, scheme: str = "names"
) -> tuple[pd.Series, dict[str, int]]:
    """Turn commodity texts into canonical codes.

    Parameters
    ----------
    values
        Texts such as ``"Copper-silver-gold"``, ``"медь, золото"`` or ``"WO3"``; missing values
        stay missing. Not changed.
    scheme
        ``"names"``: names in any language of `commodity_names`, symbols of elements and formulas.
        A semicolon always parts two commodities; commas, hyphens, brackets and "and" do unless
        the longer text is itself a known name, so that "Sand and Gravel, Construction" is one
        commodity and "Boron-Borates" is too. Words such as "crude" or "concentrate" after a
        commodity are what `parse_qualifiers` returns.
        ``"mrds"``: a list of MRDS commodity codes with blanks between (``" AU NA_H"``).

    Returns
    -------
    codes : pandas.Series
        Space-separated codes of `commodities` in the order of the text, each once; missing
        where the text is missing or holds no known commodity. Same index and name.
    unknown : dict of str to int
        Words in no vocabulary, with the number of rows that hold each, most frequent first.

    Raises
    ------
    ChoiceError
        If `scheme` is not one of the two.

    Examples
    --------
    >>> import pandas as pd
    >>> texts = pd.Series(["Copper-silver-gold", "медь, золото", "Copper: refined", "Kryptonite"])
    >>> codes, unknown = parse_commodities(texts)
    >>> codes.tolist(), unknown
    (['Cu Ag Au', 'Cu Au', 'Cu', nan], {'Kryptonite': 1})
    >>> parse_commodities(pd.Series(["B NA LI"]), scheme="mrds")[0].item()
    'B Na Li'
    """
    require_one_of(scheme, SCHEMES, name="scheme")
    read = _read_names if scheme == "names" else _read_mrds
    return translate(values, lambda text: read(text).codes())


def parse_qualifiers(values: pd.Series, *, scheme: str = "names") -> pd.Series:
    """Return what commodity texts say of a commodity beside its name.

    Parameters
    ----------
    values
        Texts as for `parse_commodities`. Not changed.
    scheme
        As for `parse_commodities`.

    Returns
    -------
    pandas.Series
        Code and qualifier, semicolons between: ``"Cu oxide; Ni laterite"``; missing where
        nothing is said. Same index and name.

    Raises
    ------
    ChoiceError
        If `scheme` is not one of the two.

    Examples
    --------
    >>> import pandas as pd
    >>> parse_qualifiers(pd.Series(["Copper, Oxide; Nickel, Laterite", "Gold"])).tolist()
    ['Cu oxide; Ni laterite', nan]
    >>> parse_qualifiers(pd.Series(["NI_L AU"]), scheme="mrds").item()
    'Ni laterite'
    """
    require_one_of(scheme, SCHEMES, name="scheme")
    read = _read_names if scheme == "names" else _read_mrds
    return translate(values, lambda text: read(text).qualified(), between="; ")[0]


def group_of(codes: pd.Series) -> pd.Series:
    """Return the commodity group of the first, that is the main, commodity of each row.

    Parameters
    ----------
    codes
        Space-separated canonical codes as `parse_commodities` gives them. Not changed.

    Returns
    -------
    pandas.Series
        Codes of `commodity_groups`; missing where there is no known commodity.

    Examples
    --------
    >>> import pandas as pd
    >>> group_of(pd.Series(["Cu Ag Au", None])).tolist()
    ['base', nan]
    """
    groups = _group_of()

    def parse(text: str) -> Parsed:
        first = text.split(maxsplit=1)[:1]
        return tuple(groups[code] for code in first if code in groups), ()

    return translate(codes, parse)[0]
