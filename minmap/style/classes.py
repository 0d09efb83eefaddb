"""Classes of numbers: their limits, colours and sizes."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Integral
from typing import Any, Final

import numpy as np
import pandas as pd

from minmap.arguments import require_one_of, shown
from minmap.errors import MinmapError
from minmap.style.palettes import CATEGORIES, DEFAULT, ramp, require_palette
from minmap.style.symbols import NOT_GIVEN, PALETTE, UNKNOWN, Entry, Legend
from minmap.types import Floats

WITH_K: Final = ("NaturalBreaks", "Quantiles", "EqualInterval", "PrettyBreaks", "MaximumBreaks")
"""Schemes that take a number of classes."""
SCHEMES: Final = (*WITH_K, "StdMean", "HeadTailBreaks", "BoxPlot", "Percentiles")
"""Methods that find the limits of classes."""

_OWN_LIMITS: Final = "limits of your own"
_NAMES: Final = {
    "NaturalBreaks": "natural breaks", "Quantiles": "quantiles",
    "EqualInterval": "equal intervals", "PrettyBreaks": "round intervals",
    "MaximumBreaks": "largest gaps", "StdMean": "standard deviations",
    "HeadTailBreaks": "head and tail", "BoxPlot": "box plot", "Percentiles": "percentiles",
}  # fmt: skip
_K: Final = 5
_MOST_CLASSES: Final = 12
# Number of values, evenly spaced in rank, among which the optimum is found.
_SAMPLE: Final = 500
# Symbols and lines grow from the least class to the greatest, so that classes differ in size too.
_SIZES: Final = (0.7, 1.5)


@dataclass(frozen=True)
class Classes:
    """How the numbers of a column are put into classes and coloured.

    Parameters
    ----------
    scheme
        One of `SCHEMES`, by their names in mapclassify, or the upper limits of the classes. None
        takes ``"NaturalBreaks"``. These are the Fisher-Jenks optimum, found among 500 values
        evenly spaced in rank where there are more.
    k
        Number of classes, 2 to 12; fewer where the column has fewer different numbers. None
        takes 5.
    palette
        ``"viridis"``, ``"cividis"``, ``"YlGnBu"``, ``"YlOrBr"``, ``"Purples"``; diverging, with
        its middle at zero where the numbers have both signs, ``"PuOr"``, ``"RdBu"``, ``"BrBG"``;
        each reversed with ``_r`` at the end. ``"Okabe-Ito"`` shows numbers as codes without an
        order. None means ``"viridis_r"``: on a light map, dark means high.

    Raises
    ------
    ChoiceError
        If `scheme` or `palette` is unknown.
    MinmapError
        If `k` is out of range or does not go with the scheme, or limits do not rise.

    Notes
    -----
    Limits are rounded as long as no number changes its class. References: Fisher (1958),
    https://doi.org/10.1080/01621459.1958.10501479; Jenks (1977), Optimal data classification for
    choropleth maps, University of Kansas; Rey et al., mapclassify,
    https://pysal.org/mapclassify.

    Examples
    --------
    >>> grades = pd.Series([0.5, 0.7, 2.0, 2.1, 9.0, None])
    >>> legend = Classes("NaturalBreaks", k=3).legend(grades, title="grade", shape="circle")
    >>> [(entry.label, entry.count) for entry in legend.entries]
    [('0.5 – 0.7', 2), ('0.7 – 2.1', 2), ('2.1 – 9', 1), ('not given', 1)]
    """

    scheme: str | Sequence[float] | None = None
    k: int | None = None
    palette: str | None = None

    def __post_init__(self) -> None:
        if isinstance(self.scheme, str):
            require_one_of(self.scheme, SCHEMES, name="scheme")
        elif self.scheme is not None:
            object.__setattr__(self, "scheme", _rising(self.scheme))
        if self.palette is not None:
            require_palette(self.palette)
        if self.k is None:
            return
        if self.scheme is not None and self.scheme not in WITH_K:
            raise MinmapError(
                f"k={self.k!r} does not go with scheme={self.scheme!r}, which finds the number of "
                f"classes itself; leave k out, or choose one of: {', '.join(WITH_K)}."
            )
        if not (isinstance(self.k, Integral) and 2 <= self.k <= _MOST_CLASSES):
            raise MinmapError(
                f"k={shown(self.k)} is not a number of classes; give a whole number from 2 "
                f"to {_MOST_CLASSES}."
            )

    def classifies(self, values: pd.Series, *, column: str) -> bool:
        """Return whether a column is put into classes rather than shown value by value.

        Numbers are if a scheme, a number of classes or an ordered palette is given, or if there are
        more different numbers than symbols.

        Raises
        ------
        MinmapError
            If a scheme, a number of classes or an ordered palette is given for values that are not
            numbers, or a scheme for codes.
        """
        ordered = self.palette not in (None, CATEGORIES)
        chosen = self.scheme is not None or self.k is not None
        if not is_measured(values):
            if chosen or ordered:
                raise MinmapError(
                    f"the column {column!r} has no numbers, so it has no classes; leave scheme, k "
                    f"and palette out, or give palette={CATEGORIES!r}."
                )
            return False
        if self.palette == CATEGORIES:
            if chosen:
                raise MinmapError(
                    f"palette={CATEGORIES!r} has no order, as classes have; choose another, or "
                    "leave scheme and k out."
                )
            return False
        return chosen or ordered or values.nunique() > len(PALETTE)

    def legend(
        self, values: pd.Series, *, title: str, shape: str, unit: str | None = None
    ) -> Legend:
        """Return the legend of classes, the least first and missing values last.

        Parameters
        ----------
        values
            Numbers; missing and infinite ones become "not given".
        title
            The legend's heading.
        shape
            Shape of every entry; the size of all but ``"area"`` grows with the class.
        unit
            Unit of the values.
        """
        numbers = values.to_numpy(dtype=np.float64, na_value=np.nan)
        given = np.isfinite(numbers)
        distinct = np.unique(numbers[given])
        limits = self._limits(numbers[given], distinct)
        codes = np.searchsorted(limits[1:], numbers)
        codes[~given] = max(len(limits) - 1, 0)
        looks = self._looks(limits, distinct, shape)
        if not given.all():
            looks.append(_missing(shape))
        name = _OWN_LIMITS if isinstance(self.scheme, tuple) else _NAMES[self._scheme]
        return Legend.of(title, looks, codes, unit=unit, scheme=name)

    @property
    def _scheme(self) -> str:
        return self.scheme if isinstance(self.scheme, str) else WITH_K[0]

    def _limits(self, numbers: Floats, distinct: Floats) -> Floats:
        """Return the least number and the upper limit of each class; empty without numbers."""
        if not len(distinct):
            return distinct
        least, most = _outwards(distinct)
        if isinstance(self.scheme, tuple):  # empty classes too, so that maps can be compared
            top = [most] if distinct[-1] > self.scheme[-1] else []
            return np.array([min(least, self.scheme[0]), *self.scheme, *top])
        upper, k = distinct, self.k or _K
        if len(distinct) > k:
            upper = _upper(self._scheme, numbers, k)
        inner = upper[(upper >= distinct[0]) & (upper < distinct[-1])]
        # Limits without a number between them become one.
        return np.array([least, *np.unique([_rounded(limit, distinct) for limit in inner]), most])

    def _looks(self, limits: Floats, distinct: Floats, shape: str) -> list[Entry]:
        low, high = limits[:-1], limits[1:]
        colors = ramp(self.palette or DEFAULT, len(high), zero=_zero(limits), thin=shape != "area")
        sizes = np.linspace(*_SIZES, len(high)).round(2).tolist()
        single = np.array_equal(np.searchsorted(high, distinct), np.arange(len(high)))
        if single and not isinstance(self.scheme, tuple):
            low = high = distinct
        elif _are_whole(distinct):  # a class begins at the next whole number
            low = np.append(low[:1], np.floor(low[1:]) + 1)
        looks = []
        for n, (least, most) in enumerate(zip(low.tolist(), high.tolist(), strict=True)):
            ends = (min(least, most), most)
            label = " – ".join(dict.fromkeys(_text(end) for end in ends))
            size = None if shape == "area" else sizes[n]
            looks.append(Entry(label, 0, colors[n], shape, size=size, limits=ends))
        return looks


def is_measured(values: pd.Series) -> bool:
    """Return whether a column has real numbers."""
    return bool(pd.api.types.is_any_real_numeric_dtype(values))


def _rising(limits: Any) -> tuple[float, ...]:
    try:
        taken = tuple(float(limit) for limit in limits)
    except (TypeError, ValueError):
        taken = ()
    if not taken or not np.isfinite(taken).all() or (np.diff(taken) <= 0).any():
        raise MinmapError(
            f"scheme={shown(limits)} is not a list of limits; give upper limits that rise, such as "
            f"[1, 5, 10], or one of: {', '.join(SCHEMES)}."
        )
    return taken


def _upper(scheme: str, numbers: Floats, k: int) -> Floats:
    """Return the upper limits of the classes by mapclassify."""
    import mapclassify  # noqa: PLC0415  (it brings scikit-learn, which takes a second)

    if scheme == "NaturalBreaks":
        ranks = np.linspace(0, len(numbers) - 1, min(len(numbers), _SAMPLE)).round().astype(int)
        scheme, numbers = "FisherJenks", np.sort(numbers)[ranks]
    options = {"k": min(k, len(np.unique(numbers)))} if scheme in (*WITH_K, "FisherJenks") else {}
    with warnings.catch_warnings():
        # It warns of a missing numba, and of fewer classes than wanted.
        warnings.simplefilter("ignore")
        found = getattr(mapclassify, scheme)(numbers, **options)
    return np.asarray(found.bins, dtype=np.float64)


def _digits(distinct: Floats) -> int:
    """Return how many decimals to round limits to, for three digits of the range.

    A negative number rounds to tens, hundreds and so on. Limits of integers are integers.
    """
    span = distinct[-1] - distinct[0]
    digits = 2 - int(np.floor(np.log10(span))) if span > 0 else 15
    return min(digits, 0) if _are_whole(distinct) else digits


def _are_whole(numbers: Floats) -> bool:
    return bool((numbers == np.floor(numbers)).all())


def _outwards(distinct: Floats) -> tuple[float, float]:
    """Round the least number down and the greatest up; integers stay."""
    least, most = float(distinct[0]), float(distinct[-1])
    if _are_whole(distinct):
        return least, most
    scale = 10.0 ** _digits(distinct)
    return min(np.floor(least * scale) / scale, least), max(np.ceil(most * scale) / scale, most)


def _missing(shape: str) -> Entry:
    """Return the entry of missing values, which differs from classes in shape or dashes too."""
    dash = (2, 4) if shape == "line" else None
    return Entry(NOT_GIVEN, 0, UNKNOWN, "cross" if shape == "circle" else shape, dash)


def _rounded(limit: float, distinct: Floats) -> float:
    """Round a limit to the fewest digits that keep it between the same two numbers."""
    above = int(np.searchsorted(distinct, limit, side="right"))
    low, high = float(distinct[above - 1]), float(distinct[above])
    digits = _digits(distinct)
    for places in range(digits, digits + 16):
        rounded = round(float(limit), places)
        if low <= rounded < high:
            return rounded
    return low


def _zero(limits: Floats) -> float | None:
    """Return the class that contains zero, a half if zero is a limit; None if no class does."""
    if not len(limits) or not limits[0] < 0 < limits[-1]:
        return None
    place = int(np.searchsorted(limits[1:], 0.0))
    return place + 0.5 if limits[place + 1] == 0 else float(place)


def _text(number: float) -> str:
    """Return a limit as text, with grouped thousands if it cannot be a year."""
    text = f"{number:,.15g}" if abs(number) >= 10_000 else f"{number:.15g}"
    return text.replace("-", "−")
