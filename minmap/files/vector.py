"""Vector files of the user's, in any format that GDAL or GeoParquet has and in any CRS."""

from __future__ import annotations

import os
import warnings
from typing import Any, BinaryIO

import geopandas as gpd

from minmap.errors import MinmapWarning
from minmap.files.consistent_reading import read_steadily
from minmap.files.document import document


def read_vector(
    path: str | os.PathLike[str] | BinaryIO,
    *,
    layer: str | None = None,
    crs: Any = None,
    encoding: str | None = None,
) -> gpd.GeoDataFrame:
    """Read a vector file as a GeoDataFrame that knows where it lies.

    Parameters
    ----------
    path
        A shapefile, GeoPackage, file geodatabase, GeoJSON, KML, GML, GeoParquet or another format
        that `document` opens, or a zip archive of one; a path or a binary file object. A
        shapefile's index (.shx) may be missing: it is rebuilt in a temporary folder. The file and
        its folder are left as they are.
    layer
        Which layer of a file, or which file of an archive (its name without ending, or its path in
        the archive if several have that name). None takes the only one that has geometry.
    crs
        The CRS of the coordinates, for pyproj, such as ``"EPSG:32642"``. It goes before what the
        file says, with a warning if that differs. None takes the file's own; GeoJSON without one
        is longitude and latitude (RFC 7946, section 4).
    encoding
        The encoding of a shapefile's table. None: its .cpg file, its language driver, or told by
        the text, with a warning that says how sure that is.

    Returns
    -------
    geopandas.GeoDataFrame
        All rows in the order of the file, with its columns and its CRS; two-dimensional; empty and
        missing geometries kept. Lists and objects of GeoJSON are JSON text.

    Warns
    -----
    MinmapWarning
        If geometries are broken (kept as missing, counted), `crs` is not what the file says, or an
        encoding or an axis order was told by the content.

    Raises
    ------
    FileError
        If there is no such file, it is empty, damaged or has no geometry, a shapefile lacks its
        table (.dbf), or it has several layers and `layer` is none of them.
    CRSError
        If the file has no CRS and none is given, or `crs` is not one. The message says where some
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

    def layer_of() -> tuple[gpd.GeoDataFrame, list[str], str]:
        with document(path) as opened:
            return *opened.layer_frame(layer, encoding=encoding, crs=crs), opened.label

    frame, notes, label = read_steadily(path, layer_of)
    if notes:
        warnings.warn(f"{label}: {' '.join(notes)}", MinmapWarning, stacklevel=2)
    return frame
