"""Rows that continue the record of the row above them, as OpenRefine writes them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

import geopandas
import numpy as np

from minmap.files.cells import Cells
from minmap.reading.description import name, names, section
from minmap.vocabulary import TEXT

_KEYS: Final = {"without", "same"}
_BLANK_END: Final = r"(; )+$"


@dataclass(frozen=True)
class Continuation:
    """How a row that continues the record above is told from a record.

    Attributes
    ----------
    without
        Column that is blank in such a row and in no record.
    same
        Columns that repeat what the record says; a row that says otherwise is a record.
    """

    without: str
    same: tuple[str, ...]


def continuation(data: dict[str, Any]) -> Continuation | None:
    """Return the ``[continuation]`` of a TOML file, None if it has none.

    Raises
    ------
    DescriptionError
        If it has a fault.
    """
    given = section(data, "continuation", _KEYS)
    if not given:
        return None
    return Continuation(
        without=name(given.get("without"), "[continuation] without", like="id"),
        same=names(given.get("same", []), "[continuation] same"),
    )


def folded(cells: Cells, told_by: Continuation) -> tuple[Cells, int]:
    """Return the records with what their continuations add, and the number of those.

    The texts of a column are joined with "; ", one for each row, blank where a row says nothing, so
    that the second text of one column goes with the second of another: ``"Rusal; Ryowa"`` and
    ``"20; 5"``; blanks at the end are left out. Columns in which no continuation says anything of
    its own stay as they are.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame(
    ...     {"id": ["1", None, "2"], "owner": ["A", "B", "C"], "share": ["60", None, "100"]},
    ...     dtype=TEXT,
    ... )
    >>> records, continued = folded(Cells(frame, None, []), Continuation("id", ()))
    >>> continued, records.frame["owner"].tolist(), records.frame["share"].tolist()
    (1, ['A; B', 'C'], ['60', '100'])
    """
    head = _heads(cells, told_by)
    continued = int((~head).sum())
    if not continued:
        return cells, 0
    record = np.cumsum(head) - 1
    of_several = np.isin(record, record[~head])
    frame = cells.frame.loc[head].reset_index(drop=True)
    same = {column.casefold() for column in (told_by.without, *told_by.same)}
    for column in cells.frame.columns:
        text = cells.column(str(column))
        if text is None or str(column).casefold() in same or text[~head].isna().all():
            continue
        given = text[of_several].fillna("").groupby(record[of_several])
        joined = given.agg("; ".join).str.replace(_BLANK_END, "", regex=True)
        frame[column] = frame[column].astype(TEXT)
        frame.loc[joined.index, column] = joined.where(joined != "")
    geometry = None
    if cells.geometry is not None:
        geometry = geopandas.GeoSeries(
            cells.geometry.to_numpy()[head], index=frame.index, crs=cells.geometry.crs
        )
    return replace(cells, frame=frame, geometry=geometry), continued


def _heads(cells: Cells, told_by: Continuation) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Tell the rows that are records: all but those that go on with the one above."""
    number = cells.column(told_by.without)
    if number is None:
        return np.ones(len(cells), dtype=bool)
    blank: np.ndarray[Any, np.dtype[np.bool_]] = number.isna().to_numpy(dtype=bool)
    continues = blank.copy()
    for column in told_by.same:
        text = cells.column(column)
        if text is not None:
            said = text.fillna("")
            above = said.mask(blank).ffill()
            continues &= (said == above.fillna("")).to_numpy(dtype=bool)
    if len(continues):
        continues[0] = False
    return ~continues
