"""Formats of the values in popups and tooltips, in the words of Python."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import shapely
from click.testing import CliRunner

import minmap as mm
from minmap.cli import cli
from minmap.errors import MinmapError
from minmap.style.value_formats import ValueFormat

MINES = gpd.GeoDataFrame(
    {
        "name": ["Shu", "Aral"],
        "ore_kt": [1234.5, np.nan],
        "share": [0.25, 1.0],
        "year": [1998.0, np.nan],
        "found": pd.to_datetime(["1998-05-03", None]),
        "typed": ["03.05.1998", None],
        "comma": ["0,5", "1 200,25"],
        "unclear": ["1/2/1998", "3/4/1998"],
        "open": [True, False],
        "id": [2**60, 2**60 + 1],
    },
    geometry=gpd.points_from_xy([70, 71], [45, 46]),
    crs=4326,
)

AREAS = MINES.set_geometry([shapely.box(60, 44, 65, 46)] * 2, crs=4326)


def _rows(data: gpd.GeoDataFrame = MINES, **popup: Any) -> list[dict[str, Any]]:
    (layer,) = mm.Map(data, popup=popup).layers()
    rows: list[dict[str, Any]] = layer.describe("")["popup"]
    return rows


@pytest.mark.parametrize(
    ("column", "given", "format_"),
    [
        ("share", "{:.1%} of ore", {"after": " of ore", "number": {
            "percent": True, "decimals": 1}}),
        ("share", "{:f}", {"number": {"decimals": 6}}),
        ("share", "{{{:+.2f}}}", {"before": "{", "after": "}", "number": {
            "signed": True, "decimals": 2}}),
        ("ore_kt", "{:,.0f}", {"unit": "kt", "number": {"grouped": True, "decimals": 0}}),
        ("ore_kt", "~ {:,}", {"before": "~ ", "unit": "kt", "number": {"grouped": True}}),
        ("ore_kt", "{:.1f} t", {"after": " t", "number": {"decimals": 1}}),
        ("ore_kt", "{}", {"unit": "kt"}),
        ("ore_kt", "{:.0%}", {"number": {"percent": True, "decimals": 0}}),
        ("year", "{:d}", {"number": {"decimals": 0}}),
        ("id", "{:,}", {"number": {"grouped": True}}),
        ("comma", "{:.1f}", {"number": {"decimals": 1}}),
        ("name", "{} mine", {"after": " mine"}),
        ("found", "{:%-d %B}", {"date": [("short_day", ""), ("text", " "), ("name", "")]}),
        ("typed", "{:%Y%%%m}", {"date": [("year", ""), ("text", "%"), ("month", "")]}),
    ],
)  # fmt: skip
def test_a_format_travels_as_numbers_and_words_not_as_a_template(
    column: str, given: str, format_: dict[str, Any]
) -> None:
    usual = {"before": "", "after": "", "unit": None}
    (row,) = _rows(**{column: given})
    assert row["format"] == usual | format_
    assert "heading" not in row


def test_a_pair_is_a_heading_and_a_format() -> None:
    (both,) = _rows(share=("Share", "{:.0%}"))
    assert both["heading"] == "Share"
    assert _rows(share=(None, "{:.0%}")) == _rows(share="{:.0%}") == _rows(share=[None, "{:.0%}"])
    assert both["format"] == _rows(share="{:.0%}")[0]["format"]


@pytest.mark.parametrize(
    ("popup", "words"),
    [
        ({"share": "{:x}"}, r"popup\['share'\]='\{:x\}' is no format .*'x' is neither .*give one"),
        ({"share": "{:>9.1f}"}, "'>9.1f' is neither"),
        ({"share": "{:09.1f}"}, "'09.1f' is neither"),
        ({"share": "{:_.1f}"}, "'_.1f' is neither"),
        ({"share": "{:.3g}"}, "'.3g' is neither"),
        ({"share": "{:.99f}"}, "'.99f' is neither"),
        ({"share": "{:{}}"}, r"'\{\}' is neither"),
        ({"found": "{:%A}"}, "'%A' is neither .* a date of %Y, %m, .* and %M; give"),
        ({"share": "{0}"}, "'0' is more than the value"),
        ({"share": "{0.__class__}"}, "'0.__class__' is more than the value"),
        ({"share": "{share:.1f}"}, "'share' is more than the value"),
        ({"share": "{!r}"}, "'!r' is more than the value"),
        ({"share": "{} {}"}, "it has several values"),
        ({"share": "Share {"}, "its braces do not match"),
        ({"share": "{{}}"}, "it has no value in braces"),
        ({"share": ("Share", "t")}, "it has no value in braces"),
        ({"share": ("{:.1f}", "Share")}, "is a format in the place of the heading; give the head"),
        ({"share": ("Share",)}, "is not a pair of a heading and a format; give one, such as"),
        ({"share": ("Share", 3)}, "=3 is not text"),
        ({"share": ",.1f"}, r"',.1f' looks like a format without braces; give '\{:,.1f\}'"),
        ({"found": "%d %b"}, r"'%d %b' looks like a format without braces; give '\{:%d %b\}'"),
        ({"name": "{:.1f}"}, r"has text such as 'Shu'; make numbers .*pandas.to_numeric.*'\{\}'"),
        ({"open": "{:d}"}, "has text such as 'True'; make numbers"),
        ({"found": "{:.1f}"}, r"of numbers, but the column has dates; .*'\{:%d %b %Y\}'"),
        ({"share": "{:%Y}"}, r"of dates, but the column has numbers; .*'\{:,.1f\} Mt'"),
        ({"name": "{:%Y}"}, r"of dates, but .* text such as 'Shu'; make dates .*to_datetime"),
        ({"unclear": "{:%Y}"}, "the day could be the month; make dates of them"),
        ({"share": "{:,d}"}, r"of whole numbers, but the column has others; give '\{:,.0f\}'"),
    ],
)
def test_what_a_page_cannot_write_is_refused(popup: dict[str, Any], words: str) -> None:
    with pytest.raises(MinmapError, match=words):
        mm.Map(MINES, popup=popup)
    with pytest.raises(MinmapError, match=words.replace("popup", "tooltip")):
        mm.Map(AREAS, tooltip=popup)


def test_the_words_of_a_format_are_never_looked_up() -> None:
    with pytest.raises(MinmapError, match="is more than the value"):
        ValueFormat.of("{0.__init__.__globals__}", name="popup['share']")
    (row,) = _rows(name="{} {{0.__class__}} %s $name")
    assert row["format"]["after"] == " {0.__class__} %s $name"


def test_columns_of_texts_become_numbers_and_the_others_stay_as_they_are() -> None:
    (layer,) = mm.Map(MINES, popup={"comma": "{:.1f}", "share": "{:.0%}"}).layers()
    columns = dict(zip(layer.columns.names, layer.columns.arrays, strict=True))
    assert columns["comma"].to_pylist() == [0.5, 1200.25]
    assert columns["share"].to_pylist() == [0.25, 1.0]
    assert columns["unclear"].to_pylist() == ["1/2/1998", "3/4/1998"]
    assert MINES["comma"].tolist() == ["0,5", "1 200,25"]


def test_areas_countries_and_the_widget_take_formats_too() -> None:
    areas = gpd.GeoDataFrame({"ha": ["12,5"]}, geometry=[shapely.box(60, 44, 65, 46)], crs=4326)
    (row,) = _rows(areas, ha="{:.0f} ha")
    assert row["format"]["number"] == {"decimals": 0}
    counts = pd.DataFrame({"country": ["KAZ"], "mines": [1200]})
    made = mm.Map().add_countries(counts, value="mines", tooltip={"mines": ("Mines", "{:,}")})
    (row,) = made.layers()[0].describe("")["tooltip"]
    assert (row["heading"], row["format"]["number"]) == ("Mines", {"grouped": True})
    w = mm.Widget(mm.Map(MINES, name="Mines", popup={"share": "{:.0%}"}))
    w.add(MINES, name="More", tooltip={"found": "{:%Y}"})
    assert w.map.layers()[1].describe("")["tooltip"][0]["format"]["date"] == [("year", "")]


def test_a_column_without_values_or_with_a_number_as_its_name_takes_any_format() -> None:
    table = MINES.assign(empty=None).rename(columns={"comma": 2020})
    (row,) = mm.Map(table, popup={2020: "{:.1f}", "empty": "{:d}"}).layers()[0]._spec["popup"]
    assert row["format"]["number"] == {"decimals": 1}
    assert mm.Map(table, filters={2020: (0, 1)}).layers()


def test_a_heading_may_have_signs_of_formats() -> None:
    rows = _rows(share="Share, %", year="%Bulk", ore_kt="d", name="1.5")
    assert [row["heading"] for row in rows] == ["Share, %", "%Bulk", "d", "1.5"]


def test_a_column_of_dates_in_objects_takes_a_format_of_dates() -> None:
    table = MINES.assign(seen=[date(1998, 5, 3), None])
    (row,) = _rows(table, seen="{:%Y}")
    assert row["format"]["date"] == [("year", "")]


@pytest.mark.filterwarnings("ignore::minmap.errors.MinmapWarning")  # the columns taken
def test_the_command_line_takes_formats_with_commas(tmp_path: Path) -> None:
    source, page = tmp_path / "mines.gpkg", tmp_path / "map.html"
    MINES[["name", "ore_kt", "geometry"]].to_file(source)
    popup = "name, ore_kt={:,.1f} kt"
    result = CliRunner().invoke(cli, ["map", str(source), "--popup", popup, "-o", str(page)])
    assert result.exit_code == 0, result.output
    pair = "{'ore_kt': ('Ore', '{:.1f} kt')}"
    refused = CliRunner().invoke(cli, ["map", str(source), "--popup", pair, "-o", str(page)])
    assert "give --popup A,B,... without brackets. Rows of popups, or column=" in refused.output
    number = {"grouped": True, "decimals": 1}
    assert json.dumps(number, separators=(",", ":")) in page.read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", [pa.int64(), pa.uint8(), pa.float64(), pa.decimal128(5, 1)])
def test_whole_numbers_of_arrow_take_a_format_of_whole_numbers(kind: pa.DataType) -> None:
    numbers = pd.Series(pd.array([1, None], dtype=pd.ArrowDtype(kind)))
    made = ValueFormat.of("{:d}", name="popup['n']")
    made.require_fit(numbers, name="popup['n']", column="n")
