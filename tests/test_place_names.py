"""The names of the base map: each in its place, with its zoom, in English and in Russian."""

from __future__ import annotations

import gzip
import re

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import shapely

import minmap as mm
from minmap.places.country_polygons import land_of, world
from minmap.scene.drawable_geometry import Edges
from minmap.scene.place_names import (
    POINT_STEP,
    ROOM_NUMBERS,
    ROOM_STEP,
    Naming,
    ground_names,
    names_in,
)
from minmap.scene.world_grid import WORLD
from minmap.vocabulary import countries

KAZAKHSTAN = (46.5, 40.5, 87.3, 55.5)
NOT_RUSSIAN = set("іїєґўқңғүұөһәјљњћђѓќџѐ")


@pytest.fixture(scope="module")
def names() -> pd.DataFrame:
    return ground_names()


def of(names: pd.DataFrame, *namings: Naming) -> pd.DataFrame:
    return names[names["naming"].isin(namings)]


def in_degrees(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    lat = np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * y / WORLD))))
    return np.column_stack([x / WORLD * 360 - 180, lat])


def test_every_row_is_named_where_it_is(names: pd.DataFrame) -> None:
    assert names["name"].str.strip().ne("").all()
    assert names["name"].notna().all()
    assert names["lon"].between(-180, 180).all()
    assert names["lat"].between(-85.06, 85.06).all()
    assert names["zoom"].between(2, 10).all()
    assert set(names["naming"]) == {int(naming) for naming in Naming}
    # The most important come first, so that a page keeps them.
    assert names["zoom"].is_monotonic_increasing


def test_names_in_russian_have_no_letters_of_other_languages(names: pd.DataFrame) -> None:
    russian = names["ru"].dropna()
    assert not set("".join(russian).lower()) & NOT_RUSSIAN
    towns = of(names, Naming.TOWN, Naming.CAPITAL)["ru"].dropna()
    assert towns.map(lambda text: re.fullmatch(r"[А-ЯЁ][А-Яа-яё]*([ -][А-Яа-яЁё]+)*", text)).all()
    areas = of(names, Naming.COUNTRY, Naming.WATER, Naming.PEAK, Naming.PROVINCE)
    assert areas["ru"].notna().all()


@pytest.mark.parametrize(
    ("name", "russian", "zoom"),
    [
        ("Kyiv", "Киев", 3),
        ("Odesa", "Одесса", 5),
        ("Sevastopol", "Севастополь", 6),
        ("Tashkent", "Ташкент", 3),
        ("Astana", "Астана", 3),
        ("Bishkek", "Бишкек", 4),
        ("Tbilisi", "Тбилиси", 4),
        ("Kandahar", "Кандагар", 5),
        ("Semey", "Семей", 6),
        ("Almaty", "Алматы", 5),
        ("Manas", "Манас", 6),
        ("Ulaanbaatar", "Улан-Батор", 3),
        ("Oskemen", "Усть-Каменогорск", 4),
    ],
)
def test_towns_are_spelled_as_today(
    names: pd.DataFrame, name: str, russian: str, zoom: int
) -> None:
    towns = of(names, Naming.TOWN, Naming.CAPITAL)
    found = towns[towns["name"] == name].iloc[0]
    assert found["ru"] == russian
    assert found["zoom"] <= zoom


def test_capitals_are_named_before_towns(names: pd.DataFrame) -> None:
    capitals = of(names, Naming.CAPITAL)
    assert len(capitals) > 190
    assert capitals["zoom"].max() <= 5


def test_the_provinces_of_kazakhstan_are_those_of_2022(names: pd.DataFrame) -> None:
    provinces = of(names, Naming.PROVINCE).set_index("name")
    for name, inside in (
        ("Abai Region", "KAZ"),
        ("Zhetysu Region", "KAZ"),
        ("Ulytau Region", "KAZ"),
    ):
        place = shapely.Point(provinces.loc[name, ["lon", "lat"]].to_numpy(float))
        assert land_of([inside]).iloc[0].contains(place)
    assert "South Kazakhstan" not in provinces.index


def test_no_two_provinces_of_a_country_have_one_name(names: pd.DataFrame) -> None:
    provinces = of(names, Naming.PROVINCE)
    country = world().at(provinces[["lon", "lat"]].to_numpy(float))
    for text in ("name", "ru"):
        twice = provinces.assign(country=country)[["country", text]].dropna().duplicated(keep=False)
        assert not twice.any(), provinces[twice].to_string()
    altai = provinces.set_index("name").loc["Altai Krai"]
    assert altai["ru"] == "Алтайский край"
    assert altai["lon"] < 84


def test_the_rooms_of_countries_are_inside_them() -> None:
    table = names_in(None)
    codes = countries().dropna(subset=["alpha2"]).set_index("alpha2")["code"]
    rows = [
        row
        for row in table.to_pylist()
        if row["naming"] == Naming.COUNTRY and row["region"] in codes.index
    ]
    land = dict(zip(codes, land_of(codes), strict=True))
    checked = 0
    for row in rows:
        country = land[codes[row["region"]]]
        rooms = np.array(row["rooms"], dtype=float).reshape(-1, ROOM_NUMBERS)
        if country is None or (rooms[:, 2] - rooms[:, 0] <= 1).any():  # an islet
            continue
        middles = (rooms[:, :2] + rooms[:, 2:4]) / 2 * ROOM_STEP
        assert shapely.contains_xy(country, in_degrees(*middles.T)).all(), row["name"]
        corners = (in_degrees(*rooms[:, at].T * ROOM_STEP) for at in ([0, 1], [2, 3]))
        boxes = shapely.box(*np.column_stack([*corners]).T)
        inside = shapely.area(shapely.intersection(boxes, country)) / shapely.area(boxes)
        assert (inside > 0.9).all(), row["name"]
        checked += len(rooms)
    assert checked > 1_000


def test_no_country_is_named_on_land_that_another_claims() -> None:
    rows = {row["name"]: row["rooms"] for row in names_in(None).to_pylist()}
    ladakh, aksai_chin = (77.0, 34.5), (79.5, 35.0)
    for name, place in (("India", ladakh), ("China", aksai_chin)):
        rooms = np.array(rows[name], dtype=float).reshape(-1, ROOM_NUMBERS)
        corners = (in_degrees(*rooms[:, at].T * ROOM_STEP) for at in ([0, 1], [2, 3]))
        boxes = shapely.box(*np.column_stack([*corners]).T)
        assert not shapely.contains_xy(boxes, *place).any(), name


def test_what_nearly_no_state_recognises_is_not_named_as_a_country(names: pd.DataFrame) -> None:
    assert not {"N. Cyprus", "Somaliland"} & {*of(names, Naming.COUNTRY)["name"]}
    assert {"N. Cyprus", "Somaliland"} <= {*of(names, Naming.PROVINCE)["name"]}


def test_a_page_has_the_names_that_its_extent_can_show() -> None:
    whole, part = (names_in(extent).to_pandas() for extent in (None, KAZAKHSTAN))
    assert {"Kazakhstan", "Brazil", "Black Sea", "Tokyo"} <= set(part["name"])
    small = part[(part["zoom"] > 5) & part["naming"].isin([Naming.TOWN, Naming.PROVINCE])]
    west, south, east, north = KAZAKHSTAN
    lon, lat = in_degrees(small["x"].to_numpy() * POINT_STEP, small["y"].to_numpy() * POINT_STEP).T
    assert ((lon > west - 8) & (lon < east + 8) & (lat > south - 4) & (lat < north + 4)).all()
    assert len(small) > 1_000
    rooms = [
        table.set_index("name").loc["Brazil", "rooms"].size // ROOM_NUMBERS
        for table in (whole, part)
    ]
    assert rooms[0] > rooms[1] > 0


def test_an_extent_across_180_degrees_has_rooms_on_both_sides() -> None:
    table = names_in((170, 50, 190, 70)).to_pandas().set_index("name")
    rooms = table.loc["Bering Sea", "rooms"].astype(int).reshape(-1, ROOM_NUMBERS)
    is_west = rooms[:, 0] * ROOM_STEP < WORLD / 2
    assert set(is_west) == {True, False}


@pytest.mark.parametrize(
    ("extent", "most_kb"), [(KAZAKHSTAN, 90), ((66, 39, 74, 43), 60), (None, 110)]
)
def test_the_bytes_of_a_page_follow_its_extent(extent: Edges | None, most_kb: int) -> None:
    made = mm.Map()
    (base,) = (one for one in made._children.values() if "names" in getattr(one, "payloads", ()))
    if extent is not None:
        west, south, east, north = extent
        corners = shapely.points([west, east], [south, north])
        made.add(gpd.GeoDataFrame({"name": ["a", "b"]}, geometry=[*corners], crs=4326))
    data = base.payloads["names"]()
    assert len(data) < most_kb * 1000
    table = pa.ipc.open_stream(gzip.decompress(data)).read_all()
    assert len(table) == len(names_in(extent))


def test_a_plain_base_map_has_no_names_of_provinces() -> None:
    namings = names_in(KAZAKHSTAN, has_provinces=False)["naming"].to_pylist()
    assert Naming.PROVINCE not in namings
    assert {Naming.TOWN, Naming.COUNTRY} < set(namings)
    (base,) = (
        one
        for one in mm.Map(base="plain")._children.values()
        if "names" in getattr(one, "payloads", ())
    )
    table = pa.ipc.open_stream(gzip.decompress(base.payloads["names"]())).read_all()
    assert Naming.PROVINCE not in table["naming"].to_pylist()


def test_spellings_that_search_would_not_guess_are_kept() -> None:
    table = names_in(KAZAKHSTAN).to_pandas().set_index("name")
    assert "Kiev" in table.loc[["Kyiv"], "others"].iloc[0]
    assert "Semipalatinsk" in table.loc[["Semey"], "others"].iloc[0]
    for name, other in (("Oskemen", "Kamenogorsk"), ("Ulaanbaatar", "Ulan Bator")):
        assert other in table.loc[[name], "others"].iloc[0]
    assert table.loc[["DR Congo"], "others"].iloc[0] == "Democratic Republic of the Congo"


def test_the_base_map_names_its_sources() -> None:
    (base,) = (
        one for one in mm.Map()._children.values() if "names" in getattr(one, "payloads", ())
    )
    sources = {source["title"]: source["licence"] for source in base.describe("")["sources"]}
    assert sources.items() >= {"Natural Earth": "public domain", "GeoNames": "CC BY 4.0"}.items()
