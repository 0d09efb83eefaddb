"""Figures of the polar regions: areas around a pole have no seam, and points near it are drawn."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from matplotlib.collections import PathCollection
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.path import Path
from pyproj import Transformer

import minmap as mm
from minmap.errors import MinmapWarning
from minmap.figure import ground
from minmap.figure.legend import legends_of
from minmap.maps.figures import paper_map_of

pytestmark = pytest.mark.exhaustive

NORTH, SOUTH = "EPSG:3413", "EPSG:3031"


def paths_of(figure: Figure, color: str) -> list[Path]:
    """Return the paths of the areas of a colour."""
    return [
        path
        for collection in figure.axes[0].collections
        if isinstance(collection, PathCollection)
        and any(to_hex(one) == color for one in collection.get_facecolors())
        for path in collection.get_paths()
    ]


def drawn(shape: Any, crs: Any, projection: str) -> Any:
    """Return an area as it is drawn."""
    table = gpd.GeoDataFrame(geometry=[shape], crs=crs)
    made = mm.Map().add(table, color="#d00000", opacity=1.0)
    (path,) = paths_of(made.figure(projection=projection), "#d00000")
    starts = np.flatnonzero(path.codes == Path.MOVETO)
    return shapely.polygons([shapely.LinearRing(r) for r in np.split(path.vertices, starts[1:])])


@pytest.mark.parametrize("projection", [NORTH, "EPSG:3995", "EPSG:3575", "+proj=laea +lat_0=60"])
def test_a_circle_around_the_pole_has_no_seam(projection: str) -> None:
    circle = shapely.Point(0, 0).buffer(2_000_000, quad_segs=64)
    rings = drawn(circle, projection.replace("+lat_0=60", "+lat_0=90"), projection)
    assert len(rings) == 1
    turned = gpd.GeoSeries([circle], crs=projection.replace("+lat_0=60", "+lat_0=90"))
    expected = shapely.segmentize(turned.iloc[0], 20_000)
    placed = gpd.GeoSeries([expected], crs=turned.crs).to_crs(projection).iloc[0]
    assert rings[0].exterior.length == pytest.approx(placed.length, rel=0.001)
    assert rings[0].area == pytest.approx(placed.area, rel=0.001)


def test_a_box_in_degrees_around_the_pole_has_no_seam() -> None:
    for shape in (shapely.box(-180, 70, 180, 90), shapely.box(-180, 70, 180, 89.9999)):
        (ring,) = drawn(shape, 4326, NORTH)
        radius = np.sqrt(ring.area / np.pi)
        assert ring.exterior.length == pytest.approx(2 * np.pi * radius, rel=0.001)


def test_a_hole_around_the_pole_stays_open() -> None:
    rings = drawn(shapely.box(-180, 60, 180, 80), 4326, NORTH)
    assert len(rings) == 2
    assert min(ring.area for ring in rings) > 1e12


def test_areas_over_180_degrees_have_no_seam_there() -> None:
    east, west = shapely.box(170, 65, 180, 70), shapely.box(-180, 65, -170, 70)
    for projection in (NORTH, "EPSG:3995"):
        (ring,) = drawn(shapely.MultiPolygon([east, west]), 4326, projection)
        assert ring.is_valid


def test_the_south_pole_is_land() -> None:
    table = gpd.GeoDataFrame(geometry=shapely.points([0, 90], [-70, -75]), crs=4326)
    figure = mm.Map(table).figure(projection=SOUTH, extent=(-180, -90, 180, -60))
    land = paths_of(figure, ground.LAND)
    assert any(path.contains_point((10_000.0, 20_000.0)) for path in land)
    assert any(path.contains_point((1_500_000.0, 0.0)) for path in land)


def test_points_near_a_pole_are_drawn() -> None:
    table = gpd.GeoDataFrame(
        {"kind": ["a", "b", "b"]}, geometry=shapely.points([0, 90, 10], [90, 88, 80]), crs=4326
    )
    with pytest.warns(MinmapWarning, match=r"not show points .* \(2\).* projection='EPSG:3413'"):
        made = mm.Map(table, color="kind", language="ru", name="N")
    assert made.layers()[0].describe("")["count"] == 1
    figure = made.figure(projection=NORTH)
    forward = Transformer.from_crs(4326, NORTH, always_xy=True)
    expected = np.column_stack(forward.transform([0, 90, 10], [90, 88, 80]))
    collections = [c for c in figure.axes[0].collections if len(c.get_offsets()) > 1]
    offsets = np.vstack([np.asarray(c.get_offsets()) for c in collections])
    assert all(np.hypot(*(offsets - place).T).min() < 0.01 for place in expected)
    left, right = figure.axes[0].get_xlim()
    assert left < expected[:, 0].min()
    assert right > expected[:, 0].max()
    (legend,) = legends_of(paper_map_of(made), 5)
    lines = legend.parts[0].lines
    assert {line.label: line.count for line in lines} == {"a": "1", "b": "2"}
