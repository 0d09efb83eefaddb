"""Files that GDAL or pyarrow reads, opened without harm to them or to us."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely

from minmap.errors import FileError
from minmap.files import parquet
from minmap.files.attributes import decoded, plain, without_fillers
from minmap.files.damage import DAMAGE, reason_of
from minmap.files.formats import DRIVERS, format_of, require_no_references
from minmap.files.gml import NO_DOWNLOAD, epsg_axes, keep_fields_as_text
from minmap.files.safe_copies import openable
from minmap.geodesy.stated_crs import crs_of, missing_crs, stated_crs

_UNKNOWN_TO_GDAL: Final = re.compile(r"^'.*'(?= not recognized)")
_STYLES: Final = "layer_styles"  # where QGIS keeps symbols in a GeoPackage
# Texts come as their bytes, one letter each; `decoded` finds out what they mean.
_AS_BYTES: Final = {"shp": {"ENCODING": "ISO-8859-1"}}
# Room that pyogrio may take for rows on the word of a file: bytes a cell, bytes, times its size.
_CELL_BYTES: Final = 8
_CLAIMING: Final = frozenset({"fgb", "sqlite", "gdb", "shp"})  # they state their number of rows
_ROOM_BYTES: Final = 64 << 20
_ROOM_RATIO: Final = 8
_NO_AXES_NOTE: Final = "Positions are longitude first, against the rule of WFS 1.1."


@dataclass(frozen=True)
class VectorFile:
    """A file that GDAL or pyarrow reads, its layers known, in a form that they can open.

    Attributes
    ----------
    path
        The file itself or a temporary copy, with a name that GDAL takes as it is.
    where
        What messages call it.
    kind
        Its format, one of `minmap.files.formats.DRIVERS` or "parquet".
    layers
        Names of the layers by whether they have geometry.
    """

    path: Path
    where: str
    kind: str
    layers: Mapping[str, bool]
    _options: dict[str, Any] = field(default_factory=dict)

    def read(
        self,
        layer: str,
        *,
        crs: Any = None,
        encoding: str | None = None,
        limit: int | None = None,
        dates_as_text: bool = True,
    ) -> tuple[pd.DataFrame, list[str]]:
        """Read a layer; what had to be said comes beside it.

        Returns
        -------
        pandas.DataFrame
            A GeoDataFrame with a CRS where the layer has geometry; two-dimensional; empty and
            missing geometries kept. Lists and objects are JSON text, and dates ISO 8601 text where
            `dates_as_text`.
        list of str
            What had to be said.

        Raises
        ------
        FileError, CRSError
            As `read_vector`.
        """
        notes: list[str]
        if self.kind == "parquet":
            frame, notes = parquet.read(self.path, self.where, limit), []
        else:
            frame, notes = self._read_by_gdal(layer, limit)
        if self.kind == "shp":
            frame, said = decoded(frame, self.path, encoding)
            notes += said
        attributes = plain(without_fillers(frame, self.kind), dates_as_text=dates_as_text)
        if not isinstance(attributes, gpd.GeoDataFrame):
            return attributes, notes
        if self.kind in {"kml", "gml"}:
            attributes, said = _without_origin(attributes)
            notes += said
        placed, said = _placed(attributes, self.where, crs)
        return _flat(placed), [*notes, *said]

    def _read_by_gdal(self, layer: str, limit: int | None) -> tuple[pd.DataFrame, list[str]]:
        options: dict[str, Any] = {"layer": layer, "on_invalid": "warn"}
        if limit is not None:
            options["max_features"] = limit
        elif self.kind in _CLAIMING:
            self._require_rows(layer)
        options |= _AS_BYTES.get(self.kind, {})

        def read(**more: str) -> tuple[pd.DataFrame, list[str]]:
            return _guarded(
                self.where, lambda: pyogrio.read_dataframe(self.path, **options, **more)
            )

        if self.kind != "gml":
            return read()
        if not epsg_axes(self.path):
            return read(**NO_DOWNLOAD)
        frame, notes = read(**NO_DOWNLOAD, CONSIDER_EPSG_AS_URN="YES")
        if _beyond_the_poles(frame):
            frame, notes = read(**NO_DOWNLOAD)
            return frame, [_NO_AXES_NOTE, *notes]
        return frame, notes

    def _require_rows(self, layer: str) -> None:
        """Raise if the file has fewer rows than it says: pyogrio makes room for all of them.

        Rows are counted where the room is many times the file's own size.
        """
        info = _info(self.path, self.where, self.kind, layer)
        says, columns = info["features"], len(info["fields"]) + 1
        if says * columns * _CELL_BYTES <= _ROOM_BYTES + _ROOM_RATIO * _size_of(self.path):
            return
        (_, table), _ = _guarded(
            self.where,
            lambda: pyogrio.read_arrow(
                self.path, layer=layer, columns=[], read_geometry=False, return_fids=True
            ),
        )
        if table.num_rows < says:
            raise FileError(
                f"{self.where} says that it has {says:,} rows and has {table.num_rows:,}; it is "
                "damaged. Get the file again, or export its layers to a new one."
            )


@contextmanager
def opened(path: Path, where: str) -> Iterator[VectorFile]:
    """Open a vector file, in a temporary copy where GDAL would write beside it or misread its name.

    Raises
    ------
    FileError
        If it is damaged, of no format that is read, or stands for other files or addresses (see
        `minmap.files.formats`), declares XML entities, or is a shapefile without its table.
    """
    kind = format_of(path, where)
    if kind == "parquet":
        yield VectorFile(path, where, kind, {path.stem: parquet.has_geometry(path, where)})
        return
    with openable(path, where, kind) as file:
        require_no_references(file, where, kind)
        if kind == "gml":
            _guarded(where, lambda: keep_fields_as_text(file))
        listed, _ = _guarded(where, lambda: pyogrio.list_layers(file))
        layers = {name: geometry is not None for name, geometry in listed if name != _STYLES}
        _require_driver(file, where, kind, layers)
        if kind == "kml" and len(layers) > 1:
            sizes = {name: pyogrio.read_info(file, layer=name)["features"] for name in layers}
            layers = {name: True for name in layers if sizes[name]} or layers
        yield VectorFile(file, where, kind, layers)


def _require_driver(file: Path, where: str, kind: str, layers: Mapping[str, bool]) -> None:
    """Raise if GDAL opened the file with another driver than that of its format."""
    if not layers:
        return
    info = _info(file, where, kind, next(iter(layers)))
    if info["driver"] not in DRIVERS[kind]:
        raise FileError(
            f"{where} begins as one format, and GDAL takes it for another ({info['driver']}); "
            "minmap does not open it. Export the data to a GeoPackage and give that."
        )


def _info(file: Path, where: str, kind: str, layer: str) -> dict[str, Any]:
    options = _AS_BYTES.get(kind, {})
    info, _ = _guarded(where, lambda: pyogrio.read_info(file, layer=layer, **options))
    return dict(info)


def _guarded(where: str, call: Callable[[], Any]) -> tuple[Any, list[str]]:
    """Return what `call` gives, with its warnings as notes and its errors as ours."""
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            result = call()
    except DAMAGE as error:
        raise FileError(
            f"{where} cannot be read as a vector file: {_first_line(error)} "
            "Give a shapefile, GeoPackage, GeoJSON or GeoParquet."
        ) from error
    broken = sum("Invalid WKB" in str(warning.message) for warning in caught)
    if broken:
        return result, [f"{broken} of {len(result)} geometries are broken; kept as missing."]
    return result, []


def _first_line(error: Exception) -> str:
    """Return the reason without the advice of GDAL, which is about GDAL, and the copy's path."""
    return _UNKNOWN_TO_GDAL.sub("it is", reason_of(error)).split(";")[0].rstrip(".") + "."


def _size_of(path: Path) -> int:
    files = path.iterdir() if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files)


# Where it lies ------------------------------------------------------------------------------------


def _beyond_the_poles(frame: pd.DataFrame) -> bool:
    if not isinstance(frame, gpd.GeoDataFrame) or frame.crs is None or not frame.crs.is_geographic:
        return False
    _, south, _, north = frame.total_bounds
    return bool(south < -90 or north > 90)


def _without_origin(frame: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Take points at 0, 0 as missing: GDAL puts there what it cannot read in KML and GML."""
    shapes = frame.geometry.to_numpy()
    at_origin = (shapely.get_x(shapes) == 0) & (shapely.get_y(shapes) == 0)
    if not at_origin.any():
        return frame, []
    kept = gpd.GeoSeries(np.where(at_origin, None, shapes), index=frame.index, crs=frame.crs)
    count = int(at_origin.sum())
    note = f"{count} points are at 0, 0, or their position cannot be read; kept as missing."
    return frame.set_geometry(kept.rename(frame.active_geometry_name)), [note]


def _placed(frame: gpd.GeoDataFrame, where: str, crs: Any) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Give the frame the CRS that the user says, or require that it has one."""
    if crs is None:
        if frame.crs is None:
            raise missing_crs(where, frame.total_bounds.tolist())
        stated_crs(frame.crs, what=where)
        return frame, []
    given = crs_of(crs)
    notes = []
    if frame.crs is not None and not frame.crs.equals(given, ignore_axis_order=True):
        notes.append(
            f"The file says that its CRS is {frame.crs.name}; taken as {given.name}, because crs "
            "says so."
        )
    return frame.set_crs(given, allow_override=True), notes


def _flat(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Drop heights and measures; maps and distances here are on the ellipsoid's surface."""
    shapes = frame.geometry.to_numpy()
    if not np.any(shapely.has_z(shapes)):
        return frame
    with np.errstate(invalid="ignore"):  # a height may be no number
        flat = gpd.GeoSeries(shapely.force_2d(shapes), index=frame.index, crs=frame.crs)
    return frame.set_geometry(flat.rename(frame.active_geometry_name))
