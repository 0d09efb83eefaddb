"""Draw the cells of a raster as a PNG with a legend, and pack their values for the page."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from itertools import cycle, islice
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from PIL import Image

from minmap.compression import gzipped
from minmap.errors import MinmapError
from minmap.types import AnyArray, Booleans, Bytes, Cells, Floats

# Okabe & Ito (2008), Color Universal Design, https://jfly.uni-koeln.de/color/, grey for black.
_OKABE_ITO = (
    "#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7", "#999999",
)  # fmt: skip
MOST_COLORS = 255
"""Of a raster: a palette PNG has 256 colours, and one is for no data."""
STRETCH_PERCENT = (2.0, 98.0)
"""Percentiles between which the scale of colours runs."""
_LEGEND_COLOURS = 16
STEPS = 5_000
"""The scale of colours has at least this many steps; whole numbers stay whole."""
_MOST_CODES = 2**30
_LEAST_STEP = 1e-200
_ROWS_AT_ONCE = 256


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
    cells
        The values or classes themselves, masked where there is no data.
    planes
        Bytes of a code.
    least, step
        The value of code 1, and the increment of each further one; None for classes, whose codes
        are their positions in the legend, from 1.
    digits
        Decimals of a value.
    colors
        The colours of the map: for classes one for each code, for values from the legend's ``min``
        to its ``max``, in equal steps or up to `limits`; at most 255.
    limits
        The greatest value of each colour but the last; None for equal steps.
    """

    data: bytes
    cells: Cells = field(repr=False, compare=False)
    planes: int
    least: float | None
    step: float | None
    digits: int
    colors: tuple[str, ...]
    limits: tuple[float, ...] | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return the page's options for reading the data."""
        names = ("planes", "least", "step", "digits", "colors")
        found = {name: getattr(self, name) for name in names}
        return found if self.limits is None else {**found, "limits": self.limits}


@dataclass(frozen=True, slots=True)
class Picture:
    """A legend without title, a remark for the reader, and a PNG or the value of each cell."""

    legend: dict[str, Any]
    remark: str = ""
    image: bytes | None = None
    cell_values: CellValues | None = None


def picture_of_classes(
    data: AnyArray,
    shown: Booleans,
    *,
    names: Mapping[int, str],
    colours: Mapping[int, tuple[int, ...]],
) -> Picture:
    """Give each value its own colour.

    Parameters
    ----------
    data
        Shape (height, width).
    shown
        Shape (height, width), False where there is no data.
    names
        Labels by value; a value without one is its own label.
    colours
        Red, green, blue and alpha (0 to 255) by value, as in a colour table; a value with alpha 0
        is not drawn. Empty means that there is no table.

    Raises
    ------
    MinmapError
        If there are more than 255 values.
    """
    clear = [value for value, colour in colours.items() if len(colour) == 4 and colour[3] == 0]
    shown = shown & ~np.isin(data, clear)
    values = np.unique(data[shown])
    if len(values) > MOST_COLORS:
        raise MinmapError(
            f"There are {len(values):,} different values, too many for classes ({MOST_COLORS}); "
            "pass kind='values'."
        )
    hues = [
        f"#{bytes(colours[value][:3]).hex()}" if value in colours else spare
        for value, spare in zip(values.tolist(), _distinct(len(values)), strict=True)
    ]
    index = np.zeros(data.shape, dtype=np.uint8)
    index[shown] = np.searchsorted(values, data[shown]) + 1
    entries = [
        {"value": value, "label": names.get(value, str(value)), "color": hue}
        for value, hue in zip(values.tolist(), hues, strict=True)
    ]
    legend = {"unit": None, "entries": entries}
    packed = pack_classes(index, hues, cells=np.ma.masked_array(data, ~shown))
    return Picture(legend, cell_values=packed)


def picture_of_values(
    data: AnyArray, shown: Booleans, *, unit: str | None, palette: str
) -> Picture:
    """Colour values on a scale from their 2nd to their 98th percentile.

    Parameters
    ----------
    data
        Shape (height, width).
    shown
        Shape (height, width), False where there is no data.
    unit
        Unit of the values; None if not known.
    palette
        A colormap of matplotlib.
    """
    low, high = (float(edge) for edge in np.percentile(data[shown], STRETCH_PERCENT))
    hues = _hues(palette, np.linspace(0, 1, MOST_COLORS))
    picks = np.linspace(0, MOST_COLORS - 1, _LEGEND_COLOURS).round().astype(int)
    legend = {"unit": unit, "ramp": [hues[pick] for pick in picks], "min": low, "max": high}
    remark = "Colours run from the 2nd to the 98th percentile; values beyond have the end colours."
    packed = pack_values(data, shown, hues, span=high - low)
    return Picture(legend, remark, cell_values=packed)


def picture_of_image(data: AnyArray, shown: Booleans, bits: int = 8) -> Picture:
    """Show red, green, blue and perhaps alpha, shape (3 or 4, height, width).

    Parameters
    ----------
    data
        The bands. Those of 8 bits are unchanged.
    shown
        Shape (height, width), False where there is no data.
    bits
        How many bits of a number are used. Where more than 8 are, colours that reach beyond half of
        the range are divided; others, such as reflectances, are stretched from 0 to their 98th
        percentile.
    """
    remark, colours = "", data[:3]
    most = 2.0**bits - 1
    if data.dtype != np.uint8:
        white = most
        if colours[:, shown].max() <= most / 2:
            white = float(np.percentile(colours[:, shown], STRETCH_PERCENT[1])) or 1.0
            remark = f"Colours run from 0 to {white:,.10g}, the 98th percentile of all bands."
        colours = _as_bytes(colours, white)
    alpha = np.where(shown, 255, 0).astype(np.uint8)
    if len(data) == 4:
        own = data[3] if data.dtype == np.uint8 else _as_bytes(data[3], most)
        alpha = np.where(shown, own, 0).astype(np.uint8)
    png = _png(Image.fromarray(np.dstack([*colours, alpha])))
    return Picture({"unit": None, "entries": []}, remark, image=png)


def picture_of_palette(
    data: AnyArray, shown: Booleans, colours: Mapping[int, tuple[int, ...]]
) -> Picture:
    """Show cells in the colours of a table, without a legend; cells without a colour are clear."""
    table = np.zeros((int(data.max()) + 1, 4), np.uint8)
    for value, colour in colours.items():
        if value < len(table):
            table[value] = (*colour[:3], *(colour[3:] or (255,)))
    return picture_of_image(np.moveaxis(table[data], -1, 0), shown)


def _as_bytes(data: AnyArray, most: float) -> Bytes:
    return np.rint(np.clip(data / most, 0.0, 1.0) * 255).astype(np.uint8)


def color_numbers(packed: CellValues, legend: Mapping[str, Any]) -> Bytes:
    """Return the number of each cell's colour in `CellValues.colors`, from 1; 0 for no data.

    Parameters
    ----------
    packed, legend
        The values with their colours, and the legend whose ``min`` and ``max`` they have.

    Examples
    --------
    >>> cells = np.ma.masked_array([[0.0, 5.0, 9.0]], [[True, False, False]])
    >>> packed = CellValues(b"", cells, 4, 5.0, 1.0, 0, ("#000000", "#ffffff"))
    >>> color_numbers(packed, {"min": 5.0, "max": 9.0}).tolist()
    [[0, 1, 2]]
    """
    values, last = packed.cells.compressed(), len(packed.colors) - 1
    if packed.step is None:
        places = np.searchsorted([entry["value"] for entry in legend["entries"]], values)
    elif packed.limits is not None:
        places = np.searchsorted(packed.limits, values)
    else:
        span = legend["max"] - legend["min"] or 1.0
        part = np.clip((values.astype(float) - legend["min"]) / span, 0.0, 1.0)
        places = np.rint(part * last)
    numbers = np.zeros(packed.cells.shape, dtype=np.uint8)
    numbers[~np.ma.getmaskarray(packed.cells)] = places.astype(np.uint8) + 1
    return numbers


def _distinct(count: int) -> list[str]:
    hues = list(_OKABE_ITO)
    if count > len(hues):
        hues = [hue for name in ("tab20", "tab20b", "tab20c") for hue in _hues(name, range(20))]
    return list(islice(cycle(hues), count))


def _hues(name: str, places: Iterable[float]) -> list[str]:
    """Return the colours at some places of a colormap of matplotlib, as "#rrggbb"."""
    from matplotlib import colormaps  # noqa: PLC0415

    parts = np.rint(colormaps[name](np.array([*places]))[:, :3] * 255).astype(np.uint8)
    return [f"#{bytes(part).hex()}" for part in parts]


def palette_png(index: Bytes, hues: list[str]) -> bytes:
    """Write indices as a PNG whose colour 0 is transparent."""
    image = Image.fromarray(index).convert("P")
    image.putpalette([part for hue in ["#000000", *hues] for part in bytes.fromhex(hue[1:])])
    return _png(image, transparency=0)


def _png(image: Image.Image, **options: Any) -> bytes:
    content = BytesIO()
    image.save(content, format="PNG", optimize=False, compress_level=6, **options)
    return content.getvalue()


def pack_classes(index: Bytes, colors: list[str], *, cells: Cells) -> CellValues:
    """Pack the positions of classes in the legend, 0 where there is no data.

    Examples
    --------
    >>> import gzip
    >>> cells = np.ma.masked_array([[0, 7]], [[True, False]])
    >>> packed = pack_classes(np.array([[0, 1]], dtype=np.uint8), ["#000000"], cells=cells)
    >>> list(gzip.decompress(packed.data))
    [0, 1]
    """
    return CellValues(gzipped(index.tobytes(), level=6), cells, 1, None, None, 0, tuple(colors))


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
    values = data[shown]
    low, high = float(values.min()), float(values.max())
    exponent = math.floor(_log10((span or high - low or 1.0) / STEPS))
    if (values == np.floor(values)).all():
        exponent = 0
    del values  # large, like all that follows
    # Far outliers make the steps larger, not the codes.
    exponent = max(exponent, math.ceil(_log10((high - low) / _MOST_CODES)))
    step = 10.0**exponent
    least = math.floor(low / step) * step
    codes = np.zeros(data.shape, dtype=np.uint32)
    for first in range(0, len(data), _ROWS_AT_ONCE):
        rows = slice(first, first + _ROWS_AT_ONCE)
        codes[rows][shown[rows]] = _codes(data[rows][shown[rows]].astype(np.float64), least, step)
    digits = max(-exponent, 0)
    packed = gzipped(pa.py_buffer(_differences(codes)), level=6)
    cells = np.ma.masked_array(data, ~shown)
    return CellValues(packed, cells, 4, round(least, digits), step, digits, tuple(colors))


def _codes(values: Floats, least: float, step: float) -> Floats:
    """Return the codes of values, in their place."""
    values -= least
    values /= step
    np.rint(values, out=values)
    values += 1
    return values


def _log10(number: float) -> float:
    return math.log10(max(number, _LEAST_STEP))


def _differences(codes: NDArray[np.uint32]) -> Bytes:
    """Return differences of neighbouring codes, their bytes sorted by weight; change the codes."""
    codes[:, 1:] -= codes[:, :-1].copy()  # modulo 2**32
    codes[1:] -= codes[:-1].copy()
    steps = codes.view(np.int32)
    signs = steps >> 31
    steps <<= 1
    steps ^= signs
    folded = codes.astype("<u4", copy=False)
    return np.ascontiguousarray(folded.reshape(-1, 1).view(np.uint8).T)
