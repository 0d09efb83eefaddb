"""The sheets of a workbook, or the layers of another file, that have occurrences."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import geopandas as gpd
import pandas as pd
from tqdm import tqdm

from minmap.errors import FileError
from minmap.files import Document
from minmap.files.proportion import size_of
from minmap.reading.column_match import TAKEN
from minmap.reading.joined_tables import Part, joined_tables
from minmap.reading.match_record import KEY
from minmap.table import COLUMN_NAMES

_SHOWN_LETTERS: Final = 160
_SHOWN_NAMES: Final = 10
_MOST_SHEETS: Final = 200
# The columns of each sheet, and the countries derived: a long message is cut behind these.
_LESS_URGENT: Final = (TAKEN, "country: ")
_SAME: Final = 0.8  # share of the columns of a sheet that another has too

Read = Callable[[str], tuple[gpd.GeoDataFrame, list[str]]]


def read_sheets(
    document: Document, layers: Sequence[str | None], read: Read
) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Return the occurrences of all sheets that have any, as one table, and notes.

    Each sheet is read as if it were the only one. Left aside, with a note, are sheets

    - that are no tables of occurrences, such as legends and lists of codes;
    - without commodities and deposit types, where others state these and have other columns;
    - of lines and areas, where others have points;
    - whose records are all on another sheet, such as one for copper beside one for all.

    Parameters
    ----------
    document
        The opened file.
    layers
        Its sheets.
    read
        Reads a sheet: returns its occurrence table and notes.

    Raises
    ------
    FileError
        If no sheet has occurrences, it is not certain which do, one with the columns of another
        cannot be read, or they have so different columns that one table of all would be nearly
        blank.
    """
    label = document.label
    names = [name for name in layers if name is not None]
    aside, parts, notes = dict[str, str](), list[Part](), dict[str, list[str]]()
    refused = dict[str, FileError]()
    sheets = tqdm(
        names[:_MOST_SHEETS], desc=f"reading {label}", unit="sheets", delay=2, disable=None
    )
    for name in sheets:
        try:
            table, notes[name] = read(name)
        except FileError as error:
            aside[name], refused[name] = _short(str(error), label), error
        else:
            parts.append(Part(name, table))
    aside |= dict.fromkeys(names[_MOST_SHEETS:], f"only {_MOST_SHEETS} sheets are read")
    if not parts:
        raise _undecided(names, label, aside)
    for leave in (_without_content, _without_points, _repeated):
        reasons = leave(parts)
        aside |= reasons
        parts = [part for part in parts if part.name not in reasons]
    _require_like_sheets_read(document, parts, refused)
    if len({_columns(table) for _, table in parts}) > 1 and not any(map(_has_content, parts)):
        likely = {part.name: "it has places, but no commodities or deposit types" for part in parts}
        raise _undecided(names, label, aside | likely)
    return _joined(document, parts, notes, aside)


def hidden_note(document: Document) -> list[str]:
    """Return a note on the hidden sheets of a workbook, which are read only by their names."""
    names = document.hidden
    if not names:
        return []
    kind = "Hidden sheets were" if len(names) > 1 else "A hidden sheet was"
    return [f"{kind} not read: {_names(names)}; layer={names[0]!r} reads it."]


def _require_like_sheets_read(
    document: Document, parts: Sequence[Part], refused: Mapping[str, FileError]
) -> None:
    """Raise the error of a sheet that has nearly all the columns of one that was read."""
    for name, error in refused.items():
        try:
            columns = {column.casefold() for column in document.columns(name)}
        except FileError:
            continue
        for other, table in parts:
            if len(columns.intersection(_columns(table))) >= max(2, _SAME * len(columns)):
                raise FileError(
                    f"{document.label}: sheet {name!r} has the columns of {other!r} and cannot be "
                    f"read: {error} Or choose a sheet with layer=."
                ) from error


def _joined(
    document: Document,
    parts: Sequence[Part],
    notes: dict[str, list[str]],
    aside: dict[str, str],
) -> tuple[gpd.GeoDataFrame, list[str]]:
    read = ", ".join(repr(part.name) for part in parts)
    more = [f"{'Sheets' if len(parts) > 1 else 'Sheet'} read: {read}; layer= chooses one."]
    if aside:
        more.append(f"Left aside: {_listed(aside)}.")
    if len(parts) > 1:
        more += [*_read_differently(parts), *_of_sheets(parts, notes)]
    else:
        more += notes[parts[0].name]
    table = parts[0].table
    if len(parts) > 1:
        table, on_ids = joined_tables(parts, where=document.label, size=size_of(document.path))
        more += on_ids
    table.attrs["sheets_aside"] = aside
    return table, more


def _of_sheets(parts: Sequence[Part], notes: Mapping[str, list[str]]) -> list[str]:
    """Return the notes, each once with its sheets; what may be wrong comes before the columns."""
    sheets = dict[str, list[str]]()
    for name, _ in parts:
        for note in notes[name]:
            sheets.setdefault(note, []).append(name)
    ordered = sorted(sheets, key=lambda note: note.startswith(_LESS_URGENT))
    return [
        f"All sheets: {note}"
        if len(sheets[note]) == len(parts)
        else f"{_names(sheets[note])}: {note}"
        for note in ordered
    ]


def _read_differently(parts: Sequence[Part]) -> list[str]:
    """Return notes on sheets with the same columns whose coordinates are not the same columns."""
    alike = dict[tuple[str, ...], dict[str, list[str]]]()
    for name, table in parts:
        entries = json.loads(table.attrs.get(KEY, "[]"))
        read = [one["column"] for one in entries if "longitude" in one["taken_as"].split(", ")]
        if read:
            alike.setdefault(_columns(table), {}).setdefault(read[0], []).append(name)
    return [
        "Sheets with the same columns are read differently: longitude <- "
        f"{', '.join(f'{column!r} in {_names(sheets)}' for column, sheets in of_column.items())}; "
        "name longitude and latitude with columns=, or read each sheet with layer=."
        for of_column in alike.values()
        if len(of_column) > 1
    ]


def _names(sheets: Sequence[str]) -> str:
    more = f" and {len(sheets) - _SHOWN_NAMES} more" if len(sheets) > _SHOWN_NAMES else ""
    return f"{', '.join(map(repr, sheets[:_SHOWN_NAMES]))}{more}"


def _undecided(names: Sequence[str], label: str, reasons: dict[str, str]) -> FileError:
    shown = ", ".join(map(repr, sorted(names)))
    return FileError(
        f"{label} has {len(names)} tables, and none comes from a known source; pass layer= one of: "
        f"{shown}. None could be chosen: {_listed(reasons)}."
    )


def _listed(reasons: dict[str, str]) -> str:
    """Return the reasons in words, each once, with the sheets that it is for."""
    of_reason = dict[str, list[str]]()
    for name, reason in reasons.items():
        of_reason.setdefault(reason, []).append(name)
    said = list[str]()
    for reason, names in of_reason.items():
        said.append(f"{_names(names)}: {reason}")
    return "; ".join(said)


def _short(reason: str, label: str) -> str:
    text = reason.removeprefix(f"{label}: ").rstrip(".")
    return text if len(text) <= _SHOWN_LETTERS else f"{text[:_SHOWN_LETTERS]}..."


def _has_content(part: Part) -> bool:
    """Return whether records have commodities or deposit types."""
    return bool(part.table[["commodities", "deposit_type"]].notna().any(axis=None))


def _without_content(parts: Sequence[Part]) -> dict[str, str]:
    full = {_columns(part.table) for part in parts if _has_content(part)}
    return {
        part.name: "it states neither commodities nor deposit types, as other sheets do"
        for part in parts
        if full and not _has_content(part) and _columns(part.table) not in full
    }


def _without_points(parts: Sequence[Part]) -> dict[str, str]:
    are_points = {
        part.name: bool(part.table.geom_type.dropna().str.contains("Point").any()) for part in parts
    }
    if not any(are_points.values()):
        return {}
    shaped = [p for p in parts if not are_points[p.name] and not p.table.geometry.isna().all()]
    return {part.name: "it has lines or areas, and another layer points" for part in shaped}


def _repeated(parts: Sequence[Part]) -> dict[str, str]:
    """Return the sheets whose records are all on another, the largest first."""
    ordered = sorted(parts, key=lambda part: -len(part.table))
    found = dict[str, str]()
    kept = dict[str, list[tuple[str, pd.DataFrame]]]()  # the sheets that have a place
    for part in ordered:
        own = _own(part.table).astype(str)
        places = own[part.table.geometry.name].unique().tolist()
        others = kept.get(places[0], []) if places else []
        whole = next((name for name, other in others if _is_within(own, other)), None)
        if whole is not None:
            found[part.name] = f"its {len(part.table)} records are on {whole!r} too"
            continue
        for place in places:
            kept.setdefault(place, []).append((part.name, own))
    return found


def _is_within(own: pd.DataFrame, others: pd.DataFrame) -> bool:
    shared = [name for name in own.columns if name in others.columns]
    if len(shared) < max(2, _SAME * own.shape[1]):
        return False
    return _rows(own[shared]) <= _rows(others[shared])


def _rows(frame: pd.DataFrame) -> set[tuple[str, ...]]:
    return {*frame.itertuples(index=False, name=None)}


def _own(table: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the columns of the sheet itself by their case-folded names, and the geometry."""
    names = [name for name in table.columns if name not in COLUMN_NAMES[:-1]]
    return pd.DataFrame(table[names]).rename(columns=lambda name: str(name).casefold())


def _columns(table: gpd.GeoDataFrame) -> tuple[str, ...]:
    return tuple(sorted(_own(table).columns))
