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

_SQLITE_LOGS: Final = ("-wal", "-journal")
# pyogrio parses a path as an address: it cuts off what follows a semicolon in the name, and a
# question mark at its end, takes what follows an exclamation mark for a file in an archive, drops
# control characters and the first part after two slashes, and takes /vsi for a file system of
# GDAL's.
_MISREAD: Final = re.compile(r"[!\x00-\x1f]|;[^/\\]*$|\?$|^//|^/vsi|\s$")

_ODD: Final = re.compile(r"[^\w .()+-]")


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
    logs = [log for log in _SQLITE_LOGS if kind == "sqlite" and _beside(file, log).exists()]
    lacks_index = kind == "shp" and ".shx" not in parts
    if not (lacks_index or logs or kind == "gml" or is_misread(file)):
        yield file
        return
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder).resolve() / f"{_ODD.sub('_', file.stem)}{file.suffix.lower()}"
        for ending, part in {file.suffix.lower(): file, **parts}.items():
            shutil.copyfile(part, copy.with_suffix(ending))
        for log in logs:
            shutil.copyfile(_beside(file, log), _beside(copy, log))
        if lacks_index:
            copy.with_suffix(".shx").write_bytes(index_of(copy))
        yield copy


def _beside(file: Path, log: str) -> Path:
    return file.with_name(file.name + log)
