"""The numbers and qualifiers of values as the source prints them."""

import math
import re
from typing import Final, NamedTuple

_NUMBER: Final = re.compile(r"([<>]?)(\d[\d,]*(?:\.\d+)?)")
_RANGE: Final = re.compile(r"\d[\d,]*(?:\.\d+)? - \d[\d,]*(?:\.\d+)?")
_SIGNS: Final = {"": "", ">": "greater than", "<": "less than"}
_MARKS: Final = {
    "": "not available",
    "W": "withheld",
    "XX": "not applicable",
    "—": "zero",
}
# A mark "s" has its meaning in the notes.
_BY_NOTE: Final = {
    "Less than ½": "less than half the unit",
    "Included in “World total.”": "included in the world total",
    "Included with “Other countries.”": "included with other countries",
    "included with ilmenite": "included with ilmenite",
}
_BY_NOTE_MARK: Final = "s"
_WORDS: Final = "in words"


class PrintedValue(NamedTuple):
    """A value as printed, read.

    Attributes
    ----------
    number
        Its number; NaN if it has none. That of ``">540,000"`` is the bound.
    qualifier
        What the source says of it, in words; empty for a plain number.
    """

    number: float
    qualifier: str


def read_value(text: str, *, is_estimated: bool, note: str) -> PrintedValue:
    """Return the number and the qualifier of a value.

    Parameters
    ----------
    text
        The value as printed.
    is_estimated
        Whether the source says that it is an estimate.
    note
        The notes of the value, which explain the mark ``"s"``.

    Raises
    ------
    ValueError
        If the notes do not explain an ``"s"``.

    Examples
    --------
    >>> read_value("7,000", is_estimated=True, note="")
    PrintedValue(number=7000.0, qualifier='estimated')
    >>> read_value("W", is_estimated=False, note="")
    PrintedValue(number=nan, qualifier='withheld')
    >>> read_value(">540,000", is_estimated=False, note="")
    PrintedValue(number=540000.0, qualifier='greater than')
    >>> read_value("s", is_estimated=True, note="Less than ½ unit.").qualifier
    'less than half the unit'
    """
    number = _NUMBER.fullmatch(text)
    if number is not None:
        sign = _SIGNS[number[1]]
        estimated = "estimated" if is_estimated else ""
        return PrintedValue(float(number[2].replace(",", "")), sign or estimated)
    if text in _MARKS:
        return PrintedValue(0.0 if _MARKS[text] == "zero" else math.nan, _MARKS[text])
    if text == _BY_NOTE_MARK:
        found = [words for part, words in _BY_NOTE.items() if part in note]
        if len(found) != 1:
            raise ValueError(f"the notes of {text!r} do not explain it: {note!r}.")
        return PrintedValue(math.nan, found[0])
    return PrintedValue(math.nan, "range" if _RANGE.fullmatch(text) else _WORDS)
