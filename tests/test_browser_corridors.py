"""Several corridors on one saved page: colours, names along lines, one legend of modes."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from math import hypot, pi
from pathlib import Path
from typing import Any

import pytest

import minmap as mm
from tests.test_browser import THE_MAP
from tests.waiting import at_rest

pytestmark = pytest.mark.browser

NAMES = ("middle", "lapis-lazuli", "tripp")
# Notes each text that is painted: where, how turned and in which colour.
NOTE_TEXTS = """() => {
  window.painted = [];
  const pen = OffscreenCanvasRenderingContext2D.prototype;
  const { fillText } = pen;
  pen.fillText = function (text, x, y) {
    const { a, b, e, f } = this.getTransform();
    const [angle, color] = [Math.atan2(b, a), this.fillStyle];
    window.painted.push({ text, x: a * x + e, y: b * x + f + (a * y), angle, color });
    return fillText.call(this, text, x, y);
  };
}"""


def test_three_corridors_are_told_apart(tmp_path: Path, open_page: Callable[[Path], Any]) -> None:
    m = mm.Map(title="Corridors")
    for name in NAMES:
        m.add(mm.corridor(name))
    m.save(tmp_path / "map.html")
    opened = open_page(tmp_path / "map.html")
    page = opened.page
    titles = [mm.corridor(name).title for name in NAMES]
    # Only points have a table, and can be selected.
    tools = page.locator(".mm-tool:visible")
    named = set(tools.evaluate_all("all => all.map(tool => tool.getAttribute('aria-label'))"))
    assert named & {"Table", "Select records", "Print sheet"} == {"Print sheet"}

    keys = page.locator(".mm-layer__head .mm-swatch line:last-child")
    colors = keys.evaluate_all("lines => lines.map((line) => getComputedStyle(line).stroke)")
    assert len(colors) == len(set(colors)) == len(NAMES)

    page.evaluate(NOTE_TEXTS)
    page.evaluate(f"{THE_MAP}.setView([41, 46], 6, {{animate: false}})")
    at_rest(page)
    painted = page.evaluate("window.painted")
    named = {title: [one for one in painted if one["text"] == title] for title in titles}
    assert all(named.values())
    assert all(abs(one["angle"]) <= pi / 2 for some in named.values() for one in some)
    assert any(abs(one["angle"]) > 0.05 for some in named.values() for one in some)
    inks = [{one["color"] for one in some} for some in named.values()]
    assert [len(ink) for ink in inks] == [1, 1, 1]
    assert len(set.union(*inks)) == len(NAMES)
    # There is no room yet for the lengths of legs.
    assert not any(one["text"].endswith(" km") for one in painted)
    # Nodes that corridors share are named once.
    texts = [one for one in painted if one["text"] not in titles and one["angle"] == 0]
    for one, other in combinations(texts, 2):
        if one["text"] == other["text"]:
            assert hypot(one["x"] - other["x"], one["y"] - other["y"]) > 20 or one == other

    key = page.get_by_role("group", name="Lines and stops of corridors")
    lines = key.locator("li").all_inner_texts()
    assert len(lines) == len(set(lines))
    assert "ferry or ship" in lines
    assert "railway, 1520 mm, under construction" in lines
    # It says what is shown now.
    page.get_by_role("checkbox", name=titles[2]).uncheck()
    assert "railway, 1520 mm, under construction" not in key.locator("li").all_inner_texts()
    page.get_by_role("button", name="Print sheet").click()
    sheet = page.locator(".mm-sheet")
    sheet.locator("canvas").wait_for()
    assert sheet.get_by_text("ferry or ship").count() == 1
    assert sheet.get_by_role("heading", name="Lines and stops of corridors").count() == 1
    for title in titles[:2]:
        assert sheet.locator(".mm-sheet__legend").get_by_text(title, exact=True).count() == 1
    assert opened.complaints == []
