"""Join listed crossings to the roads of both countries beside them.

A crossing where no road of the sources passes gets short links to the roads of both countries, if
both come near it. Where a chord is led over a crossing, a link to a road with its true shape takes
the place of the half of the chord in that country.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import shapely
from road_access import LEAST_KM, WINDING, Feet, cut_at, feet
from road_borders import pieces
from road_chords import NEAR_M
from road_graph import CLASSES, OURS, Roads
from road_sources import SHORT_KM

LINK_M = (
    8_000.0  # minmap (ours): the map of countries and the places of crossings are right to 5 km
)
PIECE_KM = 300.0  # roads that end after less are no way into the country


def with_crossings_joined(
    roads: Roads, at: Mapping[str, int], crossings: pd.DataFrame
) -> tuple[Roads, dict[str, int]]:
    """Return the roads with links to crossings, and the node of each crossing that has a road."""
    chord_at = _chords(roads, at)
    open_ended = crossings[
        ~crossings["crossing_id"].isin([*at]) | crossings["crossing_id"].isin(chord_at)
    ]
    sides = pd.concat(
        [open_ended.assign(country=open_ended[name]) for name in ("country_a", "country_b")],
        ignore_index=True,
    )
    found = _feet(roads, sides)
    has = (found.node >= 0) | (found.edge >= 0)
    both = sides["crossing_id"][has].value_counts()
    wanted = has & (sides["crossing_id"].isin([*at]) | sides["crossing_id"].map(both).eq(2))
    for values in (found.node, found.edge):
        values[~wanted.to_numpy()] = -1
    roads, foot = cut_at(roads, found)
    return _linked(roads, dict(at), sides.assign(foot=foot, away_m=found.away_m))


def with_both_countries(roads: Roads, at: Mapping[str, int]) -> dict[str, int]:
    """Return the crossings that have a road on either side."""
    ends = roads.ends.ravel()
    table = pd.DataFrame({"node": ends, "country": np.repeat(roads.edges["country"], 2)})
    sides = table.drop_duplicates().groupby("node").size()
    return {crossing: node for crossing, node in at.items() if sides.get(node, 0) > 1}


def last_stretches(roads: Roads, crossings: pd.DataFrame) -> np.ndarray:
    """Return the ends of main roads beside crossings: a post may stand before the border."""
    ends, main = roads.ends, roads.edges["rank"].to_numpy() <= CLASSES.index("primary")
    loose = np.unique(ends[main])
    loose = loose[roads.degree[loose] == 1]
    posts = shapely.STRtree(shapely.points(np.vstack(crossings["xy"].tolist())))
    near, _ = posts.query(shapely.points(roads.xy[loose]), "dwithin", NEAR_M)
    return np.unique(loose[near])


def _chords(roads: Roads, at: Mapping[str, int]) -> list[str]:
    """Return the crossings that nothing but a chord is led over."""
    chord_ends = roads.ends[roads.edges["chord"].to_numpy()]
    on_chord = np.bincount(chord_ends.ravel(), minlength=len(roads.xy))
    alone = (on_chord == 2) & (roads.degree == 2)
    return [crossing for crossing, node in at.items() if alone[node]]


def _feet(roads: Roads, sides: pd.DataFrame) -> Feet:
    """Return the nearest places on roads of true shape that lead far into the country."""
    piece, _ = pieces(roads)
    long = np.bincount(piece, roads.edges["km"])[piece] >= PIECE_KM
    rows = np.flatnonzero(long & ~roads.edges["chord"].to_numpy())
    xy, country = np.vstack(sides["xy"].tolist()), sides["country"].to_numpy()
    found = feet(
        Roads(roads.xy, roads.edges.iloc[rows].reset_index(drop=True)),
        xy, country, np.full(len(xy), LINK_M),
    )  # fmt: skip
    inside = found.edge >= 0
    found.edge[inside] = rows[found.edge[inside]]
    return found


def _linked(roads: Roads, at: dict[str, int], sides: pd.DataFrame) -> tuple[Roads, dict[str, int]]:
    links = sides[sides["foot"] >= 0]
    new = links[~links["crossing_id"].isin([*at])].drop_duplicates("crossing_id")
    first = len(roads.xy)
    if len(new):
        roads = roads.with_nodes(np.vstack(new["xy"].tolist()))
    at |= dict(zip(new["crossing_id"], range(first, len(roads.xy)), strict=True))
    node = links["crossing_id"].map(at).to_numpy()
    half = pd.Series([*zip(node, links["country"], strict=True)])
    chord, country = roads.edges["chord"].to_numpy(), roads.edges["country"].to_numpy()
    replaced = np.zeros(len(chord), dtype=bool)
    for end in roads.ends.T:
        replaced |= pd.Series([*zip(end, country, strict=True)]).isin(half).to_numpy() & chord
    rows = pd.DataFrame(
        {
            "u": node, "v": links["foot"].to_numpy(),
            "km": np.maximum(links["away_m"].to_numpy() / 1000 * WINDING, LEAST_KM),
            "rank": CLASSES.index("secondary"), "country": links["country"].to_numpy(),
            "estimated": True, "chord": links["away_m"].to_numpy() > SHORT_KM * 1000,
            "origin": OURS,
        }
    )  # fmt: skip
    return roads.kept(~replaced).with_edges(rows), at
