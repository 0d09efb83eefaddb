"""Read shapes from well-known text (WKT), binary (WKB), or its hexadecimal digits.

The text may begin with the number of a CRS, and the binary have one, as PostGIS writes them.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely

from minmap.files.face_shapes import has_faces, plain_wkb, plain_wkt
from minmap.files.geometry_depth import require_shallow_wkb, require_shallow_wkt
from minmap.types import Geometries

_WKT: Final = re.compile(
    r"\s*(?:SRID\s*=\s*(\d{1,6})\s*;\s*)?((?:MULTI)?(?:POINT|LINESTRING|POLYGON|CURVE|SURFACE)"
    r"|GEOMETRYCOLLECTION|TIN|TRIANGLE|POLYHEDRALSURFACE|CIRCULARSTRING|COMPOUNDCURVE|CURVEPOLYGON)"
    r"\s*(?:ZM?|M)?\s*(?:\(|EMPTY)",
    re.IGNORECASE,
)
_DIGITS: Final = re.compile(r"\s*(?:\\x|0x)?(0[01](?:[0-9A-Fa-f]{2}){4,})\s*")
_BINARY: Final = re.compile(rb"[\x00\x01]")


@dataclass(frozen=True)
class Shapes:
    """Shapes that were read.

    Attributes
    ----------
    shapes
        Two-dimensional; None where a value is blank or broken.
    broken
        How many values could not be read.
    systems
        The numbers of the CRSs that they state, in EPSG's list.
    """

    shapes: Geometries
    broken: int
    systems: frozenset[int]


def is_wkt(value: object) -> bool:
    """Return whether a value is a text that begins as WKT.

    Examples
    --------
    >>> is_wkt("POLYGON Z ((1 2 3"), is_wkt("polygon.shp")
    (True, False)
    """
    return isinstance(value, str) and _WKT.match(value) is not None


def may_be_shape(value: object) -> bool:
    """Return whether a value begins as a shape.

    Examples
    --------
    >>> may_be_shape("SRID=4326;point (1 2)"), may_be_shape("0101000000" + "00" * 16)
    (True, True)
    >>> may_be_shape("Point Barrow"), may_be_shape("0123")
    (False, False)
    """
    if isinstance(value, bytes):
        return len(value) > 8 and _BINARY.match(value) is not None
    return is_wkt(value) or (isinstance(value, str) and _DIGITS.fullmatch(value) is not None)


def shapes_of(values: Sequence[Any]) -> Shapes:
    """Return the shapes of texts and binaries, with polygons for faces of surfaces.

    Raises
    ------
    ValueError
        If one is nested too deep.

    Examples
    --------
    >>> found = shapes_of(["SRID=32642;POINT (500000 0)", None, "POINT (1"])
    >>> found.shapes.tolist(), found.broken, sorted(found.systems)
    ([<POINT (500000 0)>, None, None], 1, [32642])
    """
    texts = np.full(len(values), None, dtype=object)
    binaries = texts.copy()
    systems, given = set[int](), 0
    for row, value in enumerate(values):
        if not isinstance(value, str | bytes) or not value.strip():
            continue
        given += 1
        if isinstance(value, bytes):
            binaries[row] = _plain_binary(value)
        elif found := _DIGITS.fullmatch(value):
            binaries[row] = _plain_binary(bytes.fromhex(found[1]))
        else:
            texts[row], number = _plain_text(value)
            systems |= number
    with np.errstate(all="ignore"):  # a number may be NaN or too great
        from_binary = _read(shapely.from_wkb, binaries)
        from_text = _read(shapely.from_wkt, texts)
        shapes = np.where(shapely.is_missing(from_text), from_binary, from_text)
        flat: Geometries = shapely.force_2d(shapely.set_srid(shapes, 0))
    systems |= {int(number) for number in np.unique(shapely.get_srid(from_binary))}
    broken = given - int((~shapely.is_missing(flat)).sum())
    return Shapes(flat, broken, frozenset(systems - {0, -1}))


def _plain_text(value: str) -> tuple[str, set[int]]:
    """Return the text without the number of a CRS before it, and that number."""
    found = _WKT.match(value)
    require_shallow_wkt(value)
    if found is None or not found[1]:
        return plain_wkt(value), set()
    return plain_wkt(value[found.start(2) :]), {int(found[1])}


def _plain_binary(shape: bytes) -> bytes:
    require_shallow_wkb(shape)
    try:
        return plain_wkb(shape) if has_faces(shape) else shape
    except ValueError:
        return b""  # which shapely cannot read


def _read(read: Callable[..., Any], values: Iterable[Any]) -> Geometries:
    """Return what shapely reads; one by one where there are curves, since it raises for them."""
    try:
        found: Geometries = read(values, on_invalid="ignore")
    except NotImplementedError:
        found = np.array([_one(read, value) for value in values], dtype=object)
    return found


def _one(read: Callable[..., Any], value: Any) -> Any:
    try:
        return read(value, on_invalid="ignore")
    except NotImplementedError:
        return None


def broken_note(broken: int, of: int, what: str = "") -> str:
    """Return the note on shapes that cannot be read.

    Examples
    --------
    >>> broken_note(1, 3)
    '1 of 3 geometries are broken; kept as missing.'
    """
    return f"{broken} of {of} geometries {what}are broken; kept as missing."
