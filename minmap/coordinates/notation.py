"""One coordinate as people write it: degrees in many spellings, or metres with separators.

What can be read in two ways is not read. The spellings are minmap's own collection from tables,
maps and reports; each is in the tests.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

LONGEST: Final = 200
"""Characters of a text that may be coordinates; longer ones are not looked at."""

NO_AXIS, LATITUDE, LONGITUDE = 0, 1, 2
"""What a hemisphere letter or a word says: nothing, north-south, east-west."""

SPELLINGS: Final = (
    "unread",
    "decimal degrees",
    "degrees and minutes",
    "degrees, minutes, seconds",
    "grid coordinates",
)
"""Names of the spellings; a `Reading` holds the position in this tuple."""
UNREAD, DECIMAL, MINUTES, SECONDS, GRID = range(len(SPELLINGS))

# Axis and sign of each word; 0 where it names the axis alone. "O" is east in German and west in
# French and Spanish, so it is in no list.
_WORDS: Final = {
    (LATITUDE, 1): r"north|n|северной широты|сев\.? ?шир|с\.? ?ш|с|北纬|北緯",
    (LATITUDE, -1): r"south|s|южной широты|юж\.? ?шир|ю\.? ?ш|ю|南纬|南緯",
    (LONGITUDE, 1): r"east|e|восточной долготы|вост\.? ?долг|в\.? ?д|в|东经|東經",
    (LONGITUDE, -1): r"west|w|западной долготы|зап\.? ?долг|з\.? ?д|з|西经|西經",
    (LATITUDE, 0): r"latitude|lat|широта|шир|纬度|緯度",
    (LONGITUDE, 0): r"longitude|long|lon|долгота|долг|经度|經度",
}
_SENSES: Final = list(_WORDS)
_WORD: Final = (
    r"(?<![^\W\d_])(?:"
    + "|".join(f"(?P<w{number}>{words})" for number, words in enumerate(_WORDS.values()))
    + r")(?![^\W\d_])\.?"
)
MARK: Final = re.compile(_WORD)
"""A hemisphere letter or an axis word in a text that `plain` has made."""
_PREFIX: Final = re.compile(rf"\s*{_WORD}[\s:=,]*")
_SUFFIX: Final = re.compile(rf"[\s,]*{re.sub(r'P<w[0-9]+>', ':', _WORD)}\s*$")

_SIGNS: Final = str.maketrans(
    dict.fromkeys("\u2212\u2010\u2011\u2012\u2013\u2014\ufe63\uff0d", "-")
    | dict.fromkeys("º˚ᵒ∘⁰度", "°")
    | dict.fromkeys("′’‘‛´`ʹʼ＇分", "'")
    | dict.fromkeys("″”“‟ʺ〃＂秒", '"')
    | {"\u00ad": None, "\u200b": None, "\ufeff": None}
)
_UNITS: Final = (
    # Degrees, minutes and seconds by letter only all together, where "s" is not the south.
    (re.compile(r"(\d)\s*d\s*(\d[\d.,]*)\s*m\s*(?:(\d[\d.,]*)\s*s\b)?"), r"\1°\2'\3"),
    (re.compile(r"(?<=[\d\s])(?:degrees|deg|градусов|град)\b\.?"), "°"),
    (re.compile(r"(?<=[\d\s])(?:min|минут|мин)\b\.?"), "'"),
    (re.compile(r"(?<=[\d\s])(?:sec|секунд|сек)\b\.?"), '"'),
    (re.compile(r"' ?'"), '"'),
    (re.compile(r"\s+"), " "),
)

_FRACTION: Final = r"(?:[.,](?P<decimals>\d+))?"
_PART: Final = r"(?:\s?°\s?|\s|:|-)"
_SEXTANT: Final = r"(?:\s?'\s?|\s|:|-)"
_DECIMAL: Final = re.compile(rf"(?P<whole>\d+){_FRACTION}(?:e(?P<power>[+-]?\d{{1,2}}))?\s?°?")
_MINUTES: Final = re.compile(
    # A hyphen alone might also be a range, so it needs the sign of the minutes.
    rf"(?P<degrees>\d{{1,3}})(?:\s?°\s?|\s|:|-(?=[\d.,]+\s?'))(?P<minutes>\d{{1,2}}){_FRACTION}\s?'?"
)
_SECONDS: Final = re.compile(
    rf"(?P<degrees>\d{{1,3}}){_PART}(?P<minutes>\d{{1,2}}){_SEXTANT}"
    rf"(?P<seconds>\d{{1,2}}){_FRACTION}\s?[\"']?"
)
_DOTTED: Final = re.compile(
    rf"(?P<degrees>\d{{1,3}})\.(?P<minutes>\d{{2}})\.(?P<seconds>\d{{2}}){_FRACTION}"
)
_PACKED: Final = re.compile(
    rf"(?P<degrees>\d{{2,3}})(?P<minutes>\d{{2}})(?P<seconds>\d{{2}}){_FRACTION}"
)
_GRID: Final = re.compile(rf"(?P<whole>\d+){_FRACTION}(?:e(?P<power>[+-]?\d{{1,2}}))?")
_GROUPED: Final = re.compile(
    r"(?P<whole>\d{1,3}(?P<mark>[ ',.])\d{3}(?:(?P=mark)\d{3})*)"
    r"(?:(?!(?P=mark))[.,](?P<decimals>\d+))?"
)
_METRES: Final = re.compile(r"(?<=\d)\s?[mм](?=\s?[a-zа-я]?$)")
_ONE_COMMA: Final = re.compile(r"[1-9]\d{0,2},\d{3}")


@dataclass(frozen=True)
class Reading:
    """A coordinate read from a text.

    Attributes
    ----------
    value
        Degrees, or units of the grid.
    unit
        The last unit given: 0.01 for 67.40, one second for 48°27'30".
    axis
        `LATITUDE` or `LONGITUDE` if a letter or word says so, else `NO_AXIS`.
    spelling
        Position in `SPELLINGS`.
    """

    value: float
    unit: float
    axis: int
    spelling: int


def plain(text: str) -> str:
    r"""Return a text in small letters with one sign each for minus, degree, minute and second.

    Examples
    --------
    >>> plain("48º27′30″ С.Ш.")
    '48°27\'30" с.ш.'
    """
    # Twice: the second time for what only the normal form brings out.
    text = unicodedata.normalize("NFKC", text.translate(_SIGNS)).translate(_SIGNS).lower()
    for pattern, sign in _UNITS:
        text = pattern.sub(sign, text)
    return text.strip()


def read_text(text: str, *, degrees: bool) -> Reading | None:
    r"""Read one coordinate; None if the text is no coordinate or could be two.

    Parameters
    ----------
    text
        Such as ``"48°27'30\"N"``, ``"67,4"``, ``"в.д. 67 24 00"``; of a grid ``"4 567 890,5"``.
    degrees
        True for degrees, False for units of a grid.

    Examples
    --------
    >>> read_text("48°27'30\"N", degrees=True).value
    48.458333333333336
    >>> read_text("48°27'75\"N", degrees=True) is None
    True
    >>> read_text("4 567 890,5", degrees=False)
    Reading(value=4567890.5, unit=0.1, axis=0, spelling=4)
    """
    if len(text) > LONGEST:
        return None
    smooth = plain(text)
    marked = _without_marks(smooth if degrees else _METRES.sub("", smooth))
    if marked is None:
        return None
    number, axis, hemisphere = marked
    sign = 0
    if number[:1] in ("+", "-"):
        sign, number = (-1 if number[0] == "-" else 1), number[1:].lstrip()
    if sign * hemisphere < 0:
        return None
    found = _degrees(number, packed=hemisphere != 0) if degrees else _grid(number)
    if found is None:
        return None
    value, unit, spelling = found
    return Reading(value * (sign or hemisphere or 1), unit, axis, spelling)


def _without_marks(text: str) -> tuple[str, int, int] | None:
    """Part a text into number, axis and sign of the hemisphere; None if the marks disagree."""
    axes: set[int] = set()
    signs: set[int] = set()
    while match := _PREFIX.match(text):
        _note(match, axes, signs)
        text = text[match.end() :]
    while match := _SUFFIX.search(text):
        word = MARK.search(match.group())
        if word is None:
            break
        _note(word, axes, signs)
        text = text[: match.start()]
    if len(axes) > 1 or len(signs) > 1:
        return None
    return text.strip(), (axes.pop() if axes else NO_AXIS), (signs.pop() if signs else 0)


def _note(match: re.Match[str], axes: set[int], signs: set[int]) -> None:
    which = next(n for n in range(len(_SENSES)) if match.group(f"w{n}") is not None)
    axis, sign = _SENSES[which]
    axes.add(axis)
    if sign:
        signs.add(sign)


def _degrees(text: str, *, packed: bool) -> tuple[float, float, int] | None:
    if packed and (match := _PACKED.fullmatch(text)):
        return _sexagesimal(match)
    if match := _DECIMAL.fullmatch(text):
        return *_number(match), DECIMAL
    for pattern in (_SECONDS, _DOTTED):
        if match := pattern.fullmatch(text):
            return _sexagesimal(match)
    if match := _MINUTES.fullmatch(text):
        minutes, unit = _number(match, "minutes")
        return _sum(match, minutes, unit, MINUTES)
    return None


def _sexagesimal(match: re.Match[str]) -> tuple[float, float, int] | None:
    seconds, unit = _number(match, "seconds")
    if seconds >= 60:
        return None
    return _sum(match, int(match["minutes"]) + seconds / 60, unit / 60, SECONDS)


def _sum(
    match: re.Match[str], minutes: float, unit: float, spelling: int
) -> tuple[float, float, int] | None:
    if minutes >= 60:
        return None
    return int(match["degrees"]) + minutes / 60, unit / 60, spelling


def _grid(text: str) -> tuple[float, float, int] | None:
    # 456,789 is half a million in one country and 456 and a bit in another.
    if _ONE_COMMA.fullmatch(text):
        return None
    for pattern in (_GRID, _GROUPED):
        if match := pattern.fullmatch(text):
            return *_number(match), GRID
    return None


def _number(match: re.Match[str], name: str = "whole") -> tuple[float, float]:
    groups = match.groupdict()
    whole, decimals = re.sub(r"\D", "", match[name]), groups.get("decimals") or ""
    power = int(groups.get("power") or 0)
    return float(f"{whole}.{decimals or 0}e{power}"), 10.0 ** (power - len(decimals))
