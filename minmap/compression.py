"""Bytes made smaller, the same ones on every machine."""

from __future__ import annotations

import pyarrow as pa

# Where gzip's header names the system, and what it says where that is nobody's matter (RFC 1952).
_SYSTEM, _UNKNOWN = 9, 255


def gzipped(data: bytes | pa.Buffer, *, level: int) -> bytes:
    """Compress with the zlib that Arrow brings.

    Python's own writes other bytes from one build to the next, and since 3.12 another system into
    the header.

    Examples
    --------
    >>> import gzip
    >>> gzip.decompress(gzipped(b"ore", level=9))
    b'ore'
    """
    packed = bytearray(pa.Codec("gzip", compression_level=level).compress(data, asbytes=True))
    packed[_SYSTEM] = _UNKNOWN
    return bytes(packed)
