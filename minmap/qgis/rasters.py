"""Write a raster of a map as a GeoTIFF, with its colours as a style of QGIS beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from math import cos, radians
from pathlib import Path
from typing import Any, Final
from xml.etree.ElementTree import Element, SubElement

import numpy as np
import rasterio
from PIL import Image
from rasterio.crs import CRS
from rasterio.transform import Affine

from minmap.qgis.elements import document, label, number, written
from minmap.qgis.older_map import style_mark
from minmap.rasters import WarpedRaster
from minmap.rasters.hillshade import ALTITUDE_DEG, AZIMUTH_DEG
from minmap.rasters.image import CellValues
from minmap.rasters.map_grid import RADIUS_M
from minmap.scene.drawn_layer import DrawnRaster
from minmap.scene.legend_words import title_text
from minmap.types import AnyArray

_MOST_STEPS: Final = 32
_SMOOTH: Final = "bilinear"


def write_raster(
    part: DrawnRaster,
    path: Path,
    title: str,
    sources: Sequence[Mapping[str, Any]],
    *,
    map_name: str,
) -> Element:
    """Write the values of a raster, or its colours if it has no values, and return their style.

    The title and the unit of its legend describe its band; without one, `title` does. The style
    is marked as one of the map of a name.
    """
    raster, packed = part.raster, part.raster.cell_values
    bands, nodata = _picture(raster) if packed is None else _cells(packed)
    options: dict[str, Any] = {
        "driver": "GTiff", "width": raster.width, "height": raster.height, "count": len(bands),
        "dtype": bands.dtype, "nodata": nodata, "crs": CRS.from_epsg(3857),
        "transform": _transform(raster), "compress": "deflate", "tiled": True,
    }  # fmt: skip
    if packed is None:
        options |= {"photometric": "RGB", "alpha": "yes"}
    with rasterio.open(path, "w", **options) as dataset:
        dataset.write(bands)
        dataset.update_tags(**_tags(sources))
        if packed is not None:
            unit = written(str(raster.legend.get("unit") or ""))
            name = title_text({"title": title, **_given(raster.legend)}, "en")
            dataset.set_band_description(1, written(name))
            dataset.set_band_unit(1, unit)
    style = _style(part)
    text = f"{document(style)}\n"
    text += style_mark(map_name, path, text)
    path.with_suffix(".qml").write_text(text, encoding="utf-8", newline="\n")
    return style


def _tags(sources: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Return the tags that state sources: their citations and their licences."""
    cited = [source.get("citation") or source.get("title") for source in sources]
    licences = [source.get("licence") for source in sources]
    tags = {"TIFFTAG_IMAGEDESCRIPTION": cited, "TIFFTAG_COPYRIGHT": licences}
    texts = {name: dict.fromkeys(map(str, filter(None, one))) for name, one in tags.items()}
    return {name: written("\n".join(one)) for name, one in texts.items() if one}


def _given(legend: Mapping[str, Any]) -> dict[str, Any]:
    return {name: legend[name] for name in ("title", "unit") if legend.get(name)}


def _transform(raster: WarpedRaster) -> Affine:
    """Return the place of the cells in Web Mercator."""
    (south, west), (north, east) = raster.bounds
    low, high = (float(np.arcsinh(np.tan(radians(lat)))) * RADIUS_M for lat in (south, north))
    left, right = (radians(lon) * RADIUS_M for lon in (west, east))
    across, down = (right - left) / raster.width, (low - high) / raster.height
    return Affine(across, 0.0, left, 0.0, down, high)


def _picture(raster: WarpedRaster) -> tuple[AnyArray, None]:
    pixels = np.asarray(Image.open(BytesIO(raster.png)).convert("RGBA"))
    return np.moveaxis(pixels, -1, 0), None


def _cells(packed: CellValues) -> tuple[AnyArray, float | None]:
    """Return the values as one band, and a number that none has for cells without data."""
    cells: Any = packed.cells
    if not np.ma.getmaskarray(cells).any():
        return np.ma.getdata(cells)[np.newaxis], None
    data = np.ma.getdata(cells)
    if data.dtype.kind == "f":
        return cells.filled(np.nan)[np.newaxis], np.nan
    limits, taken = np.iinfo(data.dtype), set(np.unique(cells.compressed())[[0, -1]].tolist())
    spare = [end for end in (limits.max, limits.min) if end not in taken]
    if spare and data.dtype.itemsize <= 4:  # rasterio has codes as floats
        return cells.filled(spare[0])[np.newaxis], float(spare[0])
    wide = cells.astype(np.float64 if data.dtype.itemsize > 2 else np.int32)
    outside = np.nan if wide.dtype.kind == "f" else np.iinfo(np.int32).min
    return wide.filled(outside)[np.newaxis], float(outside)


def _style(part: DrawnRaster) -> Element:
    root = Element("qgis", version="3.40.0", styleCategories="AllStyleCategories")
    pipe = SubElement(root, "pipe")
    raster, packed = part.raster, part.raster.cell_values
    renderer = SubElement(
        pipe, "rasterrenderer", opacity=number(part.opacity), alphaBand="-1", nodataColor=""
    )
    if packed is None:
        bands = {"redBand": "1", "greenBand": "2", "blueBand": "3", "alphaBand": "4"}
        renderer.attrib |= {"type": "multibandcolor", **bands}
    elif raster.shades is not None:
        light = {"azimuth": number(AZIMUTH_DEG), "angle": number(ALTITUDE_DEG)}
        # Web Mercator is larger than the ground, so that slopes in it are lower.
        middle = radians((raster.bounds[0][0] + raster.bounds[1][0]) / 2)
        height = number(round((raster.exaggeration or 1.0) / cos(middle), 6))
        renderer.attrib |= {"type": "hillshade", "band": "1", "zfactor": height, **light}
        renderer.set("multidirection", "0")
    elif packed.step is None:
        _add_classes(renderer, raster.legend["entries"])
    else:
        _add_scale(renderer, packed, raster.legend)
    way = "nearestNeighbour" if raster.kind == "classes" else _SMOOTH
    SubElement(pipe, "rasterresampler", zoomedInResampler=way, zoomedOutResampler=way)
    SubElement(root, "blendMode").text = "0"
    return root


def _add_classes(renderer: Element, entries: Sequence[Mapping[str, Any]]) -> None:
    renderer.attrib |= {"type": "paletted", "band": "1"}
    palette = SubElement(renderer, "colorPalette")
    for one in entries:
        SubElement(
            palette, "paletteEntry", value=str(one["value"]), label=label(str(one["label"])),
            color=one["color"], alpha="255",
        )  # fmt: skip


def _add_scale(renderer: Element, packed: CellValues, legend: Mapping[str, Any]) -> None:
    """Add the colours of measurements: steps as they are, else mixed between their middles."""
    renderer.attrib |= {"type": "singlebandpseudocolor", "band": "1"}
    way, values = "INTERPOLATED", _middles(packed, legend)
    labels = [f"{value:.6g}" for value in values]
    entries = legend.get("entries") or ()
    if packed.limits is not None and len(packed.colors) <= _MOST_STEPS:
        way, values = "DISCRETE", [*packed.limits, float("inf")]
        named = [str(one["label"]) for one in entries]
        labels = named if len(named) == len(values) else [f"{value:.6g}" for value in values]
    ends: dict[str, str] = {"minimumValue": number(values[0]), "maximumValue": number(values[-1])}
    renderer.attrib |= {"classificationMin": ends["minimumValue"]}
    renderer.attrib |= {"classificationMax": ends["maximumValue"]}
    shader = SubElement(
        SubElement(renderer, "rastershader"), "colorrampshader",
        {"colorRampType": way, "classificationMode": "1", "clip": "0", **ends},
    )  # fmt: skip
    for value, color, text in zip(values, packed.colors, labels, strict=True):
        SubElement(shader, "item", value=number(value), color=color, alpha="255", label=label(text))


def _middles(packed: CellValues, legend: Mapping[str, Any]) -> list[float]:
    """Return the value in the middle of each colour."""
    if packed.limits is None:
        made: list[float] = np.linspace(legend["min"], legend["max"], len(packed.colors)).tolist()
        return made
    least, most = legend.get("min", packed.limits[0]), legend.get("max", packed.limits[-1])
    edges = np.array([least, *packed.limits, most])
    middles: list[float] = ((edges[:-1] + edges[1:]) / 2).tolist()
    return middles
