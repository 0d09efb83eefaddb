"""Lists of critical minerals with their dates, and the commodities on each."""

from __future__ import annotations

import pandas as pd

from minmap.arguments import known_keywords, require_one_of
from minmap.vocabulary.registry import rows, table


def critical_lists() -> pd.DataFrame:
    """Return the known lists of critical minerals, each with its date and source.

    Returns
    -------
    pandas.DataFrame
        One row per list: ``list_id``, ``jurisdiction``, ``authority``, ``date`` (a year, month
        or day, as far as it is verified), ``kind`` (critical, strategic or watch), ``status``
        (in force, superseded, draft ...), ``verification`` (how the names were checked, and what
        was not checked), ``source``, ``items`` (number of items).

    Examples
    --------
    >>> critical_lists().set_index("list_id").loc["US-2025", "date"]
    '2025-11-07'
    """
    frame = table("critical_lists")
    return frame.assign(items=frame["items"].astype("Int64"))


@known_keywords
def critical(list_id: str) -> pd.DataFrame:
    """Return the items of one list of critical minerals, with the commodities of each.

    Parameters
    ----------
    list_id
        Id from `critical_lists`, such as ``"US-2025"``.

    Returns
    -------
    pandas.DataFrame
        One row per item, in the order of the list: ``list_id``, ``item`` (the wording of the
        list), ``codes`` (space-separated codes of `commodities`; groups are expanded), ``fit``
        (``whole``: the item is the commodity; ``group``: its members; ``grade``: a grade or
        product that tables of deposits do not distinguish; ``part``: a small part of the
        commodity, which `critical_codes` leaves out), ``note`` (minmap's reason), and ``kind``,
        ``date``, ``status``, ``verification``, ``source`` of the list.

    Raises
    ------
    ChoiceError
        If there is no such list.

    Examples
    --------
    >>> critical("US-2025").query("item == 'barite'")["codes"].item()
    'Ba'
    """
    _require(list_id)
    items = table("critical_minerals")
    about = ["list_id", "kind", "date", "status", "verification", "source"]
    mine = items[items["list_id"] == list_id].reset_index(drop=True)
    return mine.merge(critical_lists()[about], on="list_id", how="left")


def critical_codes(list_id: str) -> frozenset[str]:
    """Return the codes of all commodities on a list of critical minerals.

    Items that are a small part of a commodity (metallurgical coal, high-purity iron ore) are left
    out, since sources rarely distinguish them. The code of a group (REE, PGE) is included if any
    of its members is, since a record that names only the group may contain that member.

    Parameters
    ----------
    list_id
        Id from `critical_lists`.

    Returns
    -------
    frozenset of str
        Codes of `commodities`.

    Raises
    ------
    ChoiceError
        If there is no such list.

    Examples
    --------
    >>> sorted(critical_codes("US-2025") - critical_codes("US-2022"))
    ['Ag', 'B', 'Cu', 'K', 'P', 'Pb', 'Re', 'Si', 'U']
    """
    _require(list_id)
    items = [row for row in rows("critical_minerals") if row["list_id"] == list_id]
    codes = {code for row in items if row["fit"] != "part" for code in row["codes"].split()}
    groups = {row["parent"] for row in rows("commodity_members") if row["code"] in codes}
    return frozenset(codes | groups)


def _require(list_id: str) -> None:
    known = [row["list_id"] for row in rows("critical_lists")]
    require_one_of(list_id, known, name="critical list")
