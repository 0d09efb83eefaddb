"""Folium's templates: each place that writes a value into a page as it is has been looked at."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import folium
import pytest
from folium import plugins
from folium.template import Environment
from jinja2 import nodes

import minmap as mm
from minmap.errors import MinmapError
from minmap.webmap import text_escaping

pytestmark = pytest.mark.exhaustive

SAFE_FILTERS = {"tojson", "tojavascript"}
# What stands at a place as it is, and why that is no text from data.
NAMES = {  # names of elements, which minmap numbers, and of classes and methods of Leaflet's
    "LayerControl val", "GroupedLayerControl val", "Popup name", "Control this._name",
    "GeoJson this.marker._name", "GeoJson this.marker.icon._name", "EventHandler this.method",
    "ElementAddToElement this.element_name", "ElementAddToElement this.element_parent_name",
    "IncludeStatement this.leaflet_class_name", "MethodCall this.method", "MethodCall this.target",
    "_BaseFromEncoded this._encoding_type", "HeatMapWithTime this._control_name",
    "CirclePattern this.parent_map", "FitOverlays this.method",
}  # fmt: skip
CODE = {  # JavaScript by folium's own words, or a class that the maker chose
    "EventHandler this.handler.js_code", "GeoJson this.on_each_feature", "Draw event",
    "Draw handler", "GeoMan event", "GeoMan handler", "FastMarkerCluster this.callback",
    "FastMarkerCluster this.icon_create_function.strip()", "ClickForLatLng this.format_str",
    "MarkerCluster this.icon_create_function.strip()", "MousePosition this.lat_formatter",
    "MousePosition this.lng_formatter", "Realtime this.src.js_code", "Map this.crs",
    "VectorGridProtobuf CondExpr",
}  # fmt: skip
WORDS = {  # numbers of the template's own, "true" and "false", or lists in Python's quotes
    f"HeatMapWithTime this.{name}"
    for name in (
        "auto_play", "backward_button", "data", "display_index", "forward_button", "gradient",
        "index", "limit_sliders", "loop_button", "play_button", "play_reverse_button",
        "scale_radius", "speed_slider", "time_slider", "time_slider_drag_update", "times",
        "use_local_extrema",
    )
}  # fmt: skip
SIZES = ("height[0]", "height[1]", "left[0]", "left[1]", "top[0]", "top[1]", "width[0]", "width[1]")
CHECKED = {f"{name} this.{size}" for name in ("Vega", "VegaLite", "Map") for size in SIZES}
WRITTEN = {  # written by a template of minmap's, or JSON that minmap makes
    "Popup element.render()", "Popup element.render().replace()", "Tooltip this.text",
    "GeoJson style", "GeoJson this.style_map['default']", "GeoJson this.highlight_map['default']",
    "GeoJson this.feature_identifier", "TopoJson this._safe_object_path",
    "FloatImage property", "FloatImage value",
}  # fmt: skip
CHANGED = {
    f"{kind.__name__} this.{name}{place}"
    for kind, changes in text_escaping._ATTRIBUTES.items()
    for names in changes.values()
    for name in names
    for place in ("", "[0]", "[1]")
}


def constant(node: ast.AST) -> str | None:
    """Return the text of an expression of strings; what is not known is left out."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.BinOp):
        return (constant(node.left) or "") + (constant(node.right) or "")
    return None


def templates() -> Iterator[tuple[str, str]]:
    """Give the templates in folium's source, each with the name of its class."""
    for file in sorted(Path(folium.__file__).parent.rglob("*.py")):
        for kind in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(kind, ast.ClassDef):
                continue
            for call in ast.walk(kind):
                if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "Template":
                    text = constant(call.args[0])
                    if text:
                        yield kind.name, text


def described(node: nodes.Node) -> str:
    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Getattr):
        return f"{described(node.node)}.{node.attr}"
    if isinstance(node, nodes.Getitem):
        return f"{described(node.node)}[{described(node.arg)}]"
    if isinstance(node, nodes.Call):
        return f"{described(node.node)}()"
    return repr(node.value) if isinstance(node, nodes.Const) else type(node).__name__


def written_as_is() -> Iterator[str]:
    """List the expressions of folium's templates whose values are written as they are."""
    for kind, text in templates():
        for output in Environment().parse(text).find_all(nodes.Output):
            for node in output.nodes:
                filters, inner = set(), node
                while isinstance(inner, nodes.Filter):
                    filters.add(inner.name)
                    inner = inner.node
                name = described(inner)
                if not isinstance(inner, nodes.TemplateData) and not filters & SAFE_FILTERS:
                    yield f"{kind} {name}"


def test_every_value_that_folium_writes_as_it_is_has_been_looked_at() -> None:
    found = {place for place in written_as_is() if not place.endswith("get_name()")}
    assert len(found) > 80
    assert "Tooltip this.text" in found
    assert found - NAMES - CODE - WORDS - CHECKED - WRITTEN - CHANGED == set()


BREAKS = "x'\"`${go()}\\');go();//</script>{{ 6 * 7 }}"
PLACES = [[45.0, 70.0], [46.0, 71.0]]
FEATURE = {
    "type": "Feature",
    "geometry": {"type": "Point", "coordinates": [70, 45]},
    "properties": {"name": BREAKS, "times": [0]},
}


def html_of(*elements: Any) -> str:
    page = mm.Map()
    for element in elements:
        page.add(element)
    return str(page.get_root().render())


def test_a_field_that_could_be_code_does_not_tell_features_apart() -> None:
    key = "x) { go() } switch (feature.id"
    features = [{**FEATURE, "properties": {key: name}} for name in ("a", "b", "c")]
    data = {"type": "FeatureCollection", "features": features}
    layer = folium.GeoJson(data, style_function=lambda one: {"fill": one["properties"][key]})
    assert key in layer.feature_identifier
    html = html_of(layer)
    assert "switch(feature.id)" in html
    assert 'case "1":' in html
    assert all("id" not in feature for feature in features)


def test_a_layer_that_is_not_embedded_needs_ids(tmp_path: Path) -> None:
    layer = folium.GeoJson({"type": "FeatureCollection", "features": []}, name="Rivers")
    layer.embed, layer.feature_identifier = False, "feature.properties.a b"
    with pytest.raises(MinmapError, match=r"features of 'Rivers' .* field 'a b', .* an id\.$"):
        html_of(layer)


def test_patterns_of_styles_are_drawn_each_time() -> None:
    pattern = plugins.StripePattern(angle=45)
    layer = folium.GeoJson(FEATURE, style_function=lambda _: {"fillPattern": pattern})
    page = mm.Map().add(layer)
    first = str(page.get_root().render())
    assert first.count("new L.StripePattern(") == 1
    assert first == page.get_root().render()
    assert '"fillPattern": stripe_pattern_' in first


def test_places_of_a_click_are_filled_in() -> None:
    html = html_of(folium.ClickForMarker("<b>${lat}</b>`${go()}`"))
    assert 'bindPopup("<b>" + lat + "</b>`${go()}`")' in html
