"""Limit how deep geometries are nested, since GEOS reads nested collections without a limit."""

import re
from typing import Final

MOST_COLLECTIONS: Final = 100
"""Collections that one geometry may have; real data have a few."""
MOST_BRACKETS: Final = 100
"""Depth of brackets that the text of a geometry may have."""

# The head of a collection in either byte order: with ISO's numbers for heights and measures, and
# with the flags of PostGIS for them.
_COLLECTION: Final = re.compile(
    rb"\x01(?:\x07\x00\x00[\x00\x20\x40\x60\x80\xa0\xc0\xe0]|\xef\x03\x00\x00|\xd7\x07\x00\x00"
    rb"|\xbf\x0b\x00\x00)|\x00(?:[\x00\x20\x40\x60\x80\xa0\xc0\xe0]\x00\x00\x07|\x00\x00\x03\xef"
    rb"|\x00\x00\x07\xd7|\x00\x00\x0b\xbf)"
)
COLLECTION_HEAD_BYTES: Final = 9
"""Bytes of the head of a collection; a geometry has at most one collection per this many bytes."""
COLLECTION_STARTS: Final = (b"\x01\x07", b"\x01\xef\x03", b"\x01\xd7\x07", b"\x01\xbf\x0b", b"\x00")
"""Bytes with which a collection starts, and every geometry in the rarer byte order."""


def require_shallow_wkb(shape: bytes) -> int:
    """Count the collections of a geometry in well-known binary; raise if it could be nested deep.

    Raises
    ------
    ValueError
        If it has more than `MOST_COLLECTIONS`.

    Examples
    --------
    >>> require_shallow_wkb(bytes.fromhex("010700000001000000") * 2)
    2
    >>> require_shallow_wkb(bytes.fromhex("010700000001000000") * 2000)
    Traceback (most recent call last):
        ...
    ValueError: a geometry is made of more than 100 collections
    """
    count = len(_COLLECTION.findall(shape))
    if count > MOST_COLLECTIONS:
        raise ValueError(f"a geometry is made of more than {MOST_COLLECTIONS:,} collections")
    return count


def require_shallow_wkt(shape: str) -> None:
    """Raise if the text of a geometry is nested too deep.

    Raises
    ------
    ValueError
        If it has brackets nested more than `MOST_BRACKETS` deep.

    Examples
    --------
    >>> require_shallow_wkt("POINT (1 2)")
    >>> require_shallow_wkt("GEOMETRYCOLLECTION (" * 200)
    Traceback (most recent call last):
        ...
    ValueError: a geometry is nested more than 100 deep
    """
    depth = 0
    for bracket in re.findall(r"[()]", shape):
        depth += 1 if bracket == "(" else -1
        if depth > MOST_BRACKETS:
            raise ValueError(f"a geometry is nested more than {MOST_BRACKETS} deep")
