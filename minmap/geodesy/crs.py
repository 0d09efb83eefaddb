"""Coordinate reference systems of users' arguments and files, and errors where one is missing."""

import json
import os
import re
from collections.abc import Sequence
from contextlib import suppress
from html import unescape
from typing import Any, Final
from unicodedata import normalize

import geopandas as gpd
import numpy as np
from pyproj import CRS
from pyproj.exceptions import ProjError

from minmap.arguments import shown
from minmap.errors import CRSError, GeometryError
from minmap.geodesy.crs_suggestions import Stated, in_countries, usual

WGS84: Final = "EPSG:4326"
"""Longitude and latitude in degrees on WGS 84, in the order x, y."""
WGS84_CRS: Final = CRS(WGS84)

# What may name a file: parameters of PROJ, a text as a value in PROJJSON, PARAMETERFILE of WKT 2,
# and the extension PROJ4_GRIDS of WKT 1.
_NAMES_FILE: Final = re.compile(
    r"init\s*=|\"value\"\s*:\s*\"|PARAMETERFILE|PROJ4_GRIDS", re.IGNORECASE
)
_IS_PROJ: Final = re.compile(r"proj\s*=", re.IGNORECASE)
_PROJ_FILE: Final = re.compile(r"(?:grids|catalog|file|model)\s*=", re.IGNORECASE)
_JSON_ESCAPE: Final = re.compile(r"\\u([0-9a-fA-F]{4})")
# PROJ takes these signs for the ends of a name, or for quotation marks.
_SIGNS: Final = r",;@|\"'\u2018-\u201f\u00ab\u00bb()\[\]{}<>\n"
# What may end a name: a bare one may contain any sign but those that end a list.
_ENDS: Final = tuple(
    re.compile(f"[{signs}]+") for signs in (',"', r',"\s', r',"\s=', _SIGNS, rf"{_SIGNS}\s=+")
)
_IS_PATH: Final = re.compile(r"[^\s=+][/\\]\S|^[/\\]\S|\s[/\\]\S|^~|\s~|(?:^|\s)\.\D")


def file_in_crs(definition: str) -> str | None:
    """Return the path of a file that the definition of a CRS names; None if it names none.

    Parameters
    ----------
    definition
        WKT, PROJJSON as text, or a PROJ string. PROJ searches its own folders for a bare name, and
        then the working folder.

    Examples
    --------
    >>> file_in_crs("+init=/home/me/own:1"), file_in_crs("+proj=longlat +nadgrids=@null")
    ('/home/me/own:1', None)
    >>> file_in_crs('PARAMETERFILE["Latitude difference file", "/home/me/own.gsb"]')
    '/home/me/own.gsb'
    """
    text = _JSON_ESCAPE.sub(lambda found: chr(int(found[1], 16)), unescape(definition))
    joined = "".join(text.splitlines())  # as GDAL reads a .prj
    return _file_in(text) or (_file_in(joined) if joined != text else None)


def _file_in(text: str) -> str | None:
    """Return the first path, or file of the working folder, behind a word that may name one."""
    patterns = (_NAMES_FILE, _PROJ_FILE) if _IS_PROJ.search(text) else (_NAMES_FILE,)
    starts = [found.end() for pattern in patterns if (found := pattern.search(text))]
    if not starts:
        return None
    behind = text[min(starts) :]
    parts = (part.strip() for ends in _ENDS for part in ends.split(behind))
    path = next((part for part in parts if _IS_PATH.search(part)), None)
    return path or _file_of_folder_in(behind)


def _file_of_folder_in(text: str) -> str | None:
    """Return the name of a file in the working folder that a text has as a word of its own."""
    texts = {_folded(text), _folded(text.replace('""', '"'))}  # as WKT has a quotation mark
    with suppress(OSError), os.scandir() as entries:  # the folder may be gone
        for entry in entries:
            name = _folded(entry.name)
            word = rf"(?<!\w){re.escape(name)}(?![\w.])"
            is_here = any(name in one and re.search(word, one) for one in texts)
            if is_here and not entry.is_dir():
                return entry.name
    return None


def _folded(name: str) -> str:
    """Return a name as file systems compare them that ignore case and the form of Unicode."""
    return normalize("NFC", name).casefold()


def crs_of(value: object, *, name: str = "crs", like: str = "'EPSG:4326' or 'EPSG:32642'") -> CRS:
    """Return the CRS given as an argument, ``crs`` unless `name` is another.

    Parameters
    ----------
    value
        Anything that pyproj accepts: ``"EPSG:32642"``, an EPSG number, WKT, a PROJ string, a CRS.
    name, like
        Name of the argument and examples of values, for the message.

    Raises
    ------
    CRSError
        If pyproj does not accept it.

    Examples
    --------
    >>> crs_of(32642).name
    'WGS 84 / UTM zone 42N'
    """
    try:
        return CRS.from_user_input(value)
    except (ProjError, TypeError, ValueError) as error:
        raise CRSError(
            f"{name}={shown(value)} is not a coordinate reference system; give one such as {like}."
        ) from error


def stated_crs(value: object, *, what: str) -> CRS:
    """Return the CRS defined in a file, unless its definition names other files.

    PROJ would open the grids and definitions that a CRS names, at any path.

    Parameters
    ----------
    value
        The definition in the file: WKT, PROJJSON, a code, a PROJ string, or a CRS made from one.
    what
        The file, for the message.

    Raises
    ------
    CRSError
        If it is not a CRS, or names a file with a path. The grids that PROJ ships have no path.

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


def require_layer(frame: Any, *, name: str) -> gpd.GeoDataFrame:
    """Return `frame` if it is a GeoDataFrame whose geometries have a CRS.

    Parameters
    ----------
    frame
        The value to check.
    name
        Name of the argument, for the message.

    Raises
    ------
    GeometryError
        If it is not a GeoDataFrame, or has no active geometry column.
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
    active = frame.active_geometry_name if isinstance(frame, gpd.GeoDataFrame) else None
    # The column may have been dropped or replaced after it became the geometry.
    if active is None or active not in frame or not hasattr(frame[active], "crs"):
        raise GeometryError(
            f"{name} is a {type(frame).__name__} without geometry; give a GeoDataFrame, such as "
            "geopandas.GeoDataFrame(table, geometry=geopandas.points_from_xy(lon, lat), crs=4326)."
        )
    require_geometry(frame.geometry, name=name)
    return frame


def require_geometry(shapes: gpd.GeoDataFrame | gpd.GeoSeries, *, name: str) -> gpd.GeoSeries:
    """Return the geometries of a GeoSeries or GeoDataFrame that has a CRS.

    Raises
    ------
    GeometryError, CRSError
        As for `require_layer`.

    Examples
    --------
    >>> require_geometry(gpd.GeoSeries.from_xy([1], [2], crs=4326), name="sites").tolist()
    [<POINT (1 2)>]
    """
    if not isinstance(shapes, gpd.GeoSeries):
        return require_layer(shapes, name=name).geometry
    if shapes.crs is None:
        raise CRSError(
            f"{name} has no CRS; say which with {name}.set_crs('EPSG:...'): 'EPSG:4326' for "
            "longitude and latitude on WGS84."
        )
    return shapes


def to_degrees(shapes: gpd.GeoDataFrame | gpd.GeoSeries, *, what: str) -> gpd.GeoSeries:
    """Return the geometries of a GeoSeries or GeoDataFrame in EPSG:4326.

    Parameters
    ----------
    shapes
        Geometries with a CRS.
    what
        The argument or file, for the message.

    Raises
    ------
    GeometryError, CRSError
        As for `require_layer`; `CRSError` too if the CRS is a local one that cannot be related to
        the Earth.

    Examples
    --------
    >>> mine = gpd.GeoSeries.from_xy([0], [0], crs='LOCAL_CS["mine",UNIT["metre",1]]')
    >>> to_degrees(mine, what="occurrences")
    Traceback (most recent call last):
        ...
    minmap.errors.CRSError: occurrences: the CRS 'mine' is local: its position on the Earth is
    unknown; give the right one, such as 'EPSG:32642', with
    .set_crs('EPSG:...', allow_override=True) or crs=.
    """
    given = require_geometry(shapes, name=what)
    try:
        return given.to_crs(4326)
    except ProjError as error:
        raise untied(shapes.crs, what=what) from error


def untied(crs: CRS, *, what: str) -> CRSError:
    """Return the error for a CRS that cannot be transformed to longitude and latitude."""
    return CRSError(
        f"{what}: the CRS {crs.name!r} is local: its position on the Earth is unknown; give the "
        "right one, such as "
        "'EPSG:32642', with .set_crs('EPSG:...', allow_override=True) or crs=."
    )


def in_crs(table: gpd.GeoDataFrame, crs: Any) -> gpd.GeoDataFrame:
    """Return a table with a CRS; raise if it has another one already."""
    given = crs_of(crs)
    if table.crs is None:
        return table.set_crs(given)
    if not table.crs.equals(given, ignore_axis_order=True):
        raise CRSError(
            f"crs={crs!r} is not the CRS of the table, {table.crs.to_string()}; leave it out, or "
            "correct the table with set_crs(..., allow_override=True)."
        )
    return table


_CODE: Final = re.compile(r"EPSG:\d+")
_CODE_OF_GRID: Final = (
    ", such as crs='EPSG:32642' for UTM zone 42 north; the numbers are no degrees, so it is not "
    "EPSG:4326"
)
_GIVE_FILE_CRS: Final = "give it one (a shapefile: its .prj) or pass it"


def missing_crs(
    what: str,
    bounds: Sequence[float],
    *,
    cure: str = _GIVE_FILE_CRS,
    countries: gpd.GeoSeries | None = None,
    stated: Sequence[Stated] = (),
) -> CRSError:
    """Return the error for data without a CRS, with the location that each likely CRS would give.

    Parameters
    ----------
    what
        The file, for the message.
    bounds
        Smallest x and y, largest x and y, in the unknown units of the data; NaN if it is empty.
    cure
        What to do, which an example of ``crs=`` follows.
    countries
        Land of the countries that the data name, EPSG:4326, on an index of their names: systems
        that put the data there are shown instead of others.
    stated
        Systems that the data name in their own words, which are shown before others.

    Examples
    --------
    >>> print(missing_crs("a.shp", [66.0, 47.0, 68.0, 49.0]))
    a.shp has no coordinate reference system; give it one (a shapefile: its .prj) or pass it, such
    as crs='EPSG:4326'. The centre of the data, x 67 and y 48, would lie at 48.00 N 67.00 E in
    EPSG:4326; at 0.00 N 0.00 E in EPSG:3857.
    >>> print(missing_crs("a.csv", [66.0, 1e6, 68.0, 3e7]))
    a.csv has no coordinate reference system; give it one (a shapefile: its .prj) or pass it, such
    as crs='EPSG:32642' for UTM zone 42 north; the numbers are no degrees, so it is not EPSG:4326.
    The centre of the data, x 67 and y 15,500,000, would lie at 79.94 N 0.00 E in EPSG:3857.
    """
    x, y = (bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2
    example, where = WGS84, ""
    if np.isfinite([x, y]).all():
        west, south, east, north = bounds
        in_degrees = -180 <= west <= east <= 360 and -90 <= south <= north <= 90
        example = WGS84 if in_degrees else ""
        named = [] if countries is None or in_degrees else countries.index.tolist()
        if countries is not None and named:
            where = _in_named(x, y, countries)
            example = next(iter(_CODE.findall(where)), example)
        if not where:
            guesses = "; ".join(usual(x, y, in_degrees=in_degrees))
            where = f"would lie {guesses}" if guesses else "fits none of the usual systems"
            where += f"; none that was tried puts it into {' or '.join(named)}" if named else ""
        if stated:
            example = f"EPSG:{stated[0].epsg}"
            own = "; ".join(one.place(x, y) for one in stated)
            where = f"would lie {own}. Otherwise it {where}"
        where = f" The centre of the data, x {x:,.10g} and y {y:,.10g}, {where}."
    such_as = f", such as crs='{example}'" if example else _CODE_OF_GRID
    return CRSError(f"{what} has no coordinate reference system; {cure}{such_as}.{where}")


def _in_named(x: float, y: float, countries: gpd.GeoSeries) -> str:
    """Return in words in which systems a point lies in the countries named; empty for none."""
    names = " or ".join(countries.index)
    for first, second, order in ((x, y, ""), (y, x, ", if y is the easting")):
        places = in_countries(first, second, countries)
        if places:
            return f"would lie in {names}, named in the data, {'; '.join(places)}{order}"
    return ""
