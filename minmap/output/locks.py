"""Locks on files that the system releases when the process that has them ends."""

from __future__ import annotations

import errno
import os
import platform
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Final

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_BOOT: Final = Path("/proc/sys/kernel/random/boot_id")
_LOCKED_ELSEWHERE: Final = (errno.EACCES, errno.EAGAIN, errno.EDEADLK)
# Windows bars others from the locked bytes: this one is behind the end of the file.
_BYTE: Final = 1 << 30

# Locks on network drives may belong to a whole process, so locks between threads are kept here.
_locked_here = set[str]()
_guard = Lock()


def _start_child() -> None:
    _locked_here.clear()
    _guard.release()


if hasattr(os, "register_at_fork"):
    # A child process has none of its parent's locks.
    os.register_at_fork(
        before=_guard.acquire, after_in_parent=_guard.release, after_in_child=_start_child
    )


def machine() -> list[str]:
    """Return names of this machine: its host name, and the id of its boot if it has one.

    Two processes that share one of these names see each other's locks: the containers of a machine
    share the id of its boot.
    """
    return [name for name in (platform.node(), _boot_id()) if name]


def is_this_boot(names: list[str]) -> bool:
    """Return whether `machine` has returned these names since this machine was booted.

    The id of a boot is random, so that no stranger can know it. False if the system has none.
    """
    return bool(_boot_id()) and _boot_id() in names


def _boot_id() -> str:
    try:
        return _BOOT.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return ""


@dataclass(frozen=True)
class FileLock:
    """A lock that this process has on a file.

    Attributes
    ----------
    path
        The file.
    descriptor
        The file, open for reading and writing.
    is_certain
        Whether the file system has locks; where it has none, another process may have the file.
    is_new
        Whether the file did not exist before.
    """

    path: Path
    descriptor: int
    is_certain: bool
    is_new: bool

    def read(self) -> bytes:
        """Return the content of the file."""
        os.lseek(self.descriptor, 0, os.SEEK_SET)
        return os.read(self.descriptor, os.fstat(self.descriptor).st_size)

    def write(self, content: bytes) -> None:
        """Replace the content of the file."""
        os.lseek(self.descriptor, 0, os.SEEK_SET)
        size = len(content)
        while content:
            content = content[os.write(self.descriptor, content) :]
        os.ftruncate(self.descriptor, size)

    def release(self, *, remove: bool = False) -> None:
        """Release the lock, and remove the file if `remove`."""
        try:
            if remove and sys.platform != "win32":
                self.path.unlink(missing_ok=True)
            _unlock(self.descriptor)
        finally:
            os.close(self.descriptor)
            with _guard:
                _locked_here.discard(_key(self.path))
        if remove and sys.platform == "win32":
            # Windows cannot remove an open file. A process that has locked it since removes it.
            with suppress(OSError):
                self.path.unlink(missing_ok=True)


def acquire(path: Path, *, create: bool = True) -> FileLock | None:
    """Lock a file without waiting; return None if another thread or process has the lock.

    Parameters
    ----------
    path
        The file.
    create
        Whether to create it if it does not exist.

    Raises
    ------
    OSError
        If the file cannot be opened.
    """
    key = _key(path)
    with _guard:
        if key in _locked_here:
            return None
        _locked_here.add(key)
    lock = None
    try:
        lock = _acquire(path, create=create)
    finally:
        if lock is None:
            with _guard:
                _locked_here.discard(key)
    return lock


def _acquire(path: Path, *, create: bool) -> FileLock | None:
    while True:
        descriptor, is_new = _open(path, create=create)
        lock = None
        try:
            is_locked = _lock(descriptor)
            if is_locked is False:
                return None
            # Otherwise its last owner has removed the file since it was opened.
            if _is_at(descriptor, path):
                lock = FileLock(path, descriptor, is_locked is True, is_new)
                return lock
        finally:
            if lock is None:
                os.close(descriptor)


def _open(path: Path, *, create: bool) -> tuple[int, bool]:
    flags = os.O_RDWR | getattr(os, "O_BINARY", 0)
    while create and path.parent.is_dir():
        with suppress(FileExistsError):
            return os.open(path, flags | os.O_CREAT | os.O_EXCL, 0o666), True
        with suppress(FileNotFoundError):
            return os.open(path, flags), False
    return os.open(path, flags), False


def is_locked(path: Path) -> bool:
    """Return whether another thread or process has the lock; False on a disk without locks.

    Raises
    ------
    OSError
        If the file cannot be opened.
    """
    with _guard:
        if _key(path) in _locked_here:
            return True
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    try:
        is_free = _lock(descriptor, shared=True)
        if is_free:
            _unlock(descriptor)
    finally:
        os.close(descriptor)
    return is_free is False


def _key(path: Path) -> str:
    return os.path.normcase(Path(path).absolute())


def _is_at(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


def _lock(descriptor: int, *, shared: bool = False) -> bool | None:
    """Lock an open file; return False if another has the lock, None if the disk has no locks."""
    try:
        if sys.platform == "win32":
            os.lseek(descriptor, _BYTE, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
            fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except OSError as error:
        return False if error.errno in _LOCKED_ELSEWHERE else None
    return True


def _unlock(descriptor: int) -> None:
    with suppress(OSError):
        if sys.platform == "win32":
            os.lseek(descriptor, _BYTE, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)
        else:
            fcntl.flock(descriptor, fcntl.LOCK_UN)
