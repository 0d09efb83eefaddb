"""Tables and streams of Arrow: whether their buffers are sound, and how large their values are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

FREE_BYTES: Final = 256 << 20
"""Bytes that the values of any table may have, 256 MB."""
LARGEST_RATIO: Final = 50
"""How many times the size of a file or of buffers values may have, beyond `FREE_BYTES`."""
FREE_ROWS: Final = 1_000_000
"""Rows that any table may have."""
ROW_BYTES: Final = 2
"""Bytes of a file or of buffers for each row beyond `FREE_ROWS`."""
_LARGEST: Final = 4 << 30
_NULL_BYTES: Final = 8  # that a missing value without a type has in a column of pandas


def checked_table(data: Any) -> pa.Table:
    """Return a table of Arrow whose offsets lie in its buffers and whose values are not swollen.

    Parameters
    ----------
    data
        A table, batch or stream of pyarrow, or an object with ``__arrow_c_stream__``.

    Raises
    ------
    ValueError
        If an offset does not lie in its buffer, a column has the name of another, a stream does not
        end, or a few bytes stand for very many values.
    """
    schema, stream = _batches(data)
    if doubled := [name for name, n in Counter(schema.names).items() if n > 1]:
        raise ValueError(f"it has several columns {doubled[0]!r}; rename all but one")
    batches, size, values, rows = list[pa.RecordBatch](), 0, 0, 0
    for batch in stream:
        batch.validate(full=True)
        size += batch.nbytes
        values += sum(map(decoded_size, batch.columns))
        rows += max(batch.num_rows, 1)
        if size > _LARGEST:
            raise ValueError(f"it gives more than {_LARGEST >> 30} GB")
        if values > FREE_BYTES + LARGEST_RATIO * size or rows > FREE_ROWS + size // ROW_BYTES:
            raise ValueError(f"{size:,} bytes stand for {rows:,} rows with {values:,} bytes")
        batches.append(batch)
    return pa.Table.from_batches(batches, schema)


def _batches(data: Any) -> tuple[pa.Schema, Iterable[pa.RecordBatch]]:
    """Return the schema and the batches of a table.

    Those of pyarrow do not pass through Arrow's C interface, which reads offsets unchecked.
    """
    if isinstance(data, pa.RecordBatch):
        return data.schema, [data]
    if isinstance(data, pa.Table):
        return data.schema, data.to_batches()
    stream = data
    if not isinstance(data, pa.RecordBatchReader):
        stream = pa.RecordBatchReader.from_stream(data)
    return stream.schema, stream


def decoded_size(column: pa.Array) -> int:
    """Return the size of a column in bytes, with the value of a dictionary in every row.

    Examples
    --------
    >>> decoded_size(pa.array(["gold", "gold"]).dictionary_encode())
    8
    """
    kind = column.type
    if pa.types.is_dictionary(kind):
        if _is_text(kind.value_type):
            lengths = pc.binary_length(column.dictionary)
            return int(pc.sum(lengths.take(column.indices)).as_py() or 0)
        largest = decoded_size(column.dictionary) // max(len(column.dictionary), 1)
        return len(column) * largest
    if pa.types.is_null(kind):
        return len(column) * _NULL_BYTES
    if pa.types.is_map(kind):
        return decoded_size(column.keys) + decoded_size(column.items)
    if pa.types.is_nested(kind) and hasattr(column, "flatten"):  # unions do not
        fields = column.flatten()
        return sum(map(decoded_size, fields if isinstance(fields, list) else [fields]))
    return int(column.nbytes)


def _is_text(kind: pa.DataType) -> bool:
    kinds = (pa.types.is_string, pa.types.is_large_string, pa.types.is_binary)
    return any(is_kind(kind) for is_kind in (*kinds, pa.types.is_large_binary))
