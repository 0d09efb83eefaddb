"""Excel workbooks that are not what they seem."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Sequence
from pathlib import Path

from tests.corpus.case import HEADER, ROW, Case, data

TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/'
    'content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-'
    'package.relationships+xml"/><Default Extension="xml" ContentType="application/vnd.'
    'openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/'
    'worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'spreadsheetml.worksheet+xml"/></Types>'
)
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def _relations(kind: str, target: str) -> str:
    return (
        f'<?xml version="1.0"?><Relationships xmlns="{PACKAGE}"><Relationship Id="r1" '
        f'Type="{OFFICE}/{kind}" Target="{target}"/></Relationships>'
    )


def _cell(value: str, position: str) -> str:
    return f'<c r="{position}" t="inlineStr"><is><t>{value}</t></is></c>'


def _row(number: int, values: list[str]) -> str:
    cells = "".join(_cell(v, f"{chr(65 + n)}{number}") for n, v in enumerate(values))
    return f'<row r="{number}">{cells}</row>'


PLAIN = _row(1, HEADER.split(",")) + _row(2, ROW.format(number=1).split(","))


def workbook(path: Path, rows: str, *, before: str = "", dimension: str = "A1:G2") -> None:
    """Write a workbook of one sheet by hand."""
    sheet = (
        f'<?xml version="1.0"?>{before}<worksheet xmlns="{MAIN}"><dimension ref="{dimension}"/>'
        f"<sheetData>{rows}</sheetData></worksheet>"
    )
    book = (
        f'<?xml version="1.0"?><workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
        '<sheet name="Data" sheetId="1" r:id="r1"/></sheets></workbook>'
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("_rels/.rels", _relations("officeDocument", "xl/workbook.xml"))
        archive.writestr("xl/workbook.xml", book)
        archive.writestr(
            "xl/_rels/workbook.xml.rels", _relations("worksheet", "worksheets/sheet1.xml")
        )
        archive.writestr("xl/worksheets/sheet1.xml", sheet)


def record(kind: int, content: bytes = b"") -> bytes:
    """Return a record of an .xlsb file: [MS-XLSB] 2.1.4."""
    head = [kind] if kind < 128 else [kind & 127 | 128, kind >> 7]
    size = len(content)
    while size > 127:
        head.append(size & 127 | 128)
        size >>= 7
    return bytes([*head, size]) + content


def binary_text(text: str) -> bytes:
    """Return a text of an .xlsb file."""
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def binary_workbook(path: Path, texts: Sequence[str], cells: list[list[int | str]]) -> None:
    """Write an .xlsb file of one sheet, with texts or the numbers of shared texts in its cells."""
    rows = b""
    for number, row in enumerate(cells):
        rows += record(0, struct.pack("<I", number) + bytes(13))
        for column, cell in enumerate(row):
            place = struct.pack("<II", column, 0)
            is_text = isinstance(cell, str)
            value = binary_text(cell) if isinstance(cell, str) else struct.pack("<I", cell)
            rows += record(6 if is_text else 7, place + value)
    extent = struct.pack("<IIII", 0, len(cells) - 1, 0, len(cells[0]) - 1)
    sheet = struct.pack("<II", 0, 1) + binary_text("r1") + binary_text("Data")
    count = struct.pack("<II", len(texts), len(texts))
    shared = b"".join(record(19, b"\0" + binary_text(text)) for text in texts)
    links = (
        f'<?xml version="1.0"?><Relationships xmlns="{PACKAGE}"><Relationship Id="r1" '
        f'Type="{OFFICE}/worksheet" Target="worksheets/sheet1.bin"/><Relationship Id="r2" '
        f'Type="{OFFICE}/sharedStrings" Target="sharedStrings.bin"/></Relationships>'
    )
    parts = {
        "xl/workbook.bin": record(131)
        + record(143)
        + record(156, sheet)
        + record(144)
        + record(132),
        "xl/_rels/workbook.bin.rels": links.encode(),
        "xl/sharedStrings.bin": record(159, count) + shared + record(160),
        "xl/worksheets/sheet1.bin": record(129)
        + record(148, extent)
        + record(145)
        + rows
        + record(146)
        + record(130),
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {"[Content_Types].xml": b"<Types/>", **parts}.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)


def _laughs(path: Path) -> None:
    entities = '<!ENTITY a "ha">' + "".join(
        f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)
    )
    harm = PLAIN.replace("Kounrad 1", "&j;")
    workbook(path, harm, before=f"<!DOCTYPE worksheet [{entities}]>")


def _external(path: Path) -> None:
    harm = PLAIN.replace("Kounrad 1", "&x;")
    workbook(path, harm, before='<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]>')


def _bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("_rels/.rels", _relations("officeDocument", "xl/workbook.xml"))
        archive.writestr("xl/workbook.xml", b" " * 400_000_000)


def _cut(path: Path) -> None:
    workbook(path, PLAIN)
    path.write_bytes(path.read_bytes()[:-200])


def _far_cell(path: Path) -> None:
    workbook(path, PLAIN + '<row r="1048576">' + _cell("x", "XFD1048576") + "</row>")


WORKBOOKS = (
    Case("a plain workbook", "a.xlsx", lambda path: workbook(path, PLAIN), rows=1),
    Case("a workbook called .csv", "a.csv", lambda path: workbook(path, PLAIN)),
    Case("a workbook without rows", "a.xlsx", lambda path: workbook(path, ""), says="a.xlsx"),
    Case("a workbook cut short", "a.xlsx", _cut, says="a.xlsx"),
    Case("text called .xlsx", "a.xlsx", data(b"dep_id,site_name\n1,2\n"), says="a.xlsx"),
    Case("a web page called .xls", "a.xls", data(b"<table><tr><td>x"), says="a.xls"),
    Case("laughing entities in a workbook", "a.xlsx", _laughs, says="a.xlsx"),
    Case("an outside entity in a workbook", "a.xlsx", _external, says="a.xlsx"),
    Case("a workbook that unpacks to 400 MB", "a.xlsx", _bomb, says="a.xlsx"),
    Case("a workbook that says it is huge", "a.xlsx", lambda path: workbook(
        path, PLAIN, dimension="A1:XFD1048576"), rows=1),
    Case("one cell at the far end of a sheet", "a.xlsx", _far_cell, says="a.xlsx"),
)  # fmt: skip
