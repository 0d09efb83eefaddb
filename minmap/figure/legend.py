"""The legend of a figure: what it has, from the legends of the layers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from itertools import chain, repeat
from typing import Any, Final, Literal

from matplotlib.colors import to_hex, to_rgb

from minmap.figure.paper_map import PaperLayer, PaperMap
from minmap.figure.point_symbols import TINY_PX
from minmap.scene.diameters import LEAST_PX, entry_diameters
from minmap.scene.drawn_layer import DrawnRaster, DrawnRecords
from minmap.scene.legend_words import entry_text, named, note_text, title_text
from minmap.scene.legends import joined_entries
from minmap.scene.route_widths import width_factor
from minmap.scene.words import count_text, limit_text, word
from minmap.style.proportions import LINE_PX, USUAL_PX
from minmap.style.symbols import Entry

_ENTRY_FIELDS: Final = frozenset(field.name for field in fields(Entry))
_LEAST_LINE: Final = 1.5
_OWN_PX: Final = 4.0  # width of the swatch of a corridor
_NEUTRAL: Final = "#555555"  # the colour of lines whose colour means nothing
_NOT_GIVEN: Final = "not given"
_KINDS: Final = ("points", "corridor", "routes", "vector", "raster")


@dataclass(frozen=True)
class Swatch:
    """A symbol, a line or an area beside a line of a legend.

    Attributes
    ----------
    entry
        Its colour, shape and so on.
    kind
        ``"symbol"``, ``"node"``, ``"line"``, ``"leg"``, ``"area"``, ``"ring"`` (a record without a
        size) or ``"cell"`` (a class of a raster).
    px
        The diameter of a symbol or the width of a line, in pixels of 1/96 inch.
    alpha
        Its opacity.
    """

    entry: Entry
    kind: Literal["symbol", "node", "line", "leg", "area", "ring", "cell"]
    px: float = USUAL_PX
    alpha: float = 1.0


@dataclass(frozen=True)
class LegendLine:
    """A line of a legend; the count is "" where it has none."""

    swatch: Swatch
    label: str
    count: str = ""


@dataclass(frozen=True)
class ColorBar:
    """A ramp of colours as they are on white paper, and its ticks: shares of it with texts."""

    colors: tuple[str, ...]
    ticks: tuple[tuple[float, str], ...]
    below: bool = False
    above: bool = False


@dataclass(frozen=True)
class LegendPart:
    """A legend of a layer: its title, its lines or its bar, and a note."""

    title: str = ""
    lines: tuple[LegendLine, ...] = ()
    bar: ColorBar | None = None
    note: str = ""


@dataclass(frozen=True)
class LayerLegend:
    """The legends of a layer; with `sole` its only symbol stands beside its name."""

    name: str
    parts: tuple[LegendPart, ...]
    sole: LegendLine | None = None


def legends_of(paper_map: PaperMap, zoom: float) -> list[LayerLegend]:
    """Return the legends of a map in the order of the page's panel.

    Points come first, then corridors and routes, lines and areas, and rasters; of each the
    uppermost layer first.
    """
    upper_first = paper_map.layers[::-1]
    layers = sorted(upper_first, key=lambda one: _KINDS.index(one.spec["kind"]))
    made = [layer_legend(one, zoom=zoom, language=paper_map.language) for one in layers]
    told = [n for n, one in enumerate(layers) if one.spec.get("told_apart")]
    if told:
        key = corridor_key([layers[n] for n in told], paper_map.language)
        made.insert(told[-1] + 1, key)
    return [legend for legend in made if legend is not None]


def layer_legend(layer: PaperLayer, *, zoom: float, language: str) -> LayerLegend | None:
    """Return the legends of a layer from its specification for the page; None without any.

    Parameters
    ----------
    layer
        The layer, whose symbols the legend has as the map draws them.
    zoom
        The zoom of the page at which the map has the scale of the figure.
    language
        Language of the map.
    """
    spec = layer.spec
    name, kind = str(spec["name"]), spec["kind"]
    sizes = _sizes(layer, zoom)
    if kind == "raster":
        parts = _raster_parts(spec["legend"], float(spec["opacity"]), language, note=_note(layer))
    elif kind == "corridor" and spec["told_apart"]:
        swatch = Swatch(Entry("", 0, spec["course"]["color"], "line"), "line", _OWN_PX)
        return LayerLegend(name, (), LegendLine(swatch, name))
    elif kind == "corridor":
        parts = [
            _part(spec["legs"]["legend"], "leg", 1.0, language),
            _part(spec["nodes"]["legend"], "node", 1.0, language, sizes=sizes),
        ]
    elif kind == "routes":
        parts = [_part(spec["legend"], "leg", 1.0, language), *_widths(spec["widths"], language)]
    elif kind in ("points", "vector"):
        return _records_legend(spec, name, sizes, language)
    else:
        return None
    return _of_layer(name, parts)


def corridor_key(layers: Sequence[PaperLayer], language: str) -> LayerLegend:
    """Return the legend that corridors share: what their lines and symbols mean."""

    def entries(part: str) -> list[Mapping[str, Any]]:
        every = chain.from_iterable(one.spec[part]["legend"]["entries"] for one in layers)
        return joined_entries(entry for entry in every if not entry.get("hidden"))

    neutral = [{**entry, "color": _NEUTRAL} for entry in entries("legs")]
    parts = (
        _part({"title": None, "entries": neutral}, "leg", 1.0, language),
        _part({"title": None, "entries": entries("nodes")}, "node", 1.0, language),
    )
    name = word("Lines and stops of corridors", language)
    return without_counts(LayerLegend(name, parts))


def _of_layer(
    name: str, parts: Iterable[LegendPart], sole: LegendLine | None = None
) -> LayerLegend | None:
    """Return the legends that show something; their titles do not repeat the name of the layer."""
    kept = [part for part in parts if part.lines or part.bar]
    kept = [replace(part, title=_without(name, part.title)) for part in kept]
    return LayerLegend(name, tuple(kept), sole) if kept or sole else None


def _note(layer: PaperLayer) -> str:
    """Return what is to be known of the colours of a raster."""
    return " ".join(part.raster.remark for part in layer.parts if isinstance(part, DrawnRaster))


def _sizes(layer: PaperLayer, zoom: float) -> list[float]:
    """Return the diameters of the symbols of the entries, as the map draws them."""
    kinds = ("points", "shapes", "nodes")
    parts = (part for part in layer.parts if isinstance(part, DrawnRecords) and part.kind in kinds)
    return [px for part in parts for px in entry_diameters(part, zoom)]


def _without(name: str, title: str) -> str:
    """Return a title without the name of its layer: its unit alone.

    Examples
    --------
    >>> _without("Gold", "Gold (g/t)"), _without("Gold", "Gold"), _without("Gold", "Golden")
    ('g/t', '', 'Golden')
    """
    unit = title.removeprefix(f"{name} (")
    if title == name:
        return ""
    return unit.removesuffix(")") if unit != title and unit.endswith(")") else title


def _records_legend(
    spec: Mapping[str, Any], name: str, sizes: Sequence[float], language: str
) -> LayerLegend | None:
    marks = spec.get("marks", {})
    opacities = marks.get("opacity", [])
    alpha = float(opacities[0]) if len(opacities) == 1 else 1.0
    weight = spec.get("style", {}).get("weight", LINE_PX)
    legend = named(spec["legend"], spec)
    main = _part(legend, "record", alpha, language, weight=weight, sizes=sizes)
    usual = max(sizes, default=USUAL_PX)
    are_dots = spec["kind"] == "points" and usual < TINY_PX  # which have no shapes
    others = [
        _scale_part(legend, marks, usual, language)
        if "channel" in legend
        else _part(
            {**named(legend, spec), "shown": True}, "pattern", alpha, language,
            sizes=[usual] * len(legend["entries"]),
        )
        for legend in marks.get("legends", [])
        if "channel" in legend or not are_dots
    ]  # fmt: skip
    sole = _sole(spec["legend"], name, main)
    return _of_layer(name, others if sole else [main, *others], sole)


def _sole(legend: Mapping[str, Any], name: str, part: LegendPart) -> LegendLine | None:
    """Return the only line of a legend, if it would repeat the name of the layer."""
    is_titled = legend.get("shown") is False or part.title != ""
    if is_titled or len(part.lines) != 1 or part.lines[0].label != name:
        return None
    return part.lines[0]


def _part(
    legend: Mapping[str, Any], kind: str, alpha: float, language: str, *, weight: float = LINE_PX,
    sizes: Sequence[float] = (),
) -> LegendPart:  # fmt: skip
    """Return a legend of entries; lines that are hidden at first are left out."""
    if legend.get("shown") is False:
        return LegendPart()
    scale, is_dated = legend.get("scale"), bool(legend.get("dates"))
    steps = [e for e in legend["entries"] if scale is not None and "limits" in e]
    lines = tuple(
        LegendLine(
            _swatch(_entry(given), kind, alpha, weight, px),
            entry_text(given, language, is_dated=is_dated),
            "" if kind == "pattern" else count_text(int(given.get("count", 0)), language),
        )
        for given, px in zip(legend["entries"], chain(sizes, repeat(USUAL_PX)), strict=False)
        if given not in steps and not given.get("hidden")
    )
    bar = None
    if scale is not None:
        ticks = tuple((float(share), _tick(value, language)) for share, value in scale["ticks"])
        colors = tuple(_on_white(one["color"], one.get("opacity", 1.0) * alpha) for one in steps)
        bar = ColorBar(colors, ticks, bool(scale["below"]), bool(scale["above"]))
    scheme = legend.get("scheme")
    notes = [f"Classes: {word(scheme, language)}"] if scheme else []
    notes += [legend["note"]] if legend.get("note") else []
    note = " · ".join(note_text(one, language) for one in notes)
    return LegendPart(title_text(legend, language), lines, bar, note)


def _entry(given: Mapping[str, Any]) -> Entry:
    known = {name: value for name, value in given.items() if name in _ENTRY_FIELDS}
    return Entry(**{"count": 0, **known})


def _swatch(entry: Entry, kind: str, alpha: float, weight: float, px: float) -> Swatch:
    if kind in ("leg", "node"):
        return Swatch(entry, kind, px)  # type: ignore[arg-type]  # both are kinds of swatches
    if entry.shape == "line":
        width = (_LEAST_LINE if kind == "pattern" else max(weight, _LEAST_LINE)) * (entry.size or 1)
        return Swatch(entry, "line", width, alpha)
    if entry.shape == "area":
        return Swatch(entry, "area", weight, alpha)
    return _symbol(entry, px, alpha)


def _symbol(entry: Entry, px: float, alpha: float) -> Swatch:
    """Return the swatch of a symbol, which is a plain dot where the map has such."""
    is_dot = px < TINY_PX
    dot = replace(entry, shape="circle", outline=None, outline_width=None)
    return Swatch(dot if is_dot else entry, "symbol", px, alpha)


def _tick(value: Any, language: str) -> str:
    return value if isinstance(value, str) else limit_text(float(value), language)


def _scale_part(
    legend: Mapping[str, Any], marks: Mapping[str, Any], usual: float, language: str
) -> LegendPart:
    """Return the legend of sizes, widths or opacities, the greatest number first."""
    channel, shape = legend["channel"], legend["shape"]
    is_size = channel == "size"
    opacities = marks.get("opacity", [])
    alpha = float(opacities[0]) if len(opacities) == 1 else 1.0
    entry = Entry(
        "", 0, legend["color"], "square" if shape == "area" else shape,
        outline=legend.get("outline"), outline_width=legend.get("outline_width"),
    )  # fmt: skip

    def line(label: str, value: float | None) -> LegendLine:
        own = value if channel == "opacity" and value is not None else alpha
        if shape == "line":
            width = LINE_PX if value is None else value
            return LegendLine(
                Swatch(entry, "line", 3.0 if channel == "opacity" else width, own), label
            )
        if value is None:
            return LegendLine(Swatch(entry, "ring", USUAL_PX, own), label)
        px = max(LEAST_PX, value * usual / USUAL_PX) if is_size else usual
        return LegendLine(_symbol(entry, px, own), label)

    lines = [line(limit_text(number, language), value) for number, value in legend["samples"]]
    if legend["floor"] is not None:
        lines.append(line(f"≤ {limit_text(legend['floor'], language)}", legend["least"]))
    if legend["missing"] > 0:
        value = legend["least"] if channel == "opacity" else None
        lines.append(line(word(_NOT_GIVEN, language), value))
    return LegendPart(title_text(legend, language), tuple(lines))


def _widths(numbers: Sequence[int], language: str) -> list[LegendPart]:
    """Return the legend of the widths of routes."""
    if not numbers or numbers[0] <= 1:
        return []
    entry = Entry("", 0, "ink", "line")
    lines = tuple(
        LegendLine(
            Swatch(entry, "line", 4 * width_factor(number, numbers[0])),
            count_text(number, language),
        )
        for number in numbers
    )
    return [LegendPart(word("Width: occurrences on the route", language), lines)]


def _on_white(color: str, alpha: float) -> str:
    red, green, blue = (1 - alpha * (1 - band) for band in to_rgb(color))
    return to_hex((red, green, blue))


def _raster_parts(
    legend: Mapping[str, Any], alpha: float, language: str, *, note: str
) -> list[LegendPart]:
    if legend.get("shown") is False:
        return []
    if "ramp" in legend:
        ticks = tuple((float(share), _tick(value, language)) for share, value in legend["ticks"])
        bar = ColorBar(tuple(_on_white(color, alpha) for color in legend["ramp"]), ticks)
        return [LegendPart(title_text(legend, language), bar=bar, note=note)]
    lines = tuple(
        LegendLine(
            Swatch(Entry("", 0, one["color"], "area"), "cell", alpha=alpha),
            word(one["label"], language),
        )
        for one in legend["entries"]
    )
    is_relief = all(one["value"] is None for one in legend["entries"])
    title = title_text({**legend, "unit": None} if is_relief else legend, language)
    return [LegendPart(title, lines)]


def without_counts(legend: LayerLegend) -> LayerLegend:
    """Return the legends of a layer without counts, which hold for all panels together."""
    parts = tuple(
        replace(part, lines=tuple(replace(line, count="") for line in part.lines))
        for part in legend.parts
    )
    sole = None if legend.sole is None else replace(legend.sole, count="")
    return replace(legend, parts=parts, sole=sole)
