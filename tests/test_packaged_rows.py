"""The CSV files of the package have as many cells in each row as in the heading."""

import csv
from pathlib import Path

import pytest

import minmap

ROOT = Path(minmap.__file__).parent
TABLES = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*.csv"))


@pytest.mark.parametrize("name", TABLES)
def test_every_row_has_a_cell_for_each_heading(name: str) -> None:
    with (ROOT / name).open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    wrong = [number for number, row in enumerate(rows, 2) if len(row) != len(header)]
    assert not wrong, f"{name}: rows {wrong[:5]}"
