"""Copy SQLite databases (GeoPackage, SpatiaLite) to plain tables before GDAL opens them.

A database may define virtual tables and call functions that read other files, and GDAL provides
some of both; its pages may be used many times; and a view may work without end. So GDAL opens a
copy that Python's SQLite makes within limits of size and time, and in another process if the
database defines anything that runs (`minmap.files.sqlite_copy_process`).
"""

import json
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Final

from minmap.errors import FileError
from minmap.files import sqlite_copy_process
from minmap.files.arcs import may_have_arcs
from minmap.files.limited_process import Amounts, Budget, output_of
from minmap.files.proportion import require_proportion_on_trial
from minmap.files.sqlite_copy_process import (
    FULL,
    MOST_TABLES,
    NOT_RUN,
    ComputedColumnError,
    TooManyTablesError,
    copy_database,
    quoted,
)
from minmap.files.sqlite_tables import address_of, damage
from minmap.geodesy.crs import file_in_crs

# pyogrio knows no layers of surfaces, nor those of any shapes with heights.
_ANY_SHAPES: Final = """UPDATE gpkg_geometry_columns SET geometry_type_name = 'GEOMETRY', z = 2
    WHERE upper(geometry_type_name) IN ('TIN', 'POLYHEDRALSURFACE', 'TRIANGLE', 'GEOMETRY')"""
_SYSTEMS: Final = frozenset({"gpkg_spatial_ref_sys", "spatial_ref_sys"})
_LONGEST_FREE: Final = 1 << 20  # bytes by which a cell may be longer than the file
_FREE_BYTES: Final = 64 << 20  # that the copy may have beside a multiple of the file
_RATIO: Final = 20  # that multiple
_ASKED_COLUMNS: Final = 100  # in one query, whose conditions SQLite nests at most 1,000 deep
_FREE: Final = Amounts(512, 5, 1)
_PER_MB: Final = Amounts(64, 2, 0)
_CURE: Final = (
    "Drop it, or, if you trust the file, save the layer as a table of a new file with QGIS or "
    "ogr2ogr."
)


@contextmanager
def plain_database(
    path: Path, where: str, budget: Budget | None = None, *, has_shapes: bool = True
) -> Iterator[tuple[Path, dict[str, FileError]]]:
    """Yield a copy of a database that GDAL can open, and why views or tables are not in it.

    Parameters
    ----------
    path
        An SQLite database, which is opened for reading only.
    where
        Its name in messages.
    budget
        What is left of what the vector files of an archive may take; None outside one.
    has_shapes
        Whether GDAL will read shapes of it, and not only tiles.

    Yields
    ------
    tuple
        The copy, and by the name of each view or virtual table left out why it is.

    Raises
    ------
    FileError
        If the database is damaged, its tables are far larger than the file, or a coordinate
        reference system in it names a file.

    Examples
    --------
    >>> path = Path(tempfile.mkdtemp()) / "a.gpkg"
    >>> with closing(sqlite3.connect(path)) as database:
    ...     _ = database.execute("CREATE TABLE t (a)")
    ...     _ = database.execute("CREATE VIEW v AS SELECT BlobFromFile('/etc/hosts') FROM t")
    >>> with plain_database(path, "a.gpkg") as (_, left_out):
    ...     print(left_out["v"])
    a.gpkg: 'v' cannot be read by Python (no such function: BlobFromFile). Drop it, or, if you trust
    the file, save the layer as a table of a new file with QGIS or ogr2ogr.
    """
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder).resolve() / f"{path.stem}{path.suffix.lower()}"
        left_out = _copied(path, copy, where, budget)
        with damage(where), closing(sqlite3.connect(copy)) as database:
            query = "SELECT name FROM sqlite_master WHERE type = 'table'"
            tables = [table for (table,) in database.execute(query)]
            has_arcs = has_shapes and any(_may_have_arcs(database, table) for table in tables)
            for table in tables:
                if table.lower() in _SYSTEMS:
                    _require_plain_systems(database, table, where)
            with suppress(sqlite3.Error), database:  # no GeoPackage
                database.execute(_ANY_SHAPES)
        if has_arcs:
            require_proportion_on_trial(copy, where, path.stat().st_size, budget)
        yield copy, left_out


def _copied(path: Path, copy: Path, where: str, budget: Budget | None) -> dict[str, FileError]:
    """Copy a database; return why views or tables are left out."""
    size = path.stat().st_size
    most, longest = _FREE_BYTES + _RATIO * size, _LONGEST_FREE + size
    with damage(where):
        try:
            reasons = copy_database(address_of(path), str(copy), most, longest, may_run=False)
        except ComputedColumnError:
            reasons = None
        except TooManyTablesError as error:
            raise FileError(
                f"{where} has {error.args[0]:,} tables and views, and minmap reads at most "
                f"{MOST_TABLES:,}. Save the layers that you need to a new file."
            ) from None
        except sqlite3.OperationalError as error:
            _require_room(error, copy, size, where)
            raise
    if reasons is not None and NOT_RUN not in reasons.values():
        return _errors(where, reasons)
    second = copy.with_name("views-" + copy.name)
    try:
        found = _copied_in_process(path, second, where, (most, longest), budget)
    except FileError as error:
        if reasons is None:
            raise
        views = {name for name, reason in reasons.items() if reason == NOT_RUN}
        return _errors(where, reasons) | dict.fromkeys(views, error)
    second.replace(copy)
    return found


def _copied_in_process(
    path: Path, copy: Path, where: str, limits: tuple[int, int], budget: Budget | None
) -> dict[str, FileError]:
    """Copy a database in another process, with the rows of views and generated columns."""
    kind, cure = "an SQLite database with views or generated columns", _CURE
    budget = budget or Budget(_FREE, Amounts(0, 0, 0), _PER_MB, kind=kind, cure=cure)
    with (
        damage(where),
        output_of(
            sqlite_copy_process.__file__,
            (address_of(path), str(copy), *map(str, limits)),
            path,
            where,
            budget=budget,
            packages=(),
            written_bytes=limits[0],
        ) as output,
    ):
        line = output.read()
        result = json.loads(line) if line.endswith(b"\n") else "SQLite crashes on it"
        if isinstance(result, str):
            error = sqlite3.DatabaseError(result)
            _require_room(error, copy, path.stat().st_size, where)
            raise error
    return _errors(where, result)


def _require_room(error: sqlite3.Error, copy: Path, size: int, where: str) -> None:
    """Raise if the temporary folder is full, not the room that the copy may have."""
    if str(error) == FULL and shutil.disk_usage(copy.parent).free < size:
        raise FileError(
            f"{where} needs a copy, for which {copy.parent.parent} has no room; set the variable "
            "TMPDIR of the system to a folder that has, before Python starts."
        ) from error


def _errors(where: str, reasons: dict[str, str]) -> dict[str, FileError]:
    return {
        name: FileError(f"{where}: {name!r} {reason}. {_CURE}") for name, reason in reasons.items()
    }


def _may_have_arcs(database: sqlite3.Connection, table: str) -> bool:
    """Return whether GDAL could make many points of a geometry in a table."""
    cursor = database.execute(f"SELECT * FROM {quoted(table)} LIMIT 0")  # noqa: S608  # quoted
    columns = [quoted(column[0]) for column in cursor.description]
    for start in range(0, len(columns), _ASKED_COLUMNS):
        condition = may_have_arcs(database, columns[start : start + _ASKED_COLUMNS])
        query = f"SELECT 1 FROM {quoted(table)} WHERE {condition} LIMIT 1"  # noqa: S608  # quoted
        if database.execute(query).fetchone() is not None:
            return True
    return False


def _require_plain_systems(database: sqlite3.Connection, table: str, where: str) -> None:
    """Raise if a coordinate reference system of a table names a file."""
    database.text_factory = lambda raw: raw.decode("utf-8", errors="replace")
    for row in database.execute(f"SELECT * FROM {quoted(table)}"):  # noqa: S608  # quoted
        for cell in row:
            text = str(cell)
            if isinstance(cell, bytes):  # text for SQLite, in the database's encoding
                text = cell.replace(b"\0", b"").decode("utf-8", "replace")
            if (name := file_in_crs(text)) is not None:
                raise FileError(
                    f"{where}: a CRS in its table {table!r} names the file {name!r}, which minmap "
                    "does not open; remove the CRS from the table."
                )
