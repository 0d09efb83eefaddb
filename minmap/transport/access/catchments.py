"""From where a destination is reached within given hours."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import geopandas as gpd
import numpy as np
import shapely
from affine import Affine
from shapely import geometry
from tqdm import tqdm

from minmap.arguments import require_numbers, require_one_of, shown
from minmap.errors import MinmapError
from minmap.geodesy import area_m2
from minmap.transport.access.access_columns import totals
from minmap.transport.access.accessibility import attributes
from minmap.transport.access.destination import Solved, solve
from minmap.transport.access.entry_points import reach
from minmap.types import Booleans, Floats

_CELL_DEG: Final = 0.1
_KINDS: Final = ("areas", "gates")


def catchment(
    to: str | Iterable[str],
    *,
    within_hours: float | Iterable[float] = (24, 48, 96, 192, 384),
    shape: str = "areas",
    **same: Any,
) -> gpd.GeoDataFrame:
    """Find from where a destination is reached within given hours.

    Parameters
    ----------
    to
        As for `minmap.access.access`.
    within_hours
        One limit or several.
    shape
        ``"areas"``: polygons of all places; ``"gates"``: the nodes of the network alone.
    **same
        ``network``, ``avoid``, ``allow``, ``assumptions`` and ``reach_km`` of `access`.

    Returns
    -------
    geopandas.GeoDataFrame
        EPSG:4326. For areas one row a limit, in rising order: ``within_hours``, ``gates`` (how
        many are in it), ``area_km2``, and a MultiPolygon that holds those of the lower limits. For
        gates one row each, the nearest first: ``node_id``, ``name``, ``kind``, ``country``,
        ``hours`` (loading included) and the lowest limit ``within_hours``.

    Raises
    ------
    MinmapError
        If a limit is not above 0; and as `access` does.

    Notes
    -----
    Areas are cells of 0.1 degree, of which the middle is in time by the rules of `access`: so
    connectors do not cross water, borders take their time, and no avoided country is passed. Open
    water and avoided countries are cut out of the cells on their edge.

    Examples
    --------
    >>> areas = catchment("poti_port", within_hours=[24, 48])
    >>> areas["within_hours"].tolist(), areas.geom_type.unique().tolist()
    ([24.0, 48.0], ['MultiPolygon'])
    """
    if "by" in same:
        raise MinmapError(f"by={shown(same['by'])} does not apply to catchment; leave it out.")
    require_one_of(shape, _KINDS, name="shape")
    limits = np.unique(require_numbers(within_hours, name="within_hours", like=24, unit="hours"))
    if not limits.size or not (np.isfinite(limits) & (limits > 0)).all():
        raise MinmapError(
            f"within_hours={shown(within_hours)} must be hours above 0, such as [24, 48]."
        )
    solved = solve(to, by="hours", **same)
    made = _gates(limits, solved) if shape == "gates" else _areas(limits, solved)
    made.attrs = attributes(solved) | {"sources": [dict(s) for s in solved.ways.network.sources]}
    return made


def _gates(limits: Floats, solved: Solved) -> gpd.GeoDataFrame:
    hours = solved.gates.weight
    within = np.searchsorted(limits, hours)
    kept = np.flatnonzero(within < len(limits))
    kept = kept[np.argsort(hours[kept], kind="stable")]
    nodes = solved.ways.network.nodes.iloc[solved.node[kept]].reset_index(drop=True)
    made = nodes[["node_id", "name", "kind", "country", "geometry"]]
    made.insert(4, "hours", hours[kept])
    made.insert(5, "within_hours", limits[within[kept]])
    return made


def _areas(limits: Floats, solved: Solved) -> gpd.GeoDataFrame:
    """Ask of the middle of each cell of a grid how long it takes from there."""
    hours, transform = _grid_hours(float(limits[-1]), solved)
    areas = np.array([_area(hours <= limit, transform, solved) for limit in limits], dtype=object)
    counts = [int((solved.gates.weight <= limit).sum()) for limit in limits]
    # Sides of cells run along parallels: so cut that geodesics do too.
    area_km2 = area_m2(shapely.segmentize(areas, _CELL_DEG)) / 1e6
    table = {"within_hours": limits, "gates": counts, "area_km2": area_km2}
    return gpd.GeoDataFrame(table, geometry=areas, crs="EPSG:4326")


def _grid_hours(limit: float, solved: Solved) -> tuple[Floats, Affine]:
    """Return the hours from each cell (rows southwards), infinite where there is no way."""
    near = solved.gates.lonlat[solved.gates.weight < limit]
    if not len(near):
        return np.full((1, 1), np.inf), Affine(_CELL_DEG, 0.0, 0.0, 0.0, -_CELL_DEG, 0.0)
    up = solved.reach_km / 110.5
    aside = up / max(np.cos(np.radians(min(np.abs(near[:, 1]).max() + up, 85.0))), 0.05)
    margin = np.array([aside, up])
    (west, south), (east, north) = near.min(axis=0) - margin, near.max(axis=0) + margin
    if west < -180 or east > 180:
        west, east = -180.0, 180.0
    top, bottom = np.ceil(min(north, 90) / _CELL_DEG), np.floor(max(south, -90) / _CELL_DEG)
    left, right = np.floor(west / _CELL_DEG), np.ceil(east / _CELL_DEG)
    lon = (np.arange(left, right) + 0.5) * _CELL_DEG
    lat = (np.arange(top, bottom, -1) - 0.5) * _CELL_DEG
    cells = np.column_stack([np.tile(lon, len(lat)), np.repeat(lat, len(lon))])
    with tqdm(total=len(cells), desc="catchment", unit="cells", delay=2, disable=None) as bar:
        reached = reach(cells, solved, on_chunk=bar.update)
    hours = np.full(len(cells), np.inf)
    hours[reached.rows] = totals(reached, solved)[1]
    transform = Affine(_CELL_DEG, 0.0, left * _CELL_DEG, 0.0, -_CELL_DEG, top * _CELL_DEG)
    return hours.reshape(len(lat), len(lon)), transform


def _area(within: Booleans, transform: Affine, solved: Solved) -> shapely.MultiPolygon:
    """Draw the cells, less what no connector may cross."""
    # Slow to load, and few ask for areas.
    from rasterio import features  # noqa: PLC0415

    drawn = features.shapes(within.astype(np.uint8), mask=within, transform=transform)
    area = shapely.union_all([geometry.shape(outline) for outline, _ in drawn])
    for barrier in (solved.barriers.water, solved.barriers.countries):
        if barrier is not None:
            near = barrier.parts[shapely.intersects(barrier.parts, area)]
            area = shapely.difference(area, shapely.union_all(near))
    parts = shapely.get_parts(shapely.get_parts(area))
    made: shapely.MultiPolygon = shapely.multipolygons(parts[shapely.get_type_id(parts) == 3])
    return made
