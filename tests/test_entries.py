"""Where a lorry enters the roads: feet known by PROJ, barriers, and what is counted on the way."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod
from rasterio.transform import Affine
from scipy.optimize import minimize_scalar
from shapely import Point

from minmap.transport.accessibility import access, closed_access, closures, route
from minmap.transport.network.network import Network
from tests.toy_networks import ROUND, Edge, crossing_table, network_of

GEOD = Geod(ellps="WGS84")
TABLE = crossing_table()
# In the steppe of Kazakhstan: two roads, a station, a railway to the market in the east, and a
# road to another market in the west.
PLACES = np.array([[64.0, 48], [65.0, 48], [66.0, 48], [68.0, 48], [63.0, 48]])
STEPPE = [
    Edge(0, 1, 80, mode="road"),
    Edge(1, 2, 90, mode="road"),
    Edge(2, 3, 150),
    Edge(0, 4, 70, mode="road"),
]
GATES: list[object] = [False, False, True, True, True]


def toy(edges: list[Edge] = STEPPE, places: np.ndarray = PLACES, **columns: Any) -> Network:
    given = {"gate": GATES} | columns
    return network_of(edges, len(places), places=places, **given)


def at(*places: tuple[float, float]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=[Point(*place) for place in places], crs=4326)


def reach(*places: tuple[float, float], to: str = "3", **options: Any) -> gpd.GeoDataFrame:
    given = {"network": toy(), "assumptions": ROUND, "crossings": TABLE, "objective": "km"}
    return access(at(*places), to=to, **given | options)


def km_between(one: Any, other: Any) -> float:
    return float(GEOD.inv(*one, *other)[2]) / 1000


def foot_of(place: tuple[float, float], start: Any, end: Any) -> tuple[float, float, float, float]:
    """Return longitude, latitude, share and km of the nearest place on a geodesic, by PROJ."""
    azimuth, _, length = GEOD.inv(*start, *end)

    def along(share: float) -> tuple[float, float]:
        return GEOD.fwd(*start, azimuth, share * length)[:2]

    options = {"xatol": 1e-10}
    found = minimize_scalar(
        lambda share: km_between(place, along(share)),
        bounds=(0, 1),
        method="bounded",
        options=options,
    )
    share = min((0.0, 1.0, found.x), key=lambda share: km_between(place, along(share)))
    return *along(share), share, km_between(place, along(share))


@pytest.mark.parametrize("place", [(64.5, 48.01), (64.2, 47.9), (64.9, 47.99), (63.6, 48.02)])
def test_a_lorry_enters_a_road_at_its_nearest_place(place):
    row = reach(place, to="3").iloc[0]
    west = place[0] < 64
    lon, lat, share, km = foot_of(place, PLACES[0], PLACES[4 if west else 1])
    assert (row["entry_lon"], row["entry_lat"]) == pytest.approx((lon, lat), abs=2e-5)
    assert row["connector_km"] == pytest.approx(km * 1.5, abs=1e-3)
    assert (row["entry"], row["entry_edge"]) == (("0", "e3") if west else ("1", "e0"))
    first = share * 70 + 80 if west else (1 - share) * 80
    assert row["road_km"] == pytest.approx(first + 90, abs=0.01)
    assert (row["gate"], row["rail_km"]) == ("2", 150)
    assert row["total_km"] == pytest.approx(row["connector_km"] + row["road_km"] + 150)


def test_a_road_is_used_in_the_direction_of_the_destination():
    place = (64.3, 48.01)
    east, west = reach(place, to="3").iloc[0], reach(place, to="4").iloc[0]
    share = foot_of(place, PLACES[0], PLACES[1])[2]
    assert (east["entry"], west["entry"]) == ("1", "0")
    assert east["entry_edge"] == west["entry_edge"] == "e0"
    assert west["road_km"] == pytest.approx(share * 80 + 70, abs=0.01)
    assert east["road_km"] - 90 == pytest.approx(80 - (west["road_km"] - 70))
    # By road all the way nothing is loaded.
    assert west["gate"] == "4"
    assert west["hours"] == pytest.approx(west["connector_km"] / 10 + west["road_km"] / 40)


def test_connectors_are_slower_and_dearer_than_roads_and_loading_counts_once():
    by_road, at_gate = (reach(place).iloc[0] for place in ((65.5, 48.01), (66.0, 48.0)))
    for row in (by_road, at_gate):
        off, road = row["connector_km"], row["road_km"]
        assert row["hours"] == pytest.approx(off / 10 + road / 40 + 6 + 3)
        # Half of a lorry's cost goes by the hour, and off the roads it is four times as slow.
        price = 0.1 * (1 - 0.5 + 0.5 * 4)
        assert row["cost_usd_t"] == pytest.approx(off * price + road * 0.1 + 2 + 6)
    assert at_gate[["connector_km", "road_km"]].tolist() == pytest.approx([0, 0], abs=1e-6)


def test_a_gate_without_a_road_is_entered_itself_and_its_loading_counts():
    network = toy([STEPPE[2]])
    row = reach((66.0, 48.1), network=network).iloc[0]
    assert (row["entry"], row["gate"], row["road_km"]) == ("2", "2", 0)
    assert pd.isna(row["entry_edge"])
    assert (row["entry_lon"], row["entry_lat"]) == (66, 48)
    off = km_between((66, 48.1), (66, 48)) * 1.5
    assert row["connector_km"] == pytest.approx(off)
    assert row["hours"] == pytest.approx(off / 10 + 6 + 3)
    found = route((66.0, 48.1), "3", network=network, assumptions=ROUND, crossings=TABLE)
    assert found.legs["before"].fillna("").tolist() == ["", "loading"]
    market = reach((68.0, 48.1), network=network).iloc[0]
    assert market["hours"] == pytest.approx(market["connector_km"] / 10)


def chord_network(*, chord: bool) -> Network:
    network = toy()
    edges = network.edges
    edges["chord"] = [chord, False, False, False]
    return Network(network.nodes, edges)


def test_a_road_that_is_drawn_as_a_chord_is_entered_at_its_ends():
    place = (64.6, 48.01)
    drawn = reach(place, network=chord_network(chord=False))
    assert drawn["entry_lon"].item() == pytest.approx(64.6, abs=0.01)
    row = reach(place, network=chord_network(chord=True)).iloc[0]
    assert (row["entry_lon"], row["entry_lat"]) == (65, 48)
    assert row["connector_km"] == pytest.approx(km_between(place, (65, 48)) * 1.5, abs=1e-3)
    assert row["road_km"] == pytest.approx(90)


def test_a_road_that_is_not_open_is_not_entered():
    edges = [STEPPE[0]._replace(status="planned"), *STEPPE[1:]]
    place = (64.5, 48.01)
    row = reach(place, network=toy(edges)).iloc[0]
    assert (row["entry_lon"], row["entry_lat"]) == (65, 48)
    assert row["entry_edge"] == "e1"
    allowed = reach(place, network=toy(edges), allow="planned").iloc[0]
    assert allowed["entry_edge"] == "e0"


def test_a_road_that_leads_nowhere_is_passed_over():
    # Beside the point lies a road that is joined to nothing.
    places = np.vstack([PLACES, [[64.3, 48.3], [64.6, 48.3]]])
    edges = [*STEPPE, Edge(5, 6, 30, mode="road")]
    network = toy(edges, places, gate=[*GATES, False, False])
    row = reach((64.45, 48.29), network=network).iloc[0]
    assert row["entry_edge"] == "e0"
    alone = reach((64.45, 48.29), network=network, reach_km=5)["reason"].item()
    assert alone.startswith("the network does not lead from 5 to 3")


def test_reach_limits_the_geodesic_to_the_entry():
    place = (64.5, 48.5)
    km = foot_of(place, PLACES[0], PLACES[1])[3]
    assert reach(place, reach_km=km + 0.1)["gate"].item() == "2"
    none = reach(place, reach_km=km - 0.1)
    assert none["reason"].item() == f"no road or gate of KAZ within {km - 0.1:g} km"


# --- barriers ---------------------------------------------------------------------------------


def road_to(places: list[list[float]], country: str | None, other: str | None = None) -> Network:
    """Return a road between the first two places and one between the others, joined afterwards."""
    edges = [Edge(0, 1, 50, country, "road"), Edge(2, 3, 50, other or country, "road")]
    edges.append(Edge(1, 2, 10, "RUS", "road"))
    return network_of(edges, 4, places=np.array(places), gate=[False, False, False, True])


def test_a_lake_sends_to_the_road_on_its_own_shore():
    # The point lies south of Balkhash; the northern shore is nearer than the road in the south.
    north, south = [[74.0, 47.2], [75.5, 47.2]], [[74.0, 44.2], [75.5, 44.2]]
    network = road_to([*north, *south], "KAZ")
    row = access(
        at((74.9, 45.75)), to="3", network=network, assumptions=ROUND, crossings=TABLE
    ).iloc[0]
    assert row["entry_edge"] == "e1"
    assert km_between((74.9, 45.75), (74.9, 47.2)) < km_between((74.9, 45.75), (74.9, 44.2))


def test_behind_water_alone_there_is_no_way():
    places = [[48.8, 40.2], [49.3, 40.3]]
    network = network_of(
        [Edge(0, 1, 45, None, "road")], 2, places=np.array(places), gate=[False, True]
    )
    for row in access(at((53.5, 40.2)), to="1", network=network).itertuples():
        assert row.reason == "every road or gate within 500 km lies across water, ice or a border"
        assert pd.isna(row.entry)


def test_a_glacier_is_not_crossed():
    # The Fedchenko Glacier; the road has no country, so that no border decides.
    places = np.array([[72.5, 38.35], [72.55, 38.35]])
    network = network_of([Edge(0, 1, 5, None, "road")], 2, places=places, gate=[False, True])
    north = access(at((72.2, 39.3)), to="1", network=network, reach_km=120)
    assert north["reason"].item().endswith("within 120 km lies across water, ice or a border")
    south = access(at((72.5, 38.4)), to="1", network=network, reach_km=120).iloc[0]
    assert south["entry_edge"] == "e0"
    # Whose country the road is, is not known, so no border is counted.
    assert south["borders"] == 0


@pytest.mark.parametrize(("east_of_border_km", "allowed"), [(3, True), (15, False)])
def test_a_connector_runs_5_km_abroad_at_most(east_of_border_km, allowed):
    # West of the Aral Sea the border of Kazakhstan and Uzbekistan runs from north to south; on the
    # map it lies here, 2 km west of the meridian of 56 E.
    lon = 55.976 + east_of_border_km / 80.9
    # Beside the border a road of Kazakhstan, by its list; another one lies far in the west.
    near, far = [[lon, 43.4], [lon, 43.6]], [[54.0, 43.4], [54.0, 43.6]]
    network = road_to([*near, *far], "KAZ")
    row = access(at((55.9, 43.5)), to="3", network=network, crossings=TABLE).iloc[0]
    assert row["entry_edge"] == ("e0" if allowed else "e1")


def test_a_road_of_another_country_is_not_entered_however_near():
    near, far = [[56.05, 43.4], [56.05, 43.6]], [[54.0, 43.4], [54.0, 43.6]]
    network = road_to([*near, *far], "UZB", "KAZ")
    given = {"network": network, "crossings": TABLE, "objective": "km"}
    assert access(at((55.95, 43.5)), to="3", **given)["entry_edge"].item() == "e1"
    assert access(at((56.1, 43.5)), to="3", **given)["entry_edge"].item() == "e0"
    shut = access(at((55.95, 43.5)), to="0", network=network, crossings=TABLE, reach_km=50)
    assert shut["reason"].item() == "no road or gate of KAZ within 50 km"


def test_from_a_country_without_roads_one_border_is_crossed_to_the_next():
    # All roads are in Kazakhstan, and the point in Uzbekistan.
    network = road_to([[54.0, 43.4], [54.0, 43.6], [54.2, 43.4], [54.2, 43.6]], "KAZ")
    network = Network(network.nodes, network.edges.iloc[:1])
    row = access(
        at((56.4, 43.5)), to="1", network=network, assumptions=ROUND, crossings=TABLE
    ).iloc[0]
    assert (row["countries"], row["crossings"], row["borders"]) == ("UZB KAZ", "any-road", 1)
    along = row["connector_km"] / 10 + row["road_km"] / 40
    figures = row[["hours_low", "hours", "hours_high"]].tolist()
    assert figures == pytest.approx([along + 8, along + 10, along + 14])
    found = route((56.4, 43.5), "1", network=network, assumptions=ROUND, crossings=TABLE)
    assert found.borders == 1
    assert found.crossings == ("any-road",)
    assert found.countries == ("UZB", "KAZ")
    assert found.hours == pytest.approx(row["hours"])
    avoided = access(at((56.4, 43.5)), to="1", network=network, crossings=TABLE, avoid="UZB")
    assert avoided["reason"].item() == "lies in UZB, which is avoided"


# --- nearer gates -----------------------------------------------------------------------------

# A road passes the station at 1 on its way to the station at 2; both lead to the market at 3.
PASSING = [
    Edge(0, 1, 80, mode="road"),
    Edge(1, 2, 90, mode="road"),
    Edge(1, 3, 5000),
    Edge(2, 3, 100),
]


def passing(**changes: Any) -> Network:
    edges = [PASSING[0], PASSING[1], PASSING[2]._replace(**changes), PASSING[3]]
    gates: list[object] = [False, True, True, True]
    return network_of(edges, 4, places=PLACES[:4], gate=gates)


def test_a_station_that_a_lorry_passes_is_reported():
    place = (64.5, 48.01)
    row = reach(place, network=passing(), objective="usd_t").iloc[0]
    share = foot_of(place, PLACES[0], PLACES[1])[2]
    assert (row["gate"], row["nearer_gate"]) == ("2", "1")
    assert row["nearer_gate_km"] == pytest.approx(80 * (1 - share), abs=0.01)
    # Where the train from there is short, the lorry stops there.
    near = reach(place, network=passing(km=200.0), objective="usd_t").iloc[0]
    assert near["gate"] == "1"
    assert near[["nearer_gate", "nearer_gate_name", "nearer_gate_km"]].isna().all()


def test_a_station_without_a_way_on_or_in_another_country_is_no_nearer_gate():
    place = (64.5, 48.01)
    shut = reach(place, network=passing(status="planned"), objective="usd_t").iloc[0]
    assert shut["gate"] == "2"
    assert pd.isna(shut["nearer_gate"])
    abroad = [PASSING[0]._replace(countries="KAZ UZB"), *PASSING[1:]]
    abroad = [abroad[0], *(edge._replace(countries="UZB") for edge in abroad[1:])]
    network = network_of(abroad, 4, places=PLACES[:4], gate=[False, True, True, True])
    row = reach((64.0, 48.01), network=network, objective="usd_t").iloc[0]
    assert row["gate"] == "2"
    assert pd.isna(row["nearer_gate"])


# --- routes of the same journey ---------------------------------------------------------------

RANGES = ROUND | {
    "off_road_kmh": (5, 10, 15), "detour_factor": (1.2, 1.5, 2), "loading_hours": (3, 6, 9),
    "road_kmh": (30, 40, 50), "rail_usd_tkm": (0.02, 0.04, 0.06), "road_usd_tkm": (0.05, 0.1, 0.2),
}  # fmt: skip
AROUND = st.tuples(st.floats(62.8, 68.3), st.floats(47.2, 48.8))


@given(AROUND, st.sampled_from(["km", "hours", "usd_t"]), st.sampled_from(["2", "3", "4"]))
@settings(max_examples=25)
def test_the_legs_of_a_route_sum_up_to_the_row_of_access(place, objective, to):
    given = {
        "network": toy(), "assumptions": RANGES, "crossings": TABLE, "objective": objective,
    }  # fmt: skip
    row = access(at(place), to=to, routes=True, **given).iloc[0]
    found = route(place, to, **given)
    legs = found.legs
    assert legs["km"].sum() == pytest.approx(row["total_km"])
    assert legs["km"].iloc[0] == pytest.approx(row["connector_km"])
    for end in ("_low", "", "_high"):
        hours = legs[f"hours{end}"].sum() + legs[f"before_hours{end}"].sum()
        price = legs[f"cost_usd_t{end}"].sum() + legs[f"before_usd_t{end}"].sum()
        assert hours == pytest.approx(row[f"hours{end}"])
        assert price == pytest.approx(row[f"cost_usd_t{end}"])
        assert found.costs[f"hours{end}"].sum() == pytest.approx(hours)
        assert found.costs[f"usd_t{end}"].sum() == pytest.approx(price)
    assert row["hours_low"] <= row["hours"] <= row["hours_high"]
    assert row["cost_usd_t_low"] <= row["cost_usd_t"] <= row["cost_usd_t_high"]
    assert (found.hours, found.cost_usd_t) == pytest.approx((row["hours"], row["cost_usd_t"]))
    # The line starts at the place, meets the road at the entry, and ends at the market.
    line = shapely.get_coordinates(row["route"])
    assert line[0] == pytest.approx(place)
    assert line[-1] == pytest.approx(PLACES[int(to)])
    entry = [row["entry_lon"], row["entry_lat"]]
    assert np.abs(line - entry).max(axis=1).min() < 1e-4


# --- all entries of small networks ------------------------------------------------------------

MIDDLE = np.array([66.0, 48.0])
CORNER = st.tuples(st.integers(-9, 9), st.integers(-9, 9))


@st.composite
def small_networks(draw: st.DrawFn) -> tuple[list[Edge], np.ndarray, list[object]]:
    """Draw roads short enough for all of them to be compared, at most 12 with the gates."""
    corners = draw(st.lists(CORNER, min_size=4, max_size=4, unique=True))
    places = MIDDLE + np.array(corners) * [0.0012, 0.0009]
    ends = draw(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=6))
    km = draw(st.lists(st.sampled_from([1.0, 4.0, 30.0]), min_size=6, max_size=6))
    edges = [
        Edge(one, other, km[n], mode="road") for n, (one, other) in enumerate(ends) if one != other
    ]
    gates = draw(st.lists(st.booleans(), min_size=4, max_size=4))
    return edges, places, [True, *gates[1:]]


def best_entry(
    place: tuple[float, float], edges: list[Edge], places: np.ndarray, gates: list[object]
) -> float:
    """Return the least km of all ways from a place to node 0, by way of any road or gate."""
    onward = np.full(len(places), np.inf)
    onward[0] = 0
    for _ in places:
        for edge in edges:
            for one, other in ((edge.start, edge.end), (edge.end, edge.start)):
                onward[one] = min(onward[one], onward[other] + edge.km)
    ways = [
        1.5 * km_between(place, places[node]) + onward[node]
        for node in range(len(places))
        if gates[node]
    ]
    for edge in edges:
        _, _, share, km = foot_of(place, places[edge.start], places[edge.end])
        ends = share * edge.km + onward[edge.start], (1 - share) * edge.km + onward[edge.end]
        ways.append(1.5 * km + min(ends))
    return min(ways)


@given(small_networks(), st.tuples(st.floats(65.8, 66.2), st.floats(47.9, 48.1)))
@settings(max_examples=40)
def test_of_all_entries_the_best_is_chosen(network, place):
    edges, places, gates = network
    row = access(
        at(place), to="0", network=network_of(edges, 4, places=places, gate=gates),
        assumptions=ROUND, crossings=TABLE, objective="km",
    ).iloc[0]  # fmt: skip
    assert row["total_km"] == pytest.approx(best_entry(place, edges, places, gates), abs=2e-3)


# --- closures, rasters ------------------------------------------------------------------------


def test_the_figures_of_crossings_that_are_given_go_with_the_table():
    row = access(at((64.5, 48.01)), to="3", network=toy(), crossings=TABLE)
    given = {each["crossing_id"]: each for each in row.attrs["crossings"]}
    assert set(given) == set(TABLE["crossing_id"])
    assert given["any-road"]["source"] == TABLE.set_index("crossing_id").loc["any-road", "source"]
    assert "crossings" not in access(at((64.5, 48.01)), to="3", network=toy()).attrs


def test_closing_the_road_beside_an_occurrence_moves_its_entry():
    given = {"network": toy(), "assumptions": ROUND, "crossings": TABLE, "objective": "km"}
    places = at((64.5, 48.01), (65.5, 48.01))
    affected = closed_access(places, to="3", legs="leg0", **given)
    assert affected.index.tolist() == [0]
    counted = closures(places, to="3", **given).set_index("leg_id")["affected"]
    assert counted.to_dict() == {"leg2": 2, "leg1": 2, "leg0": 1}
    row = affected.iloc[0]
    after = 1.5 * km_between((64.5, 48.01), (65, 48)) + 90 + 150
    assert row["total_km_after"] == pytest.approx(after, abs=1e-3)
    assert row["extra_km"] == pytest.approx(row["total_km_after"] - row["total_km_before"])


def test_over_a_raster_the_nodes_of_roads_are_entered(tmp_path: Path):
    path = tmp_path / "even.tif"
    with rasterio.open(
        path, "w", driver="GTiff", dtype="float32", crs="EPSG:4326", nodata=-1, count=1,
        height=40, width=120, transform=Affine(0.05, 0, 63, 0, -0.05, 49),
    ) as to:  # fmt: skip
        to.write(np.full((40, 120), 0.1, dtype="float32"), 1)
    row = reach((65.025, 48.275), cost_raster=path, routes=True, objective="hours").iloc[0]
    assert (row["entry"], row["gate"], row["road_km"]) == ("1", "2", 90)
    straight = km_between((65.025, 48.275), (65, 48))
    assert row["connector_km"] == pytest.approx(straight, rel=0.1)
    off = row["connector_km"]
    assert row["hours"] == pytest.approx(off * 0.1 + 90 / 40 + 6 + 3)
    assert row["cost_usd_t"] == pytest.approx(off * 0.1 + 9 + 2 + 6)
    assert row["route"].coords[-1] == tuple(PLACES[3])
