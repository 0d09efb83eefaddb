"""GeoPackage: the record travels in the layer's metadata."""

from __future__ import annotations

import sqlite3
import warnings
from contextlib import closing
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyogrio
import shapely

from minmap.files.damage import DAMAGE
from minmap.types import Geometries
from minmap.writing import geometry_forms as forms
from minmap.writing.column_types import as_text, is_text
from minmap.writing.gdal_names import plain_copy, plain_draft
from minmap.writing.metadata import About
from minmap.writing.outgoing_table import distinct, table_of, unused
from minmap.writing.read_back import Opened, frame_of

_KEY: Final = "MINMAP"
_NO_TIME: Final = "1980-01-01T00:00:00.000Z"
_MILLISECONDS: Final = pa.timestamp("ms", "UTC")
_KINDS: Final = {
    0: "Point",
    1: "LineString",
    3: "Polygon",
    4: "MultiPoint",
    5: "MultiLineString",
    6: "MultiPolygon",
    7: "GeometryCollection",
}
# The companions that SQLite keeps beside a database; an old one beside a new file corrupts it.
# https://www.sqlite.org/tempfiles.html
STALE: Final = ("-journal", "-wal", "-shm")


def write(frame: gpd.GeoDataFrame, path: Path) -> None:
    """Write a frame as the one layer of a GeoPackage."""
    table = table_of(frame, title=path.stem)
    table = table.stored_as(distinct(table.columns))
    table.require(
        lambda text: pc.invert(pc.match_substring(text, "\0")),
        kind=is_text,
        but="a GeoPackage cannot hold the NUL in the text; remove it, or write a .parquet.",
    )
    table.require(
        lambda number: pc.less_equal(number, pa.scalar(2**63 - 1, pa.uint64())),
        kind=pa.types.is_uint64,
        but="a GeoPackage cannot hold a whole number beyond 2^63; write a .parquet.",
    )
    wkb = shapely.to_wkb(table.shapes, flavor="iso", output_dimension=4)
    table = table.holding(shapes=forms.differing(table.shapes, shapely.from_wkb(wkb)))
    geometry = unused("geom", table.columns)
    columns = {name: _native(values) for name, values in table.columns.items()}
    columns[geometry] = pa.array(wkb.tolist(), type=pa.binary())
    with plain_draft(path) as draft:
        pyogrio.write_arrow(
            pa.table(columns),
            draft,
            layer=path.stem,
            driver="GPKG",
            geometry_name=geometry,
            geometry_type=_kind(table.shapes),
            crs=table.crs.to_wkt(),
            layer_metadata={_KEY: table.about.to_json()},
            layer_options={
                "FID": unused("fid", columns),
                "GEOMETRY_NAME": geometry,
                "DESCRIPTION": table.about.citations(),
            },
        )
        _take_away_times(draft)


def read(document: Opened, layer: str | None) -> gpd.GeoDataFrame | None:
    """Return the frame that was written; None if the layer has no record of one."""
    with plain_copy(document.path) as path, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # remarks of GDAL's
        name, about = _record(path, layer)
        if about is None:
            return None
        info, table = pyogrio.read_arrow(path, layer=name)
        table.validate(full=True)  # text may be damaged
    columns = dict(zip(table.column_names, table.columns, strict=True))
    wkb = columns.pop(info["geometry_name"] or "wkb_geometry", None)
    if wkb is None:
        return None
    shapes = shapely.from_wkb(wkb.to_numpy())
    return frame_of(about, columns, shapes, label=document.label)


def _take_away_times(path: Path) -> None:
    """Put a fixed time for the time of writing, which would make other bytes of the same table.

    GDAL has a setting for it (OGR_CURRENT_DATE), but for the whole process: whoever else writes
    with GDAL would feel it.
    """
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        # Nothing of the old values stays in the unused bytes of a page.
        database.execute("PRAGMA secure_delete = ON")
        database.execute("BEGIN")
        database.execute("UPDATE gpkg_contents SET last_change = ?", [_NO_TIME])
        database.execute("UPDATE gpkg_metadata_reference SET timestamp = ?", [_NO_TIME])
        database.execute("COMMIT")


def _record(path: Path, layer: str | None) -> tuple[str | None, About | None]:
    """Return the layer to be read and its record; None if it has none or cannot be read."""
    try:
        names = pyogrio.list_layers(path)[:, 0].tolist()
        name = layer if layer is not None or len(names) != 1 else names[0]
        if name not in names:
            return name, None
        metadata = pyogrio.read_info(path, layer=name)["layer_metadata"] or {}
    except DAMAGE:
        return layer, None  # not known to be a file of minmap's; what reads any file says more
    return name, About.from_json(metadata.get(_KEY, ""))


def _native(values: pa.Array) -> pa.Array:
    """Return values of a kind that a GeoPackage has: times to the millisecond, else as text."""
    if pa.types.is_timestamp(values.type):
        try:
            return values.cast(_MILLISECONDS if values.type.tz else pa.timestamp("ms"))
        except pa.ArrowInvalid:
            return as_text(values)
    return values.cast(pa.int64()) if pa.types.is_uint64(values.type) else values


def _kind(shapes: Geometries) -> str:
    there = shapes[~shapely.is_missing(shapes)]
    kinds = np.unique(shapely.get_type_id(there)).tolist()
    if len(kinds) != 1 or kinds[0] not in _KINDS or forms.has_measures(there).any():
        return "Unknown"
    high = shapely.has_z(there)
    if high.any() and not high.all():
        return "Unknown"
    return _KINDS[kinds[0]] + (" Z" if high.any() else "")
