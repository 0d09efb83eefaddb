"""Rules about several records at once: the same record twice, and many on one coordinate."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from minmap.quality.evidence import Records, degrees
from minmap.quality.findings import Block
from minmap.types import Booleans, Integers
from minmap.vocabulary.spelling import normalise

FILED: Final = 4
"""Records with different names, on one coordinate, from which it is taken for a filing point.
At a mine camp two or three shafts may share a point; Dzhezkazgan, Yuzhnyy Zhaur, Severnyy Katpar
and Shalgiya of MRDS, hundreds of km apart, are four on one. minmap's own figure."""

FILED_COMMODITIES: Final = 2
"""Main commodities that they must have between them."""

# The record's number and what holds it differ between the two entries of one record.
_NUMBERS: Final = frozenset({"occurrence_id", "url", "repairs"})


def find(records: Records) -> Iterator[Block]:
    """Yield findings of ``duplicate``, ``same_name_and_place`` and ``filing_point``.

    Everything but its number: all columns except ``occurrence_id``, ``url`` and those in which no
    value occurs twice. The first of several equal records is not reported.
    """
    place = _places(records)
    unnamed = records.frame["name"].isna().to_numpy()
    # Only records that share a place, or have none, can be the same.
    names = _names(records, _repeated(place) | (place < 0))
    same = _groups([place, _codes(names)])
    same[(place < 0) & unnamed] = -1
    candidates = np.flatnonzero(_repeated(same))
    equal = _equal(records, candidates, same)
    first = _firsts(equal)
    rows = candidates[first >= 0]
    earlier = candidates[first[first >= 0]]
    ids = records.ids.astype(object).where(records.ids.notna(), None).to_numpy()
    words = [
        f"same as record {number}{f', {twin}' if twin else ''}, in everything but its number"
        for number, twin in zip(earlier.tolist(), ids[earlier].tolist(), strict=True)
    ]
    yield Block("duplicate", "occurrence_id", rows, ids[rows].tolist(), words)

    named = same.copy()
    named[(place < 0) | unnamed] = -1
    named[rows] = -1
    first = _firsts(named)
    rows = np.flatnonzero(first >= 0)
    words = [
        f"same name and point as record {number}{f', {ids[number]}' if ids[number] else ''}"
        for number in first[rows].tolist()
    ]
    yield Block("same_name_and_place", "name", rows, _values(records.frame["name"], rows), words)
    yield _filing(records, place, names)


def _filing(records: Records, place: Integers, names: pd.Series) -> Block:
    points, count = np.unique(place[place >= 0], return_counts=True)
    rows = np.flatnonzero(np.isin(place, points[count >= FILED]))
    table = pd.DataFrame(
        {
            "place": place[rows],
            "name": names.iloc[rows].to_numpy(),
            "main": _main_commodities(records.frame["commodities"].iloc[rows]),
        }
    )
    spread = table.groupby("place").agg({"name": "nunique", "main": "nunique"})
    filed = spread[(spread["name"] >= FILED) & (spread["main"] >= FILED_COMMODITIES)]
    kept = table["place"].isin(filed.index).to_numpy()
    named, mined = filed["name"].to_dict(), filed["main"].to_dict()
    words = [
        f"{named[group]} different names and {mined[group]} main commodities at "
        f"{degrees(records.lonlat[row])}"
        for group, row in zip(table["place"][kept].tolist(), rows[kept].tolist(), strict=True)
    ]
    return Block("filing_point", "geometry", rows[kept], records.point_texts(rows[kept]), words)


def _main_commodities(codes: pd.Series) -> list[str | None]:
    positions, uniques = pd.factorize(codes)
    first = [*(str(each).split(maxsplit=1)[0] for each in uniques), None]
    return [first[position] for position in positions]


def _names(records: Records, wanted: Booleans) -> pd.Series:
    """Return names without case, accents and punctuation; None where not wanted or missing."""
    codes, uniques = pd.factorize(records.frame["name"].where(wanted))
    plain = np.array([*map(normalise, map(str, uniques)), None], dtype=object)
    return pd.Series(plain[codes])


def _places(records: Records) -> Integers:
    """Give each place a number; -1 for no point."""
    lonlat = np.where(records.is_point[:, None], records.lonlat, np.nan)
    return _groups([_codes(pd.Series(lonlat[:, axis])) for axis in (0, 1)], missing=True)


def _codes(values: pd.Series) -> Integers:
    return pd.factorize(values)[0].astype(np.int64)


def _groups(parts: list[Integers], *, missing: bool = False) -> Integers:
    """Give each different combination a number; -1 where a part is, if `missing`."""
    group = parts[0]
    for part in parts[1:]:
        group = pd.factorize(group * (part.max(initial=0) + 2) + part)[0].astype(np.int64)
    if missing:
        group = np.where(np.min(parts, axis=0) < 0, -1, group)
    return group


def _repeated(groups: Integers) -> Booleans:
    shifted = groups + 1
    counts = np.bincount(shifted, minlength=1)
    counts[0] = 0
    repeated: Booleans = counts[shifted] > 1
    return repeated


def _equal(records: Records, candidates: Integers, same: Integers) -> Integers:
    """Part groups of candidates by every other column; -1 for one that is left alone."""
    groups = _codes(pd.Series(same[candidates]))
    for name in (*records.model, *records.own):
        if name in _NUMBERS:
            continue
        column = records.frame[name]
        if pd.api.types.is_object_dtype(column.dtype):
            column = column.astype(str)
        values = _dictionary(column)
        if len(values) and values.max() == len(values) - 1:
            continue  # no value twice: the source's own number
        groups = _groups([groups, values[candidates]])
        if not _repeated(groups).any():
            break
    return np.where(_repeated(groups), groups, -1)


def _dictionary(column: pd.Series) -> Integers:
    try:
        array = pa.array(column, from_pandas=True)
        encoded = pc.dictionary_encode(array)
        if isinstance(encoded, pa.ChunkedArray):
            encoded = encoded.combine_chunks()
        codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
        return np.asarray(codes, dtype=np.int64)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError):
        return _codes(column.astype(str))


def _firsts(groups: Integers) -> Integers:
    """Return the position of the first of each value's group; -1 for itself and where it is -1."""
    _, first, inverse = np.unique(groups, return_index=True, return_inverse=True)
    firsts = first[inverse]
    own = firsts == np.arange(len(groups))
    return np.where(own | (groups < 0), -1, firsts)


def _values(column: pd.Series, rows: Integers) -> list[object]:
    return column.iloc[rows].astype(object).where(column.iloc[rows].notna(), None).tolist()
