"""The files that a list, a folder or a pattern names."""

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from fnmatch import fnmatch
from glob import escape, glob, has_magic
from itertools import chain, dropwhile
from pathlib import Path
from typing import Any, Final

from minmap.addresses import require_no_address
from minmap.arguments import items_of, require_path, shown
from minmap.errors import FileError, MinmapError
from minmap.files.companions import COMPANIONS
from minmap.files.csv_layout import looks_like_table
from minmap.files.file_types import (
    ABOUT_ENDING,
    ARCHIVES,
    DELIMITED,
    VECTORS,
    WORKBOOKS,
    read_head,
)
from minmap.files.shapefile import INDEXES

_TABLES: Final = frozenset((*DELIMITED, *WORKBOOKS, *VECTORS, *ARCHIVES))
_PARTS: Final = frozenset(chain(*COMPANIONS.values(), INDEXES)) - {*COMPANIONS}
_SHOWN: Final = 5
_HEAD_BYTES: Final = 1 << 16


@dataclass(frozen=True)
class FileSet:
    """Files to be read as one table.

    Attributes
    ----------
    paths
        The files, in order.
    passed_over
        Names of the files in folders that are neither tables nor belong to one.
    leading_out
        Names of links in folders that lead out of these.
    repeated
        Further paths of the same files, which are taken once.
    """

    paths: tuple[Path, ...]
    passed_over: tuple[str, ...] = ()
    leading_out: tuple[str, ...] = ()
    repeated: tuple[Path, ...] = ()

    def names(self) -> list[str]:
        """Return the ends of the paths below the folder in common, the whole paths without one."""
        whole = [path.absolute() for path in self.paths]
        common = Path(os.path.commonpath([path.parent for path in whole]))
        if common == common.parent:
            return [path.as_posix() for path in whole]
        return [path.relative_to(common).as_posix() for path in whole]

    def note(self) -> list[str]:
        """Return the notes on files that were passed over and on those that are taken once."""
        notes = list[str]()
        if self.passed_over:
            some = _some(self.passed_over)
            notes.append(f"Passed over, since their endings are not those of tables: {some}.")
        if self.leading_out:
            some = _some(self.leading_out)
            notes.append(
                f"Passed over, since these are links out of the folder: {some}; give the files "
                "that they lead to."
            )
        if self.repeated:
            some = _some([path.as_posix() for path in self.repeated])
            notes.append(f"Passed over, since these are files that are read already: {some}.")
        return notes


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if names[_SHOWN:] else ""
    return f"{', '.join(names[:_SHOWN])}{more}"


def file_set(file: Any) -> FileSet | None:
    """Return the files that a list, a folder or a pattern names; None for a single file.

    Parameters
    ----------
    file
        A list of paths, patterns and folders; a folder, whose files with the ending of a table are
        taken, but not those of folders in it, nor links out of it; or a pattern such as
        ``"data/*.csv"`` (``**`` stands for any number of folders, but for no links to folders). A
        file that has the name of a pattern is that file. Files of a pattern and of a folder are
        sorted by their names, those of a list are in its order, and one that has several paths is
        taken once.

    Raises
    ------
    FileError
        If there is no such file, or no table in a folder.
    MinmapError
        If an item of a list is not a path.
    """
    if isinstance(file, str | os.PathLike):
        one = _of_path(require_path(os.fsdecode(file), name="file"))
        return None if one is None else _each_once(one)
    items = None if hasattr(file, "read") else items_of(file)
    if items is None:
        return None
    if isinstance(file, set | frozenset):
        items = sorted(items, key=str)
    if not items:
        raise MinmapError("file is an empty list; give at least one path.")
    sets = [_of_item(item) for item in items]
    paths = tuple(path for one in sets for path in one.paths)
    others = tuple(name for one in sets for name in one.passed_over)
    out = tuple(name for one in sets for name in one.leading_out)
    return _each_once(FileSet(paths, others, out))


def would_name(file: Path, other: Path) -> bool:
    """Return whether a folder or a pattern would name another file if there were such a file.

    Parameters
    ----------
    file
        A path as for `file_set`.
    other
        A path in a folder that exists. If it is a link, the path that it leads to counts too.
    """
    return any(_would_name(file, one) for one in {other, Path(os.path.realpath(other))})


def _would_name(file: Path, other: Path) -> bool:
    is_hidden = other.name.startswith(".")
    if file.is_dir():
        is_table = other.suffix.lower() in _TABLES and not is_hidden
        return is_table and not _is_geodatabase(file) and _is_in(other, [file])
    if not has_magic(str(file)) or file.exists():
        return False
    name = "*" if file.name == "**" else file.name
    is_of_name = fnmatch(other.name, name) and (name.startswith(".") or not is_hidden)
    return is_of_name and _is_in(other, _folders_of(file))


def _folders_of(pattern: Path) -> Iterable[Path]:
    """Return the folders in which a pattern names files."""
    parts = [*pattern.parts] if pattern.name == "**" else [*pattern.parent.parts]
    above = [*dropwhile("**".__eq__, reversed(parts))][::-1]
    tops = _fitting(Path(*above))
    return tops if above == parts else _folders(tops)


def _is_in(file: Path, folders: Iterable[Path]) -> bool:
    for folder in folders:
        with suppress(OSError):
            if file.parent.samefile(folder):
                return True
    return False


def _each_once(files: FileSet) -> FileSet:
    """Return files without those that are the same as one before them."""
    first, repeated = dict[Any, Path](), list[Path]()
    for path in files.paths:
        identity = _identity(path)
        if identity in first:
            repeated.append(path)
        first.setdefault(identity, path)
    return replace(files, paths=(*first.values(),), repeated=(*repeated,))


def _identity(path: Path) -> Any:
    """Return what the paths of one file have in common, also by links."""
    try:
        found = path.stat()
    except (OSError, ValueError):  # reading it raises an error
        return path
    return (found.st_dev, found.st_ino)


def _of_item(item: Any) -> FileSet:
    if not isinstance(item, str | os.PathLike):
        raise MinmapError(
            f"file has {shown(item)} in its list; each item must be a path, such as 'mines.csv'."
        )
    path = require_path(os.fsdecode(item), name="file")
    return _of_path(path) or FileSet((path,))


def _of_path(path: Path) -> FileSet | None:
    if path.is_dir():
        return None if path.suffix.lower() == ".gdb" else _of_folder(path)
    if not has_magic(str(path)) or path.exists():
        return None
    require_no_address(str(path))
    found = sorted(set(_fitting(path)))
    parts = _of_shapes(found)
    files = [one for one in found if one not in parts and (one.is_file() or _is_geodatabase(one))]
    if not files:
        raise FileError(f"No file fits the pattern {str(path)!r}; check the folder and the ending.")
    return FileSet((*files,))


def _fitting(pattern: Path) -> Iterator[Path]:
    """Yield the paths that fit a pattern; ``**`` never follows a link, which may lead in a circle.

    Hidden files and folders are passed over unless the pattern has their dots.
    """
    parts = pattern.parts
    if "**" not in parts:
        yield from map(Path, glob(str(pattern)))  # noqa: PTH207  # it may be absolute
        return
    at = parts.index("**")
    rest = [*dropwhile("**".__eq__, parts[at:])] or ["*"]
    tops = _fitting(Path(*parts[:at])) if at else [Path()]
    for folder in _folders(tops):
        yield from _fitting(Path(escape(str(folder)), *rest))


def _folders(tops: Iterable[Path]) -> Iterator[Path]:
    """Yield folders and those in them at any depth, but not those that are links."""
    for top in tops:
        for folder, inner, _ in os.walk(top):
            inner[:] = [name for name in inner if not name.startswith(".")]
            yield Path(folder)


def _of_folder(folder: Path) -> FileSet:
    found = sorted(entry for entry in folder.iterdir() if not entry.name.startswith("."))
    out = [entry for entry in found if _leads_out(entry, folder)]
    entries = [entry for entry in found if entry not in out]
    parts = _of_shapes(entries)
    files, others = list[Path](), list[str]()
    for entry in entries:
        is_table = entry.is_file() and entry.suffix.lower() in _TABLES
        if entry in parts:
            continue
        if _is_geodatabase(entry) or (is_table and not entry.name.endswith(ABOUT_ENDING)):
            files.append(entry)
        elif not entry.name.endswith(ABOUT_ENDING):
            others.append(entry.name)
    texts = [file for file in files if file.suffix.lower() == ".txt"]
    if len(texts) < len(files):  # text beside tables is a licence or a description
        no_tables = [file for file in texts if not looks_like_table(read_head(file, _HEAD_BYTES))]
        files = [file for file in files if file not in no_tables]
        others = sorted([*others, *(file.name for file in no_tables)])
    if not files:
        but = f" but for links out of it ({_some([entry.name for entry in out])})" if out else ""
        cure = "give the files that they lead to" if out else "give one of the files in it"
        raise FileError(f"{folder} is a folder without a table{but}; {cure}.")
    return FileSet((*files,), (*others,), tuple(entry.name for entry in out))


def _leads_out(path: Path, folder: Path) -> bool:
    """Return whether a path in a folder is a link to something outside of it."""
    return path.is_symlink() and not Path(os.path.realpath(path)).is_relative_to(
        os.path.realpath(folder)
    )


def _is_geodatabase(path: Path) -> bool:
    return path.is_dir() and path.suffix.lower() == ".gdb"


def _of_shapes(entries: Sequence[Path]) -> set[Path]:
    """Return the files that belong to another, such as the .dbf of a shapefile."""
    by_stem = dict[tuple[Path, str], set[str]]()
    for entry in entries:
        by_stem.setdefault((entry.parent, entry.stem.casefold()), set()).add(entry.suffix.lower())
    found = set[Path]()
    for entry in entries:
        ending, beside = entry.suffix.lower(), by_stem[entry.parent, entry.stem.casefold()]
        of = [first for first in beside & COMPANIONS.keys() if ending in COMPANIONS[first]]
        is_index = ending in INDEXES and ".shp" in beside
        if (ending in _PARTS and (of or is_index)) or entry.name.lower().endswith(".shp.xml"):
            found.add(entry)
    return found
