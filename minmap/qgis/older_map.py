"""An older map for QGIS: the names of its layers, and whether its files may be replaced."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Collection, Iterable
from hashlib import sha256
from mmap import ACCESS_READ, mmap
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
_MAP, _STYLE = "MINMAP_MAP", "MINMAP_STYLE"
_TAG: Final = re.compile(rb'<Item name="(MINMAP_[A-Z]+)">([0-9a-f]{64})</Item>')  # as GDAL writes


def raster_mark(map_name: str, style: str) -> dict[str, str]:
    """Return the tags of a GeoTIFF that tell its map, and its style as minmap wrote it.

    Parameters
    ----------
    map_name
        The name of the GeoPackage.
    style
        The text of the .qml beside the GeoTIFF.
    """
    return {_MAP: _digest(os.fsencode(map_name)), _STYLE: _digest(style.encode())}


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
        if raster.resolve() in sources:
            raise MinmapError(
                f"{raster} is a file that the map was made of, which it would replace; give the "
                "raster another name=, or the map."
            )
        marks = _marks_of(raster)
        is_of_map = marks.get(_MAP) == _digest(os.fsencode(path.name))
        has_own_style = style.exists() and marks.get(_STYLE) == _digest(style.read_bytes())
        for file, is_own in ((raster, is_of_map), (style, is_of_map and has_own_style)):
            if file.exists() and not is_own:
                raise MinmapError(
                    f"{file} exists and is not as minmap wrote it for an older {path.name}, so it "
                    "is not replaced; give the raster another name=, or the map, or remove the "
                    "file first."
                )


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
    changed = [f"project {row['name']}" for row in projects if not _is_marked(row["metadata"])]
    changed += [str(row["table_name"]) for row in contents if row["last_change"] != NO_TIME]
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


def _marks_of(raster: Path) -> dict[str, str]:
    """Return the tags of a GeoTIFF by `raster_mark`; none of another file.

    The bytes are searched, since GDAL would read the files beside it too.
    """
    if not raster.is_file() or not raster.stat().st_size:
        return {}
    with raster.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as content:
        found = re.findall(_TAG, content)
    return {name.decode(): value.decode() for name, value in found}


def _digest(content: bytes) -> str:
    return sha256(content).hexdigest()
