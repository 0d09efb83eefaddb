"""Pairs and geometry whose longitude stands where the latitude should be."""

import json
import warnings

import pandas as pd
import pytest

import minmap as mm
from minmap.coordinates.pairs import split, split_column
from minmap.errors import MinmapWarning
from tests.noted_reading import read

MINES = [
    ("Obuasi", "Ghana", "Gold", 6.2, -1.67),
    ("Syama", "Mali", "Gold", 10.79, -6.06),
    ("Sangaredi", "Guinea", "Bauxite", 11.1, -13.77),
    ("Moanda", "Gabon", "Manganese", -1.55, 13.2),
    ("Tsumeb", "Namibia", "Copper", -19.23, 17.72),
    ("Geita", "Tanzania", "Gold", -2.87, 32.2),
    ("Arlit", "Niger", "Uranium", 18.74, 7.38),
]
PLACES = [(lon, lat) for *_, lat, lon in MINES]


def table(column, form, rows=MINES):
    names = ["Name", "Country", "Commodity"]
    frame = pd.DataFrame([row[:3] for row in rows], columns=names)
    return frame.assign(**{column: [form.format(lat=lat, lon=lon) for *_, lat, lon in rows]})


def places(found):
    return [(point.x, point.y) for point in found.geometry]


@pytest.mark.parametrize("form", ["{lon}, {lat}", "{lon}; {lat}", "({lon} {lat})"])
def test_pairs_that_the_countries_show_are_exchanged(form):
    found, said = read(table("Location", form))
    assert places(found) == PLACES
    assert (
        "EXCHANGED: Location is read with the longitude first, since 7 of 7 points are in" in said
    )
    assert "degrees taken as longitude first" in said
    # Under a heading that says the longitude first, the latitude may be first.
    found, said = read(table("LonLat", form.replace("lon", "x").format(x="{lat}", lat="{lon}")))
    assert places(found) == PLACES
    assert "EXCHANGED: LonLat is read with the latitude first" in said


def test_pairs_in_order_or_named_or_with_letters_stay():
    assert places(read(table("Location", "{lat}, {lon}"))[0]) == PLACES
    turned = [(lat, lon) for lon, lat in PLACES]
    found, said = read(table("Location", "{lon}, {lat}"), columns={"coordinates": "Location"})
    assert places(found) == turned
    assert "ARE EXCHANGED: 0 of 7 points are in the country or state that their row states" in said
    east = [row for row in MINES if row[4] > 0 and row[3] > 0]
    assert places(read(table("Location", "{lon} E, {lat} N", east))[0]) == [
        (lon, lat) for *_, lat, lon in east
    ]


def test_pairs_without_countries_that_lie_in_the_sea_are_doubted():
    frame = table("Location", "{lon}, {lat}").drop(columns="Country").iloc[:3]
    found, said = read(frame)
    assert places(found) == [(lat, lon) for lon, lat in PLACES[:3]]
    assert "Longitude and latitude may be exchanged: 3 of 3 points lie in the sea" in said
    assert "Location is read with the latitude first" in said


def test_exchanged_wkt_and_geometry_are_told(tmp_path):
    repair = "minmap.repair(table, minmap.check(table, rules=['swapped'])) exchanges them"
    found, said = read(table("wkt", "POINT ({lat} {lon})"))
    assert "LONGITUDE AND LATITUDE ARE EXCHANGED: 0 of 7 points" in said
    assert "and exchanged 7; " + repair in said
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [lat, lon]},
            "properties": {"name": name, "country": country, "commodity": commodity},
        }
        for name, country, commodity, lat, lon in MINES
    ]
    path = tmp_path / "a.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    found, said = read(path)
    assert repair in said
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MinmapWarning)
        findings = mm.check(found, rules=["swapped"])
        assert places(mm.repair(found, findings)) == PLACES
        many = read(table("wkt", "POINT ({lat} {lon})", MINES * 2))[0]
        finding = mm.check(many, rules=["swapped"])["evidence"].item()
    assert "one column or the geometry of the file, exchange them with minmap.repair" in finding


def test_a_source_file_says_which_is_first(tmp_path):
    (tmp_path / "a.toml").write_text(
        'id = "mine"\n[coordinates]\ncolumns = [["Location"]]\nlongitude_first = true\n'
        '[fields]\nname = "Name"\n',
        encoding="utf-8",
    )
    frame = table("Location", "{lon}, {lat}")
    assert places(read(frame, source=tmp_path / "a.toml")[0]) == PLACES


def test_longitude_first_is_for_degrees_without_letters():
    assert split("67.4, 48.5", degrees=True, longitude_first=True) == ("67.4", "48.5")
    assert split("48 27 30 67 24 00", degrees=True, longitude_first=True)[0] == "48 27 30"
    assert split("48.5 N, 67.4 E", degrees=True, longitude_first=True)[0] == "67.4 e"
    assert split("POINT (67.4 48.5)", degrees=True, longitude_first=True)[0] == "67.4"
    assert split("400000 5300000", degrees=False, longitude_first=True)[0] == "400000"
    x, _ = split_column(pd.Series(["1.5, 2.5"]), degrees=True, longitude_first=True)
    assert x.tolist() == ["1.5"]
