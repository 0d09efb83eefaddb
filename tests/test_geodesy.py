"""Distances on the ellipsoid, against Karney's algorithm in pyproj used as densely as it takes."""

from __future__ import annotations

import tracemalloc
from functools import partial
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS, Geod, Transformer
from shapely import LineString, MultiLineString, Point, Polygon

from benchmarks.nearest import dense_reference
from minmap import geodesy
from minmap.errors import CRSError, GeometryError
from minmap.geodesy.crs import crs_of, missing_crs
from minmap.geodesy.ellipsoid import circle_centres, to_ecef
from tests.conftest import SHARED

GEOD = Geod(ellps="WGS84")
# These tests measure along geodesics; `test_edges` measures along straight edges.
line_length_m = partial(geodesy.line_length_m, geodesic_edges=True)
nearest_on_lines = partial(geodesy.nearest_on_lines, geodesic_edges=True)
RNG = np.random.default_rng


def go(lon: Any, lat: Any, azimuth: Any, metres: Any) -> np.ndarray[Any, Any]:
    """Return where one gets to, shape (n, 2)."""
    lon, lat, azimuth, metres = np.broadcast_arrays(*np.atleast_1d(lon, lat, azimuth, metres))
    return np.column_stack(GEOD.fwd(lon, lat, azimuth, metres)[:2])


def errors_m(points: Any, lines: list[Any]) -> np.ndarray[Any, Any]:
    found = nearest_on_lines(points, lines)
    return np.abs(found.distance_m - dense_reference(np.asarray(points), gpd.GeoSeries(lines)))


class TestNearestOnLines:
    def test_a_toy_known_by_eye(self) -> None:
        # One degree along the equator is a / 180 * pi = 111,319.49 m.
        degree_m = np.pi * 6378137 / 180
        lines = [LineString([(0, 10), (1, 10)]), None, LineString([(0, 0), (4, 0)])]
        found = nearest_on_lines([[1, 0], [4.5, 0], [3, 0]], lines)
        assert found.index.tolist() == [2, 2, 2]
        assert found.distance_m == pytest.approx([0, degree_m / 2, 0], abs=1e-3)
        assert found.along_m == pytest.approx([degree_m, 4 * degree_m, 3 * degree_m], abs=1e-3)
        assert found.foot == pytest.approx(np.array([[1, 0], [4, 0], [3, 0]]), abs=1e-8)

    @pytest.mark.reference
    @pytest.mark.parametrize("reach_km", [1, 50, 800, 3000])
    def test_real_legs_within_1_m_of_a_dense_reference(self, reach_km: float) -> None:
        legs = gpd.read_file(SHARED / "corridors" / "corridor_legs.geojson").geometry
        random = RNG(int(reach_km))
        on_track = shapely.get_coordinates(legs.values)[random.integers(0, 19_000, 60)]
        away = random.uniform(0, 1000 * reach_km, 60)
        points = go(*on_track.T, random.uniform(0, 360, 60), away)
        assert errors_m(points, legs.tolist()).max() < (0.01 if reach_km <= 800 else 1.0)

    @pytest.mark.parametrize(
        ("lon", "lat"), [(180, 0), (180, 66), (-180, -18), (0, 90), (120, -90), (30, 89.5), (0, 0)]
    )
    def test_across_the_antimeridian_and_round_the_poles(self, lon: float, lat: float) -> None:
        random = RNG(7)
        vertices = go(lon, lat, random.uniform(0, 360, 12), random.uniform(0, 6e5, 12))
        lines = [LineString(vertices[:6]), LineString(vertices[6:])]
        points = go(lon, lat, random.uniform(0, 360, 60), random.uniform(0, 2.3e6, 60))
        assert errors_m(points, lines).max() < 1.0

    @pytest.mark.parametrize("away_m", [2e5, 1e6, 2e6, 2.99e6])
    @pytest.mark.parametrize("lat", [0.0, 25.0, 45.0, 70.0])
    def test_the_nearer_of_lines_in_all_directions(self, lat: float, away_m: float) -> None:
        # Straight lines through the Earth get this wrong by up to 380 m.
        random = RNG(round(away_m + lat))
        azimuth = np.arange(0, 360, 7.5)
        distances = away_m + random.uniform(0, 3, 48)
        ends = go(67.0, lat, azimuth, distances)
        lines = [
            LineString(np.vstack([end, go(*end, az, 5e4)]))
            for end, az in zip(ends, _away(ends, lat), strict=True)
        ]
        found = nearest_on_lines([[67.0, lat]], lines)
        assert found.distance_m[0] - distances.min() < 0.6
        assert found.distance_m[0] >= distances.min() - 0.001

    def test_a_near_line_without_near_vertices_is_not_missed(self) -> None:
        # Vertices 100 m away in their hundreds hide the edge that passes at 10 m.
        edge = LineString([(67.0, 48.0), (68.0, 48.0)])
        [[lon, lat]] = go(*_on(edge, 30_000), 0, 10)
        dense = LineString(go(lon, lat, np.linspace(0, 300, 400), 100))
        found = nearest_on_lines([[lon, lat]], [dense, edge])
        assert found.index[0] == 1
        assert found.distance_m[0] == pytest.approx(10, abs=0.35)

    def test_many_points_among_crowded_vertices_take_little_memory(self) -> None:
        edge = LineString([(67.0, 48.0), (68.0, 48.0)])
        [[lon, lat]] = go(*_on(edge, 30_000), 0, 10)
        dense = LineString(go(lon, lat, np.linspace(0, 300, 3_000), 100))
        points = np.tile([[lon, lat]], (20_000, 1))
        tracemalloc.start()
        found = nearest_on_lines(points, [dense, edge])
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert (found.index == 1).all()
        # All of 3,000 vertices are looked at for each: at once, that would be 5 GB.
        assert peak < 300e6

    def test_along_and_foot_are_where_the_reference_has_them(self) -> None:
        line = LineString([(50, 42), (60, 47), (61, 44), (80, 45)])
        random = RNG(3)
        points = np.column_stack([random.uniform(45, 85, 200), random.uniform(36, 55, 200)])
        found = nearest_on_lines(points, [line])
        feet = np.array([_on(line, at) for at in found.along_m])
        assert geodesy.distance_m(feet, found.foot).max() < 0.5
        assert np.abs(geodesy.distance_m(points, found.foot) - found.distance_m).max() < 1e-3
        # At a foot inside an edge the way to the point is square to the edge, to 1 m of foot.
        inside = np.flatnonzero(
            (found.along_m > 1) & (found.along_m < GEOD.geometry_length(line) - 1)
        )
        for row in inside:
            ahead, behind = (_on(line, found.along_m[row] + step) for step in (20_000, -20_000))
            near = geodesy.distance_m(points[row], [ahead, behind])
            assert near.min() >= found.distance_m[row] - 0.001

    def test_parts_of_a_multiline_follow_each_other(self) -> None:
        parts = MultiLineString([[(0, 0), (1, 0)], [(5, 0), (6, 0)]])
        found = nearest_on_lines([[5.5, 0]], [parts])
        assert found.along_m[0] == pytest.approx(1.5 * np.pi * 6378137 / 180, abs=1e-2)

    def test_points_can_be_what_is_near(self) -> None:
        random = RNG(5)
        to = np.column_stack([random.uniform(40, 90, 30), random.uniform(35, 55, 30)])
        points = np.column_stack([random.uniform(40, 90, 100), random.uniform(35, 55, 100)])
        found = nearest_on_lines(points, [Point(xy) for xy in to])
        table = np.array([GEOD.inv(*np.broadcast_arrays(*p, *to.T))[2] for p in points])
        assert found.index.tolist() == table.argmin(axis=1).tolist()
        assert np.abs(found.distance_m - table.min(axis=1)).max() < 0.002

    def test_what_has_no_answer_is_missing(self) -> None:
        points = [[np.nan, 1], [0, 95], [np.inf, 0], [0, 0]]
        found = nearest_on_lines(points, [LineString([(0, 0), (1, 1)])])
        assert np.isnan(found.distance_m).tolist() == [True, True, True, False]
        assert found.index.tolist() == [-1, -1, -1, 0]
        nothing = nearest_on_lines([[0, 0]], [None, LineString()])
        assert np.isnan(nothing.distance_m).all()
        assert (nothing.index == -1).all()
        assert nearest_on_lines(np.empty((0, 2)), [Point(0, 0)]).foot.shape == (0, 2)

    def test_any_longitude_and_a_point_on_the_line(self) -> None:
        line = LineString([(60, 45), (70, 45)])
        found = nearest_on_lines([[65, 46], [65 + 360, 46], [60, 45]], [line])
        assert found.distance_m[0] == pytest.approx(found.distance_m[1], abs=1e-6)
        assert found.distance_m[2] == pytest.approx(0, abs=1e-6)

    def test_far_points_have_an_answer_too(self) -> None:
        line = LineString([(50, 40), (60, 45), (75, 43)])
        points = np.array([[-125.0, -43.0], [-70, 40], [130, -25], [240, -44]])
        found = nearest_on_lines(points, [line])
        along = np.array(
            [_on(line, at) for at in np.linspace(0, GEOD.geometry_length(line), 20_000)]
        )
        for point, distance in zip(points, found.distance_m, strict=True):
            assert distance == pytest.approx(geodesy.distance_m(point, along).min(), rel=3e-3)

    def test_wrong_input_says_what_is_needed(self) -> None:
        with pytest.raises(GeometryError, match=r"shape \(3,\)"):
            nearest_on_lines([1, 2, 3], [])
        with pytest.raises(GeometryError, match=r"lines\[1\] is a Polygon"):
            nearest_on_lines([[0, 0]], [None, Polygon([(0, 0), (1, 0), (1, 1)])])
        with pytest.raises(GeometryError, match="reproject"):
            nearest_on_lines([[0, 0]], [LineString([(5e5, 4e6), (6e5, 4e6)])])

    def test_progress_counts_every_point(self) -> None:
        seen: list[int] = []
        points = np.column_stack([np.linspace(0, 50, 20_000), np.zeros(20_000)])
        nearest_on_lines(points, [Point(0, 0)], on_chunk=seen.append)
        assert sum(seen) == 20_000

    @settings(max_examples=40, deadline=None)
    @given(st.data())
    def test_anywhere_on_earth_within_1_m(self, data: st.DataObject) -> None:
        lon, lat = data.draw(st.floats(-180, 180)), data.draw(st.floats(-90, 90))
        azimuths = st.lists(st.floats(0, 360), min_size=2, max_size=5)
        line = data.draw(azimuths)
        reach = data.draw(st.lists(st.floats(0, 1e6), min_size=len(line), max_size=len(line)))
        vertices = go(lon, lat, line, reach)
        away = data.draw(st.floats(0, 2e6))
        points = go(lon, lat, data.draw(azimuths), away)
        assert errors_m(points, [LineString(vertices)]).max() < 1.0

    @settings(max_examples=30, deadline=None)
    @given(st.integers(0, 2**32 - 1))
    def test_order_and_company_of_points_do_not_matter(self, seed: int) -> None:
        random = RNG(seed)
        points = np.column_stack([random.uniform(40, 90, 50), random.uniform(30, 60, 50)])
        lines = [LineString(random.uniform([40, 30], [90, 60], (4, 2))) for _ in range(3)]
        together = nearest_on_lines(points, lines)
        order = random.permutation(50)
        shuffled = nearest_on_lines(points[order], lines)
        assert np.abs(shuffled.distance_m - together.distance_m[order]).max() < 0.1
        # One line more never makes anything further away.
        fewer = nearest_on_lines(points, lines[:2])
        assert (together.distance_m <= fewer.distance_m + 0.1).all()


class TestLengthAndDistance:
    def test_distance_is_karneys_to_a_millimetre(self) -> None:
        random = RNG(11)
        start = np.column_stack(
            [
                random.uniform(-180, 180, 20_000),
                np.degrees(np.arcsin(random.uniform(-1, 1, 20_000))),
            ]
        )
        metres = 10 ** random.uniform(-3, 7.29, 20_000)
        end = go(*start.T, random.uniform(0, 360, 20_000), metres)
        karney = GEOD.inv(*start.T, *end.T)[2]
        assert np.abs(geodesy.distance_m(start, end) - karney).max() < 0.001

    def test_the_same_place_and_the_antipode(self) -> None:
        ends = geodesy.distance_m([[67, 48], [0, 0]], [[67, 48], [180, 0]])
        assert ends == pytest.approx([0, 20_003_931.459], abs=0.01)

    def test_length_is_geods(self) -> None:
        lines = [LineString([(179, 10), (-179, 12), (-170, 60)]), LineString(), None]
        multi = MultiLineString([[(0, 0), (1, 0)], [(5, 0), (6, 0)]])
        lengths = line_length_m([*lines, multi])
        assert lengths[:2] == pytest.approx([GEOD.geometry_length(lines[0]), 0])
        assert np.isnan(lengths[2])
        assert lengths[3] == pytest.approx(GEOD.geometry_length(multi))


@pytest.mark.parametrize(("away_m", "spread_m"), [(5e5, 0.003), (1e6, 0.02), (3e6, 0.6)])
def test_circle_centres_see_a_geodesic_circle_as_a_sphere(away_m: float, spread_m: float) -> None:
    lat = np.linspace(-89, 89, 90)
    points = to_ecef(np.column_stack([np.full(90, 33.0), lat]))
    circles = np.array([to_ecef(go(33.0, each, np.arange(0, 360, 10), away_m)) for each in lat])
    chords = np.linalg.norm(circles - points[:, None], axis=2)
    centres = circle_centres(points, lat, chords.mean(axis=1))
    seen = np.linalg.norm(circles - centres[:, None], axis=2)
    assert np.ptp(seen, axis=1).max() < spread_m
    # From the points themselves it is far from one.
    assert np.ptp(chords, axis=1).max() > 100 * spread_m


class TestPlacing:
    def test_guesses_are_where_pyproj_puts_them(self) -> None:
        for epsg, x, y in ((32642, 630_000, 5_330_000), (28412, 12_510_000, 5_315_000)):
            lon, lat = Transformer.from_crs(epsg, 4326, always_xy=True).transform(x, y)
            message = str(missing_crs("a.shp", [x - 1000, y - 500, x + 1000, y + 500]))
            assert f"{lat:.2f} N {lon:.2f} E in EPSG:{epsg}" in message
            assert "in EPSG:3857" in message
            assert "in EPSG:4326" not in message
        assert "(Pulkovo 1942, zone 12)" in message

    def test_numbers_that_fit_nothing_say_so(self) -> None:
        assert "fits none of the usual systems" in str(missing_crs("a", [9e8, 9e8, 9e8, 9e8]))
        nothing = str(missing_crs("a", [np.nan] * 4))
        assert nothing.endswith("crs='EPSG:4326'.")

    def test_a_crs_that_is_none(self) -> None:
        assert crs_of(CRS(4326)) == CRS(4326)
        for wrong in ("EPSG:99999", "somewhere", 3.5, object()):
            with pytest.raises(CRSError, match="is not a coordinate reference system"):
                crs_of(wrong)


def _away(ends: np.ndarray[Any, Any], lat: float) -> np.ndarray[Any, Any]:
    """Return the azimuth at each end that leads on, away from (67, lat)."""
    back = GEOD.inv(*np.broadcast_arrays(*ends.T, 67.0, lat))[0]
    return np.asarray(back) + 180


def _on(line: LineString, metres: float) -> tuple[float, float]:
    """Return the place that far along a line."""
    lonlat = np.asarray(line.coords)
    azimuths, _, lengths = GEOD.inv(*lonlat[:-1].T, *lonlat[1:].T)
    run = np.concatenate([[0], np.cumsum(lengths)])
    edge = int(np.clip(np.searchsorted(run, metres, side="right") - 1, 0, len(lengths) - 1))
    lon, lat, _ = GEOD.fwd(*lonlat[edge], azimuths[edge], metres - run[edge])
    return lon, lat
