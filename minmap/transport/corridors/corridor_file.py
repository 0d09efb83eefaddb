"""A corridor as one GeoJSON file, in the catalogue and of users."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import pandas as pd
import shapely

from minmap.arguments import require_path
from minmap.errors import FileError
from minmap.output import atomic_path
from minmap.transport.corridors.feature_table import CRS, features_of
from minmap.transport.corridors.leg_table import LEG_COLUMNS, NODE_COLUMNS

Parts = dict[str, Any]
"""The arguments of a `minmap.Corridor`."""

_MEMBER: Final = "corridor"
_CURE: Final = "give a file that Corridor.save wrote"
_TABLES: Final = {"leg_id": LEG_COLUMNS, "node_id": NODE_COLUMNS}
_GEOMETRY: Final = "geometry"


def collection(parts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parts of a corridor as a GeoJSON FeatureCollection.

    Parameters
    ----------
    parts
        The arguments of a `minmap.Corridor`, with the tables of one.

    Returns
    -------
    dict
        RFC 7946, with the foreign member ``corridor``: ``id``, ``title``, ``description``,
        ``variants`` and ``sources``. The features are the legs, then the nodes; their properties
        are the columns of the tables.

    Examples
    --------
    >>> nowhere = gpd.GeoDataFrame({"leg_id": []}, geometry=[], crs=4326)
    >>> collection({"id": "a", "title": "A", "legs": nowhere, "nodes": nowhere})
    {'type': 'FeatureCollection', 'corridor': {'id': 'a', 'title': 'A'}, 'features': []}
    """
    about = {name: part for name, part in parts.items() if name not in ("legs", "nodes")}
    return {
        "type": "FeatureCollection",
        _MEMBER: about,
        "features": features_of(parts["legs"], parts["nodes"]),
    }


def write(collected: Mapping[str, Any], path: str | os.PathLike[str]) -> Path:
    """Write a collection in one step, one feature a line.

    Parameters
    ----------
    collected
        The result of `collection`.
    path
        The file; one that exists is replaced.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    FileError
        If the folder does not exist or cannot be written to, or a number is infinite.

    Examples
    --------
    >>> import tempfile
    >>> file = write({"type": "FeatureCollection", "features": []}, tempfile.mktemp(".geojson"))
    >>> print(file.read_text(encoding="utf-8"), end="")
    {"type": "FeatureCollection", "features": [
    ]}
    """
    head = json.dumps({k: v for k, v in collected.items() if k != "features"}, ensure_ascii=False)
    target = require_path(path, name="path")
    try:
        lines = [
            json.dumps(feature, ensure_ascii=False, allow_nan=False)
            for feature in collected["features"]
        ]
    except ValueError as error:
        raise FileError(
            f"{target}: JSON cannot hold an infinite number; make it missing in the table."
        ) from error
    body = ",\n".join(lines)
    with atomic_path(target) as draft:
        draft.write_text(
            f'{head[:-1]}, "features": [\n{body}\n]}}\n', encoding="utf-8", newline="\n"
        )
    return target


def read(path: Path) -> Parts:
    """Read a file in the form that `write` produces.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    dict
        The arguments of a `minmap.Corridor`, not yet checked.

    Raises
    ------
    FileError
        If there is no such file, or it has another form. The message names the feature.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mktemp(".geojson"))
    >>> _ = file.write_text('{"type": "FeatureCollection", "features": []}', encoding="utf-8")
    >>> read(file)
    Traceback (most recent call last):
        ...
    minmap.errors.FileError: ...geojson has no member "corridor"; give a file that Corridor.save
    wrote. Corridor.from_lines reads the lines of other files.
    """
    about, rows = read_rows(path)
    legs, nodes = (_frame(rows[column], column, label=str(path)) for column in _TABLES)
    return {**about, "legs": legs, "nodes": nodes}


def read_rows(path: Path) -> tuple[Parts, dict[str, list[dict[str, Any]]]]:
    """Read a file like `read`, but return its tables as rows.

    Returns
    -------
    tuple of dict
        The arguments of a `minmap.Corridor` except its tables; and the rows of the legs, under
        ``"leg_id"``, and of the nodes, under ``"node_id"``, each with its GeoJSON ``geometry``.
    """
    collected = _parsed(path)
    about = collected.get(_MEMBER)
    if not isinstance(about, dict):
        raise FileError(
            f'{path} has no member "{_MEMBER}"; {_CURE}. Corridor.from_lines reads the lines of '
            "other files."
        )
    features = collected.get("features")
    if not isinstance(features, list):
        raise FileError(f"{path} has no list of features; {_CURE}.")
    rows: dict[str, list[dict[str, Any]]] = {column: [] for column in _TABLES}
    for number, feature in enumerate(features):
        column, row = _row(feature, where=f"{path}, feature {number}")
        rows[column].append(row)
    defaults: Parts = {"id": None, "title": None, "description": "", "variants": {}, "sources": []}
    return {name: about.get(name, default) for name, default in defaults.items()}, rows


def _parsed(path: Path) -> dict[str, Any]:
    try:
        parsed = json.loads(path.read_bytes(), parse_constant=_refuse)
    except OSError as error:
        raise FileError(f"{path} cannot be read: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise FileError(f"{path} is not JSON ({error}); {_CURE}.") from error
    if not isinstance(parsed, dict):
        raise FileError(f"{path} is a JSON {type(parsed).__name__}; {_CURE}.")
    return parsed


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not a JSON number")


def _row(feature: Any, *, where: str) -> tuple[str, dict[str, Any]]:
    """Return a feature's row, after the id column of its table: "leg_id" or "node_id"."""
    properties = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(properties, dict):
        raise FileError(f"{where} has no properties; {_CURE}.")
    column = next((column for column in _TABLES if properties.get(column) is not None), None)
    if column is None:
        raise FileError(f"{where} has neither leg_id nor node_id; {_CURE}.")
    return column, {**properties, _GEOMETRY: feature.get(_GEOMETRY)}


def _frame(rows: Sequence[Mapping[str, Any]], id_column: str, *, label: str) -> gpd.GeoDataFrame:
    # A table without rows has its columns all the same.
    names = dict.fromkeys([*(_TABLES[id_column] if not rows else ()), *chain(*rows)])
    columns = {name: [row.get(name) for row in rows] for name in names if name != _GEOMETRY}
    shapes = [
        _shape(row[_GEOMETRY], where=f"{label}: {id_column}={row[id_column]!r}") for row in rows
    ]
    return gpd.GeoDataFrame(pd.DataFrame(columns, dtype=object), geometry=shapes, crs=CRS)


def _shape(geometry: Any, *, where: str) -> Any:
    """Return a shape. The check of the table refuses all but lines and points."""
    try:
        kind, coordinates = geometry["type"], geometry["coordinates"]
        if kind == "LineString":
            return shapely.linestrings(coordinates)
        if kind == "Point":
            return shapely.points(coordinates)
        return shapely.from_geojson(json.dumps(geometry))
    except (KeyError, TypeError, ValueError, shapely.errors.ShapelyError) as error:
        raise FileError(f"{where}: its geometry cannot be read ({error}); correct it.") from error
