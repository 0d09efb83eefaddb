"""The places at which a lorry can enter a network: along its roads, and at its gates."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final
from weakref import WeakKeyDictionary

import numpy as np
import scipy
import shapely

from minmap.geodesy.ellipsoid import to_ecef, to_surface
from minmap.transport.network.network import Network
from minmap.transport.network.state_graph import graph_of
from minmap.types import Booleans, Floats, Integers

# A road is sampled this densely; the exact foot of a point is then found on the drawn line.
_SAMPLE_KM: Final = 2.0
NONE: Final = -1


@dataclass(frozen=True, eq=False)
class RoadPlaces:
    """Samples of the roads of a network, and its gates.

    Attributes
    ----------
    xyz
        Shape (n, 3), Earth-centred place of each sample, metres.
    segment
        Shape (n,), the first of the two vertices between which the sample lies; -1 for a gate.
    node
        Shape (n,), the gate, -1 on a road.
    country
        Shape (n,), position in ``graph.codes``, -1 where unknown.
    vertices
        Shape (m, 3), Earth-centred vertices of the roads, metres.
    edge
        Shape (m,), edge of each vertex.
    share
        Shape (m,), share of the drawn line of its edge that lies before each vertex.
    chord
        Shape (m,), whether only the ends of the edge of each vertex lie on the road.
    tree
        Nearest samples.
    """

    xyz: Floats
    segment: Integers
    node: Integers
    country: Integers
    vertices: Floats
    edge: Integers
    share: Floats
    chord: Booleans
    tree: "scipy.spatial.cKDTree"

    @classmethod
    def of(cls, network: Network) -> "RoadPlaces":
        """Return the places of a network, made once because networks do not change."""
        if network not in _CACHE:
            _CACHE[network] = _places(network)
        return _CACHE[network]

    @cached_property
    def edges(self) -> Integers:
        """The edge of each sample, -1 for a gate."""
        return np.append(self.edge, NONE)[self.segment]

    def feet(self, points: Floats, place: Integers) -> tuple[Floats, Integers, Floats]:
        """Return the point of each place's road that is nearest to a point.

        Parameters
        ----------
        points
            Shape (n, 3), Earth-centred, metres.
        place
            Shape (n,), numbers of places.

        Returns
        -------
        foot
            Shape (n, 3), Earth-centred, metres; a gate for the place of a gate.
        edge
            Shape (n,), -1 for a gate.
        share
            Shape (n,), share of the edge that lies before the foot.
        """
        foot, segment = self.xyz[place].copy(), self.segment[place]
        edge, share = np.full(len(place), NONE), np.zeros(len(place))
        on = np.flatnonzero(segment >= 0)
        start = segment[on]
        one, other = self.vertices[start], self.vertices[start + 1]
        along = other - one
        squared = np.einsum("ij,ij->i", along, along)
        part = np.einsum("ij,ij->i", points[on] - one, along) / np.where(squared > 0, squared, 1)
        part = np.clip(part, 0.0, 1.0)
        part = np.where(self.chord[start], np.round(part), part)
        foot[on] = one + along * part[:, None]
        edge[on] = self.edge[start]
        share[on] = self.share[start] + part * (self.share[start + 1] - self.share[start])
        return to_surface(foot), edge, share


_CACHE: Final[WeakKeyDictionary[Network, RoadPlaces]] = WeakKeyDictionary()


def _places(network: Network) -> RoadPlaces:
    graph, edges = graph_of(network), network.edges
    is_road = (edges["mode"] == "road").to_numpy(dtype=np.bool_)
    # Where along an edge with a border its country changes is not known: only its ends are entered.
    several = np.array([len(codes) > 1 for codes in graph.passed])[graph.passes[: len(edges)]]
    chosen = np.flatnonzero(is_road & ~several)
    lonlat, owner = shapely.get_coordinates(edges.geometry.to_numpy()[chosen], return_index=True)
    vertices, edge = to_ecef(lonlat), chosen[owner]
    share = _shares(vertices, edge)
    chord = edges["chord"].to_numpy(dtype=np.bool_)[edge]
    xyz, segment = _samples(vertices, edge, chord)
    country = graph.country[graph.arrival[edge[segment], 0]]
    gates = np.flatnonzero(network.nodes["gate"].to_numpy(dtype=np.bool_) | _ends(network, several))
    at_gates = to_ecef(network.lonlat[gates])
    number = {code: n for n, code in enumerate(graph.codes)}
    own = network.nodes["country"].iloc[gates].map(number).fillna(NONE).to_numpy(dtype=np.int64)
    every = np.concatenate([xyz, at_gates])
    none = np.full(len(gates), NONE)
    return RoadPlaces(
        xyz=every,
        segment=np.concatenate([segment, none]),
        node=np.concatenate([np.full(len(segment), NONE), gates]),
        country=np.concatenate([country, own]),
        vertices=vertices,
        edge=edge,
        share=share,
        chord=chord,
        tree=scipy.spatial.cKDTree(every, balanced_tree=False, compact_nodes=False),
    )


def _ends(network: Network, several: Booleans) -> Booleans:
    """Return whether each node is the end of a road that crosses a border between its ends."""
    ends = np.zeros(len(network.nodes), dtype=np.bool_)
    road = (network.edges["mode"] == "road").to_numpy(dtype=np.bool_)
    ends[network.ends[several & road]] = True
    return ends


def _shares(vertices: Floats, edge: Integers) -> Floats:
    """Return the share of its edge that lies before each vertex."""
    step = np.linalg.norm(np.diff(vertices, axis=0, prepend=vertices[:1]), axis=1)
    begins = np.flatnonzero(np.diff(edge, prepend=NONE))
    step[begins] = 0.0
    along = np.cumsum(step)
    count = np.diff(np.append(begins, len(edge)))
    before = np.repeat(along[begins], count)
    length = np.repeat(along[begins + count - 1], count) - before
    return np.asarray((along - before) / np.where(length > 0, length, 1.0))


def _samples(vertices: Floats, edge: Integers, of_chord: Booleans) -> tuple[Floats, Integers]:
    """Return samples of all segments, and the first vertex of the segment of each."""
    start = np.flatnonzero(edge[1:] == edge[:-1])
    along = vertices[start + 1] - vertices[start]
    length_km = np.linalg.norm(along, axis=1) / 1000
    pieces = np.maximum(np.ceil(length_km / _SAMPLE_KM), 1).astype(np.int64)
    chord = of_chord[start]
    pieces[chord] = 2
    segment = np.repeat(start, pieces)
    number = np.arange(len(segment)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    part = (number + 0.5) / np.repeat(pieces, pieces)
    part = np.where(np.repeat(chord, pieces), number.astype(float), part)
    return vertices[segment] + np.repeat(along, pieces, axis=0) * part[:, None], segment
