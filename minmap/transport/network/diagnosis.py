"""The diagnosis of a network: components, dead ends, gaps, torn ends and doubtful edges."""

from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from minmap.geodesy import line_length_m
from minmap.geodesy.crs import WGS84
from minmap.transport.network.gaps import gap_table
from minmap.transport.network.loose_ends import loose_ends
from minmap.transport.trade_corridors.clusters import components_of
from minmap.transport.trade_corridors.notebook_html import summary_html
from minmap.types import TEXT, Floats, Integers

LENGTH_DIFFERENCE: Final = 0.2
"""A length that differs by more than this share from that of the drawn line is doubtful."""
# Two edges between the same nodes are one edge drawn twice if their lengths differ by less.
_SAME_LENGTH: Final = 0.01
# Lengths and lines are rounded: a difference of 50 m is permitted for a short edge.
_ROUNDING_KM: Final = 0.05


@dataclass(frozen=True, eq=False, repr=False)
class Diagnosis:
    """The findings about a network.

    Attributes
    ----------
    components
        DataFrame, the longest first: ``component`` (number), ``nodes``, ``edges``, ``length_km``
        and ``countries`` (alpha-3 of its nodes, space-separated).
    dead_ends
        GeoDataFrame of the nodes that only one edge meets, such as a terminus: ``node_id``,
        ``name``, ``kind``, ``country``, ``component``.
    gaps
        GeoDataFrame, the smallest first, of nodes that lie within `gaps_within_km` and are not
        connected: ``from_node``, ``to_node``, ``distance_m`` and ``between`` ("dead ends" or
        "components"). `minmap.Network.bridged` closes these gaps.
    torn_ends
        GeoDataFrame, the nearest first, of dead ends within 3 km of a track of their mode to which
        no route of up to 30 km leads, and of gates within 3 km of a track that no track meets:
        ``node_id``, ``name``, ``kind``, ``country``, ``mode`` and ``edge_id`` (of that track),
        ``distance_m``. Ends of roads beside a road of another country are not listed, because
        roads cross borders only at listed crossings. Many of the others are no faults: roads end
        at rivers and mountains, and lesser roads are not in the network.
    far_stations
        GeoDataFrame of gates that no track meets and that lie over 3 km from every track: the same
        columns, for the nearest track. Tracks are the operating edges on land.
    zero_length, wrong_length, parallel
        GeoDataFrames of edges: those without length between different nodes; those whose
        ``length_km`` differs by over 20 % (and 50 m) from the geodesic length of the drawn line
        (``drawn_km``, and ``difference`` as a share of it); and those that repeat another
        (``same_as``): between the same nodes, of the same mode and gauge and as long to 1 %.
    crossings
        GeoDataFrame of points where two edges of one mode cross without a node: ``edge_id``,
        ``other_edge``. Many are bridges and tunnels.
    gaps_within_km
        Size up to which gaps are listed.
    edges
        GeoDataFrame of all edges with their ``component``.
    """

    components: pd.DataFrame
    dead_ends: gpd.GeoDataFrame
    gaps: gpd.GeoDataFrame
    torn_ends: gpd.GeoDataFrame
    far_stations: gpd.GeoDataFrame
    zero_length: gpd.GeoDataFrame
    wrong_length: gpd.GeoDataFrame
    parallel: gpd.GeoDataFrame
    crossings: gpd.GeoDataFrame
    gaps_within_km: float
    edges: gpd.GeoDataFrame

    def counts(self) -> dict[str, int]:
        """Return the number of each kind of finding.

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
            "torn ends": len(self.torn_ends),
            "far stations": len(self.far_stations),
            "edges without length": len(self.zero_length),
            "edges with a length over 20 % off the drawn line": len(self.wrong_length),
            "edges drawn twice": len(self.parallel),
            "crossings without a node": len(self.crossings),
        }

    def layers(self) -> dict[str, gpd.GeoDataFrame]:
        """Return copies of the findings that a map can show, by name, without empty ones."""
        layers = {
            "components": self.edges,
            "dead ends": self.dead_ends,
            "gaps": self.gaps,
            "torn ends": self.torn_ends,
            "far stations": self.far_stations,
            "without length": self.zero_length,
            "wrong length": self.wrong_length,
            "drawn twice": self.parallel,
            "crossings": self.crossings,
        }
        return {name: layer.copy() for name, layer in layers.items() if len(layer)}

    def __repr__(self) -> str:
        return "Diagnosis: " + ", ".join(f"{count} {name}" for name, count in self.counts().items())

    def _repr_html_(self) -> str:
        """Show the counts, the largest components, gaps and torn ends. Texts are escaped."""
        gaps, torn = (
            pd.DataFrame(found.drop(columns="geometry")) for found in (self.gaps, self.torn_ends)
        )
        tables = {"Components": self.components, "Gaps": gaps, "Torn ends": torn}
        return summary_html(repr(self), tables)


def diagnose(
    nodes: gpd.GeoDataFrame, edges: gpd.GeoDataFrame, ends: Integers, *, gaps_within_km: float
) -> Diagnosis:
    """Look for gaps, doubtful edges and other faults; see `minmap.Network.doctor`."""
    component = _by_length(components_of(ends, len(nodes)), ends, edges["length_km"].to_numpy())
    dead = np.bincount(ends.ravel(), minlength=len(nodes)) == 1
    dead_ends = nodes.assign(component=component)[dead]
    torn_ends, far_stations = loose_ends(nodes, edges, ends)
    return Diagnosis(
        components=_components(nodes, edges, ends, component),
        dead_ends=dead_ends[["node_id", "name", "kind", "country", "component", "geometry"]],
        gaps=gap_table(nodes, edges, ends, within_km=gaps_within_km),
        torn_ends=torn_ends,
        far_stations=far_stations,
        zero_length=edges[(edges["length_km"] == 0).to_numpy() & (ends[:, 0] != ends[:, 1])],
        wrong_length=_wrong_length(edges),
        parallel=_parallel(edges, ends),
        crossings=_crossings(edges),
        gaps_within_km=gaps_within_km,
        edges=edges.assign(component=component[ends[:, 0]]),
    )


def _by_length(component: Integers, ends: Integers, length_km: Floats) -> Integers:
    """Renumber components by length, longest first; of equal length, the one with more nodes."""
    nodes = np.bincount(component)
    total_km = np.bincount(component[ends[:, 0]], length_km, minlength=len(nodes))
    return np.argsort(np.lexsort((-nodes, -total_km)))[component]


def _components(
    nodes: gpd.GeoDataFrame, edges: gpd.GeoDataFrame, ends: Integers, component: Integers
) -> pd.DataFrame:
    country = pd.Series(nodes["country"].to_numpy()).groupby(component)
    length_km = pd.Series(edges["length_km"].to_numpy()).groupby(component[ends[:, 0]])
    columns = {
        "nodes": country.size(),
        "edges": length_km.size(),
        "length_km": length_km.sum(),
        "countries": country.agg(lambda codes: " ".join(sorted(codes.dropna().unique()))),
    }
    table = pd.DataFrame(columns).fillna({"edges": 0, "length_km": 0.0})
    table["countries"] = table["countries"].replace("", None)
    table = table.astype({"edges": "int64", "countries": TEXT})
    return table.rename_axis("component").reset_index()


def _wrong_length(edges: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    length_km, drawn_km = (
        edges["length_km"].to_numpy(),
        line_length_m(edges.geometry, geodesic_edges=True) / 1000,
    )
    off_km = length_km - drawn_km
    share = np.divide(off_km, drawn_km, out=np.full(len(edges), np.inf), where=drawn_km > 0)
    wrong = (np.abs(share) > LENGTH_DIFFERENCE) & (np.abs(off_km) > _ROUNDING_KM)
    return edges.assign(drawn_km=drawn_km, difference=share)[wrong]


def _parallel(edges: gpd.GeoDataFrame, ends: Integers) -> gpd.GeoDataFrame:
    keys = ["low", "high", "mode", "gauge_mm"]
    sorted_edges = (
        edges[["mode", "length_km", "edge_id"]]
        .assign(low=ends.min(axis=1), high=ends.max(axis=1), gauge_mm=edges["gauge_mm"].fillna(0))
        .sort_values([*keys, "length_km"], kind="stable")
    )
    previous = sorted_edges.shift(1)
    longer_km = sorted_edges["length_km"] - previous["length_km"]
    repeated = (sorted_edges[keys] == previous[keys]).all(axis=1)
    repeated &= longer_km <= _SAME_LENGTH * sorted_edges["length_km"]
    same_as = previous.loc[repeated, "edge_id"].astype(TEXT)
    return edges.loc[same_as.index].assign(same_as=same_as).sort_index()


def _crossings(edges: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    lines, mode = edges.geometry.to_numpy(), edges["mode"].to_numpy()
    one, other = shapely.STRtree(lines).query(lines, predicate="crosses")
    kept = (one < other) & (mode[one] == mode[other])
    one, other = one[kept], other[kept]
    places = shapely.point_on_surface(shapely.intersection(lines[one], lines[other]))
    ids = edges["edge_id"].array
    return gpd.GeoDataFrame(
        {"edge_id": ids[one], "other_edge": ids[other]}, geometry=places, crs=WGS84
    )
