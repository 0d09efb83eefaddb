"""Everything with shapes is drawn where pyproj puts it, and what has no place is refused."""

from __future__ import annotations

import io
import json
import warnings
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.feather
import pytest
import shapely

import minmap as mm
from minmap.errors import CRSError, FileError, GeometryError, MinmapError, MinmapWarning
from minmap.files import read_vector, vector_file
from minmap.rasters import given
from tests import shape_sources
from tests.shape_sources import AREA, AREAS, METRES, SOURCES, TABLE, Source, csv, geojson

pytestmark = pytest.mark.exhaustive

WKT = csv(lambda shape: str(shape.wkt))


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_a_page_draws_shapes_within_one_step_of_pyproj(source: Source, tmp_path: Path) -> None:
    assert shape_sources.steps_off(source, tmp_path) <= 1


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_a_geopackage_has_shapes_within_1_cm_of_pyproj(source: Source, tmp_path: Path) -> None:
    assert shape_sources.metres_off(source, tmp_path) <= 0.01


def test_the_measure_notices_a_shift(tmp_path: Path) -> None:
    moved = SOURCES[0]._replace(made=lambda _: TABLE.translate(0.2))
    assert shape_sources.steps_off(moved, tmp_path) > 1
    assert shape_sources.metres_off(moved, tmp_path) > 0.1


def _is_area(source: Source) -> bool:
    """Return whether a source has valid areas only, and a CRS."""
    shapes = [shape.geom_type.endswith("Polygon") and shape.is_valid for shape in source.shapes]
    return source.crs is None and all(shapes)


@pytest.mark.parametrize("source", [*filter(_is_area, SOURCES)], ids=lambda source: source.name)
def test_select_takes_the_same_areas(source: Source, tmp_path: Path) -> None:
    points = gpd.GeoSeries.from_xy([505_000, 503_600, 0], [5_005_000, 5_002_100, 0], crs=METRES)
    sites = gpd.GeoDataFrame({"id": [0, 1, 2]}, geometry=points)
    assert mm.select(sites, polygon=source.made(tmp_path))["id"].tolist() == [0]


def test_the_data_are_not_changed(tmp_path: Path) -> None:
    for data in (TABLE, geojson()):
        before = json.dumps(data, default=lambda frame: frame.to_json())
        mm.Map().add(data)
        assert json.dumps(data, default=lambda frame: frame.to_json()) == before


@pytest.mark.parametrize(
    ("data", "error", "words"),
    [
        (AREA, CRSError, r"^data=.* has no coordinate reference system; pass it, such as crs="),
        ("SRID=999999;POINT (1 2)", CRSError, "its CRS cannot be understood; pass crs="),
        ("POLYGON ((0 0, 1 1", GeometryError, "is not valid WKT; give a table"),
        (
            {"type": "Pint"},
            FileError,
            "^data={'type': 'Pint'} cannot be read .* data may be a table",
        ),
        ({"type": "Point", "coordinates": {1, 2}}, FileError, "^data="),
        (io.StringIO("a"), FileError, r"gives text; open the file with open\(path, 'rb'\)"),
        (io.BytesIO(b"id;lat\n1;2\n"), FileError, "nor a column of WKT .* minmap.read\\(file\\)"),
        (io.BytesIO(WKT.encode()), CRSError, "no coordinate reference system; .*45.* EPSG:32642"),
    ],
)
def test_what_has_no_place_is_refused(data: Any, error: type, words: str) -> None:
    with pytest.raises(error, match=words):
        mm.Map().add(data)


def test_shapes_of_several_systems_in_one_column_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('a;wkt\n1;"SRID=4326;LINESTRING (1 2, 3 4)"\n2;"SRID=3857;POINT (1 2)"\n')
    with pytest.raises(CRSError, match="several systems \\(SRID 3857, SRID 4326\\)"):
        mm.Map().add(path)
    assert len(read_vector(path, crs=4326)) == 2


def test_broken_shapes_are_counted_and_arcs_too(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    rows = ["LINESTRING (1 2, 3 4)", "CIRCULARSTRING (0 0, 1 1, 2 0)", "POLYGON ((0 0, 1 1))"]
    path.write_text("n;wkt\n" + "".join(f'{n};"{row}"\n' for n, row in enumerate(rows)))
    with pytest.warns(MinmapWarning, match="2 of 3 geometries in 'wkt' are broken"):
        assert read_vector(path, crs=4326).geometry.isna().tolist() == [False, True, True]


def test_a_shape_nested_without_end_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    nested = "GEOMETRYCOLLECTION (" * 100_000
    path.write_text(f"n;wkt\n1;{nested}\n")
    with pytest.raises(FileError, match="nested more than 100 deep"):
        read_vector(path, crs=4326)


def test_words_that_are_no_shapes_stay_words(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("n;name\n1;Point Barrow\n2;Polygon mine (old)\n")
    with pytest.raises(FileError, match="has no geometry"):
        read_vector(path)


def test_read_takes_lines_and_areas_of_a_column(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('name;wkt\nKounrad;"POLYGON ((75 47, 76 47, 76 48, 75 47))"\n')
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MinmapWarning)
        found = mm.read(path)
    assert found.geometry.item().equals(shapely.Polygon([(75, 47), (76, 47), (76, 48)]))
    assert found["name"].item() == "Kounrad"
    path.write_text(WKT)
    with pytest.raises(CRSError, match="no coordinate reference system"):
        mm.read(path)


def test_an_open_file_has_its_name_on_the_map(tmp_path: Path) -> None:
    path = tmp_path / "deep_wells.gpkg"
    TABLE.to_file(path)
    with path.open("rb") as file:
        (layer,) = mm.Map().add(file).layers()
    assert layer.layer_name == "deep wells"
    (layer,) = mm.Map().add(io.BytesIO(path.read_bytes())).layers()
    assert layer.layer_name == "Occurrences"


def test_a_geopackage_of_any_shapes_with_heights_is_read(tmp_path: Path) -> None:
    shapes = [shapely.Point(1, 2, 3), shapely.LineString([(1, 2, 3), (4, 5, 6)])]
    gpd.GeoDataFrame(geometry=shapes, crs=4326).to_file(
        tmp_path / "a.gpkg", geometry_type="Unknown"
    )
    assert read_vector(tmp_path / "a.gpkg").geometry.geom_type.tolist() == ["Point", "LineString"]


@pytest.mark.parametrize("part", [".dat", ".id", ".map"])
def test_a_table_of_mapinfo_needs_its_parts(part: str, tmp_path: Path) -> None:
    path = tmp_path / "a.tab"
    AREAS.to_file(path, driver="MapInfo File")
    path.with_suffix(part).unlink()
    with pytest.raises(FileError, match=rf"a\{part} is missing: it belongs to .*a.tab"):
        read_vector(path)


@pytest.mark.parametrize(
    "line",
    [
        'Open Table "other" Hide',
        "create view all as",
        "Type LINKED",
        '  Type "RASTER"',
        '  File "other.dat"',
        'begin_metadata\n"\\IsSeamless" = "TRUE"\nend_metadata',
        'begin_metadata\n"\\isseamless" = "false"\nend_metadata',
    ],
)
def test_a_table_of_mapinfo_that_may_name_files_is_refused(line: str, tmp_path: Path) -> None:
    path = tmp_path / "a.tab"
    AREAS.to_file(path, driver="MapInfo File")
    path.write_text(path.read_text() + line + "\n")
    with pytest.raises(FileError, match="by which it may refer to other files; save it in MapInfo"):
        read_vector(path)


def test_a_native_table_of_mapinfo_keeps_its_letters(tmp_path: Path) -> None:
    path = tmp_path / "a.TAB"
    named = AREAS.assign(название=["Коунрад", "Рудник"]).drop(columns="name")
    made = tmp_path / "b.tab"
    named.to_file(made, driver="MapInfo File", encoding="CP1251")
    metadata = b'begin_metadata\r\n"\\IsReadOnly" = "FALSE"\r\nend_metadata\r\n'
    path.write_bytes(made.read_bytes().replace(b"Neutral", b"WindowsCyrillic") + metadata)
    for part in (".dat", ".map", ".id"):
        made.with_suffix(part).rename(path.with_suffix(part.upper()))
    assert read_vector(path)["название"].tolist() == ["Коунрад", "Рудник"]


def test_topojson_keeps_its_system_where_gdal_drops_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = vector_file._read_exactly

    def without_crs(*given: Any, **options: Any) -> gpd.GeoDataFrame:
        return gpd.GeoDataFrame(read(*given, **options)).set_crs(None, allow_override=True)

    monkeypatch.setattr(vector_file, "_read_exactly", without_crs)
    path = tmp_path / "a.topojson"
    path.write_text(shape_sources.topojson())
    assert read_vector(path).crs == METRES
    path.write_text(json.dumps(json.loads(shape_sources.topojson()) | {"crs": None}))
    with pytest.raises(CRSError, match="no coordinate reference system"):
        read_vector(path)


def test_text_with_tabs_is_a_table_still(tmp_path: Path) -> None:
    path = tmp_path / "a.tab"
    path.write_text("name\tlatitude\tlongitude\nKounrad\t47\t75\n")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MinmapWarning)
        assert mm.read(path).geometry.x.tolist() == [75]


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("https://me:pw@x.org/geoserver/wfs?service=WFS", "pyogrio.read_dataframe\\('WFS:https"),
        ("https://x.org/rest/services/a/FeatureServer", "/0/query\\?where=1=1.*f=geojson"),
        ("https://x.org/a.geojson", "geopandas.read_file\\('https://...'\\); map.add\\(frame\\)"),
        ("postgresql://me:pw@x.org/mines", "sqlalchemy.create_engine.*geopandas.read_postgis"),
        ("PG:dbname=mines password=pw", "geopandas.read_postgis"),
        (
            "PG:dbname=mines password=pw table=dem mode=2",
            r"rasterio.open\('PG:... table=dem mode=2",
        ),
        ("postgresql://me:pw@x.org/mines?table=dem", r"rasterio.open\('PG:... table=dem mode=2"),
        ("postgresql://me:pw@x.org/rasters", r"rasterio.open\('PG:.*map.add\(raster\)"),
        (
            "WCS:https://me:pw@x.org/ows",
            r"rasterio.open\('WCS:https://...\?coverage=dem'\); map.add",
        ),
        ("https://me:pw@x.org/ows?service=WCS&version=2.0.1", r"rasterio.open\('WCS:https://...\?"),
    ],
)
def test_an_address_is_refused_with_the_lines_that_fetch_it(address: str, words: str) -> None:
    with pytest.raises(FileError, match=words) as caught:
        mm.Map().add(address)
    assert "pw" not in str(caught.value)


@pytest.mark.parametrize(
    ("data", "error", "words"),
    [
        ([AREA], CRSError, "has no coordinate reference system; pass it, such as crs="),
        ([AREA, 3], MinmapError, "cannot draw a value of type list"),
        ([], MinmapError, r"cannot draw \[\]; give a table"),
        (np.array([AREA, "x"], dtype=object), MinmapError, "array"),
        (pa.table({"geometry": [AREA.wkb]}), CRSError, "crs="),
        (pa.table({"name": ["a"]}), FileError, "has no geometry"),
        (pa.chunked_array([[1, 2]]), GeometryError, "and no table"),
    ],
)
def test_held_shapes_that_cannot_be_drawn_are_named(
    data: Any, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        mm.Map().add(data)


def test_a_list_of_shapes_has_no_columns_and_a_table_of_pyarrow_has() -> None:
    with pytest.raises(MinmapError, match="label='name' does not apply to a list of shapely geom"):
        mm.Map().add([shapely.Point(60, 40)], label="name")
    table = pa.table({"name": ["a", "b"], "geometry": [shapely.Point(n, 40).wkb for n in (60, 61)]})
    (layer,) = mm.Map().add(table, crs=4326, label="name").layers()
    assert layer.describe("")["count"] == 2


def test_the_password_of_an_open_dataset_is_not_repeated() -> None:
    name = "PG:dbname=mines password=pw table=dem"
    closed = SimpleNamespace(name=name, closed=True, mode="r", count=1)
    with pytest.raises(FileError, match=r"The dataset 'PG raster' is closed"):
        given._open_already(closed)
    opened = given._open_already(SimpleNamespace(name=name, closed=False, mode="r", count=1))
    assert "pw" not in repr((opened.where, opened.name, opened.title))


def test_a_stream_of_arrow_is_checked_before_it_is_read() -> None:
    offsets = pa.py_buffer(np.array([0, 1 << 30, 3], np.int32).tobytes())
    lies = pa.Array.from_buffers(pa.string(), 2, [None, offsets, pa.py_buffer(b"abc")])
    shapes = pa.array([shapely.to_wkb(shapely.Point(1, 2))] * 2)
    for table in (
        pa.table({"name": lies, "geometry": shapes}),
        pa.table([shapes, shapes], names=["geometry", "geometry"]),
    ):
        with pytest.raises(
            GeometryError, match=r"and no table: (?:.*[Oo]ffset|.*too small|.*several)"
        ):
            mm.Map().add(table, crs=4326)
    long = pa.DictionaryArray.from_arrays(
        pa.array(np.zeros(100_000, np.int32)), pa.array(["x" * 20_000])
    )
    geometry = pa.array([shapely.to_wkb(shapely.Point(1, 2))] * 100_000)
    starts, short = (pa.array(np.arange(n, dtype=np.int32)) for n in (100_001, 1))
    for name in (
        long,
        pa.StructArray.from_arrays([long], ["a"]),
        pa.ListArray.from_arrays(starts, long),
        pa.chunked_array([long, pa.DictionaryArray.from_arrays(short, ["y" * 20_000])]),
    ):
        shapes_of_names = pa.array(geometry[:1].to_pylist() * len(name))
        with pytest.raises(GeometryError, match=r"bytes stand for .* rows with 2,.* bytes"):
            mm.Map().add(pa.table({"name": name, "geometry": shapes_of_names}), crs=4326)
    nothing = pa.record_batch([pa.nulls(2**31 - 2)], names=["name"])
    with pytest.raises(GeometryError, match="0 bytes stand for 2,147,483,646 rows"):
        mm.Map().add(pa.RecordBatchReader.from_batches(nothing.schema, [nothing]), crs=4326)

    def endless() -> Iterator[pa.RecordBatch]:
        batch = pa.record_batch({"geometry": shapes})
        while True:
            yield batch

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("minmap.files.arrow_table._LARGEST_STREAM", 1 << 12)
        stream = pa.RecordBatchReader.from_batches(pa.schema({"geometry": pa.binary()}), endless())
        with pytest.raises(GeometryError, match="and no table: it gives more than 0 MB"):
            mm.Map().add(stream, crs=4326)


def test_tables_with_views_are_drawn_as_those_of_polars_are() -> None:
    texts, shapes = pa.array(["a", "b", "a"]), [shapely.to_wkb(shapely.Point(n, 1)) for n in "123"]
    kinds = texts.dictionary_encode()
    view = kinds.dictionary.cast(pa.string_view())
    table = pa.table(
        {
            "kind": pa.DictionaryArray.from_arrays(kinds.indices, view, ordered=True),
            "text": texts.cast(pa.string_view()),
            "texts": pa.array([["a"], None, []], pa.large_list(pa.string_view())),
            "record": pa.array([{"x": "a"}] * 3, pa.struct({"x": pa.string_view()})),
            "geometry": pa.array(shapes, pa.binary_view()),
        }
    )
    (layer,) = mm.Map().add(table, crs=4326, color="kind").layers()
    assert layer.drawn[0].table["text"].tolist() == ["a", "b", "a"]
    assert [entry.label for entry in layer.drawn[0].marks.legend.entries] == ["a", "b"]


def test_a_stream_of_arrow_whose_records_lie_about_their_length_is_refused() -> None:
    shapes = pa.array([shapely.to_wkb(shapely.Point(1, 2))] * 7)
    names = pa.StructArray.from_arrays([pa.array(["a"] * 7)], ["name"])
    table = pa.table({"names": names, "geometry": shapes})
    stream = pa.BufferOutputStream()
    with pa.ipc.new_stream(stream, table.schema) as writer:
        writer.write_table(table)
    content, seven = stream.getvalue().to_pybytes(), (7).to_bytes(8, "little")
    places = [n for n in range(0, len(content), 8) if content[n : n + 8] == seven]
    refused = 0
    for place in places:  # those of the batch, of the records, of their texts, and of the shapes
        lie = content[:place] + (1 << 24).to_bytes(8, "little") + content[place + 8 :]
        with suppress(GeometryError):
            mm.Map().add(pa.ipc.open_stream(lie), crs=4326)
            continue
        refused += 1
    assert refused == len(places) >= 4
    with pytest.raises(GeometryError, match="data is a RecordBatchStreamReader and no table"):
        mm.Map().add(pa.ipc.open_stream(content[:-200]), crs=4326)


def test_an_arrow_file_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.feather"
    AREAS.to_feather(path)
    content = bytearray(path.read_bytes())
    for place in range(8, len(content) - 8, 8):
        if content[place : place + 8] == len(AREAS).to_bytes(8, "little"):
            content[place : place + 8] = (1 << 60).to_bytes(8, "little")
    path.write_bytes(bytes(content))
    with pytest.raises(FileError, match="cannot be read as an Arrow file"):
        read_vector(path)


def test_an_arrow_file_that_expands_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.feather"
    zeros = pa.array(np.zeros(40_000_000))
    pa.feather.write_feather(pa.table({"zeros": zeros}), path, compression="zstd")
    with pytest.raises(FileError, match=r"a\.feather cannot be read as an Arrow file: it expands"):
        read_vector(path)
