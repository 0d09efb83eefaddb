"""Sums of resources over distinct sites."""

from collections import Counter
from collections.abc import Iterable
from itertools import chain
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd

from minmap.arguments import check_keywords, require_kind, require_one_of, require_words
from minmap.errors import MinmapError
from minmap.estimates.heading_quantities import RATES
from minmap.estimates.left_out import estimates_in_words
from minmap.estimates.resource_rows import DTYPES
from minmap.estimates.site_estimates import one_a_site
from minmap.reading.known_sources import described_sources
from minmap.table import listed
from minmap.types import TEXT
from minmap.vocabulary import labels

BY: Final = ("commodity", "country", "site_type", "category", "source")
"""What `summarise_resources` usually sums by."""
NOT_STATED: Final = "not stated"
_OF_RATES: Final = ("substance", "capacity_unit")
_ORDER: Final = (
    "measure", "substance", "site_type", "contained_t", "capacity", "capacity_unit", "least",
    "most", "sites", "without", "other_measures", "left_out", "left_out_estimates", "categories",
    "years", "sources",
)  # fmt: skip
_CURE: Final = "give what resources(...) returned"
_NAMED: Final = ("commodity", "country", "site_type")


@check_keywords
def summarise_resources(
    resources: pd.DataFrame, *, by: str | Iterable[str] = ("commodity", "country")
) -> pd.DataFrame:
    """Sum contents and capacities over distinct sites.

    Of the sources of one site, one counts: the first that states an amount of the commodity and
    measure, in the order of the tables. Its categories are added unless they overlap, as "measured
    and indicated" does with "indicated"; then the wider one counts. Inferred resources are among
    these; give ``by=["commodity", "country", "category"]`` to keep categories apart. Of several
    years of one category the latest counts, and a capacity that several records share counts once.

    An estimate without category and measure (``measure_basis`` is "assumed") may be of any ore, so
    it is not added to others of its site: if the first source of the site has only such estimates,
    no other measure counts there, and if it states one, no assumed estimate does. Prognostic
    resources, exploration targets and off-balance reserves are of other ore, and count beside it.

    Measures are separate rows, and are not to be added: resources often include reserves, and
    balance reserves of the former Soviet Union are neither; depleted ones are not in the ground any
    more. ``other_measures`` counts the sites that are in another row too. Substances and units are
    separate rows, and for capacities site types: a smelter treats ore that the mine has counted.

    Parameters
    ----------
    resources
        Result of `minmap.resources`, or rows of it. Not changed.
    by
        One or several of "commodity", "country", "site_type", "category", "source", or other
        columns of the table, such as "name" and "site_id". Different commodities are never added:
        "commodity" comes first if it is not among them.

    Returns
    -------
    pandas.DataFrame or geopandas.GeoDataFrame
        One row for each combination, by measure and the first of `by`, the largest amounts first,
        and last those without an amount:

        - the columns of `by`, and ``<column>_name`` of commodities, countries and site types
        - ``measure``, ``substance``; of capacities also ``site_type`` and ``capacity_unit``
        - ``contained_t``, and in a table with capacities ``capacity``: the sum, missing if no site
          states an amount
        - ``least``, ``most``: the sum, in the same unit, if at each site the source with the least
          or the most counted; several amounts of one source without a category may be of parts of
          the site, and are added for the most
        - ``sites``: number of sites in the sum; ``without``: number of sites without an amount
        - ``other_measures``: measures under which sites of the sum count too, with the number of
          sites: "reserve (2)"
        - ``left_out``: number of amounts that do not count, as they repeat a site or a category,
          are of an earlier year, or are shared; ``left_out_estimates``: the first five of them
        - ``categories``: those in the sum, with their numbers of amounts: "indicated (2), not
          stated (5)"
        - ``years``: first and last year of the amounts, and the number without a year
        - ``sources``: ids of the sources of the sum

        If `by` has "site_id", a GeoDataFrame with each site at the place of its first record, for a
        map with one symbol a site. ``attrs["sources"]`` are the table's.

    Raises
    ------
    ChoiceError
        If `by` names a column that the table does not have.
    MinmapError
        If `resources` is not a table of resources.

    Examples
    --------
    >>> import geopandas as gpd
    >>> import minmap as mm
    >>> mines = gpd.GeoDataFrame(
    ...     {"name": ["A", "B", "C"], "commodities": "Cu", "country": "KAZ",
    ...      "Contained Cu (kt)": [500, 20, None]},
    ...     geometry=gpd.points_from_xy([75.0, 77.3, 70], [46.99, 46.93, 50]), crs=4326,
    ... )
    >>> total = summarise_resources(mm.resources(mines))
    >>> total[["country", "contained_t", "sites", "without", "categories"]].values.tolist()
    [['KAZ', 520000.0, 2, 1, 'not stated (2)']]
    """
    require_kind(resources, pd.DataFrame, name="resources", cure=_CURE)
    missing = [name for name in DTYPES if name not in resources.columns]
    if missing:
        raise MinmapError(f"resources has no column {', '.join(missing)}; {_CURE}.")
    table = pd.DataFrame(resources).reset_index(drop=True)
    words = require_words(by, name="by", like="country")
    keys = [*dict.fromkeys(words if "commodity" in words else ("commodity", *words))]
    for key in keys:
        require_one_of(key, _columns_to_sum_by(table), name="by")
    is_rate = table["measure"].isin(RATES)
    kinds = ((False, table[~is_rate]), (True, table[is_rate]))
    parts = [
        _sums(_rows_that_count(rows, is_rate=kind), keys, is_rate=kind)
        for kind, rows in kinds
        if len(rows)
    ]
    sums = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=keys)
    if "site_id" in keys and isinstance(resources, gpd.GeoDataFrame):
        sums = _at_places(sums, resources)
    sums.attrs["sources"] = described_sources(resources)
    return sums


def _at_places(sums: pd.DataFrame, resources: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return sums of sites at the place of the first record of each."""
    first = resources.drop_duplicates("site_id").set_index("site_id").geometry
    places = first.reindex(sums["site_id"]).to_numpy()
    return gpd.GeoDataFrame(sums, geometry=places, crs=resources.crs)


def _columns_to_sum_by(table: pd.DataFrame) -> list[str]:
    """Return the columns that are neither amounts nor geometry, the usual ones first."""
    numbers = {"tonnage_t", "grade", "contained_t", "capacity", "geometry"}
    return [*BY, *(name for name in map(str, table.columns) if name not in {*BY, *numbers})]


def _amount_name(*, is_rate: bool) -> str:
    return "capacity" if is_rate else "contained_t"


def _rows_that_count(table: pd.DataFrame, *, is_rate: bool) -> pd.DataFrame:
    """Return the rows that count, with what `one_a_site` adds.

    A row without an amount counts where no record of its site has one.
    """
    amount = table[_amount_name(is_rate=is_rate)].to_numpy(dtype=np.float64, na_value=np.nan)
    rows = table.assign(amount=amount)
    has_amount = np.isfinite(amount)
    given = rows[has_amount]
    keys = ["site_id", "commodity", "measure", "substance"]
    keys += ["capacity_unit"] if is_rate else []
    counted = one_a_site(given, keys)
    if is_rate:
        counted = _once_shared(counted)
    of_sites = pd.MultiIndex.from_frame(given[["site_id", "commodity"]])
    without = rows[~has_amount].drop_duplicates(["site_id", "commodity"])
    is_known = pd.MultiIndex.from_frame(without[["site_id", "commodity"]]).isin(of_sites)
    whole: pd.DataFrame = pd.concat([counted, without[~is_known]]).sort_index()
    return whole


def _once_shared(counted: pd.DataFrame) -> pd.DataFrame:
    """Keep a shared capacity at its first record only, and put the others into ``left_out``."""
    same = ["shared_with", "commodity", "measure", *_OF_RATES, "amount"]
    shared = counted[counted["shared_with"].notna()]
    number = shared.groupby(same, dropna=False, sort=False).ngroup()
    first = shared.index[~number.duplicated()]
    left_out = counted["left_out"].to_dict()
    for row, text, at in zip(shared.index, estimates_in_words(shared), number, strict=True):
        if row != first[at]:
            left_out[first[at]] = [*left_out[first[at]], *left_out[row], text]
    counted = counted.assign(left_out=pd.Series(left_out, dtype=object))
    return counted.drop(index=shared.index.difference(first))


def _other_measures(counted: pd.DataFrame) -> pd.Series:
    """Return under which other measures the site of each row counts too, beside its id."""
    keys = [
        counted[name].astype(object).fillna("") for name in ("site_id", "commodity", "substance")
    ]
    measures = counted["measure"].groupby(keys).agg(set).to_dict()
    rows = zip(*keys, counted["measure"], strict=True)
    found = [
        {(site, other) for other in measures[site, *others] if other != measure}
        for site, *others, measure in rows
    ]
    return pd.Series(found, counted.index, dtype=object)


def _sums(counted: pd.DataFrame, keys: list[str], *, is_rate: bool) -> pd.DataFrame:
    """Return the sums by `keys`, measure and substance, and a row for groups without an amount."""
    wanted = [*keys, *(name for name in ("site_type",) if is_rate and name not in keys)]
    split = [*wanted, "measure", *(n for n in ("substance", "capacity_unit") if n not in wanted)]
    given = counted[counted["amount"].notna()].sort_index()
    given = given.assign(other_measures=_other_measures(given))
    grouped = given.groupby([*dict.fromkeys(split)], dropna=False, sort=False)
    sums = grouped.agg(
        amount=("amount", "sum"),
        least=("least", "sum"),
        most=("most", "sum"),
        sites=("site_id", "nunique"),
        other_measures=("other_measures", _with_counts),
        left_out=("left_out", lambda lists: sum(map(len, lists))),
        left_out_estimates=("left_out", lambda lists: listed([*chain(*lists)])),
        categories=("category", _categories),
        years=("year", _years),
        sources=("source", _sources),
    ).reset_index()
    without = counted[counted["amount"].isna()].groupby(wanted, dropna=False, sort=False)
    missing = without["site_id"].nunique().rename("without").reset_index()
    whole = sums.merge(missing, on=wanted, how="outer", sort=False)
    whole["measure"] = whole["measure"].fillna(counted["measure"].iloc[0])
    return _arranged(whole, keys, is_rate=is_rate)


def _arranged(sums: pd.DataFrame, keys: list[str], *, is_rate: bool) -> pd.DataFrame:
    """Return sums in the order and with the dtypes of the result, and the names of codes."""
    for name in ("sites", "without", "left_out"):
        sums[name] = sums[name].fillna(0).astype(np.int64)
    for name in ("amount", "least", "most"):
        sums[name] = sums[name].astype("Float64")
    order = ["is_missing", "measure", keys[0], "amount"]
    sums = sums.assign(is_missing=sums["amount"].isna()).sort_values(
        order, ascending=[True, True, True, False], kind="stable", ignore_index=True
    )
    sums = sums.rename(columns={"amount": _amount_name(is_rate=is_rate)})
    columns = dict[str, pd.Series]()
    for name in (*keys, *_ORDER):
        if name not in sums.columns or name in columns or (name == "capacity_unit" and not is_rate):
            continue
        columns[name] = sums[name]
        if name in keys and name in _NAMED:
            known = labels(name)
            texts = sums[name].map(lambda codes, known=known: _words(codes, known))
            columns[f"{name}_name"] = texts.astype(TEXT)
    return pd.DataFrame(columns)


def _words(codes: object, known: dict[str, str]) -> str:
    if not isinstance(codes, str):
        return NOT_STATED
    return ", ".join(known.get(code, code) for code in codes.split(" "))


def _categories(texts: pd.Series) -> str:
    counts = texts.astype(object).where(texts.notna(), NOT_STATED).value_counts(sort=False)
    return ", ".join(f"{text} ({count})" for text, count in sorted(counts.items()))


def _with_counts(found: pd.Series) -> str:
    counts = Counter(measure for _, measure in set[tuple[str, str]]().union(*found))
    return ", ".join(f"{measure} ({count})" for measure, count in sorted(counts.items()))


def _years(years: pd.Series) -> str:
    known = years.dropna()
    span = [*dict.fromkeys((int(known.min()), int(known.max())))] if len(known) else []
    without = len(years) - len(known)
    parts = ["-".join(map(str, span)), f"{NOT_STATED} ({without})" if without else ""]
    return ", ".join(filter(None, parts))


def _sources(texts: pd.Series) -> str:
    ids = (one for text in texts.dropna().unique() for one in str(text).split("; "))
    return "; ".join(dict.fromkeys(ids))
