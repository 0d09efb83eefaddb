"""The columns that a page carries, and what popups, tooltips and filters show of them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pytest
import shapely
from click.testing import CliRunner

import minmap as mm
from minmap.cli import cli
from minmap.errors import ChoiceError, MinmapError, MinmapWarning
from minmap.scene.carried_columns import carried
from minmap.scene.popup_columns import Columns
from minmap.style.fields import Fields, Row
from minmap.style.looks import Looks
from minmap.table import COLUMN_NAMES, conform

OWN = gpd.GeoDataFrame(
    {
        "name": ["Akbastau", "Kosmurun", "Nurkazgan", "Kounrad"],
        "country": ["KAZ", "KAZ", "UZB", None],
        "grade": [0.5, 1.0, 1.5, 2.0],
        "code": ["a", "b", "c", "d"],
        "sheet": ["L-42", "L-43", "L-42", "L-43"],
        "same": ["x"] * 4,
        "year": [1950, 1960, 1970, 1980],
    },
    geometry=gpd.points_from_xy([70, 71, 72, 73], [45, 46, 47, 48]),
    crs=4326,
)
READ = conform(OWN.rename(columns={"code": "dep_type"})).assign(
    deposit_type_text=["skarn", "skarn", "vein", "vein"],
    source="mrds",
    status=["mine", "mine", "plant", "plant"],
    deposit_type=["skarn", "skarn", "vein", "vein"],
    distance_km=[1.0, 2.0, 3.0, 4.0],
    repairs=["name", None, None, None],
)


def _layer(data: gpd.GeoDataFrame, **options: Any) -> Any:
    (layer,) = mm.Map(data, **options).layers()
    return layer


def test_a_page_carries_the_occurrence_columns_that_hold_something_and_measurements() -> None:
    layer = _layer(READ)
    assert set(layer.columns.names) == {
        "source", "name", "country", "status", "deposit_type", "distance_km", "repairs",
    }  # fmt: skip
    assert layer.columns.left_out == (
        "deposit_type_text", "grade", "dep_type", "sheet", "same", "year",
    )  # fmt: skip
    assert layer._spec["left_out"] == list(layer.columns.left_out)


def test_a_page_carries_the_few_columns_of_a_table_of_ones_own() -> None:
    own = READ.assign(source="mine")
    names = _layer(own).columns.names
    assert {"grade", "dep_type", "sheet", "same", "year"} <= set(names)
    # What the table says comes before where it is from.
    assert names.index("name") < names.index("year") < names.index("source")


WIDE = READ.assign(
    source="mine", source_id="7", **{f"c{n:02}": ["2.2", "2.03", "10", None] for n in range(40)}
)
OWN_OF_WIDE = ["grade", "dep_type", "sheet", "same", "year", *(f"c{n:02}" for n in range(40))]


def test_a_page_carries_the_first_columns_of_a_wide_table_of_ones_own() -> None:
    with pytest.warns(MinmapWarning) as said:
        columns = _layer(WIDE.assign(empty=None)).columns
    assert [str(one.message) for one in said] == [
        "The page leaves out 15 of the table's own columns, those after the first 30; choose the "
        "columns, such as fields=['c25', 'c26'], or all with fields='all'."
    ]
    assert [name for name in columns.names if name in OWN_OF_WIDE] == OWN_OF_WIDE[:30]
    assert [name for name in columns.left_out if name in OWN_OF_WIDE] == OWN_OF_WIDE[30:]


@pytest.mark.parametrize(
    ("options", "own"),
    [
        ({"fields": "all"}, OWN_OF_WIDE),
        ({"fields": ["c39", "source_id"], "tooltip": ["c02"]}, ["c02", "c39"]),
    ],
)
def test_columns_that_are_chosen_of_a_wide_table_are_numbers(
    options: dict[str, Any], own: list[str]
) -> None:
    columns = _layer(WIDE, **options).columns
    assert [name for name in columns.names if name in OWN_OF_WIDE] == own
    arrays = dict(zip(columns.names, columns.arrays, strict=True))
    assert arrays["c02"].to_pylist() == arrays["c39"].to_pylist() == [2.2, 2.03, 10, None]
    assert columns.fields[columns.names.index("source_id")]["type"] == "text"
    facets = {facet["name"]: facet["kind"] for facet in columns.facets()}
    assert facets["c39"] == "number"


def test_the_command_line_says_how_to_choose_of_a_wide_table(tmp_path: Path) -> None:
    table = pd.DataFrame({"Latitude": [45.1, 46.2], "Longitude": [70.1, 71.2]})
    table = table.assign(**{f"c{n:02}": n for n in range(40)})
    table.to_csv(tmp_path / "wide.csv", index=False)
    command = [sys.executable, "-m", "minmap", "map", "wide.csv", "-o", "map.html"]
    checkout = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    run = subprocess.run(
        command, cwd=tmp_path, env=checkout, capture_output=True, check=True, text=True
    )
    said = run.stderr
    assert "such as --fields c28,c29, or all with --fields all." in said


def test_texts_of_ones_own_table_that_are_certainly_numbers_are_numbers() -> None:
    texts = {"depth": ["120", "87,5", None, "3"], "code": ["007", "012", "1", "2"]}
    own = READ.assign(source="mine", hole=["K-1", "K-2", "K-3", "K-4"], **texts)
    layer = _layer(own)
    cells = dict(zip(layer.columns.names, layer.columns.arrays, strict=True))
    assert cells["depth"].to_pylist() == [120, 87.5, None, 3]
    assert "depth" in layer.facets
    types = {field["name"]: field["type"] for field in layer.columns.fields}
    assert (types["hole"], types["code"]) == ("text", "text")
    assert own["depth"].tolist()[:2] == ["120", "87,5"]


def test_a_filter_by_numbers_as_texts_says_how_a_range_is_given() -> None:
    table = READ.assign(depth=["1", "2,5", "1", "2,5"])
    with pytest.raises(ChoiceError, match=r"for a range give filters\['depth'\]=\(1, 2.5\)"):
        _layer(table, filters={"depth": "8"})


def test_a_table_without_commodities_is_in_one_colour() -> None:
    own = READ.assign(source="mine")
    assert own["commodity_group"].isna().all()
    assert _layer(own)._spec["legend"]["title"] != "Commodity group"
    (entry,) = _layer(own, style=mm.Style(point_color="#1f3a5f")).labels
    assert entry == "Occurrences"


@pytest.mark.parametrize(
    ("options", "more"),
    [
        ({"fields": ["sheet"]}, {"sheet"}),
        ({"fields": ("year", "sheet")}, {"year", "sheet"}),
        ({"popup": ["grade"]}, {"grade"}),
        ({"tooltip": {"dep_type": "Type"}}, {"dep_type"}),
        ({"filters": ["sheet"]}, {"sheet"}),
        ({"color": "grade"}, {"grade"}),
        ({"popup": ["deposit_type_text"]}, {"deposit_type_text"}),
    ],
)
def test_columns_that_are_named_are_carried_too(options: dict[str, Any], more: set[str]) -> None:
    assert set(_layer(READ, **options).columns.names) == {*_layer(READ).columns.names, *more}


def test_all_columns_are_carried_on_request_and_of_any_other_table() -> None:
    everything = {name for name in READ.columns if name != "geometry" and READ[name].notna().any()}
    assert set(_layer(READ, fields="all").columns.names) == everything
    assert _layer(READ, fields="all").columns.left_out == ()
    assert set(_layer(OWN).columns.names) == set(OWN.columns) - {"geometry"}
    assert "left_out" not in _layer(OWN)._spec


def test_lines_and_areas_of_an_occurrence_table_carry_the_same_columns() -> None:
    areas = READ.set_geometry(READ.geometry.to_crs(3857).buffer(9).to_crs(4326))
    layer = _layer(areas, popup=["dep_type"])
    assert layer._spec["kind"] == "vector"
    assert "dep_type" in layer.columns.names
    assert "grade" in layer._spec["left_out"]


def test_the_heading_of_a_record_is_carried_whoever_made_its_column() -> None:
    table = READ.drop(columns="name").assign(name=None, site_name=OWN["name"])
    layer = _layer(table[[*READ.columns, "site_name"]])
    assert layer.columns.names[layer._spec["title"]] == "site_name"


def test_access_columns_with_equal_texts_stay() -> None:
    access = READ.assign(to="poti", gate="poti", connector_km=1.0)
    columns = _layer(access).columns
    assert {"to", "gate"} <= set(columns.names)
    of_route = {one["name"] for one in columns.fields if one.get("is_of_route")}
    assert of_route == {"to", "gate", "connector_km"}


def test_inputs_are_not_changed() -> None:
    before = READ.copy(deep=True)
    kept, left_out = carried(READ, Looks())
    assert list(kept.columns)[-1] == "repairs"
    assert "dep_type" in left_out
    pd.testing.assert_frame_equal(READ, before)


def test_a_constant_column_costs_next_to_nothing() -> None:
    many = gpd.GeoDataFrame(
        {"name": [f"n{row}x" for row in range(50_000)]},
        geometry=gpd.points_from_xy(range(50_000), [0] * 50_000),
        crs=3857,
    )
    plain = len(_layer(many).payloads["data"]())
    constant = len(_layer(many.assign(citation="U.S. Geological Survey")).payloads["data"]())
    assert constant - plain < 1_000


def test_popup_and_tooltip_have_rows_in_order_with_their_headings() -> None:
    layer = _layer(OWN, popup=["grade", "name"], tooltip={"grade": "Grade, g/t", "name": None})
    grade, name = (layer.columns.names.index(one) for one in ("grade", "name"))
    assert layer._spec["popup"] == [{"column": grade}, {"column": name}]
    assert layer._spec["tooltip"] == [{"column": grade, "heading": "Grade, g/t"}, {"column": name}]
    off = _layer(OWN, popup=False, tooltip=False)._spec
    assert (off["popup"], off["tooltip"]) == (None, None)
    assert not {"popup", "tooltip"} & set(_layer(OWN)._spec)


def test_filters_are_those_that_are_named_in_order_with_first_states() -> None:
    filters = {"year": (1955, None), "country": ["KAZ", None], "sheet": None, "grade": (0, 1)}
    layer = _layer(OWN, filters=filters)
    facets = layer._spec["facets"]
    assert [(facet["name"], facet["kind"]) for facet in facets] == [
        ("year", "year"),
        ("country", "terms"),
        ("sheet", "terms"),
        ("grade", "number"),
    ]
    assert all(facet["first"] for facet in facets)
    assert [facet.get("choice") for facet in facets] == [(1955, None), ["KAZ", ""], None, (0, 1)]
    assert layer.first_filters == {"year": (1955, None), "country": ["KAZ", ""], "grade": (0, 1)}
    assert _layer(OWN, filters=False)._spec["facets"] == []


def test_critical_lists_and_the_group_are_filters_if_they_are_named() -> None:
    deposits = mm.read(mm.sample("major_deposits_central_asia.csv"))
    layer = _layer(deposits, filters={"critical": ["US-2025"], "commodity_group": None})
    first, second = layer._spec["facets"]
    assert (first["kind"], first["choice"], second["name"]) == (
        "critical",
        ["US-2025"],
        "commodity_group",
    )


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"popup": ["grad"]}, "popup='grad' is not known; did you mean 'grade'"),
        ({"tooltip": {"nam": None}}, "tooltip='nam' is not known; did you mean 'name'"),
        ({"filters": ["yaer"]}, "filters='yaer' is not known; did you mean 'year'"),
        ({"fields": ["shet"]}, "fields='shet' is not known; did you mean 'sheet'"),
        ({"popup": True}, "popup=True is neither False, a mapping .* nor a list of columns"),
        ({"filters": 3}, "filters=3 is neither False, a mapping of columns to first states"),
        ({"fields": False}, "fields=False is neither 'all' nor a list of columns"),
        ({"fields": {"sheet": 1}}, "fields=.* is neither 'all' nor a list"),
        ({"popup": {"grade": 3}}, r"popup\['grade'\]=3 is not text"),
        ({"filters": {"country": ["KAS"]}}, r"filters\['country'\]='KAS' .*did you mean 'KAZ'"),
        ({"filters": {"grade": (2, 1)}}, r"filters\['grade'\]=\(2, 1\) is not a range"),
        ({"filters": {"grade": (5, 9)}}, "none of the numbers .* between 0.5 and 2; give a range"),
        ({"filters": {"sheet": (1, 2)}}, "is a range, but the column has text; give a list"),
        ({"filters": ["code"]}, "all texts of the column 'code' differ; leave it out, or name"),
        ({"filters": ["same"]}, "the column 'same' has one value only; leave it out"),
    ],
)
def test_what_the_columns_cannot_do_is_refused(options: dict[str, Any], words: str) -> None:
    with pytest.raises(MinmapError, match=words):
        mm.Map(OWN, **options)


def test_an_unknown_value_of_many_is_refused_with_the_near_ones() -> None:
    units = [f"unit {n}" for n in range(50)] * 2
    table = gpd.GeoDataFrame(
        {"unit": units}, geometry=gpd.points_from_xy(range(100), [0] * 100), crs=4326
    )
    with pytest.raises(ChoiceError, match=r"not one of the 50 values .*, such as 'unit 4\d?'"):
        mm.Map(table, filters={"unit": ["unit_4"]})


def test_a_column_without_values_cannot_be_filtered() -> None:
    with pytest.raises(ChoiceError, match="the column 'admin1' has no values; leave it out"):
        mm.Map(READ, filters=["admin1"])


def test_filters_of_lines_and_areas_are_refused_with_the_cure() -> None:
    lines = gpd.GeoDataFrame({"n": [1]}, geometry=[shapely.box(0, 0, 1, 1)], crs=4326)
    with pytest.raises(MinmapError, match=r"filters=\['n'\] .* only points have filters; leave"):
        mm.Map(lines, filters=["n"])
    assert _layer(lines, filters=False, popup=["n"])._spec["popup"] == [{"column": 0}]
    with pytest.raises(MinmapError, match="popup=False does not apply to a Corridor"):
        mm.Map().add(mm.corridor("middle"), popup=False)


def test_a_file_beside_the_page_has_the_carried_columns(tmp_path: Path) -> None:
    mm.Map(READ, fields=["sheet"], popup={"sheet": "Map sheet"}).save_folder(tmp_path / "site")
    (file,) = (tmp_path / "site").glob("*.parquet")
    names = gpd.read_parquet(file).columns
    assert "sheet" in names
    assert "grade" not in names


def test_a_widget_begins_with_the_first_filters() -> None:
    w = mm.Widget(mm.Map(OWN, name="Mines", filters={"country": ["KAZ"]}))
    assert w.filters == {"Mines": {"country": ["KAZ"]}}
    assert len(w.shown()) == 2
    w.add(OWN, name="More", filters={"grade": (1, 1.5)})
    assert w.filters == {"Mines": {"country": ["KAZ"]}, "More": {"grade": (1.0, 1.5)}}
    opened = mm.Widget(
        mm.Map(OWN, name="Mines", filters={"country": ["KAZ"]}), filters={"Mines": {}}
    )
    assert opened.filters == {}


def test_columns_of_a_look_are_found_whatever_it_names() -> None:
    looks = Looks(color="grade", fields=Fields(popup={"name": Row()}, carried=("sheet",)))
    assert {"grade", "name", "sheet"} <= looks.named
    columns = Columns.of(OWN, looks)
    assert columns.arrays[columns.names.index("grade")].type == pa.float64()


def test_the_command_line_takes_lists_of_columns(tmp_path: Path) -> None:
    source, page = mm.sample("major_deposits_central_asia.csv"), tmp_path / "map.html"
    options = ["--popup", "name, commodities", "--filters", "country", "--fields", "all"]
    result = CliRunner().invoke(cli, ["map", str(source), *options, "-o", str(page)])
    assert result.exit_code == 0, result.output
    text = page.read_text(encoding="utf-8")
    assert "major_deposits_country" in text
    assert text.count('"kind":"terms"') == 1


@pytest.mark.parametrize("options", [{}, {"popup": ["name"], "fields": ["sheet"]}])
def test_pages_have_the_same_bytes_each_time(options: dict[str, Any]) -> None:
    first, second = (_layer(READ, **options).payloads["data"]() for _ in range(2))
    assert first == second


def test_an_occurrence_table_is_known_by_all_its_columns() -> None:
    short = READ.drop(columns=["citation"])
    assert set(COLUMN_NAMES) - set(short.columns) == {"citation"}
    assert "dep_type" in _layer(short).columns.names


def test_codes_of_missing_values_are_outside_the_range_of_a_filter() -> None:
    table = pd.concat([OWN] * 2).assign(grade=lambda t: [*range(1, len(t) - 1), -9999, -9999])
    (facet,) = _layer(table, filters=["grade"])._spec["facets"]
    assert facet["missing"] == [-9999]
    with pytest.raises(MinmapError, match="which are between 1 and"):
        _layer(table, filters={"grade": (500, 900)})


def test_filters_and_a_legend_that_hide_everything_are_reported() -> None:
    table = gpd.GeoDataFrame(
        {"kind": ["mine", "mine", "plant"]}, geometry=gpd.points_from_xy(*[range(3)] * 2), crs=4326
    )
    options: dict[str, Any] = {"color": "kind", "filters": {"kind": ["mine"]}}
    mm.Map().add(table, **options, legend_hidden=["plant"])
    with pytest.warns(MinmapWarning, match="filters=.*and legend_hidden=.*hide all records"):
        mm.Map().add(table, **options, legend_hidden=["mine"])
    with pytest.warns(MinmapWarning, match="^legend_hidden=.*hide all records"):
        mm.Map().add(table, color="kind", legend_hidden=["mine", "plant"])
