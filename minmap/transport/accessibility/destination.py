"""A destination: the best route to it from every gate, and the barriers of connectors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any, Final, Self, TypedDict, Unpack

import numpy as np
import pandas as pd

from minmap.arguments import require_number, require_path, with_options
from minmap.places.areas import NOWHERE
from minmap.places.country_polygons import world
from minmap.transport.accessibility.barriers import countries_barrier, move_ashore, open_water
from minmap.transport.accessibility.connectors import Barriers
from minmap.transport.accessibility.gate_candidates import Gates, Haul
from minmap.transport.network.best_paths import BestPaths, find_paths
from minmap.transport.network.exclusions import allow_words, avoid_words, countries_among
from minmap.transport.network.network import Network, given_network
from minmap.transport.network.node_search import destination_words, find_node
from minmap.types import Floats, Geometries, Integers


class SearchOptions(TypedDict, total=False):
    """Options of every search for routes; `minmap.access` explains them."""

    network: Network | None
    avoid: str | Iterable[str]
    allow: str | Iterable[str]
    assumptions: Mapping[str, float] | None
    reach_km: float


class RouteOptions(SearchOptions, total=False):
    """Options of a search whose objective can be chosen."""

    objective: str


class AccessOptions(RouteOptions, total=False):
    """Options of `minmap.access` that its sibling functions share."""

    cost_raster: str | PathLike[str] | None


DEFAULTS: Final[AccessOptions] = {
    "network": None,
    "avoid": (),
    "allow": (),
    "assumptions": None,
    "reach_km": 500.0,
    "objective": "hours",
    "cost_raster": None,
}
RENAMED: Final = {"by": "did you mean 'objective'?"}
with_access_options = with_options(AccessOptions, DEFAULTS, cures=RENAMED)


@dataclass(frozen=True, eq=False)
class Destination:
    """The best routes to one or several nodes, and the limits of connectors. Immutable.

    Attributes
    ----------
    routes
        The best route from every node of the network.
    targets
        Positions in ``network.nodes`` of the nodes to reach.
    allow
        Statuses besides "operating" that routes may use.
    avoided_countries
        Alpha-3 codes of the countries that routes and connectors avoid.
    reach_km
        Longest geodesic distance from an occurrence to its gate.
    gates
        The gates that a route starts from.
    cost_raster
        Raster that connectors follow; None for straight lines.
    """

    routes: BestPaths
    targets: Integers
    allow: tuple[str, ...]
    avoided_countries: tuple[str, ...]
    reach_km: float
    gates: Gates
    cost_raster: Path | None

    @classmethod
    def find(cls, to: str | Iterable[str], **options: Unpack[AccessOptions]) -> Self:
        """Find the best route from every node to a destination.

        The result can be used for any number of occurrence tables.

        Parameters
        ----------
        to, options
            As for `minmap.access`.

        Raises
        ------
        MinmapError
            As `minmap.access` does.

        Examples
        --------
        >>> destination = Destination.find("poti_port", avoid=["RUS", "IRN"])
        >>> destination.avoided_countries, bool(destination.routes.reached.any())
        (('IRN', 'RUS'), True)
        """
        given: AccessOptions = {**DEFAULTS, **options}
        reach_km, raster = given["reach_km"], given["cost_raster"]
        reach_km = require_number(
            reach_km, name="reach_km", like=DEFAULTS["reach_km"], above=0, unit="km"
        )
        network = given_network(given["network"])
        words, avoid = destination_words(network, to), avoid_words(given["avoid"])
        allow = allow_words(given["allow"])
        cost_raster = None if raster is None else require_path(raster, name="cost_raster")
        routes = find_paths(
            network,
            words,
            avoid=avoid,
            allow=allow,
            objective=given["objective"],
            assumptions=given["assumptions"],
        )
        targets = np.array([find_node(network, word, argument="to") for word in words])
        countries = tuple(sorted(countries_among(network, avoid)))
        gates = _gates(routes, countries)
        return cls(routes, targets, allow, countries, reach_km, gates, cost_raster)

    @property
    def network(self) -> Network:
        """The network that was searched."""
        return self.routes.network

    @property
    def assumptions(self) -> Mapping[str, float]:
        """The speeds, prices and delays that the search used."""
        return self.routes.assumptions

    @property
    def objective(self) -> str:
        """The quantity that routes minimise: ``"hours"``, ``"km"`` or ``"usd_t"``."""
        return self.routes.objective

    @property
    def barriers(self) -> Barriers:
        """The water and countries that connectors may not cross.

        Each process builds them, because they are large to pickle.
        """
        codes = self.avoided_countries
        return Barriers(open_water(), countries_barrier(codes) if codes else None)

    @property
    def haul(self) -> Haul:
        """The weight of a connector, in the unit of the objective."""
        assumed, factor = self.assumptions, self.assumptions["detour_factor"]
        return {
            "km": Haul(factor, 0.0),
            "hours": Haul(factor / assumed["road_kmh"], assumed["border_road_hours"]),
            "usd_t": Haul(factor * assumed["road_usd_tkm"], assumed["border_road_usd_t"]),
        }[self.objective]

    @property
    def attrs(self) -> dict[str, Any]:
        """The arguments and assumptions of the search, for the ``attrs`` of a table."""
        return {
            "access": {
                "to": self.network.nodes["node_id"].iloc[self.targets].tolist(),
                "avoid": list(self.routes.avoided),
                "allow": list(self.allow),
                "objective": self.objective,
                "reach_km": self.reach_km,
            },
            "assumptions": dict(self.assumptions),
        }

    @property
    def title(self) -> str:
        """The names of the nodes to reach."""
        return " or ".join(self.names_of(self.targets))

    def names_of(self, nodes: Integers) -> list[str]:
        """Return the name of each node, or its id if it has no name."""
        table = self.network.nodes.iloc[nodes]
        return list(table["name"].fillna(table["node_id"]))

    def no_route_from(self, nodes: Integers) -> list[str]:
        """Return for each node the sentence that no route leads from it to the destination."""
        avoid = self.routes.avoided
        end = f"to {self.title}" + (f" without {', '.join(avoid)}" if avoid else "")
        return [f"the network does not lead from {name} {end}" for name in self.names_of(nodes)]


def _gates(routes: BestPaths, avoided_countries: tuple[str, ...]) -> Gates:
    nodes = routes.network.nodes
    usable = nodes["gate"].to_numpy(dtype=np.bool_) & routes.reached
    node = np.flatnonzero(usable & ~nodes["country"].isin(avoided_countries).to_numpy(np.bool_))
    lonlat = nodes.iloc[node].get_coordinates().to_numpy()
    assumed = routes.assumptions
    loading = {"km": 0.0, "hours": assumed["loading_hours"], "usd_t": assumed["loading_usd_t"]}
    # Freight that arrives at the destination by road is not loaded again.
    weight = routes.weight[node]
    weight = weight + np.where(routes.destination[node] == node, 0.0, loading[routes.objective])
    country = country_numbers(lonlat, nodes["country"].iloc[node])
    return Gates(node, lonlat, move_ashore(lonlat), country, weight)


def country_numbers(lonlat: Floats, known: pd.Series | None = None) -> Integers:
    """Return the number of the country that each point (n, 2) lies in, -1 where unknown.

    Parameters
    ----------
    lonlat
        EPSG:4326, degrees.
    known
        Alpha-3 codes, which take precedence over the map where they are not missing.

    Examples
    --------
    >>> almaty_and_sea = np.array([[76.9, 43.2], [50.5, 42.0]])
    >>> country_codes()[country_numbers(almaty_and_sea)].tolist()
    ['KAZ', None]
    """
    area = world().at(lonlat)
    number = np.where(pd.isna(country_codes()[area]), NOWHERE, area)
    if known is None:
        return number
    number_of = {code: at for at, code in enumerate(world().codes) if code is not None}
    taken = [number_of.get(code, at) for code, at in zip(known, number, strict=True)]
    return np.array(taken, dtype=np.int64)


def country_codes() -> Geometries:
    """Return the alpha-3 code of each country number, with None at the end for -1."""
    return np.array([*world().codes, None], dtype=object)
