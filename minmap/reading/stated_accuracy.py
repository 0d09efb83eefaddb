"""The accuracy that a table states of its locations: its column, its unit, and its lengths."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

import pandas as pd

from minmap.reading.column_evidence import Values
from minmap.reading.headings import in_words, words_of
from minmap.vocabulary.spelling import normalise

FIELD: Final = "location_uncertainty_m"
IN_METRES, IN_KM, WITH_UNIT = "names", "km", "with unit"
"""Schemes of lengths: numbers in metres, numbers in kilometres, only numbers that have a unit."""
_M_IN_KM: Final = 1000.0
_MOSTLY: Final = 0.8
# "±10 m", "<0,5 km", "100"
_LENGTH: Final = r"^[±<≤~≈\s]*(\d+(?:[.,]\d+)?)\s*([^\W\d_]*)\.?$"


class Accuracy(NamedTuple):
    """The column of the accuracy; its scheme is "" if nothing tells the unit."""

    column: str
    scheme: str


def accuracy_column(
    values: Mapping[str, Values], taken: Mapping[str, Iterable[str]]
) -> Accuracy | None:
    """Return the first column whose heading and numbers are the accuracy of the locations.

    The heading has a word for accuracy and nothing but words for a location and a unit: "Accuracy
    of assay" is no such heading. Without a unit in the heading, most values must have one.

    Parameters
    ----------
    values
        Values of each column.
    taken
        Columns that have been taken, by field.

    Examples
    --------
    >>> from minmap.reading.column_evidence import values_of
    >>> given = pd.Series(["10", "25", "0.5"])
    >>> heads = ("GPS error, km", "Accuracy", "Assay accuracy (m)")
    >>> [accuracy_column(values_of({name: given}), {}) for name in heads]
    [Accuracy(column='GPS error, km', scheme='km'), Accuracy(column='Accuracy', scheme=''), None]
    """
    used = {column for columns in taken.values() for column in columns}
    for column, sampled in values.items():
        if column in used or not sampled.filled or not _says_accuracy(column):
            continue
        scheme = _unit(column)
        read, _ = lengths_m(sampled.texts, scheme or IN_METRES)
        if read.notna().mean() < _MOSTLY:
            continue
        if not scheme and lengths_m(sampled.texts, WITH_UNIT)[0].notna().mean() >= _MOSTLY:
            scheme = WITH_UNIT
        return Accuracy(column, scheme)
    return None


def _words(heading: str) -> set[str]:
    return {*normalise(in_words(heading)).split()}


def _says_accuracy(heading: str) -> bool:
    words = _words(heading) - words_of("silent") - _units()
    accuracy = words & words_of("accuracy")
    rest = words - accuracy
    return bool(accuracy) and rest <= words_of("located")


def _units() -> frozenset[str]:
    return words_of("in metres") | words_of("in kilometres")


def _unit(heading: str) -> str:
    words = _words(heading)
    if words & words_of("in kilometres"):
        return IN_KM
    return IN_METRES if words & words_of("in metres") else ""


def lengths_m(texts: pd.Series, scheme: str) -> tuple[pd.Series, Counter[str]]:
    """Return lengths in metres, and the number of rows of each text that is none.

    Parameters
    ----------
    texts
        Texts such as ``"10"``, ``"±10 m"`` or ``"0,5 km"``: a unit in a text goes before that of
        the scheme. Not changed.
    scheme
        Unit of numbers without one: `IN_METRES`, `IN_KM`, or `WITH_UNIT` if they are no lengths.

    Returns
    -------
    lengths : pandas.Series
        Float64, metres; missing for texts that are no length above 0.
    unknown : collections.Counter
        Texts that are no length.

    Examples
    --------
    >>> lengths_m(pd.Series(["10", "±5 m", "0,5 km", "good", "0"]), IN_METRES)
    (0     10.0
    1      5.0
    2    500.0
    3     <NA>
    4     <NA>
    dtype: Float64, Counter({'good': 1}))
    """
    parts = texts.str.strip().str.extract(_LENGTH)
    number = pd.to_numeric(parts[0].str.replace(",", "."), errors="coerce").astype("Float64")
    unit = parts[1].fillna("").map(normalise)
    own = {"": None if scheme == WITH_UNIT else _M_IN_KM if scheme == IN_KM else 1.0}
    own |= dict.fromkeys(words_of("in metres"), 1.0)
    own |= dict.fromkeys(words_of("in kilometres"), _M_IN_KM)
    lengths = number * unit.map(own).astype("Float64")
    unknown = Counter(texts[lengths.isna() & texts.notna()].tolist())
    return lengths.mask(lengths <= 0), unknown
