"""Hidden folders beside the files that are written, each for one writer at a time."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import stat
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from minmap.errors import FileError
from minmap.output.failures import is_of_the_disk, write_error
from minmap.output.target import resolved

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

NAME: Final = re.compile(r"\.minmap-[0-9a-f]{16}")
LOCK: Final = "lock"
_LOCKED_ELSEWHERE: Final = (errno.EACCES, errno.EAGAIN, errno.EDEADLK)
_LONGEST_WAIT_S: Final = 30.0
_PAUSE_S: Final = 0.02


def hidden_folder(target: Path) -> Path:
    """Return the hidden folder of a file, on the disk of the file that a link leads to.

    Examples
    --------
    >>> hidden_folder(Path("data/near.csv")).as_posix()
    'data/.minmap-6adcbc22bb2ae133'
    """
    place = resolved(target)
    digest = hashlib.sha256(os.path.normcase(place.name).encode(errors="surrogateescape"))
    return place.with_name(f".minmap-{digest.hexdigest()[:16]}")


@contextmanager
def locked_folder(target: Path) -> Iterator[Path]:
    """Make the hidden folder of a file if necessary, lock it, and at the end remove it if empty.

    The system releases the lock when a process ends in any way. On a disk without locks nothing
    keeps a second writer out.

    Raises
    ------
    FileError
        If the folder cannot be made, or another thread or process has it for too long.
    """
    # Libraries take a relative path such as "http:/a.parquet" for an address.
    folder = hidden_folder(target).absolute()
    try:
        lock = _wait_for_folder(folder, target)
    except OSError as error:
        raise _refusal(error, folder, target) from error
    try:
        yield folder
    finally:
        _release(folder, lock)


def _refusal(error: OSError, folder: Path, target: Path) -> FileError:
    """Return the error that explains why a hidden folder cannot be made or locked."""
    if Path(os.fsdecode(error.filename or folder)) == folder / LOCK and not is_of_the_disk(error):
        cure = "remove it, for no write of minmap has made it"
        if isinstance(error, PermissionError):
            cure = "wait until the write of its owner ends, or have its permissions changed"
        return FileError(
            f"{target} cannot be written: {folder}, which its writes use, cannot be used: "
            f"{error.strerror}; {cure}."
        )
    if isinstance(error, PermissionError):
        return FileError(
            f"{folder.parent} cannot be written to: {error.strerror}; change its permissions, or "
            "write elsewhere."
        )
    return write_error(target, error)


def wait_for_writer(folder: Path, target: Path) -> None:
    """Return when no writer has a hidden folder.

    Raises
    ------
    FileError
        If a writer has it for too long.
    """
    for _ in _waits(target):
        try:
            lock = _acquire(folder, shared=True)
        except OSError:  # the last writer has removed the lock
            return
        if lock is not None:
            os.close(lock)
            return


def _wait_for_folder(folder: Path, target: Path) -> int:
    for path in (folder, folder / LOCK):
        if path.is_symlink():  # a stranger's, which may lead anywhere
            path.unlink(missing_ok=True)
    for _ in _waits(target):
        with suppress(FileExistsError):
            folder.mkdir()
        with suppress(FileNotFoundError):  # its last writer has removed the folder
            if (lock := _acquire(folder)) is not None:
                return lock
    raise AssertionError  # the waits end in an error


def _acquire(folder: Path, *, shared: bool = False) -> int | None:
    """Open the lock of a folder and lock it; None if another thread or process has locked it."""
    path = folder / LOCK
    flags = os.O_RDONLY if shared else os.O_RDWR | os.O_CREAT
    # A stranger's link is not followed, and a stranger's pipe is not waited for.
    flags |= getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    descriptor = os.open(path, flags, 0o666)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "its lock is not a regular file", str(path))
    try:
        if sys.platform == "win32":
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(descriptor, fcntl.LOCK_NB | (fcntl.LOCK_SH if shared else fcntl.LOCK_EX))
    except OSError as error:
        if error.errno in _LOCKED_ELSEWHERE:
            os.close(descriptor)
            return None
    with suppress(FileNotFoundError):
        if os.path.samestat(os.fstat(descriptor), path.stat()):
            return descriptor
    os.close(descriptor)  # the last writer has removed the file since it was opened
    return None


def _release(folder: Path, lock: int) -> None:
    """Release the lock of a folder, and remove the folder if there is nothing else in it."""
    is_over = False
    with suppress(OSError):
        is_over = all(path.name == LOCK for path in folder.iterdir())
    if sys.platform == "win32":
        os.close(lock)  # Windows removes no open file
    with suppress(OSError):
        if is_over:
            (folder / LOCK).unlink()
    if sys.platform != "win32":
        os.close(lock)
    with suppress(OSError):
        folder.rmdir()


def _waits(target: Path) -> Iterator[None]:
    """Yield at once and after each pause; raise when the longest wait is over."""
    ends = time.monotonic() + _LONGEST_WAIT_S
    while True:
        yield
        if time.monotonic() > ends:
            raise FileError(f"{target} is being written by another program; try again later.")
        time.sleep(_PAUSE_S)
