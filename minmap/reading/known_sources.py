"""The sources that minmap knows, and the source of a table."""

from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path, PurePosixPath
from typing import Any, Final

import pandas as pd

from minmap.errors import FileError
from minmap.files import Document
from minmap.files.toml_text import toml_text
from minmap.reading.source import Source
from minmap.reading.source_toml import parse_source
from minmap.table import source_rows, sources_of

# Shares of a table's columns that must be the source's, by the number of distinctive ones: a table
# of a user's own may have the record number `gid` and a `dep_name` among others.
_SHARES: Final = {2: 0.8, 3: 0.5, 4: 0.0}
_WITHOUT_KEY: Final = 0.5
"""Share of a source's distinctive columns that identify a table without the record's number."""


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
        If the file is missing, is no ordinary file, has more than 10 MB, is not TOML or does not
        describe a source.
    """
    text = toml_text(path, name="source", what="a source description")
    return parse_source(text, str(path))


def recognise(columns: Iterable[str], *, label: str, given: Source | None = None) -> Source | None:
    """Return the source of a table with these columns, None if there is too little evidence.

    A table is of a source if it has the source's record number (or, for a source without numbers,
    all columns from which an id is made) and four columns that no other source has, or three of
    them if half of its columns are the source's, or two if nearly all are; or if it has half of all
    columns that no other source has. Those of a series, such as commod1 and commod2, are one. Of a
    source that the user names, two columns are enough.

    Parameters
    ----------
    columns
        Column names of a table; case is ignored.
    label
        Name of the file, for the message.
    given
        The source that the user names. None: any of the catalogue.

    Raises
    ------
    FileError
        If two sources have equally many distinctive columns there.
    """
    present = {name.casefold() for name in columns}
    known = catalogue() if given is None else {given.id: given}
    evidence = {
        source.id: found
        for source in known.values()
        if (found := [name for name in source.recognise if name.casefold() in present])
        and _is_enough(present, source, found, is_given=given is not None)
    }
    if not evidence:
        return None
    (best, found), *others = sorted(evidence.items(), key=lambda item: -_different(item[1]))
    if others and _different(others[0][1]) == _different(found):
        second, other = others[0]
        raise FileError(
            f"{label} could be {best} ({', '.join(found)}) or {second} ({', '.join(other)}); "
            f"choose with source='{best}' or source='{second}'."
        )
    return known[best]


def _is_enough(present: set[str], source: Source, found: list[str], *, is_given: bool) -> bool:
    """Return whether the distinctive columns `found` identify a table of a source."""
    number = min(_different(found), max(_SHARES))
    if number < min(_SHARES) or is_given:
        return number >= min(_SHARES)
    keys = ((source.key,),) if source.key is not None else source.content
    has_key = all(any(name.casefold() in present for name in names) for names in keys)
    own = {name.casefold() for name in source.columns}
    if has_key and len(present & own) >= _SHARES[number] * len(present):
        return True
    return _different(found) >= _WITHOUT_KEY * _different(source.recognise)


def _different(names: Iterable[str]) -> int:
    """Return the number of names; those of a series, such as commod1 and commod2, are one."""
    return len({name.casefold().rstrip("0123456789") for name in names})


def records_layers(
    document: Document, layer: str | None, given: Source | None
) -> tuple[str | None, ...]:
    """Choose the tables of a file to read: the given one, the only one, or that of a known source.

    All are returned if none is of a known source, unless the user names one, `given`. Hidden sheets
    of a workbook are not among them.

    Raises
    ------
    FileError
        If all are hidden, several tables are of a known source, or none is that of the user's own
        source.
    """
    if layer is not None:
        return (layer,)
    layers = [name for name in document.layers if name not in document.hidden]
    if document.layers and not layers:
        shown = ", ".join(map(repr, document.layers))
        raise FileError(
            f"{document.label} has tables on hidden sheets only; to read one, pass layer= one of: "
            f"{shown}."
        )
    if len(layers) < 2:
        return tuple(layers) if document.hidden else (None,)
    sources = catalogue().values() if given is None else [given]
    titles = {name.casefold() for source in sources for name in source.tables}
    # The name of a table in a folder of an archive includes the folder.
    named = [name for name in layers if PurePosixPath(name).name.casefold() in titles]
    found = [name for name in named or layers if _is_known(document, name, given)]
    if len(found) == 1:
        return (found[0],)
    if given is not None and len(named) == 1:
        return (named[0],)
    if not found and given is None:
        return tuple(layers)
    known_tables = f"{len(found)} come" if found else "none comes"
    names = ", ".join(map(repr, sorted(found or layers)))
    raise FileError(
        f"{document.label} has {len(layers)} tables, and {known_tables} from a "
        f"known source; pass layer= one of: {names}."
    )


def _is_known(document: Document, layer: str, given: Source | None) -> bool:
    try:
        columns = document.columns(layer)
    except FileError:
        return False  # such as an empty sheet, which is an error only if the user chooses it
    return recognise(columns, label=document.label, given=given) is not None
