"""Coordinate reference systems: their transformation to WGS84, and where they are used."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from pyproj import CRS, Transformer
from pyproj.exceptions import ProjError
from pyproj.transformer import TransformerGroup

from minmap.coordinates.precision import offset_length_m
from minmap.errors import CRSError, recorded_warnings
from minmap.geodesy.crs import crs_of, untied
from minmap.types import Booleans, Floats, Integers

GAUSS_KRUGER: Final = "gauss-kruger"
"""Name for Pulkovo 1942 in the six-degree Gauss-Krüger zones 2 to 32 (EPSG:28402 to 28432), where
the digits before the easting are the zone of the record."""

WGS84: Final = CRS.from_epsg(4326)
_STEP: Final = " + "
_AXES_IN_ORDER: Final = " (with axis order normalized for visualization)"  # since PROJ 9.8
# One zone of UTM or Gauss-Krüger: tables of a country are often in the zone of its middle.
_MARGIN_DEG: Final = 6.0
_USED_WIDER: Final = {"EPSG:25833": (4.0, 57.5, 32.0, 81.0)}
"""Where grids are used beyond their own zone: UTM zone 33 is that of all Norway."""
_WORLD: Final = (-180.0, -90.0, 180.0, 90.0)


@dataclass(frozen=True)
class Wgs84Points:
    """Points in EPSG:4326; arrays of shape (n,).

    Attributes
    ----------
    longitude, latitude
        Degrees; not finite outside the domain of the CRS.
    precision_m
        Possible error from rounding to the last units given, metres.
    uncertainty_m
        The same with the accuracy of the transformation; NaN if that is unknown.
    operation
        Positions in `operations`.
    operations
        The transformations to WGS84, such as ``"Pulkovo 1942 to WGS 84 (16), 4.5 m"``; empty if
        only a map projection had to be inverted.
    """

    longitude: Floats
    latitude: Floats
    precision_m: Floats
    uncertainty_m: Floats
    operation: Integers
    operations: tuple[str, ...]


@dataclass(frozen=True)
class _Operation:
    """A transformation to WGS84 and the area (west, south, east, north) where it applies."""

    transformer: Transformer
    name: str
    accuracy_m: float
    bounds: tuple[float, float, float, float]
    offshore: bool = False

    @property
    def preference(self) -> tuple[bool, bool, float, float]:
        """The key by which PROJ sorts the operations whose areas contain a point."""
        west, south, east, north = self.bounds
        area = ((east - west) % 360 or 360.0) * (north - south)
        return bool(np.isnan(self.accuracy_m)), self.offshore, self.accuracy_m, area

    def __str__(self) -> str:
        if not self.name:
            return ""
        known = np.isfinite(self.accuracy_m)
        return f"{self.name}, {self.accuracy_m:g} m" if known else f"{self.name}, accuracy unknown"


def crs_name(value: Any) -> str:
    """Return the name of a CRS for a TOML file.

    Parameters
    ----------
    value
        `GAUSS_KRUGER` in any case, with ü or u, or anything that pyproj accepts.

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
    """Return whether coordinates in `crs` are degrees.

    Examples
    --------
    >>> is_degrees(CRS(4284)), is_degrees(CRS(28413)), is_degrees(CRS(4807))  # the last in grads
    (True, False, False)
    """
    return crs.is_geographic and all(axis.unit_name == "degree" for axis in crs.axis_info[:2])


def require_horizontal(crs: CRS) -> CRS:
    """Return `crs` if it is geographic or projected.

    Raises
    ------
    CRSError
        If it is vertical, geocentric or local.
    """
    if crs.is_vertical or crs.is_geocentric:
        raise CRSError(
            f"crs={crs.to_string()!r} ({crs.name}) does not say where on a map a point lies; give "
            "a geographic or projected one, such as 'EPSG:4326' or 'EPSG:32642'."
        )
    if not (crs.is_geographic or crs.is_projected):
        raise untied(crs, what="coordinates")
    return crs


def to_wgs84(x: Floats, y: Floats, half_x: Floats, half_y: Floats, crs: CRS) -> Wgs84Points:
    """Transform points to EPSG:4326.

    Parameters
    ----------
    x, y
        Easting or longitude, and northing or latitude, in the units of `crs`; NaN stays NaN.
    half_x, half_y
        Half the last units given, in the same units.
    crs
        A geographic or projected CRS.

    Returns
    -------
    Wgs84Points
        The precision is the length on the ellipsoid between the point and another that is half a
        unit away in both axes (`minmap.coordinates.precision.offset_length_m`); the uncertainty
        adds the accuracy of the transformation in the EPSG data set. If several transformations
        exist, each point gets the most accurate of those whose area contains it, as in PROJ.

    Examples
    --------
    >>> one, half = np.array([1.0]), np.array([0.5])
    >>> points = to_wgs84(13_400_000 * one, 5_300_000 * one, half, half, CRS(28413))
    >>> points.longitude.round(5).tolist(), points.operations[points.operation[0]]
    ([73.66376], 'Pulkovo 1942 to WGS 84 (20), 3 m')
    """
    if crs.equals(WGS84, ignore_axis_order=True):
        precision = offset_length_m(y, half_x, half_y)
        exact = np.zeros(len(x), dtype=np.int64)
        return Wgs84Points(x, y, precision, precision, exact, ("",))
    operations = _operations(crs)
    operation = _choose(operations, x, y)
    longitude, latitude = _transform(operations, operation, x, y)
    # Half a unit farther may be outside the domain of the CRS.
    far_longitude, far_latitude = _transform(operations, operation, x + half_x, y + half_y)
    with np.errstate(invalid="ignore"):
        d_longitude = (far_longitude - longitude + 180) % 360 - 180
        precision = offset_length_m(latitude, d_longitude, far_latitude - latitude)
    accuracy = np.array([each.accuracy_m for each in operations])[operation]
    names = tuple(map(str, operations))
    return Wgs84Points(longitude, latitude, precision, precision + accuracy, operation, names)


def _operations(crs: CRS) -> tuple[_Operation, ...]:
    with recorded_warnings():
        # If a better operation needs a grid that is not installed, the accuracy shows it.
        try:
            group = TransformerGroup(crs, WGS84, always_xy=True)
        except (ProjError, IndexError) as error:  # pyproj expects at least one operation
            raise untied(crs, what="coordinates") from error
    found = [_operation(transformer) for transformer in group.transformers]
    if not found:
        raise untied(crs, what="coordinates")
    # Outside of all areas PROJ takes the first operation, whose accuracy there is unknown.
    everywhere = np.nan if found[0].name else 0.0
    return (*found, replace(found[0], accuracy_m=everywhere, bounds=_WORLD))


def _operation(transformer: Transformer) -> _Operation:
    steps = [
        step
        for step in transformer.description.removesuffix(_AXES_IN_ORDER).split(_STEP)
        # Projections and the order of axes are exact.
        if not step.startswith(("axis order change", "Inverse of ", "Null geographic offset"))
    ]
    # PROJ gives -1 for an unknown accuracy.
    accuracy = transformer.accuracy if transformer.accuracy >= 0 else np.nan
    area = transformer.area_of_use
    bounds, name = (_WORLD, "") if area is None else (area.bounds, area.name)
    accuracy = accuracy if steps else 0.0
    offshore = "- offshore" in name
    return _Operation(transformer, _STEP.join(steps), accuracy, bounds, offshore=offshore)


def _choose(operations: tuple[_Operation, ...], x: Floats, y: Floats) -> Integers:
    """Return the position of the operation that PROJ prefers at each point."""
    chosen = np.zeros(len(x), dtype=np.int64)
    if not any(each.name for each in operations):
        return chosen
    # All operations agree to some hundred metres, which is enough to compare with the areas.
    longitude, latitude = operations[0].transformer.transform(x, y)
    free = np.ones(len(x), dtype=bool)
    for position in sorted(range(len(operations)), key=lambda p: operations[p].preference):
        west, south, east, north = operations[position].bounds
        across = (longitude >= west) & (longitude <= east)
        if west > east:  # across the antimeridian
            across = (longitude >= west) | (longitude <= east)
        inside = free & across & (latitude >= south) & (latitude <= north)
        chosen[inside] = position
        free &= ~inside
    return chosen


def _transform(
    operations: tuple[_Operation, ...], operation: Integers, x: Floats, y: Floats
) -> tuple[Floats, Floats]:
    longitude, latitude = np.full(len(x), np.nan), np.full(len(x), np.nan)
    for position in np.unique(operation):
        rows = operation == position
        found = operations[position].transformer.transform(x[rows], y[rows])
        longitude[rows], latitude[rows] = found
    return longitude, latitude


def is_grid(crs: Any) -> bool:
    """Return whether coordinates in `crs` are eastings and northings, not degrees.

    Examples
    --------
    >>> is_grid("gauss-kruger"), is_grid(28413), is_grid("EPSG:4326")
    (True, True, False)
    """
    name = crs_name(crs)
    return name == GAUSS_KRUGER or CRS.from_user_input(name).is_projected


def degrees_on_grid(what: object, crs: Any, columns: Iterable[str]) -> CRSError:
    """Return the error for columns of degrees under a CRS that is a grid.

    Examples
    --------
    >>> print(degrees_on_grid("a.csv", 32642, ["lon", "lat"]))
    a.csv: crs='EPSG:32642' is a grid, but lon and lat are degrees; leave crs out, or name the
    columns of the grid: columns={'longitude': '...', 'latitude': '...'}.
    """
    return CRSError(
        f"{what}: crs={crs_name(crs)!r} is a grid, but {' and '.join(columns)} are degrees; leave "
        "crs out, or name the columns of the grid: columns={'longitude': '...', 'latitude': "
        "'...'}."
    )


def grid_in_degrees(what: object, crs: Any, columns: Iterable[str]) -> CRSError:
    """Return the error for columns of a grid under a CRS that is in degrees.

    Examples
    --------
    >>> print(grid_in_degrees("a.csv", 4326, ["Easting", "Northing"]))
    a.csv: crs='EPSG:4326' is in degrees, but Easting and Northing are numbers of a grid; give the
    crs of that grid, or leave crs out to see which may fit.
    """
    return CRSError(
        f"{what}: crs={crs_name(crs)!r} is in degrees, but {' and '.join(columns)} are numbers of "
        "a grid; give the crs of that grid, or leave crs out to see which may fit."
    )


def far_from_use(longitude: Floats, latitude: Floats, *, crs: Any) -> Booleans:
    """Return which points are more than 6 degrees from the area in which a grid is used.

    Parameters
    ----------
    longitude, latitude
        Shape (n,), degrees on WGS84; NaN is not far.
    crs
        The CRS in which the points were given; anything that pyproj accepts.

    Returns
    -------
    numpy.ndarray of bool, shape (n,)
        All False for degrees, and for a CRS whose area of use is unknown to PROJ.

    Examples
    --------
    >>> far_from_use(np.array([75.0, 93.0]), np.array([48.0, 48.0]), crs=28413).tolist()
    [False, True]
    """
    has_area = is_grid(crs) and crs_name(crs) != GAUSS_KRUGER
    area = CRS.from_user_input(crs).area_of_use if has_area else None
    if area is None:
        return np.zeros(len(longitude), dtype=np.bool_)
    bounds = _USED_WIDER.get(crs_name(crs), area.bounds)
    return _outside(longitude, latitude, bounds, _MARGIN_DEG)


def where_used(x: Floats, y: Floats, crs: CRS) -> Booleans | None:
    """Return which points of a grid are in the box where it is used; None if that is unknown.

    Examples
    --------
    >>> east, north = np.array([613.0, 612979.0]), np.array([7788154.0, 7788154.0])
    >>> where_used(east, north, CRS(31983))
    array([False,  True])
    """
    area = crs.area_of_use
    if area is None:
        return None
    longitude, latitude = Transformer.from_crs(crs, WGS84, always_xy=True).transform(x, y)
    outside = _outside(longitude, latitude, area.bounds, 0.0)
    return np.asarray(np.isfinite(longitude) & ~outside, dtype=np.bool_)


def _outside(
    longitude: Floats, latitude: Floats, box: tuple[float, ...], margin_deg: float
) -> Booleans:
    """Return which points are farther than a margin from a box (west, south, east, north)."""
    west, south, east, north = box
    width = (east - west) % 360 if east != west + 360 else 360.0
    with np.errstate(invalid="ignore"):  # outside of the domain of a CRS
        beside = (longitude - west + margin_deg) % 360 > width + 2 * margin_deg
        beyond = (latitude < south - margin_deg) | (latitude > north + margin_deg)
    return np.asarray((beside | beyond) & np.isfinite(longitude), dtype=np.bool_)


def far_note(longitude: Floats, latitude: Floats, crs: Any, what: str, cure: str) -> list[str]:
    """Return a note if places lie far from the area of use of their CRS, as in another zone.

    Parameters
    ----------
    longitude, latitude
        Shape (n,), degrees on WGS84; NaN for a place that is missing.
    crs
        The CRS in which they were given.
    what, cure
        The plural of what lies there, and what to do, for the note.

    Examples
    --------
    >>> east = np.array([93.0]), np.array([48.0])
    >>> far_note(*east, 28413, "places", "check crs.")
    ['1 of 1 places are far from where EPSG:28413 is used, the first at lat 48.00, lon 93.00; check
    crs.']
    """
    far = np.flatnonzero(far_from_use(longitude, latitude, crs=crs))
    if not far.size:
        return []
    first = far[0]
    return [
        f"{far.size} of {np.isfinite(longitude).sum()} {what} are far from where {crs_name(crs)} "
        f"is used, the first at lat {latitude[first]:.2f}, lon {longitude[first]:.2f}; {cure}"
    ]
