"""Connectors: the best gate of all within reach, never across water or an avoided country."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pyproj import Geod

from minmap.geodesy.ellipsoid import to_ecef
from minmap.places.country_polygons import world
from minmap.transport.accessibility.barriers import (
    Barrier,
    connector_lines,
    countries_barrier,
    move_ashore,
    open_water,
)
from minmap.transport.accessibility.connectors import Barriers, connect
from minmap.transport.accessibility.gate_candidates import Gates, Haul
from minmap.transport.accessibility.horizon import Horizon
from minmap.transport.network.network import Network

pytestmark = pytest.mark.exhaustive

GEOD = Geod(ellps="WGS84")
DRY = Barriers(Barrier(np.array([shapely.box(-179, -89, -178, -88)])), None)


def gates_at(lonlat, weight, country=None) -> Gates:
    lonlat = np.asarray(lonlat, dtype=float)
    country = np.full(len(lonlat), -1) if country is None else np.asarray(country)
    node = np.arange(len(lonlat))
    return Gates(node, lonlat, lonlat, country, np.asarray(weight, dtype=float))


PLAIN = Haul(1.0, 0.0)


def joined(points, gates, *, haul=PLAIN, barriers=DRY, reach_km=500.0, country=None):
    points = np.asarray(points, dtype=float)
    country = np.full(len(points), -1) if country is None else np.asarray(country)
    return connect(
        points,
        country,
        gates,
        haul=haul,
        detour_factor=1.0,
        road_kmh=50.0,
        barriers=barriers,
        reach_km=reach_km,
    )


def test_the_best_gate_is_not_the_nearest():
    # The near gate is 111 km away but 200 worse than the one at 167 km.
    gates = gates_at([[71, 0], [68.5, 0]], [300, 100])
    found = joined([[70, 0]], gates)
    assert found.gate.tolist() == [1]
    assert found.km[0] == pytest.approx(GEOD.inv(70, 0, 68.5, 0)[2] / 1000, abs=1e-3)
    assert found.hours[0] == pytest.approx(found.km[0] / 50)


def test_beyond_reach_there_is_none():
    gates = gates_at([[71, 0]], [0])
    assert joined([[70, 0]], gates, reach_km=111).gate.tolist() == [-1]
    assert joined([[70, 0]], gates, reach_km=112).gate.tolist() == [0]
    assert joined([[70, 0]], gates_at(np.zeros((0, 2)), [])).gate.tolist() == [-1]
    assert len(joined(np.zeros((0, 2)), gates).gate) == 0


def test_a_border_counts_in_the_choice():
    gates = gates_at([[71, 0], [69, 0]], [0, 50], country=[1, 2])
    own = {"country": [2], "haul": Haul(1.0, 60.0)}
    assert joined([[70, 0]], gates, **own).gate.tolist() == [1]
    assert joined([[70, 0]], gates, country=[2], haul=Haul(1.0, 40.0)).gate.tolist() == [0]


def test_a_wall_sends_to_the_next_gate():
    wall = Barriers(Barrier(np.array([shapely.box(70.4, -1, 70.6, 1)])), None)
    gates = gates_at([[71, 0], [68, 0]], [0, 0])
    assert joined([[70, 0]], gates, barriers=wall).gate.tolist() == [1]
    shut = joined([[70, 0]], gates_at([[71, 0]], [0]), barriers=wall)
    assert shut.gate.tolist() == [-1]
    assert shut.barred.tolist() == [True]


def test_a_wall_sends_to_the_next_gate_where_roads_weigh_nothing():
    wall = Barriers(Barrier(np.array([shapely.box(70.4, -1, 70.6, 1)])), None)
    gates = gates_at([[71, 0], [68, 0]], [0, 7])
    assert joined([[70, 0]], gates, haul=Haul(0.0, 0.0), barriers=wall).gate.tolist() == [1]


REACH_KM = 300.0
# Lengths of the library and of PROJ differ by less.
LENGTH_ERROR_KM = 0.01


def tolerance_km(lat):
    """Return how far the line that the library tests may leave the geodesic.

    It draws a connector as eight lines that are straight in degrees. Such a line of length s leaves
    the geodesic by s**2 / (8 R) * tan(latitude) at most: 0.03 km at 45 degrees, 0.16 km at 80.
    """
    piece_km = REACH_KM / 8
    return 1.1 * piece_km**2 / (8 * 6371) * np.tan(np.radians(np.abs(lat).max())) + 0.005


def grown(boxes, km):
    """Move the sides of boxes out by a distance, or in where it is negative."""
    west, south, east, north = shapely.bounds(boxes).T
    up = km / 111
    aside = up / np.cos(np.radians(np.maximum(np.abs(south), np.abs(north)) + abs(up)))
    corners = np.array([west - aside, south - up, east + aside, north + up])
    some = (corners[0] < corners[2]) & (corners[1] < corners[3])
    areas = shapely.union_all(shapely.box(*corners[:, some]))
    shapely.prepare(areas)
    return areas


def geodesic_lines(start, end):
    """Draw geodesics by PROJ, with a place every 4 km, on both sides of the antimeridian."""
    shares = np.linspace(0, 1, 1 + round(REACH_KM / 4))
    azimuth, _, metres = GEOD.inv(*start.T, *end.T)
    lon, lat, _ = GEOD.fwd(
        *(np.repeat(column, len(shares)) for column in (*start.T, azimuth)),
        (metres[:, None] * shares).ravel(),
    )
    lon = np.unwrap(lon.reshape(-1, len(shares)), period=360, axis=1)
    lat = lat.reshape(lon.shape)
    turns = [shapely.linestrings(np.dstack([lon + turn, lat])) for turn in (-360, 0, 360)]
    return shapely.multilinestrings(np.column_stack(turns))


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), lon=st.sampled_from([0.0, 70.0, 179.0]), lat=st.floats(-70, 70))
def test_as_brute_force_finds(seed, lon, lat):
    random = np.random.default_rng(seed)
    centre = np.array([lon, lat])

    def spread(count):
        places = centre + random.normal(0, 2.5, (count, 2))
        places[:, 0] = (places[:, 0] + 180) % 360 - 180
        return places

    points, places = spread(25), spread(40)
    gates = gates_at(places, random.uniform(0, 300, 40), random.integers(-1, 3, 40))
    country = random.integers(-1, 3, 25)
    low = spread(8)
    boxes = shapely.box(*low.T, *(low + random.uniform(0.05, 0.7, (8, 2))).T)
    boxes = boxes[low[:, 0] < 179]
    barriers = Barriers(Barrier(boxes), None)
    haul = Haul(1.3, 40.0)
    found = joined(points, gates, haul=haul, barriers=barriers, reach_km=REACH_KM, country=country)
    off_km = tolerance_km(np.concatenate([points, places])[:, 1])
    inner, outer = grown(boxes, -off_km), grown(boxes, off_km)
    for row, point in enumerate(points):
        start = np.tile(point, (40, 1))
        km = np.array(GEOD.inv(*start.T, *places.T)[2]) / 1000
        near = np.flatnonzero(km < REACH_KM + LENGTH_ERROR_KM)
        total = gates.weight + haul.per_km * km
        differ = (gates.country >= 0) & (country[row] >= 0) & (gates.country != country[row])
        total = total + haul.border * differ
        lines = geodesic_lines(start[near], places[near])
        # Gates that may be chosen, and gates that must be unless another is better.
        may = near[~shapely.intersects(inner, lines)]
        must = near[~shapely.intersects(outer, lines) & (km[near] < REACH_KM - LENGTH_ERROR_KM)]
        if found.gate[row] == -1:
            assert not must.size
        else:
            assert found.gate[row] in may
            least = total[must].min(initial=np.inf)
            assert total[found.gate[row]] <= least + 2 * haul.per_km * LENGTH_ERROR_KM


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), lon=st.sampled_from([0.0, 70.0, 178.0]), lat=st.floats(-80, 80))
@example(seed=39280, lon=0.0, lat=-42.0)  # a point 14 m from the shore
def test_what_the_horizon_hides_lies_across_water(seed, lon, lat):
    random, centre = np.random.default_rng(seed), np.array([lon, lat])
    rings = centre + random.normal(0, [0.4, 0.2], (6, 12, 2)) + random.normal(0, 2, (6, 1, 2))
    lakes = shapely.concave_hull(shapely.multipoints(shapely.points(rings)), 0.3)
    water = Barrier(lakes[shapely.bounds(lakes)[:, 2] < 180])
    places = centre + random.normal(0, 2, (400, 2))
    places[:, 0] = (places[:, 0] + 180) % 360 - 180
    places = places[~water.contains(places)]
    viewer, seen = (random.integers(0, len(places), 3000) for _ in range(2))
    piece = water.part_crossed(places[viewer], places[seen])
    horizon = Horizon(places, water)
    horizon.block(viewer, piece)
    hidden = horizon.hides(viewer, to_ecef(places[seen]) / 1000)
    assert (piece[hidden] >= 0).all()
    assert hidden.any()


@pytest.mark.parametrize(
    ("start", "end", "crosses"),
    [
        ((51.2, 43.6), (49.9, 40.4), True),  # Aktau, Baku: the Caspian
        ((71.0, 46.0), (71.5, 51.1), False),  # steppe
        ((77.2, 42.75), (77.2, 41.9), True),  # over Issyk-Kul
        ((74.9, 46.9), (74.5, 45.5), True),  # over Balkhash
        ((28.9, 41.05), (29.2, 41.0), False),  # the Bosphorus has bridges
        ((179.0, 67.5), (-178.0, 67.5), False),  # Chukotka, over the antimeridian
        ((179.0, 55.0), (-178.0, 55.0), True),  # the Bering Sea, likewise
    ],
)
def test_open_water(start, end, crosses):
    found = open_water().crosses(np.array([start]), np.array([end]))
    assert found.tolist() == [crosses]
    assert open_water().crosses(np.array([end]), np.array([start])).tolist() == [crosses]


def test_looking_first_changes_nothing():
    random = np.random.default_rng(1)
    start = random.uniform((46, 36), (82, 50), (3_000, 2))
    end = start + random.normal(0, 1.5, (3_000, 2))
    lines = connector_lines(start, end)
    plain = np.zeros(3_000, dtype=bool)
    plain[shapely.STRtree(open_water().parts).query(lines, predicate="intersects")[0]] = True
    found = open_water().crosses(start, end)
    # Drawn in four parts a line is nearer to the geodesic, by at most 0.3 km.
    assert (found != plain).mean() < 0.005
    assert 0.05 < plain.mean() < 0.6


def test_connector_lines_follow_geodesics():
    start, end = np.array([[60.0, 50.0]]), np.array([[66.5, 51.0]])
    line = connector_lines(start, end)[0]
    for place in np.linspace(0.05, 0.95, 19):
        lon, lat = shapely.get_coordinates(line.interpolate(place, normalized=True))[0]
        azimuth, _, whole = GEOD.inv(*start[0], *end[0])
        to_place, _, away = GEOD.inv(*start[0], lon, lat)
        aside = np.sin(np.radians(azimuth - to_place)) * away
        assert abs(aside) < 400
        assert away < whole


def test_avoided_country():
    kazakh, russian = np.array([[61.0, 50.0]]), np.array([[61.4, 55.0]])
    russia = countries_barrier(("RUS",))
    assert 0.3 < russia.share_inside(kazakh, russian)[0] < 1
    assert russia.share_inside(kazakh, kazakh - 0.5)[0] == 0


@pytest.mark.parametrize("south", [40.0, 58.0, 66.0])
def test_points_near_a_shore_are_moved_to_the_nearest(south: float):
    random = np.random.default_rng(5)
    lonlat = np.column_stack(
        [random.uniform(-95, 60, 1500), random.uniform(south, south + 6, 1500)]
    )
    lonlat = lonlat[open_water().contains(lonlat)]
    away_km = world().areas.distance_km(lonlat)[0]
    lonlat, away_km = lonlat[away_km < 24.5], away_km[away_km < 24.5]
    moved = move_ashore(lonlat)
    moved_km = GEOD.inv(*lonlat.T, *moved.T)[2] / 1000
    assert len(lonlat) > 20
    # Edges of the map are straight in degrees for one and geodesic for the other.
    np.testing.assert_allclose(moved_km, away_km, atol=0.1)


def test_every_port_can_be_left_by_road():
    nodes = Network.shipped().nodes
    gates = nodes[nodes["gate"]]
    lonlat = gates.get_coordinates().to_numpy()
    afloat = open_water().contains(move_ashore(lonlat))
    assert not gates["name"][afloat].tolist()
