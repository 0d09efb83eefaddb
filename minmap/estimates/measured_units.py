"""The units of grade, tonnage and capacity, as headings and columns of units write them."""

import re
from functools import cache
from typing import Final, NamedTuple

from minmap.packaged_rows import packaged_rows

DAYS: Final = 365
"""Days of a year, for capacities a day."""
UNCLEAR: Final = "unclear"
"""Kind of an ambiguous unit: MT is a megatonne or a metric ton, a ton metric or short."""
_UNCLEAR: Final = ("mt", "gt", "tons", "ton", "oz/t")
_RATES: Final = {
    1: r"\s*(?:/|per|p\.)\s*(?:a|y|yr|year|annum|an|ano|año|yıl|jahr|год|年)\.?(?![^\W_])"
    r"|\s+(?:pa|yr|year)\b|\s*в\s*год(?![^\W_])|p[ay]\b",
    DAYS: r"\s*(?:/|per)\s*(?:d|day|día|gün|сут|天)\.?(?![^\W_])|pd\b",
}
_NUMERALS: Final = {1e3: "thousand", 1e6: "million", 1e9: "billion"}
CARATS: Final = ("ct", "kct", "Mct", "ct/t", "cpht")
"""Units in which diamonds are measured."""
_CASED: Final = ("Mt", "Gt")
"""Units that are unclear in other letters: MT and GT are also metric tons and grams per tonne."""


class Unit(NamedTuple):
    """A unit.

    Attributes
    ----------
    name
        Its short form, such as "Mt".
    kind
        "mass" (the factor gives tonnes), "grade" (a fraction of the mass), "volume" (m³), "area"
        (m²) or "unclear".
    factor
        What a value is multiplied by.
    """

    name: str
    kind: str
    factor: float


GRAMS_PER_TONNE: Final = Unit("g/t", "grade", 1e-6)


class FoundUnit(NamedTuple):
    """A unit in a text, its position, and its periods in a year: 365 for a day, 0 for no rate."""

    unit: Unit
    start: int
    end: int
    a_year: int


@cache
def _spellings() -> dict[str, Unit]:
    """Return the units by their spellings in lower case; unclear ones have no factor."""
    units = {
        spelling.casefold(): Unit(row["unit"], row["kind"], float(row["factor"]))
        for row in packaged_rows(__package__, "units")
        for spelling in row["spellings"].split("|")
    }
    return units | {text: Unit(text, UNCLEAR, 0.0) for text in _UNCLEAR}


@cache
def _cased() -> dict[str, Unit]:
    return {
        row["unit"]: Unit(row["unit"], row["kind"], float(row["factor"]))
        for row in packaged_rows(__package__, "units")
        if row["unit"] in _CASED
    }


@cache
def _multipliers() -> dict[str, float]:
    return {
        word: float(row["factor"])
        for row in packaged_rows(__package__, "multipliers")
        for word in row["words"].split("|")
    }


@cache
def _pattern() -> re.Pattern[str]:
    spellings = sorted(_spellings(), key=len, reverse=True)
    either = "|".join(map(re.escape, spellings))
    return re.compile(rf"(?<![^\W\d_])(?:{either})(?:(?![^\W_])|(?=p[ayd]\b))", re.IGNORECASE)


@cache
def _rates() -> tuple[tuple[int, re.Pattern[str]], ...]:
    return tuple((often, re.compile(text, re.IGNORECASE)) for often, text in _RATES.items())


def find_unit(text: str) -> FoundUnit | None:
    """Return the last unit of a text.

    "Mt" is million tonnes; "MT", "mt" and "GT" are unclear, as "tons" are.

    Examples
    --------
    >>> find_unit("Tonnage (Mt)").unit, find_unit("Au g/t").unit.factor
    (Unit(name='Mt', kind='mass', factor=1000000.0), 1e-06)
    >>> find_unit("thousand metric tons per year")[:1] + find_unit("kg / yr")[3:]
    (Unit(name='kt', kind='mass', factor=1000.0), 1)
    >>> find_unit("MT").unit.kind, find_unit("name")
    ('unclear', None)
    """
    found = [*_pattern().finditer(text)]
    percent = [*re.finditer("%", text)]  # also right after a letter, as in Cu%
    best = max([*found, *percent], key=lambda match: match.end(), default=None)
    if best is None:
        return None
    unit = _unit_of(best[0])
    for often, pattern in _rates():
        if rate := pattern.match(text, best.end()):
            return FoundUnit(unit, best.start(), rate.end(), often)
    return FoundUnit(unit, best.start(), best.end(), 0)


def unit_alone(text: str) -> FoundUnit | None:
    """Return the unit of a text that is nothing else; None for any other text.

    Examples
    --------
    >>> unit_alone("kg/yr").unit.name, unit_alone("kg of ore")
    ('kg', None)
    """
    found = find_unit(text)
    is_alone = found is not None and not (text[: found.start] + text[found.end :]).strip()
    return found if is_alone else None


def _unit_of(spelling: str) -> Unit:
    return _cased().get(spelling) or _spellings()[spelling.casefold()]


def multiplied(found: FoundUnit, words: list[str]) -> tuple[FoundUnit, list[str]]:
    """Return a unit with the number that another word multiplies it by, and the other words.

    Examples
    --------
    >>> unit, left = multiplied(find_unit("Au oz (000)"), ["Au", "000"])
    >>> unit.unit.name, left
    ('thousand oz', ['Au'])
    """
    many = [word for word in words if word.casefold().strip("'") in _multipliers()]
    if len(many) != 1 or found.unit.kind not in {"mass", "volume"}:
        return found, words
    word = many[0]
    factor = _multipliers()[word.casefold().strip("'")]
    unit = found.unit._replace(
        name=f"{_NUMERALS[factor]} {found.unit.name}", factor=factor * found.unit.factor
    )
    left = list(words)
    left.remove(word)
    return found._replace(unit=unit), left
