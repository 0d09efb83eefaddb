"""How many cells a Parquet file has, and whether it is too small for them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

import pyarrow as pa
import pyarrow.parquet as pq

from minmap.errors import FileError
from minmap.files import geoarrow
from minmap.files.arrow_table import FREE_ROWS, ROW_BYTES, types_in

_FREE_CELLS: Final = 8_000_000  # that any file may have
_CELLS_OF_BYTE: Final = 3  # that each byte allows beyond
_HEAVY: Final = 4  # cells that a list, a record, a value in these, or a shape takes as memory
_AXES: Final = 4
_LISTS: Final = {
    "point": 0, "linestring": 1, "multipoint": 1, "polygon": 2, "multilinestring": 2,
    "multipolygon": 3,
}  # fmt: skip
_OF_EMPTY: Final = 2  # cells that a missing value or an empty list among lists and records takes


@dataclass
class _Column:
    """A column, what its values take as memory in cells, and how many values it has.

    Attributes
    ----------
    leaves
        The columns of Parquet that it is made of.
    lists, records
        How many lists and records each value has, one in another or side by side.
    full, empty
        Cells that a value takes, and a missing one.
    filled, missing
        Values of the leaf that has the most, and missing ones.
    """

    leaves: int
    lists: int = 0
    records: int = 0
    full: float = 1.0
    empty: float = 0.25
    filled: int = 0
    missing: int = 0

    @classmethod
    def of(cls, kind: pa.DataType, encoding: str | None) -> Self:
        """Return the column of a type, and of shapes in an encoding; None if it has no shapes.

        Coordinates of shapes stay arrays of numbers.
        """
        nodes = [one for one in types_in(kind) if not isinstance(one, pa.BaseExtensionType)]
        leaves = [one for one in nodes if not pa.types.is_nested(one)]
        if len(leaves) == len(nodes):
            return cls(1, full=1 if encoding is None else _HEAVY)
        if _are_coordinates(nodes, encoding):
            return cls(len(leaves), lists=1, full=1, empty=1)
        records = sum(pa.types.is_struct(one) or pa.types.is_map(one) for one in nodes)
        lists = len(nodes) - len(leaves) - records
        return cls(len(leaves), lists, records, full=_HEAVY, empty=_OF_EMPTY)

    def cells_of(self, chunk: Any, rows: int) -> float:
        """Return the cells of a chunk of one of its leaves in a group of rows; count its values."""
        known = chunk.statistics
        stated = known.null_count or 0 if known is not None and known.has_null_count else 0
        count = int(chunk.num_values)
        empty = min(max(int(stated), 0), count)  # a file may state anything
        if count > 2 * rows:  # lists multiply what is empty in the records of their values
            empty = 0
        full = count - empty
        self.filled, self.missing = max(self.filled, full), max(self.missing, empty)
        return full * self.full + empty * self.empty


def _are_coordinates(nodes: Sequence[pa.DataType], encoding: str | None) -> bool:
    """Return whether the parts of a type are those of shapes in an encoding."""
    lists = sum(pa.types.is_list(one) or pa.types.is_large_list(one) for one in nodes)
    names = [field.name for one in nodes if pa.types.is_struct(one) for field in one]
    leaves = [one for one in nodes if not pa.types.is_nested(one)]
    is_plain = {*names} <= {*"xyzm"} and all(map(pa.types.is_floating, leaves))
    return is_plain and len(leaves) <= _AXES and lists == _LISTS.get(encoding or "")


def require_few_cells(path: Path, where: str, size: int) -> None:
    """Raise if a file of few bytes has very many rows or cells, which are all alike.

    Parameters
    ----------
    path
        The file.
    where
        Its name in messages.
    size
        Bytes of the user's file; `path` may be a copy of it.

    Raises
    ------
    FileError
        If it has.
    """
    metadata, schema = pq.read_metadata(path), pq.read_schema(path)
    stated = json.loads((schema.metadata or {}).get(b"geo", b"{}")).get("columns", {})
    shapes = {name: str(one.get("encoding")).lower() for name, one in stated.items()}
    shapes |= geoarrow.shape_fields(schema)
    columns = [_Column.of(one.type, shapes.get(one.name)) for one in schema]
    by_leaf = [column for column in columns for _ in range(column.leaves)]
    if len(by_leaf) != metadata.num_columns:  # the schema of Arrow is not that of the columns
        columns = [_Column(1, lists=1, full=_HEAVY) for _ in range(metadata.num_columns)]
        by_leaf = columns
    rows = metadata.num_rows
    cells = 0.0
    for group in (metadata.row_group(n) for n in range(metadata.num_row_groups)):
        leaves = enumerate(by_leaf)
        cells += sum(one.cells_of(group.column(n), group.num_rows) for n, one in leaves)
    for one in columns:
        cells += _HEAVY * (one.records * one.filled + one.lists * min(rows, one.filled))
        cells += one.records * one.missing
    for count, most, unit in (
        (rows, FREE_ROWS + size // ROW_BYTES, "rows"),
        (int(cells), _FREE_CELLS + _CELLS_OF_BYTE * size, "cells"),
    ):
        if count > most:
            raise FileError(
                f"{where} has {count:,} {unit} in {size:,} bytes, so they are nearly all alike; at "
                f"most {most:,} are read. If you trust it, write the part that you need to a new "
                "file."
            )
