"""CSV (RFC 4180, UTF-8) without formulas for spreadsheets; the metadata is in a file beside it."""

from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from minmap.writing.column_types import is_text, without_times
from minmap.writing.export_table import ExportTable

# Spreadsheets run a cell that begins with one of these signs as a formula, full-width ones as
# well: OWASP, CSV Injection, https://owasp.org/www-community/attacks/CSV_Injection. The page has
# the same rule (web/src/data/spreadsheet.ts); both are tested with tests/data/formula_guard.json.
_SIGNS: Final = "[=+\\-@\uff1d\uff0b\uff0d\uff20]"
# A spreadsheet may skip these before the sign: blanks, control and invisible characters, quotes.
# Tabs and new lines begin a cell themselves.
_SKIPPED: Final = (
    "[\\x00-\\x08\\x0b\\x0c\\x0e-\\x20\"'\\x{7f}-\\x{a0}\u1680\u180e\u2000-\u200f\u2028-\u202f"
    "\u205f-\u2064\u3000\ufeff]"
)
# A cell begins at the start of the text. Where the semicolon separates cells, as in Russia and
# Kazakhstan, one begins after it as well; after a tab or a new line it may.
_BEGINS: Final = r"(\A|[;\t\r\n])"
_RISKY: Final = rf"{_BEGINS}({_SKIPPED}*)({_SIGNS})"
_GUARDED: Final = rf"{_BEGINS}({_SKIPPED}*)'({_SIGNS})"
# Some spreadsheets drop these at the start.
_RISKY_START: Final = r"\A'*[\t\r\n]"
_GUARDED_START: Final = r"\A'+[\t\r\n]"
_NUMBER: Final = r"\A *[-+]?(\d+([.,]\d*)?|[.,]\d+)([eE][-+]?\d+)? *\z"


def write(table: ExportTable, path: Path) -> None:
    """Write a table as CSV, and its metadata beside it."""
    table = table.with_geometry_columns()
    table.require_no_nul("CSV")
    names = list(table.columns)
    headings = guarded(pa.array(names, type=pa.large_string())).to_pylist()
    table = table.renamed(dict(zip(names, headings, strict=True)))
    cells = {name: _cells(values) for name, values in table.columns.items()}
    csv.write_csv(pa.table(cells), path)
    table.metadata.write_beside(path)


def guarded(text: pa.Array) -> pa.Array:
    """Put an apostrophe before each sign that a spreadsheet would take for the start of a formula.

    Numbers stay as they are. `unguarded` restores every text exactly.

    Examples
    --------
    >>> texts = pa.array(["=1+1", "-117.5", "Au", "a; =b", "'Abbas", None])
    >>> guarded(texts).to_pylist()
    ["'=1+1", '-117.5', 'Au', "a; '=b", "'Abbas", None]
    """
    risky = pc.match_substring_regex(text, f"{_RISKY}|{_RISKY_START}")
    if not pc.any(risky).as_py():
        return text
    marked = pc.replace_substring_regex(text, _RISKY, r"\1\2'\3")
    apostrophe, nothing = pa.scalar("'", text.type), pa.scalar("", text.type)
    longer = pc.binary_join_element_wise(apostrophe, marked, nothing)
    marked = pc.if_else(pc.match_substring_regex(marked, _RISKY_START), longer, marked)
    return pc.if_else(pc.match_substring_regex(text, _NUMBER), text, marked)


def unguarded(text: pa.Array) -> pa.Array:
    """Remove the apostrophes that `guarded` has put.

    Examples
    --------
    >>> unguarded(pa.array(["'=1+1", "-117.5", "Au", "a; '=b", "'Abbas", None])).to_pylist()
    ['=1+1', '-117.5', 'Au', 'a; =b', "'Abbas", None]
    """
    if not pc.any(pc.match_substring(text, "'")).as_py():
        return text
    marked = pc.match_substring_regex(text, _GUARDED_START)
    text = pc.if_else(marked, pc.utf8_slice_codeunits(text, 1), text)
    return pc.replace_substring_regex(text, _GUARDED, r"\1\2\3")


def _cells(values: pa.Array) -> pa.Array:
    values = without_times(values)
    return guarded(values) if is_text(values.type) else values
