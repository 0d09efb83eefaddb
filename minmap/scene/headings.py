"""Headings of columns: their names as words, with their units, in the language of the page."""

from __future__ import annotations

import re
from typing import Final

from minmap.scene.carried_columns import OURS
from minmap.scene.code_labels import page_terms

_UNIT: Final = re.compile(r"(?P<label>.+?)_(?P<unit>km|m|mm|ha|km2|t|kt|mt|pct|usd_t)")
_UNIT_TEXT: Final = {"km2": "km²", "pct": "%", "mt": "Mt", "usd_t": "USD/t"}


def heading_of(name: str) -> tuple[str, str | None]:
    """Return the words and the unit of a column; units are known of minmap's own columns only.

    Examples
    --------
    >>> heading_of("distance_km"), heading_of("depth_m")
    (('distance', 'km'), ('depth m', None))
    """
    match = _UNIT.fullmatch(name) if name in OURS else None
    if match is None:
        return _words(name), None
    return _words(match["label"]), _UNIT_TEXT.get(match["unit"], match["unit"])


def _words(name: str) -> str:
    return " ".join(name.replace("_", " ").split()) or name


class _Title(str):
    """A title that minmap made of a column, and not the maker of the map."""

    __slots__ = ()


def title_of(name: str) -> str:
    """Return the words of a column as the title of a legend.

    Examples
    --------
    >>> title_of("distance_km"), title_of("tonnage_mt"), title_of("pH_value")
    ('Distance', 'Tonnage mt', 'pH value')
    """
    return _Title(_as_title(heading_of(name)[0]))


def _as_title(words: str) -> str:
    is_plain = words.partition(" ")[0].islower()
    return words[:1].upper() + words[1:] if is_plain else words


def title_in(title: str | None, language: str) -> str | None:
    """Return a title in a language, if minmap made it of a column of its own.

    Examples
    --------
    >>> title_in(title_of("distance_km"), "ru"), title_in("Distance", "ru")
    ('Расстояние', 'Distance')
    """
    if not isinstance(title, _Title):
        return title
    found = page_terms(language).get(title[:1].lower() + title[1:])
    return title if found is None else _as_title(found)
