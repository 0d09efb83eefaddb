"""The looks that come with a raster: colour table, names of categories, attribute table, .qml.

References
----------
GDAL's record beside a raster (.aux.xml), PAMDataset: https://gdal.org/en/stable/user/pam.html, and
GDALRasterAttributeTable: the codes of usage are those of GDALRATFieldUsage in gdal.h.
QGIS 3.34, src/core/raster: QgsPalettedRasterRenderer, QgsColorRampShader.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal
from xml.etree.ElementTree import Element

from PIL import ImageColor

from minmap.errors import FileError
from minmap.files.damage import as_file_error
from minmap.files.plain_xml import content_of, parsed_xml
from minmap.rasters.dataset import open_raster
from minmap.rasters.hillshade import ALTITUDE_DEG, AZIMUTH_DEG
from minmap.style.file_styles.qgis_style import style_beside
from minmap.style.file_styles.qgis_values import (
    color_of,
    number_of,
    share_of,
    share_of_byte,
    shown_label,
)

_NAME, _MIN, _MAX, _MIN_MAX, _RED, _GREEN, _BLUE, _ALPHA = 2, 3, 4, 5, 6, 7, 8, 9
_KINDS: Final[dict[str, Literal["classes", "steps", "ramp"]]] = {
    "EXACT": "classes", "DISCRETE": "steps", "INTERPOLATED": "ramp",
}  # fmt: skip
_BANDS: Final = ("redBand", "greenBand", "blueBand")
_CLEAR: Final = "Transparent colours of a scale are drawn opaque."
_OTHER_LIGHT: Final = (
    "Relief is lit from the north-west, 45 degrees high, and exaggerated by the size of its cells."
)
_MOST_ENTRIES: Final = 70_000  # more than the values of two bytes
_OPAQUE: Final = 255


@dataclass(frozen=True)
class RasterEntry:
    """A value of a raster, its label and its colour; None for what the file does not give."""

    value: float
    label: str | None = None
    color: str | None = None
    opacity: float = 1.0


@dataclass(frozen=True)
class RasterStyle:
    """The look of a band as the files of a raster describe it.

    Attributes
    ----------
    where
        Name of the file, for messages.
    kind
        ``"classes"``: each entry is for its value; ``"steps"``: for the values up to its own;
        ``"ramp"``: colours between two entries are mixed; ``"relief"``: shaded; ``"image"``: the
        first three bands are red, green and blue. These two have no entries.
    entries
        In the order of the file.
    band
        Number of the band, from 1.
    opacity
        Of the whole layer, from 0 to 1.
    left_out
        Plain sentences about what was not taken over, each once.
    """

    where: str
    kind: Literal["classes", "steps", "ramp", "relief", "image"] = "classes"
    entries: tuple[RasterEntry, ...] = ()
    band: int = 1
    opacity: float = 1.0
    left_out: tuple[str, ...] = ()

    @property
    def names(self) -> dict[int, str]:
        """Labels by whole value, as `minmap.rasters.warp` takes them."""
        return {int(one.value): one.label for one in self._classes() if one.label}

    @property
    def colors(self) -> dict[int, tuple[int, int, int, int]]:
        """Red, green, blue and alpha by whole value, as `minmap.rasters.warp` takes them."""
        return {
            int(one.value): (*ImageColor.getrgb(one.color), round(one.opacity * _OPAQUE))
            for one in self._classes()
            if one.color
        }

    def _classes(self) -> Iterator[RasterEntry]:
        return (one for one in self.entries if one.value.is_integer())


def raster_style(path: Path, *, band: int = 1, layer: str | None = None) -> RasterStyle | None:
    """Return the style of a raster: of a .qml file beside it, else its own; None if it has none.

    Colours of a colour table, names of categories and an attribute table are joined by value.

    Parameters
    ----------
    path
        A raster that `open_raster` reads.
    band
        Number of the band, from 1; a .qml file names its own.
    layer
        The variable or table of a file with several.

    Raises
    ------
    FileError
        If the raster cannot be opened. A damaged file beside it is named in `left_out`.
    """
    style = style_beside(path, ".qml")
    if style is not None:
        try:
            with as_file_error(f"{style.name} is a damaged style of QGIS", cure="Save it anew."):
                return raster_qml(content_of(style), style.name)
        except FileError as error:
            return RasterStyle(style.name, left_out=(str(error),))
    return _own_style(path, band, layer)


def raster_qml(content: bytes, where: str) -> RasterStyle:
    """Return the style of a raster in a .qml file.

    Raises
    ------
    FileError
        If the file is no XML.

    Examples
    --------
    >>> renderer = "<rasterrenderer type='paletted' band='1'><colorPalette>"
    >>> renderer += "<paletteEntry value='3' label='Forest' color='#008000' alpha='255'/>"
    >>> text = f"<qgis><pipe>{renderer}</colorPalette></rasterrenderer></pipe></qgis>"
    >>> raster_qml(text.encode(), "cover.qml").entries
    (RasterEntry(value=3.0, label='Forest', color='#008000', opacity=1.0),)
    """
    renderer = parsed_xml(content, where).find("pipe/rasterrenderer")
    if renderer is None:
        return RasterStyle(where, left_out=("It has no colours for rasters.",))
    style = RasterStyle(
        where,
        band=max(int(number_of(renderer.get("band")) or 1), 1),
        opacity=share_of(renderer.get("opacity")),
    )
    kind = renderer.get("type", "")
    if kind == "paletted":
        listed = renderer.iterfind("colorPalette/paletteEntry")
        return replace(style, entries=tuple(_items(listed)))
    if kind == "hillshade":
        light = tuple(number_of(renderer.get(name)) for name in ("azimuth", "angle", "zfactor"))
        is_usual = light == (AZIMUTH_DEG, ALTITUDE_DEG, 1) and renderer.get("multidirection") != "1"
        return replace(style, kind="relief", left_out=() if is_usual else (_OTHER_LIGHT,))
    if kind == "multibandcolor" and [renderer.get(name) for name in _BANDS] == ["1", "2", "3"]:
        return replace(style, kind="image")
    shader = renderer.find("rastershader/colorrampshader")
    if kind != "singlebandpseudocolor" or shader is None:
        return replace(style, left_out=(f"Colours of the kind {kind!r} are left out.",))
    way = shader.get("colorRampType", "INTERPOLATED")
    entries = tuple(_items(shader.iterfind("item")))
    is_clear = any(entry.opacity < 1 for entry in entries)
    left_out = (_CLEAR,) if is_clear else ()
    return replace(style, kind=_KINDS.get(way, "ramp"), entries=entries, left_out=left_out)


def _items(elements: Iterator[Element]) -> Iterator[RasterEntry]:
    for element in elements:
        text = element.get("value", "")
        value = float("inf") if text == "inf" else number_of(text)
        color = color_of(element.get("color"))
        if value is not None and color is not None:
            opacity = share_of_byte(number_of(element.get("alpha")))
            yield RasterEntry(value, shown_label(element.get("label")) or None, color[0], opacity)


def _own_style(path: Path, band: int, layer: str | None) -> RasterStyle | None:
    with open_raster(path, layer=layer) as dataset:
        try:
            colors = dict(dataset.colormap(band))
        except (IndexError, ValueError):  # no such band, no colour table
            colors = {}
    looks = (
        RasterEntry(float(value), None, f"#{bytes(rgba[:3]).hex()}", share_of_byte(rgba[3]))
        for value, rgba in colors.items()
    )
    entries = {one.value: one for one in looks}
    named, left_out = _record_entries(path, band)
    found = [_joined(one, entries.get(one.value)) for one in named] or [*entries.values()]
    if not found and not left_out:
        return None
    return RasterStyle(path.name, entries=tuple(found), band=band, left_out=left_out)


def _joined(named: RasterEntry, colored: RasterEntry | None) -> RasterEntry:
    if named.color is not None or colored is None:
        return named
    return replace(named, color=colored.color, opacity=colored.opacity)


def _record_entries(path: Path, band: int) -> tuple[list[RasterEntry], tuple[str, ...]]:
    """Return the entries that GDAL's record beside a raster names, and what is wrong with it."""
    record = path.with_name(f"{path.name}.aux.xml")
    if not record.is_file():
        return [], ()
    try:
        root = parsed_xml(content_of(record), record.name)
        with as_file_error(f"{record.name} is a damaged record of GDAL", cure="Save it anew."):
            for element in root.iterfind("PAMRasterBand"):
                if element.get("band") == str(band):
                    return _table_entries(element) or _category_entries(element), ()
    except FileError as error:
        return [], (str(error),)
    return [], ()


def _category_entries(band: Element) -> list[RasterEntry]:
    names = [name.text or "" for name in band.iterfind("CategoryNames/Category")][:_MOST_ENTRIES]
    return [RasterEntry(float(n), name) for n, name in enumerate(names) if name.strip()]


def _table_entries(band: Element) -> list[RasterEntry]:
    """Return the entries of an attribute table with a column of values and one of names."""
    table = band.find("GDALRasterAttributeTable")
    if table is None:
        return []
    roles = [_role(one) for one in table.iterfind("FieldDefn")]
    found = list[RasterEntry]()
    for row in table.findall("Row")[:_MOST_ENTRIES]:
        cells = dict(zip(roles, (cell.text or "" for cell in row.iterfind("F")), strict=False))
        low, high = (number_of(cells.get(role)) for role in (_MIN, _MAX))
        value = low if low is not None and low == high else number_of(cells.get(_MIN_MAX))
        if value is not None:
            color, opacity = _table_color(cells)
            found.append(RasterEntry(value, cells.get(_NAME) or None, color, opacity))
    return [one for one in found if one.label or one.color]


def _role(column: Element) -> int:
    """Return the usage of a column; some programs only give it the usual name."""
    usage = int(number_of(column.findtext("Usage")) or 0)
    name = (column.findtext("Name") or "").strip().lower()
    by_name = {"value": _MIN_MAX, "class_name": _NAME, "classname": _NAME, "name": _NAME}
    return usage or by_name.get(name, -1)


def _table_color(cells: dict[int, str]) -> tuple[str | None, float]:
    channels = [number_of(cells.get(role)) for role in (_RED, _GREEN, _BLUE)]
    if None in channels:
        return None, 1.0
    color = color_of(",".join(str(channel) for channel in channels))
    return color[0] if color else None, share_of_byte(number_of(cells.get(_ALPHA)))
