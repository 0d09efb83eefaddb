"""Shapefile, and a zip archive of one: ten letters a name, 254 bytes a text; record beside it."""

from __future__ import annotations

import re
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyogrio
import shapely

from minmap.errors import FileError
from minmap.files.file_types import RECORD
from minmap.files.shapefile import index_of
from minmap.types import Geometries
from minmap.writing import geometry_forms as forms
from minmap.writing.archive import pack
from minmap.writing.column_types import as_text, is_text
from minmap.writing.gdal_names import plain_copy, plain_draft
from minmap.writing.outgoing_table import Table, distinct, table_of
from minmap.writing.read_back import Opened, about_beside, frame_of

NAMES: Final = {
    "occurrence_id": "occ_id",
    "other_names": "other_name",
    "commodities": "commods",
    "minor_commodities": "commods_mi",
    "commodity_qualifiers": "commods_qu",
    "commodity_group": "commod_grp",
    "status_year": "status_yr",
    "deposit_type": "dep_type",
    "deposit_type_text": "dep_text",
    "location_method": "loc_method",
    "location_uncertainty_m": "loc_unc_m",
}
"""What the longer columns of the occurrence table are called in a shapefile."""

# The companions of a shapefile that GDAL's driver removes with it; a spatial index of the old
# shapes would hide the new. gdal.org, drivers, ESRI Shapefile.
STALE: Final = (".shx", ".dbf", ".prj", ".cpg", ".qpj", ".qix", ".sbn", ".sbx", ".idm", ".ind")
_NAME_BYTES, _TEXT_BYTES, _FIELDS = 10, 254, 255  # dBASE; 255 fields: ArcGIS, QGIS
_KINDS: Final = {
    0: "Point",
    1: "LineString",
    3: "Polygon",
    4: "MultiPoint",
    5: "LineString",
    6: "Polygon",
}
_CURE: Final = "write a .gpkg, which holds it"
_ROUNDED: Final = 1e-9
_GEOMETRY: Final = "wkb_geometry"  # as pyogrio calls it


def write(frame: gpd.GeoDataFrame, path: Path) -> None:
    """Write a frame as the parts of a shapefile and its record beside them."""
    table = table_of(frame, title=path.stem)
    _require_room(table)
    table = table.stored_as(distinct(table.columns, wanted=_plain, room_bytes=_NAME_BYTES))
    columns = {name: _native(values) for name, values in table.columns.items()}
    shapes = table.shapes.copy()
    shapes[shapely.is_empty(shapes)] = None
    columns[_GEOMETRY] = pa.array(shapely.to_wkb(shapes, flavor="iso").tolist(), type=pa.binary())
    with plain_draft(path) as draft:
        pyogrio.write_arrow(
            pa.table(columns),
            draft,
            driver="ESRI Shapefile",
            geometry_name=_GEOMETRY,
            geometry_type=_kind(table),
            crs=table.crs.to_wkt(),
            encoding="UTF-8",
            # The day of writing would make other bytes of the same table.
            layer_options={"DBF_DATE_LAST_UPDATE": "1980-01-01"},
        )
        table = _noting_losses(table, *_read(draft))
    path.with_name(path.name + RECORD).write_text(
        table.about.to_json(indent=1) + "\n", encoding="utf-8"
    )


def write_zip(frame: gpd.GeoDataFrame, path: Path) -> None:
    """Write a frame as a zip archive of a shapefile and its record."""
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        write(frame, Path(folder) / f"{path.name.removesuffix('.zip').removesuffix('.shp')}.shp")
        pack(path, sorted(Path(folder).iterdir()))


def read(document: Opened, layer: str | None) -> gpd.GeoDataFrame | None:  # noqa: ARG001
    """Return the frame that was written; None if no record of one lies beside the file."""
    about = about_beside(document.path)
    if about is None:
        return None
    with plain_copy(document.path) as plain, _indexed(plain) as path:
        columns, shapes = _read(path)
    if not about.fields:
        columns.pop("FID", None)  # a shapefile has at least one column
    return frame_of(about, columns, shapes, label=document.label)


@contextmanager
def _indexed(path: Path) -> Iterator[Path]:
    """Give a shapefile with an index: itself, or a copy with a new one where it lacks its own."""
    parts = [part for part in path.parent.iterdir() if part.stem == path.stem and part.is_file()]
    if any(part.suffix.lower() == ".shx" for part in parts):
        yield path
        return
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / f"{path.stem}.shp"
        for part in parts:
            shutil.copyfile(part, copy.with_suffix(part.suffix.lower()))
        copy.with_suffix(".shx").write_bytes(index_of(copy))
        yield copy


def _read(path: Path) -> tuple[dict[str, pa.ChunkedArray], Geometries]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # remarks of GDAL's
        _, table = pyogrio.read_arrow(path, encoding="UTF-8")
    table.validate(full=True)  # text may be damaged
    columns = dict(zip(table.column_names, table.columns, strict=True))
    wkb = columns.pop(_GEOMETRY)
    return columns, np.asarray(shapely.from_wkb(wkb.to_numpy()), dtype=object)


def _plain(name: str) -> str:
    return re.sub(r"\W", "_", NAMES.get(name, name))


def _native(values: pa.Array) -> pa.Array:
    return as_text(values) if pa.types.is_timestamp(values.type) else values


def _require_room(table: Table) -> None:
    if len(table.columns) > _FIELDS:
        raise FileError(
            f"{len(table.columns)} columns are more than the {_FIELDS} of a shapefile; {_CURE}."
        )
    table.require(
        lambda text: pc.invert(pc.match_substring(text, "\0")),
        kind=is_text,
        but="a shapefile cannot hold the NUL in the text; remove it, or write a .parquet.",
    )
    table.require(
        lambda text: pc.less_equal(pc.binary_length(text), _TEXT_BYTES),
        kind=is_text,
        but=f"the text is longer than the {_TEXT_BYTES} bytes that a shapefile holds (a Cyrillic "
        f"letter takes two); shorten it, or {_CURE}.",
    )
    table.require(
        pc.is_finite,
        kind=pa.types.is_floating,
        but=f"a shapefile has no infinite number; make it missing, or {_CURE}.",
    )
    table.require(
        lambda number: pc.less(pc.abs(pc.cast(number, pa.float64(), safe=False)), 1e17),
        kind=pa.types.is_integer,
        but=f"a shapefile has room for whole numbers of 17 digits; {_CURE}.",
    )


def _kind(table: Table) -> str:
    """Return what GDAL calls the one kind of shape in the table."""
    there = np.flatnonzero(~shapely.is_missing(table.shapes) & ~shapely.is_empty(table.shapes))
    kinds = {_KINDS.get(kind, "") for kind in shapely.get_type_id(table.shapes[there]).tolist()}
    if len(kinds) > 1 or "" in kinds or forms.has_measures(table.shapes).any():
        named = sorted({shape.geom_type for shape in table.shapes[there]})
        raise FileError(
            f"a shapefile holds points, many-point shapes, lines or areas, one kind alone and "
            f"without measures; the table has {', '.join(named)}; {_CURE}, or write each kind "
            "to a file of its own."
        )
    kind = kinds.pop() if kinds else "Point"
    return kind + (" Z" if shapely.has_z(table.shapes).any() else "")


def _noting_losses(table: Table, columns: dict[str, pa.ChunkedArray], shapes: Geometries) -> Table:
    """Note what came back from the file a little otherwise; raise for what is another value."""
    cells = dict[str, dict[int, Any]]()
    for column in table.about.fields:
        written = table.columns[column.stored]
        changed = _changed(_native(written), columns[column.stored])
        for row, (value, read) in changed.items():
            if not _is_near(value, read):
                raise FileError(
                    f"column {column.name!r}, row {table.labels[row]}: a shapefile would hold "
                    f"{value!r} as {read!r}; {_CURE}."
                )
        if changed:
            cells[column.name] = {row: value for row, (value, _) in changed.items()}
    return table.holding(cells=cells, shapes=forms.differing(table.shapes, shapes))


def _changed(written: pa.Array, read: pa.ChunkedArray) -> dict[int, tuple[Any, Any]]:
    """Return what was written and what was read, by row, where they are not the same."""
    back = read.combine_chunks().cast(written.type)
    same = pc.if_else(pc.is_null(written), pc.is_null(back), pc.equal(written, back))
    rows = pc.indices_nonzero(pc.invert(pc.fill_null(same, fill_value=False)))
    pairs = zip(written.take(rows).to_pylist(), back.take(rows).to_pylist(), strict=True)
    return dict(zip(rows.to_pylist(), pairs, strict=True))


def _is_near(value: object, read: object) -> bool:
    """Return whether only spaces at the ends or the last digits were lost."""
    if isinstance(value, float) and isinstance(read, float):
        return abs(value - read) <= _ROUNDED * abs(value)
    return isinstance(value, str) and value.strip(" ") == str(read or "").strip(" ")
