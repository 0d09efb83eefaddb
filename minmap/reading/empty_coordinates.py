"""Columns without values whose headings name a coordinate.

A weaker column must not take their place in silence.
"""

from collections.abc import Mapping
from pathlib import PurePath
from typing import Final

from minmap.errors import FileError
from minmap.files.file_types import WORKBOOKS
from minmap.reading.column_evidence import Values
from minmap.reading.degree_parts import apart_from_axis
from minmap.reading.headings import FULL, QUALIFIED, WEAK, strengths, words_of
from minmap.reading.overrides import PAIR
from minmap.reading.sides_of_earth import SIDES
from minmap.vocabulary.spelling import normalise

_LONG_WORD: Final = 4
_FORMULAS: Final = (
    " Formulas whose results were not saved are empty too: open the workbook in a spreadsheet "
    "program, and save it."
)


def empty_columns(values: Mapping[str, Values]) -> dict[str, list[str]]:
    """Return the columns without values whose headings are names of each axis.

    Examples
    --------
    >>> import pandas as pd
    >>> from minmap.reading.column_evidence import values_of
    >>> columns = {"Latitude": pd.Series([None]), "LatM": pd.Series(["12.0"])}
    >>> empty_columns(values_of(columns))
    {'longitude': [], 'latitude': ['Latitude']}
    """
    return {
        axis: [
            column
            for column, sampled in values.items()
            if not sampled.different and strengths(column).get(axis, 0.0) == FULL
        ]
        for axis in PAIR
    }


def notes_on_empty(
    found: Mapping[str, str], values: Mapping[str, Values], label: str, *, whole: bool
) -> list[str]:
    """Return notes on empty columns beside the pair found; refuse a weaker column instead of them.

    Parameters
    ----------
    found
        The columns of ``"longitude"`` and ``"latitude"``.
    values
        Values of each column.
    label
        Name of the file.
    whole
        Whether the columns found are complete coordinates whatever their headings, as degrees with
        their minutes are.

    Raises
    ------
    FileError
        If one column of the pair is empty and the other is not, or the headings of the pair say
        less than that of an empty column.
    """
    if not any(each.filled for each in values.values()):
        return []  # the table has no records
    empty = empty_columns(values)
    bare = [axis for axis in PAIR if not values[found[axis]].filled]
    if len(bare) == 1:
        raise _refused(label, found[bare[0]], bare[0], found)
    if bare:
        return [
            f"{' and '.join(repr(found[axis]) for axis in PAIR)} have no values.{_formulas(label)}"
        ]
    beside = [(axis, column) for axis in PAIR for column in empty[axis]]
    if beside and not (whole or _is_proper(found)):
        axis, column = beside[0]
        raise _refused(label, column, axis, found)
    told = [repr(column) for axis, column in beside if not _of_grid(column, axis)]
    if not told:
        return []
    verb = "has" if len(told) == 1 else "have"
    taken = " and ".join(repr(found[axis]) for axis in PAIR)
    return [f"{' and '.join(told)} {verb} no values, and the place is read from {taken}."]


def _is_proper(found: Mapping[str, str]) -> bool:
    """Return whether the headings of a pair name both axes and have the same other words."""
    said = [strengths(found[axis]).get(axis, 0.0) for axis in PAIR]
    alike = min(said) >= QUALIFIED or WEAK * QUALIFIED <= min(said) <= max(said) < QUALIFIED
    return alike and len({apart_from_axis(found[axis]) for axis in PAIR}) == 1


def _of_grid(heading: str, axis: str) -> bool:
    """Return whether a heading names the axis as that of a grid, such as "Easting" or "X"."""
    words = normalise(heading).split()
    long = tuple(word for word in words_of(SIDES[axis][0]) if len(word) >= _LONG_WORD)
    return not {"x", "y"}.isdisjoint(words) or any(word.startswith(long) for word in words)


def _refused(label: str, empty: str, axis: str, found: Mapping[str, str]) -> FileError:
    other = found[axis]
    instead = "" if other == empty else f", and it is not certain that {other!r} is the {axis}"
    cure = {**found, axis: "..."}
    return FileError(
        f"{label}: the column {empty!r} has no values{instead}. Fill it, leave it out, or name the "
        f"columns of the coordinates, such as columns={cure}.{_formulas(label)}"
    )


def _formulas(label: str) -> str:
    return _FORMULAS if PurePath(label).suffix.lower() in WORKBOOKS else ""
