"""Reading a file and its companions while another program may replace them."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

from minmap.arguments import require_path
from minmap.errors import FileError
from minmap.files.file_kinds import RECORD
from minmap.files.shapefile import PARTS

_TRIES: Final = 5
_Result = TypeVar("_Result")


def read_steadily(file: Any, read: Callable[[], _Result]) -> _Result:
    """Read a file, and read it again if its set of files was replaced meanwhile.

    A record beside a CSV, or a part of a shapefile, may otherwise belong to another table than the
    file read before it.

    Parameters
    ----------
    file
        What the user gave. A file object is read once.
    read
        Reads it.

    Raises
    ------
    FileError
        If the files are replaced whenever they are read; and what `read` raises.
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
    Where there are several, the system may give the inode of an old file to a new one.
    """
    if not path.name:  # no file, as its reader is going to say
        return []
    names = (path.name, path.name + RECORD, *(path.stem + part for part in PARTS))
    states = [_state(path.with_name(name)) for name in dict.fromkeys(names)]
    if sum(state is not None for state in states) == 1:
        return [state and state[:2] for state in states]
    return states


def _state(path: Path) -> tuple[int, ...] | None:
    try:
        state = path.stat()
    except (OSError, ValueError):
        return None
    return state.st_dev, state.st_ino, state.st_mtime_ns
