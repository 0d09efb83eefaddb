"""From where a destination is reached within given hours."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import geopandas as gpd
import numpy as np
import shapely
from shapely import affinity

from minmap.access.accessing import attributes
from minmap.access.barriers import Barrier, Integers, Shapes
from minmap.access.solving import Solved, country_codes, solve
from minmap.errors import MinmapError, require_one_of
from minmap.geodesy import Floats, area_m2
from minmap.geodesy.ellipsoid import GEOD
from minmap.places.world import world

# A circle drawn with so many corners is 0.4 % of its radius too small between two of them.
_RAYS: Final = 36
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
    Round each gate lies what the hours left over allow by road: rays of geodesics, 36 of them, as
    far as speed and detour factor carry, each cut off where it meets open water or an avoided
    country, as a connector is. Beyond the border of the gate's country it ends sooner by the time
    that a border takes.

    Examples
    --------
    >>> areas = catchment("poti_port", within_hours=[24, 48])
    >>> areas["within_hours"].tolist(), areas.geom_type.unique().tolist()
    ([24.0, 48.0], ['MultiPolygon'])
    """
    require_one_of(shape, _KINDS, name="shape")
    given = np.atleast_1d(np.asarray(within_hours, dtype=float))
    if not (np.isfinite(given) & (given > 0)).all() or not given.size:
        raise MinmapError(f"within_hours={within_hours!r} must be hours above 0, such as [24, 48].")
    limits = np.unique(given)
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
    shapes = [_area(float(limit), solved) for limit in limits]
    # Drawn with corners, a smaller area can reach out of a larger by metres.
    nested = [shapely.union_all(shapes[: count + 1]) for count in range(len(shapes))]
    areas = np.array([_multi(shape) for shape in nested], dtype=object)
    counts = [int((solved.gates.weight <= limit).sum()) for limit in limits]
    table = {"within_hours": limits, "gates": counts, "area_km2": area_m2(areas) / 1e6}
    return gpd.GeoDataFrame(table, geometry=areas, crs="EPSG:4326")


def _area(limit: float, solved: Solved) -> shapely.Geometry:
    haul = solved.haul
    left = np.flatnonzero(solved.gates.weight < limit)
    free_km = np.minimum((limit - solved.gates.weight[left]) / haul.per_km, solved.reach_km)
    over_km = (limit - solved.gates.weight[left] - haul.border) / haul.per_km
    country = solved.gates.country[left]
    inner = _stars(left, free_km, solved)
    # Without a known country there is no border to be counted.
    pieces = [shapely.union_all(inner[country < 0])]
    for number in np.unique(country[country >= 0]):
        own = shapely.union_all(inner[country == number])
        code = country_codes()[number]
        parts = world().areas.parts[
            np.isin(world().areas.owner, np.flatnonzero(world().codes == code))
        ]
        near = parts[shapely.intersects(parts, own)]
        pieces.append(shapely.union_all(shapely.intersection(near, own)))
    far = np.flatnonzero(over_km > 0)
    pieces.append(
        shapely.union_all(_stars(left[far], np.minimum(over_km[far], solved.reach_km), solved))
    )
    # Narrow water can lie between two rays.
    area = shapely.union_all(pieces)
    water = solved.barriers.water.parts
    return shapely.difference(area, shapely.union_all(water[shapely.intersects(water, area)]))


def _stars(gate: Integers, radius_km: Floats, solved: Solved) -> Shapes:
    """Draw round each gate what its rays reach."""
    if not gate.size:
        return np.zeros(0, dtype=object)
    start = np.repeat(solved.gates.ashore[gate], _RAYS, axis=0)
    azimuth = np.tile(np.arange(_RAYS) * 360 / _RAYS, len(gate))
    reach_m = np.repeat(radius_km, _RAYS) * 1000
    end = _ahead(start, azimuth, reach_m)
    barriers = [solved.barriers.water]
    if solved.barriers.countries is not None:
        barriers.append(solved.barriers.countries)
    for barrier in barriers:
        met = np.flatnonzero(barrier.between(start, end))
        reach_m[met] = _free_m(barrier, start[met], azimuth[met], reach_m[met])
        end[met] = _ahead(start[met], azimuth[met], reach_m[met])
    # Continuous about the gate, then cut where the map ends.
    end[:, 0] = start[:, 0] + (end[:, 0] - start[:, 0] + 180) % 360 - 180
    stars: Shapes = np.asarray(
        shapely.make_valid(shapely.polygons(end.reshape(len(gate), _RAYS, 2))), dtype=object
    )
    return _on_map(stars)


def _free_m(barrier: Barrier, start: Floats, azimuth: Floats, reach_m: Floats) -> Floats:
    """Return how far rays that meet a barrier are free of it, to 1/1024 of their length."""
    free, met = np.zeros(len(start)), reach_m.copy()
    for _ in range(10):
        middle = (free + met) / 2
        touched = barrier.between(start, _ahead(start, azimuth, middle))
        free, met = np.where(touched, free, middle), np.where(touched, middle, met)
    return free


def _ahead(start: Floats, azimuth: Floats, metres: Floats) -> Floats:
    lon, lat, _ = GEOD.fwd(start[:, 0], start[:, 1], azimuth, metres)
    return np.column_stack([lon, lat])


def _on_map(shapes: Shapes) -> Shapes:
    """Cut what lies beyond 180 degrees and put it on the other side."""
    bounds = shapely.bounds(shapes)
    world_box = shapely.box(-180, -90, 180, 90)
    for row in np.flatnonzero((bounds[:, 0] < -180) | (bounds[:, 2] > 180)):
        turned = [affinity.translate(shapes[row], turn) for turn in (-360.0, 0.0, 360.0)]
        shapes[row] = shapely.union_all(shapely.intersection(turned, world_box))
    return shapes


def _multi(shape: shapely.Geometry) -> shapely.MultiPolygon:
    parts = shapely.get_parts(shapely.get_parts(shape))
    made: shapely.MultiPolygon = shapely.multipolygons(parts[shapely.get_type_id(parts) == 3])
    return made
