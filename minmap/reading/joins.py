"""Companion tables: what further tables of a source say of each record, as one more column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final

import pandas as pd

from minmap.errors import FileError
from minmap.files import Document
from minmap.files.cells import Cells
from minmap.reading.citations import by_short_citation, short_key
from minmap.reading.description import DescriptionError, name, names, sections
from minmap.vocabulary import TEXT

_SEPARATOR: Final = "; "
_WAYS: Final = ("text", "citation")
_KEYS: Final = {"table", "key", "by", "value", "into", "where", "order"}


@dataclass(frozen=True)
class Join:
    """A column that a companion table adds to the records.

    Attributes
    ----------
    table
        Name of the companion: a table of the same archive or workbook, or a file in the same
        folder, without its ending.
    key
        Column of the records.
    key_there
        Column of the companion that holds the same; several rows may.
    by
        ``"text"``: the two must be equal. ``"citation"``: the records hold short citations, parted
        by semicolons, of the full references in the companion (`minmap.reading.citations`).
    value
        Column of the companion whose texts are joined with "; ".
    into
        Name of the new column. Nothing is joined where the records have one of that name.
    where
        Columns of the companion and the texts that they must hold, case aside.
    order
        Column of the companion with the number of the row within its record; None: as they stand.
    """

    table: str
    key: str
    key_there: str
    by: str
    value: str
    into: str
    where: Mapping[str, tuple[str, ...]]
    order: str | None


def joins(data: dict[str, Any]) -> tuple[Join, ...]:
    """Return the ``[[joins]]`` of a TOML file.

    Raises
    ------
    DescriptionError
        If one has a fault.
    """
    return tuple(_join(entry) for entry in sections(data, "joins", _KEYS))


def _join(entry: dict[str, Any]) -> Join:
    key = entry.get("key")
    here, there = key if isinstance(key, list) and len(key) == 2 else (key, key)
    where = entry.get("where", {})
    if not isinstance(where, dict):
        raise DescriptionError(f"[[joins]] where={where!r} is no table of column = [texts]")
    by = entry.get("by", "text")
    if by not in _WAYS:
        raise DescriptionError(f"[[joins]] by={by!r} is not one of {', '.join(_WAYS)}")
    order = entry.get("order")
    return Join(
        table=name(entry.get("table"), "[[joins]] table", like="Commodity"),
        key=name(here, "[[joins]] key", like="dep_id"),
        key_there=name(there, "[[joins]] key", like="dep_id"),
        by=by,
        value=name(entry.get("value"), "[[joins]] value", like="commod"),
        into=name(entry.get("into"), "[[joins]] into", like="commodities"),
        where=MappingProxyType(
            {
                column: tuple(text.casefold() for text in names(texts, f"[[joins]] where {column}"))
                for column, texts in where.items()
            }
        ),
        order=None if order is None else name(order, "[[joins]] order", like="line"),
    )


@dataclass(frozen=True)
class Joined:
    """Records with what their companions say.

    Attributes
    ----------
    cells
        The records, with further columns.
    rows
        Rows of each companion that was there.
    notes
        Rows of companions that belong to no record, and citations without a reference.
    """

    cells: Cells
    rows: dict[str, int]
    notes: list[str]


def with_companions(cells: Cells, wanted: tuple[Join, ...], document: Document) -> Joined:
    """Add the columns of the companion tables that lie in or beside the document."""
    columns: dict[str, pd.Series] = {}
    rows: dict[str, int] = {}
    notes: list[str] = []
    companions: dict[str, Cells | None] = {}
    present = {str(column).casefold() for column in cells.frame.columns}
    for join in wanted:
        if join.key.casefold() not in present or join.into.casefold() in present:
            continue
        if join.table not in companions:
            companions[join.table], said = _beside(document, join.table)
            notes += said
        companion = companions[join.table]
        found = None if companion is None else _values(companion, join)
        keys = None if found is None else cells.column(join.key)
        if companion is None or found is None or keys is None:
            continue
        rows[join.table] = len(companion)
        columns[join.into], said = _ADDED[join.by](keys, found, join)
        notes += [note for note in said if note not in notes]
    frame = cells.frame.assign(**columns) if columns else cells.frame
    return Joined(replace(cells, frame=frame), rows, notes)


def _beside(document: Document, table: str) -> tuple[Cells | None, list[str]]:
    try:
        return document.beside(table), []
    except FileError as error:
        return None, [f"The table {table} that goes with it cannot be read: {error}"]


def _values(companion: Cells, join: Join) -> pd.DataFrame | None:
    """Return the companion's keys and values, None if it is some other table of that name."""
    keys, values = companion.column(join.key_there), companion.column(join.value)
    if keys is None or values is None:
        return None
    found = pd.DataFrame({"key": keys, "value": values, "wanted": True})
    for column, texts in join.where.items():
        held = companion.column(column)
        if held is None:
            return None
        found["wanted"] &= held.str.casefold().isin(texts).to_numpy()
    number = companion.column(join.order) if join.order is not None else None
    if number is not None:
        found = found.iloc[pd.to_numeric(number, errors="coerce").argsort(kind="stable")]
    return found


def _by_text(keys: pd.Series, found: pd.DataFrame, join: Join) -> tuple[pd.Series, list[str]]:
    astray = int((~found["key"].isin(keys)).sum())
    note = f"{join.table}: {astray} of {len(found)} rows belong to no record."
    wanted = found[found["wanted"]].dropna()
    joined = wanted.groupby("key", sort=False)["value"].agg(_SEPARATOR.join)
    return keys.map(joined).astype(TEXT), [note] if astray else []


def _by_citation(keys: pd.Series, found: pd.DataFrame, join: Join) -> tuple[pd.Series, list[str]]:
    references = by_short_citation(found.loc[found["wanted"], "value"].dropna().tolist())
    resolved: dict[str, str | None] = {}
    unresolved: set[str] = set()
    for text in keys.dropna().unique().tolist():
        full = []
        for citation in filter(None, (part.strip() for part in text.split(";"))):
            key = short_key(citation)
            reference = references.get(key) if key is not None else None
            if reference is None:
                unresolved.add(citation)
            full.append(reference)
        resolved[text] = _SEPARATOR.join(filter(None, full)) or None
    note = (
        f"{join.table}: {len(unresolved)} short citations in {join.key} fit no reference or "
        "several, and stay as they are."
    )
    return keys.map(resolved).astype(TEXT), [note] if unresolved else []


_ADDED: Final = {"text": _by_text, "citation": _by_citation}
