"""XML before GDAL sees it: which kind it is, and that it declares no entities."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Final
from xml.parsers import expat

from minmap.errors import FileError
from minmap.geodesy.stated_crs import file_in_crs

_PIECE: Final = 1 << 16
_LONGEST_PROLOG: Final = 1 << 24
_UNBOUND_PREFIX: Final = 27  # expat.h, XML_ERROR_UNBOUND_PREFIX
_GML: Final = "http://www.opengis.net/gml"


class _FoundRoot(Exception):  # noqa: N818  # no error: it ends the parsing
    pass


class _Entity(Exception):  # noqa: N818
    pass


def kind_of_markup(path: Path, where: str) -> str:
    """Return "kml", "gml" or "gpx".

    Raises
    ------
    FileError
        If it is another kind of XML or none, or declares entities, with which a small file can
        grow without end or draw in other files. None of these kinds needs them.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "a.kml"
    >>> _ = path.write_text('<!DOCTYPE kml [<!ENTITY a "b">]><kml>&a;</kml>')
    >>> kind_of_markup(path, "a.kml")
    Traceback (most recent call last):
        ...
    minmap.errors.FileError: a.kml declares XML entities, which a map file does not need and which
    can do harm; take the <!ENTITY ...> lines out.
    """
    root = _root(path, where)
    space, _, name = root.rpartition(" ")
    if name in {"kml", "gpx"}:
        return name
    if name.endswith("FeatureCollection") or space.startswith(_GML) or _mentions_gml(path):
        return "gml"
    raise FileError(
        f"{where} is not a CSV table but an XML or HTML document, and none of KML, GML and GPX: "
        f"its first element is <{name}>."
    )


def require_plain_systems(path: Path, where: str) -> None:
    """Raise if a reference system that GML names is a definition with the path of a file.

    Raises
    ------
    FileError
        If an attribute ``srsName`` names a file. Damage is for GDAL to report.
    """
    found = list[str]()

    def start(_: str, attributes: dict[str, str]) -> None:
        for name, value in attributes.items():
            if name.endswith("srsName") and file_in_crs(value) is not None:
                found.append(value)

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    with path.open("rb") as stream, suppress(expat.ExpatError, LookupError, ValueError):
        parser.ParseFile(stream)
    if found:
        raise FileError(
            f"{where}: its CRS {found[0]!r} names a file, which minmap does not open; pass crs=, "
            "such as crs='EPSG:4326', after taking srsName out."
        )


def _mentions_gml(path: Path) -> bool:
    with path.open("rb") as stream:
        return _GML.encode() in stream.read(_PIECE)


def _root(path: Path, where: str, *, namespaces: bool = True) -> str:
    """Return namespace and name of the first element, or its name alone without `namespaces`."""
    found = ""

    def start(name: str, _: object) -> None:
        nonlocal found
        found = name
        raise _FoundRoot

    def entity(*_: object) -> None:
        raise _Entity

    parser = expat.ParserCreate(namespace_separator=" ") if namespaces else expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EntityDeclHandler = entity
    try:
        with path.open("rb") as stream:
            while (piece := stream.read(_PIECE)) and stream.tell() <= _LONGEST_PROLOG:
                parser.Parse(piece, False)  # noqa: FBT003  # it takes no keyword
            parser.Parse(b"", True)  # noqa: FBT003
    except _FoundRoot:
        return found if namespaces else found.rpartition(":")[2]
    except _Entity:
        raise FileError(
            f"{where} declares XML entities, which a map file does not need and which can do "
            "harm; take the <!ENTITY ...> lines out."
        ) from None
    except (expat.ExpatError, LookupError, ValueError) as error:
        if namespaces and getattr(error, "code", None) == _UNBOUND_PREFIX:
            return _root(path, where, namespaces=False)  # as GDAL reads it
        reason = str(error).splitlines()[0]
        raise FileError(
            f"{where} is not a CSV table but an XML or HTML document, and not a sound one "
            f"({reason}); get the file again."
        ) from error
    raise FileError(f"{where} is an XML document without an element; get the file again.")
