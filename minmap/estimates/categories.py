"""The categories of estimates: those of CRIRSCO, UNFC, the former Soviet Union and IAEA/NEA."""

import re
import unicodedata
from functools import cache
from typing import Final, NamedTuple

from minmap.packaged_rows import packaged_rows

_UNFC: Final = re.compile(
    r"\be\s*(\d)(?:\.\d)?[\s,;.]*f\s*(\d)(?:\.\d)?[\s,;.]*g\s*(\d(?:\s*[+,;-]\s*g?\s*\d)*)"
)
_UNFC_DIGITS: Final = re.compile(r"\bunfc\W*(\d)(\d)(\d)\b")
_ASIDE: Final = re.compile(r"[():;,]|\s[-–—]\s")
_WORD: Final = re.compile(r"off-balance|non-compliant|[^\W_]+|[+&]")
_TOGETHER: Final = re.compile(r"([aа])?([bв])?([cс]1)?([cс]2)?")
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_LETTERS: Final = {"m": "measured", "i": "indicated", "p": "proved"}
_AFTER: Final = {"i": "inferred", "p": "probable"}
"""The second i of M+I+I, and the second p of P&P."""
_LONGEST: Final = 120  # letters of a category
RESOURCE: Final = "resource"
RED_BOOK: Final = "IAEA/NEA"
"""Scheme of the Red Book on uranium: identified resources are reasonably assured or inferred."""
INFERRED: Final = "inferred"
"""A category of CRIRSCO, and beside reasonably assured resources one of `RED_BOOK`."""


class Category(NamedTuple):
    """A category of estimates.

    Attributes
    ----------
    name
        Its name or code: "indicated", "E1F1G1", "C1"; empty if only the measure is stated.
    scheme
        "CRIRSCO" (JORC, NI 43-101, SAMREC and the like), "UNFC", "GKZ" of the State Commission on
        Mineral Reserves, or "IAEA/NEA" of the Red Book on uranium.
    measure
        What is estimated: "resource", "reserve", "balance reserve" and so on.
    parts
        What it consists of. Estimates with a part in common overlap, so they are not added.
    is_assumed
        Whether the measure is assumed, as nothing is stated.
    """

    name: str
    scheme: str
    measure: str
    parts: frozenset[str]
    is_assumed: bool = False


NOT_STATED: Final = Category("", "", RESOURCE, frozenset(), is_assumed=True)


class _Part(NamedTuple):
    name: str
    scheme: str
    measure: str


@cache
def _parts() -> dict[str, _Part]:
    return {
        _plain(word): _Part(row["part"], row["scheme"], row["measure"])
        for row in packaged_rows(__package__, "categories")
        for word in row["words"].split("|")
    }


@cache
def _meanings() -> dict[str, str]:
    return {
        _plain(word): row["meaning"]
        for row in packaged_rows(__package__, "category_words")
        for word in row["words"].split("|")
    }


def _plain(text: str) -> str:
    """Return a text in small letters, with plain digits for the small ones below the line."""
    return unicodedata.normalize("NFKC", text).casefold()


def category_of(text: str) -> Category | None:
    """Return the category that a text names; None for any other text.

    Examples
    --------
    >>> category_of("Measured + Indicated")[:3], category_of("кат. С1")[:3]
    (('measured and indicated', 'CRIRSCO', 'resource'), ('C1', 'GKZ', 'balance reserve'))
    >>> category_of("E1.1 F1 G1+2").name, category_of("JORC 2012: Inferred").name
    ('E1F1G1+2', 'inferred')
    >>> category_of("Ore Reserves")[:3], category_of("Exploration Target").measure
    (('', '', 'reserve'), 'exploration target')
    >>> category_of("RAR + Inferred")[:2]
    ('reasonably assured and inferred', 'IAEA/NEA')
    >>> category_of("Total") == NOT_STATED, category_of("large") is None
    (True, True)
    """
    if len(text) > _LONGEST:
        return None
    whole = _category_of_all(text)
    if whole is not None:
        return whole
    # "Probable (open pit)", "Proved - oxide"
    parts = [_category_of_all(part) for part in _ASIDE.split(text) if part]
    named = [part for part in parts if part is not None and part.name]
    return named[0] if len(named) == 1 else None


def _category_of_all(text: str) -> Category | None:
    """Return the category that all words of a text name."""
    plain = _plain(text)
    if unfc := _UNFC.search(plain) or _UNFC_DIGITS.search(plain):
        return _unfc(*unfc.groups())
    words = [word for word in _WORD.findall(plain) if not _YEAR.fullmatch(word)]
    meanings = [_meanings().get(word) for word in words]
    left = [word for word, means in zip(words, meanings, strict=True) if means is None]
    said = {means for means in meanings if means is not None} - {"nothing", "total"}
    if "total" in meanings and not left and not said:
        return NOT_STATED
    is_joined = any(sign in left for sign in "+&")
    parts = _parts_of([word for word in left if word not in "+&"], is_joined=is_joined)
    return None if parts is None else _category(parts, said)


def _parts_of(words: list[str], *, is_joined: bool) -> list[_Part] | None:
    """Return the parts that words name, in the order of the words; None if one is unknown."""
    found = list[_Part]()
    for word in words:
        if word == "2p":
            names = ["proved", "probable"]
        elif is_joined and word in _LETTERS:
            first = _LETTERS[word]
            names = [_AFTER[word] if first in {part.name for part in found} else first]
        elif word in _parts():
            names = [word]
        else:
            match = _TOGETHER.fullmatch(word)
            names = [one for one in match.groups() if one] if match else []
        if not names:
            return None
        found += [_parts()[name] for name in names]
    return found


def _category(parts: list[_Part], said: set[str]) -> Category | None:
    """Return the category of parts of one scheme, with the measure that other words say."""
    measures = {part.measure for part in parts}
    aside = said & {"off-balance reserve", "exploration target", "historical estimate"}
    if len(measures) > 1 or (not parts and len(said) != 1):
        return None
    schemes = [part.scheme for part in sorted(parts, key=lambda part: part.name == INFERRED)]
    scheme = schemes[0] if parts else ""
    stated = next((name for name in sorted(aside or said)), RESOURCE)
    measure = next(iter(measures), stated) if not aside else stated
    names = [*dict.fromkeys(part.name for part in parts)]
    return Category(_joined(names, scheme), scheme, measure, frozenset(names))


def _joined(names: list[str], scheme: str) -> str:
    order = [row["part"] for row in packaged_rows(__package__, "categories")]
    names = sorted(names, key=order.index)
    if scheme == "GKZ":
        return "+".join(names)
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def _unfc(economic: str, feasible: str, geological: str) -> Category:
    grades = re.findall(r"\d", geological)
    project = f"E{economic}F{feasible}G"
    parts = frozenset(f"{project}{grade}" for grade in grades)
    return Category(project + "+".join(grades), "UNFC", "UNFC class", parts)
