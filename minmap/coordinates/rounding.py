"""Find the unit to which many coordinates of a table were rounded, such as the arc minute.

A file that gives four decimals of a degree need not be exact to four decimals: 45.3500 and 45.3667
are 45 degrees 21 and 22 minutes. A single such number may be one by chance. In a table, more points
on whole minutes than chance allows show that these were read to the minute.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from minmap.coordinates.precision import MOST_DECIMALS, given_unit
from minmap.types import Booleans, Floats

_DEGREES: Final = tuple(
    sorted(
        [10.0**-n for n in range(6)]
        + [part * 10.0**-n for part in (1 / 60, 1 / 3600) for n in range(2)]
        + [1 / 2, 1 / 4, 1 / 6, 1 / 12, 1 / 120, 1 / 240]
    )
)
"""Units of degrees, the finest first: decimals, halves and quarters; 10, 5 and 1 minutes and tenths
of a minute; 30, 15 and 1 seconds and tenths of a second."""
_GRID: Final = (10.0, 50.0, 100.0, 500.0, 1_000.0, 5_000.0, 10_000.0)
# One point may have been written with zeros on purpose.
_FEWEST: Final = 3
_TIMES_CHANCE: Final = 2.0
_SIGNIFICANCE: Final = 1e-4
_DIGITS_OF_A_DOUBLE: Final = 15.0
# Sums of floating-point numbers leave such differences.
_NOISE: Final = 1e-9
_TELLING: Final = 10.0
"""A number shows that it is a multiple of a unit that is this many times its own unit."""
# This many points, spread over the table, decide which units it has.
_DECIDING: Final = 50_000


@dataclass(frozen=True)
class TableRounding:
    """How the coordinates of a table were rounded and written, which its parts share.

    Attributes
    ----------
    zero_units
        The unit of the most frequent number of decimals in each of both columns if its numbers have
        no zeros at the end; infinity if they have (`minmap.coordinates.column.read_column`).
    units
        Coarser units to which points were rounded (`shared_units`).
    dots
        What the dots in numbers of a grid are (`minmap.coordinates.thousands.dots_of`); None if no
        number can be read in two ways.
    """

    zero_units: tuple[float, float]
    units: tuple[float, ...]
    dots: str | None = None


def shared_units(
    east: Floats, north: Floats, half_east: Floats, half_north: Floats, *, degrees: bool
) -> tuple[float, ...]:
    """Return the units, coarser than the last digits, to which points of a table were rounded.

    Parameters
    ----------
    east, north
        Coordinates, shape (n,); NaN where there is none.
    half_east, half_north
        Half the last unit that each number may have been written to, shape (n,).
    degrees
        True for degrees, False for units of a grid.

    Returns
    -------
    tuple of float
        The finest first. A unit is one of the table if at least three different points, and twice
        as many as chance puts there, are whole multiples of it in both axes, and if chance
        does so less than once in ten thousand tables (Poisson distribution). Chance is the ratio of
        the point's own unit, or of the finer unit already found for it, to this one, in each axis.
        At most 50,000 points, spread evenly over the table, are examined.

    Examples
    --------
    >>> minutes = np.round(np.array([[45, 7], [45, 21], [46, 22]]) @ [1, 1 / 60], 4)
    >>> half = np.full(3, 0.00005)
    >>> shared_units(minutes, minutes[::-1], half, half, degrees=True)
    (0.016666666666666666,)
    """
    here = np.flatnonzero(np.isfinite(east) & np.isfinite(north))
    here = here[:: max(1, -(-here.size // _DECIDING))]
    # A place that many records share shows its own rounding once.
    _, first = np.unique(east[here] + 1j * north[here], return_index=True)
    here = np.sort(here[first])
    axes = [(east[here], half_east[here]), (north[here], half_north[here])]
    halves = [half.copy() for _, half in axes]
    found = dict[float, Booleans]()
    for unit in _DEGREES if degrees else _GRID:
        coarser = _is_coarser(unit, halves)
        on = _on(unit, axes, np.minimum(*halves))
        both = on & coarser
        if _is_more_than_chance(both, unit, halves, coarser):
            found[unit] = on
            for half in halves:
                half[both] = np.maximum(half[both], unit / 2)
    return _without_divisors(found, [half for _, half in axes])


def _without_divisors(found: dict[float, Booleans], halves: list[Floats]) -> tuple[float, ...]:
    """Return the units that points have besides those on a coarser one, the finest first.

    Points on whole minutes are on whole seconds too, which does not make seconds a unit.
    `found` says which points are on each unit.
    """
    kept = list[float]()
    free = np.ones(len(halves[0]), dtype=bool)
    for unit, on in reversed(found.items()):
        left = [half[free] for half in halves]
        coarser = _is_coarser(unit, left)
        if _is_more_than_chance(on[free] & coarser, unit, left, coarser):
            kept.append(unit)
            free &= ~on
    return tuple(reversed(kept))


def _is_coarser(unit: float, halves: list[Floats]) -> Booleans:
    return (2 * halves[0] < unit) | (2 * halves[1] < unit)


def _is_more_than_chance(
    points: Booleans, unit: float, halves: list[Floats], coarser: Booleans
) -> bool:
    """Return whether more points are on a unit than chance puts there.

    `coarser` are those for which the unit is coarser than their own.
    """
    chances = [np.minimum(1.0, 2 * half / unit) for half in halves]
    by_chance = float(np.sum((chances[0] * chances[1])[coarser]))
    seen = int(points.sum())
    is_more = seen >= max(_FEWEST, _TIMES_CHANCE * by_chance)
    return is_more and _chance_of(seen, by_chance) < _SIGNIFICANCE


def _chance_of(seen: int, expected: float) -> float:
    """Return the probability of so many events or more, of a Poisson distribution.

    `seen` is at least twice as large as `expected`, so that each term of the sum is at most half
    the one before. To import `scipy.special` would take as long as to import half of minmap.

    Examples
    --------
    >>> round(_chance_of(3, 1.0), 12) == round(1 - 2.5 / math.e, 12)
    True
    """
    if expected == 0:
        return 0.0
    term = math.exp(seen * math.log(expected) - expected - math.lgamma(seen + 1))
    chance, count = 0.0, seen
    while chance + term > chance:
        chance += term
        count += 1
        term *= expected / count
    return chance


def rounded_to(
    east: Floats,
    north: Floats,
    half_east: Floats,
    half_north: Floats,
    units: tuple[float, ...],
) -> Floats:
    """Return half the coarsest of `units` that each point was rounded to; 0 if there is none.

    Parameters
    ----------
    east, north, half_east, half_north
        As for `shared_units`.
    units
        Units of the table, as `shared_units` returns them.

    Examples
    --------
    >>> east, half = np.array([45.35, 45.3512]), np.full(2, 0.00005)
    >>> (120 * rounded_to(east, east, half, half, (1 / 60,))).tolist()
    [1.0, 0.0]
    """
    half = np.zeros(len(east))
    axes = [(east, half_east), (north, half_north)]
    for unit in units:
        half[_on(unit, axes, half)] = unit / 2
    return half


def half_units_of_points(x: Floats, y: Floats, is_point: Booleans, *, degrees: bool) -> Floats:
    """Return half the unit to which numbers without texts were rounded, as in a shapefile.

    Parameters
    ----------
    x, y
        Coordinates, shape (n,).
    is_point
        Rows to examine, shape (n,).
    degrees
        True for degrees, False for units of a grid.

    Returns
    -------
    numpy.ndarray
        Half the finer unit of the two (`minmap.coordinates.precision.given_unit`), or a coarser one
        of the table (`shared_units`); 0 for other rows and for numbers of seven decimals and more,
        which come from arithmetic.

    Examples
    --------
    >>> x, y = np.array([67.4, 67.41, 67.25]), np.array([48.25, 48.2, 48.17])
    >>> half_units_of_points(x, y, np.array([True, True, False]), degrees=True).tolist()
    [0.005, 0.005, 0.0]
    """
    half = np.zeros(len(x))
    given = (x[is_point], y[is_point])
    many = np.full(len(given[0]), _DIGITS_OF_A_DOUBLE)
    own = np.minimum(*(given_unit(axis, many, degrees=degrees) for axis in given)) / 2
    sizes, counts = np.unique(own, return_counts=True)
    # Numbers have no zeros at their end, so that some seem coarser than they are.
    usual = sizes[counts.argmax()] if sizes.size else np.inf
    finest = np.minimum(own, usual)
    shared = rounded_to(
        *given, finest, finest, shared_units(*given, finest, finest, degrees=degrees)
    )
    found = np.maximum(finest, shared)
    half[is_point] = np.where(found > 10.0**-MOST_DECIMALS, found, 0.0)
    return half


def _on(unit: float, axes: list[tuple[Floats, Floats]], found_half: Floats) -> Booleans:
    """Return whether both coordinates are whole multiples of a unit to within their last digit.

    `found_half` is half the finer unit to which each point is known to be rounded. With four
    decimals 47.3330 is no whole minute, but it is one if the point is one of many with three. It is
    used where the unit is much coarser, so that few points are multiples by chance.
    """
    known = np.where(2 * _TELLING * found_half <= unit, found_half, 0.0)
    on = np.ones(len(axes[0][0]), dtype=bool)
    with np.errstate(invalid="ignore", over="ignore"):  # in places of no globe
        for value, half in axes:
            off = np.abs(value - np.round(value / unit) * unit)
            on &= off <= np.maximum(half, known) + _NOISE
    return on
