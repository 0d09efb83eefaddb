"""An older map for QGIS: the names of its layers, and whether its files may be replaced."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Collection, Iterable
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Final

from minmap.errors import FileError, MinmapError
from minmap.files.sqlite_tables import rows_of_table
from minmap.table import listed
from minmap.writing.geopackage import NO_TIME

PROJECT: Final = "map"
"""The name of the project in a GeoPackage."""
PROJECT_MARK: Final = {"minmap": True}
"""What is known of a project that minmap wrote, until QGIS writes it anew."""
_LONGEST_STYLE: Final = 10 << 20
_MARK: Final = re.compile(rb"<!-- minmap map (\w{64}) raster (\w{64}) style (\w{64}) -->\n\Z")


def style_mark(map_name: str, raster: Path, style: str) -> str:
    """Return the last line of a .qml, which tells its map, and its raster and text as written.

    Parameters
    ----------
    map_name
        The name of the GeoPackage.
    raster
        The GeoTIFF, complete.
    style
        The text of the .qml before this line.
    """
    of_map, of_style = _digest(os.fsencode(map_name)), _digest(style.encode())
    return f"<!-- minmap map {of_map} raster {_digest_of(raster)} style {of_style} -->\n"


def require_own(path: Path, rasters: Iterable[str], sources: Collection[Path]) -> None:
    """Raise if writing a map would replace anything but the files of an older map.

    Parameters
    ----------
    path
        The GeoPackage.
    rasters
        The names of its rasters, without their ending.
    sources
        The files that the map was made of, resolved.

    Raises
    ------
    MinmapError
        If the GeoPackage exists and is no map or was changed since minmap wrote it; if a raster or
        the style of one exists and is not as minmap wrote it for an older map of the name; or if a
        raster is one of `sources`.
    """
    _require_older_map(path)
    for name in rasters:
        raster, style = (path.with_name(name + ending) for ending in (".tif", ".qml"))
        if Path(os.path.realpath(raster)) in sources:  # also of links that lead to themselves
            raise MinmapError(
                f"{raster} is a file that the map was made of, which it would replace; give the "
                "raster another name=, or the map."
            )
        for file in _strangers(path, raster, style):
            raise MinmapError(
                f"{file} exists and is not as minmap wrote it for an older {path.name}, so it is "
                "not replaced; give the raster another name=, or the map, or remove the file first."
            )


def _strangers(path: Path, raster: Path, style: Path) -> list[Path]:
    """Return those of a raster and its style that are not as minmap wrote them for a map."""
    found = [file for file in (raster, style) if os.path.lexists(file)]
    is_short = style.is_file() and style.stat().st_size <= _LONGEST_STYLE
    content = style.read_bytes() if is_short else b""
    mark = _MARK.search(content)
    if mark is None or mark[1].decode() != _digest(os.fsencode(path.name)):
        return found
    is_own = {
        style: mark[3].decode() == _digest(content[: mark.start()]),
        raster: raster.is_file() and mark[2].decode() == _digest_of(raster),
    }
    return [file for file in found if not is_own[file]]


def _require_older_map(path: Path) -> None:
    if not path.is_file() or not path.stat().st_size:
        return
    try:
        projects = rows_of_table(path, str(path), "qgis_projects", ["name", "metadata"])
        contents = rows_of_table(path, str(path), "gpkg_contents", ["table_name", "last_change"])
    except FileError:
        projects = contents = []
    if not any(row.get("name") == PROJECT for row in projects):
        raise MinmapError(
            f"{path} exists and is not a map that minmap wrote: all its layers would be replaced. "
            "Give another name, or remove the file first."
        )
    changed = [f"project {row['name']}" for row in projects if not _is_marked(row.get("metadata"))]
    tables = (row.get("table_name") for row in contents if row.get("last_change") != NO_TIME)
    changed += map(str, tables)
    if changed:
        raise MinmapError(
            f"{path} was changed after minmap wrote it ({listed(changed)}), which would be lost. "
            "Give another name, or remove the file first."
        )


def layer_name(path: Path, table: str | None) -> str | None:
    """Return the name of a layer of a map in a GeoPackage; None if there is no such layer.

    Parameters
    ----------
    path
        The GeoPackage.
    table
        The table of the layer; None for the only one.
    """
    columns = ["table_name", "data_type", "identifier"]
    try:
        projects = rows_of_table(path, str(path), "qgis_projects", ["name"])
        contents = rows_of_table(path, str(path), "gpkg_contents", columns)
    except (FileError, OSError):  # which the reader of its records explains
        return None
    names = [
        row.get("identifier")
        for row in contents
        if row.get("data_type") == "features" and table in (None, row.get("table_name"))
    ]
    is_map = any(row.get("name") == PROJECT for row in projects)
    return str(names[0]) if is_map and len(names) == 1 and names[0] else None


def _is_marked(metadata: object) -> bool:
    try:
        known = json.loads(str(metadata))
    except (RecursionError, ValueError):
        return False
    return isinstance(known, dict) and PROJECT_MARK.items() <= known.items()


def _digest_of(file: Path) -> str:
    with file.open("rb") as stream:
        return file_digest(stream, "sha256").hexdigest()


def _digest(content: bytes) -> str:
    return sha256(content).hexdigest()
