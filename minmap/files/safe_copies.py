"""Vector files under names and in folders in which GDAL reads them without harm."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from minmap.errors import FileError
from minmap.files.shapefile import index_of, parts_of

_WAL: Final = "-wal"
_JOURNAL: Final = "-journal"
_HOT: Final = b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7"  # SQLite's file format, section 3
# The endings under which GDAL opens each format; others mean something to other drivers.
_ENDINGS: Final = {
    "json": (".geojson", ".json", ".geojsonl", ".geojsons", ".topojson"),
    "kml": (".kml",),
    "gml": (".gml",),
    "gpx": (".gpx",),
    "fgb": (".fgb",),
    "dxf": (".dxf",),
    "gmt": (".gmt",),
    "mif": (".mif",),
    "shp": (".shp",),
    "sqlite": (".gpkg", ".sqlite", ".db", ".sqlite3"),
}
# pyogrio parses a path as an address: it cuts off what follows a semicolon in the name, and a
# question mark at its end, takes what follows an exclamation mark for a file in an archive, drops
# control characters and the first part after two slashes, and takes /vsi for a file system of
# GDAL's.
_MISREAD: Final = re.compile(r"[!\x00-\x1f]|;[^/\\]*$|\?$|^//|^/vsi|\s$")
# A name with several dots, or of a part of a set of tiles, may mean something to other drivers.
_PLAIN_NAME: Final = re.compile(r"(?!metadata\.)[^.]+\.[^.]+", re.IGNORECASE)

_ODD: Final = re.compile(r"[^\w ()+-]")


def is_misread(path: Path) -> bool:
    """Tell whether pyogrio would open another file than the one at an absolute path.

    Examples
    --------
    >>> is_misread(Path("/data/a;b.geojson")), is_misread(Path("/data/a b.geojson"))
    (True, False)
    """
    return _MISREAD.search(str(path)) is not None


@contextmanager
def openable(path: Path, where: str, kind: str) -> Iterator[Path]:
    """Give a file that GDAL opens without writing beside it, by an absolute path that it reads.

    A copy in a temporary folder is given where GDAL writes: a .gfs file beside GML, SQLite's logs
    beside a database that has one (its file format, section 1.3.3); where a shapefile lacks its
    index (.shx), which is built; and where pyogrio would misread the name.

    Parameters
    ----------
    path
        The file, or the folder of a file geodatabase.
    where
        What messages call it.
    kind
        Its format, one of `minmap.files.formats.DRIVERS`.

    Raises
    ------
    FileError
        If a shapefile lacks its table or a part of it is cut short, or the name of a geodatabase
        is one that pyogrio would misread.
    """
    file = path.absolute()
    if kind == "gdb":
        if is_misread(file):
            raise FileError(
                f"{where}: pyogrio misreads a path with '!', or with ';' in its last name; rename "
                "the folder."
            )
        yield file
        return
    parts = {part.suffix.lower(): part for part in parts_of(file, where)} if kind == "shp" else {}
    has_log = kind == "sqlite" and _log_of(file, where).exists()
    lacks_index = kind == "shp" and ".shx" not in parts
    if not (lacks_index or has_log or kind == "gml" or is_misread(file) or _is_odd(file, kind)):
        yield file
        return
    with tempfile.TemporaryDirectory() as folder:
        ending = file.suffix.lower()
        ending = ending if ending in _ENDINGS[kind] else _ENDINGS[kind][0]
        copy = Path(folder).resolve() / f"{_ODD.sub('_', file.stem) or 'file'}{ending}"
        if kind == "mif" and (table := _beside_mif(file)) is not None:
            parts = {".mid": table}
        for end, part in {ending: file, **parts}.items():
            shutil.copyfile(part, copy.with_suffix(end))
        if has_log:
            shutil.copyfile(_log_of(file, where), copy.with_name(copy.name + _WAL))
        if lacks_index:
            copy.with_suffix(".shx").write_bytes(index_of(copy))
        yield copy


def _is_odd(file: Path, kind: str) -> bool:
    """Tell whether the name of a file could make another driver take it."""
    if kind in {"shp", "sqlite", "mif"}:
        return file.suffix.lower() not in _ENDINGS[kind]
    return file.suffix.lower() not in _ENDINGS[kind] or not _PLAIN_NAME.fullmatch(file.name)


def _beside_mif(file: Path) -> Path | None:
    names = (file.with_suffix(ending) for ending in (".mid", ".MID", ".Mid"))
    return next((name for name in names if name.is_file()), None)


def _log_of(file: Path, where: str) -> Path:
    """Return where SQLite's write-ahead log is; raise at a journal that it would play back.

    A journal may name a further file, which SQLite deletes when it has played the journal back.
    """
    journal = file.with_name(file.name + _JOURNAL)
    if journal.is_file():
        with journal.open("rb") as stream:
            if stream.read(len(_HOT)) == _HOT:
                raise FileError(
                    f"{where}: a write of it was interrupted, and {journal.name} holds what it was "
                    "before. Open and close it with the program that writes it, or take the "
                    "journal away."
                )
    return file.with_name(file.name + _WAL)
