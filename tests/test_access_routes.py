"""Routes, closures and catchments on the shipped network."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
from pyproj import Geod
from shapely import Point

import minmap as mm
from minmap.errors import ChoiceError, GeometryError, MinmapError
from minmap.transport.accessibility import access, catchment, closed_access, closures, route
from minmap.transport.accessibility.barriers import open_water
from minmap.transport.network.best_paths import find_paths
from minmap.transport.network.network import Network
from minmap.transport.network.node_search import find_node

PAST = ["RUS", "IRN"]
GEOD = Geod(ellps="WGS84")


def order_of(found, names):
    passed = found.nodes["node_id"].tolist()
    return [passed.index(name) for name in names]


def deposits() -> gpd.GeoDataFrame:
    places = [(63, 50), (76, 44), (67.5, 47.8), (72, 41), (50.5, 42), (45.5, 41.2)]
    shapes = [Point(*place) for place in places]
    return gpd.GeoDataFrame({"name": [*"abcdef"]}, geometry=shapes, crs=4326)


def test_altynkol_poti():
    found = route("altynkol", "poti_port", avoid=[*PAST, "UZB", "road"], objective="km")
    assert found.countries[0] == "KAZ"
    assert found.countries[-3:] == ("KAZ", "AZE", "GEO")
    assert found.reason is None
    assert found.legs["mode"].unique().tolist() == ["rail", "sea"]
    way = ["altynkol", "zhetygen", "shu", "arys", "beyneu", "alat", "tbilisi", "poti_port"]
    positions = order_of(found, way)
    assert positions == sorted(positions)
    # 4,345 km by Aktau, put together from legs that were measured.
    assert found.total_km == pytest.approx(4_345, rel=0.03)


def test_the_shortest_route_says_what_the_cheapest_would_save():
    options = {"avoid": PAST}
    shortest = route("altynkol", "poti_port", objective="km", **options)
    cheapest = route("altynkol", "poti_port", **options)
    assert cheapest.note is None
    km, hours = cheapest.total_km - shortest.total_km, shortest.hours - cheapest.hours
    assert km > 0
    assert hours > 1
    assert f"{km:,.0f} km longer, takes {hours:,.0f} h less and costs " in str(shortest.note)
    assert str(shortest.note) in repr(shortest)
    assert route("beyneu", "beyneu", objective="km").note is None


def test_dostyk_mersin():
    found = route("dostyk", "mersin_port", avoid=[*PAST, "road"])
    positions = order_of(found, ["dostyk", "beyneu", "alat", "akhalkalaki", "kars", "mersin_port"])
    assert positions == sorted(positions)
    assert found.gauge_breaks == 1
    assert found.countries == ("KAZ", "AZE", "GEO", "TUR")
    assert repr(found).startswith("Route('Dostyk' to 'Mersin port': 5,5")
    assert repr(found).endswith("), rail+sea, KAZ AZE GEO TUR)")


def test_from_a_town_as_from_a_place_in_it_and_from_a_station_by_rail():
    town = route("Aktobe", "poti_port", avoid=PAST)
    assert town.start == "Aktobe"
    centre = town.line.coords[0]
    place = route(centre, "poti_port", avoid=PAST)
    assert town.cost_usd_t == pytest.approx(place.cost_usd_t)
    assert town.legs["status"].iloc[0] == "off the roads"
    assert town.legs["before"].str.contains("loading").any()
    station = route("osm:4020137340", "poti_port", avoid=PAST)
    assert station.legs["mode"].iloc[0] == "rail"
    assert not station.legs["before"].str.contains("loading").any()
    assert station.hours < town.hours
    assert len(route("Aktobe", "osm:4020137340").legs) == 0
    assert route("Aktobe", "poti_port", avoid="KAZ").reason == "lies in KAZ, which is avoided"


def test_tashkent_poti_with_and_without_the_sea():
    by_sea = route("Tashkent-Passenger", "poti_port", avoid=PAST)
    assert "sea" in by_sea.legs["mode"].tolist()
    assert by_sea.legs["mode"].iloc[0] == "rail"
    by_land = route("Tashkent-Passenger", "poti_port", avoid="sea")
    assert by_land.reason is None
    assert {"RUS", "IRN"} & set(by_land.countries)
    none = route("Tashkent-Passenger", "poti_port", avoid=[*PAST, "sea"])
    assert none.reason.startswith("the network does not lead from Tashkent-Passenger")
    assert none.reason.endswith("to Poti port without RUS, IRN, sea")
    assert none.line is None
    assert len(none.legs) == 0
    assert "no route" in none._repr_html_()
    assert "none, the network" in repr(none)


def test_from_a_node_to_itself():
    found = route("altynkol", "altynkol")
    assert (found.reason, found.line, len(found.legs)) == (None, None, 0)
    assert (found.total_km, found.hours, found.cost_usd_t, found.borders) == (0, 0, 0, 0)
    assert repr(found).endswith("0 km, 0 h (0 to 0), 0 USD/t (0 to 0), KAZ)")
    assert found.nodes["node_id"].tolist() == ["altynkol"]
    assert found.legs.columns.tolist() == route("altynkol", "poti_port").legs.columns.tolist()
    assert "0 km" in found._repr_html_()


def test_by_road_alone_to_the_destination():
    place = (41.7, 42.2)
    found = route(place, "poti_port")
    row = access(gpd.GeoDataFrame(geometry=[Point(*place)], crs=4326), to="poti_port").iloc[0]
    # The connector, then the road.
    assert found.legs["mode"].tolist() == ["road", "road"]
    assert found.legs["status"].tolist() == ["off the roads", "operating"]
    assert found.hours == pytest.approx(row["hours"])
    assert found.total_km == pytest.approx(row["total_km"])


def test_the_sums_are_those_of_the_search():
    network = Network.shipped()
    for start, to in (("altynkol", "poti_port"), ("dostyk", "mersin_port")):
        found = route(start, to, avoid=PAST)
        ways = find_paths(network, to, avoid=PAST)
        node = find_node(network, start, argument="start")
        assert found.total_km == pytest.approx(ways.route_km[node])
        assert found.hours == pytest.approx(ways.hours[node])
        assert found.cost_usd_t == pytest.approx(ways.cost_usd_t[node])
        assert found.borders == ways.borders[node]
        assert " ".join(found.countries) == ways.countries[node]


def test_legs_follow_each_other():
    found = route("altynkol", "poti_port", avoid=PAST)
    legs = found.legs
    assert (legs["to_node"].iloc[:-1].to_numpy() == legs["from_node"].iloc[1:].to_numpy()).all()
    for one, other in zip(legs.geometry.iloc[:-1], legs.geometry.iloc[1:], strict=True):
        assert GEOD.inv(*one.coords[-1], *other.coords[0])[2] < 50
    assert found.line.coords[0] == legs.geometry.iloc[0].coords[0]
    assert found.nodes["km"].is_monotonic_increasing
    legs["mode"] = "none"
    assert "none" not in found.legs["mode"].tolist()
    assert "<table" in found._repr_html_()
    assert found.__geo_interface__["type"] == "FeatureCollection"
    assert found.sources


def test_from_a_place_as_access_has_it():
    found = route((63.0, 50.0), "poti_port", avoid=PAST)
    row = access(deposits().iloc[:1], to="poti_port", avoid=PAST).iloc[0]
    assert found.total_km == pytest.approx(row["total_km"])
    assert found.hours == pytest.approx(row["hours"])
    assert found.cost_usd_t == pytest.approx(row["cost_usd_t"])
    assert found.borders == row["borders"]
    assert " ".join(found.countries) == row["countries"]
    assert found.legs["mode"].iloc[:3].tolist() == ["road", "road", "rail"]
    assert found.legs["status"].iloc[0] == "off the roads"
    assert found.legs["before"].iloc[:3].fillna("").tolist() == ["", "", "loading"]
    assert route((50.5, 42.0), "poti_port").reason == "lies in open water"
    with pytest.raises(GeometryError, match="is not a longitude and latitude"):
        route((63.0, 95.0), "poti_port")
    with pytest.raises(GeometryError, match="is not a place"):
        route((63.0,), "poti_port")


def test_closures():
    given = deposits()
    table = closures(given, to="poti_port", avoid=PAST)
    assert table.attrs["reached"] == 5
    assert (table["affected"] > 0).all()
    at_sea = table[table["mode"] == "sea"]
    on_border = at_sea["leg_id"].str.startswith("caspian-")
    ferries = at_sea[~on_border]
    # Each ferry crosses one border.
    assert ferries["affected"].sum() == at_sea.loc[on_border, "affected"].sum() == 4
    last = table.set_index("leg_id")
    # All five arrive by train, and the one from Azerbaijan without a ship.
    assert last.loc["poti-poti-port", "affected"] == 5
    assert last.loc["poti-poti-port", "name"] == "Poti - Poti port"
    # Every name is that of a crossing or of two ends, also where an end of the drawn line has none.
    assert last.loc["satbayev-saksaulskaya", "name"] == "Satbayev - Saksaulskaya (Sekseuil)"
    assert table["name"].str.contains(" - ").sum() >= len(table) - 1
    # Each row as access by itself has it.
    before = access(given, to="poti_port", avoid=PAST)
    for leg in ferries["leg_id"]:
        after = access(given, to="poti_port", avoid=[*PAST, leg])
        extra = after["hours"] - before["hours"]
        changed = extra.abs() > 1e-9
        lost = before["gate"].notna() & after["gate"].isna()
        assert last.loc[leg, "lost"] == lost.sum()
        assert last.loc[leg, "median_extra_hours"] == pytest.approx(extra[changed].median())
        listed = closed_access(given, to="poti_port", avoid=PAST, legs=leg)
        assert len(listed) == last.loc[leg, "affected"]
        assert np.allclose(listed["extra_hours"], extra[listed.index], equal_nan=True)
    both = closed_access(given, to="poti_port", avoid=PAST, legs=ferries["leg_id"].tolist())
    assert len(both) == 4
    unused = closures(given, to="poti_port", avoid=PAST, legs=["halkali-kapikule"])
    assert unused[["affected", "lost"]].values.tolist() == [[0, 0]]
    with pytest.raises(ChoiceError, match="legs='nowhere'"):
        closures(given, to="poti_port", legs=["nowhere"])
    assert len(closures(given.iloc[:0], to="poti_port")) == 0


@pytest.mark.exhaustive
def test_catchments_hold_what_access_reaches():
    limits = [24.0, 80.0]
    areas = catchment("poti_port", within_hours=limits, avoid=PAST)
    assert areas["within_hours"].tolist() == limits
    assert areas.geometry.is_valid.all()
    assert areas["area_km2"].is_monotonic_increasing
    for small, large in zip(areas.geometry[:-1], areas.geometry[1:], strict=True):
        assert small.difference(large).area < 1e-9
    random = np.random.default_rng(5)
    lonlat = random.uniform((38, 38), (52, 46), (400, 2))
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(*lonlat.T), crs=4326)
    table = access(points, to="poti_port", avoid=PAST, objective="hours")
    for limit, area in zip(limits, areas.geometry, strict=True):
        inside = points.within(area)
        # On the edge a cell is in time where its middle is.
        reached = (table["hours"] <= limit).to_numpy()
        assert (inside != reached).mean() < 0.02
    assert 40 < (table["hours"] <= 80).sum() < 360
    sea = open_water().contains(lonlat)
    assert not points[sea].within(areas.geometry.iloc[-1]).any()


def test_gates_of_a_catchment():
    gates = catchment("poti_port", within_hours=[24, 100], shape="gates", avoid=PAST)
    assert gates["hours"].is_monotonic_increasing
    assert gates["node_id"].iloc[0] == "poti_port"
    assert gates["within_hours"].unique().tolist() == [24.0, 100.0]
    assert not gates["country"].isin(PAST).any()
    with pytest.raises(MinmapError, match="within_hours"):
        catchment("poti_port", within_hours=0)
    with pytest.raises(ChoiceError, match="shape='nodes'"):
        catchment("poti_port", shape="nodes")


def test_a_route_on_a_map_has_its_name_and_its_sources() -> None:
    way = route("altynkol", "poti_port", avoid=["RUS", "IRN"])
    (layer,) = mm.Map().add(way).layers()
    assert layer.layer_name == f"{way.start} - {way.to}"
    assert [source["title"] for source in layer.sources] == [one["title"] for one in way.sources]
    assert layer.sources
