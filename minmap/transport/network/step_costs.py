"""What each step over a network takes: km, hours and price, as low, middle and high."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, TypeVar

import numpy as np

from minmap.transport.network.border_passages import Passages
from minmap.transport.network.parameters import Range
from minmap.transport.network.rates import COUNTED, KM_OF, off_road_rates, rates
from minmap.transport.network.state_graph import BACKWARD, FORWARD, StateGraph
from minmap.types import Floats, Integers

OBJECTIVES: Final = ("usd_t", "hours", "km")
LOW, MIDDLE, HIGH = 0, 1, 2
"""Levels of hours and prices."""
Quantity = TypeVar("Quantity", float, Floats)
_KM: Final = slice(0, sum(len(names) for names in KM_OF.values()))


@dataclass(frozen=True, eq=False)
class StepCosts:
    """The costs of the steps of a graph under assumptions.

    Attributes
    ----------
    graph, passages
        The states of the network, and its borders.
    assumptions
        Ranges by key.
    """

    graph: StateGraph
    passages: Passages
    assumptions: Mapping[str, Range]

    @cached_property
    def hours(self) -> Floats:
        """Shape (steps, 2, 3): hours backward and forward; low, middle and high."""
        own = self.graph.counts @ rates(self.assumptions, "hours")
        return np.asarray(own[:, None, :] + self.passages.hours)

    @cached_property
    def usd_t(self) -> Floats:
        """Shape (steps, 2, 3): USD per tonne backward and forward; low, middle and high."""
        own = self.graph.counts @ rates(self.assumptions, "usd_t")
        return np.asarray(own[:, None, :] + self.passages.usd_t)

    @cached_property
    def km(self) -> Floats:
        """Shape (steps,): length of each step."""
        return np.asarray(self.graph.counts[:, _KM].sum(axis=1))

    @cached_property
    def mode_km(self) -> Floats:
        """Shape (steps, 3): length of each step by rail, road and sea."""
        columns = [[COUNTED.index(name) for name in names] for names in KM_OF.values()]
        return np.column_stack([self.graph.counts[:, own].sum(axis=1) for own in columns])

    def weight(self, objective: str) -> Floats:
        """Return what a search minimises: shape (steps, 2), backward and forward.

        The price includes the user's value of time.
        """
        values = {
            "km": np.column_stack([self.km, self.km]),
            "hours": self.hours[:, :, MIDDLE],
            "usd_t": self.usd_t[:, :, MIDDLE],
        }
        return np.asarray(self.combined(objective, values))

    def straight(self, objective: str) -> float:
        """Return the weight of a km in a straight line off the roads."""
        per_km = off_road_rates(self.assumptions)
        return self.combined(objective, {name: float(per_km[name][MIDDLE]) for name in per_km})

    def loading(self, objective: str) -> float:
        """Return the weight of one loading between lorry and railway or ship."""
        values = {
            "km": 0.0,
            "hours": self.assumptions["loading_hours"].value,
            "usd_t": self.assumptions["loading_usd_t"].value,
        }
        return self.combined(objective, values)

    def combined(self, objective: str, values: Mapping[str, Quantity]) -> Quantity:
        """Return the weight of something that takes km, hours and USD per tonne."""
        if objective != "usd_t":
            return values[objective]
        return values["usd_t"] + self.assumptions["value_of_time_usd_th"].value * values["hours"]

    def of(self, step: Integers, direction: Integers) -> dict[str, Floats]:
        """Return ``hours`` and ``usd_t``, shape (n, 3), of n steps made in given directions."""
        return {"hours": self.hours[step, direction], "usd_t": self.usd_t[step, direction]}


def directions(forward: Integers) -> Integers:
    """Return the direction of edges used forward (1) or backward (0)."""
    return np.where(forward, FORWARD, BACKWARD)
