"""The strokes of lines and outlines, in pixels of 1/96 inch, as the page draws them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from minmap.style.proportions import PLAIN_PX
from minmap.style.symbols import Entry

POINTS_PER_PX: Final = 0.75
"""A pixel of CSS is 1/96 inch, a point 1/72."""
INK: Final = "#25303b"
"""The colour of texts and of outlines called ink."""
HALO_LEGS: Final = "#ffffffbf"
_BROKEN: Final[Mapping[str, tuple[tuple[float, ...] | None, str]]] = {
    "under construction": ((12.0, 6.0), "butt"),
    "planned": ((0.1, 7.0), "round"),
}
_SEA: Final = ((7.0, 5.0), "butt")
_RUNGS: Final = {1520: (6.0, 6.0), 1435: (14.0, 4.0)}
_OTHER_RUNGS: Final = (3.0, 8.0)


@dataclass(frozen=True)
class Stroke:
    """A stroke of a line; several over each other make a railway."""

    color: str
    width: float
    dash: tuple[float, ...] | None = None
    cap: Any = "round"
    alpha: float = 1.0

    @property
    def style(self) -> Any:
        """The dashes as matplotlib has them, in points."""
        if not self.dash:
            return "solid"
        return (0, [length * POINTS_PER_PX for length in self.dash])

    @property
    def points(self) -> float:
        """The width in points."""
        return self.width * POINTS_PER_PX


UNMEASURED: Final = Stroke("", 1.0, (3.0, 3.0), "butt")
"""A line whose width has no number; the colour is that of its entry."""


def ink(color: str) -> str:
    """Return a colour of an entry for paper."""
    return INK if color == "ink" else color


def line_stroke(
    entry: Entry, weight: float, *, width: float | None, is_measured: bool,
    dash: Sequence[float] | None, alpha: float,
) -> Stroke:  # fmt: skip
    """Return the stroke of a line.

    Parameters
    ----------
    entry
        Its entry of the legend.
    weight
        The usual width.
    width
        Its own width; None with `is_measured` where its number is missing.
    is_measured
        Whether widths show numbers.
    dash
        Its own dashes; None takes those of the entry.
    alpha
        Its opacity in its layer.
    """
    faded = alpha * (entry.opacity if entry.shape == "line" and entry.opacity is not None else 1.0)
    color = ink(entry.color)
    if is_measured and width is None:
        return replace(UNMEASURED, color=color, alpha=faded)
    across = width if width is not None else weight * (entry.size or 1.0)
    lengths = entry.dash if dash is None else tuple(dash) or None
    scale = max(1.0, across / PLAIN_PX)
    scaled = tuple(length * scale for length in lengths) if lengths else None
    return Stroke(color, across, scaled, "butt" if scaled else "round", faded)


def outline_stroke(entry: Entry, weight: float, *, dash: Sequence[float] | None) -> Stroke | None:
    """Return the stroke of the outline of an area; None without one."""
    if entry.outline == "none":
        return None
    width = entry.outline_width
    across = weight * (entry.size or 1.0) if width is None else width
    lengths = entry.dash if dash is None else tuple(dash) or None
    return Stroke(
        ink(entry.outline or entry.color), across, lengths, "butt" if lengths else "round"
    )


def leg_strokes(entry: Entry) -> list[Stroke]:
    """Return the strokes of a leg of a corridor or a route, the lowest first."""
    color, gauge = entry.color, entry.gauge or 1520
    dash, cap = _BROKEN.get(entry.status or "", (None, "round"))
    if entry.dash:
        dash, cap = tuple(map(float, entry.dash)), "butt"
    halo, core = Stroke(HALO_LEGS, 6), Stroke("#ffffff", 2)
    whole = {
        "rail": [
            halo, Stroke(color, 4), core,
            Stroke(color, 2.4, _RUNGS.get(gauge, _OTHER_RUNGS), "butt"),
        ],
        "road": [halo, Stroke(color, 4), replace(core, width=1.4)],
        "sea": [Stroke(color, 2.6, *_SEA)],
    }  # fmt: skip
    broken = {
        "rail": [halo, Stroke(color, 4.6, dash, cap), replace(core, dash=dash, cap=cap)],
        "road": [halo, Stroke(color, 3.4, dash, cap)],
        "sea": [Stroke(color, 2.6, dash, cap)],
    }
    usual = [halo, Stroke(color, 3, dash, cap)]
    return (broken if dash else whole).get(entry.mode or "", usual)
