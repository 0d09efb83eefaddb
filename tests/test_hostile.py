"""Every file of the corpus ends in a clear error or a counted warning, in bounds, never worse."""

from __future__ import annotations

import sys
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

import minmap as mm
from minmap import cli
from tests.corpus import CASES, Case

pytestmark = pytest.mark.exhaustive
resource = pytest.importorskip("resource")  # Windows has none

MEMORY_BYTES = 3_000_000_000


@contextmanager
def bounded() -> Iterator[None]:
    """Let no more memory be written to than `MEMORY_BYTES` on top of what there is now.

    Address space is not bounded: allocators reserve some for each thread, and so for each core.
    """
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[5])
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    limit = pages * resource.getpagesize() + MEMORY_BYTES
    resource.setrlimit(resource.RLIMIT_DATA, (limit, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


linux = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="memory is bounded with Linux's"
)


@linux
def test_memory_is_bounded():
    with bounded():
        np.ones(MEMORY_BYTES // 64)
        with pytest.raises(MemoryError):
            np.ones(MEMORY_BYTES // 4)


def test_the_corpus_is_large_and_its_names_are_unique():
    assert len(CASES) >= 80
    assert len({case.name for case in CASES}) == len(CASES)


@linux
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name.replace(" ", "_"))
def test_it_is_read_or_refused_in_words(case: Case, tmp_path, monkeypatch, capsys):
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    inside.mkdir()
    outside.mkdir()
    case.make(inside / case.file)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    output = outside / "out.csv"
    monkeypatch.setattr(
        sys, "argv", ["minmap", "convert", str(inside / case.file), "-o", str(output)]
    )
    with warnings.catch_warnings(), bounded():
        try:
            cli.main()
            status: object = 0
        except SystemExit as stop:
            status = stop.code or 0
    said = capsys.readouterr().err + (status if isinstance(status, str) else "")
    assert not [word for word in ("Traceback", "unexpected", "\x1b") if word in said], said
    assert len(said) < 5_000, "a page of words tells nobody anything"
    assert any(words in said for words in case.says.split("|")), said
    after = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path != outside}
    if status == 0:
        assert case.rows is not None or not case.says, f"read, but should not have been: {said}"
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of letters that the file had lost before
            back = mm.read(output)
        assert case.rows is None or len(back) == case.rows
        after = {path: at for path, at in after.items() if outside not in path.parents}
    else:
        assert case.rows is None, said
        assert isinstance(status, str), f"misuse of the command line: {said}"
        assert not output.exists()
    assert after == {path: at for path, at in before.items() if path != outside}
    assert threading.active_count() < 50
