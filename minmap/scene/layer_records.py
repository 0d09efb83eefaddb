"""The rows of a user's table that a layer draws, and their order in the page."""

from __future__ import annotations

from functools import cached_property

import geopandas as gpd
import numpy as np
import numpy.typing as npt

from minmap.scene.world_grid import to_world, z_order
from minmap.types import Integers, Integers32


class Records:
    """A user's table, and the position in it of each record of the page.

    Parameters
    ----------
    table
        The table. Later changes of its order or its columns have no effect.
    drawn
        Position in the table of each record that is drawn.
    sorted_points
        Whether the page sorts the records along the Z-order curve, as it does with points.

    Examples
    --------
    >>> points = gpd.points_from_xy([10.0, -10.0, None], [0.0, 0.0, None])
    >>> table = gpd.GeoDataFrame({"name": ["east", "west", "nowhere"]}, geometry=points, crs=4326)
    >>> records = Records(table, np.array([0, 1]), sorted_points=True)
    >>> records.rows.tolist(), records.positions([0, 2]).tolist()
    ([1, 0], [1])
    """

    def __init__(
        self, table: gpd.GeoDataFrame, drawn: npt.ArrayLike, *, sorted_points: bool = False
    ) -> None:
        self.table = table.copy(deep=False)
        self.drawn: Integers = np.asarray(drawn, dtype=np.int64)
        self._sorted_points = sorted_points

    @cached_property
    def rows(self) -> Integers:
        """Row of the table of each record, in the order of the page."""
        if not self._sorted_points:
            return self.drawn
        points = self.table.geometry.iloc[self.drawn].to_crs("EPSG:4326")
        return self.drawn[z_order(*to_world(points.x.to_numpy(), points.y.to_numpy()))]

    @cached_property
    def _positions(self) -> Integers32:
        positions = np.full(len(self.table), -1, dtype=np.int32)
        positions[self.rows] = np.arange(len(self.rows), dtype=np.int32)
        return positions

    def positions(self, rows: npt.ArrayLike) -> Integers32:
        """Return the positions in the page of rows of the table, without those not drawn."""
        found = self._positions[np.asarray(rows, dtype=np.int64)]
        return np.sort(found[found >= 0])
