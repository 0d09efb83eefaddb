"""Several files read as one table."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, NamedTuple, Protocol

import geopandas
import pandas as pd
from tqdm import tqdm

from minmap.errors import CRSError, FileError, MinmapError
from minmap.files.cells import Cells
from minmap.files.file_sets import FileSet
from minmap.files.proportion import size_of
from minmap.reading.column_match import Match, match, source_id
from minmap.reading.joined_tables import Part, joined_tables
from minmap.reading.namesakes import namesake_ids
from minmap.reading.source_choice import ChosenSource
from minmap.table import listed

SAMPLED_ROWS: Final = 200
"""Rows of each file by which files with the same column names are matched together."""
_SHOWN: Final = 5


class OneTable(NamedTuple):
    """An occurrence table, notes on it, and the name of its file."""

    table: geopandas.GeoDataFrame
    notes: list[str]
    label: str


class ReadOne(Protocol):
    """A function that reads a file."""

    def __call__(self, file: Any, matched: ChosenSource | None = None) -> OneTable:
        """Read a file; `matched` is its source if it has been matched with others."""


class CommonSources(NamedTuple):
    """The sources of files that were matched together, by their paths, and notes on the matches."""

    of_files: Mapping[Path, ChosenSource]
    notes: list[str]


def common_sources(
    files: FileSet,
    sample: Callable[[Path], Cells | None],
    columns: Mapping[str, str],
    crs: Any,
) -> CommonSources:
    """Match files with the same column names by the rows of all of them.

    A column that is blank in one file then means the same as in the others.

    Parameters
    ----------
    files
        The files.
    sample
        Returns the first rows of a file, None if it needs no match.
    columns, crs
        As in `minmap.read`.
    """
    groups = dict[frozenset[str], dict[Path, Cells]]()
    for path in files.paths:
        try:
            cells = sample(path)
        except MinmapError:
            continue  # reading it raises the same error
        if cells is not None:
            key = frozenset(str(name).casefold() for name in cells.frame.columns)
            groups.setdefault(key, {})[path] = cells
    found, notes = dict[Path, ChosenSource](), list[str]()
    for group in groups.values():
        if len(group) < 2:
            continue
        samples = [*group.values()]
        try:
            matched = _match_of(samples, next(iter(group)).name, columns, crs)
        except MinmapError:
            continue  # each is matched, or refused, alone
        notes.append(f"{len(group)} files with the same columns. {matched.note}")
        for path in group:
            own = replace(matched.source, id=source_id(path.name), title=path.name)
            found[path] = ChosenSource(own, [], matched.entries)
    return CommonSources(found, notes)


def _match_of(samples: Sequence[Cells], label: str, columns: Mapping[str, str], crs: Any) -> Match:
    """Return the match of tables with the same columns, spelled as in the first."""
    frames = [each.frame.rename(columns=lambda name: str(name).casefold()) for each in samples]
    spelled = {str(name).casefold(): name for name in samples[0].frame.columns}
    pooled = Cells(pd.concat(frames, ignore_index=True).rename(columns=spelled), None, [])
    found = match(pooled, label=label, columns=columns, crs=crs)
    if found.source.key is None:
        # Numbers that are different in each table, but not over all.
        alone = match(samples[0], label=label, columns=columns, crs=crs)
        key = alone.source.key
        if key is not None and all(_has_numbers(each, key) for each in samples):
            of_key = next(entry for entry in alone.entries if entry["column"] == key)
            entries = [of_key if one["column"] == key else one for one in found.entries]
            source = replace(found.source, key=key)
            return Match(source, [*found.notes, f"Record numbers: {key}."], entries)
    return found


def _has_numbers(cells: Cells, column: str) -> bool:
    values = cells.column(column)
    return values is not None and values.is_unique


def read_files(files: FileSet, read_one: ReadOne, common: CommonSources) -> OneTable:
    """Return the tables of files as one.

    Raises
    ------
    FileError
        If files cannot be read; the message names them. If they have so different columns that one
        table of all would be nearly blank.
    CRSError
        If all of them lack a CRS.
    """
    names, found, notes = files.names(), dict[Path, OneTable](), [*files.note(), *common.notes]
    errors = dict[str, MinmapError]()
    paths = tqdm(files.paths, desc="reading", unit="files", delay=2, disable=None)
    for name, path in zip(names, paths, strict=True):
        try:
            found[path] = read_one(path, common.of_files.get(path))
        except MinmapError as error:
            errors[name] = error
            continue
        said = found[path].notes
        notes += [f"{name}: {' '.join(said)}"] if said and len(names) > 1 else said
    if errors:
        raise _unreadable(errors, len(names))
    tables = [one.table for one in found.values()]
    ids = _ids_of_namesakes([*found], tables)
    label = f"{len(names)} files" if len(names) > 1 else names[0]
    size = sum(map(size_of, files.paths))
    table, on_ids = joined_tables([*map(Part, names, tables)], ids, where=label, size=size)
    if made := [id_ for id_ in ids if id_ is not None]:
        notes.append(f"Files have one name; the ids of their records begin with {listed(made)}.")
    return OneTable(table, [*notes, *on_ids], label)


def _ids_of_namesakes(
    paths: Sequence[Path], tables: Sequence[geopandas.GeoDataFrame]
) -> list[str | None]:
    """Return other ids for the sources of files of one name; None where the own one stays."""
    own = list[str | None]()
    for path, table in zip(paths, tables, strict=True):
        sources = table.attrs.get("sources", [])
        # Sources that a file states itself may be those of other files too.
        is_of_file = len(sources) == 1 and sources[0].get("title") == path.name
        own.append(str(sources[0].get("id")) if is_of_file else None)
    return namesake_ids([path.absolute() for path in paths], own)


def _unreadable(errors: Mapping[str, MinmapError], total: int) -> MinmapError:
    if total == 1:
        return next(iter(errors.values()))
    kind = CRSError if all(isinstance(e, CRSError) for e in errors.values()) else FileError
    lines = [f"{name}: {error}" for name, error in [*errors.items()][:_SHOWN]]
    lines += [f"And {len(errors) - _SHOWN} more."] if len(errors) > _SHOWN else []
    names = f": {', '.join(errors)}" if len(errors) > _SHOWN else ""
    return kind(
        f"{len(errors)} of {total} files cannot be read{names}; give a list without them, or mend "
        "them:",
        lines=lines,
    )
