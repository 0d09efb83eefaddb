"""Names of the ground and of areas in figures: each on what it names, and none hidden."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from matplotlib.figure import Figure
from matplotlib.text import Text

import minmap as mm
from minmap.places import country_of

pytestmark = pytest.mark.exhaustive

BAKU = (49.86, 40.40)
EXTENT = (44, 37, 56, 44)
MERCATOR = "EPSG:3857"


def names(figure: Figure, text: str) -> list[Text]:
    """Return the texts of a name; its halo is another text."""
    found = [one for one in figure.axes[0].texts if one.get_text() == text]
    return [one for one in found if one.get_color() != "none"]


def middle(name: Text) -> gpd.GeoSeries:
    """Return the middle of a name on a map in Web Mercator, in degrees."""
    return gpd.GeoSeries([shapely.Point(name.get_position())], crs=3857).to_crs(4326)


def shape_of(name: Text, figure: Figure) -> shapely.Polygon:
    """Return the box of a name on the plane of its map."""
    box = name.get_window_extent(figure.canvas.get_renderer())
    corners = figure.axes[0].transData.inverted().transform(box.get_points())
    return shapely.box(*corners.ravel())


def table(*shapes: shapely.Geometry, names: list[str] | None = None) -> gpd.GeoDataFrame:
    texts = names or [""] * len(shapes)
    return gpd.GeoDataFrame({"name": texts}, geometry=[*shapes], crs=4326)


def drawn(*layers: gpd.GeoDataFrame, extent: tuple[float, ...] = EXTENT, **looks: object) -> Figure:
    made = mm.Map()
    for layer in layers:
        made.add(layer, **looks)
    return made.figure(extent=extent, projection=MERCATOR)


def test_large_countries_are_named_where_they_are_seen() -> None:
    """The usual places of their names are all outside the map."""
    figure = drawn(table(shapely.Point(83, 48)), extent=(78, 45, 88, 51))
    for text, code in (("KAZAKHSTAN", "KAZ"), ("CHINA", "CHN"), ("RUSSIA", "RUS")):
        (name,) = names(figure, text)
        assert country_of(middle(name)).tolist() == [code]


def test_a_country_with_a_corner_of_the_map_is_not_named() -> None:
    figure = drawn(table(shapely.Point(66, 48)), extent=(58, 44, 74, 51.2))
    assert names(figure, "KAZAKHSTAN")
    assert not names(figure, "KYRGYZSTAN")


def test_macao_has_no_land_of_china() -> None:
    figure = drawn(table(shapely.Point(112, 25)), extent=(106, 22.6, 118, 30))
    assert names(figure, "CHINA")
    assert not names(figure, "MACAO")


def test_names_of_areas_stay_inside_them() -> None:
    steps = [(column, row) for column in range(12) for row in range(35)]
    cells = [shapely.box(44 + x, 37 + y / 5, 45 + x, 37.2 + y / 5) for x, y in steps]
    texts = [f"Area {x} {y}" for x, y in steps]
    figure = drawn(table(*cells, names=texts), label="name")
    written = [
        (cell, one) for cell, text in zip(cells, texts, strict=True) for one in names(figure, text)
    ]
    assert len(written) > 10
    assert all(cell.contains(middle(one).iloc[0]) for cell, one in written)


def test_the_seen_part_of_an_area_is_named() -> None:
    area = table(shapely.box(54, 38, 150, 43), names=["Far"])
    (name,) = names(drawn(area, label="name"), "Far")
    assert 54 < middle(name).x.iloc[0] < 56


def test_an_area_in_parts_has_its_name_in_one_of_them() -> None:
    parts = [shapely.box(west, 38, west + 2, 43) for west in (45, 53)]
    area = table(shapely.MultiPolygon(parts), names=["Twins"])
    (name,) = names(drawn(area, label="name"), "Twins")
    assert shapely.MultiPolygon(parts).contains(middle(name).iloc[0])


@pytest.mark.parametrize("text", ["Baku", "AZERBAIJAN"])
def test_lines_strike_out_no_names(text: str) -> None:
    bare = drawn(table(shapely.Point(45, 38)))
    (name,) = names(bare, text)
    _, y = name.get_position()
    level = gpd.GeoSeries([shapely.Point(0, y)], crs=3857).to_crs(4326).y.iloc[0]
    line = shapely.LineString([(44, level), (56, level)])
    figure = drawn(table(line), line_width=3)
    (moved,) = names(figure, text)
    assert not shape_of(moved, figure).intersects(shapely.LineString([(0, y), (1e7, y)]))


def test_names_cross_lines_where_no_place_is_free() -> None:
    lines = [shapely.LineString([(44 + n / 4, 37), (44 + n / 4, 44)]) for n in range(48)]
    figure = drawn(table(*lines), line_width=1)
    assert names(figure, "Baku")
    assert names(figure, "AZERBAIJAN")


def test_a_town_below_a_symbol_has_no_name() -> None:
    assert names(drawn(table(shapely.Point(45, 38))), "Baku")
    for aside in (0, 0.04):
        below = table(shapely.Point(BAKU[0] + aside, BAKU[1]))
        assert not names(drawn(below, size=6), "Baku")


def test_symbols_hide_no_letters_of_names_of_the_ground() -> None:
    """Each place for the name has a symbol of a tenth of its size."""
    lon, lat = np.meshgrid(np.arange(44, 56, 0.75), np.arange(37, 44, 0.1))
    figure = drawn(table(*shapely.points(lon.ravel(), lat.ravel())), size=6)
    assert not names(figure, "AZERBAIJAN")


def test_a_node_of_a_corridor_and_its_town_are_named_once() -> None:
    made = mm.Map().add(mm.corridor("middle"))
    figure = made.figure(extent=(58, 40, 74, 48), projection=MERCATOR)
    assert names(figure, "Kyzylorda")
    assert not names(figure, "Qyzylorda")


def test_equal_names_of_lines_nearby_are_written_once() -> None:
    ends = [(46, 47), (48, 49), (54, 55)]
    lines = [shapely.LineString([(first, 43), (last, 43)]) for first, last in ends]
    layer = table(*lines, names=["Ile"] * 3)
    assert len(names(drawn(layer, label="name"), "Ile")) == 2
