"""Styles as QGIS 3.34 and 2.18 write them, and the layers that they are for."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from html import escape
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

_NO_DATA = """<data_defined_properties><Option type="Map">
            <Option type="QString" name="name" value=""/>
            <Option name="properties"/>
            <Option type="QString" name="type" value="collection"/>
          </Option></data_defined_properties>"""
_HEAD = """<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>
<qgis simplifyDrawingTol="1" symbologyReferenceScale="-1" minScale="100000000"
 version="3.34.12-Prizren" simplifyDrawingHints="1" labelsEnabled="{labels}"
 hasScaleBasedVisibilityFlag="{scales}" readOnly="0" styleCategories="AllStyleCategories"
 simplifyLocal="1" maxScale="0" simplifyAlgorithm="0">
  <flags>
    <Identifiable>1</Identifiable>
    <Removable>1</Removable>
    <Searchable>1</Searchable>
    <Private>0</Private>
  </flags>
  <elevation extrusionEnabled="0" zscale="1" symbology="Line" type="IndividualFeatures">
    <profileLineSymbol>
      <symbol alpha="1" type="line" name="" force_rhr="0" clip_to_extent="1" frame_rate="10">
        <layer class="SimpleLine" pass="0" locked="0" enabled="1"
         id="{{7d4fd9cb-0a2c-44ba-9e83-000000000000}}">
          <Option type="Map"><Option type="QString" name="line_color" value="1,2,3,255"/></Option>
        </layer>
      </symbol>
    </profileLineSymbol>
  </elevation>
"""
_TAIL = """  <customproperties>
    <Option type="Map"><Option type="int" name="embeddedWidgets/count" value="0"/></Option>
  </customproperties>
  <blendMode>{blend}</blendMode>
  <featureBlendMode>0</featureBlendMode>
  <layerOpacity>{opacity}</layerOpacity>
  <layerGeometryType>{geometry}</layerGeometryType>
</qgis>
"""


def options(**properties: object) -> str:
    """Return the properties of a layer of a symbol, as QGIS 3 writes them."""
    lines = (
        f'<Option type="QString" name="{name}" value="{escape(str(value))}"/>'
        for name, value in properties.items()
    )
    return f'<Option type="Map">{"".join(lines)}</Option>'


def layer(kind: str, *parts: str, enabled: int = 1, **properties: object) -> str:
    """Return a layer of a symbol."""
    inner = options(**properties) + _NO_DATA + "".join(parts)
    return (
        f'<layer class="{kind}" pass="0" locked="0" enabled="{enabled}" '
        f'id="{{5a8a1f3e-0000-4000-8000-000000000000}}">{inner}</layer>'
    )


def symbol(kind: str, *layers: str, name: object = 0, alpha: float = 1) -> str:
    """Return a symbol of the kind "fill", "line" or "marker"."""
    return (
        f'<symbol alpha="{alpha}" type="{kind}" name="{name}" force_rhr="0" clip_to_extent="1" '
        f'is_animated="0" frame_rate="10">{_NO_DATA}{"".join(layers)}</symbol>'
    )


def simple_fill(color: str, **more: object) -> str:
    """Return a plain fill with QGIS's usual outline; `color` is "r,g,b,a" or more exact."""
    usual = {
        "border_width_map_unit_scale": "3x:0,0,0,0,0,0", "color": color, "joinstyle": "bevel",
        "offset": "0,0", "offset_map_unit_scale": "3x:0,0,0,0,0,0", "offset_unit": "MM",
        "outline_color": "35,35,35,255", "outline_style": "solid", "outline_width": "0.26",
        "outline_width_unit": "MM", "style": "solid",
    }  # fmt: skip
    return layer("SimpleFill", **(usual | more))


def simple_line(color: str, width: float, **more: object) -> str:
    """Return a line of a width in millimetres."""
    usual = {
        "align_dash_pattern": 0, "capstyle": "square", "customdash": "5;2",
        "customdash_map_unit_scale": "3x:0,0,0,0,0,0", "customdash_unit": "MM",
        "joinstyle": "bevel", "line_color": color, "line_style": "solid", "line_width": width,
        "line_width_unit": "MM", "offset": 0, "use_custom_dash": 0,
    }  # fmt: skip
    return layer("SimpleLine", **(usual | more))


def simple_marker(name: str, color: str, size: float, **more: object) -> str:
    """Return a marker of a size in millimetres."""
    usual = {
        "angle": 0, "cap_style": "square", "color": color, "horizontal_anchor_point": 1,
        "name": name, "outline_color": "35,35,35,255", "outline_style": "solid",
        "outline_width": 0, "outline_width_unit": "MM", "scale_method": "diameter", "size": size,
        "size_unit": "MM", "vertical_anchor_point": 1,
    }  # fmt: skip
    return layer("SimpleMarker", **(usual | more))


def labels(field: str, *, is_expression: int = 0, kind: str = "simple") -> str:
    """Return labels of 10 points by a field."""
    return (
        f'<labeling type="{kind}"><settings calloutType="simple"><text-style fontSize="10" '
        f'fontSizeUnit="Point" fieldName="{escape(field)}" isExpression="{is_expression}" '
        'textColor="50,50,50,255" textOpacity="1" fontFamily="Open Sans" namedStyle="Regular">'
        '<text-buffer bufferDraw="1" bufferSize="1" bufferSizeUnits="MM"/></text-style>'
        "</settings></labeling>"
    )


def qml(
    renderer: str, *, labeling: str = "", opacity: float = 1, scales: int = 0, blend: int = 0,
    geometry: int = 2,
) -> str:  # fmt: skip
    """Return a style of a vector layer."""
    head = _HEAD.format(labels=int(bool(labeling)), scales=scales)
    return (
        head + renderer + labeling + _TAIL.format(opacity=opacity, blend=blend, geometry=geometry)
    )


def renderer(kind: str, symbols: Iterable[str], *, inner: str = "", **attributes: object) -> str:
    """Return a renderer; `inner` has its categories, ranges or rules."""
    more = "".join(f' {name}="{escape(str(value))}"' for name, value in attributes.items())
    return (
        f'<renderer-v2 enableorderby="0" forceraster="0" referencescale="-1" symbollevels="0" '
        f'type="{kind}"{more}>{inner}<symbols>{"".join(symbols)}</symbols><rotation/><sizescale/>'
        "</renderer-v2>"
    )


def category(
    value: object, label: str, number: int, *, type_: str = "string", render: str = "true"
) -> str:
    """Return a category of a categorised renderer."""
    uuid = f"{{00000000-0000-4000-8000-{number:012d}}}"
    return (
        f'<category symbol="{number}" value="{escape(str(value))}" label="{escape(label)}" '
        f'type="{type_}" render="{render}" uuid="{uuid}"/>'
    )


def categorized(attr: str, categories: Sequence[str], symbols: Iterable[str]) -> str:
    """Return a categorised renderer."""
    inner = f"<categories>{''.join(categories)}</categories>"
    return renderer("categorizedSymbol", symbols, inner=inner, attr=attr)


def rule(filter_: str, label: str, number: int | None, *inner: str, **more: object) -> str:
    """Return a rule, with the rules in it."""
    drawn = "" if number is None else f'symbol="{number}" '
    others = "".join(f'{name}="{value}" ' for name, value in more.items())
    start = f'<rule key="{{{label}}}" {drawn}{others}label="{escape(label)}"'
    return f'{start} filter="{escape(filter_)}">{"".join(inner)}</rule>'


# A geological map ---------------------------------------------------------------------------------

PERIODS = (
    ("Quaternary", "249,249,127"), ("Neogene", "255,230,25"), ("Paleogene", "253,154,82"),
    ("Cretaceous", "127,198,78"), ("Jurassic", "52,178,201"), ("Triassic", "129,43,146"),
    ("Permian", "240,64,40"), ("Carboniferous", "103,165,153"), ("Devonian", "203,140,55"),
    ("Silurian", "179,225,182"),
)  # fmt: skip
"""The youngest first, with the colours of the International Chronostratigraphic Chart."""
_PARTS = ("upper", "middle", "lower", "intrusive")


@dataclass(frozen=True)
class Unit:
    """A unit of a geological map."""

    code: str
    label: str
    color: str


def units() -> list[Unit]:
    """Return 40 units in stratigraphic order, the youngest first."""
    return [
        Unit(f"{period[:2]}{part}", f"{period}, {_PARTS[part]}", _shade(color, part))
        for period, color in PERIODS
        for part in range(len(_PARTS))
    ]


def _shade(color: str, part: int) -> str:
    channels = [int(int(channel) * (1 - 0.12 * part)) for channel in color.split(",")]
    return "#{:02x}{:02x}{:02x}".format(*channels)


def geology_qml(*, column: str = "unit", opacity: float = 1) -> str:
    """Return the categorised style of the 40 units, with a last category of all other values."""
    known = units()
    categories = [category(one.code, one.label, n) for n, one in enumerate(known)]
    categories.append(category("", "", len(known)))
    symbols = [
        symbol("fill", simple_fill(_exact(one.color)), name=n) for n, one in enumerate(known)
    ]
    symbols.append(symbol("fill", simple_fill("200,200,200,255"), name=len(known)))
    return qml(categorized(column, categories, symbols), opacity=opacity)


def _exact(color: str) -> str:
    channels = bytes.fromhex(color[1:])
    shares = ",".join(f"{channel / 255:.17g}" for channel in channels)
    return f"{','.join(map(str, channels))},255,rgb:{shares},1"


def geology() -> gpd.GeoDataFrame:
    """Return a map of the 40 units, eight columns and five rows of areas with wavy borders."""
    west, south, width, height = 66.0, 46.0, 0.5, 0.4
    steps = np.linspace(0, 1, 13)

    def wave(x: float, y: float) -> tuple[float, float]:
        return x + 0.09 * np.sin(7 * y), y + 0.07 * np.sin(5 * x)

    shapes, codes = [], []
    for number, unit in enumerate(units()):
        x, y = west + (number % 8) * width, south + (4 - number // 8) * height
        ring = [(x + step * width, y) for step in steps]
        ring += [(x + width, y + step * height) for step in steps[1:]]
        ring += [(x + (1 - step) * width, y + height) for step in steps[1:]]
        ring += [(x, y + (1 - step) * height) for step in steps[1:-1]]
        shapes.append(shapely.Polygon([wave(*corner) for corner in ring]))
        codes.append(unit.code)
    areas = [round(float(shapely.area(shape)), 4) for shape in shapes]
    return gpd.GeoDataFrame({"unit": codes, "area_deg2": areas}, geometry=shapes, crs=4326)


FAULTS = (
    ("thrust", "Thrust", "170,0,0,255", 0.86, "solid"),
    ("normal", "Normal fault", "0,60,160,255", 0.46, "dash"),
    ("inferred", "Inferred fault", "60,60,60,255", 0.46, "dot"),
)
"""Value, label, colour, width in millimetres, and pen."""


def faults_qml() -> str:
    """Return a style of faults by rules: teeth on thrusts, dashes and dots, and all others."""
    teeth = layer(
        "MarkerLine",
        symbol("marker", simple_marker("triangle", "170,0,0,255", 2.4), name="@0@1"),
        interval=3, interval_unit="MM", placements="Interval", rotate=1,
    )  # fmt: skip
    symbols = [
        symbol("line", simple_line(color, width, line_style=pen), *([teeth] * (n == 0)), name=n)
        for n, (_, _, color, width, pen) in enumerate(FAULTS)
    ]
    symbols.append(symbol("line", simple_line("150,150,150,255", 0.26), name=len(FAULTS)))
    rules = "".join(
        rule(f"\"type\" = '{value}'", label, n) for n, (value, label, *_) in enumerate(FAULTS)
    )
    rest = rule("ELSE", "Other faults", len(FAULTS))
    inner = f'<rules key="{{root}}">{rules}{rest}</rules>'
    return qml(renderer("RuleRenderer", symbols, inner=inner), geometry=1)


def faults() -> gpd.GeoDataFrame:
    """Return two faults of each type, and one of a type that the style does not name."""
    types = [value for value, *_ in FAULTS for _ in range(2)] + ["strike-slip"]
    lines = [
        shapely.LineString([(66.2 + 0.5 * n, 46.1), (66.6 + 0.5 * n, 47.1), (66.9 + 0.5 * n, 47.8)])
        for n in range(len(types))
    ]
    return gpd.GeoDataFrame({"type": types}, geometry=lines, crs=4326)


# As QGIS 3.34 creates and fills the table of styles in a GeoPackage.
_LAYER_STYLES = """CREATE TABLE IF NOT EXISTS "layer_styles" (
 "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, "f_table_catalog" TEXT(256),
 "f_table_schema" TEXT(256), "f_table_name" TEXT(256), "f_geometry_column" TEXT(256),
 "styleName" TEXT(30), "styleQML" TEXT, "styleSLD" TEXT, "useAsDefault" BOOLEAN,
 "description" TEXT, "owner" TEXT(30), "ui" TEXT(30), "update_time" DATETIME)"""
_STYLE = """INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name,
 f_geometry_column, styleName, styleQML, useAsDefault, update_time)
 VALUES ('', '', ?, 'geom', ?, ?, ?, ?)"""


def add_style(
    path: Path, table: str, style: str, *, is_default: int = 1, time: str = "2026-01-01"
) -> None:
    """Add a style of a table to a GeoPackage."""
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(_LAYER_STYLES)
        database.execute(_STYLE, (table, "a style", style, is_default, time))


def write_geology(folder: Path, *, ending: str = ".shp") -> Path:
    """Write the geological map with its style beside it, and return its path."""
    path = folder / f"geology{ending}"
    geology().to_file(path)
    path.with_suffix(".qml").write_text(geology_qml(), encoding="utf-8")
    return path
