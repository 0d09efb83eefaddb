"""Central meridians that a table states: in a column of its own, or as "Lo29" in its headings."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from minmap.reading.column_evidence import Values
from minmap.reading.headings import in_words, words_of
from minmap.vocabulary.spelling import normalise

_MOSTLY: Final = 0.8
_MOST_MERIDIANS: Final = 12
_LO: Final = re.compile(r"(?<![^\W_])lo\s?(\d{2})(?!\d)", re.IGNORECASE)
"""The longitude of origin, as South African grids are named."""
_DEGREES: Final = re.compile(
    r"(?P<before>lo|cm)?\s?(?P<sign>-)?(?P<degrees>\d{1,3}(?:[.,]\d+)?)\s?[°º]?\s?"
    r"(?:(?P<minutes>[0-5]?\d)\s?['′’]?\s?)?(?:0?0\s?[\"″”])?\s?(?P<side>[ewo])?",
    re.IGNORECASE,
)
_WESTERN: Final = frozenset("wo")
_STEP_DEG: Final = 0.25
_ZONE_DEG: Final = 3.0


@dataclass(frozen=True)
class Meridians:
    """The central meridians in a column, degrees east, with the number of rows of each."""

    column: str
    counts: dict[float, int]


def meridian_of(text: str) -> float | None:
    """Return the meridian that a text names, degrees east; None if it names none.

    Examples
    --------
    >>> [meridian_of(text) for text in ("Lo29", "106°30'", "69 W", "-63", "107.75", "Au")]
    [29.0, 106.5, -69.0, -63.0, 107.75, None]
    """
    found = _DEGREES.fullmatch(text.strip())
    if not found:
        return None
    degrees = float(found["degrees"].replace(",", ".")) + int(found["minutes"] or 0) / 60
    is_western = found["sign"] or (found["side"] or "").lower() in _WESTERN
    return -degrees if is_western else degrees


def meridians_of(values: Mapping[str, Values]) -> list[Meridians]:
    """Return the columns of central meridians, by their headings; "Lo29" is one under any heading.

    "CM" has other meanings, so only multiples of three degrees are meridians there.
    """
    found = []
    for column, sampled in values.items():
        if not sampled.filled or len(sampled.different) > _MOST_MERIDIANS:
            continue
        words = set(normalise(in_words(column)).split())
        is_named = not words.isdisjoint(words_of("meridian"))
        is_lo = all(_LO.fullmatch(text.strip()) for text in sampled.different)
        step = _STEP_DEG if is_named else _ZONE_DEG
        if not (is_named or is_lo or "cm" in words):
            continue
        degrees = {text: value for text in sampled.different if (value := meridian_of(text))}
        if sampled.texts.isin(degrees.keys()).mean() < _MOSTLY:
            continue
        if is_lo or all(value % step == 0 and abs(value) <= 180 for value in degrees.values()):
            counts = Counter(degrees[text] for text in sampled.texts if text in degrees)
            found.append(Meridians(column, counts))
    return found


def headed_meridian(headings: Iterable[str]) -> float | None:
    """Return the meridian that headings of coordinates name, as in "Y (Lo29)".

    Examples
    --------
    >>> headed_meridian(["Y (Lo29)", "X_LO29"]), headed_meridian(["Lon", "Lat"])
    (29.0, None)
    """
    found = (_LO.search(heading) for heading in headings)
    return next((float(match[1]) for match in found if match), None)
