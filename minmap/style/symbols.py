"""Colours, shapes and legends: no two things on the map differ in colour alone."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from minmap.errors import MinmapError
from minmap.types import Bytes, Floats

# Okabe and Ito's palette for colour-blind readers (Color Universal Design, 2008,
# https://jfly.uni-koeln.de/color/), with a darker yellow and a lighter black for a light map, and
# the shapes that go with the colours.
PALETTE = (
    "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9",
    "#7A5195", "#A6761D", "#8C8C00", "#444444", "#1B4F72", "#B03A2E",
)  # fmt: skip
SHAPES = (
    "circle", "square", "triangle", "diamond", "hexagon", "triangle-down",
    "pentagon", "star", "plus", "cross", "square", "circle",
)  # fmt: skip
NOT_GIVEN = "not given"
OTHER = "#8A8A8A"
# Viridis (S. van der Walt and N. Smith 2015, matplotlib, CC0) from dark to light, whose order
# colour-blind readers see, also in grey.
RAMP = ("#440154", "#3B528B", "#21918C", "#5EC962", "#FDE725")
UNKNOWN = "#BDBDBD"


@dataclass(frozen=True)
class Entry:
    """One line of a legend."""

    label: str
    count: int
    color: str
    shape: str
    dash: tuple[int, ...] | None = None
    mode: str | None = None
    status: str | None = None
    gauge: int | None = None
    size: float | None = None
    limits: tuple[float, float] | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return the fields that are set, for the page."""
        return {key: value for key, value in asdict(self).items() if value is not None}


@dataclass(frozen=True)
class Legend:
    """How a column is drawn: an entry for each value, and the entry of each row."""

    title: str | None
    entries: tuple[Entry, ...]
    codes: Bytes
    unit: str | None = None
    scheme: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return the legend for the page."""
        found = {"title": self.title, "entries": [entry.as_dict() for entry in self.entries]}
        more = {"unit": self.unit, "scheme": self.scheme}
        return found | {key: value for key, value in more.items() if value is not None}


def single_legend(label: str, count: int, *, color: str, shape: str) -> Legend:
    """Return the legend of rows that are drawn alike."""
    entry = Entry(label, count, color, shape)
    return Legend(None, (entry,), np.zeros(count, np.uint8))


def value_legend(
    values: pd.Series,
    *,
    title: str | None,
    known: dict[str, Entry] | None = None,
    area: str | None = None,
) -> Legend:
    """Assign each value of a column its own colour and shape, the most frequent first.

    Parameters
    ----------
    values
        Text, categories or a few distinct numbers; missing values become "not given".
    title
        The legend's heading.
    known
        Entries of values with a fixed look, such as commodity groups, in the order of the legend.
        Other values get colours of the palette.
    area
        Shape of every entry, for lines and polygons (``"line"`` or ``"area"``); None gives each
        value a point symbol of its own.

    Raises
    ------
    MinmapError
        If the column is numeric with more values than the palette has colours.

    Examples
    --------
    >>> legend = value_legend(pd.Series(["b", "a", "b", None]), title="kind")
    >>> [(entry.label, entry.count) for entry in legend.entries], legend.codes.tolist()
    ([('b', 2), ('a', 1), ('not given', 1)], [0, 1, 0, 2])
    """
    _require_few_numbers(values, title)
    try:
        rows, distinct = pd.factorize(values)  # -1 where missing
    except (TypeError, pa.ArrowException):  # compare lists and dicts by their text
        rows, distinct = pd.factorize(values.map(str, na_action="ignore"))
    labels = [_label(value) for value in distinct]
    counts: Counter[str] = Counter()
    for label, count in zip(
        labels, np.bincount(rows[rows >= 0], minlength=len(labels)), strict=True
    ):
        counts[label] += int(count)
    known = known or {}
    ordered = [value for value in known if value in counts]
    ordered += [value for value, _ in counts.most_common() if value and value not in known]
    room = len(ordered) if len(ordered) <= len(PALETTE) else len(PALETTE) - 1
    shown, rest = ordered[:room], ordered[room:]
    entries = [_entry(value, n, counts[value], known, area) for n, value in enumerate(shown)]
    if rest:
        together = sum(counts[value] for value in rest)
        entries.append(Entry(f"other ({len(rest)} values)", together, OTHER, area or "circle"))
    # Blank text counts as missing.
    missing = int((rows < 0).sum()) + counts[""]
    if missing:
        entries.append(Entry(NOT_GIVEN, missing, UNKNOWN, area or "circle"))
    position = {value: n for n, value in enumerate(shown)} | dict.fromkeys(rest, len(shown))
    position[""] = len(entries) - 1
    # Index -1 of a missing value takes the last item.
    place = np.array([*(position[label] for label in labels), len(entries) - 1])
    return Legend(title, tuple(entries), place[rows].astype(np.uint8))


def ordered_value_legend(values: pd.Series, *, title: str | None, label: str = "{}") -> Legend:
    """Return the legend of areas by the few numbers of a column, darkest for the smallest.

    Parameters
    ----------
    values
        Numbers; missing values become "not given".
    title
        The legend's heading.
    label
        Label of a number in the legend, with ``{}`` in its place.

    Raises
    ------
    MinmapError
        If there are more numbers than the palette has colours.

    Examples
    --------
    >>> legend = ordered_value_legend(pd.Series([48, 24, 48]), title=None, label="within {} h")
    >>> [(entry.label, entry.color) for entry in legend.entries], legend.codes.tolist()
    ([('within 24 h', '#440154'), ('within 48 h', '#FDE725')], [1, 0, 1])
    """
    _require_few_numbers(values, title)
    rows, distinct = pd.factorize(values, sort=True)  # -1 where missing
    stops = np.linspace(0, 1, len(RAMP))
    channels = np.array([[int(color[at : at + 2], 16) for at in (1, 3, 5)] for color in RAMP])
    places = np.linspace(0, 1, max(len(distinct), 2))
    colors = np.column_stack([np.interp(places, stops, channel) for channel in channels.T])
    entries = [
        Entry(label.format(_label(value)), int((rows == n).sum()), _hex(color), "area")
        for n, (value, color) in enumerate(zip(distinct, colors, strict=False))
    ]
    if (rows < 0).any():
        entries.append(Entry(NOT_GIVEN, int((rows < 0).sum()), UNKNOWN, "area"))
    return Legend(title, tuple(entries), np.where(rows < 0, len(distinct), rows).astype(np.uint8))


def _hex(color: Floats) -> str:
    return "#" + "".join(f"{round(channel):02X}" for channel in color)


def _label(value: object) -> str:
    """Return a value as the legend shows it; blank text becomes empty."""
    if isinstance(value, (bool, np.bool_)):
        return "yes" if value else "no"
    if isinstance(value, (float, np.floating)):
        return f"{value:.15g}"
    if isinstance(value, pd.Timestamp):
        return str(value).removesuffix(" 00:00:00")
    text = str(value)
    return text if text.strip() else ""


def _entry(value: str, place: int, count: int, known: dict[str, Entry], area: str | None) -> Entry:
    if value in known:
        look = known[value]
        return Entry(look.label, count, look.color, area or look.shape)
    return Entry(value, count, PALETTE[place], area or SHAPES[place])


def _require_few_numbers(values: pd.Series, title: str | None) -> None:
    if not pd.api.types.is_numeric_dtype(values) or pd.api.types.is_bool_dtype(values):
        return
    distinct = values.nunique()
    if distinct > len(PALETTE):
        raise MinmapError(
            f"the column {title!r} has {distinct:,} different numbers, too many to tell apart by "
            "symbol; put them into classes with scheme='NaturalBreaks' or another, or pandas.cut."
        )
