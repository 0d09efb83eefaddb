"""Which country, how far from it, land or sea."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import Geod

from minmap.errors import CRSError
from minmap.places import (
    claims,
    country_of,
    distance_to_country_km,
    distance_to_land_km,
    distance_to_state_km,
    map_error_km,
    on_land,
    same_state,
)
from minmap.places.areas import NOWHERE, Areas
from minmap.places.country_polygons import world
from tests.conftest import SHARED


def at(*lonlat: tuple[float, float]) -> gpd.GeoSeries:
    return gpd.GeoSeries([shapely.Point(place) for place in lonlat], crs=4326)


PLACES = [
    ("Almaty", 76.95, 43.25, "KAZ"),
    ("Lake Balkhash", 75.0, 46.5, "KAZ"),
    ("Baikonur", 63.3, 45.96, "KAZ"),
    ("Caspian", 50.5, 42.0, None),
    ("Lake Superior", -87.0, 47.7, "USA"),
    ("Aral", 59.5, 45.0, "UZB"),
    ("Cayenne inland", -53.0, 4.0, "GUF"),
    ("Spitsbergen", 17.5, 78.9, "SJM"),
    ("Norway", 10.0, 60.9, "NOR"),
    ("France", 2.3, 47.0, "FRA"),
    ("Chukotka, west of 180", 179.0, 67.5, "RUS"),
    ("Chukotka, east of 180", -175.0, 66.5, "RUS"),
    ("the same, as 185 east", 185.0, 66.5, "RUS"),
    ("South Pole", 0.0, -90.0, "ATA"),
    ("South Pole by another name", 137.0, -90.0, "ATA"),
    ("North Pole", 0.0, 90.0, None),
    ("Gulf of Guinea", 0.0, 0.0, None),
    ("Pristina, no ISO code", 21.17, 42.67, None),
]


@pytest.mark.parametrize(("name", "lon", "lat", "code"), PLACES)
def test_known_places_lie_in_their_country(name, lon, lat, code):
    found = country_of(at((lon, lat))).item()
    assert (None if pd.isna(found) else found) == code


def test_land_without_a_code_is_land_and_the_caspian_is_sea():
    points = at((21.17, 42.67), (50.5, 42.0), (75.0, 46.5))
    assert on_land(points).tolist() == [True, False, True]


def test_index_and_order_are_kept_and_no_location_is_nowhere():
    points = gpd.GeoSeries(
        [shapely.Point(76.95, 43.25), None, shapely.Point(), shapely.Point(10, 95)],
        index=["b", "a", "a", "c"],
        crs=4326,
    )
    found = country_of(points)
    assert found.index.tolist() == ["b", "a", "a", "c"]
    assert found.tolist()[0] == "KAZ"
    assert found.isna().tolist() == [False, True, True, True]
    assert on_land(points).tolist() == [True, False, False, False]
    assert distance_to_land_km(points).isna().tolist() == [False, True, True, True]


def test_empty_in_empty_out():
    nothing = gpd.GeoSeries([], crs=4326)
    assert country_of(nothing).dtype == "str"
    assert len(on_land(nothing)) == len(claims(nothing)) == len(map_error_km(nothing)) == 0
    assert len(distance_to_country_km(nothing, pd.Series([], dtype="str"))) == 0


def test_lines_and_polygons_count_by_a_point_on_them():
    # Round the Caspian: the middle of the box is sea, a point on the ring is land.
    ring = shapely.box(45, 35, 56, 48).difference(shapely.box(46, 36, 55, 47.5))
    assert on_land(gpd.GeoSeries([ring, ring.centroid], crs=4326)).tolist() == [True, False]


def test_any_crs_is_taken_and_none_is_refused():
    points = at((76.95, 43.25)).to_crs(32643)
    assert country_of(points).item() == "KAZ"
    with pytest.raises(CRSError):
        country_of(gpd.GeoSeries([shapely.Point(76.95, 43.25)]))


def test_both_sides_of_the_antimeridian_are_one_place():
    both = np.array([[180.0, 66.5], [-180.0, 66.5], [180.0, 0.0], [-180.0, 0.0]])
    found = world().at(both)
    assert found[0] == found[1] != NOWHERE
    assert found[2] == found[3] == NOWHERE


@pytest.mark.parametrize(
    ("west", "south", "east", "north"), [(66, 39, 75, 43), (177, 64, 180, 70), (-10, 88, 10, 90)]
)
def test_many_points_have_the_areas_that_each_has_by_itself(west, south, east, north):
    parts = world().areas.parts
    lon, lat = np.meshgrid(np.linspace(west, east, 91), np.linspace(south, north, 41))
    lonlat = np.column_stack([lon.ravel(), lat.ravel()])
    many = Areas.of(parts)
    found = many.at(lonlat)
    assert (many.at(lonlat) == found).all()
    single = Areas.of(parts)
    assert [single.at(lonlat[[row]])[0] for row in range(0, len(lonlat), 17)] == [*found[::17]]


def test_distance_is_that_of_a_dense_outline():
    # From Almaty to Kyrgyzstan, by brute force over the outline with a point every 50 m or so.
    lands = world()
    own = np.isin(lands.areas.owner, np.flatnonzero(lands.codes == "KGZ"))
    outline = shapely.get_coordinates(
        shapely.segmentize(shapely.boundary(lands.areas.parts[own]), 0.0005)
    )
    lon, lat = outline.T
    reference = (
        Geod(ellps="WGS84")
        .inv(np.full(len(lon), 76.95), np.full(len(lon), 43.25), lon, lat)[2]
        .min()
    )
    measured = distance_to_country_km(at((76.95, 43.25)), pd.Series(["KGZ"])).item() * 1000
    assert measured == pytest.approx(reference, abs=5)


def test_distances_of_home_and_of_unknown_codes():
    points = at(*[(76.95, 43.25)] * 4)
    distance = distance_to_country_km(points, pd.Series(["KAZ", "XXX", None, "USA"]))
    assert distance[0] == 0
    assert distance.isna().tolist() == [False, True, True, False]
    assert distance[3] > 5_000


def test_distance_across_the_antimeridian_goes_the_short_way():
    # St. Lawrence Island, USA, is about 60 km from Chukotka.
    distance = distance_to_country_km(at((-171.7, 63.78)), pd.Series(["RUS"])).item()
    assert 40 < distance < 90


def test_a_state_includes_its_overseas_parts():
    cayenne = at((-53.0, 4.0))
    france = pd.Series(["FRA"])
    assert distance_to_state_km(cayenne, france).item() == 0
    assert distance_to_country_km(cayenne, france).item() > 6_000


def test_same_state():
    one = pd.Series(["GRL", "KAZ", None, "FRA", "HKG"])
    other = pd.Series(["DNK", "KGZ", None, "GUF", "CHN"])
    assert same_state(one, other).tolist() == [True, False, False, True, True]


def test_disputed_areas_are_told_with_their_claims():
    points = at((34.0, 45.0), (-12.85, 26.35), (21.17, 42.67), (-57.6, 2.2), (76.95, 43.25))
    found = claims(points)
    assert found[0] == "Admin. by Russia; Claimed by Ukraine"
    assert "Western Sahara" in found[1]
    assert "Kosovo" in found[2]
    assert "New River" in found[3]
    assert pd.isna(found[4])


def test_the_sea_before_a_disputed_coast_counts_up_to_the_margin():
    offshore = at((47.2167, 11.2))
    assert on_land(offshore).tolist() == [False]
    assert claims(offshore, within_km=pd.Series([0.0])).isna().all()
    assert claims(offshore, within_km=pd.Series([30.0])).item() == "Self admin.; Claimed by Somalia"


def test_no_area_is_lost_or_doubled():
    lands = world()
    given = [code for code in lands.codes if code]
    assert len(given) == len(set(given)) > 230
    assert all(len(code) == 3 and code.isupper() for code in given)
    assert {"KAZ", "UZB", "GUF", "REU", "SJM"} <= set(given)
    assert shapely.is_valid(lands.areas.parts).all()
    # Round the world and from pole to pole: 29 % of the Earth is land.
    random = np.random.default_rng(1)
    lat = np.degrees(np.arcsin(random.uniform(-1, 1, 100_000)))
    lonlat = np.column_stack([random.uniform(-180, 180, 100_000), lat])
    assert 0.28 < (lands.at(lonlat) != NOWHERE).mean() < 0.30


def test_the_data_are_small():
    folder = Path(str(files("minmap.places") / "data"))
    assert sum(path.stat().st_size for path in folder.iterdir()) < 1_500_000


@pytest.mark.reference
def test_natural_earth_labels_lie_in_their_countries():
    table = gpd.read_file(SHARED / "basemap" / "ne_10m_admin_0_countries_clip.gpkg")
    table = table[table.ISO_A3 != "-99"]
    inner = table.geometry.representative_point()
    assert country_of(inner).tolist() == table.ISO_A3.tolist()
