"""Types of the JSON that Python writes into a page: the page and its layers.

``scripts/build_spec.py`` writes ``web/src/data/spec.ts`` from `minmap.webmap.record_spec` and this
module.
"""

from __future__ import annotations

from typing import Literal, NotRequired, TypeAlias, TypedDict

from minmap.webmap.record_spec import (
    BoundsSpec,
    LayerCommon,
    LayerFields,
    PayloadId,
    PlaceSpec,
    RecordsSpec,
    TableSpec,
)


class FoliumLayerSpec(TypedDict):
    """A layer of folium's own, which the panel lists too."""

    name: str
    variable: str
    shown: bool
    group: str | None


class PictureSpec(TypedDict):
    """A picture inside the page."""

    url: str
    """A data: URL of PNG or SVG, only ever the address of an image."""
    text: str | None
    """What it says."""


class PageStyleSpec(TypedDict):
    """The house style of a page; fields that are not there are as usual."""

    font: NotRequired[str]
    """Families of fonts, as CSS has them."""
    logo: NotRequired[PictureSpec]
    panel: NotRequired[Literal["left", "hidden", "legend"]]
    credit: NotRequired[str]


class FrameSpec(TypedDict):
    """What the first view shows of one element of the map."""

    bounds: BoundsSpec
    backdrop: bool
    """Whether it is areas or a raster, on which records lie."""


class PageSpec(TypedDict):
    """The page itself."""

    kind: Literal["page"]
    title: str
    subtitle: str | None
    frames: list[FrameSpec]
    """What the first view shows; empty where the map has a place and a zoom of its own."""
    language: str
    folium: list[FoliumLayerSpec]
    bare: NotRequired[bool]
    """Whether the page has no base map."""
    style: NotRequired[PageStyleSpec]


class ReliefSpec(TypedDict):
    """The shaded relief of the base map: WebP pictures in a table of blocks."""

    payload: PayloadId
    side: int
    """Pixels of a side of a block."""
    flat: int
    """The grey of flat land."""
    still: int
    """Greys that differ from it by less are flat land too."""
    contrast: int
    """Opacity, in 255ths, per grey level of difference from flat land."""
    fades: tuple[float, float]
    """How many zoom levels beyond its own a level is drawn in full, and from how many on not at
    all."""


class BaseSpec(LayerCommon):
    """The base map."""

    kind: Literal["base"]
    shapes: list[PayloadId]
    """Payloads: shapes of the world; finer ones of some cells; railways and roads over both."""
    region_zoom: int
    """The zoom from which they are replaced."""
    from_zoom: list[int]
    """The zoom from which each kind of shapes is drawn."""
    names: PayloadId
    relief: NotRequired[ReliefSpec]


class CriticalListSpec(TypedDict):
    """A critical list and the commodities on it."""

    id: str
    codes: list[str]
    jurisdiction: str
    year: str
    kind: str


RangeSpec: TypeAlias = tuple[float | str | None, float | str | None]
"""The ends of a range, numbers or ISO dates; null for no end."""


class FacetSpec(TypedDict):
    """A filter of records."""

    column: int
    also: NotRequired[int]
    """A second column whose codes count too."""
    name: str
    kind: Literal["terms", "codes", "critical", "number", "year", "date"]
    first: bool
    """Whether the page shows it at once."""
    lists: NotRequired[list[CriticalListSpec]]
    missing: NotRequired[list[float]]
    """Numbers that stand for a missing value, such as -9999."""
    choice: NotRequired[list[str] | RangeSpec]
    """The terms, or the range, by which the page filters when it opens."""


ViewSpec: TypeAlias = Literal["symbols", "bubbles", "hexagons", "heat"]


class SearchedSpec(TypedDict):
    """The columns in which the page searches."""

    search: list[int]
    """Those of texts, the one of the names first."""
    search_codes: list[int]
    """Those of codes."""


class PointsSpec(LayerCommon, RecordsSpec, SearchedSpec):
    """A layer of points."""

    kind: Literal["points"]
    payload: PayloadId | PlaceSpec
    unplaced: int
    """The number of records that have no location that can be drawn."""
    unplaced_names: NotRequired[list[str]]
    """The first of them."""
    facets: list[FacetSpec]
    uncertainty: NotRequired[int]
    """The column of the radius, in metres, within which a place lies."""
    front: NotRequired[int]
    """The column whose greatest values lie in front."""
    view: NotRequired[ViewSpec]
    """How the layer is drawn when the page opens; symbols by default."""


class VectorStyleSpec(TypedDict):
    """How a vector layer is drawn."""

    weight: float
    """The usual width of lines and outlines, in pixels."""
    cover: NotRequired[bool]
    """Whether an area hides those below it."""


class VectorSpec(LayerCommon, TableSpec, SearchedSpec):
    """A layer of lines, polygons and points."""

    kind: Literal["vector"]
    unplaced: int
    unplaced_names: NotRequired[list[str]]
    style: VectorStyleSpec


RunSpec: TypeAlias = list[int]
"""Rows of legs from end to end; ~row for a leg against its direction."""

LaneSpec: TypeAlias = float | None
"""How many lanes a leg lies to the left of its track; null for one that no other corridor has."""


class CourseSpec(TypedDict):
    """The course of a corridor."""

    color: NotRequired[str]
    """The colour of its name; by default that of other names."""
    runs: list[RunSpec]
    lanes: NotRequired[list[LaneSpec]]
    """That of each leg."""


class CorridorSpec(LayerCommon):
    """A transport corridor."""

    kind: Literal["corridor"]
    legs: TableSpec
    nodes: TableSpec
    course: CourseSpec
    told_apart: bool
    """Whether it has a colour of its own, and shares its legend with the others of the map."""


class RoutesSpec(LayerCommon, TableSpec, SearchedSpec):
    """Pieces of a network that routes use."""

    kind: Literal["routes"]
    widths: list[int]
    """The numbers of occurrences whose widths the legend shows, the greatest first."""


class ClassSpec(TypedDict):
    """A class of a raster."""

    value: float | None
    """None for relief, and for the greatest class of measurements."""
    label: str
    color: str


class ClassesSpec(TypedDict):
    """The legend of a raster, with its classes."""

    title: str | None
    unit: str | None
    shown: NotRequired[bool]
    """False leaves the legend out."""
    entries: list[ClassSpec]


class RampSpec(ClassesSpec):
    """The legend of a raster of measurements; a ramp has no entries."""

    ramp: list[str]
    min: float
    max: float
    ticks: list[tuple[float, float]]
    """Shares of the bar and their values: the ends, and round ones between."""


class CellsSpec(TypedDict):
    """Codes of cells: 0 for no data, else a class from 1, or 1 + steps above the least value."""

    payload: PayloadId
    width: int
    height: int
    planes: int
    """The bytes of a code."""
    least: float | None
    step: float | None
    digits: int
    colors: list[str]
    limits: NotRequired[list[float]]
    """The greatest value of each colour but the last; without it they have equal steps."""
    shades: NotRequired[PayloadId]
    """The number of each cell's colour, from 1, where values do not decide it."""


class RasterSpec(LayerFields):
    """A raster: an image, or the cells that make one."""

    kind: Literal["raster"]
    bounds: BoundsSpec
    payload: NotRequired[PayloadId]
    mime: NotRequired[str]
    cells: NotRequired[CellsSpec]
    opacity: float
    pixelated: bool
    legend: RampSpec | ClassesSpec


class TilesSpec(LayerCommon):
    """Online tiles."""

    kind: Literal["tiles"]
    url: str
    subdomains: list[str]
    min_zoom: int
    max_zoom: int
    attribution: list[tuple[str, str | None]]
    """The credit of the tiles: pieces of text, each with its link or null."""


class ArchiveSpec(LayerCommon):
    """Tiles in a PMTiles file beside the page."""

    kind: Literal["archive"]
    url: str
    mime: str
    min_zoom: int
    max_zoom: int
    attribution: list[tuple[str, str | None]]
    """As of online tiles."""


LayerSpec: TypeAlias = (
    TilesSpec
    | ArchiveSpec
    | BaseSpec
    | PointsSpec
    | VectorSpec
    | CorridorSpec
    | RoutesSpec
    | RasterSpec
)
