"""Tables with coordinates beside their geometry, and names of columns in two rows."""

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
import shapely

from minmap.files.rows_below_names import names_in_two_rows
from tests.noted_reading import read

MINES = [
    ("Obuasi", "Ghana", "Gold", 6.2, -1.67),
    ("Syama", "Mali", "Gold", 10.79, -6.06),
    ("Moanda", "Gabon", "Manganese", -1.55, 13.2),
]
NAMES = ["Name", "Country", "Commodity", "Latitude", "Longitude"]
PLACES = [(lon, lat) for *_, lat, lon in MINES]
FRAME = pd.DataFrame(MINES, columns=NAMES)


def places(found):
    return [None if point is None else (point.x, point.y) for point in found.geometry]


def shifted(degrees, crs=4326):
    points = [shapely.Point(lon + degrees, lat + degrees) for lon, lat in PLACES]
    return gpd.GeoSeries(points, crs=4326).to_crs(crs)


@pytest.mark.parametrize("empty", [None, shapely.Point()])
def test_columns_are_read_where_no_record_has_geometry(tmp_path, empty):
    frame = gpd.GeoDataFrame(FRAME, geometry=[empty] * 3, crs=4326)
    frame.to_file(tmp_path / "a.gpkg")
    found, said = read(tmp_path / "a.gpkg")
    assert places(found) == PLACES
    assert "No record has geometry, and the place is read from columns such as Longitude" in said
    nothing = frame.assign(Latitude=None, Longitude=None)
    assert places(read(nothing)[0]) == [None] * 3


def test_records_without_geometry_but_with_coordinates_are_counted():
    points = shifted(0)
    points[1] = None
    found, said = read(gpd.GeoDataFrame(FRAME, geometry=points))
    assert places(found) == [PLACES[0], None, PLACES[2]]
    assert "1 records without a place in the geometry have one in Longitude and Latitude" in said
    named = {"longitude": "Longitude", "latitude": "Latitude"}
    assert places(read(gpd.GeoDataFrame(FRAME, geometry=points), columns=named)[0]) == PLACES


@pytest.mark.parametrize("crs", [4326, 3857])
def test_geometry_far_from_the_columns_is_told(crs):
    said = read(gpd.GeoDataFrame(FRAME, geometry=shifted(1, crs)))[1]
    assert "3 of 3 records have a place in Longitude and Latitude that is more than 10 km" in said
    assert "from the geometry, at most 157 km; the place is that of the geometry" in said
    assert "more than 10 km" not in read(gpd.GeoDataFrame(FRAME, geometry=shifted(0.01, crs)))[1]
    areas = shifted(1).to_crs(3857).buffer(10)
    assert "more than 10 km" not in read(gpd.GeoDataFrame(FRAME, geometry=areas))[1]


def test_wkt_far_from_the_columns_is_told():
    frame = FRAME.assign(wkt=[point.wkt for point in shifted(1)])
    found, said = read(frame)
    assert places(found) == PLACES
    assert "3 of 3 records have a place in wkt that is more than 10 km from Longitude and" in said
    assert "give columns={'coordinates': 'wkt'}" in said
    assert "more than 10 km" not in read(FRAME.assign(wkt=[p.wkt for p in shifted(0)]))[1]


# Names in two rows --------------------------------------------------------------------------------

TWO = [
    ["N°", "Nom du gisement", "Pays", "Substances", "", "Coordonnées", "", "Statut"],
    ["", "", "", "Principale", "Secondaire", "Longitude", "Latitude", ""],
    ["1", "Obuasi", "Ghana", "Or", "Argent", "-1.67", "6.2", "En exploitation"],
    ["2", "Syama", "Mali", "Or", "Argent", "-6.06", "10.79", "En exploitation"],
]


def test_a_second_row_of_names_is_no_record(tmp_path):
    (tmp_path / "a.csv").write_text("\n".join(map(",".join, TWO)), encoding="utf-8")
    book = openpyxl.Workbook()
    for row in TWO:
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    for name in ("a.csv", "a.xlsx"):
        found, said = read(tmp_path / name)
        assert places(found) == PLACES[:2]
        assert "The names of the columns are in two rows." in said
        assert found["Secondaire"].tolist() == ["Argent", "Argent"]
        named = {"longitude": "Longitude", "latitude": "Latitude", "commodities": "Principale"}
        found, _ = read(tmp_path / name, columns=named)
        assert found["name"].tolist() == ["Obuasi", "Syama"]
        assert found["commodities"].tolist() == ["Au", "Au"]
        assert found.attrs["rows"]["set_aside"] == 1


@pytest.mark.parametrize(
    ("names", "rows", "found"),
    [
        (["a", "Degrees", "column_3"], [["", "Lat", "Lon"], ["x", "1", "2"]], ["a", "Lat", "Lon"]),
        (
            ["a", "DMS", "column_3", "DD", "column_5"],
            [["", "Lat", "Lon", "Lat", "Lon"], ["x", "1", "2", "1", "2"]],
            ["a", "DMS Lat", "DMS Lon", "DD Lat", "DD Lon"],
        ),
        # A record, a row of numbers, or a row that fills only a part of the groups.
        (["a", "Degrees", "column_3"], [["Aksu", "Lat", "Lon"], ["x", "1", "2"]], []),
        (["a", "Degrees", "column_3"], [["", "1.5", "2.5"], ["x", "1", "2"]], []),
        (["a", "Degrees", "column_3"], [["", "Lat", ""], ["x", "1", "2"]], []),
        (["a", "b", "c"], [["", "Lat", "Lon"], ["x", "1", "2"]], []),
        (["column_1", "b"], [["Lat", "Lon"], ["1", "2"]], []),
    ],
)
def test_names_in_two_rows_are_joined(names, rows, found):
    assert names_in_two_rows(pd.DataFrame(rows, columns=names)) == found
