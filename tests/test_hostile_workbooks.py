"""Workbooks that are odd, or that would fill the memory of the process that reads them."""

from __future__ import annotations

import csv
import io
import struct
import sys
import threading
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

import minmap as mm
from minmap.errors import ChoiceError, MinmapError
from minmap.files import limited_process, open_document, workbook_process, workbook_sheets
from minmap.files.csv_layout import rows_of
from minmap.files.encoding import codec_name
from minmap.files.limited_process import Amounts
from minmap.files.shapefile import stated_encoding
from minmap.files.workbook import _header_levels, _header_names
from minmap.files.workbook_sheets import read_sheets
from tests.corpus.workbooks import PLAIN, binary_workbook, workbook
from tests.fuzz.seeds import _workbook_seeds, old_workbook

pytestmark = pytest.mark.exhaustive

SHEET = "xl/worksheets/sheet1.xml"
LONG = b"y" * 300_000
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


def _other_case(members: Members) -> Members:
    return {name.replace("sheet1", "SHEET1"): content for name, content in members.items()}


def _hidden(members: Members) -> Members:
    return {
        name.replace("sheet1", ".sheet1"): content.replace(b"sheet1", b".sheet1")
        for name, content in members.items()
    }


def _other_book(members: Members) -> Members:
    return {name.replace("workbook", "Workbook"): content for name, content in members.items()}


def test_a_plain_workbook_is_read_from_odd_places(tmp_path: Path) -> None:
    workbook(tmp_path / "a.xlsx", PLAIN)
    for change in (dict, _other_case, _hidden, _other_book):
        with open_document(rewritten(tmp_path / "a.xlsx", change)) as opened:
            assert len(opened.cells()) == 1
        workbook(tmp_path / "a.xlsx", PLAIN)


def test_what_is_not_read_is_not_unpacked(tmp_path: Path) -> None:
    workbook(tmp_path / "a.xlsx", PLAIN)
    path = rewritten(tmp_path / "a.xlsx", lambda members: {**members, "a.png": bytes(120 << 20)})
    with open_document(path) as opened:
        assert len(opened.cells("Data")) == 1


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


def test_shared_texts_of_a_binary_workbook_are_read(tmp_path: Path) -> None:
    binary_workbook(tmp_path / "a.xlsb", ["a", "b"], [[0, 1], ["x", 0]])
    with open_document(tmp_path / "a.xlsb") as document:
        assert document.cells().frame.to_dict("list") == {"a": ["x"], "b": ["a"]}


def test_error_values_are_texts_however_they_are_written(tmp_path: Path) -> None:
    cells = (
        "<c r='A3' t = 'e'><f>1/0</f><v>#DIV/0!</v></c>",
        '<c s="1"\nt="e"><v>#N/A</v></c>',
        '<c t="inlineStr"><is><t>&lt;c t="e"</t></is></c>',
    )
    workbook(tmp_path / "a.xlsx", f'{PLAIN}<row r="3">{"".join(cells)}</row>')
    with open_document(tmp_path / "a.xlsx") as document:
        found = document.cells().frame.iloc[1].tolist()
    assert found[:3] == ["#DIV/0!", "#N/A", '<c t="e"']


def test_a_sheet_in_utf_16_is_refused_rather_than_left_out(tmp_path: Path) -> None:
    workbook(tmp_path / "a.xlsx", PLAIN)

    def in_utf_16(members: Members) -> Members:
        return {**members, SHEET: members[SHEET].decode().encode("utf-16")}

    with pytest.raises(MinmapError, match="a sheet that is not XML in UTF-8"):
        mm.read(rewritten(tmp_path / "a.xlsx", in_utf_16))


# The process that reads a workbook ----------------------------------------------------------------


@pytest.fixture
def little(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the limits small, so that they are soon reached."""
    monkeypatch.setattr(workbook_sheets, "_FREE", Amounts(128, 15, 4))


def _far_rows(path: Path) -> None:
    """Write an .xls file that states 256 million rows: [MS-XLS] 2.4.90."""
    content = old_workbook([["a", "b"], ["1", "2"]])
    at = content.index(struct.pack("<HHHHH", 0x0204, 9, 0, 0, 0))
    stated = struct.pack("<HHIIHHH", 0x0200, 14, 0, 0x0FFFFFFF, 0, 255, 0)
    path.write_bytes(content[:at] + stated + content[at : -len(stated)])


def _repeated_text(path: Path) -> None:
    path.write_bytes(
        next(seed.files["a.ods"] for seed in _workbook_seeds() if seed.format == "ods")
    )

    def repeated(members: Members) -> Members:
        plain, more = b"<table:table-cell", b' table:number-columns-repeated="999"'
        content = members["content.xml"].replace(plain, plain + more, 1)
        return {**members, "content.xml": content.replace(b"<text:p>", b"<text:p>" + LONG, 1)}

    rewritten(path, repeated)


def _shared_text(path: Path) -> None:
    binary_workbook(path, ["a", "b", LONG.decode()], [[0, 1], *[[2, 2]] * 500])


def _many_names(path: Path) -> None:
    workbook(path, PLAIN.replace("Kounrad", LONG.decode()))
    sheets = b"".join(b'<sheet name="S%d" sheetId="%d" r:id="r1"/>' % (n, n) for n in range(2, 99))

    def named(members: Members) -> Members:
        book = members["xl/workbook.xml"].replace(b"</sheets>", sheets + b"</sheets>")
        return {**members, "xl/workbook.xml": book}

    rewritten(path, named)


@pytest.mark.parametrize(
    ("name", "write", "says"),
    [
        ("a.xls", _far_rows, "too much memory"),
        ("a.ods", _repeated_text, "(more than 128 MB|too much) of? ?memory"),
        ("a.xlsb", _shared_text, "more than [0-9]+ MB of (memory|text)"),
        ("a.xlsx", _many_names, "more than [0-9]+ MB of text"),
    ],
)
@pytest.mark.usefixtures("little")
def test_a_workbook_that_grows_is_refused_in_one_line(
    name: str, write: Callable[[Path], None], says: str, tmp_path: Path
) -> None:
    path = tmp_path / name
    write(path)
    assert path.stat().st_size < 1 << 16
    with pytest.raises(MinmapError, match=says) as raised:
        mm.read(path)
    assert "\n" not in str(raised.value)
    assert str(raised.value).endswith("or save the table as CSV.")


def _packed(path: Path, books: int, text: str = "Kounrad") -> Path:
    workbook(path.with_name("b.xlsx"), PLAIN.replace("Kounrad", text))
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(books):
            archive.write(path.with_name("b.xlsx"), f"b{number}.xlsx")
    return path


def test_the_workbooks_of_an_archive_share_the_limit_of_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook_sheets, "_FREE", Amounts(1024, 15, 1))
    text = LONG.decode()
    with open_document(_packed(tmp_path / "a.zip", 2, text)) as document:
        assert document.layers == ("b0", "b1")
    with pytest.raises(MinmapError, match=r"b[3-9].xlsx in .* MB of text .*, with those") as raised:
        mm.read(_packed(tmp_path / "a.zip", 16, text))
    assert "\n" not in str(raised.value)


def test_the_workbooks_of_an_archive_share_the_seconds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    used = limited_process._used

    def slow(process: Any) -> Any:
        yield from used(process)
        yield 1.0, 6.0

    monkeypatch.setattr(limited_process, "_used", slow)
    assert read_sheets(_packed(tmp_path / "a.zip", 2).with_name("b.xlsx"), "b")
    with open_document(tmp_path / "a.zip") as document:
        assert len(document.layers) == 2
    with pytest.raises(MinmapError, match=r"more than 16 seconds .*, with those") as raised:
        mm.read(_packed(tmp_path / "a.zip", 16))
    assert "b2.xlsx in" in str(raised.value)


def test_merged_cells_that_are_stated_often_count_once(tmp_path: Path) -> None:
    path = _with_merged(tmp_path / "a.xlsx", _row(1, ["a", "b"]), *["A1:XFD2"] * 9_999)
    assert read_sheets(path, "a.xlsx")["Data"].merged == [[[0, 0], [1, 16_383]]]


@pytest.mark.parametrize(
    ("program", "says"),
    [
        ("import os; os.abort()", "the process that reads it ends, since it is damaged"),
        ("print('{\"sheet\":', end='')", "the process that reads it ends, since it is damaged"),
        ("while True: pass", "takes more than 0 seconds"),
        (
            "a = b'a' * (150 << 20)\nwhile True: pass",
            "takes more than (128 MB|0 seconds)",
        ),
    ],
)
@pytest.mark.usefixtures("little")
def test_a_process_that_dies_or_does_not_end(
    program: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "program.py").write_text(program, encoding="utf-8")
    monkeypatch.setattr(workbook_process, "__file__", str(tmp_path / "program.py"))
    monkeypatch.setattr(workbook_sheets, "_FREE", Amounts(128, 0, 4))
    workbook(tmp_path / "a.xlsx", PLAIN)
    with pytest.raises(MinmapError, match=says) as raised:
        mm.read(tmp_path / "a.xlsx")
    assert "\n" not in str(raised.value)


def test_workbooks_are_read_at_once_in_threads(tmp_path: Path) -> None:
    for number in range(4):
        workbook(tmp_path / f"{number}.xlsx", PLAIN.replace("Kounrad", f"Mine {number}"))
    with ThreadPoolExecutor(4) as pool:
        books = [*pool.map(lambda n: read_sheets(tmp_path / f"{n}.xlsx", "a"), range(4))]
    assert [book["Data"].rows()[1][1] for book in books] == [f"Mine {n} 1" for n in range(4)]


def test_an_interrupt_ends_the_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started = list[Any]()

    def interrupt(process: Any) -> None:
        started.append(process)
        raise KeyboardInterrupt

    monkeypatch.setattr(limited_process, "_used", interrupt)
    workbook(tmp_path / "a.xlsx", PLAIN)
    with pytest.raises(KeyboardInterrupt):
        read_sheets(tmp_path / "a.xlsx", "a.xlsx")
    assert started[0].returncode is not None


def test_python_is_found_where_another_program_has_it_built_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workbook(tmp_path / "a.xlsx", PLAIN)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "qgis-bin"))
    assert list(read_sheets(tmp_path / "a.xlsx", "a.xlsx")) == ["Data"]
    monkeypatch.setattr(sys, "base_exec_prefix", str(tmp_path))
    with pytest.raises(MinmapError, match=r"there is none in .* Save a table as CSV"):
        read_sheets(tmp_path / "a.xlsx", "a.xlsx")


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
    assert list(first) == [(2, ["c", "d"])]
    assert csv.field_size_limit() > before
    assert list(second) == [(2, ["c", "d"])]
    assert csv.field_size_limit() == before
