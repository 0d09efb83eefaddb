"""Links: which records of several tables are of one site."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import minmap as mm
from minmap.coordinates.column import to_arrow
from minmap.errors import CRSError, FileError, MinmapError, MinmapWarning
from minmap.geodesy import distance_m
from minmap.linking.filing_points import are_different, name_sounds
from minmap.linking.identifiers import number_of
from minmap.linking.link_model import BASE, KINDS, weights
from minmap.linking.name_parts import name_parts, parts_named
from minmap.linking.name_words import sound_of, telling_words
from minmap.linking.pair_evidence import SCATTER_KM
from minmap.linking.record_links import THRESHOLDS
from minmap.linking.record_names import RARITY_LIMIT
from minmap.linking.site_clusters import site_clusters
from minmap.linking.site_kinds import site_kinds
from minmap.linking.surprising_pairs import (
    CONNECTED,
    DECIDED,
    LIMITED,
    LIMITED_OR_PARTED,
    OUTVOTED,
    PARTED,
)
from minmap.writing.delimited import guarded

REPO = Path(__file__).parents[1]
PAIRS_FOR_TESTS = REPO / "tests" / "data" / "site_pairs.csv"
COLUMNS = [
    "decision", "distance_km", "evidence", "left_id", "left_name", "note", "probability",
    "right_id", "right_name", "same_site", "site_id",
]  # fmt: skip


def table(*records, source="a", **columns):
    """Return a table of records, each an id, a name, a longitude and a latitude."""
    ids, names, x, y = zip(*records, strict=True)
    shapes = gpd.points_from_xy(x, y, crs=4326)
    data = {"occurrence_id": [f"{source}:{i}" for i in ids], "name": names, **columns}
    return gpd.GeoDataFrame(data, geometry=shapes)


def sites_of(links):
    """Return the sites with several records as a set of sets of ids."""
    same = links[links["same_site"]]
    found = dict[str, set[str]]()
    for site, left, right in same[["site_id", "left_id", "right_id"]].itertuples(index=False):
        found.setdefault(site, set()).update((left, right))
    return {frozenset(ids) for ids in found.values()}


KOUNRAD = table((1, "Kounrad", 74.98, 46.99), (2, "Sayak", 77.3, 46.9))
KONYRAT = table((1, "Қоңырат", 74.99, 47.0), (2, "Tastau", 77.5, 46.9), source="b")


def test_one_site_in_two_alphabets():
    links = mm.link(KOUNRAD, KONYRAT)
    assert sorted(links.columns) == COLUMNS
    pair = links.set_index(["left_id", "right_id"]).loc[("a:1", "b:1")]
    assert pair["same_site"]
    assert pair["site_id"] == "a:1"
    assert "kounrad = qongyrat (in 2 records)" in pair["evidence"]
    assert sites_of(links) == {frozenset({"a:1", "b:1"})}


def test_the_probability_of_two_records_worked_by_hand():
    links = mm.link(table((1, "Kounrad", 75, 47)), table((1, "Kounrad", 75, 47.01), source="b"))
    weight = weights("one_source")
    (metres,) = distance_m([[75, 47]], [[75, 47.01]])
    far = np.log1p((metres / 1000) ** 2 / SCATTER_KM**2)
    crowded = -3.0  # the least: too few records are there to count neighbours
    rare = np.log(1000 / 2)
    rarity = rare / RARITY_LIMIT  # the whole name is as rare as its word
    log_odds = (
        weight[BASE] + (weight["far"] + weight["far_named"] * rarity) * far
        + weight["crowded"] * crowded + weight["covered"] + weight["rare"] * rare + weight["alike"]
    )  # fmt: skip
    assert links["probability"].item() == pytest.approx(1 / (1 + np.exp(-log_odds)), rel=1e-6)
    assert links["distance_km"].item() == pytest.approx(metres / 1000)


def pair_of(one, other, *, sources=("a", "a"), kind=None, **columns):
    """Return the link of two records, each a name, a longitude and a latitude."""
    sources = SOURCES.get(kind, sources)
    columns |= {"country": ["USA", "USA"]} if kind == "repeating_source" else {}
    tables = [table((1, *one)), table((1, *other), source="b")]
    for number, each in enumerate(tables):
        each["source"] = sources[number]
        for name, values in columns.items():
            each[name] = pd.array([values[number]], dtype="str")
    decided = pd.DataFrame({"left_id": ["a:1"], "right_id": ["b:1"], "decision": ["different"]})
    return mm.link(*tables, decisions=decided).iloc[0]


SOURCES = {
    "one_source": ("a", "a"), "repeating_source": ("mrds", "mrds"), "two_sources": ("a", "b")
}  # fmt: skip
PLACE = (75.0, 47.0)
TWICE = (("Kounrad", *PLACE), ("Kounrad", *PLACE))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("term", "columns", "said"),
    [
        ("plant_differs", {"site_type": ["mine", "plant"]}, "only one is a plant"),
        ("plants", {"site_type": ["plant", "plant"]}, "both are plants"),
        ("owner_agrees", {"company": ["Kazakhmys (State)", "KAZAKHMYS"]}, "same owner"),
        ("owner_differs", {"company": ["Kazakhmys", "Kazzinc"]}, "different owners"),
        ("commodity_unrelated", {"commodities": ["Cu", "Grf"]}, "not found together"),
        ("mill_differs", {"site_type": ["mine", "plant"],
                          "commodity_qualifiers": [None, "Cu concentrate"]}, "one is a mill"),
    ],
)  # fmt: skip
def test_each_term_adds_its_weight_and_is_said(kind, term, columns, said):
    plain, other = pair_of(*TWICE, kind=kind), pair_of(*TWICE, kind=kind, **columns)
    odds = [p["probability"] / (1 - p["probability"]) for p in (plain, other)]
    assert np.log(odds[1] / odds[0]) == pytest.approx(weights(kind)[term], abs=1e-6)
    # Evidence without a weight is not said.
    assert (said in other["evidence"]) == (weights(kind)[term] != 0)
    assert said not in plain["evidence"]


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [("Gloria", "Kalahari", False), ("Cobar", "Cabra", False), ("Nyx", "Nexus", False),
     ("Mt Keith", "Mount Keith", True), ("Kounrad", "Qoñyrat", True), ("Sayak", "Саяк", True)],
)  # fmt: skip
def test_names_of_a_few_sounds_in_common_are_not_one_name(one, other, is_same):
    found = pair_of((one, 75.0, 47.0), (other, 75.15, 47.0), sources=("a", "b"))
    assert (found["probability"] >= THRESHOLDS["two_sources"]) == is_same


def test_one_name_far_away_means_another_site_if_the_commodities_are_unlike():
    ends = ("Endeavour", 148.0, -33.0), ("Endeavour", 148.0, -34.5)
    like, unlike = (
        pair_of(*ends, sources=("a", "b"), commodities=codes)["probability"]
        for codes in (["Cu", "Cu"], ["Cu", "Grf"])
    )
    assert like > 0.5 > 0.2 > unlike


def test_one_owner_with_different_names_at_one_point_has_two_sites():
    owner = {"company": ["Kazakhmys", "Kazakhmys"]}
    two = pair_of(("Sayak", *PLACE), ("Tastau", *PLACE), **owner)
    assert "same owner" not in two["evidence"]
    assert two["probability"] < pair_of(*TWICE, **owner)["probability"] / 2


@pytest.mark.parametrize("kind", KINDS)
def test_a_name_with_a_part_and_one_without_are_less_likely_one_site(kind):
    # A number is no word, so that nothing else differs.
    plain, part = (
        pair_of(("Kounrad", *PLACE), (name, *PLACE), kind=kind)
        for name in ("Kounrad", "Kounrad No. 2")
    )
    odds = [p["probability"] / (1 - p["probability"]) for p in (plain, part)]
    weight = weights(kind)["part_lacks"]
    assert np.log(odds[1] / odds[0]) == pytest.approx(weight, abs=1e-6)
    # Evidence without a weight is not said.
    assert ("only one name has a part: 2" in part["evidence"]) == (weight != 0)
    assert weights("two_sources")["part_lacks"] < 0


def test_the_evidence_says_why_a_pair_is_joined_or_not_against_its_probability():
    records = table((1, "Kounrad", 75.0, 47.0), (2, "Kounrad", 75.001, 47.0))
    ends = {"left_id": ["a:1"], "right_id": ["a:2"]}
    parted = mm.link(records, decisions=pd.DataFrame(ends | {"decision": ["different"]}))
    assert parted["evidence"].item().endswith(PARTED)
    far = table((1, "Kounrad", 75.0, 47.0), (2, "Sayak", 75.001, 47.0))
    joined = mm.link(far, decisions=pd.DataFrame(ends | {"decision": ["same"]}))
    assert joined["evidence"].item().endswith(DECIDED)


@pytest.mark.filterwarnings("ignore::minmap.MinmapWarning")
def test_without_decisions_the_evidence_speaks_of_none():
    names = ("major_deposits", "pp1802", "mrds")
    samples = [mm.read(mm.sample(f"{name}_central_asia.csv")) for name in names]
    found = [mm.link(*samples, precision=precision) for precision in (None, 0.5)]
    words = "; ".join(pd.concat(found)["evidence"])
    assert CONNECTED in words
    assert LIMITED in words
    assert "decision" not in words


def test_what_a_site_outvotes_is_said():
    # The middle record fits both others, which a decision keeps apart.
    records = table(
        (1, "Kounrad", 75.0, 47.0), (2, "Kounrad", 75.001, 47.0), (3, "Kounrad", 75.002, 47.0)
    )
    apart = pd.DataFrame({"left_id": ["a:1"], "right_id": ["a:3"], "decision": ["different"]})
    links = mm.link(records, decisions=apart).set_index(["left_id", "right_id"])
    (refused,) = set(links.index[~links["same_site"]]) - {("a:1", "a:3")}
    assert links.loc[refused, "evidence"].endswith((LIMITED_OR_PARTED, OUTVOTED))


def test_pairs_need_more_unless_their_source_repeats_sites():
    assert THRESHOLDS["repeating_source"] < min(THRESHOLDS["one_source"], THRESHOLDS["two_sources"])
    ends = ("Kara Oba", *PLACE), ("Kara Tas", 75.004, 47.0)
    for sources, country, kind in (
        (("a", "a"), "KAZ", "one_source"),
        (("mrds", "mrds"), "USA", "repeating_source"),
        (("mrds", "mrds"), "KAZ", "one_source"),
        (("mrds", "mrds"), None, "one_source"),
    ):
        tables = [
            table((1, *one), source=name).assign(source=source, country=country)
            for one, name, source in zip(ends, "ab", sources, strict=True)
        ]
        links = mm.link(*tables, precision=None)
        pair = pair_of(*TWICE, sources=sources, country=[country, country])
        assert pair["probability"] == pytest.approx(pair_of(*TWICE, kind=kind)["probability"])
        needed = links.attrs["link"]["thresholds"][kind]
        assert links["same_site"].item() == (links["probability"].item() >= needed)


def test_plants_with_other_products_are_one_only_if_they_have_one_owner():
    plants = {"site_type": ["plant", "plant"], "commodities": ["Ti", "Zn"]}
    weight = weights("one_source")
    apart = pair_of(*TWICE, **plants)
    together = pair_of(*TWICE, **plants, company=["Kazchrome", "Kazchrome"])
    odds = [p["probability"] / (1 - p["probability"]) for p in (apart, together)]
    more = weight["owner_agrees"] - weight["products_differ"]
    assert np.log(odds[1] / odds[0]) == pytest.approx(more, abs=1e-6)
    assert "other products" in apart["evidence"]
    assert "other products" not in together["evidence"]
    # One smelter makes both of these.
    assert (
        "other products"
        not in pair_of(*TWICE, **plants | {"commodities": ["Pb", "Bi"]})["evidence"]
    )


def test_a_smelter_is_not_the_mine_of_its_town():
    names = ["Kounrad", "Kounrad smelter", "Kounrad mine and smelter"]
    types = pd.Series(["mine", "mine", "plant", "plant"])
    made = pd.Series([None, None, None, "Cu refined"], dtype="str")
    found = site_kinds(pd.Series([*names, None]), types, made)
    assert found.tolist() == ["mine", "plant", "mine", "plant"]
    same = mm.link(table(*((n, name, *PLACE) for n, name in enumerate(names))))
    assert sites_of(same) == {frozenset({"a:0", "a:2"})}


def test_one_rare_name_in_two_sources_is_compared_far_away():
    far = (("Van Den Heever", 26.0, -25.0), ("Van Den Heever mine", 28.0, -25.0))
    tables = [table((1, *far[0])), table((1, *far[1]), source="b")]
    tables = [one.assign(source=name) for one, name in zip(tables, "ab", strict=True)]
    pair = mm.link(*tables).iloc[0]
    assert pair["same_site"]
    assert 200 < pair["distance_km"] < 202
    assert mm.link(*tables, max_km=150).empty
    assert mm.link(*(one.assign(source="a") for one in tables)).empty  # a source tells them apart
    owned = [one.assign(source="a", owner="Vergenoeg") for one in tables]
    assert len(mm.link(*owned, precision=0.01)) == 1


@pytest.mark.parametrize(
    ("name", "words"),
    [("Yauricocha, Junin Department", ["yauricocha"]), ("Mine at Kankberg", ["kankberg"]),
     ("Sigma and Kiena Mines", ["sigma"]), ("West Siberia: Abakan", ["abakan"]),
     ("Olympic Dam mine at Roxby Downs", ["olympic", "dam"]), ("Mine at Bor", ["bor"]),
     ("Menominee Range - Buck Mine", ["buck"]), ("Iduapriem/Teberebie Mine", ["iduapriem"]),
     ("Green River Formation, Solvay Minerals, Inc.", ["solvay", "minerals"]),
     ("Aggeneys District", ["aggeneys"]), ("Mt. Keith", ["mount", "keith"]),
     ("Gold Creek Prospect", ["goldcreek"]), ("Creek Prospect", [])],
)  # fmt: skip
def test_the_name_of_a_site_without_its_place(name, words):
    assert list(name_parts(name).site) == words


def test_a_coarse_coordinate_allows_more_distance():
    far = [table((1, "Kounrad", 75, 47)), table((1, "Kounrad", 75, 47.15), source="b")]
    sharp = mm.link(*far)["probability"].item()
    coarse = [t.assign(location_uncertainty_m=pd.array([10_000.0], dtype="Float64")) for t in far]
    assert mm.link(*coarse)["probability"].item() > sharp
    stated = [t.assign(coordinate_precision_m=10_000.0) for t in far]
    assert mm.link(*stated)["probability"].item() == mm.link(*coarse)["probability"].item()
    both = [t.assign(location_uncertainty_basis="scatter") for t in coarse]
    assert mm.link(*both)["probability"].item() == sharp  # floors from links do not feed back


def test_coarse_coordinates_with_different_names_agree_by_chance():
    near = [table((1, "Kounrad", 75, 47)), table((1, "Sayak", 75, 47), source="b")]
    coarse = [t.assign(location_uncertainty_m=pd.array([900.0], dtype="Float64")) for t in near]
    sharp = mm.link(*near)["probability"].item()
    listed = mm.link(*coarse)["probability"]
    assert listed.empty or listed.item() < sharp


def test_a_number_cited_in_a_text_links_distant_records():
    mas = table((1, "Getchell", -117.25, 41.2), mas_id=["0320130014"])
    other = table(
        (1, "Getchell mill", -117.9, 41.2), source="b", ref=["same as MAS 320130014, 1984"]
    )
    pair = mm.link(mas, other).iloc[0]
    assert pair["distance_km"] > 25
    assert "number in common: 320130014" in pair["evidence"]
    assert mm.link(mas, other.drop(columns="ref")).empty
    numbered = mm.link(mas, other.rename(columns={"ref": 5}))
    assert "number in common: 320130014" in numbered["evidence"].iloc[0]


@pytest.mark.parametrize(
    ("text", "number"),
    [("0060270687", "60270687"), ("mrds:10006806", "10006806"), ("D001222", "D001222"),
     ("WOO2911", "W002911"), ("320150108.0", "320150108"), ("1984", None), ("003ssCu3100", None)],
)  # fmt: skip
def test_numbers_of_records(text, number):
    assert number_of(text) == number


@pytest.mark.parametrize(
    "spellings",
    ["Dzhezkazgan Zhezkazgan Жезказган Jezqazghan", "Aqshatau Akchatau Акшатау Akshatau",
     "Boschekul Boshchekul Bozshakol Бозшаколь", "Qaraoba Karaoba Караоба",
     "Khaidarkan Khaydarkan Хайдаркан", "Abakan Abakanskoye Abakanskij Абаканское",
     "Lovozero Lovozerskoye Ловозерское", "Kadamdjai Kadamzhai Кадамжай"],
)  # fmt: skip
def test_transliterations_sound_alike(spellings):
    assert len({sound_of(telling_words(name)[0]) for name in spellings.split()}) == 1


def test_words_that_tell_nothing_are_left_out():
    assert telling_words("Unnamed Tungsten Prospect No. 3") == []
    assert telling_words("Рудник Саяк") == telling_words("Aka Sayak") == ["sayak"]
    assert parts_named("Benqala North") == {"north"}
    assert parts_named("Verkhnekajraktinskoe") == parts_named("Upper Kairakty") == {"upper"}
    assert parts_named("A Mine") == parts_named("Brumado, West State") == frozenset()
    assert parts_named("Guri i Kuq") == parts_named("Poro mining center") == frozenset()
    assert parts_named("Sutton II") == parts_named("Sutton No. 2") == {"2"}


def test_parts_of_one_name_stay_apart():
    north = table((1, "Benqala North", 61.0, 51.0))
    south = table((1, "Benqala South", 61.02, 51.0), source="b")
    apart, together = mm.link(north, south), mm.link(north, south.assign(name="Benqala North"))
    assert not apart["same_site"].any()
    letters = mm.link(north.assign(name="Polje B"), south.assign(name="Polje D"))
    assert not letters["same_site"].any()
    pair = pd.DataFrame({"left_id": ["a:1"], "right_id": ["b:1"], "decision": ["same"]})
    joined = mm.link(north, south, decisions=pair)
    assert joined["same_site"].item()
    assert joined["probability"].item() < 0.5
    assert "different parts: north and south" in joined["evidence"].item()
    assert together["same_site"].all()


THREE = table((1, "Sayak", 77.3, 46.9), (2, "Sayak", 77.301, 46.9), (3, "Sayak", 77.302, 46.9))


def test_decisions_join_and_part():
    links = mm.link(THREE)
    assert sites_of(links) == {frozenset({"a:1", "a:2", "a:3"})}
    of_pair = (links["left_id"] == "a:1") & (links["right_id"] == "a:3")
    links.loc[of_pair, "decision"] = "different"
    again = mm.link(THREE, decisions=links)
    assert not any({"a:1", "a:3"} <= site for site in sites_of(again))
    assert again["decision"].tolist().count("different") == 1
    assert again.set_index(["left_id", "right_id"])["probability"].equals(
        links.set_index(["left_id", "right_id"])["probability"]
    )
    far = pd.DataFrame({"left_id": ["b:2"], "right_id": ["a:1"], "decision": ["Same "]})
    joined = mm.link(KOUNRAD, KONYRAT, decisions=far, max_km=25)
    assert frozenset({"a:1", "b:2", "b:1"}) not in sites_of(joined)  # b:1 is far from b:2
    assert any({"a:1", "b:2"} <= site for site in sites_of(joined))


@pytest.mark.parametrize("name", ["probability", "distance_km"])
def test_a_review_names_the_column_of_a_text_in_place_of_a_number(name):
    tables = KOUNRAD.assign(source="a"), KONYRAT.assign(source="b")
    links = mm.link(*tables)
    as_text = links.assign(**{name: links[name].astype(str)})  # as from a file
    assert len(mm.review(as_text, *tables).layers()) == 2  # records and pairs
    with pytest.raises(MinmapError, match=f"links contains the {name} 'high'; write"):
        mm.review(links.assign(**{name: "high"}), *tables)


def test_decisions_of_a_file_are_read_as_text(tmp_path):
    ids = ["7", "007", "=7"]
    places = table(*((name, "Tau", 70 + at, 45) for at, name in enumerate("abc")))
    places["occurrence_id"] = pd.array(ids, dtype="str")
    file = tmp_path / "decisions.csv"
    # As the page writes it: with an apostrophe before what would be a formula.
    file.write_text("left_id,right_id,decision,note\n007,'=7,same,\"'=1+1; '@b, 'c'\"\n")
    for named in (file, str(file)):
        pair = mm.link(places, decisions=named).query("decision == 'same'").iloc[0]
        assert {pair["left_id"], pair["right_id"]} == {"007", "=7"}
        assert pair["note"] == "=1+1; @b, 'c'"
    with pytest.raises(FileError, match=r"decision\.csv does not exist; did you mean 'decisions"):
        mm.link(places, decisions=tmp_path / "decision.csv")
    with pytest.raises(MinmapError, match=r"decisions=5 .*or the path of a CSV file"):
        mm.link(places, decisions=5)


def test_tables_of_links_with_two_columns_of_one_name_or_odd_ids_are_refused():
    links = mm.link(KOUNRAD, KONYRAT)
    double = links.assign(other="same").rename(columns={"other": "decision"})
    for name, use in (
        ("decisions", lambda given: mm.link(KOUNRAD, KONYRAT, decisions=given)),
        ("links", lambda given: mm.merge(KOUNRAD, KONYRAT, links=given)),
        ("links", lambda given: mm.review(given, KOUNRAD, KONYRAT)),
    ):
        with pytest.raises(MinmapError, match=f"{name}: two columns are called 'decision'; rename"):
            use(double)
        if name == "links":
            with pytest.raises(MinmapError, match=r"links has the left_id \['a'\]; write an id as"):
                use(links.assign(left_id=[["a"]] * len(links), same_site=True))


def test_decisions_that_contradict_each_other_are_named():
    rows = [("a:1", "a:2", "same"), ("a:2", "a:3", "same"), ("a:3", "a:1", "different")]
    decisions = pd.DataFrame(rows, columns=["left_id", "right_id", "decision"])
    with pytest.raises(MinmapError, match="a:1 and a:3 are different, and other rows join them"):
        mm.link(THREE, decisions=decisions)
    with pytest.raises(MinmapError, match="'perhaps'; write 'same' or 'different'"):
        mm.link(THREE, decisions=decisions.assign(decision="perhaps"))
    with pytest.raises(MinmapError, match="no column decision"):
        mm.link(THREE, decisions=decisions.drop(columns="decision"))
    with pytest.raises(MinmapError, match="a:1 and itself"):
        mm.link(THREE, decisions=decisions.assign(left_id="a:1", right_id="a:1"))
    unknown = decisions.assign(left_id=["z:1", "a:2", "a:3"], decision="same")
    unknown.loc[2, "right_id"] = "a:1"
    with pytest.warns(MinmapWarning, match="1 of 3 decisions are about records"):
        mm.link(THREE, decisions=unknown)


def test_notes_of_a_reviewer_pass_through():
    tables = KOUNRAD, KONYRAT
    columns = ["left_id", "right_id", "decision", "note"]
    rows = [
        ("b:1", "a:1", "same", "one pit"),
        ("a:1", "b:1", "same", "seen in 2019"),
        ("a:2", "b:2", None, " ask the survey "),
        ("a:1", "a:2", "different", None),
    ]
    decisions = pd.DataFrame(rows, columns=columns)
    links = mm.link(*tables, decisions=decisions)
    kept = links.set_index(["left_id", "right_id"])["note"]
    assert kept["a:1", "b:1"] == "one pit; seen in 2019"
    assert kept["a:2", "b:2"] == "ask the survey"
    assert pd.isna(kept["a:1", "a:2"])
    assert pd.isna(links.set_index("right_id").loc["b:2", "decision"])
    again = mm.link(*tables, decisions=links)
    pd.testing.assert_frame_equal(again, links)
    bare = mm.link(*tables, decisions=decisions[columns[:3]])
    assert bare["note"].isna().all()


def test_guards_of_a_file_are_removed_from_decisions(tmp_path):
    notes = ["=1+1, two pits", "'=1", "see a; -b", "'Abbas", "-5"]
    ids = [f"=a:{n}" for n in range(len(notes))]
    others = [f"b:{n}" for n in range(len(notes))]
    tables = [
        table(*((n, "Kounrad", 75 + n, 47) for n in range(len(notes)))).assign(occurrence_id=found)
        for found in (ids, others)
    ]
    made = pd.DataFrame({"left_id": ids, "right_id": others, "decision": "same", "note": notes})
    path = tmp_path / "decisions.csv"
    made.apply(lambda column: guarded(to_arrow(column)).to_pylist()).to_csv(path, index=False)
    assert "'=a:0,b:0,same,\"'=1+1, two pits\"" in path.read_text()
    links = mm.link(*tables, decisions=pd.read_csv(path))
    assert links.set_index("right_id")["note"].reindex(others).tolist() == notes
    # What link returned has no guards.
    again = mm.link(*tables, decisions=links)
    pd.testing.assert_frame_equal(again, links)


def test_a_wanted_precision_moves_the_threshold():
    deposits = mm.read(mm.sample("major_deposits_central_asia.csv"))
    critical = mm.read(mm.sample("pp1802_central_asia.csv"))
    few, more = (mm.link(deposits, critical, precision=share) for share in (0.95, 0.85))
    for links, share in ((few, 0.95), (more, 0.85)):
        (threshold,) = set(links.attrs["link"]["thresholds"].values())
        above = links.loc[links["probability"] >= threshold, "probability"]
        assert above.mean() >= share
        assert links.attrs["link"]["expected_precision"] == pytest.approx(above.mean())
    assert few["same_site"].sum() < more["same_site"].sum()


def test_what_link_refuses():
    with pytest.raises(MinmapError, match="no table"):
        mm.link()
    with pytest.raises(MinmapError, match=r"argument 2 of link\(\) is a list"):
        mm.link(KOUNRAD, [KONYRAT])
    cure = r"2 values of occurrence_id are given to several .*minmap.read\(\[path_a, path_b\]\)"
    with pytest.raises(MinmapError, match=cure):
        mm.link(KOUNRAD, KOUNRAD)
    with pytest.raises(MinmapError, match="1 of 2 records have no occurrence_id"):
        mm.link(KOUNRAD.assign(occurrence_id=["a:1", None]))
    with pytest.raises(MinmapError, match="precision=95"):
        mm.link(KOUNRAD, precision=95)
    with pytest.raises(MinmapError, match="max_km=0 is not a number of km"):
        mm.link(KOUNRAD, max_km=0)
    with pytest.raises(CRSError):
        mm.link(KOUNRAD.set_crs(None, allow_override=True))


def test_tables_without_pairs_and_records_without_a_location():
    assert mm.link(KOUNRAD.head(0)).empty
    assert mm.link(KOUNRAD.head(1)).attrs["link"]["compared_pairs"] == 0
    nowhere = KONYRAT.set_geometry(gpd.GeoSeries([None, None], crs=4326))
    with_numbers = [t.assign(mas_id="320130014") for t in (KOUNRAD.head(1), nowhere.head(1))]
    pair = mm.link(*with_numbers).iloc[0]
    assert np.isnan(pair["distance_km"])
    assert pair["evidence"].startswith("a record has no location; number in common: 320130014")
    assert mm.link(KOUNRAD, nowhere).empty


NAMES = ["Kounrad", "Қоңырат", "Sayak", "Sayak II", "Unnamed prospect", "Tastau", None]
RECORD = st.tuples(
    st.sampled_from(NAMES),
    st.floats(74, 74.6), st.floats(46.9, 47.1),
    st.sampled_from([None, "D001222", "0320130014"]),
)  # fmt: skip


def as_table(rows, ids):
    names, x, y, numbers = zip(*rows, strict=True)
    shapes = gpd.points_from_xy(x, y, crs=4326)
    numbers = pd.array(numbers, dtype="str")
    data = {"occurrence_id": ids, "name": pd.array(names, dtype="str"), "mrds_id": numbers}
    return gpd.GeoDataFrame(data, geometry=shapes)


@settings(max_examples=30, deadline=None)
@given(st.lists(RECORD, min_size=2, max_size=14), st.data())
def test_neither_the_order_of_rows_nor_that_of_tables_matters(rows, data):
    whole = as_table(rows, [f"a:{at:02}" for at in range(len(rows))])
    links = mm.link(whole)
    order = data.draw(st.permutations(range(len(rows))))
    cut = data.draw(st.integers(0, len(rows)))
    mixed = whole.iloc[order]
    pd.testing.assert_frame_equal(mm.link(mixed.iloc[:cut], mixed.iloc[cut:]), links)
    pd.testing.assert_frame_equal(mm.link(mixed.iloc[cut:], mixed.iloc[:cut]), links)
    assert (links["left_id"] < links["right_id"]).all()


@settings(max_examples=30, deadline=None)
@given(
    st.lists(RECORD, min_size=2, max_size=14),
    st.sampled_from([1.0, 5.0, 20.0]),
    st.lists(st.tuples(st.integers(0, 13), st.integers(0, 13)), max_size=4),
)
def test_a_site_is_within_the_bound_and_never_joins_what_was_parted(rows, max_km, parted):
    whole = as_table(rows, [f"a:{at:02}" for at in range(len(rows))])
    pairs = {(min(p), max(p)) for p in parted if p[0] != p[1] and max(p) < len(rows)}
    decisions = pd.DataFrame(
        [(f"a:{a:02}", f"a:{b:02}", "different") for a, b in sorted(pairs)],
        columns=["left_id", "right_id", "decision"],
    )
    links = mm.link(whole, max_km=max_km, decisions=decisions)
    indexed = whole.set_index("occurrence_id")
    for site in sites_of(links):
        for one in site:
            for other in site - {one}:
                pair = (int(one[2:]), int(other[2:]))
                assert tuple(sorted(pair)) not in pairs
                a, b = indexed.loc[one], indexed.loc[other]
                ends = [[[row.geometry.x, row.geometry.y]] for row in (a, b)]
                (metres,) = distance_m(*ends)
                number = pd.notna(a["mrds_id"]) and a["mrds_id"] == b["mrds_id"]
                assert number or metres <= max_km * 1000 + 1e-3


def test_clusters_worked_by_hand():
    # 0-1 and 1-2 are probable, 0-2 was not compared: the mean of {0, 1} and 2 is 0.4.
    pairs = (np.array([0, 1, 3]), np.array([1, 2, 4]), np.array([0.9, 0.8, 0.3]))
    none = np.empty((0, 2), dtype=np.int64)
    options = {"joined": none, "may_join": lambda one, other: True}
    assert site_clusters(5, pairs, threshold=0.5, **options).tolist() == [0, 0, 2, 3, 4]
    assert site_clusters(5, pairs, threshold=0.4, **options).tolist() == [0, 0, 0, 3, 4]
    joined = options | {"joined": np.array([[3, 4]])}
    assert site_clusters(5, pairs, threshold=0.5, **joined).tolist() == [0, 0, 2, 3, 3]
    apart = options | {"may_join": lambda one, other: not {0, 1} <= {*one, *other}}
    assert site_clusters(5, pairs, threshold=0.4, **apart).tolist() == [0, 1, 1, 3, 4]


GAS = [
    (1, "Erawan gas field", 101, 11), (2, "Funan gas field", 101, 11),
    (3, "Bongkot gas field", 101, 11), (4, "Erawan oil field", 101, 11),
]  # fmt: skip


def test_records_filed_at_one_point_are_different_sites_by_their_names():
    # A source that gives the fields of a whole sea one point; records of a field stay together.
    fields = table(*GAS, source="sea")
    assert sites_of(mm.link(fields)) == {frozenset({"sea:1", "sea:4"})}
    # A record of another source joins one of them at most, and never brings two together.
    other = table((1, "Funan", 101, 11), source="b")
    for site in sites_of(mm.link(fields, other)):
        names = fields.set_index("occurrence_id")["name"].reindex(site).dropna()
        assert len({name.split()[0] for name in names}) == 1
    # A decision goes before, and so does a number in common.
    decision = pd.DataFrame({"left_id": ["sea:1"], "right_id": ["sea:2"], "decision": ["same"]})
    joined = sites_of(mm.link(fields, decisions=decision))
    assert any({"sea:1", "sea:2"} <= site for site in joined)
    cited = fields[:3].assign(mrds_id=["10001234", "10001234", "10009999"])
    assert any({"sea:1", "sea:2"} <= site for site in sites_of(mm.link(cited)))


def test_two_names_at_one_point_of_one_source_are_two_sites_however_probable():
    ends = ("Sayak Tastau", *PLACE), ("Sayak Moldybai", *PLACE)
    records = table((1, *ends[0]), (2, *ends[1]), company=["Kazakhmys"] * 2)
    assert not mm.link(records)["same_site"].any()
    moved = table((1, *ends[0]), (2, "Sayak Tastau", *PLACE), company=["Kazakhmys"] * 2)
    assert mm.link(moved)["same_site"].all()


def test_records_that_a_third_one_links_are_compared_with_each_other():
    # The two of b lie too far from each other to be compared but for the one of a between them.
    middle = table((1, "Boguty", 78.0, 43.6))
    others = table((1, "Boguty", 78.25, 43.6), (2, "Boguty", 77.75, 43.6), source="b")
    ends = {"left_id", "right_id"}
    alone = mm.link(others)
    assert not len(alone)
    pairs = mm.link(middle, others)[sorted(ends)]
    assert ("b:1", "b:2") in {tuple(pair) for pair in pairs.itertuples(index=False)}
    nearer = mm.link(middle, others, max_km=25)
    assert ("b:1", "b:2") not in set(zip(nearer["left_id"], nearer["right_id"], strict=True))


@pytest.mark.parametrize(("count", "is_compared"), [(2, True), (19, True), (20, False)])
def test_a_name_of_few_records_is_compared_far_away(count, is_compared):
    one = table((0, "Boguty", 70.0, 43.6)).assign(source="a")
    others = table(*((n, "Boguty", 71.0 + n, 43.6) for n in range(count)), source="b")
    others["source"] = "b"
    assert (mm.link(one, others).attrs["link"]["compared_pairs"] > 0) == is_compared


@pytest.mark.parametrize(
    ("one", "other"),
    [("Karakol C5", "Karakol C6"), ("Karakol 5A", "Karakol 5B"), ("Karakol XII", "Karakol XIII"),
     ("Karakol V", "Karakol IV"), ("South Karakol No. 1", "South Karakol No. 2"),
     ("Karakol A", "Karakol B")],
)  # fmt: skip
def test_parts_that_share_a_letter_or_direction_are_different(one, other):
    found = pair_of((one, *PLACE), (other, *PLACE), sources=("a", "b"))
    assert "different parts" in found["evidence"]
    assert found["probability"] < 0.2


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Ridder-Sokolny Mine", "Ridder, Shubinsky Mine", True),
        ("Ridder-Sokolny Mine", "Ridder lead smelter", False),
        ("Belousovskoe Mine", "Bulousovskoe Mine", False),
        ("Luisha Mine, Likasi area", "Kamwale Mine, Likasi area", True),
        ("Unnamed prospect", "Kounrad", False),
    ],
)
def test_names_are_different_if_each_has_words_of_its_own(one, other, expected):
    words = [name_sounds(name) for name in (one, other)]
    assert are_different(*words) is are_different(*reversed(words)) is expected


def judged_pairs(path):
    """Return the pairs of a file that readers could decide."""
    pairs = pd.read_csv(path)
    assert set(pairs["same"]) <= {"yes", "no", "unsure"}
    return pairs[pairs["same"] != "unsure"]


def test_no_record_that_links_are_tested_with_is_learnt_from():
    tested = judged_pairs(PAIRS_FOR_TESTS)
    records = {*tested["left_id"], *tested["right_id"]}
    assert len(records) > 200
    files = sorted((REPO / "scripts" / "judged_pairs").glob("*.csv"))
    assert len(files) == 4
    for file in files:
        pairs = judged_pairs(file)
        assert records.isdisjoint([*pairs["left_id"], *pairs["right_id"]])


@pytest.mark.reference
@pytest.mark.filterwarnings("ignore::minmap.errors.MinmapWarning")
def test_links_of_central_asia(shared):
    names = (
        "mrds/mrds_compact_central_asia.csv", "usgs_major_deposits/deposit.csv",
        "usgs_pp1802/PP1802_CritMin_pts.csv", "usgs_minfac/minfac-csv-refined.csv",
    )  # fmt: skip
    links = mm.link(*(mm.read(shared / "deposits" / name) for name in names)).query("same_site")
    joined = {frozenset(ends) for ends in zip(links["left_id"], links["right_id"], strict=True)}
    pairs = judged_pairs(PAIRS_FOR_TESTS)
    ends = map(frozenset, zip(pairs["left_id"], pairs["right_id"], strict=True))
    found = np.array([pair in joined for pair in ends])
    same = (pairs["same"] == "yes").to_numpy()
    # The documentation has the figures: docs/explanations/linking.md.
    assert same[found].mean() > 0.7
    assert found[same].mean() > 0.65


@pytest.mark.reference
def test_sites_of_nevada(shared):
    folder = shared / "deposits" / "mrds"
    nevada = mm.read(folder / "mrds_nevada_tungsten.csv")
    groups = pd.read_csv(folder / "nevada_tungsten_same_site_groups.csv", dtype=str)
    site = ("mrds:" + groups["dep_id"]).to_frame("id").assign(site=groups["group_id"])
    site = site.set_index("id")["site"]
    pairs = mm.link(nevada).query("same_site")
    right = site[pairs["left_id"]].to_numpy() == site[pairs["right_id"]].to_numpy()
    assert right.mean() > 0.8
    true = site.value_counts()
    assert right.sum() / (true * (true - 1) / 2).sum() > 0.58


def test_merge_refuses_links_whose_sites_do_not_follow_their_decisions():
    tables = [table((1, "Kounrad", 75, 47)), table((1, "Kounrad", 75, 47.01), source="b")]
    links = mm.link(*tables)
    links["decision"] = "different"
    with pytest.raises(MinmapError, match=r"links has 1 decisions .*decisions=links\) first"):
        mm.merge(*tables, links=links)
    assert len(mm.merge(*tables, links=mm.link(*tables, decisions=links))) == 2


def test_a_site_is_as_uncertain_as_its_records_lie_apart_if_they_disagree():
    tables = [table((1, "Kounrad", 75, 47)), table((1, "Kounrad", 75, 47.01), source="b")]
    for one in tables:
        one["location_uncertainty_m"] = pd.array([300.0], dtype="Float64")
    site = mm.merge(*tables, links=mm.link(*tables)).iloc[0]
    assert site["location_uncertainty_m"] == pytest.approx(1112, abs=2)
    assert site["location_uncertainty_basis"] == "spread"
    alone = mm.merge(tables[0], links=mm.link(*tables)[:0]).iloc[0]
    assert alone["location_uncertainty_m"] == 300
