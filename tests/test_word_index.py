"""The index of words beside a page, compared with reading every record."""

from __future__ import annotations

import gzip
from collections import defaultdict
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from minmap.scene.folding import folded
from minmap.webmap import word_index
from minmap.webmap.record_spec import IndexSpec
from minmap.webmap.word_index import (
    CODE,
    MOST_PREFIX_ROWS,
    MOST_ROWS,
    PREFIX,
    Searched,
    write_index,
)

Index = dict[bytes, tuple[int, list[int]]]

NAMES = ["Kara", "Kara-Tas", "Ақ тас", "", None, "Жезказган «медь»", "kara kara", "ჭიათურა", "a"]


def read_index(path: Path, spec: IndexSpec) -> Index:
    """Read a whole index as docs/formats.md describes it; its keys must be in order."""
    data = path.read_bytes()
    assert len(data) == spec["size"]
    directory, count = gzip.decompress(data[spec["directory"] :]), spec["blocks"]
    sizes = np.frombuffer(directory, "<u4", count)
    assert sizes.sum() == spec["directory"]
    lengths = directory[4 * count : 5 * count]
    firsts = [directory[5 * count :][end - n : end] for end, n in _ends(lengths)]
    found: Index = {}
    for start, size, first in zip(np.cumsum(sizes) - sizes, sizes, firsts, strict=True):
        block = _block(gzip.decompress(data[start : start + size]))
        assert next(iter(block)) == first
        assert list(block) == sorted(block)
        found |= block
    assert list(found) == sorted(found)
    return found


def _ends(lengths: bytes) -> list[tuple[int, int]]:
    return list(zip(np.cumsum(list(lengths)).tolist(), lengths, strict=True))


def _block(data: bytes) -> Index:
    keys, rows = np.frombuffer(data, "<u4", 2).tolist()
    counts = np.frombuffer(data, "<u4", keys, 8).tolist()
    at = 8 + 4 * keys
    records = np.frombuffer(data, "<u4", rows, at).tolist()
    at += 4 * rows
    kept = np.frombuffer(data, "<u2", keys, at).tolist()
    at += 2 * keys
    lengths, text = data[at : at + keys], data[at + keys :]
    ends = np.cumsum(kept).tolist()
    return {
        text[end - n : end]: (counts[i], records[ends[i] - kept[i] : ends[i]])
        for i, (end, n) in enumerate(_ends(lengths))
    }


def rows_by_key(
    columns: list[list[str | None]], codes: dict[str, list[str | None]]
) -> dict[bytes, set[int]]:
    """Return the rows of each key by reading every cell."""
    found: dict[bytes, set[int]] = defaultdict(set)
    for column in columns:
        for row, text in enumerate(column):
            for word in folded(text or "").split():
                key = word[:40].encode()
                found[key].add(row)
                for length in range(1, min(3, len(key)) + 1):
                    found[PREFIX + key[:length]].add(row)
    for name, cells in codes.items():
        for row, text in enumerate(cells):
            for code in (text or "").split():
                found[CODE + f"{name}={code}".encode()].add(row)
    return found


@pytest.fixture(params=["one part", "many parts"])
def parts(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "many parts":
        monkeypatch.setattr(word_index, "_PART_ROWS", 700)
        monkeypatch.setattr(word_index, "_BUCKET_WORDS", 900)
        monkeypatch.setattr(word_index, "_BLOCK_BYTES", 2_000)


@pytest.mark.usefixtures("parts")
def test_every_word_and_code_leads_to_the_records_that_have_it(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    syllables = ["ka", "ra", "tas", "Жез", "қаз", "gan", "ße", " ", "-", "7", "ჭია"]
    made = ["".join(rng.choice(syllables, rng.integers(1, 7))) for _ in range(4_000)]
    names: list[str | None] = [*NAMES, *made]
    others = [f"mine:{n}" if n % 3 else None for n in range(len(names))]
    codes = [["Cu", "Au Cu", "W", None][n] for n in rng.integers(0, 4, len(names))]
    searched = Searched([pa.array(names), pa.array(others)], {"commodities": pa.array(codes)})
    path = tmp_path / "layer.words"
    index = read_index(path, write_index(path, searched, len(names)))
    assert [file.name for file in tmp_path.iterdir()] == ["layer.words"]
    wanted = rows_by_key([names, others], {"commodities": codes})
    assert set(index) == set(wanted)
    for key, (count, rows) in index.items():
        most = MOST_PREFIX_ROWS if key.startswith(PREFIX) else MOST_ROWS
        assert len(set(rows)) == len(rows) == min(most, len(wanted[key])), key
        assert set(rows) <= wanted[key]
        # Of many records with a beginning, one that has two such words may count twice.
        is_many = key.startswith(PREFIX) and len(wanted[key]) > most
        assert count >= len(wanted[key]) if is_many else count == len(wanted[key]), key


def test_the_best_records_come_first(tmp_path: Path) -> None:
    names = ["New Kara", "Karatau and Kara", "Kara north", "Kara", "x"]
    others = [None, None, None, None, "kara"]
    path = tmp_path / "layer.words"
    searched = Searched([pa.array(names), pa.array(others)], {})
    index = read_index(path, write_index(path, searched, len(names)))
    assert index[b"kara"] == (5, [3, 2, 0, 1, 4])
    assert index[PREFIX + b"kar"] == (5, [3, 2, 1, 0, 4])


@pytest.mark.parametrize("names", [[], [None, None], ["", "-"]])
def test_no_words_make_an_empty_index(tmp_path: Path, names: list[str | None]) -> None:
    path = tmp_path / "layer.words"
    spec = write_index(path, Searched([pa.array(names, pa.string())], {}), len(names))
    assert read_index(path, spec) == {}
    assert read_index(path, write_index(path, Searched([], {}), 2)) == {}
