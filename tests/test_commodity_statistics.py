"""Statistics by country against the tables of the source."""

from __future__ import annotations

import csv
import math
import re
from collections import Counter
from importlib.resources import files
from pathlib import Path

import pandas as pd
import pytest

import minmap as mm
from minmap.commodity_statistics.printed_values import read_value
from minmap.commodity_statistics.world_tables import MEASURES, all_series, all_values
from minmap.errors import ChoiceError, MinmapError, MinmapWarning
from minmap.vocabulary import commodities, resolve_term

ALL = mm.statistics()
ROWS, COUNTRY_ROWS, WORLD_ROWS, OTHER_ROWS = 3303, 2845, 266, 192
"""Rows of the release, counted in its file by the text in its column Country."""
KEY = ["commodity_name", "measure", "detail", "year", "country"]


def one(commodity: str, measure: str, year: int, country: str, **columns: str) -> pd.Series:
    table = mm.statistics(commodity=commodity, measure=measure, year=year)
    for name, value in {"country": country, **columns}.items():
        table = table[table[name] == value]
    (row,) = table.to_dict("records")
    return pd.Series(row)


def test_all_rows_of_the_release_are_accounted_for() -> None:
    counts = all_values()["country"].value_counts()
    assert len(all_values()) == ROWS
    assert (counts["world"], counts["other"]) == (WORLD_ROWS, OTHER_ROWS)
    assert len(ALL) == ROWS - WORLD_ROWS - OTHER_ROWS == COUNTRY_ROWS
    assert not ALL.duplicated(KEY).any()
    assert ALL["country"].str.fullmatch("[A-Z]{3}").all()


def test_every_total_and_every_other_countries_is_beside_its_countries_or_listed_apart() -> None:
    columns = {series.series: series.column for series in all_series()}
    values = all_values().assign(column=all_values()["series"].map(columns))
    details = {series.series: (series.commodity, series.detail) for series in all_series()}
    with_countries = set(
        values.loc[~values["country"].isin(["world", "other"]), ["column", "year"]].itertuples(
            index=False, name=None
        )
    )
    lone = [
        (*details[row["series"]], row["year"], row["value_text"])
        for row in values[values["country"].isin(["world", "other"])].to_dict("records")
        if (row["column"], row["year"]) not in with_countries
    ]
    listed = [
        (one["commodity_name"], one["detail"], one["year"], one["value_text"])
        for one in ALL.attrs["without_countries"]
    ]
    assert Counter(listed) == Counter(lone)
    assert len(lone) == 16


# By hand from the release: value as printed, share in per cent of the printed total, rank, ranked.
BY_HAND = [
    ("Antimony", "production", "Mine production", 2025, "TJK", "22,000", 22000 / 110000, 3, 15),
    ("Antimony", "reserves", "Reserves", 2025, "KGZ", "260,000", 260000 / 2000000, 4, 13),
    ("Chromium", "production", "Mine production", 2025, "KAZ", "7,000", 7000 / 51000, 3, 7),
    ("Chromium", "reserves", "Reserves: Ore", 2024, "KAZ", "230,000", 230 / 1200, 2, 8),
    ("Gold", "production", "Mine production", 2025, "KAZ", "130", 130 / 3300, 8, 13),
    ("Gold", "production", "Mine production", 2025, "UZB", "130", 130 / 3300, 8, 13),
    ("Selenium", "capacity", "Refinery capacity", 2025, "UZB", "3", 3 / 5100, 16, 16),
    ("Silicon", "production", "Silicon metal", 2025, "KAZ", "7", 7 / 4600, 11, 12),
    ("Tungsten", "production", "Mine production", 2025, "KAZ", "2,400", 2400 / 85000, 3, 11),
]


@pytest.mark.parametrize("case", BY_HAND, ids=lambda case: " ".join(map(str, case[:5])))
def test_values_shares_and_ranks_worked_by_hand(case: tuple) -> None:
    commodity, measure, detail, year, country, text, share, rank, ranked = case
    row = one(commodity, measure, year, country, detail=detail)
    assert row["value_text"] == text
    assert row["share"] == pytest.approx(share)
    assert (row["rank"], row["ranked"]) == (rank, ranked)


def test_what_is_withheld_not_available_or_in_words_is_no_number() -> None:
    withheld = one("lithium", "production", 2025, "USA")
    assert (withheld["qualifier"], withheld["value_text"]) == ("withheld", "W")
    unknown = one("silver", "reserves", 2025, "KAZ")
    assert (unknown["qualifier"], unknown["value_text"]) == ("not available", "")
    words = one("talc", "reserves", 2025, "AFG")
    assert (words["qualifier"], words["value_text"]) == ("in words", "Large")
    for row in (withheld, unknown, words):
        assert row[["value", "share", "rank"]].isna().all()
    has_number = ALL["value_text"].str.fullmatch(r"[\d,]+(\.\d+)?|—")
    assert (ALL["value"].notna() == has_number).all()
    assert ALL["qualifier"].isin(["estimated", "zero"]).sum() > 1000
    assert ALL.loc[~has_number, "qualifier"].notna().all()


def test_a_dash_is_zero_and_has_no_rank() -> None:
    row = one("tungsten", "production", 2024, "KAZ")
    assert (row["value_text"], row["value"], row["qualifier"]) == ("—", 0, "zero")
    assert (row["share"], row["ranked"]) == (0, 10)
    assert pd.isna(row["rank"])


@pytest.mark.parametrize(
    ("commodity", "year", "country", "qualifier"),
    [
        ("helium", 2025, "ZAF", "less than half the unit"),
        ("vermiculite", 2024, "MEX", "less than half the unit"),
    ],
)
def test_the_mark_s_has_the_meaning_of_its_note(
    commodity: str, year: int, country: str, qualifier: str
) -> None:
    assert one(commodity, "production", year, country)["qualifier"] == qualifier


def test_the_mark_s_of_reserves() -> None:
    assert one("graphite", "reserves", 2025, "UKR")["qualifier"] == "included in the world total"
    assert one("peat", "reserves", 2025, "SWE")["qualifier"] == "included with other countries"
    rutile = one("Ti", "reserves", 2025, "USA", detail="Reserves: Rutile")
    assert rutile["qualifier"] == "included with ilmenite"


def test_a_share_of_a_total_that_is_too_small_is_at_most() -> None:
    of_bound = one("chromium", "reserves", 2025, "KAZ")
    assert of_bound["world_total_qualifier"] == "greater than"
    without_one = one("lithium", "production", 2025, "CHL")
    assert "Excludes U.S. production." in without_one["world_total_note"]
    assert of_bound["share_qualifier"] == without_one["share_qualifier"] == "at most"
    exact = one("gold", "production", 2025, "KAZ")
    assert pd.isna(exact["share_qualifier"])
    for commodity in ("Antimony", "Clays"):
        table = mm.statistics(commodity=commodity, measure="production", year=2025)
        table = table[table["world_total_note"].str.contains("Does not include").eq(True)]
        assert set(table["world_total_qualifier"]) == {"estimated"}
        assert set(table.loc[table["share"].notna(), "share_qualifier"]) == {"at most"}
    sponge = mm.statistics(commodity="Titanium Sponge Metal", measure="production")
    bound = sponge[sponge["share_qualifier"].notna()]
    assert bound["year"].unique().tolist() == [2024]  # the United States withhold 2024 only


def test_countries_with_different_forms_share_the_total_of_their_column() -> None:
    table = mm.statistics(commodity="talc", measure="production", year=2025)
    assert table["detail"].nunique() == 6
    assert table["world_total_text"].unique().tolist() == ["6,900"]
    assert table["other_countries"].unique().tolist() == ["790"]
    assert table["value"].sum() < 6900
    steatite = table[table["detail"] == "Mine production: steatite"]
    assert steatite[["country", "rank", "ranked"]].to_numpy().tolist() == [
        ["IND", 1, 2],
        ["PAK", 2, 2],
    ]


def test_boron_has_no_total_and_no_share() -> None:
    table = mm.statistics(commodity="boron")
    assert table["world_total_qualifier"].unique().tolist() == ["not applicable"]
    assert table[["share", "world_total", "share_qualifier"]].isna().all(axis=None)


@pytest.mark.parametrize("year", [2024, 2025])
def test_countries_never_add_up_to_more_than_their_total(year: int) -> None:
    table = mm.statistics(year=year)
    # A lower bound may be less: 2,395,000 t of antimony are listed beside ">2,000,000".
    table = table[table["share_qualifier"].isna()]
    sums = table.groupby(["commodity_name", "measure", "unit", "world_total"])["value"].sum()
    totals = sums.index.get_level_values("world_total").to_numpy()
    # Totals have two or three digits; several details that name products have a total each.
    assert (sums / totals).max() < 1.06


def test_units_say_what_they_are_of() -> None:
    def unit(commodity: str, measure: str) -> set[str]:
        return set(mm.statistics(commodity=commodity, measure=measure)["unit"])

    assert unit("tin", "reserves") == {"metric tons, tin content"}
    assert unit("arsenic", "production") == {"metric tons, arsenic trioxide, gross weight"}
    assert unit("manganese", "production") == {"thousand metric tons, manganese content"}
    assert unit("manganese", "reserves") == {"thousand metric tons"}
    assert unit("gemstones", "reserves") == {"thousands of carats, natural diamond"}
    assert unit("chromium", "reserves") == {
        "thousand metric tons, gross weight",
        "thousand metric tons, Cr2O3 content",
    }


@pytest.mark.parametrize(
    ("word", "names"),
    [
        ("Titanium Sponge Metal", ["Titanium Sponge Metal"]),
        ("titanium", ["Titanium Sponge Metal", "Tio2 Pigment", "Titanium Mineral Concentrates"]),
        ("Kupfer", ["Copper"]),
        ("Cr", ["Chromium"]),
        ("PGE", ["Palladium", "Platinum", "Platinum-Group Metals"]),
        ("diamond", ["Diamond (Industrial)", "Gemstones"]),
        ("BAUXITE AND ALUMINA", ["Bauxite", "Alumina"]),
        ("bauxite", ["Bauxite"]),
        ("sand", ["Sand And Gravel (Construction)", "Sand And Gravel (Industrial)"]),
        ("bentonite", ["Clays"]),
        (["gold", "silver"], ["Gold", "Silver"]),
    ],
    ids=str,
)
def test_a_commodity_is_found_by_its_names(word: str | list[str], names: list[str]) -> None:
    assert set(mm.statistics(commodity=word)["commodity_name"]) == set(names)


def test_codes_are_those_of_the_vocabulary() -> None:
    known = set(commodities()["code"])
    codes = {code for series in all_series() for code in series.codes}
    assert codes <= known
    without = {series.commodity for series in all_series() if not series.codes}
    assert without == {"Neon", "Krypton", "Xenon"}
    assert set(mm.statistics(commodity="bentonite")["commodity"]) == {"Bent"}
    assert mm.statistics(commodity="neon")["commodity"].isna().all()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"commodity": "chromum"}, "commodity='chromum' is not known; did you mean 'Chromium'?"),
        ({"commodity": "coal"}, r"commodity='coal' \(Coal\) has no statistics in .* lists all"),
        ({"commodity": "Nd"}, "its group has: commodity='REE'"),
        ({"commodity": ""}, "commodity='' is not known"),
        ({"measure": "reserve"}, "measure='reserve' is not known; did you mean 'reserves'?"),
        ({"measure": "mine production"}, "did you mean 'production'.* is in the column detail"),
        ({"measure": "Resources"}, "it has reserves by country.*; give measure='reserves'"),
        (
            {"country": "KAZ"},
            r"keep rows of its result, such as stats\[stats\['country'\] == 'KAZ'",
        ),
        ({"year": 2022}, "year=2022 has no statistics .* it has: .*reserves of 2025"),
        (
            {"commodity": "cement", "measure": "reserves"},
            "commodity='cement', measure='reserves' .* it has: capacity of 2024, .*production",
        ),
        (
            {"commodity": "chromium", "year": 2023},
            "commodity='chromium', year=2023 .* it has: production of 2024",
        ),
    ],
    ids=str,
)
def test_what_is_not_there_is_an_error_that_says_what_there_is(
    given: dict[str, object], message: str
) -> None:
    with pytest.raises(ChoiceError, match=message):
        mm.statistics(**given)


@pytest.mark.parametrize(
    "given", [{"commodity": 5}, {"measure": 5}, {"year": "25"}, {"year": 2025.5}], ids=str
)
def test_an_argument_of_another_kind_is_an_error(given: dict[str, object]) -> None:
    with pytest.raises(MinmapError, match=next(iter(given))):
        mm.statistics(**given)


def test_case_and_texts_of_years_do_not_matter() -> None:
    given = mm.statistics(commodity="tin", measure=" Reserves", year="2025")
    pd.testing.assert_frame_equal(
        given, mm.statistics(commodity="tin", measure="reserves", year=2025)
    )


@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".gpkg"])
def test_statistics_are_not_written_as_a_layer_and_the_cure_works(
    tmp_path: Path, ending: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    tin = mm.statistics(commodity="tin", measure="reserves", year=2025)
    with pytest.raises(MinmapError, match=r"as of minmap\.statistics") as caught:
        mm.write(tin, tmp_path / f"tin{ending}")
    assert [*tmp_path.iterdir()] == []
    (call,) = re.findall(r"frame\.(to_\w+)\('(x\.\w+)', index=False\)", str(caught.value))
    monkeypatch.chdir(tmp_path)
    getattr(tin, call[0])(call[1], index=False)
    is_workbook = call[1].endswith("xlsx")
    read = pd.read_excel(call[1], engine="openpyxl") if is_workbook else pd.read_csv(call[1])
    assert is_workbook == (ending == ".xlsx")
    assert read["value"].equals(tin["value"])


def test_a_series_without_countries_is_empty_and_says_what_is_stated() -> None:
    with pytest.warns(MinmapWarning, match="Yttrium in 2025: 10,000 - 15,000 metric tons"):
        table = mm.statistics(commodity="yttrium")
    assert table.empty
    assert table.columns.equals(ALL.columns)
    (stated,) = table.attrs["without_countries"]
    assert (stated["of"], stated["qualifier"], stated["note"]) == ("world", "range", "")


def test_the_source_survives_what_pandas_does_to_attrs() -> None:
    (source,) = ALL.attrs["sources"]
    assert source["url"] == "https://doi.org/10.5066/P1WKQ63T"
    assert {"title", "citation", "licence", "vintage"} <= set(source)
    joined = ALL.merge(pd.DataFrame({"country": ["KAZ"], "mine": ["a"]}), on="country")
    assert set(joined["source"]) == {source["title"]}
    ALL.attrs["sources"][0]["title"] = "changed"
    try:
        assert mm.statistics(commodity="tin").attrs["sources"][0]["title"] == source["id"]
    finally:
        ALL.attrs["sources"][0]["title"] = source["id"]


def test_a_mark_that_no_note_explains_is_an_error() -> None:
    with pytest.raises(ValueError, match="do not explain"):
        read_value("s", is_estimated=False, note="Reported.")


def test_measures_are_those_of_the_series() -> None:
    assert {series.measure for series in all_series()} == set(MEASURES)


# --- against the reference data -------------------------------------------------------------------


def test_every_row_of_the_release_has_its_value(shared: Path) -> None:
    with (shared / "facts" / "mcs2026_world.csv").open(encoding="utf-8", newline="") as file:
        release = list(csv.DictReader(file))
    assert len(release) == ROWS
    found = ALL.set_index(KEY)["value_text"].to_dict()
    expected = {}
    for row in release:
        if row["Country"] in ("World total", "Other countries"):
            continue
        kind = (row["Commodity"], row["Statistics"].lower())
        detail = row["Statistics_detail"].replace("\xa0", " ").strip(" ,")
        for end in (": rounded", ", rounded"):
            detail = detail.removesuffix(end)
        country = resolve_term(row["Country"], "countries")
        expected[(*kind, detail, int(row["Year"]), country)] = row["Value"]
    assert len(expected) == COUNTRY_ROWS
    assert found == expected


def test_every_total_of_the_release_is_beside_its_countries(shared: Path) -> None:
    release = pd.read_csv(shared / "facts" / "mcs2026_world.csv", dtype=str, keep_default_na=False)
    key = ["Commodity", "Statistics", "Year"]
    for place, column in (
        ("World total", "world_total_text"),
        ("Other countries", "other_countries"),
    ):
        rows = release[release["Country"] == place]
        printed = rows.groupby(key)["Value"].apply(set).to_dict()
        assert len(rows) == (WORLD_ROWS if place == "World total" else OTHER_ROWS)
        for (name, measure, year), table in ALL.groupby(["commodity_name", "measure", "year"]):
            texts = set(table[column].dropna())
            assert texts <= printed.get((name, measure.capitalize(), str(year)), set())


def test_shares_and_ranks_are_those_of_the_region(shared: Path) -> None:
    with (shared / "facts" / "mcs2026_region.csv").open(encoding="utf-8", newline="") as file:
        region = list(csv.DictReader(file))
    assert len(region) == 155
    table = ALL.set_index(KEY)
    for row in region:
        key = (row["commodity"], row["statistic"].lower(), row["detail"], int(row["year"]))
        found = table.loc[(*key, row["iso"])]
        assert found["value_text"] == row["value"], key
        assert found["unit"].startswith(row["unit"]), key
        assert (found["ranked"] or 0) == int(row["n_listed"]), key
        if row["value_num"]:
            assert found["value"] == float(row["value_num"])
            assert found["rank"] == float(row["rank_among_listed"])
        else:
            assert pd.isna(found["rank"])
            assert pd.isna(found["value"]) == (row["value"] != "—")
        if row["share_pct"]:
            assert found["share"] * 100 == pytest.approx(float(row["share_pct"]), abs=0.00501)
        if row["world_total"]:
            assert found["world_total"] == float(row["world_total"])
        else:
            assert math.isnan(found["world_total"])


def test_the_shipped_files_are_those_that_the_script_makes(
    shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scripts = Path(__file__).parents[1] / "scripts"
    monkeypatch.syspath_prepend(scripts)
    import build_statistics  # noqa: PLC0415  (a script, found through the path above)

    monkeypatch.setattr(build_statistics, "TARGET", tmp_path)
    build_statistics.main(shared)
    shipped = files("minmap.commodity_statistics") / "data"
    for name in ("series", "values", "notes", "chapters"):
        made = (tmp_path / f"{name}.csv").read_bytes()
        assert made == (shipped / f"{name}.csv").read_bytes(), name
