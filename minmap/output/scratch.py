"""Temporary folders beside the files that are written, each held by a lock while it is in use."""

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
from minmap.output.locks import FileLock, is_this_start, machine, take
from minmap.output.target import relative_where_possible

PREFIX: Final = ".minmap-"
_LOCK: Final = "lock"
# As the tempfile module names folders.
_NAME: Final = re.compile(re.escape(PREFIX) + r"[a-z0-9_]{8}")
# A lock of another machine may not be seen here, so its folder must have been at rest for a day.
_REST_S: Final = 24 * 3600


@dataclass(frozen=True)
class Scratch:
    """A temporary folder that this process holds.

    Attributes
    ----------
    path
        The folder.
    lock
        The lock on the file in it that shows that it is in use.
    """

    path: Path
    lock: FileLock

    def tie_to(self, journal: Path) -> None:
        """Note which journal needs the folder, for whoever finds it after a kill.

        The folder is not removed until it is untied.
        """
        self.lock.write(_note(relative_where_possible(journal, self.path)))

    def untie(self) -> None:
        """Note that no journal needs the folder any more."""
        self.lock.write(b"")  # which needs no room on the disk

    @property
    def journal(self) -> Path | None:
        """The journal that may need the folder; None if there is none."""
        with suppress(ValueError, KeyError, TypeError):
            return Path(self.path, json.loads(self.lock.read())["journal"])
        return None

    @property
    def is_of_this_start(self) -> bool:
        """Whether it was made since this machine was started, so that its note can be trusted."""
        return is_this_start(_machines(self.lock))

    @property
    def was_used(self) -> bool:
        """Whether its process had begun to use it."""
        return bool(self.lock.read()) or len(list(self.path.iterdir())) > 1

    def remove(self) -> None:
        """Remove the folder; what cannot be removed is left to the next write."""
        for inside in list(self.path.iterdir()) if self.path.is_dir() else []:
            if inside.is_dir() and not inside.is_symlink():
                shutil.rmtree(inside, ignore_errors=True)
            elif inside.name != _LOCK:
                with suppress(OSError):
                    inside.unlink()
        # The lock goes last, so that no other process finds a folder in use without one.
        with suppress(OSError):
            self.lock.release(remove=True)
        with suppress(OSError):
            self.path.rmdir()


@contextmanager
def scratch(folder: Path, target: Path) -> Iterator[Scratch]:
    """Give a new temporary folder in `folder`; it is removed afterwards.

    Raises
    ------
    FileError
        If `folder` cannot be written to. The message names `target` where the disk is the reason.
    """
    try:
        made = _made(folder)
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


def _made(folder: Path) -> Scratch:
    while True:
        # GDAL and Arrow take some relative paths for addresses.
        path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=folder.absolute()))
        try:
            lock = take(path / _LOCK)
        except FileNotFoundError:
            continue  # another process took the folder, still empty, for one that was left behind
        if lock is None:
            continue  # another process is about to remove it for the same reason
        made = Scratch(path, lock)
        try:
            lock.write(_note(None))
        except OSError:
            made.remove()
            raise
        return made


def _note(journal: str | None) -> bytes:
    return json.dumps({"machine": machine(), "journal": journal}).encode()


def leftovers(folder: Path) -> Iterator[Scratch]:
    """Give the temporary folders in `folder` whose processes have certainly ended."""
    for path in sorted(folder.glob(f"{PREFIX}*")):
        if not is_scratch(path):
            continue
        with suppress(OSError):
            lock = _taken(path)
            if lock is None:
                continue
            if is_dead(lock, _machines(lock)) or _is_at_rest(path):
                yield Scratch(path, lock)
            else:
                lock.release()


def is_scratch(path: Path) -> bool:
    """Tell whether a path is that of a temporary folder, by its name and kind."""
    return bool(_NAME.fullmatch(path.name)) and path.is_dir() and not path.is_symlink()


def _taken(path: Path) -> FileLock | None:
    try:
        return take(path / _LOCK, create=False)
    except FileNotFoundError:
        # Killed before it had a lock, or left by a version of minmap that had none.
        with suppress(OSError):
            path.rmdir()
            return None
        return take(path / _LOCK) if _is_at_rest(path) else None


def _machines(lock: FileLock) -> list[str]:
    try:
        return list(json.loads(lock.read())["machine"])
    except (ValueError, KeyError, TypeError):
        return []


def is_dead(lock: FileLock, machines: list[str]) -> bool:
    """Return whether the process that held a lock before has certainly ended.

    Parameters
    ----------
    lock
        The lock, which this process has now.
    machines
        The machine of that process; none where it was killed before it could note it.
    """
    return lock.is_certain and (not machines or bool({*machines} & {*machine()}))


def _is_at_rest(path: Path) -> bool:
    newest = max(file.stat().st_mtime for file in (path, *path.rglob("*")))
    return time.time() - newest > _REST_S
