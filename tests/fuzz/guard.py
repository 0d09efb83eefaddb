"""Watch what a reader touches: other files, sockets, programs, and what it leaves behind."""

from __future__ import annotations

import ctypes
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from minmap.files import feather_process, sqlite_copy_process, trial_process, workbook_process
from minmap.rasters import netcdf_process
from tests.fuzz.tokens import DESCRIPTOR, MARK

_IN_ACCESS, _IN_OPEN, _NONBLOCK = 0x1, 0x20, 0x800
_FORBIDDEN = (
    *("socket.connect", "socket.getaddrinfo", "subprocess.Popen", "os.system", "os.exec"),
    *("os.posix_spawn", "webbrowser.open", "urllib.Request"),
)

_PROGRAMS = (
    *(feather_process, netcdf_process, sqlite_copy_process, trial_process, workbook_process),
)
_OWN_PROGRAMS = {one.__file__ for one in _PROGRAMS}


def make_canaries(folder: Path) -> None:
    """Write files that carry `MARK` in the formats that a reader would take."""
    folder.mkdir(exist_ok=True)
    row = f'{MARK},"POINT (1 1)",1,1\n'
    (folder / "secret.csv").write_text(f"name,wkt,latitude,longitude\n{row}", encoding="ascii")
    (folder / "secret.bin").write_bytes(MARK.encode() * 100)
    (folder / "secret.tif").write_bytes(b"II*\x00" + MARK.encode() * 100)


class Watch:
    """Count the openings of files in a folder that no reader may touch (Linux's inotify)."""

    def __init__(self, folder: Path) -> None:
        library = ctypes.CDLL(None, use_errno=True)
        self._descriptor = library.inotify_init1(_NONBLOCK)
        watched = library.inotify_add_watch(
            self._descriptor, os.fsencode(folder), _IN_OPEN | _IN_ACCESS
        )
        if watched < 0:
            raise OSError(ctypes.get_errno(), f"{folder} cannot be watched")

    def opened(self) -> bool:
        """Tell whether anything was opened since the last call."""
        try:
            return bool(os.read(self._descriptor, 1 << 16))
        except BlockingIOError:
            return False


class Audit:
    """Python's own events: files opened for writing elsewhere, sockets and programs."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self._active = False
        self._temporary = os.path.realpath(tempfile.gettempdir())
        sys.addaudithook(self._hook)

    def _hook(self, event: str, arguments: tuple[Any, ...]) -> None:
        starts = event in {"subprocess.Popen", "os.posix_spawn"}  # the latter since Python 3.13
        own = starts and not _OWN_PROGRAMS.isdisjoint(arguments[1])
        if own or not self._active:
            return
        if event in _FORBIDDEN:
            self.seen.append(f"{event} {arguments!r}"[:500])
        elif event == "open" and isinstance(arguments[0], str):
            path, mode = os.path.realpath(arguments[0]), str(arguments[1] or "")
            writes = any(letter in mode for letter in "wax+")
            if writes and not path.startswith((self._temporary, "/dev/")):
                self.seen.append(f"writes {path}")

    @contextmanager
    def active(self) -> Iterator[None]:
        """Record events inside the block."""
        self.seen.clear()
        self._active = True
        try:
            yield
        finally:
            self._active = False


def canary_folder(base: Path) -> Path:
    """Make the folder of canary files of this process, which `CANARY` names, and return it."""
    folder = base / "canary"
    make_canaries(folder)
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    os.dup2(opened, DESCRIPTOR)
    os.close(opened)
    return folder
