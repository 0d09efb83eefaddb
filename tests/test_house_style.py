"""The house style: what it sets, what wins over it, and what it refuses."""

from __future__ import annotations

import dataclasses
import json
import pickle
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from PIL import Image
from playwright.sync_api import Page, expect

import minmap as mm
from minmap import cli
from tests.test_browser import THE_MAP
from tests.waiting import at_rest

Open = Callable[[Path], Any]

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="80" height="20" onload="document.title=1">'
    "<script>document.title = 'ran'</script>"
    '<image href="https://example.org/a.png"/><rect width="80" height="20" fill="#00c800"/></svg>'
)
POINTS = gpd.GeoDataFrame(
    {"commodity_group": ["precious", "base"], "grade": [0.5, 2.0], "commodities": ["Au", "Cu"]},
    geometry=gpd.points_from_xy([60, 64], [45, 46]),
    crs=4326,
)
AREA = gpd.GeoDataFrame(geometry=[shapely.box(60, 45, 61, 46)], crs=4326)


@pytest.fixture
def logo(tmp_path: Path) -> Path:
    (tmp_path / "logo.svg").write_text(SVG)
    return tmp_path / "logo.svg"


def colors(layer: Any) -> dict[str, str]:
    return {entry["label"]: entry["color"] for entry in layer.describe("")["legend"]["entries"]}


def test_a_style_sets_what_a_map_leaves_open() -> None:
    style = mm.Style(
        colors={"precious": "gold", "Cu": "#B87333"}, overlay_colors=["red", "blue"],
        point_color="navy", theme="dark", palette="cividis",
    )  # fmt: skip
    bare = POINTS[["geometry"]]
    made = mm.Map(POINTS, style=style).add(AREA).add(AREA).add(AREA).add(bare, name="bare")
    grouped, *areas, plain = map(colors, made.layers())
    assert grouped == {"Precious metals": "#ffd700", "Base metals": "#0072B2"}
    assert [*(color for area in areas for color in area.values())] == [
        "#ff0000", "#0000ff", "#ff0000",
    ]  # fmt: skip
    assert plain == {"bare": "#000080"}
    assert made.get_root().theme == "dark"
    commodities = mm.Map(style=style).add(POINTS, color="commodities").layers()[0]
    assert colors(commodities) == {"Gold": "#F2B705", "Copper": "#b87333"}
    numbers = mm.Map(style=style).add(POINTS, color="grade").layers()[0]
    chosen = mm.Map().add(POINTS, color="grade", palette="cividis").layers()[0]
    assert colors(numbers) == colors(chosen)


@pytest.mark.parametrize("name", ["Copper", "copper", "медь", "Kupfer", "cu"])
def test_a_commodity_may_have_its_name_in_any_language(name: str) -> None:
    assert mm.Style(colors={name: "red", "base": "blue"}).colors == {
        "Cu": "#ff0000", "base": "#0000ff",
    }  # fmt: skip


def test_what_is_given_to_a_map_and_a_layer_wins() -> None:
    style = mm.Style(theme="dark", palette="cividis", point_color="navy", overlay_colors=["red"])
    made = mm.Map(theme="light", style=style).add(POINTS, color="lime").add(AREA, color="teal")
    assert [*map(colors, made.layers())] == [{"Occurrences": "#00ff00"}, {"Areas": "#008080"}]
    assert made.get_root().theme == "light"
    chosen = mm.Map(style=style).add(POINTS, color="grade", palette="YlGnBu").layers()[0]
    plain = mm.Map().add(POINTS, color="grade", palette="YlGnBu").layers()[0]
    assert colors(chosen) == colors(plain)
    codes = mm.Map(style=style).add(POINTS, color="commodities").layers()[0]
    assert colors(codes) == colors(mm.Map().add(POINTS, color="commodities").layers()[0])


def test_the_numbers_of_areas_and_countries_have_the_palette_of_the_style() -> None:
    areas = pd.concat([AREA, AREA]).assign(v=[1, 2])
    style, palette = mm.Style(palette="YlOrBr"), {"palette": "YlOrBr"}
    styled = mm.Map(style=style).add(areas, color="v").layers()[0]
    assert colors(styled) == colors(mm.Map().add(areas, color="v", **palette).layers()[0])
    counts = pd.DataFrame({"country": ["KAZ", "UZB"], "mines": [12, 3]})
    styled = mm.Map(style=style).add_countries(counts, value="mines").layers()[0]
    plain = mm.Map().add_countries(counts, value="mines", **palette).layers()[0]
    assert colors(styled) == colors(plain)


def test_a_map_without_a_style_has_the_page_that_it_had() -> None:
    assert "style" not in mm.Map().describe()
    assert "style" not in mm.Map(style=mm.Style()).describe()


def test_the_widget_gets_the_style_of_its_map() -> None:
    page = mm.Widget(mm.Map(style=mm.Style(font="Georgia", panel="left")))._page
    assert page["style"] == {"font": '"Georgia", sans-serif', "panel": "left"}


def test_a_style_is_a_value() -> None:
    style = mm.Style(font="Georgia, serif", colors={"base": "red"}, credit="Survey")
    assert style == mm.Style(font=["Georgia", "serif"], colors={"base": "#ff0000"}, credit="Survey")
    assert style != mm.Style()
    assert pickle.loads(pickle.dumps(style)) == style
    assert eval(repr(style), {"Style": mm.Style}) == style
    with pytest.raises(dataclasses.FrozenInstanceError):
        style.font = "Arial"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"fonts": "Arial"}, "fonts='Arial' is not an argument of Style; give font="),
        ({"credits": "x"}, "did you mean 'credit'"),
        ({"title": "x"}, "give it to minmap.Map"),
        ({"font": "Arial; color: red"}, "font='Arial; color: red' is not the name of a font"),
        ({"font": "url(a.woff)"}, "an address is not taken"),
        ({"font": ""}, "font='' is not the name of a font"),
        ({"font": 5}, "font=5 is neither text nor a list of texts"),
        ({"colors": {"prescious": "gold"}}, "did you mean 'precious'"),
        ({"colors": {"Xx": "gold"}}, "'Xx', which is neither a commodity group nor a commodity"),
        ({"colors": {"Goldd": "gold"}}, "did you mean 'Gold'"),
        (
            {"colors": {"Au": "gold", "gold": "red"}},
            r"two colours for 'Au'; leave out colors\['gold",
        ),
        ({"colors": {("Au",): "gold"}}, "neither a commodity group nor a commodity"),
        (
            {"colors": {"Cu": "copperish"}},
            r"colors\['Cu'\]='copperish' is not an opaque",
        ),
        ({"colors": ["gold"]}, "give a mapping such as"),
        ({"palette": "viridus"}, "palette='viridus' is not known"),
        ({"palette": "Okabe-Ito"}, "has no order, as numbers have"),
        ({"overlay_colors": "red"}, "overlay_colors='red' is not a list"),
        (
            {"overlay_colors": ["red", "blu"]},
            r"overlay_colors\[1\]='blu' is not an opaque CSS",
        ),
        ({"point_color": "url(x)"}, r"point_color='url\(x\)' is not an opaque CSS colour"),
        ({"theme": "night"}, "theme='night' is not known"),
        ({"panel": "top"}, "panel='top' is not known"),
        ({"credit": 5}, "credit=5 is not text"),
    ],
)
def test_what_is_no_style_is_refused(given: dict[str, Any], message: str) -> None:
    with pytest.raises(mm.MinmapError, match=message):
        mm.Style(**given)


def test_a_map_takes_a_style_and_nothing_else() -> None:
    with pytest.raises(mm.MinmapError, match=r"style='house.toml' is of type str; give a minmap.S"):
        mm.Map(style="house.toml")


def test_a_style_is_read_from_a_file_with_its_logo_beside_it(logo: Path) -> None:
    text = 'logo = "logo.svg"\npanel = "left"\n[colors]\nprecious = "gold"\n'
    file = logo.with_name("house.toml")
    file.write_text(text)
    read = mm.Style.from_toml(file)
    assert read == mm.Style(logo=logo, panel="left", colors={"precious": "gold"})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("panel = ", "is not a TOML file"),
        ('pannel = "left"', "house.toml does not describe a style: .* did you mean 'panel'"),
        ('panel = "top"', "does not describe a style: panel = 'top' is not known"),
        ('colors = "gold"', "give a mapping such as"),
        ("theme = 1979-05-27", "theme = datetime.date"),
        ('logo = "none.png"', "none.png does not exist"),
        ("logo = 5", "does not describe a style: logo = 5"),
        ("credit = '\udcff'", "is not a TOML file"),
    ],
)
def test_a_file_of_no_style_is_refused(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "house.toml"
    file.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(mm.FileError, match=message):
        mm.Style.from_toml(file)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "house.toml").write_text("")
    with pytest.raises(mm.FileError, match=r"did you mean 'house.toml'"):
        mm.Style.from_toml(tmp_path / "hous.toml")


def test_a_picture_that_is_no_logo_is_refused(tmp_path: Path) -> None:
    def refused(name: str, content: bytes, message: str) -> None:
        (tmp_path / name).write_bytes(content)
        with pytest.raises(mm.FileError, match=message):
            mm.Style(logo=tmp_path / name)

    Image.new("L", (5000, 1)).save(tmp_path / "wide.png")
    refused("wide.png", (tmp_path / "wide.png").read_bytes(), "5,000 x 1 pixels")
    Image.new("L", (64, 64)).save(tmp_path / "sound.png")
    whole = (tmp_path / "sound.png").read_bytes()
    assert mm.Style(logo=tmp_path / "sound.png").logo.startswith("data:image/png;base64,")
    refused("cut.png", whole[:30], "is a damaged PNG file")
    refused("large.png", whole + bytes(520 << 10), "kB, more than 512")
    refused("a.jpg", b"\xff\xd8\xff\xe0", "is neither a PNG nor an SVG file")
    refused("page.svg", b"<html/>", "is not an SVG picture")
    refused("bare.svg", b"<svg/>", "is not an SVG picture")
    entities = b"<!DOCTYPE svg [<!ENTITY a 'b'>]><svg xmlns='http://www.w3.org/2000/svg'>&a;</svg>"
    refused("entities.svg", entities, "declares XML entities")
    refused("empty.svg", b"", "is empty")


def test_the_command_line_takes_a_style(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "house.toml").write_text('credit = "Survey of the Altai"')
    sample = str(mm.sample("major_deposits_central_asia.csv"))
    page, style = str(tmp_path / "map.html"), str(tmp_path / "house.toml")
    monkeypatch.setattr("sys.argv", ["minmap", "map", sample, "--style", style, "-o", page])
    with pytest.raises(SystemExit, match="0"):
        cli.main()
    assert '"credit":"Survey of the Altai"' in Path(page).read_text("utf-8")


def test_text_of_a_style_is_data_in_the_page(tmp_path: Path) -> None:
    hostile = "</script><img src=x onerror=alert(1)>"
    mm.Map(style=mm.Style(credit=hostile, logo_text=hostile)).save(tmp_path / "map.html")
    text = (tmp_path / "map.html").read_text("utf-8")
    assert hostile not in text
    found = re.search(r'"style":(\{.*?\})', text)
    assert found is not None
    assert json.loads(found[1]) == {"credit": hostile}


def boxes(page: Page, selector: str) -> dict[str, float]:
    found = page.locator(selector).first.bounding_box()
    assert found is not None
    return dict(found)


def test_the_page_has_the_style(tmp_path: Path, logo: Path, open_page: Open) -> None:
    style = mm.Style(
        font="DejaVu Serif", panel="left", logo=logo, logo_text="Survey", credit="<b>© Survey</b>"
    )
    mm.Map(POINTS, title="Report", style=style).save(tmp_path / "styled.html")
    page = open_page(tmp_path / "styled.html").page
    at_rest(page)
    assert boxes(page, ".mm-panel")["x"] < boxes(page, ".mm-tools")["x"]
    font = "e => getComputedStyle(e).fontFamily"
    assert page.locator(".mm-panel h2").evaluate(font) == '"DejaVu Serif", sans-serif'
    picture = page.locator(".mm-panel").get_by_role("img", name="Survey")
    assert picture.evaluate("e => [e.complete, e.naturalWidth, e.naturalHeight]") == [True, 80, 20]
    expect(page.locator(".mm-panel__foot")).to_contain_text("<b>© Survey</b>")
    assert page.title() == "Report"
    # All records are beside the panel.
    panel = boxes(page, ".mm-panel")
    west = page.evaluate(f"() => {THE_MAP}.latLngToContainerPoint([45, 60]).x")
    assert west > panel["x"] + panel["width"]
    page.get_by_role("button", name="Print sheet").click()
    page.locator(".mm-sheet__map canvas").wait_for()
    at_rest(page)
    expect(page.locator(".mm-sheet__sources")).to_contain_text("<b>© Survey</b>")
    expect(page.locator(".mm-sheet").get_by_role("img", name="Survey")).to_be_visible()
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save PNG").click()
    saved.value.save_as(tmp_path / "sheet.png")
    pixels = np.asarray(Image.open(tmp_path / "sheet.png").convert("RGB"))
    assert (pixels == (0, 200, 0)).all(axis=2).sum() > 1000


def test_a_hidden_panel_opens_with_its_button(tmp_path: Path, open_page: Open) -> None:
    mm.Map(POINTS, style=mm.Style(panel="hidden", credit="Survey")).save(tmp_path / "hidden.html")
    page = open_page(tmp_path / "hidden.html").page
    at_rest(page)
    expect(page.locator(".mm-panel__body")).to_be_hidden()
    expect(page.locator(".mm-panel__foot")).to_be_hidden()
    page.get_by_role("button", name="Layers").click()
    expect(page.locator(".mm-panel__foot")).to_be_visible()
