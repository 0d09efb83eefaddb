"""Statements about Central Asia: the counts of sites beside the inventory of USGS."""

from __future__ import annotations

import csv
import json
import math
import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

import minmap as mm
from minmap.statements.earlier_tables import earlier_tables
from minmap.statements.inventory_sites import (
    REPUBLICS,
    THRESHOLDS,
    definitions,
    found_sites,
    rare_commodities,
    site_counts,
)
from minmap.statements.table_values import Series
from minmap.statements.verdicts import Claim, finding_on

REPO = Path(__file__).resolve().parents[1]
DATA = REPO / "minmap" / "statements" / "data"


def shipped(name: str) -> list[dict[str, str]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# Sites counted by hand in the three sample files: records of a republic with Be, Nb, Ta or rare
# earths, grouped by name (Aqshatau is Akchatau, Qaraoba Karaoba, Qatpar stands alone).
NAMED = {
    "KAZ": {
        "Aqshatau", "Bota Burum", "Zhanuzak", "Kokshetau", "Elenovsk Complex", "Qaraoba", "Kounrad",
        "Qatpar", "Verkhnee Espe", "Belogorskoe", "Kundybai", "Ognevka", "Asubulak Concentrator",
    },
    "KGZ": {"Kutessay II project", "Aqtyuz"},
    "TJK": {"Rangkul'", "Chorukh-Dairon"},
}  # fmt: skip


@pytest.mark.parametrize("threshold", [0.5, 0.7])
def test_sites_of_the_metals_that_usgs_names_are_those_counted_by_hand(threshold: float) -> None:
    sites = found_sites("named", threshold)
    assert {country: set(names) for country, names in sites.groupby("country")["name"]} == NAMED
    assert len(sites) == 17


def test_plants_are_left_out_unless_the_site_has_another_name() -> None:
    names = set(found_sites("named", 0.7)["name"])
    # Their records have rare earths and tantalum, but name works only.
    assert not names & {"Plant in Stepnogorsk", "(Facility) Yermakovsky Smelter"}
    asubulak = found_sites("named", 0.7).set_index("name").loc["Asubulak Concentrator"]
    assert asubulak["other_names"] == "Asubulak"


def test_no_record_is_in_two_sites_and_decided_pairs_are_one() -> None:
    for definition in definitions():
        records = [
            one for ids in found_sites(definition, 0.7)["site_records"] for one in ids.split("; ")
        ]
        assert len(records) == len(set(records))
    sites = found_sites("all_rare", 0.9)["site_records"]
    assert sites.str.contains("major_deposits:1483").sum() == 1
    assert "pp1802:b52a180c8509" in sites[sites.str.contains("major_deposits:1483")].item()


def test_wider_definitions_and_higher_thresholds_give_no_fewer_sites() -> None:
    totals = site_counts().groupby(["definition", "threshold"])["sites"].sum()
    names = list(definitions())
    for threshold in THRESHOLDS:
        counts = [totals[name, threshold] for name in names]
        assert counts == sorted(counts)
    for name in names:
        counts = [totals[name, threshold] for threshold in THRESHOLDS]
        assert counts == sorted(counts)
    # From 17 to about a quarter of the 384, whatever is counted.
    assert totals.min() == 17
    assert 90 < totals.max() < 120


def test_counts_by_country_stand_beside_those_of_usgs() -> None:
    counts = site_counts()
    assert len(counts) == len(definitions()) * len(THRESHOLDS) * len(REPUBLICS)
    one = counts[(counts["definition"] == "named") & (counts["threshold"] == 0.7)]
    published = dict(zip(one["country"], one["published"], strict=True))
    assert published == {"KAZ": 160, "KGZ": 75, "TJK": 60, "TKM": 2, "UZB": 87}
    assert sum(published.values()) == 384
    assert dict(zip(one["country"], one["sites"], strict=True)) == {
        "KAZ": 13, "KGZ": 2, "TJK": 2, "TKM": 0, "UZB": 0,
    }  # fmt: skip


def test_definitions_have_known_codes_and_each_contains_the_one_before() -> None:
    known = set(mm.vocabulary.commodities()["code"])
    before: set[str] = set()
    for codes in definitions().values():
        assert set(codes.split()) <= known
        wider = {one for code in codes.split() for one in mm.vocabulary.members(code)}
        assert before < wider
        before = wider
    assert all(row["source"] for row in shipped("definitions"))


@pytest.fixture(scope="module")
def said() -> pd.DataFrame:
    return mm.claims().set_index("claim_id")


# Numbers of the printed tables of MCS 2026, divided here by hand: what is listed, and with what
# the rounded world total leaves to countries without a number.
SHARES = {
    # Nothing is listed. The listed ones have 580 + 300 + 260 + 61 + 13 + 34 + 550 = 1,798 of
    # 1,700 (million t): more than the whole. Others are "Small": what 1,700, rounded to hundreds,
    # hides.
    "manganese_daryo": (None, 100 * 50 / 1_700, "contradicted by the table"),
    "manganese_argus": (None, 100 * 50 / 1_700, "contradicted by the table"),
    "chromium_daryo": (100 * 100_000 / 540_000, None, "not supported by the table"),
    # 95,500 - (4,600 + 34,000 + 1,600 + 22,000 + 1,900 + 2,000 + 5,600 + 5,000 + 8,900 + 1,700
    # + 1,600) = 6,600, more than the 5,900 of other countries
    "lead_daryo": (None, 100 * 6_600 / 95_000, "contradicted by the table"),
    # 245,000 - (9,300 + 64,000 + 60,000 + 10,000 + 7,400 + 14,000 + 18,000 + 29,000 + 4,100)
    # = 29,200, more than the 25,000 of other countries
    "zinc_daryo": (
        100 * 7_400 / 240_000, 100 * (7_400 + 29_200) / 240_000, "not supported by the table"
    ),
    "titanium_daryo": (None, None, "cannot be checked with these tables"),
    # 12,500,000 - (6,000 + 1,700 + 800 + 760 + 500 + 260 + 220 + 160 + 100 + 91 + 84 + 70 = 10,745
    # thousand t)
    "cobalt_india": (None, 100 * 1_755 / 12_000, "cannot be checked with these tables"),
    "copper_india": (
        100 * 20_000 / 980_000, 100 * (20_000 + 214_800) / 980_000, "not supported by the table"
    ),
    # Kazakhstan 7, Uzbekistan 21; 17,500 - 17,271 = 229
    "molybdenum_india": (
        100 * 28 / 17_000, 100 * (28 + 229) / 17_000, "contradicted by the table"
    ),
    "aluminium_india": (
        100 * 160_000 / 29_000_000,
        100 * (160_000 + 29_500_000 - 23_239_000) / 29_000_000,
        "not supported by the table",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SHARES)
def test_a_share_is_that_of_the_printed_numbers(name: str, said: pd.DataFrame) -> None:
    least, most, verdict = SHARES[name]
    row = said.loc[name]
    assert row["verdict"] == verdict
    for column, expected in (("data_value", least), ("data_most", most)):
        if expected is None:
            assert pd.isna(row[column]), column
        else:
            assert row[column] == pytest.approx(expected), column


def test_a_listed_zero_is_zero_and_a_country_that_is_not_listed_is_missing() -> None:
    # Manganese: the United States have a dash, which is zero; Kazakhstan is not in the table.
    assert finding_on(Claim(("USA",), "Mn", "reserves_share", "20")).value == 0
    assert math.isnan(finding_on(Claim(("KAZ",), "Mn", "reserves_share", "20")).value)


@pytest.mark.parametrize(
    ("value", "met", "missed"),
    [("38.6", 38.649, 38.651), ("20", 19.51, 19.49), ("2.15", 2.154, 2.16)],
)
def test_a_claim_is_met_within_half_of_its_last_digit(
    value: str, met: float, missed: float
) -> None:
    claim = Claim(("KAZ",), "Cr", "reserves_share", value)
    assert claim.is_met_by(met)
    assert not claim.is_met_by(missed)


@pytest.mark.parametrize(
    ("others", "most"), [("1,040", 30 + 1_040), ("11", 30 + 11.5), ("", 30 + 11.5)]
)
def test_the_most_is_with_what_is_printed_for_others_or_is_left(others: str, most: float) -> None:
    # 30 and 60 of 101, which may be 101.5: 11.5 are left, unless the table prints more.
    rows = pd.DataFrame(
        {
            "country": ["ZAF", "KAZ"],
            "value": [60.0, 30.0],
            "world_total": 101.0,
            "world_total_text": "101",
            "world_total_qualifier": None,
            "other_countries": others,
        }
    )
    assert Series(rows).share(["KAZ"]) == pytest.approx((30 / 101, most / 101))


def test_ranks_and_amounts_of_chromium_are_those_of_the_printed_tables(said: pd.DataFrame) -> None:
    # Reserves: South Africa 110,000, Kazakhstan 100,000. Production: 23,000, Turkey 9,000, 7,000.
    reserves = said.loc["chromium_nupi_reserves"]
    assert (reserves["data_value"], reserves["verdict"]) == (2, "out of date")
    assert "In 2021 it was 1, with 230 of 570 Mt" in reserves["conclusion"]
    producer = said.loc["chromium_nupi_producer"]
    assert (producer["data_value"], producer["verdict"]) == (3, "out of date")
    assert "In 2023 it was 2, shared, with 6 of 41 Mt" in producer["conclusion"]
    amount = said.loc["chromium_kondrashov"]
    # 230,000 thousand t of ore in 2024; 100,000 of Cr2O3 in 2025.
    assert (amount["data_value"], amount["verdict"]) == (230, "agrees within rounding")
    assert "gross weight, 2024" in amount["data_measure"]
    assert "100 Mt (reserves of chromium, Cr2O3 content, 2025)" in amount["conclusion"]


def test_a_rank_without_room_in_any_edition_is_contradicted_and_a_lower_one_is_not() -> None:
    # Turkey: 6th of 8 in reserves; an earlier table does not list it.
    first = finding_on(Claim(("TUR",), "Cr", "reserves_rank", "1"))
    assert first.verdict == "contradicted by the table"
    # Countries that are not listed may be before it.
    assert finding_on(Claim(("TUR",), "Cr", "reserves_rank", "9")).verdict == (
        "not supported by the table"
    )


def test_an_earlier_rank_is_known_only_if_no_other_country_can_have_more() -> None:
    [table] = earlier_tables("Cr", "reserves")
    # 570 - 230 - 200 = 140 are left for all others.
    assert (table.rank_of("KAZ"), table.rank_of("ZAF"), table.rank_of("TUR")) == (1, 2, None)
    assert replace(table, world=table.world + 70e6).rank_of("ZAF") is None


def test_a_share_in_an_earlier_edition_is_told(said: pd.DataFrame) -> None:
    for name in ("chromium_daryo", "chromium_argus"):
        # 230 of 570
        assert (
            "By an earlier edition, Kazakhstan had 40.4 % in 2021" in said.loc[name, "conclusion"]
        )
    met = finding_on(Claim(("KAZ",), "Cr", "reserves_share", "40.4"))
    assert met.verdict == "out of date"


def test_sources_have_ids_and_earlier_ones_stand_where_they_decide(said: pd.DataFrame) -> None:
    sources = mm.claims().attrs["sources"]
    ids = [source["id"] for source in sources]
    assert len(ids) == len(set(ids))
    for name, url in {
        "chromium_nupi_reserves": "https://resource.ashigaru.jp/country/kazakhstan/chromium.html",
        "chromium_nupi_producer": "https://l.global.ssl.fastly.net/List_of_countries_by_chromium_"
        "production",
    }.items():
        assert url in said.loc[name, "data_source"]
        assert url in [source["url"] for source in sources]
    assert "ashigaru" not in said.loc["zinc_daryo", "data_source"]


def test_shares_of_a_sentence_have_one_precision(said: pd.DataFrame) -> None:
    text = said.loc["molybdenum_india", "conclusion"]
    # 21 and 7 of 17,000
    assert "Uzbekistan with 0.12 % and Kazakhstan with 0.04 %" in text


def test_claims_keep_the_words_of_their_sources(said: pd.DataFrame) -> None:
    quoted = said[said["quote"].notna()]
    for word, other in (("reserves", "resources"), ("resources", "reserves")):
        has = quoted["quote"].str.contains(word)
        assert not quoted.loc[has, "claim"].str.contains(other).any(), word
    assert "underground mining" in said.loc["uranium_kaz_share_2022", "claim"]
    assert said.loc["uranium_world_reserves", "measure"] == "reserves"
    india = said[said["said_by"] == "India Foundation"]
    assert len(india) == 4
    assert india["conclusion"].str.contains("that reserves are meant is our reading").all()
    assert not india["claim"].str.contains("reserves").any()


def test_a_total_that_is_a_lower_bound_makes_the_share_an_upper_one(said: pd.DataFrame) -> None:
    text = said.loc["chromium_daryo", "conclusion"]
    assert "Kazakhstan with at most 18.5 %" in text
    assert "at most 19.2 % (reserves of chromium (ore), gross weight, 2024)" in text


def test_uranium_is_in_no_table_and_only_its_own_numbers_are_compared(said: pd.DataFrame) -> None:
    uranium = said[said["commodity"] == "U"]
    assert len(uranium) == 11
    assert set(uranium["verdict"]) == {"cannot be checked with these tables"}
    assert uranium["data_value"].isna().all()
    assert uranium["conclusion"].str.contains("There are other open tables").all()
    # 132,300 of 6,140,000 t is 2.15 %.
    text = "132,300 t of resources for the country and 6.14 Mt of reserves for the world, give"
    assert f"{text} 2.2 %" in uranium.loc["uranium_uzb_resources_share", "conclusion"]


def test_the_inventory_is_a_range_and_occurrences_are_not_deposits(said: pd.DataFrame) -> None:
    counted = said.loc["occurrences_usgs"]
    assert counted["verdict"] == "cannot be checked with these tables"
    assert counted["data_value"] == 17
    assert counted["data_value"] < counted["data_most"] < 384
    assert said.loc["occurrences_openkg", "verdict"] == "not supported by the table"


def test_the_counts_and_sites_of_the_claims_are_those_found() -> None:
    attrs = mm.claims().attrs
    assert json.loads(json.dumps(attrs)) == attrs  # pandas writes them into Parquet files
    counts = pd.DataFrame(attrs["site_counts"])
    pd.testing.assert_frame_equal(counts, site_counts(), check_dtype=False)
    sites = pd.DataFrame(attrs["sites"])
    [definition], [threshold] = sites["definition"].unique(), sites["threshold"].unique()
    found = found_sites(definition, threshold)
    assert sites["site_records"].tolist() == found["site_records"].tolist()
    assert sites["rare_commodity"].tolist() == rare_commodities(found, definition).tolist()
    assert [row["commodities"] for row in attrs["definitions"]] == list(definitions().values())
    assert [row["left_id"] for row in attrs["decisions"]] == [
        row["left_id"] for row in shipped("decisions")
    ]


def test_every_claim_says_who_said_it_and_how_we_know(said: pd.DataFrame) -> None:
    assert said.index.is_unique
    for column in ("claim", "said_by", "known_by", "verdict", "conclusion", "measure"):
        assert said[column].notna().all()
    read = said["known_by"] == "read in a stored copy of the page"
    assert said.loc[read, ["url", "document"]].notna().all(axis=None)
    # Of the article of March 2024 nothing but the notes is known.
    noted = said[~read]
    assert set(noted["said_by"]) == {"An article of March 2024"}
    assert noted["known_by"].str.contains("a note in our reference data").all()
    assert noted[["url", "quote"]].isna().all(axis=None)
    assert set(noted["document"]) == {"not recorded"}
    assert (said["quote"].dropna().str.split().str.len() <= 15).all()
    checked = said["data_value"].notna()
    assert said.loc[checked, "data_source"].notna().all()


def test_said_numbers_stand_in_the_quotes(said: pd.DataFrame) -> None:
    in_words = {"uranium_uzb_rank", "chromium_nupi_reserves", "chromium_nupi_producer"}
    in_words.add("uranium_uzb_2021")  # "3.5 thousand tons"
    for name, row in said[said["quote"].notna()].drop(index=list(in_words)).iterrows():
        digits = re.sub(r"[, ]", "", row["quote"])
        assert f"{row['said']:g}" in digits, name


@pytest.mark.reference
def test_the_claims_are_made_of_the_facts(shared: Path) -> None:
    # Every row of the facts that is no table value is a claim, a count or a description.
    facts = pd.read_csv(shared / "facts" / "statements.csv", dtype=str)
    others = facts[~facts["document"].str.startswith("Mineral Commodity Summaries 2026")]
    counts = others["measure"] == "count in the USGS inventory"
    assert counts.sum() == len(shipped("inventory")) + 1
    quotes = {row["quote"] for row in shipped("claims")}
    plain = ~counts & ~others["measure"].isin(
        ["period of compilation", "companion publication", "position"]
    )
    assert set(others.loc[plain, "quote"]) <= quotes
    assert plain.sum() == 20


@pytest.mark.reference
def test_the_shipped_claims_are_those_that_the_script_makes(
    shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(REPO / "scripts")
    import build_statements  # noqa: PLC0415  (a script, found through the path above)

    monkeypatch.setattr(build_statements, "OUT", tmp_path)
    build_statements.main(shared)
    assert {path.name for path in tmp_path.iterdir()} == {"claims.csv", "inventory.csv"}
    for path in tmp_path.iterdir():
        assert path.read_bytes() == (DATA / path.name).read_bytes(), path.name


@pytest.mark.reference
def test_shares_are_those_of_the_raw_table(shared: Path, said: pd.DataFrame) -> None:
    table = pd.read_csv(shared / "facts" / "mcs2026_world.csv", dtype=str)
    table = table[(table["Statistics"] == "Reserves") & (table["Year"] == "2025")]
    numbers = pd.to_numeric(table["Value"].str.replace(r"[,>]", "", regex=True), errors="coerce")
    table = table.assign(number=numbers)
    republics = ["Kazakhstan", "Kyrgyzstan", "Tajikistan", "Turkmenistan", "Uzbekistan"]
    for name, commodity in {
        "zinc_daryo": "Zinc", "lead_daryo": "Lead", "manganese_daryo": "Manganese",
        "copper_india": "Copper", "cobalt_india": "Cobalt", "molybdenum_india": "Molybdenum",
        "aluminium_india": "Bauxite", "chromium_daryo": "Chromium",
    }.items():  # fmt: skip
        rows = table[table["Commodity"] == commodity]
        world = rows.loc[rows["Country"] == "World total", "number"].item()
        listed = rows.loc[rows["Country"].isin(republics), "number"].sum()
        value = said.loc[name, "data_value"]
        assert (0 if pd.isna(value) else value) == pytest.approx(100 * listed / world), name
