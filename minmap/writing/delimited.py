"""CSV (RFC 4180, UTF-8) that no spreadsheet runs as formulas; the record lies beside it."""

from __future__ import annotations

import re
import warnings
from csv import reader
from pathlib import Path
from typing import Final

import geopandas as gpd
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from minmap.errors import MinmapError, MinmapWarning
from minmap.files.file_types import RECORD
from minmap.table import COLUMN_NAMES, COLUMNS
from minmap.writing.column_types import as_text, is_text
from minmap.writing.metadata import GEOMETRY, About, Held
from minmap.writing.outgoing_table import table_of
from minmap.writing.read_back import Opened, about_beside, flat_frame_of

# Spreadsheets run a cell that begins with one of these signs as a formula, full-width ones as
# well: OWASP, CSV Injection, https://owasp.org/www-community/attacks/CSV_Injection. The page has
# the same rule (web/src/guard.ts); tests/data/formula_guard.json holds the cases of both.
_SIGNS: Final = "[=+\\-@\uff1d\uff0b\uff0d\uff20]"
# What a spreadsheet may skip before the sign: blanks, controls, what is invisible, and quotes.
_SKIPPED: Final = (
    "[\\x00-\\x20\"'\\x{7f}-\\x{a0}\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u2064\u3000\ufeff]"
)
# A cell begins at the start of the text. Where the semicolon separates cells, as in Russia and
# Kazakhstan, one begins after it as well; after a tab or a new line it may.
_BEGINS: Final = r"(\A|[;\t\r\n])"
_RISKY: Final = rf"{_BEGINS}({_SKIPPED}*)({_SIGNS})"
_MARKED: Final = rf"{_BEGINS}({_SKIPPED}*)'({_SIGNS})"
# Some spreadsheets drop these at the start.
_RISKY_START: Final = r"\A'*[\t\r\n]"
_MARKED_START: Final = r"\A'+[\t\r\n]"
_LONGEST_LINE: Final = 1 << 16
_DTYPES: Final = {"str": "string[pyarrow, NaN]", "Int64": "Int64", "Float64": "Float64"}
_NUMBER: Final = r"\A *[-+]?(\d+([.,]\d*)?|[.,]\d+)([eE][-+]?\d+)? *\z"


def write(frame: gpd.GeoDataFrame, path: Path) -> None:
    """Write a frame as CSV and its record beside it."""
    table = table_of(frame, title=path.stem).with_flat_geometry()
    table.require(
        lambda text: pc.invert(pc.match_substring(text, "\0")),
        kind=is_text,
        but="CSV cannot hold the NUL in the text; remove it, or write a .parquet.",
    )
    names = list(table.columns)
    headings = harmless(pa.array(names, type=pa.large_string())).to_pylist()
    table = table.stored_as(dict(zip(names, headings, strict=True)))
    cells = {name: _cells(values) for name, values in table.columns.items()}
    csv.write_csv(pa.table(cells), path)
    path.with_name(path.name + RECORD).write_text(
        table.about.to_json(indent=1) + "\n", encoding="utf-8"
    )


def read(document: Opened, layer: str | None) -> gpd.GeoDataFrame | None:
    """Return the frame that was written; None if it is not told by a record or by its columns.

    The record beside a CSV is easily left behind. Read as the source's own table, records would
    lose what was made of them, such as a repaired location.
    """
    about = about_beside(document.path) or _told_by_names(document.path, document.label)
    if about is None:
        return None
    columns = _strictly(document.path, about)
    if columns is None:
        # Somebody has saved it anew, with another separator or encoding.
        frame = document.cells(layer).frame
        columns = {str(name): pa.array(frame[name], from_pandas=True) for name in frame.columns}
    plain = {
        name: undone(values) if is_text(values.type) else values for name, values in columns.items()
    }
    return flat_frame_of(about, plain, label=document.label)


def _told_by_names(path: Path, label: str) -> About | None:
    """Return what the columns of an occurrence table tell where its record is missing."""
    with path.open(encoding="latin-1", newline="") as stream:
        line = stream.readline(_LONGEST_LINE).removeprefix("\u00ef\u00bb\u00bf")
    lists = (next(reader([line], delimiter=separator), []) for separator in ",;\t")
    names = next((names for names in lists if {*COLUMN_NAMES[:-1]} <= {*names}), None)
    if names is None:
        return None
    pair = tuple(names[-2:])
    is_pair = re.fullmatch(r"(?P<point>(point_)*)longitude (?P=point)latitude", " ".join(pair))
    if GEOMETRY not in names and not is_pair:
        return None
    held, geometry = ("wkt", (GEOMETRY,)) if GEOMETRY in names else ("points", pair)
    columns = (Held(c.name, c.name, _DTYPES.get(c.dtype, GEOMETRY)) for c in COLUMNS)
    warnings.warn(
        f"{label}: its record {label}{RECORD}, which holds the sources and the kinds of further "
        "columns, is not beside it or is damaged; these columns are read as text.",
        MinmapWarning,
        stacklevel=4,
    )
    return About(path.stem, -1, tuple(columns), "EPSG:4326", {}, held, geometry)


def harmless(text: pa.Array) -> pa.Array:
    """Put an apostrophe before each sign that a spreadsheet would take for the start of a formula.

    Numbers stay as they are. `undone` gives back every text exactly.

    Examples
    --------
    >>> texts = pa.array(["=1+1", "-117.5", "Au", "a; =b", "'Abbas", None])
    >>> harmless(texts).to_pylist()
    ["'=1+1", '-117.5', 'Au', "a; '=b", "'Abbas", None]
    """
    risky = pc.match_substring_regex(text, f"{_RISKY}|{_RISKY_START}")
    if not _any(risky):
        return text
    marked = pc.replace_substring_regex(text, _RISKY, r"\1\2'\3")
    apostrophe, nothing = pa.scalar("'", text.type), pa.scalar("", text.type)
    longer = pc.binary_join_element_wise(apostrophe, marked, nothing)
    marked = pc.if_else(pc.match_substring_regex(marked, _RISKY_START), longer, marked)
    return pc.if_else(pc.match_substring_regex(text, _NUMBER), text, marked)


def undone(text: pa.Array) -> pa.Array:
    """Take away the apostrophes that `harmless` has put.

    Examples
    --------
    >>> undone(pa.array(["'=1+1", "-117.5", "Au", "a; '=b", "'Abbas", None])).to_pylist()
    ['=1+1', '-117.5', 'Au', 'a; =b', "'Abbas", None]
    """
    if not _any(pc.match_substring(text, "'")):
        return text
    marked = pc.match_substring_regex(text, _MARKED_START)
    text = pc.if_else(marked, pc.utf8_slice_codeunits(text, 1), text)
    return pc.replace_substring_regex(text, _MARKED, r"\1\2\3")


def _any(truths: pa.Array) -> bool:
    return bool(pc.any(truths).as_py())


def _cells(values: pa.Array) -> pa.Array:
    if pa.types.is_timestamp(values.type):
        return as_text(values)
    return harmless(values) if is_text(values.type) else values


def _strictly(path: Path, about: About) -> dict[str, pa.ChunkedArray] | None:
    """Read the file as minmap wrote it: an empty text is no missing one. None if it is not so."""
    expected = [column.stored for column in about.fields] + list(about.geometry_columns)
    try:
        with csv.open_csv(path, parse_options=_PARSE, convert_options=_as_text(expected)) as head:
            names = head.schema.names
        if len(set(names)) < len(names) or not set(expected) & set(names):
            return None
        table = csv.read_csv(
            path,
            parse_options=_PARSE,
            convert_options=_as_text(names),
        )
    except (pa.ArrowInvalid, UnicodeDecodeError, MinmapError):
        return None
    return dict(zip(table.column_names, table.columns, strict=True))


_PARSE: Final = csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False)


def _as_text(names: list[str]) -> csv.ConvertOptions:
    return csv.ConvertOptions(
        column_types=dict.fromkeys(names, pa.large_string()),
        strings_can_be_null=True,
        quoted_strings_can_be_null=False,
        null_values=[""],
    )
