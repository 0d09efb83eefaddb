"""Place arrays by the coordinates and attributes that the CF conventions define.

Arrays of xarray have them, and variables of netCDF files: cfconventions.org, sections 4 and 5.6.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import product
from typing import Any, Final

import numpy as np
from pyproj import CRS
from pyproj.exceptions import CRSError as ProjCRSError
from rasterio.transform import Affine

from minmap.errors import CRSError, MinmapError
from minmap.geodesy.crs import WGS84_CRS, stated_crs
from minmap.rasters.arrays import PlacedArray, is_rgb, require_size, storable
from minmap.types import AnyArray, Floats

_X: Final = frozenset(("x", "lon", "long", "longitude", "rlon", "easting", "eastings"))
_Y: Final = frozenset(("y", "lat", "latitude", "rlat", "northing", "northings"))
_X_MEANINGS: Final = frozenset(("projection_x_coordinate", "longitude", "grid_longitude"))
_Y_MEANINGS: Final = frozenset(("projection_y_coordinate", "latitude", "grid_latitude"))
_DEGREES: Final = ("degrees_east", "degree_east", "degrees_e", "degrees_north", "degree_north")
_DEGREE_NAMES: Final = frozenset(("lon", "long", "longitude", "lat", "latitude"))
_UNEVEN: Final = 0.1  # of a cell, by which a centre may be off an even grid
_FILLS: Final = ("_FillValue", "missing_value")
_ORIGINS: Final = {"source": "references", "licence": "license"}
_LONGEST_TAG: Final = 500


@dataclass(frozen=True)
class Variable:
    """An array with named dimensions; `read` returns its values."""

    name: str
    dims: tuple[str, ...]
    shape: tuple[int, ...]
    dtype: Any
    attrs: Mapping[str, Any]
    read: Callable[[], AnyArray]


def axes_of(one: Variable, others: Mapping[str, Variable]) -> tuple[int, int] | None:
    """Return the positions of the dimensions of rows and columns; None if it lacks one.

    Examples
    --------
    >>> axes_of(Variable("t", ("time", "lat", "lon"), (1, 2, 3), "f4", {}, np.array), {})
    (1, 2)
    """
    found = [
        next((at for at, dim in enumerate(one.dims) if _is_axis(dim, others.get(dim), *way)), None)
        for way in ((_Y, _Y_MEANINGS, "Y"), (_X, _X_MEANINGS, "X"))
    ]
    rows, columns = found
    return None if rows is None or columns is None else (rows, columns)


def _is_axis(
    dim: str,
    coordinate: Variable | None,
    names: frozenset[str],
    meanings: frozenset[str],
    axis: str,
) -> bool:
    if dim.lower() in names:
        return True
    attrs = {} if coordinate is None else coordinate.attrs
    return text_of(attrs.get("axis")) == axis or text_of(attrs.get("standard_name")) in meanings


def placed_variable(
    one: Variable, others: Mapping[str, Variable], *, where: str, transform: Affine | None = None
) -> PlacedArray:
    """Return a variable as bands with a place.

    Parameters
    ----------
    one
        The variable.
    others
        Its coordinates, and the variable of its CRS (the grid mapping), by name.
    where
        Its name in messages.
    transform
        Its place if coordinates do not tell it.

    Raises
    ------
    CRSError
        If the coordinates are missing or not evenly spaced, or its CRS cannot be understood.
    MinmapError
        If it holds no numbers, or has no rows and columns.
    """
    axes = axes_of(one, others)
    if axes is None:
        raise MinmapError(
            f"{where} has the dimensions {', '.join(one.dims) or '(none)'}; a raster needs x and "
            "y, or lon and lat."
        )
    crs, mapping = _crs_of(one, others, axes, where)
    placing = [others.get(one.dims[axis]) for axis in (axes[1], axes[0])]
    place = _transform(placing, mapping, where) or transform
    if place is None:
        raise CRSError(
            f"{where} has no coordinates for {one.dims[axes[1]]} and {one.dims[axes[0]]}, or only "
            "one; give numpy.asarray(data) with bounds= and crs=."
        )
    require_size(one.shape, one.dtype, where)
    cells = np.moveaxis(one.read(), axes, (-2, -1))
    bands = storable(_signed(cells.reshape(-1, *cells.shape[-2:]), one.attrs), where)
    text = {name: text_of(one.attrs.get(name)) for name in ("long_name", "units")}
    origins = {
        tag: text_of(one.attrs.get(tag)) or text_of(one.attrs.get(a)) for tag, a in _ORIGINS.items()
    }
    return PlacedArray(
        bands,
        place,
        crs=None if crs is None else crs.to_wkt(),
        nodata=_nodata(one.attrs, bands.dtype),
        scale=_number(one.attrs.get("scale_factor"), 1.0),
        offset=_number(one.attrs.get("add_offset"), 0.0),
        title=text["long_name"] or one.name or None,
        unit=None if text["units"] == "1" else text["units"],
        names=_band_names(one, others, axes) if len(bands) > 1 else (),
        is_image=is_rgb(bands),
        tags={tag: value for tag, value in origins.items() if value},
    )


def text_of(value: Any, longest: int | None = _LONGEST_TAG) -> str | None:
    """Return an attribute if it is a text with letters, cut to a length."""
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else value
    if not isinstance(text, str) or not text.strip():
        return None
    return text[:longest].encode("utf-8", "replace").decode("utf-8")  # without halves of letters


def _number(value: Any, default: float) -> float:
    with suppress(TypeError, ValueError, IndexError, OverflowError):
        return float(np.ravel(value)[0])
    return default


def _signed(cells: AnyArray, attrs: Mapping[str, Any]) -> AnyArray:
    """Return cells that are stored with a sign and meant without one: netCDF, `_Unsigned`."""
    is_unsigned = str(attrs.get("_Unsigned", "")).lower() == "true" and cells.dtype.kind == "i"
    return cells.astype(f"u{cells.dtype.itemsize}") if is_unsigned else cells


def _nodata(attrs: Mapping[str, Any], dtype: Any) -> float | None:
    """Return the value that means no data, if cells of a type can have it."""
    for name in _FILLS:
        with suppress(TypeError, ValueError, OverflowError, IndexError):
            value = np.ravel(attrs[name])[0] if name in attrs else None
            if value is not None and np.dtype(dtype).kind in "uif":
                return float(np.asarray(value).astype(dtype))
    return None


def _band_names(one: Variable, others: Mapping[str, Variable], axes: tuple[int, int]) -> list[str]:
    """Return the names of bands by the coordinates of the other dimensions."""
    lists = []
    for at, (dim, size) in enumerate(zip(one.dims, one.shape, strict=True)):
        if at not in axes and size > 1:
            known = others.get(dim)
            values = range(1, size + 1) if known is None or known.shape != (size,) else known.read()
            lists.append([f"{dim} {str(value)[:40]}" for value in values])
    return [", ".join(names) for names in product(*lists)]


def _crs_of(
    one: Variable, others: Mapping[str, Variable], axes: tuple[int, int], where: str
) -> tuple[CRS | None, Mapping[str, Any]]:
    """Return the CRS, and the attributes of the variable that tells it."""
    name = (text_of(one.attrs.get("grid_mapping")) or "spatial_ref").partition(":")[0].strip()
    mapping = others[name].attrs if name in others else {}
    stated = _text_of_crs(one.attrs) or _text_of_crs(mapping)
    if stated:
        return stated_crs(stated, what=where), mapping
    if "grid_mapping_name" in mapping:
        try:
            crs = CRS.from_cf({key: _plain(value) for key, value in mapping.items()})
        except (ProjCRSError, AttributeError, LookupError, TypeError, ValueError) as error:
            raise CRSError(
                f"{where}: its CRS, the grid mapping {name!r}, cannot be understood; pass crs= "
                "with a code, such as crs='EPSG:4326'."
            ) from error
        return stated_crs(crs, what=where), mapping
    dims = [one.dims[axis] for axis in axes]
    is_in_degrees = all(_is_in_degrees(dim, others.get(dim)) for dim in dims)
    return (WGS84_CRS if is_in_degrees else None), mapping


def _text_of_crs(attrs: Mapping[str, Any]) -> str | None:
    return text_of(attrs.get("crs_wkt"), None) or text_of(attrs.get("spatial_ref"), None)


def _plain(value: Any) -> Any:
    if isinstance(value, str | bytes):
        return value.decode("utf-8", "replace") if isinstance(value, bytes) else value
    listed = np.ravel(value).tolist()
    return listed if len(listed) > 1 else listed[0]


def _is_in_degrees(dim: str, coordinate: Variable | None) -> bool:
    unit = "" if coordinate is None else (text_of(coordinate.attrs.get("units")) or "").lower()
    return unit in _DEGREES or dim.lower() in _DEGREE_NAMES


def _transform(
    coordinates: list[Variable | None], mapping: Mapping[str, Any], where: str
) -> Affine | None:
    """Return the transform from columns and rows; None without coordinates."""
    lines = []
    for one in coordinates:
        if one is None or len(one.shape) != 1 or one.shape[0] < 2:
            return None
        require_size(one.shape, one.dtype, where)
        if one.dtype.kind not in "iuf":
            raise CRSError(f"{where}: its coordinates {one.name} are not numbers; give numbers.")
        line = one.read().astype(np.float64) * _metres(one, mapping)
        lines.append(_even(line, one, where))
    (left, across), (top, down) = lines
    return Affine(across, 0, left - across / 2, 0, down, top - down / 2)


def _metres(one: Variable, mapping: Mapping[str, Any]) -> float:
    """Return what makes metres of coordinates: of km, or of the angles of a satellite."""
    unit = (text_of(one.attrs.get("units")) or "").lower()
    if unit in ("km", "kilometer", "kilometre", "kilometers", "kilometres"):
        return 1000.0
    return _number(mapping.get("perspective_point_height"), 1.0) if unit.startswith("rad") else 1.0


def _even(line: Floats, one: Variable, where: str) -> tuple[float, float]:
    """Return the first of evenly spaced coordinates, and their distance."""
    if _is_in_degrees(one.name, one):
        line = np.unwrap(line, period=360)  # longitudes may go on from 180 to -180
    step = (line[-1] - line[0]) / (len(line) - 1)
    off = np.abs(line - (line[0] + step * np.arange(len(line)))).max()
    if not np.isfinite(off) or step == 0 or off > _UNEVEN * abs(step):
        raise CRSError(
            f"{where}: its coordinates {one.name} are not evenly spaced; bring them to an even "
            f"grid first, such as data.interp({one.name}=numpy.linspace(first, last, count)) of "
            "xarray."
        )
    return float(line[0]), float(step)
