"""Pack the value of each cell of a raster, so that a page can read it under the cursor."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from minmap.compression import gzipped
from minmap.types import AnyArray, Booleans, Bytes, Integers

# The scale of colours has at least so many steps; whole numbers stay whole.
_STEPS = 5_000
_MOST_CODES = 2**30
_LEAST_STEP = 1e-200


@dataclass(frozen=True, slots=True)
class CellValues:
    """A code for each cell: 0 where there is no data, else 1 and more.

    Attributes
    ----------
    data
        Rows from the north, cells from the west, gzip-compressed. One byte a code where `planes`
        is 1. Where it is 4 a code is the sum of the differences to the west in its row and to the
        north in its column (modulo 2**32); the differences are stored as 0, -1, 1, -2... by their
        lowest bytes first, then all next ones.
    planes
        Bytes of a code.
    least, step
        The value of code 1, and the increment of each further one; None for classes, whose codes
        are their positions in the legend, from 1.
    digits
        Decimals of a value.
    colors
        The colours of the map: for classes one for each code, for values from the legend's ``min``
        to its ``max``.
    """

    data: bytes
    planes: int
    least: float | None
    step: float | None
    digits: int
    colors: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the page's options for reading the data."""
        options = asdict(self)
        del options["data"]
        return options


def pack_classes(index: Bytes, colors: list[str]) -> CellValues:
    """Pack the positions of classes in the legend, 0 where there is no data.

    Examples
    --------
    >>> import gzip
    >>> packed = pack_classes(np.array([[0, 1]], dtype=np.uint8), ["#000000"])
    >>> list(gzip.decompress(packed.data))
    [0, 1]
    """
    return CellValues(gzipped(index.tobytes(), level=6), 1, None, None, 0, tuple(colors))


def pack_values(data: AnyArray, shown: Booleans, colors: list[str], *, span: float) -> CellValues:
    """Pack values as multiples of a power of ten.

    Parameters
    ----------
    data
        Shape (height, width).
    shown
        Shape (height, width), False where there is no data.
    colors
        As in `CellValues`.
    span
        Width of the scale of colours. A step is at most 1/5000 of it; whole numbers stay whole.

    Examples
    --------
    >>> packed = pack_values(
    ...     np.array([[1.5, 2.5]]), np.array([[True, True]]), ["#000000"], span=1.0
    ... )
    >>> packed.least, packed.step, packed.digits
    (1.5, 0.0001, 4)
    """
    values = data[shown].astype(np.float64)
    low, high = values.min(), values.max()
    exponent = math.floor(_log10((span or high - low or 1.0) / _STEPS))
    if (values == np.floor(values)).all():
        exponent = 0
    # Far outliers make the steps larger, not the codes.
    exponent = max(exponent, math.ceil(_log10((high - low) / _MOST_CODES)))
    step = 10.0**exponent
    least = math.floor(low / step) * step
    codes = np.zeros(data.shape, dtype=np.int64)
    codes[shown] = np.rint((values - least) / step).astype(np.int64) + 1
    digits = max(-exponent, 0)
    packed = gzipped(_differences(codes).tobytes(), level=6)
    return CellValues(packed, 4, round(least, digits), step, digits, tuple(colors))


def _log10(number: float) -> float:
    return math.log10(max(number, _LEAST_STEP))


def _differences(codes: Integers) -> Bytes:
    """Return differences of neighbouring codes, their bytes sorted by weight."""
    steps = np.diff(np.diff(codes, axis=1, prepend=0), axis=0, prepend=0).astype(np.int32)
    folded = ((steps << 1) ^ (steps >> 31)).astype("<u4")
    return np.ascontiguousarray(folded.reshape(-1, 1).view(np.uint8).T)
