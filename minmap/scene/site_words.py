"""The words of the codes in ``site_facts``, the records of a site that `minmap.merge` writes."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Final

import pyarrow as pa

from minmap.scene.code_labels import different, words_of

SITE_FACTS: Final = "site_facts"
_ONE: Final = ("status", "site_type", "deposit_type")
_SEVERAL: Final = "commodities"


def words_of_sites(name: str, array: pa.Array, language: str) -> dict[str, Any]:
    """Return ``site_words``, the words of the codes of sites' records; empty for other columns.

    Examples
    --------
    >>> facts = pa.array(['[{"id": "a:1", "commodities": "Cu Au", "status": "producer"}]'])
    >>> words_of_sites("site_facts", facts, "en")
    {'site_words': {'commodities Au': 'Gold', 'commodities Cu': 'Copper', 'status producer':
    'Producer'}}
    """
    if name != SITE_FACTS:
        return {}
    codes = sorted({pair for text in different(array).to_pylist() for pair in _codes(text)})
    known = {column: words_of(column, language) for column in (*_ONE, _SEVERAL)}
    words = {
        f"{column} {code}": known[column][code] for column, code in codes if code in known[column]
    }
    return {"site_words": words} if words else {}


def _codes(text: str | None) -> Iterable[tuple[str, str]]:
    """Yield the columns and codes of a text; none if it is not what `minmap.merge` writes."""
    try:
        found = json.loads(text or "[]")
    except (ValueError, RecursionError):
        return
    records = found if isinstance(found, list) else []
    for record in records:
        facts = record if isinstance(record, dict) else {}
        for column, value in facts.items():
            codes = value if isinstance(value, str) else ""
            if column in _ONE:
                yield column, codes
            elif column == _SEVERAL:
                yield from ((column, code) for code in codes.split())
