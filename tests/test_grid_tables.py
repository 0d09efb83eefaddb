"""Tables on a grid: the meaning of dots, and what a table says of its own zone and datum."""

import csv
import io
import traceback
from importlib.resources import files

import numpy as np
import pandas as pd
import pytest
from pyproj import CRS

import minmap as mm
from minmap.coordinates.points import read_coordinates
from minmap.vocabulary.spelling import normalise
from tests.noted_reading import read

pytestmark = pytest.mark.exhaustive

BRAZIL = 31983  # SIRGAS 2000 / UTM zone 23S


def table(x, y, **more):
    names = [f"Mina {n}" for n in range(len(x))]
    columns = {"Mina": names, "Substância": ["Ouro"] * len(x), "Easting": x, "Northing": y}
    return pd.DataFrame(columns | {name.replace("_", " "): v for name, v in more.items()})


def places(found):
    return [(round(p.x, 2), round(p.y, 2)) if p else None for p in found.geometry]


# Dots -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("x", "y", "why"),
    [
        (["598.432", "640.125"], ["7.701.850", "7.650.200"], "they do so in '7.701.850'"),
        (["598.432", "640125"], ["7701850", "7650200"], "the places where the grid is used"),
        (["598.432 m", "640.125 m"], ["7.701.850 m", "7.650.200 m"], "they do so in '7.701.850'"),
        (["598.432,0", "640.125"], ["7701850", "7650200"], "they do so in '598.432,0'"),
    ],
)
def test_a_dot_has_one_meaning_in_both_columns_of_a_grid(x, y, why):
    found, said = read(table(x, y), crs=BRAZIL)
    plain, silent = read(table(["598432", "640125"], ["7701850", "7650200"]), crs=BRAZIL)
    assert places(found) == places(plain) == [(-44.05, -20.78), (-43.65, -21.24)]
    assert "Easting and Northing: dots were read as separators of thousands" in said
    assert why in said
    assert "dot" not in silent
    # The last digit of the numbers is the metre, not the millimetre.
    assert found["coordinate_precision_m"].iloc[1] == pytest.approx(0.707, abs=0.001)


def test_decimal_points_stay_what_they_are():
    x, y = ["598432.125", "640125.5"], ["7701850.250", "7650200.125"]
    found, said = read(table(x, y), crs=BRAZIL)
    assert places(found) == [(-44.05, -20.78), (-43.65, -21.24)]
    assert "dot" not in said
    # Near the origin of a local grid, of which PROJ does not know where it is used.
    local = "+proj=tmerc +lat_0=48 +lon_0=10 +ellps=GRS80"
    found, said = read(table(["598.432", "640.12"], ["455.100", "455.125"]), crs=local)
    assert places(found) == [(10.01, 48.0), (10.01, 48.0)]
    assert "dot" not in said
    found, said = read(table(["598.432"], ["455.100"]), crs=local)
    assert places(found) == [(10.01, 48.0)]
    assert "the dot of '598.432' was read as a decimal point" in said


@pytest.mark.parametrize(
    ("x", "y", "crs"),
    [
        # A spreadsheet has taken the dots of one column for decimal points, and dropped a zero.
        (["598.432", "640.12"], ["7.701.850", "7.650.200"], BRAZIL),
        ([598.432, 640.12], ["7.701.850", "7.650.200"], BRAZIL),
        (["598.432", "640.125"], ["7701850.5", "7650200.25"], BRAZIL),
        # Both places are in the box where the grid of Great Britain is used.
        (["412.345", "512.663"], ["212.345", "122.595"], 27700),
        # Kilometres.
        (["598.432", "640.12"], ["5701.850", "5650.200"], 32632),
    ],
)
def test_numbers_whose_dot_may_be_either_are_not_read(x, y, crs):
    found, said = read(table(x, y), crs=crs)
    assert places(found) == [None, None]
    assert f"2 records have numbers such as '{x[0]}', which were not read" in said
    assert "write metres in full, without separators" in said


def test_eastings_too_small_for_a_grid_are_told():
    found, said = read(table(["598.43", "640.12"], ["5701.85", "5650.2"]), crs=32632)
    assert all(places(found))
    assert "2 of 2 eastings are below 1,000, such as 598.43" in said
    assert "outside of where EPSG:32632 is used; they may be kilometres" in said
    _, said = read(table(["0", "598430"], ["0", "5701850"]), crs=32632)
    assert "below 1,000" not in said


def test_the_error_without_a_system_reads_the_dots_too():
    with pytest.raises(mm.CRSError, match="x 640,125 and y 7,650,200") as error:
        mm.read(table(["598.432", "640.125", "640.125"], ["7.701.850", "7.650.200", "7650200"]))
    assert "x 640.125" not in str(error.value)


def test_parts_of_a_table_share_the_meaning_of_its_dots():
    whole = read_coordinates(pd.Series(["598.432"]), pd.Series(["7.701.850"]), crs=BRAZIL)
    # Alone it could not be told from an easting with decimals.
    x, y = pd.Series(["412.345"]), pd.Series(["212.345"])
    alone = read_coordinates(x, y, crs=27700)
    part = read_coordinates(x, y, crs=27700, rounding=whole.rounding)
    assert np.isnan(alone.longitude).all()
    assert part.longitude.round(1).tolist() == [-1.8]


def test_pairs_and_zoned_eastings_have_one_meaning_too():
    pairs = table(["1"], ["2"]).drop(columns=["Easting", "Northing"])
    pairs["Coordinates"] = ["598.432 7.701.850"]
    found, said = read(pairs, crs=BRAZIL, columns={"coordinates": "Coordinates"})
    assert places(found) == [(-44.05, -20.78)]
    assert "Coordinates: dots were read as separators of thousands" in said
    zoned, _ = read(table(["13.412.345"], ["5.204.567"]), crs="gauss-kruger")
    assert places(zoned) == [(73.85, 46.97)]


# Zones, datums and EPSG codes of the table ------------------------------------------------------


PERU = {"x": ["612979", "540125"], "y": ["8701850", "8650200"]}
NORTH = {"x": ["598432", "540125"], "y": ["6701850", "6650200"]}
ZONED = {"x": ["13412345", "13512345"], "y": ["5204567", "5300123"]}
CHILE = {"x": ["432220", "512345"], "y": ["7301768", "7294310"]}
SERBIA = {"x": ["4882318", "4919931", "4934190"], "y": ["7588089", "7574843", "7367305"]}
UKRAINE = {"x": ["5282978", "5357901", "5316989"], "y": ["6515136", "7428218", "4714500"]}


@pytest.mark.parametrize(
    ("place", "heading", "text", "crs", "said"),
    [
        (PERU, "ZONA", "18S", 24879, "'ZONA' says zone 18S, and crs='EPSG:24879' (PSAD56 / UTM"),
        (PERU, "Huso", "18", 32719, "'Huso' says zone 18, and crs='EPSG:32719'"),
        (PERU, "Zona UTM", "18 sur", 32618, "'Zona UTM' says zone 18S"),
        (NORTH, "UTM-sone", "32", 25833, "'UTM-sone' says zone 32"),
        (NORTH, "Kaista", "34", 3067, "'Kaista' says zone 34"),
        (NORTH, "Zon", "33V", 32634, "'Zon' says zone 33N"),
        (NORTH, "Dilim", "36N", 32635, "'Dilim' says zone 36N"),
        (NORTH, "Номер зоны", "41N", 32642, "'Номер зоны' says zone 41N"),
        (NORTH, "EPSG", "25832", 25833, "'EPSG' says EPSG:25832, and crs='EPSG:25833' is another"),
        (NORTH, "SRID", "EPSG:25832", 32633, "give crs='EPSG:25832'"),
        (PERU, "DATUM", "PSAD56", 32718, "'DATUM' says PSAD56 (100% of the values), and crs="),
        (PERU, "Datum", "WGS 84", 24878, "of the datum PSAD56, which puts places some "),
        (NORTH, "Система координат", "СК-42", 32642, "'Система координат' says СК-42"),
        (NORTH, "Koordinatsystem", "ED50 / UTM", 25832, "says ED50 / UTM"),
    ],
)
def test_a_crs_that_the_table_contradicts_is_refused_or_noted(place, heading, text, crs, said):
    frame = table(**place).assign(**{heading: text})
    with pytest.raises(mm.CRSError) as error:
        mm.read(frame, crs=crs)
    assert said in str(error.value)
    assert "name the columns of the coordinates: columns={'longitude': 'E" in str(error.value)
    # Who names the columns has seen it, and is told once more.
    named = {"longitude": "Easting", "latitude": "Northing"}
    found, noted = read(frame, crs=crs, columns=named)
    assert said in noted
    assert all(places(found))


@pytest.mark.parametrize(
    ("heading", "texts", "crs"),
    [
        ("UTM-sone", ["32", "33"], 32632),
        ("Zon", ["33", "34"], 32633),
        ("Dilim", ["35", "36"], 32635),
        ("Kaista", ["34", "35"], 32635),
        ("Номер зоны", ["41", "42"], 32642),
        ("Zone", ["UTM 32N", "UTM 33N"], 3035),
        ("EPSG", ["25832", "25833"], 25832),
    ],
)
def test_several_zones_in_a_column_are_refused_in_more_languages(heading, texts, crs):
    frame = table(**NORTH).assign(**{heading: texts})
    with pytest.raises(mm.CRSError, match="and crs= is that of one; read the rows of each"):
        mm.read(frame, crs=crs)


@pytest.mark.parametrize(
    ("place", "heading", "text", "crs"),
    [
        (PERU, "ZONA", "18S", 24878),
        (PERU, "ZONA", "18L", 32718),
        (PERU, "DATUM", "WGS84", 5387),  # Peru96, less than a metre away
        (NORTH, "DATUM", "WGS84", 25833),
        (NORTH, "Datum", "12.03.1998", 25833),  # a date
        (NORTH, "Zone", "33", 3006),  # SWEREF99 TM has the meridian of UTM zone 33
        (NORTH, "Zone", "33", 3035),  # the equal-area grid of Europe has no zones
        (NORTH, "EPSG", "4326", 32633),  # of other columns: the coordinates are no degrees
        (NORTH, "EPSG", "32633", 32633),
        (NORTH, "Zone", "Main", 32633),
        # 30S is a band of the north in Spain.
        ({"x": ["412979"], "y": ["4201850"]}, "Zone", "30S", 32630),
        ({"x": ["13412979"], "y": ["5201850"]}, "Datum", "СК-42", "gauss-kruger"),
    ],
)
def test_a_crs_that_agrees_with_the_table_is_taken_in_silence(place, heading, text, crs):
    found, said = read(table(**place).assign(**{heading: text}), crs=crs)
    assert all(places(found))
    assert "says" not in said


def test_a_number_under_a_plain_zone_is_a_note():
    # The zone of a mine, or of a seismic map.
    found, said = read(table(**NORTH).assign(Zone="3"), crs=32633)
    assert all(places(found))
    assert "'Zone' says zone 3, and crs='EPSG:32633'" in said


@pytest.mark.parametrize(
    ("heading", "texts"),
    [
        ("EPSG", ["25833", "25833"]),
        ("EPSG", ["3045", "32633"]),
        ("SRID", ["3006", "3006"]),  # SWEREF99 TM, a grid of its own with the places of zone 33
        ("source_epsg", ["25832", "25834"]),
        ("Original datum", ["ED50", "ED50"]),
        ("Time zone", ["+1", "+2"]),
        ("Huso horario", ["-3", "-3"]),
        ("Geological zone", ["32", "33"]),
        ("Mining zone", ["31", "32"]),
        ("Zona mineral", ["32", "33"]),
    ],
)
def test_codes_of_the_same_places_and_other_zones_contradict_nothing(heading, texts):
    found, said = read(table(**NORTH).assign(**{heading: texts}), crs=32633)
    assert all(places(found))
    assert "says" not in said
    assert "has the zones" not in said


@pytest.mark.parametrize(
    ("texts", "country", "is_refused"),
    [
        ([1, 2, 3, 4, 5], "", False),
        ([10, 20, 30, 40, 50], "", False),
        (["Zone 1", "Zone 2"] * 2, "", False),
        ([1, 2, 3, 4, 5], "Sweden", False),
        ([11, 12, 13, 14, 15], "Sweden", False),
        ([32, 33, 34, 33, 34], "", True),
        ([32, 33, 34, 33, 34], "Sweden", True),
    ],
)
def test_numbers_under_a_plain_zone_contradict_only_as_zones_of_the_place(
    texts, country, is_refused
):
    place = {axis: numbers * 5 for axis, numbers in NORTH.items()}
    frame = table(**{axis: numbers[: len(texts)] for axis, numbers in place.items()})
    frame = frame.assign(Zone=texts, **({"Country": country} if country else {}))
    if is_refused:
        with pytest.raises(mm.CRSError, match="'Zone' has the zones"):
            mm.read(frame, crs=32633)
    else:
        found, said = read(frame, crs=32633)
        assert all(places(found))
        assert "which seem to be none of the grid" in said


def test_zones_that_begin_the_eastings_are_those_of_the_grid():
    frame = table(**UKRAINE).assign(Zone=[6, 7, 4])
    with pytest.raises(mm.CRSError, match="has the zones 4, 6, 7, and crs= is that of one"):
        mm.read(frame, crs=32633)


@pytest.mark.parametrize("heading", ["Zone", "UTM zone"])
def test_one_row_of_another_zone_is_a_note(heading):
    frame = table(NORTH["x"] * 5, NORTH["y"] * 5).assign(**{heading: [33] * 9 + [32]})
    found, said = read(frame, crs=32633)
    assert all(places(found))
    assert f"{heading!r} says zone 32 in one row" in said
    with pytest.raises(mm.CRSError, match="has the zones 32, 33"):
        mm.read(frame.assign(**{heading: [33] * 8 + [32] * 2}), crs=32633)


def test_a_datum_of_a_few_rows_is_a_note():
    place = {"x": ["612979"] * 10, "y": ["8701850"] * 10}
    frame = table(**place).assign(Datum=["WGS84"] * 7 + ["PSAD56"] * 3)
    found, said = read(frame, crs=32718)
    assert all(places(found))
    assert "'Datum' says PSAD56 (30% of the values)" in said
    assert "read the rows of each with its own crs" in said


def test_the_systems_of_words_are_those_of_epsg():
    folder = files("minmap.reading") / "grid_systems.csv"
    rows = list(csv.DictReader(io.StringIO(folder.read_text("utf-8"))))
    assert len({row["word"] for row in rows if row["kind"] == "datum"}) > 60
    for row in rows:
        crs = CRS.from_epsg(int(row["epsg"]))
        # Editions of EPSG rename systems (ETRS89 / TM35FIN to EUREF-FIN / TM35FIN), codes stay.
        assert row["source"].startswith(f"EPSG:{row['epsg']}, ")
        assert crs.is_geographic if row["kind"] == "datum" else crs.is_projected
        assert row["word"] == "".join(normalise(row["word"]).split())


# The column of the easting ----------------------------------------------------------------------

POLAND = {"x": ["398541", "375932", "487111"], "y": ["305380", "509768", "493858"]}
GEORGIA = {"x": ["4610123", "4650456", "4599789"], "y": ["8412345", "8455432", "8387654"]}


def headed(x, y, **more):
    headings = {"Easting": "X", "Northing": "Y"}
    return table(x, y).rename(columns=headings).assign(**more)


@pytest.mark.parametrize(
    ("frame", "crs", "first", "why"),
    [
        (headed(**POLAND), 2180, (16.2, 51.42), "X is the northing in EPSG:2180 (ETRF2000-PL"),
        (headed(**SERBIA), 6316, (22.09, 44.08), "the places where EPSG:6316 (MGI"),
        (headed(**UKRAINE, Зона=[6, 7, 4]), "gauss-kruger", (33.2, 47.68), "'Зона' are the first"),
        (headed(**GEORGIA, Country="Georgia"), "gauss-kruger", (43.94, 41.62), "in Georgia, which"),
        (headed(**UKRAINE), "gauss-kruger", (33.2, 47.68), "X is the northing in gauss-kruger"),
    ],
)
def test_the_easting_is_the_column_that_the_evidence_says(frame, crs, first, why):
    found, said = read(frame, crs=crs)
    assert places(found)[0] == pytest.approx(first, abs=0.011)
    assert "The easting is read from Y and the northing from X, since" in said
    assert why in said
    # Columns that say more than X and Y, and those that the user names, are kept.
    easting = frame.rename(columns={"X": "Northing", "Y": "Easting"})
    kept, silent = read(easting, crs=crs)
    assert places(kept) == places(found)
    assert "The easting is read" not in silent
    named, silent = read(frame, crs=crs, columns={"longitude": "Y", "latitude": "X"})
    assert places(named) == places(found)
    assert "The easting is read" not in silent


@pytest.mark.parametrize(
    ("frame", "crs"),
    [
        (headed(["412345", "430000"], ["312345", "295000"]), 27700),  # the first axis is east
        (headed(["598432", "540125"], ["6501850", "6480200"]), 3301),  # only so in Estonia
        (headed(["5412345", "5512345"], ["6404567", "6500123"], Зона=5), "gauss-kruger"),
        (headed(["5412345", "5512345"], ["6504567", "6500123"], Land="Estonia"), "gauss-kruger"),
        (headed(["13412345", "13512345"], ["5204567", "5300123"]), "gauss-kruger"),
    ],
)
def test_an_easting_in_x_stays_where_the_evidence_says_so(frame, crs):
    found, said = read(frame, crs=crs)
    expected, _ = read(frame.rename(columns={"X": "Easting", "Y": "Northing"}), crs=crs)
    assert places(found) == places(expected)
    assert "The easting is read" not in said
    assert "is the easting in" not in said


def test_an_order_that_nothing_shows_is_told():
    # A grid of unknown use with the axes north and east, but not X and Y.
    own = {
        key: value
        for key, value in CRS.from_epsg(3006).to_json_dict().items()
        if key not in {"id", "area", "bbox", "scope", "usages"}
    } | {"name": "Own grid"}
    frame = headed(["412345", "430000"], ["312345", "295000"])
    found, said = read(frame, crs=CRS.from_json_dict(own))
    assert all(places(found))
    assert "Nothing shows whether X or Y is the easting in Own grid" in said
    # Places of another grid stay as given.
    _, said = read(headed(["412345"], ["6312345"]), crs=2180)
    assert "easting is" not in said
    assert "far from where EPSG:2180 is used" in said


@pytest.mark.parametrize(
    ("heading", "codes"),
    [("Strefa", "S-1 S-2 N-3"), ("Block", "N1 N2 S1"), ("Pit", "12N 13S 12N"), ("Q", "N1 N2 N3")],
)
def test_a_code_is_no_latitude(heading, codes):
    frame = headed(**POLAND).assign(**{heading: codes.split()})
    assert "x 398,541 and y 493,858" in refused(frame)
    # Nor beside a longitude, where nothing else is the latitude.
    degrees = frame.assign(Longitude=["16.2031", "19.1412", "18.9123"]).drop(columns=["X", "Y"])
    with pytest.raises(mm.FileError, match="too little evidence for the coordinates"):
        mm.read(degrees)


def test_letters_beside_letters_are_coordinates():
    frame = table(["67E", "68E", "69E"], ["45N", "46N", "47N"])
    found, _ = read(frame.rename(columns={"Easting": "P1", "Northing": "P2"}))
    assert places(found) == [(67, 45), (68, 46), (69, 47)]


# The error of a grid without a system -----------------------------------------------------------


def refused(frame, **options):
    with pytest.raises(mm.CRSError) as error:
        mm.read(frame, **options)
    assert "\n" not in str(error.value)
    return str(error.value)


@pytest.mark.parametrize(
    ("place", "more", "first", "said"),
    [
        (PERU, {"ZONA": "18S", "DATUM": "PSAD56", "País": "Perú"}, 24878, "'ZONA' and 'DATUM' say"),
        (PERU, {"ZONA": "18S"}, 32718, "as 'ZONA' says, if the datum is WGS 84"),
        (NORTH, {"UTM-sone": "32", "Datum": "EUREF89"}, 25832, "'UTM-sone' and 'Datum' say"),
        (NORTH, {"EPSG": "25833"}, 25833, "as 'EPSG' says"),
        # Eastings without the zone before them, which those of EPSG:28413 have.
        (NORTH, {"Zone": "13", "Датум": "СК-42"}, 2503, "'Zone' and 'Датум' say"),
        (ZONED, {"Zone": "13", "Датум": "СК-42"}, 28413, "'Zone' and 'Датум' say"),
        (CHILE, {"Datum": "PSAD-56", "País": "Chile"}, 24879, "as 'Datum' says of the datum"),
    ],
)
def test_the_first_error_names_the_system_that_the_table_names(place, more, first, said):
    error = refused(table(**place).assign(**more))
    assert f"such as crs='EPSG:{first}'" in error
    assert error.index(f"in EPSG:{first} (") == error.index("in EPSG:")
    assert said in error


def test_the_first_error_names_the_crs_of_each_zone():
    error = refused(table(**PERU).assign(ZONA=["18S", "19S"], DATUM="PSAD56"))
    assert "'ZONA' has the zones 18S, 19S; read the rows of each with its own crs" in error
    assert "18S on PSAD56 has crs='EPSG:24878', 19S on PSAD56 has crs='EPSG:24879'" in error
    error = refused(table(**NORTH).assign(EPSG=["25832", "25833"]))
    assert "'EPSG' has EPSG:25832, EPSG:25833; read the rows of each" in error
    # Perhaps the zones of a mine.
    error = refused(table(**NORTH).assign(Zone=["1", "2"]))
    assert "The centre of the data" in error
    assert "If that is the zone of the grid: 'Zone' has the zones 1, 2" in error


def test_a_zone_is_believed_only_if_its_place_fits():
    serbia = table(**SERBIA).assign(Zona=7)
    error = refused(serbia.assign(Country="Serbia"))
    assert "such as crs='EPSG:6316'" in error
    assert "(MGI 1901 / Balkans zone 7), if y is the easting" in error
    assert "UTM" not in error
    # No zones of six degrees: these would lie in Russia.
    assert "gauss-kruger" not in error
    assert "EPSG:32607" not in refused(serbia)
    assert "zones of three degrees have EPSG codes of their own" in refused(serbia)
    ukraine = table(**UKRAINE).assign(Zone=[5, 7, 4])
    for frame in (ukraine, ukraine.assign(Country="Ukraine")):
        error = refused(frame)
        assert "UTM zone 4" not in error.replace("UTM zone 42", "")
        assert "EPSG:32604" not in error
        assert "crs='gauss-kruger'" in error


def test_the_zone_of_each_row_has_the_place_of_that_row():
    places = {"x": ["13412345", "14412345", "13450000"], "y": ["5204567", "5300123", "5210000"]}
    error = refused(table(**places).assign(Zone=[13, 14, 13], Датум="СК-42"))
    assert "13 on Pulkovo 1942 has crs='EPSG:28413', 14 on Pulkovo 1942 has crs='EPSG:28414'" in (
        error
    )


@pytest.mark.parametrize(
    ("x", "y", "said"),
    [
        ("E_Sweref99", "N_Sweref99", "in EPSG:3006 (SWEREF99 TM), which E_Sweref99 and"),
        ("E (SWEREF 99 TM)", "N (SWEREF 99 TM)", "in EPSG:3006 (SWEREF99 TM)"),
        ("Easting UTM33", "Northing UTM33", "in EPSG:32633 (WGS 84 / UTM zone 33N)"),
        ("X_EPSG25833", "Y_EPSG25833", "in EPSG:25833 (ETRS89 / UTM zone 33N)"),
        ("Easting ETRS89", "Northing ETRS89", "The datum is ETRS89, by Easting ETRS89 and"),
        ("Easting 2000", "Northing 2000", "in EPSG:3857"),  # a year
    ],
)
def test_headings_name_a_system(x, y, said):
    frame = table(**NORTH).rename(columns={"Easting": x, "Northing": y})
    assert said in refused(frame, columns={"longitude": x, "latitude": y})


def test_columns_that_the_user_names_need_a_system_too():
    frame = table(**NORTH).rename(columns={"Easting": "I", "Northing": "P"})
    error = refused(frame, columns={"longitude": "I", "latitude": "P", "name": "Mina"})
    assert "has no coordinate reference system" in error
    pairs = frame.assign(Place=frame["I"] + " " + frame["P"]).drop(columns=["I", "P"])
    error = refused(pairs, columns={"coordinates": "Place"})
    assert "x 540,125 and y 6,650,200" in error
    found, _ = read(frame, columns={"longitude": "I", "latitude": "P"}, crs=25833)
    assert all(places(found))


GERMANY = {"Rechtswert": ["3452118", "4478250"], "Hochwert": ["5561240", "5401715"]}


def test_german_eastings_are_offered_their_own_system():
    frame = pd.DataFrame({"Grube": ["A", "B"], "Rohstoff": ["Blei", "Zink"], **GERMANY})
    error = refused(frame)
    assert "such as crs='EPSG:31467'" in error
    assert "(DHDN / 3-degree Gauss-Kruger zone 3), as German eastings (Rechtswert)" in error
    assert "gauss-kruger" not in error


def test_german_eastings_are_not_read_in_zones_of_six_degrees():
    frame = pd.DataFrame({"Grube": ["A", "B"], "Rohstoff": ["Blei", "Zink"], **GERMANY})
    with pytest.raises(mm.CRSError) as error:
        mm.read(frame, crs="gauss-kruger")
    said = str(error.value)
    assert "100% of the places that crs='gauss-kruger' gives, in zones of six degrees, are" in said
    assert "outside of Germany (the first at lat 50.18, lon 14.33)" in said
    assert "crs='EPSG:31467' (DHDN / 3-degree Gauss-Kruger zone 3)" in said
    assert "crs='EPSG:31468' (DHDN / 3-degree Gauss-Kruger zone 4)" in said
    named = {"longitude": "Rechtswert", "latitude": "Hochwert"}
    _, noted = read(frame, crs="gauss-kruger", columns=named)
    assert "outside of Germany" in noted
    one = frame.iloc[:1]
    found, said = read(one, crs=31467)
    assert places(found) == [(8.33, 50.19)]
    assert "outside" not in said


def test_three_degrees_are_found_by_the_country_of_the_table():
    # Zone 24 of three degrees is around 72 E, that of six around 141 E.
    frame = table(["24412345", "24512345"], ["5204567", "5300123"]).assign(Страна="Казахстан")
    with pytest.raises(mm.CRSError, match=r"outside of Kazakhstan.* give crs='EPSG:2\d\d\d' \(P"):
        mm.read(frame, crs="gauss-kruger")
    right = table(["12412345", "13512345"], ["5204567", "5300123"]).assign(Страна="Казахстан")
    found, said = read(right, crs="gauss-kruger")
    assert all(places(found))
    assert "outside" not in said
    # In no zone of either kind.
    elsewhere = right.assign(Страна="Германия")
    _, said = read(elsewhere, crs="gauss-kruger")
    assert "outside of Germany" in said
    assert "check crs" in said


@pytest.mark.parametrize(
    ("country", "x", "y", "said"),
    [
        ("Serbia", "7588089", "4882318", "'EPSG:6316' (MGI 1901 / Balkans zone 7)"),
        ("Poland", "7512345", "5712345", "'EPSG:2178' (ETRF2000-PL / CS2000/21)"),
        ("Turkey", "10512345", "4312345", "'EPSG:5270' (TUREF / 3-degree Gauss-Kruger zone 10)"),
    ],
)
def test_the_error_names_the_zone_of_three_degrees(country, x, y, said):
    frame = table([x], [y]).assign(Country=country)
    with pytest.raises(mm.CRSError) as error:
        mm.read(frame, crs="gauss-kruger")
    assert f"give crs={said}" in str(error.value)
    found, _ = read(frame, crs=said[1 : said.index("' ")])
    assert found["country"].notna().all()


def test_eastings_of_no_country_that_fit_three_degrees_are_told():
    x, y = [*SERBIA["y"], "7520123", "7488456"], [*SERBIA["x"], "4912345", "4823456"]
    found, said = read(table(x, y), crs="gauss-kruger")
    assert all(places(found))
    assert "most eastings fit zones of three degrees too" in said
    assert "the first place would be at lat 44.07, lon 22.10" in said
    # A second one beyond 1.5 degrees from the middle of a zone.
    wide, said = read(table([*x[:-1], "7812345"], y), crs="gauss-kruger")
    assert all(places(wide))
    assert "three degrees" not in said


def test_a_heading_of_the_south_is_told_when_the_columns_are_named():
    frame = pd.DataFrame(
        {"Mine": ["A", "B"], "LATITUDE (S)": ["25.67", "23.99"], "LONGITUDE (E)": ["28.5", "31.1"]}
    )
    named = {"longitude": "LONGITUDE (E)", "latitude": "LATITUDE (S)"}
    with pytest.raises(mm.FileError, match="means west or south, but no number has a sign"):
        mm.read(frame)
    _, said = read(frame, columns=named)
    assert "the heading 'LATITUDE (S)' means west or south, but no number has a sign" in said
    signed = frame.assign(**{"LATITUDE (S)": ["-25.67", "-23.99"]})
    assert "no number has a sign" not in read(signed, columns=named)[1]


def test_the_table_of_a_shapefile_alone_is_refused_with_the_cure(tmp_path):
    path = tmp_path / "mines.dbf"
    path.write_bytes(b"\x03" + bytes(100))
    with pytest.raises(mm.FileError, match=r"give its \.shp, with the \.dbf and \.shx beside it"):
        mm.read(path)


def test_an_error_is_told_once(tmp_path):
    path = tmp_path / "mines.csv"
    text = "Месторождение;Восток;Север\nЗападное;598432;5701850\nВосточное;640125;5650200\n"
    for encoding in ("utf-8", "cp1251"):  # the second is guessed, which the error tells
        path.write_text(text, encoding=encoding)
        with pytest.raises(mm.CRSError) as error:
            mm.read(path)
        assert ("cp1251" in str(error.value)) == (encoding == "cp1251")
        told = "".join(traceback.format_exception(error.value))
        assert told.count("has no coordinate reference system") == 1


@pytest.mark.parametrize("columns", [None, {"longitude": "Easting", "latitude": "Northing"}])
def test_numbers_of_a_grid_are_no_degrees(columns):
    frame = table(["598432", "640125"], ["7701850", "7650200"])
    said = r"crs='EPSG:4326' is in degrees, but Easting and Northing are numbers of a grid; give"
    with pytest.raises(mm.CRSError, match=said):
        mm.read(frame, crs=4326, columns=columns)
    both = frame.assign(lon=["-44.05", "-43.65"], lat=["-20.78", "-21.24"])
    assert places(read(both, crs=4326)[0]) == [(-44.05, -20.78), (-43.65, -21.24)]
