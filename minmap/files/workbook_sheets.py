"""Have a workbook read by another process, which is ended when it takes too much.

calamine makes each sheet dense, gives each cell its own text and follows what the file states, so
that a few bytes may fill the memory or end the process.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import IO, Any, Final

import psutil

from minmap.errors import FileError
from minmap.files import workbook_process
from minmap.files.damage import as_file_error, reason_of

# What a workbook may take, and how much more for each MB that it has: four times an honest one.
_FREE: Final = (1024, 15, 64)
_PER_MB: Final = (64, 4, 64)
_UNITS: Final = ("MB of memory", "seconds of the processor", "MB of text")

_MB: Final = 1 << 20
_PAUSE: Final = 0.05
_UNREADABLE: Final = "cannot be read as a workbook"
_CSV: Final = "Remove stray cells and sheets that you do not need, or save the table as CSV."
_CURE: Final = "If it needs a password, remove that; else get the file again or save it as .xlsx."
_NO_WINDOW: Final = getattr(subprocess, "CREATE_NO_WINDOW", 0)  # of Windows

Row = list[str]
Area = tuple[tuple[int, int], tuple[int, int]]


@dataclass
class Sheet:
    """A sheet as the other process wrote it.

    Attributes
    ----------
    merged
        First and last cell of each merged area.
    lines
        Its rows in JSON.
    """

    merged: list[Area]
    lines: list[bytes] = field(default_factory=list)

    def rows(self, most: int | None = None, *, strip: bool = True) -> list[Row]:
        """Return the rows from the first on, all of one width; all empty rows are the same list."""
        rows = [*islice((row for line in self.lines for row in json.loads(line)), most)]
        if strip:
            rows = [[*map(str.strip, row)] for row in rows]
        width = max(map(len, rows), default=0)
        empty = [""] * width
        return [row + empty[len(row) :] if row else empty for row in rows]


def read_sheets(path: Path, where: str, *names: str) -> dict[str, Sheet]:
    """Return the sheets of a workbook that are not empty.

    Parameters
    ----------
    path
        The file.
    where
        Its name in messages.
    *names
        The sheets to read; all if there are none.

    Raises
    ------
    FileError
        If it is damaged or protected by a password, takes too much memory or time, or there is no
        Python to start.
    """
    with tempfile.TemporaryFile() as output:
        _run(path, where, output, names)
        output.seek(0)
        return _sheets(output, where)


def _sheets(output: IO[bytes], where: str) -> dict[str, Sheet]:
    sheets, sheet, end = dict[str, Sheet](), Sheet([]), None
    for line in output:
        if line.startswith(b"["):
            sheet.lines.append(line)
            continue
        end = json.loads(line) if line.endswith(b"\n") else None
        if end and "sheet" in end:
            sheets[end["sheet"]] = sheet = Sheet(end["merged"])
    if end is None or "sheet" in end or end.get("error") == "MemoryError":
        raise FileError(
            f"{where} {_UNREADABLE}: the process that reads it ends, since it is damaged or takes "
            f"too much memory. {_CSV}"
        )
    if end:
        reason = reason_of(ValueError(end["text"] or end["error"]))
        raise FileError(f"{where} {_UNREADABLE}: {reason}. {_CURE}")
    return sheets


def _run(path: Path, where: str, output: IO[bytes], names: tuple[str, ...]) -> None:
    size = path.stat().st_size / _MB
    limits = [free + each * size for free, each in zip(_FREE, _PER_MB, strict=True)]
    memory, seconds, written = limits
    # The system counts memory that is reserved only, too.
    kept = [str(int(number)) for number in (2 * memory * _MB, 2 * seconds + 1, written * _MB)]
    command = [_python(where), "-I", "-S", workbook_process.__file__, _calamine(), *kept, *names]
    with as_file_error(f"{where} {_UNREADABLE}", cure=_CSV), path.open("rb") as stream:
        process = subprocess.Popen(  # noqa: S603  # minmap's own program
            command,
            stdin=stream,
            stdout=output,
            stderr=subprocess.DEVNULL,
            creationflags=_NO_WINDOW,
        )
    try:
        for used in _used(process):
            _require_within((*used, _size(output)), limits, where)
    finally:
        process.kill()
        process.wait()
    # The system ends the output at the limit.
    _require_within((0, 0, _size(output) + 1 / _MB), limits, where)


def _used(process: subprocess.Popen[bytes]) -> Iterator[tuple[float, float]]:
    """Yield again and again the memory in MB and the seconds that a process uses."""
    while process.poll() is None:
        with suppress(psutil.Error):  # it may have ended
            watched = psutil.Process(process.pid)
            times = watched.cpu_times()
            yield watched.memory_info().rss / _MB, times.user + times.system
        with suppress(subprocess.TimeoutExpired):
            process.wait(_PAUSE)


def _size(output: IO[bytes]) -> float:
    return os.fstat(output.fileno()).st_size / _MB


def _require_within(used: Sequence[float], limits: Sequence[float], where: str) -> None:
    for amount, most, unit in zip(used, limits, _UNITS, strict=True):
        if amount > most:
            raise FileError(f"{where} takes more than {most:,.0f} {unit} as a workbook. {_CSV}")


def _python(where: str) -> str:
    """Return the program that runs Python; ``sys.executable`` may be one that has it built in."""
    # The Python of a virtual environment of Windows starts another process.
    given = [getattr(sys, "_base_executable", "")] if os.name == "nt" else []
    for program in (*given, sys.executable):
        if Path(program or "").name.lower().startswith("python"):
            return str(program)
    folder = Path(sys.base_exec_prefix)
    for name in ("python.exe", "bin/python3"):
        if (folder / name).is_file():
            return str(folder / name)
    raise FileError(
        f"{where} is a workbook, for which minmap starts Python, and there is none in {folder}. "
        "Save the table as CSV."
    )


def _calamine() -> str:
    """Return the folder that python_calamine lies in, without importing it."""
    found: Any = find_spec("python_calamine")
    return str(Path(found.origin).parents[1])
