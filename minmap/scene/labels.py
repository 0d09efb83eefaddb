"""The labels of a layer's records: their column, their precedence and their places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import shapely

from minmap.errors import warn
from minmap.scene.world_grid import to_world
from minmap.style.channels import require_quantities
from minmap.style.looks import Looks
from minmap.style.table_columns import column_of
from minmap.types import AnyArray, Booleans, Geometries, Integers

PRECEDENCE = "_precedence"
"""Column of a payload: the place of each record in the order in which labels get room."""


@dataclass(frozen=True)
class Labels:
    """Labels of n records.

    Attributes
    ----------
    column
        Name of the column of their texts.
    zoom
        The zoom from which they are written.
    precedence
        n whole numbers: the record that gets room first has 0.
    """

    column: str
    zoom: float
    precedence: npt.NDArray[np.int32]

    @classmethod
    def of(
        cls, table: pd.DataFrame, looks: Looks, *, last: Booleans | None = None
    ) -> Labels | None:
        """Return the labels that a look describes; None if it has none or no record has a text.

        Parameters
        ----------
        table
            The records.
        looks
            The look. Without a priority the labels of the largest symbols come first.
        last
            Which records get room after all others, if the look has no priority.

        Raises
        ------
        ChoiceError
            If the column of the texts or of the priority does not exist.
        MinmapError
            If the priority is not numbers.

        Examples
        --------
        >>> mines = pd.DataFrame({"name": ["a", "b", "c"], "tonnage": [2.0, None, 9.0]})
        >>> labels = Labels.of(mines, Looks(label="name", label_priority="tonnage"))
        >>> labels.precedence.tolist()
        [1, 2, 0]
        """
        if looks.label is None:
            return None
        texts = column_of(table, looks.label, argument="label")
        if texts.isna().all():
            if len(texts):
                warn(f"label={looks.label!r} has no text in any record; name another column.")
            return None
        sized = looks.size if isinstance(looks.size, str) else None
        order = _by_priority(table, looks.label_priority or sized)
        if last is not None and looks.label_priority is None:
            order = order[np.argsort(last[order], kind="stable")]
        return cls(looks.label, looks.label_zoom, np.argsort(order).astype(np.int32))

    def columns(self, geometry: gpd.GeoSeries | None = None) -> dict[str, pa.Array]:
        """Return the columns that a payload of the records needs.

        Parameters
        ----------
        geometry
            Lines and areas in EPSG:4326, whose labels have places of their own. None for points.
        """
        found = {PRECEDENCE: pa.array(self.precedence)}
        if geometry is not None:
            x, y = to_world(*shapely.get_coordinates(places_of(geometry.to_numpy())).T)
            found |= {"_label_x": pa.array(x), "_label_y": pa.array(y)}
        return found

    def as_dict(self, names: Sequence[str]) -> dict[str, Any]:
        """Return the options for a page that has columns of these names."""
        return {"column": names.index(self.column), "zoom": self.zoom}


def places_of(shapes: Geometries) -> Geometries:
    """Return the place of each geometry's label.

    It lies inside the largest part of an area, at the middle of the longest part of a line, and at
    the first of several points.

    Examples
    --------
    >>> line = shapely.LineString([(0, 0), (4, 0)])
    >>> twins = shapely.MultiPolygon([shapely.box(0, 0, 1, 1), shapely.box(5, 5, 9, 9)])
    >>> [(place.x, place.y) for place in places_of(np.array([line, twins]))]
    [(2.0, 0.0), (7.0, 7.0)]
    """
    parts, owner = shapely.get_parts(shapes, return_index=True)
    largest = np.lexsort((-_extent(parts), owner))
    first = largest[np.unique(owner[largest], return_index=True)[1]]
    chosen = parts[first]
    is_line = shapely.get_dimensions(chosen) == 1
    places: Geometries = shapely.point_on_surface(chosen)
    places[is_line] = shapely.line_interpolate_point(chosen[is_line], 0.5, normalized=True)
    return places


def _extent(parts: Geometries) -> AnyArray:
    """Return the area of areas and the length of lines, to compare parts of one geometry."""
    area = shapely.area(parts)
    return np.where(area > 0, area, shapely.length(parts))


def _by_priority(table: pd.DataFrame, column: str | None) -> Integers:
    """Return the rows in the order of a column of numbers, the greatest first, or of the table."""
    if column is None:
        return np.arange(len(table))
    numbers = require_quantities(table, column, argument="label_priority")
    return np.argsort(-numbers, kind="stable")  # missing numbers come last
