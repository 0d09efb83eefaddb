"""Write the layers of a map to a GeoPackage for QGIS, and its rasters beside it."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pandas as pd
import pyogrio

from minmap.errors import MinmapError
from minmap.numbering import numbered
from minmap.output import atomic_files
from minmap.qgis.rasters import write_raster
from minmap.qgis.style import style_of
from minmap.qgis.tables import RecordTable, tables_of
from minmap.scene.drawn_layer import DrawnRaster, DrawnRecords
from minmap.writing import geopackage
from minmap.writing.export_table import export_table
from minmap.writing.gdal_drafts import gdal_draft

_DIMENSIONS: Final = ("points", "lines", "areas")
_LONGEST_NAME: Final = 100  # bytes
_RESERVED: Final = re.compile(r"(gpkg|rtree|sqlite|layer_styles)", re.IGNORECASE)
# As QGIS makes it: its tables of styles are those of the same columns.
_STYLES: Final = """CREATE TABLE "layer_styles" (
 "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, "f_table_catalog" TEXT(256),
 "f_table_schema" TEXT(256), "f_table_name" TEXT(256), "f_geometry_column" TEXT(256),
 "styleName" TEXT(30), "styleQML" TEXT, "styleSLD" TEXT, "useAsDefault" BOOLEAN,
 "description" TEXT, "owner" TEXT(30), "ui" TEXT(30), "update_time" DATETIME)"""
_CONTENTS: Final = """INSERT INTO gpkg_contents (table_name, data_type, identifier, last_change)
 VALUES ('layer_styles', 'attributes', 'layer_styles', ?)"""
_STYLE: Final = """INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name,
 f_geometry_column, styleName, styleQML, styleSLD, useAsDefault, description, owner, ui,
 update_time) VALUES ('', '', ?, ?, ?, ?, '', 1, ?, '', NULL, ?)"""


@dataclass(frozen=True)
class CarriedLayer:
    """A layer for QGIS: its name in the panel, its sources, and what it draws."""

    name: str
    sources: Sequence[Mapping[str, Any]]
    parts: Sequence[DrawnRecords | DrawnRaster]


def write_map(layers: Sequence[CarriedLayer], path: Path, about: Mapping[str, str]) -> None:
    """Write layers to a GeoPackage with their looks, and rasters as GeoTIFFs beside it.

    The files replace older ones together, or not at all.

    Parameters
    ----------
    layers
        The layers, the lowest first.
    path
        The GeoPackage.
    about
        Texts about the whole map, such as its title, by their names.

    Raises
    ------
    FileError
        If a file cannot be written.
    MinmapError
        If there is no layer.
    """
    tables = [
        (layer, table)
        for layer in layers
        for part in layer.parts
        if isinstance(part, DrawnRecords)
        for table in tables_of(part)
    ]
    rasters = [(layer, p) for layer in layers for p in layer.parts if isinstance(p, DrawnRaster)]
    if not tables and not rasters:
        raise MinmapError(
            "The map has no layer for a GeoPackage; add data first, such as Map.add(table)."
        )
    stems = _numbered([f"{path.stem} {plain_name(layer.name)}" for layer, _ in rasters])
    replaces = [path.name + end for end in geopackage.STALE]
    with atomic_files(path, replaces=replaces) as folder:
        for (layer, raster), stem in zip(rasters, stems, strict=True):
            write_raster(raster, folder / f"{stem}.tif", layer.sources)
        with gdal_draft(folder / path.name) as draft:
            if tables:
                _write_tables(tables, draft, about)
            else:
                named = zip(rasters, stems, strict=True)
                _write_list([(one.name, f"{stem}.tif") for (one, _), stem in named], draft, about)
            geopackage.remove_times(draft)


def _write_tables(
    tables: Sequence[tuple[CarriedLayer, RecordTable]], path: Path, about: Mapping[str, str]
) -> None:
    styles = []
    names = _numbered([_name_of(layer, table, tables) for layer, table in tables])
    for (layer, table), name in zip(tables, names, strict=True):
        style = style_of(table)
        table.frame.attrs = {"sources": [dict(source) for source in layer.sources]}
        made = export_table(table.frame, title=name)
        geometry = geopackage.add_layer(made, path, name, **about)
        styles.append((name, geometry, name[:30], style, layer.name, geopackage.NO_TIME))
    _add_styles(path, styles)


def _write_list(files: Sequence[tuple[str, str]], path: Path, about: Mapping[str, str]) -> None:
    """Write a table of the files beside a GeoPackage that has no layer of its own."""
    table = pd.DataFrame(files, columns=["layer", "file"])
    options = {"layer": "rasters", "driver": "GPKG", "dataset_metadata": dict(about) or None}
    pyogrio.write_dataframe(table, path, **options)


def _add_styles(path: Path, styles: Sequence[tuple[str, ...]]) -> None:
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(_STYLES)
        database.execute(_CONTENTS, [geopackage.NO_TIME])
        database.executemany(_STYLE, styles)


def plain_name(name: str) -> str:
    """Return a name of a table or a file without signs that mean something to programs.

    Examples
    --------
    >>> plain_name("Ore: Cu/Au | 2024"), plain_name("gpkg_x"), plain_name("")
    ('Ore_ Cu_Au _ 2024', '_gpkg_x', 'layer')
    """
    plain = re.sub(r"[^\w ().,-]", "_", " ".join(name.split())).strip(" .")
    plain = plain.encode()[:_LONGEST_NAME].decode(errors="ignore") or "layer"
    return f"_{plain}" if _RESERVED.match(plain) else plain


def _name_of(
    layer: CarriedLayer, table: RecordTable, tables: Sequence[tuple[CarriedLayer, RecordTable]]
) -> str:
    """Return the name of a layer; with what a table of several has."""
    others = [one for of, one in tables if of is layer and one is not table]
    if not others:
        return plain_name(layer.name)
    kind = table.part.kind
    what = kind if kind in ("legs", "nodes") else _DIMENSIONS[table.dimension]
    return f"{plain_name(layer.name)} ({what})"


def _numbered(names: Sequence[str]) -> list[str]:
    return numbered(names, ending=" {}", same=str.casefold)
