"""The sites that links make of records."""

from typing import Final

import numpy as np
import pandas as pd
from scipy import sparse

from minmap.arguments import shown
from minmap.errors import MinmapError, warn
from minmap.linking.connected_records import first_connected
from minmap.linking.link_decisions import DIFFERENT, SAME
from minmap.linking.record_mentions import missing_records, other_names
from minmap.table import listed, require_distinct_names
from minmap.types import Booleans, Floats, Integers

CURE: Final = "give what link(...) returned"
_UNKNOWN = -1.0
"""Stands for a probability that links do not have, and is below all that they have."""


def site_links(records: pd.DataFrame, links: pd.DataFrame) -> tuple[Integers, Floats]:
    """Return for each record the first record of its site, and how surely the site is one.

    Parameters
    ----------
    records
        An occurrence table of n records.
    links
        See `minmap.merge`.

    Returns
    -------
    first
        Shape (n,), position of the first record of the site of each.
    probability
        Shape (n,), that of the weakest link without which the site would fall into two; NaN for a
        site of one record, and where links have no probability.

    Raises
    ------
    MinmapError
        If `links` is not a table of links, records have no or the same id, or `links` gives a
        record another name.

    Warns
    -----
    MinmapWarning
        If links join records that are not there.
    """
    require_distinct_names(links, what="links")
    missing = [n for n in ("left_id", "right_id", "same_site") if n not in links.columns]
    if missing:
        raise MinmapError(f"links has no column {', '.join(missing)}; {CURE}.")
    require_plain_ids(links)
    ids = records["occurrence_id"]
    if ids.isna().any() or ids.duplicated().any():
        raise MinmapError(
            "records have no occurrence_id or the same, so links cannot name them; pass the tables "
            "that link(...) took."
        )
    _require_current(links)
    require_same_names(links, records)
    same = links[_is_true(links["same_site"])]
    position = pd.Series(np.arange(len(ids)), index=ids.to_numpy())
    ends = [position.reindex(same[side].to_numpy()) for side in ("left_id", "right_id")]
    known = ends[0].notna().to_numpy() & ends[1].notna().to_numpy()
    if not known.all():
        lost = missing_records(same[~known], set(ids).__contains__)
        warn(
            f"{(~known).sum()} of {len(known)} links join records that the tables do not have, and "
            f"are not used; link these tables anew. Missing: {lost}"
        )
    left, right = (end.to_numpy()[known].astype(np.int64) for end in ends)
    first = first_connected(len(ids), left, right)
    return first, _weakest(first, left, right, _probability(same)[known])


def require_same_names(links: pd.DataFrame, records: pd.DataFrame) -> None:
    """Refuse links that give a record another name than its table: its id may be of another."""
    others = other_names(links, records).records
    if others:
        raise MinmapError(
            f"links gives {len(others)} records other names than the tables: {listed(others)}; "
            "link these tables anew, since their records have got other ids or names."
        )


def require_plain_ids(links: pd.DataFrame) -> None:
    """Refuse links whose ids are lists or other objects."""
    for side in ("left_id", "right_id"):
        wrong = [id_ for id_ in links[side] if not pd.api.types.is_scalar(id_)]
        if wrong:
            raise MinmapError(f"links has the {side} {shown(wrong[0])}; write an id as text.")


def _require_current(links: pd.DataFrame) -> None:
    """Refuse links with decisions that were written into them after their sites were made."""
    decided = _decisions(links)
    same = _is_true(links["same_site"])
    against = (decided.eq(DIFFERENT) & same) | (decided.eq(SAME) & ~same)
    if against.any():
        one, other = links.loc[against, ["left_id", "right_id"]].iloc[0]
        raise MinmapError(
            f"links has {against.sum()} decisions that its sites do not follow yet, the first on "
            f"{one} and {other}; pass it to link(..., decisions=links) first, and give what that "
            "returns."
        )


def _decisions(links: pd.DataFrame) -> pd.Series:
    """Return the decisions in lower case; texts such as "nan" without one."""
    if "decision" not in links.columns:
        return pd.Series("", index=links.index)
    return links["decision"].astype(str).str.strip().str.lower()


def _is_true(column: pd.Series) -> Booleans:
    """Return which values are True, also as text of a CSV file."""
    return column.astype(str).str.strip().str.lower().eq("true").to_numpy(dtype=bool)


def _probability(links: pd.DataFrame) -> Floats:
    """Return the probability of each link, 1 for one that a reviewer decided."""
    if "probability" in links.columns:
        numbers = pd.to_numeric(links["probability"], errors="coerce")
        given = numbers.to_numpy(dtype=float, na_value=np.nan)
        given = np.where((given >= 0) & (given <= 1), given, np.nan)
    else:
        given = np.full(len(links), np.nan)
    return np.where(_decisions(links).eq(SAME), 1.0, np.where(np.isnan(given), _UNKNOWN, given))


def _weakest(first: Integers, left: Integers, right: Integers, probability: Floats) -> Floats:
    """Return for each record the least probability in the spanning tree of the surest links."""
    pairs = pd.DataFrame({"one": np.minimum(left, right), "other": np.maximum(left, right)})
    pairs = pairs.assign(probability=probability)[left != right]
    pairs = pairs.sort_values("probability", ascending=False, kind="stable")
    pairs = pairs.drop_duplicates(["one", "other"])
    # scipy 1.15 takes positions of 32 bits only.
    ends = (pairs["one"].to_numpy(np.int32), pairs["other"].to_numpy(np.int32))
    # Ranks from 1, since a graph has no links of weight 0.
    ranks = np.arange(1.0, len(pairs) + 1)
    graph = sparse.coo_array((ranks, ends), shape=(len(first), len(first)))
    tree = sparse.csgraph.minimum_spanning_tree(graph.tocsr()).tocoo()
    weakest = np.full(len(first), np.inf)
    used = pairs["probability"].to_numpy()[tree.data.astype(np.int64) - 1]
    np.minimum.at(weakest, first[tree.coords[0]], used)
    weakest[~np.isfinite(weakest) | (weakest < 0)] = np.nan
    return np.asarray(weakest[first])
