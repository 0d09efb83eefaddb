"""The layer of a PMTiles file beside the page, which the page reads in parts.

References
----------
PMTiles 3, https://github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md.
"""

from __future__ import annotations

import json
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from branca.element import Figure

from minmap.errors import FileError
from minmap.files.local_file import require_file
from minmap.webmap.data_layer import DataLayer
from minmap.webmap.page import Page, add_files
from minmap.webmap.tiles import Piece, text_and_links

ENDING: Final = ".pmtiles"
# The magic text and the version; offset and length of the metadata; the compression of directories
# and metadata, and that of tiles; the type of tiles; the least and the greatest zoom.
_HEADER: Final = struct.Struct("<7sB 16x QQ 57x BBB BB 25x")
_PLAIN, _GZIP = 1, 2
_VECTOR: Final = 1
_PICTURES: Final = {2: "image/png", 3: "image/jpeg", 4: "image/webp"}
_DEEPEST: Final = 24
_LONGEST: Final = 1_000_000  # bytes of metadata
_LONGEST_CREDIT: Final = 500  # characters
_AGAIN: Final = "make it again, as with `pmtiles convert` of go-pmtiles"


class TileArchive(DataLayer):
    """Raster tiles of a PMTiles file of the user, over the base map.

    The file stays beside the page, which fetches parts of it from a server; from the disk the page
    shows its own base map.

    Parameters
    ----------
    path
        The file.

    Raises
    ------
    FileError
        If it is missing, damaged, has a name that is not UTF-8, which no page can ask for, or has
        other tiles than PNG, JPEG or WebP.
    """

    def __init__(self, path: Path) -> None:
        require_file(path)
        header = _read_header(path)
        metadata = _read_metadata(path, header)
        pieces = _credit_of(metadata)
        credit = "".join(text for text, _ in pieces)
        source = {"title": path.name} | ({"citation": credit} if credit else {})
        super().__init__(path.stem, sources=[source])
        self.control = False
        self.path = path.resolve()
        self._spec = {
            "kind": "archive",
            "url": path.name,
            "mime": _PICTURES[header.tiles],
            "min_zoom": header.min_zoom,
            "max_zoom": header.max_zoom,
            "attribution": pieces,
        }

    def _embedded(self, figure: Figure) -> dict[str, Any]:
        add_files(figure, "minmap.js", "plugin-archive.js")
        if isinstance(figure, Page):
            figure.beside[self.path] = None
        return super()._embedded(figure)


@dataclass(frozen=True)
class _Header:
    """What minmap reads of the header of a file."""

    metadata: tuple[int, int]
    tiles: int
    min_zoom: int
    max_zoom: int


def _read_header(path: Path) -> _Header:
    with path.open("rb") as file:
        head = file.read(_HEADER.size)
    if len(head) < _HEADER.size or not head.startswith(b"PMTiles"):
        raise FileError(f"{path.name} is not a PMTiles file; {_AGAIN}.")
    _, version, start, length, inner, of_tiles, kind, low, high = _HEADER.unpack(head)
    if version != 3:  # of the specification
        raise FileError(f"{path.name} is PMTiles {version}, and pages read PMTiles 3; {_AGAIN}.")
    if kind == _VECTOR:
        raise FileError(
            f"{path.name} has vector tiles (MVT), which minmap does not draw; give a file of PNG, "
            "JPEG or WebP tiles, or draw the vector tiles as pictures first."
        )
    if kind not in _PICTURES:
        raise FileError(
            f"{path.name} has tiles of type {kind}; pages draw PNG, JPEG and WebP. Convert them."
        )
    if inner != _GZIP or of_tiles not in (0, _PLAIN):
        raise FileError(
            f"{path.name} is compressed in another way than pages read: directories by gzip, and "
            f"pictures as they are; {_AGAIN}."
        )
    if not low <= high <= _DEEPEST:
        zooms = f"zoom levels from {low} to {high}"
        raise FileError(f"{path.name} has {zooms}: it is damaged; {_AGAIN}.")
    return _Header((start, length), kind, low, high)


def _read_metadata(path: Path, header: _Header) -> dict[str, Any]:
    """Return the metadata; empty where it has none, or is damaged or too long."""
    start, length = header.metadata
    if not 0 < length <= _LONGEST or start + length > path.stat().st_size:
        return {}
    with path.open("rb") as file:
        file.seek(start)
        packed = file.read(length)
    try:
        found = json.loads(_unpacked(packed))
    except (ValueError, zlib.error, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _unpacked(packed: bytes) -> bytes:
    """Return the bytes that gzip packed; raise ValueError where they are too many."""
    stream = zlib.decompressobj(wbits=31)
    text = stream.decompress(packed, _LONGEST)
    if stream.unconsumed_tail:
        raise ValueError("The metadata is too long.")
    return text


def _credit_of(metadata: dict[str, Any]) -> list[Piece]:
    """Return the attribution as text and links."""
    markup = metadata.get("attribution")
    return text_and_links(markup[:_LONGEST_CREDIT]) if isinstance(markup, str) else []
