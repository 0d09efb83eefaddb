"""What a notebook shows of a map at once."""

from __future__ import annotations

import re
from html import unescape

import folium
import geopandas as gpd

import minmap as mm


def test_a_notebook_is_shown_the_page_and_told_nothing_about_trust() -> None:
    page_map = mm.Map(title='Рудники "мира" <b>')
    html = page_map._repr_html_()
    assert html.isascii()
    parts = r'<iframe title="([^"]*)" srcdoc="([^"]*)" style="[^"]*"[^>]*>.*</iframe>'
    frame = re.fullmatch(parts, html)
    assert frame is not None
    assert unescape(frame[1]) == page_map.title
    assert unescape(frame[2]) == page_map.get_root().render()
    assert "Make this Notebook Trusted" not in html


def test_the_height_of_the_figure_is_that_of_the_frame() -> None:
    page_map = mm.Map()
    assert "min-height" in page_map._repr_html_().partition("allowfullscreen")[0][-200:]
    page_map.get_root().height = "700px"
    assert 'height:700px" allowfullscreen' in page_map._repr_html_()


def test_minmaps_layers_show_in_foliums_own_frame_too() -> None:
    frame = gpd.GeoDataFrame({"name": ["a"]}, geometry=gpd.points_from_xy([60], [45]), crs=4326)
    layer = mm.Map(frame).layers()[0]
    assert "minmap.add" in folium.Map().add_child(layer)._repr_html_()
