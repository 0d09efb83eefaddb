"""Rasters are in their place on the map, keep their classes, and have a note on the image."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from pyproj import Transformer
from rasterio.transform import Affine

from minmap.errors import ChoiceError, CRSError, FileError, MinmapError, MinmapWarning
from minmap.rasters import WarpedRaster, warp
from minmap.rasters.image import picture_of_classes
from minmap.rasters.unmarked_codes import warn_of_codes
from minmap.style.raster_looks import RasterLooks
from tests.conftest import SHARED

RASTERS = SHARED / "rasters"
needs_shared = pytest.mark.reference
Make = Callable[..., Path]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    def write(data: Any, transform: Affine, crs: Any = "EPSG:4326", **options: Any) -> Path:
        bands = np.atleast_3d(np.asarray(data)) if np.ndim(data) == 2 else np.asarray(data)
        bands = bands.transpose(2, 0, 1) if np.ndim(data) == 2 else bands
        tags, colormap = options.pop("tags", {}), options.pop("colormap", None)
        path = tmp_path / f"r{len(list(tmp_path.iterdir()))}.tif"
        shape = dict(zip(("count", "height", "width"), bands.shape, strict=True))
        with rasterio.open(
            path, "w", driver="GTiff", dtype=bands.dtype, crs=crs, transform=transform, **shape,
            **options,
        ) as file:  # fmt: skip
            file.write(bands)
            file.update_tags(**tags)
            if colormap:
                file.write_colormap(1, colormap)
        return path

    return write


def pixels(raster: WarpedRaster) -> np.ndarray[Any, Any]:
    image = Image.open(BytesIO(raster.png))
    assert image.size == (raster.width, raster.height)
    return np.asarray(image.convert("RGBA"))


def mercator_y(lat: float) -> float:
    return math.asinh(math.tan(math.radians(lat)))


def place_in_pixels(raster: WarpedRaster, lon: float, lat: float) -> tuple[float, float]:
    """Where Leaflet draws a place: linear between the bounds in Mercator."""
    (south, west), (north, east) = raster.bounds
    column = (lon - west) / (east - west) * raster.width
    top, bottom = mercator_y(north), mercator_y(south)
    return column, (top - mercator_y(lat)) / (top - bottom) * raster.height


def worst_offset(raster: WarpedRaster, marks: dict[int, tuple[float, float]]) -> float:
    """Compare the middle of each class in the image with where its place is; in pixels."""
    seen = pixels(raster)
    colours = {entry["value"]: entry["color"] for entry in raster.legend["entries"]}
    worst = 0.0
    for value, (lon, lat) in marks.items():
        rgb = [int(colours[value][i : i + 2], 16) for i in (1, 3, 5)]
        rows, columns = np.nonzero((seen[..., :3] == rgb).all(axis=-1) & (seen[..., 3] > 0))
        assert rows.size, f"class {value} is lost"
        column, row = place_in_pixels(raster, lon, lat)
        offsets = (columns.mean() + 0.5 - column, rows.mean() + 0.5 - row)
        worst = max(worst, *map(abs, offsets))
    return worst


GRIDS = {
    "degrees, lat 35-55": ("EPSG:4326", Affine(0.05, 0, 50, 0, -0.05, 55), 800, 400),
    "UTM 42 north": ("EPSG:32642", Affine(1000, 0, 100_000, 0, -1000, 5_900_000), 800, 1900),
    "south up": ("EPSG:4326", Affine(0.05, 0, 50, 0, 0.05, 35), 800, 400),
    "rotated": ("EPSG:32642", Affine(900, 300, 100_000, 300, -900, 5_400_000), 600, 600),
    "Albers": (
        "+proj=aea +lat_1=39 +lat_2=52 +lat_0=45 +lon_0=67 +datum=WGS84",
        Affine(4000, 0, -1e6, 0, -4000, 9e5), 500, 450,
    ),
    "Pulkovo 1942 zone 12": ("EPSG:28412", Affine(500, 0, 12.3e6, 0, -500, 5.4e6), 700, 700),
    "Pacific, 0-360": ("EPSG:4326", Affine(0.25, 0, 150, 0, -0.25, 55), 320, 300),
    "across the antimeridian": ("EPSG:32660", Affine(2000, 0, 4e5, 0, -2000, 6e6), 400, 400),
}  # fmt: skip


@pytest.mark.parametrize("name", GRIDS)
def test_a_pixel_is_where_it_belongs(name: str, make: Make) -> None:
    crs, transform, width, height = GRIDS[name]
    data = np.full((height, width), 1, dtype="uint8")
    marks = {}
    to_degrees = Transformer.from_crs(crs, 4326, always_xy=True)
    places = [(r, c) for r in (0.02, 0.3, 0.61, 0.97) for c in (0.03, 0.5, 0.96)]
    for value, (r, c) in enumerate(places, start=2):
        row, column = int(r * height), int(c * width)
        data[row : row + 3, column : column + 3] = value
        x = transform.a * (column + 1.5) + transform.b * (row + 1.5) + transform.c
        y = transform.d * (column + 1.5) + transform.e * (row + 1.5) + transform.f
        lon, lat = to_degrees.transform(x, y)
        marks[value] = (lon, lat)
    raster = warp(make(data, transform, crs))
    (_, west), (_, east) = raster.bounds
    marks = {v: (lon + 360 if lon < west - 1 else lon, lat) for v, (lon, lat) in marks.items()}
    assert raster.kind == "classes"
    assert -180 <= west < 180
    assert east - west < 90
    assert worst_offset(raster, marks) <= 1.0


def test_a_capped_raster_lies_right_too(make: Make) -> None:
    data = np.ones((400, 800), dtype="u1")
    data[100:160, 300:380] = 2  # 47-50 N, 65-69 E
    path = make(data, Affine(0.05, 0, 50, 0, -0.05, 55))
    lat = math.degrees(math.atan(math.sinh((mercator_y(47) + mercator_y(50)) / 2)))
    raster = warp(path, max_pixels=20_000)
    assert raster.width * raster.height <= 20_000
    assert worst_offset(raster, {2: (67.0, lat)}) <= 1.0


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lon=st.floats(-170, 170),
    lat=st.floats(-70, 70),
    step=st.floats(0.001, 0.05),
    at=st.integers(0, 37),
)
def test_any_small_grid_lies_right(
    make: Make, lon: float, lat: float, step: float, at: int
) -> None:
    data = np.ones((40, 40), dtype="uint8")
    data[at : at + 3, at : at + 3] = 2
    raster = warp(make(data, Affine(step, 0, lon, 0, -step, lat)))
    middle = step * (at + 1.5)
    (south, west), (north, east) = raster.bounds
    assert [west, east, south, north] == pytest.approx(
        [lon, lon + 40 * step, lat - 40 * step, lat], abs=1e-9
    )
    assert worst_offset(raster, {2: (lon + middle, lat - middle)}) <= 1.0


def test_a_whole_world_from_0_to_360_is_shown_from_minus_180(make: Make) -> None:
    data = np.ones((180, 360), dtype="uint8")
    data[40:44, 250:254] = 2  # 46-50 N, 110-106 W
    raster = warp(make(data, Affine(1, 0, 0, 0, -1, 90)))
    limit = 85.0511287798066
    assert raster.bounds == (
        (pytest.approx(-limit), -180.0), (pytest.approx(limit), 180.0)
    )  # fmt: skip
    # The mark's middle in Mercator is not that in degrees.
    lat = math.degrees(math.atan(math.sinh((mercator_y(46) + mercator_y(50)) / 2)))
    assert worst_offset(raster, {2: (-108.0, lat)}) <= 1.0


def test_the_edges_of_the_world_are_cut_where_the_map_ends(make: Make) -> None:
    raster = warp(
        make(np.arange(64800, dtype="f4").reshape(180, 360), Affine(1, 0, -180, 0, -1, 90))
    )
    (south, west), (north, east) = raster.bounds
    assert (west, east) == (-180, 180)
    assert north == -south == pytest.approx(85.0511, abs=1e-4)
    assert (pixels(raster)[..., 3] == 255).all()


def test_a_raster_beyond_the_map_is_an_error(make: Make) -> None:
    with pytest.raises(CRSError, match="The raster is not on the map"):
        warp(make(np.ones((4, 4), "u1"), Affine(1, 0, 0, 0, -1, 90)))


def test_classes_survive_and_nodata_is_transparent(make: Make) -> None:
    data = np.repeat(np.array([[3, 3, 9, 255], [7, 7, 9, 255]], dtype="u1"), 50, axis=0)
    raster = warp(make(data, Affine(1, 0, 60, 0, -0.1, 50), nodata=255, tags={"class_7": "lake"}))
    assert [(e["value"], e["label"]) for e in raster.legend["entries"]] == [
        (3, "3"), (7, "lake"), (9, "9")
    ]  # fmt: skip
    seen = pixels(raster)
    shown = seen[seen[..., 3] > 0]
    assert {tuple(p) for p in shown[:, :3].tolist()} == {
        tuple(int(e["color"][i : i + 2], 16) for i in (1, 3, 5)) for e in raster.legend["entries"]
    }
    transparent = (seen[..., 3] == 0).mean()
    assert transparent == pytest.approx(0.25, abs=2 / raster.width)
    # Not one pixel is half transparent: no class bleeds into another.
    assert set(np.unique(seen[..., 3])) == {0, 255}


def test_a_colour_table_is_used(make: Make) -> None:
    table = {1: (10, 20, 30, 255), 2: (200, 100, 50, 255)}
    data = np.array([[3, 1], [1, 2]], dtype="u1")
    path = make(data, Affine(1, 0, 60, 0, -1, 50), colormap=table, nodata=3)
    assert warp(path, classes={1: "granite"}).legend["entries"] == [
        {"value": 1, "label": "granite", "color": "#0a141e"},
        {"value": 2, "label": "2", "color": "#c86432"},
    ]


def test_a_colour_that_is_clear_is_not_drawn() -> None:
    data, shown = np.array([[0, 1], [1, 2]]), np.ones((2, 2), dtype=bool)
    clear = {0: (0, 0, 0, 0), 1: (9, 9, 9, 255)}
    picture = picture_of_classes(data, shown, names={}, colours=clear)
    assert [entry["value"] for entry in picture.legend["entries"]] == [1, 2]
    assert np.ma.getmaskarray(picture.cell_values.cells).tolist() == [[True, False], [False, False]]


def test_values_are_a_ramp_with_unit_and_stretch(make: Make) -> None:
    data = np.linspace(0, 1000, 10_000, dtype="f4").reshape(100, 100)
    data[0, 0] = 1e9
    path = make(data, Affine(0.01, 0, 60, 0, -0.01, 50), tags={"units": "ppm"})
    raster = warp(path)
    assert raster.kind == "values"
    assert raster.legend["unit"] == "ppm"
    assert raster.legend["min"] == pytest.approx(20, abs=5)
    assert raster.legend["max"] == pytest.approx(980, abs=5)
    assert "2nd to the 98th percentile" in raster.note
    assert raster.legend["ramp"][0] == "#00224e"  # cividis at 0
    # Up the ramp the image gets brighter, as its legend does.
    brightness = pixels(raster)[..., :3].sum(axis=-1).mean(axis=1)
    assert (np.diff(brightness[20:]) >= 0).all()


def test_bytes_without_a_unit_are_grey(make: Make) -> None:
    data = np.linspace(0, 255, 10_000).astype("u1").reshape(100, 100)
    where = Affine(0.01, 0, 60, 0, -0.01, 50)
    assert warp(make(data, where)).legend["ramp"][::15] == ["#000000", "#ffffff"]
    assert warp(make(data, where, tags={"units": "ppm"})).legend["ramp"][0] == "#00224e"
    look = RasterLooks(vmin=0, vmax=9).on(warp(make(data, where)))
    assert [look.legend["ramp"][end] for end in (0, -1)] == ["#000000", "#ffffff"]


def test_not_a_number_is_transparent(make: Make) -> None:
    data = np.ones((50, 50), dtype="f4")
    data[10:40, 10:40] = np.nan
    seen = pixels(warp(make(data, Affine(0.01, 0, 60, 0, -0.01, 50))))
    middle = seen[seen.shape[0] // 2, seen.shape[1] // 2]
    assert middle[3] == 0
    assert seen[2, 2, 3] == 255


def test_scale_and_offset_are_applied(make: Make) -> None:
    path = make(np.arange(2500, dtype="i2").reshape(50, 50), Affine(0.01, 0, 60, 0, -0.01, 50))
    with rasterio.open(path, "r+") as file:
        file.scales, file.offsets = [0.1], [-50.0]
    legend = warp(path).legend
    assert legend["min"] == pytest.approx(-45, abs=0.5)
    assert legend["max"] == pytest.approx(195, abs=0.5)


@pytest.mark.parametrize("hillshade", [False, True])
@pytest.mark.parametrize("offset", [math.nan, math.inf, 0.0])
def test_values_without_a_finite_span_are_an_error(
    make: Make, hillshade: bool, offset: float
) -> None:
    data = np.arange(2500, dtype="f8").reshape(50, 50)
    if not offset:
        data[0, :2] = -1e308, 1e308
    path = make(data, Affine(0.01, 0, 60, 0, -0.01, 50))
    with rasterio.open(path, "r+") as file:
        file.offsets = [offset]
    with pytest.raises(MinmapError, match=r"band 1 has values .*which cannot be drawn\. Correct"):
        warp(path, kind="values", hillshade=hillshade)


def test_an_image_passes_as_it_is(make: Make) -> None:
    data = np.zeros((3, 30, 30), dtype="u1")
    data[0], data[1, :15] = 200, 90
    raster = warp(make(data, Affine(0.01, 0, 60, 0, -0.01, 50), photometric="RGB"))
    assert raster.kind == "image"
    seen = pixels(raster)
    assert seen[2, 2].tolist() == [200, 90, 0, 255]
    assert seen[-2, 2].tolist() == [200, 0, 0, 255]


def test_the_size_is_capped_with_a_note(make: Make) -> None:
    path = make(np.ones((1600, 4000), dtype="u1"), Affine(0.01, 0, 50, 0, -0.01, 50))
    raster = warp(path, max_pixels=100_000)
    assert 90_000 < raster.width * raster.height <= 100_000
    assert max(raster.width, raster.height) < 10_000
    size = f"{raster.width} x {raster.height}"
    assert raster.note == f"Shown at {size} pixels, coarser than the file's 4000 x 1600."
    assert "coarser" not in warp(path, max_pixels=20_000_000).note


def test_whole_numbers_with_a_unit_or_many_of_them_are_values(make: Make) -> None:
    few = np.tile(np.arange(10, dtype="i2"), (10, 1))
    where = Affine(0.1, 0, 60, 0, -0.1, 50)
    assert warp(make(few, where)).kind == "classes"
    assert warp(make(few, where, tags={"units": "m"})).kind == "values"
    assert warp(make(few * 100, where)).kind == "values"
    assert warp(make(few - 1, where)).kind == "values"
    assert warp(make(few, where), kind="values").kind == "values"


def test_the_file_is_left_as_it_is_and_the_same_bytes_come_out(make: Make) -> None:
    path = make(np.eye(60, dtype="u1"), Affine(0.1, 0, 60, 0, -0.1, 50))
    before = sha256(path.read_bytes()).hexdigest(), sorted(path.parent.iterdir())
    assert warp(path).png == warp(path).png
    assert before == (sha256(path.read_bytes()).hexdigest(), sorted(path.parent.iterdir()))


def test_bad_files_are_one_clear_line(make: Make, tmp_path: Path) -> None:
    empty, text, cut = tmp_path / "empty.tif", tmp_path / "text.tif", tmp_path / "cut.tif"
    empty.touch()
    text.write_text("no raster at all")
    noise = np.random.default_rng(1).integers(0, 255, (500, 500)).astype("u1")
    whole = make(noise, Affine(0.01, 0, 60, 0, -0.01, 50), compress="deflate").read_bytes()
    cut.write_bytes(whole[: len(whole) // 2])
    stub = tmp_path / "stub.tif"
    stub.write_bytes(whole[:60])
    for path, expected in (
        (tmp_path / "none.tif", "does not exist"),
        (empty, "is empty"),
        (text, "is not a raster file"),
        (cut, "cut short or damaged"),
        (stub, "cut short or damaged"),
    ):
        with pytest.raises(FileError, match=expected) as caught:
            warp(path)
        assert str(path) in str(caught.value)
        assert "\n" not in str(caught.value)


def test_a_file_without_crs_lists_where_some_would_put_it(make: Make) -> None:
    path = make(np.ones((10, 10), "u1"), Affine(0.1, 0, 67, 0, -0.1, 49), crs=None)
    with pytest.raises(CRSError, match=r"48\.50 N 67\.50 E in EPSG:4326"):
        warp(path)
    assert warp(path, crs="EPSG:4326").bounds[0] == pytest.approx((48, 67))
    with pytest.raises(CRSError, match="crs='nowhere' is not a coordinate reference system"):
        warp(path, crs="nowhere")


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_a_file_without_coordinates_is_an_error(make: Make) -> None:
    path = make(np.ones((10, 10), "u1"), Affine.identity(), crs=None)
    with pytest.raises(CRSError, match="not georeferenced"):
        warp(path)


def test_wrong_arguments_say_what_to_pass(make: Make) -> None:
    path = make(np.arange(90_000, dtype="i4").reshape(300, 300), Affine(0.1, 0, 20, 0, -0.1, 50))
    with pytest.raises(ChoiceError, match="Choose one of: classes, image, values"):
        warp(path, kind="class")
    with pytest.raises(MinmapError, match="band=2 is not a whole number from 1 to 1;"):
        warp(path, band=2)
    with pytest.raises(MinmapError, match="too many for classes"):
        warp(path, kind="classes")
    with pytest.raises(MinmapError, match="needs red, green and blue"):
        warp(path, kind="image")
    blank = make(np.zeros((5, 5), "u1"), Affine(0.1, 0, 20, 0, -0.1, 50), nodata=0)
    with pytest.raises(MinmapError, match="nothing but nodata"):
        warp(blank)


@needs_shared
def test_real_land_cover_and_elevation() -> None:
    cover = warp(RASTERS / "mcd12c1_2019_landcover_005deg_eurasia.tif")
    with rasterio.open(RASTERS / "mcd12c1_2019_landcover_005deg_eurasia.tif") as file:
        values = np.unique(file.read(1, masked=True).compressed()).tolist()
    assert cover.kind == "classes"
    assert [entry["value"] for entry in cover.legend["entries"]] == values
    assert cover.bounds == ((pytest.approx(22), pytest.approx(24)), (pytest.approx(62), 126))
    assert "MODIS" in cover.sources[0]["citation"]
    elevation = warp(RASTERS / "dem_5arcmin_eurasia.tif")
    assert (elevation.kind, elevation.legend["unit"]) == ("values", "m")
    assert elevation.legend["max"] > 3000


AT_67_49 = Affine(0.1, 0, 67, 0, -0.1, 49)


def test_complex_numbers_are_refused(make: Make) -> None:
    with pytest.raises(MinmapError, match="complex numbers; write their amplitude"):
        warp(make(np.ones((4, 4), dtype="complex64"), AT_67_49))


def test_a_local_crs_is_refused_and_can_be_replaced(make: Make) -> None:
    path = make(np.ones((4, 4), dtype="float32"), AT_67_49, 'LOCAL_CS["mine",UNIT["metre",1]]')
    with pytest.raises(CRSError, match="the CRS 'mine' is local: its position on the Earth"):
        warp(path)
    with pytest.warns(MinmapWarning, match="says that its CRS is mine; taken as WGS 84"):
        placed = warp(path, crs=4326)
    assert np.allclose(placed.bounds, ((48.6, 67.0), (49.0, 67.4)))


def test_the_note_names_the_band_that_is_shown(make: Make) -> None:
    path = make(np.arange(48, dtype="uint16").reshape(3, 4, 4) * 99, AT_67_49)
    assert warp(path).note.startswith("Band 1 of 3. All 4 x 4 pixels")
    assert warp(path, band=2).note.startswith("Band 2 of 3. ")


def test_a_folder_and_no_pixels_are_refused(make: Make, tmp_path: Path) -> None:
    path = make(np.ones((4, 4), dtype="float32"), AT_67_49)
    with pytest.raises(FileError, match="is a folder"):
        warp(tmp_path)
    with pytest.raises(MinmapError, match="max_pixels=0 is not a whole number from 1 to"):
        warp(path, max_pixels=0)
    with pytest.raises(MinmapError, match="band='a' is not a whole number from 1 to 1;"):
        warp(path, band="a")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("code", "dtype", "said"),
    [
        (-32768, "int16", "25.0% are -32,768, far .*, 100 to 499; .* give nodata=-32768\\."),
        (65535, "uint16", "25.0% are 65,535, .* give nodata=65535\\."),
        (-9999, "float32", "25.0% are -9,999, .* give nodata=-9999\\."),
        (np.finfo("f4").min, "float32", "give nodata=-3.4028234663852886e\\+38\\."),
        (np.finfo("f4").max, "float32", "give nodata=3.4028234663852886e\\+38\\."),
        (-3.4e38, "float32", "give nodata=-3.39999\\d+e\\+38\\."),
        (3.4e38, "float64", "give nodata=3.4e\\+38\\."),
    ],
)
def test_a_code_that_is_not_marked_is_told(make: Make, code: float, dtype: str, said: str) -> None:
    cells = np.arange(100, 500).reshape(20, 20).astype(dtype)
    cells[:, :5] = code
    cells[0, 5], cells[-1, -1] = 100, 499
    transform, quiet = Affine(0.1, 0, 67, 0, -0.1, 49), warnings.catch_warnings(action="error")
    with pytest.warns(MinmapWarning, match=said):
        warped = warp(make(cells, transform))
    assert warped.cell_values is not None
    assert float(np.isclose(warped.cell_values.cells.compressed(), code).mean()) > 0.1
    with quiet:
        warp(make(cells, transform), nodata=float(code))
        warp(make(cells, transform, nodata=float(code)))


@pytest.mark.parametrize(("value", "count"), [(-9999, 2), (20_000, 40_000)])
def test_few_codes_and_other_values_are_not_told(make: Make, value: int, count: int) -> None:
    cells = np.arange(400 * 400, dtype="int32") % 500
    cells[:count] = value
    with warnings.catch_warnings(action="error"):
        warp(make(cells.reshape(400, 400), Affine(0.01, 0, 67, 0, -0.01, 49)))


def test_a_nan_that_signals_is_no_warning() -> None:
    values = np.array([0x7FA00000, 0x3F800000], np.uint32).view(np.float32)
    warn_of_codes(values, np.zeros(0), name="a.tif")
