"""Which rows of a user's table a layer holds, and in which order."""

from __future__ import annotations

from functools import cached_property

import geopandas as gpd
import numpy as np
import numpy.typing as npt

from minmap.scene.world_grid import to_world, z_order
from minmap.types import Integers, Integers32


class Records:
    """A table of a layer as the user gave it, and where in it the records of the page stand.

    Parameters
    ----------
    frame
        The table. A later change of its order or columns does not matter.
    drawn
        Position in the table of each record that is drawn.
    sorted_points
        Whether the page holds them along the Z-order curve, as it does points.

    Examples
    --------
    >>> places = gpd.points_from_xy([10.0, -10.0, None], [0.0, 0.0, None])
    >>> table = gpd.GeoDataFrame({"name": ["east", "west", "nowhere"]}, geometry=places, crs=4326)
    >>> records = Records(table, np.array([0, 1]), sorted_points=True)
    >>> records.rows.tolist(), records.places([0, 2]).tolist()
    ([1, 0], [1])
    """

    def __init__(
        self, frame: gpd.GeoDataFrame, drawn: npt.ArrayLike, *, sorted_points: bool = False
    ) -> None:
        self.frame = frame.copy(deep=False)
        self.drawn: Integers = np.asarray(drawn, dtype=np.int64)
        self._sorted_points = sorted_points

    @cached_property
    def rows(self) -> Integers:
        """Position in the table of each record, in the page's order."""
        if not self._sorted_points:
            return self.drawn
        points = self.frame.geometry.iloc[self.drawn].to_crs("EPSG:4326")
        return self.drawn[z_order(*to_world(points.x.to_numpy(), points.y.to_numpy()))]

    @cached_property
    def _places(self) -> Integers32:
        places = np.full(len(self.frame), -1, dtype=np.int32)
        places[self.rows] = np.arange(len(self.rows), dtype=np.int32)
        return places

    def places(self, positions: npt.ArrayLike) -> Integers32:
        """Say where in the page rows of the table are; those that are not drawn are left out."""
        found = self._places[np.asarray(positions, dtype=np.int64)]
        return np.sort(found[found >= 0])
