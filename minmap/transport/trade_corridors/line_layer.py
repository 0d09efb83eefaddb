"""Legs and nodes from the lines of a user's layer."""

import os
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, Final, TypeAlias

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from minmap.arguments import require_number, shown
from minmap.errors import ChoiceError, GeometryError, MinmapError, warn
from minmap.files import read_vector
from minmap.geodesy import distance_m, line_length_m
from minmap.geodesy.crs import WGS84, in_crs, to_degrees
from minmap.numbering import numbered
from minmap.transport.trade_corridors.clusters import cluster_places
from minmap.transport.trade_corridors.countries_passed import countries_passed, country_near
from minmap.transport.trade_corridors.leg_table import LEG_OPTIONS, NODE_COLUMNS, require_track
from minmap.transport.trade_corridors.waypoints import with_kinds
from minmap.types import Booleans, Geometries, Integers

JOIN_WITHIN_M: Final = 50.0
"""Ends this near are one node: minmap's own choice, about the length of a few wagons."""

Lines: TypeAlias = gpd.GeoDataFrame | str | os.PathLike[str]
"""A layer of lines, or the path of its file."""

# Types of shapely: missing, LineString, LinearRing, MultiLineString.
_LINE_TYPES: Final = (-1, 1, 2, 5)


def read_lines(
    lines: Lines, defaults: Mapping[str, Any], join_within_m: float, origin: Mapping[str, Any]
) -> tuple[gpd.GeoDataFrame, str]:
    """Check the arguments of a maker from lines; return the layer and its name.

    The name is that of the layer, or of the file without its ending, ``"lines"`` for a
    GeoDataFrame. `defaults` are the arguments ``mode``, ``gauge_mm`` and ``status``, `origin` those
    for files: ``layer`` and ``crs``.

    Examples
    --------
    >>> rails = gpd.GeoDataFrame(geometry=[], crs=4326)
    >>> origin = {"layer": None, "crs": None}
    >>> read_lines(rails, {"mode": "rail", "gauge_mm": None, "status": "planned"}, 50, origin)[1]
    'lines'
    """
    require_track(**defaults)
    require_number(join_within_m, name="join_within_m", like=JOIN_WITHIN_M, least=0, unit="metres")
    if isinstance(lines, gpd.GeoDataFrame):
        if origin["layer"] is not None:
            raise MinmapError(
                f"layer={shown(origin['layer'])} is for files, and lines is a GeoDataFrame; leave "
                "it out."
            )
        crs = origin["crs"]
        return lines if crs is None else in_crs(lines, crs), "lines"
    if isinstance(lines, str | os.PathLike):
        return read_vector(lines, **origin), origin["layer"] or Path(lines).stem
    raise GeometryError(
        f"lines is a {type(lines).__name__}; give a GeoDataFrame of lines or the path of a file."
    )


def line_shapes(layer: gpd.GeoDataFrame) -> Geometries:
    """Return the (Multi)LineStrings of a layer, two-dimensional, EPSG:4326; None where missing.

    Raises
    ------
    CRSError
        If the layer has no CRS.
    GeometryError
        If a geometry is not a line.
    """
    shapes: Geometries = shapely.force_2d(to_degrees(layer, what="lines").to_numpy())
    types = shapely.get_type_id(shapes)
    other = np.flatnonzero(~np.isin(types, _LINE_TYPES))
    if other.size:
        raise GeometryError(
            f"lines has {other.size} geometries that are not lines, such as a "
            f"{shapes[other[0]].geom_type} in row {layer.index[other[0]]!r}; drop them, or take "
            "the outlines of polygons (.boundary)."
        )
    for row in np.flatnonzero(types == shapely.GeometryType.LINEARRING):
        shapes[row] = shapely.LineString(shapes[row])
    return shapes


def legs_and_nodes(
    lines: Lines, defaults: Mapping[str, Any], join_within_m: float, origin: Mapping[str, Any]
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame, str]:
    """Make a leg of every line, and nodes of their ends.

    Parameters
    ----------
    lines, join_within_m
        As for `minmap.Corridor.from_lines`.
    defaults
        The ``mode``, ``gauge_mm`` and ``status`` of lines that have none.
    origin
        The ``layer`` and ``crs`` of a file.

    Returns
    -------
    tuple
        Legs and nodes, EPSG:4326, for a `minmap.Corridor`; and the name of the layer.

    Examples
    --------
    >>> rails = gpd.GeoSeries.from_wkt(["LINESTRING (75 43, 75 44)", "LINESTRING (75 44, 76 44)"])
    >>> legs, nodes, _ = legs_and_nodes(
    ...     gpd.GeoDataFrame(geometry=rails, crs=4326),
    ...     {"mode": "rail", "gauge_mm": 1520, "status": "operating"},
    ...     join_within_m=50,
    ...     origin={"layer": None, "crs": None},
    ... )
    >>> legs[["leg_id", "from_node", "to_node", "length_km"]].round(1).values.tolist()
    [['1', '1', '2', 111.1], ['2', '2', '3', 80.2]]
    """
    layer, name = read_lines(lines, defaults, join_within_m, origin)
    legs, row = single_lines(layer, merged=True)
    for column, value in defaults.items():
        legs[column] = filled(legs, column, value)
    for column, options in LEG_OPTIONS.items():
        legs[column] = _known(filled(legs, column), options)
    legs["drawn_km"] = line_length_m(legs.geometry, geodesic_edges=True) / 1000
    length_km = filled(legs, "length_km")
    measured = length_km.isna() | (length_km == 0)  # a shapefile writes 0 for missing
    legs["length_km"] = length_km.where(~measured, legs["drawn_km"]).infer_objects()
    source = np.where(measured, f"measured on the line of {name} (WGS84)", f"length_km of {name}")
    legs["length_source"] = filled(legs, "length_source", pd.Series(source, index=legs.index))
    legs["geometry_source"] = filled(legs, "geometry_source", name)
    # The layer's ids where it has them, else row numbers from 1.
    leg_ids = filled(legs, "leg_id", pd.Series(row + 1).astype(str)).astype(str)
    legs["leg_id"] = numbered(leg_ids, ending="-{}")
    nodes = _nodes(legs, join_within_m=join_within_m)
    legs["countries"] = filled_countries(legs, nodes)
    return legs, with_kinds(nodes, legs), name


def single_lines(layer: gpd.GeoDataFrame, *, merged: bool) -> tuple[gpd.GeoDataFrame, Integers]:
    """Return the single lines of a layer, and the row of each; warn of rows left out.

    Parameters
    ----------
    layer
        Lines in any CRS.
    merged
        Whether parts of a row that touch become one line, and lines without length are left out.

    Returns
    -------
    lines : geopandas.GeoDataFrame
        LineStrings, EPSG:4326, with the columns of the layer and a fresh index.
    row : numpy.ndarray of int
        Position of the row in the layer.
    """
    shapes = line_shapes(layer)
    parts, row = shapely.get_parts(
        shapely.line_merge(shapes) if merged else shapes, return_index=True
    )
    kept = line_length_m(parts, geodesic_edges=True) > 0 if merged else ~shapely.is_empty(parts)
    row = row[kept]
    left_out = len(layer) - len(np.unique(row))
    if left_out:
        what = "lines have no geometry or no length" if merged else "rows of lines have no line"
        warn(f"{left_out} of {len(layer)} {what} and are left out.")
    table = pd.DataFrame(layer.drop(columns=layer.geometry.name)).iloc[row].reset_index(drop=True)
    return gpd.GeoDataFrame(table, geometry=parts[kept], crs=WGS84), row.astype(np.int64)


def filled(frame: pd.DataFrame, name: str, default: Any = None) -> pd.Series:
    """Return a column, which may be absent, with its missing values replaced.

    Examples
    --------
    >>> lines = pd.DataFrame({"mode": ["sea", None]})
    >>> filled(lines, "mode", "rail").tolist(), filled(lines, "status", "planned").tolist()
    (['sea', 'rail'], ['planned', 'planned'])
    """
    absent = pd.Series([None] * len(frame), index=frame.index, dtype=object, name=name)
    values = frame.get(name, absent).astype(object)
    return values.where(values.notna(), default)


def filled_countries(
    lines: gpd.GeoDataFrame, nodes: gpd.GeoDataFrame, ends_only: Booleans | None = None
) -> pd.Series:
    """Return the countries of lines; where they are missing, those that the lines pass.

    Parameters
    ----------
    lines
        EPSG:4326, with ``from_node`` and ``to_node``.
    nodes
        Table with ``node_id`` and ``country``.
    ends_only
        Whether a line passes only the countries of its ends; None means that none does.
    """
    countries = filled(lines, "countries")
    unknown = countries.isna().to_numpy()
    if unknown.any():
        country = nodes.set_index("node_id")["country"]
        given = lines[unknown]
        ends = pd.DataFrame({c: given[c].map(country) for c in ("from_node", "to_node")})
        skipped = None if ends_only is None else ends_only[unknown]
        countries[unknown] = countries_passed(given.geometry, ends, ends_only=skipped)
    return countries


def _known(values: pd.Series, options: Collection[str]) -> pd.Series:
    """Return words in lower case and without outer blanks; raise if one is not an option."""
    words = values.map(lambda word: str(word).strip().lower(), na_action="ignore")
    unknown = values[~words.isin(options) & values.notna()]
    if len(unknown):
        raise ChoiceError(
            f"{values.name}={unknown.iloc[0]!r} of {len(unknown)} lines is not known; correct it, "
            "or rename the column to keep it as it is. Choose one of: "
            f"{', '.join(sorted(options))}."
        )
    return words


def _nodes(legs: gpd.GeoDataFrame, *, join_within_m: float) -> gpd.GeoDataFrame:
    """Return the nodes at the ends of the legs, and write their ids into the legs.

    If every leg names its `from_node` and `to_node`, these are taken; else ends are joined by
    distance.
    """
    shapes = legs.geometry.to_numpy()
    lonlat = shapely.get_coordinates([shapely.get_point(shapes, place) for place in (0, -1)])
    named = pd.concat([filled(legs, c) for c in ("from_node", "to_node")], ignore_index=True)
    if named.notna().all():
        number, found = pd.factorize(named.astype(str))
        ids = found.to_numpy(dtype=object)
        first = np.unique(number, return_index=True)[1]
    else:
        number, first = cluster_places(lonlat, float(join_within_m))
        ids = np.array([str(n + 1) for n in range(len(first))], dtype=object)
    legs["from_node"], legs["to_node"] = ids[number].reshape(2, -1)
    # The lines stay as they are; snap_m records how far the ends at a node lie apart.
    apart_m = pd.Series(distance_m(lonlat, lonlat[first][number])).groupby(number).max()
    points = gpd.GeoSeries.from_xy(*lonlat[first].T, crs=WGS84)
    known = {"node_id": pd.Series(ids), "snap_m": apart_m, "country": country_near(points)}
    columns = pd.DataFrame(known, dtype=object).reindex(columns=[*NODE_COLUMNS])
    return gpd.GeoDataFrame(columns, geometry=points)
