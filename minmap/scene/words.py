"""The words of legends and figures in the language of a map, and how they write numbers."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Final

from minmap.renderer import asset
from minmap.scene.code_labels import page_terms
from minmap.style.value_labels import number_text

_RUSSIAN: Final = {
    "Sources": "Источники",
    "Projection": "Проекция",
    "in the middle of the map": "в середине карты",
    "N": "С",
    "not given": "не указано",
    "continued": "продолжение",
    "Width: occurrences on the route": "Ширина: объекты на маршруте",
    "Classes": "Классы",
    "Lines and stops of corridors": "Линии и пункты коридоров",
    "Base map": "Основа",
    "Lambert azimuthal equal-area": "равновеликая азимутальная Ламберта",
    "Polar stereographic": "полярная стереографическая",
    "Albers equal-area conic": "равновеликая коническая Альберса",
    "Lambert conformal conic": "равноугольная коническая Ламберта",
    "Transverse Mercator": "поперечно-цилиндрическая Меркатора",
    "Mercator": "равноугольная цилиндрическая Меркатора",
    "standard parallels": "стандартные параллели",
    "and": "и",
    "centre": "центр",
    "central meridian": "центральный меридиан",
}
_SIDES: Final = {
    "en": ("E", "W", "N", "S"),
    "ru": ("в. д.", "з. д.", "с. ш.", "ю. ш."),
}


def word(text: str, language: str) -> str:
    """Return a word of the figure, or of a legend, in a language.

    Examples
    --------
    >>> word("Sources", "ru"), word("Sources", "en"), word("distance", "ru")
    ('Источники', 'Sources', 'расстояние')
    """
    if language == "ru" and text in _RUSSIAN:
        return _RUSSIAN[text]
    return page_terms(language).get(text, text)


def unit_text(unit: str, language: str) -> str:
    """Return a unit in a language.

    Examples
    --------
    >>> unit_text("mm", "ru"), unit_text("mm", "en"), unit_text("%", "ru")
    ('мм', 'mm', '%')
    >>> unit_text("шахт per 1 km²", "ru")
    'шахт на 1 км²'
    """
    words = _page_units().get(language, {})
    before, per, rest = unit.partition("per ")
    return words.get(unit) or before + words.get(per + rest, per + rest)


@cache
def _page_units() -> dict[str, dict[str, str]]:
    units: dict[str, dict[str, str]] = json.loads(asset("units.json"))
    return units


def leg_text(label: str, language: str) -> str:
    """Return the label of a leg, which has its mode, gauge and status, in a language.

    Examples
    --------
    >>> leg_text("railway, 1520 mm, schematic line", "ru")
    'железная дорога, 1520 мм, схематически'
    """
    pieces = (word(piece, language) for piece in label.split(", "))
    millimetres = unit_text("mm", language)
    return ", ".join(re.sub(r"(?<=\d )mm$", millimetres, piece) for piece in pieces)


def arc_text(seconds: float, *, is_longitude: bool, language: str) -> str:
    """Return seconds of arc as degrees, minutes and seconds, with the side of the Earth.

    Examples
    --------
    >>> arc_text(-3600 * 45, is_longitude=True, language="en")
    '45° W'
    >>> arc_text(3600 * 45 + 1800, is_longitude=False, language="en")
    '45°30′ N'
    """
    whole = abs(round(seconds))
    if is_longitude:
        whole = abs((round(seconds) + 648_000) % 1_296_000 - 648_000)
        is_plus = (round(seconds) + 648_000) % 1_296_000 - 648_000 > 0
    else:
        is_plus = seconds > 0
    degrees, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    text = f"{degrees}°"
    text += f"{minutes:02d}′" if minutes or rest else ""
    text += f"{rest:02d}″" if rest else ""
    if whole == 0 or (is_longitude and whole == 648_000):
        return text
    east, west, north, south = _SIDES.get(language, _SIDES["en"])
    sides = (east, west) if is_longitude else (north, south)
    return f"{text} {sides[0] if is_plus else sides[1]}"


def degrees_text(degrees: float, *, is_longitude: bool, language: str) -> str:
    """Return degrees, which may have decimals, with the side of the Earth.

    Examples
    --------
    >>> degrees_text(-39.6, is_longitude=False, language="en")
    '39.6° S'
    >>> degrees_text(39.6, is_longitude=True, language="ru")
    '39,6° в. д.'
    >>> degrees_text(-180, is_longitude=True, language="en")
    '180°'
    """
    east, west, north, south = _SIDES.get(language, _SIDES["en"])
    plus, minus = (east, west) if is_longitude else (north, south)
    side = "" if abs(degrees) in (0, 180) else f" {plus if degrees > 0 else minus}"
    return f"{limit_text(abs(degrees), language)}°{side}"


def limit_text(number: float, language: str) -> str:
    r"""Return a number of a legend; Russian has a comma for decimals and spaces in thousands.

    Examples
    --------
    >>> limit_text(12500.5, "en"), limit_text(12500.5, "ru")
    ('12,500.5', '12\xa0500,5')
    """
    text = number_text(number)
    if language != "ru":
        return text
    return text.replace(",", "\xa0").replace(".", ",")


def count_text(number: int, language: str) -> str:
    """Return a count."""
    return f"{number:,}" if language != "ru" else f"{number:,}".replace(",", "\xa0")


def others_text(number: int, language: str) -> str:
    """Return the label of the values that share an entry of a legend.

    Examples
    --------
    >>> others_text(1, "en"), others_text(25, "en"), others_text(22, "ru")
    ('other (1 value)', 'other (25 values)', 'прочее (22 значения)')
    """
    count = count_text(number, language)
    if language != "ru":
        return f"other ({count} value{'' if number == 1 else 's'})"
    # Plural forms of Russian: Unicode CLDR, Plural Rules.
    last, teen = number % 10, number % 100 in range(11, 15)
    ending = "е" if last == 1 and not teen else "я" if last in (2, 3, 4) and not teen else "й"
    return f"прочее ({count} значени{ending})"


def source_count_text(number: int, language: str) -> str:
    """Return the words for sources that a figure has no room for.

    Examples
    --------
    >>> source_count_text(12, "en"), source_count_text(2, "ru")
    ('12 more in the metadata of the file', 'ещё 2 в метаданных файла')
    """
    count = count_text(number, language)
    if language == "ru":
        return f"ещё {count} в метаданных файла"
    return f"{count} more in the metadata of the file"
