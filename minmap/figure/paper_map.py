"""What a figure shows: the layers of a map and the texts around them."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from minmap.arguments import did_you_mean, nearest_choice, shown
from minmap.errors import ChoiceError, MinmapError
from minmap.figure.map_frame import PX_MM
from minmap.figure.projection import Box
from minmap.figure.source_lines import FigureSource
from minmap.scene.base_map import BASE_SOURCE
from minmap.scene.code_labels import words_of
from minmap.scene.diameters import diameters
from minmap.scene.drawn_layer import DrawnRaster, DrawnRecords
from minmap.scene.place_names import NAME_SOURCE
from minmap.scene.relief import RELIEF_SOURCE
from minmap.style.value_labels import labelled

MOST_PANELS = 24
"""Small multiples that a figure may have."""


@dataclass(frozen=True)
class PaperLayer:
    """A layer: what it draws, and what it describes for the page, for its legend."""

    spec: Mapping[str, Any]
    parts: tuple[DrawnRecords | DrawnRaster, ...]


@dataclass(frozen=True)
class PaperMap:
    """A map for paper.

    Attributes
    ----------
    title, subtitle
        The texts above it.
    layers
        The layers that are drawn, the lowest first.
    box
        What it shows, in degrees.
    language
        BCP 47 tag.
    font, credit
        Families of fonts as CSS has them, and a line below the sources; None for the usual font and
        no line.
    base
        What lies below the layers: ``"full"``, ``"plain"`` (no relief) or ``"none"``.
    """

    title: str
    subtitle: str | None
    layers: tuple[PaperLayer, ...]
    box: Box
    language: str = "en"
    font: str | None = None
    credit: str | None = None
    base: str = "full"

    @property
    def is_thematic(self) -> bool:
        """Whether areas are coloured by numbers, so that a projection keeps areas."""
        parts = [part for layer in self.layers for part in layer.parts]
        return any(isinstance(part, DrawnRecords) and part.is_thematic() for part in parts)

    def reach_mm(self, zoom: float) -> float:
        """Return how far symbols reach beyond their places on a map of a zoom of the page."""
        parts = [part for layer in self.layers for part in layer.parts]
        points = [p for p in parts if isinstance(p, DrawnRecords) and p.kind == "points"]
        return max((diameters(p, zoom).max(initial=0.0) for p in points), default=0.0) / 2 * PX_MM

    def sources(self) -> list[FigureSource]:
        """Return the sources of the layers and of the ground below them, each once."""
        of_layers = [source for layer in self.layers for source in layer.spec["sources"]]
        of_base = [
            *[BASE_SOURCE, NAME_SOURCE] * (self.base != "none"),
            *[RELIEF_SOURCE] * (self.base == "full"),
        ]
        return list(dict.fromkeys(map(FigureSource.of, [*of_layers, *of_base])))

    def texts(self) -> list[str]:
        """Return the texts whose letters the fonts must have, besides those of legends."""
        labels = [
            text
            for layer in self.layers
            for part in layer.parts
            if isinstance(part, DrawnRecords)
            for text in dict.fromkeys(part.texts)
        ]
        cited = [text for one in self.sources() for text in (one.text, one.credit or "")]
        return [self.title, self.subtitle or "", self.credit or "", *cited, *labels]

    def split(self, column: str) -> list[tuple[str, PaperMap]]:
        """Return a map for each value of a column, with the records of that value.

        Records without a value are on the last map, if there are any. Layers without the column are
        on each.

        Raises
        ------
        ChoiceError
            If no layer has the column.
        MinmapError
            If it has more values than a figure may have maps.
        """
        found = dict.fromkeys(
            label
            for layer in self.layers
            for part in layer.parts
            if isinstance(part, DrawnRecords) and column in part.table
            for label in _ordered(part.only(~part.hidden()).table[column])
        )
        if not found:
            near = nearest_choice(column, self._columns())
            hint = did_you_mean([] if near is None else [repr(near)])
            listed = ", ".join(map(repr, self._columns()[:6])) or "(none)"
            raise ChoiceError(
                f"by={column!r} is not a column of a layer that is shown{hint} Columns with "
                f"values: {listed}."
            )
        if len(found) > MOST_PANELS:
            raise MinmapError(
                f"by={shown(column)} makes {len(found):,} maps, and a figure has at most "
                f"{MOST_PANELS}; keep the most frequent values, or group them in a new column."
            )
        words = words_of(column, self.language)
        names = {"": "not given", **words}
        values = sorted(found, key=lambda one: (one == "", words.get(one, "")))
        return [(names.get(value, value), self._only(column, value)) for value in values]

    def _columns(self) -> list[str]:
        """Return the columns of the layers that have a value."""
        return list(
            dict.fromkeys(
                str(name)
                for layer in self.layers
                for part in layer.parts
                if isinstance(part, DrawnRecords)
                for name in part.table.columns.drop(part.table.geometry.name)
                if part.table[name].notna().any()
            )
        )

    def _only(self, column: str, value: str) -> PaperMap:
        layers = [
            replace(layer, parts=tuple(_chosen(part, column, value) for part in layer.parts))
            for layer in self.layers
        ]
        return replace(self, layers=tuple(layers))


def _chosen(
    part: DrawnRecords | DrawnRaster, column: str, value: str
) -> DrawnRecords | DrawnRaster:
    if isinstance(part, DrawnRaster) or column not in part.table:
        return part
    chosen = np.array([label == value for label in _labels(part, column)], dtype=bool)
    # Symbols have one size on all maps, which is that of the legend.
    return replace(part.only(chosen), count=len(part.table))


def _ordered(values: pd.Series) -> list[str]:
    """Return the labels of a column in the order of their values, such as that of categories."""
    with suppress(TypeError):  # values of several types have no order
        values = values.sort_values()
    labels, rows = labelled(values)
    return list(dict.fromkeys(labels[rows].tolist()))


def _labels(part: DrawnRecords, column: str) -> list[str]:
    labels, rows = labelled(part.table[column])
    found: list[str] = labels[rows].tolist()
    return found
