"""Read a layer of a vector file as a GeoDataFrame."""

from __future__ import annotations

import os
import warnings
from typing import Any, BinaryIO

import geopandas as gpd

from minmap.errors import MinmapWarning
from minmap.files.consistent_reading import read_consistently
from minmap.files.document import open_document


def read_vector(
    path: str | os.PathLike[str] | BinaryIO,
    *,
    layer: str | None = None,
    crs: Any = None,
    encoding: str | None = None,
) -> gpd.GeoDataFrame:
    """Read a vector file in any CRS.

    Parameters
    ----------
    path
        A shapefile, GeoPackage, file geodatabase, GeoJSON, KML, GML, GeoParquet or another format
        that `open_document` opens, or a zip archive of one; a path or a binary file object. A
        shapefile's index (.shx) may be missing: it is rebuilt in a temporary folder. The file and
        its folder are not changed.
    layer
        A layer of the file, or a file of an archive (its name without ending, or its path in the
        archive if several have that name). None means the only one that has geometry.
    crs
        The CRS of the coordinates, for pyproj, such as ``"EPSG:32642"``. It overrides the CRS in
        the file, with a warning if they differ. None means the file's own; GeoJSON without one
        is longitude and latitude (RFC 7946, section 4).
    encoding
        The encoding of a shapefile's table. None means that of its .cpg file or its language
        driver, or guesses it from the text with a warning.

    Returns
    -------
    geopandas.GeoDataFrame
        All rows in the order of the file, with its columns and its CRS; two-dimensional; empty and
        missing geometries kept. Lists and objects of GeoJSON are JSON text.

    Warns
    -----
    MinmapWarning
        If geometries are broken (kept as missing, counted), `crs` differs from the file's, or an
        encoding or an axis order was guessed from the content.

    Raises
    ------
    FileError
        If there is no such file, it is empty, damaged or has no geometry, a shapefile lacks its
        table (.dbf), or the file has several layers and `layer` is none of them.
    CRSError
        If the file has no CRS and none is given, or `crs` is not one. The message lists where some
        would put the data.
    ChoiceError
        If there is no such encoding.

    Examples
    --------
    >>> import io
    >>> file = io.BytesIO(b'{"type": "Point", "coordinates": [67.3, 48.1]}')
    >>> frame = read_vector(file)
    >>> len(frame), frame.crs.to_string()
    (1, 'EPSG:4326')
    """

    def read() -> tuple[gpd.GeoDataFrame, list[str], str]:
        with open_document(path) as document:
            return *document.geo_frame(layer, encoding=encoding, crs=crs), document.label

    frame, notes, label = read_consistently(path, read)
    if notes:
        warnings.warn(f"{label}: {' '.join(notes)}", MinmapWarning, stacklevel=2)
    return frame
