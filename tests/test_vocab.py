"""The vocabularies: every row is sound, and sources' words find their codes."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minmap import vocab
from minmap.errors import ChoiceError
from minmap.vocab import terms
from minmap.vocab.tables import rows
from minmap.vocab.terms import commodity_key, normalise

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
needs_shared = pytest.mark.skipif(not SHARED.exists(), reason="the reference data is not there")

TABLES = {
    "commodities": vocab.commodities,
    "commodity_groups": vocab.commodity_groups,
    "status": vocab.statuses,
    "site_types": vocab.site_types,
    "deposit_types": vocab.deposit_types,
    "countries": vocab.countries,
}
TERM_TABLES = {
    "commodity_terms": ("term", "codes", "commodities", commodity_key),
    "status_terms": ("term", "code", "status", normalise),
    "site_type_terms": ("term", "code", "site_types", normalise),
    "country_terms": ("term", "code", "countries", normalise),
}
COMMODITY_NAMES = sorted(row["term"] for row in rows("commodity_terms") if row["scheme"] == "names")


def codes(text: str, scheme: str = "names") -> str | None:
    found = vocab.parse_commodities(pd.Series([text]), scheme=scheme)[0].item()
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
    term, code, vocabulary, key = TERM_TABLES[name]
    known = {row["code"] for row in rows(vocabulary)}
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
    table = vocab.commodities()
    assert not table["code"].str.lower().duplicated().any()
    assert set(table["group"]) == set(vocab.commodity_groups()["code"])
    given_uris = table["cgi_uri"].dropna()
    assert given_uris.str.startswith("http://resource.geosciml.org/classifier/cgi/").all()


def test_every_mrds_code_belongs_to_one_commodity():
    listed = " ".join(vocab.commodities()["mrds_codes"].dropna()).split()
    by_terms = {row["term"] for row in rows("commodity_terms") if row["scheme"] == "mrds"}
    assert len(listed) == len(set(listed)) == 182
    assert set(listed) == by_terms


def test_a_caller_cannot_change_another_callers_vocabulary():
    mine = vocab.commodities()
    mine["code"] = "X"
    assert vocab.commodities()["code"].iloc[0] == "Ag"


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
    found, unknown = vocab.parse_commodities(texts)
    assert found.index.tolist() == [7, 3, 5, 1]
    assert found.name == "c"
    assert found.fillna("-").tolist() == ["Au", "-", "-", "Au"]
    assert unknown == {"Foo": 3, "Bar": 1}


def test_empty_in_empty_out():
    found, unknown = vocab.parse_commodities(pd.Series([], dtype="object"))
    assert (len(found), found.dtype, unknown) == (0, vocab.TEXT, {})


def test_unknown_scheme_and_vocabulary_are_refused():
    with pytest.raises(ChoiceError, match="scheme='name' is not known; did you mean 'names'"):
        vocab.parse_commodities(pd.Series(["Gold"]), scheme="name")
    with pytest.raises(ChoiceError, match="Choose one of: countries, deposit_types"):
        vocab.parse_terms(pd.Series(["Gold"]), "colours")


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
    assert vocab.parse_terms(pd.Series([text]), "countries")[0].item() == code


def test_what_is_no_country_gets_no_code():
    texts = pd.Series(["Korean Peninsula", "Russia, Kazakhstan", "Pacific Ocean", "Congo"])
    found, unknown = vocab.parse_terms(texts, "countries")
    assert found.isna().all()
    assert len(unknown) == 4


def test_status_and_deposit_types_ignore_case_and_marks():
    assert vocab.parse_terms(pd.Series(["past producer"]), "status")[0].item() == "past_producer"
    text = pd.Series(["karst BAUXITE"])
    assert vocab.parse_terms(text, "deposit_types")[0].item() == "Q318"


def test_group_of_the_main_commodity():
    groups = vocab.group_of(pd.Series(["Au Cu", "U", None, "Nonsense"]))
    assert groups.fillna("-").tolist() == ["precious", "energy", "-", "-"]


@settings(deadline=None)
@given(st.lists(st.text(), max_size=8))
def test_parsing_never_fails_and_gives_known_codes_only(texts):
    known = set(vocab.commodities()["code"])
    for scheme in ("names", "mrds"):
        found, _ = vocab.parse_commodities(pd.Series(texts, dtype="object"), scheme=scheme)
        assert len(found) == len(texts)
        for text in found.dropna():
            assert set(text.split()) <= known
            assert len(set(text.split())) == len(text.split())


@settings(deadline=None)
@given(st.lists(st.sampled_from(COMMODITY_NAMES), min_size=1, max_size=6), st.data())
def test_no_known_name_is_lost_between_semicolons(names, data):
    expected = list(dict.fromkeys(code for name in names for code in (codes(name) or "").split()))
    cases = [data.draw(st.sampled_from([name, name.upper(), f" {name} "])) for name in names]
    found, unknown = vocab.parse_commodities(pd.Series([";".join(cases)]))
    assert found.item().split() == expected
    assert unknown == {}


@settings(deadline=None)
@given(st.text())
def test_normalising_twice_changes_nothing(text):
    assert normalise(normalise(text)) == normalise(text)


def test_three_hundred_thousand_rows_look_at_each_text_once(monkeypatch):
    looked: list[str] = []
    original = terms._parse_names
    monkeypatch.setattr(terms, "_parse_names", lambda text: looked.append(text) or original(text))
    texts = pd.Series(["Gold, silver", "Copper-gold", None] * 100_000)
    found, _ = vocab.parse_commodities(texts)
    assert len(looked) == 2
    assert found.value_counts().tolist() == [100_000, 100_000]


@needs_shared
def test_the_tables_are_what_the_script_makes(tmp_path, monkeypatch, capsys):
    path = Path(__file__).resolve().parents[1] / "scripts" / "build_vocab.py"
    spec = importlib.util.spec_from_file_location("build_vocab", path)
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    monkeypatch.setattr(script, "TARGET", tmp_path)
    monkeypatch.setattr(script, "REPOSITORY", tmp_path)
    script.main(SHARED)
    made = sorted(file.name for file in tmp_path.iterdir())
    assert len(made) == 5
    for name in made:
        kept = Path(vocab.__file__).parent / name
        assert (tmp_path / name).read_bytes() == kept.read_bytes(), name


@needs_shared
def test_the_reports_own_regularised_commodities_agree():
    """OFR 2005-1294 lists the commodities of each deposit a second time, one a row."""
    folder = SHARED / "deposits" / "usgs_major_deposits"
    deposits = pd.read_csv(folder / "deposit.csv", dtype="str", keep_default_na=False)
    regular = pd.read_csv(folder / "commodity.csv", dtype="str", keep_default_na=False)
    found, unknown = vocab.parse_commodities(deposits["commodity"])
    assert unknown == {}
    assert found.notna().all()
    joined = regular.groupby("gid")["value"].agg("; ".join)
    expected, unknown = vocab.parse_commodities(deposits["gid"].map(joined))
    assert unknown == {}
    differ = [set(a.split()) != set(b.split()) for a, b in zip(found, expected, strict=True)]
    # Where a bracket names the clay, rock or stone, minmap keeps that and not the general word.
    narrower = r"clay \(|limestone \(|gem \(|sodium-bentonite"
    assert deposits["commodity"][differ].str.contains(narrower, case=False).all()
    assert sum(differ) == 38


@needs_shared
def test_no_commodity_of_the_real_files_is_unknown():
    files = {
        "mrds/mrds_nevada_tungsten.csv": ["commod1", "commod2", "commod3"],
        "mrds/mrds_full_schema_idaho_montana_tungsten_383.csv": ["commod1", "commod2", "commod3"],
        "mrds/mrds_compact_central_asia.csv": ["commodities"],
        "usgs_pp1802/PP1802_CritMin_pts.csv": ["CRITICAL_MINERAL"],
        "usgs_sir20105090z/sedcu_deps_pros.csv": ["comm_major"],
    }
    for name, columns in files.items():
        table = pd.read_csv(SHARED / "deposits" / name, dtype="str", keep_default_na=False)
        for column in columns:
            assert vocab.parse_commodities(table[column])[1] == {}, (name, column)
