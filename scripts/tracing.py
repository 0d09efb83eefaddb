"""Trace lines for corridors: over a railway graph, and in water.

Used by build_corridors.py beside it.
"""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
import shapely.ops
from pyproj import Geod, Transformer

WGS84 = Geod(ellps="WGS84")
# Equal-area cone over Eurasia: only to find what is near; every length is taken on the ellipsoid.
PLANE = Transformer.from_crs(
    4326, "+proj=aea +lat_1=38 +lat_2=48 +lat_0=43 +lon_0=55 +datum=WGS84", always_xy=True
)
REACH_M = 1500.0  # a station farther than this from every track is a mistake in the table
# A way between two ports may leave the box around them by this much, else by that much.
MARGINS_M = (60_000.0, 240_000.0)
SHORE_M = 4000.0  # ships keep this far off the shore, but for the way into port
STEP_KM = 20.0  # no drawn segment is longer: straight on a Mercator map is then within 10 m
OFF_TRACK_COST = 3.0  # metres of detour that one metre off the station is worth

THIN_M = 400.0  # a drawn road may lie this far off its road
# Of these countries the road graph of 2021 has true shapes and lengths.
ROADS_OF_2021 = frozenset(
    ("KGZ", "UZB", "TJK", "TKM", "GEO", "AZE", "ARM", "TUR", "AFG", "MNG", "IRN", "PAK")
)

Coords = list[tuple[float, float]]


def geodesic_km(coords: Sequence[tuple[float, float]]) -> float:
    lon, lat = np.asarray(coords, dtype=float).T
    return float(WGS84.line_length(lon, lat)) / 1000


def on_plane(geometry: Any) -> Any:
    return shapely.transform(geometry, lambda xy: np.column_stack(PLANE.transform(*xy.T)))


def lonlat_of(projection: Transformer, xy: Any) -> Coords:
    x, y = np.asarray(xy, dtype=float).T
    lon, lat = projection.transform(x, y, direction="INVERSE")
    return list(zip(lon.tolist(), lat.tolist(), strict=True))


@dataclass(frozen=True)
class Piece:
    """A stretch of track between two vertices of the graph; `edge` is its row in the source."""

    u: int
    v: int
    km: float
    coords: tuple[tuple[float, float], ...]
    edge: int
    bridge: bool


@dataclass
class Railway:
    """The railway graph, cut at the anchors so that each of them is a vertex."""

    edges: gpd.GeoDataFrame
    snap_m: dict[str, float] = field(default_factory=dict)
    beyond_km: dict[str, float] = field(default_factory=dict)
    vertex: dict[str, int] = field(default_factory=dict)
    pieces: list[Piece] = field(default_factory=list)

    @cached_property
    def lines(self) -> Any:
        return on_plane(self.edges.geometry.to_numpy())

    @cached_property
    def neighbours(self) -> dict[int, list[tuple[int, int]]]:
        found = defaultdict(list)
        for i, piece in enumerate(self.pieces):
            found[piece.u].append((piece.v, i))
            found[piece.v].append((piece.u, i))
        return found

    @cached_property
    def places(self) -> tuple[np.ndarray, shapely.STRtree]:
        at = {p.u: p.coords[0] for p in self.pieces} | {p.v: p.coords[-1] for p in self.pieces}
        points = on_plane(shapely.points(np.array(list(at.values()))))
        return np.array(list(at)), shapely.STRtree(points)

    def cut_at(self, anchors: dict[str, tuple[float, float]]) -> None:
        """Make every anchor a vertex: the foot of its perpendicular on the nearest track."""
        track = np.flatnonzero(self.edges["src"].to_numpy() != "bridge")
        tree = shapely.STRtree(self.lines[track])
        degree = Counter(self.edges["u"].tolist()) + Counter(self.edges["v"].tolist())
        cuts: dict[int, list[tuple[float, int]]] = defaultdict(list)
        for number, (name, lonlat) in enumerate(anchors.items()):
            point = on_plane(shapely.Point(lonlat))
            edge = int(track[tree.nearest(point)])
            along = shapely.line_locate_point(self.lines[edge], point, normalized=True)
            cuts[edge].append((float(along), -1 - number))
            self.vertex[name] = -1 - number
            foot = shapely.line_interpolate_point(self.lines[edge], along, normalized=True)
            off = self.snap_m[name] = WGS84.inv(*lonlat, *lonlat_of(PLANE, foot.coords)[0])[2]
            if off > REACH_M:
                raise SystemExit(f"{name} is {off:.0f} m off the nearest track")
            # Past the end of a track the way to the station is a gap to bridge, not a sidestep.
            at_end = {0.0: "u", 1.0: "v"}.get(float(along))
            past = at_end is not None and degree[self.edges[at_end].iloc[edge]] == 1
            self.beyond_km[name] = off / 1000 if past else 0.0
        columns = zip(
            self.edges["u"], self.edges["v"], self.edges["km"], self.edges["src"], strict=True
        )
        for edge, (u, v, km, src) in enumerate(columns):
            marks = [(0.0, int(u)), *sorted(cuts.get(edge, [])), (1.0, int(v))]
            for (start, a), (end, b) in pairwise(marks):
                coords = self.part(edge, start, end)
                bridge = src == "bridge"
                self.pieces.append(Piece(a, b, km * (end - start), coords, edge, bridge))

    def part(self, edge: int, start: float, end: float) -> tuple[tuple[float, float], ...]:
        if (start, end) == (0.0, 1.0):
            return tuple(self.edges.geometry.iloc[edge].coords)
        line = shapely.ops.substring(self.lines[edge], start, end, normalized=True)
        return tuple(lonlat_of(PLANE, line.coords))

    def candidates(self, name: str, lonlat: tuple[float, float]) -> dict[int, float]:
        """Return the vertices near a station and what it costs to take one for it, in km."""
        ids, tree = self.places
        point = on_plane(shapely.Point(lonlat))
        near = tree.query(point, predicate="dwithin", distance=REACH_M)
        off = shapely.distance(tree.geometries[near], point) / 1000
        found = dict(zip(ids[near].tolist(), (OFF_TRACK_COST * off).tolist(), strict=True))
        return found | {self.vertex[name]: OFF_TRACK_COST * self.snap_m[name] / 1000}

    def route(self, start: int, end: int, via: list[dict[int, float]]) -> list[tuple[Piece, bool]]:
        """Return the shortest way through one vertex of each of `via`, in order (Dijkstra)."""
        goal = (len(via), end)
        best = {(0, start): 0.0}
        came: dict[tuple[int, int], tuple[tuple[int, int], int | None]] = {}
        heap = [(0.0, (0, start))]
        while heap:
            km, state = heapq.heappop(heap)
            if state == goal:
                return self.backtrack(came, state)
            if km > best[state]:
                continue
            stage, vertex = state
            steps: list[tuple[tuple[int, int], float, int | None]] = [
                ((stage, other), self.pieces[i].km, i) for other, i in self.neighbours[vertex]
            ]
            if stage < len(via) and vertex in via[stage]:
                steps.append(((stage + 1, vertex), via[stage][vertex], None))
            for after, cost, i in steps:
                if km + cost < best.get(after, np.inf):
                    best[after] = km + cost
                    came[after] = (state, i)
                    heapq.heappush(heap, (km + cost, after))
        raise SystemExit(f"no way from vertex {start} to {end}")

    def backtrack(
        self, came: dict[tuple[int, int], tuple[tuple[int, int], int | None]], state: Any
    ) -> list[tuple[Piece, bool]]:
        way = []
        while state in came:
            before, i = came[state]
            if i is not None:
                way.append((self.pieces[i], self.pieces[i].v == state[1]))
            state = before
        return way[::-1]


def with_bridges(edges: gpd.GeoDataFrame, bridges: Iterable[dict[str, Any]]) -> gpd.GeoDataFrame:
    """Return the edges with further ones that bridge gaps between two vertices, given by place."""
    vertex: dict[tuple[float, float], int] = {}
    for column, end in (("u", 0), ("v", -1)):
        ends = shapely.get_coordinates(shapely.get_point(edges.geometry.to_numpy(), end))
        vertex |= dict(zip(map(tuple, ends.tolist()), edges[column], strict=True))
    rows = []
    for bridge in bridges:
        a, b = ((lon, lat) for lon, lat in bridge["between"])
        line, km = shapely.LineString([a, b]), geodesic_km([a, b])
        row = {"u": vertex[a], "v": vertex[b], "km": km, "src": "bridge", "geometry": line}
        rows.append(row)
    return pd.concat([edges, gpd.GeoDataFrame(rows, crs=edges.crs)]) if rows else edges


def road_edges(folder: Path) -> gpd.GeoDataFrame:
    """Return the roads of both graphs as one: that of 2021, and the other outside its countries.

    `folder` holds ``osm2021_road_edges.parquet``, ``eurasia_road_edges.parquet`` and
    ``road_joins.parquet``.
    """
    good = gpd.read_parquet(folder / "osm2021_road_edges.parquet")
    other = gpd.read_parquet(folder / "eurasia_road_edges.parquet")
    passed = other["country"].fillna("").str.split(",")
    other = other[~passed.map(lambda codes: set(codes) <= ROADS_OF_2021)]
    joins = pd.read_parquet(folder / "road_joins.parquet")
    first = 1 + int(max(good["u"].max(), good["v"].max()))
    other = other.assign(u=other["u"] + first, v=other["v"] + first)
    places: dict[int, tuple[float, float]] = {}
    for table in (good, other):
        for column, end in (("u", 0), ("v", -1)):
            ends = shapely.get_coordinates(shapely.get_point(table.geometry.to_numpy(), end))
            places |= dict(zip(table[column].tolist(), map(tuple, ends.tolist()), strict=True))
    pairs = zip(joins["scgraph_node"] + first, joins["osm2021_node"], joins["km"], strict=True)
    links = [
        {"u": u, "v": v, "km": km, "src": "bridge"}
        | {"geometry": shapely.LineString([places[u], places[v]])}
        for u, v, km in pairs
        if u in places and v in places
    ]
    columns = ["u", "v", "km", "src", "geometry"]
    parts = [good[columns], other[columns], gpd.GeoDataFrame(links, crs=good.crs)]
    return pd.concat(parts, ignore_index=True)


def thinned(coords: Coords) -> Coords:
    """Return a line without the vertices that it stays within THIN_M of."""
    line = shapely.simplify(on_plane(shapely.LineString(coords)), THIN_M)
    return lonlat_of(PLANE, line.coords)


def shaped(runs: list[tuple[float, Coords]], stations: Iterable[tuple[float, float]]) -> Coords:
    """Draw pieces of known length through further stations, never longer than the track is.

    `runs` are (km, coords). A station is put into the segment that it lengthens least.
    """
    runs = [(km, list(coords)) for km, coords in runs]
    for station in stations:
        _, r, i = min(
            (geodesic_km([a, station, b]) - geodesic_km([a, b]), r, i)
            for r, (_, coords) in enumerate(runs)
            for i, (a, b) in enumerate(pairwise(coords))
        )
        km, coords = runs[r]
        longer = [*coords[: i + 1], station, *coords[i + 1 :]]
        if geodesic_km(longer) > km * 1.01:
            raise SystemExit(f"the line through {station} is longer than its track of {km} km")
        runs[r] = (km, longer)
    return [c for _, coords in runs for c in coords]


def tidy(coords: Coords, start: tuple[float, float], end: tuple[float, float]) -> Coords:
    """End a line at its nodes, split long segments on the geodesic, round, drop repeats."""
    coords = [start, *coords[1:-1], end]
    dense: Coords = [coords[0]]
    for a, b in pairwise(coords):
        parts = int(np.ceil(geodesic_km([a, b]) / STEP_KM))
        if parts > 1:
            dense.extend(WGS84.npts(*a, *b, parts - 1))
        dense.append(b)
    rounded = [(round(x, 5), round(y, 5)) for x, y in dense]
    return [c for i, c in enumerate(rounded) if i == 0 or c != rounded[i - 1]]


def sea_way(water: Any, start: Any, end: Any) -> Coords:
    """Return the shortest way between two ports, in water except from the berth to the sea.

    `water` is a polygon in degrees.
    """
    lon, lat = np.mean([start, end], axis=0)
    # On this projection a straight line is a geodesic, so the shortest way is sought on it.
    plane = Transformer.from_crs(
        4326, f"+proj=gnom +lat_0={lat:.3f} +lon_0={lon:.3f} +datum=WGS84", always_xy=True
    )
    ports = [shapely.Point(*plane.transform(*port)) for port in (start, end)]
    for margin_m in MARGINS_M:
        off = off_shore(water, plane, ports, margin_m)
        gates = [shapely.ops.nearest_points(off, port)[0].coords[0] for port in ports]
        corners = shapely.get_coordinates(off)
        lo, hi = np.min(gates, axis=0) - margin_m, np.max(gates, axis=0) + margin_m
        xy = np.vstack([gates, corners[((corners > lo) & (corners < hi)).all(axis=1)]])
        lonlat = np.array(lonlat_of(plane, xy))
        way = shortest_within(off, xy, lonlat)
        if way:
            return [start, *((x, y) for x, y in lonlat[way].tolist()), end]
    raise SystemExit(f"no way in water from {start} to {end}")


def off_shore(water: Any, plane: Transformer, ports: list[shapely.Point], margin_m: float) -> Any:
    """Return the part of the sea between two ports that is SHORE_M off the shore, in metres."""
    around = shapely.GeometryCollection(ports).envelope.buffer(2 * margin_m)
    corners = shapely.transform(
        shapely.segmentize(around, MARGINS_M[0]),
        lambda xy: np.array(lonlat_of(plane, xy)),
    )
    near = water.intersection(shapely.box(*corners.bounds))
    flat = shapely.transform(near, lambda xy: np.column_stack(plane.transform(*xy.T)))
    seas = shapely.get_parts(shapely.simplify(flat.buffer(-SHORE_M), 200))
    return min(seas, key=lambda sea: max(sea.distance(port) for port in ports))


def shortest_within(area: Any, xy: np.ndarray, lonlat: np.ndarray) -> list[int]:
    """Return the corners of the shortest way from the first to the second in an area (A*)."""
    # The simplified outline cuts corners; half a kilometre of play leaves it well off the shore.
    free = area.buffer(500)
    shapely.prepare(free)
    best = np.full(len(xy), np.inf)
    best[0], came, done = 0.0, np.zeros(len(xy), int), np.zeros(len(xy), bool)
    ahead = WGS84.inv(*lonlat.T, *np.broadcast_to(lonlat[1], lonlat.shape).T)[2]
    while not done[1]:
        at = int(np.argmin(np.where(done, np.inf, best + ahead)))
        if done[at]:
            return []
        done[at] = True
        to = np.flatnonzero(~done)
        here = np.broadcast_to(lonlat[at], (len(to), 2))
        metres = best[at] + WGS84.inv(*here.T, *lonlat[to].T)[2]
        to, metres = to[metres < best[to]], metres[metres < best[to]]
        sight = shapely.linestrings(np.stack([np.broadcast_to(xy[at], (len(to), 2)), xy[to]], 1))
        seen = shapely.contains(free, sight)
        best[to[seen]], came[to[seen]] = metres[seen], at
    way = [1]
    while way[-1] != 0:
        way.append(int(came[way[-1]]))
    return way[::-1]
