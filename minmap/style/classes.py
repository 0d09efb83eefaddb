"""Classes of numbers: their limits, colours and sizes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from numbers import Integral
from typing import Any, Final

import numpy as np
import pandas as pd

from minmap.arguments import items_of, require_one_of, shown
from minmap.errors import MinmapError, recorded_warnings
from minmap.missing_codes import missing_codes
from minmap.style.dates import date_text, day_of, is_date, period_end, require_clear_dates
from minmap.style.palettes import DEFAULT_RAMP, Palette, as_palette, dark_ramp, is_ramp, ramp
from minmap.style.ramps import CONTINUOUS, LOG, Ends, ramp_legend
from minmap.style.symbols import PALETTE, Entry, Legend, not_given
from minmap.style.value_labels import number_text
from minmap.types import Floats

_NAMES: Final = {
    "NaturalBreaks": "natural breaks", "Quantiles": "quantiles",
    "EqualInterval": "equal intervals", "PrettyBreaks": "round intervals",
    "MaximumBreaks": "largest gaps", "StdMean": "standard deviations",
    "HeadTailBreaks": "head and tail", "BoxPlot": "box plot", "Percentiles": "percentiles",
}  # fmt: skip
SCHEMES: Final = tuple(_NAMES)
"""Methods that find the limits of classes."""
WITH_K: Final = SCHEMES[:5]
"""Schemes that take a number of classes."""
RAMPS: Final = (CONTINUOUS, LOG)
"""Schemes without classes: colours that change with the number, or with its logarithm."""

_SYNONYMS: Final = {
    **dict.fromkeys(
        ("jenks", "fisherjenks", "fisherjenkssampled", "jenkscaspall", "jenkscaspallforced",
         "jenkscaspallsampled", "optimal", "ckmeans"), "NaturalBreaks",
    ),
    **dict.fromkeys(("equal", "equalrange", "equalwidth", "equidistant"), "EqualInterval"),
    **dict.fromkeys(("equalcount", "equalcountquantile", "quartiles", "quintiles"), "Quantiles"),
    **dict.fromkeys(("std", "stddev", "sd", "standarddeviation"), "StdMean"),
    **dict.fromkeys(("pretty", "round"), "PrettyBreaks"),
    "headtail": "HeadTailBreaks",
    "box": "BoxPlot",
    **dict.fromkeys(("linear", "ramp", "gradient", "unclassed"), "Continuous"),
    **dict.fromkeys(("log10", "logarithmic", "logscale", "lognorm"), "Log"),
}  # fmt: skip
"""Schemes by the words of mapclassify, QGIS and others."""
_OWN_LIMITS: Final = "limits of your own"
_K: Final = 5
_MOST_CLASSES: Final = 12
_MOST_DIGITS: Final = 300  # decimals; ten to this power is still a float
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
        One of `SCHEMES`, by their names in mapclassify, or the upper limits of the classes; or one
        of `RAMPS`, which make no classes. None takes ``"NaturalBreaks"`` if there are more than 12
        different numbers, and else shows each. Natural breaks are the Fisher-Jenks optimum, found
        among 500 values evenly spaced in rank where there are more.
    k
        Number of classes, 2 to 12; fewer where the column has fewer different numbers. None
        takes 5.
    palette
        A palette of `as_palette`. A diverging one has its middle at zero where the numbers have
        both signs. A mapping, or a palette without an order such as ``"Okabe-Ito"``, shows numbers
        as codes. None means ``"viridis_r"``: on a light map, dark means high. Areas of a dark page
        then have its colours the other way, so that bright means high.
    vmin, vmax
        Numbers at the ends of a ramp; those beyond have the colours of the ends. None takes the
        least and the greatest. Either of them without a scheme means ``"Continuous"``.
    zero_apart
        Whether zero is a class of its own, before those of a scheme, where no number is below it.

    Limits and ends of dates are dates, ISO 8601 texts, or years.

    Raises
    ------
    ChoiceError
        If `scheme` or `palette` is unknown.
    MinmapError
        If `k`, `vmin` or `vmax` is out of range or does not go with the scheme or the palette, or
        limits do not rise.

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

    scheme: str | Sequence[float | str | date] | None = None
    k: int | None = None
    palette: Palette | None = None
    vmin: float | str | date | None = None
    vmax: float | str | date | None = None
    zero_apart: bool = field(default=False, kw_only=True)

    def __post_init__(self) -> None:
        if isinstance(self.scheme, str):
            known = (*SCHEMES, *RAMPS)
            require_one_of(self.scheme, known, name="scheme", synonyms=_SYNONYMS)
        elif self.scheme is not None:
            limits = items_of(self.scheme)
            has_dates = any(map(is_date, limits or ()))
            taken = tuple(limits or ()) if has_dates else _rising(self.scheme)
            object.__setattr__(self, "scheme", taken)
        if self.palette is not None:
            object.__setattr__(self, "palette", as_palette(self.palette))
        self._take_ends()
        if self.k is None:
            return
        if self.scheme is not None and self.scheme not in WITH_K:
            has_none = self.scheme in RAMPS
            does = "makes no classes" if has_none else "finds the number of classes itself"
            raise MinmapError(
                f"k={self.k!r} does not go with scheme={shown(self.scheme)}, which {does}; leave "
                f"out k=, or choose one of: {', '.join(WITH_K)}."
            )
        if not (isinstance(self.k, Integral) and 2 <= self.k <= _MOST_CLASSES):
            raise MinmapError(
                f"k={shown(self.k)} is not a number of classes; give a whole number from 2 "
                f"to {_MOST_CLASSES}."
            )

    def _take_ends(self) -> None:
        """Check the ends of a ramp, which make one without a scheme."""
        name = next((one for one in ("vmin", "vmax") if getattr(self, one) is not None), None)
        if name is not None and self.scheme is None and self.k is None:
            object.__setattr__(self, "scheme", CONTINUOUS)
        if name is not None and self.scheme not in RAMPS:
            other = f"k={self.k!r}" if self.scheme is None else f"scheme={shown(self.scheme)}"
            raise MinmapError(
                f"{name}={shown(getattr(self, name))} does not go with {other}, whose classes end "
                "with the numbers of the column; give scheme='Continuous' or 'Log', or limits of "
                "your own such as scheme=[1, 5, 10]."
            )
        Ends(self.vmin, self.vmax).require(log=self.scheme == LOG)

    @property
    def has_order(self) -> bool:
        """Whether the palette has an order, as numbers and dates have."""
        return self.palette is None or is_ramp(self.palette)

    def classifies(self, values: pd.Series, *, column: str) -> bool:
        """Return whether a column is drawn by its numbers rather than value by value.

        Raises
        ------
        MinmapError
            If a scheme or a number of classes is given for values that are not numbers, or with a
            palette that has no order.
        """
        chosen = self.scheme is not None or self.k is not None
        if not is_measured(values):
            if chosen:
                require_clear_dates(values, column=column)
                raise MinmapError(
                    f"the column {column!r} has no numbers, so it has no classes; leave out "
                    "scheme=, k=, vmin= and vmax=."
                )
            return False
        if self.has_order:
            self._require_no_dates(column)
            return True
        if chosen:
            text = "a mapping" if isinstance(self.palette, dict) else repr(self.palette)
            raise MinmapError(
                f"palette={text} has no order, as classes have; choose another, or leave out "
                "scheme=, k=, vmin= and vmax=."
            )
        return False

    def _require_no_dates(self, column: str) -> None:
        limits = self.scheme if isinstance(self.scheme, tuple) else ()
        given = [("vmin", self.vmin), ("vmax", self.vmax), *(("scheme", one) for one in limits)]
        for name, value in given:
            if is_date(value):
                raise MinmapError(
                    f"{name}={shown(value)} is a date, but the column {column!r} has numbers; give "
                    "a number."
                )

    def in_days(self, days: pd.Series) -> Classes:
        """Return the classes for dates in days. The default is a ramp if there are several dates.

        Raises
        ------
        MinmapError
            If a limit or an end is no date, or the scheme is ``"Log"``.

        Examples
        --------
        >>> Classes(vmin=1970, vmax="1970-02").in_days(pd.Series([1.0, 2.0]))
        Classes(scheme='Continuous', k=None, palette=None, vmin=0.0, vmax=58.0, zero_apart=False)
        """
        scheme = self.scheme
        if scheme == LOG:
            raise MinmapError("scheme='Log' does not apply to dates; give scheme='Continuous'.")
        if isinstance(scheme, tuple):
            scheme = tuple(day_of(one, name="scheme", is_end=True) for one in scheme)
        elif scheme is None and self.k is None and days.min() < days.max():
            scheme = CONTINUOUS
        least = None if self.vmin is None else day_of(self.vmin, name="vmin")
        greatest = None if self.vmax is None else day_of(self.vmax, name="vmax", is_end=True)
        if least is not None and greatest is not None and not least < greatest:
            raise MinmapError(
                f"vmin={shown(self.vmin)} is not before vmax={shown(self.vmax)}; give an earlier "
                "vmin, or a later vmax."
            )
        if isinstance(scheme, tuple) and (np.diff(scheme) <= 0).any():
            raise MinmapError(
                f"scheme={shown(list(self.scheme or ()))} has dates that do not rise; sort them."
            )
        return replace(self, scheme=scheme, vmin=least, vmax=greatest)

    def legend(
        self,
        values: pd.Series,
        *,
        title: str,
        shape: str,
        dates: bool = False,
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
        dates
            Whether the numbers are days.
        """
        made = self._legend(values, title, shape, dates=dates)
        return made.on_dark(dark_ramp) if self.palette is None and shape == "area" else made

    def _legend(self, values: pd.Series, title: str, shape: str, *, dates: bool) -> Legend:
        numbers = values.to_numpy(dtype=np.float64, na_value=np.nan)
        given = np.isfinite(numbers)
        missing = [] if dates else missing_codes(numbers[given])
        given &= ~np.isin(numbers, missing)
        last = None if given.all() else not_given("cross" if shape == "circle" else shape, missing)
        palette = (
            DEFAULT_RAMP if self.palette is None or isinstance(self.palette, dict) else self.palette
        )
        if self.scheme in RAMPS:
            ends = Ends(self.vmin, self.vmax)
            log, look = self.scheme == LOG, Entry("", 0, "", shape)
            made = ramp_legend(
                numbers, given, palette, ends, log=log, dates=dates, look=look, last=last
            )
            return replace(made, title=title, dates=dates)
        distinct = np.unique(numbers[given])
        limits = self._limits(numbers[given], distinct, dates=dates)
        codes = np.searchsorted(limits[1:], numbers)
        codes[~given] = max(len(limits) - 1, 0)
        looks = self._looks(limits, distinct, shape, palette, dates=dates)
        looks += [] if last is None else [last]
        name = _OWN_LIMITS if isinstance(self.scheme, tuple) else _NAMES[self._scheme]
        named = None if self._shows_each(distinct) else name
        return Legend.of(title, looks, codes, scheme=named, dates=dates)

    def _shows_each(self, distinct: Floats) -> bool:
        return self.scheme is None and self.k is None and len(distinct) <= len(PALETTE)

    @property
    def _scheme(self) -> str:
        return self.scheme if isinstance(self.scheme, str) else WITH_K[0]

    def _limits(self, numbers: Floats, distinct: Floats, *, dates: bool) -> Floats:
        """Return the least number and the upper limit of each class; empty without numbers."""
        if not len(distinct):
            return distinct
        least, most = _outwards(distinct)
        if isinstance(self.scheme, tuple):  # empty classes too, so that maps can be compared
            top = [most] if distinct[-1] > self.scheme[-1] else []
            return np.array([min(least, self.scheme[0]), *self.scheme, *top])
        zero = [0.0] if self.zero_apart and distinct[0] == 0 < most else []
        if zero:
            numbers, distinct = numbers[numbers > 0], distinct[1:]
        upper, k = distinct, self.k or _K
        if len(distinct) > k and not self._shows_each(distinct):
            upper = _upper(self._scheme, numbers, k)
        inner = upper[(upper >= distinct[0]) & (upper < distinct[-1])]
        rounded = [_rounded(limit, distinct, dates=dates) for limit in inner]
        # Limits without a number between them become one.
        return np.array([least, *zero, *np.unique(rounded), most])

    def _looks(
        self,
        limits: Floats,
        distinct: Floats,
        shape: str,
        palette: str | tuple[str, ...],
        *,
        dates: bool,
    ) -> list[Entry]:
        low, high = limits[:-1], limits[1:]
        zero = None if dates else _zero(limits)
        colors = ramp(palette, len(high), zero=zero, thin=shape != "area")
        text = date_text if dates else number_text
        sizes = np.linspace(*_SIZES, len(high)).round(2).tolist()
        single = np.array_equal(np.searchsorted(high, distinct), np.arange(len(high)))
        if single and not isinstance(self.scheme, tuple):
            low = high = distinct
        elif _are_whole(distinct):  # a class begins at the next whole number
            low = np.append(low[:1], np.floor(low[1:]) + 1)
        looks = []
        for n, (least, most) in enumerate(zip(low.tolist(), high.tolist(), strict=True)):
            ends = (min(least, most), most)
            label = " – ".join(dict.fromkeys(map(text, ends)))
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
    with recorded_warnings():  # of a missing numba, and of fewer classes than wanted
        found = getattr(mapclassify, scheme)(numbers, **options)
    return np.asarray(found.bins, dtype=np.float64)


def _digits(distinct: Floats) -> int:
    """Return how many decimals to round limits to, for three digits of the range.

    A negative number rounds to tens, hundreds and so on. Limits of integers are integers.
    """
    span = distinct[-1] - distinct[0]
    digits = 2 - int(np.floor(np.log10(span))) if span > 0 else 15
    return min(digits, 0 if _are_whole(distinct) else _MOST_DIGITS)


def _are_whole(numbers: Floats) -> bool:
    return bool((numbers == np.floor(numbers)).all())


def _outwards(distinct: Floats) -> tuple[float, float]:
    """Round the least number down and the greatest up; integers stay."""
    least, most = float(distinct[0]), float(distinct[-1])
    if _are_whole(distinct):
        return least, most
    scale = 10.0 ** _digits(distinct)
    return min(np.floor(least * scale) / scale, least), max(np.ceil(most * scale) / scale, most)


def _rounded(limit: float, distinct: Floats, *, dates: bool) -> float:
    """Round a limit, up or down, to the fewest digits that keep it between the same two numbers.

    A limit of whole days becomes the end of a year or a month.
    """
    above = int(np.searchsorted(distinct, limit, side="right"))
    low, high = float(distinct[above - 1]), float(distinct[above])
    if dates and _are_whole(distinct):
        return period_end(limit, low, high)
    digits = _digits(distinct)
    for places in range(digits, digits + 16):
        nearest, unit = round(float(limit), places), 10.0**-places
        for rounded in (nearest, round(nearest + unit, places), round(nearest - unit, places)):
            if low <= rounded < high:
                return rounded
    return low


def _zero(limits: Floats) -> float | None:
    """Return the class that contains zero, a half if zero is a limit; None if no class does."""
    if not len(limits) or not limits[0] < 0 < limits[-1]:
        return None
    place = int(np.searchsorted(limits[1:], 0.0))
    return place + 0.5 if limits[place + 1] == 0 else float(place)
