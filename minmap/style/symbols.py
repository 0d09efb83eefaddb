"""Colours, shapes and legends of symbols."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from minmap.style.ticks import date_ticks, even_ticks, log_ticks
from minmap.style.value_labels import number_text
from minmap.types import Booleans, Codes, Integers

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
UNKNOWN = "#BDBDBD"
_BYTE = 2**8


def not_given(shape: str, missing: Iterable[float] = (), color: str = UNKNOWN) -> Entry:
    """Return the entry of missing values, and of the numbers that stand for them.

    Examples
    --------
    >>> not_given("cross", [-9999]).label
    'not given (−9999)'
    """
    codes = tuple(missing)
    listed = ", ".join(map(number_text, codes))
    dash = (2, 4) if shape == "line" else None
    label = f"{NOT_GIVEN} ({listed})" if codes else NOT_GIVEN
    return Entry(label, 0, color, shape, dash, missing=codes or None)


@dataclass(frozen=True)
class Entry:
    """One line of a legend.

    `others` is the number of values that share it, `missing` the numbers that stand for a missing
    value, and `codes` the values of the column whose name is the label. `hidden` lines are switched
    off when the page opens. `opacity` is that of a fill, or of a line; 0 is no fill. `outline` is a
    CSS colour, ``"none"`` or ``"ink"`` for the colour of the page's text; None is the usual one.
    `dark` is the colour on a dark page; None is that on a light one.
    """

    label: str
    count: int
    color: str
    shape: str
    dash: tuple[int, ...] | None = None
    mode: str | None = None
    status: str | None = None
    gauge: int | None = None
    size: float | None = None
    opacity: float | None = None
    outline: str | None = None
    outline_width: float | None = None
    limits: tuple[float, float] | None = None
    others: int | None = None
    missing: tuple[float, ...] | None = None
    codes: tuple[str, ...] | None = None
    hidden: bool | None = None
    dark: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return the fields that are set, for the page."""
        return {key: value for key, value in asdict(self).items() if value is not None}


@dataclass(frozen=True)
class Ramp:
    """The ramp of a legend: the numbers of its ends, and whether others lie beyond them."""

    least: float
    greatest: float
    log: bool = False
    below: bool = False
    above: bool = False

    def as_dict(self, *, dates: bool) -> dict[str, Any]:
        """Return the numbers or the dates beside the ramp, for the page."""
        ticks = date_ticks if dates else log_ticks if self.log else even_ticks
        marks = ticks(self.least, self.greatest)
        return {"ticks": marks, "below": self.below, "above": self.above}


@dataclass(frozen=True)
class Legend:
    """How a column is drawn: an entry for each value, and the entry of each row.

    The entries with limits of a legend with a `scale` are the steps of its ramp. The limits of a
    legend of `dates` are days since the start of 1970. A legend that is not `shown` is not in the
    panel. Its `note` says what is to be known of its values.
    """

    title: str | None
    entries: tuple[Entry, ...]
    codes: Codes
    unit: str | None = None
    scheme: str | None = None
    scale: Ramp | None = None
    shown: bool = True
    dates: bool = False
    note: str | None = None

    @classmethod
    def of(
        cls, title: str | None, looks: Iterable[Entry], codes: npt.ArrayLike, **more: Any
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
            ``unit``, ``scheme`` and ``scale``.
        """
        entries = tuple(looks)
        given, is_small = np.asarray(codes), len(entries) <= _BYTE
        small: Codes = given.astype(np.uint8) if is_small else given.astype(np.uint16)
        counts = np.bincount(small, minlength=len(entries)).tolist()
        counted = (replace(look, count=n) for look, n in zip(entries, counts, strict=True))
        return cls(title, tuple(counted), small, **more)

    def changed(self, change: Callable[[Entry], Entry]) -> Legend:
        """Return the legend with each entry changed by a function."""
        return replace(self, entries=tuple(map(change, self.entries)))

    def with_looks(self, **looks: Any) -> Legend:
        """Return the legend with some looks that all entries have in common."""
        return self.changed(lambda entry: replace(entry, **looks))

    def on_dark(self, ramp: Callable[[int], list[str]]) -> Legend:
        """Return the legend with other colours of its classes on a dark page, from a ramp."""
        colors = iter(ramp(sum(entry.limits is not None for entry in self.entries)))
        return self.changed(
            lambda entry: entry if entry.limits is None else replace(entry, dark=next(colors))
        )

    @property
    def blank(self) -> Booleans:
        """Which rows have no value of the column.

        Examples
        --------
        >>> entries = [Entry("a", 0, "#ff0000", "circle"), not_given("cross")]
        >>> Legend.of("kind", entries, [1, 0]).blank
        array([ True, False])
        """
        blank = [entry.missing is not None or entry.label == NOT_GIVEN for entry in self.entries]
        # Rows that are not drawn have a code after the last entry.
        return np.array([*blank, False])[np.minimum(self.codes.astype(np.int64), len(blank))]

    @property
    def class_ranks(self) -> Integers:
        """The drawing ranks of the entries: small symbols lie on large ones, then rare on common.

        Of numbers, rare classes do not lie on common ones.
        """
        has_numbers = any(entry.limits is not None for entry in self.entries)
        keys = [
            (-(1 if entry.size is None else entry.size), 0 if has_numbers else -entry.count)
            for entry in self.entries
        ]
        distinct = sorted(set(keys))
        return np.array([distinct.index(key) for key in keys], dtype=np.int64)

    def as_dict(self) -> dict[str, Any]:
        """Return the legend for the page."""
        scale = self.scale and self.scale.as_dict(dates=self.dates)
        more = {
            "unit": self.unit, "scheme": self.scheme, "scale": scale, "note": self.note,
            "dates": self.dates or None, "shown": None if self.shown else False,
        }  # fmt: skip
        given = {key: value for key, value in more.items() if value is not None}
        return {
            "title": self.title, "entries": [entry.as_dict() for entry in self.entries], **given
        }  # fmt: skip


def single_legend(label: str, count: int, *, color: str, shape: str) -> Legend:
    """Return the legend of rows that are drawn alike."""
    return Legend.of(None, [Entry(label, count, color, shape)], np.zeros(count))
