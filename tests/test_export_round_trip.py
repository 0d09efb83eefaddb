"""What is written comes back: exactly from two formats, as an occurrence table from all."""

from __future__ import annotations

import tempfile
import warnings
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_index_equal, assert_series_equal

import minmap as mm
from minmap.files import open_document
from minmap.table import COLUMN_NAMES, COLUMNS, conform_with_notes
from minmap.writing import FORMATS, exact_table, write

pytestmark = pytest.mark.exhaustive

EXACT: Final = (".parquet", ".gpkg")
OTHERS: Final = tuple(ending for ending in FORMATS if ending not in EXACT)
SOURCES: Final = [
    {
        "id": "mrds",
        "title": "Mineral Resources Data System",
        "citation": "U.S. Geological Survey, 2011, “MRDS” <online> & more",
        "licence": "public domain",
        "url": "https://mrdata.usgs.gov/mrds/",
        "vintage": "2011",
    }
]


def exactly_from(path: Path) -> gpd.GeoDataFrame:
    with open_document(path) as opened:
        read = exact_table(opened, None)
    assert read is not None
    return read


def assert_same(read: gpd.GeoDataFrame, frame: gpd.GeoDataFrame) -> None:
    assert read.columns.tolist() == frame.columns.tolist()
    assert read.crs == frame.crs
    assert read.attrs == frame.attrs
    assert read.active_geometry_name == frame.active_geometry_name
    assert_index_equal(read.index, pd.RangeIndex(len(frame)), exact="equiv")
    for name in frame.columns:
        if name != frame.active_geometry_name:
            assert_series_equal(read[name], frame[name], check_exact=True)
    there, given_ = read.geometry.to_numpy(), frame.geometry.to_numpy()
    same = shapely.equals_identical(there, given_)
    assert (same | (shapely.is_missing(there) & shapely.is_missing(given_))).all()


def texts(ending: str) -> st.SearchStrategy[str]:
    """Give text that the format can hold, the more hostile the better."""
    barred = "\0"
    if ending in (".kml", ".kmz"):
        barred += "".join(map(chr, range(1, 32))).translate(str.maketrans("", "", "\t\n\r"))
    if ending in (".kml", ".kmz", ".xlsx"):
        barred += "\ufffe\uffff"
    letters = st.characters(exclude_characters=barred, exclude_categories=["Cs"])
    free = st.text(letters, max_size=40)
    hostile = [
        "=cmd|' /C calc'!A0",
        "+7 495",
        "-5",
        "-",
        "@x",
        "\t=1",
        "\r\n=1",
        "a;=1",
        ' ;"=1',
        "\u00a0\uff1d1",
        "'=1",
        "''",
        "'",
        '"',
        '""',
        ",",
        "a\nb",
        "a\r\nb",
        "a\rb",
        " Au ",
        "",
        "NA",
        "nan",
        "None",
        "true",
        "007",
        "1e5",
        "<r>x</r>",
        "<b>&amp;</b>",
        "]]>",
        "_x0041_",
        "Жезказган",
        "ჭიათურა",
        "⛏️💎",
        "\u2028",
        "a\u0301",
        "{{ x }}",
        "C:\\temp",
        "é" * 120,
    ]
    return st.one_of(st.sampled_from(hostile), free)


def columns(ending: str, rows: int) -> st.SearchStrategy[pd.Series]:
    """Give a column of any kind that the formats know."""

    def of(values: st.SearchStrategy[Any], *dtypes: Any) -> st.SearchStrategy[pd.Series]:
        missing = [values, st.none()]
        lists = st.lists(st.one_of(missing), min_size=rows, max_size=rows)
        return st.builds(lambda v, d: pd.Series(v, dtype=d), lists, st.sampled_from(dtypes))

    def full(values: st.SearchStrategy[Any], *dtypes: Any) -> st.SearchStrategy[pd.Series]:
        lists = st.lists(values, min_size=rows, max_size=rows)
        return st.builds(lambda v, d: pd.Series(v, dtype=d), lists, st.sampled_from(dtypes))

    text = texts(ending)
    biggest = 10**16 if ending in (".shp", ".zip") else 2**63 - 1
    integers = st.integers(-biggest, biggest)
    infinite = ending in (".parquet", ".gpkg", ".csv")
    numbers = st.floats(allow_nan=False, allow_infinity=infinite)
    if ending in (".shp", ".zip"):
        numbers = st.one_of(st.just(0.0), st.floats(1e-3, 1e8), st.floats(-1e8, -1e-3))
    when = st.datetimes(
        min_value=pd.Timestamp("1700-01-01").to_pydatetime(),
        max_value=pd.Timestamp("2200-01-01").to_pydatetime(),
    )
    nan_text = pd.StringDtype("pyarrow", na_value=np.nan)
    return st.one_of(
        of(text, nan_text, pd.StringDtype("python", na_value=pd.NA), object),
        of(integers, "Int64"),
        full(st.integers(-128, 127), "int8", "Int16", "int64"),
        of(numbers, "Float64", "float64"),
        of(st.booleans(), "boolean"),
        full(st.booleans(), "bool"),
        of(when, "datetime64[us]", "datetime64[ns]", "datetime64[ns, Asia/Almaty]"),
        of(st.sampled_from(["a", "b"]), pd.CategoricalDtype(["b", "a", ""], ordered=True)),
    )


def geometries(ending: str, rows: int) -> st.SearchStrategy[list[Any]]:
    degrees = st.floats(-80, 80).map(lambda number: number if abs(number) > 1e-9 else 0.0)
    points = st.builds(shapely.Point, degrees, degrees)
    high = st.builds(shapely.Point, degrees, degrees, degrees)
    nowhere = st.sampled_from([None, shapely.Point()])
    boxes = st.builds(lambda p, d: p.buffer(d, quad_segs=1), points, st.floats(0.1, 2))
    holed = boxes.map(lambda box: box.difference(box.centroid.buffer(0.01, quad_segs=1)))
    many = st.builds(
        lambda a, b: shapely.MultiPolygon([a, shapely.affinity.translate(b, 200)]), boxes, holed
    )
    lines = st.builds(lambda a, b: shapely.LineString([a, b, (0, 0)]), points, points)
    several = st.builds(shapely.MultiLineString, st.lists(lines, min_size=1, max_size=3))
    clouds = st.builds(shapely.MultiPoint, st.lists(points, min_size=1, max_size=3))
    mixed = st.builds(lambda *shapes: shapely.GeometryCollection(shapes), points, boxes, lines)
    alike = st.builds(lambda *shapes: shapely.GeometryCollection(shapes), points, points)
    empty = st.sampled_from(
        [
            None,
            shapely.Point(),
            shapely.Polygon(),
            shapely.MultiPolygon(),
            shapely.from_wkt("LINESTRING EMPTY"),
        ]
    )
    of_one_kind = [
        st.one_of(points, nowhere),
        st.one_of(points, high, nowhere),
        st.one_of(holed, many, empty),
        st.one_of(lines, several),
        clouds,
    ]
    free = [st.one_of(points, high, holed, many, lines, several, clouds, mixed, alike, empty)]
    choices = of_one_kind + ([] if ending in (".shp", ".zip") else free)
    return st.sampled_from(choices).flatmap(lambda s: st.lists(s, min_size=rows, max_size=rows))


@st.composite
def tables(draw: st.DrawFn, ending: str) -> gpd.GeoDataFrame:
    rows = draw(st.integers(0, 5))
    shapes = draw(geometries(ending, rows))
    frame = gpd.GeoDataFrame(geometry=gpd.GeoSeries(shapes, crs="EPSG:4326"), index=range(rows))
    if draw(st.booleans()):
        frame = conform_with_notes(frame)[0]
        for column in COLUMNS[:-1]:
            if column.dtype == "str":
                values = st.one_of(texts(ending), st.none())
                cells = draw(st.lists(values, min_size=rows, max_size=rows))
                frame[column.name] = pd.Series(cells, dtype=frame[column.name].dtype)
    controls = ["Cs", "Cc"]
    letters = st.characters(exclude_characters="\ufffe\uffff", exclude_categories=controls)
    hostile = [
        "Name",
        "name",
        "NAME",
        "fid",
        "geom",
        "longitude",
        "Latitude",
        "=1+1",
        "a b",
        "",
        "geologische_einheit",
        "geologische_einheit_2",
        "месторождение",
        'a"b',
        "'",
        "about",
    ]
    names = st.one_of(st.sampled_from(hostile), st.text(letters, max_size=12))
    for name in draw(st.lists(names, max_size=5, unique=True)):
        if name not in frame.columns:
            frame[name] = draw(columns(ending, rows))
    crs = draw(st.sampled_from(["EPSG:4326", "EPSG:4326", "EPSG:3857", "EPSG:32642", "OGC:CRS84"]))
    if crs == "EPSG:32642":
        shapes = [
            s and shapely.affinity.scale(s, 1000, 1000, origin=(-400, 0)) for s in frame.geometry
        ]
        frame = frame.set_geometry(gpd.GeoSeries(shapes, crs=crs))
    else:
        frame = frame.to_crs(crs)
    frame.attrs = {"sources": SOURCES, "n": draw(st.integers())}
    return frame


@pytest.mark.parametrize("ending", EXACT)
def test_every_table_comes_back_exactly(ending: str) -> None:
    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(tables(ending))
    def check(frame: gpd.GeoDataFrame) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"x{ending}"
            before = frame.copy()
            write(frame, path)
            assert_same(exactly_from(path), frame)
            assert_same(frame, before)

    check()


@st.composite
def occurrences(draw: st.DrawFn, ending: str) -> gpd.GeoDataFrame:
    """Give occurrence tables with further columns, in degrees or in metres."""
    rows = draw(st.integers(1, 5))
    degrees = st.floats(-80, 80).map(lambda number: number if abs(number) > 1e-9 else 0.0)
    shapes = [shapely.Point(60 + row, draw(degrees)) for row in range(rows)]
    frame = conform_with_notes(gpd.GeoDataFrame(geometry=shapes, crs=4326))[0]
    for column in COLUMNS[:-1]:
        values = st.one_of(texts(ending), st.none())
        if column.dtype != "str":
            values = st.one_of(st.integers(-2000, 3000), st.none())
        cells = draw(st.lists(values, min_size=rows, max_size=rows))
        frame[column.name] = pd.Series(cells, dtype=frame[column.name].dtype)
    for name in draw(st.lists(st.sampled_from(["longitude", "Grade", "описание"]), unique=True)):
        frame[name] = [f"further {row}" for row in range(rows)]
    frame.attrs = {"sources": SOURCES, "n": draw(st.integers())}
    return frame.to_crs(draw(st.sampled_from([4326, 3857])))


def promised(column: pd.Series) -> list[str | None]:
    """Return texts as the formats promise them: without white space at their ends."""
    return [None if pd.isna(text) else str(text).strip() or None for text in column]


@pytest.mark.parametrize("ending", OTHERS)
def test_every_occurrence_table_comes_back_with_its_types_and_sources(ending: str) -> None:
    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(occurrences(ending))
    def check(table: gpd.GeoDataFrame) -> None:
        with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
            warnings.simplefilter("error")
            write(table, Path(folder) / f"x{ending}")
            read = mm.read(Path(folder) / f"x{ending}")
        assert read.columns.tolist() == table.columns.tolist()
        assert read.attrs == table.attrs
        assert read.crs == "EPSG:4326"
        for column in COLUMNS[:-1]:
            name = column.name
            assert read[name].dtype == table[name].dtype
            if column.dtype == "str":
                assert promised(read[name]) == promised(table[name])
            else:
                assert_series_equal(read[name], table[name])
        for name in table.columns[len(COLUMN_NAMES) :]:
            assert read[name].tolist() == table[name].tolist()
        apart = shapely.distance(read.geometry.to_numpy(), table.to_crs(4326).geometry.to_numpy())
        assert (apart < 1e-8).all()

    check()


@pytest.mark.parametrize("ending", OTHERS)
def test_shapes_of_occurrences_come_back(tmp_path: Path, ending: str) -> None:
    shapes = [shapely.box(60, 40, 61, 41), None, shapely.box(-10, -20, -9, -19)]
    hole = shapes[0].difference(shapely.box(60.2, 40.2, 60.4, 40.4))
    table = conform_with_notes(gpd.GeoDataFrame(geometry=[hole, *shapes[1:]], crs=4326))[0]
    table["occurrence_id"] = ["a:1", "a:2", "a:3"]
    write(table, tmp_path / f"x{ending}")
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # a:2 was written without a location
        read = mm.read(tmp_path / f"x{ending}")
    assert read["occurrence_id"].tolist() == ["a:1", "a:2", "a:3"]
    there, given_ = read.geometry.to_numpy(), table.geometry.to_numpy()
    assert shapely.is_missing(there).tolist() == [False, True, False]
    same = shapely.equals_identical(shapely.normalize(there), shapely.normalize(given_))
    assert same[[0, 2]].all()
