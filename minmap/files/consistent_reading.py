"""Read a file and its companions while another program may replace them."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

from minmap.arguments import require_path
from minmap.errors import FileError
from minmap.files.file_types import RECORD
from minmap.files.shapefile import PARTS

_TRIES: Final = 20
_Result = TypeVar("_Result")


def read_consistently(file: Any, read: Callable[[], _Result]) -> _Result:
    """Read a file, and read it again if its set of files was replaced meanwhile.

    A record beside a CSV, or a part of a shapefile, may otherwise belong to another table than the
    file read before it.

    Parameters
    ----------
    file
        The user's path or file object. A file object is read once.
    read
        Reads it.

    Raises
    ------
    FileError
        If the files are replaced during every read; and the errors of `read`.
    """
    if not isinstance(file, str | os.PathLike):
        return read()
    path = require_path(os.fsdecode(file), name="file")
    for _ in range(_TRIES):
        before = _identities(path)
        try:
            result = read()
        except FileError:
            if _identities(path) == before:
                raise
            continue
        if _identities(path) == before:
            return result
    raise FileError(f"{path} is replaced whenever it is read; try again when that has ended.")


def _identities(path: Path) -> list[tuple[int, ...] | None]:
    """Return device, inode and time of change of each file of the set.

    For a single file the time is left out, so that appending to it does not count as replacing it.
    With several files it counts, since the system may reuse the inode of an old file.
    """
    if not path.name:  # not a file; `read` raises
        return []
    names = (path.name, path.name + RECORD, *(path.stem + part for part in PARTS))
    found = [_identity(path.with_name(name)) for name in dict.fromkeys(names)]
    if sum(identity is not None for identity in found) == 1:
        return [identity and identity[:2] for identity in found]
    return found


def _identity(path: Path) -> tuple[int, ...] | None:
    try:
        status = path.stat()
    except (OSError, ValueError):
        return None
    return status.st_dev, status.st_ino, status.st_mtime_ns
