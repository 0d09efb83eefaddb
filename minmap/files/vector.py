"""Vector files of the user's, in any format that GDAL or GeoParquet has and in any CRS."""

from __future__ import annotations

import os
import shutil
import struct
import tempfile
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from zipfile import BadZipFile, ZipFile

import geopandas as gpd
import numpy as np
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, FieldError

from minmap.errors import FileError, MinmapWarning
from minmap.geodesy.placing import crs_of, missing_crs

_PARQUET: Final = (".parquet", ".geoparquet")
_SHAPEFILE_PARTS: Final = (".shp", ".shx", ".dbf", ".prj", ".cpg")
# What a zip archive is searched for.
_IN_ZIP: Final = (".shp", ".gpkg", ".geojson", ".json", *_PARQUET)
_UNREADABLE: Final = (
    DataLayerError,
    DataSourceError,
    FeatureError,
    FieldError,
    shapely.errors.ShapelyError,
    OSError,
    ValueError,
    IndexError,  # what pyogrio meets in a file cut short
)
_BAD_ARCHIVE: Final = (
    BadZipFile,
    zlib.error,
    EOFError,
    RuntimeError,  # a password is needed
    NotImplementedError,  # packed in a way that Python does not know
)


def read_vector(
    path: str | os.PathLike[str], *, layer: str | None = None, crs: Any = None
) -> gpd.GeoDataFrame:
    """Read a vector file as a GeoDataFrame that knows where it lies.

    Parameters
    ----------
    path
        A shapefile, GeoPackage, GeoJSON, GeoParquet or another format that GDAL reads, or a zip
        archive of one. A shapefile's index (.shx) may be missing: it is rebuilt in a temporary
        folder. The file and its folder are left as they are.
    layer
        Which layer of a file, or which file of an archive (its name without ending, or its path in
        the archive if several have that name). None takes the only one.
    crs
        The CRS of the coordinates, for pyproj, such as ``"EPSG:32642"``. It goes before what the
        file says, with a warning if that differs. None takes the file's own; GeoJSON without one
        is longitude and latitude (RFC 7946, section 4).

    Returns
    -------
    geopandas.GeoDataFrame
        All rows in the order of the file, with its columns and its CRS; two-dimensional; empty and
        missing geometries kept.

    Warns
    -----
    MinmapWarning
        If geometries are broken (kept as missing, counted), or `crs` is not what the file says.

    Raises
    ------
    FileError
        If there is no such file, it is empty, damaged or not a vector file, a shapefile lacks its
        table (.dbf), or it has several layers and `layer` is none of them.
    CRSError
        If the file has no CRS and none is given, or `crs` is not one. The message says where some
        would put the data.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "mine.geojson"
    >>> _ = path.write_text('{"type": "Point", "coordinates": [67.3, 48.1]}')
    >>> frame = read_vector(path)
    >>> len(frame), frame.crs.to_string()
    (1, 'EPSG:4326')
    """
    source = Path(path)
    _require_content(source)
    with _unpacked(source, layer) as (file, layer_inside), _readable(file) as readable:
        frame = _read(readable, source, layer_inside)
    frame = _flat(frame)
    if crs is not None:
        given = crs_of(crs)
        if frame.crs is not None and not frame.crs.equals(given, ignore_axis_order=True):
            warnings.warn(
                f"{source.name} says that its CRS is {frame.crs.name}; taken as {given.name}, "
                "because crs says so.",
                MinmapWarning,
                stacklevel=2,
            )
        return frame.set_crs(given, allow_override=True)
    if frame.crs is None:
        raise missing_crs(str(source), frame.total_bounds.tolist())
    return frame


def _require_content(path: Path) -> None:
    if not path.exists():
        raise FileError(f"{path} does not exist; check the name and the folder.")
    # A file geodatabase is a folder.
    if path.is_file() and path.stat().st_size == 0:
        raise FileError(f"{path} is empty (0 bytes); get the file again.")


def _read(file: Path, source: Path, layer: str | None) -> gpd.GeoDataFrame:
    """Read one layer of an unpacked file; `source` is what the user knows it as."""
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            if file.suffix.lower() in _PARQUET:
                frame = gpd.read_parquet(file)
            else:
                layer = _only_layer(file, source, layer)
                frame = pyogrio.read_dataframe(file, layer=layer, on_invalid="warn")
    except _UNREADABLE as error:
        raise FileError(
            f"{source} cannot be read as a vector file: {_first_line(error)} "
            "Give a shapefile, GeoPackage, GeoJSON or GeoParquet."
        ) from error
    broken = sum("Invalid WKB" in str(warning.message) for warning in caught)
    if broken:
        warnings.warn(
            f"{source.name}: {broken} of {len(frame)} geometries are broken; kept as missing.",
            MinmapWarning,
            stacklevel=3,
        )
    if not isinstance(frame, gpd.GeoDataFrame):
        raise FileError(
            f"{source} has no geometry; read a table of coordinates with minmap.read(path)."
        )
    return frame


def _first_line(error: Exception) -> str:
    """Return the reason without the advice of GDAL, which is about GDAL."""
    return str(error).splitlines()[0].split(";")[0].rstrip(".") + "."


def _only_layer(file: Path, source: Path, layer: str | None) -> str | None:
    layers = pyogrio.list_layers(file)
    names = [name for name, kind in layers if kind is not None] or [name for name, _ in layers]
    if layer is not None and layer in {name for name, _ in layers}:
        return layer
    if layer is not None or len(names) > 1:
        asked = f"no layer {layer!r}" if layer is not None else f"{len(names)} layers"
        raise FileError(f"{source} has {asked}; pass layer= one of: {', '.join(sorted(names))}.")
    return names[0] if names else None


@contextmanager
def _readable(file: Path) -> Iterator[Path]:
    """Give a file that GDAL can open: a copy where the index or the name stands in its way."""
    parts = [file]
    if file.suffix.lower() == ".shp":
        parts = _shapefile_parts(file)
        for part in parts:
            _require_whole(part)
    has_index = file.suffix.lower() != ".shp" or any(p.suffix.lower() == ".shx" for p in parts)
    # What follows an exclamation mark pyogrio takes for a file inside an archive.
    if file.is_dir() or (has_index and "!" not in str(file)):
        yield file
        return
    before = pyogrio.get_gdal_config_option("SHAPE_RESTORE_SHX")
    with tempfile.TemporaryDirectory() as folder:
        for part in parts:
            shutil.copyfile(part, Path(folder) / f"copy{part.suffix.lower()}")
        pyogrio.set_gdal_config_options({"SHAPE_RESTORE_SHX": True})
        try:
            yield Path(folder) / f"copy{file.suffix.lower()}"
        finally:
            pyogrio.set_gdal_config_options({"SHAPE_RESTORE_SHX": before})


def _shapefile_parts(file: Path) -> list[Path]:
    parts = [
        part
        for part in file.parent.iterdir()
        if part.stem == file.stem and part.suffix.lower() in _SHAPEFILE_PARTS
    ]
    if all(part.suffix.lower() != ".dbf" for part in parts):
        raise FileError(
            f"{file.with_suffix('.dbf')} is missing: it holds the table of {file.name}. Put it "
            "beside it; a shapefile is .shp, .shx, .dbf and .prj together."
        )
    return parts


def _require_whole(part: Path) -> None:
    """Refuse a part of a shapefile cut short: GDAL reads what is there and leaves the rest blank.

    The sizes stand in the files' heads: ESRI Shapefile Technical Description (1998), page 4;
    dBASE III table file header.
    """
    with part.open("rb") as stream:
        head = stream.read(100)
    size, promised = part.stat().st_size, 0
    if part.suffix.lower() == ".shp" and len(head) == 100:
        promised = 2 * int.from_bytes(head[24:28], "big")
    elif part.suffix.lower() == ".dbf" and len(head) >= 12:
        records, start, width = struct.unpack("<IHH", head[4:12])
        promised = start + records * width
    if size < promised:
        raise FileError(
            f"{part} is cut short: it has {size:,} of {promised:,} bytes; get the file again."
        )


@contextmanager
def _unpacked(source: Path, layer: str | None) -> Iterator[tuple[Path, str | None]]:
    """Give the vector file in a zip archive and the layer to read there; others as they are."""
    if source.suffix.lower() != ".zip":
        yield source, layer
        return
    with tempfile.TemporaryDirectory() as folder:
        try:
            with ZipFile(source) as archive:
                name, member = _only_member(archive, source, layer)
                _unpack(archive, member, Path(folder))
        except _BAD_ARCHIVE as error:
            raise FileError(
                f"{source} cannot be unpacked: it is no zip archive, is damaged or needs a "
                f"password ({_first_line(error)}) Unpack it and give the file in it."
            ) from error
        yield (
            Path(folder) / f"{member.stem}{member.suffix.lower()}",
            None if layer == name else layer,
        )


def _unpack(archive: ZipFile, member: Path, folder: Path) -> None:
    """Unpack a vector file with the parts that go with it."""
    for info in archive.infolist():
        part = Path(info.filename)
        if part.with_suffix("") == member.with_suffix(""):
            # Our own name: the archive's may climb out of the folder.
            target = folder / f"{member.stem}{part.suffix.lower()}"
            with archive.open(info) as packed, target.open("wb") as unpacked:
                shutil.copyfileobj(packed, unpacked)


def _only_member(archive: ZipFile, source: Path, layer: str | None) -> tuple[str, Path]:
    """Return the vector file to read in the archive, after the name that `layer` has for it."""
    files = [
        Path(name)
        for name in archive.namelist()
        if Path(name).suffix.lower() in _IN_ZIP and not Path(name).name.startswith(".")
    ]
    stems = [file.stem for file in files]
    members = {file.stem if stems.count(file.stem) == 1 else str(file): file for file in files}
    if layer is not None and layer in members:
        return layer, members[layer]
    if not members:
        raise FileError(
            f"{source} holds no vector file ({', '.join(_IN_ZIP)}); give one that does."
        )
    if len(members) > 1:
        raise FileError(
            f"{source} holds {len(members)} vector files; pass layer= one of: "
            f"{', '.join(sorted(members))}."
        )
    return next(iter(members.items()))


def _flat(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Drop heights and measures; maps and distances here are on the ellipsoid's surface."""
    shapes = frame.geometry.to_numpy()
    if not np.any(shapely.has_z(shapes)):
        return frame
    flat = gpd.GeoSeries(shapely.force_2d(shapes), index=frame.index, crs=frame.crs)
    return frame.set_geometry(flat.rename(frame.active_geometry_name))
