"""Where numbers without a coordinate reference system would lie."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Final

import geopandas as gpd
import numpy as np
from pyproj import CRS, Transformer
from pyproj.exceptions import ProjError

from minmap.arguments import shown
from minmap.errors import CRSError, GeometryError

# Half the width that Web Mercator has, metres: pi times the semi-major axis of WGS84.
_MERCATOR_HALF_M = 20_037_508.342789244
# A zone's eastings about its false easting of 500 km, and the way from the equator to a pole.
_EASTING_M = (100_000.0, 900_000.0)
_POLE_M = 10_002_000.0


# Parameters of PROJ that name files, and those of PROJJSON, whose values are texts for files alone.
_FILES_IN_CRS: Final = re.compile(
    r"(?:grids|catalog|init|file|model)\s*=[\s\\\"']*([^\s\"']+)|\"value\":\s*\"([^\"]*)\"",
    re.IGNORECASE,
)
_IS_PATH: Final = re.compile(r"[/\\]|^@?\w+:\w*[/\\]|^@?~|^@?\.")


def file_in_crs(definition: str) -> str | None:
    """Return the path of a file that the definition of a CRS names; None if it names none.

    Parameters
    ----------
    definition
        WKT, PROJJSON as text, or a PROJ string.

    Examples
    --------
    >>> file_in_crs("+init=/home/me/own:1"), file_in_crs("+proj=longlat +nadgrids=@null")
    ('/home/me/own:1', None)
    """
    for found in _FILES_IN_CRS.finditer(definition):
        for name in (found[1] or found[2]).split(","):
            if _IS_PATH.search(name):
                return name.lstrip("@")
    return None


def crs_of(value: object) -> CRS:
    """Return the CRS that a user's argument names.

    Parameters
    ----------
    value
        What pyproj takes: ``"EPSG:32642"``, an EPSG number, WKT, a PROJ string, a CRS.

    Raises
    ------
    CRSError
        If it names none.

    Examples
    --------
    >>> crs_of(32642).name
    'WGS 84 / UTM zone 42N'
    """
    try:
        return CRS.from_user_input(value)
    except (ProjError, TypeError, ValueError) as error:
        raise CRSError(
            f"crs={shown(value)} is not a coordinate reference system; give one such as "
            "'EPSG:4326' or 'EPSG:32642'."
        ) from error


def stated_crs(value: object, *, what: str) -> CRS:
    """Return the CRS that a file states, as long as it does not name other files.

    A definition may name files of grids or of definitions, which PROJ opens wherever they are.

    Parameters
    ----------
    value
        What the file has: WKT, PROJJSON, a code, a PROJ string, or a CRS made of one.
    what
        The file, for the message.

    Raises
    ------
    CRSError
        If it is no CRS, or names a file by a path. Grids of PROJ's own are named without one.

    Examples
    --------
    >>> stated_crs("+proj=longlat +nadgrids=/home/me/shift.gsb", what="a.shp")
    Traceback (most recent call last):
        ...
    minmap.errors.CRSError: a.shp: its CRS names the file '/home/me/shift.gsb', which minmap does
    not open; pass crs= with a code, such as crs='EPSG:4326'.
    """
    text = value if isinstance(value, str) else json.dumps(_definition(value), default=str)
    _require_no_path(text, what)
    try:
        crs = CRS.from_user_input(value)
    except (ProjError, TypeError, ValueError) as error:
        raise CRSError(
            f"{what}: its CRS cannot be understood; pass crs= with a code, such as crs='EPSG:4326'."
        ) from error
    _require_no_path(json.dumps(_definition(crs)), what)
    return crs


def _definition(value: object) -> object:
    try:
        return value.to_json_dict() if isinstance(value, CRS) else value
    except ProjError:
        return str(value)


def _require_no_path(definition: str, what: str) -> None:
    name = file_in_crs(definition)
    if name is not None:
        raise CRSError(
            f"{what}: its CRS names the file {name!r}, which minmap does not open; pass crs= with "
            "a code, such as crs='EPSG:4326'."
        )


def require_layer(frame: object, *, name: str) -> gpd.GeoDataFrame:
    """Return a user's table if it is a GeoDataFrame whose geometries have a CRS.

    Parameters
    ----------
    frame
        What the user passed.
    name
        The argument's name, for the message.

    Raises
    ------
    GeometryError
        If it is none, or has no active geometry.
    CRSError
        If it has no CRS.

    Examples
    --------
    >>> require_layer(gpd.GeoDataFrame({"a": [1]}), name="lines")
    Traceback (most recent call last):
        ...
    minmap.errors.GeometryError: lines is a GeoDataFrame without geometry; give a GeoDataFrame,
    such as geopandas.GeoDataFrame(table, geometry=geopandas.points_from_xy(lon, lat), crs=4326).
    """
    if not isinstance(frame, gpd.GeoDataFrame) or not _has_geometry(frame):
        raise GeometryError(
            f"{name} is a {type(frame).__name__} without geometry; give a GeoDataFrame, such as "
            "geopandas.GeoDataFrame(table, geometry=geopandas.points_from_xy(lon, lat), crs=4326)."
        )
    _require_crs(frame, name=name)
    return frame


def require_places(shapes: gpd.GeoDataFrame | gpd.GeoSeries, *, name: str) -> gpd.GeoSeries:
    """Return the geometries of a user's layer.

    Raises
    ------
    GeometryError, CRSError
        As for `require_layer`.

    Examples
    --------
    >>> require_places(gpd.GeoSeries.from_xy([1], [2], crs=4326), name="sites").tolist()
    [<POINT (1 2)>]
    """
    if isinstance(shapes, gpd.GeoDataFrame):
        return require_layer(shapes, name=name).geometry
    _require_crs(shapes, name=name)
    return shapes


def _require_crs(frame: gpd.GeoDataFrame | gpd.GeoSeries, *, name: str) -> None:
    if frame.crs is None:
        raise CRSError(
            f"{name} has no CRS; say which with {name}.set_crs('EPSG:...'): 'EPSG:4326' for "
            "longitude and latitude on WGS84."
        )


def _has_geometry(frame: gpd.GeoDataFrame) -> bool:
    active = frame.active_geometry_name
    # The column may have been dropped or replaced since it was made the geometry.
    return active is not None and active in frame and hasattr(frame[active], "crs")


def to_degrees(shapes: gpd.GeoSeries, *, what: str) -> gpd.GeoSeries:
    """Return geometries in EPSG:4326.

    Parameters
    ----------
    shapes
        Geometries with a CRS.
    what
        The argument or file, for the message.

    Raises
    ------
    CRSError
        If the CRS is a local one that nothing ties to the Earth.

    Examples
    --------
    >>> mine = gpd.GeoSeries.from_xy([0], [0], crs='LOCAL_CS["mine",UNIT["metre",1]]')
    >>> to_degrees(mine, what="occurrences")
    Traceback (most recent call last):
        ...
    minmap.errors.CRSError: occurrences: nothing ties the CRS 'mine' to the Earth; give the right
    one, such as 'EPSG:32642', with .set_crs('EPSG:...', allow_override=True) or crs=.
    """
    try:
        return shapes.to_crs(4326)
    except ProjError as error:
        raise untied(shapes.crs, what=what) from error


def untied(crs: CRS, *, what: str) -> CRSError:
    """Return the error for a CRS from which there is no way to longitude and latitude."""
    return CRSError(
        f"{what}: nothing ties the CRS {crs.name!r} to the Earth; give the right one, such as "
        "'EPSG:32642', with .set_crs('EPSG:...', allow_override=True) or crs=."
    )


def missing_crs(what: str, bounds: Sequence[float]) -> CRSError:
    """Return the error for data without a CRS: what to pass, and where each guess would put it.

    Parameters
    ----------
    what
        The file, for the message.
    bounds
        Smallest x and y, largest x and y, in the data's own unknown numbers; NaN if it has none.

    Examples
    --------
    >>> print(missing_crs("a.shp", [66.0, 47.0, 68.0, 49.0]))
    a.shp has no coordinate reference system; give it one (a shapefile: its .prj) or pass it, such
    as crs='EPSG:4326'. The centre of the data, x 67 and y 48, would lie at 48.00 N 67.00 E in
    EPSG:4326; at 0.00 N 0.00 E in EPSG:3857.
    """
    x, y = (bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2
    message = (
        f"{what} has no coordinate reference system; give it one (a shapefile: its .prj) or pass "
        "it, such as crs='EPSG:4326'."
    )
    if np.isfinite([x, y]).all():
        guesses = "; ".join(_guesses(x, y, fits_degrees=_fits_degrees(bounds)))
        where = f"would lie {guesses}" if guesses else "fits none of the usual systems"
        message += f" The centre of the data, x {x:,.10g} and y {y:,.10g}, {where}."
    return CRSError(message)


def _fits_degrees(bounds: Sequence[float]) -> bool:
    west, south, east, north = bounds
    return -180 <= west <= east <= 360 and -90 <= south <= north <= 90


def _guesses(x: float, y: float, *, fits_degrees: bool) -> Iterator[str]:
    if fits_degrees:
        yield f"at {_lonlat_text(x, y)} in EPSG:4326"
    if max(abs(x), abs(y)) <= _MERCATOR_HALF_M:
        yield _placed(3857, x, y)
    zone, easting = divmod(x, 1_000_000)
    low, high = _EASTING_M
    if not (low <= easting <= high and 0 <= y <= _POLE_M):
        return
    if 2 <= zone <= 32:
        # Pulkovo 1942 writes the number of the zone before the easting; EPSG:28402 to 28432.
        yield f"{_placed(28400 + int(zone), x, y)} (Pulkovo 1942, zone {int(zone)})"
    if zone == 0:
        yield (
            f"{_placed(32642, x, y)} (UTM zone 42 north; EPSG:32601 to 32660 are zones 1 to 60, "
            "6 degrees of longitude each)"
        )
        yield f"{_placed(32742, x, y)} (UTM zone 42 south; EPSG:32701 to 32760)"


def _placed(epsg: int, x: float, y: float) -> str:
    lon, lat = Transformer.from_crs(epsg, 4326, always_xy=True).transform(x, y)
    return f"at {_lonlat_text(lon, lat)} in EPSG:{epsg}"


def _lonlat_text(lon: float, lat: float) -> str:
    lon = (lon + 180) % 360 - 180
    return f"{abs(lat):.2f} {'N' if lat >= 0 else 'S'} {abs(lon):.2f} {'E' if lon >= 0 else 'W'}"
