"""Files and sets of files that replace their older versions when they are complete."""

from __future__ import annotations

import os
import shutil
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from minmap.errors import MinmapWarning
from minmap.output.failures import is_of_the_disk, write_error
from minmap.output.file_exchange import DRAFTS, exchange, journal_of, move, recover
from minmap.output.scratch import ScratchFolder, abandoned_folders, scratch_folder
from minmap.output.target import require_writable, resolved


@contextmanager
def atomic_path(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Yield a temporary path beside `path`, and move the file to `path` after the block.

    An error inside the block leaves an existing `path` as it was and removes the temporary file,
    so a reader never sees half a file. A link remains a link: the file that it leads to is
    replaced. The permissions of an existing file are kept. What killed writes have left in the
    folder is removed.

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
    target = require_writable(path)
    place = resolved(target)
    _warn(_clean_up(target))
    with scratch_folder(place.parent, target) as scratch, _disk_errors(target):
        draft = scratch.path / target.name
        yield draft
        _take_permissions(draft, place)
        _replace(draft, place, target)


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
        Names of such files that the old version needs and that do not affect the new one. They
        are removed after the main file is replaced.

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
    _warn(_clean_up(target))
    with scratch_folder(resolved(target).parent, target) as scratch, _disk_errors(target):
        drafts = scratch.path / DRAFTS
        drafts.mkdir()
        yield drafts
        new = {file.name for file in drafts.iterdir()}
        for name in new:
            _take_permissions(drafts / name, target.with_name(name))
        old = {name for name in (*replaces, *outdates) if os.path.lexists(target.with_name(name))}
        if new | old == {target.name}:
            # A single file is replaced in one step, so that it exists at every moment.
            _replace(drafts / target.name, resolved(target), target)
        else:
            _warn(exchange(target, scratch, replaces=replaces, outdates=outdates))


def _replace(draft: Path, place: Path, target: Path) -> None:
    try:
        move(draft, place)
    except OSError as error:
        raise write_error(target, error, action="replaced") from error


@contextmanager
def _disk_errors(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if is_of_the_disk(error):
            raise write_error(target, error) from error
        raise


def _clean_up(target: Path) -> list[str]:
    """Finish or undo what killed writes have left; return remarks for the user."""
    notes = list[str]()
    with suppress(OSError):
        notes += recover(journal_of(target)) or []
    removed = 0
    for folder in sorted({target.parent, resolved(target).parent}):
        for scratch in abandoned_folders(folder):
            finished = _finish_exchange(scratch)
            if finished is None:
                scratch.lock.release()
                continue
            notes += finished
            removed += scratch.was_used
            scratch.remove()
    if removed:
        folders = "1 temporary folder" if removed == 1 else f"{removed} temporary folders"
        notes.append(f"Removed {folders} that interrupted writes had left beside {target}.")
    return notes


def _finish_exchange(scratch: ScratchFolder) -> list[str] | None:
    """Finish the exchange that a temporary folder was made for; None if it must be left alone.

    That is so if another process is about to finish it. A folder that was made before this machine
    was booted may come from a stranger; then only the next write of the same file may finish it.
    """
    journal = scratch.journal
    if journal is None or not journal.exists():
        return []
    if not scratch.is_of_this_boot:
        return None
    with suppress(OSError):
        return recover(journal)
    return None


def _warn(notes: list[str]) -> None:
    if notes:
        warnings.warn(" ".join(notes), MinmapWarning, stacklevel=5)


def _take_permissions(draft: Path, place: Path) -> None:
    if place.exists():
        shutil.copymode(place, draft)
