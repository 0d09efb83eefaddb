"""The options of a map and of its layers, and the options that apply to each kind of data."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final, Literal, TypeAlias, TypedDict

import folium
from branca.utilities import _parse_size

from minmap import vocabulary
from minmap.arguments import require_flag, require_number, require_one_of, require_text, shown
from minmap.errors import ChoiceError, MinmapError, warn
from minmap.style.looks import MARKS, require_no_values

_Row: TypeAlias = str | tuple[str | None, str] | None


# The parts of the options of layers and of countries, in the order in which help() shows them.
class _NameOptions(TypedDict, total=False):
    name: str | None


class _ColorOptions(TypedDict, total=False):
    color: str | None


class _ValueOptions(TypedDict, total=False):
    scheme: str | Sequence[float | str | date] | None
    k: int | None
    palette: str | Sequence[str] | Mapping[Any, str] | None
    vmin: float | str | date | None
    vmax: float | str | date | None
    legend: str | Mapping[str, str] | Literal[False] | None
    unit: str | Mapping[str, str] | None
    legend_order: Sequence[Any] | None


class _MarkOptions(TypedDict, total=False):
    legend_hidden: Sequence[Any] | None
    size: str | float | None
    shape: str | None
    shapes: Sequence[str] | Mapping[Any, str] | None
    line_width: str | float | None
    dash: str | None
    dashes: Sequence[str] | Mapping[Any, str] | None
    order: str | None
    view: Literal["symbols", "bubbles", "hexagons", "heat"] | None


class _RateOptions(TypedDict, total=False):
    per: Literal["area", "population"] | None


class _AreaOptions(TypedDict, total=False):
    opacity: str | float | None
    outline: str | None
    outline_width: float | None
    label: str | None
    label_priority: str | None
    label_zoom: float | None
    popup: Sequence[str] | Mapping[str, _Row] | Literal[False] | None
    tooltip: Sequence[str] | Mapping[str, _Row] | Literal[False] | None
    group: str | None
    show: bool


class LayerOptions(
    _NameOptions,
    _ColorOptions,
    _ValueOptions,
    _RateOptions,
    _MarkOptions,
    _AreaOptions,
    total=False,
):
    """Options of a layer; see `Map.add`."""

    filters: Sequence[str] | Mapping[str, Any] | Literal[False] | None
    fields: Sequence[str] | None
    band: int | None
    kind: str | None
    classes: Mapping[int, str] | None
    stretch: str | None
    nodata: float | Sequence[float] | None
    crs: str | None
    layer: str | None
    bounds: Sequence[float] | None


class CountryOptions(_NameOptions, _ValueOptions, _RateOptions, _AreaOptions, total=False):
    """Options of a layer that suit countries coloured by a column; see `Map.add_countries`."""


class FoliumOptions(TypedDict, total=False):
    """Options of `folium.Map` and of Leaflet's map that a page of minmap has.

    References
    ----------
    https://python-visualization.github.io/folium/latest/reference.html and, from ``dragging`` on,
    https://leafletjs.com/reference.html#map-option.
    """

    width: str | float
    height: str | float
    left: str | float
    top: str | float
    position: str
    min_zoom: int
    max_zoom: int
    min_lat: float
    max_lat: float
    min_lon: float
    max_lon: float
    max_bounds: bool
    prefer_canvas: bool
    no_touch: bool
    disable_3d: bool
    png_enabled: bool
    zoom_control: bool | str
    font_size: str | float
    dragging: bool
    keyboard: bool
    keyboard_pan_delta: int
    scroll_wheel_zoom: bool | str
    double_click_zoom: bool | str
    touch_zoom: bool | str
    box_zoom: bool
    tap_hold: bool
    tap_tolerance: int
    zoom_snap: float
    zoom_delta: float
    wheel_debounce_time: int
    wheel_px_per_zoom_level: int
    world_copy_jump: bool
    max_bounds_viscosity: float
    bounce_at_zoom_limits: bool
    close_popup_on_click: bool
    attribution_control: bool
    track_resize: bool
    inertia: bool
    inertia_deceleration: int
    inertia_max_speed: int
    ease_linearity: float
    zoom_animation: bool
    zoom_animation_threshold: int
    fade_animation: bool
    marker_zoom_animation: bool
    transform3d_limit: int


class MapOptions(LayerOptions, FoliumOptions, total=False):
    """Options of `Map`: those of its first layer, and those of folium."""


LAYER_DEFAULTS: Final[dict[str, Any]] = {
    **dict.fromkeys(LayerOptions.__annotations__),
    "show": True,
}
MAP_DEFAULTS: Final[dict[str, Any]] = {
    **{
        name: one.default
        for name, one in inspect.signature(folium.Map).parameters.items()
        if name in FoliumOptions.__annotations__
    },
    "world_copy_jump": True,
    "min_zoom": 2,
    "max_zoom": 18,
    **LAYER_DEFAULTS,
}
"""Defaults of folium, and those that minmap has instead."""

_PAGE_LANGUAGES: Final = ("en", "ru")  # others have names of commodities only
_CORNERS: Final = ("topleft", "topright", "bottomleft", "bottomright")
_LENGTH: Final = re.compile(r"0|auto|[\d.]+(?:%|[a-z]+)|(?:calc|clamp|max|min)\([^;{}]+\)", re.I)
_OF_NUMBERS: Final = ("scheme", "k", "palette", "vmin", "vmax")
_OF_LEGENDS: Final = ("legend", "unit", "legend_order", "legend_hidden")
_OF_LABELS: Final = ("label", "label_priority", "label_zoom")
_OF_CELLS: Final = (
    "classes", "palette", "stretch", "vmin", "vmax", "opacity", "legend", "unit",
)  # fmt: skip
_OF_FIELDS: Final = ("popup", "tooltip", "filters", "fields")
# What needs no column.
_OF_SHAPES: Final = tuple(name for name in MARKS if name not in ("shapes", "dashes", "order"))
_OF_BARE_SHAPES: Final = ("name", "color", "legend", *_OF_SHAPES, "show", "crs")
_LOOKS: Final = ("color", *_OF_NUMBERS, "per", *_OF_LEGENDS, *MARKS, *_OF_LABELS, *_OF_FIELDS)
_APPLICABLE: Final[dict[str, tuple[str, ...]]] = {
    "a Corridor": ("name", "color", "show"),
    "a warped raster": ("name", *_OF_CELLS, "show"),
    "a raster": ("name", "band", "kind", *_OF_CELLS, "nodata", "show", "crs", "layer", "bounds"),
    "online tiles": ("name", "show"),
    "a folium element": (),
    "a GeoSeries": _OF_BARE_SHAPES,
    "a shapely geometry": _OF_BARE_SHAPES,
    "a list of shapely geometries": _OF_BARE_SHAPES,
    "the table of routes": ("name", "show", "crs"),
    "a GeoDataFrame": ("name", *_LOOKS, "show", "crs"),
    "GeoJSON": ("name", *_LOOKS, "show", "crs"),
    "a table of pyarrow": ("name", *_LOOKS, "show", "crs"),
    "a vector file": ("name", *_LOOKS, "show", "crs", "layer"),
}


def require_applicable(kind: str, options: LayerOptions) -> None:
    """Raise if an option that was given has no effect on `kind`.

    Examples
    --------
    >>> require_applicable("a Corridor", {"name": "Mine", "label": "name"})
    Traceback (most recent call last):
        ...
    minmap.errors.MinmapError: label='name' does not apply to a Corridor; leave it out. ...
    """
    applicable = (*_APPLICABLE[kind], "group")
    for name, value in options.items():
        given = value is not None and not (name == "show" and value)
        if given and name not in applicable:
            raise MinmapError(
                f"{name}={shown(value)} does not apply to {kind}; leave it out. "
                f"These apply: {', '.join(applicable)}."
            )
    wishes = [name for name in (*_OF_NUMBERS, "per") if options.get(name) is not None]
    if wishes and "color" in applicable and options.get("color") is None:
        raise MinmapError(
            f"{wishes[0]}={shown(options.get(wishes[0]))} is for the values of a column; name the "
            "column with color=."
        )


def require_named(options: Mapping[str, Any]) -> None:
    """Raise if an option that is a flag, a text or the name of a column is something else."""
    require_flag(options["show"], name="show")
    require_no_values(options)
    for name in ("name", "group", "layer"):
        if options.get(name) is not None:
            require_text(options[name], name=name, like="Mines")


def refuse_layer_options(options: Mapping[str, Any]) -> None:
    """Raise if an option of a layer is given, for a map without data."""
    changed = [name for name in options if options[name] is not LAYER_DEFAULTS[name]]
    if changed:
        name = changed[0]
        raise MinmapError(
            f"{name}={shown(options[name])} is an option of a layer, and data=None; give data "
            f"too, or give {name}= to Map.add."
        )


def require_length(value: Any, *, name: str) -> str:
    """Return a length of CSS; raise `ChoiceError` for any other value.

    Examples
    --------
    >>> require_length("60vh", name="height")
    '60vh'
    >>> require_length("tall", name="height")
    Traceback (most recent call last):
        ...
    minmap.errors.ChoiceError: height='tall' is not a CSS length; give text, such as '500px'.
    """
    if isinstance(value, str) and _LENGTH.fullmatch(value.strip()):
        return value
    raise ChoiceError(f"{name}={shown(value)} is not a CSS length; give text, such as '500px'.")


def require_folium_options(options: Mapping[str, Any]) -> None:
    """Raise if an option of `FoliumOptions` does not have its type.

    Examples
    --------
    >>> require_folium_options({"width": "wide"})
    Traceback (most recent call last):
        ...
    minmap.errors.MinmapError: width='wide' is neither a number of pixels nor text such as '500px'
    or '100%'; give one of them.
    """
    for name, value in options.items():
        kind = FoliumOptions.__annotations__[name].__forward_arg__
        if name in ("width", "height", "left", "top"):
            _require_size(value, name=name)
        elif name == "zoom_control" and isinstance(value, str):
            require_one_of(value, _CORNERS, name=name)
        elif kind == "bool":
            require_flag(value, name=name)
        elif kind in ("int", "float"):
            require_number(value, name=name, like=1)


def _require_size(value: Any, *, name: str) -> None:
    try:
        _parse_size(value)
    except (TypeError, ValueError):
        raise MinmapError(
            f"{name}={shown(value)} is neither a number of pixels nor text such as '500px' or "
            "'100%'; give one of them."
        ) from None


def require_title(title: Any) -> str:
    """Return a title if it is text that a file can hold.

    Raises
    ------
    MinmapError
        If it is something else, or has a half of a pair of surrogates, as from a terminal in
        another encoding.

    Examples
    --------
    >>> require_title("Deposits")
    'Deposits'
    """
    text = require_text(title, name="title", like="Deposits")
    if text.encode("utf-8", "ignore").decode("utf-8") != text:
        raise MinmapError(
            f"title={shown(text)} has letters that no file can hold; write it in UTF-8, and set a "
            "terminal to UTF-8 too."
        )
    return text


def require_language(language: Any) -> str:
    """Return a BCP 47 tag if minmap has words in its language.

    Warns
    -----
    MinmapWarning
        If it has only the names of commodities in it.

    Examples
    --------
    >>> require_language("ru-KZ")
    'ru-KZ'
    """
    tag = require_text(language, name="language", like="ru")
    base = tag.partition("-")[0].lower()
    if base not in _PAGE_LANGUAGES:
        words = vocabulary.commodity_names()["language"].unique()
        known = {str(name).partition("-")[0] for name in words}
        require_one_of(base if base in known else tag, known, name="language")
        warn(
            f"language={tag!r}: only commodities are named in this language; the rest of the page "
            "is in English (it is also there in Russian: 'ru')."
        )
    return tag
