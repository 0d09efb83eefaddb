"""Islets that the map of countries does not draw."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import numpy as np
import pandas as pd
import scipy

from minmap.geodesy.ellipsoid import to_ecef
from minmap.types import Floats, Integers


@cache
def islets() -> pd.DataFrame:
    """Return the islets that ship with minmap.

    Returns
    -------
    pandas.DataFrame
        ``longitude``, ``latitude`` (degrees), ``name`` and ``country`` (alpha-3) of the town that
        shows that there is land, missing for islets of Natural Earth.

    Examples
    --------
    >>> islets().set_index("name").loc["Funafuti", "country"]
    'TUV'
    """
    with (files(__package__) / "data" / "islets.csv").open(encoding="utf-8") as file:
        return pd.read_csv(file)


@cache
def _tree() -> scipy.spatial.cKDTree:
    table = islets()
    return scipy.spatial.cKDTree(to_ecef(table[["longitude", "latitude"]].to_numpy()))


def islets_near(lonlat: Floats, within_km: float) -> Integers:
    """Return for each point (n, 2) the row of the nearest islet; -1 if it is over `within_km` away.

    Examples
    --------
    >>> (islets_near(np.array([[179.2, -8.5], [170.0, -8.5]]), 25.0) >= 0).tolist()
    [True, False]
    """
    if not len(lonlat):
        return np.zeros(0, dtype=np.int64)
    distance_m, row = _tree().query(to_ecef(lonlat))
    return np.where(distance_m <= within_km * 1000, row, -1).astype(np.int64)
