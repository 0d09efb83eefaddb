"""Which commodities are found together in one deposit."""

from functools import cache
from typing import Final

from minmap.packaged_rows import packaged_rows

OFTEN: Final = 1 / 8
"""Share of the records of the rarer of two commodities that makes them frequent companions: zinc
and cadmium come from one plant, zinc and titanium do not. Of 0, 0.05 and 0.12, the last was the
best for judged pairs of plants, tested by country."""


@cache
def commodity_companions(least_share: float = 0.0) -> dict[str, frozenset[str]]:
    """Return for each commodity itself and those that are found with it.

    Parameters
    ----------
    least_share
        Two commodities are companions if at least this share of the records of the rarer one have
        both, or if two tables give them to one name.

    Examples
    --------
    >>> "Re" in commodity_companions()["Cu"], "Grf" in commodity_companions()["Cu"]
    (True, False)
    >>> "Ti" in commodity_companions()["Pb"], "Ti" in commodity_companions(OFTEN)["Pb"]
    (True, False)
    """
    rows = packaged_rows(__package__, "commodity_companions")
    # A commodity has at least as many records as the most with any other.
    records = dict[str, int]()
    for row in rows:
        for code in (row["commodity"], row["companion"]):
            records[code] = max(int(row["records"]), records.get(code, 0))
    found = {code: {code} for code in sorted(records)}
    for row in rows:
        one, other = row["commodity"], row["companion"]
        least = least_share * min(records[one], records[other])
        if int(row["records"]) >= max(least, 2) or int(row["names"]) >= 2 or not least_share:
            found[one].add(other)
            found[other].add(one)
    return {code: frozenset(companions) for code, companions in found.items()}


def with_companions(codes: str, least_share: float = 0.0) -> list[str]:
    """Return the codes in a text and those of the commodities that are found with them.

    Examples
    --------
    >>> "Re" in with_companions("Cu"), with_companions("no code")
    (True, ['no', 'code'])
    """
    known = commodity_companions(least_share)
    return list(dict.fromkeys(one for code in codes.split() for one in known.get(code, (code,))))


def with_frequent_companions(codes: str) -> list[str]:
    """Return the codes in a text and those of the commodities that are often found with them."""
    return with_companions(codes, OFTEN)
