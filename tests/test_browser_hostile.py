"""Hostile text in every element that carries text, in a browser: nothing runs, nothing is fetched.

A flag on the window says whether anything ran, and a port that listens whether anything was
fetched; both are shown to notice it.
"""

from __future__ import annotations

import json
import select
import socket
import warnings
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import branca
import folium
import geopandas as gpd
import pytest
import shapely
from folium import plugins
from playwright.sync_api import Browser, Frame, Page

import minmap as mm
from minmap.errors import MinmapWarning
from minmap.renderer import asset
from minmap.style.looks import Looks
from minmap.webmap.page import add_files

RUN = "top.ran=1"
HERE = "127.0.0.1"
READY = 'html[data-minmap="ready"]'


class Ear:
    """A port of this machine that notes who knocks."""

    def __init__(self) -> None:
        self._socket = socket.create_server((HERE, 0))
        self.address = f"http://{HERE}:{self._socket.getsockname()[1]}"

    def hears(self, seconds: float = 0) -> bool:
        return bool(select.select([self._socket], [], [], seconds)[0])

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def ear() -> Iterator[Ear]:
    made = Ear()
    yield made
    made.close()


def framed(markup: str) -> str:
    return f"data:text/html;charset=utf-8;base64,{b64encode(markup.encode()).decode()}"


def live(address: str) -> dict[str, str]:
    """Give what runs, or fetches from an address, where it is markup."""
    style = f"<link rel=stylesheet href={address}/a.css>"
    return {
        "picture": f'<img src=x onerror="{RUN}">',
        "drawing": f"<svg onload={RUN}><circle r=1 /></svg>",
        "open details": f"<details open ontoggle={RUN}>x</details>",
        "frame in the text": f"<iframe srcdoc='<script>{RUN}</script>'></iframe>",
        "link to a script": f"<a class=bait href=' java\tscript:{RUN}'>x</a>",
        "picture from elsewhere": f"<img src={address}/a.png>",
        "style from elsewhere": style,
        "imported style": f"<style>@import '{address}/b.css';</style>",
        "style in a frame": f"<iframe srcdoc='{style}'></iframe>",
        "style in a page of a frame": f"<iframe src='{framed(style)}'></iframe>",
        "other page": f"<meta http-equiv=refresh content='0;url={address}/c'>",
        "object": f"<object data={address}/e></object><embed src={address}/f>",
        "form": f"<form action={address}/d><button class=bait>x</button></form>",
    }


# What runs where a script is made of it.
BREAKING: dict[str, str] = {
    "script": f"<script>{RUN}</script>",
    "end of the script": f"</script><script>{RUN}</script>",
    "hidden end": "<!--<script>",
    "place in a template literal": f"${{{RUN}}}",
    "backtick": f"`;{RUN};`",
    "escaped backtick": f"\\`;{RUN};//\\\\`;{RUN};//",
    "quotes": f"'\"');{RUN};//\");{RUN};//",
    "line separators": f"\u2028{RUN}//\u2029{RUN}//\n{RUN}//\r{RUN}//'\n{RUN}//",
    "backslash": "\\",
    "template": "{{ 7*7 }}{% set x = 1 %}{# gone #}",
    # Chromium connects at once, whatever the policy, but not when it is driven by a test.
    "connection": "<link rel=preconnect href=https://example.org>",
    "base of addresses": "<base href=https://example.org/>x",
    "names of the document's properties": "<img name=createElement src='data:,'>"
    "<iframe name=querySelectorAll></iframe><img name=body src='data:,'>",
    "end of quoted markup": f'"><img src=x onerror={RUN}>',
}
LIVE = live("")
HOSTILE = [*LIVE, *BREAKING]


def carriers(text: str) -> list[Any]:
    """Make each element that carries text, with a text."""
    place = [45.0, 70.0]
    feature = {
        "type": "Feature",
        "geometry": {"type": "Polygon", "coordinates": [[[66, 44], [67, 44], [67, 45], [66, 44]]]},
        "properties": {"name": text, text: "x", "style": {"color": text}},
    }
    fields = ["name", text]
    group = folium.FeatureGroup(name=text)
    markers: list[Any] = [
        folium.Marker(place, popup=text, tooltip=text, icon=folium.DivIcon(html=text)),
        folium.Marker(place, tooltip=folium.Tooltip(text, style=text)),
        folium.Marker(place, popup=folium.Popup(text, parse_html=True)),
        folium.Marker(place, popup=folium.Popup(text, lazy=True), icon=folium.Icon()),
        folium.Marker(place, popup=folium.Popup(folium.Html(text, script=True), show=True)),
        folium.Marker(place, popup=folium.Popup(as_frame(text)), title=text, alt=text),
        folium.CircleMarker(place, popup=text, tooltip=text, color=text),
    ]
    cluster = plugins.MarkerCluster([place, place], popups=[text, text], name=text)
    for marker in markers:
        marker.add_to(group)
    return [
        group,
        cluster,
        plugins.FeatureGroupSubGroup(cluster, name=f"{text} "),
        plugins.FastMarkerCluster([[45, 71, text]], name=f"{text}  "),
        plugins.HeatMap([place], name=f"{text}   "),
        folium.GeoJson(
            feature,
            name=f"{text}    ",
            tooltip=folium.GeoJsonTooltip(fields, aliases=fields, style="color: red"),
            popup=folium.GeoJsonPopup(fields, localize=True),
            style_function=lambda _: {"fillColor": text, "color": "red"},
            highlight_function=lambda _: {"fillColor": text},
        ),
        folium.GeoJson(feature, tooltip=text, popup=folium.Popup(text), marker=folium.Marker()),
        folium.TileLayer("data:,{z}", attr=text, name=f"{text}     "),
        folium.GeoJson(feature, attribution=text, control=False),
        plugins.Fullscreen(title=text, content=text, force_pseudo_fullscreen=True),
        plugins.Fullscreen(content=text, force_separate_button=True, force_pseudo_fullscreen=True),
        plugins.MousePosition(empty_string=text),
        plugins.MousePosition(prefix=text, separator=text),
        folium.Control("Zoom", zoomInText=text, zoomOutText=text),
        folium.Control("Attribution", prefix=text),
        folium.ClickForMarker(text),
        folium.LayerControl(collapsed=False),
    ]


def text_of(what: str, ear: Ear) -> str:
    return {**live(ear.address), **BREAKING}[what]


def as_frame(text: str) -> branca.element.IFrame:
    """Put a text into a frame; branca compiles it, and refuses what is no template of jinja's."""
    return branca.element.IFrame("x" if "{%" in text or "{#" in text else text)


def with_carriers(text: str) -> mm.Map:
    points = gpd.GeoDataFrame(
        {"name": [text], text: [text]}, geometry=gpd.points_from_xy([71], [46]), crs=4326
    )
    page = mm.Map(points, title="still", subtitle=text, location=(45, 70), zoom_start=6)
    for element in carriers(text):
        page.add(element)
    return page


def saved(page: mm.Map, path: Path) -> Path:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MinmapWarning)
        page.save(path)
    return path


# Open all that opens and press all that asks for it, and wait until every picture has come or not.
OPEN_ALL = """async () => {
    const frame = () => new Promise(done => requestAnimationFrame(done));
    const frames = async () => { await frame(); await frame(); };
    const main = document.querySelector(".folium-map");
    const map = main && window[main.id];
    const layers = [];
    if (map) map.eachLayer(layer => layers.push(layer));
    for (const layer of layers) {
        for (const event of ["mouseover", "click"]) {
            layer.fire(event, {latlng: map.getCenter(), layer, target: layer});
        }
        if (layer.getPopup?.()) layer.openPopup(map.getCenter());
        if (layer.getTooltip?.()) layer.openTooltip(map.getCenter());
        for (const bait of document.querySelectorAll(".bait")) bait.click();
        await frames();
    }
    if (map) map.fire("click", {latlng: map.getCenter()});
    const at = {bubbles: true, clientX: 500, clientY: 400};
    if (map) map.getContainer().dispatchEvent(new MouseEvent("mousemove", at));
    for (const marker of document.querySelectorAll(".leaflet-marker-icon")) {
        marker.dispatchEvent(new MouseEvent("click", {bubbles: true}));
        await frames();
    }
    for (const bait of document.querySelectorAll(".bait")) bait.click();
    const waiting = [...document.images].filter(image => !image.complete);
    const settled = image => new Promise(done => { image.onload = image.onerror = done; });
    await Promise.all(waiting.map(settled));
    await frames();
    return layers.length;
}"""


def open_all(page: Page | Frame) -> int:
    return int(page.evaluate(OPEN_ALL))


def knock(page: Page) -> None:
    """Let the browser fetch something of its own, after all that it was asked for before."""
    own = Ear()
    other = page.context.new_page()
    other.goto("about:blank")
    other.evaluate("address => void fetch(address, {mode: 'no-cors'}).catch(() => 0)", own.address)
    assert own.hears(30)
    other.close()
    own.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1200, "height": 800})
    made = context.new_page()
    made.add_init_script("window.ran = 0")
    yield made
    context.close()


@pytest.mark.parametrize("what", LIVE)
def test_the_guards_notice_what_is_live(what: str, page: Page, ear: Ear, tmp_path: Path) -> None:
    text = text_of(what, ear)
    markup = json.dumps(text).replace("</", "<\\/")
    (tmp_path / "page.html").write_text(
        f"<body><script>document.body.insertAdjacentHTML('beforeend', {markup});"
        "for (const bait of document.querySelectorAll('.bait')) bait.click()</script>",
        encoding="utf-8",
    )
    page.goto((tmp_path / "page.html").as_uri(), wait_until="commit")
    if RUN in text:
        page.wait_for_function("window.ran === 1")
    else:
        assert ear.hears(30)


def test_the_guards_notice_a_script_of_the_makers(page: Page, tmp_path: Path) -> None:
    made = with_carriers("x")
    made.get_root().script.add_child(folium.Element(RUN))
    page.goto(saved(made, tmp_path / "map.html").as_uri())
    page.wait_for_selector(READY, state="attached")
    assert page.evaluate("window.ran") == 1


# Markup, and what the page makes of it: each element with the names of its attributes, and texts.
MADE = {
    "drawing": ("<svg viewBox='0 0 1 1'><rect width=1 /></svg>", "svg(viewBox)[rect(width)[]]"),
    "formula": ("<math><mi>x</mi></math>", "math()[mi()[x]]"),
    "drawing and text": ("<svg></svg> text", "svg()[] text"),
    "one element": ("<p id=a>x</p>", "x"),
    "text": ("x", "x"),
    "nothing": ("", ""),
    "handlers": ("<b onclick=go() title=t>x</b> y", "b(title)[x] y"),
    "handler of a drawing": ("<svg onload=go()><g onclick=go() /></svg>", "svg()[g()[]]"),
    "names": ("<img name=body id=a><iframe name=b></iframe>", "img(id)[]iframe()[]"),
    "links": ("<a href=javascript:go() ping=/a>x</a><a href=/b>y</a>", "a()[x]a(href)[y]"),
    "link of a drawing": ("<svg><a xlink:href=javascript:go()>x</a></svg>", "svg()[a()[x]]"),
    "form": ("<form action=/a><input name=n>x</form>y", "input(name)[]xy"),
    "removed": ("a<style>b</style><template>c</template><meta><script>d</script>", "a"),
}
DESCRIBE = """markup => {
    const describe = node => [...node.childNodes].map(child => child.nodeType === 3 ? child.data :
        `${child.localName}(${[...child.attributes].map(({name}) => name)})[${describe(child)}]`
    ).join("");
    return describe(minmap.markup(markup));
}"""


def test_markup_keeps_all_but_what_runs_or_fetches(page: Page, tmp_path: Path) -> None:
    page.goto(saved(mm.Map(), tmp_path / "map.html").as_uri())
    page.wait_for_selector(READY, state="attached")
    made = {name: page.evaluate(DESCRIBE, markup) for name, (markup, _) in MADE.items()}
    assert made == {name: described for name, (_, described) in MADE.items()}


def test_attributions_keep_their_links_and_hide_no_other(page: Page, tmp_path: Path) -> None:
    made = mm.Map()
    for text in ("<!-- ", "<a href=https://a.example>A", "B <meta name=a><b>and</b>"):
        made.add(folium.TileLayer("data:,{z}", attr=text, overlay=True))
    made.add(folium.Control("Attribution", prefix="<a href=https://c.example>C</a>"))
    page.goto(saved(made, tmp_path / "map.html").as_uri())
    page.wait_for_selector(READY, state="attached")
    control = page.locator(".leaflet-control-attribution").first
    assert control.evaluate("shown => shown.innerHTML") == (
        '<a href="https://c.example">C</a> <span aria-hidden="true">|</span> '
        '<a href="https://a.example">A</a>, B <b>and</b>'
    )


@pytest.mark.parametrize("what", HOSTILE)
def test_text_runs_nothing_and_fetches_nothing_on_a_page(
    what: str, page: Page, ear: Ear, tmp_path: Path
) -> None:
    text = text_of(what, ear)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(saved(with_carriers(text), tmp_path / "map.html").as_uri())
    page.wait_for_selector(READY, state="attached")
    assert open_all(page) > 15
    knock(page)
    assert page.evaluate("[window.ran, document.title, location.protocol]") == [0, "still", "file:"]
    assert not ear.hears()
    assert errors == []
    assert page.locator("body :is(link, meta, base, object, embed)").count() == 0
    assert page.locator(".leaflet-control-container iframe").count() == 0
    names = page.locator(".leaflet-control-layers-overlays label > span > span").all_text_contents()
    assert len(names) == 7
    shown = [name for name in names if " ".join(name.split()) == " ".join(text.split())]
    assert len(shown) == 5


@pytest.mark.parametrize("what", HOSTILE)
def test_text_runs_nothing_in_a_notebook(what: str, page: Page, ear: Ear, tmp_path: Path) -> None:
    """A notebook has no policy of minmap's; the page in its frame brings its own."""
    output = with_carriers(text_of(what, ear))._repr_html_()
    (tmp_path / "notebook.html").write_text(f"<body>{output}</body>", encoding="utf-8")
    page.goto((tmp_path / "notebook.html").as_uri())
    page.frame_locator("iframe").locator(READY).wait_for(state="attached")
    assert open_all(page.frames[1]) > 15
    knock(page)
    assert page.evaluate("[window.ran, location.protocol]") == [0, "file:"]
    assert not ear.hears()


# Stands for plugins that would be fetched: calls of it do nothing and give it again.
STUB = """
const stub = new Proxy(function () {}, {
    get: (target, name) => (name === Symbol.toPrimitive ? () => "" : stub),
    apply: () => stub, construct: () => stub, set: () => true,
});
Object.assign(L.Control, {Search: stub, TimeDimension: stub, TimeDimensionCustom: stub});
Object.assign(L.control, {groupedLayers: stub});
Object.assign(L, {timeDimension: stub, TimeDimension: stub, SemiCircle: stub, semiCircle: stub});
Object.assign(L, {vectorGrid: stub, boatMarker: stub, BoatMarker: stub, stripePattern: stub});
L.TimeDimension = stub; window.moment = stub; window.d3 = stub; window.TDHeatmap = stub;
"""


def fetched_plugins(text: str) -> list[Any]:
    """Make the plugins that are fetched and write a text into a script of theirs."""
    points = {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [70, 45]},
                "properties": {"name": text, "popup": text, "times": [0]},
            }
        ],
    }
    layer, group = folium.GeoJson(points), folium.FeatureGroup(name=text)
    return [
        layer,
        group,
        plugins.Search(layer, search_label="name", placeholder=text, position=text),
        plugins.GroupedLayerControl({text: [group]}),
        plugins.TimestampedGeoJson(json.dumps(points), date_options=text, duration=text),
        plugins.SemiCircle([45, 70], 10, direction=1, arc=1),
        plugins.BoatMarker([45, 70], heading=text, wind_heading=text, wind_speed=text),
        plugins.VectorGridProtobuf(text, name=text),
        plugins.HeatMapWithTime([[[45, 70]]], index=[text], radius=text, position=text),
    ]


@pytest.mark.parametrize("what", BREAKING)
def test_text_stays_text_in_the_scripts_of_plugins(
    what: str, page: Page, ear: Ear, tmp_path: Path
) -> None:
    made = mm.Map(title="still")
    made.get_root().script.add_child(folium.Element("{% raw %}" + STUB + "{% endraw %}"), index=0)
    for element in fetched_plugins(text_of(what, ear)):
        made.add(element)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.context.set_offline(offline=True)
    page.goto(saved(made, tmp_path / "map.html").as_uri())
    page.wait_for_selector('html:not([data-minmap="loading"])', state="attached")
    assert page.evaluate("[window.ran, document.title]") == [0, "still"]
    # HeatMapWithTime extends its plugin in the head, where nothing stands for it yet.
    assert [error for error in errors if "(reading 'Layer')" not in error] == []


def test_text_of_minmaps_layers_is_inert_on_a_page_without_a_policy(
    page: Page, ear: Ear, tmp_path: Path
) -> None:
    texts = list(live(ear.address).values()) + list(BREAKING.values())
    frame = gpd.GeoDataFrame(
        {"name": texts, "kind": texts},
        geometry=gpd.points_from_xy(range(60, 60 + len(texts)), [45] * len(texts)),
        crs=4326,
    )
    made = folium.Map(tiles=None, location=(45, 70), zoom_start=5)
    made.default_js = made.default_css = []
    add_files(made.get_root(), "leaflet.css", "leaflet.js")
    mm.webmap.PointLayer(frame, name=texts[0], looks=Looks("kind")).add_to(made)
    areas = frame.set_geometry(shapely.buffer(frame.geometry.to_numpy(), 0.2), crs=4326)
    mm.webmap.VectorLayer(areas, name=texts[1], looks=Looks("kind")).add_to(made)
    made.save(tmp_path / "plain.html")
    assert "Content-Security-Policy" not in (tmp_path / "plain.html").read_text(encoding="utf-8")
    page.goto((tmp_path / "plain.html").as_uri())
    page.wait_for_selector(READY, state="attached")
    for place in range(0, 1200, 20):
        page.mouse.move(place, 400)
    page.mouse.click(600, 400)
    open_all(page)
    knock(page)
    assert page.evaluate("[window.ran, location.protocol]") == [0, "file:"]
    assert not ear.hears()
    assert texts[0] in page.locator("body").inner_text()


NOTEBOOK = """async ({code, state, bytes}) => {
    const held = Object.fromEntries(Object.entries(bytes).map(([name, text]) =>
        [name, new DataView(Uint8Array.from(atob(text), c => c.charCodeAt(0)).buffer)]));
    const model = {
        get: name => name in held ? held[name] : state[name],
        set: (name, value) => { state[name] = value; },
        on() {}, off() {}, save_changes() {}, send() {},
    };
    const address = URL.createObjectURL(new Blob([code], {type: "text/javascript"}));
    (await import(address)).default.render({model, el: document.body});
}"""


def test_text_is_inert_in_a_widget(page: Page, ear: Ear, tmp_path: Path) -> None:
    texts = list(live(ear.address).values()) + list(BREAKING.values())
    frame = gpd.GeoDataFrame(
        {"name": texts, "kind": texts},
        geometry=gpd.points_from_xy(range(60, 60 + len(texts)), [45] * len(texts)),
        crs=4326,
    )
    widget = mm.Widget(mm.Map(frame, title=texts[0], subtitle=texts[1]).add(frame, name=texts[2]))
    widget.clicked = {"layer": texts[2], "row": 0}
    state = widget.get_state()
    held = {name: b64encode(v).decode() for name, v in state.items() if isinstance(v, bytes)}
    rest = {
        name: v for name, v in state.items() if not name.startswith("_esm") and name not in held
    }
    (tmp_path / "notebook.html").write_text("<!DOCTYPE html><body></body>", encoding="utf-8")
    page.goto((tmp_path / "notebook.html").as_uri())
    plain = json.loads(json.dumps(rest, default=str))
    page.evaluate(NOTEBOOK, {"code": asset("widget.js"), "state": plain, "bytes": held})
    page.add_style_tag(content=asset("widget.css"))
    page.wait_for_selector('.mm-widget[data-minmap="ready"]')
    for place in range(0, 1200, 20):
        page.mouse.move(place, 250)
    page.mouse.click(600, 250)
    open_all(page)
    knock(page)
    assert page.evaluate("[window.ran, location.protocol]") == [0, "file:"]
    assert not ear.hears()
    assert texts[0] in page.locator("body").inner_text()
