"""Read the rows of one plain table of an SQLite database, such as the styles of a GeoPackage."""

import re
import sqlite3
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager, closing
from pathlib import Path
from typing import Any, Final
from urllib.request import pathname2url

from minmap.files.damage import as_file_error
from minmap.files.safe_copies import safe_for_gdal
from minmap.files.sqlite_copy_process import quoted

_LONGEST_CELL: Final = 64 << 20
_MOST_ROWS: Final = 10_000
_SECONDS: Final = 10.0
_STEPS: Final = 1000  # of SQLite between two looks at the clock
_TABLE: Final = re.compile(r"create\s+table\b", re.IGNORECASE)


def rows_of_table(
    path: Path, where: str, table: str, columns: Sequence[str]
) -> list[dict[str, Any]]:
    """Return the first 10,000 rows of a table; none if it is missing or not a plain table.

    A view, a virtual table and a table with generated columns would run what the file defines, so
    they count as missing. Extensions are never loaded, and the file is opened for reading only.

    Parameters
    ----------
    path
        An SQLite database.
    where
        Its name in messages.
    table
        Name of the table.
    columns
        Names of the wanted columns; those that the table lacks are left out.

    Raises
    ------
    FileError
        If the database is damaged, or a write to it was interrupted.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "a.gpkg"
    >>> with closing(sqlite3.connect(path)) as database:
    ...     _ = database.executescript("CREATE TABLE t (a, b); INSERT INTO t VALUES (1, 'x')")
    ...     _ = database.execute("CREATE VIEW v AS SELECT a FROM t")
    >>> rows_of_table(path, "a.gpkg", "t", ["b", "c"]), rows_of_table(path, "a.gpkg", "v", ["a"])
    ([{'b': 'x'}], [])
    """
    with (
        safe_for_gdal(path, where, "sqlite") as file,
        damage(where),
        closing(sqlite3.connect(address_of(file), uri=True)) as database,
    ):
        end = time.thread_time() + _SECONDS
        database.text_factory = lambda raw: raw.decode("utf-8", errors="replace")
        database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST_CELL)
        database.set_progress_handler(lambda: time.thread_time() > end, _STEPS)
        query = "SELECT sql FROM sqlite_master WHERE type = 'table' AND lower(name) = lower(?)"
        found = database.execute(query, [table]).fetchone()
        if found is None or not _TABLE.match(str(found[0])):
            return []
        details = database.execute(f"PRAGMA table_xinfo({quoted(table)})").fetchall()
        if any(hidden for *_, hidden in details):
            return []
        present = {str(name).lower() for _, name, *_ in details}
        wanted = [name for name in columns if name.lower() in present]
        if not wanted:
            return []
        listed = ", ".join(map(quoted, wanted))
        rows = database.execute(
            f"SELECT {listed} FROM {quoted(table)} NOT INDEXED LIMIT {_MOST_ROWS}"  # noqa: S608  # quoted
        ).fetchall()
        return [dict(zip(wanted, row, strict=True)) for row in rows]


def address_of(path: Path) -> str:
    """Return the address with which SQLite opens a database without writing beside it."""
    # A database with a log beside it is our own copy, into which SQLite writes the log.
    is_copy = path.with_name(path.name + "-wal").exists()
    mode = "mode=rw" if is_copy else "mode=ro&immutable=1"
    return f"file:{pathname2url(str(path))}?{mode}"


def damage(where: str) -> AbstractContextManager[None]:
    """Raise `FileError` where SQLite cannot read a database."""
    return as_file_error(f"{where} is a damaged SQLite database", cure="Get the file again.")
