"""GeoPackage: minmap's metadata is in the metadata of the layer."""

import re
import sqlite3
from contextlib import closing
from html import unescape
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyogrio
import shapely

from minmap.errors import FileError, recorded_warnings
from minmap.files import Document
from minmap.files.safe_copies import safe_for_gdal
from minmap.files.sqlite_copy import plain_database
from minmap.files.sqlite_tables import rows_of_table
from minmap.geodesy.crs import stated_crs
from minmap.numbering import numbered
from minmap.types import Geometries
from minmap.writing import geometry_forms as forms
from minmap.writing.column_types import as_text, restored
from minmap.writing.export_table import ExportTable
from minmap.writing.gdal_drafts import gdal_draft
from minmap.writing.metadata import GEOMETRY, ColumnMetadata, Metadata

_KEY: Final = "MINMAP"
_STATED: Final = re.compile(rf'<MDI key="{_KEY}">(.*?)</MDI>', re.DOTALL)  # as GDAL writes it
_REFERENCES: Final = "gpkg_metadata_reference"
_STYLES: Final = "layer_styles"  # the table of QGIS that is none of data
NO_TIME: Final = "1980-01-01T00:00:00.000Z"
_MILLISECONDS: Final = pa.timestamp("ms", "UTC")
# The sidecars that SQLite keeps beside a database; an old one beside a new file corrupts it.
# https://www.sqlite.org/tempfiles.html
STALE: Final = ("-journal", "-wal", "-shm")


def write(table: ExportTable, path: Path) -> None:
    """Write a table as the one layer of a GeoPackage."""
    with gdal_draft(path) as draft:
        add_layer(table, draft, path.stem)
        remove_times(draft)


def add_layer(table: ExportTable, path: Path, name: str, **about_file: str) -> str:
    """Add a table to a GeoPackage, which is made if there is none; return its geometry column.

    `about_file` are metadata of the whole file.
    """
    names = numbered((name or "column" for name in table.columns), same=str.casefold)
    table = table.renamed(dict(zip(table.columns, names, strict=True)))
    table.require_no_nul("a GeoPackage")
    table.require(
        lambda number: pc.less_equal(number, pa.scalar(2**63 - 1, pa.uint64())),
        kind=pa.types.is_uint64,
        but="a GeoPackage cannot hold a whole number beyond 2^63; write a .parquet.",
    )
    geometry, fid = numbered(["geom", "fid"], taken=table.columns, same=str.casefold)
    columns = {name: _native(values) for name, values in table.columns.items()}
    columns[geometry] = forms.to_wkb(table.shapes)
    options = {"FID": fid, "GEOMETRY_NAME": geometry, "DESCRIPTION": table.metadata.citations()}
    pyogrio.write_arrow(
        pa.table(columns),
        path,
        layer=name,
        driver="GPKG",
        geometry_name=geometry,
        geometry_type=_kind(table.shapes),
        crs=table.crs.to_wkt(),
        layer_metadata={_KEY: table.metadata.to_json()},
        dataset_metadata=about_file or None,
        layer_options=options,
    )
    return geometry


def read(document: Document, layer: str | None) -> gpd.GeoDataFrame | None:
    """Return the frame that was written; None if the layer has no metadata of minmap's.

    Columns that the layer no longer has are left out; new ones come last. None as well if fewer
    than half of the columns are left, because then it is another table.
    """
    with (
        safe_for_gdal(document.path, document.label, "sqlite") as file,
        plain_database(file, document.label) as (path, _),
        recorded_warnings(),  # remarks of GDAL
    ):
        name, metadata = _metadata(path, layer)
        if metadata is None:
            return None
        info, table = pyogrio.read_arrow(path, layer=name)
        table.validate(full=True)  # text may be damaged
    columns = dict(zip(table.column_names, table.columns, strict=True))
    wkb = columns.pop(info["geometry_name"] or "wkb_geometry", None)
    known = metadata.names.keys()
    if wkb is None or 2 * len(columns.keys() & known) < len(known):
        return None
    stated_crs(metadata.crs, what=document.label)
    values = dict[str, Any]()
    for column in metadata.columns:
        if column.dtype == GEOMETRY:
            values[column.name] = shapely.from_wkb(wkb.to_numpy())
        elif column.stored in columns:
            values[column.name] = _restored(columns.pop(column.stored), column)
    added = {n: pd.Series(c.to_pandas()) for n, c in columns.items() if n not in values}
    frame = gpd.GeoDataFrame(values | added, geometry=metadata.geometry_name, crs=metadata.crs)
    frame.attrs = metadata.attrs
    return frame


def _restored(array: pa.ChunkedArray, column: ColumnMetadata) -> pd.Series:
    # pandas would take whole numbers with missing values for floats, exact only up to 2^53.
    dtype: Any = pd.Int64Dtype() if pa.types.is_int64(array.type) else pd.ArrowDtype(array.type)
    return restored(pd.Series(dtype.__from_arrow__(array), dtype=dtype), column)


def remove_times(path: Path) -> None:
    """Replace the time of writing with a fixed one, so that the same table gives the same bytes.

    GDAL has a setting for it (OGR_CURRENT_DATE), but it holds for the whole process and would
    change what others write with GDAL.
    """
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        # Otherwise the old values stay in the unused bytes of a page.
        database.execute("PRAGMA secure_delete = ON")
        database.execute("BEGIN")
        database.execute("UPDATE gpkg_contents SET last_change = ?", [NO_TIME])
        database.execute("UPDATE gpkg_metadata_reference SET timestamp = ?", [NO_TIME])
        database.execute("COMMIT")


def _metadata(path: Path, layer: str | None) -> tuple[str | None, Metadata | None]:
    """Return the layer to read and its metadata; None if it has none or cannot be read."""
    try:
        names = [name for name, _ in pyogrio.list_layers(path) if name != _STYLES]
        name = layer if layer is not None or len(names) != 1 else names[0]
        if name not in names:
            return name, None
    except Exception:  # noqa: BLE001  # the ordinary reader says what is wrong
        return layer, None
    return name, metadata_in(path, name)


def metadata_in(path: Path, layer: str | None) -> Metadata | None:
    """Return minmap's metadata of a layer; None without it, and for None of several layers."""
    try:
        references = rows_of_table(path, path.name, _REFERENCES, ["table_name", "md_file_id"])
        rows = rows_of_table(path, path.name, "gpkg_metadata", ["id", "metadata"])
        wanted = {
            row["md_file_id"]
            for row in references
            if layer is None or str(row["table_name"]).casefold() == layer.casefold()
        }
        texts = [_STATED.search(str(row["metadata"])) for row in rows if row["id"] in wanted]
    except (FileError, KeyError):  # the ordinary reader says what is wrong
        return None
    found = [unescape(text[1]) for text in texts if text is not None]
    return Metadata.from_json(found[0]) if len(found) == 1 else None


def _native(values: pa.Array) -> pa.Array:
    """Return values of a type that a GeoPackage has: times in milliseconds, else as text."""
    if pa.types.is_timestamp(values.type):
        try:
            return values.cast(_MILLISECONDS if values.type.tz else pa.timestamp("ms"))
        except pa.ArrowInvalid:
            return as_text(values)
    return values.cast(pa.int64()) if pa.types.is_uint64(values.type) else values


def _kind(shapes: Geometries) -> str:
    present = shapes[~shapely.is_missing(shapes)]
    kinds, high = forms.kinds(present), shapely.has_z(present)
    is_mixed = len(kinds) != 1 or (high.any() and not high.all())
    if is_mixed or "LinearRing" in kinds or shapely.has_m(present).any():
        return "Unknown"
    return kinds.pop() + (" Z" if high.any() else "")
