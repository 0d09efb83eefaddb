"""A transport corridor: its legs, its nodes and their sources."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from minmap.arguments import check_keywords, require_one_of, require_path, require_text
from minmap.errors import FileError, MinmapError
from minmap.transport.trade_corridors import corridor_file, line_layer
from minmap.transport.trade_corridors.citations import Sources, source_list
from minmap.transport.trade_corridors.countries_passed import split_by_country
from minmap.transport.trade_corridors.feature_table import features_of
from minmap.transport.trade_corridors.leg_table import MODES, conform_legs_and_nodes, km_by_mode
from minmap.transport.trade_corridors.notebook_html import corridor_html, counted
from minmap.transport.trade_corridors.variants import Variant, table_of, variants_of
from minmap.transport.trade_corridors.waypoints import Waypoint, legs_between


@dataclass(frozen=True, init=False, repr=False, eq=False)
class Corridor:
    """Legs and nodes of a transport corridor. It is immutable.

    `legs`, `nodes`, `variants` and `sources` return copies, which you may change without changing
    the corridor. Two corridors are equal if all of their tables and texts are equal.

    Make a corridor of your own from a layer of lines (`from_lines`), from waypoints
    (`from_waypoints`), from a file that `save` wrote (`from_file`), or from tables:

    Parameters
    ----------
    id
        Short name, such as ``"middle"``.
    title
        Title on maps and in tables.
    legs
        GeoDataFrame of LineStrings in any CRS, each drawn from `from_node` to `to_node`. Columns:

        - ``leg_id``: unique and stable; ``from_node``, ``to_node``: ids of nodes
        - ``mode``: rail, road or sea; ``gauge_mm``: track gauge, missing if not rail
        - ``status``: operating, under construction or planned, since ``status_year`` where that
          is known, according to ``status_source`` (publisher and date)
        - ``length_km``: length of the track, road or sea route, from ``length_source``
        - ``drawn_km``: geodesic length of the drawn line (WGS84). A simplified line is shorter
          than its track, so ``s`` km along the line are ``s * length_km / drawn_km`` km of track
        - ``countries``: ISO 3166-1 alpha-3, space-separated, in the direction of the leg
        - ``geometry_kind``: track, water or schematic (a sketch where no track is known), from
          ``geometry_source``; ``bridged_km``: length that closes gaps of the source
        - ``published_km``: length according to an independent publisher, ``published_source``
        - ``note``

        ``leg_id``, ``from_node``, ``to_node``, ``mode``, ``status``, ``length_km``, ``drawn_km``
        and ``countries`` are needed; the others are added as missing. Additional columns are
        kept as text, whole numbers, numbers or Booleans.
    nodes
        GeoDataFrame of Points in any CRS. ``node_id``, ``name``, ``kind`` (port, border crossing,
        dry port, break of gauge, junction or station) and ``country`` (alpha-3) are needed;
        ``source`` and ``source_id`` (the gazetteer and the number in it), ``snap_m`` (distance
        from the track of the source) and ``note`` are added as missing.
    description
        A sentence or two.
    sources
        Mappings with ``title``, ``citation``, ``licence`` and ``url``.
    variants
        Routes through the corridor: ``{name: {"title": text, "legs": [ids in the order of
        travel]}}``. A leg may be travelled against its direction. A route may have
        ``published_km``, the total that others publish, with ``published_source`` (who and when)
        and ``published_note`` (why it differs).

    Raises
    ------
    MinmapError
        If a needed column is absent, an id is missing or occurs twice, a value does not have the
        type of its column, a length is negative, or the legs of a variant do not join.
    ChoiceError
        If a mode, status or kind is not one of those above, a leg ends at an unknown node, or a
        variant has a leg that the corridor does not have.
    CRSError
        If legs or nodes have no CRS.
    GeometryError
        If a leg is not a single line or a node not a single point, if one lies beyond 180
        degrees of longitude or 90 of latitude, or a line is drawn against the direction of its
        leg.

    Examples
    --------
    >>> from shapely import LineString, Point
    >>> nodes = gpd.GeoDataFrame(
    ...     {"node_id": ["a", "b"], "name": ["A", "B"], "kind": "port", "country": ["KAZ", "AZE"]},
    ...     geometry=[Point(51, 43), Point(50, 40)],
    ...     crs=4326,
    ... )
    >>> legs = gpd.GeoDataFrame(
    ...     {"leg_id": ["a-b"], "from_node": ["a"], "to_node": ["b"], "mode": ["sea"],
    ...      "status": ["operating"], "length_km": [343.0], "drawn_km": [343.0],
    ...      "countries": ["KAZ AZE"]},
    ...     geometry=[LineString([(51, 43), (50, 40)])],
    ...     crs=4326,
    ... )
    >>> ferry = Corridor("ferry", title="A ferry", legs=legs, nodes=nodes)
    >>> ferry
    Corridor('ferry', 'A ferry': 1 leg, 2 nodes, sea 343 km; KAZ AZE)
    >>> mine = ferry.legs
    >>> mine["countries"] = "none"
    >>> ferry.countries
    ('KAZ', 'AZE')
    """

    id: str
    title: str
    description: str
    _legs: gpd.GeoDataFrame
    _nodes: gpd.GeoDataFrame
    _sources: Sources
    _variants: tuple[Variant, ...]

    @check_keywords
    def __init__(
        self,
        id: str,  # noqa: A002
        *,
        title: str,
        legs: gpd.GeoDataFrame,
        nodes: gpd.GeoDataFrame,
        description: str = "",
        sources: Iterable[Mapping[str, str]] = (),
        variants: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> None:
        require_text(id, name="id", like="middle")
        require_text(title, name="title", like="Middle Corridor")
        require_text(description, name="description", like="From China to Europe.")
        legs, nodes = conform_legs_and_nodes(legs, nodes)
        # The class is frozen: attributes are set past it.
        vars(self).update(
            id=id,
            title=title,
            description=description,
            _legs=legs,
            _nodes=nodes,
            _sources=source_list(sources),
            _variants=variants_of({} if variants is None else variants, legs),
        )

    @classmethod
    @check_keywords
    def from_lines(
        cls,
        lines: gpd.GeoDataFrame | str | os.PathLike[str],
        *,
        id: str | None = None,  # noqa: A002
        title: str | None = None,
        mode: str = "rail",
        gauge_mm: int | None = None,
        status: str = "operating",
        join_within_m: float = line_layer.JOIN_WITHIN_M,
        description: str = "",
        sources: Iterable[Mapping[str, str]] = (),
        layer: str | None = None,
        crs: Any = None,
    ) -> Corridor:
        """Make a corridor from a layer of lines, such as a shapefile of railways.

        Parameters
        ----------
        lines
            GeoDataFrame of lines in any CRS, or the path of a vector file. Every line is a leg;
            parts of a multi-line that do not touch become separate legs. Columns with the names
            of `Corridor`'s leg columns are used as such (``from_node`` and ``to_node`` if no row
            lacks them); ``drawn_km`` is always measured; others are kept. Modes and statuses may
            be in capitals.
        id, title
            None means the name of the layer or of the file without its ending, ``"lines"`` for a
            GeoDataFrame.
        mode, gauge_mm, status
            Values for lines that have no value in a column of that name.
        join_within_m
            Ends of lines within this distance of one another become one node, metres. The lines
            are not moved: ``snap_m`` of the node gives the distance between the ends.
        description, sources
            As for `Corridor`.
        layer
            Name of the layer in a file with several.
        crs
            Coordinate reference system of a file or table without one, as in `Map.add`.

        Returns
        -------
        Corridor
            Lengths are measured on the WGS84 ellipsoid unless there is a column ``length_km``.
            Countries are looked up along the lines (`minmap.places`) unless there is a column
            ``countries``. The kinds of nodes are assumed from the legs that meet, which their
            ``note`` records.

        Warns
        -----
        MinmapWarning
            If lines without geometry or length are left out.

        Raises
        ------
        FileError, CRSError
            If the file cannot be read, or the lines have no CRS.
        GeometryError
            If there are geometries other than lines.
        ChoiceError, MinmapError
            If a column has a value that `Corridor` does not take.

        Examples
        --------
        >>> from shapely import LineString
        >>> railway = gpd.GeoDataFrame(geometry=[LineString([(75, 43.5), (75, 42.5)])], crs=4326)
        >>> mine = Corridor.from_lines(railway, id="mine", gauge_mm=1520)
        >>> mine
        Corridor('mine', 'mine': 1 leg, 2 nodes, rail 111 km; KAZ KGZ)
        >>> mine.countries
        ('KAZ', 'KGZ')
        """
        legs, nodes, name = line_layer.legs_and_nodes(
            lines,
            {"mode": mode, "gauge_mm": gauge_mm, "status": status},
            join_within_m,
            {"layer": layer, "crs": crs},
        )
        return cls(
            name if id is None else id,
            title=next(text for text in (title, id, name) if text is not None),
            legs=legs,
            nodes=nodes,
            description=description,
            sources=sources,
        )

    @classmethod
    @check_keywords
    def from_waypoints(
        cls,
        waypoints: gpd.GeoDataFrame | Iterable[Waypoint],
        *,
        id: str,  # noqa: A002
        title: str | None = None,
        mode: str | Sequence[str] = "rail",
        gauge_mm: int | Sequence[int | None] | None = None,
        status: str | Sequence[str] = "operating",
        description: str = "",
        sources: Iterable[Mapping[str, str]] = (),
    ) -> Corridor:
        """Make a corridor from waypoints, with a geodesic from each to the next.

        Parameters
        ----------
        waypoints
            List of ``(name, longitude, latitude)``, or a GeoDataFrame of points in any CRS with a
            column ``name``; columns with the names of `Corridor`'s node columns are used as such.
        id
            Short name.
        title
            None means the id.
        mode, gauge_mm, status
            One value for all legs, or a list with one for each of the n - 1 legs.
        description, sources
            As for `Corridor`.

        Returns
        -------
        Corridor
            Its legs are schematic, which tables and maps show: real track is longer. Countries
            are looked up along the lines (`minmap.places`). Kinds of nodes that are not given are
            assumed from the legs that meet, which their ``note`` records.

        Raises
        ------
        GeometryError
            If a waypoint is not on Earth.
        ChoiceError, MinmapError, CRSError
            If there are fewer than two waypoints, or `Corridor` does not take a value.

        Examples
        --------
        >>> ports = [("Aktau", 51.2, 43.6), ("Alat", 49.4, 39.9), ("Poti", 41.7, 42.1)]
        >>> mine = Corridor.from_waypoints(ports, id="mine", mode=["sea", "rail"])
        >>> mine.legs[["leg_id", "mode", "countries", "geometry_kind"]].values.tolist()
        [['aktau-alat', 'sea', 'KAZ AZE', 'schematic'],
         ['alat-poti', 'rail', 'AZE ARM GEO', 'schematic']]
        """
        legs, nodes = legs_between(waypoints, mode=mode, gauge_mm=gauge_mm, status=status)
        return cls(
            id,
            title=id if title is None else title,
            legs=legs,
            nodes=nodes,
            description=description,
            sources=sources,
        )

    @classmethod
    @check_keywords
    def from_file(cls, path: str | os.PathLike[str]) -> Corridor:
        """Read a corridor from a GeoJSON file in the form that `save` writes.

        Parameters
        ----------
        path
            A GeoJSON FeatureCollection (RFC 7946) of legs, with a property ``leg_id``, and nodes,
            with ``node_id``, and a member ``corridor`` with ``id``, ``title``, ``description``,
            ``variants`` and ``sources``.

        Raises
        ------
        FileError
            If there is no such file or it has another form. The message names the feature and
            the column.

        Examples
        --------
        >>> import tempfile
        >>> ports = [("Aktau", 51.2, 43.6), ("Alat", 49.4, 39.9)]
        >>> ferry = Corridor.from_waypoints(ports, id="ferry", mode="sea")
        >>> Corridor.from_file(ferry.save(tempfile.mktemp(".geojson"))) == ferry
        True
        """
        parts = corridor_file.read(require_path(path, name="path"))
        try:
            return cls(**parts)
        except MinmapError as error:
            raise FileError(f"{path}: {error}") from error

    @check_keywords
    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the corridor as a GeoJSON file that `from_file` reads.

        Parameters
        ----------
        path
            The file. An existing file is replaced in one step.

        Returns
        -------
        pathlib.Path
            The file.

        Raises
        ------
        FileError
            If it cannot be written.
        """
        return corridor_file.write(self.__geo_interface__, path)

    @property
    def legs(self) -> gpd.GeoDataFrame:
        """The legs, EPSG:4326: a copy."""
        return self._legs.copy()

    @property
    def nodes(self) -> gpd.GeoDataFrame:
        """The nodes, EPSG:4326: a copy."""
        return self._nodes.copy()

    @property
    def sources(self) -> tuple[dict[str, str], ...]:
        """The sources of the data: mappings with title, citation, licence and url (copies)."""
        return tuple(dict(source) for source in self._sources)

    @property
    def countries(self) -> tuple[str, ...]:
        """ISO 3166-1 alpha-3 codes of the countries passed, in the order of the legs."""
        return tuple(dict.fromkeys(" ".join(self._legs["countries"].dropna()).split()))

    @property
    def variants(self) -> pd.DataFrame:
        """The named routes through the corridor, one row each, in the order given.

        Columns: ``variant`` (name), ``title``, ``from_node``, ``to_node``, ``legs`` (number),
        ``length_km``, ``countries`` (alpha-3, space-separated, in the order of travel), and the
        total that others publish: ``published_km``, ``published_source`` (who and when) and
        ``published_note`` (why it differs), missing where none is known.
        """
        return table_of(self._variants)

    @check_keywords
    def variant(self, name: str) -> Corridor:
        """Return a variant as a corridor.

        Parameters
        ----------
        name
            One of `variants`.

        Returns
        -------
        Corridor
            The legs, with their directions unchanged, and their nodes, both in the order of
            travel. The id is that of this corridor and the variant's name, joined by a hyphen.

        Raises
        ------
        ChoiceError
            If there is no such variant. The message lists them.
        """
        known = {variant.name: variant for variant in self._variants}
        chosen = known[require_one_of(name, known, name="variant")]
        # A leg or node that is passed twice is listed once.
        legs = self._legs.set_index("leg_id", drop=False).loc[list(dict.fromkeys(chosen.legs))]
        nodes = self._nodes.set_index("node_id", drop=False).loc[list(dict.fromkeys(chosen.nodes))]
        return Corridor(
            f"{self.id}-{name}",
            title=f"{self.title}: {chosen.title}",
            legs=legs,
            nodes=nodes,
            description=self.description,
            sources=self._sources,
        )

    @check_keywords
    def length_km(self, mode: str | None = None) -> float:
        """Return the total length of all legs. This is not the length of one route.

        Parameters
        ----------
        mode
            rail, road or sea; None counts all modes.

        Raises
        ------
        ChoiceError
            If `mode` is not one of them.
        """
        lengths = self._legs["length_km"]
        if mode is not None:
            lengths = lengths[self._legs["mode"] == require_one_of(mode, MODES, name="mode")]
        return float(lengths.sum())

    def length_by(self, *columns: str) -> pd.DataFrame:
        """Sum the length of the legs by mode, country, status or any other column.

        Parameters
        ----------
        *columns
            Columns of the legs, or ``"country"``: a leg of several countries is split where its
            drawn line crosses the border (looked up every 2 km in `minmap.places`) and scaled to
            its length. Without any column: ``"mode", "country"``.

        Returns
        -------
        pandas.DataFrame
            One row for each combination, in the order of the legs: the columns and
            ``length_km``. The country of a leg at sea is missing.

        Raises
        ------
        ChoiceError
            If the legs do not have such a column.

        Examples
        --------
        >>> towns = [("Shu", 73.76, 43.6), ("Bishkek", 74.6, 42.87), ("Balykchy", 76.19, 42.46)]
        >>> Corridor.from_waypoints(towns, id="mine").length_by().round()
           mode country  length_km
        0  rail     KAZ       58.0
        1  rail     KGZ      186.0
        """
        for column in columns:
            require_text(column, name="column", like="mode")
        wanted = list(dict.fromkeys(columns)) or ["mode", "country"]
        plain = pd.DataFrame(self._legs.drop(columns="geometry"))
        for column in wanted:
            require_one_of(column, [*plain.columns, "country"], name="column")
        if "country" in wanted:
            split = split_by_country(self._legs)
            plain = plain.iloc[split["row"]].reset_index(drop=True).assign(**split.iloc[:, 1:])
        # A second column, because the lengths may also be a column to group by.
        plain["sum_km"] = plain["length_km"]
        grouped = plain.groupby(wanted, sort=False, dropna=False, as_index=False)
        return grouped.agg(sum_km=("sum_km", "sum")).rename(columns={"sum_km": "length_km"})

    def __len__(self) -> int:
        """Return the number of legs."""
        return len(self._legs)

    def __eq__(self, other: object) -> bool:
        """Return whether another corridor has equal tables and texts."""
        if not isinstance(other, Corridor):
            return NotImplemented
        return (
            self._about() == other._about()
            and self._legs.equals(other._legs)
            and self._nodes.equals(other._nodes)
        )

    def __hash__(self) -> int:
        return hash((self.id, self.title, self.description, len(self)))

    def _about(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "title": self.title,
            "description": self.description,
            "variants": {v.name: v.about() for v in self._variants},
            "sources": list(self.sources),
        }

    def __repr__(self) -> str:
        counts = f"{counted(len(self), 'leg')}, {counted(len(self._nodes), 'node')}"
        km, countries = km_by_mode(self._legs), " ".join(self.countries)
        facts = [f"{counts}, {km}", countries or "no country"]
        facts += [
            f"{v.name} {v.length_km:,.0f} km, published {v.published_km:,.0f} km"
            for v in self._variants
            if v.published_km is not None
        ]
        return f"Corridor({self.id!r}, {self.title!r}: {'; '.join(facts)})"

    @property
    def __geo_interface__(self) -> dict[str, Any]:
        """The corridor as a GeoJSON FeatureCollection: legs, then nodes, as `save` writes it."""
        return {
            "type": "FeatureCollection",
            "corridor": self._about(),
            "features": features_of(self._legs, self._nodes),
        }

    def _repr_html_(self) -> str:
        """Show the corridor in a notebook. Texts of the data are escaped."""
        about = {**self._about(), "variants": self.variants}
        return corridor_html(about, self._legs, self._nodes)
