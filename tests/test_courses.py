"""Corridors of one map are told apart: colours, lanes, names and one legend."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.text import Text

import minmap as mm
from minmap.scene.courses import COLORS, lanes_of, runs_of
from minmap.scene.legends import _GROUP_LOOKS
from minmap.types import Floats
from minmap.webmap.corridor_layer import CorridorLayer

# Machado, Oliveira and Fernandes (2009): no colour of one kind of cones.
_VISIONS = {
    "usual": np.eye(3),
    "protanopia": [
        (0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ],
    "deuteranopia": [
        (0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ],
    "tritanopia": [
        (1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ],
}  # fmt: skip


def _linear(color: str) -> Floats:
    given = np.array(to_rgb(color))
    found: Floats = np.where(given <= 0.04045, given / 12.92, ((given + 0.055) / 1.055) ** 2.4)
    return found


def _lab(linear: Floats) -> Floats:
    to_xyz = [
        (0.4124564, 0.3575761, 0.1804375), (0.2126729, 0.7151522, 0.0721750),
        (0.0193339, 0.1191920, 0.9503041),
    ]  # fmt: skip
    xyz = np.clip(linear, 0, 1) @ np.array(to_xyz).T / (0.95047, 1, 1.08883)
    f = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def _ciede2000(one: Floats, other: Floats) -> float:
    """Return the difference of two colours of CIELAB (Sharma, Wu and Dalal 2005)."""
    chroma = (np.hypot(*one[1:]) + np.hypot(*other[1:])) / 2
    grey = 1 + 0.5 * (1 - np.sqrt(chroma**7 / (chroma**7 + 25**7)))
    (l1, a1, b1), (l2, a2, b2) = one, other
    c1, c2 = np.hypot(a1 * grey, b1), np.hypot(a2 * grey, b2)
    h1, h2 = (np.degrees(np.arctan2(b, a * grey)) % 360 for a, b in ((a1, b1), (a2, b2)))
    turn = (h2 - h1 + 180) % 360 - 180
    hue = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn / 2))
    light, mean = (l1 + l2) / 2, (c1 + c2) / 2
    at = (h1 + h2 + 360) / 2 if abs(h1 - h2) > 180 else (h1 + h2) / 2
    cosines = ((-0.17, 1, -30), (0.24, 2, 0), (0.32, 3, 6), (-0.2, 4, -63))
    t = 1 + sum(share * np.cos(np.radians(times * at + off)) for share, times, off in cosines)
    sl = 1 + 0.015 * (light - 50) ** 2 / np.sqrt(20 + (light - 50) ** 2)
    sc, sh = 1 + 0.045 * mean, 1 + 0.015 * mean * t
    rotation = -2 * np.sqrt(mean**7 / (mean**7 + 25**7))
    rotation *= np.sin(np.radians(60 * np.exp(-(((at - 275) / 25) ** 2))))
    terms = (l2 - l1) / sl, (c2 - c1) / sc, hue / sh
    return float(np.sqrt(sum(term**2 for term in terms) + rotation * terms[1] * terms[2]))


def _least_difference(colors: list[str]) -> float:
    labs = [
        [_lab(_linear(color) @ np.array(matrix).T) for color in colors]
        for matrix in _VISIONS.values()
    ]
    return min(_ciede2000(*pair) for seen in labs for pair in combinations(seen, 2))


def test_a_known_difference_of_two_colours() -> None:
    # The first pair of Sharma, Wu and Dalal (2005), table 1.
    pair = np.array([50, 2.6772, -79.7751]), np.array([50, 0, -82.7485])
    assert _ciede2000(*pair) == pytest.approx(2.0425, abs=1e-4)


def test_colours_of_corridors_differ_for_all_colour_visions() -> None:
    assert len(COLORS) == len(mm.corridors())
    assert _least_difference([*COLORS[:8]]) > 13
    assert _least_difference([*COLORS]) > 8
    contrasts = [1.05 / (_linear(color) @ (0.2126, 0.7152, 0.0722) + 0.05) for color in COLORS]
    assert min(contrasts) > 3.4
    groups = [color for color, _ in _GROUP_LOOKS.values()]
    for color in COLORS:
        own = _lab(_linear(color))
        assert min(_ciede2000(own, _lab(_linear(group))) for group in groups) > 5, color


def test_runs_have_each_leg_once_and_end_where_the_next_begins() -> None:
    legs = mm.corridor("middle").legs
    runs = runs_of(legs)
    assert sorted(row if row >= 0 else ~row for run in runs for row in run) == [*range(len(legs))]
    for run in runs:
        ends = [
            (legs["from_node"].iloc[row], legs["to_node"].iloc[row])
            if row >= 0
            else (legs["to_node"].iloc[~row], legs["from_node"].iloc[~row])
            for row in run
        ]
        assert all(one[1] == other[0] for one, other in pairwise(ends))
    assert max(map(len, runs)) >= 10


def test_shared_legs_lie_in_lanes_of_their_own() -> None:
    tables = [mm.corridor(name).legs for name in ("middle", "lapis-lazuli", "instc-west")]
    found = lanes_of(tables)
    lanes: dict[str, list[float]] = {}
    for table, own in zip(tables, found, strict=True):
        for leg, lane in zip(table["leg_id"], own.tolist(), strict=True):
            lanes.setdefault(leg, []).append(lane)
    assert {len(one) for one in lanes.values()} == {1, 2, 3}
    for one in lanes.values():
        assert len(one) == len(set(one))
        assert np.isnan(one[0]) if len(one) == 1 else sum(one) == 0


def _layers(m: mm.Map) -> list[CorridorLayer]:
    return [layer for layer in m.layers() if isinstance(layer, CorridorLayer)]


def _colors(layer: CorridorLayer) -> set[str]:
    return {entry["color"] for entry in layer.describe("")["legs"]["legend"]["entries"]}


def test_one_corridor_has_the_colours_of_its_modes_and_several_have_their_own() -> None:
    m = mm.Map().add(mm.corridor("middle"))
    alone = _layers(m)[0].describe("")
    assert not alone["told_apart"]
    assert len(_colors(_layers(m)[0])) == 3
    m.add(mm.corridor("northern")).add(mm.corridor("lapis-lazuli"))
    layers = _layers(m)
    assert [_colors(one) for one in layers] == [{color.lower()} for color in COLORS[:3]]
    specs = [one.describe("") for one in layers]
    assert all(spec["told_apart"] for spec in specs)
    assert [spec["course"]["color"] for spec in specs] == [one.lower() for one in COLORS[:3]]
    # Modes, gauges and statuses are still told by strokes.
    entries = specs[0]["legs"]["legend"]["entries"]
    assert {entry["mode"] for entry in entries} == {"rail", "sea"}
    assert len(entries) == len(alone["legs"]["legend"]["entries"])


def test_the_colour_that_the_maker_gives_wins() -> None:
    m = mm.Map().add(mm.corridor("middle")).add(mm.corridor("northern"), color=COLORS[0])
    m.add(mm.corridor("tripp"))
    own = [next(iter(_colors(layer))) for layer in _layers(m)]
    assert own == [COLORS[1].lower(), COLORS[0].lower(), COLORS[2].lower()]


def test_a_figure_has_names_along_lines_and_one_legend_of_modes() -> None:
    m = mm.Map(language="ru").add(mm.corridor("middle")).add(mm.corridor("northern"))
    figure = m.figure(width_mm=200)
    written = [text for text in figure.findobj(Text) if text.get_color() != "none"]
    named = [text for text in written if text.get_text() == "Middle Corridor"]
    turned = [text for text in named if text.get_color() == COLORS[0].lower()]
    assert turned
    assert all(abs((text.get_rotation() + 180) % 360 - 180) <= 90 for text in turned)
    assert any(text.get_rotation() % 360 != 0 for text in turned)
    texts = [text.get_text() for text in written]
    assert "Линии и пункты коридоров" in texts
    assert texts.count("паром или судно") == 1
