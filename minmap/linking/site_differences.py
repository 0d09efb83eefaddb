"""What the records of one site state differently, in words."""

from collections.abc import Iterator
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd

from minmap.geodesy.ellipsoid import surface_distance_m, to_ecef
from minmap.places.country_polygons import lonlat_of
from minmap.table import COLUMN_NAMES

_COMPARED: Final = ("country", "admin1", "status", "site_type", "deposit_type", "size")


class SiteDifferences:
    """Words on the different values of the records of a site.

    Parameters
    ----------
    records
        All records.
    """

    def __init__(self, records: gpd.GeoDataFrame) -> None:
        self._ids = records["occurrence_id"].tolist()
        self._texts = {
            name: records[name].astype(object).where(records[name].notna(), None).tolist()
            for name in _COMPARED
        }
        self._xyz_m = to_ecef(lonlat_of(records.geometry))
        self._numbers = {
            str(name): records[name].to_numpy(dtype=float, na_value=np.nan)
            for name in records.columns
            if name not in COLUMN_NAMES and pd.api.types.is_numeric_dtype(records[name].dtype)
        }

    def of(self, rows: list[int]) -> str | None:
        """Return the words on the records in these rows; None if nothing differs."""
        return "; ".join([*self._places(rows), *self._words(rows), *self._ranges(rows)]) or None

    def _places(self, rows: list[int]) -> Iterator[str]:
        left, right = (np.array(rows)[side] for side in np.triu_indices(len(rows), 1))
        apart_km = surface_distance_m(self._xyz_m[left], self._xyz_m[right]) / 1000
        if np.nanmax(apart_km, initial=0.0) > 0:
            yield f"location: up to {np.nanmax(apart_km):.1f} km apart"

    def _words(self, rows: list[int]) -> Iterator[str]:
        for name, texts in self._texts.items():
            given = dict[str, str]()
            for row in rows:
                if texts[row] is not None:
                    given.setdefault(texts[row], self._ids[row])
            if len(given) > 1:
                yield f"{name}: {', '.join(f'{text} ({id_})' for text, id_ in given.items())}"

    def _ranges(self, rows: list[int]) -> Iterator[str]:
        for name, numbers in self._numbers.items():
            given = numbers[rows]
            given = given[np.isfinite(given)]
            if len(given) and given.min() < given.max():
                yield f"{name}: {given.min():g} to {given.max():g}"
