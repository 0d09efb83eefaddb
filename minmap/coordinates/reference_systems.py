"""Coordinate reference systems: from any of them to longitude and latitude, and how exactly."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from pyproj import CRS, Transformer
from pyproj.exceptions import ProjError
from pyproj.transformer import TransformerGroup

from minmap.coordinates.precision import radius_m
from minmap.errors import CRSError
from minmap.geodesy.stated_crs import crs_of, untied
from minmap.types import Floats, Integers

GAUSS_KRUGER: Final = "gauss-kruger"
"""Name for Pulkovo 1942 in the six-degree Gauss-Krüger zones 2 to 32 (EPSG:28402 to 28432), the
zone of each record told by the digits before its easting."""

WGS84: Final = CRS.from_epsg(4326)
_STEP: Final = " + "
_AXES_IN_ORDER: Final = " (with axis order normalized for visualization)"  # said since PROJ 9.8
_WORLD: Final = (-180.0, -90.0, 180.0, 90.0)


@dataclass(frozen=True)
class OnGlobe:
    """Points in EPSG:4326; arrays of shape (n,).

    Attributes
    ----------
    longitude, latitude
        Degrees; not finite where the system does not reach.
    uncertainty_m
        What the last units given and the transformation leave open; NaN where nobody knows.
    way
        Positions in `ways`.
    ways
        How points came to WGS84, such as ``"Pulkovo 1942 to WGS 84 (16), 4.5 m"``; empty where
        there was nothing to do but project back.
    """

    longitude: Floats
    latitude: Floats
    uncertainty_m: Floats
    way: Integers
    ways: tuple[str, ...]


@dataclass(frozen=True)
class _Way:
    transformer: Transformer
    name: str
    accuracy_m: float
    bounds: tuple[float, float, float, float]
    offshore: bool = False

    def __str__(self) -> str:
        if not self.name:
            return ""
        known = np.isfinite(self.accuracy_m)
        return f"{self.name}, {self.accuracy_m:g} m" if known else f"{self.name}, accuracy unknown"


def crs_name(value: Any) -> str:
    """Return the name of a coordinate reference system, as it may stand in a TOML file.

    Parameters
    ----------
    value
        `GAUSS_KRUGER` in any case, with ü or u, or what pyproj takes.

    Raises
    ------
    CRSError
        If it is neither.

    Examples
    --------
    >>> crs_name("Gauss-Krüger"), crs_name(28413)
    ('gauss-kruger', 'EPSG:28413')
    """
    if isinstance(value, str):
        spelled = value.strip().casefold().replace("ü", "u").replace("ue", "u")
        if spelled.replace(" ", "-").replace("_", "-") == GAUSS_KRUGER:
            return GAUSS_KRUGER
    return crs_of(value).to_string()


def is_degrees(crs: CRS) -> bool:
    """Tell whether coordinates in `crs` are degrees.

    Examples
    --------
    >>> is_degrees(CRS(4284)), is_degrees(CRS(28413)), is_degrees(CRS(4807))  # the last in grads
    (True, False, False)
    """
    return crs.is_geographic and all(axis.unit_name == "degree" for axis in crs.axis_info[:2])


def require_map(crs: CRS) -> CRS:
    """Refuse a system whose first two axes do not lie on the Earth's surface."""
    if crs.is_vertical or crs.is_geocentric:
        raise CRSError(
            f"crs={crs.to_string()!r} ({crs.name}) does not say where on a map a point lies; give "
            "a geographic or projected one, such as 'EPSG:4326' or 'EPSG:32642'."
        )
    if not (crs.is_geographic or crs.is_projected):
        raise untied(crs, what="coordinates")
    return crs


def to_globe(x: Floats, y: Floats, half_x: Floats, half_y: Floats, crs: CRS) -> OnGlobe:
    """Bring points to EPSG:4326.

    Parameters
    ----------
    x, y
        Easting or longitude, and northing or latitude, in the units of `crs`; NaN stays NaN.
    half_x, half_y
        Half the last units given, in the same units.
    crs
        Any system of places on a map.

    Returns
    -------
    OnGlobe
        The uncertainty is the way on the ellipsoid between the point and one that lies half a
        unit off in both axes (`minmap.coordinates.precision.radius_m`), plus the accuracy that
        the EPSG data set gives for the transformation. Where several transformations exist, each
        point takes, as PROJ does, the most accurate of those whose area holds it.

    Examples
    --------
    >>> one, half = np.array([1.0]), np.array([0.5])
    >>> globe = to_globe(13_400_000 * one, 5_300_000 * one, half, half, CRS(28413))
    >>> globe.longitude.round(5).tolist(), globe.ways[globe.way[0]]
    ([73.66376], 'Pulkovo 1942 to WGS 84 (20), 3 m')
    """
    if crs.equals(WGS84, ignore_axis_order=True):
        uncertainty = radius_m(y, half_x, half_y)
        return OnGlobe(x, y, uncertainty, np.zeros(len(x), dtype=np.int64), ("",))
    ways = _ways(crs)
    way = _choose(ways, x, y)
    longitude, latitude = _through(ways, way, x, y)
    # Half a unit towards the pole or the edge may lead out of the system.
    far_longitude, far_latitude = _through(ways, way, x + half_x, y + half_y)
    with np.errstate(invalid="ignore"):
        d_longitude = (far_longitude - longitude + 180) % 360 - 180
        radius = radius_m(latitude, d_longitude, far_latitude - latitude)
    accuracy = np.array([each.accuracy_m for each in ways])[way]
    return OnGlobe(longitude, latitude, radius + accuracy, way, tuple(map(str, ways)))


def _ways(crs: CRS) -> tuple[_Way, ...]:
    with warnings.catch_warnings():
        # That a better way needs a grid which is not installed shows in the accuracy.
        warnings.simplefilter("ignore", UserWarning)
        try:
            group = TransformerGroup(crs, WGS84, always_xy=True)
        except (ProjError, IndexError) as error:  # pyproj finds no way, and counts on one
            raise untied(crs, what="coordinates") from error
    ways = [_way(transformer) for transformer in group.transformers]
    if not ways:
        raise untied(crs, what="coordinates")
    # Outside every area PROJ takes the first way; how good it is there nobody says.
    return (*ways, replace(ways[0], accuracy_m=np.nan if ways[0].name else 0.0, bounds=_WORLD))


def _way(transformer: Transformer) -> _Way:
    steps = [
        step
        for step in transformer.description.removesuffix(_AXES_IN_ORDER).split(_STEP)
        # Projections and the order of axes are exact.
        if not step.startswith(("axis order change", "Inverse of ", "Null geographic offset"))
    ]
    # PROJ writes -1 for an accuracy that nobody has stated.
    accuracy = transformer.accuracy if transformer.accuracy >= 0 else np.nan
    if not steps:
        accuracy = 0.0
    area = transformer.area_of_use
    bounds = area.bounds if area is not None else _WORLD
    offshore = area is not None and "- offshore" in area.name
    return _Way(transformer, _STEP.join(steps), accuracy, bounds, offshore)


def _choose(ways: tuple[_Way, ...], x: Floats, y: Floats) -> Integers:
    if not any(way.name for way in ways):
        return np.zeros(len(x), dtype=np.int64)
    # All ways agree to some hundred metres, which is enough to tell the area.
    longitude, latitude = ways[0].transformer.transform(x, y)
    return _by_area(ways, longitude, latitude)


def _by_area(ways: tuple[_Way, ...], longitude: Floats, latitude: Floats) -> Integers:
    chosen = np.zeros(len(longitude), dtype=np.int64)
    free = np.ones(len(longitude), dtype=bool)
    for position in sorted(range(len(ways)), key=_preference(ways)):
        west, south, east, north = ways[position].bounds
        across = (longitude >= west) & (longitude <= east)
        if west > east:  # over the antimeridian
            across = (longitude >= west) | (longitude <= east)
        inside = free & across & (latitude >= south) & (latitude <= north)
        chosen[inside] = position
        free &= ~inside
    return chosen


def _preference(ways: tuple[_Way, ...]) -> Callable[[int], tuple[bool, bool, float, float]]:
    """Return the order in which PROJ prefers the ways whose areas hold a point."""

    def preference(position: int) -> tuple[bool, bool, float, float]:
        way = ways[position]
        west, south, east, north = way.bounds
        area = ((east - west) % 360 or 360.0) * (north - south)
        return bool(np.isnan(way.accuracy_m)), way.offshore, way.accuracy_m, area

    return preference


def _through(ways: tuple[_Way, ...], way: Integers, x: Floats, y: Floats) -> tuple[Floats, Floats]:
    longitude, latitude = np.full(len(x), np.nan), np.full(len(x), np.nan)
    for position in np.unique(way):
        rows = way == position
        found = ways[position].transformer.transform(x[rows], y[rows])
        longitude[rows], latitude[rows] = found
    return longitude, latitude
