"""Rules about several records at once: the same record twice, and many on one coordinate."""

from collections.abc import Iterator
from typing import Final

import numpy as np
import pandas as pd

from minmap.quality.findings import Finding
from minmap.quality.records import Records, degrees
from minmap.types import Booleans, Integers
from minmap.vocabulary.spelling import normalise

FILED: Final = 4
"""A coordinate that this many records with different names share counts as a filing point. At a
mine camp two or three shafts may share a point; Dzhezkazgan, Yuzhnyy Zhaur, Severnyy Katpar and
Shalgiya of MRDS, hundreds of km apart, are four on one. minmap's own figure."""

FILED_COMMODITIES: Final = 2
"""Number of different main commodities that these records must have. minmap's own figure."""

# The record's number, and columns that contain it, differ between two entries of one record.
_NUMBERS: Final = frozenset({"occurrence_id", "url"})


def find(records: Records) -> Iterator[Finding]:
    """Yield findings of ``duplicate``, ``repeated_id``, ``same_name_and_place``, ``filing_point``.

    Duplicates agree in all columns except ``occurrence_id``, ``url`` and those in which no value
    occurs twice. The first of several equal records is not reported.
    """
    place = _places(records)
    unnamed = records.frame["name"].isna().to_numpy()
    # Only records that share a place, or have none, can be the same.
    names = _names(records, _repeated(place) | (place < 0))
    same = _grouped(place, _numbered(names))
    same[(place < 0) & unnamed] = -1
    candidates = np.flatnonzero(_repeated(same))
    first = _firsts(_equal(records, candidates, same[candidates]))
    rows, earlier = candidates[first >= 0], candidates[first[first >= 0]]
    ids = _numbered(records.frame["occurrence_id"])
    for row, other in zip(rows.tolist(), earlier.tolist(), strict=True):
        but = "also its number" if ids[row] == ids[other] >= 0 else "but its number"
        words = f"same as record {_number(records, other)}, in everything, {but}"
        yield Finding(row, "duplicate", "occurrence_id", words)
    same_id = {row for row, other in zip(rows, earlier, strict=True) if ids[row] == ids[other]}
    yield from _repeated_ids(records, ids, same_id)

    same[(place < 0) | unnamed] = -1
    same[rows] = -1
    first = _firsts(same)
    for row in np.flatnonzero(first >= 0).tolist():
        words = f"same name and point as record {_number(records, first[row])}"
        yield Finding(row, "same_name_and_place", "name", words)
    yield from _filing_points(records, place, names)


def _repeated_ids(records: Records, ids: Integers, passed_over: set[int]) -> Iterator[Finding]:
    """Yield findings on records with the id of an earlier one, but for some rows."""
    first, names = _firsts(ids), records.frame["name"]
    for row in np.flatnonzero(first >= 0).tolist():
        if row not in passed_over:
            name = names.iloc[first[row]]
            whose = "" if pd.isna(name) else f", {name},"
            words = f"same id as record {first[row]}{whose} which differs in other columns"
            yield Finding(row, "repeated_id", "occurrence_id", words)


def _number(records: Records, row: int) -> str:
    identity = records.frame["occurrence_id"].iloc[row]
    return f"{row}" if pd.isna(identity) else f"{row}, {identity}"


def _filing_points(records: Records, place: Integers, names: pd.Series) -> Iterator[Finding]:
    commodities = records.frame["commodities"].reset_index(drop=True)
    table = pd.DataFrame({"place": place, "name": names, "main": commodities})
    table = table[_repeated(place)]
    table["main"] = table["main"].str.replace(r"\s.*$", "", regex=True)
    different = table.groupby("place")[["name", "main"]].transform("nunique")
    filed = different[(different["name"] >= FILED) & (different["main"] >= FILED_COMMODITIES)]
    for row, named, mined in filed.itertuples():
        where = degrees(records.lonlat[row])
        words = f"{named} different names and {mined} main commodities at {where}"
        yield Finding(row, "filing_point", "geometry", words)


def _names(records: Records, wanted: Booleans) -> pd.Series:
    """Return names without case, accents and punctuation; None for missing and unwanted ones."""
    codes, different = pd.factorize(records.frame["name"].where(wanted))
    simple = np.array([*map(normalise, map(str, different)), None], dtype=object)
    return pd.Series(simple[codes])


def _places(records: Records) -> Integers:
    """Return a number for each different point, -1 for no point."""
    lonlat = np.where(records.is_point[:, None], records.lonlat, np.nan)
    longitude, latitude = (_numbered(pd.Series(axis)) for axis in lonlat.T)
    return np.where((longitude < 0) | (latitude < 0), -1, _grouped(longitude, latitude))


def _numbered(values: pd.Series) -> Integers:
    """Return a number for each different value, -1 for missing."""
    return pd.factorize(values)[0].astype(np.int64)


def _grouped(groups: Integers, values: Integers) -> Integers:
    """Return a number for each different pair of group and value."""
    return _numbered(pd.Series(groups * (values.max(initial=0) + 2) + values))


def _repeated(groups: Integers) -> Booleans:
    """Return whether the number of a row, if it is not -1, is also that of another row."""
    return pd.Series(groups).duplicated(keep=False).to_numpy() & (groups >= 0)


def _equal(records: Records, candidates: Integers, groups: Integers) -> Integers:
    """Return the groups, each split where records differ in a column; -1 for a record alone."""
    for name in (*records.standard, *records.own):
        if name in _NUMBERS or not _repeated(groups).any():
            continue
        column = records.frame[name]
        if pd.api.types.is_object_dtype(column.dtype):
            column = column.astype(str)
        values = _numbered(column.iloc[candidates])
        differs = (values[1:] != values[:1]).any()
        # A column without a repeated value is the source's own number of the record.
        if differs and not (column.is_unique and column.notna().all()):
            groups = _grouped(groups, values)
    return np.where(_repeated(groups), groups, -1)


def _firsts(groups: Integers) -> Integers:
    """Return for each row the position of the first row of its group.

    It is -1 for the first row of a group itself, and for rows without a group.
    """
    _, first, inverse = np.unique(groups, return_index=True, return_inverse=True)
    firsts = first[inverse]
    return np.where((firsts == np.arange(len(groups))) | (groups < 0), -1, firsts)
