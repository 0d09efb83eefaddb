"""Give every road one country, and let roads pass from one to another at listed crossings only.

The map of countries is right to 5 km (minmap.places), so a road beside a border wiggles over it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import scipy.sparse
import shapely
from road_chords import NEAR_M, borders_within_chords, chords_over
from road_graph import Roads, border_nodes
from scipy.sparse.csgraph import connected_components
from tracing import PLANE, on_plane

from minmap.places.country_polygons import world

POCKET_KM = 15.0  # a shorter piece that one country surrounds is counted to that country
FAR_M = 10_000.0  # the same, if the crossing has none as near: the map is right to 5 km


@dataclass
class Countries:
    """The countries as polygons on the plane."""

    codes: np.ndarray
    parts: np.ndarray
    owner: np.ndarray

    @classmethod
    def around(cls, box: tuple[float, float, float, float]) -> Countries:
        lands = world()
        near = shapely.intersects(lands.areas.parts, shapely.box(*box))
        codes = np.array([code or "" for code in lands.codes], dtype=object)
        parts = shapely.make_valid(on_plane(lands.areas.parts[near]))
        return cls(codes, parts, lands.areas.owner[near])

    def at(self, xy: np.ndarray) -> np.ndarray:
        """Return the code at each place; empty at sea."""
        lonlat = np.column_stack(PLANE.transform(*xy.T, direction="INVERSE"))
        return np.append(self.codes, "")[world().at(lonlat)]

    def land(self, code: str) -> Any:
        return shapely.union_all(self.parts[self.codes[self.owner] == code])

    def nearest(self, xy: np.ndarray) -> np.ndarray:
        """Return the code of the nearest area with one."""
        named = np.flatnonzero(self.codes[self.owner] != "")
        part = shapely.STRtree(self.parts[named]).nearest(shapely.points(xy))
        return self.codes[self.owner[named[part]]]


def with_countries(roads: Roads, countries: Countries) -> Roads:
    """Return the roads cut at borders, each piece with its country.

    A chord is cut in its middle if its ends are in two countries; else it is of theirs.
    """
    chord = roads.edges["chord"].to_numpy()
    at = countries.at(roads.xy)
    at[at == ""] = countries.nearest(roads.xy[at == ""]) if (at == "").any() else ""
    ends = at[roads.ends]
    mixed = np.flatnonzero(chord & (ends[:, 0] != ends[:, 1]))
    places: dict[int, Sequence[float]] = {int(edge): [0.5] for edge in mixed}
    places |= _border_shares(roads, np.flatnonzero(~chord), countries)
    given = roads.edges["country"].to_numpy(dtype=object, copy=True)
    given[chord] = ends[chord, 0]
    roads = replace(
        roads,
        edges=roads.edges.assign(country=given, whole=~np.isin(np.arange(len(given)), [*places])),
    )
    first = len(roads.xy)
    roads, _ = roads.cut(places)
    return _labelled(roads, countries, np.concatenate([at, np.full(len(roads.xy) - first, "")]))


def _labelled(roads: Roads, countries: Countries, at: np.ndarray) -> Roads:
    edges, ends = roads.edges, roads.ends
    middle = shapely.line_interpolate_point(edges["line"].to_numpy(), 0.5, normalized=True)
    label = countries.at(shapely.get_coordinates(middle))
    chord = edges["chord"].to_numpy()
    # One end of each half of a chord is no node of the source, and has no label.
    label[chord] = np.where(at[ends[chord, 0]] != "", at[ends[chord, 0]], at[ends[chord, 1]])
    sea = label == ""
    given = edges["country"].fillna("").to_numpy(dtype=object)
    label[sea] = given[sea]
    sea = label == ""
    label[sea] = countries.nearest(shapely.get_coordinates(middle[sea])) if sea.any() else ""
    return replace(roads, edges=edges.drop(columns="whole").assign(country=label))


def _border_shares(
    roads: Roads, rows: np.ndarray, countries: Countries
) -> dict[int, Sequence[float]]:
    """Return where the lines of some edges cross the outlines of countries, as shares."""
    lines = roads.edges["line"].to_numpy()[rows]
    outlines = segments(countries.parts)
    line, outline = shapely.STRtree(outlines).query(lines, predicate="intersects")
    found: dict[int, set[float]] = {}
    points = shapely.intersection(lines[line], outlines[outline])
    for row, crossing in zip(line, points, strict=True):
        xy = shapely.get_coordinates(crossing)
        share = shapely.line_locate_point(lines[row], shapely.points(xy), normalized=True)
        inside = share[(share > 1e-6) & (share < 1 - 1e-6)]
        found.setdefault(int(rows[row]), set()).update(np.round(inside, 9).tolist())
    return {edge: sorted(shares) for edge, shares in found.items() if shares}


def segments(parts: np.ndarray) -> np.ndarray:
    """Return the single edges of the outlines of polygons, which are faster to search."""
    rings = shapely.get_parts(shapely.boundary(parts))
    rings = shapely.get_parts(rings)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    pairs = np.stack([xy[:-1], xy[1:]], axis=1)[ring[:-1] == ring[1:]]
    return np.asarray(shapely.linestrings(pairs))


def without_pockets(roads: Roads, most_km: float = POCKET_KM) -> Roads:
    """Count short pieces of road that one country surrounds to that country."""
    while True:
        piece, label = pieces(roads)
        km = np.bincount(piece, roads.edges["km"])
        around: dict[int, set[int]] = {}
        for one, other in _touching(roads, piece):
            around.setdefault(one, set()).add(other)
            around.setdefault(other, set()).add(one)
        new = label.copy()
        changed = set()
        for number in np.argsort(km):
            beside = {label[other] for other in around.get(int(number), ())}
            fixed = changed.isdisjoint(around.get(int(number), ()))
            if km[number] < most_km and len(beside) == 1 and fixed:
                new[number] = beside.pop()
                changed.add(int(number))
        if not changed:
            return roads
        roads = replace(roads, edges=roads.edges.assign(country=new[piece]))


def pieces(roads: Roads) -> tuple[np.ndarray, np.ndarray]:
    """Return the piece of one country that each edge is in, and the country of each piece."""
    code, names = pd.factorize(roads.edges["country"])
    _, inverse = np.unique(_corners(roads, code), return_inverse=True)
    corner = inverse.reshape(-1, 2)
    count = corner.max() + 1
    links = scipy.sparse.coo_array((np.ones(len(corner)), corner.T), shape=(count, count))
    number = connected_components(links, directed=False)[1][corner[:, 0]]
    _, first, piece = np.unique(number, return_index=True, return_inverse=True)
    return piece, np.asarray(names, dtype=object)[code[first]]


def _corners(roads: Roads, code: np.ndarray) -> np.ndarray:
    return roads.ends * np.int64(1000) + code[:, None]


def _touching(roads: Roads, piece: np.ndarray) -> Iterable[tuple[int, int]]:
    """Return the pairs of pieces that meet at a node."""
    ends = roads.ends
    table = pd.DataFrame({"node": ends.ravel(), "piece": np.repeat(piece, 2)}).drop_duplicates()
    table = table[table["node"].duplicated(keep=False)]
    pairs = table.merge(table, on="node")
    pairs = pairs[pairs["piece_x"] < pairs["piece_y"]][["piece_x", "piece_y"]].drop_duplicates()
    return zip(pairs["piece_x"].tolist(), pairs["piece_y"].tolist(), strict=True)


def cut_at_borders(
    roads: Roads, crossings: pd.DataFrame
) -> tuple[Roads, dict[str, int], pd.DataFrame]:
    """Return the roads that change country at listed crossings only, and the node of each.

    `crossings` has ``crossing_id``, ``country_a``, ``country_b``, ``xy`` on the plane. The last
    value holds the border nodes, with the crossing that each became.
    """
    roads = borders_within_chords(roads, crossings)
    nodes = border_nodes(roads)
    chosen = _chosen(roads, nodes, crossings)
    roads, chords = chords_over(roads, nodes, crossings, chosen)
    taken = {node: crossing for crossing, node in (chosen | chords).items()}
    nodes["crossing_id"] = nodes["node"].map(taken)
    return _without_stubs(_severed(roads, nodes, crossings), nodes), chosen | chords, nodes


def _chosen(roads: Roads, nodes: pd.DataFrame, crossings: pd.DataFrame) -> dict[str, int]:
    """Return for each crossing the border node that is taken for it, if one is near enough."""
    pairs = []
    for crossing in crossings.itertuples():
        own = {crossing.country_a, crossing.country_b}
        fits = nodes[[own <= countries for countries in nodes["countries"]]]
        away = np.hypot(*(roads.xy[fits["node"]] - crossing.xy).T)
        # A chord farther off is led over the crossing instead, see `chords_over`.
        reach = np.where(fits["chord"], NEAR_M, FAR_M)
        near = fits.assign(away=away, crossing_id=crossing.crossing_id)[away <= reach]
        pairs.append(near)
    table = pd.concat(pairs, ignore_index=True)
    # A border node belongs to the nearest crossing of its countries.
    table = table.sort_values("away").drop_duplicates("node")
    table["far"] = table["away"] > NEAR_M
    table = table.sort_values(["far", "chord", "rank", "away"]).drop_duplicates("crossing_id")
    return dict(zip(table["crossing_id"], table["node"].astype(int), strict=True))


def _severed(roads: Roads, nodes: pd.DataFrame, crossings: pd.DataFrame) -> Roads:
    """Give each country its own node wherever no crossing is; a third country at crossings too."""
    pair = {
        it.crossing_id: frozenset((it.country_a, it.country_b)) for it in crossings.itertuples()
    }
    cut = {
        int(node): pair.get(crossing, frozenset())
        for node, crossing in zip(nodes["node"], nodes["crossing_id"], strict=True)
    }
    ends, country = roads.ends.copy(), roads.edges["country"].tolist()
    xy, copies = list(roads.xy), {}
    for row, end in zip(*np.nonzero(np.isin(ends, [*cut])), strict=True):
        node, code = int(ends[row, end]), country[row]
        if code in cut[node]:
            continue
        if (node, code) not in copies:
            copies[node, code] = len(xy)
            xy.append(roads.xy[node])
        ends[row, end] = copies[node, code]
    return Roads(np.array(xy), roads.edges.assign(u=ends[:, 0], v=ends[:, 1]))


def _without_stubs(roads: Roads, nodes: pd.DataFrame) -> Roads:
    """Return the roads without the halves of chords that were cut where no crossing is.

    A chord is straight, so its halves may end far from the border.
    """
    places = set(map(tuple, roads.xy[nodes["node"][nodes["crossing_id"].isna()]].tolist()))
    at_cut = np.array([tuple(place) in places for place in roads.xy.tolist()])
    loose = at_cut & (roads.degree == 1)
    return roads.kept(~(loose[roads.ends].any(axis=1) & roads.edges["chord"].to_numpy()))


def placed(crossings: pd.DataFrame) -> pd.DataFrame:
    """Return the road crossings that have a place, with ``xy`` on the plane."""
    road = crossings[(crossings["mode"] == "road") & crossings["lon"].notna()]
    xy = np.column_stack(PLANE.transform(road["lon"].to_numpy(), road["lat"].to_numpy()))
    return road.assign(xy=list(xy)).reset_index(drop=True)
