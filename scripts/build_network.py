"""Make the railway network of the package from the reference data and the catalogue.

    python scripts/build_network.py [FOLDER]

FOLDER holds ``corridors/`` with the railway graph and the stations (default: ../shared/data beside
the repository). The corridors are those of ``minmap/transport/trade_corridors/data/*.geojson``;
closed borders and gauges stand in ``minmap/transport/network/data/crossings.csv`` and
``gauges.csv``. The result is ``minmap/transport/network/data/nodes.parquet`` and
``edges.parquet``, and the numbers in ``SOURCES.md``.
"""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import scipy.sparse
import shapely
from folders import REPO, reference_data
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

sys.path.insert(0, str(REPO))

from rail_countries import countries
from rail_facts import OUT, Catalogue, Gauges, bridges, closed_borders, leg_edge
from rail_files import numbers, write_edges, write_nodes, write_numbers
from rail_lines import termini, with_lines
from rail_tracks import (
    LEG,
    NEAR_M,
    OUTSIDE,
    Anchor,
    Matcher,
    Track,
    along,
    band_of,
    cut,
    thinned,
    throats,
    without_doubles,
)
from tracing import PLANE, on_plane, with_bridges

# The graph begins at 24 E; the rest is Central Asia, the Caucasus and what surrounds them. The
# other boxes are Iran south of the first, down to its ports.
BOXES = ((24.0, 34.5, 92.0, 57.0), (47.9, 30.0, 61.6, 34.5), (51.0, 27.0, 61.6, 30.0))
STATION_M = 1500.0  # as far as the catalogue's own stations may lie off a track
NODE_M = 300.0  # a node of the catalogue that no track of it ends at
FREIGHT = ("station", "yard")  # halts are for passengers
PASSENGER = "YHT"  # in the names of the stations of Turkey's high-speed line, which has no freight
SIMPLE_M = 200.0
# Legs on OpenStreetMap ways, and the tracks of the source (its vertices) in their place: these are
# drawn with so few points that they pass 5 to 250 km off, and no station is found on them.
REPLACED: dict[str, tuple[tuple[int, int], ...]] = {
    "uzen-bolashak": ((98330, 98331),),
    "bolashak-serhetyaka": (),
    "serhetyaka-bereket-2": ((98264, 10000086), (98246, 98264)),
    "bereket-2-akyayla": ((98338, 98339),),
    "alat-astara": ((197663, 197665), (197660, 197662), (197662, 197664)),
    "serhetabat-mary": ((98229, 98315),),
}
PIECE_KM = 100.0  # shorter pieces of railway that nothing joins to the rest are left out
LENGTH_SLACK = (0.01, 0.6)  # a leg must come out as long as the catalogue has it: share, km
RAILWAYS = "OpenStreetMap railways (scgraph_data 2.0.0)"


@dataclass(frozen=True)
class Found:
    """A track, its countries from `a` to `b`, and its gauge."""

    track: Track
    countries: list[str]
    gauge_mm: int | None


class Build:
    """The network on its way from the reference data to its files."""

    def __init__(self, folder: Path) -> None:
        self.catalogue = Catalogue.read()
        self.stations = self.read_stations(folder)
        edges = gpd.read_parquet(folder / "corridors" / "eurasia_rail_edges.parquet")
        edges = with_bridges(edges, bridges())
        drawn, ends = self.with_legs(self.region(edges))
        drawn = with_lines(drawn)
        self.tracks, self.snap_m = cut(drawn, self.anchors(), ends)
        self.own_legs: list[dict[str, Any]] = []
        self.counts: Counter[str] = Counter()
        inside = in_boxes(self.stations[["lon", "lat"]].to_numpy())
        lost = inside & ~self.stations.index.isin([*self.snap_m])
        self.counts["left out: stations on no track, or within 100 m of another"] = int(lost.sum())

    def read_stations(self, folder: Path) -> pd.DataFrame:
        """Return the stations of the source that are no nodes of the catalogue."""
        table = pd.read_parquet(folder / "corridors" / "osm_stations.parquet")
        own = {str(node["source_id"]) for node in self.catalogue.nodes.values()}
        chosen = table["type"].isin(FREIGHT) & ~table["osm_node"].astype(str).isin(own)
        table = table[chosen].sort_values("osm_node")
        return pd.concat([table.set_index("osm:" + table["osm_node"].astype(str)), termini()])

    def region(self, edges: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        """Return the tracks in the box and along the legs of the catalogue outside it."""
        region = shapely.union_all([shapely.box(*box) for box in BOXES])
        kept = shapely.intersects(edges.geometry.to_numpy(), region)
        tree = shapely.STRtree(on_plane(edges.geometry.to_numpy()))
        for leg in self.catalogue.tracks(operating=True):
            line = on_plane(leg["geometry"])
            kept[tree.query(line, predicate="dwithin", distance=NEAR_M)] = True
        return edges[kept].reset_index(drop=True)

    def with_legs(self, edges: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, dict[str, int]]:
        """Put legs in the place of the tracks of the source that they are better than."""
        pairs = {pair for pairs in REPLACED.values() for pair in pairs}
        worse = [pair in pairs for pair in zip(edges["u"], edges["v"], strict=True)]
        legs = [self.catalogue.legs[leg_id] for leg_id in REPLACED if leg_id in self.catalogue.legs]
        nodes = sorted({leg[end] for leg in legs for end in ("from_node", "to_node")})
        number = {node: -1 - i for i, node in enumerate(nodes)}
        rows = {
            "u": [number[leg["from_node"]] for leg in legs],
            "v": [number[leg["to_node"]] for leg in legs],
            "km": [leg["length_km"] for leg in legs],
            "src": LEG,
            "worse": False,
        }
        shapes = [leg["geometry"] for leg in legs]
        added = gpd.GeoDataFrame(rows, geometry=shapes, crs=edges.crs)
        columns = [*added.columns]
        both = [edges.assign(worse=worse)[columns], added]
        return pd.concat(both, ignore_index=True), number

    def anchors(self) -> list[Anchor]:
        """Return what the tracks are cut at: the nodes of the catalogue, then the stations."""
        legs = self.catalogue.tracks(operating=True)
        ends = {leg[end] for leg in legs for end in ("from_node", "to_node")}
        nodes = [
            Anchor(node, self.catalogue.at(node), STATION_M if node in ends else NODE_M, exact=True)
            for node in self.catalogue.nodes
        ]
        places = zip(self.stations.index, self.stations["lon"], self.stations["lat"], strict=True)
        return [*nodes, *(Anchor(i, (x, y), STATION_M, exact=False) for i, x, y in places)]

    def find_legs(self) -> None:
        """Assign tracks to the legs that they are part of; drop tracks along unfinished legs."""
        matcher = Matcher(self.tracks)
        legs = {leg["leg_id"]: leg for leg in self.catalogue.tracks(operating=True)}
        near = {i: matcher.near(leg["geometry"]) for i, leg in legs.items()}
        ways = {
            i: matcher.way(near[i], leg["from_node"], leg["to_node"]) for i, leg in legs.items()
        }
        for leg_id in [i for i in ways if not self.fits(legs[i], ways[i])]:
            self.own_legs.append(legs[leg_id])
            del ways[leg_id], near[leg_id]
        beside = along(matcher, near, {i: band_of(legs[i]["geometry"]) for i in near})
        closed = {
            i
            for leg in self.catalogue.tracks(operating=False)
            for i, outside in matcher.near(leg["geometry"]).items()
            if outside < OUTSIDE
        }
        self.join_throats(ways, legs)
        self.share_out(ways, legs)
        passenger = {i for i in self.snap_m if PASSENGER in self.name(i)}
        added = {i for i, t in enumerate(self.tracks) if t.line}
        closed = (closed - beside - added) | {
            i for i, t in enumerate(self.tracks) if passenger & {t.a, t.b}
        }
        self.counts["left out: tracks beside unfinished legs, and of high-speed stations"] = len(
            closed
        )
        wanted = [
            i
            for i, t in enumerate(self.tracks)
            if t.a != t.b
            and (t.leg_id or (in_boxes(t.coords).any() and i not in closed and not t.worse))
        ]
        self.places = set(self.snap_m) - passenger
        doubles = {new for new, i in enumerate(wanted) if i in beside - added}
        self.tracks = without_doubles([self.tracks[i] for i in wanted], doubles)
        found = set(ways) | {leg["leg_id"] for leg in self.own_legs}
        self.own_legs += [leg for i, leg in self.catalogue.legs.items() if i not in found]

    def name(self, vertex: str) -> str:
        return str(self.stations["name"].get(vertex, ""))

    def fits(self, leg: dict[str, Any], way: list[int]) -> bool:
        """Return whether a leg is as long on the graph as in the catalogue."""
        km = sum(self.tracks[i].km for i in way)
        share, slack_km = LENGTH_SLACK
        if way and abs(km - leg["length_km"]) <= max(share * km, slack_km):
            return True
        print(f"{leg['leg_id']}: {km:.1f} km on the graph, not {leg['length_km']} km")
        return False

    def join_throats(self, ways: dict[str, list[int]], legs: dict[str, dict[str, Any]]) -> None:
        """Draw the shared tracks into a station together, so that every leg leads to its node."""
        ends = {i: (leg["from_node"], leg["to_node"]) for i, leg in legs.items()}
        shared = throats(ways, ends, self.tracks)
        node_of = {
            vertex: node
            for node, tracks in shared.items()
            for i in tracks
            for vertex in (self.tracks[i].a, self.tracks[i].b)
        }
        gone = {i for tracks in shared.values() for i in tracks}
        for leg_id, way in ways.items():
            ways[leg_id] = [i for i in way if i not in gone]
        self.tracks = [
            replace(t, a=node_of.get(t.a, t.a), b=node_of.get(t.b, t.b)) for t in self.tracks
        ]
        self.counts["left out: stations in the throat of a node of the catalogue"] = len(
            [v for v in node_of if v in self.stations.index]
        )

    def share_out(self, ways: dict[str, list[int]], legs: dict[str, dict[str, Any]]) -> None:
        """Set the leg's id on its tracks, and scale their lengths to that in the catalogue."""
        for leg_id, way in ways.items():
            own = [i for i in way if not self.tracks[i].leg_id]
            taken_km = sum(self.tracks[i].km for i in way if self.tracks[i].leg_id)
            if taken_km:
                print(f"{leg_id}: {taken_km:.1f} km are part of another leg too")
            km = sum(self.tracks[i].km for i in own)
            for i in own:
                scaled = self.tracks[i].km * (legs[leg_id]["length_km"] - taken_km) / km
                self.tracks[i] = replace(self.tracks[i], km=scaled, leg_id=leg_id)

    def set_countries(self) -> None:
        """Find countries and gauges, and drop the tracks that cross a closed border."""
        self.country, lists, middles = countries(
            self.tracks,
            nodes={i: node["country"] for i, node in self.catalogue.nodes.items()},
            legs={i: leg["countries"] for i, leg in self.catalogue.legs.items()},
            stations=self.places,
        )
        closed = closed_borders()
        nodes = self.catalogue.nodes.items()
        gauges = Gauges({i for i, node in nodes if node["kind"] == "break of gauge"})
        self.found = []
        for track, passed, middle in zip(self.tracks, lists, middles, strict=True):
            shut = [pair for pair in pairwise(passed) if frozenset(pair) in closed]
            for pair in shut[:1]:
                self.counts[
                    "left out: tracks over the closed border " + "-".join(sorted(pair))
                ] += 1
            if not shut:
                self.found.append(Found(track, passed, gauges.of(track, passed, middle)))

    def pass_through(self) -> None:
        """Lay a track past each pocket of another country that a leg of one country passes.

        The stations in the pocket keep their own tracks. A train that does not stop there crosses
        no border, which cannot be told of the pieces between them.
        """
        for leg_id, leg in self.catalogue.legs.items():
            passed = leg["countries"].split()
            if len(passed) < 3 or passed[0] != passed[-1]:
                continue
            own = [f for f in self.found if f.track.leg_id == leg_id]
            pocket = [f for f in own if set(f.countries) - {passed[0]}]
            if pocket:
                gauge_mm = pocket[0].gauge_mm
                self.found.append(Found(_in_one([f.track for f in pocket]), passed, gauge_mm))
                self.counts["pockets of another country that a leg passes"] += 1

    def drop_pieces(self) -> None:
        """Drop what nothing joins to the rest, unless it is long or of the catalogue."""
        tracks = [found.track for found in self.found]
        vertices = sorted({v for t in tracks for v in (t.a, t.b)} | set(self.catalogue.nodes))
        number = {vertex: i for i, vertex in enumerate(vertices)}
        pairs = [(number[t.a], number[t.b]) for t in tracks]
        pairs += [(number[leg["from_node"]], number[leg["to_node"]]) for leg in self.own_legs]
        a, b = np.array(pairs).T
        shape = (len(vertices), len(vertices))
        graph = scipy.sparse.coo_matrix((np.ones(len(a)), (a, b)), shape)
        count, piece = connected_components(graph, directed=False)
        km = np.bincount(piece[a[: len(tracks)]], [t.km for t in tracks], count)
        kept = km >= PIECE_KM
        kept[piece[[number[node] for node in self.catalogue.nodes]]] = True
        self.counts["left out: pieces under 100 km that nothing joins"] = int(
            (~kept & (km > 0)).sum()
        )
        self.found = [found for found in self.found if kept[piece[number[found.track.a]]]]

    def nodes(self) -> pd.DataFrame:
        """Return the nodes, in bands from south to north so that neighbours stand together."""
        tracks = [found.track for found in self.found]
        ends = {t.a: t.coords[0] for t in tracks} | {t.b: t.coords[-1] for t in tracks}
        rows = []
        for vertex in {**ends, **self.catalogue.nodes}:
            known = self.catalogue.nodes.get(vertex)
            if known:
                row = (known["name"], known["kind"], known["country"], *self.catalogue.at(vertex))
            elif vertex in self.places:
                row = (self.name(vertex), "station", self.country[vertex], *ends[vertex])
            else:
                row = (None, "track", self.country[vertex], *ends[vertex])
            rows.append((vertex, *row))
        table = pd.DataFrame(rows, columns=["node_id", "name", "kind", "country", "lon", "lat"])
        order = np.lexsort((table["lon"], np.floor(table["lat"])))
        return table.iloc[order].reset_index(drop=True)

    def edges(self, nodes: pd.DataFrame) -> pd.DataFrame:
        """Return the edges, ordered by their nodes; `line` is what lies between these."""
        number = dict(zip(nodes["node_id"], range(len(nodes)), strict=True))
        rows = [*map(self.edge, self.found), *map(leg_edge, self.own_legs)]
        table = pd.DataFrame(rows)
        for end in ("from_node", "to_node"):
            table[end] = table[end].map(number)
        return table.sort_values(["from_node", "to_node", "length_m"], ignore_index=True)

    def edge(self, found: Found) -> dict[str, Any]:
        track = found.track
        line = shapely.simplify(on_plane(shapely.LineString(track.coords)), SIMPLE_M)
        inner = np.column_stack(
            PLANE.transform(*shapely.get_coordinates(line)[1:-1].T, direction="INVERSE")
        )
        leg = self.catalogue.legs.get(track.leg_id or "", {})
        return {
            "from_node": track.a,
            "to_node": track.b,
            "mode": "rail",
            "gauge_mm": leg.get("gauge_mm") or found.gauge_mm,
            "status": "operating",
            "length_m": round(1000 * track.km),
            "countries": " ".join(found.countries) or None,
            "leg_id": track.leg_id,
            "bridged": track.bridged,
            "source": leg.get("geometry_source") or track.line or RAILWAYS,
            "line": inner,
        }


def _in_one(tracks: list[Track]) -> Track:
    """Return tracks that follow each other as one."""
    whole, *rest = tracks
    while rest:
        after = next(t for t in rest if {whole.a, whole.b} & {t.a, t.b})
        rest.remove(after)
        if whole.b not in {after.a, after.b}:
            whole = whole.turned()
        if after.a != whole.b:
            after = after.turned()
        coords = np.concatenate([whole.coords, after.coords[1:]])
        whole = replace(whole, b=after.b, km=whole.km + after.km, coords=coords)
    return whole


def in_boxes(lonlat: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which places lie in the region."""
    lon, lat = lonlat.T
    inside = [(lon >= w) & (lon <= e) & (lat >= s) & (lat <= n) for w, s, e, n in BOXES]
    return np.any(inside, axis=0)


def main(folder: Path) -> None:
    build = Build(folder)
    build.find_legs()
    build.tracks = thinned(build.tracks, build.places)
    build.set_countries()
    build.pass_through()
    build.drop_pieces()
    nodes = build.nodes()
    edges = build.edges(nodes)
    write_nodes(nodes, OUT / "nodes.parquet")
    write_edges(edges, OUT / "edges.parquet")
    counts = {"nodes of the catalogue": len(build.catalogue.nodes), **build.counts}
    write_numbers(numbers(nodes, edges, counts, build.snap_m), OUT / "SOURCES.md")


if __name__ == "__main__":
    main(reference_data())
