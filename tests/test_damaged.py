"""Damaged and hostile files end in one line of minmap's, and within bounds."""

import csv
import html
import io
import json
import sqlite3
import struct
import zipfile
import zlib
from collections.abc import Callable
from itertools import product
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.parsers.expat import ExpatError
from zipfile import BadZipFile

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import pytest
import rasterio
import shapely
from affine import Affine
from pyarrow import feather
from pyproj import CRS
from pyproj.exceptions import ProjError
from python_calamine import CalamineError
from shapely.errors import ShapelyError
from shapely.geometry import Point

import minmap as mm
from minmap.files import parquet, parquet_cells
from minmap.files.damage import as_file_error
from minmap.files.shapefile import index_of
from minmap.rasters import warp
from minmap.rasters.map_grid import fit_grid
from minmap.rasters.placement import Placement
from minmap.table import conform

pytestmark = pytest.mark.exhaustive

FRAME = gpd.GeoDataFrame(
    {
        "name": ["Kounrad", "Aktogay", None],
        "commodities": ["Cu", "Cu Mo", "Au"],
        "year": pd.array([1934, None, 1965], dtype="Int64"),
        "kind": pd.Categorical(["open", "open", "deep"]),
        "opened": pd.to_datetime(["1934-01-01", "1970-06-01", "1965-01-01"]),
    },
    geometry=[Point(74.98, 46.99), Point(79.98, 46.95), None],
    crs="EPSG:4326",
)
OCCURRENCES = conform(
    FRAME.assign(occurrence_id=["a:1", "a:2", "a:3"], source="a").set_geometry(
        [Point(74.98, 46.99), Point(79.98, 46.95), Point(70, 45)], crs="EPSG:4326"
    )
)
# What metadata may hold in the place of each of its values.
ODD: tuple[Any, ...] = (None, -1, 10**30, 1e308, "", "x", "EPSG:99999999", [], [None], {}, {"a": 1})


def outcome(path: Path) -> str:
    """Read a file; say what came of it. Anything but an error of minmap's is raised."""
    try:
        mm.read(path)
    except mm.MinmapError as error:
        text = str(error)
        assert text, path
        assert "\n" not in text, text
        return "error"
    return "read"


def changes(record: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the places of all values in a JSON text."""
    found = [path] if path else []
    items: list[tuple[Any, Any]] = []
    if isinstance(record, dict):
        items = [*record.items()]
    elif isinstance(record, list):
        items = [*enumerate(record)]
    for key, value in items[:8]:
        found += changes(value, (*path, key))
    return found


def changed(record: Any, path: tuple[Any, ...], value: Any) -> str:
    copy = json.loads(json.dumps(record))
    at = copy
    for key in path[:-1]:
        at = at[key]
    if value is changed:
        del at[path[-1]]
    else:
        at[path[-1]] = value
    return json.dumps(copy)


def every_change(record: Any) -> list[str]:
    every = [(path, odd) for path in changes(record) for odd in (*ODD, changed)]
    # The step shares no factor with the number of values, so each place gets others than the last.
    return [changed(record, path, odd) for path, odd in every[::11]]


# Records of minmap's own --------------------------------------------------------------------------


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("key", [b"geo", b"pandas", b"PANDAS_ATTRS"])
def test_damaged_metadata_of_geoparquet(tmp_path, key):
    mm.write(FRAME, tmp_path / "a.parquet")
    table = pq.read_table(tmp_path / "a.parquet")
    metadata = dict(table.schema.metadata)
    for number, text in enumerate(every_change(json.loads(metadata[key]))):
        path = tmp_path / f"{number}.parquet"
        pq.write_table(table.replace_schema_metadata({**metadata, key: text.encode()}), path)
        outcome(path)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("make", [FRAME, FRAME.set_index("name")], ids=["range", "index"])
def test_geoparquet_whose_columns_are_gone_or_of_another_kind(tmp_path, make):
    mm.write(make, tmp_path / "a.parquet")
    table = pq.read_table(tmp_path / "a.parquet")
    others = [pa.nulls(3), pa.array([1, 2, 3]), pa.array(["a"] * 3), pa.array([b"\1\2"] * 3)]
    for position, name in enumerate(table.column_names):
        pq.write_table(table.drop_columns([name]), tmp_path / "b.parquet")
        outcome(tmp_path / "b.parquet")
        for other in others:
            pq.write_table(table.set_column(position, name, other), tmp_path / "b.parquet")
            outcome(tmp_path / "b.parquet")


@pytest.mark.filterwarnings("ignore")
def test_damaged_pages_of_geoparquet(tmp_path):
    mm.write(FRAME, tmp_path / "a.parquet")
    whole = (tmp_path / "a.parquet").read_bytes()
    ends = set()
    for at in range(4, len(whole), 101):
        (tmp_path / "b.parquet").write_bytes(whole[:at] + b"\xff\x00\xaa" + whole[at + 3 :])
        ends.add(outcome(tmp_path / "b.parquet"))
    assert "error" in ends


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("ending", [".csv", ".shp"])
def test_damaged_records_beside_a_file(tmp_path, ending):
    path = tmp_path / f"a{ending}"
    mm.write(OCCURRENCES, path)
    record = path.with_name(path.name + ".about.json")
    for text in every_change(json.loads(record.read_text())):
        record.write_text(text)
        outcome(path)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("ending", [".geojson", ".kml"])
def test_damaged_records_in_a_text(tmp_path, ending):
    path = tmp_path / f"a{ending}"
    mm.write(OCCURRENCES, path)
    whole = path.read_text(encoding="utf-8")
    start = whole.index("{", whole.index('"minmap"'))
    end = start + json.JSONDecoder().raw_decode(whole[start:])[1]
    for text in every_change(json.loads(whole[start:end])):
        path.write_text(whole[:start] + text + whole[end:], encoding="utf-8")
        outcome(path)


@pytest.mark.filterwarnings("ignore")
def test_a_record_nested_ten_thousand_deep(tmp_path):
    path = tmp_path / "a.csv"
    mm.write(OCCURRENCES, path)
    path.with_name("a.csv.about.json").write_text("[" * 10_000 + "]" * 10_000)
    assert outcome(path) == "read"  # as a table without a record


def test_an_unknown_crs_in_metadata_names_the_file_and_the_cure(tmp_path):
    path = tmp_path / "a.gpkg"
    mm.write(FRAME, path)
    with sqlite3.connect(path) as database:
        database.execute(
            "UPDATE gpkg_metadata SET metadata = replace(metadata, 'EPSG:4326', 'EPSG:99999999')"
        )
    database.close()
    with pytest.raises(mm.CRSError, match=r"^a\.gpkg: its CRS cannot be understood; pass crs="):
        mm.read(path)


@pytest.mark.filterwarnings("ignore")
def test_damaged_metadata_of_a_geopackage(tmp_path):
    mm.write(FRAME, tmp_path / "a.gpkg")
    with sqlite3.connect(tmp_path / "a.gpkg") as database:
        (whole,) = database.execute("SELECT metadata FROM gpkg_metadata").fetchone()
        start, end = whole.index("{"), whole.rindex("}") + 1
        for text in every_change(json.loads(html.unescape(whole[start:end]))):
            xml = whole[:start] + html.escape(text) + whole[end:]
            database.execute("UPDATE gpkg_metadata SET metadata = ?", [xml])
            database.commit()
            outcome(tmp_path / "a.gpkg")
    database.close()


def test_our_shapefile_without_its_index_is_read_as_it_was(tmp_path):
    mm.write(OCCURRENCES, tmp_path / "a.shp")
    whole = mm.read(tmp_path / "a.shp")
    index = (tmp_path / "a.shx").read_bytes()
    (tmp_path / "a.shx").unlink()
    assert mm.read(tmp_path / "a.shp").equals(whole)
    assert not (tmp_path / "a.shx").exists()
    assert index_of(tmp_path / "a.shp") == index


def test_our_csv_saved_in_another_encoding_is_still_read(tmp_path):
    path = tmp_path / "a.csv"
    mm.write(OCCURRENCES.assign(имя=["Коунрад", "Актогай", "Бакырчик"]), path)
    path.write_bytes(path.read_text(encoding="utf-8").encode("cp1251"))
    with pytest.warns(mm.MinmapWarning, match="was read as cp1251"):
        read = mm.read(path)
    assert read["commodities"].tolist() == OCCURRENCES["commodities"].tolist()
    assert read["имя"].tolist() == ["Коунрад", "Актогай", "Бакырчик"]


def test_text_of_a_geopackage_that_is_not_utf8(tmp_path):
    path = tmp_path / "a.gpkg"
    mm.write(FRAME, path)
    with sqlite3.connect(path) as database:
        for (trigger,) in database.execute(
            "select name from sqlite_master where type = 'trigger'"
        ).fetchall():
            database.execute(f'drop trigger "{trigger}"')
        database.execute("update a set commodities = cast(x'ff41fe' as text)")
    database.close()
    assert outcome(path) in {"error", "read"}


def test_sources_that_a_table_names_may_be_anything(tmp_path):
    for sources in (5, [{"title": "no id"}], [{"id": {"a": 1}}], [7, None], {"id": "x"}):
        frame = FRAME.copy()
        frame.attrs["sources"] = sources
        assert len(mm.merge(frame, frame)) == 2 * len(FRAME)
        assert len(mm.access(frame, to="poti_port")) == len(FRAME)


def test_a_measure_beyond_every_scale_is_drawn(tmp_path):
    frame = FRAME.assign(location_uncertainty_m=[1e308, 1.23456, None])
    assert "html" in mm.Map(frame).get_root().render()[:300]


# What a small file decodes to ---------------------------------------------------------------------


def bombs() -> dict[str, Callable[[Path], None]]:
    def of(table: pa.Table) -> Callable[[Path], None]:
        return lambda path: pq.write_table(table, path, compression="zstd", store_schema=False)

    zero = pa.repeat(pa.scalar(0, pa.int32()), 20_000)
    long = pa.DictionaryArray.from_arrays(zero, pa.array(["x" * 200_000]))
    offsets = pa.array(range(0, 101 * 20_000, 20_000), pa.int32())
    texts = pa.ListArray.from_arrays(offsets, pa.repeat(pa.scalar("y" * 300), 100 * 20_000))
    return {
        "one long text in every row": of(pa.table({"name": long})),
        "many texts in every list": of(pa.table({"name": texts})),
        "rows of nothing": of(pa.table({"a": pa.nulls(50_000_000), "b": pa.nulls(50_000_000)})),
        "one number in every row": of(pa.table({"a": pa.repeat(pa.scalar(1), 40_000_000)})),
    }


@pytest.mark.parametrize("name", bombs())
def test_a_small_parquet_that_stands_for_much_is_refused_before_it_is_decoded(
    tmp_path, monkeypatch, name
):
    path = tmp_path / "a.parquet"
    bombs()[name](path)
    assert path.stat().st_size < 1 << 20

    def never(*given: object, **options: object) -> None:
        raise AssertionError("decoded")

    monkeypatch.setattr(parquet.pd, "read_parquet", never)
    monkeypatch.setattr(parquet.gpd, "read_parquet", never)
    with pytest.raises(mm.FileError, match=r"(decodes to|nearly all alike).* If you trust it"):
        mm.read(path)


@pytest.mark.parametrize(
    ("kind", "ending"),
    [
        *product(["rows", "lists", "records", "wide records", "numbers"], [".parquet", ".feather"]),
        ("shapes", ".parquet"),  # in Feather the places of shapes take room
    ],
)
def test_a_small_table_of_very_many_equal_cells_is_refused(
    tmp_path: Path, kind: str, ending: str
) -> None:
    path = tmp_path / f"a{ending}"
    rows = {"rows": 2_000_000, "numbers": 100_000}.get(kind, 300_000)
    types = {
        "rows": (pa.float64(), 1.0, 2),
        "lists": (pa.list_(pa.int8()), [], 18),
        "records": (pa.struct({"a": pa.int8()}), {"a": 1}, 8),
        "wide records": (
            pa.struct([(f, pa.int8()) for f in "abcdefgh"]),
            dict.fromkeys("abcdefgh", 1),
            1,
        ),
        "numbers": (pa.int64(), 1, 400),
        "shapes": (pa.binary(), shapely.to_wkb(Point(1, 2)), 8),
    }
    kind_of_column, value, columns = types[kind]
    column = pa.repeat(pa.scalar(value, kind_of_column), rows)
    table = pa.table({f"c{n}": column for n in range(columns)})
    if kind == "shapes":
        about = {name: {"encoding": "WKB", "geometry_types": []} for name in table.column_names}
        geo = {"version": "1.0.0", "primary_column": "c0", "columns": about}
        table = table.replace_schema_metadata({"geo": json.dumps(geo)})
    if ending == ".feather":
        feather.write_feather(table, path, compression="zstd")
    else:
        pq.write_table(table, path, compression="zstd")
    with pytest.raises(mm.FileError, match=r"(rows|cells) in .* bytes, so they are nearly all"):
        mm.read(path)


def test_a_parquet_that_states_more_missing_values_than_it_has_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.parquet"
    column = pa.repeat(pa.scalar([], pa.list_(pa.int8())), 300_000)
    pq.write_table(pa.table({f"c{n}": column for n in range(18)}), path)
    chunk = SimpleNamespace(
        path_in_schema="c0.list.element",
        num_values=300_000,
        statistics=SimpleNamespace(null_count=1 << 60, has_null_count=True),
    )
    group = SimpleNamespace(num_rows=300_000, column=lambda _: chunk)
    stated = SimpleNamespace(
        num_rows=300_000, num_columns=18, num_row_groups=1, row_group=lambda _: group
    )
    monkeypatch.setattr(parquet_cells.pq, "read_metadata", lambda _: stated)
    with pytest.raises(mm.FileError, match=r"10,800,000 cells in .* nearly all alike"):
        parquet_cells.require_few_cells(path, "a.parquet", path.stat().st_size)


@pytest.mark.parametrize("ending", [".parquet", ".feather"])
def test_types_that_arrow_cannot_convert_are_refused(tmp_path: Path, ending: str) -> None:
    stored = pa.array(["a", "b"]).dictionary_encode()
    kind = pa.opaque(stored.type, "kind", "somebody")
    table = pa.table(
        {"lat": [1.0, 2], "lon": [1.0, 2], "k": pa.ExtensionArray.from_storage(kind, stored)}
    )
    path = tmp_path / f"a{ending}"
    if ending == ".feather":
        feather.write_feather(table, path)
    else:
        pq.write_table(table, path)
    with pytest.raises(
        mm.FileError, match=r"the column 'k' has the type arrow\.opaque; write what"
    ):
        mm.read(path)
    with pytest.raises(mm.GeometryError, match=r"the column 'k' has the type arrow\.opaque"):
        mm.Map().add(table, crs=4326)


def test_lists_count_whatever_the_name_of_their_column_and_what_geo_says(tmp_path: Path) -> None:
    records = pa.array([{"a": 1}] * 2_000_000, pa.struct({"a": pa.int8()}))
    lists = pa.ListArray.from_arrays(pa.array([0, len(records)], pa.int32()), records)
    stated = {"encoding": "WKB", "geometry_types": []}
    geo = {"version": "1.0.0", "primary_column": "c", "columns": {"c": stated}}
    for name, about in (("a.b", {}), ("c", {"geo": json.dumps(geo)})):
        path = tmp_path / "a.parquet"
        table = pa.table({"lat": [1.0], name: lists}).replace_schema_metadata(about)
        pq.write_table(table, path, compression="zstd")
        with pytest.raises(mm.FileError, match=r"cells in .* bytes, so they are nearly all alike"):
            mm.read(path)


@pytest.mark.parametrize("kind", ["dictionary", "view", "large"])
def test_nested_shapes_are_found_in_every_type_of_bytes(tmp_path: Path, kind: str) -> None:
    nested = bytes.fromhex("010700000001000000") * 900 + Point(1, 2).wkb
    shapes = pa.array([nested] * 20, pa.large_binary())
    shapes = shapes.dictionary_encode() if kind == "dictionary" else shapes
    shapes = shapes.cast(pa.binary_view()) if kind == "view" else shapes
    about = {"encoding": "WKB", "geometry_types": []}
    geo = {"version": "1.0.0", "primary_column": "geometry", "columns": {"geometry": about}}
    path = tmp_path / "a.parquet"
    pq.write_table(
        pa.table({"geometry": shapes}).replace_schema_metadata({"geo": json.dumps(geo)}), path
    )
    with pytest.raises(mm.FileError, match="made of more than 100 collections"):
        mm.read(path)


def test_a_table_whose_columns_are_mostly_empty_is_read(tmp_path: Path) -> None:
    path, rows = tmp_path / "a.parquet", 300_000
    full = {name: pa.array(np.random.default_rng(1).random(rows)) for name in ("lat", "lon")}
    table = pa.table(full | {f"c{n}": pa.nulls(rows, pa.string()) for n in range(63)})
    pq.write_table(table, path)
    assert not parquet.has_geometry(path, "a.parquet", path.stat().st_size)


def test_a_parquet_in_proportion_to_its_size_is_not_counted_text_by_text(tmp_path, monkeypatch):
    path = tmp_path / "a.parquet"
    mm.write(FRAME, path)
    monkeypatch.setattr(parquet, "decoded_size", lambda *_: pytest.fail("counted"))
    assert len(mm.read(path)) == len(FRAME)


# Placement of rasters -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("transform", "message"),
    [
        (Affine(np.nan, 0, 60, 0, -1, 50), "not finite"),
        (Affine(1, 0, np.inf, 0, -1, 50), "not finite"),
        (Affine(1, 0, 60, 0, 0, 50), "on one line"),
        (Affine(1, 2, 60, 2, 4, 50), "on one line"),
        (Affine(1e300, 0, 1e300, 0, -1e300, 1e300), "check its CRS and its geotransform"),
        (Affine(1e-300, 0, 60, 0, -1e-20, 50), "is not on the map"),
    ],
)
def test_a_placement_that_cannot_be(tmp_path, transform, message):
    path = tmp_path / "a.tif"
    with rasterio.open(
        path, "w", driver="GTiff", width=2, height=2, count=1, dtype="uint8", crs="EPSG:4326",
        transform=transform,
    ) as file:  # fmt: skip
        file.write(np.ones((2, 2), "uint8"), 1)
    with pytest.raises(mm.CRSError, match=message) as raised:
        warp(path)
    assert "\n" not in str(raised.value)


def test_pixels_of_almost_no_size_give_a_grid_within_the_limit() -> None:
    flat = Affine(1.0, 0.0, 60.0, 0.0, 8e-320, -4e-320)
    grid = fit_grid(Placement(CRS(4326), flat), 24, 24, max_pixels=10**6)
    assert grid.width * grid.height <= 10**6


# Archives -----------------------------------------------------------------------------------------

TABLE = b"name,lat,lon,commodity\nAkbakai,45.1,72.7,Gold\nBestobe,52.5,73.1,Gold\n"
NAMES = [
    "",
    ".",
    "/",
    "//",
    "..",
    "../..",
    "a/..",
    "\\",
    "C:\\",
    "C:",
    "a\0b",
    " ",
    ".csv",
    "a/.",
    "...",
]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", NAMES)
def test_members_of_archives_may_have_any_name(tmp_path, name):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        info = zipfile.ZipInfo("x")
        info.filename = name
        archive.writestr(info, b"nothing")
        archive.writestr("mines.csv", TABLE)
    assert len(mm.read(path)) == 2
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(info, TABLE)
    outcome(path)


@pytest.mark.filterwarnings("ignore")
def test_members_of_one_name_count_once(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mines.csv", b"nothing")
        archive.writestr("mines.csv", TABLE)
    assert len(mm.read(path)) == 2


# The errors themselves ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "kind",
    [
        BadZipFile, CalamineError, ExpatError, ProjError, ShapelyError, csv.Error,
        pa.ArrowException, pyogrio.errors.CRSError, pyogrio.errors.DataLayerError,
        pyogrio.errors.DataSourceError, pyogrio.errors.FeatureError, pyogrio.errors.FieldError,
        sqlite3.DatabaseError, struct.error, zlib.error,
        ArithmeticError, AssertionError, AttributeError, EOFError, LookupError, MemoryError,
        NameError, OSError, RuntimeError, SyntaxError, TypeError, ValueError,
    ],
)  # fmt: skip
def test_what_libraries_raise_becomes_one_line(kind):
    with (
        pytest.raises(mm.FileError, match=r"^a\.x is damaged: first line\. Mend it\.$"),
        as_file_error("a.x is damaged", cure="Mend it."),
    ):
        raise kind("first line\nsecond line")


def test_errors_of_minmap_pass_unchanged():
    with pytest.raises(mm.CRSError, match=r"^mine$"), as_file_error("a", cure="b"):
        raise mm.CRSError("mine")


def test_a_destination_far_from_the_network_names_the_nearest_stations():
    for place in ((58.0, 46.0), [58.0, 46.0], Point(58.0, 46.0)):
        with pytest.raises(mm.ChoiceError, match=r"lies 47 km from the nearest node.*'Сагыр'"):
            mm.route("beyneu", to=place)
    with pytest.raises(mm.MinmapError, match=r"^reach_km='500 km' is not a number of km above 0"):
        mm.route("beyneu", to="poti_port", reach_km="500 km")
    with pytest.raises(
        mm.GeometryError, match=r"^distance_km=a value of type Series is not a numb"
    ):
        mm.geodesy.buffer(FRAME, pd.Series([1.0, 2.0]))


def test_a_crs_that_pyproj_refuses():
    file = io.BytesIO(TABLE)
    with pytest.raises(mm.CRSError, match="crs='EPSG:99999999' is not a coordinate reference"):
        mm.read(file, crs="EPSG:99999999")


def test_very_many_equal_rows_of_parquet_are_refused(tmp_path: Path) -> None:
    path, rows = tmp_path / "a.parquet", 1_500_000
    pq.write_table(pa.table({"lat": np.full(rows, 45.0), "lon": np.full(rows, 70.0)}), path)
    assert path.stat().st_size < 100_000
    with pytest.raises(mm.FileError, match=r"has 1,500,000 rows in [\d,]+ bytes, so they are"):
        mm.read(path)
