"""Temporary folders beside the files that are written, each locked while it is in use."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from minmap.errors import FileError
from minmap.output.failures import write_error
from minmap.output.locks import FileLock, acquire, is_this_boot, machine
from minmap.output.target import relative_where_possible

PREFIX: Final = ".minmap-"
_LOCK: Final = "lock"
# The names that the tempfile module gives to folders.
_NAME: Final = re.compile(re.escape(PREFIX) + r"[a-z0-9_]{8}")
# The lock of another machine may not be visible here, so its folder must be unchanged for a day.
_UNCHANGED_S: Final = 24 * 3600


@dataclass(frozen=True)
class ScratchFolder:
    """A temporary folder that this process has locked.

    Attributes
    ----------
    path
        The folder.
    lock
        The lock on the file in it that shows that it is in use.
    """

    path: Path
    lock: FileLock

    def set_journal(self, journal: Path | None) -> None:
        """Note which journal needs the folder, so that it is kept after a kill; None for none."""
        # To clear the note needs no room on the disk.
        note = b"" if journal is None else _note(relative_where_possible(journal, self.path))
        self.lock.write(note)

    @property
    def journal(self) -> Path | None:
        """The journal that may need the folder; None if there is none."""
        with suppress(ValueError, KeyError, TypeError):
            return Path(self.path, json.loads(self.lock.read())["journal"])
        return None

    @property
    def is_of_this_boot(self) -> bool:
        """Whether it was made since this machine was booted, so that its note can be trusted."""
        return is_this_boot(_machines(self.lock))

    @property
    def was_used(self) -> bool:
        """Whether its process had begun to use it."""
        return bool(self.lock.read()) or len(list(self.path.iterdir())) > 1

    def remove(self) -> None:
        """Remove the folder; the next write removes what cannot be removed now."""
        for inside in list(self.path.iterdir()) if self.path.is_dir() else []:
            if inside.is_dir() and not inside.is_symlink():
                shutil.rmtree(inside, ignore_errors=True)
            elif inside.name != _LOCK:
                with suppress(OSError):
                    inside.unlink()
        # Remove the lock last, so that no other process finds a folder in use without a lock.
        with suppress(OSError):
            self.lock.release(remove=True)
        with suppress(OSError):
            self.path.rmdir()


@contextmanager
def scratch_folder(folder: Path, target: Path) -> Iterator[ScratchFolder]:
    """Yield a new temporary folder in `folder`; it is removed afterwards.

    Raises
    ------
    FileError
        If `folder` cannot be written to. The message names `target` if the disk is the reason.
    """
    try:
        made = _make(folder)
    except PermissionError as error:
        raise FileError(
            f"{folder} cannot be written to: {error.strerror}; change its permissions, or write "
            "elsewhere."
        ) from error
    except OSError as error:
        raise write_error(target, error) from error
    try:
        yield made
    finally:
        if made.journal is None:
            made.remove()
        else:  # the old files in it could not be put back yet
            made.lock.release()


def _make(folder: Path) -> ScratchFolder:
    while True:
        # GDAL and Arrow take some relative paths for addresses.
        path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=folder.absolute()))
        lock = None
        # Another process may take the folder, still empty, for an abandoned one and remove it.
        with suppress(FileNotFoundError):
            lock = acquire(path / _LOCK)
        if lock is None:
            continue
        made = ScratchFolder(path, lock)
        try:
            lock.write(_note(None))
        except OSError:
            made.remove()
            raise
        return made


def _note(journal: str | None) -> bytes:
    return json.dumps({"machine": machine(), "journal": journal}).encode()


def abandoned_folders(folder: Path) -> Iterator[ScratchFolder]:
    """Yield the temporary folders in `folder` whose processes have certainly ended."""
    for path in sorted(folder.glob(f"{PREFIX}*")):
        if not is_scratch(path):
            continue
        with suppress(OSError):
            lock = _lock_of(path)
            if lock is None:
                continue
            if is_abandoned(lock, _machines(lock)) or _is_unchanged(path):
                yield ScratchFolder(path, lock)
            else:
                lock.release()


def is_scratch(path: Path) -> bool:
    """Return whether a path is that of a temporary folder, by its name and kind."""
    return bool(_NAME.fullmatch(path.name)) and path.is_dir() and not path.is_symlink()


def _lock_of(path: Path) -> FileLock | None:
    try:
        return acquire(path / _LOCK, create=False)
    except FileNotFoundError:
        # Its process was killed before it made a lock.
        with suppress(OSError):
            path.rmdir()
            return None
        return acquire(path / _LOCK) if _is_unchanged(path) else None


def _machines(lock: FileLock) -> list[str]:
    try:
        return list(json.loads(lock.read())["machine"])
    except (ValueError, KeyError, TypeError):
        return []


def is_abandoned(lock: FileLock, machines: list[str]) -> bool:
    """Return whether the process that had a lock before has certainly ended.

    Parameters
    ----------
    lock
        The lock, which this process has now.
    machines
        The machine of that process; empty if it was killed before it could note it.
    """
    return lock.is_certain and (not machines or bool({*machines} & {*machine()}))


def _is_unchanged(path: Path) -> bool:
    newest = max(file.stat().st_mtime for file in (path, *path.rglob("*")))
    return time.time() - newest > _UNCHANGED_S
