"""A colour for each commodity, the same in every map."""

from __future__ import annotations

import csv
from functools import cache
from importlib import resources

import pandas as pd


@cache
def commodity_colors() -> dict[str, str]:
    """Return the colour of each commodity by its code.

    Notes
    -----
    The table ``commodity_colors.csv`` says in each row where the colour comes from.

    Examples
    --------
    >>> commodity_colors()["Au"]
    '#F2B705'
    """
    text = (resources.files("minmap") / "style" / "commodity_colors.csv").read_text("utf-8")
    return {row["code"]: row["color"] for row in csv.DictReader(text.splitlines())}


def main_commodities(values: pd.Series) -> pd.Series:
    """Return the first code of each record's commodities, which are in order of importance.

    Examples
    --------
    >>> main_commodities(pd.Series(["Au Ag", "Cu", None])).tolist()
    ['Au', 'Cu', nan]
    """
    texts = (text for text in values.dropna().unique() if text.strip())
    return values.map({text: text.split(maxsplit=1)[0] for text in texts})
