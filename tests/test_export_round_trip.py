"""What is written comes back the same from every format."""

from __future__ import annotations

import tempfile
import zipfile
from dataclasses import dataclass
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

from minmap.files.cells import Cells
from minmap.table import COLUMNS, conform_with_notes
from minmap.writing import FORMATS, read_back, write

IN_DEGREES: Final = (".geojson", ".kml", ".kmz", ".csv", ".xlsx")
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


@dataclass
class Plain:
    """A file as it lies on disk."""

    path: Path

    @property
    def label(self) -> str:
        return self.path.name

    def cells(self, layer: str | None = None) -> Cells:
        raise AssertionError(f"{self.path} was to be read without its cells, layer {layer}")


def back_from(path: Path) -> gpd.GeoDataFrame:
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            archive.extractall(path.parent / "unpacked")
        path = path.parent / "unpacked" / f"{path.stem}.shp"
    if path.suffix == ".kmz":  # which a document unpacks
        with zipfile.ZipFile(path) as archive:
            path = Path(archive.extract("doc.kml", path.parent / "unpacked"))
    read = read_back(Plain(path), None)
    assert read is not None
    return read


def assert_same(read: gpd.GeoDataFrame, frame: gpd.GeoDataFrame, *, ending: str) -> None:
    assert read.columns.tolist() == frame.columns.tolist()
    assert read.crs == frame.crs
    assert read.attrs == frame.attrs
    assert read.active_geometry_name == frame.active_geometry_name
    assert_index_equal(read.index, pd.RangeIndex(len(frame)), exact="equiv")
    for name in frame.columns:
        if name != frame.active_geometry_name:
            assert_series_equal(read[name], frame[name], check_exact=True)
    there, given_ = read.geometry.to_numpy(), frame.geometry.to_numpy()
    assert (shapely.is_missing(there) == shapely.is_missing(given_)).all()
    if ending in IN_DEGREES and frame.crs != "EPSG:4326":
        assert (shapely.get_type_id(there) == shapely.get_type_id(given_)).all()
        with np.errstate(all="ignore"):  # it is not a number for a line of no length
            apart = shapely.hausdorff_distance(there, given_)
        assert (np.isnan(apart) | (apart < 1e-3)).all()
    else:
        same = shapely.equals_identical(shapely.normalize(there), shapely.normalize(given_))
        assert (same | shapely.is_missing(given_)).all()


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


@pytest.mark.parametrize("ending", FORMATS)
def test_what_is_written_is_read(ending: str) -> None:
    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(tables(ending))
    def check(frame: gpd.GeoDataFrame) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"x{ending}"
            before = frame.copy()
            write(frame, path)
            assert_same(back_from(path), frame, ending=ending)
            assert_same(frame, before, ending=ending)

    check()


@pytest.mark.parametrize("ending", IN_DEGREES)
def test_odd_shapes_in_another_crs(tmp_path: Path, ending: str) -> None:
    point = shapely.Point(500_000, 5_000_000)
    shapes = [shapely.GeometryCollection([point, point]), shapely.Point(), None, point.buffer(9)]
    frame = gpd.GeoDataFrame({"name": list("abcd")}, geometry=shapes, crs="EPSG:32642")
    write(frame, tmp_path / f"x{ending}")
    assert_same(back_from(tmp_path / f"x{ending}"), frame, ending=ending)
