"""What the page gets of the assumptions and border crossings of routes."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
from shapely import Point

import minmap as mm
from minmap.webmap.route_basis import PARTS, RouteBasis


def reached(**columns: object) -> gpd.GeoDataFrame:
    """Return a table of access of one route by lorry and train, with other columns on demand."""
    usual = {"connector_km": 5.0, "road_km": 40.0, "rail_km": 300.0, "sea_km": 0.0,
             "gauge_breaks": 0, "crossings": "any-rail"}  # fmt: skip
    table = gpd.GeoDataFrame([{**usual, **columns}], geometry=[Point(67, 45)], crs=4326)
    table.attrs = {"access": {"objective": "usd_t"}, "assumptions": shipped()}
    return table


def shipped(**replaced: tuple[float, float, float]) -> dict[str, list[float]]:
    """Return the shipped ranges by key, some of them replaced."""
    rows = mm.assumptions()[["key", "low", "value", "high"]].itertuples(index=False)
    usual = {key: [low, value, high] for key, low, value, high in rows}
    return usual | {key: list(row) for key, row in replaced.items()}


def keys(basis: RouteBasis | None) -> set[str]:
    assert basis is not None
    return {row["key"] for row in basis.assumptions}


def test_every_assumption_belongs_to_a_part_of_a_route() -> None:
    known = set(mm.assumptions()["key"])
    assert {key for own in PARTS.values() for key in own} == known


def test_only_assumptions_that_a_route_uses_are_on_the_page() -> None:
    by_train = keys(RouteBasis.of(reached()))
    assert {"rail_kmh", "road_kmh", "loading_hours", "off_road_kmh"} <= by_train
    assert by_train.isdisjoint(
        {"sea_kmh", "gauge_break_hours", "transshipment_hours", "value_of_time_usd_th"}
    )
    by_lorry = keys(RouteBasis.of(reached(rail_km=0.0)))
    assert by_lorry.isdisjoint({"rail_kmh", "loading_hours"})
    assert "transshipment_usd_t" in keys(RouteBasis.of(reached(sea_km=9.0)))
    assert "gauge_break_usd_t" in keys(RouteBasis.of(reached(gauge_breaks=1)))


def test_numbers_of_the_user_have_no_source_of_ours() -> None:
    table = reached()
    table.attrs["assumptions"] = shipped(rail_kmh=(1, 2, 3), value_of_time_usd_th=(0, 1, 1))
    basis = RouteBasis.of(table)
    assert basis is not None
    rows = {row["key"]: row for row in basis.assumptions}
    assert (rows["rail_kmh"]["range"], rows["rail_kmh"]["source"]) == ((1, 2, 3), None)
    assert rows["road_kmh"]["source"]
    assert "value_of_time_usd_th" in rows


def test_cases_share_what_is_the_same_in_all() -> None:
    cases = {
        name: {"access": {"objective": name}, "assumptions": shipped(rail_kmh=(own, own, own))}
        for name, own in (("usd_t", 30.0), ("hours", 40.0))
    }
    table = reached()
    table.attrs = {"cases": cases}
    basis = RouteBasis.of(table)
    assert basis is not None
    of_rail = [(row.get("case"), row["range"][1]) for row in basis.assumptions
               if row["key"] == "rail_kmh"]  # fmt: skip
    assert of_rail == [("usd_t", 30.0), ("hours", 40.0)]
    assert [row["key"] for row in basis.assumptions].count("road_kmh") == 1
    assert basis.objective is None


def test_crossings_have_their_figures_and_their_names_in_the_script_of_the_page() -> None:
    table = reached(crossings="any-rail aktobe mine")
    own = {
        f"{measure}_{way}{end}": [1.0, float(at)]
        for measure in ("hours", "usd_t")
        for way in ("ab", "ba")
        for at, end in enumerate(("_low", "", "_high"))
    }
    given = {"crossing_id": ["aktobe", "unused"], "name": ["Хромтау", "x"], "mode": "rail",
             "country_a": "KAZ", "country_b": "RUS", "year": [2023, None], "source": "CPMM",
             **own}  # fmt: skip
    table.attrs["crossings"] = pd.DataFrame(given).to_dict("records")
    basis = RouteBasis.of(table)
    assert basis is not None
    (row,) = basis.localized("en")["crossings"]
    assert (row["name"], row["countries"], row["year"]) == ("Khromtau", ["KAZ", "RUS"], "2023")
    assert row["hours"] == [(1.0, 1.0, 1.0)] * 2
    assert basis.localized("ru")["crossings"][0]["name"] == "Хромтау"
    shipped_row = RouteBasis.of(reached())
    assert shipped_row is not None
    assert [one["id"] for one in shipped_row.crossings] == ["any-rail"]


@pytest.mark.parametrize("title", ["OpenStreetMap roads, August 2021", "Roads of mine"])
def test_the_date_of_the_roads_is_said_where_it_is_known(title: str) -> None:
    table = reached()
    table.attrs["sources"] = [{"title": title, "licence": "ODbL 1.0"}]
    basis = RouteBasis.of(table)
    assert basis is not None
    is_dated = title.startswith("OpenStreetMap")
    credit = "© OpenStreetMap contributors, roads of August 2021 (ODbL)"
    assert basis.localized("en").get("roads") == (credit if is_dated else None)


def test_other_tables_have_no_basis() -> None:
    table = reached()
    assert RouteBasis.of(table.drop(columns="crossings")) is None
    table.attrs = {}
    assert RouteBasis.of(table) is None
