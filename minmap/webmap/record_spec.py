"""Types of the JSON that Python writes into a page: records, their columns, legends and marks.

``scripts/build_spec.py`` writes ``web/src/data/spec.ts`` from this module and `minmap.webmap.spec`.
"""

from __future__ import annotations

from typing import Literal, NotRequired, TypeAlias, TypedDict

PayloadId: TypeAlias = str
"""The id of the script element that contains a payload."""

BoundsSpec: TypeAlias = tuple[tuple[float, float], tuple[float, float]]
"""The south-west and the north-east corner, each with its latitude and longitude in degrees."""


class IndexSpec(TypedDict):
    """The index of the words in a GeoParquet file, in a file beside it."""

    url: str
    size: int
    """The bytes of the file."""
    directory: int
    """The place in it where the directory of its blocks begins."""
    blocks: int


class PlaceSpec(TypedDict):
    """A GeoParquet file beside the page."""

    url: str
    rows: int
    wide: NotRequired[bool]
    """Whether the entries of the legend need two bytes."""
    columns: list[str]
    """The name in the file of each column of the layer."""
    index: IndexSpec


class SourceSpec(TypedDict):
    """Where the data of a layer comes from."""

    id: NotRequired[str]
    """The name of the source in minmap's list of sources."""
    title: str
    citation: NotRequired[str | None]
    licence: NotRequired[str | None]
    url: NotRequired[str | None]
    credit: NotRequired[str]
    """The short text that stands on a map which shows the data."""
    vintage: NotRequired[str]
    """The state of the data, such as the year of its last update."""


class ColumnSpec(TypedDict):
    """A column of a table."""

    name: str
    """The name of the column in the table."""
    label: str
    """Its heading, in the language of the page."""
    type: Literal["text", "number", "integer", "date", "link"]
    unit: str | None
    key: NotRequired[str]
    """The column of minmap that this is, which the card arranges."""
    is_of_route: NotRequired[bool]
    """Whether it describes the route of `minmap.access`, which the card shows as one part."""
    words: NotRequired[dict[str, str]]
    """The meaning of its codes."""
    found: NotRequired[dict[str, str]]
    """Further words by which the search finds its codes."""
    regions: NotRequired[dict[str, str]]
    """The two-letter ISO 3166-1 codes of its countries."""
    codes: NotRequired[bool]
    """Whether a cell has several codes, separated by spaces."""
    colors: NotRequired[dict[str, str]]
    """The colours of the groups of its commodities, by their codes."""
    site_words: NotRequired[dict[str, str]]
    """Of the records of sites: the words of their codes, by column and code."""
    prefix: NotRequired[str]
    """The text before the number in each cell; the payload has only the numbers."""


class EntrySpec(TypedDict):
    """An entry of a legend."""

    label: str
    count: int
    color: str
    dark: NotRequired[str]
    """The colour on a dark page, if it differs."""
    shape: str
    dash: NotRequired[list[int]]
    mode: NotRequired[str]
    status: NotRequired[str]
    gauge: NotRequired[int]
    size: NotRequired[float]
    """The size of a symbol, or the width of a line, as a multiple of the usual one."""
    opacity: NotRequired[float]
    """The opacity of the fill of an area or a symbol, or of a line; 0 for no fill."""
    outline: NotRequired[str]
    """A colour, "none", or "ink" for the colour of the page's text; by default that of the area,
    or light around a symbol."""
    outline_width: NotRequired[float]
    """In pixels."""
    limits: NotRequired[tuple[float, float]]
    """The least and the greatest number of a class; equal for a single number."""
    text: NotRequired[str]
    """The label in the language of the page, if it differs."""
    others: NotRequired[int]
    """The number of values that share an entry."""
    missing: NotRequired[list[float]]
    """The numbers that stand for a missing value."""
    hidden: NotRequired[bool]
    """Whether the records are hidden when the page opens."""


class ScaleSpec(TypedDict):
    """The ramp of a legend, whose steps are the entries with limits."""

    ticks: list[tuple[float, float | str]]
    """Shares of the ramp, and the numbers or dates at them: the ends, and round ones between."""
    below: bool
    """Whether there are numbers below the least."""
    above: bool


class LegendSpec(TypedDict):
    """The legend of a table."""

    title: str | None
    unit: NotRequired[str | None]
    scheme: NotRequired[str]
    """The method that made the classes."""
    entries: list[EntrySpec]
    scale: NotRequired[ScaleSpec]
    column: NotRequired[int]
    """The column whose codes are the labels; the page shows their names."""
    dates: NotRequired[bool]
    """Whether limits are days since the start of 1970."""
    shown: NotRequired[bool]
    """False for a legend that the page does not show."""
    note: NotRequired[str]
    """What is to be known of the values; "name: text" has a name that the page translates."""


class SizeScaleSpec(TypedDict):
    """The meaning of sizes, widths or opacities."""

    channel: Literal["size", "line_width", "opacity"]
    title: str
    unit: str | None
    shape: str
    color: str
    samples: list[tuple[float, float]]
    """Numbers, each with its diameter or width in pixels, or its opacity."""
    missing: int
    """The number of records without a number."""
    least: float
    """The least diameter or width; the opacity of records without a number."""
    floor: float | None
    """Numbers up to this one have the least."""
    outline: NotRequired[str]
    outline_width: NotRequired[float]


DashSpec: TypeAlias = list[int]
"""Lengths of strokes and gaps, in pixels; none for a solid line."""

LengthSpec: TypeAlias = float | None
"""The diameter of a symbol at near zooms or the width of a line, in pixels; null where no number is
given, for a small ring or a thin line of short dashes."""

CodedMark: TypeAlias = Literal[
    "size", "shape", "line_width", "dash", "opacity", "order", "precedence"
]

MarkLegendSpec: TypeAlias = LegendSpec | SizeScaleSpec


class MarksSpec(TypedDict):
    """How records are drawn besides their colours: lists of values.

    A list with one value is for all records; of others the payload has a code for each record.
    """

    size: NotRequired[list[LengthSpec]]
    shape: NotRequired[list[str]]
    line_width: NotRequired[list[LengthSpec]]
    dash: NotRequired[list[DashSpec]]
    opacity: NotRequired[list[float]]
    coded: NotRequired[list[CodedMark]]
    """The columns of codes in the payload; "order" has the ranks in which points are drawn."""
    legends: NotRequired[list[MarkLegendSpec]]
    """Legends besides that of the colours."""
    columns: NotRequired[list[int]]
    """Their columns, whose values appear under the cursor."""


class LayerFields(TypedDict):
    """The fields of all layers."""

    name: str
    shown: bool
    group: str | None
    """The heading of the layer in the panel, if the map names one."""
    sources: list[SourceSpec]
    note: str | None
    caution: NotRequired[str]
    """What readers must know wherever the map is published: beside a legend alone, on paper."""


class LayerCommon(LayerFields):
    """The fields of all layers that need no bounds."""

    bounds: BoundsSpec | None
    """The bounds of the layer; null if it covers the whole world, or nothing."""
    first: NotRequired[BoundsSpec]
    """The bounds of what is shown of it at first, where filters or the legend hide some."""


class LabelsSpec(TypedDict):
    """The labels of records."""

    column: int
    zoom: float
    """The zoom from which they are written."""


class NumberFormatSpec(TypedDict):
    """How numbers are written."""

    decimals: NotRequired[int]
    """Without it as many as a number has."""
    grouped: NotRequired[bool]
    """Whether thousands are separated."""
    signed: NotRequired[bool]
    """Whether positive numbers have a sign."""
    percent: NotRequired[bool]
    """Whether 1 is written as 100 %."""


DateField: TypeAlias = Literal[
    "text", "year", "month", "name", "short_name", "day", "short_day", "hour", "minute"
]
"""A part of a date, or the text between them; names are those of the month."""

DatePartSpec: TypeAlias = tuple[DateField, str]
"""A part of a date, with the text that it is, if it is one."""


class FormatSpec(TypedDict):
    """How the values of a row are written; without a number or a date as usual."""

    before: str
    after: str
    """The text around a value."""
    unit: str | None
    """The unit that follows a number, before that text."""
    number: NotRequired[NumberFormatSpec]
    date: NotRequired[list[DatePartSpec]]


class RowSpec(TypedDict):
    """A row of a popup or a tooltip."""

    column: int
    heading: NotRequired[str]
    """Without it that of the column."""
    format: NotRequired[FormatSpec]


class PairRowSpec(TypedDict):
    """A field of both records of a pair."""

    heading: str
    left: int | None
    right: int | None
    """The columns of both values; None if no record of that side has one."""
    is_compared: bool
    """Whether the values are of the site, and not of the record alone."""
    is_length: NotRequired[bool]
    """Whether the values are metres."""
    urls: NotRequired[tuple[int | None, int | None]]
    """The columns of the addresses of both records."""


class PairSpec(TypedDict):
    """The columns of pairs of records that may be of one site."""

    count: int
    ids: tuple[int, int]
    names: tuple[tuple[int | None, int | None], tuple[int | None, int | None]]
    """The columns of the name and the other names of both records; None for one without values."""
    places: tuple[tuple[int, int], tuple[int, int]]
    """Longitude and latitude of both records, in degrees."""
    probability: int
    evidence: int
    """The column of statements, each after its sign: + for one site, − against it, · neither."""
    order: int
    """The column of the order in which pairs are looked at."""
    decision: NotRequired[int]
    """The column of earlier decisions: "same" or "different"."""
    note: NotRequired[int]
    """The column of earlier notes."""
    rows: list[PairRowSpec]


RangeOfValues: TypeAlias = tuple[float, float, float]
"""The low end, the value and the high end."""

RoutePart: TypeAlias = Literal[
    "off_road",
    "road",
    "rail",
    "sea",
    "loading",
    "transshipment",
    "gauge_break",
    "value_of_time",
]
"""What a route may consist of."""


class AssumptionSpec(TypedDict):
    """An assumption of `minmap.access`."""

    key: str
    meaning: str
    unit: str
    range: RangeOfValues
    parts: list[RoutePart]
    """The parts of routes that rest on it."""
    source: str | None
    """None where the maker of the map gave the number."""
    case: NotRequired[str]
    """The case of `minmap.compare_access`, where cases differ."""


class PassageSpec(TypedDict):
    """What a border crossing takes."""

    id: str
    name: str
    """Its name, in the script of the page where it is known."""
    countries: tuple[str, str] | None
    """Alpha-3 codes in alphabetical order; None for figures that hold for any border."""
    hours: tuple[RangeOfValues, RangeOfValues]
    """From the first country to the second, and back."""
    usd_t: tuple[RangeOfValues, RangeOfValues]
    year: str | None
    source: str | None


class BasisSpec(TypedDict):
    """What the numbers of routes rest on."""

    assumptions: list[AssumptionSpec]
    crossings: list[PassageSpec]
    objective: NotRequired[str]
    """What the routes minimise: usd_t, hours or km."""
    roads: NotRequired[str]
    """The credit of the roads, with their date."""


class RecordsSpec(TypedDict):
    """The columns and the legend of points, features, legs or nodes."""

    count: int
    title: int | None
    """The column of the names."""
    columns: list[ColumnSpec]
    legend: LegendSpec
    link: NotRequired[str]
    """The id that records and routes of one access computation share."""
    basis: NotRequired[BasisSpec]
    """Of records with routes: what their numbers rest on."""
    by: NotRequired[int]
    """The column that gives the colours."""
    labels: NotRequired[LabelsSpec]
    popup: NotRequired[list[RowSpec] | None]
    """The rows that the maker of the map chose; null for no popup."""
    tooltip: NotRequired[list[RowSpec] | None]
    corridor: NotRequired[str]
    """The title of the corridor to which distances were measured."""
    left_out: NotRequired[list[str]]
    """The columns of the user's table that the page does not have."""
    pair: NotRequired[PairSpec]
    """Of a table of pairs: what the page shows side by side."""
    marks: NotRequired[MarksSpec]
    icons: NotRequired[dict[str, str]]
    """The SVG paths of shapes that are icons, in a square of 15 units."""


class TableSpec(RecordsSpec):
    """Records and their payload."""

    payload: PayloadId
