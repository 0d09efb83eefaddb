"""Which source a table comes from, told by the names of its columns alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from minmap.errors import FileError
from minmap.model import listed
from minmap.sources.source import Source

MINIMUM_EVIDENCE: Final = 2
"""Columns that only one source has and that a table must show to be taken for it. One such name
(`gid`, `DEPOSIT_TYPE`) may stand in any table; two together are not met by chance."""


def recognise(columns: Iterable[str], known: Mapping[str, Source], *, path: Path) -> Source:
    """Return the source whose columns these are.

    Parameters
    ----------
    columns
        Column names of a table; case does not count.
    known
        Sources by id.
    path
        For the message.

    Raises
    ------
    FileError
        If fewer than `MINIMUM_EVIDENCE` distinctive columns are there, or two sources have
        equally many. The message lists for each source what was found and looked for.
    """
    present = {name.casefold() for name in columns}
    evidence = {
        source.id: [name for name in source.recognise if name.casefold() in present]
        for source in known.values()
    }
    ranked = sorted(evidence.items(), key=lambda item: -len(item[1]))
    best, found = ranked[0]
    if len(found) < MINIMUM_EVIDENCE:
        raise FileError(
            f"{path} is not recognised: its columns are those of no source that minmap knows "
            f"({MINIMUM_EVIDENCE} distinctive ones are needed). {_looked_for(known, evidence)} "
            "If it is one of them, say source='<id>'; to read a table of your own, describe it in "
            "a TOML file (id, [coordinates] columns, [fields]; form: minmap/sources/mrds.toml) "
            "and say source='mine.toml'."
        )
    second, other = ranked[1] if len(ranked) > 1 else ("", [])
    if len(other) == len(found):
        raise FileError(
            f"{path} could be {best} ({', '.join(found)}) or {second} ({', '.join(other)}); "
            f"say which with source='{best}' or source='{second}'."
        )
    return known[best]


def _looked_for(known: Mapping[str, Source], evidence: Mapping[str, list[str]]) -> str:
    parts = []
    for source in known.values():
        found = evidence[source.id]
        missing = [name for name in source.recognise if name not in found]
        parts.append(
            f"{source.id}: found {', '.join(found) or 'none'}, not found {listed(missing)}."
        )
    return " ".join(parts)
