"""Open a raster with the driver of its format, and no file that does not belong to it."""

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from math import ceil
from pathlib import Path
from typing import Any, Final

import rasterio
from rasterio._err import CPLE_BaseError
from rasterio.errors import RasterioError, RasterioIOError

from minmap.errors import FileError, recorded_warnings
from minmap.files.damage import reason_of
from minmap.files.file_types import read_head
from minmap.files.local_file import require_file, require_ordinary_companions
from minmap.files.plain_xml import parsed_xml
from minmap.files.vector_formats import SEARCHED_BYTES, require_own_data
from minmap.geodesy.crs import file_in_crs
from minmap.rasters import text_grids
from minmap.rasters.embedded_crs import require_plain_crs
from minmap.rasters.er_mapper import is_er_mapper, require_own_cells
from minmap.rasters.mosaic import parts_of_mosaic
from minmap.rasters.netcdf import CLASSIC, HDF5, chosen_layer, open_variable
from minmap.rasters.tile_databases import SQLITE, plain_tiles, require_filled, tile_tables

RASTER_ENDINGS: Final = frozenset(
    (
        *(".tif", ".tiff", ".vrt", ".img", ".jp2", ".png", ".jpg", ".jpeg", ".asc", ".bil", ".hgt"),
        *(".sdat", ".grd", ".grb", ".grib", ".grib2", ".nc", ".h5", ".hdf", ".adf", ".ers"),
        ".mbtiles",
    )
)
"""Endings of files that count as rasters; not all of them can be read."""
_ERDAS: Final = b"EHFA_HEADER_TAG"  # GDAL opens an .aux file if it begins so
# GDAL's drivers of the formats that are read, and the first bytes of each format. Formats that may
# stand for other files, such as HDF5, Zarr and PCIDSK, are left out; GDAL does not open netCDF.
_SIGNATURES: Final = {
    "GTiff": (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+"),
    "HFA": (_ERDAS,),
    "JP2OpenJPEG": (b"\x00\x00\x00\x0cjP  \r\n\x87\n", b"\xff\x4f\xff\x51"),
    "PNG": (b"\x89PNG\r\n\x1a\n",),
    "JPEG": (b"\xff\xd8\xff",),
    "GRIB": (b"GRIB",),
    "GSAG": (b"DSAA",),
    "GSBG": (b"DSBB",),
    "GS7BG": (b"DSRB",),
}
_ASCII_GRID: Final = (b"ncols", b"nrows", b"xllcorner", b"xllcenter", b"cellsize")
# Formats without a signature, whose header is a file of the same name.
_RAW: Final = {".bil": "EHdr", ".sdat": "SAGA", ".hgt": "SRTMHGT"}
_NETCDF: Final = "netCDF"
_IN_DATABASES: Final = ("GPKG", "MBTiles")
# Files beside a raster that GDAL opens as rasters themselves: overviews and masks.
_COMPANIONS: Final = (".ovr", ".msk", ".rrd", ".aux")
_WRAPPED: Final = re.compile(rb"&#(x0*[1-9a-f][0-9a-f]{6}|0*[1-9]\d{7})", re.IGNORECASE)
_RECORDS: Final = (".aux.xml", ".prj", ".hdr")  # of its CRS
_PART_ENDINGS: Final = frozenset(
    (".tif", ".tiff", ".img", ".jp2", ".j2k", ".png", ".jpg", ".jpeg", ".grb", ".grib", ".grib2")
) | frozenset(_COMPANIONS)


@contextmanager
def open_raster(path: Path, *, layer: str | None = None) -> Iterator[Any]:
    """Open a raster for reading.

    Parameters
    ----------
    path
        A GeoTIFF, Erdas Imagine file (.img), JPEG 2000, PNG, JPEG, GRIB, ASCII grid, Surfer grid,
        ER Mapper, ENVI, .bil, SAGA, SRTM or netCDF file, MBTiles, a GeoPackage with tiles, or a
        mosaic (.vrt) of such files in or below its folder.
    layer
        The variable of a netCDF file, or the table of a GeoPackage; None means the only one.

    Yields
    ------
    rasterio.DatasetReader
        The open raster.

    Raises
    ------
    FileError
        If there is no such file, it is empty, damaged, in another format, or names files outside
        its folder; it has several layers and `layer` is None; or reading from it inside the block
        fails.
    """
    require_file(path)
    if path.is_dir():
        raise FileError(f"{path} is a folder; give one of the files in it.")
    driver = "VRT" if path.suffix.lower() == ".vrt" else driver_of(path)
    if layer is not None and driver not in (_NETCDF, "GPKG"):
        raise FileError(f"{path} has one layer only; leave out layer={layer!r}.")
    if driver == _NETCDF:
        with open_variable(path, layer) as dataset:
            yield dataset
        return
    if driver in _IN_DATABASES:
        table = None if driver == "MBTiles" else chosen_layer(path, tile_tables(path)[0], layer)
        with (
            plain_tiles(path, table) as (copy, name),
            _dataset(path, driver, copy, name) as dataset,
        ):
            require_filled(dataset, copy, str(path))
            yield dataset
        return
    folders = dict[Path, dict[str, list[Path]]]()
    for source in parts_of_mosaic(path) if driver == "VRT" else ():
        try:
            _require_own_data(source)
            _require_own_companions(source, folders)
        except FileError as error:
            raise FileError(f"{path} is made of {source.name}: {error}") from error
    _require_own_companions(path, folders)
    with _dataset(path, driver) as dataset:
        yield dataset


def open_overview(dataset: Any, level: int) -> Any:
    """Return an overview of an open dataset, open; None if its name leads to another raster.

    Parameters
    ----------
    dataset
        A dataset whose file has been checked, or that the user opened.
    level
        Position in the list of its overviews.
    """
    factor = dataset.overviews(1)[level]
    try:
        opened = rasterio.open(
            dataset.name, driver=dataset.driver, sharing=False, overview_level=level
        )
    except RasterioError:
        return None
    size = ceil(dataset.width / factor), ceil(dataset.height / factor)
    if (opened.width, opened.height) == size:
        return opened
    opened.close()
    return None


def holds_raster(path: Path, layer: str | None = None) -> bool:
    """Return whether the name of a file is that of a raster, or it is a GeoPackage of tiles.

    Parameters
    ----------
    path
        The file; it need not exist.
    layer
        The layer that is meant. Without it a GeoPackage with tables of another kind is none.

    Examples
    --------
    >>> holds_raster(Path("dem.tif")), holds_raster(Path("mines.csv"))
    (True, False)
    """
    ending = path.suffix.lower()
    if ending != ".gpkg" or not path.is_file():
        return ending in RASTER_ENDINGS
    tables, has_others = tile_tables(path)
    return layer in tables if layer is not None else bool(tables) and not has_others


def driver_of(path: Path) -> str:
    """Return the GDAL driver of a raster file, by its first bytes.

    Raises
    ------
    FileError
        If minmap does not read the format, or the file contains a text by which GDAL
        recognises a reference to other files.
    """
    head = read_head(path, SEARCHED_BYTES)
    driver = _signed_driver(head)
    if head.startswith((*CLASSIC, HDF5)):
        driver = _NETCDF
    elif head.startswith(SQLITE):
        driver = "MBTiles" if path.suffix.lower() == ".mbtiles" else "GPKG"
    elif driver is None:
        require_own_data(head, str(path))
        driver = _driver_by_text(path, head)
    if driver is None:
        raise FileError(
            f"{path} is not a raster file that minmap reads; give a GeoTIFF. GDAL may convert it: "
            f"gdal_translate {path.name} data.tif."
        )
    return driver


def _driver_by_text(path: Path, head: bytes) -> str | None:
    """Return the driver of a file without a signature, by its first words or its name."""
    words = head[:1000].lower().split(None, 1)
    if words and words[0] in _ASCII_GRID:
        return "AAIGrid"
    if is_er_mapper(head):
        require_own_cells(path)
        return "ERS"
    return "ENVI" if _has_envi_header(path) else _RAW.get(path.suffix.lower())


def _signed_driver(head: bytes) -> str | None:
    return next((driver for driver, starts in _SIGNATURES.items() if head.startswith(starts)), None)


def _has_envi_header(path: Path) -> bool:
    headers = (path.with_suffix(".hdr"), path.with_name(path.name + ".hdr"))
    return any(
        header != path and header.is_file() and read_head(header, 4) == b"ENVI"
        for header in headers
    )


@contextmanager
def _dataset(
    path: Path, driver: str, copy: Path | None = None, name: str | None = None
) -> Iterator[Any]:
    """Open a raster, or a copy of it by a name of GDAL's."""
    require_plain_crs(path, driver)
    try:
        # Callers that need coordinates report their absence.
        with recorded_warnings():
            # No driver takes an absolute path for a connection string.
            absolute = os.path.abspath(path)  # noqa: PTH100  # Path.absolute keeps two slashes
            opened = partial(rasterio.open, name or absolute, driver=driver, sharing=False)
            dataset = opened()
        with dataset:
            _require_no_other_files(dataset, path, copy or path)
            is_wide = driver in text_grids.DRIVERS and text_grids.require_all_numbers(path, dataset)
            if not is_wide:
                yield dataset
        if is_wide:
            with opened(DATATYPE="Float64") as dataset:
                yield dataset
    except RasterioIOError as error:
        reason = reason_of(error.__cause__ or error)
        raise FileError(
            f"{path} cannot be read, it may be cut short or damaged: get the file again ({reason})."
        ) from error
    except (RasterioError, CPLE_BaseError, UnicodeDecodeError) as error:
        raise FileError(f"{path} cannot be shown: {reason_of(error)}.") from error


def _require_no_other_files(dataset: Any, path: Path, opened: Path) -> None:
    """Raise if a raster names files that are not in the folder of what was opened for it."""
    cure = f"Copy it to a plain GeoTIFF: gdal_translate {path.name} plain.tif."
    if "OVERVIEW_FILE" in dataset.tags(ns="OVERVIEWS"):
        raise FileError(
            f"{path} names another file as its overviews, which minmap does not open. {cure}"
        )
    folders = {opened.resolve().parent, opened.parent.resolve()}
    for name in dataset.files:
        if not folders & {*Path(name).resolve().parents}:
            raise FileError(
                f"{path} names {name!r}, which is not in its folder; minmap opens no other file. "
                f"{cure}"
            )


def _require_own_companions(path: Path, folders: dict[Path, dict[str, list[Path]]]) -> None:
    """Raise if a file beside a raster refers to other files or is a device: GDAL opens it too.

    Companions may have companions. `folders` keeps the files of each folder, by name in lower case.
    """
    if path.parent not in folders:
        require_ordinary_companions(path, prefix="")  # satellites have records of any name
        by_name = folders[path.parent] = {}
        for file in path.parent.iterdir():
            by_name.setdefault(file.name.lower(), []).append(file)
    ends = (*_RECORDS, *_COMPANIONS)
    found = [path]
    for raster in found:
        names = {f"{name}{end}".lower() for name in (raster.name, raster.stem) for end in ends}
        for file in (file for name in sorted(names) for file in folders[path.parent].get(name, [])):
            if file.name.lower().endswith(_RECORDS):
                _require_plain_record(file)
            elif file not in found and _is_opened(file):
                _require_own_data(file)
                found.append(file)


def _require_plain_record(record: Path) -> None:
    """Raise if the record of a CRS beside a raster names a file."""
    content = record.read_bytes() if record.is_file() else b""
    texts: Iterable[str] = [content.decode("utf-8", errors="replace")]
    if record.suffix.lower() == ".xml":
        if _WRAPPED.search(content):
            raise FileError(f"{record} has numbers that are no letters; remove the record.")
        with suppress(FileError):  # GDAL reads damaged XML too
            elements = parsed_xml(content, str(record)).iter()
            texts = (text for one in elements for text in (one.text, *one.attrib.values()) if text)
    for text in texts:
        if (name := file_in_crs(text)) is not None:
            raise FileError(
                f"{record}: its CRS names the file {name!r}, which minmap does not open; remove "
                "the record and pass crs=, such as crs='EPSG:4326'."
            )


def _is_opened(companion: Path) -> bool:
    is_aux = companion.suffix.lower() == ".aux"
    return companion.is_file() and not (is_aux and read_head(companion, len(_ERDAS)) != _ERDAS)


def _require_own_data(file: Path) -> None:
    """Raise unless a raster that GDAL opens by itself holds its own data.

    It must begin with a signature, since any driver may open it.
    """
    head = read_head(file, SEARCHED_BYTES)
    driver = _signed_driver(head)
    if driver is None or file.suffix.lower() not in _PART_ENDINGS:
        raise FileError(
            f"{file} is not a GeoTIFF, Erdas Imagine, JPEG 2000, PNG, JPEG or GRIB file with the "
            "ending of one, as overviews, masks and parts of mosaics must be; convert it: "
            f"gdal_translate {file.name} data.tif."
        )
    require_own_data(head, str(file))
    with _dataset(file, driver):
        pass
