"""Read the roads of the reference data: two extracts of OpenStreetMap, joined."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from road_graph import CLASSES, COLUMNS, OSM_2021, OSM_2024, OURS, Roads
from tracing import PLANE, on_plane

BOX = (24.0, 34.5, 92.0, 57.0)
# The countries that the extract with true shapes covers.
SHAPED = frozenset(
    ["AFG", "ARM", "AZE", "GEO", "IRN", "KGZ", "MNG", "PAK", "TJK", "TKM", "TUR", "UZB"]
)
TRUNK = CLASSES.index("trunk")
# An edge of the extract without shapes is no longer a mere chord if it is as short as this.
SHORT_KM = 3.0


def read_roads(folder: Path) -> Roads:
    """Return the roads in `BOX`; ``country`` is that of the extract, missing where it has none."""
    shaped, shaped_xy = _part(folder, "osm2021_road")
    plain, plain_xy = _part(folder, "eurasia_road")
    only = [not set(codes.split(",")) <= SHAPED for codes in plain["country"].fillna("")]
    plain = plain[only].assign(country=None)
    joins = pd.read_parquet(folder / "road_joins.parquet")
    joins = joins.rename(columns={"scgraph_node": "u", "osm2021_node": "v"})
    number = {
        name: pd.Series(np.arange(len(xy)) + shift, index=xy.index)
        for name, xy, shift in (("shaped", shaped_xy, 0), ("plain", plain_xy, len(shaped_xy)))
    }
    for table, u, v in (
        (shaped, "shaped", "shaped"), (plain, "plain", "plain"), (joins, "plain", "shaped"),
    ):  # fmt: skip
        table["u"], table["v"] = table["u"].map(number[u]), table["v"].map(number[v])
    joins = joins.dropna().assign(
        rank=TRUNK,
        country=None,
        estimated=joins["km"] > 1,
        chord=joins["km"] > SHORT_KM,
        origin=OURS,
        line=None,
    )
    edges = pd.concat([shaped, plain, joins], ignore_index=True)
    both = pd.concat([shaped_xy, plain_xy]).to_numpy()
    xy = np.column_stack(PLANE.transform(*both.T))
    edges = edges.astype({"u": int, "v": int, "estimated": bool, "chord": bool})
    bare = edges["line"].isna().to_numpy()
    lines = edges["line"].to_numpy(dtype=object, copy=True)
    lines[bare] = shapely.linestrings(xy[edges.loc[bare, ["u", "v"]].to_numpy()])
    return Roads(xy, edges.assign(line=lines)[[*COLUMNS]])


def _part(folder: Path, name: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the edges of an extract in `BOX`, and the places of their nodes."""
    edges = gpd.read_parquet(folder / f"{name}_edges.parquet")
    nodes = gpd.read_parquet(folder / f"{name}_nodes.parquet").set_index("node").get_coordinates()
    west, south, east, north = shapely.bounds(edges.geometry.to_numpy()).T
    inside = (west >= BOX[0]) & (east <= BOX[2]) & (south >= BOX[1]) & (north <= BOX[3])
    edges = edges[inside]
    shaped = "class" in edges
    bridge = (edges["src"] == "bridge").to_numpy()
    rank = edges["class"].map(CLASSES.index) if shaped else TRUNK
    table = pd.DataFrame(
        {
            "u": edges["u"], "v": edges["v"], "km": edges["km"], "rank": rank,
            "country": edges["country"],
            "estimated": bridge & (edges["km"] > 1),
            "chord": (bridge | (not shaped)) & (edges["km"] > SHORT_KM),
            "origin": np.where(bridge, OURS, OSM_2021 if shaped else OSM_2024),
            "line": on_plane(edges.geometry.to_numpy()),
        }
    )  # fmt: skip
    used = np.unique(table[["u", "v"]].to_numpy())
    return table.reset_index(drop=True), nodes.loc[used]
