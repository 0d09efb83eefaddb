"""Where the records of a described table lie, and what is said of those that lie nowhere."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import pandas as pd
import pytest
from shapely import LineString, Point

from minmap.errors import CRSError, FileError
from minmap.files.cells import Cells
from minmap.reading.known_sources import catalogue
from minmap.reading.record_locations import GEOMETRY_METHOD, locations
from minmap.types import TEXT

IDS = pd.Series(["s:1", "s:2", "s:3", "s:4"], index=[9, 8, 7, 6])


def cells(columns, geometry=None):
    return Cells(pd.DataFrame(columns, index=IDS.index, dtype=TEXT), geometry, [])


def described(*coordinates, crs="EPSG:4326"):
    return replace(catalogue()["pp1802"], coordinates=coordinates, crs=crs)


def test_two_columns():
    table = cells({"X": ["67.40", "67 24 E", "67°75'", None], "Y": ["48,5", "48 30 N", "48", ""]})
    located = locations(table, described(("lon", "lat"), ("x", "y")), IDS, path="a.csv")
    assert located.geometry.tolist() == [Point(67.4, 48.5), Point(67.4, 48.5), None, None]
    assert located.geometry.crs == "EPSG:4326"
    assert located.method.fillna("-").tolist() == [
        "decimal degrees",
        "degrees and minutes",
        "-",
        "-",
    ]
    assert located.uncertainty_m.dtype == "Float64"
    assert located.uncertainty_m.isna().tolist() == [False, False, True, True]
    assert located.notes == ["""x: no coordinate in 1 records: s:3 "67°75'"."""]
    for series in (located.geometry, located.method, located.uncertainty_m):
        assert series.index.equals(IDS.index)


def test_one_column_with_both():
    table = cells({"where": ["48.5, 67.4", "67.4 E 48.5 N", "48.5", "x" * 500]})
    located = locations(table, described(("where",)), IDS, path="a.csv")
    assert located.geometry.tolist() == [Point(67.4, 48.5), Point(67.4, 48.5), None, None]
    assert located.notes[0] == (
        "where: 2 records have no letters; degrees taken as latitude first, numbers of a grid as "
        "easting first."
    )
    assert located.notes[1].startswith("where: no coordinate in 2 records: s:3 '48.5', s:4 'xxx")
    assert len(located.notes[1]) < 150


def test_the_users_crs_goes_before_the_sources():
    table = cells({"X": ["5300000"] * 4, "Y": ["13400000"] * 4})
    source = described(("X", "Y"), crs="EPSG:32643")
    located = locations(table, source, IDS, path="a.csv", crs="gauss-kruger")
    assert located.geometry.x.round(4).unique().tolist() == [73.6638]
    same = locations(table, replace(source, crs="gauss-kruger"), IDS, path="a.csv")
    assert same.geometry.equals(located.geometry)
    with pytest.raises(CRSError, match="crs='Mars'"):
        locations(table, source, IDS, path="a.csv", crs="Mars")


def test_geometry_of_the_file_goes_before_columns():
    shapes = gpd.GeoSeries(
        [Point(30, 60), None, LineString([(67, 48), (68, 49)]), Point(0, -45)],
        index=IDS.index,
        crs=4284,
    )
    table = cells({"X": ["1"] * 4, "Y": ["1"] * 4}, shapes)
    located = locations(table, described(("X", "Y")), IDS, path="a.shp")
    assert located.geometry is shapes
    way = "Pulkovo 1942 to WGS 84"
    assert located.method.fillna("-").tolist() == [
        f"{GEOMETRY_METHOD}, {way} (20), 3 m",
        "-",
        f"{GEOMETRY_METHOD}, {way} (20), 3 m",
        f"{GEOMETRY_METHOD}, {way} (16), accuracy unknown",
    ]
    # A point in whole degrees may be half a degree off; a line tells nothing of its digits.
    assert located.uncertainty_m.isna().tolist() == [False, True, False, True]
    assert located.uncertainty_m.iloc[0] == pytest.approx(62_333, abs=100)
    assert located.uncertainty_m.iloc[2] == 3
    assert located.precision_m.isna().tolist() == [False, True, True, False]


def test_a_table_without_coordinates_names_the_columns_it_needs():
    table = cells({"a": ["1"] * 4})
    with pytest.raises(
        FileError, match=r"a\.csv is read as pp1802 .* columns X and Y or where, or name"
    ):
        locations(table, described(("X", "Y"), ("where",)), IDS, path="a.csv")
    with pytest.raises(FileError, match=r"describe them under \[coordinates\]"):
        locations(table, described(), IDS, path="a.csv")


def test_an_empty_table_has_empty_locations():
    table = Cells(pd.DataFrame({"X": [], "Y": []}, dtype=TEXT), None, [])
    located = locations(table, described(("X", "Y")), IDS.iloc[:0], path="a.csv")
    assert len(located.geometry) == len(located.method) == len(located.uncertainty_m) == 0
    assert located.geometry.crs == "EPSG:4326"


def test_degrees_under_a_grid_are_refused():
    table = Cells(pd.DataFrame({"X": ["67.4"], "Y": ["48,5"]}, dtype=TEXT), None, [])
    with pytest.raises(CRSError, match="is a grid, but x and y are degrees"):
        locations(table, described(("x", "y")), IDS[:1], path="a.csv", crs=32642)


def test_a_zone_far_from_its_own_is_said():
    table = Cells(pd.DataFrame({"X": ["13400000", "15400000"], "Y": ["5300000"] * 2}), None, [])
    located = locations(table, described(("x", "y")), IDS[:2], path="a.csv", crs=28413)
    assert "1 of 2 places are far from where EPSG:28413 is used" in located.notes[0]


def test_geometry_far_from_its_system_is_said():
    shapes = gpd.GeoSeries.from_xy([500_000, 500_000], [5_300_000, 0], crs=32642)
    table = Cells(pd.DataFrame(index=shapes.index), shapes, [])
    assert locations(table, described(("x", "y")), IDS[:2], path="a.shp").notes == []
    turned = gpd.GeoSeries.from_xy([5_300_000], [500_000], crs=32642)
    table = Cells(pd.DataFrame(index=turned.index), turned, [])
    assert (
        "1 of 1 places are far"
        in locations(table, described(("x", "y")), IDS[:1], path="a.shp").notes[0]
    )
