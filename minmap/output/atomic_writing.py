"""Files and sets of files that replace their older versions when they are complete.

The new files are written to a hidden folder, which one writer at a time may use. A single file is
then moved to its place in one step. A shapefile, or a CSV and its metadata, cannot be: copies of
the old files are kept in the hidden folder while the new ones are moved, the main file last. That
move decides which set is valid.

* Killed before it, the old set is valid. Readers use the copies; the next write restores them.
* Killed after it, the new set is valid. The next write removes the copies.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import stat
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from minmap.errors import FileError, warn
from minmap.output.failures import is_of_the_disk, write_error
from minmap.output.locked_folder import LOCK, NAME, hidden_folder, locked_folder, wait_for_writer
from minmap.output.target import require_writable, resolved

# The parts of a hidden folder: the new files; the copies of the old ones, while they are made and
# when all are there.
_DRAFTS: Final = "drafts"
_COPIES: Final = "copies"
_OLD: Final = "old"
# A disk may have no locks, so the folder of another file must be unchanged for a day.
_UNCHANGED_S: Final = 24 * 3600
_TEMPORARY: Final = re.compile(r"tmp[a-z0-9_]{8}")  # as tempfile names the folders of libraries


@contextmanager
def atomic_path(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Yield a temporary path beside `path`, and move the file to `path` after the block.

    An error inside the block leaves an existing `path` as it was and removes the temporary file,
    so a reader never sees half a file. A link remains a link: the file that it leads to is
    replaced. The permissions of an existing file are kept. Leftovers of
    interrupted writes of this file are removed at once, those of other files after a day.

    Parameters
    ----------
    path
        The finished file. Its folder must exist.

    Yields
    ------
    pathlib.Path
        A path in the folder of the file with the same name, to write to.

    Raises
    ------
    FileError
        If the folder does not exist or cannot be written to, `path` is a folder, a pipe or a
        device, the disk is full or fails, or another program has the file open (on Windows).

    Warns
    -----
    MinmapWarning
        If an earlier write was interrupted.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> target = pathlib.Path(tempfile.mkdtemp()) / "a.txt"
    >>> with atomic_path(target) as draft:
    ...     _ = draft.write_text("done")
    >>> target.read_text(), len(list(target.parent.iterdir()))
    ('done', 1)
    """
    with atomic_files(path) as folder:
        yield folder / Path(path).name


@contextmanager
def atomic_files(
    path: str | os.PathLike[str], *, replaces: Iterable[str] = (), outdates: Iterable[str] = ()
) -> Iterator[Path]:
    """Yield an empty folder, and move the files that the block puts there beside `path` together.

    A table may be several files: the parts of a shapefile, a CSV and its metadata. Either all of
    them replace the old files, or the old files stay as they were. If the process is killed in
    between, `minmap.read` reads the old set or the new one, never a mixture, and the next write
    puts the files in order. Links and permissions are kept as by `atomic_path`.

    Parameters
    ----------
    path
        The main file. Its folder must exist.
    replaces
        Names of files beside `path` that belong to its older version and would corrupt the new
        one. Those that the block does not write are removed before the main file is replaced.
    outdates
        Names of files that only the older version needs. They are removed after the main file is
        replaced.

    Yields
    ------
    pathlib.Path
        A folder to write to, with the final names.

    Raises
    ------
    FileError
        As `atomic_path`, or if another program writes the same files.

    Warns
    -----
    MinmapWarning
        If an earlier write was interrupted.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> target = pathlib.Path(tempfile.mkdtemp()) / "a.csv"
    >>> _ = target.with_name("a.csv.old").write_text("old")
    >>> with atomic_files(target, replaces=["a.csv.old"]) as folder:
    ...     _ = (folder / "a.csv").write_text("x")
    ...     _ = (folder / "a.csv.about").write_text("y")
    >>> sorted(file.name for file in target.parent.iterdir())
    ['a.csv', 'a.csv.about']
    """
    target = require_writable(path)
    with locked_folder(target) as folder, _disk_errors(target):
        if notes := _tidied(target, folder, {*replaces}):
            warn(" ".join(notes))
        try:
            (folder / _DRAFTS).mkdir()
            yield folder / _DRAFTS
            place = _followed(target, folder, {*replaces})
            stale, outdated = (
                {_renamed(name, target, place) for name in names} for names in (replaces, outdates)
            )
            _replace(place, folder, stale=stale, outdated=outdated)
        finally:
            with suppress(OSError, FileError):  # the next write removes what is left
                if not _undecided(target, folder):
                    _empty(folder)


def last_complete(path: Path) -> Path:
    """Return where the last complete set of a file and its sidecars can be read.

    Parameters
    ----------
    path
        The main file.

    Returns
    -------
    pathlib.Path
        `path` itself, or the copy of the old file, with its sidecars beside it, after a write
        was killed while it exchanged the files.

    Raises
    ------
    FileError
        If another program does not finish its write of these files in time, or what a write has
        left may not be read.

    Warns
    -----
    MinmapWarning
        If the copy is returned.
    """
    folder = hidden_folder(path)
    try:
        if _undecided(path, folder):
            wait_for_writer(folder, path)
        written = _undecided(path, folder)
        if not (written and (kept := folder / _OLD / written.name).exists()):
            return path
    except PermissionError as error:
        raise FileError(
            f"{path} cannot be read safely, because another write of it is running or was "
            f"interrupted, and {folder} cannot be read: {error.strerror}; try again later, or ask "
            "the owner of that folder to write the file again or to remove the folder."
        ) from error
    warn(
        f"{path}: a write of it was interrupted; the files from before it are read. The next "
        "write of it puts them back.",
    )
    return kept


def _followed(target: Path, folder: Path, stale: set[str]) -> Path:
    """Return the target of a link if each sidecar is a link to the target's sidecar, else the link.

    The drafts are renamed. The copies then have names under which the file and its links are read.
    """
    place, new = resolved(target), {file.name for file in (folder / _DRAFTS).iterdir()}
    if place.name == target.name:
        return target
    for name in new | {name for name in stale if os.path.lexists(target.with_name(name))}:
        sidecar = place.with_name(_renamed(name, target, place))
        if resolved(target.with_name(name)) != sidecar:
            return target
    for name in new:
        (folder / _DRAFTS / name).rename(folder / _DRAFTS / _renamed(name, target, place))
    return place


def _renamed(name: str, target: Path, place: Path) -> str:
    """Return the new name of a file of a set when its main file is renamed to that of `place`."""
    if place.name == target.name:
        return name
    return place.name if name == target.name else place.stem + name.removeprefix(target.stem)


def _replace(target: Path, folder: Path, *, stale: set[str], outdated: set[str]) -> None:
    """Move the new files to their places and remove older ones; undo it if a step fails."""
    new = {file.name for file in (folder / _DRAFTS).iterdir()}
    for name in new:
        if target.with_name(name).exists():
            shutil.copymode(target.with_name(name), folder / _DRAFTS / name)
    stale, outdated = stale - new - outdated, outdated - new
    is_set = new != {target.name} or any(os.path.lexists(target.with_name(n)) for n in stale)
    try:
        if is_set:
            _keep_old(target, folder, new | stale)
        for name in sorted(new - {target.name}):
            _move(folder / _DRAFTS / name, resolved(target.with_name(name)))
        for name in stale:
            target.with_name(name).unlink(missing_ok=True)
        _move(folder / _DRAFTS / target.name, resolved(target))
    except BaseException as error:
        if _is_undecided(target, folder):
            _undo(target, folder, new | stale, error)
        if isinstance(error, OSError):
            named = Path(os.fsdecode(error.filename2 or error.filename or target))
            named = target if named.is_relative_to(folder) else named
            raise write_error(named, error, action="replaced") from error
        raise
    for name in outdated:
        with suppress(OSError):  # an outdated file does no harm, and the new files are complete
            target.with_name(name).unlink(missing_ok=True)


def _keep_old(target: Path, folder: Path, names: set[str]) -> None:
    """Copy the old files to the hidden folder, where they appear at once."""
    copies = folder / _COPIES
    copies.mkdir()
    for name in names:
        if target.with_name(name).exists():
            _copy(resolved(target.with_name(name)), copies / name)
    copies.rename(folder / _OLD)


def _undecided(target: Path, folder: Path) -> Path | None:
    """Return the path, the link or its target, whose last write is neither finished nor undone.

    None if there is none.
    """
    paths = {target: None, resolved(target): None}
    return next((path for path in paths if _is_undecided(path, folder)), None)


def _is_undecided(target: Path, folder: Path) -> bool:
    """Return whether a write has kept the old files, but not moved the main file to its place.

    Writes leave folders of regular files. Anything else in the hidden folder is a stranger's: a
    link may lead anywhere, and a pipe is read without end.
    """
    old, drafts = folder / _OLD, folder / _DRAFTS
    try:
        folders = [path.lstat().st_mode for path in (folder, drafts, old)]
        files = [path.lstat().st_mode for path in (drafts / target.name, *old.iterdir())]
    except (FileNotFoundError, NotADirectoryError):
        return False
    return all(map(stat.S_ISDIR, folders)) and all(map(stat.S_ISREG, files))


def _put_back(target: Path, folder: Path, names: set[str]) -> None:
    """Restore the old files of these names, and remove the new ones that replaced none."""
    _remove(folder / _COPIES)
    (folder / _COPIES).mkdir()
    for name in names:
        kept, place = folder / _OLD / name, resolved(target.with_name(name))
        if not kept.exists():
            place.unlink(missing_ok=True)
        elif not (place.exists() and place.samefile(kept)):
            _copy(kept, folder / _COPIES / name)
            _move(folder / _COPIES / name, place)
    (folder / _DRAFTS / target.name).unlink()


def _undo(target: Path, folder: Path, names: set[str], cause: BaseException) -> None:
    """Put the old files back after a failure; if that fails as well, say where they are."""
    try:
        _put_back(target, folder, names)
    except OSError as error:
        if not isinstance(cause, Exception):
            raise cause from error
        raise FileError(
            f"{target} cannot be replaced, and its old files cannot be put back: "
            f"{error.strerror or error}; they are in {folder / _OLD}, where minmap.read finds "
            "them. Check the disk and the permissions of the folder, and write the file again."
        ) from cause


def _finished(target: Path, folder: Path, stale: set[str]) -> str:
    """Undo a write that was killed if its files are not complete; return what became of it."""
    old = folder / _OLD
    if written := _undecided(target, folder):
        has_old = any(old.iterdir())
        _put_back(
            written, folder, {_renamed(name, target, written) for name in {target.name, *stale}}
        )
        return "its old files were put back" if has_old else "its unfinished files were removed"
    is_complete = old.is_dir() and not list((folder / _DRAFTS).glob("*"))
    return "its new files are complete" if is_complete else ""


def _tidied(target: Path, folder: Path, stale: set[str]) -> list[str]:
    """Finish or undo a write that was killed, and remove what is left; return remarks."""
    notes = list[str]()
    try:
        if done := _finished(target, folder, stale):
            notes.append(f"An earlier write of {target} was interrupted; {done}.")
        removed = int(_empty(folder))
    except OSError as error:
        if is_of_the_disk(error):
            raise
        raise FileError(
            f"{target} cannot be written: what an earlier write has left in {folder} cannot be put "
            f"in order: {error.strerror}; ask the owner of that folder to write the file again, or "
            "write elsewhere."
        ) from error
    for other in folder.parent.glob(".minmap-*"):
        if NAME.fullmatch(other.name) and other.is_dir() and _is_abandoned(other):
            shutil.rmtree(other, ignore_errors=True)
            removed += not other.exists()
    if removed:
        folders = "1 temporary folder" if removed == 1 else f"{removed} temporary folders"
        notes.append(f"Removed {folders} that interrupted writes had left beside {target}.")
    return notes


def _is_abandoned(folder: Path) -> bool:
    """Return whether a hidden folder of another file is a day old and holds no old files.

    It must hold only what writes leave: a lock, drafts with folders of libraries, and copies.
    """
    try:
        parts = {part.name: part for part in folder.iterdir()}
        lock = [parts.pop(LOCK)] if LOCK in parts else []
        inside = [entry for part in parts.values() for entry in part.iterdir()]
        folders = [entry for entry in inside if _TEMPORARY.fullmatch(entry.name)]
        files = [entry for entry in inside if entry not in folders]
        files += [*lock, *(file for inner in folders for file in inner.iterdir())]
        folders += [folder, *parts.values()]
        modes = [[path.lstat().st_mode for path in paths] for paths in (folders, files)]
        is_own = all(map(stat.S_ISDIR, modes[0])) and all(map(stat.S_ISREG, modes[1]))
        newest = max(path.lstat().st_mtime for path in (*folders, *files))
        return is_own and {*parts} <= {_DRAFTS, _COPIES} and time.time() - newest > _UNCHANGED_S
    except OSError:  # its writer is removing it, or it is another user's or no folder of writes
        return False


def _empty(folder: Path) -> bool:
    """Remove what a write has put in its hidden folder; return whether there was anything."""
    parts = [part for name in (_DRAFTS, _COPIES, _OLD) if os.path.lexists(part := folder / name)]
    for part in parts:
        _remove(part)
    return bool(parts)


def _remove(part: Path) -> None:
    """Remove a part of a hidden folder, which may be a stranger's link or file."""
    if not part.is_dir() or part.is_symlink():
        part.unlink(missing_ok=True)
        return
    try:
        shutil.rmtree(part)
    except RecursionError:
        raise FileError(
            f"{part} has too many folders in folders to be removed, and no write of minmap has "
            "made them; remove it, or write to another folder."
        ) from None


def _copy(source: Path, place: Path) -> None:
    try:
        os.link(source, place)
    except OSError:  # the disk has no links, or the file is on another disk or of another user
        shutil.copy2(source, place)


def _move(source: Path, place: Path) -> None:
    """Move a finished file to its place, which may be on another disk, in one step."""
    try:
        source.replace(place)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        with atomic_path(place) as draft:  # a copy on another disk must appear whole
            shutil.copy2(source, draft)
        source.unlink()


@contextmanager
def _disk_errors(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if is_of_the_disk(error):
            raise write_error(target, error) from error
        raise
