"""Recognise addresses and connection strings among paths to files that do not exist."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from minmap.errors import FileError

# A scheme has two letters or more; one letter is a drive. `Path` makes one slash of two.
_ADDRESS: Final = re.compile(r"\s*([a-z][a-z0-9+.-]+):/{1,2}(?=[^/])", re.IGNORECASE)
_VIRTUAL: Final = re.compile(r"\s*(/vsi[a-z0-9_]+)(/|$)", re.IGNORECASE)
_PREFIX: Final = re.compile(r"\s*([a-z][a-z0-9_]+):", re.IGNORECASE)
_DATABASES: Final = frozenset(
    ("postgresql", "postgres", "postgis", "mysql", "mssql", "oracle", "sqlite", "duckdb")
)
# Two lines of Python that fetch data, for messages; they repeat nothing of an address, which may
# contain names and passwords.
_DATABASE: Final = (
    "engine = sqlalchemy.create_engine('{address}'); frame = geopandas.read_postgis('SELECT * FROM "
    "mines', engine, geom_col='geom')"
)
_TILES: Final = "map = minmap.Map(base='tiles.pmtiles')"
_FEATURES: Final = "frame = geopandas.read_file('{address}'); map.add(frame)"
_RASTER: Final = "raster = rasterio.open('{address}'); map.add(raster)"
_ARCGIS: Final = (
    "frame = geopandas.read_file('{address}/0/query?where=1=1&outFields=*&outSR=4326&f=geojson'); "
    "map.add(frame)"
)
_DATABASE_RASTER: Final = (
    "raster = rasterio.open('PG:... table=dem mode=2'); map.add(raster), where GDAL has its driver "
    "PostGISRaster"
)
_SERVICES: Final = {
    "wfs": "frame = pyogrio.read_dataframe('WFS:{address}', layer='mines'); map.add(frame)",
    "wcs": "raster = rasterio.open('WCS:{address}?coverage=dem'); map.add(raster)",
    "pg": _DATABASE.replace("{address}", "postgresql://..."),
    "postgisraster": _DATABASE_RASTER,
}
_WEB_SERVICE: Final = re.compile(r"\b(wfs|wcs)\b")
# A name for vectors has "tables", one for rasters "table".
_OF_RASTER: Final = re.compile(r"\btable\s*=|raster")
# Names of these are connection strings.
_CONNECTIONS: Final = frozenset(
    ("eedai", "ngw", "ogcapi", "pg", "plmosaic", "postgisraster", "wcs", "wms", "wmts")
)
# Prefixes by which drivers of GDAL take a path for a connection or another file: gdal.org,
# "Raster drivers" and "Vector drivers".
_DRIVER_PREFIXES: Final = frozenset(
    (
        *("adbc", "amigocloud", "carto", "csv", "csw", "derived_subdataset", "edigeo", "eeda"),
        *("eedai", "elasticsearch", "es", "esrijson", "file", "geojson", "geojsonseq", "gmlas"),
        *("gpkg", "gpsbabel", "gti", "hdf4", "hdf5", "jsonfg", "libkml", "mbtiles", "mongodbv3"),
        *("msodbc", "mssql", "mvt", "mysql", "netcdf", "ngw", "nitf_im", "oapif", "oci", "odbc"),
        *("ogcapi", "pg", "pgeo", "plmosaic", "plscenes", "postgisraster", "rasterlite", "sqlite"),
        *("stacit", "stacta", "topojson", "vrt", "wcs", "wfs", "wfs3", "wms", "wmts", "zarr"),
    )
)


def require_no_address(text: str) -> None:
    """Raise if a path, which is not that of a file, is an address or a connection string.

    Parameters
    ----------
    text
        The path that the user gave.

    Raises
    ------
    FileError
        If it begins with a scheme, or with a driver or a file system of GDAL. The message repeats
        only the scheme and the host, since the rest may contain names and passwords.

    Examples
    --------
    >>> require_no_address("postgresql://me:secret@db.example.org/mines")
    Traceback (most recent call last):
        ...
    minmap.errors.FileError: postgresql://db.example.org/... is a database, not a file; minmap
    opens only local files. Fetch it yourself and give what you get: engine =
    sqlalchemy.create_engine('postgresql://...'); frame = geopandas.read_postgis('SELECT * FROM
    mines', engine, geom_col='geom').
    """
    if address := _ADDRESS.match(text):
        scheme = address[1].lower()
        if scheme == "file":
            raise FileError(f"{text!r} is an address; give the path of the file, without file:.")
        rest = text[address.end() :]
        shown = f"{scheme}://{_host_of(rest)}/..."
        is_database = scheme.partition("+")[0] in _DATABASES
        fetching = _database_lines(rest) if is_database else _lines_for(rest)
        raise FileError(
            f"{shown} is {'a database' if is_database else 'an address'}, not a file; minmap opens "
            "only local files. Fetch it yourself and give what you get: "
            f"{fetching.format(address=f'{scheme}://...')}."
        )
    found = _VIRTUAL.match(text) or _PREFIX.match(text)
    if found and (found[1].startswith("/") or found[1].lower() in _DRIVER_PREFIXES):
        prefix = found[1].lower()
        cure = "Export the data to a GeoPackage or a GeoTIFF and give that."
        service = prefix.rstrip("0123456789")
        if service == "pg" and _OF_RASTER.search(text.lower()):
            service = "postgisraster"
        if (lines := _SERVICES.get(service)) is not None:
            cure = (
                f"Fetch it yourself and give what you get: {lines.format(address='https://...')}."
            )
        raise FileError(
            f"{found[1]}... is a name for GDAL, not a file; minmap opens only local files, by "
            f"their paths. {cure}"
        )


def name_of(text: str) -> str:
    """Return the name of what a program opened, without what may be secret.

    Examples
    --------
    >>> name_of("data/dem.tif"), name_of("https://me:secret@example.org/dem.tif?key=secret")
    ('dem.tif', 'dem.tif')
    >>> name_of("PG:dbname=mines password=secret table=dem")
    'PG raster'
    """
    if (found := _PREFIX.match(text)) and found[1].lower() in _CONNECTIONS:
        return f"{found[1]} raster"
    if _ADDRESS.match(text) or _VIRTUAL.match(text):
        text = text.partition("?")[0].partition("#")[0].rpartition("@")[2]
    return Path(text).name


def _database_lines(rest: str) -> str:
    """Return the two lines of Python that fetch a table of vectors, or of rasters."""
    place = rest.rpartition("@")[2].lower()
    return _DATABASE_RASTER if _OF_RASTER.search(place) else _DATABASE


def _lines_for(rest: str) -> str:
    """Return the lines of Python that fetch what an address names, or draw what was fetched."""
    words = rest.lower()
    if "/featureserver" in words or "/mapserver" in words:
        return _ARCGIS
    if (service := _WEB_SERVICE.search(words)) is not None:
        return _SERVICES[service[1]]
    path = words.partition("?")[0].partition("#")[0]
    if path.endswith(".pmtiles"):
        return _TILES
    return _RASTER if path.endswith((".tif", ".tiff", ".vrt", ".asc", ".jp2")) else _FEATURES


def _host_of(rest: str) -> str:
    try:
        return urlsplit(f"//{rest}").hostname or ""
    except ValueError:
        return ""
