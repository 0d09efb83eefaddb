"""Find the parts of a shapefile, check that they are whole, and decode their texts."""

import re
import struct
from collections.abc import Container
from contextlib import suppress
from pathlib import Path
from typing import Final

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from minmap.errors import ChoiceError, FileError
from minmap.files.cells import text
from minmap.files.encoding import codec_name, is_utf8
from minmap.files.encoding_guess import guess
from minmap.files.file_types import read_head
from minmap.types import TEXT

PARTS: Final = (".shp", ".shx", ".dbf", ".prj", ".cpg")
"""The files of a shapefile that are read."""
INDEXES: Final = (".qix", ".sbn", ".sbx")
"""Files of a shapefile that GDAL opens, and minmap does not need."""

# Language drivers that name a code page: ArcPad 10 help, "Setting the code page for shapefiles";
# GDAL, ogrshapelayer.cpp, ConvertCodePage. Those without a codec in Python are left out, and so is
# 0x57: programs write it for any code page of their system.
_DRIVERS_OF: Final = {
    "cp437": (0x01, 0x09, 0x0B, 0x0D, 0x0F, 0x11, 0x15, 0x18, 0x19, 0x1B),
    "cp850": (0x02, 0x0A, 0x0E, 0x10, 0x12, 0x14, 0x16, 0x1A, 0x1D, 0x25, 0x37),
    "cp1252": (0x03, 0x58, 0x59),
    "cp865": (0x08, 0x17, 0x66),
    "cp932": (0x13, 0x7B),
    "cp863": (0x1C, 0x6C),
    "cp852": (0x1F, 0x22, 0x23, 0x40, 0x64, 0x87),
    "cp860": (0x24,),
    "cp866": (0x26, 0x65),
    "gb18030": (0x4D, 0x7A),
    "cp949": (0x4E, 0x79),
    "cp950": (0x4F, 0x78),
    "cp874": (0x50, 0x7C),
    "cp861": (0x67,),
    "cp737": (0x6A, 0x86),
    "cp857": (0x6B, 0x88),
    "cp1250": (0xC8,),
    "cp1251": (0xC9,),
    "cp1254": (0xCA,),
    "cp1253": (0xCB,),
    "cp1257": (0xCC,),
}
_HEAD_BYTES: Final = 100
_TEXT: Final = pa.large_string()
# The texts of a table have these signs as ASCII has them, unlike in UTF-16, UTF-7 or EBCDIC.
_ASCII: Final = b"AZaz09 ,+AGE-"
_LANGUAGE_DRIVERS: Final = {
    driver: codec for codec, drivers in _DRIVERS_OF.items() for driver in drivers
}
_CODE_PAGES: Final = {"65001": "utf-8", "936": "gb18030", "88591": "latin-1", "ansi": "cp1252"}


def index_of(file: Path) -> bytes:
    """Return the index (.shx) for the shapes of a shapefile (.shp).

    An index lists where each record begins and how long it is (ESRI Shapefile Technical
    Description, 1998, page 23). Records behind one that is cut short are left out.
    """
    size, at, entries = file.stat().st_size, _HEAD_BYTES, bytearray()
    with file.open("rb") as stream:
        head = bytearray(stream.read(_HEAD_BYTES))
        while at + 8 <= size:
            stream.seek(at)
            _, words = struct.unpack(">2i", stream.read(8))
            if words < 0 or at + 8 + 2 * words > size:
                break
            entries += struct.pack(">2i", at // 2, words)
            at += 8 + 2 * words
    head[24:28] = struct.pack(">i", (_HEAD_BYTES + len(entries)) // 2)
    return bytes(head + entries)


def parts_of(file: Path, where: str) -> dict[str, Path]:
    """Return the files of a shapefile that exist, by their endings in lower case.

    Raises
    ------
    FileError
        If the table (.dbf) or, of an index (.shx), the shapes are missing, or a part is cut short.
    """
    parts = siblings(file, PARTS)
    is_index = file.suffix.lower() == ".shx"
    ending, what = (".shp", "shapes") if is_index else (".dbf", "table")
    if ending not in parts:
        raise FileError(
            f"{file.stem}{ending} is missing: it holds the {what} of {where}. Put it beside it, or "
            "all into one .zip; a shapefile is .shp, .shx, .dbf and .prj together."
        )
    for part in parts.values():
        _require_whole(part, where)
    return parts


def siblings(file: Path, endings: Container[str]) -> dict[str, Path]:
    """Return the files with the stem of a file, itself included, by their endings in lower case."""
    return {
        part.suffix.lower(): part
        for part in sorted(file.parent.iterdir())
        if part.stem == file.stem and part.suffix.lower() in endings
    }


def _require_whole(part: Path, where: str) -> None:
    """Refuse a part of a shapefile that is cut short: GDAL would leave the missing rows blank.

    A part that is no file, such as a pipe, would keep GDAL waiting; it opens the indexes as well.

    The sizes are in the files' heads: ESRI Shapefile Technical Description (1998), page 4; dBASE
    III table file header.
    """
    indexes = siblings(part, INDEXES).values() if part.suffix.lower() == ".shp" else ()
    for opened in (part, *indexes):
        if not opened.is_file():
            raise FileError(
                f"{Path(where).with_suffix(opened.suffix)} is not a file; put the part of the "
                "shapefile in its place, or remove it."
            )
    head = read_head(part, _HEAD_BYTES)
    size, stated = part.stat().st_size, 0
    if part.suffix.lower() == ".shp" and len(head) == _HEAD_BYTES:
        stated = 2 * int.from_bytes(head[24:28], "big")
    elif part.suffix.lower() == ".dbf" and len(head) >= 12:
        records, start, width = struct.unpack("<IHH", head[4:12])
        stated = start + records * width
    if size < stated:
        raise FileError(
            f"{Path(where).with_suffix(part.suffix)} is cut short: it has {size:,} of "
            f"{stated:,} bytes; get the file again."
        )


def stated_encoding(file: Path) -> tuple[str, str] | None:
    """Return the stated encoding of a shapefile's table, and where it is stated.

    The .cpg file comes first, then the language driver, byte 29 of the table's head. None if
    neither states a known encoding.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "a.shp"
    >>> _ = path.with_suffix(".cpg").write_text("ANSI 1251")
    >>> stated_encoding(path)
    ('cp1251', '.cpg')
    """
    parts = siblings(file, PARTS)
    if ".cpg" in parts:
        codec = _code_page(read_head(parts[".cpg"], _HEAD_BYTES).decode("latin-1"))
        if codec is not None:
            return codec, ".cpg"
    if ".dbf" in parts:
        head = read_head(parts[".dbf"], 32)
        if len(head) == 32 and head[29] in _LANGUAGE_DRIVERS:
            return _LANGUAGE_DRIVERS[head[29]], "language driver"
    return None


def _code_page(words: str) -> str | None:
    """Return the codec that a .cpg file names, such as UTF-8, 1251, ANSI 1251 or ISO 88591."""
    name = words.strip().strip("\ufeff").lower()
    number = re.fullmatch(r"(?:ansi|oem|cp|ibm|windows|ldid/)?[ _-]?(\d+)", name)
    candidates = [_CODE_PAGES.get(name), name]
    if number:
        candidates = [_CODE_PAGES.get(number[1]), f"cp{number[1]}"]
    if iso := re.fullmatch(r"iso[ _-]?8859[ _-]?(\d+)", name):
        candidates = [f"iso8859-{iso[1]}"]
    for candidate in filter(None, candidates):
        with suppress(ChoiceError):
            codec = codec_name(candidate)
            if _ASCII.decode(codec, errors="replace") == _ASCII.decode("ascii"):
                return codec
    return None


def decode_texts(
    frame: pd.DataFrame, path: Path, encoding: str | None
) -> tuple[pd.DataFrame, list[str]]:
    """Decode the names and texts of a shapefile's table, read as latin-1, and return notes."""
    texts = {
        position: pa.array(frame.iloc[:, position], _TEXT, from_pandas=True)
        for position, dtype in enumerate(frame.dtypes)
        if dtype == TEXT
        or (pd.api.types.is_object_dtype(dtype) and frame.iloc[:, position].isna().all())
    }
    latin = [str(name) for name in frame.columns if not str(name).isascii()]
    for column in texts.values():
        latin += column.filter(pc.invert(pc.string_is_ascii(column))).to_pylist()
    high = [name.encode("latin-1") for name in latin]
    if not high:
        return frame, []
    codec, notes = _encoding_of(high, path, encoding)
    lost = sum(cell.decode(codec, errors="replace").count("\ufffd") for cell in high)
    if lost:
        notes.append(f"{lost:,} letters are not in {codec} or were lost before, and are U+FFFD.")

    def decoded(latin: str) -> str:
        return latin.encode("latin-1").decode(codec, errors="replace")

    result = frame.copy(deep=False)
    for position, column in texts.items():
        cells = pa.array([None if c is None else decoded(c) for c in column.to_pylist()], _TEXT)
        result.isetitem(position, text(cells, frame.index).array)
    return result.rename(columns=decoded), notes


def _encoding_of(high: list[bytes], path: Path, encoding: str | None) -> tuple[str, list[str]]:
    if encoding is not None:
        return codec_name(encoding), []
    doubt = ""
    if (stated := stated_encoding(path)) is not None:
        codec, place = stated
        if codec != "utf-8" or any(is_utf8(cell, cut=True) for cell in high):
            return codec, []
        doubt = f", though its {place} says {codec}"
    # Long texts may be cut at the width of their column, in the middle of a letter.
    if any(map(is_utf8, high)) and all(is_utf8(cell, cut=True) for cell in high):
        return "utf-8", []
    found = guess(high)
    return found.encoding, [
        f"The table does not state its encoding{doubt}, and was read as {found.text}; pass "
        "encoding= to change that."
    ]
