"""Rasters look as their maker says: classes, palettes, stretches, relief, nodata, opacity."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from rasterio.transform import Affine

import minmap as mm
from minmap.errors import ChoiceError, MinmapError
from minmap.rasters import WarpedRaster, warp
from minmap.rasters.hillshade import cell_sides_m, exaggeration, light_on
from minmap.rasters.image import color_numbers
from minmap.rasters.map_grid import MapGrid
from minmap.style.raster_looks import RasterLooks
from minmap.style.raster_scales import log_scale, quantile_scale

Make = Callable[..., Path]
_WISHES = dict.fromkeys(["classes", "palette", "stretch", "vmin", "vmax", "legend", "unit"])


@pytest.fixture
def write(tmp_path: Path) -> Make:
    def make(*bands: Any, name: str = "raster.tif", **options: Any) -> Path:
        data = np.stack([np.asarray(band) for band in bands])
        tags = options.pop("tags", {})
        place: dict[str, Any] = {"crs": "EPSG:4326", "transform": Affine(1, 0, 60, 0, -1, 50)}
        size = dict(zip(("count", "height", "width"), data.shape, strict=True))
        path = tmp_path / name
        with rasterio.open(
            path, "w", driver="GTiff", dtype=data.dtype, **{**place, **size, **options}
        ) as file:
            file.write(data)
            file.update_tags(**tags)
        return path

    return make


def spec(path: Any, **wishes: Any) -> dict[str, Any]:
    (layer,) = mm.Map().add(path, **wishes).layers()
    found: dict[str, Any] = layer._spec
    return found


def looked(path: Path, **wishes: Any) -> WarpedRaster:
    return RasterLooks.of({**_WISHES, **wishes}).on(warp(path))


def seen(raster: WarpedRaster) -> set[str]:
    """Return the colours in the picture of a raster."""
    image = np.asarray(Image.open(BytesIO(raster.png)).convert("RGBA"))
    shown = image[image[..., 3] > 0][:, :3]
    return {f"#{bytes(color).hex()}" for color in np.unique(shown, axis=0).astype(np.uint8)}


COVER = np.array([[1, 1, 2], [2, 3, 3]], dtype="u1")
GRADES = np.array([[0.01, 0.1, 1], [10, 100, 1000]], dtype="f4")


def test_classes_have_the_names_and_colours_of_the_maker(write: Make) -> None:
    names = {1: "forest", 2: "water", 9: "ice"}
    made = spec(write(COVER), classes=names, palette={1: "green", 2: "navy"}, opacity=0.4)
    looks = [(one["label"], one["color"]) for one in made["legend"]["entries"]]
    assert looks[:2] == [("forest", "#008000"), ("water", "#000080")]
    assert looks[2][0] == "3"
    assert made["cells"]["colors"] == tuple(color for _, color in looks)
    assert made["opacity"] == 0.4
    listed = spec(write(COVER), palette=["red", "lime", "blue", "black"])
    assert listed["cells"]["colors"] == ("#ff0000", "#00ff00", "#0000ff")


def test_classes_that_the_maker_does_not_name_keep_the_names_of_the_file() -> None:
    made = spec(mm.sample("landcover.tif"), classes={12: "Fields"}, palette={12: "gold"})
    looks = {one["value"]: (one["label"], one["color"]) for one in made["legend"]["entries"]}
    own = {one["value"]: one for one in warp(mm.sample("landcover.tif")).legend["entries"]}
    assert looks[12] == ("Fields", "#ffd700")
    assert looks[10] == (own[10]["label"], own[10]["color"])


def test_a_legend_has_its_title_and_unit_or_is_left_out(write: Make) -> None:
    legend = spec(write(GRADES), legend="Gold in soil", unit="ppb")["legend"]
    assert (legend["title"], legend["unit"]) == ("Gold in soil", "ppb")
    assert "shown" not in legend
    assert spec(write(COVER), legend=False)["legend"]["shown"] is False


def test_a_band_a_kind_and_values_without_data(write: Make) -> None:
    path = write(COVER, np.where(COVER == 3, 200, COVER * 10).astype("u1"))
    made = spec(path, band=2, kind="values", nodata=200)
    assert made["note"].startswith("Band 2 of 2.")
    assert made["legend"]["max"] == pytest.approx(20)
    both = warp(path, band=2, kind="classes", nodata=[200, 10])
    assert [one["value"] for one in both.legend["entries"]] == [20]


def test_values_without_data_are_kept_out_of_averages(write: Make) -> None:
    data = np.full((40, 40), 5.0, dtype="f4")
    data[::2, ::2] = -99
    path = write(data, transform=Affine(0.1, 0, 60, 0, -0.1, 50))
    for nodata in (-99, [-99, -98]):
        small = warp(path, kind="values", nodata=nodata, max_pixels=100)
        assert small.cell_values is not None
        assert set(small.cell_values.cells.compressed().tolist()) == {5.0}


def test_a_linear_scale_runs_between_the_ends_that_are_given(write: Make) -> None:
    made = spec(write(GRADES), vmin=0, vmax=500, palette=["white", "black"])
    assert (made["legend"]["min"], made["legend"]["max"]) == (0, 500)
    assert (made["cells"]["colors"][0], made["cells"]["colors"][-1]) == ("#ffffff", "#000000")
    assert "limits" not in made["cells"]
    diverging = spec(write(GRADES - 1), vmin=-1, vmax=9, palette="PuOr")["cells"]["colors"]
    middle = [int(diverging[25][at : at + 2], 16) for at in (1, 3, 5)]
    assert min(middle) > 235  # the light middle is at zero, a tenth of the way


def test_a_log_scale_has_ticks_at_powers_of_ten_and_reads_small_values(write: Make) -> None:
    path = write(GRADES)
    made = spec(path, stretch="log", vmin=0.01, vmax=1000)
    shares = {value: share for share, value in made["legend"]["ticks"]}
    assert shares == pytest.approx({0.01: 0, 0.1: 0.2, 10: 0.6, 1000: 1})
    assert made["cells"]["step"] <= 0.001
    raster = looked(path, stretch="log", vmin=0.01, vmax=1000)
    numbers = np.unique(color_numbers(raster.cell_values, raster.legend))
    assert np.diff(numbers.astype(int)).tolist() == pytest.approx([51] * 5, abs=1)
    assert len(seen(raster)) == 6


@given(st.integers(0, 10_000), st.integers(300, 5_000))
def test_each_colour_of_quantiles_has_as_many_cells(seed: int, count: int) -> None:
    numbers = np.random.default_rng(seed).lognormal(0, 3, count)
    scale = quantile_scale(numbers, "viridis")
    counts = np.bincount(np.searchsorted(scale.limits, numbers), minlength=255)
    assert counts.max() - counts.min() <= 1


@given(st.floats(1e-6, 1e3), st.floats(1.001, 1e9))
def test_ticks_of_a_log_scale_are_apart(low: float, times: float) -> None:
    scale = log_scale(np.array([low, low * times]), "viridis", low, low * times)
    shares = [share for share, _ in scale.legend["ticks"]]
    assert (shares[0], shares[-1]) == (0, 1)
    assert (np.diff(shares) >= 0.199).all()
    assert np.all(np.diff(scale.limits) >= 0)


def test_colours_between_values_are_mixed_in_value(write: Make) -> None:
    stops = {0: "black", 10: "red", 1000: "white"}
    raster = looked(write(GRADES), palette=stops)
    assert raster.legend["ticks"] == [(0.0, 0.0), (0.5, 10.0), (1.0, 1000.0)]
    numbers = color_numbers(raster.cell_values, raster.legend)
    picked = {raster.cell_values.colors[number - 1] for number in np.unique(numbers)}
    assert {"#000000", "#ff0000", "#ffffff"} <= picked


def test_relief_is_light_where_it_faces_north_west(write: Make) -> None:
    rows, columns = np.mgrid[0:60, 0:60]
    ridge = 2000.0 - 60 * np.abs(rows + columns - 59)  # from south-west to north-east
    path = write(
        ridge.astype("f4"), crs="EPSG:32642", transform=Affine(90, 0, 500_000, 0, -90, 5_000_000)
    )
    raster = warp(path, hillshade=True)
    assert raster.shades is not None
    height, width = raster.shades.shape
    north_west = raster.shades[height // 4, width // 4]
    south_east = raster.shades[3 * height // 4, 3 * width // 4]
    assert north_west > 120
    assert south_east < 30
    made = spec(path, stretch="hillshade")
    assert made["legend"]["title"] is None
    assert made["legend"]["shown"] is False
    assert made["cells"]["step"] is not None  # the cursor reads heights
    assert "Horn 1981" in made["note"]
    grey = seen(RasterLooks.of({**_WISHES, "stretch": "hillshade"}).on(raster))
    assert all(color[1:3] == color[3:5] == color[5:7] for color in grey)


def test_a_title_of_its_own_shows_the_legend_of_a_relief(write: Make) -> None:
    legend = spec(write(GRADES), stretch="hillshade", legend="Relief")["legend"]
    assert [one["label"] for one in legend["entries"]] == ["hillshade, light from NW"]
    assert legend["title"] == "Relief"
    assert "shown" not in legend


@pytest.mark.parametrize(
    ("name", "heading"),
    [("dem_clip", ("Dem clip", None)), ("cu_ppm", ("Cu", "ppm")), ("MAGNETICS", (None, None))],
)
def test_a_legend_without_a_title_has_the_words_of_its_file(
    write: Make, tmp_path: Path, name: str, heading: tuple[str | None, str | None]
) -> None:
    path = write(GRADES).rename(tmp_path / f"{name}.tif")
    legend = spec(path, name="magnetics" if heading[0] is None else "Cells")["legend"]
    assert (legend["title"], legend["unit"]) == heading


def test_light_agrees_with_the_formula_of_horn() -> None:
    rng = np.random.default_rng(2)
    heights = rng.normal(0, 30, (9, 9))
    light = light_on(heights, np.ones((9, 9), bool), east_m=20.0, north_m=30.0)
    for row, column in ((4, 4), (1, 7), (6, 2)):
        a, b, c, d, _, f, g, h, i = heights[row - 1 : row + 2, column - 1 : column + 2].ravel()
        p = ((c + 2 * f + i) - (a + 2 * d + g)) / (8 * 20)
        q = ((g + 2 * h + i) - (a + 2 * b + c)) / (8 * 30)  # to the south, as in images
        zenith, slope, azimuth = np.pi / 4, np.arctan(np.hypot(p, q)), np.radians(360 - 315 + 90)
        aspect = np.arctan2(q, -p)
        expected = np.cos(zenith) * np.cos(slope)
        expected += np.sin(zenith) * np.sin(slope) * np.cos(azimuth - aspect)
        assert light[row, column] == pytest.approx(max(expected, 0))


def test_holes_and_edges_of_relief_are_level() -> None:
    shown = np.ones((3, 3), dtype=bool)
    shown[0, 0] = False
    heights = np.where(shown, 7.0, -9999.0)
    assert light_on(heights, shown, east_m=1.0, north_m=1.0)[shown] == pytest.approx(np.sqrt(0.5))


def test_cells_are_measured_on_the_ground() -> None:
    grid = MapGrid(66.0, 59.9, 66.2, 60.1, 20, 40, False, 0.0)
    east_m, north_m = cell_sides_m(grid)
    lon, lat = [66.0, 66.01], [60.0, 60.0]
    assert east_m[20, 0] == pytest.approx(
        mm.geodesy.distance_m(lon[:1] + lat[:1], lon[1:] + lat[1:]), rel=2e-3
    )
    assert north_m.sum() == pytest.approx(mm.geodesy.distance_m([66, 59.9], [66, 60.1]), rel=1e-3)
    assert exaggeration(1) < exaggeration(1000)


@pytest.mark.parametrize(
    ("wishes", "error", "said"),
    [
        ({"stretch": "log"}, MinmapError, "needs values above 0; 50.6% of the cells"),
        ({"stretch": "lin"}, ChoiceError, "did you mean 'linear'"),
        ({"stretch": "quantile", "vmin": 1}, MinmapError, "vmin=1 has no effect with stretch"),
        ({"stretch": "hillshade", "palette": "viridis"}, MinmapError, "always drawn in grey"),
        ({"palette": "Okabe-Ito"}, MinmapError, "has no order, as measurements have"),
        ({"palette": {"sea": "navy"}}, MinmapError, "'sea', which is not a value of a raster"),
        ({"palette": {1: "red"}, "stretch": "log"}, MinmapError, "gives the colours of values"),
        ({"classes": {1: "a"}, "kind": "values"}, MinmapError, "measurements, not classes"),
        ({"classes": ["a"]}, MinmapError, "give a mapping from values to names"),
        ({"kind": "classes", "stretch": "log"}, MinmapError, "classes, not measurements"),
        ({"kind": "classes", "classes": {77: "a"}}, MinmapError, "they are: -1, 0, 1, 5"),
        ({"kind": "classes", "palette": {7.5: "red"}}, MinmapError, "has none of the raster's"),
        ({"kind": "classes", "palette": ["red"]}, MinmapError, "has one colour, and the raster 4"),
        ({"kind": "measurements"}, ChoiceError, "Choose one of: classes, image, values"),
        ({"band": 2}, MinmapError, "band=2 is not a whole number from 1 to 1"),
        ({"band": "1"}, MinmapError, "band='1' is not a whole number"),
        ({"opacity": 40}, MinmapError, "opacity=40 is not a number from 0 up and at most 1"),
        ({"vmin": 9, "vmax": 3}, MinmapError, "vmin=9 leaves no scale with vmax=3"),
        ({"nodata": 1.5}, MinmapError, "nodata=1.5 cannot occur in .* of the type int16"),
        ({"hillshade": True}, ChoiceError, "give stretch='hillshade'"),
        ({"scheme": "Quantiles"}, MinmapError, "does not apply to a raster"),
    ],
)
def test_wrong_wishes_say_what_to_give(
    write: Make, wishes: dict[str, Any], error: type[Exception], said: str
) -> None:
    path = write(np.array([[-1, 0], [1, 5]], dtype="i2"), tags={"units": "m"})
    with pytest.raises(error, match=said):
        mm.Map().add(path, **wishes)


def test_a_warped_raster_takes_the_colours_that_it_can(write: Make) -> None:
    raster = warp(write(GRADES))
    assert spec(raster, stretch="quantile", palette="magma")["cells"]["limits"]
    with pytest.raises(MinmapError, match="give the path of the file, or warp it with hillshade"):
        mm.Map().add(raster, stretch="hillshade")
    with pytest.raises(MinmapError, match="band=1 does not apply to a warped raster"):
        mm.Map().add(raster, band=1)
    relief = warp(write(GRADES), hillshade=True)
    assert spec(relief)["cells"]["colors"] == spec(raster)["cells"]["colors"]
    picture = warp(write(*[COVER] * 3, name="rgb.tif", photometric="RGB"))
    with pytest.raises(
        MinmapError, match="an image with colours of its own; leave it out, or give"
    ):
        mm.Map().add(picture, palette="viridis")
