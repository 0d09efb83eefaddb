"""A reviewer's decisions on pairs of records."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from scipy import sparse

from minmap.arguments import require_kind, shown
from minmap.errors import MinmapError, warn
from minmap.types import AnyArray, Integers

SAME: Final = "same"
DIFFERENT: Final = "different"
COLUMNS: Final = ("left_id", "right_id", "decision")
_CURE: Final = "give a DataFrame with the columns left_id, right_id and decision"


@dataclass(frozen=True)
class LinkDecisions:
    """Pairs of records that a reviewer joined or parted, as positions of the records (n, 2)."""

    same: Integers
    different: Integers

    @property
    def pairs(self) -> Integers:
        """All pairs (n, 2)."""
        return np.concatenate([self.same, self.different])

    def of_pairs(self, left: Integers, right: Integers) -> AnyArray:
        """Return the decision on each pair as text, None without one."""
        found = {tuple(pair): SAME for pair in self.same.tolist()}
        found |= {tuple(pair): DIFFERENT for pair in self.different.tolist()}
        texts = np.full(len(left), None, dtype=object)
        if found:
            texts[:] = [found.get(p) for p in zip(left.tolist(), right.tolist(), strict=True)]
        return texts


def link_decisions(decisions: pd.DataFrame | None, ids: pd.Series) -> LinkDecisions:
    """Return the decisions on records.

    Parameters
    ----------
    decisions
        See `minmap.link`; None: no decision.
    ids
        Ids of the records, in order.

    Raises
    ------
    MinmapError
        If `decisions` is no DataFrame of that kind, a decision is another word, a pair is of one
        record, or decisions contradict each other.

    Warns
    -----
    MinmapWarning
        If decisions are about records that are not there.
    """
    if decisions is None:
        return LinkDecisions(*(np.empty((0, 2), dtype=np.int64) for _ in range(2)))
    table = _decided(decisions)
    position = pd.Series(np.arange(len(ids)), index=ids.to_numpy())
    pairs = np.column_stack([position.reindex(table[side]) for side in COLUMNS[:2]]).astype(float)
    known = np.isfinite(pairs).all(axis=1)
    if not known.all():
        warn(
            f"{(~known).sum()} of {len(known)} decisions are about records that the tables do not "
            "have, and are not used."
        )
    pairs = np.sort(pairs[known].astype(np.int64), axis=1)
    if (pairs[:, 0] == pairs[:, 1]).any():
        twice = ids.iloc[pairs[pairs[:, 0] == pairs[:, 1]][0, 0]]
        raise MinmapError(f"decisions has a pair of {twice} and itself; leave that row out.")
    is_same = (table["decision"] == SAME).to_numpy()[known]
    found = LinkDecisions(np.unique(pairs[is_same], axis=0), np.unique(pairs[~is_same], axis=0))
    _require_agreement(found, ids)
    return found


def _decided(decisions: pd.DataFrame) -> pd.DataFrame:
    require_kind(decisions, pd.DataFrame, name="decisions", cure=_CURE)
    missing = [name for name in COLUMNS if name not in decisions.columns]
    if missing:
        raise MinmapError(
            f"decisions has no column {', '.join(missing)}; {_CURE}, such as rows of what "
            "link(...) returned."
        )
    table = decisions.loc[decisions["decision"].notna(), list(COLUMNS)].astype(str)
    table["decision"] = table["decision"].str.strip().str.lower()
    table = table[table["decision"] != ""]
    other = table.loc[~table["decision"].isin([SAME, DIFFERENT]), "decision"]
    if len(other):
        raise MinmapError(
            f"decisions contains the decision {shown(other.iloc[0])}; write {SAME!r} or "
            f"{DIFFERENT!r}, or leave it empty."
        )
    return table


def _require_agreement(found: LinkDecisions, ids: pd.Series) -> None:
    """Raise if a pair that is parted is joined as well, directly or by others."""
    if not (len(found.same) and len(found.different)):
        return
    left, right = found.same.T
    shape = (len(ids), len(ids))
    graph = sparse.coo_array((np.ones(len(left)), (left, right)), shape=shape)
    group = sparse.csgraph.connected_components(graph, directed=False)[1]
    for one, other in found.different[group[found.different[:, 0]] == group[found.different[:, 1]]]:
        raise MinmapError(
            f"decisions contradict each other: {ids.iloc[one]} and {ids.iloc[other]} are "
            f"{DIFFERENT}, and other rows join them; change one of these rows."
        )
