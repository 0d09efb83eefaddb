"""Headings of something that is not the site: the status of its licence, the country of its owner.

The words, with what they are of, are in ``other_subjects.csv``.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from typing import Final, NamedTuple

from minmap.packaged_rows import packaged_rows
from minmap.reading.headings import (
    FIRST_CHINESE,
    FULL,
    WEAK,
    spellings,
    strengths,
    written,
)

_STATUS: Final = ("status", "site_type")
_STATUS_AND_PLACE: Final = (*_STATUS, "country", "admin1")
_COMMODITIES: Final = ("commodities", "secondary_commodities", "minor_commodities")
# Fields of a site that a heading with a word of each subject does not name.
_FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "licence": _STATUS,
    "record": _STATUS,
    "environment": _STATUS,
    "organisation": _STATUS_AND_PLACE,
    "enterprise": _STATUS_AND_PLACE,
    "trade": _STATUS_AND_PLACE,
    "other works": _STATUS_AND_PLACE,
    "plant": _STATUS_AND_PLACE,
    "other time": _STATUS_AND_PLACE,
    "other substances": _COMMODITIES,
    "possible substances": _COMMODITIES,
}
# Languages that add endings to words ("инвесторов", "yatırımcının"), and letters of a whole word.
_ENDINGS: Final = frozenset({"de", "ru", "kk", "tr", "uk", "uz", "pl"})
_LONG_ENOUGH: Final = 6
_PAST_YEAR: Final = re.compile(r"1[5-9]\d\d")


@lru_cache(maxsize=4096)
def not_of_the_site(heading: str) -> Mapping[str, float]:
    """Return the fields that a heading says of something else than the site, with a strength.

    It is `FULL` if the heading says so, and `WEAK` if it may be of the site or not: the state of
    another time, of a plant. A heading that is a name of the field itself is of the site.

    Examples
    --------
    >>> not_of_the_site("Licence status"), not_of_the_site("Status 1950")
    ({'status': 1.0, 'site_type': 1.0}, {'status': 0.5})
    >>> not_of_the_site("País del comprador")["country"], not_of_the_site("Origin")["country"]
    (1.0, 0.5)
    >>> not_of_the_site("Mine status"), not_of_the_site("Country")
    ({}, {})
    """
    found: dict[str, float] = {}
    for spelling in spellings(heading):
        for subject, strength in _subjects(spelling):
            for field in _FIELDS[subject]:
                found[field] = max(found.get(field, 0.0), strength)
        if any(_PAST_YEAR.fullmatch(word) for word in spelling.split()):
            found.setdefault("status", WEAK)
    if not found:
        return found
    named = strengths(heading)
    return {field: s for field, s in found.items() if named.get(field, 0.0) < FULL}


class _Word(NamedTuple):
    """A word or phrase, what it is of, and how surely."""

    text: str
    subject: str
    strength: float


def _subjects(spelling: str) -> Iterator[tuple[str, float]]:
    """Yield what the words of a normalised heading are of, each with its strength."""
    words = spelling.split()
    likely = [one for word in words for one in _by_first_word().get(word, ())]
    found = [one for one in likely if f" {one.text} " in f" {spelling} "]
    beginnings = (word[:size] for word in words for size in range(_LONG_ENOUGH, len(word) + 1))
    found += [one for start in beginnings for one in _stems().get(start, ())]
    if any(word >= FIRST_CHINESE for word in words):
        found += [one for one in _chinese() if one.text in spelling]
    for one in found:
        yield one.subject, one.strength


@cache
def _words() -> tuple[tuple[str, _Word], ...]:
    """Return the words, each with its language."""
    return tuple(
        (row["language"], _Word(text, row["subject"], FULL if row["strength"] == "full" else WEAK))
        for row in packaged_rows(__package__, "other_subjects")
        for text in dict.fromkeys(written(row["word"], row["language"]))
    )


@cache
def _by_first_word() -> Mapping[str, list[_Word]]:
    found: dict[str, list[_Word]] = {}
    for _, one in _words():
        found.setdefault(one.text.partition(" ")[0], []).append(one)
    return found


@cache
def _stems() -> Mapping[str, list[_Word]]:
    """Return the words to which their language adds endings, by their text."""
    found: dict[str, list[_Word]] = {}
    for language, one in _words():
        if language in _ENDINGS and len(one.text) >= _LONG_ENOUGH:
            found.setdefault(one.text, []).append(one)
    return found


@cache
def _chinese() -> list[_Word]:
    return [one for _, one in _words() if one.text >= FIRST_CHINESE]
