"""Dated lists of critical minerals, and the commodities that each means."""

from __future__ import annotations

from functools import cache

import pandas as pd

from minmap.arguments import require_one_of
from minmap.vocabulary.registry import rows, table


def critical_lists() -> pd.DataFrame:
    """Return the lists of critical minerals that minmap knows, each with its date and source.

    Returns
    -------
    pandas.DataFrame
        One row a list: ``list_id``, ``jurisdiction``, ``authority``, ``date`` (as far as it is
        verified: a year, month or day), ``kind`` (critical, strategic or watch), ``status``
        (in force, superseded, draft ...), ``verification`` (how the names were checked, and what
        was not), ``source``, ``items`` (their number).

    Examples
    --------
    >>> critical_lists().set_index("list_id").loc["US-2025", "date"]
    '2025-11-07'
    """
    frame = table("critical_lists")
    return frame.assign(items=frame["items"].astype("Int64"))


def critical(list_id: str) -> pd.DataFrame:
    """Return one list of critical minerals, with the commodities that each of its items means.

    Parameters
    ----------
    list_id
        Id as in `critical_lists`, such as ``"US-2025"``.

    Returns
    -------
    pandas.DataFrame
        One row an item, in the list's order: ``list_id``, ``item`` (as the list has it),
        ``codes`` (space-separated codes of `commodities`; groups are expanded), ``fit``
        (``whole``: the commodity; ``group``: its members; ``grade``: a grade or product by which
        deposits are not told apart; ``part``: a small part of the commodity, not counted by
        `critical_codes`), ``note`` (ours: why), and ``kind``, ``date``, ``status``,
        ``verification``, ``source`` of the list.

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

    Items that mean only a small part of a commodity (metallurgical coal, high-purity iron ore) are
    left out, since sources rarely tell it apart. The code of a group (REE, PGE) is there if
    any of its members is, since a record that names only the group may hold it.

    Parameters
    ----------
    list_id
        Id as in `critical_lists`.

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
    return _codes(list_id)


@cache
def _codes(list_id: str) -> frozenset[str]:
    items = [row for row in rows("critical_minerals") if row["list_id"] == list_id]
    codes = {code for row in items if row["fit"] != "part" for code in row["codes"].split()}
    groups = {row["parent"] for row in rows("commodity_members") if row["code"] in codes}
    return frozenset(codes | groups)


def _require(list_id: str) -> None:
    known = [row["list_id"] for row in rows("critical_lists")]
    require_one_of(list_id, known, name="critical list")
