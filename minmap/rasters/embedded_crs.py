"""Refuse rasters whose own CRS names another file, before GDAL opens them."""

from __future__ import annotations

import mmap
import struct
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from minmap.errors import FileError
from minmap.files.crs_search import text_naming_file
from minmap.geodesy.crs import file_in_crs

_GEO_TEXTS: Final = 34737  # the tag GeoAsciiParams: GeoTIFF 1.1 (OGC 19-008r4), 7.1.1
_ASCII: Final = 2  # the type of texts: TIFF 6.0, section 2
_SEARCHED: Final = frozenset({"HFA", "JP2OpenJPEG"})  # drivers of formats with WKT anywhere


def require_plain_crs(path: Path, driver: str | None) -> None:
    """Raise if the CRS inside a raster names a file.

    Parameters
    ----------
    path
        The raster.
    driver
        GDAL's driver that will open it.

    Raises
    ------
    FileError
        If it names a file, which GDAL would open.
    """
    named: str | None = None
    if driver == "GTiff":
        named = next(filter(None, map(file_in_crs, _texts_of_tiff(path))), None)
    elif driver in _SEARCHED:
        named = text_naming_file(path)
    if named is not None:
        raise FileError(
            f"{path}: its CRS may name a file ({named!r}), which minmap does not open; copy it: "
            f"gdal_translate -a_srs EPSG:4326 {path.name} data.tif, with the code of its CRS."
        )


def _texts_of_tiff(path: Path) -> Iterator[str]:
    """Yield the texts of the GeoTIFF keys of the first image.

    A directory of TIFF has a number of entries, and each of them a tag, a type, a count, and a
    value or its position: TIFF 6.0, section 2; BigTIFF has wider numbers.
    """
    with (
        path.open("rb") as stream,
        mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content,
        suppress(struct.error),  # GDAL finds no directory either
    ):
        order = "<" if content[:2] == b"II" else ">"
        is_big = 43 in content[2:4]
        number, entry = (f"{order}Q", f"{order}HHQ") if is_big else (f"{order}I", f"{order}HHI")
        (start,) = struct.unpack_from(number, content, 8 if is_big else 4)
        (entries,) = struct.unpack_from(f"{order}{'Q' if is_big else 'H'}", content, start)
        width, head = struct.calcsize(number), struct.calcsize(entry)
        first, is_found = start + (8 if is_big else 2), False
        for at in range(first, first + entries * (head + width), head + width):
            tag, kind, count = struct.unpack_from(entry, content, at)
            if tag == _GEO_TEXTS:
                if is_found or kind != _ASCII:  # libtiff takes wide numbers for letters too
                    raise FileError(
                        f"{path} has the texts of its CRS twice or not as text; get the file again."
                    )
                is_found = True
                (position,) = struct.unpack_from(number, content, at + head)
                text = content[at + head : at + head + width]
                text += content[position : position + count]
                yield text.decode("utf-8", errors="replace")
