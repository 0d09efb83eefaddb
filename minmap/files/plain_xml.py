"""Parse small XML documents of strangers, such as styles, within limits."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from minmap.errors import FileError
from minmap.files.damage import as_file_error

LARGEST_DOCUMENT: Final = 32 << 20
"""Bytes that a document may have, 32 MB."""
_MOST_ELEMENTS: Final = 1_000_000
_DEEPEST: Final = 200


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
        If it is damaged or too large, or declares entities, with which a small file can grow
        without end or include other files.

    Examples
    --------
    >>> parsed_xml(b"<qgis><renderer-v2 type='singleSymbol'/></qgis>", "a.qml")[0].get("type")
    'singleSymbol'
    >>> parsed_xml(b"<!DOCTYPE qgis [<!ENTITY a 'b'>]><qgis>&a;</qgis>", "a.qml")
    Traceback (most recent call last):
        ...
    minmap.errors.FileError: a.qml declares XML entities, which can do harm; save it anew.
    """
    if len(content) > LARGEST_DOCUMENT:
        raise _too_large(where)
    builder = _LimitedBuilder(where)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.data
    parser.EntityDeclHandler = builder.entity
    with as_file_error(f"{where} is not sound XML", cure="Save it anew."):
        parser.Parse(content, True)  # noqa: FBT003  # it takes no keyword
        return builder.close()


class _LimitedBuilder:
    """Build a tree, and raise `FileError` where it is too large or declares entities."""

    def __init__(self, where: str) -> None:
        self._tree: TreeBuilder = TreeBuilder()
        self._where, self._count, self._depth = where, 0, 0
        self.data, self.close = self._tree.data, self._tree.close

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._count, self._depth = self._count + 1, self._depth + 1
        if self._count > _MOST_ELEMENTS or self._depth > _DEEPEST:
            raise FileError(f"{self._where} has too many XML elements; make it smaller.")
        self._tree.start(name, attributes)

    def end(self, name: str) -> None:
        self._depth -= 1
        self._tree.end(name)

    def entity(self, *_: Any) -> None:
        raise FileError(f"{self._where} declares XML entities, which can do harm; save it anew.")
