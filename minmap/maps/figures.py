"""A map as a figure: what it shows on paper, and the files of it."""

from __future__ import annotations

import os
import re
from dataclasses import astuple, replace
from pathlib import Path
from typing import Any, Final

import folium
import geopandas as gpd
import numpy as np
import pandas as pd
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure
from shapely.geometry.base import BaseGeometry

from minmap.arguments import require_number, require_text, shown
from minmap.errors import MinmapError, warn
from minmap.figure.composition import compose, compose_pages
from minmap.figure.layout import Paper
from minmap.figure.map_frame import MOST_MM
from minmap.figure.paper_map import PaperLayer, PaperMap
from minmap.figure.projection import Box, require_projection
from minmap.files import read_vector
from minmap.maps.carried_layers import carried_layers
from minmap.maps.figure_options import FigureOptions
from minmap.output import atomic_path
from minmap.output.picture_files import drawing_settings, picture_metadata
from minmap.scene.drawable_geometry import Edges, edges_of, in_degrees, joined_bounds
from minmap.scene.drawn_layer import DrawnRaster, DrawnRecords
from minmap.scene.label_texts import with_labels
from minmap.style.table_columns import column_names
from minmap.webmap.base_layer import BaseMap
from minmap.webmap.data_layer import DataLayer
from minmap.webmap.tile_archive import TileArchive

_EURASIA: Final = Box(20.0, 20.0, 120.0, 60.0)
_LEAST_MM: Final = 60
_USUAL_DPI: Final = 200
_MOST_PAGES: Final = 500
_WIDEST: Final = 270  # degrees across 180, as the Pacific has; wider ones are swapped
_SMALLEST_SCALE: Final = 1_000_000_000
# n or 1:n, whose thousands may be parted by a space or a comma.
_SCALE: Final = re.compile(
    r"\s*(?:1\s*:\s*)?([0-9]{1,3}(?:[\s,.'’][0-9]{3}){1,3}|[0-9]{1,12})(?:\.0+)?\s*"
)


def figure_of_map(map_: folium.Map, options: FigureOptions) -> Figure:
    """Return a map as a figure.

    Raises
    ------
    MinmapError
        If an option has a value that it does not take.
    """
    return _figure(paper_map_of(map_), options)


def _figure(paper_map: PaperMap, options: FigureOptions) -> Figure:
    paper = paper_of(options)
    if paper.projection is not None:
        paper.projection.warn_if_far(paper.box or paper_map.box)
    by = options.get("by")
    if by is not None:
        require_text(by, name="by", like="commodity_group")
    if by is not None and paper.scale is not None:
        raise MinmapError(f"scale={paper.scale:g} and by={by!r} do not go together; leave one out.")
    with drawing_settings():
        return compose(paper_map, paper, by=by)


def save_figure(map_: folium.Map, path: Path, options: FigureOptions, *, atlas: Any) -> None:
    """Write a map to a .pdf, .svg or .png, whole or not at all.

    Raises
    ------
    FileError
        If it cannot be written.
    MinmapError
        If an option has a value that it does not take.
    """
    ending = path.suffix.lower()
    with atomic_path(path) as draft, drawing_settings():
        if atlas is not None:
            _save_atlas(map_, draft, ending, options, atlas)
            return
        paper_map = paper_map_of(map_)
        figure, metadata = _figure(paper_map, options), _metadata_of(paper_map, ending)
        figure.savefig(draft, format=ending[1:], dpi=figure.dpi, metadata=metadata)


def _metadata_of(paper_map: PaperMap, ending: str) -> dict[str, Any]:
    """Return what a file says of itself, with all sources."""
    return picture_metadata(ending, "; ".join(source.text for source in paper_map.sources()))


def _save_atlas(
    map_: folium.Map, draft: Path, ending: str, options: FigureOptions, atlas: Any
) -> None:
    """Write a page for each row of a table of extents."""
    if ending != ".pdf":
        raise MinmapError(f"atlas= needs several pages; give a .pdf, not a {ending}.")
    given = [name for name in ("extent", "by") if options.get(name) is not None]
    if given:
        raise MinmapError(f"atlas= has the extents of its pages; leave out {given[0]}=.")
    paper_map, paper = paper_map_of(map_), replace(paper_of(options), may_be_empty=True)
    pages = [
        (
            replace(paper_map, title=": ".join(filter(None, (paper_map.title, name)))),
            replace(paper, box=box),
        )
        for name, box in _extents_of(atlas)
    ]
    with PdfPages(draft, metadata=_metadata_of(paper_map, ending)) as file:
        for figure in compose_pages(pages):
            file.savefig(figure)


def _extents_of(atlas: Any) -> list[tuple[str, Box]]:
    """Return the name and the extent of each page."""
    if isinstance(atlas, (str, os.PathLike)):
        atlas = read_vector(Path(os.fspath(atlas)))
    if not isinstance(atlas, gpd.GeoDataFrame) or atlas.empty:
        raise MinmapError(
            f"atlas={shown(atlas)} is not a table of extents; give a GeoDataFrame or a vector file "
            "with a row for each page, and their names in a column 'name'."
        )
    placed = in_degrees(atlas, "atlas")
    names = _page_names(placed)
    if len(placed) > _MOST_PAGES:
        raise MinmapError(
            f"atlas= has {len(placed):,} rows, and an atlas at most {_MOST_PAGES} pages; give its "
            "parts one by one."
        )
    boxes = [Box.around(np.array([shape])) for shape in placed.geometry]
    for row, box in enumerate(boxes):
        if not np.isfinite([box.width, box.height]).all():
            raise MinmapError(
                f"atlas= has no extent in row {row}: its shape is missing or not finite; leave the "
                "row out."
            )
    return [*zip(names, boxes, strict=True)]


def _page_names(table: gpd.GeoDataFrame) -> list[str]:
    """Return the names of pages, empty where one is missing: shapefiles often have them in NAME."""
    columns = [name for name in column_names(table) if name.casefold() == "name"]
    columns = [name for name in columns if name == "name"] or columns
    if len(columns) > 1:
        listed = " and ".join(map(repr, dict.fromkeys(columns)))
        raise MinmapError(f"atlas= has several columns {listed}; rename all but one.")
    if not columns:
        return [""] * len(table)
    return ["" if pd.isna(name) else str(name) for name in table[columns[0]]]


def paper_of(options: FigureOptions) -> Paper:
    """Return how a figure is made, from its options."""
    width, scale = options.get("width_mm"), _scale_of(options.get("scale"))
    dpi, projection = options.get("dpi"), options.get("projection")
    if width is not None:
        require_number(width, name="width_mm", like=180, least=_LEAST_MM, most=MOST_MM)
    if dpi is not None:
        require_number(dpi, name="dpi", like=300, least=30, most=1200)
    extent = options.get("extent")
    return Paper(
        width_mm=width,
        scale=scale,
        box=None if extent is None else _box_of(extent),
        projection=None if projection is None else require_projection(projection),
        dpi=_USUAL_DPI if dpi is None else dpi,
    )


def _scale_of(scale: float | str | None) -> float | None:
    """Return n of a scale 1 : n, given as a number or as text.

    Examples
    --------
    >>> [_scale_of(text) for text in ("1:500000", "1 : 500,000", "1:500.000", "500000.0")]
    [500000.0, 500000.0, 500000.0, 500000.0]
    """
    if scale is None:
        return None
    found = _SCALE.fullmatch(scale) if isinstance(scale, str) else None
    number = scale if found is None else int(re.sub(r"\D", "", found[1]))
    return require_number(number, name="scale", like=500_000, least=1000, most=_SMALLEST_SCALE)


def _box_of(extent: Any) -> Box:
    """Return the box of an extent: four numbers, or anything with geometries."""
    given = extent
    if isinstance(extent, (gpd.GeoDataFrame, gpd.GeoSeries)):
        table = extent.to_frame("geometry") if isinstance(extent, gpd.GeoSeries) else extent
        extent = astuple(Box.around(in_degrees(table, "extent").geometry.to_numpy()))
    elif isinstance(extent, BaseGeometry):
        extent = astuple(Box.around(np.array([extent])))
    if extent is not given:
        _require_wide(given, *extent)
    try:
        west, south, east, north = map(float, extent)
    except (TypeError, ValueError):
        west = south = east = north = np.nan
    if -180 <= east < west <= 180:  # over the antimeridian
        east += 360
        if east - west > _WIDEST:
            raise MinmapError(
                f"extent={shown(given)} goes around the Earth from its west to its east; give "
                f"extent=({east - 360:g}, {south:g}, {west:g}, {north:g}) if they are swapped."
            )
    is_box = west < east and -90 <= south < north <= 90 and east - west <= 360
    if not (is_box and np.isfinite([west, east]).all()):
        raise MinmapError(
            f"extent={shown(given)} is not an extent; give west, south, east and north in "
            "degrees, such as extent=(45, 35, 90, 55), or a table whose shapes it holds."
        )
    return Box(west, south, east, north)


def _require_wide(given: Any, west: float, south: float, east: float, north: float) -> None:
    """Raise if shapes that give an extent are a point, or lie on one meridian or parallel."""
    if west == east or south == north:
        what = "is one point" if (west, south) == (east, north) else "lies on one line"
        around = (west - 0.5, max(south - 0.5, -90), east + 0.5, min(north + 0.5, 90))
        raise MinmapError(
            f"extent={shown(given)} {what}, so that it has no extent; give west, south, east and "
            f"north in degrees, such as extent=({', '.join(f'{one:g}' for one in around)})."
        )


def paper_map_of(map_: Any) -> PaperMap:
    """Return what a map shows on paper; warn of what it cannot draw."""
    layers = carried_layers(map_, "figure", hidden=False)
    if not any(map(_shows_something, layers)) and any(map(_is_data, map_._children.values())):
        warn("The figure shows none of the layers: each is empty or hidden (show=False).")
    edges = _edges_of(layers)
    page = map_.describe()
    return PaperMap(
        title=map_.title if map_.title != "minmap" else "",
        subtitle=map_.subtitle,
        layers=tuple(_paper_layer(layer, page["language"]) for layer in layers),
        box=_EURASIA if edges is None else Box(*edges),
        language=page["language"],
        font=map_.style.font,
        credit=map_.style.credit,
        base=map_.base,
    )


def _edges_of(layers: list[DataLayer]) -> Edges | None:
    """Return the edges of what a figure shows: of the records, or of all if these have no size.

    A raster may reach far beyond the records that it lies below.
    """
    of_records = [layer for layer in layers if not _is_raster(layer) and _shows_something(layer)]
    edges = edges_of(joined_bounds(of_records))
    has_size = edges is not None and (edges[0], edges[1]) != (edges[2], edges[3])
    return edges if has_size else edges_of(joined_bounds(layers))


def _is_raster(layer: DataLayer) -> bool:
    return any(isinstance(part, DrawnRaster) for part in layer.drawn)


def _is_data(element: object) -> bool:
    return isinstance(element, DataLayer) and not isinstance(element, (BaseMap, TileArchive))


def _shows_something(layer: DataLayer) -> bool:
    """Return whether a layer has a raster, or a record that is not hidden."""
    return any(
        not isinstance(part, DrawnRecords) or not part.hidden().all() for part in layer.drawn
    )


def _paper_layer(layer: DataLayer, language: str) -> PaperLayer:
    spec = _recounted(layer)
    parts = [
        with_labels(part, spec, language) if isinstance(part, DrawnRecords) else part
        for part in layer.drawn
    ]
    return PaperLayer(spec, tuple(parts))


def _recounted(layer: DataLayer) -> dict[str, Any]:
    """Return the specification of a layer, with the counts of the points that show at first."""
    spec, (first, *_) = layer.describe(""), layer.drawn
    if not (isinstance(first, DrawnRecords) and first.kind == "points"):
        return spec
    entries = spec["legend"]["entries"]
    counts = np.bincount(first.marks.legend.codes, minlength=len(entries)).tolist()
    counted = [{**entry, "count": n} for entry, n in zip(entries, counts, strict=False)]
    return {**spec, "legend": {**spec["legend"], "entries": counted}}
