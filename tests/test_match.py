"""A table of unknown origin: columns are told by evidence, shown, overridable, and else refused."""

from __future__ import annotations

import csv
import io
from dataclasses import fields, replace
from importlib.resources import files
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point

from minmap.errors import ChoiceError, CRSError, FileError
from minmap.files.cells import Cells
from minmap.reading.column_match import match
from minmap.reading.headings import strengths
from minmap.reading.known_sources import catalogue, load
from minmap.reading.overrides import OVERRIDES
from minmap.reading.record_locations import GEOMETRY_METHOD, locations
from minmap.reading.source import FIELDS, Source
from minmap.reading.source_toml import as_toml
from minmap.types import TEXT
from minmap.vocabulary.spelling import normalise
from tests.conftest import SHARED

DEPOSITS = SHARED / "deposits"
needs_shared = pytest.mark.reference


def cells(columns, geometry=None):
    return Cells(pd.DataFrame(columns, dtype=TEXT), geometry, [])


def taken(found):
    """Return the fields of a match with their columns."""
    source = found[0]
    names = {field: rules[0].columns for field, rules in source.fields.items()}
    one = {field: columns[0] if len(columns) == 1 else columns for field, columns in names.items()}
    return one | {"place": source.coordinates, "id": source.key}


# Made up for the test: neither the places nor what is said of them are facts.
SITES = {
    "name": [
        "Kundybajskoe",
        "Verkhne Espe",
        "Kutessai II",
        "Aktyuz",
        "Akbulak",
        "Dara-i-Pioz",
        "Melovoe",
    ],
    "lon": ["60.8303", "81.4500", "76.1000", "76.1200", "61.7000", "70.7333", "51.8200"],
    "lat": ["51.9936", "48.1000", "42.8700", "42.8800", "52.4000", "39.4500", "43.9500"],
    "commodity": ["REE", "REE, Nb, Zr", "REE", "REE, Th", "REE", "REE", "U, REE"],
    "country": [
        "Kazakhstan",
        "Kazakhstan",
        "Kyrgyzstan",
        "Kyrgyzstan",
        "Kazakhstan",
        "Tajikistan",
        "Kazakhstan",
    ],
    "status": [
        "Prospect",
        "Occurrence",
        "Past Producer",
        "Past Producer",
        "Prospect",
        "Occurrence",
        "Past Producer",
    ],
    "type": [
        "weathered crust",
        "alkaline granite",
        "skarn",
        "skarn",
        "weathered crust",
        "alkaline",
        "phosphate",
    ],
}
RUSSIAN = SITES | {
    "name": [
        "Кундыбайское",
        "Верхнее Эспе",
        "Кутессай II",
        "Актюз",
        "Акбулак",
        "Дараи-Пиёз",
        "Меловое",
    ],
    "lon": ["60,8303", "81,4500", "76°06′ в.д.", "76,1200", "61,7000", "70,7333", "51,8200"],
    "lat": ["51,9936", "48,1000", "42°52′ с.ш.", "42,8800", "52,4000", "39,4500", "43,9500"],
}

# The field names of the USGS inventory of rare-earth occurrences of the Tien Shan are unknown;
# all these headings are made up.
MADE_UP = {
    "English": (
        SITES,
        {
            "Name_Site": "name",
            "Latitude": "lat",
            "Longitude": "lon",
            "Country": "country",
            "Main_Commodities": "commodity",
            "Deposit_Type": "type",
            "Development_Status": "status",
        },
    ),
    "English with units": (
        SITES,
        {
            "Occurrence name": "name",
            "Lat (dd)": "lat",
            "Long (dd, WGS84)": "lon",
            "Country name": "country",
            "Commodities": "commodity",
            "Genetic type": "type",
            "Status": "status",
        },
    ),
    "camel case": (
        SITES,
        {
            "siteName": "name",
            "latDD": "lat",
            "lonDD": "lon",
            "countryName": "country",
            "primaryCommodity": "commodity",
            "depositType": "type",
            "devStatus": "status",
        },
    ),
    "shapefile": (
        SITES,
        {
            "DEPOSIT_NA": "name",
            "LATITUDE": "lat",
            "LONGITUDE": "lon",
            "COUNTRY_NA": "country",
            "MAIN_COMMO": "commodity",
            "MINERAL_DE": "type",
            "DEVELOPMEN": "status",
        },
    ),
    "Russian": (
        RUSSIAN,
        {
            "Название месторождения": "name",
            "Широта": "lat",
            "Долгота": "lon",
            "Страна": "country",
            "Полезное ископаемое": "commodity",
            "Генетический тип": "type",
            "Степень освоения": "status",
        },
    ),
    "Russian, abridged": (
        RUSSIAN,
        {
            "Наименование": "name",
            "С.Ш.": "lat",
            "В.Д.": "lon",
            "Государство": "country",
            "ПИ": "commodity",
            "Тип месторождения": "type",
            "Состояние": "status",
        },
    ),
    "Russian shapefile in a code page of one byte": (
        RUSSIAN,
        {
            "НАИМЕНОВАН": "name",
            "ШИРОТА": "lat",
            "ДОЛГОТА": "lon",
            "СТРАНА": "country",
            "ПОЛЕЗНОЕ_И": "commodity",
            "ГЕНЕТИЧЕСК": "type",
            "СТЕПЕНЬ_ОС": "status",
        },
    ),
    "German": (
        SITES,
        {
            "Lagerstätte": "name",
            "Breite": "lat",
            "Länge": "lon",
            "Land": "country",
            "Rohstoffe": "commodity",
            "Lagerstättentyp": "type",
            "Betriebsstatus": "status",
        },
    ),
    "German in the letters of ASCII": (
        SITES,
        {
            "Lagerstaette": "name",
            "Breite": "lat",
            "Laenge": "lon",
            "Land": "country",
            "Rohstoffe": "commodity",
            "Lagerstaettentyp": "type",
            "Betriebsstatus": "status",
        },
    ),
    "French": (
        SITES,
        {
            "Gisement": "name",
            "Latitude": "lat",
            "Longitude": "lon",
            "Pays": "country",
            "Substances": "commodity",
            "Type de gisement": "type",
            "Statut": "status",
        },
    ),
    "Spanish": (
        SITES,
        {
            "Yacimiento": "name",
            "Latitud": "lat",
            "Longitud": "lon",
            "País": "country",
            "Metales": "commodity",
            "Tipo de yacimiento": "type",
            "Estatus": "status",
        },
    ),
    "Turkish": (
        SITES,
        {
            "Yatak adı": "name",
            "Enlem": "lat",
            "Boylam": "lon",
            "Ülke": "country",
            "Maden cinsi": "commodity",
            "Yatak tipi": "type",
            "Durumu": "status",
        },
    ),
    "Chinese": (
        SITES,
        {
            "矿床名称": "name",
            "纬度": "lat",
            "经度": "lon",
            "国家": "country",
            "矿种": "commodity",
            "矿床类型": "type",
            "状态": "status",
        },
    ),
    "Kazakh": (
        SITES,
        {
            "Кен орны": "name",
            "Ендік": "lat",
            "Бойлық": "lon",
            "Ел": "country",
            "Пайдалы қазба": "commodity",
            "Кен орнының типі": "type",
            "Мәртебесі": "status",
        },
    ),
}


@pytest.mark.parametrize("headings", MADE_UP)
def test_an_inventory_with_made_up_headings_in_many_languages(headings):
    sites, names = MADE_UP[headings]
    table = cells({heading: sites[field] for heading, field in names.items()})
    found = match(table, label="inventory 2017.csv")
    by_field = {field: heading for heading, field in names.items()}
    assert taken(found) == {
        "name": by_field["name"],
        "country": by_field["country"],
        "commodities": by_field["commodity"],
        "status": by_field["status"],
        "deposit_type": by_field["type"],
        "deposit_type_text": by_field["type"],
        "place": ((by_field["lon"], by_field["lat"]),),
        "id": None,
    }
    assert found[0].id == "inventory_2017"
    lon, lat = (repr(name) if " " in name else name for name in (by_field["lon"], by_field["lat"]))
    assert f"longitude <- {lon}, latitude <- {lat}, name" in found.note
    ids = pd.Series([f"i:{n}" for n in range(7)])
    located = locations(table, found[0], ids, path="inventory 2017.csv")
    assert located.notes == []
    # The Russian table gives one place in minutes.
    assert located.geometry.x.tolist() == pytest.approx([*map(float, SITES["lon"])], abs=0.005)
    assert located.geometry.y.tolist() == pytest.approx([*map(float, SITES["lat"])], abs=0.005)


def test_headings_in_a_utf_8_shapefile_have_five_cyrillic_letters():
    names = {"Назва": "name", "Широт": "lat", "Долго": "lon", "Полез": "commodity"}
    found = match(cells({cut: RUSSIAN[field] for cut, field in names.items()}), label="a.dbf")
    assert taken(found)["name"] == "Назва"
    assert taken(found)["commodities"] == "Полез"
    assert taken(found)["place"] == (("Долго", "Широт"),)


def test_both_coordinates_in_one_column():
    where = [f"{y}, {x}" for x, y in zip(SITES["lon"], SITES["lat"], strict=True)]
    for heading in ("Координаты", "Coordinates (lat, lon)", "Location", "f7"):
        found = match(cells({"Site": SITES["name"], heading: where}), label="a.csv")
        assert found[0].coordinates == ((heading,),)
        shown = repr(heading) if " " in heading else heading
        assert f"coordinates <- {shown}" in found.note


def test_letters_in_the_values_tell_the_axes_whatever_the_headings():
    north = [f"{y} N" for y in SITES["lat"]]
    east = [f"{x} E" for x in SITES["lon"]]
    found = match(cells({"Site": SITES["name"], "a": north, "b": east}), label="a.csv")
    assert found[0].coordinates == (("b", "a"),)


def test_geometry_of_the_file_needs_no_coordinate_columns():
    points = gpd.GeoSeries([Point(13_400_000, 5_300_000)] * 7, crs=28413)
    table = cells({"Site": SITES["name"], "Metal": SITES["commodity"], "X": SITES["lon"]}, points)
    found = match(table, label="a.gpkg")
    assert found[0].coordinates == ()
    located = locations(table, found[0], pd.Series(list("abcdefg")), path="a.gpkg")
    assert located.geometry is points
    assert set(located.method) == {f"{GEOMETRY_METHOD}, Pulkovo 1942 to WGS 84 (20), 3 m"}
    # Whole metres: half the diagonal of a square metre, and the accuracy of the transformation.
    assert located.uncertainty_m.tolist() == pytest.approx([3 + 0.5**0.5] * 7, rel=1e-3)
    exact = locations(
        cells({"Site": SITES["name"]}, points.to_crs(4326)), found[0], located.method, path="a"
    )
    assert exact.uncertainty_m.isna().all()
    assert exact.precision_m.isna().all()
    assert set(exact.method) == {GEOMETRY_METHOD}
    said = {"longitude": "X", "latitude": "X"}
    assert match(table, label="a", columns=said)[0].coordinates == (("X", "X"),)


def test_several_columns_of_commodities_main_first():
    table = {
        "lat": SITES["lat"],
        "lon": SITES["lon"],
        "By-products": ["Th", None, "Pb", None, None, "Li", None],
        "Commodity2": ["Zr", "Th", None, None, None, None, None],
        "Commodity1": SITES["commodity"],
        "Trace elements": ["Sc", None, None, None, None, None, None],
    }
    found = match(cells(table), label="a.csv")
    assert taken(found)["commodities"] == ("Commodity1", "Commodity2", "By-products")
    assert taken(found)["minor_commodities"] == "Trace elements"


def test_a_heading_that_says_nothing_needs_values_without_doubt():
    table = {
        "f1": SITES["name"],
        "f2": SITES["country"],
        "f3": ["Copper", "Gold", "Copper, gold", "Zinc", "Lead", "Tin", "Silver"],
        "f4": SITES["status"],
        "lat": SITES["lat"],
        "lon": SITES["lon"],
    }
    found = taken(match(cells(table), label="a.csv"))
    assert (found["name"], found["country"], found["commodities"], found["status"]) == (
        "f1",
        "f2",
        "f3",
        "f4",
    )


# What is no evidence ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "heading",
    [
        "Lat_min",
        "Lat_max",
        "Latitude error",
        "Elevation",
        "X_ray",
        "Longitude datum",
        "Depth",
        "Plate",
        "Y1984",
        "Geology",
        "Decade",
    ],
)
def test_false_friends_are_no_coordinates(heading):
    assert not {"latitude", "longitude", "coordinates"} & set(strengths(heading))


IN_DEGREES = [
    *(("x_wgs", "y_wgs"), ("X_WGS84", "Y_WGS84"), ("Xwgs84", "Ywgs84"), ("wgs84_x", "wgs84_y")),
    *(("lon_wgs84", "lat_wgs84"), ("long_dd", "lat_dd"), ("LONGDD", "LATDD"), ("DDLON", "DDLAT")),
    *(("long_dec", "lat_dec"), ("LONGDEC", "LATDEC"), ("lon_decdeg", "lat_decdeg")),
    *(("X_4326", "Y_4326"), ("x_deg", "y_deg"), ("X_geo", "Y_geo"), ("gps_lon", "gps_lat")),
    *(("x_etrs89", "y_etrs89"), ("x_sirgas2000", "y_sirgas2000"), ("long83", "lat83")),
]


@pytest.mark.parametrize("pair", IN_DEGREES)
def test_headings_with_a_datum_or_degrees_are_coordinates(pair):
    table = {"Site": SITES["name"], "value_1": ["70.25"] * 7, "value_2": ["46.5"] * 7}
    table |= {pair[0]: SITES["lon"], pair[1]: SITES["lat"]}
    assert taken(match(cells(table), label="a.csv"))["place"] == (pair,)


@pytest.mark.parametrize("pair", [("x_wgs84", "y_wgs84"), ("x_etrs89", "y_etrs89")])
def test_numbers_of_a_grid_under_headings_with_a_datum_are_refused(pair):
    grid = {pair[0]: ["512345.2"] * 7, pair[1]: ["5212345.7"] * 7}
    with pytest.raises(CRSError, match="crs="):
        match(cells({"Site": SITES["name"]} | grid), label="a.csv")


def test_false_friends_in_a_table_are_left_alone():
    table = {
        "Site": SITES["name"],
        "Type": ["A", "B", "A", "C", "A", "B", "A"],
        "Code": ["K", "B", "N", "S", "W", "P", "U"],
        "Sector": ["N", "S", "W", "N", "S", "W", "N"],
        "Lat_min": ["10", "20", "30", "40", "50", "10", "20"],
        "Elevation": ["310.5", "420.25", "1010.5", "2020.5", "90.25", "80.5", "70.5"],
        "Company name": ["A", "B", "C", "D", "E", "F", "G"],
        "Host country rock": ["granite", "syenite", "granite", "granite", "tuff", "marble", "clay"],
        "Lat": SITES["lat"],
        "Lon": SITES["lon"],
    }
    found = taken(match(cells(table), label="a.csv"))
    assert found == {"name": "Site", "place": (("Lon", "Lat"),), "id": "Code"}


def test_the_vague_heading_type_goes_by_its_values():
    base = {"lat": SITES["lat"], "lon": SITES["lon"], "name": SITES["name"]}
    assert taken(match(cells(base | {"Type": SITES["status"]}), label="a"))["status"] == "Type"
    kinds = ["plant", "deposit", "district", "plant", "deposit", "deposit", "plant"]
    assert taken(match(cells(base | {"Type": kinds}), label="a"))["site_type"] == "Type"


WELLS = {
    "Well": ["W-1", "W-2", "W-3"],
    "TD": ["2100", "3200", "1800"],
    "Latitude": ["45.5", "45.6", "45.7"],
    "Longitude": ["70.1", "70.2", "70.3"],
}


def test_a_table_of_wells_is_taken_for_its_coordinates_and_names():
    place = {"place": (("Longitude", "Latitude"),), "id": None}
    for table in (WELLS, WELLS | {"Well name": ["Aksu 1", "Aksu 2", "Talas"]}):
        found = match(cells(table), label="wells.csv")
        assert taken(found) == place
        assert "no column fits name, commodities, country, status or a type" in found.note
    found = match(cells(WELLS | {"Name": ["Aksu 1", "Aksu 2", "Talas"]}), label="wells.csv")
    assert taken(found) == place | {"name": "Name"}
    assert "no column fits" not in found.note
    said = match(cells(WELLS), label="wells.csv", columns={"name": "Well"})
    assert taken(said) == place | {"name": "Well"}


def test_numbers_without_names_are_refused_with_the_columns_that_come_near():
    rng = np.random.default_rng(1)
    numbers = {f"v{n}": rng.uniform(10, 80, 20).round(3).astype(str) for n in range(3)}
    with pytest.raises(FileError) as error:
        match(cells(numbers), label="numbers.csv")
    said = str(error.value)
    assert "numbers.csv: too little evidence for the coordinates of its records" in said
    assert "v0 as longitude (its heading does not fit, 100% of its values fit)" in said
    assert "columns={'longitude': '...', 'latitude': '...'}" in said
    assert "\n" not in said


def test_coordinates_of_nothing_known_are_taken_if_headings_or_a_crs_give_them():
    table = {"Latitude": SITES["lat"], "Longitude": SITES["lon"], "Depth": ["1"] * 7}
    assert set(taken(match(cells(table), label="a.csv"))) == {"place", "id"}
    points = gpd.GeoSeries([Point(60, 50)] * 7, crs=4326)
    with pytest.raises(FileError, match=r"the content of its records.*'name': '\.\.\.'"):
        match(cells({"fid": list("1234567"), "z": ["1"] * 7}, points), label="a.gpkg")
    weak = {"x": SITES["lon"], "y": SITES["lat"], "Depth": ["1"] * 7}
    with pytest.raises(FileError, match=r"the content of its records.*'longitude': 'x'"):
        match(cells(weak), label="a.csv")
    assert taken(match(cells(weak), label="a.csv", crs=4326))["place"] == (("x", "y"),)


@pytest.mark.parametrize("x", ["X", "Column 3"])
def test_thin_evidence_names_the_candidates(x):
    table = {
        "Site": SITES["name"],
        x: ["1", "2", "3", "4", "5", "6", "7"],
        "Latitude": SITES["lat"],
    }
    with pytest.raises(FileError) as error:
        match(cells(table), label="a.csv")
    assert "Latitude as latitude (its heading fits, 100% of its values fit)" in str(error.value)


def test_an_empty_table_goes_by_its_headings():
    table = cells({name: [] for name in ("Site", "Latitude", "Longitude", "Commodity", "Type")})
    assert taken(match(table, label="a.csv")) == {
        "name": "Site",
        "commodities": "Commodity",
        "place": (("Longitude", "Latitude"),),
        "id": None,
    }


def test_ids_are_taken_only_if_they_tell_records_apart():
    base = {"lat": SITES["lat"], "lon": SITES["lon"], "name": SITES["name"]}
    assert match(cells(base | {"ID": list("1234567")}), label="a")[0].key == "ID"
    assert match(cells(base | {"ID": list("1111222")}), label="a")[0].key is None


# Grids --------------------------------------------------------------------------------------------

GRID = {
    "Месторождение": ["Актогай", "Саяк", "Коунрад"],
    "X": ["5204567,5", "5194567,5", "5205000"],
    "Y": ["14412345,5", "13612345,5", "13493210"],
}


def test_numbers_of_a_grid_need_a_system_and_say_what_it_may_be():
    with pytest.raises(CRSError) as error:
        match(cells(GRID), label="copi.csv")
    said = str(error.value)
    assert "copi.csv has no coordinate reference system" in said
    assert "(Pulkovo 1942, zone 1" in said
    assert "crs='gauss-kruger'" in said
    utm = {"Name": ["a", "b"], "Easting": ["456789", "466789"], "Northing": ["5204567", "5204568"]}
    with pytest.raises(CRSError, match=r"EPSG:32642.*UTM zone 42 north") as plain:
        match(cells(utm), label="utm.csv")
    assert "gauss" not in str(plain.value)


def test_a_grid_with_a_stated_system():
    found = match(cells(GRID), label="copi.csv", crs="Gauss-Krüger")
    assert found[0].crs == "gauss-kruger"
    assert found[0].coordinates == (("X", "Y"),)
    located = locations(cells(GRID), found[0], pd.Series(list("abc")), path="copi.csv")
    assert located.geometry.x.round().tolist() == [80, 76, 75]
    assert located.geometry.y.round().tolist() == [47, 47, 47]
    assert located.method.str.contains("northing in the first column").all()
    utm = {"Name": ["a", "b"], "East": ["456789", "466789"], "North": ["5204567", "5204568"]}
    assert match(cells(utm), label="u", crs=32643)[0].coordinates == (("East", "North"),)


# What the user says -------------------------------------------------------------------------------


def test_the_users_word_goes_before_evidence():
    table = cells(SITES | {"old": SITES["name"], "lon2": SITES["lon"]})
    said = {"name": "OLD", "longitude": "lon2", "size": "type"}
    found = match(table, label="a.csv", columns=said)
    assert taken(found)["name"] == "old"
    assert taken(found)["size"] == "type"
    assert found[0].coordinates == (("lon2", "lat"),)
    numbers = cells({"v1": ["60.5"], "v2": ["50.5"], "v3": ["50.5, 60.5"]})
    two = match(numbers, label="a", columns={"longitude": "v1", "latitude": "v2"})
    assert two[0].coordinates == (("v1", "v2"),)
    one = match(numbers, label="a", columns={"coordinates": "v3"})
    assert one[0].coordinates == (("v3",),)


def test_an_unknown_column_or_field_names_the_nearest():
    with pytest.raises(ChoiceError, match=r"columns\['name'\]='nmae' .* did you mean 'name'"):
        match(cells(SITES), label="a", columns={"name": "nmae"})
    with pytest.raises(ChoiceError, match=r"columns='commodity' .* did you mean 'commodities'"):
        match(cells(SITES), label="a", columns={"commodity": "commodity"})
    assert set(OVERRIDES) == {"longitude", "latitude", "coordinates", "id", *FIELDS}


@pytest.mark.parametrize(
    ("label", "word"),
    [
        ("my survey (2024).csv", "my_survey_2024"),
        ("копи.xlsx", "копи"),
        ("mrds.csv", "mrds_table"),
        ("..", "table"),
        ("{{ x }}.csv", "x"),
    ],
)
def test_the_id_is_the_stem_as_one_word(label, word):
    assert match(cells(SITES), label=label)[0].id == word


# Real tables --------------------------------------------------------------------------------------


@needs_shared
@pytest.mark.parametrize(
    ("name", "place", "named", "commodities"),
    [
        (
            "mrds/mrds_compact_central_asia.csv",
            ("longitude", "latitude"),
            "site_name",
            "commodities",
        ),
        (
            "mrds/mrds_nevada_tungsten.csv",
            ("longitude", "latitude"),
            "site_name",
            ("commod1", "commod2"),
        ),
        ("usgs_major_deposits/deposit.csv", ("longitude", "latitude"), "dep_name", "commodity"),
        (
            "usgs_pp1802/PP1802_CritMin_pts.csv",
            ("LONGITUDE", "LATITUDE"),
            "DEPOSIT_NAME",
            "CRITICAL_MINERAL",
        ),
        ("usgs_sir20105090z/sedcu_deps_pros.csv", ("longitude", "latitude"), "name", "comm_major"),
        (
            "usgs_minfac/minfac-csv-refined.csv",
            ("#site+lng", "#site+lat"),
            "#site",
            "#site+commodity",
        ),
    ],
)
def test_real_tables_are_matched_as_their_publishers_describe_them(name, place, named, commodities):
    table = pd.read_csv(
        DEPOSITS / name, dtype="str", keep_default_na=False, encoding_errors="replace"
    )
    found = match(cells(table.replace("", None)), label=Path(name).name)
    assert found[0].coordinates == (place,)
    assert taken(found)["name"] == named
    assert taken(found)["commodities"] == commodities
    assert "country" in taken(found)


@needs_shared
@pytest.mark.parametrize(
    "name",
    [
        "mrds/MRDS_commodity_code.csv",
        "usgs_major_deposits/commodity.csv",
        "usgs_major_deposits/ref.csv",
        "usgs_major_deposits/datadxny.csv",
        "mrds/nevada_tungsten_same_site_groups.csv",
    ],
)
def test_real_tables_without_places_are_refused(name):
    table = pd.read_csv(
        DEPOSITS / name, dtype="str", keep_default_na=False, encoding_errors="replace"
    )
    with pytest.raises(FileError, match="the coordinates of its records"):
        match(cells(table.replace("", None)), label=name)


# The names ----------------------------------------------------------------------------------------


def test_every_row_of_the_names_and_words_has_a_source_and_works():
    folder = files("minmap.reading")
    rows = list(csv.DictReader(io.StringIO((folder / "match_names.csv").read_text("utf-8"))))
    meant = {*OVERRIDES, "secondary_commodities"}
    assert {row["language"] for row in rows} >= {"en", "ru", "de", "fr", "es", "tr", "zh", "kk"}
    for row in rows:
        assert row["field"] in meant
        assert row["strength"] in {"full", "weak"}
        assert row["source"].strip()
        assert strengths(row["name"])[row["field"]] >= (1.0 if row["strength"] == "full" else 0.5)
    pairs = [(row["field"], normalise(row["name"])) for row in rows]
    assert len(set(pairs)) == len(pairs)
    full = [name for (_, name), row in zip(pairs, rows, strict=True) if row["strength"] == "full"]
    assert len(set(full)) == len(full), "a name that is two things is weak for both"
    words = list(csv.DictReader(io.StringIO((folder / "match_words.csv").read_text("utf-8"))))
    sides = {"northern", "southern", "eastern", "western"}
    assert {row["role"] for row in words} == {
        *("silent", "qualifier", "naming", "coding", "no_coordinate"),
        *("arc degrees", "arc minutes", "arc seconds"),
        *("part of the world", "yes or no", "company", "street", "grid"),
        *("zone", "german grid", "degrees", "accuracy", "located", "in metres", "in kilometres"),
        *("size", "datum", "system code", "northern zone", "southern zone", "any zone"),
        *("other zone", "other system", "part of a site", "meridian", "origin of a grid"),
        *("grad", "radian", "exploration", "state of anything", "vocabulary address"),
        *("way of locating", "size of a site", "site"),
        *sides,
    }
    assert all(row["source"].startswith(("minmap (ours)", "EPSG:")) for row in words)


# As a file ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(catalogue()))
def test_the_known_sources_survive_a_file(tmp_path, name):
    source = catalogue()[name]
    (tmp_path / "a.toml").write_text(as_toml(source), encoding="utf-8")
    again = load(tmp_path / "a.toml")
    # Field by field: a new one that is not written would show.
    for field in fields(Source):
        assert getattr(again, field.name) == getattr(source, field.name), field.name


HEADINGS = st.text(
    st.characters(exclude_categories=["Cs"]) | st.sampled_from("\"'\\#=[]{}\n\t\x00\x7f{{}}"),
    min_size=1,
    max_size=12,
).filter(lambda text: text.strip() != "")


@settings(max_examples=50)
@given(
    headings=st.lists(HEADINGS, min_size=7, max_size=7, unique_by=str.casefold),
    label=st.text(max_size=20),
)
def test_any_match_survives_a_file(tmp_path_factory, headings, label):
    table = cells(dict(zip(headings, SITES.values(), strict=True)))
    order = ["name", "longitude", "latitude", "commodities", "country", "status", "deposit_type"]
    said = dict(zip(order, headings, strict=True)) | {"id": headings[0]}
    # What a file describes is no longer matched by evidence.
    source = replace(match(table, label=label, columns=said)[0], is_matched=False)
    path = tmp_path_factory.getbasetemp() / "any.toml"
    path.write_text(as_toml(source), encoding="utf-8", newline="")
    assert load(path) == source
    zoned = replace(source, crs="gauss-kruger", coordinates=((headings[1],),))
    path.write_text(as_toml(zoned), encoding="utf-8", newline="")
    assert load(path) == zoned


@settings(max_examples=50)
@given(
    st.dictionaries(
        st.text(max_size=12)
        | st.sampled_from(["Lat", "Lon", "X", "Y", "Name", "Type", "Координаты"]),
        st.lists(
            st.text(max_size=12)
            | st.sampled_from(["45.5", "70,1", "Cu", "KAZ", "45 N"])
            | st.none(),
            min_size=3,
            max_size=3,
        ),
        max_size=5,
    )
)
def test_any_table_is_matched_or_refused_in_words(columns):
    said = ""
    try:
        said = match(cells(columns), label="a.csv").note
    except (FileError, CRSError) as error:
        said = str(error)
    assert said.startswith(("a.csv", "Columns taken: "))
