"""One row a site, from the records that links join."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy import sparse

from minmap.arguments import require_kind
from minmap.errors import MinmapError, warn
from minmap.geodesy.ellipsoid import surface_distance_m, to_ecef
from minmap.linking.site_differences import SiteDifferences
from minmap.linking.site_facts import SiteFacts
from minmap.linking.site_locations import by_certainty
from minmap.places.country_polygons import lonlat_of
from minmap.table import COLUMN_NAMES
from minmap.types import TEXT, Booleans, Integers
from minmap.vocabulary import group_of

_LOCATION: Final = (
    "geometry", "location_method", "coordinate_precision_m", "location_uncertainty_m",
    "location_uncertainty_basis",
)  # fmt: skip
SPREAD: Final = "spread"
"""Basis of the uncertainty of a site whose records lie apart."""
_STATUS: Final = ("status", "status_year")
_UNITED: Final = {"commodities": " ", "commodity_qualifiers": "; ", "citation": "; "}
"""Columns with the values of all records, and what separates them."""
_ALL: Final = (*_UNITED, "minor_commodities", "other_names", "commodity_group")
"""Columns that come from all records."""
_CURE: Final = "give what link(...) returned"


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
    site = _site_of(records["occurrence_id"], links)
    first, number = np.unique(site, return_inverse=True)
    chosen = {name: _given_first(records, name, number) for name in records.columns}
    chosen |= _by_location(records, number) | _by_status(records, number)
    chosen |= dict.fromkeys(("occurrence_id", "source", "url"), first)
    columns = {name: records[name].array.take(rows) for name, rows in chosen.items()}
    sites = gpd.GeoDataFrame(columns, geometry="geometry", crs=records.crs)
    members = _members(site)
    groups = {row: members[at] for row, at in enumerate(first.tolist()) if at in members}
    _unite(sites, records, groups)
    _widen(sites, records, groups)
    ids = records["occurrence_id"].tolist()
    together = [groups.get(row, [at]) for row, at in enumerate(first.tolist())]
    differences, facts = SiteDifferences(records), SiteFacts(records)
    sites["site_records"] = _texts("; ".join(ids[at] for at in rows) for rows in together)
    sites["value_records"] = _texts(_value_records(records, groups, chosen, len(sites)))
    sites["differing"] = _texts(
        differences.of(rows) if len(rows) > 1 else None for rows in together
    )
    sites["site_facts"] = _texts(facts.of(rows) if len(rows) > 1 else None for rows in together)
    sites.attrs = records.attrs
    return sites


def _site_of(ids: pd.Series, links: pd.DataFrame) -> Integers:
    """Return for each record the position of the first record of its site."""
    require_kind(links, pd.DataFrame, name="links", cure=_CURE)
    missing = [n for n in ("left_id", "right_id", "same_site") if n not in links.columns]
    if missing:
        raise MinmapError(f"links has no column {', '.join(missing)}; {_CURE}.")
    if ids.isna().any() or ids.duplicated().any():
        raise MinmapError(
            "records have no occurrence_id or the same, so links cannot name them; pass the tables "
            "that link(...) took."
        )
    _require_current(links)
    same = links[_is_true(links["same_site"])]
    position = pd.Series(np.arange(len(ids)), index=ids.to_numpy())
    pairs = [position.reindex(same[side].to_numpy()) for side in ("left_id", "right_id")]
    known = pairs[0].notna().to_numpy() & pairs[1].notna().to_numpy()
    if not known.all():
        warn(f"{(~known).sum()} of {len(known)} links join records that the tables do not have.")
    left, right = (pair.to_numpy()[known].astype(np.int64) for pair in pairs)
    shape = (len(ids), len(ids))
    graph = sparse.coo_array((np.ones(len(left)), (left, right)), shape=shape)
    labels = sparse.csgraph.connected_components(graph, directed=False)[1]
    first = np.unique(labels, return_index=True)[1]
    return np.asarray(first[labels], dtype=np.int64)


def _require_current(links: pd.DataFrame) -> None:
    """Refuse links with decisions that were written into them after their sites were made."""
    if "decision" not in links.columns:
        return
    decided = links["decision"].astype(str).str.strip().str.lower()
    same = _is_true(links["same_site"])
    against = (decided.eq("different") & same) | (decided.eq("same") & ~same)
    for one, other in links.loc[against, ["left_id", "right_id"]].to_numpy().tolist()[:1]:
        raise MinmapError(
            f"links has {against.sum()} decisions that its sites do not follow yet, the first on "
            f"{one} and {other}; pass it to link(..., decisions=links) first, and give what that "
            "returns."
        )


def _is_true(column: pd.Series) -> Booleans:
    """Return which values are True, also as text of a CSV file."""
    return column.astype(str).str.strip().str.lower().eq("true").to_numpy(dtype=bool)


def _members(site: Integers) -> dict[int, list[int]]:
    """Return the records of each site that has several, by the first."""
    several = np.flatnonzero(np.bincount(site, minlength=len(site))[site] > 1)
    found = dict[int, list[int]]()
    for row in several.tolist():
        found.setdefault(int(site[row]), []).append(row)
    return found


def _preferred(number: Integers, order: Integers, has_value: Booleans) -> Integers:
    """Return for each site the first record in `order` that has a value, else its first."""
    first = np.unique(number, return_index=True)[1]
    rows = order[has_value[order]]
    some, at = np.unique(number[rows], return_index=True)
    first[some] = rows[at]
    return np.asarray(first, dtype=np.int64)


def _given_first(records: gpd.GeoDataFrame, name: str, number: Integers) -> Integers:
    return _preferred(number, np.arange(len(records)), records[name].notna().to_numpy(dtype=bool))


def _by_location(records: gpd.GeoDataFrame, number: Integers) -> dict[str, Integers]:
    """Take the location from the record of which it is most certain."""
    has_location = ~records.geometry.isna().to_numpy(dtype=bool)
    rows = _preferred(number, by_certainty(records), has_location)
    return {name: rows for name in _LOCATION if name in records.columns}


def _by_status(records: gpd.GeoDataFrame, number: Integers) -> dict[str, Integers]:
    """Take the status from the record with the latest year; those without a year come last."""
    year = records["status_year"].to_numpy(dtype=float, na_value=-np.inf)
    order = np.argsort(-year, kind="stable")
    rows = _preferred(number, order, records["status"].notna().to_numpy(dtype=bool))
    return dict.fromkeys(_STATUS, rows)


def _widen(
    sites: gpd.GeoDataFrame, records: gpd.GeoDataFrame, groups: dict[int, list[int]]
) -> None:
    """Raise the uncertainty of sites to the distance at which another of their records lies."""
    at = list(groups)
    places = to_ecef(lonlat_of(sites.geometry.iloc[at]))
    others = to_ecef(lonlat_of(records.geometry))
    uncertainty = sites["location_uncertainty_m"].to_numpy(dtype=float, na_value=0.0)
    basis = sites["location_uncertainty_basis"].to_numpy(dtype=object, copy=True)
    for row, place, rows in zip(at, places, groups.values(), strict=True):
        spread_m = np.nanmax(surface_distance_m(place, others[rows]), initial=0.0)
        if spread_m > uncertainty[row]:
            uncertainty[row], basis[row] = spread_m, SPREAD
    known = np.isin(np.arange(len(sites)), at) & (uncertainty > 0)
    given = sites["location_uncertainty_m"]
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
    records: gpd.GeoDataFrame,
    groups: dict[int, list[int]],
    chosen: dict[str, Integers],
    count: int,
) -> Iterator[str | None]:
    """Yield for each site which columns come from which record other than the first."""
    ids = records["occurrence_id"].tolist()
    given = {name: records[name].notna().tolist() for name in COLUMN_NAMES if name not in _ALL}
    taken = {name: chosen[name].tolist() for name in given}
    for row in range(count):
        found = dict[int, list[str]]()
        for name in taken if row in groups else ():
            at = taken[name][row]
            if at != groups[row][0] and given[name][at]:
                found.setdefault(at, []).append(name)
        yield "; ".join(f"{', '.join(names)}: {ids[at]}" for at, names in found.items()) or None


def _texts(values: Iterable[str | None]) -> Any:
    return pd.array(list(values), dtype=TEXT)
