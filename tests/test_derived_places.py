"""Country and province derived from points: only where the map leaves no doubt, and marked."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import minmap as mm
from minmap.errors import CRSError, MinmapWarning
from minmap.geodesy.crs_suggestions import in_countries
from minmap.places import claims, country_of, distance_to_country_km
from minmap.places.country_polygons import land_of
from minmap.places.derivation import derive
from minmap.places.province_polygons import provinces

pytestmark = pytest.mark.exhaustive


def derived(*lonlat: tuple[float, float], km: float = 0.0) -> list[tuple[str | None, str | None]]:
    found = derive(np.array(lonlat, dtype=float), np.full(len(lonlat), km))
    return list(zip(found.country, found.admin1, strict=True))


# Towns at their coordinates in GeoNames.
TOWNS = [
    ("Karaganda", 73.1, 49.8, "KAZ", "Karaganda Region"),
    ("Zhezkazgan, of Ulytau since 2022", 67.71, 47.8, "KAZ", "Ulytau Region"),
    ("Reno", -119.81, 39.53, "USA", "Nevada"),
    ("Kalgoorlie", 121.47, -30.75, "AUS", "Western Australia"),
    ("Antofagasta, on the coast", -70.4, -23.65, "CHL", "Antofagasta"),
    ("Almaty, whose city is no face", 76.95, 43.25, "KAZ", None),
    ("Nairobi, whose lines are older", 36.82, -1.28, "KEN", None),
    ("Srinagar, disputed", 74.8, 34.09, None, None),
    ("Pristina, no ISO code", 21.17, 42.67, None, None),
    ("Atlantic", -30.0, 0.0, None, None),
]


@pytest.mark.parametrize(("name", "lon", "lat", "country", "admin1"), TOWNS)
def test_towns_lie_in_their_province(name, lon, lat, country, admin1):
    assert derived((lon, lat)) == [(country, admin1)]


def test_nothing_is_derived_near_a_border_or_with_an_error_that_reaches_over_it():
    # Korday lies 29 km from Kyrgyzstan's Bishkek; the border is the Chu, 4 km south of the town.
    assert derived((74.71, 43.04)) == [(None, None)]
    place = (76.95, 43.25)
    border_km = distance_to_country_km(
        gpd.GeoSeries.from_xy([place[0]], [place[1]], crs=4326), pd.Series(["KGZ"])
    ).item()
    assert border_km == pytest.approx(29, abs=1)
    assert derived(place, km=border_km - 10)[0][0] == "KAZ"
    assert derived(place, km=border_km + 1) == [(None, None)]


def test_land_of_no_country_on_the_map_is_told_from_a_border_and_the_sea():
    inland = {
        "Taiwan": (121.0, 24.0), "Kosovo": (21.17, 42.67), "Western Sahara": (-13.2, 24.2),
        "Crimea": (34.1, 45.2),
    }  # fmt: skip
    elsewhere = {"Karaganda": (73.1, 49.8), "Korday": (74.71, 43.04), "Atlantic": (-30.0, 0.0)}
    lonlat = np.array([*inland.values(), *elsewhere.values(), (np.nan, np.nan)])
    found = derive(lonlat, np.zeros(len(lonlat)))
    assert found.unassigned.tolist() == [True] * 4 + [False] * 4
    assert found.in_doubt.tolist() == [False] * 5 + [True, False, False]
    assert found.country.tolist() == [None] * 4 + ["KAZ", None, None, None]


def test_a_note_counts_records_on_land_of_no_country_that_state_none(tmp_path):
    rows = "A,,copper,24.0,121.0\nB,,gold,45.2,34.1\nC,Ukraine,gold,45.2,34.1\n"
    told = r"country: 2 on land that the map gives to no country\."
    with pytest.warns(MinmapWarning, match=told):
        table = read_text(tmp_path, f"deposit,country,commodity,lat,lon\n{rows}")
    assert table["country"].fillna("").tolist() == ["", "", "UKR"]


def test_a_point_off_the_coast_of_one_country_belongs_to_it():
    # 3 km off the mole of Antofagasta.
    assert derived((-70.45, -23.65))[0][0] == "CHL"


def test_many_points_get_what_each_gets_alone():
    rng = np.random.default_rng(3)
    lonlat = np.column_stack([rng.uniform(60, 90, 4_000), rng.uniform(38, 55, 4_000)])
    together = derive(lonlat, np.zeros(len(lonlat)))
    for row in range(0, len(lonlat), 40):
        alone = derived(tuple(lonlat[row]))
        assert alone == [(together.country[row], together.admin1[row])]


@settings(deadline=None)
@given(st.tuples(st.floats(-180, 180), st.floats(-85, 85)), st.floats(0, 100))
def test_a_derived_country_is_that_of_the_map_and_more_error_never_names_another(place, km):
    points = gpd.GeoSeries.from_xy([place[0]], [place[1]], crs=4326)
    country, admin1 = derived(place)[0]
    at = country_of(points).item()
    assert country is None or pd.isna(at) or country == at
    assert country is None or pd.isna(claims(points, within_km=pd.Series([0.0])).item())
    assert admin1 is None or country is not None
    assert pd.isna(at) or derived(place, km=km)[0][0] in (country, None)


def test_every_province_has_a_country_and_both_sides_of_a_border_are_known():
    land = provinces()
    named = [name is not None for name in land.names]
    assert all(code is not None for code in land.countries[named])
    x = np.array([[74.71, 43.04], [67.71, 47.8]])
    near_country, near_any = land.near_borders(x, np.array([10.0, 10.0]))
    assert near_country.tolist() == [True, False]
    assert near_any.tolist() == [True, False]


def read_text(tmp_path, text: str) -> gpd.GeoDataFrame:
    path = tmp_path / "sites.csv"
    path.write_text(text, encoding="utf-8")
    return mm.read(path)


PLACED = """deposit,country,state,commodity,lat,lon
A,,,copper,49.8,73.1
B,Kazakhstan,,copper,49.8,73.1
C,Kyrgyzstan,,copper,49.8,73.1
D,Kazakhstan,Karaganda oblast,copper,49.8,73.1
E,,,copper,43.04,74.71
F,,,copper,,
"""


def test_a_note_counts_the_points_in_the_sea(tmp_path):
    sea = "deposit,country,lat,lon\nA,,49.8,73.1\nB,,0,-30\nC,,1,-30\nD,Kenya,2,-30\nE,,,\n"
    with pytest.warns(MinmapWarning, match="country: 1 derived from the point, 2 in the sea"):
        read_text(tmp_path, sea)


def test_read_fills_what_the_file_leaves_out_and_marks_it(tmp_path):
    with pytest.warns(MinmapWarning, match="country: 1 derived from the point, 1 too near to a"):
        table = read_text(tmp_path, PLACED)
    columns = ["country", "country_basis", "admin1", "admin1_basis"]
    rows = table[columns].astype(object).where(table[columns].notna(), None)
    assert rows.to_numpy().tolist() == [
        ["KAZ", "derived", "Karaganda Region", "derived"],
        ["KAZ", "stated", "Karaganda Region", "derived"],
        ["KGZ", "stated", None, None],
        ["KAZ", "stated", "Karaganda oblast", "stated"],
        [None, None, None, None],
        [None, None, None, None],
    ]


@pytest.mark.parametrize("ending", ["parquet", "gpkg", "csv", "geojson", "shp", "xlsx"])
def test_the_basis_is_written_and_read_back(tmp_path, ending):
    with pytest.warns(MinmapWarning):
        table = read_text(tmp_path, PLACED).iloc[:4]
    mm.write(table, tmp_path / f"out.{ending}")
    again = mm.read(tmp_path / f"out.{ending}")
    for name in ("country", "country_basis", "admin1", "admin1_basis"):
        pd.testing.assert_series_equal(again[name], table[name])


def test_a_table_without_gaps_is_left_as_it_is(tmp_path):
    with pytest.warns(MinmapWarning) as warned:
        table = read_text(tmp_path, "\n".join(PLACED.splitlines()[i] for i in (0, 4)))
    assert "derived" not in str(warned[0].message)
    assert table[["country_basis", "admin1_basis"]].to_numpy().tolist() == [["stated", "stated"]]


def test_lines_are_placed_by_their_whole_extent(tmp_path):
    shape = gpd.GeoDataFrame(
        {"name": ["vein", "belt"], "commodity": ["gold", "gold"]},
        geometry=gpd.GeoSeries.from_wkt(
            ["LINESTRING (73.1 49.8, 73.2 49.8)", "LINESTRING (73.1 49.8, 75 42.5)"]
        ),
        crs=4326,
    )
    shape.to_file(tmp_path / "lines.gpkg")
    with pytest.warns(MinmapWarning, match="derived"):
        table = mm.read(tmp_path / "lines.gpkg")
    assert table["country"].fillna("none").tolist() == ["KAZ", "none"]


# ------------------------------------------------------- systems that put points into a country

EASTINGS = "name,country,commodity,x,y\nA,{0},Cr,480000,4250000\nB,{0},Cu,490000,4300000\n"


def refusal(tmp_path, text: str, *, name: str = "mines.csv") -> str:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CRSError) as refused:
        mm.read(path)
    return str(refused.value)


def test_a_missing_crs_is_guessed_in_the_country_that_the_table_names(tmp_path):
    said = refusal(tmp_path, EASTINGS.format("Türkiye"))
    assert "named in the data, at 38." in said
    assert "(TUREF / TM" in said
    assert "EPSG:3857" not in said
    assert "EPSG:32642" not in said
    exchanged = refusal(tmp_path, EASTINGS.format("Turkey").replace("x,y", "y,x"))
    assert "(TUREF / TM" in exchanged


def test_the_name_of_the_file_may_name_the_country(tmp_path):
    text = EASTINGS.format("").replace(",country", "").replace(",,", ",")
    assert "TUREF" in refusal(tmp_path, text, name="turkey_mines.csv")
    assert "EPSG:32642" in refusal(tmp_path, text)


def test_a_country_into_which_no_system_puts_the_points_is_said(tmp_path):
    said = refusal(tmp_path, EASTINGS.format("Chile"))
    assert "none that was tried puts it into Chile" in said
    assert "EPSG:32642" in said


@pytest.mark.parametrize(
    ("code", "x", "y", "system"),
    [
        ("FRA", 652_000, 6_862_000, "Lambert-93"),  # Paris
        ("GBR", 530_000, 180_000, "British National Grid"),  # London
        ("KAZ", 13_456_000, 5_300_000, "/ Gauss-Kruger zone 13"),  # Pulkovo 1942 or QazTRF-23
        ("USA", 285_000, 4_380_000, "UTM zone"),
    ],
)
def test_national_systems_come_first(code, x, y, system):
    assert system in in_countries(x, y, land_of([code]).set_axis([code]))[0]


def test_a_shapefile_without_a_prj_is_guessed_by_its_columns(tmp_path):
    shapes = gpd.GeoDataFrame(
        {"mine": ["A"], "country": ["France"]}, geometry=gpd.points_from_xy([652_000], [6_862_000])
    )
    shapes.set_crs(2154).to_file(tmp_path / "mines.shp")
    (tmp_path / "mines.prj").unlink()
    with pytest.raises(CRSError, match=r"would lie in France, named in the data, at 48\.86 N"):
        mm.read(tmp_path / "mines.shp")


@pytest.mark.parametrize(
    ("state", "easting", "northing", "zone"),
    [
        # Munich, and Essen, in DHDN: the first digit of the easting is the zone.
        ("Bayern", 4_468_000, 5_334_000, "EPSG:31468"),
        ("Nordrhein-Westfalen", 2_570_000, 5_702_000, "EPSG:31466"),
    ],
)
def test_states_tell_the_country_whose_systems_are_shown(state, easting, northing, zone):
    frame = pd.DataFrame(
        {"Name": ["a", "b"], "Bundesland": state, "Rechtswert": easting, "Hochwert": northing}
    )
    with pytest.raises(CRSError) as raised:
        mm.read(frame)
    assert f"such as crs='{zone}'" in str(raised.value)
    assert "would lie in Germany, named in the data" in str(raised.value)
    frame["Bundesland"] = "unbekannt"
    with pytest.raises(CRSError) as raised:
        mm.read(frame)
    assert "Germany" not in str(raised.value)


# What the table states against the points -------------------------------------------------------

# Well-known places: the figures of their coordinates to about 0.01 degrees, typed from memory, the
# state and its code.
WESTERN = {
    "USA": [
        ("Elko", "40.83", "115.76", "Nevada", "NV"),
        ("Butte", "46.00", "112.53", "Montana", "MT"),
        ("Kellogg", "47.54", "116.14", "Idaho", "ID"),
        ("Bisbee", "31.45", "109.93", "Arizona", "AZ"),
        ("Ely", "39.25", "114.89", "Nevada", "NV"),
    ],
    "CAN": [
        ("Timmins", "48.47", "81.33", "Ontario", "ON"),
        ("Flin Flon", "54.77", "101.88", "Manitoba", "MB"),
        ("Trail", "49.10", "117.71", "British Columbia", "BC"),
        ("Val-d'Or", "48.10", "77.79", "Quebec", "QC"),
        ("Uranium City", "59.57", "108.61", "Saskatchewan", "SK"),
    ],
}


def western(country: str, sign: str = "", *, codes: bool = False) -> tuple[pd.DataFrame, str]:
    names, lat, lon, states, abbreviations = zip(*WESTERN[country], strict=True)
    frame = pd.DataFrame({"Mine": names, "Lat": lat, "Lon": [sign + one for one in lon]})
    frame["State"] = abbreviations if codes else states
    with pytest.warns(MinmapWarning) as warned:
        return mm.read(frame), str(warned[0].message)


@pytest.mark.parametrize("codes", [False, True])
@pytest.mark.parametrize("country", WESTERN)
def test_states_tell_that_the_longitudes_have_lost_their_sign(country, codes):
    table, note = western(country, codes=codes)
    assert "THE SIGN OF THE LONGITUDE IS MISSING" in note
    assert "0 of 5 points are in the country or state that their row states" in note
    assert table["country"].isna().all()
    assert table["country_basis"].isna().all()
    right, silent = western(country, "-", codes=codes)
    assert right["country"].dropna().unique().tolist() == [country]
    assert "SIGN" not in silent
    lost = mm.check(table, rules=["lost_sign"])
    assert len(lost) == len(table)
    assert mm.repair(table, lost).geometry.geom_equals(right.geometry).all()


def test_a_stated_country_tells_of_signs_and_of_points_in_other_countries():
    # Antofagasta, Copiapo, La Serena, Calama, Salamanca, without their signs: in the Arabian Sea.
    lat, lon = [23.65, 27.37, 29.9, 22.46, 31.78], [70.4, 70.33, 71.25, 68.93, 70.97]
    frame = pd.DataFrame({"name": list("abcde"), "country": "Chile", "lat": lat, "lon": lon})
    with pytest.warns(MinmapWarning, match="THE SIGN OF THE LONGITUDE AND LATITUDE IS MISSING"):
        mm.read(frame)
    with pytest.warns(
        MinmapWarning, match="THE POINTS ARE NOT WHERE THE TABLE SAYS: 0 of 5"
    ) as found:
        mm.read(frame.assign(country="Canada"))
    assert "such as Canada" in str(found[0].message)
    with pytest.warns(MinmapWarning) as found:
        mm.read(frame.assign(lat=-frame["lat"], lon=-frame["lon"]))
    assert "THE " not in str(found[0].message)


def test_a_country_is_left_open_where_the_state_named_is_of_another():
    frame = pd.DataFrame(
        {
            "name": ["a", "b", "c", "d"],
            "state": ["Nevada", "Nevada", "Northern Province", "Balkhash"],
            "lat": [39.53, 39.53, 49.8, 49.8],
            "lon": [-119.0, 114.0, 73.1, 73.1],
        }
    )
    with pytest.warns(MinmapWarning, match="1 left open, as the state named is not there"):
        table = mm.read(frame)
    assert table["country"].fillna("").tolist() == ["USA", "", "KAZ", "KAZ"]
