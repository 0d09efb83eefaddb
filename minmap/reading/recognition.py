"""Which source a table comes from, and which table of a file holds the records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath
from typing import Final

from minmap.errors import FileError
from minmap.files import Document
from minmap.reading.source import Source

MINIMUM_EVIDENCE: Final = 2
"""Columns that only one source has and that a table must show to be taken for it. One such name
(`gid`, `DEPOSIT_TYPE`) may stand in any table; two together are not met by chance."""


def recognise(columns: Iterable[str], known: Mapping[str, Source], *, label: str) -> Source | None:
    """Return the source whose columns these are, None if there is too little to tell it by.

    Parameters
    ----------
    columns
        Column names of a table; case does not count.
    known
        Sources by id.
    label
        Name of the file, for the message.

    Raises
    ------
    FileError
        If two sources have equally many distinctive columns there.
    """
    present = {name.casefold() for name in columns}
    evidence = {
        source.id: [name for name in source.recognise if name.casefold() in present]
        for source in known.values()
    }
    ranked = sorted(evidence.items(), key=lambda item: -len(item[1]))
    best, found = ranked[0]
    if len(found) < MINIMUM_EVIDENCE:
        return None
    second, other = ranked[1] if len(ranked) > 1 else ("", [])
    if len(other) == len(found):
        raise FileError(
            f"{label} could be {best} ({', '.join(found)}) or {second} ({', '.join(other)}); "
            f"say which with source='{best}' or source='{second}'."
        )
    return known[best]


def records_layer(document: Document, layer: str | None, known: Mapping[str, Source]) -> str | None:
    """Return the table of a file that holds the records: the given, the only, or the known one.

    Raises
    ------
    FileError
        If the file has several tables and none, or more than one, is that of a known source.
    """
    if layer is not None or len(document.layers) < 2:
        return layer
    titles = {name.casefold() for source in known.values() for name in source.tables}
    # A table in a folder of an archive has the folder in its name.
    named = [name for name in document.layers if PurePosixPath(name).name.casefold() in titles]
    found = [name for name in named or document.layers if _is_known(document, name, known)]
    if len(found) == 1:
        return found[0]
    if len(known) == 1 and len(named) == 1:
        return named[0]  # the user said which source it is
    several = f"{len(found)} are of a known source" if found else "none is of a known source"
    raise FileError(
        f"{document.label} has {len(document.layers)} tables, of which {several}; "
        f"pass layer= one of: {', '.join(sorted(found or document.layers))}."
    )


def _is_known(document: Document, layer: str, known: Mapping[str, Source]) -> bool:
    try:
        columns = document.cells(layer, limit=1).frame.columns
    except FileError:
        return False  # an empty sheet, say; it is met again if the user asks for it
    return recognise(map(str, columns), known, label=document.label) is not None
