"""Scales of colours of measurements: a colour and its limits for each part of their range."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from minmap.rasters.image import MOST_COLORS, STRETCH_PERCENT
from minmap.style.file_styles.raster_styles import RasterEntry
from minmap.style.palettes import ramp
from minmap.style.ticks import Tick, even_ticks, log_ticks, rounded, spread
from minmap.types import Floats

_BAR_COLORS: Final = 32
_QUARTERS: Final = (0.0, 0.25, 0.5, 0.75, 1.0)
_NEARLY_NONE: Final = 0.1
_BEYOND: Final = "Values beyond the ends of the scale have the end colours."
_BEYOND_LOG: Final = "The scale is logarithmic; values beyond its ends have the end colours."
_PERCENTILES: Final = (
    "Colours run from the 2nd to the 98th percentile; values beyond have the end colours."
)
_EQUAL_COUNTS: Final = "Each colour has the same number of cells."


@dataclass(frozen=True)
class RasterScale:
    """Colours of measurements.

    Attributes
    ----------
    colors
        From the least to the greatest.
    legend
        ``ramp``, ``min``, ``max`` and, for uneven steps, ``ticks``, or
        ``entries`` with ``value``, ``label`` and ``color``.
    limits
        The greatest value of each colour but the last; None for equal steps from ``min`` to
        ``max``.
    remark
        A sentence for the reader.
    """

    colors: tuple[str, ...]
    legend: dict[str, Any]
    limits: tuple[float, ...] | None = None
    remark: str = ""

    @property
    def least_step(self) -> float:
        """The step of values that distinguishes nearly all colours."""
        if self.limits is None:
            return float(self.legend["max"] - self.legend["min"]) / (2 * len(self.colors))
        gaps = np.diff(self.limits)
        gaps = gaps[gaps > 0]
        return float(np.quantile(gaps, _NEARLY_NONE)) / 2 if gaps.size else math.inf


def linear_scale(
    values: Floats, palette: str | tuple[str, ...], vmin: float | None, vmax: float | None
) -> RasterScale:
    """Return equal steps from `vmin` to `vmax`, where None means the 2nd and 98th percentile.

    Examples
    --------
    >>> scale = linear_scale(np.arange(101.0), "viridis", 0, None)
    >>> scale.legend["min"], scale.legend["max"], scale.limits
    (0, 98.0, None)
    """
    low, high = ends(values, vmin, vmax)
    zero = (0 - low) / (high - low) * (MOST_COLORS - 1) if low < 0 < high else None
    colors = ramp(palette, MOST_COLORS, zero=zero)
    legend = {"ramp": _bar(colors), "min": low, "max": high}
    remark = _PERCENTILES if vmin is None and vmax is None else _BEYOND
    return RasterScale(tuple(colors), legend, remark=remark)


def log_scale(
    values: Floats, palette: str | tuple[str, ...], vmin: float | None, vmax: float | None
) -> RasterScale:
    """Return steps that multiply, between the ends of `linear_scale`; `values` are positive.

    Examples
    --------
    >>> scale = log_scale(np.array([1.0, 5.0, 1000.0]), "viridis", 1, 1000)
    >>> [(round(share, 3), value) for share, value in scale.legend["ticks"]]
    [(0.0, 1.0), (0.333, 10.0), (0.667, 100.0), (1.0, 1000.0)]
    """
    least, greatest = ends(values, vmin, vmax)
    low, high = np.log10([least, greatest]).tolist()
    return _uneven(
        ramp(palette, MOST_COLORS),
        lambda share: np.asarray(10 ** (low + share * (high - low))),
        log_ticks(least, greatest),
        _BEYOND_LOG,
    )


def quantile_scale(values: Floats, palette: str | tuple[str, ...]) -> RasterScale:
    """Return colours that each cover the same number of cells.

    Examples
    --------
    >>> scale = quantile_scale(np.array([1.0, 2.0, 3.0, 50.0, 900.0]), "viridis")
    >>> scale.legend["ticks"]
    [(0.0, 1.0), (0.25, 2.0), (0.5, 3.0), (0.75, 50.0), (1.0, 900.0)]
    """
    below = float((values < 0).mean())
    zero = below * (MOST_COLORS - 1) if 0 < below < 1 else None
    colors = ramp(palette, MOST_COLORS, zero=zero)
    ticks = [(share, rounded(float(np.quantile(values, share)))) for share in _QUARTERS]
    return _uneven(colors, lambda share: np.quantile(values, share), ticks, _EQUAL_COUNTS)


def stops_scale(stops: Mapping[float, str]) -> RasterScale:
    """Return colours that are mixed between those of some values, by value.

    Examples
    --------
    >>> scale = stops_scale({0.0: "#000000", 10.0: "#0000ff", 1000.0: "#ffffff"})
    >>> scale.colors[0], scale.colors[127], scale.colors[-1], round(scale.limits[127])
    ('#000000', '#0000ff', '#ffffff', 14)
    >>> scale.legend["ticks"]
    [(0.0, 0.0), (0.5, 10.0), (1.0, 1000.0)]
    >>> stops = {-30.0: "#000000", 1419.38582677: "#0000ff", 4814.0: "#ffffff"}
    >>> stops_scale(stops).legend["ticks"]
    [(0.0, -30.0), (0.3553, 1000.0), (0.7328, 3000.0), (1.0, 4814.0)]
    """
    values, last = np.array(list(stops)), len(stops) - 1
    colors = ramp(tuple(stops.values()), MOST_COLORS)
    even = np.arange(last + 1) / max(last, 1)
    own = list(zip(even.tolist(), values.tolist(), strict=True))
    ticks = spread(own)
    if any(value != float(f"{value:.4g}") for _, value in ticks):  # steps of a file
        round_ones = even_ticks(*values[[0, -1]].tolist())
        shares = np.interp([value for _, value in round_ones], values, even).round(4).tolist()
        ticks = spread([(share, one) for share, (_, one) in zip(shares, round_ones, strict=True)])
    return _uneven(colors, lambda share: np.interp(share, even, values), ticks, _BEYOND)


def steps_scale(entries: Sequence[RasterEntry]) -> RasterScale:
    """Return a scale with a colour for the values up to that of each entry, in ascending order.

    Examples
    --------
    >>> low, high = RasterEntry(10, None, "#00ff00"), RasterEntry(float("inf"), "high", "#ff0000")
    >>> scale = steps_scale([low, high])
    >>> scale.limits, [entry["label"] for entry in scale.legend["entries"]]
    ((10,), ['≤ 10', 'high'])
    """
    colors = tuple(entry.color or "" for entry in entries)
    classes = [
        {
            "value": entry.value if np.isfinite(entry.value) else None,
            "label": entry.label or f"≤ {entry.value:g}".replace("-", "−"),
            "color": entry.color,
        }
        for entry in entries
    ]
    limits = tuple(entry.value for entry in entries[:-1])
    return RasterScale(colors, {"entries": classes}, limits)


def ends(values: Floats, vmin: float | None, vmax: float | None) -> tuple[float, float]:
    """Return the ends of a scale; None means the 2nd or the 98th percentile."""
    low, high = np.percentile(values, STRETCH_PERCENT).tolist()
    return low if vmin is None else vmin, high if vmax is None else vmax


def _uneven(
    colors: list[str],
    value_at: Callable[[Floats], Floats],
    ticks: list[Tick],
    remark: str,
) -> RasterScale:
    """Return a scale of unequal steps; `value_at` returns the values at shares of the bar."""
    limits = value_at(np.arange(1, len(colors)) / len(colors))
    low, high = value_at(np.array([0.0, 1.0])).tolist()
    legend = {"ramp": _bar(colors), "min": low, "max": high, "ticks": ticks}
    return RasterScale(tuple(colors), legend, tuple(limits.tolist()), remark)


def _bar(colors: list[str]) -> list[str]:
    picks = np.linspace(0, len(colors) - 1, _BAR_COLORS).round().astype(int)
    return [colors[pick] for pick in picks]
