"""Ids of records: the source's own number, or one made from the content."""

from collections.abc import Iterable
from hashlib import blake2b
from typing import Final

import numpy as np
import pandas as pd
import shapely

from minmap.files.cells import Cells, from_template, no_text
from minmap.numbering import numbered
from minmap.reading.source import Source
from minmap.table import listed
from minmap.types import TEXT, Booleans

_DIGEST_BYTES: Final = 6
_OF_CONTENT: Final = rf":(?=\d*[a-f])[0-9a-f]{{{2 * _DIGEST_BYTES}}}(?:-\d+)?"
"""The end of an id that is made from the content."""


def occurrence_ids(cells: Cells, source: Source) -> tuple[pd.Series, list[str]]:
    """Return the ids of the records, all different, with the source's id as prefix; and notes.

    A record without a number gets one made from its content. The second record with one number
    gets ``-2`` at the end of its id, and so on.
    """
    ids = unnumbered_ids(cells, source, numbered_content=True)
    if ids.is_unique:
        return ids, []
    repeated = np.flatnonzero(ids.duplicated()).tolist()
    made = _with_numbers(ids.tolist(), repeated)
    note = (
        f"{source.key}: {len(repeated)} records repeat the number of one before them; their "
        f"ids are {listed([made[position] for position in repeated])}."
    )
    return pd.Series(made, index=ids.index, dtype=TEXT), [note]


def unnumbered_ids(cells: Cells, source: Source, *, numbered_content: bool = False) -> pd.Series:
    """Return the ids of the records as the source numbers them, so that some may be the same.

    `numbered_content` makes those different that are made from the content.
    """
    number = cells.column(source.key) if source.key is not None else None
    if number is None:
        number = no_text(cells.index)
    unnumbered = number.isna()
    if unnumbered.any():
        made = _fingerprints(cells, source, unnumbered, numbered_content=numbered_content)
        number = number.where(~unnumbered, made)
    return from_template(f"{source.id}:{{number}}", {"number": number}, cells.index)


def _fingerprints(
    cells: Cells, source: Source, wanted: pd.Series, *, numbered_content: bool
) -> pd.Series:
    """Return an id made from the content of each wanted record."""
    columns = []
    for alternatives in source.content or [(str(name),) for name in cells.frame.columns]:
        column = cells.first_of(alternatives)
        if column is not None:
            columns.append(column[wanted].fillna("").tolist())
    if cells.geometry is not None and cells.first_of(source.coordinate_columns) is None:
        corners = shapely.bounds(cells.geometry[wanted].to_numpy())[:, :2]
        columns += [[str(value) for value in axis] for axis in corners.T.tolist()]
    records = zip(*columns, strict=True) if columns else ([] for _ in range(int(wanted.sum())))
    digests = [
        blake2b("\x1f".join(map(_stable, record)).encode(), digest_size=_DIGEST_BYTES).hexdigest()
        for record in records
    ]
    if numbered_content:
        repeated = np.flatnonzero(pd.Series(digests).duplicated()).tolist()
        digests = _with_numbers(digests, repeated)
    made = pd.Series(None, index=wanted.index, dtype=TEXT)
    made[wanted] = digests
    return made


def are_of_content(ids: Iterable[str]) -> Booleans:
    """Return which ids are made from the content of their records, as far as their form tells.

    Examples
    --------
    >>> are_of_content(["pp1802:d0fd97ff84b4", "mrds:10006806", "a:d0fd97ff84b4-2"]).tolist()
    [True, False, True]
    """
    texts = pd.Series([*ids], dtype=TEXT)
    return texts.str.contains(f"{_OF_CONTENT}$", regex=True).to_numpy(dtype=bool)


def _with_numbers(ids: list[str], repeated: list[int]) -> list[str]:
    result = dict(enumerate(ids))
    different = numbered((ids[row] for row in repeated), ending="-{}", taken=ids)
    return [*(result | dict(zip(repeated, different, strict=True))).values()]


def _stable(text: str) -> str:
    """Return a number in one form, so that 7.10 and 7.1000000001 give the same id."""
    try:
        return f"{float(text):.4f}"
    except ValueError:
        return text
