"""The tables of a network: their columns, and what may stand in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from minmap.arguments import require_kind, require_one_of
from minmap.errors import ChoiceError, GeometryError, MinmapError
from minmap.geodesy.ellipsoid import to_ecef
from minmap.geodesy.stated_crs import require_layer, to_degrees
from minmap.transport.corridors.corridor import MODES, NODE_KINDS, STATUSES
from minmap.types import Floats, Geometries, Integers
from minmap.vocabulary import TEXT

CRS: Final = "EPSG:4326"
TRACK: Final = "track"
"""Kind of a node that is a mere vertex: no place that has a name."""
KINDS: Final = (*NODE_KINDS, TRACK)

NODE_COLUMNS: Final[Mapping[str, Any]] = {
    "node_id": TEXT,
    "name": TEXT,
    "kind": TEXT,
    "country": TEXT,
    "gate": "bool",
}
EDGE_COLUMNS: Final[Mapping[str, Any]] = {
    "edge_id": TEXT,
    "from_node": TEXT,
    "to_node": TEXT,
    "mode": TEXT,
    "gauge_mm": "Int64",
    "status": TEXT,
    "length_km": "float64",
    "countries": TEXT,
    "leg_id": TEXT,
    "bridged": "bool",
    "source": TEXT,
}
JOIN_COLUMNS: Final[Mapping[str, Any]] = {
    "node_id": TEXT,
    "joined_to": TEXT,
    "distance_m": "float64",
}
_NODES_NEED: Final = ("node_id", "kind")
_EDGES_NEED: Final = ("edge_id", "from_node", "to_node", "mode", "status", "length_km")
# A missing value of any kind becomes NaN, or False, on the way through the nullable type.
_THROUGH: Final = {"float64": "Float64", "bool": "boolean"}


def conform_nodes(nodes: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return a checked copy of nodes: EPSG:4326, all columns in order, a fresh index.

    Raises
    ------
    MinmapError, CRSError, GeometryError, ChoiceError
        As for `minmap.Network`.
    """
    made = _conform(nodes, NODE_COLUMNS, need=_NODES_NEED, what="nodes")
    _require_all(made, "kind", KINDS, of="node")
    if "gate" not in nodes.columns:
        made["gate"] = (made["kind"] != TRACK).to_numpy()
    _require_geometry(made, shapely.GeometryType.POINT, "Point")
    return made


def conform_edges(edges: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return a checked copy of edges: EPSG:4326, all columns in order, a fresh index.

    Raises
    ------
    MinmapError, CRSError, GeometryError, ChoiceError
        As for `minmap.Network`.
    """
    made = _conform(edges, EDGE_COLUMNS, need=_EDGES_NEED, what="edges")
    _require_all(made, "mode", MODES, of="edge")
    _require_all(made, "status", STATUSES, of="edge")
    length_km = made["length_km"].to_numpy()
    wrong = np.flatnonzero(~(np.isfinite(length_km) & (length_km >= 0)))
    if wrong.size:
        raise MinmapError(
            f"length_km of edge {made['edge_id'].iloc[wrong[0]]!r} is {length_km[wrong[0]]}; "
            "give a length in km, 0 or more."
        )
    _require_geometry(made, shapely.GeometryType.LINESTRING, "LineString")
    return made


def conform_joins(joins: pd.DataFrame | None) -> pd.DataFrame:
    """Return a copy of a table of joins with its three columns; empty if None."""
    given = pd.DataFrame(columns=[*JOIN_COLUMNS]) if joins is None else joins
    cure = f"give a DataFrame with {', '.join(JOIN_COLUMNS)}, or leave it out"
    require_kind(given, pd.DataFrame, name="joins", cure=cure)
    return given.reindex(columns=[*JOIN_COLUMNS]).astype(dict(JOIN_COLUMNS)).reset_index(drop=True)


def ends_of(nodes: gpd.GeoDataFrame, edges: gpd.GeoDataFrame) -> Integers:
    """Return the positions of each edge's two nodes, shape (m, 2), once they are seen to fit.

    Raises
    ------
    ChoiceError
        If an edge ends at no node.
    GeometryError
        If an edge is drawn from its `to_node` to its `from_node`.
    """
    index = pd.Index(nodes["node_id"])
    ends: Integers = np.column_stack(
        [index.get_indexer(edges[column]) for column in ("from_node", "to_node")]
    ).astype(np.int64)
    row, side = np.nonzero(ends < 0)
    if row.size:
        column = ("from_node", "to_node")[side[0]]
        raise ChoiceError(
            f"{column}={edges[column].iloc[row[0]]!r} of edge {edges['edge_id'].iloc[row[0]]!r} is "
            "no node_id of nodes; add the node or mend the edge."
        )
    if len(edges):
        _require_direction(nodes, edges, ends)
    return ends


def end_points(lines: Geometries) -> Floats:
    """Return the first and the last point of n lines: shape (n, 2, 2), longitude and latitude."""
    firsts = shapely.get_coordinates(shapely.get_point(lines, 0))
    lasts = shapely.get_coordinates(shapely.get_point(lines, -1))
    return np.stack([firsts, lasts], axis=1)


def coordinates_of(nodes: gpd.GeoDataFrame) -> Floats:
    """Return longitude and latitude of nodes, shape (n, 2)."""
    lonlat: Floats = shapely.get_coordinates(nodes.geometry.to_numpy())
    return lonlat


def _require_direction(nodes: gpd.GeoDataFrame, edges: gpd.GeoDataFrame, ends: Integers) -> None:
    at_node = to_ecef(coordinates_of(nodes))[ends]
    drawn = to_ecef(end_points(edges.geometry.to_numpy()))
    forward_m = np.linalg.norm(drawn - at_node, axis=2).sum(axis=1)
    backward_m = np.linalg.norm(drawn - at_node[:, ::-1], axis=2).sum(axis=1)
    # A metre is what rounding may do to an edge that ends where it began.
    wrong = np.flatnonzero(forward_m > backward_m + 1)
    if wrong.size:
        raise GeometryError(
            f"Edge {edges['edge_id'].iloc[wrong[0]]!r} is drawn from its to_node to its from_node "
            f"({wrong.size} such edges); turn it round with .reverse()."
        )


def _conform(
    frame: gpd.GeoDataFrame, columns: Mapping[str, Any], *, need: Iterable[str], what: str
) -> gpd.GeoDataFrame:
    require_kind(frame, pd.DataFrame, name=what, cure=f"give a GeoDataFrame of {what}")
    absent = [column for column in need if column not in frame.columns]
    if absent:
        raise MinmapError(f"{what} lacks the columns {', '.join(absent)}; add them.")
    require_layer(frame, name=what)
    made = frame.set_geometry(to_degrees(frame.geometry, what=what)).reset_index(drop=True)
    if made.geometry.name != "geometry":
        made = made.rename_geometry("geometry")
    for column, dtype in columns.items():
        made[column] = _column(made, column, dtype, what=what)
    _require_unique(made[next(iter(columns))], what=what)
    others = [c for c in made.columns if c not in columns and c != "geometry"]
    return made[[*columns, *others, "geometry"]]


def _column(frame: gpd.GeoDataFrame, column: str, dtype: Any, *, what: str) -> pd.Series:
    given = frame[column] if column in frame else pd.Series(pd.NA, frame.index, dtype=object)
    if given.dtype == dtype:
        return given
    try:
        through = given.astype(_THROUGH.get(dtype, dtype))
        return (through.fillna(value=False) if dtype == "bool" else through).astype(dtype)
    except (TypeError, ValueError) as error:
        raise MinmapError(f"{what}: {column} must be {dtype}; {error}.") from error


def _require_unique(ids: pd.Series, *, what: str) -> None:
    if ids.isna().any():
        raise MinmapError(f"{what}: {ids.name} is missing in {ids.isna().sum()} rows; fill it.")
    twice = ids[ids.duplicated()]
    if len(twice):
        raise MinmapError(f"{what}: {ids.name}={twice.iloc[0]!r} occurs twice; ids are unique.")


def _require_all(
    frame: gpd.GeoDataFrame, column: str, options: tuple[str, ...], *, of: str
) -> None:
    wrong = np.flatnonzero(~frame[column].isin(options))
    if wrong.size:
        row = frame.iloc[wrong[0]]
        require_one_of(row[column], options, name=f"{column} of {of} {row[f'{of}_id']!r}")


def _require_geometry(frame: gpd.GeoDataFrame, kind: int, kind_name: str) -> None:
    shapes = frame.geometry.to_numpy()
    for row in np.flatnonzero((shapely.get_type_id(shapes) != kind) | shapely.is_empty(shapes))[:1]:
        found = "missing" if shapes[row] is None else shapes[row].geom_type
        found = f"an empty {found}" if shapes[row] is not None and shapes[row].is_empty else found
        raise GeometryError(
            f"The geometry of {frame.iloc[row, 0]!r} is {found}; give one {kind_name}."
        )
    lonlat, place = shapely.get_coordinates(shapes, return_index=True)
    off = np.flatnonzero(~(np.isfinite(lonlat).all(axis=1) & (np.abs(lonlat[:, 1]) <= 90)))
    if off.size:
        raise GeometryError(
            f"{frame.iloc[place[off[0]], 0]!r} has a vertex at {tuple(lonlat[off[0]].tolist())}, "
            "which is no longitude and latitude."
        )
