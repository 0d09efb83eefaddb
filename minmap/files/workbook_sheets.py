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

# What a workbook may take, or all of one archive together, how much more for each workbook, and for
# each MB that it has: four times an honest one.
_FREE: Final = (1024, 15, 64)
_EACH: Final = (0, 0.2, 0)
_PER_MB: Final = (64, 4, 64)
_UNITS: Final = ("MB of memory", "seconds of the processor", "MB of text")

_MB: Final = 1 << 20
_PAUSE: Final = 0.05
_UNREADABLE: Final = "cannot be read as a workbook"
_CSV: Final = "Remove stray cells and sheets that you do not need, or save the table as CSV."
_CURE: Final = "If it needs a password, remove that; else get the file again or save it as .xlsx."
_NO_WINDOW: Final = getattr(subprocess, "CREATE_NO_WINDOW", 0)  # of Windows

_TOGETHER: Final = "Unpack the archive and give the workbooks one by one."

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


class Budget:
    """What the workbooks of one file may take together.

    The memory of one is free again when the next is read; seconds and text add up.
    """

    def __init__(self) -> None:
        self._given: list[float] = [0, *_FREE[1:]]
        self._used: list[float] = [0, 0, 0]
        self._count = 0

    def limits_with(self, size: float) -> list[float]:
        """Return what is left in `_UNITS` for a further workbook, whose size is in MB."""
        more = [each + per_mb * size for each, per_mb in zip(_EACH, _PER_MB, strict=True)]
        self._given = [a + b for a, b in zip(self._given, more, strict=True)]
        self._given[0] = _FREE[0] + more[0]
        self._count += 1
        return [given - used for given, used in zip(self._given, self._used, strict=True)]

    def require(self, used: Sequence[float], where: str) -> None:
        """Raise if a workbook has used more than is left for it."""
        amounts = zip(used, self._used, self._given, _UNITS, strict=True)
        for amount, before, most, unit in amounts:
            if amount + before > most:
                raise FileError(
                    f"{where} takes more than {most:,.0f} {unit} as a workbook"
                    + (f", with those before it. {_TOGETHER}" if self._count > 1 else f". {_CSV}")
                )

    def take(self, used: Sequence[float]) -> None:
        """Subtract the seconds and the text that a workbook has used."""
        self._used = [0, *(a + b for a, b in zip(self._used[1:], used[1:], strict=True))]


def read_sheets(
    path: Path, where: str, *names: str, budget: Budget | None = None
) -> dict[str, Sheet]:
    """Return the sheets of a workbook that are not empty.

    Parameters
    ----------
    path
        The file.
    where
        Its name in messages.
    *names
        The sheets to read; all if there are none.
    budget
        What is left of what the workbooks of an archive may take. None means that of one workbook.

    Raises
    ------
    FileError
        If it is damaged or protected by a password, takes too much memory or time, or there is no
        Python to start.
    """
    with tempfile.TemporaryFile() as output:
        _run(path, where, output, names, budget or Budget())
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


def _run(path: Path, where: str, output: IO[bytes], names: tuple[str, ...], budget: Budget) -> None:
    memory, seconds, written = budget.limits_with(path.stat().st_size / _MB)
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
    used = (0.0, 0.0)
    try:
        for used in _used(process):
            budget.require((*used, _size(output)), where)
    finally:
        process.kill()
        process.wait()
        budget.take((*used, _size(output)))
    # The system ends the output at the limit.
    budget.require((0, 0, 1 / _MB), where)


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
