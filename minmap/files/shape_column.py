"""Find the column of a table that has shapes as text or binary, and make it geometry.

CSV files and workbooks have no type for shapes: programs write WKT, or the digits of WKB.
"""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from minmap.errors import CRSError
from minmap.files.cells import Cells
from minmap.files.csv_layout import unique_names
from minmap.files.damage import as_file_error
from minmap.files.shape_values import broken_note, is_wkt, may_be_shape, shapes_of
from minmap.files.system import with_crs
from minmap.geodesy.crs import WGS84_CRS, stated_crs
from minmap.types import Geometries

_SAMPLED: Final = 20
_USUAL: Final = ("geometry", "geom", "the_geom", "wkt", "wkb_geometry", "wkb", "shape")
_DEGREES: Final = (360, 90, 360, 90)
_POINT: Final = re.compile(r"\s*(?:point\s*(?:zm?|m)?\s*(?:\(|empty)|$)", re.IGNORECASE)
_CURE: Final = "Export the table anew, with its shapes as WKT."


def shape_column(frame: pd.DataFrame) -> int | None:
    """Return the position of the column with shapes: one of a usual name, or else the first.

    The first values of such a column are all WKT, WKB, or the digits of WKB.

    Examples
    --------
    >>> shape_column(pd.DataFrame({"name": ["a"], "where": ["LINESTRING (1 2, 3 4)"]}))
    1
    """
    found = [n for n in range(frame.shape[1]) if _has_shapes(frame.iloc[:, n])]
    usual = {str(frame.columns[n]).casefold(): n for n in reversed(found)}
    return next((usual[name] for name in _USUAL if name in usual), found[0] if found else None)


def with_shapes(
    cells: Cells, where: str, crs: Any, *, may_be_degrees: bool = False
) -> tuple[gpd.GeoDataFrame, list[str]] | None:
    """Return a table whose column of shapes is geometry, and notes; None without such a column.

    Shapes are two-dimensional; those that cannot be read are missing, and a note counts them.

    Parameters
    ----------
    cells
        The table.
    where
        The name of its file in messages.
    crs
        The CRS of the shapes, for pyproj. None means the one whose number they state.
    may_be_degrees
        Whether shapes that state none are longitude and latitude, if they lie in that range.

    Raises
    ------
    CRSError
        If there is no CRS, or the shapes state several.
    FileError
        If a shape is nested too deep.
    """
    frame = cells.frame.set_axis(unique_names([*map(str, cells.frame)]), axis=1)
    position = shape_column(frame)
    if position is None:
        return None
    name = frame.columns[position]
    with as_file_error(f"{where}: its column {name!r} cannot be read", cure=_CURE):
        found = shapes_of(frame[name].tolist())
    stated = _stated(found.systems, where, name) if crs is None else None
    if stated is None and crs is None and may_be_degrees and _are_degrees(found.shapes):
        stated = WGS84_CRS
    geometry = gpd.GeoSeries(found.shapes, index=frame.index, crs=stated)
    columns = {other: frame[other] for other in frame} | {name: geometry}
    table, notes = with_crs(gpd.GeoDataFrame(columns, geometry=name), where, crs)
    if found.broken:
        notes = [broken_note(found.broken, len(frame), f"in {name!r} "), *notes]
    return table, [*cells.notes, *notes]


def _has_shapes(column: pd.Series) -> bool:
    values = [*islice(_filled(column), _SAMPLED)]
    if not values or not all(map(may_be_shape, values)):
        return False
    if all(map(is_wkt, values)):
        return True
    try:  # a column of codes may look like the digits of WKB
        return 2 * shapes_of(values).broken <= len(values)
    except ValueError:
        return True  # one is nested too deep, which `with_shapes` reports


def _filled(column: pd.Series) -> Iterator[Any]:
    """Yield the first values of a column that are neither missing nor blank."""
    for value in column.dropna().head(10 * _SAMPLED):
        if not isinstance(value, str | bytes) or value.strip():
            yield value


def _stated(systems: frozenset[int], where: str, name: str) -> CRS | None:
    if len(systems) > 1:
        numbers = ", ".join(f"SRID {number}" for number in sorted(systems)[:_SAMPLED])
        raise CRSError(
            f"{where}: the shapes in {name!r} are in several systems ({numbers}); give each its "
            "own file."
        )
    return stated_crs(f"EPSG:{next(iter(systems))}", what=where) if systems else None


def _are_degrees(shapes: Geometries) -> bool:
    bounds = np.abs(shapely.bounds(shapes)) <= _DEGREES
    return bool((bounds | shapely.is_missing(shapes)[:, None]).all())


def has_plain_points(column: pd.Series) -> bool:
    """Return whether a column of shapes has nothing but WKT of points, which are coordinates."""
    values = column.dropna()
    return bool(values.astype(str).str.match(_POINT).all())
