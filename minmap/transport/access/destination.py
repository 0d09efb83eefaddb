"""A destination solved once, ready for any number of occurrences."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from os import PathLike
from typing import Final

import numpy as np
import pandas as pd
import shapely

from minmap.arguments import require_kind, require_number, require_path
from minmap.places.areas import NOWHERE
from minmap.places.country_grid import world
from minmap.transport.access.barriers import countries_barrier, landing, open_water
from minmap.transport.access.connectors import Barriers, Connectors, connect
from minmap.transport.access.friction_raster import Friction
from minmap.transport.access.gate_candidates import Gates, Haul
from minmap.transport.network.best_paths import Ways
from minmap.transport.network.exclusions import (
    allow_words,
    avoid_words,
    countries_among,
    destination_words,
    find_node,
)
from minmap.transport.network.network import Network
from minmap.transport.network.parameters import Assumptions
from minmap.transport.network.path_search import ways_to
from minmap.types import Floats, Geometries, Integers

REACH_KM: Final = 500.0
"""How far from an occurrence a gate may be, unless told otherwise."""


@dataclass(frozen=True, eq=False)
class Solved:
    """The ways to a destination, and what connectors may do. Nothing about it can be changed.

    Attributes
    ----------
    ways
        From every node of the network to the destination.
    targets
        Positions of the destinations in ``network.nodes``.
    avoid, allow
        Words that were to be avoided, and statuses besides "operating" that were allowed.
    avoided_countries
        Alpha-3 codes of the countries among the words.
    reach_km
        Geodesic distance that a gate may have.
    gates
        Gates from which there is a way; `node` has the position of each in ``network.nodes``.
    friction
        Raster that connectors follow; None for straight lines.
    """

    ways: Ways
    targets: Integers
    avoid: tuple[str, ...]
    allow: tuple[str, ...]
    avoided_countries: tuple[str, ...]
    reach_km: float
    gates: Gates
    node: Integers
    friction: Friction | None

    @property
    def barriers(self) -> Barriers:
        """What connectors may not cross; made once in each process, since it is large to send."""
        codes = self.avoided_countries
        return Barriers(open_water(), countries_barrier(codes) if codes else None)

    @property
    def haul(self) -> Haul:
        """What a connector weighs, in the unit of ``ways.by``."""
        assumed, factor = self.ways.assumptions, self.ways.assumptions.detour_factor
        return {
            "km": Haul(factor, 0.0),
            "hours": Haul(factor / assumed.road_kmh, assumed.border_road_hours),
            "usd_t": Haul(factor * assumed.road_usd_tkm, assumed.border_road_usd_t),
        }[self.ways.by]

    def connect(
        self,
        lonlat: Floats,
        country: Integers,
        *,
        on_chunk: Callable[[int], object] | None = None,
    ) -> Connectors:
        """Choose the gate of each point (n, 2), finite, in a country (n,) by number."""
        if self.friction is not None:
            return self.friction.connect(lonlat)
        return connect(
            lonlat,
            country,
            self.gates,
            haul=self.haul,
            detour_factor=self.ways.assumptions.detour_factor,
            road_kmh=self.ways.assumptions.road_kmh,
            barriers=self.barriers,
            reach_km=self.reach_km,
            on_chunk=on_chunk,
        )


def solve(
    to: str | Iterable[str],
    *,
    network: Network | None = None,
    avoid: str | Iterable[str] = (),
    allow: str | Iterable[str] = (),
    by: str = "hours",
    assumptions: Assumptions | Mapping[str, float] | None = None,
    reach_km: float = REACH_KM,
    cost_raster: str | PathLike[str] | None = None,
) -> Solved:
    """Search the ways to a destination from everywhere.

    The arguments are those of `minmap.access.access`; what is returned can be applied to many
    tables, or to parts of one.

    Raises
    ------
    MinmapError
        As `minmap.access.access` does.

    Examples
    --------
    >>> solved = solve("poti_port", avoid=["RUS", "IRN"])
    >>> solved.avoided_countries, bool(solved.ways.reached.any())
    (('IRN', 'RUS'), True)
    """
    reach_km = require_number(reach_km, name="reach_km", like=REACH_KM, above=0, unit="km")
    network = Network.shipped() if network is None else network
    require_kind(network, Network, name="network", cure="give a minmap.Network, or leave it out")
    to, avoid, allow = destination_words(network, to), avoid_words(avoid), allow_words(allow)
    raster = None if cost_raster is None else require_path(cost_raster, name="cost_raster")
    ways = ways_to(network, to, avoid=avoid, allow=allow, by=by, assumptions=assumptions)
    codes = tuple(sorted(countries_among(network, avoid)))
    node, gates = _gates(ways, codes)
    return Solved(
        ways,
        np.array([find_node(network, word, argument="to") for word in to]),
        avoid,
        allow,
        codes,
        reach_km,
        gates,
        node,
        None
        if raster is None
        else Friction(raster, gates, by, ways.assumptions.road_usd_tkm, reach_km, codes),
    )


def _gates(ways: Ways, avoided: tuple[str, ...]) -> tuple[Integers, Gates]:
    nodes = ways.network.nodes
    usable = nodes["gate"].to_numpy(dtype=np.bool_) & ways.reached
    node = np.flatnonzero(usable & ~nodes["country"].isin(avoided).to_numpy(dtype=np.bool_))
    shapes: Geometries = nodes.geometry.to_numpy()[node]
    lonlat = shapely.get_coordinates(shapes)
    assumed = ways.assumptions
    loading = {"km": 0.0, "hours": assumed.loading_hours, "usd_t": assumed.loading_usd_t}[ways.by]
    # What is brought to the destination by road is not loaded on the way.
    weight = ways.weight[node] + np.where(ways.destination[node] == node, 0.0, loading)
    country = country_numbers(lonlat, nodes["country"].iloc[node])
    return node, Gates(lonlat, landing(lonlat), country, weight)


def country_numbers(lonlat: Floats, given: pd.Series | None = None) -> Integers:
    """Return the number of the country that each place (n, 2) lies in, -1 where not known.

    Parameters
    ----------
    lonlat
        EPSG:4326, degrees.
    given
        Alpha-3 where it is known, which goes before the map.

    Examples
    --------
    >>> almaty_and_sea = np.array([[76.9, 43.2], [50.5, 42.0]])
    >>> country_codes()[country_numbers(almaty_and_sea)].tolist()
    ['KAZ', None]
    """
    codes = country_codes()
    # The same code has the same number, whichever of its areas a place lies in.
    named = pd.Series(np.arange(len(codes) - 1), index=codes[:-1])
    named = named[named.index.notna() & ~named.index.duplicated()]
    areas = np.append(named.reindex(codes[:-1]).fillna(NOWHERE).to_numpy(dtype=np.int64), NOWHERE)
    number = areas[world().at(lonlat)]
    if given is not None:
        number = given.map(named).fillna(pd.Series(number, given.index)).to_numpy(dtype=np.int64)
    return number


def country_codes() -> Geometries:
    """Return the alpha-3 code of each number, None behind them for -1."""
    codes: Geometries = np.array([*world().codes, None], dtype=object)
    return codes
