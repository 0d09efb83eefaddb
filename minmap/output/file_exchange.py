"""Replace a set of files by a new one, so that a kill leaves one of the two readable.

A shapefile, or a CSV and its metadata, cannot be replaced in one step. While the files are moved
one by one, copies of the old files lie in a temporary folder, and a journal beside the main file
names them. The main file is moved last; that move decides which set is valid.

* Killed before it, the old set is valid. Readers use the copies; the next write restores them.
* Killed after it, the new set is valid. The next write removes the rest of the old one.

The journal is also the lock that lets only one writer at a time replace a set.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import shutil
import time
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from minmap.errors import FileError, MinmapWarning
from minmap.output.failures import write_error
from minmap.output.locks import FileLock, acquire, is_locked, is_this_boot, machine
from minmap.output.scratch import PREFIX, ScratchFolder, is_abandoned, is_scratch, scratch_folder
from minmap.output.target import relative_where_possible, resolved

DRAFTS: Final = "drafts"
_OLD: Final = "old"
_RESTORED: Final = "back"
_LONGEST_WAIT_S: Final = 30.0
_PAUSE_S: Final = 0.02
# The lock of another machine may not be visible here; no exchange of files takes that long.
_UNCHANGED_S: Final = 600.0
# The names in a set of files: the metadata of a table, SQLite's logs, the parts of a shapefile,
# and the layers of a page in a folder.
_AFTER_NAME: Final = (".about.json", "-journal", "-wal", "-shm")
_AFTER_STEM: Final = frozenset(
    (".shp", ".shx", ".dbf", ".prj", ".cpg", ".qpj", ".qix", ".sbn", ".sbx", ".idm", ".ind")
)
_PAGE: Final = "index.html"
_LAYER: Final = re.compile(r"point_layer_\w+\.parquet")  # read by a page in a folder
_JOURNAL: Final = re.compile(re.escape(PREFIX) + r"[0-9a-f]{16}\.journal")


@dataclass(frozen=True)
class _Plan:
    """The content of a journal.

    Attributes
    ----------
    main
        Name of the main file.
    scratch
        The temporary folder, relative to the main file's where that is possible.
    copied
        Names of the old files that were copied to the temporary folder.
    links
        Targets of the old files that are links, by name.
    new
        Names of the new files that are moved before the main file.
    outdated
        Names of the old files that are removed after the main file is moved.
    machine
        Names of the writing machine (see `locks.machine`).
    """

    main: str
    scratch: str
    copied: list[str]
    links: dict[str, str]
    new: list[str]
    outdated: list[str]
    machine: list[str]

    def folder(self, parent: Path) -> Path:
        return parent / self.scratch

    def is_decided(self, parent: Path) -> bool:
        """Return whether the main file was moved to its place."""
        return not os.path.lexists(self.folder(parent) / DRAFTS / self.main)


def journal_of(target: Path) -> Path:
    """Return the path of the journal of a set of files.

    Examples
    --------
    >>> journal_of(Path("data/near.csv")).as_posix()
    'data/.minmap-6adcbc22bb2ae133.journal'
    """
    name = hashlib.sha256(os.path.normcase(target.name).encode(errors="surrogateescape"))
    return target.with_name(f"{PREFIX}{name.hexdigest()[:16]}.journal")


def exchange(
    target: Path, scratch: ScratchFolder, *, replaces: Iterable[str], outdates: Iterable[str]
) -> list[str]:
    """Move the drafts of a set of files to their places; restore the old set if a step fails.

    Parameters
    ----------
    target
        The main file.
    scratch
        The temporary folder, with the new files in its folder `DRAFTS`.
    replaces, outdates
        Names of old files that are removed before and after the main file is moved, as for
        `atomic_files`.

    Returns
    -------
    list of str
        Remarks on an earlier write that was interrupted.

    Raises
    ------
    FileError
        If a file cannot be moved or removed, or another process writes the same set.
    """
    journal = journal_of(target)
    with _only_writer(target, journal) as lock:
        notes = _finish(lock, target)
        scratch.set_journal(journal)
        try:
            plan = _plan(target, scratch, replaces=replaces, outdates=outdates)
            lock.write(json.dumps(asdict(plan)).encode())
            _carry_out(plan, target)
        except BaseException as error:
            _finish(lock, target)
            scratch.set_journal(None)
            if isinstance(error, OSError):
                named = _file_named(error, target, scratch)
                raise write_error(named, error, action="replaced") from error
            raise
        lock.write(b"")
        scratch.set_journal(None)
    return notes


def _file_named(error: OSError, target: Path, scratch: ScratchFolder) -> Path:
    """Return the file that an error names, or the target if it names a temporary file."""
    name = error.filename2 or error.filename
    if not isinstance(name, str | bytes | os.PathLike):
        return target
    path = Path(os.fsdecode(name))
    return target if path.is_relative_to(scratch.path) else path


def _plan(
    target: Path, scratch: ScratchFolder, *, replaces: Iterable[str], outdates: Iterable[str]
) -> _Plan:
    """Copy the old files and plan the moves, without moving a file."""
    parent = target.parent
    new = sorted(file.name for file in (scratch.path / DRAFTS).iterdir())
    outdated = [name for name in outdates if name not in new]
    replaced = [n for n in {*replaces} - {*new, *outdated} if os.path.lexists(parent / n)]
    links = {n: str((parent / n).readlink()) for n in replaced if (parent / n).is_symlink()}
    old = scratch.path / _OLD
    old.mkdir()
    copied = sorted(name for name in {*new, *replaced} if (parent / name).exists())
    for name in copied:
        _copy(resolved(parent / name), old / name)
    folder = relative_where_possible(scratch.path, parent)
    new.remove(target.name)
    return _Plan(target.name, folder, copied, links, new, outdated, machine())


def _carry_out(plan: _Plan, target: Path) -> None:
    parent = target.parent
    drafts = plan.folder(parent) / DRAFTS
    for name in plan.new:
        move(drafts / name, resolved(parent / name))
    for name in {*plan.copied, *plan.links} - {*plan.new, plan.main}:
        (parent / name).unlink()
    move(drafts / plan.main, resolved(target))
    _remove_outdated(plan, parent)


def _remove_outdated(plan: _Plan, parent: Path) -> None:
    for name in plan.outdated:
        with suppress(OSError):  # an outdated file does no harm, and the new files are complete
            (parent / name).unlink(missing_ok=True)


def _finish(lock: FileLock, target: Path) -> list[str]:
    """Finish the exchange in a journal, or restore the old files; return remarks for the user."""
    plan = _read(lock.read(), journal_of(target))
    if plan is None:  # killed before anything was moved
        lock.write(b"")
        return []
    if plan.is_decided(target.parent):
        _remove_outdated(plan, target.parent)
        done = "its new files are complete"
    else:
        _restore(plan, target.parent)
        done = "its old files were put back" if plan.copied else "its unfinished files were removed"
    lock.write(b"")
    return [f"An earlier write of {target} was interrupted; {done}."]


def _restore(plan: _Plan, parent: Path) -> None:
    folder = plan.folder(parent)
    for name in plan.copied:
        if name in plan.links:
            continue
        kept, place = folder / _OLD / name, resolved(parent / name)
        if not (place.exists() and place.samefile(kept)):
            restored = folder / _RESTORED
            restored.unlink(missing_ok=True)
            _copy(kept, restored)
            move(restored, place)
    for name, linked in plan.links.items():
        if not os.path.lexists(parent / name):
            (parent / name).symlink_to(linked)
    for name in {*plan.new, plan.main} - {*plan.copied}:
        resolved(parent / name).unlink(missing_ok=True)


def recover(journal: Path) -> list[str] | None:
    """Finish the exchange in a journal if a kill has interrupted it.

    Returns
    -------
    list of str or None
        Remarks for the user. None if nothing was done, because the writer is or may be alive.
    """
    if not (journal.is_file() and _JOURNAL.fullmatch(journal.name)):
        return []
    lock = _abandoned(journal, create=False)
    if lock is None:
        return None
    plan, is_over = _read(lock.read(), journal), False
    try:
        notes = _finish(lock, journal.with_name(plan.main)) if plan is not None else []
        is_over = True
    finally:
        lock.release(remove=is_over)
    return notes


def _abandoned(journal: Path, *, create: bool = True) -> FileLock | None:
    """Lock a journal; return None while its writer is or may be alive."""
    lock = acquire(journal, create=create)
    if lock is None or lock.is_new:
        return lock
    plan = _read(lock.read(), journal)
    if is_abandoned(lock, [] if plan is None else plan.machine) or _is_unchanged(journal):
        return lock
    lock.release()
    return None


@contextmanager
def _only_writer(target: Path, journal: Path) -> Iterator[FileLock]:
    """Lock the journal while the files are exchanged; remove it when they are complete."""
    lock = None
    try:
        for _ in _waits(target):
            lock = _abandoned(journal)
            if lock is not None:
                break
    except OSError as error:
        raise write_error(target, error) from error
    assert lock is not None  # noqa: S101  # the waits end in an error
    is_over = False
    try:
        yield lock
    finally:
        with suppress(OSError):
            is_over = not lock.read()
        lock.release(remove=is_over)


def _waits(path: Path) -> Iterator[None]:
    """Yield at once and after each pause; raise when the longest wait is over."""
    ends = time.monotonic() + _LONGEST_WAIT_S
    while True:
        yield
        if time.monotonic() > ends:
            raise FileError(f"{path} is being written by another program; try again later.")
        time.sleep(_PAUSE_S)


def last_complete(path: Path) -> Path:
    """Return where the last complete set of a file and its companions can be read.

    Parameters
    ----------
    path
        The main file.

    Returns
    -------
    pathlib.Path
        `path` itself, or the copy of the old file, with its companions beside it, after a write
        was killed while it exchanged the files.

    Raises
    ------
    FileError
        If another program does not finish its write of these files in time.

    Warns
    -----
    MinmapWarning
        If the copy is returned.
    """
    journal = journal_of(path)
    for _ in _waits(path):
        if not journal.exists():
            break
        try:
            is_written, plan = is_locked(journal), _read(journal.read_bytes(), journal)
        except FileNotFoundError:
            break
        except OSError:
            continue
        if not is_written:
            # Without a plan the writer was killed before it moved a file.
            return path if plan is None else _valid(path, plan)
    return path


def _valid(path: Path, plan: _Plan) -> Path:
    if plan.is_decided(path.parent) or plan.main not in plan.copied:
        return path
    warnings.warn(
        f"{path}: a write of it was interrupted; the files from before it are read. The next "
        "write of it puts them back.",
        MinmapWarning,
        stacklevel=3,
    )
    return plan.folder(path.parent) / _OLD / plan.main


def _read(content: bytes, journal: Path) -> _Plan | None:
    """Return the plan; None if the writer was killed before it had written one.

    None as well for a plan that is not minmap's own: a stranger's folder may contain a journal.
    """
    try:
        plan = _Plan(**json.loads(content))
        return plan if _is_own(plan, journal) else None
    except (ValueError, TypeError, AttributeError, RecursionError, OSError):
        return None


def _is_own(plan: _Plan, journal: Path) -> bool:
    """Return whether a plan names only files of its set and a temporary folder of minmap's.

    Links may lead to any file, so a plan with links must be of a process that ran since this
    machine was booted, which a stranger cannot forge.
    """
    main, parent = plan.main, journal.parent
    names = {main, *plan.copied, *plan.links, *plan.new, *plan.outdated}
    folder = plan.folder(parent)
    places = {parent.resolve(), resolved(parent / main).resolve().parent}
    has_links = bool(plan.links) or any((parent / name).is_symlink() for name in names)
    return (
        all(Path(name).name == name and _is_of_the_set(name, main) for name in names)
        and journal_of(parent / main).name == journal.name
        and is_scratch(folder)
        and folder.resolve().parent in places
        and not any((folder / name).is_symlink() for name in (_OLD, DRAFTS, f"{_OLD}/{main}"))
        and (not has_links or is_this_boot(plan.machine))
    )


def _is_of_the_set(name: str, main: str) -> bool:
    stem = Path(main).stem
    return (
        name in {main, *(main + end for end in _AFTER_NAME)}
        or (name.startswith(stem) and name[len(stem) :].lower() in _AFTER_STEM)
        or (main == _PAGE and _LAYER.fullmatch(name) is not None)
    )


def _is_unchanged(journal: Path) -> bool:
    return time.time() - journal.stat().st_mtime > _UNCHANGED_S


def _copy(source: Path, place: Path) -> None:
    try:
        os.link(source, place)
    except OSError:  # the disk has no links, or the file is on another disk or of another user
        shutil.copy2(source, place)


def move(source: Path, place: Path) -> None:
    """Move a finished file to its place, which may be on another disk, in one step."""
    try:
        source.replace(place)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        # The target of a link may be on another disk. A copy there must appear whole.
        with scratch_folder(place.parent, place) as near:
            Path(shutil.copy2(source, near.path)).replace(place)
        source.unlink()
