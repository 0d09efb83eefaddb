"""Rows inside a table with the names of its columns again, as in tables of several pages."""

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from minmap.coordinates.column import to_arrow
from minmap.types import Booleans

_FEWEST_NAMES, _MOSTLY, _LOOKED_AT = 3, 0.8, 3


def repeated_names(frame: pd.DataFrame) -> Booleans:
    """Return which rows of a table of texts have the names of most columns again.

    Examples
    --------
    >>> frame = pd.DataFrame({"site": ["A", "Site", "B"], "lat": ["1", "Lat", "2"], "Lon": "Lon"})
    >>> repeated_names(frame).tolist()
    [False, True, False]
    """
    names = [str(name).strip().lower() for name in frame.columns]
    found = np.zeros(len(frame), dtype=bool)
    if len(names) < _FEWEST_NAMES:
        return found
    likely = np.zeros(len(frame), dtype=bool)
    for position in range(_LOOKED_AT):
        texts = pc.utf8_lower(pc.utf8_trim_whitespace(to_arrow(frame.iloc[:, position])))
        likely |= np.asarray(pc.equal(texts, names[position]).fill_null(fill_value=False))
    for row in np.flatnonzero(likely).tolist():
        cells = ["" if pd.isna(cell) else str(cell).strip() for cell in frame.iloc[row]]
        filled = [(cell.lower(), name) for cell, name in zip(cells, names, strict=True) if cell]
        same = sum(cell == name for cell, name in filled)
        found[row] = same >= max(_FEWEST_NAMES, _MOSTLY * len(filled))
    return found
