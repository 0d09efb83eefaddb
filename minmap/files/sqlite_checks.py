"""Check SQLite databases (GeoPackage, SpatiaLite) before GDAL opens them.

A database may define virtual tables and call functions that read other files, and GDAL provides
some of both. Python's own SQLite has none of them, so a query that it can prepare reads nothing
else. What runs whenever a row is read, which is a view or a generated column, may consist only of
operators and of functions that cost little (`minmap.files.sqlite_queries`), and is run once here
within limits of work and of memory. What is stored is never larger than the file, since each of its
pages may belong to one table or index only.
"""

import re
import sqlite3
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.request import pathname2url

from minmap.errors import FileError
from minmap.files import sqlite_queries
from minmap.files.arcs import arc_totals
from minmap.files.damage import as_file_error, reason_of
from minmap.files.proportion import most_bytes, too_much
from minmap.files.sqlite_queries import kind_and_name
from minmap.geodesy.crs import file_in_crs

# Virtual tables over tables of the same database, from SQLite and from SpatiaLite.
_OWN_MODULES: Final = frozenset(
    ("rtree", "rtree_i32", "geopoly", "fts3", "fts4", "fts5")
) | frozenset(("virtualspatialindex", "virtualelementary", "virtualknn", "virtualknn2"))
_NO_FUNCTION: Final = re.compile(r"(?:no such|unknown) function: (\w+)")
_NO_MODULE: Final = re.compile(r"no such module: (\w+)")
_NO_COLLATION: Final = re.compile(r"no such collation sequence: (.+)", re.DOTALL)
# Messages about a view that is broken in every SQLite.
_IS_BROKEN: Final = re.compile(
    r"no such (column|table)|ambiguous column name|expected \d+ columns|is circularly defined"
)
# Tables that SQLite has with some options only, and words in quotes that are texts with others.
_MAY_EXIST: Final = re.compile(
    r"no such table: (main\.)?(dbstat|generate_series|bytecode|tables_used|(fts|virtual)\w+"
    r"|(sqlite|json|pragma)_\w+)$|no such column: \"",
    re.IGNORECASE,
)
_MOST_TRIES: Final = 200
_NOT_RUN: Final = frozenset({"index", "trigger"})  # when a row is read
_EXPRESSION: Final = -2  # in the column "cid" of PRAGMA index_xinfo
_VIRTUAL_COLUMN: Final = 2  # in the column "hidden" of PRAGMA table_xinfo
_CELL_BYTES: Final = 16  # that a cell has in memory beside its content
_LONGEST_FREE: Final = 1 << 20  # bytes by which a cell may be longer than the file
_FREE_BYTES: Final = 64 << 20  # that all cells of a view may take beside a multiple of the file
_RATIO: Final = 20  # that multiple
_FREE_SECONDS: Final = 2.0  # of the processor for all views together, and more by the file's size
_BYTES_PER_SECOND: Final = 4 << 20
_CALLS: Final = re.compile(r"\w*(Func|Agg)")  # operations of SQLite; their p4 names the function
# What SQLite tells of pages that are used twice, and of indexes with other rows than their table.
_REPEATED: Final = re.compile(
    r"2nd reference to page|(missing|values differ) from index|wrong # of entries in index"
)
_MOST_FAULTS: Final = 1_000_000_000
_SYSTEMS: Final = ("gpkg_spatial_ref_sys", "spatial_ref_sys")
_STEPS: Final = 100  # of SQLite between two looks at the clock, which it grants at jumps only


@contextmanager
def plain_database(path: Path, where: str) -> Iterator[tuple[Path, dict[str, FileError]]]:
    """Yield a database that GDAL can open, and the views that are not in it.

    A view that could make GDAL read anything but tables of the database, or work without end, is
    left out of a temporary copy, and so are indexes that Python's SQLite cannot compare.

    Parameters
    ----------
    path
        An SQLite database, which is opened for reading only.
    where
        Its name in messages.

    Yields
    ------
    tuple
        The database or its copy, and by the name of each view left out why it is.

    Raises
    ------
    FileError
        If a virtual table reads another file, a generated column is more than columns, operators
        and functions that cost little or has far more cells than the file could hold, or the
        database is damaged.

    Examples
    --------
    >>> path = Path(tempfile.mkdtemp()) / "a.gpkg"
    >>> with closing(sqlite3.connect(path)) as database:
    ...     _ = database.execute("CREATE TABLE t (a)")
    ...     _ = database.execute("CREATE VIEW v AS SELECT BlobFromFile('/etc/hosts') FROM t")
    >>> with plain_database(path, "a.gpkg") as (_, refused):
    ...     print(refused["v"])
    a.gpkg: 'v' calls the function BlobFromFile, which could read other files or have no end; minmap
    does not open it. Drop 'v', or, if you trust the file, save the layer as a table of a new file
    with QGIS or ogr2ogr.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = path
        refused, indexes = _judged(file, where)
        if indexes:
            file = _without(
                file, Path(folder, "tables"), [f"INDEX {name}" for name in indexes], where
            )
            refused, _ = _judged(file, where)
        if refused:
            views = [f"VIEW {quoted(name)}" for name in refused]
            file = _without(file, Path(folder, "plain"), views, where)
            for refusal in _judged(file, where)[0].values():
                raise refusal
        yield file, refused


def _without(path: Path, folder: Path, entries: list[str], where: str) -> Path:
    """Return a copy of a database without some entries of its schema."""
    folder.mkdir()
    copy = folder.resolve() / path.name
    with damage(where), closing(opened(path)) as database, closing(sqlite3.connect(copy)) as new:
        database.backup(new)
        for entry in entries:
            new.execute(f"DROP {entry}")
        new.commit()
    return copy


def _judged(path: Path, where: str) -> tuple[dict[str, FileError], list[str]]:
    """Return by name why a view is refused; raise if anything else of a database is.

    If the rows of indexes cannot be compared with those of their tables, return the quoted names of
    the indexes instead.
    """
    refused = dict[str, FileError]()
    size = path.stat().st_size
    longest, seconds = _LONGEST_FREE + size, _FREE_SECONDS + size / _BYTES_PER_SECOND
    with damage(where), closing(opened_within(path, longest, seconds, _STEPS)) as database:
        # Views come last, for they may use up the time of all.
        query = (
            "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL "
            "ORDER BY type = 'view', rowid"
        )
        entries = [
            _Entry(database, where, str(kind), str(name), str(sql), path)
            for kind, name, sql in database.execute(query).fetchall()
        ]
        views = {entry.name.lower() for entry in entries if entry.kind == "view"}
        for entry in entries:
            entry.require_own_name()
            if entry.kind == "table":
                entry.require_own_content(views)
                entry.require_cheap()
        are_plain = not any(entry.is_computed_index() for entry in entries)
        are_compared = _require_own_pages(database, where, are_plain=are_plain)
        indexes = [quoted(entry.name) for entry in entries if entry.kind == "index"]
        if indexes and not are_compared:
            return {}, indexes
        for entry in entries:
            try:
                if entry.kind == "view" and not are_compared:
                    raise entry.refusal("is based on tables with indexes that SQLite cannot check")
                entry.require_harmless()
            except FileError as refusal:
                if entry.kind != "view":
                    raise
                refused[entry.name] = refusal
            else:
                if entry.name.lower() in _SYSTEMS:
                    entry.require_plain_systems()
    return refused, []


def _require_own_pages(database: sqlite3.Connection, where: str, *, are_plain: bool) -> bool:
    """Raise if tables and indexes share pages, or an index has other rows than its table.

    Return whether the rows of indexes were compared: not if one computes its keys (then
    `are_plain` is False), or needs a collation that Python lacks.
    """
    database.execute("PRAGMA ignore_check_constraints = ON")
    known = set[str]()
    while True:
        try:
            _check(database, where, "quick_check" if known or not are_plain else "integrity_check")
        except sqlite3.OperationalError as error:
            collation = _NO_COLLATION.search(str(error))
            if collation is None or collation[1] in known or len(known) == _MOST_TRIES:
                raise
            known.add(collation[1])
            database.create_collation(collation[1], _compared)
        else:
            return are_plain and not known


def _compared(one: str, other: str) -> int:
    return (one > other) - (one < other)


def _check(database: sqlite3.Connection, where: str, pragma: str) -> None:
    for (message,) in database.execute(f"PRAGMA {pragma}({_MOST_FAULTS})"):
        if found := _REPEATED.search(message):
            raise FileError(
                f"{where} is a damaged SQLite database ({found[0]}); get the file again, or save "
                "its layers to a new file: ogr2ogr new.gpkg FILE."
            )


def damage(where: str) -> AbstractContextManager[None]:
    """Raise `FileError` where SQLite cannot read a database."""
    return as_file_error(f"{where} is a damaged SQLite database", cure="Get the file again.")


def opened(path: Path) -> sqlite3.Connection:
    """Open a database without writing beside it."""
    # A database with a log beside it is our own copy, into which SQLite writes the log.
    is_copy = path.with_name(path.name + "-wal").exists()
    mode = "mode=rw" if is_copy else "mode=ro&immutable=1"
    return sqlite3.connect(f"file:{pathname2url(str(path))}?{mode}", uri=True)


def opened_within(path: Path, longest: int, seconds: float, steps: int) -> sqlite3.Connection:
    """Open a database whose queries end at a longer cell, or after seconds of the processor.

    The clock is looked at after each so many `steps` of SQLite.
    """
    database = opened(path)
    database.text_factory = lambda raw: raw.decode("utf-8", errors="replace")
    database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, longest)
    end = time.thread_time() + seconds
    database.set_progress_handler(lambda: time.thread_time() > end, steps)
    return database


@dataclass(frozen=True)
class _Entry:
    """A table, view, index or trigger of a database."""

    database: sqlite3.Connection
    where: str
    kind: str
    name: str
    sql: str
    path: Path

    def require_own_name(self) -> None:
        """Check that a table or view is what its definition says."""
        defined, name = kind_and_name(self.sql)
        is_run = not {defined, self.kind} <= _NOT_RUN
        if is_run and (defined.replace("virtual", "table"), name) != (self.kind, self.name.lower()):
            raise self.refusal("does not have the name or kind of its own definition")

    def is_computed_index(self) -> bool:
        """Return whether SQLite computes the keys of an index, or its rows, at a high cost."""
        if self.kind != "index" or sqlite_queries.is_cheap_index(self.sql):
            return False
        keys = self.database.execute(f"PRAGMA index_xinfo({quoted(self.name)})").fetchall()
        return "where" in self.sql.lower() or any(key[1] == _EXPRESSION for key in keys)

    def require_own_content(self, views: set[str]) -> None:
        """Check that a full-text table does not read a view when the database is checked."""
        is_virtual = kind_and_name(self.sql)[0] == "virtual"
        if is_virtual and not views.isdisjoint(sqlite_queries.names_in(self.sql)):
            raise self.refusal("is a full-text table of a view")

    def require_cheap(self) -> bool | None:
        """Check the functions that SQLite runs when a row is read.

        Return whether it runs any part of a definition; None if it cannot read the rows.
        """
        if self.kind == "view" and self.name.lower() in _SYSTEMS:
            raise self.refusal("is a view in place of a table of systems")
        generated = self._generated() if kind_and_name(self.sql)[0] == "table" else []
        is_run = self.kind == "view" or bool(generated)
        if is_run and (part := sqlite_queries.tangled_part(self.sql, generated)):
            raise self.refusal(f"uses {part}")
        called = set[str]()
        plan = self._prepared(f"EXPLAIN {self._query}", called)
        if plan is None or not is_run:
            return None if plan is None else False
        called |= {str(row[5]).split("(")[0] for row in plan if _CALLS.match(row[1])}
        if costly := sorted(name for name in called if not sqlite_queries.is_cheap(name)):
            raise self.refusal(f"calls the function {costly[0]}")
        return True

    def require_harmless(self) -> None:
        """Check what SQLite runs when a row is read, and the rows."""
        if self.kind in _NOT_RUN or (is_run := self.require_cheap()) is None:
            return
        if kind_and_name(self.sql)[0] == "virtual":
            self._require_few(*self._totals("count(*)"))
            return
        if is_run:
            if sqlite_queries.is_sorted(self.sql):
                self._require_one_table()
            self._require_few_cells()
        self._require_few_arcs()

    def require_plain_systems(self) -> None:
        """Check that no coordinate reference system of a table names a file."""
        for row in self.database.execute(self._query):
            for cell in row:
                text = str(cell)
                if isinstance(cell, bytes):  # text for SQLite, in the database's encoding
                    text = cell.replace(b"\0", b"").decode("utf-8", "replace")
                if (name := file_in_crs(text)) is not None:
                    raise FileError(
                        f"{self.where}: a CRS in its table {self.name!r} names the file {name!r}, "
                        "which minmap does not open; remove the CRS from the table."
                    )

    @property
    def _query(self) -> str:
        return f"SELECT * FROM {quoted(self.name)}"  # noqa: S608  # quoted for SQLite

    def _generated(self) -> list[str]:
        rows = self.database.execute(f"PRAGMA table_xinfo({quoted(self.name)})")
        return [str(row[1]) for row in rows if row[6] == _VIRTUAL_COLUMN]

    def _prepared(self, query: str, called: set[str]) -> list[Any] | None:
        """Return SQLite's plan of a query, and add the functions; None if the query is broken."""
        nested = set[str]()

        def authorize(action: int, _: object, function: str | None, *origin: str | None) -> int:
            if action == sqlite3.SQLITE_FUNCTION:
                called.add(str(function).lower())
            elif origin[1] is not None and origin[1].lower() != self.name.lower():
                nested.add(origin[1])
                return sqlite3.SQLITE_DENY
            return sqlite3.SQLITE_OK

        self.database.set_authorizer(authorize)
        try:
            for _ in range(_MOST_TRIES):
                try:
                    return self.database.execute(query).fetchall()
                except sqlite3.DatabaseError as error:
                    if nested:
                        raise self.refusal(f"is based on the view {min(nested)}") from None
                    if not self._register_missing(error):
                        return None
        finally:
            self.database.set_authorizer(None)
        raise self.refusal("needs too many collations")

    def _register_missing(self, error: sqlite3.DatabaseError) -> bool:
        """Register a collation that a query lacks; False if GDAL fails as well."""
        if function := _NO_FUNCTION.search(str(error)):
            raise self.refusal(f"calls the function {function[1]}")
        if collation := _NO_COLLATION.search(str(error)):
            self.database.create_collation(collation[1], _compared)
            return True
        if module := _NO_MODULE.search(str(error)):
            if module[1].lower() not in _OWN_MODULES or kind_and_name(self.sql)[0] == "view":
                raise self.refusal(f"is based on a virtual table of the kind {module[1]}")
            return False
        if _IS_BROKEN.search(str(error)) and not _MAY_EXIST.search(str(error)):
            return False
        raise self.refusal(f"cannot be checked ({reason_of(error)})")

    def _require_one_table(self) -> None:
        """Raise if sorting a view, which is not done here, may be more work than for a table."""
        plan = self.database.execute(f"EXPLAIN QUERY PLAN {self._query}").fetchall()
        steps = Counter(str(row[3]).split()[0] for row in plan)
        parts = steps["CO-ROUTINE"] + steps["MATERIALIZE"]  # queries, whose rows are read as well
        if steps["SCAN"] + steps["SEARCH"] - parts > 1:
            raise self.refusal("joins tables and sorts them")
        if part := sqlite_queries.swelling_part(self.sql):
            raise self.refusal(f"uses {part}")

    def _require_few_cells(self) -> None:
        """Raise if the cells of a view are far larger together than the file, or without end."""
        cursor = self.database.execute(f"{self._query} LIMIT 0")
        columns = [quoted(column[0]) for column in cursor.description]
        rows, *lengths = self._totals(
            "count(*)", *(f"total(length(CAST({name} AS BLOB)))" for name in columns)
        )
        self._require_few(rows, sum(lengths) + rows * len(columns) * _CELL_BYTES)

    def _require_few(self, rows: float, size: float = 0) -> None:
        """Raise if rows, which take `size` bytes or more, are far larger than the file."""
        if max(size, rows * _CELL_BYTES) > _FREE_BYTES + _RATIO * self.path.stat().st_size:
            raise self.refusal(f"has {int(rows):,} rows, far more than the file holds")

    def _require_few_arcs(self) -> None:
        """Raise if far more points would come out of arcs than the file has bytes."""
        cursor = self.database.execute(f"{self._query} LIMIT 0")
        columns = [quoted(column[0]) for column in cursor.description]
        most = most_bytes(self.path)
        if sum(self._totals(*arc_totals(self.database, columns))) > most:
            raise too_much(f"{self.where}: {self.name!r}", self.path.stat().st_size, most)

    def _totals(self, *totals: str) -> list[float]:
        """Return the numbers that expressions over all rows give."""
        query = self._query.replace("*", ", ".join(totals), 1)
        try:
            return [*self.database.execute(query).fetchone()]
        except (sqlite3.OperationalError, sqlite3.DataError) as error:
            is_slow = "interrupted" in str(error)
            reason = "takes too long" if is_slow else f"cannot be read ({reason_of(error)})"
            raise self.refusal(reason) from None

    def refusal(self, reason: str) -> FileError:
        """Return the error of an entry that GDAL must not run."""
        return FileError(
            f"{self.where}: {self.name!r} {reason}, which could read other files or have no end; "
            f"minmap does not open it. Drop {self.name!r}, or, if you trust the file, save the "
            "layer as a table of a new file with QGIS or ogr2ogr."
        )


def quoted(name: str) -> str:
    """Return a name as SQL has it."""
    return '"' + name.replace('"', '""') + '"'
