"""Which column of an unknown table is what, by the evidence of its headings and its values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import numpy as np

from minmap.arguments import require_one_of, require_text
from minmap.coordinates import crs_name
from minmap.files.cells import Cells
from minmap.reading.column_rule import FIELDS, Rule
from minmap.reading.match_claims import (
    MAIN,
    PLACE,
    SECOND,
    TEXT_FIELDS,
    Claim,
    Taken,
    claims,
    flat,
    too_thin,
)
from minmap.reading.headings import CUT, HELD, QUALIFIED, WEAK, strengths
from minmap.reading.match_place import place_columns
from minmap.reading.match_toml import as_toml
from minmap.reading.match_values import Values, sample
from minmap.reading.source import Source, catalogue

__all__ = ["OVERRIDES", "Match", "as_toml", "match"]

_TELLING: Final = ("name", MAIN, "country", "status", "site_type", "deposit_type")
"""Fields of which a table must show at least one to be taken for a table of occurrences."""
OVERRIDES: Final = (*PLACE, "id", *FIELDS)
"""What `columns` may name."""


@dataclass(frozen=True)
class Match:
    """A table's columns, told by evidence.

    Attributes
    ----------
    source
        Description of the table, as if it came from a TOML file.
    notes
        What was taken, in one line, and how to change it.
    """

    source: Source
    notes: list[str]


def match(
    cells: Cells,
    *,
    label: str,
    columns: Mapping[str, str] | None = None,
    crs: Any = None,
) -> Match:
    """Tell which columns of a table hold what.

    A column is taken for a field of the occurrence table when its heading (in English, Russian,
    Kazakh, German, French, Spanish, Turkish or Chinese, also cut as in shapefiles) and its values
    together say so. A heading that other things have too, such as "type" or "x", needs values that
    fit; a heading that says nothing needs values that leave no doubt.

    Parameters
    ----------
    cells
        What was read from the file. Not changed.
    label
        Name of the file as the user knows it.
    columns
        What the user says: column by field of the occurrence table, or by ``"longitude"``,
        ``"latitude"``, ``"coordinates"`` (both in one column) and ``"id"``. Goes before evidence.
    crs
        What the coordinates are in, where they are no degrees on WGS84: anything that pyproj
        takes, or ``"gauss-kruger"``. None: degrees on WGS84.

    Returns
    -------
    Match

    Raises
    ------
    FileError
        If nothing tells where the records lie, or nothing else tells what they are. The message
        lists the columns that come near, and the cure.
    CRSError
        If the coordinates are no degrees and `crs` does not say what they are.
    ChoiceError
        If `columns` names a field or a column that does not exist.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({
    ...     "Месторождение": ["Актогай", "Коунрад"], "Полезное ископаемое": ["Cu", "Cu, Mo"],
    ...     "Широта": ["46°57'", "46°59'"], "Долгота": ["79°58'", "74°59'"], "Высота": ["430", ""],
    ... })
    >>> found = match(Cells(table, None, []), label="копи 2024.csv")
    >>> found.source.id, found.source.coordinates
    ('копи_2024', (('Долгота', 'Широта'),))
    >>> print(found.notes[0])
    Columns taken: longitude <- Долгота, latitude <- Широта, name <- Месторождение, commodities <-
    Полезное ископаемое; change with columns={'name': '...'} or a TOML file.
    """
    values = sample(cells)
    taken = _override(columns or {}, list(values))
    told = set(taken)
    likely = [c for c in claims(values) if c.column not in flat(taken.values())]
    system = None if crs is None else crs_name(crs)
    # As everywhere, coordinates that the user names go before the geometry of the file.
    placed = cells.geometry is not None and not told.intersection(PLACE)
    if not placed:
        taken = {**place_columns(taken, likely, values, system, label), **taken}
    taken |= _other_columns(taken, likely, values)
    if not (told or any(field in taken for field in _TELLING)):
        raise too_thin(label, likely, "what its records are", {"name": "...", MAIN: "..."})
    source = _source(taken, label, system or "EPSG:4326", placed=placed)
    shown = ", ".join(f"{field} <- {' + '.join(names)}" for field, names in _ordered(taken))
    note = f"Columns taken: {shown}; change with columns={{'name': '...'}} or a TOML file."
    return Match(source, [note])


def _override(columns: Mapping[str, str], names: list[str]) -> Taken:
    folded = {name.casefold(): name for name in reversed(names)}
    taken: Taken = {}
    for field, column in columns.items():
        require_one_of(field, OVERRIDES, name="columns")
        require_text(column, name=f"columns[{field!r}]", like="Deposit")
        name = folded.get(str(column).casefold())
        taken[field] = (name or require_one_of(str(column), names, name=f"columns[{field!r}]"),)
    return taken


def _fits(claim: Claim, sampled: Values) -> bool:
    """Tell whether a claim on a field other than the place is good enough."""
    heading, share = claim.heading, claim.values
    if not sampled.filled:
        return heading >= QUALIFIED
    if claim.field == "id":
        return heading >= WEAK and share >= 0.9
    if claim.field == "url":
        return share >= (0.5 if heading else 0.9)
    if claim.field in TEXT_FIELDS:
        return heading >= WEAK and sampled.worded >= 0.5
    if claim.field == "country":
        return share >= _needed(heading, named=0.3)
    # Words may be of a language that no vocabulary has: the heading is enough.
    enough = sampled.worded >= 0.5 and share >= _needed(heading, named=0.0)
    return enough and (bool(heading) or sampled.kinds >= 2)


def _needed(heading: float, *, named: float) -> float:
    """Return the share of values that must fit, by what the heading says."""
    for least, share in ((CUT, named), (WEAK, 0.5), (HELD, 0.7)):
        if heading >= least:
            return share
    return 0.9


def _other_columns(taken: Taken, likely: list[Claim], values: Mapping[str, Values]) -> Taken:
    found: Taken = {}
    used = flat(taken.values())
    for claim in likely:
        several = claim.field in (MAIN, SECOND) and claim.heading >= CUT
        free = claim.field not in taken and (several or claim.field not in found)
        if claim.field in PLACE or claim.column in used or not free:
            continue
        if claim.field == SECOND and MAIN in taken:
            continue
        if _fits(claim, values[claim.column]):
            found[claim.field] = (*found.get(claim.field, ()), claim.column)
            used.add(claim.column)
    order = list(values)
    main, second = (sorted(found.pop(f, ()), key=order.index) for f in (MAIN, SECOND))
    if main or second:
        found[MAIN] = (*main, *second)
    if "name" not in taken and "name" not in found:
        found |= _unnamed_name(used, values)
    return found


def _unnamed_name(used: set[str], values: Mapping[str, Values]) -> Taken:
    """Return the one column of short, mostly different words, if there is just one."""
    likely = [
        column
        for column, sampled in values.items()
        if column not in used
        and not strengths(column)
        and sampled.kinds >= 2
        and sampled.distinct >= 0.9
        and sampled.worded >= 0.95
        and 3 <= np.median(sampled.lengths) <= 40
    ]
    return {"name": (likely[0],)} if len(likely) == 1 else {}


# The description ----------------------------------------------------------------------------------


def _ordered(taken: Taken) -> list[tuple[str, tuple[str, ...]]]:
    order = {field: position for position, field in enumerate(OVERRIDES)}
    return sorted(taken.items(), key=lambda item: order[item[0]])


def _source(taken: Taken, label: str, crs: str, *, placed: bool) -> Source:
    coordinates: tuple[tuple[str, ...], ...] = ()
    if not placed and "coordinates" in taken:
        coordinates = (taken["coordinates"],)
    elif not placed:
        coordinates = ((*taken["longitude"], *taken["latitude"]),)
    columns = {field: names for field, names in taken.items() if field in FIELDS}
    if "deposit_type" in columns:
        columns.setdefault("deposit_type_text", columns["deposit_type"])
    return Source(
        id=_one_word(label),
        title=label,
        publisher="",
        vintage="",
        licence="",
        citation="",
        url="",
        records=None,
        recognise=(),
        crs=crs,
        coordinates=coordinates,
        key=taken["id"][0] if "id" in taken else None,
        content=(),
        fields=MappingProxyType(
            {name: (Rule(columns=columns[name]),) for name in FIELDS if name in columns}
        ),
    )


def _one_word(label: str) -> str:
    """Return the stem of a file's name as the id of a source, unlike those of known sources."""
    word = re.sub(r"[^\w.-]+", "_", Path(label).stem).strip("_.-") or "table"
    return f"{word}_table" if word.casefold() in catalogue() else word
