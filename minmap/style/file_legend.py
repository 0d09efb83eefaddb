"""The legend of a layer whose look comes with its file."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import numpy as np
import pandas as pd

from minmap.style.channels import NONE
from minmap.style.file_styles.file_style import FileStyle, StyleEntry, Symbol
from minmap.style.proportions import LINE_PX, PLAIN_PX, USUAL_PX
from minmap.style.symbols import NOT_GIVEN, OTHER, UNKNOWN, Entry, Legend
from minmap.style.value_labels import label_of

_LONGEST_DASH: Final = 60
_SIZES: Final = (0.2, 6.0)  # least and greatest multiple of the usual size
_OUTLINES_PX: Final = (0.4, 10.0)  # least and greatest width
_UNSTYLED_OPACITY: Final = 0.3  # of areas for which the file gives no look
_OPAQUE: Final = 255
_REST: Final = "Other"


def legend_of(
    style: FileStyle,
    table: pd.DataFrame,
    *,
    name: str,
    fill: str,
    color: str | None = None,
    is_faded: bool = True,
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
    is_faded
        Whether the file's opacity of the whole layer counts too, besides that of each colour.

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
    [('Thrust', '#aa0000', (7, 4), 2.0), ('Other', '#8A8A8A', None, None)]
    >>> legend.codes.tolist()
    [1, 0]
    """
    codes = style.codes(table)
    unnamed = name if len(style.entries) == 1 else _REST
    listed = style.entries
    if color is not None:
        listed = tuple(replace(one, symbol=_in_one_color(one.symbol, color)) for one in listed)
    fade = (style.opacity, _UNSTYLED_OPACITY) if is_faded else (1.0, 1.0)
    looks = [_entry(entry, unnamed, fill, *fade) for entry in listed]
    shape, opacity = "circle", None
    if looks and listed[0].symbol.kind != "point":
        shape, opacity = looks[0].shape, looks[0].opacity
    codes = np.where(codes < 0, len(looks), codes)
    if style.column is not None:
        missing = (codes == len(looks)) & table[style.column].isna().to_numpy(dtype=bool)
        codes = np.where(missing, len(looks) + 1, codes)
    rest = ((_REST, color or OTHER), (NOT_GIVEN, color or UNKNOWN))
    looks += [Entry(label, 0, one, shape, opacity=opacity) for label, one in rest]
    used, present = np.unique(codes, return_inverse=True)
    return Legend.of(style.column, [looks[number] for number in used.tolist()], present)


def _in_one_color(symbol: Symbol, color: str) -> Symbol:
    """Return a symbol whose fill, or whose line if it has no fill, has a colour."""
    if symbol.kind == "line" or symbol.is_hollow:
        return replace(symbol, line=color)
    return replace(symbol, fill=color)


def _entry(
    entry: StyleEntry, unnamed: str, fill: str, layer_opacity: float, unstyled: float
) -> Entry:
    symbol = entry.symbol
    only = entry.conditions[0] if len(entry.conditions) == 1 else None
    cells = () if only is None or only.is_negated else only.values  # noqa: PD011
    codes = tuple(label for label in map(label_of, cells) if label)
    return Entry(
        entry.label or unnamed,
        0,
        symbol.color or fill,
        (symbol.shape or "circle") if symbol.kind == "point" else symbol.kind,
        _dash(symbol),
        size=_size(symbol),
        opacity=_opacity(symbol, layer_opacity, unstyled),
        codes=codes or None,
        hidden=None if entry.is_shown or symbol.kind != "point" else True,
        **_outline(symbol, layer_opacity),
    )


def _dash(symbol: Symbol) -> tuple[int, ...] | None:
    if symbol.dash_px is None or symbol.kind == "point":
        return None
    # The page makes those of wide lines longer.
    wide = (symbol.line_width_px or 0.0) / PLAIN_PX if symbol.kind == "line" else 1.0
    lengths = (round(length / max(wide, 1.0)) for length in symbol.dash_px)
    return tuple(min(max(length, 1), _LONGEST_DASH) for length in lengths)


def _size(symbol: Symbol) -> float | None:
    """Return the size of a point, or the width of a line, as a multiple of the usual one."""
    if symbol.kind == "area":
        return None
    is_line = symbol.kind == "line"
    pixels = symbol.line_width_px if is_line else symbol.size_px
    if pixels is None:
        return None
    return _within(pixels / (LINE_PX if is_line else USUAL_PX), _SIZES, 4)


def _opacity(symbol: Symbol, layer_opacity: float, unstyled: float) -> float | None:
    """Return the opacity of a fill or a line; None if it is opaque."""
    share = symbol.line_opacity if symbol.kind == "line" else symbol.fill_opacity
    if symbol.is_hollow:
        share = 0.0
    elif symbol.kind == "area" and symbol.fill is None:
        share = unstyled
    share = round(share * layer_opacity, 3)
    return None if share == 1 else share


def _outline(symbol: Symbol, layer_opacity: float) -> dict[str, Any]:
    """Return the outline of an area or a point; nothing leaves it to the map."""
    if symbol.kind == "line":
        return {}
    width = symbol.line_width_px
    if symbol.line is None:
        is_without = width == 0 if symbol.kind == "point" else symbol.fill is not None
        return {"outline": NONE} if is_without else {}
    alpha = round(symbol.line_opacity * layer_opacity * _OPAQUE)
    color = symbol.line if alpha == _OPAQUE else f"{symbol.line}{alpha:02x}"
    look = {} if width is None else {"outline_width": _within(width, _OUTLINES_PX)}
    return {"outline": color, **look}


def _within(number: float, limits: tuple[float, float], digits: int = 2) -> float:
    return round(min(max(number, limits[0]), limits[1]), digits)
