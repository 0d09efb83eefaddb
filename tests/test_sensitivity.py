"""Which assumption moves a route: a toy with answers known by eye, pictures, and real railways."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest

import minmap as mm
from minmap.errors import ChoiceError, MinmapError
from minmap.transport.network.border_crossings import given_crossings
from minmap.transport.network.network import Network
from minmap.transport.network.parameters import assumptions
from tests.test_search import Edge, network_of

# A number has no range, so that only those of the tests have one.
NUMBERS = dict(zip(assumptions()["key"], assumptions()["value"], strict=True)) | {
    "rail_kmh": 50, "road_kmh": 40, "rail_usd_tkm": 0.04, "road_usd_tkm": 0.1,
}  # fmt: skip
RAIL = {"rail_usd_tkm": (0.02, 0.04, 0.06)}
LEVELS = ("_low", "", "_high")


@pytest.fixture
def two_ways() -> Network:
    """Make a railway of 200 km through 1 and a road of 100 km from 0 to 2."""
    edges = [Edge(0, 1, 100), Edge(1, 2, 100), Edge(0, 2, 100, mode="road", gauge_mm=None)]
    return network_of(edges, 3, country=["KAZ", "KAZ", "KAZ"])


@pytest.fixture
def over_a_border() -> Network:
    """Make a railway of 200 km and a road of 100 km, both over the border in 1."""
    edges = [
        Edge(0, 1, 100), Edge(1, 2, 100, "AZE"),
        Edge(0, 2, 100, "KAZ AZE", mode="road", gauge_mm=None),
    ]  # fmt: skip
    return network_of(edges, 3, country=["KAZ", "AZE", "AZE"])


def crossings_of(**figures: dict[str, tuple[float, float, float]]) -> gpd.GeoDataFrame:
    """Return the crossings with hours and prices that differ for some ids."""
    table = given_crossings(None).copy()
    for crossing, own in figures.items():
        for name, values in own.items():
            columns = [f"{name}_{way}{level}" for way in ("ab", "ba") for level in LEVELS]
            row = table["crossing_id"] == crossing.replace("_", "-")
            table.loc[row, columns] = [*values, *values]
    return table


def rows_of(found: mm.Sensitivity, *columns: str) -> dict[str, list[object]]:
    table = found.table.set_index("assumption")
    return dict(zip(table.index, table[[*columns]].to_numpy().tolist(), strict=True))


def test_the_route_that_is_best_at_an_end_counts(two_ways: Network) -> None:
    found = mm.sensitivity("0", "2", network=two_ways, assumptions=NUMBERS | RAIL)
    # 200 km by rail for 4, 8 and 12 USD; at the high end the road for 10 is better.
    rows = rows_of(found, "low", "value", "high", "cost_usd_t_at_low", "cost_usd_t_at_high")
    assert rows == {"rail_usd_tkm": pytest.approx([0.02, 0.04, 0.06, 4, 10])}
    assert rows_of(found, "swing", "route_changes")["rail_usd_tkm"] == [pytest.approx(6), True]
    assert found.value == pytest.approx(8)
    assert found.value_range == pytest.approx((4, 12))
    assert found.table["source"].tolist() == ["given as an argument"]
    assert repr(found) == "Sensitivity(0 to 2: 8 USD per tonne (4 to 12), most by rail_usd_tkm)"


@pytest.mark.parametrize(("low", "listed"), [(0.06, True), (0.09, False)])
def test_what_the_route_does_not_use_is_listed_if_it_attracts_it(
    two_ways: Network, low: float, *, listed: bool
) -> None:
    own = NUMBERS | {"road_usd_tkm": (low, 0.1, 0.2)}
    found = mm.sensitivity("0", "2", network=two_ways, assumptions=own)
    expected = {"road_usd_tkm": [6.0, 8.0, 2.0, True]} if listed else {}
    columns = ("cost_usd_t_at_low", "cost_usd_t_at_high", "swing", "route_changes")
    assert rows_of(found, *columns) == {key: pytest.approx(row) for key, row in expected.items()}


def test_a_speed_moves_the_hours(two_ways: Network) -> None:
    own = NUMBERS | {"road_kmh": (20, 40, 80)} | RAIL
    options = {"network": two_ways, "assumptions": own}
    found = mm.sensitivity("0", "2", measure="hours", objective="hours", **options)
    # The road takes 5, 2.5 and 1.25 h, and the railway 4 h.
    rows = rows_of(found, "hours_at_low", "hours_at_high", "swing", "route_changes")
    assert rows == {"road_kmh": pytest.approx([4, 1.25, 2.75, True])}


def test_a_crossing_is_varied_in_hours_and_price(over_a_border: Network) -> None:
    table = crossings_of(
        any_rail={"hours": (8, 40, 80), "usd_t": (5, 11, 30)},
        any_road={"hours": (10, 10, 10), "usd_t": (20, 20, 20)},
    )
    before = table.copy()
    options = {"network": over_a_border, "assumptions": NUMBERS, "crossings": table}
    price = mm.sensitivity("0", "2", **options)
    # 8 USD and a border for 5, 11 and 30; by road 10 USD and a border for 20.
    columns = ("low", "value", "high", "cost_usd_t_at_low", "cost_usd_t_at_high", "route_changes")
    assert rows_of(price, *columns) == {
        "crossing:any-rail": pytest.approx([5, 11, 30, 13, 30, True])
    }
    hours = mm.sensitivity("0", "2", measure="hours", avoid="road", **options)
    columns = ("low", "value", "high", "hours_at_low", "hours_at_high", "route_changes")
    assert rows_of(hours, *columns) == {
        "crossing:any-rail": pytest.approx([8, 40, 80, 12, 84, False])
    }
    assert table.equals(before)


def test_a_crossing_of_another_route_is_varied_too(over_a_border: Network) -> None:
    table = crossings_of(
        any_rail={"hours": (8, 8, 8), "usd_t": (11, 11, 11)},
        any_road={"hours": (8, 8, 8), "usd_t": (4, 10, 40)},
    )
    options = {"network": over_a_border, "assumptions": NUMBERS | RAIL, "crossings": table}
    found = mm.sensitivity("0", "2", **options)
    # By rail 15, 19 and 23 USD; by road 10 USD and a border for 4, 10 and 40.
    columns = ("cost_usd_t_at_low", "cost_usd_t_at_high", "swing", "route_changes")
    assert rows_of(found, *columns) == {
        "rail_usd_tkm": pytest.approx([15, 20, 5, True]),
        "crossing:any-road": pytest.approx([14, 19, 5, True]),
    }


def test_without_a_range_nothing_moves(two_ways: Network, tmp_path: Path) -> None:
    found = mm.sensitivity("0", "2", network=two_ways, assumptions=NUMBERS)
    assert found.table.empty
    assert repr(found) == "Sensitivity(0 to 2: 8 USD per tonne (8 to 8))"
    found.save(tmp_path / "none.png")


def test_the_order_is_that_of_the_swings_and_words_are_read_once(two_ways: Network) -> None:
    own = NUMBERS | {"rail_usd_tkm": (0.03, 0.04, 0.05), "rail_kmh": (40, 50, 60)}
    avoid = iter(["road"])
    found = mm.sensitivity("0", iter(["2"]), network=two_ways, assumptions=own, avoid=avoid)
    assert rows_of(found, "swing") == {"rail_usd_tkm": pytest.approx([4]), "rail_kmh": [0.0]}
    copy = found.table
    copy["swing"] = 0
    assert found.table["swing"].max() > 0


def test_without_a_route_the_error_says_why(two_ways: Network) -> None:
    with pytest.raises(MinmapError, match=r"does not lead from 0 to 2 .* nothing can be varied"):
        mm.sensitivity("0", "2", network=two_ways, avoid=["road", "rail"])
    with pytest.raises(MinmapError, match="start='0': the start is the destination"):
        mm.sensitivity("0", "0", network=two_ways)
    with pytest.raises(ChoiceError, match="measure='cost' is not known; did you mean"):
        mm.sensitivity("0", "2", network=two_ways, measure="cost")


def test_the_picture_has_the_words_and_numbers_of_the_table(
    two_ways: Network, tmp_path: Path
) -> None:
    nodes = two_ways.nodes.assign(name=["<b>$x$ & y</b>", "one", "two"])
    network = Network(nodes, two_ways.edges)
    own = NUMBERS | RAIL | {"road_usd_tkm": (0.06, 0.1, 0.2), "rail_kmh": (40, 50, 60)}
    found = mm.sensitivity("0", "2", network=network, assumptions=own)
    found.save(tmp_path / "tornado.svg")
    drawn = (tmp_path / "tornado.svg").read_text(encoding="utf-8")
    said = [
        "&lt;b&gt;$x$ &amp; y&lt;/b&gt; to two", "8 USD per tonne; 4 to 12 with all",
        "0.04 USD per tonne and km (0.02 to 0.06)", "[1] given as an argument.",
        "* At one of the ends, another route is the best. 1 that do not move it have no bar.",
    ]  # fmt: skip
    assert [text for text in said if text not in drawn] == []
    bars = [patch for patch in found.figure().axes[0].patches if patch.get_width()]
    ends = sorted(sorted((bar.get_x(), bar.get_x() + bar.get_width())) for bar in bars)
    assert ends == [pytest.approx(end) for end in ([4, 8], [6, 8], [8, 10])]
    html = found._repr_html_()
    assert "&lt;b&gt;" in html
    assert "<b>$x$" not in html


@pytest.mark.parametrize("ending", [".png", ".svg", ".pdf"])
def test_the_same_picture_has_the_same_bytes(
    two_ways: Network, tmp_path: Path, ending: str
) -> None:
    found = mm.sensitivity("0", "2", network=two_ways, assumptions=NUMBERS | RAIL)
    paths = [tmp_path / f"{name}{ending}" for name in "ab"]
    for path in paths:
        found.save(path)
    assert paths[0].read_bytes() == paths[1].read_bytes()
    with pytest.raises(ChoiceError, match=r"give a name that ends in one of: \.pdf, \.png, \.svg"):
        found.save(tmp_path / "tornado.jpg")


@pytest.mark.parametrize("measure", ["cost_usd_t", "hours"])
def test_ranges_contain_the_middle_on_the_shipped_network(measure: str) -> None:
    objective = {"cost_usd_t": "usd_t", "hours": "hours"}[measure]
    found = mm.sensitivity("aktau_port", "poti_port", measure=measure, objective=objective)
    table, middle = found.table, found.value
    ends = table[[f"{measure}_at_low", f"{measure}_at_high"]]
    assert (ends.min(axis=1) <= middle + 1e-9).all()
    assert (ends.max(axis=1) >= middle - 1e-9).all()
    low, high = found.value_range
    assert low <= ends.to_numpy().min()
    assert ends.to_numpy().max() <= high
    assert (table["low"] <= table["value"]).all()
    assert (table["value"] <= table["high"]).all()
    assert table["assumption"].is_unique
    used = found.route.costs["assumptions"].str.removeprefix("crossings: ").str.split(", ")
    known = table["assumption"].str.removeprefix("crossing:")
    assert set(used.explode()) <= set(known)
