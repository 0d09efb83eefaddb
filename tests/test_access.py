"""Access: from occurrences over connector and network to a destination, or why not."""

from __future__ import annotations

import inspect
import pickle
import pydoc
import re
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from pyproj import Geod
from rasterio.transform import Affine
from shapely import LineString, Point, box

from minmap.errors import ChoiceError, CRSError, FileError, GeometryError, MinmapError
from minmap.transport.accessibility import (
    ACCESS_COLUMNS,
    access,
    catchment,
    closed_access,
    closures,
    compare_access,
    route,
    summarise_access,
)
from minmap.transport.accessibility.access_table import access_to
from minmap.transport.accessibility.destination import AccessOptions, Destination
from minmap.transport.network.network import Network
from tests.conftest import SHARED

GEOD = Geod(ellps="WGS84")
# Steppe of Kazakhstan: west - middle - market on rails, and a road that is planned.
PLACES = {"west": (64.0, 48.0), "middle": (66.0, 48.0), "market": (68.0, 48.0), "far": (70, 50)}


def toy() -> Network:
    nodes = gpd.GeoDataFrame(
        {
            "node_id": [*PLACES],
            "name": [name.title() for name in PLACES],
            "kind": "station",
            "country": "KAZ",
        },
        geometry=[Point(*place) for place in PLACES.values()],
        crs=4326,
    )
    ends = [("west", "middle"), ("middle", "market"), ("far", "market")]
    edges = gpd.GeoDataFrame(
        {
            "edge_id": ["a", "b", "c"],
            "from_node": [one for one, _ in ends],
            "to_node": [other for _, other in ends],
            "mode": ["rail", "rail", "road"],
            "gauge_mm": pd.array([1520, 1520, pd.NA], dtype="Int64"),
            "status": ["operating", "operating", "planned"],
            "length_km": [150.0, 160.0, 300.0],
            "countries": "KAZ",
            "leg_id": ["a", "b", "c"],
        },
        geometry=[LineString([PLACES[one], PLACES[other]]) for one, other in ends],
        crs=4326,
    )
    return Network(nodes, edges)


def at(*places, **columns) -> gpd.GeoDataFrame:
    shapes = [None if place is None else Point(*place) for place in places]
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=4326)


def test_the_sums_by_eye():
    table = access(at((64.0, 48.5)), to="market", network=toy(), reach_km=100)
    row = table.iloc[0]
    straight = GEOD.inv(64, 48.5, 64, 48)[2] / 1000
    assert row["gate"] == "west"
    assert row["gate_name"] == "West"
    assert row["connector_km"] == pytest.approx(straight * 1.46)
    assert (row["route_km"], row["rail_km"], row["road_km"], row["sea_km"]) == (310, 310, 0, 0)
    assert row["total_km"] == pytest.approx(row["connector_km"] + 310)
    assert row["hours"] == pytest.approx(row["connector_km"] / 15 + 8 + 310 / 43.4)
    # Half of a lorry's cost goes by the hour: off the roads at 15 km/h instead of 42.
    off_road = 0.08 * (0.5 + 0.5 * 42 / 15)
    assert row["cost_usd_t"] == pytest.approx(row["connector_km"] * off_road + 2 + 310 * 0.04)
    assert (row["borders"], row["gauge_breaks"], row["countries"]) == (0, 0, "KAZ")
    assert pd.isna(row["reason"])
    assert (row["to"], row["to_name"]) == ("market", "Market")


def test_by_road_to_the_market_nothing_is_loaded():
    row = access(at((68.0, 48.5)), to="market", network=toy()).iloc[0]
    assert (row["gate"], row["route_km"]) == ("market", 0)
    assert row["hours"] == pytest.approx(row["connector_km"] / 15)


def test_the_objective_is_minimised():
    place = at((65.0, 48.4))
    columns = {"km": "total_km", "hours": "hours", "usd_t": "cost_usd_t"}
    for objective, column in columns.items():
        tables = [access(place, to="market", network=toy(), objective=other) for other in columns]
        own = access(place, to="market", network=toy(), objective=objective)[column].item()
        assert own <= min(table[column].item() for table in tables) + 1e-9


def test_assumptions_can_be_replaced():
    slow = access(
        at((64, 48.5)), to="market", network=toy(), reach_km=100, assumptions={"detour_factor": 1}
    )
    straight = GEOD.inv(64, 48.5, 64, 48)[2] / 1000
    assert slow["connector_km"].item() == pytest.approx(straight)
    assert slow.attrs["assumptions"]["detour_factor"] == [1, 1, 1]


def test_reasons():
    places = at(None, (64, 48.5), (50.5, 42.0), (20.0, 0.0), (61.4, 55.0), (70, 50.2))
    table = access(places, to="market", network=toy(), avoid="RUS", reach_km=170)
    assert table["reason"].fillna("").tolist() == [
        "no location",
        "",
        "lies in open water",
        "no road or gate within 170 km",
        "lies in RUS, which is avoided",
        "the network does not lead from Far to Market without RUS",
    ]
    missing = table["reason"].notna()
    others = [column for column in ACCESS_COLUMNS if column not in ("to", "to_name", "reason")]
    assert table.loc[missing, others].isna().all().all()
    # A gate of this network is no place on a road, and no lorry passes a nearer one.
    without = ["entry_edge", "nearer_gate", "nearer_gate_name", "nearer_gate_km"]
    assert table.loc[~missing, others].drop(columns=without).notna().all().all()
    assert table.loc[~missing, without].isna().all().all()
    assert table["to"].tolist() == ["market"] * 6


def test_planned_lines_count_when_allowed():
    place = at((70, 50.2))
    assert access(place, to="market", network=toy(), reach_km=100)["gate"].isna().all()
    table = access(place, to="market", network=toy(), reach_km=100, allow="planned")
    # By road all the way: the lorry is unloaded at the market.
    columns = ["entry", "gate", "road_km"]
    assert table[columns].to_numpy().tolist() == [["far", "market", 300.0]]


def test_across_the_sea_there_is_no_connector():
    # Both gates lie west of the Caspian, the occurrence east of it.
    nodes = gpd.GeoDataFrame(
        {"node_id": ["x", "y"], "kind": "station", "country": "AZE"},
        geometry=[Point(49.3, 40.3), Point(48.8, 40.2)],
        crs=4326,
    )
    edges = gpd.GeoDataFrame(
        {
            "edge_id": ["e"],
            "from_node": ["x"],
            "to_node": ["y"],
            "mode": "rail",
            "status": "operating",
            "length_km": [45.0],
        },
        geometry=[LineString(nodes.geometry.tolist())],
        crs=4326,
    )
    table = access(at((53.5, 40.2)), to="y", network=Network(nodes, edges))
    assert table["reason"].tolist() == [
        "every road or gate within 500 km lies across water, ice or a border"
    ]


def test_copies_kept_and_index():
    given = at((64, 48.5), None, name=["a", "b"])
    given.index = pd.Index([7, 3], name="row")
    before = given.copy()
    first = access(given, to="market", network=toy())
    assert_frame_equal(pd.DataFrame(given), pd.DataFrame(before))
    assert first.index.equals(given.index)
    assert [*first.columns] == ["name", "geometry", *ACCESS_COLUMNS]
    again = access(first, to="market", network=toy())
    assert_frame_equal(pd.DataFrame(first), pd.DataFrame(again))
    empty = access(given.iloc[:0], to="market", network=toy())
    assert [*empty.columns] == [*first.columns]
    assert (empty.dtypes == first.dtypes).all()
    projected = access(given.to_crs(32642), to="market", network=toy())
    assert projected.crs == 32642
    assert projected["hours"].iloc[0] == pytest.approx(first["hours"].iloc[0])


def test_attrs_say_how():
    given = at((64, 48.5))
    given.attrs["sources"] = [{"title": "mine"}]
    table = access(given, to="market", network=toy(), avoid=["sea"])
    assert table.attrs["access"]["avoid"] == ["sea"]
    assert table.attrs["access"]["to"] == ["market"]
    assert [s["title"] for s in table.attrs["sources"]] == ["mine", "Natural Earth"]
    assert given.attrs["sources"] == [{"title": "mine"}]


def test_polygons_and_lines_count_by_a_point():
    shapes = gpd.GeoDataFrame(geometry=[box(63.9, 48.4, 64.1, 48.6)], crs=4326)
    area = access(shapes, to="market", network=toy())
    point = access(at((64, 48.5)), to="market", network=toy())
    assert area["hours"].item() == pytest.approx(point["hours"].item())


def test_parts_of_a_table_share_a_destination():
    given = at(*[(64 + i / 3, 48.5) for i in range(9)])
    whole = access(given, to="market", network=toy())
    found = pickle.loads(pickle.dumps(Destination.find("market", network=toy())))
    parts = pd.concat([access_to(given.iloc[:4], found), access_to(given.iloc[4:], found)])
    assert_frame_equal(pd.DataFrame(whole), pd.DataFrame(parts))


def test_routes_are_drawn():
    table = access(at((64, 48.5), None), to="market", network=toy(), reach_km=100, routes=True)
    line = table["route"].iloc[0]
    assert line.coords[0] == (64, 48.5)
    assert line.coords[-1] == PLACES["market"]
    assert PLACES["west"] in [*line.coords]
    assert table["route"].iloc[1] is None
    assert table["route"].crs == 4326


def test_refusals():
    with pytest.raises(CRSError, match="occurrences has no CRS"):
        access(at((64, 48)).set_crs(None, allow_override=True), to="market", network=toy())
    with pytest.raises(GeometryError, match="without geometry"):
        access(pd.DataFrame({"a": [1]}), to="market", network=toy())
    with pytest.raises(ChoiceError, match="did you mean 'Market'"):
        access(at((64, 48)), to="Markt", network=toy())
    with pytest.raises(MinmapError, match="reach_km=-1"):
        access(at((64, 48)), to="market", network=toy(), reach_km=-1)
    with pytest.raises(FileError, match=r"cost_raster='none\.tif'"):
        access(at((64, 48)), to="market", network=toy(), cost_raster="none.tif")


def raster(path: Path, values: np.ndarray) -> Path:
    """Write a grid of 0.05 degrees, its north-west corner at 63 E, 49 N."""
    grid = {"driver": "GTiff", "dtype": "float32", "crs": "EPSG:4326", "nodata": -1}
    rows, columns = values.shape
    shape = {"height": rows, "width": columns, "count": 1}
    with rasterio.open(
        path, "w", transform=Affine(0.05, 0, 63, 0, -0.05, 49), **grid, **shape
    ) as to:
        to.write(values.astype("float32"), 1)
    return path


def test_a_raster_of_even_cost_gives_nearly_the_straight_line(tmp_path):
    even = raster(tmp_path / "even.tif", np.full((40, 120), 0.025))
    place = at((64.025, 48.575))
    table = access(place, to="market", network=toy(), reach_km=100, cost_raster=even, routes=True)
    straight = GEOD.inv(64.025, 48.575, 64, 48)[2] / 1000
    assert table["gate"].item() == "west"
    assert table["connector_km"].item() == pytest.approx(straight, rel=0.1)
    hours = table["connector_km"].item() * 0.025 + 8 + 310 / 43.4
    assert table["hours"].item() == pytest.approx(hours)
    assert table["route"].iloc[0].coords[-1] == PLACES["market"]


def test_a_wall_in_the_raster_is_gone_round(tmp_path):
    values = np.full((40, 120), 0.1)
    values[12, :40] = -1
    wall = raster(tmp_path / "wall.tif", values)
    place = at((64.025, 48.575))
    table = access(place, to="market", network=toy(), reach_km=300, cost_raster=wall)
    assert table["gate"].item() == "middle"
    assert table["connector_km"].item() > 150
    short = access(place, to="market", network=toy(), reach_km=100, cost_raster=wall)
    assert short["reason"].item().startswith("the best path over cost_raster is longer")
    with pytest.raises(FileError, match="does not lie about"):
        access(at((10, 10)), to="market", network=toy(), cost_raster=wall)
    values[12, :] = -1
    shut = raster(tmp_path / "shut.tif", values)
    table = access(place, to="market", network=toy(), reach_km=300, cost_raster=shut)
    assert table["reason"].item() == "cost_raster leads from here to no gate"


def test_a_catchment_follows_the_raster(tmp_path):
    values = np.full((40, 120), 0.1)
    values[:, 60:] = 0.05
    options = {
        "network": toy(),
        "reach_km": 150,
        "cost_raster": raster(tmp_path / "two.tif", values),
    }
    area = catchment("market", within_hours=4, **options).geometry.item()
    places = np.random.default_rng(5).uniform((66, 47.1), (69, 48.9), (300, 2))
    table = access(at(*places), to="market", **options)
    reached = table["hours"] <= 4
    assert 0.2 < reached.mean() < 0.8
    # On the edge a cell counts as its centre.
    assert (table.within(area) != reached).mean() < 0.1


def test_cases_side_by_side():
    given = at((64, 48.5), (70, 50.2), name=["a", "b"])
    cases = {"now": {}, "with plans": {"allow": "planned"}}
    table = compare_access(given, cases, to="market", network=toy(), reach_km=100)
    assert table["case"].tolist() == ["now", "now", "with plans", "with plans"]
    assert table["gate"].fillna("").tolist() == ["west", "", "west", "market"]
    summary = summarise_access(table).set_index("case")
    assert summary["reached"].tolist() == [1, 2]
    assert summary["share"].tolist() == [0.5, 1.0]
    assert summary.loc["now", "reason"].startswith("the network does not lead from Far")
    assert table.attrs["cases"]["with plans"]["access"]["allow"] == ["planned"]
    with pytest.raises(MinmapError, match="cases is empty"):
        compare_access(given, {})
    with pytest.raises(MinmapError, match="reached lacks"):
        summarise_access(given)


SHARED_OPTIONS = {
    access: {*AccessOptions.__annotations__},
    closures: {*AccessOptions.__annotations__},
    closed_access: {*AccessOptions.__annotations__},
    compare_access: {*AccessOptions.__annotations__},
    route: {*AccessOptions.__annotations__} - {"cost_raster"},
    catchment: {*AccessOptions.__annotations__} - {"objective"},
}


@pytest.mark.parametrize("function", SHARED_OPTIONS, ids=lambda function: function.__name__)
def test_shared_options_are_in_the_signature_and_others_are_refused(function):
    parameters = inspect.signature(function).parameters
    assert SHARED_OPTIONS[function] <= parameters.keys()
    assert all(parameter.kind is not parameter.VAR_KEYWORD for parameter in parameters.values())
    rendered = pydoc.render_doc(function, renderer=pydoc.plaintext)
    assert "avoid: 'Avoided' = ()" in rendered
    assert "reach_km: 'float' = 500.0" in rendered
    with pytest.raises(ChoiceError, match=r"avoit='RUS' is not an argument of .*'avoid'\?"):
        function(avoit="RUS")


def test_the_old_keyword_names_the_new_one():
    given = at((64, 48.5))
    refusal = "by='km' is not an argument of {}; did you mean 'objective'?"
    for call, name in (
        (lambda: access(given, to="market", by="km"), "access"),
        (lambda: closures(given, to="market", by="km"), "closures"),
        (lambda: closed_access(given, to="market", legs="a", by="km"), "closed_access"),
        (lambda: compare_access(given, {"a": {"to": "market"}}, by="km"), "compare_access"),
        (lambda: compare_access(given, {"a": {"to": "market", "by": "km"}}), "access"),
        (lambda: route("west", "market", by="km"), "route"),
    ):
        with pytest.raises(ChoiceError, match=re.escape(refusal.format(name))):
            call()
    with pytest.raises(ChoiceError, match="objective='time' is not known"):
        access(given, to="market", network=toy(), objective="time")
    with pytest.raises(ChoiceError, match="objective='km' is not an argument of catchment"):
        catchment("market", network=toy(), objective="km")


def test_a_case_needs_a_destination():
    with pytest.raises(MinmapError, match=r"cases\['a'\] has no destination"):
        compare_access(at((64, 48.5)), {"a": {"avoid": "RUS"}})


STEPPE = st.tuples(st.floats(55, 80), st.floats(42, 52))


@pytest.mark.exhaustive
@settings(max_examples=15, deadline=None)
@given(places=st.lists(STEPPE, min_size=1, max_size=12))
def test_avoiding_never_shortens(places):
    given = at(*places)
    free = access(given, to="poti_port", objective="km")
    past = access(given, to="poti_port", objective="km", avoid=["RUS", "IRN"])
    both = free["gate"].notna() & past["gate"].notna()
    assert (past["total_km"][both] >= free["total_km"][both] - 1e-6).all()
    assert not (past["gate"].notna() & free["gate"].isna()).any()
    for table in (free, past):
        sums = table["connector_km"] + table["route_km"]
        assert np.allclose(sums, table["total_km"], equal_nan=True)
        by_mode = table["rail_km"] + table["road_km"] + table["sea_km"]
        assert np.allclose(by_mode, table["route_km"], equal_nan=True)
    assert not past["countries"].dropna().str.contains("RUS|IRN").any()


@pytest.mark.reference
def test_deposits_of_central_asia():
    table = pd.read_csv(SHARED / "deposits" / "mrds" / "mrds_compact_central_asia.csv")
    deposits = gpd.GeoDataFrame(
        table, geometry=gpd.points_from_xy(table["longitude"], table["latitude"]), crs=4326
    )
    past = access(deposits, to="poti_port", avoid=["RUS", "IRN"], routes=True)
    reached = past[past["gate"].notna()]
    assert len(reached) > 80
    east = reached[reached.geometry.x > 54]
    # East of the Caspian there is no way but by ferry.
    assert (east["sea_km"] > 250).all()
    assert not reached["countries"].str.contains("RUS|IRN").any()
    # The longest lead from the Hindu Kush, from steppe without a road, and from misplaced records.
    assert (reached["connector_km"] <= 60).mean() > 0.9
    assert past.loc[past["gate"].isna(), "reason"].notna().all()
    dry = access(deposits[deposits.geometry.x > 54], to="poti_port", avoid=["RUS", "IRN", "sea"])
    assert dry["gate"].isna().all()
    for _, row in reached.iloc[::20].iterrows():
        found = route((row.geometry.x, row.geometry.y), "poti_port", avoid=["RUS", "IRN"])
        assert found.legs["km"].iloc[1:].sum() == pytest.approx(row["route_km"])
