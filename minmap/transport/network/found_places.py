"""Places by name: nodes, towns and ports in any of their names, UN/LOCODEs, and coordinates."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from minmap.arguments import shown
from minmap.errors import ChoiceError, GeometryError, MinmapError
from minmap.geodesy.ellipsoid import surface_distance_m, to_ecef
from minmap.places import gazetteer
from minmap.places.country_polygons import world
from minmap.table import listed
from minmap.transport.network.network import Network
from minmap.transport.network.node_search import (
    find_node,
    labels_of,
    lonlat_given,
    nodes_named,
)
from minmap.types import Booleans, Floats, Integers

# A town is the nodes this near to its centre, or else the nearest one up to a farther distance.
_IN_TOWN_KM: Final = 5.0
_AT_PORT_KM: Final = 25.0
_NEAREST_KM: Final = 25.0
# A node of the same name belongs to a town within this distance.
_SAME_KM: Final = 25.0
# Of several towns the largest is meant if it is so many times larger than the next.
_LARGER: Final = 10.0
# A smaller town gives way to a node of the network of the same name.
_LARGE_TOWN: Final = 50_000
_LOCODE: Final = re.compile(r"[A-Z]{2} ?[A-Z2-9]{3}")
_LISTED: Final = 5


@dataclass(frozen=True, eq=False)
class FoundPlace:
    """The nodes that stand for a place.

    Attributes
    ----------
    given
        What was given: a word, or (longitude, latitude). The id of the node where it is a single
        one.
    title
        Name of the place.
    nodes
        Positions in ``network.nodes``.
    town
        Longitude and latitude of the centre of a town, EPSG:4326, degrees; None for other places.
    """

    given: str | tuple[float, float]
    title: str
    nodes: Integers
    town: tuple[float, float] | None = None


def places_given(network: Network, given: Any, *, argument: str) -> tuple[FoundPlace, ...]:
    """Return the places of an argument: a word, a point, or a list of words and points.

    Raises
    ------
    ChoiceError
        If a word is unknown or has several meanings, or a place lies far from the network.
    GeometryError
        If something is neither text nor a point, or no longitude and latitude in degrees.
    MinmapError
        If nothing is given.

    Examples
    --------
    >>> network = Network.shipped()
    >>> [place.title for place in places_given(network, ["Актобе", "GEPTI"], argument="to")]
    ['Aktobe', 'Poti']
    >>> places_given(network, "Shanghai", argument="to")
    Traceback (most recent call last):
        ...
    minmap.errors.ChoiceError: to='Shanghai' is Shanghai (CHN), which lies 4... km from the...
    """
    single = lonlat_given(given, argument=argument) is not None
    single |= not isinstance(given, Iterable) or isinstance(given, str | bytes | Mapping)
    found = tuple(_place(network, one, argument) for one in ([given] if single else given))
    if not found:
        raise MinmapError(
            f"{argument} is empty; give a place, such as {argument}='poti_port' or 'Poti'."
        )
    return found


def degrees_label(lon: float, lat: float) -> str:
    """Return a place in words.

    Examples
    --------
    >>> degrees_label(75.6, 51.8)
    '51.80 N 75.60 E'
    """
    return f"{abs(lat):.2f} {'N' if lat >= 0 else 'S'} {abs(lon):.2f} {'E' if lon >= 0 else 'W'}"


def names_place(network: Network, word: str) -> bool:
    """Return whether a word is the name of a node, town or port, or a UN/LOCODE."""
    coded = _LOCODE.fullmatch(word) is not None and len(gazetteer.ports_coded(word)) > 0
    named = gazetteer.towns_named(word), gazetteer.ports_named(word)
    return coded or any(map(len, named)) or nodes_named(network, word).size > 0


def _place(network: Network, given: Any, argument: str) -> FoundPlace:
    lonlat = lonlat_given(given, argument=argument)
    if lonlat is not None:
        problem = f"{argument}={shown(given)}"
        area = int(world().at(np.array([lonlat]))[0])
        code = world().codes[area] if area >= 0 else None
        place = _Wanted(lonlat, degrees_label(*lonlat), code, lonlat, problem)
        return _at(network, place, near_km=_IN_TOWN_KM)
    if not isinstance(given, str):
        raise GeometryError(
            f"{argument}={shown(given)} is not a place; give the name or id of a node, the name "
            "of a town or port, or (longitude, latitude) in degrees."
        )
    ids = network.nodes["node_id"]
    by_id = np.flatnonzero(ids == given)
    if by_id.size:
        return FoundPlace(given, str(network.nodes["name"].fillna(ids)[by_id[0]]), by_id)
    if _LOCODE.fullmatch(given):
        ports = gazetteer.ports_coded(given)
        if len(ports):
            return _at_row(network, ports.iloc[0], given, argument, near_km=_AT_PORT_KM)
    return _named(network, given, argument)


def _named(network: Network, word: str, argument: str) -> FoundPlace:
    """Return the place with a name: the town, port or node that is meant."""
    nodes, towns = nodes_named(network, word), gazetteer.towns_named(word)
    town = _largest(network, towns, word, argument) if len(towns) else None
    if town is None:
        ports = gazetteer.ports_named(word)
        if not nodes.size and len(ports) == 1:
            return _at_row(network, ports.iloc[0], word, argument, near_km=_AT_PORT_KM)
        return _single(network, find_node(network, word, argument=argument))
    centre = (float(town["longitude"]), float(town["latitude"]))
    # A station of that name behind a border is another place.
    near = _away_km(network.lonlat[nodes], centre) <= _SAME_KM
    abroad = near & ~_in_country(network, town["country"])[nodes]
    beside, nodes = nodes[near & ~abroad], nodes[~abroad]
    if beside.size or not nodes.size:
        place = _at_row(network, town, word, argument, near_km=_IN_TOWN_KM)
        return FoundPlace(place.given, place.title, np.union1d(place.nodes, beside), centre)
    if town["population"] < _LARGE_TOWN:
        one = nodes.size == 1
        return _single(network, nodes[0] if one else find_node(network, word, argument=argument))
    labels = [_town_label(town), *_node_labels(network, nodes)]
    raise ChoiceError(
        f"{argument}={word!r} may be {listed(labels)}; give the id of a node, or (longitude, "
        "latitude)."
    )


def _single(network: Network, node: int) -> FoundPlace:
    row = network.nodes.iloc[node]
    title = row["node_id"] if pd.isna(row["name"]) else row["name"]
    return FoundPlace(row["node_id"], title, np.array([node]))


def _largest(network: Network, towns: pd.DataFrame, word: str, argument: str) -> pd.Series:
    """Return the town that is meant by a name; raise if several may be.

    Towns near the network go before others, then main names before others; but a town of another
    spelling ("Taskent" for Tashkent) may be meant if it is much larger.
    """
    near = _near_network(network, towns)
    towns = towns[near] if near.any() else towns
    main = towns[towns["main"]] if towns["main"].any() else towns
    first, least = main.iloc[0], main["population"].max() / _LARGER
    exact = main["name"].str.casefold() == word.casefold()
    if not exact.any():
        larger = towns[~towns["main"] & (towns["population"] >= _LARGER * first["population"])]
        main = pd.concat([larger, main]) if towns["main"].any() else main
    rivals = main[main["population"] > least]
    if len(rivals) > 1:
        labels = [_town_label(row) for _, row in rivals.head(_LISTED).iterrows()]
        raise ChoiceError(
            f"{argument}={word!r} may be {listed(labels)}; give (longitude, latitude)."
        )
    return first


def _near_network(network: Network, towns: pd.DataFrame) -> Booleans:
    """Return whether each town lies near a node of the network."""
    nodes = to_ecef(network.lonlat[_may_end(network)])
    places = to_ecef(towns[["longitude", "latitude"]].to_numpy(dtype=float))
    # At this distance a chord is 2 cm shorter than the way on the surface.
    squared_m = [((nodes - place) ** 2).sum(axis=1).min(initial=np.inf) for place in places]
    return np.sqrt(squared_m) <= _NEAREST_KM * 1000


def _town_label(row: pd.Series) -> str:
    region = "" if pd.isna(row["admin1"]) else f"{row['admin1']}, "
    return (
        f"{row['name']} ({region}{row['country']}, {row['population']:,} people, at "
        f"{row['longitude']:.2f}, {row['latitude']:.2f})"
    )


def _node_labels(network: Network, nodes: Integers) -> list[str]:
    table = network.nodes.iloc[nodes[:_LISTED]]
    columns = zip(table["name"], table["kind"], table["node_id"], table["country"], strict=True)
    return [f"the {kind} {name} ({key}, {country})" for name, kind, key, country in columns]


def _at_row(
    network: Network, row: pd.Series, word: str, argument: str, *, near_km: float
) -> FoundPlace:
    lonlat = (float(row["longitude"]), float(row["latitude"]))
    problem = f"{argument}={word!r} is {row['name']} ({row['country']}), which"
    place = _Wanted(lonlat, row["name"], row["country"], word, problem)
    return _at(network, place, near_km=near_km)


@dataclass(frozen=True)
class _Wanted:
    """A place to look for nodes at: its country, what was given, and how an error begins."""

    lonlat: tuple[float, float]
    title: str
    country: str | None
    given: str | tuple[float, float]
    problem: str


def _at(network: Network, place: _Wanted, *, near_km: float) -> FoundPlace:
    """Return the nodes near a place, in its country; raise if all lie far from it."""
    nodes = np.flatnonzero(_may_end(network) & _in_country(network, place.country))
    if not nodes.size:
        raise ChoiceError(
            f"{place.problem} lies in {place.country}, where the network has no road."
        )
    away = _away_km(network.lonlat[nodes], place.lonlat)
    near = nodes[away <= near_km]
    is_gate = network.nodes["gate"].to_numpy(dtype=np.bool_)[nodes]
    if near.size:
        # The station of a town may lie outside it.
        gate = np.argmin(np.where(is_gate, away, np.inf))
        beside = nodes[[gate]] if is_gate[gate] and away[gate] <= _NEAREST_KM else nodes[:0]
        return FoundPlace(place.given, place.title, np.union1d(near, beside))
    order = np.argsort(away, kind="stable")
    if order.size and away[order[0]] <= _NEAREST_KM:
        label = f"{place.title} ({away[order[0]]:.0f} km from the end of the route)"
        return FoundPlace(place.given, label, nodes[order[:1]])
    gates = nodes[is_gate]
    gates_away = _away_km(network.lonlat[gates], place.lonlat)
    nearest = np.argsort(gates_away, kind="stable")[:3]
    labels = [
        f"{label}, {km:,.0f} km"
        for label, km in zip(
            labels_of(network.nodes.iloc[gates[nearest]]), gates_away[nearest], strict=True
        )
    ]
    least = f"{away.min():,.0f} km"
    hint = swapped_hint(network, place.given) if isinstance(place.given, tuple) else ""
    raise ChoiceError(
        f"{place.problem} lies {least} from the nearest node of the network in its country. The "
        f"nearest stations and ports are: {'; '.join(labels)}. Overseas ports are not joined to "
        f"the network yet.{hint}"
    )


def swapped_hint(network: Network, lonlat: tuple[float, float]) -> str:
    """Return a hint if a place lies near the network with longitude and latitude swapped.

    Examples
    --------
    >>> swapped_hint(Network.shipped(), (41.3, 69.2)).strip()
    'Longitude comes first: did you mean (69.2, 41.3)?'
    >>> swapped_hint(Network.shipped(), (69.2, 41.3))
    ''
    """
    lat, lon = lonlat
    if abs(lat) > 90:
        return ""
    nodes = network.lonlat[_may_end(network)]
    here, there = (_away_km(nodes, place).min(initial=np.inf) for place in (lonlat, (lon, lat)))
    near = there <= _NEAREST_KM < here
    return f" Longitude comes first: did you mean ({lon:g}, {lat:g})?" if near else ""


def _in_country(network: Network, code: str | None) -> Booleans:
    """Return whether each node lies in a country; where no node does, those of unknown country."""
    countries = network.nodes["country"]
    if pd.isna(code):
        return np.ones(len(countries), dtype=np.bool_)
    own = countries == code
    return np.asarray((own if own.any() else countries.isna()).to_numpy(dtype=np.bool_))


def _may_end(network: Network) -> Booleans:
    """Return whether freight may be unloaded at each node: at gates and on roads that are open."""
    edges = network.edges
    operating = (edges["status"] == "operating").to_numpy(dtype=np.bool_)
    road = (edges["mode"] == "road").to_numpy(dtype=np.bool_)
    met, on_road = np.zeros((2, len(network.nodes)), dtype=np.bool_)
    met[network.ends[operating]] = True
    on_road[network.ends[operating & road]] = True
    return np.asarray((network.nodes["gate"].to_numpy(dtype=np.bool_) & met) | on_road)


def _away_km(lonlat: Floats, place: tuple[float, float]) -> Floats:
    ecef = to_ecef(np.array([place]))
    return surface_distance_m(to_ecef(lonlat), np.repeat(ecef, len(lonlat), axis=0)) / 1000
