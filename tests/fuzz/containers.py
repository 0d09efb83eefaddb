"""Mutations inside zip archives, SQLite databases and Parquet files, which stay well formed."""

from __future__ import annotations

import io
import sqlite3
import warnings
import zipfile
import zlib
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tests.fuzz import binary, text
from tests.fuzz.tokens import NUMBERS, WORDS

_NO_ARCHIVE = (zipfile.BadZipFile, zlib.error, OSError, ValueError, RuntimeError, EOFError)
_EPOCH = (1980, 1, 1, 0, 0, 0)
_SQL_NUMBERS = (0, -1, 1, 10**8, 2**31, 2**63 - 1, -(2**63), 1e308, float("inf"), None)


def _word(rng: Random) -> str:
    return rng.choice(WORDS).decode("utf-8", errors="replace")


# Zip archives -------------------------------------------------------------------------------------


def mutated_zip(data: bytes, rng: Random, change: Any) -> bytes:
    """Return an archive with one member changed, renamed, doubled or left out.

    Parameters
    ----------
    data
        A zip archive.
    rng
        Source of all decisions.
    change
        Function of a member's name, its bytes and `rng` that returns the changed bytes.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [(info.filename, archive.read(info)) for info in archive.infolist()]
        place = rng.randrange(len(members))
    except _NO_ARCHIVE:
        return binary.mutated(data, rng)
    name, content = members[place]
    match rng.randrange(8):
        case 0:
            members[place] = (
                rng.choice([_word(rng), f"../{name}", f"/{name}", "", name * 40]),
                b"",
            )
        case 1:
            members.append((rng.choice([name, name.upper(), f"a/{name}"]), content))
        case 2:
            del members[place]
        case _:
            members[place] = (name, change(name, content, rng))
    return _zip(members, packed=rng.random() < 0.8)


def _zip(members: list[tuple[str, bytes]], *, packed: bool) -> bytes:
    made = io.BytesIO()
    kind = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    with warnings.catch_warnings(), zipfile.ZipFile(made, "w", kind) as archive:
        warnings.simplefilter("ignore")  # that a name is there twice
        for name, content in members:
            info = zipfile.ZipInfo("x", _EPOCH)
            info.filename = name[:60_000].encode("utf-8", "replace").decode("utf-8")
            info.compress_type = kind
            archive.writestr(info, content)
    return made.getvalue()


# SQLite -------------------------------------------------------------------------------------------


def mutated_sqlite(data: bytes, rng: Random) -> bytes:
    """Return a database in which a cell, a table, a name or the schema is changed."""
    connection = sqlite3.connect(":memory:")
    try:
        connection.deserialize(data)
        # GeoPackage's triggers call functions that only GDAL has.
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
            connection.execute(f"DROP TRIGGER {_quoted(name)}")
        listed = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        tables = sorted(name for (name,) in listed if not name.startswith("sqlite_"))
        _change_database(connection, rng.choice(tables), rng)
        connection.commit()
        return connection.serialize()
    except (sqlite3.Error, IndexError, OverflowError, UnicodeError):
        return binary.mutated(data, rng)
    finally:
        connection.close()


def _change_database(connection: sqlite3.Connection, table: str, rng: Random) -> None:
    where = _quoted(table)
    columns = [row[1] for row in connection.execute(f"PRAGMA table_info({where})")]
    column = rng.choice(columns)
    match rng.randrange(8):
        case 0:
            connection.execute(f"DELETE FROM {where}")
        case 1:
            connection.execute(f"DROP TABLE {where}")
        case 2:
            connection.execute(
                f"ALTER TABLE {where} RENAME COLUMN {_quoted(column)} TO {_quoted(_word(rng)[:50])}"
            )
        case 3:
            connection.execute("PRAGMA writable_schema = ON")
            connection.execute(
                "UPDATE sqlite_master SET sql = ? WHERE name = ?",
                (_changed_text(connection, table, rng), table),
            )
        case _:
            value: Any = rng.choice([rng.choice(_SQL_NUMBERS), _word(rng), rng.choice(WORDS)])
            if rng.random() < 0.3:
                value = _changed_blob(connection, where, column, rng)
            one = " WHERE rowid = 1" if rng.random() < 0.5 else ""
            connection.execute(f"UPDATE OR IGNORE {where} SET {_quoted(column)} = ?{one}", (value,))


def _changed_text(connection: sqlite3.Connection, table: str, rng: Random) -> str:
    query = "SELECT sql FROM sqlite_master WHERE name = ?"
    (sql,) = connection.execute(query, (table,)).fetchone()
    return text.mutated(sql.encode(), rng).decode("utf-8", errors="replace")


def _changed_blob(connection: sqlite3.Connection, where: str, column: str, rng: Random) -> Any:
    row = connection.execute(f"SELECT {_quoted(column)} FROM {where} LIMIT 1").fetchone()
    value = row[0] if row else None
    if isinstance(value, str):
        return text.mutated(value.encode(), rng).decode("utf-8", errors="replace")
    return binary.mutated(value, rng) if isinstance(value, bytes) else rng.choice(NUMBERS)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""').replace("\0", "") + '"'


# Parquet ------------------------------------------------------------------------------------------


def mutated_parquet(data: bytes, rng: Random) -> bytes:
    """Return a Parquet file whose metadata, columns or geometries are changed."""
    try:
        table = pq.read_table(io.BytesIO(data))
        changed = _changed_table(table, rng)
        made = io.BytesIO()
        pq.write_table(changed, made)
    except (pa.ArrowException, OSError, ValueError, TypeError, IndexError):
        return binary.mutated(data, rng)
    return made.getvalue()


def _changed_table(table: pa.Table, rng: Random) -> pa.Table:
    metadata = dict(table.schema.metadata or {})
    place = rng.randrange(table.num_columns)
    if metadata and rng.random() < 0.6:
        key = rng.choice(sorted(metadata))
        metadata[key] = text.mutated_json(metadata[key], rng)
        if rng.random() < 0.1:
            del metadata[key]
        return table.replace_schema_metadata(metadata)
    column, field = table.column(place), table.schema.field(place)
    match rng.randrange(4):
        case 0:
            return table.remove_column(place)
        case 1:
            return table.append_column(field, column)
        case 2:
            return table.rename_columns(
                [*table.column_names[:place], _word(rng), *table.column_names[place + 1 :]]
            )
        case _:
            values = pa.chunked_array([pa.array([rng.choice(WORDS)] * len(table), pa.binary())])
            return table.set_column(place, field.name, values)
