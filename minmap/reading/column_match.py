"""The columns of an unknown table, matched by the evidence of their headings and values."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np

from minmap.coordinates.reference_systems import crs_name
from minmap.files.cells import Cells
from minmap.reading import column_evidence
from minmap.reading.column_evidence import MAIN, SECOND, TEXT_FIELDS, Candidate, Values
from minmap.reading.coordinate_match import coordinate_columns
from minmap.reading.headings import AMONG_OTHERS, CUT, QUALIFIED, WEAK, strengths
from minmap.reading.known_sources import catalogue
from minmap.reading.overrides import OVERRIDES, PLACE, named_columns, with_columns
from minmap.reading.source import Source

_IDENTIFYING: Final = ("name", MAIN, "country", "status", "site_type", "deposit_type")
"""Fields that show that a table has occurrences; without one, its coordinates must be certain."""


def match(
    cells: Cells, *, label: str, columns: Mapping[str, str] | None = None, crs: Any = None
) -> tuple[Source, str]:
    """Match the columns of a table to the fields of the occurrence table.

    A column is matched to a field if its heading (in English, Russian, Kazakh, German, French,
    Spanish, Turkish or Chinese, also cut as in shapefiles) and its values together are evidence
    enough. A heading that other things have too, such as "type" or "x", needs values that fit; a
    heading without meaning needs values that leave no doubt.

    Parameters
    ----------
    cells
        The table as read from the file. Not changed.
    label
        Name of the file as the user knows it.
    columns
        Columns that the user names, by field of the occurrence table, ``"longitude"``,
        ``"latitude"``, ``"coordinates"`` (both in one column) or ``"id"``. They replace evidence.
    crs
        CRS of the coordinates, where they are not degrees on WGS84: anything that pyproj takes, or
        ``"gauss-kruger"``. None: degrees on WGS84.

    Returns
    -------
    source : Source
        Description of the table, as if it came from a TOML file.
    note : str
        The columns taken, in one line, and how to change them.

    Raises
    ------
    FileError
        If there is too little evidence for the coordinates, or for anything else. The message
        lists the likely columns, and the cure.
    CRSError
        If the coordinates are not degrees and `crs` is None.
    ChoiceError
        If `columns` names a field or a column that does not exist.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({
    ...     "Месторождение": ["Актогай", "Коунрад"], "Полезное ископаемое": ["Cu", "Cu, Mo"],
    ...     "Широта": ["46°57'", "46°59'"], "Долгота": ["79°58'", "74°59'"], "Высота": ["430", ""],
    ... })
    >>> source, note = match(Cells(table, None, []), label="копи 2024.csv")
    >>> source.id, source.coordinates
    ('копи_2024', (('Долгота', 'Широта'),))
    >>> print(note)
    Columns taken: longitude <- Долгота, latitude <- Широта, name <- Месторождение, commodities <-
    Полезное ископаемое; change with columns={'name': '...'} or a TOML file.
    """
    values = column_evidence.sampled_values(cells)
    named = named_columns(columns or {}, list(values))
    candidates = [
        c for c in column_evidence.candidates_of(values) if c.column not in named.values()
    ]
    system = None if crs is None else crs_name(crs)
    coordinates: dict[str, str] = {}
    # As everywhere, coordinates that the user names replace the geometry of the file.
    if cells.geometry is None or not named.keys().isdisjoint(PLACE):
        coordinates = coordinate_columns(named, candidates, values, system, label)
    found = coordinates | named
    taken: dict[str, tuple[str, ...]] = {field: (column,) for field, column in found.items()}
    taken |= _other_columns(taken, candidates, values)
    is_bare = not (named or any(field in taken for field in _IDENTIFYING))
    if is_bare and not _are_certain(coordinates, crs):
        cure = coordinates or {"name": "...", MAIN: "..."}
        raise column_evidence.too_little_evidence(
            label, candidates, "the content of its records", cure
        )
    ordered = sorted(taken.items(), key=lambda item: OVERRIDES.index(item[0]))
    shown = ", ".join(f"{field} <- {' + '.join(names)}" for field, names in ordered)
    none = "; no column fits name, commodities, country, status or a type" if is_bare else ""
    change = "change with columns={'name': '...'} or a TOML file."
    note = f"Columns taken: {shown}{none}; {change}"
    return _source(taken, label, system or "EPSG:4326"), note


def _are_certain(coordinates: Mapping[str, str], crs: Any) -> bool:
    """Return whether columns are coordinates by their headings, or as the user has given a CRS."""
    headed = (strengths(column).get(field, 0.0) >= CUT for field, column in coordinates.items())
    return bool(coordinates) and (crs is not None or all(headed))


def _other_columns(
    taken: Mapping[str, tuple[str, ...]], candidates: list[Candidate], values: Mapping[str, Values]
) -> dict[str, tuple[str, ...]]:
    """Return the columns of fields other than the coordinates and those already taken."""
    found: dict[str, tuple[str, ...]] = {}
    used = {column for columns in taken.values() for column in columns}
    for candidate in candidates:
        field = candidate.field
        several = field in (MAIN, SECOND) and candidate.heading >= CUT
        free = field not in taken and (several or field not in found)
        if field in PLACE or candidate.column in used or not free:
            continue
        if field == SECOND and MAIN in taken:
            continue
        if _fits(candidate, values[candidate.column]):
            found[field] = (*found.get(field, ()), candidate.column)
            used.add(candidate.column)
    order = list(values)
    main, second = (sorted(found.pop(field, ()), key=order.index) for field in (MAIN, SECOND))
    if main or second:
        found[MAIN] = (*main, *second)
    if "name" not in taken and "name" not in found:
        found |= _unnamed_name(used, values)
    return found


def _fits(candidate: Candidate, sampled: Values) -> bool:
    """Return whether the evidence for a field other than the coordinates is enough."""
    heading, share, worded = candidate.heading, candidate.share, sampled.shares["worded"]
    if not sampled.filled:
        return heading >= QUALIFIED
    if candidate.field == "id":
        return heading >= WEAK and share >= 0.9
    if candidate.field == "url":
        return share >= (0.5 if heading else 0.9)
    if candidate.field in TEXT_FIELDS:
        return heading >= WEAK and worded >= 0.5
    if candidate.field == "country":
        return share >= _share_needed(heading, named=0.3)
    # Words may be of a language that no vocabulary has: the heading is enough.
    enough = worded >= 0.5 and share >= _share_needed(heading, named=0.0)
    return enough and (bool(heading) or len(sampled.different) >= 2)


def _share_needed(heading: float, *, named: float) -> float:
    """Return the share of values that must fit under a heading of this strength."""
    for least, share in ((CUT, named), (WEAK, 0.5), (AMONG_OTHERS, 0.7)):
        if heading >= least:
            return share
    return 0.9


def _unnamed_name(used: set[str], values: Mapping[str, Values]) -> dict[str, tuple[str, ...]]:
    """Return the one column of short, mostly different words, if there is just one."""
    likely = [
        column
        for column, sampled in values.items()
        if column not in used
        and not strengths(column)
        and len(sampled.different) >= 2
        and sampled.distinct >= 0.9
        and sampled.shares["worded"] >= 0.95
        and 3 <= np.median(sampled.lengths) <= 40
    ]
    return {"name": (likely[0],)} if len(likely) == 1 else {}


def _source(taken: Mapping[str, tuple[str, ...]], label: str, crs: str) -> Source:
    columns = dict(taken)
    if "deposit_type" in columns:
        columns.setdefault("deposit_type_text", columns["deposit_type"])
    return with_columns(Source(id=source_id(label), title=label, crs=crs), columns)


def source_id(label: str) -> str:
    """Return the id of the source of a file: its name as one word, unlike those of known sources.

    Examples
    --------
    >>> source_id("копи 2024.csv"), source_id("mrds.csv")
    ('копи_2024', 'mrds_table')
    """
    word = re.sub(r"[^\w.-]+", "_", Path(label).stem).strip("_.-") or "table"
    return f"{word}_table" if word.casefold() in catalogue() else word
