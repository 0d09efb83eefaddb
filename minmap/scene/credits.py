"""The short credit of a source, which stands on a map that shows its data."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

_KNOWN: Final = (
    (
        "openstreetmap roads, august 2021",
        "© OpenStreetMap contributors, roads of August 2021 (ODbL)",
    ),
    ("openstreetmap", "© OpenStreetMap contributors (ODbL)"),
    ("geonames", "GeoNames (CC BY 4.0)"),
    ("natural earth", "Natural Earth"),
)
"""Words in the title or the citation of sources, and their credits."""
# Licences that ask for a credit.
_ASKS: Final = re.compile(r"\bCC[ -]BY\b|\bODbL\b|\bODC-BY\b", re.IGNORECASE)
_LONGEST: Final = 60


def credit_of(source: Mapping[str, Any]) -> str | None:
    """Return the credit of a source; None where nothing asks for one.

    Examples
    --------
    >>> credit_of({"title": "Railways", "citation": "© OpenStreetMap contributors, 2024"})
    '© OpenStreetMap contributors (ODbL)'
    >>> credit_of({"title": "OpenStreetMap roads, August 2021", "licence": "ODbL 1.0"})
    '© OpenStreetMap contributors, roads of August 2021 (ODbL)'
    >>> credit_of({"title": "Faults of Asia", "licence": "CC BY 4.0"})
    'Faults of Asia (CC BY 4.0)'
    >>> credit_of({"title": "MRDS", "licence": "public domain"}) is None
    True
    """
    if given := source.get("credit"):
        return str(given)
    title, licence = str(source.get("title") or ""), str(source.get("licence") or "")
    text = f"{title} {source.get('citation') or ''}".casefold()
    for word, credit in _KNOWN:
        if word in text:
            return credit
    if not _ASKS.search(licence):
        return None
    short = title if len(title) <= _LONGEST else f"{title[: _LONGEST - 1]}…"
    return f"{short} ({licence})" if len(licence) <= _LONGEST else short


def credited(source: Mapping[str, Any]) -> dict[str, Any]:
    """Return a source with its credit, if it has one."""
    credit = credit_of(source)
    return {**source, "credit": credit} if credit else dict(source)
