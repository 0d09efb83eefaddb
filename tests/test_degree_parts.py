"""Degrees, minutes and seconds in columns of their own, and coordinates without values."""

import pandas as pd
import pytest

import minmap as mm
from minmap.coordinates.joined_degrees import joined_degrees
from minmap.errors import FileError
from minmap.reading.degree_parts import part_of
from tests.noted_reading import read

pytestmark = pytest.mark.exhaustive

MINES = [
    ("Obuasi", "Gold", "6,11,42", "-1,40,18"),
    ("Tambao", "Manganese", "14,46,54", "0,3,6"),
    ("Hahotoe", "Phosphate", "6,21,18", "1,23,42"),
    ("Moanda", "Manganese", "-1,33,6", "13,11,48"),
    ("Tsumeb", "Copper", "-19,13,42", "17,43,18"),
    ("Syama", "Gold", "10,47,18", "-6,3,54"),
]
"""Name, commodity, latitude and longitude in degrees, minutes and seconds."""


def degrees(text):
    d, m, s = map(float, text.replace("-", "").split(","))
    return (d + m / 60 + s / 3600) * (-1 if text.startswith("-") else 1)


PLACES = [(degrees(lon), degrees(lat)) for _, _, lat, lon in MINES]


def parts(text, count, *, signed=True):
    d, m, s = text.split(",")
    d = d if signed else d.removeprefix("-")
    return [d, f"{float(m) + float(s) / 60:.1f}"] if count == 2 else [d, m, s]


def table(headings, *, sides=False):
    """Return the mines under headings for latitude and then longitude, half of them each."""
    count = len(headings) // 2 - sides
    rows = []
    for name, commodity, lat, lon in MINES:
        row = [name, commodity]
        for text, letters in ((lat, "NS"), (lon, "EW")):
            row += parts(text, count, signed=not sides)
            row += [letters[text.startswith("-")]] if sides else []
        rows.append(row)
    return pd.DataFrame(rows, columns=["Name", "Commodity", *headings])


def places(found):
    return [None if point is None else (point.x, point.y) for point in found.geometry]


def assert_placed(found):
    for (x, y), (lon, lat) in zip(places(found), PLACES, strict=True):
        assert (x, y) == pytest.approx((lon, lat), abs=1e-6)


@pytest.mark.parametrize(
    "headings",
    [
        "LatD;LatM;LonD;LonM",
        "Lat D;Lat M;Lon D;Lon M",
        "LAT_D;LAT_M;LON_D;LON_M",
        "Lat_deg;Lat_min;Lon_deg;Lon_min",
        "D_lat;M_lat;D_lon;M_lon",
        "DLat;MLat;DLon;MLon",
        "Latitude D;Latitude M;Longitude D;Longitude M",
        "Lat;LatM;Lon;LonM",
        "LATG;LATM;LONG;LONM",
        "Lat (°);Lat (');Lon (°);Lon (')",
        "Lat °;Lat ′;Lon °;Lon ′",
        "Latitude;min;Longitude;min_2",
        "Grados Lat;Min Lat;Grados Long;Min Long",
        "Breite Grad;Breite Min;Länge Grad;Länge Min",
        "Широта град;Широта мин;Долгота град;Долгота мин",
        "纬度度;纬度分;经度度;经度分",
        "Lintang D;Lintang M;Bujur D;Bujur M",
        "Szerokość st;Szerokość min;Długość st;Długość min",
        "Y_deg;Y_min;X_deg;X_min",
        "N °;N ';E °;E '",
    ],
)
def test_degrees_and_decimal_minutes_are_read_together(headings):
    names = headings.split(";")
    found, said = read(table(names))
    assert_placed(found)
    shown = [repr(name) if " " in name else name for name in names]
    assert f"longitude <- {shown[2]} + {shown[3]}, latitude <- {shown[0]} + {shown[1]}" in said
    assert set(found["location_method"]) == {"degrees and minutes"}
    # A tenth of a minute: 0.05 minutes of latitude and of longitude.
    assert found["coordinate_precision_m"].between(90, 135).all()


@pytest.mark.parametrize(
    "headings",
    [
        "LatDeg;LatMin;LatSec;LonDeg;LonMin;LonSec",
        "LATDEG;LATMIN;LATSEC;LONDEG;LONMIN;LONSEC",
        "LatDD;LatMM;LatSS;LonDD;LonMM;LonSS",
        "LAT_DD;LAT_MM;LAT_SS;LON_DD;LON_MM;LON_SS",
        "LatD;LatM;LatS;LonD;LonM;LonS",
        "Lat_G;Lat_M;Lat_S;Lon_G;Lon_M;Lon_S",
        "Latitud G;Latitud M;Latitud S;Longitud G;Longitud M;Longitud S",
        "latitude;min;sec;longitude;min_2;sec_2",
        "lat_degrees;lat_minutes;lat_seconds;lon_degrees;lon_minutes;lon_seconds",
        "Lat. grados;Lat. minutos;Lat. segundos;Long. grados;Long. minutos;Long. segundos",
        "lat degré;lat minute;lat seconde;long degré;long minute;long seconde",
        "Latitudine gradi;Latitudine minuti;Latitudine secondi;Longitudine gradi;"
        "Longitudine minuti;Longitudine secondi",
        "Enlem D;Enlem dk;Enlem sn;Boylam D;Boylam dk;Boylam sn",
        "Широта, град;Широта, мин;Широта, сек;Долгота, град;Долгота, мин;Долгота, сек",
        "Широта °;Широта ';Широта \";Долгота °;Долгота ';Долгота \"",
        "СШ град;СШ мин;СШ сек;ВД град;ВД мин;ВД сек",
        "Градусы широты;Минуты широты;Секунды широты;"
        "Градусы долготы;Минуты долготы;Секунды долготы",
        "北纬(度);北纬(分);北纬(秒);东经(度);东经(分);东经(秒)",
        "Grad N;Min N;Sek N;Grad E;Min E;Sek E",
    ],
)
def test_degrees_minutes_and_seconds_are_read_together(headings):
    found, _ = read(table(headings.split(";")))
    assert_placed(found)
    assert set(found["location_method"]) == {"degrees, minutes, seconds"}
    assert found["coordinate_precision_m"].between(15, 135).all()


def test_longitude_may_be_first_and_the_match_is_described():
    names = ["LatD", "LatM", "LonD", "LonM"]
    frame = table(names)[["Name", "Commodity", "LonD", "LonM", "LatD", "LatM"]]
    found, said = read(frame)
    assert_placed(found)
    assert "Other coordinates" not in said
    described = mm.describe_match(found).set_index("column")
    assert described.loc[names, "taken_as"].tolist() == ["latitude"] * 2 + ["longitude"] * 2
    assert described.loc["LatM", "evidence"] == "LatD + LatM are one latitude in parts"
    assert found["LatM"].tolist() == frame["LatM"].tolist()


@pytest.mark.parametrize(
    "headings",
    [
        "LatD;LatM;LatH;LonD;LonM;LonH",
        "Lat_d;Lat_m;NS;Lon_d;Lon_m;EW",
        "Latitude D;Latitude M;N/S;Longitude D;Longitude M;E/W",
        "LATDEG;LATMIN;LATSEC;LATDIR;LONDEG;LONMIN;LONSEC;LONDIR",
        "Широта град;Широта мин;С/Ю;Долгота град;Долгота мин;В/З",
        "deg lat;min lat;hemisphere;deg lon;min lon;hemisphere 2",
    ],
)
def test_the_side_of_the_earth_in_a_column_of_its_own_is_read_with_them(headings):
    found, said = read(table(headings.split(";"), sides=True))
    assert_placed(found)
    assert "seems to be the sign" not in said


def test_letters_of_two_sides_are_refused():
    frame = table(["LatD", "LatM", "NS", "LonD", "LonM", "EO"], sides=True)
    frame["EO"] = frame["EO"].replace("W", "O")
    with pytest.raises(FileError, match="EO seems to be the sign of LonD, whose numbers have none"):
        mm.read(frame)
    # Where the side is missing in a row, its place is unknown, and said so.
    frame = table(["LatD", "LatM", "NS", "LonD", "LonM", "EW"], sides=True)
    frame.loc[2, "NS"] = None
    found, said = read(frame)
    assert [place is None for place in places(found)] == [False, False, True, False, False, False]
    assert "LatD: no coordinate in 1 records" in said


def test_the_heading_of_the_degrees_may_say_the_south():
    frame = table(["Lat S deg", "Lat S min", "Lon E deg", "Lon E min"])
    frame[["Lat S deg", "Lon E deg"]] = [["19", "17"]] * len(MINES)
    with pytest.raises(FileError, match="the heading 'Lat S deg' means west or south"):
        mm.read(frame)


def test_parts_that_do_not_go_together_are_no_coordinates():
    frame = table(["LatDeg", "LatMin", "LatSec", "LonDeg", "LonMin", "LonSec"])
    frame = pd.concat([frame] * 3, ignore_index=True)
    frame.loc[0, "LatMin"] = "75"
    frame.loc[1, "LatMin"] = None  # minutes are missing before seconds
    frame.loc[2, ["LatSec", "LonSec"]] = None
    frame.loc[3, ["LatMin", "LatSec", "LonMin", "LonSec"]] = None
    frame.loc[4, "LonSec"] = "60"  # by rounding
    found, said = read(frame)
    assert [place is None for place in places(found)] == [True, True] + [False] * 16
    assert places(found)[4] == pytest.approx((17 + 44 / 60, -19 - 13.7 / 60), abs=1e-6)
    assert "LatDeg: no coordinate in 2 records" in said
    assert places(found)[3] == (13, -1)
    assert found.loc[2:4, "location_method"].tolist() == [
        "degrees and minutes", "decimal degrees", "degrees, minutes, seconds",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("row", "joined"),
    [
        (["49", "43.2"], "49 43.2"),
        (["49.0", "43,2"], "49 43,2"),
        (["-19", "13.8"], "-19 13.8"),
        (["-19", "-13.8"], "-19 13.8"),
        (["0", "-13.8"], "-0 13.8"),
        (["-0", "13.8"], "-0 13.8"),
        (["19", "-13.8"], "19 ? -13.8"),
        (["49°", "43'", '12.5"'], "49 43 12.5"),
        (["49", "43.2", "0"], "49 43.2"),
        (["49", "43.2", "12"], "49 ? 43.2 ? 12"),
        (["49.5", "30"], "49.5 ? 30"),
        (["49.5", "0", "0"], "49.5"),
        (["49", None, "12"], "49 ? 12"),
        (["49", "x"], "49 ? x"),
        (["49", None], "49"),
        ([None, "43"], None),
    ],
)
def test_one_coordinate_is_joined_from_its_parts(row, joined):
    first, *rest = (pd.Series([text], dtype="object") for text in row)
    found = joined_degrees(first, rest).tolist()[0]
    assert (None if pd.isna(found) else found) == (joined and joined.replace(",", "."))


def test_decimal_degrees_beside_the_parts_are_taken_if_they_are_filled():
    frame = table(["LatD", "LatM", "LonD", "LonM"])
    frame["Latitude"], frame["Longitude"] = [f"{y}" for _, y in PLACES], [f"{x}" for x, _ in PLACES]
    found, said = read(frame)
    assert_placed(found)
    assert "longitude <- Longitude, latitude <- Latitude" in said
    frame.loc[1:, ["Latitude", "Longitude"]] = None
    found, said = read(frame)
    assert_placed(found)
    assert "latitude <- LatD + LatM" in said


@pytest.mark.parametrize(
    "headings", ["Lat_1;Lat_2;Lon_1;Lon_2", "Lat_2;Lat_1;Lon_2;Lon_1", "Lat_a;Lat_b;Lon_a;Lon_b"]
)
def test_parts_that_only_the_numbers_show_are_refused(headings):
    with pytest.raises(FileError, match=r"seem to be (their )?minutes.*write them into one cell"):
        mm.read(table(headings.split(";")))


@pytest.mark.parametrize(
    "names", [["LatM", "LonM"], ["Lat m", "Lon m"], ["Lat_min", "Lon_min"], ["LatS", "LonS"]]
)
def test_minutes_alone_are_no_coordinates(names):
    frame = table(["LatD", "LatM", "LonD", "LonM"])[["Name", "Commodity", "LatM", "LonM"]]
    said = f"{names[0]} and {names[1]} seem to be minutes or seconds, and no degrees that"
    with pytest.raises(FileError, match=f"too little evidence for the coordinates.*{said}"):
        mm.read(frame.set_axis(["Name", "Commodity", *names], axis="columns"))


@pytest.mark.parametrize(
    ("heading", "rows"),
    [
        ("lat;lon;lat_min;lat_max;lon_min;lon_max", ["41;70;40;42;30;31", "42;71;41;43;30;31"]),
        ("Lat_m;Lon_m", ["49.7;81.6", "47.8;67.5"]),
        ("lat;lon;depth m", ["41;70;12", "42;71;30"]),
        ("Latitude deg;Longitude deg", ["41.123;10.456", "42.123;11.456"]),
    ],
)
def test_columns_that_are_no_parts_are_taken_alone(heading, rows):
    names = heading.split(";")
    frame = pd.DataFrame([["A", "Cu", *row.split(";")] for row in rows], dtype=object)
    found, said = read(frame.set_axis(["Name", "Commodity", *names], axis="columns"))
    assert f"longitude <- {names[1]!r}".replace("'", "") in said.replace("'", "")
    assert places(found)[0] == pytest.approx(tuple(map(float, rows[0].split(";")[1::-1])))


def test_columns_named_by_the_user_are_read_alone_and_a_note_says_so():
    frame = table(["LatD", "LatM", "LonD", "LonM"])
    found, said = read(frame, columns={"longitude": "LonD", "latitude": "LatD"})
    assert places(found)[0] == (-1, 6)
    assert "LatD is read as it is named, without LatM; leave longitude and latitude out" in said


def test_a_word_alone_or_another_axis_says_no_part():
    assert part_of("Depth m") is None
    assert part_of("Minute d'arc") is None
    assert part_of("Longitude") is None
    assert part_of("Long") is None
    assert part_of("mine lat deg").stem == ("mine",)


def test_a_match_with_parts_survives_a_file_and_several_files(tmp_path):
    frame = table(["LatD", "LatM", "NS", "LonD", "LonM", "EW"], sides=True)
    (tmp_path / "a.toml").write_text(
        'id = "mine"\n[coordinates]\ncolumns = [["LonD", "LatD"]]\n'
        'sides = {LatD = "NS", LonD = "EW"}\n'
        'parts = {LatD = ["LatM"], LonD = ["LonM"]}\n[fields]\nname = "Name"\n',
        encoding="utf-8",
    )
    found, _ = read(frame, source=tmp_path / "a.toml")
    assert_placed(found)
    described = mm.describe_match(found).set_index("column")["taken_as"]
    assert described[["LatM", "EW"]].tolist() == ["latitude", "longitude"]
    with pytest.raises(FileError, match="it needs the columns LonD and LonM and EW and LatD"):
        mm.read(frame.drop(columns="LonM"), source=tmp_path / "a.toml")
    frame.iloc[:3].to_csv(tmp_path / "a.csv", index=False)
    frame.iloc[3:].to_csv(tmp_path / "b.csv", index=False)
    found, _ = read([tmp_path / "a.csv", tmp_path / "b.csv"])
    assert_placed(found)


# Columns without values ---------------------------------------------------------------------------


def with_empty(**columns):
    """Return the mines with an empty Latitude, decimal longitudes and other columns."""
    frame = table(["LatD", "LatM", "LonD", "LonM"])
    found = frame[["Name", "Commodity"]].assign(Latitude=None)
    found["Longitude"] = [f"{x:.4f}" for x, _ in PLACES]
    return found.assign(**{name: frame[taken].to_numpy() for name, taken in columns.items()})


@pytest.mark.parametrize("other", ["LatM", "Lat_M", "Lat m", "Lat_deg", "Port latitude", "y"])
def test_a_weaker_column_does_not_replace_an_empty_latitude(other):
    cure = r"columns=\{'longitude': 'Longitude', 'latitude': '\.\.\.'\}"
    with pytest.raises(FileError, match=f"column 'Latitude' has no values.*name .*{cure}"):
        mm.read(with_empty(**{other: "LatM"}))


def test_an_empty_latitude_beside_nothing_is_refused(tmp_path):
    with pytest.raises(FileError, match=r"^table: the column 'Latitude' has no values\. Fill it"):
        mm.read(with_empty())
    with_empty().to_excel(tmp_path / "a.xlsx", index=False)
    with pytest.raises(FileError, match="Formulas whose results were not saved are empty too"):
        mm.read(tmp_path / "a.xlsx")
    empty = with_empty().rename(columns={"Latitude": "Широта", "Longitude": "Долгота"})
    with pytest.raises(FileError, match="the column 'Широта' has no values"):
        mm.read(empty)
    named = {"longitude": "Longitude", "latitude": "Latitude"}
    assert read(with_empty(), columns=named)[0].geometry.isna().all()


def test_a_complete_pair_beside_empty_columns_is_taken_and_said():
    frame = with_empty(LatD="LatD", LatM="LatM", LonD="LonD", LonM="LonM")
    found, said = read(frame)
    assert_placed(found)
    assert "'Latitude' has no values, and the place is read from 'LonD' and 'LatD'." in said
    frame = with_empty().assign(Lat=[f"{y}" for _, y in PLACES], Lon=[f"{x}" for x, _ in PLACES])
    frame["Longitude"] = None
    found, said = read(frame)
    assert_placed(found)
    assert "'Longitude' and 'Latitude' have no values, and the place is read from" in said
    # Nobody misses an easting where degrees are.
    grid = frame.drop(columns=["Latitude", "Longitude"]).assign(Easting=None, Northing=None)
    assert "no values" not in read(grid)[1]


def test_two_empty_columns_are_said():
    frame = with_empty().assign(Longitude=None)
    found, said = read(frame)
    assert found.geometry.isna().all()
    assert "'Longitude' and 'Latitude' have no values." in said
    frame["Coordinates"] = [f"{y}, {x}" for x, y in PLACES]
    found, said = read(frame)
    assert_placed(found)


@pytest.mark.parametrize(
    ("names", "cells"),
    [
        # The letter of the side stands in the last part.
        (("deg", "min", "sec"), ("{d}", "{m}", "{s} {side}")),
        (("deg", "min", "sec"), ("{d}", "{m}", '{s}"{side}')),
        # It stands in the degrees.
        (("deg", "min"), ("{d}{side}", "{m}")),
        (("deg", "min"), ("{d}°{side}", "{m}")),
        (("deg", "min"), ("{d}°", "{m}'{side}")),
    ],
)
def test_parts_with_letters_are_refused_and_named(names, cells):
    rows = []
    for name, commodity, *axes in MINES:
        row = [name, commodity]
        for text, sides in zip(axes, ("NS", "EW"), strict=True):
            d, m, s = text.removeprefix("-").split(",")
            side = sides[text.startswith("-")]
            row += [cell.format(d=d, m=m, s=s, side=side) for cell in cells]
        rows.append(row)
    headings = [f"{axis} {name}" for axis in ("Lat", "Lon") for name in names]
    frame = pd.DataFrame(rows, columns=["Name", "Commodity", *headings])
    with pytest.raises(FileError, match=f"Lat {names[-1]}.* letters .* '41 30 15 N'"):
        read(frame)
