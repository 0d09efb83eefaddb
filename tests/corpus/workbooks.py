"""Excel workbooks that are not what they seem."""

from __future__ import annotations

import zipfile
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
