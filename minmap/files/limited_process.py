"""Run a program in its own process and end it when it exceeds its limits.

Decoders follow what a file states, so that a few bytes may fill the memory or end the process.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib.machinery import PathFinder
from pathlib import Path
from typing import IO, Any, Final, NamedTuple

import psutil

from minmap.errors import FileError
from minmap.files import limited_program
from minmap.files.damage import as_file_error

_UNITS: Final = ("MB of memory", "seconds of the processor", "MB of text")
_MB: Final = 1 << 20
_PAUSE: Final = 0.05
_NO_WINDOW: Final = getattr(subprocess, "CREATE_NO_WINDOW", 0)  # of Windows
_NO_PROCESS: Final = "Save a table as CSV, or a map as GeoPackage."
_TOGETHER: Final = "Unpack the archive and give its files one by one."


class Amounts(NamedTuple):
    """Memory in MB, seconds of the processor, and output in MB."""

    memory: float
    seconds: float
    output: float

    def plus(self, other: Amounts, times: float = 1) -> Amounts:
        """Return this plus `times` the other."""
        return Amounts(*(a + times * b for a, b in zip(self, other, strict=True)))


_NOTHING: Final = Amounts(0, 0, 0)


class Budget:
    """Limits for reading the files of one archive, in this process and in others.

    The memory of one is free again when the next starts; seconds and output add up.

    Parameters
    ----------
    free
        What all may take together.
    each
        How much more for each file.
    per_mb
        How much more for each MB of a file.
    kind
        What the files are read as, for messages.
    cure
        What helps a file that takes too much, in a sentence.
    """

    def __init__(
        self, free: Amounts, each: Amounts, per_mb: Amounts, *, kind: str, cure: str
    ) -> None:
        self._free, self._each, self._per_mb = free, each, per_mb
        self._kind, self._cure = kind, cure
        self._most, self._used, self._names = free, _NOTHING, set[str]()

    def limits_with(self, size: float, where: str) -> Amounts:
        """Return what is left for a further file of `size` MB.

        Raises
        ------
        FileError
            If nothing is left.
        """
        self._names.add(where)
        self.require(_NOTHING, where)
        more = self._each.plus(self._per_mb, size)
        self._most = self._most.plus(more)._replace(memory=self._free.memory + more.memory)
        return self._most.plus(self._used, -1)

    def require(self, used: Amounts, where: str) -> None:
        """Raise if a process has used more than is left for it."""
        for amount, most, unit in zip(used.plus(self._used), self._most, _UNITS, strict=True):
            if amount > most:
                is_alone = self._names == {where}
                cure = f". {self._cure}" if is_alone else f", with those before it. {_TOGETHER}"
                raise FileError(f"{where} takes more than {most:,.0f} {unit} as {self._kind}{cure}")

    @contextmanager
    def charged(self, path: Path, where: str) -> Iterator[None]:
        """Subtract the seconds of the block in this thread for a file; raise as `require`."""
        self.limits_with(_size_of(path), where)
        start = time.thread_time()
        try:
            yield
        finally:
            self.take(Amounts(0, time.thread_time() - start, 0))
        self.require(_NOTHING, where)

    def take(self, used: Amounts) -> None:
        """Subtract the seconds and the output that a file has taken."""
        self._used = self._used.plus(used._replace(memory=0))


@contextmanager
def output_of(
    program: str,
    arguments: Sequence[str],
    path: Path,
    where: str,
    *,
    budget: Budget,
    packages: Sequence[str],
    size: int | None = None,
    written_bytes: int = 0,
) -> Iterator[IO[bytes]]:
    """Run a Python file that reads a file, which is its standard input; yield its output.

    It starts without the packages of the environment, and finds only those that it needs.

    Parameters
    ----------
    program
        Path of the Python file.
    arguments
        Its arguments.
    path, where
        The file or folder that it reads, and its name in messages.
    budget
        What it may take. Where the system can keep limits (Linux), it keeps them too.
    packages
        Names of the packages that it imports.
    size
        The bytes by which it is limited; None means those of the file.
    written_bytes
        How many bytes a file that it writes may have.

    Raises
    ------
    FileError
        If it takes too much, or there is no Python to start.
    """
    limits = budget.limits_with(_size_of(path) if size is None else size / _MB, where)
    # The system counts memory that is reserved only, too.
    output_bytes = max(limits.output * _MB, written_bytes)
    most = (2 * limits.seconds + 1, output_bytes, 2 * limits.memory * _MB)
    python = _python(where)
    start = [python, "-I", "-S", limited_program.__file__, str(os.getpid())]
    command = [*start, *(str(int(one)) for one in most), _folders(packages), program, *arguments]
    with tempfile.TemporaryFile() as output:
        with as_file_error(f"{where} needs a process of {python}", cure=_NO_PROCESS):
            process = _started(command, path, output)
        used = _NOTHING
        try:
            for memory, seconds in _used(process):
                used = Amounts(memory, seconds, _size(output))
                budget.require(used, where)
        finally:
            process.kill()
            process.wait()
            budget.take(used._replace(output=_size(output)))
        # The system ends the output at the limit.
        budget.require(Amounts(0, 0, 1 / _MB), where)
        output.seek(0)
        yield output


def _started(command: list[str], path: Path, output: IO[bytes]) -> subprocess.Popen[bytes]:
    """Start minmap's own program, which reads a file, or nothing for a folder."""
    with (Path(os.devnull) if path.is_dir() else path).open("rb") as stream:
        return subprocess.Popen(  # noqa: S603
            command,
            stdin=stream,
            stdout=output,
            stderr=subprocess.DEVNULL,
            creationflags=_NO_WINDOW,
        )


def _used(process: subprocess.Popen[bytes]) -> Iterator[tuple[float, float]]:
    """Yield again and again the memory in MB and the seconds that a process uses."""
    while process.poll() is None:
        with suppress(psutil.Error):  # it may have ended
            watched = psutil.Process(process.pid)
            times = watched.cpu_times()
            yield watched.memory_info().rss / _MB, times.user + times.system
        with suppress(subprocess.TimeoutExpired):
            process.wait(_PAUSE)


def _size_of(path: Path) -> float:
    files = path.iterdir() if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files) / _MB


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
        f"minmap reads {where} with another Python, and there is none in {folder}. {_NO_PROCESS}"
    )


def _folders(packages: Sequence[str]) -> str:
    """Return the folders that packages lie in, without importing them."""
    # Not in the folder of the user, where a package may be planted.
    path = [entry for entry in sys.path if Path(entry).is_absolute()]
    found: list[Any] = [PathFinder.find_spec(package, path) for package in packages]
    return os.pathsep.join(dict.fromkeys(str(Path(one.origin).parents[1]) for one in found))
