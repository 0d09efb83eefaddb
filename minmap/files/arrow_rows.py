"""Parse rows of delimited text of known layout with arrow, both halves of a large file at once."""

import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pyarrow as pa
from pyarrow import csv

from minmap.files.csv_layout import Layout

_SMALL_BYTES: Final = 1 << 23
"""A text of up to this size is parsed by one thread: a second one would gain little."""
_LINE_ENDS: Final = frozenset("\r\n")


class _Part(io.RawIOBase):
    """The bytes of a file from a position to another one, or to the end."""

    def __init__(self, path: Path, start: int, end: int | None = None) -> None:
        self._stream = path.open("rb", buffering=0)
        self._stream.seek(start)
        self._left = end - start if end is not None else None

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        if self._left is not None:
            size = self._left if size < 0 else min(size, self._left)
        data = self._stream.read(size)
        if self._left is not None:
            self._left -= len(data)
        return data

    def close(self) -> None:
        self._stream.close()
        super().close()


def parse_rows(path: Path, layout: Layout, *, block_bytes: int, limit: int | None) -> pa.Table:
    r"""Return the rows of a text in UTF-8 as columns of text, named by their positions.

    Parameters
    ----------
    path
        The text.
    layout
        Its layout.
    block_bytes
        The most bytes of a row.
    limit
        The most rows to read; None reads all.

    Raises
    ------
    pyarrow.ArrowInvalid
        If a row has more or fewer cells than there are names, or more bytes.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "mines.csv"
    >>> _ = path.write_text('Erdenet,"Cu\nMo"\nOyu Tolgoi,\n')
    >>> layout = Layout(names=["name", "commodities"], separator=",", body=0, above=(), agreement=1)
    >>> parse_rows(path, layout, block_bytes=1000, limit=None).to_pylist()
    [{'0': 'Erdenet', '1': 'Cu\nMo'}, {'0': 'Oyu Tolgoi', '1': None}]
    """
    if limit is None and path.stat().st_size - layout.body > _SMALL_BYTES:
        table = _both_halves(path, layout, block_bytes)
        if table is not None:
            return table
    with _reader(_Part(path, layout.body), layout, block_bytes) as reader:
        if limit is None:
            return reader.read_all()
        batches = list[pa.RecordBatch]()
        for batch in reader:
            batches.append(batch)
            if sum(map(len, batches)) >= limit:
                break
        return pa.Table.from_batches(batches, reader.schema).slice(0, limit)


def _both_halves(path: Path, layout: Layout, block_bytes: int) -> pa.Table | None:
    """Return the rows of both halves, or None if a row may lie in both or cannot be parsed."""
    middle = _line_start(path, (layout.body + path.stat().st_size) // 2, block_bytes)
    if middle is None:
        return None
    parts = _Part(path, layout.body, middle), _Part(path, middle)
    try:
        with ThreadPoolExecutor(len(parts)) as pool:
            tables = [*pool.map(lambda part: _all_rows(part, layout, block_bytes), parts)]
    except pa.ArrowInvalid:
        return None
    # The first half ends with the end of a line. If that is within a quoted cell, the last cell
    # has it.
    last = tables[0].column(tables[0].num_columns - 1)[-1].as_py() if len(tables[0]) else None
    if last is not None and _LINE_ENDS & {*last}:
        return None
    return pa.concat_tables(tables)


def _line_start(path: Path, position: int, most_bytes: int) -> int | None:
    """Return the first start of a line after a position, None if the next bytes have none."""
    with path.open("rb") as stream:
        stream.seek(position)
        found = stream.read(most_bytes).find(b"\n")
    return position + found + 1 if found >= 0 else None


def _all_rows(part: _Part, layout: Layout, block_bytes: int) -> pa.Table:
    with _reader(part, layout, block_bytes) as reader:
        return reader.read_all()


@contextmanager
def _reader(part: _Part, layout: Layout, block_bytes: int) -> Iterator[csv.CSVStreamingReader]:
    names = [str(position) for position in range(len(layout.names))]
    # Not read_csv: it would parse the text twice, once to find where rows end. Arrow's own pool
    # takes a sixth longer, since its pages are large.
    with (
        part,
        csv.open_csv(
            part,
            memory_pool=pa.system_memory_pool(),
            read_options=csv.ReadOptions(column_names=names, block_size=block_bytes),
            parse_options=csv.ParseOptions(delimiter=layout.separator, newlines_in_values=True),
            convert_options=csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.large_string()),
                strings_can_be_null=True,
                null_values=[""],
                check_utf8=False,  # the text is known to be UTF-8
            ),
        ) as reader,
    ):
        yield reader
