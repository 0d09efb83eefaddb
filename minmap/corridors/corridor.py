"""A transport corridor as a value: legs, nodes and where they come from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any, Final

import geopandas as gpd
import pandas as pd

from minmap.errors import CRSError, GeometryError, MinmapError, require_one_of
from minmap.geodesy.placing import to_degrees
from minmap.vocab import TEXT

CRS: Final = "EPSG:4326"
MODES: Final = ("rail", "road", "sea", "pipeline")
STATUSES: Final = ("operating", "under construction", "planned")
NODE_KINDS: Final = (
    "port",
    "border crossing",
    "dry port",
    "break of gauge",
    "junction",
    "station",
)
GEOMETRY_KINDS: Final = ("track", "water", "schematic")

LEG_COLUMNS: Final[Mapping[str, Any]] = {
    "leg_id": TEXT,
    "from_node": TEXT,
    "to_node": TEXT,
    "mode": TEXT,
    "gauge_mm": "Int64",
    "status": TEXT,
    "status_year": "Int64",
    "length_km": "float64",
    "length_source": TEXT,
    "drawn_km": "float64",
    "countries": TEXT,
    "geometry_kind": TEXT,
    "geometry_source": TEXT,
    "bridged_km": "float64",
    "published_km": "float64",
    "published_source": TEXT,
    "note": TEXT,
}
NODE_COLUMNS: Final[Mapping[str, Any]] = {
    "node_id": TEXT,
    "name": TEXT,
    "kind": TEXT,
    "country": TEXT,
    "source": TEXT,
    "source_id": TEXT,
    "snap_m": "float64",
    "note": TEXT,
}
# A missing value of any kind becomes NaN on the way through the nullable type.
_THROUGH: Final = {"float64": "Float64"}
_LEGS_NEED: Final = (
    "leg_id",
    "from_node",
    "to_node",
    "mode",
    "status",
    "length_km",
    "drawn_km",
    "countries",
)
_NODES_NEED: Final = ("node_id", "name", "kind", "country")


@dataclass(frozen=True, init=False, repr=False, eq=False)
class Corridor:
    """Legs and nodes of a transport corridor. Nothing about it can be changed.

    `legs`, `nodes` and `sources` hand out copies: change those as you like, the corridor stays as
    it is.

    Parameters
    ----------
    id
        Short name, such as ``"middle"``.
    title
        What a map or a table calls the corridor.
    legs
        GeoDataFrame of LineStrings in any CRS, each drawn from `from_node` to `to_node`. Columns:

        - ``leg_id``: unique and stable; ``from_node``, ``to_node``: ids of nodes
        - ``mode``: rail, road, sea or pipeline; ``gauge_mm``: track gauge, missing if not rail
        - ``status``: operating, under construction or planned, since ``status_year`` where that
          is known
        - ``length_km``: length of the track, road or way in water, from ``length_source``
        - ``drawn_km``: geodesic length of the drawn line (WGS84). A simplified line is shorter
          than its track, so ``s`` km along the line are ``s * length_km / drawn_km`` km of track
        - ``countries``: ISO 3166-1 alpha-3, space-separated, in the direction of the leg
        - ``geometry_kind``: track, water or schematic (a sketch where no track is known), from
          ``geometry_source``; ``bridged_km``: how much of it closes gaps of the source
        - ``published_km``: length that an independent publisher gives, ``published_source``
        - ``note``

        ``leg_id``, ``from_node``, ``to_node``, ``mode``, ``status``, ``length_km``, ``drawn_km``
        and ``countries`` are needed; the others are added as missing; further ones are kept.
    nodes
        GeoDataFrame of Points in any CRS. ``node_id``, ``name``, ``kind`` (port, border crossing,
        dry port, break of gauge, junction or station) and ``country`` (alpha-3) are needed;
        ``source`` and ``source_id`` (the gazetteer and the number in it), ``snap_m`` (how far
        off the source's track it lies) and ``note`` are added as missing.
    description
        A sentence or two.
    sources
        Mappings with ``title``, ``citation``, ``licence`` and ``url``.

    Raises
    ------
    MinmapError
        If a needed column is absent or an id occurs twice.
    ChoiceError
        If a mode, status or kind is not one of those above, or a leg ends at no node.
    CRSError
        If legs or nodes have no CRS.
    GeometryError
        If a leg is not one line or a node not one point.

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
    Corridor('ferry': 1 legs, 2 nodes, 343 km)
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
    _sources: tuple[dict[str, str], ...]

    def __init__(
        self,
        id: str,  # noqa: A002
        *,
        title: str,
        legs: gpd.GeoDataFrame,
        nodes: gpd.GeoDataFrame,
        description: str = "",
        sources: Iterable[Mapping[str, str]] = (),
    ) -> None:
        values = {
            "id": id,
            "title": title,
            "description": description,
            "_legs": _conform(legs, LEG_COLUMNS, need=_LEGS_NEED, name="legs"),
            "_nodes": _conform(nodes, NODE_COLUMNS, need=_NODES_NEED, name="nodes"),
            "_sources": tuple(dict(source) for source in sources),
        }
        for name, value in values.items():
            object.__setattr__(self, name, value)
        _check_values(self._legs, self._nodes)

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
        """Where the data comes from: mappings with title, citation, licence and url (copies)."""
        return tuple(dict(source) for source in self._sources)

    @property
    def countries(self) -> tuple[str, ...]:
        """ISO 3166-1 alpha-3 codes of the countries passed, in the order of the legs."""
        return tuple(dict.fromkeys(" ".join(self._legs["countries"].dropna()).split()))

    def length_km(self, mode: str | None = None) -> float:
        """Return the length of all legs together, which is not the length of one route.

        Parameters
        ----------
        mode
            rail, road, sea or pipeline; None counts all modes.

        Raises
        ------
        ChoiceError
            If `mode` is none of them.
        """
        lengths = self._legs["length_km"]
        if mode is not None:
            lengths = lengths[self._legs["mode"] == require_one_of(mode, MODES, name="mode")]
        return float(lengths.sum())

    def __len__(self) -> int:
        """Return the number of legs."""
        return len(self._legs)

    def __repr__(self) -> str:
        counts = f"{len(self)} legs, {len(self._nodes)} nodes"
        return f"Corridor({self.id!r}: {counts}, {self.length_km():,.0f} km)"

    @property
    def __geo_interface__(self) -> dict[str, Any]:
        """A GeoJSON FeatureCollection: the legs, then the nodes."""
        features = [
            feature
            for frame in (self._legs, self._nodes)
            for feature in frame.iterfeatures(na="null", drop_id=True)
        ]
        return {"type": "FeatureCollection", "features": features}

    def _repr_html_(self) -> str:
        """Show the legs as a table in a notebook; no text of the data is taken for HTML."""
        shown = {"leg_id": "leg", "mode": "mode", "gauge_mm": "gauge, mm", "status": "status"}
        table = self._legs[[*shown]].rename(columns=shown)
        table["length, km"] = self._legs["length_km"].map("{:,.1f}".format)
        body = table.to_html(escape=True, index=False, na_rep="", border=0)
        cited = "; ".join(str(source.get("citation", "")) for source in self._sources)
        return (
            f"<div><p><b>{escape(self.title)}</b> {escape(self.description)}</p>{body}"
            f"<p>{len(self)} legs, {len(self._nodes)} nodes. {escape(cited)}</p></div>"
        )


def _conform(
    frame: gpd.GeoDataFrame, columns: Mapping[str, Any], *, need: Iterable[str], name: str
) -> gpd.GeoDataFrame:
    """Return a copy in EPSG:4326 with all columns, of the right dtype and in order."""
    absent = [column for column in need if column not in frame.columns]
    if absent:
        raise MinmapError(f"{name} lacks the columns {', '.join(absent)}; add them.")
    if frame.crs is None:
        raise CRSError(f"{name} has no CRS; say which with {name}.set_crs('EPSG:...').")
    made = frame.set_geometry(to_degrees(frame.geometry, what=name))
    if made.geometry.name != "geometry":
        made = made.rename_geometry("geometry")
    for column, dtype in columns.items():
        given = made[column] if column in made else pd.Series(pd.NA, made.index, dtype=object)
        try:
            made[column] = given.astype(_THROUGH.get(dtype, dtype)).astype(dtype)
        except (TypeError, ValueError) as error:
            raise MinmapError(f"{name}: {column} must be {dtype}; {error}.") from error
    ids = made[next(iter(columns))]
    twice = ids[ids.duplicated()]
    if len(twice):
        raise MinmapError(f"{name}: {ids.name}={twice.iloc[0]!r} occurs twice; ids are unique.")
    others = [c for c in made.columns if c not in columns and c != "geometry"]
    return made[[*columns, *others, "geometry"]]


def _check_values(legs: gpd.GeoDataFrame, nodes: gpd.GeoDataFrame) -> None:
    """Raise at the first leg or node with a value or geometry that it cannot have."""
    node_ids = list(nodes["node_id"])
    choices = {
        "mode": MODES,
        "status": STATUSES,
        "from_node": node_ids,
        "to_node": node_ids,
        "geometry_kind": GEOMETRY_KINDS,
    }
    for column, options in choices.items():
        for leg_id, value in zip(legs["leg_id"], legs[column], strict=True):
            if column != "geometry_kind" or pd.notna(value):
                require_one_of(value, options, name=f"{column} of leg {leg_id!r}")
    for node_id, kind in zip(nodes["node_id"], nodes["kind"], strict=True):
        require_one_of(kind, NODE_KINDS, name=f"kind of node {node_id!r}")
    for frame, ids, kind in ((legs, "leg_id", "LineString"), (nodes, "node_id", "Point")):
        found = frame.geom_type.where(~frame.geometry.is_empty, "empty").fillna("missing")
        for item, geometry in zip(frame[ids], found, strict=True):
            if geometry != kind:
                raise GeometryError(f"The geometry of {item!r} is {geometry}; give one {kind}.")
