"""The search for nodes of a network by id or name."""

from difflib import get_close_matches
from numbers import Real
from typing import Final
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd
import shapely

from minmap.arguments import NOTHING_NEAR, did_you_mean, shown
from minmap.errors import ChoiceError, GeometryError
from minmap.places.gazetteer import name_key, near_towns
from minmap.table import listed
from minmap.transport.network.network import Network
from minmap.types import TEXT, Integers
from minmap.vocabulary import parse_terms

_NEAR: Final = 5
_NEAR_TOWNS: Final = 2

_NAMES: Final[WeakKeyDictionary[Network, pd.Series]] = WeakKeyDictionary()


def lonlat_given(value: object, *, argument: str) -> tuple[float, float] | None:
    """Return longitude and latitude if a value is a place: a point, or two numbers.

    Raises
    ------
    GeometryError
        If two numbers are no longitude and latitude in degrees.

    Examples
    --------
    >>> lonlat_given([69.2, 41.3], argument="to"), lonlat_given("Tashkent", argument="to")
    ((69.2, 41.3), None)
    """
    given = value
    if isinstance(value, shapely.Point) and not value.is_empty:
        value = (value.x, value.y)
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if not isinstance(value, tuple | list) or len(value) != 2:
        return None
    if not all(isinstance(number, Real) and not isinstance(number, bool) for number in value):
        return None
    if not (abs(value[0]) <= 360 and abs(value[1]) <= 90):
        raise GeometryError(
            f"{argument}={shown(given)} is not a longitude and latitude in degrees; give "
            f"{argument}=(longitude, latitude), such as (69.28, 41.31)."
        )
    return float(value[0]), float(value[1])


def find_node(network: Network, word: str, *, argument: str) -> int:
    """Return the position of a node with an id or name.

    Parameters
    ----------
    network
        The network.
    word
        Id of a node; or its name, irrespective of case, accents and alphabet; or the first words
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
    names, key = _names(network), name_key(word)
    for matches in (names == key, names.str.startswith(f"{key} ") & bool(key)):
        found = _narrowed(network, nodes, np.flatnonzero(matches.to_numpy(dtype=np.bool_)))
        if len(found) == 1:
            return int(found[0])
        if len(found):
            raise ChoiceError(
                f"{argument}={word!r} matches {len(found)} nodes: "
                f"{listed(labels_of(nodes.iloc[found]))}; give the id of one."
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


def nodes_named(network: Network, word: str) -> Integers:
    """Return the nodes with a name or id, in any case, accents and alphabet: gates, if any."""
    key = name_key(word)
    named = (_names(network) == key) | (network.nodes["node_id"] == key.replace(" ", "_"))
    found = np.flatnonzero(named.to_numpy(dtype=np.bool_))
    return _narrowed(network, network.nodes, found)


def _names(network: Network) -> pd.Series:
    """Return the normalised names of all nodes, cached because networks do not change."""
    if network not in _NAMES:
        _NAMES[network] = network.nodes["name"].map(name_key, na_action="ignore").astype(TEXT)
    return _NAMES[network]


def labels_of(nodes: pd.DataFrame) -> list[str]:
    """Return name and id of nodes, for messages."""
    named = nodes["name"].where(nodes["name"].notna(), nodes["node_id"])
    return [f"{name!r} ({key})" for name, key in zip(named, nodes["node_id"], strict=True)]


def _no_node(nodes: pd.DataFrame, names: pd.Series, word: str, argument: str) -> str:
    if parse_terms(pd.Series([word], dtype=TEXT), "countries")[0].notna().all():
        return f"{argument}={word!r} is a country; give a town, port or station in it."
    spelt: dict[str, int] = {}
    for keys in (names.dropna(), nodes["node_id"][nodes["gate"]]):
        for position, key in keys.items():
            spelt.setdefault(key, int(str(position)))
    near = [
        key for text in (name_key(word), word) for key in get_close_matches(text, spelt, n=_NEAR)
    ]
    towns = near_towns(word).head(_NEAR_TOWNS)
    labels = labels_of(nodes.iloc[[spelt[key] for key in near]])[: _NEAR - len(towns)]
    labels += [
        f"{name!r} ({code})" for name, code in zip(towns["name"], towns["country"], strict=True)
    ]
    hint = did_you_mean(list(dict.fromkeys(labels)), without=NOTHING_NEAR)
    return f"{argument}={word!r} is not a node of the network{hint} network.nodes lists all."
