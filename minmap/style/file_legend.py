"""The legend of a layer whose look comes with its file."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd

from minmap.style.file_styles.file_style import FileStyle, StyleEntry, Symbol
from minmap.style.proportions import LINE_PX, USUAL_PX
from minmap.style.symbols import NOT_GIVEN, OTHER, UNKNOWN, Entry, Legend
from minmap.types import Integers

_LONGEST_DASH: Final = 60
_SIZES: Final = (0.4, 6.0)  # least and greatest multiple of the usual size
_REST: Final = "Other"
_SHAPES: Final = {"area": "area", "line": "line"}


def legend_of(
    style: FileStyle, table: pd.DataFrame, *, name: str, fill: str, color: str | None = None
) -> Legend:
    """Return the legend of a table by the symbols of a file.

    The entries are those of the file that have a record, in its order. Records without a symbol
    come last, so that nothing disappears.

    Parameters
    ----------
    style
        A style that `minmap.style.file_styles.fitting.fitted` has fitted to the table.
    table
        The records that are drawn; the index is their position in the file.
    name
        Label of a single symbol that has none in the file.
    fill
        Colour of symbols for which the file gives none.
    color
        A colour for all symbols in place of the file's; None keeps those.

    Examples
    --------
    >>> from minmap.style.file_styles.file_style import Condition
    >>> thrust = Symbol("line", line="#aa0000", line_width_px=2.8, dash_px=(8.0, 4.0))
    >>> entry = StyleEntry("Thrust", thrust, (Condition("type", ("T",)),))
    >>> legend = legend_of(
    ...     FileStyle("faults.qml", (entry,)), pd.DataFrame({"type": ["N", "T"]}), name="Faults",
    ...     fill="#333333",
    ... )
    >>> [(entry.label, entry.color, entry.dash, entry.size) for entry in legend.entries]
    [('Thrust', '#aa0000', (8, 4), 2.0), ('Other', '#8A8A8A', None, None)]
    >>> legend.codes.tolist()
    [1, 0]
    """
    codes = style.codes(table)
    looks = [
        _entry(entry, name if len(style.entries) == 1 else _REST, fill) for entry in style.entries
    ]
    shape = looks[0].shape if looks and looks[0].shape in _SHAPES else "circle"
    codes = np.where(codes < 0, len(looks), codes)
    if style.column is not None:
        missing = (codes == len(looks)) & table[style.column].isna().to_numpy(dtype=bool)
        codes = np.where(missing, len(looks) + 1, codes)
    looks += [Entry(_REST, 0, OTHER, shape), Entry(NOT_GIVEN, 0, UNKNOWN, shape)]
    looks, codes = _present(looks, codes)
    if color is not None:
        looks = [replace(look, color=color) for look in looks]
    return Legend.of(style.column, looks, codes)


def area_look(style: FileStyle) -> tuple[float, bool]:
    """Return the usual opacity of the fills of a style, and whether areas have an outline of it.

    Examples
    --------
    >>> granite = Symbol("area", "#ff0000", 0.8, line="#232323")
    >>> area_look(FileStyle("geology.qml", (StyleEntry("Granite", granite),), opacity=0.5))
    (0.4, True)
    """
    symbols = [entry.symbol for entry in style.entries if entry.symbol.kind == "area"]
    filled = [symbol for symbol in symbols if symbol.fill is not None]
    opacity = float(np.median([symbol.fill_opacity for symbol in filled])) if filled else 0.0
    has_outline = any(symbol.line not in (None, symbol.fill) for symbol in filled)
    return round(opacity * style.opacity, 3), has_outline


def _entry(entry: StyleEntry, unnamed: str, fill: str) -> Entry:
    symbol = entry.symbol
    shape = _SHAPES.get(symbol.kind, symbol.shape or "circle")
    dash = None if symbol.kind == "area" and symbol.fill is not None else _dash(symbol)
    return Entry(entry.label or unnamed, 0, symbol.color or fill, shape, dash, size=_size(symbol))


def _dash(symbol: Symbol) -> tuple[int, ...] | None:
    if symbol.dash_px is None or symbol.kind == "point":
        return None
    return tuple(min(max(round(length), 1), _LONGEST_DASH) for length in symbol.dash_px)


def _size(symbol: Symbol) -> float | None:
    """Return the size of a point, or the width of a line, as a multiple of the usual one."""
    if symbol.kind == "area":
        return None
    is_line = symbol.kind == "line"
    pixels = symbol.line_width_px if is_line else symbol.size_px
    if pixels is None:
        return None
    least, most = _SIZES
    return round(min(max(pixels / (LINE_PX if is_line else USUAL_PX), least), most), 2)


def _present(looks: list[Entry], codes: Integers) -> tuple[list[Entry], Integers]:
    """Return the entries that have a record, and the codes among them."""
    used, small = np.unique(codes, return_inverse=True)
    return [looks[number] for number in used.tolist()], small.astype(np.int64)
