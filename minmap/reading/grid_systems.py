"""The words for datums and grids, with the EPSG code of each."""

import csv
import io
from collections.abc import Mapping
from functools import cache
from importlib.resources import files


@cache
def systems(kind: str) -> Mapping[str, int]:
    """Return the EPSG code of each ``"datum"`` (a geographic CRS) or ``"grid"`` by its word.

    Examples
    --------
    >>> systems("datum")["psad56"], systems("grid")["sweref99"]
    (4248, 3006)
    """
    text = (files(__package__) / "grid_systems.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(io.StringIO(text, newline=""))
    return {row["word"]: int(row["epsg"]) for row in rows if row["kind"] == kind}
