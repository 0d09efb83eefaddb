"""What is packed for the page comes out again as it went in."""

from __future__ import annotations

import gzip

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from minmap.scene import popup_columns, world_grid
from minmap.webmap import payload

METRES_A_UNIT = 40_075_016.686 / world_grid.WORLD

degrees = st.tuples(
    st.floats(-180, 180, allow_nan=False), st.floats(-85.05, 85.05, allow_nan=False)
)


def unpack(data: bytes) -> pa.Table:
    return pa.ipc.open_stream(gzip.decompress(data)).read_all()


def to_degrees(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    lon = (x + 0.5) / world_grid.WORLD * 360 - 180
    return lon, np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * (y + 0.5) / world_grid.WORLD))))


def places_of(table: pa.Table, name: str) -> np.ndarray:
    small = sum(table[f"{name}{n}"].to_numpy().astype(np.int64) << 8 * n for n in range(4))
    return np.cumsum((small >> 1) ^ -(small & 1))


@given(st.lists(degrees, min_size=1, max_size=50))
def test_every_point_keeps_its_place_and_its_columns(places: list[tuple[float, float]]) -> None:
    lon, lat = np.array(places).T
    names = pd.Series([f"n{i}" for i in range(len(places))])
    style = np.arange(len(places)).astype(np.uint8)
    table = unpack(
        payload.points(gpd.GeoSeries(gpd.points_from_xy(lon, lat)), style, [pa.array(names)])
    )
    back_lon, back_lat = to_degrees(places_of(table, "_x"), places_of(table, "_y"))
    row = table["_style"].to_numpy()
    assert sorted(row) == list(range(len(places)))
    assert table["c0"].to_pylist() == [f"n{i}" for i in row]
    metres = 111_320 * np.hypot(
        (back_lon - lon[row]) * np.cos(np.radians(back_lat)), back_lat - lat[row]
    )
    assert metres.max() < METRES_A_UNIT


@given(st.lists(st.tuples(st.integers(0, 2**30 - 1), st.integers(0, 2**30 - 1)), min_size=1))
def test_z_order_is_the_order_of_the_interleaved_bits(points: list[tuple[int, int]]) -> None:
    x, y = np.array(points, np.int32).T

    def interleave(a: int, b: int) -> int:
        return sum(((a >> i & 1) << 2 * i) | ((b >> i & 1) << 2 * i + 1) for i in range(30))

    expected = sorted(range(len(points)), key=lambda i: interleave(*points[i]))
    assert world_grid.z_order(x, y).tolist() == expected


def test_a_polygon_with_a_hole_a_multipart_and_a_line_keep_their_rings() -> None:
    box = shapely.box(0, 0, 4, 4)
    shapes = [
        shapely.Polygon(box.exterior, [shapely.box(1, 1, 2, 2).exterior]),
        shapely.MultiPolygon([shapely.box(10, 10, 11, 11), shapely.box(12, 12, 13, 13)]),
        shapely.LineString([(0, 0), (1, 1), (2, 0)]),
        shapely.MultiPoint([(5, 5), (6, 6)]),
    ]
    table = unpack(payload.features(gpd.GeoSeries(shapes), np.zeros(4, np.uint8), []))
    assert table["_kind"].to_pylist() == [2, 2, 1, 0]
    assert table["_rings"].to_pylist() == [[5, 5], [5, 5], [3], [1, 1]]
    vertices = table["_vertices"].combine_chunks()
    planes = pa.table(vertices.flatten().flatten(), names=vertices.type.value_type.names)
    lon, lat = to_degrees(places_of(planes, "x"), places_of(planes, "y"))
    assert vertices.value_lengths().to_pylist() == [10, 10, 3, 2]
    assert np.abs(np.column_stack([lon, lat]) - shapely.get_coordinates(shapes)).max() < 1e-6


def test_the_same_input_gives_the_same_bytes() -> None:
    shapes = gpd.GeoSeries(gpd.points_from_xy([1.0, 2.0], [3.0, 4.0]))
    once, again = (
        payload.points(shapes, np.zeros(2, np.uint8), [pa.array(["a", "b"])]) for _ in range(2)
    )
    assert once == again


@given(st.text(max_size=8), st.lists(st.none() | st.integers(0, 10**9 - 1) | st.text(), min_size=1))
def test_a_prefix_taken_off_can_be_put_back(prefix: str, ends: list[str | int | None]) -> None:
    texts = pa.array([None if end is None else f"{prefix}{end}" for end in ends], pa.string())
    array, taken = popup_columns.without_prefix(texts)
    back = [None if value is None else f"{taken}{value}" for value in array.to_pylist()]
    assert back == texts.to_pylist()


def test_identifiers_travel_as_numbers() -> None:
    array, prefix = popup_columns.without_prefix(
        pa.array(["https://a.b/show?id=12", "https://a.b/show?id=105"])
    )
    assert (array.type, prefix) == (pa.int32(), "https://a.b/show?id=")


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (pd.Series([1, None], dtype="Int64"), [1, None]),
        (pd.Series([2**40, 1]), [float(2**40), 1.0]),
        (pd.Series([2**53 + 1, 1]), ["9007199254740993", "1"]),
        (pd.Series([-(2**53) - 1, None], dtype="Int64"), ["-9007199254740993", None]),
        (pd.Series([2**64 - 1], dtype="uint64"), ["18446744073709551615"]),
        (pd.Series([1.5, np.nan]), [1.5, None]),
        (pd.Series([True, False]), ["yes", "no"]),
        (pd.Series([True, None, False]), ["yes", None, "no"]),
        (pd.Series([pd.Timestamp("2011-01-02"), pd.NaT]), ["2011-01-02", None]),
        (pd.Series(["NA", None], dtype=object), ["NA", None]),
        (pd.Series([["a", 1], {"b": 2}]), ["a, 1", '{"b": 2}']),
        (pd.Series(["x", "y"], dtype="category"), ["x", "y"]),
        (pd.Series(["ok", "\ud800"], dtype=object), ["ok", "\\ud800"]),
        (pd.Series([], dtype=object), []),
    ],
)
def test_columns_become_numbers_or_text(column: pd.Series, expected: list[object]) -> None:
    assert popup_columns.arrow_column(column).to_pylist() == expected


def test_the_header_names_neither_time_nor_system() -> None:
    packed = payload.pack({"a": pa.array([1, 2])})
    assert packed[:4] == b"\x1f\x8b\x08\x00"
    assert packed[4:8] == bytes(4)
    assert packed[9] == 255
    assert pa.ipc.open_stream(gzip.decompress(packed)).read_all()["a"].to_pylist() == [1, 2]
