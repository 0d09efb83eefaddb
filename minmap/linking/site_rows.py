"""One row a site, from the records that links join."""

import copy
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd

from minmap.coordinates.location_bases import SPREAD
from minmap.geodesy.ellipsoid import surface_distance_m, to_ecef
from minmap.linking.declared_missing import without_declared_missing
from minmap.linking.site_choices import chosen_records
from minmap.linking.site_differences import site_differences
from minmap.linking.site_facts import site_facts
from minmap.linking.site_links import site_links
from minmap.places.country_polygons import lonlat_of
from minmap.table import COLUMN_NAMES
from minmap.types import TEXT, Integers
from minmap.vocabulary import group_of

_UNITED: Final = {"commodities": " ", "commodity_qualifiers": "; ", "citation": "; "}
"""Columns with the values of all records, and what separates them."""
_ALL: Final = (*_UNITED, "minor_commodities", "other_names", "commodity_group")
"""Columns that come from all records."""


def site_rows(records: gpd.GeoDataFrame, links: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return one row a site, in the order of the first record of each; see `minmap.merge`.

    Raises
    ------
    MinmapError
        If `links` is not a table of links, or records have no or the same id.

    Warns
    -----
    MinmapWarning
        If links join records that the table does not have.
    """
    site, probability = site_links(records["occurrence_id"], links)
    records = without_declared_missing(records)
    first, number = np.unique(site, return_inverse=True)
    chosen = chosen_records(records, number)
    columns = {name: records[name].array.take(rows) for name, rows in chosen.items()}
    sites = gpd.GeoDataFrame(columns, geometry="geometry", crs=records.crs)
    members = _members(site)
    groups = {row: members[at] for row, at in enumerate(first.tolist()) if at in members}
    _unite(sites, records, groups)
    _widen(sites, records, groups)
    ids, several = records["occurrence_id"].tolist(), list(groups.values())
    together = (groups.get(row, [at]) for row, at in enumerate(first.tolist()))
    sites["site_records"] = _texts("; ".join(ids[at] for at in rows) for rows in together)
    sites["site_count"] = np.bincount(number)
    sites["site_probability"] = pd.array(probability[first], dtype="Float64")
    for name, texts in (
        ("value_records", _value_records(records, groups, chosen)),
        ("differing", site_differences(records, several)),
        ("site_facts", site_facts(records, several)),
    ):
        by_row = dict(zip(groups, texts, strict=True))
        sites[name] = _texts(map(by_row.get, range(len(sites))))
    sites.attrs = records.attrs
    if "link" in links.attrs:
        sites.attrs["link"] = copy.deepcopy(links.attrs["link"])
    return sites


def _members(site: Integers) -> dict[int, list[int]]:
    """Return the records of each site that has several, by the first."""
    several = np.flatnonzero(np.bincount(site, minlength=len(site))[site] > 1)
    found = dict[int, list[int]]()
    for row in several.tolist():
        found.setdefault(int(site[row]), []).append(row)
    return found


def _widen(
    sites: gpd.GeoDataFrame, records: gpd.GeoDataFrame, groups: dict[int, list[int]]
) -> None:
    """Raise the uncertainty of sites to the distance at which another of their records lies."""
    at = np.array([row for row, members in groups.items() for _ in members], dtype=np.int64)
    rows = [*chain.from_iterable(groups.values())]
    ends = lonlat_of(sites.geometry.iloc[at]), lonlat_of(records.geometry.iloc[rows])
    spread_m = np.zeros(len(sites))
    np.fmax.at(spread_m, at, surface_distance_m(*map(to_ecef, ends)))
    given = sites["location_uncertainty_m"]
    uncertainty = given.to_numpy(dtype=float, na_value=0.0)
    basis = sites["location_uncertainty_basis"].to_numpy(dtype=object, copy=True)
    basis[spread_m > uncertainty] = SPREAD
    uncertainty = np.maximum(uncertainty, spread_m)
    known = np.isin(np.arange(len(sites)), at) & (uncertainty > 0)
    sites["location_uncertainty_m"] = given.mask(known, pd.Series(uncertainty, sites.index))
    sites["location_uncertainty_basis"] = pd.array(basis, dtype=TEXT)


def _unite(
    sites: gpd.GeoDataFrame, records: gpd.GeoDataFrame, groups: dict[int, list[int]]
) -> None:
    """Put the values of all records into the rows of sites that have several.

    `groups` has the records of these sites by their row in `sites`.
    """
    names = ("name", "other_names", "minor_commodities", *_UNITED)
    texts = {
        name: records[name].astype(object).where(records[name].notna(), "").tolist()
        for name in names
    }
    united: dict[str, list[str]] = {name: [] for name in names[1:]}
    for rows in groups.values():
        for name, separator in (*_UNITED.items(), ("minor_commodities", " ")):
            parts = (texts[name][row].split(separator) for row in rows)
            united[name].append(separator.join(dict.fromkeys(p for one in parts for p in one if p)))
        main = united["commodities"][-1].split()
        minor = united["minor_commodities"][-1].split()
        united["minor_commodities"][-1] = " ".join(code for code in minor if code not in main)
        united["other_names"].append(", ".join(_other_names(texts, rows)))
    at = list(groups)
    for name, values in united.items():
        column = sites[name].to_numpy(dtype=object, copy=True)
        column[at] = [value or None for value in values]
        sites[name] = pd.array(column, dtype=TEXT)
    mined = sites["commodities"].fillna(sites["minor_commodities"]).iloc[at]
    sites.loc[sites.index[at], "commodity_group"] = group_of(mined)


def _other_names(values: dict[str, list[Any]], rows: list[int]) -> list[str]:
    names = [values["name"][row] for row in rows]
    main = next((name for name in names if name), "")
    others = [values["other_names"][row] for row in rows]
    return [text for text in dict.fromkeys([*names, *others]) if text and text != main]


def _value_records(
    records: gpd.GeoDataFrame, groups: dict[int, list[int]], chosen: dict[str, Integers]
) -> Iterator[str | None]:
    """Yield for each site which columns come from which record other than the first."""
    ids = records["occurrence_id"].tolist()
    given = {name: records[name].notna().tolist() for name in COLUMN_NAMES if name not in _ALL}
    taken = {name: chosen[name].tolist() for name in given}
    for row, (first, *_) in groups.items():
        found = dict[int, list[str]]()
        for name in taken:
            at = taken[name][row]
            if at != first and given[name][at]:
                found.setdefault(at, []).append(name)
        yield "; ".join(f"{', '.join(names)}: {ids[at]}" for at, names in found.items()) or None


def _texts(values: Iterable[str | None]) -> Any:
    return pd.array(list(values), dtype=TEXT)
