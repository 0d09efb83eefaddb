"""Links and decisions whose ids are those of other records now, or of none."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
from click.testing import CliRunner
from pandas.testing import assert_frame_equal

import minmap as mm
from minmap.cli import cli
from minmap.errors import FileError, MinmapError, MinmapWarning
from minmap.linking.link_files import write_links
from minmap.linking.record_mentions import other_names

pytestmark = pytest.mark.exhaustive

HEAD = "No;Name;Lat;Long;Metal\n"
OLD = {
    "a.csv": "1;Alpha;47.9012;67.4612;copper\n2;Beta;48.5123;68.1234;gold\n",
    "b.csv": "1;Gamma;47.9100;67.4700;copper\n2;Beta;48.5125;68.1236;gold\n",
}
OTHER = "1;Omega;44.2;70.1;tin\n2;Psi;44.9;70.9;lead\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, rows in OLD.items():
        (tmp_path / name).write_text(HEAD + rows, encoding="utf-8")
    return tmp_path


def tables(folder: Path) -> list[gpd.GeoDataFrame]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MinmapWarning)
        return [mm.read(folder / name) for name in OLD]


def same(**names: Any) -> pd.DataFrame:
    pair = {"left_id": ["a:1"], "right_id": ["b:1"], "decision": ["same"]}
    return pd.DataFrame(pair | {name: [value] for name, value in names.items()})


def is_joined(links: pd.DataFrame) -> bool:
    return bool((links["left_id"].eq("a:1") & links["same_site"]).any())


def test_a_decision_about_a_record_that_has_its_id_no_more_is_not_used(folder: Path) -> None:
    made = same(left_name="Alpha", right_name="Gamma")
    assert is_joined(mm.link(*tables(folder), decisions=made))
    (folder / "a.csv").write_text(HEAD + OTHER, encoding="utf-8")
    now = tables(folder)
    with pytest.warns(MinmapWarning, match="another name") as caught:
        assert not is_joined(mm.link(*now, decisions=made))
    (said,) = [str(one.message) for one in caught]
    assert said.startswith("1 of 1 decisions give a record another name than the tables, and are n")
    assert "a:1 ('Alpha', now 'Omega'). If it is the same record, write its present name" in said
    # A file without names, or with a blank one, is taken as it is.
    for without in (same(), same(left_name=None, right_name="Gamma"), same(left_name=" ")):
        assert is_joined(mm.link(*now, decisions=without))


@pytest.mark.parametrize("name", ["ALPHA!", "Älpha", "Alph?", "?lpha", "Alt\ufffdr", "Altar"])
def test_a_name_in_other_letters_is_the_same(folder: Path, name: str) -> None:
    first, second = tables(folder)
    first["other_names"] = ["Altar, Old pit", None]
    with warnings.catch_warnings():
        warnings.simplefilter("error", MinmapWarning)
        assert is_joined(mm.link(first, second, decisions=same(left_name=name)))


@pytest.mark.parametrize("name", ["Alpha North", "Alpha 2", "Alp?", "??????", "Old", "Beta"])
def test_another_name_is_another_record(folder: Path, name: str) -> None:
    with pytest.warns(MinmapWarning, match="another name than the tables"):
        assert not is_joined(mm.link(*tables(folder), decisions=same(left_name=name)))


def test_a_record_that_lost_its_name_is_named(folder: Path) -> None:
    first, second = tables(folder)
    first["name"] = None
    with pytest.warns(MinmapWarning, match=r"a:1 \('Alpha', now without a name\)"):
        mm.link(first, second, decisions=same(left_name="Alpha"))


def test_links_of_other_records_are_neither_merged_nor_reviewed(folder: Path) -> None:
    links = mm.link(*tables(folder), decisions=same())
    assert len(mm.merge(*tables(folder), links=links)) == 2
    (folder / "a.csv").write_text(HEAD + OTHER, encoding="utf-8")
    now = tables(folder)
    expected = (
        r"links gives 2 records other names than the tables: a:\d \('\w+', now '\w+'\), .*; link "
        "these tables anew"
    )
    with pytest.raises(MinmapError, match=expected):
        mm.merge(*now, links=links)
    with pytest.raises(MinmapError, match=expected):
        mm.review(links, *now)
    mm.link(*now, decisions=links.assign(decision=None))  # no decision, nothing to compare


def test_links_are_merged_and_reviewed_from_their_file_too(folder: Path) -> None:
    one, other = tables(folder)
    links = mm.link(one, other, decisions=same(note="=1 pit"))
    for path in (folder / "links.csv", str(folder / "links.csv")):
        write_links(links, Path(path))
        merged, expected = mm.merge(one, other, links=path), mm.merge(one, other, links=links)
        assert_frame_equal(pd.DataFrame(merged), pd.DataFrame(expected))
        mm.review(path, one, other)
    with pytest.raises(FileError, match=r"none\.csv does not exist"):
        mm.merge(one, other, links=folder / "none.csv")
    with pytest.raises(FileError, match=r"none\.csv does not exist"):
        mm.review(folder / "none.csv", one, other)


def test_the_command_line_compares_names_too(folder: Path) -> None:
    def run(*words: str) -> tuple[int, str]:
        files = [str(folder / name) for name in OLD]
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always", MinmapWarning)
            done = CliRunner().invoke(cli, [words[0], *files, *words[1:]])
        return done.exit_code, " ".join([str(done.exception), *(str(w.message) for w in caught)])

    decisions, links = folder / "decisions.csv", folder / "links.csv"
    same(left_name="Alpha", right_name="Gamma").to_csv(decisions, index=False)
    assert run("link", "--decisions", str(decisions), "-o", str(links))[0] == 0
    (folder / "a.csv").write_text(HEAD + OTHER, encoding="utf-8")
    code, said = run("merge", "--links", str(links), "-o", str(folder / "sites.csv"))
    assert code == 1
    assert "a:1 ('Alpha', now 'Omega')" in said
    assert not (folder / "sites.csv").exists()
    code, said = run("link", "--decisions", str(decisions), "-o", str(folder / "new.csv"))
    assert code == 0
    assert "1 of 1 decisions give a record another name than the tables" in said


def test_a_decision_on_a_record_that_was_corrected_is_named_with_the_cure(tmp_path: Path) -> None:
    def read(status: str, *, numbered: bool) -> gpd.GeoDataFrame:
        number = ("Ref no,", "K-7,") if numbered else ("", "")
        path = tmp_path / "report.csv"
        path.write_text(
            f"{number[0]}Name,Lat,Lon,Metal,Status\n{number[1]}Kumtor,41.86,78.2,Au,{status}\n",
            encoding="utf-8",
        )
        columns = {"columns": {"id": "Ref no"}} if numbered else {}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", MinmapWarning)
            return mm.read(path, **columns)

    other = gpd.GeoDataFrame(
        {"occurrence_id": ["b:1"], "source": "b", "name": "Kumtor"},
        geometry=gpd.points_from_xy([78.2], [41.86]), crs=4326,
    )  # fmt: skip
    links = mm.link(read("operating", numbered=False), other)
    old = links["right_id"].item()
    links["decision"] = "same"
    with pytest.warns(MinmapWarning, match="do not have") as caught:
        mm.link(read("closed", numbered=False), other, decisions=links)
    (said,) = [str(one.message) for one in caught]
    assert f"Missing: {old} (Kumtor). Ids of 12 digits and letters are made of all cells" in said
    assert "columns={'id': 'No'}" in said
    with pytest.warns(MinmapWarning, match="1 of 1 links join records") as caught:
        mm.merge(read("closed", numbered=False), other, links=links)
    assert f"Missing: {old} (Kumtor). Ids of 12" in str(caught[0].message)

    numbered = mm.link(read("operating", numbered=True), other).assign(decision="same")
    with warnings.catch_warnings():
        warnings.simplefilter("error", MinmapWarning)
        again = mm.link(read("closed", numbered=True), other, decisions=numbered)
    assert again["decision"].tolist() == ["same"]
    with pytest.warns(MinmapWarning, match="do not have") as caught:
        mm.link(other, decisions=numbered)
    assert str(caught[0].message).endswith("Missing: report:K-7 (Kumtor).")


@pytest.mark.parametrize("given", ["?nönü", "İnönü", "ZyrÃ¡novsk"])
def test_a_name_without_a_letter_of_it_or_before_a_repair_is_the_same(given: str) -> None:
    records = pd.DataFrame({
        "occurrence_id": ["a:1"],
        "name": ["Zyránovsk" if given.startswith("Z") else "İnönü"],
        "other_names": [None],
        "name_before_repair": ["ZyrÃ¡novsk" if given.startswith("Z") else None],
    })  # fmt: skip
    pairs = pd.DataFrame({"left_id": ["a:1"], "left_name": [given], "right_id": ["b:1"]})
    assert other_names(pairs, records).records == []
    assert other_names(pairs.assign(left_name="None"), records).records != []
