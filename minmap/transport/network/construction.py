"""Tables of nodes and edges, made of corridors or of any lines."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterable, Sequence
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from minmap.arguments import require_number
from minmap.errors import GeometryError, MinmapError, MinmapWarning
from minmap.files import read_vector
from minmap.geodesy.stated_crs import require_layer, to_degrees
from minmap.places import country_of
from minmap.transport.corridors import Corridor
from minmap.transport.corridors.leg_table import require_track
from minmap.transport.network.edge_table import CRS, EDGE_COLUMNS, NODE_COLUMNS, TRACK
from minmap.transport.network.topology import Touching, touch
from minmap.types import Booleans, Floats, Geometries, Integers
from minmap.vocabulary import TEXT

JOIN_WITHIN_M: Final = 50.0
# A segment this long is looked at in between as well, so that it skips no country.
_STEP_DEG: Final = 0.2


def tables_from_corridors(
    corridors: Sequence[Corridor],
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Return nodes and edges: the nodes and legs of corridors, each id once.

    Raises
    ------
    MinmapError
        If two corridors have a leg or node of one id that differs.
    """
    legs = _each_once([(it.id, it.legs) for it in corridors], EDGE_COLUMNS, id_column="leg_id")
    nodes = _each_once([(it.id, it.nodes) for it in corridors], NODE_COLUMNS, id_column="node_id")
    edges = legs.assign(edge_id=legs["leg_id"], bridged=False)
    if "geometry_source" in edges:
        edges = edges.rename(columns={"geometry_source": "source"})
    return (
        nodes.assign(gate=True)[[*NODE_COLUMNS, "geometry"]],
        edges.reindex(columns=[*EDGE_COLUMNS, "geometry"]),
    )


def _each_once(
    frames: list[tuple[str, gpd.GeoDataFrame]], columns: Iterable[str], *, id_column: str
) -> gpd.GeoDataFrame:
    if not frames:
        empty = pd.DataFrame(columns=[*dict.fromkeys([id_column, *columns])])
        return gpd.GeoDataFrame(empty, geometry=[], crs=CRS)
    rows = pd.concat([frame.assign(corridor_id=name) for name, frame in frames], ignore_index=True)
    again = rows[id_column].duplicated()
    first = rows[~again].set_index(id_column, drop=False)
    if again.any():
        repeated = rows[again]
        compared = [c for c in (*columns, "geometry") if c in rows and c != id_column]
        _require_same(first.loc[repeated[id_column]], repeated, compared, id_column=id_column)
    return first.reset_index(drop=True)


def _require_same(
    first: gpd.GeoDataFrame, again: gpd.GeoDataFrame, columns: list[str], *, id_column: str
) -> None:
    """Raise at the first row of `again` that is not what it is in `first`."""
    for column in columns:
        one, other = first[column].to_numpy(dtype=object), again[column].to_numpy(dtype=object)
        if column == "geometry":
            same = shapely.equals_exact(one, other)
        else:
            missing = pd.isna(one), pd.isna(other)
            same = missing[0] & missing[1]
            known = ~(missing[0] | missing[1])
            same[known] = one[known] == other[known]
        for row in np.flatnonzero(~same)[:1]:
            said = "" if column == "geometry" else f": {one[row]!r} and {other[row]!r}"
            raise MinmapError(
                f"{id_column}={again[id_column].iloc[row]!r} differs between the corridors "
                f"{first['corridor_id'].iloc[row]!r} and {again['corridor_id'].iloc[row]!r} in "
                f"{column}{said}; make them the same or give one another id."
            )


def tables_from_lines(
    lines: gpd.GeoDataFrame | str | os.PathLike[str],
    *,
    mode: str,
    gauge_mm: int | None,
    status: str,
    join_within_m: float,
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame, pd.DataFrame]:
    """Return nodes, edges and joins of any lines; see `minmap.Network.from_lines`."""
    join_within_m = require_number(
        join_within_m, name="join_within_m", like=50, least=0, unit="metres"
    )
    require_track(mode, gauge_mm, status)
    frame = lines if isinstance(lines, gpd.GeoDataFrame) else read_vector(lines)
    row, shapes = _lines_of(frame)
    touching = touch(shapes, within_m=join_within_m)
    nodes = _nodes(touching)
    edges = _edges(frame, row[touching.line], touching, nodes["node_id"].to_numpy())
    for column, default in (("mode", mode), ("gauge_mm", gauge_mm), ("status", status)):
        given = edges[column] if column in edges else pd.Series(pd.NA, edges.index, dtype=object)
        edges[column] = given if default is None else given.where(given.notna(), default)
    edges["countries"] = _countries(edges)
    joins = pd.DataFrame(
        {
            "node_id": _place_ids(touching.moved_from),
            "joined_to": nodes["node_id"].to_numpy()[touching.moved_to],
            "distance_m": touching.moved_m,
        }
    )
    return nodes, edges, joins


def _lines_of(frame: gpd.GeoDataFrame) -> tuple[Integers, Geometries]:
    """Return single lines in EPSG:4326 and the row that each is of."""
    require_layer(frame, name="lines")
    shapes = shapely.force_2d(to_degrees(frame.geometry, what="lines").to_numpy())
    kinds = shapely.get_type_id(shapes)
    for row in np.flatnonzero(~np.isin(kinds, (-1, 1, 2, 5)))[:1]:
        raise GeometryError(
            f"lines has a {shapes[row].geom_type} in row {frame.index[row]!r}; give lines alone "
            "(the outline of a polygon is its .boundary)."
        )
    absent = int((shapely.is_missing(shapes) | shapely.is_empty(shapes)).sum())
    if absent:
        warnings.warn(
            f"{absent} of {len(frame)} rows of lines have no line and are left out.",
            MinmapWarning,
            stacklevel=4,
        )
    parts, row = shapely.get_parts(shapes, return_index=True)
    for ring in np.flatnonzero(shapely.get_type_id(parts) == shapely.GeometryType.LINEARRING):
        parts[ring] = shapely.LineString(parts[ring])
    filled = ~shapely.is_empty(parts)
    return row[filled].astype(np.int64), parts[filled]


def _nodes(touching: Touching) -> gpd.GeoDataFrame:
    points = gpd.GeoSeries(shapely.points(touching.lonlat), crs=CRS)
    columns = {
        "node_id": pd.Series(_place_ids(touching.lonlat), dtype=TEXT),
        "name": pd.Series(pd.NA, points.index, dtype=TEXT),
        "kind": pd.Series(TRACK, points.index, dtype=TEXT),
        "country": country_of(points),
        # Lines do not say where freight is loaded.
        "gate": True,
    }
    return gpd.GeoDataFrame(columns, geometry=points, index=points.index)


def _place_ids(lonlat: Floats) -> Geometries:
    """Return ids such as ``70.5,45.0001``: two places 1 cm apart never have the same."""
    # Eight decimals are 1 mm; adding 0 leaves no minus before a zero.
    wrapped = np.column_stack([(lonlat[:, 0] + 180) % 360 - 180, lonlat[:, 1]])
    texts = [
        ",".join(f"{number:.8f}".rstrip("0").rstrip(".") for number in pair)
        for pair in (np.round(wrapped, 8) + 0.0).tolist()
    ]
    return np.array(texts, dtype=object)


def _edges(
    frame: gpd.GeoDataFrame, row: Integers, touching: Touching, node_ids: Geometries
) -> gpd.GeoDataFrame:
    taken = pd.DataFrame(frame.drop(columns=frame.geometry.name)).iloc[row].reset_index(drop=True)
    edges = gpd.GeoDataFrame(taken, geometry=touching.pieces, crs=CRS)
    edges["edge_id"] = _edge_ids(frame.index, row)
    edges["from_node"], edges["to_node"] = node_ids[touching.ends].T
    edges["length_km"] = _lengths_km(edges, row, touching.drawn_m / 1000)
    return edges


def _edge_ids(index: pd.Index, row: Integers) -> Geometries:
    """Return the label of each edge's row, with a number behind where the row has several."""
    edges_of_row = np.bincount(row, minlength=len(index))
    number = np.arange(len(row)) - np.searchsorted(row, row) + 1
    several = edges_of_row[row] > 1

    def ids(labels: list[str]) -> list[str]:
        return [
            f"{labels[r]}.{n}" if more else labels[r]
            for r, n, more in zip(row.tolist(), number.tolist(), several.tolist(), strict=True)
        ]

    made = ids([str(label) for label in index])
    if len(set(made)) < len(made):
        made = ids([str(position) for position in range(len(index))])
    return np.array(made, dtype=object)


def _lengths_km(edges: gpd.GeoDataFrame, row: Integers, drawn_km: Floats) -> Floats:
    """Return lengths: that of the row, shared out over its pieces as drawn, else as drawn."""
    if "length_km" not in edges:
        return drawn_km
    given_km = pd.to_numeric(edges["length_km"], errors="coerce").to_numpy(float, na_value=np.nan)
    whole_km, pieces = np.bincount(row, drawn_km)[row], np.bincount(row)[row]
    # A row without length on the map is shared out evenly.
    share = np.divide(drawn_km, whole_km, out=1.0 / pieces, where=whole_km > 0)
    lengths: Floats = np.where(np.isnan(given_km), drawn_km, given_km * share)
    return lengths


def _countries(edges: gpd.GeoDataFrame) -> pd.Series:
    """Return the countries of each edge: as given, else those that it passes, in order."""
    countries = pd.Series(pd.NA, edges.index, dtype=object)
    if "countries" in edges:
        countries = edges["countries"].astype(object)
    todo = np.flatnonzero(countries.isna())
    at_sea = (edges["mode"].iloc[todo] == "sea").to_numpy()
    edge, lonlat = _places_along(edges.geometry.to_numpy()[todo], ends_only=at_sea)
    passed = pd.DataFrame({"edge": todo[edge]})
    passed["code"] = country_of(gpd.GeoSeries(shapely.points(lonlat), crs=CRS)).to_numpy()
    passed = passed.dropna().drop_duplicates()
    only = ~passed["edge"].duplicated(keep=False)
    made = countries.to_numpy(dtype=object, copy=True)
    made[passed.loc[only, "edge"]] = passed.loc[only, "code"].to_numpy(dtype=object)
    several = passed[~only].groupby("edge")["code"].agg(" ".join)
    made[several.index] = several.to_numpy(dtype=object)
    return pd.Series(made, edges.index, dtype=TEXT)


def _places_along(lines: Geometries, *, ends_only: Booleans) -> tuple[Integers, Floats]:
    """Return places along lines and the line each is on: vertices and what is between far ones."""
    vertices, line = shapely.get_coordinates(lines, return_index=True)
    opens = np.diff(line, prepend=-1) > 0
    closes = np.diff(line, append=len(lines)) > 0
    step = np.diff(vertices, axis=0, append=vertices[-1:])
    step[closes] = 0
    step[:, 0] = (step[:, 0] + 180) % 360 - 180
    parts = np.maximum(np.ceil(np.abs(step).max(axis=1) / _STEP_DEG), 1).astype(np.int64)
    keep = ~ends_only[line] | opens | closes
    parts = np.where(ends_only[line], 1, parts)[keep]
    vertex = np.repeat(np.flatnonzero(keep), parts)
    part = (np.arange(len(vertex)) - np.repeat(np.cumsum(parts) - parts, parts)) / np.repeat(
        parts, parts
    )
    return line[vertex].astype(np.int64), vertices[vertex] + part[:, None] * step[vertex]
