"""Read a workbook in a process of its own, which may die of it; `workbook_sheets` runs this file.

The standard input is the workbook. The arguments are the names of the sheets that are wanted (all
if there are none). Each line of the output is JSON: for each sheet that is not empty an object with
its name, whether it is hidden, and its merged cells, then lists of its rows; at the end an object,
with the exception if there was one.
"""

import datetime as dt
import io
import itertools
import json
import re
import sys
from collections.abc import Iterator, Sequence
from typing import Any, Final

_ROWS_IN_A_LINE: Final = 256
_WHOLE_BELOW: Final = 1e15  # whole numbers that a double holds to the last digit
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")  # calamine would find nothing
_PARTS: Final = (".xml", ".rels", ".bin")
_ERROR_CELL: Final = re.compile(rb"""(<(?:\w+:)?c\b[^<>]*?\st\s*=\s*)(["'])e\2""")


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
    book = CalamineWorkbook.from_filelike(io.BytesIO(errors_as_texts(content)))
    shown = {one.name for one in book.sheets_metadata if one.visible == SheetVisibleEnum.Visible}
    for name in dict.fromkeys(book.sheet_names):
        if wanted and name not in wanted:
            continue
        sheet = book.get_sheet_by_name(name)
        if sheet.height:
            merged = list(dict.fromkeys(sheet.merged_cell_ranges or []))
            yield {"sheet": name, "hidden": name not in shown, "merged": merged}
            left = [""] * (0 if sheet.start is None else sheet.start[1])
            rows = sheet.iter_rows()
            while lines := [*itertools.islice(rows, _ROWS_IN_A_LINE)]:
                yield [_as_texts(left, row) for row in lines]


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


def errors_as_texts(content: bytes) -> bytes:
    """Return a workbook whose error values (#N/A) in XML are texts: calamine gives blanks for them.

    References
    ----------
    ECMA-376-1:2016, sections 18.3.1.4 and 18.18.11.
    """
    if not content.startswith(b"PK"):
        return content
    from zipfile import ZipFile  # noqa: PLC0415  # it takes time

    changed = {}
    with ZipFile(io.BytesIO(content)) as book:
        for info in book.infolist():
            name = info.filename.lower()
            if "sheet" in name and name.endswith(".xml"):
                sheet = book.read(info)
                if sheet.startswith(_UTF_16):
                    raise ValueError("it has a sheet that is not XML in UTF-8")
                if b'"e"' in sheet or b"'e'" in sheet:
                    changed[info] = _ERROR_CELL.sub(rb'\1"str"', sheet)
        if not changed:
            return content
        copy = io.BytesIO()
        with ZipFile(copy, "w") as target:
            for info in book.infolist():
                if info.filename.lower().endswith(_PARTS):
                    target.writestr(info.filename, changed.get(info) or book.read(info))
    return copy.getvalue()


if __name__ == "__main__":
    main()
