"""A transport network: nodes, the edges between them, and their sources."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, SupportsIndex

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from minmap.arguments import check_keywords, require_kind, require_number
from minmap.transport.network import edge_table
from minmap.transport.network.diagnosis import Diagnosis, diagnose
from minmap.transport.network.gaps import bridges
from minmap.transport.network.shipped import SOURCES, shipped_tables
from minmap.transport.network.union import joined_tables
from minmap.transport.trade_corridors import Corridor
from minmap.transport.trade_corridors.citations import Sources, source_list
from minmap.transport.trade_corridors.clusters import components_of
from minmap.transport.trade_corridors.feature_table import features_of, positions_of_ends
from minmap.transport.trade_corridors.leg_table import km_by_mode
from minmap.transport.trade_corridors.line_layer import JOIN_WITHIN_M
from minmap.transport.trade_corridors.notebook_html import counted, summary_html
from minmap.types import Floats, Integers


@dataclass(frozen=True, init=False, repr=False, eq=False)
class Network:
    """Nodes and the edges between them, of any modes. It is immutable.

    `nodes`, `edges`, `sources` and `joins` return copies, which you may change without changing
    the network. Edges can be used in both directions.

    Parameters
    ----------
    nodes
        GeoDataFrame of Points in any CRS. Columns:

        - ``node_id``: unique and stable
        - ``name``: missing where there is none
        - ``kind``: port, border crossing, dry port, break of gauge, junction or station; track
          for a node that is only a vertex
        - ``country``: ISO 3166-1 alpha-3, missing where it is not known
        - ``gate``: whether freight can be loaded here

        ``node_id`` and ``kind`` are needed. ``name`` and ``country`` are added as missing. Without
        a column ``gate``, every node but those of the kind track is a gate.
    edges
        GeoDataFrame of LineStrings in any CRS, each drawn from `from_node` to `to_node`. Columns:

        - ``edge_id``: unique; ``from_node``, ``to_node``: ids of nodes
        - ``mode``: rail, road or sea; ``gauge_mm``: track gauge, missing if not rail or
          not known; ``status``: operating, under construction or planned
        - ``length_km``: length of the track, road or sea route, km, 0 or more; not that of
          the drawn line, which may be simplified
        - ``countries``: alpha-3, space-separated, from `from_node` to `to_node`; missing where
          they are not known
        - ``leg_id``: the leg of a corridor that the edge is a part of, if there is one
        - ``road_class``: motorway, trunk, primary, secondary or tertiary; missing if not road
        - ``bridged``: whether the edge only closes a gap of its source; ``estimated``: whether its
          length is an estimate; ``chord``: whether its line is straight though the road is not
        - ``source``

        ``edge_id``, ``from_node``, ``to_node``, ``mode``, ``status`` and ``length_km`` are needed;
        the others are added as missing, ``bridged``, ``estimated`` and ``chord`` as
        False.
    sources
        Mappings with ``title``, ``citation``, ``licence`` and ``url``.
    joins
        Nodes that were merged when the network was made: ``node_id``, ``joined_to``,
        ``distance_m``. None means that there were none.

    Additional columns are kept. Rows keep their order and get a fresh index.

    Raises
    ------
    MinmapError
        If a needed column is absent, an id is missing or occurs twice, a value does not have the
        type of its column, or a length is missing or negative.
    ChoiceError
        If a mode, status or kind is not one of those above, or an edge ends at an unknown node.
    CRSError
        If nodes or edges have no CRS.
    GeometryError
        If a node is not a single point, an edge not a single line, or an edge is drawn from its
        `to_node` to its `from_node`.

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
    Network(2 nodes, 1 edge, rail 82 km)
    >>> network.nodes["gate"].tolist()
    [True, False]
    """

    _nodes: gpd.GeoDataFrame
    _edges: gpd.GeoDataFrame
    _sources: Sources
    _joins: pd.DataFrame
    _ends: Integers

    @check_keywords
    def __init__(
        self,
        nodes: gpd.GeoDataFrame,
        edges: gpd.GeoDataFrame,
        *,
        sources: Iterable[Mapping[str, str]] = (),
        joins: pd.DataFrame | None = None,
    ) -> None:
        nodes, edges = edge_table.conform_nodes(nodes), edge_table.conform_edges(edges)
        self._set(nodes, edges, positions_of_ends(nodes, edges), sources, joins)

    def _set(
        self,
        nodes: gpd.GeoDataFrame,
        edges: gpd.GeoDataFrame,
        ends: Integers,
        sources: Iterable[Mapping[str, str]],
        joins: pd.DataFrame | None,
    ) -> None:
        ends.setflags(write=False)
        # The class is frozen: attributes are set past it.
        vars(self).update(
            _nodes=nodes,
            _edges=edges,
            _sources=source_list(sources),
            _joins=edge_table.conform_joins(joins),
            _ends=ends,
        )

    @classmethod
    @check_keywords
    def from_corridors(cls, corridors: Corridor | Iterable[Corridor]) -> Network:
        """Make a network from the legs and nodes of corridors.

        Parameters
        ----------
        corridors
            One or several. Legs with the same id become one edge, nodes with the same id one
            node. Every node of a corridor is a gate.

        Raises
        ------
        MinmapError
            If two corridors have a different leg or node of the same id. The message names both.

        Examples
        --------
        >>> import minmap as mm
        >>> network = Network.from_corridors(mm.corridor("middle"))
        >>> network.edges["edge_id"].iloc[0], bool(network.nodes["gate"].all())
        ('altynkol-zhetygen', True)
        """
        cure = "give a minmap.Corridor, or a list of corridors"
        if not isinstance(corridors, Corridor | Iterable) or isinstance(corridors, str | bytes):
            require_kind(corridors, Corridor, name="corridors", cure=cure)
        given = [corridors] if isinstance(corridors, Corridor) else [*corridors]
        for number, corridor in enumerate(given):
            require_kind(corridor, Corridor, name=f"corridors[{number}]", cure=cure)
        nodes, edges = edge_table.nodes_and_edges(given)
        sources = [source for corridor in given for source in corridor.sources]
        return cls(nodes, edges, sources=sources)

    @classmethod
    @check_keywords
    def from_lines(
        cls,
        lines: gpd.GeoDataFrame | str | os.PathLike[str],
        *,
        mode: str = "rail",
        gauge_mm: int | None = None,
        status: str = "operating",
        join_within_m: float = JOIN_WITHIN_M,
        layer: str | None = None,
        crs: Any = None,
    ) -> Network:
        """Make a network from any layer of lines, such as railways or roads of your own.

        Parameters
        ----------
        lines
            GeoDataFrame of (Multi)LineStrings in any CRS, or the path of a vector file. The
            columns ``mode``, ``gauge_mm``, ``status``, ``length_km``, ``countries``, ``leg_id``,
            ``source`` and ``bridged`` are used if they exist. Other columns, such as
            ``name``, are kept.
        mode, gauge_mm, status
            Values for lines that have none in a column of that name. `gauge_mm` None means unknown.
        join_within_m
            Largest distance between a dead end and the line that it is joined to, metres. Ends of
            lines within 1 cm of each other are one node in any case.
        layer
            Name of the layer in a file with several.
        crs
            Coordinate reference system of a file or table without one, as in `Map.add`.

        Returns
        -------
        Network
            A line becomes an edge, or several: parts of a MultiLineString are separate edges, and
            a line is split where a dead end is joined to its inside. ``edge_id`` is the label of
            the line's row, with a number appended where there are several. ``node_id`` is
            longitude and latitude. Every node is a gate, because lines do not state where freight
            is loaded. ``joins`` lists the ends that were joined, with their distances.

        Notes
        -----
        A dead end (an end that meets no other) is joined to the nearest end of another line or to
        the nearest place inside one, nearest pairs first. An end that meets other ends is joined
        to a line only if no other path connects them, or to the inside of a line on which it lies.
        Two lines that pass or cross are not joined unless one ends there: `doctor` lists them.
        Ends are joined across the antimeridian, but not an end and the inside of a line.

        Where a line lacks ``length_km``, its drawn length is measured on the ellipsoid. Where it
        lacks ``countries``, they are those of its ends and those in which it stays for longer than
        the error of the map (`minmap.places.map_error_km`), each once, in order; for a sea route,
        those of its ends. The columns ``edge_id``, ``from_node`` and ``to_node`` are replaced.

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
            If there are shapes other than lines.
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
        nodes, edges, joins = edge_table.nodes_edges_and_joins(
            lines,
            {"mode": mode, "gauge_mm": gauge_mm, "status": status},
            join_within_m,
            {"layer": layer, "crs": crs},
        )
        return cls(nodes, edges, joins=joins)

    @staticmethod
    @cache
    def shipped() -> Network:
        """Return the network that is shipped with the package; it is read once.

        Returns
        -------
        Network
            The railways and roads of Central Asia and the Caucasus and of their surroundings (24 to
            92 E, 34.5 to 57 N), and every leg of the catalogue's corridors by rail and sea, those
            under construction and planned too. The roads are of August 2021. Nodes of the catalogue
            keep their ids, other stations are ``osm:`` and their number in OpenStreetMap, vertices
            ``track:`` and a number. Every track that is part of a leg of the catalogue has its
            ``leg_id``. Nodes of roads are ``road:`` and a number, border crossings of roads
            ``crossing:`` and the id of `minmap.crossings`. Lengths are those of the tracks; the
            drawn lines are simplified to 200 m.
        """
        nodes, edges = shipped_tables()
        index = pd.Index(nodes["node_id"])
        ends = [index.get_indexer(edges[column]) for column in ("from_node", "to_node")]
        network = object.__new__(Network)
        # The tables are right as they are built, and checking them would take as long as all else.
        network._set(nodes, edges, np.column_stack(ends), SOURCES, None)
        return network

    def __reduce_ex__(self, protocol: SupportsIndex) -> Any:
        """Pickle the shipped network by name: another process can load it from its package."""
        if self is Network.shipped():
            return Network.shipped, ()
        return super().__reduce_ex__(protocol)

    @check_keywords
    def joined(self, other: Network, *, within_km: float) -> Network:
        """Return the union of this network and another, joined where their nodes are near.

        Parameters
        ----------
        other
            The other network. A node of the same id is the same node. An edge that both have is
            kept once; a different edge of the same id gets a number appended to its id.
        within_km
            Nodes of the two networks within this distance become one, nearest pairs first, each
            with at most one other; 0 joins nodes at the same place.

        Returns
        -------
        Network
            If only one of two joined nodes is of the kind track, the other one is kept, else the
            node of this network. The lines of edges are extended to it and keep their
            ``length_km``. ``joins`` has a row for each, after those of both networks.

        Raises
        ------
        MinmapError
            If a node of the same id lies further away than `within_km`, or `within_km` is not a
            distance.

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
            sources=[*self._sources, *other._sources],
            joins=pd.concat([self._joins, other._joins, joins]),
        )

    @check_keywords
    def bridged(self, *, within_km: float) -> Network:
        """Return the network with its gaps up to a size closed by straight edges.

        Nearest pairs of dead ends are connected first, then every component to the nearest other.
        Rivers and seas are not taken into account: check the gaps (`doctor`) before.

        Parameters
        ----------
        within_km
            Gaps up to this size are closed.

        Returns
        -------
        Network
            The network with additional edges: ``bridged`` True, ``source`` "minmap: bridged gap
            of N m"; mode, gauge, status and class of road of an edge that they meet, land before
            sea.

        Raises
        ------
        MinmapError
            If `within_km` is not a distance.

        Examples
        --------
        >>> from shapely import LineString
        >>> tracks = gpd.GeoDataFrame(
        ...     geometry=[LineString([(70, 45), (71, 45)]), LineString([(71.01, 45), (72, 45)])],
        ...     crs=4326,
        ... )
        >>> edges = Network.from_lines(tracks).bridged(within_km=1).edges
        >>> edges.loc[edges["bridged"], "source"].tolist()
        ['minmap: bridged gap of 788 m']
        """
        added = bridges(self._nodes, self._edges, self._ends, within_km=within_km)
        edges = pd.concat([self._edges, added]) if len(added) else self._edges
        return Network(self._nodes, edges, sources=self._sources, joins=self._joins)

    @check_keywords
    def doctor(self, *, gaps_within_km: float = 2.0) -> Diagnosis:
        """Look for gaps, separate components, doubtful lengths and missing nodes.

        Parameters
        ----------
        gaps_within_km
            Gaps up to this size are listed: those that `bridged` with the same size closes.

        Returns
        -------
        minmap.transport.network.Diagnosis
            A table for each kind of finding; `Diagnosis.counts` and `Diagnosis.layers` sum up.

        Raises
        ------
        MinmapError
            If `gaps_within_km` is not a distance.

        Examples
        --------
        >>> import minmap as mm
        >>> diagnosis = Network.from_corridors(mm.corridor("middle")).doctor()
        >>> len(diagnosis.components), len(diagnosis.gaps)
        (1, 0)
        """
        gaps_within_km = require_number(
            gaps_within_km, name="gaps_within_km", like=2, least=0, unit="km"
        )
        return diagnose(self._nodes, self._edges, self._ends, gaps_within_km=gaps_within_km)

    @property
    def nodes(self) -> gpd.GeoDataFrame:
        """The nodes, EPSG:4326: a copy."""
        return self._nodes.copy()

    @property
    def edges(self) -> gpd.GeoDataFrame:
        """The edges, EPSG:4326: a copy."""
        return self._edges.copy()

    @cached_property
    def lonlat(self) -> Floats:
        """Longitude and latitude of the nodes, degrees: shape (n, 2), read-only."""
        lonlat = shapely.get_coordinates(self._nodes.geometry.to_numpy())
        lonlat.setflags(write=False)
        return lonlat

    @property
    def ends(self) -> Integers:
        """Positions in `nodes` of the two ends of each edge: shape (m, 2), read-only."""
        return self._ends

    @property
    def sources(self) -> tuple[dict[str, str], ...]:
        """The sources of the data: mappings with title, citation, licence and url (copies)."""
        return tuple(dict(source) for source in self._sources)

    @property
    def joins(self) -> pd.DataFrame:
        """Nodes that were merged (a copy): ``node_id`` into ``joined_to``, at ``distance_m``."""
        return self._joins.copy()

    def lengths(self) -> pd.DataFrame:
        """Sum the length of the edges by mode, gauge, status and countries.

        Returns
        -------
        pandas.DataFrame
            One row for each ``mode``, ``gauge_mm``, ``status`` and ``countries``: number of
            ``edges`` and ``length_km``, the longest first. An edge that crosses a border counts
            for its countries together, such as ``KAZ UZB``.
        """
        by = ["mode", "gauge_mm", "status", "countries"]
        groups = self._edges.groupby(by, dropna=False, sort=True, observed=True)["length_km"]
        table = groups.agg(edges="count", length_km="sum").reset_index()
        return pd.DataFrame(
            table.sort_values("length_km", ascending=False, kind="stable", ignore_index=True)
        )

    def __len__(self) -> int:
        """Return the number of edges."""
        return len(self._edges)

    def __repr__(self) -> str:
        counts = f"{counted(len(self._nodes), 'node')}, {counted(len(self), 'edge')}"
        return f"Network({counts}, {km_by_mode(self._edges)})"

    @property
    def __geo_interface__(self) -> dict[str, Any]:
        """The network as a GeoJSON FeatureCollection: edges, then nodes."""
        return {"type": "FeatureCollection", "features": features_of(self._edges, self._nodes)}

    def _repr_html_(self) -> str:
        """Show lengths, components, joins and sources in a notebook. Texts are escaped."""
        titles = {"gauge_mm": "gauge, mm", "length_km": "length, km"}
        joins, bridged = self._joins, self._edges["bridged"]
        widest = f"{len(joins):,} joins, the widest of {joins['distance_m'].max():,.0f} m"
        facts = [
            f"{len(np.unique(components_of(self._ends, len(self._nodes))))} components",
            f"{self._nodes['gate'].sum():,} gates",
            widest if len(joins) else "no joins",
            f"{self._edges.loc[bridged, 'length_km'].sum():,.1f} km bridged",
        ]
        lengths = self.lengths().rename(columns=titles)
        return summary_html(repr(self), {"": lengths}, facts=facts, sources=self._sources)


def given_network(network: Network | None) -> Network:
    """Return the network of an argument ``network``; None means the shipped one."""
    network = Network.shipped() if network is None else network
    return require_kind(
        network, Network, name="network", cure="give a minmap.Network, or leave it out"
    )
