"""Check SQLite databases (GeoPackage, SpatiaLite) before GDAL opens them.

A database may define virtual tables and call functions that read other files, and GDAL provides
some of both. Python's own SQLite has none of them, so a query that it can prepare is harmless.
"""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final
from urllib.request import pathname2url

from minmap.errors import FileError
from minmap.files.damage import as_file_error, reason_of

# Virtual tables over tables of the same database, from SQLite and from SpatiaLite.
_OWN_MODULES: Final = frozenset(
    ("rtree", "rtree_i32", "geopoly", "fts3", "fts4", "fts5")
) | frozenset(("virtualspatialindex", "virtualelementary", "virtualknn", "virtualknn2"))
_NO_FUNCTION: Final = re.compile(r"no such function: (\w+)")
_NO_MODULE: Final = re.compile(r"no such module: (\w+)")
_NO_COLLATION: Final = re.compile(r"no such collation sequence: (.+)")
# Messages about a view that is broken in every SQLite.
_IS_BROKEN: Final = re.compile(
    r"no such (column|table)|ambiguous column name|expected \d+ columns|is circularly defined"
)
# Functions of geometries and of data stored with them, in the spellings of SQL/MM (ST_...) and of
# SpatiaLite: https://www.gaia-gis.it/gaia-sins/spatialite-sql-latest.html. Functions that read
# files or addresses (BlobFromFile, Import..., XB_LoadXML, XB_SchemaValidate...) are left out.
_SPATIAL: Final = re.compile(
    r"st_\w+|mbr\w*|castto\w+|xb_(get|is)\w+|(make|build)\w*(point|line|mbr|ellipse|circle|arc)"
    r"|as(text|wkt|binary|ewkb|ewkt|geojson|gml|kml|svg|fgf|twkb)"
    r"|\w*from(text|wkb|ewkb|ewkt|geojson|gml|kml|twkb|fgf)|geometrytype|getmimetype|isgeometryblob"
    r"|(is|num|make|exterior|interior|start|end)(valid\w*|empty|simple|closed|ring\w*|point\w*"
    r"|points|geometries|interiorrings?|geometryblob)|(geometry|point|interiorring)n|[xyzm]|srid"
    r"|setsrid|envelope|centroid|pointonsurface|area|glength|perimeter|distance|buffer|convexhull"
    r"|simplify\w*|transform\w*|intersects?|intersection|contains|within|overlaps|touches|crosses"
    r"|disjoint|equals|relate|union|gunion|difference|symdifference|collect|dimension|boundary"
    r"|reverse|force(lhr|rhr)|sanitizegeometry|[xyzm](min|max)|\w*(min|max)[xyzm]|extent",
    re.IGNORECASE,
)
# Functions of SQLite itself that load code, or make texts of any length.
_REFUSED: Final = frozenset({"load_extension", "fts3_tokenizer", "zeroblob", "randomblob"})
_MOST_TRIES: Final = 200


def require_plain_database(path: Path, where: str) -> None:
    """Raise if a database would make GDAL read anything but its own tables.

    Parameters
    ----------
    path
        An SQLite database, which is opened for reading only.
    where
        Its name in the message.

    Raises
    ------
    FileError
        If a virtual table reads another file, a view or a table calls a function that belongs
        neither to SQLite nor to geometries (``ST_...``), or the database is damaged.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "a.gpkg"
    >>> with closing(sqlite3.connect(path)) as database:
    ...     _ = database.execute("CREATE TABLE t (a)")
    ...     _ = database.execute("CREATE VIEW v AS SELECT BlobFromFile('/etc/hosts') FROM t")
    >>> require_plain_database(path, "a.gpkg")
    Traceback (most recent call last):
        ...
    minmap.errors.FileError: a.gpkg: 'v' calls the function BlobFromFile, which could read other
    files or have no end; minmap does not open it. Drop 'v', or export the layer to a new file.
    """
    # A database with a log beside it is our own copy, into which SQLite writes the log.
    is_copy = path.with_name(path.name + "-wal").exists()
    mode = "mode=rw" if is_copy else "mode=ro&immutable=1"
    uri = f"file:{pathname2url(str(path))}?{mode}"
    with (
        as_file_error(f"{where} is not a sound SQLite database", cure="Get the file again."),
        closing(sqlite3.connect(uri, uri=True)) as database,
    ):
        database.text_factory = lambda raw: raw.decode("utf-8", errors="replace")
        query = "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')"
        for (name,) in database.execute(query).fetchall():
            _require_harmless(database, str(name), where)


def _require_harmless(database: sqlite3.Connection, name: str, where: str) -> None:
    """Let SQLite prepare a query of a whole table or view, which lists everything it calls."""
    called = list[str]()

    def authorize(action: int, _1: object, function: str | None, *_2: object) -> int:
        if action == sqlite3.SQLITE_FUNCTION and str(function).lower() in _REFUSED:
            called.append(str(function))
        elif action == sqlite3.SQLITE_RECURSIVE:
            called.append("WITH RECURSIVE")  # which may have no end
        return sqlite3.SQLITE_OK

    database.set_authorizer(authorize)
    quoted = name.replace('"', '""')
    for _ in range(_MOST_TRIES):
        try:
            database.execute(f'EXPLAIN SELECT * FROM "{quoted}"')  # noqa: S608  # quoted for SQLite
        except sqlite3.OperationalError as error:
            if _register_missing(database, name, error, where):
                continue
        break
    if called:
        raise _refusal(where, name, f"uses {called[0]}")


def _register_missing(
    database: sqlite3.Connection, name: str, error: sqlite3.OperationalError, where: str
) -> bool:
    """Register a harmless function or collation that a query lacks; False if GDAL fails as well."""
    if function := _NO_FUNCTION.search(str(error)):
        if not _SPATIAL.fullmatch(function[1]):
            raise _refusal(where, name, f"calls the function {function[1]}")
        database.create_function(function[1], -1, lambda *_: None)
        return True
    if collation := _NO_COLLATION.search(str(error)):
        database.create_collation(collation[1], lambda one, other: (one > other) - (one < other))
        return True
    if module := _NO_MODULE.search(str(error)):
        if module[1].lower() not in _OWN_MODULES:
            raise _refusal(where, name, f"stands on a virtual table of the kind {module[1]}")
        return False
    if _IS_BROKEN.search(str(error)):
        return False
    raise _refusal(where, name, f"cannot be checked ({reason_of(error)})")


def _refusal(where: str, name: str, reason: str) -> FileError:
    return FileError(
        f"{where}: {name!r} {reason}, which could read other files or have no end; minmap does not "
        f"open it. Drop {name!r}, or export the layer to a new file."
    )
