"""Companion tables: further tables of a source, each joined to the records as a column."""

from dataclasses import replace
from typing import Final

import pandas as pd

from minmap.errors import FileError
from minmap.files import Document
from minmap.files.cells import Cells
from minmap.reading.citations import by_short_citation, short_key
from minmap.reading.source import Join
from minmap.types import TEXT

_SEPARATOR: Final = "; "


def with_companions(
    cells: Cells, joins: tuple[Join, ...], document: Document
) -> tuple[Cells, dict[str, int], list[str]]:
    """Add the columns of companion tables that are in or beside the document.

    Returns
    -------
    cells : Cells
        The records, with further columns.
    rows : dict of str to int
        Number of rows of each companion found.
    notes : list of str
        Companions that cannot be read, their rows without a record, citations without a reference.
    """
    columns: dict[str, pd.Series] = {}
    rows: dict[str, int] = {}
    notes: list[str] = []
    companions: dict[str, Cells | None] = {}
    present = {str(column).casefold() for column in cells.frame.columns}
    for join in joins:
        keys = cells.column(join.key[0])
        if keys is None or join.into.casefold() in present:
            continue
        if join.table not in companions:
            try:
                companions[join.table] = document.beside(join.table)
            except FileError as error:
                companions[join.table] = None
                notes.append(f"The table {join.table} that goes with it cannot be read: {error}")
        companion = companions[join.table]
        found = None if companion is None else _keys_and_values(companion, join)
        if companion is None or found is None:
            continue
        rows[join.table] = len(companion)
        add = _by_citation if join.by == "citation" else _by_text
        columns[join.into], note = add(keys, found, join)
        if note and note not in notes:
            notes.append(note)
    return replace(cells, frame=cells.frame.assign(**columns)), rows, notes


def _keys_and_values(companion: Cells, join: Join) -> pd.DataFrame | None:
    """Return key, value and whether a row is wanted; None if columns of the companion are absent.

    Without these columns it is another table of that name.
    """
    keys, values = companion.column(join.key[1]), companion.column(join.value)
    if keys is None or values is None:
        return None
    found = pd.DataFrame({"key": keys, "value": values, "wanted": True})
    for name, texts in join.where.items():
        column = companion.column(name)
        if column is None:
            return None
        found["wanted"] &= column.str.casefold().isin(texts).to_numpy()
    number = companion.column(join.order) if join.order is not None else None
    if number is not None:
        found = found.iloc[pd.to_numeric(number, errors="coerce").argsort(kind="stable")]
    return found


def _by_text(keys: pd.Series, found: pd.DataFrame, join: Join) -> tuple[pd.Series, str]:
    unused = int((~found["key"].isin(keys)).sum())
    note = f"{join.table}: {unused} of {len(found)} rows belong to no record." if unused else ""
    wanted = found[found["wanted"]].dropna()
    joined = wanted.groupby("key", sort=False)["value"].agg(_SEPARATOR.join)
    return keys.map(joined).astype(TEXT), note


def _by_citation(keys: pd.Series, found: pd.DataFrame, join: Join) -> tuple[pd.Series, str]:
    references = by_short_citation(found.loc[found["wanted"], "value"].dropna().tolist())
    full: dict[str, str | None] = {}
    unresolved: set[str] = set()
    for text in keys.dropna().unique().tolist():
        citations = [part.strip() for part in text.split(";") if part.strip()]
        by_citation = {
            citation: references.get(key) if (key := short_key(citation)) else None
            for citation in citations
        }
        unresolved |= {citation for citation, known in by_citation.items() if known is None}
        known = [by_citation[citation] for citation in citations]
        full[text] = _SEPARATOR.join(filter(None, known)) or None
    note = (
        f"{join.table}: {len(unresolved)} short citations in {join.key[0]} fit no reference or "
        "several, and stay as they are."
    )
    return keys.map(full).astype(TEXT), note if unresolved else ""
