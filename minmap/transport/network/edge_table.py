"""The tables of a network, its nodes, edges and joins: their columns and permitted values."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from minmap.arguments import require_kind
from minmap.errors import MinmapError
from minmap.transport.trade_corridors import Corridor
from minmap.transport.trade_corridors.feature_table import CRS, TableForm
from minmap.transport.trade_corridors.leg_table import MODES, NODE_KINDS, STATUSES
from minmap.types import TEXT, Booleans

TRACK: Final = "track"
"""Kind of a node that is only a vertex, without a name."""
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
_NODES: Final = TableForm(
    "nodes", "Point", NODE_COLUMNS, ("node_id", "kind"), {"kind": KINDS}, most_longitude=np.inf
)
_EDGES: Final = TableForm(
    "edges",
    "LineString",
    EDGE_COLUMNS,
    need=("edge_id", "from_node", "to_node", "mode", "status", "length_km"),
    options={"mode": MODES, "status": STATUSES},
    most_longitude=np.inf,
)


def conform_nodes(nodes: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return a checked copy of nodes: EPSG:4326, all columns in order, a fresh index.

    Raises
    ------
    MinmapError, CRSError, GeometryError, ChoiceError
        As for `minmap.Network`.
    """
    checked = _NODES.conform(nodes)
    if "gate" not in nodes.columns:
        checked["gate"] = (checked["kind"] != TRACK).to_numpy()
    return checked


def conform_edges(edges: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return a checked copy of edges: EPSG:4326, all columns in order, a fresh index.

    Raises
    ------
    MinmapError, CRSError, GeometryError, ChoiceError
        As for `minmap.Network`.
    """
    checked = _EDGES.conform(edges)
    length_km = checked["length_km"].to_numpy()
    for row in np.flatnonzero(~(np.isfinite(length_km) & (length_km >= 0)))[:1]:
        raise MinmapError(
            f"length_km of edge {checked['edge_id'].iloc[row]!r} is {length_km[row]}; "
            "give a length in km, 0 or more."
        )
    return checked


def conform_joins(joins: pd.DataFrame | None) -> pd.DataFrame:
    """Return a copy of a table of joins with its three columns; empty if None."""
    given = pd.DataFrame(columns=[*JOIN_COLUMNS]) if joins is None else joins
    cure = f"give a DataFrame with {', '.join(JOIN_COLUMNS)}, or leave it out"
    require_kind(given, pd.DataFrame, name="joins", cure=cure)
    return given.reindex(columns=[*JOIN_COLUMNS]).astype(dict(JOIN_COLUMNS)).reset_index(drop=True)


def equal_values(one: gpd.GeoDataFrame, other: gpd.GeoDataFrame, column: str) -> Booleans:
    """Return for each row whether two tables have the same value, or both none, in a column.

    Parameters
    ----------
    one, other
        Tables of n rows, compared row by row.
    column
        A column, or ``"geometry"``.
    """
    a, b = (pd.Series(table[column].array, dtype=object) for table in (one, other))
    if column == "geometry":
        same: Booleans = shapely.equals_exact(a.to_numpy(), b.to_numpy())
    else:
        same = ((a == b) | (a.isna() & b.isna())).to_numpy(dtype=np.bool_)
    return same


def nodes_and_edges(corridors: Sequence[Corridor]) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Return the nodes and legs of corridors as nodes and edges, each id once.

    Raises
    ------
    MinmapError
        If two corridors have a different leg or node of the same id.
    """
    legs = _each_once([(it.id, it.legs) for it in corridors], EDGE_COLUMNS, id_column="leg_id")
    nodes = _each_once([(it.id, it.nodes) for it in corridors], NODE_COLUMNS, id_column="node_id")
    edges = legs.assign(edge_id=legs["leg_id"], bridged=False)
    edges = edges.rename(columns={"geometry_source": "source"})
    return (
        nodes.assign(gate=True)[[*NODE_COLUMNS, "geometry"]],
        edges.reindex(columns=[*EDGE_COLUMNS, "geometry"]),
    )


def _each_once(
    tables: list[tuple[str, gpd.GeoDataFrame]], columns: Iterable[str], *, id_column: str
) -> gpd.GeoDataFrame:
    """Return the rows of all tables, each id once; raise if rows of one id differ."""
    if not tables:
        empty = pd.DataFrame(columns=[*dict.fromkeys([id_column, *columns])])
        return gpd.GeoDataFrame(empty, geometry=[], crs=CRS)
    rows = pd.concat([table.assign(corridor_id=name) for name, table in tables], ignore_index=True)
    repeated = rows[rows[id_column].duplicated()]
    first = rows.drop_duplicates(id_column, ignore_index=True)
    original = first.set_index(id_column, drop=False).loc[repeated[id_column]]
    for column in (*columns, "geometry"):
        if column not in rows:
            continue
        for row in np.flatnonzero(~equal_values(original, repeated, column))[:1]:
            pair = original.iloc[row], repeated.iloc[row]
            ids = " and ".join(repr(leg["corridor_id"]) for leg in pair)
            values = " and ".join(repr(leg[column]) for leg in pair)
            raise MinmapError(
                f"{id_column}={pair[0][id_column]!r} differs between the corridors {ids} in "
                f"{column}{'' if column == 'geometry' else f': {values}'}; make them the same or "
                "give one another id."
            )
    return first
