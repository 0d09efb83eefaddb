"""Make the corridor data of the package from the reference data.

    python scripts/build_corridors.py [FOLDER]

FOLDER holds ``corridors/`` and ``basemap/`` (default: ../shared/data beside the repository). Every
``scripts/corridors/ID.toml`` says which nodes a corridor has, from which gazetteer they come, and
how each leg is traced; the result is ``minmap/corridors/data/ID/legs.geojson`` and ``nodes.csv``.

A leg is traced in one of four ways:

``graph``      the shortest way over the OpenStreetMap railway graph through the stations `via`;
``ways``       a cut of a leg of the reference data that was traced on OpenStreetMap ways;
``sea``        the shortest way in water, kept off the shore;
``schematic``  straight lines through stations, where no track is in the data.
"""

from __future__ import annotations

import csv
import json
import sys
import tomllib
from collections import defaultdict
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
import shapely.ops

REPO = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPO))

from tracing import (  # noqa: E402
    CASPIAN,
    WGS84,
    Coords,
    Railway,
    geodesic_km,
    sea_way,
    shaped,
    tidy,
)

from minmap.corridors.corridor import LEG_COLUMNS, NODE_COLUMNS  # noqa: E402

SHARED_KM = 2.0  # legs that share more of a track are named in the report


class Build:
    """One corridor on its way from its table and the reference data to its files."""

    def __init__(self, table: dict[str, Any], folder: Path) -> None:
        self.table = table
        corridors = folder / "corridors"
        stations = pd.read_parquet(corridors / "osm_stations.parquet")
        places = zip(stations["lon"].astype(float), stations["lat"].astype(float), strict=True)
        self.osm = dict(zip(stations["osm_node"], places, strict=True))
        self.key_nodes = pd.read_csv(corridors / "key_nodes.csv").set_index("id")
        self.reference = gpd.read_file(corridors / "corridor_legs.geojson").set_index("id")
        self.water = gpd.read_file(folder / "basemap" / "ne_10m_caspian_polygon.gpkg")
        self.nodes = {node["node_id"]: self.node(node) for node in table["nodes"]}
        self.railway = Railway(gpd.read_parquet(corridors / "eurasia_rail_edges.parquet"))
        self.railway.cut_at(self.anchors())
        self.used: dict[tuple[int, int, int], list[tuple[str, str, float]]] = defaultdict(list)

    def node(self, node: dict[str, Any]) -> dict[str, Any]:
        """Look a node up in its gazetteer."""
        if "osm" in node:
            lon, lat = self.osm[node["osm"]]
            source, source_id = "OpenStreetMap node (station), 2026-02/04", str(node["osm"])
        elif "key" in node:
            row = self.key_nodes.loc[node["key"]]
            lon, lat, source, source_id = row["lon"], row["lat"], row["source"], row["source_id"]
        else:
            (lon, lat), source, source_id = node["track"], node["source"], node["source_id"]
        if "MEMORY" in source:
            raise SystemExit(f"{node['node_id']} has no gazetteer behind it")
        where = {"lon": round(float(lon), 5), "lat": round(float(lat), 5)}
        found = {"source": source, "source_id": str(source_id), **where}
        return {"note": "", **{k: v for k, v in node.items() if k in NODE_COLUMNS}, **found}

    def at(self, node_id: str) -> tuple[float, float]:
        return self.nodes[node_id]["lon"], self.nodes[node_id]["lat"]

    def anchors(self) -> dict[str, tuple[float, float]]:
        """Return what the graph is cut at: the ends and the stations of the legs on it."""
        on_graph = [leg for leg in self.table["legs"] if leg["trace"] == "graph"]
        ends = {end: self.at(end) for leg in on_graph for end in (leg["from"], leg["to"])}
        via = {str(v): self.osm[v] for leg in on_graph for v in leg.get("via", [])}
        return ends | via

    def graph(self, leg: dict[str, Any]) -> tuple[Coords, float, float]:
        rails = self.railway
        via = [rails.candidates(str(v), self.osm[v]) for v in leg.get("via", [])]
        way = rails.route(rails.vertex[leg["from"]], rails.vertex[leg["to"]], via)
        tracks = [(piece.u, piece.v, piece.edge) for piece, _ in way]
        if len(set(tracks)) < len(tracks):
            raise SystemExit(f"{leg['from']}-{leg['to']} turns back on its own track")
        for piece, _ in way:
            self.used[piece.u, piece.v, piece.edge].append((leg["from"], leg["to"], piece.km))
        runs = [(p.km, list(p.coords) if fwd else list(p.coords)[::-1]) for p, fwd in way]
        coords = shaped(runs, [self.osm[s] for s in leg.get("shape", [])])
        gaps = sum(rails.beyond_km[leg[end]] for end in ("from", "to"))
        bridged = gaps + sum(p.km for p, _ in way if p.bridge)
        return coords, gaps + sum(p.km for p, _ in way), bridged

    def ways(self, leg: dict[str, Any]) -> tuple[Coords, float, float]:
        line = self.reference.geometry[leg["reference"]]
        cuts = [line.project(shapely.Point(self.at(leg[end]))) for end in ("from", "to")]
        coords = [(x, y) for x, y in shapely.ops.substring(line, *cuts).coords]
        for end, lonlat in (("from", coords[0]), ("to", coords[-1])):
            off = WGS84.inv(*self.at(leg[end]), *lonlat)[2]
            self.railway.snap_m[leg[end]] = max(off, self.railway.snap_m.get(leg[end], 0.0))
        return coords, geodesic_km(coords), 0.0

    def sea(self, leg: dict[str, Any]) -> tuple[Coords, float, float]:
        polygon = self.water.geometry.iloc[0]
        water = shapely.transform(polygon, lambda xy: np.column_stack(CASPIAN.transform(*xy.T)))
        coords = sea_way(water, self.at(leg["from"]), self.at(leg["to"]))
        return coords, geodesic_km(coords), 0.0

    def schematic(self, leg: dict[str, Any]) -> tuple[Coords, float, float]:
        via = leg.get("via", [])
        between = [self.osm[v] if isinstance(v, int) else (v[0], v[1]) for v in via]
        coords = [self.at(leg["from"]), *between, self.at(leg["to"])]
        return coords, geodesic_km(coords), 0.0

    def leg(self, leg: dict[str, Any]) -> dict[str, Any]:
        """Trace a leg and give it all its columns."""
        coords, km, bridged = getattr(self, leg["trace"])(leg)
        coords = tidy(coords, self.at(leg["from"]), self.at(leg["to"]))
        made = {
            "leg_id": f"{leg['from']}-{leg['to']}".replace("_", "-"),
            "from_node": leg["from"],
            "to_node": leg["to"],
            "length_km": round(km, 1) if km >= 10 else round(km, 2),
            "drawn_km": round(geodesic_km(coords), 1 if km >= 10 else 2),
            "bridged_km": round(bridged, 1),
            **self.table["trace"][leg["trace"]],
        }
        row = {**leg, **made}
        properties = {column: row.get(column) for column in LEG_COLUMNS}
        return {
            "type": "Feature",
            "properties": properties,
            "geometry": {"type": "LineString", "coordinates": coords},
        }

    def write(self, out: Path) -> None:
        legs = [self.leg(leg) for leg in self.table["legs"]]
        lines = ",\n".join(json.dumps(leg, ensure_ascii=False) for leg in legs)
        text = f'{{"type": "FeatureCollection", "features": [\n{lines}\n]}}\n'
        out.mkdir(parents=True, exist_ok=True)
        (out / "legs.geojson").write_text(text, encoding="utf-8")
        columns = [*NODE_COLUMNS, "lon", "lat"]
        with (out / "nodes.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns, lineterminator="\n")
            writer.writeheader()
            for name, node in self.nodes.items():
                writer.writerow({**node, "snap_m": round(self.railway.snap_m.get(name, 0.0))})
        self.report(legs)

    def report(self, legs: list[dict[str, Any]]) -> None:
        """Print the lengths, and what two legs have in common: it should be station throats."""
        for p in (leg["properties"] for leg in legs):
            print(
                f"{p['leg_id']:24}{p['length_km']:9}{p['drawn_km']:9}{p['published_km'] or '':>7}"
            )
        for parts in self.used.values():
            if len(parts) > 1 and parts[0][-1] > SHARED_KM:
                print("on one track:", parts)


def main(folder: Path) -> None:
    for path in sorted((REPO / "scripts" / "corridors").glob("*.toml")):
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        Build(table, folder).write(REPO / "minmap" / "corridors" / "data" / path.stem)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else REPO.parent / "shared" / "data")
