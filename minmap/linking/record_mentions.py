"""Records as links and decisions mention them, held against the tables: by their ids and names."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from minmap.linking.name_words import names_in
from minmap.reading.record_ids import are_of_content
from minmap.table import listed
from minmap.types import Booleans
from minmap.vocabulary.spelling import normalise

NAMES: Final = ("left_name", "right_name")
"""Columns with the names of records, which links and decisions may lack."""
BEFORE_REPAIR: Final = "name_before_repair"
_SIDES: Final = ("left", "right")
_CONTENT: Final = (
    " Ids of 12 digits and letters are made of all cells of a record without a number, and change "
    "with each of them: give the file a column of numbers that stay, and name it with "
    "columns={'id': 'No'} if it is not recognised."
)
_LOST_LETTERS: Final = re.compile("[?\ufffd]")
"""What programs write for letters that an encoding does not have."""
_DOT_ABOVE: Final = "\u0307"


@dataclass(frozen=True)
class OtherNames:
    """Records that pairs give another name than the tables.

    Attributes
    ----------
    rows
        Whether the row of a pair has such a record.
    records
        The id of each such record, once, with both names, in words.
    """

    rows: Booleans
    records: list[str]


def other_names(pairs: pd.DataFrame, records: pd.DataFrame) -> OtherNames:
    """Return the records that pairs give a name which the tables do not give them.

    Names are compared without case, accents and punctuation, and with the other names of a record
    and the one that `minmap.repair` replaced. An empty name agrees with every other.

    Parameters
    ----------
    pairs
        Table with ``left_id`` and ``right_id``, and perhaps `NAMES`.
    records
        Table with ``occurrence_id``, ``name``, ``other_names``, and perhaps the name before a
        repair.

    Examples
    --------
    >>> records = {"occurrence_id": ["a:1"], "name": ["Omega"], "other_names": [None]}
    >>> pairs = {"left_id": ["a:1"], "left_name": ["Alpha"], "right_id": ["b:7"]}
    >>> other_names(pd.DataFrame(pairs), pd.DataFrame(records)).records
    ["a:1 ('Alpha', now 'Omega')"]
    """
    rows, found = np.zeros(len(pairs), dtype=bool), dict[str, str]()
    given = [name for name in NAMES if name in pairs.columns]
    columns = ["occurrence_id", "name", "other_names", *({BEFORE_REPAIR} & {*records.columns})]
    known = {id_: names for id_, *names in _rows_of(records, columns)} if given else {}
    for column in given:
        mentioned = _rows_of(pairs, (f"{column.removesuffix('_name')}_id", column))
        for row, (id_, name) in enumerate(mentioned):
            if id_ in known and not _is_name(name, *known[id_]):
                rows[row] = True
                now = known[id_][0]
                words = "without a name" if _is_blank(now) else repr(str(now))
                found.setdefault(str(id_), f"{id_} ({_text(name)!r}, now {words})")
    return OtherNames(rows, [*found.values()])


def missing_records(pairs: pd.DataFrame, is_known: Callable[[Any], bool]) -> str:
    """Return which records of pairs are in no table, with their names, and why that may be.

    Parameters
    ----------
    pairs
        Table with ``left_id`` and ``right_id``, and perhaps `NAMES`.
    is_known
        Return whether a table has a record of an id.
    """
    found = dict[str, str]()
    for side in _SIDES:
        names = pairs.get(f"{side}_name", pd.Series(None, pairs.index, dtype=object))
        for id_, name in zip(pairs[f"{side}_id"], names, strict=True):
            if not is_known(id_):
                words = "without an id" if _is_blank(id_) else str(id_)
                found.setdefault(words, words if _is_blank(name) else f"{words} ({_text(name)})")
    why = _CONTENT if are_of_content(found).any() else ""
    return f"{listed([*found.values()])}.{why}"


def repeated_ids(ids: pd.Series) -> str | None:
    """Return which ids several records have, and what to do; None if no id repeats."""
    twice = ids[ids.duplicated() & ids.notna()].unique().tolist()
    if not twice:
        return None
    return (
        f"{len(twice)} values of occurrence_id are given to several records: {listed(twice)}; "
        "leave one record of each if they are the same. Files of one name that were read apart "
        "have the same ids: read them in one call, minmap.read([path_a, path_b]), which makes "
        "the ids different."
    )


def _rows_of(table: pd.DataFrame, columns: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    return zip(*(table[name].tolist() for name in columns), strict=True)


def _is_name(given: Any, name: Any, others: Any, before_repair: Any = None) -> bool:
    """Return whether a text is a name of a record, as far as its letters were kept."""
    if _is_blank(given):
        return True
    text = _text(given)
    more = [] if _is_blank(others) else names_in(str(others))
    names = [str(one) for one in (name, before_repair, *more) if not _is_blank(one)]
    if text in names or normalise(text) in {*map(normalise, names)}:
        return True
    if not _LOST_LETTERS.search(text):
        return False
    kept = ".".join(map(re.escape, _LOST_LETTERS.split(_folded(text))))
    return any(re.fullmatch(kept, _folded(one)) for one in names)


def _folded(name: str) -> str:
    """Return a name in lower case, with one letter for each."""
    return name.casefold().replace(_DOT_ABOVE, "")  # that of İ


def _is_blank(value: Any) -> bool:
    return bool(pd.isna(value)) or not str(value).strip()


def _text(value: Any) -> str:
    """Return a name as text; pandas makes 7.0 of the name "7" beside missing ones."""
    is_whole = isinstance(value, float) and value.is_integer()
    return str(int(value) if is_whole else value).strip()
