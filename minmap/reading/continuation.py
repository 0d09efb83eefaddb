"""Rows that continue the record of the row above them, as OpenRefine writes them."""

from dataclasses import replace
from typing import Final

import numpy as np

from minmap.files.cells import Cells
from minmap.reading.source import Continuation
from minmap.types import TEXT, Booleans

_BLANK_END: Final = r"(; )+$"


def with_continuations(cells: Cells, continuation: Continuation) -> tuple[Cells, int]:
    """Return the records with the texts of their continuations, and the number of these rows.

    The texts of a column are joined with "; ", one for each row, blank where a row has none, so
    that the second text of one column belongs to the second of another: ``"Rusal; Ryowa"`` and
    ``"20; 5"``; blanks at the end are left out. Columns without a text in any continuation do not
    change.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame(
    ...     {"id": ["1", None, "2"], "owner": ["A", "B", "C"], "share": ["60", None, "100"]},
    ...     dtype=TEXT,
    ... )
    >>> records, continued = with_continuations(Cells(frame, None, []), Continuation("id", ()))
    >>> continued, records.frame["owner"].tolist(), records.frame["share"].tolist()
    (1, ['A; B', 'C'], ['60', '100'])
    """
    first = _is_record(cells, continuation)
    continued = int((~first).sum())
    if not continued:
        return cells, 0
    record = np.cumsum(first) - 1
    of_several = np.isin(record, record[~first])
    frame = cells.frame.loc[first].reset_index(drop=True)
    same = {column.casefold() for column in (continuation.without, *continuation.same)}
    for column in cells.frame.columns:
        text = cells.column(str(column))
        if text is None or str(column).casefold() in same or text[~first].isna().all():
            continue
        given = text[of_several].fillna("").groupby(record[of_several])
        joined = given.agg("; ".join).str.replace(_BLANK_END, "", regex=True)
        frame[column] = frame[column].astype(TEXT)
        frame.loc[joined.index, column] = joined.where(joined != "")
    geometry = cells.geometry
    if geometry is not None:
        geometry = geometry[first].reset_index(drop=True)
    return replace(cells, frame=frame, geometry=geometry), continued


def _is_record(cells: Cells, continuation: Continuation) -> Booleans:
    """Return whether rows are records and do not continue the one above."""
    number = cells.column(continuation.without)
    if number is None:
        return np.ones(len(cells), dtype=bool)
    blank = number.isna().to_numpy(dtype=bool)
    continues = blank.copy()
    for column in continuation.same:
        text = cells.column(column)
        if text is not None:
            value = text.fillna("")
            above = value.mask(blank).ffill()
            continues &= (value == above.fillna("")).to_numpy(dtype=bool)
    continues[:1] = False
    return ~continues
