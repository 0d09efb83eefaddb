"""Fit a grid of the map to a raster: its edges, and the number of pixels that show it."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from pyproj import CRS, Transformer
from pyproj.exceptions import ProjError
from rasterio.transform import Affine

from minmap.errors import CRSError
from minmap.geodesy.crs import untied
from minmap.rasters.placement import Placement
from minmap.types import Floats

# Radius of the sphere of EPSG:3857 and the latitude at which its map is a square (EPSG Guidance
# Note 7-2, 2022, section 3.2.1.2; Leaflet's L.CRS.EPSG3857 has the same numbers).
RADIUS_M = 6_378_137.0
MAX_LAT_DEG = math.degrees(math.atan(math.sinh(math.pi)))
# A small raster is drawn with more pixels than it has, so that their edges are in place.
_FINE_PIXELS = 250_000
# Longitudes may run from 0 or on across the antimeridian, but not several times round.
_FARTHEST_DEG = 720
# Points in each direction at which the outline and the pixel size are sampled.
_PROBES = 33


@dataclass(frozen=True, slots=True)
class MapGrid:
    """A grid in Web Mercator: longitudes may pass 180 degrees, latitudes stay within 85.06.

    Attributes
    ----------
    west, south, east, north
        Outer edges of the grid, degrees.
    width, height
        Its pixels.
    is_coarser
        Whether the grid has larger pixels than the raster, to keep to its limit.
    shift_deg
        How far east the raster's longitudes are shifted to centre them on 0; 0 unless they pass
        180.
    """

    west: float
    south: float
    east: float
    north: float
    width: int
    height: int
    is_coarser: bool
    shift_deg: float

    @property
    def pixels(self) -> int:
        """How many pixels it has."""
        return self.width * self.height

    @property
    def turn(self) -> int:
        """Number of pixels by which to roll a global raster so that it begins at -180."""
        if self.east - self.west < 360 - 1e-9:
            return 0
        return round((self.west + 180) / 360 * self.width) % self.width

    @property
    def bounds(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """((south, west), (north, east)) of the rolled grid."""
        if self.turn:
            return (self.south, -180.0), (self.north, 180.0)
        return (self.south, self.west), (self.north, self.east)

    @property
    def transform(self) -> Affine:
        """Transform from pixels to metres in EPSG:3857, shifted by `shift_deg`."""
        left = math.radians(self.west + self.shift_deg) * RADIUS_M
        across = math.radians(self.east - self.west) * RADIUS_M
        top, bottom = _northing_m(self.north), _northing_m(self.south)
        return Affine(across / self.width, 0, left, 0, (bottom - top) / self.height, top)


def fit_grid(placement: Placement, width: int, height: int, *, max_pixels: int) -> MapGrid:
    """Return the map's grid for a raster.

    Parameters
    ----------
    placement
        Where the raster lies; it may be rotated or south-up.
    width, height
        Its pixels.
    max_pixels
        Limit of the grid's pixels.

    Returns
    -------
    MapGrid
        The smallest grid that contains the raster, with square pixels no larger than the raster's
        own unless `max_pixels` requires it.

    Raises
    ------
    CRSError
        If no part of the raster is on the map, its transform has a number that is not finite, or
        its columns and rows run along one line.

    Examples
    --------
    >>> raster = Affine(0.05, 0, 24, 0, -0.05, 62)
    >>> grid = fit_grid(Placement(CRS(4326), raster), 2040, 800, max_pixels=10**6)
    >>> round(grid.west, 3), round(grid.east, 3), round(grid.south, 3), round(grid.north, 3)
    (24.0, 126.0, 22.0, 62.0)
    >>> grid.width, grid.height
    (1337, 747)
    """
    source_crs = placement.crs
    if placement.transform is not None:
        _require_area(placement.transform)
    column, row = np.meshgrid(np.linspace(0, width, _PROBES), np.linspace(0, height, _PROBES))
    lon, lat = _lonlat(placement, column, row)
    seen = np.isfinite(lon) & np.isfinite(lat) & (np.abs(lat) <= 90)
    if not seen.any() or lat[seen].min() >= MAX_LAT_DEG or lat[seen].max() <= -MAX_LAT_DEG:
        raise _off_the_map(source_crs)
    if source_crs.is_geographic and np.abs(lon[seen]).max() > _FARTHEST_DEG:
        raise CRSError(
            f"The raster reaches to {np.abs(lon[seen]).max():.3g} degrees of longitude: check its "
            "CRS and its geotransform."
        )
    west, east, shift_deg = _longitudes(lon[seen], geographic=source_crs.is_geographic)
    south, north = np.clip([lat[seen].min(), lat[seen].max()], -MAX_LAT_DEG, MAX_LAT_DEG)
    across_m = math.radians(east - west) * RADIUS_M
    up_m = _northing_m(north) - _northing_m(south)
    pixel_m = _pixel_m(placement, column, row)
    if not (across_m > 0 and up_m > 0 and pixel_m > 0):
        raise _off_the_map(source_crs)
    # Infinite where a damaged raster claims pixels of almost no size.
    native_pixels = float(np.ceil(across_m / pixel_m) * np.ceil(up_m / pixel_m))
    pixels = min(max(native_pixels, _FINE_PIXELS), max_pixels)
    side_m = max(math.sqrt(across_m * up_m / pixels), across_m / pixels, up_m / pixels)
    columns, rows = (max(math.floor(side / side_m), 1) for side in (across_m, up_m))
    is_coarser = native_pixels > max_pixels
    return MapGrid(west, float(south), east, float(north), columns, rows, is_coarser, shift_deg)


def _require_area(transform: Affine) -> None:
    numbers = tuple(transform[:6])
    shown = ", ".join(f"{number:g}" for number in numbers)
    fault = "puts all pixels on one line" if transform.determinant == 0 else ""
    if not np.isfinite(numbers).all():
        fault = "has a number that is not finite"
    if fault:
        raise CRSError(
            f"The raster's geotransform ({shown}) {fault}; georeference it anew, such as with "
            "gdal_edit.py -a_ullr."
        )


def _off_the_map(source_crs: CRS) -> CRSError:
    return CRSError(
        f"The raster is not on the map when read in {source_crs.name}: check its CRS and its "
        "geotransform."
    )


def _lonlat(placement: Placement, column: Floats, row: Floats) -> tuple[Floats, Floats]:
    x, y = placement.coordinates(column, row)
    try:
        lon, lat = Transformer.from_crs(placement.crs, 4326, always_xy=True).transform(x, y)
    except ProjError as error:
        raise untied(placement.crs, what="the raster") from error
    return np.asarray(lon), np.asarray(lat)


def _longitudes(lon: Floats, *, geographic: bool) -> tuple[float, float, float]:
    """Return the west and east edge, and the shift that centres the raster on 0 degrees."""
    west, east = float(lon.min()), float(lon.max())
    if geographic:
        # Longitudes as in the file: 0 to 360 is as good as -180 to 180.
        if west >= -180 and east <= 180:
            return west, east, 0.0
        return west, min(east, west + 360), -(west + east) / 2
    if east - west > 180:
        # Counted from 0 to 360 the raster may be narrow: it crosses the antimeridian.
        other = np.where(lon < 0, lon + 360, lon)
        if other.max() - other.min() < 180:
            return float(other.min()), float(other.max()), 0.0
        return -180.0, 180.0, 0.0
    return west, east, 0.0


def _northing_m(lat_deg: float) -> float:
    """Return the northing of a latitude in EPSG:3857, metres."""
    return RADIUS_M * math.asinh(math.tan(math.radians(lat_deg)))


def _pixel_m(placement: Placement, column: Floats, row: Floats) -> float:
    """Return the shorter side of the raster's pixels on the map, metres of EPSG:3857.

    Return 0 if no pixel has a size there.
    """
    here = _lonlat(placement, column, row)
    sides: list[Any] = []
    for step in ((1, 0), (0, 1)):
        there = _lonlat(placement, column + step[0], row + step[1])
        with np.errstate(invalid="ignore"):
            across = np.radians(there[0] - here[0] + 180) % (2 * np.pi) - np.pi
        lat = [np.radians(np.clip(p[1], -MAX_LAT_DEG, MAX_LAT_DEG)) for p in (here, there)]
        up = np.arcsinh(np.tan(lat[1])) - np.arcsinh(np.tan(lat[0]))
        sides.append(np.hypot(across, up) * RADIUS_M)
    shorter = np.minimum(*sides)
    seen = shorter[np.isfinite(shorter) & (shorter > 0)]
    return float(np.median(seen)) if seen.size else 0.0
