"""A map as a GeoPackage for QGIS."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from minmap.maps.carried_layers import carried_layers
from minmap.qgis.geopackage import CarriedLayer, write_map


def save_geopackage(map_: Any, path: Path) -> None:
    """Write the layers of a map with their looks, and its rasters beside them.

    Raises
    ------
    FileError
        If a file cannot be written.
    """
    layers = [
        CarriedLayer(layer.layer_name, layer.sources, tuple(layer.drawn))
        for layer in carried_layers(map_, "GeoPackage", hidden=True)
    ]
    texts = {"TITLE": map_.title, "SUBTITLE": map_.subtitle, "CREDIT": map_.style.credit}
    write_map(layers, path, {name: text for name, text in texts.items() if text})
