"""Coordinates of which a part stands elsewhere: the minutes, the hemisphere, the order.

Columns read without that part would put records up to a degree off or on the other side of the
Earth, so the match is refused. Who names the columns has looked at them, and is not asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from minmap.coordinates import without_letters
from minmap.errors import FileError
from minmap.reading.headings import WEAK, strengths, words_of
from minmap.reading.match_values import Values
from minmap.vocabulary.spelling import normalise

_MOSTLY: Final = 0.8
_LONGEST_SIDE: Final = 10
_SIDES: Final = {"longitude": ("eastern", "western"), "latitude": ("northern", "southern")}
"""Roles of the words for the positive and the negative side of the Earth."""


def require_complete(pair: Mapping[str, str], values: Mapping[str, Values], label: str) -> None:
    """Refuse two columns that are only a part of the coordinates.

    Parameters
    ----------
    pair
        Column by ``"longitude"`` and ``"latitude"``.
    values
        Of all columns.
    label
        Of the file.

    Raises
    ------
    FileError
        If another column seems to hold minutes or the hemisphere; or a heading names the western
        or southern side, and no number has a sign.
    """
    doubts = [*_minutes(pair, values), *_hemispheres(pair, values)]
    if doubts:
        raise FileError(
            f"{label}: {doubts[0]}. If that is not so, name the columns: columns={dict(pair)}."
        )


def require_latitude_first(column: str, sampled: Values, label: str) -> None:
    """Refuse pairs without letters whose heading has the longitude first.

    Examples
    --------
    >>> import pandas as pd
    >>> from minmap.reading.match_values import values_of
    >>> pairs = values_of({"lon, lat": pd.Series(["67.4, 48.5"])})
    >>> require_latitude_first("lon, lat", pairs["lon, lat"], "a.csv")
    Traceback (most recent call last):
        ...
    minmap.errors.FileError: a.csv: the heading 'lon, lat' has the longitude first, and pairs
    without letters are read as latitude first; put each in a column of its own.
    """
    order = [
        field
        for word in normalise(column).split()
        for field in _SIDES
        if strengths(word).get(field, 0.0) >= WEAK
    ]
    if order == ["longitude", "latitude"] and without_letters(sampled.texts):
        raise FileError(
            f"{label}: the heading {column!r} has the longitude first, and pairs without letters "
            "are read as latitude first; put each in a column of its own."
        )


def _minutes(pair: Mapping[str, str], values: Mapping[str, Values]) -> Iterator[str]:
    """Give the doubt that minutes of whole degrees stand in other columns."""
    if not all(values[column].whole >= _MOSTLY for column in pair.values()):
        return
    parts = [
        column
        for column, sampled in values.items()
        if column not in pair.values() and _is_part(column) and sampled.below(60) >= _MOSTLY
    ]
    if parts:
        degrees, minutes = " and ".join(pair.values()), " and ".join(parts)
        yield (
            f"{degrees} hold whole degrees and {minutes} seem to hold their minutes; write them "
            "into one cell, such as '41 30 15'"
        )


def _is_part(heading: str) -> bool:
    """Tell whether a heading may be that of minutes, such as "Lat_min" or "Широта '"."""
    named = strengths(heading)
    is_named = any(named.get(field, 0.0) >= WEAK for field in _SIDES)
    return is_named or not words_of("minutes").isdisjoint(normalise(heading).split())


def _hemispheres(pair: Mapping[str, str], values: Mapping[str, Values]) -> Iterator[str]:
    """Give the doubts that a sign is missing which something else tells."""
    cure = "write them with a minus or a letter, such as '-70.5' or '70.5 W'"
    for field, column in pair.items():
        if values[column].signed:
            continue
        positive, negative = map(words_of, _SIDES[field])
        heading = set(normalise(column).split())
        if heading & negative and not heading & positive:
            yield f"the heading {column!r} says west or south, but its numbers have no sign; {cure}"
        for other, sampled in values.items():
            cells = _all_among(negative | positive, sampled)
            if cells & negative:
                yield f"{other} seems to hold the sign of {column}, whose numbers have none; {cure}"


def _all_among(words: frozenset[str], sampled: Values) -> set[str]:
    """Return the different values in the form of `words`; none if one of them is not a word."""
    if not sampled.filled or sampled.lengths.max() > _LONGEST_SIDE:
        return set()
    found = set()
    for cell in sampled.different():
        if (word := normalise(cell)) not in words:
            return set()
        found.add(word)
    return found
