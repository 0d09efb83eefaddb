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

# The copies need fresh memory. The system's pool takes it in small pages, always at the same speed;
# Arrow's own pool takes huge pages, for which it can wait a second.
_POOL: Final = pa.system_memory_pool()


def kept_rows(table: gpd.GeoDataFrame, kept: Booleans) -> gpd.GeoDataFrame:
    """Return ``table[kept]``, faster than pandas does if most columns are text.

    A table of 300,000 occurrences contains 350 MB of text. pandas copies it one text at a time on
    one core; Arrow copies runs of rows, and each core copies columns of its own.

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
