"""Read Parquet and GeoParquet if the decoded size is in proportion to the size of the file."""

import json
from functools import reduce
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from minmap.errors import FileError
from minmap.files import geoarrow
from minmap.files.arrow_table import (
    FREE_BYTES,
    LARGEST_RATIO,
    decoded_size,
    plain_array,
    require_known_types,
)
from minmap.files.damage import as_file_error
from minmap.files.geometry_depth import (
    COLLECTION_HEAD_BYTES,
    COLLECTION_STARTS,
    require_shallow_wkb,
)
from minmap.files.parquet_cells import require_few_cells
from minmap.geodesy.crs import stated_crs

EXACT_BELOW: Final = 2.0**53
"""Whole numbers below this are exact as floats."""
_CELL_BYTES: Final = 8  # bytes of a cell in a column of pandas
_ROWS_AT_ONCE: Final = 1 << 14
_VARIABLE: Final = "BYTE_ARRAY"  # texts and bytes of any length, among the types of Parquet
_FREE_COLLECTIONS: Final = 100_000  # of geometries, that any file may have
_PATH_ZONE: Final = "dateutil"  # pandas.tseries: "dateutil/" before the path of a zone
_CURE: Final = "Get the file again, or write it anew with pyarrow or geopandas."


def has_geometry(path: Path, where: str, size: int) -> bool:
    """Check a Parquet file, and return whether it has columns of geometry.

    Parameters
    ----------
    path
        The file.
    where
        Its name in messages.
    size
        Bytes of the user's file; `path` may be a copy of it.

    Raises
    ------
    FileError
        If the file is damaged, decodes to more than `most_bytes`, has far more rows or cells than
        bytes, or may name a file as a time zone.
    CRSError
        If a CRS that it states names a file.
    """
    with as_file_error(f"{where} cannot be read as Parquet", cure=_CURE):
        require_known_types(pq.read_schema(path))
        require_few_cells(path, where, size)
        require_bounded(path, where)
        schema = pq.read_schema(path)
        _require_no_zone_of_a_file((schema.metadata or {}).get(b"pandas", b"{}"), where)
        stated = json.loads((schema.metadata or {}).get(b"geo", b"{}")).get("columns", {})
        for name, column in stated.items():
            if crs := column.get("crs"):
                stated_crs(crs, what=where)
            if name in schema.names:
                _require_shallow_shapes(path, name, size)
        geoarrow.require_known(schema, where)
        return _is_geo(path) or bool(geoarrow.shape_fields(schema))


def read(path: Path, where: str, limit: int | None = None) -> pd.DataFrame:
    """Read a Parquet file that `has_geometry` has checked, as a GeoDataFrame if it has geometry.

    Parameters
    ----------
    path
        The file.
    where
        Its name in messages.
    limit
        Return only this many rows. None returns all.

    Raises
    ------
    FileError
        If the file is damaged.
    """
    with as_file_error(f"{where} cannot be read as Parquet", cure=_CURE):
        frame = gpd.read_parquet(path) if _is_geo(path) else _plain_frame(path, where)
        frame.attrs = {}  # pandas copies them for every column that it takes out
        require_sound_text(frame)
        frame = frame.assign(**_exact_columns(path, frame))
        return frame.reset_index(drop=True).head(len(frame) if limit is None else limit)


def _plain_frame(path: Path, where: str) -> pd.DataFrame:
    """Read a file without the metadata of GeoParquet; it may have columns of GeoArrow."""
    schema = pq.read_schema(path)
    shapes = geoarrow.shape_fields(schema)
    others = [name for name in schema.names if name not in shapes] if shapes else None
    frame: pd.DataFrame = pd.read_parquet(path, columns=others)
    if not shapes:
        return frame

    def column(name: str) -> pa.ChunkedArray:
        return pq.read_table(path, columns=[name]).column(0)

    shaped: pd.DataFrame = geoarrow.with_shapes(frame, schema, column, where)
    return shaped


def _exact_columns(path: Path, frame: pd.DataFrame) -> dict[str, Any]:
    """Return the columns that pandas would change, as they are in the file.

    pandas makes floats of whole numbers if some are missing, in lists too; they are exact below
    2^53 only.
    """
    schema = pq.read_schema(path)
    inexact = [
        field.name
        for field in schema
        if schema.names.count(field.name) == 1
        and field.name in frame
        and _is_inexact(field.type, frame[field.name])
    ]
    exact = dict[str, Any]()
    for name in inexact:
        column = pq.read_table(path, columns=[name]).column(0)
        if pa.types.is_nested(column.type):
            exact[name] = pd.Series(column.to_pylist(), frame.index, dtype=object)
        else:
            dtype: Any = pd.UInt64Dtype() if column.type == pa.uint64() else pd.Int64Dtype()
            exact[name] = pd.Series(dtype.__from_arrow__(column).copy(), frame.index)
    return exact


def _is_inexact(kind: pa.DataType, values: pd.Series) -> bool:
    if pa.types.is_nested(kind):
        return values.dtype == object
    is_float = values.dtype == np.float64 and pa.types.is_integer(kind)
    return is_float and bool((values.abs() >= EXACT_BELOW).any())


def require_sound_text(frame: pd.DataFrame) -> None:
    """Raise if a text of a frame is not UTF-8: arrow does not check it when it reads.

    Raises
    ------
    pyarrow.ArrowInvalid
        If one is not.
    """
    for position, dtype in enumerate(frame.dtypes):
        if isinstance(dtype, pd.StringDtype):
            pa.array(frame.iloc[:, position], from_pandas=True).validate(full=True)


def most_bytes(path: Path) -> int:
    """Return how many bytes a file may decode to."""
    return max(FREE_BYTES, LARGEST_RATIO * path.stat().st_size)


def require_bounded(path: Path, where: str) -> None:
    """Refuse a small file that decodes to very much, as runs and dictionaries of Parquet allow.

    Raises
    ------
    FileError
        If the file decodes to more than `most_bytes`.
    """
    most = most_bytes(path)
    with pq.ParquetFile(path) as file:
        metadata = file.metadata
        groups = [metadata.row_group(n) for n in range(metadata.num_row_groups)]
        chunks = [group.column(n) for group in groups for n in range(group.num_columns)]
        columns = [file.schema.column(n) for n in range(len(file.schema))]
        lengths = {c.path: max(c.length or 0, _CELL_BYTES) for c in columns}
        size = max(
            metadata.num_rows * metadata.num_columns * _CELL_BYTES,
            sum(chunk.num_values * lengths[chunk.path_in_schema] for chunk in chunks),
            sum(chunk.total_uncompressed_size for chunk in chunks),
        )
    if size > most:
        raise _swollen(path, where, f"{size >> 20:,} MB")
    variable = [chunk for chunk in chunks if chunk.physical_type == _VARIABLE]
    # A dictionary contains a text once, but every row may have it as its value.
    if sum(chunk.num_values * chunk.total_uncompressed_size for chunk in variable) <= most:
        return
    names = list(dict.fromkeys(chunk.path_in_schema for chunk in variable))
    with pq.ParquetFile(path, read_dictionary=names) as file:  # texts are not decoded
        for batch in file.iter_batches(_ROWS_AT_ONCE, columns=names):
            size += sum(decoded_size(column) for column in batch.columns)
            if size > most:
                raise _swollen(path, where, f"more than {most >> 20:,} MB")


def _is_geo(path: Path) -> bool:
    return b"geo" in (pq.read_schema(path).metadata or {})


def _require_no_zone_of_a_file(metadata: bytes, where: str) -> None:
    """Raise if a type in the metadata of pandas names a time zone of dateutil, which is a path."""
    if _PATH_ZONE in json.dumps(json.loads(metadata)).lower():
        raise FileError(
            f"{where} has times in a zone of dateutil, which may be a path; write it anew with "
            "times in UTC: frame[column].dt.tz_convert('UTC')."
        )


def _require_shallow_shapes(path: Path, column: str, size: int) -> None:
    """Raise if geometries are nested so deep, or made of so many, that GEOS takes very long."""
    found, most = 0, _FREE_COLLECTIONS + size // COLLECTION_HEAD_BYTES
    for chunk in pq.read_table(path, columns=[column]).column(0).chunks:
        if not pa.types.is_nested(chunk.type):
            chunk = pc.cast(plain_array(chunk), pa.large_binary())  # noqa: PLW2901
            starts = [pc.starts_with(chunk, pattern=start) for start in COLLECTION_STARTS]
            for shape in chunk.filter(reduce(pc.or_, starts)):
                found += require_shallow_wkb(shape.as_py())
                if found > most:
                    raise ValueError(f"its geometries are made of more than {most:,} collections")


def _swollen(path: Path, where: str, size: str) -> FileError:
    return FileError(
        f"{where} decodes to {size} from {path.stat().st_size:,} bytes; at most "
        f"{most_bytes(path) >> 20:,} MB are read. If you trust it, write the part that you need "
        "to a new file."
    )
