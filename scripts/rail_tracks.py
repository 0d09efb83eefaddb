"""Cut a railway graph at stations, find catalogue legs on it, and thin it.

Used by build_network.py beside it. A track is a stretch between two vertices; its length is that
of the source, whatever becomes of its drawn line.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import combinations, pairwise
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
import shapely.ops
from numpy.typing import NDArray
from scipy.cluster.hierarchy import DisjointSet
from tracing import PLANE, on_plane

ALONG_M = 500.0  # a track that stays this near to a leg's line lies along it
NEAR_M = 3000.0  # a track farther from a leg's line is none of its
STRAY_COST = 30.0  # what a km off the leg's line costs, in km on it
OUTSIDE = 0.02  # which share of it may stray
THROAT_KM = 3.0  # legs may share this much of their way into a station
SPUR_KM = 2.0  # shorter dead ends without a station are sidings
GAP_KM = 0.05  # what the source bridged over less than this is no gap at its own precision
LEG = "leg"  # in `src`: no track of the source, but a leg of the catalogue
APART_M = 100.0  # stations nearer to one another on a track are one place
DETOUR = 1.2  # a second track between two vertices is another line if it is longer by this

Lonlat = NDArray[np.float64]


@dataclass(frozen=True)
class Track:
    """A stretch of track from vertex `a` to vertex `b`, drawn in that direction."""

    a: str
    b: str
    km: float
    coords: Lonlat
    bridged: bool
    leg_id: str | None = None
    worse: bool = False  # than a leg of the catalogue: kept only where another leg needs it
    line: str = ""  # where a line or joint is from that the source of tracks lacks

    def turned(self) -> Track:
        return replace(self, a=self.b, b=self.a, coords=self.coords[::-1])


@dataclass(frozen=True)
class Anchor:
    """A place that has to be a vertex; `exact` ones are never merged with another."""

    node_id: str
    lonlat: tuple[float, float]
    within_m: float
    exact: bool


def cut(
    edges: gpd.GeoDataFrame, anchors: list[Anchor], ends_of_legs: dict[str, int]
) -> tuple[list[Track], dict[str, float]]:
    """Cut the tracks at the foot of each anchor; return how far off it each anchor is, in m.

    `ends_of_legs` are vertices that are nodes already: where legs end that are tracks themselves.

    Anchors that are too far from every track, or in the place of another, are not returned.
    """
    lines = on_plane(edges.geometry.to_numpy())
    points = on_plane(shapely.points(np.array([anchor.lonlat for anchor in anchors])))
    nearest = _nearest(edges, lines, points, np.array([anchor.exact for anchor in anchors]))
    marks: dict[int, list[tuple[float, str]]] = defaultdict(list)
    alias = {f"track:{u}": node_id for node_id, u in ends_of_legs.items()}
    snap_m: dict[str, float] = {}
    ends = edges[["u", "v"]].to_numpy()
    for i, edge, distance in nearest:
        anchor = anchors[i]
        along = float(shapely.line_locate_point(lines[edge], points[i]))
        length = float(shapely.length(lines[edge]))
        if distance > anchor.within_m:
            continue
        near = APART_M if not anchor.exact else 1.0
        end = 0 if along < near else 1 if length - along < near else None
        vertex = None if end is None else f"track:{ends[edge][end]}"
        if vertex is not None and vertex not in alias:
            alias[vertex] = anchor.node_id
        elif vertex is None and all(abs(along - other) > near for other, _ in marks[edge]):
            marks[edge].append((along, anchor.node_id))
        else:
            continue
        snap_m[anchor.node_id] = float(distance)
    return [*_pieces(edges, lines, marks, alias)], snap_m


def _nearest(
    edges: gpd.GeoDataFrame, lines: Any, points: Any, exact: NDArray[np.bool_]
) -> Iterable[tuple[int, int, float]]:
    """Return for each point its number, the nearest track, and how far that is, in m."""
    src = edges["src"].to_numpy()
    # Nodes of the catalogue join its legs to the tracks of the source, so they need one of these.
    worse = edges["worse"].to_numpy() | (src == "bridge")
    for chosen, barred in ((exact, np.isin(src, ("bridge", LEG))), (~exact, worse)):
        track, which = np.flatnonzero(~barred), np.flatnonzero(chosen)
        tree = shapely.STRtree(lines[track])
        (i, hit), off = tree.query_nearest(points[which], return_distance=True, all_matches=False)
        yield from zip(which[i].tolist(), track[hit].tolist(), off.tolist(), strict=True)


def _pieces(
    edges: gpd.GeoDataFrame,
    lines: NDArray[np.object_],
    marks: dict[int, list[tuple[float, str]]],
    alias: dict[str, str],
) -> Iterable[Track]:
    gap = (edges["src"] == "bridge") & (edges["km"] >= GAP_KM)
    columns = zip(
        *(edges[name] for name in ("u", "v", "km", "worse", "line")), gap.tolist(), strict=True
    )
    for edge, (u, v, km, worse, source, bridged) in enumerate(columns):
        start, end = (alias.get(f"track:{vertex}", f"track:{vertex}") for vertex in (u, v))
        length = float(shapely.length(lines[edge]))
        stops = [(0.0, start), *sorted(marks.get(edge, [])), (length, end)]
        for (from_m, a), (to_m, b) in pairwise(stops):
            if (from_m, to_m) == (0.0, length):
                coords = _lonlat(edges.geometry.iloc[edge])
                yield Track(a, b, km, coords, bridged, worse=worse, line=source)
                continue
            part = shapely.ops.substring(lines[edge], from_m, to_m)
            coords = np.column_stack(
                PLANE.transform(*shapely.get_coordinates(part).T, direction="INVERSE")
            )
            part_km = km * (to_m - from_m) / length
            yield Track(a, b, part_km, coords, bridged, worse=worse, line=source)


def _lonlat(line: shapely.LineString) -> Lonlat:
    return np.asarray(shapely.get_coordinates(line), dtype=np.float64)


def band_of(leg: shapely.LineString, width_m: float = ALONG_M) -> shapely.Polygon:
    """Return what is near a leg, on the plane."""
    return shapely.buffer(on_plane(leg), width_m)


class Matcher:
    """Find legs of the catalogue on the tracks."""

    def __init__(self, tracks: list[Track]) -> None:
        self.tracks = tracks
        self.lines = on_plane(np.array([shapely.LineString(t.coords) for t in tracks]))
        self.tree = shapely.STRtree(self.lines)

    def near(self, leg: shapely.LineString) -> dict[int, float]:
        """Return the tracks near a leg, and which share of each does not lie along it."""
        found = self.tree.query(band_of(leg, NEAR_M), predicate="intersects")
        band = band_of(leg)
        shapely.prepare(band)
        outside = shapely.length(shapely.difference(self.lines[found], band))
        share = outside / np.maximum(shapely.length(self.lines[found]), 1e-9)
        return dict(zip(found.tolist(), share.tolist(), strict=True))

    def way(self, near: dict[int, float], start: str, end: str) -> list[int]:
        """Return the tracks from `start` to `end` that keep to the leg; empty if none do."""
        steps: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for i in near:
            steps[self.tracks[i].a].append((self.tracks[i].b, i))
            steps[self.tracks[i].b].append((self.tracks[i].a, i))
        best, came = {start: 0.0}, {start: ("", -1)}
        heap = [(0.0, start)]
        while heap:
            cost, vertex = heapq.heappop(heap)
            if vertex == end:
                break
            for other, i in steps[vertex]:
                after = cost + self.tracks[i].km * (1 + STRAY_COST * near[i])
                if after < best.get(other, np.inf):
                    best[other], came[other] = after, (vertex, i)
                    heapq.heappush(heap, (after, other))
        way, vertex = [], end
        while vertex in came and came[vertex][1] >= 0:
            vertex, i = came[vertex]
            way.append(i)
        return way[::-1]


def along(matcher: Matcher, found: dict[str, dict[int, float]], bands: dict[str, Any]) -> set[int]:
    """Return the tracks that lie along legs: along one, or along several that meet.

    `found` has for each leg the tracks near it, `bands` what is near to it.
    """
    inside: dict[int, list[str]] = defaultdict(list)
    whole: set[int] = set()
    for leg_id, near in found.items():
        for i, outside in near.items():
            if outside < OUTSIDE:
                whole.add(i)
            elif outside < 1:
                inside[i].append(leg_id)
    for i, leg_ids in inside.items():
        if i not in whole and len(leg_ids) > 1:
            band = shapely.union_all([bands[leg_id] for leg_id in leg_ids])
            outside_m = shapely.length(shapely.difference(matcher.lines[i], band))
            if outside_m < OUTSIDE * shapely.length(matcher.lines[i]):
                whole.add(i)
    return whole


def throats(
    ways: dict[str, list[int]], ends: dict[str, tuple[str, str]], tracks: list[Track]
) -> dict[str, set[int]]:
    """Return for each node the tracks that several legs share on their last stretch into it.

    Freight that goes on from one leg to the next would pass the node by where they part.
    """
    out: dict[str, list[list[int]]] = defaultdict(list)
    for leg_id, way in ways.items():
        start, end = ends[leg_id]
        out[start].append(way)
        out[end].append(way[::-1])
    nodes = set(out)
    shared: dict[str, set[int]] = defaultdict(set)
    for node, from_node in out.items():
        for one, other in combinations(from_node, 2):
            km, at = 0.0, node
            for i, j in zip(one, other, strict=False):
                km += tracks[i].km
                at = tracks[i].b if tracks[i].a == at else tracks[i].a
                if i != j or km > THROAT_KM or at in nodes:
                    break
                shared[node].add(i)
    return shared


def without_doubles(tracks: list[Track], beside: set[int]) -> list[Track]:
    """Drop the second tracks of legs: tracks `beside` a leg that only lead from it back to it.

    What hangs on them stays joined to the leg by the shortest way, and by no other, so that
    nothing gets past a leg that is closed.
    """
    joined = DisjointSet({vertex for t in tracks for vertex in (t.a, t.b)})
    legs = [t for t in tracks if t.leg_id]
    for t in legs:
        joined.merge(legs[0].a, t.a)
        joined.merge(t.a, t.b)
    dropped = {
        i
        for i in sorted(beside, key=lambda i: tracks[i].km)
        if not tracks[i].leg_id and not joined.merge(tracks[i].a, tracks[i].b)
    }
    return [t for i, t in enumerate(tracks) if i not in dropped]


def thinned(tracks: list[Track], named: set[str]) -> list[Track]:
    """Drop short spurs and double tracks, and join what then runs through a mere vertex."""
    count = -1
    while count != len(tracks):
        count = len(tracks)
        tracks = _single(_without_spurs(_contracted(tracks, named), named))
    return tracks


def _contracted(tracks: list[Track], named: set[str]) -> list[Track]:
    kept: dict[int, Track] = dict(enumerate(tracks))
    ends: dict[str, set[int]] = defaultdict(set)
    for i, t in kept.items():
        ends[t.a].add(i)
        ends[t.b].add(i)
    for vertex, at in ends.items():
        if vertex in named or len(at) != 2:
            continue
        i, j = sorted(at)
        first, second = kept[i], kept[j]
        loop = first.a == first.b or second.a == second.b
        if loop or _origin(first) != _origin(second):
            continue
        first = first if first.b == vertex else first.turned()
        second = second if second.a == vertex else second.turned()
        coords = np.vstack([first.coords, second.coords[1:]])
        kept[i] = replace(first, b=second.b, km=first.km + second.km, coords=coords)
        del kept[j]
        ends[second.b].discard(j)
        ends[second.b].add(i)
    return [*kept.values()]


def _origin(track: Track) -> tuple[str | None, bool, str]:
    """Return what two tracks have in common if they can be joined into one."""
    return track.leg_id, track.bridged, track.line


def _without_spurs(tracks: list[Track], named: set[str]) -> list[Track]:
    degree: dict[str, int] = defaultdict(int)
    for t in tracks:
        degree[t.a] += 1
        degree[t.b] += 1
    loose = {vertex for vertex, n in degree.items() if n == 1 and vertex not in named}
    return [
        t for t in tracks if t.a != t.b and (t.km >= SPUR_KM or t.leg_id or not loose & {t.a, t.b})
    ]


def _single(tracks: list[Track]) -> list[Track]:
    rank: Callable[[Track], tuple[bool, bool, float]] = lambda t: (not t.leg_id, t.bridged, t.km)  # noqa: E731
    groups: dict[frozenset[str], list[Track]] = defaultdict(list)
    for t in sorted(tracks, key=rank):
        kept = groups[frozenset((t.a, t.b))]
        if not kept or t.km > DETOUR * kept[-1].km + SPUR_KM:
            kept.append(t)
    return [t for kept in groups.values() for t in kept]
