"""A transport network as a value: nodes, the edges between them, and where they come from."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any, Final, SupportsIndex

import geopandas as gpd
import numpy as np
import pandas as pd

from minmap.arguments import require_kind, require_number
from minmap.transport.corridors import Corridor
from minmap.transport.corridors.leg_table import mappings_of
from minmap.transport.network.bridges import bridges
from minmap.transport.network.construction import (
    JOIN_WITHIN_M,
    tables_from_corridors,
    tables_from_lines,
)
from minmap.transport.network.doctor import Doctor, examine
from minmap.transport.network.edge_table import conform_edges, conform_joins, conform_nodes, ends_of
from minmap.transport.network.gaps import components_of
from minmap.transport.network.union import joined_tables
from minmap.types import Integers

_SHOWN: Final = 12


@dataclass(frozen=True, init=False, repr=False, eq=False)
class Network:
    """Nodes and the edges between them, of any modes. Nothing about it can be changed.

    `nodes`, `edges`, `sources` and `joins` hand out copies: change those as you like, the network
    stays as it is. Edges can be used both ways.

    Parameters
    ----------
    nodes
        GeoDataFrame of Points in any CRS. Columns:

        - ``node_id``: unique and stable
        - ``name``: missing where there is none
        - ``kind``: port, border crossing, dry port, break of gauge, junction or station; track
          for a mere vertex
        - ``country``: ISO 3166-1 alpha-3, missing where it is not known
        - ``gate``: whether freight can be loaded here

        ``node_id`` and ``kind`` are needed. ``name`` and ``country`` are added as missing; where
        there is no column ``gate``, every node is one that is not a mere vertex.
    edges
        GeoDataFrame of LineStrings in any CRS, each drawn from `from_node` to `to_node`. Columns:

        - ``edge_id``: unique; ``from_node``, ``to_node``: ids of nodes
        - ``mode``: rail, road, sea or pipeline; ``gauge_mm``: track gauge, missing if not rail or
          not known; ``status``: operating, under construction or planned
        - ``length_km``: length of the track, road or way in water, km, 0 or more; not that of
          the drawn line, which may be simplified
        - ``countries``: alpha-3, space-separated, from `from_node` to `to_node`; missing where
          they are not known
        - ``leg_id``: the leg of a corridor that the edge is a part of, missing if of none
        - ``bridged``: whether it only closes a gap of its source
        - ``source``

        ``edge_id``, ``from_node``, ``to_node``, ``mode``, ``status`` and ``length_km`` are needed;
        the others are added as missing, ``bridged`` as False.
    sources
        Mappings with ``title``, ``citation``, ``licence`` and ``url``.
    joins
        What was merged when the network was made: ``node_id``, ``joined_to``, ``distance_m``.
        None means nothing.

    Further columns are kept; rows keep their order and get a fresh index.

    Raises
    ------
    MinmapError
        If a needed column is absent, an id is missing or occurs twice, or a length is none.
    ChoiceError
        If a mode, status or kind is not one of those above, or an edge ends at no node.
    CRSError
        If nodes or edges have no CRS.
    GeometryError
        If a node is not one point, an edge not one line, or an edge is drawn the wrong way round.

    Examples
    --------
    >>> from shapely import LineString, Point
    >>> nodes = gpd.GeoDataFrame(
    ...     {"node_id": ["a", "b"], "kind": ["station", "track"]},
    ...     geometry=[Point(51, 43), Point(52, 43)],
    ...     crs=4326,
    ... )
    >>> edges = gpd.GeoDataFrame(
    ...     {"edge_id": ["a-b"], "from_node": ["a"], "to_node": ["b"], "mode": ["rail"],
    ...      "status": ["operating"], "length_km": [82.0]},
    ...     geometry=[LineString([(51, 43), (52, 43)])],
    ...     crs=4326,
    ... )
    >>> network = Network(nodes, edges)
    >>> network
    Network(2 nodes, 1 edges, 82 km)
    >>> network.nodes["gate"].tolist()
    [True, False]
    """

    _nodes: gpd.GeoDataFrame
    _edges: gpd.GeoDataFrame
    _sources: tuple[dict[str, str], ...]
    _joins: pd.DataFrame
    _ends: Integers

    def __init__(
        self,
        nodes: gpd.GeoDataFrame,
        edges: gpd.GeoDataFrame,
        *,
        sources: Iterable[Mapping[str, str]] = (),
        joins: pd.DataFrame | None = None,
    ) -> None:
        made_nodes, made_edges = conform_nodes(nodes), conform_edges(edges)
        ends = ends_of(made_nodes, made_edges)
        ends.setflags(write=False)
        values = {
            "_nodes": made_nodes,
            "_edges": made_edges,
            "_sources": tuple(mappings_of(sources, name="sources")),
            "_joins": conform_joins(joins),
            "_ends": ends,
        }
        for name, value in values.items():
            object.__setattr__(self, name, value)

    @classmethod
    def from_corridors(cls, corridors: Corridor | Iterable[Corridor]) -> Network:
        """Make a network of the legs and nodes of corridors.

        Parameters
        ----------
        corridors
            One or several. Legs of one id are one edge, nodes of one id one node. Every node of a
            corridor is a gate.

        Raises
        ------
        MinmapError
            If two corridors have a leg or node of one id that differs. The message names both.

        Examples
        --------
        >>> import minmap as mm
        >>> network = Network.from_corridors(mm.corridor("middle"))
        >>> network.edges["edge_id"].iloc[0], bool(network.nodes["gate"].all())
        ('altynkol-zhetygen', True)
        """
        cure = "give a minmap.Corridor, or a list of them"
        if not isinstance(corridors, Corridor | Iterable) or isinstance(corridors, str | bytes):
            require_kind(corridors, Corridor, name="corridors", cure=cure)
        given = [corridors] if isinstance(corridors, Corridor) else [*corridors]
        for number, corridor in enumerate(given):
            require_kind(corridor, Corridor, name=f"corridors[{number}]", cure=cure)
        nodes, edges = tables_from_corridors(given)
        sources = [source for corridor in given for source in corridor.sources]
        return cls(nodes, edges, sources=_distinct(sources))

    @classmethod
    def from_lines(
        cls,
        lines: gpd.GeoDataFrame | str | os.PathLike[str],
        *,
        mode: str = "rail",
        gauge_mm: int | None = None,
        status: str = "operating",
        join_within_m: float = JOIN_WITHIN_M,
    ) -> Network:
        """Make a network of any layer of lines, such as railways or roads of your own.

        Parameters
        ----------
        lines
            GeoDataFrame of (Multi)LineStrings in any CRS, or the path of a vector file. The
            columns ``mode``, ``gauge_mm``, ``status``, ``length_km``, ``countries``, ``leg_id``,
            ``source`` and ``bridged`` are taken if they are there; others, such as ``name``, are
            kept as they are.
        mode, gauge_mm, status
            For lines that do not say; `gauge_mm` None means not known.
        join_within_m
            How far a dead end may lie from what it is joined to, metres. Ends of lines that lie
            within 1 cm of each other are one node in any case.

        Returns
        -------
        Network
            A line is an edge, or several: parts of a MultiLineString are edges of their own, and
            a line is split where a dead end is joined to its inside. ``edge_id`` is the label of
            the line's row, with a number behind where there are several. ``node_id`` is longitude
            and latitude. Every node is a gate, since lines do not say where freight is loaded.
            ``joins`` says what was joined and how far off it lay.

        Notes
        -----
        A dead end (an end that meets no other) is joined to the nearest end of another line
        or to the nearest place inside one, nearest pairs first. Ends that others meet are joined
        only to what nothing else connects them with, or to the inside of a line that they lie on.
        Two lines that pass or cross are not joined where neither ends: `doctor` lists them.
        Two ends that the antimeridian parts are joined, an end and the inside of a line are not.

        Where a line lacks ``length_km``, its length is measured on the ellipsoid as it is drawn;
        where it lacks ``countries``, they are those that it passes on land, in order
        (`minmap.places.country_of`); of a way over the sea, those at its ends. The columns
        ``edge_id``, ``from_node`` and ``to_node`` are made anew.

        Warns
        -----
        MinmapWarning
            If rows without a line are left out.

        Raises
        ------
        FileError
            If the file cannot be read.
        CRSError
            If the lines have no CRS.
        GeometryError
            If there are other shapes than lines.
        ChoiceError
            If a mode or status is not known.

        Examples
        --------
        >>> from shapely import LineString
        >>> tracks = gpd.GeoDataFrame(
        ...     {"name": ["main", "branch"]},
        ...     geometry=[
        ...         LineString([(70, 45), (71, 45)]),
        ...         LineString([(70.5, 45.0001), (70.5, 46)]),
        ...     ],
        ...     crs=4326,
        ... )
        >>> network = Network.from_lines(tracks, gauge_mm=1520)
        >>> network.edges[["edge_id", "name", "length_km"]].round(1)
          edge_id    name  length_km
        0     0.1    main       39.4
        1     0.2    main       39.4
        2       1  branch      111.1
        >>> network.joins["distance_m"].round(1).tolist()
        [11.1]
        """
        nodes, edges, joins = tables_from_lines(
            lines, mode=mode, gauge_mm=gauge_mm, status=status, join_within_m=join_within_m
        )
        return cls(nodes, edges, joins=joins)

    @classmethod
    def shipped(cls) -> Network:
        """Return the network that comes with the package.

        The railways of Central Asia and the Caucasus and what surrounds them, with the legs of
        the catalogue's corridors. Read once.
        """
        # shipped.py makes a Network, so it needs this module first; and few need its data.
        from minmap.transport.network.shipped import shipped_network  # noqa: PLC0415

        return shipped_network()

    def __reduce_ex__(self, protocol: SupportsIndex) -> Any:
        """Send the shipped network to another process by name: minmap is there too."""
        if self is Network.shipped():
            return Network.shipped, ()
        return super().__reduce_ex__(protocol)

    def joined(self, other: Network, *, within_km: float) -> Network:
        """Return the union of this network and another, joined where their nodes are near.

        Parameters
        ----------
        other
            The other network. A node of the same id is the same node. Of an edge that both have
            one is kept; one that differs under the same id gets a number behind its id.
        within_km
            Nodes of the two networks that lie within this distance become one, nearest pairs
            first, each with one at most; 0 joins what lies at the same place.

        Returns
        -------
        Network
            Of two nodes that become one, the one that is more than a mere vertex is kept, else
            this network's; the lines of the edges are drawn on to it and keep their
            ``length_km``. ``joins`` has a row for each, after those of both networks.

        Raises
        ------
        MinmapError
            If a node of the same id lies further off than `within_km`, or that is no distance.

        Examples
        --------
        >>> import minmap as mm
        >>> from shapely import LineString
        >>> branch = gpd.GeoDataFrame(
        ...     geometry=[LineString([(55.2, 45.32), (55.8, 46.0)])], crs=4326
        ... )
        >>> middle = Network.from_corridors(mm.corridor("middle"))
        >>> joined = middle.joined(Network.from_lines(branch), within_km=5)
        >>> joined.joins["joined_to"].tolist(), len(joined) - len(middle)
        (['beyneu'], 1)
        """
        require_kind(other, Network, name="other", cure="give a minmap.Network")
        nodes, edges, joins = joined_tables(
            (self._nodes, self._edges), (other._nodes, other._edges), within_km=within_km
        )
        return Network(
            nodes,
            edges,
            sources=_distinct([*self._sources, *other._sources]),
            joins=pd.concat([self._joins, other._joins, joins]),
        )

    def bridged(self, within_km: float) -> Network:
        """Return the network with its gaps closed by straight edges, up to a size.

        Two dead ends that are nearest to each other are connected, then every component to the
        nearest other, nearest first. What lies between, such as a river or the sea, is not looked
        at: look at the gaps (`doctor`) before.

        Parameters
        ----------
        within_km
            Gaps up to this size are closed.

        Returns
        -------
        Network
            With further edges: ``bridged`` True, ``source`` "minmap: bridged gap of N m"; mode,
            gauge and status are those of an edge that it meets, land before sea.

        Raises
        ------
        MinmapError
            If `within_km` is no distance.

        Examples
        --------
        >>> from shapely import LineString
        >>> tracks = gpd.GeoDataFrame(
        ...     geometry=[LineString([(70, 45), (71, 45)]), LineString([(71.01, 45), (72, 45)])],
        ...     crs=4326,
        ... )
        >>> mended = Network.from_lines(tracks).bridged(within_km=1)
        >>> mended.edges.loc[mended.edges["bridged"], "source"].tolist()
        ['minmap: bridged gap of 788 m']
        """
        added = bridges(self._nodes, self._edges, self._ends, within_km=within_km)
        edges = pd.concat([self._edges, added]) if len(added) else self._edges
        return Network(self._nodes, edges, sources=self._sources, joins=self._joins)

    def doctor(self, *, gaps_within_km: float = 2.0) -> Doctor:
        """Look for what keeps a network from being whole.

        Parameters
        ----------
        gaps_within_km
            Gaps up to this size are listed: those that ``bridged`` of the same size would close.

        Examples
        --------
        >>> import minmap as mm
        >>> found = Network.from_corridors(mm.corridor("middle")).doctor()
        >>> len(found.components), len(found.gaps)
        (1, 0)
        """
        gaps_within_km = require_number(
            gaps_within_km, name="gaps_within_km", like=2, least=0, unit="km"
        )
        return examine(self._nodes, self._edges, self._ends, gaps_within_km=gaps_within_km)

    @property
    def nodes(self) -> gpd.GeoDataFrame:
        """The nodes, EPSG:4326: a copy."""
        return self._nodes.copy()

    @property
    def edges(self) -> gpd.GeoDataFrame:
        """The edges, EPSG:4326: a copy."""
        return self._edges.copy()

    @property
    def ends(self) -> Integers:
        """Positions in `nodes` of the two ends of each edge: shape (m, 2), not to be written to."""
        return self._ends

    @property
    def sources(self) -> tuple[dict[str, str], ...]:
        """Where the data comes from: mappings with title, citation, licence and url (copies)."""
        return tuple(dict(source) for source in self._sources)

    @property
    def joins(self) -> pd.DataFrame:
        """What was merged (a copy): ``node_id`` into ``joined_to``, ``distance_m`` apart."""
        return self._joins.copy()

    def lengths(self) -> pd.DataFrame:
        """Sum lengths up.

        Returns
        -------
        pandas.DataFrame
            One row for each ``mode``, ``gauge_mm``, ``status`` and ``countries``: ``edges`` (how
            many) and ``length_km``, the longest first. An edge that crosses a border counts
            under all its countries together, such as ``KAZ UZB``.
        """
        by = ["mode", "gauge_mm", "status", "countries"]
        groups = self._edges.groupby(by, dropna=False, sort=True, observed=True)["length_km"]
        table = groups.agg(["count", "sum"]).reset_index()
        table = table.rename(columns={"count": "edges", "sum": "length_km"})
        return pd.DataFrame(
            table.sort_values("length_km", ascending=False, kind="stable", ignore_index=True)
        )

    def __len__(self) -> int:
        """Return the number of edges."""
        return len(self._edges)

    def __repr__(self) -> str:
        km = self._edges["length_km"].sum()
        return f"Network({len(self._nodes):,} nodes, {len(self):,} edges, {km:,.0f} km)"

    @property
    def __geo_interface__(self) -> dict[str, Any]:
        """A GeoJSON FeatureCollection: the edges, then the nodes."""
        features = [
            feature
            for frame in (self._edges, self._nodes)
            for feature in frame.iterfeatures(na="null", drop_id=True)
        ]
        return {"type": "FeatureCollection", "features": features}

    def _repr_html_(self) -> str:
        """Show lengths, components, joins and sources in a notebook; no text is taken for HTML."""
        table = self.lengths().head(_SHOWN)
        table["length_km"] = table["length_km"].map("{:,.1f}".format)
        shown = {"gauge_mm": "gauge, mm", "length_km": "length, km"}
        body = table.rename(columns=shown).to_html(escape=True, index=False, na_rep="", border=0)
        components = len(np.unique(components_of(self._ends, len(self._nodes))))
        bridged_km = self._edges.loc[self._edges["bridged"], "length_km"].sum()
        said = [
            f"{components} components",
            f"{self._nodes['gate'].sum():,} gates",
            f"{len(self._joins):,} joins, the widest of {self._joins['distance_m'].max():,.0f} m"
            if len(self._joins)
            else "no joins",
            f"{bridged_km:,.1f} km bridged",
        ]
        cited = "; ".join(str(source.get("citation", "")) for source in self._sources)
        return (
            f"<div><p><b>{escape(repr(self))}</b></p>{body}"
            f"<p>{', '.join(said)}. {escape(cited)}</p></div>"
        )


def _distinct(sources: Iterable[Mapping[str, str]]) -> list[Mapping[str, str]]:
    kept: list[Mapping[str, str]] = []
    for source in sources:
        if source not in kept:
            kept.append(source)
    return kept
