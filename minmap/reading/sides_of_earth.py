"""The side of the Earth that is only in a heading or in a column of its own, and not in numbers."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from minmap.reading.column_evidence import Values
from minmap.reading.headings import WEAK, in_words, strengths, words_of
from minmap.reading.overrides import PLACE
from minmap.vocabulary.spelling import normalise

SIDES: Final[Mapping[str, tuple[str, str]]] = {
    "longitude": ("eastern", "western"),
    "latitude": ("northern", "southern"),
}
"""Roles of the words for the positive and the negative side of the Earth."""

_LONGEST_HEMISPHERE: Final = 10
# A code of a side ("Code") is no number of a record.
_OF_PLACES: Final = (*PLACE, "id")
# East in German, west in French and Spanish.
_OF_TWO_SIDES: Final = {"longitude": frozenset({"o"}), "latitude": frozenset[str]()}


def side_column(axis: str, columns: Sequence[str], values: Mapping[str, Values]) -> str | None:
    """Return the column with the side of the Earth of a coordinate in columns of its parts.

    It stands beside them, or its heading says the axis or both sides ("NS", "N/S", "Lat dir").
    """
    names = [*values]
    places = [names.index(column) for column in columns]
    beside = {*names[max(0, min(places) - 1) : max(places) + 2]}
    positive, negative = map(words_of, SIDES[axis])
    for column, sampled in values.items():
        if column in columns or not _are_sides(column, sampled, positive | negative):
            continue
        letters = {*normalise(column).replace(" ", "")}
        says_both = letters <= positive | negative and bool(letters & negative)
        words = normalise(in_words(column)).split()
        if column in beside or says_both or any(strengths(word).get(axis) for word in words):
            return column
    return None


def _are_sides(column: str, sampled: Values, words: frozenset[str]) -> bool:
    """Return whether all values are words for sides, and the heading says nothing else."""
    if max(sampled.lengths, default=_LONGEST_HEMISPHERE + 1) > _LONGEST_HEMISPHERE:
        return False
    # Most columns have another word among their first values, so this ends early.
    if not all(normalise(text) in words for text in sampled.different):
        return False
    return not _is_of_other_content(column)


def _is_of_other_content(heading: str) -> bool:
    """Return whether a heading names a field with words of another kind, such as "Commodity"."""
    return any(s >= WEAK for field, s in strengths(heading).items() if field not in _OF_PLACES)


def lost_signs(pair: Mapping[str, str], values: Mapping[str, Values]) -> Iterator[str]:
    """Yield the doubts that the sign of a coordinate is only in a heading or another column."""
    cure = "write them with a minus or a letter, such as '-70.5' or '70.5 W'"
    for field, column in pair.items():
        if values[column].shares["signed"]:
            continue
        positive, negative = map(words_of, SIDES[field])
        of_two = _OF_TWO_SIDES[field]
        heading = set(normalise(column).split())
        if heading & negative and not heading & positive:
            yield f"the heading {column!r} means west or south, but no number has a sign; {cure}"
        for other, sampled in values.items():
            if not _are_sides(other, sampled, positive | negative | of_two):
                continue
            if any(normalise(text) in negative | of_two for text in sampled.different):
                yield f"{other} seems to be the sign of {column}, whose numbers have none; {cure}"
