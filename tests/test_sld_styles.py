"""Styles in SLD read from text and from files: symbols, filters, labels, and damage."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZipFile

import geopandas as gpd
import pandas as pd
import pytest
import shapely

import minmap as mm
from minmap.errors import MinmapWarning
from minmap.style.file_legend import legend_of
from minmap.style.file_styles.companions import style_or_reason
from minmap.style.file_styles.file_style import Condition, FileStyle, Symbol
from minmap.style.file_styles.sld_style import sld_style
from tests.qgis_files import qml, renderer, simple_fill, symbol


def sld(*rules: str) -> str:
    """Return a style as QGIS 3 exports it."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<StyledLayerDescriptor xmlns="http://www.opengis.net/sld" version="1.1.0"
 xmlns:ogc="http://www.opengis.net/ogc" xmlns:se="http://www.opengis.net/se">
 <NamedLayer><se:Name>licences</se:Name><UserStyle><se:FeatureTypeStyle>
 {"".join(rules)}
 </se:FeatureTypeStyle></UserStyle></NamedLayer></StyledLayerDescriptor>"""


def rule(label: str, *parts: str) -> str:
    title = f"<se:Name>n</se:Name><se:Description><se:Title>{label}</se:Title></se:Description>"
    return f"<se:Rule>{title}{''.join(parts)}</se:Rule>"


def part(name: str, *content: str, **parameters: object) -> str:
    """Return an element with parameters, whose names have underscores for hyphens."""
    listed = (
        f'<se:SvgParameter name="{key.replace("_", "-")}">{value}</se:SvgParameter>'
        for key, value in parameters.items()
    )
    return f"<se:{name}>{''.join(listed)}{''.join(content)}</se:{name}>"


def compare(name: str, column: str, *values: object) -> str:
    literals = "".join(f"<ogc:Literal>{value}</ogc:Literal>" for value in values)
    return f"<ogc:{name}><ogc:PropertyName>{column}</ogc:PropertyName>{literals}</ogc:{name}>"


def filter_(*tests: str) -> str:
    return f"<ogc:Filter>{''.join(tests)}</ogc:Filter>"


def read(*rules: str) -> FileStyle:
    return read_text(sld(*rules))


def read_text(text: str) -> FileStyle:
    style = style_or_reason(lambda: sld_style(text.encode(), "a.sld"), "a.sld")
    assert style is not None
    return style


def drawn(*symbolizers: str) -> Symbol:
    return read(rule("a", *symbolizers)).entries[0].symbol


def area(fill: str, stroke: str = "") -> str:
    return part("PolygonSymbolizer", fill, stroke)


RED = part("Fill", fill="#ff0000")


def test_areas_have_their_fills_and_outlines() -> None:
    stroke = part("Stroke", stroke="#0000ff", stroke_width=2, stroke_dasharray="4 2")
    made = drawn(area(part("Fill", fill="#ff0000", fill_opacity=0.5), stroke))
    assert made == Symbol("area", "#ff0000", 0.5, "#0000ff", 1.0, 2.0, (4.0, 2.0))
    assert drawn(area("", stroke)).is_hollow
    assert drawn(area(RED)) == Symbol("area", "#ff0000")
    # A line of the same rule is the outline.
    assert drawn(area(RED), part("LineSymbolizer", part("Stroke"))).line == "#000000"


def test_the_widest_of_several_lines_is_drawn() -> None:
    casing, core = (
        part("LineSymbolizer", part("Stroke", stroke=color, stroke_width=width))
        for color, width in (("#000000", 5), ("#ffff00", 3))
    )
    assert drawn(casing, core).line == "#000000"


def test_points_have_marks_sizes_and_opacity() -> None:
    mark = part("Mark", "<se:WellKnownName>triangle</se:WellKnownName>", RED)
    more = "<se:Size>12</se:Size><se:Opacity>0.5</se:Opacity>"
    made = drawn(part("PointSymbolizer", part("Graphic", mark, more)))
    assert made == Symbol(
        "point", "#ff0000", 0.5, line_width_px=0.0, size_px=12.0, shape="triangle"
    )
    picture = '<se:ExternalGraphic><se:OnlineResource href="https://example.org/a.svg"/>'
    style = read(
        rule("a", part("PointSymbolizer", part("Graphic", f"{picture}</se:ExternalGraphic>")))
    )
    assert style.entries[0].symbol.shape == "circle"
    assert style.left_out == (
        "Pictures, letters and unusual shapes of points are drawn as circles.",
    )


def test_filters_are_categories_and_ranges() -> None:
    either = "".join(compare("PropertyIsEqualTo", "kind", value) for value in ("a", "b"))
    limits = "".join(
        f"<ogc:{end}Boundary><ogc:Literal>{n}</ogc:Literal></ogc:{end}Boundary>"
        for end, n in (("Lower", 1), ("Upper", 5))
    )
    between = compare("PropertyIsBetween", "grade").replace(
        "</ogc:PropertyIsBetween>", f"{limits}</ogc:PropertyIsBetween>"
    )
    high = compare("PropertyIsGreaterThan", "grade", 5)
    style = read(
        rule("either", filter_(f"<ogc:Or>{either}</ogc:Or>"), area(RED)),
        rule("between", filter_(f"<ogc:And>{between}</ogc:And>"), area(RED)),
        rule("high", filter_(high), area(RED)),
        rule("not", filter_(f"<ogc:Not>{compare('PropertyIsNull', 'kind')}</ogc:Not>"), area(RED)),
        rule("rest", "<se:ElseFilter/>", area(RED)),
    )
    assert style.left_out == ()
    table = pd.DataFrame({"kind": ["a", None, None, "z", None], "grade": [0, 5, 6, 0, 0]})
    labels = [style.entries[code].label for code in style.codes(table)]
    # As with the rules of QGIS, the last one that holds is on top.
    assert labels == ["not", "between", "high", "not", "rest"]
    assert style.entries[0].conditions == (Condition("kind", ("a", "b")),)


@pytest.mark.parametrize(
    "content",
    [
        "<ogc:PropertyIsLike><ogc:PropertyName>a</ogc:PropertyName></ogc:PropertyIsLike>",
        '<ogc:FeatureId fid="1"/>',
        "<ogc:Or/>",
        compare("PropertyIsLessThan", "a", "b"),
        compare("PropertyIsEqualTo", "", "b"),
        compare("PropertyIsBetween", "a", 1),
    ],
)
def test_other_filters_are_left_out_and_named(content: str) -> None:
    style = read(rule("odd", filter_(content), area(RED)))
    assert style.entries == ()
    assert style.left_out[0].startswith("The rule 'odd' is left out")


def test_the_older_names_are_read_too() -> None:
    old = """<StyledLayerDescriptor version="1.0.0" xmlns:sld="http://www.opengis.net/sld">
    <sld:Rule><sld:Title>Fault</sld:Title><sld:LineSymbolizer><sld:Stroke>
    <sld:CssParameter name="stroke"><ogc:Literal>#aa0000</ogc:Literal></sld:CssParameter>
    <sld:CssParameter name="stroke-width"><ogc:PropertyName>w</ogc:PropertyName></sld:CssParameter>
    </sld:Stroke></sld:LineSymbolizer>
    <sld:TextSymbolizer><sld:Label><ogc:PropertyName>name</ogc:PropertyName></sld:Label>
    <sld:Font><sld:CssParameter name="font-size">11</sld:CssParameter></sld:Font>
    </sld:TextSymbolizer></sld:Rule></StyledLayerDescriptor>"""
    style = sld_style(old.encode(), "old.sld")
    symbol_ = style.entries[0].symbol
    assert (symbol_.line, symbol_.line_width_px) == ("#aa0000", 1)
    assert style.left_out == (
        "Properties of symbols that follow an expression or a column are left out.",
    )
    assert style.label is not None
    assert (style.label.column, style.label.size_px) == ("name", 11.0)


def test_damaged_and_hostile_styles_are_named() -> None:
    for text in ("", "<a", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "<a/>"):
        style = read_text(text)
        assert style.entries == ()
        assert len(style.left_out) == 1
    many = "".join(compare("PropertyIsEqualTo", "a", n) for n in range(5001))
    assert read(rule("x", filter_(f"<ogc:Or>{many}</ogc:Or>"), area(RED))).entries == ()
    assert "5,000 comparisons" in read(rule("x", filter_(many), area(RED))).left_out[0]


def test_a_style_in_sld_beside_a_file_gives_the_looks_unless_there_is_one_of_qgis(
    tmp_path: Path,
) -> None:
    path = tmp_path / "units.geojson"
    boxes = [shapely.box(60 + n, 45, 61 + n, 46) for n in range(2)]
    gpd.GeoDataFrame({"Kind": ["a", "b"]}, geometry=boxes, crs=4326).to_file(path)
    rules = [
        rule(value.upper(), filter_(compare("PropertyIsEqualTo", "kind", value)), area(RED))
        for value in "ab"
    ]
    path.with_suffix(".SLD").write_text(sld(*rules))
    (layer,) = mm.Map(path).layers()
    entries = layer._spec["legend"]["entries"]
    assert [(one["label"], one["color"], one["outline"]) for one in entries] == [
        ("A", "#ff0000", "none"),
        ("B", "#ff0000", "none"),
    ]
    fill = symbol("fill", simple_fill("0,255,0,255"))
    path.with_suffix(".qml").write_text(qml(renderer("singleSymbol", [fill])))
    (layer,) = mm.Map(path).layers()
    assert [one["color"] for one in layer._spec["legend"]["entries"]] == ["#00ff00"]
    path.with_suffix(".qml").unlink()
    path.with_suffix(".SLD").write_text("<broken")
    with pytest.warns(MinmapWarning, match=r"units\.SLD is damaged XML"):
        mm.Map(path)


def test_a_style_in_sld_may_be_in_the_zip_archive_of_the_data(tmp_path: Path) -> None:
    areas = gpd.GeoDataFrame({"n": [1]}, geometry=[shapely.box(60, 45, 61, 46)], crs=4326)
    areas.to_file(tmp_path / "units.shp")
    (tmp_path / "units.sld").write_text(sld(rule("All", area(RED))))
    parts = sorted(tmp_path.glob("units.*"))
    with ZipFile(tmp_path / "units.zip", "w") as archive:
        for path in parts:
            archive.write(path, path.name)
    (layer,) = mm.Map(tmp_path / "units.zip").layers()
    assert [one["color"] for one in layer._spec["legend"]["entries"]] == ["#ff0000"]


def test_a_rule_without_filter_is_for_all_records_and_has_the_name_of_the_layer() -> None:
    legend = legend_of(
        read(rule("Single symbol", area(RED))), pd.DataFrame(index=[0]), name="x", fill="#123456"
    )
    assert [(entry.label, entry.color) for entry in legend.entries] == [("x", "#ff0000")]
