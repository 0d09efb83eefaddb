"""Tables and streams of Arrow: whether their buffers are sound, and how large their values are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from minmap.types import Integers

FREE_BYTES: Final = 256 << 20
"""Bytes that the values of any table may have, 256 MB."""
LARGEST_RATIO: Final = 50
"""How many times the size of a file or of buffers values may have, beyond `FREE_BYTES`."""
FREE_ROWS: Final = 1_000_000
"""Rows that any table may have."""
ROW_BYTES: Final = 2
"""Bytes of a file or of buffers for each row beyond `FREE_ROWS`."""
_LARGEST: Final = 4 << 30
_LARGEST_STREAM: Final = 256 << 20  # of a file, which may be compressed
_UNREAD: Final = (
    pa.types.is_list_view, pa.types.is_large_list_view, pa.types.is_run_end_encoded,
    pa.types.is_union,
)  # fmt: skip
_KNOWN: Final = ("geoarrow.", "ogc.", "pandas.", "arrow.uuid", "arrow.json", "arrow.bool8")
_NESTED_BYTES: Final = 8  # that each value of a list or a record needs besides
_OF_VIEWS: Final = {pa.string_view(): pa.large_string(), pa.binary_view(): pa.large_binary()}
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
    most = _LARGEST_STREAM if isinstance(data, pa.RecordBatchReader) else _LARGEST
    require_known_types(schema)
    if doubled := [name for name, n in Counter(schema.names).items() if n > 1]:
        raise ValueError(f"it has several columns {doubled[0]!r}; rename all but one")
    batches, size, values, rows = list[pa.RecordBatch](), 0, 0, 0
    for batch in stream:
        batch.validate(full=True)
        size += batch.nbytes
        values += sum(map(decoded_size, batch.columns))
        rows += max(batch.num_rows, 1)
        if values > FREE_BYTES + LARGEST_RATIO * size or rows > FREE_ROWS + size // ROW_BYTES:
            raise ValueError(f"{size:,} bytes stand for {rows:,} rows with {values:,} bytes")
        if max(size, values) > most:
            raise ValueError(f"it gives more than {most >> 20:,} MB")
        batches.append(batch)
    table = pa.Table.from_batches(batches, schema)
    for number, field in enumerate(schema):
        if (plain := _without_views(field.type)) != field.type:
            column = pa.chunked_array([_cast(one, plain) for one in table[number].chunks], plain)
            table = table.set_column(number, field.with_type(plain), column)
    return table


def require_known_types(schema: pa.Schema) -> None:
    """Raise if a column has an extension type that pandas does not know.

    Arrow may end the process when it converts one over a dictionary or over times with a zone.

    Raises
    ------
    ValueError
        If one has.
    """
    for column in schema:
        for kind in types_in(column.type):
            if isinstance(kind, pa.BaseExtensionType) and not kind.extension_name.startswith(
                _KNOWN
            ):
                raise ValueError(
                    f"the column {column.name!r} has the type {kind.extension_name}; write what it "
                    f"is stored as, {kind.storage_type}"
                )


def types_in(kind: pa.DataType) -> list[pa.DataType]:
    """Return a type, the type that it is stored as, and the types in these."""
    if isinstance(kind, pa.BaseExtensionType):
        return [kind, *types_in(kind.storage_type)]
    if not pa.types.is_nested(kind):
        return [kind]
    inner = [types_in(kind.field(n).type) for n in range(kind.num_fields)]
    return [kind, *(one for nodes in inner for one in nodes)]


def _without_views(kind: pa.DataType) -> pa.DataType:
    """Return a type with plain texts and bytes in place of views, which pandas and Parquet lack."""
    if kind in _OF_VIEWS:
        return _OF_VIEWS[kind]
    if pa.types.is_dictionary(kind):
        return pa.dictionary(kind.index_type, _without_views(kind.value_type), kind.ordered)
    fields = [kind.field(n) for n in range(kind.num_fields)] if pa.types.is_nested(kind) else []
    plain = [field.with_type(_without_views(field.type)) for field in fields]
    if plain == fields or pa.types.is_map(kind) or pa.types.is_fixed_size_list(kind):
        return kind
    if pa.types.is_struct(kind):
        return pa.struct(plain)
    return pa.list_(*plain) if pa.types.is_list(kind) else pa.large_list(*plain)


def _cast(column: pa.Array, kind: pa.DataType) -> pa.Array:
    if not pa.types.is_dictionary(kind):
        return column.cast(kind)
    values = column.dictionary.cast(kind.value_type)
    return pa.DictionaryArray.from_arrays(column.indices, values, ordered=kind.ordered)


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

    Raises
    ------
    ValueError
        If it has values that pandas has not.

    Examples
    --------
    >>> decoded_size(pa.array(["gold", "gold"]).dictionary_encode())
    8
    """
    column = _storage(column)
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _decoded_with_dictionary(column)
    if pa.types.is_null(kind):
        return len(column) * _NULL_BYTES
    if kind in _OF_VIEWS:
        return int(_view_lengths(column).sum())
    if any(is_kind(kind) for is_kind in _UNREAD):
        raise ValueError(f"it has values of the type {kind}; write them as plain lists and values")
    if pa.types.is_nested(kind):
        is_map = pa.types.is_map(kind)
        fields = [column.keys, column.items] if is_map else column.flatten()
        inner = fields if isinstance(fields, list) else [fields]
        return sum(decoded_size(field) + _NESTED_BYTES * len(field) for field in inner)
    return int(column.nbytes)


def _decoded_with_dictionary(column: pa.DictionaryArray) -> int:
    values, rows = column.dictionary, column.indices
    if values.type in _OF_VIEWS:
        values = pa.array(_view_lengths(values))
    elif _is_text(values.type):
        values = pc.binary_length(values)
    else:
        return len(column) * (decoded_size(values) // max(len(values), 1))
    return int(pc.sum(values.take(rows)).as_py() or 0)


def _view_lengths(column: pa.Array) -> Integers:
    """Return the lengths of texts that are views; 0 for missing ones, which may state any."""
    first, views = 4 * column.offset, np.frombuffer(column.buffers()[1], np.int32)
    known = column.is_valid().to_numpy(zero_copy_only=False)
    return np.where(known, views[first : first + 4 * len(column) : 4], 0).astype(np.int64)


def plain_array(column: pa.Array) -> pa.Array:
    """Return an array without its extension type and its dictionary."""
    column = _storage(column)
    return column.dictionary_decode() if pa.types.is_dictionary(column.type) else column


def _storage(column: pa.Array) -> pa.Array:
    while isinstance(column, pa.ExtensionArray):
        column = column.storage
    return column


def _is_text(kind: pa.DataType) -> bool:
    kinds = (pa.types.is_string, pa.types.is_large_string, pa.types.is_binary)
    return any(is_kind(kind) for is_kind in (*kinds, pa.types.is_large_binary))
