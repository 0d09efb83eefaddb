"""What holds on any network: random ones beside a search that shares no code, and the shipped."""

from __future__ import annotations

import heapq
import math
from itertools import pairwise, product
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minmap.transport.network.best_paths import BestPaths, find_paths
from minmap.transport.network.exclusions import Exclusions
from minmap.transport.network.step_costs import OBJECTIVES
from tests.toy_networks import (
    FALLBACKS,
    ROUND,
    Crossing,
    Edge,
    crossing_table,
    network_of,
)

NODES = 5
# Corners of a pentagon: 77 km and more between a corner and an edge that does not end there.
TURN = np.radians(np.arange(NODES) * 360 / NODES)
CORNERS = np.column_stack([70 + 1.5 * np.cos(TURN), 1.5 * np.sin(TURN)])
UNION = {"KAZ", "KGZ", "RUS"}
SLOWER = ["sea", "rail", "road"]
LISTS = [
    None, "KAZ", "AZE", "KGZ", "KAZ AZE", "AZE KAZ", "KAZ KGZ", "KAZ AZE KAZ", "KGZ KAZ AZE",
]  # fmt: skip

EDGE = st.builds(
    Edge,
    start=st.integers(0, NODES - 1),
    end=st.integers(0, NODES - 1),
    km=st.sampled_from([0.0, 1.0, 10.0, 55.5, 300.0]),
    countries=st.sampled_from(LISTS),
    mode=st.sampled_from(["rail", "rail", "road", "road", "sea"]),
    gauge_mm=st.sampled_from([None, 1520, 1435]),
    status=st.just("operating"),
    road_class=st.sampled_from([None, "motorway", "primary", "tertiary"]),
).filter(lambda edge: edge.start != edge.end)
EDGES = st.lists(EDGE, max_size=10)


def ranges(*values: float) -> st.SearchStrategy[tuple[float, ...]]:
    """Return sorted triples of some values."""
    return st.tuples(*[st.sampled_from(values)] * 3).map(sorted).map(tuple)


HOURS, USD = ranges(0.0, 1.0, 5.0, 40.0), ranges(0.0, 2.0, 9.0)


class At(NamedTuple):
    """A crossing beside a node."""

    node: int
    mode: str
    pair: tuple[str, str]
    status: str
    figures: tuple[tuple[float, ...], ...]


AT = st.builds(
    At,
    node=st.integers(0, NODES - 1),
    mode=st.sampled_from(["rail", "road", "sea"]),
    pair=st.sampled_from([("AZE", "KAZ"), ("KAZ", "KGZ"), ("AZE", "KGZ")]),
    status=st.sampled_from(["open", "open", "seasonal", "test operation", "unknown", "closed"]),
    figures=st.tuples(HOURS, HOURS, USD, USD),
)
BORDERS = st.lists(AT, max_size=5)
ASSUMED = st.fixed_dictionaries(
    {},
    optional={
        "transshipment_hours": HOURS, "gauge_break_usd_t": USD, "loading_usd_t": USD,
        "rail_kmh": ranges(20.0, 50.0, 60.0), "road_kmh": ranges(20.0, 40.0, 80.0),
        "motorway_speed_factor": ranges(1.0, 1.25, 2.0),
        "tertiary_speed_factor": ranges(0.25, 0.5, 1.5),
        "road_time_cost_share": ranges(0.0, 0.5, 1.0), "road_usd_tkm": ranges(0.02, 0.1, 0.3),
        "value_of_time_usd_th": st.sampled_from([0.0, 0.5, 3.0]),
    },
).map(lambda given: ROUND | given)  # fmt: skip


def crossings_of(borders: list[At]) -> list[Crossing]:
    """Place each crossing beside its node, outside the pentagon, each at a distance of its own."""
    rows = []
    for number, at in enumerate(borders):
        aside = 0.01 * (number + 1)
        turn = TURN[at.node]
        place = CORNERS[at.node] + aside * np.array([np.cos(turn), np.sin(turn)])
        rows.append(Crossing(f"c{number}", at.mode, at.pair, tuple(place), at.status, *at.figures))
    return rows


# --- the oracle -------------------------------------------------------------------------------


class Cost(NamedTuple):
    """Hours and USD per tonne, each low, middle and high, and km."""

    hours: tuple[float, ...] = (0, 0, 0)
    usd_t: tuple[float, ...] = (0, 0, 0)
    km: float = 0

    def plus(self, other: Cost) -> Cost:
        hours, usd_t = (
            tuple(a + b for a, b in zip(*pair, strict=True))
            for pair in ((self.hours, other.hours), (self.usd_t, other.usd_t))
        )
        return Cost(hours, usd_t, self.km + other.km)


class State(NamedTuple):
    """Where a load is, how it came, in which country, and whether by lorry from a railway."""

    node: int
    mode: str | None
    gauge: int | None
    country: str | None
    by_rail: bool = False


class Oracle(NamedTuple):
    """Plain Dijkstra over (node, mode, gauge, country), from a start."""

    edges: list[Edge]
    borders: list[At]
    assumed: dict[str, Any]

    def range_of(self, key: str) -> tuple[float, ...]:
        value = self.assumed[key]
        return value if isinstance(value, tuple) else (value,) * 3

    def along(self, edge: Edge) -> Cost:
        """Return what an edge takes, borders apart."""
        speed, price = self.range_of(f"{edge.mode}_kmh"), self.range_of(f"{edge.mode}_usd_tkm")
        hours = [edge.km / kmh for kmh in reversed(speed)]
        usd_t = [edge.km * rate for rate in price]
        if edge.mode == "road" and edge.road_class in ("motorway", "tertiary"):
            factor = self.range_of(f"{edge.road_class}_speed_factor")
            share = self.range_of("road_time_cost_share")
            hours = [time / times for time, times in zip(hours, reversed(factor), strict=True)]
            corners = [1 - s + s / f for s, f in product(share[::2], factor[::2])]
            middle = 1 - share[1] + share[1] / factor[1]
            dearer = (min(corners), middle, max(corners))
            usd_t = [usd * times for usd, times in zip(usd_t, dearer, strict=True)]
        return Cost(tuple(hours), tuple(usd_t), edge.km)

    def more_than_loaded(self, measure: str) -> tuple[float, ...]:
        """Return by how much a break of gauge takes more than two loadings."""
        breaks, loads = (self.range_of(f"{name}_{measure}") for name in ("gauge_break", "loading"))
        more = [max(one - 2 * other, 0.0) for one, other in zip(breaks, loads, strict=True)]
        return more[0], max(more[:2]), max(more)

    def border(self, one: str, other: str, mode: str, nodes: set[int]) -> Cost | None:
        """Return what the border between two countries takes at some nodes; None if closed."""
        pair = tuple(sorted((one, other)))
        listed = [b for b in self.borders if (b.pair, b.mode) == (pair, mode)]
        near = [b for b in listed if b.node in nodes]
        if near:
            hours_ab, hours_ba, usd_ab, usd_ba = near[0].figures
            if not is_open(near[0]):
                return None
            return Cost(hours_ab, usd_ab) if one == pair[0] else Cost(hours_ba, usd_ba)
        if listed and not any(is_open(b) for b in listed):
            return None
        kind = "union" if UNION.issuperset(pair) and mode != "sea" else "any"
        row = next(row for row in FALLBACKS if row.id == f"{kind}-{mode}")
        return Cost(row.hours_ab, row.usd_t_ab)

    def moved(self, edge: Edge, codes: list[str]) -> Cost | None:
        """Return what an edge takes in a direction; None if a border on it is closed."""
        cost = self.along(edge)
        if codes and codes[0] == codes[-1]:
            return cost
        for one, other in pairwise(codes):
            border = self.border(one, other, edge.mode, {edge.start, edge.end})
            if border is None:
                return None
            cost = cost.plus(border)
        return cost

    def turned(self, at: State, edge: Edge, codes: list[str]) -> Cost | None:
        """Return what it takes to leave a node by an edge; None if its border is closed."""
        cost = Cost()
        if at.mode is None:
            return cost
        if at.mode != edge.mode:
            loads = {at.mode, edge.mode} == {"road", "rail"}
            name = "loading" if loads else "transshipment"
            cost = cost.plus(Cost(self.range_of(f"{name}_hours"), self.range_of(f"{name}_usd_t")))
            if at.by_rail and edge.mode == "rail":
                cost = cost.plus(
                    Cost(self.more_than_loaded("hours"), self.more_than_loaded("usd_t"))
                )
        elif at.mode == "rail" and at.gauge and edge.gauge_mm and at.gauge != edge.gauge_mm:
            hours, usd_t = (self.range_of(f"gauge_break_{name}") for name in ("hours", "usd_t"))
            cost = cost.plus(Cost(hours, usd_t))
        if at.country and codes and codes[0] != at.country:
            mode = min(at.mode, edge.mode, key=SLOWER.index)
            border = self.border(at.country, codes[0], mode, {at.node})
            return None if border is None else cost.plus(border)
        return cost

    def weight(self, cost: Cost, objective: str) -> float:
        value = self.assumed["value_of_time_usd_th"]
        weights = {
            "km": cost.km,
            "hours": cost.hours[1],
            "usd_t": cost.usd_t[1] + value * cost.hours[1],
        }
        return weights[objective]

    def least(self, start: int, target: int, objective: str) -> float:
        """Return the least weight from a node to another, inf if there is no way."""
        queue, done = [(0.0, 0, State(start, None, None, None))], set()
        count = 0
        while queue:
            weight, _, at = heapq.heappop(queue)
            if at.node == target:
                return weight
            if at in done:
                continue
            done.add(at)
            for edge, forward in product(self.edges, (True, False)):
                tail, head = (edge.start, edge.end) if forward else (edge.end, edge.start)
                if tail != at.node:
                    continue
                codes = codes_of(edge, forward=forward)
                first, second = self.turned(at, edge, codes), self.moved(edge, codes)
                if first is None or second is None:
                    continue
                count += 1
                gauge = edge.gauge_mm if edge.mode == "rail" else None
                state = State(
                    head, edge.mode, gauge, codes[-1] if codes else None, taken_from(at, edge)
                )
                further = weight + self.weight(first.plus(second), objective)
                heapq.heappush(queue, (further, count, state))
        return math.inf

    def cost_of(self, ways: BestPaths, start: int) -> Cost:
        """Return the sum over a way that was found; it must pass no closed border."""
        taken, forward = ways.edges_from(start)
        at, cost = State(start, None, None, None), Cost()
        for number, ahead in zip(taken.tolist(), forward.tolist(), strict=True):
            edge = self.edges[number]
            codes = codes_of(edge, forward=ahead)
            assert at.node == (edge.start if ahead else edge.end)
            turned, moved = self.turned(at, edge, codes), self.moved(edge, codes)
            assert turned is not None
            assert moved is not None
            cost = cost.plus(turned).plus(moved)
            node = edge.end if ahead else edge.start
            gauge = edge.gauge_mm if edge.mode == "rail" else None
            at = State(node, edge.mode, gauge, codes[-1] if codes else None, taken_from(at, edge))
        return cost


def taken_from(at: State, edge: Edge) -> bool:
    """Return whether an edge is a road on which a lorry drives with a load from a railway."""
    return edge.mode == "road" and (at.mode == "rail" or at.by_rail)


def codes_of(edge: Edge, *, forward: bool) -> list[str]:
    codes = (edge.countries or "").split()
    return codes if forward else codes[::-1]


def is_open(border: At) -> bool:
    if border.status == "unknown":
        return border.mode == "rail"
    return border.status != "closed"


def search(
    edges: list[Edge], borders: list[At], to: int | str, given: dict[str, Any], **options: Any
) -> BestPaths:
    network = network_of(edges, NODES, places=CORNERS)
    table = crossing_table(*crossings_of(borders))
    return find_paths(network, str(to), assumptions=given, crossings=table, **options)


# --- random networks --------------------------------------------------------------------------

TARGET = st.integers(0, NODES - 1)
OBJECTIVE = st.sampled_from(OBJECTIVES)


@given(EDGES, BORDERS, TARGET, OBJECTIVE, ASSUMED)
@settings(max_examples=80)
def test_weights_are_those_of_the_oracle(edges, borders, target, objective, given):
    ways = search(edges, borders, target, given, objective=objective)
    oracle = Oracle(edges, borders, given)
    least = [oracle.least(node, target, objective) for node in range(NODES)]
    np.testing.assert_allclose(ways.weight, least, rtol=1e-9, atol=1e-9)


@given(EDGES, BORDERS, TARGET, OBJECTIVE, ASSUMED)
@settings(max_examples=60)
def test_steps_sum_up_to_the_totals_at_all_levels(edges, borders, target, objective, given):
    ways = search(edges, borders, target, given, objective=objective)
    oracle, totals = Oracle(edges, borders, given), ways.totals
    for node in np.flatnonzero(ways.reached).tolist():
        cost = oracle.cost_of(ways, node)
        assert totals.hours[node] == pytest.approx(cost.hours)
        assert totals.cost_usd_t[node] == pytest.approx(cost.usd_t)
        assert ways.route_km[node] == pytest.approx(cost.km)
        assert ways.weight[node] == pytest.approx(oracle.weight(cost, objective))
        steps = ways.steps_along(int(ways.tree.first_vertex[node]))
        assert steps["km"].sum() == pytest.approx(cost.km)
        for name, figures in (("hours", cost.hours), ("usd_t", cost.usd_t)):
            columns = [f"{name}_low", name, f"{name}_high"]
            assert steps[columns].sum().tolist() == pytest.approx(figures)
            low, middle, high = figures
            assert low - 1e-9 <= middle <= high + 1e-9
        for event in ("borders", "loadings", "transshipments", "gauge_breaks"):
            assert steps[event].sum() == getattr(totals, event)[node]
        # Each border has one crossing.
        listed = ways.crossings[ways.tree.first_vertex[node]].split()
        assert len(listed) == totals.borders[node]
        closed = {f"c{n}" for n, border in enumerate(borders) if not is_open(border)}
        assert closed.isdisjoint(listed)


@given(EDGES, BORDERS, TARGET, OBJECTIVE, ASSUMED)
@settings(max_examples=40)
def test_countries_follow_the_edges(edges, borders, target, objective, given):
    ways = search(edges, borders, target, given, objective=objective)
    for node in np.flatnonzero(ways.reached).tolist():
        passed: list[str] = []
        for number, ahead in zip(*(x.tolist() for x in ways.edges_from(node)), strict=True):
            for code in codes_of(edges[number], forward=ahead):
                if passed[-1:] != [code]:
                    passed.append(code)
        assert ways.countries[node] == " ".join(passed)
        assert ways.destination[node] == target


AVOIDED = ["KAZ", "Azerbaijan", "1", "leg0", "rail", "road", "sea", "c0"]


@given(EDGES, st.lists(AT, min_size=1, max_size=5), st.sampled_from(AVOIDED), OBJECTIVE)
@settings(max_examples=60)
def test_avoiding_never_shortens_and_nothing_avoided_is_used(edges, borders, word, objective):
    edges = [Edge(0, 1, 5), *edges]
    free, barred = (
        search(edges, borders, 0, ROUND, objective=objective, avoid=avoid) for avoid in ((), [word])
    )
    assert (barred.weight >= free.weight - 1e-9).all()
    nodes = np.flatnonzero(barred.reached).tolist()
    if word == "c0":
        assert not any("c0" in text.split() for text in barred.crossings)
    else:
        used = [edge for node in nodes for edge in barred.edges_from(node)[0].tolist()]
        assert not Exclusions.find(barred.network, [word]).edges(barred.network)[used].any()


@given(EDGES, st.lists(AT, min_size=1, max_size=5), st.integers(0, 4), OBJECTIVE, ASSUMED)
@settings(max_examples=60)
def test_closing_a_crossing_makes_nobody_better_off(edges, borders, number, objective, given):
    number %= len(borders)
    closed = [b._replace(status="closed") if n == number else b for n, b in enumerate(borders)]
    before, after = (
        search(edges, some, 0, given, objective=objective) for some in (borders, closed)
    )
    assert (after.weight >= before.weight - 1e-9).all()
    # Who did not pass it keeps the way.
    name = f"c{number}"
    free = np.array([name not in text.split() for text in before.crossings])
    if any(
        is_open(b)
        for b in closed
        if (b.pair, b.mode) == (borders[number].pair, borders[number].mode)
    ):
        same = free[before.tree.first_vertex] & before.reached
        np.testing.assert_allclose(after.weight[same], before.weight[same])


@given(EDGES, BORDERS, EDGE, OBJECTIVE, ASSUMED)
@settings(max_examples=40)
def test_a_further_edge_never_lengthens(edges, borders, added, objective, given):
    fewer, more = (
        search(some, borders, 0, given, objective=objective).weight
        for some in (edges, [*edges, added])
    )
    assert (more <= fewer + 1e-9).all()


@given(EDGES, BORDERS, st.randoms(use_true_random=False), OBJECTIVE)
@settings(max_examples=25)
def test_the_order_of_the_rows_does_not_change_a_weight(edges, borders, random, objective):
    shuffled = random.sample(edges, len(edges))
    one, other = (
        search(some, borders, 0, ROUND, objective=objective) for some in (edges, shuffled)
    )
    np.testing.assert_allclose(one.weight, other.weight, atol=1e-9)


@given(EDGES, BORDERS, OBJECTIVE)
@settings(max_examples=25)
def test_there_and_back_weigh_the_same_where_crossings_do(edges, borders, objective):
    even = [b._replace(figures=(*[b.figures[0]] * 2, *[b.figures[2]] * 2)) for b in borders]
    weights = np.array(
        [search(edges, even, node, ROUND, objective=objective).weight for node in range(NODES)]
    )
    np.testing.assert_allclose(weights, weights.T, atol=1e-9)


@given(EDGES, BORDERS, ASSUMED, st.sampled_from([0.1, 2.0, 50.0]))
@settings(max_examples=40)
def test_a_value_of_time_buys_hours_with_money(edges, borders, given, value):
    free, valued = (
        search(edges, borders, 0, given | {"value_of_time_usd_th": price}) for price in (0.0, value)
    )
    on = free.reached
    assert (valued.reached == on).all()
    assert (valued.hours[on] <= free.hours[on] + 1e-6).all()
    assert (valued.cost_usd_t[on] >= free.cost_usd_t[on] - 1e-6).all()
    np.testing.assert_allclose(
        valued.weight[on], (valued.cost_usd_t + value * valued.hours)[on], rtol=1e-9, atol=1e-9
    )
