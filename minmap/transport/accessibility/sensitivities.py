"""Sensitivity: which assumption moves the cost or the hours of a route most."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from os import PathLike
from typing import TYPE_CHECKING, Any, Final, Unpack

import pandas as pd
import shapely
from tqdm import tqdm

from minmap.arguments import require_one_of, with_options
from minmap.errors import MinmapError
from minmap.output import PICTURES, require_writable
from minmap.transport.accessibility.destination import DEFAULTS, RENAMED, RouteOptions
from minmap.transport.accessibility.routing import Route, route
from minmap.transport.accessibility.varied_options import (
    CROSSING,
    Variation,
    assumption_variations,
    crossing_variations,
)
from minmap.transport.trade_corridors.notebook_html import summary_html
from minmap.types import TEXT

if TYPE_CHECKING:
    from matplotlib.figure import Figure

UNITS: Final = {"cost_usd_t": "USD per tonne", "hours": "hours"}
"""What can be varied, and its unit."""


@dataclass(frozen=True, eq=False, repr=False)
class Sensitivity:
    """How far each assumption moves the cost or the hours of a route. Immutable.

    Attributes
    ----------
    route
        The best route with every assumption at its middle.
    measure
        What moves: ``"cost_usd_t"`` or ``"hours"``.
    """

    route: Route
    measure: str
    _table: pd.DataFrame

    @property
    def table(self) -> pd.DataFrame:
        """The assumptions, the one that moves the answer most first: a copy.

        - ``assumption``: the key of `minmap.assumptions`, or ``crossing:`` and the id of a row of
          `minmap.crossings`
        - ``meaning``; ``low``, ``value``, ``high`` and ``unit``. Those of a crossing are its price
          or its hours, as `measure` says, in the direction of travel
        - ``cost_usd_t_at_low`` and ``cost_usd_t_at_high``, or ``hours_at_low`` and
          ``hours_at_high``: of the best route with this one assumption at its low or high end
        - ``swing``: the difference between the greatest and the least of these two and the middle
        - ``route_changes``: whether another route is the best at one of the ends
        - ``source`` of the range
        """
        return self._table.copy()

    @property
    def value(self) -> float:
        """The cost in USD per tonne, or the hours, with every assumption at its middle."""
        return float(getattr(self.route, self.measure))

    @property
    def value_range(self) -> tuple[float, float]:
        """The value of the same route with all that it uses at the low or the high ends at once."""
        low, high = getattr(self.route, f"{self.measure}_range")
        return float(low), float(high)

    @property
    def unit(self) -> str:
        """The unit of `value`."""
        return UNITS[self.measure]

    @property
    def title(self) -> str:
        """The ends of the route, its value and its range."""
        low, high = self.value_range
        ends = f"{self.route.start} to {self.route.to}"
        return f"{ends}: {self.value:,.0f} {self.unit} ({low:,.0f} to {high:,.0f})"

    def __repr__(self) -> str:
        first = "" if self._table.empty else f", most by {self._table['assumption'].iloc[0]}"
        return f"Sensitivity({self.title}{first})"

    def _repr_html_(self) -> str:
        """Return the table as HTML for a notebook, with all text escaped."""
        shown = self._table.drop(columns="assumption")
        cited = self.route.sources
        return summary_html(self.title, {"": shown}, sources=cited, most_rows=len(shown))

    def figure(self) -> Figure:
        """Return a tornado picture: a bar for each assumption, from its low to its high end."""
        # Matplotlib is slow to load, and a table does not need it.
        from minmap.transport.accessibility.tornado import tornado  # noqa: PLC0415

        return tornado(self)

    def save(self, path: str | PathLike[str]) -> None:
        """Write the tornado picture to a .png, .svg or .pdf.

        Parameters
        ----------
        path
            The file to write. Its folder must exist.

        Raises
        ------
        ChoiceError
            If the ending is another.
        FileError
            If the file cannot be written.
        """
        target = require_writable(path, endings=PICTURES)
        # Matplotlib is slow to load, and a table does not need it.
        from minmap.transport.accessibility.tornado import save_tornado  # noqa: PLC0415

        save_tornado(self, target)


@with_options(RouteOptions, DEFAULTS, cures=RENAMED)
def sensitivity(
    start: str | tuple[float, float] | shapely.Point,
    to: str | Iterable[str],
    *,
    measure: str = "cost_usd_t",
    **options: Unpack[RouteOptions],
) -> Sensitivity:
    """Find which assumption moves the cost or the hours of a route most.

    Each assumption is set to its low and to its high end in turn, with all others at their middle,
    and the best route is searched again. A border crossing is set to the low or high end of its
    hours and its price at once.

    Parameters
    ----------
    start
        As for `minmap.route`.
    measure
        What moves: ``"cost_usd_t"`` (USD per tonne) or ``"hours"``.
    to, network, avoid, allow, assumptions, crossings, reach_km, objective
        As for `minmap.access`. Give ``objective="hours"`` as well for the fastest route.

    Returns
    -------
    Sensitivity
        With a ``table`` of the assumptions, a ``figure()`` and ``save("tornado.png")``.

    Raises
    ------
    ChoiceError
        If `measure`, a node, or a word in another argument is unknown, or a keyword does not exist.
    GeometryError
        If `start` is not a longitude and latitude.
    MinmapError
        If there is no route, `start` is the destination, or the destination is itself avoided.

    Notes
    -----
    All assumptions with a range are tried, not only those that the route uses: a cheaper ship can
    attract a route by land. One that the route does not use is listed if it leads to another route.
    Border crossings are tried if the route passes them, or another route does that was found on the
    way. An assumption without a range is left out: the value of time, which is 0 by default, and
    each that you give as a number; give (low, value, high) to try your own range.

    Examples
    --------
    >>> by_ferry = sensitivity("beyneu", "poti_port", avoid=["RUS", "IRN"])
    >>> by_ferry.table["assumption"].tolist().index("rail_usd_tkm") < 3
    True
    >>> sorted(by_ferry.table["swing"], reverse=True) == by_ferry.table["swing"].tolist()
    True
    """
    require_one_of(measure, UNITS, name="measure")
    given: Any = {name: _reusable(value) for name, value in options.items()}
    varied = _Varied(_reusable(start), _reusable(to), given, measure)
    return Sensitivity(varied.middle, measure, varied.table())


def _reusable(value: Any) -> Any:
    """Return words that can be read several times."""
    return tuple(value) if isinstance(value, Iterator) else value


class _Varied:
    """The best routes with one assumption at an end of its range.

    Parameters
    ----------
    start, to, options
        As for `minmap.route`.
    measure
        As for `sensitivity`.
    """

    def __init__(self, start: Any, to: Any, options: RouteOptions, measure: str) -> None:
        self._ends, self._options, self._measure = (start, to), options, measure
        self.middle = route(start, to, **options)
        costs = self.middle.costs
        if costs.empty:
            reason = self.middle.reason or "the start is the destination"
            raise MinmapError(
                f"start={self.middle.start!r}: {reason}, so nothing can be varied; give another "
                "start= or to=, avoid less or allow more."
            )
        self._used = {key for keys in costs["assumptions"] for key in keys.split(", ")}
        self._others = list[Route]()

    def table(self) -> pd.DataFrame:
        """Return the table of `Sensitivity`."""
        assumed = [*assumption_variations(self._options)]
        with tqdm(desc="sensitivity", unit="routes", delay=2, disable=None) as progress:
            rows = self._rows(assumed, progress)
            rows += self._rows(self._crossings([self.middle]), progress)
            # A crossing of another route that was found may attract the route too.
            rows += self._rows(self._crossings(self._others), progress)
        texts = dict.fromkeys(("assumption", "meaning", "unit", "source"), TEXT)
        ends = [f"{self._measure}_at_{end}" for end in ("low", "high")]
        columns = [
            "assumption", "meaning", "low", "value", "high", "unit", *ends, "swing",
            "route_changes", "source",
        ]  # fmt: skip
        table = pd.DataFrame(rows, columns=columns).astype(texts)
        return table.sort_values("swing", ascending=False, kind="stable", ignore_index=True)

    def _crossings(self, routes: Sequence[Route]) -> list[Variation]:
        """Return the variations of the crossings of routes that were not varied before."""
        costs = [one.costs for one in routes]
        if not costs:
            return []
        done = () if routes[0] is self.middle else self.middle.crossings
        name = self._measure.removeprefix("cost_")
        return [*crossing_variations(self._options, pd.concat(costs), name, without=done)]

    def _rows(self, variations: Sequence[Variation], progress: tqdm[Any]) -> list[tuple[Any, ...]]:
        """Return a row for each variation that the route uses or that leads to another route."""
        progress.total = (progress.total or 0) + 2 * len(variations)
        rows = []
        for one in variations:
            values, changes = [self._value(self.middle)], False
            for options in (one.at_low, one.at_high):
                found = route(*self._ends, **options)
                values.append(self._value(found))
                if _course(found) != _course(self.middle):
                    changes = True
                    self._others.append(found)
                progress.update()
            if changes or self._is_used(one):
                span = max(values) - min(values)
                texts = one.name, one.meaning, one.low, one.value, one.high, one.unit
                rows.append((*texts, *values[1:], span, changes, one.source))
        return rows

    def _is_used(self, one: Variation) -> bool:
        crossing = one.name.removeprefix(CROSSING)
        return one.name in self._used or crossing in self.middle.crossings

    def _value(self, found: Route) -> float:
        return float(getattr(found, self._measure))


def _course(found: Route) -> tuple[Any, ...]:
    """Return what distinguishes a route from others between the same places."""
    legs = found.legs
    names = ("from_node", "to_node", "mode", "leg_id")
    texts = [tuple(legs[name].fillna("")) for name in names]
    return (found.crossings, round(found.total_km, 3), *texts)
