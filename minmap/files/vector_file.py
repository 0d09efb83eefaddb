"""Read the layers of a vector file with GDAL or pyarrow, after the checks that make it safe."""

import json
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyogrio
import shapely

from minmap.errors import FileError, recorded_warnings
from minmap.files import layer_queries, parquet
from minmap.files.cells import Cells, ReadOptions, text
from minmap.files.csv_layout import MOST_COLUMNS
from minmap.files.feather import as_parquet
from minmap.files.json_checks import named_crs
from minmap.files.limited_process import Budget
from minmap.files.proportion import most_bytes, size_of
from minmap.files.safe_copies import safe_for_gdal
from minmap.files.shape_values import Shapes, broken_note, shapes_of
from minmap.files.shapefile import decode_texts
from minmap.files.sqlite_copy import plain_database
from minmap.files.system import with_crs
from minmap.files.trial import short_reason
from minmap.files.vector_formats import DRIVERS, require_no_references, vector_format
from minmap.files.xml_checks import NO_DOWNLOAD, has_epsg_axis_order, keep_fields_as_text
from minmap.geodesy.crs import stated_crs

_STYLES: Final = "layer_styles"  # where QGIS keeps symbols in a GeoPackage
# Texts are read as bytes, one letter each; `decode_texts` finds their encoding.
_AS_BYTES: Final = {"shp": {"ENCODING": "ISO-8859-1"}}
_OBJECTS: Final = "OFSTJSON"  # GDAL's type of a column of objects
_SHAPES: Final = "geometry"  # pyogrio's name of the column of shapes
_BESIDE_SHAPES: Final = "geometry_2"  # of a property with that name
_ONE_LAYER: Final = frozenset({"GeoJSON", "GeoJSONSeq", "ESRIJSON"})
# These state their number of rows; GDAL opens them without parsing all.
_COUNTED: Final = frozenset({"fgb", "sqlite", "gdb", "shp"})
_CELL_BYTES: Final = 8  # that pyogrio reserves for each cell of the stated rows
_ASKED_AT_ONCE: Final = frozenset({"kml", "gml", "gpx", "sqlite"})  # for their columns
# Columns that a driver adds to the attributes; they are dropped unless a record sets them.
_KML_DEFAULTS: Final = {"tessellate": -1, "extrude": 0, "visibility": -1, "drawOrder": None}
_KML_OWN: Final = ("id", "timestamp", "begin", "end", "altitudeMode", "icon", *_KML_DEFAULTS)
_GML_BOUNDS: Final = ("lowerCorner", "upperCorner")
_NESTED: Final = (list, dict, np.ndarray, bytes)
_LONGITUDE_FIRST_NOTE: Final = "Positions are longitude first, against the rule of WFS 1.1."


@dataclass(frozen=True)
class VectorFile:
    """A vector file that has passed all checks, and its layers.

    Attributes
    ----------
    path
        The file or a temporary copy, with a name that GDAL takes as it is.
    source
        The file as it was given.
    where
        Its name in messages.
    kind
        Its format, one of `minmap.files.vector_formats.DRIVERS` or "parquet".
    layers
        Whether each layer has geometry, by the layer's name.
    refused
        Why other layers, views of a database, are not read.
    """

    path: Path
    source: Path
    where: str
    kind: str
    layers: Mapping[str, bool]
    refused: Mapping[str, FileError]

    def read(self, layer: str, options: ReadOptions) -> Cells:
        """Read a layer; the result's frame is a GeoDataFrame if the layer has geometry.

        Geometry has a CRS and two dimensions; empty and missing geometries stay. Lists and objects
        become JSON text, and dates become ISO 8601 text if the options say so.

        Raises
        ------
        FileError, CRSError
            As `read_vector`.
        """
        if self.kind == "parquet":
            frame, notes = parquet.read(self.path, self.where, options.limit), list[str]()
        else:
            frame, notes = self._read_with_gdal(layer, options.limit)
        if self.kind == "shp":
            frame, more = decode_texts(frame, self.path, options.encoding)
            notes += more
        frame = _without_driver_columns(frame, self.kind)
        frame = as_plain_columns(frame, dates_as_text=options.dates_as_text)
        if isinstance(frame, gpd.GeoDataFrame):
            frame, on_shapes = _with_plain_shapes(frame, self.kind)
            if frame.crs is None and self.kind == "json" and (name := named_crs(self.path)):
                frame = frame.set_crs(stated_crs(name, what=self.where))
            frame, on_crs = with_crs(frame, self.where, options.crs)
            notes += [*on_shapes, *on_crs]
        return Cells(frame, None, notes)

    def columns(self, layer: str) -> Sequence[str] | None:
        """Return the columns that the first records of a layer fill; None if it must be read."""
        return self._columns.get(layer, ()) if self.kind in _ASKED_AT_ONCE else None

    @cached_property
    def _columns(self) -> dict[str, list[str]]:
        layers = [*self.layers]
        if self.kind == "sqlite":
            call = partial(layer_queries.columns_of_tables, tables=layers)
        else:
            call = partial(layer_queries.columns_of, layers=layers)
        options = NO_DOWNLOAD if self.kind == "gml" else {}
        columns, _ = _guarded(self.where, call, self.path, **options)
        return dict(columns)

    def _read_with_gdal(self, layer: str, limit: int | None) -> tuple[pd.DataFrame, list[str]]:
        options: dict[str, Any] = {"layer": layer, "on_invalid": "warn"}
        if limit is not None:
            options["max_features"] = limit
        elif self.kind in _COUNTED:
            info = _info(self.path, self.where, self.kind, layer)
            _require_room(self.source, self.where, info)
        options |= _AS_BYTES.get(self.kind, {})
        read = partial(self._with_faces, **options)
        if self.kind != "gml":
            return read()
        if not has_epsg_axis_order(self.path):
            return read(**NO_DOWNLOAD)
        frame, notes = read(**NO_DOWNLOAD, CONSIDER_EPSG_AS_URN="YES")
        if _is_beyond_poles(frame):
            frame, notes = read(**NO_DOWNLOAD)
            return frame, [_LONGITUDE_FIRST_NOTE, *notes]
        return frame, notes

    def _with_faces(self, **options: Any) -> tuple[pd.DataFrame, list[str]]:
        """Read a layer, with polygons for the triangles and surfaces that shapely does not read."""
        frame, notes = _guarded(self.where, _read_exactly, self.path, **options)
        if not notes:
            return frame, notes
        options = {name: value for name, value in options.items() if name != "on_invalid"}
        found, _ = _guarded(self.where, _shapes_with_faces, self.path, **options)
        shapes = frame.geometry.to_numpy()
        shapes = np.where(shapely.is_missing(shapes), found.shapes, shapes)
        geometry = gpd.GeoSeries(shapes, index=frame.index, crs=frame.crs)
        notes = [broken_note(found.broken, len(frame))] if found.broken else []
        return frame.set_geometry(geometry.rename(frame.active_geometry_name)), notes


@contextmanager
def open_vector(path: Path, where: str, budget: Budget | None = None) -> Iterator[VectorFile]:
    """Open a vector file, in a temporary copy where GDAL would write beside it or misread its name.

    `budget` is what is left of what the vector files of an archive may take.

    Raises
    ------
    FileError
        If it is damaged, not in a format that minmap reads, refers to other files or addresses
        (see `minmap.files.vector_formats`), declares XML entities, or is a shapefile without its
        table.
    """
    kind = vector_format(path, where)
    with ExitStack() as stack:
        if kind in {"parquet", "arrow"}:
            is_arrow = kind == "arrow"
            file = stack.enter_context(as_parquet(path, where, budget)) if is_arrow else path
            size = path.stat().st_size
            layers = {path.stem: parquet.has_geometry(file, where, size)}
            yield VectorFile(file, path, where, "parquet", layers, {})
            return
        file = stack.enter_context(safe_for_gdal(path, where, kind))
        refused = dict[str, FileError]()
        if kind == "sqlite":
            file, refused = stack.enter_context(plain_database(file, where, budget))
        require_no_references(file, where, kind, budget)
        if kind == "gml":
            _guarded(where, keep_fields_as_text, file)
        layers = _layers(file, where, kind, {view.lower() for view in refused})
        if kind == "kml" and len(layers) > 1:
            sizes, _ = _guarded(where, layer_queries.sizes_of, file, layers=[*layers])
            filled = [name for name, size in zip(layers, sizes, strict=True) if size]
            layers = dict.fromkeys(filled, True) or layers
        yield VectorFile(file, path, where, kind, layers, refused)


def _layers(file: Path, where: str, kind: str, left_out: Container[str]) -> dict[str, bool]:
    """Return whether each layer has geometry; raise if GDAL took the driver of another format.

    GDAL may list a view that was left out of the file.
    """
    info = _info(file, where, kind) if kind == "json" else {}
    if info.get("driver") in _ONE_LAYER:  # GDAL parses such a file whenever it opens it
        layers = {info["layer_name"]: info["geometry_type"] is not None}
    else:
        listed, _ = _guarded(where, pyogrio.list_layers, file)
        layers = {
            name: geometry is not None
            for name, geometry in listed
            if name != _STYLES and name.lower() not in left_out
        }
        info = _info(file, where, kind, next(iter(layers))) if layers else {}
    if layers and info["driver"] not in DRIVERS[kind]:
        raise FileError(
            f"{where} begins as one format, and GDAL takes it for another ({info['driver']}); "
            "minmap does not open it. Export the data to a GeoPackage and give that."
        )
    if layers and kind not in _COUNTED:
        _require_room(file, where, info)
    return layers


def _require_room(file: Path, where: str, info: Mapping[str, Any]) -> None:
    """Raise if pyogrio would reserve far more memory for the cells of a layer than it has bytes.

    It reserves it for all rows that the file states, whether or not it has them; and it takes time
    that grows with the square of the columns.
    """
    rows, columns = info["features"], len(info["fields"]) + 1
    if columns > MOST_COLUMNS:
        raise FileError(
            f"{where} has {columns:,} columns, and minmap reads at most {MOST_COLUMNS:,}. Export "
            "the columns that you need to a new file."
        )
    if rows * columns * _CELL_BYTES > most_bytes(file):
        raise FileError(
            f"{where} says that it has {rows:,} rows of {columns:,} columns, far more than its "
            f"{size_of(file):,} bytes can hold; it is damaged, or nearly all cells are empty. Get "
            "it again, or export the columns that you need to a new file."
        )


def _info(file: Path, where: str, kind: str, layer: str | None = None) -> dict[str, Any]:
    options = _AS_BYTES.get(kind, {})
    info, _ = _guarded(where, pyogrio.read_info, file, layer=layer, **options)
    return dict(info)


def _read_exactly(file: Path, **options: Any) -> pd.DataFrame:
    """Read a layer, with whole numbers as in the file where floats would change them.

    pyogrio makes floats of whole numbers if some are missing; they are exact below 2^53 only. Such
    columns are read again as Int64.
    """
    frame = _read_objects(file, options)
    floats = [n for n, dtype in enumerate(frame.dtypes) if dtype == np.float64]
    # Through an array, since names may repeat.
    inexact = [
        n for n in floats if (np.abs(frame.iloc[:, n].to_numpy()) >= parquet.EXACT_BELOW).any()
    ]
    if not inexact:
        return frame
    options.pop("on_invalid")
    _, table = pyogrio.read_arrow(file, read_geometry=False, **options)
    if len(table) != len(frame):
        return frame
    exact: Any = pd.Int64Dtype()
    whole = [n for n in inexact if pa.types.is_int64(table.column(n).type)]
    return _replaced(frame, {n: exact.__from_arrow__(table.column(n)) for n in whole})


def _read_objects(file: Path, options: Mapping[str, Any]) -> pd.DataFrame:
    """Read a layer, with the objects of JSON in columns of Python's objects.

    pyogrio would parse them in columns of text, where pandas infers one type of all their members
    together: rows times members. It would put the shapes in place of a property "geometry".
    """
    opening = {k: v for k, v in options.items() if k not in {"max_features", "on_invalid"}}
    info = pyogrio.read_info(file, **opening)
    names, kinds = info["fields"].tolist(), info["ogr_subtypes"]
    hidden = {_SHAPES} if info["geometry_type"] is not None else set()
    objects = {name for name, kind in zip(names, kinds, strict=True) if kind == _OBJECTS}
    apart = [n for n, name in enumerate(names) if name in objects | hidden]
    if not apart:
        frame: pd.DataFrame = pyogrio.read_dataframe(file, **options)
        return frame
    plain = [name for name in names if name not in objects | hidden]
    frame = pyogrio.read_dataframe(file, columns=plain, **options)
    options = {name: value for name, value in options.items() if name != "on_invalid"}
    columns = [names[n] for n in apart]
    _, _, _, found = pyogrio.raw.read(file, columns=columns, read_geometry=False, **options)
    cells = {
        n: [*map(_from_json, column)] if names[n] in objects else column
        for n, column in zip(apart, found, strict=True)
    }
    if frame.columns.empty:  # pyogrio gives no rows either
        frame = pd.DataFrame(index=range(len(found[0])))
    shown = [_BESIDE_SHAPES if name in hidden else name for name in names]
    return _woven(frame, cells, pd.Index([*shown, *frame.columns[len(plain) :]]))


def _replaced(frame: pd.DataFrame, cells: Mapping[int, Any]) -> pd.DataFrame:
    """Return a frame with other cells in the columns at these positions."""
    kept = [n for n in range(frame.shape[1]) if n not in cells]
    return _woven(frame.iloc[:, kept], cells, frame.columns) if cells else frame


def _woven(frame: pd.DataFrame, cells: Mapping[int, Any], names: pd.Index) -> pd.DataFrame:
    """Return a frame with further columns at these positions, and with these names.

    All are set at once: pandas lists all columns anew for each that is set.
    """
    more = {
        n: pd.Series(column, frame.index, dtype=object) if isinstance(column, list) else column
        for n, column in cells.items()
    }
    old, new = iter(range(frame.shape[1])), iter(range(frame.shape[1], len(names)))
    order = [next(new if n in cells else old) for n in range(len(names))]
    both = pd.concat([frame, pd.DataFrame(more, frame.index)], axis=1)
    return both.iloc[:, order].set_axis(names, axis=1)


def _from_json(cell: str | None) -> Any:
    """Return the value of a cell of JSON, or its text if it is damaged or nested too deep."""
    try:
        return None if cell is None else json.loads(cell)
    except (ValueError, RecursionError):
        return cell


def _guarded(
    where: str, call: Callable[..., Any], file: Path, **options: Any
) -> tuple[Any, list[str]]:
    """Call with a file; return the result, and warnings as notes; raise `FileError` on errors."""
    try:
        with recorded_warnings() as caught:
            result = call(file, **options)
    except Exception as error:
        raise FileError(
            f"{where} cannot be read as a vector file: {short_reason(error, file)}. "
            "Give a shapefile, GeoPackage, GeoJSON or GeoParquet."
        ) from error
    broken = sum("Invalid WKB" in str(warning.message) for warning in caught)
    return result, [broken_note(broken, len(result))] if broken else []


def _shapes_with_faces(file: Path, **options: Any) -> Shapes:
    binaries = pyogrio.raw.read(file, columns=[], **options)[2]
    return shapes_of(binaries.tolist())


def _is_beyond_poles(frame: pd.DataFrame) -> bool:
    if not isinstance(frame, gpd.GeoDataFrame) or frame.crs is None or not frame.crs.is_geographic:
        return False
    _, south, _, north = frame.total_bounds
    return bool(south < -90 or north > 90)


def _with_plain_shapes(frame: gpd.GeoDataFrame, kind: str) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Drop heights and measures, since maps and distances are on the surface; return notes.

    Points at 0, 0, which GDAL returns for unreadable coordinates in KML and GML, become missing.
    """
    shapes, notes = frame.geometry.to_numpy(), list[str]()
    if kind in {"kml", "gml"}:
        at_origin = (shapely.get_x(shapes) == 0) & (shapely.get_y(shapes) == 0)
        if count := int(at_origin.sum()):
            notes.append(
                f"{count} points are at 0, 0, or their position cannot be read; kept as missing."
            )
        shapes = np.where(at_origin, None, shapes)
    if not notes and not np.any(shapely.has_z(shapes)):
        return frame, []
    with np.errstate(invalid="ignore"):  # a height may be NaN
        series = gpd.GeoSeries(shapely.force_2d(shapes), index=frame.index, crs=frame.crs)
    return frame.set_geometry(series.rename(frame.active_geometry_name)), notes


def _without_driver_columns(frame: pd.DataFrame, kind: str) -> pd.DataFrame:
    """Drop columns that GDAL's driver added."""
    if kind == "kml":
        empty = [
            name
            for name in _KML_OWN
            if name in frame
            and (frame[name].isna() | (frame[name] == _KML_DEFAULTS.get(name))).all()
        ]
        return frame.drop(columns=empty)
    if kind == "gml" and set(_GML_BOUNDS) <= set(frame.columns):
        return frame.drop(columns=list(_GML_BOUNDS))
    return frame


def as_plain_columns(frame: pd.DataFrame, *, dates_as_text: bool) -> pd.DataFrame:
    """Turn lists, objects and bytes, and dates if `dates_as_text`, into text."""
    texts = dict[int, pd.Series]()
    for position, dtype in enumerate(frame.dtypes):
        column = frame.iloc[:, position]
        if pd.api.types.is_object_dtype(dtype) and any(isinstance(v, _NESTED) for v in column):
            cells = [*map(_as_json, column)]
        elif dates_as_text and pd.api.types.is_datetime64_any_dtype(dtype):
            days = column.dropna()
            is_day = days.dt.tz is None and bool((days == days.dt.normalize()).all())
            cells = [
                None if pd.isna(v) else v.isoformat()[: 10 if is_day else None] for v in column
            ]
        else:
            continue
        texts[position] = text(pa.array(cells, pa.large_string()), frame.index)
    return _replaced(frame, texts)


def _as_json(value: Any) -> str | None:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    return None if pd.isna(value) else str(value)
