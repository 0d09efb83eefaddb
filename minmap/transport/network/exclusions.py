"""What a search may not use: the meaning of the words of ``avoid`` and ``allow``."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import Any, Final, Self, TypeAlias

import numpy as np
import pandas as pd

from minmap.arguments import NOTHING_NEAR, did_you_mean, require_one_of, require_words
from minmap.errors import ChoiceError
from minmap.table import listed
from minmap.transport.network.found_places import names_place, places_given
from minmap.transport.network.network import Network
from minmap.transport.network.node_search import lonlat_given
from minmap.transport.network.state_graph import graph_of
from minmap.transport.trade_corridors.catalogue import corridor, corridor_ids
from minmap.transport.trade_corridors.leg_table import MODES, STATUSES
from minmap.types import TEXT, Booleans
from minmap.vocabulary import countries, parse_terms

Avoided: TypeAlias = str | tuple[float, float] | Iterable[str | tuple[float, float]]
"""What a user may give as ``avoid``: words, and places as (longitude, latitude)."""
KINDS: Final = ("country", "mode", "status", "corridor", "leg", "crossing", "node", "town")
"""What a word can mean. A prefix such as ``"country:"`` before the word chooses one."""

_OTHER_WORDS: Final = {
    **dict.fromkeys(("ferry", "ship", "boat", "water"), "'sea'"),
    **dict.fromkeys(("train", "railway", "railroad"), "'rail'"),
    **dict.fromkeys(("lorry", "truck", "highway"), "'road'"),
}
_OPERATING: Final = "operating"
_PLACE: Final = re.compile(r"-?\d+(\.\d+)?,-?\d+(\.\d+)?")
_NEAR: Final = 5


def avoid_words(avoid: Any) -> tuple[str, ...]:
    """Return the words of an argument ``avoid``; a (longitude, latitude) becomes a word too.

    Raises
    ------
    MinmapError
        If it is neither text nor a list of texts and places, or a place is not on the Earth.

    Examples
    --------
    >>> avoid_words("RUS"), avoid_words(["RUS", (69.2, 41.3)])
    (('RUS',), ('RUS', '69.2,41.3'))
    """
    if lonlat_given(avoid, argument="avoid") is not None:
        avoid = [avoid]
    if isinstance(avoid, list | tuple):
        places = [lonlat_given(item, argument="avoid") for item in avoid]
        avoid = [
            word if place is None else "{:.6g},{:.6g}".format(*place)
            for word, place in zip(avoid, places, strict=True)
        ]
    more = " A place may also be (longitude, latitude) in degrees."
    return require_words(avoid, name="avoid", like="RUS", more=more)


def allow_words(allow: str | Iterable[str]) -> tuple[str, ...]:
    """Return the words of an argument ``allow``.

    Raises
    ------
    MinmapError
        If it is neither text nor a list of texts.
    """
    return require_words(allow, name="allow", like="planned")


@dataclass(frozen=True)
class Exclusions:
    """The parts of a network that ``avoid`` excludes.

    Attributes
    ----------
    words
        The words that were given.
    countries, modes, statuses, legs, crossings, nodes
        Alpha-3 codes, modes, statuses, and ids. Legs are also those of corridors, nodes also those
        of towns.
    """

    words: tuple[str, ...] = ()
    countries: frozenset[str] = frozenset()
    modes: frozenset[str] = frozenset()
    statuses: frozenset[str] = frozenset()
    legs: frozenset[str] = frozenset()
    crossings: frozenset[str] = frozenset()
    nodes: frozenset[str] = frozenset()

    @classmethod
    def find(cls, network: Network, avoid: Avoided, crossing_ids: Iterable[str] = ()) -> Self:
        """Look up the words of ``avoid``.

        Parameters
        ----------
        network
            The network.
        avoid
            Countries (alpha-3, or a name in any language), modes, statuses, ids of corridors of
            the catalogue, of legs, border crossings or nodes. Only a word that is none of these is
            looked up as a town, port or station by name. (longitude, latitude) excludes the nodes
            that ``to=`` finds there. A prefix says what a word means:
            ``"country:Georgia"``; see `KINDS`.
        crossing_ids
            The ids of the border crossings.

        Raises
        ------
        ChoiceError
            If a word is unknown, or has several meanings. The message lists them, or the nearest.

        Examples
        --------
        >>> network = Network.shipped()
        >>> found = Exclusions.find(network, ["Georgia", "corridor:tripp", "sea", "town:Poti"])
        >>> found.countries, found.modes, len(found.legs) > 0, len(found.nodes) > 1
        (frozenset({'GEO'}), frozenset({'sea'}), True, True)
        """
        words = avoid_words(avoid)
        if not words:
            return cls()
        lookup = _Lookup(network, frozenset(crossing_ids))
        found: dict[str, frozenset[str]] = {}
        for kind, ids in map(lookup.meaning, words):
            found[_FIELD_OF[kind]] = found.get(_FIELD_OF[kind], frozenset()) | ids
        return cls(words, **found)

    def edges(self, network: Network, allow: str | Iterable[str] = ()) -> Booleans:
        """Return for each edge of the network whether it may not be used.

        A node excludes the edges that end at it. A country excludes the edges that pass it, and
        those whose countries are unknown but that end in it.

        Parameters
        ----------
        network
            The network.
        allow
            Statuses besides "operating" whose edges may be used: "under construction", "planned".

        Returns
        -------
        numpy.ndarray of bool, shape (len(network),)
            True where the edge may not be used.

        Raises
        ------
        ChoiceError
            If a word of `allow` is unknown. The message shows the nearest.

        Examples
        --------
        >>> import minmap as mm
        >>> network = Network.from_corridors(mm.corridor("middle"))
        >>> unused = Exclusions.find(network, ["aktau_port", "Turkey"]).edges(network)
        >>> network.edges.loc[unused, "leg_id"].tolist()[:3]
        ['mangystau-aktau-port', 'aktau-port-alat', 'kartsakhi-kars']
        """
        edges, nodes = network.edges, network.nodes
        allowed = [require_one_of(word, STATUSES, name="allow") for word in allow_words(allow)]
        unused: Booleans = ~edges["status"].isin([_OPERATING, *allowed]).to_numpy(dtype=np.bool_)
        for column, left_out in (
            ("mode", self.modes),
            ("status", self.statuses),
            ("leg_id", self.legs),
        ):
            if left_out:
                unused |= edges[column].isin(left_out).to_numpy(dtype=np.bool_)
        if self.nodes:
            at_node = nodes["node_id"].isin(self.nodes).to_numpy(dtype=np.bool_)
            unused |= at_node[network.ends].any(axis=1)
        if self.countries:
            graph = graph_of(network)
            passes = graph.passes[: len(edges)]
            passes_one = np.array([not self.countries.isdisjoint(p) for p in graph.passed])
            in_one = nodes["country"].isin(self.countries).to_numpy(dtype=np.bool_)
            unused |= passes_one[passes] | ((passes == 0) & in_one[network.ends].any(axis=1))
        return unused


_FIELD_OF: Final = {
    "country": "countries",
    "mode": "modes",
    "status": "statuses",
    "corridor": "legs",
    "leg": "legs",
    "crossing": "crossings",
    "node": "nodes",
    "town": "nodes",
}


@dataclass(frozen=True)
class _Lookup:
    """The search for the meaning of a word, as its kind and the ids that it stands for."""

    network: Network
    crossing_ids: frozenset[str]

    def meaning(self, word: str) -> tuple[str, frozenset[str]]:
        if _PLACE.fullmatch(word):
            lon, lat = map(float, word.split(","))
            return "town", self._nodes_at((lon, lat))
        kind, _, rest = word.partition(":")
        if kind in KINDS and rest:
            return self._of_kind(word, kind, rest.strip())
        found = dict(self._exact(word))
        if len({(_FIELD_OF[kind], ids) for kind, ids in found.items()}) > 1:
            ways = listed([repr(f"{kind}:{word}") for kind in found])
            raise ChoiceError(f"avoid={word!r} has several meanings; give one of {ways}.")
        return next(iter(found.items())) if found else ("town", self._town(word))

    def _exact(self, word: str) -> Iterator[tuple[str, frozenset[str]]]:
        """Yield the kinds of thing that have a word as their id or, for countries, name."""
        for kind in KINDS[:-1]:
            ids = self._ids(kind, word)
            if ids:
                yield kind, ids

    def _ids(self, kind: str, word: str) -> frozenset[str]:
        if kind == "country":
            code = parse_terms(pd.Series([word], dtype=TEXT), "countries")[0].iloc[0]
            return frozenset() if pd.isna(code) else frozenset([code])
        if kind == "corridor":
            return _legs_of(word) if word in corridor_ids() else frozenset()
        if kind in ("leg", "node"):
            known = bool((self._column(kind) == word).any())
        else:
            known = word in self._known(kind)
        return frozenset([word]) if known else frozenset()

    def _column(self, kind: str) -> pd.Series:
        """Return the ids of all edges' legs, or of all nodes."""
        network = self.network
        ids: pd.Series = network.edges["leg_id"] if kind == "leg" else network.nodes["node_id"]
        return ids

    def _known(self, kind: str) -> Iterable[str]:
        """Return the words of a kind."""
        if kind == "country":
            return countries()[["code", "name"]].to_numpy().ravel().tolist()
        if kind in ("leg", "node"):
            return frozenset(self._column(kind).dropna())
        fixed = {"mode": MODES, "status": STATUSES, "crossing": self.crossing_ids}
        return fixed.get(kind, corridor_ids())

    def _of_kind(self, word: str, kind: str, rest: str) -> tuple[str, frozenset[str]]:
        if kind == "town":
            return kind, self._town(rest)
        ids = self._ids(kind, rest)
        if not ids:
            spelt = {text.casefold(): repr(f"{kind}:{text}") for text in self._known(kind)}
            near = [spelt[key] for key in get_close_matches(rest.casefold(), spelt, n=_NEAR)]
            hint = did_you_mean(near, without=NOTHING_NEAR)
            raise ChoiceError(f"avoid={word!r} names no known {kind}{hint}")
        return kind, ids

    def _town(self, word: str) -> frozenset[str]:
        if not names_place(self.network, word):
            raise ChoiceError(
                f"avoid={word!r} is not a country (alpha-3 or name), mode ({', '.join(MODES)}), "
                "status, corridor, leg, border crossing, node or town"
                f"{did_you_mean(self._near(word), without=NOTHING_NEAR)}"
            )
        return self._nodes_at(word)

    def _nodes_at(self, given: str | tuple[float, float]) -> frozenset[str]:
        (place,) = places_given(self.network, given, argument="avoid")
        return frozenset(self.network.nodes["node_id"].iloc[place.nodes])

    def _near(self, word: str) -> list[str]:
        """Return the words that are spelt most nearly like a word."""
        nodes = self.network.nodes
        known = [text for kind in KINDS[:-2] for text in self._known(kind)]
        known += nodes["node_id"][nodes["gate"]].tolist()
        spelt = {text.casefold(): repr(text) for text in known} | _OTHER_WORDS
        return [spelt[key] for key in get_close_matches(word.casefold(), spelt, n=_NEAR)]


@cache
def _legs_of(corridor_id: str) -> frozenset[str]:
    return frozenset(corridor(corridor_id).legs["leg_id"])
