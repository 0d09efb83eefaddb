"""Workbooks whose parts calamine and Python would read differently, or for minutes."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

import minmap as mm
from minmap.errors import ChoiceError, MinmapError
from minmap.files import open_document, workbook_parts
from minmap.files.cells import ReadOptions
from minmap.files.csv_layout import rows_of
from minmap.files.encoding import codec_name
from minmap.files.shapefile import stated_encoding
from minmap.files.sheet_xml import (
    Extent,
    lengths_of_texts,
    open_document_extents,
    sheet_cells,
    size_of_texts,
)
from minmap.files.workbook import Workbook, _header_levels, _header_names
from minmap.files.workbook_checks import binary_sheet_extent
from tests.corpus.workbooks import PLAIN, binary_workbook, record, shared_texts, workbook

SHEET = "xl/worksheets/sheet1.xml"
FAR = PLAIN + '<row r="2000"><c r="XFD2000"><v>5</v></c></row>'
Members = dict[str, bytes]


def rewritten(path: Path, change: Callable[[Members], Members]) -> Path:
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in change(members).items():
            member = zipfile.ZipInfo(name)
            member.external_attr = 0o120777 << 16 if name == SHEET else 0
            archive.writestr(member, content, zipfile.ZIP_DEFLATED)
    return path


@pytest.mark.parametrize(
    "place",
    [
        "r='XFD2000'",
        'r = "XFD2000"',
        'r="xfd2000"',
        'r="XFD000002000"',
        'r="&#88;FD2000"',
        's="1" r="XFD2000"',
        'r\n="XFD2000"',
    ],
)
def test_a_far_cell_is_counted_however_it_is_written(place: str) -> None:
    content = f'<d><row r="1"><c r="A1"/></row><row r="2000"><x:c {place}/></row></d>'
    assert sheet_cells(content.encode(), "a")[0] == Extent("a", 2000, 16_384, 2)


def test_cells_without_a_place_follow_each_other() -> None:
    content = b'<d><row/><row r="7"><c/><c t="e"><f>1</f><v>#N/A</v></c></row><row><c/></row></d>'
    assert sheet_cells(content, "a") == (Extent("a", 8, 2, 3), {(6, 1): "#N/A"})
    with pytest.raises(ValueError, match="is not the place of a cell"):
        sheet_cells(b'<c r=" B2"/>', "a")


def _other_case(members: Members) -> Members:
    return {name.replace("sheet1", "SHEET1"): content for name, content in members.items()}


def _hidden(members: Members) -> Members:
    return {
        name.replace("sheet1", ".sheet1"): content.replace(b"sheet1", b".sheet1")
        for name, content in members.items()
    }


def _other_book(members: Members) -> Members:
    return {name.replace("workbook", "Workbook"): content for name, content in members.items()}


def _two_of_one_name(members: Members) -> Members:
    far = members.pop(SHEET)
    plain = far.replace(b"XFD2000", b"A3")
    return {**members, "xl//worksheets/sheet1.xml": plain, "xl/Worksheets/sheet1.xml": far}


@pytest.mark.parametrize("change", [dict, _other_case, _hidden, _other_book, _two_of_one_name])
def test_a_far_cell_is_counted_wherever_the_sheet_lies(
    change: Callable[[Members], Members], tmp_path: Path
) -> None:
    workbook(tmp_path / "a.xlsx", FAR)
    path = rewritten(tmp_path / "a.xlsx", change)
    with pytest.raises(MinmapError, match="spans 2,000 rows and 16,384 columns"):
        mm.read(path)


def test_a_sheet_is_counted_for_each_of_its_names(tmp_path: Path) -> None:
    workbook(tmp_path / "a.xlsx", FAR.replace("XFD", "ZZ"))
    sheets = b"".join(b'<sheet name="S%d" sheetId="%d" r:id="r1"/>' % (n, n) for n in range(2, 20))

    def repeated(members: Members) -> Members:
        book = members["xl/workbook.xml"].replace(b"</sheets>", sheets + b"</sheets>")
        return {**members, "xl/workbook.xml": book}

    with pytest.raises(MinmapError, match="spans 2,000 rows and 702 columns"):
        mm.read(rewritten(tmp_path / "a.xlsx", repeated))


def test_a_plain_workbook_is_read_from_odd_places(tmp_path: Path) -> None:
    workbook(tmp_path / "a.xlsx", PLAIN)
    for change in (dict, _other_case, _hidden, _other_book):
        book = Workbook(rewritten(tmp_path / "a.xlsx", change), "a.xlsx")
        assert len(book.cells("Data", ReadOptions())) == 1
        workbook(tmp_path / "a.xlsx", PLAIN)


def test_what_is_not_read_is_not_unpacked(tmp_path: Path) -> None:
    workbook(tmp_path / "a.xlsx", PLAIN)
    path = rewritten(tmp_path / "a.xlsx", lambda members: {**members, "a.png": bytes(120 << 20)})
    with open_document(path) as opened:
        assert len(opened.cells("Data")) == 1


@pytest.mark.parametrize(
    ("row", "cell"),
    [
        ('t:number-rows-repeated="&#50;000"', 't:number-columns-repeated="&#x39;00"'),
        ("t:s='number-rows-repeated=\"1\"' t:number-rows-repeated='2000'",
         "t:s='number-columns-repeated=\"1\"' t:number-columns-repeated=' 900'"),
    ],
)  # fmt: skip
def test_repeats_are_counted_however_they_are_written(row: str, cell: str) -> None:
    inner = f'<t:table-cell {cell} o:value="1"/>'
    content = f'<t:table t:name="S"><t:table-row {row}>{inner}</t:table-row></t:table>'
    assert open_document_extents(content.encode()) == [Extent("S", 2000, 900, 1)]
    with pytest.raises(ValueError, match="a table inside of a cell"):
        open_document_extents(content.replace(inner, content).encode())


@pytest.mark.parametrize("cell", [
    '<c r="A1" t="s"><v>1</v></c>', "<c r='A1' t = 's'><v>1</v></c>",
    '<c r="A1" t="s"><v>0</v><v>1</v></c>', '<c t="s"><f/><!-- --><v>1</v></c>',
])  # fmt: skip
def test_shared_texts_are_counted_however_they_are_written(cell: str) -> None:
    texts = f"<sst x='&lt;si>'><!--<si>--><si/><x:si><t>{'a' * 1000}</t></x:si></sst>"
    lengths = lengths_of_texts(texts.encode())
    assert len(lengths) == 2
    assert size_of_texts(f"<row>{cell * 3}</row>".encode(), lengths) >= 3000
    assert list(lengths_of_texts(b"<sst><si>\x01</si></sst>")) == [21]


def _with_merged(path: Path, rows: str, *places: str) -> Path:
    areas = "".join(f'<mergeCell ref="{place}"/>' for place in places)
    workbook(path, f"{rows}</sheetData><mergeCells>{areas}</mergeCells><sheetData>")
    return path


def _row(number: int, cells: list[str]) -> str:
    inline = "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in cells)
    return f'<row r="{number}">{inline}</row>'


def test_merged_cells_that_reach_below_the_sheet_are_cut(tmp_path: Path) -> None:
    rows = _row(1, ["a", "b"]) + _row(2, ["1", "2"])
    with open_document(_with_merged(tmp_path / "a.xlsx", rows, "A1:A3")) as document:
        assert list(document.cells().frame) == ["a 1", "b 2"]


def test_each_cell_of_a_heading_is_filled_once() -> None:
    class Counted(list[str]):
        taken = 0

        def __getitem__(self, place: Any) -> Any:
            Counted.taken += 1
            return super().__getitem__(place)

    areas = [((0, 1), (1, 999))] * 500 + [((0, 0), (1, 0)), ((0, 500), (0, 2000))]
    rows = [Counted(["a", *[""] * 999]), Counted([f"n{n}" for n in range(1000)])]
    levels, groups = _header_levels(rows, 0, 1, areas)
    assert Counted.taken <= 2 * 1000
    assert groups == {(0, column) for column in range(1, 1000)}
    assert _header_names(levels, groups) == ["a n0", *levels[1][1:]]


def test_long_names_of_many_columns_are_refused(tmp_path: Path) -> None:
    first = ["y" * 100_000, *[""] * 200, *["b"] * 201]
    rows = _row(1, first) + _row(2, ["x"] * 402) + _row(3, ["1"] * 402)
    path = _with_merged(tmp_path / "a.xlsx", rows, "A1:GS1", "GT1:GT2")
    with pytest.raises(MinmapError, match=r"the names of the columns .* 16,777,216 letters"):
        mm.read(path)


NAMES = shared_texts("a", "b")


def test_shared_texts_of_a_binary_workbook_are_read(tmp_path: Path) -> None:
    binary_workbook(tmp_path / "a.xlsb", NAMES, [[0, 1], ["x", 0]])
    with open_document(tmp_path / "a.xlsb") as document:
        assert document.cells().frame.to_dict("list") == {"a": ["x"], "b": ["a"]}


@pytest.mark.parametrize(
    "before", [b"", record(35) + shared_texts(*"cdef") + record(36)], ids=["plain", "skipped"]
)
def test_a_text_that_many_binary_cells_share_is_counted_for_each(
    before: bytes, tmp_path: Path
) -> None:
    texts = NAMES + before + shared_texts("y" * 300_000)
    binary_workbook(tmp_path / "a.xlsb", texts, [[0, 1], *[[2, 2]] * 1_000])
    with pytest.raises(MinmapError, match="MB of text; at most 1,024 MB are read"):
        mm.read(tmp_path / "a.xlsb")


def test_a_binary_text_that_is_longer_than_its_record_is_refused(tmp_path: Path) -> None:
    texts = NAMES + shared_texts("y" * 9) + record(19, b"\0\x09\0\0\0")
    binary_workbook(tmp_path / "a.xlsb", texts, [[0, 1], [2, 3]])
    with pytest.raises(MinmapError, match="a text in it is cut short"):
        mm.read(tmp_path / "a.xlsb")
    sheet = record(0, bytes(17)) + record(6, bytes(8) + b"\x09\0\0\0")
    with pytest.raises(ValueError, match="a text in it is cut short"):
        binary_sheet_extent(sheet, "a")


def test_more_shared_texts_than_cells_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook_parts, "MOST_BLANK_CELLS", 20)
    binary_workbook(tmp_path / "a.xlsb", NAMES + shared_texts(*[""] * 50), [[0, 1], [0, 1]])
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        book.add_worksheet().write_row(0, 0, ["a", "b"])

    def add_texts(members: Members) -> Members:
        name = "xl/sharedStrings.xml"
        return {**members, name: members[name].replace(b"</sst>", b"<si/>" * 50 + b"</sst>")}

    rewritten(tmp_path / "a.xlsx", add_texts)
    for ending in ("xlsb", "xlsx"):
        with pytest.raises(MinmapError, match=r"has 52 shared texts for [24] cells"):
            mm.read(tmp_path / f"a.{ending}")


def test_damaged_sheets_are_searched_once() -> None:
    """A processor's time ends the process if an expression begins again at every sign."""
    code = """
import resource
from contextlib import suppress
from minmap.files import sheet_xml as sheet
resource.setrlimit(resource.RLIMIT_CPU, (60, 60))
for part in (b"<si>", b'<c t="e" r="A3">', b'<c r="A3" t="e">', b"<c ", b't="s" ', b"<a", b"a:",
             b'<c r="A1" t="s" ', b'<c r="A1" t="e"><f>', b"t   "):
    for content in (part * 200_000, b"<c " + part * 200_000):
        with suppress(ValueError):
            sheet.sheet_cells(content, "a")
        with suppress(ValueError):
            sheet.size_of_texts(content, [9])
        sheet.lengths_of_texts(content)
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_stated_encodings_are_those_of_a_table(tmp_path: Path) -> None:
    path = tmp_path / "a.shp"
    for name in ("idna", "punycode", "utf-16", "utf-7", "037"):
        path.with_suffix(".cpg").write_text(name)
        assert stated_encoding(path) is None
    for name in ("utf-8", "1251", "Big5", "shift_jis", "EUC-KR"):
        path.with_suffix(".cpg").write_text(name)
        assert stated_encoding(path) is not None
    with pytest.raises(ChoiceError):
        codec_name("idna")


def test_names_of_many_bytes_are_cut(tmp_path: Path) -> None:
    table, name = b"id,lat,lon\n1,48,67\n", "\U00020000" * 90 + ".csv"
    stream = io.BytesIO(table)
    stream.name = name  # type: ignore[misc]
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(name, table)
    for file in (stream, path):
        with open_document(file) as opened:
            assert len(opened.cells()) == 1


def test_the_limit_of_the_csv_module_is_restored_after_threads() -> None:
    before = csv.field_size_limit()
    first, second = (rows_of(["a,b", "c,d"], ",") for _ in range(2))
    next(first)
    thread = threading.Thread(target=next, args=(second,))
    thread.start()
    thread.join()
    assert list(first) == [["c", "d"]]
    assert csv.field_size_limit() > before
    assert list(second) == [["c", "d"]]
    assert csv.field_size_limit() == before
