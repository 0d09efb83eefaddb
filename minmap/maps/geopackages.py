"""A map as a GeoPackage for QGIS."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

from minmap.maps.carried_layers import carried_layers
from minmap.qgis.geopackage import CarriedLayer, write_map
from minmap.qgis.view import View
from minmap.scene.drawable_geometry import joined_bounds
from minmap.scene.drawn_layer import DrawnRaster, DrawnRecords
from minmap.scene.label_texts import with_labels
from minmap.scene.legend_words import worded
from minmap.webmap.data_layer import DataLayer


def save_geopackage(map_: Any, path: Path, sources: Collection[Path]) -> None:
    """Write the layers of a map with their looks, and its rasters beside them.

    None of the files that the map was made of, `sources`, is replaced.

    Raises
    ------
    FileError
        If a file cannot be written.
    """
    carried = carried_layers(map_, "GeoPackage", hidden=True)
    language = map_.describe()["language"]
    layers = [
        CarriedLayer(
            layer.layer_name, layer.sources, _worded(layer, language), layer.show, layer.panel_group
        )
        for layer in carried
    ]
    texts = {"TITLE": map_.title, "SUBTITLE": map_.subtitle, "CREDIT": map_.style.credit}
    about = {name: text for name, text in texts.items() if text}
    write_map(layers, path, about, View.of(joined_bounds(carried)), sources)


def _worded(layer: DataLayer, language: str) -> tuple[DrawnRecords | DrawnRaster, ...]:
    """Return what a layer draws, with the words of its legends and labels on the page."""
    spec = layer.describe("")
    return tuple(
        part
        if isinstance(part, DrawnRaster)
        else with_labels(worded(part, spec, language), spec, language)
        for part in layer.drawn
    )
