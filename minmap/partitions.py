"""Functions of a table, applied to each partition of a table of dask-geopandas.

Dask and dask-geopandas are an extra (``pip install "minmap[dask]"``). They are not imported here,
because their frames have all the methods that are needed.
"""

from collections.abc import Callable
from typing import Any


def is_partitioned(frame: object) -> bool:
    """Return whether a frame is a GeoDataFrame of dask-geopandas.

    Examples
    --------
    >>> is_partitioned([1, 2])
    False
    """
    return hasattr(frame, "map_partitions") and hasattr(frame, "_meta")


def by_partition(frame: Any, function: Callable[..., Any], *args: Any, **options: Any) -> Any:
    """Return a lazy frame with `function` applied to each partition.

    Parameters
    ----------
    frame
        A dask-geopandas GeoDataFrame. Not changed; nothing is computed.
    function
        Takes a GeoDataFrame as its first argument and returns one. It is called once here, on a
        table without rows, for the columns of the result. The workers must be able to import it.
    args, options
        Its further arguments, which are sent to the workers.
    """
    result_columns = function(frame._meta, *args, **options)  # dask's name for a table of no rows
    return frame.map_partitions(function, *args, meta=result_columns, **options)
