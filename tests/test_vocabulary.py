"""The vocabularies: every row is sound, and sources' words find their codes."""

from __future__ import annotations

import csv
import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from minmap import vocabulary
from minmap.errors import ChoiceError, MinmapError
from minmap.types import TEXT
from minmap.vocabulary import commodity_texts
from minmap.vocabulary.coded_texts import CodedTexts
from minmap.vocabulary.negations import without_negated
from minmap.vocabulary.registry import rows
from minmap.vocabulary.spelling import commodity_key, normalise
from tests.conftest import SHARED

needs_shared = pytest.mark.reference

TABLES = {
    "commodities": vocabulary.commodities,
    "commodity_groups": vocabulary.commodity_groups,
    "status": vocabulary.statuses,
    "site_types": vocabulary.site_types,
    "deposit_types": vocabulary.deposit_types,
    "countries": vocabulary.countries,
}
SEEN = {
    "countries": [
        ("usgs_major_deposits/deposit.csv", "country"),
        ("usgs_pp1802/PP1802_CritMin_pts.csv", "LOCATION"),
        ("usgs_sir20105090z/sedcu_deps_pros.csv", "country"),
        ("usgs_minfac/minfac-csv-refined.csv", "#country"),
        ("mrds/mrds_compact_central_asia.csv", "country"),
        ("mrds/mrds_nevada_tungsten.csv", "country"),
    ],
    "status": [
        ("usgs_minfac/minfac-csv-refined.csv", "#site+status"),
        ("usgs_sir20105090z/sedcu_deps_pros.csv", "sitestatus"),
        ("usgs_sir20105090z/sedcu_deps_pros.csv", "sitestatus2"),
        ("mrds/mrds_nevada_tungsten.csv", "dev_stat"),
        ("mrds/mrds_full_schema_idaho_montana_tungsten_383.csv", "dev_stat"),
    ],
    "site_types": [
        ("usgs_minfac/minfac-csv-refined.csv", "#site+siteType"),
        ("usgs_sir20105090z/sedcu_deps_pros.csv", "sitestatus"),
        ("usgs_sir20105090z/sedcu_deps_pros.csv", "sitestatus2"),
    ],
    "commodities": [
        ("usgs_major_deposits/deposit.csv", "commodity"),
        ("usgs_major_deposits/commodity.csv", "value"),
        ("usgs_pp1802/PP1802_CritMin_pts.csv", "CRITICAL_MINERAL"),
        ("usgs_sir20105090z/sedcu_deps_pros.csv", "comm_major"),
        ("usgs_minfac/minfac-csv-refined.csv", "#site+commodity"),
        ("mrds/mrds_nevada_tungsten.csv", "commod1"),
        ("mrds/mrds_nevada_tungsten.csv", "commod2"),
        ("mrds/mrds_nevada_tungsten.csv", "commod3"),
        ("mrds/mrds_full_schema_idaho_montana_tungsten_383.csv", "commod1"),
        ("mrds/mrds_full_schema_idaho_montana_tungsten_383.csv", "commod2"),
        ("mrds/mrds_full_schema_idaho_montana_tungsten_383.csv", "commod3"),
        ("mrds/mrds_compact_central_asia.csv", "commodities"),
    ],
}
# Written by hand where they ship.
BY_HAND = [
    "commodity_groups",
    "commodity_members",
    "commodity_negations",
    "commodity_qualifiers",
    "commodity_two_meanings",
    "site_type_terms",
    "site_types",
    "status",
    "status_terms",
    "unmapped_terms",
]
TERM_TABLES = {
    "commodity_terms": ("term", "codes", "commodities", commodity_key),
    "status_terms": ("term", "code", "status", normalise),
    "site_type_terms": ("term", "code", "site_types", normalise),
    "country_terms": ("term", "code", "countries", normalise),
    "fips_terms": ("term", "code", "countries", normalise),
    "alpha2_terms": ("term", "code", "countries", normalise),
    "deposit_type_terms": ("term", "code", "deposit_types", normalise),
}
COMMODITY_NAMES = sorted(row["term"] for row in rows("commodity_terms") if row["scheme"] == "names")


def codes(text: str, scheme: str = "names") -> str | None:
    found = vocabulary.parse_commodities(pd.Series([text]), scheme=scheme)[0].item()
    return None if pd.isna(found) else found


@pytest.mark.parametrize("name", TABLES)
def test_each_row_has_its_own_code_and_a_source(name):
    table = rows(name)
    listed = [row["code"] for row in table]
    assert len(set(listed)) == len(listed) > 5
    assert all(code and not set(code) & set(" \t\n") for code in listed)
    assert all(row["source"].strip() for row in table)
    assert all(row.get("label", row.get("name")) for row in table)


@pytest.mark.parametrize("name", TERM_TABLES)
def test_each_spelling_means_one_thing_has_a_source_and_known_codes(name):
    term, code, table, key = TERM_TABLES[name]
    known = {row["code"] for row in rows(table)}
    seen: dict[tuple[str, str], str] = {}
    for row in rows(name):
        assert row["source"].strip(), row
        assert row[code].split(), row
        assert set(row[code].split()) <= known, row
        scheme = row.get("scheme", "")
        # MRDS codes are compared as they are, names by their key.
        place = (scheme, row[term] if scheme == "mrds" else key(row[term]))
        assert place[1], row
        assert place not in seen, (row, seen[place])
        seen[place] = row[code]


def test_commodity_codes_differ_by_more_than_case_and_groups_exist():
    table = vocabulary.commodities()
    assert not table["code"].str.lower().duplicated().any()
    assert set(table["group"]) == set(vocabulary.commodity_groups()["code"])
    given_uris = table["cgi_uri"].dropna()
    assert given_uris.str.startswith("http://resource.geosciml.org/classifier/cgi/").all()


def test_every_mrds_code_belongs_to_one_commodity():
    listed = " ".join(vocabulary.commodities()["mrds_codes"].dropna()).split()
    by_terms = {row["term"] for row in rows("commodity_terms") if row["scheme"] == "mrds"}
    assert len(listed) == len(set(listed)) == 182
    assert set(listed) == by_terms


def test_a_caller_cannot_change_another_callers_vocabulary():
    mine = vocabulary.commodities()
    mine["code"] = "X"
    assert vocabulary.commodities()["code"].iloc[0] == "Ag"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Copper-silver-gold", "Cu Ag Au"),
        ("Boron-Borates", "B"),
        ("Boron-Borates; Sodium; Halite; Lithium", "B Na Salt Li"),
        ("Gold, Sand and Gravel, Construction", "Au SandG"),
        ("Copper, Oxide", "Cu"),
        ("Mercury, Tin, Titanium, Metal", "Hg Sn Ti"),
        ("Metal", "Metal"),
        ("Niobium (Columbium)", "Nb"),
        ("Tin, Tantalum, Tungsten, Columbium(Niobium)", "Sn Ta W Nb"),
        ("Zirconium and Hafnium; Titanium", "Zr Hf Ti"),
        ("Titanium-zirconium-REE", "Ti Zr REE"),
        ("Rare-Earth Elements", "REE"),
        ("rare earth elements, thorium", "REE Th"),
        ("Rare", "REE"),
        ("halite (salt), potash", "Salt K"),
        ("Zinc-lead-copper- silver", "Zn Pb Cu Ag"),
        ("Gold, PGE,", "Au PGE"),
        ("Gold, Gold", "Au"),
        ("Au Ag Cu", "Au Ag Cu"),
        ("Cu-Au", "Cu Au"),
        ("magnesite-talc", "Magns Tlc"),
        ("Chromium, Ferrochrome; Tantalum", "Cr Ta"),
        (" ", None),
        ("", None),
        ("unobtainium", None),
        ("медь, золото", "Cu Au"),
        ("Медь и молибден", "Cu Mo"),
        ("Редкие земли; бурый уголь", "REE Coal"),
        ("плавиковый шпат, уран", "F U"),
        ("Kupfer und Blei", "Cu Pb"),
        ("Molybdän; Molybdaen", "Mo"),
        ("cuivre et or, terres rares", "Cu Au REE"),
        ("oro y plata", "Au Ag"),
        ("铜、金；稀土", "Cu Au REE"),
        ("铅", "Pb"),
        ("カリウム", "K"),
        ("ガリウム", "Ga"),
        ("Алтын, мыс", "Au Cu"),
        ("La, Y, Nd", "La Y Nd"),
        ("Cu-Mo±Au", "Cu Mo Au"),
        ("CU MO", "Cu Mo"),
        ("WO3 + Li2O", "W Li"),
        ("TR2O3, Nb₂O₅", "REE Nb"),
        ("CaF2", "F"),
        ("Copper: concentrate, Cu content", "Cu"),
        ("Lead-zinc ore", "Pb Zn"),
        ("Refined tin, tin-lead alloys, lead, refined bismuth, and silver", "Sn Pb Bi Ag"),
        ("Rare metals: columbium, indium", "Nb In"),
        ("Ferroalloys: FeV, FeMo, FeNi", "V Mo Ni"),
        ("Sulfur: petroleum refinery", "S"),
        ("Nickel: nickel in ferronickel", "Ni"),
        ("scheelite, Wolframite", "W"),
        ("Pyrochlore; bastnaesite", "Nb REE"),
        ("coltan", "Nb Ta"),
        ("beryl", "Be"),
        ("Diamonds, phosphates", "Diam P"),
        ("hard coal; lignite", "Coal"),
        ("CLAY BRICKMAKING", "Cly"),
        ("placer gold", "Au"),
        ("sand & gravel", "SandG"),
        ("oil and gas", "Oil Gas"),
        ("groundwater", "Water"),
        ("редкие металлы", "RareM"),
        ("Rare metals", "RareM"),
        ("ΣTR2O3; Σ TR; TREO", "REE"),
        ("медно-молибденовое", "Cu Mo"),
        ("золото россыпное", "Au"),
        ("Полиметаллы", "Pb Zn"),
        ("хромитовые руды", "Cr"),
        ("медная руда", "Cu"),
        ("铅锌矿；砂金", "Pb Zn Au"),
        ("calcário; areia", "Lst Sand"),
        ("тас көмір", "Coal"),
        ("Kies und Sand", "SandG"),
        ("kireçtaşı", "Lst"),
        ("Porphyry Cu-Au", "Cu Au"),
    ],
)
def test_names_of_commodities(text, expected):
    assert codes(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (" AU AG CU PB ZN", "Au Ag Cu Pb Zn"),
        ("B NA LI", "B Na Li"),
        ("NA", "Na"),
        ("MG", "Magns"),
        ("PGE_PT NI_S CLY_K", "Pt Ni Kaol"),
        ("_M", "Metal"),
    ],
)
def test_lists_of_mrds_codes(text, expected):
    assert codes(text, "mrds") == expected


def test_unknown_words_are_counted_by_rows_and_known_ones_kept():
    texts = pd.Series(["Gold, Foo", "Foo; Bar", None, "Gold, Foo"], index=[7, 3, 5, 1], name="c")
    found, unknown = vocabulary.parse_commodities(texts)
    assert found.index.tolist() == [7, 3, 5, 1]
    assert found.name == "c"
    assert found.fillna("-").tolist() == ["Au", "-", "-", "Au"]
    assert unknown == {"Foo": 3, "Bar": 1}


def test_empty_in_empty_out():
    found, unknown = vocabulary.parse_commodities(pd.Series([], dtype="object"))
    assert (len(found), found.dtype, unknown) == (0, TEXT, {})


def test_unknown_scheme_and_vocabulary_are_refused():
    with pytest.raises(ChoiceError, match="scheme='name' is not known; did you mean 'names'"):
        vocabulary.parse_commodities(pd.Series(["Gold"]), scheme="name")
    with pytest.raises(ChoiceError, match="Choose one of: alpha2, countries, deposit_types"):
        vocabulary.parse_terms(pd.Series(["Gold"]), "colours")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Kazakhstan", "KAZ"),
        ("Kazakstan", "KAZ"),
        ("KAZ", "KAZ"),
        ("Russian Federation", "RUS"),
        ("United States", "USA"),
        ("United States of America", "USA"),
        ("Congo (Kinshasa)", "COD"),
        ("Congo (Brazzaville)", "COG"),
        ("Côte D\x92Ivoire", "CIV"),
        ("Kalaallit Nunaat (Greenland)", "GRL"),
        ("Burma", "MMR"),
        ("France", "FRA"),
        ("Norway", "NOR"),
        ("Türkiye", "TUR"),
    ],
)
def test_countries_in_the_sources_spellings(text, code):
    assert vocabulary.parse_terms(pd.Series([text]), "countries")[0].item() == code


def test_what_is_no_country_gets_no_code():
    texts = pd.Series(["Korean Peninsula", "Russia, Kazakhstan", "Pacific Ocean", "Congo"])
    found, unknown = vocabulary.parse_terms(texts, "countries")
    assert found.isna().all()
    assert len(unknown) == 4


def test_status_and_deposit_types_ignore_case_and_marks():
    assert (
        vocabulary.parse_terms(pd.Series(["past producer"]), "status")[0].item() == "past_producer"
    )
    text = pd.Series(["karst BAUXITE"])
    assert vocabulary.parse_terms(text, "deposit_types")[0].item() == "Q318"


def test_group_of_the_main_commodity():
    groups = vocabulary.group_of(pd.Series(["Au Cu", "U", None, "Nonsense"]))
    assert groups.fillna("-").tolist() == ["precious", "energy", "-", "-"]


@settings(deadline=None)
@given(st.lists(st.text(), max_size=8))
def test_parsing_never_fails_and_gives_known_codes_only(texts):
    known = set(vocabulary.commodities()["code"])
    for scheme in ("names", "mrds"):
        found, _ = vocabulary.parse_commodities(pd.Series(texts, dtype="object"), scheme=scheme)
        assert len(found) == len(texts)
        for text in found.dropna():
            assert set(text.split()) <= known
            assert len(set(text.split())) == len(text.split())


@settings(deadline=None)
@given(st.lists(st.sampled_from(COMMODITY_NAMES), min_size=1, max_size=6), st.data())
def test_no_known_name_is_lost_between_semicolons(names, data):
    expected = list(dict.fromkeys(code for name in names for code in (codes(name) or "").split()))
    # Two capitals may abbreviate another name of the cell: RE beside "Rare earths".
    cases = [
        data.draw(st.sampled_from([name, f" {name} ", name.upper() if len(name) > 2 else name]))
        for name in names
    ]
    found, unknown = vocabulary.parse_commodities(pd.Series([";".join(cases)]))
    assert found.item().split() == expected
    assert unknown == {}


@settings(deadline=None)
@given(st.text())
def test_normalising_twice_changes_nothing(text):
    assert normalise(normalise(text)) == normalise(text)


def test_three_hundred_thousand_rows_look_at_each_text_once(monkeypatch):
    looked: list[str] = []
    original = commodity_texts._read_names
    monkeypatch.setattr(
        commodity_texts,
        "_read_names",
        lambda text, own, **how: looked.append(text) or original(text, own, **how),
    )
    texts = pd.Series(["Gold, silver", "Copper-gold", None] * 100_000)
    found, _ = vocabulary.parse_commodities(texts)
    assert len(looked) == 2
    assert found.value_counts().tolist() == [100_000, 100_000]


@needs_shared
def test_the_tables_are_what_the_script_makes(tmp_path, monkeypatch):
    path = Path(__file__).resolve().parents[1] / "scripts" / "build_vocab.py"
    spec = importlib.util.spec_from_file_location("build_vocab", path)
    script = importlib.util.module_from_spec(spec)
    monkeypatch.setattr("sys.path", [str(path.parent), *sys.path])
    spec.loader.exec_module(script)
    script.main(SHARED, tmp_path)
    made = sorted(file.name for file in tmp_path.iterdir())
    kept = {file.name for file in Path(vocabulary.__file__).parent.glob("*.csv")}
    by_hand = {f"{name}.csv" for name in BY_HAND}
    assert by_hand < kept
    assert set(made) == kept - by_hand
    for name in made:
        kept = Path(vocabulary.__file__).parent / name
        assert (tmp_path / name).read_bytes() == kept.read_bytes(), name


@needs_shared
def test_the_reports_own_regularised_commodities_agree():
    """OFR 2005-1294 lists the commodities of each deposit a second time, one a row."""
    folder = SHARED / "deposits" / "usgs_major_deposits"
    deposits = pd.read_csv(folder / "deposit.csv", dtype="str", keep_default_na=False)
    regular = pd.read_csv(folder / "commodity.csv", dtype="str", keep_default_na=False)
    found, unknown = vocabulary.parse_commodities(deposits["commodity"])
    assert unknown == {}
    assert found.notna().all()
    joined = regular.groupby("gid")["value"].agg("; ".join)
    expected, unknown = vocabulary.parse_commodities(deposits["gid"].map(joined))
    assert unknown == {}
    differ = [set(a.split()) != set(b.split()) for a, b in zip(found, expected, strict=True)]
    # Where a bracket names the clay, rock or stone, minmap keeps that and not the general word;
    # beryl by itself is the ore of beryllium, and a gem where the text says so.
    narrower = r"clay \(|limestone \(|gem \(|gem beryl|sodium-bentonite"
    assert deposits["commodity"][differ].str.contains(narrower, case=False).all()
    assert sum(differ) == 40


@pytest.mark.parametrize(
    "text",
    [
        "Си",  # Cyrillic letters that look like Cu, Au and Mo
        "Аи",
        "Мо",
        "N/A",
        "carbon",
        "fertilizer",
        "refined",
        "polymetallic",
        "редкие",
        "gold or silver",
        "in",
        "set",
        "5 ton",
        "Chemical Co",
        "La Plata",
        "brine",
    ],
)
def test_what_looks_like_a_commodity_but_is_none(text):
    found, unknown = vocabulary.parse_commodities(pd.Series([text]))
    if text == "in":  # a lone symbol in small letters may be one
        assert found.item() == "In"
        return
    assert found.isna().all()
    assert unknown


@pytest.mark.parametrize(
    ("text", "scheme", "expected"),
    [
        ("Copper, Oxide; Nickel, Laterite", "names", "Cu oxide; Ni laterite"),
        (" NI_L AU CU_O", "mrds", "Ni laterite; Cu oxide"),
        ("Titanium, Ilmenite", "names", "Ti ilmenite"),
        ("CLY_K CLY_BC", "mrds", "Cly ball clay"),
        ("Petroleum: refined, crude oil throughput", "names", "Oil refined; Oil crude"),
        ("LREE, HREE", "names", "REE light; REE heavy"),
        ("WO3", "names", "W WO3"),
        ("CLAY BRICKMAKING", "names", "Cly brickmaking"),
        ("scheelite; россыпное золото", "names", "W scheelite; Au placer"),
        ("sub-bituminous coal", "names", "Coal subbituminous"),
        ("Gold, Silver", "names", None),
        ("", "names", None),
    ],
)
def test_qualifiers_are_kept_apart(text, scheme, expected):
    found = vocabulary.parse_qualifiers(pd.Series([text], name="c"), scheme=scheme)
    assert found.name == "c"
    assert found.dtype == TEXT
    assert (None if pd.isna(found.item()) else found.item()) == expected


@settings(deadline=None)
@given(st.lists(st.text(), max_size=8))
def test_qualifiers_never_name_a_commodity_that_the_codes_lack(texts):
    values = pd.Series(texts, dtype="object")
    for scheme in ("names", "mrds"):
        found, _ = vocabulary.parse_commodities(values, scheme=scheme)
        said = vocabulary.parse_qualifiers(values, scheme=scheme)
        for codes_of_row, text in zip(found, said, strict=True):
            if not pd.isna(text):
                assert {part.split()[0] for part in text.split("; ")} <= set(codes_of_row.split())


def test_names_have_a_language_a_source_and_one_meaning():
    known = {row["code"] for row in rows("commodities")}
    meant: dict[str, str] = {}
    for row in rows("commodity_names"):
        assert row["code"] in known, row
        assert row["language"], row
        assert row["source"], row
        key = commodity_key(row["name"])
        assert key, row
        assert meant.setdefault(key, row["code"]) == row["code"], row
    languages = {row["language"] for row in rows("commodity_names")}
    assert {"en", "ru", "ru-Latn", "de", "fr", "es", "zh", "kk", "tr"} <= languages
    assert not {"km", "lo"} & languages
    for code in [row["code"] for row in rows("commodities") if len(row["code"]) <= 2]:
        if code not in {"Py", "Pm"}:
            in_russian = [
                row
                for row in rows("commodity_names")
                if row["code"] == code and row["language"] == "ru"
            ]
            assert in_russian, code


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["olovo, cink", "olovo, cink, bakar"], ["Pb Zn", "Pb Zn Cu"]),  # Serbian
        (["olovo", "zinek", "stříbro"], ["Pb", "Zn", "Ag"]),  # Czech
        (["олово, мед", "олово"], ["Pb", "Pb"]),  # Bulgarian
        (["олово", "олово, вольфрам"], ["Sn", "Sn W"]),  # Russian
        (["олово", "цинк", "свинець"], ["Sn", "Zn", "Pb"]),  # Ukrainian
        (["olovo, svinets"], ["Sn Pb"]),  # Russian in Latin letters
        (["olovo"], [None]),
        (["олово, цинк"], ["Zn"]),
        (["олово, сребро", "олово, серебро"], ["Ag", "Ag"]),
        (["Carbón", "CARBON"], ["Coal", "Coal"]),  # Spanish
        (["Carbon", "Oro"], ["Coal", "Au"]),
        (["Carbon", "Gold"], [None, "Au"]),
    ],
)
def test_names_of_two_meanings_are_decided_by_the_language_of_the_column(texts, expected):
    found, _ = vocabulary.parse_commodities(pd.Series(texts))
    assert [None if pd.isna(one) else one for one in found] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("бакар, злато, сребро", "Cu Au Ag"), ("stříbro, zinek", "Ag Zn"),
        ("黒鉛、石灰石", "Grf Lst"), ("金剛石", "Diam"), ("Volfrâmio", "W"),
        ("중석, 고령토, 석회석", "W Kaol Lst"), ("Saphir", "Saph"),
    ],
)  # fmt: skip
def test_further_names_of_usual_commodities(text, expected):
    assert codes(text) == expected


def test_a_name_of_two_meanings_alone_is_unknown_with_the_reason():
    with pytest.raises(ChoiceError, match=r"lead in Bulgarian.*tin in Russian"):
        vocabulary.resolve_commodity("олово")
    known = {row["code"] for row in rows("commodities")}
    listed = {row["term"] for row in rows("unmapped_terms") if row["vocabulary"] == "commodities"}
    for row in rows("commodity_two_meanings"):
        assert row["codes"] in known
        assert row["term"] in listed
        assert row["words"]


def test_russian_names_are_in_cyrillic_and_the_transliterated_ones_in_latin_letters():
    for row in rows("commodity_names"):
        latin = any("a" <= letter <= "z" for letter in row["name"].lower())
        if row["language"] == "ru":
            assert not latin, row
        if row["language"] == "ru-Latn":
            assert row["name"].isascii(), row


def test_no_label_known_as_faulty_is_shipped():
    path = Path(__file__).resolve().parents[1] / "scripts" / "vocab" / "cgi_labels.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        faults = list(csv.DictReader(lines))
    assert len(faults) > 50
    shipped = {
        (row["language"], row["name"]) for row in rows("commodity_names") if "CGI" in row["source"]
    }
    for fault in faults:
        assert fault["why"], fault
        if fault["label"] not in fault["instead"].split("|"):
            assert (fault["language"], fault["label"]) not in shipped, fault


def test_members_and_parents():
    known = {row["code"] for row in rows("commodities")}
    for row in rows("commodity_members"):
        assert {row["parent"], row["code"]} <= known, row
        assert row["source"], row
    assert len(vocabulary.members("REE")) == 17
    assert {"La", "Lu", "Y", "Sc"} <= set(vocabulary.members("REE"))
    assert vocabulary.members("Au") == ("Au",)
    assert vocabulary.parents("Pt") == ("PGE",)
    table = vocabulary.commodities().set_index("code")
    assert table.loc["PGE", "elements"] == "Ru Rh Pd Os Ir Pt"
    assert table.loc["Nd", ["elements", "parents"]].tolist() == ["Nd", "REE"]
    assert table.loc["Na2CO3", "elements"] == "Na C O"
    with pytest.raises(ChoiceError, match="code='XX' is not known"):
        vocabulary.members("XX")


def test_rare_metals_are_a_group_of_their_own_and_never_rare_earths():
    metals = set(vocabulary.members("RareM"))
    assert {"Li", "Be", "Nb", "Ta"} <= metals
    assert not metals & set(vocabulary.members("REE"))
    assert vocabulary.resolve_commodity("rare metals") == ("RareM",)
    assert codes("редкие и редкоземельные металлы") == "RareM REE"


# What has not been mined is one thing in each language; a mine that does not operate is another.
UNMINED = [
    *("Undeveloped", "not exploited", "Unexploited", "not mined", "non exploité", "inexploitée"),
    *("no explotado", "sin explotar", "não explotado", "nicht abgebaut", "не разрабатывается"),
    *(
        "неразрабатываемое",
        "не эксплуатируется",
        "не освоено",
        "未开采",
        "игерілмейді",
    ),
]
STOPPED = ["not operating", "nicht in Betrieb", "не действует", "停产", "faal değil", "paralizada"]


def test_what_is_not_mined_has_one_status_in_all_languages():
    for words, code in ((UNMINED, "prospect"), (STOPPED, "inactive")):
        found, unknown = vocabulary.parse_terms(pd.Series(words), "status")
        assert dict(zip(words, found, strict=True)) == dict.fromkeys(words, code)
        assert not unknown


DENIED = [
    ("lead-free", None, "lead-free"),
    ("lead-free copper", "Cu", "lead-free"),
    ("low-iron silica sand", "Silc", "low-iron"),
    ("non-gold", None, "non-gold"),
    ("Sulphur-free", None, "Sulphur-free"),
    ("no gold; copper", "Cu", "no gold"),
    ("Cu (no Au/Ag)", "Cu", "no Au/Ag"),
    ("barren of copper", None, "barren of copper"),
    ("zinc without gold and silver", "Zn", "without gold and silver"),
    ("rare earth-free", None, "rare earth-free"),
    ("медь без золота", "Cu", "без золота"),
    ("cobre, sin oro", "Cu", "sin oro"),
    # Words that deny nothing.
    ("non-ferrous metals", "Metal", None),
    ("Nonmetal", "NonMet", None),
    ("Gold, free", "Au", "free"),
    ("Iron, low grade", "Fe", "low grade"),
    ("No. 2 iron", "Fe", "No"),
]


@pytest.mark.parametrize(("text", "found", "unknown"), DENIED)
def test_commodities_that_a_text_denies_are_none_and_are_counted(text, found, unknown):
    texts = pd.Series([text])
    read, words = vocabulary.parse_commodities(texts)
    assert (read.fillna("").item() or None) == found
    assert [*words] == ([unknown] if unknown else [])
    if text.isascii():
        own, _ = vocabulary.parse_commodities(texts, own={text: "W"})
        assert own.item() == "W"


@given(name=st.sampled_from(COMMODITY_NAMES), form=st.sampled_from(["{}-free", "no {}", "non-{}"]))
@example(name="Metal", form="non-{}")  # "non metal" is a commodity
def test_no_name_that_is_denied_is_a_commodity(name, form):
    text = form.format(name)
    if not name.isascii() or {*name} & {*";()"} or codes(name) is None or len(name.split()) > 4:
        return
    found, _ = vocabulary.parse_commodities(pd.Series([text]))
    is_named = commodity_key(text) in {commodity_key(one) for one in COMMODITY_NAMES}
    assert is_named or pd.isna(found.item())


def test_every_row_of_the_other_tables():
    for name in (
        "commodity_qualifiers",
        "commodity_negations",
        "deposit_models",
        "deposit_type_terms",
        "critical_lists",
    ):
        assert all(row["source"].strip() for row in rows(name)), name
    keys = [commodity_key(row["word"]) for row in rows("commodity_qualifiers")]
    assert len(set(keys)) == len(keys)
    for row in [*rows("deposit_models"), *rows("deposit_type_terms")]:
        assert bool(row["code"]) == bool(row["basis"]), row
    types = {row["code"] for row in rows("deposit_types")}
    models = rows("deposit_models")
    assert {row["code"] for row in models if row["code"]} <= types
    pairs = [(row["scheme"], row["number"], row["name"]) for row in models]
    assert len(set(pairs)) == len(pairs)
    vocabularies = {"commodities", "countries", "fips", "site_types", "status"}
    for row in rows("unmapped_terms"):
        assert row["vocabulary"] in vocabularies, row
        assert row["seen_in"], row
        assert row["why"], row
        if row["vocabulary"] == "commodities":
            assert codes(row["term"]) is None, row
        else:
            texts = pd.Series([row["term"]])
            assert vocabulary.parse_terms(texts, row["vocabulary"])[0].isna().all(), row


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("Active", "status", "producer"),
        ("active", "status", "producer"),
        ("closed", "status", "past_producer"),
        ("Under Construction", "status", "development"),
        ("care and maintenance", "status", "inactive"),
        ("Planned", "status", "planned"),
        ("Developed Prospect", "status", "prospect"),
        ("Discretionary Occurrence", "status", "occurrence"),
        ("Past Producing Mine with Reserves/Resources", "status", "past_producer"),
        ("Prefeas/Scoping", "status", "development"),
        ("Construction Planned", "status", "planned"),
        ("Depleted", "status", "past_producer"),
        ("Past Producer (Dormant)", "status", "past_producer"),
        ("Care & Maintenance", "status", "inactive"),
        ("Mine fermée", "status", "past_producer"),
        ("en producción", "status", "producer"),
        ("Paralisada", "status", "inactive"),
        ("stillgelegt", "status", "past_producer"),
        ("停产", "status", "inactive"),
        ("барлануда", "status", "prospect"),
        ("faal değil", "status", "inactive"),
        ("Подготавливается к освоению", "status", "development"),
        ("отработанное", "status", "past_producer"),
        ("госрезерв", "status", "inactive"),
        ("нераспределённый фонд", "status", None),
        ("explorado", "status", None),
        ("рудник", "site_types", "mine"),
        ("Mine à ciel ouvert", "site_types", "mine"),
        ("yacimiento", "site_types", "deposit"),
        ("矿床", "site_types", "deposit"),
        ("Tagebau", "site_types", "mine"),
        ("Producer?", "status", None),
        ("Refinery, Smelter", "site_types", "plant"),
        ("Mine, Plant", "site_types", "mine"),
        ("Oil, Gas", "site_types", "well"),
        ("Казахстан", "countries", "KAZ"),
        ("Қазақстан", "countries", "KAZ"),
        ("Oʻzbekiston", "countries", "UZB"),
        ("Россия", "countries", "RUS"),
        ("中国", "countries", "CHN"),
        ("Kosovo", "countries", "XKX"),
        ("Slovakia?", "countries", None),
        ("Kazakh SSR", "countries", "KAZ"),
        ("Kirghizia", "countries", "KGZ"),
        ("Congo (RDC)", "countries", "COD"),
        ("Zaire", "countries", "COD"),
        ("Qazaqstan", "countries", "KAZ"),
        ("Sakartvelo", "countries", "GEO"),
        ("Հայաստան", "countries", "ARM"),
        ("Ελλάδα", "countries", "GRC"),
        ("USSR", "countries", None),
        ("Czechoslovakia", "countries", None),
        ("Asia", "countries", None),
        ("KZ", "countries", None),
        ("KZ", "alpha2", "KAZ"),
        ("UK", "alpha2", "GBR"),
        ("kz", "alpha2", None),
        ("NV", "alpha2", None),
        ("Serbia and Montenegro", "countries", None),
        ("fKZ", "fips", "KAZ"),
        ("fUZ", "fips", "UZB"),
        ("fCF", "fips", "COG"),
        ("fCG", "fips", "COD"),
        ("f06005", "fips", "USA"),
        ("fUS32", "fips", "USA"),
        ("f06", "fips", "USA"),
        ("KZ", "fips", None),
        ("f0600", "fips", None),
        ("42: W skarn", "deposit_types", "Q447"),
        ("{64: Skarn Au}", "deposit_types", "Q449"),
        ("59: Skarn Cu173: Sediment-hosted Au", "deposit_types", None),
        ("173: Sediment-hosted Au{172: Carbonate-hosted Au-Ag}", "deposit_types", "Q435"),
        ("Li-Cs-Ta type pegmatite", "deposit_types", "Q467"),
        ("Pegmatite; Li-Cs-Ta type pegmatite", "deposit_types", None),
        ("Reduced-facies?", "deposit_types", None),
        ("Hydrothermal", "deposit_types", None),
        ("Karst bauxite", "deposit_types", "Q318"),
    ],
)
def test_terms(text, kind, expected):
    found = vocabulary.parse_terms(pd.Series([text]), kind)[0].item()
    assert (None if pd.isna(found) else found) == expected


def test_the_critical_lists():
    lists = vocabulary.critical_lists()
    assert len(lists) == 14
    assert lists["list_id"].is_unique
    assert lists[["date", "verification", "source", "status", "authority"]].notna().all(axis=None)
    known = {row["code"] for row in rows("commodities")}
    for list_id, items in zip(lists["list_id"], lists["items"], strict=True):
        table = vocabulary.critical(list_id)
        assert len(table) == items
        assert table["item"].is_unique
        assert table[["codes", "fit", "note", "verification", "source"]].notna().all(axis=None)
        assert {code for text in table["codes"] for code in text.split()} <= known
        assert vocabulary.critical_codes(list_id) <= known
    assert {row["fit"] for row in rows("critical_minerals")} == {
        "whole",
        "group",
        "grade",
        "part",
    }
    assert {row["list_id"] for row in rows("critical_minerals")} == set(lists["list_id"])


def test_what_critical_codes_hold():
    us = vocabulary.critical_codes("US-2025")
    assert {"Ba", "F", "Grf", "REE", "PGE", "Nd", "Baux", "K"} <= us
    # Metallurgical coal and iron ore of high purity are small parts of their commodities.
    assert "Coal" not in us
    assert "Fe" not in vocabulary.critical_codes("CA-2024")
    # Scandium counts where a list names it.
    assert "Sc" in vocabulary.critical_codes("CA-2024")
    assert "Sc" not in vocabulary.critical_codes("UK-2021")
    assert {"Dy", "Y", "La"} <= vocabulary.critical_codes("EU-CRMA-2024-AnnexII")
    with pytest.raises(ChoiceError, match="critical='US-2024' is not known; did you"):
        vocabulary.critical("US-2024")
    with pytest.raises(ChoiceError):
        vocabulary.critical_codes("Mars")


def test_dates_that_are_not_verified_are_cut_down_and_say_so():
    lists = vocabulary.critical_lists().set_index("list_id")
    assert lists.loc["US-2022", "date"] == "2022"
    assert lists.loc["AU-2024", "date"] == "2024-02"
    assert "not verified" in lists.loc["US-2022", "verification"]
    assert not lists["source"].str.contains("memory").any()


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("Au", ("Au",)),
        ("au", ("Au",)),
        ("MG", ("Mg",)),
        ("NI_L", ("Ni",)),
        ("cly_k", ("Kaol",)),
        ("вольфрам", ("W",)),
        ("Kupfer", ("Cu",)),
        ("rare earths", ("REE",)),
        ("niobium and tantalum", ("Nb", "Ta")),
    ],
)
def test_a_commodity_as_users_write_it(word, expected):
    assert vocabulary.resolve_commodity(word) == expected


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("coper", r"did you mean 'Copper' \(Cu\)\?"),
        ("золотоо", r"did you mean 'золото' \(Au\)\?"),
        ("qqqqqq", "and nothing is near it"),
        ("", "and nothing is near it"),
    ],
)
def test_an_unknown_commodity_is_refused_with_the_nearest(word, hint):
    with pytest.raises(ChoiceError, match=hint) as caught:
        vocabulary.resolve_commodity(word)
    message = str(caught.value)
    assert "\n" not in message
    assert message.count("(") <= 9


def test_a_term_as_users_write_it():
    assert vocabulary.resolve_term("Kazakstan", "countries") == "KAZ"
    assert vocabulary.resolve_term("Past Producer", "status") == "past_producer"
    assert vocabulary.resolve_term("q318", "deposit_types") == "Q318"
    with pytest.raises(ChoiceError, match=r"country='Kazahkstan' .*did you mean 'Kazakhstan'"):
        vocabulary.resolve_term("Kazahkstan", "countries")
    with pytest.raises(ChoiceError, match=r"status='producr' .*did you mean 'Producer'"):
        vocabulary.resolve_term("producr", "status")
    with pytest.raises(ChoiceError, match="Choose one of: countries"):
        vocabulary.resolve_term("x", "fips")


def test_a_country_by_its_code_of_two_letters():
    assert vocabulary.resolve_term("KZ", "countries") == "KAZ"
    assert vocabulary.resolve_term("kz", "countries") == "KAZ"
    with pytest.raises(ChoiceError, match="country='ZZ' is not known, and nothing is near it"):
        vocabulary.resolve_term("ZZ", "countries")


def test_a_word_without_a_code_on_purpose_is_refused_with_the_reason():
    with pytest.raises(ChoiceError, match="country='USSR' has no code: fifteen countries"):
        vocabulary.resolve_term("USSR", "countries")
    with pytest.raises(ChoiceError, match="commodity='polymetallic' has no code: does not say"):
        vocabulary.resolve_commodity("polymetallic")


def test_the_users_own_words_come_first_and_may_have_no_meaning():
    own = {"heavy sand": "Ti Zr", "Gold": "Ag", "foo": ""}
    texts = pd.Series(["Heavy Sand, gold", "foo", "Cu; foo", "heavy sand (foo)", "bar"])
    found, unknown = vocabulary.parse_commodities(texts, own=own)
    assert found.fillna("-").tolist() == ["Ti Zr Ag", "-", "Cu", "Ti Zr", "-"]
    assert unknown == {"bar": 1}
    found, unknown = vocabulary.parse_commodities(
        pd.Series(["AU XX"]), scheme="mrds", own={"XX": "W"}
    )
    assert (found.item(), unknown) == ("Au W", {})
    texts = pd.Series(["В резерве", "Producer", "Producer?", "--", "lost"])
    own = {"в резерве": "inactive", "producer?": "producer", "--": ""}
    found, unknown = vocabulary.parse_terms(texts, "status", own=own)
    assert found.fillna("-").tolist() == ["inactive", "producer", "producer", "-", "-"]
    assert unknown == {"lost": 1}
    with pytest.raises(MinmapError, match="own='foo' is of type str; give a mapping"):
        vocabulary.parse_terms(texts, "status", own="foo")


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("Carlin", "did you mean 'Carlin-type gold'"),
        ("VMS", "did you mean '[^']+ VMS'"),
        ("orogenic gold", "did you mean '[a-zA-Z]+ orogenic gold'"),
    ],
)
def test_a_word_out_of_a_name_is_answered_with_the_names_that_have_it(word, hint):
    with pytest.raises(ChoiceError, match=hint):
        vocabulary.resolve_term(word, "deposit_types")


def test_importing_loads_no_table():
    code = (
        "import minmap.vocabulary; from minmap.vocabulary.registry import rows;"
        "raise SystemExit(rows.cache_info().currsize)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@needs_shared
@pytest.mark.parametrize("name", ["commodities", "deposit_types"])
def test_every_uri_is_a_concept_of_cgi(name):
    file = {"commodities": "CommodityCode", "deposit_types": "MineralDepositModel"}[name]
    concepts = pd.read_csv(SHARED / "vocab" / "cgi" / f"{file}.csv", dtype="str")
    uris = vocabulary.commodities() if name == "commodities" else vocabulary.deposit_types()
    assert set(uris["cgi_uri"].dropna()) <= set(concepts["uri"])


@needs_shared
@pytest.mark.parametrize("kind", SEEN)
def test_every_spelling_of_the_real_files_is_known_or_listed_as_unmapped(kind):
    listed = {row["term"] for row in rows("unmapped_terms") if row["vocabulary"] == kind}
    listed = {normalise(term) for term in listed}
    unknown: dict[str, int] = {}
    for name, column in SEEN[kind]:
        table = pd.read_csv(SHARED / "deposits" / name, dtype="str", keep_default_na=False)
        if kind == "commodities":
            unknown |= vocabulary.parse_commodities(table[column])[1]
        else:
            unknown |= vocabulary.parse_terms(table[column], kind)[1]
    assert {text for text in unknown if normalise(text) not in listed} == set()


@needs_shared
def test_all_cgi_statuses_and_fips_codes_are_known():
    concepts = pd.read_csv(SHARED / "vocab" / "cgi" / "MineStatus.csv", dtype="str")
    assert len(concepts) == 13
    assert vocabulary.parse_terms(concepts["pref_label_en"], "status")[1] == {}
    text = (SHARED / "deposits" / "mrds" / "mrds.met").read_text(encoding="utf-8")
    fips = pd.Series(re.findall(r"Place_Keyword: (f[A-Z]{2}) = ", text))
    assert len(fips) > 150
    assert set(vocabulary.parse_terms(fips, "fips")[1]) == {"fNT"}


@needs_shared
def test_deposit_models_of_the_sources_are_all_listed_and_codes_cover_what_they_did():
    deposits = pd.read_csv(
        SHARED / "deposits" / "usgs_major_deposits" / "deposit.csv",
        dtype="str",
        keep_default_na=False,
    )
    numbered = ~deposits["model_code"].isin(["", "na", "unassigned"])
    pairs = set(
        zip(deposits["model_code"][numbered], deposits["model_name"][numbered], strict=True)
    )
    table = vocabulary.deposit_models()
    assert pairs == set(
        table.query("scheme == 'usgs_model'")[["number", "name"]].itertuples(index=False, name=None)
    )
    coded = {
        "usgs_major_deposits/deposit.csv": ("model_name", 220),
        "usgs_pp1802/PP1802_CritMin_pts.csv": ("DEPOSIT_TYPE", 520),
        "usgs_sir20105090z/sedcu_deps_pros.csv": ("dep_type", 1088),
        "mrds/mrds_nevada_tungsten.csv": ("model", 275),
    }
    for name, (column, least) in coded.items():
        texts = pd.read_csv(SHARED / "deposits" / name, dtype="str", keep_default_na=False)[column]
        assert vocabulary.parse_terms(texts, "deposit_types")[0].notna().sum() >= least, name


# Texts by their codes -----------------------------------------------------------------------------

TEXTS = st.lists(st.sampled_from([None, "Au", "Cu", "Cu; Au", "gold?"]), min_size=1, max_size=12)


def listed(texts: CodedTexts) -> list[str | None]:
    found = texts.column(pd.RangeIndex(len(texts.codes)))
    return found.astype(object).where(found.notna(), None).tolist()


@given(TEXTS, TEXTS)
def test_coded_texts_are_joined_and_filled_row_by_row(
    first: list[str | None], second: list[str | None]
) -> None:
    rows_of_both = list(zip(first, second, strict=False))
    one, other = (
        CodedTexts.of(pd.Series(part, dtype=TEXT)) for part in zip(*rows_of_both, strict=True)
    )
    assert listed(one.or_else(other)) == [a or b for a, b in rows_of_both]
    joined = ["; ".join(filter(None, both)) or None for both in rows_of_both]
    assert listed(one.joined(other)) == joined
    assert listed(one.where(other.is_missing)) == [None if b else a for a, b in rows_of_both]
    assert listed(one.that(lambda text: "u" in text)) == [
        a if a and "u" in a else None for a in first[: len(rows_of_both)]
    ]


@given(TEXTS)
def test_each_different_text_is_parsed_once_and_counted_by_rows(texts: list[str | None]) -> None:
    asked = []

    def parse(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        asked.append(text)
        return ((text.lower(),), ()) if len(text) == 2 else ((), (text,))

    coded = CodedTexts.of(pd.Series(texts, dtype=TEXT))
    wanted = pd.Series(texts).ne("Au").to_numpy()
    found, unknown = coded.where(wanted).translate(parse)
    assert sorted(asked) == sorted({text for text in texts if text} - {"Au"})
    assert listed(found) == ["cu" if text == "Cu" else None for text in texts]
    assert unknown == {t: texts.count(t) for t in texts if t and len(t) > 2}


# Words that were read wrongly --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Соли калийные", "K"),
        ("соль калийная", "K"),
        ("silver-bearing lead", "Pb Ag"),
        ("gold-bearing quartz", "Au"),
        ("Silver Sand", "Silc"),
        ("cement copper", "Cu"),
        ("Copper, cement", "Cu Cement"),
        ("Silver, sand", "Ag Sand"),
        ("Lanthanides", "REE"),
        ("Kobber, sink", "Cu Zn"),
        ("Jern; gull og sølv", "Fe Au Ag"),
        ("sällsynta jordartsmetaller", "REE"),
        ("Зэс, алт", "Cu Au"),
    ],
)
def test_names_of_two_words_mean_what_they_mean_together(text, found):
    assert codes(text) == found


@pytest.mark.parametrize("text", ["ex-gold", "Other concs & cement", "ex copper", "Brine"])
def test_what_is_not_or_no_longer_a_commodity_is_unknown(text):
    found, unknown = vocabulary.parse_commodities(pd.Series([text]))
    assert found.isna().all()
    assert [*unknown] == [text.replace(" &", "")]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Operating / En exploitation", "producer"),
        ("Closed / Fermée", "past_producer"),
        ("Suspended/Suspendue", "inactive"),
        ("Nedlagt", "past_producer"),
        ("Nedlagd gruva", "past_producer"),
        ("Suljettu kaivos", "past_producer"),
        ("Toimiva kaivos", "producer"),
        ("Gruva i drift", "producer"),
        ("Drift", "producer"),
        ("Midlertidig stans", "inactive"),
    ],
)
def test_statuses_in_two_languages_and_in_nordic_ones(text, code):
    assert vocabulary.parse_terms(pd.Series([text]), "status")[0].item() == code


@pytest.mark.parametrize("text", ["Operating / Fermée", "Operating / qwerty", "işletilmiyor"])
def test_a_status_whose_parts_differ_or_that_says_too_little_is_unknown(text):
    assert vocabulary.parse_terms(pd.Series([text]), "status")[0].isna().all()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Dem. Rep. Congo", "COD"),
        ("Rep. of Congo", "COG"),
        ("Korea Rep.", "KOR"),
        ("Korea, Dem. Rep.", "PRK"),
        ("S. Korea", "KOR"),
        ("S. Africa", "ZAF"),
        ("Kyrgyz Rep.", "KGZ"),
        ("Dominican Rep.", "DOM"),
        ("Guyane", "GUF"),
        ("KSA", "SAU"),
        ("Suomi / Finland", "FIN"),
    ],
)
def test_abbreviated_countries(text, code):
    assert vocabulary.parse_terms(pd.Series([text]), "countries")[0].item() == code


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("RUDY MIEDZI, srebro", "Cu Ag"),
        ("WĘGLE BRUNATNE", "Coal"),
        ("Руди залізні; марганець", "Fe Mn"),
        ("Сіль кам'яна", "Salt"),
        ("طلا", "Au"),
        ("آهن", "Fe"),
        ("مس", "Cu"),
        ("Μόλυβδος, Ψευδάργυρος", "Pb Zn"),
        ("ΧΑΛΚΟΣ", "Cu"),
        ("Oltin, kumush", "Au Ag"),
        ("Mis", "Cu"),
        ("Qoʻrgʻoshin; Ko'mir", "Pb Coal"),
        ("Bakar, zlato", "Cu Au"),
        ("Caulino", "Kaol"),
        ("Fierro", "Fe"),
        ("cuivre porphyrique", "Cu"),
        ("Pórfido cuprífero", "Cu"),
        ("CuFeS2, Fe3O4", "Cu Fe"),
        ("Cu2S/CuS", "Cu"),
        ("UO2; CaWO4; FeTiO3", "U W Ti"),
    ],
)
def test_commodities_in_further_languages(text: str, codes: str) -> None:
    found, unknown = vocabulary.parse_commodities(pd.Series([text], dtype=TEXT))
    assert (found.item(), unknown) == (codes, {})


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("złoże eksploatowane", "producer"),
        ("eksploatacja złoża zaniechana", "past_producer"),
        ("Розробляється", "producer"),
        ("Не розробляється", "prospect"),
        ("Законсервовано", "inactive"),
        ("فعال", "producer"),
        ("غیرفعال", "inactive"),
        ("ΕΝΕΡΓΟ", "producer"),
        ("Ανενεργό", "inactive"),
        ("Εγκαταλελειμμένο", "past_producer"),
        ("Ishlatilmoqda", "producer"),
        ("Tashlab ketilgan", "past_producer"),
        ("U eksploataciji", "producer"),
        ("Napušten", "past_producer"),
        ("Mina en operación", "producer"),
        ("mina em operação", "producer"),
    ],
)
def test_statuses_in_further_languages(text: str, code: str) -> None:
    assert vocabulary.parse_terms(pd.Series([text], dtype=TEXT), "status")[0].item() == code


def test_a_formula_means_what_the_name_of_its_mineral_means() -> None:
    named = re.compile(r"minmap \(ours\): formula of (.+), an ore mineral")
    found = [
        (row["term"], row["codes"], match[1])
        for row in rows("commodity_terms")
        if (match := named.fullmatch(row["source"]))
    ]
    assert len(found) > 20
    names = pd.Series([name for *_, name in found], dtype=TEXT)
    assert vocabulary.parse_commodities(names)[0].tolist() == [codes for _, codes, _ in found]


def test_words_with_two_meanings_in_further_languages_stay_unknown() -> None:
    # Zinc and "on" in Persian; mined and prospected in Portuguese; lithium in
    # Polish and a bed in French; idle and closed in Polish.
    assert vocabulary.parse_commodities(pd.Series(["روی"], dtype=TEXT))[1] == {"روی": 1}
    assert vocabulary.parse_commodities(pd.Series(["lit"], dtype=TEXT))[1] == {"lit": 1}
    status = pd.Series(["Em exploração", "nieczynna"], dtype=TEXT)
    assert vocabulary.parse_terms(status, "status")[0].isna().all()


@pytest.mark.parametrize(
    ("text", "left", "denied"),
    [
        ("lead -- free copper", "lead -- free copper", []),
        ("free of gold", " ; ", ["free of gold"]),
        ("gold_free", "gold_free", []),
        ("gold, free", "gold, free", []),
        (
            "lead-free, zinc \u2013 free; copper",
            " ; ,  ; ; copper",
            ["lead-free", "zinc \u2013 free"],
        ),
        ("no gold, silver or iron", " ; , silver or iron", ["no gold"]),
    ],
)
def test_what_is_denied(text, left, denied):
    names = {"lead", "zinc", "copper", "gold", "silver", "iron"}
    found = without_negated(text, names.__contains__)
    assert found == (left, denied)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        *[(word, "past_producer") for word in ("explotado", "Explotada", "已开采")],
        *[(word, "producer") for word in ("en explotación", "explotación", "开采", "开采中")],
        *[(word, None) for word in ("Reserve", "Réserve")],
        *[(word, "inactive") for word in ("in reserve", "en réserve", "резерв")],
        ("http://resource.geosciml.org/classifier/cgi/mine-status/not-operating", "inactive"),
        ("http://example.org/mine-status/closed", None),
    ],
)
def test_participles_reserves_and_addresses_as_statuses(text, code):
    found = vocabulary.parse_terms(pd.Series([text]), "status")[0].item()
    assert (None if pd.isna(found) else found) == code
