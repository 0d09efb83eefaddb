"""The words for datums and grids, with the EPSG code of each."""

from collections.abc import Mapping
from functools import cache

from minmap.packaged_rows import packaged_rows


@cache
def systems(kind: str) -> Mapping[str, int]:
    """Return the EPSG code of each ``"datum"`` (a geographic CRS) or ``"grid"`` by its word.

    Examples
    --------
    >>> systems("datum")["psad56"], systems("grid")["sweref99"]
    (4248, 3006)
    """
    rows = packaged_rows(__package__, "grid_systems")
    return {row["word"]: int(row["epsg"]) for row in rows if row["kind"] == kind}
