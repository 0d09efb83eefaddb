"""A reviewer's decisions on pairs of records."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pandas as pd

from minmap.arguments import require_kind, require_path, shown
from minmap.coordinates.column import to_arrow
from minmap.errors import MinmapError, warn
from minmap.linking.connected_records import first_connected
from minmap.linking.link_files import read_links
from minmap.linking.record_mentions import NAMES, missing_records, other_names
from minmap.table import listed, require_distinct_names
from minmap.types import TEXT, AnyArray, Integers
from minmap.writing.delimited import unguarded

SAME: Final = "same"
DIFFERENT: Final = "different"
COLUMNS: Final = ("left_id", "right_id", "decision")
ATTRS: Final = "link"
"""The entry of ``attrs`` of what `minmap.link` returns."""
NOTE: Final = "note"
"""A further column, which may be lacking."""
_CURE: Final = (
    "give a DataFrame with the columns left_id, right_id and decision, or the path of a CSV file "
    "of them"
)


Pair = tuple[int, int]


@dataclass(frozen=True)
class LinkDecisions:
    """Pairs of records that a reviewer joined or parted, as positions of the records (n, 2).

    Attributes
    ----------
    same, different
        The pairs.
    notes
        The reviewer's notes by pair, also on pairs without a decision.
    """

    same: Integers
    different: Integers
    notes: Mapping[Pair, str] = field(default_factory=dict)

    @property
    def pairs(self) -> Integers:
        """All pairs (n, 2)."""
        noted = np.array([*self.notes], dtype=np.int64).reshape(-1, 2)
        return np.concatenate([self.same, self.different, noted])

    def of_pairs(self, left: Integers, right: Integers) -> AnyArray:
        """Return the decision on each pair as text, None without one."""
        found = {tuple(pair): SAME for pair in self.same.tolist()}
        found |= {tuple(pair): DIFFERENT for pair in self.different.tolist()}
        return _by_pair(found, left, right)

    def notes_of_pairs(self, left: Integers, right: Integers) -> AnyArray:
        """Return the note on each pair, None without one."""
        return _by_pair(self.notes, left, right)


def _by_pair(texts: Mapping[Pair, str], left: Integers, right: Integers) -> AnyArray:
    found = np.full(len(left), None, dtype=object)
    if texts:
        found[:] = [texts.get(pair) for pair in zip(left.tolist(), right.tolist(), strict=True)]
    return found


def link_decisions(
    decisions: pd.DataFrame | str | os.PathLike[str] | None, records: pd.DataFrame
) -> LinkDecisions:
    """Return the decisions on records.

    Parameters
    ----------
    decisions
        See `minmap.link`; None: no decision.
    records
        Ids and names of the records, in order: ``occurrence_id``, ``name`` and ``other_names``.

    Raises
    ------
    MinmapError
        If `decisions` is no DataFrame or file of that kind, a decision is another word, a pair is
        of one record, or decisions contradict each other.
    FileError
        If the file cannot be read.

    Warns
    -----
    MinmapWarning
        If decisions are about records that are not there or have another name there.
    """
    ids = records["occurrence_id"]
    if decisions is None:
        none = np.empty((0, 2), dtype=np.int64)
        return LinkDecisions(none, none)
    table = _of_same_names(_decided(decisions), records)
    position = pd.Series(np.arange(len(ids)), index=ids.to_numpy())
    pairs = np.column_stack([position.reindex(table[side]) for side in COLUMNS[:2]]).astype(float)
    known = np.isfinite(pairs).all(axis=1)
    if not known.all():
        warn(
            f"{(~known).sum()} of {len(known)} decisions are about records that the tables do not "
            "have, and are not used; decide on them anew, or write the present ids. Missing: "
            f"{missing_records(table[~known], set(ids).__contains__)}"
        )
    pairs = np.sort(pairs[known].astype(np.int64), axis=1)
    if (pairs[:, 0] == pairs[:, 1]).any():
        twice = ids.iloc[pairs[pairs[:, 0] == pairs[:, 1]][0, 0]]
        raise MinmapError(f"decisions has a pair of {twice} and itself; leave that row out.")
    table = table[known]
    is_same, is_different = (table["decision"].eq(word).to_numpy() for word in (SAME, DIFFERENT))
    found = LinkDecisions(
        np.unique(pairs[is_same], axis=0),
        np.unique(pairs[is_different], axis=0),
        _notes(pairs, table[NOTE]),
    )
    _require_agreement(found, ids)
    return found


def _of_same_names(decided: pd.DataFrame, records: pd.DataFrame) -> pd.DataFrame:
    """Return the decisions without those that give a record another name than its table."""
    others = other_names(decided, records)
    if others.records:
        warn(
            f"{others.rows.sum()} of {len(decided)} decisions give a record another name than the "
            "tables, and are not used, since the id may be of another record now: "
            f"{listed(others.records)}. If it is the same record, write its present name into the "
            f"column {' or '.join(NAMES)} of the decisions, or empty that cell."
        )
    return decided[~others.rows]


def _notes(pairs: Integers, notes: pd.Series) -> dict[Pair, str]:
    """Return the notes by pair; those of rows with the same pair follow one another."""
    found = dict[Pair, dict[str, None]]()  # keys, since to look for a note in a list takes long
    for (left, right), note in zip(pairs.tolist(), notes.tolist(), strict=True):
        if note:
            found.setdefault((left, right), {})[note] = None
    return {pair: "; ".join(texts) for pair, texts in sorted(found.items())}


def _decided(decisions: Any) -> pd.DataFrame:
    """Return the ids, decisions and notes of the rows that have a decision or a note, as text."""
    is_file = isinstance(decisions, str | os.PathLike)
    given = read_links(require_path(decisions, name="decisions")) if is_file else decisions
    require_kind(given, pd.DataFrame, name="decisions", cure=_CURE)
    require_distinct_names(given, what="decisions")
    missing = [name for name in COLUMNS if name not in given.columns]
    if missing:
        raise MinmapError(
            f"decisions has no column {', '.join(missing)}; {_CURE}, such as rows of what "
            "link(...) returned."
        )
    # What `link` returned has no guards, and `read_links` has removed those of a file.
    table = _as_text(given, is_guarded=not is_file and ATTRS not in given.attrs)
    table["decision"] = table["decision"].str.strip().str.lower()
    table[NOTE] = table[NOTE].str.strip()
    table = table[(table["decision"] != "") | (table[NOTE] != "")]
    other = table.loc[~table["decision"].isin([SAME, DIFFERENT, ""]), "decision"]
    if len(other):
        raise MinmapError(
            f"decisions contains the decision {shown(other.iloc[0])}; write {SAME!r} or "
            f"{DIFFERENT!r}, or leave it empty."
        )
    return table


def _as_text(decisions: pd.DataFrame, *, is_guarded: bool) -> pd.DataFrame:
    """Return the columns as text, empty where it is missing, without the guards of a file.

    The page and the command line put an apostrophe before a text that a spreadsheet would run as a
    formula.
    """
    texts = {}
    for name in (*COLUMNS, NOTE, *NAMES):
        column = decisions.get(name, pd.Series(None, decisions.index, dtype=TEXT))
        found = column.astype(object).where(column.notna(), "").astype(str).astype(TEXT)
        if is_guarded:
            found = pd.Series(unguarded(to_arrow(found)).to_pylist(), decisions.index, dtype=TEXT)
        texts[name] = found
    return pd.DataFrame(texts)


def _require_agreement(found: LinkDecisions, ids: pd.Series) -> None:
    """Raise if a pair that is parted is joined as well, directly or by others."""
    if not (len(found.same) and len(found.different)):
        return
    first = first_connected(len(ids), *found.same.T)
    against = first[found.different[:, 0]] == first[found.different[:, 1]]
    if against.any():
        one, other = found.different[against][0]
        raise MinmapError(
            f"decisions contradict each other: {ids.iloc[one]} and {ids.iloc[other]} are "
            f"{DIFFERENT}, and other rows join them; change one of these rows."
        )
