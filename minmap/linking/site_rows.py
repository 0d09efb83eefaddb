"""One row a site, from the records that links join."""

import copy
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd

from minmap.linking.declared_missing import without_declared_missing
from minmap.linking.earlier_sites import UNCERTAINTY, EarlierSite, replaced, without_site_columns
from minmap.linking.site_choices import chosen_records
from minmap.linking.site_differences import location_differences, site_differences
from minmap.linking.site_facts import site_facts
from minmap.linking.site_links import site_links
from minmap.linking.site_places import SitePlaces
from minmap.linking.site_uncertainty import site_uncertainty
from minmap.table import COLUMN_NAMES
from minmap.types import TEXT, Floats, Integers
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
        If `links` is not a table of links, records have no or the same id, or those of earlier
        sites cannot be kept.

    Warns
    -----
    MinmapWarning
        If links join records that the table does not have.
    """
    site, weakest = site_links(pd.DataFrame(records), links)
    rows, earlier = without_site_columns(records)
    rows = without_declared_missing(rows)
    first, number = np.unique(site, return_inverse=True)
    places = SitePlaces.of(rows, earlier, number)
    chosen = chosen_records(rows, number, places.is_outlier[places.at_location])
    columns = {name: rows[name].array.take(taken) for name, taken in chosen.items()}
    sites = gpd.GeoDataFrame(columns, geometry="geometry", crs=rows.crs)
    groups = _groups(number, earlier)
    _unite(sites, rows, groups)
    _widen(sites, places, chosen["geometry"], groups)
    ids = [list[str]() for _ in first]
    for at, id_ in zip(places.site.tolist(), places.records["occurrence_id"], strict=True):
        ids[at].append(id_)
    sites["site_records"] = _texts(map("; ".join, ids))
    sites["site_count"] = np.bincount(places.site)
    sites["site_probability"] = _probability(weakest[first], number, earlier)
    for name, texts in (
        ("value_records", _value_records(rows, groups, chosen, earlier)),
        ("differing", _differing(rows, places, groups, earlier)),
        ("site_facts", site_facts(rows, [*groups.values()], earlier)),
    ):
        by_site = dict(zip(groups, texts, strict=True))
        sites[name] = _texts(map(by_site.get, range(len(sites))))
    sites.attrs = records.attrs
    if "link" in links.attrs:
        sites.attrs["link"] = copy.deepcopy(links.attrs["link"])
    return sites


def _groups(number: Integers, earlier: Mapping[int, EarlierSite]) -> dict[int, list[int]]:
    """Return the rows of each site that has several records, by its number, which ascends."""
    is_several = np.bincount(number) > 1
    is_several[number[[*earlier]]] = True
    found: dict[int, list[int]] = {site: [] for site in np.flatnonzero(is_several).tolist()}
    for row in np.flatnonzero(is_several[number]).tolist():
        found[int(number[row])].append(row)
    return found


def _widen(
    sites: gpd.GeoDataFrame, places: SitePlaces, location: Integers, groups: Iterable[int]
) -> None:
    """Give sites of several records the uncertainty that their locations show together."""
    wide = np.fromiter(groups, dtype=np.int64)
    at, site = places.of_sites(wide)
    among = np.empty(len(places.site), dtype=np.int64)
    among[at] = np.arange(len(at))
    found = site_uncertainty(
        places.records.iloc[at],
        site,
        among[places.at_location[location[wide]]],
        places.opposed_by[at],
    )
    for name, values in zip(UNCERTAINTY, found, strict=True):
        sites[name] = replaced(sites[name], wide, values)


def _probability(
    weakest: Floats, number: Integers, earlier: Mapping[int, EarlierSite]
) -> pd.api.extensions.ExtensionArray:
    """Return how surely the records of each site are of one, also by the links of earlier sites."""
    of_row = np.full(len(number), np.inf)
    of_row[[*earlier]] = [site.probability for site in earlier.values()]
    probability = np.where(np.bincount(number) > 1, weakest, np.inf)
    # Less than every probability is one that is not known.
    probability[np.isnan(probability)] = -1.0
    np.minimum.at(probability, number, np.nan_to_num(of_row, nan=-1.0, posinf=np.inf))
    is_known = (probability >= 0) & np.isfinite(probability)
    return pd.array(np.where(is_known, probability, np.nan), dtype="Float64")


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
    rows: gpd.GeoDataFrame,
    groups: dict[int, list[int]],
    chosen: dict[str, Integers],
    earlier: Mapping[int, EarlierSite],
) -> Iterator[str | None]:
    """Yield for each site which columns come from which record other than the first."""
    ids = rows["occurrence_id"].tolist()
    given = {name: rows[name].notna().tolist() for name in COLUMN_NAMES if name not in _ALL}
    taken = {name: chosen[name].tolist() for name in given}

    def id_of(row: int, name: str) -> str:
        return earlier[row].id_of_value(name) if row in earlier else str(ids[row])

    for site, (first, *_) in groups.items():
        found = dict[str, list[str]]()
        for name in taken:
            at = taken[name][site]
            if not given[name][at] or (at == first and at not in earlier):
                continue
            if (id_ := id_of(at, name)) != id_of(first, "occurrence_id"):
                found.setdefault(id_, []).append(name)
        yield "; ".join(f"{', '.join(names)}: {id_}" for id_, names in found.items()) or None


def _differing(
    rows: gpd.GeoDataFrame,
    places: SitePlaces,
    groups: dict[int, list[int]],
    earlier: Mapping[int, EarlierSite],
) -> Iterator[str | None]:
    """Yield for each site what its records state differently: earlier words, then new ones."""
    at, site = places.of_sites(np.fromiter(groups, dtype=np.int64))
    apart = location_differences(places.records.iloc[at], site, len(groups), places.is_outlier[at])
    ids = rows["occurrence_id"].tolist()
    for row in earlier:
        ids[row] = f"site {ids[row]}"
    members = [*groups.values()]
    words = site_differences(rows, members, ids)
    for far, group, new in zip(apart, members, words, strict=True):
        old = (earlier[row].differing for row in group if row in earlier)
        yield "; ".join(text for text in (far, *old, *new) if text) or None


def _texts(values: Iterable[str | None]) -> Any:
    return pd.array(list(values), dtype=TEXT)
