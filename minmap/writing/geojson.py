"""GeoJSON (RFC 7946): the metadata is an additional member."""

import json
from pathlib import Path
from typing import Final

import shapely

from minmap.types import Geometries
from minmap.writing.export_table import ExportTable
from minmap.writing.metadata import Metadata

_MEMBER: Final = "minmap"
_HEAD: Final = f'{{"type": "FeatureCollection", "{_MEMBER}": '


def write(table: ExportTable, path: Path) -> None:
    """Write a table as features in longitude and latitude, rings counter-clockwise."""
    table = table.in_degrees()
    table.require_no_nul("GeoJSON")  # its readers end a text there
    table.require_finite("JSON")
    names = list(table.columns)
    rows = zip(_geometries(table.shapes), table.rows(path.name), strict=True)
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        title = json.dumps(table.metadata.title)
        stream.write(f'{_HEAD}{table.metadata.to_json()}, "name": {title}, "features": [')
        separator = "\n"
        for geometry, values in rows:
            properties = json.dumps(dict(zip(names, values, strict=True)), ensure_ascii=False)
            stream.write(
                f'{separator}{{"type": "Feature", "properties": {properties}, '
                f'"geometry": {geometry or "null"}}}'
            )
            separator = ",\n"
        stream.write("\n]}\n")


def metadata_in(path: Path) -> Metadata | None:
    """Return the metadata in a file; None if it does not begin as `write` begins it."""
    with path.open(encoding="utf-8", errors="replace") as stream:
        if stream.read(len(_HEAD)) != _HEAD:
            return None
        line = stream.readline()
    try:
        _, end = json.JSONDecoder().raw_decode(line)
    except (ValueError, RecursionError):
        return None
    return Metadata.from_json(line[:end])


def _geometries(shapes: Geometries) -> list[str | None]:
    oriented = shapely.orient_polygons(shapes)
    oriented[shapely.is_empty(shapes)] = None
    written: list[str | None] = shapely.to_geojson(oriented).tolist()
    return written
