"""What a table says of its degrees: their unit, their meridian and their datum."""

import pandas as pd
import pytest

import minmap as mm
from tests.noted_reading import read

pytestmark = pytest.mark.exhaustive

TUNISIA = {"lon": [10.2444, 9.5889, 9.8556], "lat": [40.3889, 39.8333, 40.0556]}
JAPAN = {"lon": [140.5537, 140.7537, 140.75], "lat": [40.2972, 40.3272, 40.1872]}
NEVADA = {"lon": [-116.1234, -117.4321, -115.98], "lat": [40.1234, 39.4321, 40.98]}
PERU = {"lon": [-75.1234, -74.9712, -72.98], "lat": [-12.1234, -13.4321, -14.98]}


def table(place, x="Longitude", y="Latitude", **more):
    names = {"Mine": ["A", "B", "C"], "Commodity": ["Pb", "Zn", "Fe"]}
    return pd.DataFrame({**names, x: place["lon"], y: place["lat"], **more})


GRADS = "says grads, which are 0.9 degrees; multiply them by 0.9, or give the crs= of a system in"


PARIS = (
    "counts from Paris, and longitudes are read from Greenwich; add 2.3372 degrees to them, or give"
)


@pytest.mark.parametrize(
    ("x", "y", "said"),
    [
        ("Longitude (gr)", "Latitude (gr)", GRADS),
        ("Longitude_grades", "Latitude_grades", GRADS),
        ("Longitude (gon)", "Latitude (gon)", GRADS),
        ("Longitude (rad)", "Latitude (rad)", "says radians, which are 57.29578 degrees"),
        ("Lon_rad", "Lat_rad", "says radians"),
        ("Longitude (Paris)", "Latitude", "counts from Paris, and longitudes are read from"),
        ("Longitude Paris", "Latitude", PARIS),
        ("Longitude (Ferro)", "Latitude", "counts from Ferro"),
        ("Долгота от Пулково", "Широта", "counts from Pulkovo"),
    ],
)
def test_other_units_and_meridians_are_never_read_as_degrees_in_silence(x, y, said):
    frame, named = table(TUNISIA, x, y), {"longitude": x, "latitude": y}
    with pytest.raises(mm.CRSError) as error:
        mm.read(frame, columns=named)
    assert f"the heading {x!r} {said}" in str(error.value)
    assert f"give crs='EPSG:4326' and columns={named}" in str(error.value)
    # A note repeats it to a user who follows the cure.
    found, noted = read(frame, columns=named, crs=4326)
    assert f"The heading {x!r} {said}" in noted
    assert round(found.geometry.iloc[0].x, 4) == 10.2444


def test_a_system_in_grads_from_paris_reads_them():
    named = {"longitude": "Longitude (gr, Paris)", "latitude": "Latitude (gr)"}
    found, said = read(table(TUNISIA, *named.values()), columns=named, crs=4807)
    assert "heading" not in said
    first = found.geometry.iloc[0]
    assert (round(first.x, 2), round(first.y, 2)) == (11.56, 36.35)


@pytest.mark.parametrize(
    ("x", "y"),
    [("Längengrad", "Breitengrad"), ("Longitude (grad)", "Latitude (grad)"), ("Lon", "Lat")],
)
def test_words_for_degrees_are_no_grads(x, y):
    assert "heading" not in read(table(TUNISIA, x, y))[1]


@pytest.mark.parametrize(
    ("place", "heading", "datum", "code"),
    [
        (JAPAN, "Datum", "Tokyo", 4301),
        (JAPAN, "測地系", "日本測地系", 4301),
        (JAPAN, "Datum", "Pulkovo 1942", 4284),
        (NEVADA, "Datum", "NAD27", 4267),
        (PERU, "Datum", "PSAD56", 4248),
    ],
)
def test_a_datum_beside_degrees_is_told(place, heading, datum, code):
    frame = table(place, **{heading: datum})
    said = read(frame)[1]
    assert f"{heading!r} says {datum} (100% of the values), and the coordinates are read as" in said
    assert f"m off; give crs='EPSG:{code}' (" in said
    assert "are read with crs='EPSG:4326'" in read(frame, crs=4326)[1]
    assert "of the values" not in read(frame, crs=code)[1]
    named = {"longitude": "Longitude", "latitude": "Latitude"}
    assert f"give crs='EPSG:{code}'" in read(frame, columns=named)[1]


@pytest.mark.parametrize("datum", ["WGS 84", "JGD2000", "12.03.1998"])
def test_a_datum_near_wgs_84_is_taken_in_silence(datum):
    assert "of the values" not in read(table(JAPAN, Datum=datum))[1]


def test_two_datums_are_told():
    said = read(table(JAPAN, Datum=["Tokyo", "WGS 84", "WGS 84"]))[1]
    assert "'Datum' says Tokyo (33% of the values)" in said
    assert "read the rows of each with its own crs" in said
