"""Every form in which a USGS source comes, on real rows: none is read unlike the others."""

from __future__ import annotations

import csv
import io
import shutil
import warnings
import zipfile
from pathlib import Path

import geopandas
import pandas as pd
import pytest

from minmap.errors import MinmapWarning
from minmap.reading import read
from tests.conftest import SHARED

HERE = Path(__file__).resolve().parent
DEPOSITS = SHARED / "deposits"
pytestmark = pytest.mark.reference
NEVADA = DEPOSITS / "mrds" / "mrds_nevada_tungsten.csv"


def quietly(path, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MinmapWarning)
        return read(path, **options)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def tab_separated(records: list[dict[str, object]]) -> str:
    """Return records as USGS writes its tables: tabs between, all cells quoted."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, [*records[0]], delimiter="\t", quoting=csv.QUOTE_ALL)
    writer.writeheader()
    writer.writerows(records)
    return text.getvalue()


# MRDS ---------------------------------------------------------------------------------------------


def relational(folder: Path) -> tuple[Path, list[dict[str, str]]]:
    """Write rdbms-tab.zip made of real rows of mrds.csv and the documented columns.

    The archive itself is made up: USGS's own was not at hand. Ids, names, status, links, points,
    commodities with their rank, and minerals are those of 300 real records; the commodity codes and
    groups are left blank, and the companion rows are in reverse order, as `line` is there to undo.
    """
    # A name and its qualifier cannot be told from two names in the flat table.
    plain = quietly(NEVADA)["commodity_qualifiers"].isna()
    real = [row for row, kept in zip(rows(NEVADA), plain, strict=True) if kept][:300]
    tables: dict[str, list[dict[str, object]]] = {
        name: [] for name in ("MRDS", "Names", "Commodity", "Materials", "Place")
    }
    ranks = {"commod1": "Primary", "commod2": "Secondary", "commod3": "Tertiary"}
    for number, row in enumerate(real):
        record: dict[str, object] = {"i": number, "dep_id": row["dep_id"]}
        tables["MRDS"].append(
            record
            | {"name": row["site_name"], "dev_stat": row["dev_stat"], "url": row["url"]}
            | {"code_list": "", "longitude": row["longitude"], "latitude": row["latitude"]}
        )
        names = [
            (row["site_name"], "Current"),
            *((n, "Previous") for n in row["names"].split(", ")),
        ]
        for line, (name, status) in enumerate(names):
            if name:
                tables["Names"].append(record | {"line": line, "name": name, "status": status})
        line = 0
        for column, rank in ranks.items():
            for commodity in filter(None, row[column].split(", ")):
                line += 1
                tables["Commodity"].append(
                    record
                    | {"line": line, "commod": commodity, "code": "", "commod_tp": rank}
                    | {"commod_group": "", "import": "", "ins_by": ""}
                )
        for column, kind in (("ore", "Ore"), ("gangue", "Gangue")):
            for rec, material in enumerate(filter(None, row[column].split(", "))):
                tables["Materials"].append(
                    record | {"rec": rec, "ore_gangue": kind, "material": material}
                )
        # "f32" is Nevada in the FIPS codes of states.
        place = {"dep_id": row["dep_id"], "fips": "f32", "quadcode": "", "huc": ""}
        tables["Place"].append(place)
    path = folder / "rdbms-tab.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, records in tables.items():
            whole = records if name in {"MRDS", "Place"} else records[::-1]
            archive.writestr(f"{name}.txt", tab_separated(whole))
    return path, real


def test_the_relational_archive_reads_as_the_flat_table_does(tmp_path):
    path, real = relational(tmp_path)
    table = quietly(path)
    flat = quietly(NEVADA).set_index("occurrence_id", drop=False)
    flat = flat.loc[table["occurrence_id"]].reset_index(drop=True)
    assert table["occurrence_id"].tolist() == [f"mrds:{row['dep_id']}" for row in real]
    same = ["name", "country", "commodities", "minor_commodities", "commodity_group", "status"]
    for column in [*same, "status_year", "url", "location_uncertainty_m"]:
        pd.testing.assert_series_equal(table[column], flat[column], obj=column)
    assert table.geometry.geom_equals(flat.geometry).all()
    assert table["ore"].fillna("").tolist() == [r["ore"].replace(", ", "; ") for r in real]
    first = table.set_index("occurrence_id")["other_names"].dropna()
    names = {f"mrds:{row['dep_id']}": row["names"].replace(", ", "; ") for row in real}
    assert first.to_dict() == {key: text for key, text in names.items() if text}
    assert table.attrs["rows"] == {
        "in_file": 300, "read": 300, "continued": 0, "set_aside": 0
    }  # fmt: skip
    counted = {"Names", "Commodity", "Materials", "Place"}
    assert set(table.attrs["companions"]) == counted


def test_rows_of_companions_that_belong_to_no_record_are_counted(tmp_path):
    (tmp_path / "MRDS.txt").write_text(
        "dep_id\tname\tdev_stat\tcode_list\tlongitude\tlatitude\n1\ta\tProducer\tAU\t70\t45\n"
    )
    (tmp_path / "Names.txt").write_text(
        "dep_id\tline\tname\tstatus\n1\t2\tsecond\tPrevious\n1\t1\tfirst\tprevious\n"
        "1\t3\ta\tCurrent\n9\t1\tlost\tPrevious\n"
    )
    with pytest.warns(MinmapWarning, match=r"Names: 1 of 4 rows belong to no record\."):
        table = read(tmp_path / "MRDS.txt")
    assert table["other_names"].item() == "first; second"
    assert table["name"].item() == "a"


def test_the_compact_shapefile(tmp_path):
    real = rows(DEPOSITS / "mrds" / "mrds_compact_central_asia.csv")
    shape = geopandas.GeoDataFrame(
        {
            "DEP_ID": [row["dep_id"] for row in real],
            "SITE_NAME": [row["site_name"] for row in real],
            "DEV_STAT": "Unknown",  # the compact set of columns at hand has no status
            "URL": [row["url"] for row in real],
            "CODE_LIST": [f" {row['code_list']}" for row in real],
        },
        geometry=geopandas.points_from_xy(
            [float(row["longitude"]) for row in real], [float(row["latitude"]) for row in real]
        ),
        crs=4326,
    )
    shape.to_file(tmp_path / "mrds-trim.shp")
    table = quietly(tmp_path / "mrds-trim.shp")
    flat = quietly(DEPOSITS / "mrds" / "mrds_compact_central_asia.csv")
    assert table["occurrence_id"].tolist() == flat["occurrence_id"].tolist()
    assert set(table["status"]) == {"unknown"}
    assert table["url"].tolist() == flat["url"].tolist()
    # The codes say what the names say.
    given = [bool(row["code_list"].strip()) for row in real]
    assert table["commodities"].notna().tolist() == given
    assert (table["commodities"] == flat["commodities"])[given].mean() > 0.85
    assert table.geometry.geom_equals_exact(flat.geometry, tolerance=1e-9).all()


def test_the_reply_of_the_web_feature_service():
    table = quietly(DEPOSITS / "mrds" / "mrds_wfs_1.1.0_california_sample.gml")
    assert table["occurrence_id"].tolist() == ["mrds:10257110", "mrds:10030957", "mrds:10030966"]
    assert table["name"].tolist() == ["Dickson Pit", "Dorsey Placer Mine", "Bondurant"]
    assert table["country"].tolist() == ["USA"] * 3
    assert table["commodities"].tolist()[1:] == ["Au", "Au Ag Cu Pb Zn"]
    assert table["status"].tolist() == ["producer", "occurrence", "past_producer"]
    # California, not the Weddell Sea.
    assert table.geometry.x.round(5).tolist() == [-120.65101, -120.07905, -120.05016]
    assert table.geometry.y.round(5).tolist() == [38.4168, 37.82131, 37.72631]


def test_the_older_flat_table_has_previous_names(tmp_path):
    frame = pd.read_csv(NEVADA, dtype=str, keep_default_na=False).head(50)
    older = frame.drop(columns=["url", "score"]).rename(columns={"names": "prev_name"})
    older.to_csv(tmp_path / "mrds.csv", index=False, lineterminator="\r\n")
    table, newer = quietly(tmp_path / "mrds.csv"), quietly(NEVADA).head(50)
    for column in ("other_names", "commodities", "status", "country", "url"):
        pd.testing.assert_series_equal(table[column], newer[column])


# Major deposits -----------------------------------------------------------------------------------


def test_regularised_commodities_and_references_are_joined():
    with pytest.warns(MinmapWarning, match="ref: 96 short citations in citation fit no reference"):
        table = read(DEPOSITS / "usgs_major_deposits" / "deposit.csv")
    assert table.attrs["companions"] == {"commodity": 5001, "ref": 961}
    by_id = table.set_index("occurrence_id")
    # "halite (salt), potash" and the like are plain words here.
    assert by_id.loc["major_deposits:2956", "commodities_regularised"] == "REE; phosphate; Zn"
    assert by_id.loc["major_deposits:2956", "commodities"].split()[0] == "REE"
    assert by_id.loc["major_deposits:1", "references"].startswith(
        "Orris, G.J. and Bliss, J.D., 2002"
    )
    cited = table["references"].notna().sum()
    assert 900 <= cited < table["major_deposits_citation"].notna().sum()


def test_a_deposit_table_on_its_own_is_read_without_its_companions(tmp_path):
    shutil.copy(DEPOSITS / "usgs_major_deposits" / "deposit.csv", tmp_path)
    alone = quietly(tmp_path / "deposit.csv")
    assert len(alone) == 3168
    assert "companions" not in alone.attrs
    assert "references" not in alone.columns
    joined = quietly(DEPOSITS / "usgs_major_deposits" / "deposit.csv")
    main = [table["commodities"].str.split().str[0] for table in (alone, joined)]
    both = main[0].notna() & main[1].notna()
    assert both.sum() > 3100
    # The two lists are in the same order, that of importance.
    assert (main[0][both] == main[1][both]).mean() > 0.97


def test_a_zip_of_the_tables_reads_the_one_with_the_records(tmp_path):
    path = tmp_path / "ofr20051294-csv.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for file in (DEPOSITS / "usgs_major_deposits").iterdir():
            archive.write(file, f"ofr20051294-csv/{file.name}")
    table = quietly(path)
    assert len(table) == 3168
    assert table.attrs["companions"] == {"commodity": 5001, "ref": 961}


# The others ---------------------------------------------------------------------------------------


def test_names_cut_by_a_shapefile_give_the_same_records(tmp_path):
    flat = quietly(DEPOSITS / "usgs_pp1802" / "PP1802_CritMin_pts.csv")
    raw = pd.read_csv(DEPOSITS / "usgs_pp1802" / "PP1802_CritMin_pts.csv", dtype=str)
    cut = raw.rename(columns={name: name[:10] for name in raw}).drop(columns=["X", "Y"])
    points = geopandas.points_from_xy(raw["X"].astype(float), raw["Y"].astype(float), crs=4326)
    geopandas.GeoDataFrame(cut, geometry=points).to_file(tmp_path / "PP1802_CritMin_pts.shp")
    table = quietly(tmp_path / "PP1802_CritMin_pts.shp")
    for column in ("occurrence_id", "name", "country", "commodities", "deposit_type"):
        assert table[column].fillna("").tolist() == flat[column].fillna("").tolist(), column


def test_sediment_hosted_copper_has_no_sentinels_and_a_status():
    table = quietly(DEPOSITS / "usgs_sir20105090z" / "sedcu_deps_pros.csv")
    assert table["country"].value_counts()["KAZ"] == 158
    assert table["country"].notna().all()
    # 39 sites in China are being mined, of which `sitestatus` has 32 as prospects, 7 as deposits.
    counts = {"prospect": 842, "producer": 39, "past_producer": 37}
    assert table["status"].value_counts().to_dict() == counts
    assert table["site_type"].value_counts().to_dict() == {
        "prospect": 842, "deposit": 180, "mine": 76,
    }  # fmt: skip
    assert table["status_year"].dropna().unique().tolist() == [2016]
    shown = table[table.columns[:20]].astype(str)
    assert not shown.apply(lambda column: column.str.contains("-9999", regex=False)).any().any()
    assert table["tonnage_mt"].isna().sum() == 1016
    assert "Cu" in set(table["commodities"])


def test_porphyry_copper_keeps_na_as_a_subtype(tmp_path):
    # Columns as documented, the row made up: the table was not at hand.
    header = (
        "objectid,gmrap_id,coded_id,tract_name,name,name_other,name_group,includes,sitestatus,"
        "country,state_prov,latitude,longitude,dep_type,dep_subtype,comm_major,comm_minor,"
        "comm_trace,tonnage_mt,cu_pct,dev_status,short_ref"
    )
    row = "1,7,142pCu1,Tract,Hill,-9999,,,deposit,Chile,,-24.5,-69.5,Porphyry copper,NA,Cu,Mo,"
    path = tmp_path / "pcu_deps_pros.csv"
    path.write_text(
        f"{header}\n{row}Ag,-9999,-9999,Past Producer,Smith (2010)\n", encoding="utf-8-sig"
    )
    table = quietly(path)
    assert table["occurrence_id"].item() == "sir20105090z:7"
    assert table["deposit_type_text"].item() == "Porphyry copper; NA"
    assert table["minor_commodities"].item() == "Mo Ag"
    assert table["status"].item() == "past_producer"
    assert table["site_type"].item() == "deposit"
    assert pd.isna(table["other_names"].item())
    assert table["citation"].item() == "Smith (2010), in USGS SIR 2010-5090-Z"


def test_continuation_rows_of_facilities_are_folded_and_counted():
    path = DEPOSITS / "usgs_minfac" / "minfac-csv-refined.csv"
    with pytest.warns(MinmapWarning, match="226 rows without rec_id continue the record above"):
        table = read(path)
    smelter = table.set_index("occurrence_id").loc["minfac:8"]
    raw = rows(path)
    start = next(number for number, row in enumerate(raw) if row["rec_id"] == "8")
    block = [raw[start]]
    for row in raw[start + 1 :]:
        if row["rec_id"]:
            break
        block.append(row)
    assert len(block) == 3
    investors = "; ".join(row["#site+company+3"] for row in block)
    assert smelter["#site+company+3"] == investors
    assert smelter["#site+company+3"].endswith(
        "Ryowa Development Pty. Ltd.; Sumitomo Chemical Co. Ltd."
    )
    assert smelter["#site+company+3+share_text"] == "17; 5; 2"
    # No investor of any row is lost.
    given = [row["#site+company+3"] for row in raw if row["#site+company+3"]]
    kept = [part for text in table["#site+company+3"].dropna() for part in text.split("; ") if part]
    assert sum(len(text.split("; ")) for text in given) == len(kept)
    assert table["status"].value_counts()["producer"] == 5018 + 1391
    assert table["status_year"].dropna().between(2003, 2008).all()
    assert table["site_type"].value_counts()["plant"] > 3000


def test_the_state_in_the_address_of_a_facility_is_stated():
    table = quietly(DEPOSITS / "usgs_minfac" / "minfac-csv-refined.csv")
    stated = table[table["admin1_basis"] == "stated"]
    assert len(stated) > 1400
    assert stated["country"].notna().all()
    first = table.set_index("occurrence_id").loc["minfac:8"]
    assert first["#site+address"].rpartition(", ")[2] == first["admin1"]
    # "Duisburg" and "North Sea" are no states, and La Union is also one of El Salvador.
    assert not {"Duisburg", "North Sea"} & set(stated["admin1"])
    assert not ((stated["country"] == "PHL") & (stated["admin1"] == "La Union")).any()


def test_no_other_known_name_is_no_name_and_the_type_of_the_full_schema_is_read():
    names = quietly(DEPOSITS / "mrds" / "mrds_compact_central_asia.csv").set_index("occurrence_id")
    raw = {f"mrds:{row['dep_id']}": row["other_names"]
           for row in rows(DEPOSITS / "mrds" / "mrds_compact_central_asia.csv")}  # fmt: skip
    assert raw["mrds:10183807"] == "Koksai,No Other Known Name"
    assert names.loc["mrds:10183807", "other_names"] == "Koksai"
    assert raw["mrds:10134084"] == "No Other Known Name"
    assert pd.isna(names.loc["mrds:10134084", "other_names"])
    full = quietly(DEPOSITS / "mrds" / "mrds_full_schema_idaho_montana_tungsten_383.csv")
    filled = full["dep_type1"].str.strip() != ""
    assert full.loc[filled, "deposit_type_text"].notna().all()
    only = full[filled & (full["dep_type"].str.strip() == "") & (full["model"].str.strip() == "")]
    assert (only["deposit_type_text"] == only["dep_type1"].str.strip()).all()
    assert len(only) > 200


def test_the_published_names_of_the_facilities(tmp_path):
    # Columns of minfac.csv as the recipe of the refined copy lists them; the row is a real one.
    real = rows(DEPOSITS / "usgs_minfac" / "minfac-csv-refined.csv")[0]
    published = {
        "rec_id": real["rec_id"],
        "position": real["position"],
        "country": real["#country"],
        "commodity": real["#site+commodity"],
        "fac_name": real["#site"],
        "fac_type": real["#site+siteType"],
        "latitude": real["#site+lat"],
        "longitude": real["#site+lng"],
        "year": real["#site+trueAt"],
        "location": real["#site+address"],
        "op_comp": real["#site+company+1"],
        "status": real["#site+status"],
        "capacity": real["#site+capacity"],
    }
    path = tmp_path / "minfac.csv"
    pd.DataFrame([published]).to_csv(path, index=False)
    table = quietly(path)
    refined = quietly(DEPOSITS / "usgs_minfac" / "minfac-csv-refined.csv").head(1)
    for column in ("occurrence_id", "name", "country", "commodities", "status", "site_type"):
        assert table[column].item() == refined[column].item(), column
    assert table.geometry.item().equals(refined.geometry.item())


def test_mine_symbols_of_topographic_maps(tmp_path):
    # Attributes as documented by those who read the data release; the features are made up.
    frame = geopandas.GeoDataFrame(
        {
            "State": ["ID", "ID", "NV"],
            "County": ["Cassia", "Cassia", "Elko"],
            "Ftr_Type": ["Prospect Pit", "Adit", "Disturbed Surface"],
            "Ftr_Name": [None, "Myers Mine", None],
            "Ftr_Azimut": [0, 181, 0],
            "Topo_Name": ["Albion", "Albion", "Jarbidge"],
            "Topo_Date": [1968, 1968, 1971],
            "Topo_Scale": ["24000", "24000", "62500"],
            "GDA_ID": [5000001, 5000001, 5000002],
            "ScanID": [300001, 300001, 300002],
        },
        geometry=geopandas.points_from_xy([-113.5, -113.6, -115.4], [42.4, 42.4, 41.9]),
        crs=4326,
    )
    frame.to_file(tmp_path / "USGS_TopoMineSymbols_24k_Points.shp")
    table = quietly(tmp_path / "USGS_TopoMineSymbols_24k_Points.shp")
    assert table["source"].unique().tolist() == ["usmin"]
    assert table["occurrence_id"].is_unique
    assert table["occurrence_id"].str.fullmatch("usmin:[0-9a-f]{12}").all()
    assert table["country"].tolist() == ["USA"] * 3
    assert table["site_type"].fillna("-").tolist() == ["prospect", "mine", "-"]
    assert table["name"].fillna("-").tolist() == ["-", "Myers Mine", "-"]
    again = frame.iloc[::-1].reset_index(drop=True)
    again.to_file(tmp_path / "again.shp")
    # The id says what and where the symbol is, not where it stands in the file.
    assert set(quietly(tmp_path / "again.shp")["occurrence_id"]) == set(table["occurrence_id"])
