"""The styles of KML, which name the look of each placemark.

References
----------
KML 2.2, OGC 07-147r2, sections 6.2 (styleUrl), 12 (Style, StyleMap); colours are ``aabbggrr``,
section 16.9.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from minmap.files.plain_xml import limited_parser, parse_file
from minmap.style.file_styles.file_style import FileStyle, StyleEntry, Symbol
from minmap.style.file_styles.qgis_values import number_of, share_of_byte

_Look = tuple[tuple[str, str], ...]
"""Pairs such as ("PolyStyle/color", "ff0000ff")."""

_GEOMETRIES: Final = {
    "Point": "point", "LineString": "line", "LinearRing": "line", "Track": "line",
    "Polygon": "area", "Model": "point",
}  # fmt: skip
_PARTS: Final = frozenset(("LineStyle", "PolyStyle", "IconStyle", "LabelStyle"))
_FIELDS: Final = frozenset(("color", "width", "fill", "outline", "scale"))
_CONTAINERS: Final = frozenset(("Document", "Folder"))
# What GDAL's driver KML writes into each placemark whose look nobody chose: ogrkmllayer.cpp.
_OF_GDAL: Final = (("LineStyle/color", "ff0000ff"), ("PolyStyle/fill", "0"))
_WHITE: Final = "#ffffff"
_ICON_PX: Final = 16.0  # of an icon of the scale 1
_MOST_LOOKS: Final = 10_000
_LONGEST: Final = 1000  # letters of a field
_OTHER_FILES: Final = "Styles in other files are left out."
_ICONS: Final = "Icons are drawn as circles in their colours."


def kml_style(path: Path, where: str, layer: str | None) -> FileStyle | None:
    """Return the looks of the placemarks of a layer; None if the file has none.

    Parameters
    ----------
    path
        A KML file. It is read in pieces, so its size does not matter.
    where
        Its name in messages.
    layer
        Name of the folder of the placemarks; None means the only one with placemarks.

    Returns
    -------
    FileStyle
        With `by_record` for each placemark, in the order of the file, which is that of GDAL's
        driver LIBKML.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "a.kml"
    >>> _ = path.write_text(
    ...     "<kml><Document><Style id='fault'><LineStyle><color>ff0000ff</color></LineStyle>"
    ...     "</Style><Placemark><styleUrl>#fault</styleUrl><LineString/></Placemark>"
    ...     "</Document></kml>"
    ... )
    >>> [entry.symbol.line for entry in kml_style(path, "a.kml", None).entries]
    ['#ff0000']
    """
    reader = _Reader(where)
    reader.read(path)
    filled = {name: marks for name, marks in reader.marks.items() if marks}
    chosen = filled.get(layer or "") or (next(iter(filled.values())) if len(filled) == 1 else None)
    return None if chosen is None else _style(chosen, reader, where)


@dataclass(slots=True)
class _Placemark:
    kind: str | None = None
    url: str = ""
    own: dict[str, str] | None = None


@dataclass
class _Reader:
    """The shared styles of a file, and the placemarks of each folder."""

    where: str
    styles: dict[str, dict[str, str]] = field(default_factory=dict)
    maps: dict[str, str] = field(default_factory=dict)
    marks: dict[str, list[_Placemark]] = field(default_factory=dict)
    has_icons: bool = False
    _path: list[tuple[str, str]] = field(default_factory=list)
    """Name and id of each open element."""
    _folders: list[list[_Placemark]] = field(default_factory=list)
    _named: set[int] = field(default_factory=set)
    _mark: _Placemark | None = None
    _key: str = ""
    _text: str = ""

    def read(self, path: Path) -> None:
        parser = limited_parser(self.where, self._start, self._end)
        parser.CharacterDataHandler = self._data
        parse_file(parser, path)

    def _data(self, text: str) -> None:
        if len(self._text) < _LONGEST:
            self._text += text

    def _start(self, prefixed: str, attributes: dict[str, str]) -> None:
        name = prefixed.rpartition(":")[2]
        self._path.append((name, attributes.get("id", "")))
        self._text = ""
        if name in _CONTAINERS:
            self._folders.append([])
        elif name == "Placemark":
            self._mark = _Placemark()
            if self._folders:
                self._folders[-1].append(self._mark)
        elif name in _GEOMETRIES and self._mark is not None and self._mark.kind is None:
            self._mark.kind = _GEOMETRIES[name]
        elif name == "Icon":
            self.has_icons = True

    def _end(self, prefixed: str) -> None:
        name = prefixed.rpartition(":")[2]
        text, self._text = self._text.strip(), ""
        self._path.pop()
        parent = self._path[-1][0] if self._path else ""
        if name == "Placemark":
            self._mark = None
        elif name == "name" and parent in _CONTAINERS and self._folders:
            self._named.add(id(self.marks.setdefault(text, self._folders[-1])))
        elif name in _CONTAINERS and self._folders:
            marks = self._folders.pop()
            if marks and id(marks) not in self._named:
                self.marks[f"{self.where} {len(self.marks)}"] = marks
        elif name == "key" and parent == "Pair":
            self._key = text
        elif name == "styleUrl":
            self._take_url(text, parent)
        elif name in _FIELDS and parent in _PARTS:
            self._take_field(f"{parent}/{name}", text)

    def _take_url(self, text: str, parent: str) -> None:
        if parent == "Placemark" and self._mark is not None:
            self._mark.url = text
        elif parent == "Pair" and self._key == "normal":
            self.maps[self._id_of("StyleMap")] = text

    def _take_field(self, name: str, text: str) -> None:
        key = self._id_of("Style") or self._id_of("StyleMap")
        if self._mark is not None:
            self._mark.own = (self._mark.own or {}) | {name: text}
        elif self._id_of("StyleMap") and self._key != "normal":
            return
        elif len(self.styles) < _MOST_LOOKS or key in self.styles:
            self.styles.setdefault(key, {})[name] = text

    def _id_of(self, wanted: str) -> str:
        return next((key for name, key in reversed(self._path) if name == wanted), "")

    def look_of(self, mark: _Placemark) -> tuple[str, _Look, bool]:
        """Return the name and fields of a placemark's style, and whether it is in another file."""
        local = mark.url.removeprefix("#")
        local = self.maps.get(local, local).removeprefix("#")
        is_elsewhere = bool(mark.url) and not mark.url.startswith("#")
        shared = {} if is_elsewhere else self.styles.get(local, {})
        name = "" if mark.own else mark.url.removeprefix("#")
        return name, tuple(sorted({**shared, **(mark.own or {})}.items())), is_elsewhere


def _style(marks: Iterable[_Placemark], reader: _Reader, where: str) -> FileStyle | None:
    places = dict[tuple[str, _Look, str], int]()
    codes, left_out = list[int](), dict[str, None]()
    for mark in marks:
        name, look, is_elsewhere = reader.look_of(mark)
        if is_elsewhere:
            left_out[_OTHER_FILES] = None
        look = () if look == _OF_GDAL else look
        kind = mark.kind or "point"
        codes.append(places.setdefault((name if look else "", look, kind), len(places)))
    if not any(look for _, look, _ in places):
        return FileStyle(where, left_out=tuple(left_out)) if left_out else None
    if len(places) > _MOST_LOOKS:
        return FileStyle(where, left_out=(f"It has more than {_MOST_LOOKS:,} styles.",))
    if reader.has_icons:
        left_out[_ICONS] = None
    several = len(places) > 1
    entries = tuple(
        StyleEntry(name or f"style {number}" if look and several else "", _symbol(kind, look))
        for number, (name, look, kind) in enumerate(places, start=1)
    )
    return FileStyle(where, entries, by_record=tuple(codes), left_out=tuple(left_out))


def _symbol(kind: str, fields: _Look) -> Symbol:
    look = dict(fields)
    line, line_opacity = _color(look.get("LineStyle/color"))
    width = number_of(look.get("LineStyle/width"))
    if kind == "line":
        return Symbol("line", line=line, line_opacity=line_opacity, line_width_px=width)
    if kind == "area":
        fill, opacity = _color(look.get("PolyStyle/color"))
        fill = None if look.get("PolyStyle/fill") == "0" else fill
        if look.get("PolyStyle/outline") == "0":
            line, width = None, None
        return Symbol("area", fill, opacity, line, line_opacity, width)
    fill, opacity = _color(look.get("IconStyle/color"))
    scale = number_of(look.get("IconStyle/scale"))
    size = None if scale is None else max(scale, 0.0) * _ICON_PX or None
    # A white icon keeps the colours of its picture, which are not known.
    return Symbol("point", None if fill == _WHITE else fill, opacity, size_px=size, shape="circle")


def _color(text: str | None) -> tuple[str | None, float]:
    """Return a colour of KML, such as ``7f0000ff`` for half red, and its opacity.

    Examples
    --------
    >>> _color("7f0000ff"), _color(None), _color("red")
    (('#ff0000', 0.498), (None, 1.0), (None, 1.0))
    """
    digits = (text or "").strip().removeprefix("#").lower()
    if len(digits) != 8 or not set(digits) <= set("0123456789abcdef"):
        return None, 1.0
    alpha, blue, green, red = (digits[n : n + 2] for n in (0, 2, 4, 6))
    return f"#{red}{green}{blue}", share_of_byte(int(alpha, 16))
