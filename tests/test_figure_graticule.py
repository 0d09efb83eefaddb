"""The angles of the graticule: each map has those of its parallels, whatever its projection."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pytest
from matplotlib.figure import Figure
from pyproj import Transformer

import minmap as mm
from minmap.figure.projection import Box, fitted

pytestmark = pytest.mark.exhaustive

WORLD = (-180, -85, 180, 85)
LATITUDES = {f"{n}° {side}": n if side == "N" else -n for n in range(10, 90, 10) for side in "NS"}
LATITUDES["0°"] = 0


def angles_of(figure: Figure) -> list[tuple[int, np.ndarray]]:
    """Return the latitudes that are written, and where, in pixels."""
    texts = [text for axes in figure.axes for text in axes.texts if text.get_ha() != "left"]
    return [
        (LATITUDES[text.get_text()], text.get_transform().transform(text.get_position()))
        for text in texts
        if text.get_text() in LATITUDES and text.get_va() != "top"
    ]


def latitudes(places: np.ndarray, figure: Figure, crs: str) -> np.ndarray:
    """Return the latitudes of places in pixels."""
    xy = figure.axes[0].transData.inverted().transform(places)
    back = Transformer.from_crs(crs, 4326, always_xy=True)
    return np.array(back.transform(*xy.T)[1])


def world() -> mm.Map:
    places = gpd.points_from_xy([-100, 30, 100], [40, -20, 60])
    return mm.Map().add(gpd.GeoDataFrame({"n": [1, 2, 3]}, geometry=places, crs=4326))


@pytest.mark.parametrize(("width_mm", "expected"), [(85, {0}), (200, {-60, -30, 0, 30, 60})])
@pytest.mark.parametrize(
    "projection", ["+proj=eqearth", "+proj=moll +lon_0=150", "+proj=robin", "EPSG:3857"]
)
def test_a_map_of_the_world_has_angles_at_its_parallels(
    projection: str, width_mm: int, expected: set[int]
) -> None:
    figure = world().figure(projection=projection, extent=WORLD, width_mm=width_mm)
    found = angles_of(figure)
    assert expected <= {latitude for latitude, _ in found}
    assert len(found) > 2
    ax = figure.axes[0]
    middle = ax.transData.transform((np.mean(ax.get_xlim()), 0.0))[0]
    at = np.array([(middle, y) for _, (_, y) in found])
    off = latitudes(at, figure, projection) - np.array([latitude for latitude, _ in found])
    assert np.abs(off).max() < 0.5


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"projection": "EPSG:3413", "extent": (-180, 55, 180, 90)}, {60, 70, 80}),
        ({"projection": "EPSG:3031", "extent": (-180, -90, 180, -55)}, {-60, -70, -80}),
    ],
)
def test_each_circle_around_a_pole_has_its_angle(
    options: dict[str, Any], expected: set[int]
) -> None:
    lon = np.linspace(-180, 170, 36)
    lat = np.full(36, 65.0 if 60 in expected else -65.0)
    table = gpd.GeoDataFrame({"n": lon}, geometry=gpd.points_from_xy(lon, lat), crs=4326)
    figure = mm.Map().add(table, color="#ff0000").figure(width_mm=160, **options)
    found = [(latitude, place) for latitude, place in angles_of(figure) if latitude in expected]
    assert {latitude for latitude, _ in found} == expected
    places = np.array([place for _, place in found])
    off = latitudes(places, figure, options["projection"]) - [latitude for latitude, _ in found]
    assert np.abs(off).max() < 0.1


@pytest.mark.parametrize(
    ("projection", "text"),
    [
        ("+proj=eqearth +lon_0=150", "Equal Earth, central meridian 150° E."),
        ("+proj=moll", "Mollweide."),
        ("EPSG:3857", "WGS 84 / Pseudo-Mercator."),
        ("EPSG:32642", "WGS 84 / UTM zone 42N, central meridian 69° E."),
        ("EPSG:2056", "CH1903+ / LV95."),
    ],
)
def test_a_projection_names_its_central_meridian(projection: str, text: str) -> None:
    lon = 68 if "UTM" in text else 8
    table = gpd.GeoDataFrame({"n": [1]}, geometry=gpd.points_from_xy([lon], [45]), crs=4326)
    figure = mm.Map().add(table).figure(projection=projection, width_mm=200)
    assert f"Projection: {text}" in [one.get_text() for one in figure.axes[-1].texts]


def test_a_fitted_projection_has_its_meridian_in_one_decimal() -> None:
    name = fitted(Box(-178.3, -60, 177.7, 80), equal_area=False).name
    assert name == "Equal Earth, central meridian 0.3° W"


def test_a_graticule_beyond_its_projection_divides_nothing_by_infinity() -> None:
    lon, lat = [69.5, 0.0, 71.5, 73.0], [42.2, 0.0, 71.5, 43.0]
    places = gpd.GeoDataFrame(geometry=gpd.points_from_xy(lon, lat), crs=4326)
    mm.Map(places).figure(width_mm=80)  # a warning of numpy is an error
