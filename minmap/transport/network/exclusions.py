"""Edges that a search may not use: avoided modes, statuses, nodes, legs and countries."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

import numpy as np
import pandas as pd

from minmap.arguments import NOTHING_NEAR, did_you_mean, require_one_of, require_words
from minmap.errors import ChoiceError
from minmap.transport.network.network import Network
from minmap.transport.network.state_graph import graph_of
from minmap.transport.trade_corridors.leg_table import MODES, STATUSES
from minmap.types import TEXT, Booleans
from minmap.vocabulary import countries, parse_terms

_OTHER_WORDS: Final = {
    **dict.fromkeys(("ferry", "ship", "boat", "water"), "'sea'"),
    **dict.fromkeys(("train", "railway", "railroad"), "'rail'"),
    **dict.fromkeys(("lorry", "truck", "highway"), "'road'"),
}
_OPERATING: Final = "operating"
_NEAR: Final = 5


def avoid_words(avoid: str | Iterable[str]) -> tuple[str, ...]:
    """Return the words of an argument ``avoid``.

    Raises
    ------
    MinmapError
        If it is neither text nor a list of texts.

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
        If it is neither text nor a list of texts.
    """
    return require_words(allow, name="allow", like="planned")


def avoided(
    network: Network, avoid: str | Iterable[str], allow: str | Iterable[str] = ()
) -> Booleans:
    """Return for each edge of a network whether it may not be used.

    Parameters
    ----------
    network
        The network.
    avoid
        Modes, statuses, ids of nodes or legs, and countries (alpha-3, or a name in any
        language). Only a word that is none of the others is looked up as a country. A node
        excludes the edges that end at it; a country excludes the edges that pass it, and those
        whose countries are unknown but that end in it.
    allow
        Statuses besides "operating" whose edges may be used: "under construction", "planned".

    Returns
    -------
    numpy.ndarray of bool, shape (len(network),)
        True where the edge may not be used.

    Raises
    ------
    ChoiceError
        If a word is unknown. The message shows the nearest.

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
        graph = graph_of(network)
        passes = graph.passes[: len(edges)]
        passes_one = np.array([not codes.isdisjoint(p) for p in graph.passed], dtype=np.bool_)
        in_one = nodes["country"].isin(codes).to_numpy(dtype=np.bool_)
        unused |= passes_one[passes] | ((passes == 0) & in_one[network.ends].any(axis=1))
    return unused


def countries_among(network: Network, words: Iterable[str]) -> frozenset[str]:
    """Return the countries (alpha-3) among words that are not a mode, status, leg or node.

    Raises
    ------
    ChoiceError
        If a word is unknown. The message shows the nearest.
    """
    left = [word for word in words if word not in {*MODES, *STATUSES}]
    for ids in (network.edges["leg_id"], network.nodes["node_id"]) if left else ():
        found = set(ids[ids.isin(left)])
        left = [word for word in left if word not in found]
    codes = parse_terms(pd.Series(left, dtype=TEXT), "countries")[0]
    for word, code in zip(left, codes, strict=True):
        if pd.isna(code):
            raise ChoiceError(_unknown_word(network, word))
    return frozenset(codes)


def _unknown_word(network: Network, word: str) -> str:
    nodes = network.nodes
    legs = network.edges["leg_id"].dropna().unique()
    names = countries()[["code", "name"]].to_numpy().ravel()
    known = [*MODES, *STATUSES, *legs, *nodes["node_id"][nodes["gate"]], *names]
    spelt = {str(text).casefold(): repr(str(text)) for text in known} | _OTHER_WORDS
    near = [spelt[key] for key in get_close_matches(str(word).casefold(), spelt, n=_NEAR)]
    problem = (
        f"avoid={word!r} is not a country (alpha-3 or name), mode ({', '.join(MODES)}), status, "
        "leg or node"
    )
    hint = did_you_mean(near, without=NOTHING_NEAR)
    return f"{problem}{hint} network.nodes and network.edges list all."
