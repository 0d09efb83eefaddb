"""Files that GDAL or pyarrow reads, opened without harm to them or to us."""

from __future__ import annotations

import re
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, FieldError

from minmap.errors import FileError
from minmap.files.attributes import decoded, plain, without_fillers
from minmap.files.markup import epsg_axes, kind_of_markup
from minmap.files.shapefile import parts_of
from minmap.geodesy.placing import crs_of, missing_crs

MOST_CELLS: Final = 1_000_000_000
"""Cells that a Parquet file may promise: a small file can stand for very many that are alike."""

_UNREADABLE: Final = (
    DataLayerError,
    DataSourceError,
    FeatureError,
    FieldError,
    shapely.errors.ShapelyError,
    pa.ArrowException,
    OSError,
    ValueError,
    IndexError,  # what pyogrio meets in a file cut short
)
_UNKNOWN_TO_GDAL: Final = re.compile(r"^'.*'(?= not recognized)")
_STYLES: Final = "layer_styles"  # where QGIS keeps symbols in a GeoPackage
_SQLITE_WAL: Final = 2
_PIPELINE: Final = b"gdal_streamed_alg"
_LOOKED_AT: Final = 1 << 20
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
        "shp", "gml", "kml", "parquet" or "other".
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
        if self.kind == "parquet":
            frame, notes = _guarded(self.where, lambda: _read_parquet(self.path, limit))
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
        if self.kind == "shp":
            options["ENCODING"] = "ISO-8859-1"  # bytes as they are; `decoded` sees to the rest

        def read(**more: str) -> tuple[pd.DataFrame, list[str]]:
            return _guarded(
                self.where, lambda: pyogrio.read_dataframe(self.path, **options, **more)
            )

        if self.kind != "gml":
            return read()
        with _gdal_options(GML_FIELDTYPES="ALWAYS_STRING"):
            # A schema in the net is not fetched: reading works without a network.
            local = {"DOWNLOAD_SCHEMA": "NO"}
            if not epsg_axes(self.path):
                return read(**local)
            frame, notes = read(**local, CONSIDER_EPSG_AS_URN="YES")
            if _beyond_the_poles(frame):
                frame, notes = read(**local)
                return frame, [_NO_AXES_NOTE, *notes]
            return frame, notes


@contextmanager
def opened(path: Path, where: str) -> Iterator[VectorFile]:
    """Open a vector file, in a temporary copy where the file or its folder would be written to.

    Raises
    ------
    FileError
        If it is damaged or no vector file, or declares XML entities, or a shapefile lacks
        its table.
    """
    kind = _kind_of(path, where)
    if kind == "parquet":
        yield VectorFile(path, where, kind, _parquet_layers(path, where))
        return
    with _readable(path, where, kind) as file:
        # Here a missing .shx is built, in a copy only, and the types of GML are settled.
        with _gdal_options(SHAPE_RESTORE_SHX=file != path, GML_FIELDTYPES="ALWAYS_STRING"):
            listed, _ = _guarded(where, lambda: pyogrio.list_layers(file))
        layers = {name: geometry is not None for name, geometry in listed if name != _STYLES}
        if kind == "kml" and len(layers) > 1:
            sizes = {name: pyogrio.read_info(file, layer=name)["features"] for name in layers}
            layers = {name: True for name in layers if sizes[name]} or layers
        yield VectorFile(file, where, kind, layers)


def _kind_of(path: Path, where: str) -> str:
    if path.is_dir():
        return "other"
    with path.open("rb") as stream:
        head = stream.read(_LOOKED_AT)
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"PAR1") or path.suffix.lower() in {".parquet", ".geoparquet"}:
        return "parquet"
    if start.startswith(b"<") or head.startswith((b"\xff\xfe<", b"\xfe\xff\x00<")):
        return kind_of_markup(path, where)
    if _PIPELINE in head:
        raise FileError(f"{where} is a processing pipeline of GDAL and no data; run it with GDAL.")
    return "shp" if path.suffix.lower() == ".shp" else "other"


def _guarded(where: str, call: Callable[[], Any]) -> tuple[Any, list[str]]:
    """Return what `call` gives, with its warnings as notes and its errors as ours."""
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            result = call()
    except _UNREADABLE as error:
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
    lines = str(error).splitlines() or [type(error).__name__]
    return _UNKNOWN_TO_GDAL.sub("it is", lines[0]).split(";")[0].rstrip(".") + "."


# Ways to open ------------------------------------------------------------------------------------


@contextmanager
def _readable(file: Path, where: str, kind: str) -> Iterator[Path]:
    """Give a file that GDAL opens without harm: a copy where it would write, or take its name ill.

    GDAL writes a .gfs file beside GML; SQLite writes beside a database in its write-ahead mode (its
    file format, section 1.3.3); a missing .shx is built; and what follows an exclamation mark in
    a name pyogrio takes for a file inside an archive.
    """
    parts = parts_of(file, where) if kind == "shp" else [file]
    whole = kind != "shp" or any(part.suffix.lower() == ".shx" for part in parts)
    if file.is_dir() or (whole and kind != "gml" and "!" not in str(file) and not _is_wal(file)):
        yield file
        return
    with tempfile.TemporaryDirectory() as folder:
        for part in parts:
            shutil.copyfile(part, Path(folder) / f"{_plain_stem(file)}{part.suffix.lower()}")
        if _is_wal(file) and (log := file.with_name(f"{file.name}-wal")).exists():
            shutil.copyfile(log, Path(folder) / f"{_plain_stem(file)}{file.suffix.lower()}-wal")
        yield Path(folder) / f"{_plain_stem(file)}{file.suffix.lower()}"


def _plain_stem(file: Path) -> str:
    return file.stem.replace("!", "_")


def _is_wal(file: Path) -> bool:
    with file.open("rb") as stream:
        head = stream.read(20)
    return head.startswith(b"SQLite format 3\x00") and _SQLITE_WAL in head[18:20]


@contextmanager
def _gdal_options(**options: Any) -> Iterator[None]:
    before = {name: pyogrio.get_gdal_config_option(name) for name in options}
    pyogrio.set_gdal_config_options(options)
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options(before)


def _parquet_layers(path: Path, where: str) -> dict[str, bool]:
    file, _ = _guarded(where, lambda: pq.ParquetFile(path))
    with file:
        rows, columns = file.metadata.num_rows, file.metadata.num_columns
        geo = b"geo" in (file.schema_arrow.metadata or {})
    if rows * columns > MOST_CELLS:
        raise FileError(
            f"{where} has {rows:,} rows of {columns:,} columns; at most {MOST_CELLS:,} cells are "
            "read. Take the part of it that is needed."
        )
    return {path.stem: geo}


def _read_parquet(path: Path, limit: int | None) -> pd.DataFrame:
    geo = b"geo" in (pq.read_schema(path).metadata or {})
    frame = gpd.read_parquet(path) if geo else pd.read_parquet(path)
    return frame.reset_index(drop=True).head(len(frame) if limit is None else limit)


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
    flat = gpd.GeoSeries(shapely.force_2d(shapes), index=frame.index, crs=frame.crs)
    return frame.set_geometry(flat.rename(frame.active_geometry_name))
