"""What a table says of its grid in words: zones, meridians, belts and sheets, against `crs=`."""

import pandas as pd
import pytest

import minmap as mm
from tests.noted_reading import read

pytestmark = pytest.mark.exhaustive

# Mines of Papua New Guinea in the zones 54, 56 and 55.
MINES = pd.DataFrame(
    {
        "Name": ["Ok Tedi", "Porgera", "Lihir", "Panguna", "Hidden Valley", "Wafi"],
        "Commodity": ["Cu", "Au", "Au", "Cu", "Au", "Au"],
        "Easting": [294012, 731627, 682284, 333001, 463574, 439310],
        "Northing": [9424000, 9395000, 9655000, 9302300, 9184200, 9239400],
    }
)
ZONES = [54, 54, 56, 56, 55, 55]
MERIDIANS = [141, 141, 153, 153, 147, 147]
NAMED = {"longitude": "Easting", "latitude": "Northing"}


def refused(frame, **options):
    """Return the error of a table whose CRS is refused, and check that naming columns tells it."""
    with pytest.raises(mm.CRSError) as error:
        mm.read(frame, **options)
    said = str(error.value)
    pair = {"longitude": said.split("'longitude': ")[1].split("'")[1]}
    pair["latitude"] = said.split("'latitude': ")[1].split("'")[1]
    found, noted = read(frame, **options, columns=pair)
    assert len(found) == len(frame)
    assert said.split(". If that is not so", maxsplit=1)[0].split(": ", 1)[1] in noted
    return said


# Zones ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("heading", "text"),
    [
        ("Coordinate system", "UTM Zone {}S"),
        ("Sistema de coordenadas", "WGS84 UTM {}S"),
        ("Система координат", "WGS84 UTM {}S"),
        ("Projection", "WGS 84 / UTM zone {}S"),
        ("Proyección", "UTM {}S"),
        ("CRS", "AMG{}"),
        ("MGA", "MGA{}"),
        ("GRID_ZONE", "MGA94 {}"),
        ("Map Grid", "MGA Zone {}"),
        ("Remarks", "GDA94 / MGA zone {}"),
        ("Faja", "{}"),
        ("Franja", "{}"),
        ("Strip", "{}"),
        ("Belt", "{}"),
    ],
)
def test_zones_in_words_are_held_against_the_crs(heading, text):
    several = MINES.assign(**{heading: [text.format(zone) for zone in ZONES]})
    said = refused(several, crs=32755)
    assert f"{heading!r} has the zones 54" in said
    assert "read the rows of each zone" in said
    # One zone in all rows, that of crs=, is no contradiction.
    one = MINES.assign(**{heading: text.format(55)})
    assert "zone 55" not in read(one, crs=32755)[1]


@pytest.mark.parametrize(
    ("heading", "text"),
    [("Remarks", "UTM from a map of 1954"), ("Belt", "Main"), ("Mine", "Strip 12"), ("N", "54")],
)
def test_other_words_and_numbers_are_no_zones(heading, text):
    _, said = read(MINES.assign(**{heading: [text] * 6}), crs=32755)
    assert "zone 54" not in said
    assert "zones" not in said


def test_a_system_of_japan_is_a_zone():
    places = {"Northing": [33346.4, 36642.1], "Easting": [-24086.3, -7081.1]}
    frame = pd.DataFrame({"Name": ["Hanaoka", "Kosaka"], "Commodity": ["Cu", "Cu"], **places})
    said = refused(frame.assign(系="X系"), crs=6677)
    assert (
        "'系' says zone 10, and crs='EPSG:6677' (JGD2011 / Japan Plane Rectangular CS IX)" in said
    )
    assert "'系'" not in read(frame.assign(系="Ⅹ系"), crs=6678)[1]


def test_a_zone_in_the_headings_is_held_against_the_crs():
    frame = MINES.rename(columns={"Easting": "Easting UTM54", "Northing": "Northing UTM54"})
    assert "name zone 54, and crs='EPSG:32755'" in refused(frame, crs=32755)
    assert "zone 54" not in read(frame, crs=32754)[1]


# Meridians --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "heading",
    ["Central meridian", "CM", "Meridiano central", "Осевой меридиан", "中央子午线"],
)
def test_central_meridians_are_held_against_the_crs(heading):
    said = refused(MINES.assign(**{heading: MERIDIANS}), crs=32755)
    assert "meridians 141 (EPSG:32754), 147 (EPSG:32755), 153 (EPSG:32756)" in said
    one = refused(MINES.assign(**{heading: "141"}), crs=32755)
    assert "says the central meridian 141" in one
    assert "has 147; give crs='EPSG:32754'" in one
    assert "meridian" not in read(MINES.assign(**{heading: "147"}), crs=32755)[1]


def test_centimetres_are_no_meridians():
    thick = MINES.assign(CM=[20, 35, 110, 40, 25, 70])
    assert "meridian" not in read(thick, crs=32755)[1]


def test_one_row_of_another_meridian_is_a_note():
    frame = pd.concat([MINES, MINES], ignore_index=True)
    frame["Central meridian"] = [141] + [147] * 11
    assert "says 141 in one row" in read(frame, crs=32755)[1]


LO = {"Name": ["Palabora", "Mogalakwena"], "Commodity": ["Copper", "Platinum"]}
WEST, SOUTH = ["-216781.68", "8142.03"], ["2655819.88", "2651968.22"]


def test_longitudes_of_origin_are_held_against_the_crs():
    named = {"longitude": "Y (Lo29)", "latitude": "X (Lo29)"}
    frame = pd.DataFrame({**LO, "Y (Lo29)": WEST, "X (Lo29)": SOUTH})
    said = read(frame, crs=2054, columns=named)[1]
    assert "name Lo29, and crs='EPSG:2054' (Hartebeesthoek94 / Lo31)" in said
    assert "give crs='EPSG:2053'" in said
    assert "Lo29, and" not in read(frame, crs=2053, columns=named)[1]
    column = pd.DataFrame({**LO, "LO": ["Lo29", "Lo31"], "Westing": WEST, "Southing": SOUTH})
    named = {"longitude": "Westing", "latitude": "Southing"}
    said = read(column, crs=2054, columns=named)[1]
    assert "'LO' has the central meridians 29 (EPSG:2053), 31 (EPSG:2054)" in said


# Belts ------------------------------------------------------------------------------------------


def morocco(**more):
    places = {"Easting": [464651, 500123], "Northing": [485420, 390120]}
    return pd.DataFrame({"Name": ["Imiter", "Aouli"], "Commodity": ["Ag", "Pb"], **places, **more})


def test_belts_with_names_are_held_against_the_crs():
    frame = morocco(**{"Zone Lambert": ["Sud Maroc (II)", "Nord Maroc (I)"]})
    said = refused(frame, crs=26191)
    assert "names EPSG:26191 (Merchich / Nord Maroc), EPSG:26192 (Merchich / Sud Maroc)" in said
    one = refused(morocco(**{"Zone Lambert": "Sud Maroc"}), crs=26191)
    assert "give crs='EPSG:26192'" in one
    assert "Sud" not in read(morocco(**{"Zone Lambert": "Nord Maroc"}), crs=26191)[1]
    # "Zone" may be that of a mine.
    assert "names EPSG:26191" in read(morocco(Zone=["Sud Maroc", "Nord Maroc"]), crs=26191)[1]
    assert "EPSG:26192" not in read(morocco(Zone=["Filon 7", "Filon 9"]), crs=26191)[1]


def test_the_origins_of_colombia_are_held_against_the_crs():
    frame = morocco(ORIGEN=["Oeste", "Bogotá"])
    said = refused(frame, crs=3116)
    assert "EPSG:3115 (MAGNA-SIRGAS / Colombia West zone), EPSG:3116 (MAGNA-SIRGAS" in said
    assert "'ORIGEN' names" not in read(morocco(ORIGEN="Bogotá"), crs=3116)[1]
    assert "'ORIGEN' names" not in read(morocco(ORIGEN=["Hidrotermal", "Ígneo"]), crs=3116)[1]


ARGENTINA = {"Y": [3439632, 2407763, 2559237, 1577110], "X": [6977622, 6751312, 4638752, 5421000]}


def argentina(**more):
    names = {"Mina": ["Alumbrera", "Veladero", "Cerro Vanguardia", "Sur"], "Mineral": ["Oro"] * 4}
    return pd.DataFrame({**names, **ARGENTINA, **more})


def test_eastings_that_begin_with_other_zones_are_refused():
    said = refused(argentina(), crs=5344)
    assert "'Y' has eastings of the zones 1 (EPSG:5343), 2 (EPSG:5344), 3 (EPSG:5345)" in said
    one = argentina().iloc[1:3]
    assert "eastings of the zones" not in read(one, crs=5344)[1]
    said = refused(one, crs=5345)
    assert "'Y' has eastings of the zones 2 (EPSG:5344), by their digits" in said
    assert "is 3; give crs='EPSG:5344'" in said


def test_one_easting_of_another_zone_is_a_note():
    frame = pd.concat([argentina().iloc[1:3]] * 6 + [argentina().iloc[:1]], ignore_index=True)
    found, said = read(frame, crs=5344)
    assert found.geometry.notna().all()
    assert "3,439,632 in 'Y' begins with another zone than 2" in said


def test_the_first_error_names_the_zones_of_argentina():
    frame = argentina(Faja=[3, 2, 2, 1], País="Argentina")
    with pytest.raises(mm.CRSError) as error:
        mm.read(frame)
    assert "'Faja' has the zones 1, 2, 3" in str(error.value)
    for zone in (1, 2, 3):
        assert f"{zone} on POSGAR 2007 has crs='EPSG:{5342 + zone}'" in str(error.value)
    # A column of one faja agrees with the grid of that faja.
    assert "Faja" not in read(frame.iloc[1:3], crs=5344)[1]


# Sheets -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("names", "stated"),
    [
        (("Zone 54", "Zone 55"), "zone 54"),
        (("UTM 54S", "UTM 55S"), "zone 54S"),
        (("Western (141°00)", "Central (147°00)"), "the meridian 141"),
    ],
)
def test_sheets_named_for_zones_are_held_against_the_crs(tmp_path, names, stated):
    path = tmp_path / "mines.xlsx"
    with pd.ExcelWriter(path) as book:
        MINES[:2].to_excel(book, sheet_name=names[0], index=False)
        MINES[4:].to_excel(book, sheet_name=names[1], index=False)
    with pytest.raises(mm.CRSError) as error:
        mm.read(path, crs=32755)
    assert f"the sheet {names[0]!r} is named for {stated}, and crs='EPSG:32755'" in str(error.value)
    assert f"The sheet {names[0]!r} is named" in read(path, crs=32755, columns=NAMED)[1]
    assert "is named" not in read(path, crs=32754, layer=names[0])[1]


@pytest.mark.parametrize("name", ["Zone 3", "Sheet1", "2054", "Main (30 %)"])
def test_other_names_of_sheets_contradict_nothing(tmp_path, name):
    MINES.to_excel(tmp_path / "mines.xlsx", sheet_name=name, index=False)
    assert "is named" not in read(tmp_path / "mines.xlsx", crs=32755)[1]


# The easting of X and Y where no place is where the grid is used ---------------------------------


def zimbabwe(**more):
    places = {"X": ["2059419.0", "2159177.7"], "Y": ["65425.4", "94464.3"]}
    return pd.DataFrame({"Mine": ["Ngezi", "Unki"], "Mineral": ["Pt", "Pt"], **places, **more})


def test_the_country_and_the_axes_decide_where_the_grid_is_not_used():
    # EPSG:2054 is used in South Africa, and its axes are Y, the westing, and X, the southing.
    found, said = read(zimbabwe(Country="Zimbabwe"), crs=2054)
    assert "The easting is read from Y" in said
    assert "since only so are the places in Zimbabwe, which the table names" in said
    assert [(round(p.x, 1), round(p.y, 1)) for p in found.geometry] == [
        (30.4, -18.6),
        (30.1, -19.5),
    ]
    assert "since X is the southing in EPSG:2054" in read(zimbabwe(), crs=2054)[1]


def test_an_easting_of_another_zone_is_found_by_the_axes():
    said = refused(argentina().iloc[1:3], crs=5345)
    assert "columns={'longitude': 'Y', 'latitude': 'X'}" in said


# China ------------------------------------------------------------------------------------------

NORTHINGS = ["4627714.07", "4259683.81", "2851615.94"]


def china(eastings, northings=NORTHINGS):
    names = {"矿区名称": ["Bayan Obo", "Jinchuan", "Shizhuyuan"], "矿种": ["Fe", "Ni", "W"]}
    return pd.DataFrame({**names, "X坐标": northings, "Y坐标": eastings})


def test_zones_of_three_degrees_in_china_are_refused_with_their_codes():
    three = china(["37414369.88", "34515708.41", "38416739.33"])
    said = refused(three, crs="gauss-kruger")
    assert "begin with the zones 34, 37, 38, of which 'gauss-kruger' has none beyond 32" in said
    assert "EPSG:4525 (CGCS2000 / 3-degree Gauss-Kruger zone 37)" in said
    assert "on Xian 1980 and Beijing 1954, zone 34 is EPSG:2358 or EPSG:2410" in said


def test_zones_of_six_degrees_in_the_south_of_china_are_refused_with_their_codes():
    said = refused(china(["19414369.84", "18253878.81", "19717709.45"]), crs="gauss-kruger")
    assert "begin with the zones 18, 19, and 1 places are south of 35 N" in said
    assert "EPSG:4496 (CGCS2000 / Gauss-Kruger zone 18)" in said
    # In the north they may be those of the former Soviet Union.
    north = china(["19414369.84", "18253878.81", "19717709.45"], ["5627714", "5359683", "5851615"])
    assert "south of 35 N" not in read(north, crs="gauss-kruger")[1]


def test_chinese_headings_of_a_grid_are_read():
    frame = china(["37414369.88"] * 3)
    found, said = read(frame, crs=4525)
    assert "The easting is read from Y坐标" in said
    first = found.geometry.iloc[0]
    assert (round(first.x, 2), round(first.y, 2)) == (109.97, 41.78)
    with pytest.raises(mm.CRSError, match="has no coordinate reference system"):
        mm.read(frame)


# Errors and notes -------------------------------------------------------------------------------


def test_degrees_are_not_offered_for_numbers_of_a_grid():
    with pytest.raises(mm.CRSError) as error:
        mm.read(MINES.assign(Easting=462718, Northing=416911))
    assert "crs='EPSG:4326'" not in str(error.value)
    assert "such as crs='EPSG:32642' for UTM zone 42 north" in str(error.value)


def test_the_grid_of_norway_is_used_in_all_norway():
    place = {"Easting": [1079000, 600000], "Northing": [7807000, 7400000]}
    frame = pd.DataFrame({"Name": ["Sydvaranger", "Rana"], "Commodity": ["Fe", "Fe"], **place})
    assert "are far from where" not in read(frame, crs=25833)[1]
    assert "1 of 2 places are far from where EPSG:32633" in read(frame, crs=32633)[1]
