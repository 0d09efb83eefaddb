"""What of a table is drawn, and where: over the antimeridian, off the Earth, in collections."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely

import minmap as mm
from minmap.geodesy import area_m2
from minmap.scene.drawable_geometry import bounds_of, drawn_shapes


def shapes(*geometries: Any, crs: Any = 4326) -> gpd.GeoDataFrame:
    names = [str(number) for number in range(len(geometries))]
    return gpd.GeoDataFrame({"name": names}, geometry=list(geometries), crs=crs)


def drawn(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return drawn_shapes(frame, "layer")[0]


def narrow(frame: gpd.GeoDataFrame) -> bool:
    """Whether no part spans more than a few degrees, and all lies on one map of the world."""
    west, _, east, _ = shapely.bounds(shapely.get_parts(frame.geometry.to_numpy())).T
    return bool((east - west < 12).all() and (west >= -180).all() and (east <= 180).all())


@pytest.mark.parametrize(
    "frame",
    [
        shapes(shapely.box(175, 50, 185, 70)),
        shapes(shapely.box(-185, 50, -175, 70)),
        shapes(shapely.box(600_000, 6_000_000, 900_000, 6_300_000), crs=32660),
        shapes(shapely.box(600_000, 6_000_000, 900_000, 6_300_000).boundary, crs=32660),
        shapes(shapely.LineString([(175, 10), (185, -10)])),
        shapes(shapely.LineString([(175, 10), (-175, -10)])),
        shapes(shapely.MultiPolygon([shapely.box(178, 0, 182, 1), shapely.box(0, 0, 1, 1)])),
    ],
)
def test_what_reaches_over_the_antimeridian_is_cut_there(frame: gpd.GeoDataFrame) -> None:
    given = frame.copy()
    cut = drawn(frame)
    assert narrow(cut)
    if (cut.geom_type == "MultiPolygon").any():
        area = area_m2(cut.geometry).sum()
        assert area == pytest.approx(area_m2(frame.geometry).sum(), rel=0.01)
    assert frame.equals(given)
    (layer,) = mm.Map().add(frame).layers()
    assert layer.summary == "1 feature"


def test_an_area_drawn_in_degrees_means_what_it_says() -> None:
    world = shapely.box(-180, -60, 180, 60)
    wide = shapely.box(-170, 0, 170, 10)
    assert drawn(shapes(world, wide)).geometry.tolist() == [world, wide]


def test_a_cap_over_the_pole_holds_the_pole() -> None:
    ring = shapely.Point(0, 0).buffer(1_000_000)
    (cap,) = drawn(shapes(ring, crs=3995)).geometry
    west, south, east, north = cap.bounds
    assert (west, east, north) == (-180, 180, 90)
    assert 79 < south < 82


@pytest.mark.parametrize(
    "frame",
    [
        shapes(shapely.box(500_000, 5_000_000, 600_000, 5_100_000)),
        shapes(shapely.Point(500_000, 5_000_000), shapely.Point(600_000, 5_100_000)),
    ],
)
def test_metres_said_to_be_degrees_are_an_error(frame: gpd.GeoDataFrame) -> None:
    with pytest.raises(mm.CRSError, match=r"x 500,000 and y 5,000,000 are not degrees"):
        mm.Map().add(frame)


def test_a_given_crs_that_is_used_elsewhere_warns(tmp_path: Path) -> None:
    path = tmp_path / "units.shp"
    shapes(shapely.box(500_000, 5_000_000, 600_000, 5_100_000), crs=32642).to_file(path)
    path.with_suffix(".prj").unlink()
    frame = shapes(shapely.box(9_500_000, 5_000_000, 9_600_000, 5_100_000), crs=None)
    for data, crs in ((path, "EPSG:28413"), (frame, "EPSG:32642")):
        with pytest.warns(mm.MinmapWarning, match=f"1 of 1 shapes are far from where {crs} is"):
            mm.Map().add(data, crs=crs)
    assert mm.Map().add(path, crs="EPSG:32642").layers()[0].summary == "1 feature"


def test_degrees_under_a_given_grid_warn() -> None:
    degrees = shapes(shapely.Point(66, 41), shapely.Point(), crs=None)
    with pytest.warns(mm.MinmapWarning, match="look like degrees, but EPSG:32642 is in metres"):
        mm.Map().add(degrees, crs="EPSG:32642")


def test_a_raster_whose_given_crs_is_used_elsewhere_warns(tmp_path: Path) -> None:
    path = tmp_path / "a.asc"
    path.write_text("ncols 1\nnrows 1\nxllcorner 5e5\nyllcorner 5e6\ncellsize 9e3\n7\n")
    with pytest.warns(mm.MinmapWarning, match="1 of 1 rasters are far from where EPSG:28351 is"):
        mm.Map().add(path, crs="EPSG:28351")
    mm.Map().add(path, crs="EPSG:32642")


def test_a_few_places_off_the_earth_are_counted() -> None:
    frame = shapes(shapely.box(0, 0, 1, 1), shapely.box(500_000, 5_000_000, 600_000, 5_100_000))
    page_map = mm.Map().add(frame)
    assert page_map.layers()[0].summary == "1 feature, 1 without a location that can be drawn"
    (frame_of_page,) = page_map.describe()["frames"]
    assert np.abs(np.array(frame_of_page["bounds"], dtype=float)).max() <= 1


def test_only_collections_come_apart() -> None:
    pair = shapely.MultiPolygon([shapely.box(0, 0, 1, 1), shapely.box(2, 0, 3, 1)])
    inner = shapely.GeometryCollection([shapely.Point(5, 5), shapely.LineString([(5, 5), (6, 6)])])
    mixed = shapely.GeometryCollection([shapely.Polygon(), shapely.box(4, 0, 5, 1), inner])
    found = drawn(shapes(pair, mixed))
    assert found.geom_type.tolist() == ["MultiPolygon", "Polygon", "Point", "LineString"]
    assert found["name"].tolist() == ["0", "1", "1", "1"]
    assert found.index.tolist() == [0, 1, 1, 1]


@pytest.mark.parametrize(
    ("lons", "west", "east"),
    [
        ([178, -179], 178, 181),
        ([-170, -120, 100, 175], 100, 240),
        ([-179, -60, -5, 5, 60, 179], -179, 179),
    ],
)
def test_bounds_cross_the_antimeridian_unless_they_are_those_of_the_world(
    lons: list[float], west: float, east: float
) -> None:
    table = gpd.GeoDataFrame(geometry=gpd.points_from_xy(lons, [0.0] * len(lons)), crs=4326)
    assert bounds_of(table) == [[0, west], [0, east]]
