"""Short citations ("Orris and Bliss, 2002") and their full references.

The references begin with the authors and the year, as in USGS reports: "Orris, G.J., and Bliss,
J.D., 2002, Mines and mineral occurrences of Afghanistan". The form of the short citations was
learned from the tables of OFR 2005-1294. One that fits several references is not resolved.
"""

import re
from collections.abc import Iterable
from typing import Final

from minmap.vocabulary.spelling import normalise

_YEAR: Final = re.compile(r"(?<![,\s(])[,\s(]++(\d{4}[a-z]?|undated)\b")
_INITIALS: Final = re.compile(r"(?:[^\W\d_]\.[\s-]?)+(?:,? (?:Jr|Sr|II|III)\.?)?")
_PART: Final = re.compile(r",|;|\band\b")
_OTHERS: Final = "others"

Key = tuple[tuple[str, ...], str]
"""Surnames and the year with its letter."""


def short_key(citation: str) -> Key | None:
    """Return the surnames and the year of a short citation, None if it has no year.

    Examples
    --------
    >>> short_key("Orris and Bliss (2002)")
    (('orris', 'bliss'), '2002')
    >>> short_key("Long and others, 1998")
    (('long', 'others'), '1998')
    """
    found = _YEAR.search(citation)
    if found is None:
        return None
    names = [normalise(part) for part in _PART.split(citation[: found.start()])]
    return tuple(name for name in names if name), found[1]


def full_keys(reference: str) -> list[Key]:
    """Return the keys of all short citations that may mean a reference.

    Examples
    --------
    >>> full_keys("Orris, G.J., and Bliss, J.D., 2002, Mines of Afghanistan: 95 p.")[0]
    (('orris', 'bliss'), '2002')
    >>> full_keys("Long, K.R., DeYoung, J.H., Jr., and Ludington, S.D., 1998, Database: 60 p.")[0]
    (('long', 'others'), '1998')
    """
    found = _YEAR.search(reference)
    if found is None:
        return []
    authors = reference[: found.start()]
    parts = [part.strip() for part in _PART.split(authors)]
    names = [
        normalise(part)
        for part in parts
        if part and not _INITIALS.fullmatch(part) and part not in {"Jr.", "Sr.", "eds.", "ed."}
    ]
    # First names that are written out look like further authors: "Burke, Kevin, 1996".
    spelled_out = len(parts) == 2 and len(names) == 2 and " and " not in authors
    if spelled_out or len(names) == 1:
        keys: list[tuple[str, ...]] = [(names[0],)]
    elif len(names) == 2:
        keys = [(names[0], names[1])]
    else:
        keys = [(names[0], _OTHERS)]
        if len(names) <= 4:
            # There may be two authors, one or both with their first names written out.
            keys += [(names[0], name) for name in names[1:]]
    whole = normalise(authors)
    keys += [(whole,)] if (whole,) not in keys else []
    return [(key, found[1]) for key in keys]


def by_short_citation(references: Iterable[str]) -> dict[Key, str]:
    """Return references by the key of their short citation, without keys that several share."""
    found: dict[Key, set[str]] = {}
    for reference in references:
        for key in full_keys(reference):
            found.setdefault(key, set()).add(reference)
    return {key: next(iter(texts)) for key, texts in found.items() if len(texts) == 1}
