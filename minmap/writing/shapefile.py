"""Shapefile, and a zip archive of one: names of ten letters, texts of 254 bytes."""

import re
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyogrio
import shapely

from minmap.errors import FileError
from minmap.numbering import numbered
from minmap.table import listed
from minmap.writing import geometry_forms as forms
from minmap.writing.archive import pack
from minmap.writing.column_types import is_text, without_times
from minmap.writing.export_table import ExportTable
from minmap.writing.gdal_drafts import gdal_draft

NAMES: Final = {
    "occurrence_id": "occ_id",
    "other_names": "other_name",
    "country_basis": "country_by",
    "admin1_basis": "admin1_by",
    "commodities": "commods",
    "minor_commodities": "commods_mi",
    "commodity_qualifiers": "commods_qu",
    "commodity_group": "commod_grp",
    "status_year": "status_yr",
    "deposit_type": "dep_type",
    "deposit_type_text": "dep_text",
    "location_method": "loc_method",
    "coordinate_precision_m": "coord_pr_m",
    "location_uncertainty_m": "loc_unc_m",
    "location_uncertainty_basis": "loc_unc_by",
}
"""Names in a shapefile of the longer columns of the occurrence table."""

# The sidecars of a shapefile that GDAL's driver removes with it; a spatial index of the old
# shapes would hide the new. gdal.org, drivers, ESRI Shapefile.
STALE: Final = (".shx", ".dbf", ".prj", ".cpg", ".qpj", ".qix", ".sbn", ".sbx", ".idm", ".ind")
_NAME_BYTES, _TEXT_BYTES, _FIELDS = 10, 254, 255  # dBASE; 255 fields: ArcGIS, QGIS
_KINDS: Final = {"Point", "MultiPoint", "LineString", "Polygon"}
_CURE: Final = "write a .gpkg, which holds it"
_ROUNDING: Final = 1e-9
_GEOMETRY: Final = "wkb_geometry"  # as pyogrio calls it


def write(table: ExportTable, path: Path) -> None:
    """Write a table as the parts of a shapefile, and its metadata beside them."""
    _require_room(table)
    names = short_names(table.columns)
    table = table.renamed(dict(zip(table.columns, names, strict=True)))
    columns = {name: without_times(values) for name, values in table.columns.items()}
    shapes = table.shapes.copy()
    shapes[shapely.is_empty(shapes)] = None
    columns[_GEOMETRY] = forms.to_wkb(shapes)
    with gdal_draft(path) as draft:
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
        _require_same_numbers(table, draft)
    table.metadata.write_beside(path)


def write_zip(table: ExportTable, path: Path) -> None:
    """Write a table as a zip archive of a shapefile and its metadata."""
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        write(table, Path(folder) / f"{table.metadata.title}.shp")
        pack(path, sorted(Path(folder).iterdir()))


def short_names(names: Iterable[str]) -> list[str]:
    """Return the names that columns have in a shapefile, by their names in order.

    Examples
    --------
    >>> short_names(["commodities", "#site+capacity", "#site+capacity_text"])
    ['commods', '_site_capa', '_site_ca_2']
    """
    short = (_short(name) or "column" for name in names)
    return numbered(short, same=str.casefold, room_bytes=_NAME_BYTES)


def _short(name: str) -> str:
    return re.sub(r"\W", "_", NAMES.get(name, name))


def _require_room(table: ExportTable) -> None:
    if len(table.columns) > _FIELDS:
        raise FileError(
            f"{len(table.columns)} columns are more than the {_FIELDS} of a shapefile; {_CURE}."
        )
    table.require_no_nul("a shapefile")
    _require_short_texts(table)
    table.require_finite("a shapefile")
    table.require(
        lambda number: pc.less(pc.abs(pc.cast(number, pa.float64(), safe=False)), 1e17),
        kind=pa.types.is_integer,
        but=f"a shapefile has room for whole numbers of 17 digits; {_CURE}.",
    )


def _require_short_texts(table: ExportTable) -> None:
    """Raise if a text is too long; the message has the columns and the number of such texts."""
    long = {
        name: pc.greater(pc.binary_length(values), _TEXT_BYTES)
        for name, values in table.columns.items()
        if is_text(values.type)
    }
    sums = {name: pc.sum(is_long).as_py() for name, is_long in long.items()}
    counts = {name: count for name, count in sums.items() if count}
    if not counts:
        return
    first, *others = counts
    row = table.frame.index[pc.index(long[first], value=True).as_py()]
    more = [f"{counts[first] - 1:,} more of this column"] if counts[first] > 1 else []
    more += [f"{counts[name]:,} of {name!r}" for name in others]
    raise FileError(
        f"column {first!r}, row {row}: the text is longer than the {_TEXT_BYTES} bytes that a "
        f"shapefile holds (a Cyrillic letter takes two){f', as are {listed(more)}' if more else ''}"
        "; write a .gpkg, which holds all texts, or shorten them, or leave "
        f"{'these columns' if others else 'this column'} out."
    )


def _kind(table: ExportTable) -> str:
    """Return GDAL's name for the geometry type of the table; raise if it has several."""
    present = table.shapes[~shapely.is_missing(table.shapes) & ~shapely.is_empty(table.shapes)]
    named = sorted(forms.kinds(present))
    # A shapefile writes several lines or areas as it writes one.
    kinds = {re.sub("^Multi(?=Line|Poly)", "", kind) for kind in named}
    if not (len(kinds) < 2 and kinds <= _KINDS) or shapely.has_m(present).any():
        raise FileError(
            "a shapefile holds one kind of shape (points, multipoints, lines or areas) without "
            f"measures; the table has {', '.join(named)}; {_CURE}, or write each kind to a file of "
            "its own."
        )
    kind = kinds.pop() if kinds else "Point"
    return kind + (" Z" if shapely.has_z(present).any() else "")


def _require_same_numbers(table: ExportTable, draft: Path) -> None:
    """Raise if a number in a written shapefile, which has 24 characters for it, is another one."""
    numbers = {n: v for n, v in table.columns.items() if pa.types.is_floating(v.type)}
    if not numbers:
        return
    _, written = pyogrio.read_arrow(
        draft, columns=list(numbers), read_geometry=False, encoding="UTF-8"
    )
    for name, given in numbers.items():
        before = given.to_numpy(zero_copy_only=False)
        after = written[name].to_numpy()
        wrong = np.flatnonzero(np.abs(after - before) > _ROUNDING * np.abs(before))
        if len(wrong):
            row = wrong[0]
            raise FileError(
                f"column {table.metadata.names[name]!r}, row {table.frame.index[row]}: a shapefile "
                f"would hold {float(before[row])!r} as {float(after[row])!r}; {_CURE}."
            )
