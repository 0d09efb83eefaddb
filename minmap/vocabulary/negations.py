"""Commodities that a text says are not there, or too little: "lead-free", "low-iron", "no gold"."""

import re
from bisect import bisect_left
from collections.abc import Callable
from functools import cache
from itertools import islice
from typing import Final

from minmap.vocabulary.registry import rows

_WORD: Final = re.compile(r"[^\W_]+")
# Between a negation and a name may be blanks and hyphens, between two names also "and" or a slash.
_NEAR: Final = re.compile(r"[\s\u2010-\u2014-]*")
_HYPHEN: Final = re.compile(r"\s*[\u2010-\u2014-]\s*")
_HYPHENS: Final = ("\u2010", "\u2011", "\u2012", "\u2013", "\u2014", "-")
_NEXT: Final = re.compile(r"\s*+([^\W_])")
_ALSO: Final = re.compile(r"\s*(?:/|\b(?:and|or|nor|und|oder|et|ou|ni|y|o|e|и|или|ни)\b)\s*")
_LONGEST: Final = 4

Span = tuple[int, int]


@cache
def _words(place: str) -> re.Pattern[str]:
    """Return a pattern of the words that deny what stands after ("before") or before ("after")."""
    words = [row["word"] for row in rows("commodity_negations") if row["place"] == place]
    ordered = sorted(words, key=lambda word: (-len(word), word))
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(map(re.escape, ordered))})(?![^\W_])", re.I)


def without_negated(text: str, is_name: Callable[[str], bool]) -> tuple[str, list[str]]:
    """Return a text without the commodities that it denies, and these parts of it.

    Parameters
    ----------
    text
        One or more names, such as ``"lead-free copper"``.
    is_name
        Whether a text is a name of a commodity. A negation that is itself a part of a name
        ("non-ferrous metals") denies nothing.

    Examples
    --------
    >>> names = {"lead", "copper", "gold", "silver", "iron"}
    >>> without_negated("lead-free copper", names.__contains__)
    (' ; copper', ['lead-free'])
    >>> without_negated("copper (no gold or silver)", names.__contains__)
    ('copper ( ; )', ['no gold or silver'])
    >>> without_negated("free gold", names.__contains__)
    ('free gold', [])
    """
    spans = [*_denied_after(text, is_name), *_denied_before(text, is_name)]
    kept, denied, end = [], [], 0
    for start, stop in sorted(spans):
        if start >= end:
            kept.append(text[end:start])
            denied.append(text[start:stop])
            end = stop
    return " ; ".join([*kept, text[end:]]), denied


def _denied_after(text: str, is_name: Callable[[str], bool]) -> list[Span]:
    """Return where a word that denies what follows stands with the names that follow."""
    found = []
    for word in _words("before").finditer(text):
        near = _NEAR.match(text, word.end())
        stop = _name_from(text, near.end() if near else word.end(), is_name)
        is_own_name = _name_from(text, word.start(), is_name)
        if stop is None or is_own_name is not None:
            continue
        while (also := _ALSO.match(text, stop)) and (more := _name_from(text, also.end(), is_name)):
            stop = more
        found.append((word.start(), stop))
    return found


def _denied_before(text: str, is_name: Callable[[str], bool]) -> list[Span]:
    """Return where a word that denies what stands before it stands with the name before it.

    Without a hyphen between them, nothing may follow: "gold free milling" has gold.
    """
    found = []
    words = [one.span() for one in _WORD.finditer(text)]
    for word in _words("after").finditer(text):
        # What is between the word before and this one, so that each sign is looked at once.
        count = bisect_left(words, (word.start(), 0))
        before = words[max(0, count - _LONGEST) : count]
        last = before[-1][1] if before else 0
        between = text[last : word.start()].rstrip()
        has_hyphen = between.endswith(_HYPHENS)
        if not has_hyphen and (_NEXT.match(text, word.end()) or _HYPHEN.match(text, word.end())):
            continue
        if not has_hyphen and between:
            continue  # "Gold, free"
        end = last + len(between[:-1].rstrip())
        start = next((one for one, _ in before if is_name(text[one:end])), None)
        if start is not None:
            found.append((start, word.end()))
    return found


def _name_from(text: str, start: int, is_name: Callable[[str], bool]) -> int | None:
    """Return where the longest name that begins at a place ends; None if there is none."""
    ends = [one.end() for one in islice(_WORD.finditer(text, start), _LONGEST)]
    return next((end for end in reversed(ends) if is_name(text[start:end])), None)


def may_deny(text: str) -> bool:
    """Return whether a text has a word that denies."""
    return any(_words(place).search(text) is not None for place in ("before", "after"))
