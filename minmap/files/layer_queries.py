"""Ask all layers of a vector file in one query.

GDAL parses a whole file of XML, or the list of all tables of a database, whenever it opens it. One
query for each layer would therefore parse the whole file once for each layer.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyogrio

_LAYERS_OF_QUERY: Final = 2500  # GDAL's stack grows with each


def sizes_of(file: Path, layers: Sequence[str]) -> list[int]:
    """Return how many records each layer has."""
    return [
        int(size)
        for answer in _answers(file, layers, "SELECT COUNT(*) AS n FROM {layer}")
        for size in answer.column(0).to_pylist()
    ]


def columns_of(file: Path, layers: Sequence[str], **options: Any) -> dict[str, list[str]]:
    """Return the columns that are not empty in the first records of each layer.

    `options` are those with which the driver opens the file.
    """
    query = "SELECT {number} AS n, * FROM {layer} LIMIT 5"
    found = dict[str, list[str]]()
    for answer in _answers(file, layers, query, **options):
        numbers, starts = np.unique(answer.column(0).to_numpy(), return_index=True)
        cells = [column.is_valid().to_numpy() for column in answer.columns[1:]]
        names = np.array([*map(str, answer.column_names[1:])], dtype=object)
        if not len(numbers) or not cells:
            continue
        is_filled = np.logical_or.reduceat(np.column_stack(cells), starts)
        for number, filled in zip(numbers.tolist(), is_filled, strict=True):
            found[layers[number]] = names[filled].tolist()
    return found


def columns_of_tables(file: Path, tables: Sequence[str]) -> dict[str, list[str]]:
    """Return the columns of each table of a SQLite database."""
    query = "SELECT name FROM pragma_table_info(?)"
    with closing(sqlite3.connect(file)) as database:
        return {
            table: [str(name) for (name,) in database.execute(query, (table,))] for table in tables
        }


def _answers(file: Path, layers: Sequence[str], query: str, **options: Any) -> Iterator[pa.Table]:
    """Yield the answers to a query to each layer, of many layers at once."""
    queries = [query.format(number=n, layer=_quoted(layer)) for n, layer in enumerate(layers)]
    for first in range(0, len(queries), _LAYERS_OF_QUERY):
        sql = " UNION ALL ".join(queries[first : first + _LAYERS_OF_QUERY])
        _, answer = pyogrio.read_arrow(
            file, sql=sql, sql_dialect="OGRSQL", read_geometry=False, **options
        )
        yield answer


def _quoted(name: str) -> str:
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
