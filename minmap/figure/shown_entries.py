"""The entries of the legends of a map that have a record within its frame."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import shapely

from minmap.figure.map_frame import MapFrame
from minmap.figure.paper_map import PaperLayer, PaperMap
from minmap.figure.rasters import classes_within
from minmap.scene.drawn_layer import DrawnRaster, DrawnRecords
from minmap.types import AnyArray, Booleans


def with_entries_within(paper_map: PaperMap, frame: MapFrame) -> PaperMap:
    """Return a map for its legend: with the layers and the entries that a frame shows."""
    layers = (_layer_within(layer, frame) for layer in paper_map.layers)
    return replace(paper_map, layers=tuple(layer for layer in layers if layer is not None))


def records_outside(paper_map: PaperMap, frame: MapFrame) -> tuple[int, int]:
    """Return how many records a frame does not show, and how many there are; nodes do not count."""
    parts = [part for layer in paper_map.layers for part in layer.parts]
    records = [one for one in parts if isinstance(one, DrawnRecords) and one.kind != "nodes"]
    total = sum(int((~part.hidden()).sum()) for part in records)
    return total - sum(int(_rows_within(part, frame).sum()) for part in records), total


def _layer_within(layer: PaperLayer, frame: MapFrame) -> PaperLayer | None:
    """Return a layer whose legends hide other entries; None without a record in the frame."""
    parts = [part for part in layer.parts if isinstance(part, DrawnRecords)]
    rows = [_rows_within(part, frame) for part in parts]
    if not parts:
        return _raster_within(layer, frame)
    if not any(one.any() for one in rows):
        return None
    spec = dict(layer.spec)
    for part, chosen in zip(parts, rows, strict=True):
        codes = part.marks.legend.codes[chosen]
        if spec["kind"] == "corridor":
            legend = _with_codes(spec[part.kind]["legend"], codes)
            spec[part.kind] = {**spec[part.kind], "legend": legend}
            continue
        spec["legend"] = _with_codes(spec["legend"], codes)
        if "legends" in spec.get("marks", {}):
            legends = [_of_channel(one, part, chosen) for one in spec["marks"]["legends"]]
            spec["marks"] = {**spec["marks"], "legends": legends}
    return replace(layer, spec=spec)


def _raster_within(layer: PaperLayer, frame: MapFrame) -> PaperLayer:
    """Return a layer of a raster with the classes that a frame shows."""
    shown = [classes_within(part, frame) for part in layer.parts if isinstance(part, DrawnRaster)]
    if not shown or shown[0] is None:
        return layer
    legend = layer.spec["legend"]
    entries = [entry for entry in legend["entries"] if entry["value"] in shown[0]]
    return replace(layer, spec={**layer.spec, "legend": {**legend, "entries": entries}})


def _rows_within(part: DrawnRecords, frame: MapFrame) -> Booleans:
    """Return which records are drawn within a frame."""
    shapes = part.table.geometry.to_numpy()
    if part.kind in ("points", "nodes"):
        left, bottom, right, top = frame.edges
        x, y = frame.projection.forward(shapely.get_coordinates(shapes)).T
        within = (x >= left) & (x <= right) & (y >= bottom) & (y <= top)
    else:
        within = shapely.intersects(frame.placed(shapes), shapely.box(*frame.edges))
    return np.asarray(within & ~part.hidden())


def _of_channel(legend: Mapping[str, Any], part: DrawnRecords, rows: Booleans) -> Mapping[str, Any]:
    """Return a legend of shapes or dashes with the entries of some rows, others as they are."""
    of_patterns = [part.marks.channels.get(name) for name in ("shape", "dash")]
    codes = [one.codes for one in of_patterns if one is not None and one.codes is not None]
    return legend if "channel" in legend or not codes else _with_codes(legend, codes[0][rows])


def _with_codes(legend: Mapping[str, Any], codes: AnyArray | Sequence[int]) -> dict[str, Any]:
    """Return a legend that hides the entries that none of the codes has."""
    present = set(np.unique(codes).tolist())
    entries = [
        entry if number in present else {**entry, "hidden": True}
        for number, entry in enumerate(legend["entries"])
    ]
    return {**legend, "entries": entries}
