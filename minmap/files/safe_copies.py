"""Copy vector files whose names GDAL would misread, or beside which it would write."""

import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from minmap.errors import FileError
from minmap.files.companions import all_parts
from minmap.files.file_types import read_head
from minmap.files.local_file import require_ordinary_companions
from minmap.files.shapefile import index_of, parts_of

_WAL: Final = "-wal"
_JOURNAL: Final = "-journal"
_HOT_JOURNAL: Final = b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7"  # SQLite's file format, section 3
# The endings with which GDAL opens each format, other than the format's name; other drivers claim
# other endings.
_ENDINGS: Final = {
    "json": (".geojson", ".json", ".geojsonl", ".geojsons", ".topojson"),
    "sqlite": (".gpkg", ".sqlite", ".db", ".sqlite3"),
}
_WITH_COMPANIONS: Final = frozenset(("shp", "mif", "tab"))
# pyogrio parses a path as an address. It cuts off the text after a semicolon in the name, and a
# question mark at its end; it treats the text after an exclamation mark as a file in an archive,
# and /vsi as a file system of GDAL; it drops control characters and the first part after two
# slashes.
_MISREAD: Final = re.compile(r"[!\x00-\x1f]|;[^/\\]*$|\?$|^//|^/vsi|\s$")
# Other drivers may claim a name with several dots, or the name of one tile of a set.
_PLAIN_NAME: Final = re.compile(r"(?!metadata\.)[^.]+\.[^.]+", re.IGNORECASE)
_LONGEST_STEM: Final = 240  # bytes; file systems take 255, and endings are added
_UNSAFE_SIGN: Final = re.compile(r"[^\w ()+-]")


def is_misread(path: Path) -> bool:
    """Return whether pyogrio would open another file than the one at an absolute path.

    Examples
    --------
    >>> is_misread(Path("/data/a;b.geojson")), is_misread(Path("/data/a b.geojson"))
    (True, False)
    """
    return _MISREAD.search(str(path)) is not None


@contextmanager
def safe_for_gdal(path: Path, where: str, kind: str) -> Iterator[Path]:
    """Yield a file, or a temporary copy, that GDAL can open without writing files beside it.

    A copy is made where GDAL writes: a .gfs file beside GML, SQLite's logs beside a database that
    has one (its file format, section 1.3.3); where a shapefile lacks its index (.shx), which is
    then built; and where pyogrio or another driver would misread the name.

    Parameters
    ----------
    path
        The file, or the folder of a file geodatabase.
    where
        Its name in messages.
    kind
        Its format, one of `minmap.files.vector_formats.DRIVERS`.

    Raises
    ------
    FileError
        If a shapefile lacks its table or a part of it is cut short, pyogrio would misread the name
        of a geodatabase, or a device or a pipe is beside the file.
    """
    file = _main_file(path.absolute(), kind)
    if kind == "gdb":
        if is_misread(file):
            raise FileError(
                f"{where}: pyogrio misreads a path with '!', or with ';' in its last name; rename "
                "the folder."
            )
        yield file
        return
    require_ordinary_companions(file, prefix=file.stem)
    parts = parts_of(file, where) if kind == "shp" else all_parts(file)
    log = _log_of(file, where) if kind == "sqlite" else None
    lacks_index = kind == "shp" and ".shx" not in parts
    if not (lacks_index or log or kind == "gml" or is_misread(file) or _has_odd_name(file, kind)):
        yield file
        return
    with tempfile.TemporaryDirectory() as folder:
        ending = file.suffix.lower()
        ending = ending if ending in _endings(kind) else _endings(kind)[0]
        stem = _UNSAFE_SIGN.sub("_", file.stem).encode()[:_LONGEST_STEM].decode(errors="ignore")
        copy = Path(folder).resolve() / f"{stem or 'file'}{ending}"
        for end, part in {**parts, ending: file}.items():
            shutil.copyfile(part, copy.with_suffix(end))
        if log:
            shutil.copyfile(log, copy.with_name(copy.name + _WAL))
        if lacks_index:
            copy.with_suffix(".shx").write_bytes(index_of(copy))
        yield copy


def _main_file(file: Path, kind: str) -> Path:
    """Return the file that a link leads to if what belongs to it lies there, as SQLite's logs do.

    The parts of a shapefile or of a MapInfo file are read there if none lies beside the link.
    """
    if kind not in {"sqlite", *_WITH_COMPANIONS} or not file.is_symlink():
        return file
    return file if len(all_parts(file)) > 1 else file.resolve()


def _has_odd_name(file: Path, kind: str) -> bool:
    """Return whether another driver could claim a file because of its name."""
    is_plain = kind in {"sqlite", *_WITH_COMPANIONS} or _PLAIN_NAME.fullmatch(file.name)
    return not is_plain or file.suffix.lower() not in _endings(kind)


def _endings(kind: str) -> tuple[str, ...]:
    return _ENDINGS.get(kind, (f".{kind}",))


def _log_of(file: Path, where: str) -> Path | None:
    """Return the write-ahead log, None without one; raise if SQLite would replay a journal.

    A journal may name a further file, which SQLite deletes after the replay.
    """
    journal, log = (file.with_name(file.name + end) for end in (_JOURNAL, _WAL))
    if journal.is_file() and read_head(journal, len(_HOT_JOURNAL)) == _HOT_JOURNAL:
        raise FileError(
            f"{where}: a write to it was interrupted, and {journal.name} holds its former content. "
            "Open and close it with the program that writes it, or remove the journal."
        )
    return log if log.exists() else None
