"""The engine on toys: companions, continuations, sentinels, overrides, repeated numbers."""

from __future__ import annotations

import gc
import io
import warnings
from pathlib import Path

import geopandas
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minmap.errors import ChoiceError, FileError, MinmapError, MinmapWarning
from minmap.files.cells import Cells
from minmap.reading import describe_match, read
from minmap.reading.citations import by_short_citation, full_keys, short_key
from minmap.reading.column_filling import fill, without_sentinels
from minmap.reading.continuation import with_continuations
from minmap.reading.known_sources import catalogue, recognise
from minmap.reading.source import Continuation, FieldRule
from minmap.types import TEXT

MRDS = "dep_id,site_name,longitude,latitude"


def write(folder: Path, text: str, name: str = "table.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def quietly(path, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MinmapWarning)
        return read(path, **options)


def cells(**columns: list[str | None]) -> Cells:
    return Cells(pd.DataFrame(columns, dtype=TEXT), None, [])


# What is opened -----------------------------------------------------------------------------------


def test_a_file_object_reads_as_its_file_does(tmp_path):
    path = write(tmp_path, f"{MRDS},commod1\n1,Aksu,70,45,Gold\n")
    from_path = read(path)
    with path.open("rb") as stream:
        from_stream = read(stream)
    from_memory = read(io.BytesIO(path.read_bytes()))
    for table in (from_stream, from_memory):
        pd.testing.assert_frame_equal(pd.DataFrame(table), pd.DataFrame(from_path))


@pytest.mark.parametrize("wrong", [None, 3, ["mrds.csv"], pd.DataFrame()])
def test_what_is_no_file_is_refused_in_one_line(wrong):
    with pytest.raises(MinmapError) as error:
        read(wrong)
    assert "\n" not in str(error.value)


def test_lines_set_aside_are_accounted_for(tmp_path):
    path = write(tmp_path, f"{MRDS}\n1,a,70,45\n2,b,71,46,too,much\n3,c,72,47\n")
    with pytest.warns(MinmapWarning, match="1 lines were set aside"):
        table = read(path)
    assert table.attrs["rows"] == {"in_file": 3, "read": 2, "continued": 0, "set_aside": 1}
    assert table.attrs["set_aside"] == [
        {"line": 3, "text": "2,b,71,46,too,much", "reason": "6 cells instead of 4"}
    ]


def test_the_collector_runs_again_after_a_read(tmp_path):
    path = write(tmp_path, f"{MRDS}\n1,a,70,45\n")
    assert gc.isenabled()
    read(path)
    assert gc.isenabled()
    with pytest.raises(FileError):
        read(write(tmp_path, "dep_id,site_name\n1,a\n", "unplaced.csv"))
    assert gc.isenabled()


# Several tables -----------------------------------------------------------------------------------


def two_layers(tmp_path: Path) -> Path:
    path = tmp_path / "two.gpkg"
    points = geopandas.points_from_xy([70, 71], [45, 46], crs=4326)
    mrds = {"dep_id": ["1", "2"], "site_name": ["a", "b"], "dev_stat": ["Prospect", "Plant"]}
    wells = {"depth": [10, 20], "owner": ["x", "y"]}
    geopandas.GeoDataFrame(wells, geometry=points).to_file(path, layer="wells")
    geopandas.GeoDataFrame(mrds, geometry=points).to_file(path, layer="sites")
    return path


def test_the_table_of_a_known_source_is_found_among_several(tmp_path):
    table = quietly(two_layers(tmp_path))
    assert table["occurrence_id"].tolist() == ["mrds:1", "mrds:2"]


def test_several_tables_of_no_known_source_are_listed(tmp_path):
    path = tmp_path / "two.gpkg"
    points = geopandas.points_from_xy([70], [45], crs=4326)
    for layer in ("wells", "camps"):
        frame = geopandas.GeoDataFrame({"depth": [1]}, geometry=points)
        frame.to_file(path, layer=layer)
    with pytest.raises(
        FileError, match=r"2 tables, and none comes from .* layer= one of: 'camps', 'wells'\."
    ):
        read(path)


def test_a_source_of_ones_own_names_its_table(tmp_path):
    mine = write(tmp_path, 'id = "own"\ntables = ["wells"]\n[fields]\nname = "owner"\n', "own.toml")
    table = quietly(two_layers(tmp_path), source=mine)
    assert table["name"].tolist() == ["x", "y"]


# Companions ---------------------------------------------------------------------------------------

OWN = """
    id = "own"
    coordinates = { columns = [["x", "y"]] }
    [key]
    column = "no"
    [[joins]]
    table = "ores"
    key = ["no", "site"]
    value = "ore"
    where = { grade = ["rich", "poor"] }
    order = "rank"
    into = "all_ores"
    [fields]
    commodities = "all_ores"
"""


def test_companions_of_ones_own_are_joined_in_order(tmp_path):
    mine = write(tmp_path, OWN, "own.toml")
    path = write(tmp_path, "no,x,y\n1,70,45\n2,71,46\n3,72,47\n")
    write(
        tmp_path,
        "site,rank,ore,grade\n1,10,Silver,rich\n1,2,Gold,Poor\n2,1,Lead,none\n2,2,Zinc,rich\n",
        "ores.csv",
    )
    table = read(path, source=mine)
    assert table["commodities"].fillna("-").tolist() == ["Au Ag", "Zn", "-"]
    assert table["all_ores"].fillna("-").tolist() == ["Gold; Silver", "Zinc", "-"]
    assert table.columns[-1] == "all_ores"
    assert table.attrs["companions"] == {"ores": 4}


def test_a_table_of_the_same_name_that_is_no_companion_is_left_alone(tmp_path):
    mine = write(tmp_path, OWN, "own.toml")
    path = write(tmp_path, "no,x,y\n1,70,45\n")
    write(tmp_path, "quite,other\n1,2\n", "ores.csv")
    table = quietly(path, source=mine)
    assert "all_ores" not in table.columns
    assert "companions" not in table.attrs


def test_a_broken_companion_does_not_stop_the_reading(tmp_path):
    mine = write(tmp_path, OWN, "own.toml")
    path = write(tmp_path, "no,x,y\n1,70,45\n")
    (tmp_path / "ores.csv").write_bytes(b"\x00\x01\x02\x00")
    with pytest.warns(MinmapWarning, match="The table ores that goes with it cannot be read"):
        table = read(path, source=mine)
    assert len(table) == 1


@pytest.mark.parametrize(
    ("citation", "reference"),
    [
        ("Orris and Bliss, 2002", "Orris, G.J., and Bliss, J.D., 2002, Mines: 95 p."),
        ("Burke (1996)", "Burke, Kevin, 1996, The African plate: v. 99."),
        ("Long and others (1998)", "Long, K.R., DeYoung, J.H., Jr., and Ludington, S.D., 1998, A."),
        ("Fitch, 2000a", "Fitch, D.C., 2000a, Mexico mineral occurrences: 6 p."),
        ("Vila and Sillitoe, 1991", "Vila, Tomás, and Sillitoe, R.H., 1991, Gold-rich porphyry."),
        ("Industrial Minerals, 2001", "Industrial Minerals, 2001, Morgain's gypsum: no. 402."),
    ],
)
def test_a_short_citation_finds_its_reference(citation, reference):
    assert by_short_citation([reference]).get(short_key(citation)) == reference


@pytest.mark.parametrize(
    ("citation", "reference"),
    [
        ("Orris and Smith, 2002", "Orris, G.J., and Bliss, J.D., 2002, Mines: 95 p."),
        ("Orris, 2002", "Orris, G.J., and Bliss, J.D., 2002, Mines: 95 p."),
        ("Orris and Bliss, 2003", "Orris, G.J., and Bliss, J.D., 2002, Mines: 95 p."),
        ("GSA, OZMIN", "GSA, 1999, OZMIN."),
    ],
)
def test_a_short_citation_finds_no_other_reference(citation, reference):
    key = short_key(citation)
    assert key is None or by_short_citation([reference]).get(key) is None


def test_a_citation_that_fits_two_references_is_not_resolved():
    both = ["Garrett, D.E., 1996, Potash: a.", "Garrett, D.E., 1996, Lithium: b."]
    assert full_keys(both[0]) == full_keys(both[1])
    assert by_short_citation(both) == {}


# Continuations ------------------------------------------------------------------------------------


def test_a_row_that_says_otherwise_is_a_record_of_its_own():
    table = cells(
        id=[None, "1", None, None, "2", None],
        site=["a", "b", "b", "c", "d", "d"],
        owner=["A", "B", "B2", "C", "D", None],
    )
    records, continued = with_continuations(table, Continuation("id", ("site",)))
    # The first has no row above it, and "c" is another site than "b".
    assert continued == 2
    assert records.frame["site"].tolist() == ["a", "b", "c", "d"]
    assert records.frame["owner"].tolist() == ["A", "B; B2", "C", "D"]


def test_texts_of_two_columns_stay_in_step():
    table = cells(
        id=["1", None, None, "2", None],
        owner=["A", "B", "C", None, "E"],
        share=["60", None, "10", "5", None],
    )
    records, continued = with_continuations(table, Continuation("id", ()))
    assert continued == 3
    assert records.frame["owner"].tolist() == ["A; B; C", "; E"]
    assert records.frame["share"].tolist() == ["60; ; 10", "5"]


def test_a_table_without_continuations_is_the_same_object():
    table = cells(id=["1", "2"], owner=["A", "B"])
    records, continued = with_continuations(table, Continuation("id", ()))
    assert records is table
    assert continued == 0


# Sentinels, numbers that repeat -------------------------------------------------------------------


def test_sentinels_say_nothing_but_stay_where_they_stand(tmp_path):
    description = """
        id = "own"
        missing = ["-9999", "--", "<Null>", "unknown"]
        coordinates = { columns = [["x", "y"]] }
        [fields]
        name = "name"
        commodities = "ore"
        size = "size"
        location_uncertainty_m = "off"
    """
    mine = write(tmp_path, description, "own.toml")
    path = write(
        tmp_path, "name,ore,size,off,x,y\nNA,NA,NA,500000,70,45\n--,Gold,<null>,-9999,-9999,-9999\n"
    )
    with pytest.warns(MinmapWarning) as warned:
        table = read(path, source=mine)
    assert "1 of 2 records have no location" in str(warned[0].message)
    assert "-9999" not in str(warned[0].message)
    assert table["name"].fillna("-").tolist() == ["NA", "-"]
    assert table["commodities"].tolist() == ["Na", "Au"]
    assert table["size"].fillna("-").tolist() == ["NA", "-"]
    assert table["location_uncertainty_m"].iloc[0] == 500_000
    assert table["location_uncertainty_basis"].fillna("-").tolist() == ["stated", "-"]
    assert table["location_uncertainty_m"].isna().tolist() == [False, True]
    assert table["own_size"].tolist() == ["NA", "<null>"]
    assert table["x"].tolist() == ["70", "-9999"]


def test_records_that_repeat_a_number_are_kept_and_told_apart(tmp_path):
    numbers = ["1", "1", "2", "1", "1-2"]
    path = write(tmp_path, "\n".join([MRDS, *(f"{n},a,70,45" for n in numbers)]))
    with pytest.warns(
        MinmapWarning, match="dep_id: 2 records repeat the number of one before them"
    ):
        table = read(path)
    assert table["occurrence_id"].tolist() == [
        "mrds:1",
        "mrds:1-3",
        "mrds:2",
        "mrds:1-4",
        "mrds:1-2",
    ]


def test_numbers_that_differ_in_their_zeros_are_different(tmp_path):
    path = write(tmp_path, f"{MRDS}\n007,a,70,45\n7,b,71,46\n")
    assert read(path)["occurrence_id"].tolist() == ["mrds:007", "mrds:7"]


def test_unknown_words_are_counted_by_rows(tmp_path):
    codes = ["au zzq", "AU ZZQ", "ZZQ", "AG", "", "xyy ag", "AG"]
    path = write(
        tmp_path,
        "\n".join([f"{MRDS},code_list", *(f"{n},a,70,45,{c}" for n, c in enumerate(codes))]),
    )
    with pytest.warns(MinmapWarning, match=r"code_list: 'ZZQ' \(3\), 'XYY' \(1\)\."):
        table = read(path)
    assert table["commodities"].fillna("-").tolist() == ["Au", "Au", "-", "Ag", "-", "Ag", "Ag"]


# What the user says of the columns ----------------------------------------------------------------


def test_columns_go_before_those_of_the_source(tmp_path):
    path = write(
        tmp_path, f"{MRDS},dev_stat,Titel,lon2,lat2,nummer\n1,a,70,45,,Aksu,71.5,46.5,N7\n"
    )
    table = read(
        path,
        columns={"name": "titel", "longitude": "lon2", "latitude": "LAT2", "id": "nummer"},
    )
    assert table["name"].item() == "Aksu"
    assert table["occurrence_id"].item() == "mrds:N7"
    assert (table.geometry.item().x, table.geometry.item().y) == (71.5, 46.5)
    assert catalogue()["mrds"].key == "dep_id"


def test_columns_go_before_the_geometry_of_the_file(tmp_path):
    path = tmp_path / "sites.gpkg"
    columns = {"dep_id": ["1"], "site_name": ["a"], "dev_stat": [None], "both": ["45.5, 70.5"]}
    frame = geopandas.GeoDataFrame(columns, geometry=geopandas.points_from_xy([0], [0]), crs=4326)
    frame.to_file(path)
    point = quietly(path, columns={"coordinates": "both"}).geometry.item()
    assert (point.x, point.y) == (70.5, 45.5)


@pytest.mark.parametrize(
    ("columns", "error", "message"),
    [
        ({"title": "site_name"}, ChoiceError, "'title' is not known.*commodities"),
        ({"name": "site_nam"}, ChoiceError, "site_nam' is not known; did you mean 'site_name'"),
        ({"longitude": "longitude"}, MinmapError, "longitude only; name the latitude too"),
        (
            {"longitude": "longitude", "latitude": "latitude", "coordinates": "site_name"},
            MinmapError,
            "coordinates twice",
        ),
    ],
)
def test_columns_that_cannot_be_are_refused(tmp_path, columns, error, message):
    path = write(tmp_path, f"{MRDS}\n1,a,70,45\n")
    with pytest.raises(error, match=message):
        read(path, columns=columns)


def test_a_crs_goes_before_that_of_the_source(tmp_path):
    path = write(tmp_path, f"{MRDS}\n1,a,500000,4800000\n")
    point = read(path, crs="EPSG:32643").geometry.item()
    assert point.x == pytest.approx(75, abs=1e-9)
    assert 43 < point.y < 44


# Texts of a source --------------------------------------------------------------------------------

TEXTS = st.lists(st.sampled_from(["Gold", " Gold ", "gold", "NA", "-9999", "", " ", None, "Пó"]))


@given(TEXTS, TEXTS)
def test_texts_are_trimmed_and_those_of_several_columns_joined(first, second):
    size = min(len(first), len(second))
    given = cells(a=first[:size], b=second[:size])
    seen = without_sentinels(given, frozenset({"-9999"}))

    def meant(text):
        trimmed = (text or "").strip()
        return "" if trimmed == "-9999" else trimmed

    expected = [meant(text) for text in first[:size]]
    assert seen.column("A").fillna("").tolist() == expected
    both = ["; ".join(filter(None, p)) for p in zip(expected, map(meant, second), strict=False)]
    filled = fill(seen, "name", (FieldRule(columns=("a", "b")),), {})
    assert filled.column.fillna("").tolist() == both


def test_parts_that_say_nothing_are_left_out_in_any_case():
    given = ["No Name", "Aksu, NO NAME;Tau", "no names", ";No Name,", "BİLİNMİYOR; Aksu", None]
    rule = FieldRule(columns=("names",), without=("No Name", "bilinmiyor"))
    filled = fill(cells(names=given), "other_names", (rule,), {})
    left = [None if pd.isna(text) else text for text in filled.column]
    assert left == [None, "Aksu;Tau", "no names", None, "Aksu", None]


def test_a_source_is_told_without_a_file():
    columns = ["DEP_ID", "Site_Name", "dev_stat", "x"]
    found = recognise(columns, label="any")
    assert found is not None
    assert found.id == "mrds"
    assert recognise(["x", "y"], label="any") is None


def test_a_match_with_a_source_names_columns_of_the_user_and_of_both_coordinates(tmp_path: Path):
    description = tmp_path / "mine.toml"
    description.write_text(
        'id = "mine"\ntitle = "My mines"\n[coordinates]\ncolumns = [["where"]]\n'
        '[fields]\nname = ["title"]\n',
        encoding="utf-8",
    )
    file = tmp_path / "a.csv"
    file.write_text('title,label,where\nA,B,"45.5 N, 70.1 E"\n', encoding="utf-8")
    table = read(file, source=description, columns={"name": "LABEL"})
    described = describe_match(table).set_index("column")
    assert described["taken_as"].fillna("").to_dict() == {
        "title": "", "label": "name", "where": "coordinates"
    }  # fmt: skip
    assert described.loc["label", "from"] == "columns={'name': 'label'}"
    assert described.loc["where", "evidence"] == "column of My mines"
