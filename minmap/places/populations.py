"""The populations of countries."""

from functools import cache
from importlib.resources import files

import pandas as pd


@cache
def populations() -> pd.DataFrame:
    """Return the people of countries by alpha-3, and the year of each estimate.

    `scripts/build_places.py` takes them from Natural Earth.

    Examples
    --------
    >>> populations().loc[["KAZ", "KGZ"], "population"].round(-6).tolist()
    [19000000, 6000000]
    """
    with (files(__package__) / "data" / "populations.csv").open(encoding="utf-8") as file:
        return pd.read_csv(file, index_col="code", keep_default_na=False)
