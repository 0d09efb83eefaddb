"""Sizes, widths and opacities that follow columns or the scale of the map, as expressions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from minmap.qgis.elements import number, quoted
from minmap.scene.diameters import FAR, LEG_ZOOM, NEAR, are_given, usual_px
from minmap.scene.drawn_layer import DrawnRecords
from minmap.scene.route_widths import NARROWEST, WIDEST
from minmap.scene.strokes import POINTS_PER_PX
from minmap.style.proportions import LINES, PLAIN_PX, SYMBOLS, USUAL_PX, Proportion

# A scale of 1 : 591,658,711 has zoom 0: 40,075 km in 256 pixels of 1/96 inch.
ZOOM: Final = "log(2, 591658711 / @map_scale)"
_ZOOMS: Final = 13


@dataclass(frozen=True)
class Measured:
    """A column of numbers that a channel shows.

    Attributes
    ----------
    column
        Its name in the file.
    most
        Its greatest number.
    missing
        How many records have no number.
    is_count
        Whether its numbers are counts, such as 1 to 6.
    """

    column: str
    most: float
    missing: int
    is_count: bool

    @property
    def is_given(self) -> str:
        """The condition that a record has a number: codes of missing ones are negative."""
        return f"{quoted(self.column)} >= 0"

    @property
    def is_missing(self) -> str:
        """The condition that it has none."""
        return f"NOT coalesce({self.is_given}, false)"

    def length(self, proportion: Proportion) -> str:
        """Return the expression of a diameter or a width in pixels."""
        fitted = proportion.fitted(self.most, is_count=self.is_count)
        share = f"{quoted(self.column)} / {number(self.most or 1.0)}"
        powered = share if proportion.power == 1 else f"({share}) ^ {number(proportion.power)}"
        return f"max({number(proportion.least)}, {number(fitted.greatest)} * {powered})"

    def opacity(self) -> str:
        """Return the expression of an opacity from 0 to 1."""
        return f"if({self.is_given}, {quoted(self.column)}, 1)"


def diameter(part: DrawnRecords, sizes: Measured | None) -> str | None:
    """Return the expression of what usual diameters are multiplied with; None for nothing."""
    if part.kind == "nodes":
        return f"if({ZOOM} < {LEG_ZOOM}, {FAR}, 1)"
    if part.kind != "points":
        return None
    if sizes is None and are_given(part.marks.legend.entries):
        return None
    zooms = range(_ZOOMS)
    usual = [usual_px(zoom, len(part.table), has_sizes=sizes is not None) for zoom in zooms]
    if set(usual) == {USUAL_PX}:
        factor = "1"
    else:
        listed = ", ".join(number(round(px / USUAL_PX, 4)) for px in usual)
        factor = f"array_get(array({listed}), max(0, min({_ZOOMS - 1}, round({ZOOM}))))"
    return factor if sizes is None else f"{factor} * {sizes.length(SYMBOLS)} / {USUAL_PX}"


def leg_width(part: DrawnRecords, most: int) -> str:
    """Return the expression of what the widths of legs are multiplied with."""
    scale = f"max({FAR}, min({NEAR}, {ZOOM} / {LEG_ZOOM}))"
    if part.widths is None:
        return scale
    share = f'sqrt(min(1, "occurrences" / {number(max(1, most))}))'
    return f"{scale} * ({NARROWEST} + {number(WIDEST - NARROWEST)} * {share})"


def wide_line(width: str, dash: Sequence[float]) -> dict[str, str]:
    """Return the expressions of a width in pixels, and of the dashes that grow with it."""
    found = {"outlineWidth": f"{width} * {POINTS_PER_PX}"}
    if dash:
        longer = f"{POINTS_PER_PX} * max(1, {width} / {PLAIN_PX})"
        lengths = ", ".join(f"{number(length)} * {longer}" for length in dash)
        found["customDash"] = f"array_to_string(array({lengths}), ';')"
    return found


def line_width(widths: Measured) -> str:
    """Return the expression of the width of a line in pixels."""
    return widths.length(LINES)
