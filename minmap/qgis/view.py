"""What a project of QGIS shows at first: its system, and a box in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import asinh, radians, tan
from typing import Final, Self

from pyproj import CRS

from minmap.rasters.map_grid import RADIUS_M
from minmap.scene.drawable_geometry import edges_of
from minmap.scene.world_grid import MAX_LATITUDE

MERCATOR: Final = CRS("EPSG:3857")
_MARGIN: Final = 0.05  # of the longer side
_LEAST_M: Final = 1_000.0  # around a single place


@dataclass(frozen=True)
class View:
    """A Web Mercator, and what a map shows in it: left, bottom, right and top; None for all."""

    crs: CRS = MERCATOR
    box: Sequence[float] | None = None

    @classmethod
    def of(cls, bounds: Sequence[Sequence[float | None]]) -> Self:
        """Return the view of bounds in degrees, with a margin.

        Around 180 degrees the middle of its system is that of the bounds, so that all lies in it.

        Examples
        --------
        >>> View.of([[0, 0], [0, 10]]).box
        (-55659.75, -55659.75, 1168854.65, 55659.75)
        >>> across = View.of([[60, 170], [65, 200]])
        >>> across.crs.name, [round(edge / 1e6, 1) for edge in across.box]
        ('Web Mercator around 185 degrees', [-1.8, 8.2, 1.8, 9.8])
        """
        edges = edges_of(bounds)
        if edges is None:
            return cls()
        west, south, east, north = edges
        middle = 0 if west >= -180 and east <= 180 else round((west + east) / 2)
        low, high = (max(min(lat, MAX_LATITUDE), -MAX_LATITUDE) for lat in (south, north))
        left, right = (radians(lon - middle) * RADIUS_M for lon in (west, east))
        bottom, top = (asinh(tan(radians(lat))) * RADIUS_M for lat in (low, high))
        around = _MARGIN * max(right - left, top - bottom) or _LEAST_M
        edges = (left - around, bottom - around, right + around, top + around)
        return cls(_mercator(middle), tuple(round(edge, 2) for edge in edges))


def _mercator(middle: int) -> CRS:
    """Return a Web Mercator whose middle is a longitude."""
    if middle == 0:
        return MERCATOR
    made = CRS.from_dict({"proj": "webmerc", "lon_0": middle, "datum": "WGS84"}).to_json_dict()
    return CRS.from_json_dict({**made, "name": f"Web Mercator around {middle} degrees"})
