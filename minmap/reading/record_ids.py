"""Ids of records: the source's own number, or one made from the content."""

from __future__ import annotations

from hashlib import blake2b

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from minmap.files.cells import Cells, from_template, no_text
from minmap.reading.source import Source
from minmap.table import listed
from minmap.vocabulary import TEXT


def occurrence_ids(cells: Cells, source: Source) -> tuple[pd.Series, list[str]]:
    """Return the ids of the records, prefixed with the source's own id, all different; and notes.

    A record without a number gets one made from its content. Where a number repeats, its second
    record gets ``-2`` behind it, and so on.
    """
    index = cells.index
    number = cells.column(source.key) if source.key is not None else None
    if number is None:
        number = no_text(index)
    unnumbered = number.isna()
    if unnumbered.any():
        number = number.where(~unnumbered, _fingerprints(cells, source, unnumbered))
    ids = from_template(f"{source.id}:{{number}}", {"number": number}, index)
    if _all_different(number):
        return ids, []
    repeated = ids.duplicated().to_numpy()
    given = ids.tolist()
    made = _numbered(given, np.flatnonzero(repeated).tolist())
    shown = listed([made[position] for position in np.flatnonzero(repeated)])
    note = (
        f"{source.key}: {int(repeated.sum())} records repeat the number of one before them; their "
        f"ids are {shown}."
    )
    return pd.Series(made, index=index, dtype=TEXT), [note]


def _all_different(number: pd.Series) -> bool:
    array = pa.array(number, type=pa.large_string(), from_pandas=True)
    try:
        # Whole numbers, as most are, sort in a tenth of the time that texts take. "007" is not "7".
        values = np.sort(pc.cast(array, pa.int64()).to_numpy())
    except pa.ArrowInvalid:
        return len(array.unique()) == len(array)
    return bool((np.diff(values) > 0).all()) or len(array.unique()) == len(array)


def _numbered(ids: list[str], repeated: list[int]) -> list[str]:
    taken, last = set(ids), dict[str, int]()
    result = list(ids)
    for position in repeated:
        plain = ids[position]
        number = last.get(plain, 1) + 1
        while f"{plain}-{number}" in taken:
            number += 1
        last[plain] = number
        result[position] = f"{plain}-{number}"
        taken.add(result[position])
    return result


def _fingerprints(cells: Cells, source: Source, wanted: pd.Series) -> pd.Series:
    """Return an id made from the content of each wanted record, unique within the table."""
    columns = []
    for alternatives in source.content or [(str(name),) for name in cells.frame.columns]:
        column = cells.first_of(alternatives)
        if column is not None:
            columns.append(column[wanted].fillna("").tolist())
    columns += _places(cells, source, wanted)
    records = zip(*columns, strict=True) if columns else ([] for _ in range(int(wanted.sum())))
    digests = [
        blake2b("\x1f".join(map(_stable, record)).encode(), digest_size=6).hexdigest()
        for record in records
    ]
    made = pd.Series(digests, index=np.flatnonzero(wanted), dtype=TEXT)
    repeated = made.groupby(made).cumcount()
    numbered = made + "-" + (repeated + 1).astype(TEXT)
    made = made.where(repeated == 0, numbered)
    return pd.Series(made.reindex(range(len(wanted))).array, index=wanted.index)


def _places(cells: Cells, source: Source, wanted: pd.Series) -> list[list[str]]:
    """Return where the records lie as text, if only their geometry says it."""
    placing = [name for names in source.coordinates for name in names]
    if cells.geometry is None or any(cells.column(name) is not None for name in placing):
        return []
    corner = shapely.bounds(cells.geometry[wanted].to_numpy())[:, :2]
    return [[str(value) for value in axis] for axis in corner.T.tolist()]


def _stable(text: str) -> str:
    """Return a number in one form, so that 7.10 and 7.1000000001 give the same id."""
    try:
        return f"{float(text):.4f}"
    except ValueError:
        return text
