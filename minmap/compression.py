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
    return without_system(pa.Codec("gzip", compression_level=level).compress(data, asbytes=True))


def without_system(packed: bytes) -> bytes:
    """Return gzipped data whose header does not name the operating system.

    Examples
    --------
    >>> import gzip
    >>> without_system(gzip.compress(b"ore"))[9]
    255
    """
    unnamed = bytearray(packed)
    unnamed[_SYSTEM] = _UNKNOWN
    return bytes(unnamed)
