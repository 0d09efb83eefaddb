"""Grids that headings or leading digits name, and headings of single countries."""

import pandas as pd
import pytest
from pyproj import Transformer

import minmap as mm
from minmap.errors import CRSError
from tests.noted_reading import read

pytestmark = pytest.mark.exhaustive

RAMMELSBERG = (10.42, 51.89)
HARZ = [RAMMELSBERG, (10.6, 51.7), (11.5, 51.6)]


def table(columns, **more):
    count = len(next(iter(columns.values())))
    names = {"Lager": [*"ABCDEFGH"[:count]], "Rohstoff": ["Blei"] * count}
    return pd.DataFrame({**names, **columns, **more})


def on_grid(epsg, x, y, places=HARZ):
    """Return columns of places on a grid, in whole metres."""
    to_grid = Transformer.from_crs(4326, epsg, always_xy=True).transform
    points = [to_grid(*place) for place in places]
    return {x: [f"{e:.0f}" for e, _ in points], y: [f"{n:.0f}" for _, n in points]}


def refused(frame, **options):
    with pytest.raises(CRSError) as error:
        mm.read(frame, **options)
    return str(error.value)


@pytest.mark.parametrize(
    ("epsg", "place"), [(4647, RAMMELSBERG), (5650, (13.7, 50.9)), (5649, (6.0, 51.0))]
)
@pytest.mark.parametrize(
    "names", [("Ostwert (UTM)", "Nordwert (UTM)"), ("Rechtswert", "Hochwert"), ("UTM_E", "UTM_N")]
)
def test_german_eastings_with_the_zone_of_utm_are_offered_their_system(epsg, place, names):
    columns = on_grid(epsg, *names, [place] * 3)
    said = refused(table(columns))
    assert f"pass it, such as crs='EPSG:{epsg}'" in said
    assert "as German eastings of UTM begin with their zone" in said
    assert "gauss-kruger" not in said
    assert refused(table(columns), crs="gauss-kruger").startswith(
        "table: the eastings begin with a zone of UTM, as in Germany"
    )
    found, _ = read(table(columns), crs=epsg)
    assert (found.geometry.x[0], found.geometry.y[0]) == pytest.approx(place, abs=1e-4)


def test_other_eastings_that_begin_with_32_are_not_german():
    # Zone 32 of three degrees, in Tuva, and the German zone of a table about Kazakhstan.
    other = on_grid(4647, "Easting", "Northing")
    assert "EPSG:4647" not in refused(table(other))
    named = table(on_grid(4647, "UTM_E", "UTM_N"), Country=["Kazakhstan"] * 3)
    assert "EPSG:4647" not in refused(named)


@pytest.mark.parametrize("sign", [1, -1])
def test_the_sign_of_the_czech_grid_decides_between_its_two_systems(sign):
    places = [(13.99, 49.68), (16.4, 49.2), (18.2, 49.8)]
    columns = on_grid(5514, "Y_JTSK", "X_JTSK", places)
    if sign > 0:
        columns = {
            name: [text.removeprefix("-") for text in each] for name, each in columns.items()
        }
    epsg = 5513 if sign > 0 else 5514
    assert f"pass it, such as crs='EPSG:{epsg}'" in refused(table(columns))
    found, _ = read(table(columns), crs=epsg)
    for point, place in zip(found.geometry, places, strict=True):
        assert (point.x, point.y) == pytest.approx(place, abs=2e-3)


@pytest.mark.parametrize(
    ("x", "y", "epsg", "place"),
    [
        ("Y Stereo 70", "X Stereo 70", 3844, (23.13, 46.3)),
        ("East Stereo70", "North Stereo70", 3844, (23.13, 46.3)),
        ("X (ΕΓΣΑ87)", "Y (ΕΓΣΑ87)", 2100, (23.7, 40.48)),
        ("X EGSA87", "Y EGSA87", 2100, (23.7, 40.48)),
    ],
)
def test_national_grids_in_headings_are_offered(x, y, epsg, place):
    said = refused(table(on_grid(epsg, x, y, [place] * 3)))
    assert f"pass it, such as crs='EPSG:{epsg}'" in said


def test_the_map_grid_of_australia_is_offered_with_its_zones():
    columns = on_grid(28354, "MGA_E", "MGA_N", [(141.4, -31.9), (140.1, -30.2)])
    said = refused(table(columns))
    assert "EPSG:28349 (GDA94 / MGA zone 49) to EPSG:28356 (MGA zone 56)" in said
    said = refused(table(columns, Zone=["54", "54"]))
    assert "pass it, such as crs='EPSG:28354'" in said


def test_zones_beside_another_column_with_a_zone_are_named():
    transform = [Transformer.from_crs(4326, 32700 + z, always_xy=True).transform for z in (17, 18)]
    (e, n), (e2, n2) = transform[0](-78.5, -7.0), transform[1](-77.0, -9.5)
    frame = table({"ESTE": [f"{e}", f"{e2}"], "NORTE": [f"{n}", f"{n2}"]}, ZONA=["17", "18"])
    for more in ({}, {"FRANJA": ["XXI", "XXI"]}):
        said = refused(frame.assign(**more))
        assert "'ZONA' has the zones 17, 18; read the rows of each with its own crs" in said
        assert "17 on WGS 84 has crs='EPSG:32717', 18 on WGS 84 has crs='EPSG:32718'" in said


@pytest.mark.parametrize(
    ("x", "y"),
    [
        ("Г. дужина", "Г. ширина"), ("Longitudine", "Latitudine"), ("ВД", "СШ"),
        ("Сх.Д.", "Пн.Ш."), ("Східна довгота", "Північна широта"),
    ],
)  # fmt: skip
def test_headings_of_degrees_in_more_languages(x, y):
    found, _ = read(table({x: ["20.45", "21.9"], y: ["44.81", "43.32"]}))
    assert (found.geometry.x[0], found.geometry.y[0]) == (20.45, 44.81)


def test_headings_of_a_grid_in_quebec():
    columns = on_grid(32618, "Estant", "Nordant", [(-76.0, 48.0), (-75.0, 48.5)])
    said = refused(table(columns, Fuseau=["18", "18"]))
    assert "pass it, such as crs='EPSG:32618'" in said


def test_ukrainian_letters_of_the_hemispheres_are_read():
    frame = table(
        {
            "Довгота": ["33°20'10\" сх.д.", "33 20 10 зх. д."],
            "Широта": ["48°12'34.0\" пн.ш.", "48 12 34 пд. ш."],
        }
    )
    found, said = read(frame)
    x, y = 33 + 20 / 60 + 10 / 3600, 48 + 12 / 60 + 34 / 3600
    for point, sign in zip(found.geometry, (1, -1), strict=True):
        assert (point.x, point.y) == pytest.approx((sign * x, sign * y))
    assert "no coordinate" not in said
