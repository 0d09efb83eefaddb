"""Colours, shapes and legends: no two things on the map differ in colour alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
from PIL import ImageColor

from minmap.errors import MinmapError
from minmap.types import Bytes

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

    @classmethod
    def of(
        cls, title: str | None, looks: Iterable[Entry], codes: npt.ArrayLike, **more: str | None
    ) -> Legend:
        """Return a legend with the rows of each entry counted.

        Parameters
        ----------
        title
            The heading.
        looks
            The entries; their counts do not matter.
        codes
            The position among them of the entry of each row.
        more
            ``unit`` and ``scheme``.
        """
        entries, small = tuple(looks), np.asarray(codes, dtype=np.uint8)
        counts = np.bincount(small, minlength=len(entries)).tolist()
        counted = (replace(look, count=n) for look, n in zip(entries, counts, strict=True))
        return cls(title, tuple(counted), small, **more)

    def as_dict(self) -> dict[str, Any]:
        """Return the legend for the page."""
        found = {"title": self.title, "entries": [entry.as_dict() for entry in self.entries]}
        more = {"unit": self.unit, "scheme": self.scheme}
        return found | {key: value for key, value in more.items() if value is not None}


def single_legend(label: str, count: int, *, color: str, shape: str) -> Legend:
    """Return the legend of rows that are drawn alike."""
    return Legend.of(None, [Entry(label, count, color, shape)], np.zeros(count))


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
    # Blank text counts as missing, and missing values come last.
    labels = np.array([*map(label_of, distinct), ""], dtype=object)
    rows = np.where(rows < 0, len(distinct), rows)
    counts = pd.Series(np.bincount(rows, minlength=len(labels))).groupby(labels, sort=False).sum()
    frequent = counts.drop("").sort_values(ascending=False, kind="stable").index
    known = known or {}
    ordered = [value for value in known if value in frequent]
    ordered += [value for value in frequent if value not in known]
    room = len(ordered) if len(ordered) <= len(PALETTE) else len(PALETTE) - 1
    shown, rest = ordered[:room], ordered[room:]
    looks = [known.get(v, Entry(v, 0, PALETTE[n], SHAPES[n])) for n, v in enumerate(shown)]
    if rest:
        looks.append(Entry(f"other ({len(rest)} values)", 0, OTHER, "circle"))
    if counts[""]:
        looks.append(Entry(NOT_GIVEN, 0, UNKNOWN, "circle"))
    if area is not None:
        looks = [replace(look, shape=area) for look in looks]
    position = {value: n for n, value in enumerate(shown)} | dict.fromkeys(rest, len(shown))
    position[""] = len(looks) - 1
    return Legend.of(title, looks, np.array([position[label] for label in labels])[rows])


def ordered_value_legend(values: pd.Series, *, title: str | None, label: str) -> Legend:
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
    numbers = [label_of(number) for number in np.sort(values.dropna().unique())]
    channels = np.transpose([ImageColor.getrgb(color) for color in RAMP])
    stops, places = np.linspace(0, 1, len(RAMP)), np.linspace(0, 1, max(len(numbers), 2))
    mixed = np.rint([np.interp(places, stops, channel) for channel in channels]).astype(int)
    known = {
        number: Entry(label.format(number), 0, "#{:02X}{:02X}{:02X}".format(*color), "area")
        for number, color in zip(numbers, mixed.T, strict=False)
    }
    return value_legend(values, title=title, known=known, area="area")


def label_of(value: object) -> str:
    """Return a value as the legend shows it; blank text becomes empty."""
    if isinstance(value, (bool, np.bool_)):
        return "yes" if value else "no"
    if isinstance(value, (float, np.floating)):
        return f"{value:.15g}"
    if isinstance(value, pd.Timestamp):
        return str(value).removesuffix(" 00:00:00")
    text = str(value)
    return text if text.strip() else ""


def _require_few_numbers(values: pd.Series, title: str | None) -> None:
    if not pd.api.types.is_numeric_dtype(values) or pd.api.types.is_bool_dtype(values):
        return
    distinct = values.nunique()
    if distinct > len(PALETTE):
        raise MinmapError(
            f"the column {title!r} has {distinct:,} different numbers, too many to tell apart by "
            "symbol; put them into classes with scheme='NaturalBreaks' or another, or pandas.cut."
        )
