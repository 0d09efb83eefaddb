"""The search for nodes of a network by id or name."""

from collections.abc import Iterable
from difflib import get_close_matches
from numbers import Real
from typing import Final
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd
import shapely
from anyascii import anyascii

from minmap.arguments import NOTHING_NEAR, did_you_mean, require_words, shown
from minmap.errors import ChoiceError
from minmap.geodesy import distance_m
from minmap.table import listed
from minmap.transport.network.network import Network
from minmap.types import TEXT, Integers
from minmap.vocabulary.spelling import normalise

_NEAR: Final = 5
_NEAR_PLACES: Final = 3

_NAMES: Final[WeakKeyDictionary[Network, pd.Series]] = WeakKeyDictionary()


def destination_words(network: Network, to: str | Iterable[str]) -> tuple[str, ...]:
    """Return the words of an argument ``to``, each the id or the name of a node.

    Raises
    ------
    ChoiceError
        If it is a place. The message names the nearest nodes and their distances.
    MinmapError
        If it is neither text nor a list of texts.

    Examples
    --------
    >>> import minmap as mm
    >>> network = Network.from_corridors(mm.corridor("middle"))
    >>> destination_words(network, (41.66, 42.15))
    Traceback (most recent call last):
        ...
    minmap.errors.ChoiceError: to=(41.66, 42.15) is a place, but to takes the id or the name of a
    node; the nearest are 'poti_port' (0.8 km), ...
    """
    place = _lonlat(to)
    if place is None:
        return require_words(to, name="to", like="poti_port")
    nodes = network.nodes
    places = shapely.get_coordinates(nodes.geometry.to_numpy())
    away_km = distance_m(places, [place]) / 1000
    near = [
        f"{nodes['node_id'].iloc[row]!r} ({away_km[row]:.1f} km)"
        for row in np.argsort(away_km, kind="stable")[:_NEAR_PLACES]
    ]
    raise ChoiceError(
        f"to={shown(to)} is a place, but to takes the id or the name of a node; the nearest are "
        f"{', '.join(near)}."
    )


def _lonlat(value: object) -> tuple[float, float] | None:
    """Return longitude and latitude if a value is a place: a point, or two numbers."""
    if isinstance(value, shapely.Point) and not value.is_empty:
        value = (value.x, value.y)
    if not isinstance(value, tuple | list) or len(value) != 2:
        return None
    if not all(isinstance(number, Real) and not isinstance(number, bool) for number in value):
        return None
    lon, lat = (float(number) for number in value)
    return (lon, lat) if abs(lon) <= 360 and abs(lat) <= 90 else None


def find_node(network: Network, word: str, *, argument: str) -> int:
    """Return the position of a node with an id or name.

    Parameters
    ----------
    network
        The network.
    word
        Id of a node; or its name, irrespective of case, accents and alphabet; or the beginning
        of its name. Among several nodes that match equally, gates come before other nodes, and
        nodes of catalogue legs before others.
    argument
        Name of the argument, for the message.

    Raises
    ------
    ChoiceError
        If no node matches, or several do. The message shows the nearest.

    Examples
    --------
    >>> import minmap as mm
    >>> network = Network.from_corridors(mm.corridor("middle"))
    >>> [network.nodes["node_id"][find_node(network, word, argument="to")]
    ...  for word in ("poti_port", "ТБИЛИСИ", "istanbul")]
    ['poti_port', 'tbilisi', 'halkali']
    >>> find_node(network, "Potti", argument="to")
    Traceback (most recent call last):
        ...
    minmap.errors.ChoiceError: to='Potti' is not a node of the network; did you mean 'Poti'
    (poti)? ...
    """
    nodes = network.nodes
    by_id = np.flatnonzero(nodes["node_id"] == word)
    if by_id.size:
        return int(by_id[0])
    names, key = _names(network), _key(word)
    for matches in (names == key, names.str.startswith(key) & bool(key)):
        found = _narrowed(network, nodes, np.flatnonzero(matches.to_numpy(dtype=np.bool_)))
        if len(found) == 1:
            return int(found[0])
        if len(found):
            raise ChoiceError(
                f"{argument}={word!r} matches {len(found)} nodes: "
                f"{listed(_labels(nodes.iloc[found]))}; give the id of one."
            )
    raise ChoiceError(_no_node(nodes, names, word, argument))


def _narrowed(network: Network, nodes: pd.DataFrame, found: Integers) -> Integers:
    """Return the gates among nodes, if any, and among these the nodes of catalogue legs, if any."""
    if len(found) < 2:
        return found
    gate = nodes["gate"].to_numpy()
    of_leg = np.zeros(len(nodes), dtype=np.bool_)
    of_leg[network.ends[network.edges["leg_id"].notna().to_numpy()]] = True
    for preferred in (gate, of_leg):
        found = found[preferred[found]] if preferred[found].any() else found
    return found


def _key(name: str) -> str:
    return normalise(anyascii(name))


def _names(network: Network) -> pd.Series:
    """Return the normalised names of all nodes, cached because networks do not change."""
    if network not in _NAMES:
        _NAMES[network] = network.nodes["name"].map(_key, na_action="ignore").astype(TEXT)
    return _NAMES[network]


def _labels(nodes: pd.DataFrame) -> list[str]:
    named = nodes["name"].where(nodes["name"].notna(), nodes["node_id"])
    return [f"{name!r} ({key})" for name, key in zip(named, nodes["node_id"], strict=True)]


def _no_node(nodes: pd.DataFrame, names: pd.Series, word: str, argument: str) -> str:
    spelt: dict[str, int] = {}
    for keys in (names.dropna(), nodes["node_id"][nodes["gate"]]):
        for position, key in keys.items():
            spelt.setdefault(key, int(str(position)))
    near = [key for text in (_key(word), word) for key in get_close_matches(text, spelt, n=_NEAR)]
    labels = list(dict.fromkeys(_labels(nodes.iloc[[spelt[key] for key in near]])))[:_NEAR]
    hint = did_you_mean(labels, without=NOTHING_NEAR)
    return f"{argument}={word!r} is not a node of the network{hint} network.nodes lists all."
