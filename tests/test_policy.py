"""The page's Content-Security-Policy: what it names, and what the browser stops by it."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import branca
import folium
import geopandas as gpd
import pytest
from branca.element import MacroElement
from folium.plugins import Draw, FastMarkerCluster, Fullscreen, MarkerCluster, MousePosition
from folium.template import Template

import minmap as mm
from minmap.demo import demo_map
from minmap.errors import MinmapError, MinmapWarning
from minmap.webmap.content_policy import hash_of
from minmap.webmap.html_markup import ATTRIBUTES, NAMELESS, REMOVED, UNWRAPPED
from tests.waiting import at_rest, until

Open = Callable[[Path], Any]


def html_of(page: mm.Map) -> str:
    return str(page.get_root().render())


def policy_in(html: str) -> dict[str, list[str]]:
    """Read a page's policy: each directive with its sources."""
    (content,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', html)
    directives = [directive.split(" ") for directive in unescape(content).split("; ")]
    return {name: sources for name, *sources in directives}


def test_all_that_runs_is_named_by_its_hash_and_nothing_is_fetched() -> None:
    html = html_of(demo_map())
    policy = policy_in(html)
    assert policy["default-src"] == ["'none'"]
    assert policy["img-src"] == ["data:", "blob:"]
    assert not {"connect-src", "font-src", "frame-src", "style-src-attr"} & set(policy)
    code = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    hashes = [base64.b64encode(hashlib.sha256(c.encode()).digest()).decode() for c in code]
    assert policy["script-src"] == [f"'sha256-{one}'" for one in hashes]
    assert "unsafe" not in html[: html.index("<title>")]


def test_the_policy_and_the_charset_come_before_all_that_they_govern() -> None:
    html = html_of(mm.Map(title="Руда"))
    assert html.index('<meta charset="utf-8">') < html.index("Content-Security-Policy") < 200
    assert html.index("Content-Security-Policy") < html.index("<style>")


def test_line_ends_are_hashed_as_a_browser_reads_them() -> None:
    assert hash_of("a\r\nb\rc\0") == hash_of("a\nb\nc\ufffd")


@pytest.mark.parametrize(
    ("markup", "directive", "source"),
    [
        ("<script>go()</script>", "script-src", hash_of("go()")),
        ("<STYLE media='all'>b{}</STYLE >", "style-src", hash_of("b{}")),
        ('<script src="https://x.org/a.js?v=1"></script>', "script-src", "https://x.org/a.js"),
        ('<link rel="stylesheet" href="https://x.org/a.css"/>', "style-src", "https://x.org/a.css"),
        ('<img src="https://x.org/a.png">', "img-src", "https://x.org"),
        ('<img src="a.png">', "img-src", "'self'"),
        ('<b style="color: red">', "style-src-attr", "'unsafe-inline'"),
        ('<iframe src="https://x.org/"></iframe>', "frame-src", "https://x.org"),
        ("<script>fetch('https://x.org/a.json')</script>", "connect-src", "https://x.org"),
    ],
)
def test_what_the_maker_adds_to_the_page_is_let_through(
    markup: str, directive: str, source: str
) -> None:
    page = mm.Map()
    page.get_root().html.add_child(folium.Element(markup))
    assert source in policy_in(html_of(page))[directive]


HANDLED = "<b onclick='go()' onerror=\"go()\"><a href='javascript:go()'>x</a>"


@pytest.mark.parametrize("section", ["header", "html"])
def test_no_handler_is_ever_let_through_whoever_wrote_it(section: str, tmp_path: Path) -> None:
    page = mm.Map()
    getattr(page.get_root(), section).add_child(folium.Element(HANDLED))
    policy = policy_in(html_of(page))["script-src"]
    assert hash_of("go()") not in policy
    assert not [source for source in policy if source.startswith("'unsafe")]
    with pytest.warns(MinmapWarning, match=r"^Element has a handler \(.*\).*addEventListener"):
        page.save(tmp_path / "map.html")


EVIL = "https://evil.example"
TEXT = (
    f'<img src="{EVIL}/a.png" onerror="go()"><script>go()</script><style>b{{}}</style>'
    f'<script src="{EVIL}/a.js"></script><link rel=stylesheet href="{EVIL}/a.css">'
    f'<iframe src="{EVIL}"></iframe><a href="javascript:go()">{EVIL}</a>'
)
FEATURE = {
    "type": "Feature",
    "geometry": {"type": "Point", "coordinates": [70, 45]},
    "properties": {"name": TEXT, "url": f"{EVIL}/a"},
}


def detailed(detail: Any) -> folium.GeoJson:
    return folium.GeoJson({"type": "FeatureCollection", "features": [FEATURE]}, **detail)


CARRIERS: dict[str, Callable[[], Any]] = {
    "popup": lambda: folium.Marker([45, 70], popup=TEXT),
    "element in a popup": lambda: folium.Marker([45, 70], popup=folium.Popup(folium.Html(TEXT))),
    "frame": lambda: folium.Marker([45, 70], popup=folium.Popup(branca.element.IFrame(TEXT))),
    "tooltip": lambda: folium.Marker([45, 70], tooltip=TEXT),
    "icon": lambda: folium.Marker([45, 70], icon=folium.DivIcon(html=TEXT)),
    "attribution": lambda: folium.TileLayer("data:,{z}", attr=TEXT),
    "button": lambda: Fullscreen(content=TEXT),
    "position": lambda: MousePosition(empty_string=TEXT, prefix=TEXT, separator=TEXT),
    "group": lambda: folium.FeatureGroup(name=TEXT),
    "features": lambda: detailed({"tooltip": folium.GeoJsonTooltip(["name", "url"])}),
    "features' popup": lambda: detailed({"popup": folium.GeoJsonPopup(["name"])}),
    "features' names": lambda: detailed({"style_function": lambda _: {"fillColor": TEXT}}),
    "cluster": lambda: MarkerCluster([[45, 70]], popups=[TEXT]),
    "rows": lambda: FastMarkerCluster([[45, 70, TEXT]]),
}


def without_hashes(html: str) -> dict[str, list[str]]:
    policy = policy_in(html)
    return {
        name: [source for source in sources if not source.startswith("'sha256-")]
        for name, sources in policy.items()
    }


@pytest.mark.parametrize("carrier", CARRIERS)
def test_text_that_elements_carry_adds_no_source(carrier: str) -> None:
    html = html_of(mm.Map().add(CARRIERS[carrier]()))
    policy = without_hashes(html)
    assert EVIL not in str(policy)
    assert policy["script-src"] == []
    scripts = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    sources = {source for source in policy_in(html)["script-src"] if source.startswith("'sha256-")}
    assert sources == {hash_of(code) for code in scripts}
    assert hash_of("go()") not in sources
    framed = {"frame-src"} if carrier == "frame" else set()
    assert set(policy) == {
        "default-src", "base-uri", "form-action", "script-src", "style-src", "style-src-attr",
        "img-src", "font-src", "connect-src", *framed,
    }  # fmt: skip
    assert (policy["connect-src"], policy["font-src"]) == (["'self'"], ["data:", "'self'"])


def test_what_is_not_done_is_named_with_its_element_and_the_cure(tmp_path: Path) -> None:
    page = mm.Map()
    carriers = "popup", "tooltip", "icon", "frame", "attribution", "button", "position", "features"
    for carrier in carriers:
        page.add(CARRIERS[carrier]())
    with pytest.warns(MinmapWarning) as said:
        page.save(tmp_path / "map.html")
    lines = [str(one.message) for one in said]
    assert not [line for line in lines if "\n" in line]
    of_text = "Html", "Tooltip", "DivIcon", "IFrame", "TileLayer", "Fullscreen", "MousePosition"
    for name in of_text:
        for what in (
            r"has a handler \(onerror\) in its HTML.*addEventListener",
            r"has an address of javascript:",
            r"has <script> in its HTML, which the page leaves out; add it as code",
            r"has <link> in its HTML",
            r"shows https://evil\.example/a\.png, which the page does not fetch; allow its host: "
            r"mm\.Map\(hosts=\['https://evil\.example'\]\)",
        ):
            assert [line for line in lines if re.match(f"{name} {what}", line)], (name, what, lines)
    assert "GeoJsonTooltip shows the markup in its fields name as text." in lines


NAMES: dict[str, list[str]] = json.loads(
    (Path(__file__).parent / "data" / "left_out.json").read_text("utf-8")
)


def test_the_page_and_the_warnings_name_the_same_elements() -> None:
    ours = {"removed": REMOVED, "unwrapped": UNWRAPPED, "attributes": ATTRIBUTES}
    ours["nameless"] = NAMELESS
    assert {kind: list(names) for kind, names in ours.items()} == NAMES


@pytest.mark.parametrize(
    ("markup", "line"),
    [
        *[
            (f"<{tag}>", f"<{tag}> in its HTML, which the page leaves out")
            for tag in NAMES["removed"]
        ],
        ("<form>a</form>", "<form> in its HTML, and the page keeps only its content; send"),
        *[(f"<{tag} name=a>", f"an <{tag}> with a name") for tag in NAMES["nameless"]],
        ("<a ping=/b>", "the attribute ping in its HTML, which the page leaves out; send"),
    ],
)
def test_each_element_and_attribute_that_is_left_out_is_named(
    markup: str, line: str, tmp_path: Path
) -> None:
    page = mm.Map().add(folium.Marker([45, 70], popup=markup))
    with pytest.warns(MinmapWarning, match=f"^Html has {line}"):
        page.save(tmp_path / "map.html")


def test_a_host_that_the_maker_names_is_fetched_from(tmp_path: Path) -> None:
    picture = '<img src="https://pictures.example.org/a.png">'
    page = mm.Map(hosts=["https://pictures.example.org"])
    page.add(folium.Marker([45, 70], popup=picture))
    page.save(tmp_path / "map.html")
    for directive in ("img-src", "media-src", "frame-src", "connect-src"):
        assert "https://pictures.example.org" in policy_in(html_of(page))[directive]


@pytest.mark.parametrize("host", ["example.org", "https://a.org; script-src *", "https://a/b", ""])
def test_what_is_no_host_is_refused(host: Any) -> None:
    with pytest.raises(MinmapError, match=r"^hosts=.* is not a host; give a list such as"):
        mm.Map(hosts=[host])


@pytest.mark.parametrize("hosts", [b"https://a.org", {"https://a.org": 1}, 3, [3], [None], None])
def test_hosts_are_texts(hosts: Any) -> None:
    with pytest.raises(MinmapError, match=r"^hosts=.* is neither text nor a list of texts; give"):
        mm.Map(hosts=hosts)


def test_an_address_without_a_scheme_is_refused_with_its_host(tmp_path: Path) -> None:
    page = mm.Map().add(folium.Marker([45, 70], popup="<img src=//a.org/b.png>"))
    cure = r"allow its host: mm\.Map\(hosts=\['https://a\.org'\]\)"
    with pytest.warns(MinmapWarning, match=rf"^Html shows //a\.org/b\.png.*{cure}"):
        page.save(tmp_path / "map.html")


def test_a_template_of_the_makers_names_hosts_and_what_flows_through_it_does_not() -> None:
    class Own(MacroElement):  # type: ignore[misc]
        _template = Template(
            "{% macro script(this, kwargs) %}"
            "fetch('https://api.example.org/' + {{ this.text|tojson }});"
            "{% endmacro %}"
        )
        text = f"{EVIL}/a"

    page = mm.Map().add(Own())
    assert policy_in(html_of(page))["connect-src"] == ["'self'", "https://api.example.org"]


def test_text_is_no_template(tmp_path: Path) -> None:
    """Branca reads what folium wrote as a template once more: braces in data would run Python."""
    text = "{{ 6 * 7 }}{% set x = 1 %}{# gone #}{{ cycler.__init__.__globals__.os.getcwd() }}"
    feature = {**FEATURE, "properties": {"name": text}}
    page = mm.Map()
    page.add(folium.Marker([45, 70], popup=text, tooltip=text, icon=folium.DivIcon(html=text)))
    page.add(folium.GeoJson(feature, style_function=lambda _: {"fillColor": text}))
    page.add(folium.Marker([45, 70], popup=folium.Popup(branca.element.IFrame(text))))
    page.add(FastMarkerCluster([[45, 70, text]]))
    html = html_of(page)
    inner = re.findall(r"utf-8;base64,([A-Za-z0-9+/=]{8,})", html)
    assert [base64.b64decode(one).decode().strip() for one in inner] == [text]
    assert html.count("{{ 6 * 7 }}{% set x = 1 %}{# gone #}") == 5
    assert html.count("getcwd()") == 6


def test_online_tiles_come_from_their_hosts_alone() -> None:
    page = mm.Map(tiles="https://{s}.tile.example.org/{z}/{x}/{y}.png", attr="Example")
    assert policy_in(html_of(page))["img-src"] == [
        "data:", "blob:", "https://*.tile.example.org",
    ]  # fmt: skip


def test_a_script_that_is_fetched_may_fetch() -> None:
    page = mm.Map()
    Draw().add_to(page)
    policy = policy_in(html_of(page))
    assert any(source.endswith("leaflet.draw.js") for source in policy["script-src"])
    assert policy["connect-src"] == ["'self'", "https:"]
    assert not {"'unsafe-inline'", "'unsafe-eval'"} & set(policy["script-src"])


INJECTED = """() => {
    const script = document.createElement("script");
    script.textContent = "document.title = 'run'";
    document.body.append(script);
    document.body.insertAdjacentHTML("beforeend",
        "<img src=x onerror=\\"document.title='run'\\">" +
        "<a href=\\"javascript:document.title='run'\\">x</a>");
    document.body.lastElementChild.click();
    const outside = new Image();
    outside.src = "https://example.org/beacon.png";
    // What is evaluated from outside may call eval; what the page calls later may not.
    return new Promise(resolve => setTimeout(() => {
        const said = [];
        for (const run of [() => eval("1"), () => new Function("1")]) {
            try { run(); said.push("run"); } catch (error) { said.push(error.name); }
        }
        resolve(said);
    }));
}"""


def test_what_slips_in_neither_runs_nor_fetches(tmp_path: Path, browser: Any) -> None:
    mm.Map(title="still").save(tmp_path / "map.html")
    page = browser.new_page()
    said: list[str] = []
    requests: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("requestfailed", lambda request: requests.append(f"{request.url} {request.failure}"))
    page.goto((tmp_path / "map.html").as_uri())
    page.wait_for_selector('html[data-minmap="ready"]', state="attached")
    assert said == []
    assert page.evaluate(INJECTED) == ["EvalError", "EvalError"]
    # The picture that is not there has told its handler so.
    until(lambda: page.evaluate("document.querySelector('img[src=x]').complete"))
    at_rest(page)
    assert page.title() == "still"
    assert sum("script-src" in text for text in said) >= 3
    assert any("img-src" in text for text in said)
    assert not [line for line in requests if "example.org" in line and "csp" not in line.lower()]
    page.close()


def test_what_the_user_adds_with_folium_still_works(tmp_path: Path, open_page: Open) -> None:
    page = mm.Map(location=(45, 70), zoom_start=8, title="before")
    folium.Marker(
        [45, 70], popup=folium.Popup('<b style="color: rgb(255, 0, 0)" id="said">bold</b>')
    ).add_to(page)
    folium.Marker([45.4, 70], icon=folium.DivIcon(html='<i style="width: 40px">x</i>')).add_to(page)
    root = page.get_root()
    root.html.add_child(folium.Element('<button id="go">go</button>'))
    root.html.add_child(folium.Element("<style>#go { position: fixed; z-index: 5000 }</style>"))
    root.header.add_child(folium.Element("<script>const go = t => document.title = t;</script>"))
    root.script.add_child(
        folium.Element("document.getElementById('go').addEventListener('click', () => go('after'))")
    )
    page.save(tmp_path / "map.html")
    opened = open_page(tmp_path / "map.html")
    opened.page.locator("#go").click()
    assert opened.page.title() == "after"
    opened.page.locator(".leaflet-marker-icon").first.click()
    said = opened.page.locator("#said")
    assert said.evaluate("b => getComputedStyle(b).color") == "rgb(255, 0, 0)"
    assert opened.complaints == []


def test_a_plain_folium_page_has_no_policy_of_ours() -> None:
    page = folium.Map(tiles=None)
    frame = gpd.GeoDataFrame(geometry=gpd.points_from_xy([70], [45]), crs=4326)
    mm.webmap.PointLayer(frame, name="Deposits").add_to(page)
    assert "Content-Security-Policy" not in page.get_root().render()
