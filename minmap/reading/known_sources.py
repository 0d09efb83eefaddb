"""The sources that minmap knows, and the source of a table."""

from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path, PurePosixPath
from typing import Any, Final

import pandas as pd

from minmap.errors import FileError
from minmap.files import Document
from minmap.reading.source import Source
from minmap.reading.source_toml import parse_source
from minmap.table import source_rows, sources_of

MINIMUM_EVIDENCE: Final = 2
"""Number of a source's distinctive columns that identify its table. One such name (`gid`,
`DEPOSIT_TYPE`) may occur in any table; two do not occur together by chance."""


@cache
def catalogue() -> Mapping[str, Source]:
    """Return the sources that minmap knows, by id, in alphabetical order."""
    entries = sorted(files(__package__).iterdir(), key=lambda entry: entry.name)
    known = [
        parse_source(entry.read_text(encoding="utf-8"), entry.name)
        for entry in entries
        if entry.name.endswith(".toml")
    ]
    return {source.id: source for source in known}


def described_sources(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the sources of what a table has: all but those of the catalogue without a row.

    A table keeps its ``attrs`` when rows are taken from it. Sources that only rows name are
    completed from the catalogue. Where no row names a source, all are kept.

    Examples
    --------
    >>> table = pd.DataFrame({"source": ["mrds"], "citation": ["USGS"]})
    >>> table.attrs["sources"] = [{"id": "usmin", "title": "USMIN"}, {"title": "my file"}]
    >>> [source.get("licence") for source in described_sources(table)]
    [None, 'US public domain']
    """
    named = set(source_rows(table)["source"].unique())
    sources = []
    for source in sources_of(table):
        known = catalogue().get(str(source.get("id")))
        if known is not None and named and known.id not in named:
            continue
        # A source that only rows name has its id as its title.
        is_named = source.keys() == {"id", "title", "citation"} and source["id"] == source["title"]
        sources.append(known.reference() if known is not None and is_named else source)
    return sources


def load(path: Path) -> Source:
    """Read a user's own source description.

    Raises
    ------
    FileError
        If the file is missing, is not TOML or does not describe a source.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise FileError(f"source={str(path)!r} does not exist; check the name.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise FileError(f"{path} cannot be read as a source description: {error}.") from error
    return parse_source(text, str(path))


def recognise(columns: Iterable[str], known: Mapping[str, Source], *, label: str) -> Source | None:
    """Return the source that has these columns, None if there is too little evidence.

    Parameters
    ----------
    columns
        Column names of a table; case is ignored.
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
    ordered = sorted(evidence.items(), key=lambda item: -_different(item[1]))
    (best, found), *others = ordered
    if _different(found) < MINIMUM_EVIDENCE:
        return None
    if others and _different(others[0][1]) == _different(found):
        second, other = others[0]
        raise FileError(
            f"{label} could be {best} ({', '.join(found)}) or {second} ({', '.join(other)}); "
            f"choose with source='{best}' or source='{second}'."
        )
    return known[best]


def _different(names: Iterable[str]) -> int:
    """Return the number of names; those of a series, such as commod1 and commod2, are one."""
    return len({name.casefold().rstrip("0123456789") for name in names})


def records_layers(
    document: Document, layer: str | None, known: Mapping[str, Source]
) -> tuple[str | None, ...]:
    """Choose the tables of a file to read: the given one, the only one, or that of a known source.

    All are returned if none is of a known source.

    Raises
    ------
    FileError
        If several tables are of a known source, or none is that of the user's own source.
    """
    if layer is not None or len(document.layers) < 2:
        return (layer,)
    titles = {name.casefold() for source in known.values() for name in source.tables}
    # The name of a table in a folder of an archive includes the folder.
    named = [name for name in document.layers if PurePosixPath(name).name.casefold() in titles]
    found = [name for name in named or document.layers if _is_known(document, name, known)]
    if len(found) == 1:
        return (found[0],)
    if len(known) == 1 and len(named) == 1:
        return (named[0],)  # the user has given the source
    if not found and len(known) > 1:
        return document.layers
    known_tables = f"{len(found)} come" if found else "none comes"
    names = ", ".join(map(repr, sorted(found or document.layers)))
    raise FileError(
        f"{document.label} has {len(document.layers)} tables, and {known_tables} from a "
        f"known source; pass layer= one of: {names}."
    )


def _is_known(document: Document, layer: str, known: Mapping[str, Source]) -> bool:
    try:
        columns = document.columns(layer)
    except FileError:
        return False  # such as an empty sheet, which is an error only if the user chooses it
    return recognise(columns, known, label=document.label) is not None
