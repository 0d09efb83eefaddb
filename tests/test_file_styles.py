"""Styles of QGIS read from text: symbols, renderers, rules, labels, and damage."""

from __future__ import annotations

import math
import random

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from minmap.errors import FileError
from minmap.files.plain_xml import parsed_xml
from minmap.style.file_legend import legend_of
from minmap.style.file_styles import file_style
from minmap.style.file_styles.companions import style_or_reason
from minmap.style.file_styles.file_style import Condition, FileStyle, StyleEntry, Symbol
from minmap.style.file_styles.fitting import fitted
from minmap.style.file_styles.qgis_rules import column_in_expression, conditions_in_expression
from minmap.style.file_styles.qgis_style import qgis_style
from tests.qgis_files import (
    FAULTS,
    categorized,
    category,
    faults,
    faults_qml,
    geology,
    geology_qml,
    labels,
    layer,
    qml,
    renderer,
    rule,
    simple_fill,
    simple_line,
    simple_marker,
    symbol,
    units,
)


def read(text: str) -> FileStyle:
    style = style_or_reason(lambda: qgis_style(text.encode(), "a.qml"), "a.qml")
    assert style is not None
    return style


def single(*layers: str, kind: str = "fill", alpha: float = 1, **more: object) -> FileStyle:
    return read(qml(renderer("singleSymbol", [symbol(kind, *layers, alpha=alpha)]), **more))


def drawn(*layers: str, kind: str = "fill", alpha: float = 1) -> Symbol:
    return single(*layers, kind=kind, alpha=alpha).entries[0].symbol


def test_a_geological_map_keeps_its_forty_units_and_their_order() -> None:
    style = read(geology_qml())
    assert style.left_out == ()
    assert style.column == "unit"
    assert [entry.label for entry in style.entries[:-1]] == [unit.label for unit in units()]
    assert [entry.symbol.fill for entry in style.entries[:-1]] == [unit.color for unit in units()]
    assert style.entries[-1].is_rest
    outline = style.entries[0].symbol
    assert (outline.line, outline.line_width_px) == ("#232323", pytest.approx(0.983))


def test_the_legend_has_the_units_that_the_map_has_in_the_order_of_the_file() -> None:
    table = geology().iloc[::-1]
    table.loc[[0, 1], "unit"] = ["unheard of", None]
    legend = legend_of(read(geology_qml()), table, name="geology", fill="#000000")
    known = [unit.label for unit in units()][2:]
    assert [entry.label for entry in legend.entries] == [*known, "Other"]
    assert [entry.count for entry in legend.entries] == [1] * 38 + [2]
    assert legend.title == "unit"
    first = legend.entries[legend.codes[0]]
    assert first.label == units()[-1].label


def test_records_without_a_symbol_are_counted_and_not_dropped() -> None:
    categories = [category("a", "A", 0), category("b", "B", 1)]
    fills = [symbol("fill", simple_fill("1,2,3,255"), name=n) for n in range(2)]
    style = read(qml(categorized('"kind"', categories, fills)))
    table = pd.DataFrame({"kind": ["b", "z", None, "b"]})
    legend = legend_of(style, table, name="x", fill="#000000")
    assert [(one.label, one.count) for one in legend.entries] == [
        ("B", 2),
        ("Other", 1),
        ("not given", 1),
    ]
    assert legend.codes.tolist() == [0, 1, 2, 0]


@pytest.mark.parametrize(
    ("column", "values", "expected"),
    [
        ([1, 2, 3], ["1", "3"], [0, -1, 1]),
        ([1.5, np.nan, 3.0], ["1.5", "3"], [0, -1, 1]),
        (["01", "1", None], ["1", "01"], [1, 0, -1]),
        ([True, False, True], ["true", "false"], [0, 1, 0]),
        (pd.array([1, None, 2], "Int64"), ["2", "1"], [1, -1, 0]),
        (pd.Categorical(["a", "b", None]), ["b", "a"], [1, 0, -1]),
        (pd.to_datetime(["2020-01-01", "2021-01-01", None]), ["x", "y"], [-1, -1, -1]),
    ],
)
def test_values_meet_cells_of_any_type(column: object, values: list[str], expected: list) -> None:
    categories = [category(value, value, n) for n, value in enumerate(values)]
    fills = [symbol("fill", simple_fill("1,2,3,255"), name=n) for n in range(2)]
    style = read(qml(categorized("c", categories, fills)))
    assert style.codes(pd.DataFrame({"c": column})).tolist() == expected


def test_a_category_may_have_several_values() -> None:
    listed = "".join(f'<val type="string" value="{value}"/>' for value in ("rd", "hwy"))
    one = f'<category symbol="0" label="Road" type="List" render="true">{listed}</category>'
    style = read(qml(categorized("kind", [one], [symbol("line", simple_line("0,0,0,255", 1))])))
    assert style.codes(pd.DataFrame({"kind": ["hwy", "rail", "rd"]})).tolist() == [0, -1, 0]


def test_a_range_ends_with_its_upper_limit() -> None:
    ranges = "".join(
        f'<range symbol="{n}" lower="{low}" upper="{low + 1}" label="{label}" render="true"/>'
        for n, (low, label) in enumerate([(0, "low"), (1, "")])
    )
    points = [symbol("marker", simple_marker("circle", "1,2,3,255", 2 + n), name=n) for n in (0, 1)]
    inner = f"<ranges>{ranges}</ranges>"
    made = renderer("graduatedSymbol", points, inner=inner, attr="grade")
    style = read(qml(made, geometry=0))
    assert [entry.label for entry in style.entries] == ["low", "1 - 2"]
    table = pd.DataFrame({"grade": [0.0, 1.0, 1.5, 2.0, 2.1, None]})
    assert style.codes(table).tolist() == [0, 0, 1, 1, -1, -1]
    assert [entry.symbol.size_px for entry in style.entries] == [6.559, 10.339]


# Fills and outlines of entries -------------------------------------------------------------------


def by_kind(kind: str, *layers: str, opacity: float = 1) -> list[dict]:
    """Return the entries of a legend of symbols, each for a value and of one layer."""
    values = [str(n) for n in range(len(layers))]
    symbols = [symbol(kind, one, name=n) for n, one in enumerate(layers)]
    categories = [category(value, value, n) for n, value in enumerate(values)]
    style = read(qml(categorized("kind", categories, symbols), opacity=opacity))
    legend = legend_of(style, pd.DataFrame({"kind": [*values, "?"]}), name="x", fill="#123456")
    named = ("label", "count", "shape", "codes")
    return [{k: v for k, v in one.as_dict().items() if k not in named} for one in legend.entries]


def test_each_category_of_areas_has_its_own_fill_and_outline() -> None:
    plain = {"outline_width_unit": "Pixel"}
    entries = by_kind(
        "fill",
        simple_fill("255,0,0,128", outline_color="0,0,255,255", outline_width=3, **plain),
        simple_fill("0,255,0,255", style="no", outline_color="0,0,0,128", outline_width=2, **plain),
        simple_fill("0,0,255,255", outline_style="no"),
        simple_fill("9,9,9,255", outline_style="dash", outline_width=1, **plain),
    )
    grey = {"outline": "#232323", "outline_width": 1.0}
    assert entries == [
        {"color": "#ff0000", "opacity": 0.502, "outline": "#0000ff", "outline_width": 3.0},
        {"color": "#000000", "opacity": 0.0, "outline": "#00000080", "outline_width": 2.0},
        {"color": "#0000ff", "outline": "none"},
        {"color": "#090909", "dash": (4, 2), **grey},
        {"color": "#8A8A8A", "opacity": 0.502},
    ]


def test_each_category_of_points_has_its_own_fill_and_outline() -> None:
    pixels = {"outline_width_unit": "Pixel", "size_unit": "Pixel"}
    entries = by_kind(
        "marker",
        simple_marker("circle", "255,0,0,51", 13, outline_width=2, **pixels),
        simple_marker("square", "255,0,0,0", 12 * 0.886227, outline_color="0,0,255,255", **pixels),
        simple_marker("star", "255,0,0,255", 11 * 1.6729, outline_style="no", **pixels),
        opacity=0.5,
    )
    assert entries[:3] == [
        {
            "color": "#ff0000", "size": 1.0, "opacity": 0.1, "outline": "#23232380",
            "outline_width": 2.0,
        },
        {
            "color": "#0000ff", "size": 1.0, "opacity": 0.0, "outline": "#0000ff80",
            "outline_width": 1.0,
        },
        {"color": "#ff0000", "size": 1.0, "opacity": 0.5, "outline": "none"},
    ]  # fmt: skip


def test_lines_have_the_opacity_of_their_colour_and_their_layer() -> None:
    (entry, _) = by_kind("line", simple_line("0,0,0,128", 1), opacity=0.5)
    assert entry["opacity"] == 0.251


def test_one_colour_for_all_is_that_of_fills_or_of_outlines_without_fill() -> None:
    red, hollow = simple_fill("255,0,0,255"), simple_fill("0,0,0,255", style="no")
    for layer_, outline in ((red, "#232323"), (hollow, "#00ff00")):
        style = single(layer_)
        legend = legend_of(style, pd.DataFrame(index=[0]), name="x", fill="#1", color="#00ff00")
        assert (legend.entries[0].color, legend.entries[0].outline) == ("#00ff00", outline)


# Rules --------------------------------------------------------------------------------------------


def test_faults_follow_the_rules_for_their_types() -> None:
    style = read(faults_qml())
    assert style.left_out == ("Symbols along lines are left out.",)
    assert style.column == "type"
    legend = legend_of(style, faults(), name="faults", fill="#000000")
    assert [(entry.label, entry.count) for entry in legend.entries] == [
        *((label, 2) for _, label, *_ in FAULTS),
        ("Other faults", 1),
    ]
    thrust, normal, inferred, _ = legend.entries
    assert (thrust.color, thrust.dash) == ("#aa0000", None)
    assert normal.dash == (7, 3)
    assert inferred.dash == (2, 3)
    assert thrust.size > normal.size


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\"kind\" = 'a'", [0, 4]),
        ("kind='a'", [0, 4]),
        ("\"kind\" <> 'a'", [1, 2]),
        ("kind IN ('a', 'b')", [0, 1, 4]),
        ("kind NOT IN ('a', 'b')", [2]),
        ("kind = 'a' OR kind = 'it''s'", [0, 2, 4]),
        ("kind IS NULL", [3]),
        ("kind IS NOT NULL", [0, 1, 2, 4]),
        ("grade >= 1 AND grade < 3", [0, 1]),
        ("(grade > 1) AND (grade <= 3)", [1, 2]),
        ("3 > grade", [0, 1, 4]),
        ("grade BETWEEN 2 AND 3", [1, 2]),
        ("grade = -1 AND kind = 'a'", [4]),
        ('"grade" = 2', [1]),
    ],
)
def test_simple_filters_hold_for_the_right_records(text: str, expected: list[int]) -> None:
    style = read(_rules(rule(text, "one", 0)))
    table = pd.DataFrame({"kind": ["a", "b", "it's", None, "a"], "grade": [1, 2, 3, np.nan, -1]})
    assert np.flatnonzero(style.codes(table) == 0).tolist() == expected


@pytest.mark.parametrize(
    "text",
    [
        "length($geometry) > 5", "kind LIKE 'a%'", "kind = other", "kind = 'a' OR grade > 2",
        "upper(kind) = 'A'", "NOT kind = 'a'", "kind", "kind =", "= 'a'", "kind = 'a' AND",
        "env('HOME') = 'x'", "kind = 'a", "(" * 500 + "a = 1" + ")" * 500, "kind IN ()",
        "grade > 'a'", "kind = 'a' 'b'", "@layer_id = 'x'", "a = 1 OR b = 1", "x" * 30_000,
    ],
)  # fmt: skip
def test_other_filters_are_left_out_and_never_evaluated(text: str) -> None:
    assert conditions_in_expression(text) is None
    style = read(_rules(rule(text, "odd", 0), rule("ELSE", "rest", 1)))
    assert [entry.label for entry in style.entries] == ["rest"]
    assert style.left_out == (
        "The rule 'odd' is left out, since its filter is more than comparisons of columns with "
        "values.",
    )


def test_rules_in_rules_need_both_filters_and_later_rules_cover_earlier_ones() -> None:
    inner = rule("grade > 1", "rich", 0), rule("ELSE", "poor", 1)
    rules = _rules(rule("kind = 'a'", "all a", None, *inner), rule("grade > 5", "very rich", 2))
    style = read(rules)
    table = pd.DataFrame({"kind": ["a", "a", "b", "a"], "grade": [2, 1, 2, 9]})
    labels_ = [entry.label for entry in style.entries]
    found = [labels_[code] if code >= 0 else None for code in style.codes(table)]
    assert found == ["rich", "poor", None, "very rich"]
    assert style.columns == ("kind", "grade")
    assert style.column is None


def test_switched_off_entries_and_scales_are_named_once() -> None:
    rules = rule("a = 1", "one", 0, checkstate=0, scalemaxdenom=100), rule("a = 2", "two", 1)
    style = read(_rules(*rules, scales=1, blend=6))
    assert style.left_out == (
        "Rules are drawn at all scales.",
        "Switched off in QGIS and drawn all the same: 'one'.",
        "The layer is drawn at all scales.",
        "Colours are not mixed with those below.",
    )
    assert [entry.is_shown for entry in style.entries] == [False, True]


def _rules(*rules: str, **more: int) -> str:
    fills = [symbol("fill", simple_fill(f"{n},0,0,255"), name=n) for n in range(3)]
    inner = f"<rules key='{{root}}'>{''.join(rules)}</rules>"
    return qml(renderer("RuleRenderer", fills, inner=inner), **more)


# Symbols ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "color", "opacity"),
    [
        ("31,120,180,255", "#1f78b4", 1.0),
        ("31,120,180,51", "#1f78b4", 0.2),
        ("31,120,180,255,rgb:0.12156862745098039,0.47058823529411764,0.70588235294117652,1",
         "#1f78b4", 1.0),
        ("31,120,180", "#1f78b4", 1.0),
        ("#1f78b4", "#1f78b4", 1.0),
        ("steelblue", "#4682b4", 1.0),
        ("300,-5,0,999", "#ff0000", 1.0),
    ],
)  # fmt: skip
def test_colours_in_every_spelling(text: str, color: str, opacity: float) -> None:
    found = drawn(simple_fill(text))
    assert (found.fill, found.fill_opacity) == (color, opacity)


@pytest.mark.parametrize(
    ("width", "unit", "pixels"),
    [(1, "MM", 3.78), (3, "Point", 4.0), (2.5, "Pixel", 2.5), (0.1, "Inch", 9.6), (0, "MM", 1.0)],
)
def test_widths_in_every_unit(width: float, unit: str, pixels: float) -> None:
    found = drawn(simple_line("0,0,0,255", width, line_width_unit=unit), kind="line")
    assert found.line_width_px == pytest.approx(pixels, abs=0.001)


def test_widths_in_map_units_are_left_to_the_map() -> None:
    style = single(simple_line("0,0,0,255", 50, line_width_unit="MapUnit"), kind="line")
    assert style.entries[0].symbol.line_width_px is None
    assert style.left_out == (
        "Widths and sizes in units of the map are drawn in the usual width and size.",
    )


@pytest.mark.parametrize(
    ("more", "dash"),
    [
        ({}, None),
        ({"line_style": "dash"}, (15.118, 7.559)),
        ({"line_style": "dot"}, (3.78, 7.559)),
        ({"line_style": "dash dot"}, (15.118, 7.559, 3.78, 7.559)),
        ({"use_custom_dash": 1, "customdash": "5;2", "customdash_unit": "Pixel"}, (5.0, 2.0)),
        ({"use_custom_dash": 1, "customdash": "5;x", "customdash_unit": "Pixel"}, None),
    ],
)
def test_dashes(more: dict[str, object], dash: tuple[float, ...] | None) -> None:
    found = drawn(simple_line("0,0,0,255", 1, **more), kind="line")
    assert found.dash_px == (None if dash is None else pytest.approx(dash, abs=0.002))


def test_an_area_has_the_lowest_fill_and_the_topmost_outline() -> None:
    found = drawn(
        simple_fill("255,0,0,255", outline_style="no"),
        simple_fill("0,255,0,255", outline_color="0,0,255,255", style="no"),
        simple_line("9,9,9,255", 0.5, line_style="dash"),
        alpha=0.5,
    )
    assert (found.fill, found.fill_opacity) == ("#ff0000", 0.5)
    assert (found.line, found.line_opacity) == ("#090909", 0.5)
    assert found.dash_px is not None


def test_switched_off_layers_of_a_symbol_do_not_count() -> None:
    found = drawn(layer("SimpleFill", enabled=0, color="1,1,1,255"), simple_fill("2,2,2,255"))
    assert found.fill == "#020202"


def test_an_area_without_fill_is_known_by_its_outline() -> None:
    found = drawn(simple_fill("1,1,1,255", style="no", outline_color="200,0,0,255"))
    assert (found.fill, found.color) == (None, "#c80000")


def test_hatching_becomes_a_pale_fill() -> None:
    lines = symbol("line", simple_line("200,0,0,255", 0.3), name="@0@0")
    hatched = layer("LinePatternFill", lines, angle=45, distance=5)
    style = single(hatched, simple_line("0,0,0,255", 0.26))
    found = style.entries[0].symbol
    assert (found.fill, found.fill_opacity, found.line) == ("#c80000", 0.35, "#000000")
    assert style.left_out == ("Hatching, patterns and gradients are drawn as plain fills.",)
    brush = drawn(simple_fill("1,2,3,255", style="dense4"))
    assert brush.fill_opacity == 0.5


def test_of_several_lines_the_widest_is_drawn() -> None:
    lines = simple_line("0,0,0,255", 1.2), simple_line("255,255,255,255", 0.6, line_style="dash")
    style = single(*lines, kind="line")
    assert style.entries[0].symbol.line == "#000000"
    assert style.left_out == ("Of several lines over each other the widest is drawn.",)


@pytest.mark.parametrize(
    ("name", "angle", "shape", "color", "px"),
    [
        ("circle", 0, "circle", "#0a0b0c", 15.118 - 1),
        ("square", 45, "diamond", "#0a0b0c", 15.118 * 2 / math.sqrt(math.pi) - 1),
        ("triangle", 180, "triangle-down", "#0a0b0c", 15.118 * math.sqrt(2 / math.pi) - 1),
        ("cross", 0, "plus", "#232323", 15.118),
        ("cross2", 0, "cross", "#232323", 15.118),
        ("star", 0, "star", "#0a0b0c", 8.037),
    ],
)
def test_shapes_of_points(name: str, angle: int, shape: str, color: str, px: float) -> None:
    """QGIS gives the width of a shape, minmap the circle of its area, both with their outline."""
    style = single(simple_marker(name, "10,11,12,255", 4, angle=angle), kind="marker")
    found = style.entries[0].symbol
    assert (found.shape, found.color) == (shape, color)
    assert found.size_px == pytest.approx(px, abs=0.002)
    assert style.left_out == ()


def test_pictures_of_points_become_circles_of_their_colour() -> None:
    picture = layer("SvgMarker", color="9,8,7,255", name="/etc/passwd", size=5, size_unit="MM")
    style = single(picture, kind="marker")
    found = style.entries[0].symbol
    assert (found.shape, found.color) == ("circle", "#090807")
    assert style.left_out == (
        "Pictures, letters and unusual shapes of points are drawn as circles.",
    )


def test_properties_that_follow_data_are_left_out() -> None:
    size = (
        '<Option type="Map" name="size"><Option type="bool" name="active" value="true"/>'
        '<Option type="QString" name="field" value="tonnage"/><Option type="int" name="type" '
        'value="2"/></Option>'
    )
    inner = f'<Option type="Map"><Option type="Map" name="properties">{size}</Option></Option>'
    follows = f"<data_defined_properties>{inner}</data_defined_properties>"
    text = simple_marker("circle", "1,2,3,255", 2).replace("</layer>", f"{follows}</layer>")
    assert single(text, kind="marker").left_out == (
        "Properties of symbols that follow an expression or a column are left out.",
    )


def test_a_style_of_qgis_2() -> None:
    prop = "".join(
        f'<prop k="{name}" v="{value}"/>'
        for name, value in {
            "color": "200,10,20,255", "outline_color": "0,0,0,255", "outline_style": "solid",
            "outline_width": "0.5", "outline_width_unit": "MM", "style": "solid",
        }.items()
    )  # fmt: skip
    fill = f'<layer pass="0" class="SimpleFill" locked="0">{prop}</layer>'
    text = f"""<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>
    <qgis version="2.18.28" minimumScale="0" maximumScale="1e+08">
      <renderer-v2 attr="KIND" forceraster="0" symbollevels="0" type="categorizedSymbol">
        <categories><category render="true" symbol="0" value="7" label="seven"/></categories>
        <symbols><symbol alpha="0.5" clip_to_extent="1" type="fill" name="0">{fill}</symbol>
        </symbols>
      </renderer-v2>
      <customproperties>
        <property key="labeling/enabled" value="true"/>
        <property key="labeling/fieldName" value="NAME"/>
        <property key="labeling/fontSize" value="9"/>
      </customproperties>
      <layerTransparency>25</layerTransparency>
    </qgis>"""
    style = read(text)
    assert style.left_out == ()
    assert style.opacity == 0.75
    assert (style.label.column, style.label.size_px) == ("NAME", 12.0)
    assert style.entries[0].symbol == Symbol("area", "#c80a14", 0.5, "#000000", 0.5, 1.89)
    assert style.codes(pd.DataFrame({"KIND": [7, 8]})).tolist() == [0, -1]


# Labels -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "is_expression"), [("name", 0), ('"name"', 1)])
def test_labels_name_a_column_and_a_size(text: str, is_expression: int) -> None:
    made = labels(text, is_expression=is_expression)
    style = single(simple_fill("1,2,3,255"), labeling=made)
    assert (style.label.column, style.label.size_px) == ("name", 13.333)
    assert style.label.color == "#323232"


def test_labels_by_an_expression_are_left_out() -> None:
    made = labels("concat(name, ' ', unit)", is_expression=1)
    style = single(simple_fill("1,2,3,255"), labeling=made)
    assert style.label is None
    assert style.left_out == (
        "The labels are left out, since they follow \"concat(name, ' ', unit)\".",
    )


# Styles that cannot be used -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<qgis>", "a.qml is damaged XML: no element found: line 1, column 6. Save it anew."),
        ("", "a.qml is damaged XML: no element found: line 1, column 0. Save it anew."),
        ("{}", "a.qml is damaged XML: not well-formed (invalid token): line 1, column 0. "
         "Save it anew."),
        ("<qgis/>", "It has no symbols for vector data."),
        ('<qgis><renderer-v2 type="heatmapRenderer"/></qgis>',
         "Symbols of the kind 'heatmapRenderer' are left out."),
        ('<qgis><renderer-v2 type="categorizedSymbol" attr="left(a, 2)"/></qgis>',
         "The symbols are left out, since they follow 'left(a, 2)'."),
        ('<!DOCTYPE qgis [<!ENTITY a SYSTEM "file:///etc/passwd">]><qgis>&a;</qgis>',
         "a.qml declares XML entities, which can do harm; save it anew, or remove the "
         "<!ENTITY ...> lines."),
        ("<a>" * 1000, "a.qml has XML elements nested more than 200 deep, so it is "
         "damaged or made to do harm; save it anew."),
    ],
)  # fmt: skip
def test_a_broken_style_is_a_sentence_and_no_error(text: str, reason: str) -> None:
    style = read(text)
    assert style.entries == ()
    assert style.left_out == (reason,)


def test_a_renderer_in_a_renderer_gives_the_symbols() -> None:
    inner = renderer("singleSymbol", [symbol("marker", simple_marker("star", "1,2,3,255", 3))])
    outer = renderer("pointCluster", [], inner=inner)
    style = read(qml(outer))
    assert style.entries[0].symbol.shape == "star"
    assert style.left_out == ("Points are not grouped as in QGIS.",)


def test_rules_in_rules_share_a_limit_of_comparisons() -> None:
    inner = '<rule filter="a = 1" symbol="0"/>' * 100
    text = " AND ".join(f"a = {number}" for number in range(100))
    rules = f'<rules><rule filter="{text}">{inner}</rule></rules>'
    style = read(f'<qgis><renderer-v2 type="RuleRenderer">{rules}</renderer-v2></qgis>')
    assert style.entries == ()
    assert "rules with more than 5,000 comparisons" in style.left_out[0]


def test_a_column_of_a_style_has_a_longest_name() -> None:
    assert column_in_expression('"' + "a" * 30_000 + '"') is None
    assert column_in_expression('"a""b"') == 'a"b'


@pytest.mark.exhaustive
def test_any_change_of_a_style_gives_a_style() -> None:
    rng = random.Random(4)
    whole, kept = [geology_qml(), faults_qml()], 0
    for _ in range(300):
        text = rng.choice(whole)
        place = rng.randrange(len(text))
        piece = rng.choice(['"', "<", "", "9e999", "nan", "ELSE", "-1", "<rule/>"])
        style = read(text[:place] + piece + text[place + rng.randrange(6) :])
        assert style.entries or style.left_out
        kept += bool(style.entries)
        fitting = fitted(style, geology())
        if fitting.entries:
            legend_of(fitting, geology(), name="x", fill="#000000")
    assert kept > 100


def test_numbers_in_a_style_have_limits() -> None:
    found = drawn(simple_line("0,0,0,255", 1e300), kind="line")
    style = FileStyle("a.qml", (StyleEntry("", found),))
    legend = legend_of(style, pd.DataFrame({"a": [1]}), name="x", fill="#000000")
    assert legend.entries[0].size == 6.0


# A style and its table ----------------------------------------------------------------------------


def test_a_style_for_other_columns_or_shapes_says_why_it_is_not_used() -> None:
    style = read(geology_qml(column="UNIT"))
    assert fitted(style, geology()).column == "unit"
    lost = fitted(read(geology_qml(column="rock")), geology())
    assert lost.entries == ()
    assert lost.left_out == ("The symbols follow the column 'rock', which the table lacks.",)
    other = fitted(read(faults_qml()), geology().assign(type="x"))
    assert other.left_out[-1] == "The symbols are for lines, which the layer does not have."
    points = gpd.GeoDataFrame({"unit": []}, geometry=[], crs=4326)
    assert fitted(style, points).entries


def test_labels_that_the_table_lacks_are_named() -> None:
    style = fitted(single(simple_fill("1,2,3,255"), labeling=labels("name")), geology())
    assert style.label is None
    assert style.left_out == ("The labels follow the column 'name', which the table lacks.",)


def test_hundreds_of_symbols_have_an_entry_each() -> None:
    count = 300
    entries = [category(f"u{n}", f"Unit {n}", n) for n in range(count)]
    fills = [symbol("fill", simple_fill("1,2,3,255"), name=n) for n in range(count)]
    table = pd.DataFrame({"u": [f"u{n}" for n in range(count)] + ["u299"]})
    style = read(qml(categorized("u", entries, fills)))
    legend = legend_of(style, table, name="x", fill="#000000")
    assert len(legend.entries) == 300
    assert sum(entry.count for entry in legend.entries) == len(table)
    assert legend.entries[legend.codes[-1]].label == "Unit 299"


def test_xml_has_a_largest_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("minmap.files.plain_xml.LARGEST_DOCUMENT", 10)
    with pytest.raises(FileError, match="is larger than"):
        parsed_xml(b"<qgis></qgis>", "a.qml")


def test_the_fixture_is_a_map_without_overlaps() -> None:
    shapes = geology().geometry.to_numpy()
    assert shapely.is_valid(shapes).all()
    areas = shapely.area(shapes)
    assert areas.sum() == pytest.approx(shapely.area(shapely.union_all(shapes)), rel=1e-3)


def test_each_value_is_compared_once_however_many_entries_there_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = list[object]()
    text = file_style._text
    monkeypatch.setattr(file_style, "_text", lambda value: asked.append(value) or text(value))
    symbol, names = Symbol("point"), [f"unit {n}" for n in range(500)]
    entries = [StyleEntry(name, symbol, (Condition("unit", values=(name,)),)) for name in names]
    style = FileStyle("a.qml", tuple(entries))
    codes = style.codes(pd.DataFrame({"unit": names[::-1] * 2}))
    assert codes.tolist() == [*range(499, -1, -1)] * 2
    assert style.codes(pd.DataFrame({"unit": names[:0]})).tolist() == []
    assert len(asked) <= 1000
