"""The names that layers have from their files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from minmap.arguments import require_path
from minmap.maps.output import GEOPACKAGE
from minmap.qgis.older_map import layer_name
from minmap.scene.headings import words_of_file


def name_of_file(file: Any, layer: str | None) -> str | None:
    """Return the name of a path or a file object, or of its layer, in words; None without one."""
    path = getattr(file, "name", None) if hasattr(file, "read") else require_path(file, name="data")
    if not path or not isinstance(path, str | Path):
        return layer
    is_map = Path(path).suffix.lower() == GEOPACKAGE
    return (layer_name(Path(path), layer) if is_map else None) or words_of_file(path, layer)
