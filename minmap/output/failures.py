"""Errors of the disk as errors of minmap, with the path and the cure."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterator
from pathlib import Path
from types import MappingProxyType
from typing import Final

from minmap.errors import FileError

_ELSEWHERE: Final = "free some space or write elsewhere"
# Windows has no EDQUOT; -1 stands for it and matches no error.
_QUOTA: Final = getattr(errno, "EDQUOT", -1)
_CURES: Final = MappingProxyType(
    {
        errno.ENOSPC: f"the disk is full: {_ELSEWHERE}",
        _QUOTA: f"your quota on the disk is used up: {_ELSEWHERE}",
        errno.EFBIG: "the file is larger than the disk or a limit of the system allows: write "
        "elsewhere, or write fewer records",
        errno.EIO: "the disk failed: check it, or write elsewhere",
        errno.EROFS: "the disk is read-only: write elsewhere",
        errno.ENAMETOOLONG: "the name is too long for the disk: give a shorter one",
    }
)
# Errors of GDAL and SQLite have a text but no number.
_TEXTS: Final = MappingProxyType(
    {
        errno.ENOSPC: re.compile("no space left|disk is full|disk full", re.IGNORECASE),
        _QUOTA: re.compile("quota exceeded", re.IGNORECASE),
        errno.EFBIG: re.compile("file too large", re.IGNORECASE),
        errno.EROFS: re.compile("read-only file system", re.IGNORECASE),
        errno.EIO: re.compile("input/output error", re.IGNORECASE),
    }
)
# A write that fails for want of room leaves less than a block free.
_PROBE: Final = bytes(1 << 16)
_WINDOWS_IN_USE: Final = (32, 33)  # ERROR_SHARING_VIOLATION, ERROR_LOCK_VIOLATION


def write_error(path: str | os.PathLike[str], error: OSError) -> FileError:
    """Return the error that says in one line why `path` cannot be written, and the cure.

    Parameters
    ----------
    path
        The file that the user asked for.
    error
        What the system raised.

    Examples
    --------
    >>> print(write_error("a.csv", OSError(errno.ENOSPC, "No space left on device")))
    a.csv cannot be written: the disk is full: free some space or write elsewhere.
    >>> print(write_error("a.csv", PermissionError(errno.EACCES, "Permission denied")))
    a.csv cannot be written: Permission denied; close the program that has it open, or check the
    permissions of the file and its folder.
    """
    number = error.errno
    if number in _CURES:
        return FileError(f"{path} cannot be written: {_CURES[number]}.")
    return FileError(f"{path} cannot be written: {_reason(error)}; {_cure(error)}.")


def is_of_the_disk(error: OSError) -> bool:
    """Return whether an error is about room on the disk or its state, not about one file.

    Examples
    --------
    >>> is_of_the_disk(OSError(errno.ENOSPC, "full")), is_of_the_disk(FileNotFoundError())
    (True, False)
    """
    return error.errno in _CURES


def replace_error(path: str | os.PathLike[str], error: OSError) -> FileError:
    """Return the error for a finished file that cannot take the place of an older one."""
    if error.errno in _CURES:
        return write_error(path, error)
    return FileError(f"{path} cannot be replaced: {_reason(error)}; {_cure(error)}.")


def _reason(error: OSError) -> str:
    return error.strerror or str(error) or type(error).__name__


def _cure(error: OSError) -> str:
    if getattr(error, "winerror", None) in _WINDOWS_IN_USE:
        return "close the program that has it open"
    if isinstance(error, PermissionError):
        return (
            "close the program that has it open, or check the permissions of the file and its "
            "folder"
        )
    return "check the path and the disk, or write elsewhere"


def disk_failure(error: BaseException, folder: Path) -> OSError | None:
    """Return the failure of the disk that made a library fail to write; None if there is none.

    Libraries wrap the system's error (xlsxwriter), give its text only (GDAL) or no reason at all.
    In the last case the largest file in `folder` is extended by a few bytes to see what the system
    says.

    Parameters
    ----------
    error
        What the library raised.
    folder
        The temporary folder that the library wrote to.
    """
    for cause in _causes(error):
        if isinstance(cause, OSError) and cause.errno in _CURES:
            return cause
        for number, text in _TEXTS.items():
            if text.search(str(cause)):
                return OSError(number, os.strerror(number))
    return None if isinstance(error, OSError) else _probed(folder)


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen = list[BaseException]()
    waiting: list[BaseException | None] = [error]
    while waiting:
        cause = waiting.pop()
        if cause is None or any(cause is one for one in seen):
            continue
        seen.append(cause)
        yield cause
        waiting += [arg for arg in cause.args if isinstance(arg, BaseException)]
        waiting += [cause.__cause__, cause.__context__]


def _probed(folder: Path) -> OSError | None:
    files = [file for file in folder.rglob("*") if file.is_file()]
    largest = max(files, key=lambda file: file.stat().st_size, default=folder / "probe")
    try:
        with largest.open("ab") as stream:
            stream.write(_PROBE)
    except OSError as error:
        return error if error.errno in _CURES else None
    return None
