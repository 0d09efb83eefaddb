"""Read GML with GDAL so that every field is text and positions are in the order of their axes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

import pyogrio

from minmap.files.file_types import read_head

_SEARCHED_BYTES: Final = 1 << 20
_POSITION: Final = re.compile(rb"<(?:[\w.-]+:)?pos(?:List)?[\s>]")
_SHORT_NAME: Final = re.compile(rb"""srsName\s*=\s*["']EPSG:\d+["']""")
_WFS: Final = b"http://www.opengis.net/wfs"
NO_DOWNLOAD: Final = {"DOWNLOAD_SCHEMA": "NO"}
"""Open option of GDAL's driver that keeps it from fetching schemas from the network."""


def keep_fields_as_text(file: Path) -> None:
    """Let GDAL describe a GML file, and make every field of the description text.

    GDAL guesses types from the values, so a number loses its leading zeros. It reads the .gfs file
    beside the GML, where there is one, instead of guessing.

    Parameters
    ----------
    file
        The GML file, in a folder of minmap's own: the .gfs file is written beside it.

    References
    ----------
    https://gdal.org/en/stable/drivers/vector/gml.html, "Schema" and "Open options"
    """
    pyogrio.read_info(file, WRITE_GFS="YES", **NO_DOWNLOAD)
    description = file.with_suffix(".gfs")
    if not description.exists():
        return
    tree = ElementTree.parse(description)  # noqa: S314  # GDAL wrote it
    for field in tree.iter("PropertyDefn"):
        for part in list(field):
            if part.tag == "Type":
                part.text = "StringList" if str(part.text).endswith("List") else "String"
            elif part.tag in {"Subtype", "Width", "Precision"}:
                field.remove(part)
    tree.write(description, encoding="utf-8")


def has_epsg_axis_order(path: Path) -> bool:
    """Return whether positions in GML are in the order of the axes of their EPSG system.

    They are in replies of a WFS 1.1 that names the system ``EPSG:4326``: there ``gml:pos`` is
    latitude, longitude (OGC 04-094, section 9.2, note; so MapServer and its MRDS service).
    ``gml:coordinates`` of WFS 1.0 are x, y. Where a URN names the system, GDAL handles the order.
    """
    head = read_head(path, _SEARCHED_BYTES)
    return bool(_WFS in head and _POSITION.search(head) and _SHORT_NAME.search(head))
