"""`Corridor` as a value: its tables, lengths, variants, and what it refuses."""

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, Point

from minmap.errors import ChoiceError, CRSError, GeometryError, MinmapError
from minmap.places import country_of
from minmap.transport.trade_corridors import Corridor
from minmap.transport.trade_corridors.catalogue import corridor
from minmap.transport.trade_corridors.leg_table import LEG_COLUMNS, MODES, NODE_COLUMNS


@pytest.fixture(scope="module")
def middle() -> Corridor:
    return corridor("middle")


def toy_nodes(**columns) -> gpd.GeoDataFrame:
    given = {
        "node_id": ["a", "b", "c"],
        "name": ["A", "B", "C"],
        "kind": ["port", "port", "station"],
        "country": ["KAZ", "AZE", "GEO"],
    }
    points = [Point(51, 43), Point(50, 40), Point(45, 41)]
    return gpd.GeoDataFrame(given | columns, geometry=points, crs=4326)


def toy_legs(**columns) -> gpd.GeoDataFrame:
    given = {
        "leg_id": ["a-b", "b-c"],
        "from_node": ["a", "b"],
        "to_node": ["b", "c"],
        "mode": ["sea", "rail"],
        "status": ["operating", "planned"],
        "length_km": [400.0, 500.0],
        "drawn_km": [343.6, 438.3],
        "countries": ["KAZ AZE", "AZE GEO"],
    }
    lines = [LineString([(51, 43), (50, 40)]), LineString([(50, 40), (45, 41)])]
    return gpd.GeoDataFrame(given | columns, geometry=lines, crs=4326)


def toy(**changes) -> Corridor:
    given = {"title": "Toy", "legs": toy_legs(), "nodes": toy_nodes()}
    return Corridor("toy", **(given | changes))


def test_toy_by_eye():
    it = toy()
    assert (it.length_km(), it.length_km("rail"), it.length_km("road")) == (900, 500, 0)
    assert it.countries == ("KAZ", "AZE", "GEO")
    assert (len(it), repr(it)) == (
        2,
        "Corridor('toy', 'Toy': 2 legs, 3 nodes, rail 500 km, sea 400 km; KAZ AZE GEO)",
    )
    with pytest.raises(ChoiceError, match="mode='air'"):
        it.length_km("air")


def test_all_columns_are_there_with_their_dtypes_and_further_ones_are_kept():
    it = toy(legs=toy_legs(toll=[1, 2]))
    assert list(it.legs.columns) == [*LEG_COLUMNS, "toll", "geometry"]
    assert it.legs["toll"].tolist() == [1, 2]
    assert list(it.nodes.columns) == [*NODE_COLUMNS, "geometry"]
    assert it.legs["gauge_mm"].isna().all()
    assert it.legs.dtypes.astype(str)[["gauge_mm", "length_km"]].tolist() == ["Int64", "float64"]


def test_no_legs_at_all():
    it = toy(legs=toy_legs().iloc[:0])
    assert (len(it), it.length_km(), it.countries) == (0, 0, ())
    assert list(it.legs.columns) == [*LEG_COLUMNS, "geometry"]


def test_any_crs_and_geometry_column_name():
    legs = toy_legs().to_crs(3857).rename_geometry("line")
    assert toy(legs=legs).legs.geom_equals_exact(toy().legs, 1e-9).all()
    assert toy(legs=legs).legs.crs == 4326


def test_nothing_changes_a_corridor():
    legs, nodes, source = toy_legs(), toy_nodes(), {"title": "a page"}
    it = toy(legs=legs, nodes=nodes, sources=[source])
    for frame in (legs, nodes, it.legs, it.nodes):
        frame["name"] = "changed"
        frame["length_km"] = 0.0
        frame.geometry = [Point(0, 0)] * len(frame)
    source["title"] = it.sources[0]["title"] = "changed"
    assert it.length_km() == 900
    assert it.nodes["name"].tolist() == ["A", "B", "C"]
    assert it.legs.geometry[0].coords[0] == (51, 43)
    assert it.sources[0]["title"] == "a page"
    with pytest.raises(FrozenInstanceError):
        it.title = "changed"
    with pytest.raises(AttributeError):
        it.legs = legs


def test_geo_interface_is_geojson(middle):
    collection = json.loads(json.dumps(middle.__geo_interface__, allow_nan=False))
    assert len(collection["features"]) == len(middle) + len(middle.nodes)
    first = collection["features"][0]
    assert first["properties"]["gauge_mm"] == 1520
    assert first["properties"]["status_year"] is None
    assert shapely.geometry.shape(first["geometry"]).equals(middle.legs.geometry[0])


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"legs": toy_legs(mode=["sea", "train"])}, ChoiceError, "mode of leg 'b-c'='train'"),
        ({"legs": toy_legs(status=["open", "planned"])}, ChoiceError, "status of leg 'a-b'='open'"),
        (
            {"legs": toy_legs(to_node=["b", "d"])},
            ChoiceError,
            "to_node of leg 'b-c'='d' is not a node_id of nodes",
        ),
        ({"legs": toy_legs(geometry_kind=["water", "air"])}, ChoiceError, "geometry_kind"),
        ({"nodes": toy_nodes(kind=["port", "port", "harbour"])}, ChoiceError, "kind of node 'c'"),
        ({"legs": toy_legs(leg_id=["x", "x"])}, MinmapError, "leg_id='x' occurs twice"),
        ({"legs": toy_legs().drop(columns="drawn_km")}, MinmapError, "legs lacks .*drawn_km"),
        (
            {"legs": toy_legs(length_km=["far", 1.0])},
            MinmapError,
            "length_km of leg 'a-b'='far' is not a number",
        ),
        ({"legs": toy_legs().set_crs(None, allow_override=True)}, CRSError, "legs has no CRS"),
        ({"nodes": toy_nodes().set_crs(None, allow_override=True)}, CRSError, "nodes has no CRS"),
        (
            {"legs": toy_legs().set_geometry([None, None], crs=4326)},
            GeometryError,
            "'a-b' is missing",
        ),
        (
            {"legs": toy_legs().set_geometry(toy_nodes().geometry[:2])},
            GeometryError,
            "'a-b' is Point",
        ),
        (
            {"nodes": toy_nodes().set_geometry([Point()] * 3, crs=4326)},
            GeometryError,
            "'a' is empty",
        ),
        ({"legs": toy_legs(length_km=[-1.0, 1.0])}, MinmapError, "length_km of leg 'a-b'=-1.0"),
        ({"legs": toy_legs(length_km=[1.0, None])}, MinmapError, "length_km of leg 'b-c'=nan"),
        ({"legs": toy_legs(published_km=[1.0, np.inf])}, MinmapError, "published_km of leg 'b-c'"),
        ({"legs": toy_legs(gauge_mm=[1520.5, None])}, MinmapError, "gauge_mm of leg 'a-b'=1520.5"),
        ({"legs": toy_legs(note=[["a"], None])}, MinmapError, "note of leg 'a-b'=.* is not text"),
        ({"legs": toy_legs(leg_id=["a-b", None])}, MinmapError, "leg_id is missing in row 1"),
        (
            {"legs": toy_legs().set_geometry(toy_legs().geometry.reverse())},
            GeometryError,
            "'a-b' is drawn from its to_node",
        ),
        (
            {"nodes": toy_nodes().set_geometry([Point(51, 93)] * 3, crs=4326)},
            GeometryError,
            r"'a' has a vertex at \(51.0, 93.0\)",
        ),
        ({"variants": {"v": {"legs": ["b-a"]}}}, ChoiceError, "leg of variant 'v'='b-a'"),
        ({"variants": {"v": {"legs": []}}}, MinmapError, "variant 'v' is .*give"),
        ({"variants": {"v": "a-b"}}, MinmapError, "variant 'v' is 'a-b'; give"),
    ],
)
def test_wrong_input_is_named_in_one_line(changes, error, message):
    with pytest.raises(error, match=message) as raised:
        toy(**changes)
    assert "\n" not in str(raised.value)


@settings(max_examples=25)
@given(st.lists(st.tuples(st.sampled_from(MODES), st.floats(0, 1e4)), max_size=8))
def test_modes_add_up_to_the_whole(rows):
    legs = toy_legs().iloc[[0] * len(rows)].reset_index(drop=True)
    legs["leg_id"] = [str(i) for i in range(len(rows))]
    legs["mode"] = [mode for mode, _ in rows]
    legs["length_km"] = [km for _, km in rows]
    it = toy(legs=legs)
    assert sum(it.length_km(mode) for mode in MODES) == pytest.approx(it.length_km())


# --- equality ------------------------------------------------------------------------------------


def test_equal_when_all_is_equal_and_hash_goes_with_it():
    assert toy() == toy()
    assert hash(toy()) == hash(toy())
    assert toy() != "toy"
    assert len({toy(), toy(), toy(title="Another")}) == 2


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "Other"},
        {"description": "Other"},
        {"sources": [{"title": "a page"}]},
        {"variants": {"v": {"legs": ["a-b"]}}},
        {"legs": toy_legs(length_km=[400.0, 500.5])},
        {"legs": toy_legs(note=["seen", None])},
        {"nodes": toy_nodes(name=["A", "B", "D"])},
    ],
)
def test_any_difference_makes_it_another(changes):
    assert toy(**changes) != toy()


def test_order_of_the_index_does_not_matter_to_a_value():
    legs = toy_legs().set_index(pd.Index(["x", "y"]))
    assert toy(legs=legs) == toy()
    assert toy(legs=legs).legs.index.tolist() == [0, 1]


def test_a_third_dimension_is_dropped():
    legs = toy_legs()
    assert toy(legs=legs.set_geometry(shapely.force_3d(legs.geometry, 7.0))) == toy()


def test_further_columns_get_a_dtype_that_a_file_keeps():
    further = {
        "lanes": pd.array([2, None], dtype="Int8"),
        "slope": np.array([1, 2.5], dtype="float32"),
        "tracks": [1, 2],
        "electric": [True, None],
        "owner": pd.Categorical(["KTZ", None]),
        "opened": pd.to_datetime(["2014-12-03", None]),
        "tags": [["a", "b"], {"c": 1}],
        "nothing": [None, np.nan],
    }
    legs = toy(legs=toy_legs(**further)).legs
    found = legs[[*further]].dtypes.astype(str).to_dict()
    assert found == {
        "lanes": "Int64", "slope": "float64", "tracks": "Int64", "electric": "boolean",
        "owner": "str", "opened": "str", "tags": "str", "nothing": "str",
    }  # fmt: skip
    assert legs["tags"].tolist() == ['["a", "b"]', '{"c": 1}']
    assert legs["opened"][0] == "2014-12-03 00:00:00"
    assert legs["nothing"].isna().all()


# --- variants ------------------------------------------------------------------------------------

# A star about x: a-x, x-b, c-x; c-x is drawn towards x, so a way to c goes against it.
STAR = {"a": (0, 0), "x": (1, 0), "b": (2, 0), "c": (1, 1)}
STAR_LEGS = [("a", "x", "KAZ"), ("x", "b", "KAZ UZB"), ("c", "x", "KGZ UZB KAZ")]


def star(**changes) -> Corridor:
    nodes = gpd.GeoDataFrame(
        {"node_id": [*STAR], "name": [*STAR], "kind": "junction", "country": "KAZ"},
        geometry=[Point(place) for place in STAR.values()],
        crs=4326,
    )
    legs = gpd.GeoDataFrame(
        {
            "leg_id": [f"{a}-{b}" for a, b, _ in STAR_LEGS],
            "from_node": [a for a, _, _ in STAR_LEGS],
            "to_node": [b for _, b, _ in STAR_LEGS],
            "mode": "rail",
            "status": "operating",
            "length_km": [100.0, 200.0, 400.0],
            "drawn_km": 100.0,
            "countries": [countries for _, _, countries in STAR_LEGS],
        },
        geometry=[LineString([STAR[a], STAR[b]]) for a, b, _ in STAR_LEGS],
        crs=4326,
    )
    variants = {
        "through": {"title": "Straight through", "legs": ["a-x", "x-b"]},
        "up": {"legs": ["a-x", "c-x"]},
        "back": {"title": "Home", "legs": ["x-b", "a-x"]},
    }
    given = {"title": "Star", "legs": legs, "nodes": nodes, "variants": variants}
    return Corridor("star", **(given | changes))


def test_variants_in_the_order_of_travel():
    table = star().variants.set_index("variant")
    assert table["title"].to_dict() == {
        "through": "Straight through",
        "up": "up",
        "back": "Home",
    }
    ends = table[["from_node", "to_node", "legs", "length_km"]].apply(tuple, axis=1).to_dict()
    assert ends == {
        "through": ("a", "b", 2, 300.0),
        "up": ("a", "c", 2, 500.0),
        "back": ("b", "a", 2, 300.0),
    }
    assert table["countries"].to_dict() == {
        "through": "KAZ UZB",
        "up": "KAZ UZB KGZ",
        "back": "UZB KAZ",
    }


def test_a_variant_is_a_corridor_of_its_legs_as_they_are():
    it = star()
    up = it.variant("up")
    assert (up.id, up.title, len(up)) == ("star-up", "Star: up", 2)
    assert up.nodes["node_id"].tolist() == ["a", "x", "c"]
    assert up.legs["leg_id"].tolist() == ["a-x", "c-x"]
    whole = it.legs.set_index("leg_id")
    assert up.legs.set_index("leg_id").equals(whole.loc[["a-x", "c-x"]])
    assert len(up.variants) == 0
    with pytest.raises(ChoiceError, match=r"variant='u'.*Choose one of: back, through, up\."):
        it.variant("u")


def test_a_leg_passed_twice_is_there_once_in_the_variant():
    it = star(variants={"turn": {"legs": ["a-x", "c-x", "c-x", "x-b"]}})
    assert it.variants[["length_km", "legs"]].iloc[0].tolist() == [1100.0, 4]
    turn = it.variant("turn")
    assert turn.legs["leg_id"].tolist() == ["a-x", "c-x", "x-b"]
    assert turn.nodes["node_id"].tolist() == ["a", "x", "c", "b"]


def test_a_published_total_stands_beside_the_measured_one():
    told = {"published_km": 310, "published_source": "Li, 2020", "published_note": "by the ring"}
    it = star(variants={"through": {"legs": ["a-x", "x-b"], **told}, "up": {"legs": ["a-x"]}})
    table = it.variants.set_index("variant")
    assert table.loc["through", ["length_km", *told]].tolist() == [300.0, *told.values()]
    assert table.loc["up", [*told]].isna().all()
    assert repr(it).endswith("; KAZ UZB KGZ; through 300 km, published 310 km)")
    assert "Li, 2020" in it._repr_html_()
    assert "published" not in star()._repr_html_()
    assert it != star(variants={"through": {"legs": ["a-x", "x-b"]}, "up": {"legs": ["a-x"]}})


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ({"published_km": 310}, "published_source of variant 'v'=None"),
        (
            {"published_source": "Li, 2020"},
            "published_km of variant 'v'=None is not a number of km",
        ),
        ({"published_km": 0, "published_source": "Li"}, "published_km of variant 'v'=0"),
        ({"published_km": 9, "published_source": 5}, "published_source of variant 'v'=5"),
    ],
)
def test_a_published_total_needs_a_number_and_a_source(told, message):
    with pytest.raises(MinmapError, match=message):
        star(variants={"v": {"legs": ["a-x"], **told}})


def test_legs_that_do_not_join_are_named():
    legs = star().legs
    legs.loc[legs["leg_id"] == "x-b", ["from_node", "to_node"]] = ["b", "b"]
    with pytest.raises(MinmapError, match="'v': leg 'x-b' does not begin where 'a-x' ends"):
        star(legs=legs, variants={"v": {"legs": ["a-x", "x-b"]}})


def test_variants_handed_out_are_copies():
    it = star()
    mine = it.variants
    mine["title"] = "changed"
    assert it.variants["title"][0] == "Straight through"


def test_no_variants_has_all_columns():
    assert list(toy().variants.columns) == list(star().variants.columns)


# --- length by -----------------------------------------------------------------------------------


def border_leg(countries: str, *, mode: str = "rail", length_km: float = 222.0) -> Corridor:
    """Make a leg from Kazakhstan due south into Kyrgyzstan, which begins at about 42.93 N."""
    ends = [(75.0, 44.0), (75.0, 42.0)]
    nodes = gpd.GeoDataFrame(
        {"node_id": ["n", "s"], "name": ["N", "S"], "kind": "station", "country": ["KAZ", "KGZ"]},
        geometry=[Point(end) for end in ends],
        crs=4326,
    )
    legs = gpd.GeoDataFrame(
        {"leg_id": ["n-s"], "from_node": ["n"], "to_node": ["s"], "mode": [mode],
         "status": ["operating"], "length_km": [length_km], "drawn_km": [222.2],
         "countries": [countries]},
        geometry=[LineString(ends)],
        crs=4326,
    )  # fmt: skip
    return Corridor("border", title="Border", legs=legs, nodes=nodes)


def km_by_country(it: Corridor) -> dict[str, float]:
    table = it.length_by("country")
    return dict(zip(table["country"], table["length_km"], strict=True))


def test_a_leg_is_split_where_its_line_crosses_the_border():
    km = km_by_country(border_leg("KAZ KGZ"))
    assert [*km] == ["KAZ", "KGZ"]
    assert sum(km.values()) == pytest.approx(222.0)
    crossing = border_latitude()
    assert km["KAZ"] == pytest.approx((44 - crossing) / 2 * 222.0, abs=2.0)


def border_latitude() -> float:
    """Find where 75 E leaves Kazakhstan, by halving."""
    north, south = 44.0, 42.0
    while north - south > 0.001:
        middle = (north + south) / 2
        inside = country_of(gpd.GeoSeries.from_xy([75.0], [middle], crs=4326)).item() == "KAZ"
        north, south = (middle, south) if inside else (north, middle)
    return north


def test_lengths_are_scaled_to_the_track():
    drawn, track = km_by_country(border_leg("KAZ KGZ")), border_leg("KAZ KGZ", length_km=444.0)
    assert km_by_country(track) == pytest.approx({code: 2 * km for code, km in drawn.items()})


def test_a_leg_of_one_country_is_its_own_whatever_the_map_says():
    assert km_by_country(border_leg("KGZ")) == {"KGZ": 222.0}


def test_only_countries_of_the_leg_get_a_share():
    assert km_by_country(border_leg("KAZ UZB")) == {"KAZ": pytest.approx(222.0)}
    assert km_by_country(border_leg("UZB TKM")) == {"UZB": pytest.approx(222.0)}


def test_a_leg_at_sea_has_no_country():
    table = border_leg("KAZ KGZ", mode="sea").length_by()
    assert table["mode"].tolist() == ["sea"]
    assert table["country"].isna().all()
    assert table["length_km"].tolist() == [222.0]


def test_length_by_any_column():
    assert toy().length_by("mode", "status").to_numpy().tolist() == [
        ["sea", "operating", 400.0],
        ["rail", "planned", 500.0],
    ]
    assert toy().length_by("gauge_mm")["length_km"].tolist() == [900.0]
    assert toy().length_by("length_km").to_numpy().tolist() == [[400.0, 400.0], [500.0, 500.0]]
    with pytest.raises(ChoiceError, match=r"column='gauge'.*did you mean 'gauge_mm'"):
        toy().length_by("gauge")


def test_length_by_of_no_legs_has_its_columns():
    empty = toy(legs=toy_legs().iloc[:0]).length_by()
    assert (len(empty), list(empty.columns)) == (0, ["mode", "country", "length_km"])


def test_lengths_of_the_middle_corridor_by_country_add_up(middle):
    table = middle.length_by()
    assert table["length_km"].sum() == pytest.approx(middle.length_km())
    by_mode = table.groupby("mode")["length_km"].sum()
    assert by_mode["rail"] == pytest.approx(middle.length_km("rail"))
    ashore = " ".join(middle.legs.loc[middle.legs["mode"] != "sea", "countries"])
    assert set(table["country"].dropna()) == set(ashore.split())
    assert table.loc[table["mode"] == "sea", "country"].isna().all()
