"""The frame of a map on paper: the part of the plane that it shows, and its scale."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import cos, log2, radians
from typing import Final

import numpy as np

from minmap.errors import MinmapError
from minmap.figure.projection import Box, Projection
from minmap.geodesy.ellipsoid import GEOD
from minmap.types import Floats, Geometries

MOST_MM: Final = 2000
"""Width and height that paper may have."""
PX_MM: Final = 25.4 / 96
"""A pixel of CSS in millimetres."""
_SHARP_MM: Final = 0.01  # by which edges may be off on paper
_LEAST_OFF_M: Final = 0.5  # which no figure shows
_SMALL_MM: Final = 0.1
_SEAM: Final = 1e-5  # degrees from the edge of the plane
_STEPS: Final = 60  # of the grid by which the box of a frame is found
_MARGIN: Final = 0.03
_TILE_M: Final = 40_075_016.685578488 / 256  # metres of a pixel of Web Mercator at zoom 0
_LEAST_ASPECT, _MOST_ASPECT = 0.42, 1.15  # of the height to the width
_LEAST_M: Final = 4_000  # across the frame, where a map has one place only


@dataclass(frozen=True)
class MapFrame:
    """A rectangle of the plane of a projection, and its width on paper.

    Attributes
    ----------
    projection
        The projection.
    edges
        Left, bottom, right and top, in units of the plane.
    width_mm
        Width on paper.
    """

    projection: Projection
    edges: tuple[float, float, float, float]
    width_mm: float

    @property
    def height_mm(self) -> float:
        """Height on paper."""
        left, bottom, right, top = self.edges
        return self.width_mm * (top - bottom) / (right - left)

    @property
    def units_per_mm(self) -> float:
        """Units of the plane in a millimetre of paper."""
        return (self.edges[2] - self.edges[0]) / self.width_mm

    @property
    def middle(self) -> tuple[float, float]:
        """The middle, on the plane."""
        left, bottom, right, top = self.edges
        return (left + right) / 2, (bottom + top) / 2

    @property
    def zoom(self) -> float:
        """The zoom of the page at which the map would have this scale in its middle."""
        metres_per_px = self.units_per_mm * self.projection.unit_m * PX_MM
        lat = self.projection.inverse(np.array([self.middle]))[0, 1]
        return log2(_TILE_M * max(cos(radians(lat)), 0.05) / metres_per_px)

    @cached_property
    def box(self) -> Box:
        """A box in degrees that holds the frame."""
        left, bottom, right, top = self.edges
        x, y = np.meshgrid(np.linspace(left, right, _STEPS), np.linspace(bottom, top, _STEPS))
        lonlat = self.projection.inverse(np.column_stack([x.ravel(), y.ravel()]))
        finite = np.isfinite(lonlat).all(axis=1)
        central = self.projection.inverse(np.array([self.middle]))[0, 0]
        lon = (lonlat[finite, 0] - central + 180) % 360 - 180 + central
        lat = lonlat[finite, 1]
        south, north = float(lat.min()), float(lat.max())
        poles = self.projection.forward(np.array([(central, -90.0), (central, 90.0)]))
        has_pole = [bool(self._holds(pole)) for pole in poles]
        is_whole = any(has_pole) or not finite.all() or np.ptp(lon) > 330
        # No shape may reach over the edge of the plane, where it would be drawn on its other side.
        meridian = self.projection.central_meridian
        meridian += 360 * round((central - meridian) / 360)
        seam = 0.0 if self.projection.is_round else _SEAM
        first, last = meridian - 180 + seam, meridian + 180 - seam
        west, east = (first, last) if is_whole else (float(lon.min()), float(lon.max()))
        aside, up = _MARGIN * (east - west), _MARGIN * (north - south)
        return Box(
            max(west - aside, first),
            -90.0 if has_pole[0] else max(south - up, -90.0),
            min(east + aside, last),
            90.0 if has_pole[1] else min(north + up, 90.0),
        )

    def _holds(self, xy: Floats) -> bool:
        left, bottom, right, top = self.edges
        x, y = xy
        return bool(left < x < right and bottom < y < top)

    def metres_across(self, mm: float) -> float:
        """Return the length on the ellipsoid of a line across the middle of the map."""
        x, y = self.middle
        half = mm / 2 * self.units_per_mm
        ends = self.projection.inverse(np.array([(x - half, y), (x + half, y)]))
        _, _, metres = GEOD.inv(*ends[0], *ends[1])
        return float(metres)

    def placed(self, shapes: Geometries) -> Geometries:
        """Return shapes in degrees on the plane, cut to the frame with a margin."""
        ground_m = _SHARP_MM * self.units_per_mm * self.projection.unit_m
        return self.projection.shapes(shapes, self.box, most_m=max(ground_m, _LEAST_OFF_M))

    def grown(self, aside_mm: float, up_mm: float) -> MapFrame:
        """Return a frame with the same middle and scale, wider and higher by these amounts."""
        width_mm = self.width_mm + aside_mm
        size = (width_mm * self.units_per_mm, (self.height_mm + up_mm) * self.units_per_mm)
        return _around(self.projection, self.middle, size, width_mm)

    def lonlat(self, mm: Floats) -> Floats:
        """Return the places in degrees of millimetres from the lower left corner of the frame.

        They are NaN off the Earth, where some projections return places that are elsewhere.
        """
        xy = np.array(self.edges[:2]) + mm * self.units_per_mm
        found = self.projection.inverse(xy)
        gaps = np.hypot(*(self.projection.forward(found) - xy).T)
        return np.where((gaps < _SMALL_MM * self.units_per_mm)[:, None], found, np.nan)

    def to_mm(self, xy: Floats) -> Floats:
        """Return places of the plane in millimetres from the lower left corner of the frame."""
        return np.asarray((xy - np.array(self.edges[:2])) / self.units_per_mm)


def frame_of(projection: Projection, box: Box, *, width_mm: float, pad: float) -> MapFrame:
    """Return the frame that shows a box, with a margin as a share of its size.

    It is neither much wider nor much higher than usual; what is added shows more of the plane.
    """
    xy = projection.forward(box.grid(40))
    xy = xy[np.isfinite(xy).all(axis=1)]
    if not len(xy):
        raise _nowhere(projection)
    (left, bottom), (right, top) = xy.min(axis=0), xy.max(axis=0)
    least = _LEAST_M / projection.unit_m
    width = max(float(right - left), least) * (1 + 2 * pad)
    height = max(float(top - bottom), least / 2) * (1 + 2 * pad)
    width = max(width, height / _MOST_ASPECT)
    height = max(height, width * _LEAST_ASPECT)
    middle = ((left + right) / 2, (bottom + top) / 2)
    frame = _around(projection, middle, (width, height), width_mm)
    if not min(frame.metres_across(_SMALL_MM), frame.metres_across(width_mm / 4)) > 0:
        raise _nowhere(projection)
    return frame


def frame_at_scale(
    projection: Projection, box: Box, *, scale: float, width_mm: float | None, pad: float
) -> MapFrame:
    """Return the frame around the middle of a box at a scale of 1 to `scale`.

    Without `width_mm` it shows the box.
    """
    whole = frame_of(projection, box, width_mm=1000, pad=pad)
    left, bottom, right, top = whole.edges
    # Units of the plane are metres on the ground only where its scale is true.
    per_metre = whole.units_per_mm * _SMALL_MM / whole.metres_across(_SMALL_MM)
    per_mm = scale / 1000 * per_metre
    width = (right - left) if width_mm is None else width_mm * per_mm
    height = top - bottom if width_mm is None else width * (top - bottom) / (right - left)
    wide_mm = max(width, height) / per_mm
    if wide_mm > MOST_MM:
        raise MinmapError(
            f"scale={scale:,.0f} makes a map of {wide_mm:,.0f} mm, and paper has at most "
            f"{MOST_MM:,} mm; give a larger number, or extent= a smaller part."
        )
    return _around(projection, whole.middle, (width, height), width / per_mm)


def _nowhere(projection: Projection) -> MinmapError:
    return MinmapError(
        f"The projection {projection.name!r} has no place for what the map shows; give "
        "projection= another, or extent= another part of the Earth."
    )


def _around(
    projection: Projection, middle: tuple[float, float], size: tuple[float, float], width_mm: float
) -> MapFrame:
    (x, y), (width, height) = middle, size
    left, bottom = float(x - width / 2), float(y - height / 2)
    return MapFrame(projection, (left, bottom, left + width, bottom + height), width_mm)
