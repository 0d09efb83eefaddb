"""Parse XML of strangers within limits, as a tree or in pieces."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from minmap.errors import FileError
from minmap.files.damage import as_file_error

LARGEST_DOCUMENT: Final = 32 << 20
"""Bytes that a document may have, 32 MB."""
DEEPEST: Final = 200
"""How deep elements may be nested."""
_MOST_ELEMENTS: Final = 1_000_000
_PIECE: Final = 1 << 20

Start = Callable[[str, dict[str, str]], Any]
End = Callable[[str], Any]


def limited_parser(where: str, start: Start, end: End | None = None) -> expat.XMLParserType:
    """Return a parser that raises `FileError` on entities, and on elements deeper than `DEEPEST`.

    With entities a small file can grow without end or include other files.

    Parameters
    ----------
    where
        The document's name in messages.
    start, end
        They are called with each element: `start` with its name and attributes, `end` with its
        name. Names keep their prefix.
    """
    depth = 0

    def open_element(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            raise FileError(
                f"{where} has XML elements nested more than {DEEPEST} deep, so it is "
                "damaged or made to do harm; save it anew."
            )
        start(name, attributes)

    def close_element(name: str) -> None:
        nonlocal depth
        depth -= 1
        if end is not None:
            end(name)

    def entity(*_: Any) -> None:
        raise FileError(
            f"{where} declares XML entities, which can do harm; save it anew, or remove the "
            "<!ENTITY ...> lines."
        )

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = open_element
    parser.EndElementHandler = close_element
    parser.EntityDeclHandler = entity
    return parser


def parse_file(parser: expat.XMLParserType, path: Path, most: int | None = None) -> None:
    """Parse a file in pieces; with `most`, only until that many bytes are read."""
    with path.open("rb") as stream:
        while (most is None or stream.tell() < most) and (piece := stream.read(_PIECE)):
            parser.Parse(piece, False)  # noqa: FBT003  # it takes no keyword
    parser.Parse(b"", True)  # noqa: FBT003


def content_of(path: Path) -> bytes:
    """Return the content of a document, if it is not too large for one.

    Raises
    ------
    FileError
        If it has more than `LARGEST_DOCUMENT` bytes, or cannot be read.
    """
    with as_file_error(f"{path.name} cannot be read", cure="Save it anew."):
        if path.stat().st_size > LARGEST_DOCUMENT:
            raise _too_large(path.name)
        return path.read_bytes()


def _too_large(where: str) -> FileError:
    return FileError(f"{where} is larger than {LARGEST_DOCUMENT >> 20} MB; make it smaller.")


def parsed_xml(content: bytes, where: str) -> Element:
    """Return the tree of an XML document that declares no entities; names keep their prefix.

    Parameters
    ----------
    content
        The document, in an encoding that it names, or in UTF-8.
    where
        Its name in messages.

    Raises
    ------
    FileError
        If it is damaged, too large or too deep, or declares entities.

    Examples
    --------
    >>> parsed_xml(b"<qgis><renderer-v2 type='singleSymbol'/></qgis>", "a.qml")[0].get("type")
    'singleSymbol'
    >>> parsed_xml(b"<!DOCTYPE qgis [<!ENTITY a 'b'>]><qgis>&a;</qgis>", "a.qml")
    Traceback (most recent call last):
        ...
    minmap.errors.FileError: a.qml declares XML entities, which can do harm; save it anew, or remove
    the <!ENTITY ...> lines.
    """
    if len(content) > LARGEST_DOCUMENT:
        raise _too_large(where)
    tree, count = TreeBuilder(), 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal count
        count += 1
        if count > _MOST_ELEMENTS:
            raise FileError(f"{where} has too many XML elements; make it smaller.")
        tree.start(name, attributes)

    parser = limited_parser(where, start, tree.end)
    parser.CharacterDataHandler = tree.data
    with as_file_error(f"{where} is damaged XML", cure="Save it anew."):
        parser.Parse(content, True)  # noqa: FBT003  # it takes no keyword
        return tree.close()
