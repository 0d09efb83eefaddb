"""Read one coordinate as people write it: degrees in many notations, or metres with separators.

A text that can be read in two ways is not read. The notations are minmap's own collection from
tables, maps and reports; each is in the tests.
"""

import re
import unicodedata
from typing import Final, NamedTuple

LONGEST: Final = 200
"""Characters of a text that may be coordinates; longer texts are not read."""

NO_AXIS, LATITUDE, LONGITUDE = 0, 1, 2
"""The axis that a letter or word names: none, north-south, east-west."""

NOTATIONS: Final = (
    "unread", "decimal degrees", "degrees and minutes", "degrees, minutes, seconds",
    "grid coordinates",
)  # fmt: skip
"""Names of the notations; a `Reading` contains the position in this tuple."""
UNREAD, DECIMAL, MINUTES, SECONDS, GRID = range(len(NOTATIONS))

# Axis and sign of each word; 0 if it names only the axis. "O" is east in German and west in French
# and Spanish, so it is left out. Turkish letters are also units ("5 g"), so they need a sign of
# degrees, minutes or seconds before them.
_TURKISH: Final = "(?:(?<=[°'\"])|(?<=[°'\"] ))"
_WORDS: Final = {
    (LATITUDE, 1): r"north|n|северной широты|сев\.? ?шир|с\.? ?ш|с|північної широти|пн\.? ?ш|北纬"
    rf"|北緯|kuzey|{_TURKISH}k|lintang utara|lu",
    (LATITUDE, -1): r"south|s|южной широты|юж\.? ?шир|ю\.? ?ш|ю|південної широти|пд\.? ?ш|南纬"
    rf"|南緯|güney|{_TURKISH}g|lintang selatan|ls",
    (LONGITUDE, 1): r"east|e|восточной долготы|вост\.? ?долг|в\.? ?д|в|східної довготи|сх\.? ?д"
    rf"|东经|東經|doğu|{_TURKISH}d|bujur timur|bt",
    (LONGITUDE, -1): r"west|w|западной долготы|зап\.? ?долг|з\.? ?д|з|західної довготи|зх\.? ?д"
    rf"|西经|西經|batı|{_TURKISH}b|bujur barat|bb",
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
"""A hemisphere letter or an axis word in a text from `normalised`."""
_PREFIX: Final = re.compile(rf"\s*{_WORD}[\s:=,]*")
_SUFFIX: Final = re.compile(rf"[\s,]*{re.sub(r'P<w[0-9]+>', ':', _WORD)}\s*$")

_SIGNS: Final = str.maketrans(
    dict.fromkeys("\u2212\u2010\u2011\u2012\u2013\u2014\ufe63\uff0d", "-")
    | dict.fromkeys("º˚ᵒ∘⁰度", "°")
    | dict.fromkeys("′’‘‛´`ʹʼ＇分", "'")
    | dict.fromkeys("″”“‟ʺ〃＂秒", '"')
    | {"\u066b": "."}  # the decimal sign of Persian and Arabic
    | {"\u00ad": None, "\u200b": None, "\ufeff": None}
)
_UNITS: Final = (
    # The letters d, m and s only all together, where "s" is not the south.
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
    # A hyphen alone could be a range, so the minutes need their sign.
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


class Reading(NamedTuple):
    """A coordinate read from a text.

    Attributes
    ----------
    value
        Degrees, or units of the grid.
    unit
        The last unit given: 0.01 for 67.40, one second for 48°27'30".
    axis
        `LATITUDE` or `LONGITUDE` if a letter or word names it, else `NO_AXIS`.
    notation
        Position in `NOTATIONS`.
    """

    value: float
    unit: float
    axis: int
    notation: int


def normalised(text: str) -> str:
    r"""Return a text in lower case with one sign each for minus, degree, minute and second.

    Examples
    --------
    >>> normalised("48º27′30″ С.Ш.")
    '48°27\'30" с.ш.'
    """
    # Twice, since NFKC makes some of the signs.
    text = unicodedata.normalize("NFKC", text.translate(_SIGNS)).translate(_SIGNS).lower()
    for pattern, sign in _UNITS:
        text = pattern.sub(sign, text)
    return text.strip()


def read_text(text: str, *, degrees: bool) -> Reading | None:
    r"""Read one coordinate; None if the text is not a coordinate, or can be read in two ways.

    Parameters
    ----------
    text
        Such as ``"48°27'30\"N"``, ``"67,4"``, ``"в.д. 67 24 00"``; on a grid ``"4 567 890,5"``.
    degrees
        True for degrees, False for units of a grid.

    Examples
    --------
    >>> read_text("48°27'30\"N", degrees=True).value
    48.458333333333336
    >>> read_text("48°27'75\"N", degrees=True) is None
    True
    >>> read_text("4 567 890,5", degrees=False)
    Reading(value=4567890.5, unit=0.1, axis=0, notation=4)
    """
    if len(text) > LONGEST:
        return None
    text = normalised(text)
    parts = _without_marks(text if degrees else _METRES.sub("", text))
    if parts is None:
        return None
    number, axis, hemisphere = parts
    sign = 0
    if number[:1] in ("+", "-"):
        sign, number = (-1 if number[0] == "-" else 1), number[1:].lstrip()
    if sign * hemisphere < 0:
        return None
    found = _degrees(number, packed=hemisphere != 0) if degrees else _grid(number)
    if found is None:
        return None
    value, unit, notation = found
    return Reading(value * (sign or hemisphere or 1), unit, axis, notation)


def _without_marks(text: str) -> tuple[str, int, int] | None:
    """Split a text into number, axis and sign of the hemisphere; None if the marks disagree."""
    senses = set()
    while match := _PREFIX.match(text):
        senses.add(_sense(match))
        text = text[match.end() :]
    while match := _SUFFIX.search(text):
        word = MARK.search(text, match.start())  # with the sign before it
        if word is None:
            break
        senses.add(_sense(word))
        text = text[: match.start()]
    axes, signs = {axis for axis, _ in senses}, {sign for _, sign in senses} - {0}
    if len(axes) > 1 or len(signs) > 1:
        return None
    return text.strip(), max(axes, default=NO_AXIS), sum(signs)


def _sense(match: re.Match[str]) -> tuple[int, int]:
    """Return the axis and the sign that the matched word names."""
    return _SENSES[next(n for n in range(len(_SENSES)) if match.group(f"w{n}") is not None)]


def _degrees(text: str, *, packed: bool) -> tuple[float, float, int] | None:
    if packed and (match := _PACKED.fullmatch(text)):
        return _sexagesimal(match)
    if match := _DECIMAL.fullmatch(text):
        return *_number(match), DECIMAL
    for pattern in (_SECONDS, _DOTTED, _MINUTES):
        if match := pattern.fullmatch(text):
            return _sexagesimal(match)
    return None


def _sexagesimal(match: re.Match[str]) -> tuple[float, float, int] | None:
    notation = SECONDS if "seconds" in match.groupdict() else MINUTES
    minutes, unit = _number(match, "minutes" if notation == MINUTES else "seconds")
    if notation == SECONDS:
        if minutes > 60:  # 60 by rounding, as of 59.96, is the next minute
            return None
        minutes, unit = int(match["minutes"]) + minutes / 60, unit / 60
    if int(match["minutes"]) >= 60:
        return None
    return int(match["degrees"]) + minutes / 60, unit / 60, notation


def _grid(text: str) -> tuple[float, float, int] | None:
    # The comma of 456,789 separates thousands in some countries and decimals in others.
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
