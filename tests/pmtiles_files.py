"""Small PMTiles files, written by hand."""

from __future__ import annotations

import gzip
import json
import struct
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

GREEN = (10, 200, 30)


def picture(color: tuple[int, int, int] = GREEN) -> bytes:
    """Return a tile of one colour."""
    sink = BytesIO()
    Image.new("RGB", (256, 256), color).save(sink, "PNG")
    return sink.getvalue()


def varint(number: int) -> bytes:
    """Return a number of seven bits a byte, the lowest first."""
    found = b""
    while number > 127:
        found += bytes([number % 128 + 128])
        number //= 128
    return found + bytes([number])


def directory(count: int, length: int, *, entries: int | None = None) -> bytes:
    """Return a directory of one tile that stands for the first `count`."""
    columns = (0, count, length, 1)  # the step of its number, its run, its length, its offset + 1
    return varint(1 if entries is None else entries) + b"".join(map(varint, columns))


def write_pmtiles(
    path: Path, *, metadata: Any = None, root: bytes | None = None, **header: int
) -> Path:
    """Write a file whose tiles of zooms 0 to 4 are all one picture; `header` changes its bytes."""
    tile = picture()
    count = sum(4**zoom for zoom in range(5))
    packed = gzip.compress(directory(count, len(tile)) if root is None else root, mtime=0)
    about = gzip.compress(json.dumps(metadata or {}).encode(), mtime=0)
    parts = (packed, about, b"", tile)
    places = []
    start = 127
    for part in parts:
        places += [start, len(part)]
        start += len(part)
    given = {"version": 3, "inner": 2, "tiles": 1, "kind": 2, "least": 0, "most": 4} | header
    head = struct.pack(
        "<7sB 8Q 3Q BBBB BB iiii Bii",
        b"PMTiles",
        given["version"],
        *places,
        *(count, 1, 1),
        1,
        *(given[name] for name in ("inner", "tiles", "kind", "least", "most")),
        *(-1_800_000_000, -850_000_000, 1_800_000_000, 850_000_000),
        *(2, 0, 0),
    )
    path.write_bytes(head + b"".join(parts))
    return path
