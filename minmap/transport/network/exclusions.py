"""What a user's words mean in a network: the node of a name, and the edges to be avoided."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from numbers import Real
from typing import Final
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd
import shapely
from anyascii import anyascii

from minmap.arguments import require_one_of, require_words, shown
from minmap.errors import ChoiceError
from minmap.geodesy import distance_m
from minmap.transport.corridors.corridor import MODES, STATUSES
from minmap.transport.network.network import Network
from minmap.transport.network.state_graph import states_of
from minmap.types import Booleans, Integers
from minmap.vocabulary import TEXT, countries, parse_terms
from minmap.vocabulary.spelling import normalise

_OPERATING: Final = "operating"
_NEAR: Final = 5
_NEAR_PLACES: Final = 3

_NAMES: Final[WeakKeyDictionary[Network, pd.Series]] = WeakKeyDictionary()


def avoid_words(avoid: str | Iterable[str]) -> tuple[str, ...]:
    """Return the words of an argument ``avoid``.

    Raises
    ------
    MinmapError
        If it is neither text nor texts.

    Examples
    --------
    >>> avoid_words("RUS"), avoid_words(["RUS", "sea"])
    (('RUS',), ('RUS', 'sea'))
    """
    return require_words(avoid, name="avoid", like="RUS")


def allow_words(allow: str | Iterable[str]) -> tuple[str, ...]:
    """Return the words of an argument ``allow``.

    Raises
    ------
    MinmapError
        If it is neither text nor texts.
    """
    return require_words(allow, name="allow", like="planned")


def destination_words(network: Network, to: str | Iterable[str]) -> tuple[str, ...]:
    """Return the words of an argument ``to``, each the id or the name of a node.

    Raises
    ------
    ChoiceError
        If it is a place. The message names the nearest nodes and how far they are.
    MinmapError
        If it is neither text nor texts.

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


def avoided(
    network: Network, avoid: str | Iterable[str], allow: str | Iterable[str] = ()
) -> Booleans:
    """Return for each edge of a network whether it may not be used.

    Parameters
    ----------
    network
        The network.
    avoid
        Words, each a mode, a status, the id of a node or of a leg, or a country (alpha-3, or a
        name in any language). A word that is one of the former is not looked for among the
        countries. Of a node, the edges that touch it are avoided; of a country, those that pass
        it, and those whose countries are not known but that end in it.
    allow
        Statuses besides "operating" whose edges may be used: "under construction", "planned".

    Returns
    -------
    numpy.ndarray of bool, shape (len(network),)
        True where the edge may not be used.

    Raises
    ------
    ChoiceError
        If a word is none of these. The message shows the nearest.

    Examples
    --------
    >>> import minmap as mm
    >>> network = Network.from_corridors(mm.corridor("middle"))
    >>> unused = avoided(network, ["aktau_port", "Turkey"])
    >>> network.edges.loc[unused, "leg_id"].tolist()[:3]
    ['mangystau-aktau-port', 'aktau-port-alat', 'kartsakhi-kars']
    """
    edges, nodes = network.edges, network.nodes
    allowed = [require_one_of(word, STATUSES, name="allow") for word in allow_words(allow)]
    unused: Booleans = ~edges["status"].isin([_OPERATING, *allowed]).to_numpy(dtype=np.bool_)
    words = avoid_words(avoid)
    for column in ("mode", "status", "leg_id"):
        unused |= edges[column].isin(words).to_numpy(dtype=np.bool_)
    at_node = nodes["node_id"].isin(words).to_numpy(dtype=np.bool_)
    unused |= at_node[network.ends].any(axis=1)

    codes = countries_among(network, words)
    if codes:
        states = states_of(network)
        passes = states.passes[: len(edges)]
        passes_one = np.array([not codes.isdisjoint(p) for p in states.passed], dtype=np.bool_)
        in_one = nodes["country"].isin(codes).to_numpy(dtype=np.bool_)
        unused |= passes_one[passes] | ((passes == 0) & in_one[network.ends].any(axis=1))
    return unused


def countries_among(network: Network, words: Iterable[str]) -> frozenset[str]:
    """Return the countries (alpha-3) among words that are no mode, status, leg or node.

    Raises
    ------
    ChoiceError
        If a word is none of these. The message shows the nearest.
    """
    left = [word for word in words if word not in {*MODES, *STATUSES}]
    for ids in (network.edges["leg_id"], network.nodes["node_id"]) if left else ():
        found = set(ids[ids.isin(left)])
        left = [word for word in left if word not in found]
    codes = parse_terms(pd.Series(left, dtype=TEXT), "countries")[0]
    for word, code in zip(left, codes, strict=True):
        if pd.isna(code):
            raise ChoiceError(_no_word(network, word))
    return frozenset(codes)


def avoided_countries(avoid: str | Iterable[str]) -> tuple[str, ...]:
    """Return the countries (alpha-3) among words to be avoided, in their order.

    Examples
    --------
    >>> avoided_countries(["Russia", "sea", "IRN", "aktau_port"])
    ('RUS', 'IRN')
    """
    codes = parse_terms(pd.Series(avoid_words(avoid), dtype=TEXT), "countries")[0]
    return tuple(dict.fromkeys(codes.dropna()))


def find_node(network: Network, word: str, *, argument: str) -> int:
    """Return the position of the node that a word means.

    Parameters
    ----------
    network
        The network.
    word
        Id of a node; or its name, case, accents and alphabet aside; or what one begins with. Where
        several nodes fit a name equally, a gate goes before a mere vertex, and a node of a
        catalogue leg before others.
    argument
        What the word was given as, for the message.

    Raises
    ------
    ChoiceError
        If no node is called so, or several are. The message shows the nearest.

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
    minmap.errors.ChoiceError: to='Potti' is no node of the network; did you mean 'Poti'
    (poti)? ...
    """
    nodes = network.nodes
    by_id = np.flatnonzero(nodes["node_id"] == word)
    if by_id.size:
        return int(by_id[0])
    names, key = _names(network), _key(word)
    for fits in (names == key, names.str.startswith(key) & bool(key)):
        found = _narrowed(network, nodes, np.flatnonzero(fits.to_numpy(dtype=np.bool_)))
        if len(found) == 1:
            return int(found[0])
        if len(found):
            listed = ", ".join(_labels(nodes.iloc[found[:_NEAR]]))
            more = f" and {len(found) - _NEAR} more" if len(found) > _NEAR else ""
            raise ChoiceError(
                f"{argument}={word!r} fits {len(found)} nodes: {listed}{more}; give the id of one."
            )
    raise ChoiceError(_no_node(nodes, names, word, argument))


def _narrowed(network: Network, nodes: pd.DataFrame, found: Integers) -> Integers:
    """Return the gates among nodes if there are any, and of these the nodes of catalogue legs."""
    if len(found) < 2:
        return found
    gate = nodes["gate"].to_numpy()
    of_leg = np.zeros(len(nodes), dtype=np.bool_)
    of_leg[network.ends[network.edges["leg_id"].notna().to_numpy()]] = True
    for better in (gate, of_leg):
        found = found[better[found]] if better[found].any() else found
    return found


def _key(name: str) -> str:
    return normalise(anyascii(name))


def _names(network: Network) -> pd.Series:
    """Return the names of all nodes as they are compared; kept, since networks do not change."""
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
    near = [key for asked in (_key(word), word) for key in get_close_matches(asked, spelt, n=_NEAR)]
    labels = list(dict.fromkeys(_labels(nodes.iloc[[spelt[key] for key in near]])))[:_NEAR]
    return _refusal(f"{argument}={word!r} is no node of the network", labels, "network.nodes")


def _refusal(problem: str, near: list[str], where: str) -> str:
    if not near:
        return f"{problem}, nor is anything near it; {where} lists what is known."
    more = f" Also near: {', '.join(near[1:])}." if len(near) > 1 else ""
    return f"{problem}; did you mean {near[0]}?{more} {where} lists all."


def _no_word(network: Network, word: str) -> str:
    nodes = network.nodes
    legs = network.edges["leg_id"].dropna().unique()
    names = countries()[["code", "name"]].to_numpy().ravel()
    known = [*MODES, *STATUSES, *legs, *nodes["node_id"][nodes["gate"]], *names]
    spelt = {str(text).casefold(): repr(str(text)) for text in known}
    near = [spelt[key] for key in get_close_matches(str(word).casefold(), spelt, n=_NEAR)]
    problem = f"avoid={word!r} is no country (alpha-3 or name), mode, status, leg_id or node_id"
    return _refusal(problem, near, "network.nodes, network.edges")
