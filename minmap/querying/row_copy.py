"""Copy rows of a wide table of texts on all cores."""

from __future__ import annotations

import copy
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from minmap.types import TEXT, Booleans

# What is copied is written to fresh memory, which the machine hands out as it is first touched.
# The system's small pages come at a steady price; the huge ones of arrow's pool can wait a second.
_POOL: Final = pa.system_memory_pool()


def kept_rows(table: gpd.GeoDataFrame, kept: Booleans) -> gpd.GeoDataFrame:
    """Return ``table[kept]``, in a fraction of the time where most columns are text.

    An occurrence table of 300,000 rows has 350 MB of text, and a condition that most rows meet
    copies nearly all of it. pandas copies text by text on one core; arrow copies runs of rows.

    Examples
    --------
    >>> points = gpd.points_from_xy([67.4, 75.9], [47.9, 42.6])
    >>> table = gpd.GeoDataFrame({"name": ["Zod", "Kounrad"]}, geometry=points)
    >>> kept_rows(table, np.array([False, True]))["name"].to_dict()
    {1: 'Kounrad'}
    """
    # The largest first, so that no core waits for the last of them.
    texts = np.array(
        sorted(np.flatnonzero(table.dtypes == TEXT), key=lambda at: -table.iloc[:, at].nbytes),
        dtype=np.intp,
    )
    others = np.flatnonzero(table.dtypes != TEXT)
    if table.active_geometry_name is None or not texts.size:
        return table.iloc[np.flatnonzero(kept)]
    index, mask = table.index[kept], pa.array(kept)

    def copied(position: int) -> pd.Series:
        whole = pa.array(table.iloc[:, position], type=pa.large_string())
        rows = pc.filter(whole, mask, memory_pool=_POOL)
        values = TEXT.__from_arrow__(rows)  # type: ignore[attr-defined]
        return pd.Series(values, index=index, name=table.columns[position])

    with ThreadPoolExecutor() as cores:
        columns = cores.map(copied, texts.tolist())
        rest = table.iloc[np.flatnonzero(kept), others]  # meanwhile
    result = pd.concat([rest, *columns], axis=1)
    result = result.iloc[:, np.argsort(np.concatenate([others, texts]))]
    result.attrs = copy.deepcopy(table.attrs)
    return result
