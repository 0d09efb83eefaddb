"""Check headers of ER Mapper (.ers), which may name another file as their data."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from minmap.errors import FileError

_ENTRY: Final = re.compile(r"^[ \t]*datafile[ \t]*=[ \t]*\"?([^\"\r\n]*)\"?[ \t]*$", re.IGNORECASE)
_MOST_BYTES: Final = 1 << 20
_CURE: Final = "Copy it to a GeoTIFF: gdal_translate {} data.tif."


def is_er_mapper(head: bytes) -> bool:
    """Return whether a file begins as a header of ER Mapper.

    Examples
    --------
    >>> is_er_mapper(b"DatasetHeader Begin")
    True
    """
    return head.lstrip().lower().startswith(b"datasetheader")


def require_own_cells(path: Path) -> None:
    """Raise unless the data of a header are in the file of its name without the ending.

    Raises
    ------
    FileError
        If it names another file, or a raster of another format.
    """
    cure = _CURE.format(path.name)
    if path.stat().st_size > _MOST_BYTES:
        raise FileError(f"{path} is larger than a header of ER Mapper can be. {cure}")
    text = path.read_bytes().decode("utf-8", "replace")
    # GDAL opens the data of a "translated" header with any driver.
    if "translated" in text.lower():
        raise FileError(f"{path} stands for a raster of another format. {cure}")
    for line in text.splitlines():
        found = _ENTRY.match(line)
        if "datafile" in line.lower() and (found is None or found[1].strip() != path.stem):
            raise FileError(
                f"{path} names a file as its data; minmap opens only {path.stem!r} beside it. "
                f"{cure}"
            )
    data = path.with_suffix("")
    if not data.is_file():
        raise FileError(f"{path} is a header, and its data {data.name!r} are not beside it.")
