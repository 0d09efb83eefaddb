"""The symbols of a table of records: one for each entry of its legend, with its channels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

from minmap.qgis.channels import Measured, diameter, leg_width, line_width, wide_line
from minmap.qgis.elements import faded, literal
from minmap.qgis.symbols import (
    Symbol,
    SymbolLayer,
    area_layers,
    fill_layer,
    leg_layers,
    line_layers,
    marker_layers,
    stroke_layer,
)
from minmap.qgis.tables import RecordTable
from minmap.scene.diameters import POINT_PX, RING_PX, node_px
from minmap.scene.faces import codes_of
from minmap.scene.strokes import outline_stroke
from minmap.style.channels import Channel
from minmap.style.icons import embedded, icon_svg
from minmap.style.patterns import DASHES
from minmap.style.proportions import USUAL_PX
from minmap.style.symbols import NOT_GIVEN, Entry, Legend

_KINDS: Final = ("marker", "line", "fill")
_MEASURES: Final = ("size", "line_width", "opacity")

_CIRCLES: Final = {"SimpleMarker": "circle", "SvgMarker": embedded(icon_svg("circle"))}

Variant = tuple[Any, str | None]
"""A shape, dashes or a layer, and the condition of the records that have it; None for all."""


@dataclass(frozen=True)
class Symbology:
    """The symbols of a table.

    Parameters
    ----------
    table
        The table; columns that its symbols need are added to it.
    """

    table: RecordTable

    @cached_property
    def columns(self) -> Mapping[str, str]:
        """The columns of the channels, in the table of the layer."""
        marks = self.table.part.marks
        patterns = [name for name in ("shape", "dash") if name in marks.channels]
        pairs = zip(marks.legends, marks.columns, strict=True)
        return {legend.get("channel") or patterns[0]: column for legend, column in pairs}

    @cached_property
    def measures(self) -> Mapping[str, Measured]:
        """The columns of numbers that channels show."""
        applied = ("opacity",) if self.table.dimension == 2 else _MEASURES
        wanted = [name for name in applied if name in self.columns]
        return {name: self.table.measured(self.columns[name], name) for name in wanted}

    def symbol(self, entry: Entry) -> Symbol:
        """Return the symbol of the records of an entry."""
        layers = (self._markers, self._lines, self._areas)[self.table.dimension](entry)
        kind, opacity = _KINDS[self.table.dimension], self._constant("opacity")
        if self.table.dimension == 2:  # only their inside is seen through
            return Symbol(kind, layers)
        shares = self.measures.get("opacity")
        expression = None if shares is None else shares.opacity()
        return Symbol.see_through(kind, layers, 1.0 if opacity is None else opacity, expression)

    def sample(self, entry: Entry, legend: Mapping[str, Any], value: float | None) -> Symbol:
        """Return the symbol of a line of a further legend; `value` is None for a missing number."""
        channel, kind = legend.get("channel"), _KINDS[self.table.dimension]
        if kind == "marker":
            px = value if channel == "size" else USUAL_PX
            is_ring = value is None and channel == "size"
            made = marker_layers(entry, entry.shape, px or RING_PX[0], is_ring=is_ring)
        elif channel == "line_width" or kind == "line":
            width = value if channel == "line_width" else None
            is_measured = channel == "line_width"
            made = line_layers(entry, self._weight, width=width, is_measured=is_measured)
            kind = "line"
        else:
            made = area_layers(entry, self._weight)
        alpha = value if channel == "opacity" and value is not None else 1.0
        return Symbol.see_through(kind, made, alpha)

    @property
    def _weight(self) -> float:
        return self.table.part.weight

    def _constant(self, name: str) -> Any:
        """Return the value of a channel that all records share; None without one."""
        channel = self.table.part.marks.channels.get(name)
        return None if channel is None or channel.codes is not None else channel.distinct[0]

    def _variants(self, name: str, usual: Any) -> list[Variant]:
        """Return the shapes or the dashes of a channel, each with the condition of its records."""
        channel = self.table.part.marks.channels.get(name)
        if channel is None:
            return [(usual, None)]
        if channel.codes is None:
            return [(channel.distinct[0], None)]
        return self._coded[name]

    @cached_property
    def _coded(self) -> Mapping[str, list[Variant]]:
        """The variants of shapes and dashes that follow a column, with the conditions of it."""
        channels = self.table.part.marks.channels
        names = [name for name in ("shape", "dash") if name in self.columns]
        return {name: self._variants_of(name, channels[name]) for name in names}

    def _variants_of(self, name: str, channel: Channel) -> list[Variant]:
        codes = codes_of(self.table.part, name)[self.table.rows]
        looks = (Entry(str(n), 0, "#000000", "circle") for n in range(len(channel.distinct)))
        legend, by = Legend.of(None, looks, codes), self.columns[name]
        column, tests = self.table.decided_by(by, legend, f"{by} {name}")
        found: list[Variant] = []
        for look, test in zip(channel.distinct, tests, strict=True):
            rest = [one.expression(column) for one in tests if one.values and one is not test]
            without = f"NOT coalesce({' OR '.join(rest) or 'false'}, false)"
            found.append((look, without if test.is_rest else test.expression(column)))
        return found

    def _markers(self, entry: Entry) -> list[SymbolLayer]:
        part, sizes = self.table.part, self.measures.get("size")
        if part.kind == "shapes":  # a point among lines and areas
            plain = replace(entry, shape="circle", opacity=None, outline=None, outline_width=None)
            look = plain if entry.shape == "area" else entry
            return marker_layers(look, look.shape, POINT_PX * (entry.size or 1.0))
        is_node, times = part.kind == "nodes", diameter(part, sizes)
        px = node_px(entry.shape) if is_node else USUAL_PX * (entry.size or 1.0)
        variants = self._variants("shape", entry.shape)
        faces: list[Variant] = [
            (layer, condition)
            for shape, condition in variants
            for layer in marker_layers(entry, shape, px, is_node=is_node, times=times)
        ]
        if sizes is None or not sizes.missing:
            return _merged(faces)
        rings: list[Variant] = [
            (layer, condition)
            for shape, condition in variants
            for layer in marker_layers(entry, shape, RING_PX[0], is_ring=True)
        ]
        whole = [layer.only(sizes.is_given) for layer in _merged(faces)]
        return [*whole, *(layer.only(sizes.is_missing) for layer in _merged(rings))]

    def _lines(self, entry: Entry) -> list[SymbolLayer]:
        part, widths = self.table.part, self.measures.get("line_width")
        if part.kind == "legs":
            most = 0 if part.widths is None else int(part.table["occurrences"].max())
            return leg_layers(entry, leg_width(part, most))
        made = []
        for dash, condition in self._variants("dash", entry.dash):
            width = self._constant("line_width")
            layers = line_layers(entry, self._weight, width=width, dash=dash or ())
            if widths is None:
                made += [layer.only(condition) for layer in layers]
                continue
            wide = wide_line(line_width(widths), dash)
            layers = [replace(layer, expressions=wide) for layer in layers]
            thin = line_layers(entry, self._weight, is_measured=True)
            made += [layer.only(condition).only(widths.is_given) for layer in layers]
            made += [layer.only(condition).only(widths.is_missing) for layer in thin]
        return made

    def _areas(self, entry: Entry) -> list[SymbolLayer]:
        opacity, shares = self._constant("opacity"), self.measures.get("opacity")
        share, variants = 1.0 if opacity is None else opacity, self._variants("dash", entry.dash)
        if variants[0][1] is None:
            look = replace(entry, dash=variants[0][0] or None)
            fill, *lines = area_layers(look, self._weight, share)
        else:
            fill, lines = fill_layer(entry, share, None), []
            for dash, condition in variants:
                stroke = outline_stroke(entry, self._weight, dash=dash)
                lines += [] if stroke is None else [stroke_layer(stroke).only(condition)]
        if shares is not None:
            shown = faded(fill.properties["color"], shares.opacity())
            fill = replace(fill, expressions={"fillColor": shown})
        return [fill, *lines]

    def keywords(self) -> dict[str, Any]:
        """Return the keywords of `Map.add` for the columns of the channels."""
        names = self.table.names
        found: dict[str, Any] = {name: names[column] for name, column in self.columns.items()}
        for legend in self.table.part.marks.legends:
            if "entries" in legend:
                found |= _patterns(legend["entries"])
        return found


def _merged(variants: Sequence[Variant]) -> list[SymbolLayer]:
    """Return the layers of points of several shapes: one layer for all of a kind.

    A legend, which evaluates no expression, has one circle in place of them.
    """
    merged = []
    kinds = dict.fromkeys(layer.kind for layer, _ in variants)
    for place, kind in enumerate(kinds):
        own = [(layer, condition) for layer, condition in variants if layer.kind == kind]
        first = own[0][0]
        if own[0][1] is None:
            return [first]
        made = dict(first.expressions)
        for name in ("name", "angle", "size"):
            values = [_value(layer, name) for layer, _ in own]
            cases = zip(values[1:], (condition for _, condition in own[1:]), strict=True)
            listed = " ".join(f"WHEN {condition} THEN {value}" for value, condition in cases)
            made[name] = f"CASE {listed} ELSE {values[0]} END" if listed else values[0]
        plain = {"name": _CIRCLES[kind], "angle": 0, **({"size": 0} if place else {})}
        layer = replace(first, properties={**first.properties, **plain}, expressions=made)
        any_of = " OR ".join(f"({condition})" for _, condition in own)
        merged.append(layer if len(kinds) == 1 else layer.only(any_of))
    return merged


def _value(layer: SymbolLayer, name: str) -> str:
    """Return the expression of a property of a layer."""
    value = layer.properties.get(name, 0)
    return layer.expressions.get(name) or (literal(value) if name == "name" else str(value))


def _patterns(entries: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, str]]:
    """Return the shapes or the dashes of values, by their names."""
    own = [entry for entry in entries if entry["label"] != NOT_GIVEN and "others" not in entry]
    if any(entry["shape"] != "line" for entry in own):
        return {"shapes": {entry["label"]: entry["shape"] for entry in own}}
    names = {look: name for name, look in DASHES.looks.items()}
    return {"dashes": {entry["label"]: names[entry.get("dash")] for entry in own}}
