"""One map, many threads: nothing that is shared changes while a page is drawn."""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import folium
import geopandas as gpd
import pytest
from branca.element import Element
from folium import plugins

import minmap as mm
from minmap.demo import demo_map

pytestmark = pytest.mark.exhaustive

WAIT_S = 60
THREADS = 8


class Gate(Element):  # type: ignore[misc]
    """An element that holds up the thread that draws it, if it is the one to be held."""

    def __init__(self) -> None:
        super().__init__()
        self.entered, self.opened = threading.Event(), threading.Event()
        self.held: set[int] = set()

    def render(self, **_kwargs: Any) -> str:
        if threading.get_ident() in self.held:
            self.entered.set()
            assert self.opened.wait(WAIT_S)
        return "<i></i>"

    def hold(self, work: Callable[[], Any]) -> Any:
        """Start work in a thread of its own, which stops at the gate."""

        def held() -> Any:
            self.held.add(threading.get_ident())
            return work()

        future = ThreadPoolExecutor(1).submit(held)
        assert self.entered.wait(WAIT_S)
        return future


def points(*names: str) -> gpd.GeoDataFrame:
    places = gpd.points_from_xy(range(60, 60 + len(names)), [45] * len(names))
    return gpd.GeoDataFrame({"name": list(names)}, geometry=places, crs=4326)


def gated() -> tuple[mm.Map, Gate, Gate]:
    """Return a map with a gate among its layers and one among the parts of its page."""
    page, among_layers, among_parts = mm.Map(points("a")), Gate(), Gate()
    page.add_child(among_layers)
    page.add(points("b", "c"), name="Last")
    group = folium.FeatureGroup(name="Group").add_to(page)
    folium.Marker([45, 60], popup="x", tooltip="y", icon=folium.Icon()).add_to(group)
    plugins.MarkerCluster([[45, 60]]).add_to(page)
    page.get_root().html.add_child(among_parts)
    return page, among_layers, among_parts


def html_of(page: mm.Map) -> str:
    return str(page.get_root().render())


@pytest.mark.parametrize("where", ["layers", "parts"])
def test_a_page_is_whole_if_another_is_drawn_meanwhile(where: str) -> None:
    page, among_layers, among_parts = gated()
    alone = html_of(page)
    gate = among_layers if where == "layers" else among_parts
    held = gate.hold(lambda: html_of(page))
    assert html_of(page) == alone
    gate.opened.set()
    assert held.result(WAIT_S) == alone


@pytest.mark.parametrize("where", ["layers", "parts"])
def test_a_layer_that_is_added_while_a_page_is_drawn_stays(where: str) -> None:
    page, among_layers, among_parts = gated()
    alone = html_of(page)
    gate = among_layers if where == "layers" else among_parts
    held = gate.hold(lambda: html_of(page))
    page.add(points("d"), name="Late")
    folium.Circle([45, 61]).add_to(page)
    assert [layer.layer_name for layer in page.layers()] == ["Occurrences", "Last", "Late"]
    gate.opened.set()
    assert held.result(WAIT_S) == alone
    assert [layer.layer_name for layer in page.layers()] == ["Occurrences", "Last", "Late"]
    assert html_of(page).count('"name":"Late"') == 1
    assert "L.circle(" in html_of(page)


def test_a_file_is_whole_while_a_folder_of_the_same_map_is_written(tmp_path: Path) -> None:
    page, gate, _ = gated()
    alone = html_of(page)
    held = gate.hold(lambda: page.save_folder(tmp_path / "site"))
    page.save(tmp_path / "map.html")
    gate.opened.set()
    held.result(WAIT_S)
    assert (tmp_path / "map.html").read_text(encoding="utf-8") == alone
    assert len(list((tmp_path / "site").glob("*.parquet"))) == 2


def test_eight_threads_write_the_same_bytes() -> None:
    page = demo_map()
    plugins.MarkerCluster([[45, 70], [46, 71]]).add_to(page)
    folium.GeoJson(points("a", "b").to_json(), style_function=lambda _: {}).add_to(page)
    alone, start = html_of(page), threading.Barrier(THREADS)

    def drawn(number: int) -> list[str]:
        start.wait(WAIT_S)
        return [page._repr_html_() if (number + n) % 3 == 0 else html_of(page) for n in range(6)]

    with ThreadPoolExecutor(THREADS) as pool:
        pages = [one for drawn_by in pool.map(drawn, range(THREADS)) for one in drawn_by]
    assert len(pages) == 6 * THREADS
    assert set(pages) == {alone, page._repr_html_()}


def test_drawing_leaves_the_map_as_it_was() -> None:
    page, _, _ = gated()

    def state() -> list[Any]:
        root = page.get_root()
        elements = [*mm.webmap.element_copy.walk(root)]
        return [(id(one), one._id, {k: id(v) for k, v in vars(one).items()}, list(one._children))
                for one in elements]  # fmt: skip

    before = state()
    html_of(page)
    assert state() == before


def test_two_maps_that_share_an_element_both_show_it() -> None:
    marker = folium.Marker([45, 60], popup="shared")
    layer = mm.webmap.PointLayer(points("a"), name="Shared")
    maps = [mm.Map(title=title).add(marker).add(layer) for title in ("first", "second")]
    for page in maps:
        html = html_of(page)
        assert html.count('"name":"Shared"') == 1
        assert html.count("var marker_3 = L.marker(") == html.count("var popup_4 = ") == 1


def test_names_of_the_makers_scripts_are_those_of_the_page() -> None:
    page = mm.Map()
    code = f"{page.get_name()}.on('click', () => 0);"
    page.get_root().script.add_child(folium.Element(code))
    html = html_of(page)
    assert "map_1.on('click', () => 0);" in html
    assert page.get_name() not in html


def test_a_copy_of_a_map_is_drawn_alike() -> None:
    page = mm.Map()
    folium.Marker([45, 60], popup="x").add_to(page)
    alone = html_of(page)
    assert html_of(copy.deepcopy(page)) == alone
