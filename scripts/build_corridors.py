"""Make the corridor catalogue of the package from the reference data.

    python scripts/build_corridors.py [FOLDER]

FOLDER holds ``corridors/`` and ``basemap/`` (default: ../shared/data beside the repository). The
tables ``nodes.toml``, ``legs.toml`` and ``works.toml`` (lines being built or planned) in
``scripts/corridors/`` say where every node comes from and how every leg is traced; a corridor is a
table ``catalogue/ID.toml`` that names its legs. The result is
``minmap/transport/trade_corridors/data/ID.geojson``, in the form that `Corridor.from_file` reads.
A leg is traced once, whichever corridors have it.

A leg is traced in one of five ways:

``graph``      the shortest way over the OpenStreetMap railway graph through the stations `via`;
``ways``       a cut of a leg of the reference data that was traced on OpenStreetMap ways;
``road``       the shortest way over the OpenStreetMap road graphs through the places `via`;
``sea``        the shortest way in water, kept off the shore;
``schematic``  straight lines through stations, where no track is in the data.
"""

from __future__ import annotations

import json
import sys
import tomllib
from collections import defaultdict
from functools import cached_property
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
import shapely.ops
from folders import REPO, reference_data

sys.path.insert(0, str(REPO))

from tracing import (
    WGS84,
    Coords,
    Railway,
    geodesic_km,
    road_edges,
    sea_way,
    shaped,
    thinned,
    tidy,
    with_bridges,
)

from minmap.places import country_of, distance_to_country_km, map_error_km
from minmap.transport.trade_corridors.leg_table import LEG_COLUMNS, NODE_COLUMNS

TABLES = REPO / "scripts" / "corridors"
DATA = REPO / "minmap" / "transport" / "trade_corridors" / "data"
SHARED_KM = 2.0  # legs that share more of a track are named in the report
PLACE_KM = 2.0  # how far apart the places are at which a line is asked for its country

Row = dict[str, Any]


def read_tables(folder: Path = TABLES) -> Row:
    """Return nodes and legs by id, what is bridged, the ways of tracing, and corridors by id."""
    shared = [tomllib.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.toml"))]
    return {
        "nodes": by_id("node", [node for table in shared for node in table.get("nodes", [])]),
        "legs": by_id("leg", [leg_row(leg) for table in shared for leg in table.get("legs", [])]),
        "bridges": [row for table in shared for row in table.get("bridges", [])],
        "trace": {name: row for table in shared for name, row in table.get("trace", {}).items()},
        "corridors": {
            path.stem: tomllib.loads(path.read_text("utf-8"))
            for path in sorted((folder / "catalogue").glob("*.toml"))
        },
    }


def by_id(what: str, rows: list[Row]) -> dict[str, Row]:
    found: dict[str, Row] = {}
    for row in rows:
        if found.setdefault(row[f"{what}_id"], row) is not row:
            raise SystemExit(f"{what} {row[f'{what}_id']} is in the tables twice")
    return found


def leg_row(leg: Row) -> Row:
    return {"leg_id": f"{leg['from']}-{leg['to']}".replace("_", "-"), **leg}


class Build:
    """The catalogue on its way from its tables and the reference data to its files."""

    def __init__(self, tables: Row, folder: Path) -> None:
        self.tables = tables
        self.folder = folder
        self.corridors = folder / "corridors"
        stations = pd.read_parquet(self.corridors / "osm_stations.parquet")
        places = zip(stations["lon"].astype(float), stations["lat"].astype(float), strict=True)
        self.osm = dict(zip(stations["osm_node"], places, strict=True))
        self.key_nodes = pd.read_csv(self.corridors / "key_nodes.csv").set_index("id")
        self.reference = gpd.read_file(self.corridors / "corridor_legs.geojson").set_index("id")
        self.nodes = {name: self.node(node) for name, node in tables["nodes"].items()}
        self.snap_m: dict[str, float] = {}
        self.used: dict[tuple[int, int, int], list[tuple[str, float]]] = defaultdict(list)
        self.traced: dict[str, Row] = {}

    @cached_property
    def railway(self) -> Railway:
        """The graph, cut at the ends and the stations of every leg that is traced on it."""
        edges = gpd.read_parquet(self.corridors / "eurasia_rail_edges.parquet")
        return self.cut(Railway(with_bridges(edges, self.tables["bridges"])), "graph")

    @cached_property
    def roads(self) -> Railway:
        """The road graphs, cut at the ends and the places of every leg by road."""
        return self.cut(Railway(road_edges(self.corridors)), "road")

    def cut(self, graph: Railway, trace: str) -> Railway:
        on_graph = [leg for leg in self.tables["legs"].values() if leg["trace"] == trace]
        ends = {end: self.at(end) for leg in on_graph for end in (leg["from"], leg["to"])}
        via = {str(v): self.place(v) for leg in on_graph for v in leg.get("via", [])}
        graph.cut_at(ends | via)
        return graph

    @cached_property
    def water(self) -> Any:
        """The seas: the Caspian Sea lies in the middle of the ocean layer's continent."""
        return gpd.read_file(self.folder / "basemap" / "ne_10m_ocean_clip.gpkg").union_all()

    def node(self, node: Row) -> Row:
        """Look a node up in its gazetteer."""
        if "osm" in node:
            lon, lat = self.osm[node["osm"]]
            source, source_id = "OpenStreetMap node (station), 2026-02/04", str(node["osm"])
        elif "key" in node:
            row: Any = self.key_nodes.loc[node["key"]]
            lon, lat, source, source_id = row["lon"], row["lat"], row["source"], row["source_id"]
        else:
            lon, lat = node["track"]
            source, source_id = node["source"], node["source_id"]
        if "MEMORY" in source:
            raise SystemExit(f"{node['node_id']} has no gazetteer behind it")
        where = {"lon": round(float(lon), 5), "lat": round(float(lat), 5)}
        return {**node, "source": source, "source_id": str(source_id), **where}

    def at(self, node_id: str) -> tuple[float, float]:
        return self.nodes[node_id]["lon"], self.nodes[node_id]["lat"]

    def place(self, via: int | list[float]) -> tuple[float, float]:
        """Return where a station of OpenStreetMap or a pair of degrees lies."""
        return self.osm[via] if isinstance(via, int) else (via[0], via[1])

    def graph(self, leg: Row) -> tuple[Coords, float, float]:
        rails = self.railway
        via = [rails.candidates(str(v), self.place(v)) for v in leg.get("via", [])]
        way = rails.route(rails.vertex[leg["from"]], rails.vertex[leg["to"]], via)
        tracks = [(piece.u, piece.v, piece.edge) for piece, _ in way]
        if len(set(tracks)) < len(tracks):
            raise SystemExit(f"{leg['leg_id']} turns back on its own track")
        for piece, _ in way:
            self.used[piece.u, piece.v, piece.edge].append((leg["leg_id"], piece.km))
        runs = [(p.km, list(p.coords) if fwd else list(p.coords)[::-1]) for p, fwd in way]
        coords = shaped(runs, [self.osm[s] for s in leg.get("shape", [])])
        gaps = sum(rails.beyond_km[leg[end]] for end in ("from", "to"))
        for end in ("from", "to"):
            self.snap(leg[end], rails.snap_m[leg[end]])
        bridged = gaps + sum(p.km for p, _ in way if p.bridge)
        return coords, gaps + sum(p.km for p, _ in way), bridged

    def road(self, leg: Row) -> tuple[Coords, float, float]:
        roads = self.roads
        via = [roads.candidates(str(v), self.place(v)) for v in leg.get("via", [])]
        way = roads.route(roads.vertex[leg["from"]], roads.vertex[leg["to"]], via)
        coords = [c for p, fwd in way for c in (p.coords if fwd else p.coords[::-1])]
        for end in ("from", "to"):
            self.snap(leg[end], roads.snap_m[leg[end]])
        bridged = sum(p.km for p, _ in way if p.bridge)
        return thinned(coords), sum(p.km for p, _ in way), bridged

    def ways(self, leg: Row) -> tuple[Coords, float, float]:
        line = self.reference.geometry[leg["reference"]]
        cuts = [line.project(shapely.Point(self.at(leg[end]))) for end in ("from", "to")]
        coords = [(x, y) for x, y in shapely.ops.substring(line, *cuts).coords]
        gaps = 0.0
        for end, cut, lonlat in zip(("from", "to"), cuts, (coords[0], coords[-1]), strict=True):
            off_m = WGS84.inv(*self.at(leg[end]), *lonlat)[2]
            self.snap(leg[end], off_m)
            # As on the graph: past the end of a track the way to the station is a gap.
            gaps += off_m / 1000 if cut in (0.0, line.length) else 0.0
        return coords, gaps + geodesic_km(coords), gaps

    def snap(self, node_id: str, off_m: float) -> None:
        self.snap_m[node_id] = max(off_m, self.snap_m.get(node_id, 0.0))

    def sea(self, leg: Row) -> tuple[Coords, float, float]:
        coords = sea_way(self.water, self.at(leg["from"]), self.at(leg["to"]))
        return coords, geodesic_km(coords), 0.0

    def schematic(self, leg: Row) -> tuple[Coords, float, float]:
        between = [self.place(via) for via in leg.get("via", [])]
        coords = [self.at(leg["from"]), *between, self.at(leg["to"])]
        return coords, geodesic_km(coords), 0.0

    def leg(self, leg_id: str) -> Row:
        """Trace a leg, if that is not done yet, and give it all its columns."""
        if leg_id not in self.traced:
            leg = self.tables["legs"][leg_id]
            coords, km, bridged = getattr(self, leg["trace"])(leg)
            coords = tidy(coords, self.at(leg["from"]), self.at(leg["to"]))
            row = self.tables["trace"][leg["trace"]] | leg
            if leg["trace"] == "schematic" and leg.get("published_km", 0) > km:
                km = leg["published_km"]
                row |= {"length_source": f"published: {leg['published_source']}"}
            drawn_km = geodesic_km(coords)
            row |= {
                "from_node": leg["from"],
                "to_node": leg["to"],
                "length_km": round(km, 1 if km >= 10 else 2),
                "drawn_km": round(drawn_km, 1 if km >= 10 else 2),
                "bridged_km": round(bridged, 1),
            }
            self.traced[leg_id] = feature(row, LEG_COLUMNS, "LineString", coords)
        return self.traced[leg_id]

    def corridor(self, corridor_id: str) -> Row:
        """Return a corridor as a FeatureCollection of its legs and their nodes."""
        about = self.tables["corridors"][corridor_id]
        unknown = [leg for leg in about["legs"] if leg not in self.tables["legs"]]
        if unknown:
            raise SystemExit(f"{corridor_id}: no legs {', '.join(unknown)} in the tables")
        legs = [self.leg(leg_id) for leg_id in about["legs"]]
        ends = [leg["properties"][end] for leg in legs for end in ("from_node", "to_node")]
        member = {"id": corridor_id, **{key: about[key] for key in ("title", "description")}}
        member |= {"variants": about.get("variants", {}), "sources": about["sources"]}
        nodes = [self.node_feature(node_id) for node_id in dict.fromkeys(ends)]
        return {"type": "FeatureCollection", "corridor": member, "features": [*legs, *nodes]}

    def node_feature(self, node_id: str) -> Row:
        off = self.snap_m.get(node_id)
        row = {**self.nodes[node_id], "snap_m": None if off is None else round(off)}
        return feature(row, NODE_COLUMNS, "Point", self.at(node_id))

    def write(self, out: Path) -> None:
        # All legs first: how far a node is off its track is known when the last leg is traced.
        for about in self.tables["corridors"].values():
            for leg_id in about["legs"]:
                self.leg(leg_id)
        for corridor_id in self.tables["corridors"]:
            text = one_feature_a_line(self.corridor(corridor_id))
            (out / f"{corridor_id}.geojson").write_text(text, encoding="utf-8")

    def report(self) -> None:
        """Print the lengths, what two legs have in common (station throats) and the countries."""
        for p in (leg["properties"] for leg in self.traced.values()):
            shown = f"{p['length_km']:9}{p['drawn_km']:9}{p['published_km'] or '':>7}"
            print(f"{p['leg_id']:34}{shown}  {p['countries']}")
        for parts in self.used.values():
            if len(parts) > 1 and parts[0][-1] > SHARED_KM:
                print("on one track:", parts)
        for leg_id, leg in self.traced.items():
            for contradiction in contradictions(leg):
                print(f"{leg_id}, {leg['properties']['countries']}: {contradiction}")
        left = self.tables["legs"].keys() - self.traced.keys()
        print("in no corridor:", ", ".join(sorted(left)) or "none")


def feature(row: Row, columns: Any, kind: str, coords: Any) -> Row:
    properties = {column: row.get(column) for column in columns}
    geometry = {"type": kind, "coordinates": coords}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def contradictions(leg: Row) -> list[str]:
    """Return how a leg's countries and its drawn line disagree, beyond the error of the borders."""
    told = leg["properties"]["countries"].split()
    line = shapely.LineString(leg["geometry"]["coordinates"])
    places = int(leg["properties"]["drawn_km"] / PLACE_KM) + 1
    along = shapely.line_interpolate_point(line, np.arange(places + 1) / places, normalized=True)
    points = gpd.GeoSeries(along, crs=4326)
    codes = {code: pd.Series(code, points.index) for code in told}
    off = pd.DataFrame({code: distance_to_country_km(points, codes[code]) for code in told})
    error = map_error_km(points)
    found = country_of(points)
    foreign = found[found.notna() & ~found.isin(told) & (off.min(axis=1) > error)].unique()
    missed = off.columns[off.min() > error.iloc[0]]
    return [*(f"passes {code}" for code in foreign), *(f"is nowhere near {c}" for c in missed)]


def one_feature_a_line(collection: Row) -> str:
    member = json.dumps(collection["corridor"], ensure_ascii=False)
    lines = ",\n".join(json.dumps(f, ensure_ascii=False) for f in collection["features"])
    head = f'{{"type": "FeatureCollection", "corridor": {member}, "features": ['
    return f"{head}\n{lines}\n]}}\n"


def main(folder: Path) -> None:
    build = Build(read_tables(), folder)
    build.write(DATA)
    build.report()


if __name__ == "__main__":
    main(reference_data())
