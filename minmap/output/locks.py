"""Locks on files that the system releases when the process that holds them ends."""

from __future__ import annotations

import errno
import os
import platform
import sys
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from threading import Lock
from typing import Final

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_BOOT: Final = Path("/proc/sys/kernel/random/boot_id")
_HELD_ELSEWHERE: Final = (errno.EACCES, errno.EAGAIN, errno.EDEADLK)
# Windows bars others from the bytes of a lock: this one is behind the end of the file.
_BYTE: Final = 1 << 30

# Network drives may hold locks for a whole process, so locks between threads are kept here.
_held = set[str]()
_guard = Lock()


def _begin_anew() -> None:
    _held.clear()
    _guard.release()


if hasattr(os, "register_at_fork"):
    # A child process holds none of its parent's locks.
    os.register_at_fork(
        before=_guard.acquire, after_in_parent=_guard.release, after_in_child=_begin_anew
    )


def machine() -> list[str]:
    """Return names of this machine: its host name, and a name of its start if it has one.

    Where one of them is the same for two processes, the processes see each other's locks: the
    containers of a machine share the name of its start.
    """
    return [name for name in (platform.node(), _start()) if name]


def is_this_start(names: list[str]) -> bool:
    """Tell whether names are those that `machine` returned since this machine was started.

    The name of a start is random, so that nobody else can know it. False where there is none.
    """
    return bool(_start()) and _start() in names


def _start() -> str:
    try:
        return _BOOT.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return ""


class _State(Enum):
    """State of a lock before this process takes it."""

    FREE = auto()
    HELD = auto()  # by another thread or process
    UNKNOWN = auto()  # the file system has no locks


@dataclass(frozen=True)
class FileLock:
    """A lock that this process holds on a file.

    Attributes
    ----------
    path
        The file.
    descriptor
        The file, open for reading and writing.
    is_certain
        Whether the file system has locks; where it has none, another process may hold the file.
    is_new
        Whether the file was not there before.
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
        """Give the lock up, and remove the file if `remove`."""
        try:
            if remove and sys.platform != "win32":
                self.path.unlink(missing_ok=True)
            _unlock(self.descriptor)
        finally:
            os.close(self.descriptor)
            with _guard:
                _held.discard(_key(self.path))
        if remove and sys.platform == "win32":
            # Windows removes no open file. Whoever has taken it since removes it.
            with suppress(OSError):
                self.path.unlink(missing_ok=True)


def take(path: Path, *, create: bool = True) -> FileLock | None:
    """Take the lock on a file without waiting; return None if another thread or process has it.

    Parameters
    ----------
    path
        The file.
    create
        Whether to make it if it is not there.

    Raises
    ------
    OSError
        If the file cannot be opened.
    """
    key = _key(path)
    with _guard:
        if key in _held:
            return None
        _held.add(key)
    lock = None
    try:
        lock = _take(path, create=create)
    finally:
        if lock is None:
            with _guard:
                _held.discard(key)
    return lock


def _take(path: Path, *, create: bool) -> FileLock | None:
    while True:
        descriptor, is_new = _opened(path, create=create)
        lock = None
        try:
            state = _locked(descriptor)
            if state is _State.HELD:
                return None
            # Otherwise its last holder has removed it since it was opened.
            if _is_at(descriptor, path):
                lock = FileLock(path, descriptor, state is _State.FREE, is_new)
                return lock
        finally:
            if lock is None:
                os.close(descriptor)


def _opened(path: Path, *, create: bool) -> tuple[int, bool]:
    flags = os.O_RDWR | getattr(os, "O_BINARY", 0)
    while create:
        with suppress(FileExistsError):
            return os.open(path, flags | os.O_CREAT | os.O_EXCL, 0o666), True
        with suppress(FileNotFoundError):
            return os.open(path, flags), False
        if not path.parent.is_dir():
            break
    return os.open(path, flags), False


def is_held(path: Path) -> bool:
    """Return whether another thread or process has the lock; False on a disk without locks.

    Raises
    ------
    OSError
        If the file cannot be opened.
    """
    with _guard:
        if _key(path) in _held:
            return True
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    try:
        state = _locked(descriptor, shared=True)
        if state is _State.FREE:
            _unlock(descriptor)
    finally:
        os.close(descriptor)
    return state is _State.HELD


def _key(path: Path) -> str:
    return os.path.normcase(Path(path).absolute())


def _is_at(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


def _locked(descriptor: int, *, shared: bool = False) -> _State:
    """Lock an open file if its lock is free, and return the state in which it was."""
    try:
        if sys.platform == "win32":
            os.lseek(descriptor, _BYTE, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
            fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except OSError as error:
        return _State.HELD if error.errno in _HELD_ELSEWHERE else _State.UNKNOWN
    return _State.FREE


def _unlock(descriptor: int) -> None:
    with suppress(OSError):
        if sys.platform == "win32":
            os.lseek(descriptor, _BYTE, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)
        else:
            fcntl.flock(descriptor, fcntl.LOCK_UN)
