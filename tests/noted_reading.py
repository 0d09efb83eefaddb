"""Read tables in tests, with the notes that the user gets."""

from __future__ import annotations

import warnings
from typing import Any

import geopandas as gpd

import minmap as mm
from minmap.errors import MinmapWarning


def read(file: Any, **options: Any) -> tuple[gpd.GeoDataFrame, str]:
    """Return the occurrence table, and the text of all warnings."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", MinmapWarning)
        found = mm.read(file, **options)
    return found, " ".join(str(one.message) for one in caught)
