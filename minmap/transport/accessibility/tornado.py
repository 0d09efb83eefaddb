"""The tornado picture of a sensitivity: a bar for each assumption, the longest on top."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from pathlib import Path
from textwrap import wrap
from typing import Any, Final, Protocol

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from minmap.output import atomic_path
from minmap.output.picture_files import drawing_settings, picture_metadata
from minmap.transport.accessibility.routing import Route

_MOST_BARS: Final = 14
_DPI: Final = 200
# Inches.
_WIDTH: Final = 7.5
_LABELS: Final = 3.15
_RIGHT: Final = 0.45
_ROW: Final = 0.42
_LINE: Final = 0.102
_TOP: Final = 0.85
_AXIS: Final = 0.5
_MARGIN: Final = 0.12
_PITCH: Final = 8.4  # points between the lines of a label
# Letters that have room in a line of the label and of the sources.
_LABEL_LETTERS: Final = 52
_SOURCE_LETTERS: Final = 170
# Okabe and Ito (2008), Color Universal Design, jfly.uni-koeln.de/color: blue and orange differ for
# all kinds of colour vision, and in a print without colours.
_COLORS: Final = {"low": "#0072B2", "high": "#E69F00"}
_INK, _QUIET = "#1f2328", "#57606a"
_SIZES: Final = {"title": 10.0, "text": 8.0, "small": 6.8, "source": 5.6}


class Varied(Protocol):
    """What the picture shows, as `minmap.sensitivity` returns it."""

    @property
    def route(self) -> Route:
        """The route that varies."""

    @property
    def measure(self) -> str:
        """``"cost_usd_t"`` or ``"hours"``."""

    @property
    def table(self) -> pd.DataFrame:
        """A row for each assumption."""

    @property
    def value(self) -> float:
        """The value in the middle."""

    @property
    def value_range(self) -> tuple[float, float]:
        """The low and the high end."""

    @property
    def unit(self) -> str:
        """The unit of the value."""


def tornado(sensitivity: Varied) -> Figure:
    """Draw the bars of a sensitivity.

    Parameters
    ----------
    sensitivity
        What `minmap.sensitivity` returned. The assumptions that do not move its value, and those
        after the first 14, have no bar; a line below says how many have none.
    """
    with drawing_settings():
        return _drawn(sensitivity)


def save_tornado(sensitivity: Varied, path: Path) -> None:
    """Write the picture of a sensitivity to a .png, .svg or .pdf, whole or not at all.

    Raises
    ------
    FileError
        If it cannot be written.
    """
    ending = path.suffix.lower()
    sources = "; ".join([*_cited(_bars(sensitivity)), *_of_network(sensitivity)])
    with atomic_path(path) as draft, drawing_settings():
        metadata = picture_metadata(ending, sources)
        _drawn(sensitivity).savefig(draft, format=ending[1:], dpi=_DPI, metadata=metadata)


def _bars(sensitivity: Varied) -> pd.DataFrame:
    table = sensitivity.table
    return table[table["swing"] > 0].head(_MOST_BARS)


def _drawn(sensitivity: Varied) -> Figure:
    bars = _bars(sensitivity)
    notes = [line for text in _notes(sensitivity, bars) for line in wrap(text, _SOURCE_LETTERS)]
    rows = max(len(bars), 1) * _ROW
    below = _AXIS + len(notes) * _LINE + _MARGIN
    height = _TOP + rows + below
    figure = Figure(figsize=(_WIDTH, height), dpi=_DPI, facecolor="white")
    FigureCanvasAgg(figure)
    width = _WIDTH - _LABELS - _RIGHT
    ax = figure.add_axes(
        (_LABELS / _WIDTH, below / height, width / _WIDTH, rows / height), facecolor="white"
    )
    _draw_bars(ax, bars, sensitivity)
    _style_axis(ax, sensitivity, len(bars))
    _write_around(figure, sensitivity, notes)
    return figure


def _draw_bars(ax: Axes, bars: pd.DataFrame, sensitivity: Varied) -> None:
    """Draw the two ends of each bar, and write its label and its values."""
    middle, measure = sensitivity.value, sensitivity.measure
    cited = _cited(bars)
    form = ",.0f" if bars["swing"].max() >= 20 else ",.1f"
    for row, bar in enumerate(bars.to_dict("records")):
        ends = {end: float(bar[f"{measure}_at_{end}"]) for end in _COLORS}
        # Where both ends lie on one side, the shorter one lies on the longer one.
        for end in sorted(ends, key=lambda one: -abs(ends[one] - middle)):
            ax.barh(row, ends[end] - middle, left=middle, height=0.62, color=_COLORS[end])
        least, most = min(*ends.values(), middle), max(*ends.values(), middle)
        for value, side, gap in ((least, "right", -3), (most, "left", 3)):
            if value != middle:
                ax.annotate(
                    format(value, form), (value, row), (gap, 0), textcoords="offset points",
                    ha=side, va="center", fontsize=_SIZES["small"], color=_INK,
                )  # fmt: skip
        _write_label(ax, row, bar, cited.index(bar["source"]) + 1)


def _write_label(ax: Axes, row: int, bar: Mapping[Hashable, Any], source: int) -> None:
    """Write the meaning, the range and the number of the source to the left of a bar."""
    meaning = wrap(str(bar["meaning"]), _LABEL_LETTERS, max_lines=2, placeholder=" …")
    unit = "" if bar["unit"] in ("", "1") else f" {bar['unit']}"
    numbers = [f"{float(bar[name]):,.4g}" for name in ("value", "low", "high")]
    mark = " *" if bar["route_changes"] else ""
    about = f"{numbers[0]}{unit} ({numbers[1]} to {numbers[2]}) [{source}]{mark}"
    for lines, color, at in (("\n".join(meaning), _INK, 0), (about, _QUIET, len(meaning))):
        ax.annotate(
            lines, (0, row), (-7, _PITCH * ((len(meaning) + 1) / 2 - at)), ha="right", va="top",
            xycoords=("axes fraction", "data"), textcoords="offset points",
            fontsize=_SIZES["small"], color=color, parse_math=False, linespacing=1.05,
        )  # fmt: skip


def _style_axis(ax: Axes, sensitivity: Varied, bars: int) -> None:
    """Set the limits and the grid of the axis, and mark the middle."""
    ax.set_ylim(max(bars, 1) - 0.5, -0.5)
    ax.margins(x=0.12)
    ax.autoscale_view(scaley=False)
    ax.set_yticks([])
    for side in ("left", "right", "top"):
        ax.spines[side].set_visible(False)
    ax.spines["bottom"].set_color(_QUIET)
    ax.tick_params(labelsize=_SIZES["small"], colors=_QUIET)
    ax.xaxis.set_major_formatter("{x:,.6g}")
    ax.grid(axis="x", color="#d0d7de", linewidth=0.5)
    ax.set_axisbelow(True)
    ax.axvline(sensitivity.value, color=_INK, linewidth=0.9)
    ax.set_xlabel(sensitivity.unit, fontsize=_SIZES["small"], color=_QUIET, labelpad=2)


def _write_around(figure: Figure, sensitivity: Varied, notes: list[str]) -> None:
    """Write the title, the legend and the sources."""
    height = figure.get_figheight()
    left = _MARGIN / _WIDTH
    low, high = sensitivity.value_range
    title = f"{sensitivity.route.start} to {sensitivity.route.to}"
    about = (
        f"{sensitivity.value:,.0f} {sensitivity.unit}; {low:,.0f} to {high:,.0f} with all that the "
        "route uses at the low or the high ends at once"
    )
    texts = (
        (title, _SIZES["title"], _INK, height - _MARGIN, "bold"),
        (about, _SIZES["text"], _INK, height - _MARGIN - 0.2, "normal"),
        ("\n".join(notes), _SIZES["source"], _QUIET, _MARGIN + len(notes) * _LINE, "normal"),
    )
    for text, size, color, at, weight in texts:
        figure.text(
            left, at / height, text, fontsize=size, color=color, fontweight=weight, va="top",
            parse_math=False, linespacing=1.2,
        )  # fmt: skip
    keys = {end: f"assumption at its {end} end" for end in _COLORS}
    figure.legend(
        handles=[Patch(color=color, label=keys[end]) for end, color in _COLORS.items()],
        loc="upper right", bbox_to_anchor=(1 - left, (height - _MARGIN - 0.46) / height), ncols=2,
        fontsize=_SIZES["small"], frameon=False, borderaxespad=0, borderpad=0, labelcolor=_INK,
        handlelength=1.2, handleheight=0.8,
    )  # fmt: skip


def _notes(sensitivity: Varied, bars: pd.DataFrame) -> list[str]:
    """Return the sentences below the bars: what they leave out, and the sources."""
    moved = int((sensitivity.table["swing"] > 0).sum())
    rest, still = moved - len(bars), len(sensitivity.table) - moved
    notes = []
    if bars["route_changes"].any():
        notes.append("* At one of the ends, another route is the best.")
    if rest:
        notes.append(f"{rest} that move it less have no bar.")
    if still:
        notes.append(f"{still} that do not move it have no bar.")
    sources = [f"[{number}] {text}." for number, text in enumerate(_cited(bars), start=1)]
    network = "; ".join(_of_network(sensitivity))
    return [" ".join(notes), *sources, f"Network: {network}." if network else ""]


def _cited(bars: pd.DataFrame) -> list[str]:
    """Return the sources of the bars, each once, in the order of the bars."""
    return list(dict.fromkeys(bars["source"]))


def _of_network(sensitivity: Varied) -> list[str]:
    cited = [str(source.get("citation", "")) for source in sensitivity.route.sources]
    return [text for text in cited if text]
