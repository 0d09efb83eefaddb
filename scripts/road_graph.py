"""The graph of roads that build_roads.py works on: its table of edges, and how they are cut.

Places are metres on the plane of tracing.py; every edge has a drawn line there and a length, which
is the road's own and may be longer than the drawing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import scipy.sparse
import shapely
import shapely.ops
from scipy.sparse.csgraph import connected_components

CLASSES = ("motorway", "trunk", "primary", "secondary", "tertiary")
COLUMNS = ("u", "v", "km", "rank", "country", "estimated", "chord", "origin", "line")
OSM_2021, OSM_2024, NATURAL_EARTH, OURS = "osm2021", "osm2024", "natural earth", "minmap"
DEAD_END_KM = 10.0


@dataclass(frozen=True)
class Roads:
    """Roads as a graph.

    Attributes
    ----------
    xy
        Shape (n, 2), places of the nodes, metres on the plane.
    edges
        ``u``, ``v`` (rows of `xy`), ``km``, ``rank`` (index into `CLASSES`), ``country`` (alpha-3),
        ``estimated`` (whether the length is), ``chord`` (whether the line is not the road's shape),
        ``origin``, ``line``.
    """

    xy: np.ndarray
    edges: pd.DataFrame

    @property
    def ends(self) -> np.ndarray:
        return self.edges[["u", "v"]].to_numpy(dtype=np.int64)

    @property
    def degree(self) -> np.ndarray:
        return np.bincount(self.ends.ravel(), minlength=len(self.xy))

    def with_edges(self, rows: Sequence[Mapping[str, Any]] | pd.DataFrame) -> Roads:
        """Return the roads with more edges, whose nodes exist; a missing line is drawn straight."""
        more = pd.DataFrame(rows)
        if more.empty:
            return self
        if "line" not in more:
            more["line"] = shapely.linestrings(self.xy[more[["u", "v"]].to_numpy(dtype=np.int64)])
        both = pd.concat([self.edges, more[[*COLUMNS]]], ignore_index=True)
        return replace(self, edges=both.astype({"u": int, "v": int, "estimated": bool}))

    def with_nodes(self, xy: np.ndarray) -> Roads:
        return replace(self, xy=np.vstack([self.xy, np.reshape(xy, (-1, 2))]))

    def kept(self, rows: np.ndarray) -> Roads:
        """Return the edges that a mask selects; nodes stay, so that their numbers do."""
        return replace(self, edges=self.edges[rows].reset_index(drop=True))

    def compact(self) -> tuple[Roads, np.ndarray]:
        """Return the roads without nodes that no edge has, and the new number of each, or -1."""
        used = self.degree > 0
        number = np.where(used, np.cumsum(used) - 1, -1)
        ends = number[self.ends]
        edges = self.edges.assign(u=ends[:, 0], v=ends[:, 1])
        return Roads(self.xy[used], edges), number

    def node_pieces(self) -> np.ndarray:
        """Return the number of the connected piece that each node is in."""
        ends = self.ends
        shape = (len(self.xy), len(self.xy))
        links = scipy.sparse.coo_array((np.ones(len(ends)), ends.T), shape=shape)
        return np.asarray(connected_components(links, directed=False)[1])

    def main_piece(self) -> Roads:
        """Return the connected piece with the most kilometres."""
        piece = self.node_pieces()[self.ends[:, 0]]
        return self.kept(piece == np.bincount(piece, self.edges["km"]).argmax())

    def cut(self, places: Mapping[int, Sequence[float]]) -> tuple[Roads, dict[int, list[int]]]:
        """Cut edges at shares of their lines, 0 to 1, in ascending order.

        Returns the roads, and the new nodes of each edge that was cut.
        """
        if not places:
            return self, {}
        xy, rows, nodes = list(self.xy), [], {}
        table = self.edges.loc[list(places)].to_dict("records")
        for (edge, shares), row in zip(places.items(), table, strict=True):
            points = shapely.line_interpolate_point(row["line"], list(shares), normalized=True)
            first = len(xy)
            xy.extend(shapely.get_coordinates(points))
            nodes[edge] = list(range(first, len(xy)))
            marks = [(0.0, row["u"]), *zip(shares, nodes[edge], strict=True), (1.0, row["v"])]
            for (start, u), (end, v) in pairwise(marks):
                line = shapely.ops.substring(row["line"], start, end, normalized=True)
                rows.append(row | {"u": u, "v": v, "km": row["km"] * (end - start), "line": line})
        whole = self.edges.drop(index=list(places))
        edges = pd.concat([whole, pd.DataFrame(rows)], ignore_index=True)
        return Roads(np.array(xy), edges), nodes


def without_dead_ends(roads: Roads, kept: np.ndarray, most_km: float = DEAD_END_KM) -> Roads:
    """Return the roads without dead ends shorter than `most_km` that end at no node of `kept`."""
    roads = joined(roads, kept)
    while True:
        degree = roads.degree
        loose = (degree == 1) & ~kept
        ends = roads.ends
        dead = loose[ends].any(axis=1) & (roads.edges["km"].to_numpy() < most_km)
        dead |= ends[:, 0] == ends[:, 1]
        if not dead.any():
            return roads
        roads = joined(roads.kept(~dead), kept)


def joined(roads: Roads, kept: np.ndarray) -> Roads:
    """Join the edges that meet at a node of no others, if alike; not at nodes of `kept`."""
    edges, ends = roads.edges, roads.ends
    like = edges.groupby(["rank", "country", "estimated", "chord", "origin"], dropna=False).ngroup()
    through = _through(ends, like.to_numpy(), roads.degree, kept)
    if not through.any():
        return roads
    at: dict[int, list[int]] = {}
    inner = through[ends]
    for edge in np.flatnonzero(inner.any(axis=1)):
        for end in (0, 1):
            if inner[edge, end]:
                at.setdefault(int(ends[edge, end]), []).append(int(edge))
    chains = _chains(ends, through, at)
    table = edges[["km", "line"]].to_dict("list")
    gone, rows = np.zeros(len(edges), dtype=bool), []
    for u, v, chain in chains:
        gone[[edge for edge, _ in chain]] = True
        first = edges.iloc[chain[0][0]].to_dict()
        km = sum(table["km"][edge] for edge, _ in chain)
        line = _one_line([(table["line"][edge], back) for edge, back in chain])
        rows.append(first | {"u": u, "v": v, "km": km, "line": line})
    return replace(roads, edges=pd.concat([edges[~gone], pd.DataFrame(rows)], ignore_index=True))


def _through(
    ends: np.ndarray, like: np.ndarray, degree: np.ndarray, kept: np.ndarray
) -> np.ndarray:
    """Return which nodes lie between two different edges that are alike."""
    low, high = np.full(len(degree), len(like)), np.full(len(degree), -1)
    for end in (0, 1):
        np.minimum.at(low, ends[:, end], like)
        np.maximum.at(high, ends[:, end], like)
    loop = np.zeros(len(degree), dtype=bool)
    loop[ends[ends[:, 0] == ends[:, 1], 0]] = True
    return np.asarray((degree == 2) & (low == high) & ~kept & ~loop)


def _chains(
    ends: np.ndarray, through: np.ndarray, at: Mapping[int, list[int]]
) -> list[tuple[int, int, list[tuple[int, bool]]]]:
    """Return start, end and the edges (with: reversed) of each chain between other nodes."""
    chains, done = [], np.zeros(len(ends), dtype=bool)
    starts = np.flatnonzero(through[ends].sum(axis=1) == 1)
    for edge in starts:
        if done[edge]:
            continue
        back = bool(through[ends[edge, 0]])
        start, chain, here = int(ends[edge, int(back)]), [], int(edge)
        while True:
            done[here] = True
            chain.append((here, back))
            end = int(ends[here, 0 if back else 1])
            if not through[end]:
                break
            one, other = at[end]
            here = other if here == one else one
            back = int(ends[here, 0]) != end
        chains.append((start, end, chain))
    return chains


def _one_line(lines: Sequence[tuple[Any, bool]]) -> Any:
    parts = [
        shapely.get_coordinates(line)[:: -1 if back else 1][(1 if i else 0) :]
        for i, (line, back) in enumerate(lines)
    ]
    return shapely.LineString(np.vstack(parts))


def border_nodes(roads: Roads) -> pd.DataFrame:
    """Return the nodes where countries meet: ``node``, ``countries`` (a set), ``rank``, ``chord``.

    ``rank`` is that of the better road on the worse side.
    """
    edges, ends = roads.edges, roads.ends
    table = pd.DataFrame({"node": ends.ravel(), "row": np.repeat(np.arange(len(ends)), 2)})
    for name in ("country", "rank", "chord"):
        table[name] = edges[name].to_numpy()[table["row"]]
    best = table.groupby(["node", "country"]).agg(rank=("rank", "min"), chord=("chord", "all"))
    best = best.reset_index()
    best = best[best["node"].duplicated(keep=False)]
    found = best.groupby("node").agg(
        countries=("country", frozenset), rank=("rank", "max"), chord=("chord", "any")
    )
    return found.reset_index()
