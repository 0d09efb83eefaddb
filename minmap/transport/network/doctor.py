"""What keeps a network from being whole."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from minmap.geodesy import line_length_m
from minmap.transport.network.bridges import gap_table
from minmap.transport.network.edge_table import CRS
from minmap.transport.network.gaps import components_of
from minmap.types import Floats, Integers
from minmap.vocabulary import TEXT

LENGTH_DIFFERENCE: Final = 0.2
"""A length that differs more from the drawn line's, as a share of the latter, is doubtful."""
# Two edges between the same nodes are one drawn twice if their lengths differ by less.
_SAME_LENGTH: Final = 0.01
# Lengths and lines are rounded: 50 m more or less are no fault of a short edge.
_ROUNDING_KM: Final = 0.05
_SHOWN: Final = 10


@dataclass(frozen=True, eq=False, repr=False)
class Doctor:
    """What was found in a network.

    Attributes
    ----------
    components
        DataFrame, the longest first: ``component`` (number), ``nodes``, ``edges``, ``length_km``
        and ``countries`` (alpha-3 of its nodes, space-separated).
    dead_ends
        GeoDataFrame of the nodes that one edge meets: ``node_id``, ``name``, ``kind``,
        ``country``, ``component``. A terminus is one too.
    gaps
        GeoDataFrame, the smallest first, of what lies within `gaps_within_km` and is not
        connected: ``from_node``, ``to_node``, ``distance_m`` and ``between`` ("dead ends" or
        "components"). `minmap.Network.bridged` closes these.
    zero_length, wrong_length, parallel
        GeoDataFrames of edges: without length though their ends differ; whose ``length_km`` is
        over 20 % (and 50 m) off the geodesic length of the drawn line (``drawn_km``,
        ``difference`` as a share of it); and that are another one drawn again (``same_as``):
        between the same nodes,
        of the same mode and gauge and as long to 1 %.
    crossings
        GeoDataFrame of points where two edges of one mode cross without a node: ``edge_id``,
        ``other_edge``. Many are bridges and tunnels.
    gaps_within_km
        Up to which size gaps were looked for.
    edges
        GeoDataFrame of all edges with their ``component``.
    """

    components: pd.DataFrame
    dead_ends: gpd.GeoDataFrame
    gaps: gpd.GeoDataFrame
    zero_length: gpd.GeoDataFrame
    wrong_length: gpd.GeoDataFrame
    parallel: gpd.GeoDataFrame
    crossings: gpd.GeoDataFrame
    gaps_within_km: float
    edges: gpd.GeoDataFrame

    def counts(self) -> dict[str, int]:
        """Return how many there are of each finding.

        Examples
        --------
        >>> import minmap as mm
        >>> from minmap.transport.network import Network
        >>> Network.from_corridors(mm.corridor("middle")).doctor().counts()["components"]
        1
        """
        return {
            "components": len(self.components),
            "dead ends": len(self.dead_ends),
            f"gaps up to {self.gaps_within_km:g} km": len(self.gaps),
            "edges without length": len(self.zero_length),
            "edges with a length over 20 % off the drawn line": len(self.wrong_length),
            "edges drawn twice": len(self.parallel),
            "crossings without a node": len(self.crossings),
        }

    def layers(self) -> dict[str, gpd.GeoDataFrame]:
        """Return what can be drawn on a map, by name: copies in EPSG:4326, empty ones left out."""
        layers = {
            "components": self.edges,
            "dead ends": self.dead_ends,
            "gaps": self.gaps,
            "without length": self.zero_length,
            "wrong length": self.wrong_length,
            "drawn twice": self.parallel,
            "crossings": self.crossings,
        }
        return {name: layer.copy() for name, layer in layers.items() if len(layer)}

    def __repr__(self) -> str:
        return "Doctor: " + ", ".join(f"{count} {name}" for name, count in self.counts().items())

    def _repr_html_(self) -> str:
        """Show the counts and the largest components and gaps; no text is taken for HTML."""
        counts = "".join(
            f"<li>{count:,} {escape(name)}</li>" for name, count in self.counts().items()
        )
        tables = {
            "Components": self.components.round({"length_km": 1}),
            "Gaps": pd.DataFrame(self.gaps.drop(columns="geometry")).round({"distance_m": 1}),
        }
        shown = "".join(
            f"<p><b>{name}</b>{'' if len(table) <= _SHOWN else f', the first {_SHOWN}'}</p>"
            + table.head(_SHOWN).to_html(escape=True, index=False, na_rep="", border=0)
            for name, table in tables.items()
            if len(table)
        )
        return f"<div><ul>{counts}</ul>{shown}</div>"


def examine(
    nodes: gpd.GeoDataFrame, edges: gpd.GeoDataFrame, ends: Integers, *, gaps_within_km: float
) -> Doctor:
    """Look for what keeps a network from being whole; see `minmap.Network.doctor`."""
    component = _by_length(components_of(ends, len(nodes)), ends, edges["length_km"].to_numpy())
    dead = np.bincount(ends.ravel(), minlength=len(nodes)) == 1
    dead_ends = nodes.assign(component=component)[dead]
    return Doctor(
        components=_components(nodes, edges, ends, component),
        dead_ends=dead_ends[["node_id", "name", "kind", "country", "component", "geometry"]],
        gaps=gap_table(nodes, edges, ends, within_km=gaps_within_km),
        zero_length=edges[(edges["length_km"] == 0).to_numpy() & (ends[:, 0] != ends[:, 1])],
        wrong_length=_wrong_length(edges),
        parallel=_parallel(edges, ends),
        crossings=_crossings(edges),
        gaps_within_km=gaps_within_km,
        edges=edges.assign(component=component[ends[:, 0]]),
    )


def _by_length(component: Integers, ends: Integers, length_km: Floats) -> Integers:
    """Give components new numbers: the longest is 0, of equals the one with more nodes."""
    nodes = np.bincount(component)
    long_km = np.bincount(component[ends[:, 0]], length_km, minlength=len(nodes))
    order = np.lexsort((-nodes, -long_km))
    number = np.empty_like(order)
    number[order] = np.arange(len(order))
    return number[component]


def _components(
    nodes: gpd.GeoDataFrame, edges: gpd.GeoDataFrame, ends: Integers, component: Integers
) -> pd.DataFrame:
    count = int(component.max(initial=-1)) + 1
    of_edge = component[ends[:, 0]]
    known = pd.DataFrame({"component": component, "country": nodes["country"].to_numpy()})
    known = known.dropna().drop_duplicates().sort_values(["component", "country"])
    countries = known.groupby("component")["country"].agg(" ".join).reindex(range(count))
    return pd.DataFrame(
        {
            "component": np.arange(count),
            "nodes": np.bincount(component, minlength=count),
            "edges": np.bincount(of_edge, minlength=count),
            "length_km": np.bincount(of_edge, edges["length_km"].to_numpy(), minlength=count),
            "countries": countries.astype(TEXT).array,
        }
    )


def _wrong_length(edges: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    length_km, drawn_km = edges["length_km"].to_numpy(), line_length_m(edges.geometry) / 1000
    off_km = length_km - drawn_km
    share = np.divide(off_km, drawn_km, out=np.full(len(edges), np.inf), where=drawn_km > 0)
    wrong = (np.abs(share) > LENGTH_DIFFERENCE) & (np.abs(off_km) > _ROUNDING_KM)
    return edges.assign(drawn_km=drawn_km, difference=share)[wrong]


def _parallel(edges: gpd.GeoDataFrame, ends: Integers) -> gpd.GeoDataFrame:
    low_high = np.sort(ends, axis=1)
    alike = pd.DataFrame(
        {
            "low": low_high[:, 0],
            "high": low_high[:, 1],
            "mode": edges["mode"].to_numpy(),
            "gauge_mm": edges["gauge_mm"].fillna(0).to_numpy(),
            "length_km": edges["length_km"].to_numpy(),
            "edge_id": edges["edge_id"].to_numpy(),
        }
    ).sort_values(["low", "high", "mode", "gauge_mm", "length_km"], kind="stable")
    before = alike.shift(1)
    same = alike[["low", "high", "mode", "gauge_mm"]] == before[["low", "high", "mode", "gauge_mm"]]
    longer = alike["length_km"] - before["length_km"] <= _SAME_LENGTH * alike["length_km"]
    twice = same.all(axis=1) & longer
    found = edges.loc[alike.index[twice]]
    return found.assign(same_as=before.loc[twice, "edge_id"].astype(TEXT)).sort_index()


def _crossings(edges: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    lines, mode = edges.geometry.to_numpy(), edges["mode"].to_numpy()
    one, other = shapely.STRtree(lines).query(lines, predicate="crosses")
    kept = (one < other) & (mode[one] == mode[other])
    one, other = one[kept], other[kept]
    places = shapely.point_on_surface(shapely.intersection(lines[one], lines[other]))
    ids = edges["edge_id"].array
    return gpd.GeoDataFrame(
        {"edge_id": ids[one], "other_edge": ids[other]}, geometry=places, crs=CRS
    )
