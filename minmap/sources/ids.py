"""Ids of records: the source's own number, or one made from the content."""

from __future__ import annotations

from hashlib import blake2b

import numpy as np
import pandas as pd

from minmap.files.cells import Cells, from_template, no_text
from minmap.sources.source import Source
from minmap.vocab import TEXT


def occurrence_ids(cells: Cells, source: Source) -> pd.Series:
    """Return the ids of the records, prefixed with the source's own id."""
    index = cells.index
    number = cells.column(source.key) if source.key is not None else None
    if number is None:
        number = no_text(index)
    unnumbered = number.isna()
    if unnumbered.any():
        number = number.where(~unnumbered, _fingerprints(cells, source, unnumbered))
    return from_template(f"{source.id}:{{number}}", {"number": number}, index)


def _fingerprints(cells: Cells, source: Source, wanted: pd.Series) -> pd.Series:
    """Return an id made from the content of each wanted record, unique within the table."""
    columns = []
    for alternatives in source.content or [(str(name),) for name in cells.frame.columns]:
        column = cells.first_of(alternatives)
        if column is not None:
            columns.append(column[wanted].fillna("").tolist())
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


def _stable(text: str) -> str:
    """Return a number in one form, so that 7.10 and 7.1000000001 give the same id."""
    try:
        return f"{float(text):.4f}"
    except ValueError:
        return text
