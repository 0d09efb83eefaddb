"""Read a workbook in a process of its own, which may die of it; `workbook_sheets` runs this file.

The standard input is the workbook. The arguments are the names of the sheets that are wanted (all
if there are none). Each line of the output is JSON: for each sheet that is not empty an object with
its name, whether it is hidden, and its merged cells, then lists of its rows, and an object with the
rows of numbers in a per cent format by column, if there are any; at the end an object, with the
exception if there was one.
"""

import datetime as dt
import io
import itertools
import json
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from zipfile import ZipFile

_ROWS_IN_A_LINE: Final = 256
_WHOLE_BELOW: Final = 1e15  # whole numbers that a double holds to the last digit
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")  # calamine would find nothing
_PARTS: Final = (".xml", ".rels", ".bin")
_ERROR_CELL: Final = re.compile(rb"""(<(?:\w+:)?c\b[^<>]*?\st\s*=\s*)(["'])e\2""")

Span = list[int]  # first and last row
_PERCENT: Final = "\ue025"  # a letter for private use, before a number in a per cent format
_STYLES: Final = "xl/styles.xml"
_PERCENT_CODES: Final = {b"9": True, b"10": True}  # 0% and 0.00%
_NUMBER_FORMAT: Final = re.compile(rb"<(?:\w+:)?numFmt\b[^<>]*")
_FORMAT_ID: Final = re.compile(rb"""\snumFmtId\s*=\s*["'](\d+)""")
_FORMAT_CODE: Final = re.compile(rb"""\sformatCode\s*=\s*(["'])(.*?)\1""")
# Texts in quotes, escaped signs and conditions.
_LONGEST_CODE: Final = 1_000  # letters of a format; Excel has at most 255
_LITERAL: Final = re.compile(rb"""\"[^\"]*\"|\\.|\[[^\]]*\]""")
_CELL_FORMATS: Final = re.compile(rb"<(?:\w+:)?cellXfs\b[^<>]*>(.*?)</(?:\w+:)?cellXfs>", re.DOTALL)
_CELL_FORMAT: Final = re.compile(rb"<(?:\w+:)?xf\b[^<>]*")
_TYPE: Final = re.compile(rb"""\st\s*=\s*["']n["']""")
# The tag of a cell of the type of numbers, its formula, and the beginning of its value.
_NUMBER_CELL: Final = (
    rb"""(<(?:\w+:)?c\b(?=[^<>]*STYLE)(?![^<>]*\st\s*=\s*["'](?!n["']))[^<>/]*)"""
    rb"""(>\s*(?:<(?:\w+:)?f\b[^<>]*(?:/>|>[^<]*</(?:\w+:)?f>)\s*)?<(?:\w+:)?v>)"""
)


def main() -> None:
    """Read the standard input."""
    end = {}
    try:
        for line in _lines(sys.stdin.buffer.read(), sys.argv[1:]):
            _write(line)
    except BaseException as error:  # noqa: BLE001  # failed assertions of Rust are among them
        end = {"error": type(error).__name__, "text": str(error)}
    _write(end)


def _write(line: Any) -> None:
    text = json.dumps(line, ensure_ascii=False, separators=(",", ":"))
    sys.stdout.buffer.write(f"{text}\n".encode())


def _lines(content: bytes, wanted: Sequence[str]) -> Iterator[Any]:
    # `limited_program` has set its folder.
    from python_calamine import CalamineWorkbook, SheetVisibleEnum  # noqa: PLC0415

    # By its content: the ending may be missing.
    content, has_percents = readable(content)
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    shown = {one.name for one in book.sheets_metadata if one.visible == SheetVisibleEnum.Visible}
    for name in dict.fromkeys(book.sheet_names):
        if wanted and name not in wanted:
            continue
        sheet = book.get_sheet_by_name(name)
        if sheet.height:
            merged = list(dict.fromkeys(sheet.merged_cell_ranges or []))
            yield {"sheet": name, "hidden": name not in shown, "merged": merged}
            left = [""] * (0 if sheet.start is None else sheet.start[1])
            rows, first, percents = sheet.iter_rows(), 0, dict[int, list[Span]]()
            while lines := [*itertools.islice(rows, _ROWS_IN_A_LINE)]:
                texts = [_as_texts(left, row) for row in lines]
                if has_percents:
                    without_marks(texts, first, percents)
                first += len(texts)
                yield texts
            if percents:
                yield {"percents": [*percents.items()]}


def _as_texts(left: Sequence[str], values: Sequence[Any]) -> list[str]:
    """Return a row as texts, without the blank cells at its end."""
    row = [*left]
    row += [value if type(value) is str else as_text(value) for value in values]
    while row and not row[-1].strip():
        row.pop()
    return row


def as_text(value: Any) -> str:
    """Return the value of a cell as text.

    Examples
    --------
    >>> as_text(5.0), as_text(0.1), as_text(True), as_text(dt.datetime(2020, 5, 1))
    ('5', '0.1', 'TRUE', '2020-05-01')
    """
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        whole = value.is_integer() and abs(value) < _WHOLE_BELOW
        return str(int(value)) if whole else repr(value)
    if isinstance(value, dt.datetime):
        return (value.date() if value.time() == dt.time() else value).isoformat()
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return str(value)


def without_marks(rows: Sequence[list[str]], first: int, percents: dict[int, list[Span]]) -> None:
    r"""Make numbers of the marked ones in some rows, and note in `percents` where they are.

    `first` is the number of the first of the rows.

    Examples
    --------
    >>> rows, percents = [["a", "\ue0256.1999999999999998E-3"]], {}
    >>> without_marks(rows, 4, percents)
    >>> rows, percents
    ([['a', '0.0062']], {1: [[4, 4]]})
    """
    for number, row in enumerate(rows, start=first):
        for column, cell in enumerate(row):
            if not cell.startswith(_PERCENT):
                continue
            row[column] = cell.removeprefix(_PERCENT)
            with suppress(ValueError):
                row[column] = as_text(float(row[column]))
                spans = percents.setdefault(column, [])
                if spans and spans[-1][1] == number - 1:
                    spans[-1][1] = number
                else:
                    spans.append([number, number])


def readable(content: bytes) -> tuple[bytes, bool]:
    """Return a workbook with what calamine does not tell, and whether it has per cent formats.

    Error values (#N/A) in XML are texts, as calamine gives blanks for them. Numbers in a per cent
    format, of which calamine gives the number only, are texts with a mark before it.

    References
    ----------
    ECMA-376-1:2016, sections 18.3.1.4, 18.8.10, 18.8.30, 18.8.45 and 18.18.11.
    """
    if not content.startswith(b"PK"):
        return content, False
    from zipfile import ZipFile  # noqa: PLC0415  # it takes time

    changed = {}
    with ZipFile(io.BytesIO(content)) as book:
        percents = _percent_cells(book)
        for info in book.infolist():
            name = info.filename.lower()
            if "sheet" in name and name.endswith(".xml"):
                sheet = book.read(info)
                texts = _readable_sheet(sheet, percents)
                if texts != sheet:
                    changed[info] = texts
        if not changed:
            return content, False
        copy = io.BytesIO()
        with ZipFile(copy, "w") as target:
            for info in book.infolist():
                if info.filename.lower().endswith(_PARTS):
                    target.writestr(info.filename, changed.get(info) or book.read(info))
    return copy.getvalue(), percents is not None


def _readable_sheet(sheet: bytes, percents: re.Pattern[bytes] | None) -> bytes:
    if sheet.startswith(_UTF_16):
        raise ValueError("it has a sheet that is not XML in UTF-8")
    if b'"e"' in sheet or b"'e'" in sheet:
        sheet = _ERROR_CELL.sub(rb'\1"str"', sheet)
    return sheet if percents is None else percents.sub(_marked, sheet)


def _percent_cells(book: "ZipFile") -> re.Pattern[bytes] | None:
    """Return a pattern of cells with a number in a per cent format; None if there is no format."""
    styles = next((one for one in book.infolist() if one.filename.lower() == _STYLES), None)
    content = b"" if styles is None else book.read(styles)
    codes = dict(_PERCENT_CODES)
    for tag in _NUMBER_FORMAT.findall(content):
        number, code = _FORMAT_ID.search(tag), _FORMAT_CODE.search(tag)
        if number and code:
            plain = _LITERAL.sub(b"", code[2][:_LONGEST_CODE].replace(b"&quot;", b'"'))
            codes[number[1]] = b"%" in plain.partition(b";")[0]  # the section of numbers above 0
    listed = _CELL_FORMATS.search(content)
    formats = [] if listed is None else map(_FORMAT_ID.search, _CELL_FORMAT.findall(listed[1]))
    used = [b"%d" % n for n, found in enumerate(formats) if found and codes.get(found[1])]
    if not used:
        return None
    style = rb"\ss\s*=\s*[\"'](?:" + b"|".join(used) + rb")[\"']"
    return re.compile(_NUMBER_CELL.replace(b"STYLE", style))


def _marked(cell: re.Match[bytes]) -> bytes:
    """Return the beginning of a cell of a number as that of a text with a mark."""
    tag = _TYPE.sub(b"", cell[1])
    return tag + b' t="str"' + cell[2] + _PERCENT.encode()


if __name__ == "__main__":
    main()
