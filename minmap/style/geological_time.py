"""Geological time: the units of the International Chronostratigraphic Chart, and their colours."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, Final, NamedTuple

import pandas as pd

from minmap.arguments import shown
from minmap.errors import MinmapError, warn
from minmap.packaged_rows import packaged_rows

AGES: Final = "ICS"
"""The palette of the chart, for names of ages."""
CHART: Final = {
    "title": "International Chronostratigraphic Chart v2026/06",
    "citation": "Cohen, Harper, Gibbard and Car (2025), The ICS International Chronostratigraphic "
    "Chart this decade, Episodes 48, 105-115; colours of the Commission for the Geological Map of "
    "the World",
    "licence": "CC BY 4.0, International Commission on Stratigraphy",
    "url": "https://stratigraphy.org/chart",
}
"""Where the colours of ages come from."""

_WORD: Final = re.compile(r"[^\W_]+")
_SYNONYMS: Final = {"early": "lower", "late": "upper", "mid": "middle"}
# Third of a unit, from its top, for parts that the chart does not have, such as the Late Permian.
_PARTS: Final = {"upper": 1, "middle": 2, "lower": 3}
# As a word, "верхний мел", or at the start of one, "верхнемеловой".
_RUSSIAN_PART: Final = re.compile(
    r"\b(верхн|поздн|нижн|ранн|средн)(?:ий|яя|ее|ие|е)[\W_]*(?=[а-я])"
)
_RUSSIAN_PARTS: Final = {
    "верхн": "upper", "поздн": "upper", "средн": "middle", "нижн": "lower", "ранн": "lower"
}  # fmt: skip
_RANKS: Final = frozenset(
    {
        *("eon", "eonothem", "era", "erathem", "period", "system", "subperiod", "subsystem"),
        *("epoch", "series", "age", "stage"),
        *("эон", "эонотема", "эра", "эратема", "период", "система", "эпоха", "отдел"),
        *("время", "век", "ярус"),
    }
)
# Endings by which the genders of Russian adjectives differ: юрская система, юрский период.
_RUSSIAN_ENDING: Final = re.compile(r"(?<=[а-я]{3})(?:ая|ий|ый|ой|ое|ие|ые)$")
_LISTED: Final = 5
_MOST_AGES: Final = 253  # and two entries for other and missing values


class Age(NamedTuple):
    """A unit of the chart, or a part of it that the chart does not have.

    Attributes
    ----------
    start_ma, end_ma
        Its limits in millions of years before present; of such a part, a third of the unit.
    color
        The colour of the unit.
    """

    name: str
    start_ma: float
    end_ma: float
    color: str


def age_of(text: str) -> Age | None:
    """Return the age that a text names; None if it is not a name of the chart.

    Case, "Early" for "Lower", "Late" for "Upper", "ae" for "e" and a rank at the end ("Period") do
    not matter. A part that the chart does not have, such as the Late Permian, has the colour of
    the whole. Russian nouns and parts, such as "поздняя юра" and "верхнемеловой", are known too.

    References
    ----------
    International Commission on Stratigraphy, International Chronostratigraphic Chart v2026/06,
    https://stratigraphy.org/chart, CC BY 4.0: colours of the Commission for the Geological Map of
    the World, and names in English and Russian.

    Examples
    --------
    >>> age_of("Late Jurassic"), age_of("Юрский период").name
    (Age(name='Upper Jurassic', start_ma=161.5, end_ma=143.1, color='#b3e3ee'), 'Jurassic')
    >>> age_of("Верхний мел").name
    'Upper Cretaceous'
    >>> age_of("early Permian").color == age_of("Permian").color, age_of("Tertiary")
    (True, None)
    """
    words, units = _words(text), _units()
    unit = units.get(words)
    if unit is not None or len(words) < 2 or words[0] not in _PARTS:
        return unit
    whole = units.get(words[1:])
    if whole is None:
        return None
    name = f"{words[0].title()} {whole.name}"
    unit = units.get(_words(name))  # if the whole has a Russian name
    if unit is not None:
        return unit
    third = (whole.start_ma - whole.end_ma) / 3
    start = whole.end_ma + third * _PARTS[words[0]]
    return Age(name, start, start - third, whole.color)


def _words(text: str) -> tuple[str, ...]:
    """Return the words of a name in the form in which names are compared."""
    parted = _RUSSIAN_PART.sub(lambda part: f"{_RUSSIAN_PARTS[part[1]]} ", text.casefold())
    words = [
        _RUSSIAN_ENDING.sub("", _SYNONYMS.get(word, word).replace("ae", "e"))
        for word in _WORD.findall(parted)
    ]
    if len(words) > 1 and words[-1] in _RANKS:
        words.pop()
    return tuple(words)


@cache
def _units() -> dict[tuple[str, ...], Age]:
    """Return the units of the chart by the words of their names."""
    units = {
        row["name"]: Age(
            row["name"],
            float(row["start_ma"]),
            float(row["end_ma"]),
            "#{:02x}{:02x}{:02x}".format(*(int(row[channel]) for channel in "rgb")),
        )
        for row in packaged_rows(__package__, "geological_time")
    }
    names = packaged_rows(__package__, "geological_names")
    also = {_words(row["also"]): units[row["name"]] for row in names}
    return also | {_words(name): unit for name, unit in units.items()}


def by_age(values: pd.Series, *, title: str) -> tuple[pd.Series, dict[str, str]]:
    """Return a column with one spelling for each age, and their colours, the youngest first.

    Parameters
    ----------
    values
        Names of ages, as for `age_of`, and other texts.
    title
        Name of the column, for messages.

    Raises
    ------
    MinmapError
        If the column has numbers, or no value is the name of an age.

    Warns
    -----
    MinmapWarning
        If some texts are not names of ages.

    Examples
    --------
    >>> values = pd.Series(["Early Cretaceous", "Jurassic", "Lower Cretaceous", None])
    >>> found, colors = by_age(values, title="age")
    >>> found.tolist()
    ['Early Cretaceous', 'Jurassic', 'Early Cretaceous', nan]
    >>> colors
    {'Early Cretaceous': '#8ccd57', 'Jurassic': '#34b2c9'}
    """
    if pd.api.types.is_numeric_dtype(values):
        raise MinmapError(
            f"palette={AGES!r} colours by names of ages, such as 'Jurassic', and the column "
            f"{title!r} has numbers; leave out palette=, or give another."
        )
    texts = values.astype(object).map(str, na_action="ignore")
    ages = {text: age_of(text) for text in texts.dropna().unique()}
    spelling: dict[Age, str] = {}
    for text, age in ages.items():
        if age is not None:
            spelling.setdefault(age, text)
    if not spelling and any(map(str.strip, ages)):
        raise MinmapError(
            f"palette={AGES!r} finds no age in the column {title!r}, which has such as "
            f"{shown(next(iter(ages)))}; give a column with names of the International "
            "Chronostratigraphic Chart, such as 'Jurassic' or 'Late Jurassic'."
        )
    if len(spelling) > _MOST_AGES:
        raise MinmapError(
            f"the column {title!r} has {len(spelling):,} different ages, too many for a legend; "
            "group them."
        )
    _warn_of_others([text for text, age in ages.items() if age is None and text.strip()], title)
    # A unit follows its parts.
    ordered = sorted(spelling, key=lambda age: (age.start_ma, -age.end_ma))
    spelled = {text: text if age is None else spelling[age] for text, age in ages.items()}
    found = texts.map(spelled, na_action="ignore")
    return found, {spelling[age]: age.color for age in ordered}


def _warn_of_others(texts: list[str], title: str) -> None:
    if not texts:
        return
    such, more = ", ".join(map(shown, texts[:_LISTED])), len(texts) - _LISTED
    warn(
        f"palette={AGES!r}: texts of the column {title!r} that are not names of ages are drawn "
        f"in grey: {such}{f' and {more:,} more' if more > 0 else ''}; write names of the chart, "
        "such as 'Jurassic' or 'Late Jurassic'.",
    )


def require_ages(options: Mapping[str, Any]) -> bool:
    """Return whether the palette among the options of a layer is that of ages.

    Raises
    ------
    MinmapError
        If it is, and a ramp or classes of numbers are wished too.

    Examples
    --------
    >>> require_ages({"palette": "ics"}), require_ages({"palette": "viridis"})
    (True, False)
    """
    palette = options.get("palette")
    if not (isinstance(palette, str) and palette.casefold() == AGES.casefold()):
        return False
    for name in ("scheme", "k", "vmin", "vmax"):
        if options.get(name) is not None:
            raise MinmapError(
                f"{name}={shown(options[name])} goes with numbers, and palette={AGES!r} colours "
                "by names of ages; leave one of them out."
            )
    return True
