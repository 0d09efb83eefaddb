"""Find the tables of a file by its kind, each to be read on demand."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path, PurePath, PurePosixPath
from typing import Final
from zipfile import ZipInfo

from minmap.errors import FileError
from minmap.files.archive import Archive
from minmap.files.cells import Cells, ReadOptions
from minmap.files.csv_layout import looks_like_table
from minmap.files.delimited import read_table
from minmap.files.file_types import (
    ARCHIVES,
    DELIMITED,
    RECORD,
    VECTORS,
    WORKBOOKS,
    file_type,
    is_workbook,
    read_head,
)
from minmap.files.local_file import LocalFile, safe_name
from minmap.files.shapefile import PARTS
from minmap.files.vector_file import open_vector
from minmap.files.workbook import Workbook

_TEXT_HEAD_BYTES: Final = 1 << 16
# The endings of the files that belong together, by the ending of the first.
_COMPANIONS: Final = {
    ".shp": PARTS,
    ".mif": (".mif", ".mid"),
    ".tab": (".tab", ".dat", ".map", ".id", ".ind"),
}
_ENDINGS: Final = (*DELIMITED, *WORKBOOKS, *VECTORS)
# Files that may hold several tables, so that an archive must unpack them to list these.
_MULTI_TABLE: Final = frozenset(WORKBOOKS) | frozenset(
    (".gpkg", ".sqlite", ".db", ".kml", ".gml", ".gpx", ".gdb", ".dxf")
)

_Members = dict[PurePosixPath, ZipInfo]


@dataclass(frozen=True)
class Table:
    """One table of a file, and whether it has (or by its kind may have) geometry.

    `read` returns a GeoDataFrame as the frame of its `Cells` where there is geometry.
    """

    name: str
    read: Callable[[ReadOptions], Cells]
    has_geometry: bool = False


def tables_of(source: LocalFile, stack: ExitStack) -> tuple[Path, list[Table]]:
    """Return the tables of a file, and the file that holds them, unpacked if it is the only one.

    Parameters
    ----------
    source
        The file.
    stack
        Keeps opened and unpacked files until the document is closed.

    Raises
    ------
    FileError
        If the file is damaged, of an unknown kind, or has no table.
    """
    kind = _kind_of(source.path, source.label)
    if kind == "archive":
        archive = stack.enter_context(Archive(source.path, source.where))
        if not is_workbook(archive.members()):
            return _archive_tables(archive, source, stack)
        kind = "workbook"
    return source.path, _file_tables(source.path, Path(source.label), source.where, kind, stack)


def _kind_of(path: Path, name: str) -> str:
    return "vector" if path.is_dir() else file_type(read_head(path), name)


def _file_tables(
    path: Path, label: PurePath, where: str, kind: str, stack: ExitStack
) -> list[Table]:
    if kind == "archive":
        raise FileError(f"{where} is an archive in an archive; unpack it and give the file in it.")
    if kind == "workbook":
        book = Workbook(path, where)
        if not book.names:
            raise FileError(f"{where} is empty: none of its sheets has anything in it.")
        return [Table(sheet, partial(book.cells, sheet)) for sheet in book.names]
    if kind == "vector":
        tables = _vector_tables(path, where, stack)
        if len(tables) == 1 and path.suffix.lower() not in _MULTI_TABLE:
            return [replace(tables[0], name=label.stem)]  # GDAL's name may be odd
        return tables
    return [Table(label.stem, partial(_read_text, path, where))]


def _read_text(path: Path, where: str, options: ReadOptions) -> Cells:
    return read_table(path, where=where, encoding=options.encoding, limit=options.limit)


def _vector_tables(path: Path, where: str, stack: ExitStack) -> list[Table]:
    file = stack.enter_context(open_vector(path, where))
    if file.layers:
        return [
            Table(layer, partial(file.read, layer), has_geometry)
            for layer, has_geometry in file.layers.items()
        ]
    refuse = partial(_refuse_empty, where)
    if file.kind != "kml":
        refuse(ReadOptions())
    # A table without records, which minmap may have written and can read back.
    return [Table(path.stem, refuse, has_geometry=True)]


def _refuse_empty(where: str, _: ReadOptions) -> Cells:
    raise FileError(f"{where} is empty: there is no layer in it.")


# Archives -----------------------------------------------------------------------------------------


def _archive_tables(
    archive: Archive, source: LocalFile, stack: ExitStack
) -> tuple[Path, list[Table]]:
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    files = _files_with_tables(archive, source.where)
    # A file is called by its name without ending, or by its path if two share that.
    stems = Counter(member.stem for member in files)
    tables = list[Table]()
    for number, (member, parts) in enumerate(files.items()):
        ending = member.suffix.lower()
        name = member.stem if stems[member.stem] == 1 else str(member)
        unpack = partial(_unpack, archive, parts, member, folder / str(number))
        tables_in = partial(_member_tables, member, f"{member} in {source.where}", stack)
        if len(files) == 1:
            path = unpack()
            return path, tables_in(path)
        if ending in _MULTI_TABLE:
            inside = tables_in(unpack())
            several = len(inside) > 1
            tables += [replace(t, name=f"{name}/{t.name}" if several else name) for t in inside]
        else:
            read = partial(_read_packed, unpack, tables_in)
            tables.append(Table(name, read, ending in VECTORS))
    return source.path, tables


def _member_tables(member: PurePosixPath, where: str, stack: ExitStack, path: Path) -> list[Table]:
    return _file_tables(path, member, where, _kind_of(path, member.name), stack)


def _read_packed(
    unpack: Callable[[], Path], tables_in: Callable[[Path], list[Table]], options: ReadOptions
) -> Cells:
    """Unpack a file that has one table, and read it."""
    return tables_in(unpack())[0].read(options)


def _unpack(archive: Archive, parts: _Members, member: PurePosixPath, folder: Path) -> Path:
    """Unpack a file with those that belong to it, under safe names."""
    folder.mkdir(exist_ok=True)
    target = folder / safe_name(member.name)
    if member.suffix.lower() == ".gdb":
        target.mkdir(exist_ok=True)
        for path, info in parts.items():
            archive.unpack(info, target / safe_name(path.name))
        return target
    target = target.with_suffix(member.suffix.lower())
    for path, info in parts.items():
        ending = RECORD if path.name.endswith(RECORD) else path.suffix.lower()
        name = target.name if ending == RECORD else target.stem
        archive.unpack(info, target.with_name(name + ending))
    return target


def _files_with_tables(archive: Archive, where: str) -> dict[PurePosixPath, _Members]:
    """Return the files in an archive that hold tables, each with those that belong to it."""
    members = archive.members()
    by_stem = dict[PurePosixPath, list[PurePosixPath]]()
    for path in members:
        by_stem.setdefault(path.with_suffix(""), []).append(path)
    found = dict[PurePosixPath, _Members]()
    for path in members:
        ending = path.suffix.lower()
        folder = next((p for p in path.parents if p.suffix.lower() == ".gdb"), None)
        if path.name.endswith(RECORD):
            continue
        if folder is not None:
            found.setdefault(folder, {})[path] = members[path]
        elif ending in _ENDINGS and ending != ".txt":
            wanted = _COMPANIONS.get(ending, ())
            parts = [p for p in by_stem[path.with_suffix("")] if p.suffix.lower() in wanted]
            record = path.with_name(path.name + RECORD)
            found[path] = {p: members[p] for p in (path, *parts, record) if p in members}
    # Text beside tables is a licence or a description; alone it may be the tables.
    found = found or {
        path: {path: info}
        for path, info in members.items()
        if path.suffix.lower() == ".txt"
        and looks_like_table(next(archive.pieces(info), b"")[:_TEXT_HEAD_BYTES])
    }
    if not found:
        raise _no_table_in(where, members)
    return found


def _no_table_in(where: str, members: Iterable[PurePosixPath]) -> FileError:
    packed = [str(path) for path in members if path.suffix.lower() in ARCHIVES]
    found = f"but {', '.join(packed[:3])}; unpack it and give one of these."
    none = f"({', '.join(_ENDINGS)}); give an archive that does."
    return FileError(f"{where} holds no vector file and no table {found if packed else none}")
