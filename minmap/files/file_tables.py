"""The tables that a file holds, found by its kind and read when they are asked for."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any, Final
from zipfile import ZipInfo

import pandas as pd

from minmap.errors import FileError
from minmap.files.archive import Archive
from minmap.files.csv_layout import looks_like_table
from minmap.files.delimited import read_table
from minmap.files.file_kinds import (
    ARCHIVES,
    DELIMITED,
    HEAD_BYTES,
    RECORD,
    VECTORS,
    WORKBOOKS,
    is_workbook,
    kind_of,
)
from minmap.files.geofile import VectorFile, opened
from minmap.files.local_file import Spooled, safe_name
from minmap.files.shapefile import PARTS
from minmap.files.workbook import Workbook

_HEAD_OF_TEXT: Final = 1 << 16
# Files that belong to one of these endings, by the same name.
_COMPANIONS: Final = {
    ".shp": PARTS,
    ".mif": (".mif", ".mid"),
    ".tab": (".tab", ".dat", ".map", ".id", ".ind"),
}
_ENDINGS: Final = (*DELIMITED, *WORKBOOKS, *VECTORS)
# What may hold several tables, so that an archive has to unpack it to know them.
_MANIFOLD: Final = (*WORKBOOKS, ".gpkg", ".sqlite", ".db", ".kml", ".gml", ".gpx", ".gdb", ".dxf")


@dataclass(frozen=True)
class Reading:
    """How a table is to be read; see `minmap.files.document.Document.cells`."""

    encoding: str | None = None
    crs: Any = None
    limit: int | None = None
    dates_as_text: bool = True


SET_ASIDE: Final = "set_aside"
"""Key of a frame's attrs: lines of the text that are no rows of it."""

Read = Callable[[Reading], tuple[pd.DataFrame, list[str]]]


@dataclass(frozen=True)
class Table:
    """One table of a file: its name, whether it has (or by its kind may have) geometry."""

    name: str
    read: Read
    has_geometry: bool = False


def tables_of(given: Spooled, stack: ExitStack) -> tuple[Path, list[Table]]:
    """Return the tables of a file, and the file that holds them, unpacked if it is the only one.

    Parameters
    ----------
    given
        The file.
    stack
        Keeps what was opened or unpacked until the document is closed.

    Raises
    ------
    FileError
        If the file is damaged, of no kind that is known, or holds no table.
    """
    if given.path.is_dir():
        return given.path, _vector(given.path, given.where, stack)
    with given.path.open("rb") as stream:
        head = stream.read(HEAD_BYTES)
    kind = kind_of(head, given.label)
    if kind != "archive":
        name = Path(given.label).stem
        return given.path, _plain(given.path, name, given.where, kind, stack)
    return _packed(given, stack)


def _plain(path: Path, name: str, where: str, kind: str, stack: ExitStack) -> list[Table]:
    if kind == "workbook":
        book = Workbook(path, where)
        if not book.names:
            raise FileError(f"{where} is empty: none of its sheets has anything in it.")
        return [Table(sheet, partial(_read_sheet, book, sheet)) for sheet in book.names]
    if kind == "vector":
        tables = _vector(path, where, stack)
        if len(tables) == 1 and path.suffix.lower() not in _MANIFOLD:
            return [replace(tables[0], name=name)]  # GDAL has odd names for some
        return tables
    return [Table(name, partial(_read_text, path, where))]


def _vector(path: Path, where: str, stack: ExitStack) -> list[Table]:
    file = stack.enter_context(opened(path, where))
    if not file.layers and file.kind == "kml":
        # A table without records, which minmap may have written and can read back.
        return [Table(path.stem, partial(_refuse, where), has_geometry=True)]
    if not file.layers:
        raise _no_layer(where)
    return [
        Table(layer, partial(_read_layer, file, layer), has_geometry)
        for layer, has_geometry in file.layers.items()
    ]


def _refuse(where: str, _: Reading) -> tuple[pd.DataFrame, list[str]]:
    raise _no_layer(where)


def _no_layer(where: str) -> FileError:
    return FileError(f"{where} is empty: there is no layer in it.")


def _read_text(path: Path, where: str, how: Reading) -> tuple[pd.DataFrame, list[str]]:
    cells = read_table(path, where=where, encoding=how.encoding, limit=how.limit)
    cells.frame.attrs[SET_ASIDE] = cells.set_aside
    return cells.frame, cells.notes


def _read_sheet(book: Workbook, sheet: str, how: Reading) -> tuple[pd.DataFrame, list[str]]:
    cells = book.cells(sheet, limit=how.limit)
    return cells.frame, cells.notes


def _read_layer(file: VectorFile, layer: str, how: Reading) -> tuple[pd.DataFrame, list[str]]:
    return file.read(
        layer,
        crs=how.crs,
        encoding=how.encoding,
        limit=how.limit,
        dates_as_text=how.dates_as_text,
    )


# Archives -----------------------------------------------------------------------------------------


def _packed(given: Spooled, stack: ExitStack) -> tuple[Path, list[Table]]:
    archive = stack.enter_context(Archive(given.path, given.where))
    if is_workbook(archive.members()):
        return given.path, _plain(given.path, given.label, given.where, "workbook", stack)
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    members = _table_files(archive, given.where)
    names = _names(list(members))
    tables = list[Table]()
    for number, (member, parts) in enumerate(members.items()):
        unpack = partial(_unpack, archive, parts, member, folder / str(number))
        where = f"{member} in {given.where}"
        if len(members) == 1:
            path = unpack()
            return path, _inside(path, member, where, stack)
        if member.suffix.lower() in _MANIFOLD:
            inside = _inside(unpack(), member, where, stack)
            prefix = f"{names[member]}/" if len(inside) > 1 else ""
            tables += [
                replace(t, name=f"{prefix}{t.name}" if prefix else names[member]) for t in inside
            ]
        else:
            read = partial(_read_packed, unpack, member, where, stack)
            tables.append(Table(names[member], read, member.suffix.lower() in VECTORS))
    return given.path, tables


def _inside(path: Path, member: PurePosixPath, where: str, stack: ExitStack) -> list[Table]:
    if path.is_dir():
        return _vector(path, where, stack)
    with path.open("rb") as stream:
        kind = kind_of(stream.read(HEAD_BYTES), member.name)
    if kind == "archive":
        raise FileError(f"{where} is an archive in an archive; unpack it and give the file in it.")
    return _plain(path, member.stem, where, kind, stack)


def _read_packed(
    unpack: Callable[[], Path],
    member: PurePosixPath,
    where: str,
    stack: ExitStack,
    how: Reading,
) -> tuple[pd.DataFrame, list[str]]:
    """Read the only table of a file that is still in its archive."""
    return _inside(unpack(), member, where, stack)[0].read(how)


def _unpack(
    archive: Archive, parts: dict[PurePosixPath, ZipInfo], member: PurePosixPath, folder: Path
) -> Path:
    """Unpack a file with those that belong to it, under names of ours."""
    folder.mkdir(exist_ok=True)
    target = folder / safe_name(member.name)
    if member.suffix.lower() == ".gdb":
        target.mkdir(exist_ok=True)
        for path, info in parts.items():
            archive.unpack(info, target / safe_name(path.name))
        return target
    target = target.with_suffix(member.suffix.lower())
    for path, info in parts.items():
        is_record = path.name.endswith(RECORD)
        name = target.name + RECORD if is_record else target.stem + path.suffix.lower()
        archive.unpack(info, target.with_name(name))
    return target


def _table_files(archive: Archive, where: str) -> dict[PurePosixPath, dict[PurePosixPath, ZipInfo]]:
    """Return the files in an archive that hold tables, each with those that belong to it."""
    members = archive.members()
    found = dict[PurePosixPath, dict[PurePosixPath, ZipInfo]]()
    texts = list[PurePosixPath]()
    by_stem = _by_stem(members)
    for path in members:
        if path.name.endswith(RECORD):
            continue
        ending = path.suffix.lower()
        base = next((p for p in path.parents if p.suffix.lower() == ".gdb"), None)
        if base is not None:
            found.setdefault(base, {})[path] = members[path]
        elif ending == ".txt":
            texts.append(path)
        elif ending in _ENDINGS:
            wanted = _COMPANIONS.get(ending, (ending,))
            there = [p for p in by_stem[path.with_suffix("")] if p.suffix.lower() in wanted]
            found[path] = {p: members[p] for p in there if p == path or ending in _COMPANIONS}
    for path, parts in found.items():
        record = path.with_name(path.name + RECORD)
        if record in members:
            parts[record] = members[record]
    if not found:
        # Text beside tables is a licence or a description; alone it may be the tables.
        found = {
            path: {path: members[path]}
            for path in texts
            if looks_like_table(archive.head(members[path], _HEAD_OF_TEXT))
        }
    if not found:
        raise _nothing_in(where, members)
    return found


def _by_stem(paths: Iterable[PurePosixPath]) -> dict[PurePosixPath, list[PurePosixPath]]:
    groups = dict[PurePosixPath, list[PurePosixPath]]()
    for path in paths:
        groups.setdefault(path.with_suffix(""), []).append(path)
    return groups


def _nothing_in(where: str, members: Iterable[PurePosixPath]) -> FileError:
    packed = [str(path) for path in members if path.suffix.lower() in ARCHIVES]
    if packed:
        return FileError(
            f"{where} holds no vector file and no table but {', '.join(packed[:3])}; unpack it "
            "and give one of these."
        )
    return FileError(
        f"{where} holds no vector file and no table ({', '.join(_ENDINGS)}); give an archive that "
        "does."
    )


def _names(members: Sequence[PurePosixPath]) -> dict[PurePosixPath, str]:
    """Return what the files are called: the name without ending, or the path if two share it."""
    stems = Counter(member.stem for member in members)
    return {m: m.stem if stems[m.stem] == 1 else str(m) for m in members}
