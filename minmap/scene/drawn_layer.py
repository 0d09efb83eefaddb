"""What a layer draws, whatever carries the map: records with their marks, or a raster."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal, Self

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from minmap.rasters import WarpedRaster
from minmap.scene.courses import Course
from minmap.scene.data_cells import cell_counts
from minmap.scene.labels import Labels
from minmap.scene.marks import Marks
from minmap.style.proportions import LINE_PX
from minmap.types import AnyArray, Booleans, Floats, Integers

Kind = Literal["points", "shapes", "legs", "nodes"]


@dataclass(frozen=True)
class DrawnRecords:
    """Records in the order in which they are drawn, the lowest first.

    Attributes
    ----------
    kind
        ``"points"``, ``"shapes"`` (lines, areas, and points among them), ``"legs"`` of corridors or
        routes, or ``"nodes"``.
    table
        The records, in EPSG:4326.
    marks
        Their colours, sizes and so on; each code is that of a row of the table.
    weight
        The usual width of lines and outlines, in pixels of 1/96 inch.
    cover
        Whether an area hides those below it.
    labels
        Their labels; None without any.
    widths
        How many times wider than usual each leg is; None for the usual width.
    given
        The table that the user gave; the index of `table` has the position of each record in it.
        None where `table` itself is it.
    written
        The text of each label as it is written; None where it is the value itself.
    count
        How many records the layer has, which decides their usual size; None for those of `table`.
    course
        The course of a corridor, for its legs.
    """

    kind: Kind
    table: gpd.GeoDataFrame
    marks: Marks
    weight: float = LINE_PX
    cover: bool = False
    labels: Labels | None = None
    widths: Floats | None = None
    given: gpd.GeoDataFrame | None = None
    written: AnyArray | None = None
    count: int | None = None
    course: Course | None = None

    @property
    def whole_count(self) -> int:
        """How many records the layer has."""
        return len(self.table) if self.count is None else self.count

    @property
    def texts(self) -> list[str]:
        """The text of each record's label; "" where it has none."""
        if self.labels is None:
            return [""] * len(self.table)
        if self.written is not None:
            written: list[str] = self.written.tolist()
            return written
        texts: pd.Series = self.table[self.labels.column]
        return texts.astype(object).where(texts.notna(), "").astype(str).tolist()

    def order(self) -> Integers:
        """Return the rows in drawing order: points by rank, or large ones and common classes first.

        The page has the same order (``web/src/layers/points/symbolmarks.ts``).
        """
        ranks, sizes = self.marks.ranks, self.marks.channels.get("size")
        if ranks is not None:
            return np.argsort(ranks.to_numpy(), kind="stable")
        codes = self.marks.legend.codes.astype(np.int64)
        if self.kind != "points" or not codes.size:
            return np.arange(len(self.table))
        classes = np.array([*self.marks.legend.class_ranks, 0])
        above = classes[np.minimum(codes, len(classes) - 1)]
        if sizes is None or sizes.codes is None:
            return np.argsort(above, kind="stable")
        return np.lexsort((above, -sizes.codes.astype(np.int64)))

    @cached_property
    def cell_counts(self) -> Integers:
        """How many of the records meet each cell of `minmap.scene.data_cells`."""
        return cell_counts(self.table.geometry.to_numpy())

    def hidden(self) -> Booleans:
        """Return which records are hidden when the page opens, or have no entry of the legend."""
        hidden = [bool(entry.hidden) for entry in self.marks.legend.entries]
        codes = np.minimum(self.marks.legend.codes.astype(np.int64), len(hidden))
        return np.array([*hidden, True])[codes]

    def only(self, chosen: Booleans) -> Self:
        """Return the chosen records."""
        marks, labels = self.marks, self.labels
        channels = {
            name: one if one.codes is None else replace(one, codes=one.codes[chosen])
            for name, one in marks.channels.items()
        }
        legend = replace(marks.legend, codes=marks.legend.codes[chosen])
        ranks = None if marks.ranks is None else marks.ranks.filter(chosen)
        return replace(
            self,
            table=self.table[chosen],
            marks=replace(marks, legend=legend, channels=channels, ranks=ranks),
            labels=labels and replace(labels, precedence=labels.precedence[chosen]),
            widths=None if self.widths is None else self.widths[chosen],
            written=None if self.written is None else self.written[chosen],
        )

    def is_thematic(self) -> bool:
        """Return whether areas are coloured by numbers, so that their sizes must be comparable."""
        has_classes = any(entry.limits is not None for entry in self.marks.legend.entries)
        return has_classes and bool((shapely.get_dimensions(self.table.geometry) == 2).any())


@dataclass(frozen=True)
class DrawnRaster:
    """A raster and its opacity."""

    raster: WarpedRaster
    opacity: float

    @cached_property
    def cell_counts(self) -> Integers:
        """One for each cell of `minmap.scene.data_cells` that the raster meets."""
        (south, west), (north, east) = self.raster.bounds
        return cell_counts(np.array([shapely.box(west, south, east, north)]))
