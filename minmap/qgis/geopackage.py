"""Write the layers of a map to a GeoPackage for QGIS, and its rasters beside it."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Collection, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from xml.etree.ElementTree import Element

import pandas as pd
import pyogrio

from minmap.errors import MinmapError, warn
from minmap.numbering import numbered
from minmap.output import as_write_errors, atomic_files
from minmap.qgis.elements import document
from minmap.qgis.elements import written as written_text
from minmap.qgis.older_map import require_own
from minmap.qgis.project import ProjectLayer, Row, project_row
from minmap.qgis.rasters import write_raster
from minmap.qgis.style import style_of
from minmap.qgis.tables import RecordTable, tables_of
from minmap.qgis.view import View
from minmap.scene.drawn_layer import DrawnRaster, DrawnRecords
from minmap.writing import geopackage
from minmap.writing.export_table import export_table
from minmap.writing.gdal_drafts import gdal_draft

_DIMENSIONS: Final = ("points", "lines", "areas")
_LONGEST_NAME: Final = 100  # bytes
_LONGEST_FILE: Final = 230  # bytes of the name of a raster without its endings
_MOST_COLUMNS: Final = 1_990  # of a table of SQLite, with its key and geometry
_RESERVED: Final = re.compile(r"(gpkg|rtree|sqlite|layer_styles|qgis_)", re.IGNORECASE)
# Beside a GeoTIFF: pyramids, statistics and masks of an older one would be taken for its own.
_OF_RASTERS: Final = (".tif.ovr", ".tif.aux.xml", ".tif.msk")
# As QGIS makes it: its tables of styles are those of the same columns.
_STYLES: Final = """CREATE TABLE "layer_styles" (
 "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, "f_table_catalog" TEXT(256),
 "f_table_schema" TEXT(256), "f_table_name" TEXT(256), "f_geometry_column" TEXT(256),
 "styleName" TEXT(30), "styleQML" TEXT, "styleSLD" TEXT, "useAsDefault" BOOLEAN,
 "description" TEXT, "owner" TEXT(30), "ui" TEXT(30), "update_time" DATETIME)"""
_CONTENTS: Final = """INSERT INTO gpkg_contents (table_name, data_type, identifier, last_change)
 VALUES ('layer_styles', 'attributes', 'layer_styles', ?)"""
_IDENTIFIER: Final = "UPDATE gpkg_contents SET identifier = ? WHERE table_name = ?"
_STYLE: Final = """INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name,
 f_geometry_column, styleName, styleQML, styleSLD, useAsDefault, description, owner, ui,
 update_time) VALUES ('', '', ?, ?, ?, ?, '', 1, ?, '', NULL, ?)"""
_PROJECTS: Final = "CREATE TABLE qgis_projects (name TEXT PRIMARY KEY, metadata BLOB, content BLOB)"
_PROJECT: Final = "INSERT INTO qgis_projects VALUES (?, ?, ?)"


@dataclass(frozen=True)
class CarriedLayer:
    """A layer for QGIS.

    Attributes
    ----------
    name
        Its name in the panel.
    sources
        Its sources.
    parts
        What it draws.
    is_shown
        Whether it is drawn at first.
    group
        The heading above it; None without one.
    """

    name: str
    sources: Sequence[Mapping[str, Any]]
    parts: Sequence[DrawnRecords | DrawnRaster]
    is_shown: bool = True
    group: str | None = None


@dataclass(eq=False)
class _Written:
    """A table or a raster of a layer, its title, its name in the files and its style."""

    layer: CarriedLayer
    part: RecordTable | DrawnRaster
    title: str = ""
    name: str = ""
    style: Element = field(default_factory=lambda: Element("qgis"))
    geometry: str = ""

    def in_project(self, path: Path) -> ProjectLayer:
        """Return the layer of the project in a GeoPackage."""
        layer, part = self.layer, self.part
        more: dict[str, Any] = {
            "sources": layer.sources,
            "is_shown": layer.is_shown,
            "group": layer.group,
        }
        if isinstance(part, DrawnRaster):
            return ProjectLayer(self.title, f"./{self.name}.tif", self.style, **more)
        more |= {"crs": part.frame.crs, "dimension": part.dimension}
        source = f"./{path.name}|layername={self.name}"
        return ProjectLayer(self.title, source, self.style, **more)


def write_map(
    layers: Sequence[CarriedLayer],
    path: Path,
    about: Mapping[str, str],
    view: View,
    sources: Collection[Path] = (),
) -> None:
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
    view
        What the map shows at first.
    sources
        The files that the map was made of, resolved. None is replaced.

    Raises
    ------
    FileError
        If a file cannot be written.
    MinmapError
        If no layer has records that are shown, a layer has too many columns, or a file would be
        replaced that is not as minmap wrote it for an older map.

    Warns
    -----
    MinmapWarning
        If a layer has no records that are shown, and is left out.
    """
    written = [
        _Written(layer, one)
        for layer in layers
        for part in layer.parts
        for one in ([part] if isinstance(part, DrawnRaster) else tables_of(part))
    ]
    _require_records(layers, written)
    _name(written, path.stem)
    rasters = [one.name for one in written if isinstance(one.part, DrawnRaster)]
    require_own(path, rasters, sources)
    replaces = [path.name + end for end in geopackage.STALE]
    replaces += [name + end for name in rasters for end in _OF_RASTERS]
    with (
        atomic_files(path, replaces=replaces) as folder,
        as_write_errors(path, folder),
        gdal_draft(folder / path.name) as draft,
    ):
        for one in written:
            if isinstance(one.part, DrawnRaster):
                file = folder / f"{one.name}.tif"
                one.style = write_raster(
                    one.part, file, one.title, one.layer.sources, map_name=path.name
                )
            else:
                _write_table(one, one.part, draft, about)
        if not draft.exists():
            files = pd.DataFrame({"file": [f"{one.name}.tif" for one in written]})
            more = {"driver": "GPKG", "layer": "rasters", "dataset_metadata": dict(about) or None}
            pyogrio.write_dataframe(files, draft, **more)
        project = [one.in_project(path) for one in written]
        _add_styles(draft, written, project_row(project, about.get("TITLE", ""), view))
        geopackage.remove_times(draft)


def _require_records(layers: Sequence[CarriedLayer], written: Sequence[_Written]) -> None:
    """Raise if no layer has records that are shown, and warn of those that have none."""
    kept = {id(one.layer) for one in written}
    empty = ", ".join(repr(layer.name) for layer in layers if id(layer) not in kept)
    if not layers:
        raise MinmapError(
            "The map has no layer for a GeoPackage; add data first, such as Map.add(table)."
        )
    if not written:
        raise MinmapError(
            f"The map shows no records of {empty}, so that a GeoPackage would have no layer; check "
            "the tables and the filters."
        )
    if empty:
        warn(f"The GeoPackage leaves out {empty}: the map shows no records of it.")


def _name(written: Sequence[_Written], stem: str) -> None:
    """Give tables and rasters names that differ, and titles as in the panel."""
    rasters, tables = list[_Written](), list[_Written]()
    for one in written:
        one.title = written_text(one.layer.name)
        if isinstance(one.part, DrawnRaster):
            rasters.append(one)
            continue
        tables.append(one)
        if sum(other.layer is one.layer for other in written) > 1:
            kind = one.part.part.kind
            what = kind if kind in ("legs", "nodes") else _DIMENSIONS[one.part.dimension]
            one.title += f" ({what})"
    files = _numbered([_shortened(f"{stem} {plain_name(one.title)}") for one in rasters])
    names = _numbered([plain_name(one.title) for one in tables])
    for one, name in zip([*rasters, *tables], [*files, *names], strict=True):
        one.name = name


def _write_table(one: _Written, table: RecordTable, path: Path, about: Mapping[str, str]) -> None:
    one.style = style_of(table)
    if (count := len(table.frame.columns)) > _MOST_COLUMNS:
        raise MinmapError(
            f"The layer {one.title!r} has {count:,} columns, and a GeoPackage at most "
            f"{_MOST_COLUMNS:,}; give Map.add a table with fewer."
        )
    table.frame.attrs = {"sources": [dict(source) for source in one.layer.sources]}
    made = export_table(table.frame, title=one.name)
    one.geometry = geopackage.add_layer(made, path, one.name, **about)


def _add_styles(path: Path, written: Sequence[_Written], project: Row) -> None:
    tables = [one for one in written if isinstance(one.part, RecordTable)]
    rows = [
        (
            one.name, one.geometry, one.name[:30], document(one.style), one.title,
            geopackage.NO_TIME,
        )
        for one in tables
    ]  # fmt: skip
    titles = numbered((one.title for one in tables), ending=" {}", taken=["layer_styles"])
    identifiers = zip(titles, (one.name for one in tables), strict=True)
    with closing(sqlite3.connect(path)) as database, database:
        database.executemany(_IDENTIFIER, identifiers)
        database.execute(_STYLES)
        database.execute(_CONTENTS, [geopackage.NO_TIME])
        database.executemany(_STYLE, rows)
        database.execute(_PROJECTS)
        database.execute(_PROJECT, project)


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


def _shortened(name: str) -> str:
    return name.encode(errors="surrogateescape")[:_LONGEST_FILE].decode(errors="ignore")


def _numbered(names: Sequence[str]) -> list[str]:
    return numbered(names, ending=" {}", same=str.casefold)
