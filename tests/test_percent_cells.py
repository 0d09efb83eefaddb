"""Cells of a workbook in a per cent format: Excel shows 0.0062 as 0.62 %."""

from __future__ import annotations

import re
import warnings
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import minmap as mm
from minmap.errors import MinmapWarning
from minmap.files import open_document
from minmap.files.cells import ReadOptions

HEAD = ["name", "lon", "lat", "commodity", "Ore (Mt)"]


def workbook(path: Path, heading: str, cells: list[tuple[Any, str]], *, above: int = 0) -> Path:
    """Write a table whose last column has these values and formats."""
    book = openpyxl.Workbook()
    sheet = book.active
    for _ in range(above):
        sheet.append(["Statement of resources"])
    sheet.append([*HEAD, heading])
    for number, (value, code) in enumerate(cells):
        sheet.append([f"Site {number}", 70 + number, 45.5, "Copper", 10, value])
        sheet.cell(sheet.max_row, len(HEAD) + 1).number_format = code
    book.save(path)
    return path


def column(path: Path) -> tuple[list[Any], list[str]]:
    with open_document(path) as document:
        cells = document.cells(None, ReadOptions())
    return cells.frame.iloc[:, -1].tolist(), list(cells.notes)


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (0.0062, "0.00%", "0.62"), (0.0062, "0%", "0.62"), (0.062, "0.000%", "6.2"),
        (1, "0%", "100"), (0, "0.00%", "0"), (-0.005, '0.0%;[Red]-0.0%', "-0.5"),
        (0.07, "General", "0.07"), (0.07, "0.00", "0.07"), (0.07, '0.00"%"', "0.07"),
        (0.07, r"0.00\%", "0.07"), ("0.0062", "0.00%", "0.0062"), ("~0.5", "0.00%", "~0.5"),
        (1e-7, "0.00%", "0.00001"), (True, "0%", "TRUE"),
    ],
)  # fmt: skip
def test_a_number_in_a_per_cent_format_is_as_shown(value, code, shown, tmp_path):
    cells = [(0.5, "General"), (value, code)]
    assert column(workbook(tmp_path / "a.xlsx", "Cu (%)", cells))[0] == ["0.5", shown]


@pytest.mark.parametrize("heading", ["Cu, %", "cu_pct", "Grade, per cent Cu", "Cu percent"])
def test_the_heading_says_per_cent(heading, tmp_path):
    path = workbook(tmp_path / "a.xlsx", heading, [(0.0062, "0.00%"), (0.012, "0.00%")], above=2)
    found, notes = column(path)
    assert found == ["0.62", "1.2"]
    note = f"{heading}: 2 cells in per cent format are read as shown, such as 0.62 for 0.0062."
    assert note in notes


@pytest.mark.parametrize("heading", ["Share", "Cu (ppm)", "impct"])
def test_below_another_heading_the_number_has_no_unit_and_stays(heading, tmp_path):
    found, notes = column(workbook(tmp_path / "a.xlsx", heading, [(0.51, "0%"), (0.49, "0%")]))
    assert found == ["0.51", "0.49"]
    assert not any("per cent" in note for note in notes)


def test_grades_in_a_per_cent_format_are_summed_as_shown(tmp_path):
    path = workbook(tmp_path / "a.xlsx", "Cu (%)", [(0.0062, "0.00%"), (0.9, "General")])
    with pytest.warns(MinmapWarning, match=r"1 cell in per cent format is read as shown"):
        table = mm.read(path)
    assert mm.resources(table)["contained_t"].tolist() == pytest.approx([62_000, 90_000])


def test_formulas_prefixes_and_types_of_cells(tmp_path):
    path = workbook(tmp_path / "a.xlsx", "Cu (%)", [(0.5, "0%")] * 4)
    cells = [
        '<c s="1" r="F2"\nt="n"><f>A1/2</f><v>0.0062</v></c>',
        "<c r='F3' s='1'><f t='shared' si='0'/><v>6.1999999999999998E-3</v></c>",
        '<c r="F4" s="1" t="str"><f>"a"</f><v>0.0062</v></c>',
        '<c r="F5" s="1" t="e"><v>#N/A</v></c>',
    ]
    edited = tmp_path / "b.xlsx"
    with zipfile.ZipFile(path) as book, zipfile.ZipFile(edited, "w") as target:
        for name in book.namelist():
            text = book.read(name).decode()
            if name.endswith("sheet1.xml"):
                for number, cell in enumerate(cells, start=2):
                    text, count = re.subn(rf'<c r="F{number}".*?</c>', lambda _, c=cell: c, text)
                    assert count == 1
            target.writestr(name, text)
    assert column(edited)[0] == ["0.62", "0.62", "0.0062", "#N/A"]


def test_only_the_sheet_and_the_column_with_the_format_change(tmp_path):
    path = workbook(tmp_path / "a.xlsx", "Cu (%)", [(0.5, "0%"), (0.6, "0%")])
    book = openpyxl.load_workbook(path)
    sheet = book.create_sheet("Other")
    sheet.append(["name", "Cu (%)"])
    sheet.append(["A", 0.7])
    book.save(path)
    with open_document(path) as document:
        assert document.cells("Other", ReadOptions()).frame["Cu (%)"].tolist() == ["0.7"]
        assert document.cells("Sheet", ReadOptions(limit=1)).frame["Cu (%)"].tolist() == ["50"]


def test_a_workbook_that_minmap_wrote_comes_back_as_it_was(tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MinmapWarning)
        table = mm.read(workbook(tmp_path / "a.xlsx", "Cu (%)", [(0.5, "0%"), (0.6, "0%")]))
        mm.write(table, tmp_path / "b.xlsx")
        assert mm.read(tmp_path / "b.xlsx")["Cu (%)"].tolist() == table["Cu (%)"].tolist()
