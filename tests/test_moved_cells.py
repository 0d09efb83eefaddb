"""Rows that a separator without quotes shifts, although their last cells are blank."""

from __future__ import annotations

import csv
import random
import warnings
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import minmap as mm
from minmap.errors import MinmapWarning
from minmap.files.cells import Cells
from minmap.files.delimited import read_table
from tests.conftest import SHARED

pytestmark = pytest.mark.exhaustive

needs_shared = pytest.mark.reference

SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t"}
HEADER = ["name", "tonnage", "lat", "lon", "commodity", "status", "remarks"]
COMMODITIES = ["copper", "copper", "gold", "zinc"]
STATUSES = ["producer", "closed", "producer"]


def mines(number: int = 60) -> list[list[str]]:
    """Return rows of mines in Zambia; every second one has no remarks."""
    of = random.Random(1)
    return [
        [
            f"Site {n}",
            f"{of.uniform(1, 90):.1f}",
            f"{-12 - of.random():.4f}",
            f"{27 + of.random():.4f}",
            of.choice(COMMODITIES),
            of.choice(STATUSES),
            "" if n % 2 else "seen",
        ]
        for n in range(number)
    ]


def read_rows(folder: Path, rows: list[list[str]], separator: str = ",") -> Cells:
    """Read rows below the header, written without quotes."""
    path = folder / "mines.csv"
    lines = [separator.join(row) for row in [HEADER, *rows]]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return read_table(path)


def kept(cells: Cells) -> list[list[str]]:
    return cells.frame.fillna("").to_numpy().tolist()


SHIFTED = {
    "a decimal comma, nothing behind": "Kara|1|25|-12.52|27.82|copper|producer",
    "a decimal comma, a separator behind": "Kara|1|25|-12.52|27.82|copper|producer|",
    "a decimal comma, two separators behind": "Kara|1|25|-12.52|27.82|copper|producer||",
    "a comma of thousands": "Kara|1|250|-12.52|27.82|copper|producer|",
    "a latitude": "Kara|3.1|-12|52|27.82|copper|producer|",
    "a longitude": "Kara|3.1|-12.52|27|82|copper|producer|",
    "a longitude, nothing behind": "Kara|3.1|-12.52|27|82|copper|producer",
    "two numbers": "Kara|1|25|-12|52|27.82|copper|",
    "a row with fewer cells": "Kara|1|25|-12.52|27.82|copper",
    "a name": "Kara| North|3.1|-12.52|27.82|copper|producer|",
    "a list": "Kara|3.1|-12.52|27.82|copper| gold|producer|",
    "a list, nothing behind": "Kara|3.1|-12.52|27.82|copper| gold|producer",
    "a list without space": "Kara|3.1|-12.52|27.82|copper|gold|producer|",
    "a list of three": "Kara|3.1|-12.52|27.82|copper| gold| zinc|",
    "a cell too many": "Kara||3.1|-12.52|27.82|copper|producer|",
}


@pytest.mark.parametrize("separator", SEPARATORS.values(), ids=SEPARATORS)
@pytest.mark.parametrize("line", SHIFTED.values(), ids=SHIFTED)
def test_a_shifted_row_is_set_aside_with_its_line(
    tmp_path: Path, line: str, separator: str
) -> None:
    rows = mines()
    cells = read_rows(tmp_path, [*rows[:30], line.split("|"), *rows[30:]], separator)
    assert [row.line for row in cells.rows_aside] == [32]
    assert cells.rows_aside[0].text == line.replace("|", separator)
    assert cells.rows_aside[0].reason.endswith("cells in the wrong columns")
    assert kept(cells) == rows


HONEST = {
    "a separator behind": "Kara|3.1|-12.52|27.82|copper|producer|seen|",
    "two separators behind": "Kara|3.1|-12.52|27.82|copper|producer|||",
    "a new status": "Kara|3.1|-12.52|27.82|copper|burnt|seen|",
    "new words": "Kara|3.1|-12.52|27.82|tin|burnt|twice|",
    "blank cells": "Kara||||||",
    "blank cells and a separator behind": "Kara|||||||",
    "few cells": "Kara|3.1",
    "a lost sign": "Kara|3|12.52|27.82|copper|producer|",
    "exchanged coordinates": "Kara|3|27.82|-12.52|copper|producer|",
    "another country": "Kara|3|45|70.1|copper|producer|",
    "whole degrees": "Kara|3|-12|27|copper|producer|",
    "a number as name": "1910|3.1|-12.52|27.82|copper|producer|",
    "a number as commodity": "Kara|3.1|-12.52|27.82|29|producer|",
    "a number as remark": "Kara|3.1|-12.52|27.82|copper|producer|3.5",
    "a status as remark": "Kara|3.1|-12.52|27.82|copper|producer|closed",
    "a commodity as status": "Kara|3.1|-12.52|27.82|copper|gold|",
    "words for numbers": "Kara|unknown|see map|see map|copper|producer|",
    "a large number": "Kara|125000|-12.52|27.82|copper|producer|",
}


@pytest.mark.parametrize("separator", SEPARATORS.values(), ids=SEPARATORS)
@pytest.mark.parametrize("line", HONEST.values(), ids=HONEST)
def test_a_row_with_odd_values_in_their_columns_is_kept(
    tmp_path: Path, line: str, separator: str
) -> None:
    row = line.split("|")
    cells = read_rows(tmp_path, [*mines(), row], separator)
    assert cells.set_aside == 0
    assert kept(cells)[60] == [*row[:7], *[""] * (7 - len(row))]


def test_no_place_comes_from_the_wrong_columns(tmp_path: Path) -> None:
    # A mine in Zambia was read at latitude 25, longitude -12.52, in the Western Sahara.
    rows = [*mines(), ["Kara", "1", "25", "-12.52", "27.82", "copper", "producer", ""]]
    read_rows(tmp_path, rows)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MinmapWarning)
        table = mm.read(tmp_path / "mines.csv")
    assert [row["line"] for row in table.attrs["set_aside"]] == [62]
    assert table.geometry.x.between(27, 28).all()
    assert table.geometry.y.between(-13, -12).all()


def test_a_short_table_shows_what_its_columns_hold(tmp_path: Path) -> None:
    rows = [
        ["A", "3.5", "-12.51", "27.81", "copper", "producer", "x"],
        ["Kara", "1", "25", "-12.52", "27.82", "zinc", ""],
        ["B", "2.5", "-12.53", "27.83", "zinc", "closed", "y"],
    ]
    cells = read_rows(tmp_path, rows)
    assert [row.line for row in cells.rows_aside] == [3]
    assert kept(cells) == [rows[0], rows[2]]


def test_rows_that_all_end_with_separators_are_kept_but_for_shifted_ones(tmp_path: Path) -> None:
    rows = [[*row, ""] for row in mines()]
    assert kept(read_rows(tmp_path, rows)) == mines()
    shifted = [
        ["Kara", "1", "25", "-12.52", "27.82", "copper", "producer", ""],
        ["Kara", "1", "25", "-12.52", "27.82", "copper", "producer", "", ""],
    ]
    cells = read_rows(tmp_path, [*rows[:30], *shifted, *rows[30:]])
    assert [row.line for row in cells.rows_aside] == [32, 33]
    assert kept(cells) == mines()


def test_many_shifted_rows_are_set_aside(tmp_path: Path) -> None:
    rows = mines()
    written = [
        [row[0], *row[1].split("."), *row[2:6], "", ""] if n % 3 == 1 else row
        for n, row in enumerate(rows)
    ]
    cells = read_rows(tmp_path, written)
    assert [row.line for row in cells.rows_aside] == [n + 2 for n in range(60) if n % 3 == 1]
    assert kept(cells) == [row for n, row in enumerate(rows) if n % 3 != 1]


def test_parts_of_a_file_set_the_same_rows_aside(tmp_path: Path) -> None:
    pytest.importorskip("dask_geopandas", reason="needs the extra dask")
    rows = mines(400)
    for place, line in enumerate(SHIFTED.values()):
        rows.insert(12 * place + 207, line.split("|"))
    read_rows(tmp_path, rows)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MinmapWarning)
        whole = mm.read(tmp_path / "mines.csv")
        parts = mm.read_parts(tmp_path / "mines.csv", part_mb=0.002).compute(
            scheduler="synchronous"
        )
    assert len(whole.attrs["set_aside"]) == len(SHIFTED)
    assert parts.attrs["set_aside"] == whole.attrs["set_aside"]


# Random tables ------------------------------------------------------------------------------------


WORDS = st.text("abcdefghij", min_size=3, max_size=9)
ROW = st.tuples(
    WORDS,
    st.integers(10, 9999).map(lambda n: f"{n / 10:.1f}"),
    st.integers(-139_999, -120_000).map(lambda n: f"{n / 10_000:.4f}"),
    st.integers(270_000, 289_999).map(lambda n: f"{n / 10_000:.4f}"),
    st.sampled_from(["copper", "gold", "zinc", "tin ore"]),
    st.sampled_from(["producer", "closed", "prospect"]),
    st.one_of(st.just(""), WORDS),
).map(list)
TABLE = st.lists(ROW, min_size=12, max_size=40)
# Rows are judged by how likely they are, so that some table exists for which this is wrong; the
# examples stay the same.


@settings(derandomize=True)
@given(TABLE, st.sampled_from([*SEPARATORS.values()]), st.data())
def test_rows_in_their_columns_are_never_set_aside(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[list[str]],
    separator: str,
    data: st.DataObject,
) -> None:
    places = st.tuples(st.integers(0, len(rows) - 1), st.integers(1, 6))
    for row, column in data.draw(st.sets(places, max_size=2 * len(rows))):
        rows[row][column] = ""
    longer = data.draw(st.sets(st.integers(0, len(rows) - 1)))
    written = [[*row, ""] if n in longer else row for n, row in enumerate(rows)]
    cells = read_rows(tmp_path_factory.mktemp("rows"), written, separator)
    assert cells.set_aside == 0
    assert kept(cells) == rows


def test_a_shifted_row_that_comes_first_is_set_aside(tmp_path: Path) -> None:
    row = ["aaa", "1.0", "-12.0000", "27.0000", "copper", "producer", ""]
    first = ["aaa", "1.0", "-12.0000", "27", "0000", "copper", "producer"]
    cells = read_rows(tmp_path, [first, *[row] * 11], ",")
    assert [row.line for row in cells.rows_aside] == [2]


@settings(derandomize=True)
@given(TABLE, st.sampled_from([*SEPARATORS.values()]), st.data())
def test_a_divided_number_moves_no_value(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[list[str]],
    separator: str,
    data: st.DataObject,
) -> None:
    at, column = data.draw(st.integers(0, len(rows) - 1)), data.draw(st.integers(1, 3))
    row = [*rows[at][:6], ""]
    divided = [*row[:column], *row[column].split("."), *row[column + 1 :]]
    written = [*rows[:at], divided, *rows[at + 1 :]]
    cells = read_rows(tmp_path_factory.mktemp("rows"), written, separator)
    assert [row.line for row in cells.rows_aside] == [at + 2]
    assert kept(cells) == [*rows[:at], *rows[at + 1 :]]


# Real tables --------------------------------------------------------------------------------------


@needs_shared
def test_no_row_of_a_real_table_is_set_aside() -> None:
    tables = [
        path
        for kind in ("deposits", "corridors", "facts")
        for path in (SHARED / kind).rglob("*.csv")
    ]
    assert len(tables) > 10
    assert {path.name: count for path in tables if (count := read_table(path).set_aside)} == {}


@needs_shared
def test_separators_behind_some_rows_of_a_real_table_leave_all_in_it(tmp_path: Path) -> None:
    path = SHARED / "deposits" / "usgs_major_deposits" / "deposit.csv"
    with path.open(encoding="utf-8-sig", newline="") as stream:
        header, *rows = csv.reader(stream)
    copy = tmp_path / "copy.csv"
    with copy.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(
            [header, *([*row, ""] if n % 10 == 3 else row for n, row in enumerate(rows))]
        )
    assert kept(read_table(copy)) == rows


@needs_shared
def test_divided_numbers_of_a_real_table_are_set_aside(tmp_path: Path) -> None:
    path = SHARED / "deposits" / "usgs_pp1802" / "PP1802_CritMin_pts.csv"
    with path.open(encoding="utf-8-sig", newline="") as stream:
        header, *rows = csv.reader(stream)
    at = [n for n, row in enumerate(rows) if not row[-1] and n % 5 == 0]
    for n in at:
        x, *others = rows[n]
        rows[n] = [*x.split("."), *others]
    copy = tmp_path / "copy.csv"
    with copy.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([header, *rows])
    cells = read_table(copy)
    assert len(at) > 50
    assert cells.set_aside == len(at)
