"""The source of a table: what the user names, what the columns show, or a match."""

import os
from collections.abc import Mapping
from typing import Any, NamedTuple

from minmap.arguments import require_one_of, require_path
from minmap.errors import CRSError, FileError
from minmap.files.cells import Cells
from minmap.files.encoding_guess import notes_on_other_letters
from minmap.reading import known_sources
from minmap.reading.column_match import match
from minmap.reading.match_record import Entry, entries_of_source
from minmap.reading.overrides import overridden
from minmap.reading.source import Source
from minmap.table import listed


class ChosenSource(NamedTuple):
    """The source of a table, notes on the choice, and what was found of each column."""

    source: Source
    notes: list[str]
    entries: list[Entry]


def described(source: str | os.PathLike[str]) -> Source:
    """Return the source that a user names, by its id: one of minmap, or a TOML file."""
    path = require_path(source, name="source")
    if path.suffix.lower() == ".toml":
        return known_sources.load(path)
    known = known_sources.catalogue()
    return known[require_one_of(str(path), known, name="source")]


def source_of(
    cells: Cells, label: str, given: Source | None, columns: Mapping[str, str], crs: Any
) -> ChosenSource:
    """Return the source of a table, with the columns that the user names.

    `given` is the source that the user names; None: recognised, or matched.
    """
    names = [str(name) for name in cells.frame.columns]
    found = given or known_sources.recognise(names, label=label)
    if found is None:
        try:
            fitted = match(cells, label=label, columns=columns, crs=crs)
        except (CRSError, FileError) as error:
            # Headings in the wrong letters are a reason for the error too.
            guessed = notes_on_other_letters(cells.notes)
            if not guessed:
                raise
            raise type(error)(" ".join([str(error), *guessed])) from None
        return ChosenSource(fitted.source, fitted.notes, fitted.entries)
    if columns:
        found = overridden(found, columns, cells)
    else:
        _require_fit(cells, found, label)
    return ChosenSource(found, [], entries_of_source(found, names, columns))


def _require_fit(cells: Cells, source: Source, label: str) -> None:
    """Refuse a table that has only such columns of the source as any table may have."""
    distinctive = [name for name in source.columns if name not in source.coordinate_columns]
    expected = distinctive or [*source.coordinate_columns]
    if all(cells.column(name) is None for name in expected):
        raise FileError(
            f"{label} has none of the columns of {source.id} ({listed(expected)}); "
            "check source= and the first line of the file."
        )
