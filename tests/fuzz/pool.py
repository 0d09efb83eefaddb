"""Worker processes under limits of time: started, watched and replaced."""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import replace
from pathlib import Path
from types import TracebackType

from tests.fuzz.inputs import Input
from tests.fuzz.judging import Outcome
from tests.fuzz.tokens import PORT

LIMIT_SECONDS = 20.0
"""Processor time that one input may take."""
_LONGEST_WALL_SECONDS = 180.0  # a reader that waits takes no processor time; busy cores are slow
_INPUTS_PER_PROCESS = 2_000  # what libraries leak does not add up to a finding
_MOST_TRIES = 600
_REPOSITORY = Path(__file__).resolve().parents[2]


class Listener:
    """Listens on a port of this machine, hangs up on whoever connects, and counts them."""

    def __init__(self) -> None:
        self._socket = _server()
        self._connections = 0
        self._own = dict[int, threading.Event]()
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, (_, port) = self._socket.accept()
            except OSError:
                return
            connection.close()
            if port in self._own:
                self._own[port].set()
            else:
                self._connections += 1

    def connections(self) -> int:
        """Return how many have connected by now.

        Connections are accepted in their order, so a connection of our own comes after them all.
        """
        with socket.socket() as own:
            own.bind(("127.0.0.1", 0))
            port = own.getsockname()[1]
            seen = self._own[port] = threading.Event()
            own.connect(self._socket.getsockname())
            seen.wait()
            del self._own[port]
        return self._connections

    def close(self) -> None:
        """Stop listening."""
        self._socket.shutdown(socket.SHUT_RDWR)  # ends the wait for a connection
        self._socket.close()


def _server() -> socket.socket:
    """Listen on `PORT`; wait for another run of the fuzzer that has it, but not for ever."""
    for _ in range(_MOST_TRIES):
        try:
            return socket.create_server(("127.0.0.1", PORT))
        except OSError:
            time.sleep(1)
    raise RuntimeError(f"port {PORT} of 127.0.0.1 is in use; end the other run of the fuzzer.")


class Worker:
    """One process that reads inputs; replaced after a crash, a hang or many inputs."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._base = Path(tempfile.mkdtemp(prefix="minmap-fuzz-"))
        self._process: subprocess.Popen[str] | None = None
        self._read = 0

    def __enter__(self) -> Worker:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop()
        shutil.rmtree(self._base, ignore_errors=True)

    def run(self, given: Input) -> Outcome:
        """Read one input in the process and return how it ended."""
        process = self._running()
        folder = self._base / "input"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        given.write(folder)
        asked = {"folder": str(folder), "main": given.main, "reader": given.readers[0]}
        connections = self._listener.connections()
        started, start = time.monotonic(), _processor_seconds(process.pid)
        assert process.stdin is not None
        process.stdin.write(json.dumps(asked) + "\n")
        process.stdin.flush()
        self._read += 1
        outcome = self._answer(process, started, start)
        if self._listener.connections() > connections:
            return replace(outcome, end="finding", cause="connected to a network address")
        return outcome

    def _answer(self, process: subprocess.Popen[str], started: float, start: float) -> Outcome:
        assert process.stdout is not None
        while not select.select([process.stdout], [], [], 0.5)[0]:
            used = _processor_seconds(process.pid) - start
            if used > LIMIT_SECONDS or time.monotonic() - started > _LONGEST_WALL_SECONDS:
                self._stop()
                return Outcome("finding", "hang", f"{used:.0f} s of processor time", used)
        line = process.stdout.readline()
        if not line:
            code = process.wait()
            name = signal.Signals(-code).name if code < 0 else f"exit {code}"
            printed = (self._base / "printed.log").read_text(errors="replace")[-2_000:]
            self._stop()
            return Outcome("finding", f"crash {name}", printed)
        answered = Outcome(**json.loads(line))
        if answered.seconds > LIMIT_SECONDS and answered.end != "finding":
            return replace(
                answered, end="finding", cause="hang", detail=f"{answered.seconds:.0f} s"
            )
        return answered

    def _running(self) -> subprocess.Popen[str]:
        if self._process is not None and self._read < _INPUTS_PER_PROCESS:
            return self._process
        self._stop()
        path = os.pathsep.join([str(_REPOSITORY), os.environ.get("PYTHONPATH", "")])
        self._process = subprocess.Popen(
            [sys.executable, "-X", "faulthandler", "-m", "tests.fuzz.worker", str(self._base)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=_REPOSITORY,
            env={**os.environ, "PYTHONPATH": path, "OMP_NUM_THREADS": "1"},
        )
        assert self._process.stdout is not None
        if self._process.stdout.readline() != "ready\n":
            printed = (self._base / "printed.log").read_text(errors="replace")
            raise RuntimeError(f"the worker did not start:\n{printed}")
        self._read = 0
        return self._process

    def _stop(self) -> None:
        if self._process is None:
            return
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()
        self._process = None
        shutil.rmtree(self._base / "tmp", ignore_errors=True)


def _processor_seconds(process: int) -> float:
    """Return the processor time that a process has used, as Linux states it."""
    try:
        fields = (
            Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        )
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
