"""The topology of a layer of lines: their nodes, and the pieces of lines between them."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import scipy
import shapely

from minmap.geodesy import distance_m, line_length_m
from minmap.geodesy.ellipsoid import degrees_around, to_ecef
from minmap.transport.trade_corridors.clusters import cluster_places, components_of
from minmap.transport.trade_corridors.feature_table import end_points
from minmap.types import Floats, Geometries, Integers

SAME_M: Final = 0.01
"""Ends closer than this are always one node: a file format may drop digits."""


@dataclass(frozen=True, slots=True)
class Topology:
    """Pieces of lines between n nodes.

    Attributes
    ----------
    lonlat
        Shape (n, 2), the nodes, EPSG:4326, degrees.
    line, pieces, ends, drawn_m
        Shapes (p,), (p,), (p, 2) and (p,), in the order of the lines and along them: position of
        the line that a piece is part of; its LineString, extended to its nodes; positions of its
        nodes; and its geodesic length before it was extended, metres.
    moved_from, moved_to, moved_m
        Shapes (j, 2), (j,) and (j,): ends that were joined to a node elsewhere, the position of
        that node, and the distance.
    """

    lonlat: Floats
    line: Integers
    pieces: Geometries
    ends: Integers
    drawn_m: Floats
    moved_from: Floats
    moved_to: Integers
    moved_m: Floats


def join_lines(lines: Geometries, *, within_m: float) -> Topology:
    """Join lines at their ends.

    Ends at one place are one node. Dead ends, and components that nothing else connects, are
    joined to the nearest node within `within_m`, nearest pairs first. A dead end that is nearer
    to the inside of another line splits that line.

    Parameters
    ----------
    lines
        LineStrings, EPSG:4326, none missing or empty.
    within_m
        Geodesic distance, metres.

    Examples
    --------
    >>> from shapely import LineString
    >>> lines = np.array([LineString([(70, 45), (71, 45)]), LineString([(71.0001, 45), (72, 45)])])
    >>> topology = join_lines(lines, within_m=50)
    >>> topology.ends.tolist(), topology.moved_m.round(1).tolist()
    ([[0, 1], [1, 2]], [7.9])
    """
    places = end_points(lines).reshape(-1, 2)
    node, first = cluster_places(places, SAME_M)
    lonlat, ends = places[first], node.reshape(-1, 2)
    reach_m = max(within_m, SAME_M)
    pairs, apart_m = near_pairs(lonlat, reach_m)
    feet = _feet(lines, lonlat, ends, (pairs, apart_m), reach_m=reach_m)
    places = np.concatenate([lonlat, feet.lonlat])
    groups = _Groups(places, ends, feet, reach_m=reach_m)
    for a, b in pairs[np.argsort(apart_m, kind="stable")].tolist():
        groups.join(a, b)
    line, pieces, piece_ends = _split(lines, ends, feet, first_foot=len(lonlat))
    moved = np.flatnonzero(groups.node != np.arange(len(places)))
    moved_m = distance_m(places[moved], places[groups.node[moved]])
    moved, moved_m = moved[moved_m > SAME_M], moved_m[moved_m > SAME_M]
    kept, number = np.unique(groups.node[piece_ends], return_inverse=True)
    final_ends = number.reshape(-1, 2)
    return Topology(
        lonlat=places[kept],
        line=line,
        pieces=extended(pieces, places[kept][final_ends]),
        ends=final_ends,
        drawn_m=line_length_m(pieces, geodesic_edges=True),
        moved_from=places[moved],
        moved_to=np.searchsorted(kept, groups.node[moved]),
        moved_m=moved_m,
    )


def extended(lines: Geometries, to: Floats) -> Geometries:
    """Return lines that begin and end at given places, with a vertex added where they did not.

    Parameters
    ----------
    lines
        Shape (n,), LineStrings.
    to
        Shape (n, 2, 2), longitude and latitude at which each begins and ends.

    Examples
    --------
    >>> from shapely import LineString
    >>> extended(np.array([LineString([(0, 0), (1, 0)])]), np.array([[[0, 0], [1, 1]]]))[0].wkt
    'LINESTRING (0 0, 1 0, 1 1)'
    """
    longer = lines.copy()
    off = end_points(lines) != to
    for row in np.flatnonzero(off.any(axis=(1, 2))):
        at_start, at_end = off[row].any(axis=1).tolist()
        vertices = [
            to[row, :1][:at_start],
            shapely.get_coordinates(lines[row]),
            to[row, 1:][:at_end],
        ]
        longer[row] = shapely.LineString(np.concatenate(vertices))
    return longer


def near_pairs(lonlat: Floats, reach_m: float) -> tuple[Integers, Floats]:
    """Return the pairs of places (p, 2) within a distance, and their distances, metres."""
    # A chord is shorter than the geodesic, by 0.03 % at 500 km.
    found = scipy.spatial.cKDTree(to_ecef(lonlat)).query_pairs(reach_m, output_type="ndarray")
    pairs = found.reshape(-1, 2).astype(np.int64)
    apart_m = distance_m(lonlat[pairs[:, 0]], lonlat[pairs[:, 1]])
    near = apart_m <= reach_m
    return pairs[near], apart_m[near]


@dataclass(frozen=True, slots=True)
class _Feet:
    """Feet: the points inside lines to which nodes are joined.

    Attributes
    ----------
    end, foot
        Shape (f,): position of a node, and the position of its foot in the arrays below.
    line, position, lonlat
        Shapes (k,), (k,) and (k, 2): the other line; position of the foot on it, as the number
        of the vertex before plus the fraction of the segment; longitude and latitude.
    """

    end: Integers
    foot: Integers
    line: Integers
    position: Floats
    lonlat: Floats


def _feet(
    lines: Geometries,
    lonlat: Floats,
    ends: Integers,
    near: tuple[Integers, Floats],
    *,
    reach_m: float,
) -> _Feet:
    """Find the points inside lines to which nodes are to be joined.

    A dead end is joined to the inside of another line if that is within reach and nearer than any
    node of another line. Every other node is joined only to a line on which it lies.
    """
    dead = np.bincount(ends.ravel(), minlength=len(lonlat)) == 1
    reach_of_m = np.where(dead, reach_m, SAME_M)
    end, line, position, foot = feet_near(lines, lonlat, reach_of_m)
    away_m = distance_m(lonlat[end], foot)
    # Where an end of that line is near as well, the two ends are joined instead.
    to_ends_m = np.column_stack([distance_m(lonlat[end], lonlat[ends[line, i]]) for i in (0, 1)])
    pairs, apart_m = near
    own_line = np.full(len(lonlat), -1)
    own_line[ends.ravel()] = np.repeat(np.arange(len(ends)), 2)
    foreign = own_line[pairs[:, 0]] != own_line[pairs[:, 1]]
    node_m = np.full(len(lonlat), np.inf)
    for side in (0, 1):
        np.minimum.at(node_m, pairs[foreign, side], apart_m[foreign])
    same = away_m <= SAME_M
    inside = (away_m <= reach_of_m[end]) & (to_ends_m > reach_of_m[end, None]).all(axis=1)
    wanted = np.flatnonzero(inside & (same | (away_m < node_m[end])))
    order = wanted[np.lexsort((line[wanted], away_m[wanted], end[wanted]))]
    nearest = np.diff(end[order], prepend=-1) > 0
    chosen = order[nearest | same[order]]
    # Two lines that end at one place of a third share a foot; at a vertex, two segments match.
    key = np.column_stack([line[chosen], np.round(foot[chosen], 7)])
    _, first, which = np.unique(key, axis=0, return_index=True, return_inverse=True)
    kept = chosen[first]
    return _Feet(end[chosen], which.reshape(-1), line[kept], position[kept], foot[kept])


def feet_near(
    lines: Geometries, lonlat: Floats, reach_m: Floats
) -> tuple[Integers, Integers, Floats, Floats]:
    """Return the segments within reach of nodes: node, line, position on it and foot (f, 2).

    At so short a distance the scale of longitude is that at the node, so the foot is found on a
    plane.
    """
    vertices, line = shapely.get_coordinates(lines, return_index=True)
    first = np.flatnonzero(line[1:] == line[:-1])
    segments: Geometries = np.asarray(
        shapely.linestrings(np.stack([vertices[first], vertices[first + 1]], axis=1))
    )
    scale = np.maximum(np.cos(np.radians(lonlat[:, 1])), 1e-3)
    half = np.column_stack(degrees_around(lonlat[:, 1], reach_m / 1000))
    boxes = shapely.box(*(lonlat - half).T, *(lonlat + half).T)
    node, segment = shapely.STRtree(segments).query(boxes)
    before = first[segment]
    to_plane = np.column_stack([scale[node], np.ones(len(node))])
    step = vertices[before + 1] - vertices[before]
    vector, offset = step * to_plane, (lonlat[node] - vertices[before]) * to_plane
    squared = np.einsum("ij,ij->i", vector, vector)
    with np.errstate(invalid="ignore", over="ignore"):  # places that are not on Earth
        part = np.einsum("ij,ij->i", offset, vector) / np.where(squared > 0, squared, 1.0)
    part = np.clip(np.nan_to_num(part), 0.0, 1.0)
    opens = np.searchsorted(line, line[before])
    foot = vertices[before] + part[:, None] * step
    return node, line[before], before - opens + part, foot


class _Groups:
    """Groups of nodes that become one: all within reach of the node that replaces them."""

    def __init__(self, lonlat: Floats, ends: Integers, feet: _Feet, *, reach_m: float) -> None:
        count, first_foot = len(lonlat), len(lonlat) - len(feet.line)
        self.node = np.arange(count)
        self._xyz, self._reach_m = to_ecef(lonlat), reach_m
        self._members = [[node] for node in range(count)]
        self._through = np.bincount(ends.ravel(), minlength=count) != 1
        component = components_of(ends, first_foot)
        self._component = [*component.tolist(), *component[ends[feet.line, 0]].tolist()]
        self._components = scipy.cluster.hierarchy.DisjointSet(set(self._component))
        self._lines: list[set[int]] = [set() for _ in range(count)]
        for line, nodes in enumerate(ends.tolist()):
            for node in nodes:
                self._lines[node].add(line)
        for foot, line in enumerate(feet.line.tolist(), start=first_foot):
            self._lines[foot].add(line)
        for end, foot in zip(feet.end.tolist(), (feet.foot + first_foot).tolist(), strict=True):
            if self.node[end] != foot:
                self._absorb(foot, int(self.node[end]))

    def join(self, a: int, b: int) -> None:
        """Make two nodes one, unless that would fold a line or merge two lines that only pass."""
        a, b = int(self.node[a]), int(self.node[b])
        keep, lose = (b, a) if self._through[b] and not self._through[a] else (a, b)
        connected = self._components.connected(self._component[a], self._component[b])
        if a == b or (self._through[lose] and connected) or self._lines[a] & self._lines[b]:
            return
        members = self._xyz[self._members[lose]]
        if (np.linalg.norm(members - self._xyz[keep], axis=1) <= self._reach_m).all():
            self._absorb(keep, lose)

    def _absorb(self, keep: int, lose: int) -> None:
        self.node[self._members[lose]] = keep
        self._members[keep] += self._members[lose]
        self._lines[keep] |= self._lines[lose]
        self._components.merge(self._component[keep], self._component[lose])


def _split(
    lines: Geometries, ends: Integers, feet: _Feet, *, first_foot: int
) -> tuple[Integers, Geometries, Integers]:
    """Cut lines at the feet; return the line of each piece, the pieces and their ends (p, 2)."""
    vertices, line = shapely.get_coordinates(lines, return_index=True)
    opens = np.searchsorted(line, np.arange(len(lines)))
    # A foot at a vertex replaces the vertex.
    before = opens[feet.line] + feet.position.astype(np.int64)
    replaced = before[(vertices[before] == feet.lonlat).all(axis=1)]
    # Every foot is a vertex twice: the last one of a piece, and the first one of the next piece.
    lonlat = np.concatenate([vertices, feet.lonlat, feet.lonlat])
    owner = np.concatenate([line, feet.line, feet.line])
    position = np.concatenate([np.arange(len(line)) - opens[line], feet.position, feet.position])
    side = np.repeat([0, 1, 2], [len(vertices), len(feet.line), len(feet.line)])
    at_foot = first_foot + np.arange(len(feet.line))
    foot = np.concatenate([np.zeros(len(vertices), dtype=np.int64), at_foot, at_foot])
    order = np.lexsort((side, position, owner))
    order = order[~np.isin(order, replaced)]
    owner, side, foot = owner[order], side[order], foot[order]
    starts = (np.diff(owner, prepend=-1) != 0) | (side == 2)
    stops = (np.diff(owner, append=-1) != 0) | (side == 1)
    pieces: Geometries = np.asarray(
        shapely.linestrings(lonlat[order], indices=np.cumsum(starts) - 1)
    )
    nodes = np.column_stack(
        [
            np.where(side == 2, foot, ends[owner, 0])[starts],
            np.where(side == 1, foot, ends[owner, 1])[stops],
        ]
    )
    return owner[starts], pieces, nodes
