"""Make the roads of the package from the reference data.

    python scripts/build_roads.py [FOLDER]

FOLDER holds ``corridors/`` with the road graphs, ``basemap/`` and ``places/`` (default:
../shared/data beside the repository). Stations and ports are those of
``minmap/transport/network/data/nodes.parquet``, crossings those of ``crossings.csv`` there; mends
by hand stand in ``scripts/roads/mends.csv``. The result is ``road_nodes.parquet`` and
``road_edges.parquet``, and the numbers in ``ROADS.md``.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from folders import REPO, reference_data

sys.path.insert(0, str(REPO))

from rail_facts import OUT
from rail_files import write_numbers
from road_access import PORT_M, STATION_M, with_access, with_towns
from road_borders import (
    Countries,
    cut_at_borders,
    placed,
    with_countries,
    without_pockets,
)
from road_crossings import last_stretches, with_both_countries, with_crossings_joined
from road_files import written
from road_graph import NATURAL_EARTH, OSM_2021, OSM_2024, OURS, Roads, without_dead_ends
from road_kazakhstan import with_bends, with_natural_earth
from road_labels import with_whole_roads
from road_mends import with_facing_ends_joined, with_labels, with_links, without_gaps
from road_sources import BOX, read_roads

MENDS = REPO / "scripts" / "roads" / "mends.csv"
TRACK = "track"
TOWN_PEOPLE = 5_000
AT_BORDER = ("border crossing",)


def main() -> None:
    folder = reference_data()
    countries = Countries.around(BOX)
    roads = with_bends(read_roads(folder / "corridors"))
    roads = with_natural_earth(roads, folder / "basemap", countries.land("KAZ")).main_piece()
    crossings = placed(pd.read_csv(OUT / "crossings.csv"))
    roads = without_pockets(with_countries(roads, countries))
    roads = without_pockets(with_whole_roads(roads, countries, crossings))
    roads = with_labels(roads, MENDS)
    crossing_names = dict(zip(crossings["crossing_id"], crossings["name"], strict=True))
    roads, at, borders = cut_at_borders(roads, crossings)
    roads = with_facing_ends_joined(without_gaps(roads))
    roads, at = with_crossings_joined(roads, at, crossings)
    roads = with_links(roads, MENDS).main_piece()
    at = with_both_countries(roads, at)
    places = _places()
    roads, names = with_towns(roads, _towns(folder))
    roads, ids = with_access(roads, places)
    ids |= {node: f"crossing:{crossing}" for crossing, node in at.items()}
    names |= {node: crossing_names[crossing] for crossing, node in at.items()}
    keep = np.zeros(len(roads.xy), dtype=bool)
    keep[[*names, *ids]] = True
    keep[last_stretches(roads, crossings)] = True
    # Between its ends a chord is no road, so all its nodes stay.
    keep[roads.ends[roads.edges["chord"].to_numpy()]] = True
    roads = without_dead_ends(roads, keep)
    roads, labels = _labels(roads, names, ids)
    nodes, edges = written(roads, labels, OUT)
    write_numbers(
        _numbers(nodes, edges)
        | {
            "listed road crossings": len(crossings),
            "of these with a road": len(at),
            "changes of country that were cut": int(borders["crossing_id"].isna().sum()),
            "stations and ports in the box": len(places),
            "of these joined": int(nodes["node_id"].isin(places["node_id"]).sum()),
        },
        OUT / "ROADS.md",
    )


def _numbers(nodes: pd.DataFrame, edges: pd.DataFrame) -> dict[str, int]:
    km = edges["length_m"] / 1000
    by_origin = {
        "OpenStreetMap, August 2021": OSM_2021, "OpenStreetMap by scgraph_data": OSM_2024,
        "Natural Earth": NATURAL_EARTH, "joins and access roads": OURS,
    }  # fmt: skip
    return {
        "nodes": len(nodes),
        "of these named after a town or a crossing": int(nodes["name"].notna().sum()),
        "edges": len(edges),
        "km of road": round(km.sum()),
        **{f"km: {name}": round(km[edges["origin"] == it].sum()) for name, it in by_origin.items()},
        "km of chords": round(km[edges["chord"]].sum()),
        "km estimated": round(km[edges["estimated"]].sum()),
    }


def _towns(folder: Path) -> pd.DataFrame:
    towns = pd.read_parquet(folder / "places" / "geonames_cities.parquet")
    towns = towns[(towns["population"] >= TOWN_PEOPLE) & towns["lon"].between(BOX[0], BOX[2])]
    return towns[towns["lat"].between(BOX[1], BOX[3])].rename(columns={"iso3": "country"})


def _places() -> pd.DataFrame:
    nodes = pd.read_parquet(OUT / "nodes.parquet")
    nodes = nodes.assign(lon=nodes["x"] / 100_000, lat=nodes["y"] / 100_000)
    inside = nodes["lon"].between(BOX[0], BOX[2]) & nodes["lat"].between(BOX[1], BOX[3])
    nodes = nodes[inside & ~nodes["kind"].isin([TRACK, *AT_BORDER])].reset_index(drop=True)
    return nodes.assign(within_m=np.where(nodes["kind"] == "port", PORT_M, STATION_M))


def _labels(roads: Roads, names: dict[int, str], ids: dict[int, str]) -> tuple[Roads, pd.DataFrame]:
    """Return the roads with their used nodes only, and ``country``, ``name``, ``node_id``."""
    small, number = roads.compact()
    labels = pd.DataFrame(index=np.arange(len(small.xy)), columns=["country", "name", "node_id"])
    labels = labels.astype("string")
    for column, values in (("name", names), ("node_id", ids)):
        rows = [(number[node], text) for node, text in values.items() if number[node] >= 0]
        labels.loc[[row for row, _ in rows], column] = [text for _, text in rows]
    ends = small.ends
    for end in (0, 1):
        labels.loc[ends[:, end], "country"] = small.edges["country"].to_numpy()
    crossing = labels["node_id"].str.startswith("crossing:").fillna(value=False)
    labels.loc[crossing, "country"] = pd.NA
    return small, labels


if __name__ == "__main__":
    main()
