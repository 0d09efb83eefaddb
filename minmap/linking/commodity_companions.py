"""Which commodities are found together in one deposit."""

import csv
from functools import cache
from importlib.resources import files


@cache
def commodity_companions() -> dict[str, frozenset[str]]:
    """Return for each commodity itself and those that are found with it.

    Examples
    --------
    >>> "Re" in commodity_companions()["Cu"], "Grf" in commodity_companions()["Cu"]
    (True, False)
    """
    text = (files(__package__) / "commodity_companions.csv").read_text(encoding="utf-8")
    found = dict[str, set[str]]()
    for row in csv.DictReader(text.splitlines()):
        one, other = row["commodity"], row["companion"]
        found.setdefault(one, {one}).add(other)
        found.setdefault(other, {other}).add(one)
    return {code: frozenset(found[code]) for code in sorted(found)}


def with_companions(codes: str) -> list[str]:
    """Return the codes in a text and those of the commodities that are found with them.

    Examples
    --------
    >>> "Re" in with_companions("Cu"), with_companions("no code")
    (True, ['no', 'code'])
    """
    known = commodity_companions()
    return list(dict.fromkeys(one for code in codes.split() for one in known.get(code, (code,))))
