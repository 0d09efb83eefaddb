"""Merge occurrence tables, and keep all their sources."""

import os
from itertools import chain
from typing import Any

import geopandas
import numpy as np
import pandas as pd

from minmap.arguments import check_keywords
from minmap.errors import MinmapError, warn
from minmap.geodesy.crs import WGS84
from minmap.linking.link_files import links_given
from minmap.linking.record_mentions import repeated_ids
from minmap.linking.site_links import CURE
from minmap.linking.site_rows import site_rows
from minmap.reading.known_sources import described_sources
from minmap.table import (
    DTYPES,
    UNITS,
    common_number_dtype,
    common_units,
    conform_with_notes,
    each_once,
)
from minmap.types import TEXT


@check_keywords
def merge(
    *tables: geopandas.GeoDataFrame,
    links: pd.DataFrame | str | os.PathLike[str] | None = None,
) -> geopandas.GeoDataFrame:
    """Put occurrence tables one below the other, or make one row of the records of each site.

    Without links, a deposit in two tables stays two records.

    Parameters
    ----------
    *tables
        Occurrence tables as `minmap.read` returns them, or other GeoDataFrames with a CRS, each a
        separate argument. Not changed.
    links
        Result of `minmap.link` on these tables, or of a reviewer, or the path of its CSV file:
        records in a row whose ``same_site`` is true are of one site. None: one row a record.

    Returns
    -------
    geopandas.GeoDataFrame
        All records in the order given, index 0, 1, 2 and so on, EPSG:4326: the columns of
        `minmap.table.COLUMNS`, then the tables' own, missing where a table lacks them. A further
        column keeps its dtype if all tables that have it agree, or gets the nullable one if a table
        lacks it (int64: Int64); numbers of several dtypes become Int64 or Float64, and other
        columns text. ``attrs["sources"]`` lists the sources of all tables, each once, and
        ``attrs["units"]`` the units of columns on which the tables agree.

        With links, one row a site, at the place of its first record, and a row for each other
        record. A value is that of the first record that has one, in the order of the tables, so
        give the most trusted table first; what a source that minmap knows declares as missing, such
        as -9999, is missing. But the location comes from the record with the least
        ``location_uncertainty_m`` that is no outlier. The status is the first known one, or if that
        has a year, the one of the latest year. Country and province fit the location: they are
        those that its record states, else those that were derived from its point, else those that
        another record states. Commodities, qualifiers and citations of all records are listed; all
        names but the first are ``other_names``.

        If only the digits of a location are known (basis "precision"), its uncertainty counts as
        7.3 km, the median of the measured sources. Among equal ones, the finer
        ``coordinate_precision_m`` comes first, then a stated uncertainty. Two records agree that
        lie no farther apart than twice the root of the sum of the squares of their uncertainties.
        An outlier does not agree with the middle of its site, and most records lie less than half
        as far from the middle; outliers are less than half of the records of a site. The middle is
        the record that is nearest to the others, where uncertainties count as distances.

        A site is as uncertain as the record that gives its location. Records that agree with it
        change nothing, but the distance to the farthest of the others is the uncertainty if that
        is greater, with the basis "spread"; outliers do not count that three records oppose. If
        only its digits are known, the distance to the most certain of those that agree counts too.

        Six columns come last:

        - ``site_records``: ids of all records of the site
        - ``site_count``: their number, 1 for a record that stands alone
        - ``site_probability``: how surely they are of one site by the model of `minmap.link`: the
          probability of the weakest link without which the site would fall into two, 1 for one that
          a reviewer decided; missing for one record, and without probabilities in `links`
        - ``value_records``: columns of the occurrence table with a value that is not of the first
          record, and the record
        - ``differing``: what the records state differently: distances and outliers, ranges of
          numbers (also of a column of texts that are all numbers), and other texts, of long ones
          the beginning
        - ``site_facts``: what the card of a map lists of each record of a site with several, and
          another merge needs, as JSON

        A table of such sites may be merged again, such as with a table of your own: the columns of
        sites then tell of all records, and ``site_probability`` is the least of all links. The
        location comes from the rows given, by the outliers among all records.

        ``attrs["link"]`` is that of `links`, with the thresholds and the number of decisions.

    Raises
    ------
    MinmapError
        If no table is given, an argument is not a GeoDataFrame, two columns have one name, `links`
        is not a table of links or gives a record another name than its table, or, with links,
        records have no id or the same, a record is in two rows, or tables have columns of sites
        without the records of these.
    FileError
        If the file of `links` cannot be read.
    CRSError
        If a table has no CRS.

    Warns
    -----
    MinmapWarning
        If links join records that the tables do not have or, without links, several records have
        one id.

    Examples
    --------
    >>> import minmap as mm
    >>> major = mm.read(mm.sample("major_deposits_central_asia.csv"))
    >>> critical = mm.read(mm.sample("pp1802_central_asia.csv"))
    >>> both = merge(major, critical)
    >>> len(both) == len(major) + len(critical), [s["id"] for s in both.attrs["sources"]]
    (True, ['major_deposits', 'pp1802'])
    >>> sites = merge(major, critical, links=mm.link(major, critical))
    >>> sites.loc[sites["name"] == "Syrymbet", "site_records"].item()
    'major_deposits:1476; pp1802:d0fd97ff84b4'
    """
    if not tables:
        raise MinmapError("merge() has no table; pass two or more, such as merge(a, b).")
    parts = list[geopandas.GeoDataFrame]()
    for number, table in enumerate(tables, start=1):
        if not isinstance(table, geopandas.GeoDataFrame):
            raise MinmapError(
                f"argument {number} of merge() is a {type(table).__name__}; pass GeoDataFrames one "
                "by one, such as merge(a, b), or merge(*tables) for a list."
            )
        parts.append(conform_with_notes(table, what=f"argument {number} of merge()")[0])
    names = list(dict.fromkeys(name for part in parts for name in part.columns))
    columns = {name: _stacked(name, parts) for name in names if name != "geometry"}
    geometry = pd.concat([part.geometry for part in parts], ignore_index=True)
    merged = geopandas.GeoDataFrame(columns, geometry=geometry, crs=WGS84)[names]
    merged.attrs["sources"] = each_once(chain.from_iterable(map(described_sources, parts)))
    if units := common_units(parts):
        merged.attrs[UNITS] = units
    if links is not None:
        return site_rows(merged, links_given(links, cure=CURE))
    if repeated := repeated_ids(merged["occurrence_id"]):
        warn(repeated)
    return merged


def _stacked(name: str, parts: list[geopandas.GeoDataFrame]) -> pd.Series:
    """Return a column of all tables, as text if their dtypes differ and not all are numbers."""
    given = [part[name] for part in parts if name in part]
    kinds = {(column.dtype, getattr(column, "crs", None)) for column in given}
    dtype = DTYPES.get(name) or (
        given[0].dtype if len(kinds) == 1 else common_number_dtype(given) or TEXT
    )
    if len(given) < len(parts):
        dtype = _with_missing(dtype)
    whole = [
        part[name].astype(dtype) if name in part else pd.Series(index=part.index, dtype=dtype)
        for part in parts
    ]
    stacked: pd.Series = pd.concat(whole, ignore_index=True)
    return stacked


def _with_missing(dtype: Any) -> Any:
    """Return a dtype for the same values that can be missing too; text if there is none."""
    if isinstance(dtype, pd.SparseDtype):
        dtype = dtype.subtype
    if isinstance(dtype, np.dtype) and dtype.kind in "biu":
        return pd.Series(dtype=dtype).convert_dtypes().dtype
    try:
        return pd.Series(index=[0], dtype=dtype).dtype
    except (TypeError, ValueError):  # intervals of whole numbers
        return TEXT
