"""Catchments: the area from which a destination is reached within given hours."""

from __future__ import annotations

from collections.abc import Iterable
from os import PathLike
from typing import Final, Unpack

import geopandas as gpd
import numpy as np
import shapely
from affine import Affine
from shapely import geometry

from minmap.arguments import require_numbers, require_one_of, shown, with_options
from minmap.errors import MinmapError
from minmap.geodesy import area_m2
from minmap.geodesy.crs import WGS84
from minmap.geodesy.ellipsoid import degrees_around
from minmap.transport.accessibility.barriers import countries_barrier, open_water
from minmap.transport.accessibility.destination import DEFAULTS, Destination, Places, SearchOptions
from minmap.transport.accessibility.journeys import Journeys
from minmap.types import Booleans, Floats, Integers

_CELL_DEG: Final = 0.1


@with_options(SearchOptions, DEFAULTS)
def catchment(
    to: Places,
    *,
    within_hours: float | Iterable[float] = (24, 48, 96, 192, 384),
    shape: str = "areas",
    cost_raster: str | PathLike[str] | None = None,
    **options: Unpack[SearchOptions],
) -> gpd.GeoDataFrame:
    """Find from where a destination is reached within given hours.

    Parameters
    ----------
    to
        As for `minmap.access`.
    within_hours
        One limit or several.
    shape
        ``"areas"``: polygons of all places; ``"gates"``: only the nodes of the network.
    cost_raster, network, avoid, allow, assumptions, crossings, reach_km
        As for `minmap.access`. The objective is always hours.

    Returns
    -------
    geopandas.GeoDataFrame
        EPSG:4326. For areas one row per limit, in rising order: ``within_hours``, ``gates`` (how
        many lie within it), ``area_km2``, and a MultiPolygon that includes those of the lower
        limits. For gates one row per gate, the nearest first: ``node_id``, ``name``, ``kind``,
        ``country``, ``hours`` (loading included) and the lowest limit ``within_hours``.

    Raises
    ------
    MinmapError
        If a limit is not above 0; and as `access` does.

    Notes
    -----
    Areas are made of cells of 0.1 degree. A cell belongs to an area if `access` with
    ``objective="hours"`` reaches the destination from its centre in time: connectors do not cross
    water, borders take their time, and no avoided country is passed. Open water and avoided
    countries are cut out of the cells on their edge.

    Examples
    --------
    >>> areas = catchment("poti_port", within_hours=[24, 48])
    >>> areas["within_hours"].tolist(), areas.geom_type.unique().tolist()
    ([24.0, 48.0], ['MultiPolygon'])
    """
    require_one_of(shape, ("areas", "gates"), name="shape")
    limits = np.unique(require_numbers(within_hours, name="within_hours", like=24, unit="hours"))
    if not limits.size or not (np.isfinite(limits) & (limits > 0)).all():
        raise MinmapError(
            f"within_hours={shown(within_hours)} must be hours above 0, such as [24, 48]."
        )
    destination = Destination.find(to, objective="hours", cost_raster=cost_raster, **options)
    found = _gates(limits, destination) if shape == "gates" else _areas(limits, destination)
    found.attrs = destination.attrs | {"sources": list(destination.network.sources)}
    return found


def _gates(limits: Floats, destination: Destination) -> gpd.GeoDataFrame:
    node = _gate_nodes(destination)
    hours = destination.entries.gate_weight[node]
    limit = np.searchsorted(limits, hours)
    kept = np.flatnonzero(limit < len(limits))
    kept = kept[np.argsort(hours[kept], kind="stable")]
    nodes = destination.network.nodes.iloc[node[kept]].reset_index(drop=True)
    nodes = nodes.assign(hours=hours[kept], within_hours=limits[limit[kept]])
    return nodes[["node_id", "name", "kind", "country", "hours", "within_hours", "geometry"]]


def _gate_nodes(destination: Destination) -> Integers:
    """Return the gates from which a way leads to the destination."""
    nodes = destination.entry_nodes
    return np.asarray(nodes[destination.network.nodes["gate"].to_numpy(dtype=np.bool_)[nodes]])


def _areas(limits: Floats, destination: Destination) -> gpd.GeoDataFrame:
    """Outline the cells whose centres reach the destination within each limit."""
    hours, transform = _grid_hours(float(limits[-1]), destination)
    outlines = [_area(hours <= limit, transform, destination) for limit in limits]
    areas = np.array(outlines, dtype=object)
    gate_hours = destination.entries.gate_weight[_gate_nodes(destination)]
    gates = [int((gate_hours <= limit).sum()) for limit in limits]
    area_km2 = area_m2(areas) / 1e6
    table = {"within_hours": limits, "gates": gates, "area_km2": area_km2}
    return gpd.GeoDataFrame(table, geometry=areas, crs=WGS84)


def _grid_hours(limit: float, destination: Destination) -> tuple[Floats, Affine]:
    """Return the hours from each cell (rows southwards), infinite where there is no route."""
    node = destination.entry_nodes
    near = destination.network.lonlat[node[destination.entries.gate_weight[node] < limit]]
    if not len(near):
        return np.full((1, 1), np.inf), Affine(_CELL_DEG, 0.0, 0.0, 0.0, -_CELL_DEG, 0.0)
    margin = np.array(degrees_around(np.abs(near[:, 1]).max(), destination.reach_km))
    (west, south), (east, north) = near.min(axis=0) - margin, near.max(axis=0) + margin
    if west < -180 or east > 180:
        west, east = -180.0, 180.0
    top, bottom = np.ceil(min(north, 90) / _CELL_DEG), np.floor(max(south, -90) / _CELL_DEG)
    left, right = np.floor(west / _CELL_DEG), np.ceil(east / _CELL_DEG)
    lon, lat = np.meshgrid(np.arange(left, right) + 0.5, np.arange(top, bottom, -1) - 0.5)
    cells = np.column_stack([lon.ravel(), lat.ravel()]) * _CELL_DEG
    journeys = Journeys.from_points(cells, destination, progress="catchment", unit="cells")
    hours = np.full(len(cells), np.inf)
    hours[journeys.rows] = journeys.totals()["hours"]
    transform = Affine(_CELL_DEG, 0.0, left * _CELL_DEG, 0.0, -_CELL_DEG, top * _CELL_DEG)
    return hours.reshape(lon.shape), transform


def _area(within: Booleans, transform: Affine, destination: Destination) -> shapely.MultiPolygon:
    """Outline cells, without the areas that no connector may cross."""
    from rasterio import features  # noqa: PLC0415  # slow to load, and few callers need areas

    outlines = features.shapes(within.astype(np.uint8), mask=within, transform=transform)
    area = shapely.union_all([geometry.shape(outline) for outline, _ in outlines])
    avoided = destination.avoided_countries
    for barrier in (open_water(), *([countries_barrier(avoided)] if avoided else [])):
        near = barrier.parts[shapely.intersects(barrier.parts, area)]
        area = shapely.difference(area, shapely.union_all(near))
    parts = shapely.get_parts(shapely.get_parts(area))
    polygons: shapely.MultiPolygon = shapely.multipolygons(parts[shapely.get_type_id(parts) == 3])
    return polygons
