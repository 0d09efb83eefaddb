"""Hidden sheets of a workbook, and rows with the names of the columns again."""

from __future__ import annotations

import io

import pytest
import xlsxwriter

import minmap as mm
from minmap.errors import FileError, MinmapWarning

NAMES = ["Name", "Commodity", "Latitude", "Longitude"]
MINES = [["Obuasi", "Gold", 6.2, -1.67], ["Tarkwa", "Gold", 5.3, -1.99]]
OLD = [["Draft 1", "Gold", 6.3, -1.7], ["Draft 2", "Gold", 6.4, -1.8]]


def workbook(sheets):
    """Return the bytes of a workbook; each sheet has its rows and how it is hidden."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    for name, (rows, hide) in sheets.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate([NAMES, *rows] if rows else []):
            sheet.write_row(number, 0, row)
        if hide:
            getattr(sheet, hide)()
        elif rows:
            sheet.activate()
    book.close()
    return file.getvalue()


def read(content, **options):
    return mm.read(io.BytesIO(content), **options)


@pytest.mark.parametrize("hide", ["hide", "very_hidden"])
@pytest.mark.parametrize("more", [{}, {"West": ([["Syama", "Gold", 10.8, -6.06]], "")}])
def test_a_hidden_sheet_is_named_and_not_read(hide, more):
    file = workbook({"Mines": (MINES, ""), "draft": (OLD, hide)} | more)
    note = "A hidden sheet was not read: 'draft'; layer='draft' reads it"
    with pytest.warns(MinmapWarning, match=note):
        table = read(file)
    assert [name for name in table["name"] if name.startswith("Draft")] == []
    assert len(table) == len(MINES) + len(more)
    with pytest.warns(MinmapWarning) as told:
        hidden = read(file, layer="draft")
    assert hidden["name"].tolist() == ["Draft 1", "Draft 2"]
    assert "hidden" not in str(told[0].message)


def test_several_hidden_sheets_are_named():
    file = workbook({"Mines": (MINES, ""), "a": (OLD, "hide"), "b": (OLD, "hide")})
    with pytest.warns(MinmapWarning, match="Hidden sheets were not read: 'a', 'b'; layer='a'"):
        assert read(file)["name"].tolist() == ["Obuasi", "Tarkwa"]


def test_a_workbook_with_tables_on_hidden_sheets_only_is_refused():
    file = workbook({"empty": ([], ""), "old": (OLD, "hide")})
    with pytest.raises(FileError, match=r"tables on hidden sheets only; .* layer= one of: 'old'"):
        read(file)
    with pytest.warns(MinmapWarning):
        assert len(read(file, layer="old")) == len(OLD)


def test_names_of_columns_inside_the_table_are_no_record(tmp_path):
    lines = ["Name,Commodity,Latitude,Longitude,Remark", "Obuasi,Gold,6.2,-1.67,a"]
    again = "NAME,Commodity ,Latitude,Longitude,"
    path = tmp_path / "pages.csv"
    path.write_text(
        "\n".join([*lines, again, "Tarkwa,Gold,5.3,-1.99,Name", again, "Syama,Gold,11,-6,"])
    )
    with pytest.warns(MinmapWarning, match="Rows with the names of the columns again, left out: 2"):
        table = mm.read(path)
    assert table["name"].tolist() == ["Obuasi", "Tarkwa", "Syama"]
    assert table.attrs["rows"] == {"in_file": 5, "read": 3, "continued": 0, "set_aside": 2}
    file = workbook({"Mines": ([*MINES, NAMES, *OLD], "")})
    with pytest.warns(MinmapWarning, match="left out: 1"):
        assert len(read(file)) == len(MINES) + len(OLD)


def test_an_error_names_the_hidden_sheet_too():
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    book.add_worksheet("ReadMe").write(0, 0, "See the sheet behind")
    data = book.add_worksheet("data")
    for number, row in enumerate([NAMES, *MINES]):
        data.write_row(number, 0, row)
    data.hide()
    book.close()
    with pytest.raises(FileError, match="'data'; layer='data' reads it"):
        read(file.getvalue())
