"""Open rasters in SQLite databases: tables of tiles of a GeoPackage, and MBTiles."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

from minmap.arguments import require_utf8_name
from minmap.errors import FileError
from minmap.files.damage import as_file_error
from minmap.files.file_types import read_head
from minmap.files.safe_copies import safe_for_gdal
from minmap.files.sqlite_copy import plain_database
from minmap.files.sqlite_copy_process import quoted
from minmap.files.sqlite_tables import rows_of_table

SQLITE: Final = b"SQLite format 3\x00"
_TILES: Final = frozenset(("tiles", "2d-gridded-coverage"))  # OGC 12-128r19 and 17-066r2
_VECTOR_TILES: Final = frozenset(("pbf", "mvt", "application/x-protobuf"))
_LARGEST_TILE: Final = 4096  # pixels on a side; usual are 256
_ENOUGH_CELLS: Final = 1_000_000  # half of those of a map
_FREE_CELLS: Final = 50_000_000  # of the tiles at the level that a map reads
_CELLS_OF_BYTE: Final = 100  # that each byte of the file allows beyond
_MOST_EMPTY: Final = 100_000_000  # cells that may have no tile
_EMPTY_TILES: Final = 64  # tiles that may be missing besides, for each that there is
_PLACE: Final = ("zoom_level", "tile_column", "tile_row")
_UNSAFE: Final = frozenset(':"\\')  # GDAL splits a name at them


def tile_tables(path: Path) -> tuple[list[str], bool]:
    """Return the names of a GeoPackage's tables of tiles, and whether it has others.

    Raises
    ------
    FileError
        If the database is damaged, or has a name that is not UTF-8.
    """
    require_utf8_name(path)
    if read_head(path, len(SQLITE)) != SQLITE:
        return [], True
    rows = rows_of_table(path, str(path), "gpkg_contents", ["table_name", "data_type"])
    kinds = {str(row.get("table_name")): str(row.get("data_type")).lower() for row in rows}
    tables = [name for name, kind in kinds.items() if kind in _TILES]
    return tables, len(tables) < len(kinds) or not kinds


@contextmanager
def plain_tiles(path: Path, table: str | None) -> Iterator[tuple[Path, str]]:
    """Yield a copy of a database with tiles, and its name for GDAL.

    Parameters
    ----------
    path
        A GeoPackage, or MBTiles.
    table
        The table of a GeoPackage; None for MBTiles.

    Raises
    ------
    FileError
        If the database is damaged, as `minmap.files.sqlite_copy`, or has tiles of vectors.
    """
    where = str(path)
    if table is None:
        _require_images(path)
    if _UNSAFE & {*(table or "")}:
        raise FileError(f"{path}: GDAL misreads the name of its table {table!r}; rename the table.")
    with (
        safe_for_gdal(path.absolute(), where, "sqlite") as file,
        plain_database(file, where, has_shapes=False) as (plain, left_out),
    ):
        tiles = table or "tiles"
        if tiles in left_out:
            raise left_out[tiles]
        with as_file_error(f"{path} has no tiles", cure="Get the file again."):
            _index(plain, tiles)
        if table is None:  # GDAL goes by the ending
            copy = plain.rename(plain.with_suffix(".mbtiles"))
            yield copy, str(copy)
        else:
            yield plain, f"GPKG:{plain}:{table}"


def require_filled(dataset: Any, copy: Path, where: str) -> None:
    """Raise if a raster has huge tiles, or claims far more cells than its tiles hold.

    That counts for the level that a map reads.

    Parameters
    ----------
    dataset
        The open raster.
    copy
        Its database, which has one table of tiles that minmap has indexed.
    where
        Its name in messages.
    """
    query = "SELECT tbl_name FROM sqlite_master WHERE name = 'minmap tiles'"
    with closing(sqlite3.connect(copy)) as database:
        (table,) = database.execute(query).fetchone()
        count = f"SELECT count(*) FROM {quoted(table)}"  # noqa: S608  # quoted
        (tiles,) = database.execute(count).fetchone()
    high, wide = dataset.block_shapes[0]
    if max(high, wide) > _LARGEST_TILE:
        raise FileError(
            f"{where} has tiles of {wide:,} x {high:,} pixels; at most {_LARGEST_TILE:,} x "
            f"{_LARGEST_TILE:,} are read. Save it anew with tiles of 256 pixels."
        )
    levels = [dataset.width * dataset.height / factor**2 for factor in dataset.overviews(1)]
    # A map reads the coarsest level with enough cells, else the finest.
    fine = [cells for cells in levels if cells >= _ENOUGH_CELLS]
    cells = min(fine, default=dataset.width * dataset.height)
    filled, size = min(cells, tiles * high * wide), copy.stat().st_size
    if filled > _FREE_CELLS + _CELLS_OF_BYTE * size:
        raise FileError(
            f"{where} has tiles of {filled:,.0f} pixels in {size:,} bytes, so they are nearly all "
            "alike; save it anew with overviews (gdaladdo)."
        )
    if cells > _MOST_EMPTY + _EMPTY_TILES * tiles * high * wide:
        raise FileError(
            f"{where} claims {dataset.width:,} x {dataset.height:,} cells and has {tiles:,} tiles; "
            "save the part that is filled to a new file."
        )


def _require_images(path: Path) -> None:
    rows = rows_of_table(path, str(path), "metadata", ["name", "value"])
    formats = [str(row.get("value")).lower() for row in rows if row.get("name") == "format"]
    if _VECTOR_TILES & {*formats}:
        raise FileError(
            f"{path} has tiles of vectors, not of images; export a layer to a GeoPackage, such as "
            "with ogr2ogr data.gpkg FILE."
        )


def _index(copy: Path, table: str) -> None:
    """Let SQLite find a tile without reading all: the copy has no index of its own."""
    columns = ", ".join(_PLACE)
    with closing(sqlite3.connect(copy)) as database, database:
        database.execute(f'CREATE INDEX "minmap tiles" ON {quoted(table)} ({columns})')
