"""Functions of a table, applied to each partition of a table of dask-geopandas.

Dask and dask-geopandas are an extra (``pip install "minmap[dask]"``). They are imported only to
make a frame: frames of the user's have all the methods that are needed.
"""

from collections.abc import Callable, Sequence
from typing import Any

from minmap.errors import MinmapError


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


def require_dask(why: str) -> None:
    """Raise `MinmapError` if the extra is not installed.

    `why` is the beginning of the message: what needs it.
    """
    try:
        import dask_geopandas  # type: ignore[import-untyped]  # noqa: F401, PLC0415  # an extra
    except ImportError as error:
        raise MinmapError(
            f'{why} needs dask-geopandas; install the extra: pip install "minmap[dask]".'
        ) from error


def frame_of_parts(
    read: Callable[[Any], Any], parts: Sequence[Any], *, like: Any, starts: Sequence[int]
) -> Any:
    """Return a lazy GeoDataFrame of dask-geopandas.

    Parameters
    ----------
    read
        Returns the GeoDataFrame of a part. The workers must be able to import it.
    parts
        What `read` takes, one for each partition.
    like
        A GeoDataFrame without rows, with the columns of all parts.
    starts
        First index label of each part, and at the end the last label of all.
    """
    require_dask("a frame of dask")
    import dask.dataframe  # noqa: PLC0415
    import dask_geopandas  # noqa: F401, PLC0415  # tells dask what a GeoDataFrame is

    # Texts keep the dtype that minmap gives them.
    with dask.config.set({"dataframe.convert-string": False}):
        return dask.dataframe.from_map(  # type: ignore[no-untyped-call]
            read, parts, meta=like, divisions=starts, label="minmap-read"
        )
