"""Errors of the disk as errors of minmap, with the path and the cure."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Final

from minmap.errors import FileError, MinmapError

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
# A write that fails on a full disk leaves less than a block free.
_PROBE: Final = bytes(1 << 16)
_WINDOWS_IN_USE: Final = (32, 33)  # ERROR_SHARING_VIOLATION, ERROR_LOCK_VIOLATION


def write_error(
    path: str | os.PathLike[str], error: OSError, *, action: str = "written"
) -> FileError:
    """Return the error that explains in one line why `path` cannot be written, with the cure.

    Parameters
    ----------
    path
        The file that the user wants to write.
    error
        The error of the system.
    action
        The action that failed: ``"written"``, or ``"replaced"`` for a finished file that cannot
        replace an older one.

    Examples
    --------
    >>> print(write_error("a.csv", OSError(errno.ENOSPC, "No space left on device")))
    a.csv cannot be written: the disk is full: free some space or write elsewhere.
    >>> print(write_error("a.csv", PermissionError(errno.EACCES, "Permission denied")))
    a.csv cannot be written: Permission denied; close the program that has it open, or check the
    permissions of the file and its folder.
    """
    if is_of_the_disk(error):
        return FileError(f"{path} cannot be written: {_CURES[error.errno or 0]}.")
    reason = error.strerror or str(error) or type(error).__name__
    return FileError(f"{path} cannot be {action}: {reason}; {_cure(error)}.")


def is_of_the_disk(error: OSError) -> bool:
    """Return whether an error is about the state of the disk, not about a single file.

    Examples
    --------
    >>> is_of_the_disk(OSError(errno.ENOSPC, "full")), is_of_the_disk(FileNotFoundError())
    (True, False)
    """
    return error.errno in _CURES


def _cure(error: OSError) -> str:
    if getattr(error, "winerror", None) in _WINDOWS_IN_USE:
        return "close the program that has it open"
    if isinstance(error, PermissionError):
        return (
            "close the program that has it open, or check the permissions of the file and its "
            "folder"
        )
    return "check the path and the disk, or write elsewhere"


@contextmanager
def as_write_errors(target: Path, folder: Path) -> Iterator[None]:
    """Raise errors of libraries in the block that the disk or a name causes as errors of a file.

    Parameters
    ----------
    target
        The file.
    folder
        The temporary folder that the libraries write to.

    Raises
    ------
    FileError
        If the disk is full or fails, or the name of the file is not UTF-8.
    """
    try:
        yield
    except MinmapError:
        raise
    except UnicodeEncodeError as error:
        raise FileError(
            f"{str(target)!r} has a name that is not UTF-8, which this format needs; give another."
        ) from error
    except Exception as error:
        failure = disk_failure(error, folder)
        if failure is None:
            raise
        raise write_error(target, failure) from error


def disk_failure(error: BaseException, folder: Path) -> OSError | None:
    """Return the failure of the disk that made a library fail to write; None if there is none.

    Libraries wrap the system's error (xlsxwriter), give only its text (GDAL) or no reason at all.
    In the last case the largest file in `folder` is extended by a few bytes, which raises the
    system's error again.

    Parameters
    ----------
    error
        The error of the library.
    folder
        The temporary folder that the library wrote to.
    """
    for cause in (error, error.__cause__, error.__context__):
        if isinstance(cause, OSError) and is_of_the_disk(cause):
            return cause
        # GDAL and SQLite report the text of an error without its number.
        message = str(cause).replace("disk is full", os.strerror(errno.ENOSPC)).lower()
        for number in _CURES:
            if os.strerror(number).lower() in message:
                return OSError(number, os.strerror(number))
    return None if isinstance(error, OSError) else _failure_of_probe(folder)


def _failure_of_probe(folder: Path) -> OSError | None:
    files = [file for file in folder.rglob("*") if file.is_file()]
    largest = max(files, key=lambda file: file.stat().st_size, default=folder / "probe")
    try:
        with largest.open("ab") as stream:
            stream.write(_PROBE)
    except OSError as error:
        return error if is_of_the_disk(error) else None
    return None
