"""Which estimates count where a site has several."""

from collections.abc import Sequence
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd

from minmap.estimates.categories import INFERRED, RED_BOOK, RESOURCE, Category, category_of
from minmap.estimates.estimate_rows import ASSUMED
from minmap.estimates.exhausted_sites import DEPLETED
from minmap.estimates.left_out import estimates_in_words
from minmap.types import Booleans, Integers

_OTHER_ORE: Final = {"prognostic resource", "exploration target", "off-balance reserve"}
"""Measures of other ore than that of an estimate without a category."""


def one_a_site(given: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Return the rows that count, with ``least``, ``most`` and ``left_out``.

    Of the sources of a site, that of the first row counts. Its estimates of the latest year and of
    none are added, as far as their categories do not overlap. Where the first source states
    neither category nor measure, no other measure counts; else an estimate without them does not.

    Parameters
    ----------
    given
        Rows of resources with ``amount``, in the order of the tables.
    keys
        Columns whose values are equal for the estimates of one substance and measure at one site.

    Returns
    -------
    pandas.DataFrame
        ``least`` and ``most`` are the amounts if at each site the source with the least or the most
        counted, where several amounts of one source without a category may be of parts of the
        site, and are added for the most; ``left_out`` are the estimates of the site that do not
        count, in words.
    """
    site = _numbers(given, [name for name in keys if name != "measure"])
    numbered = given.assign(site=site, group=_numbers(given, keys))
    known = numbered[~_may_repeat_others(numbered)]
    record = _numbers(known, ["group", "source"])
    is_latest = _latest(known, record)
    taken = is_latest.copy()
    taken[taken] = _disjoint(known[taken], record[taken])
    rows = known[taken].assign(record=record[taken])
    sums = rows.groupby("record").agg(group=("group", "first"), amount=("amount", "sum"))
    least = sums.groupby("group")["amount"].min()
    parts = _of_parts(known[is_latest].assign(record=record[is_latest]))
    most = sums["amount"].clip(lower=parts.reindex(sums.index).fillna(0.0))
    most = most.groupby(sums["group"]).max()
    # Records are numbered in the order of the rows.
    chosen = rows[rows["record"].isin(sums.groupby("group").head(1).index)]
    whole = chosen.groupby("group")["amount"].transform("sum")
    # Amounts share a bound in proportion; of a site whose amounts are 0, the first takes it.
    is_first = ~chosen["group"].duplicated()
    share = (chosen["amount"] / whole).where(whole > 0, is_first.astype("float64"))
    return chosen.assign(
        least=share * least.reindex(chosen["group"]).to_numpy(),
        most=share * most.reindex(chosen["group"]).to_numpy(),
        left_out=_left_out(numbered, chosen),
    )


def _may_repeat_others(numbered: pd.DataFrame) -> Booleans:
    """Return the estimates that may be those of another measure of the site, and do not count.

    What an estimate without category and measure is of is not known. The first source of a site
    decides whether such an estimate counts, or those that state what they are of. Estimates of the
    measure that is assumed are compared in any case.
    """
    numbered = numbered.assign(measure=numbered["measure"].str.removeprefix(DEPLETED))
    is_ore = ~numbered["measure"].isin(_OTHER_ORE)
    ore = numbered[is_ore]
    is_assumed = ore["measure_basis"].eq(ASSUMED)
    source = _numbers(ore, ["site", "source"])
    is_first = source == pd.Series(source).groupby(ore["site"].to_numpy()).transform("min")
    is_stated = is_first.to_numpy() & ~is_assumed
    is_resource = is_stated & ore["measure"].eq(RESOURCE)
    states, has_resource = (
        one.groupby(ore["site"]).transform("any") for one in (is_stated, is_resource)
    )
    is_left = np.zeros(len(numbered), dtype=np.bool_)
    is_left[is_ore] = np.where(
        states, is_assumed & ~has_resource, ~is_assumed & ore["measure"].ne(RESOURCE)
    )
    return is_left


def _left_out(numbered: pd.DataFrame, chosen: pd.DataFrame) -> pd.Series:
    """Return what does not count at each site, beside the first row that does."""
    others = numbered[~numbered.index.isin(chosen.index)]
    first = chosen.index.to_series()
    of_group = first.groupby(chosen["group"]).first()
    of_site = first.groupby(chosen["site"]).first()
    owner = others["group"].map(of_group).fillna(others["site"].map(of_site))
    words = pd.Series(estimates_in_words(others), index=others.index, dtype=object)
    found = words.groupby(owner).agg(list).to_dict()
    return pd.Series([found.get(row, []) for row in chosen.index], chosen.index, dtype=object)


def _of_parts(given: pd.DataFrame) -> pd.Series:
    """Return the sums of the occurrences of each record whose amounts have no category."""
    once = given.drop_duplicates(["record", "occurrence_id", "category"])
    has_none = once["category"].isna().groupby(once["record"]).transform("all")
    sums: pd.Series = once[has_none].groupby("record")["amount"].sum()
    return sums


def _numbers(table: pd.DataFrame, keys: list[str]) -> Integers:
    """Return the number of each row's combination of values, in the order of the rows."""
    numbers = table.groupby(keys, dropna=False, sort=False).ngroup()
    return np.asarray(numbers, dtype=np.int64)


def _latest(given: pd.DataFrame, record: Integers) -> Booleans:
    """Return where an estimate is of the latest year of its record and category, or of none."""
    years = given["year"].astype("float64")
    latest = years.groupby([record, given["category"].fillna("").to_numpy()]).transform("max")
    return np.array(years.isna() | (years == latest), dtype=np.bool_)


def _disjoint(rows: pd.DataFrame, record: Integers) -> Booleans:
    """Return the rows of each record that may be added, whose categories do not overlap.

    Rows of one name, place and category are parts, such as of two kinds of ore, and are all added;
    others of the category repeat them. Of rows without a category one counts.
    """
    is_repeated = pd.Series(record).duplicated().to_numpy()
    taken = np.array(~is_repeated, dtype=np.bool_)
    several = np.flatnonzero(pd.Series(record).duplicated(keep=False).to_numpy())
    categories = rows["category"].astype(object).where(rows["category"].notna(), "").to_numpy()
    names = _numbers(_named_places(rows), ["name", "place"])
    ids = rows["occurrence_id"].fillna("").to_numpy()
    for _, at in pd.Series(several).groupby(record[several], sort=False):
        positions = at.to_numpy()
        taken[positions] = False
        texts = [*dict.fromkeys(categories[positions].tolist())]
        for text in (texts[place] for place in _added(texts)):
            of_text = positions[categories[positions] == text]
            of_name = of_text[names[of_text] == names[of_text[0]]] if text else of_text[:1]
            is_new = ~pd.Series(ids[of_name]).duplicated().to_numpy() | (ids[of_name] == "")
            taken[of_name[is_new]] = True
    return taken


def _named_places(rows: pd.DataFrame) -> pd.DataFrame:
    names = rows["name"].fillna("").str.casefold()
    if "geometry" not in rows.columns:
        return pd.DataFrame({"name": names, "place": None})
    places = gpd.GeoSeries(rows["geometry"]).to_wkb()
    return pd.DataFrame({"name": names, "place": places.map(bytes, na_action="ignore")})


def _added(categories: Sequence[str]) -> list[int]:
    """Return the positions of the categories to add: the widest first, and no part twice.

    Only categories of the scheme of the first of these are added. An estimate without a category
    counts if no other has one.

    Examples
    --------
    >>> _added(["measured", "indicated", "measured and indicated", "inferred", "C1"])
    [2, 3]
    >>> _added(["inferred", "reasonably assured"]), _added(["", ""])
    ([0, 1], [0])
    """
    known = [
        (at, category_of(text) or Category(text, "", "", frozenset({text})))
        for at, text in enumerate(categories)
        if text
    ]
    known.sort(key=lambda one: -len(one[1].parts))
    main = next((category.scheme for _, category in known if category.name != INFERRED), "")
    added, used, scheme = list[int](), set[str](), ""
    for at, category in known:
        own = main if category.name == INFERRED and main == RED_BOOK else category.scheme
        if used.isdisjoint(category.parts) and scheme in {"", own}:
            scheme = own
            used |= category.parts
            added.append(at)
    return sorted(added) or [0]
