"""Rasters of every origin: each cell lies where pyproj puts it, whatever carries it."""

from __future__ import annotations

import re
import sqlite3
import sys
import warnings
from collections.abc import Callable
from contextlib import closing, suppress
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import rasterio
from PIL import Image
from rasterio.enums import ColorInterp
from rasterio.io import MemoryFile
from rasterio.transform import Affine
from rasterio.vrt import WarpedVRT

import minmap as mm
from minmap import cli
from minmap.errors import CRSError, FileError, MinmapError
from minmap.rasters import map_cells, tile_databases, warp
from minmap.rasters.dataset import holds_raster, open_raster
from tests import raster_sources
from tests.raster_sources import BOUNDS, CASES, UTM, Case, cells, is_possible, tif

pytestmark = pytest.mark.exhaustive

SAMPLE = mm.sample("major_deposits_central_asia.csv")
PLACED: dict[str, Any] = {"bounds": BOUNDS, "crs": UTM}


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Give a function that runs the command line; it raises SystemExit if that fails."""

    def call(*words: object) -> None:
        monkeypatch.setattr(sys, "argv", ["minmap", *map(str, words)])
        try:
            cli.main()
        except SystemExit as end:
            if end.code:
                raise

    return call


DOCUMENTED = dict(
    re.findall(
        r"^\| (.+?) \| (\d\.\d\d) \|$", raster_sources.TABLE.read_text("utf-8"), re.MULTILINE
    )
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_cell_is_where_pyproj_puts_it(case: Case) -> None:
    if not is_possible(case):
        pytest.skip(f"{case.needs} is not installed")
    worst = case.worst()
    assert worst <= 0.5
    assert abs(worst - float(DOCUMENTED[case.name])) <= 0.05


def test_the_table_of_the_docs_has_every_case() -> None:
    assert list(DOCUMENTED) == [case.name for case in CASES]


def test_a_cell_that_lies_elsewhere_is_noticed() -> None:
    """The measure of the table can fail: half a cell and a bit is seen."""
    west, south, east, north = BOUNDS
    moved = {"bounds": (west + 600, south, east + 600, north), "crs": UTM, "kind": "classes"}
    off = raster_sources.worst_offset(warp(cells(), **moved), raster_sources.METRES)
    assert 0.5 < off < 0.75


@pytest.mark.parametrize(
    ("data", "options", "said"),
    [
        (cells(), {}, "no place; give its outer edges"),
        (cells(), {"bounds": (1, 2, 3), "crs": UTM}, "no box; give west, south, east and north"),
        (cells(), {"bounds": (3, 2, 1, 4), "crs": UTM}, "no box"),
        (cells(), {"bounds": BOUNDS}, "has no coordinate reference system"),
        (cells(), {**PLACED, "layer": "a"}, "layer='a' is for rasters with several layers"),
        (np.array([["a"]]), PLACED, "holds values of the type <U1"),
        (np.ones((2, 2, 2, 2)), PLACED, r"has the shape \(2, 2, 2, 2\)"),
        (np.ones(3), PLACED, r"has the shape \(3,\)"),
        (np.broadcast_to(np.float64(1), (40_000, 40_000)), PLACED, "12.8 GB of cells"),
        (np.ones((2, 2), complex), PLACED, "complex numbers"),
    ],
)
def test_an_array_without_a_place_is_refused(data: Any, options: Any, said: str) -> None:
    with pytest.raises(MinmapError, match=said):
        warp(data, **options)


@pytest.mark.parametrize(
    "dtype", ["bool", "int8", "uint16", "int64", "float16", ">f4", "float64", "longdouble"]
)
def test_arrays_of_every_type_of_number_are_drawn(dtype: str) -> None:
    data = (cells() % 2).astype(dtype)
    drawn = warp(data, **PLACED, kind="classes")
    assert [float(one["value"]) for one in drawn.legend["entries"]] == [0, 1]


def test_masked_and_missing_cells_are_not_drawn() -> None:
    data = np.ma.masked_less(cells(), 2)
    drawn = warp(data, **PLACED, kind="classes")
    assert [one["value"] for one in drawn.legend["entries"]] == list(range(2, 11))
    gaps = np.where(cells() < 2, np.nan, 7.0)
    values = warp(gaps, **PLACED)
    assert values.cell_values is not None
    assert set(values.cell_values.cells.compressed()) == {7.0}


def test_the_array_is_not_changed() -> None:
    data = np.ma.masked_equal(cells(), 3)
    before = data.copy()
    warp(data, **PLACED)
    assert np.array_equal(data.data, before.data)
    assert np.array_equal(data.mask, before.mask)


def test_a_coordinate_that_is_uneven_is_refused() -> None:
    xr = pytest.importorskip("xarray")
    latitudes = [10.0, 11.0, 13.0]
    array = xr.DataArray(np.ones((3, 2)), {"lat": latitudes, "lon": [1.0, 2.0]}, ("lat", "lon"))
    with pytest.raises(CRSError, match="coordinates lat are not evenly spaced"):
        warp(array)
    with pytest.raises(MinmapError, match="has the dimensions a, b; a raster needs x and y"):
        warp(xr.DataArray(np.ones((3, 2)), dims=("a", "b")))
    with pytest.raises(CRSError, match="has no coordinates for x and y"):
        warp(xr.DataArray(np.ones((3, 2)), dims=("y", "x")), crs=UTM)
    metres = xr.DataArray(np.ones((2, 2)), {"y": [2e6, 1e6], "x": [4e5, 5e5]}, ("y", "x"))
    with pytest.raises(CRSError, match="has no coordinate reference system"):
        warp(metres)


@pytest.mark.parametrize(
    "value", [5, 2.5, [1.0, 2.0], np.array([1, 2]), np.array([]), b"\xff", "\ud800", 10**400]
)
def test_attributes_that_are_no_texts_are_errors_in_one_line_or_ignored(value: Any) -> None:
    xr = pytest.importorskip("xarray")
    lat, lon = [2.0, 1.0], [60.0, 61.0]

    def array(of_rows: Any = (), of_array: Any = (), of_mapping: Any = ()) -> Any:
        coords = {
            "lat": ("lat", lat, dict(of_rows)),
            "lon": lon,
            "crs": ((), 0, dict(of_mapping)),
        }
        return xr.DataArray(np.ones((2, 2)), coords, ("lat", "lon"), attrs=dict(of_array))

    for name in ("standard_name", "axis", "units"):
        warp(array({name: value}))
    for name in ("long_name", "units", "scale_factor", "grid_mapping", "references", "crs_wkt"):
        with suppress(CRSError):
            warp(array((), {name: value}))
    mapping = {"grid_mapping_name": "geostationary", "perspective_point_height": value}
    for name in ("grid_mapping_name", "crs_wkt", "spatial_ref", "sweep_angle_axis"):
        with suppress(CRSError):
            warp(array((), {"grid_mapping": "crs"}, {**mapping, name: value}))


def test_coordinates_that_are_no_numbers_are_refused() -> None:
    xr = pytest.importorskip("xarray")
    for rows in (["a", "b"], np.array(["2020-01-01", "2020-01-02"], "M8[ns]")):
        array = xr.DataArray(np.ones((2, 2)), {"lat": rows, "lon": [1.0, 2.0]}, ("lat", "lon"))
        with pytest.raises(CRSError, match="its coordinates lat are not numbers"):
            warp(array)


@pytest.mark.parametrize(
    "head",
    [
        "ncols 4000\nnrows 4000\nxllcorner 60\nyllcorner 40\ncellsize 0.001\n",
        "DSAA\n4000 4000\n60 64\n40 44\n1 3\n",
    ],
)
def test_a_grid_of_text_that_is_cut_short_is_refused_before_rows_are_sought(
    head: str, tmp_path: Path
) -> None:
    path = tmp_path / "grid.asc"
    path.write_text(head + "1 2 3\n" * 2000)
    message = r"is cut short: it states 4,000 rows of 4,000 cells and has 6,000 numbers"
    with pytest.raises(FileError, match=message):
        warp(path)


def test_a_raster_without_a_system_is_told_what_gives_it_one(tmp_path: Path) -> None:
    grid, tiff = tmp_path / "grid.asc", tmp_path / "grid.tif"
    grid.write_text("ncols 2\nnrows 2\nxllcorner 60\nyllcorner 40\ncellsize 1\n1 2\n3 4\n")
    profile = {"driver": "GTiff", "width": 2, "height": 2, "count": 1, "dtype": "uint8"}
    with rasterio.open(tiff, "w", **profile, transform=Affine(1, 0, 60, 0, -1, 42)) as dataset:
        dataset.write(np.ones((1, 2, 2), np.uint8))
    said = "has no coordinate reference system; {} it, such as crs='EPSG:4326'. The centre"
    for path, cure in ((grid, "put a .prj beside it or pass"), (tiff, "pass")):
        with pytest.raises(CRSError, match=said.format(cure)):
            mm.Map(path)


GRID = "ncols 3\nnrows 2\nxllcorner 60\nyllcorner 40\ncellsize 1\n"


@pytest.mark.parametrize("first", ["1", "1.5"])
@pytest.mark.parametrize("word", ["NA", "NAN", "*", "-", "-nan", "1e", "1.5D+03", "1-2", "1,2,3"])
def test_a_word_among_the_numbers_of_a_grid_is_not_read_as_0(
    word: str, first: str, tmp_path: Path
) -> None:
    path = tmp_path / "grid.asc"
    path.write_text(f"{GRID}{first} {word} 3\n4 5 6\n")
    with pytest.raises(FileError, match=rf"has '{re.escape(word)}' among its numbers"):
        warp(path, crs=4326)


def test_a_decimal_comma_in_a_grid_of_surfer_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "grid.grd"
    path.write_text("DSAA\n3 2\n60 62\n40 41\n1 6\n1 2,5 3\n4 5 6\n")
    with pytest.raises(FileError, match="has '2,5' among its numbers"):
        warp(path, crs=4326)
    path.write_text("DSAA\n3 2\n60 62\n40 41\n1 6\n1 2.5 3\n4 5 6\n")
    assert warp(path, crs=4326).kind == "values"


@pytest.mark.parametrize("first", ["1", "1.5"])
@pytest.mark.parametrize(
    ("word", "value"),
    [
        *((word, None) for word in ("nan", "NaN", "-inf", "1.#QNAN0", "-1.#IND00", "1.#INF")),
        ("3000000000", 3e9), ("+7", 7), (".5", 0.5), ("2e1", 20), ("7,5", 7.5),
    ],
)  # fmt: skip
def test_numbers_of_a_grid_are_read_as_programs_write_them(
    word: str, value: float | None, first: str, tmp_path: Path
) -> None:
    path = tmp_path / "grid.asc"
    path.write_text(f"{GRID}{first} {word} 3\r\n4 5 6\x1a")
    with open_raster(path) as dataset:
        cells = dataset.read(1).ravel().tolist()
    assert cells[2:] == [3, 4, 5, 6]
    assert np.isfinite(cells[1]) == (value is not None)
    if value is not None:
        assert cells[:2] == [float(first), value]


def test_longitudes_may_pass_180_and_units_be_kilometres() -> None:
    xr = pytest.importorskip("xarray")
    coords = {"lat": [2.0, 1.0], "lon": [179.0, 180.0, -179.0, -178.0]}
    drawn = warp(xr.DataArray(np.arange(8.0).reshape(2, 4), coords, ("lat", "lon")))
    assert np.allclose(drawn.bounds, ((0.5, 178.5), (2.5, 182.5)))
    km = xr.DataArray(
        np.ones((2, 2)),
        {
            "y": ("y", [5401.0, 5399.0], {"units": "km"}),
            "x": ("x", [499.0, 501.0], {"units": "km"}),
        },
        ("y", "x"),
    )
    (south, west), (north, east) = warp(km, crs=UTM).bounds
    assert south < 48.75 < north
    assert west < 69 < east
    assert north - south < 0.1


def test_attributes_of_an_array_tell_title_unit_nodata_and_scale() -> None:
    xr = pytest.importorskip("xarray")
    attrs = {
        "long_name": "Height",
        "units": "m",
        "_FillValue": -1,
        "scale_factor": 0.1,
        "references": "A survey",
    }
    data = np.array([[[10, -1], [20, 30]], [[1, 2], [3, 4]]], "int16")
    coords = {"time": [2001, 2002], "lat": [2.0, 1.0], "lon": [1.0, 2.0]}
    array = xr.DataArray(data, coords, ("time", "lat", "lon"), name="z", attrs=attrs)
    drawn = warp(array, band=1)
    assert drawn.legend["title"] == "Height time 2001"
    assert drawn.legend["unit"] == "m"
    assert drawn.note.startswith("Band 1 of 2. ")
    assert drawn.sources == ({"title": "z", "citation": "A survey"},)
    assert drawn.cell_values is not None
    assert set(drawn.cell_values.cells.compressed().round(3)) == {1.0, 2.0, 3.0}
    dataset = xr.Dataset({"z": array, "other": array, "scalar": 5})
    with pytest.raises(MinmapError, match=r"pass layer= one of: \['z', 'other'\]"):
        warp(dataset)
    assert warp(dataset, layer="z", band=1).legend == drawn.legend


def test_an_open_dataset_must_be_open_for_reading(tmp_path: Path) -> None:
    path = tif(tmp_path)
    with rasterio.open(path) as dataset, WarpedVRT(dataset, crs="EPSG:4326") as warped:
        assert warp(dataset).name == "cells"
        assert warp(warped).kind == "classes"
        with pytest.raises(MinmapError, match=r"bounds=.* is for a numpy array"):
            warp(dataset, bounds=BOUNDS)
        with pytest.raises(MinmapError, match="layer='a' is for rasters with several layers"):
            warp(dataset, layer="a")
    with pytest.raises(FileError, match="is closed; give it while it is open"):
        warp(dataset)
    with rasterio.open(path, "r+") as writing, pytest.raises(FileError, match="in the mode 'r\\+'"):
        warp(writing)


def test_a_memory_file_is_checked_as_a_file() -> None:
    with (
        MemoryFile(b"<VRTDataset><VRTRasterBand/></VRTDataset>") as memory,
        pytest.raises(FileError, match="virtual raster"),
    ):
        warp(memory)


def test_classes_are_not_read_from_mixed_overviews(tmp_path: Path) -> None:
    path = tmp_path / "classes.tif"
    data = np.random.default_rng(1).choice([1, 9], (800, 800)).astype("uint8")
    place = {"crs": UTM, "transform": Affine(10, 0, 4e5, 0, -10, 5.4e6)}
    with rasterio.open(
        path, "w", driver="GTiff", width=800, height=800, count=1, dtype="uint8", tiled=True,
        **place,
    ) as file:  # fmt: skip
        file.write(data, 1)
        file.build_overviews([2, 4], rasterio.enums.Resampling.average)
    drawn = warp(path, kind="classes", max_pixels=60_000)
    assert [one["value"] for one in drawn.legend["entries"]] == [1, 9]
    assert "overview" not in drawn.note
    values = warp(path, kind="values", max_pixels=60_000)
    assert "from its overview of 200 x 200" in values.note
    assert "overview" not in warp(path, kind="values", max_pixels=60_000, nodata=9).note
    assert "overview" not in warp(path, kind="values").note


def _picture(raster: Any) -> Any:
    return np.asarray(Image.open(BytesIO(raster.png)))


def test_alpha_and_sixteen_bits_keep_their_colours(tmp_path: Path) -> None:
    eight = np.full((4, 50, 60), 128, "uint8")
    eight[:3] = np.array([200, 100, 50])[:, None, None]
    for data, alpha in ((eight, 128), (eight.astype("uint16") * 257, 128)):
        path = tif(tmp_path, data=data, photometric="RGB", alpha="YES")
        middle = _picture(warp(path))[200, 200]
        assert np.abs(middle.astype(int) - [200, 100, 50, alpha]).max() <= 1


def test_reflectances_are_stretched_and_it_is_said() -> None:
    data = np.stack([np.full((50, 60), value, "uint16") for value in (3000, 1500, 750)])
    drawn = warp(data, **PLACED)
    assert drawn.kind == "image"
    assert np.abs(_picture(drawn)[200, 200].astype(int) - [255, 128, 64, 255]).max() <= 1
    assert "Colours run from 0 to 3,000, the 98th percentile" in drawn.note


def test_a_scanned_map_of_256_colours_is_an_image(tmp_path: Path) -> None:
    path = tmp_path / "scan.png"
    scan = Image.fromarray((np.arange(64 * 64) % 256).astype("uint8").reshape(64, 64))
    scan.putpalette([part for n in range(256) for part in (n, 255 - n, 7)])
    scan.save(path)
    path.with_suffix(".pgw").write_text("1\n0\n0\n-1\n60\n50\n")
    drawn = warp(path, crs="EPSG:4326")
    assert drawn.kind == "image"
    assert drawn.legend["entries"] == []
    seen = _picture(drawn)[2, 2:-2:]
    assert (seen[:, 0].astype(int) + seen[:, 1] == 255).all()
    assert (seen[:, 2:] == [7, 255]).all()


def test_what_places_a_raster_without_a_transform_is_said(tmp_path: Path) -> None:
    note = warp(raster_sources.with_points(tmp_path), kind="classes").note
    assert "Placed by its 9 ground control points." in note
    note = warp(raster_sources.with_model(tmp_path), kind="classes").note
    assert "Placed by its RPC at its mean height of 700 m" in note


def test_a_raster_placed_by_points_takes_a_nodata(tmp_path: Path) -> None:
    path = raster_sources.with_points(tmp_path)
    every, fewer = (warp(path, kind="classes", nodata=code) for code in (None, 2))
    values = [{one["value"] for one in drawn.legend["entries"]} for drawn in (every, fewer)]
    assert values[0] - values[1] == {2}


def test_a_file_with_several_variables_asks_for_one(
    tmp_path: Path, run: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    path = raster_sources.netcdf_of_two(tmp_path)
    with pytest.raises(FileError, match=r"has 2 rasters; pass layer= one of: 'cover', 'other'\."):
        warp(path)
    with pytest.raises(FileError, match="has no raster 'x'; pass layer= one of"):
        mm.Map().add(path, layer="x")
    assert [layer.layer_name for layer in mm.Map().add(path, layer="cover").layers()] == ["cover"]
    page = tmp_path / "map.html"
    run("map", f"{path}:cover", "-o", page)
    assert page.exists()
    with pytest.raises(SystemExit) as ended:
        run("map", SAMPLE, "--raster", path, "-o", page)
    said = capsys.readouterr().err + str(ended.value.code)
    assert f"pass --raster {path}:LAYER with one of: 'cover', 'other'" in said


def test_a_geopackage_of_tiles_is_a_raster_and_one_of_shapes_is_not(
    tmp_path: Path, run: Callable[..., None]
) -> None:
    tiles = next(case for case in CASES if case.name == "GeoPackage, table of tiles")
    path = tiles.make(tmp_path)
    assert holds_raster(path)
    assert mm.Map().add(path).layers()[0].summary.startswith("All 60 x 50 pixels")
    run("map", path, "-o", tmp_path / "map.html")
    assert (tmp_path / "map.html").exists()
    shapes = tmp_path / "lakes.gpkg"
    mm.write(mm.read(SAMPLE), shapes)
    assert not holds_raster(shapes)


def test_mbtiles_with_shared_images_are_read_and_those_of_vectors_refused(tmp_path: Path) -> None:
    path = next(case for case in CASES if case.name == "MBTiles").make(tmp_path)
    place = "map.zoom_level AS zoom_level, map.tile_column AS tile_column, map.tile_row AS tile_row"
    with closing(sqlite3.connect(path)) as database:
        database.executescript(
            "CREATE TABLE map AS SELECT zoom_level, tile_column, tile_row, rowid AS id FROM tiles;"
            "CREATE TABLE images AS SELECT rowid AS id, tile_data FROM tiles; DROP TABLE tiles;"
            f"CREATE VIEW tiles AS SELECT {place}, images.tile_data AS tile_data FROM map "
            "JOIN images ON images.id = map.id;"
        )
    assert warp(path).kind == "image"
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE metadata SET value = 'pbf' WHERE name = 'format'")
    with pytest.raises(FileError, match="has tiles of vectors, not of images"):
        warp(path)


def test_tiles_without_a_level_that_a_map_reads_count_all(tmp_path: Path) -> None:
    copy = tmp_path / "a.gpkg"
    with closing(sqlite3.connect(copy)) as database, database:
        database.execute("CREATE TABLE tiles (value)")
        database.executemany("INSERT INTO tiles VALUES (?)", ((n,) for n in range(4097)))
        database.execute('CREATE INDEX "minmap tiles" ON tiles (value)')
    size = {"width": 1 << 15, "height": 1 << 15, "block_shapes": [(512, 512)]}
    for factors in ([64], [], [2, 64]):  # of the coarsest level, 512 x 512 cells, no map is made
        dataset = SimpleNamespace(overviews=lambda _, factors=factors: factors, **size)
        with pytest.raises(FileError, match=r"pixels in .* bytes, so they are nearly all alike"):
            tile_databases.require_filled(dataset, copy, "a.gpkg")
    dataset = SimpleNamespace(overviews=lambda _: [16, 64], **size)
    tile_databases.require_filled(dataset, copy, "a.gpkg")


MARKS: dict[str, dict[str, Any]] = {
    "alpha, and nodata= of the map": {"gaps": -9999, "given": -9999, "alpha": True},
    "NaN, and nodata= of the map": {"gaps": np.nan, "given": -9999, "dtype": "float32"},
    "nodata= of the map": {"gaps": -9999, "given": -9999},
    "nodata": {"nodata": -9999},
    "NaN": {"dtype": "float32", "gaps": np.nan},
    "NaN and nodata": {"dtype": "float32", "nodata": -9999, "gaps": np.nan},
    "alpha and nodata": {"nodata": -9999, "alpha": True},
    "alpha and NaN": {"dtype": "float32", "gaps": np.nan, "alpha": True},
    "mask and nodata": {"nodata": -9999, "mask": True},
    "mask": {"mask": True, "gaps": 50},
    "alpha": {"alpha": True, "gaps": 50},
    "other gaps in band 2": {"nodata": -9999, "count": 2},
    "25 bands": {"nodata": -9999, "count": 25},
    "greatest number": {"dtype": "uint16", "nodata": 65535},
    "0": {"dtype": "uint8", "nodata": 0},
}


@pytest.mark.parametrize("most_copied", [20_000_000, 40_000])
@pytest.mark.parametrize("most", [10_000, 1_000_000])
@pytest.mark.parametrize("name", MARKS)
def test_cells_without_data_are_in_no_average(
    name: str, most: int, most_copied: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A raster of 50 everywhere but in scattered gaps and its hidden west is drawn as 50."""
    monkeypatch.setattr("minmap.rasters.map_cells._MOST_COPIED", most_copied)
    how = {"dtype": "int16", "nodata": None, "count": 1, "alpha": False, "mask": False} | MARKS[
        name
    ]
    cells = np.full((how["count"], 400, 400), 50, how["dtype"])
    gap = how.get("gaps", how["nodata"])
    for number, band in enumerate(cells):
        band[number % 3 :: 3, ::3] = band[:, :100] = gap
    if how["alpha"] or how["mask"]:
        cells[:, :, :100] = 7
    count = how["count"] + how["alpha"]
    path = tmp_path / "a.tif"
    with rasterio.open(
        path, "w", driver="GTiff", width=400, height=400, count=count, dtype=how["dtype"],
        nodata=how["nodata"], crs="EPSG:32642", transform=Affine(30, 0, 3e5, 0, -30, 5.4e6),
    ) as file:  # fmt: skip
        file.write(cells, [*range(1, how["count"] + 1)])
        shown = np.broadcast_to(np.arange(400) >= 100, (400, 400))
        if how["alpha"]:
            file.colorinterp = [ColorInterp.gray, ColorInterp.alpha]
            file.write(np.where(shown, 255, 0).astype(how["dtype"]), 2)
        if how["mask"]:
            file.write_mask(shown)
    drawn = warp(path, band=1, kind="values", max_pixels=most, nodata=how.get("given"))
    assert drawn.cell_values is not None
    kept = drawn.cell_values.cells
    assert np.unique(kept.compressed()).tolist() == [50]
    has_gaps = gap != 50 and most > 160_000
    assert (~np.ma.getmaskarray(kept)).mean() == pytest.approx(
        (0.75 * 8 / 9 if has_gaps else 0.75) / 1.03, rel=0.05
    )


def test_each_band_has_its_own_nodata(tmp_path: Path) -> None:
    cells = np.full((2, 400, 400), 100, np.int16)
    cells[0, ::2], cells[1, :, ::2] = -1, -9999
    for number, (one, nodata) in enumerate(zip(cells, (-1, -9999), strict=True)):
        place = {"crs": "EPSG:32642", "transform": Affine(30, 0, 3e5, 0, -30, 5.4e6)}
        with rasterio.open(
            tmp_path / f"{number}.tif", "w", driver="GTiff", width=400, height=400, count=1,
            dtype="int16", nodata=nodata, **place,
        ) as file:  # fmt: skip
            file.write(one, 1)
    bands = "".join(
        f'<VRTRasterBand dataType="Int16" band="{n + 1}"><NoDataValue>{nodata}</NoDataValue>'
        f'<SimpleSource><SourceFilename relativeToVRT="1">{n}.tif</SourceFilename></SimpleSource>'
        "</VRTRasterBand>"
        for n, nodata in enumerate((-1, -9999))
    )
    path = tmp_path / "both.vrt"
    path.write_text(
        '<VRTDataset rasterXSize="400" rasterYSize="400"><SRS>EPSG:32642</SRS>'
        f"<GeoTransform>3e5, 30, 0, 5.4e6, 0, -30</GeoTransform>{bands}</VRTDataset>"
    )
    for band in (1, 2):
        drawn = warp(path, band=band, kind="values", max_pixels=10_000)
        assert drawn.cell_values is not None
        assert np.unique(drawn.cell_values.cells.compressed()).tolist() == [100]


@pytest.mark.parametrize("nodata", ["1e20", "-9999.9"])
def test_a_nodata_with_other_digits_than_its_cells_is_no_data(tmp_path: Path, nodata: str) -> None:
    cells = np.full((400, 400), 100, np.float32)
    cells[::2] = float(nodata)
    place = {"crs": "EPSG:32642", "transform": Affine(30, 0, 3e5, 0, -30, 5.4e6)}
    with rasterio.open(
        tmp_path / "plain.tif", "w", driver="GTiff", width=400, height=400, count=1,
        dtype="float32", **place,
    ) as file:  # fmt: skip
        file.write(cells, 1)
    path = tmp_path / "stated.vrt"
    path.write_text(
        '<VRTDataset rasterXSize="400" rasterYSize="400"><SRS>EPSG:32642</SRS>'
        "<GeoTransform>3e5, 30, 0, 5.4e6, 0, -30</GeoTransform>"
        f'<VRTRasterBand dataType="Float32" band="1"><NoDataValue>{nodata}</NoDataValue>'
        '<SimpleSource><SourceFilename relativeToVRT="1">plain.tif</SourceFilename></SimpleSource>'
        "</VRTRasterBand></VRTDataset>"
    )
    for most in (10_000, 400_000):
        drawn = warp(path, kind="values", max_pixels=most).cell_values
        assert drawn is not None
        assert np.unique(drawn.cells.compressed()).tolist() == [100]


def test_the_parts_of_a_mosaic_and_an_open_dataset_are_not_replaced(tmp_path: Path) -> None:
    part, path = tmp_path / "part.png", tmp_path / "both.vrt"
    place = {"crs": "EPSG:4326", "transform": Affine(1, 0, 60, 0, -1, 45)}
    with rasterio.open(
        part, "w", driver="PNG", width=4, height=4, count=1, dtype="uint8", **place
    ) as file:
        file.write(np.arange(16, dtype=np.uint8).reshape(1, 4, 4))
    path.write_text(
        '<VRTDataset rasterXSize="4" rasterYSize="4"><SRS>EPSG:4326</SRS>'
        "<GeoTransform>60, 1, 0, 45, 0, -1</GeoTransform>"
        '<VRTRasterBand dataType="Byte" band="1"><SimpleSource>'
        '<SourceFilename relativeToVRT="1">part.png</SourceFilename></SimpleSource>'
        "</VRTRasterBand></VRTDataset>"
    )
    before = part.read_bytes()
    with rasterio.open(part) as dataset:
        for data in (path, dataset):
            made = mm.Map().add(data)
            with pytest.raises(MinmapError, match=r"part\.png is a file that the map was made of"):
                made.save(part)
    assert part.read_bytes() == before


def test_tiles_that_are_huge_pictures_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tile_databases, "_FREE_CELLS", 1000)
    monkeypatch.setattr(tile_databases, "_CELLS_OF_BYTE", 1)
    path = next(case for case in CASES if case.name == "MBTiles").make(tmp_path)
    picture = BytesIO()
    Image.new("P", (5000, 5000)).save(picture, "PNG")
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE tiles SET tile_data = ?", [picture.getvalue()])
    with pytest.raises(FileError, match=r"has tiles of 5,000 x 5,000 pixels; at most 4,096"):
        warp(path)
    picture = BytesIO()
    Image.new("P", (4096, 4096)).save(picture, "PNG")
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE tiles SET tile_data = ?", [picture.getvalue()])
    with pytest.raises(FileError, match=r"pixels in .* bytes, so they are nearly all alike"):
        warp(path)


def test_of_very_many_bands_only_those_that_are_drawn_are_warped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bands = np.arange(300 * 12, dtype="int16").reshape(300, 3, 4)
    bands[6, 0, 0] = -9999
    many, one = tmp_path / "many.tif", tmp_path / "one.tif"
    place = {"crs": UTM, "transform": Affine(1000, 0, 5e5, 0, -1000, 5.4e6), "nodata": -9999}
    for path, written in ((many, bands), (one, bands[6:7])):
        about = {"count": len(written), "height": 3, "width": 4, "dtype": "int16", **place}
        with rasterio.open(path, "w", driver="GTiff", **about) as file:
            file.write(written)
    counts = []
    whole = WarpedVRT

    def counted(dataset: Any, **options: Any) -> Any:
        counts.append(dataset.count)
        return whole(dataset, **options)

    monkeypatch.setattr(map_cells, "WarpedVRT", counted)
    drawn, same = warp(many, band=7), warp(one)
    assert counts == [1, 1]
    assert drawn.png == same.png
    assert warp(bands, band=7, bounds=(5e5, 5.397e6, 5.04e5, 5.4e6), crs=UTM, nodata=-9999).png == (
        same.png
    )
    with pytest.raises(MinmapError, match="give rows and columns, or up to 10,000 bands of them"):
        warp(np.zeros((10_001, 1, 1)), **PLACED)


def test_alpha_counts_however_many_bands_there_are(tmp_path: Path) -> None:
    seen = []
    for count in (7, 40):
        path = tmp_path / f"{count}.tif"
        cells = np.full((count, 8, 8), 90, "uint8")
        cells[0] += np.arange(8, dtype="uint8")
        cells[-1] = np.where(np.arange(8) < 3, 0, 255)
        about = {"count": count, "height": 8, "width": 8, "dtype": "uint8", "crs": UTM}
        place = Affine(1000, 0, 5e5, 0, -1000, 5.4e6)
        with rasterio.open(path, "w", driver="GTiff", transform=place, **about) as file:
            file.write(cells)
            file.colorinterp = [*[ColorInterp.undefined] * (count - 1), ColorInterp.alpha]
        seen.append(warp(path, kind="values").png)
    assert seen[0] == seen[1]


def test_tiles_that_claim_the_world_at_the_finest_zoom_are_refused(tmp_path: Path) -> None:
    path = next(case for case in CASES if case.name == "MBTiles").make(tmp_path)
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE metadata SET value = '-180,-85,180,85' WHERE name = 'bounds'")
        database.execute("UPDATE metadata SET value = '20' WHERE name = 'maxzoom'")
        database.execute("UPDATE tiles SET zoom_level = 20")
    with pytest.raises(FileError, match=r"claims 268,435,456 x .* cells and has \d tiles"):
        warp(path)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ('\tDataFile = "other"\n', "names a file as its data; minmap opens only 'cells'"),
        ('\tdatafile\t="/etc/hosts"\n', "names a file as its data"),
        ("\tDataSetType = Translated\n", "stands for a raster of another format"),
    ],
)
def test_a_header_of_er_mapper_names_no_other_file(change: str, said: str, tmp_path: Path) -> None:
    path = next(case for case in CASES if case.name == "ER Mapper (.ers)").make(tmp_path)
    first, _, rest = path.read_text().partition("\n")
    path.write_text(f'{first}\n\tDataFile = "cells"\n{rest}')
    assert warp(path).kind == "classes"
    path.write_text(f"{first}\n{change}{rest}")
    with pytest.raises(FileError, match=said):
        warp(path)
    path.write_text(f"{first}\n{rest}")
    path.with_suffix("").unlink()
    with pytest.raises(FileError, match="its data 'cells' are not beside it"):
        warp(path)


def test_netcdf_4_without_its_package_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = raster_sources.netcdf("NC4")(tmp_path)
    monkeypatch.setattr("minmap.rasters.netcdf.find_spec", lambda name: None)
    with pytest.raises(FileError, match=r"pip install 'minmap\[netcdf\]'"):
        warp(path)


def test_a_damaged_netcdf_file_is_one_clear_line(tmp_path: Path) -> None:
    for kind in ("NC", "NC4"):
        path = raster_sources.netcdf(kind)(tmp_path)
        path.write_bytes(path.read_bytes()[:200])
        with pytest.raises(FileError, match="netCDF") as caught:
            warp(path)
        assert "\n" not in str(caught.value)


def test_every_case_is_drawn_on_a_map_too(tmp_path: Path) -> None:
    xr = pytest.importorskip("xarray")
    array = xr.DataArray(cells(), {"lat": np.arange(50.0, 0, -1), "lon": np.arange(60.0)},
                         ("lat", "lon"), name="cover")  # fmt: skip
    page = mm.Map(cells(), bounds=BOUNDS, crs=UTM, kind="classes").add(array, kind="classes")
    with rasterio.open(tif(tmp_path)) as dataset:
        page.add(dataset, name="Opened")
    names = [layer.layer_name for layer in page.layers()]
    assert names == ["Raster", "cover", "Opened"]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        page.save(tmp_path / "map.html")
