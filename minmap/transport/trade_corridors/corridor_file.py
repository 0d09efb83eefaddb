"""A corridor as one GeoJSON file, in the catalogue and of users."""

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import pandas as pd
import shapely

from minmap.arguments import require_path
from minmap.errors import FileError
from minmap.geodesy.crs import WGS84
from minmap.output import atomic_path
from minmap.transport.trade_corridors.leg_table import LEG_COLUMNS, NODE_COLUMNS

Parts = dict[str, Any]
"""The arguments of a `minmap.Corridor`."""

_CURE: Final = "give a file that Corridor.save wrote"
_TABLES: Final = {"leg_id": LEG_COLUMNS, "node_id": NODE_COLUMNS}


def write(collected: Mapping[str, Any], path: str | os.PathLike[str]) -> Path:
    """Write a collection in one step, one feature a line.

    Parameters
    ----------
    collected
        A GeoJSON FeatureCollection, such as `minmap.Corridor.__geo_interface__`.
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
    collected = _parsed(path)
    about = collected.get("corridor")
    if not isinstance(about, dict):
        raise FileError(
            f'{path} has no member "corridor"; {_CURE}. Corridor.from_lines reads the lines of '
            "other files."
        )
    features = collected.get("features")
    if not isinstance(features, list):
        raise FileError(f"{path} has no list of features; {_CURE}.")
    rows: dict[str, list[dict[str, Any]]] = {column: [] for column in _TABLES}
    for number, feature in enumerate(features):
        where = f"{path}, feature {number}"
        properties = feature.get("properties") if isinstance(feature, dict) else None
        if not isinstance(properties, dict):
            raise FileError(f"{where} has no properties; {_CURE}.")
        column = next((column for column in _TABLES if properties.get(column) is not None), None)
        if column is None:
            raise FileError(f"{where} has neither leg_id nor node_id; {_CURE}.")
        label = f"{path}: {column}={properties[column]!r}"
        shape = _shape(feature.get("geometry"), where=label)
        rows[column].append({**properties, "geometry": shape})
    legs, nodes = (_frame(rows[column], column) for column in _TABLES)
    defaults: Parts = {"id": None, "title": None, "description": "", "variants": {}, "sources": []}
    about = {name: about.get(name, default) for name, default in defaults.items()}
    return {**about, "legs": legs, "nodes": nodes}


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


def _shape(geometry: Any, *, where: str) -> Any:
    """Return a shape. The check of the table refuses all but lines and points."""
    try:
        return shapely.from_geojson(json.dumps(geometry))
    except shapely.errors.ShapelyError as error:
        raise FileError(f"{where}: its geometry cannot be read ({error}); correct it.") from error


def _frame(rows: Sequence[Mapping[str, Any]], id_column: str) -> gpd.GeoDataFrame:
    # A table without rows has its columns all the same.
    columns = None if rows else [*_TABLES[id_column], "geometry"]
    table = pd.DataFrame(rows, columns=columns, dtype=object)
    return gpd.GeoDataFrame(table, geometry="geometry", crs=WGS84)
