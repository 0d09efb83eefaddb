"""A process that reads one input after another and says how each ended.

It reads its orders from standard input, one line of JSON each: the folder of the input, its main
file and the reader. It answers on the descriptor that standard output was when it started; what
libraries print goes to a file.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import tempfile
import time
from dataclasses import asdict, replace
from pathlib import Path

from tests.fuzz.guard import Audit, Watch, canary_folder
from tests.fuzz.judging import Outcome, judge, loaded_before_judging

LIMIT_BYTES = 1_500_000_000
"""By how much the process may grow while it reads one input."""
_ADDRESS_SPACE = (
    6_000_000_000  # protects the machine; more than `LIMIT_BYTES` is found by measuring
)


def _status(field: str) -> int:
    """Return a size of this process in bytes, as Linux states it."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith(field):
            return int(line.split()[1]) * 1024
    raise KeyError(field)


class Reader:
    """Reads inputs one by one with the guards on."""

    def __init__(self, base: Path) -> None:
        self._temporary = base / "tmp"
        self._temporary.mkdir(exist_ok=True)
        tempfile.tempdir = str(self._temporary)
        os.environ["TMPDIR"] = str(self._temporary)
        self._watch = Watch(canary_folder(base))
        self._audit = Audit()
        loaded_before_judging()
        limit = _status("VmSize:") + _ADDRESS_SPACE
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        self._watch.opened()

    def read(self, folder: Path, main: str, reader: str) -> Outcome:
        """Read one input and judge it."""
        os.chdir(folder)
        before = _listing(folder)
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak begins here
        memory, start = _status("VmRSS:"), time.process_time()
        with self._audit.active():
            outcome = judge(reader, folder / main)
        seconds = time.process_time() - start
        grown = max(_status("VmHWM:") - memory, 0)
        outcome = replace(outcome, seconds=seconds, memory_bytes=grown)
        fault = self._fault(folder, before, grown)
        if fault and outcome.end != "finding":
            return replace(outcome, end="finding", cause=fault[0], detail=fault[1])
        return outcome

    def _fault(self, folder: Path, before: dict[str, int], grown: int) -> tuple[str, str] | None:
        if self._watch.opened():
            return "opened another file", "a canary file or its folder was opened"
        if self._audit.seen:
            return f"touched {self._audit.seen[0].split()[0]}", "\n".join(self._audit.seen[:20])
        if (after := _listing(folder)) != before:
            return "changed the folder", f"before {sorted(before)}, after {sorted(after)}"
        if left := sorted(self._temporary.rglob("*")):
            for path in reversed(left):
                path.rmdir() if path.is_dir() else path.unlink()
            return "left temporary files", " ".join(path.name for path in left[:20])
        if grown > LIMIT_BYTES:
            return "took too much memory", f"{grown / 1e6:,.0f} MB"
        return None


def _listing(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_size for path in folder.iterdir()}


def main(base: Path) -> None:
    """Answer until standard input ends."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    printed = os.open(base / "printed.log", os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    os.dup2(printed, 1)
    os.dup2(printed, 2)
    reader = Reader(base)
    answers.write("ready\n")
    answers.flush()
    for line in sys.stdin:
        asked = json.loads(line)
        outcome = reader.read(Path(asked["folder"]), asked["main"], asked["reader"])
        answers.write(json.dumps(asdict(outcome)) + "\n")
        answers.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
