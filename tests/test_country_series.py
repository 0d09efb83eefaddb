"""Statistics on a map: what the legend, the popup and the figure say of unit, year and source."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
from matplotlib.text import Text

import minmap as mm
from minmap.errors import MinmapError, MinmapWarning

CITED = "USGS Mineral Commodity Summaries 2026"
CHROMIUM = mm.statistics(commodity="chromium", measure="reserves", year=2025)
OWN = pd.DataFrame(
    {
        "country": ["KAZ", "UZB"],
        "ore": [3.0, 9.0],
        "unit": "Mt",
        "year": 2024,
        "source": "My survey",
    }
)


def layer(m: mm.Map) -> dict[str, Any]:
    spec: dict[str, Any] = m.layers()[0].describe("")
    return spec


def legend(table: pd.DataFrame, **options: Any) -> tuple[str, str | None, str | None]:
    made = layer(mm.Map().add_countries(table, **options))["legend"]
    return made["title"], made.get("unit"), made.get("note")


def popup_columns(m: mm.Map) -> list[str]:
    spec = layer(m)
    return [spec["columns"][row["column"]]["name"] for row in spec["popup"]]


def carried(m: mm.Map) -> gpd.GeoDataFrame:
    return m.layers()[0].records["data"].table


def test_values_have_their_series_unit_year_and_source() -> None:
    assert legend(CHROMIUM, value="value") == (
        "Reserves of chromium, 2025",
        "thousand metric tons, Cr2O3 content",
        f"Source: {CITED}",
    )


def test_the_value_of_statistics_is_drawn_if_no_column_is_named() -> None:
    assert legend(CHROMIUM) == legend(CHROMIUM, value="value")


@pytest.mark.parametrize(
    ("table", "cure"),
    [
        (OWN, r"needs value, the column .*, such as Map.add_countries\(table, value='ore'\)"),
        (CHROMIUM.drop(columns="share"), "needs value"),
        ("a.csv", r"needs value, .* Map.add_countries\(table, value=...\)"),
    ],
    ids=["own", "changed", "text"],
)
def test_other_tables_need_a_column(table: Any, cure: str) -> None:
    with pytest.raises(MinmapError, match=cure):
        mm.Map().add_countries(table)


@pytest.mark.parametrize("draw", [mm.Map, mm.Map().add], ids=["Map", "add"])
def test_statistics_as_a_layer_are_an_error_with_the_cure(draw: Any) -> None:
    cure = r"colour countries with minmap.Map\(\).add_countries\(table, value=...\)"
    with pytest.raises(MinmapError, match=cure):
        draw(CHROMIUM)
    with pytest.raises(MinmapError, match=r"without geometry; read its file with minmap\.read"):
        draw(pd.DataFrame({"lon": [70.0], "lat": [45.0]}))


def test_shares_are_in_per_cent_and_say_that_they_are_upper_bounds() -> None:
    m = mm.Map().add_countries(CHROMIUM, value="share")
    made = layer(m)["legend"]
    assert made["title"] == "Reserves of chromium: share of the world, 2025"
    assert made["unit"] == "%"
    assert made["note"] == (
        f"Source: {CITED}. Shares are at most these, since the world total is a lower bound."
    )
    drawn = carried(m).set_index("country")
    assert drawn.loc["KAZ", "share_of_world_pct"] == pytest.approx(100000 / 5400, abs=0.005)
    assert drawn.loc["KAZ", "share"] == pytest.approx(100000 / 540000)
    gold = mm.statistics(commodity="gold", measure="reserves", year=2025)
    assert legend(gold, value="share")[2] == f"Source: {CITED}"
    lithium = mm.statistics(commodity="lithium", measure="production", year=2025)
    assert "since the world total is incomplete." in str(legend(lithium, value="share")[2])


def test_a_rank_has_no_unit() -> None:
    title, unit, _ = legend(CHROMIUM, value="rank")
    assert (title, unit) == ("Reserves of chromium: rank, 2025", None)


def test_what_the_maker_gives_is_kept() -> None:
    title, unit, note = legend(CHROMIUM, value="value", legend="Chromite", unit="kt")
    assert (title, unit, note) == ("Chromite", "kt", f"Source: {CITED}")


def test_a_table_of_ones_own_has_its_unit_year_and_source_too() -> None:
    m = mm.Map().add_countries(OWN, value="ore")
    made = layer(m)["legend"]
    assert (made["title"], made["unit"], made["note"]) == ("Ore, 2024", "Mt", "Source: My survey")
    assert m.layers()[0].sources[0]["title"] == "My survey"
    cited = OWN.drop(columns="source")
    cited.attrs["sources"] = [{"title": "Survey of 2024", "licence": "CC BY 4.0"}]
    assert legend(cited, value="ore")[2] == "Source: Survey of 2024"
    assert legend(OWN.drop(columns=["unit", "year"]), value="ore") == ("Ore", None, None)
    assert legend(OWN.drop(columns=["unit", "source"]), value="ore") == ("Ore, 2024", None, None)
    floats = OWN.assign(year=2024.0)
    assert legend(floats, value="ore")[0] == "Ore, 2024"


def test_rates_keep_unit_year_and_source() -> None:
    title, unit, note = legend(OWN, value="ore", per="population")
    assert (title, unit) == ("Ore, 2024", "Mt per million people")
    assert note == "Source: My survey. Population: Natural Earth, 2017"


def test_tables_without_unit_and_year_are_as_before() -> None:
    counts = pd.DataFrame({"country": ["KAZ", "UZB"], "mines": [3, 9]})
    counts.attrs["sources"] = [{"title": "My mines"}]
    title, unit, note = legend(counts, value="mines")
    assert (title, unit) == ("Mines", None)
    assert note == "Counts, not divided by area: large areas tend to have more."


def test_a_country_without_a_number_is_not_given_and_its_popup_says_why() -> None:
    tungsten = mm.statistics(commodity="tungsten", measure="reserves", year=2025)
    m = mm.Map().add_countries(tungsten, value="value")
    (blank,) = (e for e in layer(m)["legend"]["entries"] if e["label"] == "not given")
    assert blank["count"] == tungsten["value"].isna().sum() == 4
    shown = popup_columns(m)
    assert {"value", "qualifier", "year", "value_text", "world_total_text"} <= set(shown)
    heading = layer(m)["popup"][shown.index("value")]
    assert heading["heading"] == "Reserves of tungsten"
    assert heading["format"]["after"] == " metric tons, tungsten content"


@pytest.mark.parametrize("value", ["value", "share"])
def test_zero_is_a_class_of_its_own(value: str) -> None:
    copper = mm.statistics(commodity="copper", measure="production", year=2025)
    mines = copper[copper["detail"] == "Mine production"]
    assert set(mines.loc[mines["value"] == 0, "country"]) == {"DEU", "JPN", "KOR"}
    entries = layer(mm.Map().add_countries(mines, value=value))["legend"]["entries"]
    assert (entries[0]["label"], entries[0]["count"]) == ("0", 3)
    assert not entries[1]["label"].startswith("0 –") or value == "share"
    assert sum(entry["count"] for entry in entries) == len(mines)
    assert len({entry["color"] for entry in entries}) == len(entries) == 6


def test_forms_of_one_column_are_one_map() -> None:
    talc = mm.statistics(commodity="talc", measure="production", year=2025)
    m = mm.Map().add_countries(talc, value="value")
    assert layer(m)["legend"]["title"] == "Mine production of talc and pyrophyllite, 2025"
    # Ranks are among countries with the same form.
    assert "detail" in popup_columns(m)
    assert not {"rank", "ranked"} & set(popup_columns(m))
    of_one = mm.Map().add_countries(talc[talc["series"] == talc["series"].iloc[-1]], value="value")
    assert "detail" not in popup_columns(of_one)
    assert "rank" in popup_columns(of_one)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (
            mm.statistics(commodity="gold", measure="production"),
            r"table has several rows for CHN, .* and 10 more, of different year: 2024, 2025; keep "
            r"the rows of one, such as table\[table\['year'\] == 2024\].",
        ),
        (
            mm.statistics(commodity="iron ore", measure="reserves"),
            r"of different detail: 'Reserves \(million metric tons\): Crude ore', 'Reserves "
            r"\(million metric tons\): Iron content'; keep the rows of one",
        ),
        (
            mm.statistics(commodity="chromium", year=2025),
            r"of different series: 'Mine production of chromium', 'Reserves of chromium'; keep",
        ),
        (
            OWN.assign(unit=["Mt", "kt"]),
            r"table has several values of 'unit': 'Mt', 'kt'; keep .*\['unit'\] == 'Mt'\], or "
            "rename the column",
        ),
        (OWN.assign(year=[2023, 2024]), r"several values of 'year': 2023, 2024; keep"),
    ],
    ids=["years", "details", "series", "units", "years of countries"],
)
def test_several_series_are_an_error_that_names_them_and_the_cure(
    table: pd.DataFrame, said: str
) -> None:
    value = "value" if "value" in table else "ore"
    with pytest.raises(MinmapError, match=said):
        mm.Map().add_countries(table, value=value)


def test_the_cure_of_the_error_works() -> None:
    table = mm.statistics(commodity="gold", measure="production")
    table = table[table["year"] == 2024]
    assert legend(table, value="value")[0] == "Mine production of gold, 2024"


def test_a_unit_with_braces_is_text() -> None:
    tin = mm.statistics(commodity="tin", measure="reserves", year=2025).assign(unit="t {0!r} }")
    m = mm.Map().add_countries(tin, value="value")
    formats = [row["format"]["after"] for row in layer(m)["popup"] if "format" in row]
    assert " t {0!r} }" in formats


@pytest.mark.parametrize(
    "columns",
    [
        {"unit": [["t"], ["t"]]},
        {"unit": [None, None], "year": [pd.NaT, pd.NaT]},
        {"series": ["a", "a"], "unit": "t", "value": ["much", "little"]},
        {"share": ["1/2", "half"], "world_total": 3, "year": 2020},
    ],
    ids=["lists", "missing", "texts", "shares in words"],
)
def test_other_columns_of_these_names_are_drawn_too(columns: dict[str, Any]) -> None:
    table = pd.DataFrame({"country": ["KAZ", "UZB"], "ore": [3.0, 9.0], **columns})
    value = next((name for name in ("value", "share") if name in columns), "ore")
    title = legend(table, value=value)[0]
    assert title in (value.capitalize(), "Share, 2020", "a")


def test_two_columns_called_unit_are_left_alone() -> None:
    table = pd.DataFrame([["KAZ", 3.0, "t", "kt"]], columns=["country", "ore", "unit", "unit"])
    assert legend(table, value="ore")[:2] == ("Ore", None)


def test_a_series_without_any_number_is_drawn_as_not_given() -> None:
    table = mm.statistics(commodity="bismuth", measure="capacity")
    assert table["value"].isna().all()
    with pytest.warns(MinmapWarning, match="has no value in any record"):
        m = mm.Map().add_countries(table, value="value")
    assert [entry["label"] for entry in layer(m)["legend"]["entries"]] == ["not given"]


def test_the_figure_says_unit_year_and_source() -> None:
    figure = mm.Map().add_countries(CHROMIUM, value="value").figure(width_mm=200)
    texts = " ".join(" ".join(text.get_text().split()) for text in figure.findobj(Text))
    assert "Reserves of chromium, 2025" in texts
    assert "thousand metric tons, Cr2O3 content" in texts
    assert f"Source: {CITED}" in texts
    assert "https://doi.org/10.5066/P1WKQ63T" in texts


def test_the_table_is_not_changed() -> None:
    before, attrs = CHROMIUM.copy(), dict(CHROMIUM.attrs)
    mm.Map().add_countries(CHROMIUM, value="share")
    pd.testing.assert_frame_equal(CHROMIUM, before)
    assert CHROMIUM.attrs == attrs
