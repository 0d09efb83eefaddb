"""A colour for each commodity, the same in every map."""

from __future__ import annotations

from functools import cache

import pandas as pd

from minmap.packaged_rows import packaged_rows


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
    rows = packaged_rows(__package__, "commodity_colors")
    return {row["code"]: row["color"] for row in rows}


def main_commodities(values: pd.Series) -> pd.Series:
    """Return the first code of each record's commodities, which are in order of importance.

    Examples
    --------
    >>> main_commodities(pd.Series(["Au Ag", "Cu", None])).tolist()
    ['Au', 'Cu', nan]
    """
    texts = (text for text in values.dropna().unique() if text.strip())
    return values.map({text: text.split(maxsplit=1)[0] for text in texts})
