"""Where the records of sites lie, also those of sites that were merged before."""

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from minmap.linking.earlier_sites import UNCERTAINTY, EarlierSite, replaced
from minmap.linking.site_outliers import opposed_by
from minmap.types import Booleans, Integers


@dataclass(frozen=True)
class SitePlaces:
    """The locations of all records; a row that is an earlier site has several.

    Attributes
    ----------
    records
        Id, location and its uncertainty of each record, in the order of the rows.
    site
        Shape (n,), number of the site of each.
    opposed_by
        Shape (n,), how many records oppose the location of each; 0 if it is no outlier.
    at_location
        By row, the position of the record that gives its location.
    """

    records: gpd.GeoDataFrame
    site: Integers
    opposed_by: Integers
    at_location: Integers

    @classmethod
    def of(
        cls, rows: gpd.GeoDataFrame, earlier: Mapping[int, EarlierSite], number: Integers
    ) -> "SitePlaces":
        """Return the places of the records of rows, with the number of the site of each row."""
        records, row = _each_record(rows, earlier)
        at_location = np.flatnonzero(np.diff(row, prepend=-1))
        for at, site in earlier.items():
            ids = [fact["id"] for fact in site.facts]
            given = site.id_of_value("geometry")
            at_location[at] += ids.index(given) if given in ids else 0
        opposed = opposed_by(records, number[row])
        return cls(records, number[row], opposed, at_location)

    @property
    def is_outlier(self) -> Booleans:
        """Whether the location of each record lies apart from most others of its site."""
        return np.asarray(self.opposed_by > 0)

    def of_sites(self, sites: Integers) -> tuple[Integers, Integers]:
        """Return the positions of the records of some sites, one site below the other.

        The second array numbers their sites from 0 in the order given, which ascends.
        """
        at = np.flatnonzero(np.isin(self.site, sites))
        at = at[np.argsort(self.site[at], kind="stable")]
        return at, np.searchsorted(sites, self.site[at])


def _each_record(
    rows: gpd.GeoDataFrame, earlier: Mapping[int, EarlierSite]
) -> tuple[gpd.GeoDataFrame, Integers]:
    """Return the id and the location of each record, in the order of the rows, and its row."""
    names = ["occurrence_id", "coordinate_precision_m", *UNCERTAINTY, "geometry"]
    if not earlier:
        return rows[names], np.arange(len(rows))
    counts = np.ones(len(rows), dtype=np.int64)
    counts[list(earlier)] = [len(site.facts) for site in earlier.values()]
    row = np.repeat(np.arange(len(rows)), counts)
    records = rows[names].iloc[row].reset_index(drop=True)
    at = np.flatnonzero(np.isin(row, list(earlier)))
    facts = pd.DataFrame([fact for n in sorted(earlier) for fact in earlier[n].facts])
    facts = facts.reindex(columns=["id", *UNCERTAINTY, "longitude", "latitude"])
    given = {"occurrence_id": facts["id"], "coordinate_precision_m": np.full(len(at), np.nan)}
    for name, values in (given | {name: facts[name] for name in UNCERTAINTY}).items():
        records[name] = replaced(records[name], at, values)
    lonlat = (pd.to_numeric(facts[n], errors="coerce") for n in ("longitude", "latitude"))
    shapes = records.geometry.to_numpy(copy=True)
    shapes[at] = np.where(facts["longitude"].isna(), None, gpd.points_from_xy(*lonlat))
    return records.set_geometry(gpd.GeoSeries(shapes, crs=rows.crs)), row
