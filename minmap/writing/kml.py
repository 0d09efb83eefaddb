"""KML 2.2, and KMZ: the record travels in the document's extended data."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any, Final
from xml.etree import ElementTree
from xml.sax.saxutils import escape, quoteattr

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from shapely.geometry.base import BaseGeometry
from tqdm import tqdm

from minmap.errors import FileError
from minmap.types import Geometries
from minmap.writing import geometry_forms as forms
from minmap.writing.archive import pack
from minmap.writing.column_types import as_text, is_text, rows_of
from minmap.writing.metadata import About
from minmap.writing.outgoing_table import Table, table_of
from minmap.writing.read_back import Opened, frame_of

_NAMESPACE: Final = "http://www.opengis.net/kml/2.2"
# A file that begins otherwise is none of ours; so none with entities is ever parsed.
_HEAD: Final = (
    f'<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="{_NAMESPACE}">\n'
    '<Document id="minmap_table">\n'
)
_KMZ_MEMBER: Final = "doc.kml"
# Characters that XML 1.0 (section 2.2) has no way to write.
_NO_XML: Final = "[\x01-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|\\x00"
_MULTI: Final[dict[str, Callable[[Any], BaseGeometry]]] = {
    "Point": shapely.MultiPoint,
    "LineString": shapely.MultiLineString,
    "Polygon": shapely.MultiPolygon,
}


def write(frame: gpd.GeoDataFrame, path: Path) -> None:
    """Write a frame as placemarks in longitude and latitude."""
    with path.open("wb") as stream:
        _write(table_of(frame, title=path.stem), stream, label=path.name)


def write_kmz(frame: gpd.GeoDataFrame, path: Path) -> None:
    """Write a frame as a zip archive of KML."""
    # By way of a file: readers of KMZ stumble over archives whose sizes follow the data.
    plain = path.with_name(_KMZ_MEMBER)
    with plain.open("wb") as stream:
        _write(table_of(frame, title=path.stem), stream, label=path.name)
    pack(path, [plain])
    plain.unlink()


def read(document: Opened, layer: str | None) -> gpd.GeoDataFrame | None:  # noqa: ARG001
    """Return the frame that was written; None if the file has no record of one."""
    try:
        # A KMZ of minmap's has one member, and its document has unpacked it.
        with document.path.open("rb") as stream:
            return _read(stream, document.label)
    except (ElementTree.ParseError, ValueError, shapely.errors.ShapelyError):
        return None


def _write(table: Table, stream: IO[bytes], *, label: str) -> None:
    _require_xml(table)
    table = table.in_degrees()
    table = table.holding(shapes=_odd(table.shapes))
    about = table.about
    lines = [
        _HEAD,
        f"<name>{_text(about.title)}</name>\n",
        f"<description>{_text(html.escape(about.citations()))}</description>\n",
        f'<ExtendedData><Data name="minmap"><value>{_text(about.to_json())}</value></Data>'
        "</ExtendedData>\n",
        '<Schema name="table" id="table">\n',
        *(
            f"<SimpleField type={quoteattr(_kml_type(values))} name={quoteattr(name)}/>\n"
            for name, values in table.columns.items()
        ),
        "</Schema>\n",
    ]
    stream.write("".join(lines).encode())
    marks = tqdm(_placemarks(table), label, len(table), leave=False, disable=None)
    for mark in marks:
        stream.write(mark.encode())
    stream.write(b"</Document>\n</kml>\n")


def _placemarks(table: Table) -> Iterator[str]:
    names = [quoteattr(name) for name in table.columns]
    rows = rows_of([as_text(values) for values in table.columns.values()], len(table))
    told = zip(table.shapes, _labels(table), _descriptions(table), rows, strict=True)
    for shape, label, description, row in told:
        data = "".join(
            f"<SimpleData name={name}>{_text(value)}</SimpleData>"
            for name, value in zip(names, row, strict=True)
            if value is not None
        )
        yield (
            f'<Placemark>{label}{description}<ExtendedData><SchemaData schemaUrl="#table">{data}'
            f"</SchemaData></ExtendedData>{_geometry(shape)}</Placemark>\n"
        )


def _labels(table: Table) -> Iterator[str]:
    names = table.columns.get("name")
    for name in names.to_pylist() if names is not None else [None] * len(table):
        yield f"<name>{_text(str(name))}</name>" if name else ""


def _descriptions(table: Table) -> Iterator[str]:
    """Give the citation of each record; Google Earth takes it as HTML, hence escaped twice."""
    said = table.columns.get("citation")
    for text in said.to_pylist() if said is not None else [None] * len(table):
        yield f"<description>{_text(html.escape(str(text)))}</description>" if text else ""


def _text(text: str) -> str:
    # A bare carriage return would be read as a new line.
    return escape(text, {"\r": "&#13;"})


def _kml_type(values: pa.Array) -> str:
    if pa.types.is_boolean(values.type):
        return "bool"
    if pa.types.is_floating(values.type):
        return "double"
    if not pa.types.is_integer(values.type):
        return "string"
    # KML's int has 32 bits.
    ends = pc.min_max(values).values()
    return "int" if all(abs(end.as_py() or 0) < 2**31 for end in ends) else "string"


def _require_xml(table: Table) -> None:
    for column in (*table.about.columns, None):
        name = table.about.title if column is None else column.name
        if re.search(_NO_XML, name):
            raise FileError(
                f"the name {name!r} has a control character, which KML cannot hold; rename it."
            )
    table.require(
        lambda text: pc.invert(pc.match_substring_regex(text, _NO_XML)),
        kind=is_text,
        but="KML cannot hold the control character in the text; remove it, or write a .gpkg.",
    )


def _odd(shapes: Geometries) -> dict[int, str]:
    """Return those geometries that KML turns into others."""
    plain = (shapely.get_type_id(shapes) == 0) & ~shapely.is_empty(shapes)
    rows = np.flatnonzero(~(plain & ~forms.has_measures(shapes)) & ~shapely.is_missing(shapes))
    read = np.array([_shape_in(_geometry(shapes[row])) for row in rows], dtype=object)
    odd = forms.differing(shapes[rows], read)
    return {int(rows[row]): wkt for row, wkt in odd.items()}


def _shape_in(element: str) -> BaseGeometry | None:
    return _shape(ElementTree.fromstring(element)) if element else None  # noqa: S314  # our own


def _geometry(shape: Any) -> str:
    if shape is None or shape.is_empty:
        return ""
    kind = shape.geom_type
    if kind in ("Point", "LineString", "LinearRing"):
        name = "Point" if kind == "Point" else "LineString"
        return f"<{name}>{_coordinates(shape)}</{name}>"
    if kind == "Polygon":
        rings = shapely.orient_polygons(shape)
        inner = "".join(
            f"<innerBoundaryIs><LinearRing>{_coordinates(ring)}</LinearRing></innerBoundaryIs>"
            for ring in rings.interiors
        )
        return (
            f"<Polygon><outerBoundaryIs><LinearRing>{_coordinates(rings.exterior)}</LinearRing>"
            f"</outerBoundaryIs>{inner}</Polygon>"
        )
    return f"<MultiGeometry>{''.join(map(_geometry, shape.geoms))}</MultiGeometry>"


def _coordinates(shape: BaseGeometry) -> str:
    rows = shapely.get_coordinates(shape, include_z=shape.has_z).tolist()
    return f"<coordinates>{' '.join(','.join(map(repr, row)) for row in rows)}</coordinates>"


def _read(stream: IO[bytes], label: str) -> gpd.GeoDataFrame | None:
    head = _HEAD.encode()
    if stream.read(len(head)) != head:
        return None
    about = None
    rows, shapes = list[dict[str, str]](), list[Any]()
    for element in _elements(head, stream):
        if element.tag == "Placemark":
            data = element.iterfind("ExtendedData/SchemaData/SimpleData")
            rows.append({str(cell.get("name")): cell.text or "" for cell in data})
            shapes.append(next(filter(None, map(_shape, element)), None))
        elif about is None:
            about = About.from_json(element.findtext("Data/value") or "")
            if about is None:
                return None
    if about is None:
        return None
    names = dict.fromkeys(column.stored for column in about.fields)
    names |= dict.fromkeys(name for row in rows for name in row)
    columns = {
        name: pa.array([row.get(name) for row in rows], type=pa.large_string()) for name in names
    }
    placed = np.empty(len(shapes), dtype=object)
    placed[:] = shapes
    return frame_of(about, columns, placed, label=label, in_degrees=True)


def _elements(head: bytes, stream: IO[bytes]) -> Iterator[ElementTree.Element]:
    """Give the placemarks and the document's own extended data; forget each after its turn."""
    parser: Any = ElementTree.XMLPullParser(["start", "end"])  # its stubs know no pairs
    depth = 0
    chunk = head
    while chunk:
        parser.feed(chunk)
        for event, element in parser.read_events():
            depth += 1 if event == "start" else -1
            element.tag = element.tag.removeprefix(f"{{{_NAMESPACE}}}")
            if event == "end" and depth == 2:  # inside kml and Document
                if element.tag in ("Placemark", "ExtendedData"):
                    yield element
                element.clear()
        chunk = stream.read(1 << 20)


def _shape(element: ElementTree.Element) -> BaseGeometry | None:
    match element.tag:
        case "Point":
            return shapely.Point(_numbers(element)[0])
        case "LineString":
            return shapely.LineString(_numbers(element))
        case "Polygon":
            rings = [_numbers(ring) for ring in element.iterfind("*/LinearRing")]
            return shapely.Polygon(rings[0], rings[1:])
        case "MultiGeometry":
            parts = [part for part in map(_shape, element) if part is not None]
            kinds = {part.geom_type for part in parts}
            make = _MULTI.get(kinds.pop()) if len(kinds) == 1 else None
            return make(parts) if make else shapely.GeometryCollection(parts)
    return None


def _numbers(element: ElementTree.Element) -> list[tuple[float, ...]]:
    text = element.findtext("coordinates") or ""
    return [tuple(map(float, numbers.split(","))) for numbers in text.split()]
