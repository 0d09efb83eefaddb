"""The columns that the page arranges on the card of a record."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from typing import Any, Final

import pyarrow as pa
from anyascii import anyascii

from minmap import vocabulary
from minmap.linking.site_columns import SITE_COLUMNS
from minmap.scene.code_labels import codes_of_commodities, different
from minmap.scene.legends import group_colors
from minmap.scene.place_names import Naming, ground_names
from minmap.scene.site_words import SITE_FACTS
from minmap.table import COLUMN_NAMES
from minmap.transport.accessibility import ACCESS_COLUMNS
from minmap.transport.trade_corridors import NEAREST_COLUMNS

_OCCURRENCE: Final = COLUMN_NAMES[:-1]
_LEG: Final = frozenset({"from_node", "to_node", "mode"})
_NODE: Final = frozenset({"node_id", "kind"})
_OURS: Final = (
    (frozenset(_OCCURRENCE), frozenset(_OCCURRENCE)),
    (frozenset({"distance_km", "leg_id", "along_km"}), frozenset(NEAREST_COLUMNS)),
    (frozenset({"to", "gate", "connector_km"}), frozenset(ACCESS_COLUMNS)),
    (_LEG, frozenset({"mode", "gauge_mm", "status", "status_year", "length_km"})),
    (_NODE, frozenset({"kind", "country"})),
    (frozenset({"site_records", SITE_FACTS}), frozenset(SITE_COLUMNS)),
)
"""For each kind of table: the columns that identify it, and those that minmap wrote."""
_ENDS: Final = " – "
"""What is between the two ends of a leg in its name."""
_CYRILLIC: Final = re.compile("[\u0400-\u04ff]")
_PLACES: Final = frozenset({"to_name", "gate_name", "nearer_gate_name", "node_name"})


def card_columns(names: Iterable[object]) -> frozenset[str]:
    """Return those of a table's columns that minmap wrote and that the card arranges.

    Examples
    --------
    >>> sorted(card_columns(["name", "distance_km", "leg_id", "along_km", "kind"]))
    ['along_km', 'distance_km', 'leg_id']
    """
    have = frozenset(map(str, names))
    return have & frozenset().union(*(ours for marks, ours in _OURS if marks <= have))


def colors_of_codes(name: str, array: pa.Array, own: Mapping[str, str]) -> dict[str, Any]:
    """Return ``colors``, those of the groups of a column's commodities; empty for other columns.

    Examples
    --------
    >>> mine = pa.array(["Cu Au", "Cu"]).dictionary_encode()
    >>> colors_of_codes("commodities", mine, {})
    {'colors': {'Au': '#E69F00', 'Cu': '#0072B2'}}
    """
    codes = codes_of_commodities(name, array)
    if not codes:
        return {}
    groups = vocabulary.commodities().set_index("code")["group"]
    colors = group_colors(own)
    return {"colors": {code: colors[groups[code]] for code in sorted(codes)}}


def names_of_places(
    name: str, array: pa.Array, language: str, *, columns: Collection[str]
) -> dict[str, Any]:
    """Return ``words``, the names of a column's places in the language or the script of a page.

    On a Russian page they are the Russian names, where these are known; on others, Cyrillic names
    of stations and ports are written in Latin letters by the package anyascii.

    Parameters
    ----------
    name, array
        The column; others than those of stations and ports give nothing.
    language
        BCP 47 tag without region.
    columns
        The names of all columns of the table.

    Examples
    --------
    >>> names_of_places("gate_name", pa.array(["Poti", "Poti port", "X"]), "ru", columns=())
    {'words': {'Poti': 'Поти', 'Poti port': 'порт Поти'}}
    >>> names_of_places("gate_name", pa.array(["Хромтау", "Poti"]), "en", columns=())
    {'words': {'Хромтау': 'Khromtau'}}
    """
    is_network = any(marks <= set(columns) for marks in (_LEG, _NODE))
    if not (name in _PLACES or (name == "name" and is_network and language == "ru")):
        return {}
    texts = sorted(text for text in different(array).to_pylist() if text)
    words = words_of_places(texts, language)
    return {"words": words} if words else {}


def words_of_places(texts: list[str], language: str) -> dict[str, str]:
    """Return the names of places in the language or the script of a page, where it differs.

    Examples
    --------
    >>> words_of_places(["Хромтау", "Poti"], "en")
    {'Хромтау': 'Khromtau'}
    """
    return _in_russian(texts) if language == "ru" else _in_latin(texts)


def _in_russian(texts: list[str]) -> dict[str, str]:
    known = _russian_places()
    ends = {text: text.split(_ENDS) for text in texts}
    return {
        text: _ENDS.join(known[end] for end in parts)
        for text, parts in ends.items()
        if all(end in known for end in parts)
    }


def _in_latin(texts: list[str]) -> dict[str, str]:
    return {text: anyascii(text).replace("'", "") for text in texts if _CYRILLIC.search(text)}


@cache
def _russian_places() -> dict[str, str]:
    """Return the Russian names of towns and ports by English ones, of namesakes the largest's."""
    names = ground_names().dropna(subset="ru")
    is_town = names["naming"].isin([Naming.TOWN, Naming.CAPITAL])
    pairs = names[is_town].drop_duplicates("name")
    towns = dict(zip(pairs["name"], pairs["ru"], strict=True))
    return {f"{place} port": f"порт {own}" for place, own in towns.items()} | towns
