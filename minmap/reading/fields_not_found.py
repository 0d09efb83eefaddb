"""The fields that no column of an unknown table fits, and the columns that may have them."""

from collections.abc import Mapping, Sequence
from typing import Final

from minmap.reading.column_contents import Explanation
from minmap.reading.column_evidence import MAIN, Values
from minmap.reading.headings import CUT, FULL, OTHER, meanings
from minmap.reading.other_subjects import not_of_the_site
from minmap.table import listed
from minmap.vocabulary.commodity_texts import commodity_shares

_ASKED: Final = (MAIN, "status")
_WORDED: Final = 0.5
_SHOWN: Final = 3
_LIKE_STATUSES: Final = 0.5
_FLAG: Final = OTHER + "flag"
_MARKED: Final = 0.95


def fields_not_found(
    taken: Mapping[str, Sequence[str]],
    explained: Mapping[str, list[Explanation]],
    values: Mapping[str, Values],
    *,
    is_bare: bool,
) -> str:
    """Return words on the fields that no column fits, empty if none is missed.

    Commodities and status are missed where the table has further columns of unknown words.

    Parameters
    ----------
    taken
        Columns by field.
    explained
        Explanations of each column, the best first.
    values
        Values of each column.
    is_bare
        Whether nothing but the coordinates was found.
    """
    if is_bare:
        return "; no column fits name, commodities, country, status or a type"
    missed = [field for field in _ASKED if field not in taken]
    used = {column for columns in taken.values() for column in columns}
    unknown = [
        column
        for column, each in explained.items()
        if column not in used and _is_unknown(values[column], column, each, missed)
    ]
    named_after = [] if MAIN in taken else _named_after_commodities(values, used)
    missed = [field for field in missed if unknown or (field == MAIN and named_after)]
    missed = ([] if "name" in taken else ["name"]) + missed
    if not missed:
        return ""
    *first, last = missed
    fields = f"{', '.join(first)} or {last}" if first else last
    columns = f" (not taken: {_shown(unknown)})" if unknown else ""
    if named_after:
        columns += (
            f", and those named after commodities are not read as such: {_shown(named_after)}"
        )
    return f"; no column fits {fields}{columns}"


def _shown(columns: Sequence[str]) -> str:
    more = f" and {len(columns) - _SHOWN} more" if len(columns) > _SHOWN else ""
    return f"{', '.join(map(repr, columns[:_SHOWN]))}{more}"


def _named_after_commodities(values: Mapping[str, Values], used: set[str]) -> list[str]:
    """Return columns of marks or numbers that are named after commodities, if there are several."""
    columns = [
        column
        for column, sampled in values.items()
        if column not in used
        and len(column) > 1
        and (sampled.shares["worded"] < _WORDED or sampled.shares[_FLAG] >= _MARKED)
    ]
    shares = commodity_shares(columns)
    found = [column for column, share in zip(columns, shares, strict=True) if share >= _MARKED]
    return found if len(found) > 1 else []


def other_statuses(
    taken: Mapping[str, Sequence[str]], explained: Mapping[str, list[Explanation]]
) -> list[str]:
    """Return a note on columns with statuses by heading and values beside the one taken."""
    used = {column for columns in taken.values() for column in columns}
    columns = [
        column
        for column, each in explained.items()
        if column not in used and any(_is_status(one) for one in each)
    ]
    if "status" not in taken or not columns:
        return []
    shown, cure = listed([repr(column) for column in columns]), {"status": columns[0]}
    return [f"Other columns with a status were not taken: {shown}; to take one, columns={cure}."]


def _is_status(one: Explanation) -> bool:
    return one.content == "status" and one.heading > 0 and one.share >= _LIKE_STATUSES


def _is_unknown(
    sampled: Values, heading: str, explained: Sequence[Explanation], missed: Sequence[str]
) -> bool:
    """Return whether a column has different words, and nothing says what else they may be.

    A column is shown too that has a missed field, but of something else than the site.
    """
    of_others = not_of_the_site(heading)
    denied = [field for field in missed if of_others.get(field) == FULL]
    if any(field in meanings(heading) or sampled.share(field) >= _WORDED for field in denied):
        return True
    if FULL in of_others.values():
        return False
    if len(sampled.different) < 2 or sampled.shares["worded"] < _WORDED:
        return False
    if any(one.content == MAIN and one.share >= _MARKED for one in explained[:1]):
        return MAIN in missed
    best = explained[0].content if explained else ""
    named = {content for content, strength in meanings(heading).items() if strength >= CUT}
    return not best.startswith(OTHER) and named <= {*missed}
