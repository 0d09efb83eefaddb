"""Compression with the same bytes on every machine."""

from __future__ import annotations

import pyarrow as pa

# The byte of gzip's header that names the operating system, and its value for unknown (RFC 1952).
_SYSTEM, _UNKNOWN = 9, 255


def gzipped(data: bytes | pa.Buffer, *, level: int) -> bytes:
    """Return data compressed by the zlib in Arrow.

    The zlib of Python differs between builds, and since 3.12 Python writes the operating system
    into the header.

    Examples
    --------
    >>> import gzip
    >>> gzip.decompress(gzipped(b"ore", level=9))
    b'ore'
    """
    packed = bytearray(pa.Codec("gzip", compression_level=level).compress(data, asbytes=True))
    packed[_SYSTEM] = _UNKNOWN
    return bytes(packed)
