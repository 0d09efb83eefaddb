"""The fuzzer finds what it must find, and all that it once found is read or refused in words."""

from __future__ import annotations

import random
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

import minmap as mm
from tests.fuzz import binary, containers, text
from tests.fuzz.findings import Findings, minimised
from tests.fuzz.inputs import Input, load, saved_under
from tests.fuzz.judging import Outcome, judge
from tests.fuzz.mutating import number_of
from tests.fuzz.pool import Listener, Worker
from tests.fuzz.seeds import all_seeds
from tests.fuzz.tokens import BESIDE, CANARY, MARK, PORT

FOUND = Path(__file__).parent / "fuzz" / "found"

pytestmark = [
    pytest.mark.exhaustive,
    pytest.mark.skipif(
        not sys.platform.startswith("linux"), reason="the guards of the fuzzer are Linux's"
    ),
]


@pytest.fixture(scope="module")
def seeds() -> dict[str, list[Input]]:
    return all_seeds()


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    listening = Listener()
    yield listening
    listening.close()


@pytest.fixture(scope="module")
def worker(listener: Listener) -> Iterator[Worker]:
    with Worker(listener) as running:
        yield running


@pytest.mark.parametrize("folder", saved_under(FOUND), ids=lambda folder: folder.name)
def test_what_was_found_is_read_or_refused(folder: Path, worker: Worker) -> None:
    outcome = worker.run(load(folder))
    assert outcome.end in {"read", "refused"}, f"{outcome.cause}\n{outcome.detail}"


def test_every_format_has_a_seed_that_is_read(
    seeds: dict[str, list[Input]], worker: Worker
) -> None:
    assert len(seeds) >= 38
    never_read = {
        name
        for name, given in seeds.items()
        if not any(
            worker.run(Input(seed.format, seed.main, seed.files, (reader,))).end == "read"
            for seed in given
            for reader in dict.fromkeys(seed.readers)
        )
    }
    assert never_read == set()


def test_an_input_depends_on_its_number_and_the_seed_alone(seeds: dict[str, list[Input]]) -> None:
    for name, given in seeds.items():
        first = [number_of(name, number, seed=5, seeds=given).files for number in range(40)]
        again = [number_of(name, number, seed=5, seeds=given).files for number in range(40)]
        other = [number_of(name, number, seed=6, seeds=given).files for number in range(40)]
        assert first == again
        assert first != other


def test_archives_and_databases_stay_well_formed(seeds: dict[str, list[Input]]) -> None:
    rng = random.Random(1)
    (gpkg, _), workbook = seeds["gpkg"], seeds["own.xlsx"][0].files["a.xlsx"]
    database = gpkg.files["a.gpkg"]
    made = [containers.mutated_sqlite(database, rng) for _ in range(40)]
    assert sum(one.startswith(b"SQLite format 3\0") for one in made) >= 30
    zips = [containers.mutated_zip(workbook, rng, lambda *_: b"x") for _ in range(40)]
    assert all(one.startswith(b"PK") for one in zips)
    assert len({*made}) > 20


@pytest.mark.parametrize("mutate", [binary.mutated, text.mutated, text.mutated_json])
def test_any_bytes_can_be_mutated(mutate) -> None:
    rng = random.Random(2)
    for data in (b"", b"\0", b"[]", b"{}", b"1", b'{"a": [1, {"b": null}]}', bytes(range(256))):
        for _ in range(50):
            assert isinstance(mutate(data, rng), bytes)


# What the guards must see -------------------------------------------------------------------------


def _judged(monkeypatch: pytest.MonkeyPatch, folder: Path, error: BaseException) -> Outcome:
    """Judge a reader that raises an error."""

    def reader(path: Path) -> str:
        raise error

    monkeypatch.setattr("tests.fuzz.judging.READERS", {"bad": reader})
    return judge("bad", folder)


@pytest.mark.parametrize("error", [KeyError("a"), MemoryError(), SystemExit(0)])
def test_an_error_that_is_not_ours_is_a_finding(
    error: BaseException, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    outcome = _judged(monkeypatch, tmp_path, error)
    assert outcome.end == "finding"
    assert outcome.cause.startswith(f"{type(error).__name__} ")


@pytest.mark.parametrize("error", [mm.MinmapError("a" * 5_000), mm.FileError("a\nb")])
def test_an_error_of_ours_is_no_finding(
    error: mm.MinmapError, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    outcome = _judged(monkeypatch, tmp_path, error)
    assert (outcome.end, outcome.cause) == ("refused", "")


@pytest.mark.parametrize(
    ("message", "cause"),
    [
        (f"a {MARK} b", "message with a canary"),
        ("Traceback (most recent call last)", "message with a traceback"),
    ],
)
def test_an_error_of_ours_that_quotes_what_it_must_not_is_a_finding(
    message: str, cause: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    outcome = _judged(monkeypatch, tmp_path, mm.FileError(message))
    assert outcome.end == "finding"
    assert outcome.cause.startswith(cause)


def test_a_worker_does_not_see_what_another_one_opens(listener: Listener) -> None:
    given = Input("csv", "a.csv", {"a.csv": b"name,latitude,longitude\nA,46,74\n"}, ("table",))
    with Worker(listener) as one, Worker(listener) as other:
        # The other one makes its canary files when it starts, which opens them.
        outcomes = [worker.run(given) for worker in (one, other, one)]
    assert [(outcome.end, outcome.cause) for outcome in outcomes] == 3 * [("read", "")]


FAULTS = {
    "opened another file": f"pathlib.Path({str(CANARY / 'secret.csv')!r}).read_text()",
    "content of another file": f"return pathlib.Path('{BESIDE}/secret.csv').read_text()",
    "connected to a network address": f"socket.create_connection(('127.0.0.1', {PORT})).close()",
    "left temporary files": "tempfile.mkstemp()",
    "changed the folder": "(path.parent / 'new').mkdir()",
    "touched writes": "(path.parent / 'new').write_bytes(b'')",
    "took too much memory": "bytearray(b'x') * 2_000_000_000",
    "crash SIGSEGV": "os.kill(os.getpid(), 11)",
    "touched subprocess.Popen": "subprocess.run(['true'])",
}


@pytest.mark.parametrize("cause", FAULTS)
def test_a_reader_that_misbehaves_is_found(
    cause: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, listener: Listener
) -> None:
    """Run a worker whose reader has this one fault."""
    (tmp_path / "sitecustomize.py").write_text(
        "import os, pathlib, socket, subprocess, tempfile\n"
        "import tests.fuzz.reading as reading\n"
        "def bad(path):\n"
        f"    {FAULTS[cause]}\n"
        "    return ''\n"
        "reading.READERS = {**reading.READERS, 'table': bad}\n",
        encoding="utf-8",
    )
    repository = Path(__file__).parents[1]
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}:{repository}")
    with Worker(listener) as running:
        outcome = running.run(Input("csv", "a.csv", {"a.csv": b"a,b\n1,2\n"}, ("table",)))
    assert (outcome.end, outcome.cause) == ("finding", cause), outcome.detail


def test_a_finding_is_saved_and_made_small(tmp_path: Path) -> None:
    given = Input(
        "csv", "a.csv", {"a.csv": b"x" * 100 + b"BAD" + b"y" * 100, "b": b"c"}, ("table",)
    )

    def run(one: Input) -> Outcome:
        bad = b"BAD" in one.files["a.csv"]
        return Outcome("finding", "bad") if bad else Outcome("read")

    small = minimised(given, "bad", run)
    assert set(small.files) == {"a.csv"}
    assert len(small.files["a.csv"]) < 20
    found = Findings(tmp_path)
    for number in range(5):
        found.add(small, number, Outcome("finding", "bad", "why"))
    assert found.counts == {("csv", "bad"): 5}
    saved = saved_under(tmp_path)
    assert len(saved) == 3
    assert load(saved[0]) == small


# What it found in minmap --------------------------------------------------------------------------


def test_a_message_is_one_line_of_bounded_length_whatever_it_quotes() -> None:
    error = mm.FileError("a\r\nb\x1b[2J" + "c" * 10_000 + " Pass crs='EPSG:4326'.")
    assert str(error).isprintable()
    assert len(str(error)) <= 2_000
    assert str(error).endswith("Pass crs='EPSG:4326'.")
    with pytest.warns(mm.MinmapWarning) as caught:
        warnings.warn("a\nb", mm.MinmapWarning, stacklevel=1)
    assert str(caught[0].message) == "a b"
