"""Excel: one sheet of cells that are never formulas, one about the sources and the columns."""

import re
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import xlsxwriter  # type: ignore[import-untyped]
from xlsxwriter.exceptions import XlsxWriterException  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from minmap.errors import FileError
from minmap.writing.about_sheet import ABOUT, METADATA
from minmap.writing.column_types import is_text
from minmap.writing.export_table import ExportTable
from minmap.writing.metadata import Metadata

# Excel specifications and limits, support.microsoft.com: worksheet size, characters in a cell.
_ROWS, _COLUMNS, _LETTERS = 1_048_576, 16_384, 32_767
_WHOLE_NUMBER: Final = 2**53
_PIECE: Final = 32_000
# The first day that a zip archive, and so a workbook, can name.
_NO_DATE: Final = datetime(1980, 1, 1, tzinfo=UTC)


class _Sheet(Worksheet):  # type: ignore[misc]  # no stubs
    """A sheet that keeps every digit of a number and never treats text as markup."""

    def _xml_number_element(self, number: float, attributes: Any = ()) -> None:
        # XlsxWriter rounds to 16 digits; a double may need 17.
        names = "".join(f' {key}="{value}"' for key, value in attributes)
        self.fh.write(f"<c{names}><v>{number!r}</v></c>")

    def _xml_rich_inline_string(self, string: str, attributes: Any) -> None:
        # XlsxWriter would write a user's text "<r>...</r>" as markup.
        self._xml_inline_string(string, True, attributes)  # noqa: FBT003  # its own signature


def write(table: ExportTable, path: Path) -> None:
    """Write a table as a workbook of two sheets."""
    table = table.with_geometry_columns()
    _require_room(table)
    try:
        _write(table, path)
    except XlsxWriterException as error:
        raise RuntimeError(str(error)) from error


def _write(table: ExportTable, path: Path) -> None:
    # The cells wait on the disk of the file, for another one may have less room.
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        options = {
            "constant_memory": True,
            "in_memory": False,
            "tmpdir": folder,
            "strings_to_formulas": False,
            "strings_to_urls": False,
        }
        book = xlsxwriter.Workbook(str(path), options)
        # The date of writing would make other bytes of the same table.
        book.set_properties({"created": _NO_DATE})
        bold = book.add_format({"bold": True})
        sheet = book.add_worksheet(_sheet_name(path.stem), _Sheet)
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, table.columns, bold)
        sheet.add_write_handler(int, _put_large_number)
        for row, values in enumerate(table.rows(path.name), start=1):
            sheet.write_row(row, 0, values)
        _write_about(book.add_worksheet(ABOUT, _Sheet), table.metadata, bold)
        book.close()


def _require_room(table: ExportTable) -> None:
    if len(table) >= _ROWS:
        raise FileError(
            f"{len(table):,} rows and their heading are more than the {_ROWS:,} rows of an Excel "
            "sheet; write a .csv or .gpkg, or select fewer records."
        )
    if len(table.columns) > _COLUMNS:
        raise FileError(
            f"{len(table.columns):,} columns are more than the {_COLUMNS:,} of an Excel sheet; "
            "write a .parquet, or leave some out."
        )
    table.require_no_match(
        "[\\x00\ufffe\uffff]|_x005F_x",
        but="Excel cannot hold the text as it is (NUL, U+FFFE, U+FFFF or '_x005F_x'); change it, "
        "or write a .gpkg.",
    )
    table.require(
        _fits_cell,
        kind=is_text,
        but=f"the text is longer than the {_LETTERS:,} letters of an Excel cell; shorten it, or "
        "write a .gpkg.",
    )
    table.require_finite("Excel")


def _fits_cell(text: pa.Array) -> pa.Array:
    """Count as Excel does, in UTF-16, where an emoji is two letters."""
    beyond = pc.count_substring_regex(text, "[\U00010000-\U0010ffff]")
    return pc.less_equal(pc.add(pc.utf8_length(text), pc.cast(beyond, pa.int64())), _LETTERS)


def _sheet_name(title: str) -> str:
    """Return a name that Excel accepts for a sheet.

    Examples
    --------
    >>> _sheet_name("near [2024]"), _sheet_name("History")
    ('near _2024_', 'table')
    """
    name = re.sub(r"[\[\]:*?/\\\x00-\x1f]", "_", title)[:31].strip("'")
    return "table" if name.casefold() in ("", "history", ABOUT) else name


def _put_large_number(sheet: Worksheet, row: int, column: int, number: int, *_: Any) -> int | None:
    """Write a whole number as text if Excel, which counts in doubles, cannot hold it."""
    if abs(number) <= _WHOLE_NUMBER:
        return None  # XlsxWriter writes it
    return int(sheet.write_string(row, column, str(number)))


def _write_about(sheet: Worksheet, metadata: Metadata, bold: Any) -> None:
    sheet.set_column(0, 1, 28)
    for row, cells in enumerate(_about_rows(metadata)):
        is_heading = cells[0] in ("source", "column", METADATA)
        sheet.write_row(row, 0, cells, bold if is_heading else None)


def _about_rows(metadata: Metadata) -> Iterator[tuple[str, ...]]:
    keys = ("id", "title", "citation", "vintage", "licence", "url")
    yield ("source", *keys[1:])
    for source in metadata.sources:
        yield tuple(_shown(source.get(key, "")) for key in keys)
    yield ("",)
    yield ("column", "meaning", "unit", "kind")
    for column in metadata.columns:
        meaning, unit = metadata.meaning(column) or ("", None)
        yield (_shown(column.name), meaning, unit or "", column.dtype)
    yield ("",)
    text = metadata.to_json()
    for start in range(0, len(text), _PIECE):
        yield (METADATA, text[start : start + _PIECE])


def _shown(value: object) -> str:
    return re.sub("[\x00-\x08\x0b-\x1f\ufffe\uffff]", " ", str(value))[:_PIECE]
