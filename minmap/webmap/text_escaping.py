"""Escaping of text in folium's elements, so that text from data cannot become code.

Folium writes some texts into the script of a page unescaped, inside a string or a template literal,
and branca reads the output of a template as a template again. Text from data could end the literal,
or name Python objects in braces. A page is rendered from copies of the elements
(`minmap.webmap.element_copy.ElementCopy`). This module gives the copies templates that write such
texts as JSON, and attributes that cannot end the HTML around them.
"""

import json
import re
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from copy import copy
from functools import partial
from html import escape
from types import SimpleNamespace
from typing import Any, Final, cast

import folium
from branca.element import Element, Html, IFrame, MacroElement
from folium import features, plugins
from folium.template import Template

from minmap.errors import MinmapError

_POPUP = Template(
    """
var {{ this.get_name() }} = L.popup({{ this.options|tojavascript }});
{%- for name, element in this.html._children.items() %}
{%- if this.lazy %}
{{ this._parent.get_name() }}.once("click", () =>
  {{ this.get_name() }}.setContent(minmap.markup({{ element.render(**kwargs)|tojson }})));
{%- else %}
var {{ name }} = minmap.markup({{ element.render(**kwargs)|tojson }});
{{ this.get_name() }}.setContent({{ name }});
{%- endif %}
{%- endfor %}
{{ this._parent.get_name() }}.bindPopup({{ this.get_name() }})
{%- if this.show %}.openPopup(){% endif %};
{%- for name, element in this.script._children.items() %}
{{ element.render() }}
{%- endfor %}
"""
)
_TOOLTIP = Template(
    """
{% macro script(this, kwargs) %}
{%- set style = ' style="' ~ this.style|e ~ '"' if this.style else "" %}
{{ this._parent.get_name() }}.bindTooltip(
  {{ ("<div" ~ style ~ ">" ~ this.text ~ "</div>")|tojson }}, {{ this.options|tojavascript }});
{% endmacro %}
"""
)
_FIELDS = """
{%% macro script(this, kwargs) %%}
{{ this._parent.get_name() }}.bind%s(minmap.fields({{ this.fields|tojson }},
  {{ (this.aliases if this.labels else none)|tojson }}, {{ this.localize|tojson }}),
  {{ this.%s_options|tojavascript }});
{%% endmacro %%}
"""
# Replacements of folium's templates; a subclass with its own template keeps that.
_TEMPLATES = {
    id(folium.Popup._template): _POPUP,
    id(folium.Tooltip._template): _TOOLTIP,
    id(folium.GeoJsonTooltip._template): Template(_FIELDS % ("Tooltip", "tooltip")),
    id(folium.GeoJsonPopup._template): Template(_FIELDS % ("Popup", "popup")),
}
_WORDS = {"true", "false", "null", "undefined"}
_BRACE = re.compile(r"\{(?=[{%#])")
_PATTERN = re.compile(r"\{\{'(\w+)'\}\}")
# Attribute of a copied layer with the patterns of its styles.
_PATTERNS: Final = "_minmap_patterns"
_IDENTIFIER = re.compile(r"[A-Za-z_$][\w$]*", re.ASCII)


def _quoted(value: Any) -> Any:
    r"""Escape a text for the inside of quotes of any kind in a script.

    Examples
    --------
    >>> _quoted("it's `${1}`")
    'it\\u0027s \\u0060\\u0024{1}\\u0060'
    """
    if not isinstance(value, str):
        return value
    return re.sub(r"['`$<]", lambda found: f"\\u{ord(found[0]):04x}", json.dumps(value)[1:-1])


def _bare(value: Any) -> Any:
    """Return a text as JSON for a place without quotes in a script, unless it is JSON already.

    Examples
    --------
    >>> _bare("0); go("), _bare("12.5"), _bare('{"a": 1}'), _bare(3)
    ('"0); go("', '12.5', '{"a": 1}', 3)
    """
    if isinstance(value, (list, tuple)):
        return type(value)(_bare(item) for item in value)
    if not isinstance(value, str) or value in _WORDS:
        return value
    try:
        json.loads(value)
    except ValueError:
        return json.dumps(value)
    return value


def _styled(value: Any) -> Any:
    r"""Escape a text for a style sheet, so that it ends neither the sheet nor a template.

    Examples
    --------
    >>> _styled("a</style>{{b}}")
    'a\\3c /style>\\7b \\7b b}}'
    """
    return value.replace("<", r"\3c ").replace("{", r"\7b ") if isinstance(value, str) else value


def _styles(css: dict[str, Any]) -> dict[str, Any]:
    return {_styled(name): _styled(value) for name, value in css.items()}


def _attribute(value: Any) -> Any:
    return escape(value) if isinstance(value, str) else value


def _clicked(popup: str) -> str:
    """Return the text of a `ClickForMarker`, whose ``${lat}`` and ``${lng}`` the page fills in."""
    if not popup.startswith("`"):
        return popup
    parts = re.split(r"\$\{\s*(lat|lng)\s*\}", popup[1:-1].replace("\\`", "`"))
    texts = [part if n % 2 else json.dumps(part) for n, part in enumerate(parts)]
    return " + ".join(texts)


def _grouped(groups: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    return {
        escape(str(group)): {escape(str(name)): layer for name, layer in layers.items()}
        for group, layers in groups.items()
    }


def _exclusive(options: dict[str, Any]) -> dict[str, Any]:
    groups = options.get("exclusiveGroups")
    return options if groups is None else options | {"exclusiveGroups": [*map(escape, groups)]}


Change = Callable[[Any], Any]
_HEAT_TIME = (
    "index_steps", "radius", "blur", "min_opacity", "max_opacity", "min_speed", "max_speed",
    "speed_step", "limit_minimum_range",
)  # fmt: skip
_ATTRIBUTES: dict[type[Element], dict[Change, tuple[str, ...]]] = {
    features.Vega: {_bare: ("json",), _styled: ("position",)},
    features.VegaLite: {_bare: ("json",), _styled: ("position",)},
    features.GeoJsonDetail: {_styled: ("style", "class_name")},
    features.ClickForMarker: {_clicked: ("popup",)},
    folium.Map: {_styled: ("position", "font_size")},
    plugins.BoatMarker: {_bare: ("heading", "wind_heading", "wind_speed")},
    plugins.FloatImage: {_attribute: ("image",), _styled: ("bottom", "left"), _styles: ("css",)},
    plugins.GroupedLayerControl: {_grouped: ("grouped_overlays",), _exclusive: ("options",)},
    plugins.HeatMapWithTime: {_bare: _HEAT_TIME, _quoted: ("position", "style_NS")},
    plugins.Search: {_quoted: ("search_label", "placeholder", "position"), _bare: ("search_zoom",)},
    plugins.SemiCircle: {_bare: ("direction",)},
    plugins.TimeSliderChoropleth: {
        _bare: ("init_timestamp", "stroke_opacity", "stroke_width"),
        _quoted: ("stroke_color",),
    },
    plugins.TimestampedGeoJson: {_bare: ("data", "duration"), _quoted: ("date_options",)},
    plugins.VectorGridProtobuf: {_quoted: ("url",)},
}


def escape_text(elements: Iterable[Element]) -> None:
    """Make the copies of folium's elements write their text as data.

    Raises
    ------
    MinmapError
        If the identifier of features of a `folium.GeoJson` that is not embedded would be code.
    """
    for element in elements:
        element._template = _TEMPLATES.get(id(element._template), element._template)
        for kind, changes in _ATTRIBUTES.items():
            for change, names in changes.items() if isinstance(element, kind) else ():
                for name in filter(partial(hasattr, element), names):
                    setattr(element, name, change(getattr(element, name)))
        for kind, alter in _ELEMENTS.items():
            if isinstance(element, kind):
                alter(element)
        if isinstance(element, MacroElement):
            element._template = EscapedTemplate(element._template, getattr(element, _PATTERNS, {}))


def _unescape_popup(popup: folium.Popup) -> None:
    """Undo the escapes that folium made for its own template."""
    for child in popup.html._children.values():
        if isinstance(child, Html):
            child.data = child.data.replace("\\`", "`")


def _quote_path(layer: Any) -> None:
    names = layer.object_path.split(".")
    layer._safe_object_path = "".join(f"[{json.dumps(name)}]" for name in names)


def _keep_iframe_text(frame: IFrame) -> None:
    """Keep the text of a frame unchanged, which branca would read as a template."""
    for child in frame._children.values():
        if type(child) is Element and child._template_str is not None:
            render = partial(_unchanged, child._template_str)
            child._template = cast("Template", SimpleNamespace(render=render))


def _unchanged(text: str, **_kwargs: Any) -> str:
    return text


def _escape_features(layer: folium.GeoJson) -> None:
    """Identify features by what cannot be code, and escape templates in styles."""
    identifier = getattr(layer, "feature_identifier", "feature.id")
    key = identifier.removeprefix("feature.properties.")
    if identifier != "feature.id" and not _IDENTIFIER.fullmatch(key):
        if not layer.embed:
            raise MinmapError(
                f"The features of {layer.layer_name!r} are identified by their field {key!r}, "
                "which a script cannot name; give each feature an id."
            )
        named = [dict(one, id=str(n)) for n, one in enumerate(layer.data["features"])]
        layer.data = {**layer.data, "features": named}
        layer.feature_identifier = "feature.id"
    patterns: dict[int, MacroElement] = {}
    setattr(layer, _PATTERNS, patterns)

    def escaped(value: Any) -> Any:
        if isinstance(value, MacroElement):
            if id(value) not in patterns:
                patterns[id(value)] = _pattern(value, f"{layer._id}_{len(patterns)}")
            return patterns[id(value)]
        if isinstance(value, str):
            return value.replace("{{", "{ {").replace("}}", "} }")
        return value

    for name in ("style_function", "highlight_function"):
        function = getattr(layer, name, None)
        if function is not None:
            setattr(layer, name, _styler(function, escaped))


def _styler(function: Change, escape_value: Change) -> Change:
    return lambda feature: {key: escape_value(value) for key, value in function(feature).items()}


def _pattern(pattern: MacroElement, identifier: str) -> MacroElement:
    """Copy a pattern, which is rendered with the layer that uses it."""
    copied = copy(pattern)
    vars(copied).update(_id=identifier, _parent=None, _children=OrderedDict())
    copied._template = EscapedTemplate(pattern._template, {})
    return copied


_ELEMENTS: dict[type[Element], Callable[[Any], None]] = {
    folium.Popup: _unescape_popup,
    folium.TopoJson: _quote_path,
    folium.GeoJson: _escape_features,
    IFrame: _keep_iframe_text,
}


class EscapedTemplate:
    """A template of folium whose output branca does not read as a template.

    Parameters
    ----------
    template
        The template.
    patterns
        Elements whose names the output may have in braces: the patterns of a layer's styles, which
        are created while the layer is rendered.
    """

    def __init__(self, template: Any, patterns: Mapping[int, Element]) -> None:
        self.template, self._patterns = template, patterns

    @property
    def module(self) -> SimpleNamespace:
        """The template's macros."""
        macros = {name: one for name, one in vars(self.template.module).items() if callable(one)}
        wrapped = {name: partial(self._called, macro) for name, macro in macros.items()}
        return SimpleNamespace(**wrapped)

    def render(self, *args: Any, **kwargs: Any) -> str:
        """Render the whole template."""
        return self._called(self.template.render, *args, **kwargs)

    def _called(self, macro: Callable[..., str], *args: Any, **kwargs: Any) -> str:
        text, names = macro(*args, **kwargs), {one.get_name() for one in self._patterns.values()}
        if names:
            text = _PATTERN.sub(lambda f: f[1] if f[1] in names else f[0], text)
        return _BRACE.sub("{{ '{' }}", text)
