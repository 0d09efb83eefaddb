"""Recognise addresses and connection strings among paths to files that do not exist."""

from __future__ import annotations

import re
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
    opens only local files. Read it with geopandas.read_postgis and give the frame.
    """
    if address := _ADDRESS.match(text):
        scheme = address[1].lower()
        if scheme == "file":
            raise FileError(f"{text!r} is an address; give the path of the file, without file:.")
        shown = f"{scheme}://{_host_of(text[address.end() :])}/..."
        if scheme.partition("+")[0] in _DATABASES:
            raise FileError(
                f"{shown} is a database, not a file; minmap opens only local files. Read it with "
                "geopandas.read_postgis and give the frame."
            )
        raise FileError(
            f"{shown} is an address, not a file; minmap opens only local files. Download it and "
            "give its path."
        )
    found = _VIRTUAL.match(text) or _PREFIX.match(text)
    if found and (found[1].startswith("/") or found[1].lower() in _DRIVER_PREFIXES):
        shown = found[1]
        raise FileError(
            f"{shown}... is a name for GDAL, not a file; minmap opens only local files, by their "
            "paths. Export the data to a GeoPackage or a GeoTIFF and give that."
        )


def _host_of(rest: str) -> str:
    try:
        return urlsplit(f"//{rest}").hostname or ""
    except ValueError:
        return ""
