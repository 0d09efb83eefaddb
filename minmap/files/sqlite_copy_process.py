"""Copy the tables and views of an SQLite database as plain tables; `sqlite_copy` calls or runs it.

Python's SQLite has none of the functions and virtual tables with which GDAL's reads other files.
The copy has nothing that runs when a row is read (views, virtual tables, generated columns), and no
index that could hold other rows than its table.

As a program, its arguments are the address of the database, the path of the copy, and how many
bytes the copy and a cell may have. The output is one line of JSON: by name why views are left out,
or the text of an error.
"""

from __future__ import annotations

import json
import re
import sqlite3
import sys
import time
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import Any, Final

FULL: Final = "database or disk is full"
"""What SQLite says where there is no room for the copy."""
NOT_RUN: Final = "is a view"
"""Why a view is left out where nothing of a database may run."""

_PAGE_BYTES: Final = 4096
_STEPS: Final = 1000  # of SQLite between two looks at the clock
_FREE_SECONDS: Final = 2.0  # of the processor for all tables, or for all views, and more by size
_BYTES_PER_SECOND: Final = 4 << 20
_MOST_TRIES: Final = 200
_HIDDEN, _COMPUTED = 1, 2  # in the column "hidden" of PRAGMA table_xinfo
_PLAIN_ACTIONS: Final = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_INSERT})
_PLAIN_TYPE: Final = re.compile(r"(?!any$)[\w ]+(?:\(\s*\d+\s*(?:,\s*\d+\s*)?\))?", re.IGNORECASE)
_NO_COLLATION: Final = re.compile(r"no such collation sequence: (.+)", re.DOTALL)
_VIRTUAL: Final = re.compile(r"create\s+virtual\s+table\b.*?\busing\s+(\w+)", re.I | re.DOTALL)
# Indexes in the form of virtual tables, from SQLite and from SpatiaLite, with the ends of the names
# of their own tables.
_OF_TREE: Final = ("node", "parent", "rowid")
_OF_TEXT: Final = ("content", "segments", "segdir", "docsize", "stat")
_INDEXES: Final = {
    **dict.fromkeys(("rtree", "rtree_i32", "geopoly"), _OF_TREE),
    **dict.fromkeys(("fts3", "fts4"), _OF_TEXT),
    "fts5": ("data", "idx", "content", "docsize", "config"),
    **dict.fromkeys(("virtualspatialindex", "virtualelementary", "virtualknn", "virtualknn2"), ()),
}
_COUNTS: Final = "gpkg_ogr_contents"  # GDAL counts the rows itself where it is missing
_REASONS: Final = {
    "interrupted": "takes too long",
    FULL: "has far more rows than the file holds",
}
_COMPUTED_TYPES: Final = frozenset({"", "any", "num", "int", "integer", "real", "text"})
_TYPES: Final = {
    "INTEGER": ({"integer"},),
    "REAL": ({"real"}, {"integer", "real"}),
    "BLOB": ({"blob"},),
}


MOST_TABLES: Final = 1000
"""More tables and views are not read: GDAL's time grows with their square."""


class TooManyTablesError(Exception):
    """A database has more tables and views than are read."""


class ComputedColumnError(Exception):
    """A table has columns that SQLite computes when a row is read."""


def main() -> None:
    """Copy the database that the arguments name."""
    address, path, most, longest = sys.argv[1:]
    try:
        result: Any = copy_database(address, path, int(most), int(longest), may_run=True)
    except Exception as error:  # noqa: BLE001  # the line tells it
        result = str(error) or type(error).__name__
    sys.stdout.write(f"{json.dumps(result)}\n")


def copy_database(
    address: str, path: str, most: int, longest: int, *, may_run: bool
) -> dict[str, str]:
    """Copy a database to a new file; return by its name why a view or table is left out.

    Parameters
    ----------
    address
        The database, as a URI of SQLite.
    path
        The new file.
    most, longest
        How many bytes the copy and a cell may have.
    may_run
        Whether to copy views and generated columns, which run what the database defines.

    Raises
    ------
    sqlite3.Error
        If the database is damaged, or a table has more rows than the copy may have.
    ComputedColumnError
        If `may_run` is false and a table has a generated column.
    TooManyTablesError
        If it has more than `MOST_TABLES` tables and views.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> with closing(sqlite3.connect(folder / "old")) as database:
    ...     _ = database.execute("CREATE TABLE t (a)")
    ...     _ = database.execute("CREATE VIEW v AS SELECT BlobFromFile('/etc/hosts') FROM t")
    >>> old, new = (folder / "old").as_uri(), str(folder / "new")
    >>> copy_database(old, new, 1 << 20, 1 << 20, may_run=True)
    {'v': 'cannot be read by Python (no such function: BlobFromFile)'}
    """
    with closing(sqlite3.connect(address, uri=True)) as old:
        names = ("application_id", "user_version")
        pragmas = {name: old.execute(f"PRAGMA {name}").fetchone()[0] for name in names}
        (encoding,) = old.execute("PRAGMA encoding").fetchone()
    pragmas |= {"encoding": f"'{encoding}'", "page_size": _PAGE_BYTES}
    pragmas |= {"max_page_count": max(most // _PAGE_BYTES, 1), "synchronous": "OFF"}
    pragmas |= {"journal_mode": "MEMORY", "trusted_schema": "OFF", "cell_size_check": "ON"}
    with closing(sqlite3.connect(path, isolation_level=None, uri=True)) as database:
        database.text_factory = lambda raw: raw.decode("utf-8", errors="replace")
        for name, value in pragmas.items():
            database.execute(f"PRAGMA {name} = {value}")
        database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, longest)
        database.execute("ATTACH ? AS old", [address])
        return _Copy(database, longest, may_run).run()


def quoted(name: str) -> str:
    """Return a name as SQL has it."""
    return '"' + name.replace('"', '""') + '"'


@dataclass(frozen=True)
class _Column:
    """A column of a table or view, with its declared type and whether it is the primary key."""

    name: str
    type: str
    key: bool

    @property
    def definition(self) -> str:
        """The column in CREATE TABLE."""
        kind = self.type if _PLAIN_TYPE.fullmatch(self.type) else ""
        return f"{quoted(self.name)} {kind}{' PRIMARY KEY' * self.key}"


@dataclass
class _Copy:
    """A new database to which the old one is attached; `longest` is about the size of the old."""

    database: sqlite3.Connection
    longest: int
    may_run: bool
    keys: set[str] = field(default_factory=lambda: {"ogc_fid"})

    def run(self) -> dict[str, str]:
        """Copy all that can be; return by its name why a view or table is not."""
        tables, views, left_out = self._listed()
        if len(tables) + len(views) > MOST_TABLES:
            raise TooManyTablesError(len(tables) + len(views))
        self._start_clock()
        for name in tables:
            columns = self._columns(name)
            self.keys |= {column.name.lower() for column in columns if column.key}
            self._fill(name, columns, f"old.{quoted(name)} NOT INDEXED")
        if not self.may_run:
            return left_out | dict.fromkeys(views, NOT_RUN)
        self._start_clock()
        taken = {name.lower() for name in (*tables, *views)}
        for name in views:
            try:
                self._copy_view(name, taken)
            except sqlite3.Error as error:
                reason = f"cannot be read by Python ({error})"
                left_out[name] = _REASONS.get(str(error), reason)
        return left_out

    def _start_clock(self) -> None:
        """Let queries end when they have taken the time that all together may take from now on."""
        end = time.thread_time() + _FREE_SECONDS + self.longest / _BYTES_PER_SECOND
        self.database.set_progress_handler(lambda: time.thread_time() > end, _STEPS)

    def _listed(self) -> tuple[list[str], list[str], dict[str, str]]:
        """Return the names of tables and views, and why virtual tables are left out."""
        query = "SELECT type, name, sql FROM old.sqlite_master WHERE sql IS NOT NULL"
        rows = [(kind, str(name), str(sql)) for kind, name, sql in self._answer(query)]
        modules = {name: found[1] for _, name, sql in rows if (found := _VIRTUAL.match(sql))}
        own = {
            f"{name}_{end}".lower()
            for name, kind in modules.items()
            for end in _INDEXES.get(kind.lower(), ())
        }
        listed: dict[str, list[str]] = {"table": [], "view": []}
        for kind, name, _ in rows:
            small = name.lower()
            is_own = small in own or small.startswith("sqlite_") or small == _COUNTS
            if kind in listed and not (is_own or name in modules):
                listed[kind].append(name)
        left_out = {
            name: f"is a virtual table of the kind {kind}"
            for name, kind in modules.items()
            if kind.lower() not in _INDEXES
        }
        return listed["table"], listed["view"], left_out

    def _columns(self, name: str) -> list[_Column]:
        """Return the columns that `SELECT *` gives of a table or view."""
        query = "SELECT name, type, pk, hidden FROM pragma_table_xinfo(?, 'old')"
        rows = self._answer(query, name)
        if not self.may_run and any(hidden == _COMPUTED for *_, hidden in rows):
            raise ComputedColumnError
        keys = [column for column, _, key, _ in rows if key]
        return [
            _Column(str(column), str(kind), keys == [column])
            for column, kind, _, hidden in rows
            if hidden != _HIDDEN
        ]

    def _copy_view(self, name: str, taken: set[str]) -> None:
        """Copy the rows of a view, with the types of the values in computed columns."""
        first, *others = self._columns(name)
        # GDAL takes it for the number of the row, which is no column, if a table has it as its key.
        is_key = first.type.lower() == "integer" and first.name.lower() in self.keys
        columns = others if is_key and others else [first, *others]
        self._fill(name, columns, f"old.{quoted(name)}")
        typed = self._typed(name, columns)
        if typed != columns:
            draft = "draft"
            while draft in taken:
                draft += "_"
            self.database.execute(f"ALTER TABLE main.{quoted(name)} RENAME TO {quoted(draft)}")
            try:
                self._fill(name, typed, f"main.{quoted(draft)}")
            finally:
                self.database.execute(f"DROP TABLE main.{quoted(draft)}")

    def _typed(self, name: str, columns: list[_Column]) -> list[_Column]:
        """Return the columns of a copied view with the types of their values.

        SQLite states a type for each, but in a union that of the first query.
        """
        kinds = (f"group_concat(DISTINCT typeof({quoted(column.name)}))" for column in columns)
        query = f"SELECT {', '.join(kinds)} FROM main.{quoted(name)}"  # noqa: S608  # quoted
        (found,) = self._answer(query)
        return [
            replace(column, type=_type_of(kinds) or column.type)
            if column.type.lower() in _COMPUTED_TYPES
            else column
            for column, kinds in zip(columns, found, strict=True)
        ]

    def _fill(self, name: str, columns: list[_Column], source: str) -> None:
        """Copy the rows of a source to a new table of this name."""
        listed = ", ".join(quoted(column.name) for column in columns)
        definitions = ", ".join(column.definition for column in columns)
        target = f"main.{quoted(name)}"
        self.database.execute("BEGIN")
        try:
            self.database.execute(f"CREATE TABLE {target} ({definitions})")
            query = f"INSERT INTO {target} ({listed}) SELECT {listed} FROM {source}"  # noqa: S608  # quoted
            self._answer(query) if self.may_run else self._answer_of_table(query, name)
            self.database.execute("COMMIT")
        finally:
            if self.database.in_transaction:
                self.database.execute("ROLLBACK")

    def _answer_of_table(self, query: str, name: str) -> None:
        """Run a query that may read one table only, and call no function."""
        denied = list[int]()

        def authorize(action: int, table: str | None, *_: str | None) -> int:
            is_own = action == sqlite3.SQLITE_READ and str(table).lower() == name.lower()
            if is_own or action in _PLAIN_ACTIONS:
                return sqlite3.SQLITE_OK
            denied.append(action)
            return sqlite3.SQLITE_DENY

        self.database.set_authorizer(authorize)
        try:
            self._answer(query)
        except sqlite3.DatabaseError:
            if denied:
                raise ComputedColumnError from None
            raise
        finally:
            self.database.set_authorizer(None)

    def _answer(self, query: str, *values: str) -> list[Any]:
        """Return the rows of a query, with a collation of our own for each that Python lacks."""
        for _ in range(_MOST_TRIES):
            try:
                return self.database.execute(query, values).fetchall()
            except sqlite3.OperationalError as error:
                if (lacking := _NO_COLLATION.search(str(error))) is None:
                    raise
                self.database.create_collation(lacking[1], _compared)
        raise sqlite3.OperationalError("needs too many collations")


def _compared(one: str, other: str) -> int:
    return (one > other) - (one < other)


def _type_of(kinds: str | None) -> str:
    """Return the type for values of these types of SQLite, with commas between; "" for none."""
    present = {*(kinds or "null").split(",")} - {"null"}
    mixed = "TEXT" if present else ""
    return next((name for name, those in _TYPES.items() if present in those), mixed)


if __name__ == "__main__":
    main()
