"""`nearest` on small corridors drawn by hand, on the real one, and on bad input."""

from __future__ import annotations

import warnings
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod
from shapely import LineString, MultiPoint, Point, Polygon, box

from benchmarks.nearest import dense_reference
from minmap.errors import CRSError, GeometryError, MinmapWarning
from minmap.transport.trade_corridors.catalogue import corridor
from minmap.transport.trade_corridors.corridor_distance import NEAREST_COLUMNS, nearest
from minmap.transport.trade_corridors.corridor_model import Corridor

GEOD = Geod(ellps="WGS84")


@pytest.fixture
def toy() -> Corridor:
    """Two legs along 45 N that meet at 70 E; the track of the second is twice as long as drawn."""
    nodes = gpd.GeoDataFrame(
        {"node_id": ["w", "m", "e"], "name": ["West", "Middle", "East"], "kind": "station",
         "country": "KAZ"},
        geometry=[Point(68, 45), Point(70, 45), Point(72, 45)],
        crs=4326,
    )  # fmt: skip
    lines = [LineString([(68, 45), (70, 45)]), LineString([(70, 45), (72, 45)])]
    drawn = np.array([GEOD.geometry_length(line) / 1000 for line in lines])
    legs = gpd.GeoDataFrame(
        {"leg_id": ["w-m", "m-e"], "from_node": ["w", "m"], "to_node": ["m", "e"], "mode": "rail",
         "status": "operating", "countries": "KAZ", "length_km": drawn * [1, 2], "drawn_km": drawn},
        geometry=lines,
        crs=4326,
    )  # fmt: skip
    return Corridor("toy", title="Toy", legs=legs, nodes=nodes)


def points(*lonlat: tuple[float, float], **columns: Any) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=[Point(xy) for xy in lonlat], crs=4326)


def test_a_toy_known_by_eye(toy: Corridor) -> None:
    found = nearest(points((69, 45.5), (71, 44), (75, 45), name=["a", "b", "c"]), toy)
    assert list(found.columns) == ["name", "geometry", *NEAREST_COLUMNS]
    assert found["leg_id"].tolist() == ["w-m", "m-e", "m-e"]
    assert found["node_name"].tolist()[2] == "East"
    half = toy.legs["drawn_km"][0] / 2
    # By symmetry b is nearest to the middle of a leg whose track is twice as long as its line.
    assert found["along_km"].tolist() == pytest.approx([half, 2 * half, 4 * half], abs=0.01)
    end = GEOD.inv(75, 45, 72, 45)[2] / 1000
    assert found.loc[2, "distance_km"] == pytest.approx(end)
    assert found.loc[2, "node_distance_km"] == pytest.approx(end)
    # Half a degree is 55.568 km here, but a geodesic bulges towards the pole: a little less.
    assert 55.0 < found.loc[0, "distance_km"] < 55.568


def test_any_crs_gives_the_same_and_is_kept(toy: Corridor) -> None:
    here = points((69, 47), (73, 41), (60, 50))
    expected = nearest(here, toy)
    for crs in (32642, 3857, 28412, "+proj=aea +lat_1=39 +lat_2=52 +lon_0=67 +datum=WGS84"):
        found = nearest(here.to_crs(crs), toy)
        assert found.crs == here.to_crs(crs).crs
        assert found["distance_km"].tolist() == pytest.approx(
            expected["distance_km"].tolist(), abs=0.003 if crs == 28412 else 1e-6
        )
        assert found["leg_id"].tolist() == expected["leg_id"].tolist()


def test_index_order_and_other_columns_are_kept_and_the_input_is_not_changed(
    toy: Corridor,
) -> None:
    here = points((69, 47), (73, 41), size=[1, 2]).set_index(pd.Index([7, 7], name="id"))
    here = here.rename_geometry("site")
    before = here.copy()
    found = nearest(here, toy)
    assert_geodataframe_equal(here, before)
    assert_geodataframe_equal(found[["size", "site"]], before)
    assert found.active_geometry_name == "site"


def test_empty_in_gives_empty_out_with_all_columns(toy: Corridor) -> None:
    found = nearest(points().set_crs(4326), toy)
    assert len(found) == 0
    assert list(found.columns) == ["geometry", *NEAREST_COLUMNS]
    full = nearest(points((70, 46)), toy)
    assert found.dtypes.to_dict() == full.dtypes.to_dict()


def test_rows_without_a_point_are_kept_and_counted_once(toy: Corridor) -> None:
    here = points((70, 46), (0, 0), (70, 95), (71, 46))
    here.geometry = gpd.GeoSeries([here.geometry[0], None, here.geometry[2], Point()], crs=4326)
    with pytest.warns(MinmapWarning, match=r"3 of 4 occurrences .* index 1, 2, 3\.") as caught:
        found = nearest(here, toy)
    assert len(caught) == 1
    assert found["distance_km"].notna().tolist() == [True, False, False, False]
    for column in NEAREST_COLUMNS:
        assert found[column].isna().tolist() == [False, True, True, True]


def test_run_again_gives_the_same_and_a_column_of_yours_warns(toy: Corridor) -> None:
    found = nearest(points((70, 46)), toy)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert_geodataframe_equal(nearest(found, toy), found)
    with pytest.warns(MinmapWarning, match="has leg_id already: replaced"):
        nearest(points((70, 46), leg_id=["mine"]), toy)


def test_lines_and_polygons_are_measured_from_their_nearest_place(toy: Corridor) -> None:
    lake = Polygon([(68.9, 46), (69.1, 46), (69, 45.2)])
    shapes = [
        lake,
        LineString([(71, 44), (71.8, 44.9)]),
        MultiPoint([(71, 47), (72.5, 45)]),
        Point(69, 45.2),
        box(70.5, 44, 71.5, 46),
    ]
    found = nearest(gpd.GeoDataFrame(geometry=shapes, crs=4326).to_crs(32642), toy)
    ends = nearest(points((69, 45.2), (71.8, 44.9), (72.5, 45)), toy)
    # The lake's southern tip, the line's eastern end, the nearer point, a point, a crossing.
    expected = [*ends["distance_km"], ends["distance_km"][0], 0.0]
    assert found["distance_km"].tolist() == pytest.approx(expected, abs=1e-4)
    assert found["leg_id"].tolist() == ["w-m", "m-e", "m-e", "w-m", "m-e"]
    assert found["along_km"].tolist()[:2] == pytest.approx(ends["along_km"].tolist()[:2], abs=0.01)
    # A polygon that holds the corridor touches all of its nodes too.
    whole = nearest(gpd.GeoDataFrame(geometry=[box(60, 40, 80, 50)], crs=4326), toy)
    assert whole[["distance_km", "node_distance_km"]].to_numpy().tolist() == [[0.0, 0.0]]


def test_any_lines_will_do(toy: Corridor) -> None:
    lines = toy.legs[["geometry"]].set_index(pd.Index([10, 20])).to_crs(32642)
    found = nearest(points((69, 46), (71, 46)), lines)
    assert found["leg_id"].tolist() == [10, 20]
    assert found[["node_id", "node_name", "node_distance_km"]].isna().all(axis=None)
    # Without lengths of the track, along_km is along the line as drawn.
    assert found["along_km"][1] == pytest.approx(toy.legs["drawn_km"][1] / 2, abs=0.1)
    with pytest.warns(MinmapWarning):
        missing = nearest(points((69, 46), (0, 95)), lines)
    assert missing["leg_id"].tolist()[0] == 10
    assert missing["leg_id"].isna().tolist() == [False, True]


def test_wrong_input_says_what_to_pass(toy: Corridor) -> None:
    here = points((69, 47))
    with pytest.raises(
        CRSError, match=r"occurrences has no CRS; say which with occurrences\.set_crs"
    ):
        nearest(here.set_crs(None, allow_override=True), toy)
    with pytest.raises(CRSError, match="corridor has no CRS"):
        nearest(here, toy.legs.set_crs(None, allow_override=True))
    with pytest.raises(GeometryError, match="occurrences is a DataFrame without geometry"):
        nearest(pd.DataFrame({"lon": [1]}), toy)
    with pytest.raises(GeometryError, match="corridor is a str; give a Corridor, such as"):
        nearest(here, "middle")
    with pytest.raises(GeometryError, match="corridor has no line to measure to"):
        nearest(here, toy.legs.iloc[:0])
    polygon = gpd.GeoDataFrame(geometry=[Polygon([(0, 0), (1, 0), (1, 1)])], crs=4326)
    with pytest.raises(GeometryError, match="is a Polygon"):
        nearest(here, polygon)


def test_the_real_corridor_within_1_m_of_a_dense_reference() -> None:
    middle = corridor("middle")
    random = np.random.default_rng(2)
    lonlat = np.column_stack([random.uniform(20, 100, 60), random.uniform(25, 62, 60)])
    found = nearest(points(*map(tuple, lonlat)), middle)
    truth = dense_reference(lonlat, middle.legs.geometry)
    assert np.abs(found["distance_km"] * 1000 - truth).max() < 0.02
    nodes = shapely.get_coordinates(middle.nodes.geometry.values)
    table = np.array([GEOD.inv(*np.broadcast_arrays(*xy, *nodes.T))[2] for xy in lonlat])
    assert found["node_id"].tolist() == middle.nodes["node_id"].iloc[table.argmin(axis=1)].tolist()
    assert np.abs(found["node_distance_km"] * 1000 - table.min(axis=1)).max() < 0.002
    legs = middle.legs.set_index("leg_id")
    assert (found["along_km"] <= legs.loc[found["leg_id"], "length_km"].to_numpy() + 1e-6).all()


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.floats(-180, 180), st.floats(-90, 90)), min_size=1, max_size=8))
def test_a_node_is_never_nearer_than_the_corridor_it_is_on(
    lonlat: list[tuple[float, float]],
) -> None:
    middle = corridor("middle")
    ends = middle.legs.geometry.apply(lambda line: Point(line.coords[0]))
    found = nearest(points(*lonlat), middle)
    to_ends = nearest(points(*lonlat), gpd.GeoDataFrame(geometry=ends, crs=4326))
    # Beyond 3,000 km the foot may be off: 100 m at 10,000 km.
    slack = 0.001 + 0.5 * (found["distance_km"] / 10_000) ** 4
    assert (found["distance_km"] <= to_ends["distance_km"] + slack).all()
    assert (found["distance_km"] >= 0).all()
    assert found["node_id"].notna().all()


def test_a_local_crs_is_refused_with_the_cure(toy: Corridor) -> None:
    local = toy.nodes.set_crs('LOCAL_CS["mine",UNIT["metre",1]]', allow_override=True)
    with pytest.raises(
        CRSError, match="occurrences: the CRS 'mine' is local: its position on the Earth"
    ):
        nearest(local, toy)


def test_a_polygon_with_a_vertex_that_is_no_number_has_no_answer(toy: Corridor) -> None:
    with np.errstate(invalid="ignore"):
        broken = Polygon([(69, 47), (70, np.nan), (70, 48)])
    areas = gpd.GeoDataFrame(geometry=[broken, box(69, 46, 70, 47)], crs=4326)
    with pytest.warns(MinmapWarning, match="1 of 2 occurrences have no usable geometry"):
        found = nearest(areas, toy)
    assert found["distance_km"].notna().tolist() == [False, True]
