"""What the heading of a column says: the kind of quantity, its unit, substance and category."""

import re
from functools import cache
from typing import Final, NamedTuple

import pandas as pd

from minmap.estimates.categories import NOT_STATED, Category, category_of
from minmap.estimates.measured_units import (
    CARATS,
    GRAMS_PER_TONNE,
    UNCLEAR,
    FoundUnit,
    Unit,
    find_unit,
    multiplied,
)
from minmap.estimates.substances import Substance, compound, element
from minmap.packaged_rows import packaged_rows
from minmap.vocabulary import commodities, parse_commodities, parse_qualifiers

TONNAGE, GRADE, CONTAINED = "tonnage", "grade", "contained"
RATES: Final = ("capacity", "production")
_TAG: Final = re.compile(r"^#(?:\w+\+)*")  # of HXL, as in #site+capacity
_CAMEL: Final = re.compile(
    r"(?<=[a-z])(?=[A-Z][a-z])|(?<=[A-Za-z0-9])(?=[\u4e00-\u9fff])"
    r"|(?<=[\u4e00-\u9fff])(?=[A-Za-z0-9])"
)
"""Where words meet without a blank: OreTonnage, Cu品位."""
_WORD: Final = re.compile(r"'?[^\W_]+(?:[.+&/][^\W_]+)*")
_POWER: Final = re.compile(r"\b10\s*\^?\s*([369³⁶⁹])(?!\d)")
_POWERS: Final = dict(zip("369³⁶⁹", ("thousand", "million", "billion") * 2, strict=True))
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_SYMBOL: Final = 2  # letters
# Symbols of elements that are words of headings too. minmap's own list.
_WORDS_TOO: Final = frozenset(
    {
        "as",
        "at",
        "be",
        "con",
        "he",
        "i",
        "in",
        "ir",
        "la",
        "no",
        "os",
        "p",
        "re",
        "s",
        "y",
        "a",
        "b",
        "c",
    }
)
_LONGEST: Final = 120  # letters of a heading of estimates
_OF_MATERIAL: Final = ("oz", "lb", "ct")
"""Ends of units in which no one measures ore."""
_MEASURES: Final = {
    "prognostic": "prognostic resource", "reserve": "reserve", "balance": "balance reserve",
}  # fmt: skip
"""Measures that words of headings say."""
_SAID: Final = ("tonnage", "grade", "contained", "capacity", "production", "reserve", "balance")


class Quantity(NamedTuple):
    """What a heading says.

    Attributes
    ----------
    kind
        "tonnage" (of ore), "grade", "contained", "capacity" or "production".
    unit
        Unit of its numbers; None if each row has its own.
    substance
        What the grade or amount is of; None for the main commodity of each record, or for ore.
    category
        Category in the heading, or `NOT_STATED`, or only a measure.
    says_measure
        Whether the heading says what is estimated, such as reserves.
    a_year
        Periods in a year: 1 for a year, 365 for a day, 0 for no rate.
    year
        Year in the heading, or 0.
    is_vague
        Whether an amount of material may be of ore or of the commodity: "Resources (t)".
    """

    kind: str
    unit: Unit | None
    substance: Substance | None = None
    category: Category = NOT_STATED
    says_measure: bool = False
    a_year: int = 0
    year: int = 0
    is_vague: bool = False


class _Heading(NamedTuple):
    """The words of a heading: its unit, category, years, meanings, and the words without one."""

    unit: FoundUnit | None
    category: Category
    years: list[int]
    said: frozenset[str]
    named: list[str]


@cache
def _meanings() -> dict[str, str]:
    return {
        word: row["meaning"]
        for row in packaged_rows(__package__, "heading_words")
        for word in row["words"].split("|")
    }


def quantity_of(heading: str) -> Quantity | None:
    """Return what a heading says; None if it names no quantity or has other words.

    Examples
    --------
    >>> quantity_of("Ore tonnage (Mt)").unit.name, quantity_of("Depth (m)")
    ('Mt', None)
    >>> cu = quantity_of("Indicated WO3 %")
    >>> cu.kind, cu.substance.counted_as, cu.category.name
    ('grade', 'W', 'indicated')
    >>> quantity_of("con_cu_t").kind, quantity_of("Gold (Moz)").kind, quantity_of("CuEq %")
    ('contained', 'contained', None)
    """
    read = _read(heading)
    substance = _substance_in(read.named)
    if read.said & {"unread", "aside"} or (read.named and substance is None):
        return None
    if len(read.years) > 1:
        return None
    quantity = _quantity(read, substance)
    return quantity and quantity._replace(year=read.years[0] if read.years else 0)


def is_of_estimates(heading: str) -> bool:
    """Return whether a heading is one of estimates, whether or not `quantity_of` can read it.

    Examples
    --------
    >>> is_of_estimates("Recoverable copper (kt)"), is_of_estimates("Cut-off (g/t)")
    (True, False)
    """
    read = _read(heading)
    if "aside" in read.said:
        return False
    is_mass = read.unit is not None and read.unit.unit.kind in {"mass", UNCLEAR}
    return is_mass or bool(read.said & {*_SAID}) or read.category != NOT_STATED


def _read(heading: str) -> _Heading:
    if len(heading) > _LONGEST:
        return _Heading(None, NOT_STATED, [], frozenset(), [heading[:1]])
    text = _CAMEL.sub(" ", _TAG.sub("", heading).replace("_", " "))
    text = _POWER.sub(lambda found: f" {_POWERS[found[1]]} ", text)
    found = find_unit(text)
    rest = text if found is None else f"{text[: found.start]} {text[found.end :]}"
    words = [word for word in _WORD.findall(rest) if word != "'s"]
    years = [int(word) for word in words if _YEAR.fullmatch(word)]
    words = [word for word in words if not _YEAR.fullmatch(word)]
    if found is not None:
        found, words = multiplied(found, words)
    category, words = _category_in(words)
    if len(words) == 1 and len(words[0]) <= _SYMBOL and words[0].isascii():  # In ppm
        return _Heading(found, category, years, frozenset(), words)
    meanings = [_meanings().get(word.casefold()) for word in words]
    named = [word for word, meaning in zip(words, meanings, strict=True) if meaning is None]
    said = frozenset(meaning for meaning in meanings if meaning)
    return _Heading(found, category, years, said, named)


def _category_in(words: list[str]) -> tuple[Category, list[str]]:
    """Return the category that successive words name, and the other words."""
    for length in range(min(5, len(words)), 0, -1):
        for start in range(len(words) - length + 1):
            text = " ".join(words[start : start + length])
            category = category_of(text) if len(text) > 1 else None
            if category is not None and category.name:
                kept = [word for word in words[start : start + length] if _means_amount(word)]
                return category, [*words[:start], *kept, *words[start + length :]]
    return NOT_STATED, words


def _means_amount(word: str) -> bool:
    return _meanings().get(word.casefold()) in {TONNAGE, "resource", "reserve", "balance"}


def _substance_in(words: list[str]) -> Substance | None:
    """Return the only substance that words name; None if there is none, or another word."""
    if not words or any("/" in word for word in words):
        return None
    if (whole := compound(" ".join(words))) is not None:
        return whole
    compounds = [found for word in words if (found := compound(word)) is not None]
    if compounds:
        others = [word for word in words if compound(word) is None]
        other = _substance_in(others)
        is_same = not others or (other is not None and other.commodity == compounds[0].commodity)
        return compounds[0] if is_same and len(compounds) == 1 else None
    if len(words) == 1 and len(words[0]) <= _SYMBOL:
        code = words[0].capitalize()
        return element(code) if code in _codes() else None
    return _named_in(words)


def _named_in(words: list[str]) -> Substance | None:
    """Return the commodity that words name, as the compound or mineral that they say."""
    if any(word.casefold() in _WORDS_TOO for word in words):
        return None
    texts = pd.Series([" ".join(words)])
    codes, unknown = parse_commodities(texts)
    code = codes.iloc[0]
    if not isinstance(code, str) or code not in _codes() or unknown:
        return None
    return _as_form(element(code), parse_qualifiers(texts).iloc[0])


def _as_form(substance: Substance, qualifiers: object) -> Substance | None:
    """Return a substance as a compound or mineral that its name has, such as ilmenite."""
    if not isinstance(qualifiers, str):
        return substance
    code, _, form = qualifiers.partition(" ")
    if ";" in form or code != substance.commodity:
        return None
    return Substance(form, code, form, 1.0)


@cache
def _codes() -> frozenset[str]:
    return frozenset(commodities()["code"])


def _quantity(read: _Heading, substance: Substance | None) -> Quantity | None:
    category, said = read.category, read.said
    says_measure = bool(said & {"resource", *_MEASURES}) or category != NOT_STATED
    measure = next((name for word, name in _MEASURES.items() if word in said), None)
    if category == NOT_STATED and measure is not None:
        category = Category("", "", measure, frozenset())
    base = Quantity("", None, substance, category, says_measure)
    rate = next((kind for kind in RATES if kind in said), None)
    if read.unit is None:
        return _without_unit(base, said, rate)
    unit, a_year = read.unit.unit, read.unit.a_year
    if unit.name == "gt" and (substance is not None or GRADE in said):  # AU_GT
        unit = GRAMS_PER_TONNE
    base = base._replace(unit=unit)
    is_metal = unit.kind == "mass" and substance is not None
    if rate is None and "annual" in said and is_metal:
        rate = "production"
    if rate == "production" and "total" in said and not a_year:
        return None  # of all years
    if rate or a_year or "annual" in said:
        is_amount = unit.kind in {"mass", "volume", "area"}
        return base._replace(kind=rate, a_year=a_year or 1) if rate and is_amount else None
    if unit.name in CARATS and substance is None:
        base = base._replace(substance=element("Diam"))
    if unit.kind == "grade" or unit.name == "oz/t":
        is_grade = (base.substance is not None or GRADE in said) and "contained" not in said
        return base._replace(kind=GRADE) if is_grade else None
    if unit.kind not in {"mass", UNCLEAR}:
        return None
    return _amount(base, said, is_bare=said <= {"nothing", "total"} and not read.named)


def _without_unit(base: Quantity, said: frozenset[str], rate: str | None) -> Quantity | None:
    """Return a quantity whose unit stands in another column or in the cells."""
    kinds = [rate] if rate else [kind for kind in (TONNAGE, GRADE, CONTAINED) if kind in said]
    if len(kinds) > 1 or (kinds == [TONNAGE] and base.substance is not None):
        return None
    if not kinds and said & {"reserve", "balance", "resource"}:
        return base._replace(kind=TONNAGE, substance=None, is_vague=True)
    return base._replace(kind=kinds[0]) if kinds else None


def _amount(base: Quantity, said: frozenset[str], *, is_bare: bool) -> Quantity | None:
    """Return an amount of ore or of what it contains."""
    has_substance = base.substance is not None
    if CONTAINED in said or (has_substance and TONNAGE not in said):
        return base._replace(kind=CONTAINED)
    tonnage = base._replace(kind=TONNAGE, substance=None)
    if TONNAGE in said:
        return tonnage
    if base.unit is not None and base.unit.name.endswith(_OF_MATERIAL):
        return base._replace(kind=CONTAINED)
    is_vague = base.says_measure or base.category.name != "" or is_bare
    return tonnage._replace(is_vague=True) if is_vague else None
