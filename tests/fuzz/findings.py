"""Findings: grouped by their cause, made small, and saved so that they can be read again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from tests.fuzz.inputs import Input
from tests.fuzz.judging import Outcome

KEPT_PER_CAUSE = 3
"""How many inputs of one cause are saved."""
_MOST_TRIES = 80


class Findings:
    """Saves the first inputs of every cause below a folder and counts all of them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.counts: dict[tuple[str, str], int] = {}

    def add(self, given: Input, number: int, outcome: Outcome) -> None:
        """Count a finding, and save it if it is one of the first of its cause."""
        key = given.format, outcome.cause
        self.counts[key] = self.counts.get(key, 0) + 1
        if self.counts[key] <= KEPT_PER_CAUSE:
            facts = {"number": number, "cause": outcome.cause, "detail": outcome.detail}
            given.save(self._folder / f"{given.format}-{_short(outcome.cause)}-{number}", facts)


def _short(cause: str) -> str:
    return hashlib.sha256(cause.encode()).hexdigest()[:8]


def minimised(given: Input, cause: str, run: Callable[[Input], Outcome]) -> Input:
    """Return a smaller input of the same cause, by leaving out files and pieces of them.

    Parameters
    ----------
    given
        An input that ended in a finding.
    cause
        `Outcome.cause` of that finding.
    run
        Reads an input; it is called at most 80 times.
    """
    tries = 0

    def same(smaller: Input) -> bool:
        nonlocal tries
        tries += 1
        return tries <= _MOST_TRIES and run(smaller).cause == cause

    for name in sorted(set(given.files) - {given.main}):
        fewer = {other: given.files[other] for other in given.files if other != name}
        if same(smaller := replace(given, files=fewer)):
            given = smaller
    for name in sorted(given.files):
        given = _shorter(given, name, same)
    return given


def _shorter(given: Input, name: str, same: Callable[[Input], bool]) -> Input:
    size = len(given.files[name]) // 2
    while size >= max(len(given.files[name]) // 64, 1):
        place = len(given.files[name]) - size
        while place >= 0:
            data = given.files[name]
            smaller = given.with_files(**{name: data[:place] + data[place + size :]})
            if same(smaller):
                given = smaller
            place -= size
        size //= 2
    return given
