"""The page's Content-Security-Policy: what it names, and what the browser stops by it."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import branca
import folium
import geopandas as gpd
import pytest
from folium.plugins import Draw

import minmap as mm
from minmap.demo import demo_map
from minmap.webmap.policy import Policy, hash_of
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
        ('<b onclick="go(&quot;a&quot;)">', "script-src", hash_of('go("a")')),
        ("<b onclick='go()'>", "script-src", "'unsafe-hashes'"),
        ('<script src="https://x.org/a.js?v=1"></script>', "script-src", "https://x.org/a.js"),
        ('<link rel="stylesheet" href="https://x.org/a.css"/>', "style-src", "https://x.org/a.css"),
        ('<img src="https://x.org/a.png">', "img-src", "https://x.org"),
        ('<b style="color: red">', "style-src-attr", "'unsafe-inline'"),
        ('<iframe src="https://x.org/"></iframe>', "frame-src", "https://x.org"),
    ],
)
def test_what_the_user_wrote_is_let_through(markup: str, directive: str, source: str) -> None:
    policy = Policy()
    policy.allow_foreign(markup)
    assert source in policy_in(policy.meta())[directive]


def test_a_frame_of_data_lies_under_the_policy_of_its_page() -> None:
    frame = branca.element.IFrame("<script>inside()</script>")
    page = mm.Map()
    folium.Marker([45, 70], popup=folium.Popup(frame)).add_to(page)
    policy = policy_in(html_of(page))
    assert hash_of("inside()") in policy["script-src"]
    assert "data:" in policy["frame-src"]


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
    root.html.add_child(folium.Element('<button id="go" onclick="go(\'after\')">go</button>'))
    root.html.add_child(folium.Element("<style>#go { position: fixed; z-index: 5000 }</style>"))
    root.header.add_child(folium.Element("<script>const go = t => document.title = t;</script>"))
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
