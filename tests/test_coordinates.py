"""Coordinates: every usual spelling and system is placed right, what is unclear is not placed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS, Geod, Transformer

from minmap.coordinates.points import read_coordinate_pairs, read_coordinates
from minmap.coordinates.reference_systems import GAUSS_KRUGER, crs_name, is_degrees
from minmap.errors import CRSError
from minmap.types import TEXT

GEOD = Geod(ellps="WGS84")
SECOND = 1 / 3600


def texts(*values):
    return pd.Series(list(values), dtype=TEXT)


def one(x, y, crs="EPSG:4326"):
    placed = read_coordinates(texts(x), texts(y), crs=crs)
    return placed.longitude.item(), placed.latitude.item(), placed


def latitude_of(text):
    """Return the latitude read from a text, the longitude being 0."""
    return one("0.0", text)[1]


# Degrees ------------------------------------------------------------------------------------------

N48 = 48 + 27 / 60 + 30 / 3600


@pytest.mark.parametrize(
    ("text", "latitude"),
    [
        ("48.5", 48.5),
        ("48,5", 48.5),
        ("+48.5", 48.5),
        ("-48.5", -48.5),
        ("\u221248.5", -48.5),
        ("\u201348,5", -48.5),
        (" 48.5\u00b0 ", 48.5),
        ("48.5 deg", 48.5),
        ("48.5e0", 48.5),
        ("48.5 N", 48.5),
        ("48.5N", 48.5),
        ("N48.5", 48.5),
        ("N 48.5", 48.5),
        ("48.5 S", -48.5),
        ("-48.5 S", -48.5),
        ("48,5 с.ш.", 48.5),
        ("48,5 с. ш.", 48.5),
        ("48,5° сш", 48.5),
        ("48,5 Ю", -48.5),
        ("ю.ш. 48,5", -48.5),
        ("48,5° северной широты", 48.5),
        ("39° 25' 12\" K", 39.42),
        ("12°30'G", -12.5),
        ("48.5 N lat", 48.5),
        ("Lat: 48.5", 48.5),
        ("lat. 48.5 N", 48.5),
        ("Latitude = 48.5", 48.5),
        ("Широта: 48,5", 48.5),
        ("48.5 south", -48.5),
        ("北纬48.5度", 48.5),
        ("４８．５", 48.5),
        ("48°27'30\"N", N48),
        ("48°27'30\"", N48),
        ("48º 27’ 30” N", N48),
        ("48˚27′30″ с.ш.", N48),
        ("48° 27' 30'' N", N48),
        ("48°27'30'S", -N48),
        ("48 27 30 N", N48),
        ("48 27 30", N48),
        ("48-27-30", N48),
        ("-48-27-30", -N48),
        ("48:27:30", N48),
        ("48°26'60\"", 48.45),
        ("48°26'60.0\" N", 48.45),
        ("48 59 60.0", 49.0),
        ("48° 27' 30.0\" LS", -N48),
        ("48° 27' 30\" LU", N48),
        ("48,5 Lintang Selatan", -48.5),
        ("۴۸٫۵", 48.5),
        ("48\u066b5", 48.5),
        ("48:27:30.0", N48),
        ("48.27.30", N48),
        ("48°27'30,0\"", N48),
        ("48d27m30s", N48),
        ("48d 27m 30s S", -N48),
        ("48 град. 27 мин. 30 сек. с.ш.", N48),
        ("48度27分30秒", N48),
        ("482730N", N48),
        ("N482730", N48),
        ("482730 Ю", -N48),
        ("48°27.5'", 48 + 27.5 / 60),
        ("48 27.5 N", 48 + 27.5 / 60),
        ("48°27,5′ с.ш.", 48 + 27.5 / 60),
        ("48:27.5", 48 + 27.5 / 60),
        ("48-27,5'", 48 + 27.5 / 60),
        ("48d27.5m", 48 + 27.5 / 60),
        ("-0 30 00", -0.5),
        ("95.5", 95.5),
        ("-9999", -9999.0),
        ("0", 0.0),
    ],
)
def test_a_latitude_in_many_spellings(text, latitude):
    assert latitude_of(text) == pytest.approx(latitude, abs=1e-12)


def test_indonesian_letters_name_the_side_of_the_earth():
    longitude, latitude, _ = one("137° 06' 36.0\" BT", "4° 03' 36.0\" LS")
    assert (longitude, latitude) == pytest.approx((137.11, -4.06))
    assert one("12,5 BB", "4,5 LU")[:2] == (-12.5, 4.5)


@pytest.mark.parametrize(
    "text",
    [
        "48°60'00\"N",
        "48°27'60.1\"",
        "48°60'60\"",
        "48 75",
        "48 27 30 15",
        "-48.5 N",
        "+48.5 S",
        "N 48.5 S",
        "48.5 N E",
        "lat 48.5 E",
        "48.5°27'",
        "48-27",
        "48.5 O",
        "48.27.305",
        "4827N30",
        "N 48 E",
        "48,5,3",
        "1.234,5",
        "48..5",
        "NE",
        "N",
        "5 g",
        "45 K",
        "unknown",
        "--",
        "nan",
        "inf",
        "=1+1",
        "48.5; 67.4",
        "9" * 5000 + "N",
        "9" * 400,
        "," * 100_000 + "N",
        "{{ 7*7 }}",
    ],
)
def test_what_is_no_latitude_or_could_be_two_is_unread(text):
    longitude, latitude, placed = one("0.0", text)
    assert np.isnan([longitude, latitude, placed.uncertainty_m.item()]).all()
    assert placed.unread.item()
    assert placed.unread_y.item()
    assert placed.method.isna().item()


def test_turkish_letters_of_longitudes_are_read():
    for text, degrees in (("38° 31' 48\" D", 38.53), ("9° 30' B", -9.5), ("doğu 9° 30'", 9.5)):
        assert one(text, "39° 25' 12\" K")[:2] == pytest.approx((degrees, 39.42), abs=1e-12)


def test_a_missing_text_is_not_unread():
    placed = read_coordinates(texts(None, "67.4", None), texts("48.5", None, None), crs="EPSG:4326")
    assert np.isnan(placed.longitude).all()
    assert np.isnan(placed.latitude).all()
    assert not placed.unread.any()


def test_letters_go_before_the_order_of_the_columns():
    x = texts("48 N", "48 N", "48.5", "48 N", "67 E", "67 E", "67 З")
    y = texts("67 E", "67.5", "67 E", "67 N", "48 E", "48 N", "48 Ю")
    placed = read_coordinates(x, y, crs="EPSG:4326")
    assert placed.longitude.tolist() == pytest.approx(
        [67, 67.5, 67, np.nan, np.nan, 67, -67], nan_ok=True
    )
    assert placed.latitude.tolist() == pytest.approx(
        [48, 48, 48.5, np.nan, np.nan, 48, -48], nan_ok=True
    )
    assert placed.unread.tolist() == [False, False, False, True, True, False, False]
    assert placed.method.fillna("-").tolist() == [
        "decimal degrees, axes from letters",
        "decimal degrees, axes from letters",
        "decimal degrees, axes from letters",
        "-",
        "-",
        "decimal degrees",
        "decimal degrees",
    ]


def test_the_method_says_the_spelling():
    x = texts("67.4", "67 24", "67 24 00", "67.4")
    y = texts("48,5", "48°30'", "48 30 00 N", "48 30 00")
    assert read_coordinates(x, y, crs="EPSG:4326").method.tolist() == [
        "decimal degrees",
        "degrees and minutes",
        "degrees, minutes, seconds",
        "latitude in degrees, minutes, seconds, longitude in decimal degrees",
    ]


def test_index_and_input_are_kept_and_empty_gives_empty():
    x = pd.Series(["67.4", "here"], index=[7, 3], dtype=TEXT)
    y = pd.Series(["48.5", "48.5"], index=[7, 3], dtype=TEXT)
    before = x.copy()
    placed = read_coordinates(x, y, crs=4326)
    assert placed.method.index.tolist() == [7, 3]
    assert placed.method.dtype == TEXT
    pd.testing.assert_series_equal(x, before)
    for empty in (
        read_coordinates(texts(), texts(), crs=4326),
        read_coordinate_pairs(texts(), crs=GAUSS_KRUGER),
    ):
        assert empty.longitude.shape == (0,)
        assert empty.method.tolist() == []
        assert empty.unread.dtype == bool


# How exactly --------------------------------------------------------------------------------------


def diagonal(latitude, half):
    """Return the length of the diagonal by Karney's algorithm."""
    north = GEOD.inv(0, latitude - half, 0, latitude + half)[2] / 2
    east = GEOD.inv(-half, latitude, half, latitude)[2] / 2
    return np.hypot(north, east)


@pytest.mark.parametrize(
    ("text", "half"),
    [
        ("48", 0.5),
        ("48.5", 0.05),
        ("48,50", 0.005),
        ("48.5000", 0.00005),
        ("48°27'", 0.5 / 60),
        ("48°27.5'", 0.05 / 60),
        ("48°27'30\"", 0.5 * SECOND),
        ("48°27'30.25\"", 0.005 * SECOND),
        ("48.1000000001", 0.05),
        ("48.50000000", 0.5e-7),
        ("48.8302777777778", 0.5 * SECOND),
        ("48.3333333333", 0.5 / 60),
        (str(float(np.float32(48.4))), 0.05),
        (str(float(np.float32(48.4321))), 0.00005),
        ("48.123456789123", 0.5e-7),
    ],
)
def test_the_last_unit_given_is_the_uncertainty(text, half):
    placed = read_coordinates(texts(text), texts(text), crs="EPSG:4326")
    latitude = placed.latitude.item()
    assert placed.uncertainty_m.item() == pytest.approx(diagonal(latitude, half), rel=0.001)


def test_the_finer_unit_of_a_pair_counts_for_both_axes():
    placed = read_coordinates(texts("67"), texts("0.01"), crs="EPSG:4326")
    assert placed.uncertainty_m.item() == pytest.approx(np.hypot(556.6, 552.9), rel=0.001)
    minutes = read_coordinates(texts("79.9166666666667"), texts("47"), crs="EPSG:4326")
    assert minutes.uncertainty_m.item() == pytest.approx(np.hypot(632.9, 926.4), rel=0.01)
    whole = read_coordinates(texts("67"), texts("0"), crs="EPSG:4326")
    assert whole.uncertainty_m.item() == pytest.approx(np.hypot(55_660, 55_287), rel=0.001)


def test_units_said_in_words_stay_with_their_axis():
    placed = read_coordinates(texts("67° E"), texts("0° 0' 30\" N"), crs="EPSG:4326")
    assert placed.uncertainty_m.item() == pytest.approx(55_660, rel=0.001)


def test_off_the_globe_stays_as_it_is_without_uncertainty():
    longitude, latitude, placed = one("12", "95")
    assert (longitude, latitude) == (12, 95)
    assert np.isnan(placed.uncertainty_m.item())
    assert not placed.unread.item()


# Both in one text ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "48.5, 67.4",
        "48.5,67.4",
        "48.5 67.4",
        "48.5; 67.4",
        "48,5; 67,4",
        "48,5 67,4",
        "48,5, 67,4",
        "48,5,67,4",
        "48.5/67.4",
        "48.5\n67.4",
        "(48.5, 67.4)",
        "48.5 N, 67.4 E",
        "48.5N,67.4E",
        "48.5N 67.4E",
        "48.5N67.4E",
        "N48.5E67.4",
        "N48.5 E67.4",
        "67.4 E, 48.5 N",
        "67.4E 48.5N",
        "48,5 N,67,4 E",
        "48°30'N 67°24'E",
        "48°30'00\"N, 67°24'00\"E",
        "48°30′00″ с.ш. 67°24′00″ в.д.",
        "48°30′00″ с.ш., 67°24′00″ в.д.",
        "67°24′ в.д. 48°30′ с.ш.",
        "48 30 00 67 24 00",
        "48 30 00 N 67 24 00 E",
        "48-30-00 67-24-00",
        "48:30, 67:24",
        "483000N 672400E",
        "Lat: 48.5, Lon: 67.4",
        "lat 48.5 lon 67.4",
        "Lon: 67.4; Lat: 48.5",
        "48.5 N lat, 67.4 E long",
        "POINT(67.4 48.5)",
        "POINT (67.4 48.5)",
        "Point Z (67.4 48.5 340)",
        "北纬48°30′ 东经67°24′",
        "北纬48.5度，东经67.4度",
    ],
)
def test_both_coordinates_in_one_text(text):
    placed = read_coordinate_pairs(texts(text), crs="EPSG:4326")
    assert placed.longitude.item() == pytest.approx(67.4)
    assert placed.latitude.item() == pytest.approx(48.5)
    assert "from one text" in placed.method.item()


@pytest.mark.parametrize(
    "text",
    [
        "48.5",
        "48 N",
        "47 30 20 24",
        "48.5 N 67.4 N",
        "48.5, 67.4, 340",
        "POINT EMPTY",
        "LINESTRING (1 2, 3 4)",
        "Karaganda",
        "48°75'N 67°24'E",
        "; " * 5000,
        "N " * 60,
    ],
)
def test_a_text_that_is_no_pair_or_could_be_two_is_unread(text):
    placed = read_coordinate_pairs(texts(text), crs="EPSG:4326")
    assert np.isnan([placed.longitude.item(), placed.latitude.item()]).all()
    assert placed.unread.item()


def test_pairs_of_a_grid_have_the_easting_first():
    placed = read_coordinate_pairs(texts("500000, 4800000", "13400000 5300000"), crs="EPSG:32643")
    assert placed.longitude[0] == pytest.approx(75)
    zoned = read_coordinate_pairs(texts("13400000 5300000", "5300000; 13400000"), crs=GAUSS_KRUGER)
    assert zoned.longitude[0] == zoned.longitude[1] == pytest.approx(73.6637624, abs=1e-6)


# Grids and datums ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "number", "half"),
    [
        ("456789", 456_789, 0.5),
        ("456789.25", 456_789.25, 0.005),
        ("456789,5", 456_789.5, 0.05),
        ("456 789,5", 456_789.5, 0.05),
        ("456\u00a0789", 456_789, 0.5),
        ("456'789", 456_789, 0.5),
        ("456,789.5", 456_789.5, 0.05),
        ("456.789,5", 456_789.5, 0.05),
        ("456789 m", 456_789, 0.5),
        ("456789 м", 456_789, 0.5),
        ("456789mE", 456_789, 0.5),
        ("E 456789", 456_789, 0.5),
    ],
)
def test_numbers_of_a_grid(text, number, half):
    longitude, latitude, placed = one(text, "4567890", "EPSG:32642")
    back = Transformer.from_crs(4326, 32642, always_xy=True).transform(longitude, latitude)
    assert back == pytest.approx((number, 4_567_890), abs=0.001)
    assert placed.uncertainty_m.item() == pytest.approx(np.hypot(half, 0.5), rel=0.002)
    assert placed.method.item() == "EPSG:32642"


@pytest.mark.parametrize("text", ["456,789", "45 67 89", "4,56,789", "12°30'"])
def test_unclear_numbers_of_a_grid_are_unread(text):
    assert one(text, "4567890", "EPSG:32642")[2].unread_x.item()


def test_letters_of_a_grid_exchange_the_columns():
    right = one("456789", "4567890", "EPSG:32642")[:2]
    assert one("4567890 N", "456789 E", "EPSG:32642")[:2] == right


@pytest.mark.parametrize(
    "code", [3857, 2264, 2229, 4284, 4267, 28413, 32642, 27700, 3031, 5070, 4807, 2193]
)
def test_any_crs_agrees_with_pyproj_to_five_metres(code):
    crs = CRS(code)
    west, south, east, north = crs.area_of_use.bounds
    east += 360 if east < west else 0
    lon, lat = (part.ravel() for part in np.meshgrid(*map(
        lambda low, high: np.linspace(low, high, 9)[1:-1], (west, south), (east, north)
    )))  # fmt: skip
    x, y = Transformer.from_crs(4326, crs, always_xy=True).transform(lon, lat)
    x, y = np.round(x, 8 if is_degrees(crs) else 3), np.round(y, 8 if is_degrees(crs) else 3)
    expected = Transformer.from_crs(crs, 4326, always_xy=True).transform(x, y)
    placed = read_coordinates(
        texts(*map(repr, x.tolist())), texts(*map(repr, y.tolist())), crs=code
    )
    off = GEOD.inv(placed.longitude, placed.latitude, *expected)[2]
    assert not placed.unread.any()
    assert np.max(off) < 5


def test_feet_and_web_mercator_have_their_uncertainty_in_true_metres():
    foot = read_coordinates(texts("2000000"), texts("600000"), crs="EPSG:2264")
    assert foot.uncertainty_m.item() == pytest.approx(np.hypot(0.5, 0.5) * 0.3048 + 4, rel=0.001)
    assert foot.method.item() == "EPSG:2264, NAD83 to WGS 84 (1), 4 m"
    mercator = read_coordinates(texts("7500000"), texts("6100000"), crs=3857)
    cos = np.cos(np.radians(mercator.latitude.item()))
    assert mercator.uncertainty_m.item() == pytest.approx(np.hypot(0.5, 0.5) * cos, rel=0.005)


def test_pulkovo_degrees_name_their_transformation_and_its_accuracy():
    longitude, latitude, placed = one("67.4000", "48.5000", "EPSG:4284")
    assert placed.method.item() == (
        "decimal degrees in EPSG:4284, Pulkovo 1942 to WGS 84 (20), 3 m"
    )
    assert placed.uncertainty_m.item() == pytest.approx(diagonal(48.5, 0.00005) + 3, rel=0.001)
    assert 50 < GEOD.inv(67.4, 48.5, longitude, latitude)[2] < 200


def test_where_no_transformation_is_known_the_uncertainty_is_unknown():
    placed = read_coordinates(texts("0.0"), texts("-45.0"), crs="EPSG:4284")
    assert np.isnan(placed.uncertainty_m.item())
    assert placed.method.item().endswith("accuracy unknown")


@pytest.mark.exhaustive
@given(
    zone=st.integers(2, 32),
    easting=st.integers(200_000, 800_000),
    northing=st.integers(3_800_000, 9_200_000),
)
def test_gauss_kruger_is_within_five_metres_of_pyproj(zone, easting, northing):
    x = zone * 1_000_000 + easting
    expected = Transformer.from_crs(28400 + zone, 4326, always_xy=True).transform(x, northing)
    longitude, latitude, placed = one(str(x), str(northing), GAUSS_KRUGER)
    assert GEOD.inv(longitude, latitude, *expected)[2] < 5
    assert placed.method.item().startswith(f"EPSG:{28400 + zone} by zone prefix, ")


def test_the_column_with_the_zone_prefix_is_the_easting():
    northing = texts("5300000", "5300000,0", "5 300 000", "5300000", "5300000")
    easting = texts("13400000", "14400000,0", "13 400 000", "400000", "99400000")
    given_way = read_coordinates(easting, northing, crs=GAUSS_KRUGER)
    other_way = read_coordinates(northing, easting, crs=GAUSS_KRUGER)
    assert given_way.longitude.tolist() == pytest.approx(other_way.longitude, nan_ok=True)
    assert given_way.longitude[:3] == pytest.approx([73.6638, 79.6639, 73.6638], abs=1e-3)
    assert given_way.unread.tolist() == [False, False, False, True, True]
    assert other_way.method[0].startswith(
        "EPSG:28413 by zone prefix (northing in the first column), Pulkovo"
    )
    assert "(northing" not in given_way.method[0]


def test_eastings_of_seven_digits_follow_the_other_rows_or_else_the_order_given():
    alone = read_coordinates(texts("5400000"), texts("5500000"), crs=GAUSS_KRUGER)
    assert alone.longitude.item() == pytest.approx(27 - 1.38, abs=0.1)
    # 6 950 000 can be no easting, so the first column is the northing in the other row too.
    told = read_coordinates(
        texts("6300000", "6950000"), texts("5400000", "5400000"), crs=GAUSS_KRUGER
    )
    assert told.latitude.round().tolist() == [57, 63]
    assert told.longitude[0] == pytest.approx(27 - 1.65, abs=0.1)


@pytest.mark.parametrize(
    ("crs", "said"),
    [
        ("Mars", "crs='Mars' is not a coordinate reference system"),
        (4978, "does not say where on a map"),
        (5773, "does not say where on a map"),
        (
            'LOCAL_CS["mine",UNIT["metre",1]]',
            "the CRS 'mine' is local: its position on the Earth is unknown",
        ),
    ],
)
def test_a_crs_without_places_on_a_map_is_refused(crs, said):
    for read in (
        lambda: read_coordinates(texts("1"), texts("1"), crs=crs),
        lambda: read_coordinate_pairs(texts("1, 1"), crs=crs),
    ):
        with pytest.raises(CRSError, match=said.replace("(", r"\(")):
            read()


def test_numbers_that_a_projection_does_not_reach_are_unread():
    placed = read_coordinates(texts("1e30"), texts("4567890"), crs="EPSG:32642")
    assert placed.unread.item()
    assert np.isnan(placed.longitude.item())


@pytest.mark.parametrize(
    "given_name", ["gauss-kruger", "Gauss-Kruger", "Gauss-Krüger", "gauss krueger", "GAUSS_KRUGER"]
)
def test_the_name_of_the_zoned_system(given_name):
    assert crs_name(given_name) == GAUSS_KRUGER
    assert crs_name(" EPSG:32642") == "EPSG:32642"


# Properties ---------------------------------------------------------------------------------------


def decimal(value, letters):
    return f"{abs(value):.4f} {letters[value < 0]}", 0.5e-4


def signed(value, letters):
    return f"{value:.5f}", 0.5e-5


def comma(value, letters):
    return f"{value:.3f}".replace(".", ","), 0.5e-3


def sexagesimal(form, digits, scale):
    def spell(value, letters):
        whole = round(abs(value) * scale * 10**digits)
        return form(whole, digits, letters[value < 0]), 0.5 / scale / 10**digits

    return spell


def dms(pattern):
    def form(whole, digits, letter):
        rest, fraction = divmod(whole, 10**digits)
        minutes, seconds = divmod(rest, 60)
        degrees, minutes = divmod(minutes, 60)
        point = f".{fraction:0{digits}d}" if digits else ""
        return pattern.format(d=degrees, m=minutes, s=f"{seconds:02d}{point}", h=letter)

    return form


def dm(pattern):
    def form(whole, digits, letter):
        rest, fraction = divmod(whole, 10**digits)
        degrees, minutes = divmod(rest, 60)
        point = f".{fraction:0{digits}d}" if digits else ""
        return pattern.format(d=degrees, m=f"{minutes:02d}{point}", h=letter)

    return form


SPELLED = [
    decimal,
    signed,
    comma,
    sexagesimal(dms("{d}°{m:02d}'{s}\"{h}"), 0, 3600),
    sexagesimal(dms("{d} {m} {s} {h}"), 2, 3600),
    sexagesimal(dms("{h}{d}:{m}:{s}"), 1, 3600),
    sexagesimal(dms("{d}-{m:02d}-{s}{h}"), 0, 3600),
    sexagesimal(dms("{d:02d}{m:02d}{s}{h}"), 0, 3600),
    sexagesimal(dms("{d}º {m}′ {s}″ {h}"), 3, 3600),
    sexagesimal(dm("{d}°{m}'{h}"), 3, 60),
    sexagesimal(dm("{h} {d} {m}"), 0, 60),
]


@given(
    latitude=st.floats(-89.9, 89.9),
    longitude=st.floats(-179.9, 179.9),
    spell=st.sampled_from(SPELLED),
    letters=st.sampled_from([("NS", "EW"), ("СЮ", "ВЗ"), (("с.ш.", "ю.ш."), ("в.д.", "з.д."))]),
)
def test_any_point_in_any_spelling_comes_back_within_its_resolution(
    latitude, longitude, spell, letters
):
    y, half = spell(latitude, letters[0])
    x, _ = spell(longitude, letters[1])
    placed = read_coordinates(texts(x), texts(y), crs="EPSG:4326")
    assert abs(placed.latitude.item() - latitude) <= half * 1.001
    assert abs(placed.longitude.item() - longitude) <= half * 1.001
    off = GEOD.inv(longitude, latitude, placed.longitude.item(), placed.latitude.item())[2]
    assert off <= placed.uncertainty_m.item() * 1.01 + 0.001
    pair = read_coordinate_pairs(texts(f"{y}; {x}"), crs="EPSG:4326")
    assert pair.longitude.item() == placed.longitude.item()
    assert pair.latitude.item() == placed.latitude.item()


# Text of a file is Unicode, without half letters.
CHARACTERS = st.sampled_from("0123456789.,;:-+ °'\"NSEWnseсюВЗ/()eEdm′″\t\n�٣") | st.characters(
    exclude_categories=["Cs"]
)


@given(st.lists(st.text(CHARACTERS, max_size=40) | st.none(), max_size=4), st.sampled_from(
    [4326, 4284, 32642, GAUSS_KRUGER]
))  # fmt: skip
def test_arbitrary_text_never_raises(values, crs):
    column = texts(*values)
    placed = read_coordinates(column, column, crs=crs)
    pairs = read_coordinate_pairs(column, crs=crs)
    missing = column.isna().to_numpy(dtype=bool)
    for each in (placed, pairs):
        finite = np.isfinite(each.longitude)
        assert (finite == np.isfinite(each.latitude)).all()
        assert (each.method.notna().to_numpy() == finite).all()
        assert not (each.unread & (missing | finite)).any()
        assert (finite | each.unread | missing).all()


def test_a_decimal_comma_between_whole_numbers_is_no_pair() -> None:
    found = read_coordinate_pairs(pd.Series(["39,31", "8,54", "39, 31"]), crs="EPSG:4326")
    assert np.isnan(found.latitude).tolist() == [True, True, False]
