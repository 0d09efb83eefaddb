"""Coordinates whose columns are only a part, or in another order or system than they seem."""

from __future__ import annotations

import pandas as pd
import pytest

import minmap as mm
from minmap.errors import CRSError, FileError, MinmapWarning
from minmap.files.cells import Cells
from minmap.reading import coordinate_match
from minmap.reading.column_match import match
from minmap.types import TEXT

pytestmark = pytest.mark.exhaustive


def table(heading, *rows):
    columns = [["A", "Cu", *row.split(";")] for row in rows]
    names = ["name", "commodity", *heading.split(";")]
    return Cells(pd.DataFrame(columns, columns=names, dtype=TEXT), None, [])


def place(heading, *rows, **how):
    return match(table(heading, *rows), label="a.csv", **how)[0].coordinates


def test_bounds_and_whole_degrees_alone_are_no_minutes():
    assert place("lat;lon;min_depth", "41.5;70.5;12", "42.5;71.5;30") == (("lon", "lat"),)
    assert place("lat;lon;depth", "41;70;12", "42;71;30") == (("lon", "lat"),)


@pytest.mark.parametrize(
    ("heading", "rows", "said"),
    [
        ("lat;lon;EW", ["41.5;110.25;W", "42.25;71.5;E"], "EW seems to be the sign of lon"),
        ("lat;NS;lon", ["41.5;S;110.25", "42.25;S;71.5"], "NS seems to be the sign of lat"),
        ("Широта;С/Ю;Долгота", ["41,5;ю.;110,25", "42,2;с.;71,5"], "sign of Широта"),
        ("Latitude (N);Longitude (W)", ["41.5;110.25"], r"'Longitude \(W\)' means west or south"),
        ("lat_s;lon", ["41.5;110.25"], "'lat_s' means west or south"),
        ("Latitud Sur;Longitud", ["41.5;110.25"], "'Latitud Sur' means west or south"),
        ("Lintang (LS);Bujur (BT)", ["6.5;110.25"], r"'Lintang \(LS\)' means west or south"),
    ],
)
def test_degrees_whose_sign_stands_elsewhere_are_refused(heading, rows, said):
    with pytest.raises(FileError, match=f"{said}.*'70.5 W'. If that is not so, name the columns"):
        place(heading, *rows)


@pytest.mark.parametrize(
    ("heading", "rows"),
    [
        ("lat;lon;EW", ["41.5;-110.25;W", "42.25;71.5;E"]),
        ("lat;lon;EW", ["41.5;110.25 W;W", "42.25;71.5 E;E"]),
        ("lat;lon;EW", ["41.5;110.25;E", "42.25;71.5;E"]),
        ("lat;lon (W);class", ["41.5;-110.25;W", "42.25;-71.5;Q"]),
        ("lat;lon (E/W);class", ["41.5;110.25;W", "42.25;71.5;Q"]),
    ],
)
def test_degrees_that_have_their_sign_are_taken(heading, rows):
    names = heading.split(";")
    assert place(heading, *rows) == ((names[1], names[0]),)


@pytest.mark.parametrize(
    "column", ["Commodity", "Deposit", "Status", "Region", "Type", "Metal symbol"]
)
def test_words_of_a_hemisphere_in_a_column_of_something_else_are_no_sign(column):
    for word in ("W", "South"):
        assert place(f"lat;lon;{column}", *[f"41.5;110.25;{word}"] * 3) == (("lon", "lat"),)
    # Of a column whose heading says nothing they may be.
    for heading in ("lon_dir", "Hemisphere", "direction", "f3"):
        with pytest.raises(FileError, match=f"{heading} seems to be the sign of lon"):
            place(f"lat;lon;{heading}", *["41.5;110.25;W"] * 3)


@pytest.mark.parametrize(
    "heading",
    ["lon, lat", "Координаты (долгота, широта)", "longitude/lat", "LonLat", "long_lat", "X, Y"],
)
def test_a_pair_under_a_heading_with_the_longitude_first_is_read_so(heading):
    for rows in (["70.25, 41.50", "71.5, 42.25"], ["70.25 E, 41.50 N", "71.5 E, 42.25 N"]):
        frame = table(heading, *rows).frame
        with pytest.warns(MinmapWarning) as said:
            found = mm.read(frame)
        assert found.geometry.x.tolist() == [70.25, 71.5]
        assert ("degrees taken as longitude first" in str(said[0].message)) == ("E" not in rows[0])
    # The heading also counts for a column that the user names.
    with pytest.warns(MinmapWarning, match="longitude first"):
        found = mm.read(frame.assign(**{heading: "70.25, 41.50"}), columns={"coordinates": heading})
    assert found.geometry.x.tolist() == [70.25, 70.25]


def test_a_pair_with_the_latitude_first_is_taken():
    assert place("lat, lon", "41.50, 70.25", "42.25, 71.5") == (("lat, lon",),)


@pytest.mark.parametrize(
    ("crs", "northing", "easting"),
    [("EPSG:28413", "5300000", "13400000"), ("EPSG:32642", "5300000", "400000")],
)
def test_a_grid_whose_x_is_the_northing_is_exchanged(crs, northing, easting):
    # Kazakhstan: as an easting the number in X would lie in the Atlantic or in Borneo.
    assert place("X;Y", f"{northing};{easting}", crs=crs) == (("Y", "X"),)
    assert place("X;Y", f"{easting};{northing}", crs=crs) == (("X", "Y"),)
    told = {"longitude": "X", "latitude": "Y"}
    assert place("X;Y", f"{northing};{easting}", crs=crs, columns=told) == (("X", "Y"),)


def test_of_degrees_and_a_grid_the_crs_chooses():
    both = "lat;lon;easting;northing", "41.5;70.25;400000;5300000", "42.25;71.5;410000;5310000"
    assert place(*both) == (("lon", "lat"),)
    assert place(*both, crs="EPSG:32642") == (("easting", "northing"),)


def test_degrees_are_no_grid():
    with pytest.raises(CRSError, match="'EPSG:32642' is a grid, but lon and lat are degrees"):
        place("lat;lon", "41.5;70.25", "42.25;71.5", crs="EPSG:32642")


def test_columns_that_name_no_hemisphere_are_left_after_their_first_value(monkeypatch):
    asked = []
    normalise = coordinate_match.normalise
    monkeypatch.setattr(
        coordinate_match, "normalise", lambda text: asked.append(text) or normalise(text)
    )
    rows = [f"41.{n};70.{n};{n}" for n in range(100, 160)]
    assert place("lat;lon;code", *rows) == (("lon", "lat"),)
    assert len([text for text in asked if text.isdigit()]) <= 2


@pytest.mark.parametrize(
    ("x", "y"),
    [
        ("E_NAD27", "N_NAD27"), ("X_UTM", "Y_UTM"), ("UTM_X", "UTM_Y"), ("UTMX", "UTMY"),
        ("Rechts", "Hoch"), ("RW", "HW"), ("RW_GK4", "HW_GK4"), ("ostkoord", "nordkoord"),
        ("E-koordinat SWEREF99 TM", "N-koordinat SWEREF99 TM"), ("EAST_AMG", "NORTH_AMG"),
        ("x_lambert", "y_lambert"), ("EASTING_NAD27_Z11", "NORTHING_NAD27_Z11"),
        ("utm33_ost", "utm33_nord"), ("X_3067", "Y_3067"), ("X_SK42", "Y_SK42"),
        ("itäkoordinaatti", "pohjoiskoordinaatti"), ("sağa", "yukarı"),
        ("coordenadas_utm_e", "coordenadas_utm_n"),
    ],
)  # fmt: skip
def test_coordinates_whose_headings_name_a_grid_need_its_system_only(x, y):
    rows = ["512345.1;5112345.1", "523456.2;5123456.2", "534567.3;5134567.3"]
    with pytest.raises(CRSError, match="has no coordinate reference system"):
        place(f"{x};{y}", *rows)
    # A heading with a zone goes with that zone alone.
    crs = {"EASTING_NAD27_Z11": "EPSG:26711", "utm33_ost": "EPSG:32633"}.get(x, "EPSG:32642")
    assert place(f"{x};{y}", *rows, crs=crs) == ((x, y),)


@pytest.mark.parametrize("pair", ["utm_zone;epsg", "tm;gk4", "2019;2020", "Lambert;Gauss"])
def test_the_name_of_a_grid_alone_is_no_coordinate(pair):
    with pytest.raises(FileError, match="too little evidence for the coordinates"):
        place(pair, "512345.1;5112345.1", "523456.2;5123456.2")
