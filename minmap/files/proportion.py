"""Refuse vector files that expand to far more data than they contain.

Most formats store where each record begins, and drawings and topologies reuse parts. So the same
few bytes can be read as many records, or as many parts of one. What comes out is added up here
before GDAL reads it: in bytes of the file, each as often as it is used, or, where only GDAL knows,
by a trial in another process.
"""

from __future__ import annotations

import mmap
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from minmap.errors import FileError
from minmap.files import flatgeobuf, trial
from minmap.files.arcs import ARC_WORD, BYTES_OF_ARC_NUMBER
from minmap.files.companions import all_parts
from minmap.files.damage import as_file_error
from minmap.files.limited_process import Budget
from minmap.files.shapefile import siblings

LARGEST_RATIO: Final = 64
"""How often the bytes of a file may be used on average, beyond `FREE_BYTES`."""
FREE_BYTES: Final = 64 << 20
"""Bytes that may come out of any file, 64 MB."""
_COPIES: Final = 2  # of what a trial counts: GDAL's bytes of a shape, and its geometry
_INDEX_HEAD: Final = 100  # bytes of the head of a .shx file
_ROWS_HEAD: Final = 16  # bytes of the head of a .gdbtablx file
_ROWS_OF_BLOCK: Final = 1024  # its rows are in blocks
# Files of these formats are read on trial if they contain this: any drawing, any table of MapInfo
# (.tab), TopoJSON, MIF with shapes that become many points, and areas whose rings GDAL compares
# with each other (also those of Esri JSON). So is each file geodatabase, which may have arcs, and a
# shapefile with many rings.
_MULTIPLIED: Final = {
    "dxf": re.compile(rb"^"),
    "tab": re.compile(rb"^"),
    # As GDAL recognises them; letters of names may be escaped.
    "json": re.compile(
        rb"""["']type["']\s*:\s*["']Topology["']|["']rings["']|\\u00[4-7]""", re.IGNORECASE
    ),
    "mif": re.compile(rb"\b(?:arc|ellipse|region|roundrect)\b", re.IGNORECASE),
}
_AREAS: Final = (5, 15, 25, 31)  # types of shapes with rings in a shapefile
_MANY_RINGS: Final = 500  # of one shape
_PIECE: Final = 1 << 20
_ESCAPED_LETTER: Final = re.compile(rb"\\u00[4-7]")  # of JSON, so that the word may be hidden


def size_of(file: Path) -> int:
    """Return the bytes of a vector file with those that belong to it, or of a geodatabase."""
    parts = file.iterdir() if file.is_dir() else all_parts(file).values()
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
        require_proportion_on_trial(file, where, size, budget)
    elif used > most:
        raise too_much(where, size)


def require_proportion_on_trial(
    file: Path, where: str, size: int, budget: Budget | None = None
) -> None:
    """Raise as `require_proportion` if GDAL makes far more than `size` bytes of a file.

    It reads the file in another process.
    """
    most = FREE_BYTES + LARGEST_RATIO * size
    if _COPIES * trial.bytes_out(file, most // _COPIES, where, budget, size=size) > most:
        raise too_much(where, size)


def too_much(where: str, size: int) -> FileError:
    """Return the error of a file that has `size` bytes and expands to far more."""
    return FileError(
        f"{where} has {size:,} bytes but expands to more than "
        f"{FREE_BYTES + LARGEST_RATIO * size >> 20:,} MB; minmap does not read it. If you trust "
        "it, save the layer to a GeoPackage: ogr2ogr -nlt CONVERT_TO_LINEAR data.gpkg FILE."
    )


def _is_multiplied(file: Path, kind: str) -> bool:
    """Return whether only GDAL knows how much comes out of a file."""
    if kind == "gdb":
        return True
    if kind == "shp":
        return _has_many_rings(file)
    if (pattern := _MULTIPLIED.get(kind)) is None:
        return False
    with file.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as text:
        return pattern.search(text) is not None


def _bytes_of_shapefile(file: Path, _: int) -> int:
    """Add up the records that the index (.shx) lists; each has its length there."""
    return 2 * int(_shape_entries(file)[1::2].sum(dtype=np.int64))


def _shape_entries(file: Path) -> NDArray[np.uint32]:
    """Return where each record of a shapefile begins and how long it is, in units of two bytes."""
    index = siblings(file, {".shx"})[".shx"]
    return np.fromfile(index, ">u4", offset=min(_INDEX_HEAD, index.stat().st_size))


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
    numbers = _numbers_at(table)
    lengths = numbers[starts[(starts > 0) & (starts < len(numbers))].astype(np.int64)]
    return int(np.minimum(lengths, len(numbers)).sum(dtype=np.int64))


def _numbers_at(file: Path) -> NDArray[np.uint32]:
    """Return the number of four bytes that begins at each byte of a file."""
    content = np.memmap(file, np.uint8, "r")
    return np.ndarray((max(len(content) - 3, 0),), "<u4", content, strides=(1,))


def _has_many_rings(file: Path) -> bool:
    """Return whether GDAL would compare many rings of one shape of a shapefile."""
    entries = _shape_entries(file)
    numbers = _numbers_at(file)
    places = 2 * entries[::2].astype(np.int64)
    # A record has its number and length, then its type, four bounds, and how many parts it has.
    places = places[places + 44 < len(numbers)]
    kinds, parts = numbers[places + 8], numbers[places + 44]
    return bool((np.isin(kinds, _AREAS) & (parts > _MANY_RINGS)).any())


def _bytes_of_json(file: Path, _: int) -> int:
    """Count each comma of a file with arcs (JSON-FG) as a coordinate of an arc."""
    numbers, has_arcs, end = 0, False, b""
    with file.open("rb") as stream:
        while piece := stream.read(_PIECE):
            numbers += piece.count(b",")
            piece = end + piece.lower()
            has_arcs = has_arcs or ARC_WORD in piece or bool(_ESCAPED_LETTER.search(piece))
            end = piece[-len(ARC_WORD) :]
    return BYTES_OF_ARC_NUMBER * numbers * has_arcs


_BYTES_OUT: Final[Mapping[str, Callable[[Path, int], int]]] = {
    "shp": _bytes_of_shapefile,
    "gdb": _bytes_of_geodatabase,
    "fgb": flatgeobuf.bytes_out,
    "json": _bytes_of_json,
}
