"""What a GeoPackage is: an older map, with the names of its layers, or a file of the user's."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from minmap.errors import FileError, MinmapError
from minmap.files.sqlite_tables import rows_of_table

PROJECT: Final = "map"
"""The name of the project in a GeoPackage."""
RASTERS: Final = "minmap_rasters"
"""What is known of it: the names of the rasters beside it."""


def require_own(path: Path, rasters: Iterable[str]) -> None:
    """Raise if writing a map would replace files that are not of an older map.

    Parameters
    ----------
    path
        The GeoPackage.
    rasters
        The names of its rasters, without their ending.

    Raises
    ------
    MinmapError
        If the GeoPackage exists and is no map, or a raster or the style of one exists and is not of
        the map in it.
    """
    older = _rasters_of(path)
    if older is None and path.is_file() and path.stat().st_size:
        raise MinmapError(
            f"{path} exists and is not a map that minmap wrote: all its layers would be replaced. "
            "Give another name, or remove the file first."
        )
    for name in rasters:
        for ending in (".tif", ".qml"):
            file = path.with_name(name + ending)
            if name not in (older or ()) and file.exists():
                raise MinmapError(
                    f"{file} exists and does not belong to an older {path.name}, so the raster is "
                    "not written; give the raster another name=, or the map."
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
    if _rasters_of(path) is None:
        return None
    columns = ["table_name", "data_type", "identifier"]
    rows = rows_of_table(path, str(path), "gpkg_contents", columns)
    tables = [row for row in rows if row.get("data_type") == "features"]
    names = [row.get("identifier") for row in tables if table in (None, row.get("table_name"))]
    return str(names[0]) if len(names) == 1 and names[0] else None


def _rasters_of(path: Path) -> list[str] | None:
    """Return the names of the rasters of a map in a GeoPackage; None if there is no map."""
    try:
        rows = rows_of_table(path, str(path), "qgis_projects", ["name", "metadata"])
        known = [json.loads(row["metadata"]) for row in rows if row["name"] == PROJECT]
        return [str(name) for name in known[0][RASTERS]]
    except (FileError, LookupError, OSError, TypeError, ValueError):
        return None
