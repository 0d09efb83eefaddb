"""Check XML before GDAL reads it, and describe GML so that every field is text."""

import re
from contextlib import suppress
from pathlib import Path
from typing import Final
from xml.etree import ElementTree
from xml.parsers.expat import ExpatError

import pyogrio
from pyogrio.errors import GeometryError

from minmap.errors import FileError
from minmap.files.arcs import BYTES_OF_ARC_NUMBER
from minmap.files.damage import as_file_error
from minmap.files.file_types import read_head
from minmap.files.gml_features import FeatureCheck
from minmap.files.kml_folders import FolderCheck
from minmap.files.plain_xml import limited_parser, parse_file
from minmap.files.proportion import most_bytes, size_of, too_much

_PIECE: Final = 1 << 16
_LONGEST_PROLOG: Final = 1 << 24
_GML: Final = "http://www.opengis.net/gml"
_SEARCHED_BYTES: Final = 1 << 20
_POSITION: Final = re.compile(rb"<(?:[\w.-]+:)?pos(?:List)?[\s>]")
_SHORT_NAME: Final = re.compile(rb"""srsName\s*=\s*["']EPSG:\d+["']""")
_KNOWN_TYPE: Final = re.compile(r"(?:[123]00)?[1-7]|100")  # of plain shapes, or none: OGC 06-103r4
_WFS: Final = b"http://www.opengis.net/wfs"
NO_DOWNLOAD: Final = {"DOWNLOAD_SCHEMA": "NO"}
"""Open option of GDAL's driver that keeps it from fetching schemas from the network."""


class _RootFound(Exception):  # noqa: N818  # it ends the parsing and is not an error
    pass


def xml_format(path: Path, where: str) -> str:
    """Return "kml", "gml" or "gpx".

    Raises
    ------
    FileError
        If it is damaged or XML of another kind, or declares entities, with which a small file can
        grow without end or include other files. None of these kinds needs them.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "a.kml"
    >>> _ = path.write_text('<!DOCTYPE kml [<!ENTITY a "b">]><kml>&a;</kml>')
    >>> xml_format(path, "a.kml")
    Traceback (most recent call last):
        ...
    minmap.errors.FileError: a.kml declares XML entities, which can do harm; save it anew, or remove
    the <!ENTITY ...> lines.
    """
    what = f"{where} is not a CSV table but an XML or HTML document, and damaged"
    with as_file_error(what, cure="Get the file again."):
        name, attributes = _root(path, where)
    if name in {"kml", "gpx"}:
        return name
    is_gml = name.endswith("FeatureCollection") or _GML in " ".join(attributes.values())
    if is_gml or _GML.encode() in read_head(path, _PIECE):
        return "gml"
    raise FileError(
        f"{where} is not a CSV table but an XML or HTML document, and none of KML, GML and GPX: "
        f"its first element is <{name}>."
    )


def require_plain_elements(path: Path, where: str, kind: str) -> None:
    """Raise if elements are too deep for GDAL, or would make it work without end or open files.

    Parameters
    ----------
    path
        The file. It is parsed once, in pieces.
    where
        Its name in messages.
    kind
        "kml", "gml" or "gpx".

    Raises
    ------
    FileError
        If elements are nested too deep; if KML has too many folders, or GML and GPX too many types
        of features or columns; if the arcs of GML expand to far more than the file contains; if a
        reference system that GML names is a definition with the path of a file. GDAL reports
        damage later.
    """
    check = FolderCheck(where) if kind == "kml" else FeatureCheck(where)
    parser = limited_parser(where, check.start, check.end)
    parser.CharacterDataHandler = check.data
    with suppress(ExpatError, LookupError, ValueError):
        parse_file(parser, path)
    arc_numbers = check.arc_numbers if isinstance(check, FeatureCheck) else 0
    if BYTES_OF_ARC_NUMBER * arc_numbers > most_bytes(path):
        raise too_much(where, size_of(path))


def _root(path: Path, where: str) -> tuple[str, dict[str, str]]:
    """Return the name of the first element, without prefix as GDAL reads it, and its attributes."""
    found = list[tuple[str, dict[str, str]]]()

    def start(name: str, attributes: dict[str, str]) -> None:
        found.append((name.rpartition(":")[2], attributes))
        raise _RootFound

    with suppress(_RootFound):
        parse_file(limited_parser(where, start), path, _LONGEST_PROLOG)
    if not found:
        raise FileError(f"{where} is an XML document without an element; get the file again.")
    return found[0]


def keep_fields_as_text(file: Path) -> None:
    """Let GDAL describe a GML file, and make every field of the description text.

    GDAL guesses types from the values, so a number loses its leading zeros. It reads the .gfs file
    beside the GML, where there is one, instead of guessing. A type of shapes that pyogrio does not
    know, such as surfaces, becomes that of any shape.

    Parameters
    ----------
    file
        The GML file, in a folder of minmap's own: the .gfs file is written beside it.

    References
    ----------
    https://gdal.org/en/stable/drivers/vector/gml.html, "Schema" and "Open options"
    """
    with suppress(GeometryError):  # GDAL has written the description
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
    for features in tree.iter("GMLFeatureClass"):
        kind = features.find("GeometryType")
        if kind is not None and not _KNOWN_TYPE.fullmatch(str(kind.text).strip()):
            features.remove(kind)
    tree.write(description, encoding="utf-8")


def has_epsg_axis_order(path: Path) -> bool:
    """Return whether positions in GML are in the order of the axes of their EPSG system.

    They are in replies of a WFS 1.1 that names the system ``EPSG:4326``: there ``gml:pos`` is
    latitude, longitude (OGC 04-094, section 9.2, note; so MapServer and its MRDS service).
    ``gml:coordinates`` of WFS 1.0 are x, y. Where a URN names the system, GDAL handles the order.
    """
    head = read_head(path, _SEARCHED_BYTES)
    return bool(_WFS in head and _POSITION.search(head) and _SHORT_NAME.search(head))
