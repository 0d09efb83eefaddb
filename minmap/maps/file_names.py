"""The files of layers, and the names that layers have from them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rasterio import DatasetBase

from minmap.arguments import require_path
from minmap.files.held import is_file
from minmap.maps.output import GEOPACKAGE
from minmap.qgis.older_map import layer_name
from minmap.rasters.mosaic import parts_of_mosaic
from minmap.scene.headings import words_of_file


def files_of(data: Any) -> set[Path]:
    """Return the files of data that a map reads, resolved: of a path, a mosaic or a dataset."""
    if isinstance(data, DatasetBase):
        return {Path(name).resolve() for name in data.files}
    if not is_file(data) or hasattr(data, "read"):
        return set()
    path = require_path(data, name="data")
    parts = parts_of_mosaic(path) if path.suffix.lower() == ".vrt" else []
    return {one.resolve() for one in (path, *parts)}


def name_of_file(file: Any, layer: str | None) -> str | None:
    """Return the name of a path or a file object, or of its layer, in words; None without one."""
    path = getattr(file, "name", None) if hasattr(file, "read") else require_path(file, name="data")
    if not path or not isinstance(path, str | Path):
        return layer
    is_map = Path(path).suffix.lower() == GEOPACKAGE
    return (layer_name(Path(path), layer) if is_map else None) or words_of_file(path, layer)
