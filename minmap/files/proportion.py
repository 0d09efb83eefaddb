"""Refuse vector files that expand to far more data than they contain.

Records of most formats are found by their places, and drawings and topologies repeat their parts.
So a few bytes may be many records, or many parts of one. What comes out is added up here before
GDAL reads it: in bytes of the file, each as often as it is used, or, where only GDAL knows, by a
trial in another process.
"""

from __future__ import annotations

import mmap
import re
import sqlite3
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Final, Literal

import numpy as np

from minmap.errors import FileError
from minmap.files import flatgeobuf, trial
from minmap.files.damage import as_file_error
from minmap.files.limited_process import Budget
from minmap.files.shapefile import PARTS, siblings
from minmap.files.sqlite_checks import opened

LARGEST_RATIO: Final = 64
"""How often the bytes of a file may be used on average, beyond `FREE_BYTES`."""
FREE_BYTES: Final = 64 << 20
"""Bytes that may come out of any file, 64 MB."""
BYTES_OF_ARC_NUMBER: Final = 8 * flatgeobuf.GROWTH_OF_ARC
"""Bytes that come out of each coordinate of an arc."""
_COPIES: Final = 2  # of what a trial counts: GDAL's bytes of a shape, and its geometry
_INDEX_HEAD: Final = 100  # bytes of the head of a .shx file
_ROWS_HEAD: Final = 16  # bytes of the head of a .gdbtablx file
_ROWS_OF_BLOCK: Final = 1024  # its rows are in blocks
_ROW_BYTES: Final = 16  # that a row has in memory without its cells
# Files of these formats are read on trial if they contain this: any drawing, TopoJSON, MIF with
# shapes that become many points, and areas whose rings GDAL compares with each other (also those of
# Esri JSON). So is each file geodatabase, which may have arcs.
_MULTIPLIED: Final = {
    "dxf": re.compile(rb"^"),
    # As GDAL recognises them; letters of names may be escaped.
    "json": re.compile(
        rb"""["']type["']\s*:\s*["']Topology["']|["']rings["']|\\u00[4-7]""", re.IGNORECASE
    ),
    "mif": re.compile(rb"\b(?:arc|ellipse|region|roundrect)\b", re.IGNORECASE),
}
_PIECE: Final = 1 << 20
_ARC_WORD: Final = b"circularstring"
_ESCAPED_LETTER: Final = re.compile(rb"\\u00[4-7]")  # of JSON, so that the word may be hidden
# Texts that begin as well-known binary or as a geometry of GeoPackage are taken for one by GDAL.
_ARC_CELL: Final = (
    "CASE WHEN typeof({0}) = 'blob' OR typeof({0}) = 'text' AND (+{0} < '2' COLLATE BINARY "
    "OR +{0} BETWEEN 'GP' AND 'GQ' COLLATE BINARY OR {0} LIKE '%circularstring%') "
    "THEN bytes_of_arcs(CAST({0} AS BLOB)) ELSE 0 END"
)
_ENVELOPES: Final = {1: 32, 2: 48, 3: 48, 4: 64}
_LITTLE: Final = frozenset({b"\x01", b"1"})  # the order of bytes, for GDAL also as a digit
_WITH_ARCS: Final = range(7, 16)  # types from collections to surfaces, also as PostGIS counts them
_STEPS: Final = 50_000  # of SQLite between two looks at the clock
_FREE_SECONDS: Final = 2.0
_BYTES_PER_SECOND: Final = 4 << 20


def size_of(file: Path) -> int:
    """Return the bytes of a vector file: all parts of a shapefile, all files of a geodatabase."""
    if file.is_dir():
        return sum(part.stat().st_size for part in file.iterdir())
    parts = siblings(file, PARTS).values() if file.suffix.lower() == ".shp" else [file]
    return sum(part.stat().st_size for part in parts)


def most_bytes(file: Path) -> int:
    """Return how many bytes may come out of a vector file."""
    return FREE_BYTES + LARGEST_RATIO * size_of(file)


def require_proportion(file: Path, where: str, kind: str, budget: Budget | None = None) -> None:
    """Raise if far more would come out of a file than is in it.

    Parameters
    ----------
    file
        The file that GDAL will open.
    where
        Its name in the message.
    kind
        Its format, one of `minmap.files.vector_formats.DRIVERS`.
    budget
        What is left of what the vector files of an archive may take; None outside one.

    Raises
    ------
    FileError
        If its bytes are used more often than `LARGEST_RATIO` and `FREE_BYTES` allow, or it is
        damaged.
    """
    size, most = size_of(file), most_bytes(file)
    used = 0
    if (bytes_out := _BYTES_OUT.get(kind)) is not None:
        with as_file_error(f"{where} is damaged", cure="Get the file again."):
            used = bytes_out(file, most)
    with as_file_error(f"{where} cannot be read", cure="Get the file again."):
        is_tried = used <= most and _is_multiplied(file, kind)
    if is_tried:
        used = _COPIES * trial.bytes_out(file, most // _COPIES, where, budget)
    if used > most:
        raise too_much(where, size, most)


def too_much(where: str, size: int, most: int) -> FileError:
    """Return the error of a file of `size` bytes that expands to more than `most`."""
    return FileError(
        f"{where} has {size:,} bytes but expands to more than {most >> 20:,} MB; minmap does not "
        "read it. If you trust it, save the layer to a GeoPackage: ogr2ogr -nlt CONVERT_TO_LINEAR "
        "data.gpkg FILE."
    )


def _is_multiplied(file: Path, kind: str) -> bool:
    """Return whether only GDAL knows how much comes out of a file."""
    if kind == "gdb":
        return True
    if (pattern := _MULTIPLIED.get(kind)) is None:
        return False
    with file.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as text:
        return pattern.search(text) is not None


def _bytes_of_shapefile(file: Path, _: int) -> int:
    """Add up the records that the index (.shx) lists; each has its length there."""
    index = siblings(file, {".shx"})[".shx"]
    entries = np.fromfile(index, ">u4", offset=min(_INDEX_HEAD, index.stat().st_size))
    return 2 * int(entries[1::2].sum(dtype=np.int64))


def _bytes_of_geodatabase(folder: Path, _: int) -> int:
    """Add up the rows that the indexes (.gdbtablx) list; each begins with its length."""
    tables = {path: path.with_suffix(".gdbtablx") for path in folder.glob("*.gdbtable")}
    return sum(_bytes_of_rows(*paths) for paths in tables.items() if paths[1].exists())


def _bytes_of_rows(table: Path, index: Path) -> int:
    head = np.fromfile(index, "<u4", count=4)
    if len(head) < 4 or head[3] not in range(4, 7) or table.stat().st_size < 4:
        return 0  # nor does GDAL read it
    width = int(head[3])
    places = np.fromfile(
        index, np.uint8, count=int(head[1]) * _ROWS_OF_BLOCK * width, offset=_ROWS_HEAD
    )
    rows = np.zeros((len(places) // width, 8), np.uint8)
    rows[:, :width] = places[: len(rows) * width].reshape(-1, width)
    starts = rows.view("<u8").ravel()
    content = np.memmap(table, np.uint8, "r")
    # The number that begins at each byte.
    numbers = np.ndarray((len(content) - 3,), "<u4", content, strides=(1,))
    lengths = numbers[starts[(starts > 0) & (starts < len(numbers))].astype(np.int64)]
    return int(np.minimum(lengths, len(content)).sum(dtype=np.int64))


def _bytes_of_database(file: Path, most: int) -> int:
    """Add up texts and bytes of all tables, whose rows may share pages, until there are too many.

    Work beyond what the file's size explains counts as too many bytes.
    """
    with closing(opened(file)) as database:
        database.text_factory = bytes
        end = time.thread_time() + _FREE_SECONDS + file.stat().st_size / _BYTES_PER_SECOND
        database.set_progress_handler(lambda: time.thread_time() > end, _STEPS)
        try:
            return _bytes_of_tables(database, most)
        except sqlite3.OperationalError as error:
            if "interrupted" in str(error):
                return most + 1
            raise


def _bytes_of_json(file: Path, _: int) -> int:
    """Count each comma of a file with arcs (JSON-FG) as a coordinate of one."""
    numbers, has_arcs, end = 0, False, b""
    with file.open("rb") as stream:
        while piece := stream.read(_PIECE):
            numbers += piece.count(b",")
            piece = end + piece.lower()
            has_arcs = has_arcs or _ARC_WORD in piece or bool(_ESCAPED_LETTER.search(piece))
            end = piece[-len(_ARC_WORD) :]
    return BYTES_OF_ARC_NUMBER * numbers * has_arcs


def _bytes_of_tables(database: sqlite3.Connection, most: int) -> int:
    """Return the bytes of all cells; add the points that GDAL makes of arcs, if they are not many.

    So SQLite copies no cell before it is known how long all are together.
    """
    has_own = sqlite3.sqlite_version_info >= (3, 43)
    length = "octet_length({0})" if has_own else "length(CAST({0} AS BLOB))"
    length = f"CASE WHEN typeof({{0}}) IN ('text', 'blob') THEN {length} ELSE 0 END"
    found, filled = 0, dict[str, list[str]]()
    for table, columns in _columns(database).items():
        rows, *lengths = _totals(database, table, "1", *map(length.format, columns))
        found += _ROW_BYTES * rows + sum(lengths)
        filled[table] = [column for column, size in zip(columns, lengths, strict=True) if size]
    if found > most:
        return found
    database.create_function("bytes_of_arcs", 1, _bytes_of_arcs, deterministic=True)
    arcs = (_totals(database, name, "0", *map(_ARC_CELL.format, filled[name])) for name in filled)
    return found + sum(map(sum, arcs))


def _columns(database: sqlite3.Connection) -> dict[str, list[str]]:
    """Return the quoted names of the columns of each table that holds rows of its own."""
    query = "SELECT name FROM sqlite_master WHERE type = 'table' AND rootpage > 0"
    tables = [_quoted(name) for (name,) in database.execute(query).fetchall()]
    columns = {name: database.execute(f"PRAGMA table_info({name})").fetchall() for name in tables}
    return {table: [_quoted(row[1]) for row in rows] for table, rows in columns.items()}


def _totals(database: sqlite3.Connection, table: str, *cells: str) -> list[int]:
    """Return the sum of each expression over all rows of a table."""
    sums = ", ".join(f"total({cell})" for cell in cells)
    query = f"SELECT {sums} FROM {table}"  # noqa: S608  # both are quoted names
    return [int(total) for total in database.execute(query).fetchone()]


def _bytes_of_arcs(cell: bytes) -> int:
    """Return how many bytes come out of a cell of SQLite if it is a geometry with arcs."""
    if _ARC_WORD in cell.lower():
        return BYTES_OF_ARC_NUMBER * (len(cell.split()) + cell.count(b","))
    # Bits 1 to 3 of the flags tell what is before the well-known binary: GeoPackage, 2.1.3.1.
    start = 8 + _ENVELOPES.get(cell[3] >> 1 & 7, 0) if cell[:2] == b"GP" and len(cell) > 3 else 0
    order: Literal["little", "big"] = "little" if cell[start : start + 1] in _LITTLE else "big"
    kind = (int.from_bytes(cell[start + 1 : start + 5], order) & 0xFFFFF) % 1000
    return flatgeobuf.GROWTH_OF_ARC * (len(cell) - start) if kind in _WITH_ARCS else 0


def _quoted(name: bytes) -> str:
    return '"' + name.decode("utf-8", errors="replace").replace('"', '""') + '"'


_BYTES_OUT: Final[Mapping[str, Callable[[Path, int], int]]] = {
    "shp": _bytes_of_shapefile,
    "gdb": _bytes_of_geodatabase,
    "sqlite": _bytes_of_database,
    "fgb": flatgeobuf.bytes_out,
    "json": _bytes_of_json,
}
