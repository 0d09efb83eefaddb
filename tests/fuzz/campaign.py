"""A run of the fuzzer: inputs of all formats in turn, read by several workers, and counted."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.fuzz.findings import Findings, minimised
from tests.fuzz.inputs import Input, load
from tests.fuzz.judging import Outcome
from tests.fuzz.mutating import number_of
from tests.fuzz.pool import Listener, Worker


@dataclass
class Tally:
    """Figures of one format."""

    inputs: int = 0
    read: int = 0
    refused: int = 0
    findings: int = 0
    slowest_s: float = 0.0
    peak_bytes: int = 0

    def count(self, outcome: Outcome) -> None:
        """Add one outcome."""
        self.inputs += 1
        name = "findings" if outcome.end == "finding" else outcome.end
        setattr(self, name, getattr(self, name) + 1)
        self.slowest_s = max(self.slowest_s, outcome.seconds)
        self.peak_bytes = max(self.peak_bytes, outcome.memory_bytes)


@dataclass
class Campaign:
    """What is to be run, and what came of it.

    Attributes
    ----------
    seeds
        Seeds by format.
    seed
        Number that decides every mutation.
    most_inputs, most_seconds
        Where to stop; None is no limit. Seeds count as the first inputs.
    findings
        Where findings go.
    """

    seeds: Mapping[str, Sequence[Input]]
    seed: int
    most_inputs: int | None
    most_seconds: float | None
    findings: Findings
    tallies: dict[str, Tally] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def run(self, workers: int, progress: Callable[[int], object]) -> None:
        """Read inputs until a limit is reached."""
        inputs = self._inputs()
        listener = Listener()
        failures: list[BaseException] = []

        def work() -> None:
            try:
                with Worker(listener) as worker:
                    self._work(worker, inputs, progress)
            except BaseException as error:  # noqa: BLE001  raised again in the main thread
                failures.append(error)

        threads = [threading.Thread(target=work) for _ in range(workers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        listener.close()
        if failures:
            raise failures[0]

    def _work(
        self, worker: Worker, inputs: Iterator[tuple[str, int]], progress: Callable[[int], object]
    ) -> None:
        while (following := self._following(inputs)) is not None:
            name, number = following
            given = self._input(name, number)
            outcome = worker.run(given)
            with self._lock:
                self.tallies.setdefault(name, Tally()).count(outcome)
                if outcome.end == "finding":
                    self.findings.add(given, number, outcome)
                progress(1)

    def _inputs(self) -> Iterator[tuple[str, int]]:
        """Give format and number of each input; formats take turns, so that all are reached."""
        stop = None if self.most_seconds is None else time.monotonic() + self.most_seconds
        turns = ((name, number) for number in itertools.count() for name in self.seeds)
        for name, number in itertools.islice(turns, self.most_inputs):
            if stop is not None and time.monotonic() > stop:
                return
            yield name, number

    def _following(self, inputs: Iterator[tuple[str, int]]) -> tuple[str, int] | None:
        with self._lock:
            return next(inputs, None)

    def _input(self, name: str, number: int) -> Input:
        """Return a seed as it is for the first numbers, then mutated ones."""
        seeds = self.seeds[name]
        plain = [(seed, reader) for seed in seeds for reader in dict.fromkeys(seed.readers)]
        if number < len(plain):
            seed, reader = plain[number]
            return Input(seed.format, seed.main, seed.files, (reader,))
        return number_of(name, number, seed=self.seed, seeds=seeds)


def made_small(causes: Mapping[Path, str]) -> Iterator[tuple[Path, Input]]:
    """Give the input saved in each folder in a smaller form that ends with the same cause."""
    listener = Listener()
    with Worker(listener) as worker:
        for folder, cause in causes.items():
            yield folder, minimised(load(folder), cause, worker.run)
    listener.close()
