"""KML 2.2, and KMZ: the metadata is in the document's extended data."""

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr, unescape

import pyarrow as pa
import pyarrow.compute as pc
import shapely
from shapely.geometry.base import BaseGeometry

from minmap.errors import FileError
from minmap.numbering import numbered
from minmap.writing.archive import pack
from minmap.writing.column_types import as_text
from minmap.writing.export_table import ExportTable
from minmap.writing.metadata import Metadata

_HEAD: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2">\n'
    '<Document id="minmap_table">\n'
)
_METADATA: Final = '<ExtendedData><Data name="minmap"><value>', "</value></Data></ExtendedData>\n"
_HEAD_LINES: Final = 12  # the metadata is within them
_KMZ_MEMBER: Final = "doc.kml"
# Characters that XML 1.0 (section 2.2) cannot write.
_NO_XML: Final = "[\x01-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|\\x00"


def write(table: ExportTable, path: Path) -> None:
    """Write a table as placemarks in longitude and latitude."""
    _require_xml(table)
    # GDAL reads two fields whose names differ only in case as one.
    names = numbered(table.columns, same=str.casefold)
    table = table.in_degrees().renamed(dict(zip(table.columns, names, strict=True)))
    metadata = table.metadata
    lines = [
        _HEAD,
        f"<name>{_text(metadata.title)}</name>\n",
        _text(metadata.to_json()).join(_METADATA),
        f"<description>{_text(html.escape(metadata.citations()))}</description>\n",
        '<Schema name="table" id="table">\n',
        *(
            f"<SimpleField type={quoteattr(_kml_type(values))} name={quoteattr(name)}/>\n"
            for name, values in table.columns.items()
            if name != "name"  # for which KML has an element
        ),
        "</Schema>\n",
    ]
    with path.open("w", encoding="utf-8", newline="") as stream:
        stream.writelines(lines)
        stream.writelines(_placemarks(table, path.name))
        stream.write("</Document>\n</kml>\n")


def write_kmz(table: ExportTable, path: Path) -> None:
    """Write a table as a zip archive of KML."""
    document = path.with_name(_KMZ_MEMBER)
    write(table, document)
    pack(path, [document])
    document.unlink()


def metadata_in(path: Path) -> Metadata | None:
    """Return the metadata in a document; None if `write` did not write it."""
    start, end = _METADATA
    with path.open(encoding="utf-8", errors="replace", newline="\n") as stream:
        if stream.read(len(_HEAD)) != _HEAD:
            return None
        for _ in range(_HEAD_LINES):
            line = stream.readline()
            if line.startswith(start):
                return Metadata.from_json(unescape(line.removeprefix(start).removesuffix(end)))
    return None


def _placemarks(table: ExportTable, label: str) -> Iterator[str]:
    names = {name: quoteattr(name) for name in table.columns}
    texts = replace(table, columns={n: as_text(values) for n, values in table.columns.items()})
    for shape, row in zip(table.shapes, texts.rows(label), strict=True):
        values = {n: v for n, v in zip(names, row, strict=True) if v is not None}
        label = f"<name>{_text(values.pop('name'))}</name>" if "name" in values else ""
        if "citation" in values:
            # Google Earth takes a description as HTML, so the citation is escaped twice.
            label += f"<description>{_text(html.escape(values['citation']))}</description>"
        data = "".join(
            f"<SimpleData name={names[name]}>{_text(value)}</SimpleData>"
            for name, value in values.items()
        )
        yield (
            f'<Placemark>{label}<ExtendedData><SchemaData schemaUrl="#table">{data}'
            f"</SchemaData></ExtendedData>{_geometry(shape)}</Placemark>\n"
        )


def _text(text: str) -> str:
    # XML readers turn a bare carriage return into a new line.
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


def _require_xml(table: ExportTable) -> None:
    for name in (*(column.name for column in table.metadata.columns), table.metadata.title):
        if re.search(_NO_XML, name):
            raise FileError(
                f"the name {name!r} has a control character, which KML cannot hold; rename it."
            )
    table.require_no_match(
        _NO_XML,
        but="KML cannot hold the control character in the text; remove it, or write a .gpkg.",
    )


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
