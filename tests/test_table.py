"""The occurrence table: same columns and dtypes whatever comes in, and no row lost."""

from __future__ import annotations

from pathlib import Path

import geopandas
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point, Polygon

import minmap as mm
from minmap import vocabulary
from minmap.errors import CRSError, MinmapError, MinmapWarning
from minmap.table import COLUMN_NAMES, COLUMNS, conform

DTYPES = {"str": "str", "Int64": "Int64", "Float64": "Float64", "geometry": "geometry"}


def frame(points, **columns):
    return geopandas.GeoDataFrame(columns, geometry=points, crs="EPSG:4326")


def test_the_columns_are_those_of_the_design():
    assert (
        *("occurrence_id", "source", "name", "other_names", "country", "admin1", "country_basis"),
        *("admin1_basis", "commodities"),
        *("minor_commodities", "commodity_qualifiers", "commodity_group", "status"),
        *("status_year", "site_type"),
        *("deposit_type", "deposit_type_text", "size", "location_method"),
        *("coordinate_precision_m", "location_uncertainty_m", "location_uncertainty_basis", "url"),
        *("citation", "geometry"),
    ) == COLUMN_NAMES
    for column in COLUMNS:
        assert column.meaning
        assert column.dtype in DTYPES
        if column.vocabulary is not None:
            assert "code" in getattr(vocabulary, column.vocabulary)()


def test_columns_come_first_in_order_and_others_stay_as_they_are():
    given_frame = frame([Point(70, 45)], own=[{"a": 1}], name=["Kounrad"], status_year=[2011.0])
    table = conform(given_frame)
    assert table.columns.tolist() == [*COLUMN_NAMES, "own"]
    assert table["own"].item() == {"a": 1}
    assert table["status_year"].item() == 2011
    for column in COLUMNS:
        assert str(table[column.name].dtype) == DTYPES[column.dtype], column.name
    assert given_frame.columns.tolist() == ["own", "name", "status_year", "geometry"]


def test_index_order_and_attrs_are_kept_and_the_input_is_not_changed():
    given_frame = frame([Point(1, 2), Point(3, 4)], name=["b", "a"]).set_index(pd.Index([9, 4]))
    given_frame.attrs["sources"] = [{"id": "mine"}]
    table = conform(given_frame)
    assert table.index.tolist() == [9, 4]
    assert table["name"].tolist() == ["b", "a"]
    table.attrs["sources"][0]["id"] = "changed"
    assert given_frame.attrs == {"sources": [{"id": "mine"}]}


def test_another_crs_is_projected_and_none_is_refused():
    there = frame([Point(70, 45)]).to_crs("EPSG:32642")
    point = conform(there).geometry.item()
    assert point.x == pytest.approx(70, abs=1e-9)
    assert point.y == pytest.approx(45, abs=1e-9)
    with pytest.raises(CRSError, match="set_crs"):
        conform(geopandas.GeoDataFrame(geometry=[Point(70, 45)]))


def test_the_active_geometry_becomes_geometry():
    table = conform(frame([Point(70, 45)], name=["a"]).rename_geometry("where"))
    assert table.geometry.name == "geometry"
    assert "where" not in table


def test_points_that_are_nowhere_are_kept_counted_and_reported_once():
    points = [Point(70, 45), None, Point(12, 95), Point(200, 10), Point(), Point(0, 0)]
    ids = [f"x:{number}" for number in range(6)]
    with pytest.warns(MinmapWarning) as warned:
        table = conform(frame(points, occurrence_id=ids))
    assert len(warned) == 1
    assert str(warned[0].message) == (
        "2 of 6 records have no location: x:1, x:4. "
        "2 of 6 records lie outside the globe and are kept without a location: "
        "x:2 (lat 95, lon 12), x:3 (lat 10, lon 200)."
    )
    assert table.geometry.isna().tolist() == [False, True, True, True, True, False]
    assert table["occurrence_id"].tolist() == ids


def test_a_long_list_of_faults_is_cut_short():
    with pytest.warns(MinmapWarning, match="20 of 20 .* and 15 more") as warned:
        conform(frame([Point(0, 91)] * 20))
    assert len(str(warned[0].message)) < 400


@pytest.mark.parametrize("year", ["about 1950", 10**20])
def test_a_column_that_cannot_get_its_dtype_is_refused_with_the_cure(year):
    wrong = frame([Point(70, 45)], status_year=pd.Series([year], dtype=object))
    with pytest.raises(MinmapError, match=r"column status_year must be Int64.*another name"):
        conform(wrong)


def test_polygons_are_kept():
    square = Polygon([(70, 45), (71, 45), (71, 46)])
    assert conform(frame([square])).geometry.item().equals(square)


def test_empty_in_empty_out_with_all_columns():
    table = conform(geopandas.GeoDataFrame({"name": []}, geometry=[], crs="EPSG:4326"))
    assert len(table) == 0
    assert table.columns.tolist() == list(COLUMN_NAMES)
    assert table.crs == "EPSG:4326"


@pytest.mark.parametrize("ending", ["parquet", "gpkg", "geojson"])
def test_the_table_survives_the_formats(tmp_path, ending):
    given_frame = frame([Point(70, 45), Point(71, 46)], name=["Қоңырат", None], status="producer")
    given_frame["status_year"] = pd.array([2011, None], dtype="Int64")
    table = conform(given_frame)
    table.attrs["sources"] = [{"id": "mine"}]
    path = tmp_path / f"table.{ending}"
    if ending == "parquet":
        table.to_parquet(path)
        back = geopandas.read_parquet(path)
        assert back.attrs == {"sources": [{"id": "mine"}]}
    else:
        table.to_file(path)
        back = geopandas.read_file(path)
    again = conform(back)
    pd.testing.assert_frame_equal(again[list(COLUMN_NAMES[:-1])], table[list(COLUMN_NAMES[:-1])])
    assert again.geometry.geom_equals(table.geometry).all()


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(
            st.floats(allow_nan=True, allow_infinity=True),
            st.floats(allow_nan=True, allow_infinity=True),
        ),
        min_size=1,
        max_size=8,
    )
)
@pytest.mark.filterwarnings("ignore::minmap.errors.MinmapWarning")
def test_no_row_is_lost_and_every_point_left_is_on_the_globe(pairs):
    x, y = np.array(pairs).T
    points = geopandas.points_from_xy(x, y)
    table = conform(geopandas.GeoDataFrame(geometry=points, crs="EPSG:4326"))
    assert len(table) == len(pairs)
    on_globe = (np.abs(x) <= 180) & (np.abs(y) <= 90)
    assert table.geometry.notna().tolist() == on_globe.tolist()


def test_rows_name_the_sources_that_pandas_drops() -> None:
    table = mm.read(mm.sample("major_deposits_central_asia.csv")).head(4)
    own = table.assign(source="survey", citation=["Li, 2020", "Li, 2020", "Kim, 2021", None])
    own.attrs = {}
    joined = pd.concat([table, own])
    assert "sources" not in joined.attrs
    known, described = mm.summarise(joined, by="country").attrs["sources"]
    assert known == table.attrs["sources"][0]
    assert described == {"id": "survey", "title": "survey", "citation": "Li, 2020"}
    (layer,) = mm.Map(joined).layers()
    assert layer.sources == [known, described]


def test_a_part_of_a_table_lists_only_the_sources_of_its_rows() -> None:
    deposits = mm.read(mm.sample("major_deposits_central_asia.csv")).head(4)
    both = mm.merge(deposits, mm.read(mm.sample("pp1802_central_asia.csv")).head(4))
    both.attrs["sources"].append({"id": "own", "title": "Wells"})  # rows do not name it
    part = both[both["source"] == "pp1802"]
    for table in (part, both.loc[part.index]):
        (layer,) = mm.Map(table).layers()
        assert [source["id"] for source in layer.sources] == ["pp1802", "own"]
    merged = mm.merge(part, deposits).attrs["sources"]
    assert [source["id"] for source in merged] == ["pp1802", "own", "major_deposits"]
    unnamed = part.assign(source=None)
    assert len(mm.Map(unnamed).layers()[0].sources) == 3


def test_a_join_of_two_tables_keeps_the_sources_of_both() -> None:
    deposits = mm.read(mm.sample("major_deposits_central_asia.csv")).head(4).to_crs(3857)
    critical = mm.read(mm.sample("pp1802_central_asia.csv")).head(4).to_crs(3857)
    joined = geopandas.sjoin_nearest(deposits, critical)
    joined.attrs = {}
    plain = deposits.merge(critical, how="cross")
    for table in (joined, geopandas.GeoDataFrame(plain, geometry="geometry_x", crs=3857)):
        (layer,) = mm.Map(table.drop(columns="geometry_y", errors="ignore")).layers()
        assert [source["id"] for source in layer.sources] == ["major_deposits", "pp1802"]
        assert all(source["vintage"] for source in layer.sources)


@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".geojson", ".gpkg"])
def test_exports_cite_the_sources_that_only_rows_name(tmp_path: Path, ending: str) -> None:
    table = mm.read(mm.sample("major_deposits_central_asia.csv")).head(2)
    known = table.attrs["sources"]
    table.attrs = {}
    mm.write(table, tmp_path / f"a{ending}")
    back = mm.read(tmp_path / f"a{ending}")
    assert mm.Map(back).layers()[0].sources == known


def test_columns_of_one_name_and_of_levels_are_refused_by_name():
    sites = geopandas.GeoDataFrame(
        {"name": ["Kounrad"], "commodities": ["Cu"], "mine": [1]},
        geometry=geopandas.points_from_xy([74.98], [46.99]),
        crs=4326,
    )
    found = mm.check(sites)
    for name in ("name", "commodities", "mine"):
        twice = sites.assign(other=sites[name]).rename(columns={"other": name})
        uses = [
            mm.check,
            lambda table: mm.merge(sites, table),
            lambda table: mm.repair(table, found),
            mm.undo_repairs,
        ]
        if name == "name":
            uses.append(lambda table: mm.select(table, text="kounrad"))
        if name == "commodities":
            uses.append(lambda table: mm.select(table, commodity="Cu"))
            uses.append(lambda table: mm.summarise(table, by="commodity"))
        else:
            assert len(mm.select(twice, commodity="Cu")) == 1
        for use in uses:
            with pytest.raises(MinmapError, match=f": two columns are called '{name}'; rename one"):
                use(twice)
    levels = sites.set_axis(pd.MultiIndex.from_product([sites.columns, [""]]), axis=1)
    for use in (mm.check, mm.undo_repairs, lambda table: mm.merge(sites, table)):
        with pytest.raises(MinmapError, match=r"column names have levels, such as \('name', ''\)"):
            use(levels)
