"""Nodes and edges of a network, made from the nodes and legs of corridors."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import geopandas as gpd
import numpy as np
import pandas as pd

from minmap.errors import MinmapError
from minmap.transport.corridors import Corridor
from minmap.transport.corridors.feature_table import CRS
from minmap.transport.network.edge_table import EDGE_COLUMNS, NODE_COLUMNS, equal_values


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
