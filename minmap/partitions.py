"""A function of one table, put to every partition of a table that Dask holds.

Dask and dask-geopandas are an extra (``pip install "minmap[dask]"``) and are not imported here: a
frame of theirs brings all that is needed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def is_partitioned(frame: object) -> bool:
    """Tell whether a frame is one of dask-geopandas.

    Examples
    --------
    >>> is_partitioned([1, 2])
    False
    """
    return hasattr(frame, "map_partitions") and hasattr(frame, "_meta")


def by_partition(frame: Any, function: Callable[..., Any], *args: Any, **options: Any) -> Any:
    """Return a lazy frame in which `function` has been put to every partition.

    Parameters
    ----------
    frame
        A dask-geopandas GeoDataFrame. Not changed; nothing is computed.
    function
        Takes a GeoDataFrame as its first argument and returns one. It is called once, on a table
        without rows, to learn the columns of its answer, and must be importable on the workers.
    args, options
        Its further arguments. They travel to the workers.
    """
    empty = function(frame._meta, *args, **options)  # how dask names it
    return frame.map_partitions(function, *args, meta=empty, **options)
