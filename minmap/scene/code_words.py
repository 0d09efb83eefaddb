"""What the codes of minmap's vocabularies mean, in words of the page's language."""

from __future__ import annotations

from functools import cache
from typing import Any

import pyarrow as pa

from minmap import vocabulary

_LISTS_OF_CODES = {"commodities", "minor_commodities"}
_CODES = {
    "commodities": "commodity", "minor_commodities": "commodity", "commodity_group": "group",
    "status": "status", "country": "country", "deposit_type": "deposit_type",
    "site_type": "site_type",
}  # fmt: skip


def wording(name: str, array: pa.Array, language: str) -> dict[str, Any]:
    """Give what a page needs to tell a column in words; nothing where it holds no codes of ours.

    Parameters
    ----------
    name
        Of the column; a few names are those of a vocabulary.
    array
        As the column travels.
    language
        BCP 47 tag without region. What it has no word for is told in English.

    Returns
    -------
    dict
        ``words``, by the codes that the column holds; ``regions``, the ISO 3166-1 codes of two
        letters of countries, by which the page asks the browser for names in its own language; and
        ``codes``, true where a cell holds several codes with spaces between them.

    Examples
    --------
    >>> mine = pa.array(["Cu Au", "Cu"]).dictionary_encode()
    >>> wording("commodities", mine, "en")
    {'words': {'Au': 'Gold', 'Cu': 'Copper'}, 'codes': True}
    """
    kind = _CODES.get(name)
    # A column of that name may hold anything.
    if kind is None or not pa.types.is_dictionary(array.type):
        return {}
    several = holds_commodities(name, array)
    texts = [str(text) for text in array.dictionary.to_pylist() if text]
    known = _words(kind, language)
    held = {code for text in texts for code in (text.split() if several else [text])}
    words = {code: known[code] for code in sorted(held) if code in known}
    regions = _regions() if kind == "country" else {}
    told = {
        "words": words,
        "regions": {code: regions[code] for code in words if code in regions},
        "codes": several,
    }
    return {key: value for key, value in told.items() if value} if words else {}


def holds_commodities(name: str, array: pa.Array) -> bool:
    """Tell codes of commodities with spaces between them from other text."""
    if name not in _LISTS_OF_CODES or not pa.types.is_dictionary(array.type):
        return False
    known = frozenset(vocabulary.commodities()["code"])
    return all(known.issuperset(str(text).split()) for text in array.dictionary.to_pylist())


@cache
def _words(kind: str, language: str) -> dict[str, str]:
    """Give the words of a vocabulary by their code: in English where the language lacks one."""
    words = vocabulary.labels(kind)
    if kind == "commodity":
        names = vocabulary.commodity_names()
        own = names[names["language"] == language]
        # The CGI vocabulary names ores and oxides where others name the element.
        ores = own["source"].str.startswith(("IUGS-CGI", "minmap"))
        own = own.assign(ores=ores).sort_values("ores", kind="stable").drop_duplicates("code")
        words |= dict(zip(own["code"], own["name"], strict=True))
    # In some languages they stand in the middle of sentences.
    return {str(code): str(word)[:1].upper() + str(word)[1:] for code, word in words.items()}


@cache
def _regions() -> dict[str, str]:
    known = vocabulary.countries().dropna(subset="alpha2")
    return dict(zip(known["code"], known["alpha2"], strict=True))
