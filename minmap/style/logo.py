"""A logo: a small picture inside the page."""

from __future__ import annotations

import io
import os
from base64 import b64encode
from pathlib import Path
from typing import Any, Final

from PIL import Image, UnidentifiedImageError

from minmap.arguments import require_path
from minmap.errors import FileError
from minmap.files.local_file import require_file
from minmap.files.plain_xml import parsed_xml

LARGEST_LOGO: Final = 512 << 10
"""Bytes that a logo may have, 512 kB."""
_MOST_PIXELS: Final = 4096  # on a side
_SVG: Final = "http://www.w3.org/2000/svg"


def data_url(logo: str | os.PathLike[str]) -> str:
    """Return a PNG or SVG file as a ``data:`` URL, for the ``src`` of an image.

    Nothing in an SVG file runs or is fetched, since browsers show it as an image.

    Raises
    ------
    FileError
        If the file is missing, larger than 512 kB, or neither PNG nor SVG.
    """
    path = require_path(logo, name="logo")
    require_file(path)
    size = path.stat().st_size
    if size > LARGEST_LOGO:
        raise FileError(
            f"logo={str(path)!r} has {size / 1024:,.0f} kB, more than {LARGEST_LOGO >> 10}; "
            "make it smaller."
        )
    content = path.read_bytes()
    kind = _kind(content, path)
    return f"data:image/{kind};base64,{b64encode(content).decode('ascii')}"


def _kind(content: bytes, path: Path) -> str:
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        _require_png(content, path)
        return "png"
    if path.suffix.lower() != ".svg":
        raise FileError(f"logo={str(path)!r} is neither a PNG nor an SVG file; give one of them.")
    root: Any = parsed_xml(content, path.name)
    prefix, _, name = root.tag.rpartition(":")
    if name != "svg" or root.get(f"xmlns:{prefix}" if prefix else "xmlns") != _SVG:
        raise FileError(
            f"logo={str(path)!r} is not an SVG picture; its first element must be "
            f'<svg xmlns="{_SVG}">.'
        )
    return "svg+xml"


def _require_png(content: bytes, path: Path) -> None:
    try:
        with Image.open(io.BytesIO(content), formats=["PNG"]) as picture:
            width, height = picture.size
            if max(width, height) <= _MOST_PIXELS:
                picture.verify()
                return
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise FileError(f"logo={str(path)!r} is a damaged PNG file; save it anew.") from error
    raise FileError(
        f"logo={str(path)!r} has {width:,} x {height:,} pixels, more than {_MOST_PIXELS:,} on a "
        "side; make it smaller."
    )
