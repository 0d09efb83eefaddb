"""A destination: the best routes to it, and what limits the way to the network."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import Any, Final, Self, TypeAlias, TypedDict, Unpack

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from minmap.arguments import require_number, require_path, shown, with_options
from minmap.errors import MinmapError
from minmap.places.areas import NOWHERE
from minmap.places.country_polygons import world
from minmap.transport.accessibility.entries import EntrySearch
from minmap.transport.accessibility.starts import Homelands
from minmap.transport.network.best_paths import BestPaths, paths_to, targets_of
from minmap.transport.network.border_crossings import given_crossings, may_pass
from minmap.transport.network.exclusions import Avoided, Exclusions, allow_words
from minmap.transport.network.found_places import FoundPlace, degrees_label, places_given
from minmap.transport.network.network import Network, given_network
from minmap.transport.network.parameters import Range
from minmap.types import TEXT, Floats, Geometries, Integers, Texts

Places: TypeAlias = str | tuple[float, float] | shapely.Point | Iterable[Any]
"""A place, or several: ids or names, or points."""


class SearchOptions(TypedDict, total=False):
    """Options of every search for routes; `minmap.access` explains them."""

    network: Network | None
    avoid: Avoided
    allow: str | Iterable[str]
    assumptions: Mapping[str, float | tuple[float, float, float]] | None
    crossings: gpd.GeoDataFrame | None
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
    "crossings": None,
    "reach_km": 500.0,
    "objective": "usd_t",
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
    places, targets
        The places to reach, and the positions of their nodes in ``network.nodes``.
    allow
        Statuses besides "operating" that routes may use.
    avoided_countries
        Alpha-3 codes of the countries that routes and connectors avoid.
    reach_km
        Longest geodesic distance from an occurrence to its entry.
    cost_raster
        Raster that connectors follow; None for straight lines.
    border_open
        Whether a connector may cross the border of a country without a road or gate (any-road).
    """

    routes: BestPaths
    places: tuple[FoundPlace, ...]
    targets: Integers
    allow: tuple[str, ...]
    avoided_countries: tuple[str, ...]
    reach_km: float
    cost_raster: Path | None
    border_open: bool

    @classmethod
    def find(cls, to: Places, **options: Unpack[AccessOptions]) -> Self:
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
        places = places_given(network, to, argument="to")
        table = given_crossings(given["crossings"])
        allow = allow_words(given["allow"])
        cost_raster = None if raster is None else require_path(raster, name="cost_raster")
        excluded = Exclusions.find(network, given["avoid"], table["crossing_id"])
        countries = tuple(sorted(excluded.countries))
        targets = targets_of(network, places, excluded)
        if not targets.size:
            codes = " ".join(network.nodes["country"].iloc[places[0].nodes].dropna().unique())
            raise MinmapError(
                f"avoid={shown(given['avoid'])} contains {codes}, the country of the destination "
                f"to={shown(to)}; leave it out of one of them."
            )
        routes = paths_to(
            network,
            targets,
            excluded=excluded,
            allow=allow,
            objective=given["objective"],
            assumptions=given["assumptions"],
            table=table,
        )
        anywhere = (table["crossing_id"] == "any-road").to_numpy(dtype=np.bool_)
        border_open = "any-road" not in excluded.crossings and bool(may_pass(table)[anywhere].all())
        return cls(routes, places, targets, allow, countries, reach_km, cost_raster, border_open)

    @property
    def network(self) -> Network:
        """The network that was searched."""
        return self.routes.network

    @property
    def assumptions(self) -> Mapping[str, Range]:
        """The speeds, prices and delays that the search used."""
        return self.routes.assumptions

    @property
    def objective(self) -> str:
        """The quantity that routes minimise: ``"usd_t"``, ``"hours"`` or ``"km"``."""
        return self.routes.objective

    @cached_property
    def entries(self) -> EntrySearch:
        """The search for entries of the network."""
        return EntrySearch(self.routes, self.reach_km)

    @cached_property
    def entry_nodes(self) -> Integers:
        """The nodes at which a lorry can enter: gates and the ends of roads, where a way leads on.

        Those in an avoided country are left out.
        """
        network = self.network
        usable = network.nodes["gate"].to_numpy(dtype=np.bool_, copy=True)
        usable[network.ends[(network.edges["mode"] == "road").to_numpy(dtype=np.bool_)]] = True
        usable &= ~network.nodes["country"].isin(self.avoided_countries).to_numpy(dtype=np.bool_)
        return np.flatnonzero(usable & self.routes.reached)

    @property
    def raster_usd_tkm(self) -> float:
        """The price of a tonne and km on a connector over a raster: that of an ordinary road."""
        return self.assumptions["road_usd_tkm"].value

    @cached_property
    def homelands(self) -> Homelands:
        """The countries that connectors stay in."""
        return Homelands.of(self.entries, self.avoided_countries)

    @property
    def attrs(self) -> dict[str, Any]:
        """The arguments and assumptions of the search, for the ``attrs`` of a table."""
        table, own = self.routes.costs.passages.table, {}
        if table is not given_crossings(None):
            rows = pd.DataFrame(table.drop(columns="geometry")).astype(object)
            own["crossings"] = rows.where(rows.notna(), None).to_dict("records")
        return own | {
            "access": {
                "to": [place.given for place in self.places],
                "avoid": list(self.routes.avoided),
                "allow": list(self.allow),
                "objective": self.objective,
                "reach_km": self.reach_km,
            },
            "assumptions": {key: list(value) for key, value in self.assumptions.items()},
        }

    @property
    def title(self) -> str:
        """The names of the places to reach."""
        return " or ".join(place.title for place in self.places)

    def titles_of(self, nodes: Integers) -> Texts:
        """Return the name of the place that each of some targets belongs to."""
        titles = np.full(len(self.network.nodes), None, dtype=object)
        for place in reversed(self.places):
            titles[place.nodes] = place.title
        return titles[nodes]

    def names_of(self, nodes: Integers) -> list[str]:
        """Return the name of each node; without one, its place on a road, or its id."""
        table = self.network.nodes.iloc[nodes]
        places = [f"the road at {degrees_label(x, y)}" for x, y in self.network.lonlat[nodes]]
        on_road = table["node_id"].str.startswith("road:")
        unnamed = table["node_id"].mask(on_road, pd.Series(places, table.index, dtype=TEXT))
        return list(table["name"].fillna(unnamed))

    def no_route_from(self, nodes: Integers) -> list[str]:
        """Return for each node the sentence that no route leads from it to the destination."""
        return [self.no_route_from_title(name) for name in self.names_of(nodes)]

    def no_route_from_title(self, name: str) -> str:
        """Return the sentence that no route leads from a place to the destination."""
        avoid = self.routes.avoided
        end = f"to {self.title}" + (f" without {', '.join(avoid)}" if avoid else "")
        return f"the network does not lead from {name} {end}"


def country_numbers(lonlat: Floats) -> Integers:
    """Return the number of the country that each point (n, 2) lies in, -1 where unknown.

    Examples
    --------
    >>> almaty_and_sea = np.array([[76.9, 43.2], [50.5, 42.0]])
    >>> country_codes()[country_numbers(almaty_and_sea)].tolist()
    ['KAZ', None]
    """
    area = world().at(lonlat)
    return np.where(pd.isna(country_codes()[area]), NOWHERE, area)


def country_codes() -> Geometries:
    """Return the alpha-3 code of each country number, with None at the end for -1."""
    return np.array([*world().codes, None], dtype=object)
