"""`Network` as a value, and made of corridors."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely import LineString, Point

import minmap as mm
from minmap.errors import ChoiceError, CRSError, GeometryError, MinmapError
from minmap.transport.network import Network
from minmap.transport.network.edge_table import EDGE_COLUMNS, NODE_COLUMNS
from minmap.transport.trade_corridors import Corridor


def frame(columns: dict[str, Any], shapes: list[Any]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=4326)


@pytest.fixture
def nodes() -> gpd.GeoDataFrame:
    return frame(
        {
            "node_id": ["a", "b", "c"],
            "name": ["A", None, "<b>C</b>"],
            "kind": ["station", "track", "port"],
            "country": ["KAZ", "KAZ", None],
        },
        [Point(50, 45), Point(51, 45), Point(51, 44)],
    )


@pytest.fixture
def edges() -> gpd.GeoDataFrame:
    return frame(
        {
            "edge_id": ["ab", "bc"],
            "from_node": ["a", "b"],
            "to_node": ["b", "c"],
            "mode": ["rail", "road"],
            "gauge_mm": [1520, None],
            "status": ["operating", "planned"],
            "length_km": [80, 112.5],
            "countries": ["KAZ", None],
        },
        [LineString([(50, 45), (51, 45)]), LineString([(51, 45), (51, 44)])],
    )


@pytest.fixture
def middle() -> Corridor:
    return mm.corridor("middle")


class TestValue:
    def test_columns_dtypes_and_defaults(self, nodes, edges) -> None:
        network = Network(nodes, edges)
        for given, columns in ((network.nodes, NODE_COLUMNS), (network.edges, EDGE_COLUMNS)):
            assert [*given.columns] == [*columns, "geometry"]
            assert all(given[name].dtype == dtype for name, dtype in columns.items())
            assert given.crs.to_epsg() == 4326
        assert network.nodes["gate"].tolist() == [True, False, True]
        assert network.edges["bridged"].tolist() == [False, False]
        assert network.edges["gauge_mm"].tolist() == [1520, pd.NA]
        assert network.ends.tolist() == [[0, 1], [1, 2]]
        assert len(network) == 2
        assert network.joins.empty
        assert repr(network) == "Network(3 nodes, 2 edges, rail 80 km, road 112 km)"

    def test_gates_as_given_and_further_columns_kept(self, nodes, edges) -> None:
        network = Network(
            nodes.assign(gate=[False, True, None], note="x"), edges.assign(name="line")
        )
        assert network.nodes["gate"].tolist() == [False, True, False]
        assert network.nodes["note"].tolist() == ["x"] * 3
        assert network.edges["name"].tolist() == ["line"] * 2

    def test_any_crs_any_index_and_the_input_is_left_alone(self, nodes, edges) -> None:
        given = [
            it.to_crs(3857).set_index(pd.Index(list("zyx")[: len(it)])) for it in (nodes, edges)
        ]
        before = [it.copy() for it in given]
        network = Network(*given)
        for it, was in zip(given, before, strict=True):
            pd.testing.assert_frame_equal(pd.DataFrame(it), pd.DataFrame(was))
        assert network.nodes.index.tolist() == [0, 1, 2]
        assert network.nodes.geometry.geom_equals_exact(nodes.geometry, 1e-9).all()

    def test_nothing_can_be_changed(self, nodes, edges) -> None:
        network = Network(nodes, edges, sources=[{"citation": "A"}])
        nodes, edges = network.nodes, network.edges
        nodes["name"], edges["length_km"] = "changed", 0.0
        network.sources[0]["citation"] = "changed"
        assert network.nodes["name"].iloc[0] == "A"
        assert network.edges["length_km"].sum() == 192.5
        assert network.sources == ({"citation": "A"},)
        with pytest.raises(FrozenInstanceError):
            network._nodes = None
        with pytest.raises(ValueError, match="read-only"):
            network.ends[0] = 9

    def test_empty(self, nodes, edges) -> None:
        network = Network(nodes[:0], edges[:0])
        assert len(network) == 0
        assert len(Network(nodes, edges[:0]).nodes) == 3
        assert network.lengths().empty
        assert network.doctor().counts()["components"] == 0
        assert len(network.bridged(within_km=5)) == 0
        assert "0 components" in network._repr_html_()

    def test_lengths_and_html(self, nodes, edges) -> None:
        network = Network(nodes, edges, sources=[{"citation": "<i>me</i>"}])
        table = network.lengths()
        assert table["length_km"].tolist() == [112.5, 80.0]
        assert table["mode"].tolist() == ["road", "rail"]
        html = network._repr_html_()
        assert "<i>" not in html
        assert "&lt;i&gt;me" in html
        assert "1 components, 2 gates, no joins" in html

    def test_geo_interface(self, nodes, edges) -> None:
        features = Network(nodes, edges).__geo_interface__["features"]
        assert [f["geometry"]["type"] for f in features] == ["LineString"] * 2 + ["Point"] * 3
        assert features[1]["properties"]["gauge_mm"] is None


class TestRefused:
    @pytest.mark.parametrize(
        ("column", "value", "error", "message"),
        [
            ("mode", "rails", ChoiceError, "mode of edge 'ab'='rails'.*did you mean 'rail'"),
            ("status", None, ChoiceError, "status of edge 'ab'"),
            ("from_node", "q", ChoiceError, "from_node of edge 'ab'='q' is not a node_id"),
            ("length_km", -1.0, MinmapError, "length_km of edge 'ab' is -1.0"),
            ("length_km", np.nan, MinmapError, "length_km of edge 'ab' is nan"),
            ("edge_id", "bc", MinmapError, "edge_id='bc' occurs twice"),
            ("edge_id", None, MinmapError, "edge_id is missing in row 0"),
            ("geometry", Point(0, 0), GeometryError, "'ab' is Point; give one LineString"),
            ("geometry", None, GeometryError, "'ab' is missing"),
            ("geometry", LineString(), GeometryError, "'ab' is empty"),
            (
                "geometry",
                LineString([(50, 45), (51, 95)]),
                GeometryError,
                "not a longitude and lat",
            ),
            ("geometry", LineString([(51, 45), (50, 45)]), GeometryError, "'ab' is drawn from its"),
        ],
    )
    def test_edges(self, nodes, edges, column, value, error, message) -> None:
        edges[column] = [value, *edges[column].iloc[1:]]
        with pytest.raises(error, match=message):
            Network(nodes, edges)

    def test_nodes(self, nodes, edges) -> None:
        with pytest.raises(ChoiceError, match="kind of node 'a'='stop'"):
            Network(nodes.assign(kind="stop"), edges)
        with pytest.raises(MinmapError, match="nodes lacks the columns kind"):
            Network(nodes.drop(columns="kind"), edges)
        with pytest.raises(CRSError, match="nodes has no CRS"):
            Network(nodes.set_crs(None, allow_override=True), edges)
        with pytest.raises(GeometryError, match="nodes is a DataFrame without geometry"):
            Network(pd.DataFrame(nodes.drop(columns="geometry")), edges)

    def test_a_number_that_is_none(self, nodes, edges) -> None:
        with pytest.raises(MinmapError, match="gauge_mm of edge 'ab'='wide' is not a whole number"):
            Network(nodes, edges.assign(gauge_mm="wide"))


class TestFromCorridors:
    def test_legs_are_edges_and_every_node_is_a_gate(self, middle) -> None:
        network = Network.from_corridors(middle)
        legs, edges = middle.legs, network.edges
        for column in ("leg_id", "from_node", "to_node", "mode", "gauge_mm", "status", "countries"):
            pd.testing.assert_series_equal(edges[column], legs[column])
        assert edges["edge_id"].tolist() == legs["leg_id"].tolist()
        assert edges["source"].tolist() == legs["geometry_source"].tolist()
        assert edges["length_km"].sum() == pytest.approx(middle.length_km())
        assert network.nodes["node_id"].tolist() == middle.nodes["node_id"].tolist()
        assert network.nodes["gate"].all()
        assert network.sources == middle.sources

    def test_what_two_share_is_one(self, middle) -> None:
        legs = middle.legs[:5]
        ends = {*legs["from_node"], *legs["to_node"]}
        nodes = middle.nodes[middle.nodes["node_id"].isin(ends)]
        part = Corridor("part", title="Part", legs=legs, nodes=nodes, sources=middle.sources)
        both = Network.from_corridors([part, middle])
        assert len(both) == len(middle)
        assert len(both.nodes) == len(middle.nodes)
        assert both.sources == middle.sources

    @pytest.mark.parametrize(
        ("table", "column", "value"), [("legs", "length_km", 1.0), ("nodes", "name", "Elsewhere")]
    )
    def test_one_id_with_two_contents_names_both(self, middle, table, column, value) -> None:
        tables = {"legs": middle.legs, "nodes": middle.nodes}
        tables[table].loc[3, column] = value
        other = Corridor("other", title="Other", **tables)
        with pytest.raises(MinmapError, match=rf"'middle' and 'other' in {column}: .*{value}"):
            Network.from_corridors([middle, other])

    def test_another_way_of_the_line(self, middle) -> None:
        legs = middle.legs
        first, last = legs.geometry[0].coords[0], legs.geometry[0].coords[-1]
        legs.loc[[0], "geometry"] = gpd.GeoSeries([LineString([first, last])], index=[0], crs=4326)
        other = Corridor("other", title="Other", legs=legs, nodes=middle.nodes)
        with pytest.raises(MinmapError, match="'middle' and 'other' in geometry"):
            Network.from_corridors([middle, other])

    def test_none(self) -> None:
        network = Network.from_corridors([])
        assert len(network) == 0
        assert [*network.edges.columns] == [*EDGE_COLUMNS, "geometry"]


def test_edges_are_drawn_to_their_nodes(middle) -> None:
    network = Network.from_corridors(middle)
    at = shapely.get_coordinates(network.nodes.geometry.to_numpy())[network.ends]
    lines = network.edges.geometry.to_numpy()
    assert (shapely.get_coordinates(shapely.get_point(lines, 0)) == at[:, 0]).all()
    assert (shapely.get_coordinates(shapely.get_point(lines, -1)) == at[:, 1]).all()
