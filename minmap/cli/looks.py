"""Options of the command line for looks: the keywords of `minmap.Map` and `Map.add`."""

import re
from collections.abc import Callable
from typing import Any, Final

import click

from minmap.cli.option_words import as_option
from minmap.style.dates import is_date

_LIST: Final = "A,B,..."
_NONE: Final = "none"
_BRACKETS: Final = (("{", "}"), ("[", "]"))


def _number(text: str) -> str | float:
    """Return a number as a number, and other text, such as the name of a column, as it is."""
    try:
        return float(text)
    except ValueError:
        return text


def _whole(text: str) -> str | int:
    return int(text) if text.isdecimal() else text


def _scheme(text: str) -> str | list[str | float]:
    """Return the name of a scheme, or its limits."""
    limits = [_number(part.strip()) for part in text.split(",")]
    return text if limits == [text] else limits


def _words(text: str) -> Any:
    """Return a list of words, or a mapping if a word has "="; "none" is False.

    Examples
    --------
    >>> _words("name,grade"), _words("name,grade=Grade"), _words("none")
    (['name', 'grade'], {'name': None, 'grade': 'Grade'}, False)
    >>> _words("name,ore={:,.1f} Mt")
    {'name': None, 'ore': '{:,.1f} Mt'}
    """
    if text == _NONE:
        return False
    parts = re.split(r",(?![^{}]*\})", text)  # commas in the braces of a format are its own
    pairs = [part.strip().partition("=") for part in parts]
    if not any(sign for _, sign, _ in pairs):
        return [word for word, _, _ in pairs]
    names = [word.strip() for word, _, _ in pairs]
    if twice := [name for name in names if names.count(name) > 1]:
        raise click.BadParameter(f"{twice[0]} is given twice; give it once.")
    values = [value.strip() if sign else None for _, sign, value in pairs]
    return dict(zip(names, values, strict=True))


def _one_or_words(text: str) -> Any:
    """Return one word as it is, such as the name of a palette or "all"; else as `_words`."""
    return _words(text) if "," in text or "=" in text else text


def _filters(text: str) -> Any:
    """Return columns, or a mapping of columns to their first choice.

    Examples
    --------
    >>> _filters("country=KAZ|UZB,grade=1..5,status")
    {'country': ['KAZ', 'UZB'], 'grade': (1.0, 5.0), 'status': None}
    >>> _filters("grade=..5")
    {'grade': (None, 5.0)}
    >>> _filters("found=1998-05-03..2001")
    {'found': ('1998-05-03', 2001.0)}
    """
    found = _words(text)
    if not isinstance(found, dict):
        return found
    return {name: None if choice is None else _choice(choice) for name, choice in found.items()}


def _choice(text: str) -> Any:
    ends = [None if end in ("", _NONE) else _number(end) for end in text.split("..")]
    given = [end for end in ends if end is not None]
    is_range = len(ends) == 2 and all(isinstance(end, float) or is_date(end) for end in given)
    return tuple(ends) if is_range and given else text.split("|")


def _values(text: str) -> list[str | float]:
    return [_number(part) for part in text.split(",")]


def _named_values(text: str) -> Any:
    """Return names by value.

    Examples
    --------
    >>> _named_values("1=forest,2=water")
    {1.0: 'forest', 2.0: 'water'}
    """
    found = _words(text)
    return {_number(key): name for key, name in found.items()} if isinstance(found, dict) else found


def _headings(text: str) -> Any:
    """Return a text, or a mapping from keywords to texts; "none" is False.

    Examples
    --------
    >>> _headings("Grade, in g/t"), _headings("color=Commodity,size=Tonnage")
    ('Grade, in g/t', {'color': 'Commodity', 'size': 'Tonnage'})
    """
    found = _words(text)
    is_mapping = isinstance(found, dict) and all(found.values()) and set(found) <= set(_LOOKS)
    return found if is_mapping or found is False else text


_Options = dict[str, tuple[Callable[[str], Any], str, str]]
_LOOKS: Final[_Options] = {
    "name": (str, "TEXT", "Name of the table in the panel, else that of its file."),
    "group": (str, "TEXT", "Heading above it in the panel."),
    "color": (str, "COLUMN", "Column that colours tables, or a CSS colour."),
    "palette": (_one_or_words, "NAME", "Palette, colours, or value=colour pairs."),
    "scheme": (_scheme, "NAME", "Scheme of classes, or their upper limits."),
    "k": (_whole, "N", "Number of classes."),
    "per": (str, "area", "Divide the numbers of areas by their areas."),
    "vmin": (_number, "NUMBER", "Number or date at the first colour."),
    "vmax": (_number, "NUMBER", "Number or date at the last colour."),
    "size": (_number, "COLUMN", "Column that sizes symbols, or pixels."),
    "shape": (str, "COLUMN", "Column of shapes, or a shape or an icon."),
    "shapes": (_words, _LIST, "Shapes or icons, or value=shape pairs."),
    "line_width": (_number, "COLUMN", "Column of line widths, or one width in pixels."),
    "dash": (str, "COLUMN", "Column of dashes, or solid, dashed, dotted or dashdot."),
    "dashes": (_words, _LIST, "Dashes, or value=dashes pairs."),
    "opacity": (_number, "COLUMN", "From 0 to 1, or a column of such numbers."),
    "outline": (str, "COLOUR", "CSS colour of outlines, or none."),
    "outline_width": (_number, "PIXELS", "Width of outlines."),
    "order": (str, "COLUMN", "Column whose greatest values lie on top."),
    "view": (str, "VIEW", "How points are drawn at first: symbols, bubbles, hexagons or heat."),
    "label": (str, "COLUMN", "Column whose values are written on the map."),
    "label_priority": (str, "COLUMN", "Column of numbers: labels of the greatest come first."),
    "label_zoom": (_number, "ZOOM", "Zoom from which labels are written."),
    "popup": (_words, _LIST, "Rows of popups, or column=heading or column=format pairs, or none."),
    "tooltip": (_words, _LIST, "What hovering shows, as --popup."),
    "filters": (
        _filters,
        _LIST,
        "Columns, such as country=KAZ|UZB,grade=1..5,found=1998..2004-06, or none.",
    ),
    "fields": (_one_or_words, _LIST, "More columns that the page carries, or all."),
    "legend": (_headings, "TEXT", "Title of the legend, keyword=title pairs, or none."),
    "unit": (_headings, "TEXT", "Unit of the values, or keyword=unit pairs."),
    "legend_order": (_words, _LIST, "Values that come first in the legend."),
    "legend_hidden": (_words, _LIST, "Values that are switched off at first."),
}
_RASTER_LOOKS: Final[_Options] = {
    "band": (_whole, "N", "Band of rasters."),
    "kind": (str, "KIND", "What rasters hold: classes, values or image."),
    "classes": (_named_values, "N=NAME,...", "Names of classes of rasters."),
    "stretch": (str, "NAME", "Colours of rasters: linear, quantile, log or hillshade."),
    "nodata": (_values, "NUMBER,...", "Values of rasters that mean no data."),
}
_PAGE: Final[_Options] = {
    "title": (str, "TEXT", "The page's title."),
    "subtitle": (str, "TEXT", "The line below the title."),
    "language": (str, "TAG", "Language of the page: en or ru, or such as kk for names only."),
    "theme": (str, "NAME", "Colours of the page: light, dark or auto."),
    "location": (_values, "LAT,LON", "Centre of the page, else all layers are shown."),
    "zoom_start": (_whole, "ZOOM", "Zoom of the page, with --location."),
    "base": (str, "NAME", "Base map: full, plain, none or a .pmtiles file."),
    "tiles": (str, "NAME", "Online tiles below all, such as OpenTopoMap, or their address."),
    "attr": (str, "TEXT", "Attribution of the tiles of an address."),
    "hosts": (_words, "HOST,...", "Hosts of pictures that the page may fetch."),
}


_OF_RAMPS: Final = ("palette", "vmin", "vmax")
_OF_LEGENDS: Final = ("legend", "unit")


def shared_looks(looks: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the looks of tables or shapes, and those of the rasters beside them.

    A palette and the ends of a ramp are for the values of a column, so without ``color`` they are
    those of the rasters, and with them the title and the unit of the legend.

    Examples
    --------
    >>> shared_looks({"palette": "terrain", "unit": "m", "size": 9.0})
    ({'size': 9.0}, {'palette': 'terrain', 'unit': 'm'})
    >>> shared_looks({"palette": "Set1", "color": "country"}), shared_looks({"unit": "m"})
    (({'palette': 'Set1', 'color': 'country'}, {}), ({'unit': 'm'}, {}))
    """
    if "color" in looks or not looks.keys() & {*_OF_RAMPS}:
        return looks, {}
    of_rasters = {
        name: look
        for name, look in looks.items()
        if name in _OF_RAMPS or (name in _OF_LEGENDS and not isinstance(look, dict))
    }
    return {name: look for name, look in looks.items() if name not in of_rasters}, of_rasters


def raster_looks(looks: dict[str, Any]) -> dict[str, Any]:
    """Return looks for rasters, whose palettes have numbers as keys.

    Examples
    --------
    >>> raster_looks({"palette": {"0": "seagreen", "1000": "tan"}, "vmin": 0.0})
    {'palette': {0.0: 'seagreen', 1000.0: 'tan'}, 'vmin': 0.0}
    """
    palette = looks.get("palette")
    if not isinstance(palette, dict):
        return looks
    return looks | {"palette": {_number(str(key)): color for key, color in palette.items()}}


def _option(name: str, convert: Callable[[str], Any], metavar: str, meaning: str) -> click.Option:
    def callback(_: click.Context, __: click.Parameter, text: str | None) -> Any:
        if text is not None and convert is not str:
            _require_no_brackets(text, option)
        return None if text is None else convert(text)

    flag = f"--{name.replace('_', '-')}"
    option = click.Option([flag, name], callback=callback, metavar=metavar, help=meaning)
    return option


def _require_no_brackets(text: str, option: click.Option) -> None:
    """Refuse a list or a mapping in the form of Python."""
    if (text[:1], text[-1:]) not in _BRACKETS:
        return
    try:
        cure = as_option(option, None, text)
    except (SyntaxError, TypeError, ValueError):
        cure = f"{option.opts[0]} {option.metavar} without brackets. {option.help}"
    raise click.BadParameter(f"{text} is in the form of Python; give {cure}")


LOOKS: Final = [_option(name, *about) for name, about in _LOOKS.items()]
"""The options for tables, by their names in `minmap.Map.add`."""
RASTER_LOOKS: Final = [_option(name, *about) for name, about in _RASTER_LOOKS.items()]
"""The options that only rasters have."""
PAGE: Final = [_option(name, *about) for name, about in _PAGE.items()]
"""The options of the page, by their names in `minmap.Map`."""
