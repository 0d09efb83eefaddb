"""Read the rows of one plain table of an SQLite database, such as the styles of a GeoPackage."""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from minmap.files.safe_copies import safe_for_gdal
from minmap.files.sqlite_checks import damage, opened_within, quoted
from minmap.files.sqlite_queries import kind_and_name

_LONGEST_CELL: Final = 64 << 20
_MOST_ROWS: Final = 10_000
_SECONDS: Final = 10.0
_STEPS: Final = 1000  # of SQLite between two looks at the clock


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
    >>> import sqlite3, tempfile
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
        closing(opened_within(file, _LONGEST_CELL, _SECONDS, _STEPS)) as database,
    ):
        query = "SELECT type, sql FROM sqlite_master WHERE lower(name) = lower(?)"
        found = database.execute(query, [table]).fetchone()
        if found is None or found[0] != "table" or kind_and_name(str(found[1]))[0] != "table":
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
            f"SELECT {listed} FROM {quoted(table)} LIMIT {_MOST_ROWS}"  # noqa: S608  # quoted
        ).fetchall()
        return [dict(zip(wanted, row, strict=True)) for row in rows]
