"""The records of all tables in one fixed order, with what linking compares of them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd

from minmap.coordinates.location_bases import SCATTER
from minmap.errors import MinmapError
from minmap.geodesy.ellipsoid import to_ecef
from minmap.linking.identifiers import SharedNumbers, shared_numbers
from minmap.linking.name_words import words_of
from minmap.linking.record_mentions import BEFORE_REPAIR, repeated_ids
from minmap.linking.record_names import RecordNames
from minmap.places.country_polygons import lonlat_of
from minmap.table import conform_with_notes
from minmap.types import TEXT, Booleans, Floats

_OWNER: Final = re.compile(
    r"(?:^|[_#+ ])(?:company|owner|operator)(?:\+1|_?1|_?name)?$", re.IGNORECASE
)
_FACTS: Final = (
    "occurrence_id", "source", "name", "other_names", "country", "site_type", "deposit_type",
    "commodities", "minor_commodities", "commodity_qualifiers",
)  # fmt: skip


@dataclass(frozen=True)
class LinkedRecords:
    """Records in the order of their ids, which does not depend on the order of tables or rows.

    Attributes
    ----------
    facts
        One row a record: id, source, names, country, kind of site, deposit type, commodities.
    xyz_m
        Shape (n, 3), Earth-centred coordinates, metres; NaN without a location.
    uncertainty_km
        Shape (n,), uncertainty of the location, km; 0 where it is not known.
    names
        The words of the names.
    numbers
        The numbers that several records have or cite.
    """

    facts: pd.DataFrame
    xyz_m: Floats
    uncertainty_km: Floats
    names: RecordNames
    numbers: SharedNumbers

    def __len__(self) -> int:
        return len(self.facts)

    @property
    def ids(self) -> pd.Series:
        """The ids of the records."""
        return self.facts["occurrence_id"]

    @property
    def has_location(self) -> Booleans:
        """Whether a record has a location."""
        return np.asarray(np.isfinite(self.xyz_m[:, 0]))


def linked_records(tables: Sequence[gpd.GeoDataFrame]) -> LinkedRecords:
    """Return the records of tables.

    Raises
    ------
    MinmapError
        If a record has no id, or two have the same.
    CRSError
        If a table has no CRS.
    """
    parts = [
        conform_with_notes(table, what=f"argument {number} of link()")[0]
        for number, table in enumerate(tables, start=1)
    ]
    facts = pd.concat([pd.DataFrame(part[list(_FACTS)]) for part in parts], ignore_index=True)
    facts["owner"] = pd.concat([_owner(part) for part in parts], ignore_index=True).astype(TEXT)
    facts[BEFORE_REPAIR] = pd.concat(
        [part.get(BEFORE_REPAIR, pd.Series(None, part.index, dtype=object)) for part in parts],
        ignore_index=True,
    ).astype(TEXT)
    _require_ids(facts["occurrence_id"])
    order = np.argsort(facts["occurrence_id"].to_numpy(dtype=str), kind="stable")
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    ends = np.cumsum([len(part) for part in parts])[:-1]
    positions = np.split(rank, ends)
    facts = facts.iloc[order].reset_index(drop=True)
    lonlat = np.concatenate([lonlat_of(part.geometry) for part in parts])[order]
    uncertainty_m = np.concatenate([_uncertainty_m(part) for part in parts])[order]
    return LinkedRecords(
        facts=facts,
        xyz_m=to_ecef(lonlat),
        uncertainty_km=uncertainty_m / 1000,
        names=RecordNames.of(facts["name"], facts["other_names"]),
        numbers=shared_numbers([pd.DataFrame(part) for part in parts], positions),
    )


def _uncertainty_m(part: gpd.GeoDataFrame) -> Floats:
    """Return the larger of the precision of the coordinates and what else is known of a place."""
    precision, uncertainty = (
        np.nan_to_num(part[name].to_numpy(dtype=float, na_value=0.0))
        for name in ("coordinate_precision_m", "location_uncertainty_m")
    )
    # What links tell about the scatter of a source would be used twice.
    by_links = part["location_uncertainty_basis"].eq(SCATTER).to_numpy(dtype=bool)
    return np.asarray(np.maximum(precision, np.where(by_links, 0.0, uncertainty)))


def _owner(part: gpd.GeoDataFrame) -> pd.Series:
    """Return the first column of a table that names companies, in lower-case Latin letters."""
    for name in part.columns:
        if _OWNER.search(str(name)) and pd.api.types.is_string_dtype(part[name].dtype):
            codes, different = pd.factorize(part[name])
            texts = [" ".join(words_of(str(text).partition("(")[0])) or None for text in different]
            return pd.Series(np.array([*texts, None], dtype=object)[codes])
    return pd.Series(np.full(len(part), None, dtype=object))


def _require_ids(ids: pd.Series) -> None:
    if ids.isna().any():
        raise MinmapError(
            f"{ids.isna().sum()} of {len(ids)} records have no occurrence_id, so links cannot name "
            "them; give each record one, as minmap.read does."
        )
    if repeated := repeated_ids(ids):
        raise MinmapError(repeated)
